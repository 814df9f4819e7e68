/* The keys on the screen. A key of the pad does to the field what a key of a keyboard would do; it knows
 * nothing of what is in there. Letters are the catalogue's, so that a language can have its own.
 */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tr.h"
#include "wizard_internal.h"

bool pad_offered(const struct wizard *w)
{
    return w->setup.touch != TOUCH_OFF && w->overlay == OVERLAY_NONE && w->nedits > 0;
}

/* --- Its keys --- */

static void add(struct wizard *w, struct pad_means means, const char *label, int row, int at, int units)
{
    if (w->page.nkeys < sizeof w->pad_key / sizeof *w->pad_key) {
        w->pad_key[w->page.nkeys] = means;
        page_add_key(&w->page, label, row, at, units);
    }
}

static void add_text(struct wizard *w, const char *text, size_t len, int row, int at, int units)
{
    struct pad_means means = { .does = PAD_TYPES };

    if (len < sizeof means.text) {
        memcpy(means.text, text, len);
        add(w, means, means.text, row, at, units);
    }
}

/* Latin letters with accents, U+00E0 to U+00FE, are 32 above their capitals, as those of ASCII are. */
static void capital(char letter[5])
{
    unsigned char *c = (unsigned char *)letter;

    if (c[0] >= 'a' && c[0] <= 'z') {
        c[0] -= 32;
    } else if (c[0] == 0xC3 && c[1] >= 0xA0 && c[1] <= 0xBE && c[1] != 0xB7) {
        c[1] -= 32;
    }
}

/* A key for each letter, in the middle of the row. */
static void add_letters(struct wizard *w, const char *letters, bool capitals, int row, int from, int room)
{
    int n = (int)text_graphemes(letters);

    for (int at = from + (n < room ? (room - n) / 2 : 0); *letters && at < from + room; at++) {
        const char *next = text_next(letters);
        char one[5] = "";
        size_t len = (size_t)(next - letters);
        if (len < sizeof one) {
            memcpy(one, letters, len);
            if (capitals) {
                capital(one);
            }
            add_text(w, one, strlen(one), row, at, 1);
        }
        letters = next;
    }
}

static void add_delete(struct wizard *w, int row)
{
    add(w, (struct pad_means){ .does = PAD_RUBS }, tr("Delete"), row, 8, 2);
}

static void add_layer(struct wizard *w, enum pad_layer layer, const char *label, int row, int at)
{
    enum pad_layer to = w->pad_layer == layer ? PAD_LETTERS : layer;

    add(w, (struct pad_means){ .does = PAD_LAYER, .layer = to }, to == layer ? label : "abc", row, at, 1);
}

/* At the beginning, and of a name at the beginning of each word, letters are capitals. */
static bool capitals_now(const struct wizard *w)
{
    const struct edit *edit = &w->edit[w->pad_field];
    enum stage stage = flow_stage(w, w->pos);
    bool name = stage == STAGE_NAME || stage == STAGE_HELPER || stage == STAGE_SIGN;
    bool begins = edit->cursor == 0 || (name && edit->text[edit->cursor - 1] == ' ');

    return begins != w->pad_shift;
}

