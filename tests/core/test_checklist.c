#include "build.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct patient p;

static void setup(void)
{
    patient_init_healthy(&p);
}

static void teardown(void)
{
    patient_done(&p);
}

TestSuite(checklist, .init = setup, .fini = teardown);

/* "from least until" of an item, "-" for a side it has not. */
static const char *window(const char *id)
{
    static char text[64];
    const struct checklist_item *item = patient_item(&p, id);
    char from[DATE_ISO_SIZE], least[DATE_ISO_SIZE], until[DATE_ISO_SIZE];

    cr_assert(item, "%s", id);
    date_format_iso(item->from, from);
    date_format_iso(item->least, least);
    date_format_iso(item->until, until);
    snprintf(text, sizeof text, "%s %s %s", *from ? from : "-", *least ? least : "-", *until ? until : "-");
    return text;
}

Test(checklist, everyone_gets_the_base_items_and_nothing_else)
{
    size_t base = 0;

    patient_assess(&p);
    for (size_t i = 0; i < p.form->nitems; i++) {
        base += p.form->item[i].base;
    }
    cr_expect_eq(p.assessment->nitems, base);
    for (size_t i = 0; i < p.assessment->nitems; i++) {
        cr_expect(p.assessment->item[i].item->base);
        cr_expect_eq(p.assessment->item[i].nadded_by, 0);
    }
}

Test(checklist, dates_count_from_the_visit)
{
    p.visit = day("2027-03-03");
    patient_assess(&p);
    cr_expect_str_eq(window("P02"), "2027-02-26 2027-02-28 -");
    cr_expect_str_eq(window("P01"), "2027-02-17 - 2027-03-03");
    cr_expect_str_eq(window("A13"), "2027-03-31 - -");
    cr_expect_str_eq(window("S01"), "- - -");
    p.visit = day("2027-03-04");
    patient_assess(&p);
    cr_expect_str_eq(window("P02"), "2027-02-27 2027-03-01 -");
}

Test(checklist, a_flag_changes_only_the_sides_its_window_names)
{
    patient_assess(&p);
    cr_expect_str_eq(window("P03"), "2026-11-19 - -");
    patient_says(&p, "actives", "yes");
    patient_says(&p, "actives_last", "2026-11-18");
    patient_assess(&p);
    cr_expect_str_eq(window("P03"), "2026-11-16 - -");
    patient_says(&p, "actives_last", "2026-11-01");
    patient_assess(&p);
    cr_expect_str_eq(window("P03"), "2026-11-19 - -");
}

Test(checklist, what_has_passed_is_for_staff_to_check_today)
{
    patient_assess(&p);
    cr_expect(patient_item(&p, "P04")->passed, "from three days ago");
    cr_expect_not(patient_item(&p, "P08")->passed, "today");
    cr_expect_not(patient_item(&p, "A05")->passed);
    patient_says(&p, "keloid", "family");
    patient_says(&p, "isotretinoin", "now");
    patient_assess(&p);
    cr_expect(patient_item(&p, "P20")->passed, "it has no first day, and its last one is over");
    p.visit = day("2026-12-19"); /* asked four weeks before */
    patient_assess(&p);
    cr_expect_not(patient_item(&p, "P04")->passed);
    cr_expect_not(patient_item(&p, "P20")->passed);
}

Test(checklist, ordered_by_reader_then_by_flag_then_as_in_the_form)
{
    static const char *const patients[] = { "P10", "P02", "P19", "P17" };
    static const char *const staffs[] = { "S03", "S04", "S01" };
    size_t at = 0;

    patient_says(&p, "event", "yes");       /* PRECAUTION: P17 */
    patient_says(&p, "pregnancy", "maybe"); /* REVIEW: P19 S04 */
    patient_says(&p, "actives", "yes");
    patient_says(&p, "actives_last", "2026-11-21"); /* POSTPONE: P02 */
    patient_says(&p, "ill_today", "yes");           /* HOLD: P10 */
    patient_says(&p, "acne_now", "many");           /* HOLD, before ILL in the form: S03 */
    patient_assess(&p);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_str_eq(p.assessment->item[i].item->id, patients[i]);
    }
    cr_expect_str_eq(p.assessment->item[4].item->id, "P01", "then the base ones");
    while (p.assessment->item[at].item->who == ITEM_PATIENT) {
        at++;
    }
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(p.assessment->item[at + i].item->id, staffs[i]);
    }
    for (size_t i = 1; i < p.assessment->nitems; i++) {
        cr_expect_geq(p.assessment->item[i].item->who, p.assessment->item[i - 1].item->who);
    }
}

Test(checklist, several_flags_may_add_one_item)
{
    patient_says(&p, "keloid", "family");
    patient_says(&p, "marks", "yes");
    patient_says(&p, "sun", "tan");
    patient_assess(&p);
    const struct checklist_item *item = patient_item(&p, "S24");
    cr_assert(item);
    cr_assert_eq(item->nadded_by, 3); /* X7 is the worst of them */
    static const char *const by[] = { "X7", "KELOID_FAMILY", "PIH" };
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(p.assessment->flag[item->added_by[i]].id, by[i]);
    }
}

Test(checklist, before_the_visit_only_what_is_over_has_passed)
{
    p.visit = day("2026-11-25");
    patient_assess(&p);
    cr_expect_not(patient_item(&p, "P02")->passed, "advised from yesterday, needed from tomorrow");
    cr_expect_not(patient_item(&p, "P01")->passed, "until the visit");
    p.visit = day("2026-11-23");
    patient_assess(&p);
    cr_expect(patient_item(&p, "P02")->passed, "needed from yesterday at the latest");
    cr_expect_not(patient_item(&p, "P04")->passed, "until the visit");
    cr_expect_not(patient_item(&p, "P03")->passed, "from today");
    p.visit = day("2026-11-22");
    patient_assess(&p);
    cr_expect(patient_item(&p, "P03")->passed, "it has one day only, and that was yesterday");
}
