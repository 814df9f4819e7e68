/* What a condition names, and days far off. */
#include <criterion/criterion.h>

#include "cond.h"

static struct form_cond flagged = { .kind = COND_FLAGGED };
static struct form_cond leaf = { .kind = COND_OPTIONS, .question = 3 };

/* flagged or (not (flagged and question 3)) */
Test(cond, the_question_it_rests_on_is_found_below_flags_and_not)
{
    struct form_cond both[] = { flagged, leaf };
    struct form_cond all = { .kind = COND_ALL, .child = both, .nchildren = 2 };
    struct form_cond not = { .kind = COND_NOT, .child = &all, .nchildren = 1 };
    struct form_cond either[] = { flagged, not };
    struct form_cond any = { .kind = COND_ANY, .child = either, .nchildren = 2 };
    struct form_cond none = { .kind = COND_NOT, .child = &flagged, .nchildren = 1 };
    struct cond_view view = { 0 };
    cr_expect(cond_mentions(&any, 3));
    cr_expect(cond_mentions(&not, 3));
    cr_expect_not(cond_mentions(&any, 4));
    cr_expect_not(cond_mentions(&flagged, 0), "a flag is no question");
    cr_expect_eq(cond_question(&view, &all), 3);
    cr_expect_eq(cond_question(&view, &not ), 3);
    cr_expect_eq(cond_question(&view, &none), SIZE_MAX, "it rests on flags alone");
    cr_expect_eq(cond_question(&view, &flagged), SIZE_MAX);
}

Test(cond, a_day_beyond_the_calendar_is_its_first_or_last)
{
    const struct date day = { 2026, 11, 21 };
    const enum date_unit unit[] = { UNIT_DAYS, UNIT_MONTHS, UNIT_YEARS };
    for (size_t i = 0; i < 3; i++) {
        struct date late = cond_date_after(day, 1e12, unit[i]), early = cond_date_after(day, -1e12, unit[i]);
        cr_expect(late.year == 9999 && late.month == 12 && late.day == 31);
        cr_expect(early.year == 1 && early.month == 1 && early.day == 1);
    }
    struct date next = cond_date_after(day, 0.5, UNIT_DAYS);
    cr_expect_eq(next.day, 22, "a part of a day is a day");
}
