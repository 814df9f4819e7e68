/* The practitioner's commands: init, list, show, watch. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "audit.h"
#include "command.h"
#include "deposit.h"
#include "file.h"
#include "sql.h"
#include "text.h"
#include "founded.h"
#include "ran.h"

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH], keys_path[96];
static struct frame_keys keys;

static int64_t wall(void *arg)
{
    (void)arg;
    return NOW_S;
}

static int64_t mono(void *arg)
{
    (void)arg;
    return clock_mono_ms(clock_system());
}

static const struct clock afternoon = { wall, mono, NULL };

static void write_file(const char *path, const char *text)
{
    cr_assert_eq(file_replace(path, text, strlen(text), 0644, NULL), 0, "%s", path);
}

/* A folder with a kiosk.conf, and nothing made yet. */
static void setup_folder(void)
{
    founded_folder(folder, config, database);
    snprintf(keys_path, sizeof keys_path, "%s/foyer.keys", folder);
    write_file(config, "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\n");
}

/* And a vault whose passphrase costs nothing to try. */
static void setup_vault(void)
{
    setup_folder();
    founded_vault(database, clock_system(), &keys, NULL);
}

static int files_in_folder(bool remove)
{
    int n = 0;
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            n++;
            if (remove) {
                unlinkat(dirfd(dir), entry->d_name, 0);
            }
        }
    }
    closedir(dir);
    return n;
}

static void teardown(void)
{
    files_in_folder(true);
    rmdir(folder);
}

TestSuite(init, .init = setup_folder, .fini = teardown);
TestSuite(vault, .init = setup_vault, .fini = teardown);

static struct ran foyer(const char *secret, const char *const *words)
{
    return ran_foyer(config, &afternoon, secret, words);
}
#define FOYER(secret, ...) foyer(secret, (const char *const[]){ __VA_ARGS__, NULL })

static int64_t
    on_the_way_s;       /* the next records were made so long before they came in, by a clock that was set */
static bool with_alert; /* the next intakes hold an answer that staff must see at once */

/* Every byte of the uid is `uid`; sent `ago_s` before the clock of these tests. */
static void post(uint8_t uid, enum frame_kind kind, const char *name, const char *class_name, int attention,
                 int64_t ago_s)
{
    struct frame_header header = { .rev = 1, .kind = (uint8_t)kind, .wall_s = NOW_S - ago_s - on_the_way_s };
    header.clock = on_the_way_s > 0 ? CLOCK_SYNCED : CLOCK_UNKNOWN;
    struct buf body = BUF_INIT, frame = BUF_INIT;
    struct err err = { "" };
    char day[DATE_ISO_SIZE], id[DEPOSIT_LONG];
    date_format_iso(clock_local_date(NOW_S - ago_s), day);
    memset(header.uid, uid, sizeof header.uid);
    if (kind == FRAME_HELP || kind == FRAME_ALERT) {
        memset(header.about, uid + 1, sizeof header.about);
        header.urgent = kind == FRAME_ALERT;
    }
    buf_addf(&body,
             "{\"v\":1,\"uid\":\"%s\",\"demo\":true,\"patient\":{\"name\":\"%s\",\"birth_date\":\"1990-02-"
             "03\"},\"visit_"
             "on\":\"%s\",",
             deposit_long(header.uid, id), name, day);
    if (class_name != NULL) {
        buf_addf(&body,
                 "\"assessment\":{\"class\":\"%s\",\"attention\":%d,\"flags\":[{\"outcome\":\"%s\"}]%s}}",
                 class_name, attention, class_name, with_alert ? ",\"alerts\":[\"X5\"]" : "");
    } else {
        buf_adds(&body, "\"assessment\":null}");
    }
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, body.data, body.len, &err), 0, "%s", err.text);
    struct db *db = db_open(database, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, NOW_S - ago_s, &err), FRAME_STORED, "%s", err.text);
    db_close(db);
    buf_done(&body);
    buf_done(&frame);
}

/* How many acts the audit trail holds; fails if its chain is broken. */
static int64_t audited(void)
{
    int64_t n = 0;
    uint8_t head[AUDIT_HASH];
    struct err err = { "" };
    struct db *db = db_open(database, clock_system(), &err);
    cr_assert_eq(audit_verify(db, &n, head, &err), 0, "%s", err.text);
    db_close(db);
    return n;
}

