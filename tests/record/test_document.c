/* What document.h promises: the body says everything in words and can be read alone, the desk card gives no
 * answer away, and what is read back is what was written. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "frame.h"
#include "mem.h"
#include "sample.h"

static const uint8_t uid[FRAME_UID] = { 0xde, 0xad, 1 };
static const struct date visit = { 2026, 11, 21 };

static const char *const clinic_facts[PLACEHOLDERS] = { "The Clinic", "020 \"7946\" 0000",
                                                        "9 to 5",     "",
                                                        "999",        "" };

struct intake {
    struct answers *answers;
    struct policies *policies;
    struct assessment *assessment;
    struct document_answer how[SAMPLE_QUESTIONS];
    struct document_facts facts;
};

static void intake_init(struct intake *intake)
{
    const struct form *form = sample_form();
    *intake = (struct intake){
        .answers = answers_new(form),
        .policies = policies_new(form),
        .assessment = assessment_new(),
    };
    answers_set_context(intake->answers, visit, intake->policies->value);
    answers_set_date(intake->answers, Q_BIRTH, (struct date){ 1990, 5, 17 });
    answers_set_options(intake->answers, Q_SUPPORT, OPTION_BIT(1));
    answers_set_options(intake->answers, Q_PILL, OPTION_BIT(1));
    answers_set_number(intake->answers, Q_INR, 3.2);
    answers_set_text(intake->answers, Q_NOTES, "aspirin");
    intake->how[Q_PILL] =
        (struct document_answer){ .ms = 812, .fast = true, .ask_alone = true, .given_by = "helper" };
    intake->facts = (struct document_facts){
        .kind = "final",
        .uid = uid,
        .form = form,
        .answers = intake->answers,
        .answer = intake->how,
        .reached = SAMPLE_QUESTIONS,
        .policies = intake->policies,
        .assessment = intake->assessment,
        .birth_date = { 1990, 5, 17 },
        .asked_on = visit,
        .visit_on = visit,
        .name = "Zo\303\253 O'Neil",
        .phone = "+44 1",
        .helper_name = "",
        .helper_relation = "",
        .fact = clinic_facts,
        .timezone = "Europe/London",
        .started_s = 1795251600,
        .consented_s = 1795251660,
        .signed_s = 1795251900,
        .signature = "Zo\303\253",
    };
}

static void intake_done(struct intake *intake)
{
    answers_free(intake->answers);
    policies_free(intake->policies);
    assessment_free(intake->assessment);
}

/* As staff get it. jansson writes the same again, so every byte of ours is as it should be. */
static json_t *reread(struct buf *text)
{
    struct err err = { "" };
    json_t *document = document_parse(buf_str(text), text->len, &err);
    cr_assert_not_null(document, "%s: %s", err.text, buf_str(text));
    char *again = json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(15));
    cr_assert_str_eq(buf_str(text), again);
    free(again);
    buf_wipe(text);
    return document;
}

static json_t *desk_of(const struct intake *intake)
{
    struct buf text = BUF_INIT;
    document_desk(&text, &intake->facts);
    return reread(&text);
}

static json_t *assessment_of(const struct intake *intake, bool trace)
{
    struct buf text = BUF_INIT;
    document_assessment(&text, NULL, intake->assessment, intake->answers, intake->policies, clinic_facts,
                        NULL, trace);
    return reread(&text);
}

static json_t *body_of(struct intake *intake)
{
    struct buf text = BUF_INIT;
    assess(intake->assessment, intake->answers, intake->policies, visit, visit);
    document_body(&text, &intake->facts);
    return reread(&text);
}

static const json_t *at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    cr_assert_not_null(value, "no key %s", key);
    return value;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(at(object, key));
    return text ? text : "(not a text)";
}

/* The member of a list whose id it is; NULL if there is none. */
static const json_t *find(const json_t *list, const char *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(text_at(json_array_get(list, i), "id"), id) == 0) {
            return json_array_get(list, i);
        }
    }
    return NULL;
}

