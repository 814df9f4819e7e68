#include "backup.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "erase.h"
#include "file.h"
#include "mem.h"
#include "place.h"
#include "sql.h"

enum { LIST_MAX = 16 * 1024 * 1024 };
static const char part_name[] = "foyer-backup.part", erased_name[] = "erased.txt";

/* ---- the place
 * ---------------------------------------------------------------------------------------------- */

static int device_of(const char *path, dev_t *out)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return -1;
    }
    *out = st.st_dev;
    return S_ISDIR(st.st_mode) ? 0 : (errno = ENOTDIR, -1);
}

static int device_of_parent(const char *path, dev_t *out)
{
    char *copy = mem_strdup(path);
    int rc = device_of(dirname(copy), out);
    free(copy);
    return rc;
}

int backup_check_place(const struct backup_plan *plan, const char *database, struct err *err)
{
    dev_t here, own, root;
    bool there = device_of(plan->folder, &here) == 0;
    if (!there && (errno != ENOENT || device_of_parent(plan->folder, &here) != 0)) {
        return errno == ENOENT && !plan->stick
                   ? err_set(err,
                             "the place for backups, %s, cannot be made: the folder above it is not there",
                             plan->folder)
                   : err_sys(err, "the place for backups, %s, is not there%s", plan->folder,
                             plan->stick ? " (is the stick plugged in and mounted?)" : "");
    }
    if (plan->stick && (device_of_parent(database, &own) != 0 || device_of("/", &root) != 0 || here == own ||
                        here == root)) {
        return err_set(err,
                       "no stick is mounted at %s: plug it in and mount it. Nothing was written to the "
                       "folder beneath",
                       plan->folder);
    }
    return 0;
}

int backup_make_place(const struct backup_plan *plan, const char *database, struct err *err)
{
    if (backup_check_place(plan, database, err) != 0) {
        return -1;
    }
    if (mkdir(plan->folder, 0700) == 0) {
        char *copy = mem_strdup(database);
        place_give(plan->folder, dirname(copy));
        free(copy);
    } else if (errno != EEXIST) {
        return err_sys(err, "cannot make the folder %s", plan->folder);
    }
    return access(plan->folder, W_OK | X_OK) == 0 ? 0 : err_sys(err, "cannot write to %s", plan->folder);
}

static int newer_first(const void *a, const void *b)
{
    return strcmp(((const struct backup_file *)b)->name, ((const struct backup_file *)a)->name);
}

int backup_list(const char *folder, struct backup_file **out, size_t *n, struct err *err)
{
    DIR *dir = opendir(folder);
    *out = NULL;
    *n = 0;
    if (dir == NULL) {
        return err_sys(err, "cannot look into %s", folder);
    }
    struct dirent *entry;
    while ((errno = 0, entry = readdir(dir)) != NULL) {
        struct backup_file file;
        if (backup_read_name(entry->d_name, &file)) {
            *out = mem_realloc(*out, *n + 1, sizeof **out);
            (*out)[(*n)++] = file;
        }
    }
    int rc = errno == 0 ? 0 : err_sys(err, "cannot look into %s", folder);
    closedir(dir);
    if (*n > 1) {
        qsort(*out, *n, sizeof **out, newer_first);
    }
    return rc;
}

/* ---- making one
 * --------------------------------------------------------------------------------------------- */

struct work {
    struct db *db;
    const struct backup_plan *plan;
    const struct clock *clock;
    char *part;
    struct backup_file *file; /* those that were there, newest first */
    size_t nfiles;
};

/* Only this database's own, and of this history: what stood in it before a restore may be all there is of
 * something. */
static bool is_earlier(struct work *work, const char *path, int64_t *version)
{
    struct db *db = db_open_to_read(path, work->clock, version, NULL);
    bool is = db != NULL && copy_is_earlier(work->db, db, NULL) == 1;
    db_close(db);
    return is;
}

/* The newest backup that this one can go on from. free() it; NULL. */
static char *find_earlier(struct work *work)
{
    for (size_t i = 0; i < work->nfiles; i++) {
        int64_t version = 0;
        char *path = place_path(work->plan->folder, work->file[i].name);
        if (is_earlier(work, path, &version) && version == DB_VERSION) {
            return path;
        }
        free(path);
    }
    return NULL;
}

/* 0, -1, COPY_LOST. */
static int fill_part(struct work *work, const char *earlier, struct err *err)
{
    if (place_start(work->part, earlier, db_path(work->db), err) != 0) {
        return -1;
    }
    struct db *to = db_open_private(work->part, work->clock, err);
    int rc = to == NULL ? -1 : copy_rows(work->db, to, err);
    db_close(to);
    return rc;
}

