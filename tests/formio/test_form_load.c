/* Spoilt forms: each fault is found, at its line, in words. Also those the first two passes find. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

TestSuite(faults, .fini = temp_remove);

/* --- Reading --- */

Test(faults, a_form_that_is_not_there)
{
    struct problems problems = PROBLEMS_INIT;

    cr_assert_null(form_load("/nonexistent/form", &problems));
    cr_expect_eq(problems.total, 1);
    cr_expect_str_eq(problems.problem[0].where, "/nonexistent/form/form.cfg");
    cr_expect_not_null(strstr(problems.problem[0].text, "No such file or directory"));
    problems_done(&problems);
}

Test(faults, a_part_that_is_not_there_is_named_where_the_form_names_it)
{
    char *all = problems_after("form.cfg", "\"about.cfg\"", "\"abuot.cfg\"");

    cr_expect_not_null(strstr(all, "form.cfg:3: the form names a part that cannot be used: "));
    cr_expect_not_null(strstr(all, "abuot.cfg"));
    free(all);
}

Test(faults, a_part_outside_the_folder)
{
    expect_problem(
        "form.cfg", "\"about.cfg\"", "\"../about.cfg\"", "parts",
        "the form names a part \"../about.cfg\". Write a file name in this folder, or common/ and a file "
        "name.");
}

Test(faults, a_part_named_twice)
{
    expect_problem("form.cfg", "\"about.cfg\"", "\"about.cfg\", \"about.cfg\"", "parts",
                   "the form names the part about.cfg twice.");
}

Test(faults, more_parts_than_64)
{
    struct buf parts = BUF_INIT;

    buf_adds(&parts, "\"about.cfg\"");
    for (int i = 0; i < 63; i++) {
        buf_adds(&parts, ", \"about.cfg\"");
    }
    expect_problem("form.cfg", "\"about.cfg\"", buf_str(&parts), "parts",
                   "the form has 66 parts; there may be at most 64.");
    buf_done(&parts);
}

Test(faults, a_part_of_more_than_one_mebibyte)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write();
    char *big = mem_alloc(FORM_MAX_PART_SIZE + 1);

    memset(big, '\n', FORM_MAX_PART_SIZE + 1);
    temp_write("mini/about.cfg", big, FORM_MAX_PART_SIZE + 1);
    cr_assert_null(form_load(folder, &problems));
    cr_expect_not_null(strstr(problems.problem[0].text, "too large"));
    problems_done(&problems);
    free(big);
}

/* --- The lexical pass --- */

Test(faults, bytes_that_are_not_utf8)
{
    expect_problem("about.cfg", "\"Where?\"", "\"Wh\xE9re?\"", "Q04",
                   "this line is not UTF-8 text. Save the file as UTF-8.");
}

Test(faults, a_control_character)
{
    expect_problem("about.cfg", "\"Where?\"", "\"Wh\x1b[31mere?\"", "Q04",
                   "this line holds a control character. Type the line again.");
}

Test(faults, a_nul_byte)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write();
    static const char text[] = "rules = (\n \0 );\n";

    temp_write("mini/rules.cfg", text, sizeof text - 1);
    cr_assert_null(form_load(folder, &problems));
    cr_expect_not_null(strstr(problems.problem[0].where, "rules.cfg:2"));
    problems_done(&problems);
}

Test(faults, text_that_runs_backwards_on_the_screen)
{
    expect_problem(
        "about.cfg", "\"Where?\"", "\"Where\xE2\x80\xAE?\"", "Q04",
        "this line holds an invisible character (often copied from a web page). Type the line again.");
}

Test(faults, a_byte_order_mark_is_told_once_and_how_to_save_the_file)
{
    expect_problem("about.cfg", "section = {", "\xEF\xBB\xBFsection = {", "section",
                   "the file begins with a byte order mark. Save it as UTF-8 without one (\"UTF-8\", not "
                   "\"UTF-8 with BOM\").");
}

Test(faults, utf16_is_told_once_and_not_on_each_line)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write();
    static const char text[] = "\xFF\xFE#\0\n\0#\0\n\0#\0\n\0";

    temp_write("mini/rules.cfg", text, sizeof text - 1);
    cr_assert_null(form_load(folder, &problems));
    cr_expect_eq(problems.total, 1);
    cr_expect_not_null(strstr(problems.problem[0].where, "rules.cfg:1"));
    cr_expect_str_eq(problems.problem[0].text, "the file is UTF-16 (\"Unicode\"). Save it as UTF-8.");
    problems_done(&problems);
}

Test(faults, include)
{
    expect_problem("about.cfg", "questions = (", "@include \"/etc\"\nquestions = (", "@include",
                   "@include is not used in these files: each stands by itself. A form names its parts in "
                   "form.cfg.");
}

Test(faults, the_word_include_in_a_comment_or_text_is_only_a_word)
{
    form_free(
        form_after("about.cfg", "\"Where?\"", "\"@include\" # @include \"/etc\"\n/*\n@include \"/etc\"\n*/"));
}

