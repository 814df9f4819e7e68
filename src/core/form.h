/* form.h: a questionnaire as it is held in memory. Immutable once loaded; all of it lives in one arena.
 *
 * Nothing clinical is in the C code: questions, rules, items, policies, dictionary and sources come from
 * the form's files (see foyer-form(5)) and are checked by formio/ before anyone sees a struct form. The
 * engine may therefore assume what the loader promises:
 *   - a condition names only questions that stand before the one it is on, so one pass in order decides
 *     what is shown;
 *   - rules stand in an order in which every flag a rule asks for has been decided before it;
 *   - every index and mask is in range.
 */
#ifndef FOYER_FORM_H
#define FOYER_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date.h"
#include "mem.h"
#include "placeholder.h"

/* The ladder, worst last; the worst wins. */
enum outcome { OUTCOME_CLEAR, OUTCOME_PRECAUTION, OUTCOME_REVIEW, OUTCOME_POSTPONE, OUTCOME_HOLD };
const char *outcome_name(enum outcome outcome); /* "CLEAR" ... "HOLD" */

/* What an option set is made of: bit i is option i of the question. The three top bits are the answers
 * that every question may get. */
typedef uint64_t option_set;
enum { FORM_MAX_OPTIONS = 48 };
enum { FORM_MAX_FIELDS = 7 }; /* beside a flag or an item: as many as staff have room for */
#define OPTION_BIT(i)  ((option_set)1 << (i))
#define OPTION_UNSURE  ((option_set)1 << 61)
#define OPTION_PRIVATE ((option_set)1 << 62)
#define OPTION_MISSING ((option_set)1 << 63) /* skipped, or never reached. Only in conditions. */
#define OPTION_GENERAL (OPTION_UNSURE | OPTION_PRIVATE | OPTION_MISSING)

enum question_type {
    QUESTION_CHOICE,  /* one option */
    QUESTION_CHOICES, /* one or more */
    QUESTION_DATE,
    QUESTION_NUMBER,
    QUESTION_TEXT,
    QUESTION_INFO, /* a page to read; has no answer */
};

struct form_option {
    const char *id;
    const char *text;
    bool exclusive; /* "none of these": choosing it clears the others and the reverse */
};

struct form_cond;
struct form_map; /* map.h */

/* A unit in which a clinic may ask for a number. What is typed * factor + offset, rounded to the question's
 * decimals, is the number in the question's own unit, which conditions compare. */
struct form_unit {
    const char *unit; /* NULL: the question's own, for this choice */
    double min, max;  /* as typed */
    int decimals;
    double factor, offset;
};

struct form_question {
    const char *id;   /* "isotretinoin_last" */
    const char *code; /* "Q13a"; a follow-up's code is its main question's with a letter after it */
    const char *name; /* "isotretinoin last", for staff: the id as words. NULL: only in tests */
    enum question_type type;
    const char *text, *hint, *why; /* hint and why may be NULL */
    const char *note;              /* for translators; may be NULL */
    size_t section;                /* index into form->section */
    const struct form_option *option;
    size_t noptions;
    option_set exclusive;           /* the exclusive options, as a set */
    option_set general;             /* the general answers it takes: OPTION_UNSURE, OPTION_PRIVATE */
    bool required;                  /* cannot be skipped in the wizard */
    bool optional;                  /* a skipped answer raises no flag (an INR, an A1c) */
    bool partial;                   /* date: month and year, or a year, will do */
    bool multiline;                 /* text: one entry a line */
    size_t max_graphemes;           /* text */
    double min, max;                /* number */
    int decimals;                   /* number: digits after the point */
    const char *unit;               /* number; may be NULL */
    size_t unit_by;                 /* number: the policy that says in which unit it is asked */
    const struct form_unit *units;  /* one a choice of that policy. NULL: always its own */
    bool ask_alone;                 /* private: marked "ask again alone" when a helper answered */
    bool fresh;                     /* see form_question_fresh() */
    bool birth_date;                /* the date asked first; at most one a form */
    bool helper;                    /* any answer but "no" asks for the helper's name; at most one a form */
    const struct form_cond *ask_if; /* NULL: always */
    size_t set_by;                  /* choice: the policy that says whether it is asked or what it is */
    const option_set *set_to;       /* its option, one a choice of that policy; 0: it is asked. NULL: no
                                       policy sets it */
    const struct form_map *map;     /* choices: figures to answer on; NULL: none. See map.h */
    size_t main;                    /* index of the main question; its own index if it is one */
};

