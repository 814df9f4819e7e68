#include "tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "handout.h"
#include "mem.h"
#include "text.h"

#define INTAKE_KEY "TEXT NOT NULL REFERENCES intake (intake)"

/* The order of each list is the order of the calls below. */
static const struct table_column patient_columns[] = {
    { "patient", "TEXT PRIMARY KEY" },
    { "name", "TEXT NOT NULL" },
    { "birth_date", "TEXT" },
    { "phone", "TEXT NOT NULL" },
};
static const struct table_column intake_columns[] = {
    { "intake", "TEXT PRIMARY KEY" },
    { "patient", "TEXT NOT NULL REFERENCES patient (patient) DEFERRABLE INITIALLY DEFERRED" },
    { "status", "TEXT NOT NULL CHECK (status IN ('draft', 'signed', 'damaged'))" },
    { "form", "TEXT NOT NULL" },
    { "form_hash", "TEXT NOT NULL" },
    { "language", "TEXT NOT NULL" },
    { "demo", "INTEGER NOT NULL" },
    { "asked_on", "TEXT" },
    { "visit_on", "TEXT" },
    { "started_at", "TEXT" },
    { "consented_at", "TEXT" },
    { "signed_at", "TEXT" },
    { "sent_at", "TEXT" },
    { "helper", "TEXT NOT NULL" },
    { "relation", "TEXT NOT NULL" },
    { "program_class", "TEXT" },
    { "class", "TEXT" },
    { "not_before", "TEXT" },
    { "attention", "INTEGER" },
    { "urgent", "INTEGER NOT NULL" },
    { "prescreen", "INTEGER NOT NULL" },
    { "owner", "TEXT NOT NULL" },
    { "standing_decision", "TEXT" },
    { "restricted", "INTEGER NOT NULL" },
    { "uncertain", "INTEGER NOT NULL" },
};
static const struct table_column answer_columns[] = {
    { "intake", INTAKE_KEY },
    { "question", "TEXT NOT NULL" },
    { "position", "INTEGER NOT NULL" },
    { "code", "TEXT NOT NULL" },
    { "section", "TEXT NOT NULL" },
    { "state", "TEXT NOT NULL" },
    { "value", "TEXT" },
    { "number", "REAL" },
    { "unit", "TEXT" },
    { "question_text", "TEXT NOT NULL" },
    { "answer_text", "TEXT NOT NULL" },
    { "language", "TEXT" },
    { "clinic_question", "TEXT NOT NULL" },
    { "clinic_answer", "TEXT NOT NULL" },
    { "milliseconds", "INTEGER NOT NULL" },
    { "fast", "INTEGER NOT NULL" },
    { "ask_alone", "INTEGER NOT NULL" },
    { "by_helper", "INTEGER NOT NULL" },
    { "source", "TEXT NOT NULL CHECK (source IN ('patient', 'again', 'carried'))" },
    { "given_on", "TEXT" },
    { "given_by", "TEXT NOT NULL" },
    { "entered_by", "TEXT NOT NULL" },
    { "to_check", "INTEGER NOT NULL" },
};
static const struct table_column flag_columns[] = {
    { "intake", INTAKE_KEY },
    { "flag", "TEXT NOT NULL" },
    { "position", "INTEGER NOT NULL" },
    { "title", "TEXT NOT NULL" },
    { "program_outcome", "TEXT NOT NULL" },
    { "outcome", "TEXT NOT NULL" },
    { "decided", "INTEGER NOT NULL" },
    { "decision_code", "TEXT NOT NULL" },
    { "decision_reason", "TEXT NOT NULL" },
    { "decided_by", "TEXT NOT NULL" },
    { "decided_at", "TEXT" },
    { "question", "TEXT NOT NULL" },
    { "question_code", "TEXT NOT NULL" },
    { "answer_text", "TEXT NOT NULL" },
    { "comparison", "TEXT NOT NULL" },
    { "reason", "TEXT NOT NULL" },
    { "strength", "TEXT NOT NULL" },
    { "sources", "TEXT NOT NULL" },
    { "until", "TEXT" },
    { "alert", "INTEGER NOT NULL" },
    { "from_device_list", "INTEGER NOT NULL" },
};
static const struct table_column item_columns[] = {
    { "intake", INTAKE_KEY },
    { "item", "TEXT NOT NULL" },
    { "position", "INTEGER NOT NULL" },
    { "whose", "TEXT NOT NULL CHECK (whose IN ('patient', 'staff', 'aftercare', 'call'))" },
    { "text", "TEXT NOT NULL" },
    { "when_text", "TEXT NOT NULL" },
    { "from_date", "TEXT" },
    { "least_date", "TEXT" },
    { "until_date", "TEXT" },
    { "sensitive", "INTEGER NOT NULL" },
    { "base", "INTEGER NOT NULL" },
    { "passed", "INTEGER NOT NULL" },
    { "added_by", "TEXT NOT NULL" },
    { "done", "INTEGER NOT NULL" },
    { "initials", "TEXT NOT NULL" },
    { "done_by", "TEXT NOT NULL" },
    { "done_at", "TEXT" },
    { "reason", "TEXT NOT NULL" },
};
static const struct table_column field_columns[] = {
    { "intake", INTAKE_KEY },          { "beside", "TEXT NOT NULL CHECK (beside IN ('flag', 'item'))" },
    { "id", "TEXT NOT NULL" },         { "position", "INTEGER NOT NULL" },
    { "name", "TEXT NOT NULL" },       { "value", "TEXT NOT NULL" },
    { "entered_by", "TEXT NOT NULL" }, { "entered_at", "TEXT" },
};
static const struct table_column decision_columns[] = {
    { "intake", INTAKE_KEY }, { "rev", "INTEGER NOT NULL" },      { "decision", "TEXT NOT NULL" },
    { "until", "TEXT" },      { "signed_name", "TEXT NOT NULL" }, { "signed_by", "TEXT NOT NULL" },
    { "signed_at", "TEXT" },  { "text", "TEXT NOT NULL" },        { "stands", "INTEGER NOT NULL" },
};
static const struct table_column note_columns[] = {
    { "intake", INTAKE_KEY },          { "rev", "INTEGER NOT NULL" }, { "amends", "INTEGER" },
    { "written_by", "TEXT NOT NULL" }, { "written_at", "TEXT" },      { "text", "TEXT NOT NULL" },
};
static const struct table_column event_columns[] = {
    { "intake", INTAKE_KEY },
    { "rev", "INTEGER NOT NULL" },
    { "kind", "TEXT NOT NULL" },
    { "actor", "TEXT NOT NULL" },
    { "at", "TEXT" },
    { "broken", "INTEGER NOT NULL" },
    { "event", "TEXT" },
};

