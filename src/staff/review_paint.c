/* The state as a struct screen. */
#include "review_internal.h"

#include <stdio.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "text.h"
#include "tr.h"

/* What a key is called on the screen, and what a click on it does. */
enum { KEY_BASE = 0x10000 };

const char *paint_outcome(enum outcome outcome)
{
    return outcome_name(outcome); /* as in every report: the practitioner's own words */
}

/* --- Rows --- */

static const char *status_words(const struct queue_entry *e, int64_t now_s)
{
    switch (e->status) {
    case QUEUE_UNFINISHED:
        return queue_interrupted(e, now_s) ? tr("interrupted") : tr("answering");
    case QUEUE_OPEN:
        return queue_prescreen(e) ? tr("pre-screen") : tr("open");
    case QUEUE_DECIDED:
        return e->decision[0] != '\0' ? e->decision : tr("decided");
    case QUEUE_DAMAGED:
        return tr("damaged");
    case QUEUE_NEWER:
        return tr("newer version");
    }
    return "";
}

/* "HOLD", or "HOLD > REVIEW" where staff have lowered it. */
static void add_class(struct buf *out, const struct queue_entry *e)
{
    if (!e->has_class) {
        buf_adds(out, e->status == QUEUE_UNFINISHED ? "-" : tr("unknown"));
        return;
    }
    buf_adds(out, outcome_name(e->class));
    if (e->decided_class != e->class) {
        buf_addf(out, " > %s", outcome_name(e->decided_class));
    }
}

static const struct screen_column queue_columns[] = {
    { N_("Came"), 11, 3, false },   { "", 1, 0, false },
    { N_("Name"), 14, 0, true },    { N_("Born"), 10, 2, false },
    { N_("Result"), 20, 0, false }, { N_("Open"), 5, 4, false },
    { N_("Status"), 12, 1, false }, { N_("With"), 8, 5, false },
};

static void queue_row(const struct review *r, size_t i, struct screen_row *row)
{
    struct queue_entry e;
    char when[CLOCK_MINUTE_SIZE], born[DATE_ISO_SIZE];
    queue_get(r->queue, i, &e);
    clock_format_minute(e.wall_s, when);
    bool same_day = date_equal(clock_local_date(e.wall_s), r->today);
    when[10] = '\0';
    buf_adds(&row->cell[0], same_day ? when + 11 : when);
    buf_adds(&row->cell[1], e.alert ? "!" : "");
    if (e.name[0] == '\0' && (e.status == QUEUE_DAMAGED || e.status == QUEUE_NEWER)) {
        buf_addf(&row->cell[2], tr("intake %02x%02x%02x%02x"), e.uid[0], e.uid[1], e.uid[2], e.uid[3]);
    } else {
        buf_adds(&row->cell[2], e.name[0] != '\0' ? e.name : tr("(no name yet)"));
    }
    buf_adds(&row->cell[3], date_format_iso(e.birth_date, born));
    add_class(&row->cell[4], &e);
    if (e.has_class) {
        buf_addf(&row->cell[5], "%d/%d", e.open_flags, e.nflags);
    }
    buf_addf(&row->cell[6], "%s%s", kept_of(r, e.uid) > 0 ? "* " : "", status_words(&e, r->wall_s));
    buf_adds(&row->cell[7], e.owner);
    row->style = e.status == QUEUE_DECIDED || e.status == QUEUE_UNFINISHED ? UI_QUIET : UI_TEXT;
}

static const struct screen_column desk_columns[] = {
    { N_("Came"), 11, 0, false },
    { N_("Name"), 16, 0, true },
    { N_("Progress"), 20, 1, false },
    { N_("Help wanted"), 24, 0, false },
};

static void desk_row(const struct review *r, size_t i, struct screen_row *row)
{
    const struct review_card *card = &r->desk[i].card;
    char when[CLOCK_MINUTE_SIZE];
    clock_format_minute(card->at_s, when);
    bool same_day = date_equal(clock_local_date(card->at_s), r->today);
    when[10] = '\0';
    buf_adds(&row->cell[0], same_day ? when + 11 : when);
    buf_adds(&row->cell[1], card->name);
    buf_adds(&row->cell[2], card->progress);
    for (size_t k = 0; k < r->ncalls; k++) {
        if (!r->call[k].seen && memcmp(r->call[k].about, card->uid, QUEUE_UID) == 0) {
            buf_adds(&row->cell[3], row->cell[3].len == 0 ? tr("CALLS NOW ") : "");
        }
    }
    buf_adds(&row->cell[3], card->help);
}

