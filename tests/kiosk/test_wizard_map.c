/* A question answered on drawn figures: another view of its list, and the same answer. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "../ui/testpty.h"
#include "kit.h"
#include "map.h"
#include "text.h"
#include "view.h"

static struct kit kit;
static const char *const languages[] = { "en", "es", "ms", "zh_CN", "ta", "hi" };

static void to_areas(void)
{
    kit_to_goals(&kit);
    kit_char(&kit, "1");
    kit_enter(&kit);
}

static void open_areas(void)
{
    kit_open_form(&kit, "forms/microneedling");
    wizard_room(kit.wizard, 24, 80);
    to_areas();
    cr_assert(kit_at(&kit, "Where do you want"), "%s", kit_page(&kit)->title);
}

static void close_areas(void)
{
    kit_close(&kit);
}

TestSuite(wizard_map, .fini = close_areas);

static const struct form_question *areas(void)
{
    return &kit.form->question[kit_question(&kit, "areas")];
}

/* To a place by the arrow keys, as a person would: the shortest way. */
static void go_to(size_t wanted)
{
    const struct form_map *map = areas()->map;
    static const enum event_key keys[] = { KEY_ID_UP, KEY_ID_DOWN, KEY_ID_LEFT, KEY_ID_RIGHT };
    size_t queue[MAP_PATCHES], n = 0, before[MAP_PATCHES], start = kit_page(&kit)->focus;
    enum map_way by[MAP_PATCHES];
    bool reached[MAP_PATCHES] = { false };

    reached[wanted] = true; /* backwards from there */
    queue[n++] = wanted;
    for (size_t i = 0; i < n && !reached[start]; i++) {
        for (size_t from = 0; from < map->npatches; from++) {
            for (enum map_way way = MAP_UP; way <= MAP_RIGHT; way++) {
                if (!reached[from] && map_move(map, from, way) == queue[i]) {
                    reached[from] = true;
                    before[from] = queue[i];
                    by[from] = way;
                    queue[n++] = from;
                }
            }
        }
    }
    cr_assert(reached[start]);
    for (size_t at = start; at != wanted; at = before[at]) {
        kit_key(&kit, keys[by[at]]);
        cr_assert_eq(kit_page(&kit)->focus, before[at]);
    }
}

Test(wizard_map, each_area_marked_on_the_figure_is_the_answer_that_the_list_gives)
{
    open_areas();
    const struct form_map *map = areas()->map;
    for (size_t i = 0; i < map->npatches; i++) {
        option_set bit = OPTION_BIT(map->patch[i].option);
        kit_f(&kit, 7);
        go_to(i);
        cr_expect_str_eq(page_focus_row(kit_page(&kit), i)->text, areas()->option[map->patch[i].option].text);
        if (i % 2) {
            kit_enter(&kit);
        } else {
            kit_char(&kit, " ");
        }
        cr_expect_eq(kit_options(&kit, "areas"), bit, "place %zu", i);
        kit_f(&kit, 2);
        cr_assert(!kit_page(&kit)->map);
        cr_expect(kit_page(&kit)->row[map->patch[i].option].ticked, "place %zu is not ticked in the list", i);
        cr_expect_eq(kit_page(&kit)->focus, map->patch[i].option, "the list stands on it too");
        kit_char(&kit, " "); /* off again, in the list */
        cr_expect_eq(kit_options(&kit, "areas"), 0U);
    }
}

Test(wizard_map, help_names_their_key_where_it_works)
{
    open_areas();
    kit_f(&kit, 1);
    cr_expect(kit_says(&kit, "F7 shows a picture to mark your answer on."));
    kit_f(&kit, 2);
    kit_f(&kit, 2);
    kit_f(&kit, 1);
    cr_expect(kit_at(&kit, "Help"));
    cr_expect_not(kit_says(&kit, "F7"), "not at the question before");
}

Test(wizard_map, where_there_is_no_keyboard_the_figures_name_no_key)
{
    kit_open_touch(&kit, "forms/microneedling", TOUCH_PAD);
    wizard_room(kit.wizard, 24, 80);
    to_areas();
    kit_f(&kit, 7);
    const struct page *page = kit_page(&kit);
    cr_assert_not_null(page->map);
    cr_expect_str_eq(page->hint, "Touch a place to mark it.");
    for (size_t i = 0; i < page->nactions; i++) {
        cr_expect_str_eq(page->action[i].key, "", "%s", page->action[i].label);
    }
}

Test(wizard_map, what_is_ticked_in_the_list_is_marked_on_the_figure_wherever_it_is_drawn)
{
    open_areas();
    kit_char(&kit, "9"); /* arms */
    kit_timer(&kit, 2000);
    kit_f(&kit, 7);
    const struct page *page = kit_page(&kit);
    cr_assert_not_null(page->map);
    cr_expect_eq(page->marked, kit_options(&kit, "areas"));
    size_t marked = 0;
    for (size_t i = 0; i < page->map->npatches; i++) {
        bool arm = strcmp(areas()->option[page->map->patch[i].option].id, "arms") == 0;
        cr_expect_eq(page->row[i].ticked, arm);
        marked += page->row[i].ticked;
    }
    cr_expect_eq(marked, 4U, "two from the front and two from the back");
    cr_expect_str_eq(page_focus_row(page, page->focus)->text, "Arms", "it opens there");
}

