/* What must hold whatever is answered. The random numbers are always the same. */
#include "build.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct patient p;
static uint64_t state = 88172645463325252;

static unsigned pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 33) % n);
}

static void setup(void)
{
    patient_init_healthy(&p);
}

static void teardown(void)
{
    patient_done(&p);
}

TestSuite(properties, .init = setup, .fini = teardown);

static void answer_at_random(size_t q)
{
    static const char *const text[] = { "xarelto 20mg", "zinc\nadvil", "retin-a; accutane", " ", "\xff" };
    const struct form_question *question = &p.form->question[q];
    unsigned way = pick(12);

    if (way == 0) {
        answers_clear(p.answers, q);
    } else if (way == 1) {
        answers_set_general(p.answers, q, pick(2) ? OPTION_UNSURE : OPTION_PRIVATE);
    } else if (way == 2) {
        answers_set_invalid(p.answers, q);
    } else if (question->type == QUESTION_CHOICE) {
        answers_set_options(p.answers, q, OPTION_BIT(pick((unsigned)question->noptions)));
    } else if (question->type == QUESTION_CHOICES) {
        answers_set_options(p.answers, q, pick(1u << question->noptions));
    } else if (question->type == QUESTION_DATE) {
        answers_set_date(p.answers, q,
                         pick(4) ? date_add_days(p.visit, (int)pick(60) - 55)
                                 : (struct date){ (int16_t)(2024 + pick(4)), (uint8_t)pick(13), 0 });
    } else if (question->type == QUESTION_NUMBER) {
        answers_set_number(p.answers, q, pick(250) / 10.0);
    } else if (question->type == QUESTION_TEXT) {
        answers_set_text(p.answers, q, text[pick(5)]);
    }
    if (question->birth_date && pick(10)) {
        answers_set_date(p.answers, q, day("1980-02-29"));
    }
}

/* All that an assessment says, as one text. */
static char *all_of_it(void)
{
    struct buf out = BUF_INIT;
    const struct assessment *a = p.assessment;

    patient_assess(&p);
    buf_addf(&out, "%s %d %d-%d-%d\n", outcome_name(a->class), a->attention, a->not_before.year,
             a->not_before.month, a->not_before.day);
    for (size_t i = 0; i < a->nflags; i++) {
        buf_addf(&out, "%s %s: ", a->flag[i].id, outcome_name(a->flag[i].outcome));
        assess_comparison(&out, p.answers, p.policies, a, &a->flag[i]);
        buf_adds(&out, "\n");
    }
    for (size_t i = 0; i < a->nunanswered; i++) {
        buf_addf(&out, "? %s\n", p.form->question[a->unanswered[i]].id);
    }
    for (size_t i = 0; i < a->nitems; i++) {
        buf_addf(&out, "%s %zu\n", a->item[i].item->id, a->item[i].nadded_by);
    }
    for (size_t i = 0; i < p.form->nrules; i++) {
        assess_why_not(&out, p.answers, p.policies, a, &p.form->rule[i]);
    }
    return buf_steal(&out);
}

enum { ROUNDS = 400 };

Test(properties, the_class_is_the_worst_flag_and_a_gap_is_never_clear)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < 20; i++) {
            answer_at_random(pick((unsigned)p.form->nquestions));
        }
        patient_assess(&p);
        const struct assessment *a = p.assessment;
        enum outcome worst = OUTCOME_CLEAR;
        for (size_t i = 0; i < a->nflags; i++) {
            worst = a->flag[i].outcome > worst ? a->flag[i].outcome : worst;
            cr_assert(i == 0 || a->flag[i].outcome <= a->flag[i - 1].outcome);
            for (size_t j = 0; j < i; j++) {
                cr_assert_str_neq(a->flag[i].id, a->flag[j].id);
            }
        }
        cr_assert_eq(a->class, worst);
        for (size_t q = 0; q < p.form->nquestions; q++) {
            bool gap = answers_shown(p.answers, q) && answers_state(p.answers, q) != ANSWER_GIVEN &&
                       !(p.form->question[q].optional && answers_state(p.answers, q) == ANSWER_MISSING);
            cr_assert(!gap || a->class > OUTCOME_CLEAR, "%s", p.form->question[q].id);
        }
        cr_assert(!a->nunanswered || a->class > OUTCOME_CLEAR);
    }
}

/* Every follow-up goes and comes back with what it asked for. */
Test(properties, taking_an_answer_back_and_forth_changes_nothing)
{
    for (int round = 0; round < ROUNDS / 4; round++) {
        for (unsigned i = 0; i < 20; i++) {
            answer_at_random(pick((unsigned)p.form->nquestions));
        }
        size_t q = pick((unsigned)p.form->nquestions);
        if (p.form->question[q].type != QUESTION_CHOICE && p.form->question[q].type != QUESTION_CHOICES) {
            continue;
        }
        option_set set = OPTION_BIT(pick((unsigned)p.form->question[q].noptions));
        answers_set_options(p.answers, q, set);
        char *before = all_of_it();
        answers_clear(p.answers, q);
        answers_set_general(p.answers, q, OPTION_UNSURE);
        patient_assess(&p);
        answers_set_options(p.answers, q, set);
        char *after = all_of_it();
        cr_assert_str_eq(before, after);
        free(before);
        free(after);
    }
}

/* Ticking one more option of a list, exclusive ones aside, raises the result or leaves it. */
Test(properties, one_more_finding_never_lowers_the_class)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t q = pick((unsigned)p.form->nquestions);
        const struct form_question *question = &p.form->question[q];
        if (question->type != QUESTION_CHOICES) {
            continue;
        }
        option_set all = (OPTION_BIT(question->noptions) - 1) & ~question->exclusive;
        option_set some = pick(1u << question->noptions) & all;
        option_set more = some | (pick(1u << question->noptions) & all);
        if (some == 0) {
            continue; /* a gap weighs more than many an answer */
        }
        answers_set_options(p.answers, q, some);
        enum outcome before = patient_class(&p);
        answers_set_options(p.answers, q, more);
        enum outcome after = patient_class(&p);
        cr_assert_geq(after, before, "%s", question->id);
    }
}

/* The same memory for patients of two forms, the one larger than the other, in turn. */
Test(properties, an_assessment_can_be_used_again_for_another_form)
{
    static const struct question_row questions[] = { { "a", "Q1", "choice", "no yes", NULL } };
    struct form *small = build_form(&(struct form_rows){ .question = questions, .nquestions = 1 });
    struct answers *answers = answers_new(small);
    struct policies *policies = policies_new(small);
    struct assessment *out = assessment_new();

    for (int i = 0; i < 3; i++) {
        assess(out, answers, policies, p.visit, p.visit);
        cr_assert_eq(out->nflags, 1);
        cr_assert_str_eq(out->flag[0].id, "INCOMPLETE:Q1");
        assess(out, p.answers, p.policies, p.visit, p.visit);
        cr_assert_eq(out->nflags, 0);
    }
    assessment_free(out);
    policies_free(policies);
    answers_free(answers);
    form_free(small);
}

Test(properties, an_empty_form_is_clear)
{
    struct form *empty = build_form(&(struct form_rows){ 0 });
    struct answers *answers = answers_new(empty);
    struct policies *policies = policies_new(empty);
    struct assessment *out = assessment_new();

    assess(out, answers, policies, p.visit, p.visit);
    cr_expect_eq(out->class, OUTCOME_CLEAR);
    assessment_free(out);
    policies_free(policies);
    answers_free(answers);
    form_free(empty);
}
