/* Drawing: a frame in memory, and the rows of it that changed. */
#include "ui_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termcap.h>
#include <wchar.h>

#include "file.h"
#include "mem.h"
#include "text.h"

enum { SIDE_MAX = 1000, ROW_BYTES = 2048 };

/* --- Colours --- */

static void use_scheme(struct ui *ui)
{
    if (ui->scheme == UI_MONO || !has_colors()) {
        return;
    }
    if (!ui->coloured && start_color() == OK) {
        ui->coloured = true;
    }
    for (int style = 0; style < UI_STYLES; style++) {
        struct palette_look look = palette_look(ui->scheme, COLORS, (enum ui_style)style);
        if (style == UI_TEXT) {
            assume_default_colors(look.fg, look.bg);
        } else {
            init_pair((short)style, look.fg, look.bg);
        }
    }
}

static int colours(const struct ui *ui)
{
    return ui->coloured && ui->scheme != UI_MONO ? COLORS : 0;
}

bool ui_has_colours(const struct ui *ui)
{
    (void)ui;
    return has_colors();
}

bool ui_draws_codes(const struct ui *ui)
{
    return ui->glyphs && has_colors();
}

/* A scheme without colours gets two for a QR code, once there is one to draw. */
static void use_code_colours(struct ui *ui)
{
    if (!ui->coloured && start_color() == OK) {
        ui->coloured = true;
        assume_default_colors(-1, -1);
    }
    struct palette_look look = palette_look(ui->scheme, COLORS, UI_CODE);
    init_pair(UI_CODE, look.fg, look.bg);
}

static void set_style(struct ui *ui, enum ui_style style)
{
    bool code = style == UI_CODE && ui->scheme == UI_MONO && ui_draws_codes(ui);

    if (code) {
        use_code_colours(ui);
    }
    struct palette_look look = palette_look(ui->scheme, code ? COLORS : colours(ui), style);
    attr_t attrs = A_NORMAL;

    if (look.attrs & PALETTE_BOLD) {
        attrs |= A_BOLD;
    }
    if (look.attrs & PALETTE_UNDERLINE) {
        attrs |= A_UNDERLINE;
    }
    if (look.attrs & PALETTE_REVERSE) {
        attrs |= A_REVERSE;
    }
    wattr_set(stdscr, attrs, (short)(look.fg < 0 ? 0 : style), NULL);
}

void ui_set_scheme(struct ui *ui, enum ui_scheme scheme)
{
    ui->scheme = scheme;
    if (scheme == UI_MONO && ui->coloured) {
        assume_default_colors(-1, -1);
    }
    use_scheme(ui);
    ui->stale = true;
    clearok(curscr, TRUE);
}

/* --- The frame --- */

/* A row that need not grow leaves no copy behind where it was. */
static struct buf *new_frame(int rows)
{
    struct buf *frame = mem_alloc((size_t)rows * sizeof *frame);

    for (int i = 0; i < rows; i++) {
        buf_reserve(&frame[i], ROW_BYTES);
    }
    return frame;
}

/* What it held may be a patient's; the memory is kept. */
static void wipe_row(struct buf *buf)
{
    if (buf->data) {
        explicit_bzero(buf->data, buf->cap);
    }
    buf_reset(buf);
}

static void free_frame(struct buf *frame, int rows)
{
    for (int i = 0; i < rows; i++) {
        buf_wipe(&frame[i]); /* it may show what a patient typed */
    }
    free(frame);
}

