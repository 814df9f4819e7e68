/* Backups hold what the database holds, and no more; whatever goes wrong, the earlier ones stay good. */
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

TestSuite(backup, .init = backup_kit_make, .fini = backup_kit_remove);

/* ---- what it holds
 * ------------------------------------------------------------------------------------------ */

Test(backup, every_table_there_is_is_looked_at_by_these_tests)
{
    struct db *db = open_db();
    cr_assert_eq(number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                            "'sqlite%'"),
                 TABLES, "a table is new: name it in `tables`");
    db_close(db);
}

Test(backup, it_holds_each_row_of_the_database_and_needs_no_passphrase)
{
    struct db *db = open_db();
    put_many(db, 1, 5);
    put_frame(db, 0x21, 1, FRAME_DRAFT);
    put_frame(db, 0x31, 1, FRAME_ALERT);
    struct vault *vault = unlock(db);
    note_on(vault, 2, "kept");
    vault_lock(vault);
    struct backup_result result = make_backup(db);
    cr_expect_str_eq(result.name, "foyer-2026-11-18-1106.db");
    cr_expect_eq(result.found.intakes, 5);
    cr_expect_eq(result.found.drafts, 1);
    cr_expect_str_eq(result.doubt.text, "");
    cr_expect(same(db, result.name));
    struct stat st;
    cr_assert_eq(stat(path_of(result.name), &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'backup'"), 1);
    struct backup_state state;
    cr_assert_eq(backup_state(db, &state, NULL), 0);
    cr_expect_eq(state.made_s, now_s);
    cr_expect_str_eq(state.made, result.name);
    cr_expect_eq(state.drilled_s, 0);
    cr_expect_not(file_holds(path_of(result.name), PATIENT, strlen(PATIENT)));
    db_close(db);
}

Test(backup, what_was_rewritten_discarded_or_replaced_since_is_so_in_the_next)
{
    struct db *db = open_db();
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    put_many(db, 1, 5);
    put_frame(db, 0x21, 1, FRAME_DRAFT);
    put_frame(db, 0x22, 1, FRAME_DRAFT);
    struct vault *vault = unlock(db);
    note_on(vault, 2, "first");
    make_backup(db);
    later(60);
    note_on(vault, 2, "second");
    note_on(vault, 4, "another");
    memset(uid, 0x21, sizeof uid);
    cr_assert_eq(erase_draft(vault, uid, now_s, &err), 1, "%s", err.text);
    put_frame(db, 0x21, 1, FRAME_DRAFT); /* the same uid and rev, under another number */
    put_frame(db, 0x22, 2, FRAME_FINAL); /* takes its draft away */
    put_many(db, 0x40, 3);
    vault_lock(vault);
    struct backup_result result = make_backup(db);
    cr_expect(same(db, result.name));
    cr_expect_eq(result.found.intakes, 9);
    cr_expect_str_eq(result.doubt.text, "", "it went on from the first: %s", result.doubt.text);
    db_close(db);
}

Test(backup, who_was_erased_does_not_come_back_from_the_newest)
{
    struct db *db = open_db();
    struct err err = { "" };
    struct buf sealed = BUF_INIT;
    uint8_t uid[FRAME_UID];
    put_many(db, 1, 5);
    struct vault *vault = unlock(db);
    note_on(vault, 3, "a note");
    memset(uid, 3, sizeof uid);
    cr_assert_eq(deposit_read(db, uid, 0, &sealed, &err), 1);
    const char *bytes = sealed.data + sealed.len - 256;
    struct backup_result first = make_backup(db);
    cr_assert(file_holds(path_of(first.name), bytes, 256));
    later(86400);
    cr_assert_eq(erase_intake(vault, uid, "asked", now_s, &err), 1, "%s", err.text);
    vault_lock(vault);
    struct backup_result second = make_backup(db);
    cr_expect_not(file_holds(path_of(second.name), bytes, 256), "not even in pages given up");
    cr_expect(same(db, second.name));
    cr_expect_eq(second.found.intakes, 4);
    cr_expect_eq(second.with_erased, 1, "the older one still holds it, and that is said");
    cr_expect(file_holds(path_of("erased.txt"), "03030303030303030303030303030303", 32));
    buf_done(&sealed);
    db_close(db);
}

Test(backup, a_database_that_was_brought_up_from_the_first_version_is_whole_in_it)
{
    struct buf script = BUF_INIT;
    cr_assert_eq(file_read("tests/store/schema1.sql", 1 << 20, &script, NULL), 0);
    unlink(path);
    edit(buf_str(&script));
    buf_done(&script);
    struct db *db = open_db();
    cr_expect_gt(number(db, "SELECT count(*) FROM filing"), 0, "filed before there was `touched`");
    struct backup_result result = make_backup(db);
    cr_expect(same(db, result.name));
    db_close(db);
}

/* ---- while others write
 * ------------------------------------------------------------------------------------- */

Test(backup, deposits_go_on_while_it_is_made_and_it_is_one_moment_of_them)
{
    struct db *db = open_db();
    put_many(db, 1, 20);
    pid_t child = fork();
    if (child == 0) {
        struct db *own = open_db();
        for (int i = 0; i < 60; i++) {
            if (put_frame(own, (uint8_t)(0x40 + i), 1, i % 3 == 0 ? FRAME_DRAFT : FRAME_FINAL) !=
                FRAME_STORED) {
                _exit(1);
            }
        }
        db_close(own);
        _exit(0);
    }
    for (int i = 0; i < 4; i++) {
        struct backup_result result = make_backup(db);
        struct db *copy = open_copy(result.name);
        cr_expect_eq(number(copy, "SELECT count(*) FROM deposit"),
                     number(copy, "SELECT max(seq) FROM deposit"), "all up to one moment");
        db_close(copy);
        later(60);
    }
    int status = -1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0, "each was stored");
    cr_expect(same(db, make_backup(db).name));
    db_close(db);
}

/* ---- what goes wrong
 * ---------------------------------------------------------------------------------------- */
static void expect_as_it_was(const char *name, const struct buf *before)
{
    struct buf now = BUF_INIT;
    keep_bytes(name, &now);
    cr_expect(now.len == before->len && memcmp(now.data, before->data, now.len) == 0, "%s", name);
    buf_done(&now);
}

static int files_there(void)
{
    int n = 0;
    DIR *dir = opendir(place);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    closedir(dir);
    return n;
}

Test(backup, killed_at_any_moment_the_earlier_one_is_good_and_the_next_one_is_made)
{
    struct buf before = BUF_INIT;
    struct db *db = open_db();
    put_many(db, 1, 10);
    struct backup_result first = make_backup(db);
    keep_bytes(first.name, &before);
    later(86400);
    db_close(db);
    for (useconds_t after = 0; after < 40000; after += 2000) {
        pid_t child = fork();
        if (child == 0) {
            struct backup_result result;
            db = open_db();
            (void)backup_make(db, &plan, &ours, "anna", &result, NULL);
            _exit(0);
        }
        usleep(after);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        expect_as_it_was(first.name, &before);
    }
    db = open_db();
    struct backup_result second = make_backup(db);
    cr_expect(same(db, second.name));
    cr_expect_eq(files_there(), 3, "two backups, the list, and nothing half made");
    buf_done(&before);
    db_close(db);
}

/* A disk that is full: no file may grow past what the earlier one has, and then a real one, as root. */
Test(backup, a_full_stick_leaves_the_earlier_one_good_and_says_so)
{
    struct buf before = BUF_INIT;
    struct backup_result result;
    struct err err = { "" };
    struct db *db = open_db();
    put_many(db, 1, 10);
    struct backup_result first = make_backup(db);
    keep_bytes(first.name, &before);
    later(60);
    for (int i = 0; i < 40; i++) {
        struct buf frame = BUF_INIT, mark = BUF_INIT;
        struct frame_header header = header_of((uint8_t)(0x60 + i), 1, FRAME_FINAL);
        while (mark.len < 20000) {
            buf_adds(&mark, "twenty kilobytes of a long story ");
        }
        seal(&frame, &header, buf_str(&mark));
        cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, NULL), FRAME_STORED);
        buf_done(&frame);
        buf_done(&mark);
    }
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){ before.len + 65536, RLIM_INFINITY });
        int rc = backup_make(db, &plan, &ours, "anna", &result, &err);
        _exit(rc == -1 && err.text[0] != '\0' ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    cr_expect_eq(status, 0, "it fails, and says why");
    expect_as_it_was(first.name, &before);
    cr_expect_eq(files_there(), 2);
    cr_expect_geq(number(db, "SELECT count(*) FROM audit WHERE act = 'backup failed'"), 0);
    later(60);
    cr_expect(same(db, make_backup(db).name));
    if (geteuid() == 0) {
        char stick[128];
        snprintf(stick, sizeof stick, "%s/stick", place);
        mkdir(stick, 0700);
        if (mount("none", stick, "tmpfs", 0, "size=256k") == 0) {
            struct backup_plan there = { .folder = stick, .stick = true };
            cr_expect_eq(backup_make(db, &there, &ours, "anna", &result, &err), -1);
            cr_expect_not_null(strstr(err.text, "too full"), "%s", err.text);
            umount(stick);
        }
        rmdir(stick);
    }
    buf_done(&before);
    db_close(db);
}

