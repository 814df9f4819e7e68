#include "vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "mem.h"
#include "sql.h"
#include "stood.h"
#include "text.h"
#include "vault_keys.h"
#include "wrap.h"

enum {
    SECRET_WRAPPED = 32 + WRAP_EXTRA,
    MAX_EPOCHS = 1000,
    FIRST_WAIT_S = 10,  /* after the free tries; doubled with each wrong one */
    ACTOR_COLUMNS = 40, /* of a name that nobody has, in the audit trail */
};

static const char recovery_user[] = "recovery"; /* no person may be called that */

char *vault_passphrase(const char *typed, bool fresh, struct err *err)
{
    char *tidy = text_tidy(typed);
    if (tidy == NULL) {
        err_set(err, "the passphrase is not UTF-8 text");
        return NULL;
    }
    if (fresh && text_graphemes(tidy) < VAULT_PASSPHRASE_MIN) {
        sodium_memzero(tidy, strlen(tidy));
        free(tidy);
        err_set(err, "a passphrase has at least %d characters: four or five words do well",
                VAULT_PASSPHRASE_MIN);
        return NULL;
    }
    return tidy;
}

/* ---- epochs
 * ------------------------------------------------------------------------------------------------ */

static void epoch_ad(struct buf *ad, uint32_t number, const char *part, const uint8_t public_key[32])
{
    wrap_field(ad, "foyer epoch 1", 13);
    wrap_field(ad, part, strlen(part));
    wrap_number(ad, number);
    wrap_field(ad, public_key, 32);
}

static void seal_secret(struct buf *out, const uint8_t master[WRAP_KEY], uint32_t number, const char *part,
                        const uint8_t public_key[32], const uint8_t secret_key[32])
{
    struct buf ad = BUF_INIT;
    epoch_ad(&ad, number, part, public_key);
    wrap_seal(out, master, &ad, secret_key, 32);
    buf_done(&ad);
}

int vault_insert_epoch(struct db *db, const struct vault_epoch *epoch, const struct slot_masters *masters,
                       int64_t made_s, struct err *err)
{
    const struct frame_keys *keys = &epoch->keys;
    struct buf desk = BUF_INIT, body = BUF_INIT;
    seal_secret(&desk, masters->desk, keys->epoch, "desk", keys->desk, epoch->desk_secret);
    seal_secret(&body, masters->body, keys->epoch, "body", keys->body, epoch->body_secret);
    struct sql q;
    sql_prepare(&q, db,
                "INSERT INTO epoch (number, made_s, desk_public, body_public, desk_secret, body_secret) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    sql_int(&q, 1, keys->epoch);
    sql_int(&q, 2, made_s);
    sql_blob(&q, 3, keys->desk, sizeof keys->desk);
    sql_blob(&q, 4, keys->body, sizeof keys->body);
    sql_blob(&q, 5, desk.data, desk.len);
    sql_blob(&q, 6, body.data, body.len);
    int rc = sql_run(&q, err);
    buf_done(&desk);
    buf_done(&body);
    return rc;
}

/* A sealed secret key as it lies in the database. */
struct sealed_epoch {
    uint32_t number;
    uint8_t desk_public[32], body_public[32];
    uint8_t desk[SECRET_WRAPPED], body[SECRET_WRAPPED];
};

static int read_epochs(struct db *db, struct sealed_epoch **out, size_t *n, struct err *err)
{
    struct sealed_epoch *epoch = NULL;
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT number, desk_public, body_public, desk_secret, body_secret FROM epoch ORDER BY "
                "number LIMIT ?1");
    sql_int(&q, 1, MAX_EPOCHS);
    while (sql_row(&q)) {
        epoch = mem_realloc(epoch, *n + 1, sizeof *epoch);
        struct sealed_epoch *e = &epoch[(*n)++];
        e->number = (uint32_t)sql_get_int(&q, 0);
        sql_get_exact(&q, 1, e->desk_public, sizeof e->desk_public);
        sql_get_exact(&q, 2, e->body_public, sizeof e->body_public);
        sql_get_exact(&q, 3, e->desk, sizeof e->desk);
        sql_get_exact(&q, 4, e->body, sizeof e->body);
    }
    *out = epoch;
    return sql_end(&q, err);
}

static int open_secret(uint8_t out[32], const uint8_t master[WRAP_KEY], uint32_t number, const char *part,
                       const uint8_t public_key[32], const uint8_t sealed[SECRET_WRAPPED])
{
    struct buf ad = BUF_INIT;
    epoch_ad(&ad, number, part, public_key);
    int rc = wrap_open(out, master, &ad, sealed, SECRET_WRAPPED);
    buf_done(&ad);
    return rc;
}

