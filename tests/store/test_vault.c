/* Only staff open the box. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "file.h"
#include "fixture.h"

static struct db *db;

static void setup(void)
{
    fixture_make();
    db = open_db();
}

static void teardown(void)
{
    db_close(db);
    fixture_remove();
}

TestSuite(vault, .init = setup, .fini = teardown);
TestSuite(audit, .init = setup, .fini = teardown);
TestSuite(recovery);

/* A clock on which a second passes between two looks: no test need wait. */
static int64_t leap_ms(void *arg)
{
    int64_t *now = arg;
    return *now += 1000;
}

static int64_t no_wall(void *arg)
{
    (void)arg;
    return AT_S;
}

static struct vault *unlock(void)
{
    struct err err = { "" };
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    return vault;
}

static int64_t acts(const char *act)
{
    char query[128];
    snprintf(query, sizeof query, "SELECT count(*) FROM audit WHERE act = '%s'", act);
    return number(db, query);
}

Test(vault, a_second_init_is_refused)
{
    struct err err = { "" };
    struct frame_keys other = { 0 };
    struct vault_setup again = {
        .user = "eve", .passphrase = PASSPHRASE, .recovery = recovery, .cost = cheap, .at_s = AT_S
    };
    cr_assert_eq(vault_create(db, &again, &other, &err), -1);
    cr_assert_eq(number(db, "SELECT count(*) FROM slot"), 2);
    cr_assert_eq(number(db, "SELECT count(*) FROM epoch"), 1);
    cr_assert_eq(acts("init"), 1);
}

Test(vault, a_user_has_a_name_and_it_is_not_recovery)
{
    static const char *const bad[] = { "", "recovery", "a\033b" };
    struct frame_keys other;
    for (size_t i = 0; i < 3; i++) {
        struct vault_setup setup_bad = {
            .user = bad[i], .passphrase = PASSPHRASE, .recovery = recovery, .cost = cheap
        };
        cr_assert_eq(vault_create(db, &setup_bad, &other, NULL), -1);
    }
}

Test(vault, a_passphrase_is_one_text_however_it_is_typed)
{
    struct err err = { "" };
    char *composed = vault_passphrase("caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9", true, &err);
    char *decomposed = vault_passphrase(" cafe\xcc\x81  cafe\xcc\x81 cafe\xcc\x81", true, &err);
    cr_assert_str_eq(composed, decomposed);
    cr_assert_null(vault_passphrase("elevenchars", true, &err));
    cr_assert_not_null(strstr(err.text, "12"));
    cr_assert_null(vault_passphrase("e\xcc\x81lev\xcc\x81"
                                    "enchars",
                                    true, &err),
                   "counted as people count");
    cr_assert_null(vault_passphrase("not utf-8 \xff\xfe and long", false, &err));
    free(composed);
    free(decomposed);
}

Test(vault, the_right_passphrase_opens_and_the_wrong_one_does_not)
{
    struct err err = { "" };
    struct vault *vault;
    vault_lock(unlock());
    cr_assert_eq(vault_unlock(db, "anna", "correct horse battery stable", AT_S, &vault, &err), 0);
    cr_assert_null(vault);
    cr_assert_not_null(strstr(err.text, "does not fit"));
    cr_assert_eq(vault_unlock(db, "anna", "", AT_S, &vault, &err), 0);
    cr_assert_eq(acts("unlock"), 1);
    cr_assert_eq(acts("unlock refused"), 2);
}

Test(vault, trouble_is_told_from_a_passphrase_that_does_not_fit)
{
    struct err err = { "" };
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "bob", PASSPHRASE, AT_S, &vault, &err), -1);
    cr_assert_not_null(strstr(err.text, "no user \"bob\""), "%s", err.text);
    cr_assert_eq(vault_unlock(db, "recovery", PASSPHRASE, AT_S, &vault, &err), -1);
    cr_assert_not_null(strstr(err.text, "--recovery"), "%s", err.text);
    cr_assert_eq(vault_check_user(db, "bob", AT_S, &err), -1);
    cr_assert_eq(vault_check_user(db, "anna", AT_S, &err), 0);
    edit("UPDATE slot SET memory = 1 << 40 WHERE user = 'anna'");
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), -1);
    cr_assert_not_null(strstr(err.text, "damaged"), "%s", err.text);
}

