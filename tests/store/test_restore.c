/* A backup is restored whole or not at all, without who was erased since; and what the clinic's rules keep no
 * longer goes. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "backup.h"
#include "copy.h"
#include "erase.h"
#include "file.h"
#include "backup_kit.h"
#include "restore.h"
#include "sql.h"

TestSuite(restore, .init = backup_kit_make, .fini = backup_kit_remove);

Test(restore, a_restored_one_opens_with_everything_in_it)
{
    struct db *db = open_db();
    struct err err = { "" };
    struct restore_result result;
    put_many(db, 1, 5);
    struct vault *vault = unlock(db);
    note_on(vault, 2, "kept");
    vault_lock(vault);
    make_backup(db);
    cr_expect_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "is there already"), "%s", err.text);
    free(result.from);
    db_close(db);
    unlink(path);
    cr_assert_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), 0, "%s", err.text);
    cr_expect_eq(result.found.intakes, 5);
    cr_expect(result.has_list);
    free(result.from);
    db = open_db();
    vault = unlock(db);
    uint8_t uid[FRAME_UID];
    struct encounter *encounter;
    memset(uid, 2, sizeof uid);
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1);
    cr_expect_eq(encounter->nnotes, 1);
    cr_expect_str_eq(encounter->name, PATIENT);
    encounter_free(encounter);
    vault_lock(vault);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'restored'"), 1);
    later(60);
    cr_expect_str_eq(make_backup(db).doubt.text, "", "and the next one goes on from there");
    db_close(db);
}

Test(restore, who_was_erased_since_is_erased_again_from_an_older_one)
{
    struct db *db = open_db();
    struct err err = { "" };
    struct restore_result result;
    uint8_t uid[FRAME_UID];
    put_many(db, 1, 5);
    struct backup_result first = make_backup(db);
    struct vault *vault = unlock(db);
    memset(uid, 3, sizeof uid);
    cr_assert_eq(erase_intake(vault, uid, "asked", now_s, &err), 1);
    vault_lock(vault);
    later(86400);
    struct backup_result second = make_backup(db);
    db_close(db);
    unlink(path);
    cr_assert_eq(restore_make(path_of(first.name), path, NULL, &ours, "anna", &result, &err), 0, "%s",
                 err.text);
    cr_expect_eq(result.found.intakes, 5, "it is in the backup");
    cr_expect_eq(result.erased, 1);
    cr_expect_eq(result.newer, 1);
    cr_expect_str_eq(result.newest, second.name);
    free(result.from);
    db = open_db();
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit"), 4);
    cr_expect_eq(number(db, "SELECT count(*) FROM tombstone"), 1);
    /* What stood in the database before the restore is of another history: it is left alone. */
    later(60);
    struct backup_result third = make_backup(db);
    cr_expect_eq(third.strange, 1);
    cr_expect_eq(access(path_of(second.name), F_OK), 0);
    db_close(db);
}

Test(restore, a_damaged_one_is_not_restored)
{
    struct db *db = open_db();
    struct err err = { "" };
    struct restore_result result;
    struct buf file = BUF_INIT;
    put_many(db, 1, 20);
    struct backup_result made = make_backup(db);
    db_close(db);
    unlink(path);
    keep_bytes(made.name, &file);
    cr_assert_eq(file_replace(path_of(made.name), file.data, file.len - 8192, 0600, NULL), 0);
    cr_expect_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "no good backup"), "%s", err.text);
    free(result.from);
    cr_expect_eq(access(path, F_OK), -1);
    /* An entry of the audit trail taken out with care: the file is sound, the chain is not. */
    char own[96];
    cr_assert_eq(file_replace(path_of(made.name), file.data, file.len, 0600, NULL), 0);
    snprintf(own, sizeof own, "%s", path);
    snprintf(path, sizeof path, "%.95s", path_of(made.name));
    edit("UPDATE audit SET actor = 'somebody else' WHERE seq = 1");
    snprintf(path, sizeof path, "%s", own);
    cr_expect_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "audit trail is broken"), "%s", err.text);
    free(result.from);
    cr_expect_eq(access(path, F_OK), -1);
    buf_done(&file);
}

