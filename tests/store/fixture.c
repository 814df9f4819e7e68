#include "fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sql.h"

char folder[64], path[96];
struct frame_keys keys;
uint8_t recovery[RECOVERY_KEY];
const struct slot_cost cheap = { 1, 8192 };

void fixture_make(void)
{
    struct err err = { "" };
    cr_assert_geq(sodium_init(), 0);
    strcpy(folder, "/tmp/foyer-store-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/vault.db", folder);
    struct db *db = db_create(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    recovery_make(recovery);
    struct vault_setup setup = {
        .user = "anna", .passphrase = PASSPHRASE, .recovery = recovery, .cost = cheap, .at_s = AT_S
    };
    cr_assert_eq(vault_create(db, &setup, &keys, &err), 0, "%s", err.text);
    db_close(db);
}

void fixture_remove(void)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    rmdir(folder);
}

struct db *open_db(void)
{
    struct err err = { "" };
    struct db *db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    return db;
}

struct frame_header header_of(uint8_t uid, uint32_t rev, enum frame_kind kind)
{
    struct frame_header header = {
        .epoch = keys.epoch, .rev = rev, .kind = (uint8_t)kind, .wall_s = AT_S + rev
    };
    memset(header.uid, uid, sizeof header.uid);
    if (kind == FRAME_HELP || kind == FRAME_ALERT) {
        memset(header.about, 0xab, sizeof header.about);
        header.urgent = kind == FRAME_ALERT;
    }
    return header;
}

void seal(struct buf *out, const struct frame_header *header, const char *mark)
{
    seal_naming(out, header, header->uid, mark);
}

void seal_naming(struct buf *out, const struct frame_header *header, const uint8_t uid[FRAME_UID],
                 const char *mark)
{
    struct buf body = BUF_INIT;
    struct err err = { "" };
    char id[DEPOSIT_LONG];
    buf_addf(
        &body,
        "{\"v\":1,\"part\":\"body\",\"uid\":\"%s\",\"kind\":\"%s\",\"demo\":true,\"asked_on\":\"2026-11-21\","
        "\"visit_on\":\"2026-11-21\",\"patient\":{\"name\":\"%s\",\"birth_date\":\"1990-02-03\","
        "\"phone\":\"01632 960123\"},\"mark\":\"%s\",\"assessment\":{\"class\":\"REVIEW\",\"attention\":12,"
        "\"flags\":[{\"id\":\"A\",\"outcome\":\"REVIEW\"},{\"id\":\"B\",\"outcome\":\"CLEAR\"}]}}",
        deposit_long(uid, id), header->kind == FRAME_FINAL ? "final" : "draft", PATIENT, mark);
    struct buf desk = BUF_INIT;
    buf_addf(&desk, "{\"v\":1,\"part\":\"desk\",\"uid\":\"%s\",\"name\":\"%s\"}", id, PATIENT);
    cr_assert_eq(frame_seal(out, header, &keys, desk.data, desk.len, body.data, body.len, &err), 0, "%s",
                 err.text);
    buf_done(&desk);
    buf_done(&body);
}

enum frame_status put_frame(struct db *db, uint8_t uid, uint32_t rev, enum frame_kind kind)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(uid, rev, kind);
    seal(&frame, &header, "");
    enum frame_status status = deposit_frame(db, frame.data, frame.len, AT_S, NULL);
    buf_done(&frame);
    return status;
}

int64_t number(struct db *db, const char *query)
{
    int64_t value = -1;
    struct sql q;
    sql_prepare(&q, db, query);
    if (sql_row(&q)) {
        value = sql_get_int(&q, 0);
    }
    cr_assert_eq(sql_end(&q, NULL), 0, "%s", query);
    return value;
}

void edit(const char *statement)
{
    sqlite3 *raw = NULL;
    cr_assert_eq(sqlite3_open(path, &raw), SQLITE_OK);
    char *why = NULL;
    cr_assert_eq(sqlite3_exec(raw, statement, NULL, NULL, &why), SQLITE_OK, "%s: %s", statement, why);
    sqlite3_close(raw);
}