Test(vault, every_refused_unlocking_is_audited)
{
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "anna", "wrong", AT_S, &vault, NULL), 0);
    cr_assert_eq(vault_unlock(db, "bo\033[31mb", PASSPHRASE, AT_S, &vault, NULL), -1);
    cr_assert_eq(vault_unlock(db, "recovery", PASSPHRASE, AT_S, &vault, NULL), -1);
    cr_assert_eq(vault_check_user(db, "carla", AT_S, NULL), -1);
    edit("UPDATE slot SET memory = 1 << 40 WHERE user = 'anna'");
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, NULL), -1);
    edit("DELETE FROM slot WHERE role = 'recovery'");
    cr_assert_eq(vault_unlock_recovery(db, recovery, AT_S, &vault, NULL), -1);
    cr_assert_eq(acts("unlock refused"), 6);
    cr_assert_eq(acts("unlock"), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE actor = 'bo\uFFFD[31mb'"), 1, "made harmless");
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE actor = 'carla'"), 1);
    char longer[5000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    cr_assert_eq(vault_unlock(db, longer, PASSPHRASE, AT_S, &vault, NULL), -1);
    cr_assert_eq(number(db, "SELECT max(length(actor)) FROM audit"), 40, "and cut");
    cr_assert_eq(audit_verify(db, &(int64_t){ 0 }, (uint8_t[AUDIT_HASH]){ 0 }, NULL), 0);
}

Test(vault, the_retyped_recovery_key_opens)
{
    char text[RECOVERY_TEXT];
    uint8_t typed[RECOVERY_KEY];
    struct err err = { "" };
    recovery_print(recovery, text);
    for (char *c = text; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
        *c = *c == '-' ? ' ' : *c == '0' ? 'o' : *c == '1' ? 'l' : *c;
    }
    cr_assert_eq(recovery_read(text, typed, &err), 0, "%s", err.text);
    struct vault *vault;
    cr_assert_eq(vault_unlock_recovery(db, typed, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_str_eq(vault_user(vault), "recovery");
    vault_lock(vault);
    typed[0] ^= 1;
    cr_assert_eq(vault_unlock_recovery(db, typed, AT_S, &vault, &err), 0);
}

/* Each would make a slot cheaper to attack, another's, or another role's. */
Test(vault, a_changed_slot_opens_nothing)
{
    static const char *const change[] = {
        "UPDATE slot SET user = 'eve' WHERE user = 'anna'",
        "UPDATE slot SET role = 'viewer' WHERE user = 'anna'",
        "UPDATE slot SET passes = 2 WHERE user = 'anna'",
        "UPDATE slot SET memory = 16384 WHERE user = 'anna'",
        "UPDATE slot SET memory = 1 << 40 WHERE user = 'anna'",
        "UPDATE slot SET memory = 0 WHERE user = 'anna'",
        "UPDATE slot SET salt = zeroblob(16) WHERE user = 'anna'",
        "UPDATE slot SET body_key = desk_key WHERE user = 'anna'",
        "UPDATE slot SET body_key = x'00' WHERE user = 'anna'",
        "UPDATE slot SET desk_key = NULL WHERE user = 'anna'",
    };
    for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
        struct err err = { "" };
        char undo[256];
        snprintf(undo, sizeof undo, "BEGIN; CREATE TABLE keep AS SELECT * FROM slot; %s; COMMIT", change[i]);
        edit(undo);
        struct vault *vault;
        int64_t later_s = AT_S + (int64_t)i * VAULT_WAIT_MOST_S; /* wrong ones in a row make one wait */
        cr_assert_neq(vault_unlock(db, i == 0 ? "eve" : "anna", PASSPHRASE, later_s, &vault, &err), 1, "%s",
                      change[i]);
        cr_assert_null(vault, "%s", change[i]);
        cr_assert_neq(err.text[0], '\0');
        edit("BEGIN; DELETE FROM slot; INSERT INTO slot SELECT * FROM keep; DROP TABLE keep; COMMIT");
    }
    edit("DELETE FROM failure");
    vault_lock(unlock());
}

Test(vault, a_changed_epoch_opens_nothing_and_says_so)
{
    struct err err = { "" };
    struct vault *vault;
    edit("UPDATE epoch SET body_secret = desk_secret");
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), -1);
    cr_assert_not_null(strstr(err.text, "the keys of epoch"), "%s", err.text);
}

