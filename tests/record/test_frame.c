/* What frame.h promises: what is sealed opens with the right key only, whole and unchanged only; what comes
 * from outside is refused and never read past its end. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "frame.h"
#include "mem.h"

struct clinic {
    struct frame_keys keys;
    uint8_t desk_secret[32], body_secret[32];
};

static struct clinic new_clinic(void)
{
    struct clinic clinic = { .keys = { .epoch = 7 } };
    cr_assert(sodium_init() >= 0);
    crypto_box_keypair(clinic.keys.desk, clinic.desk_secret);
    crypto_box_keypair(clinic.keys.body, clinic.body_secret);
    return clinic;
}

static struct frame_header new_header(enum frame_kind kind)
{
    struct frame_header header = {
        .epoch = 7, .rev = 3, .kind = (uint8_t)kind, .urgent = true, .clock = CLOCK_RTC, .wall_s = 1795251600
    };
    memset(header.uid, 0xa1, sizeof header.uid);
    memset(header.form_hash, 0xf2, sizeof header.form_hash);
    memset(header.boot_id, 0xb3, sizeof header.boot_id);
    memset(header.delete_key, 0xd4, sizeof header.delete_key);
    return header;
}

static struct buf sealed(const struct clinic *clinic, const char *desk, const char *body)
{
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    struct frame_header header = new_header(FRAME_FINAL);
    cr_assert_eq(frame_seal(&frame, &header, &clinic->keys, desk, strlen(desk), body, strlen(body), &err), 0,
                 "%s", err.text);
    return frame;
}

/* 0 if this part opens with this pair of keys; the document in *doc. */
static int opens(const void *frame, size_t len, enum frame_part part, const uint8_t *public_key,
                 const uint8_t *secret_key, struct buf *doc)
{
    struct frame_part_key key;
    buf_reset(doc);
    if (frame_open_key(frame, len, part, public_key, secret_key, &key, NULL)) {
        return -1;
    }
    return frame_open(frame, len, part, &key, doc, NULL);
}

Test(frame, what_is_sealed_opens_again_with_its_header)
{
    struct clinic clinic = new_clinic();
    struct frame_header want = new_header(FRAME_FINAL), got;
    struct buf frame = sealed(&clinic, "{\"name\":\"A\"}", "{\"all\":1}"), doc = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(frame_parse(frame.data, frame.len, &got, &err), 0, "%s", err.text);
    cr_expect_eq(memcmp(&got.uid, &want.uid, FRAME_UID), 0);
    cr_expect_eq(memcmp(&got.form_hash, &want.form_hash, FRAME_HASH), 0);
    cr_expect_eq(memcmp(&got.boot_id, &want.boot_id, FRAME_BOOT_ID), 0);
    cr_expect_eq(memcmp(&got.delete_key, &want.delete_key, 32), 0);
    cr_expect(got.epoch == 7 && got.rev == 3 && got.kind == FRAME_FINAL && got.urgent);
    cr_expect(got.clock == CLOCK_RTC && got.wall_s == want.wall_s);
    cr_assert_eq(opens(frame.data, frame.len, FRAME_DESK, clinic.keys.desk, clinic.desk_secret, &doc), 0);
    cr_expect_str_eq(buf_str(&doc), "{\"name\":\"A\"}");
    cr_assert_eq(opens(frame.data, frame.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc), 0);
    cr_expect_str_eq(buf_str(&doc), "{\"all\":1}");
    buf_done(&doc);
    buf_done(&frame);
}

Test(frame, nothing_of_the_documents_is_in_clear_and_lengths_come_in_blocks)
{
    struct clinic clinic = new_clinic();
    struct buf shorter = sealed(&clinic, "NAME-IN-DESK", "NAME-IN-BODY");
    struct buf longer = sealed(&clinic, "NAME-IN-DESK and more of it", "NAME-IN-BODY and a long answer");
    cr_expect_null(memmem(shorter.data, shorter.len, "NAME-IN", 7));
    cr_expect_eq(shorter.len, longer.len);
    cr_expect_eq(shorter.len, FRAME_BODIES + 2 * (1024 + 16));
    buf_done(&shorter);
    buf_done(&longer);
}

