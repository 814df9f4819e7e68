/* date.h: calendar days, as a clinic counts them. No clock, no timezone: see clock.h. */
#ifndef FOYER_DATE_H
#define FOYER_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Partial dates have day 0, or month and day 0. All zero means "no date". */
struct date {
    int16_t year; /* 1 to 9999 */
    uint8_t month;
    uint8_t day;
};

bool date_is_set(struct date d);  /* has at least a year */
bool date_is_full(struct date d); /* year, month and day */
bool date_equal(struct date a, struct date b);
bool date_valid(struct date d); /* a real day, month or year: no 30 February */
int date_days_in_month(int year, int month);

/* Days since 1 March 0000 in the proleptic Gregorian calendar; a full, valid date only. */
int32_t date_to_days(struct date d);
struct date date_from_days(int32_t days);           /* no date outside years 1 to 9999 */
struct date date_add_days(struct date d, int days); /* likewise */
int date_compare(struct date a, struct date b);     /* <0, 0, >0; full dates */

/* The same day n months later. If that month has no such day, the first day of the next month, so that
 * n whole months always pass: 31 Aug 2025 + 6 months = 1 Mar 2026 (clinical content, section 2.0). */
struct date date_add_months(struct date d, int months);

/* Whole years from one full date to another: an age. They have passed when the birthday has: of 29 February
 * it is 1 March. */
int date_years(struct date from, struct date to);

/* Does the whole of `d`, which may be a month or a year, lie before the full date `day`? */
bool date_ends_before(struct date d, struct date day);

/* A month-only date as a full one: the last day of that month, or `visit` when it is the visit's own
 * month. A full date comes back as it is; a year alone comes back as "no date". */
struct date date_resolve(struct date d, struct date visit);

/* "2026", "2026-05" or "2026-05-09" and nothing else. False, and *out no date, if it is not a real one. */
bool date_parse_iso(const char *s, struct date *out);

/* The same shapes. buf holds at least DATE_ISO_SIZE bytes. Returns buf. "" for no date, or none real. */
enum { DATE_ISO_SIZE = 11 };
char *date_format_iso(struct date d, char buf[DATE_ISO_SIZE]);

#endif
