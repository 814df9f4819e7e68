/* The microneedling form, held against the clinical content it was written from: what each rule comes to,
 * which answers raise it, each item of the checklist, the medicine names. A slip in a form file changes a
 * line here or fails. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "text.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static const struct form *form;

static void setup(void)
{
    form = content_open();
}

TestSuite(content, .init = setup, .fini = content_close);

/* --- Rules (clinical content, 2.2 and 2.3) --- */

/* Outcomes of a policy: one a choice, in its order. */
static const struct rule_line {
    const char *flag, *outcome, *items, *sources, *strength, *mark;
} rules[] = {
    { "AGE_MINOR", "hold", "P16 S25", "L01 L45 L46 L47", "Label/legal", "stops" },
    { "AGE_18_21", "precaution", "S07", "L01", "Label", "" },
    { "RF_PLANNED", "precaution", "S28", "L29 002", "Label (regulator)", "" },
    { "PRP_PLANNED", "precaution", "S18", "L28 000 002", "Moderate (outbreak)", "" },
    { "MODALITY_UNSURE", "review", "S01", "", "Expert", "" },
    { "GOAL_MEDICAL", "review", "S02", "004 L23", "Low-moderate", "" },
    { "GOAL_PIGMENT", "precaution", "P01 S24 A03", "000 001 003 L19 L20", "Low-moderate", "" },
    { "GOAL_SCAR_OTHER", "precaution", "S03", "004 L21", "Low", "" },
    { "GOAL_SCAR_NEW", "review", "S02", "L54", "Expert (clinic form)", "" },
    { "GOAL_OTHER", "review", "S02", "", "Expert", "" },
    { "AREA_EXCLUDED", "review", "S13", "L04", "Label (secondary copy)", "" },
    { "AREA_PERIORBITAL", "precaution", "S12 S13", "L04 L60 004", "Label", "" },
    { "INTERVAL", "postpone", "A13", "000 002 L22", "Moderate (usual study interval)", "" },
    { "PRIOR_PROBLEM", "review", "S02", "003 L19", "Expert", "" },
    { "STILL_HEALING", "hold", "S30 R01 R02 R03", "004", "Seed", "alert" },
    { "HOME_ROLLER", "precaution", "S03", "002 003 004", "Expert, from memory", "" },
    { "ACNE_ACTIVE", "hold", "S03", "000 001 002 004 L18", "Expert consensus", "" },
    { "ACNE_MILD", "review", "S03", "000 001 002 004 L18 L20 L56", "Expert", "" },
    { "ACNE_COMEDONES", "precaution", "S03", "", "Expert", "" },
    { "OPEN_SKIN", "hold", "S03", "001 002 L04", "Expert consensus / label", "" },
    { "RASH_NOW", "hold", "S03", "004 002 L04", "Expert / label", "" },
    { "INFECTION", "hold", "S03", "000 001 002 L18 L19", "Expert consensus; review", "" },
    { "WART", "hold", "S03 S13", "L04 L53", "Label (secondary copy); clinic form", "" },
    { "SKIN_OTHER", "review", "S03", "", "Expert", "" },
    { "SKIN_ACTIVE", "hold", "S03", "001 000 L39", "Expert; low", "" },
    { "SKIN_HISTORY", "review", "S02", "000 001 004 L39", "Expert", "" },
    { "RASHES", "review", "S02", "004", "Seed", "" },
    { "HSV_ACTIVE", "hold", "S03", "L04 003 L17", "Label (secondary copy); expert", "" },
    { "HSV_FACE", "review", "S23 P11 A14", "L17 L18 003", "Low", "" },
    { "HSV_OTHER", "precaution", "A14", "", "Expert", "" },
    { "LESION_CHANGING", "hold", "P18 S26 S13", "004 L38", "Professional guidance", "" },
    { "LESION_ELSEWHERE", "review", "P18 S26", "L38", "Professional guidance", "" },
    { "SKIN_CANCER_NOW", "hold", "P18 S26 S27", "L04 004", "Label (secondary copy)", "" },
    { "SKIN_CANCER_HX", "review", "S02 S26", "L04", "Label (secondary copy)", "" },
    { "KELOID_SELF_HIGH", "hold", "S02 S24", "002 004 L18 L21", "Expert; conflicting data", "" },
    { "KELOID_SELF_LOW", "review", "S24", "004 L37", "Expert", "" },
    { "KELOID_FAMILY", "precaution", "S24 P20 R08", "L37", "Low-moderate (epidemiology)", "" },
    { "PIH", "precaution", "P01 S24 A03", "L19 L20 L59 L60 002 003 004", "Moderate (systematic review)", "" },
    { "ISO_CURRENT", "review hold review", "S02 S07", "000 004 L05 L06 L07 L08 L09 L10 L62 L04",
      "Conflicting: label vs consensus", "" },
    { "ISO_LT6", "review postpone precaution", "S02 S07", "000 004 L05 L06 L07 L08 L09 L10 L62 L04",
      "Conflicting", "" },
    { "ISO_GE6", "clear", "", "L08 L10", "-", "" },
    { "ISO_DATE_UNKNOWN", "review", "S02", "", "Fail-safe", "" },
    { "ACNE_MED", "review", "S06", "004", "Seed; expert", "" },
    { "RETINOID_0_1", "postpone", "P02", "000 001 L61", "Expert", "" },
    { "RETINOID_2", "review", "P02 S03", "000 001 L61", "Expert", "" },
    { "RETINOID_3_4", "precaution", "P02 S03", "000 001 L61", "Expert", "" },
    { "ANTICOAG", "review", "P12 S06 S22", "001 002 004 L11 L12 L13", "Moderate (surgery data; indirect)",
      "" },
    { "ANTICOAG_INR", "hold", "P12 S22", "L11", "Low-moderate (indirect)", "" },
    { "NSAID_OTC", "precaution", "P04", "001 L55", "Seed; expert", "" },
    { "NSAID_RX", "review", "P12 S06", "L13", "Moderate (indirect)", "" },
    { "SUPP", "precaution", "P05", "001 L32 L33 L34", "Seed vs moderate-high contrary evidence", "" },
    { "ALCOHOL_TODAY", "review", "S02", "001 L55", "Expert", "" },
    { "ALCOHOL_1_2D", "precaution", "P06", "001 L55", "Seed", "" },
    { "MED_LIST", "precaution", "S06", "", "Fail-safe", "" },
    { "MED_CONTRADICTION", "review", "S06", "", "Fail-safe", "" },
    { "PREGNANT", "hold", "S04", "000 001 002 004 L04 L14 L15 L16", "Label; expert", "" },
    { "PREG_MAYBE", "review", "P19 S04", "000 001 002 004 L04 L14 L15 L16", "Fail-safe", "" },
    { "BREASTFEEDING", "review", "S04 S11", "002 001 004 L04 L14 L31", "Label vs expert", "" },
    { "BLEED_DX", "hold", "S27", "000 004 L04", "Label (secondary copy); seeds", "" },
    { "CLOT_HX", "review", "S06", "000", "Expert", "" },
    { "BRUISE_EASY", "review", "S02", "004", "Expert", "" },
    { "DIAB_CTRL", "precaution", "P13 A15", "004 L35", "Low (surgery threshold, extrapolated)", "" },
    { "DIAB_UNKNOWN", "review", "P13 S27", "004 L35", "Fail-safe", "" },
    { "DIAB_UNCTRL", "review hold", "P13 S27", "004 L35", "Low (extrapolated)", "" },
    { "CANCER_TX", "hold", "S27", "004", "Seed; expert", "" },
    { "CANCER_12M", "review", "S27", "", "Expert, from memory", "" },
    { "RT_AREA", "review", "S27", "", "Expert, from memory", "" },
    { "IMMUNE", "review", "S02", "L18", "Expert", "" },
    { "OTHER_HX", "review", "S02", "L04 L31 004", "Label / expert", "" },
    { "RF_IMPLANT", "hold", "S28", "L29", "Label, from memory", "" },
    { "RF_METAL", "review", "S28", "", "Expert, from memory", "" },
    { "VASOVAGAL", "precaution", "P15 S15", "L36", "Moderate", "" },
    { "ANAESTH", "review", "S05 S11", "L04 L31", "Label", "" },
    { "NUMB_HOME", "review", "S11 R09", "L30", "Label (regulator)", "alert" },
    { "METAL", "review", "S05", "L19 L27 L04", "Low", "" },
    { "LATEX", "precaution", "S05", "", "Standard practice", "" },
    { "ANTISEPTIC", "precaution", "S05", "", "Standard practice", "" },
    { "TOPICAL_ALLERGY", "precaution", "S05 S14 R07", "L25 L26", "Low (case series)", "" },
    { "ANAPH", "review", "S05 S16", "", "Expert", "" },
    { "SUNBURN", "hold", "P01 S03", "000 001 L04 L53", "Expert / label (irritated skin)", "" },
    { "SUN_TAN", "review", "P01", "000 001 L55", "Expert (clinic guide, 2 weeks)", "" },
    { "HAIR_LT1", "review", "P07 S03", "001", "Expert", "" },
    { "HAIR_1_2", "precaution", "P07 S03", "001 L53", "Expert (clinic form)", "" },
    { "SHAVE_TODAY", "precaution", "P07 S03", "001", "Seed", "" },
    { "PROC_BOTOX", "postpone", "S02", "L54", "Expert (clinic forms 2-4 weeks)", "" },
    { "PROC_FILLER", "postpone", "S02", "L54", "Expert (clinic forms 2-4 weeks)", "" },
    { "PROC_FILLER_28", "review", "S02", "L54", "Expert", "" },
    { "PROC_PEEL", "postpone", "S02", "L53", "Expert (clinic form)", "" },
    { "PROC_LASER", "postpone", "S02", "L55", "Expert (clinic guide)", "" },
    { "PROC_DEEP", "review", "S02 S13", "L54", "Expert, from memory", "" },
    { "ILL", "hold", "P10", "", "Expert, from memory", "" },
    { "NICOTINE", "precaution", "A15", "", "Expert, from memory", "" },
    { "SUPPORT", "review", "S07", "L45 L41", "Professional standard", "" },
    { "PRIVATE", "review", "S02", "", "Standard practice", "" },
    { "EVENT", "precaution", "P17", "000 001 002 004", "Seed", "" },
    { "X1", "review", "S06 S22", "L13", "Moderate", "" },
    { "X2", "review", "S02", "001", "Expert", "" },
    { "X3", "hold", "S27", "004 001", "Expert", "" },
    { "X4", "review", "S23", "L17", "Expert", "" },
    { "X5", "hold", "S29", "L57", "High (boxed warning)", "alert" },
    { "X6", "review", "S24", "L37", "Low-moderate", "" },
    { "X7", "review", "P01 S24", "L19", "Expert", "" },
};

