/* One patient's visit from welcome to result: the order of pages, what is kept, what is never done. */
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

TestSuite(wizard, .init = open_kit, .fini = close_kit);

/* --- The flow --- */

Test(wizard, a_whole_visit_goes_from_welcome_to_result_in_the_promised_order)
{
    static const char *const order[] = { "Small Clinic", "Your privacy", "Do you agree?",  "Birth date?",
                                         "Do you need",  "What is your", "What would",     "Pimples",
                                         "Keloids?",     "Acne pills?",  "Your medicines", "Are you pregnant",
                                         "Numbing",      "Check your",   "Sign your" };
    static const char *const keys[] = { "\n", "\n", "1",        "9/5/1990\n", "1", "Ada\n\n", "1~\n", "1",
                                        "1",  "1",  "zinc\n\n", "1",          "1", "\n",      "Ada\n" };

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        cr_expect(kit_at(&kit, order[i]), "%s, not %s", kit_page(&kit)->title, order[i]);
        for (const char *key = keys[i]; *key; key++) {
            const char one[2] = { *key, '\0' };
            if (*key == '~') {
                kit_timer(&kit, 1500);
            } else if (*key == '\n') {
                kit_enter(&kit);
            } else {
                kit_char(&kit, one);
            }
        }
    }
    cr_expect(kit.effects & EFFECT_SIGN);
    cr_expect(kit_at(&kit, "Saving your answers"));
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_at(&kit, "Your answers are saved"));
    kit_enter(&kit);
    cr_expect(kit.effects & EFFECT_END);
}

Test(wizard, declining_leads_to_the_desk_and_keeps_nothing)
{
    kit_enter(&kit);
    kit_enter(&kit);
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "Please go to the desk."));
    cr_expect_not(kit.seen & (EFFECT_DRAFT | EFFECT_SIGN | EFFECT_HELP));
    kit_enter(&kit);
    cr_expect(kit.effects & EFFECT_END);
}

Test(wizard, taking_back_the_consent_later_deletes_what_was_sent)
{
    kit_to_acne(&kit);
    while (!kit_at(&kit, "Do you agree?")) {
        kit_f(&kit, 2);
    }
    kit_char(&kit, "2");
    cr_expect(kit.effects & EFFECT_DELETE);
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "");
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard, enter_does_not_consent_by_itself)
{
    kit_enter(&kit);
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Do you agree?"));
    cr_expect(kit_says(&kit, "Press the number of your answer."));
    kit_char(&kit, " ");
    cr_expect(kit_at(&kit, "Do you agree?"));
    cr_expect_eq(wizard_visit(kit.wizard)->consented_s, 0);
    kit_key(&kit, KEY_ID_DOWN);
    kit_key(&kit, KEY_ID_UP);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Birth date?"));
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(wizard, a_helper_is_asked_for_only_when_a_need_is_ticked)
{
    kit_to_help(&kit);
    kit_char(&kit, "3");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Who helps you"));
    kit_type(&kit, "Grace");
    kit_enter(&kit);
    kit_type(&kit, "my sister");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What is your name?"));
    cr_expect_str_eq(wizard_visit(kit.wizard)->helper_name, "Grace");
    cr_expect_str_eq(wizard_visit(kit.wizard)->helper_relation, "my sister");
    kit_f(&kit, 2);
    kit_f(&kit, 2);
    kit_char(&kit, "1"); /* no help after all */
    cr_expect(kit_at(&kit, "What is your name?"));
    cr_expect_str_eq(wizard_visit(kit.wizard)->helper_name, "");
}

Test(wizard, a_helper_signs_as_helper_and_some_answers_are_to_be_asked_again_alone)
{
    kit_to_help(&kit);
    kit_char(&kit, "3");
    kit_enter(&kit);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_type(&kit, "Ada\n\n");
    kit_char(&kit, "0"); /* goals */
    kit_char(&kit, "p"); /* acne */
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_f(&kit, 4); /* medicines */
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Who signs?"));
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "Helper: type your full name"));
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect(visit->timing[kit_question(&kit, "pregnancy")].ask_alone);
    cr_expect(visit->timing[kit_question(&kit, "acne")].ask_alone);
    cr_expect_not(visit->timing[kit_question(&kit, "goals")].ask_alone);
    kit_type(&kit, "Grace\n");
    cr_expect(kit.effects & EFFECT_SIGN);
    cr_expect(wizard_visit(kit.wizard)->signed_by_helper);
}

