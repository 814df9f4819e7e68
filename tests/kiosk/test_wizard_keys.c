/* What single keys do: choosing, ticking, two digits, fields. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"
#include "text.h"

static struct kit kit;

static void open_kit(void)
{
    kit_open(&kit);
}

static void close_kit(void)
{
    kit_close(&kit);
}

TestSuite(wizard_keys, .init = open_kit, .fini = close_kit);

/* --- One answer --- */

Test(wizard_keys, a_digit_chooses_and_goes_on)
{
    kit_to_acne(&kit);
    kit_char(&kit, "2");
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(1));
    cr_expect(kit_at(&kit, "Keloids?"));
}

Test(wizard_keys, zero_is_not_sure_and_p_is_in_private)
{
    kit_to_acne(&kit);
    kit_char(&kit, "0");
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_UNSURE);
    kit_char(&kit, "P");
    cr_expect_eq(kit_state(&kit, "keloid"), ANSWER_PRIVATE);
    cr_expect(kit_at(&kit, "Acne pills?"));
}

Test(wizard_keys, enter_without_a_choice_selects_nothing_and_says_how_to_skip)
{
    kit_to_acne(&kit);
    cr_expect_not_null(page_focus_row(kit_page(&kit), kit_page(&kit)->focus),
                       "the cursor rests on an answer");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    cr_expect(kit_says(&kit, "Or press F4 to skip"));
}

Test(wizard_keys, enter_on_a_row_the_patient_moved_to_chooses_and_goes_on)
{
    kit_to_acne(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_enter(&kit);
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(1));
    cr_expect(kit_at(&kit, "Keloids?"));
}

Test(wizard_keys, space_chooses_and_stays_and_enter_goes_on)
{
    kit_to_acne(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_char(&kit, " ");
    cr_expect(kit_at(&kit, "Pimples"));
    cr_expect(kit_ticked(&kit, "2"));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Keloids?"));
}

Test(wizard_keys, enter_keeps_an_answer_given_before)
{
    kit_to_acne(&kit);
    kit_char(&kit, "2");
    kit_f(&kit, 2);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Keloids?"));
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(1));
}

Test(wizard_keys, a_key_that_means_nothing_here_does_nothing)
{
    kit_to_acne(&kit);
    kit_char(&kit, "7");
    kit_char(&kit, "x");
    kit_char(&kit, "\xC3\xA9");
    kit_key(&kit, (enum event_key)(KEY_ID_CTRL_A + 2));
    cr_expect(kit_at(&kit, "Pimples"));
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
}

/* --- Tick lists --- */

Test(wizard_keys, digits_tick_and_untick_and_enter_ends_the_list)
{
    kit_to_goals(&kit);
    kit_char(&kit, "2");
    kit_char(&kit, "3");
    kit_char(&kit, "2");
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(2));
    cr_expect(kit_at(&kit, "What would"));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
}

Test(wizard_keys, enter_on_an_empty_list_selects_nothing)
{
    kit_to_goals(&kit);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What would"));
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
    kit_char(&kit, "2");
    kit_char(&kit, "2"); /* ticked and unticked again */
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
    cr_expect(kit_at(&kit, "What would"));
}

Test(wizard_keys, an_exclusive_none_clears_the_others_and_goes_on)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    kit_char(&kit, "3");
    kit_char(&kit, "1");
    cr_expect_eq(kit_options(&kit, "keloid"), OPTION_BIT(0));
    cr_expect(kit_at(&kit, "Acne pills?"));
    kit_f(&kit, 2);
    kit_char(&kit, "3"); /* and the reverse */
    cr_expect_eq(kit_options(&kit, "keloid"), OPTION_BIT(2));
}

