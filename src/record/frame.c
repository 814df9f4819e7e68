/* frame.c: writes, checks, seals and opens frames. The byte table is in frame.h. */
#include "frame.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "mem.h"

enum {
    VERSION = 1,
    BLOCK = 1024,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    SEAL = crypto_box_SEALBYTES + KEY,
    AD = FRAME_HEADER + 1,

    AT_VERSION = 4,
    AT_ZERO = 6,
    AT_LENGTH = 8,
    AT_KIND = 12,
    AT_FLAGS = 13,
    AT_CLOCK = 14,
    AT_ZERO_TOO = 15,
    AT_EPOCH = 16,
    AT_REV = 20,
    AT_WALL = 24,
    AT_UID = 32,
    AT_ABOUT = 48,
    AT_BOOT = 64,
    AT_FORM = 80,
    AT_DELETE_KEY = 112,
    AT_SIZES = 144, /* desk, body: 4 bytes each */
    AT_SEALS = FRAME_HEADER,
    AT_NONCES = AT_SEALS + 2 * SEAL,
};
static const uint8_t magic[4] = { 'F', 'O', 'Y', 'R' };
static const int64_t wall_max = INT64_C(253402300799); /* the last second of the year 9999 */

_Static_assert(AT_SIZES + 8 == FRAME_HEADER, "the table in frame.h");
_Static_assert(AT_NONCES + 2 * NONCE == FRAME_BODIES, "the table in frame.h");
_Static_assert(KEY == sizeof((struct frame_part_key *)0)->key, "a part's key");
_Static_assert(FRAME_SIGNATURE == crypto_sign_BYTES, "the table in frame.h");

static void put16(uint8_t *at, uint32_t n)
{
    at[0] = (uint8_t)(n >> 8);
    at[1] = (uint8_t)n;
}

static void put32(uint8_t *at, uint32_t n)
{
    put16(at, n >> 16);
    put16(at + 2, n & 0xffff);
}

static uint32_t get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
    return get16(at) << 16 | get16(at + 2);
}

static int64_t get64(const uint8_t *at)
{
    return (int64_t)((uint64_t)get32(at) << 32 | get32(at + 4));
}

static void put64(uint8_t *at, int64_t n)
{
    put32(at, (uint32_t)((uint64_t)n >> 32));
    put32(at + 4, (uint32_t)((uint64_t)n & UINT32_MAX));
}

static void pack(uint8_t out[FRAME_HEADER], const struct frame_header *header, size_t length, size_t desk,
                 size_t body)
{
    memset(out, 0, FRAME_HEADER);
    memcpy(out, magic, sizeof magic);
    put16(out + AT_VERSION, VERSION);
    put32(out + AT_LENGTH, (uint32_t)length);
    out[AT_KIND] = header->kind;
    out[AT_FLAGS] = header->urgent ? 1 : 0;
    out[AT_CLOCK] = header->clock;
    put32(out + AT_EPOCH, header->epoch);
    put32(out + AT_REV, header->rev);
    put64(out + AT_WALL, header->wall_s);
    memcpy(out + AT_UID, header->uid, FRAME_UID);
    memcpy(out + AT_ABOUT, header->about, FRAME_UID);
    memcpy(out + AT_BOOT, header->boot_id, FRAME_BOOT_ID);
    memcpy(out + AT_FORM, header->form_hash, FRAME_HASH);
    memcpy(out + AT_DELETE_KEY, header->delete_key, sizeof header->delete_key);
    put32(out + AT_SIZES, (uint32_t)desk);
    put32(out + AT_SIZES + 4, (uint32_t)body);
}

