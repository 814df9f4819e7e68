#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "db_internal.h"
#include "mem.h"
#include "schema.h"
#include "sql.h"

enum {
    UPGRADE_MS = 60000,    /* how long a program waits for another that brings the schema up to date */
    READER_MS = 3000,      /* how long a commit waits for readers to close their statements */
    ROW_MAX = 1024 * 1024, /* the longest string or blob the program believes: a frame is 256 KiB */
};

const char *db_path(const struct db *db)
{
    return db->path;
}

/* SQLITE_OPEN_NOFOLLOW refuses a symbolic link anywhere in the path, /var/run included. Only the file itself
 * matters: whoever can swap a folder above it owns it anyway. */
static char *resolve(const char *path, struct err *err)
{
    char *for_dir = mem_strdup(path), *for_name = mem_strdup(path);
    char *dir = realpath(dirname(for_dir), NULL);
    const char *name = basename(for_name);
    char *out = NULL;
    if (dir == NULL) {
        err_sys(err, "the folder of %s cannot be opened", path);
    } else if (path[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
               strcmp(name, "/") == 0) {
        err_set(err, "\"%s\" is not the name of a file", path);
    } else {
        struct buf full = BUF_INIT;
        buf_addf(&full, "%s/%s", strcmp(dir, "/") == 0 ? "" : dir, name);
        out = buf_steal(&full);
    }
    free(dir);
    free(for_dir);
    free(for_name);
    return out;
}

/* SQLite's own way waits 100 ms between two looks: among many who commit, an opener would find the file
 * locked for seconds. */
static int wait_for_others(void *arg, int looks)
{
    struct db *db = arg;
    int64_t now = clock_mono_ms(db->clock);
    db->busy_since = looks == 0 ? now : db->busy_since;
    if (now - db->busy_since >= READER_MS) {
        return 0;
    }
    gate_nap(now - db->busy_since);
    return 1;
}

static int harden(struct db *db, struct err *err)
{
    static const struct {
        int option, on;
    } config[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },    { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 }, { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },        { SQLITE_DBCONFIG_DQS_DML, 0 },
    };
    for (size_t i = 0; i < sizeof config / sizeof *config; i++) {
        int now = -1;
        int rc = sqlite3_db_config(db->sqlite, config[i].option, config[i].on, &now);
        if (rc != SQLITE_OK || now != config[i].on) {
            return err_set(err, "this SQLite (%s) cannot be made strict; Foyer needs 3.37 or newer",
                           sqlite3_libversion());
        }
    }
    sqlite3_extended_result_codes(db->sqlite, 1);
    sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, ROW_MAX);
    sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_handler(db->sqlite, wait_for_others, db);
    return 0;
}

