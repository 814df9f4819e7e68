/* encounter.c: folding a body and its events. What may be added: encounter_rules.c. */
#include "encounter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encounter_room.h"

const char *encounter_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static struct date date_at(const json_t *object, const char *key)
{
    struct date date = { 0 };
    return date_parse_iso(encounter_text(object, key), &date) ? date : (struct date){ 0 };
}

static struct date day_at(const json_t *object, const char *key)
{
    struct date date = date_at(object, key);
    return date_is_full(date) ? date : (struct date){ 0 };
}

/* HOLD for what is no outcome: nothing unknown is ever mild. */
static enum outcome outcome_at(const json_t *object, const char *key, bool *known)
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

/* ---- answers
 * ----------------------------------------------------------------------------------------------- */

static uint32_t ms_at(const json_t *object)
{
    json_int_t ms = json_integer_value(json_object_get(object, "ms"));
    return ms < 0 ? 0 : ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

static const char *or_else(const char *text, const char *other)
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
        .ms = ms_at(raw),
        .fast = json_is_true(json_object_get(raw, "fast")),
        .ask_alone = json_is_true(json_object_get(raw, "ask_alone")),
        .fresh = !e->room->marked || json_is_true(json_object_get(raw, "fresh")),
        .on = e->asked_on,
        .given_by = or_else(encounter_text(raw, "given_by"), encounter_text(raw, "by")),
        .by = encounter_text(raw, "entered_by"),
    };
    out->by_helper = strcmp(out->given_by, "helper") == 0;
    out->clinic_question = or_else(encounter_text(raw, "clinic_question"), out->question);
    out->clinic_answer = or_else(encounter_text(raw, "clinic_answer"), out->answer);
}

static struct encounter_answer *new_answer(struct encounter *e)
{
    e->answer = mem_realloc(e->answer, e->nanswers + 1, sizeof *e->answer);
    e->room->raw = mem_realloc(e->room->raw, e->nanswers + 1, sizeof *e->room->raw);
    return &e->answer[e->nanswers++];
}

static void set_answer(struct encounter *e, const json_t *raw)
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

static void load_answers(struct encounter *e)
{
    const json_t *list = json_object_get(e->body, "answers");
    size_t n = believed(e, list);
    for (size_t i = 0; i < n; i++) {
        e->room->marked = e->room->marked || json_object_get(json_array_get(list, i), "fresh") != NULL;
    }
    for (size_t i = 0; i < n; i++) {
        set_answer(e, json_array_get(list, i));
    }
}

/* ---- the assessment
 * ---------------------------------------------------------------------------------------- */

/* What the flag's question was, in the words of the answers. */
static void read_question(const struct encounter *e, struct encounter_flag *flag)
{
    const struct encounter_answer *from = encounter_find_answer(e, flag->question_id);
    flag->question = from == NULL ? "" : from->question;
    flag->clinic_question = from == NULL ? "" : from->clinic_question;
    flag->clinic_answer = or_else(from == NULL ? "" : from->clinic_answer, flag->answer);
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
        .program = outcome_at(raw, "outcome", &known),
        .code = "",
        .why = "",
        .by = "",
        .question_id = encounter_text(raw, "question"),
        .question_code = encounter_text(raw, "code"),
        .answer = encounter_text(raw, "answer"),
        .comparison = encounter_text(raw, "comparison"),
        .reason = encounter_text(raw, "reason"),
        .strength = encounter_text(raw, "strength"),
        .until = day_at(raw, "until"),
        .alert = json_is_true(json_object_get(raw, "alert")),
        .from_device_list = json_is_true(json_object_get(raw, "from_device_list")),
        .field = new_values(e, field, nfields),
        .nfields = nfields,
    };
    out->outcome = out->program;
    out->title = or_else(encounter_text(raw, "title"), out->id);
    out->source = texts_at(e, raw, "source_titles", &out->nsources);
    out->item = texts_at(e, raw, "items", &out->nitems);
    read_question(e, out);
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
        .from = day_at(raw, "from"),
        .until = day_at(raw, "until"),
        .least = day_at(raw, "least"),
        .sensitive = json_is_true(json_object_get(raw, "sensitive")),
        .base = json_is_true(json_object_get(raw, "base")),
        .passed = json_is_true(json_object_get(raw, "passed")),
        .initials = "",
        .by = "",
        .reason = "",
    };
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

