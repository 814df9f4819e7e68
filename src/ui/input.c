/* The one place that waits: keys, pastes, clicks, sizes, time, descriptors and the end of the terminal, as
 * events. */
#include "ui_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Key codes of our own, above those of ncurses and its extended names. */
enum { CODE_PASTE_BEGIN = 0xE000, CODE_PASTE_END, CODE_KEYPAD_ENTER };

enum { STREAK_MAX = 64, EMPTY_READS_MAX = 3, DROP_MAX = 65536, HOUR_MS = 3600000 };

/* Sequences that terminals send whatever TERM says: cursor keys in the other mode, PuTTY's and the console's
 * function keys (xterm's ctlseqs; console_codes(4)). Those terminfo has already stay as they are. */
static const struct {
    const char *sequence;
    int code;
} extra_keys[] = {
    { "\033[200~", CODE_PASTE_BEGIN },
    { "\033[201~", CODE_PASTE_END },
    { "\033OM", KEY_ENTER },
    { "\033[A", KEY_UP },
    { "\033[B", KEY_DOWN },
    { "\033[C", KEY_RIGHT },
    { "\033[D", KEY_LEFT },
    { "\033OA", KEY_UP },
    { "\033OB", KEY_DOWN },
    { "\033OC", KEY_RIGHT },
    { "\033OD", KEY_LEFT },
    { "\033[Z", KEY_BTAB },
    { "\033[H", KEY_HOME },
    { "\033[F", KEY_END },
    { "\033OH", KEY_HOME },
    { "\033OF", KEY_END },
    { "\033[1~", KEY_HOME },
    { "\033[3~", KEY_DC },
    { "\033[4~", KEY_END },
    { "\033[5~", KEY_PPAGE },
    { "\033[6~", KEY_NPAGE },
    { "\033[7~", KEY_HOME },
    { "\033[8~", KEY_END },
    { "\033OP", KEY_F(1) },
    { "\033OQ", KEY_F(2) },
    { "\033OR", KEY_F(3) },
    { "\033OS", KEY_F(4) },
    { "\033[11~", KEY_F(1) },
    { "\033[12~", KEY_F(2) },
    { "\033[13~", KEY_F(3) },
    { "\033[14~", KEY_F(4) },
    { "\033[[A", KEY_F(1) },
    { "\033[[B", KEY_F(2) },
    { "\033[[C", KEY_F(3) },
    { "\033[[D", KEY_F(4) },
    { "\033[[E", KEY_F(5) },
    { "\033[15~", KEY_F(5) },
    { "\033[17~", KEY_F(6) },
    { "\033[18~", KEY_F(7) },
    { "\033[19~", KEY_F(8) },
    { "\033[20~", KEY_F(9) },
    { "\033[21~", KEY_F(10) },
    { "\033[23~", KEY_F(11) },
    { "\033[24~", KEY_F(12) },
};

void input_open(struct ui *ui)
{
    ui->keys = newpad(1, 1);
    keypad(ui->keys, TRUE);
    meta(ui->keys, TRUE);
    nodelay(ui->keys, TRUE);
    intrflush(ui->keys, FALSE);
    keyok(KEY_MOUSE, FALSE); /* ncurses would wait for the rest of what broke off */
    decode_init(&ui->decode);
    for (size_t i = 0; i < sizeof extra_keys / sizeof *extra_keys; i++) {
        if (key_defined(extra_keys[i].sequence) == 0) {
            define_key(extra_keys[i].sequence, extra_keys[i].code);
        }
    }
}

void input_close(struct ui *ui)
{
    if (ui->keys) {
        delwin(ui->keys);
    }
    decode_done(&ui->decode);
    explicit_bzero(ui->ahead, sizeof ui->ahead);
    explicit_bzero(&ui->queued, sizeof ui->queued);
}

void ui_type(struct ui *ui, const unsigned char *bytes, size_t len)
{
    ui->have_ahead = len < UI_AHEAD ? len : UI_AHEAD;
    ui->next_ahead = 0;
    memcpy(ui->ahead, bytes, ui->have_ahead);
    ui->buffered = ui->buffered || len > 0;
}

