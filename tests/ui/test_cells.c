/* A terminal that counts the cells of Indic letters otherwise than ncurses: its rows stay whole. The terminal
 * here puts every mark, also a vowel sign that stands beside its letter, into the cell of the letter, as
 * kitty does and foot with grapheme-width-method=max. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "testpty.h"
#include "text.h"

enum { ROWS = 8, COLUMNS = 60, CELL = 64 };

static char cell[ROWS][COLUMNS][CELL]; /* "" behind a wide letter */
static int at_row, at_column;
static bool wraps;

static struct pty pty;

static const struct text_cells counts[] = { { 0x0900, 0x097F, CELLS_SUM, true, false },
                                            { 0x0B80, 0x0BFF, CELLS_SUM, true, false } };

/* Vowel signs that wcwidth gives a cell. */
static bool is_spacing_mark(wchar_t c)
{
    return c == 0x0903 || (c >= 0x093E && c <= 0x0940) || (c >= 0x0949 && c <= 0x094C) || c == 0x0BBE ||
           c == 0x0BBF || (c >= 0x0BC1 && c <= 0x0BCC);
}

static void blank(int row, int from, int to)
{
    for (int i = from; i < to && i < COLUMNS; i++) {
        strcpy(cell[row][i], " ");
    }
}

static void put(wchar_t c, const char *bytes, size_t len)
{
    int width = is_spacing_mark(c) ? 0 : wcwidth(c);

    if (width == 0) {
        int column = at_column > 0 ? at_column - 1 : 0;
        cr_assert_lt(strlen(cell[at_row][column]) + len, CELL);
        strncat(cell[at_row][column], bytes, len);
        return;
    }
    if (at_column + width > COLUMNS) {
        if (!wraps) {
            return;
        }
        at_column = 0;
        at_row = at_row < ROWS - 1 ? at_row + 1 : at_row;
    }
    snprintf(cell[at_row][at_column], CELL, "%.*s", (int)len, c == 0xA0 ? " " : bytes);
    if (width == 2) {
        cell[at_row][at_column + 1][0] = '\0';
    }
    at_column += width;
}

/* What ncurses writes for xterm-256color. */
static void sequence(const char *parameters, char last)
{
    static char before[CELL];
    int a = 0, b = 0;
    int n = sscanf(parameters, "%d;%d", &a, &b);
    int one = n >= 1 && a > 0 ? a : 1;

    switch (last) {
    case 'H':
        at_row = one - 1;
        at_column = n >= 2 ? b - 1 : 0;
        break;
    case 'd':
        at_row = one - 1;
        break;
    case 'G':
        at_column = one - 1;
        break;
    case 'A':
        at_row -= one;
        break;
    case 'B':
        at_row += one;
        break;
    case 'C':
        at_column += one;
        break;
    case 'D':
        at_column -= one;
        break;
    case 'J':
        for (int row = a == 2 ? 0 : at_row; row < ROWS; row++) {
            blank(row, a == 2 || row > at_row ? 0 : at_column, COLUMNS);
        }
        break;
    case 'K':
        blank(at_row, a == 1 ? 0 : at_column, a == 1 ? at_column + 1 : COLUMNS);
        break;
    case 'X':
        blank(at_row, at_column, at_column + one);
        break;
    case 'b':
        strcpy(before, cell[at_row][at_column - 1]);
        for (int i = 0; i < one; i++) {
            put((unsigned char)before[0], before, strlen(before));
        }
        break;
    case 'h':
    case 'l':
        wraps = strcmp(parameters, "?7") == 0 ? last == 'h' : wraps;
        break;
    default:
        cr_assert(strchr("mrtn", last), "\\e[%s%c", parameters, last);
    }
    cr_assert(at_row >= 0 && at_row < ROWS && at_column >= 0 && at_column <= COLUMNS, "at %d, %d", at_row,
              at_column);
}

static const char *escape(const char *s)
{
    char parameters[32] = "";

    if (*s != '[') {
        return strchr("()", *s) ? s + 2 : s + 1;
    }
    size_t n = strspn(++s, "?0123456789;>");
    cr_assert_lt(n, sizeof parameters);
    memcpy(parameters, s, n);
    sequence(parameters, s[n]);
    return s + n + 1;
}

static void paint(void)
{
    static char out[65536];
    mbstate_t state = { 0 };

    ui_paint(pty.ui);
    pty_drain(&pty, out, sizeof out, 20);
    for (const char *s = out; *s;) {
        wchar_t c;
        size_t n = mbrtowc(&c, s, MB_CUR_MAX, &state);
        cr_assert(n >= 1 && n <= 4);
        if (*s == '\033') {
            s = escape(s + 1);
            continue;
        }
        if (*s == '\r') {
            at_column = 0;
        } else if (*s == '\b') {
            at_column--;
        } else if (*s == '\n') {
            at_row++;
        } else if ((unsigned char)*s >= 0x20) {
            put(c, s, n);
        }
        s += n;
    }
}

