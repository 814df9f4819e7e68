/* A sound form: what the files say is what the model holds. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answers.h"
#include "fixture.h"

TestSuite(model, .fini = temp_remove);

static const struct form_rule *rule_of(const struct form *form, const char *flag)
{
    long i = form_rule_index(form, flag);

    cr_assert_geq(i, 0, "%s", flag);
    return &form->rule[i];
}

static const struct form_question *question_of(const struct form *form, const char *id)
{
    long i = form_question_index(form, id);

    cr_assert_geq(i, 0, "%s", id);
    return &form->question[i];
}

Test(model, a_sound_form_loads_and_keeps_every_promise)
{
    struct form *form = mini_load();

    assert_sound(form);
    cr_expect_str_eq(form->id, "mini");
    cr_expect_str_eq(form->language, "en");
    cr_expect_eq(form->nquestions, 8);
    cr_expect_eq(form->nrules, 7);
    cr_expect_eq(form->nitems, 2);
    cr_expect_eq(form->nsources, 2);
    cr_expect_eq(form->nsections, 1);
    cr_expect_str_eq(form->section[0].title, "About you");
    form_free(form);
}

Test(model, questions_keep_what_was_written)
{
    struct form *form = mini_load();
    const struct form_question *birth = question_of(form, "birth"), *support = question_of(form, "support"),
                               *pills = question_of(form, "pills"), *last = question_of(form, "pills_last"),
                               *inr = question_of(form, "inr"), *list = question_of(form, "list");

    cr_expect(birth->birth_date && birth->required && !birth->general && birth->type == QUESTION_DATE);
    cr_expect(support->helper && support->general == (OPTION_UNSURE | OPTION_PRIVATE));
    cr_expect_eq(support->exclusive, OPTION_BIT(0));
    cr_expect_str_eq(pills->why, "Skin");
    cr_expect_str_eq(pills->note, "Brands");
    cr_expect_str_eq(pills->option[2].id, "past");
    cr_expect_eq(pills->general, OPTION_UNSURE);
    cr_expect_eq(pills->set_by, form_policy_index(form, "pills_by"));
    cr_expect(pills->set_to[0] == 0 && pills->set_to[1] == OPTION_BIT(0) &&
              pills->set_to[2] == OPTION_BIT(1));
    cr_expect_null(support->set_to);
    cr_expect(last->partial);
    cr_expect(inr->optional && inr->min == 0.5 && inr->max == 20 && inr->decimals == 1);
    cr_expect_str_eq(inr->unit, "INR");
    cr_expect(list->multiline && list->max_graphemes == 500);
    cr_expect_eq(question_of(form, "page")->general, 0);
    form_free(form);
}

Test(model, a_follow_up_belongs_to_its_main_question_where_the_form_has_it)
{
    struct form *form = mini_load();

    cr_expect_eq(question_of(form, "pills_last")->main, form_question_index(form, "pills"));
    cr_expect_eq(question_of(form, "inr")->main,
                 form_question_index(form, "inr")); /* Q16b, and there is no Q16 */
    form_free(form);
}

Test(model, a_rule_belongs_to_the_main_question_of_the_first_one_it_tests)
{
    struct form *form = mini_load();

    cr_expect_eq(rule_of(form, "PILL_LAST")->main, form_question_index(form, "pills"));
    cr_expect_eq(rule_of(form, "AGAINST")->main, form_question_index(form, "list")); /* named */
    cr_expect_eq(rule_of(form, "LISTED")->main, SIZE_MAX);
    cr_expect_eq(rule_of(form, "X1")->main, SIZE_MAX);
    form_free(form);
}

Test(model, rules_stand_after_the_flags_they_ask_for)
{
    struct form *form = mini_load();

    cr_expect_str_eq(form->rule[0].flag, "PILL_NOW"); /* the others keep their order */
    cr_expect_str_eq(form->rule[form->nrules - 1].flag, "X1");
    cr_expect(form->rule[form->nrules - 1].interaction);
    cr_expect_not(form->rule[0].interaction);
    form_free(form);
}

