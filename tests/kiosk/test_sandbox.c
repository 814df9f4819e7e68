/* What a wizard can no longer do once it has entered the sandbox. Each test runs in a process of its own. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

/* Runs `what` in a child inside the sandbox; its return value is the child's exit status. */
static int inside(int (*what)(int keep))
{
    int fd[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = { "" };
        if (sandbox_keep(fd[1], &err) != 0 || sandbox_enter(&err) != 0) {
            _exit(100);
        }
        _exit(what(fd[1]));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    close(fd[0]);
    close(fd[1]);
    cr_assert(WIFEXITED(status), "killed by signal %d", WTERMSIG(status));
    cr_assert_neq(WEXITSTATUS(status), 100, "the sandbox could not be entered");
    return WEXITSTATUS(status);
}

static int refused(long rc)
{
    return rc == -1 && errno == EPERM ? 0 : 1;
}

static int opens(int keep)
{
    (void)keep;
    return refused(open("/etc/passwd", O_RDONLY)) ||
           refused(openat(AT_FDCWD, "/tmp/x", O_CREAT | O_WRONLY, 0600));
}

static int connects(int keep)
{
    (void)keep;
    return refused(socket(AF_UNIX, SOCK_STREAM, 0)) || refused(socket(AF_INET, SOCK_STREAM, 0));
}

static int spawns(int keep)
{
    (void)keep;
    char *const argv[] = { (char *)(uintptr_t) "/bin/sh", NULL };
    return refused(fork()) || refused(execv("/bin/sh", argv));
}

static int makes_code(int keep)
{
    (void)keep;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED || refused(mprotect(page, 4096, PROT_READ | PROT_EXEC)) ||
           refused((long)mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int types_for_others(int keep)
{
    (void)keep;
    return refused(ioctl(0, TIOCSTI, "x"));
}

static int looks_dumpable(int keep)
{
    (void)keep;
    return refused(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)) || refused(kill(getppid(), 0)) ||
           refused(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int works(int keep)
{
    unsigned char byte;
    return write(keep, "ok", 2) == 2 && getrandom(&byte, 1, 0) == 1 && malloc(100000) != NULL ? 0 : 1;
}

Test(sandbox, opens_no_file)
{
    cr_expect_eq(inside(opens), 0);
}

Test(sandbox, makes_no_socket)
{
    cr_expect_eq(inside(connects), 0);
}

Test(sandbox, starts_no_process_and_no_shell)
{
    cr_expect_eq(inside(spawns), 0);
}

Test(sandbox, runs_no_code_it_has_written)
{
    cr_expect_eq(inside(makes_code), 0);
}

Test(sandbox, cannot_type_into_the_terminal_for_whoever_comes_next)
{
    cr_expect_eq(inside(types_for_others), 0);
}

Test(sandbox, cannot_become_dumpable_or_signal_others)
{
    cr_expect_eq(inside(looks_dumpable), 0);
}

Test(sandbox, can_still_serve_its_patient)
{
    cr_expect_eq(inside(works), 0);
}

Test(sandbox, keeps_no_descriptor_but_the_terminal_and_its_channel)
{
    int extra = open("/dev/null", O_RDONLY);
    int low = dup(extra);
    int fd[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
    int high = dup(extra);
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = { "" };
        if (sandbox_keep(fd[1], &err) != 0 || sandbox_enter(&err) != 0) {
            _exit(100);
        }
        char byte;
        int bad = 0;
        for (int i = 3; i <= high; i++) {
            bad |= i != fd[1] && !(read(i, &byte, 1) == -1 && errno == EBADF);
        }
        _exit(bad);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(low);
}

Test(scrub, leaves_only_what_is_known_in_the_environment)
{
    pid_t pid = fork();
    if (pid == 0) {
        setenv("TERM", "xterm", 1);
        setenv("LINES", "24", 1);
        setenv("TERMINFO", "/tmp/evil", 1);
        setenv("LD_PRELOAD", "evil.so", 1);
        struct err err = { "" };
        int left = open("/dev/null", O_RDONLY);
        int bad = sandbox_scrub(3, &err) != 0 || getenv("LINES") != NULL || getenv("TERMINFO") != NULL ||
                  getenv("LD_PRELOAD") != NULL || getenv("TERM") == NULL ||
                  strcmp(getenv("HOME"), "/nonexistent") != 0 || fcntl(left, F_GETFD) != -1 ||
                  prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
        _exit(bad);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
