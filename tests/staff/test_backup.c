/* backup, restore and retention as commands: what they say, and what they leave alone. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "backup_age.h"
#include "command.h"
#include "deposit.h"
#include "file.h"
#include "restore.h"
#include "sql.h"
#include "founded.h"
#include "ran.h"

#define YEAR_S (INT64_C(31557600))

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH], place[96];
static struct frame_keys keys;
static int64_t now_s = NOW_S, moved_s; /* moved_s: by hand, while no time went by */

static int64_t wall(void *arg)
{
    (void)arg;
    return now_s;
}

static int64_t mono(void *arg)
{
    (void)arg;
    return (now_s - moved_s) * 1000;
}

static const struct clock pinned = { wall, mono, NULL };

static void settings(const char *more)
{
    struct buf text = BUF_INIT;
    buf_addf(&text,
             "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\nbackup = { folder = \"backups\"; };\n%s",
             more);
    cr_assert_eq(file_replace(config, text.data, text.len, 0644, NULL), 0);
    buf_done(&text);
}

static struct db *open_db(void)
{
    struct err err = { "" };
    struct db *db = db_open(database, &pinned, &err);
    cr_assert_not_null(db, "%s", err.text);
    return db;
}

static void set_up(void)
{
    founded_folder(folder, config, database);
    snprintf(place, sizeof place, "%s/backups", folder);
    settings("");
    founded_vault(database, &pinned, &keys, NULL);
}

static void tear_down(void)
{
    founded_remove(folder);
}

TestSuite(keeping, .init = set_up, .fini = tear_down);

static struct ran foyer(const char *secret, const char *const *words)
{
    return ran_foyer(config, &pinned, secret, words);
}
#define FOYER(secret, ...) foyer(secret, (const char *const[]){ __VA_ARGS__, NULL })

static void post(struct db *db, uint8_t uid, enum frame_kind kind, const char *born, int64_t at_s)
{
    struct frame_header header = { .epoch = keys.epoch, .rev = 1, .kind = (uint8_t)kind, .wall_s = at_s };
    struct buf body = BUF_INIT, frame = BUF_INIT;
    struct err err = { "" };
    char day[DATE_ISO_SIZE], id[DEPOSIT_LONG];
    memset(header.uid, uid, sizeof header.uid);
    date_format_iso(clock_local_date(at_s), day);
    buf_addf(&body,
             "{\"v\":1,\"uid\":\"%s\",\"demo\":true,\"patient\":{\"name\":\"Anna\",\"birth_date\":\"%s\"},"
             "\"visit_on\":\"%s\",\"asked_on\":\"%s\",\"assessment\":{\"class\":\"CLEAR\",\"attention\":0,"
             "\"flags\":[]}}",
             deposit_long(header.uid, id), born, day, day);
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, body.data, body.len, &err), 0, "%s", err.text);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, at_s, &err), FRAME_STORED, "%s", err.text);
    buf_done(&body);
    buf_done(&frame);
}

static void add(struct vault *vault, uint8_t which, json_t *event)
{
    struct err err = { "" };
    struct encounter *encounter;
    uint8_t uid[FRAME_UID];
    memset(uid, which, sizeof uid);
    cr_assert_eq(vault_encounter(vault, uid, &encounter, &err), 1, "%s", err.text);
    cr_assert_eq(vault_add(vault, encounter, &event, 1, now_s, &err), 1, "%s", err.text);
    encounter_free(encounter);
}

static struct vault *unlock(struct db *db)
{
    struct err err = { "" };
    struct vault *vault;
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, now_s, &vault, &err), 1, "%s", err.text);
    cr_assert_geq(vault_file(vault, &err), 0, "%s", err.text);
    return vault;
}

static int64_t number(const char *query)
{
    int64_t value = -1;
    struct sql q;
    struct db *db = open_db();
    sql_prepare(&q, db, query);
    if (sql_row(&q)) {
        value = sql_get_int(&q, 0);
    }
    cr_assert_eq(sql_end(&q, NULL), 0, "%s", query);
    db_close(db);
    return value;
}

static int folders_left(void)
{
    int n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        n += strstr(entry->d_name, ".restore-") != NULL;
    }
    closedir(dir);
    return n;
}

Test(keeping, a_timers_backup_says_nothing_when_all_is_well_and_why_when_not)
{
    struct ran ran = FOYER(NULL, "backup", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out, "");
    cr_expect_str_eq(ran.err, "");
    ran_done(&ran);
    ran = FOYER(NULL, "backup", "--list");
    cr_expect_not_null(strstr(ran.out, "foyer-2026-11-21-1400.db"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "never"), "no restore was practised: %s", ran.out);
    ran_done(&ran);
    static const char on_stick[] = "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\n"
                                   "backup = { folder = \"backups\"; stick = true; };\n";
    cr_assert_eq(file_replace(config, on_stick, strlen(on_stick), 0644, NULL), 0);
    ran = FOYER(NULL, "backup", "--quiet");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "no stick is mounted"), "%s", ran.err);
    ran_done(&ran);
}