Test(frame, the_same_documents_never_seal_to_the_same_bytes)
{
    struct clinic clinic = new_clinic();
    struct buf one = sealed(&clinic, "d", "b"), two = sealed(&clinic, "d", "b");
    cr_assert_eq(one.len, two.len);
    cr_expect_eq(memcmp(one.data, two.data, FRAME_HEADER), 0);
    for (size_t at = FRAME_HEADER; at + 16 <= one.len; at += 16) {
        cr_assert_neq(memcmp(one.data + at, two.data + at, 16), 0, "bytes %zu and on", at);
    }
    buf_done(&one);
    buf_done(&two);
}

Test(frame, each_part_opens_only_with_its_own_key)
{
    struct clinic clinic = new_clinic(), other = new_clinic();
    struct frame_part_key desk_key;
    struct buf frame = sealed(&clinic, "desk", "body"), doc = BUF_INIT;
    const struct frame_keys *k = &clinic.keys;
    cr_expect_neq(opens(frame.data, frame.len, FRAME_BODY, k->desk, clinic.desk_secret, &doc), 0);
    cr_expect_neq(opens(frame.data, frame.len, FRAME_DESK, k->body, clinic.body_secret, &doc), 0);
    cr_expect_neq(opens(frame.data, frame.len, FRAME_DESK, other.keys.desk, other.desk_secret, &doc), 0);
    cr_expect_neq(opens(frame.data, frame.len, FRAME_BODY, other.keys.body, other.body_secret, &doc), 0);
    cr_assert_eq(
        frame_open_key(frame.data, frame.len, FRAME_DESK, k->desk, clinic.desk_secret, &desk_key, NULL), 0);
    cr_expect_neq(frame_open(frame.data, frame.len, FRAME_BODY, &desk_key, &doc, NULL), 0);
    cr_expect_eq(doc.len, 0);
    buf_done(&doc);
    buf_done(&frame);
}

/* With the record keys already in hand, so that it is the document and its header that are tested. */
Test(frame, a_flipped_bit_anywhere_is_found_out)
{
    struct clinic clinic = new_clinic();
    struct buf frame = sealed(&clinic, "{\"desk\":1}", "{\"body\":2}"), doc = BUF_INIT;
    const size_t desk_end = FRAME_BODIES + 1024 + 16;
    const size_t seals = FRAME_HEADER, nonces = FRAME_HEADER + 160;
    for (size_t bit = 0; bit < frame.len * 8; bit++) {
        size_t at = bit / 8;
        /* One byte in seven of the long bodies will do; every bit of all else. */
        if (at >= FRAME_BODIES && at % 7 != 0) {
            continue;
        }
        bool in_desk = (at >= seals && at < seals + 80) || (at >= nonces && at < nonces + 24) ||
                       (at >= FRAME_BODIES && at < desk_end);
        bool in_header = at < FRAME_HEADER;
        frame.data[at] = (char)(frame.data[at] ^ (1 << bit % 8));
        int desk = in_header || in_desk
                       ? opens(frame.data, frame.len, FRAME_DESK, clinic.keys.desk, clinic.desk_secret, &doc)
                       : -1;
        int body = in_header || !in_desk
                       ? opens(frame.data, frame.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc)
                       : -1;
        cr_assert(desk != 0 && body != 0, "bit %zu of byte %zu", bit % 8, at);
        frame.data[at] = (char)(frame.data[at] ^ (1 << bit % 8));
    }
    cr_expect_eq(opens(frame.data, frame.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc), 0);
    buf_done(&doc);
    buf_done(&frame);
}

Test(frame, a_part_cannot_be_put_under_another_records_header)
{
    struct clinic clinic = new_clinic();
    struct buf one = sealed(&clinic, "one", "one"), doc = BUF_INIT, two = BUF_INIT;
    struct frame_header header = new_header(FRAME_FINAL);
    header.uid[0] ^= 1;
    cr_assert_eq(frame_seal(&two, &header, &clinic.keys, "two", 3, "two", 3, NULL), 0);
    cr_assert_eq(one.len, two.len);
    memcpy(two.data + FRAME_HEADER, one.data + FRAME_HEADER, one.len - FRAME_HEADER);
    cr_expect_neq(opens(two.data, two.len, FRAME_DESK, clinic.keys.desk, clinic.desk_secret, &doc), 0);
    cr_expect_neq(opens(two.data, two.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc), 0);
    buf_done(&doc);
    buf_done(&one);
    buf_done(&two);
}

