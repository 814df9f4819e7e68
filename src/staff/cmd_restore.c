/* cmd_restore.c: the database again from a backup; and the same for practice, with records opened. */
#include "command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "backup_age.h"
#include "deposit.h"
#include "file.h"
#include "mem.h"
#include "restore.h"
#include "session.h"
#include "tr.h"

enum { OPENED_BY_DEFAULT = 20, NAMED = 8 };

static void say_restored(const struct command_call *call, const struct restore_result *result)
{
    char when[CLOCK_MINUTE_SIZE];
    const struct copy_found *found = &result->found;
    fprintf(call->out, tr("From %s: %lld intakes, %lld not finished.\n"), result->from,
            (long long)found->intakes, (long long)found->drafts);
    fprintf(call->out, tr("It is whole, and so is its audit trail up to entry %lld of %s.\n"),
            (long long)found->entries, clock_format_minute(found->last_s, when));
    if (result->has_list) {
        fprintf(call->out, tr("Erased again: %lld.\n"), (long long)result->erased);
    }
}

static void say_missing(const struct command_call *call, const struct restore_result *result)
{
    char when[CLOCK_MINUTE_SIZE];
    fprintf(call->out,
            tr("Missing is what happened after %s: intakes, decisions, notes, and changes of\naccounts and "
               "passphrases. Look at `foyer staff list`.\n"),
            clock_format_minute(result->found.last_s, when));
    if (!result->has_list) {
        fprintf(call->out, "%s\n",
                tr("There was no list of erased intakes beside it. If somebody was erased since, run\n"
                   "`foyer person erased --again FILE` before anybody works with it."));
    }
    if (result->newer > 0) {
        fprintf(call->out,
                tr_n("%d newer backup lies beside it: %s.\n",
                     "%d newer backups lie beside it, the newest is %s.\n", (unsigned long)result->newer),
                result->newer, result->newest);
    }
}

static int restore(struct session *session, const struct command_call *call, struct err *err)
{
    struct restore_result result;
    char login[SLOT_USER];
    const char *database = session->config->database;
    int rc = restore_make(call->arg[0], database, command_value(call, "erased"), call->clock,
                          session_login(login), &result, err);
    if (rc == 0) {
        fprintf(call->out, tr("Restored: %s\n"), database);
        say_restored(call, &result);
        say_missing(call, &result);
        session->db = db_open(database, clock_system(), err);
        rc = session->db == NULL ? -1 : session_check_keys(session, call, err);
    }
    if (rc == 0 && result.doubt.text[0] != '\0') {
        rc = err_set(err, tr("restored, but %s"), result.doubt.text);
    }
    free(result.from);
    return rc;
}

/* ---- practice
 * ----------------------------------------------------------------------------------------------- */

struct uids {
    uint8_t (*uid)[FRAME_UID];
    size_t n, damaged; /* filed as such before: no fault of the backup */
};

static int collect(void *arg, const struct vault_row *row)
{
    struct uids *uids = arg;
    if (row->summary.status == SUMMARY_DAMAGED) {
        uids->damaged++;
        return 0;
    }
    uids->uid = mem_realloc(uids->uid, uids->n + 1, sizeof *uids->uid);
    memcpy(uids->uid[uids->n++], row->uid, FRAME_UID);
    return 0;
}

/* The newest, which the last backup added, stays last; before it any others, as chance has it. */
static void shuffle(struct uids *uids)
{
    for (size_t i = uids->n; i > 2; i--) {
        uint8_t tmp[FRAME_UID];
        size_t j = randombytes_uniform((uint32_t)(i - 1));
        memcpy(tmp, uids->uid[i - 2], sizeof tmp);
        memcpy(uids->uid[i - 2], uids->uid[j], sizeof tmp);
        memcpy(uids->uid[j], tmp, sizeof tmp);
    }
}

struct drill {
    size_t opened, failed;
    struct buf names; /* of those that did not open */
};

static int open_some(struct session *practice, struct uids *uids, size_t most, struct drill *drill,
                     struct err *err)
{
    shuffle(uids);
    for (size_t i = 0; i < uids->n && i < most; i++) {
        struct encounter *encounter = NULL;
        char id[DEPOSIT_SHORT];
        const uint8_t *uid = uids->uid[uids->n - 1 - i];
        int found = vault_encounter(practice->vault, uid, &encounter, err);
        if (found < 0) {
            return -1;
        }
        if (found == 1 && !encounter->damaged) {
            drill->opened++;
        } else if (drill->failed++ < NAMED) {
            buf_addf(&drill->names, " %s", deposit_short(uid, id));
        }
        encounter_free(encounter);
    }
    return 0;
}

static int how_many(const struct command_call *call, size_t *out, struct err *err)
{
    const char *value = command_value(call, "count");
    char *end = NULL;
    long n = value == NULL ? OPENED_BY_DEFAULT : strtol(value, &end, 10);
    if (n < 1 || n > 1000000 || (end != NULL && *end != '\0')) {
        return err_set(err, tr("--count %s: a number from 1 on"), value);
    }
    *out = (size_t)n;
    return 0;
}

