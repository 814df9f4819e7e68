#include "view_internal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"

enum {
    NEAR_MISS = 2, /* columns beside a place of a figure that still are it; one row */
    MIN_ROWS = 12,
    MIN_COLUMNS = 40,
    TEXT_COLUMNS = 66, /* longer lines are hard to follow */
    ROOMY_COLUMNS = 50,
    TALL_ROWS = 34,
    ANSWER_LINE = 5, /* of the body: answers begin here where the question leaves them that much room ... */
    TAIL_LINES = 17, /* ... and "Not sure" ends here, so that both stand in one place from page to page */
    CODE_TEXT = 34,  /* columns that a QR code must leave for the text beside it */
};

static void no_rows(struct view *view)
{
    view->first_row = 1;
    view->last_row = 0;
}

struct view *view_new(const char *clinic)
{
    struct view *view = mem_alloc(sizeof *view);

    view->clinic = mem_strdup(clinic);
    layout_init(&view->layout);
    layout_init(&view->notes);
    no_rows(view);
    return view;
}

void view_free(struct view *view)
{
    if (!view) {
        return;
    }
    layout_done(&view->layout);
    layout_done(&view->notes);
    free(view->spot);
    free(view->clinic);
    free(view);
}

int view_scroll(const struct view *view)
{
    return view->scroll;
}

void view_rows(const struct view *view, size_t *first, size_t *last)
{
    *first = view->first_row;
    *last = view->last_row;
}

void view_spot(struct view *view, int row, int from, int to, enum view_place what, size_t index)
{
    if (view->nspots == view->cap_spots) {
        view->cap_spots = view->cap_spots ? view->cap_spots * 2 : 32;
        view->spot = mem_realloc(view->spot, view->cap_spots, sizeof *view->spot);
    }
    view->spot[view->nspots++] = (struct spot){ row, from, to, what, index, false };
}

/* How far beside a place of a figure a finger landed, in columns; a row is as high as two. 0: on it. */
static int beside(const struct spot *spot, int row, int column)
{
    int across = column < spot->from ? spot->from - column : column >= spot->to ? column - spot->to + 1 : 0;

    return across + 2 * abs(row - spot->row);
}

enum view_place view_hit(const struct view *view, int row, int column, size_t *index)
{
    int nearest = NEAR_MISS + 1;
    const struct spot *found = NULL;

    for (size_t i = 0; i < view->nspots; i++) {
        const struct spot *spot = &view->spot[i];
        int far = beside(spot, row, column);
        if (far < nearest && (far == 0 || spot->loose)) {
            nearest = far;
            found = spot;
        }
    }
    if (!found) {
        return PLACE_NOTHING;
    }
    *index = found->index;
    return found->what;
}

void view_cursor(struct view *view, int row, int column, bool typing)
{
    view->cursor_row = row;
    view->cursor_column = column;
    view->typing = typing;
}

const struct layout_wrapped *view_wrap(struct view *view, const char *text, int columns)
{
    view->notes.used = 0;
    return layout_wrap(&view->notes, text, columns);
}

/* --- The body --- */

static void draw_line(struct view *view, size_t index, int row)
{
    const struct layout *layout = &view->layout;
    const struct layout_line *line = &layout->line[index];
    int from = view->left >= 2 ? view->left - 2 : 0;
    int to = view->left + view->width + (view->left + view->width < view->edge);

    if (line->lit) {
        ui_fill(view->ui, row, from, to - from, UI_FOCUS);
    }
    for (size_t i = line->first; i < line->first + line->n; i++) {
        const struct layout_span *span = &layout->span[i];
        int room = span->columns ? span->columns : view->edge - span->column;
        int used = ui_put(view->ui, row, span->column, room, span->style, span->text, span->len);
        if (used < span->columns) {
            ui_fill(view->ui, row, span->column + used, span->columns - used, span->style);
        }
        if (span->focus != SIZE_MAX) {
            view_spot(view, row, span->column, span->column + span->columns, PLACE_FOCUS, span->focus);
            view->spot[view->nspots - 1].loose = true;
        }
    }
    if (line->focus != SIZE_MAX) {
        view_spot(view, row, 0, view->edge, PLACE_FOCUS, line->focus);
    }
    if (layout->has_cursor && layout->cursor_line == index) {
        view_cursor(view, row, layout->cursor_column, layout->typing);
    }
}

/* Scrolls lines [from, to] into sight, moving as little as it takes; the first wins if not both fit. */
static int reveal(int scroll, int height, int from, int to)
{
    if (to >= scroll + height) {
        scroll = to - height + 1;
    }
    if (from < scroll) {
        scroll = from;
    }
    return scroll;
}

