/* A patient who comes back: slip, kiosk, what staff's program carries over, and the tick without which there
 * is no "go ahead". And `foyer ask`, at the real terminal. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clinic.h"
#include "deposit.h"
#include "encounter.h"
#include "file.h"
#include "form_load.h"
#include "intake.h"
#include "slip.h"
#include "staffer.h"

enum { NOW_S = 1795255200, DAY_S = 86400, MONTHS = 12 };
static const struct date today = { 2026, 11, 21 };

static struct clinic_folder clinic;
static char passphrase[96];
static struct db *db;
static struct vault *vault;

static void setup(void)
{
    char path[128];
    struct buf text = BUF_INIT;
    struct err err = { "" };
    clinic_open(&clinic);
    cr_assert_geq(sodium_init(), 0);
    snprintf(path, sizeof path, "%s/passphrase", clinic.path);
    cr_assert_eq(file_read(path, 90, &text, NULL), 0);
    snprintf(passphrase, sizeof passphrase, "%s", buf_str(&text));
    passphrase[strcspn(passphrase, "\n")] = '\0';
    buf_done(&text);
    snprintf(path, sizeof path, "%s/foyer.db", clinic.path);
    db = db_open(path, clock_system(), &err);
    cr_assert_not_null(db, "%s", err.text);
    cr_assert_eq(vault_unlock(db, "demo", passphrase, NOW_S, &vault, &err), 1, "%s", err.text);
}

static void teardown(void)
{
    vault_lock(vault);
    db_close(db);
    clinic_close(&clinic);
}

TestSuite(returning, .init = setup, .fini = teardown, .timeout = 180);

#define FRESH                                                                                                \
    "\"previous\":\"no\",\"acne_now\":\"no\",\"skin_today\":\"none\",\"cold_sores\":\"never\",\"mole_"       \
    "change\":\"no\","                                                                                       \
    "\"skin_cancer\":\"no\",\"isotretinoin\":\"never\",\"acne_pills\":\"no\",\"actives\":\"no\",\"blood_"    \
    "thinner\":\"no\","                                                                                      \
    "\"nsaid\":\"no\",\"supplements\":\"no\",\"alcohol\":\"longer\",\"medicines\":\"none\",\"pregnancy\":"   \
    "\"no\","                                                                                                \
    "\"fainting\":\"no\",\"numbing_reaction\":\"no\",\"numbing_today\":\"no\",\"allergies\":\"none\","       \
    "\"sun\":\"no\","                                                                                        \
    "\"hair_removal\":\"no\",\"procedures\":\"none\",\"ill_today\":\"no\",\"event\":\"no\",\"private_"       \
    "talk\":\"no\""
#define LASTING                                                                                              \
    "\"goals\":\"pores\",\"areas\":\"arms\",\"skin_conditions\":\"none\",\"marks\":\"no\",\"bleeding\":"     \
    "\"no\","                                                                                                \
    "\"diabetes\":\"no\",\"cancer_care\":\"no\",\"immune\":\"no\",\"illnesses\":\"none\",\"nicotine\":"      \
    "\"no\","                                                                                                \
    "\"keloid\":\"family\",\"device\":\"pen\""

static const char first_visit[] = "{\"birth_date\":\"1990-05-15\",\"support\":\"no\"," LASTING "," FRESH "}";
static const char second_visit[] = "{\"birth_date\":\"1990-05-15\",\"support\":\"no\"," FRESH "}";
static const char other_birth[] = "{\"birth_date\":\"1991-05-15\",\"support\":\"no\"," FRESH "}";

static void uid_of(uint8_t first, uint8_t uid[FRAME_UID])
{
    memset(uid, 7, FRAME_UID);
    uid[0] = first;
}

static void post(uint8_t first, const char *name, const char *answers, int64_t wall_s, const char *slip)
{
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = first,
                                  .name = name,
                                  .answers = answers,
                                  .wall_s = wall_s,
                                  .slip = slip });
}

static void file(void)
{
    struct err err = { "" };
    cr_assert_geq(vault_file(vault, &err), 0, "%s", err.text);
}

static void make_slip(uint8_t first, int64_t at_s, char code[SLIP_CODE])
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    uid_of(first, uid);
    cr_assert_eq(slip_make(vault, uid, at_s, code, &err), 0, "%s", err.text);
}

static struct form *the_form(void *arg, const char *hash)
{
    struct problems problems = PROBLEMS_INIT;
    (void)arg;
    (void)hash;
    struct form *form = form_load("forms/microneedling", &problems);
    problems_done(&problems);
    return form;
}

static int carry(void)
{
    struct err err = { "" };
    file();
    int n = slip_carry(vault, the_form, NULL, MONTHS, NOW_S + 60, &err);
    cr_assert_geq(n, 0, "%s", err.text);
    return n;
}

static struct encounter *open_intake(uint8_t first)
{
    struct err err = { "" };
    struct encounter *e = NULL;
    uint8_t uid[FRAME_UID];
    uid_of(first, uid);
    cr_assert_eq(vault_encounter(vault, uid, &e, &err), 1, "%s", err.text);
    return e;
}

static const struct encounter_answer *answer(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (strcmp(e->answer[i].id, id) == 0) {
            return &e->answer[i];
        }
    }
    cr_assert_fail("no answer %s", id);
    return NULL;
}

static bool has_flag(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nflags; i++) {
        if (strcmp(e->flag[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* A first visit a month ago, a slip today, and a second visit with it. */
