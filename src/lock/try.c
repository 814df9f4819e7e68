/* try.c: a filter is only worth what this kernel makes of it, so it is tried where it will be used. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

struct trial {
    const char *what;
    unsigned refused; /* to which programs: bits by enum lock_program */
    unsigned allowed;
    long (*call)(void);
};

enum {
    WIZARD = 1 << LOCK_WIZARD,
    DEPOSIT = 1 << LOCK_DEPOSIT,
    STAFF = 1 << LOCK_STAFF,
    RELAY = 1 << LOCK_RELAY,
    HAND_IN = 1 << LOCK_HAND_IN,
    PRINT = 1 << LOCK_PRINT,
    ALL = (1 << LOCK_PROGRAMS) - 1
};

static long try_fork(void)
{
    /* The call itself: with nothing in between that would behave otherwise in a child. */
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    if (pid > 0) {
        waitpid((pid_t)pid, NULL, 0);
    }
    return pid;
}

static long try_exec(void)
{
    char *const argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
    return execv(argv[0], argv);
}

static long try_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long try_net(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_code(void)
{
    // cppcheck-suppress invalidFunctionArg ; -1 is what the manual asks for
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    // cppcheck-suppress memleak ; the process ends
    return page == MAP_FAILED ? -1 : 0;
}

static long try_code_later(void)
{
    // cppcheck-suppress invalidFunctionArg ; -1 is what the manual asks for
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? 0 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static long try_typing(void)
{
    return ioctl(0, TIOCSTI, "x");
}

static long try_signal(void)
{
    return kill(getppid(), 0);
}

static long try_mount(void)
{
    return syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL);
}

static long try_user(void)
{
    return setuid(getuid());
}

static long try_unshare(void)
{
    return syscall(SYS_unshare, 0);
}

static long try_open(void)
{
    return open("/dev/null", O_RDONLY);
}

static long try_write(void)
{
    return open("/dev/null", O_WRONLY);
}

static long try_remove(void)
{
    return unlink("/proc/self/none");
}

static long try_memory(void)
{
    // cppcheck-suppress invalidFunctionArg ; -1 is what the manual asks for
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : munmap(page, 4096);
}

static long try_random(void)
{
    unsigned char byte;
    return getrandom(&byte, 1, 0) == 1 ? 0 : -1;
}

static long try_folder(void)
{
    long fd = open("/", O_RDONLY | O_DIRECTORY);
    char entry[1024];
    return fd < 0 ? -1 : syscall(SYS_getdents64, fd, entry, sizeof entry) > 0 ? 0 : -1;
}

static const struct trial trials[] = {
    { "starting a process", ALL, 0, try_fork },
    { "starting a program", ALL, 0, try_exec },
    { "a socket", ALL & ~HAND_IN, HAND_IN, try_unix },
    { "a network connection", ALL, 0, try_net },
    { "memory with code in it", ALL, 0, try_code },
    { "memory made into code", ALL, 0, try_code_later },
    { "typing into the terminal for others", ALL, 0, try_typing },
    { "a signal to another process", ALL, 0, try_signal },
    { "mounting", ALL, 0, try_mount },
    { "another user", ALL, 0, try_user },
    { "a namespace", ALL, 0, try_unshare },
    { "opening a file", WIZARD, ALL & ~WIZARD, try_open },
    { "writing a file", WIZARD | PRINT, ALL & ~(WIZARD | PRINT), try_write },
    { "taking a file away", WIZARD | PRINT, 0, try_remove },
    { "reading a folder", WIZARD, STAFF | RELAY | HAND_IN | PRINT, try_folder },
    { "memory", 0, ALL, try_memory },
    { "random numbers", 0, ALL, try_random },
};
enum { NTRIALS = sizeof trials / sizeof *trials };

/* In the child: one byte a trial, 'y' for as it should be. */
static void try_all(enum lock_program program, int report)
{
    char seen[NTRIALS];
    struct err err;
    if (lock_no_dumps(&err) != 0 || lock_filter(program, &err) != 0) {
        (void)fd_write_all(report, err.text, strlen(err.text));
        _exit(1);
    }
    for (size_t i = 0; i < NTRIALS; i++) {
        errno = 0;
        long rc = trials[i].call();
        bool refused = rc < 0 && errno == EPERM;
        bool wrong = (trials[i].refused >> program & 1) != 0   ? !refused
                     : (trials[i].allowed >> program & 1) != 0 ? rc < 0
                                                               : false;
        seen[i] = wrong ? 'n' : 'y';
    }
    (void)fd_write_all(report, seen, sizeof seen);
    _exit(0);
}

int lock_try(enum lock_program program, struct buf *wrong, struct err *err)
{
    char seen[ERR_SIZE] = "";
    int report[2], status = 0;
    if (pipe2(report, O_CLOEXEC) != 0) {
        return err_sys(err, "the locks cannot be tried");
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(report[0]);
        try_all(program, report[1]);
    }
    close(report[1]);
    long n = fd_read_all(report[0], seen, sizeof seen - 1);
    close(report[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || n < 0) {
        return err_sys(err, "the locks cannot be tried");
    }
    if (!WIFEXITED(status)) {
        buf_adds(wrong, "the process was killed where a call should have been refused\n");
    } else if (WEXITSTATUS(status) != 0 || n != NTRIALS) {
        return err_set(err, "%s", seen[0] != '\0' ? seen : "the locks cannot be tried");
    }
    for (size_t i = 0; WIFEXITED(status) && i < NTRIALS; i++) {
        if (seen[i] != 'y') {
            buf_addf(wrong, "%s %s\n", trials[i].what,
                     (trials[i].refused >> program & 1) != 0 ? "is not refused" : "does not work");
        }
    }
    return 0;
}