Test(faults, a_number_that_libconfig_would_read_as_1)
{
    expect_problem("about.cfg", "max = 20", "max = 4294967297", "4294967297",
                   "the number 4294967297 is too large.");
}

Test(faults, a_number_of_too_many_digits)
{
    expect_problem("about.cfg", "max = 20", "max = 20.000000000000000000001", "20.000",
                   "the number 20.000000000000000000001 is too long.");
}

Test(faults, a_number_that_a_later_libconfig_would_read_as_8)
{
    expect_problem("about.cfg", "max = 20", "max = 010", "010",
                   "the number 010 begins with a 0 too many. Text goes in quotes.");
    expect_problem("about.cfg", "max = 20", "max = -00.5", "00.5",
                   "the number -00.5 begins with a 0 too many. Text goes in quotes.");
}

Test(faults, numbers_in_other_dress)
{
    static const char *const odd[] = { "20L", "0x14", "2e1", "1.", ".5", "20,5" };

    for (size_t i = 0; i < 5; i++) {
        char to[32], sentence[160];

        snprintf(to, sizeof to, "max = %s", odd[i]);
        snprintf(sentence, sizeof sentence,
                 "%s is not a number this file may hold. Write digits, with one point if needed: 28 or 3.5. "
                 "Text goes in "
                 "quotes.",
                 odd[i]);
        expect_problem("about.cfg", "max = 20", to, to, sentence);
    }
}

Test(faults, nesting_deeper_than_16)
{
    struct buf deep = BUF_INIT;

    buf_adds(&deep, "{ ");
    for (int i = 0; i < 100000; i++) {
        buf_adds(&deep, "not = { ");
    }
    buf_adds(&deep, "pills = \"now\"; }");
    expect_problem("rules.cfg", "{ pills = \"now\"; }", buf_str(&deep), "PILL_NOW\"; when",
                   "brackets are nested more than 16 deep here.");
    buf_done(&deep);
}

Test(faults, a_text_longer_than_4096_bytes)
{
    struct buf text = BUF_INIT;

    buf_adds(&text, "\"");
    for (int i = 0; i < 4097; i++) {
        buf_adds(&text, "a");
    }
    buf_adds(&text, "\"");
    expect_problem("about.cfg", "\"Where?\"", buf_str(&text), "Q04",
                   "this text is longer than 4096 bytes. Make two of it.");
    buf_reset(&text);
    for (int i = 0; i < 3; i++) {
        buf_addf(&text, "\"%02000d\" ", 0);
    }
    expect_problem("about.cfg", "\"Where?\"", buf_str(&text), "Q04",
                   "question areas: \"text\" is longer than 4096 bytes.");
    buf_done(&text);
}

Test(faults, a_quote_that_is_not_closed)
{
    expect_problem(
        "about.cfg", "\"Where?\";", "\"Where?;", "Q04",
        "a text begins on this line and its closing quote (\") is missing. A long text goes on in new quotes "
        "on the next line.");
}

Test(faults, an_escape_that_libconfig_would_turn_into_something_else)
{
    expect_problem(
        "about.cfg", "\"Where?\"", "\"Where\\x00?\"", "Q04",
        "\\ in a text begins \\\" (a quote), \\n (a new line) or \\\\ (a \\ itself), nothing else.");
}

Test(faults, curly_quotes)
{
    expect_problem("about.cfg", "\"Where?\"", "\xE2\x80\x9CWhere?\xE2\x80\x9D", "Q04",
                   "\xE2\x80\x9C has no meaning here. Text goes in straight quotes (\"like this\").");
}

Test(faults, a_word_without_quotes)
{
    expect_problem("about.cfg", "type = \"info\"", "type = info", "type = info",
                   "info needs quotes: \"info\".");
    expect_problem("about.cfg", "multiline = true", "multiline = Yes", "multiline",
                   "Yes is no value. Write true or false.");
}

Test(faults, a_missing_comma_between_groups)
{
    expect_problem("about.cfg", "text = \"No\"; exclusive = true; },", "text = \"No\"; exclusive = true; }",
                   "text = \"No\"", "a comma is missing between this entry and the next.");
}

Test(faults, a_comma_after_the_last_entry)
{
    expect_problem("lists.cfg", "status = \"abstract seen\"; }", "status = \"abstract seen\"; },",
                   "abstract seen", "remove this comma: no entry follows it.");
}

Test(faults, a_bracket_that_is_never_closed)
{
    expect_problem("form.cfg", "};\n", "\n", "form = {", "the { opened here is never closed.");
    expect_problem("form.cfg", " ];", ";", "parts",
                   "; stands where the [ of line 3 is still open. Is its closing bracket missing?");
}

Test(faults, a_group_that_is_not_closed_before_the_next_begins)
{
    expect_problem("about.cfg", "{ id = \"chest\"; text = \"Chest\"; },",
                   "{ id = \"chest\"; text = \"Chest\";\n", "{ id = \"legs\"",
                   "{ stands where the { of line 7 is still open. Is its closing bracket missing?");
}

