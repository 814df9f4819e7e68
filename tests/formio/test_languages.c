/* A language is offered whole or not at all, and reviewed by somebody before patients outside a demo see it.
 */
#include <criterion/criterion.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "fixture.h"
#include "form_strings.h"
#include "languages.h"

enum { TEXTS = 4096 };

/* A catalogue being made: "X" before each English text. */
struct maker {
    struct buf key[TEXTS], value[TEXTS];
    size_t n;
    const char *leave_out, *change, *to; /* by the English text */
};

static struct form *form;
static struct maker maker;

static void add(const char *context, const char *english, const char *many)
{
    if (maker.leave_out && strcmp(english, maker.leave_out) == 0) {
        return;
    }
    cr_assert_lt(maker.n, (size_t)TEXTS);
    struct buf *key = &maker.key[maker.n], *value = &maker.value[maker.n++];
    *key = *value = (struct buf)BUF_INIT;
    buf_addf(key, "%s%s%s", context ? context : "", context ? "\004" : "", english);
    buf_addf(value, "X%s", maker.change && strcmp(english, maker.change) == 0 ? maker.to : english);
    if (many) {
        buf_add(key, "", 1);
        buf_adds(key, many);
        buf_add(value, "", 1);
        buf_addf(value, "X%s", many);
    }
}

static void add_form(void *arg, const struct form_string *string)
{
    (void)arg;
    if (!string->words) {
        add(string->context, string->english, NULL);
    }
}

static void add_word(struct buf *out, size_t word)
{
    uint32_t little = htole32((uint32_t)word);
    buf_add(out, &little, sizeof little);
}

/* By key, as msgfmt leaves them. */
static void sort_texts(void)
{
    for (size_t i = 1; i < maker.n; i++) {
        for (size_t j = i; j > 0 && strcmp(maker.key[j - 1].data, maker.key[j].data) > 0; j--) {
            struct buf key = maker.key[j], value = maker.value[j];
            maker.key[j] = maker.key[j - 1];
            maker.value[j] = maker.value[j - 1];
            maker.key[j - 1] = key;
            maker.value[j - 1] = value;
        }
    }
}

/* Writes temp/locale/xx.mo; empties the maker. */
static void write_catalogue(void)
{
    struct buf file = BUF_INIT;
    sort_texts();
    size_t n = maker.n, at = 28 + 16 * n;
    const size_t head[] = { 0x950412DE, 0, n, 28, 28 + 8 * n, 0, 0 };
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        add_word(&file, head[i]);
    }
    for (size_t i = 0; i < 2 * n; i++) {
        const struct buf *text = i < n ? &maker.key[i] : &maker.value[i - n];
        add_word(&file, text->len);
        add_word(&file, at);
        at += text->len + 1;
    }
    for (size_t i = 0; i < 2 * n; i++) {
        struct buf *text = i < n ? &maker.key[i] : &maker.value[i - n];
        buf_add(&file, text->data, text->len + 1);
        buf_done(text);
    }
    maker.n = 0;
    temp_write("locale/xx.mo", file.data, file.len);
    buf_done(&file);
}

static void make_catalogue(void)
{
    form_strings(form, add_form, NULL);
    for (size_t i = 0; i < tr_npatient; i++) {
        add(tr_patient[i].context, tr_patient[i].english, tr_patient[i].many);
    }
    write_catalogue();
}

static const char *const code[] = { "en", "xx" };
static char locale[128];
static struct config config;

static void setup(void)
{
    form = mini_load();
    memset(&maker, 0, sizeof maker);
    snprintf(locale, sizeof locale, "%s/locale", temp_folder());
    config = (struct config){
        .path = "kiosk.conf", .language = code, .nlanguages = 2, .clinic_language = "en", .locale_dir = locale
    };
}

static void teardown(void)
{
    form_free(form);
    temp_remove();
}

TestSuite(languages, .init = setup, .fini = teardown);

/* Loads, and expects `offered` languages and one complaint that says `said`, or none. */
static struct languages *load(size_t offered, const char *said)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct languages *all = languages_load(&config, form, &problems);
    problems_text(&problems, &text);
    cr_expect_eq(all->offered, offered, "%s", buf_str(&text));
    cr_expect_eq(problems.total, said ? 1 : 0, "%s", buf_str(&text));
    cr_expect(!said || strstr(buf_str(&text), said), "%s", buf_str(&text));
    problems_done(&problems);
    buf_done(&text);
    return all;
}

