/* The staff's screen as a state machine: what keys do, what is asked of the loop, what is kept. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "queue_row.h"
#include "review_internal.h"
#include "review_kit.h"

TestSuite(review, .init = setup_review, .fini = teardown);

Test(review, one_flag_is_decided_and_the_intake_signed_in_under_ten_keys)
{
    key(KEY_ID_ENTER); /* the worst stands first and has the focus */
    expect("Title of F_HOLD");
    expect("because");           /* the evidence is in sight ... */
    expect("A source by title"); /* ... with its sources by title */
    type("l1");
    cr_expect_str_eq(event_text("kind"), "flags");
    cr_expect_str_eq(event_text("code"), "examined");
    type("d");
    type("4"); /* do not treat */
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("kind"), "overall");
    cr_expect_str_eq(event_text("name"), "anna");
    cr_expect_lt(keys, 10);
    cr_expect_eq(review_encounter(r)->decision, DECISION_DO_NOT_TREAT);
    expect("Signed: Do not treat.");
    expect("DECIDED: Do not treat");
}

Test(review, the_programs_result_stays_beside_what_was_decided)
{
    key(KEY_ID_ENTER);
    type("l1");
    expect("Program: HOLD. As decided: REVIEW");
    expect("PRECAUTION, anna");
}

Test(review, undecided_flags_block_go_ahead_and_nothing_else)
{
    key(KEY_ID_ENTER);
    type("d");
    expect("4 flags are undecided");
    type("1");
    expect("Not yet: 4 flags are undecided");
    cr_expect_null(last_event);
    type("5");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->decision, DECISION_NEEDS_MORE);
    type("d3"); /* postpone asks until when */
    type("1.12.2026");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->decision, DECISION_POSTPONE);
    cr_expect_str_eq(event_text("until"), "2026-12-01");
}

Test(review, a_day_with_more_behind_it_is_no_day)
{
    static const char *const none[] = { "1.12.2026 or later", "2026-12-01-15", "1.12.2026?" };
    key(KEY_ID_ENTER);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        type("d3");
        type(none[i]);
        key(KEY_ID_ENTER);
        expect("Type a day like");
        cr_expect_null(last_event, "%s was taken for a day", none[i]);
        for (size_t k = strlen(none[i]); k > 0; k--) {
            key(KEY_ID_BACKSPACE);
        }
        key(KEY_ID_ESCAPE);
    }
}

Test(review, go_ahead_comes_when_the_last_flag_is_decided)
{
    key(KEY_ID_ENTER);
    type("l1l2i1");
    cr_expect_eq(review_encounter(r)->open, 0);
    expect("No flag is left to decide");
}

Test(review, questions_left_out_are_decided_together)
{
    key(KEY_ID_ENTER);
    type("i");
    expect("2 questions that were left out");
    type("2");
    cr_expect_eq(json_array_size(json_object_get(last_event, "flags")), 2);
    cr_expect_eq(review_encounter(r)->open, 2);
}

Test(review, a_flag_is_confirmed_or_lowered_to_another_class_and_the_reason_may_be_typed)
{
    key(KEY_ID_ENTER);
    type("c");
    expect("Confirm: it stays HOLD");
    key(KEY_ID_LEFT);
    expect("Lower from HOLD to POSTPONE");
    key(KEY_ID_RIGHT);
    type("0");
    type("seen with Dr Ames");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("reason"), "seen with Dr Ames");
    const json_t *flag = json_array_get(json_object_get(last_event, "flags"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(flag, "outcome")), "HOLD");
}

Test(review, who_comes_second_sees_both_and_loses_nothing)
{
    struct event_flag theirs = { "F_HOLD", OUTCOME_REVIEW, OUTCOME_HOLD };
    key(KEY_ID_ENTER);
    type("l0");
    type("my own long reason");
    rc_next = 0;
    meanwhile = event_flags(NOW_S, &theirs, 1, "", "theirs");
    key(KEY_ID_ENTER);
    expect("ben wrote meanwhile");
    expect("my own long reason");
    expect("REVIEW, ben");
    cr_expect(effects & REVIEW_KEEP, "what was typed is not on its way to be kept");
    key(KEY_ID_ENTER); /* again: now it is written after theirs */
    cr_expect_str_eq(event_text("reason"), "my own long reason");
    cr_expect_eq(review_encounter(r)->rev, 2);
    cr_expect_eq(review_encounter(r)->nentries, 2, "one of both is lost");
}