/* Takes another assessment as the one in force. */
static void load_assessment(struct encounter *e, const json_t *assessment)
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
    e->not_before = day_at(assessment, "not_before");
    e->program_class = outcome_at(assessment, "class", &e->has_class);
    e->room->dates_of = day_at(assessment, "visit_on");
}

/* Worst first, undecided before decided; otherwise the engine's order. */
static bool comes_before(const struct encounter_flag *a, const struct encounter_flag *b)
{
    return a->outcome != b->outcome ? a->outcome > b->outcome : !a->decided && b->decided;
}

static void sort_flags(struct encounter *e)
{
    for (size_t i = 1; i < e->nflags; i++) {
        struct encounter_flag flag = e->flag[i];
        size_t at = i;
        for (; at > 0 && comes_before(&flag, &e->flag[at - 1]); at--) {
            e->flag[at] = e->flag[at - 1];
        }
        e->flag[at] = flag;
    }
}

/* The class as decided, and what is open. A class worse than every flag has nothing to be lowered by. */
static void settle(struct encounter *e)
{
    enum outcome programs = OUTCOME_CLEAR, worst = OUTCOME_CLEAR;
    e->open = 0;
    for (size_t i = 0; i < e->nflags; i++) {
        const struct encounter_flag *flag = &e->flag[i];
        programs = flag->program > programs ? flag->program : programs;
        worst = flag->outcome > worst ? flag->outcome : worst;
        e->open += !flag->decided && flag->program > OUTCOME_PRECAUTION;
    }
    e->class = e->program_class > programs ? e->program_class : worst;
    sort_flags(e);
}

/* ---- events
 * ------------------------------------------------------------------------------------------------ */

static void fall(struct encounter *e)
{
    e->reopened = e->reopened || e->decision != DECISION_NONE;
    e->decision = DECISION_NONE;
    e->postponed_to = (struct date){ 0 };
    e->signed_name = e->signed_text = e->signed_by = "";
    e->signed_s = 0;
}

static bool treats(enum decision decision)
{
    return decision == DECISION_GO_AHEAD || decision == DECISION_PRECAUTIONS;
}

static bool held(const struct encounter *e)
{
    for (size_t i = 0; i < e->nflags; i++) {
        if (e->flag[i].decided && e->flag[i].outcome >= OUTCOME_POSTPONE) {
            return true;
        }
    }
    return false;
}

static void fold_flags(struct encounter *e, const struct encounter_entry *entry)
{
    const json_t *list = json_object_get(entry->event, "flags");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct encounter_flag *flag = encounter_find_flag(e, encounter_text(one, "id"));
        bool known;
        enum outcome outcome = outcome_at(one, "outcome", &known), was = outcome_at(one, "was", &known);
        /* Decided when the program said something milder: that was another flag. */
        if (flag == NULL || was < flag->program || outcome > flag->program) {
            continue;
        }
        flag->decided = true;
        flag->outcome = outcome;
        flag->code = encounter_text(entry->event, "code");
        flag->why = encounter_text(entry->event, "reason");
        flag->by = entry->by;
        flag->at_s = entry->at_s;
    }
}

static enum decision decision_at(const json_t *event)
{
    const char *name = encounter_text(event, "decision");
    for (int i = DECISION_NEEDS_MORE; i > DECISION_NONE; i--) {
        if (strcmp(name, decision_name((enum decision)i)) == 0) {
            return (enum decision)i;
        }
    }
    return DECISION_NONE;
}

static void fold_overall(struct encounter *e, const struct encounter_entry *entry)
{
    e->decision = decision_at(entry->event);
    e->postponed_to = day_at(entry->event, "until");
    e->signed_name = encounter_text(entry->event, "name");
    e->signed_text = encounter_text(entry->event, "text");
    e->signed_by = entry->by;
    e->signed_s = entry->at_s;
    e->reopened = false;
}

static struct encounter_value *find_value(struct encounter_value *value, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(value[i].name, name) == 0) {
            return &value[i];
        }
    }
    return NULL;
}

