/* encounter_event.c: making events, and checking those that come out of the database. The keys are listed in
 * encounter_event.h.
 */
#include "encounter_event.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "put.h"
#include "text.h"

static const char *const kind_name[] = {
    [EVENT_UNKNOWN] = "",        [EVENT_FLAGS] = "flags",     [EVENT_OVERALL] = "overall",
    [EVENT_ITEM] = "item",       [EVENT_FIELD] = "field",     [EVENT_NOTE] = "note",
    [EVENT_AMEND] = "amend",     [EVENT_VISIT] = "visit",     [EVENT_OWNER] = "owner",
    [EVENT_LINK] = "link",       [EVENT_ANSWERS] = "answers", [EVENT_CHECKED] = "checked",
    [EVENT_HANDOUT] = "handout", [EVENT_CORRECT] = "correct", [EVENT_RESTRICT] = "restrict",
};
enum { NKINDS = sizeof kind_name / sizeof *kind_name };

static const char *const decisions[] = {
    [DECISION_NONE] = "",
    [DECISION_GO_AHEAD] = "go_ahead",
    [DECISION_PRECAUTIONS] = "precautions",
    [DECISION_POSTPONE] = "postpone",
    [DECISION_DO_NOT_TREAT] = "do_not_treat",
    [DECISION_NEEDS_MORE] = "needs_more",
};
enum { NDECISIONS = sizeof decisions / sizeof *decisions };

const char *decision_name(enum decision decision)
{
    return (size_t)decision < NDECISIONS ? decisions[decision] : "";
}

const char *event_kind_name(enum event_kind kind)
{
    return (size_t)kind < NKINDS ? kind_name[kind] : "";
}

/* ---- making
 * ------------------------------------------------------------------------------------------------ */

/* An event is written as text and read back: there is one way to write JSON, and one to read it. */
static void begin(struct buf *out, enum event_kind kind, int64_t at_s)
{
    put_open(out, NULL, '{');
    put_int(out, "event", EVENT_VERSION);
    put_text(out, "kind", kind_name[kind]);
    put_int(out, "at", at_s);
}

static json_t *end(struct buf *out)
{
    put_close(out, '}');
    json_t *event = mem_need(document_parse(buf_str(out), out->len, NULL));
    buf_wipe(out);
    return event;
}

/* Takes `value` over; NULL is null. */
static void set(json_t *event, const char *key, json_t *value)
{
    if (json_object_set_new(event, key, value == NULL ? json_null() : value) != 0) {
        mem_need(NULL);
    }
}

json_t *event_flags(int64_t at_s, const struct event_flag *flag, size_t n, const char *code,
                    const char *reason)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_FLAGS, at_s);
    put_open(&out, "flags", '[');
    for (size_t i = 0; i < n; i++) {
        put_open(&out, NULL, '{');
        put_text(&out, "id", flag[i].id);
        put_text(&out, "outcome", outcome_name(flag[i].outcome));
        put_text(&out, "was", outcome_name(flag[i].was));
        put_close(&out, '}');
    }
    put_close(&out, ']');
    put_text_or_null(&out, "code", code);
    put_text(&out, "reason", reason);
    return end(&out);
}

json_t *event_overall(int64_t at_s, enum decision decision, struct date until, const char *name,
                      const char *text)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_OVERALL, at_s);
    put_text(&out, "decision", decision_name(decision));
    put_date(&out, "until", until);
    put_text(&out, "name", name);
    put_text(&out, "text", text);
    return end(&out);
}

json_t *event_item(int64_t at_s, const char *id, bool done, const char *initials,
                   const struct event_value *field, size_t nfields, const char *reason)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_ITEM, at_s);
    put_text(&out, "id", id);
    put_bool(&out, "done", done);
    put_text(&out, "initials", initials);
    put_open(&out, "fields", '[');
    for (size_t i = 0; i < nfields; i++) {
        put_open(&out, NULL, '{');
        put_text(&out, "name", field[i].name);
        put_text(&out, "value", field[i].value);
        if (field[i].max != NULL) {
            put_real(&out, "max", *field[i].max);
        } else {
            put_null(&out, "max");
        }
        put_close(&out, '}');
    }
    put_close(&out, ']');
    put_text(&out, "reason", reason);
    return end(&out);
}

