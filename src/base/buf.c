#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Not by realloc(): what moves must not stay behind, for it may be a secret. */
static void move_to(struct buf *buf, size_t cap)
{
    char *data = mem_alloc(cap);

    if (buf->data) {
        memcpy(data, buf->data, buf->len + 1);
        explicit_bzero(buf->data, buf->cap);
        free(buf->data);
    }
    buf->data = data;
    buf->cap = cap;
}

/* Room for `more` bytes and the NUL. */
void buf_grow(struct buf *buf, size_t more)
{
    size_t need;

    if (__builtin_add_overflow(buf->len, more, &need) || need == SIZE_MAX) {
        need = SIZE_MAX - 1; /* no machine has it: mem_realloc ends the process */
    }
    need++;
    if (need <= buf->cap) {
        return;
    }
    size_t cap = buf->cap < 32 ? 64 : buf->cap > SIZE_MAX / 2 ? need : buf->cap * 2;
    if (cap < need) {
        cap = need;
    }
    move_to(buf, cap);
}

void buf_reserve(struct buf *buf, size_t cap)
{
    if (cap > buf->cap) {
        move_to(buf, cap);
    }
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
    buf_grow(buf, len);
    if (len) {
        memcpy(buf->data + buf->len, data, len);
    }
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *s)
{
    buf_add(buf, s, strlen(s));
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
    va_list ap;
    va_list again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0) {
        size_t len = (size_t)n;

        buf_grow(buf, len);
        vsnprintf(buf->data + buf->len, len + 1, fmt, again);
        buf->len += len;
    }
    va_end(again);
}

void buf_addn(struct buf *buf, int64_t n)
{
    char digits[20];
    char *at = digits + sizeof digits;
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0) {
        *--at = '-';
    }
    buf_add(buf, at, (size_t)(digits + sizeof digits - at));
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    if (buf->data) {
        buf->data[0] = '\0';
    }
}

void buf_cut(struct buf *buf, size_t len)
{
    if (len < buf->len) {
        buf->len = len;
        buf->data[len] = '\0';
    }
}

const char *buf_str(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_steal(struct buf *buf)
{
    char *data = buf->data ? buf->data : mem_strdup("");

    *buf = (struct buf)BUF_INIT;
    return data;
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf)BUF_INIT;
}

void buf_wipe(struct buf *buf)
{
    if (buf->data) {
        explicit_bzero(buf->data, buf->cap);
    }
    buf_done(buf);
}