/* In the database that is worked with: when it was practised, and by whom. */
static int note(const struct session *session, const struct command_call *call,
                const struct restore_result *result, const struct drill *drill, const char *user,
                struct err *err)
{
    char detail[160];
    const char *name = path_name(result->from);
    struct db *db = db_open(session->config->database, clock_system(), err);
    snprintf(detail, sizeof detail, "%.60s: %lld intakes, %zu opened", name, (long long)result->found.intakes,
             drill->opened);
    const struct audit_entry entry = {
        .at_s = clock_wall_s(call->clock), .actor = user, .act = "restore drill", .detail = detail
    };
    int rc = db == NULL ? -1 : backup_note_restored(db, name, &entry, err);
    db_close(db);
    return rc == 0 ? 0 : err_prefix(err, "%s", tr("practised, but not noted"));
}

static int practise_on(const struct session *session, struct session *practice,
                       const struct command_call *call, const struct restore_result *result, size_t most,
                       struct err *err)
{
    struct uids uids = { 0 };
    struct drill drill = { 0 };
    say_restored(call, result);
    int rc = session_unlock(practice, call, err) == 0 && vault_each(practice->vault, collect, &uids, err) == 0
                 ? open_some(practice, &uids, most, &drill, err)
                 : -1;
    if (rc == 0) {
        fprintf(call->out, tr("Opened with the passphrase and read: %zu of %zu intakes.\n"), drill.opened,
                uids.n);
    }
    if (rc == 0 && uids.damaged > 0) {
        fprintf(call->out, tr("Filed as damaged before the backup, and passed over: %zu.\n"), uids.damaged);
    }
    if (rc == 0 && drill.failed > 0) {
        rc =
            err_set(err,
                    tr("%zu could not be opened in the backup:%s. Try `foyer show` with them; do not rely on "
                       "this backup"),
                    drill.failed, buf_str(&drill.names));
    } else if (rc == 0 && uids.n > 0) {
        rc = note(session, call, result, &drill, vault_user(practice->vault), err);
    } else if (rc == 0) {
        rc = err_set(err, "%s", tr("there is no intake in it to open, so nothing is proved yet"));
    }
    buf_done(&drill.names);
    free(uids.uid);
    return rc;
}

static int practise(struct session *session, const struct command_call *call, struct err *err)
{
    struct restore_result result = { 0 };
    struct buf path = BUF_INIT;
    size_t most = 0;
    const char *from = call->nargs > 0 ? call->arg[0] : session->config->backup.folder;
    if (how_many(call, &most, err) != 0) {
        return -1;
    }
    if (from[0] == '\0') {
        return err_set(err, "%s", tr("say which backup: foyer restore --drill FILE, or its folder"));
    }
    int lock;
    char *folder = restore_practice_folder(session->config->database, &lock, err);
    if (folder == NULL) {
        return -1;
    }
    char login[SLOT_USER];
    buf_addf(&path, "%s/practice.db", folder);
    int rc = restore_make(from, buf_str(&path), command_value(call, "erased"), call->clock,
                          session_login(login), &result, err);
    if (rc == 0) {
        struct session practice = { .config = session->config,
                                    .db = db_open(buf_str(&path), clock_system(), err) };
        rc = practice.db == NULL ? -1 : practise_on(session, &practice, call, &result, most, err);
        practice.config = NULL; /* the other's */
        session_close(&practice);
    }
    struct err trouble = { "" };
    if (restore_remove_folder(folder, &trouble) != 0 && rc == 0) {
        rc = err_set(err, "%s", trouble.text);
    } else if (rc == 0) {
        fprintf(call->out, "%s\n", tr("The copy made for practice was removed. A backup can be restored."));
    }
    close(lock);
    free(result.from);
    free(folder);
    buf_done(&path);
    return rc;
}

static int run(const struct command_call *call)
{
    struct session session = { 0 };
    struct err err = { "" };
    bool drill = command_value(call, "drill") != NULL;
    if (!drill && call->nargs == 0) {
        return command_usage(call, "%s",
                             tr("say from where: foyer restore FILE, or its folder for the newest"));
    }
    int rc = session_prepare(&session, call, &err) == 0
                 ? (drill ? practise(&session, call, &err) : restore(&session, call, &err))
                 : -1;
    int status = rc == 0 ? COMMAND_OK : command_fail(call, &err);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "drill", NULL, N_("only practise: into a folder that is removed again, and open some intakes") },
    { "count", "N", N_("drill: how many to open; 20 if not given") },
    { "erased", "FILE", N_("a list of intakes to erase again, as `foyer person erased` prints it") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_restore = {
    .name = "restore",
    .args = "FROM, or --drill [FROM]",
    .summary = N_("the database again, from a backup; --drill practises it"),
    .help =
        N_("FROM is a backup, or a folder with backups: then the newest. Nothing that is there is "
           "overwritten. The backup\n"
           "is looked through first; intakes erased since it was made are erased again, by the list beside "
           "it. Practise\n"
           "with --drill once a quarter: it needs a passphrase, and says when it was done in `foyer backup "
           "--list`."),
    .max_args = 1,
    .option = options,
    .run = run,
};
