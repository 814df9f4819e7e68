/* account.h: who may open the vault: proposing, completing, changing and disabling accounts, new passphrases,
 * a new pair of clinic keys.
 *
 * An admin (whoever may run the program as the database's user) proposes an account: a name and a role, no
 * key. It can do nothing until somebody with VAULT_KEYS completes it and the person chooses a passphrase: an
 * admin alone can let nobody in. Each act is one transaction with its audit entry.
 *
 * Cryptography: without a slot nothing opens; a desk slot holds no key to bodies; a passphrase is bound to
 * its user, role and cost. Policy, held by the program alone: everything among those who hold the same keys.
 * Whoever kept a copy of the database from before they were disabled can open that copy, with the passphrase
 * they had; new clinic keys (account_rotate) do not change that.
 */
#ifndef FOYER_ACCOUNT_H
#define FOYER_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "frame.h"
#include "recovery.h"
#include "slot.h"
#include "vault.h"

struct account {
    char user[SLOT_USER], role[SLOT_ROLE];
    int64_t at_s;       /* made, or proposed */
    bool proposed;      /* waits to be completed */
    char by[SLOT_USER]; /* who proposed it; "" for one that is complete */
    int failures;       /* wrong passphrases in a row */
    int64_t wait_s;     /* seconds until the next try is looked at */
};

bool account_role_known(const char *role); /* clinician, desk, viewer or auditor */

/* By name, the proposed ones last. free() *out. */
int account_list(struct db *db, int64_t now_s, struct account **out, size_t *n, struct err *err);

/* Is there an account of that name that can unlock? 0; -1 with the reason. */
int account_check(struct db *db, const char *user, struct err *err);

/* Refused: a name or role that is none, or a name that is taken. */
int account_propose(struct db *db, const char *user, const char *role, const char *by, int64_t at_s,
                    struct err *err);
int account_withdraw(struct db *db, const char *user, const char *by, int64_t at_s, struct err *err);

/* Makes the proposed account's slot. `vault` needs VAULT_KEYS, and is not the new user's own proposal.
 * `passphrase` as vault_passphrase() gives it. */
int account_complete(struct vault *vault, const char *user, const char *passphrase,
                     const struct slot_cost *cost, int64_t at_s, struct err *err);

/* Takes the slot away. Refused for the recovery key and for the last clinician. */
int account_disable(struct db *db, const char *user, const char *by, int64_t at_s, struct err *err);

/* Another role, and with it another slot: the role is bound to the passphrase, so the person types one. */
int account_set_role(struct vault *vault, const char *user, const char *role, const char *passphrase,
                     const struct slot_cost *cost, int64_t at_s, struct err *err);

/* A new passphrase for a user's slot: by the user's own vault, or by one with VAULT_KEYS. Rewrites that slot
 * and nothing else. */
int account_set_passphrase(struct vault *vault, const char *user, const char *passphrase,
                           const struct slot_cost *cost, int64_t at_s, struct err *err);

/* Another recovery key in the place of the old one. */
int account_set_recovery(struct vault *vault, const uint8_t recovery[RECOVERY_KEY], int64_t at_s,
                         struct err *err);

/* A new epoch: records sent from now on are sealed for the new pair, old ones stay readable. The caller
 * writes the public keys' file, which the kiosk takes up between two patients; records sealed for the old
 * pair are still accepted. Needs VAULT_KEYS. The vault holds the new pair afterwards. */
int account_rotate(struct vault *vault, struct frame_keys *keys, int64_t at_s, struct err *err);

/* The newest epoch's public keys. Needs no secret. */
int account_keys(struct db *db, struct frame_keys *keys, struct err *err);

/* Are these public keys, the kiosk's, one of this vault's pairs? 1: the newest; 0: an older one; -1: none of
 * ours, or trouble, with what to do. Sound the alarm: whoever swapped the file reads what patients type. */
int account_check_keys(struct db *db, const struct frame_keys *keys, struct err *err);

#endif
