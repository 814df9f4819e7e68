/* quote.h: a text as the files that libconfig reads want it. */
#ifndef FOYER_QUOTE_H
#define FOYER_QUOTE_H

#include "buf.h"

/* Appends "text" in quotes, on one line: a new line in it becomes a space. */
void quote_add(struct buf *out, const char *text);

#endif
