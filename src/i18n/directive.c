#include "directive.h"

#include <string.h>

enum { ARGS_MAX = 9, DIGITS_MAX = 3 };

/* What printf takes from its arguments: a class of conversions and a length modifier each. */
struct args {
    int n;
    int arg[ARGS_MAX];
};

/* One conversion. */
struct directive {
    size_t len;
    int position; /* 1 and up for %1$s, else 0 */
    int stars;    /* widths and precisions that are arguments */
    int kind;     /* 0: takes none */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -1 if there are more digits than any sensible width has. */
static int take_number(const char **s)
{
    int value = 0;

    for (int i = 0; is_digit(**s); i++, (*s)++) {
        if (i == DIGITS_MAX) {
            return -1;
        }
        value = value * 10 + (**s - '0');
    }
    return value;
}

/* Digits or a star, as a width or precision. */
static bool take_size(const char **s, struct directive *d)
{
    if (**s == '*') {
        d->stars++;
        (*s)++;
        return !is_digit(**s); /* %*1$d is not for translators */
    }
    return take_number(s) >= 0;
}

/* Conversions that may stand for each other share a letter. '\0': not allowed. */
static char class_of(char conversion)
{
    switch (conversion) {
    case 'd':
    case 'i':
        return 'd';
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return 'u';
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        return 'f';
    case 'c':
    case 's':
    case 'p':
        return conversion;
    default:
        return '\0';
    }
}

static bool parse(const char *s, struct directive *d)
{
    const char *start = s++;

    *d = (struct directive){ 0 };
    if (*s == '%') {
        d->len = 2;
        return true;
    }
    const char *digits = s;
    int number = take_number(&s);
    if (number > 0 && *s == '$') {
        d->position = number;
        s++;
    } else {
        s = digits;
    }
    s += strspn(s, "-+ #0'");
    if (!take_size(&s, d)) {
        return false;
    }
    if (*s == '.') {
        s++;
        if (!take_size(&s, d)) {
            return false;
        }
    }
    int modifier = 0;
    if (*s && strchr("hlLjztq", *s)) {
        bool twice = (*s == 'h' || *s == 'l') && s[1] == *s;
        modifier = (unsigned char)*s | (twice ? 128 : 0);
        s += twice ? 2 : 1;
    }
    char class = class_of(*s);
    if (class == '\0') {
        return false;
    }
    d->kind = class | modifier << 8;
    d->len = (size_t)(s + 1 - start);
    return true;
}

size_t directive_len(const char *s)
{
    struct directive d;

    return parse(s, &d) ? d.len : 0;
}

static bool add_arg(struct args *args, int kind)
{
    if (args->n == ARGS_MAX) {
        return false;
    }
    args->arg[args->n++] = kind;
    return true;
}

/* A position may be used again, by the same kind. */
static bool put_arg(struct args *args, int position, int kind)
{
    if (position > ARGS_MAX) {
        return false;
    }
    if (position > args->n) {
        args->n = position;
    }
    int *arg = &args->arg[position - 1];
    if (*arg != 0 && *arg != kind) {
        return false;
    }
    *arg = kind;
    return true;
}

/* False if s is no format that printf takes, with every argument known. */
static bool read_args(const char *s, struct args *args)
{
    bool numbered = false;
    bool plain = false;

    *args = (struct args){ 0 };
    while ((s = strchr(s, '%'))) {
        struct directive d;

        if (!parse(s, &d)) {
            return false;
        }
        s += d.len;
        if (d.kind == 0) {
            continue;
        }
        numbered = numbered || d.position > 0;
        plain = plain || d.position == 0;
        if (numbered && (plain || d.stars > 0)) {
            return false;
        }
        for (int i = 0; i < d.stars; i++) {
            if (!add_arg(args, 'd')) {
                return false;
            }
        }
        if (!(d.position > 0 ? put_arg(args, d.position, d.kind) : add_arg(args, d.kind))) {
            return false;
        }
    }
    for (int i = 0; i < args->n; i++) {
        if (args->arg[i] == 0) {
            return false; /* a gap: its size would be a guess */
        }
    }
    return true;
}

bool directive_compatible(const char *english, const char *translation, bool all)
{
    struct args want;
    struct args have;

    if (!read_args(english, &want)) {
        return true;
    }
    if (!read_args(translation, &have)) {
        return false;
    }
    if (have.n > want.n || (all && have.n != want.n)) {
        return false;
    }
    return memcmp(want.arg, have.arg, (size_t)have.n * sizeof have.arg[0]) == 0;
}
