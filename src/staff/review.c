/* The review's life: events, timers, and what the loop answers. */
#include "report.h"
#include "review_internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"

enum { NAME_MAX_LEN = 64, PASSPHRASE_MAX = 256, FIND_MAX = 80 };
enum {
    KEEP_MS = 1500,        /* in a pause of this length what was typed is sealed ... */
    KEEP_LATEST_MS = 10000 /* ... and without a pause this long after the first key that is not */
};

/* --- Life --- */

struct review *review_new(const struct review_setup *setup, int64_t mono_ms)
{
    struct review *r = mem_alloc(sizeof *r);
    r->setup = *setup;
    r->now_ms = r->input_ms = mono_ms;
    r->typed_ms = -1;
    r->queue = queue_new();
    r->user = mem_strdup("");
    r->initials = mem_strdup("");
    r->flag_text = mem_strdup("");
    edit_init(&r->name, NAME_MAX_LEN, false);
    edit_init(&r->passphrase, PASSPHRASE_MAX, false);
    edit_init(&r->find, FIND_MAX, false);
    edit_set(&r->name, setup->user);
    r->at_name = setup->user[0] == '\0';
    r->proposed = !r->at_name;
    r->stale = true;
    r->rows = r->lines = 1;
    return r;
}

static void forget_want(struct review *r)
{
    r->want = (struct review_want){ .event = r->event };
}

static void drop_desk(struct review *r)
{
    for (size_t i = 0; i < r->ndesk; i++) {
        mem_wipe_free((char *)(uintptr_t)r->desk[i].card.name);
        mem_wipe_free((char *)(uintptr_t)r->desk[i].card.progress);
        mem_wipe_free((char *)(uintptr_t)r->desk[i].card.help);
    }
    r->ndesk = 0;
}

/* Everything that a key opened. */
static void forget(struct review *r)
{
    queue_clear(r->queue);
    drop_desk(r);
    encounter_free(r->open);
    r->open = NULL;
    prompt_close(r, false);
    kept_clear(r);
    screen_texts_done(&r->page);
    screen_set(&r->page_title, NULL);
    screen_texts_done(&r->difference);
    r->nsame = 0;
    screen_set(&r->since, NULL);
    r->linking = r->checking = false;
    edit_set(&r->find, "");
    r->finding = r->focused = r->zoom = false;
    r->focus = 0;
    r->filter = (struct queue_filter){ 0 };
    screen_set(&r->flag_text, "");
    screen_set(&r->notice, NULL);
    screen_set(&r->ticking, NULL);
    screen_reset(&r->screen);
    forget_want(r);
}

void review_free(struct review *r)
{
    if (r == NULL) {
        return;
    }
    forget(r);
    queue_free(r->queue);
    edit_done(&r->name);
    edit_done(&r->passphrase);
    edit_done(&r->find);
    free(r->desk);
    free(r->call);
    free(r->kept);
    free(r->user);
    free(r->initials);
    free(r->flag_text);
    free(r->trouble);
    free(r->door_error);
    free(r);
}

void review_lock(struct review *r)
{
    kept_save(r);
    r->effects |= REVIEW_KEEP | REVIEW_LOCK | REVIEW_REDRAW;
    r->typed_ms = -1;
}

void review_put_aside(struct review *r)
{
    kept_save(r);
}

unsigned review_locked(struct review *r)
{
    forget(r);
    edit_set(&r->passphrase, "");
    r->stage = STAGE_DOOR;
    r->rights = (struct review_rights){ 0 };
    r->unlocking = r->by_recovery = false;
    r->stale = true;
    r->serial++;
    r->effects = 0;
    return REVIEW_REDRAW;
}

/* --- Small things --- */

void review_notice(struct review *r, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    screen_set(&r->notice, text[0] == '\0' ? NULL : text);
    r->stale = true;
}

