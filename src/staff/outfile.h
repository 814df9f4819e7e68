/* outfile.h: a file that leaves the program. Written beside its place with mode 0600, flushed, and put there
 * whole, or not at all. What is there already is only replaced when that was asked for.
 */
#ifndef FOYER_OUTFILE_H
#define FOYER_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "buf.h"
#include "err.h"

struct outfile {
    FILE *file;   /* write here, or to the file by its name `beside` */
    char *path;   /* where it goes */
    char *beside; /* where it is until then */
    bool force;
};

/* -1 with the reason: it is there already, or cannot be made. Then there is nothing to drop. */
int outfile_open(struct outfile *out, const char *path, bool force, struct err *err);
/* Flushes it to the disk and puts it in its place. After an error it is gone. */
int outfile_commit(struct outfile *out, struct err *err);
/* Takes it away again. Nothing after a commit. */
void outfile_drop(struct outfile *out);

/* All of it at once. */
int outfile_write(const char *path, const struct buf *data, bool force, struct err *err);

/* A folder of such files: mode 0700, never in the place of anything. *beside is where to put them: free() it.
 */
int outfile_folder(const char *path, char **beside, struct err *err);
int outfile_folder_commit(const char *path, const char *beside, struct err *err);

/* "cannot write PATH: ...", where that is because it is there already. */
bool outfile_is_there(const char *path, struct err *err);

#endif
