/* The hardware cursor rests on the focused answer, field or button after every key, on every page: a braille
 * line and a screen reader follow it and nothing else. Read where it counts: in a terminal (libvterm). */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "../ui/testpty.h"
#include "kit.h"
#include "text.h"
#include "view.h"

static struct kit kit;
static struct pty pty;
static struct view *view;
static VTerm *vterm;
static VTermScreen *screen;
static bool visible;
static int rows, columns;
static unsigned checked; /* how often the rule was looked at */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
    (void)user;
    if (prop == VTERM_PROP_CURSORVISIBLE) {
        visible = value->boolean;
    }
    return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void open_all(const char *folder, int height, int width)
{
    rows = height;
    columns = width;
    kit_open_form(&kit, folder);
    pty_open(&pty, "xterm-256color", rows, columns, UI_NORMAL);
    view = view_new("Small Clinic");
    vterm = vterm_new(rows, columns);
    vterm_set_utf8(vterm, 1);
    screen = vterm_obtain_screen(vterm);
    vterm_screen_set_callbacks(screen, &callbacks, NULL);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_reset(screen, 1);
    visible = true;
}

static void close_all(void)
{
    vterm_free(vterm);
    view_free(view);
    pty_close(&pty);
    kit_close(&kit);
}

TestSuite(cursor, .timeout = 60);

/* The character in a cell, as UTF-8; " " for none. */
static const char *cell(int row, int column)
{
    static char out[32];
    VTermScreenCell c;

    if (column < 0 || !vterm_screen_get_cell(screen, (VTermPos){ row, column }, &c) || c.chars[0] == 0) {
        return " ";
    }
    memset(out, 0, sizeof out);
    wcrtomb(out, (wchar_t)c.chars[0], &(mbstate_t){ 0 });
    return out;
}

/* Does the screen read `text` from there, up to its first space? */
static bool reads(int row, int column, const char *text)
{
    for (const char *end = text + strcspn(text, " \n"); text < end;) {
        const char *next = text_next(text);
        const char *c = cell(row, column);
        if (strncmp(c, text, strlen(c)) != 0) {
            return false;
        }
        column += text_width_n(text, (size_t)(next - text));
        text = next;
    }
    return true;
}

static bool on_field(const struct page_field *field, int row, int column)
{
    bool open = false, shut = false;

    for (int i = 0; i < columns; i++) {
        open = open || (i < column && strcmp(cell(row, i), "[") == 0);
        shut = shut || (i >= column && strcmp(cell(row, i), "]") == 0);
    }
    if (!open || !shut) {
        return false;
    }
    const char *before = text_prev(field->text, field->text + field->cursor);
    const char *left = cell(row, column - 1); /* a spacing vowel sign has a cell of its own */
    return strcmp(left, "[") == 0 || (field->cursor > 0 && (*before == ' ' || strstr(before, left)));
}

static bool in_sight(const struct page *page)
{
    size_t first, last, row = page->focus - page->nfields;

    if (!page_focus_row(page, page->focus)) {
        return true;
    }
    view_rows(view, &first, &last);
    return page->follow || (first <= last && row >= first && row <= last);
}

static void show(const char *what)
{
    static char out[1 << 17];
    wizard_room(kit.wizard, rows, columns);
    const struct page *page = kit_page(&kit);
    size_t first, last;
    VTermPos at;

    view_draw(view, page, pty.ui);
    size_t len = pty_drain(&pty, out, sizeof out, 0);
    vterm_input_write(vterm, out, len);
    wizard_scrolled(kit.wizard, view_scroll(view));
    view_rows(view, &first, &last);
    wizard_rows_seen(kit.wizard, first, last);

    page = kit_page(&kit);
    vterm_state_get_cursorpos(vterm_obtain_state(vterm), &at);
    const struct page_row *row = page_focus_row(page, page->focus);
    const struct page_field *field = page_focus_field(page, page->focus);
    const struct page_action *action = page_focus_action(page, page->focus);
    const char *title = page->title ? page->title : "(hidden)";

    cr_assert(visible, "after %s on \"%s\"", what, title);
    if (row && in_sight(page)) {
        cr_assert(reads(at.row, at.col, row->text), "after %s on \"%s\": not on \"%s\" but at %d, %d", what,
                  title, row->text, at.row, at.col);
    } else if (field && page->follow) {
        cr_assert(on_field(field, at.row, at.col), "after %s on \"%s\": not in \"%s\" but at %d, %d", what,
                  title, field->label, at.row, at.col);
    } else if (action) {
        const char *text = action->primary ? "[" : action->key[0] ? action->key : action->label;
        cr_assert(reads(at.row, at.col, text) && strcmp(cell(at.row, at.col - 1), ">") == 0,
                  "after %s on \"%s\": not on \"%s\" but at %d, %d", what, title, action->label, at.row,
                  at.col);
    }
    checked++;
}

