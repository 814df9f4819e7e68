/* The locks of the programs as they run: what the kernel says of them, and what it answers to a call that is
 * put into them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/ptrace.h>
#include <linux/seccomp.h>

#include "clinic.h"
#include "staffer.h"

static struct clinic_folder clinic;
static char passphrase[96];

/* The files of a process in /proc are root's once it forbids dumps, and its own before: so not root's. */
static void other_group(void)
{
    if (getgid() == 0) {
        (void)!setgid(65534);
    }
}

static void setup(void)
{
    staffer_open(&clinic, passphrase);
    term_before(other_group);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(locks, .init = setup, .fini = teardown, .timeout = 120);

static bool says(pid_t pid, const char *name, const char *line)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *file = fopen(path, "r");
    bool found = false;
    char got[256];
    while (file != NULL && !found && fgets(got, sizeof got, file) != NULL) {
        found = strncmp(got, line, strlen(line)) == 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static bool dumpable(pid_t pid)
{
    char path[64];
    struct stat info;
    snprintf(path, sizeof path, "/proc/%d/limits", (int)pid);
    cr_assert_eq(stat(path, &info), 0, "%s: %s", path, strerror(errno));
    return info.st_gid != 0;
}

#ifdef __x86_64__
/* Stops it in the call it waits in. */
static struct user_regs_struct stop(pid_t pid)
{
    struct user_regs_struct at = { .orig_rax = (unsigned long long)-1 };
    for (int i = 0; i < 100 && (long long)at.orig_rax < 0; i++) {
        cr_assert_eq(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
        cr_assert_eq(waitpid(pid, NULL, __WALL), pid);
        cr_assert_eq(ptrace(PTRACE_GETREGS, pid, NULL, &at), 0);
        if ((long long)at.orig_rax < 0) { /* at work */
            cr_assert_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
            nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
        }
    }
    cr_assert_geq((long long)at.orig_rax, 0, "it never waits");
    at.rip -= 2;
    cr_assert_eq(ptrace(PTRACE_PEEKTEXT, pid, (void *)(uintptr_t)at.rip, NULL) & 0xffff, 0x050f);
    at.rax = at.orig_rax; /* so it makes the same call anew */
    at.orig_rax = (unsigned long long)-1;
    return at;
}

/* What the kernel answers when the stopped process makes this call; every argument is 0. */
static long answer(pid_t pid, const struct user_regs_struct *at, long call)
{
    struct user_regs_struct regs = *at;
    regs.rax = (unsigned long long)call;
    regs.rdi = regs.rsi = regs.rdx = regs.r10 = regs.r8 = regs.r9 = 0;
    cr_assert_eq(ptrace(PTRACE_SETREGS, pid, NULL, &regs), 0);
    for (int i = 0; i < 2; i++) { /* to its beginning, to its end */
        int status = 0;
        cr_assert_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
        cr_assert_eq(waitpid(pid, &status, __WALL), pid);
        cr_assert(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP, "it ended, or got a signal: %x", status);
    }
    cr_assert_eq(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
    return (long)regs.rax;
}

/* Whether the kernel notes in its log what the filter refuses. */
static void expect_logged(pid_t pid)
{
    struct seccomp_metadata filter = { 0 };
    if (ptrace((enum __ptrace_request)PTRACE_SECCOMP_GET_METADATA, pid, (void *)sizeof filter, &filter) < 0) {
        cr_log_warn("skipped: this kernel does not tell how a filter was loaded (%s)", strerror(errno));
        return;
    }
    cr_expect((filter.flags & SECCOMP_FILTER_FLAG_LOG) != 0, "refused calls are not in the kernel's log");
}

static void expect_calls(pid_t pid, bool locked, bool opens)
{
    /* Null pointers and no family: without a filter they answer something else. */
    const long none = locked ? -EPERM : -EFAULT;
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
        cr_log_warn("skipped: calls cannot be put into a program here (%s)", strerror(errno));
        return;
    }
    const struct user_regs_struct at = stop(pid);
    cr_expect_eq(answer(pid, &at, SYS_getpid), pid);
    cr_expect_eq(answer(pid, &at, SYS_execve), none);
    cr_expect_eq(answer(pid, &at, SYS_openat), opens ? -EFAULT : -EPERM);
    cr_expect_eq(answer(pid, &at, SYS_kill), locked ? -EPERM : 0);
    cr_expect_eq(answer(pid, &at, SYS_socket), locked ? -EPERM : -EAFNOSUPPORT);
    if (locked) {
        expect_logged(pid);
    }
    cr_assert_eq(ptrace(PTRACE_SETREGS, pid, NULL, &at), 0);
    cr_assert_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
}
#else
static void expect_calls(pid_t pid, bool locked, bool opens)
{
    (void)pid, (void)locked, (void)opens;
    cr_log_warn("skipped: calls are put into a program on x86_64 alone");
}
#endif

static void expect_locked(pid_t pid, bool opens)
{
    for (int i = 0;
         i < 200 && !(says(pid, "status", "Seccomp:\t2\n") && says(pid, "status", "NoNewPrivs:\t1\n")); i++) {
        nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
    }
    cr_expect(says(pid, "status", "Seccomp:\t2\n"), "no filter");
    cr_expect(says(pid, "status", "NoNewPrivs:\t1\n"));
    cr_expect(says(pid, "limits", "Max core file size        0                    0  "));
    cr_expect_not(dumpable(pid));
    expect_calls(pid, true, opens);
}

Test(locks, a_program_without_them_is_seen_to_have_none)
{
    struct term *t = term_start((char *[]){ (char *)(uintptr_t) "/bin/cat", NULL }, 24, 80, "xterm-256color");
    term_send(t, "here\r");
    term_expect(t, "here here"); /* by the terminal, and by cat, which may not have left its write() yet */
    for (int tries = 0; !says(term_pid(t), "status", "State:\tS"); tries++) {
        cr_assert_lt(tries, 1000);
        poll(NULL, 0, 10);
    }
    cr_expect_eq(says(term_pid(t), "status", "Seccomp:\t2\n"), says(getpid(), "status", "Seccomp:\t2\n"));
    cr_expect(dumpable(term_pid(t)));
    expect_calls(term_pid(t), false, true);
    term_send(t, "again\r");
    term_expect(t, "again again");
    term_close(t);
}

Test(locks, hold_in_the_wizard_that_asks_a_patient)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    expect_locked(term_child(term_child(term_pid(t))), false); /* the loader's child */
    press(t, "1", "What is your date of birth?");              /* and it goes on */
    term_close(t);
}

Test(locks, hold_in_the_letter_slot_before_it_reads_a_record)
{
    char database[128];
    int fd[2], status = 0;
    snprintf(database, sizeof database, "%s/foyer.db", clinic.path);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        other_group();
        dup2(fd[1], STDIN_FILENO);
        execl(BIN "/foyer-deposit", "foyer-deposit", "--database", database, (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    expect_locked(pid, true);
    close(fd[0]);
    cr_expect_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}

Test(locks, hold_in_the_printer_before_it_reads_what_a_patient_wrote)
{
    static const char document[] = "foyer-print 1\nbody\np Ada Lovelace\n";
    int fd[2], status = 0;
    char start[4] = "";
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd[1], STDIN_FILENO);
        dup2(fd[1], STDOUT_FILENO);
        execl(BIN "/foyer-print", "foyer-print", (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    for (int i = 0; i < 200 && !says(pid, "status", "Seccomp:\t2\n"); i++) {
        nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
    }
    cr_expect(says(pid, "status", "Seccomp:\t2\n"), "no filter");
    cr_expect(says(pid, "status", "NoNewPrivs:\t1\n"));
    cr_assert_eq(send(fd[0], document, sizeof document - 1, MSG_NOSIGNAL), sizeof document - 1);
    shutdown(fd[0], SHUT_WR);
    cr_expect_eq(recv(fd[0], start, sizeof start, MSG_WAITALL), sizeof start);
    cr_expect_eq(memcmp(start, "%PDF", sizeof start), 0, "and it goes on");
    while (recv(fd[0], start, sizeof start, 0) > 0) {
    }
    close(fd[0]);
    cr_expect_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}

Test(locks, hold_in_the_review_at_its_door_and_behind_it)
{
    struct term *t = staffer_review(&clinic, 24, 80);
    term_expect(t, "Passphrase");
    expect_locked(term_pid(t), true);
    staffer_unlock(t, passphrase);
    expect_locked(term_pid(t), true);
    press(t, "?", "another line"); /* and it goes on */
    term_close(t);
}