static const struct screen_column flag_columns[] = {
    { N_("Result"), 10, 0, false },
    { N_("Flag"), 20, 0, true },
    { N_("Decided"), 28, 0, false },
};
static const struct screen_column answer_columns[] = {
    { "", 4, 0, false },
    { N_("Question"), 20, 0, true },
    { N_("Answer"), 24, 0, false },
    { N_("Marks"), 12, 1, false },
};
static const struct screen_column item_columns[] = {
    { "", 3, 0, false },          { "", 4, 0, false },        { N_("Item"), 24, 0, true },
    { N_("When"), 23, 1, false }, { N_("By"), 10, 2, false },
};
static const struct screen_column note_columns[] = {
    { N_("When"), 16, 0, false },
    { N_("By"), 10, 0, false },
    { N_("Text"), 20, 0, true },
};
static const struct screen_column person_columns[] = {
    { "", 11, 0, false },          { N_("Name"), 16, 0, true },    { N_("Born"), 10, 0, false },
    { N_("Asked"), 10, 0, false }, { N_("Result"), 12, 1, false },
};
static const struct screen_column history_columns[] = {
    { N_("When"), 16, 0, false },
    { N_("By"), 10, 0, false },
    { N_("What"), 20, 0, true },
};

static void flag_row(const struct encounter *e, size_t i, struct screen_row *row)
{
    const struct encounter_flag *flag = &e->flag[i];
    buf_adds(&row->cell[0], paint_outcome(flag->program));
    buf_addf(&row->cell[1], "%s%s", flag->alert ? "! " : "", flag->title);
    if (flag->decided) {
        buf_addf(&row->cell[2], "%s, %s",
                 flag->outcome < flag->program ? paint_outcome(flag->outcome) : tr("confirmed"), flag->by);
    } else if (flag->program > OUTCOME_PRECAUTION) {
        buf_adds(&row->cell[2], tr("to decide"));
    }
    row->style = flag->decided || flag->program == OUTCOME_CLEAR ? UI_QUIET : UI_TEXT;
}

static void answer_row(const struct encounter *e, size_t i, struct screen_row *row)
{
    const struct encounter_answer *a = &e->answer[i];
    const char *state = words_state(a->state);
    const char *answer = a->clinic_answer[0] != '\0' ? a->clinic_answer : a->answer;
    buf_adds(&row->cell[0], a->code);
    buf_adds(&row->cell[1], a->clinic_question[0] != '\0' ? a->clinic_question : a->question);
    buf_adds(&row->cell[2], state[0] != '\0' ? state : answer);
    buf_addf(&row->cell[3], "%s%s%s%s", a->fast ? tr("fast ") : "", a->ask_alone ? tr("alone ") : "",
             a->by_helper ? tr("helper ") : "",
             a->to_check                   ? tr("to check")
             : a->source == SOURCE_CARRIED ? tr("carried")
             : a->source == SOURCE_AGAIN   ? tr("again")
                                           : "");
}

static void item_row(const struct review *r, size_t i, struct screen_row *row)
{
    size_t k = intake_item(r, r->tab, i);
    if (k == SIZE_MAX) {
        return;
    }
    const struct encounter_item *item = &r->open->item[k];
    char from[DATE_ISO_SIZE], until[DATE_ISO_SIZE];
    date_format_iso(item->from, from);
    date_format_iso(item->until, until);
    buf_adds(&row->cell[0], item->done ? "[x]" : "[ ]");
    buf_adds(&row->cell[1], item->id);
    buf_addf(&row->cell[2], "%s%s",
             r->tab == TAB_STAFF && item->who == ITEM_PATIENT ? tr("Check today: ") : "", item->text);
    if (strcmp(from, until) == 0) {
        buf_adds(&row->cell[3], from);
    } else {
        buf_addf(&row->cell[3], "%s%s%s", from, until[0] != '\0' ? " - " : "", until);
    }
    buf_adds(&row->cell[3], row->cell[3].len == 0 ? item->when_text : "");
    buf_adds(&row->cell[4], item->initials);
}

