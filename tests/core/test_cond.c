/* What a condition names, and days far off. */
#include <criterion/criterion.h>

#include "build.h"
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

Test(cond, below_a_not_the_first_question_is_the_one_it_rests_on)
{
    struct form_cond later = { .kind = COND_OPTIONS, .question = 5 };
    struct form_cond both[] = { leaf, later };
    struct form_cond either = { .kind = COND_ANY, .child = both, .nchildren = 2 };
    struct form_cond not_either = { .kind = COND_NOT, .child = &either, .nchildren = 1 };
    struct form_cond neither = { .kind = COND_NOT, .child = &not_either, .nchildren = 1 };
    struct cond_view view = { 0 };
    cr_expect_eq(cond_question(&view, &not_either), 3);
    cr_expect_eq(cond_question(&view, &neither), 3);
}

Test(cond, without_the_clinics_settings_an_amount_is_the_forms_own)
{
    static const struct policy_row policy[] = { { "days", NULL, 1, 90, 28 } };
    struct form *form = build_form(&(struct form_rows){ .policy = policy, .npolicies = 1 });
    struct answers *answers = answers_new(form);
    struct cond_view view = { .answers = answers };
    cr_expect_eq(cond_amount(&view, &(struct form_amount){ .policy = 0 }), 28);
    cr_expect_eq(cond_amount(&view, &(struct form_amount){ .policy = -1, .value = 3 }), 3);
    answers_free(answers);
    form_free(form);
}
