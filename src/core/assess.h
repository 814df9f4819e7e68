/* assess.h: from answers to flags, class, dates and checklist. Pure: same input, same output.
 *
 * Worst outcome wins; every flag is kept with what raised it. Steps: single answers; the medicine
 * dictionary; interactions, which see both; general answers (unsure, private, left out); the device list,
 * which only raises. Missing, unsure, contradictory, out of range: never CLEAR.
 *
 * General answers, of a question that is shown:
 *   unsure   UNSURE:<code>, unless a flag raised by its rule tests "unsure" of the question
 *   missing  INCOMPLETE:<code>, unless the question is optional or a raised rule tests "missing" of it
 *   private  PRIVATE:<code>, always
 *   invalid  INCOMPLETE:<code>, always; what is valid in it still counts
 * A follow-up date (its code ends in a letter) that is missing, unsure or a year alone is UNSURE of the main
 * question's code, unless a raised rule tests that; an invalid one, or one after the visit, before the birth
 * date or of more than 125 years ago, always is.
 *
 * A POSTPONE without a date after the visit is a HOLD: nobody can say when it ends.
 *
 * A rule that `stops` and holds is the whole result: its flag, its items, nothing else.
 *
 * Sources: the clinical content, sections 2 to 4, and the decisions of its ids page.
 */
#ifndef FOYER_ASSESS_H
#define FOYER_ASSESS_H

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "buf.h"
#include "date.h"
#include "form.h"
#include "policies.h"

enum flag_kind {
    FLAG_RULE,       /* rule is set */
    FLAG_UNSURE,     /* "UNSURE:Q16" */
    FLAG_PRIVATE,    /* "PRIVATE:Q16" */
    FLAG_INCOMPLETE, /* "INCOMPLETE:Q16" */
    FLAG_UNKNOWN,    /* "UNKNOWN:id": an answer the form does not know */
};

enum { FLAG_ID_SIZE = 64 };

struct flag {
    enum flag_kind kind;
    char id[FLAG_ID_SIZE];
    const struct form_rule *rule; /* FLAG_RULE */
    size_t question;              /* the question whose answer raised it; SIZE_MAX: none in this form */
    enum outcome outcome;
    struct date until; /* of a POSTPONE outcome: not before, and after the visit. Kept when the device list
                          raises it. */
    const struct form_cond
        *because;            /* the condition that held; NULL for general answers and the dictionary */
    size_t entry, entry_len; /* dictionary: the words in the text answer, bytes; the first of several */
    bool from_dictionary;
    bool from_device_list; /* raised to HOLD by it */
};

/* A line of the checklist. Base items stand in every one; flags add others. A flag of outcome CLEAR is
 * information and adds none. */
struct checklist_item {
    const struct form_item *item;
    struct date from, least, until; /* no date where the window has no such side */
    bool
        passed; /* a patient's item whose first day is before asked_on, where the visit is on asked_on, or its
                   last day (until, else least, else from) is before asked_on too: staff see "check today" */
    size_t *added_by; /* indexes into assessment.flag, ascending; none for a base item no flag names */
    size_t nadded_by;
};

struct assess_room; /* the engine's own memory, kept between two assessments */

/* The pointers are good until the next assess() into it; the form must outlive it. */
struct assessment {
    const struct form *form;
    enum outcome class;
    struct date not_before; /* the latest POSTPONE date, or none. A lower bound: it closes no other flag. */
    struct date asked_on, visit_on;
    int attention; /* 0 to 100: sorts the staff queue inside one class. Never shown to a patient. */
    struct flag *flag;
    size_t nflags; /* worst first; inside an outcome rules in form order, then general answers, then unknown
                      ids. Each id once. */
    size_t *unanswered;
    size_t nunanswered; /* indexes of shown questions without a usable answer, optional ones left out */
    struct checklist_item *item;
    size_t nitems; /* patient, staff, aftercare, call; in each, those named by a flag first */
    struct assess_room *room;
};

struct assessment *assessment_new(void);
void assessment_free(struct assessment *assessment); /* overwrites with zeros first; NULL is fine */

/* Works everything out anew into `out`, reusing its memory. No allocation once it is warm. Both dates are
 * full. The policies are those of the answers' form. */
void assess(struct assessment *out, const struct answers *answers, const struct policies *policies,
            struct date asked_on, struct date visit_on);

/* Is the rule's flag among those of the assessment? */
bool assess_raised(const struct assessment *assessment, const struct form_rule *rule);

/* The flags alone, for the wizard after each answer: which rules with `alert` hold now? Returns the
 * number of alerts; writes at most `max` rule indexes, in form order. Dictionary and interactions included.
 */
size_t assess_alerts(const struct answers *answers, const struct policies *policies, struct date visit_on,
                     size_t *rule, size_t max);

/* In words, for staff and for the JSON, in the language in use (tr_use) and the option texts of the form. The
 * patient's answer ("Yes", "Jul 2026", "3.6 INR", "not sure"), and the comparison that was made, with the
 * dates and numbers in it: "isotretinoin last 1 Jul 2026 + 6 months = 1 Jan 2027, after the visit on 21 Nov
 * 2026". */
void assess_answer_text(struct buf *out, const struct answers *answers, size_t question);
/* The same in the words of `form`: the answers' own in another language. */
void assess_answer_text_in(struct buf *out, const struct form *form, const struct answers *answers,
                           size_t question);
void assess_comparison(struct buf *out, const struct answers *answers, const struct policies *policies,
                       const struct assessment *assessment, const struct flag *flag);

/* Title, reason, strength of any flag, general ones too. Never NULL; not to be freed. */
const char *flag_title(const struct flag *flag);
const char *flag_reason(const struct flag *flag);
const char *flag_strength(const struct flag *flag);

/* Why a rule did not fire: the comparisons that failed. Nothing for one that did. */
void assess_why_not(struct buf *out, const struct answers *answers, const struct policies *policies,
                    const struct assessment *assessment, const struct form_rule *rule);

#endif