static void set_value(struct encounter *e, struct encounter_value **list, size_t *n, const char *name,
                      const char *text, const struct encounter_entry *entry)
{
    struct encounter_value *value = find_value(*list, *n, name);
    if (value == NULL) {
        struct encounter_value *grown = arena_alloc(e->room->arena, (*n + 1) * sizeof *grown);
        memcpy(grown, *list, *n * sizeof *grown);
        *list = grown;
        value = &grown[(*n)++];
    }
    *value = (struct encounter_value){ .name = name, .value = text, .by = entry->by, .at_s = entry->at_s };
}

static void fold_item(struct encounter *e, const struct encounter_entry *entry)
{
    struct encounter_item *item = encounter_find_item(e, encounter_text(entry->event, "id"));
    const json_t *fields = json_object_get(entry->event, "fields");
    if (item == NULL) {
        return;
    }
    item->done = json_is_true(json_object_get(entry->event, "done"));
    item->initials = encounter_text(entry->event, "initials");
    item->reason = encounter_text(entry->event, "reason");
    item->by = entry->by;
    item->at_s = entry->at_s;
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *one = json_array_get(fields, i);
        set_value(e, &item->field, &item->nfields, encounter_text(one, "name"), encounter_text(one, "value"),
                  entry);
    }
}

static void fold_field(struct encounter *e, const struct encounter_entry *entry)
{
    struct encounter_flag *flag = encounter_find_flag(e, encounter_text(entry->event, "flag"));
    if (flag != NULL) {
        set_value(e, &flag->field, &flag->nfields, encounter_text(entry->event, "field"),
                  encounter_text(entry->event, "value"), entry);
    }
}

static void fold_note(struct encounter *e, const struct encounter_entry *entry)
{
    e->note = mem_realloc(e->note, e->nnotes + 1, sizeof *e->note);
    e->note[e->nnotes++] = (struct encounter_note){
        .rev = entry->rev,
        .of = (uint32_t)json_integer_value(json_object_get(entry->event, "of")),
        .by = entry->by,
        .text = encounter_text(entry->event, "text"),
        .at_s = entry->at_s,
    };
}

static struct date shifted(struct date date, int days)
{
    return date_is_full(date) ? date_add_days(date, days) : date;
}

/* assess.h says when an item's time has passed. */
static bool has_passed(const struct encounter *e, const struct encounter_item *item)
{
    struct date last = date_is_full(item->until)   ? item->until
                       : date_is_full(item->least) ? item->least
                                                   : item->from;
    if (item->who != ITEM_PATIENT || !date_is_full(e->asked_on)) {
        return false;
    }
    return (date_is_full(last) && date_compare(last, e->asked_on) < 0) ||
           (date_equal(e->visit_on, e->asked_on) && date_is_full(item->from) &&
            date_compare(item->from, e->asked_on) < 0);
}

static void shift_items(struct encounter *e, int days)
{
    for (size_t i = 0; i < e->nitems; i++) {
        struct encounter_item *item = &e->item[i];
        item->from = shifted(item->from, days);
        item->until = shifted(item->until, days);
        item->least = shifted(item->least, days);
        item->passed = has_passed(e, item);
    }
}

static void fold_visit(struct encounter *e, const struct encounter_entry *entry)
{
    const json_t *assessment = json_object_get(entry->event, "assessment");
    struct date to = day_at(entry->event, "visit_on"), from = e->visit_on;
    e->visit_on = to;
    if (json_is_object(assessment)) {
        load_assessment(e, assessment);
        e->dates_shifted = false;
    } else if (e->assessment != NULL && date_is_full(from)) {
        shift_items(e, date_to_days(to) - date_to_days(from));
        e->dates_shifted = !date_is_full(e->room->dates_of) || !date_equal(to, e->room->dates_of);
    }
    fall(e);
}

