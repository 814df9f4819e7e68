/* questionnaire_internal.h: which questions are on the page and what each is called. Private to export. */
#ifndef FOYER_QUESTIONNAIRE_INTERNAL_H
#define FOYER_QUESTIONNAIRE_INTERNAL_H

#include <stdbool.h>

#include "form.h"
#include "policies.h"
#include "tr.h"

enum { QUESTIONNAIRE_HASH = 4 /* bytes shown of the form's */, QUESTIONNAIRE_NUMBER = 8 };

#define QUESTIONNAIRE_UNSURE  N_("Not sure")
#define QUESTIONNAIRE_PRIVATE N_("I will say it in private")

struct questionnaire_plan {
    const struct form *form;
    const struct policies *policies;
    bool *asked;                          /* one a question */
    char (*number)[QUESTIONNAIRE_NUMBER]; /* "5", "5a"; "" where it is not asked, or an info page */
};

/* A question that the clinic answers by a policy is not asked, nor is what hangs on it alone. */
void questionnaire_plan_make(struct questionnaire_plan *plan, const struct form *form,
                             const struct policies *policies);
void questionnaire_plan_done(struct questionnaire_plan *plan);

/* Whether the condition holds whatever is answered: 1 always, 0 never, -1 it depends. */
int questionnaire_plan_holds(const struct questionnaire_plan *plan, const struct form_cond *cond);

/* The unit in which this clinic asks for a number; NULL: the question's own. */
const struct form_unit *questionnaire_unit(const struct form *form, const struct policies *policies,
                                           size_t question);

#endif
