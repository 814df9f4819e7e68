#include "intake.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "assess.h"
#include "config.h"
#include "deposit.h"
#include "document.h"
#include "form_load.h"
#include "frame.h"
#include "mem.h"

static void seal(struct buf *frame, const struct intake *in, const struct document_facts *facts)
{
    struct frame_keys keys;
    struct err err = { "" };
    char path[256];
    struct buf desk = BUF_INIT, body = BUF_INIT;
    struct frame_header header = { .rev = in->draft ? 1 : 2,
                                   .kind = in->draft ? FRAME_DRAFT : FRAME_FINAL,
                                   .clock = CLOCK_SYNCED,
                                   .wall_s = in->wall_s };
    snprintf(path, sizeof path, "%s/foyer.keys", in->folder);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    memcpy(header.uid, facts->uid, sizeof header.uid);
    memcpy(header.form_hash, facts->form->hash, sizeof header.form_hash);
    header.delete_key[0] = 1;
    document_desk(&desk, facts);
    document_body(&body, facts);
    cr_assert_eq(frame_seal(frame, &header, &keys, desk.data, desk.len, body.data, body.len, &err), 0, "%s",
                 err.text);
    buf_done(&desk);
    buf_done(&body);
}

static void post(const char *folder, int64_t wall_s, const struct buf *frame)
{
    struct err err = { "" };
    char path[256];
    snprintf(path, sizeof path, "%s/foyer.db", folder);
    struct db *db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(deposit_frame(db, frame->data, frame->len, wall_s, &err), FRAME_STORED, "%s", err.text);
    db_close(db);
}

void intake_post(const struct intake *in)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    struct buf frame = BUF_INIT;
    uint8_t uid[FRAME_UID];
    struct form *form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
    memset(uid, 7, sizeof uid);
    uid[0] = in->uid;
    json_t *given = json_loads(in->answers, 0, NULL);
    struct policies *policies = policies_new(form);
    struct answers *answers = answers_new(form);
    struct assessment *assessment = assessment_new();
    struct document_answer *how = mem_alloc(form->nquestions * sizeof *how);
    const char *fact[PLACEHOLDERS];
    config_facts(NULL, fact);
    fact[PLACEHOLDER_CLINIC] = "Test clinic";
    static const char *const no[] = {
        "no", "no", "no", "no", "no", "no", "no", "no", "no", "no", "no", "no"
    };
    for (size_t i = 0; in->slip != NULL && i < form->nsince; i++) {
        for (size_t q = 0; q < form->since[i].nquestions; q++) {
            how[form->since[i].question[q]].left = true;
        }
    }
    for (size_t i = 0; in->helper != NULL && i < form->nquestions; i++) {
        how[i].given_by = "helper";
    }
    struct document_facts facts = {
        .kind = in->draft ? "draft" : "final",
        .uid = uid,
        .form = form,
        .answers = answers,
        .answer = how,
        .reached = form->nquestions,
        .policies = policies,
        .asked_on = clock_local_date(in->wall_s),
        .name = in->name,
        .phone = "07700 900123",
        .helper_name = in->helper != NULL ? in->helper : "",
        .helper_relation = "",
        .fact = fact,
        .timezone = "UTC",
        .started_s = in->wall_s - 300,
        .consented_s = in->wall_s - 280,
        .signed_s = in->draft ? 0 : in->wall_s,
        .signature = in->name,
        .slip = in->slip,
        .since = no,
    };
    facts.visit_on = facts.asked_on;
    cr_assert(in->visit == NULL || date_parse_iso(in->visit, &facts.visit_on));
    cr_assert_not_null(given);
    answers_set_context(answers, facts.visit_on, policies->value);
    cr_assert_eq(document_read_answers(given, answers, &err), 0, "%s", err.text);
    (void)date_parse_iso(json_string_value(json_object_get(given, "birth_date")), &facts.birth_date);
    if (!in->draft) {
        assess(assessment, answers, policies, facts.asked_on, facts.visit_on);
        facts.assessment = assessment;
    }
    seal(&frame, in, &facts);
    post(in->folder, in->wall_s, &frame);
    buf_done(&frame);
    free(how);
    assessment_free(assessment);
    answers_free(answers);
    policies_free(policies);
    json_decref(given);
    form_free(form);
    problems_done(&problems);
}

void intake_account(const char *folder, const char *passphrase, const char *user, const char *role,
                    const char *new_passphrase)
{
    struct err err = { "" };
    char path[256];
    struct vault *vault = NULL;
    struct slot_cost cheap = { 1, 8192 };
    int64_t now_s = clock_wall_s(clock_system());
    cr_assert_geq(sodium_init(), 0);
    snprintf(path, sizeof path, "%s/foyer.db", folder);
    struct db *db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(vault_unlock(db, "demo", passphrase, now_s, &vault, &err), 1, "%s", err.text);
    cr_assert_eq(account_propose(db, user, role, "root", now_s, &err), 0, "%s", err.text);
    cr_assert_eq(account_complete(vault, user, new_passphrase, &cheap, now_s, &err), 0, "%s", err.text);
    vault_lock(vault);
    db_close(db);
}

void intake_call(const char *folder, uint8_t uid, uint8_t about)
{
    struct frame_keys keys;
    struct err err = { "" };
    char path[256];
    struct buf frame = BUF_INIT;
    struct frame_header header = { .rev = 1,
                                   .kind = FRAME_ALERT,
                                   .urgent = true,
                                   .clock = CLOCK_SYNCED,
                                   .wall_s = clock_wall_s(clock_system()) };
    memset(header.uid, 7, sizeof header.uid);
    memset(header.about, 7, sizeof header.about);
    header.uid[0] = uid;
    header.about[0] = about;
    snprintf(path, sizeof path, "%s/foyer.keys", folder);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    cr_assert_eq(frame_seal(&frame, &header, &keys, "", 0, "", 0, &err), 0, "%s", err.text);
    post(folder, header.wall_s, &frame);
    buf_done(&frame);
}

void intake_damage(const char *folder, uint8_t uid)
{
    sqlite3 *db = NULL;
    char path[256], sql[512];
    snprintf(path, sizeof path, "%s/foyer.db", folder);
    snprintf(sql, sizeof sql,
             "UPDATE deposit SET bodies = zeroblob(length(bodies)) WHERE hex(uid) LIKE '%02X%%'", uid);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_changes(db), 1);
    sqlite3_close(db);
}
