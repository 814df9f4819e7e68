/* What staff add, folded: decisions, their rules, dates that move, answers asked again. */
#include <criterion/criterion.h>
#include <string.h>

#include "document.h"
#include "encounter.h"

#define AT_S 1795269600 /* 2026-11-21 14:00 UTC */

static const struct date today = { 2026, 11, 21 };
static const uint8_t uid[FRAME_UID] = { 1 };

/* Two flags above PRECAUTION, one of PRECAUTION, one that is information. */
static const char body_text[] =
    "{\"v\":1,\"part\":\"body\",\"uid\":\"01\",\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\","
    "\"form\":{\"id\":\"microneedling\",\"hash\":\"00\"},"
    "\"patient\":{\"name\":\"Anna\",\"phone\":\"01\",\"birth_date\":\"1990-02-03\"},"
    "\"answers\":[{\"id\":\"keloid\",\"code\":\"Q11\",\"state\":\"given\",\"value\":[\"me\"],"
    "\"question\":\"Keloid?\",\"answer\":\"Yes, me\",\"fresh\":false},"
    "{\"id\":\"alcohol\",\"code\":\"Q19\",\"state\":\"given\",\"value\":\"recent\","
    "\"question\":\"Alcohol?\",\"answer\":\"Yesterday\",\"fresh\":true}],"
    "\"assessment\":{\"class\":\"HOLD\",\"visit_on\":\"2026-11-21\",\"attention\":52,\"flags\":["
    "{\"id\":\"KELOID_SELF_HIGH\",\"title\":\"Keloid\",\"outcome\":\"HOLD\",\"question\":\"keloid\","
    "\"answer\":\"Yes, me\",\"fields\":[\"Cause of the keloid\"],\"source_titles\":[\"A paper\"]},"
    "{\"id\":\"INCOMPLETE:Q05\",\"outcome\":\"REVIEW\",\"answer\":\"\"},"
    "{\"id\":\"ALCOHOL_1_2D\",\"outcome\":\"PRECAUTION\",\"question\":\"alcohol\",\"answer\":\"Yesterday\"},"
    "{\"id\":\"ISO_GE6\",\"outcome\":\"CLEAR\",\"answer\":\"\"}],"
    "\"items\":[{\"id\":\"P06\",\"for\":\"patient\",\"from\":\"2026-11-19\",\"until\":\"2026-11-21\","
    "\"text\":\"No alcohol\",\"added_by\":[\"ALCOHOL_1_2D\"]},"
    "{\"id\":\"S12\",\"for\":\"staff\",\"text\":\"Depth\"}]}}";

static struct encounter *make(enum frame_kind kind, const char *text)
{
    struct frame_header header = { .kind = (uint8_t)kind, .rev = 3, .wall_s = AT_S };
    struct err err = { "" };
    json_t *body = document_parse(text, strlen(text), &err);
    cr_assert_not_null(body, "%s", err.text);
    return encounter_new(uid, &header, body);
}

static struct encounter *fresh(void)
{
    return make(FRAME_FINAL, body_text);
}

/* Adds what may be added; the test fails if it may not. */
static void add(struct encounter *e, const char *by, json_t *event)
{
    struct err err = { "" };
    cr_assert_eq(encounter_check(e, event, today, &err), 0, "%s", err.text);
    encounter_add(e, e->rev + 1, by, event);
}

static void refused(struct encounter *e, json_t *event, const char *why)
{
    struct err err = { "" };
    cr_assert_eq(encounter_check(e, event, today, &err), -1, "%s", why);
    cr_assert_not_null(strstr(err.text, why), "%s", err.text);
    json_decref(event);
}

static json_t *decide(const char *id, enum outcome was, enum outcome outcome)
{
    struct event_flag flag = { id, outcome, was };
    return event_flags(AT_S, &flag, 1, "2", "looked at it");
}

static json_t *sign(enum decision decision)
{
    return event_overall(AT_S, decision, (struct date){ 0 }, "Dr Anna Berg", "");
}

