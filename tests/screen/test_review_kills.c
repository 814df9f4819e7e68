/* `foyer review` killed in the middle of a decision, a note, a tick: before each of the system calls that
 * write something. Afterwards it stands whole, with its entry in the audit trail, or it does not; and what
 * was typed is never lost with it.
 *
 * Some calls, chosen anew each run, stand for all; FOYER_CUTS, with any number, tries every one.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../store/calls_kit.h"
#include "audit.h"
#include "intake.h"
#include "scratch.h"
#include "sql.h"
#include "staffer.h"
#include "vault.h"

enum { SAMPLE = 3 };
static const char anna[] = "anna's passphrase of some words", typed[] = "zanzibar half written";

static struct clinic_folder clinic;

/* What the one who answers for the calls and this test tell each other. */
static volatile struct watched {
    bool armed, reached;
    size_t calls, at;
} * watched;
static int channel[2];
static pid_t watcher;

static int sh(const char *fmt)
{
    char command[512];
    snprintf(command, sizeof command, fmt, clinic.path, clinic.path);
    return system(command);
}

/* One intake, and a passphrase that costs nothing to try. */
static void setup(void)
{
    char passphrase[96];
    staffer_open(&clinic, passphrase);
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    intake_account(clinic.path, passphrase, "anna", "clinician", anna);
    cr_assert_eq(sh("cd %s && mkdir as-it-was && cp -p foyer.db as-it-was"), 0);
    watched = mmap(NULL, sizeof *watched, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(watched != MAP_FAILED);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(kills, .init = setup, .fini = teardown, .timeout = 3600);

/* ---- at the screen ---- */

static void ask_before_writing(void)
{
    static const int calls[] = {
        SCMP_SYS(write),  SCMP_SYS(pwrite64),  SCMP_SYS(fsync),  SCMP_SYS(fdatasync), SCMP_SYS(ftruncate),
        SCMP_SYS(rename), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
    };
    /* It makes itself undumpable, and then the leak checker may not look. */
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    (void)calls_ask(channel[0], calls, sizeof calls / sizeof *calls);
}

static void watch(int notify, pid_t pid)
{
    struct seccomp_notif *call = NULL;
    struct seccomp_notif_resp *answer = NULL;
    struct pollfd wait = { .fd = notify, .events = POLLIN };
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (seccomp_notify_alloc(&call, &answer) != 0) {
        _exit(1);
    }
    while (poll(&wait, 1, -1) > 0 && (wait.revents & POLLIN) != 0) {
        memset(call, 0, sizeof *call);
        memset(answer, 0, sizeof *answer);
        if (seccomp_notify_receive(notify, call) != 0) {
            continue;
        }
        if (watched->armed && (pid_t)call->pid == pid && ++watched->calls == watched->at) {
            watched->reached = true;
            kill(pid, SIGKILL);
            continue;
        }
        answer->id = call->id;
        answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        (void)seccomp_notify_respond(notify, answer);
    }
    _exit(0);
}

static void unlock(struct term *t)
{
    term_expect(t, "Passphrase");
    term_send(t, "anna\t"); /* two clinicians: nobody is proposed */
    term_send(t, anna);
    term_send(t, "\r");
    term_expect(t, "Worst first");
}

/* At the open intake. NULL: there is no such filter here. */
static struct term *begin(void)
{
    *watched = (struct watched){ .at = watched->at };
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel), 0);
    term_before(ask_before_writing);
    struct term *t = staffer_review(&clinic, 24, 80);
    term_before(NULL);
    close(channel[0]);
    int notify = calls_receive(channel[1]);
    close(channel[1]);
    if (notify < 0) {
        term_close(t);
        return NULL;
    }
    watcher = fork();
    cr_assert_geq(watcher, 0);
    if (watcher == 0) {
        watch(notify, term_pid(t));
    }
    close(notify);
    unlock(t);
    press(t, "\r", "3.6 INR");
    return t;
}

