/* cmd_list.c: who has answered, worst first. */
#include "command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "counts.h"
#include "deposit.h"
#include "desk.h"
#include "mem.h"
#include "report.h"
#include "session.h"
#include "text.h"
#include "tr.h"

enum {
    ANSWERING_S = 300, /* a draft this fresh: the patient may be reading */
    FIXED = 62,        /* columns of everything but the name */
    NAME_LEAST = 15,
    NAME_MOST = 40,
    PLAIN_COLUMNS = 80,
};

struct entry {
    int64_t seq;
    uint8_t uid[FRAME_UID];
    struct summary summary; /* owns its strings */
    bool today;
};

struct queue {
    struct entry *entry;
    size_t n, cap;
    int64_t now_s, from_seq; /* what came in today has this number, or a higher one */
    struct date today;
    bool demo;
    bool all;      /* those too that are restricted */
    size_t hidden; /* restricted, and left out */
};

static int collect(void *arg, const struct vault_row *row)
{
    struct queue *queue = arg;
    if (row->summary.restricted && !queue->all) {
        queue->hidden++;
        return 0;
    }
    if (queue->n == queue->cap) {
        queue->cap = queue->cap == 0 ? 64 : 2 * queue->cap;
        queue->entry = mem_realloc(queue->entry, queue->cap, sizeof *queue->entry);
    }
    struct entry *entry = &queue->entry[queue->n++];
    entry->seq = row->seq;
    summary_keep(&entry->summary, &row->summary);
    memcpy(entry->uid, row->uid, sizeof entry->uid);
    entry->today = row->seq >= queue->from_seq || date_equal(row->summary.visit_on, queue->today) ||
                   date_equal(clock_local_date(row->summary.wall_s), queue->today);
    queue->demo = queue->demo || row->summary.demo;
    return 0;
}

/* What nobody can read, or whose result is none that is known, comes first; what is not finished, and then
 * what is decided, last. */
static int rank(const struct summary *s)
{
    if (s->status == SUMMARY_UNFINISHED) {
        return -1;
    }
    if (s->status == SUMMARY_DECIDED) {
        return -2;
    }
    return s->status == SUMMARY_DAMAGED || !s->has_class ? OUTCOME_HOLD + 1 : (int)s->class;
}

/* Today before earlier days; the worst class; the higher score; the longest wait. That is the order of
 * arrival: a kiosk's clock may be wrong. */
static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->today != b->today) {
        return a->today ? -1 : 1;
    }
    if (rank(&a->summary) != rank(&b->summary)) {
        return rank(&a->summary) > rank(&b->summary) ? -1 : 1;
    }
    if (a->summary.attention != b->summary.attention) {
        return a->summary.attention > b->summary.attention ? -1 : 1;
    }
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void cell(struct buf *out, const char *text, int columns)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), false);
    bool cut = text_width(buf_str(&clean)) > columns;
    size_t len = text_fit(buf_str(&clean), cut ? columns - 1 : columns);
    int used = text_width_n(buf_str(&clean), len);
    buf_add(out, buf_str(&clean), len);
    if (cut) {
        buf_adds(out, "\u2026");
        used++;
    }
    for (; used < columns; used++) {
        buf_adds(out, " ");
    }
    buf_wipe(&clean);
}

static const char *status_words(const struct summary *s, int64_t now_s)
{
    if (s->uncertain && s->status != SUMMARY_UNFINISHED && s->status != SUMMARY_DAMAGED) {
        return tr("uncertain");
    }
    switch (s->status) {
    case SUMMARY_NEW:
        return tr("new");
    case SUMMARY_DAMAGED:
        return tr("damaged");
    case SUMMARY_STARTED:
        return tr("in work");
    case SUMMARY_DECIDED:
        return s->decision == DECISION_NONE ? tr("decided") : session_decision(s->decision);
    case SUMMARY_NEWER:
        return tr("newer version");
    case SUMMARY_UNFINISHED:
        break;
    }
    return now_s - s->wall_s > ANSWERING_S ? tr("interrupted") : tr("answering");
}

