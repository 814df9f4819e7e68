#include "audit.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "mem.h"
#include "sql.h"

static void hash_number(crypto_generichash_state *state, uint64_t value)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    }
    crypto_generichash_update(state, bytes, sizeof bytes);
}

/* Every field with its length before it: "ab" and "c" is not "a" and "bc". */
static void hash_field(crypto_generichash_state *state, const void *data, size_t len)
{
    hash_number(state, len);
    if (len > 0) {
        crypto_generichash_update(state, data, len);
    }
}

static void link_hash(uint8_t hash[AUDIT_HASH], int64_t seq, const struct audit_entry *entry)
{
    crypto_generichash_state state;
    uint8_t before[AUDIT_HASH];
    memcpy(before, hash, sizeof before);
    crypto_generichash_init(&state, NULL, 0, AUDIT_HASH);
    hash_field(&state, "foyer audit 1", 13);
    hash_field(&state, before, sizeof before);
    hash_number(&state, (uint64_t)seq);
    hash_number(&state, (uint64_t)entry->at_s);
    hash_field(&state, entry->actor, strlen(entry->actor));
    hash_field(&state, entry->act, strlen(entry->act));
    hash_field(&state, entry->uid, entry->uid == NULL ? 0 : FRAME_UID);
    hash_field(&state, entry->detail, strlen(entry->detail));
    crypto_generichash_final(&state, hash, AUDIT_HASH);
}