/* ---- list
 * -------------------------------------------------------------------------------------------------- */

Test(vault, an_empty_list_says_so)
{
    struct ran ran = FOYER(PASSPHRASE "\n", "list");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out, "No intakes yet.\n");
    cr_expect_eq(audited(), 3, "init, unlock, list");
    ran_done(&ran);
}

Test(vault, the_list_has_today_first_then_the_worst_then_attention_then_the_longest_wait)
{
    static const char *const order[] = { "No result",    "Hold today",  "Review high",
                                         "Review waits", "Review came", "Clear today",
                                         "Left off",     "Half done",   "Hold before" };
    post(1, FRAME_FINAL, "Hold before", "HOLD", 90, 90000);
    post(2, FRAME_DRAFT, "Left off", NULL, 0, 3600);
    post(3, FRAME_FINAL, "Clear today", "CLEAR", 0, 7200);
    post(4, FRAME_FINAL, "Review waits", "REVIEW", 10, 100); /* by a clock that was put right since */
    post(5, FRAME_FINAL, "Review came", "REVIEW", 10, 500);
    post(6, FRAME_FINAL, "Review high", "REVIEW", 30, 50);
    post(7, FRAME_FINAL, "Hold today", "HOLD", 40, 60);
    post(8, FRAME_DRAFT, "Half done", NULL, 0, 30000);
    post(9, FRAME_FINAL, "No result", "SPLENDID", 0, 10);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    const char *at = ran.out;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        at = strstr(at, order[i]);
        cr_assert_not_null(at, "%s is not in its place:\n%s", order[i], ran.out);
    }
    cr_expect_not_null(strstr(ran.out, "DEMO, not for patients"));
    cr_expect_not_null(strstr(ran.out, "EARLIER"));
    for (char *line = strtok(ran.out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cr_expect_leq(text_width(line), 80, "%s", line);
    }
    ran_done(&ran);
}

Test(vault, a_signed_intake_without_a_known_result_says_so)
{
    post(1, FRAME_FINAL, "Anna", "SPLENDID", 0, 10);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "unknown"), "%s", ran.out);
    ran_done(&ran);
}

Test(vault, an_intake_with_an_alert_is_marked_in_the_list)
{
    post(1, FRAME_FINAL, "Anna", "HOLD", 0, 10);
    with_alert = true;
    post(2, FRAME_FINAL, "Berta", "HOLD", 0, 10);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "02020202 ! Berta"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "01010101   Anna"), "%s", ran.out);
    ran_done(&ran);
}

Test(vault, a_fresh_draft_is_answering_and_an_old_one_interrupted)
{
    post(1, FRAME_DRAFT, "Anna", NULL, 0, 200);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "answering"), "%s", ran.out);
    ran_done(&ran);
    post(2, FRAME_DRAFT, "Berta", NULL, 0, 400);
    ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "interrupted"), "%s", ran.out);
    ran_done(&ran);
}

Test(vault, names_are_cut_by_graphemes_and_made_harmless)
{
    post(1, FRAME_FINAL, "Evil\\u001b[31m\\u202eName", "HOLD", 1, 10);
    post(2, FRAME_FINAL, "Wolfeschlegelsteinhausenbergerdorff von Hohen", "HOLD", 2, 10);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_null(strchr(ran.out, '\033'));
    cr_expect_null(strstr(ran.out, "\u202e"));
    cr_expect_not_null(strstr(ran.out, "\u2026"));
    ran_done(&ran);
}

/* ---- unlocking
 * --------------------------------------------------------------------------------------------- */

Test(vault, a_wrong_passphrase_shows_nothing_and_is_noted)
{
    post(1, FRAME_FINAL, "Anna", "HOLD", 1, 10);
    int64_t before = audited();
    struct ran ran = FOYER("wrong horse battery staple\n", "list");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_str_eq(ran.out, "");
    cr_expect_not_null(strstr(ran.err, "does not fit"), "%s", ran.err);
    cr_expect_eq(audited(), before + 1);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "list", "--user", "nobody");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_str_eq(ran.out, "");
    cr_expect_eq(audited(), before + 2);
    ran_done(&ran);
    ran = FOYER("", "list");
    cr_expect_eq(ran.status, COMMAND_FAILED, "an empty descriptor");
    ran_done(&ran);
    ran = FOYER(NULL, "list", "--passphrase-fd", "999");
    cr_expect_eq(ran.status, COMMAND_FAILED, "a closed one");
    ran_done(&ran);
}