static const char *outcome_word(enum outcome outcome)
{
    static const char *const word[] = { "clear", "precaution", "review", "postpone", "hold" };
    return word[outcome];
}

Test(content, each_rule_has_its_outcome_items_sources_and_strength)
{
    cr_expect_eq(form->nrules, N(rules));
    for (size_t i = 0; i < N(rules); i++) {
        const struct rule_line *line = &rules[i];
        char outcome[128] = "", items[1024] = "", sources[1024] = "";
        long index = form_rule_index(form, line->flag);
        cr_assert_geq(index, 0, "%s is gone", line->flag);
        const struct form_rule *rule = &form->rule[index];
        if (rule->policy < 0) {
            strcat(outcome, outcome_word(rule->outcome));
        }
        for (size_t c = 0; rule->policy >= 0 && c < form->policy[rule->policy].nchoices; c++) {
            strcat(strcat(outcome, c ? " " : ""), outcome_word(rule->by_choice[c]));
        }
        for (size_t j = 0; j < rule->nitems; j++) {
            add_word(items, form->item[rule->item[j]].id);
        }
        for (size_t j = 0; j < rule->nsources; j++) {
            const char *id = form->source[rule->source[j]].id;
            if (strcmp(id, "memory") != 0) {
                add_word(sources, id);
            }
        }
        cr_expect_str_eq(outcome, line->outcome, "%s is %s, not %s", line->flag, outcome, line->outcome);
        cr_expect_str_eq(rule->strength, line->strength, "%s: \"%s\", not \"%s\"", line->flag, rule->strength,
                         line->strength);
        expect_words(line->flag, "items", items, line->items);
        expect_words(line->flag, "sources", sources, line->sources);
        cr_expect_eq(rule->alert, strcmp(line->mark, "alert") == 0, "%s: alert", line->flag);
        cr_expect_eq(rule->stops, strcmp(line->mark, "stops") == 0, "%s: stops", line->flag);
    }
}

