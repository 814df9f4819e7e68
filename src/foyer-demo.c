/* foyer-demo.c: fills a demo clinic: `make demo`. Made-up patients answer the clinic's form; the engine
 * judges it, the record is sealed with the clinic's public keys and posted through a socket to foyer-deposit,
 * which is told what time it was (only FLAVOUR=demo can be told); then the vault is opened with the demo's
 * passphrase and a practitioner decides. Never installed. The same seed gives the same people and answers;
 * keys and dates are the day's.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "deposit.h"
#include "file.h"
#include "form_load.h"
#include "letter.h"
#include "mem.h"
#include "patient.h"
#include "staff.h"

enum {
    INTAKES = 200,
    DAYS = 60,
    TODAY = 14, /* of them today's */
    OPENS = 9,  /* o'clock */
    SHUTS = 17,
    DAY_S = 86400,
    NEXT_APART_S = 9 * 60, /* today's, one after the other, up to now */
};

enum fate { DECIDED, BEGUN, WAITING, INTERRUPTED };

struct visit {
    int64_t at_s; /* signed, or the last page of an interrupted one */
    uint8_t uid[FRAME_UID];
    struct person person;
    int odd;
    enum fate fate;
    int prescreen_days; /* 0: the visit is the same day */
    long before;        /* an earlier visit of the same person, or -1 */
    bool calls;         /* for help, on the way */
    bool seen;          /* and somebody came */
};

struct act {
    int64_t at_s;
    size_t visit;
    enum { POST, STAFF, SET_VISIT } what;
};

struct demo {
    const char *programs;
    struct config *config;
    struct form *form;
    struct policies *policies;
    struct patients *patients;
    struct frame_keys keys;
    struct letter letter;
    struct db *db;
    struct staff staff;
    struct dice dice;
    int64_t now_s;
    struct visit visit[INTAKES];
    struct act act[3 * INTAKES];
    size_t nacts;
};

/* ---- the plan
 * --------------------------------------------------------------------------------------------- */

static bool is_sunday(int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm tm;
    localtime_r(&at, &tm);
    return tm.tm_wday == 0;
}

static int64_t earlier(struct demo *demo, size_t i)
{
    int64_t days = DAYS - 1 - (int64_t)i * (DAYS - 1) / (INTAKES - TODAY);
    int64_t day = clock_local_midnight(demo->now_s - days * DAY_S - 3600);
    day = is_sunday(day + DAY_S / 2) ? clock_local_midnight(day - DAY_S / 2) : day;
    return day + (int64_t)OPENS * 3600 + dice_of(&demo->dice, (int64_t)(SHUTS - OPENS) * 60) * 60;
}

/* All of them since midnight, whatever the hour is. */
static int64_t todays(const struct demo *demo, size_t i)
{
    int64_t apart = (demo->now_s - clock_local_midnight(demo->now_s)) / (TODAY + 2);
    return demo->now_s - (apart < NEXT_APART_S ? apart : NEXT_APART_S) * (int64_t)(TODAY - i) + 60;
}

static enum fate fate_of(struct demo *demo, size_t i)
{
    if (i >= INTAKES - TODAY) {
        size_t nth = i - (INTAKES - TODAY);
        return nth < 4 ? DECIDED : nth == 5 ? BEGUN : nth == 7 || nth == 13 ? INTERRUPTED : WAITING;
    }
    if (i >= INTAKES - TODAY - 8 && dice_percent(&demo->dice, 35)) {
        return dice_percent(&demo->dice, 50) ? WAITING : INTERRUPTED;
    }
    return dice_percent(&demo->dice, 2) ? WAITING : DECIDED;
}

