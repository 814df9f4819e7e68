#include "slot.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "frames.h"

struct slot *slot;
static pid_t slot_pid, relay_pid;
static char program[512], line[1600];

static int unix_socket(const char *below, bool listening)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, below);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        (listening ? bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0
                   : connect(fd, (struct sockaddr *)&address, sizeof address) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* ---- the slot
 * ---------------------------------------------------------------------------------------------- */

static enum frame_status judge(const struct frame_header *header)
{
    uint32_t n = frame_number(header);
    if (slot->trouble) {
        return FRAME_TROUBLE;
    }
    if (n == slot->refuse) {
        return FRAME_REFUSED;
    }
    for (int i = 0; i < slot->n; i++) {
        if (slot->number[i] == n && slot->rev[i] == header->rev) {
            slot->known++;
            return slot->seen ? FRAME_SEEN : FRAME_KNOWN;
        }
    }
    slot->number[slot->n] = n;
    slot->rev[slot->n] = header->rev;
    slot->n++;
    return FRAME_STORED;
}

static void end_line(void)
{
    char path[128];
    struct buf pid = BUF_INIT;
    in_folder(path, "line.pid");
    if (file_read(path, 64, &pid, NULL) == 0 && atoi(buf_str(&pid)) > 1) {
        kill(atoi(buf_str(&pid)), SIGKILL);
        unlink(path);
    }
    buf_done(&pid);
}

static void serve(int listener)
{
    static uint8_t frame[FRAME_MAX];
    for (;;) {
        struct frame_header header;
        uint8_t reply[FRAME_REPLY];
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            _exit(1);
        }
        size_t len = recv(fd, frame, FRAME_PREFIX, MSG_WAITALL) == FRAME_PREFIX ? frame_length(frame) : 0;
        if (len > 0 &&
            recv(fd, frame + FRAME_PREFIX, len - FRAME_PREFIX, MSG_WAITALL) ==
                (ssize_t)(len - FRAME_PREFIX) &&
            frame_parse(frame, len, &header, NULL) == 0) {
            slot->posts++;
            if (frame_number(&header) == slot->deadly) {
                end_line();
                close(fd);
                continue;
            }
            frame_reply_pack(reply, judge(&header));
            if (slot->silent > 0) {
                slot->silent--;
            } else {
                (void)!send(fd, reply, sizeof reply, MSG_NOSIGNAL);
            }
        }
        close(fd);
    }
}

/* ---- the relay
 * --------------------------------------------------------------------------------------------- */

void slot_open(void)
{
    char path[128];
    frames_setup();
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 64);
    cr_assert_gt(n, 0);
    program[n] = '\0';
    strcpy(strrchr(program, '/'), "/../foyer-relay");
    cr_assert_eq(access(program, X_OK), 0, "first: make FLAVOUR=test build/test/foyer-relay");
    setenv("ASAN_OPTIONS", "detect_leaks=0",
           1); /* it makes itself undumpable: the leak checker may not look */
    in_folder(path, "clinic");
    cr_assert_eq(mkdir(path, 0700), 0);
    in_folder(path, "clinic/refused");
    cr_assert_eq(mkdir(path, 0700), 0);
    slot = mmap(NULL, sizeof *slot, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(slot != MAP_FAILED);
    int listener = unix_socket("clinic/slot", true);
    cr_assert_geq(listener, 0);
    slot_pid = fork();
    if (slot_pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener);
    }
    close(listener);
    snprintf(line, sizeof line,
             "echo try >> %s/tries; [ -e %s/up ] || exit 255; echo $$ > %s/line.pid; "
             "exec %s --hand-in --socket %s/clinic/slot --folder %s/clinic/refused",
             folder, folder, folder, program, folder, folder);
    line_mend();
}

void slot_close(void)
{
    if (relay_pid > 0) {
        relay_kill();
    }
    kill(slot_pid, SIGKILL);
    waitpid(slot_pid, NULL, 0);
    frames_teardown();
}

