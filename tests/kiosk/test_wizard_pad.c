/* The keys on the screen: each does what a keyboard's would, by fingers and by arrows, and nothing typed is
 * lost. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"

static struct kit kit;

static void setup(void)
{
    kit_open_touch(&kit, "tests/kiosk/form", TOUCH_PAD);
}

static void teardown(void)
{
    kit_close(&kit);
}

TestSuite(wizard_pad, .init = setup, .fini = teardown);

static bool has_key(const char *label)
{
    const struct page *page = kit_page(&kit);
    for (size_t i = 0; i < page->nkeys; i++) {
        if (strcmp(page->key[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

static void tap_key(const char *label)
{
    const struct page *page = kit_page(&kit);
    kit.now += 600;
    for (size_t i = 0; i < page->nkeys; i++) {
        if (strcmp(page->key[i].label, label) == 0) {
            kit.effects = wizard_tap(kit.wizard, page_first_key(page) + i, kit.now);
            return;
        }
    }
    cr_assert_fail("there is no key %s", label);
}

static void tap_action(int id)
{
    const struct page *page = kit_page(&kit);
    kit.now += 600;
    for (size_t i = 0; i < page->nactions; i++) {
        if (page->action[i].id == id) {
            kit.effects = wizard_tap(kit.wizard, page->nfields + page->nrows + i, kit.now);
            return;
        }
    }
    cr_assert_fail("there is no action %d", id);
}

static const char *typed(size_t field)
{
    return kit_page(&kit)->field[field].text;
}

Test(wizard_pad, digits_fill_a_date_and_the_focus_goes_on_by_itself)
{
    kit_to_birth(&kit);
    cr_expect_not(has_key("q"));
    tap_key("1");
    tap_key("5");
    tap_key("5");
    cr_expect_str_eq(typed(0), "15");
    cr_expect_str_eq(typed(1), "5");
    tap_key("Delete"); /* like Backspace: from the empty year back to the month ... */
    tap_key("Delete"); /* ... and what is in it */
    cr_expect_str_eq(typed(1), "");
}

Test(wizard_pad, a_name_has_capitals_accents_signs_and_the_phone_number_digits)
{
    kit_to_name(&kit);
    tap_key("A");
    tap_key("d");
    tap_key("a");
    tap_key("Space");
    tap_key("\xC3\xA1\xC3\xB1");
    tap_key("\xC3\x89"); /* capital e with an accent */
    tap_key("abc");
    tap_key("l");
    tap_key("l");
    tap_key("Aa");
    tap_key("Q");
    tap_key("q");
    tap_key("123");
    tap_key("7");
    cr_expect_str_eq(typed(0), "Ada \xC3\x89llQq7");
    kit.now += 600;
    wizard_tap(kit.wizard, 1, kit.now);
    cr_expect_not(has_key("q"));
    tap_key("+");
    tap_key("4");
    cr_expect_str_eq(typed(1), "+4");
}

Test(wizard_pad, what_is_typed_stays_when_the_pad_goes_and_comes)
{
    kit_to_name(&kit);
    tap_key("A");
    tap_key("b");
    tap_action(ACTION_KEYS);
    cr_expect_eq(kit_page(&kit)->nkeys, 0);
    cr_expect_str_eq(typed(0), "Ab");
    tap_action(ACTION_KEYS);
    tap_key("c");
    cr_expect_str_eq(typed(0), "Abc");
}

Test(wizard_pad, arrows_lead_through_the_pad_and_enter_presses)
{
    kit_to_name(&kit);
    kit_key(&kit, KEY_ID_DOWN); /* the phone number */
    kit_key(&kit, KEY_ID_UP);
    kit_key(&kit, KEY_ID_DOWN);
    kit_key(&kit, KEY_ID_DOWN); /* its digits: 1 */
    cr_assert_not_null(page_focus_key(kit_page(&kit), kit_page(&kit)->focus));
    kit_enter(&kit);
    kit_key(&kit, KEY_ID_RIGHT);
    kit_enter(&kit);
    kit_key(&kit, KEY_ID_DOWN);
    kit_char(&kit, " ");
    cr_expect_str_eq(typed(1), "125");
    kit_char(&kit, "9"); /* a keyboard's key types all the same */
    kit_key(&kit, KEY_ID_BACKSPACE);
    cr_expect_str_eq(typed(1), "125");
    kit_key(&kit, KEY_ID_DOWN);
    kit_key(&kit, KEY_ID_DOWN);
    kit_key(&kit, KEY_ID_DOWN);
    cr_expect_not_null(page_focus_action(kit_page(&kit), kit_page(&kit)->focus));
    kit_key(&kit, KEY_ID_UP);
    cr_expect_not_null(page_focus_key(kit_page(&kit), kit_page(&kit)->focus));
    kit_key(&kit, KEY_ID_TAB);
    cr_expect_not_null(page_focus_action(kit_page(&kit), kit_page(&kit)->focus), "Tab leaves it in one step");
    kit_key(&kit, KEY_ID_BACKTAB);
    cr_expect_not_null(page_focus_field(kit_page(&kit), kit_page(&kit)->focus));
}

Test(wizard_pad, a_finger_that_shakes_types_a_letter_once_and_one_that_is_quick_twice)
{
    kit_to_name(&kit);
    tap_key("A");
    tap_key("l");
    const struct page *page = kit_page(&kit);
    for (size_t i = 0; i < page->nkeys; i++) {
        if (strcmp(page->key[i].label, "l") == 0) {
            size_t key = page_first_key(page) + i;
            wizard_tap(kit.wizard, key, kit.now += 60);
            cr_expect_str_eq(typed(0), "Al");
            wizard_tap(kit.wizard, key, kit.now += 160);
            break;
        }
    }
    cr_expect_str_eq(typed(0), "All");
}

Test(wizard_pad, a_list_of_lines_has_a_key_for_the_next_line)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    cr_assert(kit_at(&kit, "Your medicines"));
    tap_key("A");
    tap_key("New line");
    tap_key("b");
    cr_expect_str_eq(typed(0), "A\nb");
}

Test(wizard_pad, no_word_on_a_page_names_a_key_that_is_not_there)
{
    static const char *const keys[] = { "press", "Press", "Enter", "F1", "F2", "F4" };
    kit_to_birth(&kit);
    for (int page = 0; page < 3; page++) {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            cr_expect_not(kit_says(&kit, keys[i]), "page %d says %s", page, keys[i]);
        }
        tap_action(page == 0 ? ACTION_NEXT : page == 1 ? ACTION_HELP : ACTION_BACK);
    }
}