/* A signed intake has a result: if it is none that is known, that must be seen. */
static const char *result_words(const struct summary *s)
{
    if (s->has_class) {
        return outcome_name(s->class);
    }
    return s->status == SUMMARY_UNFINISHED || s->status == SUMMARY_DAMAGED ? "-" : tr("unknown");
}

static void row(struct buf *out, const struct entry *entry, const struct queue *queue, int name)
{
    const struct summary *s = &entry->summary;
    char when[CLOCK_MINUTE_SIZE], uid[DEPOSIT_SHORT], born[DATE_ISO_SIZE], flags[16];
    clock_format_minute(s->wall_s, when);
    bool same_day = date_equal(clock_local_date(s->wall_s), queue->today);
    when[10] = '\0'; /* "2026-11-21", and "09:05" after it */
    cell(out, same_day ? when + 11 : when, 11);
    cell(out, deposit_short(entry->uid, uid), 9);
    buf_adds(out, s->alert ? "! " : "  ");
    cell(out, s->name, name);
    buf_adds(out, " ");
    cell(out, date_format_iso(s->birth_date, born), 11);
    cell(out, result_words(s), 11);
    snprintf(flags, sizeof flags, "%5d", s->flags);
    buf_addf(out, "%s %s\n", s->has_class ? flags : "    -", status_words(s, queue->now_s));
}

static void heading(struct buf *out, const char *words, int name)
{
    buf_addf(out, "%s\n", words);
    cell(out, tr("Time"), 11);
    cell(out, tr("Intake"), 11);
    cell(out, tr("Name"), name);
    buf_adds(out, " ");
    cell(out, tr("Born"), 11);
    cell(out, tr("Result"), 11);
    cell(out, tr("Flags"), 6);
    buf_addf(out, "%s\n", tr("Status"));
}

static int name_columns(FILE *out)
{
    int columns = command_columns(out);
    int name = (columns > 0 ? columns : PLAIN_COLUMNS) - FIXED;
    return name < NAME_LEAST ? NAME_LEAST : name > NAME_MOST ? NAME_MOST : name;
}

static void write_queue(struct buf *out, struct queue *queue, int name)
{
    if (queue->demo) {
        buf_addf(out, "%s\n\n", report_demo());
    }
    if (queue->n == 0 && queue->hidden == 0) {
        buf_addf(out, "%s\n", tr("No intakes yet."));
        return;
    }
    if (queue->n > 0) {
        qsort(queue->entry, queue->n, sizeof *queue->entry, compare);
    }
    for (size_t i = 0; i < queue->n; i++) {
        bool first = i == 0 || queue->entry[i].today != queue->entry[i - 1].today;
        if (first) {
            buf_adds(out, i > 0 ? "\n" : "");
            heading(out, queue->entry[i].today ? tr("TODAY") : tr("EARLIER"), name);
        }
        row(out, &queue->entry[i], queue, name);
    }
    if (queue->hidden > 0) {
        buf_addf(out,
                 tr_n("\n%zu restricted intake is not shown; --restricted shows it.\n",
                      "\n%zu restricted intakes are not shown; --restricted shows them.\n", queue->hidden),
                 queue->hidden);
    }
}

/* --- The desk's --- */

struct desk {
    struct buf *out;
    uint8_t (*uid)[FRAME_UID]; /* shown already: the newest of each comes first */
    size_t n, cap;
    int name;
};

static bool shown_before(struct desk *desk, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < desk->n; i++) {
        if (memcmp(desk->uid[i], uid, FRAME_UID) == 0) {
            return !sodium_is_zero(uid, FRAME_UID); /* a header that cannot be read has none */
        }
    }
    if (desk->n == desk->cap) {
        desk->cap = desk->cap == 0 ? 32 : 2 * desk->cap;
        desk->uid = mem_realloc(desk->uid, desk->cap, sizeof *desk->uid);
    }
    memcpy(desk->uid[desk->n++], uid, FRAME_UID);
    return false;
}