/* ---- show
 * -------------------------------------------------------------------------------------------------- */

Test(vault, show_takes_the_beginning_of_a_number_and_is_noted)
{
    post(0x11, FRAME_FINAL, "Anna Ash", "HOLD", 1, 10);
    post(0x12, FRAME_FINAL, "Berta Birch", "CLEAR", 0, 10);
    int64_t before = audited();
    struct ran ran = FOYER(PASSPHRASE, "show", "1111");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "Anna Ash"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "Do not treat today unless"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "Clock       not known to be right: check the dates"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "Intake      11111111111111111111111111111111"), "%s", ran.out);
    cr_expect_null(strstr(ran.out, "Berta"));
    cr_expect_eq(audited(), before + 2, "unlock, show");
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "show", "1");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.err, "111111") != NULL && strstr(ran.err, "121212") != NULL, "%s", ran.err);
    cr_expect_str_eq(ran.out, "");
    cr_expect_null(strstr(ran.err, "  "), "%s", ran.err);
    cr_expect_null(strstr(ran.err, "more"), "%s", ran.err);
    ran_done(&ran);
    for (uint8_t i = 0; i < 8; i++) {
        post((uint8_t)(0x13 + i), FRAME_FINAL, "Carla Cedar", "CLEAR", 0, 10);
    }
    ran = FOYER(PASSPHRASE, "show", "1");
    cr_expect_not_null(strstr(ran.err, "and more"), "ten begin so: %s", ran.err);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "show", "ff");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "show", "Anna");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "foyer list"), "%s", ran.err);
    ran_done(&ran);
}

/* ---- watch
 * ------------------------------------------------------------------------------------------------- */

Test(vault, watch_says_todays_calls_without_a_passphrase)
{
    post(0x21, FRAME_HELP, "Anna", NULL, 0, 300);
    post(0x31, FRAME_ALERT, "Berta", NULL, 0, 200);
    post(0x41, FRAME_ALERT, "Carla", NULL, 0, 90000);
    struct ran ran = FOYER(NULL, "watch", "--once");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out, "13:55:00  HELP: the patient calls for staff  intake 22222222\n"
                              "13:56:40  ALERT: see this patient now  intake 32323232\n");
    ran_done(&ran);
}

Test(vault, a_call_that_comes_late_says_when_it_was_made)
{
    on_the_way_s = 300;
    post(0x11, FRAME_ALERT, "Anna", NULL, 0, 300);
    on_the_way_s = 4 * 3600;
    post(0x21, FRAME_HELP, "Anna", NULL, 0, 300);
    post(0x31, FRAME_ALERT, "Berta", NULL, 0, 200);
    on_the_way_s = 20 * 3600;
    post(0x41, FRAME_ALERT, "Carla", NULL, 0, 100);
    struct ran ran = FOYER(NULL, "watch", "--once");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out,
                     "13:55:00  ALERT: see this patient now  intake 12121212\n"
                     "13:55:00  LATE HELP of 09:55: was this patient seen?  intake 22222222\n"
                     "13:56:40  LATE ALERT of 09:56: was this patient seen?  intake 32323232\n"
                     "13:58:20  LATE ALERT of 2026-11-20 17:58: was this patient seen?  intake 42424242\n");
    ran_done(&ran);
}

Test(vault, watch_does_not_tell_an_alert_from_a_call_where_the_clinic_says_so)
{
    write_file(config,
               "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\nurgent_before_unlock = false;\n");
    post(0x21, FRAME_HELP, "Anna", NULL, 0, 300);
    post(0x31, FRAME_ALERT, "Berta", NULL, 0, 300);
    struct ran ran = FOYER(NULL, "watch", "--once");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out, "13:55:00  The kiosk calls for staff  intake 22222222\n"
                              "13:55:00  The kiosk calls for staff  intake 32323232\n");
    ran_done(&ran);
}

/* ---- init
 * -------------------------------------------------------------------------------------------------- */

static mode_t mode_of(const char *path)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0, "%s", path);
    return st.st_mode & 0777;
}

