/* pdf.c: blocks are laid out into rows; rows are put on pages, those that stay together on one; then drawn.
 */
#include "pdf.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FONT "DejaVu Sans, Noto Sans, sans-serif"

/* In points, 72 to an inch; or as parts of the letters' size. */
#define MARGIN     54.0
#define STEP       2.7  /* one indent */
#define BOX        0.95 /* a box's side */
#define BOX_ROOM   1.6  /* from a box's left side to its text */
#define WRITE_LINE 2.0  /* room for a line to write on: 28 points for letters of 14 */
#define NUMBER     2.7  /* room for a question's number: its answers stand below its text */

#define FOOT_POINTS 11.0 /* points of the foot, at most 0.8 of the text */

enum { CELLS = STREAM_FIELDS };

/* What stands in one row at one place. */
struct cell {
    PangoLayout *layout; /* NULL: no text */
    int line;            /* of the layout */
    double x, width;     /* from the left margin; of the whole cell, for a line to write on */
    bool box, write;
};

struct row {
    const struct stream_block *block;
    double before, height; /* room left free above, unless it is a page's first */
    struct cell cell[CELLS];
    size_t ncells;
    bool new_page;
    size_t page;
    double y;
};

struct pdf {
    const struct stream *stream;
    PangoContext *context;
    PangoFontDescription *font;
    double width, height, top, bottom, points; /* top and bottom of the room for rows */
    struct row *row;
    size_t n, cap, pages;
    GPtrArray *layouts; /* owns them */
    struct err *err;
    bool failed;
};

/* --- text --- */

static double scale_of(enum stream_kind kind)
{
    return kind == STREAM_H1 ? 1.5 : kind == STREAM_H2 ? 1.2 : kind == STREAM_SMALL ? 0.9 : 1.0;
}

/* Letters that no font has would be printed as empty frames. */
static void check_glyphs(struct pdf *pdf, PangoLayout *layout, const char *text)
{
    if (!pdf->failed && pango_layout_get_unknown_glyphs_count(layout) > 0) {
        pdf->failed = true;
        err_set(pdf->err,
                "no font on this machine has all the letters of \"%.60s\". Install more: "
                "fonts-noto-core, and fonts-noto-cjk for Chinese.",
                text);
    }
}

/* Without ligatures such as "fi": they are one letter to whoever searches the file or has it read aloud. */
static PangoAttrList *plain_letters(void)
{
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0"));
    return attributes;
}

/* width < 0: on one line. */
static PangoLayout *layout_new(struct pdf *pdf, const char *text, double scale, bool bold, double width)
{
    PangoLayout *layout = pango_layout_new(pdf->context);
    PangoFontDescription *font = pango_font_description_copy(pdf->font);
    g_ptr_array_add(pdf->layouts, layout);
    pango_font_description_set_absolute_size(font, pdf->points * scale * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text, -1);
    pango_layout_set_line_spacing(layout, 1.15F);
    PangoAttrList *attributes = plain_letters();
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    if (width >= 0) {
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    }
    check_glyphs(pdf, layout, text);
    return layout;
}

static double layout_width(PangoLayout *layout)
{
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    return (double)width / PANGO_SCALE;
}

static double line_height(PangoLayout *layout, int line)
{
    PangoRectangle ink, logical;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), &ink, &logical);
    return (double)logical.height / PANGO_SCALE * 1.15;
}

static double baseline_of(PangoLayout *layout, int line)
{
    PangoRectangle ink, logical;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), &ink, &logical);
    return (double)PANGO_ASCENT(logical) / PANGO_SCALE;
}

/* --- rows --- */

static struct row *row_add(struct pdf *pdf, const struct stream_block *block, double before, double height)
{
    if (pdf->n == pdf->cap) {
        pdf->cap = pdf->cap == 0 ? 512 : 2 * pdf->cap;
        pdf->row = mem_realloc(pdf->row, pdf->cap, sizeof *pdf->row);
    }
    struct row *row = &pdf->row[pdf->n++];
    *row = (struct row){ .block = block, .before = before, .height = height };
    return row;
}

