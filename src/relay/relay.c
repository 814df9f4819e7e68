#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "frame.h"
#include "line.h"
#include "log.h"
#include "outbox.h"

const uint8_t line_greeting[LINE_GREETING] = { 'F', 'Y', 'R', 'H', 1, 0, 0, 0 };

static const int retry_s[] = { 1, 2, 5, 10, 30, 60 };

struct client {
    int fd; /* -1: free */
    struct buf frame;
    const struct outbox_entry *entry; /* its frame waits for the clinic; NULL: it is still coming in */
    int64_t deadline_ms;
};

enum line_state { DOWN, CALLING, UP };

struct relay {
    const struct relay_setup *setup;
    struct outbox box;
    struct client client[RELAY_CLIENTS];
    enum line_state state;
    int line;                     /* -1: none yet */
    struct outbox_entry *sending; /* NULL: nothing is on its way */
    struct buf frame;             /* what is being sent */
    size_t sent;
    uint8_t in[FRAME_REPLY];
    size_t got;
    int64_t deadline_ms; /* CALLING, or sending: then it has taken too long */
    int64_t retry_ms;    /* DOWN: not before. UP: not before, for the clinic said "not now" */
    unsigned fails;      /* since the clinic last took something */
    bool quiet;          /* that it cannot be reached has been said */
    bool full;           /* that nothing can be kept has been said */
};

_Static_assert((int)LINE_GREETING == (int)FRAME_REPLY, "both are read into relay.in");

static int64_t now_ms(const struct relay *r)
{
    return clock_mono_ms(r->setup->clock);
}

/* ---- screens
 * ------------------------------------------------------------------------------------------------ */

static void client_end(struct client *c)
{
    close(c->fd);
    buf_done(&c->frame);
    *c = (struct client){ .fd = -1 };
}

static void answer(struct client *c, enum frame_status status)
{
    uint8_t reply[FRAME_REPLY];
    frame_reply_pack(reply, status);
    /* Eight bytes into an empty socket buffer go at once or never; who does not hear sends it again. */
    (void)!send(c->fd, reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
    client_end(c);
}

/* Everybody who waits for this entry. */
static void answer_all(struct relay *r, const struct outbox_entry *entry, enum frame_status status)
{
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        if (r->client[i].fd >= 0 && r->client[i].entry == entry) {
            answer(&r->client[i], status);
        }
    }
}

/* Nobody waits any longer for what is on the disk; what is not there is gone. */
static void answer_without_clinic(struct relay *r, struct outbox_entry *entry)
{
    answer_all(r, entry, entry->memory == NULL ? FRAME_HELD : FRAME_TROUBLE);
    if (entry->memory != NULL) {
        outbox_remove(&r->box, entry);
    }
}

/* ---- the line
 * ---------------------------------------------------------------------------------------------- */

static void hang_up(struct relay *r)
{
    if (r->line >= 0) {
        close(r->line);
    }
    r->line = -1;
    r->state = DOWN;
    r->sending = NULL;
    r->sent = r->got = 0;
}

/* After a failure: the next pause. */
static void pause_line(struct relay *r)
{
    size_t last = sizeof retry_s / sizeof retry_s[0] - 1;
    r->retry_ms = now_ms(r) + (int64_t)1000 * retry_s[r->fails < last ? r->fails : last];
    r->fails++;
}

/* It was on its way and is not there, for all we know. Too often, and what came later may pass. */
static void not_taken(struct relay *r, struct outbox_entry *entry)
{
    entry->tries++;
    entry->not_before_ms = entry->tries < OUTBOX_TRIES ? 0 : now_ms(r) + RELAY_SKIP_MS;
}

