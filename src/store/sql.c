#include "sql.h"

#include <string.h>

#include "db_internal.h"

int sql_fail(struct db *db, int rc, struct err *err)
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
    int result = rc == SQLITE_OK ? 0 : sql_fail(q->db, rc, err);
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

int sql_number(struct db *db, const char *text, int64_t *out, struct err *err)
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
    return sql_number(db, "PRAGMA data_version", &version, err) == 0 ? version : -1;
}