static struct cell *cell_add(struct row *row, PangoLayout *layout, int line, double x)
{
    struct cell *cell = &row->cell[row->ncells++];
    *cell = (struct cell){ .layout = layout, .line = line, .x = x };
    return cell;
}

/* A row for each line; the first cell of the first may be given more beside it by the caller. Returns it. */
static size_t text_rows(struct pdf *pdf, const struct stream_block *block, PangoLayout *layout, double x,
                        double before)
{
    size_t first = pdf->n;
    int lines = pango_layout_get_line_count(layout);
    for (int i = 0; i < lines; i++) {
        struct row *row = row_add(pdf, block, i == 0 ? before : 0, line_height(layout, i));
        cell_add(row, layout, i, x);
    }
    return first;
}

static double indent_of(const struct pdf *pdf, const struct stream_block *block)
{
    return block->indent * STEP * pdf->points;
}

static void add_paragraph(struct pdf *pdf, const struct stream_block *block)
{
    double x = indent_of(pdf, block), p = pdf->points;
    bool heading = block->kind == STREAM_H1 || block->kind == STREAM_H2;
    PangoLayout *layout = layout_new(pdf, block->part[0], scale_of(block->kind), heading, pdf->width - x);
    double before = block->kind == STREAM_H2 ? 1.2 * p : block->kind == STREAM_SMALL ? 0.2 * p : 0.5 * p;
    text_rows(pdf, block, layout, x, before);
}

/* The number hangs in front; the code stands behind in small letters, on the last line or on one of its own.
 */
static void add_question(struct pdf *pdf, const struct stream_block *block)
{
    double x = indent_of(pdf, block), p = pdf->points, at = x + NUMBER * p;
    struct buf text = BUF_INIT;
    buf_addf(&text, "%s %s", block->part[1], block->part[2]);
    PangoLayout *number = layout_new(pdf, block->part[0], 1, true, -1);
    PangoLayout *layout =
        layout_new(pdf, block->part[2][0] ? buf_str(&text) : block->part[1], 1, true, pdf->width - at);
    PangoAttrList *attributes = plain_letters();
    PangoAttribute *small = pango_attr_scale_new(0.65), *light = pango_attr_weight_new(PANGO_WEIGHT_NORMAL);
    small->start_index = light->start_index = (guint)strlen(block->part[1]);
    pango_attr_list_insert(attributes, small);
    pango_attr_list_insert(attributes, light);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    size_t first = text_rows(pdf, block, layout, at, 0.9 * p);
    cell_add(&pdf->row[first], number, 0, x);
    buf_done(&text);
}

static void add_box(struct pdf *pdf, const struct stream_block *block)
{
    double x = indent_of(pdf, block), p = pdf->points;
    PangoLayout *layout = layout_new(pdf, block->part[0], 1, false, pdf->width - x - BOX_ROOM * p);
    size_t first = text_rows(pdf, block, layout, x + BOX_ROOM * p, 0.35 * p);
    struct cell *box = cell_add(&pdf->row[first], NULL, 0, x);
    box->box = true;
}

/* Boxes that follow each other and are short stand two in a row, but not in large print. Returns how many. */
static size_t add_boxes(struct pdf *pdf, const struct stream_block *block, size_t left)
{
    double x = indent_of(pdf, block), p = pdf->points, half = (pdf->width - x) / 2;
    size_t n = 0;
    bool fit = p < 18;
    for (; n < left && block[n].kind == STREAM_BOX && block[n].indent == block->indent; n++) {
        PangoLayout *layout = layout_new(pdf, block[n].part[0], 1, false, -1);
        fit = fit && layout_width(layout) + BOX_ROOM * p + 0.5 * p <= half;
    }
    for (size_t i = 0; i < n; i++) {
        if (!fit || n == 1) {
            add_box(pdf, &block[i]);
            continue;
        }
        if (i % 2 == 0) {
            add_box(pdf, &block[i]);
        } else {
            struct row *row = &pdf->row[pdf->n - 1];
            cell_add(row, layout_new(pdf, block[i].part[0], 1, false, -1), 0, x + half + BOX_ROOM * p);
            cell_add(row, NULL, 0, x + half)->box = true;
        }
    }
    return n;
}