/* After the version check: nothing is changed in a file that is not ours. */
static int settle(struct db *db, struct err *err)
{
    /* temp_store: no sorted names in a file under /tmp. secure_delete: a deleted draft is zeros. */
    static const char *const pragma[] = {
        "PRAGMA journal_mode = TRUNCATE", "PRAGMA synchronous = EXTRA",  "PRAGMA temp_store = MEMORY",
        "PRAGMA secure_delete = ON",      "PRAGMA cell_size_check = ON", "PRAGMA mmap_size = 0",
    };
    for (size_t i = 0; i < sizeof pragma / sizeof *pragma; i++) {
        if (sql_do(db, pragma[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int run_script(struct db *db, const char *script, struct err *err)
{
    int rc = sqlite3_exec(db->sqlite, script, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : sql_fail(db, rc, err);
}

/* From version `from` (0: an empty file) to the newest, in one transaction. */
static int make_tables(struct db *db, int64_t from, struct err *err)
{
    if (gate_begin(db, err) != 0) {
        db_rollback(db);
        return -1;
    }
    for (int version = (int)from + 1; version <= DB_VERSION; version++) {
        if (run_script(db, schema_step(version), err) != 0) {
            db_rollback(db);
            return -1;
        }
    }
    struct buf stamp = BUF_INIT;
    buf_addf(&stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d", DB_APPLICATION, DB_VERSION);
    int rc = run_script(db, buf_str(&stamp), err);
    buf_done(&stamp);
    if (rc != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

static int check_version(struct db *db, int64_t *version, struct err *err)
{
    int64_t application = 0;
    *version = 0;
    if (sql_number(db, "PRAGMA application_id", &application, err) != 0 ||
        sql_number(db, "PRAGMA user_version", version, err) != 0) {
        return -1;
    }
    if (application != DB_APPLICATION || *version < 1) {
        return err_set(err, "%s is not a Foyer database", db->path);
    }
    if (*version > DB_VERSION) {
        return err_set(err, "%s was written by a newer Foyer (schema %lld, this one knows %d): use that one",
                       db->path, (long long)*version, DB_VERSION);
    }
    return 0;
}

/* Through SQLite: a plain copy would open the file a second time, and closing that drops every lock this
 * process has on it. */
static int copy_pages(struct db *db, const char *to, struct err *err)
{
    sqlite3 *copy = NULL;
    int rc = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
    sqlite3_backup *backup = rc == SQLITE_OK ? sqlite3_backup_init(copy, "main", db->sqlite, "main") : NULL;
    if (backup != NULL) {
        rc = sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    } else if (rc == SQLITE_OK) {
        rc = sqlite3_errcode(copy);
    }
    sqlite3_close(copy);
    return rc == SQLITE_DONE ? 0 : err_set(err, "cannot copy %s to %s: %s", db->path, to, sqlite3_errstr(rc));
}

static int keep_copy(struct db *db, int64_t version, struct err *err)
{
    struct buf name = BUF_INIT, fresh = BUF_INIT;
    buf_addf(&name, "%s.schema%lld", db->path, (long long)version);
    buf_addf(&fresh, "%s.new", buf_str(&name));
    unlink(buf_str(&fresh)); /* of an upgrade that was cut short */
    int fd = gate_open_beside(db, buf_str(&fresh), O_EXCL, err);
    int rc = fd < 0 ? -1 : 0;
    if (fd >= 0) {
        close(fd);
    }
    if (rc == 0) {
        rc = copy_pages(db, buf_str(&fresh), err);
    }
    if (rc == 0 && (gate_flush_path(buf_str(&fresh), 0) != 0 ||
                    rename(buf_str(&fresh), buf_str(&name)) != 0 || gate_flush_folder(db->path) != 0)) {
        rc = err_sys(err, "cannot keep a copy of the database as %s", buf_str(&name));
    }
    if (rc != 0) {
        unlink(buf_str(&fresh));
    }
    buf_done(&name);
    buf_done(&fresh);
    return rc;
}

/* At the gate from the look at the version to the commit: of two programs that find an old file, one brings
 * it up and the other finds it done. */
static int upgrade(struct db *db, struct err *err)
{
    int64_t version = 0;
    if (gate_enter(db, UPGRADE_MS, err) != 0) {
        return -1;
    }
    int rc = check_version(db, &version, err);
    if (rc == 0 && version < DB_VERSION) {
        rc = keep_copy(db, version, err) == 0 ? make_tables(db, version, err) : -1;
    }
    if (rc != 0) {
        err_prefix(err, "this Foyer is newer than the database, and could not bring it up to date");
    }
    gate_leave(db, rc == 0);
    return rc;
}

static struct db *open_at(char *path, int mode, const struct clock *clock, struct err *err)
{
    struct db *db = mem_alloc(sizeof *db);
    db->path = path;
    db->clock = clock;
    db->gate = -1;
    /* No SQLITE_OPEN_URI: a path with a '?' in it is a path. */
    int rc = sqlite3_open_v2(path, &db->sqlite, mode | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        err_set(err, "cannot open the database %s: %s", path,
                db->sqlite == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(db->sqlite));
    } else if (harden(db, err) == 0) {
        return db;
    }
    db_close(db);
    return NULL;
}

struct db *db_open(const char *path, const struct clock *clock, struct err *err)
{
    char *full = resolve(path, err);
    if (full == NULL) {
        return NULL;
    }
    struct stat st;
    if (lstat(full, &st) != 0) {
        if (errno == ENOENT) {
            err_set(err, "there is no database %s yet; make it with `foyer init`", full);
        } else {
            err_sys(err, "cannot open the database %s", full);
        }
        free(full);
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        err_set(err, "%s is not a plain file", full);
        free(full);
        return NULL;
    }
    struct db *db = open_at(full, SQLITE_OPEN_READWRITE, clock, err);
    int64_t version = 0;
    if (db != NULL && (check_version(db, &version, err) != 0 || settle(db, err) != 0 ||
                       (version < DB_VERSION && upgrade(db, err) != 0))) {
        db_close(db);
        return NULL;
    }
    return db;
}

struct db *db_create(const char *path, const struct clock *clock, struct err *err)
{
    char *full = resolve(path, err);
    if (full == NULL) {
        return NULL;
    }
    /* Made here, not by SQLite, which would use 0644 and take whatever is there already. */
    int fd = open(full, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        if (errno == EEXIST) {
            err_set(err, "%s is already there, and is left as it is", full);
        } else {
            err_sys(err, "cannot make the database %s", full);
        }
        free(full);
        return NULL;
    }
    close(fd);
    struct db *db = open_at(full, SQLITE_OPEN_READWRITE, clock, err);
    if (db != NULL &&
        (settle(db, err) != 0 || gate_enter(db, DB_GATE_MS, err) != 0 || make_tables(db, 0, err) != 0)) {
        db_close(db);
        return NULL;
    }
    return db;
}

struct db *db_open_private(const char *path, const struct clock *clock, struct err *err)
{
    static const char *const pragma[] = {
        "PRAGMA journal_mode = MEMORY", "PRAGMA synchronous = OFF",    "PRAGMA temp_store = MEMORY",
        "PRAGMA secure_delete = ON",    "PRAGMA cell_size_check = ON", "PRAGMA mmap_size = 0",
        "PRAGMA foreign_keys = OFF",
    };
    char *full = resolve(path, err);
    struct db *db = full == NULL ? NULL : open_at(full, SQLITE_OPEN_READWRITE, clock, err);
    int64_t pages = 0, version = DB_VERSION;
    int rc = db == NULL ? -1 : sql_number(db, "PRAGMA page_count", &pages, err);
    if (rc == 0 && pages > 0 && (rc = check_version(db, &version, err)) == 0 && version != DB_VERSION) {
        rc = err_set(err, "%s is of an older Foyer", db->path);
    }
    for (size_t i = 0; rc == 0 && i < sizeof pragma / sizeof *pragma; i++) {
        rc = sql_do(db, pragma[i], err);
    }
    if (db != NULL) {
        db->alone = true;
    }
    if (rc == 0 && pages == 0) {
        rc = make_tables(db, 0, err);
    }
    if (rc != 0) {
        db_close(db);
        return NULL;
    }
    return db;
}

struct db *db_open_to_read(const char *path, const struct clock *clock, int64_t *version, struct err *err)
{
    char *full = resolve(path, err);
    struct stat st;
    if (full != NULL && (lstat(full, &st) != 0 || !S_ISREG(st.st_mode))) {
        err_set(err, "%s is not there, or not a plain file", full);
        free(full);
        return NULL;
    }
    struct db *db = full == NULL ? NULL : open_at(full, SQLITE_OPEN_READONLY, clock, err);
    if (db != NULL &&
        (check_version(db, version, err) != 0 || sql_do(db, "PRAGMA temp_store = MEMORY", err) != 0 ||
         sql_do(db, "PRAGMA cache_size = -65536", err) != 0)) { /* read through more than once: 64 MB */
        db_close(db);
        return NULL;
    }
    return db;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    db_rollback(db);
    for (size_t i = 0; i < KEPT; i++) {
        sqlite3_finalize(db->kept[i].stmt);
    }
    sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
}