Test(document, the_body_can_be_read_without_its_form)
{
    struct intake intake;
    intake_init(&intake);
    json_t *body = body_of(&intake);
    cr_expect_str_eq(text_at(body, "uid"), "dead0100000000000000000000000000");
    cr_expect_str_eq(text_at(at(body, "form"), "title"), "A sample");
    cr_expect_eq(strncmp(text_at(at(body, "form"), "hash"), "abcd00", 6), 0);
    cr_expect_str_eq(text_at(at(body, "patient"), "name"), "Zo\303\253 O'Neil");
    cr_expect_str_eq(text_at(at(body, "patient"), "birth_date"), "1990-05-17");
    cr_expect(json_is_null(at(body, "helper")));
    cr_expect_eq(json_integer_value(at(at(body, "times"), "signed")), 1795251900);
    cr_expect_str_eq(json_string_value(json_array_get(at(body, "consent"), 1)), "I may stop at any time.");
    cr_expect_str_eq(text_at(at(body, "attestation"), "text"), "This is true, The Clinic.");
    cr_expect_str_eq(text_at(at(body, "attestation"), "signature"), "Zo\303\253");

    const json_t *pill = find(at(body, "answers"), "pill");
    cr_assert_not_null(pill);
    cr_expect_str_eq(text_at(pill, "code"), "Q13");
    cr_expect_str_eq(text_at(pill, "section_title"), "Medicines");
    cr_expect_str_eq(text_at(pill, "question"), "Have you taken \"the pill\"?");
    cr_expect_str_eq(text_at(pill, "answer"), "Yes, now");
    cr_expect_str_eq(text_at(pill, "value"), "now");
    cr_expect_str_eq(text_at(pill, "state"), "given");
    cr_expect_str_eq(text_at(pill, "given_by"), "helper");
    cr_expect_eq(json_integer_value(at(pill, "ms")), 812);
    cr_expect(json_is_true(at(pill, "fast")) && json_is_true(at(pill, "ask_alone")));
    cr_expect_float_eq(json_number_value(at(find(at(body, "answers"), "inr"), "value")), 3.2, 0);

    const json_t *flag = find(at(at(body, "assessment"), "flags"), "PILL_NOW");
    cr_assert_not_null(flag);
    cr_expect_str_eq(text_at(flag, "title"), "Takes the pill");
    cr_expect_str_eq(text_at(flag, "reason"), "It may heal badly.");
    cr_expect_str_eq(json_string_value(json_array_get(at(flag, "source_titles"), 0)), "A study of pills");
    cr_expect_float_eq(json_number_value(at(at(body, "policies"), "pill_months")), 6, 0);
    cr_expect_str_eq(text_at(at(body, "policies"), "device_list"), "none");
    json_decref(body);
    intake_done(&intake);
}

/* Not "{phone}": what a patient was told to do must be read later as it was read then. */
Test(document, an_answer_keeps_the_language_it_was_given_in_whatever_is_spoken_at_the_end)
{
    static struct form_question questions[SAMPLE_QUESTIONS];
    struct intake intake;
    intake_init(&intake);
    struct form spanish = *sample_form();
    memcpy(questions, spanish.question, sizeof questions);
    questions[Q_INR].text = "\302\277Cu\303\241l fue su INR?";
    spanish.question = questions;
    const struct document_language english = { "en", "English", intake.facts.form, NULL, false },
                                   other = { "es", "Espa\303\261ol", &spanish, NULL, true };
    intake.facts.shown = &english;
    intake.how[Q_PILL].shown = &english;
    intake.how[Q_INR].shown = &other;
    json_t *body = body_of(&intake);
    const json_t *inr = find(at(body, "answers"), "inr"), *pill = find(at(body, "answers"), "pill");
    cr_expect_str_eq(text_at(body, "language"), "en");
    cr_expect_str_eq(text_at(inr, "language"), "es");
    cr_expect_str_eq(text_at(inr, "question"), questions[Q_INR].text);
    cr_expect_str_eq(text_at(inr, "clinic_question"), sample_form()->question[Q_INR].text);
    cr_expect_null(json_object_get(pill, "language"), "the record's own is said once");
    cr_expect_null(json_object_get(pill, "clinic_question"));
    json_decref(body);

    intake.facts.shown = &other; /* and the other way round: signed in Spanish, answered in English */
    body = body_of(&intake);
    pill = find(at(body, "answers"), "pill");
    cr_expect_str_eq(text_at(pill, "language"), "en");
    cr_expect_str_eq(text_at(pill, "question"), "Have you taken \"the pill\"?");
    cr_expect_null(json_object_get(find(at(body, "answers"), "inr"), "language"));
    json_decref(body);
    intake_done(&intake);
}

