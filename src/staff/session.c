#include "session.h"

#include <errno.h>
#include <pwd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "deposit.h"
#include "mem.h"
#include "form_load.h"
#include "languages.h"
#include "passphrase.h"
#include "problems.h"
#include "secret.h"
#include "slip.h"
#include "tr.h"

enum { TRIES = 3, SHOWN = 8 };

struct config *session_config(const struct command_call *call, struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(call->config, &problems);
    if (config == NULL && strcmp(call->config, FOYER_SYSCONFDIR "/kiosk.conf") == 0 &&
        access(call->config, F_OK) != 0 && errno == ENOENT) {
        err_set(err,
                tr("there are no settings in %s: name the clinic's with -c FILE, or put the file there that "
                   "came with Foyer"),
                call->config);
    } else if (config == NULL) {
        problems_err(&problems, err);
    } else if (config->timezone[0] != '\0') {
        setenv("TZ", config->timezone, 1);
        tzset();
    }
    problems_done(&problems);
    return config;
}

static char login_by_key[SLOT_USER];

void session_set_login(const char *user)
{
    snprintf(login_by_key, sizeof login_by_key, "%s", user);
}

bool session_bound(void)
{
    return login_by_key[0] != '\0';
}

char *session_login(char out[SLOT_USER])
{
    if (session_bound()) {
        memcpy(out, login_by_key, SLOT_USER);
        return out;
    }
    /* Looked up once: where people are not in /etc/passwd it takes a socket, which later is none to be had.
     */
    static struct {
        bool known;
        char name[SLOT_USER];
    } login;
    if (!login.known) {
        struct passwd entry, *found = NULL;
        char strings[4096];
        const char *behind = getuid() == 0 ? getenv("SUDO_USER") : NULL; /* root is nobody's name */
        if (behind == NULL || getpwnam_r(behind, &entry, strings, sizeof strings, &found) != 0 ||
            found == NULL) {
            (void)getpwuid_r(getuid(), &entry, strings, sizeof strings, &found);
        }
        snprintf(login.name, sizeof login.name, "%s", found != NULL ? entry.pw_name : "");
        login.known = true;
    }
    memcpy(out, login.name, SLOT_USER);
    return out;
}

int session_prepare(struct session *session, const struct command_call *call, struct err *err)
{
    *session = (struct session){ 0 };
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    umask(077);
    if (sodium_init() < 0) {
        err_set(err, "%s", tr("no random numbers to be had"));
        return -1;
    }
    session->config = session_config(call, err);
    return session->config == NULL ? -1 : 0;
}

int session_open(struct session *session, const struct command_call *call, struct err *err)
{
    if (session_prepare(session, call, err) == 0) {
        session->db = db_open(session->config->database, call->clock, err);
    }
    if (session->db == NULL) {
        session_close(session);
        return -1;
    }
    return 0;
}

void session_close(struct session *session)
{
    vault_lock(session->vault);
    db_close(session->db);
    config_free(session->config);
    *session = (struct session){ 0 };
}

int session_run(const struct command_call *call, session_work *work)
{
    struct session session;
    struct err err = { "" };
    if (session_open(&session, call, &err) != 0) {
        return command_fail(call, &err);
    }
    int status = work(&session, call, &err) == 0 ? COMMAND_OK : command_fail(call, &err);
    session_close(&session);
    return status;
}

char *session_user(const struct command_call *call, struct db *db, struct err *err)
{
    const char *given = session_bound() ? login_by_key : command_value(call, "user");
    if (given != NULL) {
        return mem_strdup(given);
    }
    char login[SLOT_USER];
    struct slot slot;
    int found = session_login(login)[0] != '\0' ? slot_load(db, login, &slot, err) : 0;
    sodium_memzero(&slot, sizeof slot);
    if (found != 0) {
        return found == 1 ? mem_strdup(login) : NULL;
    }
    struct err why = { "" };
    char *only = vault_only_user(db, &why);
    if (only == NULL) {
        err_set(err, "%s", why.text[0] != '\0' ? why.text : tr("say who you are: --user NAME"));
    }
    return only;
}

