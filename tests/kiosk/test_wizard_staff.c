/* Answers that staff enter: whose each one is, what is asked again, and that nothing is lost on the
 * telephone. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "wizard_internal.h"

static struct kit kit;
static struct form *form;
static struct policies *policies;
static struct answers *before;
static const char *given_by[128], *entered_by[128];
static bool again[128];
static struct wizard_staff staff; /* outlives the wizard */

/* Another loading of the same form holds the answers given before: their indexes are the same. */
static void open_staff(void)
{
    staff.user = "ana";
    staff.name = staff.name ? staff.name : "";
    staff.phone = staff.helper_name = staff.helper_relation = "";
    staff.given_by = given_by;
    staff.entered_by = entered_by;
    staff.answers = before;
    kit_open_staff(&kit, "forms/microneedling", &staff);
}

static void setup(void)
{
    kit_open_form(&kit, "forms/microneedling");
    form = kit.form;
    policies = kit.policies;
    wizard_free(kit.wizard);
    before = answers_new(form);
    answers_set_context(before, (struct date){ 2026, 11, 21 }, policies->value);
}

static void teardown(void)
{
    kit_close(&kit);
    answers_free(before);
    policies_free(policies);
    form_free(form);
}

TestSuite(staff, .init = setup, .fini = teardown, .timeout = 30);

static size_t index_of(const char *id)
{
    long q = form_question_index(form, id);
    cr_assert_geq(q, 0, "%s", id);
    return (size_t)q;
}

static void answered(const char *id, const char *option)
{
    size_t q = index_of(id);
    answers_set_options(before, q, OPTION_BIT(form_option_index(&form->question[q], option)));
    given_by[q] = "patient";
}

Test(staff, a_whole_intake_by_phone_says_of_each_answer_who_gave_and_who_entered_it)
{
    staff = (struct wizard_staff){ .source = FROM_PHONE };
    open_staff();
    cr_assert(kit_at(&kit, "Your privacy"));
    cr_expect_null(kit_action(&kit, ACTION_STAFF));
    cr_expect_null(kit_action(&kit, ACTION_BACK));
    kit_enter(&kit);
    kit_char(&kit, "1");
    kit_type(&kit, "09051990\n");
    kit_char(&kit, "1");
    kit_type(&kit, "Ada\n\n");
    kit_char(&kit, "1");
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_str_eq(visit->given_by[index_of("goals")], "phone");
    cr_expect_str_eq(visit->entered_by[index_of("goals")], "ana");
    cr_expect_null(visit->asked);
}

Test(staff, finishing_begins_at_the_first_page_that_waits_and_keeps_what_was_given)
{
    staff = (struct wizard_staff){ .name = "Ada", .consented_s = 1795000000, .kept = true };
    answers_set_date(before, index_of("birth_date"), (struct date){ 1990, 5, 9 });
    given_by[index_of("birth_date")] = "patient";
    answered("support", "no");
    answered("goals", "pores");
    open_staff();
    size_t at = flow_question(kit.wizard, kit.wizard->pos);
    cr_assert(at == index_of("areas") || at == index_of("device"), "%s", kit_page(&kit)->title);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect_str_eq(visit->given_by[index_of("goals")], "patient");
    cr_expect_null(visit->entered_by[index_of("goals")]);
    cr_expect_str_eq(visit->entered_by[index_of("areas")], "ana");
    cr_expect_str_eq(visit->name, "Ada");
    cr_expect_eq(visit->consented_s, 1795000000);
    /* A date stands in its fields, so that going past it loses nothing. */
    flow_enter(kit.wizard, flow_of_question(kit.wizard, index_of("birth_date")));
    kit_enter(&kit);
    cr_expect(date_equal(wizard_visit(kit.wizard)->birth_date, (struct date){ 1990, 5, 9 }));
    kit_f(&kit, 10);
    cr_expect(kit_says(&kit, "Stop for now"));
    cr_expect_not(kit_says(&kit, "delete"), "only staff can delete that draft");
    unsigned effects = kit_char(&kit, "2");
    cr_expect(effects & EFFECT_END);
    cr_expect(effects & EFFECT_DRAFT, "what stands on the page they stop at is not lost");
}

Test(staff, only_the_chosen_questions_are_asked_again_and_what_they_bring_up)
{
    staff = (struct wizard_staff){ .name = "Ada", .source = FROM_PHONE, .again = again };
    answers_set_date(before, index_of("birth_date"), (struct date){ 1990, 5, 9 });
    answered("blood_thinner", "no");
    answered("alcohol", "longer");
    again[index_of("blood_thinner")] = true;
    open_staff();
    cr_assert_eq(flow_question(kit.wizard, kit.wizard->pos), index_of("blood_thinner"));
    cr_expect_eq(kit_state(&kit, "blood_thinner"), ANSWER_MISSING, "it is asked from nothing");
    cr_expect_eq(kit_state(&kit, "alcohol"), ANSWER_GIVEN, "the others are as they were");
    kit_char(&kit, "2");
    cr_assert_eq(flow_question(kit.wizard, kit.wizard->pos), index_of("blood_thinner_which"));
    kit_char(&kit, "2");
    cr_assert(kit_at(&kit, "Check your answers"), "%s", kit_page(&kit)->title);
    unsigned effects = kit_enter(&kit);
    cr_expect(effects & EFFECT_SIGN && effects & EFFECT_END);
    cr_expect_eq(kit.seen & EFFECT_DRAFT, 0);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect(visit->asked[index_of("blood_thinner")] && visit->asked[index_of("blood_thinner_which")]);
    cr_expect_not(visit->asked[index_of("alcohol")]);
    cr_expect_str_eq(visit->given_by[index_of("blood_thinner")], "phone");
}

Test(staff, an_answer_that_is_no_longer_asked_for_is_withdrawn)
{
    staff = (struct wizard_staff){ .name = "Ada", .again = again };
    answered("blood_thinner", "yes");
    answered("blood_thinner_which", "apixaban");
    again[index_of("blood_thinner")] = true;
    open_staff();
    kit_char(&kit, "1");
    kit_enter(&kit);
    const struct wizard_visit *visit = wizard_visit(kit.wizard);
    cr_expect(visit->withdrawn[index_of("blood_thinner_which")]);
    cr_expect_not(visit->withdrawn[index_of("blood_thinner")]);
}

Test(staff, stopping_keeps_the_draft_and_asking_again_keeps_nothing)
{
    staff = (struct wizard_staff){ .name = "Ada", .again = again };
    again[index_of("alcohol")] = true;
    open_staff();
    kit_f(&kit, 10);
    cr_expect(kit_says(&kit, "nothing is saved"));
    unsigned effects = kit_char(&kit, "2");
    cr_expect(effects & EFFECT_END);
    cr_expect_not(effects & (EFFECT_SIGN | EFFECT_DELETE | EFFECT_DRAFT));
}