static bool bytes_at(const json_t *object, const char *key, uint8_t out[FRAME_UID])
{
    const char *hex = encounter_text(object, key);
    for (size_t i = 0; i < FRAME_UID; i++) {
        unsigned byte = 0;
        for (size_t j = 0; j < 2; j++) {
            char c = hex[2 * i + j];
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
            byte = byte * 16 + (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        out[i] = (uint8_t)byte;
    }
    return true;
}

static void fold_link(struct encounter *e, const struct encounter_entry *entry)
{
    struct encounter_link link = { .by = entry->by, .at_s = entry->at_s };
    if (!bytes_at(entry->event, "uid", link.uid)) {
        return;
    }
    size_t at = 0;
    while (at < e->nlinks && memcmp(e->link[at].uid, link.uid, FRAME_UID) != 0) {
        at++;
    }
    if (json_is_true(json_object_get(entry->event, "confirmed"))) {
        if (at == e->nlinks) {
            e->link = mem_realloc(e->link, ++e->nlinks, sizeof *e->link);
        }
        e->link[at] = link;
    } else if (at < e->nlinks) {
        e->nlinks--;
        memmove(&e->link[at], &e->link[at + 1], (e->nlinks - at) * sizeof link);
    }
}

static void fold_answers(struct encounter *e, const struct encounter_entry *entry)
{
    const json_t *list = json_object_get(entry->event, "answers");
    const json_t *assessment = json_object_get(entry->event, "assessment");
    bool carried = strcmp(encounter_text(entry->event, "source"), "carried") == 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *raw = json_array_get(list, i);
        const struct encounter_answer *old = encounter_find_answer(e, encounter_text(raw, "id"));
        bool fresh = old != NULL && old->fresh;
        set_answer(e, raw);
        struct encounter_answer *answer = encounter_find_answer(e, encounter_text(raw, "id"));
        if (answer == NULL) {
            continue;
        }
        answer->fresh = old != NULL && json_object_get(raw, "fresh") == NULL ? fresh : answer->fresh;
        answer->source = carried ? SOURCE_CARRIED : SOURCE_AGAIN;
        answer->on = day_at(entry->event, "on");
        answer->given_by = encounter_text(entry->event, "given_by");
        answer->by = entry->by;
        answer->to_check = carried || !json_is_object(assessment);
    }
    if (json_is_object(assessment)) {
        load_assessment(e, assessment);
    }
    for (size_t i = 0; i < e->nflags; i++) {
        read_question(e, &e->flag[i]);
    }
    fall(e);
}

static void fold_checked(struct encounter *e, const struct encounter_entry *entry)
{
    const json_t *list = json_object_get(entry->event, "questions");
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct encounter_answer *answer =
            encounter_find_answer(e, json_string_value(json_array_get(list, i)));
        if (answer != NULL) {
            answer->to_check = false;
        }
    }
}

static void fold_correct(struct encounter *e, const struct encounter_entry *entry)
{
    const json_t *event = entry->event;
    e->name = or_else(encounter_text(event, "name"), e->name);
    e->phone = json_is_string(json_object_get(event, "phone")) ? encounter_text(event, "phone") : e->phone;
    struct date born = day_at(event, "birth_date");
    e->birth_date = date_is_full(born) ? born : e->birth_date;
}

static void fold(struct encounter *e, const struct encounter_entry *entry)
{
    switch (entry->kind) {
    case EVENT_FLAGS:
        fold_flags(e, entry);
        break;
    case EVENT_OVERALL:
        fold_overall(e, entry);
        break;
    case EVENT_ITEM:
        fold_item(e, entry);
        break;
    case EVENT_FIELD:
        fold_field(e, entry);
        break;
    case EVENT_NOTE:
    case EVENT_AMEND:
        fold_note(e, entry);
        break;
    case EVENT_VISIT:
        fold_visit(e, entry);
        break;
    case EVENT_OWNER:
        e->owner = json_is_true(json_object_get(entry->event, "taken")) ? entry->by : "";
        break;
    case EVENT_LINK:
        fold_link(e, entry);
        break;
    case EVENT_ANSWERS:
        fold_answers(e, entry);
        break;
    case EVENT_CHECKED:
        fold_checked(e, entry);
        break;
    case EVENT_CORRECT:
        fold_correct(e, entry);
        break;
    case EVENT_RESTRICT:
        e->restricted = json_is_true(json_object_get(entry->event, "on"));
        e->restricted_why = encounter_text(entry->event, "reason");
        break;
    case EVENT_HANDOUT: /* history alone */
    case EVENT_UNKNOWN:
        break;
    }
}