static int unlock_by_recovery(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t key[RECOVERY_KEY];
    if (secret_ask_recovery(call, key, err) == 0) {
        (void)vault_unlock_recovery(session->db, key, clock_wall_s(call->clock), &session->vault, err);
    }
    sodium_memzero(key, sizeof key);
    return session->vault == NULL ? -1 : 0;
}

/* 1: opened; 0: it did not fit, and may be asked for again; -1. */
static int try_passphrase(struct session *session, const struct command_call *call, const char *user,
                          const char *typed, struct err *err)
{
    char *passphrase = vault_passphrase(typed, false, err);
    if (passphrase == NULL) {
        return -1;
    }
    /* The time of the try, not of the question: hours may lie between. */
    int opened = vault_unlock(session->db, user, passphrase, clock_wall_s(call->clock), &session->vault, err);
    sodium_memzero(passphrase, strlen(passphrase));
    free(passphrase);
    return opened;
}

static int unlock_by_passphrase(struct session *session, const struct command_call *call, const char *user,
                                struct err *err)
{
    const char *value = command_value(call, "passphrase-fd");
    int fd = value == NULL ? -1 : passphrase_fd(value, err);
    if ((value != NULL && fd < 0) ||
        vault_check_user(session->db, user, clock_wall_s(call->clock), err) != 0) {
        return -1;
    }
    struct buf prompt = BUF_INIT;
    int opened = 0;
    buf_addf(&prompt, tr("Passphrase of %s: "), user);
    for (int i = 0; opened == 0 && i < (value == NULL ? TRIES : 1); i++) {
        if (i > 0) {
            fprintf(call->err, "%s\n", err->text);
        }
        char *typed = value == NULL ? passphrase_ask(buf_str(&prompt), false, err) : passphrase_read(fd, err);
        opened = typed == NULL ? -1 : try_passphrase(session, call, user, typed, err);
        sodium_free(typed);
    }
    buf_done(&prompt);
    return opened == 1 ? 0 : -1;
}

/* The public keys as the kiosk has them. 1, 0: there is no such file, -1. */
static int kiosk_keys(const struct session *session, struct frame_keys *keys, struct err *err)
{
    struct stat st;
    if (stat(session->config->public_keys, &st) != 0 && errno == ENOENT) {
        return 0;
    }
    return frame_keys_read(session->config->public_keys, keys, err) == 0 ? 1 : -1;
}

int session_check_keys(struct session *session, const struct command_call *call, struct err *err)
{
    struct frame_keys keys;
    char print[FRAME_FINGERPRINT];
    int there = kiosk_keys(session, &keys, err);
    if (there < 0) {
        return -1;
    }
    struct buf line = BUF_INIT;
    if (there == 0) {
        buf_addf(&line, tr("There is no file %s: the kiosk has no keys.\n"), session->config->public_keys);
        command_print(call, buf_str(&line));
        buf_done(&line);
        return 0;
    }
    int ours = account_check_keys(session->db, &keys, err);
    if (ours < 0) {
        return err_prefix(err, tr("ALARM: %s, fingerprint %s"), session->config->public_keys,
                          frame_keys_fingerprint(&keys, print));
    }
    buf_addf(&line, tr("The kiosk's keys:         %s  (epoch %u)%s\n"), frame_keys_fingerprint(&keys, print),
             keys.epoch, ours == 1 ? "" : tr(", older ones of this vault; run `foyer keys write`"));
    command_print(call, buf_str(&line));
    buf_done(&line);
    return 0;
}

/* Not a reason to refuse the work: the intakes that are there must be read, now more than ever. */
static void greet(struct session *session, const struct command_call *call)
{
    struct err alarm = { "" };
    struct frame_keys keys;
    char print[FRAME_FINGERPRINT];
    int there = kiosk_keys(session, &keys, &alarm);
    if (there < 0 || (there == 1 && account_check_keys(session->db, &keys, &alarm) < 0)) {
        fprintf(call->err, tr("ALARM: %s\n"), alarm.text);
    } else if (there == 1 && fileno(call->err) >= 0 && isatty(fileno(call->err))) {
        fprintf(call->err, tr("The kiosk's keys: %s\n"), frame_keys_fingerprint(&keys, print));
    }
}

