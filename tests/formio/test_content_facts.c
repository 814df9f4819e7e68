/* Every fact of the patient articles that a screening can use is carried by a rule, an item or a page to read
 * (clinical content, section 1). A fact that loses a carrier, or gains one that nobody wrote down here,
 * fails. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "content.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static const struct form *form;

static void setup(void)
{
    form = content_open();
}

TestSuite(facts, .init = setup, .fini = content_close);

/* The carriers, or why there is none: faults of the articles (section 1.2) and what is no fact of health. */
static const struct fact_line {
    const char *fact, *carriers, *unused;
} facts[] = {
    { "F001", "ACNE_ACTIVE ACNE_COMEDONES ACNE_MILD S03 S13", NULL },
    { "F002", "ILL INFECTION P10 S03 X3", NULL },
    { "F003", "OPEN_SKIN S03 X3", NULL },
    { "F004", "RASH_NOW S03 SUNBURN", NULL },
    { "F005", "SKIN_ACTIVE SKIN_HISTORY", NULL },
    { "F006", "SKIN_ACTIVE SKIN_HISTORY", NULL },
    { "F007", "SKIN_ACTIVE SKIN_HISTORY", NULL },
    { "F008", "RASHES RASH_NOW", NULL },
    { "F009", "P19 PREGNANT PREG_MAYBE S04", NULL },
    { "F010", "P19 PREGNANT PREG_MAYBE S04", NULL },
    { "F011", "P19 PREGNANT PREG_MAYBE S04", NULL },
    { "F012", "BREASTFEEDING S04", NULL },
    { "F013", "BREASTFEEDING S04", NULL },
    { "F014", "KELOID_SELF_HIGH", NULL },
    { "F015", "KELOID_SELF_HIGH KELOID_SELF_LOW", NULL },
    { "F016", "BLEED_DX CLOT_HX", NULL },
    { "F017", "BLEED_DX BRUISE_EASY OTHER_HX", NULL },
    { "F018", "CANCER_12M CANCER_TX RT_AREA S27", NULL },
    { "F019", "LESION_CHANGING LESION_ELSEWHERE P18 S13 S26 SKIN_CANCER_NOW", NULL },
    { "F020", "A15 DIAB_CTRL DIAB_UNCTRL DIAB_UNKNOWN P13 S27 X3", NULL },
    { "F021", "ISO_CURRENT ISO_DATE_UNKNOWN ISO_GE6 ISO_LT6 S29 X5", NULL },
    { "F022", "ACNE_MED ISO_CURRENT ISO_LT6 S06", NULL },
    { "F023", "ISO_CURRENT ISO_LT6 MED_CONTRADICTION MED_LIST S06", NULL },
    { "F024", "ANTICOAG ANTICOAG_INR P12 S06 X1", NULL },
    { "F025", "ANTICOAG ANTICOAG_INR P12 S06", NULL },
    { "F026", "NSAID_OTC NSAID_RX P04 X1 X2", NULL },
    { "F027", "ALCOHOL_1_2D ALCOHOL_TODAY P06 X2", NULL },
    { "F028", "P05 SUPP X2", NULL },
    { "F029", "P05 SUPP X2", NULL },
    { "F030", "P05 SUPP X2", NULL },
    { "F031", "P02 RETINOID_0_1 RETINOID_2 RETINOID_3_4", NULL },
    { "F032", "P02 P03 RETINOID_0_1 RETINOID_2 RETINOID_3_4", NULL },
    { "F033", "P02 RETINOID_0_1 RETINOID_2 RETINOID_3_4", NULL },
    { "F034", "S14", NULL },
    { "F035", "A12 P17 S07 aftercare what", NULL },
    { "F036", "A12 aftercare", NULL },
    { "F037", "A12 aftercare", NULL },
    { "F038", "S07 S22 what", NULL },
    { "F039", "PRIOR_PROBLEM R04 S07 call what", NULL },
    { "F040", "PRIOR_PROBLEM R08 S07 call what", NULL },
    { "F041", "GOAL_PIGMENT PIH PRIOR_PROBLEM R08 S07 X7 call what", NULL },
    { "F042", "A14 HSV_ACTIVE HSV_FACE HSV_OTHER P10 P11 PRIOR_PROBLEM R05 S07 S23 X4 call what", NULL },
    { "F043", "R11 call", NULL },
    { "F044", "PRIOR_PROBLEM R07 call", NULL },
    { "F045", "A13 INTERVAL sessions", NULL },
    { "F046", "S07 sessions what", NULL },
    { "F047", "PIH what", NULL },
    { "F048", "PIH S03 SKIN_OTHER", NULL },
    { "F049", "AREA_PERIORBITAL day", NULL },
    { "F050", "HOME_ROLLER", NULL },
    { "F051", "", "a seller's claim without support" },
    { "F052", "PROC_BOTOX PROC_DEEP PROC_FILLER PROC_FILLER_28 PROC_LASER PROC_PEEL PRP_PLANNED RF_PLANNED",
      NULL },
    { "F053", "S09 S10 what", NULL },
    { "F054", "P01 SUNBURN SUN_TAN X7", NULL },
    { "F055", "P01 SUN_TAN", NULL },
    { "F056", "P03 RETINOID_0_1 RETINOID_2 RETINOID_3_4", NULL },
    { "F057", "HAIR_1_2 HAIR_LT1 P07 SHAVE_TODAY", NULL },
    { "F058", "P08", NULL },
    { "F059", "day", NULL },
    { "F060", "S03 day", NULL },
    { "F061", "what", NULL },
    { "F062", "what", NULL },
    { "F063", "S10 day", NULL },
    { "F064", "ANAESTH S11 day", NULL },
    { "F065", "S11 day", NULL },
    { "F066", "S11 day", NULL },
    { "F067", "NUMB_HOME P14 S11", NULL },
    { "F068", "S19 day", NULL },
    { "F069", "day", NULL },
    { "F070", "day", NULL },
    { "F071", "day", NULL },
    { "F072", "PRP_PLANNED S14 S18 TOPICAL_ALLERGY day", NULL },
    { "F073", "PRP_PLANNED S18 day", NULL },
    { "F074", "RF_IMPLANT RF_METAL RF_PLANNED S28 day", NULL },
    { "F075", "S14 TOPICAL_ALLERGY", NULL },
    { "F076", "day", NULL },
    { "F077", "S22 day", NULL },
    { "F078", "A04 EVENT day", NULL },
    { "F079", "S08", NULL },
    { "F080", "S17 day", NULL },
    { "F081", "A01 aftercare", NULL },
    { "F082", "A01 A02 A04 P17 aftercare", NULL },
    { "F083", "A01 A02 aftercare", NULL },
    { "F084", "A01 aftercare", NULL },
    { "F085", "A04 EVENT P17 aftercare", NULL },
    { "F086", "A05 aftercare", NULL },
    { "F087", "A03 EVENT aftercare", NULL },
    { "F088", "A03 aftercare", NULL },
    { "F089", "A02 aftercare", NULL },
    { "F090", "A02 aftercare", NULL },
    { "F091", "A06 aftercare", NULL },
    { "F092", "A06 aftercare", NULL },
    { "F093", "A09 aftercare", NULL },
    { "F094", "A08 aftercare", NULL },
    { "F095", "A07 aftercare", NULL },
    { "F096", "A12 EVENT P17 aftercare", NULL },
    { "F097", "A12 EVENT P17 aftercare", NULL },
    { "F098", "A12 EVENT P17 aftercare", NULL },
    { "F099", "A12 A15 EVENT P17 aftercare", NULL },
    { "F100", "R01 S30 STILL_HEALING call", NULL },
    { "F101", "R02 S30 STILL_HEALING call", NULL },
    { "F102", "R03 S30 STILL_HEALING call", NULL },
    { "F103", "A13 INTERVAL S20 sessions", NULL },
    { "F104", "A13 S20 sessions", NULL },
    { "F105", "A13 INTERVAL S20 sessions", NULL },
    { "F106", "sessions", NULL },
    { "F107", "sessions", NULL },
    { "F108", "sessions", NULL },
    { "F109", "sessions", NULL },
    { "F110", "sessions", NULL },
    { "F111", "sessions", NULL },
    { "F112", "sessions", NULL },
    { "F113", "sessions", NULL },
    { "F114", "what", NULL },
    { "F115", "what", NULL },
    { "F116", "what", NULL },
    { "F117", "what", NULL },
    { "F118", "GOAL_PIGMENT what", NULL },
    { "F119", "what", NULL },
    { "F120", "what", NULL },
    { "F121", "what", NULL },
    { "F122", "GOAL_SCAR_NEW GOAL_SCAR_OTHER what", NULL },
    { "F123", "S14", NULL },
    { "F124", "GOAL_MEDICAL sessions", NULL },
    { "F125", "GOAL_MEDICAL sessions", NULL },
    { "F126", "AGE_18_21 AGE_MINOR P16 S25", NULL },
    { "F127", "S12", NULL },
    { "F128", "S12", NULL },
    { "F129", "S12", NULL },
    { "F130", "S12", NULL },
    { "F131", "S12", NULL },
    { "F132", "S12", NULL },
    { "F133", "S12", NULL },
    { "F134", "S12", NULL },
    { "F135", "S12", NULL },
    { "F136", "AREA_EXCLUDED S13", NULL },
    { "F137", "MODALITY_UNSURE what", NULL },
    { "F138", "S12 what", NULL },
    { "F139", "S12 what", NULL },
    { "F140", "S12", NULL },
    { "F141", "S12", NULL },
    { "F142", "S12", NULL },
    { "F143", "S12", NULL },
    { "F144", "HOME_ROLLER", NULL },
    { "F145", "HOME_ROLLER", NULL },
    { "F146", "HOME_ROLLER", NULL },
    { "F147", "S09 what", NULL },
    { "F148", "", "a price" },
    { "F149", "", "a seller's claim" },
    { "F150", "S02 SUPPORT what", NULL },
    { "F151", "what", NULL },
    { "F152", "what", NULL },
    { "F153", "BREASTFEEDING PREGNANT PREG_MAYBE S27 S29 what", NULL },
    { "F154", "what", NULL },
    { "F155", "HOME_ROLLER", NULL },
    { "F156", "what", NULL },
};

