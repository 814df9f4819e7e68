/* The power fails at any moment, thousands of times: what was acknowledged is there, nothing is half there.
 *
 * What the letterbox and the staff do is recorded on a disk that can be cut off (disk.h). For each cut the
 * database is opened from what the cut left: it must open, be whole, with an audit trail that holds, and be
 * byte for byte in one of the states it was committed in, no older than the last one that somebody was told
 * of.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "audit.h"
#include "disk.h"
#include "erase.h"
#include "file.h"
#include "fixture.h"
#include "mem.h"
#include "power_kit.h"
#include "scratch.h"
#include "slip.h"
#include "sql.h"

enum { MOST_STATES = 512, AGAIN = 8 };

TestSuite(power, .init = power_kit_make, .fini = power_kit_remove, .timeout = 3600);

/* ---- the states of a database ---- */

static struct db *open_lab(const char *where)
{
    char name[96];
    struct err err = { "" };
    snprintf(name, sizeof name, "%s/vault.db", lab);
    struct db *db = db_open(name, clock_system(), &err);
    cr_assert_not_null(db, "%s: %s", where, err.text);
    return db;
}

static void look(uint8_t state[STATE], const char *where)
{
    struct db *db = open_lab(where);
    look_at(db, state, where);
    db_close(db);
}

static void hash_file(uint8_t out[STATE])
{
    char name[96];
    static struct buf bytes;
    snprintf(name, sizeof name, "%s/vault.db", lab);
    cr_assert_eq(file_read(name, 1 << 24, &bytes, NULL), 0);
    crypto_generichash(out, STATE, (const uint8_t *)buf_str(&bytes), bytes.len, NULL, 0);
}

/* The states a recorded history went through: the first, and one after each commit. */
struct history {
    size_t n, call[MOST_STATES]; /* number of calls after which it is committed */
    uint8_t state[MOST_STATES][STATE], file[MOST_STATES][STATE];
};

static void make_history(struct history *history)
{
    history->n = 0;
    for (size_t call = 0; call != SIZE_MAX; call = disk_emptied(call, "-journal")) {
        cr_assert_lt(history->n, MOST_STATES);
        disk_kill(call, lab);
        look(history->state[history->n], "killed");
        hash_file(history->file[history->n]);
        history->call[history->n++] = call;
    }
}

/* The number of the last state that was committed by `calls`. */
static size_t state_at(const struct history *history, size_t calls)
{
    size_t i = 0;
    while (i + 1 < history->n && history->call[i + 1] <= calls) {
        i++;
    }
    return i;
}

/* Is what is in the lab one of the states from `first` to `last`? The very bytes of one that was found whole
 * need not be gone through again. */
static bool is_one_of(const struct history *history, size_t first, size_t last, const char *where)
{
    uint8_t file[STATE], state[STATE] = { 0 };
    bool found = false;
    db_close(open_lab(where));
    hash_file(file);
    for (size_t i = first; i <= last; i++) {
        found = found || memcmp(history->file[i], file, STATE) == 0;
    }
    if (!found) {
        look(state, where);
    }
    for (size_t i = first; i <= last; i++) {
        found = found || memcmp(history->state[i], state, STATE) == 0;
    }
    return found;
}

/* The power fails once more while the database is opened after the first cut. */
static bool survives_again(const struct history *history, size_t first, size_t last, const char *where)
{
    disk_use(1);
    disk_record(lab);
    db_close(open_lab(where));
    disk_stop();
    disk_cut(dice(&run) % (disk_calls() + 1), dice(&run), lab);
    disk_use(0);
    return is_one_of(history, first, last, where);
}

/* `n` cuts of the recorded history. Returns how many lost something. */
static size_t cut(const struct history *history, size_t n)
{
    size_t lost = 0, calls = disk_calls();
    for (size_t i = 0; i < n; i++) {
        char where[96];
        size_t at = dice(&run) % (calls + 1);
        size_t first = state_at(history, disk_last_mark(at)), last = state_at(history, at);
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut %zu before call %zu of %zu",
                 (unsigned long long)seed, i, at, calls);
        disk_cut(at, dice(&run), lab);
        lost += !(i % AGAIN == 0 ? survives_again(history, first, last, where)
                                 : is_one_of(history, first, last, where));
    }
    return lost;
}

