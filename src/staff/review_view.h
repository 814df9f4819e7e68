/* review_view.h: draws a struct screen. Knows nothing of the review's state; keeps only what a picture needs:
 * wrapped text, where things stand, how far they are scrolled.
 *
 *     bar            clinic, who is at it, DEMO
 *     head           a few lines about what is open, and which lists there are
 *     list, detail   side by side where the window is wide, else one over the other; a prompt takes the
 *                    list's place, so that what it is about stays in sight
 *     foot           a notice, the keys
 *
 * Below VIEW_ROWS x VIEW_COLUMNS it asks for a larger window; nothing is lost.
 */
#ifndef FOYER_REVIEW_VIEW_H
#define FOYER_REVIEW_VIEW_H

#include "review_screen.h"
#include "ui.h"

enum { VIEW_ROWS = 20, VIEW_COLUMNS = 72 };

/* Fills the cells of row i of the list. */
typedef void screen_row_fn(void *arg, size_t i, struct screen_row *row);

struct review_view;
struct review_view *review_view_new(void);
void review_view_free(struct review_view *view); /* overwrites; NULL is fine */

/* Draws and paints. */
void review_view_draw(struct review_view *view, const struct screen *screen, screen_row_fn *row, void *arg,
                      struct ui *ui);

/* As last drawn: rows of the list in sight, lines of the detail in sight, and how far it is really scrolled.
 */
size_t review_view_rows(const struct review_view *view);
size_t review_view_lines(const struct review_view *view);
size_t review_view_scroll(const struct review_view *view);

/* What stands at a place of the screen as last drawn. */
enum view_hit { HIT_NOTHING, HIT_ROW, HIT_CHOICE, HIT_FIELD, HIT_KEY, HIT_TAB };
enum view_hit review_view_hit(const struct review_view *view, int row, int column, size_t *index);

#endif
