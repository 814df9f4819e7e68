/* A finger or a mouse: a tap chooses what it is on, and never answers a page that nobody has read. */
#include <criterion/criterion.h>

#include "kit.h"

enum { NOBODY = 999 };

static struct kit kit;

static void setup(void)
{
    kit_open(&kit);
}

static void teardown(void)
{
    kit_close(&kit);
}

TestSuite(wizard_tap, .init = setup, .fini = teardown);

static unsigned tap(size_t focus, int64_t after_ms)
{
    kit.now += after_ms;
    kit.effects = wizard_tap(kit.wizard, focus, kit.now);
    return kit.effects;
}

static unsigned tap_row(size_t row, int64_t after_ms)
{
    return tap(kit_page(&kit)->nfields + row, after_ms);
}

static unsigned tap_action(int id, int64_t after_ms)
{
    const struct page *page = kit_page(&kit);
    for (size_t i = 0; i < page->nactions; i++) {
        if (page->action[i].id == id) {
            return tap(page->nfields + page->nrows + i, after_ms);
        }
    }
    cr_assert_fail("the page has no action %d", id);
    return 0;
}

Test(wizard_tap, a_tap_on_an_answer_chooses_it_and_goes_on)
{
    kit_to_acne(&kit);
    cr_expect(tap_row(1, 2000) & EFFECT_PAGE);
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(1));
}

Test(wizard_tap, a_double_tap_does_not_answer_the_page_that_comes_next)
{
    kit_to_acne(&kit);
    tap_row(0, 2000);
    const char *title = kit_page(&kit)->title;
    unsigned serial = kit_page(&kit)->serial;
    tap_row(0, 120);
    tap_row(0, 200);
    tap_row(1, 100);
    cr_expect_eq(kit_page(&kit)->serial, serial, "past \"%s\"", title);
    tap_row(0, 600);
    cr_expect_neq(kit_page(&kit)->serial, serial, "and then it is an answer");
}

Test(wizard_tap, a_double_tap_on_a_tick_is_one_tick)
{
    kit_to_goals(&kit);
    tap_row(0, 2000);
    tap_row(0, 150);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0));
    tap_row(1, 150);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0) | OPTION_BIT(1), "another one at once is meant");
    tap_row(0, 600);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(1), "later it takes the tick away");
}

Test(wizard_tap, a_tick_that_waits_for_a_second_digit_is_kept_when_a_finger_goes_on)
{
    kit_to_goals(&kit);
    kit_char(&kit, "2");
    kit_char(&kit, "1");
    tap_action(ACTION_NEXT, 600);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0) | OPTION_BIT(1), "the 1 was an answer");
    cr_expect(kit.effects & EFFECT_PAGE, "and Next goes on");
}

Test(wizard_tap, a_tick_that_waits_is_kept_when_a_finger_ticks_another_and_is_one_when_it_taps_the_same)
{
    kit_to_goals(&kit);
    kit_char(&kit, "1");
    tap_row(3, 600);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(0) | OPTION_BIT(3));
    kit_char(&kit, "1");
    tap_row(0, 600);
    cr_expect_eq(kit_options(&kit, "goals"), OPTION_BIT(3), "taken away once, not twice");
}

Test(wizard_tap, a_tick_that_is_out_of_sight_is_shown_before_a_finger_goes_on)
{
    kit_to_goals(&kit);
    kit_char(&kit, "2");
    wizard_rows_seen(kit.wizard, 1, 3);
    kit_char(&kit, "1");
    unsigned serial = kit_page(&kit)->serial;
    tap_action(ACTION_NEXT, 600);
    cr_expect_eq(kit_page(&kit)->serial, serial);
    cr_expect_eq(kit_page(&kit)->focus, kit_page(&kit)->nfields, "it is brought into sight");
}

