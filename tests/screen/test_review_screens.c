/* What staff see in `foyer review`, as pictures in text, and what it says when the disk fails. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "intake.h"
#include "staffer.h"

static struct clinic_folder clinic;
static char passphrase[96];

static void setup(void)
{
    staffer_open(&clinic, passphrase);
    staffer_post(&clinic, 0x22, "Ben Other", staffer_plain);
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(review_screens, .init = setup, .fini = teardown, .timeout = 120);

static struct term *unlocked(int rows, int columns)
{
    struct term *t = staffer_review(&clinic, rows, columns);
    staffer_unlock(t, passphrase);
    return t;
}

Test(review_screens, door_queue_intake_and_decision_look_as_they_did)
{
    struct term *t = staffer_review(&clinic, 24, 80);
    term_expect(t, "2 intakes of today wait for a decision");
    term_golden_but(t, "review-door-80x24", "Clinic's keys");
    staffer_unlock(t, passphrase);
    term_golden(t, "review-queue-80x24");
    press(t, "\r", "3.6 INR");
    term_golden(t, "review-intake-80x24");
    press(t, "d", "Your decision");
    term_golden(t, "review-decide-80x24");
    term_close(t);
}

Test(review_screens, the_desks_list_looks_as_it_did)
{
    char desk[] = "desk passphrase of four words";
    intake_account(clinic.path, passphrase, "dora", "desk", desk);
    struct term *t = staffer_review(&clinic, 24, 80);
    term_expect(t, "Passphrase");
    term_send(t, "\tdora\t");
    term_send(t, desk);
    press(t, "\r", "The desk sees no health answer");
    term_expect(t, "Ben Other");
    term_golden(t, "review-desk-80x24");
    term_close(t);
}

Test(review_screens, a_wide_window_shows_list_and_evidence_beside_and_the_mouse_chooses)
{
    struct term *t = unlocked(40, 120);
    term_expect(t, "07700 900123");                    /* about the row under the cursor, beside the list */
    term_click(t, term_find(t, "Ben Other", NULL), 4); /* the first click chooses ... */
    term_expect(t, "Born 1985-01-02");
    term_click(t, term_find(t, "Ana Quill", NULL), 4);
    term_expect(t, "Born 1990-05-15");
    term_click(t, term_find(t, "09:50", NULL), 4); /* ... and the second opens */
    term_expect(t, "3.6 INR");
    term_expect(t, "Sources");
    int tabs = term_find(t, "2 Answers", NULL);
    cr_assert_geq(tabs, 0, "%s", term_text(t));
    term_click(t, tabs, 14);
    term_expect(t, "[2 Answers");
    term_close(t);
}

static void files_may_grow_to(struct term *t, rlim_t bytes)
{
    struct rlimit limit = { bytes, RLIM_INFINITY };
    cr_assert_eq(prlimit(term_pid(t), RLIMIT_FSIZE, &limit, NULL), 0);
}

/* No file may grow, so that nothing can be written: neither the decision nor what is typed, put aside. */
Test(review_screens, a_full_disk_while_signing_is_said_and_nothing_typed_is_lost)
{
    struct term *t = unlocked(24, 80);
    press(t, "\r", "3.6 INR");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo");
    files_may_grow_to(t, 0);
    press(t, "\tasked her doctor", "asked her doctor");
    press(t, "\r", "File too large");
    term_settle(t, 3000);
    cr_expect(term_shows(t, "asked her doctor"), "%s", term_text(t));
    term_expect_gone(t, "DECIDED");
    files_may_grow_to(t, RLIM_INFINITY);
    term_settle(t, 2500);
    if (term_shows(t, "unlock again")) { /* the database had to be opened anew */
        staffer_unlock(t, passphrase);
        press(t, "\r", "3.6 INR");
        press(t, "d", "Your decision");
        press(t, "4", "asked her doctor");
    }
    press(t, "\r", "DECIDED: Do not treat");
    term_expect(t, "asked her doctor");
    term_close(t);
}

/* Files may grow to a page: the sealed text goes there, the journal of the database does not. */
Test(review_screens, a_disk_error_while_signing_locks_says_why_and_offers_the_text_again)
{
    struct term *t = unlocked(24, 80);
    press(t, "\r", "3.6 INR");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo");
    press(t, "\tasked her doctor", "asked her doctor");
    files_may_grow_to(t, 4096);
    press(t, "\r", "disk");
    term_settle(t, 2500);
    files_may_grow_to(t, RLIM_INFINITY);
    term_settle(t, 1500);
    term_expect_gone(t, "DECIDED");
    if (term_shows(t, "unlock again")) {
        staffer_unlock(t, passphrase);
        press(t, "\r", "3.6 INR");
        press(t, "d", "Your decision");
        press(t, "4", "asked her doctor");
    }
    press(t, "\r", "DECIDED: Do not treat");
    term_close(t);
}

Test(review_screens, a_database_that_goes_is_said_and_work_goes_on_when_it_is_back)
{
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/foyer.db", clinic.path);
    snprintf(to, sizeof to, "%s/elsewhere.db", clinic.path);
    struct term *t = unlocked(24, 80);
    press(t, "\r", "3.6 INR");
    press(t, "n", "A note");
    press(t, "half a thought", "half a thought");
    cr_assert_eq(rename(from, to), 0);
    term_send(t, "\r");
    term_settle(t, 1500);
    cr_expect(term_shows(t, "half a thought"), "what was typed is gone:\n%s", term_text(t));
    cr_assert_eq(rename(to, from), 0);
    term_settle(t, 2500);
    if (!term_shows(t, "Written.") && !term_shows(t, "half a thought")) {
        staffer_unlock(t, passphrase);
        press(t, "\r", "3.6 INR");
        press(t, "n", "half a thought");
    }
    if (!term_shows(t, "Written.")) {
        press(t, "\r", "Written.");
    }
    press(t, "5", "half a thought");
    term_close(t);
}
