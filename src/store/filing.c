/* filing.c: what nobody has opened yet is opened and filed. Each body's seal is opened once (public-key work,
 * 60 us); from then on its key lies wrapped under a master key, and a summary beside it. The seal of a desk
 * card is not: only the day's are ever looked at, and opening each twice would double what a morning costs.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "deposit.h"
#include "document.h"
#include "mem.h"
#include "slip.h"
#include "sql.h"
#include "vault_keys.h"

enum {
    FILE_BATCH = 256,                   /* frames in memory, and no more bytes of them than: */
    FILE_BATCH_BYTES = 8 * 1024 * 1024, /* a commit costs five flushes */
    SUMMARY_BLOCK = 64,                 /* so that a length says little about a name */
    FIRST_BLOCK = 256,                  /* of the first version */
};

struct unfiled {
    int64_t seq, received_s;
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    enum frame_kind kind;
    struct buf frame;
    char slip[SLIP_CODE]; /* of a returning patient who has signed; "": none */
    struct date asked_on;
    bool written_on; /* there are events about it */
    /* Sealed, ready to be written. */
    struct buf body_key, summary;
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

static const char *part_name(enum frame_part part)
{
    return part == FRAME_DESK ? "desk" : "body";
}

static const uint8_t *master_of(const struct vault *vault, enum frame_part part)
{
    return part == FRAME_DESK ? vault->masters->desk : vault->masters->body;
}

void filing_seal_summary(struct buf *out, const struct vault *vault, const uint8_t uid[FRAME_UID],
                         uint32_t rev, uint32_t summary_rev, const struct summary *summary)
{
    static const char zeros[SUMMARY_BLOCK];
    struct buf text = BUF_INIT, ad = BUF_INIT;
    summary_write(summary, &text);
    /* A summary knows its own lengths: zeros behind it are passed over. */
    buf_add(&text, zeros, SUMMARY_BLOCK - text.len % SUMMARY_BLOCK);
    file_ad(&ad, "summary", uid, rev, summary_rev);
    wrap_seal(out, vault->masters->body, &ad, text.data, text.len);
    buf_done(&ad);
    buf_wipe(&text);
}

/* The ad of the row before, with this one's uid and numbers: they are its last bytes. A hundred thousand are
 * made in a morning. */
static void next_ad(struct buf *ad, const uint8_t uid[FRAME_UID], uint32_t rev, uint32_t summary_rev)
{
    if (ad->len == 0) {
        file_ad(ad, "summary", uid, rev, summary_rev);
        return;
    }
    uint8_t *at = (uint8_t *)ad->data + ad->len - FRAME_UID - 16;
    memcpy(at, uid, FRAME_UID);
    for (size_t i = 0; i < 8; i++) {
        at[FRAME_UID + i] = (uint8_t)((uint64_t)rev >> (56 - 8 * i));
        at[FRAME_UID + 8 + i] = (uint8_t)((uint64_t)summary_rev >> (56 - 8 * i));
    }
}

int filing_open_summary(struct buf *text, struct buf *ad, const struct vault *vault,
                        const uint8_t uid[FRAME_UID], uint32_t rev, uint32_t summary_rev,
                        const struct buf *sealed)
{
    size_t len = sealed->len < WRAP_EXTRA ? 0 : sealed->len - WRAP_EXTRA;
    buf_reset(text);
    buf_reserve(text, len + 1);
    next_ad(ad, uid, rev, summary_rev);
    if (len == 0 || wrap_open(text->data, vault->masters->body, ad, sealed->data, sealed->len) != 0) {
        return -1;
    }
    text->len = len;
    return text->data[0] == '{' /* of the first version */
               ? sodium_unpad(&text->len, (const uint8_t *)text->data, len, FIRST_BLOCK)
               : 0;
}

int filing_open_seal(const struct vault *vault, const struct buf *frame, uint32_t epoch_number,
                     enum frame_part part, struct frame_part_key *key, struct buf *out, struct err *err)
{
    const struct vault_epoch *epoch = vault_find_epoch(vault, epoch_number);
    bool desk = part == FRAME_DESK;
    if (epoch == NULL) {
        return err_set(err, "the vault has no key of epoch %u", epoch_number);
    }
    if (frame_open_key(frame->data, frame->len, part, desk ? epoch->keys.desk : epoch->keys.body,
                       desk ? epoch->desk_secret : epoch->body_secret, key, err) != 0) {
        return -1;
    }
    return frame_open(frame->data, frame->len, part, key, out, err);
}

/* And wraps its key. */
static int open_body_seal(const struct vault *vault, struct unfiled *u, uint32_t epoch, struct buf *out)
{
    struct frame_part_key key = { { 0 } };
    int rc = filing_open_seal(vault, &u->frame, epoch, FRAME_BODY, &key, out, NULL);
    if (rc == 0) {
        struct buf ad = BUF_INIT;
        file_ad(&ad, part_name(FRAME_BODY), u->uid, u->rev, 0);
        wrap_seal(&u->body_key, master_of(vault, FRAME_BODY), &ad, key.key, sizeof key.key);
        buf_done(&ad);
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
json_t *filing_parse(const struct buf *text, const uint8_t uid[FRAME_UID], struct err *err)
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

static void read_slip(struct unfiled *u, const struct encounter *encounter)
{
    const json_t *returning = json_object_get(encounter->body, "returning");
    const char *code = json_string_value(json_object_get(returning, "slip"));
    if (u->kind == FRAME_FINAL && code != NULL && strlen(code) == SLIP_CODE - 1) {
        memcpy(u->slip, code, sizeof u->slip);
        u->asked_on = encounter->asked_on;
    }
}

static int file_one(struct vault *vault, struct unfiled *u, struct err *err)
{
    struct buf text = BUF_INIT;
    struct frame_header header;
    struct summary summary;
    struct err why = { "" };
    json_t *body = NULL;
    bool ours = in_its_place(u, &header);
    /* The clinic's keys were changed while this vault was open. */
    if (ours && vault_find_epoch(vault, header.epoch) == NULL && vault_open_epochs(vault, err) != 0) {
        return -1;
    }
    /* The desk card stays sealed: the body says everything. The desk opens the day's cards by their seals. */
    if (ours && open_body_seal(vault, u, header.epoch, &text) == 0) {
        body = filing_parse(&text, u->uid, &why);
    }
    bool damaged = body == NULL;
    struct encounter *encounter = encounter_new(u->uid, ours ? &header : NULL, body);
    encounter_set_fault(encounter, why.text);
    read_slip(u, encounter);
    /* What staff wrote beside a draft stays when its final comes. */
    int rc = u->written_on ? casefile_fold(vault, encounter, err) : 0;
    summary_from_encounter(&summary, encounter);
    summary.wall_s = damaged ? u->received_s : summary.wall_s;
    filing_seal_summary(&u->summary, vault, u->uid, u->rev, 1, &summary);
    summary_done(&summary);
    encounter_free(encounter);
    buf_wipe(&text);
    return rc;
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
    size_t bytes = 0;
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT seq, uid, rev, kind, received_s, header, seals, bodies, "
                "EXISTS (SELECT 1 FROM event WHERE event.uid = deposit.uid) FROM deposit "
                "WHERE seq > ?1 AND kind IN (1, 2) ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, after_seq);
    sql_int(&q, 2, FILE_BATCH);
    while (bytes < FILE_BATCH_BYTES && sql_row(&q)) {
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
        u->written_on = sql_get_int(&q, 8) != 0;
        bytes += u->frame.len;
    }
    return sql_end(&q, err);
}

int filing_touch(struct db *db, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "INSERT OR REPLACE INTO touched (uid) VALUES (?1)");
    sql_blob(&q, 1, uid, FRAME_UID);
    return sql_run(&q, err);
}

/* A draft may have been replaced while its seal was being opened: then there is nothing to file. */
static int insert(struct db *db, const struct unfiled *u, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                "INSERT INTO filing (seq, uid, rev, summary_rev, body_key, summary) "
                "SELECT seq, uid, rev, 1, ?3, ?4 FROM deposit WHERE seq = ?1 AND uid = ?2 "
                "ON CONFLICT DO NOTHING");
    sql_int(&q, 1, u->seq);
    sql_blob(&q, 2, u->uid, sizeof u->uid);
    if (u->body_key.len > 0) {
        sql_blob(&q, 3, u->body_key.data, u->body_key.len);
    }
    sql_blob(&q, 4, u->summary.data, u->summary.len);
    if (sql_run(&q, err) != 0 ||
        (u->slip[0] != '\0' && slip_claim(db, u->asked_on, u->slip, u->uid, err) != 0)) {
        return -1;
    }
    return filing_touch(db, u->uid, err);
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
    int64_t filed = 0, seq = 0;
    size_t n = 0;
    if (!vault->holds_body) {
        return 0;
    }
    if (start_seq(vault->db, &seq, err) != 0) {
        return -1;
    }
    struct unfiled *batch = mem_alloc(FILE_BATCH * sizeof *batch);
    do {
        int rc = read_unfiled(vault->db, seq, batch, &n, err);
        for (size_t i = 0; rc == 0 && i < n; i++) {
            rc = file_one(vault, &batch[i], err);
            seq = batch[i].seq;
        }
        if (rc == 0 && n > 0) {
            rc = write_batch(vault->db, batch, n, err);
        }
        for (size_t i = 0; i < n; i++) {
            buf_done(&batch[i].frame);
            buf_done(&batch[i].body_key);
            buf_done(&batch[i].summary);
        }
        filed = rc == 0 ? filed + (int64_t)n : -1;
    } while (filed >= 0 && n > 0);
    free(batch);
    return filed;
}

/* ---- one record
 * -------------------------------------------------------------------------------------------- */

int filing_key(struct vault *vault, enum frame_part part, const uint8_t uid[FRAME_UID], uint32_t rev,
               struct frame_part_key *key, bool *found, struct err *err)
{
    uint8_t sealed[sizeof key->key + WRAP_EXTRA] = { 0 };
    struct sql q;
    *found = false;
    sql_prepare(&q, vault->db, "SELECT desk_key, body_key FROM filing WHERE uid = ?1 AND rev = ?2");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, rev);
    if (sql_row(&q)) {
        const uint8_t *data;
        *found = sql_get_blob(&q, part == FRAME_DESK ? 0 : 1, &data) == sizeof sealed;
        if (*found) {
            memcpy(sealed, data, sizeof sealed);
        }
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    if (*found) {
        struct buf ad = BUF_INIT;
        file_ad(&ad, part_name(part), uid, rev, 0);
        *found = wrap_open(key->key, master_of(vault, part), &ad, sealed, sizeof sealed) == 0;
        buf_done(&ad);
    }
    return 0;
}

/* The body of a frame that was read, by its filed key or its seal. */
static int open_body(struct vault *vault, const struct buf *frame, const uint8_t uid[FRAME_UID],
                     struct frame_header *header, json_t **body, struct err *err)
{
    struct buf text = BUF_INIT;
    struct frame_part_key key = { { 0 } };
    bool filed = false;
    int rc = frame_parse(frame->data, frame->len, header, err);
    if (rc == 0 && memcmp(header->uid, uid, FRAME_UID) != 0) {
        rc = err_set(err, "another record stands in this one's place");
    }
    if (rc == 0) {
        rc = filing_key(vault, FRAME_BODY, uid, header->rev, &key, &filed, err);
    }
    /* A filed key that was damaged is no loss while the seal is whole. */
    if (rc == 0 && (!filed || frame_open(frame->data, frame->len, FRAME_BODY, &key, &text, err) != 0)) {
        rc = filing_open_seal(vault, frame, header->epoch, FRAME_BODY, &key, &text, err);
    }
    if (rc == 0 && (*body = filing_parse(&text, uid, err)) == NULL) {
        rc = -1;
    }
    sodium_memzero(&key, sizeof key);
    buf_wipe(&text);
    return rc;
}

int vault_body(struct vault *vault, const uint8_t uid[FRAME_UID], struct frame_header *header, json_t **body,
               struct err *err)
{
    struct buf frame = BUF_INIT;
    *body = NULL;
    if (vault_need(vault, VAULT_READ, err) != 0) {
        return -1;
    }
    int found = deposit_read(vault->db, uid, 0, &frame, err);
    if (found == 1 && open_body(vault, &frame, uid, header, body, err) != 0) {
        found = -1;
    }
    buf_done(&frame);
    return found;
}

int vault_encounter(struct vault *vault, const uint8_t uid[FRAME_UID], struct encounter **encounter,
                    struct err *err)
{
    struct buf frame = BUF_INIT;
    struct frame_header header;
    struct err why = { "" };
    json_t *body = NULL;
    *encounter = NULL;
    if (vault_need(vault, VAULT_READ, err) != 0) {
        return -1;
    }
    int found = deposit_read(vault->db, uid, 0, &frame, err);
    if (found == 1) {
        bool opened = open_body(vault, &frame, uid, &header, &body, &why) == 0;
        bool ours = opened || (frame_parse(frame.data, frame.len, &header, NULL) == 0 &&
                               memcmp(header.uid, uid, FRAME_UID) == 0);
        *encounter = encounter_new(uid, ours ? &header : NULL, body);
        encounter_set_fault(*encounter, opened ? "" : why.text);
        if (casefile_fold(vault, *encounter, err) != 0) {
            encounter_free(*encounter);
            *encounter = NULL;
            found = -1;
        }
    }
    buf_done(&frame);
    return found;
}
