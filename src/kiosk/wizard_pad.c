/* The keys on the screen. A key of the pad does to the field what a key of a keyboard would do; it knows
 * nothing of what is in there. Letters are the catalogue's, so that a language can have its own.
 */
#include <stdio.h>
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
        char label[sizeof means.text + 3]; /* a sign that joins the letter before is shown on an empty one */
        snprintf(label, sizeof label, "%s%s", text_marks(0, text, len) ? "\u25CC" : "", means.text);
        add(w, means, label, row, at, units);
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

/* One page of a row of letters: pages stand between bars. "": the row has none. */
static const char *letters_of(const char *row, size_t page, size_t *len)
{
    for (; page > 0 && *row; page--) {
        row += strcspn(row, "|");
        row += *row == '|';
    }
    *len = strcspn(row, "|");
    return row;
}

/* The first letter and its length: to the next space where they are parted so, else a grapheme. */
static const char *letter(const char *letters, const char *end, size_t *len)
{
    bool parted = memchr(letters, ' ', (size_t)(end - letters)) != NULL;

    *len = parted ? strcspn(letters, " |") : (size_t)(text_next(letters) - letters);
    return letters + *len + (letters[*len] == ' ');
}

/* A key for each letter, in the middle of the row. */
static void add_letters(struct wizard *w, const char *row_letters, bool capitals, int row, int from, int room)
{
    size_t len, size;
    const char *letters = letters_of(row_letters, w->pad_page, &len), *end = letters + len;
    int n = 0;

    for (const char *at = letters; at < end; at = letter(at, end, &size)) {
        n++;
    }
    for (int at = from + (n < room ? (room - n) / 2 : 0); letters < end && at < from + room; at++) {
        const char *next = letter(letters, end, &size);
        char one[5] = "";
        if (size < sizeof one) {
            memcpy(one, letters, size);
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

/* To a layer, or from it back to the letters, which are called by their first. */
static void add_layer(struct wizard *w, enum pad_layer layer, const char *label, const char *back, int at)
{
    enum pad_layer to = w->pad_layer == layer ? PAD_LETTERS : layer;

    add(w, (struct pad_means){ .does = PAD_LAYER, .layer = to }, to == layer ? label : back, 3, at, 1);
}

/* To the next page of letters, called by its first. */
static void add_page(struct wizard *w, const char *row)
{
    size_t len, page = w->pad_page + 1;
    const char *next = letters_of(row, page, &len);
    char label[8];

    if (len == 0) {
        next = letters_of(row, page = 0, &len);
    }
    (void)letter(next, next + len, &len);
    snprintf(label, sizeof label, "%.*s", (int)len, next);
    add(w, (struct pad_means){ .does = PAD_LAYER, .page = page }, label, 2, 0, 1);
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

static const char *row_of(size_t row)
{
    /* TRANSLATORS: The three rows of letters on the screen's keys: at most ten, ten and seven. Latin
     * letters with accents have keys of their own beside. A language with more letters puts a | and then
     * the next page of each row behind, the letters used most on the first page. Signs that would join the
     * letter before are parted by spaces, and so are all others of that row. */
    return row == 0   ? tr_ctx("keys, first row", "qwertyuiop")
           : row == 1 ? tr_ctx("keys, second row", "asdfghjkl")
                      : tr_ctx("keys, third row", "zxcvbnm");
}

/* Letters of another script than Latin: then Latin ones are a layer beside. */
static bool own_script(void)
{
    return (unsigned char)*row_of(0) >= 0x80;
}

static void layer_of(struct wizard *w, const char *first, const char *second, const char *third)
{
    bool capitals = capitals_now(w);

    add_letters(w, first, capitals, 0, 0, 10);
    add_letters(w, second, capitals, 1, 0, 10);
    add_letters(w, third, capitals, 2, 1, 7);
}

static void letters(struct wizard *w)
{
    bool own = own_script(), pages = own && w->pad_layer == PAD_LETTERS;
    size_t len;
    char back[8] = "abc";

    (void)letters_of(row_of(0), w->pad_page, &len);
    w->pad_page = pages && len > 0 ? w->pad_page : 0;
    if (w->pad_layer == PAD_SIGNS) {
        layer_of(w, "1234567890", "-/:()@+&%=", "?!;#*\"_");
    } else if (w->pad_layer == PAD_ACCENTS) {
        layer_of(w, "\u00E1\u00E9\u00ED\u00F3\u00FA\u00FC\u00F1\u00E7\u00E0\u00E8",
                 "\u00E2\u00EA\u00EE\u00F4\u00FB\u00E4\u00EB\u00EF\u00F6\u00F8",
                 "\u00E5\u00E3\u00F5\u00EC\u00F2\u00F9\u00E6");
    } else if (w->pad_layer == PAD_LATIN) {
        layer_of(w, "qwertyuiop", "asdfghjkl", "zxcvbnm");
    } else {
        layer_of(w, row_of(0), row_of(1), row_of(2));
    }
    if (pages) {
        add_page(w, row_of(0));
    } else if (w->pad_layer != PAD_SIGNS) {
        add(w, (struct pad_means){ .does = PAD_SHIFTS }, capitals_now(w) ? "aA" : "Aa", 2, 0, 1);
    }
    add_delete(w, 2);
    if (own) {
        (void)letter(row_of(0), row_of(0) + strcspn(row_of(0), "|"), &len);
        snprintf(back, sizeof back, "%.*s", (int)len, row_of(0));
    }
    add_layer(w, PAD_SIGNS, "123", back, 0);
    add_layer(w, own ? PAD_LATIN : PAD_ACCENTS, own ? "abc" : "\u00E1\u00F1", back, 1);
    add(w, (struct pad_means){ .does = PAD_TYPES, .text = " " }, tr("Space"), 3, 2, 4);
    add_text(w, ",", 1, 3, 6, 1);
    add_text(w, ".", 1, 3, 7, 1);
    if (w->edit[w->pad_field].multiline) {
        add(w, (struct pad_means){ .does = PAD_TYPES, .text = "\n" }, tr("New line"), 3, 8, 2);
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
    enum keys_wanted keys = spec[w->pad_field].keys;
    bool multiline = w->edit[w->pad_field].multiline;
    if (keys == KEYS_LETTERS) {
        letters(w);
        if (other_script(w) && !own_script()) {
            pages_para(w, tr("You can write with these letters. If that is hard, call staff."));
        }
    } else {
        digits(w, keys);
    }
    w->page.keys_kind =
        (((unsigned)w->pad_page * PAD_LAYERS + (unsigned)w->pad_layer) * 8 + (unsigned)keys) * 2 + multiline;
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
    case PAD_SHIFTS:
        w->pad_shift = !w->pad_shift;
        break;
    case PAD_LAYER:
        w->pad_layer = means.layer;
        w->pad_page = means.page;
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
