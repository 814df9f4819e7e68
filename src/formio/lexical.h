/* lexical.h: the first look at a form's part or a kiosk.conf, before libconfig reads it.
 *
 * libconfig 1.5 lets invalid UTF-8 pass, reads 4294967297 as 1, opens what @include names, leaks at some
 * syntax errors, and stops at the first with "syntax error". So the bytes, the numbers and the syntax are
 * checked here, in words; libconfig is left with what a scanner cannot see (a name given twice).
 *
 * Stricter than libconfig: numbers are plain decimals, strings end on their line and know only the escapes
 * \" \\ and \n, and nothing is nested deeper than LEXICAL_MAX_DEPTH.
 */
#ifndef FOYER_LEXICAL_H
#define FOYER_LEXICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "problems.h"

enum {
    LEXICAL_MAX_DEPTH = 16,
    LEXICAL_MAX_STRING = 4096, /* bytes between two quotes */
    LEXICAL_MAX_NAME = 64,
    LEXICAL_MAX_NUMBER = 16, /* characters */
    LEXICAL_MAX_NAMES = 256, /* in one { }: libconfig compares each with every other */
};

/* True if nothing was found. A byte order mark or UTF-16 is reported alone. Else every faulty character is
 * reported, once a line; of the syntax the first fault, since what follows it would be guessed. `file` is how
 * the messages name it. */
bool lexical_check(const char *file, const char *text, size_t len, struct problems *problems);

#endif
