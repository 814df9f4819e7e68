/* encounter_rules.c: what may be decided and added, and what stands against "go ahead". The rules are told in
 * encounter.h. */
#include "encounter.h"

#include <string.h>

#include "encounter_room.h"

static bool is_fresh(const struct encounter *e, const struct encounter_answer *answer)
{
    return !answer->fresh || (date_is_full(e->visit_on) && date_equal(answer->on, e->visit_on));
}

size_t encounter_not_fresh(const struct encounter *e, size_t *answer, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < e->nanswers; i++) {
        if (!is_fresh(e, &e->answer[i])) {
            if (n < max) {
                answer[n] = i;
            }
            n++;
        }
    }
    return n;
}

static bool any_to_check(const struct encounter *e)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (e->answer[i].to_check) {
            return true;
        }
    }
    return false;
}

static bool any_held(const struct encounter *e)
{
    for (size_t i = 0; i < e->nflags; i++) {
        if (e->flag[i].decided && e->flag[i].outcome >= OUTCOME_POSTPONE) {
            return true;
        }
    }
    return false;
}

static enum outcome worst_flag(const struct encounter *e)
{
    enum outcome worst = OUTCOME_CLEAR;
    for (size_t i = 0; i < e->nflags; i++) {
        worst = e->flag[i].outcome > worst ? e->flag[i].outcome : worst;
    }
    return worst;
}

unsigned encounter_blocks(const struct encounter *e, struct date today)
{
    unsigned blocks = 0;
    blocks |= e->open > 0 ? BLOCK_OPEN_FLAGS : 0;
    blocks |= any_held(e) ? BLOCK_HELD : 0;
    blocks |= !date_is_full(e->visit_on) || !date_equal(e->visit_on, today) ? BLOCK_NOT_TODAY : 0;
    blocks |= encounter_not_fresh(e, NULL, 0) > 0 ? BLOCK_NOT_FRESH : 0;
    blocks |= any_to_check(e) ? BLOCK_UNCHECKED : 0;
    blocks |= e->draft ? BLOCK_UNSIGNED : 0;
    /* A class that is worse than every flag can be lowered by none. */
    blocks |= e->damaged || !e->has_class || e->uncertain || (e->class > worst_flag(e) && !any_to_check(e))
                  ? BLOCK_UNREADABLE
                  : 0;
    return blocks;
}

static int say_block(unsigned blocks, const struct encounter *e, struct err *err)
{
    if (blocks & BLOCK_UNREADABLE) {
        return err_set(err, "not all of this intake can be read, so \"go ahead\" cannot be signed on it");
    }
    if (blocks & BLOCK_UNSIGNED) {
        return err_set(err, "the patient has not finished and signed this intake");
    }
    if (blocks & BLOCK_OPEN_FLAGS) {
        return e->open == 1
                   ? err_set(err, "1 flag above PRECAUTION is not decided yet: lower or confirm it first")
                   : err_set(err,
                             "%zu flags above PRECAUTION are not decided yet: lower or confirm each first",
                             e->open);
    }
    if (blocks & BLOCK_HELD) {
        return err_set(err,
                       "a flag is confirmed as HOLD or POSTPONE: lower it with a reason, or do not treat");
    }
    if (blocks & BLOCK_NOT_TODAY) {
        return err_set(err, "the visit is not today: \"go ahead\" is signed on the day. Set the visit date");
    }
    if (blocks & BLOCK_NOT_FRESH) {
        size_t n = encounter_not_fresh(e, NULL, 0);
        return n == 1
                   ? err_set(err, "1 question about today or the last days must be asked again today")
                   : err_set(err, "%zu questions about today and the last days must be asked again today", n);
    }
    return err_set(err, "there are answers that nobody has gone through with the patient yet");
}

/* ---- events
 * ------------------------------------------------------------------------------------------------ */

static bool blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

static struct date day_at(const json_t *object, const char *key)
{
    struct date date = { 0 };
    return date_parse_iso(encounter_text(object, key), &date) && date_is_full(date) ? date
                                                                                    : (struct date){ 0 };
}

static enum outcome outcome_of(const char *name)
{
    int i = OUTCOME_CLEAR;
    while (i < OUTCOME_HOLD && strcmp(name, outcome_name((enum outcome)i)) != 0) {
        i++;
    }
    return (enum outcome)i;
}

static int check_flags(const struct encounter *e, const json_t *event, struct err *err)
{
    const json_t *list = json_object_get(event, "flags");
    if (blank(encounter_text(event, "reason"))) {
        return err_set(err, "a flag is decided with a reason: choose one from the list, or type it");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const struct encounter_flag *flag = encounter_find_flag(e, encounter_text(one, "id"));
        if (flag == NULL || flag->program != outcome_of(encounter_text(one, "was"))) {
            return err_set(err, "flag %s is not as it was: look at it again", encounter_text(one, "id"));
        }
        if (outcome_of(encounter_text(one, "outcome")) > flag->program) {
            return err_set(err, "a flag is lowered or confirmed; to raise it, decide \"do not treat\"");
        }
    }
    return 0;
}

static int check_overall(const struct encounter *e, const json_t *event, struct date today, struct err *err)
{
    const char *decision = encounter_text(event, "decision");
    struct date until = day_at(event, "until");
    if (strcmp(decision, decision_name(DECISION_POSTPONE)) == 0) {
        return date_is_full(until) && date_compare(until, today) > 0
                   ? 0
                   : err_set(err, "say until when: a date after today");
    }
    if (strcmp(decision, decision_name(DECISION_GO_AHEAD)) == 0 ||
        strcmp(decision, decision_name(DECISION_PRECAUTIONS)) == 0) {
        unsigned blocks = encounter_blocks(e, today);
        return blocks == 0 ? 0 : say_block(blocks, e, err);
    }
    return 0;
}

