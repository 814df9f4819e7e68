/* The answers for which staff are called at once, in the real form: whatever way they are given, once each,
 * and without a reason on the screen. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "wizard_internal.h"

static struct kit kit;

static void setup(void)
{
    kit_open_form(&kit, "forms/microneedling");
    kit_to_goals(&kit);
}

static void teardown(void)
{
    kit_close(&kit);
}

TestSuite(alerts, .init = setup, .fini = teardown);

static void go_to(const char *question)
{
    flow_enter(kit.wizard, flow_of_question(kit.wizard, kit_question(&kit, question)));
}

/* Presses the answer's digit, on the question's own page. */
static void choose(const char *question, const char *option)
{
    const struct form_question *q = &kit.form->question[kit_question(&kit, question)];
    long index = form_option_index(q, option);
    char key[8];

    cr_assert_geq(index, 0, "%s has no %s", question, option);
    cr_assert_lt(index, 9);
    snprintf(key, sizeof key, "%ld", index + 1);
    go_to(question);
    kit_char(&kit, key);
}

static bool alerted(const char *flag)
{
    size_t rule[16];
    size_t n = wizard_alerts(kit.wizard, rule, 16);
    bool found = false;

    for (size_t i = 0; i < n && i < 16; i++) {
        found = found || strcmp(kit.form->rule[rule[i]].flag, flag) == 0;
    }
    return found && (kit.effects & EFFECT_ALERT);
}

static void expect_calm(void)
{
    cr_expect(kit_at(&kit, "Please talk to the staff now"));
    cr_expect(kit_says(&kit, "Please go to the desk now."));
    cr_expect_not(kit_says(&kit, "numbing"));
    cr_expect_not(kit_says(&kit, "pregnan"));
    cr_expect_not(kit_says(&kit, "heal"));
    kit_timer(&kit, 20000);
    cr_expect(kit_says(&kit, "If no one has come yet, please go to the desk."));
}

Test(alerts, numbing_cream_on_now)
{
    choose("numbing_today", "yes");
    cr_expect(alerted("NUMB_HOME"));
    expect_calm();
}

Test(alerts, still_healing)
{
    choose("previous", "home");
    kit_enter(&kit);
    choose("previous_ongoing", "yes");
    cr_expect(alerted("STILL_HEALING"));
    expect_calm();
}

Test(alerts, isotretinoin_with_a_possible_pregnancy_in_either_order)
{
    choose("isotretinoin", "now");
    cr_expect_not(kit.effects & EFFECT_ALERT);
    choose("pregnancy", "maybe");
    kit_enter(&kit);
    cr_expect(alerted("X5"));
    expect_calm();
    kit_close(&kit);
    setup();
    choose("pregnancy", "pregnant");
    kit_enter(&kit);
    cr_expect_not(kit.effects & EFFECT_ALERT);
    choose("isotretinoin", "now");
    cr_expect(alerted("X5"));
}

Test(alerts, a_tick_counts_when_the_patient_goes_back)
{
    choose("isotretinoin", "now");
    choose("pregnancy", "maybe");
    cr_expect_not(kit.effects & EFFECT_ALERT);
    kit_f(&kit, 2);
    cr_expect(alerted("X5"));
}

Test(alerts, an_answer_changed_from_the_check_page_calls_too_and_only_once)
{
    choose("numbing_today", "no");
    flow_enter(kit.wizard, flow_at(kit.wizard, STAGE_CHECK));
    kit.wizard->editing = true;
    kit.wizard->edit_pos = flow_of_question(kit.wizard, kit_question(&kit, "numbing_today"));
    choose("numbing_today", "yes");
    cr_expect(alerted("NUMB_HOME"));
    kit_enter(&kit);
    choose("numbing_today", "no");
    choose("numbing_today", "yes");
    cr_expect_not(kit.effects & EFFECT_ALERT, "staff have been called for this");
}

Test(alerts, what_was_told_is_forgotten_with_the_answers)
{
    choose("numbing_today", "yes");
    wizard_wipe(kit.wizard);
    for (size_t i = 0; i < kit.form->nrules; i++) {
        cr_expect_not(kit.wizard->alerted[i], "%s outlives the wipe", kit.form->rule[i].flag);
    }
    cr_expect_eq(wizard_alerts(kit.wizard, NULL, 0), 0);
}
