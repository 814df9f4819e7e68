/* The letterbox's program itself, stopped at each of its system calls: one fails, or the program is killed
 * there. A filter (seccomp, as a notification) tells this test of every call before the kernel makes it.
 *
 * A dozen calls, chosen anew each run, stand for all; FOYER_CUTS, with any number, tries every one.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls_kit.h"
#include "file.h"
#include "fixture.h"

enum { SAMPLE = 12, GIVE_UP_MS = 20000 };

static char program[512];

static void setup(void)
{
    fixture_make();
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 64);
    cr_assert_gt(n, 0);
    program[n] = '\0';
    strcpy(strrchr(program, '/'), "/../foyer-deposit");
    cr_assert_eq(access(program, X_OK), 0, "first: make FLAVOUR=test build/test/foyer-deposit");
    signal(SIGPIPE, SIG_IGN);
}

TestSuite(calls, .init = setup, .fini = fixture_remove, .timeout = 600);

/* In the child: every call but those that hand the filter over asks. */
static void run_filtered(int channel, int letter)
{
    if (dup2(letter, 0) < 0 || !calls_ask(channel, NULL, 0)) {
        _exit(99);
    }
    /* It makes itself undumpable, and then the leak checker may not look. */
    char *const arg[] = { "foyer-deposit", "--database", path, NULL };
    char *const environment[] = { "ASAN_OPTIONS=detect_leaks=0", "TZ=UTC", NULL };
    execve(program, arg, environment);
    _exit(98);
}

struct result {
    bool skipped;             /* this kernel, or this container, has no such filter */
    size_t calls;             /* that the program made, from its first look at descriptor 0 on */
    bool reached;             /* the n-th was made */
    enum frame_status status; /* FRAME_TROUBLE without a reply */
};

/* Answers the filter until the program is gone. The n-th call fails with `error`; 0: there the program is
 * killed. n 0: nothing happens to it. */
static void attend(int notify, pid_t pid, size_t n, int error, struct result *out)
{
    struct seccomp_notif *call = NULL;
    struct seccomp_notif_resp *answer = NULL;
    bool begun = false;
    cr_assert_eq(seccomp_notify_alloc(&call, &answer), 0);
    struct pollfd wait = { .fd = notify, .events = POLLIN };
    while (poll(&wait, 1, GIVE_UP_MS) > 0 && (wait.revents & POLLIN) != 0) {
        memset(call, 0, sizeof *call);
        memset(answer, 0, sizeof *answer);
        if (seccomp_notify_receive(notify, call) != 0) {
            continue;
        }
        begun = begun || call->data.nr == SCMP_SYS(getsockopt);
        out->calls += begun;
        answer->id = call->id;
        answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        /* Its last call cannot fail. */
        if (begun && out->calls == n && call->data.nr != SCMP_SYS(exit_group)) {
            out->reached = true;
            if (error == 0) {
                kill(pid, SIGKILL);
                continue;
            }
            answer->flags = 0;
            answer->error = -error;
        }
        (void)seccomp_notify_respond(notify, answer);
    }
    kill(pid, SIGKILL); /* one that hangs would hold the test */
    seccomp_notify_free(call, answer);
}

static struct result post(const struct buf *frame, size_t n, int error)
{
    struct result out = { .status = FRAME_TROUBLE };
    int letter[2], channel[2], status;
    uint8_t reply[FRAME_REPLY];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, letter), 0);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        run_filtered(channel[0], letter[1]);
    }
    close(channel[0]);
    close(letter[1]);
    int notify = calls_receive(channel[1]);
    out.skipped = notify < 0;
    if (notify >= 0) {
        (void)fd_write_all(letter[0], frame->data, frame->len);
        attend(notify, pid, n, error, &out);
        close(notify);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    if (recv(letter[0], reply, sizeof reply, MSG_DONTWAIT) == FRAME_REPLY) {
        out.status = frame_reply_parse(reply);
    }
    close(letter[0]);
    close(channel[1]);
    return out;
}

static void make_frame(struct buf *frame, struct frame_header *header)
{
    *header = header_of(1, 1, FRAME_FINAL);
    randombytes_buf(header->uid, sizeof header->uid);
    buf_reset(frame);
    seal(frame, header, "");
}

/* Whatever became of the n-th call: what was acknowledged is there, whole, and the next try goes through. */
static void check(const struct buf *frame, const struct frame_header *header, size_t n,
                  const struct result *result)
{
    struct buf back = BUF_INIT;
    struct db *db = open_db();
    int found = deposit_read(db, header->uid, 1, &back, NULL);
    cr_expect(found == 1 || result->status == FRAME_TROUBLE || result->status == FRAME_REFUSED,
              "call %zu: lost", n);
    cr_expect(found == 0 || (back.len == frame->len && memcmp(back.data, frame->data, back.len) == 0),
              "call %zu: half there", n);
    enum frame_status again = deposit_frame(db, frame->data, frame->len, AT_S, NULL);
    cr_expect_eq(again, found == 1 ? FRAME_KNOWN : FRAME_STORED, "call %zu: %d afterwards", n, (int)again);
    db_close(db);
    buf_done(&back);
}

static void each_call(int error)
{
    struct buf frame = BUF_INIT;
    struct frame_header header;
    make_frame(&frame, &header);
    struct result whole = post(&frame, 0, 0);
    if (whole.skipped) {
        buf_done(&frame);
        cr_skip_test("no filter that tells of calls: an older kernel, or a container that forbids it");
    }
    cr_assert_eq(whole.status, FRAME_STORED);
    cr_assert_gt(whole.calls, 40);
    bool all = getenv("FOYER_CUTS") != NULL;
    for (size_t i = 1; i <= (all ? whole.calls : SAMPLE); i++) {
        size_t n = all ? i : 1 + randombytes_uniform((uint32_t)whole.calls);
        make_frame(&frame, &header);
        struct result result = post(&frame, n, error);
        cr_expect(!result.reached || error != 0 || result.status == FRAME_TROUBLE ||
                      result.status == FRAME_STORED,
                  "call %zu: %d", n, (int)result.status);
        check(&frame, &header, n, &result);
    }
    struct db *db = open_db();
    cr_expect_eq(number(db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'"), 0);
    db_close(db);
    buf_done(&frame);
}

Test(calls, the_program_killed_at_any_call_loses_nothing_acknowledged)
{
    each_call(0);
}

Test(calls, any_call_that_fails_loses_nothing_acknowledged)
{
    each_call(EIO);
}

Test(calls, any_call_that_finds_no_room_loses_nothing_acknowledged)
{
    each_call(ENOSPC);
}
