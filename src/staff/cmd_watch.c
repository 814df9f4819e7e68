/* cmd_watch.c: calls from the kiosk as they come in, before anyone unlocks. */
#include "command.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "call_words.h"
#include "clock.h"
#include "deposit.h"
#include "session.h"
#include "tr.h"

enum { EVERY_MS = 1000, AT_ONCE = 50 };

/* One line, "09:05:12  ALERT: ...  intake 9f3a61c2". */
static void say(FILE *out, const struct deposit_call *call, bool urgent_shown, bool bell)
{
    char when[32], intake[DEPOSIT_SHORT];
    time_t at = (time_t)call->received_s;
    struct tm tm;
    if (localtime_r(&at, &tm) == NULL || strftime(when, sizeof when, "%H:%M:%S", &tm) == 0) {
        when[0] = '\0';
    }
    struct buf words = BUF_INIT;
    call_words(&words, call->header.kind == FRAME_ALERT, urgent_shown, call->received_s, deposit_late(call));
    fprintf(out, "%s  %s  ", when, buf_str(&words));
    buf_done(&words);
    fprintf(out, tr("intake %s"), deposit_short(call->header.about, intake));
    fprintf(out, "%s\n", bell && isatty(fileno(out)) ? "\a" : "");
}

/* The calls after *seq. -1: trouble, or nobody reads what is written. */
static int say_new(struct db *db, const struct command_call *call, int64_t since_s, int64_t *seq,
                   bool urgent_shown, bool bell, struct err *err)
{
    struct deposit_call calls[AT_ONCE];
    int64_t before;
    int n;
    do {
        before = *seq;
        n = deposit_calls(db, since_s, *seq, calls, AT_ONCE, seq, err);
        for (int i = 0; i < n; i++) {
            say(call->out, &calls[i], urgent_shown, bell);
        }
    } while (n >= 0 && *seq != before);
    if (fflush(call->out) != 0) {
        return err_sys(err, "%s", tr("the output could not be written"));
    }
    return n < 0 ? -1 : 0;
}

static int watch(struct session *session, const struct command_call *call, struct err *err)
{
    bool urgent_shown = session->config->urgent_before_unlock, once = command_value(call, "once") != NULL;
    /* The version first: what comes in while today's are read is seen in the next round. */
    int64_t version = db_data_version(session->db, err), seq = 0, newest = deposit_newest(session->db, err);
    if (version < 0 || newest < 0 ||
        say_new(session->db, call, clock_local_midnight(clock_wall_s(call->clock)), &seq, urgent_shown, false,
                err) != 0) {
        return -1;
    }
    seq = seq > newest ? seq : newest;
    if (!once && isatty(fileno(call->out))) {
        command_say(call->out, tr("New calls appear here by themselves. Ctrl-C ends it."));
        fflush(call->out);
    }
    while (!once) {
        poll(NULL, 0, EVERY_MS);
        int64_t now = db_data_version(session->db, err);
        /* From here on by order of arrival: a clock that is set back must not hide a call. */
        if (now < 0 ||
            (now != version && say_new(session->db, call, INT64_MIN, &seq, urgent_shown, true, err) != 0)) {
            return -1;
        }
        version = now;
    }
    return 0;
}

static int run(const struct command_call *call)
{
    return session_run(call, watch);
}

static const struct command_option options[] = {
    { "once", NULL, N_("say today's calls and exit") },
    { NULL, NULL, NULL },
};

const struct command cmd_watch = {
    .name = "watch",
    .args = "",
    .summary = N_("calls for help and alerts as they come in; needs no passphrase"),
    .help = N_("Today's calls, then each new one with a bell. Where kiosk.conf says urgent_before_unlock = "
               "false, alerts\n"
               "and calls for help look alike."),
    .option = options,
    .run = run,
};
