/* A number asked in the unit of the clinic, compared in the unit of the form. */
#include "build.h"

#include <criterion/criterion.h>

static struct patient p;
static size_t a1c;

static void setup(void)
{
    patient_init_healthy(&p);
    a1c = (size_t)form_question_index(p.form, "a1c");
    patient_policy(&p, "a1c_unit", "mmol_mol");
    patient_says(&p, "diabetes", "controlled");
}

static void teardown(void)
{
    patient_done(&p);
}

TestSuite(units, .init = setup, .fini = teardown);

static const char *flags_at(double number)
{
    answers_set_number(p.answers, a1c, number);
    patient_says(&p, "a1c_date", "2026-10-01");
    return patient_flags(&p);
}

/* NGSP % = 0.09148 * IFCC mmol/mol + 2.152; the clinical content sets 8.5 % beside 69 mmol/mol. */
Test(units, the_limit_of_8_5_percent_is_69_mmol_mol)
{
    cr_expect_str_eq(flags_at(68), "DIAB_CTRL");
    cr_expect_str_eq(flags_at(69), "DIAB_UNCTRL");
    cr_expect_eq(answers_number(p.answers, a1c), 69, "kept as it was typed");
    cr_expect_eq(answers_measure(p.answers, a1c), 8.5);
}

Test(units, every_whole_percent_tenth_is_the_nearest)
{
    static const struct {
        double mmol, percent;
    } known[] = {
        { 20, 4.0 }, { 42, 6.0 }, { 48, 6.5 }, { 53, 7.0 }, { 64, 8.0 }, { 75, 9.0 }, { 86, 10.0 }
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        answers_set_number(p.answers, a1c, known[i].mmol);
        cr_expect_eq(answers_measure(p.answers, a1c), known[i].percent, "%g", known[i].mmol);
    }
}

Test(units, the_range_is_that_of_the_unit)
{
    cr_expect_str_eq(flags_at(8.5), "DIAB_UNKNOWN INCOMPLETE:Q23a", "8.5 mmol/mol cannot be");
    cr_expect_str_eq(answers_asked(p.answers, a1c).unit, "mmol/mol");
    patient_policy(&p, "a1c_unit", "percent");
    cr_expect_str_eq(flags_at(69), "DIAB_UNKNOWN INCOMPLETE:Q23a");
    cr_expect_str_eq(flags_at(8.5), "DIAB_UNCTRL");
    cr_expect_str_eq(answers_asked(p.answers, a1c).unit, "%");
}

Test(units, words_show_what_was_typed_and_what_it_counts_as)
{
    struct buf words = BUF_INIT;

    flags_at(69);
    assess_answer_text(&words, p.answers, a1c);
    cr_expect_str_eq(buf_str(&words), "69 mmol/mol");
    buf_reset(&words);
    assess_comparison(&words, p.answers, p.policies, p.assessment, patient_flag(&p, "DIAB_UNCTRL"));
    cr_expect_str_eq(buf_str(&words),
                     "diabetes: Controlled; a1c 69 mmol/mol, counted as 8.5 %, is at least 8.5");
    buf_done(&words);
}

Test(units, a_number_is_rounded_to_the_nearest_on_both_sides_of_zero)
{
    struct form_question q = { .decimals = 1 };
    struct form_unit unit = { "u", 0, 0, 0, 1, 0 };

    cr_expect_eq(form_measure(&q, &unit, 1.26), 1.3);
    cr_expect_eq(form_measure(&q, &unit, -1.26), -1.3);
    cr_expect_eq(form_measure(&q, &unit, 0), 0);
    cr_expect_eq(form_measure(&q, &unit, 1e300), 1e300, "too large to have decimals");
}