static size_t typed_files(void)
{
    size_t n = 0;
    DIR *dir = opendir(clinic.path);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        /* Its name ends with a hash where it is whole. */
        n += strstr(entry->d_name, ".typed-") != NULL && strlen(strrchr(entry->d_name, '-')) == 33;
    }
    closedir(dir);
    return n;
}

static bool wait_for_typed(void)
{
    for (int i = 0; i < 1000 && typed_files() == 0; i++) {
        poll(NULL, 0, 10);
    }
    return typed_files() == 1;
}

/* ---- what is done ---- */

static void to_decision(struct term *t)
{
    press(t, "d", "Your decision");
    press(t, "4", "Signed by");
}

static void to_note(struct term *t)
{
    press(t, "n", "A note");
    press(t, typed, typed);
}

static void to_kept_note(struct term *t)
{
    to_note(t);
    cr_assert(wait_for_typed());
}

static void to_tick(struct term *t)
{
    press(t, "3", "[ ]");
}

static bool is_decided(const struct encounter *e)
{
    return e->decision == DECISION_DO_NOT_TREAT;
}

static bool has_note(const struct encounter *e)
{
    return e->nnotes == 1;
}

static bool is_ticked(const struct encounter *e)
{
    size_t n = 0;
    for (size_t i = 0; i < e->nitems; i++) {
        n += e->item[i].done;
    }
    return n == 1;
}

static const struct act {
    const char *kind; /* as the audit trail calls it */
    void (*go)(struct term *t);
    const char *key, *then;
    bool (*whole)(const struct encounter *e);
    const char *tab, *seen; /* where it is seen, again */
} decision = { "overall", to_decision, "\r", "DECIDED: Do not treat", is_decided, "1", "DECIDED: Do not treat" },
  note = { "note", to_note, "\r", "Written.", has_note, "5", typed },
  kept_note = { "note", to_kept_note, "\r", "Written.", has_note, "5", typed },
  tick = { "item", to_tick, "t", "Written.", is_ticked, "3", "[x]" };

/* ---- what stands afterwards ---- */

static int64_t count(struct db *db, const char *query, const char *value)
{
    struct sql q;
    int64_t n = -1;
    sql_prepare(&q, db, query);
    sql_text(&q, 1, value);
    if (sql_row(&q)) {
        n = sql_get_int(&q, 0);
    }
    cr_assert_eq(sql_end(&q, NULL), 0, "%s", query);
    return n;
}

static int is_in_queue(void *arg, const struct vault_row *row)
{
    *(bool *)arg = row->summary.status == SUMMARY_DECIDED;
    return 0;
}

static bool is_kept(const struct vault *vault)
{
    struct scratch scratch;
    struct buf text = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(scratch_open(&scratch, vault, &err), 0, "%s", err.text);
    int left = scratch_left(&scratch, vault, &text, &err);
    cr_expect_geq(left, 0, "%s", err.text);
    bool is = left == 1 && strstr(buf_str(&text), typed) != NULL;
    buf_wipe(&text);
    scratch_close(&scratch);
    return is;
}