static int desk_row(void *arg, const struct vault_card *card)
{
    struct desk *desk = arg;
    char when[CLOCK_MINUTE_SIZE], uid[DEPOSIT_SHORT];
    struct buf progress = BUF_INIT, help = BUF_INIT;
    if (shown_before(desk, card->header.uid)) {
        return 0;
    }
    desk_progress(&progress, card);
    desk_help(&help, card);
    cell(desk->out, clock_format_minute(desk_came(card), when) + 11, 6);
    cell(desk->out, deposit_short(card->header.uid, uid), 9);
    cell(desk->out, desk_name(card), desk->name);
    buf_adds(desk->out, " ");
    cell(desk->out, buf_str(&progress), 20);
    buf_addf(desk->out, " %s\n", buf_str(&help));
    buf_wipe(&progress);
    buf_wipe(&help);
    return 0;
}

/* Who is here today, by the desk's key alone. */
static int list_desk(struct session *session, const struct command_call *call, int64_t now_s, struct err *err)
{
    struct buf text = BUF_INIT;
    struct desk desk = { .out = &text, .name = name_columns(call->out) };
    cell(&text, tr("Came"), 6);
    cell(&text, tr("Intake"), 9);
    cell(&text, tr("Name"), desk.name);
    buf_adds(&text, " ");
    cell(&text, tr("Progress"), 20);
    buf_addf(&text, " %s\n", tr("Help wanted"));
    int rc = vault_each_card(session->vault, clock_local_midnight(now_s), desk_row, &desk, err);
    if (rc == 0 && desk.n == 0) {
        buf_reset(&text);
        buf_addf(&text, "%s\n", tr("Nobody is here yet."));
    }
    if (rc == 0) {
        fwrite(buf_str(&text), 1, text.len, call->out);
    }
    free(desk.uid);
    buf_wipe(&text);
    return rc;
}

static int list(struct session *session, const struct command_call *call, struct err *err)
{
    if (session_unlock(session, call, err) != 0) {
        return -1;
    }
    int64_t now_s = clock_wall_s(call->clock);
    struct audit_entry entry = { .at_s = now_s, .actor = vault_user(session->vault), .act = "list" };
    if (audit_note(session->db, &entry, err) != 0) {
        return -1;
    }
    if (!vault_may(session->vault, VAULT_READ)) {
        return list_desk(session, call, now_s, err);
    }
    struct queue queue = {
        .now_s = now_s,
        .today = clock_local_date(now_s),
        .all = command_value(call, "restricted") != NULL,
        .from_seq = counts_from(session->db, clock_local_midnight(now_s), err),
    };
    int rc = queue.from_seq < 0 ? -1 : vault_each(session->vault, collect, &queue, err);
    if (rc == 0) {
        struct buf text = BUF_INIT;
        write_queue(&text, &queue, name_columns(call->out));
        fwrite(buf_str(&text), 1, text.len, call->out);
        buf_wipe(&text);
    }
    for (size_t i = 0; i < queue.n; i++) {
        summary_done(&queue.entry[i].summary);
    }
    free(queue.entry);
    return rc;
}

static int run(const struct command_call *call)
{
    return session_run(call, list);
}

static const struct command_option options[] = {
    SESSION_OPTIONS,
    { "restricted", NULL, N_("those too that are restricted") },
    { NULL, NULL, NULL },
};

const struct command cmd_list = {
    .name = "list",
    .args = "",
    .summary = N_("the intakes of today and before, worst result first"),
    .help = N_(
        "Today's come first; among them the worst result, then the higher attention, then the longest wait.\n"
        "A ! stands before the name where an answer must be seen at once.\n"
        "An unfinished intake is \"answering\" while its last page is fresh, then \"interrupted\".\n"
        "The role desk sees who came today, how far they are and what help they want; no health answer."),
    .option = options,
    .run = run,
};
