/* A sealed record into the letterbox and its acknowledgement back, beside the least that makes the same bytes
 * safe: append and fdatasync in the same folder.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "buf.h"
#include "figure.h"
#include "file.h"
#include "frame.h"
#include "walk.h"

enum { KIOSKS = 16, EACH = 10, DEPOSITS = 200, WARM_UP = 5, DESK = 600, BODY = 24 * 1024, TRACED = 10 };

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(2);
    }
}

/* A final record of an intake of its own, as large as a real one. */
static void make_frame(struct buf *out, const struct frame_keys *keys)
{
    struct frame_header header = { .epoch = keys->epoch, .rev = 1, .kind = FRAME_FINAL };
    struct err err = { "" };
    char body[BODY];
    memset(body, 'x', sizeof body);
    header.wall_s = 1795000000;
    randombytes_buf(header.uid, sizeof header.uid);
    buf_reset(out);
    if (frame_seal(out, &header, keys, body, DESK, body, sizeof body, &err) != 0) {
        fprintf(stderr, "bench: %s\n", err.text);
        exit(2);
    }
}

static void post(int fd, const struct buf *frame)
{
    uint8_t reply[FRAME_REPLY];
    must(fd_write_all(fd, frame->data, frame->len) == 0, "letterbox");
    must(fd_read_all(fd, reply, sizeof reply) == FRAME_REPLY, "letterbox");
    if (frame_reply_parse(reply) != FRAME_STORED) {
        fprintf(stderr, "bench: the letterbox did not store a record (%d)\n", (int)frame_reply_parse(reply));
        exit(2);
    }
}

static double deposit_ms(const char *path, const struct buf *frame)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int64_t begun = now_ns();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0, path);
    post(fd, frame);
    double ms = (double)(now_ns() - begun) / 1e6;
    close(fd);
    return ms;
}

static double append_ms(int file, const struct buf *frame)
{
    int64_t begun = now_ns();
    must(fd_write_all(file, frame->data, frame->len) == 0 && fdatasync(file) == 0, "append");
    return (double)(now_ns() - begun) / 1e6;
}

/* One deposit under strace. Returns the flushes it made; -1: there is no strace, or it may not trace. */
static int flushes(const struct clinic *clinic, const struct frame_keys *keys)
{
    char *program = path_join(clinic->programs, "foyer-deposit"), *log = path_join(clinic->folder, "strace");
    struct buf frame = BUF_INIT, calls = BUF_INIT;
    int ends[2], status;
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    make_frame(&frame, keys);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDIN_FILENO);
        execlp("strace", "strace", "-f", "-qq", "-o", log, "-e",
               "trace=fsync,fdatasync,sync_file_range,msync", program, "--database", clinic->database,
               (char *)NULL);
        _exit(127);
    }
    must(pid > 0, "fork");
    close(ends[1]);
    uint8_t reply[FRAME_REPLY];
    int count = -1;
    (void)fd_write_all(ends[0], frame.data, frame.len);
    bool stored =
        fd_read_all(ends[0], reply, sizeof reply) == FRAME_REPLY && frame_reply_parse(reply) == FRAME_STORED;
    close(ends[0]);
    waitpid(pid, &status, 0);
    if (stored && file_read(log, 65536, &calls, NULL) == 0) {
        count = 0;
        for (const char *at = buf_str(&calls); (at = strstr(at, "sync(")) != NULL; at++) {
            count++;
        }
    }
    free(program);
    free(log);
    buf_done(&frame);
    buf_done(&calls);
    return count;
}

/* foyer-deposit started for one record, as for each connection, and its reply. */
static double started_ms(const struct clinic *clinic, const char *program, const struct buf *frame)
{
    int ends[2], status;
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    int64_t begun = now_ns();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDIN_FILENO);
        execl(program, program, "--database", clinic->database, (char *)NULL);
        _exit(127);
    }
    must(pid > 0, "fork");
    close(ends[1]);
    post(ends[0], frame);
    double ms = (double)(now_ns() - begun) / 1e6;
    close(ends[0]);
    waitpid(pid, &status, 0);
    return ms;
}

/* One kiosk of many: waits for the start, sends its records one after another, says how long each took. */
_Noreturn static void kiosk_of_many(const struct clinic *clinic, const struct frame_keys *keys, int start,
                                    int out)
{
    char *program = path_join(clinic->programs, "foyer-deposit"), byte;
    struct buf frame = BUF_INIT;
    (void)fd_read_all(start, &byte, 1); /* closed: go */
    for (int i = 0; i < EACH; i++) {
        make_frame(&frame, keys);
        double ms = started_ms(clinic, program, &frame);
        must(fd_write_all(out, &ms, sizeof ms) == 0, "pipe");
    }
    _exit(0);
}

/* The first of them all wait for the same gate. */
static void many(const struct clinic *clinic, const struct frame_keys *keys)
{
    struct samples waits = SAMPLES_INIT;
    int start[2], out[2];
    double ms, worst = 0;
    must(pipe2(start, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe");
    fflush(NULL);
    for (int i = 0; i < KIOSKS; i++) {
        pid_t pid = fork();
        must(pid >= 0, "fork");
        if (pid == 0) {
            close(start[1]);
            kiosk_of_many(clinic, keys, start[0], out[1]);
        }
    }
    close(start[0]);
    close(out[1]);
    close(start[1]);
    while (fd_read_all(out[0], &ms, sizeof ms) == sizeof ms) {
        samples_add(&waits, ms);
        worst = ms > worst ? ms : worst;
    }
    close(out[0]);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    figure_note("and %d kiosks at once, %d records each:", KIOSKS, EACH);
    figure_samples("Foyer", &waits);
    figure_fact(waits.n == (size_t)KIOSKS * EACH && worst < 500,
                "the longest of %zu waits: %.0f ms, aim under 500", waits.n, worst);
    samples_done(&waits);
}

void bench_letterbox(const struct clinic *clinic)
{
    struct frame_keys keys;
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    struct samples ours = SAMPLES_INIT, theirs = SAMPLES_INIT;
    char *path = path_join(clinic->folder, "appended");
    if (frame_keys_read(clinic->keys, &keys, &err) != 0) {
        fprintf(stderr, "bench: %s\n", err.text);
        exit(2);
    }
    struct tty *kiosk = walk_start(clinic, clinic->config);
    tty_until(kiosk, WELCOME);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    must(file >= 0, path);
    for (int i = -WARM_UP; i < DEPOSITS; i++) {
        make_frame(&frame, &keys);
        double a = deposit_ms(clinic->socket, &frame), b = append_ms(file, &frame);
        if (i >= 0) {
            samples_add(&ours, a);
            samples_add(&theirs, b);
        }
    }
    close(file);
    tty_end(kiosk);
    figure_title("9  A record of %zu bytes into the letterbox, connect to reply, ms", frame.len);
    figure_samples("append and fdatasync", &theirs);
    figure_samples("Foyer", &ours);
    figure_ratio(&ours, &theirs, 0);
    int n = flushes(clinic, &keys);
    if (n < 0) {
        figure_note("flushes: skipped, strace is not here or may not trace");
    } else {
        figure_note("flushes: %d", n);
    }
    many(clinic, &keys);
    samples_done(&ours);
    samples_done(&theirs);
    buf_done(&frame);
    free(path);
}
