/* The microneedling form's rules on dates and amounts, at the last value that raises a flag and the first
 * that does not (clinical content, 2.2; ids page, decisions 3 to 7). Days are counted back from 21 Nov 2026.
 */
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

TestSuite(dates, .init = setup, .fini = content_close);

static void say_all(struct answers *answers, const char *with)
{
    for (const char *at = with; *at; at += strspn(at, " ")) {
        size_t name = strcspn(at, "="), all = strcspn(at, " ");
        char value[64];
        snprintf(value, sizeof value, "%.*s", (int)(all - name - 1), at + name + 1);
        say(answers, question_of(at, name), value);
        at += all;
    }
}

/* The flags, general ones too. */
static void expect_flags(const char *of, const struct answers *answers, const struct policies *policies,
                         const char *want)
{
    struct assessment *result = assessment_new();
    char got[1024] = "";
    assess(result, answers, policies, visit, visit);
    for (size_t i = 0; i < result->nflags; i++) {
        add_word(got, result->flag[i].id);
    }
    expect_words(of, "flags", got, want);
    assessment_free(result);
}

static struct date back(int days)
{
    return date_add_days(visit, -days);
}

Test(dates, each_rule_begins_and_ends_on_its_day)
{
    static const struct {
        const char *with, *question;
        int days;
        const char *flags;
    } line[] = {
        { "previous=clinic previous_problem=none previous_ongoing=no", "previous_clinic_last", 0,
          "INTERVAL" },
        { "previous=clinic previous_problem=none previous_ongoing=no", "previous_clinic_last", 27,
          "INTERVAL" },
        { "previous=clinic previous_problem=none previous_ongoing=no", "previous_clinic_last", 28, "" },
        { "previous=home previous_problem=none previous_ongoing=no", "previous_home_last", 7, "HOME_ROLLER" },
        { "previous=home previous_problem=none previous_ongoing=no", "previous_home_last", 8, "" },
        { "actives=yes", "actives_last", 0, "RETINOID_0_1" },
        { "actives=yes", "actives_last", 1, "RETINOID_0_1" },
        { "actives=yes", "actives_last", 2, "RETINOID_2" },
        { "actives=yes", "actives_last", 3, "RETINOID_3_4" },
        { "actives=yes", "actives_last", 4, "RETINOID_3_4" },
        { "actives=yes", "actives_last", 5, "" },
        { "hair_removal=wax", "hair_wax_day", 0, "HAIR_LT1" },
        { "hair_removal=wax", "hair_wax_day", 1, "HAIR_1_2" },
        { "hair_removal=wax", "hair_wax_day", 2, "HAIR_1_2" },
        { "hair_removal=wax", "hair_wax_day", 3, "" },
        { "hair_removal=shave", "hair_shave_day", 0, "SHAVE_TODAY" },
        { "hair_removal=shave", "hair_shave_day", 1, "" },
        { "procedures=toxin", "procedure_toxin", 13, "PROC_BOTOX" },
        { "procedures=toxin", "procedure_toxin", 14, "" },
        { "procedures=filler", "procedure_filler", 13, "PROC_FILLER" },
        { "procedures=filler", "procedure_filler", 14, "PROC_FILLER_28" },
        { "procedures=filler", "procedure_filler", 27, "PROC_FILLER_28" },
        { "procedures=filler", "procedure_filler", 28, "" },
        { "procedures=light_peel", "procedure_light_peel", 20, "PROC_PEEL" },
        { "procedures=light_peel", "procedure_light_peel", 21, "" },
        { "procedures=laser_light", "procedure_laser_light", 13, "PROC_LASER" },
        { "procedures=laser_light", "procedure_laser_light", 14, "" },
        { "procedures=deep_peel", "procedure_deep_peel", 183, "PROC_DEEP" }, /* 22 May */
        { "procedures=deep_peel", "procedure_deep_peel", 184, "" },          /* 21 May */
        { "procedures=laser_deep", "procedure_laser_deep", 183, "PROC_DEEP" },
        { "procedures=laser_deep", "procedure_laser_deep", 184, "" },
        { "procedures=surgery", "procedure_surgery", 183, "PROC_DEEP" },
        { "procedures=surgery", "procedure_surgery", 184, "" },
        { "procedures=tattoo", "procedure_tattoo", 184, "PROC_DEEP" },
        { "isotretinoin=past", "isotretinoin_last", 183, "ISO_LT6" },
        { "isotretinoin=past", "isotretinoin_last", 184, "ISO_GE6" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct answers *answers = healthy_patient(policies);
        char of[128];
        say_all(answers, line[i].with);
        answers_set_date(answers, question_of(line[i].question, strlen(line[i].question)),
                         back(line[i].days));
        snprintf(of, sizeof of, "%s, %d days", line[i].question, line[i].days);
        expect_flags(of, answers, policies, line[i].flags);
        answers_free(answers);
        policies_free(policies);
    }
}

Test(dates, a_date_that_is_missing_or_a_year_alone_leaves_its_main_question_open)
{
    static const struct {
        const char *with, *question, *flags;
    } line[] = {
        { "previous=clinic previous_problem=none previous_ongoing=no", "previous_clinic_last", "UNSURE:Q05" },
        { "previous=home previous_problem=none previous_ongoing=no", "previous_home_last", "UNSURE:Q05" },
        { "actives=yes", "actives_last", "UNSURE:Q15" },
        { "hair_removal=wax", "hair_wax_day", "UNSURE:Q32" },
        { "hair_removal=shave", "hair_shave_day", "UNSURE:Q32" },
        { "procedures=surgery", "procedure_surgery", "UNSURE:Q33" },
        { "procedures=tattoo", "procedure_tattoo", "PROC_DEEP UNSURE:Q33" },
        { "isotretinoin=past", "isotretinoin_last", "ISO_DATE_UNKNOWN" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct answers *answers = healthy_patient(policies);
        size_t question = question_of(line[i].question, strlen(line[i].question));
        say_all(answers, line[i].with);
        expect_flags(line[i].question, answers, policies, line[i].flags);
        answers_set_date(answers, question, (struct date){ 2026, 0, 0 });
        expect_flags(line[i].question, answers, policies, line[i].flags);
        answers_free(answers);
        policies_free(policies);
    }
}

Test(dates, diabetes_comes_to_exactly_one_of_three)
{
    enum { NONE = -1 };
    static const struct {
        const char *control;
        double a1c; /* 0: left out */
        int days;
        const char *flags;
    } line[] = {
        { "controlled", 8.4, 0, "DIAB_CTRL" },          { "controlled", 8.5, 0, "DIAB_UNCTRL" },
        { "controlled", 8.4, 184, "DIAB_CTRL" }, /* six months to the day */
        { "controlled", 8.4, 185, "DIAB_UNKNOWN" },     { "controlled", 8.4, NONE, "DIAB_UNKNOWN" },
        { "controlled", 8.5, 185, "DIAB_UNCTRL" },      { "controlled", 0, NONE, "DIAB_UNKNOWN" },
        { "unknown_control", 8.4, 0, "DIAB_UNKNOWN" },  { "unknown_control", 8.5, 0, "DIAB_UNCTRL" },
        { "unknown_control", 0, NONE, "DIAB_UNKNOWN" }, { "uncontrolled", 6.0, 0, "DIAB_UNCTRL" },
        { "uncontrolled", 0, NONE, "DIAB_UNCTRL" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct answers *answers = healthy_patient(policies);
        char of[128];
        say(answers, question_of("diabetes", 8), line[i].control);
        if (line[i].a1c > 0) {
            answers_set_number(answers, question_of("a1c", 3), line[i].a1c);
        }
        if (line[i].days != NONE) {
            answers_set_date(answers, question_of("a1c_date", 8), back(line[i].days));
        }
        snprintf(of, sizeof of, "%s, A1c %g, %d days", line[i].control, line[i].a1c, line[i].days);
        expect_flags(of, answers, policies, line[i].flags);
        answers_free(answers);
        policies_free(policies);
    }
}

Test(dates, past_cold_sores_look_at_the_area_and_leave_it_open_if_it_is)
{
    static const struct {
        const char *area, *flags;
    } line[] = {
        { "face", "HSV_FACE" },
        { "around_eyes", "AREA_PERIORBITAL HSV_FACE" },
        { "eyelids_lips", "AREA_EXCLUDED HSV_FACE" },
        { "chest", "HSV_OTHER" },
        { "scalp", "HSV_OTHER" },
        { "unsure", "HSV_FACE UNSURE:Q04" },
        { "private", "HSV_FACE PRIVATE:Q04" },
        { "missing", "HSV_FACE INCOMPLETE:Q04" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct answers *answers = healthy_patient(policies);
        say(answers, question_of("cold_sores", 10), "past");
        say(answers, question_of("areas", 5), line[i].area);
        expect_flags(line[i].area, answers, policies, line[i].flags);
        answers_free(answers);
        policies_free(policies);
    }
}

Test(dates, what_two_answers_mean_together)
{
    static const struct {
        const char *with, *flags;
    } line[] = {
        { "blood_thinner=yes blood_thinner_which=apixaban nsaid=own", "ANTICOAG NSAID_OTC X1" },
        { "blood_thinner=yes blood_thinner_which=apixaban nsaid=doctor", "ANTICOAG NSAID_RX X1" },
        { "nsaid=own supplements=yes", "NSAID_OTC SUPP" },
        { "nsaid=own supplements=yes alcohol=recent", "NSAID_OTC SUPP ALCOHOL_1_2D X2" },
        { "nsaid=own supplements=yes alcohol=today", "NSAID_OTC SUPP ALCOHOL_TODAY" },
        { "diabetes=uncontrolled skin_today=open", "DIAB_UNCTRL OPEN_SKIN X3" },
        { "diabetes=controlled skin_today=infection", "DIAB_UNKNOWN INFECTION X3" },
        { "diabetes=controlled skin_today=rash", "DIAB_UNKNOWN RASH_NOW" },
        { "immune=yes cold_sores=past", "IMMUNE HSV_FACE X4" },
        { "immune=yes cold_sores=past areas=chest", "IMMUNE HSV_OTHER" },
        { "isotretinoin=now pregnancy=maybe", "ISO_CURRENT PREG_MAYBE X5" },
        { "isotretinoin=now pregnancy=breastfeeding", "ISO_CURRENT BREASTFEEDING" },
        { "keloid=family areas=shoulders_upper_back", "KELOID_FAMILY X6" },
        { "keloid=family areas=lower_back", "KELOID_FAMILY" },
        { "marks=yes sun=tan", "PIH SUN_TAN X7" },
        { "marks=unsure sun=tan", "PIH SUN_TAN X7" },
        { "marks=yes sun=burned", "PIH SUNBURN" },
        { "bleeding=clot", "CLOT_HX" },
    };
    for (size_t i = 0; i < N(line); i++) {
        struct policies *policies = policies_new(form);
        struct answers *answers = healthy_patient(policies);
        say_all(answers, line[i].with);
        expect_flags(line[i].with, answers, policies, line[i].flags);
        answers_free(answers);
        policies_free(policies);
    }
}
