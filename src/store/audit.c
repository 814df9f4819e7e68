#include "audit.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "frame.h"
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

/* Reads the entries after *seq, at most DB_BATCH. Returns how many, or -1. */
static int verify_batch(struct db *db, int64_t *seq, uint8_t head[AUDIT_HASH], struct err *err)
{
    int n = 0;
    int64_t broken = 0;
    struct sql q;
    sql_prepare(
        &q, db,
        "SELECT seq, at_s, actor, act, uid, detail, hash FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, *seq);
    sql_int(&q, 2, DB_BATCH);
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

int audit_verify(struct db *db, int64_t *entries, uint8_t head[AUDIT_HASH], struct err *err)
{
    int64_t seq = 0;
    int n;
    memset(head, 0, AUDIT_HASH);
    do {
        n = verify_batch(db, &seq, head, err);
    } while (n > 0);
    *entries = seq;
    return n;
}