Test(encounter, it_stands_as_the_patient_sent_it)
{
    struct encounter *e = fresh();
    cr_assert_str_eq(e->name, "Anna");
    cr_assert_eq(e->program_class, OUTCOME_HOLD);
    cr_assert_eq(e->class, OUTCOME_HOLD);
    cr_assert_eq(e->nflags, 4);
    cr_assert_eq(e->open, 2);
    cr_assert_str_eq(e->flag[0].id, "KELOID_SELF_HIGH", "the worst first");
    cr_assert_str_eq(e->flag[0].question, "Keloid?");
    cr_assert_str_eq(e->flag[0].source[0], "A paper");
    cr_assert_eq(e->flag[0].nfields, 1);
    cr_assert_eq(e->nitems, 2);
    encounter_free(e);
}

Test(encounter, go_ahead_waits_for_each_open_flag_and_do_not_treat_for_none)
{
    struct encounter *e = fresh();
    refused(e, sign(DECISION_GO_AHEAD), "not decided yet");
    refused(e, sign(DECISION_PRECAUTIONS), "not decided yet");
    add(e, "anna", sign(DECISION_DO_NOT_TREAT));
    cr_assert_eq(e->decision, DECISION_DO_NOT_TREAT);
    cr_assert_str_eq(e->signed_name, "Dr Anna Berg");
    add(e, "anna", decide("KELOID_SELF_HIGH", OUTCOME_HOLD, OUTCOME_PRECAUTION));
    refused(e, sign(DECISION_GO_AHEAD), "1 flag above");
    add(e, "anna", decide("INCOMPLETE:Q05", OUTCOME_REVIEW, OUTCOME_CLEAR));
    cr_assert_eq(encounter_blocks(e, today), 0);
    add(e, "anna", sign(DECISION_GO_AHEAD));
    cr_assert_eq(e->decision, DECISION_GO_AHEAD);
    cr_assert_eq(e->program_class, OUTCOME_HOLD, "the program's own stays");
    cr_assert_eq(e->class, OUTCOME_PRECAUTION);
    encounter_free(e);
}

Test(encounter, a_flag_is_lowered_with_a_reason_and_never_raised)
{
    struct encounter *e = fresh();
    struct event_flag flag = { "KELOID_SELF_HIGH", OUTCOME_REVIEW, OUTCOME_HOLD };
    refused(e, event_flags(AT_S, &flag, 1, NULL, " "), "with a reason");
    refused(e, decide("INCOMPLETE:Q05", OUTCOME_REVIEW, OUTCOME_HOLD), "lowered or confirmed");
    refused(e, decide("INCOMPLETE:Q05", OUTCOME_PRECAUTION, OUTCOME_CLEAR), "not as it was");
    refused(e, decide("NOBODY", OUTCOME_REVIEW, OUTCOME_CLEAR), "not as it was");
    encounter_free(e);
}

Test(encounter, a_confirmed_hold_holds)
{
    struct encounter *e = fresh();
    struct event_flag both[] = { { "KELOID_SELF_HIGH", OUTCOME_HOLD, OUTCOME_HOLD },
                                 { "INCOMPLETE:Q05", OUTCOME_REVIEW, OUTCOME_REVIEW } };
    add(e, "anna", event_flags(AT_S, both, 2, NULL, "seen"));
    cr_assert_eq(e->open, 0);
    cr_assert_eq(encounter_blocks(e, today), BLOCK_HELD);
    refused(e, sign(DECISION_GO_AHEAD), "confirmed as HOLD");
    encounter_free(e);
}

Test(encounter, a_hold_confirmed_after_go_ahead_takes_the_decision_down)
{
    struct encounter *e = fresh();
    struct event_flag both[] = { { "KELOID_SELF_HIGH", OUTCOME_REVIEW, OUTCOME_HOLD },
                                 { "INCOMPLETE:Q05", OUTCOME_CLEAR, OUTCOME_REVIEW } };
    add(e, "anna", event_flags(AT_S, both, 2, NULL, "seen"));
    add(e, "anna", sign(DECISION_GO_AHEAD));
    add(e, "berta", decide("KELOID_SELF_HIGH", OUTCOME_HOLD, OUTCOME_HOLD));
    cr_assert_eq(e->decision, DECISION_NONE);
    cr_assert(e->reopened);
    cr_assert_eq(e->nentries, 3, "and stays in the history");
    cr_assert_str_eq(e->entry[1].by, "anna");
    encounter_free(e);
}