static int check_part(struct work *work, struct copy_found *found, struct err *err)
{
    int64_t version = 0;
    if (place_flush(work->part, err) != 0) {
        return -1;
    }
    struct db *copy = db_open_to_read(work->part, work->clock, &version, err);
    int rc =
        copy != NULL && copy_check(copy, version, found, err) == 0 ? copy_compare(work->db, copy, err) : -1;
    db_close(copy);
    return rc;
}

static int build(struct work *work, struct backup_result *out, struct err *err)
{
    char *earlier = find_earlier(work);
    int rc = -1;
    if (earlier != NULL) {
        rc = fill_part(work, earlier, err);
        rc = rc == 0 ? check_part(work, &out->found, err) : rc;
        if (rc == -1) {
            /* Perhaps that one has rotted: it is named, and all is copied anew. */
            err_set(&out->doubt,
                    "the earlier backup %s is perhaps damaged, and this one was made without it (%s)",
                    earlier, err->text);
        }
    }
    free(earlier);
    if (rc == -1) {
        rc = fill_part(work, NULL, err) == 0 ? check_part(work, &out->found, err) : -1;
    }
    return rc;
}

static void name_now(const struct clock *clock, char name[BACKUP_NAME])
{
    time_t now = (time_t)clock_wall_s(clock);
    struct tm tm;
    if (localtime_r(&now, &tm) == NULL || strftime(name, BACKUP_NAME, "foyer-%Y-%m-%d-%H%M.db", &tm) == 0) {
        snprintf(name, BACKUP_NAME, "foyer-1970-01-01-0000.db");
    }
}

/* ---- what goes with it
 * -------------------------------------------------------------------------------------- */

static int put_meta(struct db *db, const char *name, const char *value, struct err *err)
{
    struct sql q;
    sql_prepare(&q, db, "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)");
    sql_text(&q, 1, name);
    sql_text(&q, 2, value);
    return sql_run(&q, err);
}

/* "1795831200 foyer-2026-11-28-0215.db" under `name`, with its audit entry. */
static int note(struct db *db, const char *name, const char *file, const struct audit_entry *entry,
                struct err *err)
{
    char value[BACKUP_NAME + 32];
    snprintf(value, sizeof value, "%lld %s", (long long)entry->at_s, file);
    if (db_begin(db, err) != 0) {
        return -1;
    }
    if (put_meta(db, name, value, err) != 0 || audit_add(db, entry, err) != 0) {
        db_rollback(db);
        return -1;
    }
    return db_commit(db, err);
}

static void get_meta(struct db *db, const char *name, int64_t *at_s, char file[BACKUP_NAME], struct sql *q)
{
    sql_prepare(q, db, "SELECT value FROM meta WHERE name = ?1");
    sql_text(q, 1, name);
    if (sql_row(q)) {
        char *rest = NULL;
        *at_s = strtoll(sql_get_text(q, 0), &rest, 10);
        snprintf(file, BACKUP_NAME, "%s", *rest == ' ' ? rest + 1 : "");
    }
}

int backup_state(struct db *db, struct backup_state *out, struct err *err)
{
    struct sql q;
    *out = (struct backup_state){ 0 };
    get_meta(db, "backup", &out->made_s, out->made, &q);
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    get_meta(db, "drill", &out->drilled_s, out->drilled, &q);
    return sql_end(&q, err);
}

int backup_note_restored(struct db *db, const char *name, const struct audit_entry *entry, struct err *err)
{
    return note(db, "drill", name, entry, err);
}

/* This database's tombstones, and lines that were there: after a restore of an old backup those know more. */
static int write_erased(struct work *work, struct err *err)
{
    struct buf text = BUF_INIT, before = BUF_INIT;
    char *path = place_path(work->plan->folder, erased_name);
    int rc = erase_list(work->db, &text, err);
    if (rc == 0 && access(path, F_OK) == 0) {
        rc = file_read(path, LIST_MAX, &before, err);
    }
    for (const char *line = buf_str(&before); rc == 0 && *line != '\0';) {
        size_t len = strcspn(line, "\n"), uid = strcspn(line, " \n");
        char *mine = mem_strndup(line, uid);
        if (len > 0 && strstr(buf_str(&text), mine) == NULL) {
            buf_add(&text, line, len);
            buf_adds(&text, "\n");
        }
        free(mine);
        line += len + (line[len] == '\n');
    }
    if (rc == 0) {
        rc = place_write(path, &text, db_path(work->db), err);
    }
    buf_done(&text);
    buf_done(&before);
    free(path);
    return rc;
}

/* When the last of this database's intakes was erased; 0: none. */
static int64_t last_erased(struct db *db)
{
    int64_t at_s = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT coalesce(max(at_s), 0) FROM tombstone");
    if (sql_row(&q)) {
        at_s = sql_get_int(&q, 0);
    }
    return sql_end(&q, NULL) == 0 ? at_s : 0;
}