/* ---- the letterbox ---- */

/* As foyer-deposit does it: a database opened for one record. Whoever dies answers nothing. */
static enum frame_status post_once(const struct buf *frame, bool dies)
{
    struct db *db = db_open(path, clock_system(), NULL);
    enum frame_status status =
        db == NULL ? FRAME_TROUBLE : deposit_frame(db, frame->data, frame->len, AT_S, NULL);
    status = dies && disk_failed() ? FRAME_TROUBLE : status;
    db_close(db);
    return status;
}

/* Some of them die on the way, or have a flush that fails; the kiosk sends the same bytes until it hears that
 * they are there. */
static void post(const struct buf *frame, bool trouble)
{
    enum frame_status status = FRAME_TROUBLE;
    for (int try = 0; status == FRAME_TROUBLE; try++) {
        uint64_t way = trouble && try < 2 ? dice(&run) % 4 : 9;
        size_t n = 1 + dice(&run) % (way == 1 ? 8 : 40);
        disk_fail(way == 1 ? DISK_SYNC : DISK_ANY & ~(unsigned)DISK_READ, way < 2 ? n : 0, EIO, way == 0);
        status = post_once(frame, way == 0);
        disk_fail(0, 0, 0, false);
        cr_assert(status != FRAME_REFUSED && try < 3);
    }
    disk_mark();
}

static const struct letter {
    uint8_t uid;
    uint32_t rev;
    enum frame_kind kind;
} walk[] = {
    { 1, 1, FRAME_DRAFT }, { 2, 1, FRAME_DRAFT }, { 1, 2, FRAME_DRAFT }, { 3, 1, FRAME_ALERT },
    { 3, 1, FRAME_ALERT }, { 1, 3, FRAME_FINAL }, { 1, 2, FRAME_DRAFT }, { 2, 2, FRAME_FINAL },
    { 2, 2, FRAME_FINAL }, { 4, 1, FRAME_HELP },  { 5, 1, FRAME_FINAL },
};
enum { WALK = sizeof walk / sizeof *walk };

static void letters(bool trouble)
{
    struct buf sent[10][4] = { 0 };
    for (size_t i = 0; i < WALK; i++) {
        struct buf *frame = &sent[walk[i].uid][walk[i].rev];
        if (frame->len == 0) {
            struct frame_header header = header_of(walk[i].uid, walk[i].rev, walk[i].kind);
            seal(frame, &header, "");
        }
        post(frame, trouble);
    }
    for (size_t i = 0; i < WALK; i++) {
        buf_done(&sent[walk[i].uid][walk[i].rev]);
    }
}

static void record_and_cut(void (*history_of)(void), size_t n)
{
    struct history *history = mem_alloc(sizeof *history);
    disk_record(folder);
    history_of();
    disk_stop();
    make_history(history);
    size_t lost = cut(history, n);
    cr_expect_eq(lost, 0, "FOYER_SEED=%llu: %zu of %zu cuts lost something", (unsigned long long)seed, lost,
                 n);
    free(history);
}

static void calm_letters(void)
{
    letters(false);
}

static void troubled_letters(void)
{
    letters(true);
}

Test(power, a_record_that_was_acknowledged_outlasts_it)
{
    record_and_cut(calm_letters, cuts(400));
}

/* Processes that die in the middle, flushes that fail, and then the power. */
Test(power, a_record_sent_again_after_trouble_outlasts_it)
{
    for (size_t i = 0; i < cuts(400); i += 80) {
        record_and_cut(troubled_letters, 80);
        fixture_remove();
        fixture_make();
    }
}

