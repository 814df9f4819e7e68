/* A whole intake in another language, a line at a time: what is typed are the numbers of the answers that say
 * no in that language, and the date in its own digits. The record is the same as in English, in the clinic's
 * words. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clinic.h"
#include "form_load.h"
#include "languages.h"

static struct clinic_folder clinic;
static struct form *form;

static void setup(void)
{
    struct problems problems = PROBLEMS_INIT;
    char root[256], more[512];

    clinic_open(&clinic);
    cr_assert_not_null(getcwd(root, sizeof root));
    snprintf(more, sizeof more,
             "languages = [ \"en\", \"es\", \"zh_CN\", \"hi\" ];\nlocale_dir = \"%s/%s/locale\";", root, BIN);
    clinic_set(&clinic, more);
    form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
    problems_done(&problems);
}

static void teardown(void)
{
    form_free(form);
    clinic_close(&clinic);
}

TestSuite(languages, .init = setup, .fini = teardown, .timeout = 180);

/* Types a line and waits until nothing more is said. Where what was said begins. */
static const char *line(struct term *t, const char *text)
{
    size_t from = term_bytes(t);

    term_send(t, text);
    term_send(t, "\r");
    for (int i = 0; i < 100 && term_bytes(t) == from; i++) {
        term_settle(t, 20);
    }
    term_settle(t, 80);
    return term_log(t) + from;
}

static bool says_no(const char *english)
{
    static const char *const no[] = { "No", "Never", "None", "I have never" };

    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        size_t len = strlen(no[i]);
        if (strncmp(english, no[i], len) == 0 && (english[len] == '\0' || strchr(",. ", english[len]))) {
            return true;
        }
    }
    return false;
}

/* The number of the first answer on the page that is a "no" of the form in this language; else 1. */
static void find_no(const struct language *language, const char *said, char key[8])
{
    snprintf(key, 8, "1");
    for (; *said; said += *said == '\n') {
        char number[8], text[200];
        if (sscanf(said, "%3[0-9]. %199[^\r\n]", number, text) == 2) {
            for (size_t q = 0; q < form->nquestions; q++) {
                for (size_t o = 0; o < form->question[q].noptions; o++) {
                    const char *own = language->form->question[q].option[o].text;
                    if (says_no(form->question[q].option[o].text) && strncmp(own, text, strlen(text)) == 0) {
                        snprintf(key, 8, "%s", number);
                        return;
                    }
                }
            }
        }
        said += strcspn(said, "\n");
    }
}

static void intake(const char *code, const char *number, const char *date, const char *name)
{
    const struct config config = { .path = "", .locale_dir = BIN "/locale" };
    struct language language;
    struct err err;
    cr_assert_eq(language_load(&language, &config, form, code, &err), 0, "%s", err.text);
    const struct catalogue *words = language.catalogue;
    const char *check = catalogue_text(words, NULL, "Check your answers", NULL);
    const char *saved = catalogue_text(words, NULL, "Your answers are saved", NULL);
    const char *next = catalogue_text(words, NULL, "Next", NULL);
    cr_assert(check && saved && next);

    struct term *t = clinic_kiosk(&clinic, 24, 80, "dumb");
    term_settle(t, 400);
    line(t, number);
    line(t, ""); /* start, privacy */
    line(t, "");
    line(t, "1"); /* agrees */
    line(t, date);
    line(t, "1");
    line(t, name);
    const char *said = line(t, ""); /* no phone */
    for (int i = 0; i < 100 && !strstr(said, check); i++) {
        char key[8];
        find_no(&language, said, key);
        const char *prompt = strrchr(said, '\n'); /* with "or press Enter for Next" once there is a tick */
        said = line(t, prompt && strstr(prompt, next) ? "" : key);
    }
    cr_assert(strstr(said, check), "%s", said);
    line(t, "");
    said = line(t, name);
    cr_expect(strstr(said, saved), "%s", said);
    for (const char *c = term_log(t); *c; c++) {
        cr_assert((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\r', "byte %d was written", *c);
    }
    term_close(t);

    struct buf out = BUF_INIT;
    char id[9];
    clinic_intake(&clinic, 0, id);
    const char *const args[] = { "show", id, "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "1990-05-15 (36)"), "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), name), "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "Result: CLEAR"), "%s", buf_str(&out));
    cr_expect(strstr(buf_str(&out), "isotretinoin (Accutane"), "in the clinic's words: %s", buf_str(&out));
    buf_done(&out);
    language_done(&language);
}

Test(languages, a_whole_intake_in_spanish_with_full_width_digits)
{
    intake("es", "2", "\uFF11\uFF15 \uFF15 \uFF11\uFF19\uFF19\uFF10", "Ana Ib\u00E1\u00F1ez");
}

Test(languages, a_whole_intake_in_chinese)
{
    intake("zh_CN", "3", "1990 5 15", "\u674E\u5C0F\u9F99");
}

Test(languages, a_whole_intake_in_hindi_with_its_own_digits)
{
    intake("hi", "4", "\u0967\u096B \u096B \u0967\u096F\u096F\u0966", "\u0905\u0928\u0940\u0924\u093E");
}

/* No line of Chinese begins with what may only end one (UAX #14). */
static void expect_no_stray_sign(struct term *t)
{
    static const char *const sign[] = {
        "\u3002", "\uFF0C", "\u3001", "\uFF1F", "\uFF01", "\uFF1B", "\uFF09"
    };

    for (const char *at = term_text(t); *at; at += *at == '\n') {
        at += strspn(at, " >");
        for (size_t i = 0; i < sizeof sign / sizeof *sign; i++) {
            cr_expect(strncmp(at, sign[i], strlen(sign[i])) != 0, "%s", term_text(t));
        }
        at += strcspn(at, "\n");
    }
}

Test(languages, chinese_in_windows_of_any_size_keeps_its_page_and_its_signs_at_the_ends_of_lines)
{
    static const int size[][2] = { { 1, 1 }, { 12, 40 }, { 13, 43 }, { 200, 500 }, { 24, 61 }, { 24, 80 } };
    static const char *const key[] = { "3", "\r", "\r", "1" };
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");

    term_expect(t, "\u4E2D\u6587");
    for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
        term_settle(t, 200);
        press(t, key[k], NULL);
        term_settle(t, 200);
        char *before = strdup(term_text(t));
        for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
            term_resize(t, size[i][0], size[i][1]);
            term_settle(t, 150);
            if (size[i][0] >= 12) {
                expect_no_stray_sign(t);
            }
        }
        cr_expect_str_eq(term_text(t), before);
        free(before);
    }
    term_close(t);
}
