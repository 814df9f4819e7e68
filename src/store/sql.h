/* sql.h: the store's own short way to run one statement. Not for other layers.
 *
 *     struct sql q;
 *     sql_prepare(&q, db, "SELECT kind FROM deposit WHERE uid = ?1");
 *     sql_blob(&q, 1, uid, 16);
 *     while (sql_row(&q)) kind = sql_get_int(&q, 0);
 *     return sql_end(&q, err);
 *
 * The first failure sticks; sql_end reports it. Every prepare has its sql_end.
 */
#ifndef FOYER_STORE_SQL_H
#define FOYER_STORE_SQL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"

struct sql {
    struct db *db;
    sqlite3_stmt *stmt;
    struct kept *kept; /* where the statement lies ready for the next time; NULL: nowhere */
    int rc;
};

/* What was prepared before is used again: it costs little to call this for each row. */
void sql_prepare(struct sql *q, struct db *db, const char *text);
void sql_int(struct sql *q, int at, int64_t value);
void sql_blob(struct sql *q, int at, const void *data, size_t len); /* borrowed until sql_end */
void sql_text(struct sql *q, int at, const char *text);             /* borrowed until sql_end; NULL: NULL */
bool sql_row(struct sql *q);                                        /* false: no more, or failed */
int64_t sql_get_int(const struct sql *q, int column);
/* Valid until the next sql_row or sql_end. *data is NULL when it is empty, NULL or not a blob. */
size_t sql_get_blob(const struct sql *q, int column, const uint8_t **data);
/* Copies a blob of exactly `len` bytes; another length makes the statement fail. */
void sql_get_exact(struct sql *q, int column, void *out, size_t len);
const char *sql_get_text(const struct sql *q, int column); /* never NULL; same life */
int sql_end(struct sql *q, struct err *err);               /* 0 or -1 */
int sql_run(struct sql *q, struct err *err);               /* steps to the end, then sql_end */

/* One statement without parameters or rows. */
int sql_do(struct db *db, const char *text, struct err *err);

#endif
