/* slip.h: a returning patient's slip: four digits, given out by staff for one earlier intake, good for one
 * new intake on that day.
 *
 * The kiosk cannot tell a right number from a wrong one, and says nothing about either, so there is nothing
 * to guess at: a wrong number is found out here. The first signed intake of the day with the number claims
 * it, when it is filed. What its patient left to be carried over is then carried, by whoever may write and
 * unlocks next:
 *   - only where both intakes have the same birth date;
 *   - only answers that were given, that the form does not want fresh, and whose question still reads as it
 *     did;
 *   - none that is older than the clinic's limit, counted from the day it was first given, none from a day
 *     after the new intake's (a clock was wrong), and none that itself was carried and never checked.
 * Each is to be checked with the patient (encounter.h). What is not carried stays unanswered: INCOMPLETE.
 *
 * A slip ties two intakes' numbers together in clear. It is deleted when somebody who may write unlocks on a
 * later day; one that still waits to be carried stays up to a week.
 */
#ifndef FOYER_SLIP_H
#define FOYER_SLIP_H

#include <stdint.h>

#include "vault.h"

enum { SLIP_CODE = 5 }; /* "4821", and the NUL */

/* A new number for a signed intake. No number is given out twice on a day. With the audit entry "slip". -1
 * with the reason: the intake is not there or not signed; thousands were given out today; trouble. */
int slip_make(struct vault *vault, const uint8_t uid[FRAME_UID], int64_t at_s, char code[SLIP_CODE],
              struct err *err);

/* For filing, inside its transaction: the intake that came with this number on that day. Does nothing where
 * there is no such slip, or another intake has it. */
int slip_claim(struct db *db, struct date day, const char *code, const uint8_t uid[FRAME_UID],
               struct err *err);

/* Carries over what claimed slips wait for. `form` gives the form with a hash (hex), to be freed here, or
 * NULL: then that one waits. Returns how many intakes were seen to, or -1 with the first reason; one that
 * fails keeps no other waiting. Nothing to do for who may not write: 0. */
typedef struct form *slip_form_fn(void *arg, const char *hash);
int slip_carry(struct vault *vault, slip_form_fn *form, void *arg, int months, int64_t at_s, struct err *err);

#endif