Test(wizard_keys, not_sure_beside_ticks_loses_none_of_them)
{
    kit_to_goals(&kit);
    kit_char(&kit, "3");
    kit_char(&kit, "0");
    cr_expect(kit_at(&kit, "What would"));
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(2) | OPTION_UNSURE);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
    kit_f(&kit, 2);
    kit_char(&kit, "3");
    kit_char(&kit, "4"); /* "not sure" alone gives way to a tick */
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(3));
}

Test(wizard_keys, who_ticks_with_space_ends_the_list_with_enter)
{
    kit_to_goals(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_char(&kit, " ");
    kit_key(&kit, KEY_ID_DOWN);
    kit_key(&kit, KEY_ID_DOWN);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(1));
}

Test(wizard_keys, who_ticks_with_enter_may_tick_several)
{
    kit_to_goals(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_enter(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What would"));
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(1) | OPTION_BIT(2));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
}

/* --- Two digits --- */

Test(wizard_keys, a_digit_that_begins_no_longer_number_acts_at_once)
{
    kit_to_goals(&kit);
    kit_char(&kit, "9");
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(8));
}

Test(wizard_keys, two_digits_choose_ten_and_above)
{
    kit_to_goals(&kit);
    kit.gap = 200;
    kit_char(&kit, "1");
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
    cr_expect(kit_says(&kit, "type a second digit"));
    kit_char(&kit, "0");
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(9));
    kit_char(&kit, "1");
    kit.gap = 90; /* a quick finger, not a held key */
    kit_char(&kit, "1");
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(9) | OPTION_BIT(10));
}

Test(wizard_keys, a_single_first_digit_counts_after_a_while_or_on_enter)
{
    kit_to_goals(&kit);
    kit_char(&kit, "1");
    cr_expect_eq(wizard_deadline(kit.wizard), kit.now + 1500);
    kit_timer(&kit, 1500);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0));
    kit_char(&kit, "1");
    kit.gap = 300;
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING); /* unticked, and Enter used up */
    cr_expect(kit_at(&kit, "What would"));
    kit_char(&kit, "1");
    kit_enter(&kit); /* ticks, and ends the list as Enter always does */
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0));
    cr_expect_not(kit_at(&kit, "What would"));
}

Test(wizard_keys, on_a_page_that_is_scrolled_a_first_digit_is_told_where_nothing_scrolls)
{
    kit_to_goals(&kit);
    kit_char(&kit, "1");
    cr_expect_null(kit_page(&kit)->notice, "the hint is in sight, and nothing moves");
    kit_timer(&kit, 1500);
    wizard_scrolled(kit.wizard, 4);
    kit_char(&kit, "1");
    const struct page *page = kit_page(&kit);
    cr_assert_not_null(page->notice);
    cr_expect_not_null(strstr(page->notice, "type a second digit"), "%s", page->notice);
}

Test(wizard_keys, a_second_digit_that_makes_no_number_is_its_own)
{
    kit_to_goals(&kit);
    kit.gap = 300;
    kit_char(&kit, "1");
    kit_char(&kit, "5");
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0) | OPTION_BIT(4));
}

Test(wizard_keys, backspace_takes_a_first_digit_back)
{
    kit_to_goals(&kit);
    kit.gap = 300;
    kit_char(&kit, "1");
    kit_key(&kit, KEY_ID_BACKSPACE);
    kit_timer(&kit, 2000);
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
}

/* --- Fields --- */

Test(wizard_keys, a_date_may_be_typed_in_one_go)
{
    static const char *const ways[] = { "9/5/1990", "09.05.1990", "9 May 1990",
                                        "09051990", "9-may-1990", "951990" };

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct kit other;
        kit_open(&other);
        kit_to_birth(&other);
        kit_type(&other, ways[i]);
        cr_expect(kit_says(&other, "9 May 1990"), "%s", ways[i]);
        kit_enter(&other);
        struct date birth = wizard_visit(other.wizard)->birth_date;
        cr_expect(birth.day == 9 && birth.month == 5 && birth.year == 1990, "%s", ways[i]);
        kit_close(&other);
    }
}

