/* month.h: months and dates in the language in use. */
#ifndef FOYER_MONTH_H
#define FOYER_MONTH_H

#include <stdbool.h>

#include "buf.h"
#include "date.h"

/* "May" of 5. Anything above 12 is December. */
const char *month_name(int month);
const char *month_short(int month); /* "Sep" */

/* "9 May 1990", "May 1990", "1990"; with `year` false "9 May"; with `brief` the short names. Nothing for no
 * date. */
enum month_style { MONTH_WORDS, MONTH_WORDS_NO_YEAR, MONTH_BRIEF };
void month_date(struct buf *out, struct date date, enum month_style style);

#endif
