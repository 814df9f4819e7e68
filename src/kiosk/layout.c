#include "layout.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "mem.h"
#include "tr.h"

enum {
    BESIDE_WIDTH = 60, /* from here on an answer stands beside its question */
    SMALL_FIELD = 14,  /* columns: such fields stand beside their labels */
    SMALL_LABEL = 24,
    ROOMY = 50, /* from this width on marks have more space around them */
    MULTILINE_ROWS = 3,
};

static const char MARKER[] = ">";

void layout_init(struct layout *layout)
{
    memset(layout, 0, sizeof *layout);
}

void layout_done(struct layout *layout)
{
    for (size_t i = 0; i < layout->nwrapped; i++) {
        mem_wipe_free(layout->wrapped[i]->text);
        text_lines_done(&layout->wrapped[i]->lines);
        free(layout->wrapped[i]);
    }
    free(layout->wrapped);
    buf_wipe(&layout->figures);
    free(layout->line);
    free(layout->span);
    layout_init(layout);
}

const struct layout_wrapped *layout_wrap(struct layout *layout, const char *text, int columns)
{
    if (layout->used == layout->cap_wrapped) {
        layout->cap_wrapped = layout->cap_wrapped ? layout->cap_wrapped * 2 : 32;
        layout->wrapped = mem_realloc(layout->wrapped, layout->cap_wrapped, sizeof *layout->wrapped);
    }
    if (layout->used == layout->nwrapped) {
        layout->wrapped[layout->nwrapped++] = mem_alloc(sizeof(struct layout_wrapped));
    }

    struct layout_wrapped *wrapped = layout->wrapped[layout->used++];

    if (columns < 1) {
        columns = 1;
    }
    if (!wrapped->text || wrapped->columns != columns || strcmp(wrapped->text, text) != 0) {
        mem_wipe_free(wrapped->text);
        wrapped->text = mem_strdup(text);
        wrapped->columns = columns;
        text_wrap(wrapped->text, columns, &wrapped->lines);
    }
    return wrapped;
}

/* --- Lines and spans --- */

static struct layout_line *add_line(struct layout *layout, size_t focus)
{
    if (layout->nlines == layout->cap_lines) {
        layout->cap_lines = layout->cap_lines ? layout->cap_lines * 2 : 64;
        layout->line = mem_realloc(layout->line, layout->cap_lines, sizeof *layout->line);
    }
    struct layout_line *line = &layout->line[layout->nlines++];

    *line = (struct layout_line){ .first = layout->nspans, .focus = focus };
    return line;
}

/* Adds to the last line. */
static void add_span(struct layout *layout, int column, int columns, enum ui_style style, const char *text,
                     size_t len)
{
    if (layout->nspans == layout->cap_spans) {
        layout->cap_spans = layout->cap_spans ? layout->cap_spans * 2 : 128;
        layout->span = mem_realloc(layout->span, layout->cap_spans, sizeof *layout->span);
    }
    layout->span[layout->nspans++] = (struct layout_span){ column, columns, style, text, len, SIZE_MAX };
    layout->line[layout->nlines - 1].n++;
}

static void add_text(struct layout *layout, int column, enum ui_style style, const char *text)
{
    add_span(layout, column, 0, style, text, strlen(text));
}

static void add_part(struct layout *layout, int column, enum ui_style style,
                     const struct layout_wrapped *wrapped, size_t i)
{
    const struct text_line *line = &wrapped->lines.line[i];

    add_span(layout, column, 0, style, wrapped->text + line->start, line->len);
}

/* At least n empty lines before what comes next, but none at the very top. */
static void gap(struct layout *layout, int n)
{
    for (size_t i = layout->nlines; i > 0 && n > 0 && layout->line[i - 1].n == 0; i--) {
        n--;
    }
    while (layout->nlines > 0 && n-- > 0) {
        add_line(layout, SIZE_MAX);
    }
}

