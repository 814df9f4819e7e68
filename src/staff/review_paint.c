/* The state as a struct screen. */
#include <stdio.h>
#include <string.h>

#include "call_words.h"
#include "mem.h"
#include "review_internal.h"
#include "text.h"
#include "tr.h"

/* What a key is called on the screen, and what a click on it does. */
enum { KEY_BASE = 0x10000 };

const char *paint_outcome(enum outcome outcome)
{
    return outcome_name(outcome); /* as in every report: the practitioner's own words */
}

/* --- Calls --- */

/* Whose call it is, where that is known without a health answer. */
static const char *caller(const struct review *r, const struct review_call *call, struct queue_entry *e)
{
    for (size_t i = 0; i < r->ndesk; i++) {
        if (memcmp(r->desk[i].card.uid, call->about, QUEUE_UID) == 0) {
            return r->desk[i].card.name;
        }
    }
    return queue_has(r->queue, call->about, e) ? e->name : "";
}

static void call_line(const struct review *r, const struct review_call *call, struct buf *out)
{
    char when[CLOCK_MINUTE_SIZE];
    struct queue_entry e;
    clock_format_minute(call->at_s, when);
    buf_addf(out, "%s  ", when + 11);
    call_words(out, call->alert, r->setup.urgent_shown || r->stage != STAGE_DOOR, call->at_s, call->made_s);
    buf_adds(out, "  ");
    buf_addf(out, tr("intake %02x%02x%02x%02x"), call->about[0], call->about[1], call->about[2],
             call->about[3]);
    const char *name = r->stage == STAGE_DOOR ? "" : caller(r, call, &e);
    if (name[0] != '\0') {
        buf_addf(out, " (%s)", name);
    }
}

static void paint_notice(struct review *r, struct screen *s)
{
    const struct review_call *call = review_next_call(r);
    struct buf line = BUF_INIT;
    if (call != NULL && r->stage != STAGE_DOOR && (r->trouble != NULL || r->notice == NULL)) {
        call_line(r, call, &line);
        buf_addf(&line, "  %s", tr("F5: seen"));
        s->urgent = call->alert;
    }
    if (r->trouble != NULL) { /* it may stay for days: no call waits behind it */
        buf_addf(&line, "%s%s", line.len > 0 ? "\n" : "", r->trouble);
        s->urgent = true;
    }
    if (line.len > 0 || r->notice != NULL) {
        screen_set(&s->notice, line.len > 0 ? buf_str(&line) : r->notice);
    }
    buf_wipe(&line);
}

/* --- The door --- */

static void count_calls(const struct review *r, size_t *alerts, size_t *helps)
{
    *alerts = *helps = 0;
    for (size_t i = 0; i < r->ncalls; i++) {
        *alerts += r->call[i].alert && !r->call[i].seen;
        *helps += !r->call[i].alert && !r->call[i].seen;
    }
}

static void paint_door(struct review *r, struct screen *s)
{
    size_t alerts, helps, shown = 0;
    struct buf line = BUF_INIT, dots = BUF_INIT;
    count_calls(r, &alerts, &helps);
    buf_addf(&line,
             tr_n("%zu intake of today waits for a decision", "%zu intakes of today wait for a decision",
                  r->waiting),
             r->waiting);
    if (r->setup.urgent_shown) {
        buf_addf(&line, "   ");
        buf_addf(&line, tr_n("%zu alert", "%zu alerts", alerts), alerts);
    }
    size_t calls = r->setup.urgent_shown ? helps : helps + alerts;
    buf_addf(&line, "   ");
    buf_addf(&line, tr_n("%zu call for staff", "%zu calls for staff", calls), calls);
    screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    screen_set(&s->prompt, tr("Unlock"));
    for (size_t i = r->ncalls; i > 0 && shown < 4; i--) {
        if (!r->call[i - 1].seen) {
            buf_reset(&line);
            call_line(r, &r->call[i - 1], &line);
            bool alert = r->call[i - 1].alert && r->setup.urgent_shown;
            screen_text(&s->prompt_text, alert ? UI_ERROR : UI_NOTICE, "", buf_str(&line));
            shown++;
        }
    }
    if (r->setup.notice != NULL && r->setup.notice[0] != '\0') {
        screen_text(&s->prompt_text, UI_NOTICE, "", r->setup.notice);
    }
    if (r->setup.fingerprint[0] != '\0') {
        screen_text(&s->prompt_text, UI_QUIET, tr("Clinic's keys"), r->setup.fingerprint);
    }
    for (size_t i = text_graphemes(r->passphrase.text); i > 0; i--) {
        buf_adds(&dots, "*");
    }
    if (r->by_recovery) {
        /* Shown: sixty letters and digits are not copied from paper blindly. */
        screen_text(
            &s->prompt_text, UI_TEXT, "",
            tr("The recovery key opens every intake to read, and writes in none. Who uses it stands in "
               "the audit trail."));
        s->field[s->nfields++] =
            (struct screen_field){ mem_strdup(tr("Recovery key")), mem_strdup(r->passphrase.text),
                                   r->passphrase.cursor };
    } else {
        s->field[s->nfields++] =
            (struct screen_field){ mem_strdup(tr("Name")), mem_strdup(r->name.text), r->name.cursor };
        s->field[s->nfields++] =
            (struct screen_field){ mem_strdup(tr("Passphrase")), mem_strdup(buf_str(&dots)), dots.len };
        s->field_focus = r->at_name ? 0 : 1;
    }
    screen_set(&s->error, r->unlocking ? tr("Opening...") : r->door_error);
    screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"), tr("unlock"));
    if (!r->by_recovery) {
        screen_add_key(s, KEY_BASE + KEY_ID_TAB, tr("Tab"), tr("name or passphrase"));
    }
    screen_add_key(s, KEY_BASE + KEY_ID_F1 + 1, tr("F2"),
                   r->by_recovery ? tr("by passphrase") : tr("by the recovery key"));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("staff have seen the call"));
    }
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), r->by_recovery ? tr("back") : tr("end"));
    buf_done(&line);
    buf_done(&dots);
}

