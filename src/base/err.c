#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The length of s without a UTF-8 character that was cut short at its end. */
static size_t whole_chars(const char *s, size_t len)
{
    size_t i = len;

    while (i > 0 && len - i < 3 && ((unsigned char)s[i - 1] & 0xC0) == 0x80) {
        i--;
    }
    if (i == 0) {
        return len;
    }
    unsigned char lead = (unsigned char)s[i - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return len - (i - 1) < need ? i - 1 : len;
}

static void set_text(struct err *err, const char *head, const char *tail)
{
    /* Built aside: head or tail may be err->text. */
    char text[ERR_SIZE];
    int n = snprintf(text, sizeof text, "%s%s", head, tail);
    size_t len = n < 0 ? 0 : (size_t)n;

    if (len >= sizeof text) {
        len = whole_chars(text, sizeof text - 1);
    }
    memcpy(err->text, text, len);
    err->text[len] = '\0';
}

static err_words_fn *translate;

void err_words(err_words_fn *words)
{
    translate = words;
}

static const char *translated(const char *fmt) __attribute__((format_arg(1)));
static const char *translated(const char *fmt)
{
    return translate && strcmp(fmt, "%s") != 0 ? translate(fmt) : fmt; /* "%s" holds no words */
}

int err_set(struct err *err, const char *fmt, ...)
{
    char head[ERR_SIZE + 4]; /* longer than the message: set_text sees that it has to cut */
    va_list ap;

    if (!err) {
        return -1;
    }
    va_start(ap, fmt);
    if (vsnprintf(head, sizeof head, translated(fmt), ap) < 0) {
        head[0] = '\0';
    }
    va_end(ap);
    set_text(err, head, "");
    return -1;
}

int err_sys(struct err *err, const char *fmt, ...)
{
    int saved = errno;
    char head[ERR_SIZE];
    va_list ap;

    if (!err) {
        return -1;
    }
    va_start(ap, fmt);
    if (vsnprintf(head, sizeof head, translated(fmt), ap) < 0) {
        head[0] = '\0';
    }
    va_end(ap);
    char tail[128];
    snprintf(tail, sizeof tail, ": %s", strerror(saved));
    set_text(err, head, tail);
    errno = saved;
    return -1;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
    char head[ERR_SIZE];
    char tail[ERR_SIZE + 2];
    va_list ap;

    if (!err) {
        return -1;
    }
    va_start(ap, fmt);
    if (vsnprintf(head, sizeof head, fmt, ap) < 0) {
        head[0] = '\0';
    }
    va_end(ap);
    snprintf(tail, sizeof tail, ": %s", err->text);
    set_text(err, head, tail);
    return -1;
}
