/* counts.h: what can be counted without a key. */
#ifndef FOYER_STORE_COUNTS_H
#define FOYER_STORE_COUNTS_H

#include "db.h"

/* Signed intakes that came in at or after since_s and that nobody has signed a decision about, among the
 * newest COUNTS_LOOK deposits. -1 with the reason. */
enum { COUNTS_LOOK = 2000 };
int64_t counts_waiting(struct db *db, int64_t since_s, struct err *err);

#endif
