/* stream.h: the document that foyer-print reads: lines of UTF-8, each a word and, after one space, its text.
 *
 *   foyer-print 1               the first line
 *   lang en                     the head, in any order, before "body"; of two the last counts
 *   title Microneedling         of the file
 *   paper A4                    or Letter
 *   points 14                   size of the text, 8 to 40
 *   head DEMO, not for patients at the top of every page; left out: nothing
 *   foot Riverside Clinic       at the bottom of every page
 *   pages Page # of #           beside it: the first # is the page, the second the number of pages
 *   body
 *   h1, h2 TEXT                 title, heading; a heading is never the last thing on a page
 *   p, small TEXT               a paragraph; in smaller letters
 *   q NUMBER<tab>TEXT<tab>CODE  a question; CODE small behind it, may be empty
 *   box TEXT                    a box to tick; short ones that follow each other stand in two columns
 *   fields LABEL<tab>LABEL...   each with a line to write on, in one row
 *   lines N                     N lines to write on, 1 to 40
 *   in N                        what follows is indented N steps, 0 to 4
 *   keep, end                   what stands between is on one page if a page has room for it
 *   rule, gap, page             a line across; some room; a new page
 *
 * It comes from another program of ours, and is taken for hostile all the same.
 */
#ifndef FOYER_PRINT_STREAM_H
#define FOYER_PRINT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "mem.h"

enum {
    STREAM_MAX = 1024 * 1024, /* bytes */
    STREAM_BLOCKS = 20000,
    STREAM_LINE = 16 * 1024, /* bytes of one line */
    STREAM_FIELDS = 6,
};

enum stream_kind {
    STREAM_H1,
    STREAM_H2,
    STREAM_P,
    STREAM_SMALL,
    STREAM_Q,
    STREAM_BOX,
    STREAM_FIELDS_ROW,
    STREAM_LINES,
    STREAM_RULE,
    STREAM_GAP,
    STREAM_PAGE,
};

struct stream_block {
    enum stream_kind kind;
    const char *part[STREAM_FIELDS]; /* the text, or its parts between tabs; none is NULL up to nparts */
    size_t nparts;
    int number; /* STREAM_LINES */
    int indent;
    size_t keep; /* blocks of the same number stay together; 0: alone */
};

enum stream_paper { STREAM_A4, STREAM_LETTER };

struct stream {
    struct arena *arena;
    const char *lang, *title, *head, *foot, *pages; /* "" where left out */
    enum stream_paper paper;
    int points;
    struct stream_block *block;
    size_t n;
};

/* NULL with the line at fault. stream_free() it. */
struct stream *stream_read(const char *text, size_t len, struct err *err);
void stream_free(struct stream *stream); /* NULL is fine */

#endif
