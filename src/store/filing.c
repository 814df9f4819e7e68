/* filing.c: the second half of vault.h. Each seal is opened once (public-key work, 50 us); from then on its
 * key lies wrapped under a master key, and a summary beside it.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "deposit.h"
#include "document.h"
#include "mem.h"
#include "sql.h"
#include "vault_keys.h"
#include "wrap.h"

enum {
    FILE_BATCH = 32,     /* whole frames in memory: 8 MiB at most */
    SUMMARY_BLOCK = 256, /* so that a length says little about a name */
};

struct unfiled {
    int64_t seq, received_s;
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    enum frame_kind kind;
    struct buf frame;
    /* Sealed, ready to be written. */
    struct buf desk_key, body_key, summary;
};

static void file_ad(struct buf *ad, const char *part, const uint8_t uid[FRAME_UID], uint32_t rev,
                    uint32_t summary_rev)
{
    wrap_field(ad, "foyer filing 1", 14);
    wrap_field(ad, part, strlen(part));
    wrap_field(ad, uid, FRAME_UID);
    wrap_number(ad, rev);
    wrap_number(ad, summary_rev);
}

static void seal_part(struct buf *out, const uint8_t master[WRAP_KEY], const struct unfiled *u,
                      const char *part, const void *data, size_t len, uint32_t summary_rev)
{
    struct buf ad = BUF_INIT;
    file_ad(&ad, part, u->uid, u->rev, summary_rev);
    wrap_seal(out, master, &ad, data, len);
    buf_done(&ad);
}

static void seal_summary(struct vault *vault, struct unfiled *u, const struct summary *summary)
{
    struct buf text = BUF_INIT;
    summary_write(&text, summary);
    size_t padded = (text.len / SUMMARY_BLOCK + 1) * SUMMARY_BLOCK;
    buf_reserve(&text, padded + 1);
    sodium_pad(&padded, (uint8_t *)text.data, text.len, SUMMARY_BLOCK, padded);
    seal_part(&u->summary, vault->masters->body, u, "summary", text.data, padded, 1);
    buf_wipe(&text);
}

/* Opens one part by its seal. The document is appended to `out`. */
static int open_seal(const struct vault *vault, const struct buf *frame, uint32_t epoch_number,
                     enum frame_part part, struct frame_part_key *key, struct buf *out, struct err *err)
{
    const struct vault_epoch *epoch = vault_find_epoch(vault, epoch_number);
    if (epoch == NULL) {
        return err_set(err, "the vault has no key of epoch %u", epoch_number);
    }
    bool desk = part == FRAME_DESK;
    if (frame_open_key(frame->data, frame->len, part, desk ? epoch->keys.desk : epoch->keys.body,
                       desk ? epoch->desk_secret : epoch->body_secret, key, err) != 0) {
        return -1;
    }
    return frame_open(frame->data, frame->len, part, key, out, err);
}

/* And wraps its key. */
static int open_part(const struct vault *vault, struct unfiled *u, uint32_t epoch, enum frame_part part,
                     struct buf *out, struct err *err)
{
    bool desk = part == FRAME_DESK;
    struct frame_part_key key = { { 0 } };
    int rc = open_seal(vault, &u->frame, epoch, part, &key, out, err);
    if (rc == 0) {
        seal_part(desk ? &u->desk_key : &u->body_key, desk ? vault->masters->desk : vault->masters->body, u,
                  desk ? "desk" : "body", key.key, sizeof key.key, 0);
    }
    sodium_memzero(&key, sizeof key);
    return rc;
}

/* The row's numbers are not sealed; the header's are. */
static bool in_its_place(const struct unfiled *u, struct frame_header *header)
{
    return frame_parse(u->frame.data, u->frame.len, header, NULL) == 0 &&
           memcmp(header->uid, u->uid, FRAME_UID) == 0 && header->rev == u->rev && header->kind == u->kind;
}

/* The body as a document. Its seal proves only that it was made for this header, and anybody may seal: a body
 * that names another intake is not shown as this one. */
static json_t *parse_own(const struct buf *text, const uint8_t uid[FRAME_UID], struct err *err)
{
    char own[DEPOSIT_LONG];
    json_t *body = document_parse(buf_str(text), text->len, err);
    if (body == NULL) {
        return NULL;
    }
    const char *named = json_string_value(json_object_get(body, "uid"));
    if (named == NULL || strcmp(named, deposit_long(uid, own)) != 0) {
        err_set(err, "its body belongs to another intake");
        json_decref(body);
        return NULL;
    }
    return body;
}