Test(content, the_device_list_is_that_of_the_label_copies)
{
    char flags[1024] = "";
    for (size_t i = 0; i < form->ndevice_default; i++) {
        add_word(flags, form->rule[form->device_default[i]].flag);
    }
    expect_words("device_list", "flags", flags,
                 "SKIN_CANCER_NOW OPEN_SKIN RASH_NOW INFECTION HSV_ACTIVE SUNBURN METAL ANAESTH BLEED_DX "
                 "PREGNANT BREASTFEEDING ISO_CURRENT");
}

/* --- Answers --- */

/* What an answer raises, on a healthy patient who answered `with` too. What is not here raises nothing. */
static const struct answer_line {
    const char *with, *question, *answers, *flags;
} raised[] = {
    { "", "support", "interpreter reading decisions", "SUPPORT" },
    { "", "device", "rf", "RF_PLANNED" },
    { "", "device", "prp", "PRP_PLANNED" },
    { "", "device", "unsure", "MODALITY_UNSURE" },
    { "", "goals", "hair_loss sweating", "GOAL_MEDICAL" },
    { "", "goals", "dark_spots", "GOAL_PIGMENT" },
    { "", "goals", "other", "GOAL_OTHER" },
    { "", "goals", "other_scars", "GOAL_SCAR_NEW" }, /* its age is not known yet */
    { "goals=other_scars", "scar_age", "under_6_months unsure missing", "GOAL_SCAR_NEW" },
    { "goals=other_scars", "scar_age", "older", "GOAL_SCAR_OTHER" },
    { "", "areas", "eyelids_lips private_parts other", "AREA_EXCLUDED" },
    { "", "areas", "around_eyes", "AREA_PERIORBITAL" },
    { "previous=clinic", "previous_problem",
      "cold_sore infection marks raised_scar long_redness allergic other", "PRIOR_PROBLEM" },
    { "previous=home", "previous_ongoing", "yes", "STILL_HEALING" },
    { "", "acne_now", "many", "ACNE_ACTIVE" },
    { "", "acne_now", "few", "ACNE_MILD" },
    { "", "acne_now", "comedones", "ACNE_COMEDONES" },
    { "", "skin_today", "open", "OPEN_SKIN" },
    { "", "skin_today", "rash", "RASH_NOW" },
    { "", "skin_today", "infection", "INFECTION" },
    { "", "skin_today", "warts", "WART" },
    { "", "skin_today", "other", "SKIN_OTHER" },
    { "", "skin_conditions", "eczema rosacea psoriasis vitiligo_lichen other_long",
      "SKIN_HISTORY" }, /* where it is is not known yet */
    { "", "skin_conditions", "rashes", "RASHES" },
    { "skin_conditions=psoriasis", "skin_active", "yes", "SKIN_ACTIVE" },
    { "skin_conditions=psoriasis", "skin_active", "no unsure missing", "SKIN_HISTORY" },
    { "", "cold_sores", "now", "HSV_ACTIVE" },
    { "", "cold_sores", "past", "HSV_FACE" }, /* the face is planned */
    { "", "mole_change", "area", "LESION_CHANGING" },
    { "", "mole_change", "elsewhere", "LESION_ELSEWHERE" },
    { "", "skin_cancer", "now", "SKIN_CANCER_NOW" },
    { "", "skin_cancer", "healed unsure missing", "SKIN_CANCER_HX" },
    { "", "keloid", "me", "KELOID_SELF_HIGH" }, /* where and how many are not known yet */
    { "", "keloid", "family", "KELOID_FAMILY" },
    { "keloid=me keloid_count=one", "keloid_where", "treated_area prone_site unsure private missing",
      "KELOID_SELF_HIGH" },
    { "keloid=me keloid_count=one", "keloid_where", "elsewhere", "KELOID_SELF_LOW" },
    { "keloid=me keloid_where=elsewhere", "keloid_count", "two_or_more unsure private missing",
      "KELOID_SELF_HIGH" },
    { "keloid=me keloid_where=elsewhere", "keloid_count", "one", "KELOID_SELF_LOW" },
    { "", "marks", "yes unsure", "PIH" },
    { "", "isotretinoin", "now", "ISO_CURRENT" },
    { "", "isotretinoin", "past", "ISO_DATE_UNKNOWN" }, /* no date yet */
    { "", "acne_pills", "yes", "ACNE_MED" },
    { "", "blood_thinner", "yes", "ANTICOAG" },
    { "blood_thinner=yes", "blood_thinner_which",
      "warfarin apixaban rivaroxaban dabigatran edoxaban heparin clopidogrel daily_aspirin other unsure "
      "private missing",
      "ANTICOAG" },
    { "", "nsaid", "own", "NSAID_OTC" },
    { "", "nsaid", "doctor", "NSAID_RX" },
    { "", "supplements", "yes", "SUPP" },
    { "", "alcohol", "today", "ALCOHOL_TODAY" },
    { "", "alcohol", "recent", "ALCOHOL_1_2D" },
    { "", "pregnancy", "pregnant", "PREGNANT" },
    { "", "pregnancy", "maybe unsure", "PREG_MAYBE" },
    { "", "pregnancy", "breastfeeding", "BREASTFEEDING" },
    { "", "bleeding", "diagnosed", "BLEED_DX" },
    { "", "bleeding", "clot", "CLOT_HX" },
    { "", "bleeding", "bruise", "BRUISE_EASY" },
    { "", "diabetes", "controlled unknown_control", "DIAB_UNKNOWN" }, /* no A1c yet */
    { "", "diabetes", "uncontrolled", "DIAB_UNCTRL" },
    { "", "cancer_care", "now", "CANCER_TX" },
    { "", "cancer_care", "last_12_months", "CANCER_12M" },
    { "", "cancer_care", "area_radiation", "RT_AREA" },
    { "", "immune", "yes", "IMMUNE" },
    { "", "illnesses", "autoimmune heart liver_kidney seizures g6pd blood slow_healing other", "OTHER_HX" },
    { "device=rf", "implant", "electric", "RF_IMPLANT RF_PLANNED" },
    { "device=rf", "implant", "metal_area", "RF_METAL RF_PLANNED" },
    { "device=rf", "implant", "no unsure private missing", "RF_PLANNED" },
    { "", "fainting", "yes", "VASOVAGAL" },
    { "", "numbing_reaction", "yes", "ANAESTH" },
    { "", "numbing_today", "yes", "NUMB_HOME" },
    { "", "allergies", "metal", "METAL" },
    { "", "allergies", "latex", "LATEX" },
    { "", "allergies", "antiseptic", "ANTISEPTIC" },
    { "", "allergies", "creams tape", "TOPICAL_ALLERGY" },
    { "", "allergies", "severe", "ANAPH" },
    { "", "sun", "burned", "SUNBURN" },
    { "", "sun", "tan", "SUN_TAN" },
    { "", "procedures", "tattoo", "PROC_DEEP" }, /* whatever its date */
    { "", "ill_today", "yes", "ILL" },
    { "", "nicotine", "yes", "NICOTINE" },
    { "", "private_talk", "yes", "PRIVATE" },
    { "", "event", "yes", "EVENT" },
};

