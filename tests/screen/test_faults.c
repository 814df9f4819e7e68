/* What goes wrong in a clinic, and what a patient and the staff see of it. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

TestSuite(faults, .init = setup, .fini = teardown, .timeout = 180);

static int sh(const char *fmt, const char *a, const char *b)
{
    char command[512];
    snprintf(command, sizeof command, fmt, a, b);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A copy of the form that a test may spoil. kiosk.conf is pointed at it. */
static void own_form(void)
{
    cr_assert_eq(
        sh("cp -r forms %s/forms && sed -i 's|^forms_dir = .*|forms_dir = \"forms\";|' %s/kiosk.conf",
           clinic.path, clinic.path),
        0);
}

static bool logged(const char *text)
{
    return sh("grep -q '%s' %s/kiosk.log", text, clinic.path) == 0;
}

/* To the signature page with a name in it; the next Enter signs. */
static void walk_to_signature(struct term *t)
{
    walk_to_questions(t, "Ana Quillfeather");
    walk_plain_answers(t);
    press(t, "\r", "Sign your answers");
    press(t, "Ana Quillfeather", "Quillfeather");
}

Test(faults, a_broken_form_sends_patients_to_the_desk_and_is_tried_again)
{
    own_form();
    sh("mv %s/forms/microneedling/health.cfg %s/health.cfg", clinic.path, clinic.path);
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Please go to the desk.");
    cr_expect_not(term_shows(t, "health.cfg"), "the reason is for the log");
    cr_expect(logged("health.cfg"), "the log does not name the file");
    sh("mv %s/health.cfg %s/forms/microneedling/health.cfg", clinic.path, clinic.path);
    term_expect_within(t, "Start", 20000);
    term_close(t);
}

Test(faults, a_form_broken_while_in_use_is_not_used_and_the_log_says_why)
{
    own_form();
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    sh("echo 'nonsense' >> %s/forms/microneedling/health.cfg%s", clinic.path, "");
    term_settle(t, 500);
    walk_to_signature(t); /* with the form it had */
    press(t, "\r", "Your answers are saved");
    cr_expect(logged("health.cfg"), "the log does not name the file");
    cr_expect(logged("the old ones stay"));
    term_close(t);
}

Test(faults, a_changed_form_is_in_use_for_the_next_patient)
{
    own_form();
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    sh("sed -i 's/What is your date of birth?/When were you born?/' %s/forms/microneedling/about.cfg%s",
       clinic.path, "");
    term_settle(t, 500);
    press(t, "\r", "Your privacy");
    press(t, "\r", "Do you agree?");
    press(t, "1", "When were you born?");
    term_close(t);
}

Test(faults, missing_keys_or_settings_send_patients_to_the_desk)
{
    sh("rm %s/foyer.keys%s", clinic.path, "");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Please go to the desk.");
    term_close(t);
    sh("echo 'no such setting = 1;' >> %s/kiosk.conf%s", clinic.path, "");
    t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Please go to the desk.");
    term_close(t);
}

Test(faults, a_second_kiosk_that_is_to_hold_the_letterbox_says_who_holds_it_and_ends)
{
    char holder[64];
    int status = 0;
    struct term *first = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(first, "Start");
    struct term *second = clinic_kiosk(&clinic, 24, 200, "xterm-256color");
    snprintf(holder, sizeof holder, "held by process %d (foyer-kiosk)", (int)term_pid(first));
    term_expect(second, holder);
    cr_assert(term_ended(second, 10000, &status));
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    term_hang_up(second);
    term_forget(second);
    walk_to_signature(first); /* the first is not disturbed */
    press(first, "\r", "Your answers are saved");
    term_close(first);
}

Test(faults, without_a_database_it_never_says_saved_and_keeps_the_intake_until_there_is_one)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_signature(t);
    sh("mv %s/foyer.db %s/away.db", clinic.path, clinic.path);
    press(t, "\r", "still saving");
    for (int i = 0; i < 10; i++) {
        term_settle(t, 200);
        cr_expect_not(term_shows(t, "are saved"));
    }
    cr_expect(logged("kept and tried again"));
    sh("rm -f %s/foyer.db; cd %s && mv away.db foyer.db", clinic.path, clinic.path);
    term_expect_within(t, "Your answers are saved", 40000);
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
}

