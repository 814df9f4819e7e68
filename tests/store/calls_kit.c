#include "calls_kit.h"

#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* Over `channel`, a socket pair. */
static void send_fd(int channel, int fd)
{
    char byte = 'x';
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = { .room = { 0 } };
    struct iovec part = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
                                       .cmsg_type = SCM_RIGHTS,
                                       .cmsg_len = CMSG_LEN(sizeof fd) };
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    (void)!sendmsg(channel, &message, 0);
}

int calls_receive(int channel)
{
    char byte;
    int fd = -1;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message) != NULL) {
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    }
    return fd;
}

bool calls_ask(int channel, const int *call, size_t n)
{
    static const int free_ones[] = { SCMP_SYS(sendmsg), SCMP_SYS(execve) };
    scmp_filter_ctx filter = seccomp_init(call == NULL ? SCMP_ACT_NOTIFY : SCMP_ACT_ALLOW);
    bool ok = filter != NULL && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    for (size_t i = 0; ok && i < (call == NULL ? sizeof free_ones / sizeof *free_ones : n); i++) {
        ok = (call == NULL ? seccomp_rule_add(filter, SCMP_ACT_ALLOW, free_ones[i], 0)
                           : seccomp_rule_add(filter, SCMP_ACT_NOTIFY, call[i], 0)) == 0;
    }
    ok = ok && seccomp_load(filter) == 0;
    if (ok) {
        send_fd(channel, seccomp_notify_fd(filter));
    }
    return ok;
}
