#include "lock.h"

#include <sys/prctl.h>

int lock_limit(int resource, rlim_t soft, rlim_t hard, struct err *err)
{
    struct rlimit now, want = { soft, hard };
    if (getrlimit((__rlimit_resource_t)resource, &now) == 0) {
        want.rlim_max = now.rlim_max < hard ? now.rlim_max : hard;
        want.rlim_cur = soft < want.rlim_max ? soft : want.rlim_max;
        want.rlim_cur = now.rlim_cur < want.rlim_cur ? now.rlim_cur : want.rlim_cur;
    }
    if (setrlimit((__rlimit_resource_t)resource, &want) != 0) {
        return err_sys(err, "cannot set a limit on this process");
    }
    return 0;
}

int lock_no_dumps(struct err *err)
{
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return err_sys(err, "cannot forbid dumps of this process");
    }
    return lock_limit(RLIMIT_CORE, 0, 0, err);
}
