#include "printer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "tr.h"

enum {
    PDF_MAX = 64 * 1024 * 1024,
    SAID_MAX = 400,
    SILENT_MS = 150000 /* its processor time is limited to less */
};

/* Beside this program in a build tree, else where it was installed. */
static void find(struct buf *path)
{
    if (!file_beside_self(path, "foyer-print")) {
        buf_adds(path, FOYER_LIBEXEC "/foyer-print");
    }
}

/* In the child: 0, 1 and 2 are its pipes, and there is nothing else. */
static void become(const char *path, const int in[2], const int out[2], const int said[2])
{
    static char *const environment[] = { (char *)(uintptr_t) "PATH=/usr/bin:/bin",
                                         (char *)(uintptr_t) "HOME=/nonexistent",
                                         (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL };
    char *const argv[] = { (char *)(uintptr_t) "foyer-print", NULL };
    if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0 ||
        dup2(said[1], STDERR_FILENO) < 0) {
        _exit(127);
    }
    close_range(STDERR_FILENO + 1, ~0U, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 0, 0 });
    signal(SIGPIPE, SIG_DFL);
    if (chdir("/") == 0) {
        execve(path, argv, environment);
    }
    _exit(127);
}

static void close_pair(int fd[2])
{
    for (int i = 0; i < 2; i++) {
        if (fd[i] >= 0) {
            close(fd[i]);
        }
        fd[i] = -1;
    }
}

/* Both at once, for it would wait for ever with one of them full. Of each no more than its most. False: it
 * has said nothing for longer than it may compute. */
static bool read_both(const int fd[2], struct buf *const to[2], const size_t most[2])
{
    struct pollfd from[2] = { { .fd = fd[0], .events = POLLIN }, { .fd = fd[1], .events = POLLIN } };
    char part[16384];
    int ready = 1;
    while (ready != 0 && (from[0].fd >= 0 || from[1].fd >= 0)) {
        ready = poll(from, 2, SILENT_MS);
        for (int i = 0; i < 2 && ready > 0; i++) {
            ssize_t n = from[i].revents == 0 ? -1 : read(fd[i], part, sizeof part);
            if (n > 0) {
                size_t room = most[i] - to[i]->len;
                buf_add(to[i], part, (size_t)n < room ? (size_t)n : room);
            } else if (from[i].revents != 0 && (n == 0 || errno != EINTR)) {
                from[i].fd = -1;
            }
        }
    }
    explicit_bzero(part, sizeof part); /* it may be a patient's */
    return ready != 0;
}

/* It reads all before it writes, so what is sent to it first blocks nobody. */
static int talk(pid_t pid, int to, int from, int said, const struct buf *document, struct buf *pdf,
                struct err *err)
{
    struct buf words = BUF_INIT;
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    bool sent = fd_write_all(to, document->data, document->len) == 0;
    close(to);
    if (!read_both((const int[]){ from, said }, (struct buf *const[]){ pdf, &words },
                   (const size_t[]){ PDF_MAX + 1, SAID_MAX })) {
        kill(pid, SIGKILL);
    }
    close(from);
    close(said);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    signal(SIGPIPE, old);
    while (words.len > 0 && words.data[words.len - 1] == '\n') {
        words.data[--words.len] = '\0';
    }
    bool well = sent && WIFEXITED(status) && WEXITSTATUS(status) == 0 && pdf->len > 4 &&
                pdf->len <= PDF_MAX && memcmp(pdf->data, "%PDF", 4) == 0;
    if (!well) {
        err_set(err, tr("the PDF could not be made: %s"),
                words.len > 0 ? buf_str(&words) : tr("foyer-print did not answer. Is it installed?"));
    }
    buf_done(&words);
    return well ? 0 : -1;
}

int printer_pdf(const struct buf *document, struct buf *pdf, struct err *err)
{
    struct buf path = BUF_INIT;
    int in[2] = { -1, -1 }, out[2] = { -1, -1 }, said[2] = { -1, -1 };
    pid_t pid = -1;
    find(&path);
    if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0) {
        pid = fork();
    }
    if (pid == 0) {
        become(buf_str(&path), in, out, said);
    }
    int rc = -1;
    if (pid < 0) {
        err_sys(err, "%s", tr("foyer-print could not be started"));
    } else {
        close(in[0]);
        close(out[1]);
        close(said[1]);
        rc = talk(pid, in[1], out[0], said[0], document, pdf, err);
        in[0] = in[1] = out[1] = said[1] = -1;
    }
    close_pair(in);
    close_pair(out);
    close_pair(said);
    buf_done(&path);
    return rc;
}
