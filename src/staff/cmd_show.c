/* cmd_show.c: one intake as text, from what was stored when it was signed. */
#include "command.h"

#include <sodium.h>
#include <stdio.h>

#include "audit.h"
#include "deposit.h"
#include "report.h"
#include "session.h"
#include "tr.h"

enum { PLAIN_COLUMNS = 80 };

static int print(struct session *session, const uint8_t uid[FRAME_UID], FILE *out, struct err *err)
{
    struct frame_header header;
    json_t *body = NULL;
    int found = vault_body(session->vault, uid, &header, &body, err);
    if (found == 0) {
        return err_set(err, "%s", tr("this intake has just been replaced or deleted; see `foyer list`"));
    }
    if (found < 0) {
        char id[DEPOSIT_LONG];
        err_prefix(err, tr("intake %s is damaged, and is kept as it is"), deposit_long(uid, id));
        return -1;
    }
    struct encounter *e = NULL;
    found = vault_encounter(session->vault, uid, &e, err);
    if (found == 1) {
        struct buf report = BUF_INIT;
        struct form *form = session_form(session, e->form_hash);
        int columns = command_columns(out);
        report_intake(&report, &header, body, e, form, columns > 0 ? columns : PLAIN_COLUMNS);
        form_free(form);
        fwrite(buf_str(&report), 1, report.len, out);
        buf_wipe(&report);
    }
    encounter_free(e);
    json_decref(body);
    return found == 1 ? 0 : found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been deleted"));
}

static int show(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t uid[FRAME_UID];
    if (session_find(session, call->arg[0], uid, err) != 0 || session_unlock(session, call, err) != 0) {
        return -1;
    }
    struct audit_entry entry = {
        .at_s = clock_wall_s(call->clock), .actor = vault_user(session->vault), .act = "show", .uid = uid
    };
    if (audit_note(session->db, &entry, err) != 0) {
        return -1;
    }
    return print(session, uid, call->out, err);
}

static int run(const struct command_call *call)
{
    return session_run(call, show);
}

static const struct command_option options[] = { SESSION_OPTIONS, { NULL, NULL, NULL } };

const struct command cmd_show = {
    .name = "show",
    .args = "UID",
    .summary = N_("one intake as it stands: result, flags, decisions, answers, checklists, notes"),
    .help = N_("UID is the intake's number as `foyer list` shows it, or the beginning of it.\n"
               "The text is as wide as the terminal, between 66 and 100 columns; pipe it to a pager to read "
               "at leisure.\n"
               "That it was shown, and to whom, goes into the audit trail."),
    .min_args = 1,
    .max_args = 1,
    .option = options,
    .run = run,
};