Test(frame, documents_of_every_length_around_a_block_come_back)
{
    struct clinic clinic = new_clinic();
    char text[3000];
    memset(text, 'x', sizeof text);
    for (size_t len = 0; len <= 2100; len = len == 3 ? 1020 : len == 1028 ? 2044 : len + 1) {
        struct frame_header header = new_header(FRAME_DRAFT);
        struct buf frame = BUF_INIT, doc = BUF_INIT;
        cr_assert_eq(frame_seal(&frame, &header, &clinic.keys, NULL, 0, text, len, NULL), 0);
        cr_assert_eq(opens(frame.data, frame.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc), 0);
        cr_assert(doc.len == len && memcmp(buf_str(&doc), text, len) == 0, "%zu bytes", len);
        cr_assert_eq(opens(frame.data, frame.len, FRAME_DESK, clinic.keys.desk, clinic.desk_secret, &doc), 0);
        cr_assert_eq(doc.len, 0);
        buf_done(&doc);
        buf_done(&frame);
    }
}

Test(frame, the_largest_record_fits_and_one_byte_more_is_refused)
{
    struct clinic clinic = new_clinic();
    struct frame_header header = new_header(FRAME_FINAL), got;
    const size_t most = 254 * 1024 - 1; /* with the desk's block and the header: within 256 KiB */
    char *text = mem_alloc(FRAME_MAX + 2);
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    memset(text, 'x', FRAME_MAX + 1);
    cr_assert_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, text, most, &err), 0, "%s", err.text);
    cr_expect_leq(frame.len, FRAME_MAX);
    cr_expect_eq(frame_parse(frame.data, frame.len, &got, &err), 0);
    buf_done(&frame);
    cr_expect_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, text, most + 1, &err), -1);
    cr_expect_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, text, FRAME_MAX + 1, &err), -1);
    cr_expect_eq(frame_seal(&frame, &header, &clinic.keys, text, FRAME_MAX + 1, "b", 1, &err), -1);
    cr_expect_eq(frame.len, 0);
    cr_expect(strstr(err.text, "too long"), "%s", err.text);
    free(text);
}

Test(frame, a_header_out_of_range_is_neither_written_nor_read)
{
    struct clinic clinic = new_clinic();
    struct buf frame = BUF_INIT;
    struct frame_header h;
#define REFUSED(change)                                                                                      \
    do {                                                                                                     \
        h = new_header(FRAME_FINAL);                                                                         \
        change;                                                                                              \
        cr_expect_eq(frame_seal(&frame, &h, &clinic.keys, "d", 1, "b", 1, NULL), -1, #change);               \
    } while (0)
    REFUSED(h.kind = 0);
    REFUSED(h.kind = 6);
    REFUSED(h.kind = FRAME_DELETE);
    REFUSED(h.clock = 3);
    REFUSED(h.rev = 0);
    REFUSED(h.wall_s = -1);
    REFUSED(h.wall_s = INT64_MAX);
    REFUSED(memset(h.uid, 0, sizeof h.uid));
    REFUSED(h.about[3] = 1);
    cr_expect_eq(frame.len, 0);

    frame = sealed(&clinic, "d", "b");
    static const struct {
        size_t at;
        uint8_t value;
        const char *what;
    } wrong[] = { { 0, 'f', "magic" },   { 5, 0, "version 0" }, { 5, 2, "version 2" }, { 6, 1, "reserved" },
                  { 7, 1, "reserved" },  { 12, 0, "kind" },     { 12, 6, "kind" },     { 13, 2, "flags" },
                  { 13, 0x80, "flags" }, { 14, 3, "clock" },    { 15, 1, "reserved" }, { 23, 0, "rev" },
                  { 24, 0x80, "wall" },  { 25, 1, "wall" },     { 48, 1, "about" },    { 147, 17, "size" },
                  { 146, 8, "size" },    { 151, 15, "size" },   { 148, 0xff, "size" }, { 144, 0x80, "size" },
                  { 11, 0, "length" } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = { "" };
        char keep = frame.data[wrong[i].at];
        frame.data[wrong[i].at] = (char)wrong[i].value;
        cr_expect_eq(frame_parse(frame.data, frame.len, &h, &err), -1, "%s %u", wrong[i].what,
                     wrong[i].value);
        cr_expect(*err.text);
        frame.data[wrong[i].at] = keep;
    }
    cr_expect_eq(frame_parse(frame.data, frame.len, &h, NULL), 0);
    buf_done(&frame);
}

/* Sizes that sum to the right length but lie about where one part ends. */
Test(frame, a_boundary_moved_between_the_parts_is_found_out)
{
    struct clinic clinic = new_clinic();
    struct frame_header header = new_header(FRAME_FINAL);
    char text[1500];
    struct buf frame = BUF_INIT, doc = BUF_INIT;
    memset(text, 'x', sizeof text);
    cr_assert_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, text, sizeof text, NULL), 0);
    char sizes[8];
    memcpy(sizes, frame.data + 144, 8);
    memcpy(frame.data + 144, sizes + 4, 4);
    memcpy(frame.data + 148, sizes, 4);
    cr_assert_eq(frame_parse(frame.data, frame.len, &header, NULL), 0);
    cr_expect_neq(opens(frame.data, frame.len, FRAME_DESK, clinic.keys.desk, clinic.desk_secret, &doc), 0);
    cr_expect_neq(opens(frame.data, frame.len, FRAME_BODY, clinic.keys.body, clinic.body_secret, &doc), 0);
    buf_done(&doc);
    buf_done(&frame);
}

