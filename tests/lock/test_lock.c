/* What each program can no longer do, tried with the real filters. Each test runs in a process of its own. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"

static void expect_holds(enum lock_program program)
{
    struct buf wrong = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(lock_try(program, &wrong, &err), 0, "%s", err.text);
    cr_expect_str_eq(buf_str(&wrong), "");
    buf_done(&wrong);
}

Test(lock, the_wizards_filter_refuses_all_but_terminal_and_channel)
{
    expect_holds(LOCK_WIZARD);
}

Test(lock, the_letter_slots_filter_leaves_it_files_and_nothing_else)
{
    expect_holds(LOCK_DEPOSIT);
}

Test(lock, the_staff_tools_filter_starts_nothing_and_calls_nobody)
{
    expect_holds(LOCK_STAFF);
}

Test(lock, the_relays_filter_opens_no_socket_and_starts_nothing)
{
    expect_holds(LOCK_RELAY);
}

Test(lock, the_hand_ins_filter_reaches_local_sockets_and_no_network)
{
    expect_holds(LOCK_HAND_IN);
}

Test(lock, the_printers_filter_reads_fonts_and_changes_nothing)
{
    expect_holds(LOCK_PRINT);
}

static void *nothing(void *arg)
{
    return arg;
}

static int has_threads_and_no_process(void)
{
    pthread_t thread;
    pid_t pid =
        pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0 ? 0 : fork();
    if (pid == 0) {
        return 1;
    }
    return pid < 0 && errno == EPERM ? 0 : 2;
}

/* In a child behind the filter; its exit status is what `what` returned. */
static int behind(enum lock_program program, int (*what)(void))
{
    struct err err = { "" };
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(lock_filter(program, &err) != 0 ? 100 : what());
    }
    waitpid(pid, &status, 0);
    cr_assert(WIFEXITED(status), "killed by signal %d", WTERMSIG(status));
    cr_assert_neq(WEXITSTATUS(status), 100, "the filter could not be loaded");
    return WEXITSTATUS(status);
}

static int tries_again_and_again(void)
{
    for (int i = 0; i < 1000; i++) {
        if (syscall(SYS_socket, AF_INET, SOCK_STREAM, 0) != -1 || errno != EPERM) {
            return 1;
        }
    }
    return 0;
}

Test(lock, a_wrong_call_is_an_error_and_never_a_death)
{
    cr_expect_eq(behind(LOCK_DEPOSIT, tries_again_and_again), 0);
    cr_expect_eq(behind(LOCK_WIZARD, tries_again_and_again), 0);
}

Test(lock, the_printer_has_threads_and_starts_no_process)
{
    cr_expect_eq(behind(LOCK_PRINT, has_threads_and_no_process), 0);
}

static int gains_nothing(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    int found = 0;
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        found += strcmp(line, "NoNewPrivs:\t1\n") == 0 || strcmp(line, "Seccomp:\t2\n") == 0;
    }
    return found == 2 ? 0 : 1;
}

Test(lock, no_program_started_later_gains_rights)
{
    cr_expect_eq(behind(LOCK_STAFF, gains_nothing), 0);
}

Test(lock, a_filter_is_not_taken_off_by_another)
{
    struct buf wrong = BUF_INIT;
    struct err err = { "" };
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        /* After the strictest one the kernel refuses to load more: prctl and seccomp are not on its list. */
        _exit(lock_filter(LOCK_WIZARD, &err) != 0 ? 100 : lock_filter(LOCK_STAFF, &err) == 0);
    }
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    buf_done(&wrong);
}

Test(lock, a_limit_that_is_stricter_stays)
{
    struct err err = { "" };
    struct rlimit now;
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        int bad = lock_limit(RLIMIT_NOFILE, 20, 30, &err) != 0 ||
                  lock_limit(RLIMIT_NOFILE, 25, 40, &err) != 0 || getrlimit(RLIMIT_NOFILE, &now) != 0 ||
                  now.rlim_cur != 20 || now.rlim_max != 30;
        _exit(bad);
    }
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(lock, without_dumps_a_crash_leaves_no_core)
{
    struct err err = { "" };
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
        signal(SIGABRT, SIG_DFL);
        if (lock_no_dumps(&err) != 0 || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
            _exit(1);
        }
        kill(getpid(), SIGABRT);
    }
    waitpid(pid, &status, 0);
    cr_expect(WIFSIGNALED(status) && !WCOREDUMP(status));
}