static void person_row(const struct review *r, size_t i, struct screen_row *row)
{
    uint8_t uid[QUEUE_UID];
    bool linked = false;
    struct queue_entry e;
    char born[DATE_ISO_SIZE], asked[DATE_ISO_SIZE];
    if (!intake_other(r, i, uid, &linked)) {
        return;
    }
    buf_adds(&row->cell[0], linked ? tr("confirmed") : tr("perhaps"));
    if (queue_has(r->queue, uid, &e)) {
        buf_adds(&row->cell[1], e.name);
        buf_adds(&row->cell[2], date_format_iso(e.birth_date, born));
        buf_adds(&row->cell[3], date_format_iso(e.asked_on, asked));
        add_class(&row->cell[4], &e);
    } else {
        buf_adds(&row->cell[1], tr("(not in this database any more)"));
    }
}

void review_row(void *review, size_t i, struct screen_row *row)
{
    const struct review *r = review;
    char when[CLOCK_MINUTE_SIZE];
    if (r->stage == STAGE_DESK) {
        desk_row(r, i, row);
        return;
    }
    if (r->stage != STAGE_INTAKE) {
        queue_row(r, i, row);
        return;
    }
    switch (r->tab) {
    case TAB_FLAGS:
        flag_row(r->open, i, row);
        break;
    case TAB_ANSWERS:
        answer_row(r->open, i, row);
        break;
    case TAB_STAFF:
    case TAB_PATIENT:
        item_row(r, i, row);
        break;
    case TAB_NOTES:
        buf_adds(&row->cell[0], clock_format_minute(r->open->note[i].at_s, when));
        buf_adds(&row->cell[1], r->open->note[i].by);
        buf_addf(&row->cell[2], "%s%s", r->open->note[i].of != 0 ? tr("amends: ") : "",
                 r->open->note[i].text);
        break;
    case TAB_PERSON:
        person_row(r, i, row);
        break;
    case TAB_HISTORY: {
        const struct encounter_entry *entry = &r->open->entry[r->open->nentries - 1 - i];
        buf_adds(&row->cell[0], clock_format_minute(entry->at_s, when));
        buf_adds(&row->cell[1], entry->by);
        buf_addf(&row->cell[2], "%s%s", entry->broken ? tr("damaged: ") : "", words_kind(entry->kind));
        break;
    }
    default:
        break;
    }
}

static void use_columns(struct screen *s, const struct screen_column *column, size_t n)
{
    s->column = column;
    s->ncolumns = n;
}
#define COLUMNS(s, table) use_columns(s, table, sizeof(table) / sizeof *(table))

/* --- Calls --- */

static void call_line(const struct review *r, const struct review_call *call, struct buf *out)
{
    char when[CLOCK_MINUTE_SIZE];
    struct queue_entry e;
    clock_format_minute(call->at_s, when);
    const char *words = !r->setup.urgent_shown && r->stage == STAGE_DOOR ? tr("The kiosk calls for staff")
                        : call->alert                                    ? tr("ALERT: see this patient now")
                                      : tr("HELP: the patient calls for staff");
    buf_addf(out, "%s  %s  ", when + 11, words);
    buf_addf(out, tr("intake %02x%02x%02x%02x"), call->about[0], call->about[1], call->about[2],
             call->about[3]);
    if (r->stage != STAGE_DOOR && queue_has(r->queue, call->about, &e) && e.name[0] != '\0') {
        buf_addf(out, " (%s)", e.name);
    }
}

