/* The power fails, or the disk, while a backup is made or restored, or while a rule takes intakes out: the
 * database and the backups are as before or as after, and the same command, given again, goes through.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_kit.h"
#include "disk.h"
#include "erase.h"
#include "file.h"
#include "power_kit.h"
#include "restore.h"

static struct buf first_bytes; /* of the backup that was there before */
static struct backup_result first;
static struct buf now_holds; /* the database, as dump() tells it */
static uint8_t gone[FRAME_UID];
static const char gone_hex[] = "03030303030303030303030303030303";

/* Five intakes are in a backup; then one is erased, and others come. */
static void setup(void)
{
    power_kit_make();
    snprintf(place, sizeof place, "%s-backups", folder);
    cr_assert_eq(mkdir(place, 0700), 0);
    plan = (struct backup_plan){ .folder = place, .daily = 3 };
    struct db *db = open_db();
    struct err err = { "" };
    put_many(db, 1, 5);
    first = make_backup(db);
    keep_bytes(first.name, &first_bytes);
    later(86400);
    memset(gone, 3, sizeof gone);
    struct vault *vault = unlock(db);
    cr_assert_eq(erase_intake(vault, gone, "asked", now_s, &err), 1, "%s", err.text);
    vault_lock(vault);
    put_many(db, 0x40, 3);
    put_frame(db, 0x21, 1, FRAME_DRAFT);
    dump(db, &now_holds);
    db_close(db);
}

static void teardown(void)
{
    buf_done(&first_bytes);
    buf_done(&now_holds);
    restore_remove_folder(place, NULL);
    restore_remove_folder(lab, NULL);
    restore_remove_folder(folder, NULL);
}

TestSuite(power_copies, .init = setup, .fini = teardown, .timeout = 3600);

static char *in_lab(const char *name)
{
    static char text[160];
    snprintf(text, sizeof text, "%s/%s", lab, name);
    return text;
}

/* Nothing half made is left. */
static void expect_tidy(const char *in, const char *where)
{
    static const char *const known[] = { "stick",         "vault.db",        "vault.db-journal",
                                         "vault.db.gate", "vault.db.backup", "vault.db.unlock",
                                         "erased.txt" };
    DIR *dir = opendir(in);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct backup_file file;
        bool is = entry->d_name[0] == '.' || backup_read_name(entry->d_name, &file);
        for (size_t i = 0; !is && i < sizeof known / sizeof *known; i++) {
            is = strcmp(entry->d_name, known[i]) == 0;
        }
        cr_expect(is, "%s: %s was left behind", where, entry->d_name);
    }
    closedir(dir);
}

/* ---- making one ---- */

/* Each that has a backup's name holds what it should; the first, and any that the database says was made, is
 * there. */
static void check_backups(struct db *db, const char *in, bool made, const char *where)
{
    struct backup_file *file = NULL;
    struct backup_state state;
    struct buf text = BUF_INIT;
    size_t n = 0;
    bool has_first = false, has_second = false;
    cr_assert_eq(backup_list(in, &file, &n, NULL), 0);
    for (size_t i = 0; i < n; i++) {
        char name[160];
        struct buf holds = BUF_INIT;
        snprintf(name, sizeof name, "%s/%s", in, file[i].name);
        if (strcmp(file[i].name, first.name) == 0) {
            cr_assert_eq(file_read(name, 1 << 26, &holds, NULL), 0);
            has_first = holds.len == first_bytes.len && memcmp(holds.data, first_bytes.data, holds.len) == 0;
            cr_expect(has_first, "%s: the earlier one was changed", where);
        } else {
            struct copy_found found;
            struct err err = { "" };
            int64_t version;
            struct db *copy = db_open_to_read(name, &ours, &version, &err);
            cr_assert(copy != NULL && copy_check(copy, version, &found, &err) == 0, "%s: %s: %s", where, name,
                      err.text);
            dump(copy, &holds);
            has_second = holds.len == now_holds.len && memcmp(holds.data, now_holds.data, holds.len) == 0;
            cr_expect(has_second, "%s: %s does not hold what the database does", where, name);
            db_close(copy);
        }
        buf_done(&holds);
    }
    cr_assert_eq(backup_state(db, &state, NULL), 0);
    cr_expect(has_first || has_second, "%s: there is no backup at all", where);
    cr_expect(has_first || plan.daily == 1, "%s: the earlier one is gone", where);
    cr_expect(has_second || (!made && strcmp(state.made, first.name) == 0), "%s: it was said to be made",
              where);
    if (made) {
        char name[160];
        snprintf(name, sizeof name, "%s/erased.txt", in);
        cr_expect(file_read(name, 1 << 20, &text, NULL) == 0 && strstr(buf_str(&text), gone_hex) != NULL,
                  "%s: an older backup would bring back who was erased", where);
    }
    buf_done(&text);
    free(file);
}