static void key(enum event_key which, const char *what)
{
    kit_key(&kit, which);
    show(what);
}

static void press(const char *text)
{
    for (; *text; text++) {
        const char one[2] = { *text, '\0' };
        if (*text == '\n') {
            kit_enter(&kit);
        } else {
            kit_char(&kit, one);
        }
        show(one);
    }
}

/* Over the whole page and back, and into what may cover it. */
static void roam(void)
{
    size_t n = page_focus_count(kit_page(&kit));

    show("opening");
    for (size_t i = 0; i < n; i++) {
        key(KEY_ID_TAB, "Tab");
    }
    for (size_t i = 0; i < 4; i++) {
        key(KEY_ID_DOWN, "Down");
    }
    key(KEY_ID_BACKTAB, "Shift-Tab");
    key(KEY_ID_END, "End");
    key(KEY_ID_UP, "Up");
    key(KEY_ID_PAGE_DOWN, "Page Down");
    key(KEY_ID_PAGE_UP, "Page Up");
    key(KEY_ID_DOWN, "Down");
    key(KEY_ID_HOME, "Home");
    key(KEY_ID_RIGHT, "Right");
    static const enum event_key covers[] = { KEY_ID_F1,     KEY_ID_F1 + 2, KEY_ID_F1 + 4, KEY_ID_F1 + 5,
                                             KEY_ID_F1 + 6, KEY_ID_F1 + 7, KEY_ID_F1 + 9 };
    for (size_t i = 0; i < sizeof covers / sizeof *covers; i++) {
        unsigned serial = kit_page(&kit)->serial;
        key(covers[i], "a cover's key");
        if (kit_page(&kit)->serial == serial) {
            continue;
        }
        key(KEY_ID_TAB, "Tab");
        key(KEY_ID_DOWN, "Down");
        key(KEY_ID_UP, "Up");
        if (kit_page(&kit)->tone == PAGE_BLANK) {
            key(KEY_ID_F1 + 5, "F6");
        } else {
            key(KEY_ID_ESCAPE, "Esc");
        }
    }
}

static void to_first(void)
{
    while (kit_page(&kit)->focus != 0) {
        key(KEY_ID_TAB, "Tab");
    }
}

/* To the button that goes on, and presses it. */
static void go_on(void)
{
    for (size_t n = page_focus_count(kit_page(&kit)); n > 0; n--) {
        const struct page_action *action = page_focus_action(kit_page(&kit), kit_page(&kit)->focus);
        if (action && action->primary) {
            break;
        }
        key(KEY_ID_TAB, "Tab");
    }
    kit_enter(&kit);
    show("Enter");
}

/* Answers the page in some way that goes on; `page` chooses among them. */
static void answer(void)
{
    const struct page *page = kit_page(&kit);
    unsigned serial = page->serial;

    if (page->nfields == 3) {
        press("15/5/2020");
    } else if (page->nfields > 0 && page->field[0].multiline) {
        press("zinc one\n");
        key(KEY_ID_UP, "Up");
        key(KEY_ID_DOWN, "Down");
    } else if (page->nfields > 0) {
        press("3 5");
        key(KEY_ID_BACKSPACE, "Backspace");
        key(KEY_ID_HOME, "Home");
        key(KEY_ID_END, "End");
        key(KEY_ID_LEFT, "Left");
    } else if (page->nrows > 0 && page->mark != MARK_NONE) {
        press("2");
        show("2");
        if (page->serial == serial && page->mark == MARK_MANY) {
            press("1");
        }
    }
    if (kit_page(&kit)->serial != serial) { /* the number went on by itself */
        return;
    }
    kit_enter(&kit);
    show("Enter");
    if (kit_page(&kit)->serial == serial) { /* an error stands there, or a digit brought a row into sight */
        kit_f(&kit, 4);
        show("F4");
    }
}