Test(faults, a_socket_path_that_is_another_file_is_left_alone)
{
    sh("sed -i '$ a socket = \"foyer.db\";' %s/kiosk.conf%s", clinic.path, "");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    term_settle(t, 200);
    cr_expect_eq(sh("test -f %s/foyer.db && test -s %s/foyer.db", clinic.path, clinic.path), 0);
    cr_expect(logged("this is no socket"));
    term_close(t);
}

Test(faults, a_removed_letterbox_is_opened_again)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_signature(t);
    sh("rm %s/foyer.sock%s", clinic.path, "");
    press(t, "\r", "aving");
    term_expect_within(t, "Your answers are saved", 20000);
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
}

Test(faults, a_signed_intake_is_still_delivered_after_it_is_told_to_end)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_signature(t);
    sh("flock %s/foyer.db.gate sleep 6 & %s", clinic.path, "sleep 0.2");
    press(t, "\r", "aving");
    kill(term_pid(t), SIGTERM);
    cr_expect(term_ended(t, 25000, NULL));
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
    struct buf out = BUF_INIT;
    const char *const args[] = { "list", "--passphrase-fd", "0", NULL };
    cr_expect_eq(clinic_foyer(&clinic, &out, args), 0);
    cr_expect(strstr(buf_str(&out), "CLEAR") != NULL, "%s", buf_str(&out));
    buf_done(&out);
}

Test(faults, ctrl_c_between_two_patients_ends_nothing)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    char command[128];
    snprintf(command, sizeof command, "pkill -KILL -P $(pgrep -d, -P %d)", (int)term_pid(t));
    cr_expect_eq(system(command), 0);
    term_expect(t, "Please go to the desk.");
    term_send(t, "\x03\x1c\x1a");
    term_expect(t, "Start");
    cr_expect_not(term_ended(t, 0, NULL));
    term_close(t);
}

Test(faults, a_locked_database_is_waited_for)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_signature(t);
    /* Somebody holds the gate for three seconds. */
    sh("flock %s/foyer.db.gate sleep 3 & %s", clinic.path, "sleep 0.2");
    press(t, "\r", "aving");
    cr_expect_not(term_shows(t, "are saved"));
    term_expect_within(t, "Your answers are saved", 40000);
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
}

Test(faults, a_wizard_that_dies_is_followed_by_a_fresh_one)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    char command[128];
    snprintf(command, sizeof command, "pkill -KILL -P $(pgrep -d, -P %d)", (int)term_pid(t));
    cr_expect_eq(system(command), 0);
    term_expect(t, "Start");
    term_expect_gone(t, "Quillfeather");
    cr_expect(logged("ended unexpectedly"));
    term_close(t);
}

Test(faults, a_loader_that_dies_is_followed_by_a_fresh_one)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    char command[128];
    snprintf(command, sizeof command, "pkill -KILL -P %d", (int)term_pid(t));
    cr_expect_eq(system(command), 0);
    term_expect(t, "Start");
    term_close(t);
}

Test(faults, told_to_end_it_gives_the_terminal_back)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    kill(term_pid(t), SIGTERM);
    int status = 0;
    cr_assert(term_ended(t, 3000, &status), "still there");
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    term_close(t);
}

/* Kills what it can at a random moment around the signature. Whatever the screen had said was saved must be
 * there; nothing may be there twice. */
