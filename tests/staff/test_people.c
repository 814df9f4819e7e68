/* staff, recover, keys, audit, person, close-day: as they are typed. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "audit.h"
#include "command.h"
#include "deposit.h"
#include "file.h"
#include "founded.h"
#include "sql.h"

#define OTHER "another long passphrase"

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH], keys_path[96];
static struct frame_keys keys;
static uint8_t recovery[RECOVERY_KEY];
static int64_t now_s, moved_s; /* moved_s: by hand, while no time went by */

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

static const struct clock test_clock = { wall, mono, NULL };

static void setup(void)
{
    struct err err = { "" };
    now_s = NOW_S;
    founded_folder(folder, config, database);
    snprintf(keys_path, sizeof keys_path, "%s/foyer.keys", folder);
    static const char conf[] = "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\n";
    cr_assert_eq(file_replace(config, conf, sizeof conf - 1, 0644, NULL), 0);
    founded_vault(database, &test_clock, &keys, recovery);
    cr_assert_eq(frame_keys_write(keys_path, &keys, &err), 0, "%s", err.text);
}

static void teardown(void)
{
    founded_remove(folder);
}

TestSuite(people, .init = setup, .fini = teardown);

static struct ran {
    int status;
    char *out, *err;
    size_t out_len, err_len;
} ran;

static int pipe_with(const char *text)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(fd_write_all(ends[1], text, strlen(text)), 0);
    close(ends[1]);
    return ends[0];
}

static void add_fd(char **argv, int *argc, const char *option, const char *secret, char number[16], int *fd)
{
    *fd = -1;
    if (secret != NULL) {
        *fd = pipe_with(secret);
        snprintf(number, 16, "%d", *fd);
        argv[(*argc)++] = (char *)option;
        argv[(*argc)++] = number;
    }
}

/* `in`: what the standard input holds. The status is returned, and the words are in `ran` until the next. */
static int foyer(const char *secret, const char *new_secret, const char *in, const char *const *words)
{
    char *argv[32] = { (char *)"foyer" }, number[2][16];
    int argc = 1, fd[2];
    free(ran.out);
    free(ran.err);
    ran = (struct ran){ 0 };
    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = (char *)words[argc - 1];
    }
    argv[argc++] = (char *)"-c";
    argv[argc++] = config;
    add_fd(argv, &argc, "--passphrase-fd", secret, number[0], &fd[0]);
    add_fd(argv, &argc, "--new-passphrase-fd", new_secret, number[1], &fd[1]);
    FILE *input = fdopen(pipe_with(in), "r");
    FILE *out = open_memstream(&ran.out, &ran.out_len), *err = open_memstream(&ran.err, &ran.err_len);
    ran.status = command_main(argc, argv, input, out, err, &test_clock);
    fclose(input);
    fclose(out);
    fclose(err);
    for (int i = 0; i < 2; i++) {
        if (fd[i] >= 0) {
            close(fd[i]);
        }
    }
    return ran.status;
}
#define FOYER(secret, ...)          foyer(secret, NULL, "", (const char *const[]){ __VA_ARGS__, NULL })
#define FOYER_NEW(secret, new, ...) foyer(secret, new, "", (const char *const[]){ __VA_ARGS__, NULL })
#define SAYS(text)                  cr_assert_not_null(strstr(ran.out, text), "%s%s", ran.out, ran.err)
#define SAYS_NOT(text)              cr_assert_null(strstr(ran.out, text), "%s", ran.out)
#define COMPLAINS(text)             cr_assert_not_null(strstr(ran.err, text), "%s", ran.err)
#define DONE(call)                  cr_assert_eq(call, COMMAND_OK, "%s", ran.err)

static const char *posted_result = "\"class\":\"REVIEW\",\"flags\":[{\"id\":\"A\",\"outcome\":\"REVIEW\"}]";