Test(backup, without_a_stick_nothing_is_written_beneath)
{
    struct backup_result result;
    struct err err = { "" };
    struct db *db = open_db();
    plan.stick = true;
    cr_expect_eq(backup_make(db, &plan, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "no stick is mounted"), "%s", err.text);
    cr_expect_eq(files_there(), 0);
    plan.folder = "/tmp/foyer-no-such/folder";
    cr_expect_eq(backup_make(db, &plan, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "is not there"), "%s", err.text);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'backup failed'"), 2);
    char memory[] = "/dev/shm/foyer-stick-XXXXXX";
    if (mkdtemp(memory) != NULL) { /* another file system, as a stick is */
        plan.folder = memory;
        make_backup(db);
        restore_remove_folder(memory, NULL);
    }
    db_close(db);
}

/* One byte of a sealed body, which no check of the file's structure sees. */
static void rot(const char *name, const void *bytes)
{
    struct buf file = BUF_INIT;
    keep_bytes(name, &file);
    char *at = memmem(file.data, file.len, bytes, 64);
    cr_assert_not_null(at);
    at[7] ^= 1;
    cr_assert_eq(file_replace(path_of(name), file.data, file.len, 0600, NULL), 0);
    buf_done(&file);
}

Test(backup, an_earlier_one_that_has_rotted_is_found_out_and_not_gone_on_from)
{
    struct db *db = open_db();
    struct buf sealed = BUF_INIT;
    uint8_t uid[FRAME_UID];
    put_many(db, 1, 5);
    struct backup_result first = make_backup(db);
    memset(uid, 3, sizeof uid);
    cr_assert_eq(deposit_read(db, uid, 0, &sealed, NULL), 1);
    rot(first.name, sealed.data + sealed.len - 100);
    later(60);
    struct backup_result second = make_backup(db);
    cr_expect_not_null(strstr(second.doubt.text, first.name), "it is named: %s", second.doubt.text);
    cr_expect(same(db, second.name));
    buf_done(&sealed);
    db_close(db);
}

