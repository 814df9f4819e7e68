#include "form.h"

#include <string.h>

const char *outcome_name(enum outcome outcome)
{
    static const char *const name[] = {
        [OUTCOME_CLEAR] = "CLEAR",   [OUTCOME_PRECAUTION] = "PRECAUTION",
        [OUTCOME_REVIEW] = "REVIEW", [OUTCOME_POSTPONE] = "POSTPONE",
        [OUTCOME_HOLD] = "HOLD",
    };

    return name[outcome];
}

/* Linear: a form has about a hundred of each, and only loading and reading a file of answers look up ids. */
#define INDEX_OF(array, n, member, wanted)                                                                   \
    do {                                                                                                     \
        for (size_t i_ = 0; i_ < (n); i_++) {                                                                \
            if (strcmp((array)[i_].member, (wanted)) == 0)                                                   \
                return (long)i_;                                                                             \
        }                                                                                                    \
        return FORM_NONE;                                                                                    \
    } while (0)

long form_question_index(const struct form *form, const char *id)
{
    INDEX_OF(form->question, form->nquestions, id, id);
}

long form_option_index(const struct form_question *question, const char *id)
{
    INDEX_OF(question->option, question->noptions, id, id);
}

long form_rule_index(const struct form *form, const char *flag)
{
    INDEX_OF(form->rule, form->nrules, flag, flag);
}

long form_policy_index(const struct form *form, const char *id)
{
    INDEX_OF(form->policy, form->npolicies, id, id);
}

void form_free(struct form *form)
{
    if (form) {
        arena_free(form->arena); /* the form itself lies in it */
    }
}
