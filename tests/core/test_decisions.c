/* Every numbered decision of the ids page, each with its case, on a form that holds all of its questions. */
#include "build.h"

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

TestSuite(decisions, .init = setup, .fini = teardown);

/* After `answers` ("question=answer; question=answer") the flags are exactly these. */
static void check(int line, const char *answers, const char *flags)
{
    char copy[512], *rest = NULL;

    strcpy(copy, answers);
    for (char *said = strtok_r(copy, ";", &rest); said; said = strtok_r(NULL, ";", &rest)) {
        said += strspn(said, " ");
        char *value = strchr(said, '=');
        *value++ = '\0';
        patient_says(&p, said, value);
    }
    const char *got = patient_flags(&p);
    cr_expect_str_eq(got, flags, "line %d, %s: wanted \"%s\", got \"%s\"", line, answers, flags, got);
}
#define CHECK(answers, flags) check(__LINE__, answers, flags)

#define OUTCOME(flag) (patient_flag(&p, flag)->outcome)

Test(decisions, a_healthy_patient_raises_nothing)
{
    CHECK("", "");
    cr_expect_eq(p.assessment->class, OUTCOME_CLEAR);
    cr_expect_eq(p.assessment->nunanswered, 0);
    cr_expect_eq(p.assessment->attention, 0);
    cr_expect_not(date_is_set(p.assessment->not_before));
}

Test(decisions, d1_general_answers_carry_the_code)
{
    CHECK("blood_thinner=unsure", "UNSURE:Q16");
    cr_expect_eq(OUTCOME("UNSURE:Q16"), OUTCOME_REVIEW);
    CHECK("blood_thinner=private", "PRIVATE:Q16");
    cr_expect_eq(OUTCOME("PRIVATE:Q16"), OUTCOME_REVIEW);
    CHECK("blood_thinner=", "INCOMPLETE:Q16");
    cr_expect_eq(OUTCOME("INCOMPLETE:Q16"), OUTCOME_REVIEW);
    cr_expect_eq(p.assessment->nunanswered, 1);
    cr_expect_str_eq(p.form->question[p.assessment->unanswered[0]].id, "blood_thinner");
}

Test(decisions, d1_unsure_weighs_as_the_worst_of_its_question)
{
    CHECK("nicotine=unsure", "UNSURE:Q35");
    cr_expect_eq(OUTCOME("UNSURE:Q35"), OUTCOME_PRECAUTION);
    CHECK("nicotine=no; alcohol=unsure", "UNSURE:Q19");
    cr_expect_eq(OUTCOME("UNSURE:Q19"), OUTCOME_REVIEW);
    CHECK("alcohol=longer; medicines=unsure", "UNSURE:Q20");
    cr_expect_eq(OUTCOME("UNSURE:Q20"), OUTCOME_REVIEW, "MED_CONTRADICTION is its rule");
    CHECK("medicines=none; supplements=private", "PRIVATE:Q18");
    cr_expect_eq(OUTCOME("PRIVATE:Q18"), OUTCOME_REVIEW, "private is REVIEW, however light the question");
}

Test(decisions, d1_worst_takes_follow_ups_but_no_interactions_and_no_device_list)
{
    static const struct {
        const char *question;
        enum outcome worst;
    } want[] = {
        { "nicotine", OUTCOME_PRECAUTION },
        { "marks", OUTCOME_PRECAUTION }, /* X7 is a REVIEW */
        { "alcohol", OUTCOME_REVIEW },
        { "previous", OUTCOME_HOLD }, /* STILL_HEALING asks a follow-up */
        { "previous_home_last", OUTCOME_PRECAUTION },
        { "previous_clinic_last", OUTCOME_POSTPONE },
        { "isotretinoin", OUTCOME_REVIEW }, /* the default policy */
        { "isotretinoin_last", OUTCOME_REVIEW },
        { "blood_thinner_which", OUTCOME_HOLD }, /* through its follow-up, the INR */
        { "supplements", OUTCOME_PRECAUTION },
        { "hair_shave_day", OUTCOME_PRECAUTION },
        { "hair_removal", OUTCOME_REVIEW },
        { "medicines_list", OUTCOME_REVIEW },
        { "diabetes", OUTCOME_REVIEW },
        { "allergies", OUTCOME_REVIEW }, /* METAL is on the device list */
        { "device", OUTCOME_REVIEW },    /* the implant question has a number of its own */
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        enum outcome got = form_question_worst(p.form, (size_t)form_question_index(p.form, want[i].question));
        cr_expect_eq(got, want[i].worst, "%s: %s", want[i].question, outcome_name(got));
    }
}