/* One byte or key code, first of what was given by ui_type(); ERR: there is none. */
static int next_code(struct ui *ui)
{
    unsigned char *at = ui->ahead + ui->next_ahead;
    size_t left = ui->have_ahead - ui->next_ahead;
    size_t len = 1;

    int code = left > 0 ? *at : wgetch(ui->keys);
    if (left == 0) {
        ui->read_ms = code != ERR ? clock_mono_ms(ui->clock) : ui->read_ms; /* what is ahead came long ago */
        return code;
    }
    for (size_t i = 0; i < sizeof extra_keys / sizeof *extra_keys; i++) {
        size_t n = strlen(extra_keys[i].sequence);
        if (n <= left && memcmp(at, extra_keys[i].sequence, n) == 0) {
            code = extra_keys[i].code;
            len = n;
        }
    }
    explicit_bzero(at, len);
    ui->next_ahead += len;
    return code;
}

static enum event_key key_of(int code)
{
    if (code >= KEY_F(1) && code <= KEY_F(12)) {
        return (enum event_key)(KEY_ID_F1 + (code - KEY_F(1)));
    }
    switch (code) {
    case KEY_ENTER:
        return KEY_ID_ENTER;
    case KEY_BTAB:
        return KEY_ID_BACKTAB;
    case KEY_UP:
        return KEY_ID_UP;
    case KEY_DOWN:
        return KEY_ID_DOWN;
    case KEY_LEFT:
        return KEY_ID_LEFT;
    case KEY_RIGHT:
        return KEY_ID_RIGHT;
    case KEY_HOME:
    case KEY_FIND:
    case KEY_A1:
        return KEY_ID_HOME;
    case KEY_END:
    case KEY_SELECT:
    case KEY_C1:
        return KEY_ID_END;
    case KEY_PPAGE:
    case KEY_A3:
        return KEY_ID_PAGE_UP;
    case KEY_NPAGE:
    case KEY_C3:
        return KEY_ID_PAGE_DOWN;
    case KEY_BACKSPACE:
        return KEY_ID_BACKSPACE;
    case KEY_DC:
        return KEY_ID_DELETE;
    default:
        return KEY_ID_NONE;
    }
}

/* One byte or key code from ncurses. */
static bool take(struct ui *ui, int code, struct event *event)
{
    if (code < 256) {
        return decode_byte(&ui->decode, (unsigned char)code, event);
    }
    if (code == CODE_PASTE_BEGIN) {
        return decode_paste_begin(&ui->decode);
    }
    if (code == CODE_PASTE_END) {
        return decode_paste_end(&ui->decode, event);
    }

    enum event_key key = key_of(code);

    return key != KEY_ID_NONE && decode_key(&ui->decode, key, event);
}

/* Reads until an event is complete or nothing is left; never waits longer than the escape delay. */
static bool read_event(struct ui *ui, struct event *event)
{
    for (int n = 0; n < DROP_MAX; n++) {
        int code = next_code(ui);

        if (code == ERR) {
            ui->buffered = false;
            return decode_pause(&ui->decode, event);
        }
        ui->empty_reads = 0;
        ui->buffered = true;
        if (take(ui, code, event)) {
            return true;
        }
    }
    return false;
}

static bool hang_up(struct ui *ui, struct event *event)
{
    ui->gone = true;
    event->type = EVENT_HANGUP;
    return true;
}

static bool read_signals(struct ui *ui, struct event *event)
{
    struct signalfd_siginfo info;
    bool resized = false;

    while (read(ui->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGWINCH) {
            return hang_up(ui, event);
        }
        resized = true;
    }
    if (!resized || !ui_measure(ui)) {
        return false;
    }
    event->type = EVENT_RESIZE;
    return true;
}

