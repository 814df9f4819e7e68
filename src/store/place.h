/* place.h: files of backup.c and restore.c. Not for other layers. */
#ifndef FOYER_STORE_PLACE_H
#define FOYER_STORE_PLACE_H

#include "buf.h"
#include "err.h"

char *place_path(const char *folder, const char *name); /* free() it */

/* Refused, in words, unless a copy of the file of this size, and some more, has room in the folder. */
int place_check_room(const char *file, const char *folder, struct err *err);

/* A folder that root made is given to the owner of `like`, where there are owners. */
void place_give(const char *folder, const char *like);

/* Makes a file anew, 0600, as a copy of `earlier` (NULL: empty). A file made by root is given to the owner of
 * `like`. A stick's file system may know no owners or modes: that is no fault. */
int place_start(const char *path, const char *earlier, const char *like, struct err *err);

/* On the medium, and out of memory: what is read after this comes from there. */
int place_flush(const char *path, struct err *err);
int place_flush_folder(const char *folder, struct err *err);

/* All of a small file: beside, flushed, in its place, which outlasts a power cut. */
int place_write(const char *path, const struct buf *text, const char *like, struct err *err);

#endif