static void line_lost(struct relay *r, const char *why)
{
    if (!r->quiet) {
        log_line("the clinic cannot be reached: %s. Records are kept here and sent when it can be", why);
    }
    r->quiet = true;
    if (r->sending != NULL) { /* it may be the reason: too large for this network, or the far end's death */
        not_taken(r, r->sending);
    }
    hang_up(r);
    pause_line(r);
    for (size_t i = r->box.n; i > 0; i--) {
        answer_without_clinic(r, r->box.entry[i - 1]);
    }
}

static void call(struct relay *r)
{
    if (line_ask(r->setup->keeper) != 0) {
        line_lost(r, strerror(errno));
        return;
    }
    r->state = CALLING;
    r->deadline_ms = now_ms(r) + RELAY_GREET_MS;
}

/* Begins with the next frame, if there is one. */
static void send_next(struct relay *r)
{
    int64_t when;
    struct err err = { "" };
    struct outbox_entry *entry;
    while (r->state == UP && r->sending == NULL && now_ms(r) >= r->retry_ms &&
           (entry = outbox_next(&r->box, now_ms(r), &when)) != NULL) {
        if (outbox_read(&r->box, entry, &r->frame, &err) != 0) {
            answer_all(r, entry, FRAME_TROUBLE);
            outbox_set_aside(&r->box, entry, err.text);
            continue;
        }
        r->sending = entry;
        r->sent = r->got = 0;
        r->deadline_ms = now_ms(r) + RELAY_REPLY_MS;
    }
}

static void not_now(struct relay *r, struct outbox_entry *entry)
{
    log_line("the clinic cannot store a record now; it is kept here and tried again");
    pause_line(r);
    not_taken(r, entry);
    answer_without_clinic(r, entry);
}

static void clinic_answered(struct relay *r, enum frame_status status)
{
    struct outbox_entry *entry = r->sending;
    r->sending = NULL;
    r->got = 0;
    if (status == FRAME_TROUBLE || status == FRAME_HELD) { /* "held" is not the clinic's to say */
        not_now(r, entry);
        return;
    }
    if (r->quiet) {
        log_line("the clinic can be reached again; %zu records wait", r->box.n);
    }
    r->quiet = false;
    r->fails = 0;
    r->retry_ms = 0;
    answer_all(r, entry, status);
    if (status == FRAME_REFUSED) {
        outbox_set_aside(&r->box, entry, "the clinic's letter slot refuses it; its log says why");
    } else {
        outbox_remove(&r->box, entry);
    }
}

