/* cmd_audit.c: who did what, and whether the trail is whole. Needs no passphrase: the trail holds nothing of
 * a patient's.
 */
#include "command.h"

#include <string.h>

#include "audit.h"
#include "buf.h"
#include "deposit.h"
#include "session.h"
#include "text.h"
#include "tr.h"

struct filter {
    struct date since, until;
    const char *actor, *act, *intake;
    struct buf out;
};

static void add(struct buf *out, const char *text, int columns)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), false);
    buf_adds(out, buf_str(&clean));
    for (int used = text_width(buf_str(&clean)); used < columns; used++) {
        buf_adds(out, " ");
    }
    buf_done(&clean);
}

static bool wanted(const struct filter *filter, const struct audit_entry *entry)
{
    struct date day = clock_local_date(entry->at_s);
    char uid[DEPOSIT_LONG] = "";
    if (entry->uid != NULL) {
        deposit_long(entry->uid, uid);
    }
    return (!date_is_full(filter->since) || date_compare(day, filter->since) >= 0) &&
           (!date_is_full(filter->until) || date_compare(day, filter->until) <= 0) &&
           (filter->actor == NULL || strcmp(filter->actor, entry->actor) == 0) &&
           (filter->act == NULL || strncmp(filter->act, entry->act, strlen(filter->act)) == 0) &&
           (filter->intake == NULL ||
            (uid[0] != '\0' && strncmp(filter->intake, uid, strlen(filter->intake)) == 0));
}

static int say(void *arg, const struct audit_row *row)
{
    struct filter *filter = arg;
    char when[CLOCK_MINUTE_SIZE], uid[DEPOSIT_SHORT] = "";
    if (!wanted(filter, &row->entry)) {
        return 0;
    }
    if (row->entry.uid != NULL) {
        deposit_short(row->entry.uid, uid);
    }
    buf_addf(&filter->out, "%6lld  %s  ", (long long)row->seq, clock_format_minute(row->entry.at_s, when));
    add(&filter->out, row->entry.actor, 16);
    buf_adds(&filter->out, " ");
    add(&filter->out, row->entry.act, 18);
    buf_adds(&filter->out, " ");
    add(&filter->out, uid, row->entry.detail[0] == '\0' ? 0 : 9);
    add(&filter->out, row->entry.detail, 0);
    buf_adds(&filter->out, "\n");
    return 0;
}

static int read_date(const struct command_call *call, const char *name, struct date *out, struct err *err)
{
    const char *value = command_value(call, name);
    *out = (struct date){ 0 };
    return value == NULL || (date_parse_iso(value, out) && date_is_full(*out))
               ? 0
               : err_set(err, tr("--%s %s: a date is written 2026-05-09"), name, value);
}

static int list(struct session *session, const struct command_call *call, struct err *err)
{
    struct filter filter = {
        .actor = command_value(call, "actor"),
        .act = command_value(call, "act"),
        .intake = command_value(call, "intake"),
        .out = BUF_INIT,
    };
    if (read_date(call, "since", &filter.since, err) != 0 ||
        read_date(call, "until", &filter.until, err) != 0) {
        return -1;
    }
    /* Reading the trail is in the trail. */
    char login[SLOT_USER];
    struct audit_entry entry = { .at_s = clock_wall_s(call->clock),
                                 .actor = session_login(login),
                                 .act = "audit" };
    int rc = audit_note(session->db, &entry, err);
    rc = rc == 0 ? audit_each(session->db, 0, say, &filter, err) : rc;
    if (rc == 0) {
        command_print(call, buf_str(&filter.out));
    }
    buf_done(&filter.out);
    return rc;
}

static int verify(struct session *session, const struct command_call *call, struct err *err)
{
    const char *code = call->nargs > 1 ? call->arg[1] : NULL;
    int64_t entries = 0;
    uint8_t head[AUDIT_HASH];
    int rc = code == NULL ? audit_verify(session->db, &entries, head, err)
                          : audit_verify_code(session->db, code, &entries, head, err);
    if (rc != 0) {
        return -1;
    }
    fprintf(call->out,
            tr_n("The audit trail is whole: %lld entry.\n", "The audit trail is whole: %lld entries.\n",
                 (unsigned long)entries),
            (long long)entries);
    fprintf(call->out, "%s\n",
            code == NULL
                ? tr("Nothing was held against it: whoever can write the database can write the whole\n"
                     "trail anew. Print a head code, keep it elsewhere, and verify with it.")
                : tr("It goes on from the head code you gave."));
    return 0;
}

static int print_head(struct session *session, const struct command_call *call, struct err *err)
{
    int64_t entries = 0;
    uint8_t head[AUDIT_HASH];
    char code[AUDIT_CODE];
    if (audit_verify(session->db, &entries, head, err) != 0) {
        return -1;
    }
    audit_code_print(entries, head, code);
    fprintf(call->out, "%s\n", code);
    return 0;
}

static int run(const struct command_call *call)
{
    bool verifies = call->nargs > 0, head = command_value(call, "head") != NULL;
    if ((verifies && strcmp(call->arg[0], "verify") != 0) || (call->nargs > 1) != (verifies && head)) {
        return command_usage(call, "%s",
                             tr("say `foyer audit`, `foyer audit --head` or `foyer audit verify "
                                "[--head CODE]`"));
    }
    return session_run(call, verifies ? verify : head ? print_head : list);
}

static const struct command_option options[] = {
    { "head", NULL, N_("print the head code; after verify: the code that was printed") },
    { "since", "DATE", N_("from this day on") },
    { "until", "DATE", N_("up to this day") },
    { "actor", "NAME", N_("what this user did") },
    { "act", "WORD", N_("acts that begin so: unlock, show, erased") },
    { "intake", "UID", N_("what was done to this intake, or those that begin so") },
    { NULL, NULL, NULL },
};

const struct command cmd_audit = {
    .name = "audit",
    .args = "[verify [--head CODE]]",
    .summary = N_("who did what, and whether the trail was tampered with"),
    .help = N_(
        "Each entry's hash covers the one before. verify finds an entry changed, removed, moved or put in "
        "between;\n"
        "against a head code that was printed and kept elsewhere it also finds a trail that was cut off or "
        "written anew.\n"
        "What came after the newest printed head is not protected. Needs no passphrase."),
    .max_args = 2,
    .option = options,
    .run = run,
};