Test(wizard_keys, an_error_stands_beside_its_field_and_nothing_typed_is_lost)
{
    kit_to_birth(&kit);
    kit_type(&kit, "31/2/1990\n");
    cr_expect_str_eq(kit_page(&kit)->field[0].error, "February 1990 has only 28 days. Is the day right?");
    cr_expect_eq(kit_page(&kit)->focus, 0);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "31");
    kit_key(&kit, KEY_ID_BACKSPACE);
    kit_key(&kit, KEY_ID_BACKSPACE);
    kit_type(&kit, "9");
    cr_expect_null(kit_page(&kit)->field[0].error);
    kit_key(&kit, KEY_ID_ENTER);
    cr_expect(kit_at(&kit, "Do you need help?"));
}

Test(wizard_keys, a_number_typed_where_a_wrong_one_stands_takes_its_place)
{
    kit_to_birth(&kit);
    kit_type(&kit, "9/13/1990\n");
    cr_expect_eq(kit_page(&kit)->focus, 1);
    kit_type(&kit, "12");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "12");
    cr_expect(kit_says(&kit, "9 December 1990"));
    kit_key(&kit, KEY_ID_BACKSPACE);
    kit_type(&kit, "1");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "11", "what is not wrong stays");
}

Test(wizard_keys, a_partial_date_is_taken_where_the_form_allows)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "If you do not know the day, leave it empty."));
    kit_key(&kit, KEY_ID_TAB);
    kit_type(&kit, "may 2025");
    cr_expect(kit_says(&kit, "May 2025"));
    kit_enter(&kit);
    struct date date = answers_date(wizard_visit(kit.wizard)->answers, kit_question(&kit, "pills_last"));
    cr_expect(date.day == 0 && date.month == 5 && date.year == 2025);
    cr_expect(kit_at(&kit, "Your last INR?"));
}

Test(wizard_keys, a_date_before_the_birth_date_is_refused_in_words)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    kit_type(&kit, "8/5/1990\n");
    cr_expect(kit_says(&kit, "This is before the birth date. Is the year right?"));
    cr_expect_str_eq(kit_page(&kit)->field[2].text, "1990");
    kit_key(&kit, KEY_ID_BACKSPACE);
    kit_type(&kit, "1\n");
    cr_expect(kit_at(&kit, "Your last INR?"));
}

static void to_inr(void)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    kit_f(&kit, 4);
}

Test(wizard_keys, a_number_takes_comma_or_point_and_an_optional_one_may_stay_empty)
{
    to_inr();
    kit_type(&kit, "2,5\n");
    cr_expect_eq(answers_number(wizard_visit(kit.wizard)->answers, kit_question(&kit, "inr")), 2.5);
    kit_f(&kit, 2);
    for (int i = 0; i < 3; i++) {
        kit_key(&kit, KEY_ID_BACKSPACE);
    }
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Your medicines?"));
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_MISSING);
}

/* Each character of the text is a key of its own. */
static void type_each(const char *text)
{
    for (const char *next; *text; text = next) {
        char one[8] = "";
        next = text_next(text);
        memcpy(one, text, (size_t)(next - text));
        kit_char(&kit, one);
    }
}

Test(wizard_keys, digits_of_every_script_are_shown_and_kept_in_one_form)
{
    kit_to_birth(&kit);
    type_each("\uFF19\u096B\uFF0F\u0BE7\u0BEF\u0BEF\u0BE6"); /* full-width 9, Hindi 5, slash, Tamil 1990 */
    static const char *const date[] = { "9", "5", "1990" };
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(kit_page(&kit)->field[i].text, date[i]);
    }
    kit_enter(&kit);
    cr_expect(date_equal(answers_date(wizard_visit(kit.wizard)->answers, kit_question(&kit, "birth_date")),
                         (struct date){ 1990, 5, 9 }));
    type_each("\uFF11"); /* no help, chosen by its number */
    cr_assert(kit_at(&kit, "What is your name?"), "%s", kit_page(&kit)->title);
    type_each("\u0BE7");
    kit_enter(&kit);
    type_each("\uFF10\u096D\u096D\u0966\u0966 9");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "07700 9");
    kit_enter(&kit);
    cr_expect_str_eq(wizard_visit(kit.wizard)->phone, "07700 9");
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "\u0BE7", "a name is kept as it is written");
    kit.gap = 200;
    type_each("\u0967\u0966"); /* Hindi 10: a second digit too */
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(9));
}

