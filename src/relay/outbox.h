/* outbox.h: sealed frames of a second screen on their way to the clinic, one file each, in a folder that only
 * the relay's user may look into.
 *
 *   outbox/000000000042    a frame; its name is its place in the queue
 *   outbox/new             one that was being written when the power went; taken away at start
 *   refused/000000000017   what the clinic will not take, and what is not a frame: kept until a person looks
 *
 * A frame gets its name after its bytes have been flushed, so that a file with a name is whole, and counts as
 * there once the folder has been flushed too. What lies in the folder is not believed all the same: a file
 * that is not a frame, is no file, or was changed since, is set aside and never sent.
 */
#ifndef FOYER_OUTBOX_H
#define FOYER_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "frame.h"

enum {
    OUTBOX_ROOM =
        64 * 1024 * 1024, /* bytes of frames, those set aside among them: about a thousand intakes */
    OUTBOX_FRAMES = 4096,
    OUTBOX_MEMORY = 32,
    OUTBOX_TRIES = 5 /* so often the clinic says "not now", or the line ends, before what came later may
                        overtake */
};

struct outbox_entry {
    int64_t seq;
    struct frame_header header;
    size_t len;
    int tries;             /* how often it did not get there */
    int64_t not_before_ms; /* monotonic; 0: at once */
    char *memory;          /* the frame itself, where no disk had room for it; else NULL */
};

struct outbox {
    int folder, refused;         /* descriptors of the two folders */
    size_t room, used;           /* bytes */
    int64_t last;                /* the highest seq so far */
    struct outbox_entry **entry; /* by seq */
    size_t n, cap;
    size_t nrefused, nmemory;
};

/* Opens `path` with its two folders, makes them if need be, and looks at what lies there. -1 if that cannot
 * be done. What is set aside goes to the log. outbox_close() it either way. */
int outbox_open(struct outbox *box, const char *path, size_t room, struct err *err);
void outbox_close(struct outbox *box);

/* Puts a frame behind the others, flushed to the disk. NULL: it is not there and will not come back, and err
 * says why (no room, full disk). Drafts may use half of the room. */
struct outbox_entry *outbox_add(struct outbox *box, const struct buf *frame,
                                const struct frame_header *header, struct err *err);
/* The same without a disk. NULL: there are OUTBOX_MEMORY of those. */
struct outbox_entry *outbox_keep(struct outbox *box, const struct buf *frame,
                                 const struct frame_header *header);

/* The entry with these very bytes; NULL. */
struct outbox_entry *outbox_find(const struct outbox *box, const struct buf *frame,
                                 const struct frame_header *header);
/* A draft that this frame makes pointless, but `sending`; NULL: none is left. */
struct outbox_entry *outbox_old_draft(const struct outbox *box, const struct frame_header *header,
                                      const struct outbox_entry *sending);

/* What is sent next: calls first, then by seq, and nothing before an earlier frame of the same intake. NULL:
 * nothing may be sent now. *when: monotonic ms of the first that may be later; -1: none waits for a time. */
struct outbox_entry *outbox_next(const struct outbox *box, int64_t now_ms, int64_t *when);

/* Reads an entry's frame again. -1: it is not the one that was put there. */
int outbox_read(const struct outbox *box, const struct outbox_entry *entry, struct buf *frame,
                struct err *err);

void outbox_remove(struct outbox *box, struct outbox_entry *entry); /* frees entry */
/* Into refused/; in memory it is lost, which the log says. Frees entry. */
void outbox_set_aside(struct outbox *box, struct outbox_entry *entry, const char *why);

#endif