Test(decisions, d2_a_specific_row_replaces_the_general_one)
{
    CHECK("marks=unsure", "PIH");
    CHECK("marks=no; pregnancy=unsure", "PREG_MAYBE");
    CHECK("pregnancy=no; skin_cancer=unsure", "SKIN_CANCER_HX");
    CHECK("skin_cancer=", "SKIN_CANCER_HX");
    CHECK("skin_cancer=no; skin_conditions=eczema; skin_active=unsure", "SKIN_HISTORY");
    CHECK("skin_active=", "SKIN_HISTORY");
    CHECK("skin_conditions=none; goals=other_scars; scar_age=unsure", "GOAL_SCAR_NEW");
    CHECK("scar_age=", "GOAL_SCAR_NEW");
    CHECK("goals=pores; device=unsure; implant=no", "MODALITY_UNSURE");
    CHECK("device=pen; diabetes=unknown_control", "DIAB_UNKNOWN");
    CHECK("diabetes=controlled; a1c=", "DIAB_UNKNOWN");
}

Test(decisions, d2_only_a_rule_that_fired_replaces)
{
    CHECK("marks=", "INCOMPLETE:Q12"); /* PIH tests "unsure", not "missing" */
    CHECK("marks=private", "PRIVATE:Q12");
    /* A private follow-up stays private, whatever rule speaks of it. */
    CHECK("marks=no; keloid=me; keloid_where=private; keloid_count=one", "KELOID_SELF_HIGH PRIVATE:Q11a");
}

Test(decisions, d3_missing_and_year_only_dates)
{
    CHECK("isotretinoin=past", "ISO_DATE_UNKNOWN");
    CHECK("isotretinoin_last=2020", "ISO_DATE_UNKNOWN");
    CHECK("isotretinoin_last=unsure", "ISO_DATE_UNKNOWN");
    CHECK("isotretinoin_last=private", "ISO_DATE_UNKNOWN PRIVATE:Q13a");
    CHECK("isotretinoin=never; previous=clinic; previous_problem=none; previous_ongoing=no", "UNSURE:Q05");
    CHECK("previous_clinic_last=2020", "UNSURE:Q05");
    cr_expect_eq(OUTCOME("UNSURE:Q05"), OUTCOME_REVIEW);
    CHECK("previous=no; actives=yes", "UNSURE:Q15");
    CHECK("actives=no; hair_removal=wax|shave", "UNSURE:Q32");
    CHECK("hair_removal=no; procedures=toxin|filler; procedure_toxin=2020; procedure_filler=2026-01-01",
          "UNSURE:Q33");
}

Test(decisions, d3_what_is_missing_of_a_keloid_or_an_inr)
{
    CHECK("keloid=me; keloid_where=elsewhere; keloid_count=", "KELOID_SELF_HIGH");
    CHECK("keloid_where=; keloid_count=one", "KELOID_SELF_HIGH");
    CHECK("keloid=me; keloid_where=elsewhere; keloid_count=one", "KELOID_SELF_LOW");
    CHECK("keloid_where=elsewhere|prone_site", "KELOID_SELF_HIGH");
    CHECK("keloid=no; blood_thinner=yes; blood_thinner_which=warfarin; inr=", "ANTICOAG");
    cr_expect_eq(p.assessment->nunanswered, 0);
    CHECK("inr=3.5", "ANTICOAG");
    CHECK("inr=3.6", "ANTICOAG ANTICOAG_INR");
    CHECK("inr=unsure", "ANTICOAG UNSURE:Q16b");
}

