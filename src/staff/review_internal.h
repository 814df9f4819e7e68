/* review_internal.h: the review's state, and what its files ask of one another.
 *
 *   review.c          its life, events, timers, answers
 *   review_list.c     keys of the door, the queue and the desk's list
 *   review_intake.c   keys of one intake; what a key asks to be written
 *   review_prompt.c   prompts: their questions, their keys
 *   review_prompt_paint.c  a prompt on the screen
 *   review_send.c     what comes of a prompt
 *   review_paper.c    papers to hand out, and slips
 *   review_kept.c     what was typed and not yet written
 *   review_paint.c    the state as a struct screen
 *   review_head.c     the lines over an open intake
 *   review_rows.c     the rows of every list
 *   review_words.c    a flag, an answer, an item in full
 */
#ifndef FOYER_REVIEW_INTERNAL_H
#define FOYER_REVIEW_INTERNAL_H

#include "edit.h"
#include "review.h"
#include "tr.h"

#ifndef N_
#endif

enum stage { STAGE_DOOR, STAGE_QUEUE, STAGE_DESK, STAGE_INTAKE };

enum tab { TAB_FLAGS, TAB_ANSWERS, TAB_STAFF, TAB_PATIENT, TAB_NOTES, TAB_PERSON, TAB_HISTORY, TABS };

enum prompt_kind {
    PROMPT_NONE,
    PROMPT_KEYS,   /* the keys, to read */
    PROMPT_FLAG,   /* lower or confirm one flag, or several */
    PROMPT_REASON, /* the reason, typed */
    PROMPT_DECIDE, /* which decision */
    PROMPT_SIGN,   /* name, remark; a date where it is postponed */
    PROMPT_FIELDS, /* a flag's or an item's */
    PROMPT_NOTE,
    PROMPT_AMEND,
    PROMPT_VISIT,
    PROMPT_FILTER,
    PROMPT_FILTER_TEXT, /* dates, a flag */
    PROMPT_PAPER,       /* which paper, printed or read */
    PROMPT_SLIP,        /* for who comes back */
};

/* What a prompt is about, and what is typed in it. Kept under (uid, kind, target). */
struct prompt {
    enum prompt_kind kind;
    char *target;         /* a flag's id, INCOMPLETE, an item's id, a note's rev; "" */
    enum outcome outcome; /* what the flags are to be; OUTCOME_HOLD: as the program has them */
    enum decision decision;
    bool item; /* PROMPT_FIELDS: an item's, not a flag's */
    struct edit edit[SCREEN_FIELDS];
    char *label[SCREEN_FIELDS];
    char *before[SCREEN_FIELDS]; /* the text each began with */
    size_t nedits, focus;
    char *error;
    bool offered;           /* the text is one that was kept */
    bool sent;              /* waits for review_added() */
    uint8_t uid[QUEUE_UID]; /* PROMPT_SLIP: whose */
    char *name, *slip;      /* whose; what was given out, NULL: nothing yet */
    struct date asked_on;
    size_t scroll; /* PROMPT_KEYS has the whole screen: what the page below it had */
    bool zoom;
};

/* As target: all flags that only say that a question was left out. */
#define INCOMPLETE "INCOMPLETE"

struct kept {
    uint8_t uid[QUEUE_UID];
    int kind;
    char *target;
    char *text[SCREEN_FIELDS];
    size_t ntexts;
    int64_t at_s;
};

struct desk_row {
    struct review_card card; /* owns its strings */
};

struct review {
    struct review_setup setup;
    const struct form *form; /* of the open intake; NULL */
    int64_t now_ms, wall_s, input_ms;
    unsigned effects; /* of the event being handled */
    struct date today;

    enum stage stage;
    char *user, *initials;
    struct review_rights rights;
    bool unlocking;
    size_t waiting;

    struct review_call *call;
    size_t ncalls, cap_calls;

    struct edit name, passphrase; /* the door's */
    bool at_name;
    bool proposed;    /* the name is not typed yet: the first letter takes its place */
    bool by_recovery; /* the passphrase is the printed recovery key, and no name is asked */
    char *door_error;

