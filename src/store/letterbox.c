#include "letterbox.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int letterbox_check_peer(const struct letterbox *box, int fd, struct err *err)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
        return err_sys(err, "cannot tell who is at the other end");
    }
    if (peer.uid == 0 || peer.uid == geteuid()) {
        return 0;
    }
    for (size_t i = 0; i < box->nallowed; i++) {
        if (box->allowed[i] == peer.uid) {
            return 0;
        }
    }
    return err_set(
        err,
        "user %u may not post here; if that is the kiosk's user, start foyer-deposit with --allow-uid %u",
        (unsigned)peer.uid, (unsigned)peer.uid);
}

static enum frame_status read_part(const struct letterbox *box, int fd, char *to, size_t len, int64_t until,
                                   struct err *err)
{
    while (len > 0) {
        int64_t left = until - clock_mono_ms(box->clock);
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        int ready = left <= 0 ? 0 : poll(&wait, 1, (int)left);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            err_set(err, "no whole record within %d ms", LETTERBOX_READ_MS);
            return FRAME_TROUBLE;
        }
        ssize_t n = recv(fd, to, len, MSG_DONTWAIT);
        if (n > 0) {
            to += n;
            len -= (size_t)n;
        } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
            err_set(err, "the sender hung up in the middle of a record");
            return FRAME_REFUSED;
        }
    }
    return FRAME_STORED;
}

enum frame_status letterbox_read(const struct letterbox *box, int fd, struct buf *out, struct err *err)
{
    int64_t until = clock_mono_ms(box->clock) + LETTERBOX_READ_MS;
    uint8_t prefix[FRAME_PREFIX];
    enum frame_status status = read_part(box, fd, (char *)prefix, sizeof prefix, until, err);
    if (status != FRAME_STORED) {
        return status;
    }
    size_t len = frame_length(prefix);
    if (len < sizeof prefix || len > FRAME_MAX) {
        err_set(err, "what came in is not a record");
        return FRAME_REFUSED;
    }
    buf_reset(out);
    buf_reserve(out, len + 1);
    buf_add(out, prefix, sizeof prefix);
    status = read_part(box, fd, out->data + sizeof prefix, len - sizeof prefix, until, err);
    if (status == FRAME_STORED) {
        out->len = len;
        out->data[len] = '\0';
    }
    return status;
}

int letterbox_reply(int fd, enum frame_status status, struct err *err)
{
    uint8_t reply[FRAME_REPLY];
    frame_reply_pack(reply, status);
    /* Eight bytes into an empty socket buffer go at once or never. */
    ssize_t n = send(fd, reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
    return n == (ssize_t)sizeof reply ? 0 : err_sys(err, "the sender did not wait for the reply");
}
