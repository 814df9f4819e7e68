#include "build.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static struct patient p;

/* Four levels, each asked because of the one above. */
static void setup(void)
{
    static const struct question_row questions[] = {
        { "a", "Q1", "choice", "no yes", NULL },
        { "b", "Q2", "choices", "none* x y", "a=yes" },
        { "c", "Q3", "choice", "no yes", "b=x" },
        { "d", "Q4", "text", NULL, "c=yes" },
        { "when", "Q5", "date partial", NULL, NULL },
        { "recent", "Q6", "choice", "no yes", "when<28d" },
        { "n", "Q7", "number", NULL, NULL },
        { "page", "Q8", "info", NULL, NULL },
        { "either", "Q9", "choices", "no* never* x", NULL },
    };
    patient_init(&p, build_form(&(struct form_rows){ .question = questions, .nquestions = 9 }));
}

static void teardown(void)
{
    patient_done(&p);
}

TestSuite(answers, .init = setup, .fini = teardown);

enum { A, B, C, D, WHEN, RECENT, NUMBER, PAGE, EITHER };

static void answer_all_levels(void)
{
    patient_says(&p, "a", "yes");
    patient_says(&p, "b", "x|y");
    patient_says(&p, "c", "yes");
    patient_says(&p, "d", "something");
}

Test(answers, nothing_is_answered_at_first)
{
    for (size_t i = 0; i < p.form->nquestions; i++) {
        cr_expect_eq(answers_state(p.answers, i), ANSWER_MISSING);
    }
    cr_expect(answers_shown(p.answers, A));
    cr_expect_not(answers_shown(p.answers, B));
}

Test(answers, a_hidden_answer_is_withdrawn_through_every_level)
{
    answer_all_levels();
    cr_expect(answers_shown(p.answers, D));
    patient_says(&p, "a", "no");
    for (size_t i = B; i <= D; i++) {
        cr_expect_not(answers_shown(p.answers, i));
        cr_expect_eq(answers_state(p.answers, i), ANSWER_MISSING);
        cr_expect_eq(answers_options(p.answers, i), 0);
        cr_expect_eq(answers_counted(p.answers, i, p.visit), 0, "hidden is not missing");
    }
    cr_expect_str_eq(answers_text(p.answers, D), "");
}

Test(answers, withdrawn_answers_come_back_with_their_question)
{
    answer_all_levels();
    patient_says(&p, "a", "unsure");
    cr_expect_not(answers_shown(p.answers, B));
    patient_says(&p, "a", "yes");
    cr_expect_eq(answers_options(p.answers, B), OPTION_BIT(1) | OPTION_BIT(2));
    cr_expect_str_eq(answers_text(p.answers, D), "something");
}

Test(answers, an_answer_to_a_hidden_question_is_kept_for_later)
{
    patient_says(&p, "c", "yes");
    cr_expect_eq(answers_state(p.answers, C), ANSWER_MISSING);
    patient_says(&p, "a", "yes");
    patient_says(&p, "b", "x");
    cr_expect_eq(answers_options(p.answers, C), OPTION_BIT(1));
    cr_expect(answers_shown(p.answers, D));
}

Test(answers, what_is_shown_depends_on_the_day_of_the_visit)
{
    patient_says(&p, "when", "2026-10-25");
    cr_expect(answers_shown(p.answers, RECENT));
    answers_set_context(p.answers, day("2026-11-22"), p.policies->value);
    cr_expect_not(answers_shown(p.answers, RECENT));
}

Test(answers, a_contradiction_is_kept_and_only_the_others_count)
{
    answers_set_options(p.answers, EITHER, OPTION_BIT(0) | OPTION_BIT(2));
    cr_expect_eq(answers_options(p.answers, EITHER), OPTION_BIT(0) | OPTION_BIT(2));
    cr_expect_eq(answers_state(p.answers, EITHER), ANSWER_INVALID);
    cr_expect_eq(answers_counted(p.answers, EITHER, p.visit), OPTION_BIT(2));
    answers_set_options(p.answers, EITHER, OPTION_BIT(0) | OPTION_BIT(1));
    cr_expect_eq(answers_counted(p.answers, EITHER, p.visit), OPTION_MISSING, "two exclusives say nothing");
    answers_set_options(p.answers, EITHER, OPTION_BIT(0) | OPTION_UNSURE);
    cr_expect_eq(answers_counted(p.answers, EITHER, p.visit), OPTION_UNSURE);
    answers_set_options(p.answers, A, OPTION_BIT(0) | OPTION_BIT(1));
    cr_expect_eq(answers_state(p.answers, A), ANSWER_INVALID);
    cr_expect_eq(answers_counted(p.answers, A, p.visit), OPTION_BIT(0) | OPTION_BIT(1), "both count");
}