Test(faults, a_bracket_too_many)
{
    expect_problem("form.cfg", "};\n", "}; }\n", "}; }",
                   "this } closes nothing. Is there one too many above?");
}

Test(faults, a_name_without_a_value)
{
    expect_problem("form.cfg", "version = \"1\"", "version \"1\"", "version",
                   "version needs a = and a value after it.");
    expect_problem("form.cfg", "version = \"1\"", "version = ", "version", "a value is missing here.");
}

Test(faults, a_comment_without_an_end)
{
    expect_problem("form.cfg", "};\n", "};\n/* and so on\n", "/*",
                   "the comment that begins here with /* has no end.");
}

Test(faults, a_name_given_twice)
{
    expect_problem("about.cfg", "hint = \"Names\";", "hint = \"Names\";\n hint = \"Other\";",
                   " hint = \"Other\"", "a name is given here that its { } already has. Remove one of them.");
}

Test(faults, texts_and_numbers_in_one_list)
{
    expect_problem(
        "lists.cfg", "[ \"none\", \"listed\" ]", "[ \"none\", 1 ]", "[ \"none\", 1",
        "what stands between [ and ] must be all of one kind: all texts, or all numbers of the same form.");
}

Test(faults, names_beyond_256_in_one_group)
{
    struct buf many = BUF_INIT;

    for (int i = 0; i < 300; i++) {
        buf_addf(&many, "n%d = 1; ", i);
    }
    expect_problem("form.cfg", "id = \"mini\";", buf_str(&many), "n0",
                   "there are more than 256 names between one { and its }.");
    buf_done(&many);
}

Test(faults, a_hostile_message_is_made_harmless)
{
    char *all = problems_after("about.cfg", "\"Where?\"", "\x1b[2J");

    cr_expect_null(strchr(all, '\x1b'));
    free(all);
}

/* --- All at once --- */

Test(faults, problems_in_several_parts_are_reported_together)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write();
    struct buf all = BUF_INIT;

    temp_write("mini/about.cfg", "section = {", 11);
    temp_write("mini/rules.cfg", "rules = (\n,", 11);
    cr_assert_null(form_load(folder, &problems));
    problems_text(&problems, &all);
    cr_expect_eq(problems.total, 2);
    cr_expect_not_null(strstr(buf_str(&all), "about.cfg:1: the { opened here is never closed."));
    cr_expect_not_null(strstr(buf_str(&all), "rules.cfg:1: a value is missing here."));
    buf_done(&all);
    problems_done(&problems);
}

Test(faults, every_problem_of_a_form_is_reported_at_once)
{
    char *all = problems_after(
        "rules.cfg", "{ flag = \"PILL_NOW\"; when = { pills = \"now\"; };\n    outcome = \"review\";",
        "{ flag = \"PILL_NOW\"; when = { pils = \"now\"; areas = \"fase\"; };\n"
        "    outcome = \"maybe\"; alert = 1; colour = \"red\";");

    cr_expect_not_null(strstr(all, "rules.cfg:5: rule PILL_NOW: nothing here is called \"colour\"."));
    cr_expect_not_null(strstr(all, "rules.cfg:4: rule PILL_NOW asks about \"pils\""));
    cr_expect_not_null(strstr(all, "rules.cfg:4: rule PILL_NOW tests \"areas\" for \"fase\""));
    cr_expect_not_null(strstr(all, "rules.cfg:5: rule PILL_NOW: \"outcome\" is \"maybe\""));
    cr_expect_not_null(strstr(all, "rules.cfg:5: rule PILL_NOW: \"alert\" must be true or false"));
    free(all);
}

Test(faults, of_very_many_problems_200_are_kept_and_all_are_counted)
{
    struct buf list = BUF_INIT;

    buf_adds(&list, "add = [ \"S06\"");
    for (int i = 0; i < 300; i++) {
        buf_addf(&list, ", \"NOSUCH%d\"", i);
    }
    buf_adds(&list, " ]");
    char *all = problems_after("rules.cfg", "add = [ \"S06\" ]", buf_str(&list));
    cr_expect_not_null(strstr(all, "NOSUCH199"));
    cr_expect_null(strstr(all, "NOSUCH200"));
    cr_expect_not_null(strstr(all, "100 more problems are not shown."));
    free(all);
    buf_done(&list);
}

Test(faults, the_short_message_names_the_first_and_counts_the_rest)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err;

    problems_add(&problems, "a.cfg", 3, "one %s", "thing");
    cr_expect_eq(problems_err(&problems, &err), -1);
    cr_expect_str_eq(err.text, "a.cfg:3: one thing");
    problems_add(&problems, "b.cfg", 0, "two");
    problems_err(&problems, &err);
    cr_expect_str_eq(err.text, "a.cfg:3: one thing (and 1 more)");
    problems_done(&problems);
}
