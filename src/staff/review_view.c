#include "review_view.h"

#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "map.h"
#include "mem.h"
#include "text.h"
#include "tr.h"

enum {
    WIDE = 110,    /* from here on list and detail stand side by side */
    LABEL = 14,    /* columns of a paragraph's label, at most */
    KEY_LINES = 2, /* of the foot */
    NOTICE_LINES = 4,
    HEAD_LINES = 2,  /* of a line over the lists that says what to mind */
    ROOMY = 24,      /* rows from which on there is room for that */
    DETAIL_MIN = 5,  /* lines under a prompt */
    LIST_MIN = 6,    /* heading and rows over a detail */
    TEXT_MAX = 100,  /* longer lines are hard to follow */
    FIELD_LINES = 5, /* of a text that is being typed */
};

struct spot {
    int row, from, to; /* columns, to is not in it */
    enum view_hit what;
    size_t index;
};

struct line {
    enum ui_style style;
    const char *label; /* only before the first line of a paragraph; NULL */
    const char *text;
    size_t len;
    int left;
};

struct review_view {
    struct spot *spot;
    size_t nspots, cap_spots;
    struct line *line; /* the detail or the prompt's text, wrapped */
    size_t nlines, cap_lines;
    struct text_lines wrapped;
    struct buf *clean; /* sanitised paragraphs, one each */
    size_t nclean, cap_clean;
    struct screen_row row;
    size_t first; /* row of the list at its top */
    unsigned serial;
    size_t rows_seen, lines_seen, scroll;
    bool more; /* of the detail, below */

    struct ui *ui; /* of the screen being drawn */
    const struct screen *screen;
    int rows, columns;
    int cursor_row, cursor_column;
    bool typing;
};

struct area {
    int top, left, rows, columns;
};

struct review_view *review_view_new(void)
{
    return mem_alloc(sizeof(struct review_view));
}

static void drop_clean(struct review_view *view)
{
    for (size_t i = 0; i < view->nclean; i++) {
        buf_wipe(&view->clean[i]);
    }
    view->nclean = 0;
}

void review_view_free(struct review_view *view)
{
    if (view != NULL) {
        drop_clean(view);
        free(view->clean);
        free(view->spot);
        free(view->line);
        text_lines_done(&view->wrapped);
        screen_row_done(&view->row);
        free(view);
    }
}

size_t review_view_rows(const struct review_view *view)
{
    return view->rows_seen;
}

size_t review_view_lines(const struct review_view *view)
{
    return view->lines_seen;
}

size_t review_view_scroll(const struct review_view *view)
{
    return view->scroll;
}

static void add_spot(struct review_view *view, int row, int from, int to, enum view_hit what, size_t index)
{
    if (view->nspots == view->cap_spots) {
        view->cap_spots = view->cap_spots == 0 ? 32 : 2 * view->cap_spots;
        view->spot = mem_realloc(view->spot, view->cap_spots, sizeof *view->spot);
    }
    view->spot[view->nspots++] = (struct spot){ row, from, to, what, index };
}

enum view_hit review_view_hit(const struct review_view *view, int row, int column, size_t *index)
{
    for (size_t i = 0; i < view->nspots; i++) {
        const struct spot *spot = &view->spot[i];
        if (spot->row == row && column >= spot->from && column < spot->to) {
            *index = spot->index;
            return spot->what;
        }
    }
    return HIT_NOTHING;
}

static void cursor(struct review_view *view, int row, int column, bool typing)
{
    view->cursor_row = row;
    view->cursor_column = column;
    view->typing = typing;
}

/* --- Text --- */

/* Puts what fits in `room`, and an ellipsis where it was cut. What a terminal should not get was replaced. */
static int put_cut(struct review_view *view, int row, int column, int room, enum ui_style style,
                   const char *text)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), false);
    int used = 0;
    if (room > 0) {
        bool cut = text_width(buf_str(&clean)) > room;
        size_t len = text_fit(buf_str(&clean), cut ? room - 1 : room);
        used = ui_put(view->ui, row, column, room, style, buf_str(&clean), len);
        if (cut) {
            used += ui_puts(view->ui, row, column + used, style, ui_has_glyphs(view->ui) ? "\u2026" : "~");
        }
    }
    buf_wipe(&clean);
    return used;
}

