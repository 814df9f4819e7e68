/* scratch.h: what a person has typed and not yet added to any intake: a half-written note outlives a lock, a
 * closed window and a lost connection. Files beside the database, "<database>.typed-", a hash of the name and
 * a number, sealed under the vault's key for bodies and bound to the person: never clear on a disk, and
 * nothing of it is in the database.
 *
 * One number a session, held by a lock, so that two windows of one person do not write over each other's
 * text. What a session that is gone has left behind goes to the next one that opens.
 */
#ifndef FOYER_STORE_SCRATCH_H
#define FOYER_STORE_SCRATCH_H

#include "vault.h"

enum { SCRATCH_PLACES = 8 };

struct scratch {
    int place;     /* -1: none */
    int lock;      /* held while the session lasts */
    int next;      /* scratch_left() goes on here */
    unsigned took; /* places whose text was given out: their files go with the next save */
};

/* Takes the first place no other session of this person has. -1 with the reason, and nothing is kept then. */
int scratch_open(struct scratch *scratch, const struct vault *vault, struct err *err);
void scratch_close(struct scratch *scratch);

/* The texts that were left behind, one a call. 1: appended to `out`, which the caller wipes; 0: no more; -1:
 * one that cannot be opened, and stays. */
int scratch_left(struct scratch *scratch, const struct vault *vault, struct buf *out, struct err *err);

/* Puts this in the place of what was there; nothing (len 0) takes the file away. -1 with the reason. */
int scratch_save(struct scratch *scratch, const struct vault *vault, const void *text, size_t len,
                 struct err *err);

#endif
