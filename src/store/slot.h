/* slot.h: who can open the vault. A slot wraps the vault's two master keys under a key made from a passphrase
 * (Argon2id), or from the recovery key, bound to user, role and parameters. Used by vault.c.
 */
#ifndef FOYER_STORE_SLOT_H
#define FOYER_STORE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "wrap.h"

enum {
    SLOT_SALT = 16,
    SLOT_USER = 64 + 1,
    SLOT_ROLE = 16,
    SLOT_WRAPPED = WRAP_KEY + WRAP_EXTRA,
    SLOT_MIN_PASSES = 3,
    SLOT_MIN_MEMORY = 64 * 1024 * 1024,
};

/* The clinicians' key opens everything, the desk's only desk cards. Keep them in locked memory. */
struct slot_masters {
    uint8_t desk[WRAP_KEY], body[WRAP_KEY];
};

/* What one try costs: times over the memory, and bytes of it. */
struct slot_cost {
    uint64_t passes, memory;
};

/* About one second on this machine, and never less than SLOT_MIN_*. Takes about that long. By the wall a
 * busy machine looks slow, and its vault would be cheap to attack for ever: `clock` is slot_cpu_clock(), or a
 * test's. */
void slot_calibrate(const struct clock *clock, struct slot_cost *out);
const struct clock *slot_cpu_clock(void); /* the processor time this process has used; no wall time */

struct slot {
    char user[SLOT_USER], role[SLOT_ROLE];
    struct slot_cost cost; /* all 0 for the recovery key: its 256 random bits need no slowing down */
    uint8_t salt[SLOT_SALT];
    uint8_t desk_key[SLOT_WRAPPED], body_key[SLOT_WRAPPED];
};

/* Fills in a slot. cost NULL: `secret` is a random key. Not inside a transaction: it takes a second. */
int slot_make(struct db *db, struct slot *slot, const char *user, const char *role, const void *secret,
              size_t len, const struct slot_cost *cost, const struct slot_masters *masters, struct err *err);

/* Waits until nobody else on this machine derives a key, half a minute at most; close() it. One at a time,
 * for the memory. Whoever tries a passphrase keeps the turn until the try is counted: else many at once would
 * all be looked at before the first is. -1 with the reason. slot_make() takes it by itself. */
int slot_turn(struct db *db, struct err *err);

/* 1: opened; 0: the secret does not fit, or the slot was damaged: the two cannot be told apart; -1: trouble.
 */
int slot_unwrap(const struct slot *slot, const void *secret, size_t len, struct slot_masters *masters,
                struct err *err);

/* A desk slot wraps the desk's master key alone. */
bool slot_holds_body(const struct slot *slot);

/* In a transaction; takes the place of the user's slot, if there is one. */
int slot_insert(struct db *db, const struct slot *slot, int64_t made_s, struct err *err);
int slot_load(struct db *db, const char *user, struct slot *slot,
              struct err *err); /* 1, 0: no such user, -1 */

#endif