static const char *clean(struct review_view *view, const char *text)
{
    if (view->nclean == view->cap_clean) {
        view->cap_clean = view->cap_clean == 0 ? 16 : 2 * view->cap_clean;
        view->clean = mem_realloc(view->clean, view->cap_clean, sizeof *view->clean);
    }
    struct buf *to = &view->clean[view->nclean++];
    *to = (struct buf)BUF_INIT;
    buf_reserve(to, strlen(text) + 1);
    text_sanitise(to, text, strlen(text), true);
    return buf_str(to);
}

static void add_line(struct review_view *view, struct line line)
{
    if (view->nlines == view->cap_lines) {
        view->cap_lines = view->cap_lines == 0 ? 64 : 2 * view->cap_lines;
        view->line = mem_realloc(view->line, view->cap_lines, sizeof *view->line);
    }
    view->line[view->nlines++] = line;
}

/* A line of a figure, in the letters that this terminal has. */
static void add_drawn(struct review_view *view, const struct screen_text *text, int columns)
{
    struct buf line = BUF_INIT;
    if (text_width(text->text) > columns) {
        return;
    }
    for (const char *at = text->text; *at != '\0';) {
        size_t len, letter = (size_t)(text_next(at) - at);
        char ascii = map_stand_in(at, &len);
        bool plain = ascii != '\0' && !ui_has_glyphs(view->ui);
        buf_add(&line, plain ? &ascii : at, plain ? 1 : letter);
        at += letter;
    }
    const char *words = clean(view, buf_str(&line));
    add_line(view, (struct line){ text->style, NULL, words, strlen(words), 0 });
    buf_wipe(&line);
}

static void wrap(struct review_view *view, const struct screen_texts *texts, int columns)
{
    drop_clean(view);
    view->nlines = 0;
    columns = columns > TEXT_MAX ? TEXT_MAX : columns;
    for (size_t i = 0; i < texts->n; i++) {
        const struct screen_text *text = &texts->at[i];
        if (text->drawn) {
            add_drawn(view, text, columns);
            continue;
        }
        const char *label = text->label[0] == '\0' ? NULL : text->label;
        int left = label == NULL ? 0 : LABEL;
        int room = columns - left < 10 ? 10 : columns - left;
        const char *words = clean(view, text->text);
        text_wrap(words, room, &view->wrapped);
        for (size_t l = 0; l < view->wrapped.n; l++) {
            const struct text_line *at = &view->wrapped.line[l];
            add_line(view,
                     (struct line){ text->style, l == 0 ? label : NULL, words + at->start, at->len, left });
        }
    }
}

static void draw_lines(struct review_view *view, const struct area *area, size_t first)
{
    for (int i = 0; i < area->rows && first + (size_t)i < view->nlines; i++) {
        const struct line *line = &view->line[first + (size_t)i];
        if (line->label != NULL) {
            put_cut(view, area->top + i, area->left, LABEL - 1, UI_QUIET, line->label);
        }
        ui_put(view->ui, area->top + i, area->left + line->left, area->columns - line->left, line->style,
               line->text, line->len);
    }
}

/* --- Bar, tabs and foot --- */

static void bar(struct review_view *view)
{
    const struct screen *s = view->screen;
    int right = view->columns - 1;
    ui_fill(view->ui, 0, 0, view->columns, UI_BAR);
    if (s->right != NULL) {
        right -= text_width(s->right);
        put_cut(view, 0, right > 1 ? right : 1, view->columns, UI_BAR, s->right);
    }
    int at = 1 + put_cut(view, 0, 1, right - 2, UI_BAR, s->title == NULL ? "" : s->title);
    if (s->demo && at + 4 < right) {
        put_cut(view, 0, at + 2, right - at - 3, UI_DEMO, tr("DEMO, not for patients"));
    }
}

