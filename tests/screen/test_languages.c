/* A whole intake in another language, a line at a time: what is typed are the numbers of the answers that say
 * no in that language, and the date in its own digits. The record is the same as in English, in the clinic's
 * words. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
    native_offer(&clinic, "\"en\", \"es\", \"zh_CN\", \"hi\"");
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(languages, .init = setup, .fini = teardown, .timeout = 180);

/* Waits for the prompt, which every page ends in. */
static void wait_for_prompt(struct term *t, size_t from)
{
    for (int i = 0; i < 1000; i++) {
        const char *said = term_log(t) + from;
        size_t len = strlen(said);
        if (len > 2 && said[len - 1] == ' ' &&
            (said[len - 2] == ':' || (len > 3 && memcmp(said + len - 4, "\uFF1A", 3) == 0))) {
            return;
        }
        term_settle(t, 10);
    }
    cr_assert_fail("no prompt: %s", term_log(t) + from);
}

/* Types a line. What is said to it, to the next prompt. */
static const char *line(struct term *t, const char *text)
{
    size_t from = term_bytes(t);

    term_send(t, text);
    term_send(t, "\r");
    wait_for_prompt(t, from);
    return term_log(t) + from;
}

static void intake(const char *code, const char *number, const char *date, const char *name)
{
    struct native native;
    native_open(&native, code);
    const char *check = native_tr(&native, "Check your answers");
    const char *saved = native_tr(&native, "Your answers are saved");
    const char *next = native_tr(&native, "Next");

    struct term *t = clinic_kiosk(&clinic, 24, 80, "dumb");
    wait_for_prompt(t, 0);
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
        native_no(&native, said, key);
        const char *prompt = strrchr(said, '\n'); /* with "or press Enter for Next" once there is a tick */
        said = line(t, prompt && strstr(prompt, next) ? "" : key);
    }
    cr_assert(strstr(said, check), "%s", said);
    line(t, "");
    line(t, name);
    for (int i = 0; i < 500 && !strstr(term_log(t), saved); i++) { /* it says first that it is saving */
        term_settle(t, 20);
    }
    cr_expect(strstr(term_log(t), saved), "%s", term_log(t));
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
    native_close(&native);
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
