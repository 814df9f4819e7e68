#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "mem.h"

enum { SAID_MAX = 65536 };

char *probe_path(const char *path)
{
    struct buf at = BUF_INIT;
#ifdef FOYER_TEST_CLOCK
    const char *root = getenv("FOYER_TEST_ROOT");
    buf_adds(&at, root != NULL ? root : "");
#endif
    buf_adds(&at, path);
    return buf_steal(&at);
}

bool probe_there(const char *path)
{
    char *at = probe_path(path);
    bool there = access(at, F_OK) == 0;
    free(at);
    return there;
}

/* Not file_read(): /proc and /sys say nothing true about the size of a file. */
int probe_read(const char *path, struct buf *out)
{
    char *at = probe_path(path);
    buf_reset(out);
    int fd = open(at, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    free(at);
    if (fd < 0) {
        return -1;
    }
    buf_reserve(out, PROBE_READ_MAX + 1);
    long n = fd_read_all(fd, out->data, PROBE_READ_MAX);
    int saved = errno;
    close(fd);
    errno = saved;
    out->len = n < 0 ? 0 : (size_t)n;
    out->data[out->len] = '\0';
    return n < 0 ? -1 : 0;
}

const char *probe_line(const char *path, struct buf *out)
{
    if (probe_read(path, out) != 0) {
        return "";
    }
    buf_cut(out, strcspn(buf_str(out), "\n"));
    return buf_str(out);
}

const char *probe_zone(struct buf *out)
{
    static const char before[] = "/zoneinfo/";
    char link[PATH_MAX];
    char *path = probe_path("/etc/localtime");
    ssize_t len = readlink(path, link, sizeof link - 1);
    free(path);
    link[len > 0 ? len : 0] = '\0';
    const char *zone = strstr(link, before);
    buf_reset(out);
    buf_adds(out, zone != NULL ? zone + strlen(before) : "");
    return buf_str(out);
}

bool probe_user(const char *user, int field, struct buf *out)
{
    struct buf text = BUF_INIT;
    bool found = false;
    buf_reset(out);
    (void)probe_read("/etc/passwd", &text);
    size_t len = strlen(user);
    char *rest = text.data;
    for (char *line = text.data ? strsep(&rest, "\n") : NULL; line != NULL && !found;
         line = strsep(&rest, "\n")) {
        if (strncmp(line, user, len) != 0 || line[len] != ':') {
            continue;
        }
        const char *part = "";
        for (int i = 0; i <= field && line != NULL; i++) {
            part = strsep(&line, ":");
        }
        buf_adds(out, part != NULL ? part : "");
        found = true;
        break;
    }
    buf_done(&text);
    return found;
}

/* \040 and the like, in place. */
static void unescape(char *s)
{
    char *to = s;
    for (; *s != '\0'; s++) {
        if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' &&
            s[3] <= '7') {
            *to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
            s += 3;
        } else {
            *to++ = *s;
        }
    }
    *to = '\0';
}

static bool lies_in(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strcmp(folder, "/") == 0 ||
           (strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

/* proc_pid_mountinfo(5): id parent major:minor root POINT options [fields...] - TYPE SOURCE superoptions */
static bool read_mount(char *line, const char *path, struct probe_mount *out, size_t *best)
{
    char *field[6], *rest = line;
    for (int i = 0; i < 6; i++) {
        field[i] = strsep(&rest, " ");
    }
    char *dash = field[5] != NULL && rest != NULL ? strstr(rest, "- ") : NULL;
    if (dash == NULL) {
        return false;
    }
    unescape(field[4]);
    size_t len = strlen(field[4]);
    if (!lies_in(path, field[4]) || len < *best) {
        return false;
    }
    char *tail = dash + 2;
    const char *kind = strsep(&tail, " "), *device = tail != NULL ? strsep(&tail, " ") : "";
    *best = len;
    snprintf(out->kind, sizeof out->kind, "%s", kind);
    snprintf(out->device, sizeof out->device, "%s", device);
    snprintf(out->options, sizeof out->options, "%s,%s", field[5], tail != NULL ? tail : "");
    return true;
}

bool probe_mount_of(const char *path, struct probe_mount *out)
{
    char real[PATH_MAX];
    struct buf text = BUF_INIT;
    size_t best = 0;
    bool found = false;
    memset(out, 0, sizeof *out);
    if (realpath(path, real) != NULL && probe_read("/proc/self/mountinfo", &text) == 0) {
        char *rest = text.data;
        for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
            found = read_mount(line, real, out, &best) || found;
        }
    }
    buf_done(&text);
    return found;
}

bool probe_has_line(const char *text, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = text; (at = strstr(at, line)) != NULL && len > 0; at += len) {
        if ((at == text || at[-1] == '\n') && (at[len] == '\n' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static void become(const char *const *argv, int said)
{
    static char *const environment[] = { (char *)(uintptr_t) "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                         (char *)(uintptr_t) "HOME=/nonexistent",
                                         (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL };
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(said, STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0) {
        _exit(127);
    }
    close_range(STDERR_FILENO + 1, ~0U, 0);
    signal(SIGPIPE, SIG_DFL);
    execve(argv[0], (char *const *)(uintptr_t)argv, environment);
    _exit(127);
}

static void hear(int from, int64_t end_ms, struct buf *out)
{
    for (bool ended = false; !ended;) {
        char part[4096];
        int64_t left = end_ms - clock_mono_ms(clock_system());
        struct pollfd at = { .fd = from, .events = POLLIN };
        int ready = left > 0 ? poll(&at, 1, (int)left) : 0;
        if (ready == 0) {
            return;
        }
        ssize_t n = ready > 0 ? read(from, part, sizeof part) : -1;
        ended = n == 0 || (n < 0 && errno != EINTR);
        if (n > 0 && out->len < SAID_MAX) {
            buf_add(out, part, (size_t)n);
        }
    }
}

/* Its status: one that says nothing more need not be at its end. */
static int end_of(pid_t pid, int64_t end_ms)
{
    enum { STEP_MS = 10 };
    int status = -1;
    for (;;) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR)) {
            return status;
        }
        if (clock_mono_ms(clock_system()) >= end_ms) {
            kill(pid, SIGKILL);
        }
        poll(NULL, 0, STEP_MS);
    }
}

int probe_run(const char *const *argv, int ms, struct buf *out)
{
    int said[2], status = -1;
    buf_reset(out);
    if (pipe2(said, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, said[1]);
    }
    close(said[1]);
    int64_t end_ms = clock_mono_ms(clock_system()) + ms;
    if (pid > 0) {
        hear(said[0], end_ms, out);
        status = end_of(pid, end_ms);
    }
    close(said[0]);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
