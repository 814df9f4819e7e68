#include <criterion/criterion.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "date.h"

static struct date on(const char *iso)
{
    struct date d;

    cr_assert(date_parse_iso(iso, &d), "%s", iso);
    return d;
}

static const char *iso(struct date d)
{
    static char buf[DATE_ISO_SIZE];

    return date_format_iso(d, buf);
}

Test(date, days_agree_with_counting_for_400_years)
{
    struct date d = { 1796, 2, 1 };
    int32_t days = date_to_days(d);

    for (int i = 0; i < 146097 + 500; i++) {
        int length = d.month == 2                                                    ? 28
                     : d.month == 4 || d.month == 6 || d.month == 9 || d.month == 11 ? 30
                                                                                     : 31;

        if (d.month == 2 && ((d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0)) {
            length = 29;
        }
        if (date_to_days(d) != days || !date_equal(date_from_days(days), d) || !date_valid(d) ||
            date_days_in_month(d.year, d.month) != length) {
            cr_assert_fail("%d-%d-%d", d.year, d.month, d.day);
        }
        days++;
        d.day++;
        if (d.day > length) {
            d.day = 1;
            if (++d.month > 12) {
                d.month = 1;
                d.year++;
            }
        }
    }
    cr_assert_eq(d.year, 2197);
}

Test(date, days_count_from_march_of_year_0)
{
    cr_assert_eq(date_to_days(on("0001-01-01")), 306);
    cr_assert_eq(date_to_days(on("1970-01-01")), 719468);
    cr_assert_str_eq(iso(date_from_days(306)), "0001-01-01");
    cr_assert_str_eq(iso(date_from_days(305)), "");
    cr_assert_str_eq(iso(date_from_days(date_to_days(on("9999-12-31")))), "9999-12-31");
    cr_assert_str_eq(iso(date_from_days(date_to_days(on("9999-12-31")) + 1)), "");
    cr_assert_str_eq(iso(date_from_days(INT32_MIN)), "");
    cr_assert_str_eq(iso(date_from_days(INT32_MAX)), "");
}

Test(date, adding_days)
{
    cr_assert_str_eq(iso(date_add_days(on("2024-02-28"), 1)), "2024-02-29");
    cr_assert_str_eq(iso(date_add_days(on("2026-01-01"), -1)), "2025-12-31");
    cr_assert_str_eq(iso(date_add_days(on("2026-01-01"), INT_MAX)), "");
    cr_assert_str_eq(iso(date_add_days(on("2026-01-01"), INT_MIN)), "");
}

Test(date, months_roll_forward)
{
    static const struct {
        const char *from;
        int months;
        const char *to;
    } cases[] = {
        { "2025-08-31", 6, "2026-03-01" },
        { "2023-08-31", 6, "2024-03-01" },
        { "2023-08-29", 6, "2024-02-29" },
        { "2025-08-29", 6, "2026-03-01" },
        { "2025-08-28", 6, "2026-02-28" },
        { "2026-01-31", 1, "2026-03-01" },
        { "2026-05-31", 1, "2026-07-01" },
        { "2026-12-31", 12, "2027-12-31" },
        { "2024-02-29", 12, "2025-03-01" },
        { "2024-02-29", 48, "2028-02-29" },
        { "2026-11-30", 1, "2026-12-30" },
        { "2026-11-30", 3, "2027-03-01" },
        { "2026-06-15", 0, "2026-06-15" },
        { "2026-03-31", -1, "2026-03-01" },
        { "2026-01-15", -1, "2025-12-15" },
        { "9999-11-30", 1, "9999-12-30" },
        { "9999-12-01", 1, "" },
        { "0001-01-01", -1, "" },
        { "2026-01-01", INT_MAX, "" },
        { "2026-01-01", INT_MIN, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_str_eq(iso(date_add_months(on(cases[i].from), cases[i].months)), cases[i].to, "%s %+d",
                         cases[i].from, cases[i].months);
    }
}

Test(date, an_age_is_in_whole_years)
{
    const struct {
        struct date born, on;
        int years;
    } is[] = {
        { { 1990, 5, 15 }, { 2026, 5, 14 }, 35 }, { { 1990, 5, 15 }, { 2026, 5, 15 }, 36 },
        { { 2008, 2, 29 }, { 2026, 2, 28 }, 17 }, { { 2008, 2, 29 }, { 2026, 3, 1 }, 18 },
        { { 2008, 2, 29 }, { 2028, 2, 29 }, 20 }, { { 2026, 5, 15 }, { 2026, 5, 15 }, 0 },
    };
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        cr_expect_eq(date_years(is[i].born, is[i].on), is[i].years, "row %zu", i);
    }
}

Test(date, only_real_dates_parse)
{
    static const char *const good[] = { "2026",    "0001",       "9999",       "2026-05",
                                        "2026-12", "2026-05-09", "2024-02-29", "2000-02-29" };
    static const char *const bad[] = {
        "",           "0000",        "26",          "02026",       "2026-",      "2026-5",     "2026-00",
        "2026-13",    "2026-05-",    "2026-05-9",   "2026-05-00",  "2026-05-32", "2026-02-29", "1900-02-29",
        "2026-04-31", "2026-05-091", "2026-05-09 ", " 2026-05-09", "+026-05-09", "-026",       "2026/05/09",
        "2026-05-0x", "2026-05-09-", "99999",       "20260509",    "二〇二六",
    };
    struct date d;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert(date_parse_iso(good[i], &d), "%s", good[i]);
        cr_assert(date_valid(d));
        cr_assert_str_eq(iso(d), good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        d = (struct date){ 2026, 1, 1 };
        cr_assert_not(date_parse_iso(bad[i], &d), "%s", bad[i]);
        cr_assert_not(date_is_set(d));
    }
    cr_assert_not(date_parse_iso(NULL, &d));
}

Test(date, what_is_no_real_date_formats_as_nothing)
{
    static const struct date bad[] = { { 0, 0, 0 },     { 0, 5, 9 },    { -1, 5, 9 },    { 10000, 1, 1 },
                                       { 32767, 1, 1 }, { 2026, 0, 9 }, { 2026, 13, 1 }, { 2026, 255, 255 },
                                       { 2026, 2, 30 }, { 2026, 4, 31 } };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(date_valid(bad[i]), "%zu", i);
        cr_assert_str_eq(iso(bad[i]), "");
    }
}

