#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

enum { EXIT_NO_PROGRAM = 127 };

static void end(pid_t pid)
{
    if (pid > 0) {
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

/* Returns its process, or -1; *fd is our end. */
static pid_t start(char *const *command, int *fd)
{
    int pair[2];
    pid_t self = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_DFL);
        if (getppid() != self || dup2(pair[1], STDIN_FILENO) < 0 || dup2(pair[1], STDOUT_FILENO) < 0) {
            _exit(EXIT_NO_PROGRAM);
        }
        execv(command[0], command);
        _exit(EXIT_NO_PROGRAM);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return -1;
    }
    *fd = pair[0];
    return pid;
}

static int hand_over(int worker, int fd)
{
    char byte = fd >= 0 ? 'l' : 'n';
    char room[CMSG_SPACE(sizeof fd)] __attribute__((aligned(__alignof__(struct cmsghdr)))) = { 0 };
    struct iovec iov = { &byte, 1 };
    struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
    if (fd >= 0) {
        message.msg_control = room;
        message.msg_controllen = sizeof room;
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(part), &fd, sizeof fd);
    }
    return sendmsg(worker, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

void line_keep(int worker, char *const *command)
{
    pid_t pid = -1;
    for (;;) {
        char byte;
        ssize_t n = recv(worker, &byte, 1, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        int fd = -1;
        end(pid);
        pid = start(command, &fd);
        if (pid < 0) {
            log_line("%s cannot be started: %s", command[0], strerror(errno));
        }
        int rc = hand_over(worker, fd);
        if (fd >= 0) {
            close(fd);
        }
        if (rc != 0) {
            break;
        }
    }
    end(pid);
}

int line_ask(int keeper)
{
    return send(keeper, "c", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -1;
}

int line_take(int keeper, int *fd)
{
    char byte;
    char room[CMSG_SPACE(sizeof *fd)] __attribute__((aligned(__alignof__(struct cmsghdr))));
    struct iovec iov = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room
    };
    *fd = -1;
    ssize_t n = recvmsg(keeper, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return -1;
    }
    if (n <= 0) {
        return 0;
    }
    const struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
        part->cmsg_len == CMSG_LEN(sizeof *fd)) {
        memcpy(fd, CMSG_DATA(part), sizeof *fd);
    }
    return 1;
}
