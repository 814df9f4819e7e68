#include "print.h"

#include <string.h>

#include "text.h"
#include "tr.h"

enum { STEP_COLUMNS = 4, BOX_COLUMNS = 4, FIELD_MIN = 6 };

/* --- lines for foyer-print --- */

/* Blanks of all kinds are one line's; whatever else a person cannot read is replaced. */
static void add_clean(struct buf *out, const char *text)
{
    struct buf line = BUF_INIT;
    buf_adds(&line, text);
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '\n' || line.data[i] == '\t') {
            line.data[i] = ' ';
        }
    }
    text_sanitise(out, buf_str(&line), line.len, false);
    buf_wipe(&line);
}

static void emit(struct print *print, const char *word, const char *text)
{
    buf_addf(print->out, "%s ", word);
    add_clean(print->out, text);
    buf_adds(print->out, "\n");
}

static void start_stream(struct print *print, const struct print_setup *setup)
{
    buf_adds(print->out, "foyer-print 1\n");
    emit(print, "lang", setup->language);
    emit(print, "title", setup->title);
    emit(print, "paper", setup->size == PRINT_LETTER ? "Letter" : "A4");
    buf_addf(print->out, "points %d\n", setup->points);
    emit(print, "head", setup->head);
    emit(print, "foot", setup->foot);
    emit(print, "pages", tr("Page # of #"));
    buf_adds(print->out, "body\n");
}

/* --- both --- */

void print_start(struct print *print, struct buf *out, enum print_as as, const struct print_setup *setup)
{
    *print = (struct print){ .out = out, .stream = as == PRINT_STREAM, .foot = setup->foot };
    paper_start(&print->paper, out, PRINT_COLUMNS);
    if (print->stream) {
        start_stream(print, setup);
    } else if (setup->head[0] != '\0') {
        paper_text(&print->paper, setup->head);
        paper_gap(&print->paper);
    }
}

void print_end(struct print *print)
{
    if (!print->stream && print->foot[0] != '\0') {
        print_indent(print, 0);
        paper_gap(&print->paper);
        paper_text(&print->paper, print->foot);
    }
}

void print_title(struct print *print, const char *text)
{
    if (print->stream) {
        emit(print, "h1", text);
    } else {
        paper_title(&print->paper, text);
    }
}

void print_heading(struct print *print, const char *text)
{
    if (print->stream) {
        emit(print, "h2", text);
    } else {
        paper_heading(&print->paper, text);
    }
}

void print_text(struct print *print, const char *text)
{
    if (print->stream) {
        emit(print, "p", text);
    } else {
        paper_gap(&print->paper);
        paper_text(&print->paper, text);
    }
}

void print_small(struct print *print, const char *text)
{
    if (print->stream) {
        emit(print, "small", text);
    } else {
        paper_text(&print->paper, text);
    }
}

void print_question(struct print *print, const char *number, const char *text, const char *code)
{
    struct buf line = BUF_INIT;
    if (print->stream) {
        add_clean(&line, number);
        buf_adds(&line, "\t");
        add_clean(&line, text);
        buf_adds(&line, "\t");
        add_clean(&line, code);
        buf_addf(print->out, "q %s\n", buf_str(&line));
    } else {
        buf_addf(&line, "%s%s%s%s", text, *code ? " (" : "", code, *code ? ")" : "");
        struct buf word = BUF_INIT;
        buf_addf(&word, "%s.", number);
        paper_gap(&print->paper);
        paper_entry(&print->paper, buf_str(&word), buf_str(&line));
        buf_done(&word);
    }
    buf_done(&line);
}

void print_box(struct print *print, const char *text)
{
    if (print->stream) {
        emit(print, "box", text);
    } else {
        paper_entry(&print->paper, "[ ]", text);
    }
}

static void text_fields(struct print *print, const char *const *label, size_t n)
{
    struct buf line = BUF_INIT;
    int each = (PRINT_COLUMNS - print->indent * STEP_COLUMNS) / (int)n;
    for (size_t i = 0; i < n; i++) {
        int left = each - text_width(label[i]) - 2;
        buf_addf(&line, "%s%s ", i > 0 ? " " : "", label[i]);
        for (int c = 0; c < left || c < FIELD_MIN; c++) {
            buf_adds(&line, "_");
        }
    }
    paper_gap(&print->paper);
    paper_text(&print->paper, buf_str(&line));
    buf_done(&line);
}

void print_fields(struct print *print, const char *const *label, size_t n)
{
    struct buf line = BUF_INIT;
    if (!print->stream) {
        text_fields(print, label, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        buf_adds(&line, i > 0 ? "\t" : "");
        add_clean(&line, label[i]);
    }
    buf_addf(print->out, "fields %s\n", buf_str(&line));
    buf_done(&line);
}

void print_field(struct print *print, const char *label)
{
    print_fields(print, &label, 1);
}

void print_lines(struct print *print, int n)
{
    if (print->stream) {
        buf_addf(print->out, "lines %d\n", n);
        return;
    }
    struct buf line = BUF_INIT;
    for (int c = print->indent * STEP_COLUMNS; c < PRINT_COLUMNS; c++) {
        buf_adds(&line, "_");
    }
    for (int i = 0; i < n; i++) {
        paper_gap(&print->paper);
        paper_text(&print->paper, buf_str(&line));
    }
    buf_done(&line);
}

static void mark(struct print *print, const char *word)
{
    if (print->stream) {
        buf_addf(print->out, "%s\n", word);
    } else {
        paper_gap(&print->paper);
    }
}

void print_rule(struct print *print)
{
    mark(print, "rule");
}

void print_gap(struct print *print)
{
    mark(print, "gap");
}

void print_page(struct print *print)
{
    mark(print, "page");
}

void print_indent(struct print *print, int steps)
{
    print->indent = steps;
    paper_indent(&print->paper, steps * STEP_COLUMNS);
    if (print->stream) {
        buf_addf(print->out, "in %d\n", steps);
    }
}

void print_keep(struct print *print, bool keep)
{
    if (print->stream) {
        buf_adds(print->out, keep ? "keep\n" : "end\n");
    }
}