/* A threshold: a number in the form, or a clinic's policy. */
struct form_amount {
    int policy; /* index, or -1 */
    double value;
};

enum cond_kind {
    COND_ALL,
    COND_ANY,
    COND_NOT,
    COND_OPTIONS,
    COND_COUNT,
    COND_NUMBER,
    COND_SINCE,
    COND_FLAGGED
};
enum cond_op { OP_LESS_THAN, OP_AT_MOST, OP_AT_LEAST, OP_MORE_THAN };
enum date_unit { UNIT_DAYS, UNIT_MONTHS, UNIT_YEARS };

struct form_cond {
    enum cond_kind kind;
    const struct form_cond *child; /* ALL, ANY, NOT (one child) */
    size_t nchildren;
    size_t question;    /* OPTIONS, COUNT, NUMBER, SINCE */
    option_set options; /* OPTIONS: holds if the answer has one of these */
    enum cond_op op;    /* COUNT, NUMBER, SINCE */
    struct form_amount amount;
    enum date_unit unit; /* SINCE: visit date against answer + amount of units */
    const size_t *rule;  /* FLAGGED: holds if one of these rules' flags has been raised ("all" is
                            written as COND_ALL of single ones) */
    size_t nrules;
    int line; /* in the part's file, for messages */
};

struct form_rule {
    const char *flag; /* "ISO_LT6" */
    size_t main;      /* the question it belongs to (a main one); SIZE_MAX for interactions and for
                         flags only the dictionary raises in this form */
    const struct form_cond *when;  /* NULL: raised by the dictionary only */
    bool interaction;              /* asks for other flags */
    enum outcome outcome;          /* if policy < 0 */
    int policy;                    /* index of a choice policy, or -1 */
    const enum outcome *by_choice; /* one a choice of that policy */
    /* POSTPONE: until this question's date + amount. */
    size_t until_question;
    struct form_amount until;
    enum date_unit until_unit;
    const char *title; /* what was found, in the practitioner's words: a short line */
    const char *reason, *strength;
    const size_t *source;
    size_t nsources;
    const size_t *item;
    size_t nitems;
    const char *const *field; /* what the practitioner fills in beside it; may be none */
    size_t nfields;
    const char *const *fact; /* F001... it carries */
    size_t nfacts;
    bool alert; /* staff are told when the answer is given, before the intake is signed */
    bool stops; /* a minor: this flag alone is the result. Its `when` asks for answers alone. */
    int line;
};

enum item_for { ITEM_PATIENT, ITEM_STAFF, ITEM_AFTERCARE, ITEM_CALL };

enum { DAY_NONE = INT16_MIN };

/* Days from the visit; DAY_NONE where the window has no such side. Where a policy counts a side's days, `by`
 * is its index + 1, negative for days before the visit, and the day stands for the policy's default. */
struct form_window {
    const size_t *rule; /* applies when one of these flags is raised; the plain window has none */
    size_t nrules;
    int16_t from_day, least_day, until_day;
    int16_t from_by, least_by, until_by; /* 0: no policy */
};

struct form_item {
    const char *id; /* "P02" */
    enum item_for who;
    const char *text;         /* this and when_text may hold placeholders and the clinic's numbers */
    const char *when_text;    /* "before start"; may be NULL */
    const char *const *field; /* what staff write down beside it: a lot number; may be none */
    size_t nfields;
    bool base;                        /* everyone gets it */
    bool sensitive;                   /* never on the waiting-room screen */
    const struct form_window *window; /* window[0] is the plain one; a later one that applies wins */
    size_t nwindows;
    const size_t *source;
    size_t nsources;
    const char *const *fact;
    size_t nfacts;
};

struct form_policy {
    const char *id;
    const char *text;          /* what it decides, for the clinic */
    const char *const *choice; /* NULL for a number */
    size_t nchoices;
    double min, max;
    double value; /* the default: a number, or the index of a choice */
    bool whole;   /* it counts days, months or years: a fraction is refused */
};

struct form_source {
    const char *id;     /* "L05" */
    const char *title;  /* shown to staff; never the bare id */
    const char *status; /* what of it was seen */
};

/* A medicine group: whole words found in a text answer, and what they raise. */
struct form_group {
    const char *id;
    const char *const *word; /* folded by text_fold_words */
    size_t nwords;
    const char *const *local; /* those that translations add, folded too. They only raise: an entry that these
                                 alone know still counts as one that the form does not know */
    size_t nlocal;
    size_t rule;             /* the flag it raises, or SIZE_MAX */
    const char *unsure_code; /* or "UNSURE:" this code */
    size_t question;         /* the question that should have said so; SIZE_MAX if the form has none */
    option_set denies;       /* answers of that question that contradict: no, never, none */
    option_set affirms;      /* answers that already say it: nothing more is raised */
};

