/* cond.h: does a condition hold? The one place that judges them, for ask_if, for rules and for the words
 * staff read. */
#ifndef FOYER_COND_H
#define FOYER_COND_H

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "date.h"
#include "form.h"

/* What a condition is judged against. */
struct cond_view {
    const struct answers *answers;
    const double *policy; /* one value a policy of the form; NULL: the form's defaults */
    struct date visit;
    const bool *raised; /* one a rule: is its flag raised? NULL: no flag is, so COND_FLAGGED never holds */
};

bool cond_holds(const struct cond_view *view, const struct form_cond *cond);

/* The question of the first test that holds, in a condition that holds; SIZE_MAX if it tests flags alone. */
size_t cond_question(const struct cond_view *view, const struct form_cond *cond);

/* Does it test the question, anywhere? */
bool cond_mentions(const struct form_cond *cond, size_t question);

double cond_amount(const struct cond_view *view, const struct form_amount *amount);

/* `from` and so many days, months or years; part of one counts as a whole. Past either end of
 * the calendar: its last or first day. */
struct date cond_date_after(struct date from, double amount, enum date_unit unit);

#endif