/* -1: the line is lost. */
static int read_line(struct relay *r)
{
    ssize_t n = recv(r->line, r->in + r->got, sizeof r->in - r->got, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    if (n <= 0) {
        line_lost(r, "the connection ended");
        return -1;
    }
    r->got += (size_t)n;
    if (r->state == UP && (r->sending == NULL || r->sent < r->frame.len)) {
        line_lost(r, "the other end speaks out of turn");
        return -1;
    }
    if (r->got < sizeof r->in) {
        return 0;
    }
    if (r->state == CALLING) {
        r->got = 0;
        if (memcmp(r->in, line_greeting, sizeof line_greeting) != 0) {
            line_lost(r, "what answers there is no foyer-relay, or of another version");
            return -1;
        }
        r->state = UP;
        r->retry_ms = 0;
        return 0;
    }
    clinic_answered(r, frame_reply_parse(r->in));
    return 0;
}

static void write_line(struct relay *r)
{
    ssize_t n = send(r->line, r->frame.data + r->sent, r->frame.len - r->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
        r->sent += (size_t)n;
    } else if (errno != EAGAIN && errno != EINTR) {
        line_lost(r, strerror(errno));
    }
}

static void line_moves(struct relay *r, short events)
{
    if ((events & ~POLLOUT) != 0 && read_line(r) != 0) {
        return;
    }
    if ((events & POLLOUT) != 0 && r->sending != NULL && r->sent < r->frame.len) {
        write_line(r);
    }
}

/* ---- frames from screens
 * ------------------------------------------------------------------------------------ */

/* The clinic would settle them. */
static void drop_drafts(struct relay *r, const struct frame_header *header)
{
    struct outbox_entry *draft;
    while ((draft = outbox_old_draft(&r->box, header, r->sending)) != NULL) {
        answer_all(r, draft, FRAME_SETTLED);
        outbox_remove(&r->box, draft);
    }
}

/* A whole frame has come in: it is kept, and its screen waits a while for the clinic. */
static void take(struct relay *r, struct client *c, const struct frame_header *header)
{
    struct err err = { "" };
    struct outbox_entry *entry = outbox_find(&r->box, &c->frame, header);
    if (entry == NULL) {
        entry = outbox_add(&r->box, &c->frame, header, &err);
        if (entry == NULL && !r->full) {
            log_line("%s", err.text);
        }
        r->full = entry == NULL;
        if (entry == NULL && r->state == UP) {
            entry = outbox_keep(&r->box, &c->frame, header);
        }
        if (entry == NULL) {
            answer(c, FRAME_TROUBLE);
            return;
        }
        if (entry->memory == NULL) { /* else the draft is all that a power cut leaves */
            drop_drafts(r, header);
        }
    }
    buf_done(&c->frame);
    c->entry = entry;
    c->deadline_ms = now_ms(r) + RELAY_ANSWER_MS;
    /* A patient waits: the pause ends early, though not at once, for the network may be gone for hours. */
    if (r->state == DOWN && header->kind != FRAME_DRAFT && r->retry_ms > now_ms(r) + RELAY_KICK_MS) {
        r->retry_ms = now_ms(r) + RELAY_KICK_MS;
    }
    if (r->state == DOWN && now_ms(r) < r->retry_ms) {
        answer_without_clinic(r, entry);
    }
}

static void client_reads(struct relay *r, struct client *c)
{
    struct err err = { "" };
    struct frame_header header;
    size_t want = FRAME_PREFIX;
    if (c->entry != NULL) { /* it waits, and should be silent: it has gone, or is no kiosk */
        client_end(c);
        return;
    }
    if (c->frame.len >= FRAME_PREFIX) {
        want = frame_length((const uint8_t *)c->frame.data);
    }
    buf_reserve(&c->frame, want + 1);
    ssize_t n = recv(c->fd, c->frame.data + c->frame.len, want - c->frame.len, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        client_end(c);
        return;
    }
    c->frame.len += (size_t)n;
    c->frame.data[c->frame.len] = '\0';
    if (c->frame.len < want) {
        return;
    }
    if (want == FRAME_PREFIX) {
        if (frame_length((const uint8_t *)c->frame.data) <= FRAME_PREFIX) {
            log_line("refused: what came in is not a record");
            answer(c, FRAME_REFUSED);
        }
        return;
    }
    if (frame_parse(c->frame.data, c->frame.len, &header, &err) != 0) {
        log_line("refused: %s", err.text);
        answer(c, FRAME_REFUSED);
        return;
    }
    take(r, c, &header);
}

static void accept_client(struct relay *r)
{
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        if (r->client[i].fd < 0) {
            int fd = accept4(r->setup->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (fd >= 0) {
                r->client[i] = (struct client){ .fd = fd, .deadline_ms = now_ms(r) + RELAY_READ_MS };
            }
            return;
        }
    }
}

static void client_late(struct relay *r, struct client *c)
{
    if (c->entry == NULL) {
        log_line("no whole record within %d ms", RELAY_READ_MS);
        answer(c, FRAME_TROUBLE);
    } else if (c->entry->memory == NULL) {
        answer(c, FRAME_HELD);
    } else if (c->entry != r->sending) {
        answer_without_clinic(r, (struct outbox_entry *)c->entry);
    } else { /* the clinic has it, perhaps: its answer alone is true. Until the reply is late */
        c->deadline_ms = r->deadline_ms + 1;
    }
}

/* ---- waiting
 * ------------------------------------------------------------------------------------------------ */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int timeout_ms(const struct relay *r)
{
    int64_t next = -1, when = -1;
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        next = sooner(next, r->client[i].fd >= 0 ? r->client[i].deadline_ms : -1);
    }
    if (r->state == CALLING || r->sending != NULL) {
        next = sooner(next, r->deadline_ms);
    } else if (outbox_next(&r->box, now_ms(r), &when) != NULL) {
        next = sooner(next, r->retry_ms);
    } else {
        next = sooner(next, when);
    }
    if (next < 0) {
        return -1;
    }
    int64_t left = next - now_ms(r);
    return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left + 1;
}