static void post(uint8_t uid, enum frame_kind kind, const char *name, const char *phone, int64_t ago_s)
{
    struct frame_header header = { .rev = 1, .kind = (uint8_t)kind, .wall_s = NOW_S - ago_s };
    struct buf body = BUF_INIT, frame = BUF_INIT;
    struct err err = { "" };
    char id[DEPOSIT_LONG], day[DATE_ISO_SIZE];
    memset(header.uid, uid, sizeof header.uid);
    date_format_iso(clock_local_date(NOW_S - ago_s), day);
    buf_addf(&body,
             "{\"v\":1,\"uid\":\"%s\",\"asked_on\":\"%s\",\"visit_on\":\"%s\",\"patient\":{\"name\":\"%s\","
             "\"birth_date\":\"1990-02-03\",\"phone\":\"%s\"},\"answers\":[{\"id\":\"birth_date\",\"state\":"
             "\"given\","
             "\"value\":\"1990-02-03\"},{\"id\":\"keloid\",\"answer\":\"Yes, me\"}],"
             "\"assessment\":{%s,\"items\":[]}}",
             deposit_long(header.uid, id), day, day, name, phone, posted_result);
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, body.data, body.len, &err), 0, "%s", err.text);
    struct db *db = db_open(database, &test_clock, &err);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, NOW_S - ago_s, &err), FRAME_STORED, "%s", err.text);
    db_close(db);
    buf_done(&body);
    buf_done(&frame);
}

/* ---- accounts
 * ---------------------------------------------------------------------------------------------- */

Test(people, an_account_is_proposed_completed_listed_and_disabled)
{
    DONE(FOYER(NULL, "staff", "add", "berta", "--role", "viewer"));
    SAYS("opens nothing until a clinician runs");
    DONE(FOYER(NULL, "staff", "list"));
    SAYS("proposed by");
    cr_assert_eq(FOYER(OTHER, "list", "--user", "berta"), COMMAND_FAILED);
    DONE(FOYER_NEW(PASSPHRASE, OTHER, "staff", "complete", "berta", "--user", "anna"));
    DONE(FOYER(OTHER, "list", "--user", "berta"));
    DONE(FOYER(NULL, "staff", "disable", "berta"));
    SAYS("foyer keys rotate");
    cr_assert_eq(FOYER(OTHER, "list", "--user", "berta"), COMMAND_FAILED);
    cr_assert_eq(FOYER(NULL, "staff", "disable", "anna"), COMMAND_FAILED);
    COMPLAINS("last clinician");
    DONE(FOYER(NULL, "audit", "--act", "account"));
    SAYS("account proposed");
    SAYS("account completed");
    SAYS("account disabled");
}

Test(people, beside_a_desk_account_the_only_clinician_need_not_say_who_unlocks)
{
    DONE(FOYER(NULL, "staff", "add", "front", "--role", "desk"));
    DONE(FOYER_NEW(PASSPHRASE, OTHER, "staff", "complete", "front"));
    DONE(FOYER(PASSPHRASE, "list"));
    DONE(FOYER(NULL, "staff", "add", "berta", "--role", "clinician"));
    DONE(FOYER_NEW(PASSPHRASE, OTHER, "staff", "complete", "berta"));
    cr_assert_eq(FOYER(PASSPHRASE, "list"), COMMAND_FAILED);
    COMPLAINS("--user NAME");
}

Test(people, whose_login_has_an_account_need_not_say_so)
{
    struct passwd *login = getpwuid(getuid());
    cr_assert_not_null(login);
    DONE(FOYER(NULL, "staff", "add", login->pw_name, "--role", "viewer"));
    DONE(FOYER_NEW(PASSPHRASE, OTHER, "staff", "complete", login->pw_name));
    DONE(FOYER(OTHER, "list"));
}

