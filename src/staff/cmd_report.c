/* cmd_report.c: a day or a month in numbers. */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "review_queue.h"
#include "session.h"
#include "tally.h"
#include "tr.h"

enum { PLAIN_COLUMNS = 80 };

struct report {
    const struct command_call *call;
    struct session *session;
    struct date first, last; /* both days are in it */
    int64_t from_s, to_s;
    struct tally *tally;
    struct err *err;
};

/* ---- which days
 * --------------------------------------------------------------------------------------------- */

static int read_days(struct report *report)
{
    const struct command_call *call = report->call;
    const char *day = command_value(call, "day"), *month = command_value(call, "month");
    struct date given = clock_local_date(clock_wall_s(call->clock));
    if (day != NULL && month != NULL) {
        return command_usage(call, "%s", tr("--day or --month, not both"));
    }
    if (day != NULL && !(date_parse_iso(day, &given) && date_is_full(given))) {
        return command_usage(call, tr("--day %s: a day is written 2026-11-21"), day);
    }
    if (month != NULL && (!date_parse_iso(month, &given) || given.month == 0 || given.day != 0)) {
        return command_usage(call, tr("--month %s: a month is written 2026-11"), month);
    }
    report->first = report->last = given;
    if (month != NULL) {
        report->first.day = 1;
        report->last.day = (uint8_t)date_days_in_month(given.year, given.month);
    }
    report->from_s = clock_day_begins(report->first);
    report->to_s = clock_day_begins(date_add_days(report->last, 1));
    return COMMAND_OK;
}

/* ---- counting
 * ----------------------------------------------------------------------------------------------- */

static int take_row(void *arg, const struct counts_row *row)
{
    struct report *report = arg;
    time_t at = (time_t)row->received_s;
    struct tm tm;
    tally_row(report->tally, row, localtime_r(&at, &tm) == NULL ? 0 : tm.tm_hour);
    return 0;
}

/* A patient may be answering at this moment. */
static bool is_answering(const struct report *report, const struct summary *s)
{
    return s->status == SUMMARY_UNFINISHED &&
           clock_wall_s(report->call->clock) - s->wall_s < QUEUE_ANSWERING_S;
}

static int take_intake(void *arg, const struct vault_row *row)
{
    struct report *report = arg;
    struct encounter *e = NULL;
    const struct summary *s = &row->summary;
    if (s->wall_s < report->from_s || s->wall_s >= report->to_s || is_answering(report, s)) {
        return 0;
    }
    int found = vault_encounter(report->session->vault, row->uid, &e, report->err);
    if (found == 1) {
        tally_encounter(report->tally, e);
        encounter_free(e);
    }
    return found < 0 ? -1 : 0;
}

static int count_records(struct report *report, struct err *err)
{
    struct session *session = report->session;
    if (session_unlock(session, report->call, err) != 0) {
        return -1;
    }
    const struct audit_entry entry = { .at_s = clock_wall_s(report->call->clock),
                                       .actor = vault_user(session->vault),
                                       .act = "report" };
    return audit_note(session->db, &entry, err) != 0 ? -1
                                                     : vault_each(session->vault, take_intake, report, err);
}

/* ---- saying
 * ------------------------------------------------------------------------------------------------- */

static bool speaks_utf8(void)
{
    static const char *const name[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(name[i]);
        if (value != NULL && value[0] != '\0') {
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
        }
    }
    return false;
}

static void look_at(FILE *out, enum chart_style *style, int *columns)
{
    *columns = command_columns(out);
    *style = *columns == 0 ? CHART_PLAIN : speaks_utf8() ? CHART_BLOCKS : CHART_ASCII;
    *columns = *columns > 0 ? *columns : PLAIN_COLUMNS;
}

static void write_report(const struct report *report, bool full)
{
    struct buf text = BUF_INIT;
    enum chart_style style;
    int columns;
    char first[DATE_ISO_SIZE], last[DATE_ISO_SIZE];
    look_at(report->call->out, &style, &columns);
    date_format_iso(report->first, first);
    date_format_iso(report->last, last);
    if (date_equal(report->first, report->last)) {
        buf_addf(&text, tr("Report for %s\n\n"), first);
    } else {
        buf_addf(&text, tr("Report for %s to %s\n\n"), first, last);
    }
    tally_say_counts(&text, report->tally, style, columns);
    if (full) {
        tally_say_records(&text, report->tally, style, columns);
    } else {
        buf_addf(&text, "\n%s\n",
                 tr("--full opens the records too: times, results, flags, where people stopped."));
    }
    fwrite(buf_str(&text), 1, text.len, report->call->out);
    buf_done(&text);
}

static int run(const struct command_call *call)
{
    struct session session;
    struct report report = { .call = call, .session = &session };
    struct err err = { "" };
    bool full = command_value(call, "full") != NULL;
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int status = read_days(&report);
    if (status == COMMAND_OK) {
        report.tally = tally_new();
        report.err = &err;
        int rc = counts_each(session.db, report.from_s, report.to_s, take_row, &report, &err);
        rc = rc == 0 && full ? count_records(&report, &err) : rc;
        if (rc == 0) {
            write_report(&report, full);
        }
        status = rc == 0 ? COMMAND_OK : command_fail(call, &err);
        tally_free(report.tally);
    }
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "day", "DATE", N_("of this day; today if neither is said") },
    { "month", "YYYY-MM", N_("of this month") },
    { "full", NULL, N_("open the records: times, results, flags, drop-off by question") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_report = {
    .name = "report",
    .args = "",
    .summary = N_("a day or a month in numbers, without names"),
    .help = N_(
        "Without a passphrase: intakes by hour, what was decided, what was not finished, calls and alerts.\n"
        "With --full: answering and waiting times, results, how often each flag was raised and lowered,\n"
        "the question where people stopped. On a terminal with small charts, else as plain text."),
    .option = options,
    .run = run,
};