/* --- The queue --- */

static const char *view_words(enum queue_view view)
{
    switch (view) {
    case QUEUE_VIEW_TODAY:
        return tr("Today");
    case QUEUE_VIEW_OPEN:
        return tr("Open");
    case QUEUE_VIEW_MINE:
        return tr("Mine");
    case QUEUE_VIEW_DECIDED:
        return tr("Decided");
    case QUEUE_VIEW_INTERRUPTED:
        return tr("Interrupted");
    case QUEUE_VIEW_PRESCREEN:
        return tr("Pre-screen");
    default:
        return tr("All");
    }
}

static void paint_queue_head(struct review *r, struct screen *s)
{
    struct buf line = BUF_INIT;
    char from[DATE_ISO_SIZE], to[DATE_ISO_SIZE];
    size_t n = queue_count(r->queue);
    bool searching = r->find.len > 0;
    buf_addf(&line, "%s",
             searching && r->filter.view == QUEUE_VIEW_TODAY ? tr("All days") : view_words(r->filter.view));
    if (r->filter.has_class) {
        buf_addf(&line, ", %s", paint_outcome(r->filter.class));
    }
    if (date_is_set(r->filter.from) || date_is_set(r->filter.to)) {
        buf_addf(&line, tr(", visit %s to %s"), date_format_iso(r->filter.from, from),
                 date_format_iso(r->filter.to, to));
    }
    if (r->flag_text[0] != '\0') {
        buf_addf(&line, tr(", flag %s"), r->flag_text);
    }
    buf_addf(&line, ": ");
    buf_addf(&line, tr_n("%zu intake", "%zu intakes", n), n);
    buf_addf(&line, tr(" of %zu. Worst first."), queue_total(r->queue));
    screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    buf_done(&line);
}