Test(people, a_command_line_that_makes_no_sense_tries_nothing)
{
    cr_assert_eq(FOYER(NULL, "staff", "add"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "staff", "fire", "anna"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "staff", "add", "berta"), COMMAND_FAILED);
    COMPLAINS("--role");
    cr_assert_eq(FOYER(NULL, "recover"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "recover", "anna", "--drill"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "keys", "lose"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "audit", "verify", "1-0000"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "person", "erase"), COMMAND_USAGE);
    cr_assert_eq(FOYER(NULL, "person", "export", "01"), COMMAND_USAGE);
    COMPLAINS("--reason");
}

Test(people, a_new_passphrase_takes_the_place_of_the_old_one)
{
    DONE(FOYER_NEW(PASSPHRASE, OTHER, "staff", "passwd"));
    cr_assert_eq(FOYER(PASSPHRASE, "list"), COMMAND_FAILED);
    DONE(FOYER(OTHER, "list"));
    cr_assert_eq(FOYER_NEW(OTHER, "short", "staff", "passwd"), COMMAND_FAILED);
    COMPLAINS("at least 12");
}

Test(people, the_printed_key_is_proved_by_a_drill_and_gives_a_new_passphrase)
{
    char typed[RECOVERY_TEXT + 1];
    recovery_print(recovery, typed);
    strcat(typed, "\n");
    DONE(foyer(NULL, NULL, typed, (const char *const[]){ "recover", "--drill", NULL }));
    SAYS("Nothing was changed");
    DONE(FOYER(PASSPHRASE, "list"));
    DONE(foyer(NULL, OTHER, typed, (const char *const[]){ "recover", "anna", NULL }));
    DONE(FOYER(OTHER, "list"));
    typed[31] = '\n'; /* as it stands on the paper */
    DONE(foyer(NULL, NULL, typed, (const char *const[]){ "recover", "--drill", NULL }));
    typed[31] = '-';
    typed[3] = typed[3] == 'A' ? 'B' : 'A';
    cr_assert_eq(foyer(NULL, NULL, typed, (const char *const[]){ "recover", "--drill", NULL }),
                 COMMAND_FAILED);
    typed[32] = '\0';
    cr_assert_eq(foyer(NULL, NULL, typed, (const char *const[]){ "recover", "--drill", NULL }),
                 COMMAND_FAILED);
    COMPLAINS("60 letters and digits");
}

Test(people, a_recovery_says_what_is_missing_before_the_key_is_typed)
{
    cr_assert_eq(foyer(NULL, OTHER, "", (const char *const[]){ "recover", "ana", NULL }), COMMAND_FAILED);
    COMPLAINS("there is no account \"ana\"");
    cr_assert_eq(foyer(NULL, OTHER, "", (const char *const[]){ "recover", "anna", NULL }), COMMAND_FAILED);
    COMPLAINS("no recovery key was given");
}

Test(people, new_keys_reach_the_kiosks_file_and_anothers_sound_the_alarm)
{
    struct frame_keys now, old = keys;
    post(1, FRAME_FINAL, "Old Epoch", "", 60);
    DONE(FOYER(PASSPHRASE, "keys", "rotate"));
    cr_assert_eq(frame_keys_read(keys_path, &now, NULL), 0);
    cr_assert_gt(now.epoch, old.epoch);
    DONE(FOYER(NULL, "keys", "show"));
    keys = now;
    post(2, FRAME_FINAL, "New Epoch", "", 60);
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("Old Epoch");
    SAYS("New Epoch");
    cr_assert_eq(ran.err[0], '\0', "%s", ran.err);
    now.body[0] ^= 1;
    cr_assert_eq(frame_keys_write(keys_path, &now, NULL), 0);
    cr_assert_eq(FOYER(NULL, "keys", "show"), COMMAND_FAILED);
    COMPLAINS("ALARM");
    DONE(FOYER(PASSPHRASE, "list"));
    COMPLAINS("ALARM");
    DONE(FOYER(PASSPHRASE, "keys", "write"));
    DONE(FOYER(NULL, "keys", "show"));
}