Test(encounter, go_ahead_is_signed_on_the_day_of_the_visit)
{
    struct encounter *e = fresh();
    struct date tomorrow = { 2026, 11, 22 };
    cr_assert(encounter_blocks(e, tomorrow) & BLOCK_NOT_TODAY);
    cr_assert_not(encounter_blocks(e, today) & BLOCK_NOT_TODAY);
    encounter_free(e);
}

Test(encounter, a_prescreen_waits_for_the_questions_about_the_day)
{
    struct encounter *e = fresh();
    struct date later = { 2026, 11, 24 };
    size_t which[4];
    add(e, "anna", event_visit(AT_S, later, NULL));
    cr_assert(e->prescreen);
    cr_assert_eq(encounter_not_fresh(e, which, 4), 1);
    cr_assert_str_eq(e->answer[which[0]].id, "alcohol");
    cr_assert(encounter_blocks(e, later) & BLOCK_NOT_FRESH);
    const char again[] = "{\"a\":[{\"id\":\"alcohol\",\"state\":\"given\",\"value\":\"longer\","
                         "\"question\":\"Alcohol?\",\"answer\":\"Longer ago\"}]}";
    json_t *list = document_parse(again, strlen(again), NULL);
    json_t *event = event_answers(AT_S, later, NULL, "Anna", json_incref(json_object_get(list, "a")), NULL);
    cr_assert_eq(encounter_check(e, event, later, NULL), 0);
    encounter_add(e, e->rev + 1, "anna", event);
    json_decref(list);
    cr_assert_eq(encounter_not_fresh(e, NULL, 0), 0);
    cr_assert_eq(e->answer[which[0]].source, SOURCE_AGAIN);
    cr_assert_str_eq(e->answer[which[0]].answer, "Longer ago");
    cr_assert(encounter_blocks(e, later) & BLOCK_UNCHECKED, "no rule has looked at it");
    const char *const checked[] = { "alcohol" };
    add(e, "anna", event_checked(AT_S, checked, 1));
    cr_assert_not(encounter_blocks(e, later) & BLOCK_UNCHECKED);
    encounter_free(e);
}

Test(encounter, an_answer_given_again_that_nobody_judged_is_never_clear)
{
    struct encounter *e =
        make(FRAME_FINAL, "{\"v\":1,\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\",\"answers\":"
                          "[{\"id\":\"alcohol\",\"state\":\"given\",\"value\":\"longer\"}],"
                          "\"assessment\":{\"class\":\"CLEAR\",\"flags\":[],\"items\":[]}}");
    cr_assert_eq(e->class, OUTCOME_CLEAR);
    json_t *list = json_pack("[{s:s, s:s, s:s}]", "id", "alcohol", "state", "given", "value", "today");
    add(e, "anna", event_answers(AT_S, today, NULL, "patient", list, NULL));
    cr_assert_eq(e->class, OUTCOME_REVIEW);
    cr_assert_eq(encounter_blocks(e, today) & (BLOCK_UNCHECKED | BLOCK_UNREADABLE), BLOCK_UNCHECKED);
    const char *const checked[] = { "alcohol" };
    add(e, "anna", event_checked(AT_S, checked, 1));
    cr_assert_eq(e->class, OUTCOME_CLEAR, "a practitioner has gone through it");
    encounter_free(e);
}

Test(encounter, without_the_form_a_moved_visit_moves_the_dates_and_says_so)
{
    struct encounter *e = fresh();
    add(e, "anna", event_visit(AT_S, (struct date){ 2026, 12, 1 }, NULL));
    cr_assert(e->dates_shifted);
    cr_assert_eq(date_compare(e->item[0].from, (struct date){ 2026, 11, 29 }), 0);
    cr_assert_eq(date_compare(e->item[0].until, (struct date){ 2026, 12, 1 }), 0);
    refused(e, event_visit(AT_S, (struct date){ 2026, 11, 20 }, NULL), "today or later");
    add(e, "anna", event_visit(AT_S, today, NULL));
    cr_assert_not(e->dates_shifted, "back on its own day it is as it was");
    encounter_free(e);
}

/* The same with `KELOID` worse and from another answer. */
static json_t *assessment(const char *outcome, const char *answer)
{
    struct buf text = BUF_INIT;
    buf_addf(
        &text,
        "{\"class\":\"%s\",\"visit_on\":\"2026-11-21\",\"flags\":[{\"id\":\"INCOMPLETE:Q05\",\"outcome\":"
        "\"%s\",\"answer\":\"%s\"}],\"items\":[]}",
        outcome, outcome, answer);
    json_t *json = document_parse(buf_str(&text), text.len, NULL);
    buf_done(&text);
    return json;
}

