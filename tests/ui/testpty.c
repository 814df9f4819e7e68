#include "testpty.h"

#include <criterion/criterion.h>
#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static int64_t still(void *arg)
{
    return *(int64_t *)arg;
}

void pty_open(struct pty *pty, const char *term, int rows, int columns, enum ui_scheme scheme)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    struct err err;
    int slave;

    setlocale(LC_ALL, "C.UTF-8");
    cr_assert_eq(openpty(&pty->master, &slave, NULL, NULL, &size), 0);
    pty->slave = fdopen(slave, "r+");
    pty->now_ms = 1000;
    pty->clock = (struct clock){ still, still, &pty->now_ms };
    struct ui_setup setup = { pty->slave, pty->slave, term, scheme, &pty->clock };

    pty->ui = ui_open(&setup, &err);
    cr_assert_not_null(pty->ui, "%s", err.text);
}

void pty_close(struct pty *pty)
{
    ui_close(pty->ui);
    if (pty->slave) {
        fclose(pty->slave);
    }
    if (pty->master >= 0) {
        close(pty->master);
    }
}

void pty_type(struct pty *pty, const char *bytes)
{
    cr_assert_eq(write(pty->master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

void pty_resize(struct pty *pty, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    cr_assert_eq(ioctl(pty->master, TIOCSWINSZ, &size), 0);
    raise(SIGWINCH); /* the slave is nobody's controlling terminal */
}

size_t pty_drain(struct pty *pty, char *out, size_t max, int wait_ms)
{
    struct pollfd fd = { .fd = pty->master, .events = POLLIN };
    size_t n = 0;

    while (n + 1 < max && poll(&fd, 1, wait_ms) > 0) {
        ssize_t got = read(pty->master, out + n, max - 1 - n);
        if (got <= 0) {
            break;
        }
        n += (size_t)got;
    }
    out[n] = '\0';
    return n;
}

const char *pty_row(int row)
{
    static char utf8[4096];
    wchar_t wide[1001];
    size_t n;

    memset(wide, 0, sizeof wide);
    mvwinnwstr(stdscr, row, 0, wide, COLS < 1000 ? COLS : 1000);
    n = wcstombs(utf8, wide, sizeof utf8 - 1);
    utf8[n == (size_t)-1 ? 0 : n] = '\0';
    n = strlen(utf8);
    while (n > 0 && utf8[n - 1] == ' ') {
        utf8[--n] = '\0';
    }
    return utf8;
}