Test(wizard_tap, a_second_tap_on_done_does_not_begin_the_next_visit)
{
    tap_action(ACTION_NEXT, 200); /* the welcome page has just come */
    cr_expect(kit_at(&kit, "Small Clinic"));
    tap_action(ACTION_NEXT, 400);
    cr_expect_not(kit_at(&kit, "Small Clinic"));
}

Test(wizard_tap, an_answer_that_is_half_out_of_sight_is_brought_into_sight_first)
{
    kit_to_acne(&kit);
    wizard_rows_seen(kit.wizard, 0, 0);
    unsigned serial = kit_page(&kit)->serial;
    tap_row(1, 2000);
    cr_expect_eq(kit_page(&kit)->serial, serial);
    cr_expect_eq(kit_page(&kit)->focus, kit_page(&kit)->nfields + 1);
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    tap_row(1, 1000);
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(1));
}

Test(wizard_tap, every_action_of_a_page_can_be_tapped)
{
    kit_to_acne(&kit);
    tap_action(ACTION_HELP, 2000);
    cr_expect(kit_at(&kit, "Help"));
    tap_action(ACTION_BACK, 2000);
    tap_action(ACTION_STAFF, 2000);
    tap_row(0, 2000);
    cr_expect(kit.effects & EFFECT_HELP);
    tap_action(ACTION_HIDE, 2000);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
    tap(NOBODY, 2000);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK, "only \"Show\" shows");
    tap_action(ACTION_SHOW, 2000);
    cr_expect_neq(kit_page(&kit)->tone, PAGE_BLANK);
}

Test(wizard_tap, a_tap_on_a_field_leads_there_and_typing_goes_on_in_it)
{
    kit_to_name(&kit);
    tap(1, 2000);
    kit_type(&kit, "07700");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "07700");
    tap(0, 2000);
    kit_type(&kit, "Ada");
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "Ada");
    tap_action(ACTION_NEXT, 2000);
    cr_expect_not(kit_at(&kit, "What is your name?"));
}

Test(wizard_tap, what_the_page_does_not_have_does_nothing)
{
    kit_to_acne(&kit);
    unsigned serial = kit_page(&kit)->serial;
    cr_expect_eq(tap(NOBODY, 2000), (unsigned)EFFECT_NONE);
    cr_expect_eq(tap(SIZE_MAX, 2000), (unsigned)EFFECT_NONE);
    cr_expect_eq(kit_page(&kit)->serial, serial);
}

Test(wizard_tap, a_tap_anywhere_shows_that_somebody_is_there)
{
    struct event event = { .type = EVENT_CLICK, .row = 3, .column = 3 };

    kit_to_acne(&kit);
    kit_timer(&kit, 120000);
    cr_assert(kit_at(&kit, "Are you still there?"));
    event.mono_ms = kit.now += 50;
    wizard_event(kit.wizard, &event, 16);
    cr_expect_not(kit_at(&kit, "Are you still there?"));
    kit_timer(&kit, 100000);
    event.mono_ms = kit.now += 50;
    wizard_event(kit.wizard, &event, 16);
    kit_timer(&kit, 100000);
    cr_expect_not(kit_at(&kit, "Are you still there?"));
}

Test(wizard_tap, the_wheel_scrolls_and_chooses_nothing)
{
    struct event event = { .type = EVENT_WHEEL, .row = 1 };

    kit_to_acne(&kit);
    event.mono_ms = kit.now += 2000;
    cr_expect_eq(wizard_event(kit.wizard, &event, 16), (unsigned)EFFECT_REDRAW);
    cr_expect_gt(kit_page(&kit)->scroll, 0);
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
}

Test(wizard_tap, done_on_the_last_page_ends_the_visit)
{
    kit_to_saving(&kit);
    kit.now += 1500;
    kit_reply(&kit, REPLY_SAVED);
    cr_assert(kit_at(&kit, "Your answers are saved"));
    cr_expect_not(tap_action(ACTION_NEXT, 600) & EFFECT_END, "nobody has read it");
    cr_expect(tap_action(ACTION_NEXT, 600) & EFFECT_END);
}
