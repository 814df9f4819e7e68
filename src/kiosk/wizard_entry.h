/* wizard_entry.h: dates, numbers and texts as people type and read them, in the language of tr(). Pure.
 *
 * Functions that refuse return -1 with a sentence that says how to mend it.
 */
#ifndef FOYER_WIZARD_ENTRY_H
#define FOYER_WIZARD_ENTRY_H

#include <stdbool.h>

#include "buf.h"
#include "date.h"
#include "err.h"
#include "form.h"

enum entry_part { ENTRY_DAY, ENTRY_MONTH, ENTRY_YEAR };

/* The order in which the language writes a date. */
void entry_date_order(enum entry_part order[3]);

/* text[ENTRY_DAY], [ENTRY_MONTH] as number or word, [ENTRY_YEAR] with four digits. On refusal *part is the
 * one to mend. Refused: no such day, after `today`, more than 125 years ago. All three empty: 0, no date. */
int entry_date(const char *const text[3], bool partial, struct date today, struct date *out,
               enum entry_part *part, struct err *err);

/* A whole date in one line, as people write one: "9 5 1990", "9 May 1990", "May 9, 1990", "1990-05-09",
 * "5/1990". text[] as above, to be freed (overwrite them first); what is missing is "". Whether it is a date,
 * entry_date() says. False, all empty: more parts than a date has. */
bool entry_date_line(const char *line, char *text[3]);

/* Can no more be typed into this part? Then the cursor may go on by itself. */
bool entry_part_full(enum entry_part part, const char *text);

/* "9 May 1990", "May 1990", "1990"; with year false "9 May". */
void entry_date_words(struct buf *out, struct date d, bool year);

/* A number in the question's range; decimal point or comma; its unit may stand after it. */
int entry_number(const struct form_question *question, const char *text, double *out, struct err *err);
void entry_number_words(struct buf *out, const struct form_question *question, double number);

/* Each line tidied (NFC, single spaces), empty ones left out. free() it; overwrite it first. */
char *entry_lines(const char *text);

/* Not empty, but without a digit? */
int entry_phone(const char *text, struct err *err);

#endif
