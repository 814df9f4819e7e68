/* Medicine names as they are sold elsewhere, which the translations add: each raises its group's flag, and
 * nothing that the form alone finds is lost by any of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "languages.h"

static const char *const code[] = { "en", "es", "ms", "zh_CN", "ta", "hi" };
static const struct config config = { .path = "kiosk.conf",
                                      .language = code,
                                      .nlanguages = 6,
                                      .clinic_language = "en",
                                      .locale_dir = BIN "/locale" };

static const struct form *form; /* as it is written */
static struct languages *all;   /* with the names of every language in each */
static struct policies *policies;

static void setup(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = content_open();
    policies = policies_new(form);
    all = languages_load(&config, form, &problems);
    cr_assert_eq(problems.total, 0);
    cr_assert_eq(all->offered, 6);
    problems_done(&problems);
}

static void teardown(void)
{
    languages_free(all);
    policies_free(policies);
    content_close();
}

TestSuite(content_local, .init = setup, .fini = teardown, .timeout = 300);

/* A healthy patient who takes this, asked in `in`. */
static void judge(struct assessment *out, const struct form *in, const char *medicine)
{
    struct answers *healthy = healthy_patient(policies), *answers = answers_new(in);
    size_t medicines = question_of("medicines", 9), list = question_of("medicines_list", 14);

    answers_set_context(answers, visit, policies->value);
    for (size_t q = 0; q < in->nquestions; q++) {
        if (in->question[q].type == QUESTION_CHOICE || in->question[q].type == QUESTION_CHOICES) {
            answers_set_options(answers, q, answers_options(healthy, q));
        }
    }
    answers_set_date(answers, question_of("birth_date", 10), (struct date){ 1990, 5, 17 });
    long option = form_option_index(&in->question[medicines], "list");
    cr_assert_geq(option, 0);
    answers_set_options(answers, medicines, OPTION_BIT(option));
    answers_set_text(answers, list, medicine);
    assess(out, answers, policies, visit, visit);
    answers_free(healthy);
    answers_free(answers);
}

static bool has_flag(const struct assessment *a, const char *id)
{
    for (size_t i = 0; i < a->nflags; i++) {
        if (strcmp(a->flag[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* In every language the medicine leads to what the form alone finds, at least. */
static void expect_no_less(const char *medicine, const char *flag)
{
    struct assessment *alone = assessment_new(), *with = assessment_new();

    judge(alone, form, medicine);
    for (size_t i = 0; i < all->n; i++) {
        judge(with, all->language[i].form, medicine);
        cr_expect_geq(with->class, alone->class, "%s: %s", all->language[i].code, medicine);
        for (size_t f = 0; f < alone->nflags; f++) {
            cr_expect(has_flag(with, alone->flag[f].id), "%s: %s no longer raises %s", all->language[i].code,
                      medicine, alone->flag[f].id);
        }
        cr_expect(!flag || has_flag(with, flag), "%s: %s does not raise %s", all->language[i].code, medicine,
                  flag);
    }
    assessment_free(alone);
    assessment_free(with);
}

/* What a match of the group raises where nothing was said before. */
static const char *raises(const struct form_group *group, char id[FLAG_ID_SIZE])
{
    if (group->rule != SIZE_MAX) {
        return form->rule[group->rule].flag;
    }
    if (!group->unsure_code) {
        return NULL;
    }
    snprintf(id, FLAG_ID_SIZE, "UNSURE:%s", group->unsure_code);
    return id;
}

Test(content_local, every_added_name_raises_its_groups_flag_in_every_language_and_is_read_by_a_person)
{
    const struct form_dictionary *dictionary = &all->language[0].form->dictionary;
    size_t names = 0;

    for (size_t g = 0; g < dictionary->ngroups; g++) {
        char id[FLAG_ID_SIZE];
        const struct form_group *group = &dictionary->group[g];
        cr_expect_eq(form->dictionary.group[g].nlocal, 0, "the form itself is as it was");
        for (size_t i = 0; i < group->nlocal; i++) {
            names++;
            expect_no_less(group->local[i], raises(group, id));
        }
    }
    cr_expect_gt(names, 50, "%zu names", names);
}

Test(content_local, what_the_form_itself_knows_raises_no_less_in_any_language)
{
    for (size_t g = 0; g < form->dictionary.ngroups; g++) {
        char id[FLAG_ID_SIZE];
        const struct form_group *group = &form->dictionary.group[g];
        for (size_t i = 0; i < group->nwords; i++) {
            expect_no_less(group->word[i], raises(group, id));
        }
    }
    expect_no_less("something nobody knows", form->rule[form->dictionary.unmatched].flag);
}

Test(content_local, each_language_adds_names_of_its_own)
{
    for (size_t i = 1; i < sizeof code / sizeof *code; i++) {
        struct language language;
        struct err err;
        size_t added = 0;
        cr_assert_eq(language_load(&language, &config, form, code[i], &err), 0, "%s", err.text);
        const struct form_dictionary *dictionary = &language.form->dictionary;
        for (size_t g = 0; g < dictionary->ngroups; g++) {
            added += dictionary->group[g].nlocal;
            cr_expect_eq(dictionary->group[g].nwords, form->dictionary.group[g].nwords, "none is taken away");
        }
        cr_expect_gt(added, 0, "%s", code[i]);
        language_done(&language);
    }
}
