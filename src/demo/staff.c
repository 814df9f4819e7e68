#include "staff.h"

#include <stdio.h>
#include <string.h>

#define SIGNED_NAME "Dr. D. Sample"
#define INITIALS    "DS"

enum { EVENTS = 120, FIELDS = 8, LOWER_REVIEW = 80, LOWER_HOLD = 45 /* in a hundred */ };

struct desk {
    struct staff *staff;
    struct encounter *e;
    json_t *event[EVENTS];
    size_t n;
    int64_t at_s;
};

static void put(struct desk *desk, json_t *event)
{
    if (desk->n < EVENTS) {
        desk->event[desk->n++] = event;
    } else {
        json_decref(event);
    }
}

/* Writes what was put so far; one second later the next. */
static int write_down(struct desk *desk, struct err *err)
{
    if (desk->n == 0) {
        return 0;
    }
    int added = vault_add(desk->staff->vault, desk->e, desk->event, desk->n, desk->at_s, err);
    desk->n = 0;
    return added == 1 ? 0 : added == 0 ? err_set(err, "somebody else is writing to the demo") : -1;
}

static int with(struct staff *staff, const uint8_t uid[FRAME_UID], int64_t at_s, struct desk *desk,
                struct err *err)
{
    *desk = (struct desk){ .staff = staff, .at_s = at_s };
    int found = vault_encounter(staff->vault, uid, &desk->e, err);
    return found == 1 ? 0 : found == 0 ? err_set(err, "an intake of the demo is not there") : -1;
}

static void decide_flags(struct desk *desk, bool whole)
{
    const struct encounter *e = desk->e;
    struct dice *dice = desk->staff->dice;
    const struct config *config = desk->staff->config;
    size_t told = 0;
    for (size_t i = 0; i < e->nflags; i++) {
        const struct encounter_flag *f = &e->flag[i];
        if (f->program <= OUTCOME_PRECAUTION || f->decided || (!whole && told == 1)) {
            continue;
        }
        /* What stands is confirmed with the last reason of the clinic's list. */
        bool lower = dice_percent(dice, f->program >= OUTCOME_POSTPONE ? LOWER_HOLD : LOWER_REVIEW);
        size_t reason = lower && config->nreasons > 1 ? (size_t)dice_of(dice, (int64_t)config->nreasons - 1)
                                                      : config->nreasons - 1;
        const struct event_flag one = { f->id, lower ? OUTCOME_PRECAUTION : f->program, f->program };
        put(desk, event_flags(desk->at_s, &one, 1, config->reason[reason].code, config->reason[reason].text));
        if (f->nfields > 0 && dice_percent(dice, 50)) {
            put(desk, event_field(desk->at_s, f->id, f->field[0].name, "Asked, see note"));
        }
        told++;
    }
}

static enum decision choose(struct desk *desk, struct date today, struct date *until)
{
    const struct encounter *e = desk->e;
    unsigned blocks = encounter_blocks(e, today);
    *until = (struct date){ 0 };
    if (blocks == 0) {
        return e->class == OUTCOME_CLEAR ? DECISION_GO_AHEAD : DECISION_PRECAUTIONS;
    }
    if ((blocks & BLOCK_HELD) == 0) {
        return DECISION_NEEDS_MORE;
    }
    if (date_is_full(e->not_before) && date_compare(e->not_before, today) > 0) {
        *until = e->not_before;
        return DECISION_POSTPONE;
    }
    return DECISION_DO_NOT_TREAT;
}

/* By what its name ends in: that is all there is to know of a field. */
static void field_value(char *out, size_t size, const char *name, struct dice *dice, struct date today)
{
    char day[DATE_ISO_SIZE];
    if (strstr(name, "(mm)") != NULL) {
        snprintf(out, size, "%d.%d", 0, (int)dice_from(dice, 3, 9));
    } else if (strstr(name, "xpir") != NULL) {
        snprintf(out, size, "%s", date_format_iso(date_add_days(today, (int)dice_from(dice, 90, 600)), day));
    } else {
        snprintf(out, size, "%c%d", (char)('A' + dice_of(dice, 26)), (int)dice_from(dice, 1000, 99999));
    }
}

