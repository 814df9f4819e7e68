#include "restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "erase.h"
#include "file.h"
#include "mem.h"
#include "place.h"

enum { LIST_MAX = 16 * 1024 * 1024 };

struct work {
    const char *database, *erased, *actor;
    const struct clock *clock;
    char *folder; /* in which it is put together */
    char *beside; /* the database in it */
    struct restore_result *out;
};

/* ---- from where, to where
 * ----------------------------------------------------------------------------------- */

/* What a journal holds belongs to the database that is gone: SQLite would write it into the new one. */
static int must_be_empty(const char *database, struct err *err)
{
    struct stat st;
    struct buf journal = BUF_INIT;
    buf_addf(&journal, "%s-journal", database);
    int rc = 0;
    if (lstat(database, &st) == 0) {
        rc =
            err_set(err,
                    "%s is there already, and is left as it is. If it is to be replaced, move it away first, "
                    "with %s-journal if there is one",
                    database, database);
    } else if (errno != ENOENT) {
        rc = err_sys(err, "cannot look for %s", database);
    } else if (stat(buf_str(&journal), &st) == 0 && st.st_size > 0) {
        rc = err_set(err, "%s belongs to the database that was there: move it away first", buf_str(&journal));
    }
    buf_done(&journal);
    return rc;
}

/* Does the one go on from the other? By what is in them: the name is by the clock of that day. */
static bool goes_on(const char *folder, const char *later, const char *earlier, const struct clock *clock)
{
    int64_t version;
    char *path[2] = { place_path(folder, later), place_path(folder, earlier) };
    struct db *a = db_open_to_read(path[0], clock, &version, NULL);
    struct db *b = a == NULL ? NULL : db_open_to_read(path[1], clock, &version, NULL);
    /* Each would be the other's if nothing happened in between. */
    bool on = b != NULL && copy_is_earlier(a, b, NULL) == 1 && copy_is_earlier(b, a, NULL) == 0;
    db_close(a);
    db_close(b);
    free(path[0]);
    free(path[1]);
    return on;
}

/* The newest by its name, or one whose name is older although it goes on from there: a clock was wrong. */
static size_t newest_of(const char *folder, const struct backup_file *file, size_t n,
                        const struct clock *clock)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        best = goes_on(folder, file[i].name, file[best].name, clock) ? i : best;
    }
    return best;
}

/* A folder's newest; and how many in the folder are newer than the one that is taken. */
static int find_file(const char *from, const struct clock *clock, struct restore_result *out, struct err *err)
{
    struct stat st;
    struct backup_file *file = NULL, mine;
    size_t n = 0;
    if (stat(from, &st) != 0) {
        return err_sys(err, "cannot look at %s", from);
    }
    char *for_dir = mem_strdup(from), *for_name = mem_strdup(from);
    const char *folder = S_ISDIR(st.st_mode) ? from : dirname(for_dir);
    int rc = 0;
    if (backup_list(folder, &file, &n, S_ISDIR(st.st_mode) ? err : NULL) != 0 && S_ISDIR(st.st_mode)) {
        rc = -1;
    } else if (!S_ISDIR(st.st_mode)) {
        out->from = mem_strdup(from);
        bool dated = backup_read_name(basename(for_name), &mine);
        for (size_t i = 0; dated && i < n; i++) {
            bool newer = strcmp(file[i].name, mine.name) > 0
                             ? !goes_on(folder, mine.name, file[i].name, clock)
                             : goes_on(folder, file[i].name, mine.name, clock);
            out->newer += newer;
        }
        if (out->newer > 0) {
            memcpy(out->newest, file[newest_of(folder, file, n, clock)].name, sizeof out->newest);
        }
    } else if (n == 0) {
        rc = err_set(err, "there is no backup in %s: their names are like foyer-2026-11-28-0215.db", from);
    } else {
        out->from = place_path(from, file[newest_of(from, file, n, clock)].name);
    }
    free(file);
    free(for_dir);
    free(for_name);
    return rc;
}

static int look_through(const char *path, const struct clock *clock, struct copy_found *found,
                        struct err *err)
{
    int64_t version = 0;
    struct db *db = db_open_to_read(path, clock, &version, err);
    int rc = db == NULL ? -1 : copy_check(db, version, found, err);
    db_close(db);
    return rc;
}

/* ---- what was cut short
 * ------------------------------------------------------------------------------------- */

static int lock_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Those of restores that were cut short: each may be a whole copy, with who was erased since. One that
 * somebody is at is locked. */
static void remove_left(const char *database)
{
    char *for_dir = mem_strdup(database), *for_name = mem_strdup(database);
    const char *in = dirname(for_dir);
    struct buf begin = BUF_INIT;
    buf_addf(&begin, "%s.restore-", basename(for_name));
    DIR *dir = opendir(in);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, buf_str(&begin), begin.len) == 0 &&
            strlen(entry->d_name) == begin.len + strlen("XXXXXX")) {
            char *folder = place_path(in, entry->d_name);
            int lock = lock_folder(folder);
            if (lock >= 0) {
                (void)restore_remove_folder(folder, NULL);
                close(lock);
            }
            free(folder);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    buf_done(&begin);
    free(for_dir);
    free(for_name);
}

