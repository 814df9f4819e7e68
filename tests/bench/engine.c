/* The engine alone: loading a form, and assessing what a thousand patients might have answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "assess.h"
#include "bench.h"
#include "buf.h"
#include "document.h"
#include "figure.h"
#include "form_load.h"
#include "mem.h"
#include "policies.h"
#include "pty.h"

enum { PATIENTS = 1000, BATCHES = 100, TRACED = 50, TRACE_BATCHES = 40, LOADS = 60 };

/* Numbers that are the same in every run (xorshift). */
static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % below;
}

static void answer_options(struct answers *answers, const struct form_question *q, size_t at, uint32_t *dice)
{
    option_set set = OPTION_BIT(draw(dice, (uint32_t)q->noptions));
    if (q->type == QUESTION_CHOICES && !(set & q->exclusive) && draw(dice, 3) == 0) {
        set |= OPTION_BIT(draw(dice, (uint32_t)q->noptions)) & ~q->exclusive;
    }
    answers_set_options(answers, at, set);
}

static void answer_text(struct answers *answers, const struct form *form, size_t at, uint32_t *dice)
{
    struct buf text = BUF_INIT;
    for (uint32_t n = 1 + draw(dice, 4); n > 0; n--) {
        size_t groups = form->dictionary.ngroups;
        const struct form_group *group =
            groups ? &form->dictionary.group[draw(dice, (uint32_t)groups)] : NULL;
        buf_adds(&text, group != NULL && draw(dice, 3) > 0 ? group->word[draw(dice, (uint32_t)group->nwords)]
                                                           : "something unheard of");
        buf_adds(&text, " 20 mg\n");
    }
    answers_set_text(answers, at, buf_str(&text));
    buf_done(&text);
}

static void answer(struct answers *answers, const struct form *form, size_t at, struct date visit,
                   uint32_t *dice)
{
    const struct form_question *q = &form->question[at];
    uint32_t way = draw(dice, 20);
    if (way == 0 || q->type == QUESTION_INFO) {
        return; /* left out */
    }
    if (way < 3 && q->general) {
        answers_set_general(answers, at, way == 1 ? OPTION_UNSURE : OPTION_PRIVATE);
        return;
    }
    switch (q->type) {
    case QUESTION_DATE: {
        int32_t days = q->birth_date ? 365 * 25 + (int32_t)draw(dice, 365 * 60) : (int32_t)draw(dice, 700);
        answers_set_date(answers, at, date_add_days(visit, -days));
        break;
    }
    case QUESTION_NUMBER:
        answers_set_number(answers, at, q->min + (q->max - q->min) * draw(dice, 1000) / 1000);
        break;
    case QUESTION_TEXT:
        answer_text(answers, form, at, dice);
        break;
    default:
        answer_options(answers, q, at, dice);
        break;
    }
}

struct crowd {
    struct form *form;
    struct policies *policies;
    struct date visit;
    struct answers *patient[PATIENTS];
    struct assessment *assessment;
};

static struct form *load(const char *folder)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = form_load(folder, &problems);
    if (form == NULL) {
        struct buf text = BUF_INIT;
        problems_text(&problems, &text);
        fprintf(stderr, "bench: %s\n", buf_str(&text));
        exit(2);
    }
    problems_done(&problems);
    return form;
}

static struct crowd *crowd_new(const char *folder)
{
    struct crowd *crowd = mem_alloc(sizeof *crowd);
    uint32_t dice = 2463534242;
    crowd->form = load(folder);
    crowd->policies = policies_new(crowd->form);
    crowd->visit = (struct date){ 2026, 11, 21 };
    crowd->assessment = assessment_new();
    for (int i = 0; i < PATIENTS; i++) {
        crowd->patient[i] = answers_new(crowd->form);
        answers_set_context(crowd->patient[i], crowd->visit, crowd->policies->value);
        for (size_t at = 0; at < crowd->form->nquestions; at++) {
            if (answers_shown(crowd->patient[i], at)) {
                answer(crowd->patient[i], crowd->form, at, crowd->visit, &dice);
            }
        }
    }
    return crowd;
}

static void crowd_free(struct crowd *crowd)
{
    for (int i = 0; i < PATIENTS; i++) {
        answers_free(crowd->patient[i]);
    }
    assessment_free(crowd->assessment);
    policies_free(crowd->policies);
    form_free(crowd->form);
    free(crowd);
}

/* CPU time: what one core does, whatever else the machine is at. */
static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Assessments a second of the first n patients. *flags: raised in all. */
static double batch(struct crowd *crowd, int n, bool trace, size_t *flags)
{
    double begun = cpu_s();
    for (int i = 0; i < n; i++) {
        assess(crowd->assessment, crowd->patient[i], crowd->policies, crowd->visit, crowd->visit);
        *flags += crowd->assessment->nflags;
        if (trace) {
            struct buf text = BUF_INIT;
            json_t *json = document_assessment(crowd->assessment, crowd->patient[i], crowd->policies, true);
            document_dump(json, &text);
            json_decref(json);
            buf_wipe(&text);
        }
    }
    return n / (cpu_s() - begun);
}

static void assessments(const char *name, const char *folder)
{
    struct crowd *crowd = crowd_new(folder);
    struct samples plain = SAMPLES_INIT, traced = SAMPLES_INIT;
    size_t flags = 0, ignored = 0;
    batch(crowd, PATIENTS, false, &flags); /* warm */
    for (int i = 0; i < BATCHES; i++) {
        samples_add(&plain, batch(crowd, PATIENTS, false, &ignored));
    }
    for (int i = 0; i < TRACE_BATCHES; i++) {
        samples_add(&traced, batch(crowd, TRACED, true, &ignored));
    }
    figure_note("%s: %zu questions, %zu rules, %zu items; %.1f flags a patient", name,
                crowd->form->nquestions, crowd->form->nrules, crowd->form->nitems, (double)flags / PATIENTS);
    figure_at_least("assessments", &plain, 100000);
    figure_at_least("and their trace as JSON", &traced, 20000);
    samples_done(&plain);
    samples_done(&traced);
    crowd_free(crowd);
}

static void loading(const char *name, const char *folder)
{
    struct samples ms = SAMPLES_INIT;
    for (int i = -1; i < LOADS; i++) {
        int64_t begun = now_ns();
        struct form *form = load(folder);
        if (i >= 0) {
            samples_add(&ms, (double)(now_ns() - begun) / 1e6);
        }
        form_free(form);
    }
    figure_at_most(name, &ms, 20);
    samples_done(&ms);
}

void bench_engine(const struct clinic *clinic)
{
    figure_title("8  Full assessments a second on one core, %d patients", PATIENTS);
    assessments("the project's form", clinic->form);
    assessments("a form of 140 KB", clinic->form_large);
    figure_title("10  Loading and checking a form, ms");
    loading("the project's form", clinic->form);
    loading("a form of 140 KB", clinic->form_large);
}