json_t *event_field(int64_t at_s, const char *flag, const char *field, const char *value)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_FIELD, at_s);
    put_text(&out, "flag", flag);
    put_text(&out, "field", field);
    put_text(&out, "value", value);
    return end(&out);
}

json_t *event_note(int64_t at_s, const char *text)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_NOTE, at_s);
    put_text(&out, "text", text);
    return end(&out);
}

json_t *event_amend(int64_t at_s, uint32_t of, const char *text)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_AMEND, at_s);
    put_int(&out, "of", of);
    put_text(&out, "text", text);
    return end(&out);
}

json_t *event_visit(int64_t at_s, struct date visit_on, json_t *assessment)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_VISIT, at_s);
    put_date(&out, "visit_on", visit_on);
    json_t *event = end(&out);
    set(event, "assessment", assessment);
    return event;
}

json_t *event_owner(int64_t at_s, bool taken)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_OWNER, at_s);
    put_bool(&out, "taken", taken);
    return end(&out);
}

json_t *event_link(int64_t at_s, const uint8_t uid[EVENT_UID], bool confirmed)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_LINK, at_s);
    put_hex(&out, "uid", uid, EVENT_UID);
    put_bool(&out, "confirmed", confirmed);
    return end(&out);
}

json_t *event_answers(int64_t at_s, struct date on, const uint8_t *from, const char *given_by,
                      json_t *answers, json_t *assessment)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_ANSWERS, at_s);
    put_text(&out, "source", from == NULL ? "again" : "carried");
    put_date(&out, "on", on);
    if (from == NULL) {
        put_null(&out, "from");
    } else {
        put_hex(&out, "from", from, EVENT_UID);
    }
    put_text(&out, "given_by", given_by);
    json_t *event = end(&out);
    set(event, "answers", answers);
    set(event, "assessment", assessment);
    return event;
}

json_t *event_checked(int64_t at_s, const char *const *question, size_t n)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_CHECKED, at_s);
    put_texts(&out, "questions", question, n);
    return end(&out);
}

json_t *event_handout(int64_t at_s, const char *what, const char *how)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_HANDOUT, at_s);
    put_text(&out, "what", what);
    put_text(&out, "how", how);
    return end(&out);
}

json_t *event_correct(int64_t at_s, const char *name, struct date birth_date, const char *phone)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_CORRECT, at_s);
    put_text_or_null(&out, "name", name);
    put_date(&out, "birth_date", birth_date);
    put_text_or_null(&out, "phone", phone);
    return end(&out);
}

json_t *event_restrict(int64_t at_s, bool on, const char *reason)
{
    struct buf out = BUF_INIT;
    begin(&out, EVENT_RESTRICT, at_s);
    put_bool(&out, "on", on);
    put_text(&out, "reason", reason);
    return end(&out);
}

enum { DUMP_FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(15) };

void event_write(const json_t *event, struct buf *out)
{
    size_t len = json_dumpb(event, NULL, 0, DUMP_FLAGS);
    buf_reserve(out, out->len + len + 1);
    json_dumpb(event, out->data + out->len, len, DUMP_FLAGS);
    out->len += len;
    out->data[out->len] = '\0';
}

/* ---- checking
 * ---------------------------------------------------------------------------------------------- */

enum event_kind event_kind(const json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "kind"));
    if (json_integer_value(json_object_get(event, "event")) != EVENT_VERSION || name == NULL) {
        return EVENT_UNKNOWN;
    }
    for (int i = EVENT_UNKNOWN + 1; i < NKINDS; i++) {
        if (strcmp(name, kind_name[i]) == 0) {
            return (enum event_kind)i;
        }
    }
    return EVENT_UNKNOWN;
}