Test(keeping, to_list_backups_makes_no_place_for_them)
{
    struct ran ran = FOYER(NULL, "backup", "--list");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "No such file"), "%s", ran.err);
    cr_expect_neq(access(place, F_OK), 0);
    ran_done(&ran);
}

Test(keeping, a_place_that_root_makes_is_for_whoever_makes_the_backups_at_night)
{
    struct stat st;
    if (geteuid() != 0) {
        cr_skip_test("only root gives away");
    }
    cr_assert_eq(chown(folder, 64998, 64998), 0);
    cr_assert_eq(chown(database, 64998, 64998), 0);
    struct ran ran = FOYER(NULL, "backup", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_assert_eq(stat(place, &st), 0);
    cr_expect_eq(st.st_uid, 64998);
    ran_done(&ran);
}

Test(keeping, a_stick_that_is_asked_for_must_be_there_in_the_place_of_kiosk_conf_too)
{
    struct ran ran = FOYER(NULL, "backup", "--stick", "--quiet");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "no stick is mounted"), "%s", ran.err);
    ran_done(&ran);
}

Test(keeping, a_drill_opens_intakes_notes_the_day_and_leaves_nothing_behind)
{
    struct db *db = open_db();
    for (uint8_t i = 1; i <= 5; i++) {
        post(db, i, FRAME_FINAL, "1990-02-03", now_s);
    }
    db_close(db);
    struct ran ran = FOYER(NULL, "backup");
    cr_expect_not_null(strstr(ran.out, "5 intakes"), "%s", ran.out);
    ran_done(&ran);
    ran = FOYER("wrong horse battery staple", "restore", "--drill");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_eq(folders_left(), 0);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "restore", "--drill", "--count", "3");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "3 of 5 intakes"), "%s", ran.out);
    cr_expect_eq(folders_left(), 0);
    cr_expect_eq(number("SELECT count(*) FROM audit WHERE act = 'restore drill'"), 1);
    struct backup_state state;
    db = open_db();
    cr_assert_eq(backup_state(db, &state, NULL), 0);
    cr_expect_eq(state.drilled_s, NOW_S);
    db_close(db);
    ran_done(&ran);
}

Test(keeping, a_restore_overwrites_nothing_and_says_up_to_when_it_goes)
{
    struct ran ran = FOYER(NULL, "backup", "--quiet");
    ran_done(&ran);
    ran = FOYER(NULL, "restore", place);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "is there already"), "%s", ran.err);
    ran_done(&ran);
    cr_assert_eq(unlink(database), 0);
    ran = FOYER(NULL, "restore", place);
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "Missing is what happened after 2026-11-21 14:00"), "%s", ran.out);
    cr_expect_eq(number("SELECT count(*) FROM audit WHERE act = 'restored'"), 1);
    cr_expect_eq(folders_left(), 0);
    ran_done(&ran);
    ran = FOYER(NULL, "backup", "--list");
    cr_expect_not_null(strstr(ran.out, "Restore practised:  2026-11-21"), "in earnest is practice too: %s",
                       ran.out);
    ran_done(&ran);
}

Test(keeping, a_timer_discards_what_nobody_finished_on_an_earlier_day_and_nothing_else)
{
    struct db *db = open_db();
    post(db, 3, FRAME_FINAL, "1990-02-03", now_s - 40 * YEAR_S);
    post(db, 1, FRAME_DRAFT, "1990-02-03", now_s - 86400);
    post(db, 2, FRAME_DRAFT, "1990-02-03", now_s - 7200);
    db_close(db);
    settings("keep_interrupted = true;\n");
    struct ran ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 3, "the clinic keeps them");
    ran_done(&ran);
    settings("");
    ran = FOYER(NULL, "retention", "--dry-run");
    cr_expect_not_null(strstr(ran.out, "1 would be discarded"), "%s", ran.out);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 3);
    ran_done(&ran);
    settings("retention = { years = 8; unseen_years = 30; };\n");
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_str_eq(ran.out, "");
    cr_expect_not_null(strstr(ran.err, "not decided"), "the old one nobody decided: %s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 2);
    cr_expect_eq(number("SELECT count(*) FROM audit WHERE act = 'discarded'"), 1);
    ran_done(&ran);
}

