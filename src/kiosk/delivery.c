#include "delivery.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mem.h"

enum {
    ROOM = 64,        /* frames of each kind; a frame is at most 256 KiB */
    REPLY_MS = 30000, /* how long the letterbox may take: it waits up to 10 s for its lock */
    DRAFT_TRIES = 3,
    ASK_EVERY_MS = 3000,
    ASK_FOR_MS = 10 * 60 * 1000,
};

static const int retry_s[] = { 1, 2, 5, 10, 30 };

struct parcel {
    struct parcel *next;
    struct frame_header header;
    size_t len;
    unsigned tries;
    int64_t until_ms; /* a call that is there: sent again, until then, to hear whether it was seen; else 0 */
    uint8_t *frame;
};

struct delivery {
    delivery_tell *tell;
    void *arg;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct parcel *first; /* the order in which they are sent */
    struct parcel *asked; /* the newest call that is there and not yet seen; NULL: none, or it is `first` */
    int64_t ask_ms;       /* when to ask after it */
    int fd;               /* -1: not connected. Connected: `first` is being sent */
    size_t sent;
    uint8_t reply[FRAME_REPLY];
    size_t got;
    int64_t give_up_ms; /* connected: when this try has taken too long */
    int64_t retry_ms;   /* not connected: not before; 0 at once */
};

struct delivery *delivery_new(delivery_tell *tell, void *arg)
{
    struct delivery *d = mem_alloc(sizeof *d);
    d->tell = tell;
    d->arg = arg;
    d->fd = -1;
    return d;
}

static void parcel_free(struct parcel *parcel)
{
    if (parcel != NULL) {
        free(parcel->frame);
        free(parcel);
    }
}

void delivery_free(struct delivery *d)
{
    if (d == NULL) {
        return;
    }
    if (d->fd >= 0) {
        close(d->fd);
    }
    while (d->first != NULL) {
        struct parcel *next = d->first->next;
        parcel_free(d->first);
        d->first = next;
    }
    parcel_free(d->asked);
    free(d);
}

void delivery_set_path(struct delivery *d, const char *socket_path)
{
    size_t len = strlen(socket_path);
    if (len < sizeof d->path) {
        memcpy(d->path, socket_path, len + 1);
    } else {
        d->path[0] = '\0'; /* connecting says so */
    }
    d->retry_ms = 0;
}

static void tell(struct delivery *d, const struct frame_header *header, enum frame_status status,
                 const char *reason)
{
    struct delivery_news news = {
        .rev = header->rev, .kind = header->kind, .status = status, .reason = reason
    };
    memcpy(news.uid, header->uid, sizeof news.uid);
    d->tell(d->arg, &news);
}

static int rank(const struct frame_header *header)
{
    switch (header->kind) {
    case FRAME_ALERT:
    case FRAME_HELP:
        return 0;
    case FRAME_FINAL:
    case FRAME_DELETE:
        return 1;
    default:
        return 2;
    }
}

/* Where those not being sent begin. */
static struct parcel **waiting(struct delivery *d)
{
    return d->fd >= 0 && d->first != NULL ? &d->first->next : &d->first;
}

/* Drafts that the new frame makes pointless. The one being sent stays: the letterbox settles it. */
static void drop_drafts(struct delivery *d, const uint8_t uid[FRAME_UID])
{
    struct parcel **at = waiting(d);
    while (*at != NULL) {
        struct parcel *parcel = *at;
        if (parcel->header.kind == FRAME_DRAFT && memcmp(parcel->header.uid, uid, FRAME_UID) == 0) {
            *at = parcel->next;
            parcel_free(parcel);
        } else {
            at = &parcel->next;
        }
    }
}

void delivery_add(struct delivery *d, const void *frame, size_t len, int64_t mono_ms)
{
    struct frame_header header;
    if (frame_parse(frame, len, &header, NULL) != 0) {
        struct frame_header none = { 0 };
        tell(d, &none, FRAME_REFUSED, "the sealed record is not a frame");
        return;
    }
    if (header.kind == FRAME_DRAFT || header.kind == FRAME_FINAL || header.kind == FRAME_DELETE) {
        drop_drafts(d, header.uid);
    }
    if (rank(&header) == 0) { /* the patient waits for the newest */
        parcel_free(d->asked);
        d->asked = NULL;
    }
    size_t same = 0;
    for (const struct parcel *p = d->first; p != NULL; p = p->next) {
        same += rank(&p->header) == rank(&header);
    }
    if (same >= ROOM) {
        tell(d, &header, FRAME_REFUSED, "too many records wait for the letterbox");
        return;
    }
    struct parcel *parcel = mem_alloc(sizeof *parcel);
    parcel->header = header;
    parcel->frame = mem_alloc(len);
    memcpy(parcel->frame, frame, len);
    parcel->len = len;
    struct parcel **at = waiting(d);
    while (*at != NULL && rank(&(*at)->header) <= rank(&header)) {
        at = &(*at)->next;
    }
    parcel->next = *at;
    *at = parcel;
    if (header.kind != FRAME_DRAFT) {
        d->retry_ms = 0; /* a patient is waiting: try now */
    }
    delivery_step(d, false, mono_ms);
}

