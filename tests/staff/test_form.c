/* `foyer form`: who may sign, what is shown and noted, and what keeps the kiosk a demo. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "command.h"
#include "file.h"
#include "readiness.h"
#include "slot.h"
#include "founded.h"
#include "ran.h"

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH], approvals[96];

static int64_t wall(void *arg)
{
    (void)arg;
    return NOW_S;
}

static const struct clock afternoon = { wall, wall, NULL };

static void setup(void)
{
    struct err err = { "" };
    struct frame_keys keys;
    setenv("FOYER_TEST_NOW", "1795269600", 1); /* the clock counts as set */
    founded_folder(folder, config, database);
    snprintf(approvals, sizeof approvals, "%s/approvals.cfg", folder);
    founded_facts(config, "");
    struct problems problems = PROBLEMS_INIT;
    struct config *loaded = config_load(config, &problems);
    cr_assert_not_null(loaded);
    cr_assert_eq(readiness_write(loaded, (struct date){ 2026, 11, 21 }, NULL, 0, &err), 0, "%s", err.text);
    config_free(loaded);
    founded_vault(database, clock_system(), &keys, NULL);
}

static void teardown(void)
{
    founded_remove(folder);
}

TestSuite(form, .init = setup, .fini = teardown);

static struct ran foyer(const char *secret, const char *const *words)
{
    return ran_foyer(config, &afternoon, secret, words);
}
#define FOYER(secret, ...) foyer(secret, (const char *const[]){ __VA_ARGS__, NULL })
#define SIGN(...)          FOYER(PASSPHRASE, "form", "approve", "microneedling", "--yes", __VA_ARGS__)
#define NAME               "--clinician", "Dr A. Example, GMC 1234567"

static bool there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The audit trail says it, and its chain is whole. */
static void expect_noted(const char *what)
{
    struct err err = { "" };
    int64_t n = 0;
    uint8_t head[AUDIT_HASH];
    struct db *db = db_open(database, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(audit_verify(db, &n, head, &err), 0, "%s", err.text);
    db_close(db);
    char command[256], line[1024] = "";
    snprintf(command, sizeof command, "grep -c -a -F '%s' %s", what, database);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    cr_assert_not_null(fgets(line, sizeof line, pipe));
    pclose(pipe);
    cr_expect_gt(atoi(line), 0, "not noted: %s", what);
}

Test(form, signed_by_a_clinician_it_is_for_patients_and_noted_with_what_was_signed)
{
    struct ran ran = FOYER(NULL, "form", "status");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect(strstr(ran.out, "DEMO, not for patients") && strstr(ran.out, "no clinician has signed"), "%s",
              ran.out);
    ran_done(&ran);
    ran = SIGN(NAME);
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect(strstr(ran.out, "questions") && strstr(ran.out, "inr_max = 3.5") &&
                  strstr(ran.out, "on  2026-11-21, to be reviewed by 2027-11-21"),
              "%s", ran.out);
    ran_done(&ran);
    expect_noted("by Dr A. Example, GMC 1234567, review by 2027-11-21; ");
    ran = FOYER(NULL, "form", "status", "microneedling");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.out);
    cr_expect(strstr(ran.out, "signed, for patients") && strstr(ran.out, "(anna)"), "%s", ran.out);
    ran_done(&ran);
    founded_facts(config, "policies = { inr_max = 3.0; };");
    ran = FOYER(NULL, "form", "status");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.out, "\"inr_max = 3.5\" was signed, but now it is \"inr_max = 3\""), "%s",
                       ran.out);
    ran_done(&ran);
}

Test(form, a_signature_that_changes_nothing_yet_says_so_and_why)
{
    char readiness[96];
    snprintf(readiness, sizeof readiness, "%s/readiness.cfg", folder);
    struct ran ran = SIGN(NAME);
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_not_null(strstr(ran.out, "The kiosk knows it with the next patient."), "%s", ran.out);
    ran_done(&ran);
    cr_assert_eq(unlink(readiness), 0);
    ran = SIGN(NAME);
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect(strstr(ran.out, "Signed, in ") && strstr(ran.out, "stays a demo all the same") &&
                  strstr(ran.out, "foyer doctor") && !strstr(ran.out, "knows it with the next patient"),
              "%s", ran.out);
    ran_done(&ran);
}

