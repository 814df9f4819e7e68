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
    tap_key("New line");
    tap_key("New line");
    cr_assert(kit_at(&kit, "Your medicines"), "Next ends the list, and nothing else");
    tap_key("c");
    tap_action(ACTION_NEXT);
    cr_expect_str_eq(answers_text(wizard_visit(kit.wizard)->answers, kit_question(&kit, "medicines")),
                     "A\nb\nc");
}

/* A tap that was meant for another picture must be known as such: visit.c compares this number. */
Test(wizard_pad, where_a_place_has_another_key_the_pad_says_so)
{
    kit_to_name(&kit);
    unsigned name = kit_page(&kit)->keys_kind;
    tap_key("A");
    cr_expect_eq(kit_page(&kit)->keys_kind, name, "a small letter is the same key");
    tap_key("123");
    unsigned signs = kit_page(&kit)->keys_kind;
    cr_expect_neq(signs, name);
    tap_key("abc");
    cr_expect_eq(kit_page(&kit)->keys_kind, name);
    kit.now += 600;
    wizard_tap(kit.wizard, 1, kit.now); /* the phone number */
    cr_expect_neq(kit_page(&kit)->keys_kind, name);
    cr_expect_neq(kit_page(&kit)->keys_kind, signs);
    tap_action(ACTION_KEYS);
    cr_expect_neq(kit_page(&kit)->keys_kind, signs);
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

/* --- Scripts with more letters than a page has --- */

static void to_name_in(const char *code)
{
    const char *const codes[] = { "en", code };
    kit_close(&kit);
    kit_open_languages(&kit, "forms/microneedling", codes, 2, BIN "/locale", TOUCH_PAD);
    kit_char(&kit, "1");
    kit_to_name(&kit);
    kit_f(&kit, 12);
    cr_assert_eq(kit_page(&kit)->nfields, 2, "%s", kit_page(&kit)->title);
}

Test(wizard_pad, tamil_is_typed_in_its_own_letters_and_in_latin_ones)
{
    static const char *const key[] = { "\u0B95", "\u25CC\u0BBE", "\u0BB5", "\u0BC7" };
    to_name_in("ta");
    tap_key(key[0]);
    tap_key(key[1]); /* a sign is shown on an empty letter, and joins the one before */
    tap_key(key[2]);
    tap_key("\u0B85"); /* to the vowels and the other signs */
    cr_expect_not(has_key(key[0]) && has_key("\u0B99"), "the same page still");
    tap_key("\u25CC\u0BC7");
    cr_expect_str_eq(typed(0), "\u0B95\u0BBE\u0BB5\u0BC7");
    tap_key("\u0B95"); /* back */
    tap_key("\u0BB0");
    tap_key("abc");
    tap_key("q");
    cr_expect_str_eq(typed(0), "\u0B95\u0BBE\u0BB5\u0BC7\u0BB0q");
    tap_key("\u0B95");
    cr_expect(has_key("\u0B99"));
    tap_key("123");
    cr_expect(has_key("7"));
}

/* Every letter and sign that a name may have, and no key that is none. */
Test(wizard_pad, hindi_and_tamil_have_all_their_letters_in_at_most_three_pages)
{
    static const struct {
        const char *code, *all;
    } script[] = {
        { "hi", "\u0915\u0916\u0917\u0918\u0919\u091A\u091B\u091C\u091D\u091E\u091F\u0920\u0921\u0922\u0923"
                "\u0924\u0925"
                "\u0926\u0927\u0928\u092A\u092B\u092C\u092D\u092E\u092F\u0930\u0932\u0935\u0936\u0937\u0938"
                "\u0939\u0905"
                "\u0906\u0907\u0908\u0909\u090A\u090B\u090F\u0910\u0913\u0914\u093E\u093F\u0940\u0941\u0942"
                "\u0943\u0947"
                "\u0948\u094B\u094C\u0902\u0901\u0903\u094D\u093C\u0949\u0911" },
        { "ta", "\u0B95\u0B99\u0B9A\u0B9E\u0B9F\u0BA3\u0BA4\u0BA8\u0BAA\u0BAE\u0BAF\u0BB0\u0BB2\u0BB5\u0BB4"
                "\u0BB3\u0BB1"
                "\u0BA9\u0B9C\u0BB7\u0BB8\u0BB9\u0B85\u0B86\u0B87\u0B88\u0B89\u0B8A\u0B8E\u0B8F\u0B90\u0B92"
                "\u0B93\u0B94"
                "\u0B83\u0BBE\u0BBF\u0BC0\u0BC1\u0BC2\u0BC6\u0BC7\u0BC8\u0BCA\u0BCB\u0BCC\u0BCD" },
    };
    for (size_t i = 0; i < 2; i++) {
        bool found[80] = { false };
        size_t n = strlen(script[i].all) / 3;
        to_name_in(script[i].code);
        for (int page = 0; page < 3; page++) {
            size_t turn = SIZE_MAX;
            for (size_t k = 0; k < kit_page(&kit)->nkeys; k++) {
                const struct page_key *key = &kit_page(&kit)->key[k];
                turn = key->row == 2 && key->at == 0 ? k : turn;
                for (size_t l = 0; l < n; l++) {
                    size_t len = strlen(key->label);
                    found[l] = found[l] || (len >= 3 && (len < 7 || key->units == 1) &&
                                            strncmp(key->label + len - 3, script[i].all + 3 * l, 3) == 0);
                }
            }
            cr_assert_neq(turn, SIZE_MAX);
            kit.now += 600;
            wizard_tap(kit.wizard, page_first_key(kit_page(&kit)) + turn, kit.now);
        }
        for (size_t l = 0; l < n; l++) {
            cr_expect(found[l], "%s has no key for %.3s", script[i].code, script[i].all + 3 * l);
        }
    }
}
