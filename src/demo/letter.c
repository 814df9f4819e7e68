#include "letter.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "frame.h"

int letter_start(struct letter *letter, const char *path, const char *program, const char *database,
                 struct err *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    *letter = (struct letter){ .program = program, .database = database, .listening = -1 };
    if (strlen(path) >= sizeof address.sun_path) {
        return err_set(err, "the path of the socket is too long: %s", path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    memcpy(letter->path, path, strlen(path) + 1);
    letter->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (letter->listening < 0 || bind(letter->listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(letter->listening, 1) != 0) {
        return err_sys(err, "%s: cannot listen there. Is a kiosk running on this demo?", path);
    }
    return 0;
}

void letter_stop(struct letter *letter)
{
    if (letter->listening >= 0) {
        close(letter->listening);
        unlink(letter->path);
    }
}

static int dial(const struct letter *letter)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, letter->path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static pid_t serve(const struct letter *letter, int connection, int64_t at_s)
{
    pid_t pid = fork();
    if (pid == 0) {
        char now[32];
        snprintf(now, sizeof now, "%lld", (long long)at_s);
        setenv("FOYER_TEST_NOW", now, 1);
        dup2(connection, STDIN_FILENO);
        execl(letter->program, "foyer-deposit", "--database", letter->database, "--log", "/dev/null",
              (char *)NULL);
        _exit(127);
    }
    return pid;
}

int letter_post(struct letter *letter, const struct buf *frame, int64_t at_s, struct err *err)
{
    uint8_t reply[FRAME_REPLY];
    int fd = dial(letter);
    int connection = fd < 0 ? -1 : accept4(letter->listening, NULL, NULL, SOCK_CLOEXEC);
    pid_t pid = connection < 0 ? -1 : serve(letter, connection, at_s);
    if (connection >= 0) {
        close(connection);
    }
    bool stored = pid > 0 && fd_write_all(fd, frame->data, frame->len) == 0 &&
                  fd_read_all(fd, reply, sizeof reply) == FRAME_REPLY &&
                  frame_reply_parse(reply) == FRAME_STORED;
    if (fd >= 0) {
        close(fd);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return stored ? 0 : err_set(err, "the letterbox did not store a record (%s)", letter->program);
}
