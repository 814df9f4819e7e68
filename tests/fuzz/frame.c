#include "frame.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void take(const uint8_t *frame, size_t size)
{
    static const uint8_t key[64] = { 9 };
    struct frame_header header;
    struct frame_part_key part_key = { { 7 } };
    struct buf out = BUF_INIT;
    struct err err;
    bool good = frame_parse(frame, size, &header, &err) == 0;
    if (size >= FRAME_PREFIX) {
        size_t len = frame_length(frame);
        must(len <= FRAME_MAX && (!good || len == size));
    }
    if (good) {
        must(header.kind >= FRAME_DRAFT && header.kind <= FRAME_DELETE && header.rev > 0);
    }
    for (int part = FRAME_DESK; part <= FRAME_BODY; part++) {
        must(frame_open_key(frame, size, (enum frame_part)part, key, key, &part_key, &err) != 0);
        must(frame_open(frame, size, (enum frame_part)part, &part_key, &out, &err) != 0 && out.len == 0);
    }
    must(frame_delete_verify(frame, size, key) != 0);
    must(size < FRAME_REPLY || frame_reply_parse(frame) <= FRAME_SEEN);
    buf_done(&out);
}

int fuzz_frame(const uint8_t *data, size_t size)
{
    static const uint8_t start[8] = { 'F', 'O', 'Y', 'R', 0, 1, 0, 0 };
    take(data, size);
    if (size >= FRAME_PREFIX) { /* past the first look */
        uint8_t *copy = malloc(size);
        must(copy != NULL);
        memcpy(copy, data, size);
        memcpy(copy, start, sizeof start);
        for (size_t i = 0; i < 4; i++) {
            copy[8 + i] = (uint8_t)(size >> (24 - 8 * i));
        }
        take(copy, size);
        free(copy);
    }
    return 0;
}
