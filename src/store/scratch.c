#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_internal.h"
#include "file.h"
#include "mem.h"
#include "sql.h"
#include "vault_keys.h"

enum { NAME_HASH = 16, HASH_HEX = 2 * NAME_HASH + 1, SCRATCH_MAX = 4 * 1024 * 1024, NAME_SIZE = 128 };

static const char *hash_of(char hex[HASH_HEX], const void *data, size_t len)
{
    uint8_t hash[NAME_HASH];
    crypto_generichash(hash, sizeof hash, data, len, NULL, 0);
    return sodium_bin2hex(hex, HASH_HEX, hash, sizeof hash);
}

/* "typed-" and the person's hash, and the place. */
static void name_of(char out[NAME_SIZE], const char *word, const struct vault *vault, int place)
{
    char hex[HASH_HEX];
    snprintf(out, NAME_SIZE, "%s-%s-%d", word, hash_of(hex, vault->user, strlen(vault->user)), place);
}

static int lock_place(const struct vault *vault, int place)
{
    char name[NAME_SIZE];
    name_of(name, "typing", vault, place);
    return db_lock_file(vault->db, name, 0, NULL);
}

static void scratch_ad(struct buf *ad, const struct vault *vault, const char *uid_hash)
{
    wrap_field(ad, "foyer typed 2", 13);
    wrap_field(ad, vault->user, strlen(vault->user));
    wrap_field(ad, uid_hash, strlen(uid_hash));
}

/* ---- the files of a folder
 * -------------------------------------------------------------------------------------- */

struct names {
    char **name; /* paths */
    size_t n;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        free(names->name[i]);
    }
    free(names->name);
    *names = (struct names){ 0 };
}

/* Those beside the database that begin with "<database>." and `begin`, and have `part` in what follows. A
 * write that was cut short has left one with more behind its name. */
static int find_files(const struct db *db, const char *begin, const char *part, struct names *out,
                      struct err *err)
{
    const char *path = db_path(db), *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    struct buf prefix = BUF_INIT, at = BUF_INIT;
    *out = (struct names){ 0 };
    buf_add(&at, path, folder);
    buf_addf(&prefix, "%s.%s", path + folder, begin);
    DIR *dir = opendir(folder == 0 ? "." : buf_str(&at));
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, buf_str(&prefix), prefix.len) == 0 &&
            strstr(entry->d_name + prefix.len, part) != NULL) {
            buf_cut(&at, folder);
            buf_adds(&at, entry->d_name);
            out->name = mem_realloc(out->name, out->n + 1, sizeof *out->name);
            out->name[out->n++] = mem_strdup(buf_str(&at));
        }
    }
    int rc = dir == NULL ? err_sys(err, "%s cannot be looked through", buf_str(&at)) : 0;
    if (dir != NULL) {
        closedir(dir);
    }
    buf_done(&prefix);
    buf_done(&at);
    return rc;
}

static int remove_file(const char *path, struct err *err)
{
    return unlink(path) == 0 || errno == ENOENT ? 0 : err_sys(err, "%s cannot be removed", path);
}

static int remove_files(struct db *db, struct names *names, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < names->n; i++) {
        rc = remove_file(names->name[i], err) == 0 ? rc : -1;
    }
    if (rc == 0 && names->n > 0 && gate_flush_folder(db_path(db)) != 0) {
        rc = err_sys(err, "the folder of %s did not reach the disk", db_path(db));
    }
    names_free(names);
    return rc;
}

int scratch_forget(struct db *db, const uint8_t uid[FRAME_UID], struct err *err)
{
    char hex[HASH_HEX];
    struct names names;
    return find_files(db, "typed-", hash_of(hex, uid, FRAME_UID), &names, err) == 0
               ? remove_files(db, &names, err)
               : -1;
}

/* Out of the names goes what is about this intake. */
static void leave_out(struct names *names, const uint8_t uid[FRAME_UID])
{
    char hex[HASH_HEX];
    hash_of(hex, uid, FRAME_UID);
    for (size_t i = names->n; i-- > 0;) {
        if (strstr(names->name[i], hex) != NULL) {
            free(names->name[i]);
            names->name[i] = names->name[--names->n];
        }
    }
}