static void paint_notice(struct review *r, struct screen *s)
{
    const struct review_call *call = review_next_call(r);
    struct buf line = BUF_INIT;
    if (r->trouble != NULL) {
        screen_set(&s->notice, r->trouble);
        s->urgent = true;
    } else if (r->notice != NULL) {
        screen_set(&s->notice, r->notice);
    } else if (call != NULL && r->stage != STAGE_DOOR) {
        call_line(r, call, &line);
        buf_addf(&line, "  %s", tr("F5: seen"));
        screen_setf(&s->notice, "%s", buf_str(&line));
        s->urgent = call->alert;
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
    buf_addf(&line, tr_n("%zu intake came in today", "%zu intakes came in today", r->waiting), r->waiting);
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
    if (r->setup.fingerprint[0] != '\0') {
        screen_text(&s->prompt_text, UI_QUIET, tr("Clinic's keys"), r->setup.fingerprint);
    }
    for (size_t i = text_graphemes(r->passphrase.text); i > 0; i--) {
        buf_adds(&dots, "*");
    }
    s->field[s->nfields++] =
        (struct screen_field){ mem_strdup(tr("Name")), mem_strdup(r->name.text), r->name.cursor };
    s->field[s->nfields++] =
        (struct screen_field){ mem_strdup(tr("Passphrase")), mem_strdup(buf_str(&dots)), dots.len };
    s->field_focus = r->at_name ? 0 : 1;
    screen_set(&s->error, r->unlocking ? tr("Opening...") : r->door_error);
    screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"), tr("unlock"));
    screen_add_key(s, KEY_BASE + KEY_ID_TAB, tr("Tab"), tr("name or passphrase"));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("staff have seen the call"));
    }
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("end"));
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
    add_class(&line, &e);
    screen_text(&s->detail, UI_STRONG, tr("Result"), buf_str(&line));
    screen_text(&s->detail, UI_TEXT, tr("Flags"), e.flags);
    screen_text(&s->detail, UI_TEXT, tr("Status"), status_words(&e, r->wall_s));
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
    COLUMNS(s, queue_columns);
    s->nrows = queue_count(r->queue);
    s->focus = r->focus;
    screen_set(&s->empty, r->find.len > 0                      ? tr("Nobody is found by that.")
                          : r->filter.view == QUEUE_VIEW_TODAY ? tr("No intakes today yet.")
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
    screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"), tr("open"));
    screen_add_key(s, '/', "/", tr("find"));
    screen_add_key(s, 'f', "f", tr("filter"));
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("today"));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("seen"));
    }
    screen_add_key(s, 'q', "q", tr("lock"));
    screen_add_key(s, '?', "?", tr("keys"));
}