static void tick(struct desk *desk, struct date today)
{
    const struct encounter *e = desk->e;
    struct dice *dice = desk->staff->dice;
    for (size_t i = 0; i < e->nitems; i++) {
        const struct encounter_item *item = &e->item[i];
        struct event_value field[FIELDS];
        char value[FIELDS][24];
        size_t n = 0;
        if (item->who != ITEM_STAFF || dice_percent(dice, 7)) {
            continue;
        }
        for (; n < item->nfields && n < FIELDS; n++) {
            field_value(value[n], sizeof value[n], item->field[n].name, dice, today);
            field[n] = (struct event_value){ item->field[n].name, value[n], NULL };
        }
        put(desk, event_item(desk->at_s, item->id, true, INITIALS, field, n, ""));
    }
}

static int sign(struct desk *desk, struct err *err)
{
    struct dice *dice = desk->staff->dice;
    struct date today = clock_local_date(desk->at_s), until;
    enum decision decision = choose(desk, today, &until);
    bool treats = decision == DECISION_GO_AHEAD || decision == DECISION_PRECAUTIONS;
    put(desk, event_overall(desk->at_s, decision, until, SIGNED_NAME,
                            decision == DECISION_NEEDS_MORE ? "Waits for the letter from the doctor" : ""));
    if (write_down(desk, err) != 0) {
        return -1;
    }
    desk->at_s += dice_from(dice, 600, 2400);
    if (treats) {
        tick(desk, today);
    }
    if (dice_percent(dice, 15)) {
        put(desk, event_note(desk->at_s, "Talked it through; the patient asked about sun and sport."));
    }
    if (treats && dice_percent(dice, 70)) {
        put(desk, event_handout(desk->at_s, "aftercare", "print"));
    }
    return write_down(desk, err);
}

/* As the patient sent it. */
static json_t *answer_of(const struct encounter *e, const char *id)
{
    const json_t *list = json_object_get(e->body, "answers");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i);
        const char *own = json_string_value(json_object_get(one, "id"));
        if (own != NULL && strcmp(own, id) == 0) {
            return one;
        }
    }
    return NULL;
}

/* On the day of the visit: what must be fresh is asked again, and is as it was. */
static int ask_again(struct desk *desk, struct err *err)
{
    enum { MANY = 64 };
    size_t index[MANY], n = encounter_not_fresh(desk->e, index, MANY);
    struct date today = clock_local_date(desk->at_s);
    if (n == 0 || desk->e->draft) {
        return 0;
    }
    json_t *answers = json_array();
    for (size_t i = 0; i < n && i < MANY; i++) {
        json_array_append(answers, answer_of(desk->e, desk->e->answer[index[i]].id));
    }
    json_t *assessment = encounter_assess(desk->e, desk->staff->form, desk->e->visit_on, answers, err);
    if (assessment == NULL) {
        json_decref(answers);
        return -1;
    }
    put(desk, event_answers(desk->at_s, today, NULL, "patient", answers, assessment));
    return write_down(desk, err);
}

int staff_decide(struct staff *staff, const uint8_t uid[FRAME_UID], int64_t at_s, bool whole, struct err *err)
{
    struct desk desk;
    if (with(staff, uid, at_s, &desk, err) != 0) {
        return -1;
    }
    put(&desk, event_owner(at_s, true));
    int rc = write_down(&desk, err);
    rc = rc == 0 && whole ? ask_again(&desk, err) : rc;
    decide_flags(&desk, whole);
    rc = rc == 0 ? write_down(&desk, err) : rc;
    desk.at_s += dice_from(staff->dice, 20, 180);
    rc = rc == 0 && whole ? sign(&desk, err) : rc;
    encounter_free(desk.e);
    return rc;
}

int staff_set_visit(struct staff *staff, const uint8_t uid[FRAME_UID], struct date visit_on, int64_t at_s,
                    struct err *err)
{
    struct desk desk;
    if (with(staff, uid, at_s, &desk, err) != 0) {
        return -1;
    }
    json_t *assessment = encounter_assess(desk.e, staff->form, visit_on, NULL, err);
    int rc = assessment == NULL ? -1 : 0;
    if (rc == 0) {
        put(&desk, event_visit(at_s, visit_on, assessment));
        rc = write_down(&desk, err);
    }
    encounter_free(desk.e);
    return rc;
}

int staff_link(struct staff *staff, const uint8_t uid[FRAME_UID], const uint8_t other[FRAME_UID],
               int64_t at_s, struct err *err)
{
    struct desk desk;
    if (with(staff, uid, at_s, &desk, err) != 0) {
        return -1;
    }
    put(&desk, event_link(at_s, other, true));
    int rc = write_down(&desk, err);
    encounter_free(desk.e);
    return rc;
}
