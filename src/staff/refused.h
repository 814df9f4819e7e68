/* refused.h: what the letter slot refused of a second screen (foyer-relay(8)). A patient may have gone home
 * believing it, so staff must hear of it. */
#ifndef FOYER_REFUSED_H
#define FOYER_REFUSED_H

#include "buf.h"

/* How many lie there; 0 where there is no such folder; -1: it may not be read. */
int refused_count(void);
/* Appends a sentence if there are any, behind what is there. Returns how many. */
int refused_warning(struct buf *out);

#endif
