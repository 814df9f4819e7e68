/* Practitioners at the real `foyer review`, with a real vault behind it. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clinic.h"
#include "deposit.h"
#include "file.h"
#include "intake.h"
#include "staffer.h"

static struct clinic_folder clinic;
static char passphrase[96];

static void setup(void)
{
    staffer_open(&clinic, passphrase);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(review, .init = setup, .fini = teardown, .timeout = 120);

static struct term *review(int rows, int columns)
{
    return staffer_review(&clinic, rows, columns);
}

static void unlock(struct term *t)
{
    staffer_unlock(t, passphrase);
}

static struct term *unlocked(void)
{
    struct term *t = review(24, 80);
    unlock(t);
    return t;
}

static void post(uint8_t uid, const char *name, const char *answers)
{
    staffer_post(&clinic, uid, name, answers);
}

static void conf(const char *line)
{
    staffer_conf(&clinic, line);
}

Test(review, worst_first_one_flag_decided_and_signed_in_under_ten_keys)
{
    post(0x22, "Ben Other", staffer_plain);
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    term_expect(t, "> 09:50 Ana Quillfeather");
    int keys = 0;
    const struct {
        const char *key, *then;
    } step[] = {
        { "\r", "3.6 INR" },        /* the evidence is in sight ... */
        { "l", "Lower from HOLD" }, /* ... and stays there while the reason is chosen */
        { "1", "Written." },
        { "d", "Your decision" },
        { "4", "Signed by demo" }, /* do not treat */
        { "\r", "DECIDED: Do not treat" },
    };
    for (size_t i = 0; i < sizeof step / sizeof *step; i++, keys++) {
        press(t, step[i].key, step[i].then);
    }
    cr_expect_lt(keys, 10);
    term_expect(t, "signed demo, 2026-11-21");
    press(t, "\x1b", "Worst first"); /* the next worst is under the cursor */
    term_expect(t, "> 09:50 Ben Other");
    term_expect(t, "do not treat");
    term_close(t);
}

Test(review, the_door_counts_anew_what_was_decided_behind_it)
{
    post(0x22, "Ben Other", staffer_plain);
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = review(24, 80);
    term_expect(t, "2 intakes of today wait for a decision");
    unlock(t);
    press(t, "\r", "3.6 INR");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo"); /* do not treat */
    press(t, "\r", "DECIDED: Do not treat");
    press(t, "\x1b", "Worst first");
    press(t, "q", "1 intake of today waits for a decision");
    term_close(t);
}

Test(review, a_door_that_nobody_opens_counts_the_new_day_at_midnight)
{
    const long to_midnight = 13 * 3600 + 59 * 60 + 45; /* fifteen seconds before */
    char now[32];
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    snprintf(now, sizeof now, "%ld", atol(TEST_NOW) + to_midnight);
    setenv("FOYER_TEST_NOW", now, 1);
    struct term *t = review(24, 80);
    setenv("FOYER_TEST_NOW", TEST_NOW, 1);
    term_expect(t, "1 intake of today waits");
    term_expect_within(t, "0 intakes of today wait", 30000);
    term_close(t);
}

Test(review, two_at_once_both_see_both_and_nothing_is_lost)
{
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *anna = unlocked(), *ben = unlocked();
    press(anna, "\r", "3.6 INR");
    press(ben, "\r", "3.6 INR");
    press(anna, "n", "A note");
    press(anna, "from the first", "from the first");
    press(ben, "n", "A note");
    press(ben, "from the second", "from the second");
    press(anna, "\r", "Written.");
    term_send(ben, "\r"); /* at once: the second has not seen it yet, or has */
    term_expect_within(ben, "demo", 3000);
    term_settle(ben, 1500);
    if (term_shows(ben, "wrote meanwhile")) {
        term_expect(ben, "from the second");
        press(ben, "\r", "Written.");
    }
    press(ben, "5", "from the first");
    term_expect(ben, "from the second");
    press(anna, "5", "from the first");
    term_expect_within(anna, "from the second", 3000); /* by itself */
    term_close(anna);
    term_close(ben);
}

Test(review, an_arrival_is_seen_within_two_seconds)
{
    struct term *t = unlocked();
    term_expect(t, "No intakes today yet.");
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    term_expect_within(t, "Ana Quillfeather", 2500);
    press(t, "/", "Find:");
    term_send(t, "15.5.90");
    term_expect(t, "All days: 1 intake");
    term_close(t);
}