struct form_dictionary {
    size_t question;      /* the text question; SIZE_MAX: the form has no dictionary */
    size_t unmatched;     /* rule raised once for entries with no match */
    size_t contradiction; /* rule raised when the question denied it */
    const struct form_group *group;
    size_t ngroups;
};

struct form_section {
    const char *id, *title;
};

/* The texts a patient reads around the questions; each paragraph a string, which may hold placeholders. */
struct form_texts {
    const char *const *welcome;
    size_t nwelcome;
    const char *const *privacy;
    size_t nprivacy;
    const char *const *consent;
    size_t nconsent;
    const char *attestation;
    const char *result_clear, *result_flagged;
    const char *minor;       /* under age */
    const char *urgent;      /* calm, no reason */
    const char *const *next; /* three lines of what comes next */
    size_t nnext;
    const char *instead[PLACEHOLDERS]; /* said where the clinic has not given that fact. NULL where no text
                                          of the form names it */
};

/* What a returning patient is asked instead of questions: "since your last visit, do you have a new health
 * problem?". Only "no" lets their answers be carried over from then; anything else opens them in full. They
 * are main questions, none of them fresh, the birth date or the one about help; follow-ups go with them. A
 * question that no entry stands for is asked at each visit. */
struct form_since {
    const char *id, *text, *why; /* why may be NULL */
    const size_t *question;
    size_t nquestions;
    const size_t
        *no; /* fresh follow-ups of theirs, each with an option "no": answered by a "no" to this too */
    size_t nno;
};

/* What a patient may read before the questions, or with the result. */
enum form_page_at { FORM_PAGE_BEFORE, FORM_PAGE_AFTER };

struct form_paragraph {
    const char *text;             /* may hold placeholders and the clinic's numbers */
    const struct form_cond *when; /* for answers_cond(); tests no flags. NULL: always shown */
};

struct form_page {
    const char *id;
    enum form_page_at at;
    const char *title; /* as a paragraph's text */
    const struct form_paragraph *paragraph;
    size_t nparagraphs;
    const char *const *fact;
    size_t nfacts;
    const size_t *source;
    size_t nsources;
};

struct form {
    struct arena *arena;
    const char *id, *title, *version, *language;
    uint8_t hash[32];        /* BLAKE2b of part count, names, lengths, bytes */
    const char *const *part; /* the files it was read from, as form.cfg names them; form.cfg first */
    size_t nparts;
    const struct form_section *section;
    size_t nsections;
    const struct form_question *question;
    size_t nquestions;
    const struct form_rule *rule;
    size_t nrules;
    const struct form_item *item;
    size_t nitems;
    const struct form_policy *policy;
    size_t npolicies;
    int device_policy; /* index of "device_list", or -1: its flags are raised to HOLD when "listed" */
    const size_t *device_default; /* flags listed where the clinic names none */
    size_t ndevice_default;
    const struct form_source *source;
    size_t nsources;
    struct form_dictionary dictionary;
    struct form_texts texts;
    const struct form_since *since; /* none: this form has no short way for who comes back */
    size_t nsince;
    const struct form_page *page; /* in the order they are offered */
    size_t npages;
    struct form *const *other; /* the same form in other languages, freed with this one; or none */
    size_t nothers;
};

enum { FORM_NONE = -1 };

/* Index by id, or FORM_NONE. */
long form_question_index(const struct form *form, const char *id);
long form_option_index(const struct form_question *question, const char *id);
long form_rule_index(const struct form *form, const char *flag);
long form_policy_index(const struct form *form, const char *id);

/* A number typed in `unit` in the question's own unit, with the question's decimals: 8.4641 % is 8.5 %, as a
 * laboratory that reports percent would have written it. */
double form_measure(const struct form_question *question, const struct form_unit *unit, double number);

/* Is the answer about today and the last days, so that it ends with the day it was given? It, or its main
 * question, is marked. Asked again on the day of a later visit, and never carried from an earlier intake. */
bool form_question_fresh(const struct form *form, size_t question);

/* The form in a language: itself, or one of the others. NULL. */
const struct form *form_in(const struct form *form, const char *language);

/* Frees the arena and the form with it, and the others. NULL is fine. */
void form_free(struct form *form);

#endif
