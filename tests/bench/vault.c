/* The vault: a morning's unlock to the first page over a thousand, ten thousand and a hundred thousand filed
 * intakes, beside a plain SQLite program that reads the same rows; and the filing of new ones. */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "buf.h"
#include "db.h"
#include "deposit.h"
#include "figure.h"
#include "queue_row.h"
#include "tty.h"
#include "vault.h"

/* BODY_FLAGS: the demo's patients, whom the form's own rules judged, have 1.5 on average and 7 at most. */
enum { ROUNDS = 7, NEW = 1000, BODY_FLAGS = 3, PAGE = 20 };

#define PASSPHRASE "correct horse battery staple"

struct box {
    char folder[64], path[96];
    struct frame_keys keys;
    struct db *db;
    uint64_t made;
};

static void fail(const struct err *err)
{
    fprintf(stderr, "bench: %s\n", err->text);
    exit(2);
}

static void make_box(struct box *box)
{
    struct err err = { "" };
    uint8_t recovery[RECOVERY_KEY];
    *box = (struct box){ .folder = "/tmp/foyer-bench-XXXXXX" };
    if (mkdtemp(box->folder) == NULL) {
        exit(2);
    }
    snprintf(box->path, sizeof box->path, "%s/foyer.db", box->folder);
    recovery_make(recovery);
    /* A passphrase that costs nothing to try: Argon2id is meant to take its second. */
    struct vault_setup setup = {
        .user = "anna", .passphrase = PASSPHRASE, .recovery = recovery, .cost = { 1, 8192 }, .at_s = 1
    };
    box->db = db_create(box->path, clock_system(), &err);
    if (box->db == NULL || vault_create(box->db, &setup, &box->keys, &err) != 0) {
        fail(&err);
    }
}

static void remove_box(struct box *box)
{
    static const char *const ending[] = { "", "-journal", ".gate", ".unlock" };
    db_close(box->db);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", box->path, ending[i]);
        unlink(name);
    }
    rmdir(box->folder);
}

static void seal(struct buf *out, const struct box *box, const struct frame_header *header)
{
    struct buf body = BUF_INIT;
    struct err err = { "" };
    char uid[DEPOSIT_LONG];
    uint64_t n = box->made;
    buf_addf(
        &body,
        "{\"v\":1,\"uid\":\"%s\",\"asked_on\":\"2026-11-21\",\"visit_on\":\"2026-11-21\",\"language\":\"en\","
        "\"form\":{\"id\":\"microneedling\"},\"patient\":{\"name\":\"Patient Number %llu\",\"birth_date\":"
        "\"19%02llu-05-17\",\"phone\":\"01632 "
        "%06llu\"},\"assessment\":{\"class\":\"REVIEW\",\"attention\":%llu,"
        "\"flags\":[",
        deposit_long(header->uid, uid), (unsigned long long)n, (unsigned long long)(40 + n % 60),
        (unsigned long long)(n % 1000000), (unsigned long long)(n % 100));
    for (int i = 0; i < BODY_FLAGS; i++) {
        buf_addf(&body, "%s{\"id\":\"FLAG_NUMBER_%d\",\"outcome\":\"REVIEW\",\"answer\":\"Yes\"}",
                 i ? "," : "", i);
    }
    buf_adds(&body, "],\"items\":[]}}");
    if (frame_seal(out, header, &box->keys, "{}", 2, body.data, body.len, &err) != 0) {
        fail(&err);
    }
    buf_done(&body);
}

/* Straight into the table: what a deposit costs is measured elsewhere, and a hundred thousand flushes would
 * take an hour. */
static void post(struct box *box, int n)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *q = NULL;
    struct buf frame = BUF_INIT;
    sqlite3_open(box->path, &raw);
    sqlite3_exec(raw, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);
    sqlite3_prepare_v2(raw,
                       "INSERT INTO deposit (uid, rev, kind, received_s, header, seals, bodies) "
                       "VALUES (?1, 1, 2, 1795000000, ?2, ?3, ?4)",
                       -1, &q, NULL);
    for (int i = 0; i < n; i++) {
        struct frame_header header = { .rev = 1, .kind = FRAME_FINAL, .wall_s = 1795000000 };
        randombytes_buf(header.uid, sizeof header.uid);
        box->made++;
        buf_reset(&frame);
        seal(&frame, box, &header);
        sqlite3_bind_blob(q, 1, header.uid, sizeof header.uid, SQLITE_STATIC);
        sqlite3_bind_blob(q, 2, frame.data, FRAME_HEADER, SQLITE_STATIC);
        sqlite3_bind_blob(q, 3, frame.data + FRAME_HEADER, FRAME_BODIES - FRAME_HEADER, SQLITE_STATIC);
        sqlite3_bind_blob(q, 4, frame.data + FRAME_BODIES, (int)(frame.len - FRAME_BODIES), SQLITE_STATIC);
        sqlite3_step(q);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(raw);
    buf_done(&frame);
}