static void come_back(int64_t first_s, const char *second)
{
    char code[SLIP_CODE];
    post(1, "Ada Lovelace", first_visit, first_s, NULL);
    file();
    make_slip(1, NOW_S, code);
    post(2, "AL", second, NOW_S, code);
}

Test(returning, what_was_left_is_carried_with_its_date_and_waits_for_a_tick)
{
    come_back(NOW_S - 30 * DAY_S, second_visit);
    file();
    struct encounter *e = open_intake(2);
    cr_expect(has_flag(e, "INCOMPLETE:Q11"), "until then what was not asked is never clear");
    cr_expect_str_eq(answer(e, "keloid")->state, "not_asked");
    encounter_free(e);

    cr_expect_eq(carry(), 1);
    e = open_intake(2);
    const struct encounter_answer *keloid = answer(e, "keloid");
    cr_expect_eq(keloid->source, SOURCE_CARRIED);
    cr_expect_str_eq(keloid->language, "en", "the earlier record's, carried along");
    cr_expect(date_equal(keloid->on, (struct date){ 2026, 10, 22 }));
    cr_expect(keloid->to_check);
    cr_expect_not(has_flag(e, "INCOMPLETE:Q11"));
    cr_expect(has_flag(e, "KELOID_FAMILY"), "the result was worked out with the carried answers");
    cr_expect_str_eq(e->name, "Ada Lovelace");
    cr_expect_eq(e->nlinks, 1);
    cr_expect(encounter_blocks(e, today) & BLOCK_UNCHECKED);
    cr_expect_eq(answer(e, "pregnancy")->source, SOURCE_PATIENT);

    const char *id[64];
    size_t n = 0;
    for (size_t i = 0; i < e->nanswers; i++) {
        if (e->answer[i].to_check) {
            id[n++] = e->answer[i].id;
        }
    }
    json_t *event = event_checked(NOW_S + 90, id, n);
    struct err err = { "" };
    cr_assert_eq(vault_add(vault, e, &event, 1, NOW_S + 90, &err), 1, "%s", err.text);
    cr_expect_eq(encounter_blocks(e, today) & (BLOCK_UNCHECKED | BLOCK_NOT_FRESH | BLOCK_NOT_TODAY), 0);
    encounter_free(e);
    cr_expect_eq(carry(), 0, "once is enough");
}

/* 30 days ago, with eczema in the area. */
static void come_with_eczema(char code[SLIP_CODE])
{
    char earlier[sizeof first_visit + 64];
    const char *none = strstr(first_visit, "\"skin_conditions\":\"none\"");
    cr_assert_not_null(none);
    snprintf(earlier, sizeof earlier, "%.*s\"skin_conditions\":\"eczema\",\"skin_active\":\"yes\"%s",
             (int)(none - first_visit), first_visit, strchr(none, ','));
    post(1, "Ada Lovelace", earlier, NOW_S - 30 * DAY_S, NULL);
    file();
    make_slip(1, NOW_S, code);
}

