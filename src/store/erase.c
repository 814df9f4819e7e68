#include "erase.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "deposit.h"
#include "scratch.h"
#include "sql.h"
#include "stood.h"
#include "text.h"
#include "vault_keys.h"

static int run_for(struct db *db, const char *statement, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, statement);
    sql_blob(&q, 1, uid, FRAME_UID);
    return sql_run(&q, err);
}

/* 1, 0 or -1. */
static int has(struct db *db, const char *query, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, query);
    sql_blob(&q, 1, uid, FRAME_UID);
    bool found = sql_row(&q);
    return sql_end(&q, err) == 0 ? found : -1;
}

/* Overwritten before it is removed: secure_delete zeroes free pages, and this does not rest on it. A call
 * names its intake in the header, bytes 49 to 64. */
static int remove_all(struct db *db, const uint8_t uid[FRAME_UID], struct err *err)
{
    static const char *const statement[] = {
        "UPDATE filing SET desk_key = zeroblob(72), body_key = zeroblob(72), "
        "summary = zeroblob(length(summary)) WHERE uid = ?1",
        "UPDATE deposit SET seals = zeroblob(length(seals)), bodies = zeroblob(length(bodies)) WHERE uid = "
        "?1",
        "UPDATE casekey SET key = zeroblob(72) WHERE uid = ?1",
        "UPDATE event SET body = zeroblob(length(body)) WHERE uid = ?1",
        "DELETE FROM event WHERE uid = ?1",
        "DELETE FROM casekey WHERE uid = ?1",
        "DELETE FROM slip WHERE uid = ?1 OR used_by = ?1",
        "DELETE FROM deposit WHERE uid = ?1 OR (kind IN (3, 4) AND substr(header, 49, 16) = ?1)",
        "INSERT OR REPLACE INTO touched (uid) VALUES (?1)",
    };
    for (size_t i = 0; i < sizeof statement / sizeof *statement; i++) {
        if (run_for(db, statement[i], uid, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int bury(struct db *db, const uint8_t uid[FRAME_UID], const char *actor, int64_t at_s, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "INSERT OR IGNORE INTO tombstone (uid, at_s, actor) VALUES (?1, ?2, ?3)");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, at_s);
    sql_text(&q, 3, actor);
    return sql_run(&q, err);
}

static int note(struct db *db, const char *act, const char *actor, const uint8_t uid[FRAME_UID],
                const char *detail, int64_t at_s, struct err *err)
{
    struct audit_entry entry = { .at_s = at_s, .actor = actor, .act = act, .uid = uid, .detail = detail };
    return audit_add(db, &entry, err);
}

/* 1, 0 or -1: 1 is committed, and what was typed about it and not written down yet goes after it. */
static int finish(struct db *db, const uint8_t uid[FRAME_UID], int result, struct err *err)
{
    if (result != 1) {
        db_rollback(db);
        return result;
    }
    if (db_commit(db, err) != 0) {
        return -1;
    }
    return scratch_forget(db, uid, err) == 0
               ? 1
               : err_prefix(err, "it is erased from the database, but what somebody typed about it stays");
}

/* By whom, why, and what the audit trail calls it. */
struct act {
    const char *name, *actor, *detail;
    int64_t at_s;
};

/* Takes the intake out if `query` finds it, and leaves a tombstone. 1, 0, -1. */
static int take_out(struct db *db, const char *query, const uint8_t uid[FRAME_UID], const struct act *act,
                    bool tombstone, struct err *err)
{
    if (db_begin(db, err) != 0) {
        return -1;
    }
    int result = has(db, query, uid, err);
    if (result == 1 &&
        (remove_all(db, uid, err) != 0 || (tombstone && bury(db, uid, act->actor, act->at_s, err) != 0) ||
         note(db, act->name, act->actor, uid, act->detail, act->at_s, err) != 0)) {
        result = -1;
    }
    return finish(db, uid, result, err);
}

static const char any_intake[] = "SELECT 1 FROM deposit WHERE uid = ?1 AND kind IN (1, 2)";
static const char left_draft[] = "SELECT 1 FROM deposit WHERE uid = ?1 AND kind = 1 "
                                 "AND NOT EXISTS (SELECT 1 FROM deposit WHERE uid = ?1 AND kind <> 1) "
                                 "AND NOT EXISTS (SELECT 1 FROM event WHERE uid = ?1)";

static int erase_signed(struct vault *vault, const uint8_t uid[FRAME_UID], const struct act *act,
                        struct err *err)
{
    if (vault_need(vault, VAULT_KEYS, err) != 0) {
        return -1;
    }
    int result = take_out(vault->db, any_intake, uid, act, true, err);
    if (result == 0) {
        err_set(err, "there is no such intake");
    }
    return result;
}

int erase_intake(struct vault *vault, const uint8_t uid[FRAME_UID], const char *reason, int64_t at_s,
                 struct err *err)
{
    struct act act = { "erased", vault->user, reason, at_s };
    return erase_signed(vault, uid, &act, err);
}

int erase_purge(struct vault *vault, const uint8_t uid[FRAME_UID], const char *detail, int64_t at_s,
                struct err *err)
{
    struct act act = { "purged", vault->user, detail, at_s };
    return erase_signed(vault, uid, &act, err);
}

int erase_draft(struct vault *vault, const uint8_t uid[FRAME_UID], int64_t at_s, struct err *err)
{
    struct act act = { "discarded", vault->user, NULL, at_s };
    if (!vault_may(vault, VAULT_KEYS) && vault_need(vault, VAULT_WRITE, err) != 0) {
        return -1;
    }
    int result = take_out(vault->db, left_draft, uid, &act, false, err);
    if (result == 0) {
        err_set(err, "it is not an unfinished intake any more, or staff wrote beside it");
    }
    return result;
}

/* ---- by rule, without a key
 * --------------------------------------------------------------------------------- */

struct rule {
    const char *list;  /* uids and numbers behind ?1 that came in before ?2, at most ?3; ?4: limit */
    const char *query; /* for one uid: does it still hold? */
    int64_t after, limit;
    bool tombstone;
    struct act act;
};

static int list_old(struct db *db, const struct rule *rule, int64_t *seq, int64_t before_s,
                    uint8_t (*uid)[FRAME_UID], size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db, rule->list);
    sql_int(&q, 1, *seq);
    sql_int(&q, 2, before_s);
    sql_int(&q, 3, DB_BATCH);
    sql_int(&q, 4, rule->limit);
    while (sql_row(&q)) {
        *seq = sql_get_int(&q, 0);
        sql_get_exact(&q, 1, uid[(*n)++], FRAME_UID);
    }
    return sql_end(&q, err);
}

static int64_t by_rule(struct db *db, const struct rule *rule, int64_t before_s, bool count_only,
                       struct err *err)
{
    uint8_t uid[DB_BATCH][FRAME_UID];
    int64_t seq = rule->after, done = 0;
    size_t n;
    do {
        if (list_old(db, rule, &seq, before_s, uid, &n, err) != 0) {
            return -1;
        }
        for (size_t i = 0; i < n; i++) {
            int gone = count_only ? 1 : take_out(db, rule->query, uid[i], &rule->act, rule->tombstone, err);
            if (gone < 0) {
                return -1;
            }
            done += gone;
        }
    } while (n == DB_BATCH);
    return done;
}

static int count_doubtful(struct db *db, const struct stood *stood, int64_t before_s, int64_t *out,
                          struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT count(*) FROM deposit WHERE kind = 1 AND seq <= ?1 AND received_s < ?2");
    sql_int(&q, 1, stood->seq);
    sql_int(&q, 2, before_s);
    *out = sql_row(&q) && stood->since_s >= before_s ? sql_get_int(&q, 0) : 0;
    return sql_end(&q, err);
}

int64_t erase_left_drafts(struct db *db, int64_t before_s, bool count_only, const char *actor, int64_t at_s,
                          int64_t *doubtful, struct err *err)
{
    struct stood stood;
    if (stood_look(db, &stood, err) != 0 || count_doubtful(db, &stood, before_s, doubtful, err) != 0) {
        return -1;
    }
    /* What came in before the clock was moved is as old as that, and no older. */
    struct rule rule = {
        .list = "SELECT seq, uid FROM deposit d WHERE seq > ?1 AND kind = 1 AND "
                "(received_s < ?2 OR seq <= ?4) "
                "AND NOT EXISTS (SELECT 1 FROM deposit f WHERE f.uid = d.uid AND f.kind <> 1) "
                "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.uid = d.uid) ORDER BY seq LIMIT ?3",
        .query = left_draft,
        .after = stood.since_s < before_s ? 0 : stood.seq,
        .limit = stood.since_s < before_s ? stood.seq : 0,
        .act = { "discarded", actor, NULL, at_s },
    };
    return by_rule(db, &rule, before_s, count_only, err);
}

#define OLD   "FROM deposit d WHERE d.kind = 2 AND d.received_s < ?2 AND d.seq > ?1 AND d.seq < ?4 "
#define DATED "d.received_s >= 1735689600 " /* AUDIT_FIRST_S: before that nobody had set the clock */
#define SEEN  "EXISTS (SELECT 1 FROM event e WHERE e.uid = d.uid AND e.kind = 'overall') "
#define FREE  "NOT EXISTS (SELECT 1 FROM event r WHERE r.uid = d.uid AND r.kind = 'restrict') "

/* A record came in no earlier than those before it, whatever a clock that was behind wrote down. */
static int first_recent(struct db *db, int64_t before_s, int64_t now_s, int64_t *seq, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                "SELECT min(seq) FROM deposit WHERE received_s BETWEEN ?1 AND ?2 HAVING count(*) > 0");
    sql_int(&q, 1, before_s);
    sql_int(&q, 2, now_s);
    *seq = sql_row(&q) ? sql_get_int(&q, 0) : INT64_MAX;
    return sql_end(&q, err);
}

