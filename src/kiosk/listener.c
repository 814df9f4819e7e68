#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

bool listener_stands(const struct listener *listener, const char *path)
{
    struct stat st;
    return listener->fd >= 0 && lstat(path, &st) == 0 && st.st_dev == listener->dev &&
           st.st_ino == listener->ino;
}

/* Who listens at the other end: "process 812 (foyer-kiosk)". */
static void say_holder(const char *socket_path, int fd, struct err *err)
{
    struct ucred peer = { .pid = 0 };
    socklen_t len = sizeof peer;
    char path[64], name[32] = "";
    (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
    snprintf(path, sizeof path, "/proc/%d/comm", (int)peer.pid);
    int comm = open(path, O_RDONLY | O_CLOEXEC);
    if (comm >= 0) {
        ssize_t got = read(comm, name, sizeof name - 1);
        name[got > 0 ? got - 1 : 0] = '\0'; /* without the line's end */
        close(comm);
    }
    snprintf(
        err->text, sizeof err->text,
        "the letterbox %s is held by process %d (%s). End that one first; or leave --listen out here: then "
        "this screen uses that letterbox",
        socket_path, (int)peer.pid, name);
}

void listener_open(struct listener *listener, const char *path, struct err *held)
{
    struct stat st;
    if (listener->fd >= 0) {
        close(listener->fd);
        listener->fd = -1;
    }
    if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
        log_line("%s: this is no socket, so it is left alone. Give another path as socket in kiosk.conf.",
                 path);
        return;
    }
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        log_line("%s: this path is too long for a socket (107 bytes at most)", path);
        return;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe >= 0 && connect(probe, (struct sockaddr *)&address, sizeof address) == 0) {
        say_holder(path, probe, held);
        close(probe);
        return;
    }
    if (probe >= 0) {
        close(probe);
    }
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0) {
        log_line("%s: cannot open the letterbox: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    listener->fd = fd;
    if (lstat(path, &st) == 0) {
        listener->dev = st.st_dev;
        listener->ino = st.st_ino;
    }
}

void listener_answer(const struct listener *listener, const char *deposit, const char *database,
                     const char *log)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (null < 0 || dup2(fd, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) {
            _exit(1);
        }
        char *const with_log[] = { (char *)(uintptr_t)deposit,  (char *)(uintptr_t) "--database",
                                   (char *)(uintptr_t)database, (char *)(uintptr_t) "--log",
                                   (char *)(uintptr_t)log,      NULL };
        char *const without[] = { with_log[0], with_log[1], with_log[2], NULL };
        execv(deposit, log[0] != '\0' ? with_log : without);
        _exit(1);
    }
    if (pid < 0) {
        log_line("cannot start the letterbox: %s", strerror(errno));
    }
    close(fd);
}

void listener_close(struct listener *listener, const char *path)
{
    if (listener_stands(listener, path)) {
        unlink(path);
    }
    if (listener->fd >= 0) {
        close(listener->fd);
    }
    listener->fd = -1;
}