#define SCHEMA(name, columns, key)                                                                           \
    {                                                                                                        \
        name, columns, sizeof(columns) / sizeof *(columns), key                                              \
    }
const struct table_schema table_schema[TABLES] = {
    [TABLE_PATIENT] = SCHEMA("patient", patient_columns, NULL),
    [TABLE_INTAKE] = SCHEMA("intake", intake_columns, NULL),
    [TABLE_ANSWER] = SCHEMA("answer", answer_columns, "intake, question"),
    [TABLE_FLAG] = SCHEMA("flag", flag_columns, "intake, flag"),
    [TABLE_ITEM] = SCHEMA("checklist_item", item_columns, "intake, item"),
    [TABLE_FIELD] = SCHEMA("field", field_columns, "intake, beside, id, position"),
    [TABLE_DECISION] = SCHEMA("decision", decision_columns, "intake, rev"),
    [TABLE_NOTE] = SCHEMA("note", note_columns, "intake, rev"),
    [TABLE_EVENT] = SCHEMA("event", event_columns, "intake, rev"),
};

enum table table_find(const char *name)
{
    int i = 0;
    while (i < TABLES && strcmp(table_schema[i].name, name) != 0) {
        i++;
    }
    return (enum table)i;
}

/* ---- one row
 * ------------------------------------------------------------------------------------------------ */