/* One question with one answer. */
static void expect_raised(size_t question, const char *answer)
{
    struct policies *policies = policies_new(form);
    struct answers *answers = healthy_patient(policies);
    struct assessment *result = assessment_new();
    const char *id = form->question[question].id, *want = "", *with = "";
    char got[1024] = "", of[128];
    for (size_t i = 0; i < N(raised); i++) {
        if (strcmp(raised[i].question, id) == 0) {
            with = raised[i].with; /* the same in all lines of a question */
            want = has_word(raised[i].answers, answer) ? raised[i].flags : want;
        }
    }
    for (const char *at = with; *at; at += strspn(at, " ")) {
        size_t name = strcspn(at, "="), all = strcspn(at, " ");
        char value[64];
        snprintf(value, sizeof value, "%.*s", (int)(all - name - 1), at + name + 1);
        say(answers, question_of(at, name), value);
        at += all;
    }
    say(answers, question, answer);
    assess(result, answers, policies, visit, visit);
    for (size_t i = 0; i < result->nflags; i++) {
        if (result->flag[i].kind == FLAG_RULE) {
            add_word(got, result->flag[i].id);
        }
    }
    cr_expect(answers_shown(answers, question) || form->question[question].set_to, "%s is not asked", id);
    snprintf(of, sizeof of, "%s=%s", id, answer);
    expect_words(of, "flags", got, want);
    assessment_free(result);
    answers_free(answers);
    policies_free(policies);
}

