/* letterbox.h: one connection of the letter slot: who is there, one frame, one reply. */
#ifndef FOYER_LETTERBOX_H
#define FOYER_LETTERBOX_H

#include <stddef.h>
#include <sys/types.h>

#include "buf.h"
#include "db.h"
#include "frame.h"

enum { LETTERBOX_READ_MS = 5000 }; /* for the whole frame to arrive */

struct letterbox {
    const struct clock *clock;
    const uid_t *allowed; /* beside root and the program's own user */
    size_t nallowed;
};

/* 0 if the process at the other end of the socket may post. */
int letterbox_check_peer(const struct letterbox *box, int fd, struct err *err);

/* Reads one frame within LETTERBOX_READ_MS: its length is checked before memory is taken for it. Returns
 * FRAME_STORED and the frame in `out`; or FRAME_REFUSED (not a frame; the sender hung up) or FRAME_TROUBLE
 * (too slow: a machine under load may try again). */
enum frame_status letterbox_read(const struct letterbox *box, int fd, struct buf *out, struct err *err);

/* The reply, and no waiting for a sender that does not read it. */
int letterbox_reply(int fd, enum frame_status status, struct err *err);

#endif
