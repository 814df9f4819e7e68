/* An intake judged again from its own record: for the same day nothing changes, for another day it is what
 * the wizard would have said for that day. Over every patient case. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "assess.h"
#include "document.h"
#include "encounter.h"
#include "form_load.h"

#define CASES "tests/cases"

static const char *const clinic_facts[PLACEHOLDERS] = {
    "A clinic", "020 7946 0000", "9 to 5", "", "999", ""
};

static struct form *load_form(void)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
    problems_done(&problems);
    return form;
}

static struct date day(const json_t *object, const char *key)
{
    struct date date = { 0 };
    cr_assert(date_parse_iso(json_string_value(json_object_get(object, key)), &date) && date_is_full(date));
    return date;
}

struct intake {
    const struct form *form;
    struct answers *answers;
    struct policies *policies;
    struct date asked;
};

static json_t *load_case(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, CASES "/%s", name);
    json_t *spec = json_load_file(path, 0, NULL);
    cr_assert_not_null(spec, "%s", path);
    return spec;
}

/* The case's answers on top of those of the case it is like; null takes one away. */
static json_t *answers_of(const json_t *spec)
{
    const char *like = json_string_value(json_object_get(spec, "like")), *id;
    json_t *answers = json_object(), *value;
    if (like != NULL) {
        char base[256];
        snprintf(base, sizeof base, "%s.json", like);
        json_t *other = load_case(base);
        json_object_update(answers, json_object_get(other, "answers"));
        json_decref(other);
    }
    json_object_foreach(json_object_get(spec, "answers"), id, value)
    {
        if (json_is_null(value)) {
            json_object_del(answers, id);
        } else {
            json_object_set(answers, id, value);
        }
    }
    return answers;
}

/* False: its policies are a list, which `assess` alone takes. */
static bool make(struct intake *in, const struct form *form, const json_t *spec)
{
    const char *name;
    json_t *value;
    bool fine = true;
    *in = (struct intake){ form, answers_new(form), policies_new(form),
                           day(spec, json_object_get(spec, "asked") ? "asked" : "visit") };
    json_object_foreach(json_object_get(spec, "policy"), name, value)
    {
        char number[32];
        snprintf(number, sizeof number, "%g", json_number_value(value));
        fine = fine && !json_is_array(value);
        cr_assert(!fine ||
                  policies_set(in->policies, form, name,
                               json_is_string(value) ? json_string_value(value) : number, NULL) == 0);
    }
    answers_set_context(in->answers, day(spec, "visit"), in->policies->value);
    json_t *answers = answers_of(spec);
    cr_assert_eq(document_read_answers(answers, in->answers, NULL), 0);
    json_decref(answers);
    return fine;
}

static void free_intake(struct intake *in)
{
    answers_free(in->answers);
    policies_free(in->policies);
}

/* What only `assess` takes and no wizard would send. */
static bool sendable(const struct intake *in, struct date visit)
{
    const char *id;
    bool fine = answers_unknown(in->answers, 0, &id) == 0;
    for (size_t q = 0; q < in->form->nquestions; q++) {
        fine = fine && !(answers_shown(in->answers, q) && answers_refused(in->answers, q, visit));
    }
    return fine;
}

static char *judged(const struct intake *in, struct date visit)
{
    struct assessment *result = assessment_new();
    struct buf text = BUF_INIT;
    answers_set_context(in->answers, visit, in->policies->value);
    assess(result, in->answers, in->policies, in->asked, visit);
    document_assessment(&text, NULL, result, in->answers, in->policies, clinic_facts, NULL, false);
    assessment_free(result);
    return buf_steal(&text);
}

static struct encounter *sent(const struct intake *in, struct date visit)
{
    static const uint8_t uid[FRAME_UID] = { 1 };
    struct frame_header header = { .kind = FRAME_FINAL, .rev = 1 };
    struct document_answer *how = calloc(in->form->nquestions, sizeof *how);
    struct assessment *result = assessment_new();
    struct buf text = BUF_INIT;
    assess(result, in->answers, in->policies, in->asked, visit);
    struct document_facts facts = {
        .kind = "final",
        .uid = uid,
        .form = in->form,
        .answers = in->answers,
        .answer = how,
        .reached = in->form->nquestions,
        .policies = in->policies,
        .assessment = result,
        .asked_on = in->asked,
        .visit_on = visit,
        .name = "A",
        .phone = "",
        .helper_name = "",
        .helper_relation = "",
        .fact = clinic_facts,
        .timezone = "UTC",
        .signature = "A",
        .signed_s = 1,
    };
    document_body(&text, &facts);
    struct encounter *e = encounter_new(uid, &header, document_parse(buf_str(&text), text.len, NULL));
    cr_assert_not(e->damaged);
    assessment_free(result);
    free(how);
    buf_done(&text);
    return e;
}

static void expect_same(const char *file, const struct encounter *e, const struct form *form,
                        struct date visit, const char *want)
{
    struct err err = { "" };
    struct buf got = BUF_INIT;
    json_t *again = encounter_assess(e, form, visit, NULL, &err);
    cr_assert_not_null(again, "%s: %s", file, err.text);
    event_write(again, &got);
    cr_expect_str_eq(buf_str(&got), want, "%s: judged again, it is\n%s\nand not\n%s", file, buf_str(&got),
                     want);
    buf_done(&got);
    json_decref(again);
}

static int is_case(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

Test(reassess, from_its_own_record_an_intake_is_judged_as_it_was)
{
    struct dirent **entry;
    int n = scandir(CASES, &entry, is_case, alphasort), judged_again = 0;
    struct form *form = load_form();
    for (int i = 0; i < n; i++) {
        json_t *spec = load_case(entry[i]->d_name);
        struct intake in;
        bool made = make(&in, form, spec);
        struct date visit = day(spec, "visit"), later = date_add_days(visit, 9);
        if (made && sendable(&in, visit)) {
            struct encounter *e = sent(&in, visit);
            char *same = judged(&in, visit), *other = judged(&in, later);
            expect_same(entry[i]->d_name, e, form, visit, same);
            expect_same(entry[i]->d_name, e, form, later, other);
            encounter_free(e);
            free(same);
            free(other);
            judged_again++;
        }
        free_intake(&in);
        json_decref(spec);
        free(entry[i]);
    }
    free(entry);
    form_free(form);
    cr_assert_geq(judged_again, 50, "%d cases", judged_again);
}

Test(reassess, another_form_judges_nothing)
{
    struct form *form = load_form();
    struct err err = { "" };
    static const uint8_t uid[FRAME_UID] = { 1 };
    static const char body[] =
        "{\"asked_on\":\"2026-11-21\",\"form\":{\"hash\":\"00\"},\"answers\":[{\"id\":\"a\"}]}";
    struct encounter *e = encounter_new(uid, NULL, document_parse(body, strlen(body), NULL));
    cr_assert_null(encounter_assess(e, form, (struct date){ 2026, 11, 21 }, NULL, &err));
    cr_assert_not_null(strstr(err.text, "form has changed"), "%s", err.text);
    encounter_free(e);
    form_free(form);
}
