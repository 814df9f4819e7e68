/* Questions, items, policies, texts that can be read but do not make sense: each promise of form.h has its
 * own fault. The conditions and rules are in test_form_checks.c. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

TestSuite(parts, .fini = temp_remove);

/* --- Questions --- */

Test(parts, keys_that_belong_to_another_type)
{
    expect_problem("about.cfg", "type = \"info\";", "type = \"info\"; required = true;", "\"page\"",
                   "question page is of type info; \"required\" is only for questions with an answer.");
    expect_problem("about.cfg", "type = \"info\";", "type = \"info\"; min = 1;", "min = 1",
                   "question page is of type info; \"min\" is only for number.");
    expect_problem("about.cfg", "type = \"info\"", "type = \"infos\"", "infos",
                   "question page: \"type\" is \"infos\", but must be choice, choices, date, number, text or "
                   "info. Did you "
                   "mean \"info\"?");
}

Test(parts, at_most_one_birth_date_and_one_helper_question)
{
    expect_problem("about.cfg", "partial = true; ask_if = { pills = \"past\"; };", "birth_date = true;",
                   "Q13a",
                   "question pills_last is marked birth_date, but so is question birth. Only one may be.");
    expect_problem("about.cfg", "text = \"Where?\";\n    options = (",
                   "text = \"Where?\"; helper = true;\n    options = ( { id = \"no\"; text = \"No\"; },",
                   "Q04", "question areas is marked helper, but so is question support. Only one may be.");
}

Test(parts, more_options_than_48)
{
    struct buf many = BUF_INIT;

    for (int i = 0; i < 46; i++) {
        buf_addf(&many, "{ id = \"o%d\"; text = \"O\"; }, ", i);
    }
    buf_adds(&many, "{ id = \"face\";");
    expect_problem("about.cfg", "{ id = \"face\";", buf_str(&many), "\"o0\"",
                   "question areas has 49 options; there may be 1 to 48.");
    buf_done(&many);
}

Test(parts, more_rules_than_4096)
{
    struct buf many = BUF_INIT;

    buf_adds(&many, "rules = (\n");
    for (int i = 0; i < 4097; i++) {
        buf_addf(&many, "{ }, ");
    }
    char *all = problems_after("rules.cfg", "rules = (\n", buf_str(&many));
    cr_expect_not_null(strstr(all, "this part: there are more than 4096 rules in this form."));
    free(all);
    buf_done(&many);
}

Test(parts, marks_that_contradict)
{
    expect_problem("about.cfg", "optional = true", "optional = true; required = true", "\"inr\"",
                   "question inr is both required and optional.");
    expect_problem("about.cfg", "birth_date = true", "birth_date = true; partial = true", "\"birth\"",
                   "question birth is the birth date, so it cannot be partial.");
    expect_problem(
        "about.cfg", "{ id = \"no\"; text = \"No\"; exclusive = true; }", "{ id = \"none\"; text = \"No\"; }",
        "Q36", "question support is marked helper, so it needs an option \"no\": any other asks who helps.");
}

Test(parts, a_general_answer_that_there_is_not)
{
    expect_problem("about.cfg", "general = [ \"unsure\" ]", "general = [ \"unsrue\" ]", "unsrue",
                   "question pills: \"general\" is \"unsrue\", but must be unsure or private. Did you mean "
                   "\"unsure\"?");
    expect_problem("about.cfg", "general = [ \"unsure\" ]", "general = [ ]", "general = [ ]",
                   "question pills: \"general\" is empty. Write false for none.");
    expect_problem("about.cfg", "general = [ \"unsure\" ]", "general = [ 1 ]", "general = [ 1 ]",
                   "question pills: \"general\" must be a text in quotes.");
    expect_problem("about.cfg", "general = [ \"unsure\" ]", "general = \"unsure\"", "general = \"unsure",
                   "question pills: \"general\" must be true or false, without quotes.");
}

