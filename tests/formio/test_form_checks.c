/* Forms that can be read but do not make sense: each promise of form.h has its own fault. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

TestSuite(checks, .fini = temp_remove);

/* --- Keys, types, ranges --- */

Test(checks, an_unknown_key_is_refused_wherever_it_stands)
{
    expect_problem("form.cfg", "version = ", "versoin = \"2\"; version = ", "versoin",
                   "the form: nothing here is called \"versoin\". Did you mean \"version\"?");
    expect_problem("about.cfg", "section = {", "colour = 1;\nsection = {", "colour",
                   "this part: nothing here is called \"colour\".");
    expect_problem("about.cfg", "title = \"About you\"", "title = \"About you\"; heading = \"A\"", "heading",
                   "this part: nothing here is called \"heading\".");
    expect_problem("about.cfg", "partial = true; ask_if", "partail = true; ask_if", "partail",
                   "question pills_last: nothing here is called \"partail\". Did you mean \"partial\"?");
    expect_problem("about.cfg", "text = \"Face\"", "text = \"Face\"; txt = \"F\"", "txt",
                   "an option of question areas: nothing here is called \"txt\". Did you mean \"text\"?");
    expect_problem("rules.cfg", "alert = true", "alrt = true", "alrt",
                   "rule X1: nothing here is called \"alrt\". Did you mean \"alert\"?");
    expect_problem("rules.cfg", "months = \"pill_months\"; };", "months = \"pill_months\"; weeks = 2; };",
                   "weeks", "rule PILL_LAST: nothing here is called \"weeks\".");
    expect_problem("lists.cfg", "when_text", "when_txt", "when_txt",
                   "item S06: nothing here is called \"when_txt\". Did you mean \"when_text\"?");
    expect_problem("lists.cfg", "from_day = -7", "form_day = -7", "form_day",
                   "item P02: nothing here is called \"form_day\". Did you mean \"from_day\"?");
    expect_problem("lists.cfg", "status = \"read\"", "status = \"read\"; year = 2020", "year",
                   "source 000: nothing here is called \"year\".");
    expect_problem("lists.cfg", "text = \"Limit\"", "text = \"Limit\"; unit = \"INR\"", "unit",
                   "policy inr_max: nothing here is called \"unit\".");
    expect_problem("lists.cfg", "unmatched", "words = 1; unmatched", "words = 1",
                   "the dictionary: nothing here is called \"words\".");
    expect_problem("lists.cfg", "urgent = \"Now\"", "urgent = \"Now\"; bye = \"Bye\"", "bye",
                   "texts: nothing here is called \"bye\".");
}

Test(checks, a_value_of_the_wrong_kind)
{
    expect_problem("about.cfg", "required = true", "required = \"yes\"", "required",
                   "question birth: \"required\" must be true or false, without quotes.");
    expect_problem("about.cfg", "text = \"Where?\"", "text = 4", "Q04",
                   "question areas: \"text\" must be a text in quotes.");
    expect_problem("about.cfg", "max = 20", "max = \"20\"",
                   "max =", "question inr: \"max\" must be a number, without quotes.");
    expect_problem("about.cfg", "max_graphemes = 500", "max_graphemes = 500.0", "500.0",
                   "question list: \"max_graphemes\" must be a whole number, without quotes.");
    expect_problem(
        "about.cfg",
        "options = ( { id = \"face\"; text = \"Face\"; }, { id = \"chest\"; text = \"Chest\"; }, { "
        "id = \"legs\"; text = \"Legs\"; } );",
        "options = [ \"face\" ];", "[ \"face\" ]",
        "question areas: \"options\" must be a list of groups: ( { ... }, { ... } ).");
    expect_problem("about.cfg", "section = { id = \"about\"; title = \"About you\"; };",
                   "section = \"about\";", "section",
                   "this part: \"section\" must be written between { and }.");
    expect_problem("rules.cfg", "add = [ \"S06\" ]", "add = \"S06\"", "add",
                   "rule PILL_NOW: \"add\" must be a list: [ \"...\", \"...\" ].");
    expect_problem("rules.cfg", "rules = (\n", "rules = (\n  \"X0\",\n", "X0",
                   "rule number 1: \"rules\" must be written between { and }.");
}

Test(checks, a_missing_head)
{
    char *all = problems_after("form.cfg", "form = {", "from = {");

    cr_expect_not_null(
        strstr(all, "form.cfg:1: form.cfg: nothing here is called \"from\". Did you mean \"form\"?"));
    cr_expect_not_null(strstr(all, "form.cfg has no \"form\"."));
    free(all);
    expect_problem("form.cfg", "title = \"Mini\";", "", "form =", "the form has no \"title\".");
}

