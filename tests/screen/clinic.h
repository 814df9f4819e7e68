/* clinic.h: a clinic in a temporary folder, with the programs that are being tested, and a patient who
 * presses keys. */
#ifndef FOYER_TEST_CLINIC_H
#define FOYER_TEST_CLINIC_H

#include <stdbool.h>

#include "buf.h"
#include "term.h"

/* The day every test lives on: 2026-11-21, 10:00 in London. */
#define TEST_NOW "1795255200"

struct clinic_folder {
    char path[64];
    char conf[96];
};

/* A copy of a clinic made once a run: keys, a database with one clinician, kiosk.conf with this tree's forms.
 */
void clinic_open(struct clinic_folder *clinic);
/* The note of `foyer doctor` that this machine is ready for patients, for these settings; clinic_open()
 * writes it.
 */
void clinic_ready(const struct clinic_folder *clinic);
void clinic_close(struct clinic_folder *clinic); /* removes it */

struct term *clinic_kiosk(const struct clinic_folder *clinic, int rows, int columns, const char *term);

/* Runs `foyer -c CONF args...` with the clinic's passphrase on descriptor 0. Returns its exit status and what
 * it wrote to both its outputs. */
int clinic_foyer(const struct clinic_folder *clinic, struct buf *out, const char *const *args);

/* The id of the n-th intake that `foyer list` shows, 0 the first. Fails the test if there is none. */
void clinic_intake(const struct clinic_folder *clinic, size_t n, char id[9]);
size_t clinic_intakes(const struct clinic_folder *clinic); /* how many `foyer list` shows */

/* Presses keys and waits for text. Leaves the pause that tells a second press from a key held down. */
void press(struct term *term, const char *keys, const char *then);

/* The same by a finger, on the line that shows `what`. Waits first until nobody can take it for a second tap.
 */
void tap(struct term *term, const char *what, const char *then);

/* Writes this line into kiosk.conf. */
void clinic_set(const struct clinic_folder *clinic, const char *line);

/* The first row under the bar that is not empty: the question. What is below may change while it is answered.
 */
void clinic_question(struct term *term, char out[256]);

/* Chooses by its digit; and again where the first only brought the answer into a small window. A first digit
 * of two waits a second and a half for the other. */
void choose(struct term *term, const char *key, const char *then);

/* From the welcome page to the question whether the patient agrees. */
void walk_to_consent(struct term *term);
/* From the welcome page to the question about goals: agrees, born 15 May 1990, no help, this name. */
void walk_to_questions(struct term *term, const char *name);
/* From there to the check page with nothing to flag. */
void walk_plain_answers(struct term *term);
/* From any question to a later one, or to the check page: answers "no", or the first answer where none says
 * so, until `to` is on the screen. */
void walk_no(struct term *term, const char *to);
/* The signature, and the wait for "saved". */
void walk_sign(struct term *term, const char *name);

#endif