int64_t erase_unseen(struct db *db, int64_t before_s, bool count_only, const char *detail, const char *actor,
                     int64_t at_s, int64_t *kept, struct err *err)
{
    struct rule rule = {
        .list = "SELECT d.seq, d.uid " OLD "AND " DATED "AND " SEEN "AND " FREE "ORDER BY d.seq LIMIT ?3",
        .query = "SELECT 1 FROM deposit d WHERE d.uid = ?1 AND d.kind = 2 AND " SEEN "AND " FREE,
        .tombstone = true,
        .act = { "purged", actor, detail, at_s },
    };
    if (first_recent(db, before_s, at_s, &rule.limit, err) != 0) {
        return -1;
    }
    if (kept != NULL) {
        struct sql q;
        sql_prepare(&q, db, "SELECT count(*) " OLD "AND NOT (" DATED "AND " SEEN "AND " FREE ")");
        sql_int(&q, 1, 0);
        sql_int(&q, 2, before_s);
        sql_int(&q, 4, rule.limit);
        if (sql_row(&q)) {
            *kept = sql_get_int(&q, 0);
        }
        if (sql_end(&q, err) != 0) {
            return -1;
        }
    }
    return by_rule(db, &rule, before_s, count_only, err);
}

/* ---- after a restore
 * ---------------------------------------------------------------------------------------- */