Test(checks, what_each_kind_of_entry_needs)
{
    expect_problem("about.cfg", "text = \"Where?\";", "", "Q04", "question areas has no \"text\".");
    expect_problem("about.cfg", "code = \"Q04\";", "", "\"areas\"", "question areas has no \"code\".");
    expect_problem("about.cfg", "type = \"info\";", "", "\"page\"", "question page has no \"type\".");
    expect_problem("about.cfg", "min = 0.5;", "", "\"inr\"", "question inr has no \"min\".");
    expect_problem("about.cfg", "{ id = \"chest\"; text = \"Chest\"; }", "{ id = \"chest\"; }", "chest",
                   "an option of question areas has no \"text\".");
    expect_problem("rules.cfg", "outcome = \"hold\"; title = \"Both\"; ", "title = \"Both\"; ", "X1",
                   "rule X1 has no \"outcome\".");
    expect_problem("rules.cfg", "reason = \"Together\";", "", "X1", "rule X1 has no \"reason\".");
    expect_problem("rules.cfg", "{ flag = \"MINOR\";", "{ ", "years_since", "rule number 7 has no \"flag\".");
    expect_problem("lists.cfg", "for = \"staff\";", "", "S06", "item S06 has no \"for\".");
    expect_problem("lists.cfg", "title = \"A paper\";", "", "L05", "source L05 has no \"title\".");
    expect_problem("lists.cfg", "default = 3.5;", "", "inr_max", "policy inr_max has no \"default\".");
    expect_problem("lists.cfg", "minor = \"Desk\";", "", "texts", "texts has no \"minor\".");
    expect_problem("lists.cfg", "raises = \"PILL_NOW\";", "", "\"retinoid\"",
                   "dictionary group retinoid has no \"raises\".");
}

Test(checks, a_number_out_of_range)
{
    expect_problem("about.cfg", "decimals = 1", "decimals = 9", "decimals",
                   "question inr: \"decimals\" must be from 0 to 6, but is 9.");
    expect_problem("about.cfg", "min = 0.5", "min = 20", "\"inr\"",
                   "question inr has a min of 20, which is not below its max of 20.");
    expect_problem("lists.cfg", "default = 3.5", "default = 5.5", "default = 5.5",
                   "policy inr_max: \"default\" must be from 1.5 to 5, but is 5.5.");
    expect_problem("lists.cfg", "from_day = -5", "from_day = -500", "-500",
                   "item P02: \"from_day\" must be from -366 to 366, but is -500.");
    expect_problem("rules.cfg", "at_most = 9.5", "at_most = 95", "at_most",
                   "rule INR_HIGH: \"at_most\" must be from 0.5 to 20, but is 95.");
    expect_problem("rules.cfg", "less_than = 18", "less_than = 180", "180",
                   "rule MINOR: \"less_than\" must be from 0 to 150, but is 180.");
}

Test(checks, an_empty_text)
{
    expect_problem("about.cfg", "\"Where?\"", "\" \"", "Q04", "question areas: \"text\" is empty.");
    expect_problem("rules.cfg", "title = \"Both\"", "title = \"\"", "title = \"\"",
                   "rule X1: \"title\" is empty.");
    expect_problem("lists.cfg", "\"Again\"", "\"\"", "texts", "texts: \"welcome\" is empty.");
    expect_problem("lists.cfg", "[ \"I agree\" ]", "[ ]", "texts", "texts: \"consent\" is empty.");
}

Test(checks, a_title_of_two_lines)
{
    expect_problem("rules.cfg", "title = \"Both\"", "title = \"Bo\\nth\"", "title = \"Bo",
                   "rule X1: \"title\" must be one line, without \\n.");
}

Test(checks, a_name_that_cannot_be_one)
{
    expect_problem(
        "about.cfg", "id = \"face\"", "id = \"the face\"", "the face",
        "an option of question areas: \"the face\" cannot be a name. Use letters, digits and _, a letter "
        "first, at most 48.");
    expect_problem(
        "about.cfg", "code = \"Q04\"", "code = \"4\"", "code = \"4\"",
        "question areas has the code \"4\". Write a capital letter and a number, with a small letter for a "
        "follow-up: Q13, Q13a.");
}

/* --- Ids --- */