Test(backup, an_intake_that_was_lost_and_not_erased_stops_it)
{
    struct buf before = BUF_INIT;
    struct backup_result result;
    struct err err = { "" };
    struct db *db = open_db();
    put_many(db, 1, 5);
    struct backup_result first = make_backup(db);
    keep_bytes(first.name, &before);
    edit("DELETE FROM deposit WHERE seq = 3");
    later(60);
    cr_expect_eq(backup_make(db, &plan, &ours, "anna", &result, &err), -1);
    cr_expect_not_null(strstr(err.text, "nobody erased it"), "%s", err.text);
    expect_as_it_was(first.name, &before);
    cr_expect_eq(files_there(), 2);
    buf_done(&before);
    db_close(db);
}

/* ---- how many are kept
 * -------------------------------------------------------------------------------------- */

Test(backup, the_newest_of_days_weeks_and_months_are_kept)
{
    static const char *const name[] = {
        "foyer-2026-11-25-0215.db",                                                         /* Wednesday */
        "foyer-2026-11-24-1300.db", "foyer-2026-11-24-0215.db", "foyer-2026-11-23-0215.db", /* Monday */
        "foyer-2026-11-22-0215.db", /* Sunday: another week */
        "foyer-2026-11-20-0215.db", "foyer-2026-10-31-0215.db", "foyer-2026-10-02-0215.db",
        "foyer-2026-09-30-0215.db",
    };
    static const bool want[] = { true, true, false, true, true, false, true, false, false };
    enum { N = sizeof name / sizeof *name };
    struct backup_file file[N];
    bool keep[N];
    for (size_t i = 0; i < N; i++) {
        cr_assert(backup_read_name(name[i], &file[i]), "%s", name[i]);
    }
    struct backup_plan kept = { .daily = 3, .weekly = 2, .monthly = 2 };
    backup_rotation(&kept, file, N, keep);
    for (size_t i = 0; i < N; i++) {
        cr_expect_eq(keep[i], want[i], "%s", name[i]);
    }
    kept = (struct backup_plan){ 0 };
    backup_rotation(&kept, file, N, keep);
    cr_expect(keep[0], "never none");
    struct backup_file none;
    cr_expect_not(backup_read_name("foyer-2026-02-30-0215.db", &none));
    cr_expect_not(backup_read_name("foyer-2026-11-28-0215.db.part", &none));
    cr_expect_not(backup_read_name("foyer-2026-11-28-2560.db", &none));
}

Test(backup, old_ones_go_and_what_is_not_of_this_database_stays)
{
    struct db *db = open_db();
    put_many(db, 1, 2);
    cr_assert_eq(file_replace(path_of("foyer-2020-01-01-0000.db"), "no database", 11, 0600, NULL), 0);
    plan = (struct backup_plan){ .folder = place, .daily = 2 };
    for (int day = 0; day < 4; day++) {
        struct backup_result result = make_backup(db);
        cr_expect_eq(result.removed, day >= 2);
        cr_expect_eq(result.strange, 1);
        later(86400);
    }
    cr_expect_eq(files_there(), 4, "two, the list, and the strange one");
    db_close(db);
}

Test(backup, ten_thousand_intakes_are_backed_up_and_then_only_what_is_new)
{
    struct db *db = open_db();
    put_many(db, 1, 1);
    char many[512];
    snprintf(many, sizeof many,
             "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
             "INSERT INTO deposit (uid, rev, kind, received_s, header, seals, bodies) "
             "SELECT randomblob(16), 1, 2, %d, randomblob(96), randomblob(160), randomblob(400) FROM n",
             AT_S);
    edit(many);
    struct backup_result result = make_backup(db);
    cr_expect_eq(result.found.intakes, 10000);
    later(60);
    put_many(db, 2, 3);
    result = make_backup(db);
    cr_expect_eq(result.found.intakes, 10003);
    cr_expect_eq(result.found.newest_seq, 10003);
    db_close(db);
}
