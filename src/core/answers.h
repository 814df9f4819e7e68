/* answers.h: what one patient has answered, and which questions are shown because of it.
 *
 * An answer to a question that is no longer shown is withdrawn, through every level that hangs on it:
 * it counts nowhere. It is kept, and comes back if the question comes back. (A hides B, and B's old
 * answer still shows C, is the most reported bug of every form engine.)
 *
 * All setters take any question index of the form, shown or not, and work out again what is shown. Each
 * replaces the answer whole. A value of the wrong type for its question is an invalid answer.
 */
#ifndef FOYER_ANSWERS_H
#define FOYER_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "form.h"

struct answers;

struct answers *answers_new(const struct form *form); /* borrows the form; nothing answered */
void answers_free(struct answers *answers);           /* overwrites with zeros first; NULL is fine */
const struct form *answers_form(const struct answers *answers);

enum answer_state {
    ANSWER_MISSING, /* not answered, or skipped */
    ANSWER_GIVEN,
    ANSWER_UNSURE,  /* perhaps beside options: "the chest, and I am not sure what else" */
    ANSWER_PRIVATE, /* likewise */
    ANSWER_INVALID, /* assess only: a value the wizard would have refused */
};

/* Choice and choices. The set may hold OPTION_UNSURE or OPTION_PRIVATE; the empty set is a skip. In a
 * set with an exclusive option and others, `answers_set_options` keeps what it was given; the answer is
 * then invalid, and only the options that are not exclusive count. So is a choice with two options; both
 * count. */
void answers_set_options(struct answers *answers, size_t question, option_set set);

/* May be partial, but for the birth date: there anything less than a full day is an invalid answer. */
void answers_set_date(struct answers *answers, size_t question, struct date date);
void answers_set_number(struct answers *answers, size_t question, double number);
void answers_set_text(struct answers *answers, size_t question,
                      const char *text); /* copied; blank is a skip */
void answers_set_general(struct answers *answers, size_t question, option_set unsure_or_private);

/* Marks the answer as it stands as invalid; what is valid in it still counts. Any other setter replaces
 * the mark too: call it after them. */
void answers_set_invalid(struct answers *answers, size_t question);
void answers_clear(struct answers *answers, size_t question); /* a skip */

/* An answer typed under an id that the form does not have (assess): kept as its id, cleaned and cut to
 * ANSWERS_UNKNOWN_SIZE - 1 bytes, so that the assessment is never CLEAR. Each id once; after
 * ANSWERS_MAX_UNKNOWN of them the rest are not kept. */
enum { ANSWERS_UNKNOWN_SIZE = 48, ANSWERS_MAX_UNKNOWN = 32 };
void answers_add_unknown(struct answers *answers, const char *id);
size_t answers_unknown(const struct answers *answers, size_t i,
                       const char **id); /* count; *id the i-th or NULL */

/* Is it asked? A question that the clinic sets by a policy is not, unless it has been answered all the same
 * (assess, staff): then that answer counts, "not sure" too, and the question is like any other. */
bool answers_shown(const struct answers *answers, size_t question);

/* The option the clinic has set, where nobody was asked: it counts as the answer to a question that is not
 * shown. 0 for any other question. */
option_set answers_set_by_clinic(const struct answers *answers, size_t question);

/* The question as it is asked here: of a number, unit, min, max and decimals are those of the unit the clinic
 * uses. Numbers are typed, kept and shown in it; conditions compare answers_measure(). */
struct form_question answers_asked(const struct answers *answers, size_t question);
/* The same in the words of `form`: the answers' own in another language. */
struct form_question answers_asked_in(const struct form *form, const struct answers *answers,
                                      size_t question);

/* For a question that is not shown: ANSWER_MISSING, empty set, no date, 0, "". */
enum answer_state answers_state(const struct answers *answers, size_t question);
option_set answers_options(const struct answers *answers,
                           size_t question);                              /* as set, with the general bits */
struct date answers_date(const struct answers *answers, size_t question); /* as typed */
double answers_number(const struct answers *answers, size_t question);    /* as typed */
double answers_measure(const struct answers *answers, size_t question);   /* in the form's own unit */
const char *answers_text(const struct answers *answers, size_t question); /* valid until it is set again */

/* --- What counts, for a visit on a given day --- */

/* The answer as conditions see it: the options that count and the general bits; OPTION_MISSING where
 * nothing is answered, or nothing valid; OPTION_UNSURE for a date of which only the year is known. For a
 * question that is not shown: what the clinic has set, or 0. */
option_set answers_counted(const struct answers *answers, size_t question, struct date visit);

/* A date question's answer as a full day by date_resolve; no date where it is missing, hidden, unsure, a
 * year alone, or refused. */
struct date answers_day(const struct answers *answers, size_t question, struct date visit);

/* What is wrong with a date: it cannot have been, or it is a slip of the pen. */
enum date_fault { DATE_POSSIBLE, DATE_AFTER_VISIT, DATE_BEFORE_BIRTH, DATE_TOO_OLD };
enum { DATE_OLDEST_YEARS = 125 }; /* before the visit */
enum date_fault answers_date_fault(const struct answers *answers, size_t question, struct date visit);

/* Would the wizard have refused it: marked invalid, contradictory, or a date with a fault? */
bool answers_refused(const struct answers *answers, size_t question, struct date visit);

/* The medicines found in the dictionary question's text; none when it is not shown. */
struct dictionary_hit;
const struct dictionary_hit *answers_hits(const struct answers *answers, size_t *n);

/* Does `cond` hold? Dates are taken against `visit`; policies from `policy` (one value a policy of the
 * form; NULL: the defaults). COND_FLAGGED never holds here: see assess.h. */
bool answers_cond(const struct answers *answers, const struct form_cond *cond, const double *policy,
                  struct date visit);

/* ask_if may test dates and amounts, and a policy may set an answer: the visit date and the policies are part
 * of what is shown, and they should be those it is assessed with. Set it
 * before the first answer; setting it again works out anew what is shown. Borrows `policy`. */
void answers_set_context(struct answers *answers, struct date visit, const double *policy);

#endif
