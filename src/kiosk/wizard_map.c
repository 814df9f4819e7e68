/* Figures on which a question may be answered. Another view of its list: what is marked here is ticked there.
 * The rows of this page are the patches of the figures, in order.
 */
#include "map.h"

#include <stdlib.h>

#include "tr.h"
#include "wizard_internal.h"

enum { ROWS = 24, COLUMNS = 80 }; /* figures are offered from here up */

static const struct form_map *map_of(const struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    return question == SIZE_MAX ? NULL : w->setup.form->question[question].map;
}

void wizard_room(struct wizard *w, int rows, int columns)
{
    bool fit = rows >= ROWS && columns >= COLUMNS;

    if (fit == w->figures_fit) {
        return;
    }
    w->figures_fit = fit;
    w->stale = true;
    if (!fit && w->overlay == OVERLAY_MAP) {
        map_close(w);
    }
}

bool map_offered(const struct wizard *w)
{
    return w->figures_fit && !w->setup.lines && map_of(w) != NULL;
}

/* On the option that had the focus in the list; else on what is marked; else on the first. */
void map_open(struct wizard *w)
{
    const struct form_map *map = map_of(w);
    if (!map) {
        return;
    }
    option_set marked = answers_options(w->answers, flow_question(w, w->pos));
    const struct page_row *focused = page_focus_row(&w->page, w->page.focus);
    option_set wanted = focused ? w->row[w->page.focus].value : 0;

    if (!(wanted & map->drawn)) {
        wanted = marked;
    }
    w->place = 0;
    for (size_t i = map->npatches; i > 0; i--) {
        w->place = wanted & OPTION_BIT(map->patch[i - 1].option) ? i - 1 : w->place;
    }
    wizard_overlay(w, OVERLAY_MAP);
    w->over = (struct look){ .focus = w->place, .placed = true, .follow = true };
}

void map_close(struct wizard *w)
{
    const struct form_map *map = map_of(w);

    if (map) {
        w->place = w->over.focus < map->npatches ? w->over.focus : w->place;
        w->base.focus = map->patch[w->place].option;
        w->base.moved = false; /* Enter goes on, if anything is marked */
        w->base.brought = false;
        w->base.follow = true;
    }
    wizard_overlay(w, OVERLAY_NONE);
}

void map_page(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);
    const struct form_question *q = &w->setup.form->question[question];
    option_set marked = answers_options(w->answers, question);

    char *text = pages_question_words(w, q->text);
    pages_title(w, text);
    free(text);
    page_set(&w->page.hint, w->setup.touch == TOUCH_PAD
                                ? tr("Touch a place to mark it.")
                                : tr("The arrow keys move. The space bar marks a place."));
    w->page.map = q->map;
    w->page.marked = marked;
    w->page.mark = MARK_MANY;
    for (size_t i = 0; i < q->map->npatches; i++) {
        size_t option = q->map->patch[i].option;
        pages_row(w, "", q->option[option].text, ROW_OPTION, OPTION_BIT(option))->ticked =
            (marked & OPTION_BIT(option)) != 0;
    }
    pages_action(w, ACTION_BACK, "F2", tr("Back to the list"));
    w->page.action[w->page.nactions - 1].primary = true;
}

bool map_key(struct wizard *w, enum event_key key)
{
    static const struct {
        enum event_key key;
        enum map_way way;
    } ways[] = { { KEY_ID_UP, MAP_UP },
                 { KEY_ID_DOWN, MAP_DOWN },
                 { KEY_ID_LEFT, MAP_LEFT },
                 { KEY_ID_RIGHT, MAP_RIGHT },
                 { KEY_ID_PAGE_DOWN, MAP_NEXT_FIGURE },
                 { KEY_ID_PAGE_UP, MAP_LAST_FIGURE } };
    const struct form_map *map = w->page.map;

    if (!map) {
        return false;
    }
    size_t focus = w->page.focus, actions = map->npatches, count = page_focus_count(&w->page);
    if (focus >= actions) { /* to the actions and back as one step, not through all places */
        bool back = key == KEY_ID_UP || (key == KEY_ID_TAB && focus + 1 == count) ||
                    (key == KEY_ID_BACKTAB && focus == actions);
        if (back) {
            keys_focus(w, w->place);
        }
        return back;
    }
    w->place = focus;
    if (key == KEY_ID_TAB || key == KEY_ID_BACKTAB) {
        keys_focus(w, key == KEY_ID_TAB ? actions : count - 1);
        return true;
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (key != ways[i].key) {
            continue;
        }
        size_t to = map_move(map, focus, ways[i].way);
        keys_focus(w, to == focus && key == KEY_ID_DOWN ? actions : to);
        return true;
    }
    return false;
}
