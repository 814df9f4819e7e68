/* audit.h: who did what, when. Each entry's hash covers the one before, so that an entry changed, removed or
 * put in between is found. Entries after the last head that was printed and kept elsewhere are not protected:
 * whoever can write the database can work the chain out again from there.
 *
 * No entry, no act: the entry is added in the act's own transaction, and an act that only reads (list, show)
 * commits its entry before the first word is shown.
 */
#ifndef FOYER_AUDIT_H
#define FOYER_AUDIT_H

#include <stdint.h>

#include "db.h"

enum { AUDIT_HASH = 32 };

struct audit_entry {
    int64_t at_s;
    const char *actor;
    const char *act;    /* "unlock", "show", or an event's kind: AUDIT_ACTS in the man page */
    const uint8_t *uid; /* 16 bytes, the intake it was about; NULL: none */
    const char *detail; /* never a patient's data; NULL: none */
};

/* Inside a transaction of the caller's. */
int audit_add(struct db *db, const struct audit_entry *entry, struct err *err);

/* The same in a transaction of its own. */
int audit_note(struct db *db, const struct audit_entry *entry, struct err *err);

/* Walks the whole chain. -1 names the first entry that does not follow from the one before. */
int audit_verify(struct db *db, int64_t *entries, uint8_t head[AUDIT_HASH], struct err *err);

/* The entries as they are, oldest first, a batch of DB_BATCH at a time while no statement is open. Nonzero
 * from `each` ends the walk and is returned. */
struct audit_row {
    int64_t seq;
    struct audit_entry entry; /* borrowed */
};
int audit_each(struct db *db, int64_t after_seq, int (*each)(void *arg, const struct audit_row *row),
               void *arg, struct err *err);

/* The latest time that the trail vouches for, in *out. Its entries follow each other within AUDIT_GAP_S, as
 * in a clinic that is open; one that lies further ahead was written by a clock that had jumped, and counts
 * for nothing, unless it is AUDIT_CLOCK: then a person said that the clock was right. What was written before
 * AUDIT_FIRST_S was written by a clock that nobody had set. */
#define AUDIT_CLOCK "clock confirmed"
enum { AUDIT_GAP_S = 31 * 86400, AUDIT_FIRST_S = 1735689600 /* 2025: before there was a Foyer */ };
int audit_vouched(struct db *db, int64_t *out, struct err *err);

/* A head as people copy it from paper: the number of the entry, and 100 bits of its hash.
 * "1532-7K3M-9QTZ-...".
 */
enum { AUDIT_CODE = 20 + 5 * 5 + 1 };
void audit_code_print(int64_t entry, const uint8_t head[AUDIT_HASH], char out[AUDIT_CODE]);

/* Walks the chain and holds it against a code that was printed before. -1 says what is wrong: an entry
 * changed, removed, put in between or out of order; entries cut off after the head; or another history
 * altogether. */
int audit_verify_code(struct db *db, const char *code, int64_t *entries, uint8_t head[AUDIT_HASH],
                      struct err *err);

#endif
