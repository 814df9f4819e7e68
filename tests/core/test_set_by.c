/* A question that the clinic may answer for everybody, by a policy. */
#include "build.h"

#include <criterion/criterion.h>

static struct patient p;
static size_t device, implant;

static void setup(void)
{
    patient_init_healthy(&p);
    device = (size_t)form_question_index(p.form, "device");
    implant = (size_t)form_question_index(p.form, "implant");
    patient_says(&p, "device", "");
}

static void teardown(void)
{
    patient_done(&p);
}

TestSuite(set_by, .init = setup, .fini = teardown);

static const char *answer(void)
{
    static struct buf text = BUF_INIT;
    buf_reset(&text);
    assess_answer_text(&text, p.answers, device);
    return buf_str(&text);
}

Test(set_by, what_the_clinic_has_set_is_not_asked_and_never_missing)
{
    cr_expect_not(answers_shown(p.answers, device));
    cr_expect_eq(answers_state(p.answers, device), ANSWER_MISSING);
    cr_expect_eq(answers_set_by_clinic(p.answers, device), OPTION_BIT(0));
    cr_expect_str_eq(patient_flags(&p), "");
    cr_expect_eq(p.assessment->nunanswered, 0);
    cr_expect_str_eq(answer(), "Pen, set by the clinic");
}

Test(set_by, it_counts_in_rules_and_for_later_questions)
{
    patient_policy(&p, "device", "rf");
    cr_expect_not(answers_shown(p.answers, device));
    cr_expect(answers_shown(p.answers, implant));
    cr_expect_str_eq(patient_flags(&p), "INCOMPLETE:Q27 RF_PLANNED");
    patient_says(&p, "implant", "electric");
    cr_expect_str_eq(patient_flags(&p), "RF_IMPLANT RF_PLANNED");

    struct buf words = BUF_INIT;
    assess_comparison(&words, p.answers, p.policies, p.assessment, patient_flag(&p, "RF_PLANNED"));
    cr_expect_str_eq(buf_str(&words), "device: Rf, set by the clinic");
    buf_done(&words);
}

Test(set_by, ask_makes_it_a_question_like_any_other)
{
    patient_policy(&p, "device", "ask");
    cr_expect(answers_shown(p.answers, device));
    cr_expect_eq(answers_set_by_clinic(p.answers, device), 0);
    cr_expect_str_eq(patient_flags(&p), "MODALITY_UNSURE", "left out");
    cr_expect_eq(p.assessment->nunanswered, 1);
    patient_says(&p, "device", "unsure");
    cr_expect(answers_shown(p.answers, implant));
    patient_says(&p, "implant", "no");
    cr_expect_str_eq(patient_flags(&p), "MODALITY_UNSURE");
    patient_says(&p, "device", "prp");
    cr_expect_str_eq(patient_flags(&p), "PRP_PLANNED");
    cr_expect_str_eq(answer(), "Prp");
}

Test(set_by, an_answer_that_was_given_all_the_same_counts_instead)
{
    patient_says(&p, "device", "rf");
    patient_says(&p, "implant", "no");
    cr_expect(answers_shown(p.answers, device));
    cr_expect_eq(answers_set_by_clinic(p.answers, device), 0);
    cr_expect_str_eq(patient_flags(&p), "RF_PLANNED");
    cr_expect_str_eq(answer(), "Rf");
    patient_says(&p, "device", "unsure");
    cr_expect_str_eq(patient_flags(&p), "MODALITY_UNSURE", "not sure is an answer too");
    patient_says(&p, "device", "");
    cr_expect_str_eq(patient_flags(&p), "", "taken back, the clinic's stands again");
}

Test(set_by, an_answer_that_cannot_be_is_not_hidden_behind_the_clinics)
{
    answers_set_options(p.answers, device, OPTION_PRIVATE);
    cr_expect_eq(answers_state(p.answers, device), ANSWER_INVALID, "this question takes no private answer");
    cr_expect_str_eq(patient_flags(&p), "INCOMPLETE:Q02 MODALITY_UNSURE");
    answers_set_options(p.answers, device, OPTION_BIT(0) | OPTION_BIT(1));
    patient_says(&p, "implant", "no");
    cr_expect_str_eq(patient_flags(&p), "INCOMPLETE:Q02 RF_PLANNED");
}

Test(set_by, nothing_is_set_where_the_question_does_not_apply)
{
    static const struct policy_row policy[] = { { "kind", "a ask b", 0, 0, 0 } };
    static const struct question_row question[] = { { "more", "Q1", "choice", "no yes", NULL },
                                                    { "kind", "Q1a", "choice set=kind", "a b", "more=yes" } };
    struct form_rows rows = { .question = question, .nquestions = 2, .policy = policy, .npolicies = 1 };
    struct answers *answers;
    struct form *form = build_form(&rows);

    answers = answers_new(form);
    cr_expect_eq(answers_set_by_clinic(answers, 1), 0);
    answers_set_options(answers, 0, OPTION_BIT(1));
    cr_expect_eq(answers_set_by_clinic(answers, 1), OPTION_BIT(0), "without a context, by the default");
    cr_expect_eq(answers_counted(answers, 1, day("2026-11-21")), OPTION_BIT(0));
    answers_free(answers);
    form_free(form);
}