Test(wizard_keys, a_number_out_of_range_is_refused_in_words)
{
    to_inr();
    kit_type(&kit, "99\n");
    cr_expect(kit_says(&kit, "Type a number from 0.5 to 20."));
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "99");
    cr_expect(kit_at(&kit, "Your last INR?"));
}

Test(wizard_keys, not_sure_stands_below_a_field_and_typing_takes_it_back)
{
    to_inr();
    kit_key(&kit, KEY_ID_DOWN);
    cr_assert_not_null(page_focus_row(kit_page(&kit), kit_page(&kit)->focus));
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_UNSURE);
    kit_f(&kit, 2);
    cr_expect(kit_page(&kit)->row[0].ticked);
    kit_key(&kit, KEY_ID_UP);
    kit_type(&kit, "3");
    cr_expect_not(kit_page(&kit)->row[0].ticked);
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_GIVEN);
}

Test(wizard_keys, not_sure_after_a_number_is_the_answer_whatever_comes)
{
    to_inr();
    kit_type(&kit, "3");
    kit_key(&kit, KEY_ID_DOWN);
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_UNSURE);
    kit_f(&kit, 2);
    cr_expect(kit_page(&kit)->row[0].ticked);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "", "one of the two is the answer");
    kit_f(&kit, 2);
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_UNSURE, "going back made an answer of it");
}

Test(wizard_keys, not_sure_loses_no_medicine_that_was_typed)
{
    to_inr();
    kit_enter(&kit);
    cr_assert(kit_at(&kit, "Your medicines?"));
    kit_type(&kit, "warfarin");
    kit_key(&kit, KEY_ID_TAB);
    kit_char(&kit, " ");
    cr_expect(kit_says(&kit, "You have typed words here."));
    cr_expect_not(kit_page(&kit)->row[0].ticked);
    kit_f(&kit, 2);
    cr_expect_str_eq(answers_text(wizard_visit(kit.wizard)->answers, kit_question(&kit, "medicines")),
                     "warfarin");
    kit_enter(&kit);
    for (size_t i = 0; i < strlen("warfarin"); i++) {
        kit_key(&kit, KEY_ID_BACKSPACE);
    }
    kit_key(&kit, KEY_ID_TAB);
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "medicines"), ANSWER_UNSURE);
}

Test(wizard_keys, a_list_of_lines_ends_with_enter_on_an_empty_line)
{
    kit_to_acne(&kit);
    for (int i = 0; i < 3; i++) {
        kit_char(&kit, "1");
    }
    kit_type(&kit, "zinc  10 mg\n");
    kit_type(&kit, " iron\n");
    cr_expect(kit_at(&kit, "Your medicines?"));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Are you pregnant"));
    cr_expect_str_eq(answers_text(wizard_visit(kit.wizard)->answers, kit_question(&kit, "medicines")),
                     "zinc 10 mg\niron");
}

Test(wizard_keys, a_name_is_one_field_in_any_script_without_minimum_parts)
{
    kit_to_name(&kit);
    kit_paste(&kit, "  \xE6\x9D\x8E  e\xCC\x81\xE2\x80\xAE ");
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "\xE6\x9D\x8E \xC3\xA9"); /* NFC, no bidi override */
    cr_expect(kit_at(&kit, "What would"));
}