Test(content, each_answer_raises_its_flags_and_no_other)
{
    for (size_t q = 0; q < form->nquestions; q++) {
        const struct form_question *question = &form->question[q];
        for (size_t o = 0; o < question->noptions; o++) {
            expect_raised(q, question->option[o].id);
        }
        if (question->noptions) {
            if (question->general & OPTION_UNSURE) {
                expect_raised(q, "unsure");
            }
            if (question->general & OPTION_PRIVATE) {
                expect_raised(q, "private");
            }
            expect_raised(q, "missing");
        }
    }
}

Test(content, a_birth_date_without_its_day_is_never_clear)
{
    struct policies *policies = policies_new(form);
    struct answers *answers = healthy_patient(policies);
    struct assessment *result = assessment_new();
    assess(result, answers, policies, visit, visit);
    cr_expect_eq(result->class, OUTCOME_CLEAR);
    answers_set_date(answers, question_of("birth_date", 10), (struct date){ 1990, 5, 0 });
    assess(result, answers, policies, visit, visit);
    cr_expect_eq(result->class, OUTCOME_REVIEW);
    cr_expect_str_eq(result->flag[0].id, "UNSURE:Q01");
    assessment_free(result);
    answers_free(answers);
    policies_free(policies);
}

Test(content, a_high_inr_reports_the_inr)
{
    struct policies *policies = policies_new(form);
    struct answers *answers = healthy_patient(policies);
    struct assessment *result = assessment_new();
    size_t inr = question_of("inr", 3);
    say(answers, question_of("blood_thinner", 13), "yes");
    say(answers, question_of("blood_thinner_which", 19), "warfarin");
    answers_set_number(answers, inr, 3.6);
    assess(result, answers, policies, visit, visit);
    cr_expect_str_eq(result->flag[0].id, "ANTICOAG_INR");
    cr_expect_eq(result->flag[0].question, inr);
    assessment_free(result);
    answers_free(answers);
    policies_free(policies);
}

