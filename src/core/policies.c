#include "policies.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cond.h"
#include "mem.h"

/* --- The worst a question can come to --- */

static enum outcome default_outcome(const struct form *form, const struct form_rule *rule)
{
    return rule->policy < 0 ? rule->outcome : rule->by_choice[(size_t)form->policy[rule->policy].value];
}

/* Does the question, or one that is asked only because of it, stand in the condition? follows has room for
 * one bool a question. */
static void mark_follow_ups(const struct form *form, size_t question, bool *follows)
{
    memset(follows, 0, form->nquestions * sizeof *follows);
    follows[question] = true;
    for (size_t i = question + 1; i < form->nquestions; i++) {
        const struct form_cond *ask_if = form->question[i].ask_if;
        for (size_t q = question; ask_if && q < i && !follows[i]; q++) {
            follows[i] = follows[q] && cond_mentions(ask_if, q);
        }
    }
}

static bool raised_by_dictionary(const struct form *form, size_t rule)
{
    const struct form_dictionary *dictionary = &form->dictionary;

    if (dictionary->question == SIZE_MAX) {
        return false;
    }
    return !form->rule[rule].when || rule == dictionary->unmatched || rule == dictionary->contradiction;
}

static bool rule_counts(const struct form *form, size_t rule, size_t question, const bool *follows)
{
    const struct form_rule *r = &form->rule[rule];
    size_t main = form->question[question].main;
    size_t list = form->dictionary.question;

    if (r->interaction) {
        return false;
    }
    if (raised_by_dictionary(form, rule) && (follows[list] || form->question[list].main == question)) {
        return true;
    }
    if (r->main != main) {
        return false;
    }
    if (main == question) {
        return true;
    }
    for (size_t q = question; r->when && q < form->nquestions; q++) {
        if (follows[q] && cond_mentions(r->when, q)) {
            return true;
        }
    }
    return false;
}

enum outcome form_question_worst(const struct form *form, size_t question)
{
    bool *follows = mem_alloc(form->nquestions * sizeof *follows);
    enum outcome worst = OUTCOME_CLEAR;

    mark_follow_ups(form, question, follows);
    for (size_t i = 0; i < form->nrules; i++) {
        enum outcome outcome = default_outcome(form, &form->rule[i]);
        if (outcome > worst && rule_counts(form, i, question, follows)) {
            worst = outcome;
        }
    }
    free(follows);
    return worst;
}

/* --- The settings --- */

struct policies *policies_new(const struct form *form)
{
    struct policies *policies = mem_alloc(sizeof *policies);

    policies->value = mem_alloc((form->npolicies + 1) * sizeof *policies->value);
    policies->device_flag = mem_alloc((form->nrules + 1) * sizeof *policies->device_flag);
    policies->unsure = mem_alloc((form->nquestions + 1) * sizeof *policies->unsure);
    for (size_t i = 0; i < form->npolicies; i++) {
        policies->value[i] = form->policy[i].value;
    }
    for (size_t i = 0; i < form->ndevice_default; i++) {
        policies->device_flag[form->device_default[i]] = true;
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        bool heavy = form_question_worst(form, i) >= OUTCOME_REVIEW;
        policies->unsure[i] = heavy ? OUTCOME_REVIEW : OUTCOME_PRECAUTION;
    }
    return policies;
}

void policies_free(struct policies *policies)
{
    if (!policies) {
        return;
    }
    free(policies->value);
    free(policies->device_flag);
    free(policies->unsure);
    free(policies);
}

static int unknown_choice(const struct form_policy *policy, const char *value, struct err *err)
{
    struct buf choices = BUF_INIT;

    for (size_t i = 0; i < policy->nchoices; i++) {
        buf_addf(&choices, "%s%s", i ? ", " : "", policy->choice[i]);
    }
    err_set(err, "the policy %s cannot be \"%.40s\": choose one of %s", policy->id, value, buf_str(&choices));
    buf_done(&choices);
    return -1;
}

