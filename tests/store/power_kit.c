#include "power_kit.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "disk.h"
#include "fixture.h"
#include "sql.h"

char lab[64];
uint64_t seed, run;

static const char *random_name(void)
{
    return "fixed row";
}

static void random_bytes(void *out, size_t len)
{
    uint8_t *to = out;
    for (size_t i = 0; i < len; i++) {
        to[i] = (uint8_t)dice(&run);
    }
}

static uint32_t random_number(void)
{
    return (uint32_t)dice(&run);
}

static randombytes_implementation fixed = {
    .implementation_name = random_name,
    .random = random_number,
    .buf = random_bytes,
};

void power_kit_make(void)
{
    const char *given = getenv("FOYER_SEED");
    cr_assert_geq(sodium_init(), 0);
    randombytes_buf(&seed, sizeof seed);
    seed = given != NULL ? strtoull(given, NULL, 10) : seed >> 32;
    run = seed;
    randombytes_set_implementation(&fixed);
    setenv("TZ", "UTC", 1);
    fixture_make();
    strcpy(lab, access("/dev/shm", W_OK) == 0 ? "/dev/shm/foyer-lab-XXXXXX" : "/tmp/foyer-lab-XXXXXX");
    cr_assert_not_null(mkdtemp(lab));
}

void power_kit_remove(void)
{
    fixture_remove();
    snprintf(folder, sizeof folder, "%s", lab);
    fixture_remove();
}

size_t cuts(size_t usual)
{
    const char *given = getenv("FOYER_CUTS");
    return given != NULL ? strtoull(given, NULL, 10) : usual;
}

static void hash_table(struct db *db, const char *table, crypto_generichash_state *state)
{
    char query[96];
    struct sql q;
    snprintf(query, sizeof query, "SELECT * FROM \"%s\" ORDER BY 1, 2", table);
    sql_prepare(&q, db, query);
    while (sql_row(&q)) {
        for (int i = 0; i < sqlite3_column_count(q.stmt); i++) {
            int type = sqlite3_column_type(q.stmt, i);
            size_t len = (size_t)sqlite3_column_bytes(q.stmt, i);
            crypto_generichash_update(state, (const uint8_t *)&type, sizeof type);
            crypto_generichash_update(state, (const uint8_t *)&len, sizeof len);
            if (len > 0) {
                crypto_generichash_update(state, sqlite3_column_blob(q.stmt, i), len);
            }
        }
    }
    cr_assert_eq(sql_end(&q, NULL), 0, "%s", table);
}

void look_at(struct db *db, uint8_t out[STATE], const char *where)
{
    char table[64][64];
    size_t n = 0;
    struct err err = { "" };
    struct sql q;
    int64_t entries;
    uint8_t head[AUDIT_HASH];
    crypto_generichash_state state;
    sql_prepare(&q, db, "PRAGMA quick_check");
    cr_assert(sql_row(&q) && strcmp(sql_get_text(&q, 0), "ok") == 0, "%s: %s", where, sql_get_text(&q, 0));
    cr_assert_eq(sql_end(&q, NULL), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0, "%s", where);
    cr_assert_eq(audit_verify(db, &entries, head, &err), 0, "%s: %s", where, err.text);
    crypto_generichash_init(&state, NULL, 0, STATE);
    sql_prepare(&q, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    while (sql_row(&q)) {
        snprintf(table[n++], sizeof table[0], "%s", sql_get_text(&q, 0));
    }
    cr_assert_eq(sql_end(&q, NULL), 0);
    for (size_t i = 0; i < n; i++) {
        hash_table(db, table[i], &state);
    }
    crypto_generichash_final(&state, out, STATE);
}
