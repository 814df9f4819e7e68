/* view.h: draws a struct page on the full screen: one question, calm, readable from 40x12 up. Knows nothing
 * of the wizard's state; keeps only what a picture needs: wrapped text, where things stand, how far it is
 * scrolled.
 *
 *     bar at the top      clinic, DEMO mark, section and progress
 *     body                title, hint, text, fields, rows; scrolls if it must
 *     foot                a notice, the actions
 *
 * Text is at most 66 columns wide, in the middle of a wide screen. Below 40x12 only a request for a larger
 * window is shown; nothing is lost.
 */
#ifndef FOYER_VIEW_H
#define FOYER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "page.h"
#include "ui.h"

struct view;

struct view *view_new(const char *clinic); /* the clinic's name, for the bar; copied; may be "" */
void view_free(struct view *view);         /* overwrites the page text it kept; NULL is fine */

/* Draws the page, places the cursor on the focus and paints. Returns the height of the scrolling part, for
 * Page Up and Page Down; 0: the window is too small for any of it. */
int view_draw(struct view *view, const struct page *page, struct ui *ui);

/* The first line of the body as last drawn, after page->scroll was clamped and the focus followed. */
int view_scroll(const struct view *view);

/* The rows of the page that were wholly in sight as last drawn, for wizard_rows_seen(); first > last: none.
 */
void view_rows(const struct view *view, size_t *first, size_t *last);

/* What stands at a place on the screen as last drawn. A row of the page counts from edge to edge, with all
 * the lines it wraps to; the empty lines between two are nobody's. A place of a figure has a margin, and the
 * nearest wins. */
enum view_place {
    PLACE_NOTHING,
    PLACE_FOCUS, /* *index: its focus number */
    PLACE_KEY,   /* a key of the pad; likewise */
    PLACE_ABOVE, /* "More above" */
    PLACE_BELOW,
};
enum view_place view_hit(const struct view *view, int row, int column, size_t *index);

#endif