Test(decisions, d4_a_month_counts_as_its_last_day)
{
    /* 21 May + 6 months is the day of the visit; May as a whole is its 31st. */
    CHECK("isotretinoin=past; isotretinoin_last=2026-05-21", "ISO_GE6");
    CHECK("isotretinoin_last=2026-05-22", "ISO_LT6");
    CHECK("isotretinoin_last=2026-05", "ISO_LT6");
    CHECK("isotretinoin_last=2026-04", "ISO_GE6");
    patient_policy(&p, "isotretinoin", "traditional");
    CHECK("isotretinoin_last=2026-11", "ISO_LT6"); /* the visit's own month: the visit itself */
    cr_expect(date_equal(p.assessment->not_before, day("2027-05-21")));
}

Test(decisions, d4_a_date_after_the_visit_is_an_input_error)
{
    CHECK("isotretinoin=past; isotretinoin_last=2026-11-22", "UNSURE:Q13");
    CHECK("isotretinoin_last=2026-12", "UNSURE:Q13");
    CHECK("isotretinoin_last=2027", "UNSURE:Q13");
    cr_expect_eq(p.assessment->nunanswered, 1);
    CHECK("isotretinoin_last=2026-11-21", "ISO_LT6");
    CHECK("isotretinoin=never; birth_date=2026-11-22", "UNSURE:Q01");
    cr_expect_eq(OUTCOME("UNSURE:Q01"), OUTCOME_REVIEW);
    CHECK("birth_date=", "INCOMPLETE:Q01");
}

Test(decisions, d4_a_date_before_birth_or_of_another_age_is_an_input_error)
{
    CHECK("isotretinoin=past; isotretinoin_last=1990-05-02", "UNSURE:Q13");
    CHECK("isotretinoin_last=1990-04", "UNSURE:Q13");
    CHECK("isotretinoin_last=1989", "UNSURE:Q13");
    CHECK("isotretinoin_last=1990-05-03", "ISO_GE6");
    CHECK("isotretinoin_last=1990-05", "ISO_GE6");
    CHECK("isotretinoin=never; birth_date=1901-11-20", "UNSURE:Q01");
    CHECK("birth_date=1901-11-21", "");
    CHECK("birth_date=; isotretinoin=past; isotretinoin_last=1901-11-20", "INCOMPLETE:Q01 UNSURE:Q13");
}

Test(decisions, d4_an_invalid_date_is_unsure_of_its_main_question)
{
    CHECK("isotretinoin=past", "ISO_DATE_UNKNOWN");
    answers_set_invalid(p.answers, (size_t)form_question_index(p.form, "isotretinoin_last"));
    CHECK("", "UNSURE:Q13");
}

Test(decisions, d5_a_clear_flag_is_kept_and_changes_nothing)
{
    CHECK("isotretinoin=past; isotretinoin_last=2020-01-31", "ISO_GE6");
    cr_expect_eq(p.assessment->class, OUTCOME_CLEAR);
    cr_expect_eq(p.assessment->attention, 0);
}

Test(decisions, d6_exactly_one_diabetes_flag)
{
    CHECK("diabetes=controlled; a1c=8.4; a1c_date=2026-05-21", "DIAB_CTRL");
    CHECK("a1c_date=2026-05-20", "DIAB_UNKNOWN");
    CHECK("a1c_date=", "DIAB_UNKNOWN");
    CHECK("a1c_date=2025", "DIAB_UNKNOWN");
    CHECK("a1c=8.5; a1c_date=2026-10", "DIAB_UNCTRL");
    CHECK("diabetes=uncontrolled; a1c=6", "DIAB_UNCTRL");
    CHECK("a1c=", "DIAB_UNCTRL");
    CHECK("diabetes=unknown_control; a1c=6; a1c_date=2026-10", "DIAB_UNKNOWN");
    CHECK("a1c=9; a1c_date=2026-10", "DIAB_UNCTRL");
    CHECK("diabetes=controlled; a1c=99", "DIAB_UNKNOWN INCOMPLETE:Q23a");
}

