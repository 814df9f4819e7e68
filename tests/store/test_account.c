/* Accounts, wrong passphrases, new keys, erasing, and the head of the audit trail. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "audit.h"
#include "erase.h"
#include "fixture.h"
#include "sql.h"

#define OTHER "another long passphrase"

static struct db *db;
static struct vault *vault;

static struct vault *unlock(const char *user, const char *passphrase)
{
    struct err err = { "" };
    struct vault *open;
    cr_assert_eq(vault_unlock(db, user, passphrase, AT_S, &open, &err), 1, "%s", err.text);
    return open;
}

static void setup(void)
{
    fixture_make();
    db = open_db();
    vault = unlock("anna", PASSPHRASE);
}

static void teardown(void)
{
    vault_lock(vault);
    db_close(db);
    fixture_remove();
}

TestSuite(account, .init = setup, .fini = teardown);
TestSuite(erase, .init = setup, .fini = teardown);
TestSuite(head, .init = setup, .fini = teardown);

static void make(const char *user, const char *role)
{
    struct err err = { "" };
    cr_assert_eq(account_propose(db, user, role, "root", AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(account_complete(vault, user, OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
}

Test(account, a_proposal_opens_nothing_until_a_clinician_completes_it)
{
    struct err err = { "" };
    struct vault *open;
    cr_assert_eq(account_propose(db, "berta", "viewer", "root", AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(vault_unlock(db, "berta", OTHER, AT_S, &open, &err), -1);
    cr_assert_eq(account_propose(db, "berta", "desk", "root", AT_S, &err), -1, "the name is taken");
    cr_assert_eq(account_propose(db, "recovery", "desk", "root", AT_S, &err), -1);
    cr_assert_eq(account_propose(db, "carl", "owner", "root", AT_S, &err), -1);
    cr_assert_eq(account_complete(vault, "berta", OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
    open = unlock("berta", OTHER);
    cr_assert_str_eq(vault_role(open), "viewer");
    cr_assert_eq(account_complete(vault, "berta", OTHER, &cheap, AT_S, &err), -1, "once");
    vault_lock(open);
}

Test(account, a_desk_slot_holds_no_key_to_bodies)
{
    struct err err = { "" };
    struct frame_header header;
    json_t *body;
    uint8_t uid[FRAME_UID];
    memset(uid, 7, sizeof uid);
    make("desk1", "desk");
    cr_assert_eq(number(db, "SELECT count(*) FROM slot WHERE user = 'desk1' AND body_key IS NULL"), 1);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    struct vault *desk = unlock("desk1", OTHER);
    cr_assert_eq(vault_body(desk, uid, &header, &body, &err), -1);
    cr_assert_eq(vault_file(desk, &err), 0, "it files nothing");
    /* With a clinician's role written over it the slot does not open at all: the role is bound to it. */
    edit("UPDATE slot SET role = 'clinician' WHERE user = 'desk1'");
    struct vault *forged;
    cr_assert_neq(vault_unlock(db, "desk1", OTHER, AT_S, &forged, &err), 1);
    vault_lock(desk);
}

static int names(void *arg, const struct vault_card *card)
{
    int *n = arg;
    cr_assert_str_eq(json_string_value(json_object_get(card->card, "name")), PATIENT);
    cr_assert_null(json_object_get(card->card, "assessment"));
    (*n)++;
    return 0;
}

Test(account, the_desk_sees_who_is_here_before_and_after_filing)
{
    struct err err = { "" };
    int n = 0;
    make("desk1", "desk");
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 8, 1, FRAME_DRAFT), FRAME_STORED);
    struct vault *desk = unlock("desk1", OTHER);
    cr_assert_eq(vault_each_card(desk, AT_S, names, &n, &err), 0);
    cr_assert_eq(n, 2);
    cr_assert_eq(vault_file(vault, &err), 2);
    cr_assert_eq(vault_each_card(desk, AT_S, names, &n, &err), 0);
    cr_assert_eq(n, 4);
    cr_assert_eq(vault_each_card(desk, AT_S + 1, names, &n, &err), 0);
    cr_assert_eq(n, 4, "not those from before");
    vault_lock(desk);
}

Test(account, a_viewer_reads_and_writes_nothing)
{
    struct err err = { "" };
    struct encounter *e;
    uint8_t uid[FRAME_UID];
    memset(uid, 7, sizeof uid);
    make("berta", "viewer");
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1);
    struct vault *viewer = unlock("berta", OTHER);
    cr_assert_eq(vault_encounter(viewer, uid, &e, &err), 1, "%s", err.text);
    json_t *note = event_note(AT_S, "x");
    cr_assert_eq(vault_add(viewer, e, &note, 1, AT_S, &err), -1);
    cr_assert_not_null(strstr(err.text, "viewer"), "%s", err.text);
    cr_assert_eq(account_complete(viewer, "x", OTHER, &cheap, AT_S, &err), -1);
    cr_assert_eq(erase_intake(viewer, uid, "no", AT_S, &err), -1);
    encounter_free(e);
    vault_lock(viewer);
}