/* On the row: a text at a column that takes so many, and another one at column 50. */
static void expect_row(int row, int column, const char *text, int columns, const char *more)
{
    char have[COLUMNS * CELL] = "", want[COLUMNS * CELL];

    for (int i = 0; i < COLUMNS; i++) {
        strcat(have, cell[row][i]);
    }
    size_t len = strlen(have);
    while (len > 0 && have[len - 1] == ' ') {
        have[--len] = '\0';
    }
    snprintf(want, sizeof want, "%*s%s%*s%s", column, "", text, *more ? 50 - column - columns : 0, "", more);
    cr_expect_str_eq(have, want);
}

static void setup(void)
{
    for (int row = 0; row < ROWS; row++) {
        blank(row, 0, COLUMNS);
    }
    wraps = true;
    pty_open(&pty, "xterm-256color", ROWS, COLUMNS, UI_NORMAL);
    text_set_cells(counts, 2);
}

static void teardown(void)
{
    text_set_cells(NULL, 0);
    pty_close(&pty);
}

TestSuite(cells, .init = setup, .fini = teardown);

#define HINDI "हिन्दी में स्त्री"
#define TAMIL "தமிழ் கோழி"

static void frame(const char *first, const char *second)
{
    ui_begin(pty.ui);
    ui_fill(pty.ui, 2, 0, 40, UI_FOCUS);
    int width = ui_puts(pty.ui, 2, 4, UI_FOCUS, first);
    ui_puts(pty.ui, 2, 50, UI_STRONG, "end");
    ui_puts(pty.ui, 3, 2, UI_TEXT, second);
    ui_puts(pty.ui, 3, 50, UI_TEXT, "中文");
    ui_cursor(pty.ui, 2, 4 + width, true);
    paint();
    cr_expect_eq(at_row, 2);
    cr_expect_eq(at_column, 4 + width, "the cursor stands behind the text");
    cr_expect(wraps, "lines wrap as before");
}

Test(cells, letters_stand_where_they_are_counted_and_what_follows_does_too)
{
    frame(HINDI, TAMIL);
    cr_expect_eq(text_width(HINDI), 9);
    cr_expect_eq(text_width(TAMIL), 6);
    expect_row(2, 4, HINDI, 9, "end");
    cr_expect_str_eq(cell[2][50], "e");
    expect_row(3, 2, TAMIL, 6, "中文");
    cr_expect_str_eq(cell[3][50], "中");
}

Test(cells, a_text_that_changes_leaves_nothing_behind)
{
    frame(HINDI " " HINDI, TAMIL);
    frame("में", TAMIL TAMIL);
    expect_row(2, 4, "में", 1, "end");
    expect_row(3, 2, TAMIL TAMIL, 12, "中文");
    frame("no", "plain");
    expect_row(2, 4, "no", 2, "end");
    expect_row(3, 2, "plain", 5, "中文");
    frame("no", HINDI);
    expect_row(3, 2, HINDI, 9, "中文");
}

Test(cells, a_cursor_that_moves_writes_over_nothing)
{
    frame(HINDI, TAMIL);
    for (int step = 0; step < 60; step++) {
        ui_begin(pty.ui);
        ui_fill(pty.ui, 2, 0, 40, UI_FOCUS);
        ui_puts(pty.ui, 2, 4, UI_FOCUS, HINDI);
        ui_puts(pty.ui, 2, 50, UI_STRONG, "end");
        ui_puts(pty.ui, 3, 2, UI_TEXT, TAMIL);
        ui_puts(pty.ui, 5, 0, UI_TEXT, step % 3 ? "x" : "another row");
        ui_cursor(pty.ui, step % 2 + 2, step * 7 % COLUMNS, false);
        paint();
        cr_assert_eq(at_column, step * 7 % COLUMNS);
        expect_row(2, 4, HINDI, 9, "end");
        expect_row(3, 2, TAMIL, 6, "");
    }
}

Test(cells, nothing_runs_over_the_edge_and_a_new_size_draws_all_of_it_again)
{
    for (int width = COLUMNS; width > 2; width -= 7) {
        pty_resize(&pty, ROWS, width);
        struct event event;
        ui_wait(pty.ui, &event, 0, NULL, 0);
        ui_begin(pty.ui);
        ui_puts(pty.ui, 1, 0, UI_TEXT, HINDI HINDI HINDI HINDI HINDI HINDI HINDI);
        ui_puts(pty.ui, ROWS - 1, 0, UI_TEXT, HINDI HINDI HINDI HINDI HINDI HINDI HINDI);
        ui_cursor(pty.ui, 0, 0, false);
        paint();
        for (int i = 0; i < COLUMNS; i++) {
            cr_expect_eq(strcmp(cell[1][i], " ") != 0, i < width && i % 9 != 3 && i % 9 != 5,
                         "%d of %d: '%s'", i, width, cell[1][i]);
            cr_expect_str_eq(cell[2][i], " ");
            cr_expect_str_eq(cell[ROWS - 1][i], cell[1][i]);
        }
    }
}
