/* filter.c: the lists of system calls. Gathered with strace on Debian 12 and 13; names the kernel of
 * another architecture does not have are skipped by libseccomp. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sched.h>
#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

_Static_assert(sizeof(void *) == 8, "32-bit systems have calls of other names, which these lists lack: use a "
                                    "64-bit Debian or Raspberry Pi OS");

/* What all do: waiting, time, random, memory, ending. */
static const int common[] = {
    SCMP_SYS(read),           SCMP_SYS(readv),        SCMP_SYS(write),
    SCMP_SYS(writev),         SCMP_SYS(poll),         SCMP_SYS(ppoll),
    SCMP_SYS(close),          SCMP_SYS(lseek),        SCMP_SYS(fstat),
    SCMP_SYS(clock_gettime),  SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),
    SCMP_SYS(time),           SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),      SCMP_SYS(brk),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),         SCMP_SYS(madvise),      SCMP_SYS(mlock),
    SCMP_SYS(munlock),        SCMP_SYS(futex),        SCMP_SYS(getpid),
    SCMP_SYS(gettid),         SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

/* Files of the database: SQLite, the gate, the log, the ballast; the answer on a socket that is open. */
static const int files[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(access),     SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(stat),       SCMP_SYS(lstat),      SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),  SCMP_SYS(statx),      SCMP_SYS(statfs),     SCMP_SYS(fstatfs),
    SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(getcwd),     SCMP_SYS(fcntl),
    SCMP_SYS(flock),      SCMP_SYS(pread64),    SCMP_SYS(pwrite64),   SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),  SCMP_SYS(ftruncate),  SCMP_SYS(unlink),     SCMP_SYS(unlinkat),
    SCMP_SYS(fchmod),     SCMP_SYS(fchown),     SCMP_SYS(getuid),     SCMP_SYS(geteuid),
    SCMP_SYS(getgid),     SCMP_SYS(getegid),    SCMP_SYS(recvfrom),   SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),     SCMP_SYS(sendmsg),    SCMP_SYS(getsockopt), SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
};

/* Exports and backups, folders, the terminal, printing by a helper that is there. */
static const int staff[] = {
    SCMP_SYS(getdents64),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utimensat),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(copy_file_range),
    SCMP_SYS(sendfile),
    SCMP_SYS(sync),
    SCMP_SYS(syncfs),
    SCMP_SYS(sync_file_range),
    SCMP_SYS(umask),
    SCMP_SYS(chdir),
    SCMP_SYS(fchdir),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(memfd_create),
    SCMP_SYS(socketpair), /* two ends in this process: it reaches nobody */
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(signalfd),
    SCMP_SYS(signalfd4),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(inotify_add_watch),
    SCMP_SYS(inotify_rm_watch),
    SCMP_SYS(rt_sigpending),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(rt_sigsuspend),
    SCMP_SYS(wait4),
    SCMP_SYS(waitid),
    SCMP_SYS(getppid),
    SCMP_SYS(getpgid),
    SCMP_SYS(getpgrp),
    SCMP_SYS(getsid),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(getrlimit),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(close_range),
    SCMP_SYS(shutdown),
    SCMP_SYS(adjtimex), /* asks whether the clock is set; only root could set it */
    SCMP_SYS(clock_adjtime),
};

/* Files that get their names once they are whole, screens that connect. */
static const int relay[] = {
    SCMP_SYS(getdents64), SCMP_SYS(mkdirat), SCMP_SYS(rename),   SCMP_SYS(renameat),
    SCMP_SYS(renameat2),  SCMP_SYS(accept4), SCMP_SYS(shutdown), SCMP_SYS(getppid),
};

/* The letter slot's socket, and how many files there are. */
static const int hand_in[] = { SCMP_SYS(getdents64), SCMP_SYS(connect) };

/* Fonts to read, and the threads that look for them. */
static const int print[] = {
    SCMP_SYS(access),      SCMP_SYS(faccessat),  SCMP_SYS(faccessat2),      SCMP_SYS(stat),
    SCMP_SYS(lstat),       SCMP_SYS(newfstatat), SCMP_SYS(fstatat64),       SCMP_SYS(statx),
    SCMP_SYS(statfs),      SCMP_SYS(fstatfs),    SCMP_SYS(readlink),        SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),      SCMP_SYS(fcntl),      SCMP_SYS(pread64),         SCMP_SYS(getdents64),
    SCMP_SYS(fadvise64),   SCMP_SYS(getuid),     SCMP_SYS(geteuid),         SCMP_SYS(getgid),
    SCMP_SYS(getegid),     SCMP_SYS(uname),      SCMP_SYS(sysinfo),         SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield), SCMP_SYS(rseq),       SCMP_SYS(set_robust_list),
};

/* Of ioctl only the terminal's own questions and modes; never TIOCSTI, which types for somebody else, nor
 * TIOCLINUX, which pastes. */
