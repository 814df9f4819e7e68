/* frame.h: what travels from the kiosk to the letterbox and lies in the database: one sealed record.
 *
 * Anyone can post through the slot; only staff with a key can open the box.
 *
 * The bytes. Numbers are big-endian; what is called zero must be zero. A frame is refused as a whole if
 * anything in it is out of range, so that there is one way to write each record.
 *
 *   offset size
 *        0    4  magic "FOYR"
 *        4    2  version, 1
 *        6    2  zero
 *        8    4  length of the whole frame, FRAME_MAX at most
 *       12    1  kind: 1 draft, 2 final, 3 help, 4 alert, 5 delete
 *       13    1  flags: bit 0 urgent; the others zero
 *       14    1  clock: 0 unknown, 1 hardware clock, 2 synchronised
 *       15    1  zero
 *       16    4  key epoch
 *       20    4  rev, 1 and up
 *       24    8  wall clock, seconds since 1970, before the year 10000
 *       32   16  uid, not all zero
 *       48   16  about: the intake a call for help or an alert belongs to; zero for the other kinds
 *       64   16  boot id
 *       80   32  form hash
 *      112   32  delete key: an Ed25519 public key
 *      144    4  d, bytes of the desk card as sealed: a multiple of 1024, and 16
 *      148    4  b, bytes of the body as sealed: likewise
 *      152       end of the header (FRAME_HEADER)
 *
 *   draft, final, help, alert:
 *      152   80  the desk card's key, in a crypto_box_seal to the clinic's desk key
 *      232   80  the body's key, likewise to the body key
 *      312   24  the desk card's nonce
 *      336   24  the body's nonce
 *      360    d  the desk card: XChaCha20-Poly1305 (IETF), its tag at the end
 *    360+d    b  the body, likewise; the frame ends here
 *
 *   delete (d and b are zero):
 *      152   64  Ed25519 signature of the header; the frame ends here
 *
 * Each part is padded to blocks of 1024 bytes (sodium_pad: 0x80, then zeros), so that its length says
 * little. Its associated data are the 152 header bytes and one byte more, 0 for the desk card, 1 for the
 * body: no part can be put under another header or in the other's place. The sealed keys say nothing
 * about the header: a key opens only the part it was made for, and that part only under its own header.
 *
 * Sealing hides; it does not prove who wrote. Whoever has the public keys can write a record of their own.
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
    FRAME_HEADER = 152, /* bytes; see the table above */
    FRAME_BODIES = 360, /* where the sealed documents begin */
    FRAME_SIGNATURE = 64,
};

enum frame_kind { FRAME_DRAFT = 1, FRAME_FINAL = 2, FRAME_HELP = 3, FRAME_ALERT = 4, FRAME_DELETE = 5 };

struct frame_header {
    uint32_t epoch;
    uint8_t uid[FRAME_UID];
    uint32_t rev;  /* 1 and up; a draft's grows, the final's is the highest */
    uint8_t kind;  /* enum frame_kind */
    bool urgent;   /* shown before unlock, if the clinic lets it */
    uint8_t clock; /* enum clock_state */
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

/* Appends a frame to `out`, desk card and body sealed. The documents may be empty (help). The epoch is that
 * of `keys`, whatever the header says. -1: the header is out of range, the documents are too long for
 * FRAME_MAX, or a key is none. The caller overwrites its documents. */
int frame_seal(struct buf *out, const struct frame_header *header, const struct frame_keys *keys,
               const void *desk, size_t desk_len, const void *body, size_t body_len, struct err *err);

/* Appends a FRAME_DELETE for header->uid, signed with `secret`, the secret half of header->delete_key
 * (crypto_sign, seed and public key). Kind and what a delete frame has no use for are set here. */
int frame_delete(struct buf *out, const struct frame_header *header, const uint8_t secret[64],
                 struct err *err);
/* 0 if it is a delete frame signed for `delete_key`, the one its intake's first draft brought; else -1. */
int frame_delete_verify(const void *frame, size_t len, const uint8_t delete_key[32]);

/* Checks magic, version, lengths, reserved bits and ranges of a frame from outside. Opens nothing. A refused
 * frame leaves the header all zero. */
int frame_parse(const void *frame, size_t len, struct frame_header *header, struct err *err);
/* The length a frame says it has, from its first FRAME_PREFIX bytes; 0 if it is not a frame, too short for
 * one or too long. */
enum { FRAME_PREFIX = 12 };
size_t frame_length(const uint8_t prefix[FRAME_PREFIX]);

/* Opens one part's seal (slow: public-key), then its document (fast; appended to `out`, which the caller
 * wipes). -1: the key is another's, the bytes were changed, or a delete frame, which has no parts. */
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
    FRAME_SEEN = 6,    /* of a call: these very bytes are there, and a person has acknowledged them */
    FRAME_HELD = 7,    /* on a disk, on its way to a clinic that cannot be reached: it is safe there, and no
                          person can know of it yet. Only foyer-relay says so */
};
void frame_reply_pack(uint8_t out[FRAME_REPLY], enum frame_status status);
enum frame_status frame_reply_parse(const uint8_t in[FRAME_REPLY]); /* FRAME_TROUBLE for nonsense */

/* The public keys' file, text, four lines: "foyer-keys 1", "epoch N", "desk HEX", "body HEX". */
int frame_keys_read(const char *path, struct frame_keys *out, struct err *err);
int frame_keys_write(const char *path, const struct frame_keys *keys, struct err *err);
/* Eight groups of four hex digits people can compare. */
enum { FRAME_FINGERPRINT = 48 };
char *frame_keys_fingerprint(const struct frame_keys *keys, char out[FRAME_FINGERPRINT]);

#endif
