/* review_queue.h: all intakes in memory: sorted, filtered, searched as one types. Pure.
 *
 * About 150 bytes an intake with its name; strings lie in one pool that is overwritten when it grows, shrinks
 * or goes. Putting an intake is O(1); the order is worked out again at the next look, and a filter or a key
 * of a search is O(n).
 *
 * The order: what needs a decision before what is decided, and that before what is not finished. Then the
 * worst class (what nobody can read, or whose class is none that is known, comes first), the higher attention
 * score, the longest wait. The wait is the order of arrival: a kiosk's clock may be wrong.
 */
#ifndef FOYER_REVIEW_QUEUE_H
#define FOYER_REVIEW_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date.h"
#include "form.h"

enum queue_status {
    QUEUE_UNFINISHED, /* answering, or interrupted: see queue_interrupted() */
    QUEUE_OPEN,       /* signed, no decision yet */
    QUEUE_DECIDED,
    QUEUE_DAMAGED, /* it could not be opened */
    QUEUE_NEWER,   /* written by a newer version */
};

enum { QUEUE_UID = 16, QUEUE_ANSWERING_S = 300 };

/* One intake, as given to queue_put() and as given back. Strings are never NULL; given back they are the
 * queue's, good until the next queue_put(). */
struct queue_entry {
    uint8_t uid[QUEUE_UID];
    int64_t seq;    /* order of arrival */
    int64_t wall_s; /* when it was sent */
    const char *name, *phone;
    const char
        *folded;       /* the name by text_fold_words; NULL: queue_put() works it out. NULL when given back */
    const char *owner; /* who decided, or is at it; "" */
    const char *decision; /* a word: "go ahead"; "" */
    const char *progress; /* "health 3 of 12"; "" */
    const char *flags;    /* ids with a space between, for the filter; "" */
    struct date birth_date, asked_on, visit_on;
    enum queue_status status;
    bool has_class;
    enum outcome class, decided_class; /* the program's, and after the flags that were decided */
    uint8_t attention, nflags, open_flags;
    bool alert, demo, help, uncertain; /* uncertain: not all of it can be read */
};

enum queue_view {
    QUEUE_VIEW_TODAY, /* visit today, or received today and undecided */
    QUEUE_VIEW_OPEN,
    QUEUE_VIEW_MINE,
    QUEUE_VIEW_DECIDED,
    QUEUE_VIEW_INTERRUPTED,
    QUEUE_VIEW_PRESCREEN, /* asked before the day of the visit */
    QUEUE_VIEW_ALL,
    QUEUE_VIEWS
};

struct queue_filter {
    enum queue_view view;
    bool has_class;
    enum outcome class;   /* the worse of program's and decided */
    const char *flag;     /* id, or the beginning of one; NULL: any */
    struct date from, to; /* of the visit; no date: open */
    const char *user;     /* for QUEUE_VIEW_MINE */
    const char *search;   /* as typed; it looks through every day where the view is today's. NULL, "": none */
};

struct queue;
struct queue *queue_new(void);
void queue_free(struct queue *queue); /* overwrites; NULL is fine */

/* Adds an intake of a uid that is not there: it is not looked for. Should it be there after all, the one
 * added later takes its place when next one is looked for. */
void queue_add(struct queue *queue, const struct queue_entry *entry);
/* Adds an intake, or replaces the one of this uid. */
void queue_put(struct queue *queue, const struct queue_entry *entry);
bool queue_remove(struct queue *queue, const uint8_t uid[QUEUE_UID]);
void queue_clear(struct queue *queue); /* overwrites */

/* Came today, whatever the kiosk's clock said: intakes whose `seq` is this or higher. Until it is said, none
 * by that. */
void queue_from(struct queue *queue, int64_t seq);

/* Filters and sorts as of this moment. Does nothing where nothing changed. */
void queue_look(struct queue *queue, const struct queue_filter *filter, struct date today, int64_t now_s);

/* What the last look left, in order. */
size_t queue_count(const struct queue *queue);
void queue_get(const struct queue *queue, size_t i, struct queue_entry *out);
/* Where an intake stands in it; SIZE_MAX: nowhere. */
size_t queue_find(const struct queue *queue, const uint8_t uid[QUEUE_UID]);

/* Of all there are, seen or not. */
size_t queue_total(const struct queue *queue);
bool queue_has(struct queue *queue, const uint8_t uid[QUEUE_UID], struct queue_entry *out);
size_t queue_waiting(struct queue *queue, struct date today); /* undecided of today */
size_t queue_bytes(const struct queue *queue);                /* memory held */

/* Others that may be the same person: the same birth date and a word of the name, or the same phone number
 * with one of both. Newest first; returns how many were written, at most max. */
size_t queue_same_person(struct queue *queue, const uint8_t uid[QUEUE_UID], struct queue_entry *out,
                         size_t max);

bool queue_interrupted(const struct queue_entry *entry, int64_t now_s);
bool queue_prescreen(const struct queue_entry *entry);

#endif
