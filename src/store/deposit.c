#include "deposit.h"

#include <sodium.h>
#include <string.h>

#include "audit.h"
#include "sql.h"
#include "stood.h"

/* header, seals (with nonces; a delete frame's signature) and bodies, from column `at` on. */
static void add_frame(const struct sql *q, int at, struct buf *frame)
{
    for (int i = 0; i < 3; i++) {
        const uint8_t *part;
        size_t len = sql_get_blob(q, at + i, &part);
        buf_add(frame, part, len);
    }
}

/* What is already there under a uid. */
struct standing {
    bool any;
    bool known;             /* the same rev with the same bytes */
    bool other;             /* the same rev with other bytes */
    uint32_t rev;           /* the highest */
    uint8_t kind;           /* of the highest */
    uint8_t delete_key[32]; /* of the newest draft */
};

static int look(struct db *db, const struct frame_header *header, const void *frame, size_t len,
                struct standing *out, struct err *err)
{
    *out = (struct standing){ 0 };
    struct buf stored = BUF_INIT;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT rev, kind, header, seals, bodies FROM deposit WHERE uid = ?1 ORDER BY rev DESC");
    sql_blob(&q, 1, header->uid, FRAME_UID);
    while (sql_row(&q)) {
        buf_reset(&stored);
        add_frame(&q, 2, &stored);
        uint32_t rev = (uint32_t)sql_get_int(&q, 0);
        uint8_t kind = (uint8_t)sql_get_int(&q, 1);
        struct frame_header old;
        if (!out->any) {
            out->any = true;
            out->rev = rev;
            out->kind = kind;
            if (kind == FRAME_DRAFT && frame_parse(stored.data, stored.len, &old, NULL) == 0) {
                memcpy(out->delete_key, old.delete_key, sizeof out->delete_key);
            }
        }
        if (rev == header->rev) {
            bool same = stored.len == len && memcmp(stored.data, frame, len) == 0;
            out->known = same;
            out->other = !same;
        }
    }
    buf_done(&stored);
    return sql_end(&q, err);
}

static bool is_call(uint8_t kind)
{
    return kind == FRAME_HELP || kind == FRAME_ALERT;
}

static enum frame_status refuse(struct err *err, const struct frame_header *header, const char *why)
{
    char uid[DEPOSIT_SHORT];
    err_set(err, "record %s rev %u refused: %s", deposit_short(header->uid, uid), header->rev, why);
    return FRAME_REFUSED;
}

/* FRAME_STORED: take away the drafts, then store. Anything else is the answer. */
static enum frame_status judge(const struct standing *old, const struct frame_header *header,
                               const void *frame, size_t len, struct err *err)
{
    if (old->known) {
        return FRAME_KNOWN;
    }
    if (header->kind == FRAME_DELETE) {
        if (!old->any || old->kind != FRAME_DRAFT) {
            return FRAME_SETTLED;
        }
        return frame_delete_verify(frame, len, old->delete_key) == 0
                   ? FRAME_STORED
                   : refuse(err, header,
                            "the request to delete is not signed by the kiosk that wrote the draft");
    }
    if (!old->any) {
        return FRAME_STORED;
    }
    if (old->other) {
        return refuse(err, header, "another record with this number is already there");
    }
    if (is_call(header->kind) != is_call(old->kind)) {
        return refuse(err, header, "its number belongs to a record of another kind");
    }
    if (header->kind == FRAME_FINAL) {
        if (old->kind == FRAME_DELETE) {
            return refuse(err, header, "the patient has deleted this intake");
        }
        if (old->kind == FRAME_FINAL) {
            return refuse(err, header, "this intake is already signed");
        }
        return header->rev > old->rev ? FRAME_STORED : refuse(err, header, "it is older than its own draft");
    }
    if (header->kind == FRAME_DRAFT && old->kind != FRAME_DRAFT) {
        return FRAME_SETTLED;
    }
    return header->rev > old->rev ? FRAME_STORED : FRAME_SETTLED;
}

static int epoch_known(struct db *db, uint32_t epoch, bool *known, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT 1 FROM epoch WHERE number = ?1");
    sql_int(&q, 1, epoch);
    *known = sql_row(&q);
    return sql_end(&q, err);
}

static int has_row(struct db *db, const char *query, const uint8_t uid[FRAME_UID], bool *found,
                   struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, query);
    sql_blob(&q, 1, uid, FRAME_UID);
    *found = sql_row(&q);
    return sql_end(&q, err);
}

static int run_for(struct db *db, const char *statement, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, statement);
    sql_blob(&q, 1, uid, FRAME_UID);
    return sql_run(&q, err);
}

/* A draft's filing goes with it: the tables cascade. A patient who deletes takes along what staff wrote
 * beside the draft. */
