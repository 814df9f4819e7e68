/* encounter_read.c: a body's answers and an assessment, as the picture has them. */
#include <stdio.h>
#include <string.h>

#include "encounter_room.h"

const char *encounter_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

struct date encounter_date(const json_t *object, const char *key)
{
    struct date date = { 0 };
    return date_parse_iso(encounter_text(object, key), &date) ? date : (struct date){ 0 };
}

struct date encounter_day(const json_t *object, const char *key)
{
    struct date date = encounter_date(object, key);
    return date_is_full(date) ? date : (struct date){ 0 };
}

enum outcome encounter_outcome(const json_t *object, const char *key, bool *known)
{
    const char *name = encounter_text(object, key);
    for (int i = OUTCOME_CLEAR; i <= OUTCOME_HOLD; i++) {
        if (strcmp(name, outcome_name((enum outcome)i)) == 0) {
            *known = true;
            return (enum outcome)i;
        }
    }
    *known = false;
    return OUTCOME_HOLD;
}

static const char *const *texts_at(struct encounter *e, const json_t *object, const char *key, size_t *n)
{
    const json_t *list = json_object_get(object, key);
    const char **text = arena_alloc(e->room->arena, (json_array_size(list) + 1) * sizeof *text);
    *n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one != NULL) {
            text[(*n)++] = one;
        }
    }
    return text;
}

/* How many entries of a list are read. Longer ones come from no form: what is left out makes the intake
 * uncertain, and nobody waits for a comparison of each with each. */
static size_t believed(struct encounter *e, const json_t *list)
{
    size_t n = json_array_size(list);
    e->uncertain = e->uncertain || n > ENCOUNTER_LIST_MAX;
    return n > ENCOUNTER_LIST_MAX ? ENCOUNTER_LIST_MAX : n;
}

struct encounter_flag *encounter_find_flag(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nflags; i++) {
        if (strcmp(e->flag[i].id, id) == 0) {
            return &e->flag[i];
        }
    }
    return NULL;
}

struct encounter_item *encounter_find_item(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nitems; i++) {
        if (strcmp(e->item[i].id, id) == 0) {
            return &e->item[i];
        }
    }
    return NULL;
}

struct encounter_answer *encounter_find_answer(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (strcmp(e->answer[i].id, id) == 0) {
            return &e->answer[i];
        }
    }
    return NULL;
}

/* --- Answers --- */