Test(parts, a_policy_sets_a_question_to_its_own_options)
{
    expect_problem("about.cfg", "set_by = \"pills_by\"", "set_by = \"pill_by\"", "set_by",
                   "question pills names \"pill_by\", but there is no policy of that name. Did you mean "
                   "\"pills_by\"?");
    expect_problem("about.cfg", "set_by = \"pills_by\"", "set_by = \"inr_max\"", "set_by",
                   "question pills is set by policy inr_max, which is a number, not a choice.");
    expect_problem("about.cfg", "set_by = \"pills_by\"", "set_by = 1", "set_by",
                   "question pills: \"set_by\" must be a text in quotes.");
    char *all =
        problems_after("lists.cfg", "[ \"ask\", \"never\", \"now\" ]", "[ \"ask\", \"nevr\", \"now\" ]");
    cr_expect_not_null(
        strstr(all, "mini/about.cfg:9: question pills is set by policy pills_by, whose choice \"nevr\" is "
                    "not one of its options. Did you mean \"never\"?"),
        "%s", all);
    free(all);
    all = problems_after("lists.cfg", "[ \"ask\", \"never\", \"now\" ]; default = \"ask\"",
                         "[ \"never\", \"now\" ]; default = \"now\"");
    cr_expect_not_null(
        strstr(all, "question pills is set by policy pills_by, which needs a choice \"ask\" too."), "%s",
        all);
    free(all);
    expect_problem("about.cfg", "type = \"choices\"; text = \"Where?\";",
                   "type = \"choices\"; text = \"Where?\"; set_by = \"pills_by\";", "Q04",
                   "question areas is of type choices; \"set_by\" is only for choice.");
}

#define IN_UNITS(more)                                                                                       \
    "unit = \"INR\"; unit_by = \"pills_by\"; units = ( { choice = \"now\"; unit = \"tens\"; factor = "       \
    "0.1; " more " } );"

Test(parts, another_unit_of_a_number)
{
    form_free(form_after("about.cfg", "unit = \"INR\";", IN_UNITS("min = 5; max = 200;")));
    expect_problem(
        "about.cfg", "unit = \"INR\";", IN_UNITS("min = 0; max = 201;"), "tens",
        "question inr takes 0 to 201 tens, which is 0 to 20.1: that goes beyond its own min or max.");
    expect_problem("about.cfg", "unit = \"INR\";", IN_UNITS("min = 6; max = 6;"), "tens",
                   "question inr has a min of 6, which is not below its max of 6.");
    expect_problem("about.cfg", "unit = \"INR\";", IN_UNITS("min = 6;"), "tens",
                   "question inr has no \"max\".");
    expect_problem("about.cfg", "unit = \"INR\";", IN_UNITS("min = 6; max = 2000000000.0;"), "tens",
                   "question inr: \"max\" must be from -1e+09 to 1e+09, but is 2000000000.");
    expect_problem("about.cfg", "unit = \"INR\";", IN_UNITS("min = 6; max = 20; name = \"x\";"), "tens",
                   "question inr: nothing here is called \"name\".");
    expect_problem(
        "about.cfg", "unit = \"INR\";",
        IN_UNITS("min = 5; max = 20; }, { choice = \"now\"; unit = \"u\"; factor = 1; min = 1; max = 2;"),
        "tens", "question inr has two units for the choice \"now\".");
    expect_problem("about.cfg", "unit = \"INR\";", "unit = \"INR\"; units = ( );", "units",
                   "question inr has \"units\", but no \"unit_by\", the policy that chooses one.");
    expect_problem("about.cfg", "unit = \"INR\";", "unit = \"INR\"; unit_by = \"pills_by\";", "\"inr\"",
                   "question inr has no \"units\".");
    expect_problem("about.cfg", "unit = \"INR\";", "unit = \"INR\"; unit_by = \"inr_max\"; units = ( );",
                   "unit_by",
                   "question inr takes its unit from policy inr_max, which is a number, not a choice.");
}