/* With the settings that design and db.h warn of, the same cuts find what is lost: they prove something. */
static void letters_weaker(const char *journal, const char *flushing)
{
    for (uint8_t i = 1; i <= 8; i++) {
        struct db *db = open_db();
        cr_assert(sql_do(db, journal, NULL) == 0 && sql_do(db, flushing, NULL) == 0);
        cr_assert_eq(put_frame(db, i, 1, FRAME_FINAL), FRAME_STORED);
        disk_mark();
        db_close(db);
    }
}

Test(power, the_cuts_do_find_what_a_journal_without_its_folder_flushed_loses)
{
    struct history *history = mem_alloc(sizeof *history);
    disk_record(folder);
    letters_weaker("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL");
    disk_stop();
    make_history(history);
    /* By chance a hundred cuts may all miss; a thousand do not. */
    size_t found = 0;
    for (int i = 0; i < 10 && found == 0; i++) {
        found = cut(history, cuts(100));
    }
    cr_expect_gt(found, 0);
    free(history);
}

/* ---- what staff do ---- */

static void acknowledged(int result, int expected, const struct err *err)
{
    cr_assert_eq(result, expected, "%s", err->text);
    disk_mark();
}

static void add_events(struct vault *vault, const uint8_t uid[FRAME_UID])
{
    struct err err = { "" };
    struct encounter *encounter;
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%s", err.text);
    json_t *note = event_note(AT_S, "seen, will call");
    acknowledged(vault_add(vault, encounter, &note, 1, AT_S, &err), 1, &err);
    struct event_flag flag = { "A", OUTCOME_PRECAUTION, OUTCOME_REVIEW };
    json_t *both[] = { event_flags(AT_S, &flag, 1, "1", "looked at"),
                       event_overall(AT_S, DECISION_NEEDS_MORE, (struct date){ 0 }, "Dr Anna", "x") };
    acknowledged(vault_add(vault, encounter, both, 2, AT_S, &err), 1, &err);
    encounter_free(encounter);
}

static void accounts(struct db *db, struct vault *vault)
{
    struct err err = { "" };
    struct frame_keys fresh;
    acknowledged(account_propose(db, "berta", "desk", "admin", AT_S, &err), 0, &err);
    acknowledged(account_complete(vault, "berta", PASSPHRASE, &cheap, AT_S, &err), 0, &err);
    acknowledged(account_set_passphrase(vault, "anna", PASSPHRASE " 2", &cheap, AT_S, &err), 0, &err);
    acknowledged(account_set_passphrase(vault, "anna", PASSPHRASE, &cheap, AT_S, &err), 0, &err);
    acknowledged(account_rotate(vault, &fresh, AT_S, &err), 0, &err);
    acknowledged(account_disable(db, "berta", "anna", AT_S, &err), 0, &err);
}

/* The intakes are there before; staff come, file, decide, give out a slip, erase. */
static void staffs_morning(void)
{
    struct err err = { "" };
    struct vault *vault;
    uint8_t uid[FRAME_UID], call[FRAME_UID];
    char code[SLIP_CODE];
    struct db *db = open_db();
    acknowledged(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, &err);
    acknowledged((int)vault_file(vault, &err), 3, &err);
    memset(uid, 1, sizeof uid);
    add_events(vault, uid);
    acknowledged(slip_make(vault, uid, AT_S, code, &err), 0, &err);
    memset(call, 4, sizeof call);
    acknowledged(deposit_acknowledge(db, call, "anna", AT_S, &err), 1, &err);
    accounts(db, vault);
    memset(uid, 2, sizeof uid);
    acknowledged(erase_intake(vault, uid, "asked for it", AT_S, &err), 1, &err);
    memset(uid, 3, sizeof uid);
    acknowledged(erase_draft(vault, uid, AT_S, &err), 1, &err);
    vault_lock(vault);
    db_close(db);
}

Test(power, what_staff_were_told_is_written_outlasts_it)
{
    struct db *db = open_db();
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 3, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(put_frame(db, 4, 1, FRAME_HELP), FRAME_STORED);
    db_close(db);
    record_and_cut(staffs_morning, cuts(400));
}