struct seen {
    int n, damaged, unfinished;
    char name[64];
    struct vault_row last;
};

static int see(void *arg, const struct vault_row *row)
{
    struct seen *seen = arg;
    seen->n++;
    seen->damaged += row->summary.status == SUMMARY_DAMAGED;
    seen->unfinished += row->summary.status == SUMMARY_UNFINISHED;
    seen->last = *row;
    snprintf(seen->name, sizeof seen->name, "%s", row->summary.name);
    return 0;
}

static struct seen look(struct vault *vault)
{
    struct seen seen = { 0 };
    struct err err = { "" };
    cr_assert_eq(vault_each(vault, see, &seen, &err), 0, "%s", err.text);
    return seen;
}

Test(vault, each_record_is_filed_once_with_what_the_queue_needs)
{
    struct err err = { "" };
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_HELP), FRAME_STORED);
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_file(vault, &err), 0, "%s", err.text);
    struct seen seen = look(vault);
    cr_assert_eq(seen.n, 1);
    cr_assert_str_eq(seen.name, PATIENT);
    cr_assert_eq(seen.last.summary.class, OUTCOME_REVIEW);
    cr_assert(seen.last.summary.has_class);
    cr_assert_eq(seen.last.summary.attention, 12);
    cr_assert_eq(seen.last.summary.flags, 1, "one of outcome CLEAR is no flag");
    cr_assert_eq(seen.last.summary.status, SUMMARY_NEW);
    cr_assert_eq(seen.last.summary.birth_date.year, 1990);
    cr_assert_eq(seen.last.summary.wall_s, AT_S + 1);
    cr_assert(seen.last.summary.demo);
    vault_lock(vault);
}

Test(vault, a_filed_body_reads_as_it_was_sealed)
{
    struct err err = { "" };
    struct frame_header header;
    json_t *body, *again;
    uint8_t uid[FRAME_UID], none[FRAME_UID] = { 9 };
    memset(uid, 1, sizeof uid);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 1);
    cr_assert_eq(vault_body(vault, uid, &header, &body, &err), 1, "%s", err.text);
    cr_assert_eq(header.wall_s, AT_S + 1);
    cr_assert_str_eq(json_string_value(json_object_get(json_object_get(body, "patient"), "name")), PATIENT);
    edit("UPDATE filing SET body_key = zeroblob(72)");
    cr_assert_eq(vault_body(vault, uid, &header, &again, &err), 1, "the seal is still whole: %s", err.text);
    cr_assert(json_equal(again, body));
    json_decref(again);
    cr_assert_eq(vault_body(vault, none, &header, &again, &err), 0);
    cr_assert_null(again);
    vault_lock(vault);
    json_decref(body);
}

/* Anybody who has the public keys may seal. */
Test(vault, a_record_whose_body_names_another_intake_is_damaged)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(1, 1, FRAME_FINAL);
    uint8_t other[FRAME_UID];
    json_t *body;
    memset(other, 2, sizeof other);
    seal_naming(&frame, &header, other, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_STORED, "%s", err.text);
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
    cr_assert_eq(look(vault).damaged, 1);
    cr_assert_eq(vault_body(vault, header.uid, &header, &body, &err), -1);
    cr_assert_null(body);
    cr_assert_not_null(strstr(err.text, "another intake"), "%s", err.text);
    vault_lock(vault);
    buf_done(&frame);
}

