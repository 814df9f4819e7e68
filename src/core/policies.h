/* policies.h: the clinic's settings as they apply to one form. */
#ifndef FOYER_POLICIES_H
#define FOYER_POLICIES_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "form.h"

struct policies {
    double *value;        /* one a policy of the form: a number, or the index of a choice */
    bool *device_flag;    /* one a rule: on the clinic's device list */
    enum outcome *unsure; /* one a question: what "not sure" comes to. Of the form alone, so it is worked
                             out once and not for each patient. */
};

struct policies *policies_new(const struct form *form); /* the form's defaults */
void policies_free(struct policies *policies);          /* NULL is fine */

/* "isotretinoin=traditional", "inr_max=3.2". -1 with the reason, and nothing changed: unknown name, choice,
 * out of range, a fraction where days, months or years are counted. */
int policies_set(struct policies *policies, const struct form *form, const char *name, const char *value,
                 struct err *err);

/* Names the flags on the device list; replaces the form's default list. -1 for an unknown flag, and nothing
 * changed. The list counts only while the form's device policy is "listed". */
int policies_set_device_flags(struct policies *policies, const struct form *form, const char *const *flag,
                              size_t nflags, struct err *err);

/* Is the device list in force? */
bool policies_device_listed(const struct policies *policies, const struct form *form);

/* Appends a question's text, hint or why with the clinic's numbers in it: "{nsaid_days}" is that policy's
 * value. `value` as in struct policies; NULL: the form's defaults. Braces around anything else stay as they
 * are. */
void policies_fill(struct buf *out, const struct form *form, const double *value, const char *text);

/* The same for a text of the form's pages, items or around the questions, with the clinic's facts in it too:
 * see placeholder_fill(). */
void policies_fill_facts(struct buf *out, const struct form *form, const double *value, const char *text,
                         const char *const fact[PLACEHOLDERS], const char *const instead[PLACEHOLDERS]);

/* A window's side under these policies: `day`, or as many days as the policy `by` says (see struct
 * form_window). `value` as above. */
int policies_day(const double *value, int day, int by);

/* The rule's outcome under these policies, before the device list. */
enum outcome policies_outcome(const struct policies *policies, const struct form_rule *rule);

/* The worst outcome a question can have by its own rules and those of its follow-ups, default policies,
 * no interactions, no device list (ids page, decision 1). Rules that the dictionary alone raises count for
 * its question. Walks the whole form: see policies.unsure. */
enum outcome form_question_worst(const struct form *form, size_t question);

#endif
