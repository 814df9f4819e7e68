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
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "audit.h"
#include "command.h"
#include "deposit.h"
#include "file.h"
#include "text.h"
#include "vault.h"

#define PASSPHRASE "correct horse battery staple"
#define NOW_S      1795269600 /* 2026-11-21 14:00 UTC */

static char folder[64], config[96], database[96], keys_path[96];
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
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-staff-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(config, sizeof config, "%s/kiosk.conf", folder);
    snprintf(database, sizeof database, "%s/foyer.db", folder);
    snprintf(keys_path, sizeof keys_path, "%s/foyer.keys", folder);
    write_file(config, "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\n");
}

/* And a vault whose passphrase costs nothing to try. */
static void setup_vault(void)
{
    struct err err = { "" };
    uint8_t recovery[RECOVERY_KEY];
    setup_folder();
    recovery_make(recovery);
    struct vault_setup setup = {
        .user = "anna", .passphrase = PASSPHRASE, .recovery = recovery, .cost = { 1, 8192 }, .at_s = NOW_S
    };
    struct db *db = db_create(database, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(vault_create(db, &setup, &keys, &err), 0, "%s", err.text);
    db_close(db);
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

struct ran {
    int status;
    char *out, *err;
    size_t out_len, err_len;
};

/* `secret`: what --passphrase-fd reads; NULL: the option is not given. */
static struct ran foyer(const char *secret, const char *const *words)
{
    struct ran ran = { 0 };
    char *argv[32] = { (char *)"foyer" };
    char number[16];
    int argc = 1, ends[2] = { -1, -1 };
    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = (char *)words[argc - 1];
    }
    argv[argc++] = (char *)"-c";
    argv[argc++] = config;
    if (secret != NULL) {
        cr_assert_eq(pipe(ends), 0);
        cr_assert_eq(fd_write_all(ends[1], secret, strlen(secret)), 0);
        close(ends[1]);
        snprintf(number, sizeof number, "%d", ends[0]);
        argv[argc++] = (char *)"--passphrase-fd";
        argv[argc++] = number;
    }
    FILE *in = fopen("/dev/null", "r");
    FILE *out = open_memstream(&ran.out, &ran.out_len), *err = open_memstream(&ran.err, &ran.err_len);
    cr_assert(in && out && err);
    ran.status = command_main(argc, argv, in, out, err, &afternoon);
    fclose(in);
    fclose(out);
    fclose(err);
    if (ends[0] >= 0) {
        close(ends[0]);
    }
    return ran;
}
#define FOYER(secret, ...) foyer(secret, (const char *const[]){ __VA_ARGS__, NULL })

static void done(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
}

/* Every byte of the uid is `uid`; sent `ago_s` before the clock of these tests. */
static void post(uint8_t uid, enum frame_kind kind, const char *name, const char *class_name, int attention,
                 int64_t ago_s)
{
    struct frame_header header = { .rev = 1, .kind = (uint8_t)kind, .wall_s = NOW_S - ago_s };
    struct buf body = BUF_INIT, frame = BUF_INIT;
    struct err err = { "" };
    char day[DATE_ISO_SIZE];
    date_format_iso(clock_local_date(NOW_S - ago_s), day);
    memset(header.uid, uid, sizeof header.uid);
    if (kind == FRAME_HELP || kind == FRAME_ALERT) {
        memset(header.about, uid + 1, sizeof header.about);
        header.urgent = kind == FRAME_ALERT;
    }
    buf_addf(&body,
             "{\"v\":1,\"demo\":true,\"patient\":{\"name\":\"%s\",\"birth_date\":\"1990-02-03\"},\"visit_"
             "on\":\"%s\",",
             name, day);
    if (class_name != NULL) {
        buf_addf(&body,
                 "\"assessment\":{\"class\":\"%s\",\"attention\":%d,\"flags\":[{\"outcome\":\"%s\"}]}}",
                 class_name, attention, class_name);
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
    done(&ran);
}

Test(vault, the_list_has_today_first_then_the_worst_then_attention_then_the_longest_wait)
{
    static const char *const order[] = { "Hold today",  "Review high", "Review waits", "Review came",
                                         "Clear today", "Half done",   "Left off",     "Hold before" };
    post(1, FRAME_FINAL, "Hold before", "HOLD", 90, 90000);
    post(2, FRAME_DRAFT, "Left off", NULL, 0, 3600);
    post(3, FRAME_FINAL, "Clear today", "CLEAR", 0, 7200);
    post(4, FRAME_FINAL, "Review came", "REVIEW", 10, 100);
    post(5, FRAME_FINAL, "Review waits", "REVIEW", 10, 500);
    post(6, FRAME_FINAL, "Review high", "REVIEW", 30, 50);
    post(7, FRAME_FINAL, "Hold today", "HOLD", 40, 60);
    post(8, FRAME_DRAFT, "Half done", NULL, 0, 30000);
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
    done(&ran);
}

Test(vault, a_fresh_draft_is_answering_and_an_old_one_interrupted)
{
    post(1, FRAME_DRAFT, "Anna", NULL, 0, 200);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "answering"), "%s", ran.out);
    done(&ran);
    post(2, FRAME_DRAFT, "Berta", NULL, 0, 400);
    ran = FOYER(PASSPHRASE, "list");
    cr_expect_not_null(strstr(ran.out, "interrupted"), "%s", ran.out);
    done(&ran);
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
    done(&ran);
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
    done(&ran);
    ran = FOYER(PASSPHRASE, "list", "--user", "nobody");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_str_eq(ran.out, "");
    done(&ran);
    ran = FOYER("", "list");
    cr_expect_eq(ran.status, COMMAND_FAILED, "an empty descriptor");
    done(&ran);
    ran = FOYER(NULL, "list", "--passphrase-fd", "999");
    cr_expect_eq(ran.status, COMMAND_FAILED, "a closed one");
    done(&ran);
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
    cr_expect_null(strstr(ran.out, "Berta"));
    cr_expect_eq(audited(), before + 2, "unlock, show");
    done(&ran);
    ran = FOYER(PASSPHRASE, "show", "1");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.err, "111111") != NULL && strstr(ran.err, "121212") != NULL, "%s", ran.err);
    cr_expect_str_eq(ran.out, "");
    done(&ran);
    ran = FOYER(PASSPHRASE, "show", "ff");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    done(&ran);
    ran = FOYER(PASSPHRASE, "show", "Anna");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "foyer list"), "%s", ran.err);
    done(&ran);
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
    done(&ran);
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
    done(&ran);
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
    done(&ran);
    cr_assert_eq(file_read(keys_path, 1000, &before, NULL), 0);
    ran = FOYER(NULL, "init", "--demo");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "already there"), "%s", ran.err);
    cr_assert_eq(file_read(keys_path, 1000, &after, NULL), 0);
    cr_expect_str_eq(buf_str(&before), buf_str(&after));
    done(&ran);
    post(1, FRAME_FINAL, "Anna Ash", "HOLD", 1, 10);
    ran = FOYER(buf_str(&passphrase), "list");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "Anna Ash"));
    done(&ran);
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
    done(&ran);
}

