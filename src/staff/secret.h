/* secret.h: new secrets: a passphrase that a person chooses, and the recovery key on paper. */
#ifndef FOYER_SECRET_H
#define FOYER_SECRET_H

#include <stdint.h>
#include <stdio.h>

#include "command.h"
#include "recovery.h"

/* Asks twice on the terminal, and again with the reason where it will not do, three times at most; or, where
 * `fd_value` is not NULL, reads one line from that descriptor. `user`: whose it will be, for the question;
 * NULL: one's own. As vault_passphrase() gives it: sodium_memzero and free it (secret_free). NULL with the
 * reason. */
char *secret_passphrase(const char *user, const char *fd_value, struct err *err);
void secret_free(char *passphrase); /* NULL is fine */

/* The recovery key, this one time. */
void secret_show_recovery(FILE *out, const uint8_t key[RECOVERY_KEY]);

/* Has it typed back from the paper, three times at most: from the terminal, or where there is none from
 * call->in. */
int secret_retype_recovery(const struct command_call *call, const uint8_t key[RECOVERY_KEY], struct err *err);

/* Asks for the printed key, on one line or two; at a terminal again, with the reason, after a slip in it. */
int secret_ask_recovery(const struct command_call *call, uint8_t key[RECOVERY_KEY], struct err *err);

/* One line that must not stand on a command line: typed at the terminal, with echo; where there is none, the
 * next line of the standard input. sodium_free() it. NULL with the reason. */
char *secret_line(const struct command_call *call, const char *prompt, struct err *err);

#endif