/* Digits and one point: strtod alone also takes "inf", "0x10" and leading space. */
static bool read_number(const char *value, double *out)
{
    char *end;

    if (*value == '\0' || value[strspn(value, "-.0123456789")] != '\0') {
        return false;
    }
    errno = 0;
    *out = strtod(value, &end);
    return *end == '\0' && errno == 0 && isfinite(*out);
}

int policies_set(struct policies *policies, const struct form *form, const char *name, const char *value,
                 struct err *err)
{
    long index = form_policy_index(form, name);

    if (index < 0) {
        return err_set(err, "the form %s has no policy \"%.40s\"", form->id, name);
    }
    const struct form_policy *policy = &form->policy[index];
    if (policy->choice) {
        for (size_t i = 0; i < policy->nchoices; i++) {
            if (strcmp(policy->choice[i], value) == 0) {
                policies->value[index] = (double)i;
                return 0;
            }
        }
        return unknown_choice(policy, value, err);
    }
    double number;
    if (!read_number(value, &number)) {
        return err_set(err, "the policy %s needs a number, not \"%.40s\"", policy->id, value);
    }
    if (number < policy->min || number > policy->max) {
        return err_set(err, "the policy %s is %s: it must be from %g to %g", policy->id, value, policy->min,
                       policy->max);
    }
    if (policy->whole && number != floor(number)) {
        return err_set(err, "the policy %s is %s: it counts whole days, months or years", policy->id, value);
    }
    policies->value[index] = number;
    return 0;
}

int policies_set_device_flags(struct policies *policies, const struct form *form, const char *const *flag,
                              size_t nflags, struct err *err)
{
    for (size_t i = 0; i < nflags; i++) {
        if (form_rule_index(form, flag[i]) < 0) {
            return err_set(err, "the device list names \"%.40s\", but the form %s has no such flag", flag[i],
                           form->id);
        }
    }
    memset(policies->device_flag, 0, form->nrules * sizeof *policies->device_flag);
    for (size_t i = 0; i < nflags; i++) {
        policies->device_flag[form_rule_index(form, flag[i])] = true;
    }
    return 0;
}

void policies_fill(struct buf *out, const struct form *form, const double *value, const char *text)
{
    for (const char *at; (at = strchr(text, '{')) != NULL;) {
        char name[64] = "";
        size_t len = strcspn(at + 1, "}");
        if (len < sizeof name) {
            memcpy(name, at + 1, len);
        }
        long index = form_policy_index(form, name);
        bool found = index >= 0 && !form->policy[index].choice && at[1 + len] == '}';
        buf_add(out, text, (size_t)(at - text));
        if (found) {
            buf_addf(out, "%g", value ? value[index] : form->policy[index].value);
        } else {
            buf_add(out, at, 1);
        }
        text = found ? at + len + 2 : at + 1;
    }
    buf_adds(out, text);
}

void policies_fill_facts(struct buf *out, const struct form *form, const double *value, const char *text,
                         const char *const fact[PLACEHOLDERS], const char *const instead[PLACEHOLDERS])
{
    struct buf counted = BUF_INIT;

    policies_fill(&counted, form, value, text);
    placeholder_fill(out, buf_str(&counted), fact, instead);
    buf_done(&counted);
}

int policies_day(const double *value, int day, int by)
{
    if (!value || by == 0) {
        return day;
    }
    return by > 0 ? (int)value[by - 1] : -(int)value[-by - 1];
}

bool policies_device_listed(const struct policies *policies, const struct form *form)
{
    if (form->device_policy < 0) {
        return false;
    }
    const struct form_policy *policy = &form->policy[form->device_policy];
    return strcmp(policy->choice[(size_t)policies->value[form->device_policy]], "listed") == 0;
}

enum outcome policies_outcome(const struct policies *policies, const struct form_rule *rule)
{
    return rule->policy < 0 ? rule->outcome : rule->by_choice[(size_t)policies->value[rule->policy]];
}