Test(model, a_chain_of_flags_written_backwards_is_put_in_order)
{
    struct form *form =
        form_after("rules.cfg", "  { flag = \"X1\";",
                   "  { flag = \"X3\"; when = { flagged = [ \"X2\" ]; }; outcome = \"hold\";\n"
                   "    title = \"T\"; reason = \"R\"; strength = \"-\"; },\n"
                   "  { flag = \"X2\"; when = { not = { any_flagged = [ \"X1\" ]; }; }; outcome = \"hold\";\n"
                   "    title = \"T\"; reason = \"R\"; strength = \"-\"; },\n"
                   "  { flag = \"X1\";");

    assert_sound(form);
    cr_expect_lt(form_rule_index(form, "X1"), form_rule_index(form, "X2"));
    cr_expect_lt(form_rule_index(form, "X2"), form_rule_index(form, "X3"));
    form_free(form);
}

Test(model, flagged_asks_for_all_and_any_flagged_for_one)
{
    struct form *form = mini_load();
    const struct form_cond *when = rule_of(form, "X1")->when;

    cr_assert_eq(when->kind, COND_ALL);
    cr_assert_eq(when->nchildren, 2);
    cr_assert_eq(when->child[0].kind, COND_ALL);
    cr_assert_eq(when->child[0].nchildren, 2);
    cr_expect_eq(when->child[0].child[1].nrules, 1);
    cr_expect_eq(when->child[0].child[1].rule[0], (size_t)form_rule_index(form, "INR_HIGH"));
    cr_expect_eq(when->child[1].kind, COND_FLAGGED);
    cr_expect_eq(when->child[1].nrules, 2);
    form_free(form);
}

Test(model, a_policy_stands_for_an_outcome_and_for_an_amount)
{
    struct form *form = mini_load();
    const struct form_rule *rule = rule_of(form, "PILL_LAST");

    cr_expect_eq(rule->policy, form_policy_index(form, "pills"));
    cr_expect_eq(rule->by_choice[0], OUTCOME_REVIEW);
    cr_expect_eq(rule->by_choice[1], OUTCOME_POSTPONE);
    cr_expect_eq(rule->until.policy, form_policy_index(form, "pill_months"));
    cr_expect_eq(rule->until_unit, UNIT_MONTHS);
    cr_expect_eq(rule->until_question, (size_t)form_question_index(form, "pills_last"));
    cr_expect_eq(rule->when->kind, COND_SINCE);
    cr_expect_eq(rule->when->unit, UNIT_MONTHS);
    cr_expect_eq(rule->when->op, OP_LESS_THAN);
    cr_expect_eq(rule->when->amount.policy, form_policy_index(form, "pill_months"));
    form_free(form);
}

Test(model, a_range_is_two_tests)
{
    struct form *form = mini_load();
    const struct form_cond *any = rule_of(form, "INR_HIGH")->when, *range = &any->child[0];

    cr_assert_eq(any->kind, COND_ANY);
    cr_assert_eq(range->kind, COND_ALL);
    cr_expect_eq(range->child[0].op, OP_AT_MOST);
    cr_expect_eq(range->child[0].amount.value, 9.5);
    cr_expect_eq(range->child[1].op, OP_MORE_THAN);
    cr_expect_eq(any->child[1].options, OPTION_PRIVATE);
    form_free(form);
}

Test(model, equals_on_a_tick_list_is_this_and_nothing_else)
{
    struct form *form =
        form_after("rules.cfg", "{ pills = \"now\"; }", "{ areas = { equals = \"chest\"; }; }");
    const struct form_cond *when = rule_of(form, "PILL_NOW")->when;

    cr_assert_eq(when->kind, COND_ALL);
    cr_expect_eq(when->child[0].options, OPTION_BIT(1));
    cr_assert_eq(when->child[1].kind, COND_NOT);
    cr_expect_eq(when->child[1].child[0].options,
                 OPTION_BIT(0) | OPTION_BIT(2) | OPTION_UNSURE | OPTION_PRIVATE);
    form_free(form);
}