static void tabs(struct review_view *view, int row)
{
    const struct screen *s = view->screen;
    int at = 1;
    ui_rule(view->ui, row, 0, view->columns, UI_QUIET);
    if (s->ntabs > 0) {
        ui_puts(view->ui, row, 0, UI_QUIET, " ");
    }
    for (size_t i = 0; i < s->ntabs; i++) {
        int columns = text_width(s->tab[i]);
        bool here = i == s->tab_focus;
        if (at + columns >= view->columns) {
            return;
        }
        put_cut(view, row, at, columns, here ? UI_STRONG : UI_QUIET, s->tab[i]);
        ui_puts(view->ui, row, at + columns, UI_QUIET, " ");
        if (here) {
            ui_puts(view->ui, row, at - 1, UI_STRONG, "[");
            ui_puts(view->ui, row, at + columns, UI_STRONG, "]");
        }
        add_spot(view, row, at - 1, at + columns, HIT_TAB, i);
        at += columns + 1;
    }
}

/* Returns how many lines the keys took; draws only where top >= 0: after the body, which knows whether there
 * is more. */
static int keys(struct review_view *view, int top, int lines)
{
    const struct screen *s = view->screen;
    int row = 0, at = 1;
    for (size_t i = 0; i < s->nkeys; i++) {
        if (top >= 0 && s->key[i].more && !view->more) {
            continue;
        }
        int columns = text_width(s->key[i].key) + 1 + text_width(s->key[i].label);
        if (at > 1 && at + columns + 1 > view->columns) {
            row++;
            at = 1;
        }
        if (row >= lines) {
            return lines;
        }
        if (top >= 0) {
            int used = ui_puts(view->ui, top + row, at, UI_STRONG, s->key[i].key);
            put_cut(view, top + row, at + used + 1, columns - used - 1, UI_QUIET, s->key[i].label);
            add_spot(view, top + row, at, at + columns, HIT_KEY, i);
        }
        at += columns + 2;
    }
    return row + 1;
}

/* A text in at most `most` lines; what has no room on the last is cut there. Returns how many; draws only
 * where top >= 0. */
static int flow(struct review_view *view, int top, int most, enum ui_style style, const char *text)
{
    int room = view->columns - 2;
    const char *words = clean(view, text);
    text_wrap(words, room, &view->wrapped);
    int lines = view->wrapped.n < (size_t)most ? (int)view->wrapped.n : most;
    for (int i = 0; top >= 0 && i < lines; i++) {
        const struct text_line *at = &view->wrapped.line[i];
        ui_fill(view->ui, top + i, 0, view->columns, UI_TEXT);
        if (i + 1 == most && view->wrapped.n > (size_t)most) {
            put_cut(view, top + i, 1, room, style, words + at->start);
        } else {
            ui_put(view->ui, top + i, 1, room, style, words + at->start, at->len);
        }
    }
    return lines;
}

/* Above the row `end`; returns its own first row. */
static int notice(struct review_view *view, int end)
{
    const struct screen *s = view->screen;
    enum ui_style style = s->urgent ? UI_ERROR : UI_NOTICE;
    int most = view->rows < ROOMY ? 2 : NOTICE_LINES;
    int top = end - flow(view, -1, most, style, s->notice);
    flow(view, top, most, style, s->notice);
    return top;
}

/* What stands above the keys; returns its first row. */
static int foot(struct review_view *view, int keys_top)
{
    ui_rule(view->ui, keys_top - 1, 0, view->columns, UI_QUIET);
    return view->screen->notice == NULL ? keys_top - 1 : notice(view, keys_top - 1);
}

/* --- List --- */

/* Columns each gets; 0: it was dropped. */
static void column_room(const struct screen *s, int columns, int room[SCREEN_CELLS])
{
    int drop = 1000;
    for (;;) {
        int need = 0, worst = 0;
        size_t grow = s->ncolumns;
        for (size_t i = 0; i < s->ncolumns; i++) {
            bool kept = s->column[i].drop < drop;
            room[i] = kept ? s->column[i].columns : 0;
            need += kept ? s->column[i].columns + 1 : 0;
            worst = kept && s->column[i].drop > worst ? s->column[i].drop : worst;
            grow = kept && s->column[i].grow ? i : grow;
        }
        if (need <= columns || worst == 0) {
            if (grow < s->ncolumns && need < columns) {
                room[grow] += columns - need;
            }
            return;
        }
        drop = worst;
    }
}

static void heading(struct review_view *view, const struct area *area, const int room[SCREEN_CELLS])
{
    int at = area->left + 2;
    for (size_t i = 0; i < view->screen->ncolumns; i++) {
        if (room[i] > 0) {
            const char *title = view->screen->column[i].title;
            put_cut(view, area->top, at, room[i], UI_QUIET, title[0] == '\0' ? "" : tr(title));
            at += room[i] + 1;
        }
    }
}