Test(restore, the_journal_of_the_database_that_was_there_is_not_played_into_the_restored_one)
{
    char journal[128];
    struct db *db = open_db();
    struct err err = { "" };
    struct restore_result result;
    put_many(db, 1, 2);
    make_backup(db);
    db_close(db);
    unlink(path);
    snprintf(journal, sizeof journal, "%s-journal", path);
    cr_assert_eq(file_replace(journal, "old pages", 9, 0600, NULL), 0);
    cr_expect_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "journal"), "%s", err.text);
    free(result.from);
}

/* ---- by rule
 * ------------------------------------------------------------------------------------------------ */

Test(restore, what_nobody_decided_or_what_was_restricted_never_goes_by_itself)
{
    struct db *db = open_db();
    struct err err = { "" };
    int64_t kept = 0, doubtful = 0;
    put_many(db, 1, 4);
    put_frame(db, 0x21, 1, FRAME_DRAFT);
    edit("UPDATE deposit SET received_s = received_s - 1000000 WHERE seq <= 3;"
         "INSERT INTO event (uid, rev, actor, kind, body) SELECT uid, 1, 'anna', 'overall', x'00' FROM "
         "deposit "
         "WHERE seq <> 2;"
         "INSERT INTO event (uid, rev, actor, kind, body) SELECT uid, 2, 'anna', 'restrict', x'00' FROM "
         "deposit "
         "WHERE seq = 3");
    edit("DELETE FROM event WHERE uid = (SELECT uid FROM deposit WHERE kind = 1)");
    cr_expect_eq(erase_unseen(db, AT_S, true, "old", "timer", AT_S, &kept, &err), 1, "%s", err.text);
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit"), 5, "only counted");
    cr_expect_eq(erase_unseen(db, AT_S, false, "old", "timer", AT_S, &kept, &err), 1, "%s", err.text);
    cr_expect_eq(kept, 2, "one undecided, one restricted");
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit WHERE seq = 1"), 0);
    cr_expect_eq(number(db, "SELECT count(*) FROM tombstone"), 1);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'purged' AND actor = 'timer'"), 1);
    cr_expect_eq(erase_left_drafts(db, AT_S, false, "timer", AT_S, &doubtful, &err), 0, "of today");
    cr_expect_eq(erase_left_drafts(db, AT_S + 1, false, "timer", AT_S, &doubtful, &err), 1);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'discarded'"), 1);
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit"), 3);
    db_close(db);
}

/* A backup made on a day that was none is not the newest for ever: what is in them counts. */
Test(restore, a_clock_that_was_wrong_for_a_while_does_not_bring_an_old_one_back)
{
    const int64_t wrong[] = { 40LL * 365 * 86400, -56LL * 365 * 86400 };
    for (size_t i = 0; i < 2; i++) {
        struct db *db = open_db();
        struct err err = { "" };
        struct restore_result result;
        put_many(db, 1, 2);
        now_s = AT_S + (wrong[i] > 0 ? wrong[i] : 0);
        struct backup_result before = make_backup(db);
        put_many(db, 0x40, 3);
        now_s = AT_S + (wrong[i] > 0 ? 86400 : wrong[i]);
        struct backup_result last = make_backup(db);
        cr_expect_lt(strcmp(last.name, before.name), 0, "its name is the older one");
        db_close(db);
        unlink(path);
        cr_assert_eq(restore_make(place, path, NULL, &ours, "anna", &result, &err), 0, "%s", err.text);
        cr_expect_eq(result.found.intakes, 5);
        cr_expect_eq(result.newer, 0);
        free(result.from);
        unlink(path);
        cr_assert_eq(restore_make(path_of(before.name), path, NULL, &ours, "anna", &result, &err), 0, "%s",
                     err.text);
        cr_expect_eq(result.newer, 1);
        cr_expect_str_eq(result.newest, last.name);
        free(result.from);
        backup_kit_remove();
        backup_kit_make();
    }
}
