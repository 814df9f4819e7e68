/* What leaves the program by command: summary, handout, export, report. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "audit.h"
#include "command.h"
#include "deposit.h"
#include "document.h"
#include "file.h"
#include "founded.h"
#include "ran.h"

#define LONG (64 * 1024)

static char folder[FOUNDED_FOLDER], config[FOUNDED_PATH], database[FOUNDED_PATH], path[128];
static struct frame_keys keys;

static int64_t wall(void *arg)
{
    (void)arg;
    return NOW_S;
}

static int64_t mono(void *arg)
{
    (void)arg;
    return clock_mono_ms(clock_system());
}

static const struct clock afternoon = { wall, mono, NULL };

static void setup(void)
{
    founded_folder(folder, config, database);
    snprintf(path, sizeof path, "%s/out", folder);
    const char *text = "forms = [ \"microneedling\" ];\ntimezone = \"UTC\";\nprinter = [ \"/bin/false\" ];\n";
    cr_assert_eq(file_replace(config, text, strlen(text), 0644, NULL), 0);
    founded_vault(database, clock_system(), &keys, NULL);
}

static void teardown(void)
{
    founded_remove(folder);
}

TestSuite(leaving, .init = setup, .fini = teardown);

static struct ran foyer(const char *secret, const char *const *words)
{
    return ran_foyer(config, &afternoon, secret, words);
}
#define FOYER(...) foyer(PASSPHRASE "\n", (const char *const[]){ __VA_ARGS__, NULL })

static void expect_in(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "\"%s\" is not in:\n%.3000s", part, text);
}

static void post(uint8_t first, const char *name, const char *answer)
{
    struct frame_header header = {
        .epoch = keys.epoch, .rev = 1, .kind = FRAME_FINAL, .wall_s = NOW_S - 900
    };
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    char uid[DEPOSIT_LONG], desk[128];
    memset(header.uid, 7, sizeof header.uid);
    header.uid[0] = first;
    deposit_long(header.uid, uid);
    json_t *flag =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:[], s:[]}", "id", "WART", "title", "Warts", "outcome",
                  "REVIEW", "question", "wart", "answer", answer, "source_titles", "fields");
    json_t *body =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:{s:s}, s:s, s:s, s:{s:i, s:i}, s:{s:s, s:s, s:s}, s:[{s:s, "
                  "s:s, s:s, s:s, s:s, "
                  "s:s}], s:{s:s, s:s, s:i, s:[o], s:[]}}",
                  "v", 1, "part", "body", "kind", "final", "uid", uid, "language", "en", "form", "id",
                  "microneedling", "asked_on", "2026-11-21", "visit_on", "2026-11-21", "times", "started",
                  NOW_S - 1200, "signed", NOW_S - 900, "patient", "name", name, "phone", "+44 7700 900123",
                  "birth_date", "1990-05-15", "answers", "id", "wart", "code", "Q11", "state", "given",
                  "question", "Warts?", "answer", answer, "value", answer, "assessment", "class", "REVIEW",
                  "visit_on", "2026-11-21", "attention", 10, "flags", flag, "items");
    cr_assert_not_null(body);
    char *text = json_dumps(body, 0);
    snprintf(desk, sizeof desk, "{\"v\":1,\"part\":\"desk\",\"uid\":\"%s\"}", uid);
    cr_assert_eq(frame_seal(&frame, &header, &keys, desk, strlen(desk), text, strlen(text), &err), 0, "%s",
                 err.text);
    struct db *db = db_open(database, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, NOW_S - 900, &err), FRAME_STORED, "%s", err.text);
    db_close(db);
    free(text);
    json_decref(body);
    buf_done(&frame);
}

static int seen(void *arg, const struct audit_row *row)
{
    struct buf *out = arg;
    buf_addf(out, "%s %s\n", row->entry.act, row->entry.detail == NULL ? "" : row->entry.detail);
    return 0;
}

static void expect_audited(const char *line)
{
    struct buf out = BUF_INIT;
    struct db *db = db_open(database, clock_system(), NULL);
    cr_assert_eq(audit_each(db, 0, seen, &out, NULL), 0);
    db_close(db);
    expect_in(buf_str(&out), line);
    buf_done(&out);
}

static unsigned mode_of(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? st.st_mode & 07777 : 0;
}

static size_t files(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        n += entry->d_name[0] != '.';
    }
    closedir(dir);
    return n;
}

Test(leaving, an_export_needs_a_reason_and_the_reason_is_audited)
{
    post(1, "Zoë", "yes");
    struct ran ran = FOYER("export", "json");
    cr_expect_eq(ran.status, COMMAND_USAGE);
    expect_in(ran.err, "--reason");
    cr_expect_str_empty(ran.out);
    ran_done(&ran);
    ran = FOYER("export", "json", "--reason", "moving to another system");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    expect_in(ran.out, "\"name\":\"Zoë\"");
    expect_audited("exported json ..: moving to another system");
    ran_done(&ran);
}

Test(leaving, who_may_only_read_takes_nothing_out)
{
    struct err err = { "" };
    struct vault *vault;
    const struct slot_cost cost = { 1, 8192 };
    post(1, "Zoë", "yes");
    struct db *db = db_open(database, clock_system(), &err);
    cr_assert_eq(vault_unlock(db, "anna", PASSPHRASE, NOW_S, &vault, &err), 1);
    cr_assert_eq(account_propose(db, "bea", "viewer", "root", NOW_S, &err), 0, "%s", err.text);
    cr_assert_eq(account_complete(vault, "bea", PASSPHRASE, &cost, NOW_S, &err), 0, "%s", err.text);
    vault_lock(vault);
    db_close(db);
    static const char *const commands[][2] = { { "summary", "01" }, { "export", "json" } };
    for (size_t i = 0; i < 2; i++) {
        struct ran ran = FOYER(commands[i][0], commands[i][1], "--user", "bea",
                               i == 1 ? "--reason" : "--size", i == 1 ? "curious" : "A4");
        cr_expect_eq(ran.status, COMMAND_FAILED);
        cr_expect_str_empty(ran.out, "%s", ran.out);
        ran_done(&ran);
    }
}

Test(leaving, a_file_is_for_its_owner_alone_and_never_takes_anothers_place)
{
    post(1, "Zoë", "yes");
    struct ran ran = FOYER("export", "sqlite", "--reason", "x", "-o", path);
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(mode_of(path), 0600);
    ran_done(&ran);
    ran = FOYER("summary", "01", "-o", path);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    expect_in(ran.err, "is there already");
    ran_done(&ran);
    ran = FOYER("summary", "01", "-o", path, "--force");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(mode_of(path), 0600);
    struct buf text = BUF_INIT;
    cr_assert_eq(file_read(path, LONG, &text, NULL), 0);
    expect_in(buf_str(&text), "Patient: Zoë, born 1990-05-15 (36)");
    buf_done(&text);
    ran_done(&ran);
}

Test(leaving, nothing_is_left_of_an_export_that_fails)
{
    post(1, "Zoë", "yes");
    size_t before = files();
    struct ran ran = foyer("wrong passphrase here\n",
                           (const char *const[]){ "export", "csv", "--reason", "x", "-o", path, NULL });
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_eq(files(), before);
    ran_done(&ran);
    ran = FOYER("export", "csv", "--reason", "x", "-o", path);
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    cr_expect_eq(mode_of(path), 0700);
    ran_done(&ran);
    ran = FOYER("export", "csv", "--reason", "x", "-o", path);
    cr_expect_eq(ran.status, COMMAND_FAILED);
    cr_expect_eq(files(), before + 1);
    ran_done(&ran);
}

Test(leaving, a_patients_text_of_64_kb_with_escapes_and_formulas_comes_out_whole_and_harmless)
{
    char *answer = malloc(LONG + 1);
    memset(answer, 'x', LONG);
    answer[LONG] = '\0';
    memcpy(answer, "=1+1\x1b[2J", 8);
    post(1, "@SUM(A1)\x1b]0;x\x07", answer);
    static const char *const formats[] = { "json", "text" };
    for (size_t i = 0; i < 2; i++) {
        struct ran ran = FOYER("export", formats[i], "--reason", "x");
        cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
        cr_expect_null(strchr(ran.out, '\x1b'));
        cr_expect_gt(ran.out_len, LONG);
        ran_done(&ran);
    }
    struct ran ran = FOYER("export", "csv", "--table", "answer", "--reason", "x");
    expect_in(ran.out, "\"'=1+1");
    cr_expect_null(strchr(ran.out, '\x1b'));
    ran_done(&ran);
    ran = FOYER("export", "csv", "--table", "patient", "--reason", "x");
    expect_in(ran.out, "\"'@SUM(A1)");
    expect_in(ran.out, "\"'+44 7700 900123\"");
    ran_done(&ran);
    ran = FOYER("summary", "01");
    cr_expect_null(strchr(ran.out, '\x1b'));
    ran_done(&ran);
    free(answer);
}

Test(leaving, only_what_was_asked_for_is_taken_out)
{
    post(1, "Zoë", "yes");
    post(2, "Jürgen", "no");
    struct ran ran = FOYER("export", "csv", "--table", "patient", "--reason", "x", "--uid", "02");
    expect_in(ran.out, "Jürgen");
    cr_expect_null(strstr(ran.out, "Zoë"));
    ran_done(&ran);
    ran = FOYER("export", "csv", "--table", "patient", "--reason", "x", "--to", "2026-11-20");
    cr_expect_str_eq(ran.out, "patient,name,birth_date,phone\r\n");
    ran_done(&ran);
}

Test(leaving, a_summary_that_left_stands_in_the_record_and_in_the_audit_trail)
{
    post(1, "Zoë", "yes");
    struct ran ran = FOYER("summary", "01");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    expect_in(ran.out, "WART REVIEW NOT DECIDED");
    expect_audited("handout");
    ran_done(&ran);
    ran = FOYER("export", "csv", "--table", "event", "--reason", "x");
    expect_in(ran.out, ",handout,anna,");
    ran_done(&ran);
}

Test(leaving, before_a_decision_there_is_no_hand_out)
{
    post(1, "Zoë", "yes");
    struct ran ran = FOYER("handout", "01");
    cr_expect_eq(ran.status, COMMAND_FAILED);
    expect_in(ran.err, "first decide");
    cr_expect_str_empty(ran.out);
    ran_done(&ran);
}

Test(leaving, the_report_counts_without_a_passphrase_and_names_nobody)
{
    post(1, "Zoë", "yes");
    post(2, "Jürgen", "no");
    struct ran ran = foyer(NULL, (const char *const[]){ "report", NULL });
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    expect_in(ran.out, "Report for 2026-11-21");
    expect_in(ran.out, "Intakes signed                     2\n");
    expect_in(ran.out, "13:00     2\n");
    ran_done(&ran);
    ran = FOYER("report", "--month", "2026-11", "--full");
    cr_expect_eq(ran.status, COMMAND_OK, "%s", ran.err);
    expect_in(ran.out, "REVIEW         2 / 2\n");
    expect_in(ran.out, "Answering: half within 5 min 0 s");
    expect_in(ran.out, "WART     2\n");
    cr_expect_null(strstr(ran.out, "Zoë"));
    expect_audited("report");
    ran_done(&ran);
    ran = foyer(NULL, (const char *const[]){ "report", "--day", "2026-11-20", NULL });
    expect_in(ran.out, "Intakes signed                     0\n");
    ran_done(&ran);
    ran = foyer(NULL, (const char *const[]){ "report", "--month", "2026", NULL });
    cr_expect_eq(ran.status, COMMAND_USAGE);
    ran_done(&ran);
}
