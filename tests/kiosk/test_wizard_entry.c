/* Dates, numbers and texts as people type them. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "tr.h"
#include "wizard_entry.h"

static const struct date today = { 2026, 11, 21 };

static int read(const char *day, const char *month, const char *year, bool partial, struct date *out,
                enum entry_part *part, struct err *err)
{
    const char *const text[3] = { day, month, year };

    return entry_date(text, partial, today, out, part, err);
}

struct taken {
    const char *day, *month, *year;
    bool partial;
    struct date want;
};

Test(wizard_entry, dates_that_are_understood)
{
    static const struct taken all[] = {
        { "9", "5", "1990", false, { 1990, 5, 9 } },     { "09", "05", "1990", false, { 1990, 5, 9 } },
        { " 9 ", "May", "1990", false, { 1990, 5, 9 } }, { "9", "may", "1990", false, { 1990, 5, 9 } },
        { "9", "Sept", "1990", false, { 1990, 9, 9 } },  { "29", "2", "2024", false, { 2024, 2, 29 } },
        { "21", "11", "2026", false, { 2026, 11, 21 } }, { "21", "11", "1901", false, { 1901, 11, 21 } },
        { "", "5", "2025", true, { 2025, 5, 0 } },       { "", "", "2025", true, { 2025, 0, 0 } },
        { "", "11", "2026", true, { 2026, 11, 0 } },     { "", "", "", false, { 0, 0, 0 } },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct date got;
        enum entry_part part;
        struct err err = { "" };
        int rc = read(all[i].day, all[i].month, all[i].year, all[i].partial, &got, &part, &err);
        cr_expect_eq(rc, 0, "%s/%s/%s: %s", all[i].day, all[i].month, all[i].year, err.text);
        cr_expect(date_equal(got, all[i].want), "%s/%s/%s", all[i].day, all[i].month, all[i].year);
    }
}

struct mended {
    const char *day, *month, *year;
    bool partial;
    enum entry_part part;
    const char *says;
};

Test(wizard_entry, dates_that_are_refused_say_how_to_mend_them_and_where)
{
    static const struct mended all[] = {
        { "", "5", "1990", false, ENTRY_DAY, "Type the day" },
        { "32", "5", "1990", false, ENTRY_DAY, "from 1 to 31" },
        { "0", "5", "1990", false, ENTRY_DAY, "from 1 to 31" },
        { "x", "5", "1990", false, ENTRY_DAY, "from 1 to 31" },
        { "9", "", "1990", false, ENTRY_MONTH, "Type the month" },
        { "9", "", "1990", true, ENTRY_MONTH, "leave the day empty" },
        { "9", "13", "1990", false, ENTRY_MONTH, "from 1 to 12" },
        { "9", "ma", "1990", false, ENTRY_MONTH, "from 1 to 12" },
        { "9", "Mayo", "1990", false, ENTRY_MONTH, "from 1 to 12" },
        { "9", "5", "", false, ENTRY_YEAR, "Type the year" },
        { "9", "5", "90", false, ENTRY_YEAR, "all four digits" },
        { "9", "5", "0000", false, ENTRY_YEAR, "all four digits" },
        { "29", "2", "2023", false, ENTRY_DAY, "February 2023 has only 28 days" },
        { "22", "11", "2026", false, ENTRY_DAY, "not come yet" },
        { "1", "12", "2026", false, ENTRY_MONTH, "not come yet" },
        { "1", "1", "2027", false, ENTRY_YEAR, "not come yet" },
        { "", "", "2027", true, ENTRY_YEAR, "not come yet" },
        { "20", "11", "1901", false, ENTRY_YEAR, "very long ago" },
        { "", "10", "1901", true, ENTRY_YEAR, "very long ago" },
        { "9", "5", "0199", false, ENTRY_YEAR, "very long ago" },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct date got;
        enum entry_part part = ENTRY_DAY;
        struct err err = { "" };
        int rc = read(all[i].day, all[i].month, all[i].year, all[i].partial, &got, &part, &err);
        cr_expect_eq(rc, -1, "%s/%s/%s", all[i].day, all[i].month, all[i].year);
        cr_expect_eq(part, all[i].part, "%s/%s/%s", all[i].day, all[i].month, all[i].year);
        cr_expect_not_null(strstr(err.text, all[i].says), "%s", err.text);
        cr_expect_not(date_is_set(got));
    }
}

Test(wizard_entry, a_part_is_full_when_no_more_can_be_typed)
{
    cr_expect(entry_part_full(ENTRY_DAY, "9"));
    cr_expect_not(entry_part_full(ENTRY_DAY, "3"));
    cr_expect(entry_part_full(ENTRY_DAY, "31"));
    cr_expect(entry_part_full(ENTRY_MONTH, "2"));
    cr_expect_not(entry_part_full(ENTRY_MONTH, "1"));
    cr_expect_not(entry_part_full(ENTRY_MONTH, "May"));
    cr_expect(entry_part_full(ENTRY_YEAR, "1990"));
    cr_expect_not(entry_part_full(ENTRY_YEAR, ""));
}

Test(wizard_entry, dates_are_written_with_the_month_as_a_word)
{
    static const struct {
        struct date date;
        bool year;
        const char *want;
    } all[] = {
        { { 1990, 5, 9 }, true, "9 May 1990" },
        { { 2026, 11, 23 }, false, "23 November" },
        { { 2025, 5, 0 }, true, "May 2025" },
        { { 2025, 0, 0 }, true, "2025" },
        { { 0, 0, 0 }, true, "" },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct buf out = BUF_INIT;
        entry_date_words(&out, all[i].date, all[i].year);
        cr_expect_str_eq(buf_str(&out), all[i].want);
        buf_done(&out);
    }
}

static const struct form_question inr = {
    .type = QUESTION_NUMBER, .min = 0.5, .max = 20, .decimals = 1, .unit = "INR"
};

Test(wizard_entry, numbers_that_are_understood)
{
    static const struct {
        const char *text;
        double want;
    } all[] = { { "2.5", 2.5 }, { "2,5", 2.5 }, { " 3 ", 3 }, { "3 inr", 3 },
                { "0.5", 0.5 }, { "20", 20 },   { "2.", 2 } };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        double got = 0;
        struct err err = { "" };
        cr_expect_eq(entry_number(&inr, all[i].text, &got, &err), 0, "%s: %s", all[i].text, err.text);
        cr_expect_eq(got, all[i].want, "%s", all[i].text);
    }
}

Test(wizard_entry, numbers_that_are_refused)
{
    static const char *const all[] = { "",     "x",     "2.55", "0.4",
                                       "20.1", "1e3",   "0x3",  "nan",
                                       "-2",   "2.5.1", "1 2",  ".",
                                       ",",    "--2",   "inf",  "99999999999999999999" };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        double got;
        struct err err = { "" };
        cr_expect_eq(entry_number(&inr, all[i], &got, &err), -1, "%s", all[i]);
        cr_expect(strlen(err.text) > 10, "%s", all[i]);
    }
}

Test(wizard_entry, lines_are_tidied_and_empty_ones_left_out)
{
    char *s = entry_lines("  zinc   10 mg \n\n \ne\xCC\x81\n");

    cr_expect_str_eq(s, "zinc 10 mg\n\xC3\xA9");
    free(s);
    s = entry_lines("");
    cr_expect_str_eq(s, "");
    free(s);
}

Test(wizard_entry, the_order_of_a_date_is_the_languages)
{
    enum entry_part order[3];

    tr_use(NULL);
    entry_date_order(order);
    cr_expect(order[0] == ENTRY_DAY && order[1] == ENTRY_MONTH && order[2] == ENTRY_YEAR);
}

Test(wizard_entry, a_date_in_one_line_is_read_as_people_write_one)
{
    static const struct {
        const char *line, *day, *month, *year;
    } all[] = {
        { "9 5 1990", "9", "5", "1990" },
        { "9/5/1990", "9", "5", "1990" },
        { " 9. May, 1990 ", "9", "May", "1990" },
        { "May 9 1990", "9", "May", "1990" },
        { "1990-05-09", "9", "05", "1990" },
        { "1990 May 9", "9", "May", "1990" },
        { "5 1990", "", "5", "1990" },
        { "May 1990", "", "May", "1990" },
        { "1990", "", "", "1990" },
        { "9 de mayo de 1990", "9", "mayo", "1990" },
        { "31 de diciembre", "31", "diciembre", "" },
        { "31 5", "31", "5", "" },
        { "9 5 90", "9", "5", "90" },
        { "1990\xE5\xB9\xB4"
          "5\xE6\x9C\x88"
          "9\xE6\x97\xA5",
          "9", "5", "1990" },
        { "\xE0\xAF\xAF \xE0\xAF\xAB \xE0\xAF\xA7\xE0\xAF\xAF\xE0\xAF\xAF\xE0\xAF\xA6", "9", "5", "1990" },
        { "", "", "", "" },
        { " / ", "", "", "" },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *text[3];
        cr_assert(entry_date_line(all[i].line, text), "%s", all[i].line);
        const char *day = text[ENTRY_DAY];
        cr_expect_str_eq(*day == '0' ? day + 1 : day, all[i].day, "%s", all[i].line);
        cr_expect_str_eq(text[ENTRY_MONTH], all[i].month, "%s", all[i].line);
        cr_expect_str_eq(text[ENTRY_YEAR], all[i].year, "%s", all[i].line);
        for (size_t k = 0; k < 3; k++) {
            free(text[k]);
        }
    }
    char *text[3];
    cr_expect_not(entry_date_line("9 5 1990 10", text));
    for (size_t k = 0; k < 3; k++) {
        cr_expect_str_eq(text[k], "");
        free(text[k]);
    }
}

Test(wizard_entry, digits_of_every_script_are_digits)
{
    struct date got;
    enum entry_part part;
    struct err err = { "" };

    cr_expect_eq(read("\xEF\xBC\x99", "\xE0\xA5\xAB", "\xE0\xAF\xA7\xE0\xAF\xAF\xE0\xAF\xAF\xE0\xAF\xA6",
                      false, &got, &part, &err),
                 0, "%s", err.text);
    cr_expect(date_equal(got, (struct date){ 1990, 5, 9 }));
    cr_expect(entry_part_full(ENTRY_YEAR, "\xE0\xAF\xA7\xE0\xAF\xAF\xE0\xAF\xAF\xE0\xAF\xA6"));
    cr_expect_eq(entry_phone("\xD9\xA0\xD9\xA1\xD9\xA2\xD9\xA0\xD9\xA1", &err), 0); /* Arabic 01201 */
    static const char *const numbers[] = { "", "07700 900123", "+44 (0)20 7946 0000 ext. 12", "555-0123" };
    static const char *const none[] = { "Anna Berg1", "1", "none", "call 1 2 3", "Flat 12345 Long Street" };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        cr_expect_eq(entry_phone(numbers[i], &err), 0, "%s", numbers[i]);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cr_expect_eq(entry_phone(none[i], &err), -1, "%s", none[i]);
    }
    const struct form_question asked = { .min = 0.5, .max = 20.0, .decimals = 1 };
    double number = 0;
    cr_expect_eq(entry_number(&asked, "\xEF\xBC\x93\xEF\xBC\x8E\xEF\xBC\x96", &number, &err), 0, "%s",
                 err.text);
    cr_expect_eq((int)(number * 10 + 0.5), 36);
    cr_expect_eq(entry_number(&asked, "\xD9\xA3\xD9\xAB\xD9\xA6", &number, &err), 0, "%s", err.text);
    cr_expect_eq((int)(number * 10 + 0.5), 36);
}