/* `foyer init` on a terminal of its own. */
static pid_t start_on_terminal(int *master)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        int tty = open(ptsname(*master), O_RDWR);
        close(*master);
        if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) != 0) {
            _exit(98);
        }
        FILE *in = fdopen(dup(tty), "r"), *out = fdopen(dup(tty), "w"), *err = fdopen(dup(tty), "w");
        char *argv[] = {
            (char *)"foyer", (char *)"init", (char *)"--user", (char *)"anna", (char *)"-c", config, NULL
        };
        int status = command_main(6, argv, in, out, err, &afternoon);
        fflush(err);
        _exit(status);
    }
    return pid;
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

static void type_passphrase_twice(int master, struct buf *seen)
{
    wait_for(master, seen, 0, "12 characters: ");
    type(master, PASSPHRASE);
    wait_for(master, seen, 0, "same again: ");
    type(master, PASSPHRASE);
    wait_for(master, seen, 0, "from the paper: ");
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
    pid_t pid = start_on_terminal(&master);
    type_passphrase_twice(master, &seen);
    copy_key(&seen, key);
    size_t from = seen.len;
    type(master, "0000000-0000000");
    wait_for(master, &seen, from, "from the paper: ");
    type(master, key);
    wait_for(master, &seen, 0, "fingerprint");
    cr_expect_eq(wait_end(pid), COMMAND_OK, "%s", buf_str(&seen));
    cr_expect_null(strstr(buf_str(&seen), "battery"), "%s", buf_str(&seen));
    close(master);
    struct ran ran = FOYER(PASSPHRASE, "list");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    done(&ran);
    buf_wipe(&seen);
}

Test(init, ctrl_c_at_the_passphrase_gives_the_terminal_back_and_makes_nothing)
{
    int master;
    struct buf seen = BUF_INIT;
    struct stat st;
    struct termios during, after;
    pid_t pid = start_on_terminal(&master);
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
    pid_t pid = start_on_terminal(&master);
    type_passphrase_twice(master, &seen);
    for (int i = 0; i < 3; i++) {
        size_t from = seen.len;
        type(master, "no paper at hand");
        wait_for(master, &seen, from, i < 2 ? "from the paper: " : "nothing was made");
    }
    cr_expect_eq(wait_end(pid), COMMAND_FAILED);
    cr_expect_eq(files_in_folder(false), 1);
    close(master);
    buf_done(&seen);
}
