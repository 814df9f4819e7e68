#include "braces.h"

#include <stddef.h>
#include <string.h>

/* The next name in braces, or NULL. *len is that of the name; 0 for a brace that closes nothing or is not
 * closed. */
static const char *next_name(const char *s, size_t *len)
{
    s += strcspn(s, "{}");
    if (!*s) {
        return NULL;
    }
    size_t n = *s == '{' ? strcspn(s + 1, "{}") : 0;
    *len = *s == '{' && s[1 + n] == '}' ? n : 0;
    return s + 1;
}

static bool has_name(const char *s, const char *name, size_t len)
{
    size_t n;
    for (const char *at = s; (at = next_name(at, &n)); at += n) {
        if (n == len && memcmp(at, name, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_all(const char *of, const char *in)
{
    size_t n;
    for (const char *at = of; (at = next_name(at, &n)); at += n) {
        if (!has_name(in, at, n)) {
            return false;
        }
    }
    return true;
}

bool braces_match(const char *english, const char *translation)
{
    return has_all(english, translation) && has_all(translation, english);
}
