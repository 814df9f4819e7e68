#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct one {
    uint8_t uid[FRAME_UID];
    size_t order;
    size_t above; /* towards the person's first intake: in the list as it came */
    size_t newest;
    bool counts;
};

struct link {
    size_t from;
    uint8_t to[FRAME_UID];
};

struct people {
    struct one *one;
    size_t n, cap;
    struct link *link;
    size_t nlinks, cap_links;
    const struct one **by_uid;
};

struct people *people_new(void)
{
    return mem_alloc(sizeof(struct people));
}

void people_free(struct people *people)
{
    if (people != NULL) {
        free(people->one);
        free(people->link);
        free(people->by_uid);
        free(people);
    }
}

void people_add(struct people *p, const uint8_t uid[FRAME_UID], const uint8_t *links, size_t nlinks,
                bool counts)
{
    if (p->n == p->cap) {
        p->cap = p->cap == 0 ? 256 : 2 * p->cap;
        p->one = mem_realloc(p->one, p->cap, sizeof *p->one);
    }
    struct one *one = &p->one[p->n];
    *one = (struct one){ .order = p->n, .above = p->n, .newest = SIZE_MAX, .counts = counts };
    memcpy(one->uid, uid, FRAME_UID);
    for (size_t i = 0; i < nlinks; i++) {
        if (p->nlinks == p->cap_links) {
            p->cap_links = p->cap_links == 0 ? 64 : 2 * p->cap_links;
            p->link = mem_realloc(p->link, p->cap_links, sizeof *p->link);
        }
        p->link[p->nlinks].from = p->n;
        memcpy(p->link[p->nlinks++].to, links + i * FRAME_UID, FRAME_UID);
    }
    p->n++;
}

static int by_uid(const void *left, const void *right)
{
    const struct one *const *a = left, *const *b = right;
    return memcmp((*a)->uid, (*b)->uid, FRAME_UID);
}

static struct one *find(const struct people *p, const uint8_t uid[FRAME_UID])
{
    struct one wanted;
    const struct one *key = &wanted;
    memcpy(wanted.uid, uid, FRAME_UID);
    const struct one **at = p->n == 0 ? NULL : bsearch(&key, p->by_uid, p->n, sizeof *p->by_uid, by_uid);
    return at == NULL ? NULL : &p->one[(*at)->order];
}

static size_t first_of(struct people *p, size_t i)
{
    while (p->one[i].above != i) {
        p->one[i].above = p->one[p->one[i].above].above;
        i = p->one[i].above;
    }
    return i;
}

void people_settle(struct people *p)
{
    p->by_uid = mem_realloc(p->by_uid, p->n + 1, sizeof *p->by_uid);
    for (size_t i = 0; i < p->n; i++) {
        p->by_uid[i] = &p->one[i];
    }
    qsort(p->by_uid, p->n, sizeof *p->by_uid, by_uid);
    for (size_t i = 0; i < p->nlinks; i++) {
        const struct one *other = find(p, p->link[i].to);
        if (other != NULL) {
            size_t a = first_of(p, p->link[i].from), b = first_of(p, other->order);
            p->one[a > b ? a : b].above = a > b ? b : a;
        }
    }
    for (size_t i = 0; i < p->n; i++) {
        size_t first = first_of(p, i);
        p->one[i].above = first;
        if (p->one[i].counts) {
            p->one[first].newest = i;
        }
    }
}

const uint8_t *people_of(const struct people *p, const uint8_t uid[FRAME_UID], bool *newest)
{
    const struct one *one = find(p, uid);
    *newest = one == NULL || p->one[one->above].newest == one->order;
    return one == NULL ? uid : p->one[one->above].uid;
}