static void file_one(struct vault *vault, struct unfiled *u)
{
    struct buf desk = BUF_INIT, text = BUF_INIT;
    struct frame_header header;
    struct summary summary;
    json_t *body = NULL;
    if (in_its_place(u, &header)) {
        /* A desk card that does not open takes nothing from the practitioner: the body says everything. */
        (void)open_part(vault, u, header.epoch, FRAME_DESK, &desk, NULL);
        if (open_part(vault, u, header.epoch, FRAME_BODY, &text, NULL) == 0) {
            body = parse_own(&text, u->uid, NULL);
        }
    }
    if (body != NULL) {
        summary_from_body(&summary, body, &header);
        json_decref(body);
    } else {
        summary_damaged(&summary, u->received_s);
    }
    seal_summary(vault, u, &summary);
    summary_done(&summary);
    buf_wipe(&desk);
    buf_wipe(&text);
}

/* Writers take turns and seq only grows, and each key holder files in its order: all below the highest filed
 * is filed. Where that one was a draft and is gone, the filed ones above the next lower are passed over. */
static int start_seq(struct db *db, int64_t *seq, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT coalesce(max(seq), 0) FROM filing");
    if (sql_row(&q)) {
        *seq = sql_get_int(&q, 0);
    }
    return sql_end(&q, err);
}

static int read_unfiled(struct db *db, int64_t after_seq, struct unfiled *out, size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT seq, uid, rev, kind, received_s, header, seals, bodies FROM deposit "
                "WHERE seq > ?1 AND kind IN (1, 2) ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, after_seq);
    sql_int(&q, 2, FILE_BATCH);
    while (sql_row(&q)) {
        struct unfiled *u = &out[(*n)++];
        *u = (struct unfiled){ .seq = sql_get_int(&q, 0) };
        sql_get_exact(&q, 1, u->uid, sizeof u->uid);
        u->rev = (uint32_t)sql_get_int(&q, 2);
        u->kind = (enum frame_kind)sql_get_int(&q, 3);
        u->received_s = sql_get_int(&q, 4);
        for (int column = 5; column < 8; column++) {
            const uint8_t *part;
            size_t len = sql_get_blob(&q, column, &part);
            buf_add(&u->frame, part, len);
        }
    }
    return sql_end(&q, err);
}

/* A draft may have been replaced while its seal was being opened: then there is nothing to file. */
static int insert(struct db *db, const struct unfiled *u, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                "INSERT INTO filing (seq, uid, rev, summary_rev, desk_key, body_key, summary) "
                "SELECT seq, uid, rev, 1, ?3, ?4, ?5 FROM deposit WHERE seq = ?1 AND uid = ?2 "
                "ON CONFLICT DO NOTHING");
    sql_int(&q, 1, u->seq);
    sql_blob(&q, 2, u->uid, sizeof u->uid);
    if (u->desk_key.len > 0) {
        sql_blob(&q, 3, u->desk_key.data, u->desk_key.len);
    }
    if (u->body_key.len > 0) {
        sql_blob(&q, 4, u->body_key.data, u->body_key.len);
    }
    sql_blob(&q, 5, u->summary.data, u->summary.len);
    return sql_run(&q, err);
}

