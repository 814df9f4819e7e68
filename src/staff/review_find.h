/* review_find.h: what is typed to find a person again, taken apart once and held against each intake. Pure.
 *
 * Words are looked for in the name, folded by text_fold_words, so in any script and without regard to case
 * and accents. Digits are looked for in the phone number, whatever stands between them and with or without
 * its 0 or country code in front, and in the birth date: "15.5.1990", "5/15/90", "1990-05-15", "15051990",
 * "15 May 1990". The last number may be half typed. Four or more hex digits are the beginning of an intake's
 * number too. All that was typed must be found.
 */
#ifndef FOYER_REVIEW_FIND_H
#define FOYER_REVIEW_FIND_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "date.h"

struct find;

struct find *find_new(const char *query); /* NULL: there is nothing to look for */
void find_free(struct find *find);        /* overwrites; NULL is fine */

/* `name` folded, `phone` its digits alone, uid of 16 bytes. */
bool find_match(const struct find *find, const char *name, const char *phone, struct date born,
                const uint8_t *uid);

/* Appends the digits of a phone number as people write it. */
void find_phone_digits(struct buf *out, const char *phone);

#endif