    struct queue *queue;
    struct queue_filter filter; /* its strings are in flag_text, user and find */
    char *flag_text;
    struct edit find;
    bool finding;
    uint8_t focus_uid[QUEUE_UID]; /* the row with the focus: it stays there when rows move */
    bool focused;
    size_t focus;

    struct desk_row *desk;
    size_t ndesk, cap_desk;

    struct encounter *open;
    uint8_t opening[QUEUE_UID];
    enum tab tab;
    size_t at[TABS]; /* focus in each list */
    size_t scroll;
    bool zoom;
    struct screen_texts page; /* to read, over the whole screen; shown while not empty */
    char *page_title;
    struct queue_entry same[16]; /* suggestions; strings are the queue's */
    size_t nsame;
    uint8_t compared[QUEUE_UID];
    uint8_t last_visit[QUEUE_UID]; /* the linked intake before this one, and what is new since; NULL: none */
    char *since;
    struct screen_texts difference;

    struct prompt prompt;
    struct kept *kept;
    size_t nkept, cap_kept;
    json_t *kept_other;  /* such as this version does not know, as they were read; NULL: none */
    int64_t typed_ms;    /* when something was typed that is not stored; -1: nothing */
    int64_t unsealed_ms; /* the first key of that */

    struct review_want want;
    json_t *event[REVIEW_EVENTS];
    bool linking;  /* what is being written is a link, and no prompt is open */
    bool checking; /* the same of a carried answer that was gone through */
    char *ticking; /* the same of an item: its id, else NULL; and what it is to be */
    bool tick;
    uint32_t shown_rev; /* of the open intake, as the person has seen it */
    char *notice;
    char *trouble;
    size_t rows, lines; /* as last drawn */

    struct screen screen;
    unsigned serial;
    bool stale;
};