/* A copy of exactly this size, so that one byte too far is seen by the sanitizer. */
static int parse_copy(const void *bytes, size_t len, bool open)
{
    struct frame_header header;
    struct frame_part_key key = { { 1 } };
    struct buf doc = BUF_INIT;
    uint8_t secret[32] = { 1 }, public_key[32] = { 2 };
    void *copy = malloc(len ? len : 1);
    cr_assert_not_null(copy);
    if (len) {
        memcpy(copy, bytes, len);
    }
    int parsed = frame_parse(copy, len, &header, NULL);
    if (frame_delete_verify(copy, len, public_key) == 0) {
        cr_assert_fail("a delete frame nobody signed");
    }
    if (open && parsed == 0 && header.kind != FRAME_DELETE) {
        cr_assert_neq(frame_open(copy, len, FRAME_BODY, &key, &doc, NULL), 0);
        cr_assert_neq(frame_open_key(copy, len, FRAME_DESK, public_key, secret, &key, NULL), 0);
    }
    buf_done(&doc);
    free(copy);
    return parsed;
}

Test(frame, a_frame_cut_anywhere_is_refused)
{
    struct clinic clinic = new_clinic();
    struct buf frame = sealed(&clinic, "desk", "body");
    for (size_t len = 0; len < frame.len; len++) {
        cr_assert_eq(parse_copy(frame.data, len, true), -1, "%zu bytes", len);
    }
    buf_add(&frame, "", 1);
    cr_expect_eq(parse_copy(frame.data, frame.len, true), -1, "one byte more");
    buf_done(&frame);
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

Test(frame, no_mutation_is_read_past_its_end)
{
    static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0xff, 4, 16 };
    struct clinic clinic = new_clinic();
    struct buf frame = sealed(&clinic, "desk", "body");
    uint64_t state = 0x9e3779b97f4a7c15;
    uint8_t *copy = mem_alloc(frame.len);
    size_t accepted = 0;
    for (int round = 0; round < 200000; round++) {
        size_t len = frame.len;
        memcpy(copy, frame.data, len);
        for (uint64_t n = 1 + next(&state) % 3; n > 0; n--) {
            uint64_t r = next(&state);
            copy[r % FRAME_HEADER] = (r >> 32) & 1 ? telling[(r >> 33) % sizeof telling] : (uint8_t)(r >> 40);
        }
        if (next(&state) % 4 == 0) { /* and cut, its length field in step half of the time */
            len = next(&state) % len;
        }
        if (len > 12 && next(&state) % 2) {
            copy[8] = copy[9] = 0;
            copy[10] = (uint8_t)(len >> 8);
            copy[11] = (uint8_t)len;
        }
        /* Opening is slow, and begins with the same checks: some of those that pass them will do. */
        accepted += parse_copy(copy, len, accepted < 300) == 0;
    }
    cr_expect_gt(accepted, 0, "no mutation reached the code behind the first checks");
    free(copy);
    buf_done(&frame);
}