enum type {
    WORD, /* a text that is not blank, without line ends */
    LINE, /* a text without line ends */
    TEXT,
    SWITCH,
    NUMBER, /* above 0, 32 bits */
    DAY,    /* a full date */
    UID,
    DECISION,
    OUTCOME,
    SOURCE,
    VALUES,     /* a list of { name, value } */
    WORDS,      /* a list of WORD, not empty */
    FLAGS,      /* a list of { id, outcome, was }, not empty */
    OBJECTS,    /* a list of objects that have an id */
    ASSESSMENT, /* an object with a class and lists of flags and items */
    MAYBE = 32, /* or null */
};

struct key {
    const char *name;
    int type;
};

enum { MAX_KEYS = 7 };
static const struct key schema[NKINDS][MAX_KEYS + 1] = {
    [EVENT_FLAGS] = { { "flags", FLAGS }, { "code", LINE | MAYBE }, { "reason", TEXT } },
    [EVENT_OVERALL] = { { "decision", DECISION },
                        { "until", DAY | MAYBE },
                        { "name", WORD },
                        { "text", TEXT } },
    [EVENT_ITEM] = { { "id", WORD },
                     { "done", SWITCH },
                     { "initials", LINE },
                     { "fields", VALUES },
                     { "reason", TEXT } },
    [EVENT_FIELD] = { { "flag", WORD }, { "field", WORD }, { "value", TEXT } },
    [EVENT_NOTE] = { { "text", TEXT } },
    [EVENT_AMEND] = { { "of", NUMBER }, { "text", TEXT } },
    [EVENT_VISIT] = { { "visit_on", DAY }, { "assessment", ASSESSMENT | MAYBE } },
    [EVENT_OWNER] = { { "taken", SWITCH } },
    [EVENT_LINK] = { { "uid", UID }, { "confirmed", SWITCH } },
    [EVENT_ANSWERS] = { { "source", SOURCE },
                        { "on", DAY },
                        { "from", UID | MAYBE },
                        { "given_by", LINE },
                        { "answers", OBJECTS },
                        { "assessment", ASSESSMENT | MAYBE } },
    [EVENT_CHECKED] = { { "questions", WORDS } },
    [EVENT_HANDOUT] = { { "what", WORD }, { "how", WORD } },
    [EVENT_CORRECT] = { { "name", WORD | MAYBE }, { "birth_date", DAY | MAYBE }, { "phone", LINE | MAYBE } },
    [EVENT_RESTRICT] = { { "on", SWITCH }, { "reason", TEXT } },
};

static bool is_text(const json_t *value, int type)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    return text != NULL && len <= EVENT_TEXT_MAX && strlen(text) == len &&
           text_check(text, len, type == TEXT) == TEXT_OK && (type != WORD || strspn(text, " \t") < len);
}

static bool is_uid(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && strlen(text) == 2 * (size_t)EVENT_UID &&
           strspn(text, "0123456789abcdef") == 2 * (size_t)EVENT_UID;
}

static bool is_day(const json_t *value)
{
    struct date date;
    const char *text = json_string_value(value);
    return text != NULL && date_parse_iso(text, &date) && date_is_full(date);
}

