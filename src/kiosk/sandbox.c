#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "mem.h"

static int limit(int resource, rlim_t soft, rlim_t hard, struct err *err)
{
    struct rlimit now, want = { soft, hard };
    if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && now.rlim_max < hard) {
        want.rlim_max = now.rlim_max; /* somebody was stricter still */
        want.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
    }
    if (setrlimit((__rlimit_resource_t)resource, &want) != 0) {
        return err_sys(err, "cannot set a limit on this process");
    }
    return 0;
}

static int forbid_dumps(struct err *err)
{
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return err_sys(err, "cannot forbid dumps of this process");
    }
    return limit(RLIMIT_CORE, 0, 0, err);
}

int sandbox_scrub(int first, struct err *err)
{
    /* What is kept, and why: TERM chooses the terminal (from a fixed list), NO_COLOR is a patient's or a
     * clinic's wish. All else comes from whoever opened the session. */
    static const char *const keep[] = {
        "TERM",
        "NO_COLOR",
#ifdef FOYER_TEST_CLOCK
        "FOYER_TEST_NOW",
#endif
    };
    enum { KEEP = sizeof keep / sizeof keep[0] };
    char *value[KEEP];
    for (size_t i = 0; i < KEEP; i++) {
        const char *v = getenv(keep[i]);
        value[i] = v != NULL && strlen(v) < 64 ? mem_strdup(v) : NULL;
    }
    clearenv();
    for (size_t i = 0; i < KEEP; i++) {
        if (value[i] != NULL) {
            setenv(keep[i], value[i], 1);
            free(value[i]);
        }
    }
    setenv("HOME", "/nonexistent", 1);
    setenv("PATH", "/usr/bin:/bin", 1);
    setenv("LANG", "C.UTF-8", 1);
    umask(077);
    if (close_range((unsigned)first, ~0U, 0) != 0) {
        return err_sys(err, "cannot close what was left open");
    }
    return forbid_dumps(err);
}

int sandbox_limit_loader(struct err *err)
{
    const rlim_t mib = (rlim_t)1024 * 1024;
    if (limit(RLIMIT_FSIZE, 0, RLIM_INFINITY, err) != 0 || limit(RLIMIT_NOFILE, 32, 64, err) != 0) {
        return -1;
    }
#ifndef __SANITIZE_ADDRESS__ /* ASan's shadow is larger than any sensible limit */
    if (limit(RLIMIT_DATA, 128 * mib, 128 * mib, err) != 0) {
        return -1;
    }
#else
    (void)mib;
#endif
    return 0;
}

/* Calls a wizard makes, seen with strace on Debian 12 and trixie: terminal in and out, waiting, time,
 * random for sealing, memory, leaving. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
    SCMP_SYS(futex),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Of ioctl only the terminal's own questions and modes; never TIOCSTI, which types for somebody else. */
static const unsigned long allowed_ioctl[] = {
    TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, FIONREAD, TCFLSH
};

static int load_filter(struct err *err)
{
    int rc = -ENOMEM;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        goto out;
    }
    /* Kernels without this logging are fine: it only helps whoever looks into a fault. */
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
        if (rc != 0) {
            goto out;
        }
    }
    for (size_t i = 0; i < sizeof allowed_ioctl / sizeof allowed_ioctl[0]; i++) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                              SCMP_A1(SCMP_CMP_EQ, allowed_ioctl[i]));
        if (rc != 0) {
            goto out;
        }
    }
    /* A signal to itself (abort), and to nobody else. */
    rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                          SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    if (rc != 0) {
        goto out;
    }
    /* Memory, but never to be executed. */
    rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (rc == 0) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
    if (rc == 0) {
        rc = seccomp_load(filter); /* sets no_new_privs first */
    }
out:
    if (filter != NULL) {
        seccomp_release(filter);
    }
    if (rc != 0) {
        errno = -rc;
        return err_sys(err, "the kernel does not take the sandbox (seccomp)");
    }
    return 0;
}

int sandbox_keep(int keep, struct err *err)
{
    if ((keep > 3 && close_range(3, (unsigned)keep - 1, 0) != 0) ||
        close_range((unsigned)keep + 1, ~0U, 0) != 0) {
        return err_sys(err, "cannot close what was left open");
    }
    return 0;
}

/* The lowest number above every open descriptor. */
static rlim_t past_open_files(void)
{
    struct rlimit now;
    int fd = getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur < 1024 ? (int)now.rlim_cur : 1024;
    while (fd > 0 && fcntl(fd - 1, F_GETFD) < 0) {
        fd--;
    }
    return (rlim_t)fd;
}

int sandbox_enter(struct err *err)
{
    /* poll() counts against RLIMIT_NOFILE, so it is not simply 0. */
    rlim_t files = past_open_files();
    if (limit(RLIMIT_NOFILE, files, files, err) != 0 || limit(RLIMIT_NPROC, 0, 0, err) != 0 ||
        limit(RLIMIT_FSIZE, 0, 0, err) != 0 || forbid_dumps(err) != 0) {
        return -1;
    }
    return load_filter(err);
}
