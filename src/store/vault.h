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
#include "encounter.h"
#include "frame.h"
#include "recovery.h"
#include "slot.h"
#include "summary.h"

enum {
    VAULT_PASSPHRASE_MIN = 12, /* characters as people count them */
    VAULT_FREE_TRIES = 5,      /* wrong passphrases in a row without a wait */
    VAULT_WAIT_MOST_S = 900,
};

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

/* May a person be called that? */
bool vault_is_name(const char *user);

/* The only clinician's name, free() it; NULL if there are none or several (then err is empty), or trouble. */
char *vault_only_user(struct db *db, struct err *err);

/* Can `user` unlock with a passphrase now? Ask before you ask for one. Adds the audit entry "unlock refused"
 * if not: no such user, or too soon after wrong passphrases. -1 with the reason. */
int vault_check_user(struct db *db, const char *user, int64_t at_s, struct err *err);

/* Seconds until a passphrase of this user's is looked at again: 0 for the first five wrong ones, then 10,
 * doubled each time, 15 minutes at most and never for good. A right one starts anew. *failures (may be NULL):
 * wrong ones in a row. -1 with the reason. */
int64_t vault_wait(struct db *db, const char *user, int64_t now_s, int *failures, struct err *err);

/* Opens a vault. The database is borrowed. 1; 0: the secret does not fit; -1: trouble, which another try of
 * the secret does not mend. Each try is an audit entry: "unlock", or "unlock refused" with the user as given.
 */
struct vault;
int vault_unlock(struct db *db, const char *user, const char *passphrase, int64_t at_s, struct vault **vault,
                 struct err *err);
int vault_unlock_recovery(struct db *db, const uint8_t recovery[RECOVERY_KEY], int64_t at_s,
                          struct vault **vault, struct err *err);
void vault_lock(struct vault *vault); /* overwrites the keys. NULL is fine */
/* 1 while the account that opened it is there with the same role; 0: it was disabled or changed since. -1. */
int vault_stands(const struct vault *vault, struct err *err);
/* The database was closed and opened anew after an error on its disk: from here on this one is asked. The
 * keys are those of before: put aside what is typed, and lock. */
void vault_reopened(struct vault *vault, struct db *db);
const char *vault_user(const struct vault *vault);

/* What the people who unlock may do. A desk slot holds the desk's master key alone: without the other no
 * body, summary or event opens, whatever the program says. The rest of this table is the program's policy
 * among people who hold the same keys.
 *
 *              desk  viewer  auditor  clinician  recovery key
 *   VAULT_DESK  yes    yes     yes       yes        yes        desk cards: who is here and how far
 *   VAULT_READ         yes     yes       yes        yes        lists and intakes
 *   VAULT_TAKE                 yes       yes        yes        take out of the program: export
 *   VAULT_WRITE                          yes                   add events
 *   VAULT_KEYS                           yes        yes        accounts, rotation, erasing
 */
enum vault_right { VAULT_DESK, VAULT_READ, VAULT_TAKE, VAULT_WRITE, VAULT_KEYS };
const char *vault_role(const struct vault *vault); /* "clinician", "desk", ... */
bool vault_may(const struct vault *vault, enum vault_right right);
/* The same with the reason in words: 0 or -1. */
int vault_need(const struct vault *vault, enum vault_right right, struct err *err);

/* Files what nobody has opened yet: opens both seals once, writes the keys under the master keys, and a
 * summary. A record that cannot be opened, or whose body is another's, is filed as damaged. Returns how many
 * were filed, or -1: what was filed stays filed. With the desk's key alone nothing is filed: 0. */
int64_t vault_file(struct vault *vault, struct err *err);

/* Filed intakes' summaries. `each` is called while no statement is open, and may take its time; what it is
 * given is gone afterwards: summary_keep() it. Nonzero from it ends the walk and is returned. A summary that
 * does not open is given as damaged. */
struct vault_row {
    int64_t seq; /* the order of arrival */
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    bool gone; /* vault_changed only: not there any more (deleted, discarded, erased); the rest is empty */
    struct summary summary;
};
typedef int vault_each_fn(void *arg, const struct vault_row *row);

/* All of them, in the order of arrival. */
int vault_each(struct vault *vault, vault_each_fn *each, void *arg, struct err *err);

/* What changed after *change, and moves it on: filed, replaced, decided by anybody, gone. Each uid comes
 * once, as it is now. Start with `*change = vault_newest_change()` taken before vault_each(); ask again when
 * db_data_version() has another value, after vault_file(). What this vault wrote itself comes too. */
int64_t vault_newest_change(struct vault *vault, struct err *err); /* -1 */
int vault_changed(struct vault *vault, int64_t *change, vault_each_fn *each, void *arg, struct err *err);

/* The desk cards of what came in at or after since_s, newest first, by the desk's key alone. `card` is NULL
 * where it does not open; the callee increfs what it keeps. */
struct vault_card {
    int64_t seq, received_s;
    struct frame_header header;
    const json_t *card;
};
int vault_each_card(struct vault *vault, int64_t since_s,
                    int (*each)(void *arg, const struct vault_card *card), void *arg, struct err *err);

/* One record as it was sent: its header, and its body (json_decref it). Both name this uid. 1; 0: there is no
 * such intake; -1: it cannot be opened, or trouble. */
int vault_body(struct vault *vault, const uint8_t uid[FRAME_UID], struct frame_header *header, json_t **body,
               struct err *err);

/* One intake with everything staff added, encounter_free() it. 1; 0: there is no such intake; -1: trouble. A
 * record that cannot be opened is no trouble: it comes as damaged, with its uid and its events. Not audited
 * here. */
int vault_encounter(struct vault *vault, const uint8_t uid[FRAME_UID], struct encounter **encounter,
                    struct err *err);

/* Adds n events to an intake, in one transaction with its summary and an audit entry each. Takes the events
 * over, whatever comes of it. Asks encounter_check() first, for the clinic's day at at_s (TZ).
 *    1  added; they are folded into `encounter`
 *    0  somebody else wrote meanwhile, or the patient's draft was replaced: nothing was written. Read the
 *       encounter again, show both, and let the person say it again
 *   -1  refused by a rule, or trouble: the reason. Nothing was written */
int vault_add(struct vault *vault, struct encounter *encounter, json_t *const *event, size_t n, int64_t at_s,
              struct err *err);

/* Confirms or undoes that this intake and another are the same person's: an event in each, in one
 * transaction. The other has none where it has the link so already, or was erased and the link is undone.
 * As vault_add(); 0 is about `encounter` alone. */
int vault_link(struct vault *vault, struct encounter *encounter, const uint8_t uid[FRAME_UID], bool confirmed,
               int64_t at_s, struct err *err);

#endif
