/* Review at the door and at the desk: who may see what, calls before and after unlocking, and what a locked
 * screen keeps of what was typed.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "review_kit.h"

TestSuite(review_door, .init = setup_review, .fini = teardown);

Test(review_door, the_desk_sees_who_is_here_and_no_health_answer)
{
    struct review_rights rights = { false, false, true };
    struct review_card card = {
        .at_s = NOW_S, .name = "Ana Quillfeather", .progress = "part 2 of 5", .help = "Help reading"
    };
    (void)review_locked(r);
    effects |= review_unlocked(r, "desk", rights, NULL);
    review_cards_begin(r);
    review_card(r, &card);
    expect("Ana Quillfeather|part 2 of 5|Help reading|");
    expect_not("HOLD");
    key(KEY_ID_ENTER);
    type("/fld1");
    cr_expect_null(review_encounter(r));
    cr_expect_not(effects & REVIEW_WANT, "the desk's keys asked for something");
}

Test(review_door, a_name_that_is_proposed_is_typed_over)
{
    (void)review_locked(r);
    key(KEY_ID_TAB);
    type("annabel");
    key(KEY_ID_TAB);
    type("open sesame");
    key(KEY_ID_ENTER);
    cr_assert_eq(review_want(r)->what, WANT_UNLOCK);
    cr_expect_str_eq(review_want(r)->user, "annabel");
}

Test(review_door, the_desk_reads_whose_call_it_is_and_escape_does_not_lock)
{
    struct review_rights rights = { false, false, true };
    struct review_card card = {
        .uid = { 0x11 }, .at_s = NOW_S, .name = "Ana Quillfeather", .progress = "", .help = ""
    };
    struct review_call call = { .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    expect_not("Quillfeather");
    effects = review_unlocked(r, "desk", rights, NULL);
    review_cards_begin(r);
    review_card(r, &card);
    expect("HELP: the patient calls for staff  intake 11000000 (Ana Quillfeather)");
    key(KEY_ID_ESCAPE);
    cr_expect_not(effects & REVIEW_LOCK);
    type("q");
    cr_expect(effects & REVIEW_LOCK);
    (void)review_locked(r);
    expect_not("Quillfeather");
}

Test(review_door, the_passphrase_is_not_shown_and_calls_ring_before_unlock)
{
    struct review_call call = { .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S, .alert = true };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    cr_expect(effects & REVIEW_BELL);
    effects = review_call(r, &call, true);
    cr_expect_not(effects & REVIEW_BELL, "the same call rings twice");
    expect("ALERT: see this patient now");
    expect("1 alert");
    expect("aaaa bbbb");
    type("open sesame");
    expect_not("sesame");
    expect("***********");
    key(KEY_ID_F1 + 4);
    cr_expect_eq(review_want(r)->what, WANT_SEEN);
    cr_expect_eq(review_want(r)->uid[0], 1);
    (void)review_seen(r, call.uid, NULL);
    expect("0 alerts");
    key(KEY_ID_ENTER);
    cr_assert_eq(review_want(r)->what, WANT_UNLOCK);
    cr_expect_str_eq(review_want(r)->passphrase, "open sesame");
    (void)review_refused(r, "the passphrase does not fit");
    expect("does not fit");
    expect_not("***");
}

Test(review_door, no_trouble_and_no_word_about_the_last_key_hides_a_call)
{
    struct review_call first = { .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S, .alert = true };
    struct review_call second = { .uid = { 2 }, .about = { 0x22 }, .at_s = NOW_S, .alert = true };
    key(KEY_ID_ENTER);
    type("y");
    effects |= review_why_not(r, NULL, "The form has changed.");
    expect("The form has changed.");
    effects |= review_call(r, &first, true);
    expect("ALERT: see this patient now  intake 11000000");
    (void)review_seen(r, first.uid, NULL);
    effects |= review_trouble(r, "The kiosk's keys are not ours.");
    effects |= review_call(r, &second, true);
    expect("The kiosk's keys are not ours.");
    expect("ALERT: see this patient now  intake 22000000");
}

Test(review_door, a_call_that_comes_late_rings_and_says_when_it_was_made)
{
    struct review_call call = {
        .uid = { 1 }, .about = { 0x11 }, .at_s = NOW_S, .made_s = NOW_S - 7200, .alert = true
    };
    (void)review_locked(r);
    effects = review_call(r, &call, true);
    cr_expect(effects & REVIEW_BELL);
    expect("LATE ALERT of");
    expect_not("see this patient now");
}

Test(review_door, an_idle_screen_locks_forgets_and_offers_what_was_typed_again)
{
    key(KEY_ID_ENTER);
    type("n");
    type("half a no");
    wait_ms(299 * 1000);
    cr_expect_not(effects & REVIEW_LOCK);
    wait_ms(2000);
    cr_assert(effects & REVIEW_LOCK);
    cr_assert(effects & REVIEW_KEEP);
    json_t *kept = review_kept(r);
    cr_assert_not_null(kept);
    (void)review_locked(r);
    expect_not("half a no");
    expect_not("Quillfeather");
    cr_expect_null(review_encounter(r));
    cr_expect_null(review_kept(r));
    cr_expect_eq(queue_total(review_queue(r)), 0);

    unlock(kept);
    json_decref(kept);
    expect("1 unfinished text of yours is kept");
    put_row(uid, 1, "Ana Quillfeather", OUTCOME_HOLD);
    key(KEY_ID_ENTER);
    type("n");
    expect("half a no");
    type("te");
    key(KEY_ID_ENTER);
    cr_expect_str_eq(event_text("text"), "half a note");
    cr_expect_null(review_kept(r), "it is written, and still kept");
}

/* Killed between the writing of a note and the forgetting of its text. */
Test(review_door, a_note_that_is_written_already_is_not_offered_again)
{
    static const struct {
        const char *by, *text;
        bool offered;
    } last[] = { { "anna", "a note", false }, { "ben", "a note", true }, { "anna", "another", true } };
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        json_t *kept = json_pack("{s[{sssssss[s]sI}]}", "kept", "uid", "11070707070707070707070707070707",
                                 "kind", "note", "target", "", "texts", "a note", "at", (json_int_t)NOW_S);
        (void)review_locked(r);
        unlock(kept);
        json_decref(kept);
        struct encounter *e = encounter_of(body_text);
        encounter_add(e, 1, "anna", event_note(NOW_S - 60, "a note before"));
        encounter_add(e, 2, last[i].by, event_note(NOW_S, last[i].text));
        effects = review_opened(r, e, NULL);
        cr_expect_eq((effects & REVIEW_KEEP) != 0, !last[i].offered, "%zu", i);
        kept = review_kept(r);
        cr_expect_eq(kept != NULL, last[i].offered, "%zu", i);
        json_decref(kept);
        type("n");
        (last[i].offered ? expect : expect_not)("Note: a note");
    }
}

