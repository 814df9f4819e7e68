/* layout.h: the lines of a page's body: what is said where, before any of it is cut to a screen. Pure: no
 * terminal.
 *
 * Wrapped text is kept from one build to the next and reused where neither text nor width changed, so that an
 * arrow key does not wrap a page anew. Lines point into the page, and into that store: they hold until the
 * next build or until the page changes.
 */
#ifndef FOYER_LAYOUT_H
#define FOYER_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "page.h"
#include "palette.h"
#include "text.h"

/* How much air there is between the lines. AIR_TIGHT: not even between paragraphs. */
enum layout_air { AIR_TIGHT, AIR_NONE, AIR_SOME, AIR_MUCH };

struct layout_room {
    int left;  /* column where text begins; the marker of the focus stands two before, or one where left is 1
                */
    int width; /* columns of text */
    bool glyphs;
    enum layout_air air;
    bool code;      /* the page's QR code stands beside the text */
    int answers_at; /* answers begin no higher than on this line of the body, so that they stand in one place
                       from page to page; 0: wherever the words before them end */
};

struct layout_span {
    int column;
    int columns; /* at least as many; the rest is filled with spaces. 0: as long as the text */
    enum ui_style style;
    const char *text;
    size_t len;
    size_t focus; /* a place on a figure; SIZE_MAX: the line's */
};

struct layout_line {
    size_t first, n; /* its spans */
    size_t focus;    /* what it belongs to; SIZE_MAX: nothing that takes the focus */
    bool lit;        /* the focus is here: drawn as one bar */
};

struct layout_wrapped {
    char *text;
    int columns;
    struct text_lines lines;
};

struct layout {
    struct layout_line *line;
    size_t nlines, cap_lines;
    struct layout_span *span;
    size_t nspans, cap_spans;
    size_t head; /* lines at the beginning that matter all the time: the title and an error */
    size_t tail; /* where the last rows that stand apart begin: "Not sure" and the like; nlines if there are
                    none */

    /* Where the hardware cursor belongs if the focus is in the body. */
    bool has_cursor;
    bool typing;
    size_t cursor_line;
    int cursor_column;

    struct buf figures; /* the text of page->map */
    size_t place;       /* the line where the place with the focus is; SIZE_MAX: none */

    struct layout_wrapped **wrapped; /* in the order a build asks for them */
    size_t nwrapped, cap_wrapped, used;
    size_t focus;
    struct layout_room room;
};

void layout_init(struct layout *layout);
void layout_done(struct layout *layout); /* overwrites what it kept */
void layout_build(struct layout *layout, const struct page *page, const struct layout_room *room);

/* Wraps a string of the page's foot through the same store; between layout_build() and the next. */
const struct layout_wrapped *layout_wrap(struct layout *layout, const char *text, int columns);

#endif
