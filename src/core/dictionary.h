/* dictionary.h: medicine names found in a text the patient typed.
 *
 * The text is split at new lines, commas and semicolons, those of Chinese too; a comma between two digits is
 * a decimal one where a unit or the end of the entry follows. Each entry is folded (case, accents,
 * punctuation) and a group's word is found where it stands as whole words. The dose is no obstacle:
 * "xarelto20mg", "omega3" and "benzoyl 5% peroxide" are found too. A name in a script that puts no spaces
 * between words is found anywhere.
 *
 * A name that only a translation knows raises what it raises, and the entry counts as unknown beside it.
 */
#ifndef FOYER_DICTIONARY_H
#define FOYER_DICTIONARY_H

#include <stddef.h>

#include "form.h"

/* One entry matched by one group; an entry that several groups know comes several times, one that none knows
 * comes once, without a group. */
struct dictionary_hit {
    size_t entry, len; /* bytes of the text, without white space around them */
    size_t group;      /* SIZE_MAX: none */
};

struct dictionary_hits {
    struct dictionary_hit *hit;
    size_t n, cap;
};

/* Replaces what `out` holds; its memory is kept. None for a text without an entry. */
void dictionary_match(const struct form_dictionary *dictionary, const char *text,
                      struct dictionary_hits *out);
void dictionary_hits_done(struct dictionary_hits *hits);

#endif
