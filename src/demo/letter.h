/* letter.h: posts sealed frames as the kiosk does: over a socket that listens, each to a foyer-deposit of its
 * own, which is told what time it is.
 */
#ifndef FOYER_DEMO_LETTER_H
#define FOYER_DEMO_LETTER_H

#include "buf.h"
#include "err.h"

struct letter {
    char path[108];
    const char *program, *database;
    int listening;
};

/* Makes the socket at `path`. Strings are borrowed. */
int letter_start(struct letter *letter, const char *path, const char *program, const char *database,
                 struct err *err);
void letter_stop(struct letter *letter); /* takes the socket away */

/* -1: it was not stored. Only a foyer-deposit with the test clock (FLAVOUR=demo) believes at_s. */
int letter_post(struct letter *letter, const struct buf *frame, int64_t at_s, struct err *err);

#endif
