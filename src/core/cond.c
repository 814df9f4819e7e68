#include "cond.h"

#include <stdint.h>

double cond_amount(const struct cond_view *view, const struct form_amount *amount)
{
    if (amount->policy < 0) {
        return amount->value;
    }
    return view->policy ? view->policy[amount->policy]
                        : answers_form(view->answers)->policy[amount->policy].value;
}

struct date cond_date_after(struct date from, double amount, enum date_unit unit)
{
    static const struct date first = { 1, 1, 1 };
    static const struct date last = { 9999, 12, 31 };
    static const int most = 4 * 1000 * 1000; /* days of all years there are */
    int n = amount > most ? most : amount < -most ? -most : (int)amount;

    if (n < amount && n < most) {
        n++;
    }
    struct date to = unit == UNIT_DAYS     ? date_add_days(from, n)
                     : unit == UNIT_MONTHS ? date_add_months(from, n)
                                           : date_add_months(from, n > most / 12 ? most : 12 * n);
    return date_is_set(to) ? to : n < 0 ? first : last;
}

/* `order` is how the value stands to the threshold: below 0, 0 or above 0. */
static bool compare(enum cond_op op, int order)
{
    switch (op) { /* no test: there is no other */
    case OP_LESS_THAN:
        return order < 0;
    case OP_AT_MOST:
        return order <= 0;
    case OP_AT_LEAST:
        return order >= 0;
    case OP_MORE_THAN:
        return order > 0;
    }
    return false;
}

static int order_of(double a, double b)
{
    return (a > b) - (a < b);
}

static int count_bits(option_set set)
{
    int n = 0;

    for (; set; set &= set - 1) {
        n++;
    }
    return n;
}

static bool number_holds(const struct cond_view *view, const struct form_cond *cond)
{
    if (answers_state(view->answers, cond->question) != ANSWER_GIVEN) {
        return false;
    }
    return compare(
        cond->op, order_of(answers_measure(view->answers, cond->question), cond_amount(view, &cond->amount)));
}

/* Nothing ticked is an unknown number of options, not none. */
static bool count_holds(const struct cond_view *view, const struct form_cond *cond)
{
    int n = count_bits(answers_counted(view->answers, cond->question, view->visit) & ~OPTION_GENERAL);

    return n > 0 && compare(cond->op, order_of(n, cond_amount(view, &cond->amount)));
}

/* "Less than n months since" is: the visit comes before the answer's date + n months. */
static bool since_holds(const struct cond_view *view, const struct form_cond *cond)
{
    struct date from = answers_day(view->answers, cond->question, view->visit);

    if (!date_is_set(from)) {
        return false;
    }
    struct date limit = cond_date_after(from, cond_amount(view, &cond->amount), cond->unit);
    return compare(cond->op, date_compare(view->visit, limit));
}

static bool flagged_holds(const struct cond_view *view, const struct form_cond *cond)
{
    for (size_t i = 0; view->raised && i < cond->nrules; i++) {
        if (view->raised[cond->rule[i]]) {
            return true;
        }
    }
    return false;
}

bool cond_holds(const struct cond_view *view, const struct form_cond *cond)
{
    switch (cond->kind) { /* no test: there is no other */
    case COND_ALL:
        for (size_t i = 0; i < cond->nchildren; i++) {
            if (!cond_holds(view, &cond->child[i])) {
                return false;
            }
        }
        return true;
    case COND_ANY:
        for (size_t i = 0; i < cond->nchildren; i++) {
            if (cond_holds(view, &cond->child[i])) {
                return true;
            }
        }
        return false;
    case COND_NOT:
        return !cond_holds(view, cond->child);
    case COND_OPTIONS:
        return (answers_counted(view->answers, cond->question, view->visit) & cond->options) != 0;
    case COND_COUNT:
        return count_holds(view, cond);
    case COND_NUMBER:
        return number_holds(view, cond);
    case COND_SINCE:
        return since_holds(view, cond);
    case COND_FLAGGED:
        return flagged_holds(view, cond);
    }
    return false;
}

/* The first question named below, whether its test holds or not. */
static size_t first_named(const struct form_cond *cond)
{
    size_t question = SIZE_MAX;

    if (cond->kind == COND_FLAGGED) {
        return SIZE_MAX;
    }
    if (cond->kind != COND_ALL && cond->kind != COND_ANY && cond->kind != COND_NOT) {
        return cond->question;
    }
    for (size_t i = 0; i < cond->nchildren && question == SIZE_MAX; i++) {
        question = first_named(&cond->child[i]);
    }
    return question;
}

size_t cond_question(const struct cond_view *view, const struct form_cond *cond)
{
    size_t question = SIZE_MAX;

    if (cond->kind != COND_ALL && cond->kind != COND_ANY) {
        return first_named(cond);
    }
    for (size_t i = 0; i < cond->nchildren && question == SIZE_MAX; i++) {
        if (cond->kind == COND_ALL || cond_holds(view, &cond->child[i])) {
            question = cond_question(view, &cond->child[i]);
        }
    }
    return question;
}

bool cond_mentions(const struct form_cond *cond, size_t question)
{
    if (cond->kind == COND_FLAGGED) {
        return false;
    }
    if (cond->kind != COND_ALL && cond->kind != COND_ANY && cond->kind != COND_NOT) {
        return cond->question == question;
    }
    for (size_t i = 0; i < cond->nchildren; i++) {
        if (cond_mentions(&cond->child[i], question)) {
            return true;
        }
    }
    return false;
}
