#include "mo.h"

#include <string.h>

static void add_word(struct buf *out, size_t value, bool big_endian)
{
    unsigned char bytes[4];

    for (int i = 0; i < 4; i++) {
        bytes[big_endian ? 3 - i : i] = (unsigned char)(value >> (8 * i));
    }
    buf_add(out, bytes, 4);
}

static size_t size_of(const char *s, size_t len)
{
    return len ? len : strlen(s);
}

void mo_make(struct buf *out, const struct mo_text *text, size_t n, bool big_endian)
{
    size_t at = 28 + n * 16;

    add_word(out, 0x950412DE, big_endian);
    add_word(out, 0, big_endian);
    add_word(out, n, big_endian);
    add_word(out, 28, big_endian);
    add_word(out, 28 + n * 8, big_endian);
    add_word(out, 0, big_endian);
    add_word(out, 0, big_endian);
    for (size_t i = 0; i < n; i++) {
        size_t len = size_of(text[i].key, text[i].key_len);
        add_word(out, len, big_endian);
        add_word(out, at, big_endian);
        at += len + 1;
    }
    for (size_t i = 0; i < n; i++) {
        size_t len = size_of(text[i].value, text[i].value_len);
        add_word(out, len, big_endian);
        add_word(out, at, big_endian);
        at += len + 1;
    }
    for (size_t i = 0; i < n; i++) {
        buf_add(out, text[i].key, size_of(text[i].key, text[i].key_len) + 1);
    }
    for (size_t i = 0; i < n; i++) {
        buf_add(out, text[i].value, size_of(text[i].value, text[i].value_len) + 1);
    }
}

void mo_poke(struct buf *file, size_t at, unsigned value, bool big_endian)
{
    struct buf word = BUF_INIT;

    add_word(&word, value, big_endian);
    memcpy(file->data + at, word.data, 4);
    buf_done(&word);
}
