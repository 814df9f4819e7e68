/* The picture of a page: everything that matters is readable from 40x12 up, the focus is in sight, and the
 * cursor rests on it. */
#include <criterion/criterion.h>
#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "../ui/testpty.h"
#include "layout.h"
#include "text.h"
#include "view.h"

struct stage {
    struct pty pty;
    struct view *view;
    struct page page;
    int height;
};

static void open_stage(struct stage *stage, const char *term, int rows, int columns)
{
    pty_open(&stage->pty, term, rows, columns, UI_NORMAL);
    stage->view = view_new("Riverside Skin Clinic");
    page_init(&stage->page);
    stage->page.demo = true;
    stage->page.follow = true;
}

static size_t draw_and_count(struct stage *stage, int wait_ms)
{
    static char out[1 << 18];

    stage->height = view_draw(stage->view, &stage->page, stage->pty.ui);
    stage->page.scroll = view_scroll(stage->view);
    return pty_drain(&stage->pty, out, sizeof out, wait_ms);
}

static void draw(struct stage *stage)
{
    draw_and_count(stage, 0);
}

static void close_stage(struct stage *stage)
{
    page_reset(&stage->page);
    view_free(stage->view);
    pty_close(&stage->pty);
}

/* The row that holds the text, or -1. */
static int find(const char *text)
{
    for (int row = 0; row < LINES; row++) {
        if (strstr(pty_row(row), text)) {
            return row;
        }
    }
    return -1;
}

static void cursor(int *row, int *column)
{
    getyx(curscr, *row, *column);
}

static void actions(struct page *page, bool primary)
{
    if (primary) {
        page_add_action(page, 1, "", "Next")->primary = true;
    }
    page_add_action(page, 2, "F2", "Back");
    page_add_action(page, 3, "F4", "Skip");
    page_add_action(page, 4, "F3", "Why");
    page_add_action(page, 5, "F1", "Help");
    page_add_action(page, 6, "F6", "Hide");
    page_add_action(page, 7, "F8", "Call staff");
    page_add_action(page, 8, "F10", "Stop");
}

static void question(struct page *page, int options)
{
    page_set(&page->section, "Your skin");
    page->step = 2;
    page->steps = 5;
    page_set(&page->title, "Which areas would you like treated?");
    page_set(&page->hint, "Choose all that fit. Then press Enter.");
    page->mark = MARK_MANY;
    for (int i = 1; i <= options; i++) {
        char key[8];
        char text[32];
        snprintf(key, sizeof key, "%d", i);
        snprintf(text, sizeof text, "Option number %d", i);
        page_add_row(page, key, text);
    }
    page_add_row(page, "0", "Not sure")->apart = true;
    page_add_row(page, "P", "I'd rather tell the practitioner in private");
    actions(page, true);
}

static const int sizes[][2] = { { 12, 40 }, { 24, 80 }, { 40, 120 }, { 13, 200 }, { 50, 40 } };

enum { NSIZES = sizeof sizes / sizeof *sizes };

Test(view, the_demo_mark_the_title_and_the_focus_are_always_in_sight)
{
    for (int i = 0; i < NSIZES; i++) {
        for (int options = 1; options <= 15; options += 7) {
            struct stage stage;
            open_stage(&stage, "xterm-256color", sizes[i][0], sizes[i][1]);
            question(&stage.page, options);
            for (size_t focus = 0; focus < page_focus_count(&stage.page); focus++) {
                stage.page.focus = focus;
                draw(&stage);
                cr_assert_geq(find("DEMO, not for patients"), 0);
                cr_assert_geq(find("Which areas"), 0, "%dx%d", sizes[i][1], sizes[i][0]);
                const struct page_row *row = page_focus_row(&stage.page, focus);
                const struct page_action *action = page_focus_action(&stage.page, focus);
                int y = row ? find(strncmp(row->text, "I'd", 3) == 0 ? "I'd rather" : row->text)
                            : find(action->label);
                int cursor_row;
                int cursor_column;
                cursor(&cursor_row, &cursor_column);
                cr_assert_geq(y, 0, "focus %zu at %dx%d", focus, sizes[i][1], sizes[i][0]);
                cr_assert(strchr(pty_row(cursor_row), '>'));
                if (row) {
                    const char *line = pty_row(cursor_row);
                    cr_assert_eq(cursor_row, y);
                    cr_assert_eq(strncmp(line + cursor_column, row->text,
                                         10 < strlen(row->text) ? 10 : strlen(row->text)),
                                 0, "\"%s\" at %d", line, cursor_column);
                }
            }
            close_stage(&stage);
        }
    }
}

