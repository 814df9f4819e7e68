/* What is in the outbox is there after any end of the program, in order, and nothing else is sent. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "frames.h"
#include "log.h"
#include "outbox.h"

static struct outbox box;
static struct err err;
static ino_t flushed; /* what was last flushed to the disk */

/* In the place of the C library's: what is not flushed, a power cut takes. */
int fsync(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0) {
        flushed = st.st_ino;
    }
    return (int)syscall(SYS_fsync, fd);
}

static void open_box(size_t room)
{
    char path[128];
    in_folder(path, "log");
    cr_assert_eq(log_to_file(path, &err), 0);
    cr_assert_eq(outbox_open(&box, folder, room, &err), 0, "%s", err.text);
}

static void setup(void)
{
    frames_setup();
    open_box(OUTBOX_ROOM);
}

static void teardown(void)
{
    outbox_close(&box);
    frames_teardown();
}

TestSuite(outbox, .init = setup, .fini = teardown, .timeout = 120);

static struct outbox_entry *add(uint32_t n, uint32_t rev, enum frame_kind kind)
{
    struct buf frame = BUF_INIT;
    struct frame_header header;
    frame_of(&frame, n, rev, kind);
    cr_assert_eq(frame_parse(frame.data, frame.len, &header, &err), 0);
    struct outbox_entry *entry = outbox_add(&box, &frame, &header, &err);
    buf_done(&frame);
    return entry;
}

/* Takes the next out; its number, 0 if there is none. */
static uint32_t next(int64_t now)
{
    int64_t when;
    struct outbox_entry *entry = outbox_next(&box, now, &when);
    uint32_t n = entry == NULL ? 0 : frame_number(&entry->header);
    if (entry != NULL) {
        outbox_remove(&box, entry);
    }
    return n;
}

Test(outbox, order_is_kept_over_a_restart)
{
    for (uint32_t n = 1; n <= 12; n++) {
        cr_assert_not_null(add(n, 1, FRAME_FINAL), "%s", err.text);
    }
    cr_expect_eq(next(0), 1);
    outbox_close(&box);
    open_box(OUTBOX_ROOM);
    cr_assert_not_null(add(13, 1, FRAME_FINAL));
    for (uint32_t n = 2; n <= 13; n++) {
        cr_expect_eq(next(0), n);
    }
    cr_expect_eq(next(0), 0);
    cr_expect_eq(files_in("outbox"), 0);
}

Test(outbox, a_call_for_staff_goes_before_everything_that_waits)
{
    add(1, 1, FRAME_FINAL);
    add(2, 1, FRAME_DRAFT);
    add(3, 1, FRAME_ALERT);
    add(4, 1, FRAME_HELP);
    cr_expect_eq(next(0), 3);
    cr_expect_eq(next(0), 4);
    cr_expect_eq(next(0), 1);
    cr_expect_eq(next(0), 2);
}

Test(outbox, one_that_the_clinic_cannot_take_lets_others_pass_but_not_its_own_intake)
{
    int64_t when;
    struct outbox_entry *stuck = add(1, 1, FRAME_DRAFT);
    add(1, 2, FRAME_FINAL);
    add(2, 1, FRAME_FINAL);
    stuck->not_before_ms = 1000;
    cr_expect_eq(next(0), 2);
    cr_expect_null(outbox_next(&box, 0, &when), "a final never overtakes its draft");
    cr_expect_eq(when, 1000);
    cr_expect_eq(next(1000), 1);
    cr_expect_eq(next(1000), 1);
}

Test(outbox, room_is_bounded_and_it_says_what_to_do)
{
    outbox_close(&box);
    open_box((size_t)40 * 1024);
    int n = 0;
    while (add((uint32_t)n + 1, 1, FRAME_DRAFT) != NULL) {
        n++;
    }
    cr_expect_geq(n, 1);
    cr_expect_not_null(add(100, 1, FRAME_FINAL), "a finished intake has room where a draft has none");
    while (add((uint32_t)++n + 100, 1, FRAME_FINAL) != NULL) {
        cr_assert_lt(n, 100);
    }
    cr_expect_not_null(strstr(err.text, "the outbox is full"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "Mend the connection"), "%s", err.text);
    size_t held = box.n;
    outbox_close(&box);
    open_box((size_t)40 * 1024);
    cr_expect_eq(box.n, held, "and what was taken is there");
}

