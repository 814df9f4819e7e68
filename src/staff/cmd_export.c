/* cmd_export.c: intakes in clear, for whoever may take them out: text, CSV, JSON or an SQLite file. One
 * intake is in memory at a time, and no statement is open while it is written. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "deposit.h"
#include "handing.h"
#include "mem.h"
#include "outfile.h"
#include "people.h"
#include "report.h"
#include "rows.h"
#include "session.h"
#include "tr.h"

enum format { FORMAT_CSV, FORMAT_JSON, FORMAT_SQLITE, FORMAT_TEXT, FORMATS };
static const char *const format_name[FORMATS] = { "csv", "json", "sqlite", "text" };

enum { TEXT_COLUMNS = 80 };

struct export
{
    const struct command_call *call;
    struct session *session;
    enum format format;
    struct date from, to;
    uint8_t(*uid)[FRAME_UID]; /* those that are named; NULL: all */
    size_t nuids;
    struct people *people;
    size_t n, hidden;
    struct err *err;

    struct outfile file; /* -o */
    FILE *out;
    char *folder; /* of a CSV export, until it is in its place */
    FILE *csv[TABLES];
    enum table only; /* TABLES: all */
    struct archive *archive;
    struct json_line json;
    struct form *form; /* of a text: the one that the last intake was made with; NULL: gone */
    char form_hash[2 * FRAME_HASH + 1];
};

/* ---- which
 * -------------------------------------------------------------------------------------------------- */

static bool is_named(const struct export *x, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < x->nuids; i++) {
        if (memcmp(x->uid[i], uid, FRAME_UID) == 0) {
            return true;
        }
    }
    return false;
}

/* By the day of the visit; what cannot be read, by the day it came. */
static bool is_wanted(struct export *x, const struct vault_row *row)
{
    struct date day =
        date_is_full(row->summary.visit_on) ? row->summary.visit_on : clock_local_date(row->summary.wall_s);
    if (x->nuids > 0) {
        return is_named(x, row->uid);
    }
    if ((date_is_full(x->from) && date_compare(day, x->from) < 0) ||
        (date_is_full(x->to) && date_compare(day, x->to) > 0)) {
        return false;
    }
    if (row->summary.restricted && command_value(x->call, "restricted") == NULL) {
        x->hidden++;
        return false;
    }
    return true;
}

static int know_person(void *arg, const struct vault_row *row)
{
    struct export *x = arg;
    size_t hidden = x->hidden;
    people_add(x->people, row->uid, row->summary.links, row->summary.nlinks, is_wanted(x, row));
    x->hidden = hidden;
    return 0;
}

/* ---- one intake
 * --------------------------------------------------------------------------------------------- */

static int csv_row(void *arg, enum table table, const struct cell *cell)
{
    struct export *x = arg;
    if (x->csv[table] != NULL) {
        rows_csv(x->csv[table], table, cell);
    }
    return 0;
}

static int write_text(struct export *x, const struct encounter *e)
{
    struct frame_header header;
    json_t *body = NULL;
    struct buf text = BUF_INIT;
    const struct handing handing = { .config = x->session->config, .kind = HANDOUT_SUMMARY };
    char id[DEPOSIT_LONG];
    if (vault_body(x->session->vault, e->uid, &header, &body, NULL) == 1) {
        if (strcmp(x->form_hash, e->form_hash) != 0) { /* a form that is gone is looked for once */
            form_free(x->form);
            x->form = session_form(x->session, e->form_hash);
            snprintf(x->form_hash, sizeof x->form_hash, "%s", e->form_hash);
        }
        report_intake(&text, &header, body, e, x->form, TEXT_COLUMNS);
        buf_adds(&text, "\n");
        handing_text(&handing, e, &text, NULL);
        json_decref(body);
    } else {
        buf_addf(&text, tr("Intake %s is damaged: it could not be opened.\n"), deposit_long(e->uid, id));
    }
    fprintf(x->out, "%s%s", x->n > 0 ? "\n\f\n" : "", buf_str(&text));
    buf_wipe(&text);
    return 0;
}

static int write_rows(struct export *x, const struct encounter *e)
{
    bool newest;
    const uint8_t *patient = people_of(x->people, e->uid, &newest);
    struct table_sink sink = { csv_row, x };
    if (x->format == FORMAT_SQLITE) {
        sink = (struct table_sink){ archive_row, x->archive };
    } else if (x->format == FORMAT_JSON) {
        sink = (struct table_sink){ json_row, &x->json };
    }
    int rc = tables_write(e, patient, newest || x->format == FORMAT_JSON, &sink);
    if (x->format == FORMAT_JSON) {
        json_end(&x->json, x->out);
    }
    return rc;
}