Test(answers, an_option_that_is_not_there_is_invalid)
{
    answers_set_options(p.answers, A, OPTION_BIT(1) | OPTION_BIT(7));
    cr_expect_eq(answers_state(p.answers, A), ANSWER_INVALID);
    cr_expect_eq(answers_options(p.answers, A), OPTION_BIT(1));
    answers_set_options(p.answers, A, OPTION_MISSING);
    cr_expect_eq(answers_state(p.answers, A), ANSWER_INVALID);
}

Test(answers, a_value_of_another_type_is_invalid)
{
    answers_set_date(p.answers, A, day("2026-01-01"));
    cr_expect_eq(answers_state(p.answers, A), ANSWER_INVALID);
    answers_set_text(p.answers, NUMBER, "3.6");
    cr_expect_eq(answers_state(p.answers, NUMBER), ANSWER_INVALID);
    answers_set_number(p.answers, WHEN, 2026);
    cr_expect_eq(answers_state(p.answers, WHEN), ANSWER_INVALID);
    answers_set_options(p.answers, WHEN, OPTION_BIT(0));
    cr_expect_eq(answers_state(p.answers, WHEN), ANSWER_INVALID);
    answers_set_options(p.answers, PAGE, OPTION_BIT(0));
    cr_expect_eq(answers_counted(p.answers, PAGE, p.visit), 0, "a page to read has no answer");
}

Test(answers, a_number_out_of_range_is_invalid)
{
    answers_set_number(p.answers, NUMBER, 0.5);
    cr_expect_eq(answers_state(p.answers, NUMBER), ANSWER_GIVEN);
    answers_set_number(p.answers, NUMBER, 20.01);
    cr_expect_eq(answers_state(p.answers, NUMBER), ANSWER_INVALID);
    answers_set_number(p.answers, NUMBER, (double)NAN);
    cr_expect_eq(answers_state(p.answers, NUMBER), ANSWER_INVALID);
    answers_set_number(p.answers, NUMBER, -HUGE_VAL);
    cr_expect_eq(answers_state(p.answers, NUMBER), ANSWER_INVALID);
}

Test(answers, dates_are_read_against_the_visit)
{
    struct date none = { 0, 0, 0 };

    answers_set_date(p.answers, WHEN, day("2026-05"));
    cr_expect(date_equal(answers_date(p.answers, WHEN), day("2026-05")));
    cr_expect(date_equal(answers_day(p.answers, WHEN, p.visit), day("2026-05-31")));
    cr_expect_not(answers_refused(p.answers, WHEN, p.visit));
    cr_expect(answers_refused(p.answers, WHEN, day("2026-04-30")));
    answers_set_date(p.answers, WHEN, day("2026"));
    cr_expect_eq(answers_counted(p.answers, WHEN, p.visit), OPTION_UNSURE);
    cr_expect(date_equal(answers_day(p.answers, WHEN, p.visit), none));
    answers_set_date(p.answers, WHEN, day("2026-11-22"));
    cr_expect(answers_refused(p.answers, WHEN, p.visit));
    cr_expect_eq(answers_counted(p.answers, WHEN, p.visit), 0);
    answers_set_date(p.answers, WHEN, (struct date){ 2026, 2, 30 });
    cr_expect_eq(answers_state(p.answers, WHEN), ANSWER_INVALID);
    answers_set_date(p.answers, WHEN, none);
    cr_expect_eq(answers_state(p.answers, WHEN), ANSWER_INVALID);
}

Test(answers, blank_and_broken_texts)
{
    answer_all_levels();
    answers_set_text(p.answers, D, " \t\n");
    cr_expect_eq(answers_state(p.answers, D), ANSWER_MISSING);
    answers_set_text(p.answers, D, "\xff\xfe");
    cr_expect_eq(answers_state(p.answers, D), ANSWER_INVALID);
    cr_expect_str_eq(answers_text(p.answers, D), "");

    char long_text[2002];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    answers_set_text(p.answers, D, long_text);
    cr_expect_eq(answers_state(p.answers, D), ANSWER_INVALID);
    answers_set_text(p.answers, D, long_text + 1);
    cr_expect_eq(answers_state(p.answers, D), ANSWER_GIVEN);
}

Test(answers, a_mark_of_invalid_keeps_what_was_valid)
{
    patient_says(&p, "a", "yes");
    patient_says(&p, "b", "x");
    answers_set_invalid(p.answers, B);
    cr_expect_eq(answers_state(p.answers, B), ANSWER_INVALID);
    cr_expect_eq(answers_counted(p.answers, B, p.visit), OPTION_BIT(1));
    cr_expect(answers_shown(p.answers, C));
    patient_says(&p, "b", "y");
    cr_expect_eq(answers_state(p.answers, B), ANSWER_GIVEN);
}