Test(parts, a_helper_question_whose_option_lacks_its_id)
{
    expect_problem("about.cfg", "{ id = \"no\"; text = \"No\"; exclusive = true; }, { id = \"reading\";",
                   "{ id = \"no\"; text = \"No\"; exclusive = true; }, {", "text = \"Reading\"",
                   "an option of question support has no \"id\".");
    char *all = problems_after("about.cfg", "{ id = \"no\"; text = \"No\";", "{ text = \"No\";");
    cr_expect_not_null(strstr(all, "an option of question support has no \"id\"."));
    free(all);
}

Test(parts, a_form_that_could_flag_nothing_is_refused)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write();
    struct buf all = BUF_INIT;

    temp_write("mini/rules.cfg", "rules = ( );\n", 13);
    cr_assert_null(form_load(folder, &problems));
    problems_text(&problems, &all);
    cr_expect_not_null(
        strstr(buf_str(&all),
               "mini/form.cfg: the form has no rules in any of its parts: no answer would be flagged.\n"),
        "%s", buf_str(&all));
    buf_done(&all);
    problems_done(&problems);
}

Test(parts, questions_need_a_section)
{
    expect_problem("about.cfg", "section = { id = \"about\"; title = \"About you\"; };\n", "", "questions",
                   "this part: a part with questions needs a section.");
    expect_problem("rules.cfg", "rules = (", "section = { id = \"more\"; title = \"More\"; };\nrules = (",
                   "section", "this part: a part with a section needs questions.");
    expect_problem("rules.cfg", "rules = (",
                   "section = { id = \"more\"; title = \"More\"; }; questions = ( );\nrules = (", "section",
                   "this part: a part with a section needs questions.");
}

/* --- Items, policies, dictionary, texts --- */

Test(parts, a_window_that_ends_before_it_begins)
{
    expect_problem("lists.cfg", "until_day = 0", "until_day = -4", "until_day",
                   "item P02 must be kept at least from day -3, after its last day, -4.");
    expect_problem("lists.cfg", "from_day = -7", "from_day = -1", "-1",
                   "item P02 begins on day -1, but must be kept at least from day -3, which is earlier.");
    expect_problem("lists.cfg", "flagged = [ \"PILL_LAST\", \"INR_HIGH\" ]; ", "", "windows",
                   "item P02 has no \"flagged\".");
}

Test(parts, a_day_is_a_number_or_a_policy_that_counts_days)
{
    expect_problem("lists.cfg", "from_day = -5", "from_day = \"-pil_months\"", "pil_months",
                   "item P02: \"from_day\" names \"-pil_months\": write a number of days, or a policy that "
                   "counts them. Did you mean \"pill_months\"?");
    expect_problem("lists.cfg", "from_day = -5", "from_day = \"-pills\"", "-pills",
                   "item P02 takes policy pills for a number, but it offers choices.");
    expect_problem("lists.cfg", "from_day = -5", "from_day = \"-inr_max\"", "-inr_max",
                   "item P02 counts by policy inr_max, so its min, max and default must be whole numbers.");
    expect_problem("lists.cfg", "least_day = -3", "least_day = \"pill_months\"", "least_day = \"pill",
                   "item P02 must be kept at least from day 6, after its last day, 0.");
}

Test(parts, policies_that_make_no_sense)
{
    expect_problem(
        "lists.cfg", "default = \"decide\"", "default = \"decided\"", "decided",
        "policy pills: \"default\" is \"decided\", but must be decide or wait. Did you mean \"decide\"?");
    expect_problem("lists.cfg", "min = 1;", "min = 1; choices = [ \"a\" ];", "pill_months",
                   "policy pill_months has both choices and a range. Keep one of them.");
    expect_problem("lists.cfg", "text = \"Limit\";", "text = \"Limit\"; flags = [ \"PILL_NOW\" ];", "inr_max",
                   "policy inr_max has \"flags\", which belong to the policy device_list alone.");
    expect_problem("lists.cfg", "[ \"none\", \"listed\" ]", "[ \"none\", \"on\" ]", "device_list",
                   "policy device_list needs the choices \"none\" and \"listed\".");
    expect_problem("lists.cfg", "flags = [ \"PILL_NOW\" ]", "flags = [ \"PIL_NOW\" ]", "PIL_NOW",
                   "policy device_list names \"PIL_NOW\", but there is no flag of that name. Did you mean "
                   "\"PILL_NOW\"?");
}