Test(account, a_new_passphrase_rewrites_one_slot)
{
    struct err err = { "" };
    struct vault *open;
    make("berta", "clinician");
    edit("CREATE TABLE before AS SELECT * FROM slot");
    cr_assert_eq(account_set_passphrase(vault, "anna", OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM (SELECT * FROM slot EXCEPT SELECT * FROM before)"), 1);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &open, &err), 0, "the old one is gone");
    vault_lock(unlock("anna", OTHER));
}

Test(account, the_recovery_key_gives_a_new_passphrase_and_can_be_replaced)
{
    struct err err = { "" };
    struct vault *open;
    uint8_t fresh[RECOVERY_KEY];
    cr_assert_eq(vault_unlock_recovery(db, recovery, AT_S, &open, &err), 1, "%s", err.text);
    cr_assert_eq(account_set_passphrase(open, "anna", OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
    vault_lock(open);
    vault_lock(unlock("anna", OTHER));
    recovery_make(fresh);
    cr_assert_eq(account_set_recovery(vault, fresh, AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(vault_unlock_recovery(db, recovery, AT_S, &open, &err), 0, "the old one ends");
    cr_assert_eq(vault_unlock_recovery(db, fresh, AT_S, &open, &err), 1, "%s", err.text);
    vault_lock(open);
}

Test(account, the_last_clinician_stays)
{
    struct err err = { "" };
    make("berta", "viewer");
    cr_assert_eq(account_disable(db, "anna", "root", AT_S, &err), -1);
    cr_assert_not_null(strstr(err.text, "last clinician"), "%s", err.text);
    cr_assert_eq(account_set_role(vault, "anna", "viewer", OTHER, &cheap, AT_S, &err), -1);
    cr_assert_eq(account_disable(db, "recovery", "root", AT_S, &err), -1);
    cr_assert_eq(account_set_role(vault, "berta", "clinician", OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(account_disable(db, "anna", "berta", AT_S, &err), 0, "%s", err.text);
    struct vault *open;
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &open, &err), -1);
    vault_lock(unlock("berta", OTHER));
}

Test(account, whoever_was_disabled_or_demoted_writes_nothing_more_in_a_vault_that_was_open)
{
    struct err err = { "" };
    struct encounter *e;
    uint8_t uid[FRAME_UID];
    memset(uid, 7, sizeof uid);
    make("berta", "clinician");
    struct vault *open = unlock("berta", OTHER);
    cr_assert_eq(vault_stands(open, &err), 1);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(open, &err), 1, "%s", err.text);
    cr_assert_eq(vault_encounter(open, uid, &e, &err), 1, "%s", err.text);
    cr_assert_eq(account_set_role(vault, "berta", "viewer", OTHER, &cheap, AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(vault_stands(open, &err), 0);
    json_t *event = event_note(AT_S, "late");
    cr_assert_eq(vault_add(open, e, &event, 1, AT_S, &err), -1);
    cr_assert_not_null(strstr(err.text, "unlock again"), "%s", err.text);
    cr_assert_eq(account_disable(db, "berta", "root", AT_S, &err), 0, "%s", err.text);
    cr_assert_eq(vault_stands(open, &err), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 0);
    encounter_free(e);
    vault_lock(open);
}

Test(account, after_five_wrong_passphrases_the_next_waits_and_never_for_good)
{
    struct err err = { "" };
    struct vault *open;
    int64_t now_s = AT_S;
    for (int i = 0; i < VAULT_FREE_TRIES; i++) {
        cr_assert_eq(vault_unlock(db, "anna", "wrong wrong wrong", now_s, &open, &err), 0, "try %d", i);
    }
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, now_s, &open, &err), -1, "not even the right one");
    cr_assert_not_null(strstr(err.text, "seconds"), "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'unlock refused'"), VAULT_FREE_TRIES + 1);
    for (int i = 0; i < 40; i++) {
        int64_t wait_s = vault_wait(db, "anna", now_s, NULL, &err);
        cr_assert_leq(wait_s, VAULT_WAIT_MOST_S);
        now_s += wait_s;
        cr_assert_eq(vault_unlock(db, "anna", "wrong wrong wrong", now_s, &open, &err), 0);
    }
    cr_assert_eq(vault_wait(db, "anna", now_s - 100000, NULL, &err), VAULT_WAIT_MOST_S,
                 "a clock set back adds nothing to the wait");
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, now_s + VAULT_WAIT_MOST_S, &open, &err), 1, "%s",
                 err.text);
    vault_lock(open);
    cr_assert_eq(vault_wait(db, "anna", now_s, NULL, &err), 0, "a right one starts anew");
}

/* How many of `n` processes had a wrong passphrase looked at. */
static int try_at_once(int n)
{
    int looked_at = 0;
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        cr_assert_geq(pid, 0);
        if (pid == 0) {
            struct err err = { "" };
            struct vault *open;
            struct db *own = db_open(path, clock_system(), &err);
            _exit(own == NULL ? 100 : vault_unlock(own, "anna", "wrong wrong wrong", AT_S, &open, &err) == 0);
        }
    }
    for (int i = 0; i < n; i++) {
        int status = -1;
        cr_assert_gt(wait(&status), 0);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) <= 1, "status %d", status);
        looked_at += WEXITSTATUS(status);
    }
    return looked_at;
}