Test(keeping, what_was_typed_about_an_intake_that_is_gone_goes_with_the_next_retention)
{
    char typed[160];
    snprintf(typed, sizeof typed, "%s.typed-0123-0-0123456789abcdef0123456789abcdef", database);
    cr_assert_eq(file_replace(typed, "sealed", 6, 0600, NULL), 0);
    struct ran ran = FOYER(NULL, "retention", "--dry-run");
    cr_expect_eq(access(typed, F_OK), 0);
    ran_done(&ran);
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_neq(access(typed, F_OK), 0);
    ran_done(&ran);
}

Test(keeping, by_last_visit_and_age_with_a_passphrase_and_only_when_told)
{
    enum { OLD = 1, UNDECIDED, MINOR, RESTRICTED, RECENT, CAME_BACK, BACK };
    uint8_t uid[FRAME_UID];
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    for (uint8_t i = OLD; i <= BACK; i++) {
        bool recent = i == RECENT || i == BACK;
        post(db, i, FRAME_FINAL, i == MINOR ? "2005-01-01" : "1960-02-03", now_s - (recent ? 1 : 9) * YEAR_S);
    }
    struct vault *vault = unlock(db);
    for (uint8_t i = OLD; i <= BACK; i++) {
        if (i != UNDECIDED) {
            add(vault, i, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
        }
    }
    add(vault, RESTRICTED, event_restrict(now_s, true, "objection"));
    memset(uid, CAME_BACK, sizeof uid);
    add(vault, BACK, event_link(now_s, uid, true));
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; minor_until = 25; };\n");
    struct ran ran = FOYER(PASSPHRASE, "retention", "--unlock");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "Older than the rule: 1\n"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "ago, kept: 3\n"), "one is recent, two are one person's: %s", ran.out);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 7, "nothing without --yes");
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 6);
    cr_expect_eq(number("SELECT count(*) FROM tombstone WHERE uid = x'01010101010101010101010101010101'"), 1);
    cr_expect_eq(number("SELECT count(*) FROM audit WHERE act = 'purged' AND actor = 'anna'"), 1);
    ran_done(&ran);
}

static int64_t years_on(int64_t at_s, int years)
{
    return at_s + years * YEAR_S;
}

/* Forty years ahead for one night, as by a clock's flat battery, and back again. */
Test(keeping, of_one_person_the_latest_birth_date_counts_for_every_intake)
{
    uint8_t uid[FRAME_UID];
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    post(db, 1, FRAME_FINAL, "1975-02-03", now_s - 9 * YEAR_S); /* the mother's, by mistake */
    post(db, 2, FRAME_FINAL, "2005-02-03", now_s - 9 * YEAR_S);
    struct vault *vault = unlock(db);
    for (uint8_t i = 1; i <= 2; i++) {
        add(vault, i, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
    }
    memset(uid, 1, sizeof uid);
    add(vault, 2, event_link(now_s, uid, true));
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; minor_until = 25; };\n");
    struct ran ran = FOYER(PASSPHRASE, "retention", "--unlock");
    cr_expect_not_null(strstr(ran.out, "or no birth date, kept: 2\n"), "%s", ran.out);
    cr_expect_not_null(strstr(ran.out, "Older than the rule: 0\n"), "%s", ran.out);
    ran_done(&ran);
}

Test(keeping, a_clock_that_jumps_ahead_takes_nothing_out)
{
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    post(db, 1, FRAME_FINAL, "1960-02-03", now_s - 3600);
    post(db, 2, FRAME_DRAFT, "1960-02-03", now_s - 3600);
    struct vault *vault = unlock(db);
    add(vault, 1, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; unseen_years = 30; };\n");
    now_s = years_on(NOW_S, 40);
    moved_s = now_s - NOW_S;
    struct ran ran = FOYER(NULL, "backup", "--quiet"); /* what it writes makes the wrong day no truer */
    ran_done(&ran);
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "2026-11-21"), "%s", ran.err);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes", "--today", "2026-11-21");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "Set the clock"), "%s", ran.err);
    ran_done(&ran);
    ran = FOYER(NULL, "retention", "--today", "2066-11-21");
    cr_expect_eq(ran.status, COMMAND_FAILED, "a timer says nothing about days");
    ran_done(&ran);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 2);
    now_s = NOW_S + 3600;
    moved_s = 0;
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 2);
    ran_done(&ran);
}

static void move_clock(int64_t by_s)
{
    now_s += by_s;
    moved_s += by_s;
}

