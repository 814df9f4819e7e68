/* db_internal.h: one open database, shared by the three files that make it up: sql.c runs its statements,
 * gate.c lets one writer at a time through and looks after the journal, db.c opens and closes it. Nobody else
 * includes this.
 */
#ifndef FOYER_STORE_DB_INTERNAL_H
#define FOYER_STORE_DB_INTERNAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "db.h"

enum { KEPT = 32 };

/* A prepared statement between two uses: reset, so that it holds no lock and no value. Preparing one costs
 * more than running it for a row, and filing a morning's intakes runs a few of them a thousand times. */
struct kept {
    sqlite3_stmt *stmt;
    bool in_use;
};

struct db {
    sqlite3 *sqlite;
    char *path;
    const struct clock *clock;
    int gate;           /* held: the locked descriptor; else -1 */
    bool doubt;         /* at the gate: the writer before did not get through */
    bool alone;         /* db_open_private(): the journal is in memory */
    int64_t busy_since; /* monotonic ms: SQLite waits for somebody's lock */
    bool broken;        /* an I/O error or a damaged file: nothing more is believed */
    struct kept kept[KEPT];
    size_t turn; /* which one goes next where all are taken */
};

/* Says what SQLite's `rc` means to whoever reads it, and notes that nothing more is to be believed where that
 * is so. Returns -1. */
int sql_fail(struct db *db, int rc, struct err *err);

/* The number in the first column of the first row; *out is left alone where there is none. 0 or -1. */
int sql_number(struct db *db, const char *text, int64_t *out, struct err *err);

/* Between two looks at a lock. Who has waited longer looks more often: nearly as fair as a queue, which
 * somebody who hangs would hold up. */
void gate_nap(int64_t waited_ms);

/* Takes the gate, waiting up to `wait_ms`, and leaves this writer's mark in it; 0 or -1. */
int gate_enter(struct db *db, int wait_ms, struct err *err);

/* `through`: no journal is left that is not safe on the disk. Where the mark cannot be taken away, the next
 * writer flushes once more than it must. Without the gate, nothing. */
void gate_leave(struct db *db, bool through);

/* At the gate: a transaction with its journal safe on the disk; 0 or -1. */
int gate_begin(struct db *db, struct err *err);

/* Opens a file beside the database, making it if it is not there. Made by root and left root's, it would shut
 * the letterbox's user out: it is given to the database's owner, as SQLite does with its journal. A
 * descriptor, or -1. */
int gate_open_beside(const struct db *db, const char *path, int flags, struct err *err);

/* fsync() of what is at `path`, or of the folder it is in; 0, or -1 with errno. */
int gate_flush_path(const char *path, int flags);
int gate_flush_folder(const char *path);

#endif
