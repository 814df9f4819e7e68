/* scratch.h: what a person has typed and not yet added to any intake: a half-written note outlives a lock, a
 * closed window and a lost connection. One file a person beside the database, "<database>.typed-" and a hash
 * of the name, sealed under the vault's key for bodies and bound to the person: never clear on a disk, and
 * nothing of it is in the database.
 */
#ifndef FOYER_STORE_SCRATCH_H
#define FOYER_STORE_SCRATCH_H

#include "vault.h"

/* Puts this in the place of what was there; nothing (len 0) takes the file away. -1 with the reason. */
int scratch_save(const struct vault *vault, const void *text, size_t len, struct err *err);

/* 1: appended to `out`, which the caller wipes; 0: there is none; -1: it cannot be opened, and stays. */
int scratch_load(const struct vault *vault, struct buf *out, struct err *err);

#endif