/* "- " at the start makes it one of a list. */
static bool is_listed(const char *text)
{
    return strncmp(text, "- ", 2) == 0;
}

static void paragraph(struct layout *layout, const char *text, enum ui_style style, int column, size_t focus)
{
    /* Later lines of one in a list stand below the words, not below the dash. */
    bool listed = is_listed(text);
    int hang = listed ? 2 : 0;
    int columns = layout->room.left + layout->room.width - column - hang;
    const struct layout_wrapped *wrapped = layout_wrap(layout, text + hang, columns);

    for (size_t i = 0; i < wrapped->lines.n; i++) {
        add_line(layout, focus);
        if (listed && i == 0) {
            add_text(layout, column, style, "-");
        }
        add_part(layout, column + hang, style, wrapped, i);
    }
}

/* An error says so in words too. */
static void error_text(struct layout *layout, const char *text, int column, size_t focus)
{
    struct buf buf = BUF_INIT;

    buf_addf(&buf, "%s %s", tr("Please check:"), text);
    paragraph(layout, buf_str(&buf), UI_ERROR, column, focus);
    buf_wipe(&buf);
}

static int marker_column(const struct layout *layout)
{
    return layout->room.left >= 2 ? layout->room.left - 2 : 0;
}

static void place_cursor(struct layout *layout, size_t line, int column, bool typing)
{
    layout->has_cursor = true;
    layout->typing = typing;
    layout->cursor_line = line;
    layout->cursor_column = column;
}

/* --- Rows --- */

struct row_shape {
    int key; /* width of the longest; 0: no row has one */
    int mark_at, text_at;
    int value_at; /* 0: below */
};

static struct row_shape shape_rows(const struct layout *layout, const struct page *page)
{
    struct row_shape shape = { 0, 0, 0, 0 };
    bool values = false;

    for (size_t i = 0; i < page->nrows; i++) {
        int width = text_width(page->row[i].key);
        shape.key = width > shape.key ? width : shape.key;
        values = values || page->row[i].value;
    }
    shape.mark_at = layout->room.left + (shape.key ? shape.key + (layout->room.width >= ROOMY ? 2 : 1) : 0);
    shape.text_at = shape.mark_at + (page->mark != MARK_NONE ? 4 : 0);
    if (values && layout->room.width >= BESIDE_WIDTH) {
        shape.value_at = shape.text_at + (layout->room.left + layout->room.width - shape.text_at) * 11 / 20;
    }
    return shape;
}

static const char *mark_text(const struct layout *layout, enum page_mark mark, bool ticked)
{
    if (mark == MARK_MANY) {
        return ticked ? "[x]" : "[ ]";
    }
    if (!ticked) {
        return "( )";
    }
    return layout->room.glyphs ? "(\xE2\x80\xA2)" : "(*)";
}

static void row(struct layout *layout, const struct page *page, const struct page_row *shown, size_t focus,
                const struct row_shape *shape)
{
    int right = layout->room.left + layout->room.width;
    bool lit = focus == layout->focus;
    enum ui_style style = lit ? UI_FOCUS : UI_TEXT;
    enum ui_style value_style = lit ? UI_FOCUS : UI_STRONG;
    int text_end = shown->value && shape->value_at ? shape->value_at - 2 : right;
    const struct layout_wrapped *text = layout_wrap(layout, shown->text, text_end - shape->text_at);
    const struct layout_wrapped *value = NULL;
    size_t start = layout->nlines;

    if (shown->value) {
        value =
            layout_wrap(layout, shown->value, right - (shape->value_at ? shape->value_at : shape->text_at));
    }

    size_t beside = value && shape->value_at ? value->lines.n : 0;
    size_t n = text->lines.n > beside ? text->lines.n : beside;

    for (size_t i = 0; i < n; i++) {
        add_line(layout, focus)->lit = lit;
        if (i == 0) {
            if (lit) {
                add_text(layout, marker_column(layout), style, MARKER);
            }
            if (shown->key[0]) {
                add_text(layout, layout->room.left + shape->key - text_width(shown->key), style, shown->key);
            }
            if (page->mark != MARK_NONE) {
                add_text(layout, shape->mark_at, style, mark_text(layout, page->mark, shown->ticked));
            }
        }
        if (i < text->lines.n) {
            add_part(layout, shape->text_at, style, text, i);
        }
        if (i < beside) {
            add_part(layout, shape->value_at, value_style, value, i);
        }
    }
    for (size_t i = 0; value && !shape->value_at && i < value->lines.n; i++) {
        add_line(layout, focus)->lit = lit;
        add_part(layout, shape->text_at, value_style, value, i);
    }
    if (lit) {
        place_cursor(layout, start, shape->text_at, false);
    }
}

