/* lock.h: what each program gives up before it touches what it must not lose. Unit hardening does not cover
 * an SSH session, so the programs do it themselves.
 *
 * A filter lets through the system calls a program was seen to make, and answers every other with EPERM,
 * which the kernel notes in its log (type=1326). It never kills: a call that was missed must not end a
 * patient's visit, or a commit in its middle.
 */
#ifndef FOYER_LOCK_H
#define FOYER_LOCK_H

#include <sys/resource.h>

#include "buf.h"
#include "err.h"

enum lock_program {
    LOCK_WIZARD,  /* terminal and channel: no file, socket or process */
    LOCK_DEPOSIT, /* and the database's files: no socket, no process */
    LOCK_STAFF, /* and any file, the terminal, and processes it has already started: no socket, no new process
                 */
    LOCK_RELAY, /* the outbox's files, and who connects to the socket that is open: no socket of its own */
    LOCK_HAND_IN, /* files, and local sockets alone: no network, no process */
    LOCK_PRINT,   /* files to read, fonts among them, and threads: no file to write, no socket, no process */
    LOCK_PROGRAMS
};

/* A resource limit; one that is stricter already stays. */
int lock_limit(int resource, rlim_t soft, rlim_t hard, struct err *err);

/* No core file and no look from other programs of the same user, from here on and in every child. */
int lock_no_dumps(struct err *err);

/* The filter, for good; no new rights by any program started later either. Everything that must be opened
 * with other calls is open by now. */
int lock_filter(enum lock_program program, struct err *err);

/* Tries the filter on this machine: in a child of its own the calls that must be refused, and those that must
 * work. Appends what went wrong, a line each; nothing if all is well. -1 if it could not be tried. */
int lock_try(enum lock_program program, struct buf *wrong, struct err *err);

#endif
