#include "examine.h"

#include <string.h>
#include <unistd.h>

#include "sql.h"

static int first_text(struct db *db, const char *query, const char *wanted, bool *same, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, query);
    *same = *same && sql_row(&q) && strcmp(sql_get_text(&q, 0), wanted) == 0;
    return sql_end(&q, err);
}

int examine_settings(struct db *db, struct examine *out, struct err *err)
{
    struct buf wal = BUF_INIT;
    struct sql q;

    *out = (struct examine){ .sqlite = sqlite3_libversion(), .sound = true };
    if (first_text(db, "PRAGMA journal_mode", "truncate", &out->sound, err) != 0 ||
        first_text(db, "PRAGMA synchronous", "3", &out->sound, err) != 0) {
        return -1;
    }
    buf_addf(&wal, "%s-wal", db_path(db));
    out->sound = out->sound && access(buf_str(&wal), F_OK) != 0;
    buf_done(&wal);
    sql_prepare(&q, db, "SELECT coalesce(max(received_s), 0) FROM deposit");
    if (sql_row(&q)) {
        out->newest_s = sql_get_int(&q, 0);
    }
    return sql_end(&q, err);
}

int examine_file(struct db *db, struct buf *faults, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "PRAGMA quick_check(20)");
    while (sql_row(&q)) {
        const char *line = sql_get_text(&q, 0);
        if (strcmp(line, "ok") != 0) {
            buf_addf(faults, "%s\n", line);
        }
    }
    return sql_end(&q, err);
}