static int64_t links_of(struct db *db, int seq)
{
    char query[96];
    snprintf(query, sizeof query,
             "SELECT count(*) FROM event WHERE uid = (SELECT uid FROM deposit WHERE seq = %d)", seq);
    return number(db, query);
}

/* Links the first two intakes, or undoes it, while the n-th call fails. False: there is no n-th call. */
static bool fail_a_link(size_t n)
{
    struct err err = { "" };
    struct vault *vault;
    struct encounter *e;
    uint8_t uid[FRAME_UID], other[FRAME_UID];
    struct db *db = open_db();
    memset(uid, 1, sizeof uid);
    memset(other, 2, sizeof other);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_geq(vault_file(vault, &err), 0, "%s", err.text);
    cr_assert_eq(vault_encounter(vault, uid, &e, &err), 1, "%s", err.text);
    bool confirm = e->nlinks == 0;
    disk_fail(DISK_ANY, n, EIO, true);
    int rc = vault_link(vault, e, other, confirm, AT_S, &err);
    bool failed = disk_failed();
    disk_fail(0, 0, 0, false);
    cr_expect(rc == 1 || (rc == -1 && err.text[0] != '\0' && failed), "call %zu: %d %s", n, rc, err.text);
    encounter_free(e);
    vault_lock(vault);
    db_close(db);
    return failed;
}

Test(power, two_intakes_are_linked_in_both_or_in_neither)
{
    struct db *db = open_db();
    bool more = true;
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED);
    db_close(db);
    disk_record(folder);
    for (size_t n = 1; more; n++) {
        more = fail_a_link(n);
        db = open_db();
        cr_expect_eq(links_of(db, 1), links_of(db, 2), "call %zu failed", n);
        db_close(db);
        cr_assert(n < 100 && (more || n > 3), "%zu", n);
    }
    disk_stop();
    for (size_t i = 0; i < cuts(200); i++) {
        char where[96];
        size_t at = dice(&run) % (disk_calls() + 1);
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu", (unsigned long long)seed, at);
        disk_cut(at, dice(&run), lab);
        db = open_lab(where);
        cr_expect_eq(links_of(db, 1), links_of(db, 2), "%s", where);
        db_close(db);
    }
}

/* Beside the database: what staff has typed about two intakes and not added to them. */
static void type_about(uint8_t one, uint8_t other)
{
    struct err err = { "" };
    struct vault *vault;
    struct scratch scratch;
    struct scratch_text text[2] = { { .text = "half a note" }, { .text = "half another" } };
    struct db *db = open_db();
    memset(text[0].uid, one, FRAME_UID);
    memset(text[1].uid, other, FRAME_UID);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(scratch_open(&scratch, vault, &err), 0, "%s", err.text);
    cr_assert_eq(scratch_save(&scratch, vault, text, 2, &err), 0, "%s", err.text);
    scratch_close(&scratch);
    vault_lock(vault);
    db_close(db);
}

/* By rule, without a key and with one. */
static void retention_night(void)
{
    struct err err = { "" };
    struct vault *vault;
    uint8_t uid[FRAME_UID];
    int64_t doubtful = 0;
    struct db *db = open_db();
    acknowledged((int)erase_left_drafts(db, AT_S + 1, false, "timer", AT_S, &doubtful, &err), 2, &err);
    acknowledged((int)erase_unseen(db, AT_S + 1, false, "old", "timer", AT_S, NULL, &err), 2, &err);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    memset(uid, 3, sizeof uid);
    acknowledged(erase_purge(vault, uid, "old", AT_S, &err), 1, &err);
    vault_lock(vault);
    db_close(db);
}

static size_t typed_files(void)
{
    size_t n = 0;
    DIR *dir = opendir(lab);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        n += strstr(entry->d_name, ".typed-") != NULL;
    }
    closedir(dir);
    return n;
}

