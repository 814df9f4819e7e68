/* questionnaire.h: a form on paper, for whoever cannot or will not use a screen, and what a patient may take
 * home. Both from the same form the kiosk asks.
 */
#ifndef FOYER_QUESTIONNAIRE_H
#define FOYER_QUESTIONNAIRE_H

#include "form.h"
#include "placeholder.h"
#include "policies.h"
#include "print.h"

struct questionnaire {
    const struct form *form;
    const struct policies *policies; /* a question that the clinic answers by a policy is not asked */
    const char *fact[PLACEHOLDERS];  /* the clinic's; "" where it has not said */
    bool demo;
    enum print_size size;
    bool large;
};

/* Appends the questionnaire: what is read first, consent, the questions with boxes and lines, follow-ups with
 * "If ..." in words, signatures, and a corner for staff. */
void questionnaire_print(struct buf *out, enum print_as as, const struct questionnaire *q);

/* Appends the pages to read and the checklist that everyone gets: no answer and no name is in it. */
void questionnaire_handout(struct buf *out, enum print_as as, const struct questionnaire *q);

/* In words for the patient, when a question is asked: "If you ticked "Yes" at 5". `number` holds what each
 * question is called on the page. */
void questionnaire_condition(struct buf *out, const struct form *form, const struct form_cond *cond,
                             const struct policies *policies, char (*number)[8] /* QUESTIONNAIRE_NUMBER */);

#endif