int session_unlock(struct session *session, const struct command_call *call, struct err *err)
{
    int rc;
    if (command_value(call, "recovery") != NULL) {
        rc = unlock_by_recovery(session, call, err);
    } else {
        char *user = session_user(call, session->db, err);
        rc = user == NULL ? -1 : unlock_by_passphrase(session, call, user, err);
        free(user);
    }
    if (rc != 0 || vault_file(session->vault, err) < 0) {
        return -1;
    }
    struct err trouble = { "" };
    if (session_carry(session, clock_wall_s(call->clock), &trouble) != 0) {
        fprintf(call->err, "%s\n", trouble.text);
    }
    greet(session, call);
    return 0;
}

void session_say_doubtful(FILE *out, int64_t n)
{
    if (n > 0) {
        fprintf(
            out,
            tr_n(
                "%lld unfinished intake is left alone until tomorrow: the clock was moved, so nobody knows "
                "how old it is.\n",
                "%lld unfinished intakes are left alone until tomorrow: the clock was moved, so nobody knows "
                "how old they are.\n",
                (unsigned long)n),
            (long long)n);
    }
}

/* What fits beside the others when several begin alike. */
static int say_which(uint8_t (*uid)[FRAME_UID], int n, const char *prefix, struct err *err)
{
    struct buf list = BUF_INIT;
    char text[DEPOSIT_LONG];
    for (int i = 0; i < n && i < SHOWN; i++) {
        buf_addf(&list, "%s%.12s", i > 0 ? " " : "", deposit_long(uid[i], text));
    }
    err_set(err,
            n > SHOWN ? tr("several intakes begin with %s: %s and more; give more of the number")
                      : tr("several intakes begin with %s: %s"),
            prefix, buf_str(&list));
    buf_done(&list);
    return -1;
}

int session_find(struct session *session, const char *prefix, uint8_t out[FRAME_UID], struct err *err)
{
    uint8_t uid[SHOWN + 1][FRAME_UID]; /* one more tells that there are more */
    int n = deposit_find(session->db, prefix, uid, SHOWN + 1, err);
    if (n < 0) {
        return -1;
    }
    if (n == 0) {
        return err_set(err, tr("there is no intake whose number begins with %s; see `foyer list`"), prefix);
    }
    memcpy(out, uid[0], FRAME_UID);
    return n == 1 ? 0 : say_which(uid, n, prefix, err);
}

struct form *session_form(struct session *session, const char *hash)
{
    for (size_t i = 0; i < session->config->nforms; i++) {
        struct problems problems = PROBLEMS_INIT;
        struct form *form = form_load(session->config->form[i].folder, &problems);
        form = form != NULL ? languages_form(session->config, form) : NULL;
        char hex[2 * FRAME_HASH + 1];
        problems_done(&problems);
        if (form != NULL &&
            strcmp(sodium_bin2hex(hex, sizeof hex, form->hash, sizeof form->hash), hash) == 0) {
            return form;
        }
        form_free(form);
    }
    return NULL;
}

static struct form *form_for_slip(void *arg, const char *hash)
{
    return session_form(arg, hash);
}

int session_carry(struct session *session, int64_t at_s, struct err *err)
{
    return slip_carry(session->vault, form_for_slip, session, session->config->return_months, at_s, err) < 0
               ? -1
               : 0;
}

const char *session_decision(enum decision decision)
{
    switch (decision) {
    case DECISION_GO_AHEAD:
        return tr("go ahead");
    case DECISION_PRECAUTIONS:
        return tr("precautions");
    case DECISION_POSTPONE:
        return tr("postponed");
    case DECISION_DO_NOT_TREAT:
        return tr("do not treat");
    case DECISION_NEEDS_MORE:
        return tr("needs more");
    case DECISION_NONE:
        break;
    }
    return "";
}