int vault_open_epochs(struct vault *vault, struct err *err)
{
    struct sealed_epoch *sealed = NULL;
    size_t n = 0;
    sodium_free(vault->epoch); /* overwrites */
    vault->epoch = NULL;
    vault->nepochs = 0;
    int rc = read_epochs(vault->db, &sealed, &n, err);
    if (rc == 0 && sealed == NULL) {
        err_set(err, "the vault has no keys: the database is damaged");
        rc = -1;
    }
    if (rc == 0 && (vault->epoch = sodium_allocarray(n, sizeof *vault->epoch)) == NULL) {
        err_set(err, "not enough memory");
        rc = -1;
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const struct sealed_epoch *from = &sealed[i];
        struct vault_epoch *to = &vault->epoch[i];
        sodium_memzero(to, sizeof *to);
        to->keys.epoch = from->number;
        memcpy(to->keys.desk, from->desk_public, sizeof to->keys.desk);
        memcpy(to->keys.body, from->body_public, sizeof to->keys.body);
        if (open_secret(to->desk_secret, vault->masters->desk, from->number, "desk", from->desk_public,
                        from->desk) ||
            (vault->holds_body && open_secret(to->body_secret, vault->masters->body, from->number, "body",
                                              from->body_public, from->body))) {
            rc = err_set(err, "the keys of epoch %u are damaged: restore the database from a backup",
                         from->number);
        }
    }
    vault->nepochs = n;
    free(sealed);
    return rc;
}

const struct vault_epoch *vault_find_epoch(const struct vault *vault, uint32_t number)
{
    for (size_t i = 0; i < vault->nepochs; i++) {
        if (vault->epoch[i].keys.epoch == number) {
            return &vault->epoch[i];
        }
    }
    return NULL;
}

/* ---- the first keys
 * ---------------------------------------------------------------------------------------- */

bool vault_is_name(const char *user)
{
    return user[0] != '\0' && strlen(user) < SLOT_USER && text_check(user, strlen(user), false) == TEXT_OK &&
           strcmp(user, recovery_user) != 0;
}

struct fresh {
    struct slot_masters masters;
    struct vault_epoch epoch;
};

static int has_slots(struct db *db, bool *any, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT 1 FROM slot UNION ALL SELECT 1 FROM epoch LIMIT 1");
    *any = sql_row(&q);
    return sql_end(&q, err);
}

static int create_inside(struct db *db, const struct vault_setup *setup, const struct fresh *fresh,
                         const struct slot *person, const struct slot *recovery, struct err *err)
{
    bool any = false;
    struct audit_entry entry = { .at_s = setup->at_s, .actor = setup->user, .act = "init" };
    if (has_slots(db, &any, err) != 0) {
        return -1;
    }
    if (any) {
        return err_set(err, "%s has keys already, and is left as it is", db_path(db));
    }
    if (vault_insert_epoch(db, &fresh->epoch, &fresh->masters, setup->at_s, err) != 0 ||
        slot_insert(db, person, setup->at_s, err) != 0 || slot_insert(db, recovery, setup->at_s, err) != 0) {
        return -1;
    }
    return audit_add(db, &entry, err);
}

int vault_create(struct db *db, const struct vault_setup *setup, struct frame_keys *keys, struct err *err)
{
    if (!vault_is_name(setup->user)) {
        return err_set(err, "\"%s\" cannot be a user's name", setup->user);
    }
    struct fresh *fresh = sodium_malloc(sizeof *fresh);
    if (fresh == NULL) {
        return err_set(err, "not enough memory");
    }
    randombytes_buf(&fresh->masters, sizeof fresh->masters);
    /* Not 1: a kiosk left with the public keys of another vault must be told, and is told by the number. */
    fresh->epoch.keys.epoch = 1 + randombytes_uniform(1U << 30);
    crypto_box_keypair(fresh->epoch.keys.desk, fresh->epoch.desk_secret);
    crypto_box_keypair(fresh->epoch.keys.body, fresh->epoch.body_secret);
    struct slot person, recovery;
    int rc = -1;
    if (slot_make(db, &person, setup->user, "clinician", setup->passphrase, strlen(setup->passphrase),
                  &setup->cost, &fresh->masters, err) == 0 &&
        slot_make(db, &recovery, recovery_user, "recovery", setup->recovery, RECOVERY_KEY, NULL,
                  &fresh->masters, err) == 0 &&
        db_begin(db, err) == 0) {
        rc = create_inside(db, setup, fresh, &person, &recovery, err);
        if (rc == 0) {
            rc = db_commit(db, err);
        } else {
            db_rollback(db);
        }
    }
    if (rc == 0) {
        *keys = fresh->epoch.keys;
    }
    sodium_free(fresh);
    return rc;
}

