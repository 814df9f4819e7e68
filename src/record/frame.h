/* frame.h: what travels from the kiosk to the letterbox and lies in the database: one sealed record.
 *
 * Anyone can post through the slot; only staff with a key can open the box. All numbers big-endian.
 * The byte table is fixed here, and nowhere else. (Written with the code.)
 */
#ifndef FOYER_FRAME_H
#define FOYER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

enum {
    FRAME_UID = 16,
    FRAME_MAX = 256 * 1024,
    FRAME_BOOT_ID = 16,
    FRAME_HASH = 32,
};

enum frame_kind { FRAME_DRAFT = 1, FRAME_FINAL = 2, FRAME_HELP = 3, FRAME_ALERT = 4, FRAME_DELETE = 5 };

struct frame_header {
    uint32_t epoch;
    uint8_t uid[FRAME_UID];
    uint32_t rev;      /* 1 and up; a draft's grows, the final's is the highest */
    uint8_t kind;      /* enum frame_kind */
    bool urgent;       /* shown before unlock, if the clinic lets it */
    uint8_t clock;     /* enum clock_state */
    int64_t wall_s;
    uint8_t form_hash[FRAME_HASH];
    uint8_t boot_id[FRAME_BOOT_ID];
    uint8_t about[FRAME_UID]; /* help and alert: the intake's uid; else zero */
    uint8_t delete_key[32];   /* the wizard's one-time public key: a later FRAME_DELETE is signed with it */
};

/* The clinic's public keys, as the kiosk holds them. */
struct frame_keys {
    uint32_t epoch;
    uint8_t desk[32], body[32]; /* crypto_box public keys */
};

/* One part's record key, 32 bytes, unsealed. */
struct frame_part_key {
    uint8_t key[32];
};

enum frame_part { FRAME_DESK, FRAME_BODY };

/* Seals desk card and body into `out`. The documents may be empty (help, delete). Header and key epoch are
 * the associated data. The caller overwrites its documents. */
int frame_seal(struct buf *out, const struct frame_header *header, const struct frame_keys *keys,
               const void *desk, size_t desk_len, const void *body, size_t body_len, struct err *err);

/* A FRAME_DELETE for header->uid, signed with the secret half of header->delete_key. */
int frame_delete(struct buf *out, const struct frame_header *header, const uint8_t secret[64], struct err *err);
int frame_delete_verify(const void *frame, size_t len, const uint8_t delete_key[32]); /* 0 or -1 */

/* Checks magic, version, lengths, reserved bits and ranges of a frame from outside. Opens nothing. */
int frame_parse(const void *frame, size_t len, struct frame_header *header, struct err *err);
/* The length a frame says it has, from its first FRAME_PREFIX bytes; 0 if it is not a frame or too long. */
enum { FRAME_PREFIX = 12 };
size_t frame_length(const uint8_t prefix[FRAME_PREFIX]);

/* Opens one part's seal (slow: public-key), then its document (fast). */
int frame_open_key(const void *frame, size_t len, enum frame_part part, const uint8_t public_key[32],
                   const uint8_t secret_key[32], struct frame_part_key *out, struct err *err);
int frame_open(const void *frame, size_t len, enum frame_part part, const struct frame_part_key *key,
               struct buf *out, struct err *err);

/* The letterbox's reply to one frame, FRAME_REPLY bytes: "FYR1", status, three zeros. */
enum { FRAME_REPLY = 8 };
enum frame_status {
    FRAME_STORED = 1,
    FRAME_KNOWN = 2,   /* these very bytes are already there */
    FRAME_SETTLED = 3, /* acknowledged, not stored: a lower rev, or a draft after a final */
    FRAME_REFUSED = 4, /* never: not a frame, other bytes for the same rev, a wrong signature */
    FRAME_TROUBLE = 5, /* not now: disk, lock, database. Keep it and try again */
};
void frame_reply_pack(uint8_t out[FRAME_REPLY], enum frame_status status);
enum frame_status frame_reply_parse(const uint8_t in[FRAME_REPLY]); /* FRAME_TROUBLE for nonsense */

/* The public keys' file, text: "foyer-keys 1", epoch, desk, body in hex. */
int frame_keys_read(const char *path, struct frame_keys *out, struct err *err);
int frame_keys_write(const char *path, const struct frame_keys *keys, struct err *err);
/* Eight groups of four hex digits people can compare. */
enum { FRAME_FINGERPRINT = 48 };
char *frame_keys_fingerprint(const struct frame_keys *keys, char out[FRAME_FINGERPRINT]);

#endif