Test(wizard_map, not_sure_gives_way_to_a_marked_place_as_it_does_in_the_list)
{
    open_areas();
    kit_char(&kit, "1");
    kit_timer(&kit, 2000);
    kit_char(&kit, "0");
    cr_expect_eq(kit_options(&kit, "areas"), OPTION_BIT(0) | OPTION_UNSURE, "beside ticks it adds to them");
    kit_char(&kit, "1");
    kit_timer(&kit, 2000);
    cr_expect_eq(kit_options(&kit, "areas"), OPTION_UNSURE);
    kit_f(&kit, 7);
    kit_char(&kit, " ");
    cr_expect_eq(kit_options(&kit, "areas") & OPTION_UNSURE, 0U);
    cr_expect_neq(kit_options(&kit, "areas"), 0U);
}

Test(wizard_map, nothing_that_is_pressed_on_a_figure_leaves_the_question)
{
    open_areas();
    kit_f(&kit, 7);
    static const char *const letters[] = { "1", "0", "p", "y", "n", "9" };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        kit_char(&kit, letters[i]);
        kit_timer(&kit, 2000);
    }
    cr_expect_eq(kit_options(&kit, "areas"), 0U, "digits stand for rows of the list");
    kit_enter(&kit);
    kit_enter(&kit);
    kit_enter(&kit);
    cr_expect_not_null(kit_page(&kit)->map, "Enter marks, and goes nowhere");
    kit_f(&kit, 7);
    cr_expect_null(kit_page(&kit)->map, "what opened it closes it");
    kit_enter(&kit);
    cr_expect(kit_at(&kit, "Have you ever had microneedling"), "then Enter goes on: %s",
              kit_page(&kit)->title);
}

Test(wizard_map, tab_leads_to_the_buttons_and_back_to_the_same_place)
{
    open_areas();
    kit_f(&kit, 7);
    kit_key(&kit, KEY_ID_RIGHT);
    size_t place = kit_page(&kit)->focus;
    kit_key(&kit, KEY_ID_TAB);
    cr_expect(page_focus_action(kit_page(&kit), kit_page(&kit)->focus)->primary);
    kit_key(&kit, KEY_ID_UP);
    cr_expect_eq(kit_page(&kit)->focus, place);
    kit_key(&kit, KEY_ID_BACKTAB);
    cr_expect_not_null(page_focus_action(kit_page(&kit), kit_page(&kit)->focus));
    kit_key(&kit, KEY_ID_TAB);
    cr_expect_eq(kit_page(&kit)->focus, place);
    for (int i = 0; i < 20; i++) {
        kit_key(&kit, KEY_ID_DOWN);
    }
    cr_expect_not_null(page_focus_action(kit_page(&kit), kit_page(&kit)->focus), "below the feet");
    kit_enter(&kit);
    cr_expect_null(kit_page(&kit)->map);
}

Test(wizard_map, it_is_offered_where_there_is_room_and_a_smaller_window_leads_back_to_the_list)
{
    open_areas();
    cr_expect_not_null(kit_action(&kit, ACTION_MAP));
    wizard_room(kit.wizard, 24, 79);
    cr_expect_null(kit_action(&kit, ACTION_MAP));
    kit_f(&kit, 7);
    cr_expect_null(kit_page(&kit)->map);
    wizard_room(kit.wizard, 24, 80);
    kit_f(&kit, 7);
    kit_key(&kit, KEY_ID_PAGE_DOWN);
    kit_char(&kit, " ");
    size_t option = areas()->map->patch[kit_page(&kit)->focus].option;
    wizard_room(kit.wizard, 12, 40);
    cr_expect_null(kit_page(&kit)->map);
    cr_expect_eq(kit_page(&kit)->focus, option);
    cr_expect_eq(kit_options(&kit, "areas"), OPTION_BIT(option), "and nothing is lost");
}

Test(wizard_map, plain_mode_offers_the_list_alone)
{
    kit_open_plain(&kit, "forms/microneedling");
    wizard_room(kit.wizard, 24, 80);
    to_areas();
    cr_assert(kit_at(&kit, "Where do you want"));
    cr_expect_null(kit_action(&kit, ACTION_MAP));
}

Test(wizard_map, a_figure_is_covered_by_the_warning_and_comes_back_as_it_was)
{
    open_areas();
    kit_f(&kit, 7);
    kit_key(&kit, KEY_ID_PAGE_DOWN);
    size_t place = kit_page(&kit)->focus;
    kit_timer(&kit, 120000);
    cr_assert(wizard_warning(kit.wizard));
    kit_key(&kit, KEY_ID_DOWN);
    cr_assert_not_null(kit_page(&kit)->map);
    cr_expect_eq(kit_page(&kit)->focus, place);
}