Test(returning, a_lasting_skin_disease_is_carried_and_whether_it_is_in_the_area_is_todays_answer)
{
    char code[SLIP_CODE];
    come_with_eczema(code);
    post(2, "AL", second_visit, NOW_S, code);
    cr_expect_eq(carry(), 1);
    struct encounter *e = open_intake(2);
    const struct encounter_answer *active = answer(e, "skin_active");
    cr_expect_str_eq(active->answer, "No");
    cr_expect_not_null(strstr(active->question, "like eczema, in the area now?"));
    cr_expect(date_equal(active->on, today) && active->to_check);
    cr_expect(date_equal(answer(e, "skin_conditions")->on, (struct date){ 2026, 10, 22 }));
    cr_expect(has_flag(e, "SKIN_HISTORY"));
    cr_expect_not(has_flag(e, "SKIN_ACTIVE"), "what it was then is not what it is today");
    cr_expect_not(has_flag(e, "INCOMPLETE:Q08") || has_flag(e, "INCOMPLETE:Q08a"));
    cr_expect_eq(encounter_blocks(e, today) & BLOCK_NOT_FRESH, 0, "nothing is left to be asked again");
    encounter_free(e);
}

Test(returning, a_no_of_today_that_a_helper_gave_is_marked_as_the_helpers)
{
    char code[SLIP_CODE];
    come_with_eczema(code); /* alone, then */
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = 2,
                                  .name = "AL",
                                  .answers = second_visit,
                                  .wall_s = NOW_S,
                                  .slip = code,
                                  .helper = "Sam Oakley" });
    cr_expect_eq(carry(), 1);
    struct encounter *e = open_intake(2);
    const struct encounter_answer *active = answer(e, "skin_active");
    cr_expect_str_eq(active->answer, "No");
    cr_expect_str_eq(active->given_by, "helper");
    cr_expect(active->by_helper, "the practitioner reads \"answered by the helper\" beside the flag");
    cr_expect_not(answer(e, "skin_conditions")->by_helper);
    encounter_free(e);
}

static void expect_nothing_carried(const char *why)
{
    (void)carry();
    struct encounter *e = open_intake(2);
    cr_expect_str_eq(answer(e, "keloid")->state, "not_asked", "%s", why);
    cr_expect(has_flag(e, "INCOMPLETE:Q11"), "%s", why);
    cr_expect(encounter_blocks(e, today) & BLOCK_OPEN_FLAGS, "%s", why);
    encounter_free(e);
}

Test(returning, a_wrong_number_carries_nothing)
{
    char code[SLIP_CODE];
    post(1, "Ada Lovelace", first_visit, NOW_S - 30 * DAY_S, NULL);
    file();
    make_slip(1, NOW_S, code);
    code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
    post(2, "AL", second_visit, NOW_S, code);
    expect_nothing_carried("wrong number");
}

Test(returning, yesterdays_number_carries_nothing)
{
    char code[SLIP_CODE];
    post(1, "Ada Lovelace", first_visit, NOW_S - 30 * DAY_S, NULL);
    file();
    make_slip(1, NOW_S - DAY_S, code);
    post(2, "AL", second_visit, NOW_S, code);
    expect_nothing_carried("yesterday's");
}

Test(returning, another_birth_date_carries_nothing_and_says_so)
{
    come_back(NOW_S - 30 * DAY_S, other_birth);
    expect_nothing_carried("another person");
    struct encounter *e = open_intake(2);
    cr_assert_eq(e->nnotes, 1);
    cr_expect_not_null(strstr(e->note[0].text, "another birth date"));
    cr_expect_eq(e->nlinks, 0);
    cr_expect_str_eq(e->name, "AL");
    encounter_free(e);
}

Test(returning, answers_from_a_day_to_come_are_not_carried)
{
    come_back(NOW_S + 400 * (int64_t)DAY_S, second_visit); /* the clock was wrong then */
    expect_nothing_carried("dated after today");
}

Test(returning, answers_older_than_the_clinics_limit_are_not_carried)
{
    come_back(NOW_S - 400 * (int64_t)DAY_S, second_visit);
    expect_nothing_carried("too old");
}

