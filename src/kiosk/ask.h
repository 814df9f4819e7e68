/* ask.h: one visit that staff run: `foyer ask` starts this program on its own terminal and hands over, on a
 * channel it inherits (record/link.h), what was answered before. Sandboxed as ever, without a key: what comes
 * out is a sealed frame, or the answers asked again, for the program at the other end to keep.
 *
 * The other end sends LINK_ASK first, one JSON object; all but v and user may be left out:
 *   v            1
 *   user         who enters the answers
 *   source       "patient" (sits beside them), "phone", "paper"
 *   uid, rev, delete_key   of an intake to finish: its final takes the place of its draft
 *   name, phone, helper_name, helper_relation, started, consented   as given before
 *   answers      [answers as in the body, document.h], given before
 *   again        [question id]: only these are asked, from nothing, and answered with LINK_ANSWERS
 */
#ifndef FOYER_ASK_H
#define FOYER_ASK_H

#include <stdbool.h>

#include "visit.h"

struct ask_setup {
    const char *config; /* path of kiosk.conf */
    enum visit_screen screen;
    const char *term; /* TERM, as allowed */
    bool mono;        /* NO_COLOR is set */
    int link;         /* the channel */
};

/* Returns the program's exit status: 0 when the visit has ended, however it did; 1 with the reason sent as
 * LINK_LOG. The terminal is as it was before. */
int ask_run(const struct ask_setup *setup);

#endif
