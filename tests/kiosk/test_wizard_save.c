/* The end of a visit: the list to check, the signature, what is said of saving, and the drafts on the way. */
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

TestSuite(save, .init = open_kit, .fini = close_kit);

/* --- Check, sign, save --- */

Test(save, check_shows_what_is_not_no_and_one_line_for_the_rest_that_opens)
{
    kit_to_check(&kit);
    cr_expect(kit_says(&kit, "Goal two"));
    cr_expect(kit_says(&kit, "zinc"));
    cr_expect(kit_says(&kit, "9 May 1990"));
    cr_expect(kit_says(&kit, "No to 6 others"));
    cr_expect_not(kit_says(&kit, "Keloids?"));
    size_t rows = kit_page(&kit)->nrows;
    while (!page_focus_row(kit_page(&kit), kit_page(&kit)->focus)) {
        kit_key(&kit, KEY_ID_UP);
    }
    kit_enter(&kit); /* the last row is that line */
    cr_expect(kit_says(&kit, "Keloids?"));
    cr_expect_eq(kit_page(&kit)->nrows, rows + 6);
}

Test(save, editing_from_check_asks_only_what_is_new_and_comes_back)
{
    kit_to_check(&kit);
    for (size_t i = 0; i < kit_page(&kit)->nrows; i++) {
        if (strncmp(kit_page(&kit)->row[i].text, "No to", 5) == 0) {
            kit_char(&kit, kit_page(&kit)->row[i].key);
        }
    }
    const char *key = "";
    for (size_t i = 0; i < kit_page(&kit)->nrows; i++) {
        if (strcmp(kit_page(&kit)->row[i].text, "Keloids?") == 0) {
            key = kit_page(&kit)->row[i].key;
        }
    }
    for (; *key; key++) {
        const char one[2] = { *key, '\0' };
        kit.gap = 200;
        kit_char(&kit, one);
    }
    cr_assert(kit_at(&kit, "Keloids?"));
    kit.gap = 1500;
    kit_char(&kit, "2");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "How many keloids?"));
    kit_char(&kit, "2");
    cr_expect(kit_at(&kit, "Check your answers"));
    cr_expect(kit_says(&kit, "Two or more"));
}

Test(save, the_phone_number_is_edited_in_its_own_field)
{
    kit_to_check(&kit);
    const struct page *page = kit_page(&kit);
    for (size_t i = 0; i < page->nrows; i++) {
        if (strcmp(page->row[i].text, "Phone number") == 0) {
            kit_char(&kit, page->row[i].key);
            break;
        }
    }
    cr_assert(kit_at(&kit, "What is your name?"));
    cr_expect_eq(kit_page(&kit)->focus, 1);
    kit_type(&kit, "07700900123");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Check your answers"));
    cr_expect(kit_says(&kit, "07700900123"));
    cr_expect(kit_says(&kit, "Ada Lovelace"));
}

Test(save, back_from_an_edit_returns_to_check)
{
    kit_to_check(&kit);
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "What is your name?"));
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Check your answers"));
}

Test(save, it_signs_only_with_a_name_under_the_attestation)
{
    kit_to_sign(&kit);
    cr_expect(kit_says(&kit, "I answered as well as I can."));
    kit_enter(&kit);
    cr_expect_not(kit.seen & EFFECT_SIGN);
    cr_expect(kit_says(&kit, "Type your name to sign."));
    kit_type(&kit, "   \n");
    cr_expect_not(kit.seen & EFFECT_SIGN);
    kit_type(&kit, "A. Byron\n"); /* another name than the one given is kept as it is */
    cr_expect(kit.seen & EFFECT_SIGN);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_not(strstr(visit->signature, "A. Byron") == NULL);
    cr_expect_str_eq(visit->name, "Ada Lovelace");
    cr_expect_geq(visit->signed_s, visit->consented_s);
}

Test(save, saved_is_said_only_after_it_is_acknowledged)
{
    kit_to_saving(&kit);
    cr_expect(kit_at(&kit, "Saving your answers"));
    cr_expect_not(kit_says(&kit, "are saved"));
    kit_reply(&kit, REPLY_TROUBLE);
    cr_expect(kit_says(&kit, "We are still saving. Please wait."));
    int64_t deadline = wizard_deadline(kit.wizard);
    cr_expect_eq(deadline, kit.now + 20000);
    kit_timer(&kit, 20000);
    cr_expect(kit_says(&kit, "We are still saving. Please call staff."));
    for (int i = 0; i < 10; i++) {
        kit_enter(&kit);
        kit_f(&kit, 2);
        kit_timer(&kit, 60000);
    }
    cr_expect_not(kit_says(&kit, "are saved"));
    cr_expect_not(kit.seen & EFFECT_END);
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_at(&kit, "Your answers are saved"));
}

Test(save, a_record_staff_cannot_see_yet_is_saved_and_the_patient_tells_the_desk)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_HELD);
    cr_expect(kit_at(&kit, "Your answers are saved"));
    cr_expect(kit_says(&kit, "Please tell the desk that you are done."));
    cr_expect_not(kit_says(&kit, "We read your answers."), "nobody at the clinic can");
}

Test(save, a_refused_record_leads_to_the_desk)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_REFUSED);
    cr_expect(kit_at(&kit, "Please go to the desk"));
    kit_reply(&kit, REPLY_SAVED);
    cr_expect_not(kit_says(&kit, "are saved"));
}

