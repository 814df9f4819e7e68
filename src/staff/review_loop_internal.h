/* review_loop_internal.h: the loop's state, and what its files ask of one another.
 *
 *   review_loop.c   the loop, locking, its beginning and end
 *   review_look.c   what is read of the database
 *   review_wants.c  what the state machine wants done
 */
#ifndef FOYER_REVIEW_LOOP_INTERNAL_H
#define FOYER_REVIEW_LOOP_INTERNAL_H

#include "review.h"
#include "review_loop.h"
#include "review_view.h"
#include "scratch.h"
#include "session.h"
#include "ui.h"

struct loop {
    const struct command_call *call;
    struct session session;
    struct scratch scratch;
    struct review *review;
    struct review_view *view;
    struct ui *ui;
    int alarm;
    int64_t look_ms; /* when the database is looked at next */
    int64_t begun_s; /* what the clock says of when the machine started; another: it was moved */
    int64_t version; /* of the database, at the last look */
    int64_t change;  /* vault_changed() goes on from here */
    int64_t day_s;   /* the beginning of the day that was counted */
    int64_t call_seq;
    bool calls_read;  /* those of before the start: no bell for them */
    bool open_change; /* the open intake is among what changed */
    bool unkept;      /* what was typed could not be stored: said until it can */
    bool away;        /* so is the database */
    bool quit;
    struct review_reason reason[CONFIG_MAX_REASONS];
    struct review_limit *limit;
    char fingerprint[FRAME_FINGERPRINT];
    struct buf notice;         /* that backups or doctor's word are old */
    char alarm_text[ERR_SIZE]; /* the kiosk's keys are not ours */
    char carry_text[ERR_SIZE]; /* what of a returning patient's could not be carried over */
    char *user;
    struct form *form; /* the last that was needed */
};

/* --- review_loop.c --- */
int64_t loop_now_s(const struct loop *l);
int64_t loop_now_ms(void);
void loop_draw(struct loop *l);
const char *loop_standing(const struct loop *l); /* trouble that stays until it is mended; NULL: none */
/* Whoever's account was disabled sees nothing more. */
int loop_lock_out(struct loop *l, unsigned *effects, struct err *err);
int loop_note(struct loop *l, const char *act, const uint8_t *uid, struct err *err); /* in the audit trail */
const char *loop_text(const json_t *object, const char *key);                        /* "": none */

/* --- review_look.c --- */
int look(struct loop *l, unsigned *effects, struct err *err); /* what is new since the last look */
int look_fill(struct loop *l, struct err *err);               /* everything there is, once */
int look_row(void *loop, const struct vault_row *row);        /* into the queue */
/* NULL, with the reason, where it is not there. */
struct encounter *look_encounter(struct loop *l, const uint8_t *uid, struct err *err);

/* --- review_wants.c --- */
unsigned wants_do(struct loop *l); /* review_want(); returns more effects */

#endif