Test(wizard, nothing_is_to_be_asked_alone_without_a_helper)
{
    kit_to_check(&kit);
    cr_expect_not(wizard_visit(kit.wizard)->timing[kit_question(&kit, "pregnancy")].ask_alone);
}

/* --- Under age --- */

Test(wizard, under_age_is_confirmed_once_with_the_month_as_a_word_then_the_desk)
{
    kit_to_birth(&kit);
    kit_type(&kit, "3 may 2015\n");
    cr_expect(kit_at(&kit, "You typed 3 May 2015."), "%s", kit_page(&kit)->title);
    cr_expect_not(wizard_visit(kit.wizard)->under_age);
    kit_char(&kit, "2");
    cr_expect(kit_at(&kit, "Birth date?"));
    kit_enter(&kit);
    kit_char(&kit, "1");
    cr_expect(kit_says(&kit, "Please go to the desk with a parent."));
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect(visit->under_age);
    cr_expect_str_eq(visit->name, "");
    cr_expect_eq(visit->birth_date.year, 0);
    cr_expect_eq(kit_state(&kit, "birth_date"), ANSWER_MISSING);
    cr_expect_not(kit.seen & (EFFECT_DRAFT | EFFECT_SIGN));
    kit_enter(&kit);
    cr_expect(kit.effects & EFFECT_END);
}

Test(wizard, eighteen_today_is_old_enough)
{
    kit_to_birth(&kit);
    kit_type(&kit, "21/11/2008\n");
    cr_expect(kit_at(&kit, "Do you need help?"));
}

Test(wizard, a_birth_date_corrected_at_the_end_to_a_child_deletes_everything)
{
    kit_to_check(&kit);
    kit_char(&kit, "3");
    cr_expect(kit_at(&kit, "Birth date?"));
    kit_key(&kit, KEY_ID_TAB);
    kit_key(&kit, KEY_ID_TAB);
    for (int i = 0; i < 4; i++) {
        kit_key(&kit, KEY_ID_BACKSPACE);
    }
    kit_type(&kit, "2015\n");
    kit_char(&kit, "1");
    cr_expect(kit.effects & EFFECT_DELETE);
    cr_expect(wizard_visit(kit.wizard)->under_age);
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "");
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
}

/* --- Branches, back, skip --- */

Test(wizard, follow_ups_appear_only_when_shown_and_back_goes_to_the_previous_shown_page)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "2"); /* keloid: me */
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "How many keloids?"));
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Keloids?"));
    cr_expect(kit_ticked(&kit, "2"));
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "Acne pills?"));
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Keloids?"));
}

Test(wizard, progress_by_section_stays_true)
{
    kit_to_birth(&kit);
    cr_expect_eq(kit_page(&kit)->step, 1);
    cr_expect_eq(kit_page(&kit)->steps, 3);
    cr_expect_str_eq(kit_page(&kit)->section, "About you");
    kit_type(&kit, "9/5/1990\n");
    kit_char(&kit, "1");
    kit_type(&kit, "Ada\n\n");
    kit_char(&kit, "2");
    kit_enter(&kit);
    cr_expect_eq(kit_page(&kit)->step, 2);
    cr_expect_str_eq(kit_page(&kit)->section, "Your skin");
}

Test(wizard, a_skipped_page_counts_as_unanswered_and_says_so)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_f(&kit, 2);
    kit_f(&kit, 4);
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    cr_expect(kit_at(&kit, "Keloids?"));
}

Test(wizard, the_birth_date_cannot_be_skipped)
{
    kit_to_birth(&kit);
    cr_expect_null(kit_action(&kit, ACTION_SKIP));
    kit_f(&kit, 4);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Birth date?"));
    cr_expect(kit_says(&kit, "Type the date."));
}

Test(wizard, back_from_any_page_leads_to_welcome)
{
    kit_to_sign(&kit);
    for (int i = 0; i < 40 && !kit_at(&kit, "Small Clinic"); i++) {
        kit_f(&kit, 2);
    }
    cr_expect(kit_at(&kit, "Small Clinic"));
}

