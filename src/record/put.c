#include "put.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* Writes the comma and the key, and returns where a value of at most `most` bytes goes. */
static char *begin(struct buf *out, const char *key, size_t most)
{
    size_t len = key ? strlen(key) : 0;
    char last = out->len ? out->data[out->len - 1] : '\n';
    char *to = buf_room(out, len + 4 + most);
    if (last != '{' && last != '[' && last != ':' && last != '\n') {
        *to++ = ',';
    }
    if (key) {
        *to++ = '"';
        to = mempcpy(to, key, len);
        *to++ = '"';
        *to++ = ':';
    }
    return to;
}

static void put_raw(struct buf *out, const char *key, const char *value, size_t len)
{
    char *to = begin(out, key, len);
    memcpy(to, value, len);
    buf_end(out, to + len);
}

void put_open(struct buf *out, const char *key, char bracket)
{
    put_raw(out, key, &bracket, 1);
}

void put_close(struct buf *out, char bracket)
{
    buf_add(out, &bracket, 1);
}

/* --- Text --- */

/* Is it ASCII that stands for itself? As a signed number, a control character and all that is not ASCII are
 * below the space. */
static bool is_plain(char c)
{
    return (signed char)c >= ' ' && c != '"' && c != '\\';
}

/* The same of sixteen characters in one go. */
enum { GROUP = 16 };
static inline bool is_plain_group(const char *s)
{
    typedef signed char group __attribute__((vector_size(GROUP)));
    typedef uint64_t halves __attribute__((vector_size(GROUP)));
    group part;
    memcpy(&part, s, GROUP);
    halves odd = (halves)((part < ' ') | (part == '"') | (part == '\\'));
    return !(odd[0] | odd[1]);
}

/* How many bytes at s are plain: nearly always all of them. */
static size_t plain_run(const char *s, size_t len)
{
    size_t n = 0;
    while (len - n >= GROUP && is_plain_group(s + n)) {
        n += GROUP;
    }
    if (n > 0 && len - n < GROUP && is_plain_group(s + len - GROUP)) {
        return len; /* the last group begins before n */
    }
    while (n < len && is_plain(s[n])) {
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
        while (n < len && (is_plain(s[n]) || (s[n] & 0x80))) {
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
    s = s ? s : "";
    size_t len = strlen(s);
    char *to = begin(out, key, len + 2);
    *to++ = '"';
    if (plain_run(s, len) == len) {
        to = mempcpy(to, s, len);
    } else {
        buf_end(out, to);
        put_chars(out, s, len);
        to = buf_room(out, 1);
    }
    *to++ = '"';
    buf_end(out, to);
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
    put_raw(out, key, "\"", 1);
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

void put_filled(struct buf *out, const char *key, const char *text, const char *const fact[PLACEHOLDERS],
                const char *const instead[PLACEHOLDERS])
{
    size_t begun = put_text_begin(out, key);
    placeholder_fill(out, text, fact, instead);
    put_text_end(out, begun);
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
    put_raw(out, key, "null", 4);
}

void put_bool(struct buf *out, const char *key, bool value)
{
    put_raw(out, key, value ? "true" : "false", value ? 4 : 5);
}

void put_int(struct buf *out, const char *key, int64_t value)
{
    buf_end(out, begin(out, key, 0));
    buf_addn(out, value);
}

void put_real(struct buf *out, const char *key, double value)
{
    char digits[32];
    if (!isfinite(value)) {
        put_null(out, key);
        return;
    }
    /* 15 digits: 3.2 is written as 3.2 and comes back as the same number. */
    int len = snprintf(digits, sizeof digits, "%.15g", value);
    put_raw(out, key, digits, (size_t)len);
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
    put_raw(out, key, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        const char two[] = { digit[bytes[i] >> 4], digit[bytes[i] & 15] };
        buf_add(out, two, sizeof two);
    }
    buf_add(out, "\"", 1);
}
