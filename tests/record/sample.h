/* sample.h: a form of a few questions, small enough to know by heart. */
#ifndef FOYER_SAMPLE_H
#define FOYER_SAMPLE_H

#include <stdint.h>

#include "document.h"
#include "form.h"

enum sample_question {
    Q_BIRTH,
    Q_SUPPORT,
    Q_INFO,
    Q_PILL,
    Q_PILL_LAST,
    Q_INR,
    Q_NOTES,
    Q_NAME,
    SAMPLE_QUESTIONS
};

const struct form *sample_form(void);

/* The next number of a row that is fixed by *state, which is not 0. */
uint64_t dice(uint64_t *state);

#endif