static void look_at_times(struct relay *r)
{
    int64_t when;
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        if (r->client[i].fd >= 0 && now_ms(r) >= r->client[i].deadline_ms) {
            client_late(r, &r->client[i]);
        }
    }
    if ((r->state == CALLING || r->sending != NULL) && now_ms(r) >= r->deadline_ms) {
        line_lost(r, "it does not answer");
    }
    if (r->state == DOWN && now_ms(r) >= r->retry_ms && outbox_next(&r->box, now_ms(r), &when) != NULL) {
        call(r);
    }
    send_next(r);
}

/* 0: the keeper is gone. */
static int take_line(struct relay *r)
{
    int fd = -1;
    int rc = line_take(r->setup->keeper, &fd);
    if (rc <= 0) {
        return rc < 0;
    }
    if (r->state != CALLING ||
        fd < 0) { /* asked for once, and given up since; or no program could be started */
        if (fd >= 0) {
            close(fd);
        }
        if (r->state == CALLING) {
            line_lost(r, "the program that connects cannot be started");
        }
        return 1;
    }
    if (r->line >= 0) {
        close(r->line);
    }
    r->line = fd;
    r->got = 0;
    return 1;
}

/* Once around. False: the keeper is gone. */
static bool turn(struct relay *r)
{
    enum { KEEPER, LISTENER, LINE, FIRST, FDS = FIRST + RELAY_CLIENTS };
    struct pollfd fds[FDS] = { [KEEPER] = { r->setup->keeper, POLLIN, 0 }, [LINE] = { r->line, POLLIN, 0 } };
    bool room = false;
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        fds[FIRST + i] = (struct pollfd){ r->client[i].fd, POLLIN, 0 };
        room = room || r->client[i].fd < 0;
    }
    fds[LISTENER] = (struct pollfd){ room ? r->setup->listener : -1, POLLIN, 0 };
    if (r->sending != NULL && r->sent < r->frame.len) {
        fds[LINE].events = POLLIN | POLLOUT;
    }
    if (poll(fds, FDS, timeout_ms(r)) < 0) {
        return true;
    }
    if (fds[KEEPER].revents != 0 && take_line(r) == 0) {
        return false;
    }
    if (r->line >= 0 && r->line == fds[LINE].fd && fds[LINE].revents != 0) {
        line_moves(r, fds[LINE].revents);
    }
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        if (fds[FIRST + i].revents != 0 && r->client[i].fd == fds[FIRST + i].fd) {
            client_reads(r, &r->client[i]);
        }
    }
    if (fds[LISTENER].revents != 0) {
        accept_client(r);
    }
    return true;
}

int relay_run(const struct relay_setup *setup, struct err *err)
{
    struct relay r = { .setup = setup, .line = -1 };
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        r.client[i].fd = -1;
    }
    int rc = outbox_open(&r.box, setup->folder, setup->room, err);
    if (rc == 0 && r.box.n > 0) {
        log_line("%zu records wait for the clinic", r.box.n);
    }
    if (rc == 0) {
        do {
            look_at_times(&r);
        } while (turn(&r));
    }
    hang_up(&r);
    for (size_t i = 0; i < RELAY_CLIENTS; i++) {
        if (r.client[i].fd >= 0) {
            client_end(&r.client[i]);
        }
    }
    buf_done(&r.frame);
    outbox_close(&r.box);
    return rc;
}