static void letters(struct wizard *w)
{
    bool capitals = capitals_now(w);

    if (w->pad_layer == PAD_SIGNS) {
        add_letters(w, "1234567890", false, 0, 0, 10);
        add_letters(w, "-/:()@+&%=", false, 1, 0, 10);
        add_letters(w, "?!;#*\"_", false, 2, 1, 7);
    } else if (w->pad_layer == PAD_ACCENTS) {
        add_letters(w, "\xC3\xA1\xC3\xA9\xC3\xAD\xC3\xB3\xC3\xBA\xC3\xBC\xC3\xB1\xC3\xA7\xC3\xA0\xC3\xA8",
                    capitals, 0, 0, 10);
        add_letters(w, "\xC3\xA2\xC3\xAA\xC3\xAE\xC3\xB4\xC3\xBB\xC3\xA4\xC3\xAB\xC3\xAF\xC3\xB6\xC3\xB8",
                    capitals, 1, 0, 10);
        add_letters(w, "\xC3\xA5\xC3\xA3\xC3\xB5\xC3\xAC\xC3\xB2\xC3\xB9\xC3\xA6", capitals, 2, 1, 7);
    } else {
        /* TRANSLATORS: The three rows of letters on the screen's keys: at most ten, ten and seven. Letters
         * with Latin accents have keys of their own beside. */
        add_letters(w, tr_ctx("keys, first row", "qwertyuiop"), capitals, 0, 0, 10);
        add_letters(w, tr_ctx("keys, second row", "asdfghjkl"), capitals, 1, 0, 10);
        add_letters(w, tr_ctx("keys, third row", "zxcvbnm"), capitals, 2, 1, 7);
    }
    if (w->pad_layer != PAD_SIGNS) {
        add(w, (struct pad_means){ .does = PAD_SHIFTS }, capitals ? "aA" : "Aa", 2, 0, 1);
    }
    add_delete(w, 2);
    add_layer(w, PAD_SIGNS, "123", 3, 0);
    add_layer(w, PAD_ACCENTS, "\xC3\xA1\xC3\xB1", 3, 1);
    add(w, (struct pad_means){ .does = PAD_TYPES, .text = " " }, tr("Space"), 3, 2, 4);
    add_text(w, ",", 1, 3, 6, 1);
    add_text(w, ".", 1, 3, 7, 1);
    if (w->edit[w->pad_field].multiline) {
        add(w, (struct pad_means){ .does = PAD_BREAKS }, tr("New line"), 3, 8, 2);
    } else {
        add_text(w, "'", 1, 3, 8, 1);
        add_text(w, "-", 1, 3, 9, 1);
    }
}

static void digits(struct wizard *w, enum keys_wanted keys)
{
    for (int digit = 1; digit <= 9; digit++) {
        const char text[2] = { (char)('0' + digit), '\0' };
        add_text(w, text, 1, (digit - 1) / 3, (digit - 1) % 3 * 2, 2);
        if (digit == 3) {
            add_delete(w, 0);
        }
    }
    add_text(w, "0", 1, 3, 2, 2);
    if (keys == KEYS_DECIMAL) {
        add_text(w, ".", 1, 3, 4, 2);
    } else if (keys == KEYS_PHONE) {
        add_text(w, "+", 1, 3, 0, 2);
        add_text(w, "-", 1, 3, 4, 2);
        add(w, (struct pad_means){ .does = PAD_TYPES, .text = " " }, tr("Space"), 3, 8, 2);
    }
}

/* No language that is written in Latin letters has a name that begins beyond them. */
static bool other_script(const struct wizard *w)
{
    const char *name = w->setup.nlanguages ? w->setup.language[w->language].name : "";

    return (unsigned char)name[0] >= 0xC9;
}

void pad_build(struct wizard *w)
{
    struct field_spec spec[WIZARD_FIELDS];
    size_t n = fields_spec(w, w->pos, spec);

    if (!pad_offered(w) || !w->pad_open) {
        return;
    }
    if (w->base.placed && w->base.focus < n) {
        w->pad_field = w->base.focus;
    }
    if (!w->base.placed || w->pad_field >= n) {
        w->pad_field = 0;
    }
    if (spec[w->pad_field].keys == KEYS_LETTERS) {
        letters(w);
        if (other_script(w)) {
            pages_para(w, tr("You can write with these letters. If that is hard, call staff."));
        }
    } else {
        digits(w, spec[w->pad_field].keys);
    }
}

/* --- What they do --- */

