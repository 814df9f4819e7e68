/* cmd_backup.c: a copy of the database, and what is known about the copies there are. */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backup.h"
#include "backup_age.h"
#include "session.h"
#include "tr.h"

static struct backup_plan plan_of(const struct session *session, const struct command_call *call)
{
    struct backup_plan plan = backup_age_plan(session->config);
    if (call->nargs > 0) {
        plan.folder = call->arg[0];
        plan.stick = false;
    }
    plan.stick = plan.stick || command_value(call, "stick") != NULL;
    return plan;
}

static void say_more(const struct command_call *call, const struct backup_plan *plan,
                     const struct backup_result *result)
{
    if (result->removed > 0) {
        fprintf(call->out,
                tr_n("%d older one was removed.\n", "%d older ones were removed.\n",
                     (unsigned long)result->removed),
                result->removed);
    }
    if (result->with_erased > 0) {
        fprintf(
            call->out,
            tr_n("%d older backup still holds intakes that were erased since. A newer one takes its place "
                 "in time;\nif it must be sooner, delete it in %s.\n",
                 "%d older backups still hold intakes that were erased since. Newer ones take their place "
                 "in time;\nif it must be sooner, delete them in %s.\n",
                 (unsigned long)result->with_erased),
            result->with_erased, plan->folder);
    }
    if (result->strange > 0) {
        fprintf(
            call->out,
            tr_n("%d file in %s is not an earlier state of this database, or is damaged. It was left as it "
                 "is.\n",
                 "%d files in %s are not earlier states of this database, or are damaged. They were left as "
                 "they are.\n",
                 (unsigned long)result->strange),
            result->strange, plan->folder);
    }
}

static int make(struct session *session, const struct command_call *call, const struct backup_plan *plan,
                struct err *err)
{
    struct backup_result result;
    char login[SLOT_USER], when[CLOCK_MINUTE_SIZE];
    if (backup_make(session->db, plan, call->clock, session_login(login), &result, err) != 0) {
        return err_prefix(err, "%s", tr("no backup was made, earlier ones are as they were"));
    }
    if (command_value(call, "quiet") == NULL) {
        fprintf(call->out, tr("Backup made: %s/%s\n"), plan->folder, result.name);
        fprintf(call->out, tr("Read back and the same as the database: %lld intakes, %lld not finished"),
                (long long)result.found.intakes, (long long)result.found.drafts);
        if (result.found.newest_s > 0) {
            fprintf(call->out, tr("; the newest of %s"), clock_format_minute(result.found.newest_s, when));
        }
        fputs(".\n", call->out);
        say_more(call, plan, &result);
    }
    return result.doubt.text[0] == '\0' ? 0
                                        : err_set(err, tr("the backup was made, but %s"), result.doubt.text);
}

static void say_state(const struct command_call *call, const char *what, int64_t at_s, const char *file,
                      int64_t now_s)
{
    char when[CLOCK_MINUTE_SIZE];
    struct buf age = BUF_INIT;
    if (at_s > 0) {
        backup_age_words(at_s, now_s, &age);
        fprintf(call->out, "%s %s, %s  %s\n", what, clock_format_minute(at_s, when), buf_str(&age), file);
    } else {
        fprintf(call->out, "%s %s\n", what, tr("never"));
    }
    buf_done(&age);
}

static int list(struct session *session, const struct command_call *call, const struct backup_plan *plan,
                struct err *err)
{
    struct backup_state state;
    struct backup_file *file = NULL;
    size_t n = 0;
    int64_t now_s = clock_wall_s(call->clock);
    if (backup_state(session->db, &state, err) != 0) {
        return -1;
    }
    say_state(call, tr("Last backup:       "), state.made_s, state.made, now_s);
    say_state(call, tr("Restore practised: "), state.drilled_s, state.drilled, now_s);
    if (backup_check_place(plan, session->config->database, err) != 0 ||
        backup_list(plan->folder, &file, &n, err) != 0) {
        free(file);
        return -1;
    }
    fprintf(call->out, tr("In %s:\n"), plan->folder);
    for (size_t i = 0; i < n; i++) {
        struct buf path = BUF_INIT;
        struct stat st = { 0 };
        buf_addf(&path, "%s/%s", plan->folder, file[i].name);
        if (stat(buf_str(&path), &st) == 0) {
            fprintf(call->out, "  %s  %8.1f MB\n", file[i].name, (double)st.st_size / 1e6);
        }
        buf_done(&path);
    }
    if (n == 0) {
        fprintf(call->out, "  %s\n", tr("nothing"));
    }
    free(file);
    return 0;
}

static int work(struct session *session, const struct command_call *call, struct err *err)
{
    struct backup_plan plan = plan_of(session, call);
    if (plan.folder[0] == '\0') {
        return err_set(err, tr("say where to: foyer backup FOLDER, or backup = { folder = \"...\"; }; in %s"),
                       session->config->path);
    }
    return command_value(call, "list") != NULL ? list(session, call, &plan, err)
                                               : make(session, call, &plan, err);
}

static int run(const struct command_call *call)
{
    return session_run(call, work);
}

static const struct command_option options[] = {
    { "list", NULL, N_("say which there are, and when a restore was practised") },
    { "stick", NULL, N_("FOLDER must be on a stick that is mounted") },
    { "quiet", NULL, N_("say nothing unless something is wrong") },
    { NULL, NULL, NULL },
};

const struct command cmd_backup = {
    .name = "backup",
    .args = "[FOLDER]",
    .summary = N_("a sealed copy of the database, read back, and the older ones thinned out"),
    .help =
        N_("Needs no passphrase: what is copied stays sealed. FOLDER is the one in kiosk.conf if it is not "
           "given. A backup\n"
           "gets its name once it was read back and is the same as the database; until then, and after any "
           "trouble, earlier\n"
           "ones are as they were. Patients are not held up by it. See `foyer restore --drill`."),
    .max_args = 1,
    .option = options,
    .run = run,
};
