/* cmd_handout.c: `foyer summary` and `foyer handout`: one intake's papers. */
#include "command.h"

#include <string.h>
#include <strings.h>

#include "handing.h"
#include "helper.h"
#include "outfile.h"
#include "session.h"
#include "tr.h"

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int hand_out(const struct command_call *call, struct session *session, const struct handing *handing,
                    struct encounter *e, struct err *err)
{
    const char *path = command_value(call, "output");
    bool print = command_value(call, "print") != NULL;
    bool pdf = path != NULL && ends_with(path, ".pdf");
    bool force = command_value(call, "force") != NULL;
    struct buf document = BUF_INIT;
    /* It is made before it is written down: what cannot be made has not left. */
    int rc = path != NULL && !force && outfile_is_there(path, err) ? -1
             : pdf                                                 ? handing_pdf(handing, e, &document, err)
                                                                   : handing_text(handing, e, &document, err);
    if (rc == 0) {
        rc = handing_note(handing, session->vault, session->db, e,
                          print          ? "print"
                          : path != NULL ? "file"
                                         : "screen",
                          clock_wall_s(call->clock), err);
    }
    if (rc == 0 && print) {
        rc = handing_print(handing, e, err);
    }
    if (rc == 0 && path != NULL) {
        rc = outfile_write(path, &document, force, err);
    } else if (rc == 0 && !print) {
        command_print(call, buf_str(&document));
    }
    buf_wipe(&document);
    return rc;
}

static int with_intake(const struct command_call *call, struct session *session, struct handing *handing,
                       struct err *err)
{
    uint8_t uid[FRAME_UID];
    struct encounter *e = NULL;
    if (session_find(session, call->arg[0], uid, err) != 0 || session_unlock(session, call, err) != 0) {
        return -1;
    }
    handing->config = session->config;
    int found = vault_encounter(session->vault, uid, &e, err);
    if (found != 1) {
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    int rc = hand_out(call, session, handing, e, err);
    encounter_free(e);
    return rc;
}

static int run_kind(const struct command_call *call, enum handout_kind kind)
{
    struct handing handing = { .kind = kind, .large = command_value(call, "large") != NULL };
    const char *size = command_value(call, "size");
    struct session session;
    struct err err = { "" };
    if (size != NULL && strcasecmp(size, "A4") != 0 && strcasecmp(size, "letter") != 0) {
        return command_usage(call, tr("--size is A4 or Letter, not \"%s\""), size);
    }
    handing.own = command_value(call, "clinic-language") != NULL;
    handing.size = size != NULL && strcasecmp(size, "letter") == 0 ? PRINT_LETTER : PRINT_A4;
    /* Before a passphrase is typed. */
    struct config *config = session_config(call, &err);
    int rc = config == NULL ? -1 : helper_start(config->printer, &err);
    config_free(config);
    if (rc != 0 || command_lock(&err) != 0 || session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int status = with_intake(call, &session, &handing, &err) == 0 ? COMMAND_OK : command_fail(call, &err);
    session_close(&session);
    return status;
}

static int run_summary(const struct command_call *call)
{
    return run_kind(call, HANDOUT_SUMMARY);
}

static int run_handout(const struct command_call *call)
{
    return run_kind(call, command_value(call, "aftercare") != NULL ? HANDOUT_AFTERCARE : HANDOUT_PRIVATE);
}

#define PAPER_OPTIONS                                                                                        \
    { "output", "FILE", N_("write to FILE, mode 0600; a name that ends in .pdf gives a PDF") },              \
        { "force", NULL, N_("FILE may be there already, and is replaced") },                                 \
        { "print", NULL, N_("print it, by the printer of kiosk.conf") },                                     \
        { "size", "PAPER", N_("A4 (which it is if left out) or Letter") },                                   \
    {                                                                                                        \
        "large", NULL, N_("large print: letters of 20 points, not 14")                                       \
    }

static const struct command_option summary_options[] = { PAPER_OPTIONS,
                                                         SESSION_OPTIONS,
                                                         { NULL, NULL, NULL } };
static const struct command_option handout_options[] = {
    { "aftercare", NULL, N_("not the checklist: what to do after the treatment, and when to call") },
    { "clinic-language", NULL, N_("in the clinic's language, though the patient's is another") },
    PAPER_OPTIONS,
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_summary = {
    .name = "summary",
    .args = "UID",
    .summary = N_("one intake in 15 lines, to paste into the clinic's own record"),
    .help = N_(
        "Who, when, the result by the program and as decided, who signed, each flag above PRECAUTION with\n"
        "its decision and reason, what was done and recorded, the next session. At any time; what is not\n"
        "decided is said to be so. That it left, and to whom, goes into the record and the audit trail."),
    .min_args = 1,
    .max_args = 1,
    .option = summary_options,
    .starts = true,
    .run = run_summary,
};

const struct command cmd_handout = {
    .name = "handout",
    .args = "UID",
    .summary = N_("for the patient: the private checklist, or the aftercare sheet"),
    .help = N_(
        "The checklist has the patient's own items with dates, the sensitive ones too, which no screen in\n"
        "the waiting room shows: give it by hand. It is made once a decision is signed; the aftercare sheet\n"
        "once that is to treat. That it left, and how, goes into the record and the audit trail."),
    .min_args = 1,
    .max_args = 1,
    .option = handout_options,
    .starts = true,
    .run = run_handout,
};