Test(document, the_record_holds_the_texts_with_the_clinics_facts_as_they_were_read)
{
    struct intake intake;
    intake_init(&intake);
    json_t *body = body_of(&intake);
    const json_t *item = find(at(at(body, "assessment"), "items"), "P02");
    cr_expect_str_eq(text_at(item, "text"), "Stop strong creams. Ask us: 020 \"7946\" 0000.");
    cr_expect_str_eq(text_at(item, "when_text"), "before the visit (9 to 5)");
    cr_expect_str_eq(json_string_value(json_array_get(at(body, "privacy"), 0)),
                     "Only The Clinic reads this. Ask the staff.");
    cr_expect_str_eq(text_at(at(body, "facts"), "phone"), "020 \"7946\" 0000");
    cr_expect_str_eq(text_at(at(body, "facts"), "privacy_contact"), "");
    cr_expect_str_eq(text_at(body, "clinic"), "The Clinic");
    json_decref(body);
    intake_done(&intake);
}

Test(document, a_record_says_under_whose_signature_it_was_taken_or_that_it_is_a_demo)
{
    struct intake intake;
    intake_init(&intake);
    json_t *body = body_of(&intake);
    cr_expect(json_is_true(at(body, "demo")));
    cr_expect(json_is_null(at(at(body, "form"), "approved_by")));
    cr_expect(json_is_null(at(at(body, "form"), "approved_until")));
    json_decref(body);
    intake.facts.approved_by = "Dr A. Example";
    intake.facts.approved_on = (struct date){ 2026, 11, 1 };
    intake.facts.approved_until = (struct date){ 2027, 11, 1 };
    body = body_of(&intake);
    cr_expect(json_is_false(at(body, "demo")));
    cr_expect_str_eq(text_at(at(body, "form"), "approved_by"), "Dr A. Example");
    cr_expect_str_eq(text_at(at(body, "form"), "approved_on"), "2026-11-01");
    cr_expect_str_eq(text_at(at(body, "form"), "approved_until"), "2027-11-01");
    json_decref(body);
    intake_done(&intake);
}

Test(document, a_withdrawn_answer_is_not_in_the_body_and_a_question_not_seen_is_not_called_skipped)
{
    struct intake intake;
    intake_init(&intake);
    answers_set_options(intake.answers, Q_PILL, OPTION_BIT(2));
    answers_set_date(intake.answers, Q_PILL_LAST, (struct date){ 2026, 9, 0 });
    json_t *body = body_of(&intake);
    cr_expect_str_eq(text_at(find(at(body, "answers"), "pill_last"), "value"), "2026-09");
    json_decref(body);

    answers_set_options(intake.answers, Q_PILL, OPTION_BIT(0));
    intake.facts.reached = Q_NAME;
    answers_clear(intake.answers, Q_NOTES);
    body = body_of(&intake);
    cr_expect_null(find(at(body, "answers"), "pill_last"));
    cr_expect_null(find(at(body, "answers"), "note"), "a page to read has no answer");
    cr_expect_str_eq(text_at(find(at(body, "answers"), "notes"), "state"), "skipped");
    cr_expect_str_eq(text_at(find(at(body, "answers"), "doctor"), "state"), "not_reached");
    cr_expect(json_is_null(at(find(at(body, "answers"), "doctor"), "value")));
    json_decref(body);
    intake_done(&intake);
}

