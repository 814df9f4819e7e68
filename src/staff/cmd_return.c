/* cmd_return.c: a slip for a patient who comes back. */
#include "command.h"

#include <string.h>

#include "deposit.h"
#include "session.h"
#include "slip.h"
#include "text.h"
#include "tr.h"

/* Who it is for, where the role may know; and whether it is worth giving out. */
static int say_whose(struct session *session, const struct command_call *call, const uint8_t uid[FRAME_UID],
                     struct err *err)
{
    struct encounter *e = NULL;
    if (!vault_may(session->vault, VAULT_READ)) {
        return 0;
    }
    if (vault_encounter(session->vault, uid, &e, err) != 1) {
        return -1;
    }
    char date[DATE_ISO_SIZE];
    struct date today = clock_local_date(clock_wall_s(call->clock));
    struct buf name = BUF_INIT;
    text_sanitise(&name, e->name, strlen(e->name), false);
    fprintf(call->out, tr("For %s, last asked on %s.\n"), buf_str(&name), date_format_iso(e->asked_on, date));
    if (date_is_full(e->asked_on) &&
        date_compare(date_add_months(e->asked_on, session->config->return_months), today) < 0) {
        fprintf(call->out, "%s\n",
                tr("That is too long ago to carry answers over: without a slip the kiosk asks everything."));
    }
    buf_wipe(&name);
    encounter_free(e);
    return 0;
}

static int give(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t uid[FRAME_UID];
    char code[SLIP_CODE];
    if (session_find(session, call->arg[0], uid, err) != 0 || session_unlock(session, call, err) != 0 ||
        slip_make(session->vault, uid, clock_wall_s(call->clock), code, err) != 0) {
        return -1;
    }
    fprintf(call->out, tr("Slip: %s\n"), code);
    fprintf(call->out, "%s\n",
            tr("Write it down for the patient, who presses F9 on the welcome page and types it.\n"
               "Good once, today."));
    return say_whose(session, call, uid, err);
}

static int run(const struct command_call *call)
{
    return session_run(call, give);
}

static const struct command_option options[] = { SESSION_OPTIONS, { NULL, NULL, NULL } };

const struct command cmd_return = {
    .name = "return",
    .args = "UID",
    .summary = N_("a slip for a patient who comes back: the kiosk then asks less"),
    .help =
        N_("UID is the patient's last intake, as `foyer list` shows it, or the beginning of it.\n"
           "The slip has four digits. With them the kiosk asks what must be fresh on each visit, and what "
           "is\n"
           "new since the last one. The rest is carried over from that intake, for the practitioner to "
           "tick.\n"
           "Nothing is carried if the birth dates differ, or the last answers are older than the clinic's\n"
           "return_months, see kiosk.conf(5). A wrong or used number is found out when the intake is "
           "opened:\n"
           "then what was not asked stays unanswered."),
    .min_args = 1,
    .max_args = 1,
    .option = options,
    .run = run,
};