/* Each label takes what it needs, and the lines share the rest. */
static void add_fields(struct pdf *pdf, const struct stream_block *block)
{
    double x = indent_of(pdf, block), p = pdf->points, rest = pdf->width - x;
    PangoLayout *layout[STREAM_FIELDS];
    for (size_t i = 0; i < block->nparts; i++) {
        layout[i] = layout_new(pdf, block->part[i], 1, false, -1);
        rest -= layout_width(layout[i]) + (i > 0 ? p : 0);
    }
    double line = rest > 0 ? rest / (double)block->nparts : 0;
    struct row *row = row_add(pdf, block, 0.2 * p, WRITE_LINE * p);
    for (size_t i = 0; i < block->nparts; i++) {
        struct cell *cell = cell_add(row, layout[i], 0, x);
        cell->width = layout_width(layout[i]) + line;
        cell->write = true;
        x += cell->width + p;
    }
}

static void add_lines(struct pdf *pdf, const struct stream_block *block)
{
    double x = indent_of(pdf, block);
    for (int i = 0; i < block->number; i++) {
        struct row *row = row_add(pdf, block, 0, WRITE_LINE * pdf->points);
        struct cell *cell = cell_add(row, NULL, 0, x);
        cell->width = pdf->width - x;
        cell->write = true;
    }
}

static void add_rows(struct pdf *pdf)
{
    const struct stream *s = pdf->stream;
    bool new_page = false;
    for (size_t i = 0, used; i < s->n; i += used) {
        const struct stream_block *block = &s->block[i];
        size_t first = pdf->n;
        used = 1;
        switch (block->kind) {
        case STREAM_H1:
        case STREAM_H2:
        case STREAM_P:
        case STREAM_SMALL:
            add_paragraph(pdf, block);
            break;
        case STREAM_Q:
            add_question(pdf, block);
            break;
        case STREAM_BOX:
            used = add_boxes(pdf, block, s->n - i);
            break;
        case STREAM_FIELDS_ROW:
            add_fields(pdf, block);
            break;
        case STREAM_LINES:
            add_lines(pdf, block);
            break;
        case STREAM_RULE:
            row_add(pdf, block, 0.8 * pdf->points, 0.8 * pdf->points);
            break;
        case STREAM_GAP:
            row_add(pdf, block, 0, 0.5 * pdf->points);
            break;
        case STREAM_PAGE:
            new_page = true;
            continue;
        }
        if (new_page && pdf->n > first) {
            pdf->row[first].new_page = true;
            new_page = false;
        }
    }
}

/* --- pages --- */

/* Rows from `first` that stay together: of one block, of one keep, and what follows a heading. */
static size_t chunk_end(const struct pdf *pdf, size_t first)
{
    size_t i = first + 1;
    for (; i < pdf->n && !pdf->row[i].new_page; i++) {
        const struct stream_block *a = pdf->row[i - 1].block, *b = pdf->row[i].block;
        bool heading = a->kind == STREAM_H1 || a->kind == STREAM_H2;
        if (a != b && !heading && (a->keep == 0 || a->keep != b->keep)) {
            break;
        }
    }
    return i;
}

static double height_of(const struct pdf *pdf, size_t first, size_t end)
{
    double height = 0;
    for (size_t i = first; i < end; i++) {
        height += pdf->row[i].height + (i > first ? pdf->row[i].before : 0);
    }
    return height;
}

