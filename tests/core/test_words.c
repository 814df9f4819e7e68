#include "build.h"

#include <string.h>

#include <criterion/criterion.h>

static struct patient p;
static struct buf out;

static void setup(void)
{
    patient_init_healthy(&p);
}

static void teardown(void)
{
    buf_done(&out);
    patient_done(&p);
}

TestSuite(words, .init = setup, .fini = teardown);

static const char *comparison(const char *flag)
{
    patient_assess(&p);
    cr_assert(patient_flag(&p, flag), "%s is not raised", flag);
    buf_reset(&out);
    assess_comparison(&out, p.answers, p.policies, p.assessment, patient_flag(&p, flag));
    return buf_str(&out);
}

static const char *why_not(const char *flag)
{
    patient_assess(&p);
    buf_reset(&out);
    assess_why_not(&out, p.answers, p.policies, p.assessment, &p.form->rule[form_rule_index(p.form, flag)]);
    return buf_str(&out);
}

static const char *answer(const char *question)
{
    buf_reset(&out);
    assess_answer_text(&out, p.answers, (size_t)form_question_index(p.form, question));
    return buf_str(&out);
}

Test(words, answers_in_the_words_of_the_form)
{
    cr_expect_str_eq(answer("blood_thinner"), "No");
    cr_expect_str_eq(answer("inr"), "not asked");
    patient_says(&p, "goals", "dark_spots|pores|unsure");
    cr_expect_str_eq(answer("goals"), "Pores; Dark spots; not sure");
    patient_says(&p, "goals", "");
    cr_expect_str_eq(answer("goals"), "not answered");
    patient_says(&p, "goals", "private");
    cr_expect_str_eq(answer("goals"), "to be told in private");
    cr_expect_str_eq(answer("birth_date"), "3 May 1990");
    patient_says(&p, "blood_thinner", "yes");
    patient_says(&p, "blood_thinner_which", "warfarin");
    patient_says(&p, "inr", "3.6");
    cr_expect_str_eq(answer("inr"), "3.6 units");
    patient_says(&p, "inr", "99");
    cr_expect_str_eq(answer("inr"), "not a valid answer");
    patient_says(&p, "keloid", "no|family");
    cr_expect_str_eq(answer("keloid"), "No; Family (not a valid answer)");
    patient_says(&p, "medicines", "list");
    patient_says(&p, "medicines_list", "zinc\x1b[31m");
    cr_expect_null(strchr(answer("medicines_list"), '\x1b'));
}

Test(words, a_date_rule_shows_its_sum)
{
    patient_says(&p, "isotretinoin", "past");
    patient_says(&p, "isotretinoin_last", "2026-07-01");
    cr_expect_str_eq(comparison("ISO_LT6"),
                     "isotretinoin last 1 Jul 2026 + 6 months = 1 Jan 2027, after the visit on 21 Nov 2026");
    patient_policy(&p, "isotretinoin", "traditional");
    patient_policy(&p, "isotretinoin_months", "1");
    patient_says(&p, "isotretinoin_last", "2026-10");
    cr_expect_str_eq(comparison("ISO_LT6"),
                     "isotretinoin last Oct 2026, counted as 31 Oct 2026, + 1 month = 1 Dec 2026, after the "
                     "visit on 21 Nov 2026; not before 1 Dec 2026");
    patient_says(&p, "isotretinoin_last", "2026-10-21");
    cr_expect_str_eq(
        comparison("ISO_GE6"),
        "isotretinoin last 21 Oct 2026 + 1 month = 21 Nov 2026, the day of the visit, 21 Nov 2026");
    patient_says(&p, "isotretinoin_last", "2020");
    cr_expect_str_eq(comparison("ISO_DATE_UNKNOWN"), "isotretinoin last: 2020, the year alone");
    patient_says(&p, "isotretinoin_last", "");
    cr_expect_str_eq(comparison("ISO_DATE_UNKNOWN"), "isotretinoin last: not answered");
    patient_says(&p, "isotretinoin_last", "2026-12-03");
    cr_expect_str_eq(comparison("UNSURE:Q13"),
                     "isotretinoin last: 3 Dec 2026, after the visit on 21 Nov 2026");
}

