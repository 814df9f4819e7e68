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

/* --- Questions --- */

Test(checks, keys_that_belong_to_another_type)
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

Test(checks, at_most_one_birth_date_and_one_helper_question)
{
    expect_problem("about.cfg", "partial = true; ask_if = { pills = \"past\"; };", "birth_date = true;",
                   "Q13a",
                   "question pills_last is marked birth_date, but so is question birth. Only one may be.");
    expect_problem("about.cfg", "text = \"Where?\";\n    options = (",
                   "text = \"Where?\"; helper = true;\n    options = ( { id = \"no\"; text = \"No\"; },",
                   "Q04", "question areas is marked helper, but so is question support. Only one may be.");
}

Test(checks, more_options_than_48)
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

Test(checks, more_rules_than_4096)
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

Test(checks, marks_that_contradict)
{
    expect_problem("about.cfg", "optional = true", "optional = true; required = true", "\"inr\"",
                   "question inr is both required and optional.");
    expect_problem("about.cfg", "birth_date = true", "birth_date = true; partial = true", "\"birth\"",
                   "question birth is the birth date, so it cannot be partial.");
    expect_problem(
        "about.cfg", "{ id = \"no\"; text = \"No\"; exclusive = true; }", "{ id = \"none\"; text = \"No\"; }",
        "Q36", "question support is marked helper, so it needs an option \"no\": any other asks who helps.");
}

Test(checks, a_general_answer_that_there_is_not)
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

Test(checks, a_policy_sets_a_question_to_its_own_options)
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

Test(checks, another_unit_of_a_number)
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

Test(checks, a_helper_question_whose_option_lacks_its_id)
{
    expect_problem("about.cfg", "{ id = \"no\"; text = \"No\"; exclusive = true; }, { id = \"reading\";",
                   "{ id = \"no\"; text = \"No\"; exclusive = true; }, {", "text = \"Reading\"",
                   "an option of question support has no \"id\".");
    char *all = problems_after("about.cfg", "{ id = \"no\"; text = \"No\";", "{ text = \"No\";");
    cr_expect_not_null(strstr(all, "an option of question support has no \"id\"."));
    free(all);
}

Test(checks, questions_need_a_section)
{
    expect_problem("about.cfg", "section = { id = \"about\"; title = \"About you\"; };\n", "", "questions",
                   "this part: a part with questions needs a section.");
    expect_problem("rules.cfg", "rules = (", "section = { id = \"more\"; title = \"More\"; };\nrules = (",
                   "section", "this part: a part with a section needs questions.");
}

/* --- Items, policies, dictionary, texts --- */

Test(checks, a_window_that_ends_before_it_begins)
{
    expect_problem("lists.cfg", "until_day = 0", "until_day = -4", "until_day",
                   "item P02 must be kept at least from day -3, after its last day, -4.");
    expect_problem("lists.cfg", "from_day = -7", "from_day = -1", "-1",
                   "item P02 begins on day -1, but must be kept at least from day -3, which is earlier.");
    expect_problem("lists.cfg", "flagged = [ \"PILL_LAST\", \"INR_HIGH\" ]; ", "", "windows",
                   "item P02 has no \"flagged\".");
}

Test(checks, a_day_is_a_number_or_a_policy_that_counts_days)
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

Test(checks, policies_that_make_no_sense)
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

Test(checks, a_faulty_policy_is_reported_once_not_by_every_rule_that_names_it)
{
    expect_problem("lists.cfg", "default = 6;", "default = 60;", "default = 60",
                   "policy pill_months: \"default\" must be from 1 to 24, but is 60.");
}

Test(checks, dictionary_references)
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

Test(checks, texts_stand_in_one_part_and_are_complete)
{
    char sentence[256];

    snprintf(sentence, sizeof sentence, "this part: \"texts\" stands already at %s/mini/lists.cfg:18.",
             temp_folder());
    expect_problem("rules.cfg", "rules = (", "texts = { };\nrules = (", "texts", sentence);
    expect_problem("lists.cfg", "\"One\", ", "\"One\", \"And\", ", "texts",
                   "texts has 4 lines under \"next\"; there is room for 3.");
}

Test(checks, what_stands_in_braces_is_a_fact_of_the_clinic)
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

Test(checks, what_stands_in_braces_in_a_question_is_a_policy_that_counts)
{
    expect_problem("about.cfg", "\"Where?\"", "\"In {pil_months} months?\"", "{pil_months}",
                   "question areas: \"text\" holds \"{pil_months}\". Braces stand only around the name of a "
                   "policy. Did you mean \"pill_months\"?");
    expect_problem(
        "about.cfg", "\"Where?\"", "\"In {pill_months months?\"", "{pill_months",
        "question areas: \"text\" holds \"{pill_months months?\". Braces stand only around the name "
        "of a policy.");
}

Test(checks, what_stands_in_braces_in_an_item_or_page_may_be_a_policy_that_counts)
{
    expect_problem("lists.cfg", "\"No creams\"", "\"No creams for {inr_max} days\"", "{inr_max}",
                   "item P02 counts by policy inr_max, so its min, max and default must be whole numbers.");
    expect_problem("lists.cfg", "\"Tiny needles.\"", "\"Tiny {pills}.\"", "{pills}",
                   "page what takes policy pills for a number, but it offers choices.");
}

Test(checks, a_fact_the_clinic_may_not_give_needs_words)
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

Test(checks, pages_to_read)
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

Test(checks, a_postponement_counts_from_a_date_that_the_rule_tests)
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

Test(checks, a_rule_that_stops_tests_answers_alone)
{
    expect_problem("rules.cfg", "alert = true", "stops = true", "stops = true",
                   "rule X1 stops the form, so it needs a \"when\" that tests answers alone.");
    expect_problem("rules.cfg", "{ flag = \"LISTED\";", "{ flag = \"LISTED\"; stops = true;", "LISTED\"; st",
                   "rule LISTED stops the form, so it needs a \"when\" that tests answers alone.");
}

Test(checks, an_empty_part_is_the_only_problem)
{
    char *all = problems_after("rules.cfg", mini_text("rules.cfg"), "# nothing yet\n");
    char want[160];

    snprintf(want, sizeof want, "%s/mini/rules.cfg: nothing stands in this file.\n", temp_folder());
    cr_expect_str_eq(all, want);
    free(all);
}

Test(checks, a_question_id_given_twice_is_the_only_problem)
{
    char sentence[160];

    snprintf(sentence, sizeof sentence, "question support stands already at %s/mini/about.cfg:4.",
             temp_folder());
    expect_problem("about.cfg", "id = \"areas\"", "id = \"support\"", "Q04", sentence);
    snprintf(sentence, sizeof sentence, "rule PILL_NOW stands already at %s/mini/rules.cfg:4.",
             temp_folder());
    expect_problem("rules.cfg", "flag = \"INR_HIGH\"", "flag = \"PILL_NOW\"", "more_than", sentence);
}
