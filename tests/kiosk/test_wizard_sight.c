/* What is in sight on a small screen: a digit chooses nothing that cannot be read, and all can be read. */
#include <criterion/criterion.h>
#include <string.h>

#include "../ui/testpty.h"
#include "kit.h"
#include "view.h"

static struct kit kit;
static struct pty pty;
static struct view *view;

static void open_all(void)
{
    kit_open_form(&kit, "forms/microneedling");
    pty_open(&pty, "xterm-256color", 12, 40, UI_NORMAL);
    view = view_new("Small Clinic");
}

static void close_all(void)
{
    view_free(view);
    pty_close(&pty);
    kit_close(&kit);
}

TestSuite(wizard_sight, .init = open_all, .fini = close_all);

static void draw(void)
{
    static char out[1 << 16];
    size_t first, last;

    view_draw(view, kit_page(&kit), pty.ui);
    pty_drain(&pty, out, sizeof out, 0);
    wizard_scrolled(kit.wizard, view_scroll(view));
    view_rows(view, &first, &last);
    wizard_rows_seen(kit.wizard, first, last);
}

static bool shown(const char *text)
{
    for (int row = 0; row < 12; row++) {
        if (strstr(pty_row(row), text)) {
            return true;
        }
    }
    return false;
}

static void to_consent(void)
{
    draw();
    kit_enter(&kit);
    draw();
    kit_enter(&kit);
    draw();
    cr_assert(kit_action(&kit, ACTION_BACK));
    cr_assert_eq(kit_page(&kit)->nrows, 2);
}

/* With one line less: what is said of a call takes it. */
static void to_consent_out_of_sight(void)
{
    to_consent();
    kit_f(&kit, 8);
    draw();
    kit_char(&kit, "1");
    kit_f(&kit, 2);
    draw();
    cr_assert(shown("Do you agree?"));
    cr_assert(shown("calling the staff"));
    cr_assert_not(shown(") I agree"));
}

Test(wizard_sight, what_is_agreed_to_and_both_answers_fit_on_the_smallest_screen)
{
    to_consent();
    cr_expect(shown("I agree that the clinic"));
    cr_expect(shown("1 ( ) I agree"));
    cr_expect(shown("2 ( ) I do not agree"));
    cr_expect_not(shown("More"));
    kit_char(&kit, "1");
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0, "one key");
}

Test(wizard_sight, who_is_led_to_one_answer_sees_all_of_them_and_what_to_press)
{
    to_consent_out_of_sight();
    kit_char(&kit, "1");
    draw();
    cr_expect(shown(">1 ( ) I agree"));
    cr_expect(shown("2 ( ) I do not agree"));
    cr_expect(shown("Press the number of your answer."));
    kit_key(&kit, KEY_ID_DOWN);
    draw();
    cr_expect_not(shown("Press the number of your answer."));
}

Test(wizard_sight, what_to_press_is_no_longer_said_once_it_is_ticked)
{
    kit_to_goals(&kit);
    draw();
    kit_char(&kit, "9");
    draw();
    cr_assert(shown("Press the number of your answer."));
    kit_char(&kit, "9");
    draw();
    cr_expect(kit_ticked(&kit, "9"));
    cr_expect_not(shown("Press the number of your answer."));
}

Test(wizard_sight, consent_is_not_given_by_a_digit_for_a_row_out_of_sight)
{
    to_consent_out_of_sight();
    kit_char(&kit, "1");
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
    draw();
    cr_expect(shown(">"));
    cr_expect(shown(") I agree"), "the digit led there");
    cr_expect(shown(") I do not agree"), "and to what stands against it");
    kit_char(&kit, "1");
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, enter_reads_on_to_the_answers_before_it_asks_to_choose_one)
{
    to_consent_out_of_sight();
    kit_enter(&kit);
    cr_expect_null(kit_page(&kit)->error);
    draw();
    for (int i = 0; i < 5 && !shown(") I do not agree"); i++) {
        kit_enter(&kit);
        cr_expect_null(kit_page(&kit)->error);
        draw();
    }
    cr_expect(shown(") I agree") && shown(") I do not agree"));
    kit_enter(&kit);
    cr_expect_not_null(kit_page(&kit)->error);
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, a_digit_that_led_to_a_row_and_is_held_down_does_not_choose_it)
{
    to_consent_out_of_sight();
    kit_hold(&kit, EVENT_CHAR, KEY_ID_NONE, "1", 5000);
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
    draw();
    kit_char(&kit, "1");
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, enter_chooses_the_row_a_digit_led_to)
{
    to_consent_out_of_sight();
    kit_char(&kit, "1");
    draw();
    kit_enter(&kit);
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, a_row_that_was_scrolled_away_is_out_of_sight_again)
{
    to_consent_out_of_sight();
    kit_char(&kit, "1");
    draw();
    for (int i = 0; i < 5; i++) {
        kit_key(&kit, KEY_ID_PAGE_UP);
        draw();
    }
    cr_assert_not(shown(") I agree"));
    kit_char(&kit, "1");
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, a_digit_for_a_row_in_sight_chooses_at_once)
{
    to_consent_out_of_sight();
    for (int i = 0; i < 9; i++) {
        kit_key(&kit, KEY_ID_PAGE_DOWN);
        draw();
    }
    cr_assert(shown(") I agree"));
    kit_char(&kit, "1");
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard_sight, the_down_key_scrolls_a_page_that_is_only_read_to_its_end)
{
    const struct page *page = kit_page(&kit);
    char end[6];
    const char *last = page->para[page->nparas - 1];

    cr_assert_eq(page->nrows + page->nfields, 0);
    strcpy(end, last + strlen(last) - 5);
    draw();
    cr_assert(shown("More below"));
    for (int i = 0; i < 60 && shown("More "); i++) {
        kit_key(&kit, KEY_ID_DOWN);
        draw();
        if (shown(end) && !shown("below")) {
            break;
        }
    }
    cr_expect(shown(end), "%s", end);
    cr_expect_not(shown("below"));
    cr_expect(shown("More above: Page Up"));
}
