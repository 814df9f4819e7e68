/* buf.h: a growing run of bytes, always followed by a NUL that is not counted. */
#ifndef FOYER_BUF_H
#define FOYER_BUF_H

#include <stddef.h>

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
void buf_reset(struct buf *buf);               /* length 0; keeps the memory */
void buf_cut(struct buf *buf, size_t len);     /* to its first len bytes, which it has */
const char *buf_str(const struct buf *buf);    /* "" when empty; valid until the next change */
char *buf_steal(struct buf *buf);              /* the caller frees; the buf is empty again; never NULL */
void buf_done(struct buf *buf);                /* frees; the buf is empty again */
void buf_wipe(struct buf *buf);                /* overwrites with zeros, then frees. For secrets. What it
                                                  outgrew was overwritten too. */
void buf_reserve(struct buf *buf, size_t cap); /* room for cap bytes, the NUL among them */

#endif