Test(document, a_draft_has_no_assessment_and_no_attestation)
{
    struct intake intake;
    intake_init(&intake);
    intake.facts.kind = "draft";
    intake.facts.assessment = NULL;
    intake.facts.signed_s = 0;
    intake.facts.helper_name = "Ana";
    intake.facts.helper_relation = "sister";
    struct buf text = BUF_INIT;
    document_body(&text, &intake.facts);
    json_t *body = reread(&text);
    cr_expect(json_is_null(at(body, "assessment")) && json_is_null(at(body, "attestation")));
    cr_expect(json_is_null(at(at(body, "times"), "signed")));
    cr_expect_str_eq(text_at(at(body, "helper"), "relation"), "sister");
    json_decref(body);
    intake_done(&intake);
}

Test(document, the_device_list_that_applied_is_named)
{
    struct intake intake;
    intake_init(&intake);
    cr_assert_eq(policies_set(intake.policies, intake.facts.form, "device_list", "listed", NULL), 0);
    json_t *body = body_of(&intake);
    cr_assert_eq(json_array_size(at(body, "device_list")), 1);
    cr_expect_str_eq(json_string_value(json_array_get(at(body, "device_list"), 0)), "PILL_NOW");
    json_decref(body);
    intake_done(&intake);
}

Test(document, the_desk_card_says_who_and_how_far_and_what_help)
{
    struct intake intake;
    intake_init(&intake);
    json_t *desk = desk_of(&intake);
    cr_expect_str_eq(text_at(desk, "name"), "Zo\303\253 O'Neil");
    cr_expect_str_eq(text_at(desk, "birth_date"), "1990-05-17");
    cr_expect_eq(json_integer_value(at(desk, "arrived")), 1795251600);
    cr_assert_eq(json_array_size(at(desk, "help")), 1);
    cr_expect_str_eq(json_string_value(json_array_get(at(desk, "help"), 0)), "An interpreter");
    cr_assert_eq(json_array_size(at(desk, "progress")), 2);
    const json_t *medicines = json_array_get(at(desk, "progress"), 1);
    cr_expect_str_eq(text_at(medicines, "title"), "Medicines");
    cr_expect_eq(json_integer_value(at(medicines, "shown")), 4);
    cr_expect_eq(json_integer_value(at(medicines, "answered")), 3);
    json_decref(desk);

    answers_set_options(intake.answers, Q_SUPPORT, OPTION_BIT(0));
    answers_set_options(intake.answers, Q_PILL, OPTION_BIT(2));
    desk = desk_of(&intake);
    cr_expect_eq(json_array_size(at(desk, "help")), 0);
    medicines = json_array_get(at(desk, "progress"), 1);
    cr_expect_eq(json_integer_value(at(medicines, "shown")), 5, "progress follows a branch that opens");
    json_decref(desk);
    answers_set_general(intake.answers, Q_SUPPORT, OPTION_UNSURE);
    desk = desk_of(&intake);
    cr_expect_eq(json_array_size(at(desk, "help")), 1);
    json_decref(desk);
    intake_done(&intake);
}

Test(document, the_desk_card_gives_no_answer_and_no_flag_away)
{
    static const char *const secrets[] = { "pill\"", "Yes, now", "now\"",      "3.2", "aspirin",
                                           "PILL",   "HOLD",     "heal badly", "S02", "+44" };
    struct intake intake;
    struct buf text = BUF_INIT;
    intake_init(&intake);
    assess(intake.assessment, intake.answers, intake.policies, visit, visit);
    document_desk(&text, &intake.facts);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        cr_expect_null(strstr(buf_str(&text), secrets[i]), "%s", secrets[i]);
    }
    buf_wipe(&text);
    intake_done(&intake);
}

