/* The rows of every list: queue, desk, and the lists of one intake. */
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "review_internal.h"
#include "tr.h"

const char *row_status(const struct queue_entry *e, int64_t now_s)
{
    if (e->uncertain && (e->status == QUEUE_OPEN || e->status == QUEUE_DECIDED)) {
        return tr("uncertain"); /* the page says why, and "go ahead" is blocked */
    }
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
void row_class(struct buf *out, const struct queue_entry *e)
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
    { N_("Sent"), 11, 2, false },   { "", 1, 0, false },
    { N_("Name"), 14, 0, true },    { N_("Born"), 10, 3, false },
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
    row_class(&row->cell[4], &e);
    if (e.has_class) {
        buf_addf(&row->cell[5], "%d/%d", e.open_flags, e.nflags);
    }
    buf_addf(&row->cell[6], "%s%s", kept_of(r, e.uid) > 0 ? "* " : "", row_status(&e, r->wall_s));
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
    const char *state = report_state_words(a->state);
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
        row_class(&row->cell[4], &e);
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
        buf_adds(&row->cell[2], entry->broken ? tr("damaged: ") : "");
        report_event(&row->cell[2], entry->kind, entry->event);
        break;
    }
    default:
        break;
    }
}

/* --- Columns --- */

#define COLUMNS(table)                                                                                       \
    {                                                                                                        \
        table, sizeof(table) / sizeof *(table)                                                               \
    }

void row_columns(const struct review *r, struct screen *s)
{
    static const struct {
        const struct screen_column *column;
        size_t n;
    } queue = COLUMNS(queue_columns), desk = COLUMNS(desk_columns),
      intake[TABS] = {
          [TAB_FLAGS] = COLUMNS(flag_columns),      [TAB_ANSWERS] = COLUMNS(answer_columns),
          [TAB_STAFF] = COLUMNS(item_columns),      [TAB_PATIENT] = COLUMNS(item_columns),
          [TAB_NOTES] = COLUMNS(note_columns),      [TAB_PERSON] = COLUMNS(person_columns),
          [TAB_HISTORY] = COLUMNS(history_columns),
      };
    bool in = r->stage == STAGE_INTAKE, at_desk = r->stage == STAGE_DESK;
    s->column = in ? intake[r->tab].column : at_desk ? desk.column : queue.column;
    s->ncolumns = in ? intake[r->tab].n : at_desk ? desk.n : queue.n;
}