Test(vault, a_drafts_filing_goes_with_it)
{
    struct err err = { "" };
    cr_assert_eq(put_frame(db, 1, 1, FRAME_DRAFT), FRAME_STORED);
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 1);
    cr_assert_eq(look(vault).unfinished, 1);
    cr_assert_eq(put_frame(db, 1, 2, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(number(db, "SELECT count(*) FROM filing"), 0);
    cr_assert_eq(vault_file(vault, &err), 1);
    struct seen seen = look(vault);
    cr_assert_eq(seen.n, 1);
    cr_assert_eq(seen.unfinished, 0);
    vault_lock(vault);
}

Test(vault, records_that_do_not_open_are_kept_and_shown_as_damaged)
{
    struct err err = { "" };
    struct frame_header header;
    json_t *body;
    uint8_t uid[FRAME_UID];
    for (uint8_t i = 1; i <= 4; i++) {
        cr_assert_eq(put_frame(db, i, 1, FRAME_FINAL), FRAME_STORED);
    }
    edit("UPDATE deposit SET bodies = zeroblob(length(bodies)) WHERE seq = 1");
    edit("UPDATE deposit SET header = zeroblob(10) WHERE seq = 2");
    edit("UPDATE deposit SET header = (SELECT header FROM deposit WHERE seq = 4), "
         "seals = (SELECT seals FROM deposit WHERE seq = 4), bodies = (SELECT bodies FROM deposit WHERE seq "
         "= 4) "
         "WHERE seq = 3"); /* one record in another's place */
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 4, "%s", err.text);
    struct seen seen = look(vault);
    cr_assert_eq(seen.n, 4);
    cr_assert_eq(seen.damaged, 3);
    for (uint8_t i = 1; i <= 3; i++) {
        memset(uid, i, sizeof uid);
        cr_assert_eq(vault_body(vault, uid, &header, &body, &err), -1, "%d", i);
        cr_assert_null(body);
    }
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 4);
    edit("UPDATE filing SET summary = (SELECT summary FROM filing WHERE seq = 4) WHERE seq = 1");
    seen = look(vault);
    cr_assert_eq(seen.damaged, 3, "a summary moved to another record does not open");
    vault_lock(vault);
}

Test(vault, more_records_than_a_batch_are_filed_and_listed_in_order)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    enum { MANY = 70 };
    for (uint8_t i = 1; i <= MANY; i++) {
        cr_assert_eq(put_frame(db, i, 1, FRAME_FINAL), FRAME_STORED);
    }
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), MANY, "%s", err.text);
    struct seen seen = look(vault);
    cr_assert_eq(seen.n, MANY);
    cr_assert_eq(seen.last.seq, MANY);
    vault_lock(vault);
    buf_done(&frame);
}

static bool holds(const char *name, const char *needle)
{
    struct buf all = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(file_read(name, 64 * 1024 * 1024, &all, &err), 0, "%s", err.text);
    bool found = all.len > 0 && memmem(all.data, all.len, needle, strlen(needle)) != NULL;
    buf_done(&all);
    return found;
}

Test(vault, nothing_about_a_patient_is_on_disk_in_clear)
{
    struct err err = { "" };
    cr_assert_eq(put_frame(db, 1, 1, FRAME_DRAFT), FRAME_STORED);
    struct vault *vault = unlock();
    cr_assert_eq(vault_file(vault, &err), 1);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1);
    /* With a journal on the disk as well. */
    cr_assert_eq(db_begin(db, &err), 0);
    cr_assert_eq(audit_add(db, &(struct audit_entry){ AT_S, "anna", "list", NULL, NULL }, &err), 0);
    DIR *dir = opendir(folder);
    int files = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char name[400];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        files++;
        cr_assert_not(holds(name, "Zephyrine"), "%s", name);
        cr_assert_not(holds(name, "1990-02-03"), "%s", name);
        cr_assert_not(holds(name, "960123"), "%s", name);
        cr_assert_not(holds(name, PASSPHRASE), "%s", name);
    }
    closedir(dir);
    cr_assert_geq(files, 3, "database, gate and at least one more");
    db_rollback(db);
    vault_lock(vault);
}

