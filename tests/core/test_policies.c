#include "build.h"

#include <string.h>

#include <criterion/criterion.h>

static struct form *form;
static struct policies *policies;
static struct err err;

static void setup(void)
{
    form = clinic_form();
    policies = policies_new(form);
}

static void teardown(void)
{
    policies_free(policies);
    form_free(form);
}

TestSuite(policies, .init = setup, .fini = teardown);

static double value(const char *name)
{
    return policies->value[form_policy_index(form, name)];
}

static bool listed(const char *flag)
{
    return policies->device_flag[form_rule_index(form, flag)];
}

Test(policies, begin_as_the_form_says)
{
    cr_expect_eq(value("isotretinoin"), 0);
    cr_expect_eq(value("isotretinoin_months"), 6);
    cr_expect(listed("PREGNANT"));
    cr_expect_not(listed("ANTICOAG"));
    cr_expect_not(policies_device_listed(policies, form));
}

Test(policies, are_set_by_name)
{
    cr_expect_eq(policies_set(policies, form, "isotretinoin", "consensus_2017", &err), 0);
    cr_expect_eq(value("isotretinoin"), 2);
    cr_expect_eq(policies_set(policies, form, "inr_max", "3.2", &err), 0);
    cr_expect_eq(value("inr_max"), 3.2);
    cr_expect_eq(policies_set(policies, form, "device_list", "listed", &err), 0);
    cr_expect(policies_device_listed(policies, form));
}

Test(policies, refuse_what_they_cannot_be_and_say_why)
{
    static const char *const bad[][2] = {
        { "nonsense", "1" },       { "isotretinoin", "2" }, { "isotretinoin", "" }, { "inr_max", "5.1" },
        { "inr_max", "1.4" },      { "inr_max", "nan" },    { "inr_max", "0x3" },   { "inr_max", " 3" },
        { "inr_max", "3,2" },      { "inr_max", "" },       { "inr_max", "inf" },   { "inr_max", "3.2.1" },
        { "isotretinoin", "now" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err.text[0] = '\0';
        cr_expect_eq(policies_set(policies, form, bad[i][0], bad[i][1], &err), -1, "%s=%s", bad[i][0],
                     bad[i][1]);
        cr_expect(err.text[0]);
    }
    cr_expect_eq(value("inr_max"), 3.5);
    policies_set(policies, form, "isotretinoin", "now", &err);
    cr_expect(strstr(err.text, "practitioner_decides, traditional, consensus_2017"), "%s", err.text);
}

Test(policies, a_device_list_replaces_the_default_or_is_refused_whole)
{
    cr_expect_eq(
        policies_set_device_flags(policies, form, (const char *const[]){ "ANTICOAG", "NO_SUCH" }, 2, &err),
        -1);
    cr_expect(strstr(err.text, "NO_SUCH"));
    cr_expect(listed("PREGNANT"));
    cr_expect_eq(policies_set_device_flags(policies, form, (const char *const[]){ "ANTICOAG" }, 1, &err), 0);
    cr_expect_not(listed("PREGNANT"));
    cr_expect(listed("ANTICOAG"));
    cr_expect_eq(policies_set_device_flags(policies, form, NULL, 0, &err), 0);
    cr_expect_not(listed("ANTICOAG"));
}

Test(policies, ids_are_found_or_not)
{
    cr_expect_eq(form_question_index(form, "birth_date"), 0);
    cr_expect_eq(form_question_index(form, "none"), FORM_NONE);
    cr_expect_eq(form_option_index(&form->question[1], "reading"), 2);
    cr_expect_eq(form_option_index(&form->question[1], "unsure"), FORM_NONE);
    cr_expect_eq(form_rule_index(form, "X9"), FORM_NONE);
    cr_expect_str_eq(outcome_name(OUTCOME_POSTPONE), "POSTPONE");
}

Test(policies, what_counts_days_months_or_years_takes_no_fraction)
{
    long months = form_policy_index(form, "isotretinoin_months");
    ((struct form_policy *)&form->policy[months])->whole = true; /* as the loader marks it */

    cr_expect_eq(policies_set(policies, form, "isotretinoin_months", "6.5", &err), -1);
    cr_expect_str_eq(err.text,
                     "the policy isotretinoin_months is 6.5: it counts whole days, months or years");
    cr_expect_eq(policies->value[months], 6);
    cr_expect_eq(policies_set(policies, form, "isotretinoin_months", "7.0", &err), 0);
    cr_expect_eq(policies_set(policies, form, "inr_max", "3.25", &err), 0);
}

Test(policies, a_question_is_asked_with_the_clinics_number)
{
    struct buf words = BUF_INIT;
    cr_assert_eq(policies_set(policies, form, "isotretinoin_months", "9", &err), 0);
    policies_fill(&words, form, policies->value,
                  "In {isotretinoin_months} months, {isotretinoin} {nothing {");
    cr_expect_str_eq(buf_str(&words), "In 9 months, {isotretinoin} {nothing {");
    buf_reset(&words);
    policies_fill(&words, form, policies->value, "A brace that never closes: {isotretinoin_months");
    cr_expect_str_eq(buf_str(&words), "A brace that never closes: {isotretinoin_months");
    buf_reset(&words);
    policies_fill(&words, form, NULL, "{isotretinoin_months}");
    cr_expect_str_eq(buf_str(&words), "6");
    buf_done(&words);
}