static int check_item(const struct encounter *e, const json_t *event, struct err *err)
{
    const char *id = encounter_text(event, "id");
    if (encounter_find_item(e, id) == NULL) {
        return err_set(err, "item %s is not on this checklist", id);
    }
    if (json_is_true(json_object_get(event, "done")) && blank(encounter_text(event, "initials"))) {
        return err_set(err, "an item is ticked with initials");
    }
    return 0;
}

static int check_visit(const struct encounter *e, const json_t *event, struct date today, struct err *err)
{
    struct date to = day_at(event, "visit_on");
    const json_t *assessment = json_object_get(event, "assessment");
    if (date_compare(to, today) < 0 || (date_is_full(e->asked_on) && date_compare(to, e->asked_on) < 0)) {
        return err_set(err, "a visit is today or later");
    }
    /* It would take the place of the result that the signed one brings. */
    if (e->draft && json_is_object(assessment)) {
        return err_set(err, "an intake is judged when the patient has signed it");
    }
    if (json_is_object(assessment) && !date_equal(day_at(assessment, "visit_on"), to)) {
        return err_set(err, "the result was worked out for another day");
    }
    return 0;
}

static int check_answers(const struct encounter *e, const json_t *event, struct date today, struct err *err)
{
    struct date on = day_at(event, "on");
    const json_t *assessment = json_object_get(event, "assessment");
    if (e->damaged || e->draft) {
        return err_set(err, "answers are added to an intake that is signed");
    }
    if (date_compare(on, today) > 0) {
        return err_set(err, "these answers have a date to come");
    }
    if (json_is_object(assessment) && !date_equal(day_at(assessment, "visit_on"), e->visit_on)) {
        return err_set(err, "the result was worked out for another day");
    }
    return 0;
}

static int check_checked(const struct encounter *e, const json_t *event, struct err *err)
{
    const json_t *list = json_object_get(event, "questions");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        if (encounter_find_answer(e, id) == NULL) {
            return err_set(err, "there is no answer %s in this intake", id);
        }
    }
    return 0;
}

static int check_amend(const struct encounter *e, const json_t *event, struct err *err)
{
    json_int_t of = json_integer_value(json_object_get(event, "of"));
    for (size_t i = 0; i < e->nnotes; i++) {
        if (e->note[i].rev == of && e->note[i].of == 0) {
            return 0;
        }
    }
    return err_set(err, "there is no such note to add to");
}

static int check_link(const struct encounter *e, const json_t *event, struct err *err)
{
    const char *uid = encounter_text(event, "uid");
    bool there = false;
    char own[2 * FRAME_UID + 1] = "";
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < FRAME_UID; i++) {
        own[2 * i] = digit[e->uid[i] >> 4];
        own[2 * i + 1] = digit[e->uid[i] & 15];
    }
    if (strcmp(own, uid) == 0) {
        return err_set(err, "an intake is not linked with itself");
    }
    for (size_t i = 0; i < e->nlinks; i++) {
        for (size_t j = 0; j < FRAME_UID; j++) {
            own[2 * j] = digit[e->link[i].uid[j] >> 4];
            own[2 * j + 1] = digit[e->link[i].uid[j] & 15];
        }
        there = there || strcmp(own, uid) == 0;
    }
    return there || json_is_true(json_object_get(event, "confirmed"))
               ? 0
               : err_set(err, "these two intakes are not linked");
}

int encounter_check(const struct encounter *e, const json_t *event, struct date today, struct err *err)
{
    if (event_check(event, err) != 0) {
        return -1;
    }
    switch (event_kind(event)) {
    case EVENT_FLAGS:
        return check_flags(e, event, err);
    case EVENT_OVERALL:
        return check_overall(e, event, today, err);
    case EVENT_ITEM:
        return check_item(e, event, err);
    case EVENT_FIELD:
        return encounter_find_flag(e, encounter_text(event, "flag")) != NULL
                   ? 0
                   : err_set(err, "this intake has no flag %s", encounter_text(event, "flag"));
    case EVENT_NOTE:
    case EVENT_AMEND:
        if (blank(encounter_text(event, "text"))) {
            return err_set(err, "a note has words in it");
        }
        return event_kind(event) == EVENT_AMEND ? check_amend(e, event, err) : 0;
    case EVENT_VISIT:
        return check_visit(e, event, today, err);
    case EVENT_LINK:
        return check_link(e, event, err);
    case EVENT_ANSWERS:
        return check_answers(e, event, today, err);
    case EVENT_CHECKED:
        return check_checked(e, event, err);
    case EVENT_CORRECT:
        return json_is_null(json_object_get(event, "name")) &&
                       json_is_null(json_object_get(event, "birth_date")) &&
                       json_is_null(json_object_get(event, "phone"))
                   ? err_set(err, "nothing is corrected")
                   : 0;
    case EVENT_RESTRICT:
        return blank(encounter_text(event, "reason")) ? err_set(err, "say why") : 0;
    case EVENT_OWNER:
    case EVENT_HANDOUT:
        return 0;
    case EVENT_UNKNOWN:
        break;
    }
    return err_set(err, "this version of Foyer does not know such an event");
}
