/* session.h: what the commands that open the vault have in common: the clinic's settings, the database, the
 * person and the passphrase.
 */
#ifndef FOYER_SESSION_H
#define FOYER_SESSION_H

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
    { "user", "NAME", N_("whose passphrase it is; not needed where there is one user") },                    \
        { "passphrase-fd", "N", N_("read the passphrase from descriptor N, one line") },                     \
    {                                                                                                        \
        "recovery", NULL, N_("open with the printed recovery key instead")                                   \
    }

/* Loads the settings and sets the timezone. NULL with the reason. config_free() it. */
struct config *session_config(const struct command_call *call, struct err *err);

/* The name of the user who is logged in; "" if it has none. Returns out. */
char *session_login(char out[SLOT_USER]);

/* Settings and database; no core dump from here on. -1 with the reason and nothing open. */
int session_open(struct session *session, const struct command_call *call, struct err *err);

/* Asks for the passphrase, unlocks, and files what nobody has opened yet. */
int session_unlock(struct session *session, const struct command_call *call, struct err *err);

void session_close(struct session *session);

#endif