/* The database is as it was, and the next backup is made and good. */
static void go_on(bool made, const char *where)
{
    uint8_t state[STATE];
    struct buf holds = BUF_INIT;
    struct backup_plan there = plan;
    struct backup_result result;
    struct err err = { "" };
    char stick[160];
    strcpy(stick, in_lab("stick"));
    there.folder = stick;
    struct db *db = db_open(in_lab("vault.db"), &ours, &err);
    cr_assert_not_null(db, "%s: %s", where, err.text);
    look_at(db, state, where);
    dump(db, &holds);
    cr_expect(holds.len == now_holds.len && memcmp(holds.data, now_holds.data, holds.len) == 0,
              "%s: the database was changed", where);
    check_backups(db, stick, made, where);
    cr_assert_eq(backup_make(db, &there, &ours, "anna", &result, &err), 0, "%s: %s", where, err.text);
    cr_expect_str_eq(result.doubt.text, "", "%s: %s", where, result.doubt.text);
    cr_expect_eq(result.strange, 0, "%s", where);
    check_backups(db, stick, true, where);
    db_close(db);
    expect_tidy(lab, where);
    expect_tidy(stick, where);
    buf_done(&holds);
}

/* Both disks are recorded as one: the stick is a folder in the database's. */
static void plug_in(void)
{
    char to[96];
    snprintf(to, sizeof to, "%s/stick", folder);
    cr_assert_eq(rename(place, to), 0);
    strcpy(place, to);
}

static void cut_backup(int daily, size_t n)
{
    plug_in();
    plan.daily = daily;
    struct db *db = open_db();
    disk_record(folder);
    make_backup(db);
    disk_mark();
    disk_stop();
    db_close(db);
    for (size_t i = 0; i < n; i++) {
        char where[96];
        size_t at = dice(&run) % (disk_calls() + 1);
        /* One in three as if at the end: what was said to be done. */
        at = i % 3 == 0 ? disk_calls() : at;
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu of %zu", (unsigned long long)seed,
                 at, disk_calls());
        disk_cut(at, dice(&run), lab);
        go_on(at == disk_calls(), where);
    }
}

Test(power_copies, a_backup_that_is_cut_short_is_none_and_the_earlier_one_and_the_clinic_stand)
{
    cut_backup(3, cuts(60));
}

Test(power_copies, an_older_backup_goes_only_when_the_new_one_is_safe)
{
    cut_backup(1, cuts(40));
}

/* ---- restoring one ---- */

static const char *lost; /* the backup that is restored: whole, and older than the erasing */
static uint8_t restored[STATE];

/* -1: refused or failed, with the reason. */
static int restore_to(const char *database, struct err *err)
{
    struct restore_result result;
    int rc = restore_make(lost, database, NULL, &ours, "anna", &result, err);
    cr_expect(result.doubt.text[0] == '\0' || disk_failed(), "%s", result.doubt.text);
    free(result.from);
    return rc;
}

static void lose_all(void)
{
    struct db *db = open_db();
    make_backup(db); /* and with it the list of who was erased */
    db_close(db);
    restore_remove_folder(folder, NULL);
    cr_assert_eq(mkdir(folder, 0700), 0);
    lost = path_of(first.name);
}

/* What is there is all of it, with who was erased since erased again; or there is nothing that could be taken
 * for a clinic, and the same command makes it. Nothing else stays. */
static void restore_again(bool made, const char *where)
{
    uint8_t state[STATE];
    char database[160];
    struct err err = { "" };
    strcpy(database, in_lab("vault.db"));
    bool there = access(database, F_OK) == 0;
    cr_expect(there || !made, "%s: it was said to be restored", where);
    if (there) {
        cr_assert_eq(restore_to(database, &err), -1, "%s", where);
        cr_expect_not_null(strstr(err.text, "is there already"), "%s: %s", where, err.text);
    } else {
        cr_expect_null(db_open(database, &ours, &err), "%s", where);
        cr_assert_eq(restore_to(database, &err), 0, "%s: %s", where, err.text);
    }
    struct db *db = db_open(database, &ours, &err);
    cr_assert_not_null(db, "%s: %s", where, err.text);
    look_at(db, state, where);
    cr_expect_arr_eq(state, restored, STATE, "%s: %s", where, there ? "half restored" : "not the same again");
    db_close(db);
    expect_tidy(lab, where);
}

