#include "tty.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unistr.h>
#include <vterm.h>

#include "buf.h"
#include "file.h"
#include "mem.h"

enum { EXPECT_MS = 10000, END_MS = 5000 };

struct tty {
    const char *name;
    pid_t pid;
    int fd;
    VTerm *vterm;
    VTermScreen *screen;
    struct buf came; /* not yet drawn */
    struct tty_repaint repaint;
};

int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

double cpu_ms(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

/* What a terminal answers: what it is, and where its cursor stands. */
static void answer(const char *bytes, size_t len, void *arg)
{
    const struct tty *tty = arg;
    (void)fd_write_all(tty->fd, bytes, len);
}

struct tty *tty_start(char *const argv[])
{
    struct tty *tty = mem_alloc(sizeof *tty);
    struct winsize size = { .ws_row = TTY_ROWS, .ws_col = TTY_COLUMNS };
    tty->name = argv[0];
    tty->vterm = vterm_new(TTY_ROWS, TTY_COLUMNS);
    vterm_set_utf8(tty->vterm, 1);
    vterm_output_set_callback(tty->vterm, answer, tty);
    tty->screen = vterm_obtain_screen(tty->vterm);
    vterm_screen_enable_altscreen(tty->screen, 1);
    vterm_screen_reset(tty->screen, 1);
    fflush(NULL);
    tty->repaint.begun_ns = now_ns();
    tty->pid = forkpty(&tty->fd, NULL, NULL, &size);
    if (tty->pid == 0) {
        execv(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    if (tty->pid < 0) {
        perror("bench: no terminal to be had");
        exit(2);
    }
    fcntl(tty->fd, F_SETFD, FD_CLOEXEC); /* held by another program it would not hang up */
    return tty;
}

double tty_end(struct tty *tty)
{
    close(tty->fd);
    int64_t end = now_ns() + (int64_t)END_MS * 1000000;
    struct rusage used = { 0 };
    pid_t ended;
    while ((ended = wait4(tty->pid, NULL, WNOHANG, &used)) == 0 && now_ns() < end) {
        poll(NULL, 0, 1);
    }
    if (ended == 0) {
        fprintf(stderr, "bench: %s outlived its terminal\n", tty->name);
        kill(tty->pid, SIGKILL);
        waitpid(tty->pid, NULL, 0);
    }
    vterm_free(tty->vterm);
    buf_done(&tty->came);
    free(tty);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

pid_t tty_pid(const struct tty *tty)
{
    return tty->pid;
}

void tty_send(struct tty *tty, const char *keys)
{
    tty->repaint = (struct tty_repaint){ .begun_ns = now_ns() };
    if (fd_write_all(tty->fd, keys, strlen(keys)) != 0) {
        perror(tty->name);
        exit(2);
    }
}

static void draw(struct tty *tty)
{
    vterm_input_write(tty->vterm, buf_str(&tty->came), tty->came.len);
    buf_reset(&tty->came);
}

/* Reads once. False: nothing within ms, or the other side is gone. */
static bool pump(struct tty *tty, int ms)
{
    char bytes[16384];
    struct pollfd fd = { tty->fd, POLLIN, 0 };
    if (poll(&fd, 1, ms) <= 0) {
        return false;
    }
    ssize_t n = read(tty->fd, bytes, sizeof bytes);
    if (n <= 0) {
        return false;
    }
    tty->repaint.last_ns = now_ns();
    tty->repaint.bytes += (size_t)n;
    buf_add(&tty->came, bytes, (size_t)n);
    if (memmem(bytes, (size_t)n, "\033[c", 3) != NULL) {
        draw(tty); /* who asks what it is waits for the answer */
    }
    return true;
}

/* The screen, every run of blanks and line ends as one space. */
static void read_text(const struct tty *tty, struct buf *out)
{
    bool space = true;
    for (int row = 0; row < TTY_ROWS; row++) {
        for (int column = 0; column < TTY_COLUMNS; column++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(tty->screen, (VTermPos){ row, column }, &cell);
            bool blank = cell.chars[0] == 0 || cell.chars[0] == ' ';
            if (cell.chars[0] == UINT32_MAX) {
                continue; /* the second half of a wide one */
            }
            if (!blank) {
                for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++) {
                    uint8_t utf8[6];
                    buf_add(out, utf8, (size_t)u8_uctomb(utf8, cell.chars[i], sizeof utf8));
                }
            } else if (!space) {
                buf_adds(out, " ");
            }
            space = blank || column == TTY_COLUMNS - 1;
            if (!blank && space) {
                buf_adds(out, " ");
            }
        }
    }
}

bool tty_shows(const struct tty *tty, const char *text)
{
    struct buf screen = BUF_INIT;
    read_text(tty, &screen);
    bool found = strstr(buf_str(&screen), text) != NULL;
    buf_done(&screen);
    return found;
}

/* One repaint, or what is left of the time. */
static void settle(struct tty *tty, int64_t end_ns)
{
    int64_t left = (end_ns - now_ns()) / 1000000;
    if (left > 0 && pump(tty, (int)left)) {
        while (pump(tty, TTY_QUIET_MS)) {
        }
    }
    draw(tty);
}

static void give_up(const struct tty *tty, const char *wanted)
{
    struct buf screen = BUF_INIT;
    read_text(tty, &screen);
    fprintf(stderr, "bench: %s did not show %s. The screen: %s\n", tty->name, wanted, buf_str(&screen));
    exit(2);
}

struct tty_repaint tty_until(struct tty *tty, const char *text)
{
    int64_t end = now_ns() + (int64_t)EXPECT_MS * 1000000;
    do {
        if (now_ns() >= end) {
            give_up(tty, text);
        }
        settle(tty, end);
    } while (!tty_shows(tty, text));
    return tty->repaint;
}

struct tty_repaint tty_until_moved(struct tty *tty, int row)
{
    int64_t end = now_ns() + (int64_t)EXPECT_MS * 1000000;
    int at, column;
    do {
        if (now_ns() >= end) {
            give_up(tty, "the answer to a key");
        }
        settle(tty, end);
        tty_cursor(tty, &at, &column);
    } while (at == row);
    return tty->repaint;
}

size_t tty_listen(struct tty *tty, int ms)
{
    tty->repaint = (struct tty_repaint){ .begun_ns = now_ns() };
    int64_t end = tty->repaint.begun_ns + (int64_t)ms * 1000000, left;
    while ((left = (end - now_ns()) / 1000000) > 0) {
        if (!pump(tty, (int)left)) {
            break;
        }
    }
    draw(tty);
    return tty->repaint.bytes;
}

static int colour(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c)) {
        return CELL_DEFAULT;
    }
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : CELL_DEFAULT;
}

void tty_cells(const struct tty *tty, struct cell cells[TTY_ROWS * TTY_COLUMNS])
{
    for (int i = 0; i < TTY_ROWS * TTY_COLUMNS; i++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(tty->screen, (VTermPos){ i / TTY_COLUMNS, i % TTY_COLUMNS }, &cell);
        cells[i].letter = cell.chars[0] == 0 ? ' ' : cell.chars[0];
        cells[i].look.fg = colour(&cell.fg);
        cells[i].look.bg = colour(&cell.bg);
        cells[i].look.attrs = (cell.attrs.bold ? CELL_BOLD : 0U) |
                              (cell.attrs.underline ? CELL_UNDERLINE : 0U) |
                              (cell.attrs.reverse ? CELL_REVERSE : 0U);
    }
}

void tty_cursor(const struct tty *tty, int *row, int *column)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(tty->vterm), &at);
    *row = at.row;
    *column = at.col;
}
