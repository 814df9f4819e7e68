/* since_last: what a returning patient is asked instead, and which questions it may not stand for. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

TestSuite(since_last, .fini = temp_remove);

/* One entry in about.cfg, naming these questions. */
static const char *with(const char *questions)
{
    static char text[512];
    snprintf(
        text, sizeof text,
        "since_last = ( { id = \"new\"; text = \"Is it new?\";\n  questions = [ %s ]; } );\nquestions = (",
        questions);
    return text;
}

Test(since_last, an_entry_stands_for_main_questions_that_seldom_change)
{
    struct form *form = form_after("about.cfg", "questions = (", with("\"areas\", \"pills\""));
    cr_assert_eq(form->nsince, 1);
    cr_expect_str_eq(form->since[0].text, "Is it new?");
    cr_assert_eq(form->since[0].nquestions, 2);
    cr_expect_eq(form->since[0].question[1], (size_t)form_question_index(form, "pills"));
    assert_sound(form);
    form_free(form);
}

Test(since_last, a_no_is_not_blamed_for_a_question_that_is_spelled_wrong)
{
    static const char slip[] =
        "since_last = ( { id = \"new\"; text = \"Is it new?\"; questions = [ \"rahs\" ];\n"
        "    no_means = [ \"rash_now\" ]; } );\n"
        "questions = (\n"
        "  { id = \"rash\"; code = \"Q50\"; type = \"choice\"; text = \"Rash?\";\n"
        "    options = ( { id = \"no\"; text = \"No\"; }, { id = \"yes\"; text = \"Yes\"; } ); },\n"
        "  { id = \"rash_now\"; code = \"Q50a\"; type = \"choice\"; text = \"Now?\"; fresh = true;\n"
        "    ask_if = { rash = \"yes\"; };\n"
        "    options = ( { id = \"no\"; text = \"No\"; }, { id = \"yes\"; text = \"Yes\"; } ); },\n";
    expect_problem(
        "about.cfg", "questions = (", slip, "rahs",
        "since_last new names \"rahs\", but there is no question of that name. Did you mean \"rash\"?");
}

Test(since_last, a_no_stands_for_fresh_follow_ups_of_its_questions_alone)
{
    expect_problem(
        "about.cfg", "questions = (", with("\"pills\" ]; no_means = [ \"pills_last\""),
        "no_means = [ \"pills_last\"",
        "since_last new names pills_last, which is no fresh follow-up of its \"questions\": leave it "
        "out.");
    expect_problem(
        "about.cfg", "questions = (", with("\"areas\" ]; no_means = [ \"areas\""), "no_means = [ \"areas\"",
        "since_last new names areas, which is no fresh follow-up of its \"questions\": leave it out.");
}

Test(since_last, a_follow_up_is_answered_by_one_entry)
{
    static const char twice[] =
        "since_last = ( { id = \"new\"; text = \"Is it new?\"; questions = [ \"rash\" ];\n"
        "    no_means = [ \"rash_now\" ]; },\n"
        "  { id = \"other\"; text = \"Another?\"; questions = [ \"rash\", \"areas\" ];\n"
        "    no_means = [ \"rash_now\" ]; /* again */ } );\n"
        "questions = (\n"
        "  { id = \"rash\"; code = \"Q50\"; type = \"choice\"; text = \"Rash?\";\n"
        "    options = ( { id = \"no\"; text = \"No\"; }, { id = \"yes\"; text = \"Yes\"; } ); },\n"
        "  { id = \"rash_now\"; code = \"Q50a\"; type = \"choice\"; text = \"Now?\"; fresh = true;\n"
        "    ask_if = { rash = \"yes\"; };\n"
        "    options = ( { id = \"no\"; text = \"No\"; }, { id = \"yes\"; text = \"Yes\"; } ); },\n";
    expect_problem("about.cfg", "questions = (", twice, "again",
                   "since_last other names rash_now, and so does since_last new: one of the two is enough.");
}

Test(since_last, a_form_without_it_is_sound)
{
    struct form *form = mini_load();
    cr_expect_eq(form->nsince, 0);
    form_free(form);
}

Test(since_last, what_must_be_asked_at_each_visit_cannot_be_named)
{
    expect_problem(
        "about.cfg", "questions = (", with("\"pills_last\""), "questions = [ \"pills_last\"",
        "since_last new names pills_last, a follow-up: it goes with its main question pills. Leave it out.");
    expect_problem("about.cfg", "questions = (", with("\"birth\""), "questions = [ \"birth\"",
                   "since_last new names birth, which everybody is asked at each visit.");
    expect_problem("about.cfg", "questions = (", with("\"support\""), "questions = [ \"support\"",
                   "since_last new names support, which everybody is asked at each visit.");
    expect_problem("about.cfg", "questions = (", with("\"page\""), "questions = [ \"page\"",
                   "since_last new names page, which is a page to read: it has no answer.");
    expect_problem(
        "about.cfg", "questions = (", with("\"pilsl\""), "questions = [ \"pilsl\"",
        "since_last new names \"pilsl\", but there is no question of that name. Did you mean \"pills\"?");
}

Test(since_last, each_question_it_cannot_stand_for_is_told_on_its_own_line)
{
    char *all = problems_after("about.cfg", "questions = (",
                               "since_last = ( { id = \"new\"; text = \"Is it new?\"; colour = 1;\n  "
                               "questions = [ \"birth\",\n \"page\",\n"
                               " \"pilsl\" ];\n no_means = [ \"areas\" ]; } );\nquestions = (");

    cr_expect_not_null(strstr(all, "about.cfg:2: since_last new: nothing here is called \"colour\""), "%s",
                       all);
    cr_expect_not_null(strstr(all, "about.cfg:3: since_last new names birth, which everybody"), "%s", all);
    cr_expect_not_null(strstr(all, "about.cfg:4: since_last new names page, which is a page to read"), "%s",
                       all);
    cr_expect_not_null(strstr(all, "about.cfg:5: since_last new names \"pilsl\", but there is no"), "%s",
                       all);
    cr_expect_not_null(strstr(all, "about.cfg:6: since_last new names areas, which is no fresh"), "%s", all);
    free(all);
}
