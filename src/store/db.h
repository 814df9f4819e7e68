/* db.h: the one SQLite file: opening it, its schema, and the gate before every write.
 *
 * Rollback journal (TRUNCATE) with synchronous=EXTRA, not WAL. Debian 12 ships SQLite 3.40.1, whose WAL mode
 * can lose acknowledged commits when one process checkpoints while another resets the log (fixed in 3.51.3,
 * 3.50.7 and 3.44.6). Not journal_mode=DELETE with FULL either: there the removal of the journal is not
 * flushed, and a power cut can bring the journal back and undo the last acknowledged row. EXTRA flushes the
 * folder too.
 *
 * The gate is an flock() on a file of its own, "<database>.gate", taken before BEGIN IMMEDIATE. SQLite's own
 * locks make writers sleep and retry by chance; at the gate 16 writers wait 0.2 s at worst, not seconds. The
 * lock cannot be the database's: closing any descriptor of that file drops SQLite's POSIX locks.
 *
 * A writer that is killed, or has a flush fail, between emptying the journal and flushing that, leaves a
 * commit that everybody sees and a power cut may undo, or worse, half undo once the next writer's journal
 * lies over the old one. So a writer leaves its mark in the gate file (its size) until it is through; who
 * finds one there flushes the journal, or the folder it is gone from, before anything is written or answered.
 *
 * After an I/O error nothing is known about what is on the disk (a second fsync may succeed although the
 * first one lost pages). Such a db refuses everything from then on: close it, and end the process.
 */
#ifndef FOYER_DB_H
#define FOYER_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "err.h"

struct db;

enum {
    DB_VERSION = 3,              /* the schema's, in user_version */
    DB_APPLICATION = 0x466f7972, /* "Foyr", in application_id */
    DB_GATE_MS = 5000,           /* how long a writer waits at the gate */
    DB_BATCH = 500,              /* rows read before the statement is closed */
};

/* Makes an empty database with the newest schema, mode 0600. Refused if anything is at `path`. The clock is
 * borrowed. NULL with the reason. */
struct db *db_create(const char *path, const struct clock *clock, struct err *err);

/* Opens what db_create made. Refused: not there, a symbolic link, not a Foyer database, a newer schema than
 * DB_VERSION. An older one is brought up to it, in one transaction at the gate, after a copy of the file as
 * it was has been made and flushed beside it: "<database>.schema1" for one of version 1. */
struct db *db_open(const char *path, const struct clock *clock, struct err *err);

/* A file that nobody else opens: a copy that is being written. Empty, it gets the newest schema; else it has
 * it, or is refused. Commits flush nothing, no other program is locked out, and keys to other rows are not
 * looked at: whoever wrote it flushes it, and looks through it, at the end. */
struct db *db_open_private(const char *path, const struct clock *clock, struct err *err);

/* To look at: nothing is written, and nothing made beside it. Any schema up to DB_VERSION, which *version
 * gets. */
struct db *db_open_to_read(const char *path, const struct clock *clock, int64_t *version, struct err *err);

void db_close(struct db *db); /* NULL is fine; an open transaction is rolled back */

const char *db_path(const struct db *db); /* absolute */

/* One write transaction. A begin waits at the gate for DB_GATE_MS, then fails. After a failed commit nothing
 * is stored. db_rollback outside a transaction does nothing. */
int db_begin(struct db *db, struct err *err);
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

/* Changes when another connection has committed. -1 with the reason. */
int64_t db_data_version(struct db *db, struct err *err);

/* A lock of a given name beside the database ("<database>.<name>"). Waits up to deadline_ms. Returns a
 * descriptor (close it: that frees the lock) or -1 with the reason. */
int db_lock_file(const struct db *db, const char *name, int deadline_ms, struct err *err);

#endif