Test(encounter, a_decision_about_a_flag_falls_when_the_flag_comes_back_worse_or_from_another_answer)
{
    static const struct {
        const char *outcome, *answer;
        bool stands;
    } back[] = {
        { "REVIEW", "", true }, { "PRECAUTION", "", true }, { "HOLD", "", false }, { "REVIEW", "x", false }
    };
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) {
        struct encounter *e = fresh();
        add(e, "anna", decide("INCOMPLETE:Q05", OUTCOME_REVIEW, OUTCOME_PRECAUTION));
        add(e, "anna", event_visit(AT_S, today, assessment(back[i].outcome, back[i].answer)));
        cr_assert_eq(e->nflags, 1);
        cr_assert_eq(e->flag[0].decided, back[i].stands, "%s %s", back[i].outcome, back[i].answer);
        cr_assert_eq(e->nitems, 0);
        encounter_free(e);
    }
}

Test(encounter, items_are_ticked_with_initials_and_what_was_filled_in_stays)
{
    struct encounter *e = fresh();
    struct event_value lot = { "Lot", "A17", NULL };
    refused(e, event_item(AT_S, "S12", true, "", NULL, 0, ""), "initials");
    refused(e, event_item(AT_S, "S99", true, "AB", NULL, 0, ""), "not on this checklist");
    add(e, "anna", event_item(AT_S, "S12", true, "AB", &lot, 1, ""));
    add(e, "berta", event_item(AT_S, "S12", false, "", NULL, 0, ""));
    add(e, "berta", event_field(AT_S, "KELOID_SELF_HIGH", "Cause of the keloid", "ear piercing"));
    const struct encounter_item *item = &e->item[1];
    cr_assert_not(item->done);
    cr_assert_str_eq(item->by, "berta");
    cr_assert_str_eq(item->field[0].value, "A17");
    cr_assert_str_eq(e->flag[0].field[0].value, "ear piercing");
    cr_assert_eq(e->flag[0].nfields, 1);
    encounter_free(e);
}

Test(encounter, a_value_above_the_devices_limit_needs_a_reason_wherever_it_is_written)
{
    const double limit = 1.5;
    const struct event_value deep = { "Depth (mm)", "0.5 to 2,0 mm", &limit };
    const struct event_value shallow = { "Depth (mm)", "1.5", &limit };
    struct encounter *e = fresh();
    refused(e, event_item(AT_S, "S12", true, "AB", &deep, 1, " "),
            "Depth (mm) is above the device's limit of 1.5");
    add(e, "anna", event_item(AT_S, "S12", true, "AB", &shallow, 1, ""));
    add(e, "anna", event_item(AT_S, "S12", true, "AB", &deep, 1, "thick scar"));
    cr_expect_str_eq(e->item[1].field[0].value, "0.5 to 2,0 mm");
    cr_expect_not(e->uncertain);
    /* One that is in the database all the same, by another program, counts for nothing. */
    encounter_add(e, e->rev + 1, "mallory", event_item(AT_S, "S12", true, "AB", &deep, 1, ""));
    cr_expect(e->entry[2].broken && e->uncertain);
    encounter_free(e);
}

Test(encounter, notes_are_amended_by_more_notes)
{
    struct encounter *e = fresh();
    refused(e, event_note(AT_S, "  \n"), "words");
    add(e, "anna", event_note(AT_S, "called the doctor"));
    refused(e, event_amend(AT_S, 7, "no"), "no such note");
    add(e, "berta", event_amend(AT_S, 1, "at ten"));
    cr_assert_eq(e->nnotes, 2);
    cr_assert_eq(e->note[1].of, 1);
    encounter_free(e);
}

Test(encounter, links_are_confirmed_and_undone)
{
    struct encounter *e = fresh();
    uint8_t other[FRAME_UID] = { 2 };
    refused(e, event_link(AT_S, uid, true), "with itself");
    refused(e, event_link(AT_S, other, false), "not linked");
    add(e, "anna", event_link(AT_S, other, true));
    cr_assert_eq(e->nlinks, 1);
    add(e, "anna", event_link(AT_S, other, false));
    cr_assert_eq(e->nlinks, 0);
    encounter_free(e);
}