Test(returning, a_number_is_good_for_one_intake)
{
    char code[SLIP_CODE];
    post(1, "Ada Lovelace", first_visit, NOW_S - 30 * DAY_S, NULL);
    file();
    make_slip(1, NOW_S, code);
    post(3, "AL", second_visit, NOW_S, code);
    file();
    post(2, "AL", second_visit, NOW_S, code);
    expect_nothing_carried("used");
    struct encounter *e = open_intake(3);
    cr_expect_eq(answer(e, "keloid")->source, SOURCE_CARRIED);
    encounter_free(e);
}

Test(returning, what_was_carried_and_never_checked_is_not_carried_on)
{
    char code[SLIP_CODE];
    come_back(NOW_S - 30 * DAY_S, second_visit);
    (void)carry();
    make_slip(2, NOW_S, code);
    post(3, "AL", second_visit, NOW_S, code);
    (void)carry();
    struct encounter *e = open_intake(3);
    cr_expect_str_eq(answer(e, "keloid")->state, "not_asked");
    encounter_free(e);
}

Test(returning, no_number_is_given_out_twice_on_a_day)
{
    static bool given[10000];
    post(1, "Ada Lovelace", first_visit, NOW_S - 30 * DAY_S, NULL);
    file();
    for (int i = 0; i < 60; i++) {
        char code[SLIP_CODE];
        make_slip(1, NOW_S, code);
        int number = atoi(code);
        cr_assert(strlen(code) == 4 && number >= 0 && number < 10000, "%s", code);
        cr_assert_not(given[number], "%s", code);
        given[number] = true;
    }
}

Test(returning, a_slip_needs_a_signed_intake)
{
    struct err err = { "" };
    char code[SLIP_CODE];
    uint8_t uid[FRAME_UID];
    uid_of(9, uid);
    cr_expect_eq(slip_make(vault, uid, NOW_S, code, &err), -1);
    cr_expect_not_null(strstr(err.text, "signed"));
}

/* --- Bodies and a form of our own --- */

enum { MANY = 30 };

static char many_hash[2 * FRAME_HASH + 1] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* The first is a question of the clinic's form too. */
static const char *many_id(size_t i, char id[16])
{
    snprintf(id, 16, "q%zu", i);
    return i == 0 ? "goals" : id;
}

/* MANY questions that are not fresh; nothing else. */
static struct form *many_form(void *arg, const char *hash)
{
    struct arena *arena = arena_new();
    struct form *form = arena_alloc(arena, sizeof *form);
    struct form_question *question = arena_alloc(arena, MANY * sizeof *question);
    struct form_section *section = arena_alloc(arena, sizeof *section);
    struct form_option *no = arena_alloc(arena, sizeof *no);
    (void)arg;
    (void)hash;
    *section = (struct form_section){ "s", "S" };
    *no = (struct form_option){ "no", "No", false };
    for (size_t i = 0; i < MANY; i++) {
        char id[16], code[16];
        snprintf(code, sizeof code, "Q%zu", i);
        question[i] = (struct form_question){ .id = arena_strdup(arena, many_id(i, id)),
                                              .code = arena_strdup(arena, code),
                                              .name = "q",
                                              .type = QUESTION_CHOICE,
                                              .text = "Asked?",
                                              .option = no,
                                              .noptions = 1,
                                              .main = i };
    }
    *form = (struct form){ .arena = arena,
                           .id = "many",
                           .title = "Many",
                           .version = "1",
                           .language = "en",
                           .section = section,
                           .nsections = 1,
                           .question = question,
                           .nquestions = MANY,
                           .device_policy = -1,
                           .dictionary = { .question = SIZE_MAX } };
    return form;
}

