/* names.h: the ids of one kind (questions, flags, items ...), found by hash, with where each was given and
 * the nearest one to a slip of the pen.
 */
#ifndef FOYER_NAMES_H
#define FOYER_NAMES_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>

struct name {
    const char *id; /* borrowed; NULL: an empty slot */
    size_t index;
    const config_setting_t *at; /* where it was given */
};

struct names {
    struct name *slot;
    size_t nslots; /* a power of two, or 0 */
    size_t n;
    bool lost; /* an entry could not be added, its id being taken: a name not found may have been meant for it
                */
};

#define NAMES_INIT                                                                                           \
    {                                                                                                        \
        NULL, 0, 0, false                                                                                    \
    }

void names_done(struct names *names);

/* NULL, or the entry that has this id already (and nothing is added). The entry is valid until the next
 * names_add. */
const struct name *names_add(struct names *names, const char *id, size_t index, const config_setting_t *at);

enum { NAMES_NONE = -1 };
long names_find(const struct names *names, const char *id); /* the index given, or NAMES_NONE */

/* What may have been meant by `id`, or NULL. */
const char *names_nearest(const struct names *names, const char *id);

/* Does `candidate` differ from `id` by so little that it may have been meant? Lower is nearer; 0: no. */
unsigned names_slip(const char *id, const char *candidate);

#endif
