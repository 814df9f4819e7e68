#include "build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct date day(const char *iso)
{
    struct date date;
    cr_assert(date_parse_iso(iso, &date), "%s", iso);
    return date;
}

void patient_init(struct patient *patient, struct form *form)
{
    *patient = (struct patient){ .form = form, .asked = day("2026-11-21"), .visit = day("2026-11-21") };
    patient->answers = answers_new(form);
    patient->policies = policies_new(form);
    patient->assessment = assessment_new();
    answers_set_context(patient->answers, patient->visit, patient->policies->value);
}

void patient_init_healthy(struct patient *patient)
{
    static const char *const said[][2] = {
        { "birth_date", "1990-05-03" },
        { "support", "no" },
        { "device", "pen" },
        { "goals", "acne_scars" },
        { "areas", "arms" },
        { "previous", "no" },
        { "acne_now", "no" },
        { "skin_today", "none" },
        { "skin_conditions", "none" },
        { "cold_sores", "never" },
        { "mole_change", "no" },
        { "skin_cancer", "no" },
        { "keloid", "no" },
        { "marks", "no" },
        { "isotretinoin", "never" },
        { "acne_pills", "no" },
        { "actives", "no" },
        { "blood_thinner", "no" },
        { "nsaid", "no" },
        { "supplements", "no" },
        { "alcohol", "longer" },
        { "medicines", "none" },
        { "pregnancy", "no" },
        { "bleeding", "no" },
        { "diabetes", "no" },
        { "cancer_care", "no" },
        { "immune", "no" },
        { "illnesses", "none" },
        { "fainting", "no" },
        { "numbing_reaction", "no" },
        { "numbing_today", "no" },
        { "allergies", "none" },
        { "sun", "no" },
        { "hair_removal", "no" },
        { "procedures", "none" },
        { "ill_today", "no" },
        { "nicotine", "no" },
        { "private_talk", "no" },
        { "event", "no" },
    };
    patient_init(patient, clinic_form());
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        patient_says(patient, said[i][0], said[i][1]);
    }
}

void patient_done(struct patient *patient)
{
    assessment_free(patient->assessment);
    policies_free(patient->policies);
    answers_free(patient->answers);
    form_free(patient->form);
}

static option_set options_of(const struct form_question *question, const char *answer)
{
    option_set set = 0;
    char *copy = strdup(answer), *rest = NULL;

    for (char *id = strtok_r(copy, "|", &rest); id; id = strtok_r(NULL, "|", &rest)) {
        long i = form_option_index(question, id);
        cr_assert(i >= 0 || strcmp(id, "unsure") == 0 || strcmp(id, "private") == 0, "%s: %s", question->id,
                  id);
        set |= i >= 0 ? OPTION_BIT(i) : strcmp(id, "unsure") == 0 ? OPTION_UNSURE : OPTION_PRIVATE;
    }
    free(copy);
    return set;
}

void patient_says(struct patient *patient, const char *id, const char *answer)
{
    long at = form_question_index(patient->form, id);
    cr_assert(at >= 0, "%s", id);
    size_t q = (size_t)at;
    const struct form_question *question = &patient->form->question[q];
    bool general = strcmp(answer, "unsure") == 0 || strcmp(answer, "private") == 0;

    if (*answer == '\0') {
        answers_clear(patient->answers, q);
    } else if (general || question->type == QUESTION_CHOICE || question->type == QUESTION_CHOICES) {
        answers_set_options(patient->answers, q, options_of(question, answer));
    } else if (question->type == QUESTION_DATE) {
        answers_set_date(patient->answers, q, day(answer));
    } else if (question->type == QUESTION_NUMBER) {
        answers_set_number(patient->answers, q, strtod(answer, NULL));
    } else {
        answers_set_text(patient->answers, q, answer);
    }
}

void patient_policy(struct patient *patient, const char *name, const char *value)
{
    struct err err;
    cr_assert_eq(policies_set(patient->policies, patient->form, name, value, &err), 0, "%s", err.text);
    answers_set_context(patient->answers, patient->visit, patient->policies->value);
}

void patient_assess(struct patient *patient)
{
    assess(patient->assessment, patient->answers, patient->policies, patient->asked, patient->visit);
}

static int by_id(const void *a, const void *b)
{
    const struct flag *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

const char *patient_flags(struct patient *patient)
{
    static char text[8192];
    const struct flag *flag[512];
    const struct assessment *a = patient->assessment;

    patient_assess(patient);
    for (size_t i = 0; i < a->nflags; i++) {
        flag[i] = &a->flag[i];
    }
    qsort(flag, a->nflags, sizeof flag[0], by_id);
    text[0] = '\0';
    for (size_t i = 0; i < a->nflags; i++) {
        cr_assert(i == 0 || strcmp(flag[i]->id, flag[i - 1]->id) != 0, "%s twice", flag[i]->id);
        strcat(text, i ? " " : "");
        strcat(text, flag[i]->id);
    }
    return text;
}

const struct flag *patient_flag(const struct patient *patient, const char *id)
{
    const struct assessment *a = patient->assessment;
    for (size_t i = 0; i < a->nflags; i++) {
        if (strcmp(a->flag[i].id, id) == 0) {
            return &a->flag[i];
        }
    }
    return NULL;
}

const struct checklist_item *patient_item(const struct patient *patient, const char *id)
{
    const struct assessment *a = patient->assessment;
    for (size_t i = 0; i < a->nitems; i++) {
        if (strcmp(a->item[i].item->id, id) == 0) {
            return &a->item[i];
        }
    }
    return NULL;
}

enum outcome patient_class(struct patient *patient)
{
    patient_assess(patient);
    return patient->assessment->class;
}