Test(document, an_assessment_has_the_agreed_keys_and_the_trace_only_when_asked)
{
    static const char *const keys[] = { "class", "not_before", "asked_on",   "visit_on",
                                        "flags", "alerts",     "unanswered", "items" };
    static const char *const flag_keys[] = { "id",     "outcome",  "question", "answer", "comparison",
                                             "reason", "strength", "sources",  "items" };
    static const char *const item_keys[] = { "id",        "for",  "from",      "until",   "least",
                                             "when_text", "text", "sensitive", "added_by" };
    struct intake intake;
    intake_init(&intake);
    assess(intake.assessment, intake.answers, intake.policies, visit, visit);
    json_t *plain = assessment_of(&intake, false);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        at(plain, keys[i]);
    }
    cr_expect_null(json_object_get(plain, "not_fired"));
    cr_expect_str_eq(text_at(plain, "class"), "HOLD");
    cr_expect(json_is_null(at(plain, "not_before")));
    cr_expect_str_eq(text_at(plain, "visit_on"), "2026-11-21");
    cr_expect_str_eq(json_string_value(json_array_get(at(plain, "alerts"), 0)), "PILL_NOW");
    const json_t *flag = find(at(plain, "flags"), "PILL_NOW");
    for (size_t i = 0; i < sizeof flag_keys / sizeof *flag_keys; i++) {
        at(flag, flag_keys[i]);
    }
    cr_expect_str_eq(text_at(flag, "outcome"), "HOLD");
    cr_expect_str_eq(text_at(flag, "question"), "pill");
    cr_expect_str_eq(json_string_value(json_array_get(at(flag, "sources"), 0)), "L05");
    cr_expect_str_eq(json_string_value(json_array_get(at(flag, "items"), 0)), "S02");
    cr_expect_str_eq(json_string_value(json_array_get(at(flag, "fields"), 0)), "Daily dose");
    const json_t *doctor = json_array_get(at(plain, "unanswered"), 0);
    cr_expect_str_eq(json_string_value(doctor), "doctor");
    cr_expect_not_null(find(at(plain, "flags"), "INCOMPLETE:Q21"));

    const json_t *base = find(at(plain, "items"), "P02"), *added = find(at(plain, "items"), "S02");
    for (size_t i = 0; i < sizeof item_keys / sizeof *item_keys; i++) {
        at(base, item_keys[i]);
    }
    cr_expect_str_eq(text_at(base, "for"), "patient");
    cr_expect_str_eq(text_at(base, "from"), "2026-11-16");
    cr_expect_str_eq(text_at(base, "least"), "2026-11-18");
    cr_expect(json_is_null(at(base, "until")));
    cr_expect_eq(json_array_size(at(base, "added_by")), 0);
    cr_expect_str_eq(json_string_value(json_array_get(at(added, "added_by"), 0)), "PILL_NOW");
    json_decref(plain);

    json_t *traced = assessment_of(&intake, true);
    cr_assert_eq(json_array_size(at(traced, "not_fired")), 1);
    const json_t *quiet = json_array_get(at(traced, "not_fired"), 0);
    cr_expect_str_eq(text_at(quiet, "id"), "PILL_RECENT");
    cr_expect_gt(strlen(text_at(quiet, "why")), 0);
    json_decref(traced);
    intake_done(&intake);
}

Test(document, a_postponement_is_dated)
{
    struct intake intake;
    intake_init(&intake);
    answers_set_options(intake.answers, Q_PILL, OPTION_BIT(2));
    answers_set_date(intake.answers, Q_PILL_LAST, (struct date){ 2026, 8, 31 });
    json_t *body = body_of(&intake);
    const json_t *result = at(body, "assessment");
    cr_expect_str_eq(text_at(result, "not_before"), "2027-03-01");
    cr_expect_str_eq(text_at(find(at(result, "flags"), "PILL_RECENT"), "until"), "2027-03-01");
    json_decref(body);
    intake_done(&intake);
}