Test(wizard_map, a_tap_marks_a_place_and_the_next_one_takes_the_mark_away)
{
    open_areas();
    kit_f(&kit, 7);
    const struct form_map *map = kit_page(&kit)->map;
    wizard_rows_seen(kit.wizard, 0, 0); /* as the view says it: the words above the figures are one row */
    for (size_t i = 0; i < map->npatches; i++) {
        option_set bit = OPTION_BIT(map->patch[i].option);
        wizard_tap(kit.wizard, i, kit.now += 2000);
        cr_expect_eq(kit_options(&kit, "areas"), bit, "place %zu", i);
        cr_expect_eq(kit_page(&kit)->focus, i, "the words say which it was");
        cr_expect_not_null(kit_page(&kit)->map);
        wizard_tap(kit.wizard, i, kit.now += 2000);
        cr_expect_eq(kit_options(&kit, "areas"), 0U, "place %zu", i);
    }
}

/* --- As it is drawn --- */

static struct pty pty;
static struct view *view;

static void draw(void)
{
    static char out[1 << 18];

    view_draw(view, kit_page(&kit), pty.ui);
    pty_drain(&pty, out, sizeof out, 0);
}

/* The cell of the screen where a cell of the sheet is. */
static bool cell_of(int row, int column, int *y, int *x)
{
    const struct form_map *map = areas()->map;
    *x = (80 - MAP_COLUMNS) / 2 + (MAP_COLUMNS - map->columns) / 2 + column;
    for (int i = 0; i < 24; i++) { /* the last line of the figures stands above the rule */
        if (strstr(pty_row(i), "─────────────────────────────────────────────────")) {
            *y = i - 1;
            while (strspn(pty_row(*y), " ") == strlen(pty_row(*y))) {
                (*y)--;
            }
            *y -= map->rows - 1 - row;
            return true;
        }
    }
    return false;
}

Test(wizard_map, a_finger_finds_each_place_and_what_lies_just_beside_it)
{
    open_areas();
    kit_f(&kit, 7);
    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    view = view_new("Clinic");
    draw();
    const struct form_map *map = areas()->map;
    for (int row = 0; row < map->rows; row++) {
        for (int column = 0; column < map->columns; column++) {
            long patch = map_patch_at(map, row, column);
            int y, x;
            size_t focus = SIZE_MAX;
            cr_assert(cell_of(row, column, &y, &x));
            enum view_place hit = view_hit(view, y, x, &focus);
            if (patch >= 0) {
                cr_assert(hit == PLACE_FOCUS && focus == (size_t)patch, "row %d, column %d of the figures",
                          row, column);
            }
        }
    }
    int y, x;
    size_t focus = SIZE_MAX;
    cell_of(9, 23, &y, &x); /* beside a hand and an arm of the front */
    cr_expect_eq(view_hit(view, y, x, &focus), PLACE_FOCUS, "a near miss is a hit");
    cell_of(0, 23, &y, &x);
    cr_expect_eq(view_hit(view, y, x, &focus), PLACE_NOTHING, "far from all of them is none");
    view_free(view);
    pty_close(&pty);
}

Test(wizard_map, it_fits_80x24_in_each_language_without_scrolling_and_each_name_is_whole)
{
    view = view_new("Clinic");
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        const char *const two[] = { "en", languages[l] };
        kit_open_languages(&kit, "forms/microneedling", two, l > 0 ? 2 : 1, BIN "/locale", TOUCH_OFF);
        wizard_room(kit.wizard, 24, 80);
        if (l > 0) {
            kit_enter(&kit); /* the first of them */
        }
        to_areas();
        if (l > 0) {
            kit_f(&kit, 12);
        }
        kit_f(&kit, 7);
        const struct form_map *map = kit_page(&kit)->map;
        cr_assert_not_null(map, "%s: %s", languages[l], kit_page(&kit)->title);
        pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
        draw();
        struct buf line = BUF_INIT;
        for (int row = 0; row < map->rows; row++) {
            int y, x;
            buf_reset(&line);
            map_line(&line, map, row, 0, true);
            size_t len = strlen(buf_str(&line)) - 1;
            while (len > 0 && buf_str(&line)[len - 1] == ' ') {
                len--;
            }
            buf_cut(&line, len);
            cr_assert(cell_of(row, 0, &y, &x), "%s", languages[l]);
            cr_expect(strstr(pty_row(y), buf_str(&line)), "%s: row %d: %s", languages[l], row, pty_row(y));
        }
        buf_done(&line);
        for (size_t i = 0; i < map->nfigures; i++) {
            const char *title = map->figure[i].title;
            cr_expect_leq(text_width(title), map->figure[i].columns, "%s: %s", languages[l], title);
            cr_expect((l == 0) ==
                          (strcmp(title,
                                  kit.form->question[kit_question(&kit, "areas")].map->figure[i].title) == 0),
                      "%s: %s", languages[l], title);
        }
        for (size_t i = 0; i < map->npatches; i++) {
            const char *name = kit_page(&kit)->row[i].text;
            cr_expect_leq(text_width(name), MAP_COLUMNS - 4, "%s: %s", languages[l], name);
        }
        pty_close(&pty);
        if (l + 1 < sizeof languages / sizeof *languages) {
            kit_close(&kit);
        }
    }
    view_free(view);
}
