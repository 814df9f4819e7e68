/* buf.h: a growing run of bytes, always followed by a NUL that is not counted. */
#ifndef FOYER_BUF_H
#define FOYER_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* NULL until something is added */
    size_t len;
    size_t cap;
};

#define BUF_INIT                                                                                             \
    {                                                                                                        \
        NULL, 0, 0                                                                                           \
    }

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *s);
void buf_addf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_addn(struct buf *buf, int64_t n); /* in decimal */
/* For writing without a call a piece: room for `most` bytes behind what is there; then where writing ended.
 */
void buf_grow(struct buf *buf, size_t most);
static inline char *buf_room(struct buf *buf, size_t most)
{
    if (buf->cap - buf->len <= most) {
        buf_grow(buf, most);
    }
    return buf->data + buf->len;
}
static inline void buf_end(struct buf *buf, char *end)
{
    *end = '\0';
    buf->len = (size_t)(end - buf->data);
}
void buf_reset(struct buf *buf);               /* length 0; keeps the memory */
void buf_cut(struct buf *buf, size_t len);     /* to its first len bytes, which it has */
const char *buf_str(const struct buf *buf);    /* "" when empty; valid until the next change */
char *buf_steal(struct buf *buf);              /* the caller frees; the buf is empty again; never NULL */
void buf_done(struct buf *buf);                /* frees; the buf is empty again */
void buf_wipe(struct buf *buf);                /* overwrites with zeros, then frees. For secrets. What it
                                                  outgrew was overwritten too. */
void buf_reserve(struct buf *buf, size_t cap); /* room for cap bytes, the NUL among them */

#endif
