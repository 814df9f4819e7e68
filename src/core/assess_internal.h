/* assess_internal.h: what the parts of the assessment share. Not for other layers. */
#ifndef FOYER_ASSESS_INTERNAL_H
#define FOYER_ASSESS_INTERNAL_H

#include "assess.h"
#include "cond.h"

/* What has been decided of each rule. */
struct verdict {
    bool *raised;
    size_t *hit; /* the dictionary hit that raised it; SIZE_MAX: its own condition did */
    size_t stop; /* the rule that stops everything, or SIZE_MAX */
};

/* What the question a medicine group belongs to has said of it. */
enum dictionary_word { WORD_OPEN, WORD_AFFIRMED, WORD_DENIED };
enum dictionary_word verdict_word(const struct cond_view *view, const struct form_group *group);

/* Decides every rule of the form. view->raised is verdict->raised. */
void verdict_reach(struct verdict *verdict, const struct cond_view *view);

/* All of it, and what the assessment points to, lies in one block. */
struct assess_room {
    void *block;
    size_t size;
    struct verdict verdict;
    option_set *replaced; /* one a question: the general answers that a raised rule speaks for */
    bool *unsure;         /* one a question: UNSURE of its code has been raised */
    struct flag *draft;   /* the flags before they are sorted */
    size_t ndraft;
    size_t *first;    /* one an item: the first flag that names it; SIZE_MAX: none */
    size_t *named;    /* one an item: how often it is named */
    size_t *line;     /* one an item: its line in the checklist */
    size_t *order;    /* the items of the checklist as they will stand */
    size_t *added_by; /* the flags of all lines, one line after the other */
};

/* Fills item and nitems from the flags. */
void checklist_make(struct assessment *out, const struct policies *policies);

#endif
