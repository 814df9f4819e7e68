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
