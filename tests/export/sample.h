/* sample.h: an encounter as a practitioner leaves it, for the tests of what leaves the program. */
#ifndef FOYER_TEST_EXPORT_SAMPLE_H
#define FOYER_TEST_EXPORT_SAMPLE_H

#include "encounter.h"
#include "handout.h"

/* `name`: the patient's; `answer`: of one question. A REVIEW lowered, a HOLD as `hold` says (lowered or
 * confirmed), items ticked, a lot number, `decision` signed (none: undecided). */
struct encounter *sample_encounter(const char *name, const char *answer, enum decision decision);

extern const struct handout_setup sample_setup; /* a clinic with all its facts */

/* ESC sequences, bidi overrides, C1, a formula. */
#define HOSTILE                                                                                              \
    "=cmd|' /C calc'!A0\x1b[2J\xe2\x80\xae\xc2\x9b"                                                          \
    "31m\ttab\rCR \"quoted\", <b>"

void expect_in(const char *text, const char *part);
void expect_not_in(const char *text, const char *part);
void expect_fit(const char *text); /* nothing that a terminal or a reader of the page would be fooled by */

#endif