Test(frame, the_length_is_known_from_the_first_bytes)
{
    struct clinic clinic = new_clinic();
    struct buf frame = sealed(&clinic, "desk", "body");
    uint8_t prefix[FRAME_PREFIX];
    memcpy(prefix, frame.data, sizeof prefix);
    cr_expect_eq(frame_length(prefix), frame.len);
    prefix[8] = 0xff; /* 4 GB */
    cr_expect_eq(frame_length(prefix), 0);
    memcpy(prefix, "FOYR\0\1\0\0\0\4\0\0", sizeof prefix);
    cr_expect_eq(frame_length(prefix), FRAME_MAX);
    memcpy(prefix, "FOYR\0\1\0\0\0\4\0\1", sizeof prefix);
    cr_expect_eq(frame_length(prefix), 0);
    memcpy(prefix, "FOYR\0\1\0\0\0\0\0\0", sizeof prefix);
    cr_expect_eq(frame_length(prefix), 0);
    memcpy(prefix, "GET / HTTP/1", sizeof prefix);
    cr_expect_eq(frame_length(prefix), 0);
    buf_done(&frame);
}

Test(frame, only_the_wizard_that_began_an_intake_can_delete_it)
{
    uint8_t public_key[32], secret[64], other_public[32], other_secret[64];
    struct frame_header header = new_header(FRAME_FINAL), got;
    struct buf frame = BUF_INIT, forged = BUF_INIT;
    struct err err = { "" };
    cr_assert(sodium_init() >= 0);
    crypto_sign_keypair(public_key, secret);
    crypto_sign_keypair(other_public, other_secret);
    memcpy(header.delete_key, public_key, sizeof public_key);
    cr_assert_eq(frame_delete(&frame, &header, secret, &err), 0, "%s", err.text);
    cr_assert_eq(frame_parse(frame.data, frame.len, &got, &err), 0, "%s", err.text);
    cr_expect(got.kind == FRAME_DELETE && got.rev == header.rev);
    cr_expect_eq(memcmp(got.uid, header.uid, FRAME_UID), 0);
    cr_expect_eq(frame_delete_verify(frame.data, frame.len, public_key), 0);
    cr_expect_neq(frame_delete_verify(frame.data, frame.len, other_public), 0);
    cr_assert_eq(frame_delete(&forged, &header, other_secret, &err), 0);
    cr_expect_neq(frame_delete_verify(forged.data, forged.len, public_key), 0);
    for (size_t bit = 0; bit < frame.len * 8; bit++) {
        frame.data[bit / 8] = (char)(frame.data[bit / 8] ^ (1 << bit % 8));
        cr_assert_neq(frame_delete_verify(frame.data, frame.len, public_key), 0, "bit %zu", bit);
        frame.data[bit / 8] = (char)(frame.data[bit / 8] ^ (1 << bit % 8));
    }
    struct frame_part_key key = { { 0 } };
    struct buf doc = BUF_INIT;
    cr_expect_eq(frame_open(frame.data, frame.len, FRAME_BODY, &key, &doc, &err), -1);
    struct clinic clinic = new_clinic();
    struct buf record = sealed(&clinic, "d", "b");
    cr_expect_neq(frame_delete_verify(record.data, record.len, public_key), 0);
    buf_reset(&forged);
    header.rev = 0;
    cr_expect_eq(frame_delete(&forged, &header, secret, &err), -1, "no header that nobody would read");
    cr_expect_eq(forged.len, 0);
    buf_done(&record);
    buf_done(&frame);
    buf_done(&forged);
}