/* ---- unlocking
 * --------------------------------------------------------------------------------------------- */

char *vault_only_user(struct db *db, struct err *err)
{
    char *user = NULL;
    int n = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT user FROM slot WHERE role = 'clinician' LIMIT 2");
    while (sql_row(&q)) {
        if (++n == 1) {
            user = mem_strdup(sql_get_text(&q, 0));
        }
    }
    if (sql_end(&q, err) != 0 || n != 1) {
        free(user);
        return NULL;
    }
    return user;
}

/* Under the name that was given: it may be anything. */
static int note_refused(struct db *db, const char *user, int64_t at_s, struct err *err)
{
    struct buf actor = BUF_INIT;
    text_sanitise(&actor, user, strlen(user), false);
    char *name = buf_steal(&actor);
    name[text_fit(name, ACTOR_COLUMNS)] = '\0';
    struct audit_entry entry = { .at_s = at_s, .actor = name, .act = "unlock refused" };
    int rc = audit_note(db, &entry, err);
    free(name);
    return rc;
}

/* ---- wrong passphrases
 * -------------------------------------------------------------------------------------- */

int64_t vault_wait(struct db *db, const char *user, int64_t now_s, int *failures, struct err *err)
{
    int64_t count = 0, last_s = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT count, last_s FROM failure WHERE user = ?1");
    sql_text(&q, 1, user);
    if (sql_row(&q)) {
        count = sql_get_int(&q, 0);
        last_s = sql_get_int(&q, 1);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    if (failures != NULL) {
        *failures = (int)(count > INT32_MAX ? INT32_MAX : count);
    }
    if (count < VAULT_FREE_TRIES) {
        return 0;
    }
    int64_t doublings = count - VAULT_FREE_TRIES;
    int64_t wait = doublings > 9 ? VAULT_WAIT_MOST_S : FIRST_WAIT_S << doublings;
    wait = wait > VAULT_WAIT_MOST_S ? VAULT_WAIT_MOST_S : wait;
    /* A clock that was set back makes nobody wait longer than the longest wait. */
    int64_t over = last_s > now_s ? 0 : now_s - last_s;
    return over >= wait ? 0 : wait - over;
}

static int set_failures(struct db *db, const char *user, bool wrong, int64_t at_s, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                wrong ? "INSERT INTO failure (user, count, last_s) VALUES (?1, 1, ?2) "
                        "ON CONFLICT (user) DO UPDATE SET count = count + 1, last_s = ?2"
                      : "DELETE FROM failure WHERE user = ?1 AND ?2 IS NOT NULL");
    sql_text(&q, 1, user);
    sql_int(&q, 2, at_s);
    return sql_run(&q, err);
}