Test(encounter, corrections_stand_beside_what_was_typed)
{
    struct encounter *e = fresh();
    add(e, "anna", event_correct(AT_S, "Anna Berg", (struct date){ 0 }, NULL));
    cr_assert_str_eq(e->name, "Anna Berg");
    cr_assert_str_eq(e->phone, "01");
    cr_assert_eq(e->birth_date.year, 1990);
    encounter_free(e);
}

Test(encounter, a_draft_and_a_damaged_one_take_notes_but_no_go_ahead)
{
    struct encounter *draft = make(FRAME_DRAFT, body_text), *damaged = encounter_new(uid, NULL, NULL);
    cr_assert(encounter_blocks(draft, today) & BLOCK_UNSIGNED);
    cr_assert(encounter_blocks(damaged, today) & BLOCK_UNREADABLE);
    refused(damaged, sign(DECISION_GO_AHEAD), "cannot be signed");
    add(damaged, "anna", event_note(AT_S, "asked on paper"));
    add(damaged, "anna", sign(DECISION_NEEDS_MORE));
    cr_assert_eq(damaged->decision, DECISION_NEEDS_MORE);
    encounter_free(draft);
    encounter_free(damaged);
}

/* What a draft's answers came to would hide a flag that the patient's later answers raise. */
Test(encounter, a_drafts_visit_is_set_without_judging_it)
{
    static const char judged[] =
        "{\"class\":\"CLEAR\",\"visit_on\":\"2026-12-01\",\"flags\":[],\"items\":[]}";
    const struct date later = { 2026, 12, 1 };
    struct encounter *draft = make(FRAME_DRAFT, body_text);
    refused(draft, event_visit(AT_S, later, document_parse(judged, strlen(judged), NULL)), "has signed it");
    add(draft, "anna", event_visit(AT_S, later, NULL));
    cr_assert(date_equal(draft->visit_on, later));
    encounter_free(draft);
}

/* A full frame of one list: it opens at once, and go ahead is not signed on what was left out. */
Test(encounter, a_list_longer_than_any_form_is_cut_and_blocks_go_ahead, .timeout = 10)
{
    static const char *const head[] = {
        "{\"v\":1,\"assessment\":{\"class\":\"CLEAR\",\"items\":[],\"flags\":[",
        "{\"v\":1,\"assessment\":{\"class\":\"CLEAR\",\"flags\":[],\"items\":[", "{\"v\":1,\"answers\":["
    };
    static const char *const tail[] = { "]}}", "]}}", "]}" };
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) {
        struct buf text = BUF_INIT;
        buf_adds(&text, head[k]);
        for (int i = 0; text.len < 240 * 1024; i++) {
            buf_addf(&text, "%s{\"id\":\"%d\",\"outcome\":\"%s\"}", i > 0 ? "," : "", i,
                     i % 2 == 0 ? "CLEAR" : "PRECAUTION");
        }
        buf_adds(&text, tail[k]);
        struct encounter *e = make(FRAME_FINAL, buf_str(&text));
        cr_expect(e->nflags + e->nitems + e->nanswers <= ENCOUNTER_LIST_MAX);
        cr_expect(encounter_blocks(e, today) & BLOCK_UNREADABLE);
        encounter_free(e);
        buf_done(&text);
    }
}

Test(encounter, flags_that_share_an_id_are_told_apart)
{
    static const char text[] =
        "{\"v\":1,\"assessment\":{\"class\":\"HOLD\",\"items\":[],\"flags\":["
        "{\"id\":\"?2\",\"outcome\":\"HOLD\"},{\"outcome\":\"HOLD\"},{\"id\":\"?2\",\"outcome\":\"HOLD\"}]}}";
    struct encounter *e = make(FRAME_FINAL, text);
    cr_assert_eq(e->nflags, 3);
    for (size_t i = 0; i < e->nflags; i++) {
        for (size_t j = 0; j < i; j++) {
            cr_expect_str_neq(e->flag[i].id, e->flag[j].id);
        }
    }
    encounter_free(e);
}

