/* A small form on paper: which questions are there, what they are called, and when they are asked, in words.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "questionnaire.h"

enum { TATTOO, HELP, PILLS, LAST, COUNT, LIST, QUESTIONS };

static const struct form_option yes_no[] = { { "no", "No", true }, { "yes", "Yes", false } };
static const struct form_option pills[] = {
    { "never", "Never", true }, { "now", "Now", false },     { "past", "Past", false },
    { "soon", "Soon", false },  { "often", "Often", false },
};
static const option_set set_to[] = { 0, OPTION_BIT(0), OPTION_BIT(1) }; /* ask, no, yes */
static const char *const choices[] = { "ask", "no", "yes" };
static const struct form_policy policy = { .id = "tattoo", .text = "T", .choice = choices, .nchoices = 3 };
static const struct form_section section = { "s", "Section" };
static const char *const consent[] = { "I agree. Call {phone}." };

static struct form_question question[QUESTIONS];
static struct form form;
static struct policies *policies;

static void setup(void)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        question[i] = (struct form_question){
            .id = "q",
            .code = "Q01",
            .type = QUESTION_CHOICE,
            .text = "What?",
            .option = yes_no,
            .noptions = 2,
            .main = i,
            .general = OPTION_UNSURE | OPTION_PRIVATE,
        };
    }
    question[TATTOO].text = "A tattoo?";
    question[TATTOO].set_to = set_to;
    question[PILLS].option = pills;
    question[PILLS].noptions = 5;
    question[LAST].type = QUESTION_DATE;
    question[LAST].text = "When was the last?";
    question[LAST].main = PILLS;
    question[COUNT].type = QUESTION_NUMBER;
    question[COUNT].text = "How many?";
    question[LIST].type = QUESTION_TEXT;
    question[LIST].text = "List them";
    question[LIST].general = 0;
    form = (struct form){
        .id = "f",
        .title = "Form",
        .version = "7",
        .language = "en",
        .section = &section,
        .nsections = 1,
        .question = question,
        .nquestions = QUESTIONS,
        .policy = &policy,
        .npolicies = 1,
        .device_policy = -1,
    };
    form.dictionary.question = SIZE_MAX;
    form.texts.consent = consent;
    form.texts.nconsent = 1;
    form.texts.attestation = "True.";
    form.texts.instead[PLACEHOLDER_PHONE] = "the desk";
    policies = policies_new(&form);
}

static void teardown(void)
{
    policies_free(policies);
}

TestSuite(questionnaire, .init = setup, .fini = teardown);

static const char *page(const char *phone)
{
    static struct buf out;
    struct questionnaire q = { .form = &form, .policies = policies };
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        q.fact[i] = "";
    }
    q.fact[PLACEHOLDER_PHONE] = phone;
    buf_reset(&out);
    questionnaire_print(&out, PRINT_TEXT, &q);
    return buf_str(&out);
}

static void expect_words(const struct form_cond *cond, const char *words)
{
    struct buf out = BUF_INIT;
    char number[QUESTIONS][8] = { "1", "2", "3", "3a", "4", "5" };
    questionnaire_condition(&out, &form, cond, policies, number);
    cr_expect_str_eq(buf_str(&out), words);
    buf_done(&out);
}

static struct form_cond ticked(size_t at, option_set options)
{
    return (struct form_cond){ .kind = COND_OPTIONS, .question = at, .options = options };
}