static void paint_desk(struct review *r, struct screen *s)
{
    COLUMNS(s, desk_columns);
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

static void add_age(struct buf *out, const struct encounter *e)
{
    struct date born = e->birth_date, visit = e->visit_on;
    if (date_is_full(born) && date_is_full(visit)) {
        int age = visit.year - born.year;
        /* Full years have passed when the birthday has: 29 February counts from 1 March. */
        age -= date_compare(date_add_months(born, 12 * age), visit) > 0;
        buf_addf(out, ", %d", age);
    }
}

static void head_who(const struct encounter *e, struct screen *s)
{
    struct buf line = BUF_INIT;
    char text[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    if (e->damaged) {
        buf_adds(&line, tr("Intake "));
        for (size_t i = 0; i < QUEUE_UID; i++) {
            buf_addf(&line, "%02x", e->uid[i]);
        }
        buf_addf(&line, tr(", %s"), clock_format_minute(e->wall_s, when));
        screen_text(&s->head, UI_TITLE, "", buf_str(&line));
        buf_done(&line);
        return;
    }
    buf_adds(&line, e->name[0] != '\0' ? e->name : tr("No name"));
    add_age(&line, e);
    if (date_is_set(e->birth_date)) {
        buf_addf(&line, tr(", born %s"), date_format_iso(e->birth_date, text));
    }
    buf_addf(&line, "%s%s", e->phone[0] != '\0' ? ", " : "", e->phone);
    screen_text(&s->head, UI_TITLE, "", buf_str(&line));
    buf_reset(&line);
    buf_addf(&line, tr("Asked %s"), date_format_iso(e->asked_on, text));
    buf_addf(&line, tr(", sent %s"), clock_format_minute(e->wall_s, when) + 11);
    buf_addf(&line, tr(", visit %s"), date_format_iso(e->visit_on, text));
    if (e->language[0] != '\0') {
        buf_addf(&line, tr(", language %s"), e->language);
    }
    if (e->helper[0] != '\0' || e->relation[0] != '\0') {
        buf_addf(&line, tr(", helped by %s"), e->helper);
        buf_addf(&line, "%s%s%s", e->relation[0] != '\0' ? " (" : "", e->relation,
                 e->relation[0] != '\0' ? ")" : "");
    }
    screen_text(&s->head, UI_TEXT, "", buf_str(&line));
    buf_wipe(&line);
}

static void head_result(const struct encounter *e, struct screen *s)
{
    struct buf line = BUF_INIT;
    char text[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    if (e->damaged && strcmp(e->fault, DOCUMENT_NEWER) == 0) {
        buf_adds(&line,
                 tr("NEWER VERSION: this record was written by a newer Foyer. Use that one to read it."));
    } else if (e->damaged) {
        buf_adds(&line, tr("DAMAGED: this record cannot be opened. It is kept as it is."));
        buf_addf(&line, e->fault[0] != '\0' ? " (%s)" : "%s", e->fault);
    } else if (e->draft) {
        buf_adds(&line, tr("Not signed: nothing has been assessed. Ask in person."));
    } else if (!e->has_class) {
        buf_adds(&line, tr("No result that this program knows. Review every answer."));
    } else {
        buf_addf(&line, tr("Program: %s. As decided: %s"), paint_outcome(e->program_class),
                 paint_outcome(e->class));
        buf_addf(&line, tr_n(" (%zu flag to decide)", " (%zu flags to decide)", e->open), e->open);
        if (date_is_full(e->not_before)) {
            buf_addf(&line, tr(", not before %s"), date_format_iso(e->not_before, text));
        }
    }
    screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    if (e->decision != DECISION_NONE) {
        buf_reset(&line);
        buf_addf(&line, tr("DECIDED: %s"), prompt_decision_words(e->decision));
        buf_addf(&line, " %s", date_format_iso(e->postponed_to, text));
        buf_addf(&line, tr(" signed %s, %s"), e->signed_name, clock_format_minute(e->signed_s, when));
        buf_addf(&line, "%s%s", e->signed_text[0] != '\0' ? ": " : "", e->signed_text);
        screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    }
    buf_wipe(&line);
}

static void head_marks(const struct review *r, struct screen *s)
{
    const struct encounter *e = r->open;
    struct buf line = BUF_INIT;
    size_t private_talks = 0, alone = 0, fast = 0;
    for (size_t i = 0; i < e->nanswers; i++) {
        private_talks += strcmp(e->answer[i].state, "private") == 0;
        alone += e->answer[i].ask_alone;
        fast += e->answer[i].fast;
    }
    const struct {
        bool on;
        const char *words;
    } mark[] = {
        { e->uncertain, tr("an entry is missing, damaged or of a NEWER VERSION: see History") },
        { e->reopened && e->decision == DECISION_NONE, tr("the decision fell: something changed after it") },
        { e->prescreen, tr("PRE-SCREEN: ask about today again on the day") },
        { e->dates_shifted, tr("visit moved: date rules not worked out again") },
        { e->restricted, tr("restricted") },
    };
    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
        if (mark[i].on) {
            buf_addf(&line, "%s%s", line.len > 0 ? "; " : "", mark[i].words);
        }
    }
    if (private_talks > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr_n("%zu answer in private", "%zu answers in private", private_talks),
                 private_talks);
    }
    if (alone > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr("%zu to ask again alone"), alone);
    }
    if (fast > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr("%zu answered very fast"), fast);
    }
    if (e->owner[0] != '\0') {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr("with %s"), e->owner);
    }
    if (line.len > 0) {
        screen_text(&s->head, UI_NOTICE, "", buf_str(&line));
    }
    buf_done(&line);
}

static void head_tabs(const struct review *r, struct screen *s)
{
    static const char *const name[TABS] = { N_("Flags"), N_("Answers"), N_("Staff"), N_("Patient"),
                                            N_("Notes"), N_("Links"),   N_("Log") };
    struct buf line = BUF_INIT;
    for (int i = 0; i < TABS; i++) {
        bool here = i == (int)r->tab;
        buf_addf(&line, "%s%s%d %s %zu%s", i > 0 ? " " : "", here ? "[" : "", i + 1, tr(name[i]),
                 intake_count(r, (enum tab)i), here ? "]" : "");
    }
    screen_text(&s->head, UI_QUIET, "", buf_str(&line));
    buf_done(&line);
}

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