static int64_t last_entry_of(const char *path, const struct clock *clock)
{
    int64_t at_s = INT64_MAX, version;
    struct sql q;
    struct db *db = db_open_to_read(path, clock, &version, NULL);
    if (db == NULL) {
        return at_s;
    }
    sql_prepare(&q, db, "SELECT at_s FROM audit ORDER BY seq DESC LIMIT 1");
    if (sql_row(&q)) {
        at_s = sql_get_int(&q, 0);
    }
    (void)sql_end(&q, NULL);
    db_close(db);
    return at_s;
}

static void rotate(struct work *work, struct backup_result *out)
{
    struct backup_file *file = NULL;
    size_t n = 0, ours = 0;
    int64_t erased_s = last_erased(work->db), version;
    if (backup_list(work->plan->folder, &file, &n, &out->doubt) != 0) {
        free(file);
        return;
    }
    /* The one just made comes first whatever the clock says. */
    for (size_t i = 0; i < n; i++) {
        char *path = place_path(work->plan->folder, file[i].name);
        bool fresh = strcmp(file[i].name, out->name) == 0;
        if (fresh || is_earlier(work, path, &version)) {
            file[ours++] = file[i];
        } else {
            out->strange++;
        }
        free(path);
    }
    bool *keep = mem_alloc((ours + 1) * sizeof *keep);
    backup_rotation(work->plan, file, ours, keep);
    for (size_t i = 0; i < ours; i++) {
        char *path = place_path(work->plan->folder, file[i].name);
        bool fresh = strcmp(file[i].name, out->name) == 0;
        if (!keep[i] && !fresh) {
            if (unlink(path) == 0) {
                out->removed++;
            } else if (out->doubt.text[0] == '\0') {
                err_sys(&out->doubt, "cannot remove the old backup %s", path);
            }
        } else if (!fresh && last_entry_of(path, work->clock) < erased_s) {
            out->with_erased++;
        }
        free(path);
    }
    free(keep);
    free(file);
}

static int put_in_place(struct work *work, struct backup_result *out, struct err *err)
{
    name_now(work->clock, out->name);
    char *path = place_path(work->plan->folder, out->name);
    int rc = rename(work->part, path) == 0 ? place_flush_folder(work->plan->folder, err)
                                           : err_sys(err, "cannot put the backup in its place, %s", path);
    free(path);
    return rc;
}

static int make(struct work *work, const char *actor, struct backup_result *out, struct err *err)
{
    if (backup_make_place(work->plan, db_path(work->db), err) != 0 ||
        backup_list(work->plan->folder, &work->file, &work->nfiles, err) != 0) {
        return -1;
    }
    unlink(work->part);
    if (place_check_room(db_path(work->db), work->plan->folder, err) != 0) {
        return -1;
    }
    if (build(work, out, err) != 0 || put_in_place(work, out, err) != 0) {
        unlink(work->part);
        return -1;
    }
    char detail[160];
    snprintf(detail, sizeof detail, "%s: %lld intakes, newest number %lld", out->name,
             (long long)out->found.intakes, (long long)out->found.newest_seq);
    struct audit_entry entry = {
        .at_s = clock_wall_s(work->clock), .actor = actor, .act = "backup", .detail = detail
    };
    struct err unnoted = { "" }, why = { "" };
    bool noted = note(work->db, "backup", out->name, &entry, &unnoted) == 0;
    if (!noted) {
        err_prefix(&unnoted, "it could not be noted");
        out->doubt = unnoted;
    }
    if (write_erased(work, &why) != 0 && out->doubt.text[0] == '\0') {
        out->doubt = why;
    }
    if (noted) { /* else nothing goes: perhaps this database says nothing true any more */
        rotate(work, out);
    }
    return 0;
}

int backup_make(struct db *db, const struct backup_plan *plan, const struct clock *clock, const char *actor,
                struct backup_result *out, struct err *err)
{
    *out = (struct backup_result){ 0 };
    int lock = db_lock_file(db, "backup", 0, NULL);
    if (lock < 0) {
        return err_set(err, "another backup is being made at this moment");
    }
    struct work work = {
        .db = db, .plan = plan, .clock = clock, .part = place_path(plan->folder, part_name)
    };
    struct err why = { "" };
    int rc = make(&work, actor, out, &why);
    if (rc != 0) {
        err_set(err, "%s", why.text);
        struct audit_entry entry = {
            .at_s = clock_wall_s(clock), .actor = actor, .act = "backup failed", .detail = why.text
        };
        (void)audit_note(db, &entry, NULL); /* what has to be said is the trouble */
    }
    free(work.part);
    free(work.file);
    close(lock);
    return rc;
}
