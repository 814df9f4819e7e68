/* cmd_staff.c: who may open the vault. */
#include "command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "buf.h"
#include "secret.h"
#include "session.h"
#include "text.h"
#include "tr.h"

enum { NAME_COLUMNS = 20 };

/* One call of a verb, with the database open. */
struct work {
    const struct command_call *call;
    struct session *session;
    const char *user; /* the account; NULL: none was named */
    const char *value;
    char login[SLOT_USER]; /* who does what needs no passphrase */
    int64_t now_s;
};

static void add_cell(struct buf *out, const char *text, int columns)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), false);
    buf_adds(out, buf_str(&clean));
    for (int used = text_width(buf_str(&clean)); used < columns; used++) {
        buf_adds(out, " ");
    }
    buf_adds(out, " ");
    buf_done(&clean);
}

static void add_state(struct buf *out, const struct account *account)
{
    if (account->proposed) {
        buf_addf(out, tr("proposed by %s; waits for `foyer staff complete`"), account->by);
    } else if (account->wait_s > 0) {
        buf_addf(out, tr("%d wrong passphrases; waits %lld s"), account->failures,
                 (long long)account->wait_s);
    } else if (account->failures > 0) {
        buf_addf(out, tr("%d wrong passphrases"), account->failures);
    } else {
        buf_adds(out, tr("in use"));
    }
}

static int list(struct work *work, struct err *err)
{
    struct account *account;
    size_t n;
    struct buf out = BUF_INIT;
    if (account_list(work->session->db, work->now_s, &account, &n, err) != 0) {
        return -1;
    }
    add_cell(&out, tr("Name"), NAME_COLUMNS);
    add_cell(&out, tr("Role"), 10);
    add_cell(&out, tr("Since"), 16);
    buf_addf(&out, "%s\n", tr("State"));
    for (size_t i = 0; i < n; i++) {
        char when[CLOCK_MINUTE_SIZE];
        add_cell(&out, account[i].user, NAME_COLUMNS);
        add_cell(&out, account[i].role, 10);
        add_cell(&out, clock_format_minute(account[i].at_s, when), 16);
        add_state(&out, &account[i]);
        buf_adds(&out, "\n");
    }
    fputs(buf_str(&out), work->call->out);
    buf_done(&out);
    free(account);
    return 0;
}

static int add(struct work *work, struct err *err)
{
    const char *role = command_value(work->call, "role");
    if (role == NULL) {
        return err_set(err, "%s", tr("say which role: --role desk, viewer, clinician or auditor"));
    }
    if (account_propose(work->session->db, work->user, role, work->login, work->now_s, err) != 0) {
        return -1;
    }
    fprintf(work->call->out,
            tr("The account \"%s\" (%s) is proposed. It opens nothing until a clinician runs\n"
               "    foyer staff complete %s\nand %s types a passphrase.\n"),
            work->user, role, work->user, work->user);
    return 0;
}

static int withdraw(struct work *work, struct err *err)
{
    return account_withdraw(work->session->db, work->user, work->login, work->now_s, err);
}

static int disable(struct work *work, struct err *err)
{
    if (account_disable(work->session->db, work->user, work->login, work->now_s, err) != 0) {
        return -1;
    }
    fprintf(
        work->call->out,
        tr("The account \"%s\" opens nothing any more. Whoever kept a copy of the database from before can\n"
           "still open that copy. If you fear that, run `foyer keys rotate` as well, and keep the\n"
           "database file out of reach.\n"),
        work->user);
    return 0;
}

typedef int set_slot(struct vault *vault, const struct work *work, const char *passphrase,
                     const struct slot_cost *cost, struct err *err);

static int set_complete(struct vault *vault, const struct work *work, const char *passphrase,
                        const struct slot_cost *cost, struct err *err)
{
    return account_complete(vault, work->user, passphrase, cost, work->now_s, err);
}

