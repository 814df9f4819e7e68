#include "content.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_load.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

const struct date visit = { 2026, 11, 21 };

static struct form *form;

const struct form *content_open(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
    return form;
}

void content_close(void)
{
    form_free(form);
    form = NULL;
}

/* --- Sets of words --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words of a text in the order of the alphabet, on one line: sets are equal if their lines are. */
static void sort_words(char *out, size_t size, const char *text, const char *between)
{
    const char *word[64];
    char copy[1024], *rest = copy;
    size_t n = 0;
    cr_assert_lt((size_t)snprintf(copy, sizeof copy, "%s", text), sizeof copy);
    for (char *w; (w = strsep(&rest, between)) != NULL;) {
        if (*w) {
            cr_assert_lt(n, N(word));
            word[n++] = w;
        }
    }
    qsort(word, n, sizeof *word, by_text);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        strncat(out, word[i], size - strlen(out) - 1);
        strncat(out, " ", size - strlen(out) - 1);
    }
}

void expect_words(const char *of, const char *what, const char *got, const char *want)
{
    char got_line[1024], want_line[1024];
    sort_words(got_line, sizeof got_line, got, " ");
    sort_words(want_line, sizeof want_line, want, " ");
    cr_expect_str_eq(got_line, want_line, "%s: %s are [%s], not [%s]", of, what, got_line, want_line);
}

void add_word(char line[1024], const char *word)
{
    strcat(line, word);
    strcat(line, " ");
    cr_assert_lt(strlen(line), (size_t)1000);
}

bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += len) {
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* --- Patients --- */

/* Somebody with nothing to report, born 1990, on 21 Nov 2026. */
static const char *const healthy[][2] = {
    { "support", "no" },       { "goals", "acne_scars" },    { "areas", "face" },
    { "previous", "no" },      { "cold_sores", "never" },    { "mole_change", "no" },
    { "skin_cancer", "no" },   { "keloid", "no" },           { "marks", "no" },
    { "acne_now", "no" },      { "skin_today", "none" },     { "skin_conditions", "none" },
    { "nsaid", "no" },         { "alcohol", "longer" },      { "isotretinoin", "never" },
    { "acne_pills", "no" },    { "actives", "no" },          { "supplements", "no" },
    { "blood_thinner", "no" }, { "medicines", "none" },      { "immune", "no" },
    { "fainting", "no" },      { "diabetes", "no" },         { "bleeding", "no" },
    { "cancer_care", "no" },   { "pregnancy", "no" },        { "illnesses", "none" },
    { "allergies", "none" },   { "numbing_reaction", "no" }, { "numbing_today", "no" },
    { "ill_today", "no" },     { "nicotine", "no" },         { "sun", "no" },
    { "hair_removal", "no" },  { "procedures", "none" },     { "event", "no" },
    { "private_talk", "no" },
};

size_t question_of(const char *id, size_t len)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)len, id);
    long index = form_question_index(form, name);
    cr_assert_geq(index, 0, "no question %s", name);
    return (size_t)index;
}

void say(struct answers *answers, size_t question, const char *answer)
{
    long option = form_option_index(&form->question[question], answer);
    option_set set = option >= 0                      ? OPTION_BIT(option)
                     : strcmp(answer, "unsure") == 0  ? OPTION_UNSURE
                     : strcmp(answer, "private") == 0 ? OPTION_PRIVATE
                                                      : 0;
    cr_assert(set || strcmp(answer, "missing") == 0, "%s has no %s", form->question[question].id, answer);
    answers_set_options(answers, question, set);
}

struct answers *healthy_patient(const struct policies *policies)
{
    struct answers *answers = answers_new(form);
    answers_set_context(answers, visit, policies->value);
    answers_set_date(answers, question_of("birth_date", 10), (struct date){ 1990, 5, 17 });
    for (size_t i = 0; i < N(healthy); i++) {
        say(answers, question_of(healthy[i][0], strlen(healthy[i][0])), healthy[i][1]);
    }
    return answers;
}