Test(parts, a_faulty_policy_is_reported_once_not_by_every_rule_that_names_it)
{
    expect_problem("lists.cfg", "default = 6;", "default = 60;", "default = 60",
                   "policy pill_months: \"default\" must be from 1 to 24, but is 60.");
}

Test(parts, a_group_of_medicines_that_no_answer_can_go_against_is_refused)
{
    expect_problem("lists.cfg", "denies = [ \"never\" ]; affirms = [ \"now\", \"past\" ];", "",
                   "\"retinoid\"",
                   "dictionary group retinoid has a \"question\", but neither \"denies\" nor \"affirms\": no "
                   "answer to it counts.");
}

Test(parts, each_window_of_an_item_is_looked_at_whatever_is_wrong_with_the_first)
{
    char *all = problems_after(
        "lists.cfg",
        "until_day = 0;\n    windows = ( { flagged = [ \"PILL_LAST\", \"INR_HIGH\" ]; from_day = -7; } )",
        "until_day = -9;\n    windows = ( { flagged = [ \"PILLS_LAST\" ]; from_day = -7; } )");
    cr_expect_not_null(strstr(all, "item P02 begins on day -5, after its last day, -9."), "%s", all);
    cr_expect_not_null(strstr(all, "item P02 names \"PILLS_LAST\""), "%s", all);
    cr_expect_null(strstr(all, "begins on day -7"), "%s", all);
    free(all);
}

Test(parts, dictionary_references)
{
    expect_problem("lists.cfg", "dictionary = { question = \"list\"", "dictionary = { question = \"pills\"",
                   "unmatched",
                   "the dictionary reads the answer to \"pills\", but that question is not of type text.");
    expect_problem(
        "lists.cfg", "contradiction = \"AGAINST\"", "contradiction = \"AGAINTS\"", "AGAINTS",
        "the dictionary names \"AGAINTS\", but there is no flag of that name. Did you mean \"AGAINST\"?");
    expect_problem("lists.cfg", "denies = [ \"never\" ]", "denies = [ \"no\" ]", "denies",
                   "dictionary group retinoid tests \"pills\" for \"no\", which is not one of its options.");
    expect_problem("lists.cfg", "affirms = [ \"now\", \"past\" ]", "affirms = [ \"now\", \"never\" ]",
                   "\"retinoid\"", "dictionary group retinoid has the same answer under denies and affirms.");
    expect_problem(
        "lists.cfg", "question = \"pills\"; ", "", "\"retinoid\"",
        "dictionary group retinoid has \"denies\" or \"affirms\", but no \"question\" they are answers of.");
    expect_problem(
        "lists.cfg", "\"UNSURE:Q15\"", "\"UNSURE:15\"", "UNSURE:15",
        "dictionary group topical raises UNSURE of \"15\", which is not a question's code, such as Q15.");
    expect_problem("lists.cfg", "[ \"tretinoin\" ]", "[ \"--\" ]", "--",
                   "dictionary group topical has a word without letters or digits: \"--\".");
}

Test(parts, texts_stand_in_one_part_and_are_complete)
{
    char sentence[256];

    snprintf(sentence, sizeof sentence, "this part: \"texts\" stands already at %s/mini/lists.cfg:18.",
             temp_folder());
    expect_problem("rules.cfg", "rules = (", "texts = { };\nrules = (", "texts", sentence);
    expect_problem("lists.cfg", "\"One\", ", "\"One\", \"And\", ", "texts",
                   "texts has 4 lines under \"next\"; there is room for 3.");
}

