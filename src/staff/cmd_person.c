/* cmd_person.c: what a patient may ask for: a copy, a correction, to be left out of lists, to be erased. */
#include "command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "deposit.h"
#include "erase.h"
#include "file.h"
#include "form.h"
#include "mem.h"
#include "secret.h"
#include "session.h"
#include "text.h"
#include "tr.h"

enum { LIST_MAX = 16 * 1024 * 1024, LINKED_MAX = 1000 };

struct work {
    const struct command_call *call;
    struct session *session;
    int64_t now_s;
    const char *reason;
    uint8_t (*uid)[FRAME_UID]; /* the intake, and with --links those it is linked with */
    size_t n;
};

/* ---- which intakes
 * ------------------------------------------------------------------------------------------ */

static bool has(const struct work *work, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < work->n; i++) {
        if (memcmp(work->uid[i], uid, FRAME_UID) == 0) {
            return true;
        }
    }
    return false;
}

static void add_uid(struct work *work, const uint8_t uid[FRAME_UID])
{
    if (!has(work, uid) && work->n < LINKED_MAX) {
        work->uid = mem_realloc(work->uid, work->n + 1, sizeof *work->uid);
        memcpy(work->uid[work->n++], uid, FRAME_UID);
    }
}

/* A link stands at one of the two: both ways are gone. */
struct link_search {
    struct work *work;
    bool grew;
};

static int follow(void *arg, const struct vault_row *row)
{
    struct link_search *search = arg;
    size_t before = search->work->n;
    for (size_t i = 0; i < row->summary.nlinks; i++) {
        const uint8_t *to = row->summary.links + i * FRAME_UID;
        if (has(search->work, row->uid)) {
            add_uid(search->work, to);
        } else if (has(search->work, to)) {
            add_uid(search->work, row->uid);
        }
    }
    search->grew = search->grew || search->work->n > before;
    return 0;
}

static int collect(struct work *work, const char *prefix, struct err *err)
{
    uint8_t uid[FRAME_UID];
    if (session_find(work->session, prefix, uid, err) != 0) {
        return -1;
    }
    add_uid(work, uid);
    struct link_search search = { work, command_value(work->call, "links") != NULL };
    while (search.grew) {
        search.grew = false;
        if (vault_each(work->session->vault, follow, &search, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int note(const struct work *work, const char *act, const uint8_t uid[FRAME_UID], struct err *err)
{
    struct audit_entry entry = { .at_s = work->now_s,
                                 .actor = vault_user(work->session->vault),
                                 .act = act,
                                 .uid = uid,
                                 .detail = work->reason };
    return audit_note(work->session->db, &entry, err);
}

/* ---- export
 * ------------------------------------------------------------------------------------------------- */

static json_t *events_of(const struct encounter *e)
{
    json_t *list = mem_need(json_array());
    for (size_t i = 0; i < e->nentries; i++) {
        const struct encounter_entry *entry = &e->entry[i];
        json_t *one = mem_need(json_pack("{s:I, s:s, s:O?}", "rev", (json_int_t)entry->rev, "by", entry->by,
                                         "event", (json_t *)entry->event));
        if (json_array_append_new(list, one) != 0) {
            mem_need(NULL);
        }
    }
    return list;
}

/* Everything there is about one intake: as sent, and what staff added. */
static int write_copy(struct work *work, const uint8_t uid[FRAME_UID], bool first, struct err *err)
{
    struct encounter *e;
    char id[DEPOSIT_LONG];
    int found = vault_encounter(work->session->vault, uid, &e, err);
    if (found != 1) {
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    if (note(work, "exported", uid, err) != 0) {
        encounter_free(e);
        return -1;
    }
    json_t *object = mem_need(json_pack("{s:s, s:b, s:O?, s:o}", "uid", deposit_long(uid, id), "damaged",
                                        e->damaged, "intake", (json_t *)e->body, "events", events_of(e)));
    char *text = mem_need(json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(15)));
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), true);
    fprintf(work->call->out, "%s%s", first ? "" : ",\n", buf_str(&clean));
    sodium_memzero(text, strlen(text));
    free(text);
    buf_wipe(&clean);
    json_decref(object);
    encounter_free(e);
    return 0;
}

static int export_copy(struct work *work, struct err *err)
{
    if (vault_need(work->session->vault, VAULT_TAKE, err) != 0) {
        return -1;
    }
    fputs("[\n", work->call->out);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < work->n; i++) {
        rc = write_copy(work, work->uid[i], i == 0, err);
    }
    fputs("\n]\n", work->call->out);
    return rc;
}

/* ---- correct, restrict
 * -------------------------------------------------------------------------------------- */

static int add_event(struct work *work, const uint8_t uid[FRAME_UID], json_t *event, struct err *err)
{
    struct encounter *e = NULL;
    int found = vault_encounter(work->session->vault, uid, &e, err);
    if (found != 1) {
        json_decref(event);
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    int added = vault_add(work->session->vault, e, &event, 1, work->now_s, err);
    encounter_free(e);
    return added == 1  ? 0
           : added < 0 ? -1
                       : err_set(err, "%s", tr("somebody else has just written to this intake; try again"));
}

/* The patient's answer with the right birth date in it. NULL: this intake has no such answer that could be
 * judged. */
static json_t *born_answers(const struct encounter *e, struct date born)
{
    char day[DATE_ISO_SIZE];
    json_t *all = encounter_answers(e), *list = NULL;
    for (size_t i = 0; !e->damaged && !e->draft && i < json_array_size(all); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(all, i), "id"));
        if (id != NULL && strcmp(id, "birth_date") == 0) {
            json_t *answer = mem_need(json_deep_copy(json_array_get(all, i)));
            date_format_iso(born, day);
            json_object_set_new(answer, "state", json_string("given"));
            json_object_set_new(answer, "value", json_string(day));
            json_object_set_new(answer, "answer", json_string(day));
            json_object_del(answer, "clinic_answer");
            list = mem_need(json_pack("[o]", answer));
            break;
        }
    }
    json_decref(all);
    return list;
}