int audit_add(struct db *db, const struct audit_entry *given, struct err *err)
{
    assert(db_in_transaction(db));
    struct audit_entry entry = *given;
    if (entry.detail == NULL) {
        entry.detail = "";
    }
    int64_t seq = 1;
    uint8_t hash[AUDIT_HASH] = { 0 };
    struct sql q;
    sql_prepare(&q, db, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (sql_row(&q)) {
        seq = sql_get_int(&q, 0) + 1;
        sql_get_exact(&q, 1, hash, sizeof hash);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    link_hash(hash, seq, &entry);
    sql_prepare(
        &q, db,
        "INSERT INTO audit (seq, at_s, actor, act, uid, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    sql_int(&q, 1, seq);
    sql_int(&q, 2, entry.at_s);
    sql_text(&q, 3, entry.actor);
    sql_text(&q, 4, entry.act);
    if (entry.uid != NULL) {
        sql_blob(&q, 5, entry.uid, FRAME_UID);
    }
    sql_text(&q, 6, entry.detail);
    sql_blob(&q, 7, hash, sizeof hash);
    return sql_run(&q, err);
}

int audit_note(struct db *db, const struct audit_entry *entry, struct err *err)
{
    if (db_begin(db, err) != 0) {
        return -1;
    }
    if (audit_add(db, entry, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

int audit_vouched(struct db *db, int64_t *out, struct err *err)
{
    struct sql q;
    *out = 0;
    sql_prepare(&q, db, "SELECT at_s, act = ?1 FROM audit ORDER BY seq");
    sql_text(&q, 1, AUDIT_CLOCK);
    while (sql_row(&q)) {
        int64_t at_s = sql_get_int(&q, 0);
        bool confirmed = sql_get_int(&q, 1) != 0;
        if (confirmed || *out < AUDIT_FIRST_S || (at_s > *out && at_s - *out <= AUDIT_GAP_S)) {
            *out = at_s;
        }
    }
    return sql_end(&q, err);
}

/* Reads the entries after *seq, at most DB_BATCH, and no further than `last`. Returns how many, or -1. */
static int verify_batch(struct db *db, int64_t last, int64_t *seq, uint8_t head[AUDIT_HASH], struct err *err)
{
    int n = 0;
    int64_t broken = 0;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT seq, at_s, actor, act, uid, detail, hash FROM audit WHERE seq > ?1 AND seq <= ?3 "
                "ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, *seq);
    sql_int(&q, 2, DB_BATCH);
    sql_int(&q, 3, last);
    while (broken == 0 && sql_row(&q)) {
        const uint8_t *uid, *stored;
        size_t uid_len = sql_get_blob(&q, 4, &uid);
        struct audit_entry entry = {
            .at_s = sql_get_int(&q, 1),
            .actor = sql_get_text(&q, 2),
            .act = sql_get_text(&q, 3),
            .uid = uid_len == FRAME_UID ? uid : NULL,
            .detail = sql_get_text(&q, 5),
        };
        int64_t now = sql_get_int(&q, 0);
        link_hash(head, now, &entry);
        if (now != *seq + 1 || (uid_len != 0 && uid_len != FRAME_UID) ||
            sql_get_blob(&q, 6, &stored) != AUDIT_HASH || memcmp(stored, head, AUDIT_HASH) != 0) {
            broken = now;
        }
        *seq = now;
        n++;
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    if (broken != 0) {
        return err_set(
            err, "the audit trail is broken at entry %lld: it, or one before it, was changed or removed",
            (long long)broken);
    }
    return n;
}

/* From where *seq and head stand to `last`. */
static int walk(struct db *db, int64_t last, int64_t *seq, uint8_t head[AUDIT_HASH], struct err *err)
{
    int n;
    do {
        n = verify_batch(db, last, seq, head, err);
    } while (n > 0);
    return n;
}

int audit_verify(struct db *db, int64_t *entries, uint8_t head[AUDIT_HASH], struct err *err)
{
    memset(head, 0, AUDIT_HASH);
    *entries = 0;
    return walk(db, INT64_MAX, entries, head, err);
}

/* ---- printed heads
 * ------------------------------------------------------------------------------------------ */

enum { GROUPS = 5, GROUP = 4 };
static const char digit[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's: no I, L, O, U */

static void print_hash(const uint8_t head[AUDIT_HASH], char *out)
{
    for (size_t i = 0; i < (size_t)GROUPS * GROUP; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)head[bit / 8] << 8 | head[bit / 8 + 1];
        if (i % GROUP == 0) {
            *out++ = '-';
        }
        *out++ = digit[two >> (11 - bit % 8) & 31];
    }
    *out = '\0';
}

void audit_code_print(int64_t entry, const uint8_t head[AUDIT_HASH], char out[AUDIT_CODE])
{
    int n = snprintf(out, 20, "%lld", (long long)entry);
    print_hash(head, out + n);
}

/* As it was printed: small letters, spaces, O for 0, I and L for 1 are all fine. */
static int read_code(const char *code, int64_t *entry, char plain[GROUPS * GROUP + 1], struct err *err)
{
    size_t n = 0;
    char *rest;
    *entry = strtoll(code, &rest, 10);
    for (; *rest != '\0'; rest++) {
        int c = toupper((unsigned char)*rest);
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (c == '-' || c == ' ') {
            continue;
        }
        if (strchr(digit, c) == NULL || n == (size_t)GROUPS * GROUP) {
            return err_set(err, "\"%s\" is not a head code as `foyer audit --head` prints it", code);
        }
        plain[n++] = (char)c;
    }
    plain[n] = '\0';
    return *entry > 0 && n == (size_t)GROUPS * GROUP
               ? 0
               : err_set(err, "\"%s\" is not a head code as `foyer audit --head` prints it", code);
}

int audit_verify_code(struct db *db, const char *code, int64_t *entries, uint8_t head[AUDIT_HASH],
                      struct err *err)
{
    int64_t printed;
    char want[GROUPS * GROUP + 1], now[GROUPS * (GROUP + 1) + 1], plain[GROUPS * GROUP + 1];
    memset(head, 0, AUDIT_HASH);
    *entries = 0;
    if (read_code(code, &printed, want, err) != 0 || walk(db, printed, entries, head, err) != 0) {
        return -1;
    }
    if (*entries < printed) {
        return err_set(err,
                       "the audit trail was cut off: it ends at entry %lld, and the head was printed at %lld",
                       (long long)*entries, (long long)printed);
    }
    print_hash(head, now);
    size_t n = 0;
    for (const char *c = now; *c != '\0'; c++) {
        if (*c != '-') {
            plain[n++] = *c;
        }
    }
    plain[n] = '\0';
    if (strcmp(plain, want) != 0) {
        return err_set(
            err,
            "entry %lld is not the one the head was printed from: it, or one before it, was written anew",
            (long long)printed);
    }
    return walk(db, INT64_MAX, entries, head, err);
}

/* ---- reading
 * ----------------------------------------------------------------------------------------------- */

struct row {
    int64_t seq, at_s;
    char *actor, *act, *detail;
    uint8_t uid[FRAME_UID];
    bool has_uid;
};

static int read_rows(struct db *db, int64_t after, struct row *out, size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT seq, at_s, actor, act, uid, detail FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, after);
    sql_int(&q, 2, DB_BATCH);
    while (sql_row(&q)) {
        struct row *row = &out[(*n)++];
        const uint8_t *uid;
        *row = (struct row){
            .seq = sql_get_int(&q, 0),
            .at_s = sql_get_int(&q, 1),
            .actor = mem_strdup(sql_get_text(&q, 2)),
            .act = mem_strdup(sql_get_text(&q, 3)),
            .detail = mem_strdup(sql_get_text(&q, 5)),
        };
        row->has_uid = sql_get_blob(&q, 4, &uid) == FRAME_UID;
        if (row->has_uid) {
            memcpy(row->uid, uid, FRAME_UID);
        }
    }
    return sql_end(&q, err);
}

static int tell(const struct row *row, int (*each)(void *arg, const struct audit_row *row), void *arg)
{
    struct audit_row out = {
        .seq = row->seq,
        .entry = { .at_s = row->at_s,
                   .actor = row->actor,
                   .act = row->act,
                   .uid = row->has_uid ? row->uid : NULL,
                   .detail = row->detail },
    };
    return each(arg, &out);
}

int audit_each(struct db *db, int64_t after_seq, int (*each)(void *arg, const struct audit_row *row),
               void *arg, struct err *err)
{
    struct row *batch = mem_alloc(DB_BATCH * sizeof *batch);
    size_t n = 0;
    int result;
    do {
        result = read_rows(db, after_seq, batch, &n, err);
        for (size_t i = 0; i < n; i++) {
            after_seq = batch[i].seq;
            result = result == 0 ? tell(&batch[i], each, arg) : result;
            free(batch[i].actor);
            free(batch[i].act);
            free(batch[i].detail);
        }
    } while (result == 0 && n == DB_BATCH);
    free(batch);
    return result;
}
