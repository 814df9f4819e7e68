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

/* --- Check, sign, save --- */

Test(wizard, check_shows_what_is_not_no_and_one_line_for_the_rest_that_opens)
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

Test(wizard, editing_from_check_asks_only_what_is_new_and_comes_back)
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

Test(wizard, back_from_an_edit_returns_to_check)
{
    kit_to_check(&kit);
    kit_char(&kit, "1");
    cr_expect(kit_at(&kit, "What is your name?"));
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Check your answers"));
}

Test(wizard, it_signs_only_with_a_name_under_the_attestation)
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

Test(wizard, saved_is_said_only_after_it_is_acknowledged)
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

Test(wizard, a_record_staff_cannot_see_yet_is_saved_and_the_patient_tells_the_desk)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_HELD);
    cr_expect(kit_at(&kit, "Your answers are saved"));
    cr_expect(kit_says(&kit, "Please tell the desk that you are done."));
    cr_expect_not(kit_says(&kit, "We read your answers."), "nobody at the clinic can");
}

Test(wizard, a_refused_record_leads_to_the_desk)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_REFUSED);
    cr_expect(kit_at(&kit, "Please go to the desk"));
    kit_reply(&kit, REPLY_SAVED);
    cr_expect_not(kit_says(&kit, "are saved"));
}

Test(wizard, a_reply_out_of_turn_never_says_saved)
{
    kit_to_acne(&kit);
    kit_reply(&kit, REPLY_SAVED);
    kit_reply(&kit, REPLY_TROUBLE);
    kit_reply(&kit, REPLY_REFUSED);
    kit_reply(&kit, REPLY_SEEN);
    cr_expect(kit_at(&kit, "Pimples"));
}

Test(wizard, the_result_works_after_the_wipe_and_lists_only_base_items_that_may_be_seen)
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

Test(wizard, any_flag_gets_the_other_result_text)
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

Test(wizard, there_is_no_way_back_once_signed)
{
    kit_to_saving(&kit);
    cr_expect_null(kit_action(&kit, ACTION_BACK));
    kit_f(&kit, 2);
    kit_key(&kit, KEY_ID_ESCAPE);
    kit_f(&kit, 10);
    cr_expect(kit_at(&kit, "Saving your answers"));
}

/* --- Drafts, timings --- */

Test(wizard, a_draft_follows_each_page_once_the_name_is_known)
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

Test(wizard, time_on_a_question_is_summed_over_visits)
{
    kit_to_acne(&kit);
    kit.gap = 3000;
    kit_char(&kit, "1");
    kit_f(&kit, 2);
    kit_char(&kit, "2");
    cr_expect_eq(wizard_visit(kit.wizard)->timing[kit_question(&kit, "acne")].ms, 6000);
    cr_expect_eq(wizard_visit(kit.wizard)->reached, kit_question(&kit, "keloid") + 1);
}

Test(wizard, five_answers_in_a_row_under_a_second_are_marked)
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

Test(wizard, walking_through_old_answers_is_not_answering_fast)
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

/* --- Alerts and calling staff --- */

Test(wizard, an_urgent_answer_alerts_once_says_no_reason_and_the_patient_may_go_on)
{
    size_t rule[4];

    kit_to_acne(&kit);
    kit_char(&kit, "3");
    cr_expect(kit.effects & EFFECT_ALERT);
    cr_assert_eq(wizard_alerts(kit.wizard, rule, 4), 1);
    cr_expect_eq((long)rule[0], form_rule_index(kit.form, "MANY"));
    cr_expect(kit_says(&kit, "Please go to the desk now."));
    cr_expect_not(kit_says(&kit, "imple"));
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Keloids?"));
    kit_f(&kit, 2);
    kit_char(&kit, "1"); /* changed: not taken back */
    cr_expect_not(kit.effects & (EFFECT_ALERT | EFFECT_DELETE));
    kit_f(&kit, 2);
    kit_char(&kit, "3");
    cr_expect_not(kit.effects & EFFECT_ALERT, "each rule alerts once");
}

Test(wizard, told_and_seen_are_said_only_when_true)
{
    kit_to_acne(&kit);
    kit_char(&kit, "3");
    cr_expect_not(kit_says(&kit, "Staff have"));
    kit_reply(&kit, REPLY_ALERT_SENT);
    cr_expect(kit_says(&kit, "We have called the staff."));
    cr_expect_not(kit_says(&kit, "Staff have seen this."));
    kit_reply(&kit, REPLY_SEEN);
    cr_expect(kit_says(&kit, "Staff have seen this."));
    kit_timer(&kit, 25000);
    cr_expect(kit_says(&kit, "Staff have seen this."));
}

