#include "pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "buf.h"
#include "file.h"
#include "mem.h"

enum { EXPECT_MS = 10000, END_MS = 5000 };

struct pty {
    const char *name;
    pid_t pid;
    int fd;
    VTerm *vterm;
    VTermScreen *screen;
    struct buf came; /* not yet drawn */
    struct pty_repaint repaint;
};

int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct pty *pty_start(char *const argv[])
{
    struct pty *pty = mem_alloc(sizeof *pty);
    struct winsize size = { .ws_row = PTY_ROWS, .ws_col = PTY_COLUMNS };
    pty->name = argv[0];
    pty->vterm = vterm_new(PTY_ROWS, PTY_COLUMNS);
    vterm_set_utf8(pty->vterm, 1);
    pty->screen = vterm_obtain_screen(pty->vterm);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
    fflush(NULL);
    pty->repaint.begun_ns = now_ns();
    pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
    if (pty->pid == 0) {
        execv(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    if (pty->pid < 0) {
        perror("bench: no terminal to be had");
        exit(2);
    }
    return pty;
}

void pty_end(struct pty *pty)
{
    if (pty == NULL) {
        return;
    }
    close(pty->fd);
    int64_t end = now_ns() + (int64_t)END_MS * 1000000;
    pid_t ended;
    while ((ended = waitpid(pty->pid, NULL, WNOHANG)) == 0 && now_ns() < end) {
        poll(NULL, 0, 1);
    }
    if (ended == 0) {
        kill(pty->pid, SIGKILL);
        waitpid(pty->pid, NULL, 0);
    }
    vterm_free(pty->vterm);
    buf_done(&pty->came);
    free(pty);
}

pid_t pty_pid(const struct pty *pty)
{
    return pty->pid;
}

void pty_send(struct pty *pty, const char *keys)
{
    pty->repaint = (struct pty_repaint){ .begun_ns = now_ns() };
    if (fd_write_all(pty->fd, keys, strlen(keys)) != 0) {
        perror(pty->name);
        exit(2);
    }
}

/* Reads once. False: nothing within ms, or the other side is gone. */
static bool pump(struct pty *pty, int ms)
{
    char bytes[16384];
    struct pollfd fd = { pty->fd, POLLIN, 0 };
    if (poll(&fd, 1, ms) <= 0) {
        return false;
    }
    ssize_t n = read(pty->fd, bytes, sizeof bytes);
    if (n <= 0) {
        return false;
    }
    pty->repaint.last_ns = now_ns();
    pty->repaint.bytes += (size_t)n;
    buf_add(&pty->came, bytes, (size_t)n);
    return true;
}

static void draw(struct pty *pty)
{
    vterm_input_write(pty->vterm, buf_str(&pty->came), pty->came.len);
    buf_reset(&pty->came);
}

/* The screen, every run of blanks and line ends as one space. */
static void read_text(const struct pty *pty, struct buf *out)
{
    bool space = true;
    for (int row = 0; row < PTY_ROWS; row++) {
        for (int column = 0; column < PTY_COLUMNS; column++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(pty->screen, (VTermPos){ row, column }, &cell);
            char c = cell.chars[0] < 0x80 ? (char)cell.chars[0] : '?';
            bool blank = c == '\0' || c == ' ';
            if (!blank || !space) {
                buf_add(out, blank ? " " : &c, 1);
            }
            space = blank || column == PTY_COLUMNS - 1;
            if (!blank && space) {
                buf_adds(out, " ");
            }
        }
    }
}

bool pty_shows(const struct pty *pty, const char *text)
{
    struct buf screen = BUF_INIT;
    read_text(pty, &screen);
    bool found = strstr(buf_str(&screen), text) != NULL;
    buf_done(&screen);
    return found;
}

/* One repaint, or what is left of the time. */
static void settle(struct pty *pty, int64_t end_ns)
{
    int64_t left = (end_ns - now_ns()) / 1000000;
    if (left > 0 && pump(pty, (int)left)) {
        while (pump(pty, PTY_QUIET_MS)) {
        }
    }
    draw(pty);
}

static void give_up(const struct pty *pty, const char *wanted)
{
    struct buf screen = BUF_INIT;
    read_text(pty, &screen);
    fprintf(stderr, "bench: %s did not show %s. The screen: %s\n", pty->name, wanted, buf_str(&screen));
    exit(2);
}

struct pty_repaint pty_until(struct pty *pty, const char *text)
{
    int64_t end = now_ns() + (int64_t)EXPECT_MS * 1000000;
    do {
        if (now_ns() >= end) {
            give_up(pty, text);
        }
        settle(pty, end);
    } while (!pty_shows(pty, text));
    return pty->repaint;
}

struct pty_repaint pty_until_moved(struct pty *pty, int row)
{
    int64_t end = now_ns() + (int64_t)EXPECT_MS * 1000000;
    int at, column;
    do {
        if (now_ns() >= end) {
            give_up(pty, "the answer to a key");
        }
        settle(pty, end);
        pty_cursor(pty, &at, &column);
    } while (at == row);
    return pty->repaint;
}

size_t pty_listen(struct pty *pty, int ms)
{
    pty->repaint = (struct pty_repaint){ .begun_ns = now_ns() };
    int64_t end = pty->repaint.begun_ns + (int64_t)ms * 1000000, left;
    while ((left = (end - now_ns()) / 1000000) > 0) {
        if (!pump(pty, (int)left)) {
            break;
        }
    }
    draw(pty);
    return pty->repaint.bytes;
}

static int colour(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c)) {
        return CELL_DEFAULT;
    }
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : CELL_DEFAULT;
}

void pty_cells(const struct pty *pty, struct cell cells[PTY_ROWS * PTY_COLUMNS])
{
    for (int i = 0; i < PTY_ROWS * PTY_COLUMNS; i++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(pty->screen, (VTermPos){ i / PTY_COLUMNS, i % PTY_COLUMNS }, &cell);
        cells[i].letter = cell.chars[0] == 0 ? ' ' : cell.chars[0];
        cells[i].look.fg = colour(&cell.fg);
        cells[i].look.bg = colour(&cell.bg);
        cells[i].look.attrs = (cell.attrs.bold ? CELL_BOLD : 0U) |
                              (cell.attrs.underline ? CELL_UNDERLINE : 0U) |
                              (cell.attrs.reverse ? CELL_REVERSE : 0U);
    }
}

void pty_cursor(const struct pty *pty, int *row, int *column)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(pty->vterm), &at);
    *row = at.row;
    *column = at.col;
}
