/* An older database becomes a newer one, whole, or stays as it was. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "file.h"
#include "fixture.h"
#include "sql.h"

/* The file as version 1 left it. */
static void make_old(void)
{
    struct buf script = BUF_INIT;
    struct err err = { "" };
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-store-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/vault.db", folder);
    cr_assert_eq(file_read("tests/store/schema1.sql", 1 << 20, &script, &err), 0, "%s", err.text);
    edit(buf_str(&script));
    buf_done(&script);
}

TestSuite(migration, .init = make_old, .fini = fixture_remove);

struct found {
    int n, finals, drafts, damaged;
};

static int count(void *arg, const struct vault_row *row)
{
    struct found *found = arg;
    found->n++;
    found->finals += row->summary.status == SUMMARY_NEW;
    found->drafts += row->summary.status == SUMMARY_UNFINISHED;
    found->damaged += row->summary.status == SUMMARY_DAMAGED;
    cr_assert_str_eq(row->summary.name, PATIENT);
    cr_assert_str_eq(row->summary.folded, "zephyrine quillfeather");
    cr_assert_eq(row->summary.birth_date.year, 1990);
    return 0;
}

Test(migration, a_database_of_the_first_version_opens_with_everything_in_it)
{
    struct err err = { "" };
    struct db *db = open_db();
    struct vault *vault;
    struct found found = { 0 };
    cr_assert_eq(number(db, "PRAGMA user_version"), DB_VERSION);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_file(vault, &err), 1, "the one that nobody had opened: %s", err.text);
    cr_assert_eq(vault_each(vault, count, &found, &err), 0, "%s", err.text);
    cr_assert_eq(found.n, 3);
    cr_assert_eq(found.finals, 2);
    cr_assert_eq(found.drafts, 1);
    int64_t entries;
    uint8_t head[AUDIT_HASH];
    cr_assert_eq(audit_verify(db, &entries, head, &err), 0, "%s", err.text);
    uint8_t uid[FRAME_UID];
    memset(uid, 0x11, sizeof uid);
    struct encounter *encounter;
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%s", err.text);
    json_t *note = event_note(AT_S, "kept");
    cr_assert_eq(vault_add(vault, encounter, &note, 1, AT_S, &err), 1, "%s", err.text);
    encounter_free(encounter);
    vault_lock(vault);
    db_close(db);
}

Test(migration, the_file_as_it_was_is_kept_beside)
{
    char copy[128];
    struct stat st;
    snprintf(copy, sizeof copy, "%s.schema1", path);
    db_close(open_db());
    cr_assert_eq(stat(copy, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    cr_assert_eq(rename(copy, path), 0);
    sqlite3 *raw = NULL;
    sqlite3_stmt *q = NULL;
    cr_assert_eq(sqlite3_open(path, &raw), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(
                     raw, "SELECT count(*), (SELECT user_version FROM pragma_user_version) FROM deposit", -1,
                     &q, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_step(q), SQLITE_ROW);
    cr_assert_eq(sqlite3_column_int(q, 0), 4);
    cr_assert_eq(sqlite3_column_int(q, 1), 1);
    sqlite3_finalize(q);
    sqlite3_close(raw);
}

Test(migration, without_room_for_the_copy_nothing_is_changed)
{
    struct err err = { "" };
    char copy[128];
    snprintf(copy, sizeof copy, "%s.schema1.new", path);
    cr_assert_eq(mkdir(copy, 0700), 0, "a folder stands where the copy would be made");
    cr_assert_null(db_open(path, clock_system(), &err));
    cr_assert_not_null(strstr(err.text, "could not bring it up to date"), "%s", err.text);
    cr_assert_eq(rmdir(copy), 0);
    struct db *db = open_db();
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 4);
    db_close(db);
}

Test(migration, two_programs_at_once_find_it_done_once)
{
    pid_t child[4];
    for (int i = 0; i < 4; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            struct db *db = db_open(path, clock_system(), NULL);
            bool fine = db != NULL && number(db, "PRAGMA user_version") == DB_VERSION;
            db_close(db);
            _exit(fine ? 0 : 1);
        }
    }
    for (int i = 0; i < 4; i++) {
        int status = -1;
        cr_assert_eq(waitpid(child[i], &status, 0), child[i]);
        cr_assert_eq(status, 0);
    }
}

Test(migration, killed_at_any_moment_it_is_the_old_one_or_the_new_one)
{
    for (useconds_t after = 0; after < 30000; after += 1500) {
        pid_t child = fork();
        if (child == 0) {
            db_close(db_open(path, clock_system(), NULL));
            _exit(0);
        }
        usleep(after);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct db *db = open_db();
        cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 4);
        cr_assert_eq(number(db, "PRAGMA user_version"), DB_VERSION);
        db_close(db);
        unlink(path);
        struct buf script = BUF_INIT;
        cr_assert_eq(file_read("tests/store/schema1.sql", 1 << 20, &script, NULL), 0);
        edit(buf_str(&script));
        buf_done(&script);
    }
}