Test(people, wrong_passphrases_make_one_wait_and_the_wait_ends)
{
    for (int i = 0; i < VAULT_FREE_TRIES; i++) {
        cr_assert_eq(FOYER("no no no no no", "list"), COMMAND_FAILED);
    }
    cr_assert_eq(FOYER(PASSPHRASE, "list"), COMMAND_FAILED);
    COMPLAINS("try again in 10 seconds");
    DONE(FOYER(NULL, "staff", "list"));
    SAYS("5 wrong passphrases; waits 10 s");
    now_s += 10;
    DONE(FOYER(PASSPHRASE, "list"));
}

/* ---- the audit trail
 * --------------------------------------------------------------------------------------- */

Test(people, the_trail_is_listed_filtered_and_verified_against_a_printed_head)
{
    char code[AUDIT_CODE + 1];
    post(1, FRAME_FINAL, "Anna", "", 60);
    DONE(FOYER(PASSPHRASE, "show", "01"));
    DONE(FOYER(NULL, "audit", "--intake", "0101"));
    SAYS("show");
    SAYS_NOT("unlock");
    DONE(FOYER(NULL, "audit", "--since", "2026-11-22"));
    cr_assert_eq(ran.out[0], '\0');
    cr_assert_eq(FOYER(NULL, "audit", "--since", "yesterday"), COMMAND_FAILED);
    DONE(FOYER(NULL, "audit", "--head"));
    snprintf(code, sizeof code, "%s", ran.out);
    code[strcspn(code, "\n")] = '\0';
    DONE(FOYER(PASSPHRASE, "list"));
    DONE(FOYER(NULL, "audit", "verify", "--head", code));
    SAYS("goes on from the head code");
    DONE(FOYER(NULL, "audit", "verify"));
    SAYS("Nothing was held against it");
    code[strlen(code) - 1] = code[strlen(code) - 1] == '0' ? '1' : '0';
    cr_assert_eq(FOYER(NULL, "audit", "verify", "--head", code), COMMAND_FAILED);
    COMPLAINS("written anew");
}

/* ---- a person
 * ---------------------------------------------------------------------------------------------- */

Test(people, a_name_need_not_stand_on_the_command_line)
{
    post(1, FRAME_FINAL, "Anna Berg", "", 60);
    DONE(foyer(PASSPHRASE, NULL, "Anna Bergmann\n01632 960999\n",
               (const char *const[]){ "person", "correct", "01", "--name", "-", "--phone", "-", NULL }));
    DONE(FOYER(PASSPHRASE, "person", "export", "01", "--reason", "asked at the desk"));
    SAYS("Anna Bergmann");
    SAYS("01632 960999");
    cr_assert_eq(foyer(PASSPHRASE, NULL, "\n",
                       (const char *const[]){ "person", "correct", "01", "--name", "-", NULL }),
                 COMMAND_FAILED, "a name is not blank");
}

Test(people, another_birth_date_leaves_nothing_clear_that_was_not_judged_with_it)
{
    posted_result = "\"class\":\"CLEAR\",\"flags\":[]";
    post(1, FRAME_FINAL, "Anna Berg", "", 60);
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("CLEAR");
    DONE(FOYER(PASSPHRASE, "person", "correct", "01", "--born", "1990-02-03"));
    SAYS("Corrected: intake 01010101");
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("CLEAR");
    DONE(FOYER(PASSPHRASE, "person", "correct", "01", "--born", "2012-02-03"));
    SAYS("with the right birth date: REVIEW");
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("REVIEW");
    SAYS("2012-02-03");
}

Test(people, a_copy_holds_the_answers_and_what_staff_wrote)
{
    post(1, FRAME_FINAL, "Anna Berg", "", 60);
    DONE(FOYER(PASSPHRASE, "person", "correct", "01", "--name", "Anna Bergmann"));
    DONE(FOYER(PASSPHRASE, "person", "export", "01", "--reason", "asked at the desk"));
    json_t *copy = json_loads(ran.out, 0, NULL);
    cr_assert(json_is_array(copy) && json_array_size(copy) == 1, "%s", ran.out);
    SAYS("Yes, me");
    SAYS("Anna Bergmann");
    SAYS("Anna Berg\"");
    json_decref(copy);
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("Anna Bergmann");
    DONE(FOYER(NULL, "audit", "--act", "exported"));
    SAYS("asked at the desk");
}

