/* handin.h: the clinic's end of a relay's line. sshd starts it for the relay's key and for nothing else: it
 * takes frames, posts each to the letter slot, and says what the slot answered. It keeps nothing but a copy
 * of what the slot refuses, so that staff at the clinic hear of it: a patient may have gone home believing
 * it.
 */
#ifndef FOYER_HANDIN_H
#define FOYER_HANDIN_H

#include "clock.h"
#include "err.h"

enum {
    HANDIN_FRAME_MS = 60000, /* for one frame to come over the network */
    HANDIN_SLOT_MS = 25000,  /* for the letter slot's answer */
    HANDIN_REFUSED = 256     /* copies of refused frames at most: the relay has its own */
};

struct handin_setup {
    int in, out;        /* the line */
    const char *socket; /* the letter slot's */
    int refused;        /* folder for copies of what is refused, or -1 */
    const struct clock *clock;
};

/* Greets, and goes on until the other end hangs up, which is 0. -1: it sent something that is no frame, or
 * stopped in the middle of one. */
int handin_run(const struct handin_setup *setup, struct err *err);

#endif