Test(vault, on_a_slow_machine_too_the_cost_is_never_less_than_the_least)
{
    int64_t now = 0;
    struct clock slow = { no_wall, leap_ms, &now };
    struct slot_cost cost;
    slot_calibrate(&slow, &cost);
    cr_assert_eq(cost.memory, 64 * 1024 * 1024);
    cr_assert_eq(cost.passes, 3);
}

Test(vault, what_others_use_of_the_machine_does_not_make_a_passphrase_cheaper_to_try)
{
    const struct clock *used = slot_cpu_clock();
    int64_t before = clock_mono_ms(used), start = clock_mono_ms(clock_system());
    usleep(300000); /* as if others had the processor */
    cr_assert_geq(clock_mono_ms(clock_system()) - start, 300);
    cr_assert_lt(clock_mono_ms(used) - before, 150);
    for (before = clock_mono_ms(used); clock_mono_ms(used) == before;) {
    } /* ends: it counts what this process uses */
}

/* ---- audit ---- */

static int verify(struct err *err)
{
    int64_t n = 0;
    uint8_t head[AUDIT_HASH];
    return audit_verify(db, &n, head, err);
}

static void note(const char *act, int64_t at_s)
{
    cr_assert_eq(audit_note(db, &(struct audit_entry){ at_s, "anna", act, NULL, NULL }, NULL), 0);
}

Test(audit, the_chain_holds_and_breaks_when_any_row_is_edited)
{
    static const char *const change[] = {
        "UPDATE audit SET at_s = at_s + 1 WHERE seq = 3",
        "UPDATE audit SET actor = 'eve' WHERE seq = 3",
        "UPDATE audit SET act = 'show' WHERE seq = 3",
        "UPDATE audit SET uid = zeroblob(16) WHERE seq = 3",
        "UPDATE audit SET detail = 'x' WHERE seq = 3",
        "UPDATE audit SET hash = zeroblob(32) WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
    };
    for (int i = 0; i < 5; i++) {
        note("list", AT_S + i);
    }
    for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
        struct err err = { "" };
        char with_copy[256];
        cr_assert_eq(verify(&err), 0, "%s", err.text);
        snprintf(with_copy, sizeof with_copy, "BEGIN; CREATE TABLE keep AS SELECT * FROM audit; %s; COMMIT",
                 change[i]);
        edit(with_copy);
        cr_assert_eq(verify(&err), -1, "%s", change[i]);
        edit("BEGIN; DELETE FROM audit; INSERT INTO audit SELECT * FROM keep; DROP TABLE keep; COMMIT");
    }
}

Test(audit, the_chain_is_walked_in_batches)
{
    int64_t n = 0;
    uint8_t head[AUDIT_HASH], later[AUDIT_HASH];
    cr_assert_eq(db_begin(db, NULL), 0);
    for (int i = 0; i < DB_BATCH + 20; i++) {
        cr_assert_eq(audit_add(db, &(struct audit_entry){ AT_S + i, "anna", "list", NULL, NULL }, NULL), 0);
    }
    cr_assert_eq(db_commit(db, NULL), 0);
    cr_assert_eq(audit_verify(db, &n, head, NULL), 0);
    cr_assert_eq(n, DB_BATCH + 21);
    note("list", AT_S);
    cr_assert_eq(audit_verify(db, &n, later, NULL), 0);
    cr_assert_arr_neq(head, later, AUDIT_HASH);
}