Test(account, many_tries_at_once_are_as_few_as_one_after_the_other)
{
    cr_assert_eq(try_at_once(24), VAULT_FREE_TRIES);
}

Test(account, after_a_rotation_old_and_new_records_open_also_in_a_vault_that_was_open)
{
    struct err err = { "" };
    struct frame_keys old = keys;
    struct vault *before = unlock("anna", PASSPHRASE);
    cr_assert_eq(put_frame(db, 1, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(account_check_keys(db, &old, &err), 1);
    cr_assert_eq(account_rotate(vault, &keys, AT_S, &err), 0, "%s", err.text);
    cr_assert_gt(keys.epoch, old.epoch);
    cr_assert_eq(account_check_keys(db, &old, &err), 0, "still ours");
    cr_assert_eq(account_check_keys(db, &keys, &err), 1);
    cr_assert_eq(put_frame(db, 2, 1, FRAME_FINAL), FRAME_STORED, "sealed for the new pair");
    cr_assert_eq(vault_file(before, &err), 2, "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM filing WHERE body_key IS NULL"), 0, "neither is damaged");
    vault_lock(before);
    vault_lock(unlock("anna", PASSPHRASE));
}

Test(account, keys_that_are_not_ours_sound_the_alarm)
{
    struct err err = { "" };
    struct frame_keys theirs = keys;
    theirs.body[3] ^= 1;
    cr_assert_eq(account_check_keys(db, &theirs, &err), -1);
    cr_assert_not_null(strstr(err.text, "Stop the kiosk"), "%s", err.text);
}

/* ---- erasing
 * ----------------------------------------------------------------------------------------------- */

static uint8_t uid[FRAME_UID];

static void add_note(void)
{
    struct err err = { "" };
    struct encounter *e;
    json_t *note = event_note(AT_S, "seen");
    cr_assert_eq(vault_encounter(vault, uid, &e, &err), 1, "%s", err.text);
    cr_assert_eq(vault_add(vault, e, &note, 1, AT_S, &err), 1, "%s", err.text);
    encounter_free(e);
}

static size_t find_bytes(const void *what, size_t len)
{
    static char bytes[4 << 20];
    FILE *file = fopen(path, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, n, what, len) != NULL;
}

Test(erase, nothing_of_an_erased_intake_is_left_in_the_file_but_a_tombstone)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    memset(uid, 7, sizeof uid);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1);
    add_note();
    cr_assert_eq(deposit_read(db, uid, 0, &frame, &err), 1);
    cr_assert(find_bytes(frame.data + FRAME_HEADER, 64), "the seals are there");
    cr_assert_eq(erase_intake(vault, uid, "asked for it", AT_S, &err), 1, "%s", err.text);
    cr_assert_not(find_bytes(frame.data + FRAME_HEADER, 64));
    cr_assert_not(find_bytes(frame.data + frame.len - 64, 64));
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM filing"), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM casekey"), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM tombstone"), 1);
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'erased' AND detail = 'asked for it'"),
                 1);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_REFUSED,
                 "and it does not come back");
    cr_assert_eq(erase_intake(vault, uid, "again", AT_S, &err), 0);
    buf_done(&frame);
}

Test(erase, after_a_restore_the_list_erases_again)
{
    struct err err = { "" };
    struct buf list = BUF_INIT, copy = BUF_INIT;
    memset(uid, 7, sizeof uid);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(put_frame(db, 8, 1, FRAME_FINAL), FRAME_STORED);
    buf_addf(&copy, "cp %s %s.backup", path, path);
    cr_assert_eq(system(buf_str(&copy)), 0);
    cr_assert_eq(erase_intake(vault, uid, "asked for it", AT_S, &err), 1);
    cr_assert_eq(erase_list(db, &list, &err), 0);
    vault_lock(vault);
    db_close(db);
    buf_reset(&copy);
    buf_addf(&copy, "mv %s.backup %s", path, path);
    cr_assert_eq(system(buf_str(&copy)), 0);
    db = open_db();
    vault = unlock("anna", PASSPHRASE);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 2, "it is back");
    cr_assert_eq(erase_again(db, buf_str(&list), "root", AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 1);
    cr_assert_eq(number(db, "SELECT count(*) FROM tombstone"), 1);
    cr_assert_eq(erase_again(db, "not a list\n", "root", AT_S, &err), -1);
    cr_assert_not_null(strstr(err.text, "line 1"), "%s", err.text);
    buf_done(&list);
    buf_done(&copy);
}

