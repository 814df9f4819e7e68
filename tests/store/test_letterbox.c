/* The program foyer-deposit itself, as the supervisor starts it: a socket as descriptor 0, one for each
 * record. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "fixture.h"
#include "letterbox.h"

static char program[512], log_path[96];

static void setup(void)
{
    fixture_make();
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 64);
    cr_assert_gt(n, 0);
    program[n] = '\0';
    strcpy(strrchr(program, '/'), "/../foyer-deposit");
    cr_assert_eq(access(program, X_OK), 0, "first: make FLAVOUR=test build/test/foyer-deposit");
    snprintf(log_path, sizeof log_path, "%s/log", folder);
    signal(SIGPIPE, SIG_IGN);
}

TestSuite(letterbox, .init = setup, .fini = fixture_remove);

struct letter {
    pid_t pid;
    int fd;
};

/* `limit`: the largest file it may write; 0: any. */
static struct letter start(rlim_t limit)
{
    int pair[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    struct letter letter = { fork(), pair[0] };
    cr_assert_geq(letter.pid, 0);
    if (letter.pid == 0) {
        struct rlimit size = { limit, limit };
        dup2(pair[1], 0);
        if (limit == 0 || setrlimit(RLIMIT_FSIZE, &size) == 0) {
            /* It makes itself undumpable, and then the leak checker may not look. */
            setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
            execl(program, "foyer-deposit", "--database", path, "--log", log_path, (char *)NULL);
        }
        _exit(99);
    }
    close(pair[1]);
    return letter;
}

/* Waits for the reply; FRAME_TROUBLE if there is none. */
static enum frame_status reply_of(struct letter letter)
{
    uint8_t reply[FRAME_REPLY] = { 0 };
    size_t got = 0;
    ssize_t n;
    while (got < sizeof reply && (n = recv(letter.fd, reply + got, sizeof reply - got, 0)) > 0) {
        got += (size_t)n;
    }
    return got == sizeof reply ? frame_reply_parse(reply) : FRAME_TROUBLE;
}

static int end(struct letter letter)
{
    int status = 0;
    close(letter.fd);
    cr_assert_eq(waitpid(letter.pid, &status, 0), letter.pid);
    return status;
}

/* Sends bytes to a fresh foyer-deposit, which must answer and exit with 0. */
static enum frame_status post(const void *data, size_t len, rlim_t limit, bool hang_up)
{
    struct letter letter = start(limit);
    (void)fd_write_all(letter.fd, data, len);
    if (hang_up) {
        shutdown(letter.fd, SHUT_WR);
    }
    enum frame_status status = reply_of(letter);
    int exit_status = end(letter);
    cr_assert(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 0, "%x", (unsigned)exit_status);
    return status;
}

static void record(struct buf *out, uint8_t uid, uint32_t rev, enum frame_kind kind)
{
    struct frame_header header = header_of(uid, rev, kind);
    seal(out, &header, "");
}

static int64_t stored(void)
{
    struct db *db = open_db();
    int64_t n = number(db, "SELECT count(*) FROM deposit");
    db_close(db);
    return n;
}

Test(letterbox, a_record_is_stored_and_known_the_second_time)
{
    struct buf frame = BUF_INIT;
    record(&frame, 1, 1, FRAME_FINAL);
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_STORED);
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_KNOWN);
    cr_assert_eq(stored(), 1);
    buf_done(&frame);
}

Test(letterbox, garbage_is_refused_logged_and_not_stored)
{
    struct buf frame = BUF_INIT, log = BUF_INIT;
    uint8_t noise[3000];
    randombytes_buf(noise, sizeof noise);
    noise[0] = 'X';
    cr_assert_eq(post(noise, sizeof noise, 0, false), FRAME_REFUSED, "noise");
    cr_assert_eq(post("", 0, 0, true), FRAME_REFUSED, "nothing");
    record(&frame, 1, 1, FRAME_FINAL);
    cr_assert_eq(post(frame.data, frame.len - 1, 0, true), FRAME_REFUSED, "cut short");
    frame.data[8] = 0x7f; /* a length of 2 GiB */
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_REFUSED, "too long");
    frame.data[8] = 0;
    frame.data[13] = 0x70; /* reserved bits */
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_REFUSED, "reserved bits");
    cr_assert_eq(stored(), 0);
    cr_assert_eq(file_read(log_path, 1 << 20, &log, NULL), 0);
    int lines = 0;
    for (const char *c = buf_str(&log); *c != '\0'; c++) {
        lines += *c == '\n';
    }
    cr_assert_eq(lines, 5, "one line each:\n%s", buf_str(&log));
    cr_assert_null(strstr(buf_str(&log), "Zephyrine"));
    buf_done(&frame);
    buf_done(&log);
}