Test(audit, an_entry_that_is_rolled_back_leaves_no_trace)
{
    cr_assert_eq(db_begin(db, NULL), 0);
    cr_assert_eq(audit_add(db, &(struct audit_entry){ AT_S, "anna", "show", NULL, NULL }, NULL), 0);
    db_rollback(db);
    cr_assert_eq(acts("show"), 0);
    note("list", AT_S);
    cr_assert_eq(verify(NULL), 0);
}

/* With the gate held by another, unlocking does not happen. */
Test(audit, no_entry_no_act)
{
    int64_t now = 0;
    struct clock clock = { no_wall, leap_ms, &now };
    struct err err = { "" };
    struct db *other = db_open(path, &clock, &err);
    cr_assert_eq(db_begin(db, NULL), 0);
    struct vault *vault;
    cr_assert_eq(vault_unlock(other, "anna", PASSPHRASE, AT_S, &vault, &err), -1);
    cr_assert_null(vault);
    db_rollback(db);
    cr_assert_eq(vault_unlock(other, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    vault_lock(vault);
    db_close(other);
}

/* ---- the printed key ---- */

Test(recovery, it_is_eight_groups_and_a_check)
{
    uint8_t key[RECOVERY_KEY];
    char text[RECOVERY_TEXT];
    recovery_make(key);
    recovery_print(key, text);
    cr_assert_eq(strlen(text), RECOVERY_TEXT - 1);
    for (size_t i = 0; i < 8; i++) {
        cr_assert_eq(text[i * 8 + 7], '-');
    }
    cr_assert_null(strpbrk(text, "ILOUabcdefghijklmnopqrstuvwxyz"));
}

Test(recovery, every_single_slip_is_found)
{
    static const char digit[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t key[RECOVERY_KEY], back[RECOVERY_KEY];
    char text[RECOVERY_TEXT];
    struct err err = { "" };
    int named = 0, slips = 0;
    recovery_make(key);
    recovery_print(key, text);
    cr_assert_eq(recovery_read(text, back, &err), 0, "%s", err.text);
    cr_assert_arr_eq(back, key, RECOVERY_KEY);
    for (size_t i = 0; i < RECOVERY_TEXT - 1; i++) {
        char was = text[i];
        for (const char *c = digit; was != '-' && *c != '\0'; c++) {
            char group[16];
            if (*c == was) {
                continue;
            }
            text[i] = *c;
            cr_assert_eq(recovery_read(text, back, &err), -1, "%s", text);
            snprintf(group, sizeof group, "group %d ", (int)(i / 8) + 1);
            named += strstr(err.text, group) != NULL;
            slips++;
        }
        text[i] = was;
    }
    cr_assert_gt(named, slips / 2, "most slips are named by their group: %d of %d", named, slips);
}

Test(recovery, a_line_that_ends_before_the_key_does_is_not_its_end)
{
    uint8_t key[RECOVERY_KEY];
    char text[RECOVERY_TEXT];
    recovery_make(key);
    recovery_print(key, text);
    cr_expect_eq(recovery_lacks(""), 60);
    cr_expect_eq(recovery_lacks(text), 0);
    text[31] = '\0'; /* the first line on paper */
    cr_expect_eq(recovery_lacks(text), 60 - 28);
    cr_expect_eq(recovery_lacks("0000000-hunter2!"), 0, "the slip is said at once");
}

Test(recovery, what_is_no_key_is_refused_in_words)
{
    uint8_t key[RECOVERY_KEY];
    struct err err = { "" };
    cr_assert_eq(recovery_read("", key, &err), -1);
    cr_assert_eq(recovery_read("0000000", key, &err), -1);
    cr_assert_not_null(strstr(err.text, "60"));
    cr_assert_eq(recovery_read("hunter2!", key, &err), -1);
    char longer[200];
    memset(longer, '0', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    cr_assert_eq(recovery_read(longer, key, &err), -1);
}
