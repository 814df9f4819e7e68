#include "reading.h"

#include <string.h>

#include <criterion/criterion.h>

static void expect_syllables(const char *words, size_t wanted)
{
    char copy[512], *rest = NULL;

    strcpy(copy, words);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        size_t got = reading_syllables(word, strlen(word));
        cr_expect_eq(got, wanted, "%s: %zu, not %zu", word, got, wanted);
    }
}

Test(reading, syllables_as_they_are_spoken)
{
    expect_syllables(
        "a the skin you eye eyes used times stop cream help red bed wash clothes 18 hmm heard quick", 1);
    expect_syllables(
        "needle needles today pages faces washes needed numbing doing being people something treatment "
        "safely careful special action nurses quiet",
        2);
    expect_syllables("medicine area usual serious radio allergy infected vitamin", 3);
    expect_syllables("psoriasis microneedling diabetes vitiligo january", 4);
}

static struct reading_count count_of(const char *text)
{
    struct reading_count count = { 0, 0, 0 };
    reading_add(&count, NULL, text);
    return count;
}

Test(reading, sentences_end_at_a_mark_or_with_their_line)
{
    struct reading_count count =
        count_of("Stop. Is it red? Yes!\nCall the desk\n\nIt is 3.5 days (or so.) Done");
    cr_expect_eq(count.sentences, 6);
    cr_expect_eq(count.words, 1 + 3 + 1 + 3 + 7 + 1, "%zu", count.words);
    cr_expect_eq(count_of("").words, 0);
    cr_expect_eq(count_of(" ... ?\n").sentences, 0, "no words, no sentence");
    cr_expect_eq(count_of("I don\xE2\x80\x99t and can't.").words, 4, "an apostrophe parts no word");
}

Test(reading, the_grade_is_that_of_the_formula)
{
    struct reading_count count = count_of("The cat sat on the mat. It was red.");
    double want = 0.39 * 9 / 2 + 11.8 * 9 / 9 - 15.59;
    double got = reading_grade(&count);

    cr_expect(got > want - 1e-9 && got < want + 1e-9, "%g, not %g", got, want);
    cr_expect_eq(reading_grade(&(struct reading_count){ 0, 0, 0 }), 0);
    count = count_of("Physiological contraindications necessitate individualised practitioner evaluation.");
    cr_expect_gt(reading_grade(&count), 12);
}

/* --- A form --- */

static struct form_question questions[3];
static const char *const welcome[] = { "Hello." };
static struct form_page page;
static struct form_paragraph paragraph;
static struct form_item items[2];
static const char *const drugs[] = { "isotretinoin", "vitamin e" };
static struct form_group group = { .word = drugs, .nwords = 2 };
static struct form form;

static void setup(void)
{
    questions[0] = (struct form_question){ .id = "first", .text = "Is it red?" };
    form = (struct form){ .language = "en",
                          .question = questions,
                          .nquestions = 1,
                          .page = &page,
                          .npages = 1,
                          .item = items,
                          .nitems = 2,
                          .dictionary = { .group = &group, .ngroups = 1 },
                          .texts = { .welcome = welcome, .nwelcome = 1 } };
    paragraph = (struct form_paragraph){ "It is quick.", NULL };
    page =
        (struct form_page){ .id = "what", .title = "What it is", .paragraph = &paragraph, .nparagraphs = 1 };
    items[0] = (struct form_item){ .id = "P01", .who = ITEM_PATIENT, .text = "Wear a hat." };
    items[1] = (struct form_item){ .id = "S01",
                                   .who = ITEM_STAFF,
                                   .text = "Contraindications necessitate individualised evaluation." };
}

TestSuite(reading_form, .init = setup);

/* All findings, a line each; good until the next call. */
static const char *findings(void)
{
    static struct buf out = BUF_INIT;
    struct reading *reading = reading_measure(&form);

    buf_reset(&out);
    for (size_t i = 0; i < reading->nfindings; i++) {
        buf_addf(&out, "%s %s\n", reading->finding[i].where, reading->finding[i].what);
    }
    reading_free(reading);
    return buf_str(&out);
}

Test(reading_form, plain_words_raise_nothing_and_staff_items_do_not_count)
{
    struct reading *reading = reading_measure(&form);

    cr_expect(reading->measured);
    cr_expect_eq(reading->nfindings, 0, "%s", findings());
    cr_expect_lt(reading->grade, 2);
    cr_expect_eq(reading->count.words, 3 + 1 + 3 + 3 + 3);
    reading_free(reading);
}

Test(reading_form, a_long_sentence_is_named)
{
    questions[0].hint =
        "One two three four five six seven eight nine ten one two three four five six seven eight nine "
        "ten.";
    cr_expect_str_eq(findings(), "");
    questions[0].hint =
        "One two three four five six seven eight nine ten one two three four five six seven eight nine "
        "ten more.";
    cr_expect_str_eq(findings(),
                     "question first has a sentence of 21 words; at most 20: \"One two three four five six "
                     "seven eight nine ten one two three four five six seven eight nine ten more.\"\n");
}

Test(reading_form, two_question_marks_and_two_negatives_are_named)
{
    questions[0].text = "Is it red? Is it sore?";
    cr_expect_str_eq(findings(), "question first has 2 question marks; one question at a time\n");
    questions[0].text = "Do you not take no pills?";
    cr_expect_str_eq(findings(),
                     "question first says no twice in one breath: \"Do you not take no pills?\"\n");
    questions[0].text = "It does not tell, and it does not decide. No sun, no heat.";
    cr_expect_str_eq(findings(), "", "two clauses are two breaths");
    questions[0].text = "Red?";
    items[0].text = "Don't go without a hat.";
    cr_expect_str_eq(findings(), "item P01 says no twice in one breath: \"Don't go without a hat.\"\n");
}

Test(reading_form, hard_places_are_named_where_the_whole_is_too_hard)
{
    paragraph.text = "Physiological contraindications necessitate individualised practitioner evaluation.";
    const char *got = findings();
    cr_expect(strncmp(got, "page what is hard to read: grade ", 33) == 0, "%s", got);
    cr_expect_null(strchr(strchr(got, '\n') + 1, '\n'), "one place, not \"%s\"", got);
}

Test(reading_form, medicine_names_weigh_nothing_and_placeholders_are_read_as_words)
{
    struct reading *plain, *names;

    questions[0].text = "Do you take drug or drug?";
    plain = reading_measure(&form);
    questions[0].text = "Do you take Isotretinoin or vitamin E?";
    names = reading_measure(&form);
    cr_expect_eq(names->count.words, plain->count.words);
    cr_expect_eq(names->count.syllables, plain->count.syllables);
    reading_free(names);
    form.texts.instead[PLACEHOLDER_PHONE] = "the desk";
    questions[0].text = "Can you call {phone}?";
    names = reading_measure(&form);
    cr_expect_eq(names->count.words, plain->count.words - 6 + 5);
    reading_free(names);
    reading_free(plain);
}

Test(reading_form, another_language_is_not_measured)
{
    form.language = "de";
    questions[0].text = "Is it? Is it?";
    struct reading *reading = reading_measure(&form);
    cr_expect_not(reading->measured);
    cr_expect_eq(reading->nfindings, 0);
    reading_free(reading);
    form.language = "en_GB";
    reading = reading_measure(&form);
    cr_expect(reading->measured);
    cr_expect_eq(reading->nfindings, 1);
    reading_free(reading);
}
