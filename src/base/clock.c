#include "clock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#ifdef FOYER_TEST_CLOCK
#include <stdlib.h>
#include <sys/mman.h>
#endif

static int64_t system_mono_ms(void *arg)
{
    struct timespec now;

    (void)arg;
    /* Not CLOCK_MONOTONIC, which stands still while the machine sleeps: whoever comes back after a sleep
     * finds a visit that has ended, and the sleep does not look like a jump of the wall clock. */
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#ifdef FOYER_TEST_CLOCK
/* What FOYER_TEST_NOW says is added to the real time; read once, so that time moves on from there. A file's
 * name: the seconds to add lie in it, and whoever writes there moves the clock under a running program. */
static int64_t test_shift(time_t now)
{
    static struct {
        bool known;
        int64_t shift;
        const volatile int64_t *moved;
    } test;

    if (!test.known) {
        const char *value = getenv("FOYER_TEST_NOW");
        char *end = NULL;
        long long at = value ? strtoll(value, &end, 10) : 0;

        test.known = true;
        if (value && *value == '/') {
            int fd = open(value, O_RDONLY | O_CLOEXEC);
            test.moved = mmap(NULL, sizeof *test.moved, PROT_READ, MAP_SHARED, fd, 0);
            test.moved = test.moved == MAP_FAILED ? NULL : test.moved;
            close(fd);
        } else if (value && end != value && *end == '\0') {
            test.shift = at - (int64_t)now;
        }
    }
    return test.moved ? *test.moved : test.shift;
}
#endif

static int64_t system_wall_s(void *arg)
{
    time_t now = time(NULL);

    (void)arg;
#ifdef FOYER_TEST_CLOCK
    return (int64_t)now + test_shift(now);
#else
    return (int64_t)now;
#endif
}

const struct clock *clock_system(void)
{
    static const struct clock clock = { system_wall_s, system_mono_ms, NULL };

    return &clock;
}

int64_t clock_wall_s(const struct clock *clock)
{
    return clock->wall_s(clock->arg);
}

int64_t clock_mono_ms(const struct clock *clock)
{
    return clock->mono_ms(clock->arg);
}

struct date clock_local_date(int64_t wall_s)
{
    time_t at = (time_t)wall_s;
    struct tm tm;

    if (!localtime_r(&at, &tm) || tm.tm_year + INT64_C(1900) > 9999 || tm.tm_year + INT64_C(1900) < 1) {
        return (struct date){ 0, 0, 0 };
    }
    return (struct date){ (int16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday };
}

int64_t clock_local_midnight(int64_t wall_s)
{
    struct date day = clock_local_date(wall_s);
    return day.year == 0 ? 0 : clock_day_begins(day);
}

int64_t clock_day_begins(struct date day)
{
    struct tm tm = {
        .tm_year = day.year - 1900, .tm_mon = day.month - 1, .tm_mday = day.day, .tm_isdst = -1
    };
    return (int64_t)mktime(&tm);
}

char *clock_format_minute(int64_t wall_s, char buf[CLOCK_MINUTE_SIZE])
{
    time_t at = (time_t)wall_s;
    struct tm tm;

    if (!localtime_r(&at, &tm) || strftime(buf, CLOCK_MINUTE_SIZE, "%Y-%m-%d %H:%M", &tm) == 0) {
        buf[0] = '\0';
    }
    return buf;
}

enum clock_state clock_system_state(void)
{
    struct timex state = { .modes = 0 }; /* only asks */

#ifdef FOYER_TEST_CLOCK
    if (getenv("FOYER_TEST_NOW")) {
        return CLOCK_SYNCED;
    }
#endif
    if (adjtimex(&state) >= 0 && !(state.status & STA_UNSYNC)) {
        return CLOCK_SYNCED;
    }
    /* Where the unit lets nobody ask the kernel (ProtectClock=), systemd-timesyncd(8) has left this. */
    if (access("/run/systemd/timesync/synchronized", F_OK) == 0) {
        return CLOCK_SYNCED;
    }
    if (access("/dev/rtc0", F_OK) == 0 || access("/sys/class/rtc/rtc0", F_OK) == 0) {
        return CLOCK_RTC;
    }
    return CLOCK_UNKNOWN;
}

char *clock_boot(char out[CLOCK_BOOT_SIZE])
{
    memset(out, 0, CLOCK_BOOT_SIZE);
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, out, CLOCK_BOOT_SIZE - 1) != CLOCK_BOOT_SIZE - 1) {
            out[0] = '\0';
        }
        close(fd);
    }
    return out;
}