static void plan_visit(struct demo *demo, size_t i)
{
    struct visit *v = &demo->visit[i];
    *v = (struct visit){ .before = -1 };
    v->at_s = i < INTAKES - TODAY ? earlier(demo, i) : todays(demo, i - (INTAKES - TODAY));
    for (size_t b = 0; b < FRAME_UID; b++) {
        v->uid[b] = (uint8_t)dice_of(&demo->dice, 256);
    }
    if (i > 80 && dice_percent(&demo->dice, 18)) {
        v->before = (long)dice_of(&demo->dice, (int64_t)i - 70);
        v->person = demo->visit[v->before].person;
    } else {
        person_make(&v->person, &demo->dice, clock_local_date(v->at_s));
    }
    v->odd = dice_percent(&demo->dice, 30)   ? 0
             : dice_percent(&demo->dice, 20) ? (int)dice_from(&demo->dice, 4, 7)
                                             : (int)dice_from(&demo->dice, 1, 3);
    v->fate = fate_of(demo, i);
    v->prescreen_days =
        v->fate != INTERRUPTED && dice_percent(&demo->dice, 10) ? (int)dice_from(&demo->dice, 1, 12) : 0;
    v->calls = i == INTAKES - 1 || dice_percent(&demo->dice, 10);
    v->seen = i + 4 < INTAKES;
}

static void plan_act(struct demo *demo, int64_t at_s, size_t visit, int what)
{
    demo->act[demo->nacts++] = (struct act){ at_s, visit, what };
}

static int in_time(const void *left, const void *right)
{
    const struct act *a = left, *b = right;
    return a->at_s < b->at_s ? -1 : a->at_s > b->at_s ? 1 : (int)a->what - (int)b->what;
}

static void plan(struct demo *demo)
{
    for (size_t i = 0; i < INTAKES; i++) {
        plan_visit(demo, i);
        const struct visit *v = &demo->visit[i];
        plan_act(demo, v->at_s, i, POST);
        int64_t at_s = v->at_s + dice_from(&demo->dice, 4, 45) * 60;
        at_s = at_s < demo->now_s ? at_s : demo->now_s;
        if (v->prescreen_days > 0) {
            plan_act(demo, at_s, i, SET_VISIT);
            at_s += (int64_t)v->prescreen_days * DAY_S;
        }
        if ((v->fate == DECIDED || v->fate == BEGUN) && at_s <= demo->now_s) {
            plan_act(demo, at_s, i, STAFF);
        }
    }
    qsort(demo->act, demo->nacts, sizeof *demo->act, in_time);
}

/* ---- the patient's side
 * ----------------------------------------------------------------------------------- */

static int post(struct demo *demo, const struct visit *v, struct frame_header *header, struct buf *desk,
                struct buf *body, struct err *err)
{
    struct buf frame = BUF_INIT;
    header->clock = CLOCK_SYNCED;
    memcpy(header->form_hash, demo->form->hash, sizeof header->form_hash);
    memset(header->boot_id, 0xD0, sizeof header->boot_id);
    memcpy(header->delete_key, v->uid, FRAME_UID); /* nobody holds its secret half */
    int rc = frame_seal(&frame, header, &demo->keys, buf_str(desk), desk->len, buf_str(body), body->len, err);
    rc = rc == 0 ? letter_post(&demo->letter, &frame, header->wall_s, err) : rc;
    buf_done(&frame);
    buf_wipe(desk);
    buf_wipe(body);
    return rc;
}

static int post_call(struct demo *demo, const struct visit *v, enum frame_kind kind, int64_t at_s,
                     struct err *err)
{
    struct frame_header header = {
        .rev = 1, .kind = (uint8_t)kind, .wall_s = at_s, .urgent = kind == FRAME_ALERT
    };
    struct buf desk = BUF_INIT, body = BUF_INIT;
    for (size_t b = 0; b < FRAME_UID; b++) {
        header.uid[b] = (uint8_t)dice_of(&demo->dice, 256);
    }
    memcpy(header.about, v->uid, FRAME_UID);
    int rc = post(demo, v, &header, &desk, &body, err);
    if (rc == 0 && v->seen) {
        rc =
            deposit_acknowledge(demo->db, header.uid, "desk", at_s + dice_from(&demo->dice, 15, 120), err) < 0
                ? -1
                : 0;
    }
    return rc;
}

static int post_record(struct demo *demo, const struct visit *v, const struct document_facts *facts,
                       uint32_t rev, int64_t at_s, struct err *err)
{
    bool final = facts->signed_s != 0;
    struct frame_header header = { .rev = rev, .kind = final ? FRAME_FINAL : FRAME_DRAFT, .wall_s = at_s };
    struct buf desk = BUF_INIT, body = BUF_INIT;
    size_t rule[8];
    memcpy(header.uid, v->uid, FRAME_UID);
    header.urgent = assess_alerts(facts->answers, demo->policies, facts->visit_on, rule, 8) > 0;
    document_desk(&desk, facts);
    document_body(&body, facts);
    return post(demo, v, &header, &desk, &body, err);
}

