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
#include "fixture.h"
#include "restore.h"
#include "sql.h"

static char place[96];
static int64_t now_s = AT_S;

static int64_t wall(void *arg)
{
    (void)arg;
    return now_s;
}

static int64_t mono(void *arg)
{
    (void)arg;
    return clock_mono_ms(clock_system());
}

static const struct clock ours = { wall, mono, NULL };
static struct backup_plan plan;

static void make_place(void)
{
    fixture_make();
    snprintf(place, sizeof place, "%s-backups", folder);
    cr_assert_eq(mkdir(place, 0700), 0);
    plan = (struct backup_plan){ .folder = place, .daily = 3, .weekly = 2, .monthly = 2 };
}

static void remove_place(void)
{
    restore_remove_folder(place, NULL);
    fixture_remove();
}

TestSuite(backup, .init = make_place, .fini = remove_place);

static struct backup_result make_backup(struct db *db)
{
    struct backup_result result;
    struct err err = { "" };
    cr_assert_eq(backup_make(db, &plan, &ours, "anna", &result, &err), 0, "%s", err.text);
    return result;
}

static char *path_of(const char *name)
{
    static char text[160];
    snprintf(text, sizeof text, "%s/%s", place, name);
    return text;
}

static struct db *open_copy(const char *name)
{
    int64_t version;
    struct err err = { "" };
    struct db *copy = db_open_to_read(path_of(name), &ours, &version, &err);
    cr_assert_not_null(copy, "%s", err.text);
    return copy;
}

/* A later minute, so that the next backup has a name of its own. */
static void later(int64_t seconds)
{
    now_s += seconds;
}

static void put_many(struct db *db, int first, int n)
{
    for (int i = 0; i < n; i++) {
        cr_assert_eq(put_frame(db, (uint8_t)(first + i), 1, FRAME_FINAL), FRAME_STORED);
    }
}

/* With a note: an event, a key of its own, a summary that is rewritten. */
static void note_on(struct vault *vault, uint8_t which, const char *text)
{
    struct err err = { "" };
    struct encounter *encounter;
    uint8_t uid[FRAME_UID];
    memset(uid, which, sizeof uid);
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%s", err.text);
    json_t *note = event_note(now_s, text);
    cr_assert_eq(vault_add(vault, encounter, &note, 1, now_s, &err), 1, "%s", err.text);
    encounter_free(encounter);
}

static struct vault *unlock(struct db *db)
{
    struct err err = { "" };
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, now_s, &vault, &err), 1, "%s", err.text);
    cr_assert_geq(vault_file(vault, &err), 0, "%s", err.text);
    return vault;
}

static const char *const tables[] = { "meta",      "epoch",    "slot",    "deposit", "filing",
                                      "event",     "audit",    "casekey", "touched", "seen",
                                      "tombstone", "proposal", "failure", "slip" };

/* Each row of each table, in order, as text. audit and meta change with the backup itself: `but_backup`
 * leaves those rows out. */
static void dump(struct db *db, struct buf *out)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct buf text = BUF_INIT;
        struct sql q;
        buf_addf(&text, "SELECT * FROM %s %s", tables[i],
                 strcmp(tables[i], "audit") == 0  ? "WHERE act NOT LIKE 'backup%' ORDER BY seq"
                 : strcmp(tables[i], "meta") == 0 ? "WHERE name <> 'backup'"
                                                  : "ORDER BY 1, 2");
        sql_prepare(&q, db, buf_str(&text));
        buf_addf(out, "== %s\n", tables[i]);
        while (sql_row(&q)) {
            for (int c = 0; c < sqlite3_column_count(q.stmt); c++) {
                buf_addf(out, "%d:", sqlite3_column_type(q.stmt, c));
                buf_add(out, sqlite3_column_blob(q.stmt, c), (size_t)sqlite3_column_bytes(q.stmt, c));
            }
            buf_adds(out, "\n");
        }
        cr_assert_eq(sql_end(&q, NULL), 0, "%s", tables[i]);
        buf_done(&text);
    }
}

static bool same(struct db *db, const char *name)
{
    struct buf a = BUF_INIT, b = BUF_INIT;
    struct db *copy = open_copy(name);
    dump(db, &a);
    dump(copy, &b);
    bool is = a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
    db_close(copy);
    buf_done(&a);
    buf_done(&b);
    return is;
}

static bool file_holds(const char *name, const void *bytes, size_t len)
{
    struct buf file = BUF_INIT;
    cr_assert_eq(file_read(name, 1 << 26, &file, NULL), 0);
    bool found = memmem(file.data, file.len, bytes, len) != NULL;
    buf_done(&file);
    return found;
}

/* ---- what it holds
 * ------------------------------------------------------------------------------------------ */

Test(backup, every_table_there_is_is_looked_at_by_these_tests)
{
    struct db *db = open_db();
    cr_assert_eq(number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                            "'sqlite%'"),
                 (int64_t)(sizeof tables / sizeof *tables), "a table is new: name it in `tables`");
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

static void keep_bytes(const char *name, struct buf *out)
{
    cr_assert_eq(file_read(path_of(name), 1 << 26, out, NULL), 0);
}

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

/* ---- back again
 * --------------------------------------------------------------------------------------------- */

Test(backup, a_restored_one_opens_with_everything_in_it)
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

Test(backup, who_was_erased_since_is_erased_again_from_an_older_one)
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

Test(backup, a_damaged_one_is_not_restored)
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

Test(backup, the_journal_of_the_database_that_was_there_is_not_played_into_the_restored_one)
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

Test(backup, what_nobody_decided_or_what_was_restricted_never_goes_by_itself)
{
    struct db *db = open_db();
    struct err err = { "" };
    int64_t kept = 0;
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
    cr_expect_eq(erase_left_drafts(db, AT_S, false, "timer", AT_S, &err), 0, "of today");
    cr_expect_eq(erase_left_drafts(db, AT_S + 1, false, "timer", AT_S, &err), 1);
    cr_expect_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'discarded'"), 1);
    cr_expect_eq(number(db, "SELECT count(*) FROM deposit"), 3);
    db_close(db);
}
