#include <stdlib.h>
#include <string.h>
#include <unilbrk.h>

#include "mem.h"
#include "text.h"

static void add_line(struct text_lines *out, size_t start, size_t end, int width)
{
    if (out->n == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 8;
        out->line = mem_realloc(out->line, out->cap, sizeof *out->line);
    }
    out->line[out->n++] = (struct text_line){ start, end - start, width };
}

/* The end of a line so far, without its trailing spaces. */
struct mark {
    size_t end;
    int width;
};

/* The text so far ends in a hyphen that joins no words: --language, 60-foyer.conf, -5. No line ends there. */
static bool is_bare_hyphen(const char *s, size_t len)
{
    unsigned char before = len > 1 ? (unsigned char)s[len - 2] : ' ';
    return s[len - 1] == '-' && before < 0x80 && !(before >= 'A' && before <= 'Z') &&
           !(before >= 'a' && before <= 'z');
}

/* Wraps s[from..to), which holds no '\n'. breaks[i] tells of the place before byte from + i. */
static void wrap_paragraph(const char *s, size_t from, size_t to, const char *breaks, int columns,
                           struct text_lines *out)
{
    size_t start = from; /* of this line */
    size_t at = from;
    size_t next_start = from;       /* where the next line starts if this one breaks; start: nowhere yet */
    struct mark seen = { from, 0 }; /* to the last character that is not a space */
    struct mark fits = seen;        /* the same, at next_start */
    int width = 0;                  /* with the spaces up to here */

    while (at < to) {
        int w;
        size_t next = (size_t)(text_step(s + at, s + to, &w) - s);

        if (at > start && !is_bare_hyphen(s + start, at - start) &&
            (breaks[at - from] == UC_BREAK_POSSIBLE || breaks[at - from] == UC_BREAK_MANDATORY)) {
            next_start = at;
            fits = seen;
        }
        if (s[at] != ' ' && width + w > columns && at > start) {
            if (next_start == start) {
                next_start = at; /* a word wider than the room */
                fits = seen;
            }
            add_line(out, start, fits.end, fits.width);
            start = at = next_start;
            seen = (struct mark){ start, 0 };
            width = 0;
            continue;
        }
        width += w;
        if (s[at] != ' ') {
            seen = (struct mark){ next, width };
        }
        at = next;
    }
    add_line(out, start, seen.end, seen.width);
}

void text_wrap(const char *s, int columns, struct text_lines *out)
{
    size_t len = strlen(s);
    char small[512];
    char *breaks = len <= sizeof small ? small : mem_alloc(len);

    out->n = 0;
    if (!text_is_utf8(s, len)) {
        len = 0;
    }
    for (size_t from = 0;;) {
        const char *newline = memchr(s + from, '\n', len - from);
        size_t to = newline ? (size_t)(newline - s) : len;

        u8_possible_linebreaks((const uint8_t *)s + from, to - from, "UTF-8", breaks);
        wrap_paragraph(s, from, to, breaks, columns, out);
        if (!newline) {
            break;
        }
        from = to + 1;
    }
    if (breaks != small) {
        free(breaks);
    }
}

void text_lines_done(struct text_lines *lines)
{
    free(lines->line);
    *lines = (struct text_lines){ NULL, 0, 0 };
}
