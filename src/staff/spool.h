/* spool.h: a finished document to the clinic's printer.
 */
#ifndef FOYER_SPOOL_H
#define FOYER_SPOOL_H

#include "buf.h"
#include "err.h"

/* Runs `argv` (its first word the whole path of a program, the last NULL) with the document as descriptor 0,
 * and waits for it. No shell, no environment, no other descriptor; the program that holds the keys is not
 * copied past the exec. -1 with what it said, or that it took longer than SPOOL_MOST_S. */
enum { SPOOL_MOST_S = 30 };
int spool_send(const char *const *argv, const struct buf *document, struct err *err);

#endif
