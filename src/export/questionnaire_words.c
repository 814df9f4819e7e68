/* questionnaire_words.c: numbers for the questions, and conditions as a patient reads them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "questionnaire.h"
#include "questionnaire_internal.h"
#include "tr.h"

enum { MANY_OPTIONS = 3 };

/* --- which questions are asked --- */

/* The option that a policy sets; 0: it is asked. */
static option_set set_by_policy(const struct questionnaire_plan *plan, size_t question)
{
    const struct form_question *q = &plan->form->question[question];
    return q->set_to == NULL ? 0 : q->set_to[(size_t)plan->policies->value[q->set_by]];
}

static bool is_asked(const struct questionnaire_plan *plan, size_t question)
{
    return plan->number[question][0] != '\0'; /* an info page is in no condition */
}

/* Every answer there is, but for none. */
static option_set answers_of(const struct form_question *q)
{
    return (q->noptions ? OPTION_BIT(q->noptions) - 1 : 0) | q->general;
}

int questionnaire_plan_holds(const struct questionnaire_plan *plan, const struct form_cond *cond)
{
    bool all = cond->kind == COND_ALL, depends = false;
    switch (cond->kind) {
    case COND_ALL:
    case COND_ANY:
        for (size_t i = 0; i < cond->nchildren; i++) {
            int child = questionnaire_plan_holds(plan, &cond->child[i]);
            if (child == (all ? 0 : 1)) {
                return child;
            }
            depends = depends || child < 0;
        }
        return depends ? -1 : all;
    case COND_NOT: {
        int child = questionnaire_plan_holds(plan, &cond->child[0]);
        return child < 0 ? -1 : !child;
    }
    case COND_OPTIONS: {
        option_set set = set_by_policy(plan, cond->question);
        if (set != 0) {
            return (set & cond->options) != 0;
        }
        set = answers_of(&plan->form->question[cond->question]) | OPTION_MISSING;
        return is_asked(plan, cond->question) && (set & cond->options) != 0 ? -1 : 0;
    }
    case COND_COUNT:
    case COND_NUMBER:
    case COND_SINCE:
        return is_asked(plan, cond->question) ? -1 : 0;
    case COND_FLAGGED:
        break; /* in rules alone */
    }
    return 0;
}

const struct form_unit *questionnaire_unit(const struct form *form, const struct policies *policies,
                                           size_t question)
{
    const struct form_question *q = &form->question[question];
    const struct form_unit *unit = q->units ? &q->units[(size_t)policies->value[q->unit_by]] : NULL;
    return unit != NULL && unit->unit != NULL ? unit : NULL;
}

/* 5, 5a, 5b ... */
static void number(struct questionnaire_plan *plan, size_t question, int *main, int *follow_up)
{
    const struct form_question *q = &plan->form->question[question];
    char *out = plan->number[question];
    if (q->type == QUESTION_INFO) {
        return;
    }
    if (q->main == question) {
        *follow_up = 0;
        snprintf(out, QUESTIONNAIRE_NUMBER, "%d", ++*main % 1000);
    } else {
        snprintf(out, QUESTIONNAIRE_NUMBER, "%d%c", *main % 1000, 'a' + (*follow_up)++ % 26);
    }
}

void questionnaire_plan_make(struct questionnaire_plan *plan, const struct form *form,
                             const struct policies *policies)
{
    int main = 0, follow_up = 0;
    *plan = (struct questionnaire_plan){
        .form = form,
        .policies = policies,
        .asked = mem_alloc((form->nquestions + 1) * sizeof *plan->asked),
        .number = mem_alloc((form->nquestions + 1) * sizeof *plan->number),
    };
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_cond *cond = form->question[i].ask_if;
        plan->asked[i] =
            set_by_policy(plan, i) == 0 && (cond == NULL || questionnaire_plan_holds(plan, cond) != 0);
        if (plan->asked[i]) {
            number(plan, i, &main, &follow_up);
        }
    }
}

void questionnaire_plan_done(struct questionnaire_plan *plan)
{
    free(plan->asked);
    free(plan->number);
}

/* --- conditions in words --- */

static void add_quoted(struct buf *out, const char *text, size_t *n)
{
    buf_addf(out, (*n)++ > 0 ? tr(" or \"%s\"") : "\"%s\"", text);
}

/* The options in `set` in quotes, joined by "or". */
static void add_options(struct buf *out, const struct form_question *q, option_set set)
{
    size_t n = 0;
    for (size_t i = 0; i < q->noptions; i++) {
        if (set & OPTION_BIT(i)) {
            add_quoted(out, q->option[i].text, &n);
        }
    }
    if (set & OPTION_UNSURE) {
        add_quoted(out, tr(QUESTIONNAIRE_UNSURE), &n);
    }
    if (set & OPTION_PRIVATE) {
        add_quoted(out, tr(QUESTIONNAIRE_PRIVATE), &n);
    }
}

static size_t count(option_set set)
{
    return (size_t)__builtin_popcountll(set);
}

