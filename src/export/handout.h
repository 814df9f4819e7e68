/* handout.h: what leaves the program about one intake, on paper or to paste: the practitioner's summary, the
 * patient's private hand-out, the aftercare sheet. From the encounter alone, so that an old record needs no
 * form. Every string of it is taken for hostile: made fit for paper, and cut where it is absurdly long.
 */
#ifndef FOYER_HANDOUT_H
#define FOYER_HANDOUT_H

#include "encounter.h"
#include "placeholder.h"
#include "print.h"

enum handout_kind {
    HANDOUT_SUMMARY, /* for the practitioner: HANDOUT_LINES lines to paste into the clinic's own record */
    HANDOUT_PRIVATE, /* for the patient: what to do before the visit, sensitive items too */
    HANDOUT_AFTERCARE,
    HANDOUT_KINDS
};
/* As the event "handout" has it (encounter_event.h): "summary", "private", "aftercare". */
const char *handout_name(enum handout_kind kind);

enum {
    HANDOUT_LINES = 15,
    HANDOUT_COLUMNS = 100, /* of a line of the summary */
};

struct handout_setup {
    const char *fact[PLACEHOLDERS]; /* the clinic's; "" where it has not said */
    const char *language;           /* the one in use (tr_use); NULL: "en" */
    bool own;                       /* the patient's papers too with the clinic's words, not the patient's */
    enum print_size size;
    bool large;
};

/* Appends the document; buf_wipe() it. The summary is there at any time and says what is not decided. The
 * hand-out is refused before somebody has signed a decision, the aftercare sheet unless that is to treat:
 * -1 with the reason. */
int handout_make(struct buf *out, enum handout_kind kind, enum print_as as, const struct encounter *encounter,
                 const struct handout_setup *setup, struct err *err);

/* When the next session may be: the day to which it was postponed; after a decision to treat the latest first
 * day among the aftercare items that have no last day, which is how a form says "not before". No date where
 * nobody has decided, or nothing says so. */
struct date handout_next_session(const struct encounter *encounter);

/* "Go ahead, with precautions": for papers, the screen of staff and reports. Translated; "" for none. */
const char *handout_decision_words(enum decision decision);

#endif