/* About the row with the focus, from what the queue knows: opening it is another matter, and audited. */
static void paint_beside(struct review *r, struct screen *s)
{
    struct queue_entry e;
    struct buf line = BUF_INIT;
    char text[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    queue_get(r->queue, r->focus, &e);
    s->beside = true;
    screen_text(&s->detail, UI_TITLE, "", e.name[0] != '\0' ? e.name : tr("(no name yet)"));
    screen_text(&s->detail, UI_TEXT, tr("Born"), date_format_iso(e.birth_date, text));
    screen_text(&s->detail, UI_TEXT, tr("Phone"), e.phone);
    screen_text(&s->detail, UI_TEXT, tr("Sent"), clock_format_minute(e.wall_s, when));
    screen_text(&s->detail, UI_TEXT, tr("Asked on"), date_format_iso(e.asked_on, text));
    screen_text(&s->detail, UI_TEXT, tr("Visit"), date_format_iso(e.visit_on, text));
    row_class(&line, &e);
    screen_text(&s->detail, UI_STRONG, tr("Result"), buf_str(&line));
    screen_text(&s->detail, UI_TEXT, tr("Flags"), e.flags);
    screen_text(&s->detail, UI_TEXT, tr("Status"), row_status(&e, r->wall_s));
    screen_text(&s->detail, UI_TEXT, tr("With"), e.owner);
    buf_reset(&line);
    for (size_t i = 0; i < QUEUE_UID; i++) {
        buf_addf(&line, "%02x", e.uid[i]);
    }
    screen_text(&s->detail, UI_QUIET, tr("Intake"), buf_str(&line));
    buf_done(&line);
}

static void paint_queue(struct review *r, struct screen *s)
{
    row_columns(r, s);
    s->nrows = queue_count(r->queue);
    s->focus = r->focus;
    bool today = r->filter.view == QUEUE_VIEW_TODAY && !r->filter.has_class; /* others end that view */
    screen_set(&s->empty, r->find.len > 0 ? tr("Nobody is found by that.")
                          : today         ? tr("No intakes today yet.")
                                          : tr("No intakes here."));
    paint_queue_head(r, s);
    if (r->focus < s->nrows && r->prompt.kind == PROMPT_NONE) {
        paint_beside(r, s);
    }
    s->find = r->finding || r->find.len > 0;
    s->finding = r->finding;
    screen_set(&s->find_text, r->find.text);
    s->find_cursor = r->find.cursor;
    for (size_t i = 0; i < s->nrows && !s->demo && i < 200; i++) {
        struct queue_entry e;
        queue_get(r->queue, i, &e);
        s->demo = e.demo;
    }
    if (r->finding) {
        screen_add_key(s, KEY_BASE + KEY_ID_DOWN, tr("Down"), tr("to the list"));
        screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"), tr("done"));
        screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("no search"));
        return;
    }
    screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"),
                   tr_ctx("key", "open")); /* the state is another word */
    screen_add_key(s, '/', "/", tr("find"));
    screen_add_key(s, 'f', "f", tr("filter"));
    screen_add_key(s, 'r', "r", tr("slip"));
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("today"));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("seen"));
    }
    screen_add_key(s, 'q', "q", tr("lock"));
    screen_add_key(s, '?', "?", tr("keys"));
}

static void paint_desk(struct review *r, struct screen *s)
{
    row_columns(r, s);
    s->nrows = r->ndesk;
    s->focus = r->focus < r->ndesk ? r->focus : 0;
    screen_set(&s->empty, tr("Nobody is here yet."));
    screen_text(&s->head, UI_STRONG, "", tr("Who is here today. The desk sees no health answer."));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("seen"));
    }
    screen_add_key(s, 'q', "q", tr("lock"));
    screen_add_key(s, '?', "?", tr("keys"));
}

/* --- One intake --- */

static void paint_person(struct review *r, struct screen *s)
{
    if (intake_count(r, TAB_PERSON) == 0) {
        screen_text(&s->detail, UI_TEXT, "", tr("No other intake looks like the same person's."));
        return;
    }
    for (size_t i = 0; i < r->difference.n; i++) {
        const struct screen_text *text = &r->difference.at[i];
        screen_text(&s->detail, text->style, text->label, text->text);
    }
}

/* Of the answer that raised it. */
static void flag_figures(const struct review *r, const struct encounter_flag *flag, struct screen *s)
{
    for (size_t i = 0; i < r->open->nanswers; i++) {
        if (strcmp(r->open->answer[i].id, flag->question_id) == 0) {
            words_figures(&s->detail, r->form, &r->open->answer[i]);
        }
    }
}

static void paint_detail(struct review *r, struct screen *s)
{
    size_t at = r->at[r->tab];
    if (r->page.n > 0) {
        screen_set(&s->detail_title, r->page_title);
        for (size_t i = 0; i < r->page.n; i++) {
            const struct screen_text *text = &r->page.at[i];
            screen_text(&s->detail, text->style, text->label, text->text);
        }
        return;
    }
    if (r->tab == TAB_PERSON) {
        paint_person(r, s);
    } else if (at < intake_count(r, r->tab)) {
        switch (r->tab) {
        case TAB_FLAGS:
            words_flag(&s->detail, r->open, &r->open->flag[at]);
            flag_figures(r, &r->open->flag[at], s);
            break;
        case TAB_ANSWERS:
            words_answer(&s->detail, &r->open->answer[at]);
            words_figures(&s->detail, r->form, &r->open->answer[at]);
            break;
        case TAB_STAFF:
        case TAB_PATIENT:
            words_item(&s->detail, r->open, &r->open->item[intake_item(r, r->tab, at)]);
            break;
        case TAB_NOTES:
            words_note(&s->detail, r->open, &r->open->note[at]);
            break;
        case TAB_HISTORY:
            words_entry(&s->detail, &r->open->entry[r->open->nentries - 1 - at]);
            break;
        default:
            break;
        }
    }
}