static int keep(void *arg, const struct vault_row *row)
{
    struct queue_entry entry = queue_row(row);
    queue_add(arg, &entry);
    return 0;
}

/* As the review does it: unlocks, files, reads all, sorts, and asks for the first page. Returns the bytes an
 * intake takes in memory. What the disk takes to write two lines of the audit trail is in `all` alone. */
static double morning(const struct box *box, struct samples *ms, struct samples *all)
{
    static const struct queue_filter filter = { .view = QUEUE_VIEW_ALL };
    struct err err = { "" };
    struct queue *queue = queue_new();
    struct vault *vault;
    int64_t begun = now_ns();
    double used = cpu_ms();
    struct db *db = db_open(box->path, clock_system(), &err);
    if (db == NULL || vault_unlock(db, "anna", PASSPHRASE, 1, &vault, &err) != 1 ||
        vault_file(vault, &err) < 0 || vault_each(vault, keep, queue, &err) != 0) {
        fail(&err);
    }
    queue_look(queue, &filter, (struct date){ 2026, 11, 21 }, 1795000000);
    for (size_t i = 0; i < PAGE; i++) {
        struct queue_entry entry;
        queue_get(queue, i, &entry);
    }
    samples_add(ms, cpu_ms() - used);
    samples_add(all, (double)(now_ns() - begun) / 1e6);
    double bytes = (double)queue_bytes(queue) / (double)queue_count(queue);
    queue_free(queue);
    vault_lock(vault);
    db_close(db);
    return bytes;
}

static void scan(const struct box *box, struct samples *ms)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *q = NULL;
    uint64_t sum = 0;
    double used = cpu_ms();
    sqlite3_open(box->path, &raw);
    sqlite3_prepare_v2(raw, "SELECT seq, uid, rev, summary_rev, summary FROM filing ORDER BY seq", -1, &q,
                       NULL);
    while (sqlite3_step(q) == SQLITE_ROW) {
        /* All that is asked for is taken out: SQLite decodes no column that nobody looks at. */
        const uint8_t *uid = sqlite3_column_blob(q, 1), *data = sqlite3_column_blob(q, 4);
        sum += (uint64_t)sqlite3_column_int64(q, 0) + (uint64_t)sqlite3_column_int64(q, 2) +
               (uint64_t)sqlite3_column_int64(q, 3) + uid[sqlite3_column_bytes(q, 1) - 1];
        for (int i = 0, n = sqlite3_column_bytes(q, 4); i < n; i += 64) {
            sum += data[i];
        }
    }
    sqlite3_finalize(q);
    sqlite3_close(raw);
    samples_add(ms, cpu_ms() - used + (sum == 1 ? 1e-9 : 0));
}

static void file_new(struct box *box, struct samples *ms)
{
    struct err err = { "" };
    struct vault *vault;
    if (vault_unlock(box->db, "anna", PASSPHRASE, 1, &vault, &err) != 1) {
        fail(&err);
    }
    post(box, NEW);
    double begun = cpu_ms();
    if (vault_file(vault, &err) != NEW) {
        fail(&err);
    }
    samples_add(ms, cpu_ms() - begun);
    vault_lock(vault);
}

static void fill(struct box *box, int n)
{
    struct err err = { "" };
    struct vault *vault;
    post(box, n);
    if (vault_unlock(box->db, "anna", PASSPHRASE, 1, &vault, &err) != 1 || vault_file(vault, &err) < 0) {
        fail(&err);
    }
    vault_lock(vault);
}

void bench_vault(const struct clinic *clinic)
{
    static const int sizes[] = { 1000, 10000, 100000 };
    struct box box;
    (void)clinic;
    make_box(&box);
    int there = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct samples ours = SAMPLES_INIT, theirs = SAMPLES_INIT, all = SAMPLES_INIT;
        double bytes = 0;
        fill(&box, sizes[i] - there);
        there = sizes[i];
        for (int round = 0; round < ROUNDS; round++) {
            bytes = morning(&box, &ours, &all);
            scan(&box, &theirs);
        }
        figure_title(
            "11. %d filed intakes: unlock (without Argon2id), to the first page, in ms of a processor",
            sizes[i]);
        figure_samples("foyer", &ours);
        figure_samples("plain SQLite", &theirs);
        figure_ratio(&ours, &theirs, 5);
        figure_samples("foyer, with the disk and whatever else runs", &all);
        figure_fact(bytes <= 600, "%.0f bytes an intake in memory; aim 600", bytes);
        samples_done(&ours);
        samples_done(&theirs);
        samples_done(&all);
    }
    struct samples filing = SAMPLES_INIT;
    for (int round = 0; round < ROUNDS; round++) {
        file_new(&box, &filing);
    }
    figure_title("12. Filing %d new intakes, in ms of processor time: without what the disk takes", NEW);
    figure_at_most("foyer", &filing, 200);
    samples_done(&filing);
    remove_box(&box);
}
