/* review_kit.h: a review with two intakes in its list, unlocked by a practitioner, and what stands for the
 * vault behind it.
 */
#ifndef FOYER_REVIEW_KIT_H
#define FOYER_REVIEW_KIT_H

#include <jansson.h>
#include <stdint.h>

#include "review.h"

enum { NOW_S = 1795269600 }; /* 2026-11-21 14:00 UTC */

extern const uint8_t uid[QUEUE_UID], other_uid[QUEUE_UID];
extern const char body_text[]; /* the record that is opened, whichever intake is asked for */

extern struct review *r;
extern int64_t ms;
extern unsigned effects, keys; /* since setup_review(): what was asked for, and how many keys were pressed */
extern int rc_next;            /* what vault_add() is going to say */
extern json_t *meanwhile;      /* an event somebody else writes first, where rc_next is 0 */
extern json_t *last_event;     /* that was written; NULL: none */

void setup_review(void);
void teardown(void);
void unlock(const json_t *kept);
void put_row(const uint8_t *id, int64_t seq, const char *name, enum outcome class);
struct encounter *encounter_of(const char *text);

void feed(struct event *event);
void key(enum event_key k);
void type(const char *text);
void wait_ms(int64_t more);

const char *shown(void); /* everything on the screen as one text; good until the next call */
void expect(const char *want);
void expect_not(const char *unwanted);
const char *event_text(const char *name); /* of last_event */

#endif