Test(view, nothing_is_drawn_wider_than_its_room)
{
    for (int i = 0; i < NSIZES; i++) {
        struct stage stage;
        open_stage(&stage, "xterm-256color", sizes[i][0], sizes[i][1]);
        question(&stage.page, 3);
        page_set(&stage.page.row[1].text, "An answer that needs several lines, because it says a great deal "
                                          "about what the patient did, when, "
                                          "how often and why, and then goes on to say it all once more");
        draw(&stage);
        int first = find("An answer that");
        cr_assert_geq(first, 0);
        int at = (int)(strstr(pty_row(first), "An answer") - pty_row(first));
        const char *second = pty_row(first + 1);
        cr_assert_eq((int)strspn(second, " "), at, "lines hang under the text: \"%s\"", second);
        for (int row = 1; row < LINES - 3; row++) {
            cr_assert_leq(text_width(pty_row(row)) - (int)strspn(pty_row(row), " "), 68);
        }
        close_stage(&stage);
    }
}

Test(view, what_does_not_fit_is_announced_in_words)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 12, 40);
    question(&stage.page, 15);
    draw(&stage);
    cr_assert_geq(find("More below"), 0);
    stage.page.focus = 8;
    draw(&stage);
    cr_assert_geq(find("More above and below"), 0);
    stage.page.focus = 16;
    draw(&stage);
    cr_assert_geq(find("More above"), 0);
    cr_assert_lt(find("More above and below"), 0);
    stage.page.focus = 0;
    draw(&stage);
    cr_assert_eq(view_scroll(stage.view), 0);
    cr_assert_geq(find("Choose all that fit"), 0);
    close_stage(&stage);
}

Test(view, a_long_text_is_read_to_its_end_by_pages_and_no_further)
{
    struct stage stage;
    char seen[21][32] = { "" };
    int last = -1;

    open_stage(&stage, "xterm-256color", 12, 40);
    page_set(&stage.page.title, "Your privacy");
    for (int i = 1; i <= 20; i++) {
        snprintf(seen[i], sizeof seen[i], "Paragraph %d.", i);
        page_add_para(&stage.page, seen[i]);
    }
    actions(&stage.page, true);
    stage.page.follow = false;
    bool found[21] = { false };
    for (int turn = 0; turn < 30; turn++) {
        draw(&stage);
        for (int i = 1; i <= 20; i++) {
            found[i] = found[i] || find(seen[i]) >= 0;
        }
        if (stage.page.scroll == last) {
            break;
        }
        last = stage.page.scroll;
        stage.page.scroll += stage.height;
    }
    for (int i = 1; i <= 20; i++) {
        cr_assert(found[i], "%s was never shown", seen[i]);
    }
    cr_assert_geq(find("Paragraph 20."), 0);
    cr_assert_lt(find("More below"), 0);
    stage.page.scroll = 1000000;
    draw(&stage);
    cr_assert_eq(view_scroll(stage.view), last);
    stage.page.scroll = -5;
    draw(&stage);
    cr_assert_eq(view_scroll(stage.view), 0);
    close_stage(&stage);
}

Test(view, fifteen_options_fit_whole_at_80x24)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 15);
    draw(&stage);
    cr_assert_geq(find("Option number 1"), 0);
    cr_assert_geq(find("I'd rather tell"), 0);
    cr_assert_lt(find("More"), 0);
    close_stage(&stage);
}

Test(view, every_action_is_on_the_screen_at_40x12)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 12, 40);
    question(&stage.page, 3);
    draw(&stage);
    for (size_t i = 0; i < stage.page.nactions; i++) {
        cr_assert_geq(find(stage.page.action[i].label), 0, "%s", stage.page.action[i].label);
    }
    close_stage(&stage);
}