void paint_reading_keys(struct screen *s)
{
    screen_add_key(s, KEY_BASE + KEY_ID_PAGE_DOWN, tr("Page Down"), tr("read on"));
    s->key[s->nkeys - 1].more = true;
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("back"));
}

/* What is cut where there is no room stands last; all of them are under ?. */
static void intake_keys(const struct review *r, struct screen *s)
{
    bool items = r->tab == TAB_STAFF || r->tab == TAB_PATIENT, write = r->rights.write;
    const struct {
        bool on;
        int id;
        const char *key, *label;
    } key[] = {
        { review_next_call(r) != NULL, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("seen") },
        { write && r->tab == TAB_FLAGS, 'l', "l", tr("lower") },
        { write && r->tab == TAB_FLAGS, 'c', "c", tr("confirm") },
        { write && r->tab == TAB_FLAGS, 'i', "i", tr("left out") },
        { write && items, 't', "t", tr("tick") },
        { write && r->tab == TAB_ANSWERS && intake_unchecked(r) > 0, 't', "t", tr("checked") },
        { write && r->tab == TAB_PERSON, 'c', "c", tr("same person") },
        { write && r->tab == TAB_PERSON, 'u', "u", tr("undo") },
        { write && r->tab == TAB_NOTES, 'a', "a", tr("amend") },
        { write && (items || r->tab == TAB_FLAGS), 'e', "e", tr("fill in") },
        { write, 'd', "d", tr("DECIDE") },
        { write, 'n', "n", tr("note") },
        { true, 'p', "p", tr("papers") },
        { true, KEY_BASE + KEY_ID_ENTER, tr("Enter"), r->tab == TAB_PERSON ? tr("open it") : tr("all") },
        { true, KEY_BASE + KEY_ID_TAB, tr("Tab"), tr("next list") },
        { true, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("queue") },
        { true, '?', "?", tr("keys") },
        { true, 'y', "y", tr("why not") },
        { write, 'v', "v", tr("visit") },
        { true, 'r', "r", tr("slip") },
        { write, 'o', "o", strcmp(r->open->owner, r->user) == 0 ? tr("let go") : tr("take") },
    };
    if (r->zoom) {
        paint_reading_keys(s);
        return;
    }
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        if (key[i].on) {
            screen_add_key(s, key[i].id, key[i].key, key[i].label);
        }
    }
}

static void paint_intake(struct review *r, struct screen *s)
{
    s->demo = r->open->demo;
    row_columns(r, s);
    s->nrows = intake_count(r, r->tab);
    s->focus = r->at[r->tab] < s->nrows ? r->at[r->tab] : 0;
    screen_set(&s->empty, r->tab == TAB_FLAGS && r->open->has_class
                              ? tr("No issues flagged; the practitioner decides.")
                              : tr("Nothing here."));
    paint_head_who(r->open, s);
    paint_head_result(r->open, s);
    paint_head_marks(r, s);
    paint_head_returning(r, s);
    if (r->prompt.kind == PROMPT_NONE) {
        paint_tabs(r, s);
    }
    paint_detail(r, s);
    s->detail_scroll = r->scroll;
    s->zoom = r->zoom;
}

void paint(struct review *r)
{
    struct screen *s = &r->screen;
    s->serial = r->serial;
    screen_set(&s->title, r->setup.clinic[0] != '\0' ? r->setup.clinic : "Foyer");
    if (r->stage == STAGE_DOOR) {
        paint_door(r, s);
    } else if (r->stage == STAGE_DESK) {
        paint_desk(r, s);
    } else if (r->stage == STAGE_QUEUE) {
        paint_queue(r, s);
    } else {
        paint_intake(r, s);
    }
    if (r->stage == STAGE_QUEUE && r->prompt.kind == PROMPT_NONE) {
        s->detail_scroll = 0;
    }
    if (r->prompt.kind != PROMPT_NONE) {
        for (size_t i = 0; i < s->nkeys; i++) {
            mem_wipe_free(s->key[i].key);
            mem_wipe_free(s->key[i].label);
        }
        s->nkeys = 0;
        prompt_paint(r, s);
    } else if (r->stage == STAGE_INTAKE) {
        intake_keys(r, s);
    }
    if (r->stage != STAGE_DOOR) {
        screen_set(&s->right, r->user);
    }
    paint_notice(r, s);
}