static void unpack(const uint8_t *in, struct frame_header *header)
{
    *header = (struct frame_header){
        .epoch = get32(in + AT_EPOCH),
        .rev = get32(in + AT_REV),
        .kind = in[AT_KIND],
        .urgent = in[AT_FLAGS] & 1,
        .clock = in[AT_CLOCK],
        .wall_s = get64(in + AT_WALL),
    };
    memcpy(header->uid, in + AT_UID, FRAME_UID);
    memcpy(header->about, in + AT_ABOUT, FRAME_UID);
    memcpy(header->boot_id, in + AT_BOOT, FRAME_BOOT_ID);
    memcpy(header->form_hash, in + AT_FORM, FRAME_HASH);
    memcpy(header->delete_key, in + AT_DELETE_KEY, sizeof header->delete_key);
}

static bool sealed_size_ok(uint32_t size)
{
    return size >= BLOCK + TAG && size <= FRAME_MAX && (size - TAG) % BLOCK == 0;
}

size_t frame_length(const uint8_t prefix[FRAME_PREFIX])
{
    uint32_t length = get32(prefix + AT_LENGTH);
    if (memcmp(prefix, magic, sizeof magic) != 0 || get16(prefix + AT_VERSION) != VERSION ||
        get16(prefix + AT_ZERO) != 0) {
        return 0;
    }
    return length >= FRAME_HEADER + FRAME_SIGNATURE && length <= FRAME_MAX ? length : 0;
}

/* The header's own bytes, without a look at what follows. */
static int check_header(const uint8_t in[FRAME_HEADER], struct err *err)
{
    uint8_t kind = in[AT_KIND];
    int64_t wall = get64(in + AT_WALL);
    if (memcmp(in, magic, sizeof magic) != 0) {
        return err_set(err, "not a record: it does not begin with FOYR");
    }
    if (get16(in + AT_VERSION) != VERSION) {
        return err_set(err, "a record of version %u; this program knows version %d", get16(in + AT_VERSION),
                       VERSION);
    }
    if (get16(in + AT_ZERO) != 0 || in[AT_ZERO_TOO] != 0 || (in[AT_FLAGS] & ~1U) != 0) {
        return err_set(err, "not a record: reserved bits are set");
    }
    if (kind < FRAME_DRAFT || kind > FRAME_DELETE) {
        return err_set(err, "not a record: there is no kind %u", kind);
    }
    if (in[AT_CLOCK] > CLOCK_SYNCED) {
        return err_set(err, "not a record: there is no clock state %u", in[AT_CLOCK]);
    }
    if (get32(in + AT_REV) == 0) {
        return err_set(err, "not a record: revisions begin at 1");
    }
    if (wall < 0 || wall > wall_max) {
        return err_set(err, "not a record: its time is out of range");
    }
    if (sodium_is_zero(in + AT_UID, FRAME_UID)) {
        return err_set(err, "not a record: it has no uid");
    }
    if (kind != FRAME_HELP && kind != FRAME_ALERT && !sodium_is_zero(in + AT_ABOUT, FRAME_UID)) {
        return err_set(err, "not a record: only alerts and calls for help name another");
    }
    return 0;
}

int frame_parse(const void *frame, size_t len, struct frame_header *header, struct err *err)
{
    const uint8_t *in = frame;
    *header = (struct frame_header){ 0 };
    if (len < FRAME_HEADER) {
        return err_set(err, "not a record: it is too short");
    }
    if (check_header(in, err)) {
        return -1;
    }
    if (len > FRAME_MAX || get32(in + AT_LENGTH) != len) {
        return err_set(err, "not a whole record: its length is not the one it names");
    }
    uint32_t desk = get32(in + AT_SIZES), body = get32(in + AT_SIZES + 4);
    if (in[AT_KIND] == FRAME_DELETE) {
        if (desk != 0 || body != 0 || len != FRAME_HEADER + FRAME_SIGNATURE) {
            return err_set(err, "not a record: the sizes of its parts do not fit");
        }
    } else if (!sealed_size_ok(desk) || !sealed_size_ok(body) || len != FRAME_BODIES + (size_t)desk + body) {
        return err_set(err, "not a record: the sizes of its parts do not fit");
    }
    unpack(in, header);
    return 0;
}