Test(parts, what_stands_in_braces_is_a_fact_of_the_clinic)
{
    expect_problem("lists.cfg", "\"Again\"", "\"At {clinik}.\"", "{clinik}",
                   "texts: \"welcome\" holds \"{clinik}\", which is no fact of the clinic and no policy. Did "
                   "you mean \"clinic\"?");
    expect_problem("lists.cfg", "\"No creams\"", "\"No {creams\"", "{creams",
                   "item P02: \"text\" holds \"{\", which is no fact of the clinic and no policy.");
    expect_problem("lists.cfg", "\"before start\"", "\"before } start\"", "} start",
                   "item S06: \"when_text\" holds \"}\", which is no fact of the clinic and no policy.");
    expect_problem("lists.cfg", "\"What it is\"", "\"What {} is\"", "{} is",
                   "page what: \"title\" holds \"{}\", which is no fact of the clinic and no policy.");
    expect_problem(
        "about.cfg", "\"Where?\"", "\"Where at {clinic}?\"", "{clinic}",
        "question areas: \"text\" holds \"{clinic}\". Braces stand only around the name of a policy.");
}

Test(parts, a_name_in_braces_is_a_fact_or_a_policy_and_never_both)
{
    expect_problem("lists.cfg", "{ id = \"inr_max\"",
                   "{ id = \"phone\"; text = \"P\"; min = 1; max = 2; default = 1; },\n  { id = \"inr_max\"",
                   "\"P\"",
                   "policy phone is called as a fact of the clinic is: {phone} in a text could be either.");
}

/* Only a number is ever written in the place of its name. */
Test(parts, a_policy_that_is_a_choice_may_be_called_as_a_fact_is)
{
    form_free(form_after("lists.cfg", "{ id = \"inr_max\"",
                         "{ id = \"after_hours\"; text = \"P\"; choices = [ \"off\", \"on\" ]; default = "
                         "\"off\"; },\n  { id = \"inr_max\""));
}

Test(parts, what_stands_in_braces_in_a_question_is_a_policy_that_counts)
{
    expect_problem("about.cfg", "\"Where?\"", "\"In {pil_months} months?\"", "{pil_months}",
                   "question areas: \"text\" holds \"{pil_months}\". Braces stand only around the name of a "
                   "policy. Did you mean \"pill_months\"?");
    expect_problem(
        "about.cfg", "\"Where?\"", "\"In {pill_months months?\"", "{pill_months",
        "question areas: \"text\" holds \"{pill_months months?\". Braces stand only around the name "
        "of a policy.");
}

Test(parts, what_stands_in_braces_in_an_item_or_page_may_be_a_policy_that_counts)
{
    expect_problem("lists.cfg", "\"No creams\"", "\"No creams for {inr_max} days\"", "{inr_max}",
                   "item P02 counts by policy inr_max, so its min, max and default must be whole numbers.");
    expect_problem("lists.cfg", "\"Tiny needles.\"", "\"Tiny {pills}.\"", "{pills}",
                   "page what takes policy pills for a number, but it offers choices.");
}

Test(parts, a_fact_the_clinic_may_not_give_needs_words)
{
    expect_problem(
        "lists.cfg", "\"No creams\"", "\"Ask {privacy_contact}\"", "{privacy_contact}",
        "texts: {privacy_contact} stands here, but there are no words for a clinic that has not given it. "
        "Write instead = { privacy_contact = \"...\"; }.");
    expect_problem(
        "lists.cfg", "phone = \"the desk\";", "phone = \"{phone}\";", "instead",
        "texts: \"phone\" holds \"{phone}\". Braces stand only around a fact of the clinic, in the form's "
        "texts, pages and items.");
    expect_problem("lists.cfg", "phone = \"the desk\";", "phone = \"the desk\"; fax = \"no\";", "instead",
                   "texts: nothing here is called \"fax\".");
}