Test(init, a_demo_vault_opens_with_the_passphrase_it_keeps_and_a_second_init_changes_nothing)
{
    char path[128];
    struct buf passphrase = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
    struct ran ran = FOYER(NULL, "init", "--demo");
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    snprintf(path, sizeof path, "%s/passphrase", folder);
    cr_assert_eq(file_read(path, 100, &passphrase, NULL), 0);
    cr_expect_eq(mode_of(path), 0600);
    cr_expect_eq(mode_of(database), 0600);
    cr_expect_eq(mode_of(keys_path), 0644);
    cr_expect_eq(frame_keys_read(keys_path, &keys, NULL), 0);
    cr_expect_eq(files_in_folder(false), 4, "settings, database, keys, passphrase");
    ran_done(&ran);
    cr_assert_eq(file_read(keys_path, 1000, &before, NULL), 0);
    ran = FOYER(NULL, "init", "--demo");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "already there"), "%s", ran.err);
    cr_assert_eq(file_read(keys_path, 1000, &after, NULL), 0);
    cr_expect_str_eq(buf_str(&before), buf_str(&after));
    ran_done(&ran);
    post(1, FRAME_FINAL, "Anna Ash", "HOLD", 1, 10);
    ran = FOYER(buf_str(&passphrase), "list");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "Anna Ash"));
    ran_done(&ran);
    buf_done(&passphrase);
    buf_done(&before);
    buf_done(&after);
}

Test(init, a_short_passphrase_makes_nothing)
{
    struct ran ran = FOYER("elevenchars\n", "init");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "12 characters"), "%s", ran.err);
    cr_expect_eq(files_in_folder(false), 1);
    ran_done(&ran);
}

/* A command on a terminal of its own, with the settings added. */
static pid_t start_on_terminal(int *master, const struct clock *clock, char **words, int n)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_DFL); /* who runs the tests in the background may have it ignored */
        setsid();
        int tty = open(ptsname(*master), O_RDWR);
        close(*master);
        if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) != 0) {
            _exit(98);
        }
        FILE *in = fdopen(dup(tty), "r"), *out = fdopen(dup(tty), "w"), *err = fdopen(dup(tty), "w");
        char *argv[16] = { (char *)"foyer" };
        for (int i = 0; i < n; i++) {
            argv[1 + i] = words[i];
        }
        argv[1 + n] = (char *)"-c";
        argv[2 + n] = config;
        int status = command_main(3 + n, argv, in, out, err, clock);
        fflush(out);
        fflush(err);
        _exit(status);
    }
    return pid;
}

static pid_t start_init(int *master)
{
    char *words[] = { (char *)"init", (char *)"--user", (char *)"anna" };
    return start_on_terminal(master, &afternoon, words, 3);
}

/* Reads what the terminal shows until `words` are there; all of it is in `seen`. */
static void wait_for(int master, struct buf *seen, size_t from, const char *words)
{
    char part[512];
    while (strstr(buf_str(seen) + (seen->len < from ? seen->len : from), words) == NULL) {
        struct pollfd wait = { .fd = master, .events = POLLIN };
        cr_assert_eq(poll(&wait, 1, 20000), 1, "\"%s\" never came:\n%s", words, buf_str(seen));
        ssize_t n = read(master, part, sizeof part);
        cr_assert_gt(n, 0, "the end, before \"%s\":\n%s", words, buf_str(seen));
        buf_add(seen, part, (size_t)n);
    }
}

static void type(int master, const char *line)
{
    cr_assert_eq(fd_write_all(master, line, strlen(line)), 0);
    cr_assert_eq(fd_write_all(master, "\n", 1), 0);
}

