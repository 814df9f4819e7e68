#include "session.h"

#include <pwd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "passphrase.h"
#include "problems.h"
#include "tr.h"

enum { TRIES = 3 };

struct config *session_config(const struct command_call *call, struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(call->config, &problems);
    if (config == NULL) {
        problems_err(&problems, err);
    } else if (config->timezone[0] != '\0') {
        setenv("TZ", config->timezone, 1);
        tzset();
    }
    problems_done(&problems);
    return config;
}

char *session_login(char out[SLOT_USER])
{
    struct passwd entry, *found = NULL;
    char strings[4096];
    int rc = getpwuid_r(getuid(), &entry, strings, sizeof strings, &found);
    snprintf(out, SLOT_USER, "%s", rc == 0 && found != NULL ? entry.pw_name : "");
    return out;
}

int session_open(struct session *session, const struct command_call *call, struct err *err)
{
    *session = (struct session){ 0 };
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    umask(077);
    if (sodium_init() < 0) {
        return err_set(err, "%s", tr("no random numbers to be had"));
    }
    session->config = session_config(call, err);
    if (session->config != NULL) {
        session->db = db_open(session->config->database, clock_system(), err);
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

/* As said, or the only one there is, or the one who is logged in. free() it. */
static char *whose(struct db *db, const struct command_call *call, struct err *err)
{
    const char *given = command_value(call, "user");
    if (given != NULL) {
        return mem_strdup(given);
    }
    struct err why = { "" };
    char *only = vault_only_user(db, &why);
    if (only != NULL) {
        return only;
    }
    char login[SLOT_USER];
    if (why.text[0] != '\0' || session_login(login)[0] == '\0') {
        err_set(err, "%s", why.text[0] != '\0' ? why.text : tr("say who you are: --user NAME"));
        return NULL;
    }
    return mem_strdup(login);
}

static int unlock_by_recovery(struct session *session, const struct command_call *call, struct err *err)
{
    uint8_t key[RECOVERY_KEY];
    char *typed = passphrase_ask(tr("Recovery key: "), true, err);
    if (typed == NULL) {
        return -1;
    }
    if (recovery_read(typed, key, err) == 0) {
        (void)vault_unlock_recovery(session->db, key, clock_wall_s(call->clock), &session->vault, err);
    }
    sodium_memzero(key, sizeof key);
    sodium_free(typed);
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

int session_unlock(struct session *session, const struct command_call *call, struct err *err)
{
    int rc;
    if (command_value(call, "recovery") != NULL) {
        rc = unlock_by_recovery(session, call, err);
    } else {
        char *user = whose(session->db, call, err);
        rc = user == NULL ? -1 : unlock_by_passphrase(session, call, user, err);
        free(user);
    }
    return rc != 0 || vault_file(session->vault, err) < 0 ? -1 : 0;
}
