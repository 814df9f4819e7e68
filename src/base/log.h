/* log.h: one line an event for whoever keeps the machine. Never a patient's data: the callers see to it,
 * and every line is sanitised. */
#ifndef FOYER_LOG_H
#define FOYER_LOG_H

#include "err.h"

/* Until one of these is called, lines go to standard error. */
int log_to_file(const char *path, struct err *err); /* appends; 0640 */
void log_to_syslog(const char *program);            /* `program` is kept, not copied */

/* Cut at 1 KB. errno is left as it was. */
void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