Test(view, marks_tell_what_is_ticked_without_colour)
{
    static const char *const terms[] = { "xterm-256color", "linux", "vt100" };
    static const char *const ticked[] = { "(\xE2\x80\xA2) Yes", "(*) Yes", "(*) Yes" };

    for (int i = 0; i < 3; i++) {
        struct stage stage;
        open_stage(&stage, terms[i], 24, 80);
        stage.page.mark = MARK_ONE;
        page_add_row(&stage.page, "1", "No");
        page_add_row(&stage.page, "2", "Yes")->ticked = true;
        draw(&stage);
        cr_assert_geq(find("1  ( ) No"), 0);
        cr_assert_geq(find(ticked[i]), 0, "%s", terms[i]);
        stage.page.mark = MARK_MANY;
        draw(&stage);
        cr_assert_geq(find("[ ] No"), 0);
        cr_assert_geq(find("[x] Yes"), 0);
        close_stage(&stage);
    }
}

Test(view, an_error_says_so_in_words_beside_its_field)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    page_add_field(&stage.page, "Your name", "");
    struct page_field *field = page_add_field(&stage.page, "Phone", "12");
    page_set(&field->error, "This number is too short.");
    page_set(&stage.page.error, "Something is missing.");
    draw(&stage);
    cr_assert_geq(find("Please check: Something is missing."), 0);
    int phone = find("Phone");
    cr_assert_geq(find("Please check: This number is too short."), phone);
    cr_assert_leq(find("Please check: This number is too short."), phone + 2);
    close_stage(&stage);
}

Test(view, the_cursor_stands_where_the_next_letter_goes)
{
    struct stage stage;
    int row;
    int column;

    open_stage(&stage, "xterm-256color", 24, 80);
    struct page_field *field = page_add_field(&stage.page, "Your name",
                                              "Ren\xC3\xA9"
                                              "e");
    field->cursor = strlen("Ren\xC3\xA9");
    draw(&stage);
    cursor(&row, &column);
    int at = (int)(strstr(pty_row(row), "[Ren") - pty_row(row));
    cr_assert_eq(column, at + 1 + 4);

    char longest[301];
    memset(longest, 'n', 299);
    longest[299] = '!';
    longest[300] = '\0';
    page_set(&stage.page.field[0].text, longest);
    stage.page.field[0].cursor = 300;
    draw(&stage);
    cursor(&row, &column);
    cr_assert(strstr(pty_row(row), "n! ]"));
    cr_assert_eq(pty_row(row)[column - 1], '!');
    close_stage(&stage);
}

Test(view, a_long_text_field_grows_and_keeps_its_cursor_in_sight)
{
    struct stage stage;
    int row;
    int column;
    char text[600] = "";

    open_stage(&stage, "xterm-256color", 12, 40);
    page_set(&stage.page.title, "Which medicines do you take?");
    for (int i = 0; i < 30; i++) {
        strcat(text, "aspirin\n");
    }
    strcat(text, "zinc");
    struct page_field *field = page_add_field(&stage.page, "Medicines", text);
    field->multiline = true;
    field->cursor = strlen(text);
    actions(&stage.page, true);
    draw(&stage);
    cursor(&row, &column);
    cr_assert(strstr(pty_row(row), "[zinc"));
    stage.page.field[0].cursor = 0;
    draw(&stage);
    cursor(&row, &column);
    cr_assert(strstr(pty_row(row), "[aspirin"));
    close_stage(&stage);
}

Test(view, small_fields_stand_beside_their_labels)
{
    struct stage stage;
    static const char *const labels[] = { "Day", "Month", "Year" };

    open_stage(&stage, "xterm-256color", 12, 40);
    for (int i = 0; i < 3; i++) {
        page_add_field(&stage.page, labels[i], "")->columns = 2 + i;
    }
    page_set(&stage.page.field[2].echo, "9 May 1990");
    draw(&stage);
    for (int i = 0; i < 3; i++) {
        cr_assert(strstr(pty_row(find(labels[i])), "["), "%s", labels[i]);
    }
    cr_assert_eq(find("9 May 1990"), find("Year") + 1);
    close_stage(&stage);
}

Test(view, answers_stand_beside_their_questions_or_below)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    page_set(&page_add_row(&stage.page, "1", "Your birth date")->value, "9 May 1990");
    draw(&stage);
    cr_assert(strstr(pty_row(find("Your birth date")), "9 May 1990"));
    close_stage(&stage);

    open_stage(&stage, "xterm-256color", 12, 40);
    page_set(&page_add_row(&stage.page, "1", "Your birth date")->value, "9 May 1990");
    draw(&stage);
    cr_assert_eq(find("9 May 1990"), find("Your birth date") + 1);
    close_stage(&stage);
}

