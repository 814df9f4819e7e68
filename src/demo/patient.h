/* patient.h: what a made-up patient answers. Taken from the form alone: nothing here knows what a question
 * means. "Calm" is, of each question, the answer that raises the least, found by asking the engine; a patient
 * answers calmly but for a few questions, and those go through every option of the form in turn.
 */
#ifndef FOYER_DEMO_PATIENT_H
#define FOYER_DEMO_PATIENT_H

#include "answers.h"
#include "assess.h"
#include "dice.h"
#include "document.h"
#include "people.h"
#include "policies.h"

struct patients;
/* All borrowed. */
struct patients *patients_new(const struct form *form, const struct policies *policies, struct date today,
                              struct dice *dice);
void patients_free(struct patients *patients);

/* Fills `answers`, which are empty and have their context, and `how`, one a question. `odd`: how many
 * questions are answered otherwise than calmly. */
void patient_answer(struct patients *patients, const struct person *person, int odd, struct date visit,
                    struct answers *answers, struct document_answer *how, struct dice *dice);

#endif