/* How long poll() may sleep: until the deadline, or until what has begun to arrive is given up. */
static int sleep_ms(const struct ui *ui, int64_t now, int64_t deadline_ms)
{
    int patience = decode_patience(&ui->decode);
    int64_t left = deadline_ms - now;

    if (ui->buffered) {
        return 0;
    }
    if (deadline_ms < 0) {
        return patience;
    }
    if (left < 0) {
        left = 0;
    }
    if (left > HOUR_MS) {
        left = HOUR_MS;
    }
    return patience >= 0 && patience < left ? patience : (int)left;
}

/* What poll() found on the terminal itself. */
static bool read_terminal(struct ui *ui, short found, struct event *event)
{
    if (found & (POLLHUP | POLLERR | POLLNVAL)) {
        return hang_up(ui, event);
    }
    if (!(found & POLLIN) && !ui->buffered) {
        return false;
    }
    if (read_event(ui, event)) {
        ui->streak++;
        return true;
    }
    /* Readable and yet nothing to read is the end of the file. More than once, so that a race cannot end a
     * visit. */
    if ((found & POLLIN) && ++ui->empty_reads > EMPTY_READS_MAX) {
        return hang_up(ui, event);
    }
    return false;
}

static bool wait_once(struct ui *ui, struct event *event, int64_t deadline_ms, const int *fds, size_t nfds)
{
    struct pollfd poll_fds[2 + UI_MAX_FDS] = { { .fd = ui->in, .events = POLLIN },
                                               { .fd = ui->signal_fd, .events = POLLIN } };
    int64_t now = clock_mono_ms(ui->clock);
    int timeout = sleep_ms(ui, now, deadline_ms);

    if (nfds > UI_MAX_FDS) {
        nfds = UI_MAX_FDS;
    }
    for (size_t i = 0; i < nfds; i++) {
        poll_fds[2 + i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
    }

    int ready = poll(poll_fds, (nfds_t)(2 + nfds), timeout);

    now = clock_mono_ms(ui->clock);
    if (ready < 0) {
        return errno != EINTR && errno != EAGAIN && hang_up(ui, event);
    }
    if (poll_fds[1].revents && read_signals(ui, event)) {
        return true;
    }
    if (ui->streak < STREAK_MAX && read_terminal(ui, poll_fds[0].revents, event)) {
        return true;
    }
    ui->streak = 0;
    int patience = decode_patience(&ui->decode);
    if (ready == 0 && patience >= 0 && now - ui->read_ms >= patience && decode_expire(&ui->decode, event)) {
        return true;
    }
    if (deadline_ms >= 0 && now >= deadline_ms) {
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

void ui_wait(struct ui *ui, struct event *event, int64_t deadline_ms, const int *fds, size_t nfds)
{
    event->type = EVENT_NONE;
    event->key = KEY_ID_NONE;
    event->row = event->column = event->fd = -1;
    event->len = 0;
    event->text[0] = '\0';
    if (ui->gone) {
        hang_up(ui, event);
    } else if (ui->queued.type != EVENT_NONE) {
        event->type = ui->queued.type;
        event->key = ui->queued.key;
        event->row = ui->queued.row;
        event->column = ui->queued.column;
        event->len = ui->queued.len;
        memcpy(event->text, ui->queued.text, ui->queued.len + 1);
        explicit_bzero(ui->queued.text, ui->queued.len);
        ui->queued.type = EVENT_NONE;
        ui->streak++;
    } else {
        while (!wait_once(ui, event, deadline_ms, fds, nfds)) {
            ;
        }
    }
    event->mono_ms = clock_mono_ms(ui->clock);
}

bool ui_pending(struct ui *ui)
{
    if (ui->gone || ui->streak >= STREAK_MAX) {
        return false;
    }
    return ui->queued.type != EVENT_NONE || read_event(ui, &ui->queued);
}

void ui_drop_input(struct ui *ui)
{
    struct event *dropped = &ui->queued;

    for (int n = 0; n < DROP_MAX && !ui->gone; n++) {
        int code = next_code(ui);

        if (code == ERR) {
            break;
        }
        take(ui, code, dropped);
    }
    ui->buffered = false;
    decode_drop(&ui->decode);
    explicit_bzero(dropped->text, dropped->len);
    dropped->type = EVENT_NONE;
    dropped->len = 0;
}