static uint32_t ms_at(const json_t *object)
{
    json_int_t ms = json_integer_value(json_object_get(object, "ms"));
    return ms < 0 ? 0 : ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

const char *encounter_or(const char *text, const char *other)
{
    return text[0] != '\0' ? text : other;
}

static void read_answer(const struct encounter *e, struct encounter_answer *out, const json_t *raw)
{
    *out = (struct encounter_answer){
        .id = encounter_text(raw, "id"),
        .code = encounter_text(raw, "code"),
        .section = encounter_text(raw, "section_title"),
        .state = encounter_text(raw, "state"),
        .value = json_object_get(raw, "value"),
        .question = encounter_text(raw, "question"),
        .answer = encounter_text(raw, "answer"),
        .unit = encounter_text(raw, "unit"),
        .language = encounter_or(encounter_text(raw, "language"), e->language),
        .ms = ms_at(raw),
        .fast = json_is_true(json_object_get(raw, "fast")),
        .ask_alone = json_is_true(json_object_get(raw, "ask_alone")),
        .fresh = !e->room->marked || json_is_true(json_object_get(raw, "fresh")),
        .on = e->asked_on,
        .given_by = encounter_or(encounter_text(raw, "given_by"), encounter_text(raw, "by")),
        .by = encounter_text(raw, "entered_by"),
    };
    out->by_helper = strcmp(out->given_by, "helper") == 0;
    out->clinic_question = encounter_or(encounter_text(raw, "clinic_question"), out->question);
    out->clinic_answer = encounter_or(encounter_text(raw, "clinic_answer"), out->answer);
}

static struct encounter_answer *new_answer(struct encounter *e)
{
    e->answer = mem_realloc(e->answer, e->nanswers + 1, sizeof *e->answer);
    e->room->raw = mem_realloc(e->room->raw, e->nanswers + 1, sizeof *e->room->raw);
    return &e->answer[e->nanswers++];
}

void encounter_set_answer(struct encounter *e, const json_t *raw)
{
    struct encounter_answer *answer = encounter_find_answer(e, encounter_text(raw, "id"));
    if (answer == NULL) {
        answer = new_answer(e);
    }
    size_t at = (size_t)(answer - e->answer);
    if (strcmp(encounter_text(raw, "state"), "hidden") == 0) {
        e->nanswers--;
        memmove(answer, answer + 1, (e->nanswers - at) * sizeof *answer);
        memmove(&e->room->raw[at], &e->room->raw[at + 1], (e->nanswers - at) * sizeof *e->room->raw);
        return;
    }
    read_answer(e, answer, raw);
    e->room->raw[at] = raw;
}

void encounter_load_answers(struct encounter *e)
{
    const json_t *list = json_object_get(e->body, "answers");
    size_t n = believed(e, list);
    for (size_t i = 0; i < n; i++) {
        e->room->marked = e->room->marked || json_object_get(json_array_get(list, i), "fresh") != NULL;
    }
    for (size_t i = 0; i < n; i++) {
        encounter_set_answer(e, json_array_get(list, i));
    }
}

/* --- The assessment --- */

void encounter_read_question(const struct encounter *e, struct encounter_flag *flag)
{
    const struct encounter_answer *from = encounter_find_answer(e, flag->question_id);
    flag->question = from == NULL ? "" : from->question;
    flag->clinic_question = from == NULL ? "" : from->clinic_question;
    flag->clinic_answer = encounter_or(from == NULL ? "" : from->clinic_answer, flag->answer);
}

static struct encounter_value *new_values(struct encounter *e, const char *const *name, size_t n)
{
    struct encounter_value *value = arena_alloc(e->room->arena, (n + 1) * sizeof *value);
    for (size_t i = 0; i < n; i++) {
        value[i] = (struct encounter_value){ .name = name[i], .value = "", .by = "" };
    }
    return value;
}

static void read_flag(struct encounter *e, struct encounter_flag *out, const json_t *raw)
{
    size_t nfields;
    bool known;
    const char *const *field = texts_at(e, raw, "fields", &nfields);
    *out = (struct encounter_flag){
        .id = encounter_text(raw, "id"),
        .program = encounter_outcome(raw, "outcome", &known),
        .code = "",
        .why = "",
        .by = "",
        .question_id = encounter_text(raw, "question"),
        .question_code = encounter_text(raw, "code"),
        .answer = encounter_text(raw, "answer"),
        .comparison = encounter_text(raw, "comparison"),
        .reason = encounter_text(raw, "reason"),
        .strength = encounter_text(raw, "strength"),
        .until = encounter_day(raw, "until"),
        .alert = json_is_true(json_object_get(raw, "alert")),
        .from_device_list = json_is_true(json_object_get(raw, "from_device_list")),
        .field = new_values(e, field, nfields),
        .nfields = nfields,
    };
    out->outcome = out->program;
    out->title = encounter_or(encounter_text(raw, "title"), out->id);
    out->source = texts_at(e, raw, "source_titles", &out->nsources);
    out->item = texts_at(e, raw, "items", &out->nitems);
    encounter_read_question(e, out);
}

/* The decision about a flag that comes back no worse and from the same answer still counts. What was filled
 * in beside it stays in any case. */
static void keep_decision(struct encounter_flag *flag, const struct encounter_flag *old)
{
    if (old == NULL) {
        return;
    }
    if (old->decided && flag->program <= old->program && strcmp(flag->answer, old->answer) == 0) {
        flag->decided = true;
        flag->outcome = old->outcome < flag->program ? old->outcome : flag->program;
        flag->code = old->code;
        flag->why = old->why;
        flag->by = old->by;
        flag->at_s = old->at_s;
    }
    for (size_t i = 0; i < flag->nfields; i++) {
        for (size_t j = 0; j < old->nfields; j++) {
            if (strcmp(flag->field[i].name, old->field[j].name) == 0) {
                flag->field[i] = old->field[j];
            }
        }
    }
}

static enum item_for who_at(const json_t *raw)
{
    static const char *const name[] = { [ITEM_PATIENT] = "patient",
                                        [ITEM_STAFF] = "staff",
                                        [ITEM_AFTERCARE] = "aftercare",
                                        [ITEM_CALL] = "call" };
    const char *who = encounter_text(raw, "for");
    for (int i = ITEM_PATIENT; i <= ITEM_CALL; i++) {
        if (strcmp(who, name[i]) == 0) {
            return (enum item_for)i;
        }
    }
    return ITEM_STAFF;
}

static void read_item(struct encounter *e, struct encounter_item *out, const json_t *raw)
{
    *out = (struct encounter_item){
        .id = encounter_text(raw, "id"),
        .text = encounter_text(raw, "text"),
        .when_text = encounter_text(raw, "when_text"),
        .who = who_at(raw),
        .from = encounter_day(raw, "from"),
        .until = encounter_day(raw, "until"),
        .least = encounter_day(raw, "least"),
        .sensitive = json_is_true(json_object_get(raw, "sensitive")),
        .base = json_is_true(json_object_get(raw, "base")),
        .passed = json_is_true(json_object_get(raw, "passed")),
        .initials = "",
        .by = "",
        .reason = "",
    };
    out->patient_text = encounter_or(encounter_text(raw, "patient_text"), out->text);
    out->patient_when = encounter_or(encounter_text(raw, "patient_when_text"), out->when_text);
    size_t nfields;
    const char *const *field = texts_at(e, raw, "fields", &nfields);
    out->field = new_values(e, field, nfields);
    out->nfields = nfields;
    out->added_by = texts_at(e, raw, "added_by", &out->nadded_by);
    out->source = texts_at(e, raw, "source_titles", &out->nsources);
}

static void keep_tick(struct encounter_item *item, const struct encounter_item *old)
{
    if (old != NULL) {
        item->done = old->done;
        item->initials = old->initials;
        item->by = old->by;
        item->reason = old->reason;
        item->at_s = old->at_s;
        item->field = old->field;
        item->nfields = old->nfields;
    }
}

/* For a flag without an id, or with another's: none is lost, and each can be decided. */
static const char *made_up_id(struct encounter *e, size_t i)
{
    char *id = arena_alloc(e->room->arena, 24);
    do {
        snprintf(id, 24, "?%zu", ++i);
    } while (encounter_find_flag(e, id) != NULL);
    return id;
}

void encounter_load_assessment(struct encounter *e, const json_t *assessment)
{
    const struct encounter before = *e;
    const json_t *flags = json_object_get(assessment, "flags"), *items = json_object_get(assessment, "items");
    size_t nflags = believed(e, flags), nitems = believed(e, items);
    e->assessment = assessment;
    e->flag = arena_alloc(e->room->arena, (nflags + 1) * sizeof *e->flag);
    e->item = arena_alloc(e->room->arena, (nitems + 1) * sizeof *e->item);
    e->nflags = e->nitems = 0;
    for (size_t i = 0; i < nflags; i++) {
        struct encounter_flag *flag = &e->flag[e->nflags];
        read_flag(e, flag, json_array_get(flags, i));
        if (flag->id[0] == '\0' || encounter_find_flag(e, flag->id) != NULL) {
            flag->id = made_up_id(e, i);
        }
        e->nflags++;
    }
    for (size_t i = 0; i < e->nflags; i++) {
        keep_decision(&e->flag[i], encounter_find_flag(&before, e->flag[i].id));
    }
    for (size_t i = 0; i < nitems; i++) {
        struct encounter_item *item = &e->item[e->nitems];
        read_item(e, item, json_array_get(items, i));
        e->nitems += item->id[0] != '\0' && encounter_find_item(e, item->id) == NULL;
        keep_tick(item, encounter_find_item(&before, item->id));
    }
    json_int_t attention = json_integer_value(json_object_get(assessment, "attention"));
    e->attention = attention < 0 ? 0 : attention > 100 ? 100 : (int)attention;
    e->not_before = encounter_day(assessment, "not_before");
    e->program_class = encounter_outcome(assessment, "class", &e->has_class);
    e->room->dates_of = encounter_day(assessment, "visit_on");
}