Test(wizard_keys, a_name_is_at_most_120_graphemes)
{
    kit_to_name(&kit);
    for (int i = 0; i < 130; i++) {
        kit_type(&kit, "a");
    }
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect_eq(strlen(wizard_visit(kit.wizard)->name), 120);
}

Test(wizard_keys, the_phone_may_stay_empty_but_letters_are_no_phone)
{
    kit_to_name(&kit);
    kit_type(&kit, "Ada\nnone\n");
    cr_expect(kit_says(&kit, "Type the number with digits."));
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "none");
    cr_expect_eq(kit_page(&kit)->focus, 1);
}

Test(wizard_keys, backspace_in_an_empty_part_goes_to_the_one_before)
{
    kit_to_birth(&kit);
    kit_type(&kit, "12");
    cr_expect_eq(kit_page(&kit)->focus, 1);
    kit_key(&kit, KEY_ID_BACKSPACE);
    cr_expect_eq(kit_page(&kit)->focus, 0);
}

Test(wizard_keys, back_works_from_an_invalid_field_by_any_key_for_it)
{
    kit_to_birth(&kit);
    kit_type(&kit, "32\n");
    kit_key(&kit, KEY_ID_ESCAPE);
    cr_expect(kit_at(&kit, "Do you agree?"));
    kit_enter(&kit);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "32");
    kit_key(&kit, KEY_ID_BACKTAB);
    while (!page_focus_action(kit_page(&kit), kit_page(&kit)->focus) ||
           page_focus_action(kit_page(&kit), kit_page(&kit)->focus)->id != ACTION_BACK) {
        kit_key(&kit, KEY_ID_TAB);
    }
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Do you agree?"));
}

/* --- Scrolling --- */

Test(wizard_keys, page_down_scrolls_by_hand_and_arrows_follow_the_focus_again)
{
    kit_to_goals(&kit);
    kit_key(&kit, KEY_ID_PAGE_DOWN);
    cr_expect_eq(kit_page(&kit)->scroll, 15);
    cr_expect_not(kit_page(&kit)->follow);
    wizard_scrolled(kit.wizard, 4); /* the view had only so much */
    kit_key(&kit, KEY_ID_PAGE_UP);
    cr_expect_eq(kit_page(&kit)->scroll, 0);
    kit_key(&kit, KEY_ID_DOWN);
    cr_expect(kit_page(&kit)->follow);
}

/* --- The budget --- */

Test(wizard_keys, tab_or_enter_after_a_full_field_takes_one_step_not_two)
{
    const enum event_key step[] = { KEY_ID_TAB, KEY_ID_ENTER };
    for (size_t i = 0; i < 2; i++) {
        kit_close(&kit);
        kit_open(&kit);
        kit_to_birth(&kit);
        kit_type(&kit, "15");
        kit_key(&kit, step[i]);
        kit_type(&kit, "5");
        kit_key(&kit, step[i]);
        kit_type(&kit, "1990");
        cr_expect(kit_says(&kit, "15 May 1990"));
        cr_expect_null(kit_page(&kit)->error);
    }
}

Test(wizard_keys, enter_right_after_the_digit_that_turned_the_page_is_no_mistake)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit.gap = 200;
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Keloids?"));
    cr_expect_null(kit_page(&kit)->error);
    kit.gap = 1500;
    kit_enter(&kit);
    cr_expect_not_null(kit_page(&kit)->error);
    cr_expect(kit_says(&kit, "Press the number of your answer. Or press F4 to skip this question."));
}

Test(wizard_keys, enter_right_after_the_digit_is_no_mistake_in_a_field_either)
{
    kit_to_help(&kit);
    kit_char(&kit, "1");
    kit.gap = 200;
    kit_key(&kit, KEY_ID_TAB);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What is your name?"));
    cr_expect_null(kit_page(&kit)->field[0].error);
    kit.gap = 1500;
    kit_key(&kit, KEY_ID_TAB);
    kit_enter(&kit);
    cr_expect(kit_says(&kit, "Type your name."));
}