Test(power, what_a_rule_takes_out_is_there_or_gone_and_what_was_typed_about_it_goes_with_it)
{
    struct db *db = open_db();
    for (uint8_t i = 1; i <= 6; i++) {
        cr_assert_eq(put_frame(db, i, 1, i > 3 ? FRAME_DRAFT : FRAME_FINAL), FRAME_STORED);
    }
    db_close(db);
    edit("INSERT INTO event (uid, rev, actor, kind, body) SELECT uid, 1, 'anna', 'overall', x'00' FROM "
         "deposit "
         "WHERE seq IN (1, 2, 6)");
    type_about(1, 3);
    record_and_cut(retention_night, cuts(120));
    for (size_t i = 0; i < cuts(60); i++) {
        char where[96];
        struct err err = { "" };
        size_t at = i % 3 == 0 ? disk_calls() : dice(&run) % (disk_calls() + 1);
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu", (unsigned long long)seed, at);
        disk_cut(at, dice(&run), lab);
        db = open_lab(where);
        size_t there = (size_t)number(db, "SELECT count(*) FROM deposit WHERE seq IN (1, 3)");
        cr_expect(at < disk_calls() || typed_files() == 0, "%s: erased, and typed text stays", where);
        cr_assert_eq(scratch_sweep(db, &err), 0, "%s: %s", where, err.text);
        cr_expect_eq(typed_files(), there, "%s: %zu intakes", where, there);
        db_close(db);
    }
}

/* What is typed and kept beside the database: a file written anew, not the database. */
static int typed(const char *where)
{
    struct err err = { "" };
    struct vault *vault;
    struct scratch scratch;
    struct buf text = BUF_INIT;
    struct db *db = open_lab(where);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s: %s", where, err.text);
    cr_assert_eq(scratch_open(&scratch, vault, &err), 0, "%s: %s", where, err.text);
    int rc = scratch_left(&scratch, vault, &text, &err);
    cr_assert_geq(rc, 0, "%s: %s", where, err.text);
    int n = rc == 0 ? 0 : (int)text.len;
    for (size_t i = 0; i < text.len; i++) {
        cr_assert_eq(text.data[i], 'x', "%s", where);
    }
    buf_wipe(&text);
    scratch_close(&scratch);
    vault_lock(vault);
    db_close(db);
    return n;
}

Test(power, what_was_typed_is_there_as_it_was_last_kept_or_before)
{
    static const char draft[3000] = { 0 };
    struct err err = { "" };
    struct vault *vault;
    struct scratch scratch;
    struct db *db = open_db();
    size_t kept[5] = { 0 };
    char *text = mem_alloc(sizeof draft);
    memset(text, 'x', sizeof draft);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    struct scratch_text about = { .text = text };
    memset(about.uid, 1, sizeof about.uid);
    disk_record(folder);
    cr_assert_eq(scratch_open(&scratch, vault, &err), 0, "%s", err.text);
    for (size_t i = 1; i <= 4; i++) {
        text[i * 700] = '\0';
        cr_assert_eq(scratch_save(&scratch, vault, &about, 1, &err), 0, "%s", err.text);
        text[i * 700] = 'x';
        kept[i] = disk_calls();
    }
    disk_stop();
    for (size_t i = 0; i < cuts(60); i++) {
        char where[96];
        size_t at = dice(&run) % (disk_calls() + 1), done = 0;
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu", (unsigned long long)seed, at);
        while (done < 4 && kept[done + 1] <= at) {
            done++;
        }
        disk_cut(at, dice(&run), lab);
        int n = typed(where);
        cr_expect(n == (int)done * 700 || n == (int)(done + 1) * 700, "%s: %d after %zu", where, n, done);
    }
    scratch_close(&scratch);
    vault_lock(vault);
    db_close(db);
    free(text);
}

/* ---- from an older version to this one ---- */

