/* archive.c: the export as an SQLite file. */
#include <sqlite3.h>
#include <stdlib.h>

#include "mem.h"
#include "rows.h"
#include "tr.h"

struct archive {
    sqlite3 *db;
    sqlite3_stmt *insert[TABLES];
    struct err err; /* the first */
};

static int fail(struct archive *archive)
{
    if (archive->err.text[0] == '\0') {
        err_set(&archive->err, tr("the SQLite file could not be written: %s"), sqlite3_errmsg(archive->db));
    }
    return -1;
}

static int run(struct archive *archive, const char *sql)
{
    return sqlite3_exec(archive->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(archive);
}

static int make_table(struct archive *archive, enum table table)
{
    const struct table_schema *schema = &table_schema[table];
    struct buf create = BUF_INIT, insert = BUF_INIT;
    buf_addf(&create, "CREATE TABLE \"%s\" (", schema->name);
    buf_addf(&insert, "INSERT INTO \"%s\" VALUES (", schema->name);
    for (size_t i = 0; i < schema->ncolumns; i++) {
        buf_addf(&create, "%s\"%s\" %s", i > 0 ? ", " : "", schema->column[i].name, schema->column[i].sql);
        buf_addf(&insert, "%s?%zu", i > 0 ? ", " : "", i + 1);
    }
    if (schema->key != NULL) {
        buf_addf(&create, ", PRIMARY KEY (%s)", schema->key);
    }
    buf_adds(&create, schema->key != NULL ? ") STRICT, WITHOUT ROWID" : ") STRICT");
    buf_adds(&insert, ")");
    int rc = run(archive, buf_str(&create));
    if (rc == 0 &&
        sqlite3_prepare_v2(archive->db, buf_str(&insert), -1, &archive->insert[table], NULL) != SQLITE_OK) {
        rc = fail(archive);
    }
    buf_done(&create);
    buf_done(&insert);
    return rc;
}

struct archive *archive_new(const char *path, struct err *err)
{
    struct archive *archive = mem_alloc(sizeof *archive);
    /* Whole or not at all is the file's name's business: no journal is needed beside it. */
    int rc =
        sqlite3_open_v2(path, &archive->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
                        NULL) == SQLITE_OK
            ? run(archive, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; "
                           "BEGIN")
            : fail(archive);
    for (int t = 0; rc == 0 && t < TABLES; t++) {
        rc = make_table(archive, (enum table)t);
    }
    if (rc != 0) {
        archive_end(archive, false, err);
        return NULL;
    }
    return archive;
}

static int bind(sqlite3_stmt *stmt, int at, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_TEXT:
        return sqlite3_bind_text(stmt, at, cell->text, -1, SQLITE_STATIC);
    case CELL_INT:
    case CELL_BOOL:
        return sqlite3_bind_int64(stmt, at, cell->n);
    case CELL_REAL:
        return sqlite3_bind_double(stmt, at, cell->real);
    case CELL_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

int archive_row(void *arg, enum table table, const struct cell *cell)
{
    struct archive *archive = arg;
    sqlite3_stmt *stmt = archive->insert[table];
    bool bound = true;
    for (size_t i = 0; i < table_schema[table].ncolumns; i++) {
        bound = bound && bind(stmt, (int)i + 1, &cell[i]) == SQLITE_OK;
    }
    int rc = bound && sqlite3_step(stmt) == SQLITE_DONE ? 0 : fail(archive);
    sqlite3_reset(stmt);
    return rc;
}

int archive_end(struct archive *archive, bool keep, struct err *err)
{
    int rc = keep ? run(archive, "CREATE INDEX intake_visit ON intake (visit_on); "
                                 "CREATE INDEX intake_patient ON intake (patient); "
                                 "CREATE INDEX flag_flag ON flag (flag); "
                                 "CREATE INDEX answer_question ON answer (question); COMMIT")
                  : -1;
    for (int t = 0; t < TABLES; t++) {
        sqlite3_finalize(archive->insert[t]);
    }
    if (sqlite3_close(archive->db) != SQLITE_OK && rc == 0) {
        rc = fail(archive);
    }
    if (archive->err.text[0] != '\0') {
        rc = err_set(err, "%s", archive->err.text);
    }
    free(archive);
    return rc;
}