Test(erase, only_a_draft_is_discarded_and_its_final_may_still_come)
{
    struct err err = { "" };
    memset(uid, 7, sizeof uid);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(erase_draft(vault, uid, AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 0);
    cr_assert_eq(put_frame(db, 7, 2, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(erase_draft(vault, uid, AT_S, &err), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit"), 1);
}

Test(erase, a_draft_beside_which_staff_wrote_is_not_discarded)
{
    struct err err = { "" };
    struct encounter *e;
    memset(uid, 7, sizeof uid);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_encounter(vault, uid, &e, &err), 1, "%s", err.text);
    json_t *event = event_note(AT_S, "went home unwell, called an ambulance");
    cr_assert_eq(vault_add(vault, e, &event, 1, AT_S, &err), 1, "%s", err.text);
    encounter_free(e);
    cr_assert_eq(erase_draft(vault, uid, AT_S, &err), 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 1);
    cr_assert_eq(number(db, "SELECT count(*) FROM deposit WHERE kind = 1"), 1);
}

/* ---- the head of the audit trail
 * --------------------------------------------------------------------------- */

static int verify(const char *code, struct err *err)
{
    int64_t entries;
    uint8_t head[AUDIT_HASH];
    return audit_verify_code(db, code, &entries, head, err);
}

static void act(const char *name)
{
    struct audit_entry entry = { .at_s = AT_S, .actor = "anna", .act = name };
    cr_assert_eq(audit_note(db, &entry, NULL), 0);
}

static void print_head(char code[AUDIT_CODE])
{
    int64_t entries;
    uint8_t head[AUDIT_HASH];
    cr_assert_eq(audit_verify(db, &entries, head, NULL), 0);
    audit_code_print(entries, head, code);
}

Test(head, a_printed_head_finds_edits_deletions_reorder_and_truncation)
{
    static const struct {
        const char *change, *found;
    } tampered[] = {
        { "UPDATE audit SET actor = 'eve' WHERE seq = 3", "broken at entry 3" },
        { "DELETE FROM audit WHERE seq = 3", "broken at entry 4" },
        { "DELETE FROM audit WHERE seq >= 4", "cut off" },
        { "UPDATE audit SET seq = 90 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; "
          "UPDATE audit SET seq = 4 WHERE seq = 90",
          "broken at entry 3" },
        { "UPDATE audit SET at_s = at_s + 1 WHERE seq = 1", "broken at entry 1" },
    };
    struct err err = { "" };
    char code[AUDIT_CODE];
    for (int i = 0; i < 4; i++) {
        act("show");
    }
    print_head(code);
    act("list");
    cr_assert_eq(verify(code, &err), 0, "%s", err.text);
    edit("CREATE TABLE keep AS SELECT * FROM audit");
    for (size_t i = 0; i < sizeof tampered / sizeof *tampered; i++) {
        edit(tampered[i].change);
        cr_assert_eq(verify(code, &err), -1, "%s", tampered[i].change);
        cr_assert_not_null(strstr(err.text, tampered[i].found), "%s: %s", tampered[i].change, err.text);
        edit("DELETE FROM audit; INSERT INTO audit SELECT * FROM keep");
    }
}

Test(head, a_trail_written_anew_does_not_fit_the_head)
{
    struct err err = { "" };
    char code[AUDIT_CODE];
    for (int i = 0; i < 4; i++) {
        act("show");
    }
    print_head(code);
    edit("DELETE FROM audit");
    for (int i = 0; i < 12; i++) {
        act("list");
    }
    cr_assert_eq(verify(code, &err), -1);
    cr_assert_not_null(strstr(err.text, "written anew"), "%s", err.text);
}

Test(head, a_code_is_read_as_people_copy_it)
{
    struct err err = { "" };
    char code[AUDIT_CODE], copied[2 * AUDIT_CODE];
    print_head(code);
    size_t n = 0;
    for (const char *c = code; *c != '\0'; c++) {
        char lower = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        copied[n++] = lower == '-' ? ' ' : lower;
    }
    copied[n] = '\0';
    cr_assert_eq(verify(copied, &err), 0, "%s: %s", copied, err.text);
    static const char *const bad[] = { "",       "7",
                                       "x",      "-1-0000-0000-0000-0000-0000",
                                       "2-0000", "2-UUUU-0000-0000-0000-0000" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(verify(bad[i], &err), -1, "%s", bad[i]);
    }
}