Test(decisions, d3_two_dates_not_known_are_one_unsure_and_two_known_ones_postpone_to_the_later)
{
    CHECK("procedures=toxin|filler; procedure_toxin=2025; procedure_filler=", "UNSURE:Q33");
    CHECK("procedure_toxin=2026-11-20; procedure_filler=2026-11-15", "PROC_BOTOX PROC_FILLER");
    cr_expect(date_equal(p.assessment->not_before, day("2026-12-04")));
    CHECK("procedure_toxin=2026-11; procedure_filler=2025-11", "PROC_BOTOX");
    cr_expect(date_equal(p.assessment->not_before, day("2026-12-05")), "the visit's own month is the visit");
    CHECK("procedure_toxin=2026-12", "UNSURE:Q33");
}

Test(decisions, d6_a_number_that_cannot_be_is_never_taken_for_control)
{
    CHECK("diabetes=controlled; a1c=0; a1c_date=2026-11-01", "DIAB_UNKNOWN INCOMPLETE:Q23a");
    CHECK("a1c=8.4; a1c_date=unsure", "DIAB_UNKNOWN");
    CHECK("a1c_date=2026-11-22", "DIAB_UNKNOWN UNSURE:Q23");
}

Test(decisions, d7_answers_that_raise_two_flags)
{
    CHECK("keloid=me|family; keloid_where=treated_area; keloid_count=one", "KELOID_FAMILY KELOID_SELF_HIGH");
    CHECK("keloid=no; mole_change=area|elsewhere", "LESION_CHANGING LESION_ELSEWHERE");
    CHECK("mole_change=no; previous=clinic|home; previous_clinic_last=2026-11-01; "
          "previous_home_last=2026-11-14; previous_problem=none; previous_ongoing=no",
          "HOME_ROLLER INTERVAL");
}

Test(decisions, d7_cold_sores_by_area)
{
    CHECK("cold_sores=past", "HSV_OTHER");
    CHECK("areas=face", "HSV_FACE");
    CHECK("areas=neck|around_eyes", "AREA_PERIORBITAL HSV_FACE");
    CHECK("areas=eyelids_lips", "AREA_EXCLUDED HSV_FACE");
    CHECK("areas=", "HSV_FACE INCOMPLETE:Q04");
    CHECK("areas=unsure", "HSV_FACE UNSURE:Q04");
    CHECK("cold_sores=now", "HSV_ACTIVE UNSURE:Q04");
}

Test(decisions, d8_interactions)
{
    CHECK("keloid=family", "KELOID_FAMILY");
    CHECK("areas=chest", "KELOID_FAMILY X6");
    CHECK("areas=shoulders_upper_back", "KELOID_FAMILY X6");
    CHECK("keloid=no; areas=arms; medicines=list; medicines_list=aspirin, Advil",
          "ANTICOAG MED_CONTRADICTION NSAID_OTC X1");
    CHECK("medicines_list=Accutane; pregnancy=pregnant", "ISO_DATE_UNKNOWN MED_CONTRADICTION PREGNANT");
    CHECK("medicines=none; isotretinoin=now; pregnancy=maybe", "ISO_CURRENT PREG_MAYBE X5");
    cr_expect_eq(p.assessment->class, OUTCOME_HOLD);
    CHECK("isotretinoin=never; pregnancy=no; marks=yes; sun=tan", "PIH SUN_TAN X7");
    CHECK("marks=no; sun=no; nsaid=own; supplements=yes; alcohol=recent", "ALCOHOL_1_2D NSAID_OTC SUPP X2");
    CHECK("nsaid=no; supplements=no; alcohol=longer; diabetes=uncontrolled; skin_today=open",
          "DIAB_UNCTRL OPEN_SKIN X3");
    CHECK("diabetes=no; skin_today=none; areas=face; cold_sores=past; medicines=list; "
          "medicines_list=methotrexate; immune=unsure",
          "HSV_FACE IMMUNE UNSURE:Q25 X4");
}

Test(decisions, d9_a_device_not_known_is_judged_as_rf)
{
    CHECK("device=unsure; implant=electric", "MODALITY_UNSURE RF_IMPLANT");
    CHECK("implant=metal_area", "MODALITY_UNSURE RF_METAL");
    CHECK("device=pen", "");
    CHECK("device=rf", "RF_METAL RF_PLANNED"); /* the old answer comes back with its question */
}