Test(wizard, an_invalid_field_keeps_its_half_typed_text_through_back)
{
    kit_to_goals(&kit);
    kit_char(&kit, "2");
    kit_enter(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    cr_assert(kit_at(&kit, "When was the last pill?"));
    kit_type(&kit, "31/2/20");
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Acne pills?"));
    kit_enter(&kit);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "31");
    cr_expect_str_eq(kit_page(&kit)->field[1].text, "2");
    cr_expect_str_eq(kit_page(&kit)->field[2].text, "20");
    cr_expect_eq(kit_state(&kit, "pills_last"), ANSWER_MISSING);
}

/* --- Words that stay true --- */

Test(wizard, enter_while_saving_does_not_blank_the_screen_and_saved_is_seen_even_if_hidden)
{
    kit_to_saving(&kit);
    kit_enter(&kit);
    cr_expect_neq(kit_page(&kit)->tone, PAGE_BLANK);
    kit_f(&kit, 2);
    kit_f(&kit, 6);
    cr_assert_eq(kit_page(&kit)->tone, PAGE_BLANK);
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_at(&kit, "Your answers are saved"));
}

Test(wizard, a_refused_record_is_seen_even_if_hidden)
{
    kit_to_saving(&kit);
    kit_f(&kit, 6);
    cr_assert_eq(kit_page(&kit)->tone, PAGE_BLANK);
    kit_reply(&kit, REPLY_REFUSED);
    cr_expect(kit_at(&kit, "Please go to the desk"));
}

Test(wizard, who_declines_is_told_of_deleting_and_of_nothing_that_is_not_known)
{
    kit_enter(&kit);
    kit_enter(&kit);
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "We are deleting what you typed."));
    cr_expect_not(kit_says(&kit, "Nothing you typed was kept."));
}

Test(wizard, a_blank_of_any_kind_is_no_name_and_no_signature)
{
    kit_to_name(&kit);
    kit_paste(&kit, "\xC2\xA0\xC2\xA0");
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "What is your name?"));
    cr_expect(kit_says(&kit, "Type your name."));

    struct kit other;
    kit_open(&other);
    kit_to_sign(&other);
    kit_paste(&other, "\xC2\xA0");
    kit_enter(&other);
    cr_expect_not(other.effects & EFFECT_SIGN);
    cr_expect(kit_says(&other, "Type your name to sign."));
    kit_close(&other);
}

Test(wizard, a_list_of_blanks_is_no_answer)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    cr_assert(kit_at(&kit, "Your medicines"));
    kit_paste(&kit, "\xC2\xA0\n");
    kit_enter(&kit);
    cr_expect_eq(kit_state(&kit, "medicines"), ANSWER_MISSING);
    cr_expect(kit_at(&kit, "Your medicines"));
}

Test(wizard, what_was_skipped_does_not_come_back_as_an_answer)
{
    kit_to_acne(&kit);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_type(&kit, "zinc");
    kit_f(&kit, 4);
    cr_assert(kit_at(&kit, "Are you pregnant"));
    kit_f(&kit, 2);
    cr_assert(kit_at(&kit, "Your medicines"));
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "");
    kit_f(&kit, 2);
    cr_expect_eq(kit_state(&kit, "medicines"), ANSWER_MISSING);
}

Test(wizard, a_new_call_takes_the_place_of_the_old_ones_words)
{
    kit_to_acne(&kit);
    kit_f(&kit, 8);
    kit_char(&kit, "1");
    cr_expect(kit_says(&kit, "We are calling the staff."));
    kit_timer(&kit, 20000);
    cr_expect(kit_says(&kit, "If no one has come yet, please go to the desk."));
    kit_char(&kit, "2");
    cr_expect(kit_says(&kit, "Please go to the desk now."), "the urgent text");
    cr_expect(kit_says(&kit, "We are calling the staff."));
    cr_expect_not(kit_says(&kit, "If nobody has come"));
}

Test(wizard, an_answer_that_raised_something_is_never_folded_into_no_to_others)
{
    kit_to_acne(&kit);
    kit_char(&kit, "2"); /* a few, and then "never" is what a rule is about */
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_type(&kit, "zinc\n\n");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    cr_assert(kit_at(&kit, "Check your answers"));
    cr_expect(kit_says(&kit, "Acne pills?"));
    cr_expect_not(kit_says(&kit, "Keloids?"));
}
