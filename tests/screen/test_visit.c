/* A patient at the real kiosk, and what staff can read afterwards. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinic.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(visit, .init = setup, .fini = teardown, .timeout = 120);

static void expect_text(const struct buf *text, const char *want)
{
    cr_expect(strstr(buf_str(text), want) != NULL, "\"%s\" is not in:\n%s", want, buf_str(text));
}

/* `foyer show` of the first intake listed. */
static void show(struct buf *out)
{
    char id[9];
    clinic_intake(&clinic, 0, id);
    const char *const args[] = { "show", id, "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, out, args), 0, "%s", buf_str(out));
}

Test(visit, a_whole_intake_by_keys_is_read_back_by_staff)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    walk_plain_answers(t);
    walk_sign(t, "Ana Quillfeather");
    term_expect(t, "No issues were flagged");
    term_settle(t, 800);
    press(t, "\r", "Start"); /* the next patient */
    term_close(t);

    struct buf out = BUF_INIT;
    show(&out);
    expect_text(&out, "Ana Quillfeather");
    expect_text(&out, "1990-05-15 (36)");
    expect_text(&out, "Result: CLEAR");
    expect_text(&out, "isotretinoin (Accutane");
    expect_text(&out, "Come with clean skin and no make-up.");
    expect_text(&out, "Signature   Ana Quillfeather");
    expect_text(&out, "DEMO, not for patients");
    buf_done(&out);
}

Test(visit, flags_reasons_and_dated_items_reach_the_practitioner)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want");
    press(t, "6\r", "ever had microneedling"); /* chest */
    walk_no(t, "growing scars");
    press(t, "3\r", "cold sores"); /* family */
    walk_no(t, "isotretinoin (");
    press(t, "3", "last pill");
    press(t, "31\t5\t2026", "31 May 2026");
    press(t, "\r", "acne pills");
    walk_no(t, "thin blood");
    press(t, "2", "Which one");
    press(t, "1", "INR");
    press(t, "3,6\r", "Any other pills"); /* a decimal comma */
    press(t, "2", "list all other");
    press(t, "xarelto 20mg", "xarelto");
    press(t, "\r", NULL);
    press(t, "\r", "fight germs");
    walk_no(t, "Check your answers");
    walk_sign(t, "Ana Quillfeather");
    term_expect(t, "talk with you about some of your answers");
    cr_expect_not(term_shows(t, "Do NOT stop"), "a sensitive item is on the waiting-room screen");
    term_close(t);

    struct buf out = BUF_INIT;
    show(&out);
    expect_text(&out, "Result: HOLD");
    expect_text(&out, "Warfarin, with a last INR above the limit");
    expect_text(&out, "inr 3.6 is more than");
    expect_text(&out, "Isotretinoin or acitretin: last pill within the waiting time");
    expect_text(&out, "1 Dec 2026"); /* 31 May + 6 months rolls forward */
    expect_text(&out, "Keloid in a close family member");
    expect_text(&out, "Do NOT stop your blood thinner");
    expect_text(&out, "Palamaras I");
    expect_text(&out, "Strength");
    buf_done(&out);
}

Test(visit, a_helper_is_named_signs_as_helper_and_what_to_ask_again_alone_is_marked)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    press(t, "1", "What is your date of birth?");
    press(t, "15\t5\t1990", "15 May 1990");
    press(t, "\r", "Do you need help");
    press(t, "3\r", "helps you");
    press(t, "Sam Oakley\tbrother\r", "What is your name?");
    press(t, "Ana Quillfeather\t\r", "What would you like help with?");
    walk_no(t, "diabetes?");
    press(t, "p", NULL); /* in private */
    walk_no(t, "Are you pregnant");
    term_expect(t, "with you alone");
    walk_no(t, "Check your answers");
    press(t, "\r", "Who signs?");
    press(t, "2", "Helper: type your full name");
    press(t, "Sam Oakley\r", "Your answers are saved");
    term_close(t);

    struct buf out = BUF_INIT;
    show(&out);
    expect_text(&out, "Sam Oakley (brother)");
    expect_text(&out, "signed by the helper");
    const char *first = strstr(buf_str(&out), "ask again alone");
    cr_expect(first != NULL && strstr(first + 1, "ask again alone") != NULL, "both are marked:\n%s",
              buf_str(&out));
    buf_done(&out);
}

Test(visit, declining_leads_to_the_desk_and_keeps_nothing)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    press(t, "2", "desk");
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 0);
}

Test(visit, who_declines_late_and_then_agrees_after_all_is_saved_once)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want"); /* a draft is in the letterbox by now */
    press(t, "\x1bOQ", "What would you like help with?");
    press(t, "\x1bOQ", "What is your name?");
    press(t, "\x1bOQ", "Do you need help");
    press(t, "\x1bOQ", "What is your date of birth?");
    press(t, "\x1bOQ", "Do you agree?");
    press(t, "2", "desk");
    term_settle(t, 800);
    press(t, "\x1bOQ", "Do you agree?");
    press(t, "1", "What is your date of birth?");
    press(t, "15\t5\t1990", "15 May 1990");
    press(t, "\r", "Do you need help");
    press(t, "1", "What is your name?");
    press(t, "Ana Quillfeather", "Quillfeather");
    press(t, "\t\r", "What would you like help with?");
    walk_plain_answers(t);
    walk_sign(t, "Ana Quillfeather");
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
}

Test(visit, a_minor_is_asked_once_more_then_sent_to_the_desk_and_leaves_no_name_or_answer)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    press(t, "1", "What is your date of birth?");
    press(t, "22\t11\t2008", "22 November 2008");
    press(t, "\r", "22 November 2008");
    press(t, "1", "parent or guardian");
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 0);
    struct buf out = BUF_INIT;
    const char *const args[] = { "watch", "--once", NULL };
    cr_expect_eq(clinic_foyer(&clinic, &out, args), 0);
    expect_text(&out, "HELP"); /* that one came is seen */
    buf_done(&out);
}