static void list_row(struct review_view *view, const struct area *area, int row, size_t i,
                     const int room[SCREEN_CELLS], screen_row_fn *fill, void *arg)
{
    const struct screen *s = view->screen;
    bool focus = i == s->focus && s->prompt == NULL && !s->finding;
    screen_row_reset(&view->row);
    fill(arg, i, &view->row);
    enum ui_style style = focus ? UI_FOCUS : view->row.style;
    if (focus) {
        ui_fill(view->ui, row, area->left, area->columns, UI_FOCUS);
    }
    if (i == s->focus) {
        ui_puts(view->ui, row, area->left, style, ">");
    }
    if (focus) {
        cursor(view, row, area->left, false);
    }
    int at = area->left + 2;
    for (size_t c = 0; c < s->ncolumns; c++) {
        if (room[c] > 0) {
            put_cut(view, row, at, room[c], style, buf_str(&view->row.cell[c]));
            at += room[c] + 1;
        }
    }
    add_spot(view, row, area->left, area->left + area->columns, HIT_ROW, i);
}

static void list(struct review_view *view, struct area area, screen_row_fn *fill, void *arg)
{
    const struct screen *s = view->screen;
    int room[SCREEN_CELLS] = { 0 };
    column_room(s, area.columns - 2, room);
    heading(view, &area, room);
    area.top++;
    area.rows--;
    size_t seen = area.rows > 0 ? (size_t)area.rows : 0;
    view->rows_seen = seen > 0 ? seen : 1;
    if (s->nrows == 0 && s->empty != NULL) {
        put_cut(view, area.top, area.left + 2, area.columns - 2, UI_TEXT, s->empty);
        cursor(view, area.top, area.left + 2, false);
        return;
    }
    size_t last = s->nrows > seen ? s->nrows - seen : 0;
    if (view->first > s->focus) {
        view->first = s->focus;
    }
    if (seen > 0 && s->focus >= view->first + seen) {
        view->first = s->focus - seen + 1;
    }
    view->first = view->first > last ? last : view->first;
    for (size_t i = 0; i < seen && view->first + i < s->nrows; i++) {
        list_row(view, &area, area.top + (int)i, view->first + i, room, fill, arg);
    }
}

static void find_line(struct review_view *view, const struct area *area)
{
    const struct screen *s = view->screen;
    const char *text = s->find_text == NULL ? "" : s->find_text;
    int at = area->left + 2;
    at += put_cut(view, area->top, at, 20, UI_QUIET, tr("Find:")) + 1;
    int room = area->columns - at - 1;
    ui_fill(view->ui, area->top, at, room, s->finding ? UI_FIELD_FOCUS : UI_FIELD);
    const char *from = text;
    while (text_width(from) >= room && *from != '\0') {
        from = text_next(from);
    }
    put_cut(view, area->top, at, room, s->finding ? UI_FIELD_FOCUS : UI_FIELD, from);
    if (s->finding) {
        size_t typed = s->find_cursor > (size_t)(from - text) ? s->find_cursor - (size_t)(from - text) : 0;
        cursor(view, area->top, at + text_width_n(from, typed), true);
    }
}

/* --- Detail --- */

/* How far it is scrolled stands on the rule over it, where there is one, else on its last line. */
static void where(struct review_view *view, const struct area *area, int rule, size_t room)
{
    struct buf words = BUF_INIT;
    size_t to = view->scroll + room < view->nlines ? view->scroll + room : view->nlines;
    buf_addf(&words, tr("lines %zu to %zu of %zu: Page Up, Page Down"), view->scroll + 1, to, view->nlines);
    int width = text_width(buf_str(&words));
    if (rule < 0) {
        put_cut(view, area->top + area->rows - 1, area->left, area->columns, UI_QUIET, buf_str(&words));
    } else if (width + 4 < area->columns) {
        put_cut(view, rule, area->left + area->columns - width - 4, 1, UI_QUIET, " ");
        put_cut(view, rule, area->left + area->columns - width - 3, width, UI_QUIET, buf_str(&words));
        put_cut(view, rule, area->left + area->columns - 3, 1, UI_QUIET, " ");
    }
    buf_done(&words);
}

