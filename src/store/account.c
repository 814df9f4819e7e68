#include "account.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "mem.h"
#include "sql.h"
#include "vault_keys.h"

enum { LIST_MAX = 500 };

bool account_role_known(const char *role)
{
    static const char *const known[] = { "clinician", "desk", "viewer", "auditor" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(role, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int check_role(const char *role, struct err *err)
{
    return account_role_known(role)
               ? 0
               : err_set(err, "\"%s\" is no role: desk, viewer, clinician or auditor", role);
}

static void add_row(struct sql *q, bool proposed, struct account **list, size_t *n)
{
    *list = mem_realloc(*list, *n + 1, sizeof **list);
    struct account *account = &(*list)[(*n)++];
    *account = (struct account){ .at_s = sql_get_int(q, 2), .proposed = proposed };
    snprintf(account->user, sizeof account->user, "%s", sql_get_text(q, 0));
    snprintf(account->role, sizeof account->role, "%s", sql_get_text(q, 1));
    snprintf(account->by, sizeof account->by, "%s", sql_get_text(q, 3));
}

static int read_list(struct db *db, const char *query, bool proposed, struct account **list, size_t *n,
                     struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, query);
    sql_int(&q, 1, LIST_MAX);
    while (sql_row(&q)) {
        add_row(&q, proposed, list, n);
    }
    return sql_end(&q, err);
}

int account_list(struct db *db, int64_t now_s, struct account **out, size_t *n, struct err *err)
{
    *out = NULL;
    *n = 0;
    int rc = read_list(
        db, "SELECT user, role, made_s, '' FROM slot WHERE role <> 'recovery' ORDER BY user LIMIT ?1", false,
        out, n, err);
    if (rc == 0) {
        rc = read_list(db, "SELECT user, role, at_s, actor FROM proposal ORDER BY user LIMIT ?1", true, out,
                       n, err);
    }
    for (size_t i = 0; rc == 0 && i < *n; i++) {
        (*out)[i].wait_s = vault_wait(db, (*out)[i].user, now_s, &(*out)[i].failures, err);
        rc = (*out)[i].wait_s < 0 ? -1 : 0;
    }
    if (rc != 0) {
        free(*out);
        *out = NULL;
        *n = 0;
    }
    return rc;
}

/* ---- one act, one transaction
 * -------------------------------------------------------------------------------- */

/* An act is audited under who does it; its detail says about whom. */
struct act {
    const char *name, *actor, *detail;
    int64_t at_s;
};

static int note(struct db *db, const struct act *act, struct err *err)
{
    struct audit_entry entry = {
        .at_s = act->at_s, .actor = act->actor, .act = act->name, .detail = act->detail
    };
    return audit_add(db, &entry, err);
}

static int finish(struct db *db, int rc, struct err *err)
{
    if (rc != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

/* 1, 0 or -1. */
static int exists(struct db *db, const char *query, const char *user, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, query);
    sql_text(&q, 1, user);
    bool found = sql_row(&q);
    return sql_end(&q, err) == 0 ? found : -1;
}

static int run_for(struct db *db, const char *statement, const char *user, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, statement);
    sql_text(&q, 1, user);
    return sql_run(&q, err);
}

static int refuse_taken(struct db *db, const char *user, struct err *err)
{
    int taken = exists(
        db, "SELECT 1 FROM slot WHERE user = ?1 UNION ALL SELECT 1 FROM proposal WHERE user = ?1", user, err);
    return taken == 1 ? err_set(err, "there is an account \"%s\" already", user) : taken;
}

static int insert_proposal(struct db *db, const char *user, const char *role, const char *by, int64_t at_s,
                           struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "INSERT INTO proposal (user, role, actor, at_s) VALUES (?1, ?2, ?3, ?4)");
    sql_text(&q, 1, user);
    sql_text(&q, 2, role);
    sql_text(&q, 3, by);
    sql_int(&q, 4, at_s);
    return sql_run(&q, err);
}

int account_propose(struct db *db, const char *user, const char *role, const char *by, int64_t at_s,
                    struct err *err)
{
    struct buf detail = BUF_INIT;
    if (!vault_is_name(user)) {
        return err_set(err, "\"%s\" cannot be a user's name", user);
    }
    if (check_role(role, err) != 0 || db_begin(db, err) != 0) {
        return -1;
    }
    buf_addf(&detail, "%s, %s", user, role);
    struct act act = { "account proposed", by, buf_str(&detail), at_s };
    int rc = refuse_taken(db, user, err) == 0 && insert_proposal(db, user, role, by, at_s, err) == 0
                 ? note(db, &act, err)
                 : -1;
    buf_done(&detail);
    return finish(db, rc, err);
}

int account_withdraw(struct db *db, const char *user, const char *by, int64_t at_s, struct err *err)
{
    struct act act = { "account withdrawn", by, user, at_s };
    if (db_begin(db, err) != 0) {
        return -1;
    }
    int rc = exists(db, "SELECT 1 FROM proposal WHERE user = ?1", user, err);
    rc = rc == 0   ? err_set(err, "no account \"%s\" waits to be completed", user)
         : rc == 1 ? run_for(db, "DELETE FROM proposal WHERE user = ?1", user, err)
                   : -1;
    return finish(db, rc == 0 ? note(db, &act, err) : -1, err);
}

/* ---- slots
 * -------------------------------------------------------------------------------------------------- */

/* Writes a slot that was made, and notes it. `expect`: a query that must find a row for the user (?1) and the
 * slot's role (?2), so that what was decided before the second of Argon2id still holds. */
static int store(struct db *db, const struct slot *slot, const char *expect, const struct act *act,
                 struct err *err)
{
    if (db_begin(db, err) != 0) {
        return -1;
    }
    struct sql q;
    sql_prepare(&q, db, expect);
    sql_text(&q, 1, slot->user);
    sql_text(&q, 2, slot->role);
    int rc = sql_row(&q);
    rc = sql_end(&q, err) == 0 ? rc : -1;
    if (rc == 0) {
        rc =
            err_set(err, "the account \"%s\" has just been changed by somebody else; look again", slot->user);
    } else if (rc == 1) {
        rc = slot_insert(db, slot, act->at_s, err);
    }
    if (rc == 0) {
        rc = run_for(db, "DELETE FROM proposal WHERE user = ?1", slot->user, err);
    }
    if (rc == 0) {
        rc = run_for(db, "DELETE FROM failure WHERE user = ?1", slot->user, err);
    }
    return finish(db, rc == 0 ? note(db, act, err) : -1, err);
}

static int proposed_role(struct db *db, const char *user, char role[SLOT_ROLE], char by[SLOT_USER],
                         struct err *err)
{
    struct sql q;
    role[0] = by[0] = '\0';
    sql_prepare(&q, db, "SELECT role, actor FROM proposal WHERE user = ?1");
    sql_text(&q, 1, user);
    if (sql_row(&q)) {
        snprintf(role, SLOT_ROLE, "%s", sql_get_text(&q, 0));
        snprintf(by, SLOT_USER, "%s", sql_get_text(&q, 1));
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    return role[0] != '\0' ? 0 : err_set(err, "no account \"%s\" waits to be completed", user);
}

int account_complete(struct vault *vault, const char *user, const char *passphrase,
                     const struct slot_cost *cost, int64_t at_s, struct err *err)
{
    char role[SLOT_ROLE], by[SLOT_USER];
    struct slot slot;
    struct buf detail = BUF_INIT;
    if (vault_need(vault, VAULT_KEYS, err) != 0 || proposed_role(vault->db, user, role, by, err) != 0 ||
        slot_make(vault->db, &slot, user, role, passphrase, strlen(passphrase), cost, vault->masters, err) !=
            0) {
        return -1;
    }
    buf_addf(&detail, "%s, %s, proposed by %s", user, role, by);
    struct act act = { "account completed", vault->user, buf_str(&detail), at_s };
    int rc = store(vault->db, &slot, "SELECT 1 FROM proposal WHERE user = ?1 AND role = ?2", &act, err);
    buf_done(&detail);
    return rc;
}

static int other_clinicians(struct db *db, const char *user, struct err *err)
{
    return exists(db, "SELECT 1 FROM slot WHERE role = 'clinician' AND user <> ?1", user, err);
}

/* Inside a transaction. */
static int refuse_last(struct db *db, const char *user, struct err *err)
{
    int last = exists(db, "SELECT 1 FROM slot WHERE user = ?1 AND role = 'clinician'", user, err);
    int others = last == 1 ? other_clinicians(db, user, err) : 1;
    if (last < 0 || others < 0) {
        return -1;
    }
    return others == 1
               ? 0
               : err_set(err, "%s is the last clinician: nobody could decide or add accounts after", user);
}

int account_disable(struct db *db, const char *user, const char *by, int64_t at_s, struct err *err)
{
    struct act act = { "account disabled", by, user, at_s };
    if (db_begin(db, err) != 0) {
        return -1;
    }
    int rc = exists(db, "SELECT 1 FROM slot WHERE user = ?1 AND role <> 'recovery'", user, err);
    if (rc == 0) {
        rc = err_set(err, "there is no account \"%s\"", user);
    } else if (rc == 1) {
        rc =
            refuse_last(db, user, err) == 0 ? run_for(db, "DELETE FROM slot WHERE user = ?1", user, err) : -1;
    }
    if (rc == 0) {
        rc = run_for(db, "DELETE FROM failure WHERE user = ?1", user, err);
    }
    return finish(db, rc == 0 ? note(db, &act, err) : -1, err);
}

/* Whoever holds the desk's key alone cannot wrap the other. */
static int need_for(const struct vault *vault, const char *user, struct err *err)
{
    return strcmp(vault->user, user) == 0 ? 0 : vault_need(vault, VAULT_KEYS, err);
}

static int slot_of(struct db *db, const char *user, struct slot *slot, struct err *err)
{
    int found = slot_load(db, user, slot, err);
    if (found == 1 && strcmp(slot->role, "recovery") != 0) {
        return 0;
    }
    return found < 0 ? -1 : err_set(err, "there is no account \"%s\": see `foyer staff list`", user);
}

int account_check(struct db *db, const char *user, struct err *err)
{
    struct slot slot;
    return slot_of(db, user, &slot, err);
}

int account_set_role(struct vault *vault, const char *user, const char *role, const char *passphrase,
                     const struct slot_cost *cost, int64_t at_s, struct err *err)
{
    struct slot slot;
    struct buf detail = BUF_INIT;
    if (check_role(role, err) != 0 || vault_need(vault, VAULT_KEYS, err) != 0 ||
        slot_of(vault->db, user, &slot, err) != 0) {
        return -1;
    }
    if (strcmp(slot.role, "clinician") == 0 && strcmp(role, "clinician") != 0 &&
        other_clinicians(vault->db, user, err) != 1) {
        return err_set(err, "%s is the last clinician", user);
    }
    buf_addf(&detail, "%s, %s instead of %s", user, role, slot.role);
    struct act act = { "account role", vault->user, buf_str(&detail), at_s };
    int rc =
        slot_make(vault->db, &slot, user, role, passphrase, strlen(passphrase), cost, vault->masters, err);
    rc = rc == 0 ? store(vault->db, &slot,
                         "SELECT 1 FROM slot WHERE user = ?1 AND (?2 = 'clinician' OR role <> 'clinician' OR "
                         "EXISTS (SELECT 1 FROM slot WHERE role = 'clinician' AND user <> ?1))",
                         &act, err)
                 : rc;
    buf_done(&detail);
    return rc;
}

int account_set_passphrase(struct vault *vault, const char *user, const char *passphrase,
                           const struct slot_cost *cost, int64_t at_s, struct err *err)
{
    struct slot slot;
    char role[SLOT_ROLE];
    struct act act = { "passphrase", vault->user, user, at_s };
    if (need_for(vault, user, err) != 0 || slot_of(vault->db, user, &slot, err) != 0) {
        return -1;
    }
    snprintf(role, sizeof role, "%s", slot.role);
    return slot_make(vault->db, &slot, user, role, passphrase, strlen(passphrase), cost, vault->masters,
                     err) == 0
               ? store(vault->db, &slot, "SELECT 1 FROM slot WHERE user = ?1 AND role = ?2", &act, err)
               : -1;
}

int account_set_recovery(struct vault *vault, const uint8_t recovery[RECOVERY_KEY], int64_t at_s,
                         struct err *err)
{
    struct slot slot;
    struct act act = { "recovery key", vault->user, "another one", at_s };
    return vault_need(vault, VAULT_KEYS, err) == 0 &&
                   slot_make(vault->db, &slot, "recovery", "recovery", recovery, RECOVERY_KEY, NULL,
                             vault->masters, err) == 0
               ? store(vault->db, &slot, "SELECT 1 FROM slot WHERE user = ?1 AND role = ?2", &act, err)
               : -1;
}

/* ---- clinic keys
 * -------------------------------------------------------------------------------------------- */

int account_keys(struct db *db, struct frame_keys *keys, struct err *err)
{
    bool found;
    struct sql q;
    sql_prepare(&q, db, "SELECT number, desk_public, body_public FROM epoch ORDER BY number DESC LIMIT 1");
    found = sql_row(&q);
    if (found) {
        keys->epoch = (uint32_t)sql_get_int(&q, 0);
        sql_get_exact(&q, 1, keys->desk, sizeof keys->desk);
        sql_get_exact(&q, 2, keys->body, sizeof keys->body);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    return found ? 0 : err_set(err, "the vault has no keys: the database is damaged");
}

/* Numbers grow, so that the newest is the highest. */
static int next_number(struct db *db, uint32_t *out, struct err *err)
{
    int64_t highest = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT coalesce(max(number), 0) FROM epoch");
    if (sql_row(&q)) {
        highest = sql_get_int(&q, 0);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    *out = (uint32_t)highest + 1;
    return highest < UINT32_MAX ? 0 : err_set(err, "the vault's key numbers are used up");
}

int account_rotate(struct vault *vault, struct frame_keys *keys, int64_t at_s, struct err *err)
{
    char detail[32];
    struct act act = { "new clinic keys", vault->user, detail, at_s };
    if (vault_need(vault, VAULT_KEYS, err) != 0) {
        return -1;
    }
    struct vault_epoch *epoch = sodium_malloc(sizeof *epoch);
    if (epoch == NULL) {
        return err_set(err, "not enough memory");
    }
    crypto_box_keypair(epoch->keys.desk, epoch->desk_secret);
    crypto_box_keypair(epoch->keys.body, epoch->body_secret);
    int rc = db_begin(vault->db, err);
    if (rc == 0) {
        rc = next_number(vault->db, &epoch->keys.epoch, err);
        snprintf(detail, sizeof detail, "epoch %u", epoch->keys.epoch);
        rc = rc == 0 ? vault_insert_epoch(vault->db, epoch, vault->masters, at_s, err) : rc;
        rc = finish(vault->db, rc == 0 ? note(vault->db, &act, err) : -1, err);
    }
    *keys = epoch->keys;
    sodium_free(epoch);
    return rc == 0 ? vault_open_epochs(vault, err) : -1;
}

int account_check_keys(struct db *db, const struct frame_keys *keys, struct err *err)
{
    struct frame_keys newest = { 0 };
    if (account_keys(db, &newest, err) != 0) {
        return -1;
    }
    if (newest.epoch == keys->epoch && memcmp(newest.desk, keys->desk, sizeof keys->desk) == 0 &&
        memcmp(newest.body, keys->body, sizeof keys->body) == 0) {
        return 1;
    }
    struct sql q;
    sql_prepare(&q, db, "SELECT 1 FROM epoch WHERE number = ?1 AND desk_public = ?2 AND body_public = ?3");
    sql_int(&q, 1, keys->epoch);
    sql_blob(&q, 2, keys->desk, sizeof keys->desk);
    sql_blob(&q, 3, keys->body, sizeof keys->body);
    bool ours = sql_row(&q);
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    return ours
               ? 0
               : err_set(err, "the kiosk's public keys are not this vault's: whoever put them there may read "
                              "what patients type. Stop the kiosk");
}
