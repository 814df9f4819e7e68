#include "counts.h"

#include "sql.h"

int64_t counts_waiting(struct db *db, int64_t since_s, struct err *err)
{
    int64_t n = 0;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT count(*) FROM deposit d WHERE d.kind = 2 AND d.received_s >= ?1 "
                "AND d.seq > (SELECT coalesce(max(seq), 0) FROM deposit) - ?2 "
                "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.uid = d.uid AND e.kind = 'overall')");
    sql_int(&q, 1, since_s);
    sql_int(&q, 2, COUNTS_LOOK);
    if (sql_row(&q)) {
        n = sql_get_int(&q, 0);
    }
    return sql_end(&q, err) == 0 ? n : -1;
}

int64_t counts_from(struct db *db, int64_t since_s, struct err *err)
{
    int64_t seq = 0;
    struct sql q;
    sql_prepare(&q, db,
                "SELECT coalesce((SELECT seq FROM deposit WHERE received_s < ?1 ORDER BY seq DESC LIMIT 1), "
                "0) + 1");
    sql_int(&q, 1, since_s);
    if (sql_row(&q)) {
        seq = sql_get_int(&q, 0);
    }
    return sql_end(&q, err) == 0 ? seq : -1;
}

static int read_batch(struct db *db, int64_t *seq, int64_t from_s, int64_t to_s, struct counts_row *row,
                      size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(
        &q, db,
        "SELECT d.seq, d.received_s, d.kind, coalesce((SELECT at_s FROM seen WHERE seen.uid = d.uid), 0), "
        "d.kind = 2 AND EXISTS (SELECT 1 FROM event e WHERE e.uid = d.uid AND e.kind = 'overall') "
        "FROM deposit d WHERE d.seq > ?1 AND d.received_s >= ?2 AND d.received_s < ?3 "
        "ORDER BY d.seq LIMIT ?4");
    sql_int(&q, 1, *seq);
    sql_int(&q, 2, from_s);
    sql_int(&q, 3, to_s);
    sql_int(&q, 4, DB_BATCH);
    while (sql_row(&q)) {
        *seq = sql_get_int(&q, 0);
        row[(*n)++] = (struct counts_row){ .received_s = sql_get_int(&q, 1),
                                           .kind = (int)sql_get_int(&q, 2),
                                           .seen_s = sql_get_int(&q, 3),
                                           .decided = sql_get_int(&q, 4) != 0 };
    }
    return sql_end(&q, err);
}

int counts_each(struct db *db, int64_t from_s, int64_t to_s,
                int (*each)(void *arg, const struct counts_row *row), void *arg, struct err *err)
{
    struct counts_row row[DB_BATCH];
    int64_t seq = 0;
    size_t n;
    int result = 0;
    do {
        result = read_batch(db, &seq, from_s, to_s, row, &n, err);
        for (size_t i = 0; result == 0 && i < n; i++) {
            result = each(arg, &row[i]);
        }
    } while (result == 0 && n == DB_BATCH);
    return result;
}
