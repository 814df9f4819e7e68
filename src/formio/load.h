/* load.h: what the files of the form loader share. Private to formio.
 *
 * form_load() reads the parts, then calls the steps below in this order: each may name only what an earlier
 * one has declared. Arrays are filled in place and become the form's own in the end.
 */
#ifndef FOYER_LOAD_H
#define FOYER_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "form.h"
#include "names.h"
#include "reader.h"

/* The entries of one kind over all parts, in order. */
struct entries {
    const config_setting_t **at;
    size_t n;
};

struct loader {
    struct reader reader;
    struct form *form;
    struct part *part; /* form.cfg first */
    size_t nparts;

    struct entries sources, policies, questions, items, rules, pages, since;
    struct names source_names, policy_names, question_names, code_names, item_names, rule_names;

    struct form_question *question;
    struct form_policy *policy;
    struct form_item *item;
    struct form_rule *rule;
    bool *reached;   /* one an item: base, or added by a rule */
    bool *from_list; /* one a rule: the dictionary can raise it */
    const config_setting_t *dictionary, *texts;
};

/* load_lists.c */
void load_sources(struct loader *loader);
void load_policies(struct loader *loader);
void load_policy_flags(struct loader *loader); /* after load_rules */
void load_items(struct loader *loader);
void load_item_windows(struct loader *loader); /* after load_rules */
void load_dictionary(struct loader *loader);

/* load_texts.c */
void load_pages(struct loader *loader);
void load_texts(struct loader *loader); /* last: it must have words for every placeholder met before */

/* load_questions.c */
void load_questions(struct loader *loader);
enum { LOAD_MAX_CODE = 12 };
bool load_number(struct reader *reader, const config_setting_t *at, const char *name); /* reader.number */
bool load_is_code(const char *code);                                                   /* Q13, Q13a */

/* load_map.c */
void load_map(struct loader *loader, const config_setting_t *group, size_t index); /* a question's */

/* load_since.c */
void load_since(struct loader *loader); /* after load_questions */

/* load_rules.c */
void load_rules(struct loader *loader); /* puts them in the order form.h promises */
void load_rules_check(
    struct loader *loader); /* after the dictionary: what never fires, what is never reached */

/* load_cond.c */
enum cond_place { COND_QUESTION, COND_RULE };
/* The condition written in a group. `before`: only questions before this index may be asked about; COND_RULE
 * may ask about flags too. *first is set to the first question tested, or SIZE_MAX. NULL with a problem. */
const struct form_cond *load_cond(struct loader *loader, const config_setting_t *group, enum cond_place place,
                                  size_t before, size_t *first);
/* A day count or limit: a number between min and max, or the name of a number policy. `whole`: both must be
 * whole numbers. */
bool load_amount(struct loader *loader, const config_setting_t *at, double min, double max, bool whole,
                 struct form_amount *out);
/* Can a number be taken from this policy? False with a problem. */
bool load_number_policy(struct loader *loader, const config_setting_t *at, size_t index, bool whole);
/* The options of `question` named in a text or a list of texts; the general answers too where `general`. 0
 * with a problem. */
option_set load_options(struct loader *loader, const config_setting_t *at, size_t question, bool general);
/* The option that may have been meant, or NULL. */
const char *load_nearest_option(const struct form_question *question, const char *word);
extern const char *const load_cond_words[];    /* what cannot be a question's id; ends with NULL */
extern const char *const load_general_words[]; /* what cannot be an option's id; ends with NULL */

/* load.c: used by all steps */
/* Declares entries[i]'s id; false with a problem if it is taken. */
bool load_declare(struct loader *loader, struct names *names, const char *kind, const char *id, size_t index,
                  const config_setting_t *at);
/* The index of an id, or SIZE_MAX with a problem that may say what was meant (none where an entry that was
 * refused may be it). `kind` as in "no item". */
size_t load_find(struct loader *loader, const struct names *names, const char *kind,
                 const config_setting_t *at);
/* The indexes named in a list of ids; may be none. */
const size_t *load_find_all(struct loader *loader, const struct names *names, const char *kind,
                            const config_setting_t *group, const char *name, enum reader_need need,
                            size_t *n);

/* What may have been meant by `id`, or NULL. Once problems are only counted nobody looks for it: it takes
 * time.
 */
const char *load_nearest(const struct loader *loader, const struct names *names, const char *id);
/* "fields": no name twice, and no more than FORM_MAX_FIELDS. */
const char *const *load_fields(struct loader *loader, const config_setting_t *group, size_t *n);

enum { LOAD_MAX_DAYS = 36500 };

#endif