Test(date, month_only_is_its_last_day_or_the_visit)
{
    struct date visit = on("2026-11-21");

    cr_assert_str_eq(iso(date_resolve(on("2026-10"), visit)), "2026-10-31");
    cr_assert_str_eq(iso(date_resolve(on("2024-02"), visit)), "2024-02-29");
    cr_assert_str_eq(iso(date_resolve(on("2026-11"), visit)), "2026-11-21");
    cr_assert_str_eq(iso(date_resolve(on("2025-11"), visit)), "2025-11-30");
    cr_assert_str_eq(iso(date_resolve(on("2026-11-03"), visit)), "2026-11-03");
    cr_assert_str_eq(iso(date_resolve(on("2026"), visit)), "");
    cr_assert_str_eq(iso(date_resolve((struct date){ 2026, 2, 30 }, visit)), "");
    cr_assert_str_eq(iso(date_resolve((struct date){ 0, 0, 0 }, visit)), "");
}

Test(date, what_is_known_of_a_date_lies_wholly_before_a_day)
{
    struct date day = on("1990-05-17");

    cr_expect(date_ends_before(on("1990-05-16"), day));
    cr_expect_not(date_ends_before(day, day));
    cr_expect_not(date_ends_before(on("1990-05-18"), day));
    cr_expect(date_ends_before(on("1990-04"), day));
    cr_expect_not(date_ends_before(on("1990-05"), day));
    cr_expect_not(date_ends_before(on("1990-06"), day));
    cr_expect(date_ends_before(on("1989"), day));
    cr_expect_not(date_ends_before(on("1990"), day));
    cr_expect_not(date_ends_before(on("1991-01-01"), day));
}

Test(date, order_and_shape)
{
    cr_assert_lt(date_compare(on("2025-12-31"), on("2026-01-01")), 0);
    cr_assert_gt(date_compare(on("2026-02-01"), on("2026-01-31")), 0);
    cr_assert_eq(date_compare(on("2026-02-01"), on("2026-02-01")), 0);
    cr_assert(date_is_full(on("2026-02-01")));
    cr_assert_not(date_is_full(on("2026-02")));
    cr_assert(date_is_set(on("2026")));
    cr_assert_eq(date_days_in_month(2026, 0), 0);
    cr_assert_eq(date_days_in_month(2026, 13), 0);
}

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

Test(clock, the_day_is_the_clinics)
{
    char buf[CLOCK_MINUTE_SIZE];

    /* 2026-11-21 23:30 UTC */
    use_zone("UTC0");
    cr_assert_str_eq(iso(clock_local_date(1795303800)), "2026-11-21");
    cr_assert_str_eq(clock_format_minute(1795303800, buf), "2026-11-21 23:30");
    use_zone("CET-1");
    cr_assert_str_eq(iso(clock_local_date(1795303800)), "2026-11-22");
    cr_assert_str_eq(clock_format_minute(1795303800, buf), "2026-11-22 00:30");
}

Test(clock, an_impossible_time_is_no_date)
{
    char buf[CLOCK_MINUTE_SIZE];

    use_zone("UTC0");
    cr_assert_not(date_is_set(clock_local_date(INT64_MAX)));
    cr_assert_not(date_is_set(clock_local_date(INT64_MIN)));
    cr_assert_not(date_is_set(clock_local_date(INT64_C(253402300800)))); /* year 10000 */
    cr_assert_str_eq(iso(clock_local_date(INT64_C(253402300799))), "9999-12-31");
    cr_assert_str_eq(clock_format_minute(INT64_MAX, buf), "");
}

Test(clock, test_builds_start_at_the_time_they_are_told)
{
    setenv("FOYER_TEST_NOW", "1795303800", 1);
    int64_t now = clock_wall_s(clock_system());
    cr_assert_geq(now, 1795303800);
    cr_assert_leq(now, 1795303802);
    setenv("FOYER_TEST_NOW", "0", 1);
    cr_assert_geq(clock_wall_s(clock_system()), now, "read once");
}

Test(clock, what_is_not_a_number_leaves_the_real_time)
{
    setenv("FOYER_TEST_NOW", "tomorrow", 1);
    cr_assert_leq(llabs((long long)(clock_wall_s(clock_system()) - (int64_t)time(NULL))), 1);
}

Test(clock, monotonic_time_moves_on)
{
    const struct timespec nap = { 0, 5000000 };
    int64_t before = clock_mono_ms(clock_system());

    nanosleep(&nap, NULL);
    cr_assert_geq(clock_mono_ms(clock_system()), before + 4);
}

Test(clock, state_is_one_of_three)
{
    enum clock_state state = clock_system_state();

    cr_assert(state == CLOCK_UNKNOWN || state == CLOCK_RTC || state == CLOCK_SYNCED);
}
