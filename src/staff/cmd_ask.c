/* cmd_ask.c: the same wizard, run by staff: for a patient on the telephone, for a form filled in on paper, to
 * finish what was interrupted, or to ask some questions again. The wizard stays what it is, sandboxed and
 * without a key; this program sits at the other end of its channel, where at the kiosk the supervisor does.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "deposit.h"
#include "document.h"
#include "erase.h"
#include "file.h"
#include "form_load.h"
#include "link.h"
#include "mem.h"
#include "session.h"
#include "text.h"
#include "tr.h"

enum { CHANNEL = 3, TRIES = 3 };

struct asking {
    const struct command_call *call;
    struct session *session;
    struct encounter *about; /* to be finished, or asked again; NULL: a new intake */
    struct form *form;       /* of `about`; NULL where the clinic has another now */
    json_t *again;           /* question ids; NULL: a whole intake */
    bool withdrawn;          /* the draft must not be kept */
    bool final;              /* a signed intake came out, */
    uint8_t uid[FRAME_UID];  /* this one; */
    json_t *answers;         /* or the answers asked again did */
    struct buf said;         /* why the wizard could not begin */
};

static const char *source_of(const struct command_call *call)
{
    return command_value(call, "phone") != NULL   ? "phone"
           : command_value(call, "paper") != NULL ? "paper"
                                                  : "patient";
}

static int64_t now_s(const struct asking *asking)
{
    return clock_wall_s(asking->call->clock);
}

static int note(const struct asking *asking, const char *act, const uint8_t *uid, struct err *err)
{
    struct audit_entry entry = { .at_s = now_s(asking),
                                 .actor = vault_user(asking->session->vault),
                                 .act = act,
                                 .uid = uid,
                                 .detail = source_of(asking->call) };
    return audit_note(asking->session->db, &entry, err);
}

/* ---- which questions
 * ---------------------------------------------------------------------------------------- */

static void add_again(struct asking *asking, const char *id)
{
    mem_need(json_array_append_new(asking->again, mem_need(json_string(id))) == 0 ? asking : NULL);
}

/* "blood_thinner" or "Q16", among the answers of the intake and then among the form's questions. */
static const char *question_named(const struct asking *asking, const char *name)
{
    for (size_t i = 0; i < asking->about->nanswers; i++) {
        const struct encounter_answer *answer = &asking->about->answer[i];
        if (strcmp(name, answer->id) == 0 || strcasecmp(name, answer->code) == 0) {
            return answer->id;
        }
    }
    for (size_t i = 0; asking->form != NULL && i < asking->form->nquestions; i++) {
        const struct form_question *question = &asking->form->question[i];
        if (strcmp(name, question->id) == 0 || strcasecmp(name, question->code) == 0) {
            return question->id;
        }
    }
    return NULL;
}

/* Those that must be answered on the day and were not; on the day itself, all of that kind. */
static void add_fresh(struct asking *asking)
{
    const struct encounter *e = asking->about;
    size_t *at = mem_alloc((e->nanswers + 1) * sizeof *at);
    size_t n = encounter_not_fresh(e, at, e->nanswers);
    for (size_t i = 0; i < (n > 0 ? n : e->nanswers); i++) {
        const struct encounter_answer *answer = &e->answer[n > 0 ? at[i] : i];
        if (answer->fresh) {
            add_again(asking, answer->id);
        }
    }
    free(at);
}

static int choose_again(struct asking *asking, struct err *err)
{
    const struct command_call *call = asking->call;
    bool fresh = command_value(call, "fresh") != NULL;
    asking->again = mem_need(json_array());
    if (fresh) {
        add_fresh(asking);
    }
    for (size_t i = 0; i < call->nargs; i++) {
        const char *id = question_named(asking, call->arg[i]);
        if (id == NULL) {
            return err_set(err, tr("this intake has no question \"%.40s\"; see `foyer show`"), call->arg[i]);
        }
        add_again(asking, id);
    }
    return json_array_size(asking->again) > 0
               ? 0
               : err_set(err, "%s",
                         tr("none of this intake's questions must be fresh: name those to be asked"));
}