Test(view, below_40x12_it_asks_for_a_larger_window_and_keeps_its_place)
{
    struct stage stage;
    struct event event;

    open_stage(&stage, "xterm-256color", 12, 40);
    question(&stage.page, 15);
    stage.page.focus = 12;
    draw(&stage);
    int scroll = view_scroll(stage.view);
    cr_assert_gt(scroll, 0);

    static const int tiny[][2] = { { 11, 40 }, { 12, 39 }, { 1, 1 }, { 2, 200 } };
    for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
        pty_resize(&stage.pty, tiny[i][0], tiny[i][1]);
        ui_wait(stage.pty.ui, &event, 0, NULL, 0);
        draw(&stage);
        cr_assert_lt(find("Which areas"), 0);
        cr_assert_eq(view_scroll(stage.view), scroll);
        if (tiny[i][0] > 2) {
            cr_assert_geq(find("Please make the window larger"), 0);
        }
    }
    pty_resize(&stage.pty, 12, 40);
    ui_wait(stage.pty.ui, &event, 0, NULL, 0);
    draw(&stage);
    cr_assert_eq(view_scroll(stage.view), scroll);
    cr_assert_geq(find("Option number 13"), 0);
    close_stage(&stage);
}

Test(view, a_hidden_page_shows_nothing_of_the_patient)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 3);
    draw(&stage);
    page_reset(&stage.page);
    stage.page.tone = PAGE_BLANK;
    page_add_action(&stage.page, 1, "F6", "Show");
    draw(&stage);
    int inked = 0;
    for (int row = 0; row < 24; row++) {
        inked += *pty_row(row) != '\0';
    }
    cr_assert_eq(inked, 1);
    cr_assert_geq(find("F6 Show"), 0);
    close_stage(&stage);
}

Test(view, a_click_finds_what_stands_there)
{
    struct stage stage;
    size_t focus = 99;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 3);
    draw(&stage);
    for (size_t i = 0; i < 4; i++) {
        int row = find(stage.page.row[i].text);
        for (int column = 0; column < 80; column++) { /* from edge to edge */
            cr_assert_eq(view_hit(stage.view, row, column, &focus), PLACE_FOCUS);
            cr_assert_eq(focus, i);
        }
    }
    int back = find("F2 Back");
    int at = (int)(strstr(pty_row(back), "F2") - pty_row(back));
    cr_assert_eq(view_hit(stage.view, back, at, &focus), PLACE_FOCUS);
    cr_assert_eq(focus, stage.page.nrows + 1);
    cr_assert_eq(view_hit(stage.view, find("Which areas"), 10, &focus), PLACE_NOTHING);
    cr_assert_eq(view_hit(stage.view, -1, -1, &focus), PLACE_NOTHING);
    cr_assert_eq(view_hit(stage.view, 10000, 10000, &focus), PLACE_NOTHING);
    close_stage(&stage);
}

/* How many cells of the screen are each answer's. */
static void count_cells(const struct stage *stage, int rows, int columns, int *cells, size_t n)
{
    memset(cells, 0, n * sizeof *cells);
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            size_t focus = SIZE_MAX;
            if (view_hit(stage->view, row, column, &focus) == PLACE_FOCUS && focus < n) {
                cells[focus]++;
            }
        }
    }
}

Test(view, each_line_of_an_answer_that_wraps_takes_the_finger)
{
    struct stage stage;
    int cells[4];
    size_t focus;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 3);
    page_set(&stage.page.row[1].text,
             "A long answer that does not fit on one line of this screen, so that it "
             "goes on below, where a finger may land as well");
    stage.page.touch = true;
    draw(&stage);
    count_cells(&stage, 24, 80, cells, 4);
    cr_expect_eq(cells[0], 80);
    cr_expect_eq(cells[1], 160);
    int row = find("A long answer");
    cr_expect_eq(view_hit(stage.view, row - 1, 20, &focus), PLACE_NOTHING, "room between two answers");
    cr_expect_eq(view_hit(stage.view, row + 2, 20, &focus), PLACE_NOTHING);
    close_stage(&stage);
}

Test(view, fingers_have_room_between_any_two_answers_where_the_screen_has_the_height)
{
    struct stage stage;
    size_t above, below;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 3);
    page_add_row(&stage.page, "P", "In private");
    stage.page.touch = true;
    draw(&stage);
    for (int row = 1; row < 23; row++) {
        bool two = view_hit(stage.view, row, 30, &above) == PLACE_FOCUS &&
                   view_hit(stage.view, row + 1, 30, &below) == PLACE_FOCUS && below < stage.page.nrows;
        cr_expect_not(two && above != below, "rows %zu and %zu touch", above, below);
    }
    close_stage(&stage);
}

