/* braces.h: named places in a text: "Call {phone}." A translation may put them in any order. */
#ifndef FOYER_BRACES_H
#define FOYER_BRACES_H

#include <stdbool.h>

/* Does the translation have the same names in braces as the English, each at least once, and no others? */
bool braces_match(const char *english, const char *translation);

#endif