Test(frame, a_key_that_nobody_has_is_refused_and_nothing_is_written)
{
    struct clinic clinic = new_clinic();
    struct frame_header header = new_header(FRAME_FINAL);
    struct buf frame = BUF_INIT;
    struct err err = { "" };
    memset(clinic.keys.body, 0, sizeof clinic.keys.body);
    cr_expect_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, "b", 1, &err), -1);
    cr_expect(strstr(err.text, "public keys"), "%s", err.text);
    clinic = new_clinic();
    memset(clinic.keys.desk, 0, sizeof clinic.keys.desk);
    cr_expect_eq(frame_seal(&frame, &header, &clinic.keys, "d", 1, "b", 1, &err), -1);
    cr_expect_eq(frame.len, 0);
}

Test(frame, a_reply_comes_back_and_nonsense_means_try_again)
{
    uint8_t reply[FRAME_REPLY];
    for (int status = FRAME_STORED; status <= FRAME_HELD; status++) {
        frame_reply_pack(reply, (enum frame_status)status);
        cr_expect_eq(frame_reply_parse(reply), status);
    }
    for (size_t at = 0; at < FRAME_REPLY; at++) {
        frame_reply_pack(reply, FRAME_STORED);
        reply[at] ^= 0x40;
        cr_expect_eq(frame_reply_parse(reply), FRAME_TROUBLE, "byte %zu", at);
    }
}

static char folder[] = "/tmp/foyer-frame-XXXXXX";

static const char *write_file(const char *text, size_t len)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/keys", folder);
    cr_assert_eq(file_replace(path, text, len, 0600, NULL), 0);
    return path;
}

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void drop_folder(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s/keys", folder);
    unlink(path);
    rmdir(folder);
}

Test(frame_keys, the_file_comes_back_as_it_was_written, .init = make_folder, .fini = drop_folder)
{
    struct clinic clinic = new_clinic();
    struct frame_keys got;
    struct err err = { "" };
    struct stat st;
    const char *path = write_file("", 0);
    clinic.keys.epoch = UINT32_MAX;
    cr_assert_eq(frame_keys_write(path, &clinic.keys, &err), 0, "%s", err.text);
    cr_assert_eq(frame_keys_read(path, &got, &err), 0, "%s", err.text);
    cr_expect_eq(memcmp(&got, &clinic.keys, sizeof got), 0);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0644, "the kiosk's user must be able to read it");
}

Test(frame_keys, a_file_that_is_anything_else_is_refused, .init = make_folder, .fini = drop_folder)
{
#define HEX1 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEX2 "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    static const char *const wrong[] = {
        "",
        "foyer-keys 1\n",
        "foyer-keys 2\nepoch 1\ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 10\nepoch 1\ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 1\ndesk " HEX1 "\nbody 0\n",
        "foyer-keys 1\nepoch 1\ndesk " HEX1 "\nbody " HEX2,
        "foyer-keys 1\nepoch 1\ndesk " HEX1 "\nbody " HEX2 "\nmore\n",
        "foyer-keys 1\nepoch \ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch -1\ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 4294967296\ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 99999999999999999999\ndesk " HEX1 "\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 1\ndesk " HEX1 "00\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 1\ndesk 0\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 1\ndesk "
        "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\nbody " HEX2 "\n",
        "foyer-keys 1\nepoch 1\nbody " HEX1 "\ndesk " HEX2 "\n",
        "foyer-keys 1\nepoch 1\ndesk " HEX1 "\nbody " HEX1 "\n",
    };
    struct frame_keys got;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = { "" };
        const char *path = write_file(wrong[i], strlen(wrong[i]));
        cr_expect_eq(frame_keys_read(path, &got, &err), -1, "file %zu", i);
        cr_expect(strstr(err.text, path), "file %zu: %s", i, err.text);
    }
    const char good[] = "foyer-keys 1\nepoch 1\ndesk " HEX1 "\nbody " HEX2 "\n";
    cr_expect_eq(frame_keys_read(write_file(good, sizeof good - 1), &got, NULL), 0);
    cr_expect_eq(frame_keys_read(write_file(good, sizeof good), &got, NULL), -1, "a NUL after the end");
    cr_expect_eq(frame_keys_read("/nowhere/foyer.keys", &got, NULL), -1);
}

