/* plural.h: which plural form a number takes, from a catalogue's Plural-Forms line.
 *
 * The expression is C's, over n, as gettext's manual defines it: numbers, ( ), !, * / %, + -, comparisons,
 * &&, ||, ?:. It comes from a file, so it is limited in size and depth, and no input makes it divide by zero.
 */
#ifndef FOYER_PLURAL_H
#define FOYER_PLURAL_H

#include "err.h"

struct plural;

/* `spec` is what follows "Plural-Forms:", up to its end or a newline. NULL with the reason in *err.
 * Free with plural_free. */
struct plural *plural_parse(const char *spec, struct err *err);

/* Two forms, the first for 1 alone, as in English. */
struct plural *plural_default(void);

void plural_free(struct plural *plural);
unsigned plural_forms(const struct plural *plural); /* at least 1 */

/* Always less than plural_forms(): a result past it, or a division by zero, counts as form 0. */
unsigned plural_index(const struct plural *plural, unsigned long n);

#endif