static void check_copy(const char *where)
{
    char name[96];
    sqlite3 *raw = NULL;
    sqlite3_stmt *q = NULL;
    snprintf(name, sizeof name, "%s/vault.db.schema1", lab);
    cr_assert_eq(sqlite3_open_v2(name, &raw, SQLITE_OPEN_READONLY, NULL), SQLITE_OK, "%s", where);
    cr_assert_eq(sqlite3_prepare_v2(raw,
                                    "SELECT (SELECT count(*) FROM deposit), (SELECT user_version FROM "
                                    "pragma_user_version), (SELECT quick_check FROM pragma_quick_check)",
                                    -1, &q, NULL),
                 SQLITE_OK, "%s: %s", where, sqlite3_errmsg(raw));
    cr_assert_eq(sqlite3_step(q), SQLITE_ROW, "%s: %s", where, sqlite3_errmsg(raw));
    cr_expect(sqlite3_column_int(q, 0) == 4 && sqlite3_column_int(q, 1) == 1 &&
                  strcmp((const char *)sqlite3_column_text(q, 2), "ok") == 0,
              "%s: the copy is not what was", where);
    sqlite3_finalize(q);
    sqlite3_close(raw);
}

Test(power, an_upgrade_that_is_cut_short_is_done_again_and_its_copy_is_whole)
{
    struct buf script = BUF_INIT;
    uint8_t before[STATE], after[STATE];
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(file_read("tests/store/schema1.sql", 1 << 20, &script, NULL), 0);
    edit(buf_str(&script));
    buf_done(&script);
    disk_record(folder);
    db_close(open_db());
    disk_stop();
    disk_kill(disk_calls(), lab);
    look(before, "uncut");
    for (size_t i = 0; i < cuts(100); i++) {
        char where[96];
        size_t at = dice(&run) % (disk_calls() + 1);
        snprintf(where, sizeof where, "FOYER_SEED=%llu, cut before call %zu", (unsigned long long)seed, at);
        disk_cut(at, dice(&run), lab);
        look(after, where);
        cr_expect_arr_eq(before, after, STATE, "%s", where);
        check_copy(where);
    }
}

/* ---- each call of a deposit in turn ---- */

static bool is_there(const struct buf *frame, const char *where)
{
    uint8_t state[STATE];
    struct buf back = BUF_INIT;
    struct frame_header header;
    struct db *db = open_lab(where);
    look_at(db, state, where);
    cr_assert_eq(frame_parse(frame->data, frame->len, &header, NULL), 0);
    bool there = deposit_read(db, header.uid, header.rev, &back, NULL) == 1 && back.len == frame->len &&
                 memcmp(back.data, frame->data, frame->len) == 0;
    buf_done(&back);
    db_close(db);
    return there;
}

/* The n-th call fails, and the one who sent the record hears of it, or nothing, and sends it again. Then the
 * power goes. Whatever was acknowledged is there. False: there is no n-th call. */
static bool fail_then_cut(size_t n, bool half, unsigned kinds, int error, bool dies)
{
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    char where[96];
    uint64_t number_of_it = dice(&run);
    memcpy(header.uid, &number_of_it, sizeof number_of_it);
    seal(&frame, &header, "");
    disk_record(folder);
    half ? disk_fail_half(n, error) : disk_fail(kinds, n, error, dies);
    enum frame_status first = post_once(&frame, dies);
    bool failed = disk_failed();
    disk_fail(0, 0, 0, false);
    cr_assert(first == FRAME_TROUBLE || (first == FRAME_STORED && !dies) || !failed, "call %zu: %d", n,
              (int)first);
    size_t answered = disk_calls();
    enum frame_status second = post_once(&frame, false);
    cr_assert(second == FRAME_STORED || second == FRAME_KNOWN, "call %zu: %d", n, (int)second);
    disk_stop();
    for (size_t i = 0; i < cuts(1000); i += 1000) {
        snprintf(where, sizeof where, "FOYER_SEED=%llu, call %zu of kind %u fails with %d%s",
                 (unsigned long long)seed, n, kinds, error, dies ? " and all after it" : "");
        disk_cut(disk_calls(), dice(&run), lab);
        cr_expect(is_there(&frame, where), "%s: lost after the second answer", where);
        disk_cut(answered, dice(&run), lab);
        cr_expect(is_there(&frame, where) || first == FRAME_TROUBLE, "%s: lost after the first", where);
        disk_cut(answered + dice(&run) % (disk_calls() - answered + 1), dice(&run), lab);
        cr_expect(is_there(&frame, where) || first == FRAME_TROUBLE, "%s: lost during the second", where);
    }
    buf_done(&frame);
    return failed;
}