/* `rule`: the row of the rule over it; -1: none. */
static void detail(struct review_view *view, struct area area, int rule)
{
    const struct screen *s = view->screen;
    if (area.rows < 1) {
        return;
    }
    wrap(view, &s->detail, area.columns);
    if (s->detail_title != NULL && area.rows > 2) {
        put_cut(view, area.top, area.left, area.columns, UI_TITLE, s->detail_title);
        area.top++;
        area.rows--;
    }
    size_t room = area.rows > 0 ? (size_t)area.rows : 1;
    bool more = view->nlines > room;
    room -= more && room > 1 && rule < 0;
    size_t last = view->nlines > room ? view->nlines - room : 0;
    view->scroll = s->detail_scroll > last ? last : s->detail_scroll;
    view->lines_seen = room;
    view->more = view->scroll < last;
    if (more) {
        where(view, &area, rule, room);
        area.rows -= rule < 0;
    }
    if (s->zoom) {
        cursor(view, area.top, area.left, false);
    }
    draw_lines(view, &area, view->scroll);
}

/* --- Prompt --- */

/* One field; returns the lines it took. Long text shows the lines around the cursor. */
static int field(struct review_view *view, const struct area *area, int row, size_t index)
{
    const struct screen *s = view->screen;
    const struct screen_field *f = &s->field[index];
    bool focus = index == s->field_focus;
    int label = text_width(f->label) + 1, left = area->left + 2;
    int beside = label < area->columns / 2 ? label : 0; /* a long label stands over its field */
    int room = area->columns - 4 - beside, lines = 0;
    size_t line = 0;
    int column = 0;
    put_cut(view, row, left, area->columns - 3, focus ? UI_STRONG : UI_QUIET, f->label);
    row += beside == 0;
    text_wrap(f->text, room - 1, &view->wrapped);
    edit_locate(f->text, f->cursor, &view->wrapped, &line, &column);
    size_t first = line >= FIELD_LINES ? line - FIELD_LINES + 1 : 0;
    for (size_t i = first; i < view->wrapped.n && lines < FIELD_LINES; i++, lines++) {
        const struct text_line *at = &view->wrapped.line[i];
        enum ui_style style = focus ? UI_FIELD_FOCUS : UI_FIELD;
        ui_fill(view->ui, row + lines, left + beside, room, style);
        ui_put(view->ui, row + lines, left + beside, room, style, f->text + at->start, at->len);
        add_spot(view, row + lines, left, left + beside + room, HIT_FIELD, index);
    }
    if (focus) {
        cursor(view, row + (int)(line - first), left + beside + column, true);
    }
    return lines + (beside == 0);
}

/* Returns the lines it took. */
static int prompt(struct review_view *view, const struct area *area)
{
    const struct screen *s = view->screen;
    int row = area->top, end = area->top + area->rows;
    put_cut(view, row++, area->left, area->columns, UI_TITLE, s->prompt);
    cursor(view, area->top, area->left, false);
    wrap(view, &s->prompt_text, area->columns - 1);
    struct area text = { row, area->left, end - row, area->columns - 1 };
    draw_lines(view, &text, 0);
    row += (int)view->nlines;
    for (size_t i = 0; i < s->nchoices && row < end; i++) {
        const struct screen_choice *c = &s->choice[i];
        int at = area->left + 2;
        at += ui_puts(view->ui, row, at, c->off ? UI_QUIET : UI_STRONG, c->key) + 1;
        put_cut(view, row, at, area->left + area->columns - at, c->off ? UI_QUIET : UI_TEXT, c->text);
        add_spot(view, row, area->left, area->left + area->columns, HIT_CHOICE, i);
        row++;
    }
    for (size_t i = 0; i < s->nfields && row < end; i++) {
        row += field(view, area, row, i);
    }
    if (s->error != NULL) {
        struct screen_texts error = { 0 };
        screen_text(&error, UI_ERROR, "", s->error);
        wrap(view, &error, area->columns - 3);
        text = (struct area){ row, area->left + 2, end - row, area->columns - 3 };
        draw_lines(view, &text, 0);
        row += (int)view->nlines;
        screen_texts_done(&error);
    }
    return row - area->top;
}

