/* paper.h: plain text laid out in columns for a terminal, a pager or a printer. Every string is made fit for
 * them on its way: no control characters, no bidi overrides.
 */
#ifndef FOYER_PAPER_H
#define FOYER_PAPER_H

#include "buf.h"

enum {
    PAPER_LABEL = 12, /* columns of a field's label, with the gap after it */
    PAPER_ITEM = 9,   /* of an item's id: "[ ] P02  " */
};

struct paper {
    struct buf *out;
    int columns, indent;
};

void paper_start(struct paper *paper, struct buf *out, int columns);
void paper_indent(struct paper *paper, int columns);       /* for what follows */
void paper_gap(struct paper *paper);                       /* one empty line, never two */
void paper_title(struct paper *paper, const char *text);   /* underlined with '=' */
void paper_heading(struct paper *paper, const char *text); /* a gap, and underlined with '-' */
void paper_text(struct paper *paper, const char *text);
void paper_field(struct paper *paper, const char *label, const char *text); /* nothing where text is "" */
void paper_item(struct paper *paper, const char *id, const char *text);
void paper_drawn(struct paper *paper, const char *lines); /* each as it is, without the blanks at its end */
void paper_entry(struct paper *paper, const char *word,
                 const char *text); /* all lines two columns after it */

#endif