static int remove_drafts(struct db *db, const uint8_t uid[FRAME_UID], bool deleted, struct err *err)
{
    if (run_for(db, "DELETE FROM deposit WHERE uid = ?1 AND kind = 1", uid, err) != 0) {
        return -1;
    }
    return deleted && (run_for(db, "DELETE FROM event WHERE uid = ?1", uid, err) != 0 ||
                       run_for(db, "DELETE FROM casekey WHERE uid = ?1", uid, err) != 0 ||
                       run_for(db, "INSERT OR REPLACE INTO touched (uid) VALUES (?1)", uid, err) != 0)
               ? -1
               : 0;
}

static int insert(struct db *db, const struct frame_header *header, const void *frame, size_t len,
                  int64_t received_s, struct err *err)
{
    const uint8_t *bytes = frame;
    size_t bodies = len < FRAME_BODIES ? len : FRAME_BODIES;
    struct sql q;
    sql_prepare(&q, db,
                "INSERT INTO deposit (uid, rev, kind, received_s, header, seals, bodies) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    sql_blob(&q, 1, header->uid, FRAME_UID);
    sql_int(&q, 2, header->rev);
    sql_int(&q, 3, header->kind);
    sql_int(&q, 4, received_s);
    sql_blob(&q, 5, bytes, FRAME_HEADER);
    sql_blob(&q, 6, bytes + FRAME_HEADER, bodies - FRAME_HEADER);
    sql_blob(&q, 7, bytes + bodies, len - bodies);
    return sql_run(&q, err);
}

static enum frame_status deposit_inside(struct db *db, const struct frame_header *header, const void *frame,
                                        size_t len, int64_t received_s, struct err *err)
{
    bool known = false, erased = false, seen = false;
    struct standing old;
    struct stood stood;
    if (epoch_known(db, header->epoch, &known, err) != 0 || look(db, header, frame, len, &old, err) != 0 ||
        has_row(db, "SELECT 1 FROM tombstone WHERE uid = ?1", header->uid, &erased, err) != 0 ||
        has_row(db, "SELECT 1 FROM seen WHERE uid = ?1", header->uid, &seen, err) != 0) {
        return FRAME_TROUBLE;
    }
    if (erased) {
        return refuse(err, header, "this intake was erased");
    }
    if (!known) {
        char uid[DEPOSIT_SHORT];
        err_set(
            err,
            "record %s refused: it is sealed for key epoch %u, which this vault does not have. The kiosk's "
            "public-keys file belongs to another clinic or another database",
            deposit_short(header->uid, uid), header->epoch);
        return FRAME_REFUSED;
    }
    enum frame_status status = judge(&old, header, frame, len, err);
    if (status != FRAME_STORED) {
        return status == FRAME_KNOWN && seen ? FRAME_SEEN : status; /* only calls are ever seen */
    }
    if (stood_look(db, &stood, err) != 0 ||
        (!is_call(header->kind) && remove_drafts(db, header->uid, header->kind == FRAME_DELETE, err) != 0) ||
        insert(db, header, frame, len, received_s, err) != 0) {
        return FRAME_TROUBLE;
    }
    return FRAME_STORED;
}

enum frame_status deposit_frame(struct db *db, const void *frame, size_t len, int64_t received_s,
                                struct err *err)
{
    struct frame_header header;
    if (frame_parse(frame, len, &header, err) != 0) {
        return FRAME_REFUSED;
    }
    if (db_begin(db, err) != 0) {
        return FRAME_TROUBLE;
    }
    enum frame_status status = deposit_inside(db, &header, frame, len, received_s, err);
    if (status != FRAME_STORED) {
        db_rollback(db);
        return status;
    }
    return db_commit(db, err) == 0 ? FRAME_STORED : FRAME_TROUBLE;
}

int deposit_calls(struct db *db, int64_t since_s, int64_t after_seq, struct deposit_call *out, int max,
                  int64_t *last_seq, struct err *err)
{
    int n = 0;
    struct buf frame = BUF_INIT;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT seq, received_s, header, seals, bodies, "
                "EXISTS (SELECT 1 FROM seen WHERE seen.uid = deposit.uid) "
                "FROM deposit WHERE kind IN (3, 4) AND received_s >= ?1 AND seq > ?2 "
                "ORDER BY seq LIMIT ?3");
    sql_int(&q, 1, since_s);
    sql_int(&q, 2, after_seq);
    sql_int(&q, 3, max < DB_BATCH ? max : DB_BATCH);
    while (sql_row(&q)) {
        buf_reset(&frame);
        add_frame(&q, 2, &frame);
        *last_seq = sql_get_int(&q, 0);
        if (frame_parse(frame.data, frame.len, &out[n].header, NULL) == 0) {
            out[n].seq = *last_seq;
            out[n].received_s = sql_get_int(&q, 1);
            out[n].seen = sql_get_int(&q, 5) != 0;
            n++;
        }
    }
    buf_done(&frame);
    return sql_end(&q, err) == 0 ? n : -1;
}