Test(review, what_is_typed_outlives_a_lost_connection_and_is_never_clear_on_the_disk)
{
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    press(t, "\r", "3.6 INR");
    press(t, "n", "A note");
    press(t, "zanzibar unfinished", "zanzibar");
    term_hang_up(t);
    int status = 0;
    cr_assert(term_ended(t, 5000, &status));
    term_forget(t);

    DIR *dir = opendir(clinic.path);
    size_t sealed = 0;
    cr_assert_not_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct buf text = BUF_INIT;
        char path[512];
        snprintf(path, sizeof path, "%s/%s", clinic.path, entry->d_name);
        if (file_read(path, 64 << 20, &text, NULL) == 0) {
            cr_expect_null(memmem(text.data, text.len, "zanzibar", 8), "clear in %s", entry->d_name);
            sealed += strstr(entry->d_name, ".typed-") != NULL;
        }
        buf_done(&text);
    }
    closedir(dir);
    cr_expect_eq(sealed, 1);

    t = unlocked();
    term_expect(t, "1 unfinished text of yours is kept");
    press(t, "\r", "3.6 INR");
    press(t, "n", "zanzibar unfinished");
    press(t, "\r", "Written.");
    term_close(t);
}

Test(review, an_idle_screen_locks_and_shows_nobody)
{
    conf("lock_seconds = 10;");
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    press(t, "\r", "3.6 INR");
    press(t, "n", "A note");
    press(t, "half", "half");
    term_expect_within(t, "Enter unlock", 13000);
    term_settle(t, 300);
    term_expect_gone(t, "Quillfeather");
    term_expect_gone(t, "half");
    unlock(t);
    press(t, "\r", "3.6 INR");
    press(t, "n", "half");
    term_close(t);
}

Test(review, a_damaged_record_is_shown_with_its_number_and_time)
{
    post(0x66, "Gone Bad", staffer_plain);
    intake_damage(clinic.path, 0x66);
    struct term *t = unlocked();
    term_expect(t, "09:50 intake 66070707");
    term_expect(t, "damaged");
    press(t, "\r", "DAMAGED: this record cannot be opened");
    term_settle(t, 300);
    cr_expect_not_null(strstr(term_text(t), "66070707070707070707070707070707"), "%s", term_text(t));
    term_close(t);
}

Test(review, what_a_patient_typed_cannot_steer_the_terminal)
{
    struct buf answers = BUF_INIT;
    buf_adds(
        &answers,
        "{\"birth_date\":\"1985-01-02\",\"support\":\"no\",\"medicines\":\"list\",\"medicines_list\":\"");
    buf_adds(&answers, "\\u001b[2J\\u001b]0;owned\\u0007\\u202ebidi ");
    for (int i = 0; i < 3000; i++) {
        buf_addf(&answers, "pill%d ", i);
    }
    buf_adds(&answers, "\"}");
    post(0x11, "Ben\x1b[31m\xe2\x80\xae Other", buf_str(&answers));
    buf_done(&answers);
    struct term *t = unlocked();
    term_expect(t, "Ben\xef\xbf\xbd[31m\xef\xbf\xbd Other");
    press(t, "\r", "Result");
    press(t, "2", "Question");
    for (int i = 0; i < 60 && !term_shows(t, "pill0"); i++) {
        term_send(t, "\x1b[B");
        term_settle(t, 60);
    }
    term_expect(t, "pill0");
    press(t, "\r", "read on");
    press(t, "\x1bOF", "pill2999");
    term_expect_gone(t, "\xe2\x80\xae");
    term_close(t);
}

Test(review, before_unlock_there_are_counts_calls_and_no_names)
{
    char mark[128], line[256];
    snprintf(mark, sizeof mark, "%s/rang", clinic.path);
    snprintf(line, sizeof line, "alert_command = [ \"/bin/sh\", \"-c\", \"echo x >> %s\" ];", mark);
    conf(line);
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = review(24, 80);
    term_expect(t, "1 intake of today waits for a decision 0 alerts");
    term_expect_gone(t, "Quillfeather");
    intake_call(clinic.path, 0x99, 0x11);
    term_expect_within(t, "ALERT: see this patient now", 2500);
    term_expect(t, "intake 11070707");
    for (int i = 0; i < 50 && access(mark, F_OK) != 0; i++) {
        nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
    }
    cr_expect_eq(access(mark, F_OK), 0, "alert_command was not run");
    press(t, "\x1b[15~", "staff have seen this");
    term_expect(t, "0 alerts");
    press(t, "not my passphrase at all\r", "does not fit");
    unlock(t);
    term_close(t);
}

Test(review, a_small_window_asks_for_more_room_and_a_wide_one_shows_both)
{
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    term_resize(t, 12, 40);
    term_expect(t, "make this window larger");
    term_resize(t, 40, 140);
    press(t, "\r", "3.6 INR");
    term_expect(t, "Sources");
    term_close(t);
}

