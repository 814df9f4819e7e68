/* Keys that are held down, and something that lies on the keyboard. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"

static struct kit kit;

static void open_kit(void)
{
    kit_open(&kit);
}

static void close_kit(void)
{
    kit_close(&kit);
}

TestSuite(wizard_held, .init = open_kit, .fini = close_kit);

Test(wizard_held, the_same_key_at_once_after_a_page_turn_is_ignored_sliding)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "Keloids?"));
    kit.gap = 100;
    for (int i = 0; i < 30; i++) { /* three seconds, never a pause */
        kit_char(&kit, "1");
    }
    cr_expect(kit_at(&kit, "Keloids?"));
    cr_expect_eq(kit_state(&kit, "keloid"), ANSWER_MISSING);
    kit.gap = 110;
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "Acne pills?"));
}

Test(wizard_held, a_held_digit_turns_one_page_and_withdraws_what_its_first_repeat_answered)
{
    kit_to_acne(&kit);
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "1", 2000);
    cr_expect(kit_at(&kit, "Keloids?"), "%s", kit_page(&kit)->title);
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(0));
    cr_expect_eq(kit_state(&kit, "keloid"), ANSWER_MISSING);
}

Test(wizard_held, what_a_held_key_withdraws_gives_the_old_answer_back)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "3"); /* keloid: family */
    kit_enter(&kit);
    kit_f(&kit, 2);
    kit_f(&kit, 2);
    cr_assert(kit_at(&kit, "Pimples"));
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "1", 2000);
    cr_expect(kit_at(&kit, "Keloids?"));
    cr_expect_eq(kit_options(&kit, "keloid"), OPTION_BIT(2));
}

Test(wizard_held, a_second_press_held_down_keeps_the_answer_it_meant)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit.gap = 600;
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "1", 1500); /* meant for keloids; its repeat answered pills */
    cr_expect(kit_at(&kit, "Acne pills?"));
    cr_expect_eq(kit_options(&kit, "keloid"), OPTION_BIT(0));
    cr_expect_eq(kit_state(&kit, "pills"), ANSWER_MISSING);
}

Test(wizard_held, quick_but_separate_presses_are_all_taken)
{
    kit_to_acne(&kit);
    kit.gap = 150;
    for (int i = 0; i < 3; i++) {
        kit_char(&kit, "1");
    }
    cr_expect(kit_at(&kit, "Your medicines?"));
    cr_expect_eq(kit_options(&kit, "keloid"), OPTION_BIT(0));
}

Test(wizard_held, a_held_digit_leaves_a_tick_list_as_its_first_press_made_it)
{
    kit_to_goals(&kit);
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "3", 2000);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(2));
}

Test(wizard_held, held_enter_leaves_the_privacy_notice_to_be_read)
{
    kit_hold(&kit, EVENT_KEY, KEY_ID_ENTER, "", 2000);
    cr_expect(kit_at(&kit, "Your privacy"));
}

Test(wizard_held, held_enter_on_the_signature_does_not_close_the_result)
{
    kit_to_sign(&kit);
    kit_type(&kit, "Ada");
    kit_enter(&kit);
    kit_reply(&kit, REPLY_SAVED);
    kit.gap = 500;
    kit_enter(&kit);
    kit.gap = 33;
    for (int i = 0; i < 60; i++) {
        kit_enter(&kit);
    }
    cr_expect_not(kit.seen & EFFECT_END);
    cr_expect(kit_at(&kit, "Your answers are saved"));
}

Test(wizard_held, a_held_hide_key_stays_hidden)
{
    kit_to_acne(&kit);
    kit_hold(&kit, EVENT_KEY, (enum event_key)(KEY_ID_F1 + 5), "", 3000);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
}

Test(wizard_held, a_date_that_begins_with_the_key_that_led_to_it_is_taken)
{
    kit_to_birth(&kit); /* by "1" */
    kit_type(&kit, "11/1/1991");
    cr_expect(kit_says(&kit, "11 January 1991"));
}

Test(wizard_held, letters_in_a_field_may_repeat)
{
    kit_to_name(&kit);
    kit.gap = 10;
    for (int i = 0; i < 5; i++) {
        kit_char(&kit, "a");
    }
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "aaaaa");
}

Test(wizard_held, a_held_digit_fills_no_field_on_the_page_it_led_to)
{
    kit_to_help(&kit);
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "1", 10000);
    cr_assert(kit_at(&kit, "What is your name?"), "%s", kit_page(&kit)->title);
    cr_expect_lt(strlen(kit_page(&kit)->field[0].text), 10);
}

Test(wizard_held, arrows_are_never_lost)
{
    kit_to_goals(&kit);
    size_t focus = kit_page(&kit)->focus;
    kit.gap = 0;
    for (int i = 0; i < 5; i++) {
        kit_key(&kit, KEY_ID_DOWN);
    }
    cr_expect_eq(kit_page(&kit)->focus, focus + 5);
}

Test(wizard_held, something_lying_on_the_keyboard_does_not_keep_the_page_open)
{
    kit_to_acne(&kit);
    kit_char(&kit, "x");
    int64_t deadline = wizard_deadline(kit.wizard);
    kit.gap = 33;
    for (int i = 0; i < 100; i++) {
        kit_char(&kit, "x");
    }
    cr_expect_eq(wizard_deadline(kit.wizard), deadline);
}
