/* ballast.h: a file of nothing beside the database, so that a form that has begun can still be stored when
 * the disk fills: it is given up then, and made again when there is room.
 */
#ifndef FOYER_BALLAST_H
#define FOYER_BALLAST_H

#include <stdbool.h>

#include "err.h"

/* A frame is 256 KiB at most, and its journal as much again: room for the drafts and the finals of several
 * patients at once. */
enum { BALLAST_MB = 8 };

/* Makes "<database>.ballast", flushed and with the database's owner, unless it is there whole. -1 with the
 * reason: among them that there would be less room left than the ballast takes. */
int ballast_make(const char *database, struct err *err);

/* Gives it up if the disk is full, that is if less than a MB is free. True: there is room now, try again. */
bool ballast_drop(const char *database);

#endif