Test(decisions, d10_medicine_dictionary)
{
    CHECK("medicines=list; medicines_list=xarelto 20mg", "ANTICOAG MED_CONTRADICTION");
    CHECK("blood_thinner=yes; blood_thinner_which=rivaroxaban", "ANTICOAG");
    CHECK("blood_thinner=unsure", "ANTICOAG UNSURE:Q16");
    CHECK("blood_thinner=private", "ANTICOAG PRIVATE:Q16");
    CHECK("blood_thinner=no; medicines_list=Xanax\nZoloft", "MED_LIST");
    CHECK("medicines_list=warfarin; isotretinoin=never", "ANTICOAG MED_CONTRADICTION");
    CHECK("medicines_list=roaccutane", "ISO_DATE_UNKNOWN MED_CONTRADICTION");
    CHECK("isotretinoin=past; isotretinoin_last=2020-01-01", "ISO_GE6");
    CHECK("isotretinoin=never; medicines_list=Doxycycline 100 mg", "ACNE_MED MED_CONTRADICTION");
    CHECK("medicines_list=Retin-A 0.05%", "MED_CONTRADICTION UNSURE:Q15");
    cr_expect_eq(OUTCOME("UNSURE:Q15"), OUTCOME_REVIEW);
    CHECK("actives=yes; actives_last=2026-11-01", "");
    CHECK("actives=no; medicines_list=fish oil", "MED_CONTRADICTION SUPP");
    CHECK("supplements=yes", "SUPP");
    CHECK("supplements=no; medicines_list=amiodarone", "MED_CONTRADICTION OTHER_HX");
    CHECK("illnesses=heart", "OTHER_HX");
    CHECK("illnesses=none; medicines_list=tacrolimus tablets", "IMMUNE MED_CONTRADICTION");
    CHECK("medicines_list=tacrolimus ointment", "MED_LIST");
}

Test(decisions, d10_a_question_left_open_is_no_contradiction)
{
    CHECK("medicines=list; medicines_list=xarelto; blood_thinner=", "ANTICOAG INCOMPLETE:Q16");
    CHECK("blood_thinner=no; medicines=none", ""); /* the list is withdrawn */
    CHECK("medicines=list; medicines_list=", "INCOMPLETE:Q20a");
    CHECK("medicines_list= ,\n ,", "INCOMPLETE:Q20a");
    CHECK("medicines_list=unsure", "UNSURE:Q20a");
}

Test(decisions, d11_a_minor_is_the_whole_result)
{
    CHECK("birth_date=2008-11-22; pregnancy=pregnant; blood_thinner=; skin_today=open; ill_today=yes",
          "AGE_MINOR");
    answers_add_unknown(p.answers, "surprise");
    patient_policy(&p, "device_list", "listed");
    CHECK("", "AGE_MINOR");
    cr_expect_eq(p.assessment->class, OUTCOME_HOLD);
    cr_expect_eq(p.assessment->nunanswered, 0);
    cr_expect_eq(p.assessment->nitems, 2);
    cr_expect_str_eq(p.assessment->item[0].item->id, "P16");
    cr_expect_str_eq(p.assessment->item[1].item->id, "S25");
    cr_expect_eq(p.assessment->item[1].nadded_by, 1);
}

Test(decisions, d11_ages_are_counted_on_the_day_of_the_visit)
{
    CHECK("birth_date=2008-11-21", "AGE_18_21");
    CHECK("birth_date=2004-11-22", "AGE_18_21");
    CHECK("birth_date=2004-11-21", "");
    /* Born on 29 Feb: of age on 1 Mar. */
    p.visit = day("2026-02-28");
    CHECK("birth_date=2008-02-29", "AGE_MINOR");
    p.visit = day("2026-03-01");
    CHECK("", "AGE_18_21");
}

Test(decisions, d12_the_device_list_raises_what_is_raised)
{
    CHECK("pregnancy=breastfeeding", "BREASTFEEDING");
    cr_expect_eq(p.assessment->class, OUTCOME_REVIEW);
    patient_policy(&p, "device_list", "listed");
    CHECK("", "BREASTFEEDING");
    cr_expect_eq(p.assessment->class, OUTCOME_HOLD);
    cr_expect(patient_flag(&p, "BREASTFEEDING")->from_device_list);
    CHECK("pregnancy=no", "");
    CHECK("pregnancy=pregnant", "PREGNANT");
    cr_expect_not(patient_flag(&p, "PREGNANT")->from_device_list, "it was a HOLD before");
}

