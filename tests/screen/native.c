#include "native.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void native_offer(const struct clinic_folder *clinic, const char *codes)
{
    char root[256], more[512];

    cr_assert_not_null(getcwd(root, sizeof root));
    snprintf(more, sizeof more, "languages = [ %s ];\nlocale_dir = \"%s/%s/locale\";", codes, root, BIN);
    clinic_set(clinic, more);
}

void native_open(struct native *native, const char *code)
{
    const struct config config = { .path = "", .locale_dir = BIN "/locale" };
    struct problems problems = PROBLEMS_INIT;
    struct err err;

    native->form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(native->form);
    problems_done(&problems);
    cr_assert_eq(language_load(&native->language, &config, native->form, code, &err), 0, "%s", err.text);
}

void native_close(struct native *native)
{
    language_done(&native->language);
    form_free(native->form);
}

const char *native_tr(const struct native *native, const char *english)
{
    const char *text = catalogue_text(native->language.catalogue, NULL, english, NULL);

    cr_assert_not_null(text, "%s", english);
    return text;
}

const struct form_question *native_question(const struct native *native, const char *id)
{
    const struct form *form = native->language.form;

    for (size_t q = 0; q < form->nquestions; q++) {
        if (strcmp(form->question[q].id, id) == 0) {
            return &form->question[q];
        }
    }
    cr_assert_fail("no question \"%s\"", id);
    return NULL;
}

const char *native_option(const struct native *native, const char *id, size_t option)
{
    const struct form_question *question = native_question(native, id);

    cr_assert_lt(option, question->noptions);
    return question->option[option].text;
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

/* Is this the beginning of an answer that says no? */
static bool is_no(const struct native *native, const char *text)
{
    for (size_t q = 0; q < native->form->nquestions; q++) {
        for (size_t o = 0; o < native->form->question[q].noptions; o++) {
            const char *own = native->language.form->question[q].option[o].text;
            if (says_no(native->form->question[q].option[o].text) && strncmp(own, text, strlen(text)) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool native_no(const struct native *native, const char *page, char key[8])
{
    for (; *page; page += *page == '\n') {
        char number[8], text[200];
        page += strspn(page, " >");
        if ((sscanf(page, "%3[0-9]. %199[^\r\n]", number, text) == 2 ||
             sscanf(page, "%3[0-9] %*1[[(]%*1c%*1[])] %199[^\r\n]", number, text) == 2) &&
            is_no(native, text)) {
            snprintf(key, 8, "%s", number);
            return true;
        }
        page += strcspn(page, "\n");
    }
    snprintf(key, 8, "1");
    return false;
}

/* What stands below the bar with the progress, which counts pages: another question, or the same. */
static void expect_turned(struct term *t, const char *keys, const char *title)
{
    press(t, keys, NULL);
    for (int i = 0; i < 500; i++) {
        char now[256];
        clinic_question(t, now);
        if (strcmp(now, title) != 0) {
            return;
        }
        term_settle(t, 20);
    }
    cr_assert_fail("stuck at:\n%s", term_text(t));
}

void native_walk(const struct native *native, struct term *t, const char *to)
{
    const char *letter = catalogue_text(native->language.catalogue, "letter for no", "n", NULL);

    cr_assert_not_null(letter);
    for (int page = 0; page < 80 && !term_shows(t, to); page++) {
        char title[256], key[8];
        term_settle(t, 60); /* the rows below the question */
        clinic_question(t, title);
        if (native_no(native, term_text(t), key)) {
            expect_turned(t, letter, title);
        } else if (term_shows(t, "[ ]")) { /* ticks: the first, and on */
            press(t, key, "[x]");
            expect_turned(t, "\r", title);
        } else {
            expect_turned(t, term_shows(t, "( )") ? key : "\r", title);
        }
    }
    term_expect(t, to);
}