/* What people type and paste. The wizard refuses the invisible ones; the record must carry them all the same.
 */
static const char *const awkward[] = {
    "\"quoted\" and \\ a backslash\\",
    "two\nlines\n\n",
    "{\"id\":\"pill\",\"value\":[null]}",
    "\xe2\x80\xae txt.exe \xe2\x80\xac", /* bidi override */
    "\xe2\x81\xa6isolated\xe2\x81\xa9",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85",
    "e\xcc\x81\xcc\x81\xcc\x81 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac",
    "\x01\x1b[2J\x7f tab\there",
    "</script><b>&amp;",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "%s%n%x",
};
enum { NAWKWARD = sizeof awkward / sizeof *awkward };

Test(document, whatever_a_patient_types_comes_back_as_typed)
{
    for (size_t i = 0; i < NAWKWARD; i++) {
        struct intake intake;
        intake_init(&intake);
        answers_set_text(intake.answers, Q_NOTES, awkward[i]);
        intake.facts.name = intake.facts.signature = intake.facts.helper_name = awkward[i];
        json_t *body = body_of(&intake), *desk = desk_of(&intake);
        cr_expect_str_eq(text_at(find(at(body, "answers"), "notes"), "value"), awkward[i]);
        cr_expect_str_eq(text_at(at(body, "patient"), "name"), awkward[i]);
        cr_expect_str_eq(text_at(at(body, "helper"), "name"), awkward[i]);
        cr_expect_str_eq(text_at(desk, "name"), awkward[i]);
        json_decref(body);
        json_decref(desk);
        intake_done(&intake);
    }
}

Test(document, text_that_is_not_utf8_is_mended_and_no_key_is_lost)
{
    struct intake intake;
    intake_init(&intake);
    intake.facts.name = "Zo\xeb";
    json_t *desk = desk_of(&intake);
    cr_expect_str_eq(text_at(desk, "name"), "Zo\xef\xbf\xbd");
    json_decref(desk);
    intake_done(&intake);
}

Test(document, an_answer_of_64_kilobytes_is_sealed_and_opened_whole)
{
    enum { LONG = 64 * 1024 };
    struct intake intake;
    struct frame_keys keys = { .epoch = 1 };
    struct frame_header header = { .epoch = 1, .rev = 1, .kind = FRAME_FINAL };
    struct frame_part_key key;
    struct buf text = BUF_INIT, frame = BUF_INIT, opened = BUF_INIT;
    uint8_t desk_secret[32], body_secret[32];
    struct err err = { "" };
    char *words = mem_alloc(LONG + 1);
    for (size_t i = 0; i < LONG; i++) {
        words[i] = "medicine \n"[i % 10];
    }
    intake_init(&intake);
    answers_set_text(intake.answers, Q_NOTES, words);
    assess(intake.assessment, intake.answers, intake.policies, visit, visit);
    document_body(&text, &intake.facts);

    cr_assert(sodium_init() >= 0);
    crypto_box_keypair(keys.desk, desk_secret);
    crypto_box_keypair(keys.body, body_secret);
    memcpy(header.uid, uid, sizeof uid);
    cr_assert_eq(frame_seal(&frame, &header, &keys, "{}", 2, text.data, text.len, &err), 0, "%s", err.text);
    cr_assert_eq(frame_open_key(frame.data, frame.len, FRAME_BODY, keys.body, body_secret, &key, &err), 0);
    cr_assert_eq(frame_open(frame.data, frame.len, FRAME_BODY, &key, &opened, &err), 0, "%s", err.text);
    json_t *body = document_parse(opened.data, opened.len, &err);
    cr_assert_not_null(body, "%s", err.text);
    cr_expect(strcmp(text_at(find(at(body, "answers"), "notes"), "value"), words) == 0);
    json_decref(body);
    free(words);
    buf_wipe(&text);
    buf_wipe(&opened);
    buf_done(&frame);
    intake_done(&intake);
}

