/* session.h: what the commands that open the vault have in common: the clinic's settings, the database, the
 * person and the passphrase.
 */
#ifndef FOYER_SESSION_H
#define FOYER_SESSION_H

#include <stdbool.h>

#include "command.h"
#include "config.h"
#include "db.h"
#include "vault.h"

struct session {
    struct config *config;
    struct db *db;
    struct vault *vault; /* NULL until session_unlock */
};

/* Rows for the option tables of commands that unlock. */
#define SESSION_OPTIONS                                                                                      \
    { "user", "NAME", N_("whose passphrase it is; else your login's account, or the only clinician's") },    \
        { "passphrase-fd", "N", N_("read the passphrase from descriptor N, one line") },                     \
    {                                                                                                        \
        "recovery", NULL, N_("open with the printed recovery key instead")                                   \
    }

/* Loads the settings and sets the timezone. NULL with the reason. config_free() it. */
struct config *session_config(const struct command_call *call, struct err *err);

/* The name of the user who is logged in; "" if it has none. Returns out. */
char *session_login(char out[SLOT_USER]);

/* From now on it is this one, and nobody else may unlock: who came in by an SSH key bound to a name. */
void session_set_login(const char *user);
bool session_bound(void);

/* Settings alone, for a command that makes the database; no core dump from here on. */
int session_prepare(struct session *session, const struct command_call *call, struct err *err);

/* Settings and database; no core dump from here on. -1 with the reason and nothing open. */
int session_open(struct session *session, const struct command_call *call, struct err *err);

/* Who unlocks: as said with --user, or who is logged in and has an account, or the only clinician. free() it.
 * NULL with the reason. */
char *session_user(const struct command_call *call, struct db *db, struct err *err);

/* Asks for the passphrase, unlocks, and files what nobody has opened yet. Says the fingerprint of the
 * clinic's keys on a terminal, and sounds the alarm anywhere if the kiosk's are not this vault's. */
int session_unlock(struct session *session, const struct command_call *call, struct err *err);

void session_close(struct session *session);

/* What a command does once settings and database are there: 0, or -1 with the reason. */
typedef int session_work(struct session *session, const struct command_call *call, struct err *err);

/* Opens, does the work, closes; what went wrong is said. The command's exit status. */
int session_run(const struct command_call *call, session_work *work);

/* Holds the kiosk's public-keys file against the vault, and says on `out` what it finds. -1, with the alarm
 * in words: another's keys. A file that is not there is no alarm: no kiosk can seal with it. */
int session_check_keys(struct session *session, const struct command_call *call, struct err *err);

/* Carries over what returning patients' slips wait for (slip.h). -1 with the reason; nothing is lost. */
int session_carry(struct session *session, int64_t at_s, struct err *err);

/* Says how many unfinished intakes stay because the clock was moved; nothing of none. */
void session_say_doubtful(FILE *out, int64_t n);

/* The form with this hash (hex, as a record has it), if the clinic still has it; NULL. form_free() it. */
struct form *session_form(struct session *session, const char *hash);

/* The one intake whose number begins with `prefix`. -1 with the reason: none, or several. */
int session_find(struct session *session, const char *prefix, uint8_t out[FRAME_UID], struct err *err);

/* A decision in a word or two, for a list; "" for none. */
const char *session_decision(enum decision decision);

#endif
