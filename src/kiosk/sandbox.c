#include "sandbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "mem.h"

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
    return lock_no_dumps(err);
}

int sandbox_limit_loader(struct err *err)
{
    const rlim_t mib = (rlim_t)1024 * 1024;
    if (lock_limit(RLIMIT_FSIZE, 0, RLIM_INFINITY, err) != 0 || lock_limit(RLIMIT_NOFILE, 32, 64, err) != 0) {
        return -1;
    }
#ifndef __SANITIZE_ADDRESS__ /* ASan's shadow is larger than any sensible limit */
    if (lock_limit(RLIMIT_DATA, 128 * mib, 128 * mib, err) != 0) {
        return -1;
    }
#else
    (void)mib;
#endif
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
    if (lock_limit(RLIMIT_NOFILE, files, files, err) != 0 || lock_limit(RLIMIT_NPROC, 0, 0, err) != 0 ||
        lock_limit(RLIMIT_FSIZE, 0, 0, err) != 0 || lock_no_dumps(err) != 0) {
        return -1;
    }
    return lock_filter(LOCK_WIZARD, err);
}
