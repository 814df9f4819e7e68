/* placeholder.h: the clinic's facts in a form's texts, pages and checklist items: "Call {phone}."
 *
 * The loader has seen to it that a form's texts name only the facts below, and that texts.instead has words
 * for each fact they name, for a clinic that has not given it.
 */
#ifndef FOYER_PLACEHOLDER_H
#define FOYER_PLACEHOLDER_H

#include <stddef.h>

#include "buf.h"

enum placeholder {
    PLACEHOLDER_CLINIC,
    PLACEHOLDER_PHONE,
    PLACEHOLDER_HOURS,
    PLACEHOLDER_AFTER_HOURS,
    PLACEHOLDER_EMERGENCY,
    PLACEHOLDER_PRIVACY_CONTACT,
    PLACEHOLDERS
};
extern const char *const placeholder_name[PLACEHOLDERS + 1]; /* "clinic" ...; ends with NULL */

/* The next { or } at or after `text`, or NULL. *len: up to the } that closes it, or 1 where there is none.
 * *which: an enum placeholder, or -1 for anything that is not exactly one of the names between braces. */
const char *placeholder_next(const char *text, size_t *len, int *which);

/* Appends `text`, each placeholder replaced by the clinic's fact or, where that is NULL or "", by the words
 * said instead. What is put in is not looked at again. A placeholder with neither, or one that is none (a
 * translator's slip), stays as it is written. */
void placeholder_fill(struct buf *out, const char *text, const char *const fact[PLACEHOLDERS],
                      const char *const instead[PLACEHOLDERS]);

#endif
