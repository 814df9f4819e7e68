#include "cells.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

enum { TAB = 8 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int digits(int n)
{
    return n < 10 ? 1 : n < 100 ? 2 : 3;
}

/* ESC [ n X; a 1 may be left out. */
static int with_number(int n)
{
    return n == 1 ? 3 : 3 + digits(n);
}

/* --- Moving --- */

static int across(int from, int to)
{
    if (from == to) {
        return 0;
    }
    int best = with_number(to + 1);                     /* HPA */
    best = least(best, with_number(abs(to - from)));    /* CUF, CUB */
    best = least(best, 1 + (to ? with_number(to) : 0)); /* CR, then CUF */
    if (to < from) {
        return least(best, from - to); /* BS */
    }
    int tabs = to / TAB - from / TAB;
    int rest = to % TAB;
    if (tabs > 0) {
        best = least(best, tabs + (rest ? with_number(rest) : 0));
    }
    return least(best, tabs + 1 + (TAB - rest)); /* one tab too many, then BS */
}

static int down_or_up(int from, int to)
{
    if (from == to) {
        return 0;
    }
    int best = least(with_number(to + 1), with_number(abs(to - from))); /* VPA; CUD, CUU */
    return least(best, to > from ? to - from : 2 * (from - to));        /* LF; RI */
}

static int move(const struct pen *pen, int row, int column)
{
    int home = 3 + (row ? digits(row + 1) : 0) + (column ? 1 + digits(column + 1) : 0); /* CUP */
    return least(home, down_or_up(pen->row, row) + across(pen->column, column));
}

/* --- Looks --- */

static int colour_digits(int colour)
{
    if (colour < 16) {
        return 2; /* 31, 41, 39; 91. 101 is one more, and no colour of ours */
    }
    return 5 + digits(colour); /* 38;5;n */
}

struct list {
    int count, bytes;
};

static void add(struct list *list, int bytes)
{
    list->count++;
    list->bytes += bytes;
}

/* ESC [ a ; b m */
static int sgr(const struct list *list)
{
    return 3 + list->bytes + (list->count > 1 ? list->count - 1 : 0);
}

static void add_differences(struct list *list, const struct look *from, const struct look *to)
{
    unsigned on = to->attrs & ~from->attrs, off = from->attrs & ~to->attrs;
    for (unsigned bit = CELL_BOLD; bit <= CELL_REVERSE; bit <<= 1) {
        if (on & bit) {
            add(list, 1); /* 1, 4, 7 */
        }
        if (off & bit) {
            add(list, 2); /* 22, 24, 27 */
        }
    }
    if (from->fg != to->fg) {
        add(list, colour_digits(to->fg));
    }
    if (from->bg != to->bg) {
        add(list, colour_digits(to->bg));
    }
}

static bool same_look(const struct look *a, const struct look *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

static bool empty(const struct cell *cell)
{
    return cell->letter == ' ' && !(cell->look.attrs & (CELL_UNDERLINE | CELL_REVERSE));
}

/* What the pen has to become for this cell: of an empty one only the background counts. */
static struct look wanted(const struct look *pen, const struct cell *cell)
{
    struct look look = cell->look;
    if (empty(cell)) {
        look.fg = pen->fg;
        look.attrs = pen->attrs & CELL_BOLD;
    }
    return look;
}

static int dip(struct pen *pen, const struct cell *cell)
{
    static const struct look plain = { CELL_DEFAULT, CELL_DEFAULT, 0 };
    struct look look = wanted(&pen->look, cell);
    if (same_look(&look, &pen->look)) {
        return 0;
    }
    struct list by_difference = { 0, 0 }, from_reset = { 0, 0 };
    add_differences(&by_difference, &pen->look, &look);
    if (!same_look(&look, &plain)) {
        add(&from_reset, 0); /* an empty first parameter is a reset */
        add_differences(&from_reset, &plain, &look);
    }
    pen->look = look;
    return least(sgr(&by_difference), sgr(&from_reset));
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    if (empty(a) && empty(b)) {
        return a->look.bg == b->look.bg;
    }
    return a->letter == b->letter && same_look(&a->look, &b->look);
}

/* --- Characters --- */

static int utf8(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* Up to where the cells from `at` on are the same. */
static int run_end(const struct cell *row, int at, int end)
{
    int i = at + 1;
    while (i < end && same_cell(&row[i], &row[at])) {
        i++;
    }
    return i;
}

/* Writes the cells [at, end) of a row, which all differ; `last`: no later cell of the row does. Returns the
 * column up to which the row is right now: end, or columns where EL did the rest. */
static int write_cells(struct pen *pen, const struct cell *row, int at, int end, int columns, bool last,
                       int *cost)
{
    while (at < end) {
        int same = run_end(row, at, end), n = same - at;
        int width = utf8(row[at].letter), plain = width * n;
        *cost += dip(pen, &row[at]);
        pen->column = at;
        if (empty(&row[at]) && plain > 3 && run_end(row, at, columns) == columns) {
            *cost += 3; /* EL */
            return columns;
        }
        int rep = n > 1 ? width + with_number(n - 1) : INT_MAX;
        int ech = INT_MAX; /* leaves the cursor where it is */
        if (empty(&row[at])) {
            ech = with_number(n) + (same == end && last ? 0 : with_number(n));
        }
        *cost += least(plain, least(rep, ech));
        if (ech >= least(plain, rep) || same < end || !last) {
            pen->column = same;
        }
        at = same;
    }
    return end;
}

/* Printing the unchanged cells up to `column` again; INT_MAX where the pen would have to change. */
static int print_again(const struct pen *pen, const struct cell *row, int column)
{
    int cost = 0;
    for (int i = pen->column; i < column; i++) {
        struct look look = wanted(&pen->look, &row[i]);
        if (!same_look(&look, &pen->look)) {
            return INT_MAX;
        }
        cost += utf8(row[i].letter);
    }
    return cost;
}

static int write_row(struct pen *pen, const struct cell *from, const struct cell *to, int row, int columns)
{
    int cost = 0;
    for (int at = 0; at < columns;) {
        if (same_cell(&from[at], &to[at])) {
            at++;
            continue;
        }
        int end = at;
        while (end < columns && !same_cell(&from[end], &to[end])) {
            end++;
        }
        int next = end;
        while (next < columns && same_cell(&from[next], &to[next])) {
            next++;
        }
        int again = pen->row == row && pen->column <= at ? print_again(pen, to, at) : INT_MAX;
        cost += least(move(pen, row, at), again);
        pen->row = row;
        pen->column = at;
        at = write_cells(pen, to, at, end, columns, next == columns, &cost);
    }
    return cost;
}

static int write_rows(struct pen *pen, const struct cell *from, const struct cell *to, int rows, int columns,
                      bool down)
{
    int cost = 0;
    for (int i = 0; i < rows; i++) {
        int row = down ? i : rows - 1 - i;
        size_t first = (size_t)row * (size_t)columns;
        cost += write_row(pen, from + first, to + first, row, columns);
    }
    return cost;
}

size_t cells_cheapest(const struct cell *from, const struct cell *to, int rows, int columns, struct pen *pen,
                      int row, int column)
{
    struct pen top = *pen, bottom = *pen;
    int down = write_rows(&top, from, to, rows, columns, true);
    int up = write_rows(&bottom, from, to, rows, columns, false);
    down += move(&top, row, column);
    up += move(&bottom, row, column);
    *pen = down <= up ? top : bottom;
    pen->row = row;
    pen->column = column;
    return (size_t)least(down, up);
}
