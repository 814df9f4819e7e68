/* Full screens in other languages: a whole intake that changes its language halfway. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"

#define F2  "\x1bOQ"
#define F12 "\x1b[24~"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
    native_offer(&clinic, "\"en\", \"es\", \"zh_CN\", \"ta\", \"hi\"");
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(native, .init = setup, .fini = teardown, .timeout = 180);

/* As a person does it: once the page has come to rest. */
static void answer(struct term *t, const char *keys, const char *then)
{
    term_settle(t, 150);
    press(t, keys, then);
}

/* From the first page to the first question about health. */
static void begin(const struct native *native, struct term *t, const char *number, const char *date,
                  const char *read_back, const char *name)
{
    term_expect(t, native->language.name);
    answer(t, number, native_tr(native, "Start"));
    term_settle(t, 700); /* an Enter sooner belongs to the digit */
    answer(t, "\r", native_tr(native, "Your privacy"));
    answer(t, "\r", native_tr(native, "Do you agree?"));
    answer(t, "1", native_question(native, "birth_date")->text);
    answer(t, date, read_back);
    answer(t, "\r", native_question(native, "support")->text);
    answer(t, "n", native_tr(native, "What is your name?"));
    answer(t, name, name);
    answer(t, "\t\r", native_question(native, "goals")->text);
}

/* The only intake, as `foyer export json` gives it. */
static json_t *record(void)
{
    struct buf out = BUF_INIT;
    char path[128];
    snprintf(path, sizeof path, "%s/export.json", clinic.path);
    const char *const args[] = { "export", "json", "--reason", "test", "--passphrase-fd",
                                 "0",      "-o",   path,       NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    buf_done(&out);
    json_t *intake = json_load_file(path, 0, NULL);
    cr_assert_not_null(intake, "not one intake");
    return intake;
}

static json_t *find(json_t *intake, const char *id)
{
    json_t *answer;
    size_t i;

    json_array_foreach(json_object_get(intake, "answer"), i, answer)
    {
        if (strcmp(json_string_value(json_object_get(answer, "question")), id) == 0) {
            return answer;
        }
    }
    cr_assert_fail("the record has no answer to %s", id);
    return NULL;
}

static void expect_words(json_t *intake, const char *id, const char *key, const char *want)
{
    const char *have = json_string_value(json_object_get(find(intake, id), key));

    cr_expect(want == NULL ? have == NULL : have != NULL && strcmp(have, want) == 0, "%s, %s: %s, not %s", id,
              key, have ? have : "none", want ? want : "none");
}

Test(native, a_whole_intake_begins_in_spanish_and_ends_in_chinese_with_every_answer_kept)
{
    struct native es, zh;
    native_open(&es, "es");
    native_open(&zh, "zh_CN");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");

    begin(&es, t, "2", "\uFF11\uFF15\t\uFF15\t\uFF11\uFF19\uFF19\uFF10", "15 de mayo de 1990",
          "Ana Ib\u00E1\u00F1ez");
    native_walk(&es, t, native_question(&es, "blood_thinner")->text);
    answer(t, "s", native_question(&es, "blood_thinner_which")->text);
    answer(t, "1", native_question(&es, "inr")->text);
    answer(t, "\uFF13.\uFF16", NULL);
    term_settle(t, 100);

    answer(t, F12, zh.language.name); /* with a number half typed */
    answer(t, "3", native_question(&zh, "inr")->text);
    term_expect(t, "3.6");
    answer(t, F2, native_question(&zh, "blood_thinner_which")->text);
    char ticked[200];
    snprintf(ticked, sizeof ticked, "(\u2022) %s", native_option(&zh, "blood_thinner_which", 0));
    term_expect(t, ticked);
    answer(t, F2, native_question(&zh, "blood_thinner")->text);
    snprintf(ticked, sizeof ticked, "(\u2022) %s", native_option(&zh, "blood_thinner", 1));
    term_expect(t, ticked);
    answer(t, "\r", native_question(&zh, "blood_thinner_which")->text);
    answer(t, "\r", native_question(&zh, "inr")->text);
    term_expect(t, "3.6");
    answer(t, "\r", native_question(&zh, "medicines")->text);

    native_walk(&zh, t, native_tr(&zh, "Check your answers"));
    term_expect(t, "Ana Ib\u00E1\u00F1ez");
    term_expect(t, "1990\u5E745\u670815\u65E5");
    term_resize(t, 100, 80); /* all of it in sight */
    term_expect(t, native_option(&zh, "blood_thinner_which", 0));
    term_expect(t, "3.6");
    term_expect_gone(t, native_option(&es, "blood_thinner_which", 0));
    term_resize(t, 24, 80);
    answer(t, "\r", native_tr(&zh, "Sign your answers"));
    answer(t, "\u674E\u5C0F\u9F99", "\u674E\u5C0F\u9F99");
    answer(t, "\r", native_tr(&zh, "Your answers are saved"));
    term_close(t);

    json_t *intake = record();
    cr_expect_str_eq(json_string_value(json_object_get(intake, "language")), "zh_CN");
    /* Each in the words that were on the screen when its page was left last. */
    expect_words(intake, "birth_date", "answer_text", "15 de mayo de 1990");
    expect_words(intake, "isotretinoin", "question_text", native_question(&es, "isotretinoin")->text);
    expect_words(intake, "isotretinoin", "answer_text", native_option(&es, "isotretinoin", 0));
    expect_words(intake, "isotretinoin", "clinic_answer", "No");
    expect_words(intake, "blood_thinner", "value", "yes");
    expect_words(intake, "blood_thinner", "answer_text", native_option(&zh, "blood_thinner", 1));
    expect_words(intake, "blood_thinner_which", "answer_text", native_option(&zh, "blood_thinner_which", 0));
    expect_words(intake, "inr", "question_text", native_question(&zh, "inr")->text);
    expect_words(intake, "inr", "value", "3.6");
    expect_words(intake, "medicines", "answer_text", native_option(&zh, "medicines", 0));
    expect_words(intake, "medicines", "clinic_answer", "No");
    json_decref(intake);

    struct buf out = BUF_INIT;
    char id[9];
    clinic_intake(&clinic, 0, id);
    const char *const args[] = { "show", id, "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    static const char *const shown[] = { "1990-05-15 (36)", "Ana Ib\u00E1\u00F1ez", "Result: HOLD",
                                         "Warfarin (Coumadin)", "3.6" };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        cr_expect(strstr(buf_str(&out), shown[i]), "no %s in %s", shown[i], buf_str(&out));
    }
    buf_done(&out);
    native_close(&es);
    native_close(&zh);
}