pid_t relay_start(unsigned long file_limit)
{
    char own[128], socket_path[128], log[128];
    in_folder(own, "relay");
    in_folder(socket_path, "kiosk.sock");
    in_folder(log, "log");
    (void)mkdir(own, 0700);
    relay_pid = fork();
    cr_assert_geq(relay_pid, 0);
    if (relay_pid == 0) {
        struct rlimit size = { file_limit, RLIM_INFINITY };
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(fd, STDERR_FILENO);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (file_limit == 0 || setrlimit(RLIMIT_FSIZE, &size) == 0) {
            execl(program, "foyer-relay", "--folder", own, "--listen", socket_path, "--", "/bin/sh", "-c",
                  line, (char *)NULL);
        }
        _exit(99);
    }
    for (int tries = 0;; tries++) {
        int fd = unix_socket("kiosk.sock", false);
        if (fd >= 0) {
            close(fd);
            return relay_pid;
        }
        cr_assert_lt(tries, 500, "the relay does not listen");
        poll(NULL, 0, 10);
    }
}

void relay_kill(void)
{
    kill(relay_pid, SIGKILL);
    waitpid(relay_pid, NULL, 0);
    relay_pid = 0;
    /* Its worker dies with it, but not in the same moment: neither the folder's lock nor the socket must be
     * its. */
    char path[128];
    in_folder(path, "relay/outbox");
    for (int tries = 0;; tries++) {
        int folder_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
            box = unix_socket("kiosk.sock", false);
        bool gone = box < 0 && (folder_fd < 0 || flock(folder_fd, LOCK_EX | LOCK_NB) == 0);
        if (folder_fd >= 0) {
            close(folder_fd);
        }
        if (box >= 0) {
            close(box);
        }
        if (gone) {
            return;
        }
        cr_assert_lt(tries, 500, "the relay does not end");
        poll(NULL, 0, 10);
    }
}

void line_is(const char *command)
{
    cr_assert_lt(snprintf(line, sizeof line, "%s", command), (int)sizeof line);
}

void line_cut(void)
{
    char path[128];
    in_folder(path, "up");
    unlink(path);
    end_line();
}

void line_mend(void)
{
    char path[128];
    in_folder(path, "up");
    cr_assert_eq(file_replace(path, "", 0, 0600, NULL), 0);
}

int line_tries(void)
{
    char path[128];
    struct buf tries = BUF_INIT;
    in_folder(path, "tries");
    int n = file_read(path, 1 << 20, &tries, NULL) == 0 ? (int)(tries.len / strlen("try\n")) : 0;
    buf_done(&tries);
    return n;
}

enum frame_status kiosk_posts_bytes(const void *data, size_t len, bool hang_up)
{
    uint8_t reply[FRAME_REPLY];
    int fd = unix_socket("kiosk.sock", false);
    if (fd < 0) {
        return FRAME_TROUBLE;
    }
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(fd, (const char *)data + sent, len - sent, MSG_NOSIGNAL);
        if (n <= 0) {
            break;
        }
        sent += (size_t)n;
    }
    if (hang_up) {
        shutdown(fd, SHUT_WR);
    }
    ssize_t n = recv(fd, reply, sizeof reply, MSG_WAITALL);
    close(fd);
    return n == FRAME_REPLY ? frame_reply_parse(reply) : FRAME_TROUBLE;
}

enum frame_status kiosk_posts(uint32_t n, uint32_t rev, enum frame_kind kind)
{
    struct buf frame = BUF_INIT;
    frame_of(&frame, n, rev, kind);
    enum frame_status status = kiosk_posts_bytes(frame.data, frame.len, false);
    buf_done(&frame);
    return status;
}

void slot_expect(int n)
{
    for (int tries = 0; slot->n < n; tries++) {
        cr_assert_lt(tries, 3000, "%d frames came, not %d", slot->n, n);
        poll(NULL, 0, 10);
    }
}