static void note(char line[1024], const char *fact, const char *id, const char *const *carried, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(carried[i], fact) == 0) {
            add_word(line, id);
        }
    }
}

Test(facts, each_is_carried_or_left_out_for_a_reason)
{
    for (size_t i = 0; i < N(facts); i++) {
        char carriers[1024] = "", number[8];
        const char *fact = facts[i].fact;
        snprintf(number, sizeof number, "F%03zu", i + 1);
        cr_assert_str_eq(fact, number);
        for (size_t r = 0; r < form->nrules; r++) {
            note(carriers, fact, form->rule[r].flag, form->rule[r].fact, form->rule[r].nfacts);
        }
        for (size_t k = 0; k < form->nitems; k++) {
            note(carriers, fact, form->item[k].id, form->item[k].fact, form->item[k].nfacts);
        }
        for (size_t p = 0; p < form->npages; p++) {
            note(carriers, fact, form->page[p].id, form->page[p].fact, form->page[p].nfacts);
        }
        cr_expect((facts[i].carriers[0] != '\0') != (facts[i].unused != NULL), "%s", fact);
        expect_words(fact, "carriers", carriers, facts[i].carriers);
    }
    cr_expect_eq(N(facts), 156);
}

static bool is_fact(const char *fact)
{
    for (size_t i = 0; i < N(facts); i++) {
        if (strcmp(facts[i].fact, fact) == 0) {
            return true;
        }
    }
    return false;
}

Test(facts, none_is_named_that_does_not_exist)
{
    for (size_t r = 0; r < form->nrules; r++) {
        for (size_t i = 0; i < form->rule[r].nfacts; i++) {
            cr_expect(is_fact(form->rule[r].fact[i]), "%s: %s", form->rule[r].flag, form->rule[r].fact[i]);
        }
    }
    for (size_t k = 0; k < form->nitems; k++) {
        for (size_t i = 0; i < form->item[k].nfacts; i++) {
            cr_expect(is_fact(form->item[k].fact[i]), "%s: %s", form->item[k].id, form->item[k].fact[i]);
        }
    }
    for (size_t p = 0; p < form->npages; p++) {
        for (size_t i = 0; i < form->page[p].nfacts; i++) {
            cr_expect(is_fact(form->page[p].fact[i]), "%s: %s", form->page[p].id, form->page[p].fact[i]);
        }
    }
}