static int set_role(struct vault *vault, const struct work *work, const char *passphrase,
                    const struct slot_cost *cost, struct err *err)
{
    return account_set_role(vault, work->user, work->value, passphrase, cost, work->now_s, err);
}

static int set_passphrase(struct vault *vault, const struct work *work, const char *passphrase,
                          const struct slot_cost *cost, struct err *err)
{
    return account_set_passphrase(vault, work->user, passphrase, cost, work->now_s, err);
}

/* Unlocks, has the new passphrase typed, and writes the slot. */
static int with_new_slot(struct work *work, set_slot *set, struct err *err)
{
    struct slot_cost cost;
    if (session_unlock(work->session, work->call, err) != 0) {
        return -1;
    }
    const char *own = vault_user(work->session->vault);
    work->user = work->user == NULL ? own : work->user;
    char *passphrase = secret_passphrase(strcmp(work->user, own) == 0 ? NULL : work->user,
                                         command_value(work->call, "new-passphrase-fd"), err);
    if (passphrase == NULL) {
        return -1;
    }
    slot_calibrate(slot_cpu_clock(), &cost);
    int rc = set(work->session->vault, work, passphrase, &cost, err);
    secret_free(passphrase);
    if (rc == 0) {
        fprintf(work->call->out, tr("Done: \"%s\" unlocks with the new passphrase from now on.\n"),
                work->user);
    }
    return rc;
}

static int complete(struct work *work, struct err *err)
{
    return with_new_slot(work, set_complete, err);
}

static int change_role(struct work *work, struct err *err)
{
    return with_new_slot(work, set_role, err);
}

static int change_passphrase(struct work *work, struct err *err)
{
    return with_new_slot(work, set_passphrase, err);
}

static const struct verb {
    const char *name;
    size_t min_args, max_args; /* after the verb */
    int (*run)(struct work *work, struct err *err);
} verbs[] = {
    { "list", 0, 0, list },
    { "add", 1, 1, add },
    { "complete", 1, 1, complete },
    { "withdraw", 1, 1, withdraw },
    { "disable", 1, 1, disable },
    { "role", 2, 2, change_role },
    { "passwd", 0, 1, change_passphrase },
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int run(const struct command_call *call)
{
    const struct verb *verb = find_verb(call->arg[0]);
    if (verb == NULL || call->nargs - 1 < verb->min_args || call->nargs - 1 > verb->max_args) {
        return command_usage(call, tr("\"staff %s\" is not done that way"), call->arg[0]);
    }
    struct session session;
    struct err err = { "" };
    struct work work = {
        .call = call,
        .session = &session,
        .user = call->nargs > 1 ? call->arg[1] : NULL,
        .value = call->nargs > 2 ? call->arg[2] : NULL,
        .now_s = clock_wall_s(call->clock),
    };
    session_login(work.login);
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int status = verb->run(&work, &err) == 0 ? COMMAND_OK : command_fail(call, &err);
    session_close(&session);
    return status;
}

static const struct command_option options[] = {
    { "role", "ROLE", N_("add: desk, viewer, clinician or auditor") },
    { "new-passphrase-fd", "N", N_("complete, role, passwd: read the new passphrase from descriptor N") },
    SESSION_OPTIONS,
    { NULL, NULL, NULL },
};

const struct command cmd_staff = {
    .name = "staff",
    .args = "list | add NAME | complete NAME | withdraw NAME | disable NAME | role NAME ROLE | passwd [NAME]",
    .summary = N_("who may open the vault: accounts, roles, passphrases"),
    .help =
        N_("add proposes an account; it holds no key. A clinician completes it, and the person types a "
           "passphrase.\n"
           "desk sees who is here, and nothing of their health: it holds no key to that. viewer reads. "
           "auditor reads\n"
           "and exports. clinician decides, and looks after accounts and keys. What the last three may do "
           "differs by\n"
           "the program's rules alone: they hold the same keys."),
    .min_args = 1,
    .max_args = 3,
    .option = options,
    .run = run,
};
