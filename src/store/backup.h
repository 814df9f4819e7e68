/* backup.h: copies of the database in a folder or on a stick, each whole and dated, and how old the newest
 * is.
 *
 * A backup is a database of its own, "foyer-2026-11-28-0215.db" (local time), sealed as the first: it needs
 * no passphrase to make, and one to read. It is written under another name beside, from the newest earlier
 * one and the rows that are new (copy.h); flushed; opened again and looked through, with each sealed byte
 * held against the database; and only then gets its name. Until then, and after any trouble, the earlier ones
 * are as they were.
 *
 * Whoever is erased in the database is not in the next backup. Earlier ones still hold them until newer ones
 * take their places; "erased.txt" in the same folder names them, and restore.h goes by it.
 */
#ifndef FOYER_STORE_BACKUP_H
#define FOYER_STORE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "audit.h"
#include "copy.h"
#include "date.h"
#include "db.h"

/* Where, and how many are kept: the newest of each of the last so many days, weeks (from Monday) and months
 * that have one. */
struct backup_plan {
    const char *folder;
    bool stick; /* the folder must be on another file system than the database: nothing is written beside a
                   stick that is not there */
    int daily, weekly, monthly;
};

/* A backup by its name. */
enum { BACKUP_NAME = 32 };
struct backup_file {
    char name[BACKUP_NAME];
    struct date day;
    int minute; /* of the day */
};
bool backup_read_name(const char *name, struct backup_file *out);

/* Which to keep of n files, newest first. The first is always kept. */
void backup_rotation(const struct backup_plan *plan, const struct backup_file *file, size_t n, bool *keep);

/* Those in the folder, newest first. free() *out. */
int backup_list(const char *folder, struct backup_file **out, size_t *n, struct err *err);

/* Is the place there, or only the folder itself missing; and where the plan says so, is it a stick? -1 says
 * what to do. Changes nothing. */
int backup_check_place(const struct backup_plan *plan, const char *database, struct err *err);

/* The same; makes the folder if only it itself is missing, for the owner of the database's folder; and it can
 * be written to. */
int backup_make_place(const struct backup_plan *plan, const char *database, struct err *err);

struct backup_result {
    char name[BACKUP_NAME];
    struct copy_found found;
    int removed;      /* older ones that went */
    int strange;      /* by their names backups, but not of this database, or damaged: left as they are */
    int with_erased;  /* older ones that still hold somebody erased since */
    struct err doubt; /* "" or: made, but something beside it went wrong */
};

/* Makes one. Audited as "backup" or "backup failed", by `actor`. */
int backup_make(struct db *db, const struct backup_plan *plan, const struct clock *clock, const char *actor,
                struct backup_result *out, struct err *err);

/* What the database itself remembers; times 0 and names "" for never. For `foyer doctor` and the review: no
 * stick needs to be there. */
struct backup_state {
    int64_t made_s, drilled_s;
    char made[BACKUP_NAME], drilled[BACKUP_NAME];
};
int backup_state(struct db *db, struct backup_state *out, struct err *err);

/* This file was brought back at entry->at_s, for practice or in earnest. Audited with the entry. */
int backup_note_restored(struct db *db, const char *name, const struct audit_entry *entry, struct err *err);

#endif
