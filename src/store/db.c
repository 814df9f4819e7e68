#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "schema.h"
#include "sql.h"

enum {
    UPGRADE_MS = 60000,    /* how long a program waits for another that brings the schema up to date */
    READER_MS = 3000,      /* how long a commit waits for readers to close their statements */
    ROW_MAX = 1024 * 1024, /* the longest string or blob the program believes: a frame is 256 KiB */
};

enum { KEPT = 32 };

/* A prepared statement between two uses: reset, so that it holds no lock and no value. Preparing one costs
 * more than running it for a row, and filing a morning's intakes runs a few of them a thousand times. */
struct kept {
    sqlite3_stmt *stmt;
    bool in_use;
};

struct db {
    sqlite3 *sqlite;
    char *path;
    const struct clock *clock;
    int gate;           /* held: the locked descriptor; else -1 */
    bool doubt;         /* at the gate: the writer before did not get through */
    bool alone;         /* db_open_private(): the journal is in memory */
    int64_t busy_since; /* monotonic ms: SQLite waits for somebody's lock */
    bool broken;        /* an I/O error or a damaged file: nothing more is believed */
    struct kept kept[KEPT];
    size_t turn; /* which one goes next where all are taken */
};

const char *db_path(const struct db *db)
{
    return db->path;
}

/* ---- statements ------------------------------------------------------------------------------------------
 */

static int fail(struct db *db, int rc, struct err *err)
{
    switch (rc & 0xff) {
    case SQLITE_NOTADB:
        db->broken = true;
        return err_set(err, "%s is not a Foyer database", db->path);
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
        db->broken = true;
        return err_set(
            err, "%s cannot be read or written any more (%s). Look at the disk, then run `foyer doctor`",
            db->path, sqlite3_errstr(rc));
    case SQLITE_FULL:
        return err_set(err, "the disk under %s is full", db->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, "%s is in use by another program; try again", db->path);
    default:
        return err_set(err, "%s: %s (%s)", db->path, sqlite3_errmsg(db->sqlite), sqlite3_errstr(rc));
    }
}

