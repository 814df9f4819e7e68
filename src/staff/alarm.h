/* alarm.h: runs the clinic's alert_command. A helper is forked before the vault opens and before the terminal
 * is taken over, so what it starts never had a key, a record or a descriptor of ours in reach.
 */
#ifndef FOYER_ALARM_H
#define FOYER_ALARM_H

#include "err.h"

/* argv, ends with NULL; NULL: no command. Returns a descriptor for alarm_ring(), -1 if there is nothing to
 * ring or (then err is set) the helper could not be made. */
int alarm_start(const char *const *argv, struct err *err);
void alarm_ring(int fd);
void alarm_stop(int fd); /* the helper ends; a command that runs goes on */

#endif
