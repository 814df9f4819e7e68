/* vault.h: the box that only staff open: its keys, unlocking, and what is filed about each record.
 *
 * The clinic has two key pairs, for desk cards and for bodies; the kiosk holds the public halves. The secret
 * halves lie in the database, each sealed under a master key; the master keys lie there wrapped in slots, one
 * a person and one for the printed recovery key. A pair lasts an epoch; old epochs stay, to open old records.
 */
#ifndef FOYER_VAULT_H
#define FOYER_VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "db.h"
#include "frame.h"
#include "recovery.h"
#include "slot.h"
#include "summary.h"

enum { VAULT_PASSPHRASE_MIN = 12 }; /* characters as people count them */

/* The text people typed as it is used: NFC, one space for each run of them. sodium_memzero and free it. NULL
 * with the reason: not UTF-8, or (where `fresh`) too short. */
char *vault_passphrase(const char *typed, bool fresh, struct err *err);

/* Makes the first keys in an empty database: an epoch, a clinician's slot and the recovery slot, with the
 * audit entry "init". Refused where there are any already. `passphrase` as vault_passphrase gives it. */
struct vault_setup {
    const char *user, *passphrase;
    const uint8_t *recovery; /* RECOVERY_KEY bytes, see recovery_make */
    struct slot_cost cost;
    int64_t at_s;
};
int vault_create(struct db *db, const struct vault_setup *setup, struct frame_keys *keys, struct err *err);

/* The only clinician's name, free() it; NULL if there are none or several (then err is empty), or trouble. */
char *vault_only_user(struct db *db, struct err *err);

/* Can `user` unlock with a passphrase at all? Ask before you ask for one. Adds the audit entry "unlock
 * refused" if not. -1 with the reason. */
int vault_check_user(struct db *db, const char *user, int64_t at_s, struct err *err);

/* Opens a vault. The database is borrowed. 1; 0: the secret does not fit; -1: trouble, which another try of
 * the secret does not mend. Each try is an audit entry: "unlock", or "unlock refused" with the user as given.
 */
struct vault;
int vault_unlock(struct db *db, const char *user, const char *passphrase, int64_t at_s, struct vault **vault,
                 struct err *err);
int vault_unlock_recovery(struct db *db, const uint8_t recovery[RECOVERY_KEY], int64_t at_s,
                          struct vault **vault, struct err *err);
void vault_lock(struct vault *vault); /* overwrites the keys. NULL is fine */
const char *vault_user(const struct vault *vault);

/* Files what nobody has opened yet: opens both seals once, writes the keys under the master keys, and a
 * summary. A record that cannot be opened, or whose body is another's, is filed as damaged. Returns how many
 * were filed, or -1: what was filed stays filed. */
int64_t vault_file(struct vault *vault, struct err *err);

/* Every filed intake's summary, in the order of arrival. `each` is called while no statement is open, and may
 * take its time; what it is given is gone afterwards. Nonzero from it ends the walk and is returned. A
 * summary that does not open is given as damaged. */
struct vault_row {
    int64_t seq;
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    struct summary summary;
};
int vault_each(struct vault *vault, int (*each)(void *arg, const struct vault_row *row), void *arg,
               struct err *err);

/* One record as it was sent: its header, and its body (json_decref it). Both name this uid. 1; 0: there is no
 * such intake; -1: it cannot be opened, or trouble. */
int vault_body(struct vault *vault, const uint8_t uid[FRAME_UID], struct frame_header *header, json_t **body,
               struct err *err);

#endif
