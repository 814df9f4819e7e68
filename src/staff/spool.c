#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "tr.h"

enum { SAID_MAX = 300 };

static void become(const char *const *argv, int document, int said)
{
    static char *const environment[] = { (char *)(uintptr_t) "PATH=/usr/bin:/bin",
                                         (char *)(uintptr_t) "HOME=/nonexistent",
                                         (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL };
    if (dup2(document, STDIN_FILENO) < 0 || dup2(said, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0) {
        _exit(127);
    }
    close_range(STDERR_FILENO + 1, ~0U, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    setsid();
    if (chdir("/") == 0) {
        execve(argv[0], (char *const *)(uintptr_t)argv, environment);
    }
    _exit(127);
}

/* What it says until it closes its mouth. False: it took too long. */
static bool listen_to(int fd, int64_t end_ms, struct buf *words)
{
    for (;;) {
        char part[512];
        int64_t left = end_ms - clock_mono_ms(clock_system());
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        int ready = left <= 0 ? 0 : poll(&poll_fd, 1, (int)left);
        if (ready == 0) {
            return false;
        }
        ssize_t n = ready < 0 ? -1 : read(fd, part, sizeof part);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return true;
        }
        if (n > 0 && words->len < SAID_MAX) {
            buf_add(words, part, (size_t)n);
        }
    }
}

/* The child is left to be waited for. */
static bool ends_by(pid_t pid, int64_t end_ms)
{
    siginfo_t info = { .si_pid = 0 };
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
        if (clock_mono_ms(clock_system()) >= end_ms) {
            return false;
        }
        poll(NULL, 0, 10);
    }
    return true;
}

static int wait_for(pid_t pid, int said, const char *program, struct err *err)
{
    struct buf words = BUF_INIT;
    int status = 0;
    int64_t end_ms = clock_mono_ms(clock_system()) + (int64_t)SPOOL_MOST_S * 1000;
    /* One that closes its mouth may still go on. */
    bool in_time = listen_to(said, end_ms, &words) && ends_by(pid, end_ms);
    if (!in_time) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    while (words.len > 0 && words.data[words.len - 1] == '\n') {
        buf_cut(&words, words.len - 1);
    }
    int rc = 0;
    if (!in_time) {
        rc =
            err_set(err, tr("%s did not finish in %d seconds: is the printer there?"), program, SPOOL_MOST_S);
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        rc = err_set(err, tr("%s did not print: %s"), program,
                     words.len > 0 ? buf_str(&words)
                                   : tr("it is not there, or gave no reason. See \"printer\" in kiosk.conf"));
    }
    buf_done(&words);
    return rc;
}

int spool_send(const char *const *argv, const struct buf *document, struct err *err)
{
    int said[2];
    int memory = memfd_create("document", MFD_CLOEXEC);
    if (memory < 0 || fd_write_all(memory, buf_str(document), document->len) != 0 ||
        lseek(memory, 0, SEEK_SET) != 0 || pipe2(said, O_CLOEXEC) != 0) {
        err_sys(err, "%s", tr("nothing could be printed"));
        if (memory >= 0) {
            close(memory);
        }
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, memory, said[1]);
    }
    close(memory);
    close(said[1]);
    int rc =
        pid < 0 ? err_sys(err, tr("%s could not be started"), argv[0]) : wait_for(pid, said[0], argv[0], err);
    close(said[0]);
    return rc;
}