/* Decided by somebody else, the flag above goes down the list: the next key still means what has the focus.
 */
Test(review, anothers_decision_does_not_move_the_focus_to_another_flag)
{
    struct event_flag theirs = { "F_HOLD", OUTCOME_CLEAR, OUTCOME_HOLD };
    key(KEY_ID_ENTER);
    key(KEY_ID_DOWN);
    const struct encounter *e = review_encounter(r);
    cr_assert_str_eq(e->flag[1].id, "F_REVIEW");
    struct encounter *now = encounter_of(body_text);
    encounter_add(now, 1, "ben", event_flags(NOW_S, &theirs, 1, "", "theirs"));
    effects |= review_opened(r, now, NULL);
    type("l1");
    const json_t *flag = json_array_get(json_object_get(last_event, "flags"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(flag, "id")), "F_REVIEW");
}

Test(review, an_intake_that_was_erased_meanwhile_leaves_the_screen_with_what_was_typed_in_it)
{
    key(KEY_ID_ENTER);
    type("n");
    type("a note");
    effects |= review_gone(r, "It was erased.");
    cr_expect_null(review_encounter(r));
    cr_expect_null(review_kept(r));
    expect("It was erased.");
    expect_not("a note");
}

Test(review, a_full_disk_loses_nothing_that_was_typed)
{
    key(KEY_ID_ENTER);
    type("n");
    type("a note");
    rc_next = -1;
    key(KEY_ID_ENTER);
    expect("the disk is full");
    expect("a note");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("text"), "a note");
}

Test(review, an_arrival_does_not_move_the_focus_from_its_row)
{
    key(KEY_ID_DOWN);
    const uint8_t third[QUEUE_UID] = { 0x33 };
    put_row(third, 3, "Third", OUTCOME_HOLD);
    cr_expect_eq(review_screen(r)->focus, 2);
    expect("Third");
    key(KEY_ID_HOME);
    const uint8_t fourth[QUEUE_UID] = { 0x44 };
    put_row(fourth, 0, "Fourth", OUTCOME_HOLD);
    cr_expect_eq(review_screen(r)->focus, 0, "at the top the worst is looked for");
}

Test(review, a_search_looks_as_one_types)
{
    type("/quill");
    cr_expect_eq(review_screen(r)->nrows, 1);
    key(KEY_ID_BACKSPACE);
    type("zz");
    expect("Nobody is found");
    key(KEY_ID_ESCAPE);
    cr_expect_eq(review_screen(r)->nrows, 2);
    type("/other");
    key(KEY_ID_ENTER);
    cr_expect_not_null(review_encounter(r), "the only one found is opened");
}

Test(review, who_unlocks_next_finds_no_filter_of_the_one_before)
{
    type("ff"); /* by flag */
    type("ISO_");
    key(KEY_ID_ENTER);
    expect("flag ISO_");
    expect_not("Ben Other");
    (void)review_locked(r);
    unlock(NULL);
    put_row(uid, 1, "Ana Quillfeather", OUTCOME_HOLD);
    put_row(other_uid, 2, "Ben Other", OUTCOME_CLEAR);
    expect_not("flag ISO_");
    expect("Ben Other");
}

Test(review, a_list_that_a_result_was_chosen_for_does_not_say_that_nobody_came)
{
    type("fccc"); /* HOLD, POSTPONE, REVIEW: the two that came are none of these */
    key(KEY_ID_ESCAPE);
    expect("0 intakes of 2");
    expect_not("No intakes today yet");
}

Test(review, a_depth_above_the_limit_needs_a_reason)
{
    key(KEY_ID_ENTER);
    type("3e");
    expect("Depth (mm)");
    type("2,0");
    key(KEY_ID_ENTER);
    expect("above the device's limit of 1.5");
    cr_expect_null(last_event);
    type("deep scar");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("kind"), "item");
    cr_expect_str_eq(event_text("reason"), "deep scar");
}

Test(review, ticks_carry_initials)
{
    key(KEY_ID_ENTER);
    type("3t");
    cr_expect_str_eq(event_text("initials"), "AN");
    expect("[x]|S1");
    type("t");
    expect("[ ]|S1");
}

