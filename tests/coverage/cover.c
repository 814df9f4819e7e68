/* Linked into the coverage flavour alone. A process that ends by _exit() writes down what it ran, and what
 * would keep it from writing (a filter on calls, a limit on files) is left out: what is measured is the code,
 * not its cage.
 */
#include <gcov.h>
#include <sys/resource.h>

_Noreturn void __real__exit(int status);
int __real_setrlimit(__rlimit_resource_t what, const struct rlimit *limit);
_Noreturn void __wrap__exit(int status);
int __wrap_seccomp_load(void *filter);
int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *limit);

_Noreturn void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}

int __wrap_seccomp_load(void *filter)
{
    (void)filter;
    return 0;
}

int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *limit)
{
    return what == RLIMIT_FSIZE && limit->rlim_cur == 0 ? 0 : __real_setrlimit(what, limit);
}