static void rows(struct layout *layout, const struct page *page)
{
    struct row_shape shape = shape_rows(layout, page);

    layout->tail = SIZE_MAX;
    for (size_t i = 0; i < page->nrows; i++) {
        if (i == 0) {
            gap(layout, layout->room.air > AIR_NONE);
        } else {
            /* As tight on every page; for fingers, as wide apart. */
            bool tail = layout->tail != SIZE_MAX && !page->row[i].apart && !page->touch;
            gap(layout, (layout->room.air == AIR_MUCH && !tail) +
                            (page->row[i].apart && layout->room.air > AIR_NONE));
        }
        if (page->row[i].apart) {
            layout->tail = layout->nlines;
        }
        row(layout, page, &page->row[i], page->nfields + i, &shape);
    }
}

/* --- Fields --- */

struct box {
    int at;   /* column of the opening bracket */
    int room; /* columns between the brackets */
    size_t focus;
    bool lit;
};

static void box_line(struct layout *layout, const struct box *box, const char *text, size_t len)
{
    enum ui_style style = box->lit ? UI_FIELD_FOCUS : UI_FIELD;

    add_text(layout, box->at, UI_TEXT, "[");
    add_span(layout, box->at + 1, box->room, style, text, len);
    add_text(layout, box->at + 1 + box->room, UI_TEXT, "]");
}

/* One line of text, moved so that the cursor is in sight. The box goes on the last line. */
static void box_single(struct layout *layout, const struct page_field *field, const struct box *box)
{
    const char *from = field->text;
    const char *cursor = field->text + field->cursor;
    int before = text_width_n(from, field->cursor);

    while (before >= box->room && from < cursor) {
        const char *next = text_next(from);
        before -= text_width_n(from, (size_t)(next - from));
        from = next;
    }
    box_line(layout, box, from, text_fit(from, box->room));
    if (box->lit) {
        place_cursor(layout, layout->nlines - 1, box->at + 1 + before, true);
    }
}

static void box_multiline(struct layout *layout, const struct page_field *field, const struct box *box)
{
    const struct layout_wrapped *text = layout_wrap(layout, field->text, box->room - 1);
    size_t n = text->lines.n > MULTILINE_ROWS ? text->lines.n : MULTILINE_ROWS;
    size_t start = layout->nlines - 1;

    for (size_t i = 0; i < n; i++) {
        bool has = i < text->lines.n;
        if (i > 0) {
            add_line(layout, box->focus);
        }
        box_line(layout, box, has ? text->text + text->lines.line[i].start : "",
                 has ? text->lines.line[i].len : 0);
    }
    if (box->lit) {
        size_t line;
        int column;
        edit_locate(text->text, field->cursor, &text->lines, &line, &column);
        place_cursor(layout, start + line, box->at + 1 + (column < box->room ? column : box->room - 1), true);
    }
}