size_t delivery_waiting(const struct delivery *d)
{
    size_t n = 0;
    for (const struct parcel *p = d->first; p != NULL; p = p->next) {
        n += p->header.kind != FRAME_DRAFT && p->until_ms == 0;
    }
    return n;
}

int delivery_fd(const struct delivery *d, short *events)
{
    *events = d->fd < 0 ? 0 : d->sent < d->first->len ? POLLOUT : POLLIN;
    return d->fd;
}

int64_t delivery_deadline(const struct delivery *d)
{
    if (d->first == NULL) {
        return d->asked == NULL ? -1 : d->ask_ms;
    }
    return d->fd >= 0 ? d->give_up_ms : d->retry_ms;
}

static void hang_up(struct delivery *d)
{
    if (d->fd >= 0) {
        close(d->fd);
    }
    d->fd = -1;
    d->sent = d->got = 0;
}

/* A call that is there, to be asked after again; given up when a newer one is, or its time is over. */
static void ask_again(struct delivery *d, struct parcel *parcel, int64_t mono_ms)
{
    bool newer = d->asked != NULL;
    for (const struct parcel *p = d->first; p != NULL; p = p->next) {
        newer = newer || rank(&p->header) == 0;
    }
    if (newer || mono_ms >= parcel->until_ms) {
        parcel_free(parcel);
        return;
    }
    parcel->next = NULL;
    d->asked = parcel;
    d->ask_ms = mono_ms + ASK_EVERY_MS;
}

static void settled(struct delivery *d, enum frame_status status, int64_t mono_ms)
{
    struct parcel *parcel = d->first;
    bool there = status == FRAME_STORED || status == FRAME_KNOWN || status == FRAME_HELD;
    hang_up(d);
    d->first = parcel->next;
    d->retry_ms = 0;
    if (parcel->until_ms == 0 || status == FRAME_SEEN) {
        tell(d, &parcel->header, status, status == FRAME_REFUSED ? "the letterbox refused it" : NULL);
    }
    if (rank(&parcel->header) == 0 && there) {
        parcel->until_ms = parcel->until_ms == 0 ? mono_ms + ASK_FOR_MS : parcel->until_ms;
        ask_again(d, parcel, mono_ms);
    } else {
        parcel_free(parcel);
    }
}

static void trouble(struct delivery *d, const char *reason, int64_t mono_ms)
{
    struct parcel *parcel = d->first;
    hang_up(d);
    if (parcel->until_ms != 0) { /* nothing is lost by a question that went unheard */
        d->first = parcel->next;
        ask_again(d, parcel, mono_ms);
        return;
    }
    size_t last = sizeof retry_s / sizeof retry_s[0] - 1;
    d->retry_ms = mono_ms + (int64_t)1000 * retry_s[parcel->tries < last ? parcel->tries : last];
    parcel->tries++;
    tell(d, &parcel->header, FRAME_TROUBLE, reason);
    if (parcel->header.kind == FRAME_DRAFT && parcel->tries >= DRAFT_TRIES) {
        d->first = parcel->next;
        parcel_free(parcel);
    }
}

static int call(struct delivery *d, int64_t mono_ms)
{
    if (d->path[0] == '\0') {
        trouble(d, "the letterbox's path is missing or too long", mono_ms);
        return -1;
    }
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, d->path, sizeof address.sun_path);
    d->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (d->fd < 0 || connect(d->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        trouble(d, strerror(errno), mono_ms);
        return -1;
    }
    d->give_up_ms = mono_ms + REPLY_MS;
    return 0;
}

void delivery_step(struct delivery *d, bool ready, int64_t mono_ms)
{
    if (d->first == NULL && d->asked != NULL && mono_ms >= d->ask_ms) {
        d->first = d->asked;
        d->asked = NULL;
    }
    while (d->first != NULL) {
        if (d->fd < 0) {
            if (mono_ms < d->retry_ms || call(d, mono_ms) != 0) {
                return;
            }
        } else if (!ready && mono_ms >= d->give_up_ms) {
            trouble(d, "the letterbox does not answer", mono_ms);
            return;
        }
        const struct parcel *parcel = d->first;
        if (d->sent < parcel->len) {
            ssize_t n = send(d->fd, parcel->frame + d->sent, parcel->len - d->sent, MSG_NOSIGNAL);
            if (n > 0) {
                d->sent += (size_t)n;
                continue;
            }
            if (errno == EAGAIN || errno == EINTR) {
                return;
            }
            /* It may have said why before it hung up. */
        }
        ssize_t n = recv(d->fd, d->reply + d->got, sizeof d->reply - d->got, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (n <= 0) {
            trouble(d, "the letterbox hung up", mono_ms);
            return;
        }
        d->got += (size_t)n;
        if (d->got == sizeof d->reply) {
            enum frame_status status = frame_reply_parse(d->reply);
            if (status == FRAME_TROUBLE) {
                trouble(d, "the letterbox cannot store it now", mono_ms);
                return;
            }
            settled(d, status, mono_ms);
        }
    }
}