/* Where the part that scrolls should begin, in lines of it. */
static int follow(const struct view *view, int height, int skip)
{
    const struct layout *layout = &view->layout;
    int max = (int)layout->nlines - skip - height;
    int scroll = view->page->scroll;
    int from = -1;
    int to = -1;

    if (scroll > max) {
        scroll = max;
    }
    if (scroll < 0) {
        scroll = 0;
    }
    if (!view->page->follow) {
        return scroll;
    }
    for (int i = skip; i < (int)layout->nlines; i++) {
        if (layout->line[i].focus != layout->focus && (size_t)i != layout->place) {
            continue;
        }
        from = from < 0 ? i - skip : from;
        to = i - skip;
    }
    if (from < 0) {
        return scroll;
    }
    size_t after = view->page->nfields + view->page->nrows;
    for (int i = to + 1; view->page->brought && i < (int)layout->nlines - skip && i - from < height; i++) {
        to = layout->line[i + skip].focus < after ? i : to;
    }
    if (view->page->focus == 0 && to < height) {
        return 0; /* what leads to the first is worth seeing again */
    }
    scroll = reveal(scroll, height, from, to);
    if (layout->has_cursor && layout->typing) {
        int line = (int)layout->cursor_line - skip;
        scroll = reveal(scroll, height, line, line);
    }
    return scroll;
}

static void draw_more(struct view *view, int row, bool above, bool below)
{
    const char *brief = above && below ? tr("More above and below")
                        : below        ? tr("More below")
                                       : tr("More above");
    const char *text = above && below ? tr("More above and below: Page Up, Page Down")
                       : below        ? tr("More below: Page Down")
                                      : tr("More above: Page Up");

    ui_puts(view->ui, row, view->left, UI_QUIET,
            !view->page->touch && text_width(text) <= view->width ? text : brief);
    if (above && below) { /* one half each */
        view_spot(view, row, 0, view->edge / 2, PLACE_ABOVE, 0);
        view_spot(view, row, view->edge / 2, view->edge, PLACE_BELOW, 0);
    } else if (above || below) {
        view_spot(view, row, 0, view->edge, above ? PLACE_ABOVE : PLACE_BELOW, 0);
    }
}

/* Lines [from, to) of the body are drawn: which rows is that? */
static void note_rows(struct view *view, size_t from, size_t to)
{
    const struct layout *layout = &view->layout;
    size_t fields = view->page->nfields, after = fields + view->page->nrows, next;

    for (size_t i = 0; i < layout->nlines; i = next) {
        size_t focus = layout->line[i].focus;

        for (next = i + 1; next < layout->nlines && layout->line[next].focus == focus; next++) {
        }
        if (focus < fields || focus >= after || i < from || next > to) {
            continue;
        }
        if (view->first_row > view->last_row) {
            view->first_row = focus - fields;
        }
        view->last_row = focus - fields;
    }
}

/* Returns the height of the part that scrolls. */
static int draw_body(struct view *view)
{
    struct layout *layout = &view->layout;
    int height = view->body_rows;
    int row = view->top;
    int lines = (int)layout->nlines;

    view->scroll = 0;
    if (lines <= height) {
        note_rows(view, 0, layout->nlines);
        if (view->page->tone != PAGE_PLAIN) {
            row += (height - lines) / 3;
        }
        int tail = (height < TAIL_LINES ? height : TAIL_LINES) - lines;
        for (int i = 0; i < lines; i++) {
            draw_line(view, (size_t)i, row + i + ((size_t)i >= layout->tail && tail > 0 ? tail : 0));
        }
        return height;
    }

    /* The question stays in sight while its answers scroll, if it leaves them room. */
    int head = (int)layout->head <= height / 3 && view->page->nrows > 0 ? (int)layout->head : 0;

    for (int i = 0; i < head; i++) {
        draw_line(view, (size_t)i, row++);
    }
    height -= head + 1;
    view->scroll = follow(view, height, head);
    size_t first = (size_t)head + (size_t)view->scroll;
    note_rows(view, first, first + (size_t)(height > 0 ? height : 0));
    for (int i = 0; i < height && first + (size_t)i < (size_t)lines; i++) {
        draw_line(view, first + (size_t)i, row + i);
    }
    draw_more(view, row + height, view->scroll > 0, head + view->scroll + height < lines);
    return height;
}

/* Lays out for one arrangement of the screen; true if it fits with this much air or less. */
static bool fit_air(struct view *view, enum layout_air most, enum layout_air least, int answers_at)
{
    struct layout_room room = {
        view->left, view->width, ui_has_glyphs(view->ui), most, view->edge < view->columns, answers_at
    };

    for (;;) {
        layout_build(&view->layout, view->page, &room);
        if ((int)view->layout.nlines <= view->body_rows) {
            return true;
        }
        if (room.air == least) {
            return false;
        }
        room.air--;
    }
}

static void arrange(struct view *view, struct foot *foot, int bar, bool compact)
{
    bool airy = !compact && view->rows >= ROOMY_ROWS;

    *foot = frame_plan(view, compact);
    view->top = bar + (airy ? view->rows >= TALL_ROWS ? 2 : 1 : 0);
    view->body_rows = view->rows - view->top - frame_height(foot) - pad_height(view) - airy;
}

/* As much air as there is room for: first between the lines, then around them. Answers in sight are worth a
 * tight text. What does not fit even so scrolls, and then it may as well be easy to read. */
