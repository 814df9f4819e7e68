#include "slot.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sql.h"

enum {
    TURN_MS = 30000, /* the wait for others who are unlocking */
    AIM_MS = 1000,
    MAX_PASSES = 64,
};
static const uint64_t max_memory = (uint64_t)1 << 30; /* more is not believed of a slot: it would be a way to
                                                         hang the machine */

static int argon(uint8_t key[WRAP_KEY], const void *secret, size_t len, const uint8_t salt[SLOT_SALT],
                 const struct slot_cost *cost)
{
    return crypto_pwhash(key, WRAP_KEY, secret, len, salt, cost->passes, (size_t)cost->memory,
                         crypto_pwhash_ALG_ARGON2ID13);
}

static int64_t cpu_ms(void *arg)
{
    struct timespec used = { 0, 0 };
    (void)arg;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

const struct clock *slot_cpu_clock(void)
{
    static const struct clock clock = { .mono_ms = cpu_ms };
    return &clock;
}

static int64_t measure(const struct clock *clock, const struct slot_cost *cost)
{
    uint8_t key[WRAP_KEY];
    static const uint8_t salt[SLOT_SALT];
    int64_t start = clock_mono_ms(clock);
    if (argon(key, "measure", 7, salt, cost) != 0) {
        return AIM_MS; /* no memory for more */
    }
    int64_t took = clock_mono_ms(clock) - start;
    return took > 0 ? took : 1;
}

/* Memory first, as it is what an attacker's hardware lacks, up to a sixteenth of what is fitted; then time.
 */
void slot_calibrate(const struct clock *clock, struct slot_cost *out)
{
    uint64_t fitted = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    struct slot_cost cost = { SLOT_MIN_PASSES, SLOT_MIN_MEMORY };
    int64_t took = measure(clock, &cost);
    while (took * 2 < AIM_MS && cost.memory * 2 <= fitted / 16 && cost.memory * 2 <= max_memory / 4) {
        cost.memory *= 2;
        took = measure(clock, &cost);
    }
    uint64_t passes = SLOT_MIN_PASSES * (uint64_t)AIM_MS / (uint64_t)took;
    cost.passes = passes < SLOT_MIN_PASSES ? SLOT_MIN_PASSES : passes > MAX_PASSES ? MAX_PASSES : passes;
    *out = cost;
}

int slot_turn(struct db *db, struct err *err)
{
    assert(!db_in_transaction(db));
    return db_lock_file(db, "unlock", TURN_MS, err);
}

static int derive(uint8_t key[WRAP_KEY], const struct slot *slot, const void *secret, size_t len,
                  struct err *err)
{
    if (slot->cost.memory == 0) {
        return crypto_generichash(key, WRAP_KEY, slot->salt, sizeof slot->salt, secret, len) == 0
                   ? 0
                   : err_set(err, "not a key of full length");
    }
    if (slot->cost.memory > max_memory || slot->cost.passes > MAX_PASSES || slot->cost.passes == 0) {
        return err_set(err, "the entry of %s in the database is damaged", slot->user);
    }
    return argon(key, secret, len, slot->salt, &slot->cost) == 0
               ? 0
               : err_set(err, "not enough memory to unlock: %llu MiB are needed",
                         (unsigned long long)(slot->cost.memory >> 20));
}

bool slot_holds_body(const struct slot *slot)
{
    return strcmp(slot->role, "desk") != 0;
}

static void associate(struct buf *ad, const struct slot *slot, const char *part)
{
    wrap_field(ad, "foyer slot 1", 12);
    wrap_field(ad, part, strlen(part));
    wrap_field(ad, slot->user, strlen(slot->user));
    wrap_field(ad, slot->role, strlen(slot->role));
    wrap_number(ad, slot->cost.passes);
    wrap_number(ad, slot->cost.memory);
    wrap_field(ad, slot->salt, sizeof slot->salt);
}

static void seal_master(uint8_t out[SLOT_WRAPPED], const uint8_t key[WRAP_KEY], const struct slot *slot,
                        const char *part, const uint8_t master[WRAP_KEY])
{
    struct buf ad = BUF_INIT, sealed = BUF_INIT;
    associate(&ad, slot, part);
    wrap_seal(&sealed, key, &ad, master, WRAP_KEY);
    memcpy(out, sealed.data, SLOT_WRAPPED);
    buf_done(&sealed);
    buf_done(&ad);
}

static int open_master(uint8_t master[WRAP_KEY], const uint8_t key[WRAP_KEY], const struct slot *slot,
                       const char *part, const uint8_t sealed[SLOT_WRAPPED])
{
    struct buf ad = BUF_INIT;
    associate(&ad, slot, part);
    int rc = wrap_open(master, key, &ad, sealed, SLOT_WRAPPED);
    buf_done(&ad);
    return rc;
}

int slot_make(struct db *db, struct slot *slot, const char *user, const char *role, const void *secret,
              size_t len, const struct slot_cost *cost, const struct slot_masters *masters, struct err *err)
{
    *slot = (struct slot){ 0 };
    if (strlen(user) >= sizeof slot->user || strlen(role) >= sizeof slot->role) {
        return err_set(err, "a user's name has at most %d bytes", SLOT_USER - 1);
    }
    snprintf(slot->user, sizeof slot->user, "%s", user);
    snprintf(slot->role, sizeof slot->role, "%s", role);
    randombytes_buf(slot->salt, sizeof slot->salt);
    if (cost != NULL) {
        slot->cost = *cost;
    }
    uint8_t *key = sodium_malloc(WRAP_KEY);
    if (key == NULL) {
        return err_set(err, "not enough memory");
    }
    int turn = slot->cost.memory == 0 ? -1 : slot_turn(db, err);
    int rc = turn < 0 && slot->cost.memory != 0 ? -1 : derive(key, slot, secret, len, err);
    if (turn >= 0) {
        close(turn);
    }
    if (rc == 0) {
        seal_master(slot->desk_key, key, slot, "desk", masters->desk);
        if (slot_holds_body(slot)) {
            seal_master(slot->body_key, key, slot, "body", masters->body);
        }
    }
    sodium_free(key);
    return rc;
}

int slot_unwrap(const struct slot *slot, const void *secret, size_t len, struct slot_masters *masters,
                struct err *err)
{
    uint8_t *key = sodium_malloc(WRAP_KEY);
    if (key == NULL) {
        return err_set(err, "not enough memory");
    }
    int result = derive(key, slot, secret, len, err);
    if (result == 0) {
        sodium_memzero(masters, sizeof *masters);
        result =
            open_master(masters->desk, key, slot, "desk", slot->desk_key) == 0 &&
            (!slot_holds_body(slot) || open_master(masters->body, key, slot, "body", slot->body_key) == 0);
    }
    sodium_free(key);
    if (result != 1) {
        sodium_memzero(masters, sizeof *masters);
    }
    return result;
}

int slot_insert(struct db *db, const struct slot *slot, int64_t made_s, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db,
                "INSERT OR REPLACE INTO slot (user, role, made_s, passes, memory, salt, desk_key, body_key) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    sql_text(&q, 1, slot->user);
    sql_text(&q, 2, slot->role);
    sql_int(&q, 3, made_s);
    sql_int(&q, 4, (int64_t)slot->cost.passes);
    sql_int(&q, 5, (int64_t)slot->cost.memory);
    sql_blob(&q, 6, slot->salt, sizeof slot->salt);
    sql_blob(&q, 7, slot->desk_key, sizeof slot->desk_key);
    if (slot_holds_body(slot)) {
        sql_blob(&q, 8, slot->body_key, sizeof slot->body_key);
    }
    return sql_run(&q, err);
}

/* A blob of another length becomes zeros, which open under no key. */
static void copy(const struct sql *q, int column, uint8_t *out, size_t len)
{
    const uint8_t *data;
    if (sql_get_blob(q, column, &data) == len) {
        memcpy(out, data, len);
    }
}

int slot_load(struct db *db, const char *user, struct slot *slot, struct err *err)
{
    *slot = (struct slot){ 0 };
    struct sql q;
    sql_prepare(&q, db,
                "SELECT user, role, passes, memory, salt, desk_key, body_key FROM slot WHERE user = ?1");
    sql_text(&q, 1, user);
    bool found = sql_row(&q);
    if (found) {
        snprintf(slot->user, sizeof slot->user, "%s", sql_get_text(&q, 0));
        snprintf(slot->role, sizeof slot->role, "%s", sql_get_text(&q, 1));
        slot->cost = (struct slot_cost){ (uint64_t)sql_get_int(&q, 2), (uint64_t)sql_get_int(&q, 3) };
        copy(&q, 4, slot->salt, sizeof slot->salt);
        copy(&q, 5, slot->desk_key, sizeof slot->desk_key);
        copy(&q, 6, slot->body_key, sizeof slot->body_key);
    }
    return sql_end(&q, err) == 0 ? found : -1;
}