Test(words, options_and_numbers)
{
    patient_says(&p, "blood_thinner", "yes");
    patient_says(&p, "blood_thinner_which", "warfarin");
    patient_says(&p, "inr", "3.6");
    cr_expect_str_eq(comparison("ANTICOAG"), "blood thinner: Yes");
    cr_expect_str_eq(comparison("ANTICOAG_INR"), "blood thinner which: Warfarin; inr 3.6 is more than 3.5");
    patient_says(&p, "inr", "2.5");
    cr_expect_str_eq(why_not("ANTICOAG_INR"), "inr 2.5 is not more than 3.5");
    patient_says(&p, "blood_thinner", "no");
    cr_expect_str_eq(why_not("ANTICOAG"), "blood thinner: No");
    cr_expect_str_eq(why_not("ANTICOAG_INR"), "blood thinner which: not asked; inr: not asked");
    patient_says(&p, "skin_cancer", "unsure");
    cr_expect_str_eq(comparison("SKIN_CANCER_HX"), "skin cancer: not sure");
    cr_expect_str_eq(why_not("SKIN_CANCER_HX"), "");
}

Test(words, only_the_tests_that_made_it_so_are_named)
{
    patient_says(&p, "keloid", "me");
    patient_says(&p, "keloid_where", "elsewhere");
    patient_says(&p, "keloid_count", "two_or_more");
    cr_expect_str_eq(comparison("KELOID_SELF_HIGH"), "keloid count: Two or more");
    cr_expect_str_eq(why_not("KELOID_SELF_LOW"), "keloid count: Two or more");
    patient_says(&p, "keloid_count", "one");
    cr_expect_str_eq(comparison("KELOID_SELF_LOW"), "keloid where: Elsewhere; keloid count: One");
    patient_says(&p, "keloid_where", "elsewhere|prone_site");
    cr_expect_str_eq(why_not("KELOID_SELF_LOW"), "keloid where: Prone site", "what broke it");
    patient_says(&p, "areas", "chest|arms");
    patient_says(&p, "keloid", "family");
    cr_expect_str_eq(comparison("X6"), "KELOID_FAMILY (KELOID_FAMILY) is flagged; areas: Chest");
    patient_says(&p, "areas", "arms");
    cr_expect_str_eq(why_not("X6"), "areas: Arms");
    cr_expect_str_eq(why_not("X1"), "ANTICOAG (ANTICOAG) is not flagged; NSAID_OTC (NSAID_OTC), NSAID_RX "
                                    "(NSAID_RX) are not flagged");
}

Test(words, the_dictionary_names_the_entry)
{
    patient_says(&p, "medicines", "list");
    cr_expect_str_eq(why_not("MED_LIST"), "medicines list: not answered");
    patient_says(&p, "medicines_list", "Xarelto 20mg, zinc; Retin-A\nfoo");
    cr_expect_str_eq(comparison("ANTICOAG"), "\"Xarelto 20mg\" is on the list as anticoagulant");
    cr_expect_str_eq(
        comparison("MED_CONTRADICTION"),
        "\"Xarelto 20mg\" is on the list as anticoagulant, but blood thinner: No; \"Retin-A\" is on "
        "the list as topical active, but actives: No");
    cr_expect_str_eq(comparison("MED_LIST"),
                     "\"zinc\" is on the list, and the form does not know it; \"foo\" is "
                     "on the list, and the form does not know it");
    cr_expect_str_eq(comparison("UNSURE:Q15"), "\"Retin-A\" is on the list as topical active");
    patient_says(&p, "medicines_list", "aspirin");
    cr_expect_str_eq(why_not("MED_LIST"), "nothing on the list raises it");
}

Test(words, the_device_list_and_a_stop_are_said)
{
    patient_policy(&p, "device_list", "listed");
    patient_says(&p, "pregnancy", "breastfeeding");
    cr_expect_str_eq(comparison("BREASTFEEDING"), "pregnancy: Breastfeeding; on the clinic's device list");
    patient_says(&p, "birth_date", "2010-01-01");
    cr_expect_str_eq(comparison("AGE_MINOR"),
                     "birth date 1 Jan 2010 + 18 years = 1 Jan 2028, after the visit on 21 Nov 2026");
    cr_expect_str_eq(why_not("BREASTFEEDING"), "not looked at: AGE_MINOR ends the form");
}

Test(words, general_flags_have_words_of_their_own)
{
    static const char *const id[] = { "UNSURE:Q16", "PRIVATE:Q21", "INCOMPLETE:Q04", "UNKNOWN:shoe" };
    static const char *const words[] = { "blood thinner: not sure", "pregnancy: to be told in private",
                                         "areas: not answered", "the form has no question \"shoe\"" };

    patient_says(&p, "blood_thinner", "unsure");
    patient_says(&p, "pregnancy", "private");
    patient_says(&p, "areas", "");
    answers_add_unknown(p.answers, "shoe");
    for (size_t i = 0; i < 4; i++) {
        cr_expect_str_eq(comparison(id[i]), words[i]);
        const struct flag *flag = patient_flag(&p, id[i]);
        cr_expect(*flag_title(flag));
        cr_expect(*flag_reason(flag));
        cr_expect_str_eq(flag_strength(flag), "Fail-safe");
    }
}