/* --- Items (section 4, and the ids page for windows and what is sensitive) --- */

/* days: from least until, "-" for a side it has not. */
static const struct item_line {
    const char *id, *mark, *days, *when_text;
} items[] = {
    { "P01", "base", "-14 - 0", "" },
    { "P02", "base", "-5 -3 -", "" },
    { "P03", "base", "-2 - -", "" },
    { "P04", "base", "-3 - 0", "" },
    { "P05", "base", "-3 - 0", "" },
    { "P06", "base", "-2 -1 0", "" },
    { "P07", "base", "-3 - 0", "" },
    { "P08", "base", "0 - 0", "" },
    { "P09", "base", "0 - 0", "" },
    { "P10", "base", "-7 - 0", "" },
    { "P11", "sensitive", "- - -", "when your prescriber says" },
    { "P12", "sensitive", "- - -", "always" },
    { "P13", "sensitive", "0 - 0", "" },
    { "P14", "base", "-1 - 0", "" },
    { "P15", "", "0 - 0", "" },
    { "P16", "sensitive", "0 - 0", "" },
    { "P17", "base", "0 - 5", "" },
    { "P18", "sensitive", "- - -", "before you book again" },
    { "P19", "sensitive", "0 - 0", "before start" },
    { "P20", "", "-28 - -", "or as your practitioner says" },
    { "S01", "base", "- - -", "before start" },
    { "S02", "base", "- - -", "before start" },
    { "S03", "base", "- - -", "before start" },
    { "S04", "base", "- - -", "before start" },
    { "S05", "base", "- - -", "before start" },
    { "S06", "base", "- - -", "before start" },
    { "S07", "base", "- - -", "before start" },
    { "S08", "base", "- - -", "before start" },
    { "S09", "base", "- - -", "before start" },
    { "S10", "base", "- - -", "before start" },
    { "S11", "base", "- - -", "before needling" },
    { "S12", "base", "- - -", "during" },
    { "S13", "base", "- - -", "during" },
    { "S14", "base", "- - -", "during and after" },
    { "S15", "", "- - -", "during" },
    { "S16", "base", "- - -", "whole visit" },
    { "S17", "base", "- - -", "whole visit" },
    { "S18", "", "- - -", "during" },
    { "S19", "base", "- - -", "during" },
    { "S20", "base", "- - -", "after" },
    { "S21", "base", "- - -", "after" },
    { "S22", "", "- - -", "before and during" },
    { "S23", "", "- - -", "before start" },
    { "S24", "", "- - -", "before full treatment" },
    { "S25", "", "- - -", "before start" },
    { "S26", "", "- - -", "today" },
    { "S27", "", "- - -", "before you book again" },
    { "S28", "", "- - -", "before start" },
    { "S29", "", "- - -", "now" },
    { "S30", "", "- - -", "now" },
    { "A01", "base", "0 - 2", "" },
    { "A02", "base", "0 - 3", "" },
    { "A03", "base", "- - -", "until healed" },
    { "A04", "base", "0 - 2", "" },
    { "A05", "base", "0 - 7", "" },
    { "A06", "base", "0 - 7", "" },
    { "A07", "base", "0 - 7", "" },
    { "A08", "base", "0 - 2", "" },
    { "A09", "base", "- - -", "" },
    { "A10", "base", "0 - 3", "" },
    { "A12", "base", "0 - 5", "" },
    { "A13", "base", "28 - -", "" },
    { "A14", "", "0 - 14", "" },
    { "A15", "", "0 - 5", "" },
    { "R01", "base", "- - -", "call right away" },
    { "R02", "base", "- - -", "call right away" },
    { "R03", "base", "- - -", "call right away" },
    { "R04", "base", "- - -", "call today" },
    { "R05", "base", "- - -", "call today" },
    { "R06", "base", "- - -", "call the emergency number" },
    { "R07", "base", "- - -", "call" },
    { "R08", "base", "- - -", "call" },
    { "R09", "base", "- - -", "call the emergency number" },
    { "R10", "base", "- - -", "call the emergency number or get urgent care" },
    { "R11", "base", "- - -", "call" },
};