Test(model, any_of_takes_options_and_general_answers)
{
    struct form *form = form_after("rules.cfg", "{ pills = \"now\"; }",
                                   "{ areas = { any_of = [ \"face\", \"legs\", \"missing\" ]; }; }");

    cr_expect_eq(rule_of(form, "PILL_NOW")->when->options, OPTION_BIT(0) | OPTION_BIT(2) | OPTION_MISSING);
    form_free(form);
}

Test(model, a_window_on_flags_names_only_the_sides_it_replaces)
{
    struct form *form = mini_load();
    const struct form_item *item = &form->item[0];

    cr_assert_str_eq(item->id, "P02");
    cr_assert_eq(item->nwindows, 2);
    cr_expect(item->window[0].from_day == -5 && item->window[0].least_day == -3 &&
              item->window[0].until_day == 0);
    cr_expect(item->window[1].from_day == -7 && item->window[1].least_day == DAY_NONE &&
              item->window[1].until_day == DAY_NONE);
    cr_expect_eq(item->window[1].nrules, 2);
    cr_expect_eq(form->item[1].window[0].from_day, DAY_NONE);
    cr_expect(item->base && item->who == ITEM_PATIENT);
    form_free(form);
}

Test(model, dictionary_words_are_folded_and_answers_are_sets)
{
    struct form *form = mini_load();
    const struct form_group *group = form->dictionary.group;

    cr_expect_eq(form->dictionary.question, (size_t)form_question_index(form, "list"));
    cr_expect_eq(form->dictionary.unmatched, (size_t)form_rule_index(form, "LISTED"));
    cr_expect_str_eq(group[0].word[0], "retin a");
    cr_expect_eq(group[0].denies, OPTION_BIT(0));
    cr_expect_eq(group[0].affirms, OPTION_BIT(1) | OPTION_BIT(2));
    cr_expect_eq(group[1].rule, SIZE_MAX);
    cr_expect_str_eq(group[1].unsure_code, "Q15");
    cr_expect_eq(group[1].question, SIZE_MAX);
    form_free(form);
}

Test(model, a_form_without_dictionary_or_device_list_says_so)
{
    struct form *form = form_after(
        "lists.cfg", strstr(mini_text("lists.cfg"), "dictionary ="),
        "dictionary = { question = \"list\"; unmatched = \"LISTED\"; contradiction = \"AGAINST\";\n"
        "  groups = ( ); };\n");

    cr_expect_eq(form->dictionary.ngroups, 0);
    cr_expect_eq(form->device_policy, form_policy_index(form, "device_list"));
    cr_expect_eq(form->ndevice_default, 1);
    form_free(form);
}

Test(model, texts_in_a_row_are_joined)
{
    struct form *form = form_after("lists.cfg", "\"Hello\"", "\"Hel\"\n    \"lo\\n\\\"you\\\"\"");

    cr_expect_str_eq(form->texts.welcome[0], "Hello\n\"you\"");
    form_free(form);
}

Test(model, pages_keep_their_paragraphs_and_when_each_is_shown)
{
    struct form *form = mini_load();

    cr_assert_eq(form->npages, 2);
    const struct form_page *what = &form->page[0], *after = &form->page[1];
    cr_expect_str_eq(what->id, "what");
    cr_expect_eq(what->at, FORM_PAGE_BEFORE);
    cr_expect_eq(what->nparagraphs, 2);
    cr_expect_str_eq(what->paragraph[1].text, "At {clinic}.");
    cr_expect_str_eq(what->fact[0], "F061");
    cr_expect_eq(what->source[0], 0);
    cr_expect_eq(after->at, FORM_PAGE_AFTER);
    cr_assert_eq(after->nparagraphs, 3);
    cr_expect_str_eq(after->paragraph[0].text, "Rest.");
    cr_expect_null(after->paragraph[0].when);
    cr_expect_str_eq(after->paragraph[2].text, "Call {phone}.");

    struct answers *answers = answers_new(form);
    struct date visit = { 2026, 11, 21 };
    const struct form_cond *when = after->paragraph[1].when;
    size_t support = (size_t)form_question_index(form, "support"),
           pills = (size_t)form_question_index(form, "pills");
    cr_expect_not(answers_cond(answers, when, NULL, visit));
    answers_set_options(answers, support, OPTION_BIT(1));
    answers_set_options(answers, pills, OPTION_BIT(0));
    cr_expect(answers_cond(answers, when, NULL, visit));
    answers_free(answers);
    form_free(form);
}