/* Back to where the focus was, if it was in the pad; the field it may have gone on to takes the next key. */
static void give(struct wizard *w, struct event *event)
{
    bool in_pad = page_focus_key(&w->page, w->page.focus) != NULL;
    size_t focus = w->page.focus, field = w->pad_field;
    unsigned serial = w->serial;

    w->base.focus = field;
    event->mono_ms = w->now_ms;
    (void)fields_event(w, field, event);
    explicit_bzero(event->text, event->len);
    if (w->serial == serial) {
        w->pad_field = w->base.focus < w->nedits ? w->base.focus : field;
        w->base.focus = in_pad ? focus : w->base.focus;
    }
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

static void give_key(struct wizard *w, enum event_key key)
{
    struct event event = { .type = EVENT_KEY, .key = key };

    give(w, &event);
}

static void give_text(struct wizard *w, const char *text)
{
    struct event event = { .type = EVENT_CHAR, .len = strlen(text) };

    memcpy(event.text, text, event.len + 1);
    give(w, &event);
}

void pad_press(struct wizard *w, size_t key)
{
    const struct pad_means means = w->pad_key[key];

    switch (means.does) {
    case PAD_TYPES:
        w->pad_shift = false;
        give_text(w, means.text);
        break;
    case PAD_RUBS:
        give_key(w, KEY_ID_BACKSPACE);
        break;
    case PAD_BREAKS:
        give_key(w, KEY_ID_ENTER);
        break;
    case PAD_SHIFTS:
        w->pad_shift = !w->pad_shift;
        break;
    case PAD_LAYER:
        w->pad_layer = means.layer;
        w->pad_shift = false;
        w->effects |= EFFECT_PAGE; /* a quick finger meant a key of the layer that it saw */
        break;
    }
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

bool pad_event(struct wizard *w, const struct event *event)
{
    bool rubs = event->type == EVENT_KEY && event->key == KEY_ID_BACKSPACE;

    if (rubs) {
        give_key(w, KEY_ID_BACKSPACE);
    } else if (event->type == EVENT_CHAR && strcmp(event->text, " ") != 0) {
        give_text(w, event->text);
    } else {
        return false;
    }
    return true;
}

/* --- Arrows --- */

/* The key of a row that stands nearest to a place. */
static size_t nearest(const struct page *page, int row, int at)
{
    size_t best = 0;
    int least = PAGE_KEY_UNITS + 1;

    for (size_t i = 0; i < page->nkeys; i++) {
        int off = abs(page->key[i].at - at);
        if (page->key[i].row == row && off < least) {
            least = off;
            best = i;
        }
    }
    return page_first_key(page) + best;
}

/* The next key to the right (1) or to the left (-1); the same one if there is none. */
static size_t beside(const struct page *page, size_t key, int step)
{
    size_t best = key;
    int least = PAGE_KEY_UNITS + 1;

    for (size_t i = 0; i < page->nkeys; i++) {
        int off = step * (page->key[i].at - page->key[key].at);
        if (page->key[i].row == page->key[key].row && off > 0 && off < least) {
            least = off;
            best = i;
        }
    }
    return best;
}

/* From above and from below. */
static bool move_in(struct wizard *w, enum event_key key)
{
    const struct page *page = &w->page;
    size_t actions = page->nfields + page->nrows, focus = page->focus;

    if (key == KEY_ID_DOWN && focus + 1 == actions) {
        keys_focus(w, nearest(page, 0, 0));
    } else if (key == KEY_ID_UP && focus >= actions) {
        keys_focus(w, nearest(page, PAGE_KEY_ROWS - 1, 0));
    } else {
        return false;
    }
    return true;
}

bool pad_move(struct wizard *w, enum event_key key)
{
    const struct page *page = &w->page;
    size_t first = page_first_key(page), focus = page->focus;

    if (page->nkeys == 0) {
        return false;
    }
    if (focus < first) {
        return move_in(w, key);
    }
    const struct page_key *at = &page->key[focus - first];
    switch (key) {
    case KEY_ID_LEFT:
        keys_focus(w, first + beside(page, focus - first, -1));
        return true;
    case KEY_ID_RIGHT:
        keys_focus(w, first + beside(page, focus - first, 1));
        return true;
    case KEY_ID_UP:
        keys_focus(w, at->row > 0 ? nearest(page, at->row - 1, at->at) : page->typed);
        return true;
    case KEY_ID_DOWN:
        keys_focus(w, at->row + 1 < PAGE_KEY_ROWS ? nearest(page, at->row + 1, at->at)
                                                  : page->nfields + page->nrows);
        return true;
    default:
        return false;
    }
}