/* The files first: one about an intake that comes in meanwhile is not among them. */
int scratch_sweep(struct db *db, struct err *err)
{
    struct names names;
    int64_t seq = 0;
    bool more = true;
    int rc = find_files(db, "typed-", "", &names, err);
    while (rc == 0 && names.n > 0 && more) {
        struct sql q;
        sql_prepare(&q, db,
                    "SELECT seq, uid FROM deposit WHERE seq > ?1 AND kind IN (1, 2) ORDER BY seq LIMIT ?2");
        sql_int(&q, 1, seq);
        sql_int(&q, 2, DB_BATCH);
        for (more = false; sql_row(&q); more = true) {
            uint8_t uid[FRAME_UID];
            seq = sql_get_int(&q, 0);
            sql_get_exact(&q, 1, uid, sizeof uid);
            leave_out(&names, uid);
        }
        rc = sql_end(&q, err);
    }
    if (rc == 0) {
        return remove_files(db, &names, err);
    }
    names_free(&names);
    return -1;
}

/* ---- a session
 * -------------------------------------------------------------------------------------------------- */

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

static void drop_left(struct scratch *scratch)
{
    struct names left = { scratch->left, scratch->nleft };
    names_free(&left);
    free(scratch->took);
    scratch->left = NULL;
    scratch->took = NULL;
    scratch->nleft = scratch->next = 0;
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->place >= 0) {
        close(scratch->lock);
    }
    drop_left(scratch);
    *scratch = (struct scratch){ .place = -1, .lock = -1 };
}

/* ---- reading
 * ---------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_whole(const char *path)
{
    const char *dash = strrchr(path, '-');
    return dash != NULL && strlen(dash + 1) == HASH_HEX - 1;
}

/* Of the places that nobody else has. */
static int list_left(struct scratch *scratch, const struct vault *vault, struct err *err)
{
    struct names all = { 0 };
    scratch->next = 1; /* looked for, once */
    for (int place = 0; place < SCRATCH_PLACES; place++) {
        char begin[NAME_SIZE];
        struct names found;
        int lock = place == scratch->place ? scratch->lock : lock_place(vault, place);
        if (lock < 0) {
            continue;
        }
        name_of(begin, "typed", vault, place);
        int rc = find_files(vault->db, begin, "", &found, err);
        if (lock != scratch->lock) {
            close(lock);
        }
        if (rc != 0) {
            names_free(&all);
            return -1;
        }
        all.name = mem_realloc(all.name, all.n + found.n + 1, sizeof *all.name);
        for (size_t i = 0; i < found.n; i++) {
            if (is_whole(found.name[i])) {
                all.name[all.n++] = found.name[i];
            } else {
                free(found.name[i]);
            }
        }
        free(found.name);
    }
    if (all.n > 0) {
        qsort(all.name, all.n, sizeof *all.name, compare);
    }
    scratch->left = all.name;
    scratch->nleft = all.n;
    scratch->took = mem_alloc((all.n + 1) * sizeof *scratch->took);
    return 0;
}

static int read_file(const struct vault *vault, const char *path, struct buf *out, struct err *err)
{
    struct buf sealed = BUF_INIT, ad = BUF_INIT;
    int rc = access(path, F_OK) != 0 ? 0 : file_read(path, SCRATCH_MAX, &sealed, err) == 0 ? 1 : -1;
    if (rc == 1) {
        size_t len = sealed.len < WRAP_EXTRA ? 0 : sealed.len - WRAP_EXTRA;
        const char *dash = strrchr(path, '-');
        scratch_ad(&ad, vault, dash == NULL ? "" : dash + 1);
        buf_reserve(out, out->len + len + 1);
        if (wrap_open(out->data + out->len, vault->masters->body, &ad, sealed.data, sealed.len) == 0) {
            out->len += len;
            out->data[out->len] = '\0';
        } else {
            rc = err_set(err, "what was typed before cannot be opened; it stays in %s", path);
        }
    }
    buf_done(&ad);
    buf_done(&sealed);
    return rc;
}

