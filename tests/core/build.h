/* build.h: forms for the tests, from rows a person can read. The real form is loaded elsewhere. */
#ifndef TEST_BUILD_H
#define TEST_BUILD_H

#include <stddef.h>

#include "answers.h"
#include "assess.h"
#include "form.h"

/* Conditions are words, all of which must hold; " / " parts alternatives.
 *   q=a|b  q==a  !q=a     has one of these; is exactly this; not   (unsure, private, missing too)
 *   q>3.5  q<28d  q>=6m   a number; days, months, years since      (< <= >= >)
 *   #q>=2                 options ticked
 *   +A|B                  one of these flags is raised
 * A number may be the name of a policy: q<@isotretinoin_months@m. */
struct question_row {
    const char *id, *code, *type; /* choice choices date number text info; with "optional", "plain" (no
                                     general answers), "public" (none in private), "partial",
                                     "set=POLICY", "a1c=POLICY" (%, or mmol/mol
                                     by its second choice) after it */
    const char *options;          /* "no* yes": * is exclusive */
    const char *ask_if;
};

struct rule_row {
    const char *flag;
    const char *when;    /* NULL: the dictionary alone raises it */
    const char *outcome; /* "review", or "policy:review,postpone,precaution" */
    const char *items;   /* "P02 S03" or NULL */
    const char *more;    /* "main=q", "until=q+28d", "alert", "stops", "interaction" is found out */
};

struct item_row {
    const char *id; /* the first letter says for whom: P S A R */
    bool base;
    int from, least, until; /* DAY_NONE */
    const char *window;     /* "A|B:-5": from day -5 if one of these is raised; or NULL */
};

struct policy_row {
    const char *id;
    const char *choices; /* "none listed", the first is the default; or NULL for a number */
    double min, max, value;
};

struct group_row {
    const char *id;
    const char *words;    /* "fish oil,omega-3" */
    const char *raises;   /* a flag, or "UNSURE:Q15" */
    const char *question; /* NULL: none in this form */
    const char *denies, *affirms;
};

struct form_rows {
    const struct question_row *question;
    size_t nquestions;
    const struct rule_row *rule;
    size_t nrules;
    const struct item_row *item;
    size_t nitems;
    const struct policy_row *policy;
    size_t npolicies;
    const struct group_row *group;
    size_t ngroups;
    const char *list, *unmatched, *contradiction; /* the dictionary's; NULL: none */
    const char *device_flags;                     /* "A B" */
};
struct form *build_form(const struct form_rows *rows); /* form_free() it */

/* The microneedling form as the ids page and the clinical content describe it: all its questions and rules.
 */
struct form *clinic_form(void);

/* A patient, the clinic's settings and what comes of them. The visit is on 21 Nov 2026. */
struct patient {
    struct form *form;
    struct answers *answers;
    struct policies *policies;
    struct assessment *assessment;
    struct date asked, visit;
};
void patient_init(struct patient *patient, struct form *form); /* takes the form; nothing answered */
void patient_init_healthy(struct patient *patient); /* the clinic's form, every question answered, no flag */
void patient_done(struct patient *patient);

/* "a", "a|b", "unsure", "private", "" (a skip), "2026-05", "3.6" or a text, by the question's type. */
void patient_says(struct patient *patient, const char *question, const char *answer);
void patient_policy(struct patient *patient, const char *name, const char *value);
void patient_assess(struct patient *patient);

/* The flags as "ANTICOAG PRIVATE:Q16", sorted by id; good until the next call. Assesses. */
const char *patient_flags(struct patient *patient);
const struct flag *patient_flag(const struct patient *patient, const char *id);           /* or NULL */
const struct checklist_item *patient_item(const struct patient *patient, const char *id); /* or NULL */
enum outcome patient_class(struct patient *patient);                                      /* assesses */
struct date day(const char *iso);

#endif