/* --- review.c --- */
void review_notice(struct review *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void review_ask(struct review *r, enum review_wanted what); /* clears what was wanted */
void review_lock(struct review *r);
const struct review_call *
review_next_call(const struct review *r); /* the first nobody has seen, alerts first */
bool review_is_key(const struct event *event, enum event_key key);
bool review_is_char(const struct event *event, char c);
bool review_moved(struct review *r, const struct event *event, size_t *focus, size_t count);

/* --- review_list.c --- */
void list_event(struct review *r, const struct event *event);
void list_look(struct review *r); /* filters anew, and keeps the focus on its row */

/* --- review_intake.c --- */
void intake_event(struct review *r, const struct event *event);
void intake_enter(struct review *r);
void intake_leave(struct review *r); /* back to the queue */
/* The same intake, read again: the focus stays on what it was on, wherever that stands now. */
void intake_replace(struct review *r, struct encounter *encounter);
size_t intake_count(const struct review *r, enum tab tab);
/* The rows of a tab, as they are shown. Items: index into encounter.item. */
size_t intake_item(const struct review *r, enum tab tab, size_t i);
const struct encounter_flag *intake_flag(const struct review *r); /* with the focus; NULL */
bool intake_linked(const struct review *r, const uint8_t *uid);
/* The other intakes on the person's tab: confirmed ones first. */
bool intake_other(const struct review *r, size_t i, uint8_t uid[QUEUE_UID], bool *linked);
/* Asks for events to be written, if the rules let them; takes them over. False, with the reason in *err. */
bool intake_write(struct review *r, json_t **event, size_t n, struct err *err);
/* Is the item that was to be ticked, or not, so already? Then it says by whom. */
bool intake_ticked(struct review *r);
void intake_look_back(struct review *r); /* asks for the last visit of a linked person, if there is one */
size_t intake_unchecked(const struct review *r); /* carried answers nobody has gone through */
void intake_next_check(struct review *r);        /* the focus goes to the first of them */
void intake_next_flag(struct review *r);         /* the focus goes to the first that is undecided */
/* Is this flag one of those the target names? */
bool intake_is_target(const struct encounter_flag *flag, const char *target);

/* --- review_prompt.c --- */
void prompt_event(struct review *r, const struct event *event);
bool review_scrolled(struct review *r, const struct event *event); /* false: not a key that reads on */
void prompt_open(struct review *r, enum prompt_kind kind, const char *target);
void prompt_field(struct review *r, const char *label, const char *text, size_t max, bool multiline);
void prompt_restore(struct review *r); /* offers what was kept for it */
void prompt_flags(struct review *r, const char *target, bool confirm);
void prompt_values(struct review *r, const char *target, bool item, const struct encounter_value *value,
                   size_t n);
void prompt_close(struct review *r, bool done); /* done: what was kept for it goes */
void prompt_error(struct review *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void prompt_choose(struct review *r, size_t choice);
bool prompt_is_go(enum decision decision);
void prompt_blocks(const struct review *r, struct buf *out); /* what stands against "go ahead", in words */
enum { PROMPT_REASONS = 9, PROMPT_DECISIONS = 5, PROMPT_PAPERS = 2 * HANDOUT_KINDS };
extern const enum decision prompt_decisions[PROMPT_DECISIONS]; /* as the keys 1 to 5 have them */

/* --- review_prompt_paint.c --- */
void prompt_paint(struct review *r, struct screen *s);

/* --- review_send.c --- */
bool prompt_blank(const char *text);
/* What is typed in a field as a date; false: an error is shown. */
bool prompt_date(struct review *r, size_t edit, struct date *out);
void send_flags(struct review *r, const char *code, const char *reason);
void send_sign(struct review *r);
void send_item(struct review *r);
void send_fields(struct review *r);
void send_text(struct review *r);
void send_visit(struct review *r);

/* --- review_paper.c --- */
void paper_choose(struct review *r, size_t choice);
void paper_paint(const struct review *r, struct screen *s);
void slip_open(struct review *r); /* for the intake that is open, or has the focus */
void slip_enter(struct review *r);
void slip_paint(const struct review *r, struct screen *s);

/* --- review_kept.c --- */
void kept_save(struct review *r); /* what stands in the open prompt */
const struct kept *kept_find(const struct review *r, enum prompt_kind kind, const char *target);
void kept_drop(struct review *r, enum prompt_kind kind, const char *target);
void kept_drop_all(struct review *r, const uint8_t uid[QUEUE_UID]); /* of one intake */
/* Notes of the open intake that are written already: this ended between writing them and forgetting the text.
 */
void kept_drop_written(struct review *r);
void kept_clear(struct review *r);
void kept_load(struct review *r, const json_t *kept);
size_t kept_of(const struct review *r, const uint8_t uid[QUEUE_UID]);

/* --- review_paint.c --- */
void paint(struct review *r);
const char *paint_outcome(enum outcome outcome);
const char *paint_date(struct date date, char buf[DATE_ISO_SIZE]);

/* --- review_head.c --- */
void paint_head_who(const struct encounter *e, struct screen *s);
void paint_head_result(const struct encounter *e, struct screen *s);
void paint_head_marks(const struct review *r, struct screen *s);
void paint_head_returning(const struct review *r, struct screen *s);
void paint_tabs(const struct review *r, struct screen *s);
void paint_reading_keys(struct screen *s); /* of a text that has the whole screen */

/* --- review_rows.c --- */
void row_columns(const struct review *r, struct screen *s); /* of the list that is shown */
const char *row_status(const struct queue_entry *e, int64_t now_s);
void row_class(struct buf *out, const struct queue_entry *e); /* "HOLD > REVIEW" where it was lowered */

/* --- review_words.c --- */
void words_flag(struct screen_texts *out, const struct encounter *e, const struct encounter_flag *flag);
void words_answer(struct screen_texts *out, const struct encounter_answer *answer);
/* The figures the question may be answered on, marked; nothing where there are none. `form` may be NULL. */
void words_figures(struct screen_texts *out, const struct form *form, const struct encounter_answer *answer);
void words_item(struct screen_texts *out, const struct encounter *e, const struct encounter_item *item);
void words_note(struct screen_texts *out, const struct encounter *e, const struct encounter_note *note);
void words_entry(struct screen_texts *out, const struct encounter_entry *entry);
void words_difference(struct screen_texts *out, const struct encounter *before, const struct encounter *now);
/* "Last visit 2026-05-03 (REVIEW, go ahead). New: ibuprofen; Q3 No, now Yes" */
char *words_since(const struct encounter *before, const struct encounter *now);

#endif