int scratch_left(struct scratch *scratch, const struct vault *vault, struct buf *out, struct err *err)
{
    int rc = 0;
    if (scratch->place < 0 || (scratch->next == 0 && list_left(scratch, vault, err) != 0)) {
        return scratch->place < 0 ? 0 : -1;
    }
    while (rc == 0 && scratch->next <= scratch->nleft) {
        size_t i = scratch->next++ - 1;
        rc = read_file(vault, scratch->left[i], out, err);
        scratch->took[i] = rc == 1;
    }
    return rc;
}

/* ---- writing
 * ---------------------------------------------------------------------------------------------------- */

/* 1, 0 or -1: asked after writing. What was erased before that is seen here; what is erased after it takes
 * the file along. */
static int is_there(struct db *db, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT 1 FROM deposit WHERE uid = ?1 AND kind IN (1, 2)");
    sql_blob(&q, 1, uid, FRAME_UID);
    bool found = sql_row(&q);
    return sql_end(&q, err) == 0 ? found : -1;
}

static int write_text(const struct vault *vault, const char *path, const char *uid_hash,
                      const struct scratch_text *text, struct err *err)
{
    struct buf sealed = BUF_INIT, ad = BUF_INIT;
    scratch_ad(&ad, vault, uid_hash);
    wrap_seal(&sealed, vault->masters->body, &ad, text->text, strlen(text->text));
    int rc = file_replace(path, sealed.data, sealed.len, 0600, err);
    int there = rc == 0 ? is_there(vault->db, text->uid, err) : 1;
    buf_done(&ad);
    buf_done(&sealed);
    return rc != 0 || there < 0 ? -1 : there == 1 ? 0 : remove_file(path, err);
}

static bool is_among(const char *path, const struct scratch_text *text, size_t n)
{
    const char *dash = strrchr(path, '-');
    for (size_t i = 0; i < n; i++) {
        char hex[HASH_HEX];
        if (dash != NULL && strcmp(dash + 1, hash_of(hex, text[i].uid, FRAME_UID)) == 0) {
            return true;
        }
    }
    return false;
}

/* What this place holds beside the new texts, and what was taken over from others. */
static int tidy(struct scratch *scratch, const struct vault *vault, const char *begin,
                const struct scratch_text *text, size_t n, struct err *err)
{
    struct names own;
    int rc = find_files(vault->db, begin, "", &own, err);
    for (size_t i = 0; rc == 0 && i < own.n; i++) {
        bool unread = false;
        for (size_t k = 0; k < scratch->nleft; k++) {
            unread = unread || (strcmp(scratch->left[k], own.name[i]) == 0 && !scratch->took[k]);
        }
        rc = unread || is_among(own.name[i], text, n) ? 0 : remove_file(own.name[i], err);
    }
    for (size_t k = 0; rc == 0 && k < scratch->nleft; k++) {
        /* Its own place's were looked at above. */
        bool ours = false;
        for (size_t i = 0; i < own.n; i++) {
            ours = ours || strcmp(own.name[i], scratch->left[k]) == 0;
        }
        rc = ours || !scratch->took[k] ? 0 : remove_file(scratch->left[k], err);
    }
    names_free(&own);
    return rc;
}

int scratch_save(struct scratch *scratch, const struct vault *vault, const struct scratch_text *text,
                 size_t n, struct err *err)
{
    struct buf path = BUF_INIT;
    char begin[NAME_SIZE], hex[HASH_HEX];
    if (scratch->place < 0) {
        return n == 0 ? 0 : err_set(err, "what is typed in this window is not kept");
    }
    int rc = 0;
    name_of(begin, "typed", vault, scratch->place);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        buf_reset(&path);
        buf_addf(&path, "%s.%s-%s", db_path(vault->db), begin, hash_of(hex, text[i].uid, FRAME_UID));
        rc = write_text(vault, buf_str(&path), hex, &text[i], err);
    }
    rc = rc == 0 ? tidy(scratch, vault, begin, text, n, err) : rc;
    buf_done(&path);
    return rc;
}