bool ui_measure(struct ui *ui)
{
    struct winsize size = { 0 };
    int rows = 24;
    int columns = 80;

    if (ioctl(ui->out, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        rows = size.ws_row < SIDE_MAX ? size.ws_row : SIDE_MAX;
        columns = size.ws_col < SIDE_MAX ? size.ws_col : SIDE_MAX;
    }
    if (rows == ui->rows && columns == ui->columns) {
        return false;
    }
    free_frame(ui->next, ui->rows);
    free_frame(ui->shown, ui->rows);
    ui->next = new_frame(rows);
    ui->shown = new_frame(rows);
    ui->rows = rows;
    ui->columns = columns;
    ui->stale = true;
    if (rows != LINES || columns != COLS) {
        resizeterm(rows, columns);
    }
    return true;
}

void draw_open(struct ui *ui)
{
    use_scheme(ui);
    ui_measure(ui);
}

void draw_close(struct ui *ui)
{
    free_frame(ui->next, ui->rows);
    free_frame(ui->shown, ui->rows);
    buf_wipe(&ui->scratch);
}

/* One call of ui_put() or ui_rule() in a row's buf; its text follows. */
struct put {
    int column;
    int rule; /* columns of a rule, which has no text; else 0 */
    enum ui_style style;
    size_t len;
};

void ui_size(const struct ui *ui, int *rows, int *columns)
{
    *rows = ui->rows;
    *columns = ui->columns;
}

bool ui_has_glyphs(const struct ui *ui)
{
    return ui->glyphs;
}

void ui_begin(struct ui *ui)
{
    for (int i = 0; i < ui->rows; i++) {
        wipe_row(&ui->next[i]);
    }
}

static void record(struct ui *ui, int row, int column, int rule, enum ui_style style, const char *text,
                   size_t len)
{
    struct put put;

    memset(&put, 0, sizeof put); /* with the padding: rows are compared by their bytes */
    put.column = column;
    put.rule = rule;
    put.style = style;
    put.len = len;
    buf_add(&ui->next[row], &put, sizeof put);
    buf_add(&ui->next[row], text, len);
}

int ui_put(struct ui *ui, int row, int column, int room, enum ui_style style, const char *text, size_t len)
{
    int width;

    if (row < 0 || row >= ui->rows || column < 0 || column >= ui->columns) {
        return 0;
    }
    if (room > ui->columns - column) {
        room = ui->columns - column;
    }
    if (room <= 0 || len == 0) {
        return 0;
    }
    if (text_is_plain(text, len)) {
        width = len < (size_t)room ? (int)len : room;
        len = (size_t)width;
    } else {
        buf_reset(&ui->scratch);
        text_sanitise(&ui->scratch, text, len, false);
        text = buf_str(&ui->scratch);
        len = text_fit(text, room);
        width = text_width_n(text, len);
    }

    record(ui, row, column, 0, style, text, len);
    return width;
}

void ui_rule(struct ui *ui, int row, int column, int columns, enum ui_style style)
{
    if (row < 0 || row >= ui->rows || column < 0 || column >= ui->columns || columns <= 0) {
        return;
    }
    record(ui, row, column, columns < ui->columns - column ? columns : ui->columns - column, style, "", 0);
}

int ui_puts(struct ui *ui, int row, int column, enum ui_style style, const char *text)
{
    return ui_put(ui, row, column, ui->columns, style, text, strlen(text));
}

void ui_fill(struct ui *ui, int row, int column, int columns, enum ui_style style)
{
    static const char spaces[] = "                                                                ";

    while (columns > 0) {
        int n = columns < (int)sizeof spaces - 1 ? columns : (int)sizeof spaces - 1;
        ui_put(ui, row, column, n, style, spaces, (size_t)n);
        column += n;
        columns -= n;
    }
}

void ui_cursor(struct ui *ui, int row, int column, bool typing)
{
    ui->cursor_row = row;
    ui->cursor_column = column;
    ui->typing = typing;
}

/* Text that is not ASCII, as ncurses wants it. Stops at the edge by ncurses' own widths: what it wrapped
 * would land in another row. */
static void draw_wide(const struct ui *ui, int column, const char *text, size_t len)
{
    wchar_t wide[256];
    size_t n = 0;
    mbstate_t state = { 0 };

    while (len > 0 && n < sizeof wide / sizeof *wide) {
        wchar_t c;
        size_t used = mbrtowc(&c, text, len, &state);

        if (used == 0 || used > len) { /* not in this locale's charset */
            break;
        }
        int width = wcwidth(c);

        column += width > 0 ? width : 0;
        if (column > ui->columns) {
            break;
        }
        wide[n++] = c;
        text += used;
        len -= used;
    }
    waddnwstr(stdscr, wide, (int)n);
    explicit_bzero(wide, sizeof wide);
}

/* Would a blank look the same in `style` as in UI_TEXT? */
static bool blank_is_text(const struct ui *ui, enum ui_style style)
{
    struct palette_look text = palette_look(ui->scheme, colours(ui), UI_TEXT);
    struct palette_look look = palette_look(ui->scheme, colours(ui), style);

    return look.bg == text.bg && !(look.attrs & (PALETTE_UNDERLINE | PALETTE_REVERSE));
}

/* Where a text stands that the terminal counts otherwise than ncurses, ncurses has blanks: see draw_over().
 * They are no plain spaces, or it would write them to move the cursor to the right. */
static void hold_room(const struct ui *ui, int row, int column, int columns)
{
    cchar_t blank;
    attr_t attrs;
    short pair;

    wattr_get(stdscr, &attrs, &pair, NULL);
    setcchar(&blank, L"\u00A0", attrs, pair, NULL);
    if (columns > ui->columns - column) {
        columns = ui->columns - column;
    }
    mvwhline_set(stdscr, row, column, &blank, columns);
}

/* Between two pieces of the same style the blanks are drawn in it too, where nobody sees a difference: going
 * back to UI_TEXT and forth again costs some fifty bytes. */
static void draw_row(struct ui *ui, int row, const struct buf *puts)
{
    const char *at = puts->data;
    const char *end = at + puts->len;
    enum ui_style last = UI_TEXT;
    int last_end = 0; /* where the last piece ended ... */
    int drawn = 0;    /* ... and up to where anything is drawn */

    set_style(ui, UI_TEXT);
    wmove(stdscr, row, 0);
    wclrtoeol(stdscr);
    while (at < end) {
        struct put put;

        memcpy(&put, at, sizeof put);
        at += sizeof put;
        set_style(ui, put.style);
        if (put.style == last && last_end == drawn && put.column > drawn && blank_is_text(ui, last)) {
            mvwhline(stdscr, row, drawn, ' ', put.column - drawn);
        }
        wmove(stdscr, row, put.column);
        last = put.style;
        last_end = put.column;
        if (put.rule) {
            whline_set(stdscr, WACS_HLINE, put.rule);
            last_end += put.rule;
        } else if (text_is_plain(at, put.len)) {
            waddnstr(stdscr, at, (int)put.len);
            last_end += (int)put.len;
        } else {
            int width = text_width_n(at, put.len);
            if (text_has_cells(at, put.len)) {
                hold_room(ui, row, put.column, width);
            } else {
                draw_wide(ui, put.column, at, put.len);
            }
            last_end += width;
        }
        drawn = last_end > drawn ? last_end : drawn;
        at += put.len;
    }
}

/* --- Text that the terminal counts otherwise than ncurses --- */

static bool has_cells(const struct buf *puts)
{
    const char *at = puts->data;
    const char *end = at + puts->len;

    while (at < end) {
        struct put put;

        memcpy(&put, at, sizeof put);
        at += sizeof put;
        if (text_has_cells(at, put.len)) {
            return true;
        }
        at += put.len;
    }
    return false;
}

/* Where tputs() leaves what it makes: it passes no pointer along. */
static struct buf *sequences;

static int add_byte(int byte)
{
    char c = (char)byte;

    buf_add(sequences, &c, 1);
    return byte;
}

static void add_sequence(const char *s)
{
    if (s && s != (const char *)-1) {
        tputs(s, 1, add_byte);
    }
}

static void add_move(int row, int column)
{
    add_sequence(tparm(tigetstr("cup"), row, column, 0, 0, 0, 0, 0, 0, 0));
}

/* Each word at the column that is counted for it: should one be a cell off, the next is not. */
static void add_words(struct buf *out, int row, int column, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        const char *space = memchr(text, ' ', (size_t)(end - text));
        size_t n = space ? (size_t)(space - text) + 1 : (size_t)(end - text);

        add_move(row, column);
        buf_add(out, text, n);
        column += text_width_n(text, n);
        text += n;
    }
}