static void expect_twice(const char *part, const char *from, const char *to, const char *at, const char *kind,
                         int line)
{
    char sentence[256];

    snprintf(sentence, sizeof sentence, "%s stands already at %s/mini/%s:%d.", kind, temp_folder(), part,
             line);
    expect_problem(part, from, to, at, sentence);
}

Test(checks, an_id_given_twice)
{
    expect_twice("about.cfg", "{ id = \"page\";", "{ id = \"areas\"; text = \"A\"; },\n  { id = \"page\";",
                 "{ id = \"areas\"; text", "question areas", 6);
    expect_twice("rules.cfg", "{ flag = \"LISTED\";", "{ flag = \"PILL_NOW\"; },\n  { flag = \"LISTED\";",
                 "{ flag = \"PILL_NOW\"; }", "rule PILL_NOW", 4);
    expect_twice("lists.cfg", "{ id = \"S06\";", "{ id = \"P02\"; },\n  { id = \"S06\";", "{ id = \"P02\"; }",
                 "item P02", 14);
    expect_twice("lists.cfg", "{ id = \"L05\";", "{ id = \"000\"; },\n  { id = \"L05\";", "{ id = \"000\"; }",
                 "source 000", 2);
    expect_twice("lists.cfg", "{ id = \"pill_months\";", "{ id = \"pills\"; },\n  { id = \"pill_months\";",
                 "{ id = \"pills\"; }", "policy pills", 6);
    expect_twice("lists.cfg", "{ id = \"topical\";", "{ id = \"retinoid\";", "\"tretinoin\"",
                 "dictionary group retinoid", 29);
    expect_twice("about.cfg", "code = \"Q19\"", "code = \"Q04\"", "\"page\"",
                 "question page has the code Q04, which", 6);
    expect_problem("about.cfg", "id = \"legs\"", "id = \"face\"", "Legs",
                   "an option of question areas is called \"face\", and so is another.");
    expect_problem("lists.cfg", "[ \"decide\", \"wait\" ]", "[ \"decide\", \"decide\", \"wait\" ]",
                   "\"decide\", \"decide\"", "policy pills has the choice \"decide\" twice.");
}

Test(checks, an_id_that_is_kept_for_something_else)
{
    static const char *const words[] = { "all", "any", "not", "flagged", "any_flagged" };
    static const char *const options[] = { "unsure", "private", "missing", "skipped" };
    char to[64], sentence[128];

    for (size_t i = 0; i < 5; i++) {
        snprintf(to, sizeof to, "id = \"%s\"", words[i]);
        snprintf(sentence, sizeof sentence,
                 "question number 7 is called \"%s\", a word that conditions need. Give it another id.",
                 words[i]);
        expect_problem("about.cfg", "id = \"page\"", to, to, sentence);
    }
    for (size_t i = 0; i < 4; i++) {
        snprintf(to, sizeof to, "id = \"%s\"", options[i]);
        snprintf(sentence, sizeof sentence,
                 "an option of question areas is called \"%s\", a word that is kept for a general answer.",
                 options[i]);
        expect_problem("about.cfg", "id = \"legs\"", to, to, sentence);
    }
}

/* --- Conditions --- */

Test(checks, a_condition_on_a_question_that_does_not_exist)
{
    expect_problem(
        "rules.cfg", "{ pills_last = {", "{ pils_last = {", "pils_last",
        "rule PILL_LAST asks about \"pils_last\", but no question has that id. Did you mean \"pills_last\"?");
    expect_problem("about.cfg", "{ pills = \"past\"; }", "{ nothing_like_it = \"past\"; }", "nothing_like_it",
                   "question pills_last asks about \"nothing_like_it\", but no question has that id.");
}

Test(checks, a_condition_on_a_later_question_or_itself)
{
    expect_problem(
        "about.cfg", "{ pills = \"past\"; }", "{ list = \"missing\"; }", "list = \"missing\"",
        "question pills_last asks about \"list\", which comes later. Move that question before this one.");
    expect_problem("about.cfg", "{ pills = \"past\"; }", "{ not = { pills_last = \"missing\"; }; }",
                   "pills_last = ", "question pills_last asks about itself.");
}

Test(checks, a_question_may_not_hang_on_a_flag)
{
    expect_problem("about.cfg", "{ pills = \"past\"; }", "{ flagged = [ \"PILL_NOW\" ]; }", "flagged",
                   "question pills_last asks for flags, which only rules may do.");
}

