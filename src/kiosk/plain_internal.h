/* plain_internal.h: what the two files of plain mode share. Not for others. */
#ifndef FOYER_PLAIN_INTERNAL_H
#define FOYER_PLAIN_INTERNAL_H

#include <stdint.h>

#include "buf.h"
#include "plain.h"

struct plain {
    struct lines *lines;
    char *clinic;

    struct buf told; /* the commands that have been said in full, a line each */

    /* Of the page that was said last. */
    bool any;
    unsigned serial;
    size_t nrows;
    uint64_t ticks;   /* which rows were ticked, as far as they are counted */
    char *notice;     /* NULL: none */
    char *place;      /* "Your skin today, 2 of 7" */
    size_t field;     /* the one that is asked */
    bool mending;     /* it was refused: when it is right, the page is complete */
    bool said;        /* something was said in answer to the last line */
    char *title;      /* NULL: none */
    char *kept;       /* typed when the page asked whether anybody is there; NULL: nothing */
    char *kept_for;   /* the title of the page it was typed for */
    bool was_warning; /* that page was said last */
};

void plain_say(struct plain *plain, const char *text);
/* "{what} text" with the one thing put in its place. */
void plain_say_with(struct plain *plain, const char *pattern, const char *name, const char *value);
void plain_say_page(struct plain *plain, const struct page *page);
void plain_say_commands(struct plain *plain, const struct page *page);
void plain_say_ticks(struct plain *plain, const struct page *page);

/* What to type for a row. One beyond those that have a key is reached by its number all the same. */
void plain_row_key(const struct page *page, size_t row, char key[24]);

/* NULL: nothing is wrong. *field SIZE_MAX: it is about the page. */
const char *plain_error(const struct page *page, size_t *field);

/* What Enter alone does: the button that goes on, else on a page without answers the one in focus if it leads
 * back to the form. NULL: nothing. */
const struct page_action *plain_enter(const struct page *page);

#endif