Test(parts, pages_to_read)
{
    expect_problem("lists.cfg", "at = \"before\"", "at = \"befor\"", "\"befor\"",
                   "page what: \"at\" is \"befor\", but must be before or after. Did you mean \"before\"?");
    expect_problem("lists.cfg", "at = \"before\";", "", "\"what\"", "page what has no \"at\".");
    expect_problem("lists.cfg", "title = \"Care\"; ", "", "\"Rest.\"", "page after has no \"title\".");
    expect_problem("lists.cfg", "text = [ \"Tiny needles.\", \"At {clinic}.\" ];", "text = [ ];", "\"what\"",
                   "page what: \"text\" is empty.");
    expect_problem("lists.cfg", "text = [ \"Tiny needles.\", \"At {clinic}.\" ];", "text = \"Tiny\";",
                   "\"what\"", "page what: \"text\" must be a list: [ \"...\", \"...\" ].");
    expect_problem("lists.cfg", "\"Rest.\",", "7,", "( 7", "page after: \"text\" must be a text in quotes.");
    expect_problem(
        "lists.cfg", "support = \"reading\"; pills", "areas = \"leg\"; pills", "\"leg\"",
        "page after tests \"areas\" for \"leg\", which is not one of its options. Did you mean \"legs\"?");
    expect_problem("lists.cfg", "support = \"reading\"; pills", "any_flagged = [ \"X1\" ]; pills",
                   "any_flagged", "page after asks for flags, which only rules may do.");
    expect_problem("lists.cfg", "when = { support = \"reading\"; pills",
                   "wen = { support = \"reading\"; pills",
                   "wen =", "page after: nothing here is called \"wen\". Did you mean \"when\"?");
    expect_problem("lists.cfg", "sources = [ \"000\" ]; },\n  { id = \"after\"",
                   "sources = [ \"0000\" ]; },\n  { id = \"after\"", "0000",
                   "page what names \"0000\", but there is no source of that name. Did you mean \"000\"?");
    expect_problem("lists.cfg", "[ \"Tiny needles.\", \"At {clinic}.\" ]",
                   "( { text = \"Legs.\"; when = { areas = \"legs\"; }; } )", "Legs.",
                   "page what is read before the questions, so its text cannot hang on an answer.");
}

Test(parts, a_postponement_counts_from_a_date_that_the_rule_tests)
{
    static const char sentence[] =
        "rule PILL_LAST counts from \"%s\", but its \"when\" does not test the time since that date.";
    char text[160];

    snprintf(text, sizeof text, sentence, "birth");
    expect_problem("rules.cfg", "until = { question = \"pills_last\";", "until = { question = \"birth\";",
                   "until", text);
    snprintf(text, sizeof text, sentence, "pills_last");
    expect_problem("rules.cfg", "pills_last = { months_since = { less_than = \"pill_months\"; }; };",
                   "not = { pills_last = { months_since = { less_than = \"pill_months\"; }; }; };", "until",
                   text);
}

Test(parts, a_rule_that_stops_tests_answers_alone)
{
    expect_problem("rules.cfg", "alert = true", "stops = true", "stops = true",
                   "rule X1 stops the form, so it needs a \"when\" that tests answers alone.");
    expect_problem("rules.cfg", "{ flag = \"LISTED\";", "{ flag = \"LISTED\"; stops = true;", "LISTED\"; st",
                   "rule LISTED stops the form, so it needs a \"when\" that tests answers alone.");
}

Test(parts, an_empty_part_is_the_only_problem)
{
    char *all = problems_after("rules.cfg", mini_text("rules.cfg"), "# nothing yet\n");
    char want[160];

    snprintf(want, sizeof want, "%s/mini/rules.cfg: nothing stands in this file.\n", temp_folder());
    cr_expect_str_eq(all, want);
    free(all);
}

Test(parts, a_question_id_given_twice_is_the_only_problem)
{
    char sentence[160];

    snprintf(sentence, sizeof sentence, "question support stands already at %s/mini/about.cfg:4.",
             temp_folder());
    expect_problem("about.cfg", "id = \"areas\"", "id = \"support\"", "Q04", sentence);
    snprintf(sentence, sizeof sentence, "rule PILL_NOW stands already at %s/mini/rules.cfg:4.",
             temp_folder());
    expect_problem("rules.cfg", "flag = \"INR_HIGH\"", "flag = \"PILL_NOW\"", "more_than", sentence);
}