Test(letterbox, a_full_disk_or_a_missing_database_is_trouble)
{
    struct buf frame = BUF_INIT;
    record(&frame, 1, 1, FRAME_FINAL);
    cr_assert_eq(post(frame.data, frame.len, 600, false), FRAME_TROUBLE, "no room");
    cr_assert_eq(stored(), 0);
    char away[128];
    snprintf(away, sizeof away, "%s.away", path);
    cr_assert_eq(rename(path, away), 0);
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_TROUBLE, "gone");
    cr_assert_neq(access(path, F_OK), 0, "it makes none of its own");
    cr_assert_eq(rename(away, path), 0);
    cr_assert_eq(post(frame.data, frame.len, 0, false), FRAME_STORED);
    buf_done(&frame);
}

/* Three looks at this clock before the letterbox runs out of patience: prefix, first half, and none. */
static int64_t leap_ms(void *arg)
{
    int64_t *now = arg;
    return *now += 1600;
}

Test(letterbox, a_sender_who_stops_in_the_middle_is_given_up_and_may_try_again)
{
    int pair[2];
    int64_t now = 0;
    struct clock clock = { NULL, leap_ms, &now };
    struct letterbox box = { .clock = &clock };
    struct buf frame = BUF_INIT, got = BUF_INIT;
    struct err err = { "" };
    record(&frame, 1, 1, FRAME_FINAL);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    cr_assert_eq(fd_write_all(pair[0], frame.data, frame.len / 2), 0);
    cr_assert_eq(letterbox_read(&box, pair[1], &got, &err), FRAME_TROUBLE);
    close(pair[0]);
    close(pair[1]);
    buf_done(&frame);
    buf_done(&got);
}

Test(letterbox, only_the_kiosks_user_may_post)
{
    int pair[2];
    uid_t me = geteuid();
    struct letterbox box = { .clock = clock_system() };
    struct err err = { "" };
    if (me != 0) {
        cr_skip_test("needs root, to become somebody else");
    }
    /* The kernel names whoever made the socket. */
    cr_assert_eq(seteuid(12345), 0);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    cr_assert_eq(seteuid(0), 0);
    cr_assert_eq(letterbox_check_peer(&box, pair[0], &err), -1);
    cr_assert_not_null(strstr(err.text, "--allow-uid 12345"));
    box.allowed = &(uid_t){ 12345 };
    box.nallowed = 1;
    cr_assert_eq(letterbox_check_peer(&box, pair[0], &err), 0);
    close(pair[0]);
    close(pair[1]);
}

enum { ROUNDS = 250 };

/* Killed at a random moment, over and over: what was acknowledged is there, whole, and what is there
 * was sent. A final whose draft lay there never leaves both, nor neither. */
Test(letterbox, killed_at_random_points_nothing_acknowledged_is_lost)
{
    struct buf frame = BUF_INIT, back = BUF_INIT;
    bool acknowledged[ROUNDS] = { false };
    int killed = 0, stored_all = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct frame_header header = header_of(1, 1, FRAME_FINAL);
        memcpy(header.uid, &(uint32_t){ (uint32_t)i + 1 }, 4);
        buf_reset(&frame);
        seal(&frame, &header, "");
        struct letter letter = start(0);
        (void)fd_write_all(letter.fd, frame.data, frame.len);
        struct pollfd wait = { .fd = letter.fd, .events = POLLIN };
        struct timespec nap = { 0, (long)randombytes_uniform(40 * 1000 * 1000) };
        ppoll(&wait, 1, &nap, NULL);
        kill(letter.pid, SIGKILL);
        acknowledged[i] = reply_of(letter) == FRAME_STORED;
        killed += WIFSIGNALED(end(letter));
    }
    struct db *db = open_db();
    for (int i = 0; i < ROUNDS; i++) {
        struct frame_header header = header_of(1, 1, FRAME_FINAL);
        memcpy(header.uid, &(uint32_t){ (uint32_t)i + 1 }, 4);
        buf_reset(&back);
        int found = deposit_read(db, header.uid, 1, &back, NULL);
        cr_assert(found == 1 || !acknowledged[i], "record %d was acknowledged and is gone", i);
        cr_assert(found == 0 || frame_parse(back.data, back.len, &header, NULL) == 0, "record %d is torn", i);
        stored_all += found;
    }
    cr_assert_eq(number(db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'"), 0);
    db_close(db);
    cr_assert_gt(killed, ROUNDS / 20);
    cr_assert_lt(stored_all, ROUNDS, "none was killed early enough to prove anything");
    buf_done(&frame);
    buf_done(&back);
}