static const unsigned long terminal[] = { TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, FIONREAD, TCFLSH };

static int allow_all(scmp_filter_ctx filter, const int *call, size_t n)
{
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call[i], 0);
        /* A name this architecture does not have cannot be called either. */
        rc = rc == -EDOM || rc == -EINVAL ? 0 : rc;
    }
    return rc;
}
#define ALLOW(filter, list) allow_all(filter, list, sizeof(list) / sizeof *(list))

/* A signal to itself (abort, raise), and to nobody else. */
static int allow_own_signals(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

/* Memory, but never to be executed. */
static int allow_memory(scmp_filter_ctx filter)
{
    int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return rc != 0 ? rc
                   : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* Stricter limits only read, or set, for this process itself: the core limit at the start of every session.
 */
static int allow_own_limits(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0));
}

/* Files to read, none to write or make. */
static int allow_reading(scmp_filter_ctx filter)
{
    const scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC;
    int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
    if (rc == 0) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                              SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
        rc = rc == -EDOM || rc == -EINVAL ? 0 : rc; /* some architectures have openat alone */
    }
    return rc;
}

/* Threads of its own, with names, and no process. What clone3 is asked for lies in memory, where no filter
 * looks: it is said not to be there, and the C library falls back. */
static int allow_threads(scmp_filter_ctx filter)
{
    const scmp_datum_t thread = CLONE_VM | CLONE_THREAD;
    int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    rc = rc != 0 ? rc
                 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                    SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
    return rc != 0 ? rc
                   : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                                      SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
}

#ifdef __SANITIZE_ADDRESS__
/* The search for leaks at the end: a thread of its own that traces this one. Never a fork: that has no
 * CLONE_VM. */
static int allow_sanitizer(scmp_filter_ctx filter)
{
    static const int more[] = {
        SCMP_SYS(ptrace),      SCMP_SYS(prctl),           SCMP_SYS(wait4),         SCMP_SYS(getdents64),
        SCMP_SYS(getdents),    SCMP_SYS(openat),          SCMP_SYS(readlink),      SCMP_SYS(arch_prctl),
        SCMP_SYS(sched_yield), SCMP_SYS(set_robust_list), SCMP_SYS(rt_sigpending), SCMP_SYS(fstatfs),
        SCMP_SYS(dup),         SCMP_SYS(getppid)
    };
    const scmp_datum_t thread = CLONE_VM | CLONE_UNTRACED;
    int rc = ALLOW(filter, more);
    return rc != 0 ? rc
                   : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                      SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
}
#endif

static int fill(scmp_filter_ctx filter, enum lock_program program)
{
    int rc = ALLOW(filter, common);
    if (rc == 0 && program == LOCK_PRINT) {
        rc = ALLOW(filter, print);
        rc = rc != 0 ? rc : allow_own_limits(filter);
        rc = rc != 0 ? rc : allow_reading(filter);
        rc = rc != 0 ? rc : allow_threads(filter);
    } else if (rc == 0 && program != LOCK_WIZARD) {
        rc = ALLOW(filter, files);
    }
    if (rc == 0 && program == LOCK_STAFF) {
        rc = ALLOW(filter, staff);
        rc = rc != 0 ? rc : allow_own_limits(filter);
    }
    if (rc == 0 && program == LOCK_RELAY) {
        rc = ALLOW(filter, relay);
    }
    if (rc == 0 && program == LOCK_HAND_IN) {
        rc = ALLOW(filter, hand_in);
        rc = rc != 0 ? rc
                     : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                        SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    }
    bool screen = program == LOCK_WIZARD || program == LOCK_STAFF;
    for (size_t i = 0; rc == 0 && screen && i < sizeof terminal / sizeof *terminal; i++) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, terminal[i]));
    }
    rc = rc != 0 ? rc : allow_own_signals(filter);
    rc = rc != 0 ? rc : allow_memory(filter);
#ifdef __SANITIZE_ADDRESS__
    if (rc == 0 && program != LOCK_WIZARD && program != LOCK_PRINT) { /* they do not look for leaks */
        rc = allow_sanitizer(filter);
    }
#endif
    return rc;
}

int lock_filter(enum lock_program program, struct err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = filter == NULL ? -ENOMEM : 0;
    if (rc == 0) {
        /* Kernels without these are fine: the log only helps whoever looks into a fault. Of a printer it
         * would be full of clone3. */
        (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, program != LOCK_PRINT);
        (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
        /* The calls of another architecture too are refused, not deadly. */
        (void)seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
        rc = fill(filter, program);
    }
    if (rc == 0) {
        rc = seccomp_load(filter); /* sets no_new_privs first */
    }
    if (filter != NULL) {
        seccomp_release(filter);
    }
    if (rc != 0) {
        errno = -rc;
        return err_sys(err, "the kernel does not take the sandbox (seccomp)");
    }
    return 0;
}