enum { STAMP = 32, HEX = 2 * FRAME_UID + 1 };

struct row {
    const struct table_sink *sink;
    char intake[HEX], patient[HEX];
    struct cell cell[TABLE_COLUMNS];
    struct buf text[TABLE_COLUMNS]; /* what the cells point to */
    size_t n;
    int result;
};

static struct cell *next(struct row *row, enum cell_kind kind)
{
    struct cell *cell = &row->cell[row->n];
    *cell = (struct cell){ .kind = kind };
    buf_reset(&row->text[row->n]);
    row->n++;
    return cell;
}

static void null(struct row *row)
{
    next(row, CELL_NULL);
}

static void text(struct row *row, const char *s)
{
    struct buf *clean = &row->text[row->n];
    struct cell *cell = next(row, CELL_TEXT);
    text_sanitise(clean, s, strlen(s), true);
    cell->text = buf_str(clean);
}

static void text_or_null(struct row *row, const char *s)
{
    if (s[0] == '\0') {
        null(row);
    } else {
        text(row, s);
    }
}

static void integer(struct row *row, int64_t n)
{
    next(row, CELL_INT)->n = n;
}

static void boolean(struct row *row, bool is)
{
    next(row, CELL_BOOL)->n = is;
}

static void date(struct row *row, struct date d)
{
    char iso[DATE_ISO_SIZE];
    text_or_null(row, date_format_iso(d, iso));
}

/* UTC: a summer's hour must not come twice. */
static void stamp(struct row *row, int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm tm;
    char iso[STAMP] = "";
    if (at_s > 0 && gmtime_r(&at, &tm) != NULL && tm.tm_year < 9999 - 1900) {
        strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
    text_or_null(row, iso);
}

static void list(struct row *row, const char *const *one, size_t n, const char *between)
{
    struct buf all = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        buf_addf(&all, "%s%s", i > 0 ? between : "", one[i]);
    }
    text(row, buf_str(&all));
    buf_wipe(&all);
}

static void begin(struct row *row)
{
    row->n = 0;
    text(row, row->intake);
}

static void end(struct row *row, enum table table)
{
    assert(row->n == table_schema[table].ncolumns);
    if (row->result == 0) {
        row->result = row->sink->row(row->sink->arg, table, row->cell);
    }
}

/* ---- the tables
 * --------------------------------------------------------------------------------------------- */

static void patient(struct row *row, const struct encounter *e)
{
    row->n = 0;
    text(row, row->patient);
    text(row, e->name);
    date(row, e->birth_date);
    text(row, e->phone);
    end(row, TABLE_PATIENT);
}

static int64_t time_of(const struct encounter *e, const char *which)
{
    return json_integer_value(json_object_get(json_object_get(e->body, "times"), which));
}

static void intake(struct row *row, const struct encounter *e)
{
    begin(row);
    text(row, row->patient);
    text(row, e->damaged ? "damaged" : e->draft ? "draft" : "signed");
    text(row, e->form_id);
    text(row, e->form_hash);
    text(row, e->language);
    boolean(row, e->demo);
    date(row, e->asked_on);
    date(row, e->visit_on);
    stamp(row, time_of(e, "started"));
    stamp(row, time_of(e, "consented"));
    stamp(row, time_of(e, "signed"));
    stamp(row, e->wall_s);
    text(row, e->helper);
    text(row, e->relation);
    text_or_null(row, e->has_class ? outcome_name(e->program_class) : "");
    text_or_null(row, e->has_class ? outcome_name(e->class) : "");
    date(row, e->not_before);
    integer(row, e->attention);
    boolean(row, e->urgent);
    boolean(row, e->prescreen);
    text(row, e->owner);
    text_or_null(row, decision_name(e->decision));
    boolean(row, e->restricted);
    boolean(row, e->uncertain);
    end(row, TABLE_INTAKE);
}

