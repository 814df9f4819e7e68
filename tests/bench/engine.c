/* The engine alone: loading a form, and assessing what a thousand patients might have answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "assess.h"
#include "bench.h"
#include "buf.h"
#include "config.h"
#include "document.h"
#include "figure.h"
#include "form_load.h"
#include "mem.h"
#include "policies.h"

enum { PATIENTS = 1000, BATCHES = 60, TRACED = 50, TRACE_BATCHES = 40, LOADS = 60 };

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

enum trace { NO_TRACE, TRACE_WORDS, TRACE_JSON };

/* Why each flag was raised, and each rule that was not raised was not. */
static void trace_words(const struct crowd *crowd, const struct answers *answers, struct buf *out)
{
    const struct assessment *a = crowd->assessment;
    for (size_t i = 0; i < a->nflags; i++) {
        assess_comparison(out, answers, crowd->policies, a, &a->flag[i]);
    }
    for (size_t i = 0; i < crowd->form->nrules; i++) {
        assess_why_not(out, answers, crowd->policies, a, &crowd->form->rule[i]);
    }
}

/* Assessments a second of the first n patients. *flags and *bytes: added to. */
static double batch(struct crowd *crowd, int n, enum trace trace, size_t *flags, size_t *bytes)
{
    const char *fact[PLACEHOLDERS];
    struct buf text = BUF_INIT;
    config_facts(NULL, fact);
    double begun = cpu_s();
    for (int i = 0; i < n; i++) {
        const struct answers *answers = crowd->patient[i];
        assess(crowd->assessment, answers, crowd->policies, crowd->visit, crowd->visit);
        *flags += crowd->assessment->nflags;
        buf_reset(&text);
        if (trace == TRACE_WORDS) {
            trace_words(crowd, answers, &text);
        } else if (trace == TRACE_JSON) {
            document_assessment(&text, NULL, crowd->assessment, answers, crowd->policies, fact, NULL, true);
        }
        *bytes += text.len;
    }
    double rate = n / (cpu_s() - begun);
    buf_done(&text);
    return rate;
}

static void assessments(const char *name, const char *folder)
{
    struct crowd *crowd = crowd_new(folder);
    struct samples plain = SAMPLES_INIT, words = SAMPLES_INIT, json = SAMPLES_INIT;
    size_t flags = 0, bytes = 0, ignored = 0;
    batch(crowd, PATIENTS, NO_TRACE, &flags, &ignored); /* warm */
    for (int i = 0; i < BATCHES; i++) {
        samples_add(&plain, batch(crowd, PATIENTS, NO_TRACE, &ignored, &ignored));
    }
    for (int i = 0; i < TRACE_BATCHES; i++) {
        samples_add(&words, batch(crowd, TRACED, TRACE_WORDS, &ignored, &ignored));
        samples_add(&json, batch(crowd, TRACED, TRACE_JSON, &ignored, &bytes));
    }
    figure_note("%s: %zu questions, %zu rules, %zu items; %.1f flags and %.0f KB of JSON a patient", name,
                crowd->form->nquestions, crowd->form->nrules, crowd->form->nitems, (double)flags / PATIENTS,
                (double)bytes / (TRACED * TRACE_BATCHES) / 1024);
    figure_at_least("assessments", &plain, 100000);
    figure_at_least("with the trace in words", &words, 20000);
    figure_at_least("with the trace as JSON", &json, 20000);
    samples_done(&plain);
    samples_done(&words);
    samples_done(&json);
    crowd_free(crowd);
}

static void loading(const char *name, const char *folder)
{
    struct samples ms = SAMPLES_INIT;
    for (int i = -1; i < LOADS; i++) {
        double begun = cpu_s();
        struct form *form = load(folder);
        if (i >= 0) {
            samples_add(&ms, (cpu_s() - begun) * 1e3);
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
}

void bench_loading(const struct clinic *clinic)
{
    figure_title("10  Loading and checking a form, ms of one core");
    loading("the project's form", clinic->form);
    loading("a form of 140 KB", clinic->form_large);
}