/* Many options are told by the few that are not among them. */
static void add_ticked(struct buf *out, const struct questionnaire_plan *plan, const struct form_cond *cond,
                       bool not )
{
    const struct form_question *q = &plan->form->question[cond->question];
    option_set all = answers_of(q), set = cond->options & all, rest = all & ~set;
    bool empty = cond->options & OPTION_MISSING;
    const char *at = plan->number[cond->question];
    struct buf options = BUF_INIT;
    if (rest == 0 && set != 0) {
        buf_addf(out, not ? tr("you left question %s empty") : tr("you answered question %s"), at);
    } else if (count(set) > MANY_OPTIONS && 2 * count(rest) <= count(set)) {
        add_options(&options, q, rest);
        buf_addf(out,
                 not ? tr("you ticked nothing but %s at question %s")
                     : tr("you ticked anything but %s at question %s"),
                 buf_str(&options), at);
    } else if (set != 0) {
        add_options(&options, q, set);
        buf_addf(out, not ? tr("you did not tick %s at question %s") : tr("you ticked %s at question %s"),
                 buf_str(&options), at);
    }
    if (empty) {
        buf_addf(out, set == 0 ? "" : not ? tr(" and ") : tr(" or "));
        buf_addf(out, not ? tr("you answered question %s") : tr("you left question %s empty"), at);
    }
    buf_done(&options);
}

static const char *op_words(enum cond_op op)
{
    switch (op) {
    case OP_LESS_THAN:
        return tr("less than");
    case OP_AT_MOST:
        return tr("at most");
    case OP_AT_LEAST:
        return tr("at least");
    case OP_MORE_THAN:
        break;
    }
    return tr("more than");
}

static const char *unit_words(enum date_unit unit, double n)
{
    unsigned long number = n == 1 ? 1 : 2;
    switch (unit) {
    case UNIT_DAYS:
        return tr_n("day", "days", number);
    case UNIT_MONTHS:
        return tr_n("month", "months", number);
    case UNIT_YEARS:
        break;
    }
    return tr_n("year", "years", number);
}

/* In the unit in which this clinic asks, with a digit more than is typed: a limit may lie between two. */
static double as_asked(const struct questionnaire_plan *plan, size_t question, double value)
{
    const struct form_unit *unit = questionnaire_unit(plan->form, plan->policies, question);
    double scale = 10;
    for (int i = 0; unit != NULL && i < unit->decimals; i++) {
        scale *= 10;
    }
    return unit == NULL ? value : round((value - unit->offset) / unit->factor * scale) / scale;
}

static void add_amount(struct buf *out, const struct questionnaire_plan *plan, const struct form_cond *cond)
{
    double value = cond->amount.policy < 0 ? cond->amount.value : plan->policies->value[cond->amount.policy];
    const char *at = plan->number[cond->question];
    if (cond->kind == COND_SINCE) {
        buf_addf(out, tr("the date at question %s is %s %g %s ago"), at, op_words(cond->op), value,
                 unit_words(cond->unit, value));
    } else if (cond->kind == COND_COUNT) {
        buf_addf(out, tr("you ticked %s %g boxes at question %s"), op_words(cond->op), value, at);
    } else {
        buf_addf(out, tr("your number at question %s is %s %g"), at, op_words(cond->op),
                 as_asked(plan, cond->question, value));
    }
}

static void add_cond(struct buf *out, const struct questionnaire_plan *plan, const struct form_cond *cond,
                     enum cond_kind around);

/* What the clinic's policies have decided is left out. Within another kind, or denied, it is in brackets. */
static void add_several(struct buf *out, const struct questionnaire_plan *plan, const struct form_cond *cond,
                        enum cond_kind around)
{
    size_t open = 0, n = 0;
    for (size_t i = 0; i < cond->nchildren; i++) {
        open += questionnaire_plan_holds(plan, &cond->child[i]) < 0;
    }
    bool brackets = open > 1 && around != cond->kind;
    buf_adds(out, brackets ? "(" : "");
    for (size_t i = 0; i < cond->nchildren; i++) {
        if (questionnaire_plan_holds(plan, &cond->child[i]) < 0) {
            buf_adds(out, n++ == 0 ? "" : cond->kind == COND_ALL ? tr(", and ") : tr(", or "));
            add_cond(out, plan, &cond->child[i], open > 1 ? cond->kind : around);
        }
    }
    buf_adds(out, brackets ? ")" : "");
}

static void add_cond(struct buf *out, const struct questionnaire_plan *plan, const struct form_cond *cond,
                     enum cond_kind around)
{
    switch (cond->kind) {
    case COND_ALL:
    case COND_ANY:
        add_several(out, plan, cond, around);
        break;
    case COND_NOT:
        if (cond->child[0].kind == COND_OPTIONS) {
            add_ticked(out, plan, &cond->child[0], true);
        } else {
            buf_adds(out, tr("it is not so that "));
            add_cond(out, plan, &cond->child[0], COND_NOT);
        }
        break;
    case COND_OPTIONS:
        add_ticked(out, plan, cond, false);
        break;
    case COND_COUNT:
    case COND_NUMBER:
    case COND_SINCE:
        add_amount(out, plan, cond);
        break;
    case COND_FLAGGED:
        break;
    }
}

void questionnaire_condition(struct buf *out, const struct form *form, const struct form_cond *cond,
                             const struct policies *policies, char (*number)[QUESTIONNAIRE_NUMBER])
{
    const struct questionnaire_plan plan = { .form = form, .policies = policies, .number = number };
    struct buf text = BUF_INIT;
    add_cond(&text, &plan, cond, cond->kind);
    buf_addf(out, tr("If %s:"), buf_str(&text));
    buf_done(&text);
}
