#include "date.h"

/* Years are counted from March, so that a leap day is the last day of its year; an era is the 400 years
 * after which the Gregorian calendar repeats. */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, YEAR_MAX = 9999 };

static const struct date no_date = { 0, 0, 0 };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static struct date make(int year, int month, int day)
{
    return (struct date){ (int16_t)year, (uint8_t)month, (uint8_t)day };
}

/* Days from 1 March to the first of the month that comes `n` months after March. */
static int days_before(int n)
{
    return (153 * n + 2) / 5;
}

bool date_is_set(struct date d)
{
    return d.year != 0;
}

bool date_is_full(struct date d)
{
    return d.year != 0 && d.month != 0 && d.day != 0;
}

bool date_equal(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

int date_days_in_month(int year, int month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (month < 1 || month > 12) {
        return 0;
    }
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool date_valid(struct date d)
{
    if (d.year < 1 || d.year > YEAR_MAX || d.month > 12) {
        return false;
    }
    if (d.month == 0) {
        return d.day == 0;
    }
    return d.day <= date_days_in_month(d.year, d.month);
}

int32_t date_to_days(struct date d)
{
    int year = d.month > 2 ? d.year : d.year - 1;
    int month = d.month > 2 ? d.month - 3 : d.month + 9;

    return year * 365 + year / 4 - year / 100 + year / 400 + days_before(month) + d.day - 1;
}

struct date date_from_days(int32_t days)
{
    static const int32_t first = 306;    /* 0001-01-01 */
    static const int32_t last = 3652364; /* 9999-12-31 */

    if (days < first || days > last) {
        return no_date;
    }
    int era = days / ERA_DAYS;
    int in_era = days % ERA_DAYS;
    int in_era_year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * in_era_year + in_era_year / 4 - in_era_year / 100);
    int month = (5 * in_year + 2) / 153;
    int day = in_year - days_before(month) + 1;
    int year = era * ERA_YEARS + in_era_year + (month >= 10 ? 1 : 0);
    return make(year, month < 10 ? month + 3 : month - 9, day);
}

struct date date_add_days(struct date d, int days)
{
    int64_t sum = (int64_t)date_to_days(d) + days;

    return sum < 0 || sum > INT32_MAX ? no_date : date_from_days((int32_t)sum);
}

int date_compare(struct date a, struct date b)
{
    int key_a = a.year * 10000 + a.month * 100 + a.day;
    int key_b = b.year * 10000 + b.month * 100 + b.day;

    return (key_a > key_b) - (key_a < key_b);
}

struct date date_add_months(struct date d, int months)
{
    int64_t sum = (int64_t)d.year * 12 + d.month - 1 + months;

    if (sum < 12 || sum >= ((int64_t)YEAR_MAX + 1) * 12) {
        return no_date;
    }
    struct date to = make((int)(sum / 12), (int)(sum % 12) + 1, d.day);
    if (date_valid(to)) {
        return to;
    }
    /* Only a day past the end of a month comes here, never one in December, which has them all. */
    return make(to.year, to.month + 1, 1);
}

int date_years(struct date from, struct date to)
{
    int years = to.year - from.year;
    return years - (date_compare(date_add_months(from, 12 * years), to) > 0);
}

bool date_ends_before(struct date d, struct date day)
{
    if (d.year != day.year || d.month == 0) {
        return d.year < day.year;
    }
    return d.month < day.month || (d.month == day.month && d.day != 0 && d.day < day.day);
}

struct date date_resolve(struct date d, struct date visit)
{
    if (!date_valid(d) || d.month == 0) {
        return no_date;
    }
    if (d.day != 0) {
        return d;
    }
    if (d.year == visit.year && d.month == visit.month && date_is_full(visit)) {
        return visit;
    }
    return make(d.year, d.month, date_days_in_month(d.year, d.month));
}

/* Exactly n digits at *s, which moves past them. -1 if they are not there. */
static int take_digits(const char **s, int n)
{
    int value = 0;

    for (; n > 0; n--, (*s)++) {
        if (**s < '0' || **s > '9') {
            return -1;
        }
        value = value * 10 + (**s - '0');
    }
    return value;
}

bool date_parse_iso(const char *s, struct date *out)
{
    *out = no_date;
    if (!s) {
        return false;
    }
    int year = take_digits(&s, 4);
    int month = 0;
    int day = 0;
    if (year < 0) {
        return false;
    }
    if (*s == '-') {
        s++;
        month = take_digits(&s, 2);
        if (month <= 0) {
            return false;
        }
        if (*s == '-') {
            s++;
            day = take_digits(&s, 2);
            if (day <= 0) {
                return false;
            }
        }
    }
    struct date d = make(year, month, day);
    if (*s != '\0' || !date_valid(d)) {
        return false;
    }
    *out = d;
    return true;
}

static char *put_digits(char *to, int value, int n)
{
    for (int i = n - 1; i >= 0; i--, value /= 10) {
        to[i] = (char)('0' + value % 10);
    }
    return to + n;
}

char *date_format_iso(struct date d, char buf[DATE_ISO_SIZE])
{
    char *to = buf;

    if (date_valid(d)) {
        to = put_digits(to, d.year, 4);
        if (d.month != 0) {
            *to++ = '-';
            to = put_digits(to, d.month, 2);
        }
        if (d.day != 0) {
            *to++ = '-';
            to = put_digits(to, d.day, 2);
        }
    }
    *to = '\0';
    return buf;
}