Test(decisions, d12_a_postponed_flag_raised_to_hold_has_no_date_any_more)
{
    patient_policy(&p, "device_list", "listed");
    CHECK("previous=clinic; previous_clinic_last=2026-11-01; previous_problem=none; previous_ongoing=no",
          "INTERVAL");
    cr_expect_eq(p.assessment->class, OUTCOME_HOLD);
    cr_expect_not(date_is_set(p.assessment->not_before));
    cr_expect(date_equal(p.assessment->flag[0].until, day("2026-11-29")));
}

Test(decisions, d13_items_say_which_flags_added_them)
{
    CHECK("blood_thinner=yes; blood_thinner_which=heparin", "ANTICOAG");
    const struct checklist_item *item = patient_item(&p, "P12");
    cr_assert(item);
    cr_expect_eq(item->nadded_by, 1);
    cr_expect_str_eq(p.assessment->flag[item->added_by[0]].id, "ANTICOAG");
    cr_expect_eq(patient_item(&p, "S06")->nadded_by, 1, "a base item that a flag names");
    cr_expect_eq(patient_item(&p, "S01")->nadded_by, 0);
    cr_expect_null(patient_item(&p, "P13"));
    CHECK("blood_thinner=no; isotretinoin=past; isotretinoin_last=2020-01-01", "ISO_GE6");
    cr_expect_eq(patient_item(&p, "S07")->nadded_by, 0, "a flag of outcome CLEAR adds none");
}

Test(decisions, d14_skin_conditions)
{
    CHECK("skin_conditions=rashes", "RASHES");
    CHECK("skin_conditions=rashes|psoriasis; skin_active=yes", "RASHES SKIN_ACTIVE");
    CHECK("skin_conditions=other_long; skin_active=no", "SKIN_HISTORY");
    CHECK("skin_conditions=rashes", "RASHES");
}

Test(decisions, d15_days_are_calendar_days)
{
    CHECK("actives=yes; actives_last=2026-11-20", "RETINOID_0_1");
    cr_expect(date_equal(p.assessment->not_before, day("2026-11-23")));
    CHECK("actives_last=2026-11-19", "RETINOID_2");
    CHECK("actives_last=2026-11-18", "RETINOID_3_4");
    CHECK("actives_last=2026-11-17", "RETINOID_3_4");
    CHECK("actives_last=2026-11-16", "");
}

Test(decisions, d16_a_clot_without_a_blood_thinner)
{
    CHECK("bleeding=clot; blood_thinner=no", "CLOT_HX");
}

Test(decisions, d17_questions_do_not_infer_each_other)
{
    CHECK("actives=no; skin_today=rash", "RASH_NOW");
    CHECK("skin_today=none; illnesses=slow_healing; immune=no", "OTHER_HX");
}

Test(decisions, policies_decide_the_isotretinoin_outcome)
{
    static const struct {
        const char *choice;
        enum outcome now, recent;
    } want[] = { { "practitioner_decides", OUTCOME_REVIEW, OUTCOME_REVIEW },
                 { "traditional", OUTCOME_HOLD, OUTCOME_POSTPONE },
                 { "consensus_2017", OUTCOME_REVIEW, OUTCOME_PRECAUTION } };

    for (size_t i = 0; i < 3; i++) {
        patient_policy(&p, "isotretinoin", want[i].choice);
        CHECK("isotretinoin=now", "ISO_CURRENT");
        cr_expect_eq(p.assessment->class, want[i].now);
        CHECK("isotretinoin=past; isotretinoin_last=2026-07-01", "ISO_LT6");
        cr_expect_eq(p.assessment->class, want[i].recent);
        cr_expect_eq(date_is_set(p.assessment->not_before), want[i].recent == OUTCOME_POSTPONE);
    }
}

