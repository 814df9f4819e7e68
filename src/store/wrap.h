/* wrap.h: small secrets under a key (XChaCha20-Poly1305, random nonce), each bound to what it is and whose.
 */
#ifndef FOYER_STORE_WRAP_H
#define FOYER_STORE_WRAP_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum {
    WRAP_KEY = 32,
    WRAP_EXTRA = 24 + 16, /* nonce and tag */
};

/* The associated data: fields, each with its length before it. Start with a label: wrap_field(&ad, "foyer
 * slot", 10). */
void wrap_field(struct buf *ad, const void *data, size_t len);
void wrap_number(struct buf *ad, uint64_t number);

/* Appends len + WRAP_EXTRA bytes. */
void wrap_seal(struct buf *out, const uint8_t key[WRAP_KEY], const struct buf *ad, const void *data,
               size_t len);

/* Writes len - WRAP_EXTRA bytes to `out`. -1 if it was not sealed under this key and these data. */
int wrap_open(void *out, const uint8_t key[WRAP_KEY], const struct buf *ad, const void *sealed, size_t len);

#endif
