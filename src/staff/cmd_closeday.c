/* cmd_closeday.c: what the day left open, and what is not kept over night. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "counts.h"
#include "deposit.h"
#include "erase.h"
#include "mem.h"
#include "queue_row.h"
#include "refused.h"
#include "session.h"
#include "text.h"
#include "tr.h"

enum { NAME_COLUMNS = 30 };

struct row {
    int64_t seq;
    uint8_t uid[FRAME_UID];
    struct summary summary; /* kept */
};

struct day {
    struct date today;
    int64_t from_seq;    /* what came in today: a second screen's may have been asked before */
    struct queue *queue; /* everybody: to find the same person in */
    struct row *row;     /* of the day, and drafts of any day */
    size_t n;
};

static bool of_today(const struct day *day, int64_t seq, const struct summary *s)
{
    return seq >= day->from_seq || date_equal(s->visit_on, day->today) ||
           date_equal(clock_local_date(s->wall_s), day->today);
}

static int collect(void *arg, const struct vault_row *from)
{
    struct day *day = arg;
    const struct summary *s = &from->summary;
    if (s->restricted) {
        return 0; /* out of every list */
    }
    struct queue_entry entry = queue_row(from);
    queue_put(day->queue, &entry);
    if (of_today(day, from->seq, s) || s->status == SUMMARY_UNFINISHED) {
        day->row = mem_realloc(day->row, day->n + 1, sizeof *day->row);
        struct row *row = &day->row[day->n++];
        row->seq = from->seq;
        memcpy(row->uid, from->uid, FRAME_UID);
        summary_keep(&row->summary, s);
    }
    return 0;
}

static bool is_undecided(const struct row *row)
{
    enum summary_status status = row->summary.status;
    return status != SUMMARY_DECIDED && status != SUMMARY_UNFINISHED;
}

static bool is_linked(const struct row *row, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < row->summary.nlinks; i++) {
        if (memcmp(row->summary.links + i * FRAME_UID, uid, FRAME_UID) == 0) {
            return true;
        }
    }
    return false;
}

/* Another intake looks like the same person's, and nobody has said whether it is. */
static bool is_unmatched(const struct day *day, const struct row *row)
{
    enum { LOOKED_AT = 20 };
    struct queue_entry other[LOOKED_AT];
    size_t n = row->summary.status == SUMMARY_UNFINISHED
                   ? 0
                   : queue_same_person(day->queue, row->uid, other, LOOKED_AT);
    bool linked = row->summary.nlinks > 0;
    for (size_t i = 0; i < n; i++) {
        linked = linked || is_linked(row, other[i].uid);
    }
    return n > 0 && !linked;
}

static void say(FILE *out, const struct row *row, const char *what)
{
    char uid[DEPOSIT_SHORT], when[CLOCK_MINUTE_SIZE];
    struct buf name = BUF_INIT;
    text_sanitise(&name, row->summary.name, strlen(row->summary.name), false);
    size_t len = text_fit(buf_str(&name), NAME_COLUMNS);
    fprintf(out, "  %s  %s  %.*s%s%s\n", clock_format_minute(row->summary.wall_s, when),
            deposit_short(row->uid, uid), (int)len, buf_str(&name), what[0] != '\0' ? "  " : "", what);
    buf_wipe(&name);
}

static size_t say_group(FILE *out, const struct day *day, const char *heading,
                        bool (*belongs)(const struct day *day, const struct row *row))
{
    size_t n = 0;
    for (size_t i = 0; i < day->n; i++) {
        if (belongs(day, &day->row[i])) {
            if (n++ == 0) {
                fprintf(out, "%s\n", heading);
            }
            say(out, &day->row[i], day->row[i].summary.status == SUMMARY_DAMAGED ? tr("damaged") : "");
        }
    }
    return n;
}

static bool undecided(const struct day *day, const struct row *row)
{
    return of_today(day, row->seq, &row->summary) && is_undecided(row);
}

static bool unmatched(const struct day *day, const struct row *row)
{
    return of_today(day, row->seq, &row->summary) && is_unmatched(day, row);
}

static bool unfinished(const struct day *day, const struct row *row)
{
    (void)day;
    return row->summary.status == SUMMARY_UNFINISHED;
}

/* A patient may be answering at this moment: a fresh draft is left alone. How fresh it is says the clock of
 * this machine, not the kiosk's. */
static int discard(struct session *session, const struct command_call *call, const struct day *day,
                   struct err *err)
{
    int64_t now_s = clock_wall_s(call->clock);
    size_t left = 0;
    for (size_t i = 0; i < day->n; i++) {
        left += unfinished(day, &day->row[i]);
    }
    if (left == 0) {
        return 0;
    }
    if (!vault_may(session->vault, VAULT_KEYS) && vault_need(session->vault, VAULT_WRITE, err) != 0) {
        return -1;
    }
    int64_t before_s = now_s - QUEUE_ANSWERING_S;
    int64_t doubtful = 0;
    int64_t n =
        erase_left_drafts(session->db, before_s, false, vault_user(session->vault), now_s, &doubtful, err);
    if (n > 0) {
        fprintf(call->out,
                tr_n("%zu unfinished intake was discarded.\n", "%zu unfinished intakes were discarded.\n",
                     (unsigned long)n),
                (size_t)n);
    }
    session_say_doubtful(call->out, doubtful);
    return n < 0 ? -1 : 0;
}

static int close_day(struct session *session, const struct command_call *call, struct day *day,
                     struct err *err)
{
    struct audit_entry entry = { .at_s = clock_wall_s(call->clock),
                                 .actor = vault_user(session->vault),
                                 .act = "close day" };
    day->from_seq = counts_from(session->db, clock_local_midnight(entry.at_s), err);
    if (day->from_seq < 0 || audit_note(session->db, &entry, err) != 0 ||
        vault_each(session->vault, collect, day, err) != 0) {
        return -1;
    }
    struct buf refused = BUF_INIT;
    size_t open = refused_warning(&refused) > 0;
    command_print(call, buf_str(&refused));
    command_print(call, open > 0 ? "\n" : "");
    buf_done(&refused);
    open += say_group(call->out, day, tr("UNDECIDED"), undecided);
    open += say_group(call->out, day, tr("PERHAPS THE SAME PERSON AS BEFORE, NOT LINKED"), unmatched);
    open += say_group(call->out, day, tr("NOT FINISHED"), unfinished);
    if (open == 0) {
        fprintf(call->out, "%s\n", tr("Nothing is left open today."));
    }
    if (session->config->keep_interrupted || command_value(call, "keep") != NULL) {
        return 0;
    }
    return discard(session, call, day, err);
}

static int run(const struct command_call *call)
{
    struct session session;
    struct err err = { "" };
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    struct day day = { .today = clock_local_date(clock_wall_s(call->clock)), .queue = queue_new() };
    int rc = session_unlock(&session, call, &err) == 0 ? close_day(&session, call, &day, &err) : -1;
    int status = rc == 0 ? COMMAND_OK : command_fail(call, &err);
    for (size_t i = 0; i < day.n; i++) {
        summary_done(&day.row[i].summary);
    }
    free(day.row);
    queue_free(day.queue);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "keep", NULL, N_("list only; discard nothing") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_closeday = {
    .name = "close-day",
    .args = "",
    .summary = N_("what today left undecided, unmatched, unfinished; discards what nobody finished"),
    .help =
        N_("Unfinished intakes, of earlier days too, are discarded unless kiosk.conf says keep_interrupted = "
           "true; one\n"
           "whose last page is less than five minutes old is left alone. Each goes into the audit trail."),
    .option = options,
    .run = run,
};
