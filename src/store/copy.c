#include "copy.h"

#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "buf.h"
#include "examine.h"
#include "frame.h"
#include "mem.h"
#include "sql.h"

enum {
    BATCH_BYTES = 4 * 1024 * 1024, /* and no more in memory than that and one row */
    FREE_PASSES = 10,              /* before the last one, in which writers wait */
    MOST_KEYS = 4,                 /* columns in a primary key */
    MOST_TABLES = 64,
};

/* ---- one batch of rows
 * -------------------------------------------------------------------------------------- */

struct batch {
    sqlite3_value **value;
    size_t n, cap;
    int columns;
};

static void batch_clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        sqlite3_value_free(batch->value[i]);
    }
    batch->n = 0;
}

static void batch_done(struct batch *batch)
{
    batch_clear(batch);
    free(batch->value);
}

static size_t batch_rows(const struct batch *batch)
{
    return batch->columns == 0 ? 0 : batch->n / (size_t)batch->columns;
}

static void batch_read(struct batch *batch, struct sql *q, size_t most)
{
    size_t bytes = 0;
    batch_clear(batch);
    while (bytes < most && sql_row(q)) {
        batch->columns = sqlite3_column_count(q->stmt);
        if (batch->n + (size_t)batch->columns > batch->cap) {
            batch->cap = 2 * batch->cap + (size_t)batch->columns;
            batch->value = mem_realloc(batch->value, batch->cap, sizeof(sqlite3_value *));
        }
        for (int i = 0; batch->value && i < batch->columns; i++) { /* none where a row has no columns */
            batch->value[batch->n++] = mem_need(sqlite3_value_dup(sqlite3_column_value(q->stmt, i)));
            bytes += (size_t)sqlite3_column_bytes(q->stmt, i);
        }
    }
}

static sqlite3_value *cell(const struct batch *batch, size_t row, int column)
{
    return batch->value[row * (size_t)batch->columns + (size_t)column];
}

/* All columns from `first` on. */
static int batch_write(const struct batch *batch, int first, struct db *to, const char *table,
                       struct err *err)
{
    struct buf text = BUF_INIT;
    struct sql q;
    buf_addf(&text, "INSERT OR REPLACE INTO \"%s\" VALUES (", table);
    for (int i = first; i < batch->columns; i++) {
        buf_adds(&text, i > first ? ", ?" : "?");
    }
    buf_adds(&text, ")");
    sql_prepare(&q, to, buf_str(&text));
    for (size_t row = 0; q.rc == SQLITE_OK && row < batch_rows(batch); row++) {
        sqlite3_value *const *value = batch->value + row * (size_t)batch->columns;
        for (int i = first; q.rc == SQLITE_OK && i < batch->columns; i++) {
            q.rc = sqlite3_bind_value(q.stmt, i - first + 1, value[i]);
        }
        (void)sql_row(&q);
        sqlite3_reset(q.stmt);
    }
    buf_done(&text);
    return sql_end(&q, err);
}

/* ---- a table, from a key on
 * --------------------------------------------------------------------------------- */

struct table {
    const char *name;
    char key[MOST_KEYS][64];
    int nkeys;
};

static void add_keys(struct buf *text, const struct table *table)
{
    for (int i = 0; i < table->nkeys; i++) {
        buf_addf(text, "%s\"%s\"", i > 0 ? ", " : "", table->key[i]);
    }
}

/* Without a place to start from, or behind one: ?1, ?2... */
static void select_text(struct buf *text, const struct table *table, bool behind)
{
    static const char *const marks[] = { "?1", "?1, ?2", "?1, ?2, ?3", "?1, ?2, ?3, ?4" };
    buf_reset(text);
    buf_adds(text, "SELECT ");
    add_keys(text, table);
    buf_addf(text, ", * FROM \"%s\"", table->name);
    if (behind) {
        buf_adds(text, " WHERE (");
        add_keys(text, table);
        buf_addf(text, ") > (%s)", marks[table->nkeys - 1]);
    }
    buf_adds(text, " ORDER BY ");
    add_keys(text, table);
    buf_addf(text, " LIMIT %d", DB_BATCH);
}