static int wait_end(pid_t pid)
{
    int status = 0;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void type_passphrase_from(int master, struct buf *seen, size_t from)
{
    wait_for(master, seen, from, ", at least 12 characters: ");
    from = seen->len;
    type(master, PASSPHRASE);
    wait_for(master, seen, from, "same again: ");
    type(master, PASSPHRASE);
    wait_for(master, seen, from, "both lines: ");
}

static void type_passphrase_twice(int master, struct buf *seen)
{
    type_passphrase_from(master, seen, 0);
}

/* The key as printed: the two lines that begin with four spaces. */
static void copy_key(const struct buf *seen, char key[RECOVERY_TEXT + 2])
{
    const char *first = strstr(buf_str(seen), "    ");
    const char *second = first == NULL ? NULL : strstr(first + 4, "    ");
    cr_assert_not_null(second, "%s", buf_str(seen));
    snprintf(key, RECOVERY_TEXT + 2, "%.31s %.36s", first + 4, second + 4);
}

Test(init, on_a_terminal_nothing_secret_is_echoed_and_the_key_is_typed_back)
{
    int master;
    char key[RECOVERY_TEXT + 2];
    struct buf seen = BUF_INIT;
    pid_t pid = start_init(&master);
    type_passphrase_twice(master, &seen);
    copy_key(&seen, key);
    size_t from = seen.len;
    type(master, "0000000-0000000");
    wait_for(master, &seen, from, "and the next line: ");
    type(master, "");
    wait_for(master, &seen, from, "both lines: ");
    type(master, key);
    wait_for(master, &seen, 0, "fingerprint");
    cr_expect_eq(wait_end(pid), COMMAND_OK, "%s", buf_str(&seen));
    cr_expect_null(strstr(buf_str(&seen), "battery"), "%s", buf_str(&seen));
    close(master);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
    buf_wipe(&seen);
}

/* What is typed after a question that has ended, a shell would echo and keep. */
Test(init, a_passphrase_that_will_not_do_is_asked_for_again_with_the_reason)
{
    int master;
    struct buf seen = BUF_INIT;
    pid_t pid = start_init(&master);
    wait_for(master, &seen, 0, "12 characters: ");
    size_t from = seen.len;
    type(master, "too short");
    wait_for(master, &seen, from, "a passphrase has at least 12 characters:");
    wait_for(master, &seen, from, "passphrase, at least 12 characters: ");
    type(master, PASSPHRASE);
    wait_for(master, &seen, 0, "same again: ");
    from = seen.len;
    type(master, "correct horse battery paper");
    wait_for(master, &seen, from, "not the same");
    type_passphrase_from(master, &seen, from);
    cr_expect_null(strstr(buf_str(&seen), "battery"), "%s", buf_str(&seen));
    kill(pid, SIGTERM);
    (void)wait_end(pid);
    close(master);
    buf_wipe(&seen);
}

Test(init, ctrl_c_at_the_passphrase_gives_the_terminal_back_and_makes_nothing)
{
    int master;
    struct buf seen = BUF_INIT;
    struct stat st;
    struct termios during, after;
    pid_t pid = start_init(&master);
    wait_for(master, &seen, 0, "12 characters: ");
    cr_assert_eq(tcgetattr(master, &during), 0);
    cr_expect_not(during.c_lflag & ECHO);
    cr_assert_eq(fd_write_all(master, "\003", 1), 0);
    cr_expect_eq(wait_end(pid), -SIGINT);
    cr_assert_eq(tcgetattr(master, &after), 0);
    cr_expect(after.c_lflag & ECHO);
    cr_expect_neq(stat(database, &st), 0);
    cr_expect_eq(files_in_folder(false), 1);
    close(master);
    buf_done(&seen);
}

Test(init, a_recovery_key_that_is_not_typed_back_makes_nothing)
{
    int master;
    struct buf seen = BUF_INIT;
    pid_t pid = start_init(&master);
    type_passphrase_twice(master, &seen);
    for (int i = 0; i < 3; i++) {
        size_t from = seen.len;
        type(master, "no paper at hand");
        wait_for(master, &seen, from, "and the next line: ");
        type(master, "");
        wait_for(master, &seen, from, i < 2 ? "both lines: " : "nothing was made");
    }
    cr_expect_eq(wait_end(pid), COMMAND_FAILED);
    cr_expect_eq(files_in_folder(false), 1);
    close(master);
    buf_done(&seen);
}

Test(init, public_keys_that_are_there_are_left_as_they_are_without_a_database_too)
{
    struct buf after = BUF_INIT;
    struct stat st;
    write_file(keys_path, "another vault's\n");
    struct ran ran = FOYER(NULL, "init", "--demo");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "foyer.keys is already there"), "%s", ran.err);
    cr_expect_str_eq(ran.out, "", "refused before a key is shown");
    cr_assert_eq(file_read(keys_path, 1000, &after, NULL), 0);
    cr_expect_str_eq(buf_str(&after), "another vault's\n");
    cr_expect_neq(stat(database, &st), 0);
    cr_expect_eq(files_in_folder(false), 2, "settings and keys");
    ran_done(&ran);
    buf_done(&after);
}