/* `given_by`: "%d" in it makes each answer another's. With a slip nothing was asked. */
static void post_many(uint8_t first, const char *name, const char *given_by, const char *slip)
{
    struct frame_keys keys;
    struct err err = { "" };
    struct buf frame = BUF_INIT, desk = BUF_INIT;
    char path[128], id[2 * FRAME_UID + 1];
    struct frame_header header = { .rev = 2, .kind = FRAME_FINAL, .wall_s = NOW_S };
    json_t *answers = json_array();
    uid_of(first, header.uid);
    sodium_bin2hex(id, sizeof id, header.uid, sizeof header.uid);
    for (int i = 0; i < MANY; i++) {
        char who[32], one[16];
        snprintf(who, sizeof who, "%s%d", given_by, i);
        json_array_append_new(answers, json_pack("{so ss ss ss ss ss ss}", "id",
                                                 json_string(many_id((size_t)i, one)), "code", "Q", "type",
                                                 "choice", "state", slip != NULL ? "not_asked" : "given",
                                                 "value", "no", "question", "Asked?", "given_by", who));
    }
    json_t *body =
        json_pack("{si ss ss ss ss s{ss} s{ss ss ss} so s{ss s[] s[] ss} s{}}", "v", 1, "part", "body", "uid",
                  id, "asked_on", "2026-11-21", "visit_on", "2026-11-21", "form", "hash", many_hash,
                  "patient", "name", name, "phone", "", "birth_date", "1990-05-15", "answers", answers,
                  "assessment", "class", "REVIEW", "flags", "items", "visit_on", "2026-11-21", "policies");
    if (slip != NULL) {
        json_object_set_new(body, "returning", json_pack("{ss s[]}", "slip", slip, "since"));
    }
    char *text = json_dumps(body, JSON_COMPACT);
    buf_addf(&desk, "{\"v\":1,\"part\":\"desk\",\"uid\":\"%s\"}", id);
    snprintf(path, sizeof path, "%s/foyer.keys", clinic.path);
    cr_assert_eq(frame_keys_read(path, &keys, &err), 0, "%s", err.text);
    header.epoch = keys.epoch;
    cr_assert_eq(frame_seal(&frame, &header, &keys, desk.data, desk.len, text, strlen(text), &err), 0, "%s",
                 err.text);
    cr_assert_eq(deposit_frame(db, frame.data, frame.len, NOW_S, &err), FRAME_STORED, "%s", err.text);
    free(text);
    json_decref(body);
    buf_done(&desk);
    buf_done(&frame);
}

static void many_come_back(uint8_t first, uint8_t again, const char *name, const char *given_by)
{
    char code[SLIP_CODE];
    post_many(first, name, given_by, NULL);
    file();
    make_slip(first, NOW_S, code);
    post_many(again, "AL", "patient", code);
    file();
}

Test(returning, answers_of_however_many_people_are_carried_with_one_result)
{
    struct err err = { "" };
    many_come_back(1, 2, "Ada Lovelace", "helper");
    cr_assert_eq(slip_carry(vault, many_form, NULL, MONTHS, NOW_S + 60, &err), 1, "%s", err.text);
    struct encounter *e = open_intake(2);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        cr_expect_eq(answer(e, many_id((size_t)i, id))->source, SOURCE_CARRIED, "%d was left out", i);
    }
    cr_expect_eq(e->program_class, OUTCOME_CLEAR, "the result does not know them");
    encounter_free(e);
}

Test(returning, a_name_that_nobody_could_type_is_not_carried_and_hinders_nothing)
{
    struct err err = { "" };
    many_come_back(1, 2, "Ada\xe2\x80\xae", "patient");
    cr_assert_eq(slip_carry(vault, many_form, NULL, MONTHS, NOW_S + 60, &err), 1, "%s", err.text);
    struct encounter *e = open_intake(2);
    cr_expect_str_eq(e->name, "AL");
    cr_expect_eq(answer(e, "goals")->source, SOURCE_CARRIED);
    encounter_free(e);
}

/* Two patients came back: the first with a slip that is seen to first, and answers that cannot be carried. */
static void two_come_back(void)
{
    char low[SLIP_CODE] = "9999", high[SLIP_CODE] = "0000", code[SLIP_CODE];
    post_many(1, "Ada Lovelace", "by\n", NULL);
    post_many(3, "Ben Other", "patient", NULL);
    file();
    for (int i = 0; i < 20; i++) {
        make_slip(1, NOW_S, code);
        memcpy(low, strcmp(code, low) < 0 ? code : low, sizeof low);
        make_slip(3, NOW_S, code);
        memcpy(high, strcmp(code, high) > 0 ? code : high, sizeof high);
    }
    post_many(2, "AL", "patient", low);
    post_many(4, "BO", "patient", high);
}

