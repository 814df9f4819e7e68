/* What staff add to an intake: appended once, by one person at a time, and never lost. */
#include <criterion/criterion.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "fixture.h"
#include "sql.h"
#include "vault_keys.h"

static struct db *db;
static struct vault *vault;
static uint8_t uid[FRAME_UID];

static void setup(void)
{
    struct err err = { "" };
    fixture_make();
    setenv("TZ", "UTC", 1);
    db = open_db();
    memset(uid, 7, sizeof uid);
    cr_assert_eq(put_frame(db, 7, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, AT_S, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
}

static void teardown(void)
{
    vault_lock(vault);
    db_close(db);
    fixture_remove();
}

TestSuite(casefile, .init = setup, .fini = teardown);

static struct encounter *read_it(struct vault *from)
{
    struct err err = { "" };
    struct encounter *e;
    cr_assert_eq(vault_encounter(from, uid, &e, &err), 1, "%s", err.text);
    return e;
}

static int add(struct vault *to, struct encounter *e, json_t *event, struct err *err)
{
    return vault_add(to, e, &event, 1, AT_S, err);
}

static json_t *lower(void)
{
    struct event_flag flag = { "A", OUTCOME_PRECAUTION, OUTCOME_REVIEW };
    return event_flags(AT_S, &flag, 1, "1", "seen");
}

static int keep(void *arg, const struct vault_row *row)
{
    struct vault_row *out = arg;
    *out = *row;
    summary_keep(&out->summary, &row->summary);
    return 0;
}

/* Of several rows the last. */
static int keep_newest(void *arg, const struct vault_row *row)
{
    struct vault_row *out = arg;
    if (row->seq > 1) {
        return keep(arg, row);
    }
    out->seq = row->seq;
    return 0;
}

Test(casefile, what_is_added_comes_back_with_its_summary_and_its_audit_entry)
{
    struct err err = { "" };
    struct encounter *e = read_it(vault);
    struct vault_row row;
    json_t *both[] = { lower(),
                       event_overall(AT_S, DECISION_NEEDS_MORE, (struct date){ 0 }, "Dr Anna", "x") };
    cr_assert_eq(vault_add(vault, e, both, 2, AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(e->rev, 2, "the caller's is the new one");
    encounter_free(e);
    e = read_it(vault);
    cr_assert_eq(e->decision, DECISION_NEEDS_MORE);
    cr_assert_eq(e->class, OUTCOME_PRECAUTION);
    cr_assert_str_eq(e->flag[0].by, "anna");
    cr_assert_eq(vault_each(vault, keep, &row, &err), 0);
    cr_assert_eq(row.summary.status, SUMMARY_DECIDED);
    cr_assert_eq(row.summary.decision, DECISION_NEEDS_MORE);
    cr_assert_eq(row.summary.class, OUTCOME_PRECAUTION);
    cr_assert_eq(row.summary.program, OUTCOME_REVIEW);
    cr_assert_eq(row.summary.open, 0);
    cr_assert_str_eq(row.summary.flag_ids, " A ");
    summary_done(&row.summary);
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE act IN ('flags', 'overall')"), 2);
    encounter_free(e);
}

Test(casefile, two_people_at_once_lose_nothing)
{
    struct err err = { "" };
    struct encounter *mine = read_it(vault), *theirs = read_it(vault);
    cr_assert_eq(add(vault, mine, event_note(AT_S, "mine"), &err), 1, "%s", err.text);
    cr_assert_eq(add(vault, theirs, event_note(AT_S, "theirs"), &err), 0, "somebody else wrote meanwhile");
    cr_assert_eq(theirs->rev, 0, "and it is as it was");
    encounter_free(theirs);
    theirs = read_it(vault);
    cr_assert_eq(theirs->nnotes, 1);
    cr_assert_eq(add(vault, theirs, event_note(AT_S, "theirs"), &err), 1, "%s", err.text);
    cr_assert_eq(theirs->nnotes, 2);
    encounter_free(mine);
    encounter_free(theirs);
}

/* Adds `n` notes, reading again at each conflict. */
static int write_notes(int n)
{
    struct db *own = db_open(path, clock_system(), NULL);
    struct vault *open = NULL;
    struct encounter *e = NULL;
    if (own == NULL || vault_unlock(own, "anna", PASSPHRASE, AT_S, &open, NULL) != 1) {
        return 1;
    }
    while (n > 0) {
        if (vault_encounter(open, uid, &e, NULL) != 1) {
            return 2;
        }
        int added = add(open, e, event_note(AT_S, "a note"), NULL);
        encounter_free(e);
        if (added < 0) {
            return 3;
        }
        n -= added;
    }
    vault_lock(open);
    db_close(own);
    return 0;
}

Test(casefile, two_processes_writing_at_once_append_everything_once)
{
    enum { WRITERS = 3, NOTES = 15 };
    pid_t child[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            _exit(write_notes(NOTES));
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        cr_assert_eq(waitpid(child[i], &status, 0), child[i]);
        cr_assert_eq(status, 0);
    }
    struct encounter *e = read_it(vault);
    cr_assert_eq(e->nnotes, WRITERS * NOTES);
    cr_assert_not(e->uncertain, "no hole");
    encounter_free(e);
}

Test(casefile, killed_at_any_moment_events_summary_and_trail_agree)
{
    for (useconds_t after = 1000; after < 60000; after += 4000) {
        pid_t child = fork();
        if (child == 0) {
            _exit(write_notes(1000));
        }
        usleep(after);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    struct err err = { "" };
    int64_t entries;
    uint8_t head[AUDIT_HASH];
    struct encounter *e = read_it(vault);
    cr_assert_not(e->uncertain);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"),
                 number(db, "SELECT count(*) FROM audit WHERE act = 'note'"));
    cr_assert_eq(number(db, "SELECT summary_rev FROM filing"), number(db, "SELECT count(*) + 1 FROM event"));
    cr_assert_eq(audit_verify(db, &entries, head, &err), 0, "%s", err.text);
    encounter_free(e);
}

Test(casefile, a_full_disk_while_signing_says_so_and_nothing_is_half_done)
{
    pid_t child = fork();
    if (child == 0) {
        struct err err = { "" };
        struct stat st;
        signal(SIGXFSZ, SIG_IGN);
        struct encounter *e = read_it(vault);
        /* Enough notes that the file must grow, and no room to grow. */
        char text[12000];
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        if (stat(path, &st) != 0 ||
            setrlimit(RLIMIT_FSIZE, &(struct rlimit){ (rlim_t)st.st_size, (rlim_t)st.st_size }) != 0) {
            _exit(2);
        }
        int added = 1;
        for (int i = 0; added == 1 && i < 20; i++) {
            added = add(vault, e, event_note(AT_S, text), &err);
        }
        _exit(added == -1 && err.text[0] != '\0' ? 0 : 3);
    }
    int status = -1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    struct encounter *e = read_it(vault);
    struct err err = { "" };
    cr_assert_not(e->uncertain);
    cr_assert_eq(add(vault, e, event_note(AT_S, "there is room again"), &err), 1, "%s", err.text);
    encounter_free(e);
}

Test(casefile, a_link_is_confirmed_and_undone_in_both_intakes_and_refused_in_both)
{
    struct err err = { "" };
    uint8_t other[FRAME_UID];
    struct encounter *e = read_it(vault), *back;
    memset(other, 8, sizeof other);
    cr_assert_eq(vault_link(vault, e, other, true, AT_S, &err), -1, "there is no such intake");
    cr_assert_not_null(strstr(err.text, "other intake"), "%s", err.text);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 0);
    cr_assert_eq(e->nlinks, 0, "and it is as it was");
    cr_assert_eq(put_frame(db, 8, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_link(vault, e, other, true, AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(e->nlinks, 1);
    cr_assert_eq(vault_encounter(vault, other, &back, &err), 1, "%s", err.text);
    cr_assert_eq(back->nlinks, 1);
    cr_assert_arr_eq(back->link[0].uid, uid, sizeof uid);
    json_t *undo = event_link(AT_S, uid, false); /* half of it, as an older version could leave it */
    cr_assert_eq(add(vault, back, undo, &err), 1, "%s", err.text);
    encounter_free(back);
    cr_assert_eq(vault_link(vault, e, other, false, AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(e->nlinks, 0);
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 4, "two each");
    encounter_free(e);
}

Test(casefile, a_refused_event_writes_nothing)
{
    struct err err = { "" };
    struct encounter *e = read_it(vault);
    cr_assert_eq(add(vault, e, event_overall(AT_S, DECISION_GO_AHEAD, (struct date){ 0 }, "Dr", ""), &err),
                 -1);
    cr_assert_neq(err.text[0], '\0');
    cr_assert_eq(number(db, "SELECT count(*) FROM event"), 0);
    encounter_free(e);
}

Test(casefile, events_that_were_moved_changed_or_taken_away_are_seen)
{
    static const char *const change[] = {
        "UPDATE event SET actor = 'eve' WHERE rev = 1",
        "UPDATE event SET kind = 'overall' WHERE rev = 1",
        "UPDATE event SET body = (SELECT body FROM event WHERE rev = 2) WHERE rev = 1",
        "UPDATE event SET rev = 9 WHERE rev = 1",
        "DELETE FROM event WHERE rev = 1",
        "UPDATE event SET body = x'00' WHERE rev = 2",
        "UPDATE casekey SET key = zeroblob(72)",
        "UPDATE event SET uid = x'08080808080808080808080808080808' WHERE rev = 1",
    };
    struct err err = { "" };
    struct encounter *e = read_it(vault);
    json_t *both[] = { event_note(AT_S, "one"), event_note(AT_S, "two") };
    cr_assert_eq(vault_add(vault, e, both, 2, AT_S, &err), 1, "%s", err.text);
    encounter_free(e);
    edit("CREATE TABLE keep AS SELECT * FROM event; CREATE TABLE keep_key AS SELECT * FROM casekey");
    for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
        edit(change[i]);
        e = read_it(vault);
        cr_assert(e->uncertain, "%s", change[i]);
        cr_assert_geq(e->nentries, 1, "what is there is shown: %s", change[i]);
        encounter_free(e);
        edit("DELETE FROM event; INSERT INTO event SELECT * FROM keep; DELETE FROM casekey; "
             "INSERT INTO casekey SELECT * FROM keep_key");
    }
    e = read_it(vault);
    cr_assert_not(e->uncertain);
    encounter_free(e);
}

Test(casefile, an_older_summary_put_back_does_not_open)
{
    struct err err = { "" };
    struct vault_row row;
    edit("CREATE TABLE old AS SELECT summary FROM filing");
    struct encounter *e = read_it(vault);
    cr_assert_eq(add(vault, e, event_note(AT_S, "one"), &err), 1, "%s", err.text);
    encounter_free(e);
    edit("UPDATE filing SET summary = (SELECT summary FROM old)");
    cr_assert_eq(vault_each(vault, keep, &row, &err), 0);
    cr_assert_eq(row.summary.status, SUMMARY_DAMAGED);
    summary_done(&row.summary);
}

Test(casefile, a_record_that_does_not_open_is_there_with_its_number_and_takes_notes)
{
    struct err err = { "" };
    struct vault_row row;
    edit("UPDATE deposit SET bodies = zeroblob(length(bodies))");
    struct encounter *e = read_it(vault);
    cr_assert(e->damaged);
    cr_assert_eq(memcmp(e->uid, uid, sizeof uid), 0);
    cr_assert_eq(add(vault, e, event_note(AT_S, "asked again on paper"), &err), 1, "%s", err.text);
    encounter_free(e);
    cr_assert_eq(vault_each(vault, keep, &row, &err), 0);
    cr_assert_eq(row.summary.status, SUMMARY_DAMAGED);
    cr_assert_eq(row.summary.wall_s, AT_S, "when it came in");
    summary_done(&row.summary);
}

Test(casefile, what_was_written_beside_a_draft_stays_when_its_final_comes)
{
    struct err err = { "" };
    memset(uid, 9, sizeof uid);
    cr_assert_eq(put_frame(db, 9, 1, FRAME_DRAFT), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1);
    struct encounter *e = read_it(vault);
    cr_assert(e->draft);
    cr_assert_eq(add(vault, e, event_owner(AT_S, true), &err), 1, "%s", err.text);
    cr_assert_eq(put_frame(db, 9, 2, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(add(vault, e, event_note(AT_S, "late"), &err), 0, "it is another record now");
    encounter_free(e);
    cr_assert_eq(vault_file(vault, &err), 1);
    e = read_it(vault);
    cr_assert_not(e->draft);
    cr_assert_str_eq(e->owner, "anna");
    encounter_free(e);
}

Test(casefile, a_record_of_a_newer_version_says_so_and_is_kept)
{
    struct err err = { "" };
    struct vault_row row;
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(0x21, 1, FRAME_FINAL);
    static const char body[] = "{\"v\":2,\"uid\":\"21212121212121212121212121212121\"}";
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, body, sizeof body - 1, &err), 0, "%s", err.text);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1, "%s", err.text);
    cr_assert_eq(vault_each(vault, keep_newest, &row, &err), 0);
    cr_assert_eq(row.summary.status, SUMMARY_NEWER);
    summary_done(&row.summary);
    memcpy(uid, header.uid, sizeof uid);
    struct encounter *e = read_it(vault);
    cr_assert_not_null(strstr(e->fault, "newer version"), "%s", e->fault);
    encounter_free(e);
    buf_done(&frame);
}

Test(casefile, once_this_version_can_read_it_a_record_is_marked_as_newer_no_more)
{
    struct err err = { "" };
    struct vault_row row;
    struct buf sealed = BUF_INIT;
    struct sql q;
    cr_assert_eq(vault_each(vault, keep, &row, &err), 0);
    cr_assert_neq(row.summary.status, SUMMARY_NEWER);
    struct summary as_filed = { .name = "",
                                .folded = "",
                                .phone = "",
                                .language = "",
                                .owner = "",
                                .form = "",
                                .flag_ids = "",
                                .status = SUMMARY_NEWER,
                                .wall_s = AT_S };
    filing_seal_summary(&sealed, vault, row.uid, row.rev, 1, &as_filed); /* by an older version */
    sql_prepare(&q, db, "UPDATE filing SET summary = ?2 WHERE uid = ?1 AND summary_rev = 1");
    sql_blob(&q, 1, row.uid, FRAME_UID);
    sql_blob(&q, 2, sealed.data, sealed.len);
    cr_assert_eq(sql_run(&q, &err), 0, "%s", err.text);
    char *name = strdup(row.summary.name);
    enum summary_status status = row.summary.status;
    summary_done(&row.summary);
    cr_assert_eq(vault_each(vault, keep, &row, &err), 0);
    cr_expect_eq(row.summary.status, status);
    cr_expect_str_eq(row.summary.name, name);
    summary_done(&row.summary);
    free(name);
    buf_done(&sealed);
}

struct changes {
    int n, gone;
    char owner[32];
};

static int count(void *arg, const struct vault_row *row)
{
    struct changes *changes = arg;
    changes->n++;
    changes->gone += row->gone;
    snprintf(changes->owner, sizeof changes->owner, "%s", row->summary.owner);
    return 0;
}

Test(casefile, only_what_changed_is_read_again)
{
    struct err err = { "" };
    struct changes changes = { 0 };
    int64_t change = vault_newest_change(vault, &err);
    cr_assert_eq(vault_changed(vault, &change, count, &changes, &err), 0);
    cr_assert_eq(changes.n, 0);
    cr_assert_eq(put_frame(db, 8, 1, FRAME_FINAL), FRAME_STORED);
    cr_assert_eq(vault_file(vault, &err), 1);
    struct encounter *e = read_it(vault);
    cr_assert_eq(add(vault, e, event_note(AT_S, "x"), &err), 1);
    cr_assert_eq(add(vault, e, event_owner(AT_S, true), &err), 1);
    encounter_free(e);
    cr_assert_eq(vault_changed(vault, &change, count, &changes, &err), 0);
    cr_assert_eq(changes.n, 2, "each once");
    cr_assert_str_eq(changes.owner, "anna", "as it is now");
    cr_assert_eq(vault_changed(vault, &change, count, &changes, &err), 0);
    cr_assert_eq(changes.n, 2);
}

Test(casefile, nothing_that_staff_wrote_lies_in_clear)
{
    struct err err = { "" };
    static const char secret[] = "the quick brown keloid";
    struct encounter *e = read_it(vault);
    cr_assert_eq(add(vault, e, event_note(AT_S, secret), &err), 1);
    encounter_free(e);
    FILE *file = fopen(path, "rb");
    static char bytes[4 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    cr_assert_null(memmem(bytes, n, secret, strlen(secret)));
    cr_assert_null(memmem(bytes, n, PATIENT, strlen(PATIENT)));
}

/* ---- calls
 * -------------------------------------------------------------------------------------------------- */

Test(casefile, a_call_that_was_acknowledged_answers_seen_to_the_kiosk_that_asks_again)
{
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    struct frame_header header = header_of(0x55, 1, FRAME_ALERT);
    struct deposit_call call;
    int64_t seq = 0;
    uint8_t of[FRAME_UID];
    memset(of, 0x55, sizeof of);
    seal(&frame, &header, "");
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_STORED);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_KNOWN);
    cr_assert_eq(deposit_calls(db, 0, 0, &call, 1, &seq, &err), 1);
    cr_assert_not(call.seen);
    cr_assert_eq(deposit_acknowledge(db, of, "anna", AT_S, &err), 1, "%s", err.text);
    cr_assert_eq(deposit_acknowledge(db, of, "berta", AT_S, &err), 0);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, AT_S, &err), FRAME_SEEN);
    seq = 0;
    cr_assert_eq(deposit_calls(db, 0, 0, &call, 1, &seq, &err), 1);
    cr_assert(call.seen);
    cr_assert_eq(number(db, "SELECT count(*) FROM audit WHERE act = 'seen'"), 1);
    of[0] = 1;
    cr_assert_eq(deposit_acknowledge(db, of, "anna", AT_S, &err), 0);
    buf_done(&frame);
}
