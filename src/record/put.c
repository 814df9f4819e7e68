#include "put.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static void put_key(struct buf *out, const char *key)
{
    if (out->len > 0 && !memchr("{[:\n", out->data[out->len - 1], 4)) {
        buf_add(out, ",", 1);
    }
    if (key) {
        buf_add(out, "\"", 1);
        buf_adds(out, key);
        buf_add(out, "\":", 2);
    }
}

static void put_raw(struct buf *out, const char *key, const char *value)
{
    put_key(out, key);
    buf_adds(out, value);
}

void put_open(struct buf *out, const char *key, char bracket)
{
    put_key(out, key);
    buf_add(out, &bracket, 1);
}

void put_close(struct buf *out, char bracket)
{
    buf_add(out, &bracket, 1);
}

/* --- Text --- */

static bool is_plain(char c)
{
    return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* How many bytes at s are ASCII and stand for themselves: nearly all, so eight are looked at in one go. A
 * byte that is not has its top bit set in one of the four words that are or-ed; a borrow from the byte before
 * can only set more, and only when that one is not plain itself. */
static size_t plain_run(const char *s, size_t len)
{
    const uint64_t each = 0x0101010101010101;
    size_t n = 0;
    for (uint64_t word; len - n >= sizeof word; n += sizeof word) {
        memcpy(&word, s + n, sizeof word);
        uint64_t odd =
            word | (word - each * ' ') | ((word ^ each * '"') - each) | ((word ^ each * '\\') - each);
        if (odd & (each << 7)) {
            break;
        }
    }
    while (n < len && is_plain(s[n]) && !(s[n] & 0x80)) {
        n++;
    }
    return n;
}

static void put_escape(struct buf *out, char c)
{
    static const char short_form[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *at = short_form; *at; at += 2) {
        if (*at == c) {
            buf_add(out, "\\", 1);
            buf_add(out, at + 1, 1);
            return;
        }
    }
    buf_addf(out, "\\u%04X", (unsigned)c);
}

/* What stands between the quotes. */
static void put_chars(struct buf *out, const char *s, size_t len)
{
    size_t n = plain_run(s, len);
    if (n < len && !text_is_utf8(s + n, len - n)) {
        struct buf clean = BUF_INIT;
        text_sanitise(&clean, s, len, true);
        put_chars(out, buf_str(&clean), clean.len);
        buf_wipe(&clean);
        return;
    }
    for (;;) {
        while (n < len && is_plain(s[n])) {
            n++;
        }
        buf_add(out, s, n);
        if (n == len) {
            return;
        }
        put_escape(out, s[n]);
        s += n + 1;
        len -= n + 1;
        n = plain_run(s, len);
    }
}

void put_text(struct buf *out, const char *key, const char *s)
{
    put_raw(out, key, "\"");
    put_chars(out, s ? s : "", s ? strlen(s) : 0);
    buf_add(out, "\"", 1);
}

void put_text_or_null(struct buf *out, const char *key, const char *s)
{
    if (s) {
        put_text(out, key, s);
    } else {
        put_null(out, key);
    }
}

size_t put_text_begin(struct buf *out, const char *key)
{
    put_raw(out, key, "\"");
    return out->len;
}

void put_text_end(struct buf *out, size_t begun)
{
    size_t len = out->len - begun;
    if (plain_run(buf_str(out) + begun, len) < len) {
        struct buf text = BUF_INIT;
        buf_add(&text, buf_str(out) + begun, len);
        buf_cut(out, begun);
        put_chars(out, buf_str(&text), len);
        buf_wipe(&text);
    }
    buf_add(out, "\"", 1);
}

void put_texts(struct buf *out, const char *key, const char *const *text, size_t n)
{
    put_open(out, key, '[');
    for (size_t i = 0; i < n; i++) {
        put_text(out, NULL, text[i]);
    }
    put_close(out, ']');
}

/* --- Other values --- */

void put_null(struct buf *out, const char *key)
{
    put_raw(out, key, "null");
}

void put_bool(struct buf *out, const char *key, bool value)
{
    put_raw(out, key, value ? "true" : "false");
}

void put_int(struct buf *out, const char *key, int64_t value)
{
    put_key(out, key);
    buf_addf(out, "%" PRId64, value);
}

void put_real(struct buf *out, const char *key, double value)
{
    char digits[32];
    if (!isfinite(value)) {
        put_null(out, key);
        return;
    }
    /* 15 digits: 3.2 is written as 3.2 and comes back as the same number. */
    snprintf(digits, sizeof digits, "%.15g", value);
    put_raw(out, key, digits);
    if (!strpbrk(digits, ".e")) {
        buf_adds(out, ".0"); /* read back as a real, which it is */
    }
}

void put_date(struct buf *out, const char *key, struct date d)
{
    char iso[DATE_ISO_SIZE];
    put_text_or_null(out, key, date_is_set(d) ? date_format_iso(d, iso) : NULL);
}

void put_time(struct buf *out, const char *key, int64_t seconds)
{
    if (seconds) {
        put_int(out, key, seconds);
    } else {
        put_null(out, key);
    }
}

void put_hex(struct buf *out, const char *key, const uint8_t *bytes, size_t len)
{
    static const char digit[] = "0123456789abcdef";
    put_raw(out, key, "\"");
    for (size_t i = 0; i < len; i++) {
        const char two[] = { digit[bytes[i] >> 4], digit[bytes[i] & 15] };
        buf_add(out, two, sizeof two);
    }
    buf_add(out, "\"", 1);
}
