/* tally.h: what a report counts, over a day's or a month's intakes. No names, and no intake's number.
 */
#ifndef FOYER_TALLY_H
#define FOYER_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "chart.h"
#include "counts.h"
#include "encounter.h"

struct tally;
struct tally *tally_new(void);
void tally_free(struct tally *tally); /* NULL is fine */

/* Without a key. `hour`: of the clinic's day, 0 to 23. */
void tally_row(struct tally *tally, const struct counts_row *row, int hour);
/* With one. A draft that is still being answered is left out by the caller. */
void tally_encounter(struct tally *tally, const struct encounter *encounter);

/* Each appends a part of the report. */
void tally_say_counts(struct buf *out, const struct tally *tally, enum chart_style style, int columns);
void tally_say_records(struct buf *out, const struct tally *tally, enum chart_style style, int columns);

#endif