/* An option's id, several with a space between; a date; a number as it was typed; a text. */
static void value(struct row *row, const json_t *v)
{
    struct buf all = BUF_INIT;
    if (json_is_string(v)) {
        buf_adds(&all, json_string_value(v));
    } else if (json_is_number(v)) {
        buf_addf(&all, "%.15g", json_number_value(v));
    }
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *one = json_string_value(json_array_get(v, i));
        buf_addf(&all, "%s%s", all.len > 0 ? " " : "", one == NULL ? "" : one);
    }
    text_or_null(row, buf_str(&all));
    buf_wipe(&all);
}

static void answer(struct row *row, const struct encounter_answer *a, size_t position)
{
    static const char *const source[] = {
        [SOURCE_PATIENT] = "patient", [SOURCE_AGAIN] = "again", [SOURCE_CARRIED] = "carried"
    };
    begin(row);
    text(row, a->id);
    integer(row, (int64_t)position);
    text(row, a->code);
    text(row, a->section);
    text(row, a->state);
    value(row, a->value);
    if (json_is_number(a->value)) {
        next(row, CELL_REAL)->real = json_number_value(a->value);
    } else {
        null(row);
    }
    text_or_null(row, a->unit);
    text(row, a->question);
    text(row, a->answer);
    text_or_null(row, a->language);
    text(row, a->clinic_question);
    text(row, a->clinic_answer);
    integer(row, a->ms);
    boolean(row, a->fast);
    boolean(row, a->ask_alone);
    boolean(row, a->by_helper);
    text(row, source[a->source]);
    date(row, a->on);
    text(row, a->given_by);
    text(row, a->by);
    boolean(row, a->to_check);
    end(row, TABLE_ANSWER);
}

static void flag(struct row *row, const struct encounter_flag *f, size_t position)
{
    begin(row);
    text(row, f->id);
    integer(row, (int64_t)position);
    text(row, f->title);
    text(row, outcome_name(f->program));
    text(row, outcome_name(f->outcome));
    boolean(row, f->decided);
    text(row, f->code);
    text(row, f->why);
    text(row, f->by);
    stamp(row, f->at_s);
    text(row, f->question_id);
    text(row, f->question_code);
    text(row, f->answer);
    text(row, f->comparison);
    text(row, f->reason);
    text(row, f->strength);
    list(row, f->source, f->nsources, "; ");
    date(row, f->until);
    boolean(row, f->alert);
    boolean(row, f->from_device_list);
    end(row, TABLE_FLAG);
}

static void item(struct row *row, const struct encounter_item *i, size_t position)
{
    static const char *const whose[] = { [ITEM_PATIENT] = "patient",
                                         [ITEM_STAFF] = "staff",
                                         [ITEM_AFTERCARE] = "aftercare",
                                         [ITEM_CALL] = "call" };
    begin(row);
    text(row, i->id);
    integer(row, (int64_t)position);
    text(row, whose[i->who]);
    text(row, i->text);
    text(row, i->when_text);
    date(row, i->from);
    date(row, i->least);
    date(row, i->until);
    boolean(row, i->sensitive);
    boolean(row, i->base);
    boolean(row, i->passed);
    list(row, i->added_by, i->nadded_by, " ");
    boolean(row, i->done);
    text(row, i->initials);
    text(row, i->by);
    stamp(row, i->at_s);
    text(row, i->reason);
    end(row, TABLE_ITEM);
}

static void fields(struct row *row, const char *beside, const char *id, const struct encounter_value *f,
                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (f[i].value[0] == '\0') {
            continue;
        }
        begin(row);
        text(row, beside);
        text(row, id);
        integer(row, (int64_t)i);
        text(row, f[i].name);
        text(row, f[i].value);
        text(row, f[i].by);
        stamp(row, f[i].at_s);
        end(row, TABLE_FIELD);
    }
}

