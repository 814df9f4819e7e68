/* sandbox.h: what the patient's side gives up before a patient touches it. Unit hardening does not cover
 * an SSH session, so the program does it itself.
 */
#ifndef FOYER_SANDBOX_H
#define FOYER_SANDBOX_H

#include "err.h"

/* First thing in main: closes every descriptor from `first` on, empties the environment but for TERM (and
 * NO_COLOR), points HOME away so that no ~/.terminfo is read, forgets LINES and COLUMNS, forbids cores and
 * dumps, sets umask 077. */
int sandbox_scrub(int first, struct err *err);

/* For the process that reads files: no writing of files, bounded memory and descriptors. */
int sandbox_limit_loader(struct err *err);

/* For a wizard, first thing: keeps descriptors 0, 1, 2 and `keep` and closes all others. */
int sandbox_keep(int keep, struct err *err);

/* For a wizard, once its terminal is open: no new descriptor, process or file; about 35 system calls, every
 * other returns EPERM and is noted by the kernel. It never kills: a missed call must not end a patient's
 * visit. */
int sandbox_enter(struct err *err);

#endif