/* Two at once: while this one waits for its key to be typed back, another makes the database. */
Test(init, one_that_comes_second_leaves_no_keys_and_changes_none)
{
    int master;
    char key[RECOVERY_TEXT + 2];
    struct buf seen = BUF_INIT;
    struct stat st;
    pid_t pid = start_init(&master);
    type_passphrase_twice(master, &seen);
    copy_key(&seen, key);
    write_file(database, "the other's");
    type(master, key);
    wait_for(master, &seen, 0, "cannot make");
    cr_expect_eq(wait_end(pid), COMMAND_FAILED, "%s", buf_str(&seen));
    cr_expect_neq(stat(keys_path, &st), 0, "keys whose secret half is nowhere");
    cr_expect_eq(files_in_folder(false), 2, "settings and the other's database");
    close(master);
    buf_wipe(&seen);
}

/* ---- at the question
 * -------------------------------------------------------------------------------------- */

Test(vault, an_unknown_user_is_said_before_a_passphrase_is_asked_for)
{
    int master;
    struct buf seen = BUF_INIT;
    char *words[] = { (char *)"list", (char *)"--user", (char *)"nobody" };
    int64_t before = audited();
    pid_t pid = start_on_terminal(&master, &afternoon, words, 3);
    wait_for(master, &seen, 0, "no user \"nobody\"");
    cr_expect_eq(wait_end(pid), COMMAND_FAILED);
    cr_expect_null(strstr(buf_str(&seen), "Passphrase of"), "%s", buf_str(&seen));
    cr_expect_eq(audited(), before + 1);
    close(master);
    buf_done(&seen);
}

Test(vault, only_a_passphrase_that_does_not_fit_is_asked_for_again)
{
    int master;
    struct buf seen = BUF_INIT;
    char *words[] = { (char *)"list" };
    pid_t pid = start_on_terminal(&master, &afternoon, words, 1);
    wait_for(master, &seen, 0, "Passphrase of anna: ");
    type(master, "wrong horse battery staple");
    wait_for(master, &seen, 0, "does not fit");
    wait_for(master, &seen, (size_t)(strstr(buf_str(&seen), "does not fit") - buf_str(&seen)),
             "Passphrase of anna: ");
    char unlock[112];
    snprintf(unlock, sizeof unlock, "%s.unlock", database);
    unlink(unlock);
    cr_assert_eq(mkdir(unlock, 0700), 0); /* now nobody can take a turn */
    size_t from = seen.len;
    type(master, PASSPHRASE);
    wait_for(master, &seen, from, "cannot open");
    cr_expect_eq(wait_end(pid), COMMAND_FAILED);
    cr_expect_null(strstr(buf_str(&seen) + from, "Passphrase of"), "%s", buf_str(&seen));
    rmdir(unlock);
    close(master);
    buf_wipe(&seen);
}

/* The wall clock of the program started: what another process has written into `arg`. */
static int64_t told(void *arg)
{
    return *(volatile int64_t *)arg;
}

Test(vault, the_audit_trail_says_when_it_was_done_and_not_when_it_was_asked)
{
    int master;
    struct buf seen = BUF_INIT;
    struct err err = { "" };
    char *words[] = { (char *)"list" };
    int64_t *now = mmap(NULL, sizeof *now, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(now, MAP_FAILED);
    *now = NOW_S;
    struct clock clock = { told, mono, now };
    pid_t pid = start_on_terminal(&master, &clock, words, 1);
    wait_for(master, &seen, 0, "Passphrase of anna: ");
    *now = NOW_S + 3600; /* an hour at the prompt */
    type(master, PASSPHRASE);
    wait_for(master, &seen, 0, "No intakes yet");
    cr_expect_eq(wait_end(pid), COMMAND_OK);
    struct db *db = db_open(database, clock_system(), &err);
    struct sql q;
    int n = 0;
    sql_prepare(&q, db, "SELECT at_s FROM audit WHERE act IN ('unlock', 'list')");
    for (; sql_row(&q); n++) {
        cr_expect_eq(sql_get_int(&q, 0), NOW_S + 3600);
    }
    cr_assert_eq(sql_end(&q, &err), 0);
    cr_expect_eq(n, 2);
    db_close(db);
    munmap(now, sizeof *now);
    close(master);
    buf_wipe(&seen);
}