/* All of it or nothing of it: event, audit entry, summary. */
static bool stands(const struct act *act, bool *kept, const char *where)
{
    char path[128];
    uint8_t uid[FRAME_UID], head[AUDIT_HASH];
    int64_t entries;
    struct err err = { "" };
    struct vault *vault = NULL;
    struct encounter *e = NULL;
    bool in_queue = false;
    struct stat gate = { 0 };
    memset(uid, 7, sizeof uid);
    uid[0] = 0x11;
    snprintf(path, sizeof path, "%s/foyer.db.gate", clinic.path);
    (void)stat(path, &gate);
    snprintf(path, sizeof path, "%s/foyer.db", clinic.path);
    struct db *db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s: %s", where, err.text);
    cr_assert_eq(count(db, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> ?1", "ok"), 0, "%s",
                 where);
    cr_assert_eq(audit_verify(db, &entries, head, &err), 0, "%s: %s", where, err.text);
    cr_assert_eq(vault_unlock(db, "anna", anna, clock_wall_s(clock_system()), &vault, &err), 1, "%s: %s",
                 where, err.text);
    cr_assert_eq(vault_encounter(vault, uid, &e, &err), 1, "%s: %s", where, err.text);
    bool whole = act->whole(e);
    cr_expect_eq(count(db, "SELECT count(*) FROM event WHERE kind = ?1", act->kind), whole, "%s", where);
    cr_expect_eq(count(db, "SELECT count(*) FROM audit WHERE act = ?1", act->kind), whole, "%s", where);
    cr_assert_eq(vault_each(vault, is_in_queue, &in_queue, &err), 0);
    cr_expect_eq(in_queue, whole && act == &decision, "%s: the queue says something else", where);
    *kept = is_kept(vault);
    cr_expect(whole || *kept || (act != &note && act != &kept_note) || (act == &note && gate.st_size == 0),
              "%s: what was typed is lost", where);
    encounter_free(e);
    vault_lock(vault);
    db_close(db);
    return whole;
}

/* The screen, and the program that goes through the trail, see the same. */
static void look_again(const struct act *act, bool whole, bool kept, const char *where)
{
    struct buf out = BUF_INIT;
    const char *const verify[] = { "audit", "verify", NULL };
    cr_expect_eq(clinic_foyer(&clinic, &out, verify), 0, "%s: %s", where, buf_str(&out));
    buf_done(&out);
    struct term *t = staffer_review(&clinic, 24, 80);
    unlock(t);
    if (kept) {
        term_expect(t, "1 unfinished text of yours is kept");
    }
    press(t, "\r", "3.6 INR");
    if (whole) {
        press(t, act->tab, act->seen);
    } else if (kept) {
        press(t, "n", typed);
    } else {
        press(t, act->tab, NULL);
        term_settle(t, 200);
        cr_expect_not(term_shows(t, act->seen), "%s:\n%s", where, term_text(t));
    }
    term_close(t);
}

/* Killed before the n-th call after the last key; 0: after it is through. Returns how many there were. */
static size_t kill_at(const struct act *act, size_t n)
{
    char where[96];
    bool kept = false;
    int status;
    cr_assert_eq(sh("cd %s && rm -f foyer.db* && cp -p as-it-was/foyer.db ."), 0);
    watched->at = n;
    struct term *t = begin();
    if (t == NULL) {
        cr_skip_test("no filter that tells of calls: an older kernel, or a container that forbids it");
    }
    act->go(t);
    watched->armed = true;
    press(t, act->key, NULL);
    for (int i = 0; i < 2000 && !watched->reached && !term_shows(t, act->then); i++) {
        term_settle(t, 5);
    }
    bool said = term_shows(t, act->then);
    size_t calls = watched->calls;
    kill(term_pid(t), SIGKILL);
    cr_assert(term_ended(t, 10000, &status));
    term_close(t);
    waitpid(watcher, NULL, 0);
    snprintf(where, sizeof where, "%s, call %zu of %zu%s", act->kind, n, calls,
             said ? ", said to be done" : "");
    bool whole = stands(act, &kept, where);
    cr_expect(whole || !said, "%s: lost", where);
    cr_expect(n > 0 || whole, "%s: not done at all", where);
    look_again(act, whole, kept, where);
    return calls;
}

static void sweep(const struct act *act)
{
    size_t calls = kill_at(act, 0);
    cr_assert_gt(calls, 15);
    bool all = getenv("FOYER_CUTS") != NULL;
    for (size_t i = 1; i <= (all ? calls : SAMPLE); i++) {
        (void)kill_at(act, all ? i : 1 + randombytes_uniform((uint32_t)calls));
    }
}

Test(kills, a_decision_is_signed_or_not_and_never_half)
{
    sweep(&decision);
}

Test(kills, a_note_is_written_or_still_kept_sealed)
{
    sweep(&kept_note);
}

Test(kills, a_note_just_typed_is_sealed_before_it_is_written)
{
    sweep(&note);
}

Test(kills, a_tick_is_set_or_not_and_never_half)
{
    sweep(&tick);
}