static void put_on_pages(struct pdf *pdf)
{
    double y = pdf->top, room = pdf->bottom - pdf->top;
    pdf->pages = 1;
    for (size_t first = 0, end; first < pdf->n; first = end) {
        end = chunk_end(pdf, first);
        double height = height_of(pdf, first, end);
        double before = y > pdf->top ? pdf->row[first].before : 0;
        if (y > pdf->top &&
            (pdf->row[first].new_page || (y + before + height > pdf->bottom && height <= room))) {
            pdf->pages++;
            y = pdf->top;
        }
        for (size_t i = first; i < end; i++) {
            struct row *row = &pdf->row[i];
            y += y > pdf->top ? row->before : 0;
            if (y > pdf->top && y + row->height > pdf->bottom) {
                pdf->pages++;
                y = pdf->top;
            }
            row->page = pdf->pages;
            row->y = y;
            y += y > pdf->top || row->block->kind != STREAM_GAP ? row->height : 0;
        }
    }
}

/* --- drawing --- */

static void draw_line(cairo_t *cr, double x, double y, double width, double thick)
{
    cairo_set_line_width(cr, thick);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + width, y);
    cairo_stroke(cr);
}

static void draw_cell(const struct pdf *pdf, cairo_t *cr, const struct row *row, const struct cell *cell)
{
    double x = MARGIN + cell->x, y = row->y, p = pdf->points;
    double ground = row->y + row->height - 0.4 * p; /* of a line to write on */
    if (cell->layout != NULL) {
        double base = cell->write ? ground - 0.1 * p : y + baseline_of(cell->layout, cell->line);
        cairo_move_to(cr, x, base);
        pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(cell->layout, cell->line));
    }
    if (cell->box) {
        cairo_set_line_width(cr, 1.1);
        cairo_rectangle(cr, x, y + 0.12 * p, BOX * p, BOX * p);
        cairo_stroke(cr);
    }
    if (cell->write) {
        double label = cell->layout == NULL ? 0 : layout_width(cell->layout) + 0.5 * p;
        if (label < cell->width) {
            draw_line(cr, x + label, ground, cell->width - label, 0.8);
        }
    }
}

static void draw_row(const struct pdf *pdf, cairo_t *cr, const struct row *row)
{
    if (row->block->kind == STREAM_RULE) {
        draw_line(cr, MARGIN, row->y + row->height / 2, pdf->width, 2.5);
    }
    for (size_t i = 0; i < row->ncells; i++) {
        draw_cell(pdf, cr, row, &row->cell[i]);
    }
}

static void draw_at(cairo_t *cr, PangoLayout *layout, double x, double y)
{
    cairo_move_to(cr, x, y);
    pango_cairo_show_layout(cr, layout);
}

/* "Page # of #" with the numbers put in. */
static void fill_numbers(struct buf *out, const char *words, size_t page, size_t pages)
{
    size_t number[2] = { page, pages }, n = 0;
    for (; *words != '\0'; words++) {
        if (*words == '#' && n < 2) {
            buf_addf(out, "%zu", number[n++]);
        } else {
            buf_add(out, words, 1);
        }
    }
}

static void draw_margins(struct pdf *pdf, cairo_t *cr, size_t page)
{
    const struct stream *s = pdf->stream;
    struct buf words = BUF_INIT;
    fill_numbers(&words, s->pages, page, pdf->pages);
    PangoLayout *numbers = layout_new(pdf, buf_str(&words), 0.8, false, -1);
    double used = layout_width(numbers);
    draw_at(cr, numbers, MARGIN + pdf->width - used, pdf->bottom + 0.8 * pdf->points);
    /* It is for the clinic, and must be there whole in large print too. */
    double small = fmin(0.8, FOOT_POINTS / pdf->points);
    PangoLayout *foot = layout_new(pdf, s->foot, small, false, pdf->width - used - pdf->points);
    pango_layout_set_height(foot, -2); /* two lines, and an ellipsis where they are not enough */
    pango_layout_set_ellipsize(foot, PANGO_ELLIPSIZE_END);
    draw_at(cr, foot, MARGIN, pdf->bottom + 0.8 * pdf->points);
    if (s->head[0] != '\0') {
        PangoLayout *head = layout_new(pdf, s->head, 1, true, pdf->width);
        pango_layout_set_alignment(head, PANGO_ALIGN_CENTER);
        pango_layout_set_height(head, -1);
        pango_layout_set_ellipsize(head, PANGO_ELLIPSIZE_END);
        draw_at(cr, head, MARGIN, MARGIN * 0.6);
    }
    buf_done(&words);
}

