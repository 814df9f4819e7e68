/* clock.h: time as a parameter, so that tests pin it.
 *
 * Programs use clock_system(). Test builds may set FOYER_TEST_NOW (seconds since 1970, or the path of a file
 * with the seconds to add as a native int64_t): the substitute is compiled only where FOYER_TEST_CLOCK is
 * defined, counts as synchronised, and still moves on from there.
 */
#ifndef FOYER_CLOCK_H
#define FOYER_CLOCK_H

#include <stdint.h>

#include "date.h"

struct clock {
    int64_t (*wall_s)(void *arg);  /* seconds since 1970, UTC */
    int64_t (*mono_ms)(void *arg); /* milliseconds, never goes back, goes on while the machine sleeps */
    void *arg;
};

const struct clock *clock_system(void);
int64_t clock_wall_s(const struct clock *clock);
int64_t clock_mono_ms(const struct clock *clock);

/* The calendar day of `wall_s` in the process's timezone. The programs set TZ from kiosk.conf and call
 * tzset() once at start, which reads the zone's file before any sandbox. No date outside years 1 to 9999. */
struct date clock_local_date(int64_t wall_s);

/* The first second of a day there, and of that of `wall_s`; 0 where it has no date. */
int64_t clock_day_begins(struct date day);
int64_t clock_local_midnight(int64_t wall_s);

/* "2026-11-21 09:05", local time. Returns buf. */
enum { CLOCK_MINUTE_SIZE = 32 };
char *clock_format_minute(int64_t wall_s, char buf[CLOCK_MINUTE_SIZE]);

/* How far the wall clock can be believed, for the record's header: date rules of one to three days hang
 * on it. */
enum clock_state {
    CLOCK_UNKNOWN = 0, /* never synchronised since boot and no hardware clock */
    CLOCK_RTC = 1,     /* a hardware clock, not synchronised */
    CLOCK_SYNCED = 2,
};
enum clock_state clock_system_state(void);

/* Which start of the machine this is: a UUID that the kernel drew. "" where it does not say. Returns out. */
enum { CLOCK_BOOT_SIZE = 37 };
char *clock_boot(char out[CLOCK_BOOT_SIZE]);

#endif