/* The correction, and with another birth date the rules about age worked out again. Where the clinic does not
 * have the form any more the answer waits to be gone through, and the result is a REVIEW at least until then.
 */
static int correct_one(struct work *work, const uint8_t uid[FRAME_UID], const char *name, struct date born,
                       const char *phone, struct err *err)
{
    struct encounter *e = NULL;
    json_t *event[2] = { event_correct(work->now_s, name, born, phone) };
    size_t n = 1;
    int found = vault_encounter(work->session->vault, uid, &e, err);
    if (found != 1) {
        json_decref(event[0]);
        return found < 0 ? -1 : err_set(err, "%s", tr("this intake has just been replaced or deleted"));
    }
    json_t *answers = date_is_full(born) && !date_equal(born, e->birth_date) ? born_answers(e, born) : NULL;
    if (answers != NULL) {
        struct form *form = session_form(work->session, e->form_hash);
        json_t *result = form == NULL ? NULL : encounter_assess(e, form, e->visit_on, answers, NULL);
        event[n++] =
            event_answers(work->now_s, clock_local_date(work->now_s), NULL, "patient", answers, result);
        form_free(form);
    }
    int added = vault_add(work->session->vault, e, event, n, work->now_s, err);
    char id[DEPOSIT_LONG];
    if (added == 1) {
        fprintf(work->call->out, tr("Corrected: intake %.8s.\n"), deposit_long(uid, id));
    }
    if (added == 1 && n == 2) {
        fprintf(work->call->out, tr("Its result with the right birth date: %s\n"),
                e->has_class ? outcome_name(e->class) : "-");
    }
    encounter_free(e);
    return added == 1  ? 0
           : added < 0 ? -1
                       : err_set(err, "%s", tr("somebody else has just written to this intake; try again"));
}

/* "-" is asked for: a command line is shown to everybody on the machine. */
struct corrections {
    const char *name, *born, *phone; /* NULL: not corrected */
    char *typed[3];
};

static int read_corrections(const struct command_call *call, struct corrections *out, struct err *err)
{
    static const char *const option[] = { "name", "born", "phone" };
    static const char *const prompt[] = { N_("Name: "), N_("Birth date, like 1990-02-03: "), N_("Phone: ") };
    const char **const value[] = { &out->name, &out->born, &out->phone };
    for (size_t i = 0; i < 3; i++) {
        *value[i] = command_value(call, option[i]);
        if (*value[i] == NULL || strcmp(*value[i], "-") != 0) {
            continue;
        }
        out->typed[i] = secret_line(call, tr(prompt[i]), err);
        if (out->typed[i] == NULL) {
            return -1;
        }
        *value[i] = out->typed[i];
    }
    return 0;
}

static int correct_all(struct work *work, const struct corrections *right, struct err *err)
{
    struct date born = { 0 };
    if (right->born != NULL && !(date_parse_iso(right->born, &born) && date_is_full(born))) {
        return err_set(err, tr("--born %s: a date is written 1990-02-03"), right->born);
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < work->n; i++) {
        rc = correct_one(work, work->uid[i], right->name, born, right->phone, err);
    }
    return rc;
}

static int correct(struct work *work, struct err *err)
{
    struct corrections right = { 0 };
    int rc = read_corrections(work->call, &right, err);
    rc = rc == 0 ? correct_all(work, &right, err) : rc;
    for (size_t i = 0; i < 3; i++) {
        sodium_free(right.typed[i]);
    }
    return rc;
}

static int restrict_lists(struct work *work, struct err *err)
{
    bool on = command_value(work->call, "off") == NULL;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < work->n; i++) {
        rc = add_event(work, work->uid[i], event_restrict(work->now_s, on, work->reason), err);
    }
    if (rc == 0) {
        fprintf(work->call->out,
                on ? tr_n("%zu intake is out of the lists; it still opens by its number.\n",
                          "%zu intakes are out of the lists; they still open by their numbers.\n", work->n)
                   : tr_n("%zu intake is in the lists again.\n", "%zu intakes are in the lists again.\n",
                          work->n),
                work->n);
    }
    return rc;
}