static void tick_by_ben(bool done)
{
    struct encounter *now = encounter_of(body_text);
    encounter_add(now, 1, "ben", event_item(NOW_S - 60, "S1", true, "BE", NULL, 0, ""));
    if (!done) {
        encounter_add(now, 2, "ben", event_item(NOW_S - 60, "S1", false, "BE", NULL, 0, ""));
    }
    effects |= review_opened(r, now, NULL);
}

Test(review, two_people_who_tick_the_same_item_at_once_do_not_untick_it)
{
    key(KEY_ID_ENTER);
    type("3");
    rc_next = 0; /* the other was first, and the screen did not show it */
    meanwhile = event_item(NOW_S - 60, "S1", true, "BE", NULL, 0, "");
    type("t");
    expect("ben ticked it already: ");
    expect("[x]|S1");
    cr_expect_eq(review_encounter(r)->nentries, 1, "nothing is written twice");
    review_drawn(r, 10, 10, 0);
    type("t"); /* seen ticked: now it means the other */
    expect("[ ]|S1");
}

Test(review, a_tick_means_what_was_on_the_screen_when_the_key_was_pressed)
{
    key(KEY_ID_ENTER);
    type("3");
    review_drawn(r, 10, 10, 0);
    tick_by_ben(true); /* read, and not drawn yet */
    type("t");
    expect("ben ticked it already: ");
    cr_expect_null(last_event);
    review_drawn(r, 10, 10, 0);
    tick_by_ben(false);
    type("t");
    expect("ben took the tick away already: ");
    cr_expect_null(last_event);
    review_drawn(r, 10, 10, 0);
    type("t");
    expect("[x]|S1");
    cr_expect_str_eq(event_text("id"), "S1");
}

Test(review, the_log_says_what_was_filled_in_and_whether_it_was_ticked)
{
    key(KEY_ID_ENTER);
    type("3e");
    type("1.0");
    key(KEY_ID_ENTER);
    type("t");
    type("7");
    expect("done Yes");
    key(KEY_ID_DOWN);
    expect("fields Depth (mm): 1.0");
    expect("done No");
}

Test(review, practitioners_fields_stand_beside_the_flag)
{
    key(KEY_ID_ENTER);
    expect("Dose: ______");
    type("e");
    type("5 mg");
    key(KEY_ID_ENTER);
    expect("Dose: 5 mg");
}

Test(review, notes_are_amended_and_never_changed)
{
    key(KEY_ID_ENTER);
    type("n");
    type("first");
    key(KEY_ID_ENTER);
    type("5a");
    type("second");
    key(KEY_ID_ENTER);
    cr_expect_eq(review_encounter(r)->nnotes, 2);
    expect("first");
    expect("second");
}

Test(review, private_talk_fast_answers_and_ask_alone_are_marked)
{
    key(KEY_ID_ENTER);
    expect("1 answer in private");
    expect("2 to ask again alone");
    expect("2 answers took under a second each");
    type("2");
    expect("fast alone");
    expect("Asked to tell in private");
}

Test(review, what_is_new_since_another_intake_is_said_entry_by_entry)
{
    struct review_want *want = review_want(r);
    put_row(other_uid, 2, "Quillfeather Ana", OUTCOME_CLEAR);
    key(KEY_ID_ENTER);
    type("6");
    cr_assert_eq(want->what, WANT_COMPARE);
    char *before = strdup(body_text), *at = strstr(before, "xarelto\\nibuprofen");
    memcpy(at, "xarelto", 7);
    memset(at + 7, ' ', strlen("\\nibuprofen"));
    at = strstr(at + 17, "xarelto\\nibuprofen");
    memset(at + 7, ' ', strlen("\\nibuprofen"));
    struct encounter *other = encounter_of(before);
    effects |= review_compare(r, other, NULL);
    expect("new: ibuprofen");
    encounter_free(other);
    free(before);
}

static struct encounter *who_chose(const char *words)
{
    struct frame_header header = { .rev = 2, .kind = FRAME_FINAL };
    json_t *body = json_loads(body_text, 0, NULL);
    json_t *answer = json_array_get(json_object_get(body, "answers"), 1);
    json_object_set_new(answer, "type", json_string("choice"));
    json_object_set_new(answer, "state", json_string("given"));
    json_object_set_new(answer, "value", json_string("own"));
    json_object_set_new(answer, "answer", json_string(words));
    return encounter_new(uid, &header, body);
}