static int find_about(struct asking *asking, struct err *err)
{
    const char *finish = command_value(asking->call, "finish"), *again = command_value(asking->call, "again");
    uint8_t uid[FRAME_UID];
    if (finish == NULL && again == NULL) {
        return 0;
    }
    if (session_find(asking->session, finish != NULL ? finish : again, uid, err) != 0) {
        return -1;
    }
    int found = vault_encounter(asking->session->vault, uid, &asking->about, err);
    if (found != 1) {
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    const struct encounter *e = asking->about;
    if (e->damaged) {
        return err_set(err, "%s", tr("this intake is damaged: ask everything anew, with `foyer ask`"));
    }
    if (finish != NULL && !e->draft) {
        return err_set(err, "%s", tr("this intake is signed. To ask some of it again: foyer ask --again"));
    }
    if (again != NULL && e->draft) {
        return err_set(err, "%s", tr("this intake is not signed yet. To finish it: foyer ask --finish"));
    }
    asking->form = session_form(asking->session, e->form_hash);
    return again != NULL ? choose_again(asking, err) : 0;
}

/* ---- the other end of the channel
 * --------------------------------------------------------------------------- */

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, mem_need(value)) != 0) {
        mem_need(NULL);
    }
}

static void put_hex(json_t *object, const char *key, const uint8_t *bytes, size_t n)
{
    char hex[2 * FRAME_HASH + 1];
    put(object, key, json_string(sodium_bin2hex(hex, sizeof hex, bytes, n)));
}

