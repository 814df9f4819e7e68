/* A patient who hides the page, goes away, or stops. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"
#include "wizard_internal.h"

static struct kit kit;

static void open_kit(void)
{
    kit_open(&kit);
}

static void close_kit(void)
{
    kit_close(&kit);
}

TestSuite(hide, .init = open_kit, .fini = close_kit);

Test(hide, hide_blanks_at_once_and_only_show_brings_it_back)
{
    kit_to_acne(&kit);
    kit_f(&kit, 6);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
    cr_expect_not(kit_says(&kit, "Pimples"));
    cr_expect_eq(page_focus_count(kit_page(&kit)), 2); /* Show, Call staff */
    kit_char(&kit, "1");
    kit_char(&kit, "3");
    kit_key(&kit, KEY_ID_TAB);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    kit_f(&kit, 6);
    cr_expect(kit_at(&kit, "Pimples"));
    kit_f(&kit, 6);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
}

Test(hide, hide_works_while_a_second_digit_is_awaited)
{
    kit_to_goals(&kit);
    kit.gap = 300;
    kit_char(&kit, "1");
    kit_f(&kit, 6);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
}

Test(hide, idle_warns_as_often_as_needed_and_the_key_that_ends_it_does_nothing_else)
{
    kit_to_acne(&kit);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(wizard_deadline(kit.wizard), kit.now + 120000);
        kit_timer(&kit, 120000);
        cr_expect(kit_at(&kit, "Are you still there?"));
        cr_expect(kit.effects & EFFECT_PAGE);
        cr_expect_not(kit_says(&kit, "Pimples"));
        cr_expect_eq(wizard_deadline(kit.wizard), kit.now + 30000);
        kit_char(&kit, "1");
        cr_expect(kit_at(&kit, "Pimples"));
        cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    }
    kit_timer(&kit, 120000);
    kit_timer(&kit, 29999);
    cr_expect_not(kit.effects & EFFECT_END);
    kit_timer(&kit, 1);
    cr_expect(kit.effects & EFFECT_END);
    cr_expect_not(kit.seen & EFFECT_DELETE, "the draft stays as interrupted");
}

Test(hide, a_resize_is_no_sign_of_life)
{
    struct event event = { .type = EVENT_RESIZE };

    kit_to_acne(&kit);
    int64_t deadline = wizard_deadline(kit.wizard);
    event.mono_ms = kit.now + 60000;
    cr_expect_eq(wizard_event(kit.wizard, &event, 16), (unsigned)EFFECT_REDRAW);
    cr_expect_eq(wizard_deadline(kit.wizard), deadline);
}

Test(hide, welcome_never_wakes_up)
{
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
    kit_char(&kit, "7");
    kit_key(&kit, KEY_ID_TAB);
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
}

Test(hide, a_patient_who_went_back_to_welcome_and_left_is_still_wiped)
{
    kit_to_acne(&kit);
    while (!kit_at(&kit, "Small Clinic")) {
        kit_f(&kit, 2);
    }
    kit_timer(&kit, 120000);
    kit_timer(&kit, 30000);
    cr_expect(kit.effects & EFFECT_END);
}

Test(hide, the_result_page_ends_silently)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_SAVED);
    kit_timer(&kit, 120000);
    cr_expect(kit.effects & EFFECT_END);
}

Test(hide, saving_never_ends_for_want_of_keys)
{
    kit_to_saving(&kit);
    kit_timer(&kit, 20000);
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
    kit_timer(&kit, 1000000);
    cr_expect_not(kit.seen & EFFECT_END);
}

Test(hide, stop_deletes_only_when_confirmed)
{
    kit_to_acne(&kit);
    kit_f(&kit, 10);
    cr_expect(kit_says(&kit, "Stop and delete what I typed"));
    kit_enter(&kit); /* the focus is on "Go back" */
    cr_expect(kit_at(&kit, "Pimples"));
    kit_f(&kit, 10);
    kit_char(&kit, "2");
    cr_expect_eq(kit.effects & (EFFECT_DELETE | EFFECT_END), (unsigned)(EFFECT_DELETE | EFFECT_END));
}

Test(hide, why_and_help_cover_the_page_and_give_it_back_as_it_was)
{
    kit_to_acne(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    size_t focus = kit_page(&kit)->focus;
    kit_f(&kit, 3);
    cr_expect(kit_says(&kit, "They can get worse."));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Pimples"));
    kit_f(&kit, 1);
    cr_expect(kit_at(&kit, "Help"));
    cr_expect(kit_says(&kit, "F2 or Esc goes back"));
    kit_key(&kit, KEY_ID_ESCAPE);
    cr_expect(kit_at(&kit, "Pimples"));
    cr_expect_eq(kit_page(&kit)->focus, focus);
}

Test(hide, every_question_page_has_the_actions)
{
    static const int all[] = { ACTION_BACK, ACTION_HELP,  ACTION_WHY, ACTION_SKIP,
                               ACTION_HIDE, ACTION_STAFF, ACTION_STOP };

    kit_to_acne(&kit);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        cr_expect_not_null(kit_action(&kit, all[i]), "%d", all[i]);
    }
    /* and Tab reaches each */
    size_t n = page_focus_count(kit_page(&kit));
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        const struct page_action *action = page_focus_action(kit_page(&kit), kit_page(&kit)->focus);
        seen |= action ? 1U << action->id : 0;
        kit_key(&kit, KEY_ID_TAB);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        cr_expect(seen & (1U << all[i]));
    }
}

Test(hide, the_serial_changes_with_the_page_and_not_with_a_tick)
{
    kit_to_goals(&kit);
    unsigned serial = kit_page(&kit)->serial;
    kit_char(&kit, "2");
    cr_expect_eq(kit_page(&kit)->serial, serial);
    cr_expect_not(kit.effects & EFFECT_PAGE);
    kit_enter(&kit);
    cr_expect_neq(kit_page(&kit)->serial, serial);
    cr_expect(kit.effects & EFFECT_PAGE);
}

Test(hide, a_wipe_at_any_moment_leaves_an_empty_page_that_works)
{
    kit_to_name(&kit);
    kit_type(&kit, "Ada");
    wizard_wipe(kit.wizard);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "");
    kit_type(&kit, "B\n\n");
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "B");
}