/* Half of "Yes, on my own" is not what is new. */
Test(review, a_choice_that_changed_is_said_whole_though_its_words_hold_a_comma)
{
    struct encounter *before = who_chose("Yes, a doctor told me to"), *now = who_chose("Yes, on my own");
    char *since = words_since(before, now);
    cr_expect_not_null(strstr(since, "Q2 now Yes, on my own, was Yes, a doctor told me to"), "%s", since);
    free(since);
    encounter_free(before);
    encounter_free(now);
}

Test(review, links_are_confirmed_and_undone)
{
    put_row(other_uid, 2, "Quillfeather Ana", OUTCOME_CLEAR);
    key(KEY_ID_ENTER);
    type("6");
    expect("perhaps|Quillfeather Ana");
    type("c");
    cr_expect_eq(review_encounter(r)->nlinks, 1);
    expect("confirmed|Quillfeather Ana");
    type("u");
    cr_expect_eq(review_encounter(r)->nlinks, 0);
}

Test(review, a_damaged_record_is_shown_with_its_number_and_time)
{
    struct encounter *damaged = encounter_new(uid, NULL, NULL);
    effects |= review_opened(r, damaged, NULL);
    expect("DAMAGED");
    expect("11070707070707070707070707070707");
    type("l1d1");
    cr_expect_null(last_event);
}

Test(review, the_list_says_that_an_intake_cannot_be_read_in_full)
{
    struct encounter *e = encounter_of(body_text);
    encounter_add(e, 1, "ben",
                  json_pack("{si ss sI}", "event", 99, "kind", "hologram", "at", (json_int_t)NOW_S));
    struct summary kept, read;
    struct buf bytes = BUF_INIT;
    summary_from_encounter(&kept, e);
    summary_write(&kept, &bytes);
    cr_assert_eq(summary_read(&read, bytes.data, bytes.len, NULL), 0);
    const struct vault_row from = { .seq = 1, .summary = read };
    struct queue_entry entry = queue_row(&from);
    memcpy(entry.uid, uid, sizeof entry.uid);
    queue_put(review_queue(r), &entry);
    effects |= review_changed(r, NOW_S);
    expect("HOLD|4/5|uncertain|");
    effects |= review_opened(r, e, NULL);
    expect("an entry is missing, damaged or of a NEWER VERSION");
    summary_done(&kept);
    buf_done(&bytes);
}

Test(review, a_record_of_a_newer_version_says_so)
{
    struct encounter *newer = encounter_new(uid, NULL, NULL);
    encounter_set_fault(newer, DOCUMENT_NEWER);
    effects |= review_opened(r, newer, NULL);
    expect("NEWER VERSION");
    expect("11070707070707070707070707070707");
    expect_not("DAMAGED");
}

Test(review, every_screen_shows_its_keys_and_help)
{
    cr_expect_gt(review_screen(r)->nkeys, 3);
    type("?");
    expect("find by name");
    type(" "); /* reads on */
    expect("find by name");
    key(KEY_ID_ESCAPE);
    expect_not("find by name, birth");
    key(KEY_ID_ENTER);
    for (char tab = '1'; tab <= '7'; tab++) {
        type((char[]){ tab, '\0' });
        cr_expect_gt(review_screen(r)->nkeys, 3);
    }
    type("?");
    expect("lower or confirm the flag");
}

/* Anything at all, in any order: nothing breaks, and the screen can always be drawn. */
Test(review, no_row_of_keys_breaks_it, .timeout = 60)
{
    static const enum event_key special[] = { KEY_ID_ENTER, KEY_ID_TAB,     KEY_ID_UP,     KEY_ID_DOWN,
                                              KEY_ID_LEFT,  KEY_ID_ESCAPE,  KEY_ID_END,    KEY_ID_PAGE_DOWN,
                                              KEY_ID_HOME,  KEY_ID_PAGE_UP, KEY_ID_F1 + 4, KEY_ID_BACKSPACE };
    unsigned random = 12345;
    for (int i = 0; i < 6000; i++) {
        random = random * 1103515245U + 12345U;
        unsigned n = random >> 16;
        if (n % 3 == 0) {
            key(special[n / 3 % (sizeof special / sizeof *special)]);
        } else {
            type((char[]){ (char)(' ' + n % 95), '\0' });
        }
        rc_next = n % 17 == 0 ? -1 : 1;
        if (review_screen(r)->nrows > 0) {
            (void)shown();
        }
    }
}
