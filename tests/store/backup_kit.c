#include "backup_kit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "restore.h"
#include "sql.h"

char place[96];
int64_t now_s = AT_S;

static int64_t wall(void *arg)
{
    (void)arg;
    return now_s;
}

static int64_t mono(void *arg)
{
    (void)arg;
    return clock_mono_ms(clock_system());
}

const struct clock ours = { wall, mono, NULL };
struct backup_plan plan;

void backup_kit_make(void)
{
    fixture_make();
    snprintf(place, sizeof place, "%s-backups", folder);
    cr_assert_eq(mkdir(place, 0700), 0);
    plan = (struct backup_plan){ .folder = place, .daily = 3, .weekly = 2, .monthly = 2 };
}

void backup_kit_remove(void)
{
    restore_remove_folder(place, NULL);
    fixture_remove();
}

struct backup_result make_backup(struct db *db)
{
    struct backup_result result;
    struct err err = { "" };
    cr_assert_eq(backup_make(db, &plan, &ours, "anna", &result, &err), 0, "%s", err.text);
    return result;
}

char *path_of(const char *name)
{
    static char text[160];
    snprintf(text, sizeof text, "%s/%s", place, name);
    return text;
}

struct db *open_copy(const char *name)
{
    int64_t version;
    struct err err = { "" };
    struct db *copy = db_open_to_read(path_of(name), &ours, &version, &err);
    cr_assert_not_null(copy, "%s", err.text);
    return copy;
}

void later(int64_t seconds)
{
    now_s += seconds;
}

void put_many(struct db *db, int first, int n)
{
    for (int i = 0; i < n; i++) {
        cr_assert_eq(put_frame(db, (uint8_t)(first + i), 1, FRAME_FINAL), FRAME_STORED);
    }
}

void note_on(struct vault *vault, uint8_t which, const char *text)
{
    struct err err = { "" };
    struct encounter *encounter;
    uint8_t uid[FRAME_UID];
    memset(uid, which, sizeof uid);
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%s", err.text);
    json_t *note = event_note(now_s, text);
    cr_assert_eq(vault_add(vault, encounter, &note, 1, now_s, &err), 1, "%s", err.text);
    encounter_free(encounter);
}

struct vault *unlock(struct db *db)
{
    struct err err = { "" };
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, now_s, &vault, &err), 1, "%s", err.text);
    cr_assert_geq(vault_file(vault, &err), 0, "%s", err.text);
    return vault;
}

const char *const tables[TABLES] = { "meta",      "epoch",    "slot",    "deposit", "filing",
                                     "event",     "audit",    "casekey", "touched", "seen",
                                     "tombstone", "proposal", "failure", "slip" };

void dump(struct db *db, struct buf *out)
{
    for (size_t i = 0; i < TABLES; i++) {
        struct buf text = BUF_INIT;
        struct sql q;
        buf_addf(&text, "SELECT * FROM %s %s", tables[i],
                 strcmp(tables[i], "audit") == 0  ? "WHERE act NOT LIKE 'backup%' ORDER BY seq"
                 : strcmp(tables[i], "meta") == 0 ? "WHERE name <> 'backup'"
                                                  : "ORDER BY 1, 2");
        sql_prepare(&q, db, buf_str(&text));
        buf_addf(out, "== %s\n", tables[i]);
        while (sql_row(&q)) {
            for (int c = 0; c < sqlite3_column_count(q.stmt); c++) {
                buf_addf(out, "%d:", sqlite3_column_type(q.stmt, c));
                buf_add(out, sqlite3_column_blob(q.stmt, c), (size_t)sqlite3_column_bytes(q.stmt, c));
            }
            buf_adds(out, "\n");
        }
        cr_assert_eq(sql_end(&q, NULL), 0, "%s", tables[i]);
        buf_done(&text);
    }
}

bool same(struct db *db, const char *name)
{
    struct buf a = BUF_INIT, b = BUF_INIT;
    struct db *copy = open_copy(name);
    dump(db, &a);
    dump(copy, &b);
    bool is = a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
    db_close(copy);
    buf_done(&a);
    buf_done(&b);
    return is;
}

bool file_holds(const char *name, const void *bytes, size_t len)
{
    struct buf file = BUF_INIT;
    cr_assert_eq(file_read(name, 1 << 26, &file, NULL), 0);
    bool found = memmem(file.data, file.len, bytes, len) != NULL;
    buf_done(&file);
    return found;
}
void keep_bytes(const char *name, struct buf *out)
{
    cr_assert_eq(file_read(path_of(name), 1 << 26, out, NULL), 0);
}