/* after: NULL for the whole table; else its one key is a number. */
static int copy_table(struct db *from, struct db *to, const struct table *table, const int64_t *after,
                      struct err *err)
{
    struct batch batch = { 0 };
    struct buf text = BUF_INIT;
    struct sql q;
    int rc = 0;
    bool more = true;
    for (bool first = true; rc == 0 && more; first = false) {
        select_text(&text, table, !first || after != NULL);
        sql_prepare(&q, from, buf_str(&text));
        if (first && after != NULL) {
            sql_int(&q, 1, *after);
        } else if (!first) {
            sqlite3_value *const *last = batch.value + batch.n - (size_t)batch.columns;
            for (int i = 0; i < table->nkeys && q.rc == SQLITE_OK; i++) {
                q.rc = sqlite3_bind_value(q.stmt, i + 1, last[i]);
            }
        }
        batch_read(&batch, &q, BATCH_BYTES);
        more = batch.n > 0;
        rc = sql_end(&q, err);
        if (rc == 0 && more) {
            rc = batch_write(&batch, table->nkeys, to, table->name, err);
        }
    }
    batch_done(&batch);
    buf_done(&text);
    return rc;
}

static int64_t number(struct db *db, const char *query, struct err *err)
{
    int64_t value = 0;
    struct sql q;
    sql_prepare(&q, db, query);
    if (sql_row(&q)) {
        value = sql_get_int(&q, 0);
    }
    return sql_end(&q, err) == 0 ? value : -1;
}

/* ---- what grows
 * --------------------------------------------------------------------------------------------- */

static const struct table grown[] = {
    { "deposit", { "seq" }, 1 },
    { "event", { "seq" }, 1 },
    { "audit", { "seq" }, 1 },
};
enum { GROWN = sizeof grown / sizeof *grown };