void encounter_add(struct encounter *e, uint32_t rev, const char *actor, json_t *event)
{
    bool broken = event == NULL || event_check(event, NULL) != 0;
    e->entry = mem_realloc(e->entry, e->nentries + 1, sizeof *e->entry);
    struct encounter_entry *entry = &e->entry[e->nentries++];
    *entry = (struct encounter_entry){
        .rev = rev,
        .by = arena_strdup(e->room->arena, actor),
        .at_s = json_integer_value(json_object_get(event, "at")),
        .kind = event_kind(event),
        .event = event,
        .broken = broken,
    };
    e->uncertain = e->uncertain || broken || entry->kind == EVENT_UNKNOWN || rev != e->rev + 1;
    e->rev = rev;
    if (!broken) {
        fold(e, entry);
    }
    settle(e);
    e->prescreen =
        date_is_full(e->asked_on) && date_is_full(e->visit_on) && date_compare(e->visit_on, e->asked_on) > 0;
    if (treats(e->decision) && (e->open > 0 || held(e))) {
        fall(e);
    }
}

/* ---- beginning and end
 * ------------------------------------------------------------------------------------- */

struct encounter *encounter_new(const uint8_t uid[FRAME_UID], const struct frame_header *header, json_t *body)
{
    struct encounter *e = mem_alloc(sizeof *e);
    e->room = mem_alloc(sizeof *e->room);
    e->room->arena = arena_new();
    e->room->body = body;
    memcpy(e->uid, uid, FRAME_UID);
    e->body = body;
    e->damaged = body == NULL;
    e->fault = "";
    e->draft = header != NULL && header->kind == FRAME_DRAFT;
    if (header != NULL) {
        e->wall_s = header->wall_s;
        e->sent_rev = header->rev;
        e->urgent = header->urgent;
    }
    const json_t *patient = json_object_get(body, "patient"), *helper = json_object_get(body, "helper");
    const json_t *form = json_object_get(body, "form"), *assessment = json_object_get(body, "assessment");
    e->demo = json_is_true(json_object_get(body, "demo"));
    e->name = encounter_text(patient, "name");
    e->phone = encounter_text(patient, "phone");
    e->birth_date = date_at(patient, "birth_date");
    e->language = encounter_text(body, "language");
    e->form_id = encounter_text(form, "id");
    e->form_title = encounter_text(form, "title");
    e->form_hash = encounter_text(form, "hash");
    e->helper = encounter_text(helper, "name");
    e->relation = encounter_text(helper, "relation");
    e->asked_on = day_at(body, "asked_on");
    e->visit_on = day_at(body, "visit_on");
    e->owner = e->restricted_why = "";
    fall(e);
    load_answers(e);
    if (json_is_object(assessment)) {
        load_assessment(e, assessment);
    }
    settle(e);
    e->prescreen =
        date_is_full(e->asked_on) && date_is_full(e->visit_on) && date_compare(e->visit_on, e->asked_on) > 0;
    return e;
}

void encounter_set_fault(struct encounter *e, const char *why)
{
    e->fault = arena_strdup(e->room->arena, why);
}

struct encounter *encounter_copy(const struct encounter *from)
{
    struct frame_header header = {
        .kind = from->draft ? FRAME_DRAFT : FRAME_FINAL,
        .wall_s = from->wall_s,
        .rev = from->sent_rev,
        .urgent = from->urgent,
    };
    struct encounter *e = encounter_new(from->uid, &header, json_incref(from->room->body));
    encounter_set_fault(e, from->fault);
    for (size_t i = 0; i < from->nentries; i++) {
        const struct encounter_entry *entry = &from->entry[i];
        encounter_add(e, entry->rev, entry->by, json_incref((json_t *)entry->event));
    }
    return e;
}

void encounter_free(struct encounter *e)
{
    if (e == NULL) {
        return;
    }
    for (size_t i = 0; i < e->nentries; i++) {
        json_decref((json_t *)e->entry[i].event);
    }
    json_decref(e->room->body);
    arena_free(e->room->arena);
    free(e->room->raw);
    free(e->room);
    free(e->answer);
    free(e->note);
    free(e->link);
    free(e->entry);
    free(e);
}