/* Width of the labels when every field is so small that its label fits beside it; else 0. */
static int labels_beside(const struct layout *layout, const struct page *page)
{
    int widest = 0;

    for (size_t i = 0; i < page->nfields; i++) {
        const struct page_field *field = &page->field[i];
        int width = text_width(field->label);
        if (field->columns < 1 || field->columns > SMALL_FIELD || width > SMALL_LABEL || field->multiline) {
            return 0;
        }
        widest = width > widest ? width : widest;
    }
    return widest + 2 + SMALL_FIELD + 3 <= layout->room.width ? widest : 0;
}

/* Beside a small box if it fits, else below. */
static void hint_beside(struct layout *layout, const struct page_field *field, const struct box *box)
{
    int at = box->at + box->room + 4;

    if (at + text_width(field->hint) <= layout->room.left + layout->room.width) {
        add_text(layout, at, UI_QUIET, field->hint);
    } else {
        paragraph(layout, field->hint, UI_QUIET, box->at, box->focus);
    }
}

static void field(struct layout *layout, const struct page_field *shown, size_t focus, int beside)
{
    int left = layout->room.left;
    struct box box = { .at = left, .focus = focus, .lit = focus == layout->focus };

    if (beside) {
        box.at = left + beside + 2;
    } else {
        paragraph(layout, shown->label, UI_STRONG, left, focus);
        if (shown->hint) {
            paragraph(layout, shown->hint, UI_QUIET, left, focus);
        }
    }
    box.room = left + layout->room.width - box.at - 2;
    if (shown->columns > 0 && shown->columns + 1 < box.room) {
        box.room = shown->columns + 1; /* the cursor stands behind the last letter */
    }
    add_line(layout, focus);
    if (box.lit) {
        add_text(layout, marker_column(layout), UI_STRONG, MARKER);
    }
    if (beside) {
        add_text(layout, left, UI_STRONG, shown->label);
    }
    if (shown->multiline) {
        box_multiline(layout, shown, &box);
    } else {
        box_single(layout, shown, &box);
    }
    if (beside && shown->hint) {
        hint_beside(layout, shown, &box);
    }
    if (shown->echo) {
        paragraph(layout, shown->echo, UI_NOTICE, box.at, focus);
    }
    if (shown->error) {
        error_text(layout, shown->error, left, focus);
    }
}

static void fields(struct layout *layout, const struct page *page)
{
    int beside = labels_beside(layout, page);

    for (size_t i = 0; i < page->nfields; i++) {
        gap(layout, layout->room.air > AIR_NONE && (i == 0 || !beside || layout->room.air == AIR_MUCH));
        field(layout, &page->field[i], i, beside);
    }
}

/* --- Figures --- */

/* What is in focus, in words and with its mark. The cursor stands here: a braille line and a screen reader
 * say what a figure cannot. */
static void map_words(struct layout *layout, const struct page *page)
{
    const struct page_row *shown = page_focus_row(page, page->focus);
    struct row_shape shape = shape_rows(layout, page);

    if (shown) {
        row(layout, page, shown, page->focus, &shape);
    } else {
        add_line(layout, SIZE_MAX);
    }
}

/* A row of the sheet, a span a place. */
static void map_row(struct layout *layout, const struct page *page, int y, const char *text, int left)
{
    const struct form_map *map = page->map;

    add_line(layout, SIZE_MAX);
    for (int x = 0, end; x < map->columns; x = end) {
        long patch = map_patch_at(map, y, x);
        size_t focus = patch < 0 ? SIZE_MAX : page->nfields + (size_t)patch, len = 0, letter;
        bool lit = focus == layout->focus;
        bool marked = patch >= 0 && page->row[patch].ticked;

        for (end = x; end < map->columns && map_patch_at(map, y, end) == patch; end++) {
            (void)map_stand_in(text + len, &letter);
            len += letter;
        }
        add_span(layout, left + x, end - x, lit ? UI_FOCUS : marked ? UI_STRONG : UI_TEXT, text, len);
        layout->span[layout->nspans - 1].focus = focus;
        if (lit && y == map->patch[patch].row) {
            layout->place = layout->nlines - 1;
        }
        text += len;
    }
}