static void fail_each(bool half, unsigned kinds, int error, bool dies)
{
    size_t n = 1;
    while (fail_then_cut(n, half, kinds, error, dies)) {
        n++;
        cr_assert_lt(n, 200);
    }
    cr_assert_gt(n, 3, "this failed nothing");
}

Test(power, a_program_killed_at_each_call_lets_nothing_be_acknowledged_that_is_not_safe)
{
    fail_each(false, DISK_ANY & ~(unsigned)DISK_READ, EIO, true);
}

/* A flush that failed may have lost what it was to flush. */
Test(power, a_flush_that_fails_is_never_tried_again_and_acknowledged)
{
    fail_each(false, DISK_SYNC, EIO, false);
}

Test(power, a_write_that_fails_at_any_point_loses_nothing)
{
    fail_each(false, DISK_WRITE, EIO, false);
    fail_each(false, DISK_SIZE | DISK_OPEN, EIO, false);
}

Test(power, a_disk_that_fills_at_any_point_loses_nothing)
{
    fail_each(false, DISK_WRITE, ENOSPC, false);
    fail_each(true, DISK_WRITE, ENOSPC, false);
}

Test(power, a_file_that_cannot_be_read_at_any_point_loses_nothing)
{
    fail_each(false, DISK_READ, EIO, false);
}

/* ---- and everything else that is asked of the letterbox ---- */

enum asked { NEWEST, READ, FIND, CALLS, ACKNOWLEDGE, ASKED };

static int64_t ask(struct db *db, enum asked what, struct err *err)
{
    struct deposit_call calls[4];
    struct buf frame = BUF_INIT;
    uint8_t uid[FRAME_UID], found[4][FRAME_UID];
    int64_t last = 0, result = -1;
    memset(uid, 4, sizeof uid);
    switch (what) {
    case NEWEST:
        result = deposit_newest(db, err);
        break;
    case READ:
        result = deposit_read(db, uid, 0, &frame, err);
        break;
    case FIND:
        result = deposit_find(db, "04", found, 4, err);
        break;
    case CALLS:
        result = deposit_calls(db, 0, 0, calls, 4, &last, err);
        break;
    default:
        result = deposit_acknowledge(db, uid, "anna", AT_S, err);
        break;
    }
    buf_done(&frame);
    return result;
}

/* Any call of the disk fails: the answer is the right one or trouble with its reason, never "there is none".
 */
Test(power, a_disk_that_fails_is_never_an_empty_letterbox)
{
    struct db *db = open_db();
    cr_assert_eq(put_frame(db, 3, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 4, 1, FRAME_HELP), FRAME_STORED);
    db_close(db);
    disk_record(folder);
    for (enum asked what = NEWEST; what < ASKED; what++) {
        static const int64_t right[] = {
            [NEWEST] = 2, [READ] = 1, [FIND] = 0, [CALLS] = 1, [ACKNOWLEDGE] = 1
        };
        bool more = true;
        for (size_t n = 1; more; n++) {
            struct err err = { "" };
            db = open_db();
            disk_fail(DISK_ANY, n, EIO, true);
            int64_t answer = ask(db, what, &err);
            more = disk_failed() && (what != ACKNOWLEDGE || answer == -1); /* it is done once */
            disk_fail(0, 0, 0, false);
            /* One whose last flush failed is done all the same, and says so when it is asked again. */
            bool again = what == ACKNOWLEDGE && answer == 0;
            cr_expect(answer == right[what] || ((answer == -1 || again) && err.text[0] != '\0'),
                      "%d, call %zu: %lld %s", (int)what, n, (long long)answer, err.text);
            db_close(db);
            cr_assert_lt(n, 100);
        }
    }
    disk_stop();
}
