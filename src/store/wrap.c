#include "wrap.h"

#include <assert.h>
#include <sodium.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

_Static_assert(NONCE + TAG == WRAP_EXTRA, "wrap.h names both");

void wrap_number(struct buf *ad, uint64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    }
    buf_add(ad, bytes, sizeof bytes);
}

void wrap_field(struct buf *ad, const void *data, size_t len)
{
    wrap_number(ad, len);
    buf_add(ad, data, len);
}

void wrap_seal(struct buf *out, const uint8_t key[WRAP_KEY], const struct buf *ad, const void *data,
               size_t len)
{
    uint8_t nonce[NONCE];
    size_t at = out->len + NONCE;
    randombytes_buf(nonce, sizeof nonce);
    buf_reserve(out, at + len + TAG + 1);
    buf_add(out, nonce, sizeof nonce);
    /* Room for the sealed bytes, straight from the plain ones: no copy is left behind. */
    crypto_aead_xchacha20poly1305_ietf_encrypt((uint8_t *)out->data + at, NULL, data, len,
                                               (const uint8_t *)ad->data, ad->len, NULL, nonce, key);
    out->len = at + len + TAG;
    out->data[out->len] = '\0';
}

int wrap_open(void *out, const uint8_t key[WRAP_KEY], const struct buf *ad, const void *sealed, size_t len)
{
    const uint8_t *bytes = sealed;
    if (len < WRAP_EXTRA) {
        return -1;
    }
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, bytes + NONCE, len - NONCE,
                                                      (const uint8_t *)ad->data, ad->len, bytes, key);
}