Test(checks, an_option_that_the_question_does_not_have)
{
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = \"neverr\"; }", "neverr",
                   "rule PILL_NOW tests \"pills\" for \"neverr\", which is not one of its options. Did you "
                   "mean \"never\"?");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = { any_of = [ \"now\", \"skipped\" ]; }; }",
                   "skipped",
                   "rule PILL_NOW tests \"pills\" for \"skipped\", which is not one of its options.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ inr = \"high\"; }", "inr = \"high\"",
                   "rule PILL_NOW tests \"inr\" for \"high\", but that question has no options, only unsure, "
                   "private and "
                   "missing.");
}

Test(checks, a_test_that_does_not_suit_the_question)
{
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = { at_least = 3; }; }", "at_least = 3",
                   "rule PILL_NOW compares \"pills\" with a number, but its answer is a choice.");
    expect_problem(
        "rules.cfg", "{ pills = \"now\"; }", "{ pills_last = { less_than = 3; }; }", "less_than = 3",
        "rule PILL_NOW compares \"pills_last\" with a number, but its answer is a date. Use days_since, "
        "months_since or years_since.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ inr = { days_since = { less_than = 3; }; }; }",
                   "days_since",
                   "rule PILL_NOW counts the time since \"inr\", but its answer is a number, not a date.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = { count = { at_least = 2; }; }; }",
                   "count", "rule PILL_NOW counts the options of \"pills\", but its answer is a choice.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ page = \"missing\"; }", "page = ",
                   "rule PILL_NOW asks about \"page\", but that is a page to read: it has no answer.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = { equal = \"now\"; }; }", "equal",
                   "rule PILL_NOW tests \"pills\" by \"equal\", which is no test. Did you mean \"equals\"?");
    expect_problem(
        "rules.cfg", "{ pills = \"now\"; }", "{ pills = true; }", "pills = true",
        "rule PILL_NOW tests \"pills\" by something that is neither an option in quotes nor { ... }.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = [ \"now\", \"past\" ]; }", "pills = [",
                   "rule PILL_NOW tests \"pills\" by something that is neither an option in quotes nor { ... "
                   "}. For one of "
                   "several options write { any_of = [ ... ]; }.");
}

Test(checks, limits_that_make_no_sense)
{
    expect_problem("rules.cfg", "at_most = 9.5", "at_least = 9.5", "INR_HIGH\"; when",
                   "rule INR_HIGH has both at_least and more_than in one test.");
    expect_problem("rules.cfg", "more_than = \"inr_max\"; at_most = 9.5", "more_than = 9; at_most = 3",
                   "INR_HIGH\"; when",
                   "rule INR_HIGH has a test that can never hold: at once at_most 3 and more_than 9.");
    expect_problem("rules.cfg", "less_than = 18", "less_than = 17.5", "17.5",
                   "rule MINOR: \"less_than\" must be a whole number.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ areas = { count = { }; }; }", "count",
                   "rule PILL_NOW has a test without less_than, at_most, at_least or more_than.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ areas = { count = { at_least = 4; }; }; }",
                   "count", "rule PILL_NOW: \"at_least\" must be from 0 to 3, but is 4.");
}

/* Such a rule would be there, and silent. */
Test(checks, a_test_that_can_never_hold)
{
    static const char *const inr = "more_than = \"inr_max\"; at_most = 9.5";
    static const char *const last = "less_than = \"pill_months\"";

    expect_problem("rules.cfg", inr, "at_least = 5; less_than = 5", "INR_HIGH\"; when",
                   "rule INR_HIGH has a test that can never hold: at once less_than 5 and at_least 5.");
    expect_problem(
        "rules.cfg", inr, "less_than = 0.5", "INR_HIGH\"; when",
        "rule INR_HIGH has a test that can never hold: less_than 0.5, where answers go from 0.5 to 20.");
    expect_problem(
        "rules.cfg", inr, "more_than = 20", "INR_HIGH\"; when",
        "rule INR_HIGH has a test that can never hold: more_than 20, where answers go from 0.5 to 20.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }",
                   "{ areas = { count = { more_than = 1; less_than = 2; }; }; }", "count",
                   "rule PILL_NOW has a test that can never hold: at once less_than 2 and more_than 1.");
    expect_problem(
        "rules.cfg", "{ pills = \"now\"; }", "{ areas = { count = { less_than = 1; }; }; }", "count",
        "rule PILL_NOW has a test that can never hold: less_than 1, where answers go from 1 to 3.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ areas = { count = { at_most = 0; }; }; }", "count",
                   "rule PILL_NOW has a test that can never hold: at_most 0, where answers go from 1 to 3.");
    expect_problem(
        "rules.cfg", last, "less_than = 0", "PILL_LAST\"; when",
        "rule PILL_LAST has a test that can never hold: less_than 0, where answers go from 0 to 1200.");
    /* Between five months and six there are days. */
    form_free(form_after("rules.cfg", last, "more_than = 5; less_than = 6"));
    form_free(form_after("rules.cfg", inr, "at_least = 5; at_most = 5"));
}