Test(visit, an_urgent_answer_reaches_staff_before_the_form_is_finished)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want");
    press(t, "9\r", "ever had microneedling");
    walk_no(t, "cream on today");
    press(t, "2", "Please go to the desk now");
    term_expect(t, "We have called the staff");
    term_expect_gone(t, "numbing"); /* the reason; the question before named it */
    struct buf out = BUF_INIT;
    const char *const args[] = { "watch", "--once", NULL };
    cr_expect_eq(clinic_foyer(&clinic, &out, args), 0);
    expect_text(&out, "ALERT");
    cr_expect(strstr(buf_str(&out), "Quillfeather") == NULL, "watch shows a name without a key");
    buf_done(&out);
    term_close(t);
}

Test(visit, no_file_and_no_dump_holds_the_name_in_clear)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want");
    char command[256];
    /* Draft stored by now. The wizard dies of a signal that would dump core, with cores allowed. */
    snprintf(command, sizeof command, "pkill -ABRT -P $(pgrep -d, -P %d)", (int)term_pid(t));
    cr_expect_eq(system(command), 0, "no wizard found");
    term_expect(t, "Start");
    walk_to_questions(t, "Ana Quillfeather");
    walk_plain_answers(t);
    walk_sign(t, "Ana Quillfeather");
    term_close(t);
    snprintf(command, sizeof command, "grep -rqiE 'quillfeather|Q.u.i.l.l.f' %s", clinic.path);
    cr_expect_neq(WEXITSTATUS(system(command)), 0, "a file in the clinic's folder holds the name");
    snprintf(command, sizeof command, "ls %s/core* core core.* 2>/dev/null | grep -q .", clinic.path);
    cr_expect_neq(WEXITSTATUS(system(command)), 0, "a core was dumped");
    cr_expect_eq(clinic_intakes(&clinic), 2, "the interrupted one and the finished one");
}

Test(visit, a_burst_of_digits_answers_one_question)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want");
    press(t, "9\r", "ever had microneedling");
    press(t, "1111111111111111", "changing or bleeding mole");
    term_settle(t, 300);
    cr_expect(term_shows(t, "changing or bleeding mole"), "%s", term_text(t));
    term_close(t);
}

Test(visit, a_window_of_any_size_keeps_what_was_typed)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    press(t, "1", "What is your date of birth?");
    press(t, "15\tmay", "may");
    const int size[][2] = { { 12, 40 }, { 5, 20 }, { 1, 1 }, { 60, 200 }, { 24, 80 } };
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        term_resize(t, size[i][0], size[i][1]);
        term_settle(t, 100);
    }
    term_expect(t, "may");
    press(t, "\t1990", "15 May 1990");
    term_close(t);
}

Test(visit, too_small_a_window_says_so)
{
    struct term *t = clinic_kiosk(&clinic, 10, 38, "xterm-256color");
    term_expect(t, "make the window larger");
    term_resize(t, 12, 40);
    term_expect(t, "Start");
    term_close(t);
}

Test(visit, keys_in_too_small_a_window_answer_nothing)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where do you want");
    term_resize(t, 5, 20);
    term_expect(t, "make the window");
    for (int i = 0; i < 2; i++) { /* the first leads to a row out of sight, the second chooses it */
        term_send(t, "6");
        term_settle(t, 900);
    }
    term_send(t, "\r");
    term_settle(t, 300);
    term_resize(t, 24, 80);
    term_expect(t, "Where do you want");
    term_expect_gone(t, "[x]");
    press(t, "6", "[x]");
    term_close(t);
}

Test(visit, any_bytes_at_all_neither_crash_nor_escape)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    unsigned seed = 7;
    char bytes[512];
    for (int round = 0; round < 120; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (char)rand_r(&seed);
        }
        term_send_n(t, bytes, sizeof bytes);
        term_settle(t, 5);
        if (round % 20 == 0) {
            term_send(t, "\x03\x1a\x1c\x04\x11\x13"); /* Ctrl-C, -Z, -\, -D, -Q, -S */
        }
    }
    int status = 0;
    cr_expect_not(term_ended(t, 0, &status), "the kiosk ended with wait status %#x", (unsigned)status);
    char log[128], command[256];
    snprintf(log, sizeof log, "%s/kiosk.log", clinic.path);
    snprintf(command, sizeof command, "grep -q unexpectedly %s", log);
    cr_expect_neq(WEXITSTATUS(system(command)), 0, "a wizard crashed");
    term_close(t);
}

Test(visit, a_lost_terminal_ends_it_within_a_second)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    cr_expect_not(term_ended(t, 0, NULL));
    pid_t pid = term_pid(t);
    term_hang_up(t);
    bool gone = false;
    for (int i = 0; i < 100 && !gone; i++) {
        usleep(10000);
        gone = waitpid(pid, NULL, WNOHANG) == pid;
    }
    cr_expect(gone, "still there after a second");
    term_forget(t);
}

Test(visit, idle_costs_not_a_byte)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    term_settle(t, 200);
    size_t before = term_bytes(t);
    term_settle(t, 3000);
    cr_expect_eq(term_bytes(t), before);
    term_close(t);
}

Test(visit, an_unknown_terminal_is_told_to_go_to_the_desk)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "../../etc/passwd");
    term_expect(t, "Please go to the desk.");
    int status = 0;
    cr_assert(term_ended(t, 3000, &status));
    cr_expect_eq(WEXITSTATUS(status), 1);
    term_close(t);
}