static bool is_outcome(const json_t *value)
{
    const char *text = json_string_value(value);
    for (int i = OUTCOME_CLEAR; text != NULL && i <= OUTCOME_HOLD; i++) {
        if (strcmp(text, outcome_name((enum outcome)i)) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_decision(const json_t *value)
{
    const char *text = json_string_value(value);
    for (int i = DECISION_NONE + 1; text != NULL && i < NDECISIONS; i++) {
        if (strcmp(text, decisions[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_source(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && (strcmp(text, "again") == 0 || strcmp(text, "carried") == 0);
}

static bool is_list(const json_t *list, int type)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        if (type == WORDS ? !is_text(one, WORD) : !is_text(json_object_get(one, "id"), WORD)) {
            return false;
        }
        if (type == FLAGS &&
            !(is_outcome(json_object_get(one, "outcome")) && is_outcome(json_object_get(one, "was")))) {
            return false;
        }
    }
    return json_array_size(list) > 0;
}

static bool is_values(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const json_t *max = json_object_get(one, "max"); /* older events have none */
        if (!is_text(json_object_get(one, "name"), WORD) || !is_text(json_object_get(one, "value"), TEXT) ||
            (max != NULL && !json_is_null(max) && !json_is_number(max))) {
            return false;
        }
    }
    return json_is_array(list);
}

static bool fits(const json_t *value, int type)
{
    if (type & MAYBE) {
        type &= ~MAYBE;
        if (json_is_null(value)) {
            return true;
        }
    }
    switch (type) {
    case WORD:
    case LINE:
    case TEXT:
        return is_text(value, type);
    case SWITCH:
        return json_is_boolean(value);
    case NUMBER:
        return json_integer_value(value) > 0 && json_integer_value(value) <= UINT32_MAX;
    case DAY:
        return is_day(value);
    case UID:
        return is_uid(value);
    case DECISION:
        return is_decision(value);
    case OUTCOME:
        return is_outcome(value);
    case SOURCE:
        return is_source(value);
    case VALUES:
        return is_values(value);
    case WORDS:
    case FLAGS:
    case OBJECTS:
        return is_list(value, type);
    case ASSESSMENT:
        return is_outcome(json_object_get(value, "class")) &&
               json_is_array(json_object_get(value, "flags")) &&
               json_is_array(json_object_get(value, "items"));
    default:
        return false;
    }
}

double event_number(const char *text)
{
    char *digits = text_tidy_digits(text);
    const char *at = digits == NULL ? "" : digits;
    double largest = 0;
    while (*(at += strcspn(at, "0123456789")) != '\0') {
        char number[32] = "";
        size_t n = 0, len = strspn(at, "0123456789.,");
        for (size_t i = 0; i < len && n + 1 < sizeof number; i++) {
            number[n++] = at[i] == ',' ? '.' : at[i];
        }
        double value = strtod(number, NULL);
        largest = value > largest ? value : largest;
        at += len;
    }
    free(digits);
    return largest;
}

static int check_limits(const json_t *event, struct err *err)
{
    const char *reason = json_string_value(json_object_get(event, "reason"));
    const json_t *list = json_object_get(event, "fields");
    for (size_t i = 0; i < json_array_size(list) && reason[strspn(reason, " \t\n")] == '\0'; i++) {
        const json_t *one = json_array_get(list, i), *max = json_object_get(one, "max");
        if (json_is_number(max) &&
            event_number(json_string_value(json_object_get(one, "value"))) > json_number_value(max)) {
            return err_set(err, "%s is above the device's limit of %g: write why.",
                           json_string_value(json_object_get(one, "name")), json_number_value(max));
        }
    }
    return 0;
}

int event_check(const json_t *event, struct err *err)
{
    enum event_kind kind = event_kind(event);
    if (!json_is_object(event)) {
        return err_set(err, "not an event");
    }
    if (kind == EVENT_UNKNOWN) {
        return 0;
    }
    if (json_integer_value(json_object_get(event, "at")) <= 0) {
        return err_set(err, "an event of kind %s has no time", kind_name[kind]);
    }
    for (const struct key *key = schema[kind]; key->name != NULL; key++) {
        if (!fits(json_object_get(event, key->name), key->type)) {
            return err_set(err,
                           "what was typed for \"%s\" cannot be stored: it is empty, too long, or holds "
                           "characters that cannot be shown",
                           key->name);
        }
    }
    return kind == EVENT_ITEM ? check_limits(event, err) : 0;
}