static int write_one(void *arg, const struct vault_row *row)
{
    struct export *x = arg;
    struct encounter *e = NULL;
    if (!is_wanted(x, row)) {
        return 0;
    }
    int found = vault_encounter(x->session->vault, row->uid, &e, x->err);
    if (found < 0) {
        return -1;
    }
    if (found == 0) {
        return 0; /* erased in this moment */
    }
    int rc = x->format == FORMAT_TEXT ? write_text(x, e) : write_rows(x, e);
    encounter_free(e);
    x->n++;
    /* A full disk is found early, not after an hour. */
    return rc == 0 && x->out != NULL && ferror(x->out)
               ? err_sys(x->err, "%s", tr("the export cannot be written"))
               : rc;
}

/* ---- where to
 * ----------------------------------------------------------------------------------------------- */

static FILE *create_beside(const struct export *x, enum table table, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s.csv", x->folder, table_schema[table].name);
    FILE *file = fopen(buf_str(&path), "wxe");
    if (file == NULL) {
        err_sys(err, tr("cannot write %s"), buf_str(&path));
    }
    buf_done(&path);
    return file;
}

static int open_folder(struct export *x, const char *path, struct err *err)
{
    if (outfile_folder(path, &x->folder, err) != 0) {
        return -1;
    }
    for (int t = 0; t < TABLES; t++) {
        x->csv[t] = create_beside(x, (enum table)t, err);
        if (x->csv[t] == NULL) {
            return -1;
        }
        rows_csv_head(x->csv[t], (enum table)t);
    }
    return 0;
}

static int open_output(struct export *x, struct err *err)
{
    const char *path = command_value(x->call, "output");
    bool force = command_value(x->call, "force") != NULL;
    if (x->format == FORMAT_CSV && x->only == TABLES) {
        return open_folder(x, path, err);
    }
    x->out = x->call->out;
    if (path != NULL) {
        if (outfile_open(&x->file, path, force, err) != 0) {
            return -1;
        }
        x->out = x->file.file;
    }
    if (x->format == FORMAT_SQLITE) {
        x->archive = archive_new(x->file.beside, err);
        return x->archive == NULL ? -1 : 0;
    }
    if (x->format == FORMAT_CSV) {
        x->csv[x->only] = x->out;
        rows_csv_head(x->out, x->only);
    }
    return 0;
}

static int close_folder(struct export *x, const char *path, bool keep, struct err *err)
{
    int rc = 0;
    for (int t = 0; t < TABLES; t++) {
        FILE *file = x->csv[t];
        bool good = file == NULL || (fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0);
        if (file != NULL && (fclose(file) != 0 || !good) && rc == 0 && keep) {
            rc = err_sys(err, tr("cannot write %s"), path);
        }
    }
    if (keep && rc == 0) {
        rc = outfile_folder_commit(path, x->folder, err);
    }
    for (int t = 0; (!keep || rc != 0) && t < TABLES; t++) {
        struct buf name = BUF_INIT;
        buf_addf(&name, "%s/%s.csv", x->folder, table_schema[t].name);
        unlink(buf_str(&name));
        buf_done(&name);
    }
    if (!keep || rc != 0) {
        rmdir(x->folder);
    }
    free(x->folder);
    return rc;
}

/* Nothing is left behind of what did not come to its end. */
static int close_output(struct export *x, bool keep, struct err *err)
{
    int rc = keep ? 0 : -1;
    json_done(&x->json);
    if (x->folder != NULL) {
        return close_folder(x, command_value(x->call, "output"), keep, err);
    }
    if (x->archive != NULL && archive_end(x->archive, keep, keep ? err : NULL) != 0) {
        rc = -1;
    }
    if (x->file.file != NULL && rc == 0) {
        return outfile_commit(&x->file, err);
    }
    outfile_drop(&x->file);
    return rc;
}

/* ---- the command
 * -------------------------------------------------------------------------------------------- */

static int read_day(const struct command_call *call, const char *option, struct date *out)
{
    const char *given = command_value(call, option);
    if (given == NULL || (date_parse_iso(given, out) && date_is_full(*out))) {
        return COMMAND_OK;
    }
    return command_usage(call, tr("--%s %s: a day is written 2026-11-21"), option, given);
}

static int read_line(struct export *x)
{
    const struct command_call *call = x->call;
    const char *table = command_value(call, "table"), *path = command_value(call, "output");
    const char *reason = command_value(call, "reason");
    int format = 0;
    while (format < FORMATS && strcmp(call->arg[0], format_name[format]) != 0) {
        format++;
    }
    if (format == FORMATS) {
        return command_usage(call, tr("there is no format \"%s\": csv, json, sqlite or text"), call->arg[0]);
    }
    x->format = (enum format)format;
    x->only = table == NULL ? TABLES : table_find(table);
    if (table != NULL && (x->only == TABLES || x->format != FORMAT_CSV)) {
        return command_usage(call,
                             tr("--table %s: csv knows patient, intake, answer, flag, checklist_item, field, "
                                "decision, note and event"),
                             table);
    }
    if (path == NULL && (x->format == FORMAT_SQLITE || (x->format == FORMAT_CSV && table == NULL))) {
        return command_usage(call, "%s",
                             x->format == FORMAT_SQLITE ? tr("say which file: -o FILE")
                                                        : tr("say which folder: -o FOLDER; or one --table"));
    }
    if (reason == NULL || reason[strspn(reason, " ")] == '\0') {
        return command_usage(call, "%s",
                             tr("say why: --reason TEXT. It goes into the audit trail, in clear: no health "
                                "details"));
    }
    int status = read_day(call, "from", &x->from);
    return status == COMMAND_OK ? read_day(call, "to", &x->to) : status;
}