Test(review_door, however_much_was_typed_and_by_whichever_version_all_of_it_is_kept)
{
    enum { MANY = 300 };
    json_t *list = json_array(), *kept = json_object();
    for (int i = 0; i < MANY; i++) {
        char hex[2 * QUEUE_UID + 1];
        snprintf(hex, sizeof hex, "%032x", (unsigned)i + 1);
        json_array_append_new(list,
                              json_pack("{sssssss[s]sI}", "uid", hex, "kind", i == 7 ? "drawing" : "note",
                                        "target", "", "texts", "half a note", "at", (json_int_t)1));
    }
    json_object_set_new(kept, "kept", list);
    key(KEY_ID_ENTER);
    (void)review_locked(r);
    unlock(kept);
    json_decref(kept);
    json_t *now = review_kept(r);
    cr_expect_eq(json_array_size(json_object_get(now, "kept")), (size_t)MANY);
    json_decref(now);
}

Test(review_door, a_terminal_that_goes_seals_what_was_typed_and_ends)
{
    struct event gone = { .type = EVENT_HANGUP };
    key(KEY_ID_ENTER);
    type("nabc");
    feed(&gone);
    cr_expect_eq(effects & (REVIEW_KEEP | REVIEW_LOCK | REVIEW_QUIT),
                 REVIEW_KEEP | REVIEW_LOCK | REVIEW_QUIT);
}

Test(review_door, what_is_typed_is_sealed_soon_after_the_last_key)
{
    key(KEY_ID_ENTER);
    type("nabc");
    cr_expect_not(effects & REVIEW_KEEP);
    cr_expect_leq(review_deadline(r), ms + 2000);
    wait_ms(2000);
    cr_expect(effects & REVIEW_KEEP);
}

Test(review_door, who_never_pauses_has_what_was_typed_sealed_within_ten_seconds_and_not_at_each_key)
{
    int seals = 0;
    key(KEY_ID_ENTER);
    type("n");
    for (int64_t begun = ms;
         ms < begun + 60000;) { /* a key each 0.2 s; the loop gives the time when it is due */
        effects = 0;
        type("a");
        if (ms >= review_deadline(r)) {
            wait_ms(0);
        }
        seals += (effects & REVIEW_KEEP) != 0;
        cr_assert_leq(seals, 6);
        cr_assert_geq(seals, (int)((ms - begun) / 10400));
    }
}

Test(review_door, escape_keeps_what_was_typed)
{
    key(KEY_ID_ENTER);
    type("nabc");
    key(KEY_ID_ESCAPE);
    expect("kept");
    type("n");
    expect("Note: abc");
}

Test(review_door, a_viewer_reads_and_cannot_write)
{
    struct review_rights rights = { true, false, true };
    effects |= review_unlocked(r, "vera", rights, NULL);
    key(KEY_ID_ENTER);
    type("l1");
    expect("You may read this intake");
    cr_expect_null(last_event);
}