/* Some PRAGMAs work while they are prepared, and what makes tables runs once. */
static bool worth_keeping(const char *text)
{
    static const char *const begins[] = { "SELECT ", "INSERT ", "UPDATE ", "DELETE " };
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (strncmp(text, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* The statement of this text where it is kept and free, or an empty place for it; NULL: neither. */
static struct kept *find_kept(struct db *db, const char *text)
{
    struct kept *place = NULL;
    if (!worth_keeping(text)) {
        return NULL;
    }
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *kept = &db->kept[i];
        if (kept->stmt == NULL) {
            place = kept;
        } else if (!kept->in_use && strcmp(sqlite3_sql(kept->stmt), text) == 0) {
            return kept;
        }
    }
    if (place == NULL && !db->kept[db->turn].in_use) {
        place = &db->kept[db->turn];
        sqlite3_finalize(place->stmt);
        place->stmt = NULL;
    }
    db->turn = (db->turn + 1) % KEPT;
    return place;
}

void sql_prepare(struct sql *q, struct db *db, const char *text)
{
    *q = (struct sql){ .db = db, .rc = db->broken ? SQLITE_IOERR : SQLITE_OK };
    if (q->rc != SQLITE_OK) {
        return;
    }
    struct kept *kept = find_kept(db, text);
    if (kept == NULL) {
        q->rc = sqlite3_prepare_v3(db->sqlite, text, -1, 0, &q->stmt, NULL);
        return;
    }
    if (kept->stmt == NULL) {
        q->rc = sqlite3_prepare_v3(db->sqlite, text, -1, SQLITE_PREPARE_PERSISTENT, &kept->stmt, NULL);
    }
    if (q->rc == SQLITE_OK) {
        q->kept = kept;
        q->stmt = kept->stmt;
        kept->in_use = true;
    }
}

static void keep(struct sql *q, int rc)
{
    if (q->rc == SQLITE_OK) {
        q->rc = rc;
    }
}

void sql_int(struct sql *q, int at, int64_t value)
{
    keep(q, sqlite3_bind_int64(q->stmt, at, value));
}

void sql_blob(struct sql *q, int at, const void *data, size_t len)
{
    keep(q, sqlite3_bind_blob64(q->stmt, at, data, len, SQLITE_STATIC));
}

void sql_text(struct sql *q, int at, const char *text)
{
    keep(q, sqlite3_bind_text(q->stmt, at, text, -1, SQLITE_STATIC));
}

bool sql_row(struct sql *q)
{
    if (q->rc != SQLITE_OK) {
        return false;
    }
    int rc = sqlite3_step(q->stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        q->rc = rc;
    }
    return rc == SQLITE_ROW;
}

int64_t sql_get_int(const struct sql *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

size_t sql_get_blob(const struct sql *q, int column, const uint8_t **data)
{
    *data = NULL;
    if (sqlite3_column_type(q->stmt, column) != SQLITE_BLOB) {
        return 0;
    }
    *data = sqlite3_column_blob(q->stmt, column);
    return *data == NULL ? 0 : (size_t)sqlite3_column_bytes(q->stmt, column);
}

void sql_get_exact(struct sql *q, int column, void *out, size_t len)
{
    const uint8_t *data;
    if (sql_get_blob(q, column, &data) == len && data != NULL) {
        memcpy(out, data, len);
    } else {
        memset(out, 0, len);
        keep(q, SQLITE_CORRUPT);
    }
}

const char *sql_get_text(const struct sql *q, int column)
{
    const unsigned char *text = sqlite3_column_text(q->stmt, column);
    return text == NULL ? "" : (const char *)text;
}

int sql_end(struct sql *q, struct err *err)
{
    int rc = q->rc;
    int result = rc == SQLITE_OK ? 0 : fail(q->db, rc, err);
    struct kept *kept = q->kept;
    if (kept == NULL || rc != SQLITE_OK) {
        sqlite3_finalize(q->stmt);
    } else {
        sqlite3_reset(q->stmt);
        sqlite3_clear_bindings(q->stmt); /* they are borrowed */
    }
    if (kept != NULL) {
        *kept = (struct kept){ .stmt = rc == SQLITE_OK ? q->stmt : NULL };
    }
    q->kept = NULL;
    q->stmt = NULL;
    return result;
}

int sql_run(struct sql *q, struct err *err)
{
    while (sql_row(q)) {
    }
    return sql_end(q, err);
}

int sql_do(struct db *db, const char *text, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, text);
    return sql_run(&q, err);
}

static int get_number(struct db *db, const char *text, int64_t *out, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, text);
    if (sql_row(&q)) {
        *out = sql_get_int(&q, 0);
    }
    return sql_end(&q, err);
}

int64_t db_data_version(struct db *db, struct err *err)
{
    int64_t version = -1;
    return get_number(db, "PRAGMA data_version", &version, err) == 0 ? version : -1;
}

/* ---- the gate
 * ---------------------------------------------------------------------------------------------- */

/* Opens a file beside the database, making it if it is not there. Made by root and left root's, it would shut
 * the letterbox's user out: it is given to the database's owner, as SQLite does with its journal. */
static int open_beside(const struct db *db, const char *path, int flags, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (fd < 0) {
        err_sys(err, "cannot open %s", path);
    } else if (geteuid() == 0 && stat(db->path, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) != 0) {
        err_sys(err, "cannot give %s to the database's owner", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Between two looks at a lock. Who has waited longer looks more often: nearly as fair as a queue, which
 * somebody who hangs would hold up. */
static void nap(int64_t waited_ms)
{
    long us = waited_ms < 40 ? 2000 : waited_ms < 120 ? 1000 : 200;
    ppoll(NULL, 0, &(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

int db_lock_file(const struct db *db, const char *name, int deadline_ms, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s.%s", db->path, name);
    int fd = open_beside(db, buf_str(&path), 0, err);
    if (fd < 0) {
        buf_done(&path);
        return -1;
    }
    int64_t begun = clock_mono_ms(db->clock), until = begun + deadline_ms;
    /* Never a blocking flock: a holder that hangs must not make the patient's page hang with it. */
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            err_sys(err, "cannot lock %s", buf_str(&path));
        } else if (clock_mono_ms(db->clock) < until) {
            nap(clock_mono_ms(db->clock) - begun);
            continue;
        } else {
            err_set(err, "another program has held %s for %d ms; try again", buf_str(&path), deadline_ms);
        }
        close(fd);
        fd = -1;
        break;
    }
    buf_done(&path);
    return fd;
}

bool db_in_transaction(const struct db *db)
{
    return db->gate >= 0;
}

static int gate_enter(struct db *db, int wait_ms, struct err *err)
{
    struct stat st;
    db->gate = db_lock_file(db, "gate", wait_ms, err);
    if (db->gate < 0) {
        return -1;
    }
    if (fstat(db->gate, &st) != 0 || ftruncate(db->gate, 1) != 0) {
        err_sys(err, "cannot mark %s.gate", db->path);
        close(db->gate);
        db->gate = -1;
        return -1;
    }
    db->doubt = st.st_size > 0;
    return 0;
}

/* `through`: no journal is left that is not safe on the disk. Where the mark cannot be taken away, the next
 * writer flushes once more than it must. */
static void gate_leave(struct db *db, bool through)
{
    if (db->gate < 0) {
        return;
    }
    while (through && !db->doubt && !db->broken && ftruncate(db->gate, 0) != 0 && errno == EINTR) {
    }
    close(db->gate);
    db->gate = -1;
}

static int flush_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
    int rc = fd >= 0 ? fsync(fd) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

static int flush_folder(const char *path)
{
    char *folder = mem_strdup(path);
    int rc = flush_path(dirname(folder), O_DIRECTORY);
    free(folder);
    return rc;
}

/* The writer before did not get through. Its pages were flushed before its journal was emptied, or played
 * back and removed: that is what may not have reached the disk. */
static int settle_doubt(struct db *db, const char *journal, struct err *err)
{
    bool gone = flush_path(journal, 0) != 0;
    if ((gone && errno != ENOENT) || flush_folder(db->path) != 0) {
        return fail(db, SQLITE_IOERR_FSYNC, err);
    }
    db->doubt = false;
    return 0;
}

/* SQLite flushes the folder of a new journal and does not look whether that worked; a journal whose name is
 * lost undoes nothing. So a journal is made here. It is not, most times: TRUNCATE leaves it. */
static int have_journal(struct db *db, const char *journal, struct err *err)
{
    if (access(journal, F_OK) == 0) {
        return 0;
    }
    db->doubt = true; /* until it is safe */
    int fd = open_beside(db, journal, O_EXCL, err);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    if (flush_folder(db->path) != 0) {
        return fail(db, SQLITE_IOERR_DIR_FSYNC, err);
    }
    db->doubt = false;
    return 0;
}

/* At the gate. */
static int begin(struct db *db, struct err *err)
{
    struct buf journal = BUF_INIT;
    buf_addf(&journal, "%s-journal", db->path);
    int rc = sql_do(db, "BEGIN IMMEDIATE", err);
    if (rc == 0 && db->doubt) {
        rc = settle_doubt(db, buf_str(&journal), err);
    }
    if (rc == 0 && !db->alone) {
        rc = have_journal(db, buf_str(&journal), err);
    }
    buf_done(&journal);
    return rc;
}

int db_begin(struct db *db, struct err *err)
{
    if (db->broken) {
        return fail(db, SQLITE_IOERR, err);
    }
    if (gate_enter(db, DB_GATE_MS, err) != 0) {
        return -1;
    }
    if (begin(db, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

int db_commit(struct db *db, struct err *err)
{
    if (sql_do(db, "COMMIT", err) != 0) {
        db_rollback(db);
        return -1;
    }
    gate_leave(db, true);
    return 0;
}

void db_rollback(struct db *db)
{
    if (db->gate < 0) {
        return;
    }
    /* SQLite may have rolled back by itself. Where it cannot, the journal stays and the next program to open
     * the file plays it back. */
    bool through = sqlite3_get_autocommit(db->sqlite) == 0 &&
                   sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK;
    gate_leave(db, through);
}

/* ---- opening
 * ----------------------------------------------------------------------------------------------- */

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
    nap(now - db->busy_since);
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
    return rc == SQLITE_OK ? 0 : fail(db, rc, err);
}

/* From version `from` (0: an empty file) to the newest, in one transaction. */
static int make_tables(struct db *db, int64_t from, struct err *err)
{
    if (begin(db, err) != 0) {
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
    if (get_number(db, "PRAGMA application_id", &application, err) != 0 ||
        get_number(db, "PRAGMA user_version", version, err) != 0) {
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
    int fd = open_beside(db, buf_str(&fresh), O_EXCL, err);
    int rc = fd < 0 ? -1 : 0;
    if (fd >= 0) {
        close(fd);
    }
    if (rc == 0) {
        rc = copy_pages(db, buf_str(&fresh), err);
    }
    if (rc == 0 && (flush_path(buf_str(&fresh), 0) != 0 || rename(buf_str(&fresh), buf_str(&name)) != 0 ||
                    flush_folder(db->path) != 0)) {
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
    int rc = db == NULL ? -1 : get_number(db, "PRAGMA page_count", &pages, err);
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
