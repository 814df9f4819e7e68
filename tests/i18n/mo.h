/* mo.h: .mo files made byte by byte, honest or not. */
#ifndef FOYER_TESTS_MO_H
#define FOYER_TESTS_MO_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct mo_text {
    const char *key;
    size_t key_len; /* 0: up to the NUL */
    const char *value;
    size_t value_len; /* 0: up to the NUL */
};

/* Appends the file to *out. */
void mo_make(struct buf *out, const struct mo_text *text, size_t n, bool big_endian);

/* Overwrites four bytes. */
void mo_poke(struct buf *file, size_t at, unsigned value, bool big_endian);

#endif
