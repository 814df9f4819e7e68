#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "assess.h"
#include "document.h"
#include "form_load.h"
#include "fuzz.h"

static struct form *form;
static struct policies *policies;

static void done(void)
{
    policies_free(policies);
    form_free(form);
}

static void load(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = form_load("forms/microneedling", &problems);
    must(form != NULL);
    problems_done(&problems);
    policies = policies_new(form);
    atexit(done);
}

int fuzz_answers(const uint8_t *data, size_t size)
{
    struct err err;
    const char *fact[PLACEHOLDERS] = { 0 };
    const struct date asked = { 2026, 11, 21 }, visit = { 2026, 11, 28 };
    if (form == NULL) {
        load();
    }
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        fact[i] = "";
    }
    json_t *object = document_parse((const char *)data, size, &err);
    struct answers *answers = answers_new(form);
    answers_set_context(answers, visit, policies->value);
    if (object != NULL && document_read_answers(object, answers, &err) == 0) {
        struct assessment *result = assessment_new();
        struct buf out = BUF_INIT;
        assess(result, answers, policies, asked, visit);
        document_assessment(&out, NULL, result, answers, policies, fact, NULL, true);
        json_t *back = document_parse(buf_str(&out), out.len, &err);
        must(back != NULL); /* what it writes is JSON */
        /* Nothing answered, or nonsense: never CLEAR. */
        must(json_object_size(object) > 0 || result->class != OUTCOME_CLEAR);
        json_decref(back);
        buf_done(&out);
        assessment_free(result);
    }
    answers_free(answers);
    json_decref(object);
    return 0;
}
