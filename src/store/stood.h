/* stood.h: since when the clock has stood still.
 *
 * How many minutes or days ago something came in can be told by the clock only while nobody moves it. So
 * whoever deposits, unlocks or discards looks: during one run of the machine the wall clock and the time
 * since its start go on together. Where they have parted, the clock was moved (a time server after the start,
 * a flat battery, a hand), and what came in before has no age that could be read off: it counts as come in
 * just now.
 *
 * Over a restart nothing is known but the clock itself, and that no record comes from a day still to come.
 */
#ifndef FOYER_STOOD_H
#define FOYER_STOOD_H

#include "db.h"

struct stood {
    int64_t since_s; /* as the clock reads now; 0: it was never seen to move */
    int64_t seq;     /* deposits up to this one came in before: at since_s for all that is known */
};

enum { STOOD_SLACK_S = 60 }; /* what a time server puts right without anybody noticing */

/* Looks, by the database's clock, and notes down what it saw: in the transaction that is open, or in one of
 * its own. 0 or -1. */
int stood_look(struct db *db, struct stood *out, struct err *err);

#endif
