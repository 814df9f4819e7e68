/* review.h: the staff's full-screen program as a state machine: (state, event) -> state and effects. No
 * terminal, no database, no clock of its own. What must be done outside it asks for (struct review_want); the
 * loop does it and answers through the functions below.
 *
 * Stages: the door (locked: counts and calls, a passphrase), the queue, the desk's list, one intake. Over
 * each a prompt may stand. What is being typed in a prompt is kept when the prompt is left, when somebody
 * else wrote meanwhile, through lock and hang-up (see review_kept), and offered again.
 */
#ifndef FOYER_REVIEW_H
#define FOYER_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "clock.h"
#include "encounter.h"
#include "handout.h"
#include "edit.h" /* struct event: the ui has a header of that name, and so has the record */
#include "review_queue.h"
#include "review_screen.h"

struct review_reason { /* the clinic's list, for the keys 1 to 9 */
    const char *code, *text;
};

/* A practitioner's field whose number needs a reason above a limit: the depth above the device's own. */
struct review_limit {
    const char *item, *field;
    double max;
};

struct review_setup { /* borrowed for the review's life */
    const char *clinic;
    const char *user;        /* who is at the door; "": to be typed */
    const char *fingerprint; /* of the clinic's public keys; "" unknown */
    const char *notice;      /* about backups, or the machine; NULL or "": nothing to say */
    const struct review_reason *reason;
    size_t nreasons;
    const struct review_limit *limit;
    size_t nlimits;
    int idle_s;        /* 300 by design */
    bool urgent_shown; /* before unlock an alert may be told from a call for help */
    int return_months; /* how old an answer may be that is carried over */
};

/* What the loop must do after an event, ORed. */
enum review_effect {
    REVIEW_REDRAW = 1 << 0,
    REVIEW_WANT = 1 << 1, /* review_want() says what */
    REVIEW_KEEP = 1 << 2, /* seal review_kept() and store it; before REVIEW_WANT */
    REVIEW_LOCK = 1 << 3, /* overwrite the keys; after REVIEW_KEEP */
    REVIEW_BELL = 1 << 4,
    REVIEW_QUIT = 1 << 5,
};

enum review_wanted {
    WANT_NOTHING,
    WANT_UNLOCK,  /* user ("": by the recovery key), passphrase -> review_unlocked() or review_refused() */
    WANT_OPEN,    /* uid -> review_opened() */
    WANT_ADD,     /* event: append to the open intake -> review_added() */
    WANT_VISIT,   /* visit_on: work the dates out again and append -> review_added() */
    WANT_WHY_NOT, /* -> review_why_not() */
    WANT_COMPARE, /* uid: the other intake -> review_compare() */
    WANT_SEEN,    /* uid of a call -> review_seen() */
    WANT_PAPER,   /* paper, print: of the open intake -> review_handed() */
    WANT_SLIP,    /* uid: a slip for who comes back -> review_slip() */
};

enum { REVIEW_EVENTS = 16 };

/* Good until the next review_ call. */
struct review_want {
    enum review_wanted what;
    uint8_t uid[QUEUE_UID];
    const char *user, *passphrase;
    json_t **event; /* the loop hands them to vault_add(), which takes them over */
    size_t nevents;
    struct date visit_on;
    bool both; /* WANT_ADD of a link: the other intake gets its own */
    enum handout_kind paper;
    bool print; /* else on the screen */
};

struct review;
struct review *review_new(const struct review_setup *setup, int64_t mono_ms);
void review_free(struct review *review); /* overwrites */

/* Everything below returns effects. `wall_s` is the time now: the machine has none of its own. */
unsigned review_event(struct review *review, const struct event *event, int64_t wall_s);
/* What stood where the mouse was pressed. `index` as review_view_hit() gives it. */
enum review_click { CLICK_ROW, CLICK_CHOICE, CLICK_FIELD, CLICK_KEY, CLICK_TAB };
unsigned review_click(struct review *review, enum review_click what, size_t index, int64_t mono_ms,
                      int64_t wall_s);

