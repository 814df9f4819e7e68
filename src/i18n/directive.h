/* directive.h: the printf conversions in a string. A translation is given to printf in the place of the
 * English, so it must take the same arguments. */
#ifndef FOYER_DIRECTIVE_H
#define FOYER_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the conversion that starts at s[0] == '%', "%%" being one too. 0 if it is none. */
size_t directive_len(const char *s);

/* Whether printf may be given `translation` with the arguments that `english` takes. With `all`, it must use
 * all of them; a plural form may leave the last ones out ("one day"). An English string that is no valid
 * format is given to no printf, so anything goes. %n is never allowed. */
bool directive_compatible(const char *english, const char *translation, bool all);

#endif