Test(save, a_reply_out_of_turn_never_says_saved)
{
    kit_to_acne(&kit);
    kit_reply(&kit, REPLY_SAVED);
    kit_reply(&kit, REPLY_TROUBLE);
    kit_reply(&kit, REPLY_REFUSED);
    kit_reply(&kit, REPLY_SEEN);
    cr_expect(kit_at(&kit, "Pimples"));
}

Test(save, the_result_works_after_the_wipe_and_lists_only_base_items_that_may_be_seen)
{
    kit_to_saving(&kit);
    wizard_wipe(kit.wizard);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_str_eq(visit->name, "");
    cr_expect_str_eq(visit->signature, "");
    cr_expect_eq(visit->birth_date.year, 0);
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_MISSING);
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_says(&kit, "No issues were flagged."));
    cr_expect(kit_says(&kit, "We read your answers."));
    cr_expect(kit_says(&kit, "Wear sunscreen. (until 23 November)"));
    cr_expect(kit_says(&kit, "Bring a list."));
    cr_expect(kit_says(&kit, "Be gentle. (until healed)"));
    cr_expect_not(kit_says(&kit, "Stop the cream")); /* its days have passed */
    cr_expect_not(kit_says(&kit, "Take a test"));    /* sensitive */
    cr_expect_not(kit_says(&kit, "Confirm the name"));
    cr_expect_not(kit_says(&kit, "Ada"));
}

Test(save, any_flag_gets_the_other_result_text)
{
    kit_to_acne(&kit);
    kit_char(&kit, "0"); /* not sure */
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_f(&kit, 4);
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_enter(&kit);
    kit_type(&kit, "Ada\n");
    kit_reply(&kit, REPLY_SAVED);
    cr_expect(kit_says(&kit, "We will talk with you."));
    cr_expect_not(kit_says(&kit, "No issues"));
}

Test(save, there_is_no_way_back_once_signed)
{
    kit_to_saving(&kit);
    cr_expect_null(kit_action(&kit, ACTION_BACK));
    kit_f(&kit, 2);
    kit_key(&kit, KEY_ID_ESCAPE);
    kit_f(&kit, 10);
    cr_expect(kit_at(&kit, "Saving your answers"));
}

/* --- Drafts, timings --- */

Test(save, a_draft_follows_each_page_once_the_name_is_known)
{
    kit_to_name(&kit);
    cr_expect_not(kit.seen & EFFECT_DRAFT);
    kit_type(&kit, "Ada\n\n");
    cr_expect(kit.effects & EFFECT_DRAFT);
    kit_char(&kit, "0");
    cr_expect(kit.effects & EFFECT_DRAFT);
    kit_char(&kit, "1");
    cr_expect(kit.effects & EFFECT_DRAFT);
    kit_f(&kit, 2);
    cr_expect_not(kit.effects & EFFECT_DRAFT);
}

Test(save, what_stands_on_a_page_that_nobody_comes_back_to_is_in_the_draft)
{
    kit_to_name(&kit);
    kit_timer(&kit, 120000);
    cr_expect_not(kit.effects & EFFECT_DRAFT, "nothing was sent before the name is known");
    kit_char(&kit, "x");
    kit_type(&kit, "Ada");
    kit_enter(&kit);
    kit_enter(&kit);
    kit_char(&kit, "2");
    kit_timer(&kit, 120000);
    cr_expect(kit.effects & EFFECT_DRAFT);
    cr_expect_eq(kit_state(&kit, "goals"), ANSWER_GIVEN);
}

Test(save, time_on_a_question_is_summed_over_visits)
{
    kit_to_acne(&kit);
    kit.gap = 3000;
    kit_char(&kit, "1");
    kit_f(&kit, 2);
    kit_char(&kit, "2");
    cr_expect_eq(wizard_visit(kit.wizard)->timing[kit_question(&kit, "acne")].ms, 6000);
    cr_expect_eq(wizard_visit(kit.wizard)->reached, kit_question(&kit, "keloid") + 1);
}

Test(save, five_answers_in_a_row_under_a_second_are_marked)
{
    kit_to_goals(&kit);
    kit.gap = 400;
    kit_char(&kit, "0");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    kit_char(&kit, "1");
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_not(visit->timing[kit_question(&kit, "goals")].fast);
    kit_type(&kit, "x\n\n");
    visit = wizard_visit(kit.wizard);
    cr_expect(visit->timing[kit_question(&kit, "goals")].fast);
    cr_expect(visit->timing[kit_question(&kit, "medicines")].fast);
    cr_expect_not(visit->timing[kit_question(&kit, "birth_date")].fast);
    kit.gap = 2000;
    kit_char(&kit, "1");
    cr_expect_not(wizard_visit(kit.wizard)->timing[kit_question(&kit, "pregnancy")].fast);
}

Test(save, walking_through_old_answers_is_not_answering_fast)
{
    kit_to_check(&kit);
    while (!kit_at(&kit, "What would")) {
        kit_f(&kit, 2);
    }
    kit.gap = 300;
    for (int i = 0; i < 4; i++) {
        kit_enter(&kit);
    }
    kit_key(&kit, KEY_ID_TAB);
    for (size_t i = 0; i < kit.form->nquestions; i++) {
        cr_expect_not(wizard_visit(kit.wizard)->timing[i].fast);
    }
}