/* The draft as it lies in the letterbox: its final must carry its number on. */
static int put_draft(const struct asking *asking, json_t *wanted, struct err *err)
{
    struct frame_header header;
    json_t *body = NULL;
    int found = vault_body(asking->session->vault, asking->about->uid, &header, &body, err);
    if (found != 1) {
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    const json_t *times = json_object_get(body, "times");
    json_t *started = json_object_get(times, "started"), *consented = json_object_get(times, "consented");
    put_hex(wanted, "uid", header.uid, sizeof header.uid);
    put_hex(wanted, "delete_key", header.delete_key, sizeof header.delete_key);
    put(wanted, "rev", json_integer(header.rev));
    put(wanted, "started", started != NULL ? json_incref(started) : json_null());
    put(wanted, "consented", consented != NULL ? json_incref(consented) : json_null());
    json_decref(body);
    return 0;
}

/* What to ask, as kiosk/ask.h says. NULL with the reason. */
static json_t *wanted_of(const struct asking *asking, struct err *err)
{
    const struct encounter *e = asking->about;
    json_t *wanted = mem_need(json_object());
    put(wanted, "v", json_integer(DOCUMENT_VERSION));
    put(wanted, "user", json_string(vault_user(asking->session->vault)));
    put(wanted, "source", json_string(source_of(asking->call)));
    if (e == NULL) {
        return wanted;
    }
    put(wanted, "name", json_string(e->name));
    put(wanted, "phone", json_string(e->phone));
    put(wanted, "helper_name", json_string(e->helper));
    put(wanted, "helper_relation", json_string(e->relation));
    put(wanted, "answers", encounter_answers(e));
    if (asking->again != NULL) {
        put(wanted, "again", json_incref(asking->again));
    } else if (put_draft(asking, wanted, err) != 0) {
        json_decref(wanted);
        return NULL;
    }
    return wanted;
}

static int send_wanted(const struct asking *asking, int channel, struct err *err)
{
    json_t *wanted = wanted_of(asking, err);
    char *text = wanted == NULL ? NULL : mem_need(json_dumps(wanted, JSON_COMPACT));
    json_decref(wanted);
    if (text == NULL) {
        return -1;
    }
    int rc = strlen(text) > LINK_BODY_MAX
                 ? err_set(err, "%s", tr("this intake is too long to be handed over"))
                 : link_send(channel, LINK_ASK, text, strlen(text), err);
    mem_wipe_free(text);
    return rc;
}

/* The same letterbox as the kiosk's, and the same rules; this program is only closer to it. */
static void take_frame(struct asking *asking, int channel, const struct link_message *message)
{
    struct frame_header header;
    struct err err = { "" };
    struct link_reply reply = { .status = FRAME_REFUSED };
    if (frame_parse(message->body, message->len, &header, &err) == 0) {
        memcpy(reply.uid, header.uid, sizeof reply.uid);
        reply.rev = header.rev;
        reply.status = deposit_frame(asking->session->db, message->body, message->len, now_s(asking), &err);
    }
    bool kept = reply.status == FRAME_STORED || reply.status == FRAME_KNOWN;
    if (kept && header.kind == FRAME_FINAL) {
        asking->final = true;
        memcpy(asking->uid, header.uid, sizeof asking->uid);
    } else if (!kept && err.text[0] != '\0') {
        buf_reset(&asking->said);
        buf_adds(&asking->said, err.text);
    }
    (void)link_send(channel, LINK_REPLY, &reply, sizeof reply, NULL);
}

static void take_answers(struct asking *asking, const struct link_message *message)
{
    struct err err = { "" };
    json_decref(asking->answers);
    json_t *said = document_parse((const char *)message->body, message->len, &err);
    asking->answers = json_incref(json_object_get(said, "answers"));
    json_decref(said);
}

static void listen_to(struct asking *asking, int channel)
{
    struct link_message message = { 0 };
    while (link_receive(channel, &message, NULL) > 0) {
        if (message.type == LINK_FRAME) {
            take_frame(asking, channel, &message);
        } else if (message.type == LINK_ANSWERS) {
            take_answers(asking, &message);
        } else if (message.type == LINK_WITHDRAWN) {
            asking->withdrawn = true;
        } else if (message.type == LINK_LOG) {
            buf_reset(&asking->said);
            buf_add(&asking->said, message.body, message.len);
        }
        explicit_bzero(message.body, message.len);
    }
    link_message_done(&message);
}

/* In the child. Nothing of the vault goes along: the new program is another's memory, and keeps 0 to 3 alone.
 */
static void become(const char *path, const char *config, bool plain, int channel)
{
    char *const argv[] = { (char *)(uintptr_t) "foyer-kiosk",
                           (char *)(uintptr_t) "--ask",
                           (char *)(uintptr_t) "--config",
                           (char *)(uintptr_t)config,
                           plain ? (char *)(uintptr_t) "--plain" : NULL,
                           NULL };
    if (channel == CHANNEL ? fcntl(CHANNEL, F_SETFD, 0) != 0 : dup2(channel, CHANNEL) < 0) {
        _exit(127);
    }
    close_range(CHANNEL + 1, ~0U, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* so that it gives the terminal back */
    execv(path, argv);
    _exit(127);
}

static int run_wizard(struct asking *asking, struct err *err)
{
    struct buf path = BUF_INIT;
    int channel[2], status = 0;
    if (!file_beside_self(&path, "foyer-kiosk")) {
        buf_adds(&path, "foyer-kiosk"); /* execv() says that it is not there */
    }
    if (link_pair(channel, err) != 0) {
        buf_done(&path);
        return -1;
    }
    fflush(asking->call->out);
    fflush(asking->call->err);
    pid_t pid = fork();
    if (pid == 0) {
        become(buf_str(&path), asking->call->config, command_value(asking->call, "plain") != NULL,
               channel[1]);
    }
    close(channel[1]);
    link_guard(channel[0]);
    int rc = pid < 0 ? err_sys(err, "%s", tr("no process to be had")) : command_lock(err);
    rc = rc == 0 ? send_wanted(asking, channel[0], err) : rc;
    if (rc == 0) {
        listen_to(asking, channel[0]);
    }
    bool told = link_unguard();
    close(channel[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (rc == 0 && !told && (!WIFEXITED(status) || WEXITSTATUS(status) != 0) && !asking->final &&
        asking->answers == NULL) {
        struct buf clean = BUF_INIT;
        text_sanitise(&clean, buf_str(&asking->said), asking->said.len, true);
        rc = err_set(err, tr("%s ended too early. %s"), buf_str(&path), buf_str(&clean));
        buf_done(&clean);
    }
    buf_done(&path);
    return rc;
}

/* ---- what came out
 * ------------------------------------------------------------------------------------------ */

static const char *class_of(const struct encounter *e)
{
    return e->has_class ? outcome_name(e->program_class) : "-";
}

/* A new or finished intake: filed at once, with a note that says who entered it. */
static int file_intake(struct asking *asking, struct err *err)
{
    char id[DEPOSIT_LONG];
    struct encounter *e = NULL;
    struct vault *vault = asking->session->vault;
    if (vault_file(vault, err) < 0 || note(asking, "asked", asking->uid, err) != 0 ||
        vault_encounter(vault, asking->uid, &e, err) != 1) {
        return -1;
    }
    struct buf words = BUF_INIT;
    buf_addf(
        &words,
        strcmp(source_of(asking->call), "phone") == 0   ? tr("Entered by %s; the patient answered by phone.")
        : strcmp(source_of(asking->call), "paper") == 0 ? tr("Entered by %s from the patient's paper form.")
                                                        : tr("Entered by %s with the patient."),
        vault_user(vault));
    json_t *event = event_note(now_s(asking), buf_str(&words));
    int added = vault_add(vault, e, &event, 1, now_s(asking), err);
    buf_done(&words);
    if (added >= 0) {
        fprintf(asking->call->out, tr("Filed: intake %.8s, %s\n"), deposit_long(e->uid, id), class_of(e));
    }
    encounter_free(e);
    return added < 0 ? -1 : 0;
}

/* The result with these answers in it. NULL: it cannot be worked out, and the practitioner goes through them.
 */
static json_t *judged(const struct asking *asking, const struct encounter *e)
{
    struct err err = { "" };
    json_t *result =
        asking->form == NULL ? NULL : encounter_assess(e, asking->form, e->visit_on, asking->answers, &err);
    if (result == NULL) {
        fprintf(asking->call->err, "%s\n",
                tr("The form has changed since this intake was made, so its flags stand as they were: go "
                   "through the new answers by eye."));
    }
    return result;
}

static int add_answers(struct asking *asking, struct err *err)
{
    struct vault *vault = asking->session->vault;
    int added = 0;
    for (int i = 0; added == 0 && i < TRIES; i++) {
        struct encounter *e = NULL;
        if (vault_encounter(vault, asking->about->uid, &e, err) != 1) {
            return -1;
        }
        json_t *event =
            event_answers(now_s(asking), clock_local_date(now_s(asking)), NULL, source_of(asking->call),
                          json_incref(asking->answers), judged(asking, e));
        added = vault_add(vault, e, &event, 1, now_s(asking), err);
        if (added == 1) {
            size_t n = json_array_size(asking->answers);
            fprintf(asking->call->out,
                    tr_n("%zu answer added; the result is now %s\n",
                         "%zu answers added; the result is now %s\n", n),
                    n, class_of(e));
        }
        encounter_free(e);
    }
    if (added == 1) {
        return note(asking, "asked again", asking->about->uid, err);
    }
    return added < 0
               ? -1
               : err_set(err, "%s", tr("somebody else is writing to this intake; ask again in a moment"));
}

/* Under age, or not agreed: what was typed before is not kept either. Notes beside it are staff's own. */
static int close_draft(struct asking *asking, struct err *err)
{
    int gone = erase_draft(asking->session->vault, asking->about->uid, now_s(asking), err);
    if (gone >= 0) {
        fprintf(asking->call->out, "%s\n",
                gone == 1 ? tr("Closed: what was typed before is discarded.")
                          : tr("Closed, but kept, because staff wrote notes beside it: discard it with\n"
                               "foyer person erase"));
    }
    return gone < 0 ? -1 : 0;
}

static int keep(struct asking *asking, struct err *err)
{
    if (asking->withdrawn && asking->about != NULL) {
        return close_draft(asking, err) == 0 && asking->final ? file_intake(asking, err)
               : err->text[0]                                 ? -1
                                                              : 0;
    }
    if (asking->final) {
        return file_intake(asking, err);
    }
    if (json_array_size(asking->answers) > 0) {
        return add_answers(asking, err);
    }
    if (vault_file(asking->session->vault, err) < 0) {
        return -1;
    }
    fprintf(asking->call->out, "%s\n",
            asking->again != NULL
                ? tr("Nothing was added.")
                : tr("Not signed. What was typed is kept, unless it was deleted. To go on with it:\n"
                     "foyer ask --finish UID, see `foyer list`"));
    return 0;
}

static int ask(struct asking *asking, struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return err_set(err, "%s", tr("this needs a terminal: a screen and a keyboard"));
    }
    return session_unlock(asking->session, asking->call, err) == 0 &&
                   vault_need(asking->session->vault, VAULT_WRITE, err) == 0 &&
                   find_about(asking, err) == 0 &&
                   (asking->about == NULL || note(asking, "show", asking->about->uid, err) == 0) &&
                   run_wizard(asking, err) == 0
               ? keep(asking, err)
               : -1;
}

static int check_call(const struct command_call *call)
{
    bool finish = command_value(call, "finish") != NULL, again = command_value(call, "again") != NULL;
    bool fresh = command_value(call, "fresh") != NULL;
    int sources = (command_value(call, "phone") != NULL) + (command_value(call, "paper") != NULL) +
                  (command_value(call, "with-patient") != NULL);
    if (sources > 1) {
        return command_usage(call, "%s", tr("say one of --phone, --paper, --with-patient"));
    }
    if (finish && again) {
        return command_usage(call, "%s", tr("--finish and --again are two things: say one"));
    }
    if (!again && (fresh || call->nargs > 0)) {
        return command_usage(call, "%s", tr("questions are named with --again UID"));
    }
    if (again && !fresh && call->nargs == 0) {
        return command_usage(call, "%s", tr("say which: names or codes of questions, or --fresh"));
    }
    return COMMAND_OK;
}

static int run(const struct command_call *call)
{
    struct session session;
    struct err err = { "" };
    struct asking asking = { .call = call, .session = &session };
    int usage = check_call(call);
    if (usage != COMMAND_OK) {
        return usage;
    }
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int status = ask(&asking, &err) == 0 ? COMMAND_OK : command_fail(call, &err);
    encounter_free(asking.about);
    json_decref(asking.again);
    json_decref(asking.answers);
    form_free(asking.form);
    buf_done(&asking.said);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "with-patient", NULL,
      N_("the patient sits beside you and answers (so it is unless you say otherwise)") },
    { "phone", NULL, N_("the patient answers by phone") },
    { "paper", NULL, N_("from the paper form that the patient filled in and signed") },
    { "finish", "UID", N_("finish this interrupted intake") },
    { "again", "UID", N_("ask questions of this signed intake again") },
    { "fresh", NULL, N_("with --again: those about today and the last days") },
    { "plain", NULL, N_("a line at a time, for a braille line or a screen reader") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_ask = {
    .name = "ask",
    .args = "[QUESTION...]",
    .summary = N_("enter answers for a patient: by phone, from paper, or some of them again"),
    .help =
        N_("The questions of the kiosk on this terminal, without its clock: after ten quiet minutes it "
           "asks\n"
           "whether you are still there. The record says of each answer who gave it and who entered it. "
           "It is\n"
           "sealed as ever, and filed at once.\n"
           "With --again only the QUESTIONs are asked (blood_thinner or Q16, as `foyer show` has them), "
           "and\n"
           "those that an answer brings up. The answers are added to the intake, and the result is worked "
           "out\n"
           "again; what was there before stays in its history. For a visit that was moved to today, "
           "--fresh\n"
           "asks what must be answered on the day.\n"
           "F10 stops. What was typed of a new intake is then kept, to be finished."),
    .min_args = 0,
    .max_args = 60,
    .option = options,
    .starts = true,
    .run = run,
};