Test(view, more_below_and_more_above_are_taken_by_the_finger_too)
{
    struct stage stage;
    size_t index;

    open_stage(&stage, "xterm-256color", 12, 40);
    question(&stage.page, 30);
    draw(&stage);
    cr_expect_eq(view_hit(stage.view, find("More below"), 5, &index), PLACE_BELOW);
    stage.page.follow = false;
    stage.page.scroll = 5;
    draw(&stage);
    int row = find("More above and below");
    cr_expect_eq(view_hit(stage.view, row, 5, &index), PLACE_ABOVE);
    cr_expect_eq(view_hit(stage.view, row, 35, &index), PLACE_BELOW);
    stage.page.scroll = 1000;
    draw(&stage);
    cr_expect_eq(view_hit(stage.view, find("More above"), 35, &index), PLACE_ABOVE);
    close_stage(&stage);
}

Test(view, an_arrow_key_sends_only_the_two_rows_it_changes)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 15);
    draw_and_count(&stage, 50);
    stage.page.focus = 1;
    size_t bytes = draw_and_count(&stage, 50);
    cr_assert_lt(bytes, 200, "%zu bytes", bytes);
    cr_assert_gt(bytes, 0);
    cr_assert_eq(draw_and_count(&stage, 50), 0, "the same page again costs nothing");
    close_stage(&stage);
}

Test(view, not_sure_is_in_the_same_place_on_every_page)
{
    struct stage stage;
    int row = -1;

    open_stage(&stage, "xterm-256color", 24, 80);
    for (int options = 1; options <= 3; options++) {
        page_reset(&stage.page);
        question(&stage.page, options);
        draw(&stage);
        cr_assert(row < 0 || row == find("Not sure"));
        row = find("Not sure");
    }
    close_stage(&stage);
}

Test(view, the_bar_gives_up_what_matters_least_first)
{
    struct stage stage;

    open_stage(&stage, "xterm-256color", 24, 80);
    question(&stage.page, 3);
    draw(&stage);
    cr_assert(strstr(pty_row(0), "Riverside Skin Clinic"));
    cr_assert(strstr(pty_row(0), "Your skin"));
    cr_assert(strstr(pty_row(0), "2 of 5"));
    close_stage(&stage);

    open_stage(&stage, "xterm-256color", 12, 40);
    question(&stage.page, 3);
    draw(&stage);
    cr_assert(strstr(pty_row(0), "DEMO, not for patients"));
    cr_assert(strstr(pty_row(0), "2 of 5"));
    close_stage(&stage);
}

Test(view, hostile_text_stays_in_its_place)
{
    struct stage stage;

    for (int i = 0; i < NSIZES; i++) {
        open_stage(&stage, "xterm-256color", sizes[i][0], sizes[i][1]);
        question(&stage.page, 4);
        page_set(&stage.page.title, "A\033[2Jtitle\xE2\x80\xAE with \xFF bytes");
        page_set(&stage.page.row[0].text, "");
        page_set(&stage.page.row[1].text,
                 "\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD"
                 "\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87");
        page_set(&stage.page.notice, "line\nline");
        draw(&stage);
        cr_assert_geq(find("DEMO"), 0);
        close_stage(&stage);
    }
}

Test(view, wrapped_text_of_the_page_before_is_not_kept)
{
    struct layout layout;
    struct layout_room room = { .left = 1, .width = 38, .air = AIR_NONE };
    struct page page;

    layout_init(&layout);
    page_init(&page);
    page_set(&page.title, "Title");
    page_add_para(&page, "Ada Lovelace");
    layout_build(&layout, &page, &room);
    page_reset(&page);
    page_set(&page.title, "Saved");
    layout_build(&layout, &page, &room);
    for (size_t i = 0; i < layout.nwrapped; i++) {
        cr_expect(i < layout.used ? strcmp(layout.wrapped[i]->text, "Saved") == 0
                                  : layout.wrapped[i]->text == NULL);
    }
    cr_expect_gt(layout.nwrapped, layout.used);
    page_reset(&page);
    layout_done(&layout);
}