/* The timer runs at once when the clock jumps over its hour. */
Test(keeping, a_clock_that_jumps_over_midnight_makes_no_draft_of_today_an_old_one)
{
    struct db *db = open_db();
    post(db, 1, FRAME_DRAFT, "1990-02-03", now_s - 7200);
    db_close(db);
    const int64_t jump[] = { 2 * 86400, -20 * 86400, 30 * 86400 };
    for (size_t i = 0; i < 3; i++) {
        move_clock(jump[i]);
        struct ran ran = FOYER(NULL, "retention", "--quiet");
        cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
        cr_expect_eq(number("SELECT count(*) FROM deposit"), 1, "jump %zu: %s", i, ran.err);
        cr_expect_eq(strstr(ran.err, "the clock was moved") != NULL, jump[i] > 0, "%s", ran.err);
        ran_done(&ran);
        now_s += 60;
    }
    now_s += 86400; /* a day later, by a clock that nobody has touched */
    struct ran ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 0, "%s", ran.err);
    cr_expect_str_eq(ran.err, "");
    ran_done(&ran);
}

/* Sent while the clock was in 2066: it would stay until then. */
Test(keeping, a_draft_of_a_day_to_come_is_discarded_like_any_other)
{
    move_clock(40 * YEAR_S);
    struct db *db = open_db();
    post(db, 1, FRAME_DRAFT, "1990-02-03", now_s);
    db_close(db);
    move_clock(-40 * YEAR_S);
    struct ran ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 1, "its age is not known: %s", ran.err);
    ran_done(&ran);
    now_s += 2 * 86400;
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 0, "%s", ran.err);
    ran_done(&ran);
}

/* The clock stood in 1970, or years back, when it came in; all of it was decided today. */
Test(keeping, a_record_that_bears_an_old_date_by_mistake_is_not_taken_out_for_it)
{
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    post(db, 1, FRAME_FINAL, "1960-02-03", 3600);
    post(db, 2, FRAME_FINAL, "1960-02-03", now_s - 86400);
    post(db, 3, FRAME_FINAL, "1960-02-03", now_s - 9 * YEAR_S);
    struct vault *vault = unlock(db);
    for (uint8_t i = 1; i <= 3; i++) {
        add(vault, i, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
    }
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; unseen_years = 8; };\n");
    struct ran ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 3);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit WHERE seq > 1"), 2, "%s", ran.out);
    ran_done(&ran);
}

Test(keeping, days_that_a_clock_may_run_ahead_unseen_are_not_counted)
{
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    post(db, 1, FRAME_FINAL, "1960-02-03", now_s - 30 * YEAR_S);
    struct vault *vault = unlock(db);
    add(vault, 1, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; unseen_years = 30; };\n");
    now_s = NOW_S + 30 * 86400;
    struct ran ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 1, "its thirty years may not be over yet");
    ran_done(&ran);
}

/* Closed for two years. */
Test(keeping, after_a_long_time_a_clinician_says_what_day_it_is_once)
{
    struct date no_day = { 0, 0, 0 };
    struct db *db = open_db();
    post(db, 1, FRAME_FINAL, "1960-02-03", now_s - 7 * YEAR_S);
    struct vault *vault = unlock(db);
    add(vault, 1, event_overall(now_s, DECISION_DO_NOT_TREAT, no_day, "Dr A", ""));
    vault_lock(vault);
    db_close(db);
    settings("retention = { years = 8; };\n");
    now_s = years_on(NOW_S, 2);
    struct ran ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "retention", "--unlock", "--yes", "--today", "2028-11-21");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(number("SELECT count(*) FROM deposit"), 0);
    cr_expect_eq(number("SELECT count(*) FROM audit WHERE act = 'clock confirmed' AND actor = 'anna'"), 1);
    ran_done(&ran);
    ran = FOYER(NULL, "retention", "--quiet");
    cr_expect_eq(ran.status, COMMAND_OK, "from now on a timer knows it too: %s", ran.err);
    ran_done(&ran);
}

Test(keeping, a_backup_of_a_day_to_come_is_not_a_fresh_one)
{
    struct problems problems = { 0 };
    struct config *settings_now = config_load(config, &problems);
    cr_assert_not_null(settings_now);
    struct buf text = BUF_INIT;
    now_s = years_on(NOW_S, 1);
    struct ran ran = FOYER(NULL, "backup", "--quiet");
    ran_done(&ran);
    now_s = NOW_S;
    struct db *db = open_db();
    cr_expect_eq(backup_age_warning(settings_now, db, now_s, &text, NULL), 1);
    cr_expect_not_null(strstr(buf_str(&text), "still to come"), "%s", buf_str(&text));
    db_close(db);
    ran = FOYER(NULL, "backup", "--list");
    cr_expect_not_null(strstr(ran.out, "on a day that is still to come"), "%s", ran.out);
    ran_done(&ran);
    buf_done(&text);
    config_free(settings_now);
}