Test(model, what_is_said_instead_of_a_fact_is_in_the_texts)
{
    struct form *form = mini_load();

    cr_expect_str_eq(form->texts.instead[PLACEHOLDER_PHONE], "the desk");
    cr_expect_str_eq(form->texts.instead[PLACEHOLDER_CLINIC], "this clinic");
    cr_expect_null(form->texts.instead[PLACEHOLDER_HOURS]);
    form_free(form);
}

Test(model, a_page_read_before_the_questions_may_hang_on_what_the_clinic_has_set)
{
    form_free(form_after("lists.cfg", "[ \"Tiny needles.\", \"At {clinic}.\" ]",
                         "( \"Tiny.\", { text = \"Pills.\"; when = { pills = \"now\"; }; } )"));
}

Test(model, windows_line_ends_and_a_last_comment_are_fine)
{
    struct form *form = form_after("form.cfg", "};\n", "};\r\n// the end");

    cr_expect_str_eq(form->id, "mini");
    form_free(form);
}

Test(model, parts_may_be_shared_between_forms)
{
    struct problems problems = PROBLEMS_INIT;
    const char *folder = mini_write(), *lists = mini_text("lists.cfg");
    char slashed[128];

    temp_write("common/lists.cfg", lists, strlen(lists));
    temp_write("mini/lists.cfg", "rubbish", 7);
    const char *head = "form = { id = \"mini\"; title = \"Mini\"; version = \"1\"; language = \"en\";\n"
                       "  parts = [ \"common/lists.cfg\", \"about.cfg\", \"rules.cfg\" ]; };\n";
    temp_write("mini/form.cfg", head, strlen(head));
    snprintf(slashed, sizeof slashed, "%s//", folder);
    struct form *form = form_load(slashed, &problems);
    cr_assert_not_null(form);
    form_free(form);

    cr_assert_eq(chdir(folder), 0);
    form = form_load(".", &problems);
    cr_assert_not_null(form);
    form_free(form);
    cr_assert_eq(chdir(".."), 0);
    form = form_load("mini", &problems);
    cr_assert_not_null(form);
    form_free(form);
    cr_assert_eq(chdir("/"), 0);
}

static void add_length(struct buf *out, size_t length)
{
    unsigned char bytes[8] = { 0 };

    bytes[6] = (unsigned char)(length >> 8);
    bytes[7] = (unsigned char)length;
    buf_add(out, bytes, 8);
}

Test(model, the_hash_covers_count_names_lengths_and_bytes)
{
    struct form *form = mini_load();
    struct buf all = BUF_INIT;
    uint8_t hash[32];

    add_length(&all, 4);
    for (size_t i = 0; mini_part[i]; i++) {
        add_length(&all, strlen(mini_part[i]));
        buf_adds(&all, mini_part[i]);
        add_length(&all, strlen(mini_text(mini_part[i])));
        buf_adds(&all, mini_text(mini_part[i]));
    }
    crypto_generichash(hash, 32, (const unsigned char *)all.data, all.len, NULL, 0);
    cr_expect_arr_eq(form->hash, hash, 32);
    buf_done(&all);

    struct form *other = form_after("about.cfg", "\"Where?\"", "\"Where ?\"");
    cr_expect_neq(memcmp(form->hash, other->hash, 32), 0);
    form_free(other);
    form_free(form);
}