int64_t deposit_late(const struct deposit_call *call)
{
    return call->header.clock == CLOCK_SYNCED && call->received_s - call->header.wall_s > DEPOSIT_LATE_S
               ? call->header.wall_s
               : 0;
}

static int acknowledge_inside(struct db *db, const uint8_t uid[FRAME_UID], const char *actor, int64_t at_s,
                              struct err *err)
{
    bool call = false, seen = false;
    struct sql q;
    if (has_row(db, "SELECT 1 FROM deposit WHERE uid = ?1 AND kind IN (3, 4)", uid, &call, err) != 0 ||
        has_row(db, "SELECT 1 FROM seen WHERE uid = ?1", uid, &seen, err) != 0) {
        return -1;
    }
    if (!call || seen) {
        err_set(err, seen ? "somebody has seen this call before" : "there is no such call");
        return 0;
    }
    sql_prepare(&q, db, "INSERT INTO seen (uid, at_s, actor) VALUES (?1, ?2, ?3)");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, at_s);
    sql_text(&q, 3, actor);
    struct audit_entry entry = { .at_s = at_s, .actor = actor, .act = "seen", .uid = uid };
    return sql_run(&q, err) == 0 && audit_add(db, &entry, err) == 0 ? 1 : -1;
}

int deposit_acknowledge(struct db *db, const uint8_t uid[FRAME_UID], const char *actor, int64_t at_s,
                        struct err *err)
{
    if (db_begin(db, err) != 0) {
        return -1;
    }
    int result = acknowledge_inside(db, uid, actor, at_s, err);
    if (result != 1) {
        db_rollback(db);
        return result;
    }
    return db_commit(db, err) == 0 ? 1 : -1;
}

int64_t deposit_newest(struct db *db, struct err *err)
{
    int64_t seq = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT coalesce(max(seq), 0) FROM deposit");
    if (sql_row(&q)) {
        seq = sql_get_int(&q, 0);
    }
    return sql_end(&q, err) == 0 ? seq : -1;
}

int deposit_read(struct db *db, const uint8_t uid[FRAME_UID], uint32_t rev, struct buf *frame,
                 struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                "SELECT header, seals, bodies FROM deposit WHERE uid = ?1 AND (?2 = 0 OR rev = ?2) "
                "ORDER BY rev DESC LIMIT 1");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, rev);
    bool found = sql_row(&q);
    if (found) {
        add_frame(&q, 0, frame);
    }
    return sql_end(&q, err) == 0 ? found : -1;
}

/* The lowest or the highest uid that begins with `len` hex digits. */
static void bound(const char *prefix, size_t len, char rest, uint8_t out[FRAME_UID])
{
    char digits[DEPOSIT_LONG];
    memset(digits, rest, sizeof digits - 1);
    memcpy(digits, prefix, len);
    sodium_hex2bin(out, FRAME_UID, digits, sizeof digits - 1, NULL, NULL, NULL);
}

int deposit_find(struct db *db, const char *prefix, uint8_t (*uid)[FRAME_UID], int max, struct err *err)
{
    uint8_t low[FRAME_UID], high[FRAME_UID];
    size_t len = strspn(prefix, "0123456789abcdefABCDEF");
    if (len == 0 || len >= DEPOSIT_LONG || prefix[len] != '\0') {
        return err_set(
            err, "\"%s\" is not the number of an intake: use the letters and digits that `foyer list` shows",
            prefix);
    }
    bound(prefix, len, '0', low);
    bound(prefix, len, 'f', high);
    int n = 0;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT DISTINCT uid FROM deposit WHERE uid BETWEEN ?1 AND ?2 AND kind IN (1, 2) ORDER BY "
                "uid LIMIT ?3");
    sql_blob(&q, 1, low, sizeof low);
    sql_blob(&q, 2, high, sizeof high);
    sql_int(&q, 3, max);
    while (sql_row(&q)) {
        sql_get_exact(&q, 0, uid[n++], FRAME_UID);
    }
    return sql_end(&q, err) == 0 ? n : -1;
}

char *deposit_short(const uint8_t uid[FRAME_UID], char buf[DEPOSIT_SHORT])
{
    return sodium_bin2hex(buf, DEPOSIT_SHORT, uid, 4);
}

char *deposit_long(const uint8_t uid[FRAME_UID], char buf[DEPOSIT_LONG])
{
    return sodium_bin2hex(buf, DEPOSIT_LONG, uid, FRAME_UID);
}
