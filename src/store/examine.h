/* examine.h: the state of the database file itself, for `foyer doctor`. Needs no key. */
#ifndef FOYER_EXAMINE_H
#define FOYER_EXAMINE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "db.h"
#include "err.h"

struct examine {
    const char *sqlite; /* the library's version: "3.40.1" */
    bool sound;         /* journal TRUNCATE, synchronous EXTRA and no write-ahead log, in the open file too */
    int64_t newest_s;   /* when the last record came in; 0: none has */
};

int examine_settings(struct db *db, struct examine *out, struct err *err);

/* Reads the whole file and checks its structure; seconds for a large one, and commits wait meanwhile. Appends
 * what is wrong, a line each: nothing if it is sound. -1 with the reason if it could not be done. */
int examine_file(struct db *db, struct buf *faults, struct err *err);

#endif