Test(frame_keys, a_fingerprint_has_eight_groups_and_changes_with_each_key)
{
    struct frame_keys keys = { .epoch = 1 };
    char one[FRAME_FINGERPRINT], two[FRAME_FINGERPRINT];
    cr_assert(sodium_init() >= 0);
    frame_keys_fingerprint(&keys, one);
    cr_assert_eq(strlen(one), 39);
    for (size_t i = 0; i < 39; i++) {
        cr_expect(i % 5 == 4 ? one[i] == ' ' : strchr("0123456789abcdef", one[i]) != NULL, "%s", one);
    }
    keys.desk[31] = 1;
    cr_expect_str_neq(frame_keys_fingerprint(&keys, two), one);
    keys.desk[31] = 0;
    keys.body[0] = 1;
    cr_expect_str_neq(frame_keys_fingerprint(&keys, two), one);
    keys.body[0] = 0;
    keys.epoch = 2;
    cr_expect_str_neq(frame_keys_fingerprint(&keys, two), one);
}

Test(frame, the_length_is_believed_of_a_frame_of_this_version_alone)
{
    uint8_t prefix[FRAME_PREFIX] = { 'F', 'O', 'Y', 'R', 0, 1, 0, 0, 0, 0, 4, 0 };
    cr_expect_eq(frame_length(prefix), 1024);
    prefix[5] = 2;
    cr_expect_eq(frame_length(prefix), 0, "another version");
    prefix[5] = 1;
    prefix[7] = 1;
    cr_expect_eq(frame_length(prefix), 0, "what is called zero is not");
    prefix[7] = 0;
    prefix[0] = 'X';
    cr_expect_eq(frame_length(prefix), 0);
    prefix[0] = 'F';
    prefix[10] = 0;
    prefix[11] = FRAME_HEADER + FRAME_SIGNATURE - 1;
    cr_expect_eq(frame_length(prefix), 0, "shorter than the shortest");
    prefix[11]++;
    cr_expect_eq(frame_length(prefix), FRAME_HEADER + FRAME_SIGNATURE);
    prefix[9] = 4;
    prefix[11] = 0;
    cr_expect_eq(frame_length(prefix), FRAME_MAX);
    prefix[11] = 1;
    cr_expect_eq(frame_length(prefix), 0, "longer than the longest");
}

Test(frame, a_reply_that_is_none_is_trouble)
{
    uint8_t reply[FRAME_REPLY];
    for (size_t i = 0; i < FRAME_REPLY; i++) {
        frame_reply_pack(reply, FRAME_STORED);
        cr_assert_eq(frame_reply_parse(reply), FRAME_STORED);
        reply[i] ^= 0x80;
        cr_expect_eq(frame_reply_parse(reply), FRAME_TROUBLE, "byte %zu", i);
    }
}

/* Each of these names its own length truly: it is what the sizes say that does not fit. */
Test(frame, no_length_and_no_sizes_but_those_of_a_record_are_believed)
{
    struct clinic clinic = new_clinic();
    struct frame_header header = new_header(FRAME_DELETE), got;
    struct buf frame = BUF_INIT;
    uint8_t secret[64], public_key[32];
    char *large = mem_alloc(FRAME_MAX + 1);
    crypto_sign_keypair(public_key, secret);
    cr_assert_eq(frame_delete(&frame, &header, secret, NULL), 0);
    memcpy(large, frame.data, frame.len);
    cr_assert_eq(frame_parse(large, frame.len, &got, NULL), 0);
    large[11]++; /* a byte more after the signature */
    cr_expect_eq(frame_parse(large, frame.len + 1, &got, NULL), -1);
    large[11]--;
    large[147] = 1; /* a size of the desk's part, and of the body's */
    cr_expect_eq(frame_parse(large, frame.len, &got, NULL), -1);
    large[147] = 0;
    large[151] = 1;
    cr_expect_eq(frame_parse(large, frame.len, &got, NULL), -1);
    buf_done(&frame);

    frame = sealed(&clinic, "d", "b");
    memcpy(large, frame.data, frame.len);
    large[9] = (char)((FRAME_MAX + 1) >> 16);
    large[10] = (char)((FRAME_MAX + 1) >> 8);
    large[11] = (char)(FRAME_MAX + 1);
    cr_expect_eq(frame_parse(large, FRAME_MAX + 1, &got, NULL), -1, "longer than any record");
    buf_done(&frame);
    free(large);
}
