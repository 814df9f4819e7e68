/* power_kit.h: what the tests of power cuts (disk.h) stand on: a vault, a place where what a cut left is
 * looked at, and chance that can be repeated.
 *
 * FOYER_CUTS=20000 makes that many cuts a test, where some hundreds are usual; FOYER_SEED=N repeats a run,
 * whose number is printed when it fails.
 */
#ifndef FOYER_TESTS_STORE_POWER_KIT_H
#define FOYER_TESTS_STORE_POWER_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "db.h"

enum { STATE = 32 };

extern char lab[64];       /* where the cut-off disk is looked at: in memory if there is such a place */
extern uint64_t seed, run; /* the run's number; the state of dice() */

void power_kit_make(void); /* with fixture_make() */
void power_kit_remove(void);
size_t cuts(size_t usual);

/* Everything in the database, as a hash. Fails the test unless it is whole and its audit trail holds. */
void look_at(struct db *db, uint8_t out[STATE], const char *where);

#endif
