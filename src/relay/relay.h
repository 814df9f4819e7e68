/* relay.h: takes sealed frames as the letter slot would, keeps them on its own disk, and hands them to the
 * clinic's letter slot over one connection, in order, each until it is acknowledged there.
 *
 * What the screen is told of a frame:
 *   the clinic's own answer, where it comes within RELAY_ANSWER_MS;
 *   FRAME_HELD, where the clinic cannot be reached: the frame is flushed to this disk, and sent later;
 *   FRAME_TROUBLE, where it could be kept nowhere: the screen keeps it and tries again;
 *   FRAME_REFUSED of what is not a frame.
 * Frames on the disk were told as held, or their screen went away: what the clinic refuses of them later is
 * set aside here and there, never dropped (outbox.h, handin.h).
 *
 * The line is a descriptor that leads to `foyer-relay --hand-in` at the clinic: LINE_GREETING from there
 * first, then a frame from here, FRAME_REPLY bytes from there, and so on.
 */
#ifndef FOYER_RELAY_H
#define FOYER_RELAY_H

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "err.h"

enum {
    RELAY_CLIENTS = 32,
    RELAY_READ_MS = 5000,   /* for a whole frame to arrive from a screen, as at the letter slot */
    RELAY_ANSWER_MS = 5000, /* a patient waits: after that "held" */
    RELAY_GREET_MS = 20000, /* for the line to be up */
    RELAY_REPLY_MS = 90000, /* for a frame to get there and be answered: as long as the hand-in takes */
    RELAY_SKIP_MS = 300000, /* a frame that did not get there in OUTBOX_TRIES tries lets others pass */
    RELAY_KICK_MS = 2000,   /* a new frame has the line tried again, not more often than that */
};

enum { LINE_GREETING = 8 };
extern const uint8_t line_greeting[LINE_GREETING]; /* "FYRH", version 1, zeros */

struct relay_setup {
    int listener; /* a listening AF_UNIX socket, not blocking */
    int keeper;   /* whoever makes the line: see line.h */
    const char *folder;
    size_t room;
    const struct clock *clock;
};

/* Goes on until the keeper is gone, which is 0. -1: the outbox cannot be used. */
int relay_run(const struct relay_setup *setup, struct err *err);

#endif