Test(answers, unknown_ids_are_cleaned_cut_and_counted_once)
{
    const char *id;

    answers_add_unknown(p.answers, "plain");
    answers_add_unknown(p.answers, "plain");
    answers_add_unknown(p.answers, "a\x1b[31mb\n");
    answers_add_unknown(p.answers, "12345678901234567890123456789012345678901234é56789");
    cr_assert_eq(answers_unknown(p.answers, 1, &id), 3);
    cr_expect_null(strchr(id, '\x1b'));
    cr_expect_null(strchr(id, '\n'));
    answers_unknown(p.answers, 2, &id);
    cr_expect_eq(strlen(id), 47, "not cut inside a character: %s", id);
    answers_add_unknown(p.answers, "1234567890123456789012345678901234567890123456é");
    answers_unknown(p.answers, 3, &id);
    cr_expect_str_eq(id, "1234567890123456789012345678901234567890123456");
    for (char c = 'A'; c <= 'Z'; c++) {
        answers_add_unknown(p.answers, (char[]){ c, 'x', '\0' });
        answers_add_unknown(p.answers, (char[]){ c, 'y', '\0' });
    }
    cr_expect_eq(answers_unknown(p.answers, 99, &id), (size_t)ANSWERS_MAX_UNKNOWN);
    cr_expect_null(id);
}

/* --- Conditions --- */

static bool holds(enum cond_op op, enum date_unit unit, double amount, const char *date)
{
    struct form_cond cond = { .kind = COND_SINCE,
                              .question = WHEN,
                              .op = op,
                              .unit = unit,
                              .amount = { .policy = -1, .value = amount } };
    patient_says(&p, "when", date);
    return answers_cond(p.answers, &cond, NULL, p.visit);
}

Test(answers, days_since_stand_to_the_visit)
{
    static const struct {
        const char *date;
        bool less, at_most, at_least, more;
    } want[] = { { "2026-10-25", true, true, false, false }, { "2026-10-24", false, true, true, false },
                 { "2026-10-23", false, false, true, true }, { "2026-11-22", false, false, false, false },
                 { "2026", false, false, false, false },     { "unsure", false, false, false, false },
                 { "private", false, false, false, false },  { "", false, false, false, false } };

    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        cr_expect_eq(holds(OP_LESS_THAN, UNIT_DAYS, 28, want[i].date), want[i].less, "%s", want[i].date);
        cr_expect_eq(holds(OP_AT_MOST, UNIT_DAYS, 28, want[i].date), want[i].at_most, "%s", want[i].date);
        cr_expect_eq(holds(OP_AT_LEAST, UNIT_DAYS, 28, want[i].date), want[i].at_least, "%s", want[i].date);
        cr_expect_eq(holds(OP_MORE_THAN, UNIT_DAYS, 28, want[i].date), want[i].more, "%s", want[i].date);
    }
}

Test(answers, years_are_twelve_months_and_thresholds_past_the_calendar_are_not_reached)
{
    p.visit = day("2026-02-28");
    cr_expect(holds(OP_LESS_THAN, UNIT_YEARS, 18, "2008-02-29"));
    p.visit = day("2026-03-01");
    cr_expect(holds(OP_AT_LEAST, UNIT_YEARS, 18, "2008-02-29"));
    cr_expect(holds(OP_LESS_THAN, UNIT_YEARS, 1e12, "2008-02-29"));
    cr_expect(holds(OP_LESS_THAN, UNIT_DAYS, 1e12, "1902-01-01"));
    cr_expect(holds(OP_LESS_THAN, UNIT_MONTHS, 0.5, "2026-02-28"), "part of a month is a month");
}

Test(answers, counting_looks_at_ticked_options_only)
{
    struct form_cond cond = {
        .kind = COND_COUNT, .question = B, .op = OP_AT_MOST, .amount = { .policy = -1, .value = 1 }
    };

    patient_says(&p, "a", "yes");
    cr_expect_not(answers_cond(p.answers, &cond, NULL, p.visit), "nothing ticked is not known");
    patient_says(&p, "b", "unsure");
    cr_expect_not(answers_cond(p.answers, &cond, NULL, p.visit));
    patient_says(&p, "b", "x|unsure");
    cr_expect(answers_cond(p.answers, &cond, NULL, p.visit));
    patient_says(&p, "b", "x|y");
    cr_expect_not(answers_cond(p.answers, &cond, NULL, p.visit));
}

Test(answers, flags_are_never_raised_for_what_is_asked)
{
    size_t rule = 0;
    struct form_cond cond = { .kind = COND_FLAGGED, .rule = &rule, .nrules = 1 };

    cr_expect_not(answers_cond(p.answers, &cond, NULL, p.visit));
}