static int write_batch(struct db *db, const struct unfiled *u, size_t n, struct err *err)
{
    if (db_begin(db, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (insert(db, &u[i], err) != 0) {
            db_rollback(db);
            return -1;
        }
    }
    return db_commit(db, err);
}

int64_t vault_file(struct vault *vault, struct err *err)
{
    struct unfiled *batch = mem_alloc(FILE_BATCH * sizeof *batch);
    int64_t filed = 0, seq = 0;
    size_t n = 0;
    if (start_seq(vault->db, &seq, err) != 0) {
        free(batch);
        return -1;
    }
    do {
        int rc = read_unfiled(vault->db, seq, batch, &n, err);
        for (size_t i = 0; rc == 0 && i < n; i++) {
            file_one(vault, &batch[i]);
            seq = batch[i].seq;
        }
        if (rc == 0 && n > 0) {
            rc = write_batch(vault->db, batch, n, err);
        }
        for (size_t i = 0; i < n; i++) {
            buf_done(&batch[i].frame);
            buf_done(&batch[i].desk_key);
            buf_done(&batch[i].body_key);
            buf_done(&batch[i].summary);
        }
        filed = rc == 0 ? filed + (int64_t)n : -1;
    } while (filed >= 0 && n == FILE_BATCH);
    free(batch);
    return filed;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------------- */

struct sealed_row {
    struct vault_row row;
    uint32_t summary_rev;
    struct buf sealed;
};

static int read_rows(struct db *db, int64_t after_seq, struct sealed_row *out, size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(
        &q, db,
        "SELECT seq, uid, rev, summary_rev, summary FROM filing WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, after_seq);
    sql_int(&q, 2, DB_BATCH);
    while (sql_row(&q)) {
        struct sealed_row *s = &out[(*n)++];
        const uint8_t *sealed;
        *s = (struct sealed_row){ .row.seq = sql_get_int(&q, 0) };
        sql_get_exact(&q, 1, s->row.uid, FRAME_UID);
        s->row.rev = (uint32_t)sql_get_int(&q, 2);
        s->summary_rev = (uint32_t)sql_get_int(&q, 3);
        size_t len = sql_get_blob(&q, 4, &sealed);
        buf_add(&s->sealed, sealed, len);
    }
    return sql_end(&q, err);
}

/* Where only the row that came in can say when. */
static int64_t received(struct db *db, int64_t seq)
{
    int64_t at = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT received_s FROM deposit WHERE seq = ?1");
    sql_int(&q, 1, seq);
    if (sql_row(&q)) {
        at = sql_get_int(&q, 0);
    }
    return sql_end(&q, NULL) == 0 ? at : 0;
}

static void open_row(struct vault *vault, struct sealed_row *s)
{
    struct buf ad = BUF_INIT, text = BUF_INIT;
    size_t len = s->sealed.len < WRAP_EXTRA ? 0 : s->sealed.len - WRAP_EXTRA;
    file_ad(&ad, "summary", s->row.uid, s->row.rev, s->summary_rev);
    buf_reserve(&text, len + 1);
    int rc = wrap_open(text.data, vault->masters->body, &ad, s->sealed.data, s->sealed.len);
    if (rc == 0) {
        rc = sodium_unpad(&text.len, (const uint8_t *)text.data, len, SUMMARY_BLOCK);
    }
    if (rc != 0 || summary_read(&s->row.summary, text.data, text.len, NULL) != 0) {
        summary_damaged(&s->row.summary, received(vault->db, s->row.seq));
    }
    text.len = len;
    buf_wipe(&text);
    buf_done(&ad);
}

int vault_each(struct vault *vault, int (*each)(void *arg, const struct vault_row *row), void *arg,
               struct err *err)
{
    struct sealed_row *batch = mem_alloc(DB_BATCH * sizeof *batch);
    int64_t seq = 0;
    size_t n = 0;
    int result = 0;
    do {
        if (read_rows(vault->db, seq, batch, &n, err) != 0) {
            result = -1;
        }
        for (size_t i = 0; i < n; i++) {
            seq = batch[i].row.seq;
            if (result == 0) {
                open_row(vault, &batch[i]);
                result = each(arg, &batch[i].row);
                summary_done(&batch[i].row.summary);
            }
            buf_done(&batch[i].sealed);
        }
    } while (result == 0 && n == DB_BATCH);
    free(batch);
    return result;
}

/* The filed key of a body. False where nothing is filed, or it does not open. */
static int filed_key(struct vault *vault, const uint8_t uid[FRAME_UID], uint32_t rev,
                     struct frame_part_key *key, bool *found, struct err *err)
{
    uint8_t sealed[sizeof key->key + WRAP_EXTRA] = { 0 };
    struct sql q;
    *found = false;
    sql_prepare(&q, vault->db, "SELECT body_key FROM filing WHERE uid = ?1 AND rev = ?2");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, rev);
    if (sql_row(&q)) {
        const uint8_t *data;
        *found = sql_get_blob(&q, 0, &data) == sizeof sealed;
        if (*found) {
            memcpy(sealed, data, sizeof sealed);
        }
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    if (*found) {
        struct buf ad = BUF_INIT;
        file_ad(&ad, "body", uid, rev, 0);
        *found = wrap_open(key->key, vault->masters->body, &ad, sealed, sizeof sealed) == 0;
        buf_done(&ad);
    }
    return 0;
}

int vault_body(struct vault *vault, const uint8_t uid[FRAME_UID], struct frame_header *header, json_t **body,
               struct err *err)
{
    struct buf frame = BUF_INIT, text = BUF_INIT;
    struct frame_part_key key = { { 0 } };
    bool filed = false;
    *body = NULL;
    int found = deposit_read(vault->db, uid, 0, &frame, err);
    if (found == 1 && (frame_parse(frame.data, frame.len, header, err) != 0 ||
                       filed_key(vault, uid, header->rev, &key, &filed, err) != 0)) {
        found = -1;
    }
    if (found == 1 && memcmp(header->uid, uid, FRAME_UID) != 0) {
        found = err_set(err, "another record stands in this one's place");
    }
    /* A filed key that was damaged is no loss while the seal is whole. */
    if (found == 1 && (!filed || frame_open(frame.data, frame.len, FRAME_BODY, &key, &text, err) != 0) &&
        open_seal(vault, &frame, header->epoch, FRAME_BODY, &key, &text, err) != 0) {
        found = -1;
    }
    if (found == 1 && (*body = parse_own(&text, uid, err)) == NULL) {
        found = -1;
    }
    sodium_memzero(&key, sizeof key);
    buf_wipe(&text);
    buf_done(&frame);
    return found;
}