Test(questionnaire, conditions_are_told_in_the_words_of_the_page)
{
    struct form_cond cond = ticked(PILLS, OPTION_BIT(1) | OPTION_BIT(2));
    expect_words(&cond, "If you ticked \"Now\" or \"Past\" at question 3:");
    cond = ticked(PILLS, OPTION_BIT(2) | OPTION_UNSURE | OPTION_MISSING);
    expect_words(&cond, "If you ticked \"Past\" or \"Not sure\" at question 3 or you left question 3 empty:");
    cond = ticked(LAST, OPTION_MISSING);
    expect_words(&cond, "If you left question 3a empty:");
    cond = ticked(PILLS, (OPTION_BIT(5) - 2) | OPTION_UNSURE | OPTION_PRIVATE);
    expect_words(&cond, "If you ticked anything but \"Never\" at question 3:");
    const struct form_cond children[] = { ticked(HELP, OPTION_BIT(1)), ticked(PILLS, OPTION_BIT(0)) };
    cond = (struct form_cond){ .kind = COND_ALL, .child = children, .nchildren = 2 };
    expect_words(&cond, "If you ticked \"Yes\" at question 2, and you ticked \"Never\" at question 3:");
    cond.kind = COND_ANY;
    expect_words(&cond, "If you ticked \"Yes\" at question 2, or you ticked \"Never\" at question 3:");
    cond = (struct form_cond){ .kind = COND_NOT, .child = children, .nchildren = 1 };
    expect_words(&cond, "If you did not tick \"Yes\" at question 2:");
    cond = (struct form_cond){
        .kind = COND_SINCE, .question = LAST, .op = OP_LESS_THAN, .amount = { -1, 6 }, .unit = UNIT_MONTHS
    };
    expect_words(&cond, "If the date at question 3a is less than 6 months ago:");
    cond = (struct form_cond){
        .kind = COND_NUMBER, .question = COUNT, .op = OP_MORE_THAN, .amount = { -1, 2.5 }
    };
    expect_words(&cond, "If your number at question 4 is more than 2.5:");
    cond =
        (struct form_cond){ .kind = COND_COUNT, .question = PILLS, .op = OP_AT_LEAST, .amount = { -1, 2 } };
    expect_words(&cond, "If you ticked at least 2 boxes at question 3:");
}

Test(questionnaire, a_condition_within_another_is_in_brackets)
{
    const struct form_cond one[] = { ticked(HELP, OPTION_BIT(1)), ticked(PILLS, OPTION_BIT(0)) };
    const struct form_cond any = { .kind = COND_ANY, .child = one, .nchildren = 2 };
    const struct form_cond two[] = { ticked(LIST, OPTION_MISSING), any };
    struct form_cond cond = { .kind = COND_ALL, .child = two, .nchildren = 2 };
    expect_words(&cond, "If you left question 5 empty, and (you ticked \"Yes\" at question 2, or you ticked "
                        "\"Never\" at question 3):");
    cond = (struct form_cond){ .kind = COND_NOT, .child = &any, .nchildren = 1 };
    expect_words(&cond, "If it is not so that (you ticked \"Yes\" at question 2, or you ticked \"Never\" at "
                        "question 3):");
}

Test(questionnaire, every_answer_there_is_is_an_answer)
{
    struct form_cond cond = ticked(PILLS, (OPTION_BIT(5) - 1) | OPTION_UNSURE | OPTION_PRIVATE);
    expect_words(&cond, "If you answered question 3:");
    const struct form_cond not = { .kind = COND_NOT, .child = &cond, .nchildren = 1 };
    expect_words(&not, "If you left question 3 empty:");
}

Test(questionnaire, what_a_policy_has_decided_is_no_part_of_a_condition)
{
    const struct form_cond both[] = { ticked(TATTOO, OPTION_BIT(1)), ticked(HELP, OPTION_BIT(1)) };
    const struct form_cond cond = { .kind = COND_ALL, .child = both, .nchildren = 2 };
    question[PILLS].ask_if = &cond;
    policies->value[0] = 2; /* yes */
    const char *text = page("");
    cr_expect_not_null(strstr(text, "If you ticked \"Yes\" at question 1:"), "%s", text);
    cr_expect_null(strstr(text, ", and you ticked"), "%s", text);

    /* Nor is an answer that the question does not take: then it is never asked. */
    struct form_cond private = ticked(LIST, OPTION_PRIVATE);
    question[PILLS].ask_if = &private;
    cr_expect_null(strstr(page(""), "Soon"));
}