static int send_visit(struct demo *demo, const struct visit *v, struct document_facts *facts, struct err *err)
{
    struct assessment *assessment = assessment_new();
    size_t rule[8], n = demo->form->nquestions;
    bool alert = assess_alerts(facts->answers, demo->policies, facts->visit_on, rule, 8) > 0;
    int64_t half_s = facts->started_s + (v->at_s - facts->started_s) / 2;
    facts->kind = "draft";
    facts->reached = n / 4 + (size_t)dice_of(&demo->dice, (int64_t)(n / 2));
    int rc = post_record(demo, v, facts, 1, v->fate == INTERRUPTED ? v->at_s : half_s, err);
    if (rc == 0 && v->calls) {
        rc = post_call(demo, v, FRAME_HELP, half_s, err);
    }
    if (rc == 0 && alert) {
        rc = post_call(demo, v, FRAME_ALERT, half_s, err);
    }
    if (rc == 0 && v->fate != INTERRUPTED) {
        assess(assessment, facts->answers, demo->policies, facts->asked_on, facts->visit_on);
        facts->assessment = assessment;
        facts->kind = "final";
        facts->reached = n;
        facts->signed_s = v->at_s;
        rc = post_record(demo, v, facts, 2, v->at_s, err);
    }
    assessment_free(assessment);
    return rc;
}

/* Where an interrupted patient got to: nothing after it is answered. */
static void forget_from(struct answers *answers, size_t from, size_t n)
{
    for (size_t q = from; q < n; q++) {
        answers_clear(answers, q);
    }
}

static int answer_and_send(struct demo *demo, const struct visit *v, struct err *err)
{
    struct answers *answers = answers_new(demo->form);
    size_t n = demo->form->nquestions;
    struct document_answer *how = mem_alloc((n + 1) * sizeof *how);
    int64_t took_s = 0;
    struct date today = clock_local_date(v->at_s);
    answers_set_context(answers, today, demo->policies->value);
    patient_answer(demo->patients, &v->person, v->odd, today, answers, how, &demo->dice);
    for (size_t q = 0; q < n; q++) {
        took_s += answers_shown(answers, q) ? how[q].ms / 1000 : 0;
    }
    if (v->fate == INTERRUPTED) {
        forget_from(answers, n / 5 + (size_t)dice_of(&demo->dice, (int64_t)(n / 2)), n);
    }
    const char *fact[PLACEHOLDERS];
    config_facts(demo->config, fact);
    struct document_facts facts = {
        .uid = v->uid,
        .form = demo->form,
        .answers = answers,
        .answer = how,
        .policies = demo->policies,
        .birth_date = v->person.birth_date,
        .asked_on = today,
        .visit_on = today,
        .name = v->person.name,
        .phone = v->person.phone,
        .helper_name = v->person.helper,
        .helper_relation = v->person.relation,
        .fact = fact,
        .timezone = demo->config->timezone,
        .started_s = v->at_s - took_s - 45,
        .consented_s = v->at_s - took_s - 20,
        .signature = v->person.name,
        .signed_by_helper = v->person.helper[0] != '\0',
    };
    int rc = send_visit(demo, v, &facts, err);
    free(how);
    answers_free(answers);
    return rc;
}

/* ---- the staff's side
 * ------------------------------------------------------------------------------------- */

static int unlock(struct demo *demo, const char *passphrase_file, int64_t at_s, struct err *err)
{
    struct buf text = BUF_INIT;
    char *user = vault_only_user(demo->db, err), *passphrase = NULL;
    int opened = -1;
    if (user != NULL && file_read(passphrase_file, 4096, &text, err) == 0) {
        buf_cut(&text, strcspn(buf_str(&text), "\n"));
        passphrase = vault_passphrase(buf_str(&text), false, err);
    }
    if (passphrase != NULL) {
        opened = vault_unlock(demo->db, user, passphrase, at_s, &demo->staff.vault, err);
    }
    free(user);
    free(passphrase);
    buf_done(&text);
    return opened == 1 ? 0 : -1;
}