static void answer_anything(struct answers *answers, size_t q, uint64_t *random)
{
    const struct form_question *question = &sample_form()->question[q];
    uint64_t r = dice(random);
    if (question->type == QUESTION_INFO || r % 8 == 0) {
        return;
    }
    if (question->general && r % 8 < 3) {
        answers_set_general(answers, q, r % 8 == 1 ? OPTION_UNSURE : OPTION_PRIVATE);
        return;
    }
    r = dice(random);
    switch (question->type) {
    case QUESTION_CHOICE:
        answers_set_options(answers, q, OPTION_BIT(r % question->noptions));
        break;
    case QUESTION_CHOICES:
        answers_set_options(answers, q, r % 3 ? (option_set)(2 + r % 3 * 2) : OPTION_BIT(0));
        break;
    case QUESTION_DATE: {
        struct date d = date_from_days(date_to_days(visit) - (int32_t)(r % 20000));
        if (question->partial && r % 3) {
            d.day = 0;
        }
        if (question->partial && r % 3 == 2) {
            d.month = 0;
        }
        answers_set_date(answers, q, d);
        break;
    }
    case QUESTION_NUMBER:
        answers_set_number(answers, q, (double)(5 + r % 195) / 10);
        break;
    case QUESTION_TEXT: /* what the wizard takes: the first, fifth, sixth and so on of the awkward ones */
        answers_set_text(answers, q,
                         q == Q_NOTES ? awkward[(size_t[]){ 0, 1, 2, 5, 8, 9, 10, 11 }[r % 8]] : "Dr No");
        break;
    case QUESTION_INFO:
        break;
    }
}

/* The answers of a body, as somebody would hand them to `foyer assess`. */
static json_t *answers_of(const json_t *body)
{
    json_t *object = json_object();
    size_t i;
    json_t *answer;
    json_array_foreach(at(body, "answers"), i, answer)
    {
        const char *state = text_at(answer, "state");
        json_object_set_new(object, text_at(answer, "id"),
                            strcmp(state, "given") == 0 ? json_deep_copy(at(answer, "value"))
                                                        : json_string(state));
    }
    return object;
}

Test(document, answers_read_back_from_a_body_are_assessed_the_same)
{
    uint64_t random = 0x2545f4914f6cdd1d;
    for (int round = 0; round < 300; round++) {
        struct intake intake, again;
        struct err err = { "" };
        intake_init(&intake);
        for (size_t q = 0; q < SAMPLE_QUESTIONS; q++) {
            answers_clear(intake.answers, q);
            answer_anything(intake.answers, q, &random);
        }
        json_t *body = body_of(&intake), *object = answers_of(body);
        intake_init(&again);
        for (size_t q = 0; q < SAMPLE_QUESTIONS; q++) {
            answers_clear(again.answers, q);
        }
        cr_assert_eq(document_read_answers(object, again.answers, &err), 0, "%s", err.text);
        json_t *second = body_of(&again);
        if (!json_equal(body, second)) {
            char *one = json_dumps(body, 0), *two = json_dumps(second, 0);
            cr_assert_fail("round %d:\n%s\n%s", round, one, two);
        }
        json_decref(body);
        json_decref(object);
        json_decref(second);
        intake_done(&intake);
        intake_done(&again);
    }
}

Test(document, what_is_valid_in_a_refused_answer_still_counts)
{
    struct intake intake;
    intake_init(&intake);
    json_t *object = json_pack("{s:[s,s], s:[s,s]}", "pill", "now", "maybe", "support", "no", "reading");
    cr_assert_eq(document_read_answers(object, intake.answers, NULL), 0);
    json_t *body = body_of(&intake);
    const json_t *flags = at(at(body, "assessment"), "flags");
    cr_expect_not_null(find(flags, "PILL_NOW"));
    cr_expect_not_null(find(flags, "INCOMPLETE:Q13"));
    cr_expect_not_null(find(flags, "INCOMPLETE:Q36"));
    json_decref(object);
    json_decref(body);
    intake_done(&intake);
}
