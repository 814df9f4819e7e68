#include "scratch.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "vault_keys.h"

enum { NAME_HASH = 16, SCRATCH_MAX = 4 * 1024 * 1024, NAME_SIZE = 64 };

/* "typed-" and the person's hash, and the place. */
static void name_of(char out[NAME_SIZE], const char *word, const struct vault *vault, int place)
{
    uint8_t hash[NAME_HASH];
    char hex[2 * NAME_HASH + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)vault->user, strlen(vault->user), NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    snprintf(out, NAME_SIZE, "%s-%s-%d", word, hex, place);
}

static void path_of(struct buf *out, const struct vault *vault, int place)
{
    char name[NAME_SIZE];
    name_of(name, "typed", vault, place);
    buf_addf(out, "%s.%s", db_path(vault->db), name);
}

static int lock_place(const struct vault *vault, int place)
{
    char name[NAME_SIZE];
    name_of(name, "typing", vault, place);
    return db_lock_file(vault->db, name, 0, NULL);
}

static void scratch_ad(struct buf *ad, const struct vault *vault)
{
    wrap_field(ad, "foyer typed", 11);
    wrap_field(ad, vault->user, strlen(vault->user));
}

int scratch_open(struct scratch *scratch, const struct vault *vault, struct err *err)
{
    *scratch = (struct scratch){ .place = -1, .lock = -1 };
    if (!vault_may(vault, VAULT_READ)) {
        return err_set(err, "the desk's key seals no texts");
    }
    for (int place = 0; place < SCRATCH_PLACES; place++) {
        scratch->lock = lock_place(vault, place);
        if (scratch->lock >= 0) {
            scratch->place = place;
            return 0;
        }
    }
    return err_set(err, "%s is at work in %d windows already: what is typed in this one is not kept",
                   vault->user, SCRATCH_PLACES);
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->place >= 0) {
        close(scratch->lock);
    }
    *scratch = (struct scratch){ .place = -1, .lock = -1 };
}

static int read_place(const struct vault *vault, int place, struct buf *out, struct err *err)
{
    struct buf path = BUF_INIT, sealed = BUF_INIT, ad = BUF_INIT;
    int rc = 0;
    path_of(&path, vault, place);
    if (access(buf_str(&path), F_OK) == 0) {
        rc = file_read(buf_str(&path), SCRATCH_MAX, &sealed, err);
        size_t len = sealed.len < WRAP_EXTRA ? 0 : sealed.len - WRAP_EXTRA;
        scratch_ad(&ad, vault);
        buf_reserve(out, out->len + len + 1);
        if (rc == 0 &&
            wrap_open(out->data + out->len, vault->masters->body, &ad, sealed.data, sealed.len) == 0) {
            out->len += len;
            out->data[out->len] = '\0';
            rc = 1;
        } else if (rc == 0) {
            rc = err_set(err, "what was typed before cannot be opened; it stays in %s", buf_str(&path));
        }
    }
    buf_done(&ad);
    buf_done(&sealed);
    buf_done(&path);
    return rc;
}

int scratch_left(struct scratch *scratch, const struct vault *vault, struct buf *out, struct err *err)
{
    int rc = 0;
    while (rc == 0 && scratch->place >= 0 && scratch->next < SCRATCH_PLACES) {
        int place = scratch->next++;
        int lock = place == scratch->place ? scratch->lock : lock_place(vault, place);
        if (lock >= 0) {
            rc = read_place(vault, place, out, err);
            scratch->took |= rc == 1 ? 1U << place : 0;
        }
        if (lock >= 0 && lock != scratch->lock) {
            close(lock);
        }
    }
    return rc;
}

static int remove_place(const struct vault *vault, int place, struct err *err)
{
    struct buf path = BUF_INIT;
    path_of(&path, vault, place);
    int rc = unlink(buf_str(&path)) == 0 || errno == ENOENT ? 0 : err_sys(err, "%s", buf_str(&path));
    buf_done(&path);
    return rc;
}

static int write_place(const struct vault *vault, int place, const void *text, size_t len, struct err *err)
{
    struct buf path = BUF_INIT, sealed = BUF_INIT, ad = BUF_INIT;
    path_of(&path, vault, place);
    scratch_ad(&ad, vault);
    wrap_seal(&sealed, vault->masters->body, &ad, text, len);
    int rc = file_replace(buf_str(&path), sealed.data, sealed.len, 0600, err);
    buf_done(&ad);
    buf_done(&sealed);
    buf_done(&path);
    return rc;
}

int scratch_save(struct scratch *scratch, const struct vault *vault, const void *text, size_t len,
                 struct err *err)
{
    if (scratch->place < 0) {
        return len == 0 ? 0 : err_set(err, "what is typed in this window is not kept");
    }
    int rc = len == 0 ? remove_place(vault, scratch->place, err)
                      : write_place(vault, scratch->place, text, len, err);
    for (int place = 0; rc == 0 && place < SCRATCH_PLACES; place++) {
        if (place != scratch->place && (scratch->took & 1U << place) != 0) {
            rc = remove_place(vault, place, err);
        }
    }
    scratch->took = rc == 0 ? 0 : scratch->took;
    return rc;
}
