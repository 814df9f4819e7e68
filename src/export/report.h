/* report.h: one intake as text for the practitioner, from the stored record alone: no catalogue or key is
 * needed, so that an old record reads as it did on its day.
 */
#ifndef FOYER_REPORT_H
#define FOYER_REPORT_H

#include <jansson.h>

#include "buf.h"
#include "encounter.h"
#include "form.h"
#include "frame.h"

enum { REPORT_MIN_COLUMNS = 66, REPORT_MAX_COLUMNS = 100 };

/* Appends the whole text: who, result in words, flags worst first, answers as asked, checklists. With
 * `encounter` (of the same intake; NULL: as the patient sent it) everything stands as it does now, with what
 * staff decided, ticked, filled in and wrote, and the log of all of it. `form` is the one it was made with,
 * or NULL where the clinic no longer has it: then no figure shows what was answered on one. `columns` is
 * brought into range. The number and the clock's state are the header's. Everything in the body is taken for
 * hostile: what is missing or of another type is left out, and no control character comes through. */
void report_intake(struct buf *out, const struct frame_header *header, const json_t *body,
                   const struct encounter *encounter, const struct form *form, int columns);

/* The result and the flags alone, in the same words. */
void report_result(struct buf *out, const json_t *body, int columns);

/* How an answer came: "answered by the helper; entered by ana". Appends nothing for one that the patient
 * typed. `given_by` as in document.h. */
void report_how(struct buf *out, const char *given_by, const char *entered_by);

/* What a returning patient said to an entry of since_last: "Yes". */
const char *report_since_words(const char *answer);

/* What stands in place of an answer: "Not sure". "" for one that was given, "No answer" for another word. */
const char *report_state_words(const char *state);

/* What an event did, for a log: "decided a flag". */
const char *report_event_words(enum event_kind kind);
/* The same, and of what: "ticked or filled in an item (S04)". */
void report_event(struct buf *out, enum event_kind kind, const json_t *event);

/* What a class means for staff: "Do not treat today unless ...". NULL for a word that is no class. */
const char *report_class_words(const char *class_name);

/* "DEMO, not for patients: ..." */
const char *report_demo(void);

#endif