Test(outbox, a_full_disk_takes_nothing_and_leaves_nothing_torn)
{
    struct rlimit small = { 600, RLIM_INFINITY };
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_not_null(add(1, 1, FRAME_FINAL));
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    cr_expect_null(add(2, 1, FRAME_FINAL));
    cr_expect_not_null(strstr(err.text, "cannot be written"), "%s", err.text);
    small.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    cr_expect_eq(files_in("outbox"), 1);
    cr_assert_not_null(add(3, 1, FRAME_FINAL));
    cr_expect_eq(next(0), 1);
    cr_expect_eq(next(0), 3);
}

static void put(const char *below, const void *data, size_t len)
{
    char path[128];
    in_folder(path, below);
    cr_assert_eq(file_replace(path, data, len, 0600, NULL), 0);
}

Test(outbox, what_is_no_record_is_set_aside_and_the_others_are_sent)
{
    struct buf frame = BUF_INIT, long_one = BUF_INIT, text = BUF_INIT;
    char path[128], target[128];
    frame_of(&frame, 9, 1, FRAME_FINAL);
    outbox_close(&box);
    put("outbox/000000000001", frame.data, frame.len - 1); /* cut off */
    put("outbox/000000000002", "", 0);
    put("outbox/000000000003", "FOYR and more", 13);
    put("outbox/000000000004", frame.data, frame.len);
    put("outbox/new", frame.data, 100); /* torn by a power cut */
    put("outbox/1", frame.data, frame.len);
    put("outbox/0000000000005", frame.data, frame.len);
    put("target", frame.data, frame.len);
    in_folder(target, "target");
    in_folder(path, "outbox/000000000006");
    cr_assert_eq(symlink(target, path), 0);
    in_folder(path, "outbox/000000000007");
    cr_assert_eq(mkfifo(path, 0600), 0);
    in_folder(path, "outbox/000000000008");
    cr_assert_eq(mkdir(path, 0700), 0);
    for (size_t i = 0; i <= FRAME_MAX; i++) {
        buf_add(&long_one, "x", 1);
    }
    put("outbox/000000000009", long_one.data, long_one.len);
    open_box(OUTBOX_ROOM);
    cr_expect_eq(box.n, 1);
    cr_expect_eq(files_in("refused"), 7);
    cr_assert_not_null(add(10, 1, FRAME_FINAL));
    cr_expect_eq(next(0), 9);
    cr_expect_eq(next(0), 10);
    cr_expect_eq(files_in("outbox"), 2, "names that are not its own are left alone");
    cr_expect_eq(file_read(target, FRAME_MAX, &text, NULL), 0);
    cr_expect_eq(text.len, frame.len, "what a link leads to is not touched");
    outbox_close(&box);
    open_box(OUTBOX_ROOM);
    cr_assert_not_null(add(11, 1, FRAME_FINAL));
    cr_expect_eq(next(0), 11);
    cr_expect_eq(files_in("refused"), 7, "and nothing there is ever written over");
    buf_done(&frame);
    buf_done(&long_one);
    buf_done(&text);
}

Test(outbox, a_file_that_was_exchanged_is_not_sent)
{
    struct buf frame = BUF_INIT, other = BUF_INIT;
    struct outbox_entry *entry = add(1, 1, FRAME_FINAL);
    frame_of(&other, 2, 1, FRAME_FINAL);
    put("outbox/000000000001", other.data, other.len);
    cr_expect_neq(outbox_read(&box, entry, &frame, &err), 0);
    cr_expect_not_null(strstr(err.text, "not the record"), "%s", err.text);
    buf_done(&frame);
    buf_done(&other);
}

Test(outbox, what_is_set_aside_stays_and_counts_as_used)
{
    struct outbox_entry *entry = add(1, 1, FRAME_FINAL);
    size_t used = box.used;
    outbox_set_aside(&box, entry, "the test says so");
    cr_expect_eq(box.n, 0);
    cr_expect_eq(box.used, used);
    cr_expect_eq(files_in("refused"), 1);
    outbox_close(&box);
    open_box(OUTBOX_ROOM);
    cr_expect_eq(box.used, used);
    cr_expect_eq(box.nrefused, 1);
    cr_expect_eq(box.last, 1);
}

Test(outbox, two_relays_never_share_it)
{
    struct outbox other;
    cr_expect_neq(outbox_open(&other, folder, OUTBOX_ROOM, &err), 0);
    cr_expect_not_null(strstr(err.text, "another foyer-relay"), "%s", err.text);
    outbox_close(&other);
}