static const char *day_word(char text[8], int16_t day)
{
    if (day == DAY_NONE) {
        return "-";
    }
    snprintf(text, 8, "%d", day);
    return text;
}

Test(content, each_item_has_its_reader_its_days_and_its_marks)
{
    cr_expect_eq(form->nitems, N(items));
    for (size_t i = 0; i < N(items) && i < form->nitems; i++) {
        const struct item_line *line = &items[i];
        const struct form_item *item = &form->item[i];
        const struct form_window *window = &item->window[0];
        char days[32], from[8], least[8], until[8];
        cr_assert_str_eq(item->id, line->id);
        cr_expect_eq("PSAR"[item->who], line -> id[0], "%s is for somebody else", line->id);
        snprintf(days, sizeof days, "%s %s %s", day_word(from, window->from_day),
                 day_word(least, window->least_day), day_word(until, window->until_day));
        cr_expect_str_eq(days, line->days, "%s: %s, not %s", line->id, days, line->days);
        bool two = strcmp(line->id, "P03") == 0 || strcmp(line->id, "P07") == 0;
        cr_expect_eq(item->nwindows, two ? 2 : 1, "%s: flags that change its days", line->id);
        cr_expect_str_eq(item->when_text ? item->when_text : "", line->when_text, "%s", line->id);
        cr_expect_eq(item->base, strcmp(line->mark, "base") == 0, "%s: base", line->id);
        cr_expect_eq(item->sensitive, strcmp(line->mark, "sensitive") == 0, "%s: sensitive", line->id);
    }
}

Test(content, a_retinoid_moves_the_scrubs_and_a_shave_today_ends_the_days_without_one)
{
    static const struct {
        const char *item, *flags;
        int from, until;
    } moved[] = { { "P03", "RETINOID_0_1 RETINOID_2 RETINOID_3_4", -5, DAY_NONE },
                  { "P07", "SHAVE_TODAY", -3, -1 } };
    for (size_t i = 0; i < form->nitems; i++) {
        for (size_t m = 0; m < N(moved); m++) {
            if (strcmp(form->item[i].id, moved[m].item) != 0) {
                continue;
            }
            const struct form_window *window = &form->item[i].window[1];
            char flags[1024] = "";
            for (size_t r = 0; r < window->nrules; r++) {
                add_word(flags, form->rule[window->rule[r]].flag);
            }
            expect_words(moved[m].item, "flags", flags, moved[m].flags);
            cr_expect_eq(window->from_day, moved[m].from, "%s", moved[m].item);
            cr_expect_eq(window->until_day, moved[m].until, "%s", moved[m].item);
        }
    }
}