Test(checks, more_than_no_option_is_at_least_one)
{
    form_free(
        form_after("rules.cfg", "{ pills = \"now\"; }", "{ areas = { count = { more_than = 0; }; }; }"));
}

Test(checks, an_empty_condition)
{
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ }", "PILL_NOW\"; when",
                   "rule PILL_NOW has an empty condition { }.");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ pills = { }; }", "pills = { }",
                   "rule PILL_NOW has an empty test of \"pills\".");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", "{ all = ( ); }", "all = ( )",
                   "rule PILL_NOW: \"all\" must be a list of conditions: ( { ... }, { ... } ).");
}

Test(checks, an_amount_by_a_policy_that_is_none)
{
    expect_problem("rules.cfg", "less_than = \"pill_months\"", "less_than = \"pill_month\"",
                   "less_than = \"pill_month\"",
                   "rule PILL_LAST names \"pill_month\", but there is no policy of that name. Did you mean "
                   "\"pill_months\"?");
    expect_problem("rules.cfg", "less_than = \"pill_months\"", "less_than = \"pills\"",
                   "less_than = \"pills\"",
                   "rule PILL_LAST takes policy pills for a number, but it offers choices.");
    expect_problem(
        "rules.cfg", "less_than = \"pill_months\"", "less_than = \"inr_max\"", "less_than = \"inr_max\"",
        "rule PILL_LAST counts by policy inr_max, so its min, max and default must be whole numbers.");
}

/* --- Rules --- */

Test(checks, flags_in_a_circle)
{
    expect_problem(
        "rules.cfg", "{ flag = \"PILL_NOW\"; when = { pills = \"now\"; };",
        "{ flag = \"PILL_NOW\"; when = { any = ( { pills = \"now\"; }, { flagged = [ \"X1\" ]; } ); };",
        "flag = \"X1\"", "rule X1 asks for PILL_NOW, which asks for X1: these rules wait for each other.");
    expect_problem("rules.cfg", "{ flag = \"PILL_NOW\"; when = { pills = \"now\"; };",
                   "{ flag = \"PILL_NOW\"; when = { not = { any_flagged = [ \"PILL_NOW\" ]; }; };",
                   "flag = \"PILL_NOW\"",
                   "rule PILL_NOW asks for PILL_NOW: these rules wait for each other.");
}

Test(checks, a_rule_that_names_what_does_not_exist)
{
    expect_problem("rules.cfg", "[ \"S06\" ]", "[ \"S07\" ]", "S07",
                   "rule PILL_NOW names \"S07\", but there is no item of that name.");
    expect_problem("rules.cfg", "\"L05\"", "\"L50\"", "L50",
                   "rule PILL_NOW names \"L50\", but there is no source of that name. Did you mean \"L05\"?");
    expect_problem(
        "rules.cfg", "\"INR_HIGH\" ]", "\"INR_HIG\" ]", "INR_HIG\"",
        "rule X1 names \"INR_HIG\", but there is no flag of that name. Did you mean \"INR_HIGH\"?");
    expect_problem(
        "rules.cfg", "policy = \"pills\"", "policy = \"pilsl\"", "pilsl",
        "rule PILL_LAST names \"pilsl\", but there is no policy of that name. Did you mean \"pills\"?");
    expect_problem(
        "rules.cfg", "question = \"list\"", "question = \"lists\"", "lists",
        "rule AGAINST names \"lists\", but there is no question of that name. Did you mean \"list\"?");
    expect_problem("rules.cfg", "\"000\", \"L05\"", "\"000\", \"000\"", "\"000\", \"000\"",
                   "rule PILL_NOW names \"000\" twice under \"sources\".");
}

