#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "db_internal.h"
#include "mem.h"
#include "sql.h"

int gate_open_beside(const struct db *db, const char *path, int flags, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (fd < 0) {
        err_sys(err, "cannot open %s", path);
    } else if (geteuid() == 0 && stat(db->path, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) != 0) {
        err_sys(err, "cannot give %s to the database's owner", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

void gate_nap(int64_t waited_ms)
{
    long us = waited_ms < 40 ? 2000 : waited_ms < 120 ? 1000 : 200;
    ppoll(NULL, 0, &(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

int db_lock_file(const struct db *db, const char *name, int deadline_ms, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s.%s", db->path, name);
    int fd = gate_open_beside(db, buf_str(&path), 0, err);
    if (fd < 0) {
        buf_done(&path);
        return -1;
    }
    int64_t begun = clock_mono_ms(db->clock), until = begun + deadline_ms;
    /* Never a blocking flock: a holder that hangs must not make the patient's page hang with it. */
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            err_sys(err, "cannot lock %s", buf_str(&path));
        } else if (clock_mono_ms(db->clock) < until) {
            gate_nap(clock_mono_ms(db->clock) - begun);
            continue;
        } else {
            err_set(err, "another program has held %s for %d ms; try again", buf_str(&path), deadline_ms);
        }
        close(fd);
        fd = -1;
        break;
    }
    buf_done(&path);
    return fd;
}

bool db_in_transaction(const struct db *db)
{
    return db->gate >= 0;
}

int gate_enter(struct db *db, int wait_ms, struct err *err)
{
    struct stat st;
    db->gate = db_lock_file(db, "gate", wait_ms, err);
    if (db->gate < 0) {
        return -1;
    }
    if (fstat(db->gate, &st) != 0 || ftruncate(db->gate, 1) != 0) {
        err_sys(err, "cannot mark %s.gate", db->path);
        close(db->gate);
        db->gate = -1;
        return -1;
    }
    db->doubt = st.st_size > 0;
    return 0;
}

void gate_leave(struct db *db, bool through)
{
    if (db->gate < 0) {
        return;
    }
    while (through && !db->doubt && !db->broken && ftruncate(db->gate, 0) != 0 && errno == EINTR) {
    }
    close(db->gate);
    db->gate = -1;
}

int gate_flush_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
    int rc = fd >= 0 ? fsync(fd) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

int gate_flush_folder(const char *path)
{
    char *folder = mem_strdup(path);
    int rc = gate_flush_path(dirname(folder), O_DIRECTORY);
    free(folder);
    return rc;
}

/* The writer before did not get through. Its pages were flushed before its journal was emptied, or played
 * back and removed: that is what may not have reached the disk. */
static int settle_doubt(struct db *db, const char *journal, struct err *err)
{
    bool gone = gate_flush_path(journal, 0) != 0;
    if ((gone && errno != ENOENT) || gate_flush_folder(db->path) != 0) {
        return sql_fail(db, SQLITE_IOERR_FSYNC, err);
    }
    db->doubt = false;
    return 0;
}

/* SQLite flushes the folder of a new journal and does not look whether that worked; a journal whose name is
 * lost undoes nothing. So a journal is made here. It is not, most times: TRUNCATE leaves it. */
static int have_journal(struct db *db, const char *journal, struct err *err)
{
    if (access(journal, F_OK) == 0) {
        return 0;
    }
    db->doubt = true; /* until it is safe */
    int fd = gate_open_beside(db, journal, O_EXCL, err);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    if (gate_flush_folder(db->path) != 0) {
        return sql_fail(db, SQLITE_IOERR_DIR_FSYNC, err);
    }
    db->doubt = false;
    return 0;
}

int gate_begin(struct db *db, struct err *err)
{
    struct buf journal = BUF_INIT;
    buf_addf(&journal, "%s-journal", db->path);
    int rc = sql_do(db, "BEGIN IMMEDIATE", err);
    if (rc == 0 && db->doubt) {
        rc = settle_doubt(db, buf_str(&journal), err);
    }
    if (rc == 0 && !db->alone) {
        rc = have_journal(db, buf_str(&journal), err);
    }
    buf_done(&journal);
    return rc;
}

int db_begin(struct db *db, struct err *err)
{
    if (db->broken) {
        return sql_fail(db, SQLITE_IOERR, err);
    }
    if (gate_enter(db, DB_GATE_MS, err) != 0) {
        return -1;
    }
    if (gate_begin(db, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return 0;
}

int db_commit(struct db *db, struct err *err)
{
    if (sql_do(db, "COMMIT", err) != 0) {
        db_rollback(db);
        return -1;
    }
    gate_leave(db, true);
    return 0;
}

void db_rollback(struct db *db)
{
    if (db->gate < 0) {
        return;
    }
    /* SQLite may have rolled back by itself. Where it cannot, the journal stays and the next program to open
     * the file plays it back. */
    bool through = sqlite3_get_autocommit(db->sqlite) == 0 &&
                   sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK;
    gate_leave(db, through);
}
