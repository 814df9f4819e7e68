/* handout_internal.h: what the two files of the hand-outs share. Private to export. */
#ifndef FOYER_HANDOUT_INTERNAL_H
#define FOYER_HANDOUT_INTERNAL_H

#include "handout.h"

/* Appends a text from a record, cut where it is absurdly long. */
void handout_add(struct buf *out, const char *text);

void handout_summary(struct buf *out, enum print_as as, const struct encounter *encounter,
                     const struct handout_setup *setup);

#endif
