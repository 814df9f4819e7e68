/* restore.h: a database again, from a backup (backup.h).
 *
 * The backup is looked through where it lies and again where it was copied to; brought up to the newest
 * schema; and what was erased since it was made is erased again, by "erased.txt" beside it. Only then does it
 * get the database's name: at no moment is somebody back who was erased.
 */
#ifndef FOYER_STORE_RESTORE_H
#define FOYER_STORE_RESTORE_H

#include "backup.h"

struct restore_result {
    char *from;               /* the file it was made from: free() it */
    struct copy_found found;  /* in it, as it lay there */
    int64_t erased;           /* intakes in it that were erased since, and are again */
    bool has_list;            /* there was a list of erased ones to go by */
    int newer;                /* backups in the same folder that are newer than this one */
    char newest[BACKUP_NAME]; /* the newest of those */
    struct err doubt;         /* "" or: done, but something beside it went wrong */
};

/* from: a file, or a folder: then the newest in it. database: where to; refused if anything is there already.
 * erased: one more list, as `foyer person erased` prints it; NULL for none. Audited in the new database as
 * "restored". -1 with the reason: then nothing is there. */
int restore_make(const char *from, const char *database, const char *erased, const struct clock *clock,
                 const char *actor, struct restore_result *out, struct err *err);

/* A folder beside the database, 0700, in which a restore is practised: free() it. Those that were cut short
 * go first; *lock is held while this one is in use: close it. And away with it and everything in it. */
char *restore_practice_folder(const char *database, int *lock, struct err *err);
int restore_remove_folder(const char *folder, struct err *err);

#endif