Test(review, the_desk_sees_one_line_a_person_and_no_health_answer)
{
    char desk[] = "desk passphrase of four words";
    intake_account(clinic.path, passphrase, "dora", "desk", desk);
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 0x22,
                                  .name = "Ben Reader",
                                  .answers = "{\"birth_date\":\"1985-01-02\",\"support\":[\"reading\"]}",
                                  .wall_s = STAFFER_NOW_S - 60,
                                  .draft = true });
    struct term *t = review(24, 80);
    term_expect(t, "Passphrase");
    term_send(t, "\tdora\t"); /* the only clinician is proposed, and typed over */
    term_send(t, desk);
    term_send(t, "\r");
    term_expect(t, "The desk sees no health answer");
    term_expect(t, "Ana Quillfeather");
    term_expect(t, "finished");
    term_expect(t, "Ben Reader");
    term_expect(t, "Help to read");
    term_expect_gone(t, "HOLD");
    term_expect_gone(t, "1990");
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 0x33,
                                  .name = "Cleo Late",
                                  .answers = staffer_plain,
                                  .wall_s = STAFFER_NOW_S - 10 });
    term_expect_within(t, "Cleo Late", 2500);
    term_close(t);
}

Test(review, what_to_mind_is_read_whole_at_80_columns)
{
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 0x11,
                                  .name = "Ana Quillfeather",
                                  .answers = staffer_warfarin,
                                  .wall_s = STAFFER_NOW_S - 600,
                                  .visit = "2026-12-01" });
    struct term *t = unlocked();
    press(t, "\r", "PRE-SCREEN");
    press(t, "o", "with demo");
    press(t, "d", "Your decision");
    press(t, "4", "Signed by demo");
    press(t, "\r", "DECIDED: Do not treat");
    press(t, "v", "Day of the visit");
    press(t, "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f+20\r", "visit 2026-12-11");
    term_expect(
        t, "the decision fell: something changed after it; PRE-SCREEN: ask about today again on the day; "
           "with demo");
    term_close(t);
}

static struct term *command(const char *name)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c", clinic.conf,
                           (char *)(uintptr_t)name, NULL };
    return term_start(argv, 24, 80, "xterm-256color");
}

static struct term *queue_of_one(void)
{
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = unlocked();
    term_expect(t, "Ana Quillfeather");
    return t;
}

Test(review, the_page_of_keys_is_read_to_its_end_at_80x24)
{
    struct term *t = queue_of_one();
    term_send(t, "\r");
    term_expect(t, "3.6 INR");
    term_send(t, "?");
    term_expect(t, "lower or confirm the flag");
    term_expect(t, "Page Up, Page Down");
    term_send(t, "\x1b[6~");
    term_expect(t, "say that staff have seen the call");
    term_expect(t, "\u2500 Esc back"); /* nothing to read on */
    term_send(t, "\r");
    term_expect(t, "3.6 INR"); /* as the page was */
    term_close(t);
}

Test(review, a_page_of_keys_that_is_seen_whole_offers_nothing_to_read_on)
{
    struct term *t = queue_of_one();
    term_send(t, "?");
    term_expect(t, "lock\n");
    term_expect(t, "\u2500 Esc back");
    term_close(t);
}

Test(review, watch_says_that_it_waits_before_anybody_calls)
{
    struct term *t = command("watch");
    term_expect(t, "New calls appear here by themselves.");
    intake_call(clinic.path, 0x99, 0x11);
    term_expect(t, "ALERT: see this patient now");
    term_close(t);
}

Test(review, long_lines_of_a_command_break_between_words_on_a_terminal)
{
    struct buf reason = BUF_INIT, out = BUF_INIT;
    for (int i = 10; i < 30; i++) {
        buf_addf(&reason, "%sreason%d", i > 10 ? " " : "", i);
    }
    post(0x11, "Ana Quillfeather", staffer_warfarin);
    const char *const args[] = {
        "export", "json", "--passphrase-fd", "0", "--reason", buf_str(&reason), NULL
    };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    struct term *t = command("audit");
    term_expect(t, "reason29");
    for (int i = 10; i < 30; i++) {
        char word[32];
        snprintf(word, sizeof word, "reason%d", i);
        cr_expect_not_null(strstr(term_text(t), word), "%s is broken:\n%s", word, term_text(t));
    }
    term_close(t);
    buf_done(&reason);
    buf_done(&out);
}

Test(review, wrong_passphrases_make_the_next_try_wait_and_never_for_good)
{
    struct term *t = review(24, 80);
    term_expect(t, "Passphrase");
    for (int i = 0; i < 7; i++) {
        term_send(t, "not this one, surely\r");
        term_settle(t, 200);
        term_expect(t, i < 5 ? "does not fit" : "second");
    }
    term_close(t);
}