Test(decisions, months_roll_forward)
{
    patient_policy(&p, "isotretinoin", "traditional");
    p.visit = day("2026-02-28");
    CHECK("isotretinoin=past; isotretinoin_last=2025-08-31", "ISO_LT6");
    cr_expect(date_equal(p.assessment->not_before, day("2026-03-01")));
    p.visit = day("2026-03-01");
    CHECK("", "ISO_GE6");
}

Test(decisions, not_before_is_the_latest_date)
{
    CHECK("actives=yes; actives_last=2026-11-21; procedures=filler|light_peel; procedure_filler=2026-11-20; "
          "procedure_light_peel=2026-11-10",
          "PROC_FILLER PROC_PEEL RETINOID_0_1");
    cr_expect(date_equal(p.assessment->not_before, day("2026-12-04")));
    cr_expect_eq(p.assessment->class, OUTCOME_POSTPONE);
    CHECK("ill_today=yes", "ILL PROC_FILLER PROC_PEEL RETINOID_0_1");
    cr_expect_eq(p.assessment->class, OUTCOME_HOLD);
    cr_expect(date_equal(p.assessment->not_before, day("2026-12-04")), "a HOLD does not hide the date");
}

Test(decisions, contradictions_and_unknown_answers_are_never_clear)
{
    CHECK("keloid=no|family", "INCOMPLETE:Q11 KELOID_FAMILY");
    CHECK("keloid=no; pregnancy=no|not_applicable", "INCOMPLETE:Q21");
    CHECK("pregnancy=no; blood_thinner=no|yes; blood_thinner_which=other", "ANTICOAG INCOMPLETE:Q16");
    CHECK("blood_thinner=no; areas=arms|unsure", "UNSURE:Q04");
    CHECK("areas=chest|private", "PRIVATE:Q04");
    CHECK("areas=arms; private_talk=unsure", "INCOMPLETE:Q37");
    patient_says(&p, "private_talk", "no");
    answers_add_unknown(p.answers, "shoe_size");
    answers_add_unknown(p.answers, "shoe_size");
    CHECK("", "UNKNOWN:shoe_size");
    cr_expect_eq(p.assessment->class, OUTCOME_REVIEW);
}

Test(decisions, what_is_valid_in_an_invalid_answer_counts)
{
    CHECK("goals=dark_spots", "GOAL_PIGMENT");
    answers_set_invalid(p.answers,
                        (size_t)form_question_index(p.form, "goals")); /* an unknown option beside it */
    CHECK("", "GOAL_PIGMENT INCOMPLETE:Q03");
    cr_expect_eq(p.assessment->nunanswered, 0);
}

Test(decisions, an_unusable_answer_weighs_no_less_than_none)
{
    CHECK("keloid=me; keloid_count=one; keloid_where=", "KELOID_SELF_HIGH");
    answers_set_invalid(p.answers, (size_t)form_question_index(p.form, "keloid_where"));
    CHECK("", "INCOMPLETE:Q11a KELOID_SELF_HIGH");
}

Test(decisions, flags_stand_worst_first_and_are_counted_for_the_queue)
{
    CHECK("nicotine=yes; event=yes; pregnancy=maybe; ill_today=yes; actives=yes; actives_last=2026-11-21",
          "EVENT ILL NICOTINE PREG_MAYBE RETINOID_0_1");
    static const char *const order[] = { "ILL", "RETINOID_0_1", "PREG_MAYBE", "NICOTINE", "EVENT" };
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(p.assessment->flag[i].id, order[i]);
    }
    cr_expect_eq(p.assessment->attention, 40 + 25 + 10 + 2 + 2);
    CHECK("skin_today=open; sun=burned", "EVENT ILL NICOTINE OPEN_SKIN PREG_MAYBE RETINOID_0_1 SUNBURN");
    cr_expect_eq(p.assessment->attention, 100);
}

