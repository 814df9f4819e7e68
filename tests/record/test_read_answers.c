/* Answers out of a file: what has no meaning is refused without quoting it, and whatever the file holds,
 * reading it does no harm. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "sample.h"

static const struct date visit = { 2026, 11, 21 };

Test(read_answers, what_is_no_document_is_refused_without_quoting_it)
{
    static const char *const wrong[] = {
        "",
        "null",
        "[]",
        "\"Smith\"",
        "{",
        "{\"name\":\"Smith\"} Smith",
        "{\"Smith\":1,\"Smith\":2}",
        "{\"name\":\"Smith\\u0000\"}",
        "{\"name\":\"Smith\xff\"}",
        "{\"v\":2}",
        "{\"v\":0}",
        "{\"v\":\"1\"}",
        "{\"v\":99999999999999999999}",
        "{Smith}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = { "" };
        cr_expect_null(document_parse(wrong[i], strlen(wrong[i]), &err), "%s", wrong[i]);
        cr_expect(*err.text && !strstr(err.text, "Smith"), "%s: %s", wrong[i], err.text);
    }
    cr_expect_null(document_parse("{}\0", 3, NULL));
    json_t *fine = document_parse("{\"v\":1,\"new key\":[]}", 20, NULL);
    cr_expect_not_null(fine);
    json_decref(fine);
}

Test(read_answers, a_key_that_stands_twice_is_told_from_what_is_no_json)
{
    static const char twice[] = "{\"a\":1,\n\"a\":2}", broken[] = "{\"a\":1,\n}";
    struct err err;

    cr_expect_null(document_parse(twice, sizeof twice - 1, &err));
    cr_expect_str_eq(err.text, "a key stands twice: line 2, column 3");
    cr_expect_null(document_parse(broken, sizeof broken - 1, &err));
    cr_expect_str_eq(err.text, "not JSON: line 2, column 1");
}

Test(read_answers, deep_nesting_is_refused_before_it_is_parsed)
{
    enum { DEEP = 200000 };
    struct err err = { "" };
    char *text = mem_alloc(DEEP);
    memset(text, '[', DEEP);
    cr_expect_null(document_parse(text, DEEP, &err));
    cr_expect(strstr(err.text, "nested"), "%s", err.text);
    free(text);
    const char brackets[] = "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}";
    json_t *fine = document_parse(brackets, sizeof brackets - 1, &err);
    cr_expect_not_null(fine, "brackets in a text are no nesting: %s", err.text);
    json_decref(fine);
}

Test(read_answers, no_mutation_of_an_answers_file_does_harm)
{
    static const char seed[] =
        "{\"birth_date\":\"1990-05-17\",\"support\":[\"reading\",\"interpreter\"],\"pill\":\"past\","
        "\"pill_last\":\"2026-05\",\"inr\":2.5,\"notes\":[\"a\",\"b\"],\"doctor\":null}";
    static const char telling[] = "{}[]\",:0-9\\eu\xff\x80\x1b nt";
    uint64_t random = 0x9e3779b97f4a7c15;
    int read = 0;
    for (int round = 0; round < 8000; round++) {
        struct err err = { "" };
        char *text = mem_strdup(seed);
        size_t len = sizeof seed - 1;
        for (uint64_t n = 1 + dice(&random) % 4; n > 0; n--) {
            uint64_t r = dice(&random);
            text[r % len] = telling[(r >> 32) % (sizeof telling - 1)];
        }
        if (dice(&random) % 16 == 0) {
            len = dice(&random) % len;
        }
        json_t *object = document_parse(text, len, &err);
        cr_assert(object || *err.text);
        if (object) {
            struct answers *answers = answers_new(sample_form());
            struct policies *policies = policies_new(sample_form());
            struct assessment *assessment = assessment_new();
            answers_set_context(answers, visit, policies->value);
            cr_assert_eq(document_read_answers(object, answers, &err), 0);
            assess(assessment, answers, policies, visit, visit);
            answers_free(answers);
            policies_free(policies);
            assessment_free(assessment);
            json_decref(object);
            read++;
        }
        free(text);
    }
    cr_expect_gt(read, 100, "too few mutations were still JSON");
}

/* Reads { question: value } and says what became of it, in few letters. */
static const char *outcome_of(const char *json, size_t q)
{
    static char line[256];
    struct answers *answers = answers_new(sample_form());
    struct policies *policies = policies_new(sample_form());
    struct err err = { "" };
    json_error_t fault;
    char iso[DATE_ISO_SIZE];
    json_t *object = json_loads(json, 0, &fault);
    cr_assert_not_null(object, "%s: %s", json, fault.text);
    answers_set_context(answers, visit, policies->value);
    cr_assert_eq(document_read_answers(object, answers, &err), 0, "%s", err.text);
    json_decref(object);
    switch (answers_state(answers, q)) {
    case ANSWER_GIVEN:
        snprintf(line, sizeof line, "%llx|%s|%g|%s", (unsigned long long)answers_options(answers, q),
                 date_format_iso(answers_date(answers, q), iso), answers_number(answers, q),
                 answers_text(answers, q));
        break;
    case ANSWER_MISSING:
        snprintf(line, sizeof line, "missing");
        break;
    case ANSWER_UNSURE:
        snprintf(line, sizeof line, "unsure");
        break;
    case ANSWER_PRIVATE:
        snprintf(line, sizeof line, "private");
        break;
    case ANSWER_INVALID:
        snprintf(line, sizeof line, "invalid");
        break;
    }
    if (answers_unknown(answers, 0, &(const char *){ NULL })) {
        strcat(line, " unknown");
    }
    answers_free(answers);
    policies_free(policies);
    return line;
}

