#include "scratch.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "vault_keys.h"

enum { NAME_HASH = 16, SCRATCH_MAX = 4 * 1024 * 1024 };

static void path_of(struct buf *out, const struct vault *vault)
{
    uint8_t hash[NAME_HASH];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)vault->user, strlen(vault->user), NULL, 0);
    buf_addf(out, "%s.typed-", db_path(vault->db));
    for (size_t i = 0; i < sizeof hash; i++) {
        buf_addf(out, "%02x", hash[i]);
    }
}

static void scratch_ad(struct buf *ad, const struct vault *vault)
{
    wrap_field(ad, "foyer typed", 11);
    wrap_field(ad, vault->user, strlen(vault->user));
}

int scratch_save(const struct vault *vault, const void *text, size_t len, struct err *err)
{
    struct buf path = BUF_INIT, sealed = BUF_INIT, ad = BUF_INIT;
    int rc = 0;
    path_of(&path, vault);
    if (len == 0) {
        if (unlink(buf_str(&path)) != 0 && errno != ENOENT) {
            rc = err_sys(err, "%s", buf_str(&path));
        }
    } else if (!vault_may(vault, VAULT_READ)) {
        rc = err_set(err, "the desk's key seals no texts");
    } else {
        scratch_ad(&ad, vault);
        wrap_seal(&sealed, vault->masters->body, &ad, text, len);
        rc = file_replace(buf_str(&path), sealed.data, sealed.len, 0600, err);
    }
    buf_done(&ad);
    buf_done(&sealed);
    buf_done(&path);
    return rc;
}

int scratch_load(const struct vault *vault, struct buf *out, struct err *err)
{
    struct buf path = BUF_INIT, sealed = BUF_INIT, ad = BUF_INIT;
    int rc = 0;
    path_of(&path, vault);
    if (vault_may(vault, VAULT_READ) && access(buf_str(&path), F_OK) == 0) {
        scratch_ad(&ad, vault);
        rc = file_read(buf_str(&path), SCRATCH_MAX, &sealed, err);
        if (rc == 0 && sealed.len > WRAP_EXTRA) {
            size_t len = sealed.len - WRAP_EXTRA;
            buf_reserve(out, out->len + len + 1);
            if (wrap_open(out->data + out->len, vault->masters->body, &ad, sealed.data, sealed.len) == 0) {
                out->len += len;
                out->data[out->len] = '\0';
                rc = 1;
            } else {
                rc = err_set(err, "what was typed before cannot be opened; it stays in %s", buf_str(&path));
            }
        }
    }
    buf_done(&ad);
    buf_done(&sealed);
    buf_done(&path);
    return rc;
}
