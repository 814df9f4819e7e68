/* Each schema that was ever released, with real content: opened in place, and restored from an old backup. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "audit.h"
#include "backup.h"
#include "file.h"
#include "fixture.h"
#include "restore.h"

static char old[96];

static void make_folder(void)
{
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-store-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/vault.db", folder);
    snprintf(old, sizeof old, "%s/foyer-2026-11-20-0215.db", folder);
}

TestSuite(released, .init = make_folder, .fini = fixture_remove);

/* At `path`, as that version left it. */
static void make_old(int version)
{
    char name[64];
    struct buf script = BUF_INIT;
    struct err err = { "" };
    snprintf(name, sizeof name, "tests/store/schema%d.sql", version);
    cr_assert_eq(file_read(name, 1 << 20, &script, &err), 0,
                 "a schema is new: keep a database of the one before in %s (%s)", name, err.text);
    unlink(path);
    edit(buf_str(&script));
    buf_done(&script);
}

struct found {
    int signed_, drafts, damaged;
};

static int count(void *arg, const struct vault_row *row)
{
    struct found *found = arg;
    found->signed_ += row->summary.status == SUMMARY_NEW;
    found->drafts += row->summary.status == SUMMARY_UNFINISHED;
    found->damaged += row->summary.status == SUMMARY_DAMAGED;
    cr_expect_str_eq(row->summary.name, PATIENT);
    return 0;
}

/* What the head of each schemaN.sql says is in it. */
static void expect_everything(int version)
{
    struct err err = { "" };
    struct found found = { 0 };
    struct vault *vault;
    struct encounter *encounter;
    uint8_t uid[FRAME_UID], head[AUDIT_HASH];
    int64_t entries;
    struct db *db = open_db();
    cr_expect_eq(number(db, "PRAGMA user_version"), DB_VERSION);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%d: %s", version, err.text);
    cr_expect_eq(vault_file(vault, &err), 1, "%d: the one that nobody had opened: %s", version, err.text);
    cr_assert_eq(vault_each(vault, count, &found, &err), 0, "%d: %s", version, err.text);
    cr_expect_eq(found.signed_, version == 1 ? 2 : 3, "%d", version);
    cr_expect_eq(found.drafts, 1, "%d", version);
    cr_expect_eq(found.damaged, 0, "%d", version);
    memset(uid, 0x11, sizeof uid);
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%d: %s", version, err.text);
    cr_expect_eq(encounter->nnotes, version == 1 ? 0 : 2, "%d", version);
    json_t *note = event_note(AT_S, "written since");
    cr_expect_eq(vault_add(vault, encounter, &note, 1, AT_S, &err), 1, "%d: %s", version, err.text);
    encounter_free(encounter);
    vault_lock(vault);
    cr_expect_eq(audit_verify(db, &entries, head, &err), 0, "%d: %s", version, err.text);
    if (version > 1) {
        cr_expect_eq(number(db, "SELECT count(*) FROM tombstone"), 1, "%d", version);
        cr_expect_eq(number(db, "SELECT count(*) FROM seen"), 1, "%d", version);
        cr_expect_eq(number(db, "SELECT count(*) FROM proposal"), 1, "%d", version);
        cr_expect_eq(number(db, "SELECT count(*) FROM event WHERE kind = 'restrict'"), 1, "%d", version);
    }
    if (version > 2) {
        cr_expect_eq(number(db, "SELECT count(*) FROM slip"), 1, "%d", version);
    }
    db_close(db);
}

Test(released, each_opens_in_place_with_everything_in_it)
{
    for (int version = 1; version <= DB_VERSION; version++) {
        make_old(version);
        expect_everything(version);
    }
}

Test(released, each_is_restored_from_a_backup_of_its_time_which_stays_as_it_was)
{
    for (int version = 1; version <= DB_VERSION; version++) {
        struct restore_result result;
        struct buf before = BUF_INIT, after = BUF_INIT;
        struct err err = { "" };
        make_old(version);
        cr_assert_eq(rename(path, old), 0);
        cr_assert_eq(file_read(old, 1 << 24, &before, &err), 0, "%s", err.text);
        cr_assert_eq(restore_make(folder, path, NULL, clock_system(), "anna", &result, &err), 0, "%d: %s",
                     version, err.text);
        cr_expect_eq(result.found.version, version);
        cr_expect_str_eq(result.doubt.text, "");
        free(result.from);
        expect_everything(version);
        cr_assert_eq(file_read(old, 1 << 24, &after, &err), 0, "%s", err.text);
        cr_expect(before.len == after.len && memcmp(before.data, after.data, after.len) == 0, "%d", version);
        buf_done(&before);
        buf_done(&after);
    }
}

/* The night after an upgrade: the newest backup is of the older schema. */
Test(released, a_backup_is_made_anew_beside_one_of_an_older_schema)
{
    for (int version = 1; version < DB_VERSION; version++) {
        struct backup_plan plan = { .folder = folder, .daily = 7 };
        struct backup_result result;
        struct err err = { "" };
        make_old(version);
        struct buf bytes = BUF_INIT;
        cr_assert_eq(file_read(path, 1 << 24, &bytes, NULL), 0);
        cr_assert_eq(file_replace(old, bytes.data, bytes.len, 0600, NULL), 0);
        buf_done(&bytes);
        struct db *db = open_db();
        cr_assert_eq(backup_make(db, &plan, clock_system(), "anna", &result, &err), 0, "%d: %s", version,
                     err.text);
        cr_expect_str_eq(result.doubt.text, "");
        cr_expect_eq(result.strange, 0, "%d: the older one is known as this database's", version);
        cr_expect_eq(result.found.version, DB_VERSION);
        db_close(db);
        restore_remove_folder(folder, NULL);
        cr_assert_eq(mkdir(folder, 0700), 0);
    }
}