static void draw_over(struct ui *ui, int row, const struct buf *puts, struct buf *out)
{
    const char *at = puts->data;
    const char *end = at + puts->len;

    while (at < end) {
        struct put put;
        attr_t attrs;
        short pair;

        memcpy(&put, at, sizeof put);
        at += sizeof put;
        if (text_has_cells(at, put.len)) {
            set_style(ui, put.style);
            wattr_get(stdscr, &attrs, &pair, NULL);
            vid_puts(attrs, pair, NULL, add_byte);
            add_words(out, row, put.column, at, put.len);
        }
        at += put.len;
    }
}

/* ncurses has drawn its part and left room. The text goes there by moves to a row and a column, no line
 * wraps, and the cursor and the attributes are left where ncurses has them. */
static void draw_over_all(struct ui *ui, const bool *drawn)
{
    struct buf out = BUF_INIT;

    buf_reserve(&out, ROW_BYTES);
    sequences = &out;
    add_sequence(tigetstr("rmam"));
    for (int i = 0; i < ui->rows; i++) {
        if (drawn[i] && has_cells(&ui->shown[i])) {
            draw_over(ui, i, &ui->shown[i], &out);
        }
    }
    vid_puts(A_NORMAL, 0, NULL, add_byte);
    add_sequence(tigetstr("smam"));
    add_move(getcury(curscr), getcurx(curscr));
    sequences = NULL;
    (void)fd_write_all(ui->out, out.data, out.len); /* it is gone: the next wait says so */
    buf_wipe(&out);
}

void ui_paint(struct ui *ui)
{
    bool drawn[SIDE_MAX] = { false };
    bool over = false;

    for (int i = 0; i < ui->rows; i++) {
        struct buf *next = &ui->next[i];
        struct buf *shown = &ui->shown[i];

        if (ui->stale || next->len != shown->len ||
            (next->len > 0 && memcmp(next->data, shown->data, next->len) != 0)) {
            struct buf swap = *shown;

            if (has_cells(shown) || has_cells(next)) {
                wredrawln(stdscr, i, 1); /* ncurses does not know what stands there */
                over = drawn[i] = true;
            }
            draw_row(ui, i, next);
            *shown = *next;
            *next = swap;
        }
        wipe_row(next);
    }
    wipe_row(&ui->scratch);
    ui->stale = false;
    if (ui->cursor_look != 1 + ui->typing) {
        ui->cursor_look = 1 + ui->typing;
        curs_set(ui->cursor_look);
    }
    wmove(stdscr, ui->cursor_row, ui->cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
    if (over) {
        draw_over_all(ui, drawn);
    }
}

void ui_bell(struct ui *ui)
{
    (void)ui;
    beep();
}
