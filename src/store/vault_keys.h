/* vault_keys.h: the inside of a vault, for the files that share it: vault.c (unlocking), filing.c, rows.c,
 * casefile.c, account.c and erase.c. Not for other layers.
 */
#ifndef FOYER_STORE_VAULT_KEYS_H
#define FOYER_STORE_VAULT_KEYS_H

#include "slot.h"
#include "vault.h"
#include "wrap.h"

struct vault_epoch {
    struct frame_keys keys;
    uint8_t desk_secret[32], body_secret[32]; /* the body's is zero where the desk alone unlocked */
};

struct vault {
    struct db *db;
    char user[SLOT_USER], role[SLOT_ROLE];
    bool holds_body;
    struct slot_masters *masters; /* sodium_malloc */
    struct vault_epoch *epoch;    /* sodium_malloc */
    size_t nepochs;
};

const struct vault_epoch *vault_find_epoch(const struct vault *vault, uint32_t number); /* NULL: none */

/* ---- vault.c, for account.c */

/* Reads the epochs anew and opens them; the old ones are overwritten. */
int vault_open_epochs(struct vault *vault, struct err *err);
/* Seals the secrets of a new epoch and writes it, in a transaction. */
int vault_insert_epoch(struct db *db, const struct vault_epoch *epoch, const struct slot_masters *masters,
                       int64_t made_s, struct err *err);

/* ---- filing.c: what is filed of a record */

/* Opens one part by its seal. The document is appended to `out`. */
int filing_open_seal(const struct vault *vault, const struct buf *frame, uint32_t epoch, enum frame_part part,
                     struct frame_part_key *key, struct buf *out, struct err *err);
/* The filed key of a part. *found is false where nothing is filed, or it does not open. */
int filing_key(struct vault *vault, enum frame_part part, const uint8_t uid[FRAME_UID], uint32_t rev,
               struct frame_part_key *key, bool *found, struct err *err);
/* The body as a document; refused if it names another intake. */
json_t *filing_parse(const struct buf *text, const uint8_t uid[FRAME_UID], struct err *err);
/* Appends the summary as it lies in the database; opens one: its text is in `text`, which the caller wipes.
 */
void filing_seal_summary(struct buf *out, const struct vault *vault, const uint8_t uid[FRAME_UID],
                         uint32_t rev, uint32_t summary_rev, const struct summary *summary);
int filing_open_summary(struct buf *text, struct buf *ad, const struct vault *vault,
                        const uint8_t uid[FRAME_UID], uint32_t rev, uint32_t summary_rev,
                        const struct buf *sealed);
/* The intake's row in the queue is another now. In a transaction. */
int filing_touch(struct db *db, const uint8_t uid[FRAME_UID], struct err *err);

/* ---- casefile.c: events */

/* Folds the intake's events into the encounter. */
int casefile_fold(struct vault *vault, struct encounter *encounter, struct err *err);

#endif