static int find_named(struct export *x, struct err *err)
{
    for (size_t i = 0; i < x->call->noptions; i++) {
        if (strcmp(x->call->given[i].option->name, "uid") == 0) {
            x->uid = mem_realloc(x->uid, x->nuids + 1, sizeof *x->uid);
            if (session_find(x->session, x->call->given[i].value, x->uid[x->nuids++], err) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int note(const struct export *x, const uint8_t *uid, struct err *err)
{
    struct buf detail = BUF_INIT;
    buf_addf(&detail, "%s %s..%s: %s", format_name[x->format],
             command_value(x->call, "from") != NULL ? command_value(x->call, "from") : "",
             command_value(x->call, "to") != NULL ? command_value(x->call, "to") : "",
             command_value(x->call, "reason"));
    const struct audit_entry entry = { .at_s = clock_wall_s(x->call->clock),
                                       .actor = vault_user(x->session->vault),
                                       .act = "exported",
                                       .uid = uid,
                                       .detail = buf_str(&detail) };
    int rc = audit_note(x->session->db, &entry, err);
    buf_done(&detail);
    return rc;
}

/* One entry for all, or one for each that was named. */
static int note_all(const struct export *x, struct err *err)
{
    int rc = x->nuids == 0 ? note(x, NULL, err) : 0;
    for (size_t i = 0; rc == 0 && i < x->nuids; i++) {
        rc = note(x, x->uid[i], err);
    }
    return rc;
}

static int take_out(struct export *x, struct err *err)
{
    struct session *session = x->session;
    x->err = err;
    if (find_named(x, err) != 0 || session_unlock(session, x->call, err) != 0 ||
        vault_need(session->vault, VAULT_TAKE, err) != 0 ||
        vault_each(session->vault, know_person, x, err) != 0) {
        return -1;
    }
    people_settle(x->people);
    bool good = open_output(x, err) == 0 && note_all(x, err) == 0 &&
                vault_each(session->vault, write_one, x, err) == 0;
    if (!good && err->text[0] == '\0') {
        /* The archive says it when it is closed. */
        return close_output(x, false, err);
    }
    return good ? close_output(x, true, err) : (close_output(x, false, &(struct err){ "" }), -1);
}

static void say(const struct export *x)
{
    fprintf(x->call->err,
            tr_n("%zu intake, in clear: keep it as you keep a patient's file.\n",
                 "%zu intakes, in clear: keep them as you keep a patient's file.\n", x->n),
            x->n);
    if (x->hidden > 0) {
        fprintf(x->call->err,
                tr_n("%zu restricted intake was left out; --restricted takes it in.\n",
                     "%zu restricted intakes were left out; --restricted takes them in.\n", x->hidden),
                x->hidden);
    }
}

static int run(const struct command_call *call)
{
    struct session session;
    struct export x = { .call = call, .session = &session, .only = TABLES };
    struct err err = { "" };
    int status = read_line(&x);
    if (status != COMMAND_OK) {
        return status;
    }
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    x.people = people_new();
    status = take_out(&x, &err) == 0 ? COMMAND_OK : command_fail(call, &err);
    if (status == COMMAND_OK) {
        say(&x);
    }
    people_free(x.people);
    form_free(x.form);
    free(x.uid);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "reason", "TEXT", N_("why; it is kept in the audit trail, in clear") },
    { "output", "FILE", N_("write to FILE, mode 0600; of csv a folder, one file a table") },
    { "force", NULL, N_("FILE may be there already, and is replaced") },
    { "table", "NAME", N_("csv: this table alone") },
    { "from", "DATE", N_("visits of this day and later") },
    { "to", "DATE", N_("visits of this day and earlier") },
    { "uid", "UID", N_("this intake alone; may be given more than once") },
    { "restricted", NULL, N_("those too that are restricted") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_export = {
    .name = "export",
    .args = "csv | json | sqlite | text",
    .summary = N_("intakes in clear, as tables, JSON lines, an SQLite file or text"),
    .help =
        N_("csv: a folder with a file a table, or one --table. json: one object a line for each intake. "
           "sqlite:\n"
           "the same tables with keys. text: as `foyer show` has it, and the summary. foyer(1) explains the\n"
           "tables. For whoever may take records out; the reason goes into the audit trail before the first\n"
           "word is written."),
    .min_args = 1,
    .max_args = 1,
    .option = options,
    .run = run,
};
