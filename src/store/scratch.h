/* scratch.h: what a person has typed and not yet added to any intake: a half-written note outlives a lock, a
 * closed window and a lost connection. One file for each intake it is about, beside the database:
 * "<database>.typed-", a hash of the person's name, a number and a hash of the intake's uid, sealed under the
 * vault's key for bodies and bound to the person and the intake: never clear on a disk, and nothing of it is
 * in the database. When an intake is erased its files go with it, without a key.
 *
 * One number a session, held by a lock, so that two windows of one person do not write over each other's
 * text. What a session that is gone has left behind goes to the next one that opens.
 */
#ifndef FOYER_STORE_SCRATCH_H
#define FOYER_STORE_SCRATCH_H

#include "vault.h"

enum { SCRATCH_PLACES = 8 };

struct scratch {
    int place;   /* -1: none */
    int lock;    /* held while the session lasts */
    char **left; /* the files that were left behind; those given out go with the next save */
    size_t nleft, next;
    bool *took;
};

/* Takes the first place no other session of this person has. -1 with the reason, and nothing is kept then. */
int scratch_open(struct scratch *scratch, const struct vault *vault, struct err *err);
void scratch_close(struct scratch *scratch);

/* The texts that were left behind, one a call. 1: appended to `out`, which the caller wipes; 0: no more; -1:
 * one that cannot be opened, and stays. */
int scratch_left(struct scratch *scratch, const struct vault *vault, struct buf *out, struct err *err);

struct scratch_text {
    uint8_t uid[FRAME_UID]; /* the intake it is about */
    const char *text;
};

/* Puts these, one for each intake, in the place of what was there. A text about an intake that is not there,
 * or not any more, is not kept. -1 with the reason. */
int scratch_save(struct scratch *scratch, const struct vault *vault, const struct scratch_text *text,
                 size_t n, struct err *err);

/* Takes away what anybody has typed about this intake, and needs no key. -1 with the file that stays. */
int scratch_forget(struct db *db, const uint8_t uid[FRAME_UID], struct err *err);

/* The same for every intake that is not there any more: what an erasing that was cut short left behind. */
int scratch_sweep(struct db *db, struct err *err);

#endif