Test(faults, killed_at_any_moment_nothing_acknowledged_is_lost, .timeout = 300)
{
    unsigned seed = 11;
    size_t acknowledged = 0;
    const char *asked = getenv("FOYER_KILLS"); /* rounds; more take longer */
    int rounds = asked ? atoi(asked) : 6;
    for (int round = 0; round < rounds; round++) {
        struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
        walk_to_signature(t);
        term_send(t, "\r");
        if (round % 4 == 0) {
            term_expect(t, "Your answers are saved"); /* killed right after the promise */
        } else {
            term_settle(t, rand_r(&seed) % 100);
        }
        acknowledged += term_shows(t, "Your answers are saved");
        char command[160];
        snprintf(command, sizeof command,
                 "pkill -KILL -P $(pgrep -d, -P %d) 2>/dev/null; pkill -KILL -P %d; kill -KILL %d",
                 (int)term_pid(t), (int)term_pid(t), (int)term_pid(t));
        cr_expect_eq(WEXITSTATUS(system(command)), 0);
        term_close(t);
    }
    struct buf out = BUF_INIT;
    const char *const args[] = { "list", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    size_t finished = 0;
    for (const char *at = buf_str(&out); (at = strstr(at, " CLEAR")) != NULL; at++) {
        finished++;
    }
    cr_expect_geq(finished, acknowledged, "%zu were acknowledged:\n%s", acknowledged, buf_str(&out));
    cr_expect_leq(clinic_intakes(&clinic), rounds);
    buf_done(&out);
}

Test(faults, a_limit_on_file_sizes_is_told_in_words_and_kills_no_staff_program)
{
    cr_expect_eq(sh("ulimit -f 0; " BIN
                    "/foyer -c %s/kiosk.conf list --passphrase-fd 0 < %s/passphrase 2>&1 | "
                    "grep -q 'cannot be read or written\\|File too large'",
                    clinic.path, clinic.path),
                 0);
    cr_expect_eq(sh("ulimit -f 0; " BIN "/foyer -c %s/kiosk.conf list --passphrase-fd 0 < %s/passphrase "
                    "> /dev/null 2>&1",
                    clinic.path, clinic.path),
                 1, "128 and more is death by a signal");
}

/* What the system does with a process whose memory may not be dumped: its files in /proc are root's. */
Test(faults, no_other_program_of_the_same_user_looks_into_staffs_memory)
{
    int wait_here[2];
    char proc[64], name[64];
    struct stat st = { .st_uid = 1 };
    cr_assert_eq(pipe(wait_here), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(wait_here[0], 0);
        dup2(open("/dev/null", O_WRONLY), 2);
        close(wait_here[1]);
        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(99);
        }
        execl(BIN "/foyer", "foyer", "assess", "forms/microneedling", "-", (char *)NULL);
        _exit(98);
    }
    close(wait_here[0]);
    snprintf(proc, sizeof proc, "/proc/%d/environ", (int)pid);
    snprintf(name, sizeof name, "grep -qx foyer /proc/%d/comm", (int)pid); /* and no longer this program */
    bool hidden = false, over = false;
    for (int i = 0; i < 500 && !hidden && !over; i++) {
        usleep(10000);
        hidden = system(name) == 0 && stat(proc, &st) == 0 && st.st_uid == 0;
        over = waitpid(pid, NULL, WNOHANG) == pid;
    }
    cr_assert_not(over, "it ended before it could be looked at");
    cr_expect(hidden, "its memory is there for user %d", (int)st.st_uid);
    close(wait_here[1]); /* ends it */
    cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(faults, without_room_nobody_begins_and_whoever_has_begun_goes_on)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    cr_assert_eq(sh("echo 'space_mb = 1000000;' >> %s/kiosk.conf", clinic.path, NULL), 0);
    term_settle(t, 500);
    press(t, "1", NULL);
    cr_expect(term_shows(t, "What would you like help with?"), "%s", term_text(t));
    term_close(t);

    t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Please go to the desk");
    cr_expect(logged("too little room"), "the log does not say why");
    press(t, "\r", NULL);
    term_settle(t, 200);
    term_expect_gone(t, "Start");
    cr_assert_eq(sh("sed -i 's/^space_mb = .*/space_mb = 1;/' %s/kiosk.conf", clinic.path, NULL), 0);
    term_expect(t, "Start");
    term_close(t);
}
