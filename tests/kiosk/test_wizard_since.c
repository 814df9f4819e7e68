/* Who comes back with a slip: its number, what is asked instead, and what "yes" opens. On the form that is
 * shipped. */
#include <criterion/criterion.h>
#include <string.h>

#include "kit.h"
#include "wizard_internal.h"

static struct kit kit;

static void setup(void)
{
    kit_open_form(&kit, "forms/microneedling");
}

static void teardown(void)
{
    kit_close(&kit);
}

TestSuite(since, .init = setup, .fini = teardown, .timeout = 30);

static bool is_left(const char *id)
{
    return wizard_visit(kit.wizard)->left[kit_question(&kit, id)];
}

static bool is_asked(const char *id)
{
    return flow_shown(kit.wizard, flow_of_question(kit.wizard, kit_question(&kit, id)));
}

static void to_since(void)
{
    for (const char *k = "4821"; *k; k++) {
        const char key[2] = { *k, 0 };
        kit_char(&kit, key);
    }
    kit_enter(&kit);
    kit_char(&kit, "1");
    kit_type(&kit, "09051990\n");
    kit_char(&kit, "1");
}

Test(since, a_digit_on_the_welcome_page_begins_the_number_and_the_fourth_ends_it)
{
    kit_char(&kit, "4");
    cr_assert(kit_at(&kit, "What number is on your slip?"));
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "4");
    kit_char(&kit, "8");
    kit_char(&kit, "2");
    cr_assert(kit_at(&kit, "What number"));
    kit_char(&kit, "1");
    cr_assert(kit_at(&kit, "Your privacy"));
    cr_expect_str_eq(wizard_visit(kit.wizard)->slip, "4821");
}

Test(since, the_enter_that_was_meant_to_end_the_number_reads_no_page)
{
    kit_type(&kit, "4821\n");
    cr_expect(kit_at(&kit, "Your privacy"), "%s", kit_page(&kit)->title);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Do you agree?"));
}

Test(since, a_digit_pressed_by_mistake_is_left_by_going_back)
{
    kit_char(&kit, "1");
    cr_assert(kit_at(&kit, "What number"));
    kit_f(&kit, 2);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Your privacy"), "%s", kit_page(&kit)->title);
}

Test(since, the_slip_can_be_reached_by_its_button_and_left_again)
{
    kit_f(&kit, 9);
    cr_assert(kit_at(&kit, "What number"));
    kit_f(&kit, 2);
    cr_expect_str_eq(wizard_visit(kit.wizard)->slip, "");
}

Test(since, without_a_number_everything_is_asked)
{
    kit_f(&kit, 9);
    kit_enter(&kit);
    cr_assert(kit_at(&kit, "Your privacy"));
    kit_enter(&kit);
    kit_char(&kit, "1");
    kit_type(&kit, "09051990\n");
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "What is your name?"), "%s", kit_page(&kit)->title);
    cr_expect(is_asked("keloid"));
    cr_expect_not(is_left("keloid"));
}

Test(since, a_number_of_other_than_four_digits_is_refused_in_words)
{
    kit_f(&kit, 9);
    kit_type(&kit, "48\n");
    cr_expect(kit_at(&kit, "What number"));
    cr_expect(kit_says(&kit, "The number has four digits."));
    kit_type(&kit, "ab");
    cr_expect(kit_at(&kit, "What number"));
    cr_expect_str_eq(wizard_visit(kit.wizard)->slip, "");
}

Test(since, five_times_no_leaves_what_seldom_changes_and_asks_the_rest)
{
    to_since();
    for (size_t i = 0; i < 5; i++) {
        cr_assert_not_null(since_at(kit.wizard, kit.wizard->pos), "%s", kit_page(&kit)->title);
        kit_char(&kit, "1");
    }
    static const char *const left[] = { "goals",  "areas",     "skin_conditions", "keloid",
                                        "marks",  "bleeding",  "diabetes",        "cancer_care",
                                        "immune", "illnesses", "nicotine" };
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        cr_expect(is_left(left[i]) && !is_asked(left[i]), "%s", left[i]);
    }
    for (size_t q = 0; q < kit.form->nquestions; q++) {
        if (form_question_fresh(kit.form, q) && answers_shown(kit.wizard->answers, q)) {
            cr_expect_not(wizard_visit(kit.wizard)->left[q], "%s", kit.form->question[q].id);
        }
    }
    cr_expect(is_asked("private_talk") && is_asked("event") && is_asked("pregnancy") && is_asked("support"));
}

Test(since, anything_but_no_opens_its_questions_in_full)
{
    static const char *const keys[] = { "2", "0", "p" };
    to_since();
    kit_char(&kit, "1");
    size_t skin = kit.wizard->pos;
    for (size_t i = 0; i < 3; i++) {
        kit_char(&kit, keys[i]);
        cr_expect(is_asked("keloid") && is_asked("skin_conditions") && !is_left("marks"), "%s", keys[i]);
        cr_expect_not(is_asked("illnesses") && is_left("illnesses"));
        kit_f(&kit, 2);
        cr_assert_eq(kit.wizard->pos, skin);
    }
    kit_f(&kit, 4);
    cr_expect(is_asked("keloid"), "a skip is no \"no\"");
    kit_f(&kit, 2);
    kit_char(&kit, "1");
    cr_expect_not(is_asked("keloid"));
}

Test(since, each_of_the_forms_questions_is_asked_left_or_stood_for_by_the_rest)
{
    to_since();
    for (size_t q = 0; q < kit.form->nquestions; q++) {
        bool stood_for = false;
        for (size_t i = 0; i < kit.form->nsince; i++) {
            for (size_t k = 0; k < kit.form->since[i].nquestions; k++) {
                stood_for = stood_for || kit.form->since[i].question[k] == q;
            }
        }
        cr_expect_not(stood_for && form_question_fresh(kit.form, q), "%s", kit.form->question[q].id);
    }
    cr_expect_eq(kit.form->nsince, 5);
}

Test(since, the_wipe_forgets_the_slip_and_the_answers_to_it)
{
    to_since();
    kit_char(&kit, "2");
    wizard_wipe(kit.wizard);
    cr_expect_str_eq(wizard_visit(kit.wizard)->slip, "");
    for (size_t i = 0; i < kit.form->nsince; i++) {
        cr_expect_eq(kit.wizard->since[i], SINCE_SKIPPED);
    }
}

Test(since, a_skin_disease_in_the_area_now_opens_its_questions)
{
    to_since();
    while (!kit_says(&kit, "like eczema, in the area now?")) {
        kit_char(&kit, "1");
    }
    kit_char(&kit, "2");
    cr_expect(is_asked("skin_conditions"));
    cr_expect_not(is_left("skin_active"));
}