static int staff_turn(struct demo *demo, const struct visit *v, const struct act *act, struct err *err)
{
    if (vault_file(demo->staff.vault, err) < 0) {
        return -1;
    }
    if (act->what == SET_VISIT) {
        struct date to = date_add_days(clock_local_date(v->at_s), v->prescreen_days);
        return staff_set_visit(&demo->staff, v->uid, to, act->at_s, err);
    }
    if (v->before >= 0 && demo->visit[v->before].fate == DECIDED && dice_percent(&demo->dice, 75)) {
        const uint8_t *other = demo->visit[v->before].uid;
        if (staff_link(&demo->staff, v->uid, other, act->at_s, err) != 0 ||
            staff_link(&demo->staff, other, v->uid, act->at_s, err) != 0) {
            return -1;
        }
    }
    return staff_decide(&demo->staff, v->uid, act->at_s, v->fate == DECIDED, err);
}

/* ---- all of it
 * -------------------------------------------------------------------------------------------- */

static int open_clinic(struct demo *demo, const char *conf, const char *passphrase, struct err *err)
{
    struct problems problems = PROBLEMS_INIT;
    demo->config = config_load(conf, &problems);
    if (demo->config == NULL) {
        problems_err(&problems, err);
        problems_done(&problems);
        return -1;
    }
    setenv("TZ", demo->config->timezone, 1);
    tzset();
    demo->form = form_load(demo->config->form[0].folder, &problems);
    if (demo->form != NULL) {
        demo->policies = config_policies(demo->config, demo->form, &problems);
    }
    if (demo->policies == NULL) {
        problems_err(&problems, err);
    }
    problems_done(&problems);
    if (demo->policies == NULL || frame_keys_read(demo->config->public_keys, &demo->keys, err) != 0) {
        return -1;
    }
    demo->db = db_open(demo->config->database, clock_system(), err);
    if (demo->db == NULL) {
        return -1;
    }
    if (deposit_newest(demo->db, err) != 0) {
        return err_set(err, "%s holds intakes already. To begin again, remove the demo's folder",
                       demo->config->database);
    }
    plan(demo);
    return unlock(demo, passphrase, demo->act[0].at_s, err);
}

static int fill(struct demo *demo, struct err *err)
{
    char *program = mem_alloc(strlen(demo->programs) + sizeof "/foyer-deposit");
    sprintf(program, "%s/foyer-deposit", demo->programs);
    demo->patients = patients_new(demo->form, demo->policies, clock_local_date(demo->now_s), &demo->dice);
    demo->staff.config = demo->config;
    demo->staff.form = demo->form;
    demo->staff.dice = &demo->dice;
    int rc = letter_start(&demo->letter, demo->config->socket, program, demo->config->database, err);
    for (size_t i = 0; rc == 0 && i < demo->nacts; i++) {
        const struct visit *v = &demo->visit[demo->act[i].visit];
        rc = demo->act[i].what == POST ? answer_and_send(demo, v, err)
                                       : staff_turn(demo, v, &demo->act[i], err);
    }
    letter_stop(&demo->letter);
    patients_free(demo->patients);
    free(program);
    return rc;
}

int main(int argc, char **argv)
{
    struct demo *demo = mem_alloc(sizeof *demo);
    struct err err = { "" };
    if (argc < 4 || argc > 5) {
        fputs("Usage: foyer-demo PROGRAMS KIOSK.CONF PASSPHRASE-FILE [SEED]\n"
              "Fills an empty demo clinic with made-up intakes. See `make demo`.\n",
              stderr);
        return 2;
    }
    demo->programs = argv[1];
    demo->dice.state = argc == 5 ? strtoull(argv[4], NULL, 10) : 1;
    demo->now_s = clock_wall_s(clock_system());
    demo->letter.listening = -1;
    int rc = sodium_init() < 0 ? err_set(&err, "no random numbers to be had")
                               : open_clinic(demo, argv[2], argv[3], &err);
    rc = rc == 0 ? fill(demo, &err) : rc;
    if (rc == 0) {
        printf("%d intakes over %d days, the last of them today.\n", INTAKES, DAYS);
    } else {
        fprintf(stderr, "foyer-demo: %s\n", err.text);
    }
    vault_lock(demo->staff.vault);
    db_close(demo->db);
    policies_free(demo->policies);
    form_free(demo->form);
    config_free(demo->config);
    free(demo);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
