/* Pages to read: there for who wants them, out of the way for who does not, and gone with the answers. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"
#include "wizard_internal.h"

static struct kit kit;

static void setup(void)
{
    kit_open(&kit);
}

static void teardown(void)
{
    kit_close(&kit);
}

TestSuite(leaflet, .init = setup, .fini = teardown);

static void to_result(void)
{
    kit_to_saving(&kit);
    wizard_wipe(kit.wizard);
    kit_reply(&kit, REPLY_SAVED);
}

Test(leaflet, one_key_opens_it_on_every_page_until_the_form_is_signed)
{
    static void (*const walks[])(struct kit *) = { kit_to_birth, kit_to_help,  kit_to_name, kit_to_goals,
                                                   kit_to_acne,  kit_to_check, kit_to_sign };

    kit_f(&kit, 5);
    cr_expect(kit_at(&kit, "What it is"));
    for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++) {
        kit_close(&kit);
        kit_open(&kit);
        walks[i](&kit);
        cr_expect_not_null(kit_action(&kit, ACTION_ABOUT), "walk %zu", i);
        kit_f(&kit, 5);
        cr_expect(kit_at(&kit, "What it is"), "walk %zu", i);
        cr_expect_eq(kit_page(&kit)->step, 1);
        cr_expect_eq(kit_page(&kit)->steps, 2);
    }
    kit_close(&kit);
    kit_open(&kit);
    kit_to_saving(&kit);
    cr_expect_null(kit_action(&kit, ACTION_ABOUT));
}

Test(leaflet, enter_goes_through_it_and_back_to_the_page_as_it_was)
{
    kit_to_goals(&kit);
    kit_char(&kit, "3");
    kit_key(&kit, KEY_ID_DOWN);
    size_t focus = kit_page(&kit)->focus;
    kit_f(&kit, 5);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "On the day"));
    cr_expect_eq(kit_page(&kit)->step, 2);
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "What it is"));
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What would you like?"));
    cr_expect_eq(kit_page(&kit)->focus, focus);
    cr_expect(kit_ticked(&kit, "3"));
    kit_f(&kit, 5);
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "What would you like?"));
}

Test(leaflet, half_typed_text_is_still_there_afterwards)
{
    kit_to_name(&kit);
    kit_type(&kit, "Ada Lo");
    kit_f(&kit, 5);
    kit_f(&kit, 5);
    kit_type(&kit, "velace");
    cr_expect(kit_says(&kit, "Ada Lovelace"));
}

Test(leaflet, the_clinics_facts_are_filled_in_or_said_otherwise)
{
    kit_f(&kit, 5);
    cr_expect(kit_says(&kit, "Ask Small Clinic or call the desk."));
}

Test(leaflet, what_comes_with_the_result_hangs_on_answers_that_are_gone_by_then)
{
    to_result();
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING, "wiped");
    kit_f(&kit, 5);
    cr_expect(kit_at(&kit, "How many visits"));
    cr_expect(kit_says(&kit, "For goal two"));
    cr_expect_not(kit_says(&kit, "For goal one"));
    cr_expect_eq(kit_page(&kit)->steps, 2, "a page of which nothing is said is left out");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "When to call us"));
    cr_expect(kit_says(&kit, ", from 18 years on."), "a page says the clinic's numbers too");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Your answers are saved"));
}

Test(leaflet, who_opens_it_from_the_result_by_its_button_leaves_with_the_next_enter)
{
    to_result();
    const struct page_action *more = kit_action(&kit, ACTION_ABOUT);
    for (int i = 0; i < 9 && page_focus_action(kit_page(&kit), kit_page(&kit)->focus) != more; i++) {
        kit_key(&kit, KEY_ID_TAB);
        more = kit_action(&kit, ACTION_ABOUT);
    }
    kit_enter(&kit);
    cr_assert(kit_at(&kit, "How many visits"));
    kit_enter(&kit);
    kit_enter(&kit);
    cr_assert(kit_at(&kit, "Your answers are saved"));
    cr_expect(page_focus_action(kit_page(&kit), kit_page(&kit)->focus)->primary);
    cr_expect(kit_enter(&kit) & EFFECT_END);
}

Test(leaflet, who_reads_nothing_presses_no_key_more)
{
    to_result();
    cr_expect(kit_at(&kit, "Your answers are saved"));
    kit.now += 2000;
    cr_expect(kit_enter(&kit) & EFFECT_END);
}

Test(leaflet, a_wipe_before_signing_leaves_no_words_of_it)
{
    kit_to_acne(&kit);
    kit_f(&kit, 5);
    cr_expect_eq(kit.wizard->nleaves, 2);
    kit_f(&kit, 5);
    wizard_wipe(kit.wizard);
    cr_expect_eq(kit.wizard->nleaves, 0);
}