Test(people, a_restricted_intake_is_shown_to_those_who_ask)
{
    post(1, FRAME_FINAL, "Anna", "", 60);
    post(2, FRAME_FINAL, "Berta", "", 60);
    DONE(FOYER(PASSPHRASE, "person", "restrict", "01", "--reason", "objection"));
    SAYS("out of the lists");
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS_NOT("Anna");
    SAYS("1 restricted intake is not shown");
    DONE(FOYER(PASSPHRASE, "list", "--restricted"));
    SAYS("Anna");
    DONE(FOYER(PASSPHRASE, "show", "01"));
    DONE(FOYER(PASSPHRASE, "person", "restrict", "01", "--off", "--reason", "settled"));
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("Anna");
}

static void link_them(uint8_t from, uint8_t to)
{
    struct err err = { "" };
    struct vault *vault;
    struct encounter *e;
    uint8_t a[FRAME_UID], b[FRAME_UID];
    memset(a, from, sizeof a);
    memset(b, to, sizeof b);
    struct db *db = db_open(database, &test_clock, &err);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, NOW_S, &vault, &err), 1, "%s", err.text);
    cr_assert_geq(vault_file(vault, &err), 0);
    cr_assert_eq(vault_encounter(vault, a, &e, &err), 1);
    json_t *event = event_link(NOW_S, b, true);
    cr_assert_eq(vault_add(vault, e, &event, 1, NOW_S, &err), 1, "%s", err.text);
    encounter_free(e);
    vault_lock(vault);
    db_close(db);
}

Test(people, erasing_takes_the_linked_ones_too_and_asks_first)
{
    post(1, FRAME_FINAL, "Anna", "", 60);
    post(2, FRAME_FINAL, "Anna", "", 50);
    post(3, FRAME_FINAL, "Carla", "", 40);
    link_them(2, 1);
    cr_assert_eq(FOYER(PASSPHRASE, "person", "erase", "01", "--links", "--reason", "asked"), COMMAND_FAILED);
    COMPLAINS("2 intakes out for good");
    DONE(FOYER(PASSPHRASE, "person", "erase", "01", "--links", "--reason", "asked", "--yes"));
    SAYS("Not reached: backups");
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS_NOT("Anna");
    SAYS("Carla");
    DONE(FOYER(NULL, "person", "erased"));
    SAYS("0101010101010101");
    SAYS("0202020202020202");
    cr_assert_eq(FOYER(PASSPHRASE, "person", "erase", "01", "--reason", "asked", "--yes"), COMMAND_FAILED);
}

/* ---- the end of the day
 * ------------------------------------------------------------------------------------ */

Test(people, the_day_is_closed_with_what_it_left_open)
{
    post(1, FRAME_FINAL, "Anna Berg", "01632 960123", 7200);
    post(2, FRAME_FINAL, "Anna Berg", "01632 960123", 9 * 86400);
    post(3, FRAME_DRAFT, "Stopped Midway", "", 3600);
    post(4, FRAME_DRAFT, "Still Answering", "", 60);
    post(5, FRAME_FINAL, "Of Yesterday", "", 86400);
    DONE(FOYER(PASSPHRASE, "close-day", "--keep"));
    SAYS("UNDECIDED");
    SAYS("NOT LINKED");
    SAYS("NOT FINISHED");
    SAYS("Stopped Midway");
    SAYS_NOT("Of Yesterday");
    SAYS_NOT("discarded");
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("1 unfinished intake was discarded");
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS_NOT("Stopped Midway");
    SAYS("Still Answering");
    DONE(FOYER(NULL, "audit", "--act", "discarded"));
    SAYS("03030303");
    link_them(1, 2);
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS_NOT("NOT LINKED");
}