Test(wizard, after_20_seconds_unseen_it_says_please_go_to_the_desk)
{
    kit_to_acne(&kit);
    kit_f(&kit, 8);
    kit_char(&kit, "1");
    cr_expect(kit.effects & EFFECT_HELP);
    cr_expect_eq(wizard_deadline(kit.wizard), kit.now + 20000);
    kit_reply(&kit, REPLY_ALERT_SENT);
    kit_timer(&kit, 19999);
    cr_expect(kit_says(&kit, "We have called the staff."));
    kit_timer(&kit, 1);
    cr_expect(kit_says(&kit, "If no one has come yet, please go to the desk."));
    kit_reply(&kit, REPLY_ALERT_SENT);
    cr_expect(kit_says(&kit, "If no one has come yet, please go to the desk."));
}

Test(wizard, a_second_call_is_not_told_by_the_reply_to_the_first)
{
    kit_to_acne(&kit);
    kit_f(&kit, 8);
    kit_char(&kit, "1");
    kit_char(&kit, "2");
    cr_expect(kit.effects & EFFECT_ALERT);
    kit_reply(&kit, REPLY_ALERT_SENT);
    cr_expect_not(kit_says(&kit, "We have called the staff."));
    kit_reply(&kit, REPLY_ALERT_SENT);
    cr_expect(kit_says(&kit, "We have called the staff."));
}

Test(wizard, feeling_very_unwell_can_be_said_on_every_page_from_the_start)
{
    static void (*const walks[])(struct kit *) = { kit_to_birth, kit_to_name, kit_to_acne,
                                                   kit_to_check, kit_to_sign, kit_to_saving };
    size_t rule[1];

    for (size_t i = 0; i <= sizeof walks / sizeof walks[0]; i++) {
        struct kit other;
        kit_open(&other);
        if (i > 0) {
            walks[i - 1](&other);
        }
        kit_f(&other, 8);
        cr_assert(kit_says(&other, "I feel very unwell"));
        kit_char(&other, "2");
        cr_expect(other.effects & EFFECT_ALERT);
        cr_expect_eq(wizard_alerts(other.wizard, rule, 1), 0);
        cr_expect(kit_says(&other, "Please go to the desk now."));
        kit_close(&other);
    }
}

Test(wizard, feeling_very_unwell_is_two_keys_from_any_page_at_all)
{
    static void (*const walks[])(struct kit *) = { kit_to_birth, kit_to_help,  kit_to_name, kit_to_goals,
                                                   kit_to_acne,  kit_to_check, kit_to_sign, kit_to_saving };
    static const int covers[] = { 0, 1, 3, 5, 6, 10, 120000 }; /* F keys, or ms without one */

    for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++) {
        for (size_t c = 0; c < sizeof covers / sizeof covers[0]; c++) {
            kit_close(&kit);
            kit_open(&kit);
            walks[i](&kit);
            if (covers[c] > 12) {
                kit_timer(&kit, covers[c]);
            } else if (covers[c] > 0) {
                kit_f(&kit, covers[c]);
            }
            cr_expect_not_null(kit_action(&kit, ACTION_STAFF), "walk %zu, cover %zu", i, c);
            kit_f(&kit, 8);
            cr_expect(kit_char(&kit, "2") & EFFECT_ALERT, "walk %zu, cover %zu", i, c);
            cr_expect_eq(wizard_alerts(kit.wizard, NULL, 0), 0);
        }
    }
    kit_close(&kit);
    kit_open(&kit);
    kit_to_saving(&kit);
    wizard_wipe(kit.wizard);
    kit_reply(&kit, REPLY_SAVED);
    kit_f(&kit, 8);
    cr_expect(kit_char(&kit, "2") & EFFECT_ALERT, "from the result");
}

Test(wizard, with_a_helper_the_page_says_that_some_things_are_asked_again_alone)
{
    kit_to_help(&kit);
    kit_char(&kit, "2");
    kit_enter(&kit);
    kit_type(&kit, "Sam\nbrother\n");
    kit_type(&kit, "Ada\n\n");
    while (!kit_at(&kit, "Are you pregnant?")) {
        cr_expect_not(kit_says(&kit, "with you alone"));
        kit_f(&kit, 4);
    }
    cr_expect(kit_says(&kit, "with you alone"));
}

Test(wizard, a_preview_ends_at_once_and_says_that_nothing_was_kept)
{
    struct wizard_setup setup = kit.wizard->setup;

    setup.preview = true;
    setup.idle_s = 0;
    wizard_free(kit.wizard);
    kit.wizard = wizard_new(&setup, kit.now);
    cr_expect(kit_page(&kit)->preview);
    kit_to_acne(&kit);
    cr_expect_eq(wizard_deadline(kit.wizard), -1, "nobody is sent away");
    kit_f(&kit, 8);
    kit_char(&kit, "1");
    cr_expect(kit_says(&kit, "nobody was called"));
    kit_f(&kit, 6);
    cr_expect(kit_key(&kit, (enum event_key)(KEY_ID_CTRL_A + 2)) & EFFECT_END);
}