Test(returning, one_that_cannot_be_carried_keeps_no_other_waiting)
{
    struct err err = { "" };
    two_come_back();
    file();
    cr_expect_eq(slip_carry(vault, many_form, NULL, MONTHS, NOW_S + 60, &err), -1);
    cr_expect_not_null(strstr(err.text, "given_by"), "%s", err.text);
    struct encounter *e = open_intake(2);
    cr_expect_eq(answer(e, "goals")->source, SOURCE_PATIENT);
    encounter_free(e);
    e = open_intake(4);
    cr_expect_eq(answer(e, "goals")->source, SOURCE_CARRIED);
    encounter_free(e);
}

Test(returning, one_that_cannot_be_carried_keeps_nobody_from_the_intakes)
{
    struct form *form = the_form(NULL, NULL);
    sodium_bin2hex(many_hash, sizeof many_hash, form->hash, sizeof form->hash);
    form_free(form);
    two_come_back();
    struct term *t = staffer_review(&clinic, 24, 80);
    staffer_unlock(t, passphrase);
    term_expect(t, "cannot be stored");
    term_expect(t, "Ben Other"); /* the name of then: carried */
    post(5, "Cleo Late", first_visit, NOW_S, NULL);
    term_expect(t, "Cleo Late");
    press(t, "q", "Enter unlock"); /* the last row */
    term_expect_gone(t, "cannot be stored");
    term_close(t);
}

/* --- At the real programs --- */

static struct term *foyer(const char *a, const char *b, const char *c, const char *d)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"),
                           (char *)(uintptr_t) "-c",
                           (char *)(uintptr_t)clinic.conf,
                           (char *)(uintptr_t)a,
                           (char *)(uintptr_t)b,
                           (char *)(uintptr_t)c,
                           (char *)(uintptr_t)d,
                           NULL };
    struct term *t = term_start(argv, 24, 80, "xterm-256color");
    term_expect(t, "Passphrase");
    term_send(t, passphrase);
    term_send(t, "\r");
    return t;
}

static void slip_by_program(char code[SLIP_CODE])
{
    const char *const args[] = { "return", "--passphrase-fd", "0", "01", NULL };
    struct buf out = BUF_INIT;
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    const char *at = strstr(buf_str(&out), "Slip: ");
    cr_assert(at != NULL && strspn(at + 6, "0123456789") == 4, "%s", buf_str(&out));
    cr_expect_not_null(strstr(buf_str(&out), "For Ada Lovelace"));
    memcpy(code, at + 6, 4);
    code[4] = '\0';
    buf_done(&out);
}

Test(returning, from_the_slip_to_go_ahead_at_the_real_programs)
{
    char code[SLIP_CODE];
    post(1, "Ada Lovelace", first_visit, NOW_S - 30 * DAY_S, NULL);
    slip_by_program(code);

    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "slip");
    press(t, (char[]){ code[0], 0 }, "What number is on your slip");
    term_send(t, code + 1);
    press(t, "", "Your privacy");
    usleep(900 * 1000); /* Enter too soon is the one that ended the number */
    press(t, "\r", "Do you agree");
    press(t, "1", "date of birth");
    press(t, "15051990\r", "need help");
    press(t, "1", "something new this time");
    press(t, "1", "new skin problem");
    press(t, "1", "new health problem");
    press(t, "1", "pacemaker");
    press(t, "1", "smoke or vape");
    press(t, "1", "");
    walk_no(t, "Check your answers");
    walk_sign(t, "AL");
    term_close(t);

    cr_expect_eq(carry(), 1);
    cr_assert_eq(clinic_intakes(&clinic), 1);
}