/* A second screen handed it in when its network was back. */
Test(people, what_comes_in_late_is_of_the_day_on_which_it_came)
{
    struct err err = { "" };
    post(5, FRAME_FINAL, "Of Yesterday", "", 86400);
    post(6, FRAME_FINAL, "Came Late", "", 2 * 86400);
    struct db *db = db_open(database, &test_clock, &err);
    cr_assert_eq(
        sql_do(db, "UPDATE deposit SET received_s = 1795269600 - 60 WHERE hex(uid) LIKE '0606%'", &err), 0,
        "%s", err.text);
    db_close(db);
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("Came Late");
    SAYS_NOT("Of Yesterday");
    DONE(FOYER(PASSPHRASE, "list"));
    cr_expect(strstr(ran.out, "Came Late") < strstr(ran.out, "EARLIER"), "%s", ran.out);
}

Test(people, a_clock_that_jumps_makes_no_fresh_draft_an_old_one)
{
    const int64_t jump[] = { 3 * 86400, -60LL * 365 * 86400, 60LL * 365 * 86400 };
    post(4, FRAME_DRAFT, "Still Answering", "", 60);
    for (size_t i = 0; i < 3; i++) {
        now_s += jump[i];
        moved_s += jump[i];
        DONE(FOYER(PASSPHRASE, "close-day"));
        SAYS_NOT("discarded");
        DONE(FOYER(PASSPHRASE, "list"));
        SAYS("Still Answering");
    }
    now_s += 3600;
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("1 unfinished intake was discarded");
}

/* A kiosk of its own clock, an hour behind. */
Test(people, how_fresh_a_draft_is_says_the_clinics_clock)
{
    post(4, FRAME_DRAFT, "Still Answering", "", 3600);
    struct err err = { "" };
    struct db *db = db_open(database, &test_clock, &err);
    struct sql q;
    cr_assert_eq(db_begin(db, &err), 0);
    sql_prepare(&q, db, "UPDATE deposit SET received_s = ?1");
    sql_int(&q, 1, now_s - 30);
    cr_assert_eq(sql_run(&q, &err), 0, "%s", err.text);
    cr_assert_eq(db_commit(db, &err), 0);
    db_close(db);
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS_NOT("discarded");
}

Test(people, a_day_with_a_refused_intake_of_a_second_screen_is_not_said_to_be_done)
{
    char command[256];
    snprintf(command, sizeof command, "mkdir -p %s/var/lib/foyer-relay/refused/0102-3", folder);
    cr_assert_eq(system(command), 0);
    setenv("FOYER_TEST_ROOT", folder, 1);
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("1 intake of a second screen was refused");
    SAYS_NOT("Nothing is left open");
    snprintf(command, sizeof command, "rm -r %s/var", folder);
    cr_assert_eq(system(command), 0);
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("Nothing is left open");
}

Test(people, a_restricted_intake_is_not_named_at_the_end_of_the_day)
{
    post(1, FRAME_FINAL, "Anna Berg", "01632 960123", 3600);
    DONE(FOYER(PASSPHRASE, "person", "restrict", "01010101", "--reason", "objection"));
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS_NOT("Anna Berg");
    DONE(FOYER(PASSPHRASE, "person", "restrict", "01010101", "--off", "--reason", "withdrawn"));
    DONE(FOYER(PASSPHRASE, "close-day"));
    SAYS("Anna Berg");
}

Test(people, a_clinic_may_keep_what_nobody_finished)
{
    static const char conf[] =
        "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\nkeep_interrupted = true;\n";
    cr_assert_eq(file_replace(config, conf, sizeof conf - 1, 0644, NULL), 0);
    post(3, FRAME_DRAFT, "Stopped Midway", "", 3600);
    DONE(FOYER(PASSPHRASE, "close-day"));
    DONE(FOYER(PASSPHRASE, "list"));
    SAYS("Stopped Midway");
}