Test(questionnaire, a_limit_is_told_in_the_unit_that_is_asked_for)
{
    const struct form_unit units[] = {
        { .unit = NULL },
        { .unit = "mmol/mol", .min = 10, .max = 195, .factor = 0.09148, .offset = 2.152 },
        { .unit = NULL }
    };
    const struct form_cond cond = {
        .kind = COND_NUMBER, .question = COUNT, .op = OP_AT_LEAST, .amount = { -1, 8.5 }
    };
    question[COUNT].units = units;
    expect_words(&cond, "If your number at question 4 is at least 8.5:");
    policies->value[0] = 1;
    expect_words(&cond, "If your number at question 4 is at least 69.4:");
}

Test(questionnaire, follow_ups_are_numbered_under_their_question_and_say_when)
{
    struct form_cond cond = ticked(PILLS, OPTION_BIT(2));
    question[LAST].ask_if = &cond;
    const char *text = page("");
    cr_expect_not_null(strstr(text, "3.  What?"), "%s", text);
    cr_expect_not_null(strstr(text, "If you ticked \"Past\" at question 3:\n\n    3a.  When was the last?"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "4.  How many?"));
    const char *list = strstr(text, "5.  List them");
    cr_assert_not_null(list);
    cr_expect_null(strstr(list, "Not sure"), "it takes no general answer");
}

Test(questionnaire, what_the_clinic_has_answered_is_not_asked_nor_what_hangs_on_it)
{
    struct form_cond cond = ticked(TATTOO, OPTION_BIT(1));
    question[LIST].ask_if = &cond;
    cr_expect_not_null(strstr(page(""), "A tattoo?"));
    policies->value[0] = 1; /* no */
    const char *text = page("");
    cr_expect_null(strstr(text, "A tattoo?"));
    cr_expect_null(strstr(text, "List them"));
    cr_expect_not_null(strstr(text, "1.  What?"), "numbers have no gap: %s", text);
    policies->value[0] = 2; /* yes: asked of everyone, without an "If" */
    text = page("");
    cr_expect_not_null(strstr(text, "List them"));
    cr_expect_null(strstr(text, "If you ticked"));
}

static const char *handout(void)
{
    static struct buf out;
    struct questionnaire q = { .form = &form, .policies = policies };
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        q.fact[i] = "";
    }
    buf_reset(&out);
    questionnaire_handout(&out, PRINT_TEXT, &q);
    return buf_str(&out);
}

/* A clinic that tattoos nobody does not hand out what it is like. */
Test(questionnaire, the_hand_out_leaves_out_what_no_patient_of_this_clinic_can_be_told)
{
    const struct form_cond tattooed = ticked(TATTOO, OPTION_BIT(1)), helped = ticked(HELP, OPTION_BIT(1));
    const struct form_paragraph paragraph[] = { { "About tattoos.", &tattooed }, { "About help.", &helped } };
    const struct form_page pages[] = {
        { .id = "p1", .at = FORM_PAGE_AFTER, .title = "Tattoos", .paragraph = paragraph, .nparagraphs = 1 },
        { .id = "p2", .at = FORM_PAGE_AFTER, .title = "Both", .paragraph = paragraph, .nparagraphs = 2 },
    };
    form.page = pages;
    form.npages = 2;
    const char *text = handout();
    cr_expect(strstr(text, "Tattoos") && strstr(text, "About tattoos.") && strstr(text, "About help."));
    policies->value[0] = 1; /* no */
    text = handout();
    cr_expect_null(strstr(text, "Tattoos"), "nor a title without text: %s", text);
    cr_expect_null(strstr(text, "About tattoos."));
    cr_expect(strstr(text, "Both") && strstr(text, "About help."));
}

Test(questionnaire, the_clinics_facts_are_filled_in)
{
    cr_expect_not_null(strstr(page("01234"), "Call 01234."));
    cr_expect_not_null(strstr(page(""), "Call the desk."));
}