static void associate(uint8_t ad[AD], const uint8_t *header, enum frame_part part)
{
    memcpy(ad, header, FRAME_HEADER);
    ad[FRAME_HEADER] = (uint8_t)part;
}

/* Seals one part into its places in `frame`, whose header is already written. */
static int seal_part(uint8_t *frame, enum frame_part part, const uint8_t public_key[32], const void *doc,
                     size_t len, uint8_t *out, size_t sealed)
{
    uint8_t ad[AD], key[KEY];
    uint8_t *nonce = frame + AT_NONCES + (size_t)part * NONCE;
    size_t padded;
    associate(ad, frame, part);
    crypto_aead_xchacha20poly1305_ietf_keygen(key);
    randombytes_buf(nonce, NONCE);
    if (len) {
        memcpy(out, doc, len);
    }
    /* Encrypted where it lies: no second copy of the document to overwrite. */
    int status = sodium_pad(&padded, out, len, BLOCK, sealed - TAG);
    if (!status) { /* no test: `sealed` is the size that the padding fills */
        status = crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, out, padded, ad, sizeof ad, NULL,
                                                            nonce, key);
    }
    if (!status) { /* no test: nothing in a frame is too long for the cipher */
        /* Fails for a point of low order, that is a key nobody has. */
        status = crypto_box_seal(frame + AT_SEALS + (size_t)part * SEAL, key, sizeof key, public_key);
    }
    sodium_memzero(key, sizeof key);
    return status ? -1 : 0;
}

static size_t sealed_size(size_t len)
{
    return (len / BLOCK + 1) * BLOCK + TAG;
}

int frame_seal(struct buf *out, const struct frame_header *header, const struct frame_keys *keys,
               const void *desk, size_t desk_len, const void *body, size_t body_len, struct err *err)
{
    struct frame_header own = *header;
    own.epoch = keys->epoch;
    if (desk_len > FRAME_MAX || body_len > FRAME_MAX) {
        return err_set(err, "the record is too long: more than %d bytes", FRAME_MAX);
    }
    size_t desk_sealed = sealed_size(desk_len), body_sealed = sealed_size(body_len);
    size_t length = FRAME_BODIES + desk_sealed + body_sealed;
    if (length > FRAME_MAX) {
        return err_set(err, "the record is too long: more than %d bytes", FRAME_MAX);
    }
    if (own.kind == FRAME_DELETE) {
        return err_set(err, "a delete frame is signed, not sealed");
    }
    if (sodium_init() < 0) { /* no test: no machine we have lacks them */
        return err_set(err, "no random numbers to be had");
    }

    uint8_t *frame = mem_alloc(length);
    pack(frame, &own, length, desk_sealed, body_sealed);
    int status = check_header(frame, err);
    if (!status &&
        (seal_part(frame, FRAME_DESK, keys->desk, desk, desk_len, frame + FRAME_BODIES, desk_sealed) ||
         seal_part(frame, FRAME_BODY, keys->body, body, body_len, frame + FRAME_BODIES + desk_sealed,
                   body_sealed))) {
        status = err_set(err, "the clinic's public keys cannot be used: make them again");
    }
    if (!status) {
        buf_add(out, frame, length);
    }
    sodium_memzero(frame, length); /* a part that failed may lie in it in clear */
    free(frame);
    return status;
}

int frame_delete(struct buf *out, const struct frame_header *header, const uint8_t secret[64],
                 struct err *err)
{
    struct frame_header own = *header;
    uint8_t frame[FRAME_HEADER + FRAME_SIGNATURE];
    own.kind = FRAME_DELETE;
    own.urgent = false;
    memset(own.about, 0, sizeof own.about);
    pack(frame, &own, sizeof frame, 0, 0);
    if (sodium_init() < 0) { /* no test: no machine we have lacks them */
        return err_set(err, "no random numbers to be had");
    }
    if (check_header(frame, err)) {
        return -1;
    }
    crypto_sign_detached(frame + FRAME_HEADER, NULL, frame, FRAME_HEADER, secret);
    buf_add(out, frame, sizeof frame);
    return 0;
}

