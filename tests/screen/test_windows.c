/* Pages in Tamil and Hindi, in windows from 1x1 to 500x200: the same page afterwards, and no letter cut. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"
#include "text.h"

#define F1 "\x1bOP"
#define F2 "\x1bOQ"
#define F7 "\x1b[18~"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
    native_offer(&clinic, "\"en\", \"ta\", \"hi\"");
    clinic_set(&clinic, "touch = \"pad\";");
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(windows, .init = setup, .fini = teardown, .timeout = 180);

/* Does this word of the page stand in the whole text, but not from one letter's beginning to another's end?
 */
static bool is_cut(const char *whole, const char *word)
{
    size_t len = strlen(word);
    bool cut = false;

    for (const char *found = whole; (found = strstr(found, word)) != NULL; found++) {
        const char *at = whole;
        while (at < found) {
            at = text_next(at);
        }
        bool begins = at == found;
        while (at < found + len) {
            at = text_next(at);
        }
        if (begins && at == found + len) {
            return false;
        }
        cut = true;
    }
    return cut;
}

/* A word that begins with a mark, or breaks off inside a letter of the text; NULL: none does. free() it. */
static char *find_cut(const char *whole, const char *page)
{
    char *copy = strdup(page), *rest = copy, *found = NULL;

    for (char *word = strsep(&rest, " \n"); word && !found; word = strsep(&rest, " \n")) {
        size_t first = 1; /* bytes of its first character */
        while (*word != '\0' && ((unsigned char)word[first] & 0xC0) == 0x80) {
            first++;
        }
        if (*word != '\0' && (text_marks(0, word, first) > 0 || is_cut(whole, word))) {
            found = strdup(word);
        }
    }
    free(copy);
    return found;
}

static void resize(struct term *t, int rows, int columns)
{
    size_t before = term_bytes(t);

    term_resize(t, rows, columns);
    for (int i = 0; i < 500 && term_bytes(t) == before; i++) {
        term_settle(t, 20);
    }
    term_settle(t, 80);
}

/* The page that is shown, through windows of every size and back to this one. */
static void through_windows(const struct native *native, struct term *t)
{
    static const int size[][2] = { { 12, 40 }, { 1, 1 }, { 13, 43 }, { 24, 61 } };

    resize(t, 200, 500);
    struct buf whole = BUF_INIT; /* and what only a small window says */
    buf_addf(&whole, "%s\n%s\n%s\n", term_text(t), native_tr(native, "More below"),
             native_tr(native, "More above"));
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        resize(t, size[i][0], size[i][1]);
        char *cut = size[i][0] > 1 ? find_cut(buf_str(&whole), term_text(t)) : NULL;
        for (int n = 0; n < 50 && cut != NULL; n++) { /* the frame may be half drawn */
            term_settle(t, 40);
            free(cut);
            cut = find_cut(buf_str(&whole), term_text(t));
        }
        cr_expect_null(cut, "%s in\n%s", cut, term_text(t));
        free(cut);
    }
    resize(t, 24, 80);
    buf_done(&whole);
}

static void expect_same(const struct native *native, struct term *t)
{
    term_settle(t, 150);
    char *before = strdup(term_text(t));

    through_windows(native, t);
    for (int n = 0; n < 250 && strcmp(term_text(t), before) != 0; n++) {
        term_settle(t, 20);
    }
    cr_expect_str_eq(term_text(t), before);
    free(before);
}

static void answer(struct term *t, const char *keys, const char *then)
{
    term_settle(t, 150);
    press(t, keys, then);
}

static void visit(const char *code, const char *number, const char *date, const char *name)
{
    struct native native;
    native_open(&native, code);
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");

    term_expect(t, native.language.name);
    answer(t, number, native_tr(&native, "Start"));
    term_settle(t, 700); /* an Enter sooner belongs to the digit */
    answer(t, "\r", native_tr(&native, "Your privacy"));
    answer(t, "\r", native_tr(&native, "Do you agree?"));
    expect_same(&native, t);
    answer(t, F1, native_tr(&native, "Help"));
    expect_same(&native, t);
    answer(t, F2, native_tr(&native, "Do you agree?"));
    answer(t, "1", native_question(&native, "birth_date")->text);
    answer(t, date, "1990");
    expect_same(&native, t); /* with the pad's digits */
    answer(t, F7, native_tr(&native, "Show keys"));
    expect_same(&native, t);
    answer(t, F7, native_tr(&native, "Hide keys"));
    answer(t, "\r", native_question(&native, "support")->text);
    expect_same(&native, t);
    answer(t, "n", native_tr(&native, "What is your name?"));
    answer(t, name, name);
    expect_same(&native, t); /* with its letters */
    answer(t, "\t\r", native_question(&native, "goals")->text);
    native_walk(&native, t, native_question(&native, "areas")->text);
    answer(t, F7, native_tr(&native, "Back to the list"));
    through_windows(&native, t); /* where the figures have no room, their list takes over, and stays */
    term_expect(t, native_option(&native, "areas", 0));
    expect_same(&native, t);
    native_walk(&native, t, native_tr(&native, "Check your answers"));
    expect_same(&native, t);
    answer(t, "\r", native_tr(&native, "Sign your answers"));
    expect_same(&native, t);
    term_close(t);
    native_close(&native);
}

Test(windows, tamil_in_windows_of_any_size_keeps_its_pages_and_its_letters)
{
    visit("ta", "2", "\u0BE7\u0BEB\t\u0BEB\t\u0BE7\u0BEF\u0BEF\u0BE6",
          "\u0BB2\u0B95\u0BCD\u0BB7\u0BCD\u0BAE\u0BBF");
}

Test(windows, hindi_in_windows_of_any_size_keeps_its_pages_and_its_letters)
{
    visit("hi", "3", "\u0967\u096B\t\u096B\t\u0967\u096F\u096F\u0966",
          "\u0936\u094D\u0930\u0940\u0926\u0947\u0935\u0940");
}
