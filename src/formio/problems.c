#include "problems.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "text.h"

void problems_done(struct problems *problems)
{
    for (size_t i = 0; i < problems->n; i++) {
        free(problems->problem[i].where);
        free(problems->problem[i].text);
    }
    free(problems->problem);
    *problems = (struct problems)PROBLEMS_INIT;
}

void problems_vadd(struct problems *problems, const char *file, int line, const char *fmt, va_list args)
{
    if (problems->total++ >= PROBLEMS_MAX) {
        return;
    }
    if (problems->n == problems->cap) {
        problems->cap = problems->cap ? 2 * problems->cap : 8;
        problems->problem = mem_realloc(problems->problem, problems->cap, sizeof *problems->problem);
    }

    /* What a broken file holds is quoted in the message, and the message goes to a terminal. */
    struct buf raw = BUF_INIT, where = BUF_INIT, text = BUF_INIT;
    buf_addf(&raw, line > 0 ? "%s:%d" : "%s", file, line);
    text_sanitise(&where, buf_str(&raw), raw.len, false);
    buf_reset(&raw);

    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len > 0) {
        buf_reserve(&raw, (size_t)len + 1);
        vsnprintf(raw.data, (size_t)len + 1, fmt, args);
        text_sanitise(&text, raw.data, (size_t)len, false);
    }
    buf_done(&raw);
    problems->problem[problems->n++] = (struct problem){ buf_steal(&where), buf_steal(&text) };
}

void problems_add(struct problems *problems, const char *file, int line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    problems_vadd(problems, file, line, fmt, args);
    va_end(args);
}

void problems_text(const struct problems *problems, struct buf *out)
{
    for (size_t i = 0; i < problems->n; i++) {
        buf_addf(out, "%s: %s\n", problems->problem[i].where, problems->problem[i].text);
    }
    if (problems->total > problems->n) {
        buf_addf(out, "%zu more problems are not shown.\n", problems->total - problems->n);
    }
}

int problems_err(const struct problems *problems, struct err *err)
{
    const struct problem *first = &problems->problem[0];

    if (problems->total == 1) {
        return err_set(err, "%s: %s", first->where, first->text);
    }
    return err_set(err, "%s: %s (and %zu more)", first->where, first->text, problems->total - 1);
}