int frame_delete_verify(const void *frame, size_t len, const uint8_t delete_key[32])
{
    struct frame_header header;
    const uint8_t *in = frame;
    if (frame_parse(frame, len, &header, NULL) || header.kind != FRAME_DELETE) {
        return -1;
    }
    return crypto_sign_verify_detached(in + FRAME_HEADER, in, FRAME_HEADER, delete_key) ? -1 : 0;
}

/* Parses, and refuses what has no parts. */
static int parse_parts(const void *frame, size_t len, struct err *err)
{
    struct frame_header header;
    if (frame_parse(frame, len, &header, err)) {
        return -1;
    }
    return header.kind == FRAME_DELETE ? err_set(err, "a delete frame has nothing to open") : 0;
}

int frame_open_key(const void *frame, size_t len, enum frame_part part, const uint8_t public_key[32],
                   const uint8_t secret_key[32], struct frame_part_key *out, struct err *err)
{
    const uint8_t *in = frame;
    if (parse_parts(frame, len, err)) {
        return -1;
    }
    if (crypto_box_seal_open(out->key, in + AT_SEALS + (size_t)part * SEAL, SEAL, public_key, secret_key)) {
        sodium_memzero(out, sizeof *out);
        return err_set(err,
                       "this key does not open this record: it was sealed for another, or changed since");
    }
    return 0;
}

int frame_open(const void *frame, size_t len, enum frame_part part, const struct frame_part_key *key,
               struct buf *out, struct err *err)
{
    const uint8_t *in = frame;
    if (parse_parts(frame, len, err)) {
        return -1;
    }
    size_t desk = get32(in + AT_SIZES);
    size_t sealed = get32(in + AT_SIZES + 4 * (size_t)part);
    const uint8_t *from = in + FRAME_BODIES + (part == FRAME_BODY ? desk : 0);
    uint8_t ad[AD];
    size_t doc_len;
    size_t room = sealed - TAG;
    associate(ad, in, part);
    uint8_t *doc = mem_alloc(room);
    int status = crypto_aead_xchacha20poly1305_ietf_decrypt(doc, NULL, NULL, from, sealed, ad, sizeof ad,
                                                            in + AT_NONCES + (size_t)part * NONCE, key->key);
    if (!status) {
        status = sodium_unpad(&doc_len, doc, room, BLOCK);
    }
    if (!status) {
        buf_reserve(out, out->len + doc_len + 1); /* once, so that growing leaves no copies behind */
        buf_add(out, doc, doc_len);
    }
    sodium_memzero(doc, room);
    free(doc);
    return status ? err_set(err, "this record was changed after it was sealed, or the key is another's") : 0;
}

static const uint8_t reply_magic[4] = { 'F', 'Y', 'R', '1' };

void frame_reply_pack(uint8_t out[FRAME_REPLY], enum frame_status status)
{
    memset(out, 0, FRAME_REPLY);
    memcpy(out, reply_magic, sizeof reply_magic);
    out[4] = (uint8_t)status;
}

enum frame_status frame_reply_parse(const uint8_t in[FRAME_REPLY])
{
    if (memcmp(in, reply_magic, sizeof reply_magic) != 0 || in[5] || in[6] || in[7]) {
        return FRAME_TROUBLE;
    }
    switch (in[4]) {
    case FRAME_STORED:
        return FRAME_STORED;
    case FRAME_KNOWN:
        return FRAME_KNOWN;
    case FRAME_SETTLED:
        return FRAME_SETTLED;
    case FRAME_SEEN:
        return FRAME_SEEN;
    case FRAME_HELD:
        return FRAME_HELD;
    case FRAME_REFUSED:
        return FRAME_REFUSED;
    default:
        return FRAME_TROUBLE;
    }
}

