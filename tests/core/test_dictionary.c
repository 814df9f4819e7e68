#include "build.h"
#include "dictionary.h"

#include <string.h>

#include <criterion/criterion.h>

static struct form *form;
static struct dictionary_hits hits;

static void setup(void)
{
    form = clinic_form();
}

static void teardown(void)
{
    dictionary_hits_done(&hits);
    form_free(form);
}

TestSuite(dictionary, .init = setup, .fini = teardown);

/* The groups found, in order, "-" for an entry no group knows. */
static const char *match(const char *text)
{
    static char found[512];

    found[0] = '\0';
    dictionary_match(&form->dictionary, text, &hits);
    for (size_t i = 0; i < hits.n; i++) {
        strcat(found, i ? " " : "");
        strcat(found, hits.hit[i].group == SIZE_MAX ? "-" : form->dictionary.group[hits.hit[i].group].id);
    }
    return found;
}

Test(dictionary, whole_words_in_any_case)
{
    cr_expect_str_eq(match("WARFARIN"), "anticoagulant");
    cr_expect_str_eq(match("my warfarin (the blue one)"), "anticoagulant");
    cr_expect_str_eq(match("warfarinish"), "-");
    cr_expect_str_eq(match("isotretinoin"), "systemic_retinoid", "tretinoin stands in it, but not as a word");
    cr_expect_str_eq(match("tretinoin cream"), "topical_active");
    cr_expect_str_eq(match("ＷＡＲＦＡＲＩＮ"), "anticoagulant", "full width");
    cr_expect_str_eq(match("asap"), "-");
}

Test(dictionary, names_of_several_words)
{
    cr_expect_str_eq(match("Retin-A"), "topical_active");
    cr_expect_str_eq(match("fish   oil"), "supplement");
    cr_expect_str_eq(match("oil, fish"), "- -");
    cr_expect_str_eq(match("vitamin E"), "supplement");
    cr_expect_str_eq(match("vitamin D"), "-");
    cr_expect_str_eq(match("tacrolimus tablets 1 mg"), "immune");
    cr_expect_str_eq(match("tacrolimus ointment 0.1%"), "-");
}

Test(dictionary, the_dose_is_no_obstacle)
{
    cr_expect_str_eq(match("xarelto 20mg"), "anticoagulant");
    cr_expect_str_eq(match("xarelto20mg"), "anticoagulant");
    cr_expect_str_eq(match("ASA81"), "anticoagulant");
    cr_expect_str_eq(match("omega3"), "supplement");
    cr_expect_str_eq(match("Omega-3 1000 mg"), "supplement");
    cr_expect_str_eq(match("benzoyl 5% peroxide"), "topical_active");
    cr_expect_str_eq(match("fish 1000 mg oil"), "supplement");
    cr_expect_str_eq(match("vitamin 400 IU E"), "supplement");
    cr_expect_str_eq(match("tacrolimus 1mg tablets"), "immune");
    cr_expect_str_eq(match("2x500mg naproxen"), "nsaid");
    cr_expect_str_eq(match("20 mg"), "-", "a dose without a name is not known");
}

Test(dictionary, entries_are_split_at_lines_commas_and_semicolons)
{
    cr_expect_str_eq(match("warfarin\nadvil;zinc , fish oil\r\n"), "anticoagulant nsaid - supplement");
    cr_expect_str_eq(match("  ,, ;\n"), "");
    cr_expect_str_eq(match(""), "");
    cr_expect_str_eq(match("Retin-A 0,05%"), "topical_active", "a decimal comma");
    cr_expect_str_eq(match("warfarin 5,advil"), "anticoagulant nsaid");
    cr_expect_str_eq(match("\xf0\x9f\x92\x8a"), "-", "a picture of a pill is an entry no group knows");
}

Test(dictionary, an_entry_may_belong_to_several_groups)
{
    cr_expect_str_eq(match("aspirin with fish oil"), "anticoagulant supplement");
}

Test(dictionary, hits_say_where_the_entry_stands)
{
    const char *text = "zinc,\n  Xarelto 20mg ; x";

    match(text);
    cr_assert_eq(hits.n, 3);
    cr_expect_eq(strncmp(text + hits.hit[1].entry, "Xarelto 20mg", hits.hit[1].len), 0);
    cr_expect_eq(hits.hit[1].len, strlen("Xarelto 20mg"));
}

Test(dictionary, accents_are_no_obstacle)
{
    cr_expect_str_eq(match("aspirín"), "anticoagulant");
    cr_expect_str_eq(match("Éliquis"), "anticoagulant");
    cr_expect_str_eq(match("warfari\u0301n 5 mg"), "anticoagulant", "decomposed");
}

Test(dictionary, a_comma_between_digits_joins_only_a_number_and_its_unit)
{
    cr_expect_str_eq(match("omega-3,5-HTP"), "supplement -");
    cr_expect_str_eq(match("methadone 500,2 garlic pills"), "- supplement");
    cr_expect_str_eq(match("methadone 2,5 mg"), "-");
    cr_expect_str_eq(match("methadone 2,5MG"), "-");
    cr_expect_str_eq(match("methadone 2,5 µg, zinc"), "- -");
    cr_expect_str_eq(match("methadone 2,5\nzinc 1,5"), "- -");
    cr_expect_str_eq(match("warfarin 2,5;zinc"), "anticoagulant -");
    cr_expect_str_eq(match("vitamin E 1,000,000 IU"), "supplement");
    cr_expect_str_eq(match("methadone 2,5 garlic"), "- supplement", "g is a unit, garlic is none");
}
