/* cmd_recover.c: the printed recovery key: a drill, a new passphrase by it, another one. */
#include "command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "audit.h"
#include "secret.h"
#include "session.h"
#include "tr.h"

static int unlock(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t key[RECOVERY_KEY];
    if (secret_ask_recovery(call, key, err) == 0) {
        (void)vault_unlock_recovery(session->db, key, clock_wall_s(call->clock), &session->vault, err);
    }
    sodium_memzero(key, sizeof key);
    return session->vault == NULL ? -1 : 0;
}

/* That the vault opened proves it: every secret of it was unwrapped by this key. */
static int drill(struct session *session, const struct command_call *call, struct err *err)
{
    struct audit_entry entry = { .at_s = clock_wall_s(call->clock),
                                 .actor = vault_user(session->vault),
                                 .act = "recovery drill" };
    if (audit_note(session->db, &entry, err) != 0) {
        return -1;
    }
    fprintf(call->out, "%s\n", tr("This recovery key opens the vault. Nothing was changed."));
    return 0;
}

static int set_passphrase(struct session *session, const struct command_call *call, struct err *err)
{
    struct slot_cost cost;
    const char *user = call->arg[0];
    char *passphrase = secret_passphrase(user, command_value(call, "new-passphrase-fd"), err);
    if (passphrase == NULL) {
        return -1;
    }
    slot_calibrate(slot_cpu_clock(), &cost);
    int rc = account_set_passphrase(session->vault, user, passphrase, &cost, clock_wall_s(call->clock), err);
    secret_free(passphrase);
    if (rc == 0) {
        fprintf(call->out, tr("Done: \"%s\" unlocks with the new passphrase from now on.\n"), user);
    }
    return rc;
}

static int replace(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t key[RECOVERY_KEY];
    if (session_unlock(session, call, err) != 0 || vault_need(session->vault, VAULT_KEYS, err) != 0) {
        return -1;
    }
    recovery_make(key);
    secret_show_recovery(call->out, key);
    int rc = secret_retype_recovery(call, key, err);
    if (rc == 0) {
        rc = account_set_recovery(session->vault, key, clock_wall_s(call->clock), err);
    }
    sodium_memzero(key, sizeof key);
    if (rc == 0) {
        fprintf(call->out, "%s\n",
                tr("Done: the old recovery key opens this database no more. Destroy the "
                   "paper; copies of the database from before still open with it."));
    }
    return rc;
}

static int work(struct session *session, const struct command_call *call, struct err *err)
{
    if (command_value(call, "replace") != NULL) {
        return replace(session, call, err);
    }
    /* A slip in the name is said before sixty letters are typed from paper. */
    if ((call->nargs == 1 && account_check(session->db, call->arg[0], err) != 0) ||
        unlock(session, call, err) != 0) {
        return -1;
    }
    return call->nargs == 0 ? drill(session, call, err) : set_passphrase(session, call, err);
}

static int run(const struct command_call *call)
{
    bool is_drill = command_value(call, "drill") != NULL, replaces = command_value(call, "replace") != NULL;
    if ((call->nargs == 1) + is_drill + replaces != 1) {
        return command_usage(call, "%s", tr("say whose passphrase is lost, or --drill, or --replace"));
    }
    return session_run(call, work);
}

static const struct command_option options[] = {
    { "drill", NULL, N_("prove that the printed key works; changes nothing") },
    { "replace", NULL, N_("make another recovery key; the old one ends") },
    { "new-passphrase-fd", "N", N_("read the new passphrase from descriptor N") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_recover = {
    .name = "recover",
    .args = "NAME | --drill | --replace",
    .summary = N_("a new passphrase by the printed recovery key, or a drill with it"),
    .help =
        N_("Do the drill once a quarter: a recovery key that nobody can read any more is found out in time.\n"
           "--replace asks for a clinician's passphrase, not for the old key."),
    .max_args = 1,
    .option = options,
    .run = run,
};