Test(form, withdrawn_it_is_a_demo_again)
{
    struct ran ran = SIGN(NAME);
    cr_assert_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "form", "withdraw", "microneedling");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
    expect_noted("form withdraw");
    ran = FOYER(NULL, "form", "status");
    cr_expect_not_null(strstr(ran.out, "no clinician has signed"), "%s", ran.out);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "form", "withdraw", "microneedling");
    cr_expect_eq(ran.status, COMMAND_FAILED, "there is none any more");
    ran_done(&ran);
}

Test(form, without_the_passphrase_nobody_signs)
{
    struct ran ran = FOYER("wrong horse battery staple", "form", "approve", "microneedling", "--yes", NAME);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not(there(approvals));
    ran_done(&ran);
    ran = FOYER(NULL, "form", "approve", "microneedling", "--recovery", "--yes", NAME);
    cr_expect_eq(ran.status, COMMAND_USAGE, "the recovery key is nobody's");
    ran_done(&ran);
}

Test(form, only_a_clinician_signs)
{
    struct err err = { "" };
    struct db *db = db_open(database, clock_system(), &err);
    struct slot slot;
    /* anna's keys under another user with another role: what a viewer's slot will be. */
    cr_assert_eq(slot_load(db, "anna", &slot, &err), 1, "%s", err.text);
    struct slot_masters masters;
    cr_assert_eq(slot_unwrap(&slot, PASSPHRASE, strlen(PASSPHRASE), &masters, &err), 1, "%s", err.text);
    cr_assert_eq(slot_make(db, &slot, "vera", "viewer", PASSPHRASE, strlen(PASSPHRASE),
                           &(struct slot_cost){ 1, 8192 }, &masters, &err),
                 0, "%s", err.text);
    cr_assert_eq(db_begin(db, &err), 0);
    cr_assert_eq(slot_insert(db, &slot, NOW_S, &err), 0, "%s", err.text);
    cr_assert_eq(db_commit(db, &err), 0);
    db_close(db);
    struct ran ran = SIGN(NAME, "--user", "vera");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "vera is not a clinician"), "%s", ran.err);
    cr_expect_not(there(approvals));
    ran_done(&ran);
    ran = SIGN(NAME, "--user", "anna");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    ran_done(&ran);
}

Test(form, what_makes_no_sense_signs_nothing)
{
    struct ran ran = SIGN(NAME, "--review-by", "2026-11-20");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "before today"), "%s", ran.err);
    ran_done(&ran);
    ran = SIGN(NAME, "--review-by", "2027");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = SIGN("--clinician", "  ");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = SIGN("--clinician", "Dr\x1b[2J");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = FOYER(PASSPHRASE, "form", "approve", "nothing", "--yes", NAME);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    ran_done(&ran);
    ran = FOYER(NULL, "form", "sign", "microneedling");
    cr_expect_eq(ran.status, COMMAND_USAGE);
    ran_done(&ran);
    ran = FOYER(NULL, "form", "approve");
    cr_expect_eq(ran.status, COMMAND_USAGE);
    ran_done(&ran);
    cr_expect_not(there(approvals));
}

Test(form, a_spoiled_file_of_approvals_is_named_and_not_written_over)
{
    static const char spoiled[] = "approvals = ( nonsense );\n";
    struct buf text = BUF_INIT;
    cr_assert_eq(file_replace(approvals, spoiled, strlen(spoiled), 0644, NULL), 0);
    struct ran ran = SIGN(NAME);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.err, "approvals.cfg:1"), "%s", ran.err);
    ran_done(&ran);
    expect_noted("form approve failed");
    cr_assert_eq(file_read(approvals, 4096, &text, NULL), 0);
    cr_expect_str_eq(buf_str(&text), spoiled);
    buf_done(&text);
    ran = FOYER(NULL, "form", "status");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_not_null(strstr(ran.out, "approvals.cfg:1"), "%s", ran.out);
    ran_done(&ran);
}