Test(wizard, the_code_leads_to_the_clinics_page_and_holds_nothing_else)
{
    struct wizard_setup setup = kit.wizard->setup;
    struct qr want;

    setup.codes = true;
    setup.clinic.url = "https://clinic.example/after";
    wizard_free(kit.wizard);
    kit.wizard = wizard_new(&setup, kit.now);
    kit_to_saving(&kit);
    wizard_wipe(kit.wizard);
    kit_reply(&kit, REPLY_SAVED);
    kit_f(&kit, 7);
    cr_expect(kit_says(&kit, "https://clinic.example/after"));
    cr_assert(qr_encode(&want, setup.clinic.url));
    cr_assert_eq(kit_page(&kit)->code.side, want.side);
    cr_expect_arr_eq(kit_page(&kit)->code.module, want.module, (size_t)(want.side * want.side));
    qr_done(&want);
    kit_f(&kit, 2);
    cr_expect(kit_at(&kit, "Your answers are saved"));
}

Test(wizard, a_list_too_long_for_a_code_gets_none_and_neither_does_a_terminal_without_blocks)
{
    struct wizard_setup setup = kit.wizard->setup;

    setup.codes = true;
    wizard_free(kit.wizard);
    kit.wizard = wizard_new(&setup, kit.now);
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_SAVED);
    char *list = check_code(kit.wizard);
    cr_assert_not_null(list, "the small form's list is short");
    cr_expect_null(strstr(list, "Take a test"), "sensitive");
    free(list);
    cr_expect_not_null(kit_action(&kit, ACTION_CODE));
    setup.codes = false;
    setup.clinic.url = "https://clinic.example/after";
    wizard_free(kit.wizard);
    kit.wizard = wizard_new(&setup, kit.now);
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_SAVED);
    cr_expect_null(kit_action(&kit, ACTION_CODE));
    cr_expect(kit_says(&kit, "https://clinic.example/after"), "then the address is said");
}

Test(wizard, an_urgent_tick_alerts_even_if_the_patient_goes_back_or_leaves)
{
    kit_to_acne(&kit);
    kit_key(&kit, KEY_ID_END);
    kit_key(&kit, KEY_ID_UP);
    kit_key(&kit, KEY_ID_UP);
    kit_char(&kit, " "); /* "Many", and no Enter */
    cr_expect_not(kit.effects & EFFECT_ALERT);
    kit_timer(&kit, 120000);
    cr_expect(kit.effects & EFFECT_ALERT);
}

/* --- Hide, idle, stop --- */

Test(wizard, hide_blanks_at_once_and_only_show_brings_it_back)
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

Test(wizard, hide_works_while_a_second_digit_is_awaited)
{
    kit_to_goals(&kit);
    kit.gap = 300;
    kit_char(&kit, "1");
    kit_f(&kit, 6);
    cr_expect_eq(kit_page(&kit)->tone, PAGE_BLANK);
}

Test(wizard, idle_warns_as_often_as_needed_and_the_key_that_ends_it_does_nothing_else)
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

Test(wizard, a_resize_is_no_sign_of_life)
{
    struct event event = { .type = EVENT_RESIZE };

    kit_to_acne(&kit);
    int64_t deadline = wizard_deadline(kit.wizard);
    event.mono_ms = kit.now + 60000;
    cr_expect_eq(wizard_event(kit.wizard, &event, 16), (unsigned)EFFECT_REDRAW);
    cr_expect_eq(wizard_deadline(kit.wizard), deadline);
}

Test(wizard, welcome_never_wakes_up)
{
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
    kit_char(&kit, "7");
    kit_key(&kit, KEY_ID_TAB);
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
}

Test(wizard, a_patient_who_went_back_to_welcome_and_left_is_still_wiped)
{
    kit_to_acne(&kit);
    while (!kit_at(&kit, "Small Clinic")) {
        kit_f(&kit, 2);
    }
    kit_timer(&kit, 120000);
    kit_timer(&kit, 30000);
    cr_expect(kit.effects & EFFECT_END);
}

Test(wizard, the_result_page_ends_silently)
{
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_SAVED);
    kit_timer(&kit, 120000);
    cr_expect(kit.effects & EFFECT_END);
}

Test(wizard, saving_never_ends_for_want_of_keys)
{
    kit_to_saving(&kit);
    kit_timer(&kit, 20000);
    cr_expect_eq(wizard_deadline(kit.wizard), -1);
    kit_timer(&kit, 1000000);
    cr_expect_not(kit.seen & EFFECT_END);
}

Test(wizard, stop_deletes_only_when_confirmed)
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

Test(wizard, why_and_help_cover_the_page_and_give_it_back_as_it_was)
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

Test(wizard, every_question_page_has_the_actions)
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

Test(wizard, the_serial_changes_with_the_page_and_not_with_a_tick)
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

Test(wizard, a_wipe_at_any_moment_leaves_an_empty_page_that_works)
{
    kit_to_name(&kit);
    kit_type(&kit, "Ada");
    wizard_wipe(kit.wizard);
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "");
    kit_type(&kit, "B\n\n");
    cr_expect_str_eq(wizard_visit(kit.wizard)->name, "B");
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
