#include "names.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void names_done(struct names *names)
{
    free(names->slot);
    *names = (struct names)NAMES_INIT;
}

/* FNV-1a. */
static size_t hash(const char *id)
{
    uint64_t h = 14695981039346656037u;

    for (; *id; id++) {
        h = (h ^ (unsigned char)*id) * 1099511628211u;
    }
    return (size_t)(h ^ h >> 32);
}

/* The slot that holds id, or the empty one where it belongs. nslots > n, so there always is one. */
static struct name *slot_of(const struct names *names, const char *id)
{
    size_t i = hash(id) & (names->nslots - 1);

    while (names->slot[i].id && strcmp(names->slot[i].id, id) != 0) {
        i = (i + 1) & (names->nslots - 1);
    }
    return &names->slot[i];
}

static void grow(struct names *names)
{
    struct names larger = { NULL, names->nslots ? 2 * names->nslots : 64, names->n, names->lost };

    larger.slot = mem_alloc(larger.nslots * sizeof *larger.slot);
    for (size_t i = 0; i < names->nslots; i++) {
        if (names->slot[i].id) {
            *slot_of(&larger, names->slot[i].id) = names->slot[i];
        }
    }
    free(names->slot);
    *names = larger;
}

const struct name *names_add(struct names *names, const char *id, size_t index, const config_setting_t *at)
{
    if (2 * (names->n + 1) > names->nslots) {
        grow(names);
    }

    struct name *slot = slot_of(names, id);
    if (slot->id) {
        return slot;
    }
    *slot = (struct name){ id, index, at };
    names->n++;
    return NULL;
}

long names_find(const struct names *names, const char *id)
{
    if (names->nslots == 0) {
        return NAMES_NONE;
    }

    const struct name *slot = slot_of(names, id);
    return slot->id ? (long)slot->index : NAMES_NONE;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Another digit is another id, not a slip: S02 is not S03 mistyped. */
static unsigned replaced(int a, int b)
{
    if (a == b) {
        return 0;
    }
    return isdigit(a) || isdigit(b) ? 2 : 1;
}

/* Edit distance (insert, delete, replace, swap of neighbours), case ignored: the optimal string alignment
 * distance, three rows at a time. */
unsigned names_slip(const char *id, const char *candidate)
{
    enum { LONGEST = 64 };
    size_t n = strlen(id), m = strlen(candidate);
    unsigned row[3][LONGEST + 1];

    if (n == 0 || m == 0 || n > LONGEST || m > LONGEST) {
        return 0;
    }
    for (size_t j = 0; j <= m; j++) {
        row[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *before2 = row[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            int a = tolower((unsigned char)id[i - 1]), b = tolower((unsigned char)candidate[j - 1]);

            now[j] = least(least(before[j], now[j - 1]) + 1, before[j - 1] + replaced(a, b));
            if (i > 1 && j > 1 && a == tolower((unsigned char)candidate[j - 2]) &&
                b == tolower((unsigned char)id[i - 2])) {
                now[j] = least(now[j], before2[j - 2] + 1);
            }
        }
    }

    /* One slip in a short word, one more for every four letters: "S2" is not "S9" mistyped. */
    unsigned distance = row[n % 3][m] + 1; /* 1: the same but for case */
    return n >= 3 && distance - 1 <= least(1 + (unsigned)n / 5, 4) ? distance : 0;
}

const char *names_nearest(const struct names *names, const char *id)
{
    const char *nearest = NULL;
    unsigned best = UINT_MAX;

    for (size_t i = 0; i < names->nslots; i++) {
        const char *candidate = names->slot[i].id;
        unsigned slip = candidate ? names_slip(id, candidate) : 0;

        /* Between two equally near, the alphabet decides: the message must not hang on the hash. */
        if (slip && (!nearest || slip < best || (slip == best && strcmp(candidate, nearest) < 0))) {
            best = slip;
            nearest = candidate;
        }
    }
    return nearest;
}
