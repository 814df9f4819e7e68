/* cmd_keys.c: the clinic's public keys, as the kiosk holds them. */
#include "command.h"

#include <string.h>
#include <sys/stat.h>

#include "account.h"
#include "session.h"
#include "tr.h"

static int show(struct session *session, const struct command_call *call, struct err *err)
{
    struct frame_keys keys;
    char print[FRAME_FINGERPRINT];
    if (account_keys(session->db, &keys, err) != 0) {
        return -1;
    }
    struct buf line = BUF_INIT;
    buf_addf(&line, tr("The vault's newest keys:  %s  (epoch %u)\n"), frame_keys_fingerprint(&keys, print),
             keys.epoch);
    command_print(call, buf_str(&line));
    buf_done(&line);
    return session_check_keys(session, call, err);
}

static int rotate(struct session *session, const struct command_call *call, struct err *err)
{
    struct frame_keys keys;
    char print[FRAME_FINGERPRINT];
    if (session_unlock(session, call, err) != 0 ||
        account_rotate(session->vault, &keys, clock_wall_s(call->clock), err) != 0) {
        return -1;
    }
    /* What secret files need is not what this one needs: the kiosk's user reads it. */
    if (frame_keys_write(session->config->public_keys, &keys, err) != 0) {
        return err_prefix(
            err, "%s",
            tr("the new keys are in the vault, but the kiosk does not have them; run `foyer keys "
               "write`"));
    }
    fprintf(call->out,
            tr("New keys, fingerprint %s, are in %s.\nThe kiosk takes them up between two patients. Old "
               "intakes stay readable.\n"),
            frame_keys_fingerprint(&keys, print), session->config->public_keys);
    return 0;
}

/* The file again, from the database: after a rotation that was cut short, or when the file was lost. Needs
 * somebody with the keys: the database alone could be a forger's. */
static int write_file(struct session *session, const struct command_call *call, struct err *err)
{
    struct frame_keys keys;
    char print[FRAME_FINGERPRINT];
    if (session_unlock(session, call, err) != 0 || vault_need(session->vault, VAULT_KEYS, err) != 0 ||
        account_keys(session->db, &keys, err) != 0 ||
        frame_keys_write(session->config->public_keys, &keys, err) != 0) {
        return -1;
    }
    fprintf(call->out, tr("%s now holds the keys with fingerprint %s.\n"), session->config->public_keys,
            frame_keys_fingerprint(&keys, print));
    return 0;
}

static int run(const struct command_call *call)
{
    static const struct {
        const char *name;
        session_work *run;
    } verbs[] = { { "show", show }, { "rotate", rotate }, { "write", write_file } };
    enum { NVERBS = sizeof verbs / sizeof *verbs };
    const char *name = call->nargs > 0 ? call->arg[0] : "show";
    size_t i = 0;
    while (i < NVERBS && strcmp(verbs[i].name, name) != 0) {
        i++;
    }
    if (i == NVERBS) {
        return command_usage(call, tr("\"keys %s\" is not done that way"), name);
    }
    return session_run(call, verbs[i].run);
}

static const struct command_option options[] = { SESSION_OPTIONS, { NULL, NULL, NULL } };

const struct command cmd_keys = {
    .name = "keys",
    .args = "show | rotate | write",
    .summary = N_("the keys that the kiosk seals with: fingerprint, new ones"),
    .help =
        N_("show compares the kiosk's file with the vault and needs no passphrase. rotate makes a new pair "
           "for intakes\n"
           "to come. write puts the newest pair into the kiosk's file again."),
    .max_args = 1,
    .option = options,
    .run = run,
};