/* Counts the try and notes it, in one transaction: no entry, no act. */
static int note_try(struct db *db, const char *user, bool opened, int64_t at_s, struct err *err)
{
    struct audit_entry entry = { .at_s = at_s, .actor = user, .act = opened ? "unlock" : "unlock refused" };
    struct stood stood;
    if (db_begin(db, err) != 0) {
        return -1;
    }
    if (stood_look(db, &stood, err) != 0 || set_failures(db, user, !opened, at_s, err) != 0 ||
        audit_add(db, &entry, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

/* ---- unlocking, continued
 * ------------------------------------------------------------------------------------ */

/* 1: `slot` is the user's; else -1, and the refusal is noted. */
static int find_slot(struct db *db, const char *user, int64_t at_s, struct slot *slot, struct err *err)
{
    int found = slot_load(db, user, slot, err);
    if (found == 0) {
        if (note_refused(db, user, at_s, err) == 0) {
            err_set(err, "there is no user \"%s\": say --user NAME, see `foyer staff list`", user);
        }
        return -1;
    }
    return found;
}

int vault_check_user(struct db *db, const char *user, int64_t at_s, struct err *err)
{
    struct slot slot;
    if (strcmp(user, recovery_user) == 0) {
        if (note_refused(db, user, at_s, err) == 0) {
            err_set(err, "the recovery key is not a passphrase: use --recovery");
        }
        return -1;
    }
    if (find_slot(db, user, at_s, &slot, err) != 1) {
        return -1;
    }
    int64_t wait_s = vault_wait(db, user, at_s, NULL, err);
    if (wait_s > 0) {
        struct audit_entry entry = {
            .at_s = at_s, .actor = user, .act = "unlock refused", .detail = "too soon after wrong passphrases"
        };
        if (audit_note(db, &entry, err) == 0) {
            err_set(err, "several wrong passphrases in a row: try again in %lld seconds", (long long)wait_s);
        }
    }
    return wait_s == 0 ? 0 : -1;
}

/* Tries the secret, and notes the try. 1, 0 or -1 as vault_unlock. */
static int try_slot(struct db *db, const struct slot *slot, const void *secret, size_t len, int64_t at_s,
                    struct slot_masters *masters, struct err *err)
{
    int opened = slot_unwrap(slot, secret, len, masters, err);
    if (opened < 0) {
        (void)note_refused(db, slot->user, at_s, NULL); /* what has to be said is the trouble */
        return -1;
    }
    return note_try(db, slot->user, opened == 1, at_s, err) == 0 ? opened : -1;
}

static int unlock(struct db *db, const char *user, const void *secret, size_t len, int64_t at_s,
                  struct vault **out, struct err *err)
{
    struct slot slot;
    *out = NULL;
    if (find_slot(db, user, at_s, &slot, err) != 1) {
        return -1;
    }
    struct vault *vault = mem_alloc(sizeof *vault);
    vault->db = db;
    snprintf(vault->user, sizeof vault->user, "%s", slot.user);
    snprintf(vault->role, sizeof vault->role, "%s", slot.role);
    vault->holds_body = slot_holds_body(&slot);
    vault->masters = sodium_malloc(sizeof *vault->masters);
    int opened = vault->masters == NULL ? err_set(err, "not enough memory")
                                        : try_slot(db, &slot, secret, len, at_s, vault->masters, err);
    if (opened == 1 && vault_open_epochs(vault, err) != 0) {
        opened = -1;
    }
    if (opened == 1) {
        *out = vault;
    } else {
        vault_lock(vault);
    }
    return opened;
}

int vault_unlock(struct db *db, const char *user, const char *passphrase, int64_t at_s, struct vault **vault,
                 struct err *err)
{
    *vault = NULL;
    int turn = slot_turn(db, err), opened = -1;
    if (turn < 0) {
        return -1;
    }
    if (vault_check_user(db, user, at_s, err) == 0) {
        opened = unlock(db, user, passphrase, strlen(passphrase), at_s, vault, err);
    }
    close(turn);
    if (opened == 0) {
        err_set(err, "the passphrase does not fit");
    }
    return opened;
}

int vault_unlock_recovery(struct db *db, const uint8_t recovery[RECOVERY_KEY], int64_t at_s,
                          struct vault **vault, struct err *err)
{
    int opened = unlock(db, recovery_user, recovery, RECOVERY_KEY, at_s, vault, err);
    if (opened == 0) {
        err_set(err, "this recovery key does not fit: it may belong to another vault");
    }
    return opened;
}

void vault_lock(struct vault *vault)
{
    if (vault != NULL) {
        sodium_free(vault->masters); /* overwrites */
        sodium_free(vault->epoch);
        free(vault);
    }
}

int vault_stands(const struct vault *vault, struct err *err)
{
    struct sql q;
    sql_prepare(&q, vault->db, "SELECT 1 FROM slot WHERE user = ?1 AND role = ?2");
    sql_text(&q, 1, vault->user);
    sql_text(&q, 2, vault->role);
    bool stands = sql_row(&q);
    return sql_end(&q, err) == 0 ? stands : -1;
}

void vault_reopened(struct vault *vault, struct db *db)
{
    vault->db = db;
}

const char *vault_user(const struct vault *vault)
{
    return vault->user;
}

const char *vault_role(const struct vault *vault)
{
    return vault->role;
}

bool vault_may(const struct vault *vault, enum vault_right right)
{
    static const struct {
        const char *role;
        unsigned rights;
    } known[] = {
        { "desk", 1U << VAULT_DESK },
        { "viewer", 1U << VAULT_DESK | 1U << VAULT_READ },
        { "auditor", 1U << VAULT_DESK | 1U << VAULT_READ | 1U << VAULT_TAKE },
        { "clinician",
          1U << VAULT_DESK | 1U << VAULT_READ | 1U << VAULT_TAKE | 1U << VAULT_WRITE | 1U << VAULT_KEYS },
        { "recovery", 1U << VAULT_DESK | 1U << VAULT_READ | 1U << VAULT_TAKE | 1U << VAULT_KEYS },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].role, vault->role) == 0) {
            return known[i].rights >> right & 1;
        }
    }
    return false;
}

int vault_need(const struct vault *vault, enum vault_right right, struct err *err)
{
    static const char *const what[] = {
        [VAULT_DESK] = "see who is here",           [VAULT_READ] = "read intakes",
        [VAULT_TAKE] = "take records out of Foyer", [VAULT_WRITE] = "decide or add anything",
        [VAULT_KEYS] = "change accounts or keys",
    };
    return vault_may(vault, right) ? 0
                                   : err_set(err, "%s has the role \"%s\", which may not %s", vault->user,
                                             vault->role, what[right]);
}