static void walk(const char *folder, int height, int width)
{
    open_all(folder, height, width);
    roam();
    go_on();
    roam();
    go_on();
    roam();
    for (int i = 0; i < 2 && kit_at(&kit, "Do you agree?"); i++) {
        press("1");
    }
    roam();
    to_first();
    press("31/2/1990\n");
    cr_assert_not_null(kit_page(&kit)->field[0].error ? kit_page(&kit)->field[0].error
                                                      : kit_page(&kit)->field[1].error);
    key(KEY_ID_BACKSPACE, "Backspace");
    kit_enter(&kit);
    show("Enter");
    for (int pages = 0; pages < 120 && !kit_at(&kit, "Check your answers"); pages++) {
        if (kit_at(&kit, "What is your name?")) {
            roam();
            to_first();
            press("Ren");
            kit_paste(&kit, "\xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 \xE0\xAE\x95\xE0\xAF\x8B");
            show("a paste");
            key(KEY_ID_LEFT, "Left");
            press("\n");
            press("x\n");
            key(KEY_ID_BACKSPACE, "Backspace");
            press("\n");
            continue;
        }
        if (kit_at(&kit, "Please talk to the staff now")) {
            roam();
            if (kit_at(&kit, "Please talk to the staff now")) {
                go_on();
            }
            continue;
        }
        if (kit_at(&kit, "Do you want staff to come?")) {
            key(KEY_ID_ESCAPE, "Esc");
            continue;
        }
        if (pages % 4 == 0) {
            roam();
        }
        to_first();
        answer();
    }
    cr_assert(kit_at(&kit, "Check your answers"), "%s", kit_page(&kit)->title);
    roam();
    kit_timer(&kit, 120000);
    show("the idle warning");
    cr_assert(wizard_warning(kit.wizard));
    key(KEY_ID_TAB, "a key");
    for (int i = 0; i < 4 && !kit_at(&kit, "Sign"); i++) {
        go_on();
        if (kit_at(&kit, "Who signs?")) {
            roam();
            press("1");
        }
    }
    cr_assert(kit_at(&kit, "Sign your answers"), "%s", kit_page(&kit)->title);
    roam();
    to_first();
    press("\n");
    press("Ada L\n");
    cr_assert(kit_at(&kit, "Saving"));
    kit_reply(&kit, REPLY_TROUBLE);
    show("trouble");
    wizard_wipe(kit.wizard);
    kit_reply(&kit, REPLY_SAVED);
    cr_assert(kit_at(&kit, "Your answers are saved"));
    roam();
    close_all();
}

Test(cursor, it_rests_on_the_focus_of_every_page_after_every_key_at_80_by_24)
{
    checked = 0;
    walk("tests/kiosk/form", 24, 80);
    walk("forms/microneedling", 24, 80);
    cr_expect_gt(checked, 800, "%u", checked);
}

Test(cursor, it_rests_on_the_focus_of_every_page_after_every_key_at_40_by_12)
{
    checked = 0;
    walk("tests/kiosk/form", 12, 40);
    walk("forms/microneedling", 12, 40);
    cr_expect_gt(checked, 800, "%u", checked);
}

Test(cursor, a_window_of_any_size_draws_and_keeps_the_cursor_inside)
{
    static const int sizes[][2] = { { 1, 1 },   { 1, 200 }, { 12, 39 },   { 11, 40 }, { 200, 1 },
                                    { 12, 40 }, { 13, 41 }, { 200, 500 }, { 24, 80 } };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        static char out[1 << 20];
        VTermPos at;

        open_all("tests/kiosk/form", sizes[i][0], sizes[i][1]);
        kit_to_name(&kit);
        for (int keys = 0; keys < 3; keys++) {
            view_draw(view, kit_page(&kit), pty.ui);
            vterm_input_write(vterm, out, pty_drain(&pty, out, sizeof out, 0));
            vterm_state_get_cursorpos(vterm_obtain_state(vterm), &at);
            cr_expect(at.row >= 0 && at.row < rows && at.col >= 0 && at.col < columns);
            kit_paste(&kit, "\xE6\xBC\xA2 e\xCC\x81\xCC\x81 \xE0\xAE\x95\xE0\xAF\x8B x");
        }
        cr_expect_str_eq(kit_page(&kit)->field[0].text + strlen(kit_page(&kit)->field[0].text) - 1, "x");
        close_all();
    }
}
