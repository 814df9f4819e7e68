/* counts.h: what can be counted without a key. */
#ifndef FOYER_STORE_COUNTS_H
#define FOYER_STORE_COUNTS_H

#include "db.h"

/* Signed intakes that came in at or after since_s and that nobody has signed a decision about, among the
 * newest COUNTS_LOOK deposits. -1 with the reason. */
enum { COUNTS_LOOK = 2000 };
int64_t counts_waiting(struct db *db, int64_t since_s, struct err *err);

/* The number from which on everything came in at or after since_s. -1 with the reason. */
int64_t counts_from(struct db *db, int64_t since_s, struct err *err);

/* What the clear headers tell of what came in from from_s on and before to_s, in the order of arrival, a
 * batch at a time: no statement is open during `each`. Nonzero from it ends the walk and is returned. */
struct counts_row {
    int64_t received_s;
    int kind;       /* enum frame_kind */
    int64_t seen_s; /* of a call: when a person acknowledged it; 0: nobody has */
    bool decided;   /* of a final: somebody has signed a decision, whether or not it still stands */
};
int counts_each(struct db *db, int64_t from_s, int64_t to_s,
                int (*each)(void *arg, const struct counts_row *row), void *arg, struct err *err);

#endif