enum { KEYS_FILE_MAX = 512, HEX = 64 };

static bool read_hex(const char *hex, uint8_t out[32])
{
    return strlen(hex) == HEX && sodium_hex2bin(out, 32, hex, HEX, NULL, NULL, NULL) == 0;
}

/* A decimal number and nothing else. */
static bool read_epoch(const char *s, uint32_t *out)
{
    size_t len = strlen(s);
    if (len < 1 || len > 10 || strspn(s, "0123456789") != len) {
        return false;
    }
    unsigned long long n = strtoull(s, NULL, 10);
    *out = (uint32_t)n;
    return n <= UINT32_MAX;
}

/* The rest of the line at *at if it begins with `word`, its newline made a NUL; *at goes to the next line. */
static const char *take_line(char **at, const char *word)
{
    char *line = *at;
    char *end = strchr(line, '\n');
    if (!end || strncmp(line, word, strlen(word)) != 0) {
        return NULL;
    }
    *end = '\0';
    *at = end + 1;
    return line + strlen(word);
}

static bool parse_keys(char *text, struct frame_keys *out)
{
    const char *first = take_line(&text, "foyer-keys 1");
    const char *epoch = first && !*first ? take_line(&text, "epoch ") : NULL;
    const char *desk = epoch ? take_line(&text, "desk ") : NULL;
    const char *body = desk ? take_line(&text, "body ") : NULL;
    return body && !*text && read_epoch(epoch, &out->epoch) && read_hex(desk, out->desk) &&
           read_hex(body, out->body);
}

int frame_keys_read(const char *path, struct frame_keys *out, struct err *err)
{
    struct buf file = BUF_INIT;
    struct frame_keys keys;
    if (file_read(path, KEYS_FILE_MAX, &file, err)) {
        return -1;
    }
    bool ok = file.len && strlen(buf_str(&file)) == file.len && parse_keys(file.data, &keys);
    buf_done(&file);
    if (!ok) {
        return err_set(err, "%s: not a file of Foyer's public keys, or a damaged one", path);
    }
    /* The desk could open every body. */
    if (memcmp(keys.desk, keys.body, sizeof keys.desk) == 0) {
        return err_set(err, "%s: desk and body have the same key: make the keys again", path);
    }
    *out = keys;
    return 0;
}

int frame_keys_write(const char *path, const struct frame_keys *keys, struct err *err)
{
    struct buf file = BUF_INIT;
    char desk[HEX + 1], body[HEX + 1];
    sodium_bin2hex(desk, sizeof desk, keys->desk, sizeof keys->desk);
    sodium_bin2hex(body, sizeof body, keys->body, sizeof keys->body);
    buf_addf(&file, "foyer-keys 1\nepoch %u\ndesk %s\nbody %s\n", keys->epoch, desk, body);
    int status = file_replace(path, file.data, file.len, 0644, err);
    buf_done(&file);
    return status;
}

char *frame_keys_fingerprint(const struct frame_keys *keys, char out[FRAME_FINGERPRINT])
{
    enum { GROUPS = 8 };
    uint8_t all[4 + sizeof keys->desk + sizeof keys->body], sum[2 * GROUPS];
    char *at = out;
    put32(all, keys->epoch);
    memcpy(all + 4, keys->desk, sizeof keys->desk);
    memcpy(all + 4 + sizeof keys->desk, keys->body, sizeof keys->body);
    crypto_generichash(sum, sizeof sum, all, sizeof all, NULL, 0);
    for (int i = 0; i < GROUPS; i++) {
        if (i) {
            *at++ = ' ';
        }
        sodium_bin2hex(at, 5, sum + (size_t)i * 2, 2);
        at += 4;
    }
    return out;
}
