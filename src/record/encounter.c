/* encounter.c: folding a body and its events. What may be added: encounter_rules.c. */
#include "encounter.h"

#include <stdlib.h>
#include <string.h>

#include "encounter_room.h"

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

static bool any_unjudged(const struct encounter *e)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (e->answer[i].to_check && e->answer[i].source == SOURCE_AGAIN) {
            return true;
        }
    }
    return false;
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
    /* The result does not know an answer that was given again and not judged: nobody may read it as "nothing
     * flagged" before somebody has gone through it. */
    if (e->has_class && e->class < OUTCOME_REVIEW && any_unjudged(e)) {
        e->class = OUTCOME_REVIEW;
    }
    sort_flags(e);
}

/* --- Events --- */

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
        enum outcome outcome = encounter_outcome(one, "outcome", &known),
                     was = encounter_outcome(one, "was", &known);
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
    e->postponed_to = encounter_day(entry->event, "until");
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
    struct date to = encounter_day(entry->event, "visit_on"), from = e->visit_on;
    e->visit_on = to;
    if (json_is_object(assessment)) {
        encounter_load_assessment(e, assessment);
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
        encounter_set_answer(e, raw);
        struct encounter_answer *answer = encounter_find_answer(e, encounter_text(raw, "id"));
        if (answer == NULL) {
            continue;
        }
        answer->fresh = old != NULL && json_object_get(raw, "fresh") == NULL ? fresh : answer->fresh;
        answer->source = carried ? SOURCE_CARRIED : SOURCE_AGAIN;
        answer->language = encounter_text(raw, "language"); /* of another day: not this intake's */
        answer->on = encounter_day(entry->event, "on");
        answer->given_by = encounter_text(entry->event, "given_by");
        answer->by = entry->by;
        answer->to_check = carried || !json_is_object(assessment);
    }
    if (json_is_object(assessment)) {
        encounter_load_assessment(e, assessment);
    }
    for (size_t i = 0; i < e->nflags; i++) {
        encounter_read_question(e, &e->flag[i]);
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
    e->name = encounter_or(encounter_text(event, "name"), e->name);
    e->phone = json_is_string(json_object_get(event, "phone")) ? encounter_text(event, "phone") : e->phone;
    struct date born = encounter_day(event, "birth_date");
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

/* --- Beginning and end --- */

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
    e->clock = CLOCK_SYNCED;
    if (header != NULL) {
        e->clock = (enum clock_state)header->clock;
        e->wall_s = header->wall_s;
        e->sent_rev = header->rev;
        e->urgent = header->urgent;
    }
    const json_t *patient = json_object_get(body, "patient"), *helper = json_object_get(body, "helper");
    const json_t *form = json_object_get(body, "form"), *assessment = json_object_get(body, "assessment");
    e->demo = json_is_true(json_object_get(body, "demo"));
    e->name = encounter_text(patient, "name");
    e->phone = encounter_text(patient, "phone");
    e->birth_date = encounter_date(patient, "birth_date");
    e->language = encounter_text(body, "language");
    e->language_name = encounter_text(body, "language_name");
    e->language_unreviewed = json_is_true(json_object_get(body, "language_unreviewed"));
    e->form_id = encounter_text(form, "id");
    e->form_title = encounter_text(form, "title");
    e->form_hash = encounter_text(form, "hash");
    e->helper = encounter_text(helper, "name");
    e->relation = encounter_text(helper, "relation");
    e->asked_on = encounter_day(body, "asked_on");
    e->visit_on = encounter_day(body, "visit_on");
    e->owner = e->restricted_why = "";
    fall(e);
    encounter_load_answers(e);
    if (json_is_object(assessment)) {
        encounter_load_assessment(e, assessment);
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
        .clock = (uint8_t)from->clock,
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