int erase_list(struct db *db, struct buf *out, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT uid, at_s, actor FROM tombstone ORDER BY at_s, uid");
    while (sql_row(&q)) {
        uint8_t uid[FRAME_UID];
        char id[DEPOSIT_LONG];
        sql_get_exact(&q, 0, uid, sizeof uid);
        buf_addf(out, "%s %lld ", deposit_long(uid, id), (long long)sql_get_int(&q, 1));
        const char *actor = sql_get_text(&q, 2);
        text_sanitise(out, actor, strlen(actor), false);
        buf_adds(out, "\n");
    }
    return sql_end(&q, err);
}

enum { HEX = DEPOSIT_LONG - 1 };

struct tomb {
    uint8_t uid[FRAME_UID];
    int64_t at_s;
    char actor[SLOT_USER];
};

static int read_line(const char *line, size_t len, struct tomb *out)
{
    size_t got = 0;
    const char *end;
    char *after;
    if (len < HEX + 3 || line[HEX] != ' ' ||
        sodium_hex2bin(out->uid, FRAME_UID, line, HEX, NULL, &got, &end) != 0 || got != FRAME_UID) {
        return -1;
    }
    out->at_s = strtoll(line + HEX + 1, &after, 10);
    if (out->at_s <= 0 || *after != ' ') {
        return -1;
    }
    size_t name = len - (size_t)(after + 1 - line);
    if (name >= sizeof out->actor) {
        return -1;
    }
    memcpy(out->actor, after + 1, name);
    out->actor[name] = '\0';
    return 0;
}

static int again(struct db *db, const struct tomb *tomb, const char *actor, int64_t at_s, struct err *err)
{
    int there = has(db, "SELECT 1 FROM deposit WHERE uid = ?1", tomb->uid, err);
    if (there < 0 || bury(db, tomb->uid, tomb->actor, tomb->at_s, err) != 0) {
        return -1;
    }
    if (there == 1 && (remove_all(db, tomb->uid, err) != 0 ||
                       note(db, "erased again", actor, tomb->uid, "after a restore", at_s, err) != 0)) {
        return -1;
    }
    return there;
}

/* The lines are good: they have been gone through. */
static int forget_all(struct db *db, const char *list, struct err *err)
{
    int rc = 0;
    for (const char *line = list; rc == 0 && *line != '\0';) {
        struct tomb tomb;
        size_t len = strcspn(line, "\n");
        rc = len > 0 && read_line(line, len, &tomb) == 0 ? scratch_forget(db, tomb.uid, err) : 0;
        line += len + (line[len] == '\n');
    }
    return rc;
}

int64_t erase_again(struct db *db, const char *list, const char *actor, int64_t at_s, struct err *err)
{
    int64_t n = 0;
    int number = 0;
    if (db_begin(db, err) != 0) {
        return -1;
    }
    for (const char *line = list; *line != '\0';) {
        struct tomb tomb;
        size_t len = strcspn(line, "\n");
        number++;
        if (len > 0 && read_line(line, len, &tomb) != 0) {
            db_rollback(db);
            return err_set(err, "line %d of the list of erased intakes is none; nothing was done", number);
        }
        int there = len > 0 ? again(db, &tomb, actor, at_s, err) : 0;
        if (there < 0) {
            db_rollback(db);
            return -1;
        }
        n += there;
        line += len + (line[len] == '\n');
    }
    return db_commit(db, err) == 0 && forget_all(db, list, err) == 0 ? n : -1;
}