void review_ask(struct review *r, enum review_wanted what)
{
    forget_want(r);
    r->want.what = what;
    r->effects |= REVIEW_WANT;
}

struct review_want *review_want(struct review *r)
{
    return &r->want;
}

struct encounter *review_encounter(struct review *r)
{
    return r->open;
}

struct queue *review_queue(struct review *r)
{
    return r->queue;
}

bool review_is_key(const struct event *event, enum event_key key)
{
    return event->type == EVENT_KEY && event->key == key;
}

bool review_is_char(const struct event *event, char c)
{
    return event->type == EVENT_CHAR && event->text[0] == c && event->text[1] == '\0';
}

/* Keys that move in any list. True: it was one. */
bool review_moved(struct review *r, const struct event *event, size_t *focus, size_t count)
{
    size_t last = count == 0 ? 0 : count - 1, page = r->rows > 1 ? r->rows - 1 : 1, to = *focus;
    if (review_is_key(event, KEY_ID_UP) || review_is_char(event, 'k')) {
        to -= to > 0;
    } else if (review_is_key(event, KEY_ID_DOWN) || review_is_char(event, 'j')) {
        to++;
    } else if (review_is_key(event, KEY_ID_PAGE_UP)) {
        to = to > page ? to - page : 0;
    } else if (review_is_key(event, KEY_ID_PAGE_DOWN)) {
        to += page;
    } else if (review_is_key(event, KEY_ID_HOME)) {
        to = 0;
    } else if (review_is_key(event, KEY_ID_END)) {
        to = last;
    } else {
        return false;
    }
    *focus = to > last ? last : to;
    return true;
}

static unsigned take_effects(struct review *r)
{
    unsigned effects = r->effects;
    r->effects = 0;
    return effects;
}

static void tick(struct review *r, int64_t mono_ms, int64_t wall_s)
{
    r->now_ms = mono_ms;
    r->wall_s = wall_s;
    struct date today = clock_local_date(wall_s);
    if (!date_equal(today, r->today)) {
        r->today = today;
        r->stale = true;
    }
}

/* --- Calls --- */

const struct review_call *review_next_call(const struct review *r)
{
    const struct review_call *next = NULL;
    for (size_t i = 0; i < r->ncalls; i++) {
        const struct review_call *call = &r->call[i];
        if (!call->seen && (next == NULL || (call->alert && !next->alert))) {
            next = call;
        }
    }
    return next;
}

static void acknowledge(struct review *r)
{
    const struct review_call *call = review_next_call(r);
    if (call == NULL) {
        review_notice(r, "%s", tr("Nobody is calling."));
        return;
    }
    review_ask(r, WANT_SEEN);
    memcpy(r->want.uid, call->uid, QUEUE_UID);
}

