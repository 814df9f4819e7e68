/* copy.h: a database's rows into another file, while others go on writing to the first.
 *
 * Rows are read in batches of at most DB_BATCH and written once the statement is closed: a deposit waits for
 * no slow stick. What was copied before is not copied again:
 *   - deposit, event, audit, touched grow: rows above the highest number that the copy has;
 *   - what is gone from deposit and event (drafts, erased intakes) goes from the copy, overwritten;
 *   - filing is rewritten in place: the rows that `touched` names as changed since;
 *   - all other tables are small, and are copied whole: slots, tombstones, the keys of what staff added.
 * That is done again until nobody has written meanwhile: then both hold the same.
 */
#ifndef FOYER_STORE_COPY_H
#define FOYER_STORE_COPY_H

#include "db.h"

/* Was this file, at some time, what `from` is now? By the audit trail: its newest entry stands in from's. 1,
 * 0, -1. */
int copy_is_earlier(struct db *from, struct db *to, struct err *err);

/* Makes `to` (db_open_private) hold what `from` holds. COPY_LOST where a signed intake is in `to` and not in
 * `from`, and nobody erased it: it was lost, and the copy is perhaps the last one. Else 0 or -1. */
enum { COPY_LOST = -2 };
int copy_rows(struct db *from, struct db *to, struct err *err);

/* Reads each row of deposit, event, audit and filing in `to` and holds it against the one in `from`, byte by
 * byte. What was erased or rewritten since is passed over. -1 with the first that differs. */
int copy_compare(struct db *from, struct db *to, struct err *err);

/* quick_check, keys to other rows, the chain of the audit trail. The version decides which tables there are.
 */
struct copy_found {
    int64_t version;
    int64_t intakes, drafts;      /* signed; not finished */
    int64_t newest_seq, newest_s; /* of what came in; 0: nothing yet */
    int64_t entries;              /* of the audit trail */
    int64_t last_s;               /* its newest entry's time */
};
int copy_check(struct db *db, int64_t version, struct copy_found *found, struct err *err);

#endif