/* ---- the work
 * ----------------------------------------------------------------------------------------------- */

static int erase_by(struct work *work, struct db *db, const char *path, struct err *err)
{
    struct buf list = BUF_INIT;
    int rc = file_read(path, LIST_MAX, &list, err);
    int64_t n = rc == 0 ? erase_again(db, buf_str(&list), work->actor, clock_wall_s(work->clock), err) : -1;
    buf_done(&list);
    work->out->has_list = true;
    work->out->erased += n > 0 ? n : 0;
    return n < 0 ? err_prefix(err, "the list of erased intakes, %s", path) : 0;
}

static int erase_all(struct work *work, struct db *db, struct err *err)
{
    char *for_dir = mem_strdup(work->out->from);
    char *list = place_path(dirname(for_dir), "erased.txt");
    int rc = access(list, F_OK) == 0 ? erase_by(work, db, list, err) : 0;
    if (rc == 0 && work->erased != NULL) {
        rc = erase_by(work, db, work->erased, err);
    }
    free(list);
    free(for_dir);
    return rc;
}

static int bring_up(struct work *work, struct err *err)
{
    struct db *db = db_open(work->beside, work->clock, err);
    if (db == NULL) {
        return -1;
    }
    char detail[200];
    snprintf(detail, sizeof detail, "from %.160s", work->out->from);
    struct audit_entry entry = {
        .at_s = clock_wall_s(work->clock), .actor = work->actor, .act = "restored", .detail = detail
    };
    int rc = erase_all(work, db, err) == 0 ? backup_note_restored(db, path_name(work->out->from), &entry, err)
                                           : -1;
    db_close(db);
    return rc;
}

/* Nothing that came into the place meanwhile is overwritten. */
static int put_in_place(struct work *work, struct err *err)
{
    int rc = renameat2(AT_FDCWD, work->beside, AT_FDCWD, work->database, RENAME_NOREPLACE);
    if (rc != 0 && (errno == EINVAL || errno == ENOSYS) && must_be_empty(work->database, err) == 0) {
        rc = rename(work->beside, work->database);
    }
    if (rc != 0) {
        return err_sys(err, "cannot put the database in its place, %s", work->database);
    }
    char *for_dir = mem_strdup(work->database);
    (void)place_flush_folder(dirname(for_dir), &work->out->doubt);
    free(for_dir);
    return 0;
}

static int put_together(struct work *work, struct err *err)
{
    struct copy_found again;
    struct restore_result *out = work->out;
    char *for_dir = mem_strdup(work->database), *folder = dirname(for_dir);
    int rc = place_check_room(out->from, folder, err) == 0 &&
                     place_start(work->beside, out->from, folder, err) == 0 &&
                     place_flush(work->beside, err) == 0
                 ? look_through(work->beside, work->clock, &again, err)
                 : -1;
    free(for_dir);
    if (rc == 0 && memcmp(&again, &out->found, sizeof again) != 0) {
        rc = err_set(err, "the copy of %s holds something else than it does", out->from);
    }
    return rc == 0 && bring_up(work, err) == 0 ? put_in_place(work, err) : -1;
}

int restore_make(const char *from, const char *database, const char *erased, const struct clock *clock,
                 const char *actor, struct restore_result *out, struct err *err)
{
    struct work work = { .database = database, .erased = erased, .actor = actor, .clock = clock, .out = out };
    *out = (struct restore_result){ 0 };
    remove_left(database);
    if (must_be_empty(database, err) != 0 || find_file(from, clock, out, err) != 0) {
        return -1;
    }
    if (look_through(out->from, clock, &out->found, err) != 0) {
        return err_prefix(err, "%s is no good backup; take another", out->from);
    }
    int lock;
    work.folder = restore_practice_folder(database, &lock, err);
    if (work.folder == NULL) {
        return -1;
    }
    char *for_name = mem_strdup(database);
    work.beside = place_path(work.folder, basename(for_name));
    int rc = put_together(&work, err);
    /* Among what goes is what an upgrade of the copy left beside it. */
    (void)restore_remove_folder(work.folder, out->doubt.text[0] == '\0' ? &out->doubt : NULL);
    close(lock);
    free(for_name);
    free(work.beside);
    free(work.folder);
    return rc;
}

/* ---- a folder for a while
 * ----------------------------------------------------------------------------------- */

char *restore_practice_folder(const char *database, int *lock, struct err *err)
{
    struct buf name = BUF_INIT;
    remove_left(database);
    buf_addf(&name, "%s.restore-XXXXXX", database);
    char *folder = buf_steal(&name);
    *lock = mkdtemp(folder) == NULL ? -1 : lock_folder(folder);
    if (*lock < 0) {
        err_sys(err, "cannot make a folder beside %s", database);
        free(folder);
        return NULL;
    }
    return folder;
}

/* The files of a folder are gone for good before it is. */
static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)at;
    return type != FTW_DP ? unlink(path) : place_flush_folder(path, NULL) == 0 ? rmdir(path) : -1;
}

int restore_remove_folder(const char *folder, struct err *err)
{
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0
               ? 0
               : err_sys(err, "cannot remove %s: do so by hand", folder);
}