Test(languages, a_complete_one_is_the_same_form_in_its_words)
{
    make_catalogue();
    struct languages *all = load(2, NULL);
    const struct form *other = all->language[1].form;
    cr_expect_str_eq(other->language, "xx");
    cr_expect_str_eq(all->language[1].name, "XEnglish");
    cr_expect_arr_eq(other->hash, form->hash, sizeof form->hash);
    for (size_t i = 0; i < form->nquestions; i++) {
        cr_expect_eq(other->question[i].text[0], 'X', "%s", other->question[i].text);
        cr_expect_str_eq(other->question[i].text + 1, form->question[i].text);
        cr_expect_str_eq(other->question[i].id, form->question[i].id);
        for (size_t o = 0; o < form->question[i].noptions; o++) {
            cr_expect_str_eq(other->question[i].option[o].text + 1, form->question[i].option[o].text);
        }
    }
    assert_sound(other);
    languages_free(all);
}

Test(languages, one_text_of_the_form_that_is_missing_refuses_it)
{
    maker.leave_out = form->question[0].text;
    make_catalogue();
    languages_free(load(1, form->question[0].text));
}

Test(languages, one_text_of_the_program_that_is_missing_refuses_it)
{
    maker.leave_out = "Are you still there?";
    make_catalogue();
    languages_free(load(1, "Are you still there?"));
}

Test(languages, a_catalogue_for_another_version_of_the_form_is_refused)
{
    make_catalogue();
    struct form_question *question = (struct form_question *)(uintptr_t)&form->question[0];
    question->text =
        "Another question?"; /* a translation of what it was would be of what it no longer asks */
    languages_free(load(1, "Another question?"));
}

Test(languages, other_names_in_braces_refuse_it)
{
    maker.change = form->question[0].text;
    maker.to = "Call {phone}";
    make_catalogue();
    languages_free(load(1, form->question[0].text));
}

Test(languages, names_are_known_before_anything_else_and_say_nothing_of_what_is_refused)
{
    static const char *const three[] = { "en", "xx", "yy" };
    config.language = three;
    config.nlanguages = 3;
    maker.leave_out = form->question[0].text;
    make_catalogue();
    struct languages *all = languages_names(&config, form);
    cr_assert_eq(all->n, 2, "there is no yy");
    cr_expect_eq(all->offered, 2);
    cr_expect_str_eq(all->language[0].name, "English");
    cr_expect_str_eq(all->language[1].code, "xx");
    cr_expect_str_eq(all->language[1].name, "XEnglish");
    for (size_t i = 0; i < all->n; i++) {
        cr_expect(all->language[i].unread && !all->language[i].form && !all->language[i].complete);
    }
    languages_free(all);
}

Test(languages, one_that_is_no_catalogue_is_left_out_with_the_reason)
{
    temp_write("locale/xx.mo", "nonsense", 8);
    languages_free(load(1, "this is no catalogue"));
    temp_write("locale/xx.mo", "", 0);
    languages_free(load(1, "too short"));
}

Test(languages, where_none_can_be_used_there_is_english)
{
    static const char *const other[] = { "yy" };
    config.language = other;
    config.nlanguages = 1;
    struct languages *all = load(1, "yy");
    cr_expect_str_eq(all->language[0].code, "en");
    languages_free(all);
}

Test(languages, staff_keep_theirs_where_it_is_not_complete)
{
    static const char *const english[] = { "en" };
    maker.leave_out = form->question[0].text;
    make_catalogue();
    config.language = english;
    config.nlanguages = 1;
    config.clinic_language = "xx";
    struct languages *all = load(1, NULL);
    const struct form *own = all->language[all->clinic].form;
    cr_expect_str_eq(own->language, "xx");
    cr_expect_str_eq(own->question[0].text, form->question[0].text, "English where nothing is there");
    languages_free(all);
}

Test(languages, what_is_wrong_with_the_clinics_own_is_said_at_its_line)
{
    config.nlanguages = 1;
    config.languages_line = 5;
    config.clinic_language = "zz";
    config.clinic_language_line = 9;
    struct languages *all = load(1, "kiosk.conf:9: the clinic's language \"zz\" cannot be used");
    cr_expect_str_eq(all->language[all->clinic].code, "en");
    languages_free(all);
}