static void figures(struct layout *layout, const struct page *page)
{
    const struct form_map *map = page->map;
    int left =
        layout->room.left + (layout->room.width > map->columns ? layout->room.width - map->columns : 0) / 2;
    size_t start[MAP_ROWS];

    gap(layout, layout->room.air > AIR_NONE);
    buf_reserve(&layout->figures, 8192); /* so that none of it is left behind */
    map_titles(&layout->figures, map);
    size_t titles = layout->figures.len;
    for (int y = 0; y < map->rows; y++) {
        start[y] = layout->figures.len;
        map_line(&layout->figures, map, y, page->marked, layout->room.glyphs);
    }
    add_line(layout, SIZE_MAX);
    add_span(layout, left, 0, UI_QUIET, buf_str(&layout->figures), titles);
    for (int y = 0; y < map->rows; y++) {
        map_row(layout, page, y, buf_str(&layout->figures) + start[y], left);
    }
}

/* Empty lines down to where the answers of every question begin. A list to read, like check-your-answers, is
 * no answer. */
static void to_answers(struct layout *layout, const struct page *page)
{
    if (page->nfields == 0 && page->mark == MARK_NONE) {
        return;
    }
    gap(layout, layout->room.air > AIR_NONE);
    while ((int)layout->nlines < layout->room.answers_at) {
        add_line(layout, SIZE_MAX);
    }
}

/* What the code is for. */
static void code_text(struct layout *layout, const struct page *page)
{
    if (page->code_text && layout->room.code) {
        gap(layout, 1);
        paragraph(layout, page->code_text, UI_TEXT, layout->room.left, SIZE_MAX);
    }
}

void layout_build(struct layout *layout, const struct page *page, const struct layout_room *room)
{
    layout->room = *room;
    layout->focus = page_focus_key(page, page->focus) ? page->typed : page->focus; /* what is typed into */
    layout->nlines = layout->nspans = layout->used = layout->head = 0;
    layout->has_cursor = layout->typing = false;
    layout->place = SIZE_MAX;
    buf_wipe(&layout->figures);

    if (page->title) {
        paragraph(layout, page->title, UI_TITLE, room->left, SIZE_MAX);
    }
    if (page->error) {
        gap(layout, room->air > AIR_NONE);
        error_text(layout, page->error, room->left, SIZE_MAX);
    }
    if (page->map) {
        paragraph(layout, page->hint, UI_TEXT, room->left, SIZE_MAX);
        map_words(layout, page);
    }
    layout->head = layout->nlines;
    if (page->error) {
        gap(layout, room->air > AIR_NONE);
    }
    if (page->hint && !page->map) {
        paragraph(layout, page->hint, UI_TEXT, room->left, SIZE_MAX);
    }
    if (!page->code_spare) {
        code_text(layout, page);
    }
    for (size_t i = 0; i < page->nparas; i++) {
        bool list = is_listed(page->para[i]);
        gap(layout, room->air > (i > 0 ? AIR_TIGHT : AIR_NONE) && !(list && i > 0 && room->air < AIR_MUCH));
        paragraph(layout, page->para[i], UI_TEXT, room->left, SIZE_MAX);
    }
    if (page->code_spare) {
        code_text(layout, page);
    }
    if (page->map) {
        figures(layout, page);
        layout->tail = layout->nlines;
    } else {
        to_answers(layout, page);
        fields(layout, page);
        rows(layout, page);
    }
    if (layout->tail > layout->nlines) {
        layout->tail = layout->nlines;
    }
    for (size_t i = layout->used; i < layout->nwrapped; i++) { /* of the page before: a patient's, maybe */
        mem_wipe_free(layout->wrapped[i]->text);
        layout->wrapped[i]->text = NULL;
    }
}