Test(read_answers, shape_is_forgiven_and_meaning_is_not)
{
    static const struct {
        size_t q;
        const char *json, *want;
    } sheet[] = {
        { Q_PILL, "{\"pill\":\"now\"}", "2||0|" },
        { Q_PILL, "{\"pill\":[\"now\"]}", "2||0|" },
        { Q_PILL, "{\"pill\":\"Now\"}", "invalid" },
        { Q_PILL, "{\"pill\":\"maybe\"}", "invalid" },
        { Q_PILL, "{\"pill\":[\"maybe\"]}", "invalid" },
        { Q_PILL, "{\"pill\":1}", "invalid" },
        { Q_PILL, "{\"pill\":true}", "invalid" },
        { Q_PILL, "{\"pill\":{\"value\":\"never\"}}", "invalid" },
        { Q_PILL, "{\"pill\":\"unsure\"}", "unsure" },
        { Q_PILL, "{\"pill\":[\"private\"]}", "private" },
        { Q_PILL, "{\"pill\":\"skipped\"}", "missing" },
        { Q_PILL, "{\"pill\":null}", "missing" },
        { Q_PILL, "{\"pill\":[]}", "missing" },
        { Q_PILL, "{\"pill\":[null]}", "missing" },
        { Q_PILL, "{\"pill\":\"\"}", "missing" },
        { Q_SUPPORT, "{\"support\":\"reading\"}", "4||0|" },
        { Q_SUPPORT, "{\"support\":[\"reading\",\"interpreter\"]}", "6||0|" },
        { Q_SUPPORT, "{\"support\":[\"reading\",\"flying\"]}", "invalid" },
        { Q_SUPPORT, "{\"support\":[\"reading\",[\"interpreter\"]]}", "invalid" },
        { Q_BIRTH, "{\"birth_date\":\"1990-05-17\"}", "0|1990-05-17|0|" },
        { Q_BIRTH, "{\"birth_date\":[\"1990-05-17\"]}", "0|1990-05-17|0|" },
        { Q_BIRTH, "{\"birth_date\":\"1990-02-30\"}", "invalid" },
        { Q_BIRTH, "{\"birth_date\":\"17.05.1990\"}", "invalid" },
        { Q_BIRTH, "{\"birth_date\":\"1990-05-17T00:00\"}", "invalid" },
        { Q_BIRTH, "{\"birth_date\":\"unsure\"}", "invalid" },
        { Q_BIRTH, "{\"birth_date\":[\"1990-05-17\",\"1990-05-18\"]}", "invalid" },
        { Q_PILL_LAST, "{\"pill\":\"past\",\"pill_last\":\"2026-05\"}", "0|2026-05|0|" },
        { Q_PILL_LAST, "{\"pill_last\":\"2026\",\"pill\":\"past\"}", "0|2026|0|" },
        { Q_PILL_LAST, "{\"pill_last\":2026,\"pill\":\"past\"}", "0|2026|0|" },
        { Q_PILL_LAST, "{\"pill_last\":20260501,\"pill\":\"past\"}", "invalid" },
        { Q_PILL_LAST, "{\"pill_last\":\"unsure\",\"pill\":\"past\"}", "unsure" },
        { Q_INR, "{\"inr\":2}", "0||2|" },
        { Q_INR, "{\"inr\":2.5}", "0||2.5|" },
        { Q_INR, "{\"inr\":\"2.5\"}", "0||2.5|" },
        { Q_INR, "{\"inr\":[\"2.5\"]}", "0||2.5|" },
        { Q_INR, "{\"inr\":0.5}", "0||0.5|" },
        { Q_INR, "{\"inr\":0.4}", "invalid" },
        { Q_INR, "{\"inr\":20.1}", "invalid" },
        { Q_INR, "{\"inr\":-2.5}", "invalid" },
        { Q_INR, "{\"inr\":1e300}", "invalid" },
        { Q_INR, "{\"inr\":\"2,5\"}", "invalid" },
        { Q_INR, "{\"inr\":\"0x2\"}", "invalid" },
        { Q_INR, "{\"inr\":\"nan\"}", "invalid" },
        { Q_INR, "{\"inr\":\" 2\"}", "invalid" },
        { Q_INR, "{\"inr\":[2,3]}", "invalid" },
        { Q_INR, "{\"inr\":\"private\"}", "private" },
        { Q_NOTES, "{\"notes\":\"a\\nb\"}", "0||0|a\nb" },
        { Q_NOTES, "{\"notes\":[\"a\",\"b\"]}", "0||0|a\nb" },
        { Q_NOTES, "{\"notes\":[\"a\",5]}", "invalid" },
        { Q_NOTES, "{\"notes\":\"a\\u202eb\"}", "invalid" },
        { Q_NOTES, "{\"notes\":\"\\u001b[2J\"}", "invalid" },
        { Q_NOTES, "{\"notes\":\"\"}", "missing" },
        { Q_NAME, "{\"doctor\":\"Dr Who\"}", "0||0|Dr Who" },
        { Q_NAME, "{\"doctor\":\"Dr\\nWho\"}", "invalid" },
        { Q_NAME, "{\"doctor\":\"a name of more than twenty letters\"}", "invalid" },
        { Q_PILL, "{\"answers\":{\"pill\":\"now\"}}", "2||0|" },
        { Q_PILL, "{\"name\":\"a case\",\"answers\":{\"pill\":\"now\"}}", "2||0|" },
        { Q_PILL, "{\"answers\":{\"pill\":\"never\"},\"pill\":\"now\"}", "2||0| unknown" },
        { Q_PILL, "{\"answers\":[\"never\"],\"pill\":\"now\"}", "2||0| unknown" },
        { Q_PILL, "{\"pill\":\"now\",\"pills\":\"now\"}", "2||0| unknown" },
        { Q_PILL, "{\"pill\":\"now\",\"note\":\"read\"}", "2||0| unknown" },
        { Q_PILL, "{\"pill\":\"now\",\"Q13\":\"never\"}", "2||0| unknown" },
    };
    for (size_t i = 0; i < sizeof sheet / sizeof *sheet; i++) {
        const char *got = outcome_of(sheet[i].json, sheet[i].q);
        cr_expect_str_eq(got, sheet[i].want, "%s: %s, not %s", sheet[i].json, got, sheet[i].want);
    }
}

Test(read_answers, only_an_object_holds_answers)
{
    struct answers *answers = answers_new(sample_form());
    struct err err = { "" };
    json_t *list = json_array();
    cr_expect_eq(document_read_answers(list, answers, &err), -1);
    cr_expect(*err.text);
    json_decref(list);
    answers_free(answers);
}
