/* delivery.h: sealed frames on their way to the letterbox, kept in memory until it has taken them.
 *
 * Alerts and calls for help go first, then finished intakes, then drafts. Of one intake only the newest
 * draft waits, and none once its final is here. One connection at a time, never blocking: the owner polls
 * delivery_fd() and calls delivery_step(). Trouble (no letterbox, disk full, lock) is tried again after
 * 1, 2, 5, 10, then every 30 seconds. Drafts are dropped rather than tried for long; nothing else is.
 *
 * The newest call that the letterbox has is sent again every 3 seconds, for 10 minutes, while nothing else
 * waits: it answers FRAME_SEEN once a person has acknowledged it, and only that is told. "Held" is as good as
 * "stored" here: a relay has it on its disk.
 */
#ifndef FOYER_DELIVERY_H
#define FOYER_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct delivery;

struct delivery_news {
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    uint8_t kind;
    enum frame_status status; /* FRAME_TROUBLE: kept, will be tried again */
    const char *reason;       /* TROUBLE: for the log; else NULL */
};
typedef void delivery_tell(void *arg, const struct delivery_news *news);

struct delivery *delivery_new(delivery_tell *tell, void *arg);
void delivery_free(struct delivery *delivery);
void delivery_set_path(struct delivery *delivery, const char *socket_path);

/* Takes a copy. A frame that cannot be parsed, or finals beyond the room for 64, are told as REFUSED. */
void delivery_add(struct delivery *delivery, const void *frame, size_t len, int64_t mono_ms);

size_t delivery_waiting(const struct delivery *delivery);        /* frames other than drafts */
int delivery_fd(const struct delivery *delivery, short *events); /* -1: no connection open */
int64_t delivery_deadline(const struct delivery *delivery);      /* monotonic ms, or -1 */
/* Moves on as far as it can without waiting. `ready`: delivery_fd() polled ready. */
void delivery_step(struct delivery *delivery, bool ready, int64_t mono_ms);

#endif
