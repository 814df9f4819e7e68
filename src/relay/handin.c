#include "handin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "frame.h"
#include "log.h"
#include "relay.h"

/* Else a frame over a slow network would be sent again and again, and never be there. */
_Static_assert((int)RELAY_REPLY_MS > (int)HANDIN_FRAME_MS + (int)HANDIN_SLOT_MS,
               "the relay gives up before the hand-in may answer");

/* Waits until `fd` can be read or written; false: not by then. */
static bool ready(const struct handin_setup *setup, int fd, short events, int64_t until)
{
    for (;;) {
        int64_t left = until - clock_mono_ms(setup->clock);
        struct pollfd wait = { fd, events, 0 };
        int n = left <= 0 ? 0 : poll(&wait, 1, (int)left);
        if (n >= 0 || errno != EINTR) {
            return n > 0;
        }
    }
}

/* All of it, or how much came before the end. -1: an error, or too slow. */
static long read_by(const struct handin_setup *setup, int fd, char *to, size_t len, int64_t until)
{
    size_t got = 0;
    while (got < len) {
        ssize_t n = ready(setup, fd, POLLIN, until) ? read(fd, to + got, len - got) : -1;
        if (n == 0) {
            break;
        }
        if (n < 0) {
            return -1;
        }
        got += (size_t)n;
    }
    return (long)got;
}

/* The next frame. 1; 0: the other end has hung up; -1. */
static int read_frame(const struct handin_setup *setup, struct buf *frame, struct err *err)
{
    char prefix[FRAME_PREFIX];
    /* A line is quiet for days; sshd ends it when the other end is gone. */
    struct pollfd wait = { setup->in, POLLIN, 0 };
    while (poll(&wait, 1, -1) < 0 && errno == EINTR) {
    }
    int64_t until = clock_mono_ms(setup->clock) + HANDIN_FRAME_MS;
    long n = read_by(setup, setup->in, prefix, sizeof prefix, until);
    if (n == 0) {
        return 0;
    }
    size_t len = n == (long)sizeof prefix ? frame_length((const uint8_t *)prefix) : 0;
    if (len <= sizeof prefix) {
        return err_set(err, "what came in is not a record");
    }
    buf_reset(frame);
    buf_reserve(frame, len + 1);
    buf_add(frame, prefix, sizeof prefix);
    n = read_by(setup, setup->in, frame->data + sizeof prefix, len - sizeof prefix, until);
    if (n != (long)(len - sizeof prefix)) {
        return err_set(err, "the other end stopped in the middle of a record");
    }
    frame->len = len;
    frame->data[len] = '\0';
    return 1;
}

/* The letter slot's answer; FRAME_TROUBLE if there is none. */
static enum frame_status post(const struct handin_setup *setup, const struct buf *frame)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int64_t until = clock_mono_ms(setup->clock) + HANDIN_SLOT_MS;
    uint8_t reply[FRAME_REPLY];
    size_t sent = 0;
    if (strlen(setup->socket) >= sizeof address.sun_path) {
        return FRAME_TROUBLE;
    }
    memcpy(address.sun_path, setup->socket, strlen(setup->socket) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        log_line("the letter slot cannot be reached: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return FRAME_TROUBLE;
    }
    while (sent < frame->len && ready(setup, fd, POLLOUT, until)) {
        ssize_t n = send(fd, frame->data + sent, frame->len - sent, MSG_NOSIGNAL);
        if (n <= 0 && errno != EAGAIN && errno != EINTR) {
            break; /* it may have said why before it hung up */
        }
        sent += n > 0 ? (size_t)n : 0;
    }
    long n = read_by(setup, fd, (char *)reply, sizeof reply, until);
    close(fd);
    return n == FRAME_REPLY ? frame_reply_parse(reply) : FRAME_TROUBLE;
}

/* How many there are; HANDIN_REFUSED if that cannot be seen. */
static int count(int folder)
{
    int n = 0;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        return HANDIN_REFUSED;
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    closedir(dir);
    return n;
}

static void keep_copy(int folder, const struct buf *frame, const struct frame_header *header)
{
    char uid[2 * FRAME_UID + 1], name[sizeof uid + 16];
    sodium_bin2hex(uid, sizeof uid, header->uid, FRAME_UID);
    snprintf(name, sizeof name, "%s-%u", uid, (unsigned)header->rev);
    log_line("record %.8s rev %u from another screen is refused: the letter slot's log says why", uid,
             (unsigned)header->rev);
    if (folder < 0 || count(folder) >= HANDIN_REFUSED) {
        return;
    }
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return; /* most often: it is there */
    }
    if (fd_write_all(fd, frame->data, frame->len) != 0 || fsync(fd) != 0) {
        (void)unlinkat(folder, name, 0);
    }
    close(fd);
    (void)fsync(folder);
}

int handin_run(const struct handin_setup *setup, struct err *err)
{
    struct buf frame = BUF_INIT;
    int rc = fd_write_all(setup->out, line_greeting, sizeof line_greeting);
    while (rc == 0 && (rc = read_frame(setup, &frame, err)) == 1) {
        struct frame_header header;
        uint8_t reply[FRAME_REPLY];
        enum frame_status status =
            frame_parse(frame.data, frame.len, &header, NULL) == 0 ? post(setup, &frame) : FRAME_REFUSED;
        if (status == FRAME_REFUSED && header.kind != 0) {
            keep_copy(setup->refused, &frame, &header);
        }
        frame_reply_pack(reply, status);
        rc = fd_write_all(setup->out, reply, sizeof reply);
    }
    buf_done(&frame);
    return rc;
}