Test(languages, outside_a_demo_only_a_reviewed_one_that_has_not_changed)
{
    make_catalogue();
    struct languages *all = load(2, NULL);
    struct approvals approvals = { .arena = arena_new(), .path = "approvals.cfg" };
    struct problems why = PROBLEMS_INIT;
    const struct approval_view view = { .approvals = &approvals,
                                        .config = &config,
                                        .form = form,
                                        .today = { 2026, 11, 28 },
                                        .clock = CLOCK_SYNCED };
    cr_expect_null(approval_of_language(&view, &all->language[1], &why));
    struct approval review = { .form = form->id,
                               .language = "xx",
                               .version = "1",
                               .clinician = "Dr B",
                               .user = "anna",
                               .on = { 2026, 11, 1 },
                               .review_by = { 2027, 11, 1 } };
    memcpy(review.hash, all->language[1].hash, sizeof review.hash);
    approvals_set(&approvals, form->id, "xx", &review);
    const struct approval *held = approval_of_language(&view, &all->language[1], &why);
    cr_assert_not_null(held);
    cr_expect_str_eq(held->clinician, "Dr B");
    cr_expect_null(approvals_find(&approvals, form->id, ""), "the form itself is not signed by it");
    languages_free(all);

    maker.change = form->question[0].text;
    maker.to = "something else";
    make_catalogue();
    all = load(2, NULL);
    cr_expect_null(approval_of_language(&view, &all->language[1], &why), "its words have changed");
    languages_free(all);

    all = languages_names(&config, form);
    cr_expect_not_null(approval_of_language(&view, &all->language[1], &why), "nobody knows yet");
    approvals_set(&approvals, form->id, "xx", NULL);
    cr_expect_null(approval_of_language(&view, &all->language[1], &why), "nobody reviewed it");
    languages_free(all);
    problems_done(&why);
    arena_free(approvals.arena);
}

/* Counts, and remembers each context. */
static void count(void *arg, const struct form_string *string)
{
    size_t *n = arg;
    cr_expect_neq(string->english[0], '\0', "%s", string->context);
    cr_expect_not_null(strchr(string->context, '/'), "%s", string->context);
    ++*n;
}

Test(languages, every_text_has_a_context_that_begins_with_the_form)
{
    size_t n = 0;
    form_strings(form, count, &n);
    cr_expect_gt(n, form->nquestions * 2);
}

static void note_long(void *arg, const struct language_finding *finding)
{
    if (finding->fault == LANGUAGE_LONG) {
        buf_addf(arg, "%s%s;", finding->english, finding->refuses ? " refuses" : "");
    }
}

/* At 40 columns an action has 38: "[ Enter Sign and send ]". */
Test(languages, an_action_that_is_wider_than_the_smallest_screen_is_named)
{
    static const char *const words[] = { "Twenty-eight columns of word", "Twenty-seven columns of wor" };
    for (size_t i = 0; i < 2; i++) {
        struct buf found = BUF_INIT;
        struct language language;
        struct err err;
        maker.change = "Sign and send";
        maker.to = words[i] + 1; /* "X" goes before it, and before "Enter": six columns */
        make_catalogue();
        cr_assert_eq(language_load(&language, &config, form, "xx", &err), 0, "%s", err.text);
        language_look(form, language.catalogue, note_long, &found);
        cr_expect_str_eq(buf_str(&found), i == 0 ? "Sign and send;" : "");
        language_done(&language);
        buf_done(&found);
    }
}

Test(languages, what_stands_on_an_action_is_known_from_the_sources)
{
    static const char *const button[] = { "Back", "Next", "Sign and send", "Read more", "About", "Close" };
    static const char *const other[] = { "Enter", "Language", "{day} {month} {year}",
                                         "Are you still there?" };
    size_t seen = 0;
    for (size_t i = 0; i < tr_npatient; i++) {
        for (size_t n = 0; n < sizeof button / sizeof *button; n++) {
            seen += strcmp(tr_patient[i].english, button[n]) == 0 && tr_patient[i].button;
        }
        for (size_t n = 0; n < sizeof other / sizeof *other; n++) {
            cr_expect(strcmp(tr_patient[i].english, other[n]) != 0 || !tr_patient[i].button, "%s", other[n]);
        }
    }
    cr_expect_eq(seen, sizeof button / sizeof *button);
}
