#include "stood.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "db_internal.h"
#include "sql.h"

/* What stands in `meta`: which run of the machine, when that began by the clock, and the two of struct stood.
 */
struct mark {
    char boot[CLOCK_BOOT_SIZE];
    int64_t begun_s;
    struct stood stood;
};

static int read_mark(struct db *db, struct mark *out, struct err *err)
{
    struct sql q;
    *out = (struct mark){ 0 };
    sql_prepare(&q, db, "SELECT value FROM meta WHERE name = 'clock'");
    if (sql_row(&q)) {
        const char *text = sql_get_text(&q, 0);
        size_t len = strcspn(text, " ");
        char *rest = NULL;
        if (len < sizeof out->boot) {
            memcpy(out->boot, text, len);
        }
        out->begun_s = strtoll(text + len, &rest, 10);
        out->stood.since_s = strtoll(rest, &rest, 10);
        out->stood.seq = strtoll(rest, NULL, 10);
    }
    return sql_end(&q, err);
}

static int write_mark(struct db *db, const struct mark *mark, struct err *err)
{
    struct buf text = BUF_INIT;
    struct sql q;
    buf_addf(&text, "%s %lld %lld %lld", mark->boot, (long long)mark->begun_s, (long long)mark->stood.since_s,
             (long long)mark->stood.seq);
    sql_prepare(&q, db, "INSERT OR REPLACE INTO meta (name, value) VALUES ('clock', ?1)");
    sql_text(&q, 1, buf_str(&text));
    int rc = sql_run(&q, err);
    buf_done(&text);
    return rc;
}

/* A date that is still to come was written by a clock that has been put right since. */
static int is_ahead(struct db *db, const struct stood *stood, int64_t now_s, bool *ahead, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "SELECT received_s FROM deposit WHERE seq > ?1 ORDER BY seq DESC LIMIT 1");
    sql_int(&q, 1, stood->seq);
    *ahead =
        stood->since_s > now_s + STOOD_SLACK_S || (sql_row(&q) && sql_get_int(&q, 0) > now_s + STOOD_SLACK_S);
    return sql_end(&q, err);
}

/* Nothing is written, and nothing flushed, while all goes its way. */
static int look(struct db *db, struct stood *out, bool *news, bool may_write, struct err *err)
{
    struct mark mark;
    int64_t now_s = clock_wall_s(db->clock), begun_s = now_s - clock_mono_ms(db->clock) / 1000;
    char boot[CLOCK_BOOT_SIZE];
    bool ahead;
    if (read_mark(db, &mark, err) != 0 || is_ahead(db, &mark.stood, now_s, &ahead, err) != 0) {
        return -1;
    }
    bool same = clock_boot(boot)[0] != '\0' && strcmp(boot, mark.boot) == 0;
    bool moved = ahead || (same && llabs(begun_s - mark.begun_s) > STOOD_SLACK_S);
    *out = mark.stood;
    *news = !same || moved;
    if (!*news || !may_write) {
        return 0;
    }
    memcpy(mark.boot, boot, sizeof boot);
    mark.begun_s = begun_s;
    if (moved) {
        mark.stood.since_s = now_s;
        if (sql_number(db, "SELECT coalesce(max(seq), 0) FROM deposit", &mark.stood.seq, err) != 0) {
            return -1;
        }
    }
    *out = mark.stood;
    return write_mark(db, &mark, err);
}

int stood_look(struct db *db, struct stood *out, struct err *err)
{
    bool news;
    if (db_in_transaction(db)) {
        return look(db, out, &news, true, err);
    }
    if (look(db, out, &news, false, err) != 0) {
        return -1;
    }
    if (!news) {
        return 0;
    }
    if (db_begin(db, err) != 0) {
        return -1;
    }
    if (look(db, out, &news, true, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}