unsigned review_call(struct review *r, const struct review_call *call, bool fresh)
{
    struct review_call *at = NULL;
    for (size_t i = 0; i < r->ncalls && at == NULL; i++) {
        at = memcmp(r->call[i].uid, call->uid, QUEUE_UID) == 0 ? &r->call[i] : NULL;
    }
    if (at == NULL) {
        if (r->ncalls == r->cap_calls) {
            r->cap_calls = r->cap_calls == 0 ? 16 : 2 * r->cap_calls;
            r->call = mem_realloc(r->call, r->cap_calls, sizeof *r->call);
        }
        at = &r->call[r->ncalls++];
        if (fresh && !call->seen) { /* it has the line that said what the last key did */
            r->effects |= REVIEW_BELL;
            screen_set(&r->notice, NULL);
        }
    }
    *at = *call;
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

unsigned review_seen(struct review *r, const uint8_t uid[QUEUE_UID], const char *why)
{
    for (size_t i = 0; why == NULL && i < r->ncalls; i++) {
        r->call[i].seen = r->call[i].seen || memcmp(r->call[i].uid, uid, QUEUE_UID) == 0;
    }
    review_notice(r, "%s", why == NULL ? tr("The patient now reads: staff have seen this.") : why);
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

/* --- Events --- */

static void dispatch(struct review *r, const struct event *event)
{
    if (r->prompt.kind != PROMPT_NONE) {
        prompt_event(r, event);
    } else if (r->stage == STAGE_INTAKE) {
        intake_event(r, event);
    } else {
        list_event(r, event);
    }
}

static void typed_here(struct review *r)
{
    if (r->prompt.kind != PROMPT_NONE && r->prompt.nedits > 0) {
        r->unsealed_ms = r->typed_ms < 0 ? r->now_ms : r->unsealed_ms;
        r->typed_ms = r->now_ms;
    }
}

/* When what was typed is sealed; INT64_MAX: nothing was. */
static int64_t keep_at(const struct review *r)
{
    int64_t pause = r->typed_ms + KEEP_MS, latest = r->unsealed_ms + KEEP_LATEST_MS;
    return r->typed_ms < 0 ? INT64_MAX : pause < latest ? pause : latest;
}

static void input(struct review *r, const struct event *event)
{
    r->input_ms = r->now_ms;
    r->effects |= REVIEW_REDRAW;
    screen_set(&r->notice, NULL);
    r->stale = true;
    if (review_is_key(event, KEY_ID_F1 + 4)) {
        acknowledge(r);
    } else if (review_is_key(event, KEY_ID_F1 + 9)) {
        if (r->stage == STAGE_DOOR) {
            r->effects |= REVIEW_QUIT;
        } else {
            review_lock(r);
        }
    } else {
        dispatch(r, event);
        typed_here(r);
    }
}

static void timer(struct review *r)
{
    if (r->now_ms >= keep_at(r)) {
        kept_save(r);
        r->typed_ms = -1;
        r->effects |= REVIEW_KEEP;
    }
    if (r->stage != STAGE_DOOR && r->now_ms - r->input_ms >= (int64_t)r->setup.idle_s * 1000) {
        review_lock(r);
    } else if (r->stage == STAGE_DOOR && r->passphrase.len > 0 &&
               r->now_ms - r->input_ms >= (int64_t)r->setup.idle_s * 1000) {
        edit_set(&r->passphrase, "");
        r->stale = true;
        r->effects |= REVIEW_REDRAW;
    }
}

unsigned review_event(struct review *r, const struct event *event, int64_t wall_s)
{
    tick(r, event->mono_ms, wall_s);
    switch (event->type) {
    case EVENT_CHAR:
    case EVENT_KEY:
    case EVENT_PASTE:
        input(r, event);
        break;
    case EVENT_TIMER:
        timer(r);
        break;
    case EVENT_RESIZE:
        r->effects |= REVIEW_REDRAW;
        break;
    case EVENT_HANGUP:
        if (r->stage != STAGE_DOOR) {
            review_lock(r);
        }
        r->effects |= REVIEW_QUIT;
        break;
    default:
        break;
    }
    return take_effects(r);
}

unsigned review_click(struct review *r, enum review_click what, size_t index, int64_t mono_ms, int64_t wall_s)
{
    struct event event = { .type = EVENT_KEY, .key = KEY_ID_ENTER, .mono_ms = mono_ms };
    tick(r, mono_ms, wall_s);
    r->input_ms = mono_ms;
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    size_t *focus = r->stage == STAGE_INTAKE ? &r->at[r->tab] : &r->focus;
    if (what == CLICK_ROW && r->prompt.kind == PROMPT_NONE) {
        bool again = *focus == index;
        *focus = index;
        r->scroll = 0;
        r->finding = false;
        screen_texts_done(&r->difference);
        r->focused = false;
        list_look(r);
        if (again) {
            dispatch(r, &event);
        }
    } else if (what == CLICK_CHOICE && r->prompt.kind != PROMPT_NONE) {
        prompt_choose(r, index);
    } else if (what == CLICK_FIELD && index < r->prompt.nedits) {
        r->prompt.focus = index;
    } else if (what == CLICK_FIELD && r->stage == STAGE_DOOR) {
        r->at_name = index == 0 && !r->by_recovery;
    } else if (what == CLICK_TAB && r->stage == STAGE_INTAKE && r->prompt.kind == PROMPT_NONE) {
        event.type = EVENT_CHAR;
        event.text[0] = (char)('1' + index);
        event.len = 1;
        input(r, &event);
    } else if (what == CLICK_KEY && index < r->screen.nkeys) {
        int id = r->screen.key[index].id;
        if (id >= 0x10000) {
            event.key = (enum event_key)(id - 0x10000);
        } else {
            event.type = EVENT_CHAR;
            event.text[0] = (char)id;
            event.len = 1;
        }
        input(r, &event);
    }
    return take_effects(r);
}

int64_t review_deadline(const struct review *r)
{
    int64_t idle = r->input_ms + (int64_t)r->setup.idle_s * 1000;
    int64_t keep = keep_at(r);
    if (r->stage == STAGE_DOOR && r->passphrase.len == 0) {
        return -1;
    }
    return keep < idle ? keep : idle;
}

/* --- Answers --- */

/* "Anna Maria Berg" is AMB, "anna" AN. */
static char *initials_of(const char *name)
{
    struct buf out = BUF_INIT;
    size_t words = 0;
    for (const char *at = name; *at != '\0';) {
        at += strspn(at, " .-_");
        if (*at == '\0' || words == 4) {
            break;
        }
        buf_add(&out, at, (size_t)(text_next(at) - at));
        words++;
        if (words == 1 && strpbrk(at, " .-_") == NULL && *text_next(at) != '\0') {
            buf_add(&out, text_next(at), (size_t)(text_next(text_next(at)) - text_next(at)));
        }
        at += strcspn(at, " .-_");
    }
    for (size_t i = 0; i < out.len; i++) {
        out.data[i] = (char)((unsigned char)out.data[i] < 0x80 ? toupper((unsigned char)out.data[i])
                                                               : (unsigned char)out.data[i]);
    }
    return buf_steal(&out);
}

unsigned review_unlocked(struct review *r, const char *user, struct review_rights rights, const json_t *kept)
{
    free(r->user);
    free(r->initials);
    r->user = mem_strdup(user);
    r->initials = initials_of(user);
    if (!r->by_recovery) {
        edit_set(&r->name, user);
        r->proposed = true;
    }
    r->by_recovery = false;
    edit_set(&r->passphrase, "");
    screen_set(&r->door_error, NULL);
    r->rights = rights;
    r->unlocking = r->at_name = false;
    r->stage = rights.read ? STAGE_QUEUE : STAGE_DESK;
    r->filter = (struct queue_filter){ .view = QUEUE_VIEW_TODAY };
    r->focus = 0;
    r->focused = false;
    kept_load(r, kept);
    if (r->nkept > 0) {
        review_notice(r,
                      tr_n("%zu unfinished text of yours is kept: open its intake to go on.",
                           "%zu unfinished texts of yours are kept: open their intakes to go on.", r->nkept),
                      r->nkept);
    }
    r->stale = true;
    r->serial++;
    r->effects |= REVIEW_REDRAW;
    list_look(r);
    return take_effects(r);
}

unsigned review_refused(struct review *r, const char *why)
{
    r->unlocking = false;
    if (!r->by_recovery) { /* sixty letters and digits are mended, not typed anew */
        edit_set(&r->passphrase, "");
    }
    screen_set(&r->door_error, why);
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

void review_form(struct review *r, const struct form *form)
{
    r->form = form;
    r->stale = true;
}

unsigned review_opened(struct review *r, struct encounter *encounter, const char *why)
{
    r->effects |= REVIEW_REDRAW;
    r->stale = true;
    if (encounter == NULL) {
        review_notice(r, "%s", why);
        return take_effects(r);
    }
    bool again = r->open != NULL && memcmp(r->open->uid, encounter->uid, QUEUE_UID) == 0;
    uint32_t before = again ? r->open->rev : 0;
    if (!again) {
        encounter_free(r->open);
        r->open = encounter;
        r->form = NULL;
        r->stage = STAGE_INTAKE;
        intake_enter(r);
        intake_look_back(r);
    } else {
        intake_replace(r, encounter);
        if (encounter->rev != before && encounter->nentries > 0) {
            const struct encounter_entry *entry = &encounter->entry[encounter->nentries - 1];
            review_notice(r, tr("%s has just written here: %s"), entry->by, report_event_words(entry->kind));
        }
    }
    return take_effects(r);
}

unsigned review_gone(struct review *r, const char *why)
{
    kept_drop_all(r, r->open->uid);
    prompt_close(r, false);
    intake_leave(r);
    review_notice(r, "%s", why);
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

unsigned review_compare(struct review *r, const struct encounter *other, const char *why)
{
    screen_texts_done(&r->difference);
    memcpy(r->compared, r->want.uid, QUEUE_UID);
    if (other == NULL) {
        screen_text(&r->difference, UI_ERROR, "", why);
    } else if (r->open != NULL) {
        words_difference(&r->difference, other, r->open);
        if (memcmp(r->compared, r->last_visit, QUEUE_UID) == 0) {
            mem_wipe_free(r->since);
            r->since = words_since(other, r->open);
        }
    }
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

unsigned review_why_not(struct review *r, struct screen_texts *lines, const char *why)
{
    screen_texts_done(&r->page);
    if (lines == NULL) {
        review_notice(r, "%s", why);
    } else {
        screen_set(&r->page_title, tr("Rules that did not fire, and why"));
        r->page = *lines;
        *lines = (struct screen_texts){ 0 };
        r->zoom = true;
        r->scroll = 0;
    }
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

unsigned review_changed(struct review *r, int64_t wall_s)
{
    tick(r, r->now_ms, wall_s);
    list_look(r);
    if (r->open != NULL) {
        r->nsame = queue_same_person(r->queue, r->open->uid, r->same, sizeof r->same / sizeof *r->same);
    }
    r->stale = true;
    r->effects |= REVIEW_REDRAW;
    return take_effects(r);
}

void review_cards_begin(struct review *r)
{
    drop_desk(r);
    r->stale = true;
}

void review_card(struct review *r, const struct review_card *card)
{
    if (r->ndesk == r->cap_desk) {
        r->cap_desk = r->cap_desk == 0 ? 32 : 2 * r->cap_desk;
        r->desk = mem_realloc(r->desk, r->cap_desk, sizeof *r->desk);
    }
    struct review_card *own = &r->desk[r->ndesk++].card;
    *own = *card;
    own->name = mem_strdup(card->name);
    own->progress = mem_strdup(card->progress);
    own->help = mem_strdup(card->help);
}

void review_waiting(struct review *r, size_t waiting)
{
    r->stale = r->stale || r->waiting != waiting;
    r->waiting = waiting;
}

unsigned review_trouble(struct review *r, const char *why)
{
    if ((why == NULL) != (r->trouble == NULL) || (why != NULL && strcmp(why, r->trouble) != 0)) {
        screen_set(&r->trouble, why);
        r->stale = true;
        r->effects |= REVIEW_REDRAW;
    }
    return take_effects(r);
}

/* --- For the view --- */

const struct screen *review_screen(struct review *r)
{
    if (r->stale) {
        screen_reset(&r->screen);
        paint(r);
        r->stale = false;
    }
    return &r->screen;
}

void review_drawn(struct review *r, size_t rows, size_t lines, size_t scroll)
{
    r->rows = rows;
    r->lines = lines;
    r->scroll = scroll;
    r->shown_rev = r->open != NULL ? r->open->rev : 0;
}
