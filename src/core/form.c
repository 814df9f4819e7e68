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

double form_measure(const struct form_question *question, const struct form_unit *unit, double number)
{
    static const double most = 1e15; /* beyond it a double has no decimals to round */
    double value = number * unit->factor + unit->offset, scale = 1;

    for (int i = 0; i < question->decimals; i++) {
        scale *= 10;
    }
    double scaled = value * scale + (value < 0 ? -0.5 : 0.5);
    return scaled < most && scaled > -most ? (double)(int64_t)scaled / scale : value;
}

bool form_question_fresh(const struct form *form, size_t question)
{
    return form->question[question].fresh || form->question[form->question[question].main].fresh;
}

const struct form *form_in(const struct form *form, const char *language)
{
    if (strcmp(form->language, language) == 0) {
        return form;
    }
    for (size_t i = 0; i < form->nothers; i++) {
        if (strcmp(form->other[i]->language, language) == 0) {
            return form->other[i];
        }
    }
    return NULL;
}

void form_free(struct form *form)
{
    if (form) {
        for (size_t i = 0; i < form->nothers; i++) {
            form_free(form->other[i]);
        }
        arena_free(form->arena); /* the form itself lies in it */
    }
}
