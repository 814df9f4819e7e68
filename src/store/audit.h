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
    const char *act;    /* "init", "unlock", "unlock refused", "list", "show" */
    const uint8_t *uid; /* 16 bytes, the intake it was about; NULL: none */
    const char *detail; /* never a patient's data; NULL: none */
};

/* Inside a transaction of the caller's. */
int audit_add(struct db *db, const struct audit_entry *entry, struct err *err);

/* The same in a transaction of its own. */
int audit_note(struct db *db, const struct audit_entry *entry, struct err *err);

/* Walks the whole chain. -1 names the first entry that does not follow from the one before. */
int audit_verify(struct db *db, int64_t *entries, uint8_t head[AUDIT_HASH], struct err *err);

#endif
