/* A disk that fills: the reserve beside the database makes room for a form that has begun. On a small file
 * system of its own, in a mount namespace of the test's own. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast.h"
#include "file.h"
#include "fixture.h"

static char program[512], log_path[96], reserve[128];
static bool small; /* the disk under the vault is the small one */

static void setup(void)
{
    small = unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
            mount("none", "/tmp", "tmpfs", 0, "size=20m") == 0;
    fixture_make();
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 64);
    cr_assert_gt(n, 0);
    program[n] = '\0';
    strcpy(strrchr(program, '/'), "/../foyer-deposit");
    snprintf(log_path, sizeof log_path, "%s/log", folder);
    snprintf(reserve, sizeof reserve, "%s.ballast", path);
    signal(SIGPIPE, SIG_IGN);
}

TestSuite(ballast, .init = setup, .fini = fixture_remove);

static enum frame_status post(uint8_t uid)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(uid, 1, FRAME_FINAL);
    uint8_t reply[FRAME_REPLY] = { 0 };
    int pair[2];
    seal(&frame, &header, "");
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pair[1], 0);
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        execl(program, "foyer-deposit", "--database", path, "--log", log_path, (char *)NULL);
        _exit(99);
    }
    close(pair[1]);
    (void)fd_write_all(pair[0], frame.data, frame.len);
    long got = fd_read_all(pair[0], reply, sizeof reply);
    close(pair[0]);
    waitpid(pid, NULL, 0);
    buf_done(&frame);
    return got == (long)sizeof reply ? frame_reply_parse(reply) : FRAME_TROUBLE;
}

static void fill_the_disk(void)
{
    char name[128], bytes[4096] = { 1 };
    snprintf(name, sizeof name, "%s/filler", folder);
    int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);
    while (write(fd, bytes, sizeof bytes) > 0) {
    }
    close(fd);
}

Test(ballast, a_full_disk_still_takes_the_record_of_whoever_has_begun)
{
    struct err err = { "" };
    struct stat st;
    struct buf log = BUF_INIT;
    if (!small) {
        cr_skip_test("no small file system to be had: needs root");
    }
    cr_assert_eq(ballast_make(path, &err), 0, "%s", err.text);
    cr_assert_eq(stat(reserve, &st), 0);
    cr_expect_eq(st.st_size, (off_t)BALLAST_MB << 20);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_assert_eq(post(1), FRAME_STORED);
    cr_assert_eq(access(reserve, F_OK), 0, "given up without need");
    fill_the_disk();
    cr_expect_eq(file_free_mb(path), 0);
    cr_expect_eq(post(2), FRAME_STORED);
    cr_expect_neq(access(reserve, F_OK), 0);
    cr_assert_eq(file_read(log_path, 1 << 20, &log, NULL), 0);
    cr_expect(strstr(buf_str(&log), "the reserve beside the database is given up"), "%s", buf_str(&log));
    buf_done(&log);
    struct db *db = open_db();
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit"), 2);
    db_close(db);
}

Test(ballast, without_a_reserve_the_kiosk_is_asked_to_keep_its_record)
{
    if (!small) {
        cr_skip_test("no small file system to be had: needs root");
    }
    fill_the_disk();
    cr_expect_eq(post(1), FRAME_TROUBLE);
    char name[128];
    snprintf(name, sizeof name, "%s/filler", folder);
    unlink(name);
    cr_expect_eq(post(1), FRAME_STORED, "and takes it once there is room");
}

Test(ballast, it_is_not_made_where_it_would_take_the_last_room)
{
    struct err err = { "" };
    if (!small) {
        cr_skip_test("no small file system to be had: needs root");
    }
    cr_assert_eq(ballast_make(path, &err), 0);
    unlink(reserve);
    fill_the_disk();
    cr_expect_neq(ballast_make(path, &err), 0);
    cr_expect_neq(access(reserve, F_OK), 0);
}