/* When to send EVENT_TIMER, monotonic ms; -1: never. */
int64_t review_deadline(const struct review *review);

struct review_want *review_want(struct review *review);

/* --- The loop's answers --- */

/* The vault is open, for a person of this role. `kept`: what review_kept() gave before, NULL for none. */
struct review_rights {
    bool read, write, desk; /* desk: the desk's list and nothing else */
};
unsigned review_unlocked(struct review *review, const char *user, struct review_rights rights,
                         const json_t *kept);
unsigned review_refused(struct review *review, const char *why);
/* The keys are overwritten and what was typed is sealed: forgets everything that a key opened. */
unsigned review_locked(struct review *review);

/* The opened intake, taken over. NULL: it is not there, or trouble, and why. Also when it was read again
 * because somebody else wrote. */
unsigned review_opened(struct review *review, struct encounter *encounter, const char *why);
/* The form it was made with, in the clinic's language; borrowed until the next call. NULL: the clinic has it
 * no more. For what a record does not hold: figures. Forgotten with each other intake that is opened. */
void review_form(struct review *review, const struct form *form);
/* The open intake is there no more: leaves it, and forgets what was typed in it. */
unsigned review_gone(struct review *review, const char *why);
struct encounter *review_encounter(struct review *review); /* the open one, or NULL; for vault_add() */

/* As vault_add() returned. After 0 the loop reads the intake again, before this. */
unsigned review_added(struct review *review, int rc, const char *why);
/* Rules that did not fire, a line each; taken over. NULL: cannot be said, and why. */
unsigned review_why_not(struct review *review, struct screen_texts *lines, const char *why);
/* The other intake, borrowed; NULL and why. */
unsigned review_compare(struct review *review, const struct encounter *other, const char *why);
/* The paper is out, and written down; `text`, of a paper that was not printed, is to be read. NULL and why:
 * nothing is out, or the printer failed. */
unsigned review_handed(struct review *review, bool out, const char *text, const char *why);
/* The slip's number; NULL and why. */
unsigned review_slip(struct review *review, const char *code, const char *why);
unsigned review_seen(struct review *review, const uint8_t uid[QUEUE_UID], const char *why);

/* --- What comes in --- */

struct queue *review_queue(struct review *review); /* put rows, then: */
unsigned review_changed(struct review *review, int64_t wall_s);

/* A line of the desk's list. Strings are copied. */
struct review_card {
    uint8_t uid[QUEUE_UID];
    int64_t at_s;
    const char *name, *progress, *help;
};
void review_cards_begin(struct review *review);
void review_card(struct review *review, const struct review_card *card);

struct review_call {
    uint8_t uid[QUEUE_UID], about[QUEUE_UID];
    int64_t at_s;
    int64_t made_s; /* if it came in late; else 0 */
    bool alert, seen;
};
/* A call for staff, or a change of one. `fresh`: it has just come in, so there is a bell. */
unsigned review_call(struct review *review, const struct review_call *call, bool fresh);
void review_waiting(struct review *review, size_t waiting); /* at the door: how many of today wait */

/* Trouble that no key caused: the database is gone. NULL: it is back. */
unsigned review_trouble(struct review *review, const char *why);

/* --- For the view --- */

/* Owned by the review, good until the next review_ call. */
const struct screen *review_screen(struct review *review);
void review_row(void *review, size_t i, struct screen_row *row); /* a screen_row_fn */
/* As the view last drew it: rows of the list, lines of the detail, and how far that is really scrolled. */
void review_drawn(struct review *review, size_t rows, size_t lines, size_t scroll);

/* Puts what stands in the open prompt aside, for review_kept(). */
void review_put_aside(struct review *review);

/* What was typed and not yet written down, as JSON: seal it before it goes anywhere. NULL: nothing. The
 * caller decrefs. */
json_t *review_kept(const struct review *review);

#endif