/* ---- erase
 * -------------------------------------------------------------------------------------------------- */

static int erase(struct work *work, struct err *err)
{
    if (command_value(work->call, "yes") == NULL) {
        return err_set(err,
                       tr_n("this takes %zu intake out for good. If that is what is asked for, say --yes",
                            "this takes %zu intakes out for good. If that is what is asked for, say --yes",
                            work->n),
                       work->n);
    }
    for (size_t i = 0; i < work->n; i++) {
        if (erase_intake(work->session->vault, work->uid[i], work->reason, work->now_s, err) != 1) {
            return -1;
        }
    }
    FILE *out = work->call->out;
    fprintf(out, tr_n("%zu intake is erased.", "%zu intakes are erased.", work->n), work->n);
    fprintf(
        out, " %s",
        tr("A tombstone with the number and the time stays.\n"
           "Not reached: backups and copies of the database, exports, paper, and what a flash card keeps of\n"
           "old pages by itself. After a restore run `foyer person erased --again FILE` with the list that\n"
           "`foyer person erased` prints: keep that list apart from the backups.\n"));
    return 0;
}

/* Needs no passphrase: it says only numbers and times, and takes away. */
static int erased(struct work *work, struct err *err)
{
    const char *path = command_value(work->call, "again");
    struct buf text = BUF_INIT;
    char login[SLOT_USER];
    int64_t n = 0;
    int rc;
    if (path == NULL) {
        rc = erase_list(work->session->db, &text, err);
        fputs(buf_str(&text), work->call->out);
    } else {
        rc = file_read(path, LIST_MAX, &text, err);
        n = rc == 0 ? erase_again(work->session->db, buf_str(&text), session_login(login), work->now_s, err)
                    : -1;
        rc = n < 0 ? -1 : 0;
    }
    if (rc == 0 && path != NULL) {
        fprintf(work->call->out,
                tr_n("%lld intake is erased again.\n", "%lld intakes are erased again.\n", (unsigned long)n),
                (long long)n);
    }
    buf_done(&text);
    return rc;
}

static const struct verb {
    const char *name;
    bool needs_reason;
    int (*run)(struct work *work, struct err *err);
} verbs[] = {
    { "export", true, export_copy },
    { "correct", false, correct },
    { "restrict", true, restrict_lists },
    { "erase", true, erase },
};

static int run_verb(struct work *work, const struct verb *verb, struct err *err)
{
    if (session_unlock(work->session, work->call, err) != 0 || collect(work, work->call->arg[1], err) != 0) {
        return -1;
    }
    return verb->run(work, err);
}

static int run(const struct command_call *call)
{
    const struct verb *verb = NULL;
    bool list = strcmp(call->arg[0], "erased") == 0;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        verb = strcmp(call->arg[0], verbs[i].name) == 0 ? &verbs[i] : verb;
    }
    if ((verb == NULL && !list) || call->nargs != (list ? 1 : 2)) {
        return command_usage(call, tr("\"person %s\" is not done that way"), call->arg[0]);
    }
    struct session session;
    struct err err = { "" };
    struct work work = { .call = call, .session = &session, .now_s = clock_wall_s(call->clock) };
    work.reason = command_value(call, "reason");
    if (verb != NULL && verb->needs_reason && (work.reason == NULL || work.reason[0] == '\0')) {
        return command_usage(
            call, "%s",
            tr("say why: --reason TEXT. It goes into the audit trail, in clear: no health details"));
    }
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int rc = list ? erased(&work, &err) : run_verb(&work, verb, &err);
    int status = rc == 0 ? COMMAND_OK : command_fail(call, &err);
    free(work.uid);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "reason", "TEXT", N_("why; it is kept in the audit trail, in clear") },
    { "links", NULL, N_("the same person's other intakes too, where staff linked them") },
    { "name", "TEXT", N_("correct: the name as it is; - asks for it, and so it does below") },
    { "born", "DATE", N_("correct: the birth date as it is") },
    { "phone", "TEXT", N_("correct: the phone number as it is") },
    { "off", NULL, N_("restrict: into the lists again") },
    { "yes", NULL, N_("erase: I mean it") },
    { "again", "FILE", N_("erased: erase what this list names, after a restore") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_person = {
    .name = "person",
    .args = "export | correct | restrict | erase UID; or erased",
    .summary = N_("what a patient may ask for: a copy, a correction, restriction, erasing"),
    .help =
        N_("export writes all there is about an intake as JSON. correct puts the right name, birth date or "
           "phone beside\n"
           "what the patient typed. restrict keeps it out of lists; it still opens by its number. erase "
           "destroys its keys and\n"
           "bytes and leaves a tombstone. erased lists the tombstones."),
    .min_args = 1,
    .max_args = 2,
    .option = options,
    .run = run,
};
