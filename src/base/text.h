/* text.h: UTF-8 text as people see it. The one place that knows widths and graphemes (libunistring).
 *
 * Text is NUL-terminated UTF-8 unless a length is passed. A "column" is a terminal cell. Nothing here
 * cuts inside a grapheme.
 */
#ifndef FOYER_TEXT_H
#define FOYER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

bool text_is_utf8(const char *s, size_t len);  /* well formed, and without NUL */
bool text_is_plain(const char *s, size_t len); /* printable ASCII alone */
int text_width(const char *s);                 /* columns; 0 for text that is not UTF-8 */
int text_width_n(const char *s, size_t len);
size_t text_graphemes(const char *s);
const char *text_next(const char *s);                    /* start of the next grapheme; s at the end */
const char *text_prev(const char *start, const char *s); /* start of the one before; start at the start */

/* The nearest place before s, else start, and after it, else the end, across which nothing reaches that is
 * typed at s: neither a grapheme nor a row of marks, and no joiner stands before it. Text that text_check()
 * lets through. */
const char *text_seam_before(const char *start, const char *s);
const char *text_seam_after(const char *s);

/* Terminals do not agree about the letters of Indic scripts: how many cells a letter takes with the vowel
 * sign behind it, or with what a virama joins to it. One that was asked (ui/probe.h) is counted as it counts.
 */
struct text_cells {
    uint32_t from, to; /* letters that begin a grapheme it holds for */
    enum {
        CELLS_SUM, /* its characters added up, as wcwidth does */
        CELLS_TWO, /* the same, but two at most */
        CELLS_MAX  /* its widest character's */
    } rule;
    bool flat_marks; /* a vowel sign that stands beside its letter takes none */
    bool joined;     /* what a virama joins is one grapheme (UAX #29, GB9c) */
};
/* From now on, in this process, widths, wrapping and cutting follow the table, which is borrowed. NULL, 0:
 * the characters added up. Where nothing is said of a letter it is so too. */
void text_set_cells(const struct text_cells *table, size_t n);
bool text_has_cells(const char *s, size_t len); /* the table says something of it: ncurses counts otherwise */
int text_width_by(const char *s, const struct text_cells *cells); /* by this line of a table alone */

/* The end of what is never cut, and its columns: a grapheme, or all that the terminal takes for one. s < end.
 */
const char *text_step(const char *s, const char *end, int *width);

/* The longest beginning of s that fits in `columns`, in bytes; ends between graphemes. */
size_t text_fit(const char *s, int columns);

/* Wrapping by UAX #14, greedy. A word wider than the room is broken between graphemes; a grapheme wider
 * than the room has a line to itself. '\n' forces a line, so text that ends in one ends in an empty line.
 * Trailing spaces are not counted and not part of a line. Text that is not UTF-8 is one empty line. `out`
 * is zeroed before its first use, and may be used again. */
struct text_line {
    size_t start; /* byte offset in the text */
    size_t len;   /* bytes */
    int width;    /* columns */
};
struct text_lines {
    struct text_line *line;
    size_t n;
    size_t cap;
};
void text_wrap(const char *s, int columns, struct text_lines *out); /* at least one line; columns >= 1 */
void text_lines_done(struct text_lines *lines);

/* What is typed or pasted. Refused: not UTF-8, control characters (but '\n' where allowed), bidi
 * controls and isolates, zero-width characters except ZWJ and ZWNJ between letters, unassigned,
 * private use, tags, BOM; more than TEXT_MARKS_MAX marks in a row, which no writing needs (the Stream-Safe
 * Text Format of UAX #15, which counts marks that can be put in another order; here it is every mark). */
enum { TEXT_MARKS_MAX = 30 };
enum text_fault { TEXT_OK, TEXT_NOT_UTF8, TEXT_CONTROL, TEXT_INVISIBLE, TEXT_MARKS };
enum text_fault text_check(const char *s, size_t len, bool newlines);

/* How many marks stand in a row at the end of s, behind `before` of them. A joiner ends no row. */
size_t text_marks(size_t before, const char *s, size_t len);

/* Appends s for a terminal, a log or a file: what text_check refuses becomes U+FFFD. Never fails. */
void text_sanitise(struct buf *out, const char *s, size_t len, bool newlines);

/* NFC, runs of white space to one space, none at the ends. free() it; NULL if s is not UTF-8. */
char *text_tidy(const char *s);

/* text_tidy() for a number, a date or a choice: decimal digits of every script (Nd: Devanagari, Tamil, Arabic
 * ...) and full-width letters, digits and signs become ASCII, and the Arabic decimal sign a point. free() it;
 * NULL if s is not UTF-8. */
char *text_tidy_digits(const char *s);

/* The ASCII character that one is in a number, as text_tidy_digits() makes it; '\0': none, or not one. */
char text_ascii(const char *s, size_t len);

/* For matching whole words, not for reading: case folded, NFKD, without the accents U+0300 to U+036F;
 * everything but letters, marks and digits to one space, none at the ends: "Rétin-A, 0.05%" ->
 * "retin a 0 05". free() it; "" if s is not UTF-8. */
char *text_fold_words(const char *s);

#endif
