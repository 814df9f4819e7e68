#include "lines.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"
#include "decode.h"
#include "edit.h"
#include "file.h"
#include "mem.h"
#include "text.h"
#include "ui.h"

enum {
    COLUMNS_MAX = 79, /* longer lines are hard to follow */
    AWAY_LINES = 60,  /* where nobody says how high the window is */
    STREAK_MAX = 64,  /* input events in a row, while others wait */
    DROP_MAX = 1 << 20,
};
static const int HOUR_MS = 3600 * 1000;

struct lines {
    const struct clock *clock;
    int in, out, signal_fd;
    bool terminal, echo;
    bool gone, told;
    struct termios before;
    sigset_t mask;
    struct sigaction pipe, stop;

    struct decode decode;
    bool after_cr;
    unsigned char bytes[256]; /* read and not yet looked at */
    size_t have, next;
    int64_t read_ms; /* when something came last */
    struct edit edit;
    int streak;

    struct buf prompt;
    bool prompted;
    bool mid_line; /* the last thing written did not end a line */
    bool blank;    /* ... or ended an empty one */
    struct text_lines wrapped;
};

/* --- Opening and closing --- */

static void take_signals(struct lines *lines)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, &lines->mask);
    sigaction(SIGPIPE, &ignore, &lines->pipe);
    sigaction(SIGTSTP, &ignore, &lines->stop);
    lines->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

struct lines *lines_open(const struct lines_setup *setup, struct err *err)
{
    struct lines *lines = mem_alloc(sizeof *lines);

    *lines = (struct lines){ .clock = setup->clock, .in = setup->in, .out = setup->out, .echo = setup->echo };
    edit_init(&lines->edit, EVENT_PASTE_MAX, false);
    decode_init(&lines->decode);
    take_signals(lines);
    lines->terminal = tcgetattr(lines->in, &lines->before) == 0;
    if (lines->terminal) {
        struct termios modes = lines->before;
        modes.c_iflag &= ~(tcflag_t)(IXON | ISTRIP | ICRNL | INLCR | IGNCR);
        modes.c_lflag &= ~(tcflag_t)(ISIG | ICANON | ECHO | ECHONL | IEXTEN);
        modes.c_oflag |= OPOST | ONLCR;
        modes.c_cc[VMIN] = 1;
        modes.c_cc[VTIME] = 0;
        (void)tcsetattr(lines->in, TCSANOW, &modes);
    }
    if (lines->signal_fd < 0) {
        err_sys(err, "cannot watch for signals");
        lines_close(lines);
        return NULL;
    }
    return lines;
}

void lines_close(struct lines *lines)
{
    if (!lines) {
        return;
    }
    if (lines->terminal) {
        (void)tcsetattr(lines->in, TCSANOW, &lines->before);
    }
    sigaction(SIGPIPE, &lines->pipe, NULL);
    sigaction(SIGTSTP, &lines->stop, NULL);
    sigprocmask(SIG_SETMASK, &lines->mask, NULL);
    if (lines->signal_fd >= 0) {
        close(lines->signal_fd);
    }
    edit_done(&lines->edit);
    decode_done(&lines->decode);
    buf_wipe(&lines->prompt);
    text_lines_done(&lines->wrapped);
    explicit_bzero(lines->bytes, sizeof lines->bytes);
    free(lines);
}

/* --- Writing --- */