Test(encounter, what_a_newer_version_wrote_is_kept_and_blocks_go_ahead)
{
    static const char newer[] = "{\"event\":1,\"kind\":\"hologram\",\"at\":5}";
    struct encounter *e = fresh();
    encounter_add(e, 1, "anna", document_parse(newer, strlen(newer), NULL));
    cr_assert_eq(e->nentries, 1);
    cr_assert_eq(e->entry[0].kind, EVENT_UNKNOWN);
    cr_assert_not(e->entry[0].broken);
    cr_assert(encounter_blocks(e, today) & BLOCK_UNREADABLE);
    encounter_free(e);
}

Test(encounter, a_hole_or_a_broken_event_is_seen)
{
    static const char broken[] = "{\"event\":1,\"kind\":\"flags\",\"at\":5,\"flags\":7}";
    struct encounter *hole = fresh(), *bad = fresh(), *shut = fresh();
    encounter_add(hole, 2, "anna", event_note(AT_S, "the first is missing"));
    encounter_add(bad, 1, "anna", document_parse(broken, strlen(broken), NULL));
    encounter_add(shut, 1, "anna", NULL);
    cr_assert(hole->uncertain && bad->uncertain && shut->uncertain);
    cr_assert(bad->entry[0].broken && shut->entry[0].broken);
    cr_assert_eq(bad->open, 2, "it counts for nothing");
    encounter_free(hole);
    encounter_free(bad);
    encounter_free(shut);
}

/* Every cut and every changed byte of an event: refused or folded, and never a way around an open flag. */
Test(encounter, hostile_events_lower_no_flag_by_accident)
{
    struct buf text = BUF_INIT;
    json_t *event = decide("KELOID_SELF_HIGH", OUTCOME_HOLD, OUTCOME_PRECAUTION);
    event_write(event, &text);
    json_decref(event);
    for (size_t i = 0; i < text.len; i++) {
        for (int k = 0; k < 6; k++) {
            static const char with[] = "\"0{[ \\";
            char old = text.data[i];
            text.data[i] = with[k];
            struct encounter *e = fresh();
            encounter_add(e, 1, "eve", document_parse(buf_str(&text), text.len, NULL));
            cr_assert_eq(e->program_class, OUTCOME_HOLD);
            cr_assert_geq(e->open, 1, "the other one is open whatever was changed");
            encounter_free(e);
            text.data[i] = old;
        }
    }
    buf_done(&text);
}

Test(encounter, no_body_however_hostile_is_clear)
{
    static const char *const bodies[] = {
        "{}",
        "{\"assessment\":{}}",
        "{\"assessment\":{\"class\":\"CLEAR\"},\"visit_on\":7}",
        "{\"assessment\":{\"class\":\"HOLD\",\"flags\":[],\"items\":[]},\"visit_on\":\"2026-11-21\","
        "\"asked_on\":\"2026-11-21\"}",
        "{\"assessment\":{\"class\":\"HOLD\",\"flags\":[{\"id\":\"A\",\"outcome\":\"PRECAUTION\"}],"
        "\"items\":[]},\"visit_on\":\"2026-11-21\",\"asked_on\":\"2026-11-21\"}",
        "{\"assessment\":{\"class\":\"CLEAR\",\"flags\":[{\"outcome\":\"REVIEW\"},{\"outcome\":\"NEW\"}]},"
        "\"visit_on\":\"2026-11-21\"}",
        "{\"assessment\":{\"flags\":[7,\"x\",null,{\"id\":\"A\"},{\"id\":\"A\"}]},\"answers\":[7,{\"id\":3}]"
        "}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct encounter *e = make(FRAME_FINAL, bodies[i]);
        cr_assert_neq(encounter_blocks(e, today), 0, "%s", bodies[i]);
        encounter_free(e);
    }
}

Test(encounter, a_copy_is_the_same)
{
    struct encounter *e = fresh();
    add(e, "anna", decide("KELOID_SELF_HIGH", OUTCOME_HOLD, OUTCOME_REVIEW));
    struct encounter *copy = encounter_copy(e);
    cr_assert_eq(copy->rev, e->rev);
    cr_assert_eq(copy->class, e->class);
    cr_assert_eq(copy->sent_rev, 3);
    add(copy, "anna", event_note(AT_S, "here alone"));
    cr_assert_eq(e->nnotes, 0);
    encounter_free(e);
    encounter_free(copy);
}
