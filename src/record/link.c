#include "link.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mem.h"

/* A message has to fit in the send buffer whole. The kernel doubles what is asked for, so asking for the
 * usual limit of 208 KiB makes room for the largest frame. */
enum { SEND_BUFFER = 212992 };

int link_pair(int fd[2], struct err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0) {
        return err_sys(err, "cannot make the channel to the patient's screen");
    }
    int size = SEND_BUFFER;
    for (int i = 0; i < 2; i++) {
        (void)setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    return 0;
}

int link_send(int fd, enum link_type type, const void *body, size_t len, struct err *err)
{
    uint8_t head = (uint8_t)type;
    struct iovec part[2] = { { &head, 1 }, { (void *)(uintptr_t)body, len } };
    ssize_t n;
    do {
        n = writev(fd, part, len > 0 ? 2 : 1);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? err_sys(err, "cannot send to the other end") : 0;
}

int link_receive(int fd, struct link_message *message, struct err *err)
{
    if (message->body == NULL) {
        message->body = mem_alloc(LINK_BODY_MAX + 1);
    }
    uint8_t head = 0;
    struct iovec part[2] = { { &head, 1 }, { message->body, LINK_BODY_MAX } };
    ssize_t n;
    do {
        n = readv(fd, part, 2);
    } while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && (errno == ECONNRESET || errno == EPIPE))) {
        return 0;
    }
    if (n < 0) {
        return err_sys(err, "cannot read from the other end");
    }
    message->type = (enum link_type)head;
    message->len = (size_t)n - 1;
    message->body[message->len] = 0;
    return 1;
}

void link_message_done(struct link_message *message)
{
    free(message->body);
    message->body = NULL;
    message->len = 0;
}

/* ---- signals
 * ----------------------------------------------------------------------------------------------- */

static const int guarded[] = { SIGTERM, SIGINT };
enum { NGUARDED = sizeof guarded / sizeof *guarded };

static struct sigaction unguarded[NGUARDED];
static volatile sig_atomic_t guarded_fd = -1, signalled;

static void on_signal(int number)
{
    int keep = errno;
    (void)number;
    signalled = 1;
    (void)shutdown((int)guarded_fd, SHUT_WR); /* its own half: what the other end sends is still read */
    errno = keep;
}

void link_guard(int fd)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    guarded_fd = fd;
    signalled = 0;
    for (size_t i = 0; i < NGUARDED; i++) {
        sigaction(guarded[i], &action, &unguarded[i]);
    }
}

bool link_unguard(void)
{
    for (size_t i = 0; i < NGUARDED; i++) {
        sigaction(guarded[i], &unguarded[i], NULL);
    }
    return signalled;
}
