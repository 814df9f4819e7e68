/* erase.h: taking a record out for good, and what a restored backup must go through again.
 *
 * Erasing overwrites and removes the sealed bytes, the filed keys, the key of what staff added and all of
 * that; a tombstone stays, with the intake's uid, when and by whom, and so do the audit entries, which hold
 * nothing of the patient's. Calls about the intake go too, and what anybody has typed about it and not added
 * yet (scratch.h). SQLite's secure_delete writes zeros over each page
 * that is given up. What a flash card's own controller keeps of old pages is out of any program's reach, and
 * so are backups, exports and paper: say so to whoever asks.
 */
#ifndef FOYER_ERASE_H
#define FOYER_ERASE_H

#include "db.h"
#include "frame.h"
#include "vault.h"

/* 1; 0: there is no such intake; -1. Needs VAULT_KEYS. `act` in the audit trail: "erased", `detail` the
 * reason, in which nothing of the patient's may stand. */
int erase_intake(struct vault *vault, const uint8_t uid[FRAME_UID], const char *reason, int64_t at_s,
                 struct err *err);

/* A draft that was never finished: as erasing, but without a tombstone, so that its kiosk may still send the
 * final. Refused (0) for anything but a draft, and for a draft beside which staff wrote: that is theirs. Act
 * "discarded". Needs VAULT_WRITE or VAULT_KEYS. */
int erase_draft(struct vault *vault, const uint8_t uid[FRAME_UID], int64_t at_s, struct err *err);

/* What a rule may take out without a key, going by the clear columns alone. `count_only`: nothing is done.
 * Each goes in a transaction of its own. Return how many, or -1. */

/* Unfinished intakes whose last page came in before before_s, as erase_draft(): act "discarded". What came in
 * before the clock was moved is no older than that (stood.h); *doubtful is how many stay for it. */
int64_t erase_left_drafts(struct db *db, int64_t before_s, bool count_only, const char *actor, int64_t at_s,
                          int64_t *doubtful, struct err *err);

/* Signed intakes that came in before before_s, as erase_intake(): act "purged", `detail` the rule. at_s: now.
 * Those that nobody has signed a decision about stay, and those that were ever restricted, or whose date is
 * older than Foyer: a person has to look. *kept (may be NULL) is how many. One that came in after one of this
 * side of before_s is no older, whatever its date says: the clock was behind. */
int64_t erase_unseen(struct db *db, int64_t before_s, bool count_only, const char *detail, const char *actor,
                     int64_t at_s, int64_t *kept, struct err *err);

/* One of those, by somebody with the keys: act "purged". 1, 0: not there; -1. Needs VAULT_KEYS. */
int erase_purge(struct vault *vault, const uint8_t uid[FRAME_UID], const char *detail, int64_t at_s,
                struct err *err);

/* The tombstones, as text: one line "uid seconds actor" each; appends. Keep it apart from the backups. */
int erase_list(struct db *db, struct buf *out, struct err *err);

/* After a restore: takes such a list in and erases what stands on it again, with the audit entry "erased
 * again" for each that was there. Needs no key: it only takes away. Returns how many were there, or -1. */
int64_t erase_again(struct db *db, const char *list, const char *actor, int64_t at_s, struct err *err);

#endif
