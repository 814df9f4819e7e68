/* print.h: a document for people, made once and written as plain text or as the lines that foyer-print turns
 * into a PDF. The same calls give both. The lines are described in src/print/stream.h.
 *
 * Every string is made fit for either: one line, no control characters.
 */
#ifndef FOYER_EXPORT_PRINT_H
#define FOYER_EXPORT_PRINT_H

#include <stdbool.h>

#include "buf.h"
#include "paper.h"

enum print_as { PRINT_TEXT, PRINT_STREAM };
enum print_size { PRINT_A4, PRINT_LETTER };
enum {
    PRINT_COLUMNS = 78, /* of text */
    PRINT_NORMAL = 14,  /* points of letters */
    PRINT_LARGE = 20,   /* large print is 18 and more */
};

struct print_setup {
    const char *title, *language;
    const char *head; /* on every page; "": nothing */
    const char *foot;
    enum print_size size;
    int points;
};

struct print {
    struct buf *out;
    bool stream;
    struct paper paper;
    int indent;
    const char *foot;
};

void print_start(struct print *print, struct buf *out, enum print_as as, const struct print_setup *setup);
void print_end(struct print *print);

void print_title(struct print *print, const char *text);
void print_heading(struct print *print, const char *text);
void print_text(struct print *print, const char *text);
void print_small(struct print *print, const char *text);
void print_question(struct print *print, const char *number, const char *text, const char *code);
void print_box(struct print *print, const char *text); /* to tick */
void print_fields(struct print *print, const char *const *label,
                  size_t n); /* each with a line to write on; 1 to 6 */
void print_field(struct print *print, const char *label);
void print_lines(struct print *print, int n); /* to write on */
void print_rule(struct print *print);
void print_gap(struct print *print);
void print_page(struct print *print);
void print_indent(struct print *print, int steps); /* for what follows: 0 to 4 */
void print_keep(struct print *print, bool keep);   /* what follows stays on one page, until false */

#endif