Test(checks, each_choice_of_a_policy_needs_an_outcome)
{
    expect_problem("rules.cfg", "decide = \"review\"; ", "", "policy = \"pills\"",
                   "rule PILL_LAST has no outcome for the choice \"decide\" of policy pills.");
    expect_problem("rules.cfg", "decide = \"review\";", "decide = \"review\"; dicide = \"hold\";", "dicide",
                   "rule PILL_LAST: nothing here is called \"dicide\". Did you mean \"decide\"?");
    expect_problem("rules.cfg", "decide = \"review\"", "decide = \"revieww\"", "revieww",
                   "rule PILL_LAST: \"decide\" is \"revieww\", but must be clear, precaution, review, "
                   "postpone or hold. Did "
                   "you mean \"review\"?");
    expect_problem("rules.cfg", "{ policy = \"pills\"; decide = \"review\"; wait = \"postpone\"; }",
                   "{ policy = \"inr_max\"; decide = \"postpone\"; }", "inr_max\"; decide",
                   "rule PILL_LAST takes its outcome from policy inr_max, which is a number, not a choice.");
}

Test(checks, a_rule_that_postpones_says_until_when)
{
    expect_problem("rules.cfg", "    until = { question = \"pills_last\"; months = \"pill_months\"; };\n", "",
                   "PILL_LAST\"; when", "rule PILL_LAST can postpone, but has no \"until\" to say how long.");
    expect_problem("rules.cfg", "until = { question = \"pills_last\";", "until = { question = \"pills\";",
                   "until",
                   "rule PILL_LAST counts from \"pills\", but the answer to that question is not a date.");
    expect_problem("rules.cfg", "months = \"pill_months\"; };", "months = \"pill_months\"; days = 3; };",
                   "until", "rule PILL_LAST must count its \"until\" in days or in months, one of them.");
    expect_problem("rules.cfg", "question = \"pills_last\"; months = \"pill_months\";",
                   "question = \"pills_last\";", "until",
                   "rule PILL_LAST must count its \"until\" in days or in months, one of them.");
    expect_problem("rules.cfg", "wait = \"postpone\"", "wait = \"hold\"", "until",
                   "rule PILL_LAST has an \"until\", but its outcome is never postpone.");
}

Test(checks, a_rule_that_never_fires)
{
    expect_problem(
        "rules.cfg",
        "{ flag = \"PILL_LAST\"; when = { pills_last = { months_since = { less_than = \"pill_months\"; }; "
        "}; };",
        "{ flag = \"PILL_LAST\";", "flag = \"PILL_LAST\"",
        "rule PILL_LAST never fires: it has no \"when\", and the dictionary does not raise it.");
}

Test(checks, an_item_on_nobodys_list)
{
    expect_problem("lists.cfg", "base = true", "base = false", "\"P02\"",
                   "item P02 is on nobody's list: it is not \"base\", and no rule adds it.");
}

/* Staff would see seven of them, or one for both. */
Test(checks, more_fields_than_there_is_room_for_or_two_of_one_name)
{
    expect_problem("rules.cfg", "fields = [ \"Daily dose\" ]",
                   "fields = [ \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\" ]", "fields",
                   "rule PILL_NOW has 8 fields; there is room for 7.");
    expect_problem("rules.cfg", "fields = [ \"Daily dose\" ]", "fields = [ \"Dose\", \"Lot\", \"Dose\" ]",
                   "fields", "rule PILL_NOW has the field \"Dose\" twice.");
    expect_problem("lists.cfg", "when_text = \"before start\"",
                   "when_text = \"before start\"; fields = [ \"A\", \"A\" ]", "fields",
                   "item S06 has the field \"A\" twice.");
}

Test(checks, a_form_of_very_many_faults_is_refused_in_time)
{
    struct buf list = BUF_INIT, choices = BUF_INIT;

    buf_adds(&list, "add = [ \"S06\"");
    buf_adds(&choices, "choices = [ \"decide\", \"wait\"");
    for (int i = 0; i < 40000; i++) {
        buf_addf(&list, ", \"unheard_of_%d\"", i);
        buf_addf(&choices, ", \"choice_%d\"", i);
    }
    buf_adds(&list, " ]");
    buf_adds(&choices, " ]");
    char *all = problems_after("rules.cfg", "add = [ \"S06\" ]", buf_str(&list));
    cr_expect_not_null(strstr(all, "more problems are not shown"));
    free(all);
    all = problems_after("lists.cfg", "choices = [ \"decide\", \"wait\" ]", buf_str(&choices));
    cr_expect_not_null(strstr(all, "policy pills has 40002 choices; there may be at most 48."), "%.400s",
                       all);
    free(all);
    buf_done(&list);
    buf_done(&choices);
}
