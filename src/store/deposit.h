/* deposit.h: one sealed frame into the letterbox, and what can be seen of frames without a key.
 *
 * The rules, for a frame with a given uid and rev:
 *   - nothing of this uid yet: stored;
 *   - same rev, same bytes: known; same rev, other bytes: refused;
 *   - a lower rev, or a draft after a final: settled, that is acknowledged and not stored;
 *   - a higher draft takes the older one's place; a final takes away its drafts. In one transaction;
 *   - a final is only ever stored, known or refused. A sender that hears "settled" of a final would say
 *     "saved" of something that is not there;
 *   - a delete frame signed by the key in the stored draft takes that draft away and lies there in its place,
 *     so that a draft still on its way cannot come back. It never touches a final. Nothing there: settled;
 *   - calls (help, alert) have a uid of their own: sharing one with an intake is refused;
 *   - a frame sealed for a key epoch that is not in the vault is refused: no key exists, or ever will, that
 *     opens it, and "stored" would be untrue in the only sense that counts.
 */
#ifndef FOYER_DEPOSIT_H
#define FOYER_DEPOSIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "frame.h"

/* `err` holds the reason for FRAME_REFUSED and FRAME_TROUBLE; no patient data is in it. FRAME_STORED is
 * returned only after the commit, which has flushed the file and its folder. */
enum frame_status deposit_frame(struct db *db, const void *frame, size_t len, int64_t received_s,
                                struct err *err);

/* A call for staff, readable without a key. */
struct deposit_call {
    int64_t seq, received_s;
    bool seen;                  /* somebody has acknowledged it */
    struct frame_header header; /* kind is FRAME_HELP or FRAME_ALERT */
};

/* When the call was made, if it came in more than DEPOSIT_LATE_S after that: it lay on a second screen, or
 * the letter slot was closed. 0: it is fresh, or the kiosk did not know the time. */
enum { DEPOSIT_LATE_S = 600 };
int64_t deposit_late(const struct deposit_call *call);

/* The calls received at or after since_s with a seq above after_seq, oldest first. Returns how many were
 * written to `out` (at most `max`, itself at most DB_BATCH), or -1. *last_seq: ask again from there. */
int deposit_calls(struct db *db, int64_t since_s, int64_t after_seq, struct deposit_call *out, int max,
                  int64_t *last_seq, struct err *err);

/* A person has seen a call: from then on the letterbox answers FRAME_SEEN to the kiosk that posts the same
 * frame again, and the patient reads it. With the audit entry "seen". Needs no key. 1; 0: it was seen before,
 * or there is no such call (then err says so); -1. */
int deposit_acknowledge(struct db *db, const uint8_t uid[FRAME_UID], const char *actor, int64_t at_s,
                        struct err *err);

/* The highest seq so far; 0 if nothing came in yet; -1. */
int64_t deposit_newest(struct db *db, struct err *err);

/* Puts a stored frame together: appends to `frame`. rev 0: the highest. 1: found, 0: not there, -1. */
int deposit_read(struct db *db, const uint8_t uid[FRAME_UID], uint32_t rev, struct buf *frame,
                 struct err *err);

/* The uids of intakes (drafts and finals) that begin with the hex digits `prefix`, at most `max`. Returns how
 * many, or -1: not hex, or trouble. */
int deposit_find(struct db *db, const char *prefix, uint8_t (*uid)[FRAME_UID], int max, struct err *err);

/* "9f3a61c2": the first 4 bytes of a uid in hex. Returns buf. */
enum { DEPOSIT_SHORT = 9, DEPOSIT_LONG = 2 * FRAME_UID + 1 };
char *deposit_short(const uint8_t uid[FRAME_UID], char buf[DEPOSIT_SHORT]);
char *deposit_long(const uint8_t uid[FRAME_UID], char buf[DEPOSIT_LONG]);

#endif