Test(outbox, what_a_killed_relay_named_is_flushed_before_it_counts_as_held)
{
    struct buf frame = BUF_INIT;
    struct stat st;
    frame_of(&frame, 1, 1, FRAME_FINAL);
    outbox_close(&box);
    put("outbox/000000000001", frame.data, frame.len); /* killed between the name and the flush */
    flushed = 0;
    open_box(OUTBOX_ROOM);
    cr_assert_eq(box.n, 1);
    cr_assert_eq(fstat(box.folder, &st), 0);
    cr_expect_eq(flushed, st.st_ino, "a power cut would take it, and its screen hears that it is held");
    buf_done(&frame);
}

/* ---- killed at every system call
 * ------------------------------------------------------------------------------------ */

enum { FRAMES = 3 };

/* Adds frames and says so; takes the first out and says so. */
static void work(int report, const struct buf *frame, const struct frame_header *header)
{
    struct outbox own;
    struct err why;
    if (outbox_open(&own, folder, OUTBOX_ROOM, &why) != 0) {
        _exit(2);
    }
    for (int i = 0; i < FRAMES; i++) {
        if (outbox_add(&own, &frame[i], &header[i], &why) == NULL || write(report, "a", 1) != 1) {
            _exit(3);
        }
    }
    outbox_remove(&own, own.entry[0]);
    outbox_set_aside(&own, own.entry[0], "the test says so");
    _exit(write(report, "r", 1) == 1 ? 0 : 4);
}

/* Runs it up to its n-th stop at a system call and kills it there. False: it has come to its end. */
static bool killed_at(int stop, const struct buf *frame, const struct frame_header *header, char *said)
{
    int report[2], status;
    cr_assert_eq(pipe2(report, O_CLOEXEC), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(5);
        }
        raise(SIGSTOP);
        work(report[1], frame, header);
    }
    close(report[1]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSTOPPED(status), "it cannot be traced here: %x", (unsigned)status);
    bool alive = true;
    for (int i = 0; i < stop && alive; i++) {
        cr_assert_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        alive = WIFSTOPPED(status);
    }
    if (alive) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    } else {
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", (unsigned)status);
    }
    ssize_t n = read(report[0], said, FRAMES + 1);
    said[n > 0 ? n : 0] = '\0';
    close(report[0]);
    return alive;
}

Test(outbox, killed_at_every_system_call_what_was_acknowledged_is_whole_and_in_order)
{
    struct buf frame[FRAMES] = { BUF_INIT, BUF_INIT, BUF_INIT }, back = BUF_INIT;
    struct frame_header header[FRAMES];
    char said[FRAMES + 2], command[256];
    bool more = true;
    int stops = 0;
    for (uint32_t i = 0; i < FRAMES; i++) {
        frame_of(&frame[i], i + 1, 1, FRAME_FINAL);
        cr_assert_eq(frame_parse(frame[i].data, frame[i].len, &header[i], &err), 0);
    }
    for (; more; stops++) {
        outbox_close(&box);
        snprintf(command, sizeof command, "rm -rf %s/outbox %s/refused", folder, folder);
        cr_assert_eq(system(command), 0);
        more = killed_at(stops, frame, header, said);
        open_box(OUTBOX_ROOM);
        size_t added = strspn(said, "a"), there = box.n + box.nrefused;
        bool removed = strchr(said, 'r') != NULL;
        /* The first and the second are taken out only after all were said to be there. */
        cr_assert_geq(there + (added == FRAMES), added, "stop %d, said %s: %zu there", stops, said, there);
        cr_assert_leq(there, added + 1, "stop %d, said %s: %zu there", stops, said, there);
        cr_assert(box.nrefused == 0 || added == FRAMES, "stop %d: a torn one was set aside", stops);
        cr_assert(!removed || (box.n == FRAMES - 2 && box.nrefused == 1), "stop %d", stops);
        for (size_t i = 0; i < box.n; i++) {
            uint32_t n = frame_number(&box.entry[i]->header);
            cr_assert(i == 0 || n > frame_number(&box.entry[i - 1]->header), "stop %d: out of order", stops);
            cr_assert_eq(outbox_read(&box, box.entry[i], &back, &err), 0, "stop %d: %s", stops, err.text);
            cr_assert(back.len == frame[n - 1].len && memcmp(back.data, frame[n - 1].data, back.len) == 0,
                      "stop %d: torn", stops);
        }
    }
    cr_expect_gt(stops, 40);
    for (size_t i = 0; i < FRAMES; i++) {
        buf_done(&frame[i]);
    }
    buf_done(&back);
}