Test(decisions, a_flag_knows_the_question_that_raised_it)
{
    CHECK("keloid=me; keloid_where=elsewhere; keloid_count=two_or_more; isotretinoin=now; pregnancy=pregnant",
          "ISO_CURRENT KELOID_SELF_HIGH PREGNANT X5");
    cr_expect_str_eq(p.form->question[patient_flag(&p, "KELOID_SELF_HIGH")->question].id, "keloid_count");
    cr_expect_eq(patient_flag(&p, "X5")->question, SIZE_MAX);
    CHECK("medicines=list; medicines_list=zinc; keloid=family; areas=chest",
          "ISO_CURRENT KELOID_FAMILY MED_LIST PREGNANT X5 X6");
    cr_expect_str_eq(p.form->question[patient_flag(&p, "X6")->question].id, "areas");
    cr_expect_str_eq(p.form->question[patient_flag(&p, "MED_LIST")->question].id, "medicines_list");
}

Test(decisions, alerts_are_known_as_soon_as_the_answer_is_given)
{
    size_t rule[4];

    cr_expect_eq(assess_alerts(p.answers, p.policies, p.visit, rule, 4), 0);
    patient_says(&p, "numbing_today", "yes");
    patient_says(&p, "isotretinoin", "now");
    patient_says(&p, "pregnancy", "unsure");
    cr_expect_eq(assess_alerts(p.answers, p.policies, p.visit, rule, 1), 2);
    cr_assert_eq(assess_alerts(p.answers, p.policies, p.visit, rule, 4), 2);
    cr_expect_str_eq(p.form->rule[rule[0]].flag, "NUMB_HOME");
    cr_expect_str_eq(p.form->rule[rule[1]].flag, "X5");
    patient_says(&p, "birth_date", "2015-01-01");
    cr_expect_eq(assess_alerts(p.answers, p.policies, p.visit, rule, 4), 0, "a minor is the whole result");
}

Test(decisions, a_postponement_of_which_nobody_knows_the_end_is_a_hold)
{
    static const struct question_row questions[] = {
        { "pills", "Q1", "choice", "no yes", NULL },
        { "last", "Q2", "date optional partial", NULL, NULL },
    };
    static const struct rule_row rules[] = {
        { "WAIT", "pills=yes", "postpone", NULL, "until=last+6m" },
    };
    struct form_rows rows = { .question = questions, .nquestions = 2, .rule = rules, .nrules = 1 };

    patient_done(&p);
    patient_init(&p, build_form(&rows));
    patient_says(&p, "pills", "yes");
    cr_expect_eq(patient_class(&p), OUTCOME_HOLD, "no date");
    patient_says(&p, "last", "1990");
    cr_expect_eq(patient_class(&p), OUTCOME_HOLD, "a year alone");
    patient_says(&p, "last", "2026-05-21");
    cr_expect_eq(patient_class(&p), OUTCOME_HOLD, "over on the day of the visit");
    cr_expect_not(date_is_set(p.assessment->not_before));
    patient_says(&p, "last", "2026-05-22");
    cr_expect_eq(patient_class(&p), OUTCOME_POSTPONE);
    cr_expect_eq(date_compare(p.assessment->not_before, day("2026-11-22")), 0);
}

/* Nothing says that it is harmless. */
Test(dictionary_unsure, a_medicine_that_opens_a_question_this_form_lacks_is_to_be_reviewed)
{
    static const struct question_row question[] = { { "list", "Q1", "text", NULL, NULL } };
    static const struct rule_row rule[] = { { "UNKNOWN", NULL, "review", NULL, NULL },
                                            { "CONTRADICTION", NULL, "review", NULL, NULL } };
    static const struct group_row group[] = { { "tablets", "aspirin", "UNSURE:Q99", NULL, NULL, NULL } };
    static const struct form_rows rows = { .question = question,
                                           .nquestions = 1,
                                           .rule = rule,
                                           .nrules = 2,
                                           .group = group,
                                           .ngroups = 1,
                                           .list = "list",
                                           .unmatched = "UNKNOWN",
                                           .contradiction = "CONTRADICTION" };
    struct patient patient;
    patient_init(&patient, build_form(&rows));
    patient_says(&patient, "list", "aspirin");
    cr_expect_str_eq(patient_flags(&patient), "UNSURE:Q99");
    cr_expect_eq(patient_flag(&patient, "UNSURE:Q99")->outcome, OUTCOME_REVIEW);
    patient_done(&patient);
    assessment_free(NULL);
}