static const char *tag_of(enum stream_kind kind)
{
    return kind == STREAM_H1 ? "H1" : kind == STREAM_H2 ? "H2" : "P";
}

static void draw(struct pdf *pdf, cairo_t *cr)
{
    size_t i = 0;
    for (size_t page = 1; page <= pdf->pages; page++) {
        while (i < pdf->n && pdf->row[i].page == page) {
            const struct stream_block *block = pdf->row[i].block;
            cairo_tag_begin(cr, tag_of(block->kind), NULL);
            for (; i < pdf->n && pdf->row[i].page == page && pdf->row[i].block == block; i++) {
                draw_row(pdf, cr, &pdf->row[i]);
            }
            cairo_tag_end(cr, tag_of(block->kind));
        }
        draw_margins(pdf, cr, page);
        cairo_show_page(cr);
    }
}

/* --- the file --- */

static cairo_status_t append(void *closure, const unsigned char *data, unsigned length)
{
    buf_add(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

static int has_fonts(PangoFontMap *map, struct err *err)
{
    PangoFontFamily **family;
    int n = 0;
    pango_font_map_list_families(map, &family, &n);
    g_free(family);
    return n > 0 ? 0
                 : err_set(err, "there is no font on this machine. Install one: apt-get install "
                                "fonts-dejavu-core");
}

static int render(struct pdf *pdf, cairo_surface_t *surface)
{
    cairo_t *cr = cairo_create(surface);
    add_rows(pdf);
    put_on_pages(pdf);
    if (!pdf->failed && pdf->pages > PDF_PAGES) {
        pdf->failed = true;
        err_set(pdf->err, "this would be more than %d pages", PDF_PAGES);
    }
    if (!pdf->failed) {
        draw(pdf, cr);
    }
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (!pdf->failed && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        pdf->failed = true;
        err_set(pdf->err, "the PDF could not be made: %s",
                cairo_status_to_string(cairo_surface_status(surface)));
    }
    return pdf->failed ? -1 : 0;
}

int pdf_write(const struct stream *stream, struct buf *out, struct err *err)
{
    PangoFontMap *map = pango_cairo_font_map_get_default();
    if (has_fonts(map, err) != 0) {
        return -1;
    }
    double width = stream->paper == STREAM_A4 ? 595.28 : 612,
           height = stream->paper == STREAM_A4 ? 841.89 : 792;
    struct pdf pdf = {
        .stream = stream,
        .context = pango_font_map_create_context(map),
        .font = pango_font_description_from_string(FONT),
        .width = width - 2 * MARGIN,
        .height = height,
        .points = stream->points,
        .top = MARGIN + (stream->head[0] != '\0' ? 0.8 * stream->points : 0),
        .bottom = height - MARGIN - stream->points,
        .layouts = g_ptr_array_new_with_free_func(g_object_unref),
        .err = err,
    };
    struct buf file = BUF_INIT;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(append, &file, width, height);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, stream->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Foyer " FOYER_VERSION);
    int rc = render(&pdf, surface);
    cairo_surface_destroy(surface);
    g_ptr_array_unref(pdf.layouts);
    pango_font_description_free(pdf.font);
    g_object_unref(pdf.context);
    free(pdf.row);
    if (rc == 0) {
        (void)pdf_catalog(&file, stream->lang); /* without it the file is still whole */
        buf_add(out, file.data, file.len);
    }
    buf_wipe(&file);
    return rc;
}
