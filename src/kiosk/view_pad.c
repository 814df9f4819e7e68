/* The on-screen pad: below the body, above the actions. A key is six columns wide and two lines high with the
 * room around it, or three and one on a small screen, where letters are as much larger.
 */
#include <string.h>

#include "text.h"
#include "view_internal.h"

enum { UNIT = 6, UNIT_SMALL = 3, LINES = 2 };

static bool is_small(const struct view *view)
{
    return view->rows < ROOMY_ROWS || view->edge < PAGE_KEY_UNITS * UNIT + 2;
}

int pad_height(const struct view *view)
{
    return view->page->nkeys == 0 ? 0 : PAGE_KEY_ROWS * (is_small(view) ? 1 : LINES);
}

/* "[ q ]" over the whole width; without the brackets where the word needs their room. */
static void draw_key(struct view *view, const struct page_key *key, int row, int column, int width, bool lit)
{
    enum ui_style style = lit ? UI_FOCUS : UI_FIELD;
    bool tight = text_width(key->label) > width - 2;
    int room = tight ? width : width - 2;
    size_t len = text_fit(key->label, room);
    int used = text_width_n(key->label, len);
    int at = column + !tight + (room - used) / 2;

    ui_fill(view->ui, row, column, width, style);
    if (!tight) {
        ui_puts(view->ui, row, column, style, "[");
        ui_puts(view->ui, row, column + width - 1, style, "]");
    }
    ui_put(view->ui, row, at, used, style, key->label, len);
    if (lit) {
        view_cursor(view, row, at, false);
    }
}

void pad_draw(struct view *view, int top)
{
    const struct page *page = view->page;
    int unit = is_small(view) ? UNIT_SMALL : UNIT, lines = is_small(view) ? 1 : LINES;
    int left = view->left + PAGE_KEY_UNITS * unit < view->edge ? view->left : 0;
    size_t first = page_first_key(page);

    for (size_t i = 0; i < page->nkeys; i++) {
        const struct page_key *key = &page->key[i];
        int row = top + key->row * lines, column = left + key->at * unit, width = key->units * unit;
        draw_key(view, key, row, column, width - (unit > UNIT_SMALL), page->focus == first + i);
        for (int line = 0; line < lines; line++) {
            view_spot(view, row + line, column, column + width, PLACE_KEY, first + i);
        }
    }
}