static void paint_detail(struct review *r, struct screen *s)
{
    size_t at = r->at[r->tab];
    if (r->why_not.n > 0) {
        screen_set(&s->detail_title, tr("Rules that did not fire, and why"));
        for (size_t i = 0; i < r->why_not.n; i++) {
            const struct screen_text *text = &r->why_not.at[i];
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
            break;
        case TAB_ANSWERS:
            words_answer(&s->detail, &r->open->answer[at]);
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

static void intake_keys(const struct review *r, struct screen *s)
{
    if (r->zoom) {
        screen_add_key(s, KEY_BASE + KEY_ID_PAGE_DOWN, tr("Page Down"), tr("read on"));
        screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("back"));
        return;
    }
    if (r->tab == TAB_FLAGS && r->rights.write) {
        screen_add_key(s, 'l', "l", tr("lower"));
        screen_add_key(s, 'c', "c", tr("confirm"));
        screen_add_key(s, 'i', "i", tr("left out"));
    }
    if ((r->tab == TAB_STAFF || r->tab == TAB_PATIENT || r->tab == TAB_ANSWERS) && r->rights.write) {
        screen_add_key(s, 't', "t", tr("tick"));
    }
    if (r->tab == TAB_PERSON && r->rights.write) {
        screen_add_key(s, 'c', "c", tr("same person"));
        screen_add_key(s, 'u', "u", tr("undo"));
    }
    if (r->tab == TAB_NOTES && r->rights.write) {
        screen_add_key(s, 'a', "a", tr("amend"));
    }
    if (r->rights.write) {
        screen_add_key(s, 'd', "d", tr("DECIDE"));
        if (r->tab == TAB_FLAGS || r->tab == TAB_STAFF || r->tab == TAB_PATIENT) {
            screen_add_key(s, 'e', "e", tr("fill in"));
        }
        screen_add_key(s, 'n', "n", tr("note"));
        screen_add_key(s, 'v', "v", tr("visit"));
        screen_add_key(s, 'o', "o", strcmp(r->open->owner, r->user) == 0 ? tr("let go") : tr("take"));
    }
    screen_add_key(s, 'y', "y", tr("why not"));
    screen_add_key(s, KEY_BASE + KEY_ID_ENTER, tr("Enter"), r->tab == TAB_PERSON ? tr("open it") : tr("all"));
    screen_add_key(s, KEY_BASE + KEY_ID_TAB, tr("Tab"), tr("next list"));
    if (review_next_call(r) != NULL) {
        screen_add_key(s, KEY_BASE + KEY_ID_F1 + 4, tr("F5"), tr("seen"));
    }
    screen_add_key(s, KEY_BASE + KEY_ID_ESCAPE, tr("Esc"), tr("queue"));
    screen_add_key(s, '?', "?", tr("keys"));
}

static void paint_intake(struct review *r, struct screen *s)
{
    static const struct {
        const struct screen_column *column;
        size_t n;
    } columns[TABS] = {
        [TAB_FLAGS] = { flag_columns, sizeof flag_columns / sizeof *flag_columns },
        [TAB_ANSWERS] = { answer_columns, sizeof answer_columns / sizeof *answer_columns },
        [TAB_STAFF] = { item_columns, sizeof item_columns / sizeof *item_columns },
        [TAB_PATIENT] = { item_columns, sizeof item_columns / sizeof *item_columns },
        [TAB_NOTES] = { note_columns, sizeof note_columns / sizeof *note_columns },
        [TAB_PERSON] = { person_columns, sizeof person_columns / sizeof *person_columns },
        [TAB_HISTORY] = { history_columns, sizeof history_columns / sizeof *history_columns },
    };
    s->demo = r->open->demo;
    use_columns(s, columns[r->tab].column, columns[r->tab].n);
    s->nrows = intake_count(r, r->tab);
    s->focus = r->at[r->tab] < s->nrows ? r->at[r->tab] : 0;
    screen_set(&s->empty, r->tab == TAB_FLAGS && r->open->has_class
                              ? tr("No issues flagged; the practitioner decides.")
                              : tr("Nothing here."));
    head_who(r->open, s);
    head_result(r->open, s);
    head_marks(r, s);
    if (r->prompt.kind == PROMPT_NONE) {
        head_tabs(r, s); /* else its line is for the evidence */
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