Test(returning, staff_ask_a_patient_by_phone_and_ask_one_question_again)
{
    struct term *t = foyer("ask", "--phone", NULL, NULL);
    term_expect(t, "demo enters, by phone");
    term_expect(t, "Your privacy");
    press(t, "\r", "Do you agree");
    press(t, "1", "date of birth");
    press(t, "15051990\r", "need help");
    press(t, "1", "What is your name");
    press(t, "Ada Lovelace\r\r", "What would you like help with");
    walk_plain_answers(t);
    press(t, "\r", "once they agree");
    press(t, "Ada Lovelace\r", "saved");
    usleep(900 * 1000); /* a key that led here does not close it */
    press(t, "\r", "Filed: intake");
    term_close(t);

    char id[9];
    clinic_intake(&clinic, 0, id);
    t = foyer("ask", "--again", id, "Q16");
    term_expect(t, "stop clots");
    press(t, "2", "Warfarin");
    press(t, "1", "INR");
    press(t, "3.6\r", "Check your answers");
    press(t, "\r", "answers added; the result is now");
    term_close(t);

    struct encounter *e = NULL;
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    uint8_t found[2][FRAME_UID];
    file();
    (void)uid;
    cr_assert_eq(deposit_find(db, id, found, 2, &err), 1);
    cr_assert_eq(vault_encounter(vault, found[0], &e, &err), 1, "%s", err.text);
    cr_expect_str_eq(answer(e, "alcohol")->given_by, "phone");
    cr_expect_str_eq(answer(e, "alcohol")->by, "demo");
    cr_expect_eq(answer(e, "blood_thinner")->source, SOURCE_AGAIN);
    cr_expect_str_eq(answer(e, "blood_thinner")->language, "en");
    cr_expect(has_flag(e, "ANTICOAG"));
    cr_expect_eq(e->nnotes, 1);
    encounter_free(e);
}

static void draft(uint8_t first, const char *answers)
{
    intake_post(&(struct intake){ .folder = clinic.path,
                                  .uid = first,
                                  .name = "Cleo Half",
                                  .answers = answers,
                                  .wall_s = NOW_S - 3600,
                                  .draft = true });
}

Test(returning, an_interrupted_intake_is_finished_from_where_it_stopped)
{
    draft(5, "{\"birth_date\":\"1990-05-15\",\"support\":\"no\",\"goals\":\"pores\"}");
    struct term *t = foyer("ask", "--finish", "05", NULL);
    term_expect(t, "demo enters, with");
    term_expect(t, "Where do you want treatment"); /* not what was answered already */
    walk_no(t, "Check your answers");
    press(t, "\r", "Your name or initials");
    press(t, "Cleo Half\r", "saved");
    usleep(900 * 1000);
    press(t, "\r", "Filed: intake 05070707");
    term_close(t);

    file();
    struct encounter *e = open_intake(5);
    cr_expect_not(e->draft);
    cr_expect_str_eq(answer(e, "goals")->by, "", "the patient gave this one");
    cr_expect_str_eq(answer(e, "alcohol")->by, "demo");
    encounter_free(e);
}

Test(returning, an_intake_that_turns_out_under_age_leaves_no_draft_behind)
{
    draft(6, "{\"support\":\"no\"}");
    struct term *t = foyer("ask", "--finish", "06", NULL);
    term_expect(t, "date of birth");
    press(t, "15052015\r", "Yes, this is right");
    press(t, "1", "");
    term_settle(t, 900);
    press(t, "\r", "Closed: what was typed before is discarded");
    term_close(t);
    uint8_t found[2][FRAME_UID];
    struct err err = { "" };
    cr_expect_eq(deposit_find(db, "06", found, 2, &err), 0, "%s", err.text);
}

Test(returning, the_desk_lists_who_is_here_and_no_health_answer)
{
    char desk[] = "desk passphrase of four words", path[128];
    intake_account(clinic.path, passphrase, "dora", "desk", desk);
    post(1, "Ada Lovelace", first_visit, NOW_S - 600, NULL);
    draft(5, "{\"birth_date\":\"1990-05-15\",\"support\":[\"reading\"]}");
    snprintf(path, sizeof path, "%s/passphrase", clinic.path);
    cr_assert_eq(file_replace(path, desk, strlen(desk), 0600, NULL), 0);
    struct buf out = BUF_INIT;
    const char *const args[] = { "list", "--user", "dora", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    const char *const says[] = { "Ada Lovelace", "finished", "Cleo Half", "Help to read", "05070707" };
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        cr_expect_not_null(strstr(buf_str(&out), says[i]), "\"%s\" is not in:\n%s", says[i], buf_str(&out));
    }
    cr_expect_null(strstr(buf_str(&out), "PRECAUTION"), "%s", buf_str(&out));
    cr_expect_null(strstr(buf_str(&out), "1990"), "%s", buf_str(&out));
    buf_done(&out);
}