static const char *word(const json_t *event, const char *key)
{
    const char *s = json_string_value(json_object_get(event, key));
    return s == NULL ? "" : s;
}

/* Which of them stands: the last, unless what it rested on has changed since. */
static void decisions(struct row *row, const struct encounter *e)
{
    uint32_t last = 0;
    for (size_t i = 0; i < e->nentries; i++) {
        last = e->entry[i].kind == EVENT_OVERALL && !e->entry[i].broken ? e->entry[i].rev : last;
    }
    for (size_t i = 0; i < e->nentries; i++) {
        const struct encounter_entry *entry = &e->entry[i];
        if (entry->kind != EVENT_OVERALL || entry->broken) {
            continue;
        }
        begin(row);
        integer(row, entry->rev);
        text(row, word(entry->event, "decision"));
        text_or_null(row, word(entry->event, "until"));
        text(row, word(entry->event, "name"));
        text(row, entry->by);
        stamp(row, entry->at_s);
        text(row, word(entry->event, "text"));
        boolean(row, entry->rev == last && e->decision != DECISION_NONE);
        end(row, TABLE_DECISION);
    }
}

static void notes(struct row *row, const struct encounter *e)
{
    for (size_t i = 0; i < e->nnotes; i++) {
        const struct encounter_note *note = &e->note[i];
        begin(row);
        integer(row, note->rev);
        if (note->of > 0) {
            integer(row, note->of);
        } else {
            null(row);
        }
        text(row, note->by);
        stamp(row, note->at_s);
        text(row, note->text);
        end(row, TABLE_NOTE);
    }
}

static void events(struct row *row, const struct encounter *e)
{
    struct buf json = BUF_INIT;
    for (size_t i = 0; i < e->nentries; i++) {
        const struct encounter_entry *entry = &e->entry[i];
        buf_reset(&json);
        if (entry->event != NULL) {
            event_write(entry->event, &json);
        }
        begin(row);
        integer(row, entry->rev);
        text(row, event_kind_name(entry->kind));
        text(row, entry->by);
        stamp(row, entry->at_s);
        boolean(row, entry->broken);
        text_or_null(row, buf_str(&json));
        end(row, TABLE_EVENT);
    }
    buf_wipe(&json);
}

static void hex(char out[HEX], const uint8_t uid[FRAME_UID])
{
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < FRAME_UID; i++) {
        out[2 * i] = digit[uid[i] >> 4];
        out[2 * i + 1] = digit[uid[i] & 15];
    }
    out[HEX - 1] = '\0';
}

int tables_write(const struct encounter *e, const uint8_t patient_uid[FRAME_UID], bool patient_row,
                 const struct table_sink *sink)
{
    struct row *row = mem_alloc(sizeof *row);
    row->sink = sink;
    hex(row->intake, e->uid);
    hex(row->patient, patient_uid);
    if (patient_row) {
        patient(row, e);
    }
    intake(row, e);
    for (size_t i = 0; i < e->nanswers; i++) {
        answer(row, &e->answer[i], i);
    }
    for (size_t i = 0; i < e->nflags; i++) {
        flag(row, &e->flag[i], i);
    }
    for (size_t i = 0; i < e->nitems; i++) {
        item(row, &e->item[i], i);
    }
    for (size_t i = 0; i < e->nflags; i++) {
        fields(row, "flag", e->flag[i].id, e->flag[i].field, e->flag[i].nfields);
    }
    for (size_t i = 0; i < e->nitems; i++) {
        fields(row, "item", e->item[i].id, e->item[i].field, e->item[i].nfields);
    }
    decisions(row, e);
    notes(row, e);
    events(row, e);
    int result = row->result;
    for (size_t i = 0; i < TABLE_COLUMNS; i++) {
        buf_wipe(&row->text[i]);
    }
    free(row);
    return result;
}