static void size(const struct lines *lines, int *rows, int *columns)
{
    struct winsize window = { 0 };

    *rows = 0;
    *columns = COLUMNS_MAX + 1;
    if (ioctl(lines->out, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) {
        *rows = window.ws_row;
        *columns = window.ws_col;
    }
}

/* Of text: the last column of a window stays free. */
static int text_columns(int columns)
{
    return columns > COLUMNS_MAX ? COLUMNS_MAX : columns > 1 ? columns - 1 : 1;
}

/* The other end may be gone: lines_wait() finds that out. */
static void out(struct lines *lines, const char *s, size_t len)
{
    if (len > 0 && !lines->gone && fd_write_all(lines->out, s, len) != 0) {
        lines->gone = true;
    }
}

static void end_line(struct lines *lines)
{
    lines->prompted = false;
    if (lines->mid_line) {
        out(lines, "\n", 1);
        lines->mid_line = false;
        lines->blank = false;
    }
}

/* Wrapped to the window; the last line is left open. */
static void flow(struct lines *lines, const char *text)
{
    struct buf clean = BUF_INIT;
    int rows, columns;

    size(lines, &rows, &columns);
    buf_reserve(&clean, 3 * strlen(text) + 1);
    text_sanitise(&clean, text, strlen(text), true);
    text_wrap(buf_str(&clean), text_columns(columns), &lines->wrapped);
    for (size_t i = 0; i < lines->wrapped.n; i++) {
        const struct text_line *line = &lines->wrapped.line[i];
        out(lines, buf_str(&clean) + line->start, line->len);
        if (i + 1 < lines->wrapped.n) {
            out(lines, "\n", 1);
        }
    }
    lines->mid_line = true;
    buf_wipe(&clean);
}

void lines_put(struct lines *lines, const char *text)
{
    end_line(lines);
    flow(lines, text);
    end_line(lines);
}

void lines_gap(struct lines *lines)
{
    end_line(lines);
    if (!lines->blank) {
        out(lines, "\n", 1);
        lines->blank = true;
    }
}

void lines_away(struct lines *lines)
{
    int rows, columns;

    end_line(lines);
    size(lines, &rows, &columns);
    if (rows < AWAY_LINES) {
        rows = AWAY_LINES;
    }
    for (int i = 0; i < rows; i++) {
        out(lines, "\n", 1);
    }
    lines->blank = true;
}

static void show_line(struct lines *lines)
{
    end_line(lines);
    flow(lines, buf_str(&lines->prompt));
    out(lines, " ", 1);
    if (lines->echo) {
        out(lines, lines->edit.text, lines->edit.len);
    }
    lines->prompted = true;
}

void lines_prompt(struct lines *lines, const char *text)
{
    buf_reset(&lines->prompt);
    buf_adds(&lines->prompt, text);
    show_line(lines);
}

bool lines_prompted(const struct lines *lines)
{
    return lines->prompted;
}

/* --- The line being typed --- */

/* The column behind the prompt. */
static int prompt_column(struct lines *lines, int columns)
{
    text_wrap(buf_str(&lines->prompt), text_columns(columns), &lines->wrapped);
    return lines->wrapped.line[lines->wrapped.n - 1].width + 1;
}

/* `before` columns were typed and now it is less. Over the edge of the window Backspace does not reach: then
 * the line is said anew. */
static void erased(struct lines *lines, int before)
{
    int rows, columns, now = text_width(lines->edit.text);

    if (!lines->echo || !lines->prompted) {
        return;
    }
    size(lines, &rows, &columns);
    int start = prompt_column(lines, columns);
    bool reach = (start + before) % columns != 0 && (start + before) / columns == (start + now) / columns;

    if (!reach) {
        show_line(lines);
        return;
    }
    for (int i = now; i < before; i++) {
        out(lines, "\b \b", 3);
    }
}

static void typed(struct lines *lines, const struct event *event)
{
    size_t len = lines->edit.len;

    if (len + event->len > EVENT_PASTE_MAX - 8) { /* a joiner may come along */
        return;
    }
    enum edit_result result = edit_event(&lines->edit, event);

    if (result == EDIT_CHANGED && lines->echo && lines->prompted) {
        out(lines, lines->edit.text + len, lines->edit.len - len);
    }
}

static bool finished(struct lines *lines, struct event *event)
{
    event->type = EVENT_LINE;
    event->key = KEY_ID_NONE;
    event->len = lines->edit.len;
    memcpy(event->text, lines->edit.text, event->len + 1);
    edit_set(&lines->edit, "");
    if (lines->echo) {
        end_line(lines);
    }
    lines->prompted = lines->mid_line = false; /* who shows the line ends it too */
    return true;
}

/* What decode made of it. True: *event is for the caller. */
static bool key(struct lines *lines, struct event *event)
{
    int width = text_width(lines->edit.text);

    if (event->type == EVENT_CHAR) {
        typed(lines, event);
    } else if (event->type == EVENT_KEY && event->key == KEY_ID_ENTER) {
        return finished(lines, event);
    } else if (event->type == EVENT_KEY && event->key == KEY_ID_BACKSPACE) {
        if (edit_event(&lines->edit, event) == EDIT_CHANGED) {
            erased(lines, width);
        }
    } else if (event->type == EVENT_KEY && event->key == KEY_ID_CTRL_A + ('U' - 'A')) {
        edit_set(&lines->edit, "");
        if (width > 0) {
            erased(lines, width);
        }
    } else if (event->type == EVENT_KEY && event->key == KEY_ID_TAB) {
        event->type = EVENT_CHAR;
        event->len = 1;
        memcpy(event->text, " ", 2);
        typed(lines, event);
    }
    explicit_bzero(event->text, event->len);
    event->type = EVENT_KEY;
    event->key = KEY_ID_NONE;
    event->len = 0;
    return true;
}

/* --- Waiting --- */

static bool hang_up(struct lines *lines, struct event *event)
{
    lines->gone = true;
    event->type = EVENT_HANGUP;
    return true;
}

/* Goes through what has been read until an event is complete. */
static bool take(struct lines *lines, struct event *event)
{
    while (lines->next < lines->have) {
        unsigned char byte = lines->bytes[lines->next];
        bool second_half = lines->after_cr && byte == '\n';

        lines->bytes[lines->next++] = 0;
        lines->after_cr = byte == '\r';
        if (!second_half && decode_byte(&lines->decode, byte, event) && key(lines, event)) {
            lines->streak++;
            return true;
        }
    }
    return false;
}

static bool read_some(struct lines *lines, struct event *event)
{
    ssize_t n = read(lines->in, lines->bytes, sizeof lines->bytes);

    if (n < 0) {
        return errno != EINTR && errno != EAGAIN && hang_up(lines, event);
    }
    if (n == 0) {
        return hang_up(lines, event);
    }
    lines->have = (size_t)n;
    lines->next = 0;
    lines->read_ms = clock_mono_ms(lines->clock);
    return take(lines, event);
}

/* How long poll() may sleep: until the deadline, or until what has begun to arrive is given up. */
static int sleep_ms(const struct lines *lines, int64_t deadline_ms)
{
    int patience = decode_patience(&lines->decode);
    int64_t left = deadline_ms - clock_mono_ms(lines->clock);

    if (lines->next < lines->have) {
        return 0;
    }
    if (deadline_ms < 0) {
        return patience;
    }
    left = left < 0 ? 0 : left > HOUR_MS ? HOUR_MS : left;
    return patience >= 0 && patience < left ? patience : (int)left;
}

static bool wait_once(struct lines *lines, struct event *event, int64_t deadline_ms, const int *fds,
                      size_t nfds)
{
    struct pollfd poll_fds[2 + UI_MAX_FDS] = { { .fd = lines->in, .events = POLLIN },
                                               { .fd = lines->signal_fd, .events = POLLIN } };

    if (lines->streak < STREAK_MAX && take(lines, event)) {
        return true;
    }
    nfds = nfds > UI_MAX_FDS ? UI_MAX_FDS : nfds;
    for (size_t i = 0; i < nfds; i++) {
        poll_fds[2 + i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
    }
    int ready = poll(poll_fds, (nfds_t)(2 + nfds), sleep_ms(lines, deadline_ms));

    if (ready < 0) {
        return errno != EINTR && errno != EAGAIN && hang_up(lines, event);
    }
    if (poll_fds[1].revents) {
        lines->told = true;
        return hang_up(lines, event);
    }
    if (lines->streak < STREAK_MAX && poll_fds[0].revents) {
        return poll_fds[0].revents & POLLIN ? read_some(lines, event) : hang_up(lines, event);
    }
    lines->streak = 0;
    int patience = decode_patience(&lines->decode);
    if (ready == 0 && patience >= 0 && clock_mono_ms(lines->clock) - lines->read_ms >= patience) {
        decode_init(&lines->decode); /* an Escape that stands alone, or half a sequence: nothing here */
    }
    if (deadline_ms >= 0 && clock_mono_ms(lines->clock) >= deadline_ms) {
        event->type = EVENT_TIMER;
        return true;
    }
    for (size_t i = 0; i < nfds; i++) {
        if (poll_fds[2 + i].revents) {
            event->type = EVENT_FD;
            event->fd = fds[i];
            return true;
        }
    }
    return false;
}

void lines_wait(struct lines *lines, struct event *event, int64_t deadline_ms, const int *fds, size_t nfds)
{
    event->type = EVENT_NONE;
    event->key = KEY_ID_NONE;
    event->row = event->column = event->fd = -1;
    event->len = 0;
    event->text[0] = '\0';
    if (lines->gone) {
        hang_up(lines, event);
    } else {
        while (!wait_once(lines, event, deadline_ms, fds, nfds)) {
            ;
        }
    }
    event->mono_ms = clock_mono_ms(lines->clock);
}

bool lines_told(const struct lines *lines)
{
    return lines->told;
}

void lines_drop(struct lines *lines)
{
    struct pollfd in = { .fd = lines->in, .events = POLLIN };

    if (lines->terminal) {
        (void)tcflush(lines->in, TCIFLUSH);
    }
    for (size_t n = 0; !lines->terminal && n < DROP_MAX && poll(&in, 1, 0) > 0 && (in.revents & POLLIN);) {
        ssize_t got = read(lines->in, lines->bytes, sizeof lines->bytes);
        if (got <= 0) {
            lines->gone = lines->gone || got == 0;
            break;
        }
        n += (size_t)got;
    }
    explicit_bzero(lines->bytes, sizeof lines->bytes);
    lines->have = lines->next = 0;
    decode_init(&lines->decode);
    edit_set(&lines->edit, "");
}

char *lines_take(struct lines *lines)
{
    char *text = mem_strdup(lines->edit.text);

    edit_set(&lines->edit, "");
    return text;
}

bool lines_give(struct lines *lines, const char *text)
{
    if (lines->echo) {
        edit_set(&lines->edit, text);
    }
    return lines->echo;
}
