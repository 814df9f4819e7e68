/* problems.h: everything that is wrong with a form or a kiosk.conf, gathered so that it can be mended in
 * one go. Each problem is a place and a sentence for whoever looks after the clinic's files.
 */
#ifndef FOYER_PROBLEMS_H
#define FOYER_PROBLEMS_H

#include <stdarg.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

struct problem {
    char *where; /* "forms/microneedling/rules.cfg:41"; a path alone where there is no line */
    char *text;  /* "rule ISO_LT6 has no \"title\"." */
};

enum { PROBLEMS_MAX = 200 }; /* kept; later ones are only counted */

struct problems {
    struct problem *problem;
    size_t n; /* kept */
    size_t cap;
    size_t total; /* 0: nothing is wrong */
};

#define PROBLEMS_INIT                                                                                        \
    {                                                                                                        \
        NULL, 0, 0, 0                                                                                        \
    }

void problems_done(struct problems *problems); /* frees; empty again */

/* line 0: the file as a whole. */
void problems_add(struct problems *problems, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void problems_vadd(struct problems *problems, const char *file, int line, const char *fmt, va_list args)
    __attribute__((format(printf, 4, 0)));

/* Appends all of them, one a line: "where: text\n", and a last line for those not kept. */
void problems_text(const struct problems *problems, struct buf *out);

/* The first one and how many more, in one message. Returns -1. Call it only when there is one. */
int problems_err(const struct problems *problems, struct err *err);

#endif