static int copy_grown(struct db *from, struct db *to, struct err *err)
{
    for (size_t i = 0; i < GROWN; i++) {
        struct buf text = BUF_INIT;
        buf_addf(&text, "SELECT coalesce(max(\"%s\"), 0) FROM \"%s\"", grown[i].key[0], grown[i].name);
        int64_t after = number(to, buf_str(&text), err);
        buf_done(&text);
        if (after < 0 || copy_table(from, to, &grown[i], &after, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* As SQLite orders uid and rev, which both begin a row here. */
static int row_order(const struct batch *a, size_t i, const struct batch *b, size_t j)
{
    const void *x = sqlite3_value_blob(cell(a, i, 0)), *y = sqlite3_value_blob(cell(b, j, 0));
    int order = x == NULL || y == NULL ? 0 : memcmp(x, y, FRAME_UID);
    int64_t left = sqlite3_value_int64(cell(a, i, 1)), right = sqlite3_value_int64(cell(b, j, 1));
    return order != 0 ? order : left < right ? -1 : left > right;
}

static void bind_row(struct sql *q, int at, const struct batch *batch, size_t row)
{
    for (int i = 0; q->rc == SQLITE_OK && i < 2; i++) {
        q->rc = sqlite3_bind_value(q->stmt, at + i, cell(batch, row, i));
    }
}

/* Those of `mine` that are not in `theirs`, or under another number. */
static size_t find_gone(const struct batch *mine, const struct batch *theirs, int64_t gone[DB_BATCH])
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < batch_rows(mine); i++) {
        int64_t seq = sqlite3_value_int64(cell(mine, i, 2));
        while (at < batch_rows(theirs) && row_order(theirs, at, mine, i) < 0) {
            at++;
        }
        if (at == batch_rows(theirs) || row_order(theirs, at, mine, i) != 0 ||
            sqlite3_value_int64(cell(theirs, at, 2)) != seq) {
            gone[n++] = seq;
        }
    }
    return n;
}

/* The signed intake of this number in `to`: erased in `from`? 1, 0 (then it was lost), -1. Anything else may
 * go: 1. */
static int may_go(struct db *from, struct db *to, int64_t seq, struct err *err)
{
    uint8_t uid[FRAME_UID];
    struct sql q;
    sql_prepare(&q, to, "SELECT uid FROM deposit WHERE seq = ?1 AND kind = 2");
    sql_int(&q, 1, seq);
    bool is_signed = sql_row(&q);
    if (is_signed) {
        sql_get_exact(&q, 0, uid, sizeof uid);
    }
    if (sql_end(&q, err) != 0 || !is_signed) {
        return is_signed ? -1 : 1;
    }
    sql_prepare(&q, from, "SELECT 1 FROM tombstone WHERE uid = ?1");
    sql_blob(&q, 1, uid, sizeof uid);
    int erased = sql_row(&q);
    return sql_end(&q, err) == 0 ? erased : -1;
}

static int remove_row(struct db *to, const char *table, int64_t seq, struct err *err)
{
    struct buf text = BUF_INIT;
    struct sql q;
    buf_addf(&text, "DELETE FROM \"%s\" WHERE seq = ?1", table);
    sql_prepare(&q, to, buf_str(&text));
    sql_int(&q, 1, seq);
    buf_done(&text);
    return sql_run(&q, err);
}

static int remove_some(struct db *from, struct db *to, const char *table, const int64_t *gone, size_t n,
                       struct err *err)
{
    bool deposits = strcmp(table, "deposit") == 0;
    for (size_t i = 0; i < n; i++) {
        int may = deposits ? may_go(from, to, gone[i], err) : 1;
        if (may == 0) {
            err_set(err,
                    "a signed intake that an earlier backup holds is gone from %s, and nobody erased it. "
                    "Keep the earlier backups, and look into it before anything else: see \"Backups\" in "
                    "the README",
                    db_path(from));
            return COPY_LOST;
        }
        if (may < 0 || remove_row(to, table, gone[i], err) != 0 ||
            (deposits && remove_row(to, "filing", gone[i], err) != 0)) {
            return -1;
        }
    }
    return 0;
}

/* Both tables have an index over uid and rev, and no row is read for this. */
static int remove_gone(struct db *from, struct db *to, const char *table, struct err *err)
{
    struct buf text = BUF_INIT;
    struct batch mine = { 0 }, theirs = { 0 };
    int64_t gone[DB_BATCH];
    uint8_t uid[FRAME_UID] = { 0 };
    int64_t rev = 0;
    struct sql q;
    int rc = 0;
    bool more = true;
    while (rc == 0 && more) {
        buf_reset(&text);
        buf_addf(&text,
                 "SELECT uid, rev, seq FROM \"%s\" WHERE (uid, rev) > (?1, ?2) ORDER BY uid, rev LIMIT %d",
                 table, DB_BATCH);
        sql_prepare(&q, to, buf_str(&text));
        sql_blob(&q, 1, uid, sizeof uid);
        sql_int(&q, 2, rev);
        batch_read(&mine, &q, SIZE_MAX);
        rc = sql_end(&q, err);
        more = mine.n > 0;
        if (rc != 0 || !more) {
            break;
        }
        size_t last = batch_rows(&mine) - 1;
        buf_reset(&text);
        buf_addf(&text,
                 "SELECT uid, rev, seq FROM \"%s\" WHERE (uid, rev) >= (?1, ?2) AND (uid, rev) <= (?3, ?4) "
                 "ORDER BY uid, rev LIMIT %d",
                 table, 2 * DB_BATCH);
        sql_prepare(&q, from, buf_str(&text));
        bind_row(&q, 1, &mine, 0);
        bind_row(&q, 3, &mine, last);
        batch_read(&theirs, &q, SIZE_MAX);
        rc = sql_end(&q, err);
        if (rc == 0) {
            rc = remove_some(from, to, table, gone, find_gone(&mine, &theirs, gone), err);
        }
        memcpy(uid, sqlite3_value_blob(cell(&mine, last, 0)), sizeof uid);
        rev = sqlite3_value_int64(cell(&mine, last, 1));
    }
    batch_done(&mine);
    batch_done(&theirs);
    buf_done(&text);
    return rc;
}

/* ---- what is rewritten
 * -------------------------------------------------------------------------------------- */

/* The changes above `after` and up to `upto`: of the filed rows they name, and of `touched` itself. A row
 * that changes meanwhile gets a higher number, and its turn in the next pass. */
static int copy_changed(struct db *from, struct db *to, const char *query, const char *table, int64_t after,
                        int64_t upto, struct err *err)
{
    struct batch batch = { 0 };
    struct sql q;
    int rc = 0;
    bool more = true;
    while (rc == 0 && more) {
        sql_prepare(&q, from, query);
        sql_int(&q, 1, after);
        sql_int(&q, 2, upto);
        sql_int(&q, 3, DB_BATCH);
        batch_read(&batch, &q, BATCH_BYTES);
        more = batch.n > 0;
        rc = sql_end(&q, err);
        if (rc == 0 && more) {
            after = sqlite3_value_int64(batch.value[batch.n - (size_t)batch.columns]);
            rc = batch_write(&batch, 1, to, table, err);
        }
    }
    batch_done(&batch);
    return rc;
}

static int copy_filed(struct db *from, struct db *to, struct err *err)
{
    static const char newest[] = "SELECT coalesce(max(change), 0) FROM touched";
    static const struct table filing = { "filing", { "seq" }, 1 };
    int64_t after = number(to, newest, err), upto = number(from, newest, err);
    int64_t seq = number(to, "SELECT coalesce(max(seq), 0) FROM filing", err);
    /* First what is new: a row that was filed before there was `touched` is named there only once it changes.
     */
    if (after < 0 || upto < 0 || seq < 0 || copy_table(from, to, &filing, &seq, err) != 0) {
        return -1;
    }
    return copy_changed(from, to,
                        "SELECT change, filing.* FROM touched JOIN filing ON filing.uid = touched.uid "
                        "WHERE change > ?1 AND change <= ?2 ORDER BY change LIMIT ?3",
                        "filing", after, upto, err) == 0
               ? copy_changed(from, to,
                              "SELECT change, touched.* FROM touched WHERE change > ?1 AND change <= ?2 "
                              "ORDER BY change LIMIT ?3",
                              "touched", after, upto, err)
               : -1;
}

/* ---- what is small
 * ------------------------------------------------------------------------------------------ */

static int list_tables(struct db *db, char *name[MOST_TABLES], size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
                "'\\' ORDER BY name LIMIT ?1");
    sql_int(&q, 1, MOST_TABLES);
    while (sql_row(&q)) {
        name[(*n)++] = mem_strdup(sql_get_text(&q, 0));
    }
    return sql_end(&q, err);
}

static bool is_small(const char *name)
{
    for (size_t i = 0; i < GROWN; i++) {
        if (strcmp(name, grown[i].name) == 0) {
            return false;
        }
    }
    return strcmp(name, "filing") != 0 && strcmp(name, "touched") != 0;
}

static int find_keys(struct db *db, struct table *table, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk LIMIT ?2");
    sql_text(&q, 1, table->name);
    sql_int(&q, 2, MOST_KEYS);
    while (sql_row(&q)) {
        const char *key = sql_get_text(&q, 0);
        size_t len = strlen(key);
        if (len < sizeof table->key[0]) {
            memcpy(table->key[table->nkeys++], key, len + 1);
        }
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    return table->nkeys > 0 ? 0 : err_set(err, "the table %s has no key to go by", table->name);
}

static int copy_small(struct db *from, struct db *to, const char *name, struct err *err)
{
    struct table table = { .name = name };
    struct buf text = BUF_INIT;
    buf_addf(&text, "DELETE FROM \"%s\"", name);
    int rc = find_keys(from, &table, err) == 0 && sql_do(to, buf_str(&text), err) == 0
                 ? copy_table(from, to, &table, NULL, err)
                 : -1;
    buf_done(&text);
    return rc;
}

/* The highest number each table ever gave: a draft that is gone had one, and it is not given again. */
static int copy_sequences(struct db *from, struct db *to, struct err *err)
{
    static const struct table table = { .name = "sqlite_sequence", .key = { "name" }, .nkeys = 1 };
    return sql_do(to, "DELETE FROM sqlite_sequence", err) == 0 ? copy_table(from, to, &table, NULL, err) : -1;
}

/* ---- passes
 * ------------------------------------------------------------------------------------------------- */

/* 1: each table has as many rows here as there. */
static int same_counts(struct db *from, struct db *to, char *const *name, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct buf text = BUF_INIT;
        buf_addf(&text, "SELECT count(*) FROM \"%s\"", name[i]);
        int64_t there = number(from, buf_str(&text), err), here = number(to, buf_str(&text), err);
        buf_done(&text);
        if (there < 0 || here < 0) {
            return -1;
        }
        if (there != here) {
            err_set(err, "the copy of the table %s has %lld rows and not %lld", name[i], (long long)here,
                    (long long)there);
            return 0;
        }
    }
    return 1;
}

static int pass(struct db *from, struct db *to, char *const *name, size_t n, struct err *err)
{
    int rc = remove_gone(from, to, "deposit", err);
    if (rc != 0) {
        return rc;
    }
    if (remove_gone(from, to, "event", err) != 0 || copy_grown(from, to, err) != 0 ||
        copy_filed(from, to, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (is_small(name[i]) && copy_small(from, to, name[i], err) != 0) {
            return -1;
        }
    }
    return sql_do(to, "DELETE FROM filing WHERE seq NOT IN (SELECT seq FROM deposit)", err) == 0
               ? copy_sequences(from, to, err)
               : -1;
}

/* Until nobody has written during a pass. */
static int passes(struct db *from, struct db *to, char *const *name, size_t n, struct err *err)
{
    int64_t before = db_data_version(from, err);
    for (int i = 0; i < FREE_PASSES; i++) {
        int rc = before < 0 ? -1 : pass(from, to, name, n, err);
        if (rc != 0) {
            return rc;
        }
        int same = same_counts(from, to, name, n, err);
        int64_t after = db_data_version(from, err);
        if (same < 0 || after < 0) {
            return -1;
        }
        if (after == before) {
            return same == 1 ? 0 : -1;
        }
        before = after;
    }
    /* Somebody always has: they wait for one pass over what is new, a moment. */
    if (sql_do(from, "BEGIN", err) != 0) {
        return -1;
    }
    int rc = pass(from, to, name, n, err);
    rc = rc == 0 && same_counts(from, to, name, n, err) != 1 ? -1 : rc;
    return sql_do(from, "COMMIT", rc == 0 ? err : NULL) == 0 ? rc : -1;
}

int copy_rows(struct db *from, struct db *to, struct err *err)
{
    char *name[MOST_TABLES];
    size_t n = 0;
    int rc = list_tables(from, name, &n, err);
    rc = rc == 0 ? sql_do(to, "BEGIN", err) : rc;
    rc = rc == 0 ? passes(from, to, name, n, err) : rc;
    rc = rc == 0 ? sql_do(to, "COMMIT", err) : rc;
    for (size_t i = 0; i < n; i++) {
        free(name[i]);
    }
    return rc;
}

int copy_is_earlier(struct db *from, struct db *to, struct err *err)
{
    int64_t seq = 0;
    uint8_t hash[AUDIT_HASH], there[AUDIT_HASH];
    struct sql q;
    sql_prepare(&q, to, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (sql_row(&q)) {
        seq = sql_get_int(&q, 0);
        sql_get_exact(&q, 1, hash, sizeof hash);
    }
    if (sql_end(&q, err) != 0 || seq == 0) {
        return seq == 0 ? 0 : -1;
    }
    sql_prepare(&q, from, "SELECT hash FROM audit WHERE seq = ?1");
    sql_int(&q, 1, seq);
    bool found = sql_row(&q);
    if (found) {
        sql_get_exact(&q, 0, there, sizeof there);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    return found && memcmp(hash, there, sizeof hash) == 0;
}

/* ---- looking at a copy
 * -------------------------------------------------------------------------------------- */

static bool same_value(sqlite3_value *a, sqlite3_value *b)
{
    const void *x = sqlite3_value_blob(a), *y = sqlite3_value_blob(b);
    int len = sqlite3_value_bytes(a);
    return sqlite3_value_type(a) == sqlite3_value_type(b) && len == sqlite3_value_bytes(b) &&
           (len == 0 || memcmp(x, y, (size_t)len) == 0);
}

/* The number of the first row of `mine` that is otherwise in `theirs`; 0: none. Both begin with their number,
 * and then with what tells whether the row was rewritten since. */
static int64_t find_wrong(const struct batch *mine, const struct batch *theirs)
{
    size_t at = 0;
    for (size_t i = 0; i < batch_rows(mine); i++) {
        int64_t seq = sqlite3_value_int64(cell(mine, i, 0));
        while (at < batch_rows(theirs) && sqlite3_value_int64(cell(theirs, at, 0)) < seq) {
            at++;
        }
        bool there = at < batch_rows(theirs) && sqlite3_value_int64(cell(theirs, at, 0)) == seq &&
                     sqlite3_value_int64(cell(theirs, at, 1)) == sqlite3_value_int64(cell(mine, i, 1));
        for (int c = 2; there && c < mine->columns; c++) {
            if (!same_value(cell(mine, i, c), cell(theirs, at, c))) {
                return seq;
            }
        }
    }
    return 0;
}

static int compare_table(struct db *from, struct db *to, const char *table, const char *mark, struct err *err)
{
    struct batch mine = { 0 }, theirs = { 0 };
    struct buf text = BUF_INIT;
    struct sql q;
    int64_t seq = 0, wrong = 0;
    int rc = 0;
    buf_addf(&text, "SELECT seq, %s, * FROM \"%s\" WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT %d", mark,
             table, DB_BATCH);
    while (rc == 0 && wrong == 0) {
        int64_t after = seq;
        sql_prepare(&q, to, buf_str(&text));
        sql_int(&q, 1, after);
        sql_int(&q, 2, INT64_MAX);
        batch_read(&mine, &q, BATCH_BYTES);
        rc = sql_end(&q, err);
        if (rc != 0 || mine.n == 0) {
            break;
        }
        seq = sqlite3_value_int64(cell(&mine, batch_rows(&mine) - 1, 0));
        sql_prepare(&q, from, buf_str(&text));
        sql_int(&q, 1, after);
        sql_int(&q, 2, seq);
        batch_read(&theirs, &q, SIZE_MAX);
        rc = sql_end(&q, err);
        wrong = rc == 0 ? find_wrong(&mine, &theirs) : 0;
    }
    batch_done(&mine);
    batch_done(&theirs);
    buf_done(&text);
    return rc != 0 || wrong == 0 ? rc
                                 : err_set(err, "row %lld of %s was read back otherwise than it was written",
                                           (long long)wrong, table);
}

int copy_compare(struct db *from, struct db *to, struct err *err)
{
    for (size_t i = 0; i < GROWN; i++) {
        if (compare_table(from, to, grown[i].name, "0", err) != 0) {
            return -1;
        }
    }
    return compare_table(from, to, "filing", "summary_rev", err);
}

static int must_be_sound(struct db *db, struct err *err)
{
    struct buf faults = BUF_INIT;
    struct sql q;
    int rc = examine_file(db, &faults, err);
    if (rc == 0 && faults.len > 0) {
        rc = err_set(err, "%s is damaged: %.200s", db_path(db), buf_str(&faults));
    }
    buf_done(&faults);
    if (rc != 0) {
        return -1;
    }
    sql_prepare(&q, db, "PRAGMA foreign_key_check");
    bool astray = sql_row(&q);
    rc = sql_end(&q, err);
    return rc == 0 && astray
               ? err_set(err, "%s is damaged: what is filed about an intake stands without it", db_path(db))
               : rc;
}

int copy_check(struct db *db, int64_t version, struct copy_found *found, struct err *err)
{
    uint8_t head[AUDIT_HASH];
    *found = (struct copy_found){ .version = version };
    if (must_be_sound(db, err) != 0 || audit_verify(db, &found->entries, head, err) != 0) {
        return -1;
    }
    struct sql q;
    sql_prepare(&q, db,
                "SELECT coalesce(sum(kind = 2), 0), coalesce(sum(kind = 1), 0), coalesce(max(seq), 0), "
                "coalesce((SELECT received_s FROM deposit ORDER BY seq DESC LIMIT 1), 0), "
                "coalesce((SELECT at_s FROM audit ORDER BY seq DESC LIMIT 1), 0) FROM deposit");
    if (sql_row(&q)) {
        found->intakes = sql_get_int(&q, 0);
        found->drafts = sql_get_int(&q, 1);
        found->newest_seq = sql_get_int(&q, 2);
        found->newest_s = sql_get_int(&q, 3);
        found->last_s = sql_get_int(&q, 4);
    }
    return sql_end(&q, err);
}
