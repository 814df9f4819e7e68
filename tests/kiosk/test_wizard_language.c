/* Another language in the middle of a form: one page, the answers kept, the result the same. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"
#include "tr.h"
#include "wizard_internal.h"

static const char *const three[] = { "en", "pseudo", "es" };
enum { F_LANGUAGE = 12 };

static void open_two(struct kit *kit)
{
    kit_open_languages(kit, "tests/kiosk/form", three, 2, "", TOUCH_OFF);
}

static bool is_pseudo(struct kit *kit)
{
    return strstr(kit_page(kit)->title, "[!!") != NULL;
}

Test(wizard_language, the_first_page_names_each_language_in_itself)
{
    struct kit kit;

    open_two(&kit);
    const struct page *page = kit_page(&kit);
    cr_expect_eq(page->tone, PAGE_WELCOME, "nobody has begun yet");
    cr_assert_eq(page->nrows, 2);
    cr_expect_str_eq(page->row[0].text, "English");
    cr_expect_not_null(strstr(page->row[1].text, "[!!"), "%s", page->row[1].text);
    cr_expect_eq(wizard_deadline(kit.wizard), -1, "it waits for whoever comes");
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "[!!"));
    cr_expect_null(strstr(kit_page(&kit)->action[0].label, "Start"), "the welcome page speaks it too");
    kit_close(&kit);
}

Test(wizard_language, enter_takes_the_first_language)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    cr_expect(kit_says(&kit, "Start"));
    kit_close(&kit);
}

Test(wizard_language, one_key_switches_between_two_and_back_and_repaints_once)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_acne(&kit);
    unsigned serial = kit_page(&kit)->serial;
    cr_expect(!is_pseudo(&kit));
    kit_f(&kit, F_LANGUAGE);
    cr_expect(is_pseudo(&kit));
    cr_expect_eq(kit_page(&kit)->serial, serial + 1);
    kit_f(&kit, F_LANGUAGE);
    cr_expect(!is_pseudo(&kit));
    kit_close(&kit);
}

Test(wizard_language, an_urgent_page_is_read_in_the_other_language_too)
{
    for (size_t n = 2; n <= 3; n++) {
        struct kit kit;

        kit_open_languages(&kit, "forms/microneedling", three, n, BIN "/locale", TOUCH_OFF);
        kit_char(&kit, "1");
        kit_to_goals(&kit);
        flow_enter(kit.wizard, flow_of_question(kit.wizard, kit_question(&kit, "numbing_today")));
        kit_char(&kit, "2");
        cr_assert(kit_at(&kit, "Please talk to the staff now"), "%s", kit_page(&kit)->title);
        kit_f(&kit, F_LANGUAGE);
        if (n > 2) {
            kit_f(&kit, 2);
            cr_expect(kit_at(&kit, "Please talk to the staff now"), "%s", kit_page(&kit)->title);
            kit_f(&kit, F_LANGUAGE);
            kit_char(&kit, "2");
        }
        cr_expect(is_pseudo(&kit));
        cr_expect_eq(kit_page(&kit)->tone, PAGE_WARNING, "of %zu languages", n);
        kit_close(&kit);
    }
}

Test(wizard_language, what_is_answered_and_half_typed_stays)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_birth(&kit);
    kit_type(&kit, "9/5");
    kit_f(&kit, F_LANGUAGE);
    cr_expect(is_pseudo(&kit));
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "9");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "5");
    kit_f(&kit, F_LANGUAGE);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "9");
    kit_close(&kit);

    open_two(&kit);
    kit_enter(&kit);
    kit_to_acne(&kit);
    option_set goals = kit_options(&kit, "goals");
    cr_assert_neq(goals, 0);
    kit_f(&kit, F_LANGUAGE);
    cr_expect_eq(kit_options(&kit, "goals"), goals);
    kit_close(&kit);
}

Test(wizard_language, each_answer_keeps_the_language_it_was_given_in)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_acne(&kit);
    kit_f(&kit, F_LANGUAGE);
    kit_char(&kit, "1");
    kit_f(&kit, F_LANGUAGE);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_eq(visit->language, 0);
    cr_expect_eq(visit->timing[kit_question(&kit, "goals")].language, 0);
    cr_expect_eq(visit->timing[kit_question(&kit, "acne")].language, 1);
    kit_key(&kit, KEY_ID_F1 + 1);
    kit_char(&kit, "1");
    cr_expect_eq(wizard_visit(kit.wizard)->timing[kit_question(&kit, "acne")].language, 0, "answered again");
    kit_close(&kit);
}

Test(wizard_language, an_error_in_the_old_language_goes)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_birth(&kit);
    kit_type(&kit, "31/2/1990\n");
    cr_expect(kit_says(&kit, "has only"));
    kit_f(&kit, F_LANGUAGE);
    cr_expect(!kit_says(&kit, "has only"));
    kit_close(&kit);
}

Test(wizard_language, the_result_page_can_still_be_read_in_the_other_language)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_says(&kit, "Your answers are saved"));
    kit_f(&kit, F_LANGUAGE);
    cr_expect(!kit_says(&kit, "Your answers are saved"));
    for (size_t i = 0; i < kit_page(&kit)->nparas; i++) {
        cr_expect_not_null(strstr(kit_page(&kit)->para[i], "[!!"), "%s", kit_page(&kit)->para[i]);
    }
    kit_close(&kit);
}

Test(wizard_language, a_new_patient_begins_with_the_list_again)
{
    struct kit kit;

    open_two(&kit);
    kit_char(&kit, "2");
    kit_close(&kit);
    open_two(&kit);
    cr_expect_eq(kit_page(&kit)->nrows, 2);
    cr_expect_str_eq(kit_page(&kit)->row[0].text, "English");
    kit_close(&kit);
    tr_use(NULL);
}

Test(wizard_language, the_letters_for_yes_and_no_answer)
{
    struct kit kit;

    open_two(&kit);
    kit_enter(&kit);
    kit_to_acne(&kit);
    unsigned serial = kit_page(&kit)->serial;
    kit_char(&kit, "n");
    cr_expect_gt(kit_page(&kit)->serial, serial, "n is No, and goes on");
    cr_expect_eq(kit_options(&kit, "acne"), OPTION_BIT(0));
    kit_close(&kit);
}

Test(wizard_language, with_one_language_nothing_asks_for_it)
{
    struct kit kit;

    kit_open_languages(&kit, "tests/kiosk/form", three, 1, "", TOUCH_OFF);
    cr_expect(kit_says(&kit, "Start"));
    cr_expect_null(kit_action(&kit, ACTION_LANGUAGE));
    kit_close(&kit);
}