static void learn_restored(void)
{
    struct db *db = db_open(in_lab("vault.db"), &ours, NULL);
    cr_assert_not_null(db);
    look_at(db, restored, "uncut");
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 4);
    cr_assert_eq(number(db, "SELECT count(*) FROM tombstone"), 1);
    db_close(db);
}

Test(power_copies, a_restore_that_is_cut_short_is_no_clinic_and_can_be_run_again)
{
    struct err err = { "" };
    lose_all();
    disk_record(folder);
    cr_assert_eq(restore_to(path, &err), 0, "%s", err.text);
    disk_mark();
    disk_stop();
    disk_kill(disk_calls(), lab);
    learn_restored();
    for (size_t i = 0; i < cuts(80); i++) {
        char where[96];
        size_t at = i % 4 == 0 ? disk_calls() : dice(&run) % (disk_calls() + 1);
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu of %zu", (unsigned long long)seed,
                 at, disk_calls());
        disk_cut(at, dice(&run), lab);
        restore_again(at == disk_calls(), where);
    }
}

/* ---- each call in turn that fails ---- */

struct failing {
    unsigned kinds;
    int error;
    bool on, half;
};

static bool failed;
static const struct failing failings[] = {
    { DISK_ANY & ~(unsigned)DISK_READ, EIO, false, false },
    { DISK_ANY & ~(unsigned)DISK_READ, EIO, true, false },
    { DISK_READ, EIO, false, false },
    { DISK_WRITE, ENOSPC, true, false },
    { DISK_WRITE, ENOSPC, false, true },
};

/* Tries it in a copy of the folder, again and again, while one call after another fails, until none does;
 * some of them, unless FOYER_CUTS is given. `try` ends with mend(). */
static void each_failing(void (*try)(const char *where))
{
    size_t step = getenv("FOYER_CUTS") != NULL ? 1 : 7;
    disk_record(folder);
    disk_stop();
    for (size_t i = 0; i < sizeof failings / sizeof *failings; i++) {
        const struct failing *how = &failings[i];
        failed = true;
        for (size_t n = 1 + dice(&run) % step; failed; n += step) {
            char where[128];
            snprintf(where, sizeof where, "FOYER_SEED=%llu, call %zu of kind %u fails with %d%s%s",
                     (unsigned long long)seed, n, how->kinds, how->error, how->on ? " and all after it" : "",
                     how->half ? ", halfway" : "");
            disk_kill(0, lab);
            disk_use(1);
            disk_record(lab);
            how->half ? disk_fail_half(n, how->error) : disk_fail(how->kinds, n, how->error, how->on);
            try(where);
            disk_use(0);
            cr_assert_lt(n, 2000);
            cr_assert(failed || n > step, "%s: this failed nothing", where);
        }
    }
}

static void mend(void)
{
    failed = disk_failed();
    disk_fail(0, 0, 0, false);
    disk_stop();
}

static void try_backup(const char *where)
{
    struct backup_plan there = plan;
    struct backup_result result = { 0 };
    struct err err = { "" };
    char stick[160];
    strcpy(stick, in_lab("stick"));
    there.folder = stick;
    struct db *db = db_open(in_lab("vault.db"), &ours, NULL);
    int rc = db == NULL ? -1 : backup_make(db, &there, &ours, "anna", &result, &err);
    mend();
    db_close(db);
    cr_expect(rc == 0 || db == NULL || err.text[0] != '\0', "%s: nobody is told", where);
    cr_expect(rc == 0 || strstr(err.text, "was made") == NULL, "%s: made or not? %s", where, err.text);
    go_on(rc == 0 && result.doubt.text[0] == '\0', where);
}

Test(power_copies, a_disk_that_fails_or_fills_while_a_backup_is_made_leaves_no_bad_one)
{
    plug_in();
    each_failing(try_backup);
}

static void try_restore(const char *where)
{
    struct err err = { "" };
    int rc = restore_to(in_lab("vault.db"), &err);
    mend();
    cr_expect(rc == 0 || err.text[0] != '\0', "%s: nobody is told", where);
    cr_expect(rc == 0 || access(in_lab("vault.db"), F_OK) != 0, "%s: it failed, and is there (%s)", where,
              err.text);
    restore_again(rc == 0, where);
}

Test(power_copies, a_disk_that_fails_or_fills_while_it_is_restored_leaves_no_half_clinic)
{
    struct err err = { "" };
    lose_all();
    cr_assert_eq(restore_to(in_lab("vault.db"), &err), 0, "%s", err.text);
    learn_restored();
    each_failing(try_restore);
}
