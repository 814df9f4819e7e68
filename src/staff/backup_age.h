/* backup_age.h: what staff are told about the clinic's backups. The times themselves: backup_state() in
 * store/backup.h.
 */
#ifndef FOYER_BACKUP_AGE_H
#define FOYER_BACKUP_AGE_H

#include "backup.h"
#include "config.h"

/* As kiosk.conf says. Borrowed from config. */
struct backup_plan backup_age_plan(const struct config *config);

/* 1, with one line in words appended to `out`: kiosk.conf names a place, and the newest backup is older than
 * it allows, or there never was one. 0: all is well, or no backups are asked for. -1. */
int backup_age_warning(const struct config *config, struct db *db, int64_t now_s, struct buf *out,
                       struct err *err);

/* 0: whoever owns the database, and makes the backups at night, may write to the folder; or it is not there,
 * or nobody can tell. -1: not so. Only root can ask for another. In a process of its own, for it becomes that
 * user. */
int backup_place_owner(const struct config *config, struct err *err);

/* "today", "yesterday", "5 days ago"; "on a day that is still to come" where the clock was ahead. Appends. */
void backup_age_words(int64_t then_s, int64_t now_s, struct buf *out);

#endif