static void fit_page(struct view *view, struct foot *foot, int bar)
{
    bool large = view->rows >= ROOMY_ROWS;

    arrange(view, foot, bar, false);
    if ((large && fit_air(view, AIR_MUCH, AIR_SOME, ANSWER_LINE)) ||
        fit_air(view, AIR_MUCH, view->page->nrows > 0 ? AIR_TIGHT : AIR_NONE, 0)) {
        return;
    }
    if (!large) {
        fit_air(view, AIR_NONE, AIR_NONE, 0);
        return;
    }
    arrange(view, foot, bar, true);
    if (fit_air(view, AIR_SOME, AIR_NONE, 0)) {
        return;
    }
    arrange(view, foot, bar, false);
    fit_air(view, AIR_SOME, AIR_SOME, 0);
}

/* --- Whole screens --- */

static void draw_message(struct view *view, const char *text)
{
    const struct layout_wrapped *wrapped = view_wrap(view, text, view->columns);
    int row = (view->rows - (int)wrapped->lines.n) / 2;

    if (row < 0) {
        row = 0;
    }
    for (size_t i = 0; i < wrapped->lines.n; i++) {
        ui_put(view->ui, row + (int)i, 0, view->columns, UI_TEXT,
               wrapped->text + wrapped->lines.line[i].start, wrapped->lines.line[i].len);
    }
    view_cursor(view, row, 0, false);
}

/* With the quiet zone; 0: there is none, or no room for it. */
static int code_columns(const struct view *view)
{
    const struct page *page = view->page;
    int side = page->code.side + 2 * QR_QUIET;
    int least = page->code_spare ? TEXT_COLUMNS + 3 : CODE_TEXT;

    if (page->code.side == 0 || !ui_draws_codes(view->ui) || side > view->columns - least ||
        (side + 1) / 2 > view->rows - 1) {
        return 0;
    }
    return side;
}

static void measure(struct view *view)
{
    view->edge = view->columns - code_columns(view);

    int spare = (view->edge - TEXT_COLUMNS) / 2;
    int margin = view->edge < ROOMY_COLUMNS ? 1 : 2;

    view->left = spare > margin ? spare : margin;
    view->width = view->edge - view->left - 1;
    if (view->width > TEXT_COLUMNS) {
        view->width = TEXT_COLUMNS;
    }
}

static bool is_dark(const struct qr *code, int row, int column)
{
    row -= QR_QUIET;
    column -= QR_QUIET;
    return row >= 0 && column >= 0 && row < code->side && column < code->side &&
           code->module[row * code->side + column] != 0;
}

/* Two modules a cell, one above the other: cells are about twice as high as wide. */
static void draw_code(struct view *view, int top)
{
    static const char *const cell[] = { " ", "\xE2\x96\x80", "\xE2\x96\x84", "\xE2\x96\x88" };
    const struct qr *code = &view->page->code;
    int side = code->side + 2 * QR_QUIET, rows = (side + 1) / 2;
    int first = top + (view->rows - top - rows) / 2;
    struct buf line = BUF_INIT;

    for (int y = 0; y < rows && view->edge < view->columns; y++) {
        buf_reset(&line);
        for (int x = 0; x < side; x++) {
            buf_adds(&line, cell[is_dark(code, 2 * y, x) + 2 * is_dark(code, 2 * y + 1, x)]);
        }
        ui_put(view->ui, first + y, view->edge, side, UI_CODE, buf_str(&line), line.len);
    }
    buf_done(&line);
}

static int draw_page(struct view *view)
{
    struct foot foot;
    int bar = frame_bar(view);

    draw_code(view, bar);
    fit_page(view, &foot, bar);
    view_cursor(view, view->top, view->left, false);
    int height = draw_body(view);

    pad_draw(view, view->rows - frame_height(&foot) - pad_height(view));
    frame_foot(view, &foot);
    return height > 1 ? height : 1;
}

/* Nothing of a patient's, only the way back. */
static void draw_blank(struct view *view)
{
    struct foot foot = { .to = view->page->nactions, .left = view->left, .gap = 2, .shown = 1 };
    int focused;

    view_cursor(view, 0, 0, false);
    frame_actions(view, &foot, view->rows - 1, &focused);
}

int view_draw(struct view *view, const struct page *page, struct ui *ui)
{
    int height = 0;

    view->ui = ui;
    view->page = page;
    view->nspots = 0;
    no_rows(view);
    ui_size(ui, &view->rows, &view->columns);
    measure(view);
    ui_begin(ui);
    if (view->rows < MIN_ROWS || view->columns < MIN_COLUMNS) {
        draw_message(view, tr("Please make the window larger (40x12 or more)."));
    } else if (page->tone == PAGE_BLANK) {
        draw_blank(view);
        height = 1;
    } else {
        height = draw_page(view);
    }
    ui_cursor(ui, view->cursor_row, view->cursor_column, view->typing);
    ui_paint(ui);
    view->ui = NULL;
    view->page = NULL;
    return height;
}
