/* Staff are called: by an answer, by the patient; what is said of it, and by which ways the end is reached.
 */
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

TestSuite(calls, .init = open_kit, .fini = close_kit);

Test(calls, an_urgent_answer_alerts_once_says_no_reason_and_the_patient_may_go_on)
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

Test(calls, told_and_seen_are_said_only_when_true)
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

Test(calls, after_20_seconds_unseen_it_says_please_go_to_the_desk)
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

Test(calls, a_second_call_is_not_told_by_the_reply_to_the_first)
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

Test(calls, feeling_very_unwell_can_be_said_on_every_page_from_the_start)
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

Test(calls, feeling_very_unwell_is_two_keys_from_any_page_at_all)
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

Test(calls, with_a_helper_the_page_says_that_some_things_are_asked_again_alone)
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

Test(calls, a_preview_ends_at_once_and_says_that_nothing_was_kept)
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

Test(calls, the_code_leads_to_the_clinics_page_and_holds_nothing_else)
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

Test(calls, a_list_too_long_for_a_code_gets_none_and_neither_does_a_terminal_without_blocks)
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

Test(calls, an_urgent_tick_alerts_even_if_the_patient_goes_back_or_leaves)
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
