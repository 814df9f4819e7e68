/* slot.h: a clinic's letter slot that says what a test wants, and the relay before it: the real program on a
 * line that a test can cut. */
#ifndef FOYER_TEST_SLOT_H
#define FOYER_TEST_SLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"

enum { SLOT_MAX = 4096 };

/* Shared with the slot's process. */
struct slot {
    _Atomic int n;             /* frames that were stored, each once */
    _Atomic int known;         /* how often one came again */
    _Atomic int posts;         /* all that came in */
    uint32_t number[SLOT_MAX]; /* of those stored, in the order they came */
    uint32_t rev[SLOT_MAX];
    _Atomic uint32_t refuse; /* refuses the frame with this number */
    _Atomic uint32_t deadly; /* the line ends when the frame with this number comes */
    _Atomic bool trouble;    /* stores nothing: "not now" */
    _Atomic int silent;      /* so many more are stored without a word */
    _Atomic bool seen;       /* a call that is there was seen */
};
extern struct slot *slot;

/* The slot in clinic/, the line up, no relay yet. */
void slot_open(void);
void slot_close(void); /* the relay too, if it runs */

/* The relay; `file_limit`: the largest file it may write, 0: any. Waits until it listens. */
pid_t relay_start(unsigned long file_limit);
void relay_kill(void); /* -9, and waits for its end */

void line_cut(void); /* what is there is killed, and nothing new gets through */
void line_mend(void);
void line_is(const char *command); /* before relay_start(): another program than the hand-in answers */
int line_tries(void);              /* how often a connection was tried */

/* Posts a frame as a kiosk does; its answer, or FRAME_TROUBLE if there is none. */
enum frame_status kiosk_posts(uint32_t n, uint32_t rev, enum frame_kind kind);
enum frame_status kiosk_posts_bytes(const void *data, size_t len, bool hang_up);

/* Waits until the slot has so many. */
void slot_expect(int n);

#endif