/* What a clinic waits for, its checklist says too: whoever keeps to it must not be flagged for it. */
Test(content, the_days_and_words_of_items_and_pages_are_the_clinics_own_numbers)
{
    static const struct {
        const char *policy, *value, *item, *from, *least;
    } line[] = {
        { "sun_days", "28", "P01", "2026-10-24", "" },
        { "retinoid_min", "4", "P02", "2026-11-16", "2026-11-17" },
        { "retinoid_min", "7", "P02", "2026-11-14", "2026-11-14" }, /* longer than the five days advised */
        { "nsaid_days", "7", "P04", "2026-11-14", "" },
        { "hair_removal_days", "5", "P07", "2026-11-16", "" },
        { "interval_min", "42", "A13", "2027-01-02", "" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct err err = { "" };
        cr_assert_eq(policies_set(policies, form, line[i].policy, line[i].value, &err), 0, "%s", err.text);
        struct answers *answers = healthy_patient(policies);
        struct assessment *a = assessment_new();
        bool found = false;
        assess(a, answers, policies, visit, visit);
        for (size_t k = 0; k < a->nitems; k++) {
            char from[DATE_ISO_SIZE], least[DATE_ISO_SIZE];
            if (strcmp(a->item[k].item->id, line[i].item) == 0) {
                found = true;
                date_format_iso(a->item[k].from, from);
                date_format_iso(a->item[k].least, least);
                cr_expect_str_eq(from, line[i].from, "%s: from %s", line[i].item, from);
                cr_expect_str_eq(least, line[i].least, "%s: at least from %s", line[i].item, least);
            }
        }
        cr_expect(found, "%s", line[i].item);
        assessment_free(a);
        answers_free(answers);
        policies_free(policies);
    }
}

/* --- Medicine names (2.5; ids page, decision 10) --- */

static const struct group_line {
    const char *id, *raises, *question, *denies, *affirms, *words;
} groups[] = {
    { "systemic_retinoid", "ISO_DATE_UNKNOWN", "isotretinoin", "never", "now past",
      "isotretinoin,Accutane,Roaccutane,Absorica,Claravis,Amnesteem,Myorisan,Zenatane,Isotroin,Oratane,"
      "Acnotin,Curacne,Sotret,Epuris,acitretin,Soriatane,Neotigason" },
    { "anticoagulant", "ANTICOAG", "blood_thinner", "no", "yes",
      "warfarin,Coumadin,Jantoven,Marevan,apixaban,Eliquis,rivaroxaban,Xarelto,dabigatran,Pradaxa,edoxaban,"
      "Savaysa,Lixiana,heparin,enoxaparin,Lovenox,Clexane,dalteparin,Fragmin,fondaparinux,Arixtra,aspirin,"
      "ASA,clopidogrel,Plavix,prasugrel,Effient,ticagrelor,Brilinta,Brilique,dipyridamole,ibrutinib,"
      "acalabrutinib" },
    { "nsaid", "NSAID_OTC", "nsaid", "no", "own doctor",
      "ibuprofen,Advil,Motrin,Nurofen,naproxen,Aleve,Naprosyn,diclofenac,Voltaren,ketorolac,meloxicam,"
      "indomethacin,celecoxib,Celebrex" },
    { "immune", "IMMUNE", "immune", "no", "yes",
      "prednisone,prednisolone,dexamethasone,methotrexate,azathioprine,mycophenolate,cyclosporine,tacrolimus "
      "tablets,adalimumab,etanercept,infliximab,ustekinumab,tofacitinib,baricitinib,upadacitinib" },
    { "acne_pill", "ACNE_MED", "acne_pills", "no", "yes",
      "doxycycline,minocycline,lymecycline,sarecycline,spironolactone" },
    { "topical_active", "UNSURE:Q15", "actives", "no", "yes",
      "tretinoin,Retin-A,adapalene,Differin,tazarotene,trifarotene,retinol,glycolic,salicylic,lactic,azelaic,"
      "benzoyl peroxide" },
    { "supplement", "SUPP", "supplements", "no", "yes",
      "fish oil,omega-3,vitamin E,ginkgo,garlic,ginseng,turmeric" },
    { "numbing_risk", "OTHER_HX", "illnesses", "none",
      "autoimmune heart liver_kidney seizures g6pd blood slow_healing other", "amiodarone" },
};

static option_set options_of(size_t question, const char *words)
{
    option_set set = 0;
    for (size_t i = 0; i < form->question[question].noptions; i++) {
        set |= has_word(words, form->question[question].option[i].id) ? OPTION_BIT(i) : 0;
    }
    return set;
}

Test(content, each_medicine_group_knows_its_names_and_raises_its_flag)
{
    cr_assert_eq(form->dictionary.ngroups, N(groups));
    for (size_t i = 0; i < N(groups); i++) {
        const struct group_line *line = &groups[i];
        const struct form_group *group = &form->dictionary.group[i];
        size_t n = 0;
        char raises[64], copy[1024], *rest = copy;
        cr_assert_str_eq(group->id, line->id);
        snprintf(raises, sizeof raises, "%s%s", group->rule == SIZE_MAX ? "UNSURE:" : "",
                 group->rule == SIZE_MAX ? group->unsure_code : form->rule[group->rule].flag);
        cr_expect_str_eq(raises, line->raises);
        snprintf(copy, sizeof copy, "%s", line->words);
        for (char *name; (name = strsep(&rest, ",")) != NULL; n++) {
            char *folded = text_fold_words(name);
            bool found = false;
            for (size_t w = 0; w < group->nwords; w++) {
                found |= strcmp(group->word[w], folded) == 0;
            }
            cr_expect(found, "%s does not know %s", line->id, name);
            free(folded);
        }
        cr_expect_eq(group->nwords, n, "%s has %zu names, not %zu", line->id, group->nwords, n);
        if (!line->question) {
            cr_expect_eq(group->question, SIZE_MAX);
            continue;
        }
        cr_assert_eq(group->question, question_of(line->question, strlen(line->question)));
        cr_expect_eq(group->denies, options_of(group->question, line->denies));
        cr_expect_eq(group->affirms, options_of(group->question, line->affirms));
    }
}