/* --- The whole --- */

static void too_small(struct review_view *view)
{
    struct screen_texts text = { 0 };
    struct area area = { 0, 0, view->rows, view->columns };
    screen_textf(&text, UI_TEXT, "",
                 tr("Please make this window larger: %d columns and %d rows at least. Nothing is lost."),
                 VIEW_COLUMNS, VIEW_ROWS);
    wrap(view, &text, view->columns);
    draw_lines(view, &area, 0);
    cursor(view, 0, 0, false);
    screen_texts_done(&text);
}

static void body(struct review_view *view, struct area area, screen_row_fn *fill, void *arg)
{
    const struct screen *s = view->screen;
    bool wide = area.columns >= WIDE, about = s->detail.n > 0 && (wide || !s->beside);
    if (!wide && !s->zoom && s->prompt == NULL && area.rows < LIST_MIN + 2) {
        about = false; /* no room for both: Enter shows it */
    }
    if (s->find && !s->zoom) {
        find_line(view, &area);
        area.top++;
        area.rows--;
    }
    struct area left = area, right = area;
    if (about && wide) {
        int half = s->beside ? area.columns * 3 / 5 : area.columns / 2;
        left.columns = half - 1;
        right.left = area.left + half + 1;
        right.columns = area.columns - half - 2;
    }
    if (s->zoom && s->prompt == NULL) {
        area.left += 1;
        area.columns -= 2;
        detail(view, area, -1);
        return;
    }
    if (s->prompt != NULL) {
        left.left++;
        left.columns--;
        int used = prompt(view, &left);
        if (about && !wide) {
            ui_rule(view->ui, area.top + used, 0, area.columns, UI_QUIET);
            right.top = area.top + used + 1;
            right.rows = area.rows - used - 1;
            right.left++;
            right.columns -= 2;
        }
        if (about && right.rows >= 2) {
            int row = view->cursor_row, column = view->cursor_column;
            detail(view, right, wide ? -1 : right.top - 1);
            view->cursor_row = row;
            view->cursor_column = column;
        }
        return;
    }
    if (about && !wide) {
        int want = (int)(s->nrows < 50 ? s->nrows : 50) + 1, most = area.rows * 2 / 5;
        most = most < LIST_MIN ? LIST_MIN : most;
        left.rows = want < most ? want : most;
        ui_rule(view->ui, area.top + left.rows, 0, area.columns, UI_QUIET);
        right.top = area.top + left.rows + 1;
        right.rows = area.rows - left.rows - 1;
        right.left++;
        right.columns -= 2;
    }
    if (s->column != NULL) {
        list(view, left, fill, arg);
    }
    if (about) {
        detail(view, s->column != NULL ? right : area, wide || s->column == NULL ? -1 : right.top - 1);
    }
}

void review_view_draw(struct review_view *view, const struct screen *screen, screen_row_fn *row, void *arg,
                      struct ui *ui)
{
    view->ui = ui;
    view->screen = screen;
    view->nspots = 0;
    view->more = false;
    ui_size(ui, &view->rows, &view->columns);
    if (view->serial != screen->serial) {
        view->serial = screen->serial;
        view->first = 0;
    }
    ui_begin(ui);
    cursor(view, 0, 0, false);
    if (view->rows < VIEW_ROWS || view->columns < VIEW_COLUMNS) {
        too_small(view);
    } else {
        bar(view);
        int top = 1;
        for (size_t i = 0; i < screen->head.n; i++) {
            const struct screen_text *text = &screen->head.at[i];
            bool mind = text->style == UI_NOTICE && view->rows >= ROOMY;
            top += flow(view, top, mind ? HEAD_LINES : 1, text->style, text->text);
        }
        if (screen->head.n > 0) {
            tabs(view, top++);
        }
        int keys_top = view->rows - keys(view, -1, KEY_LINES), end = foot(view, keys_top);
        body(view, (struct area){ top, 0, end - top, view->columns }, row, arg);
        keys(view, keys_top, KEY_LINES);
    }
    ui_cursor(ui, view->cursor_row, view->cursor_column, view->typing);
    ui_paint(ui);
    drop_clean(view);
    screen_row_reset(&view->row);
    view->ui = NULL;
    view->screen = NULL;
}
