#include "paper.h"

#include <string.h>

#include "text.h"

void paper_start(struct paper *paper, struct buf *out, int columns)
{
    *paper = (struct paper){ .out = out, .columns = columns };
}

void paper_indent(struct paper *paper, int columns)
{
    paper->indent = columns;
}

void paper_gap(struct paper *paper)
{
    size_t len = paper->out->len;
    const char *text = buf_str(paper->out);
    if (len > 0 && !(len >= 2 && text[len - 1] == '\n' && text[len - 2] == '\n')) {
        buf_adds(paper->out, "\n");
    }
}

static void spaces(struct buf *out, int n)
{
    for (int i = 0; i < n; i++) {
        buf_adds(out, " ");
    }
}

/* Text whose lines all begin at column `at`, where the pen already is. */
static void flow(struct paper *paper, int at, const char *text)
{
    struct buf clean = BUF_INIT;
    struct text_lines lines = { NULL, 0, 0 };
    int room = paper->columns - at;
    text_sanitise(&clean, text, strlen(text), true);
    text_wrap(buf_str(&clean), room < 1 ? 1 : room, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        if (i > 0 && lines.line[i].len > 0) {
            spaces(paper->out, at);
        }
        buf_add(paper->out, buf_str(&clean) + lines.line[i].start, lines.line[i].len);
        buf_adds(paper->out, "\n");
    }
    text_lines_done(&lines);
    buf_wipe(&clean);
}

static void underline(struct paper *paper, const char *text, const char *with)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, text, strlen(text), false);
    int width = text_width(buf_str(&clean));
    flow(paper, 0, text);
    for (int i = 0; i < width && i < paper->columns; i++) {
        buf_adds(paper->out, with);
    }
    buf_adds(paper->out, "\n");
    buf_wipe(&clean);
}

void paper_title(struct paper *paper, const char *text)
{
    underline(paper, text, "=");
}

void paper_heading(struct paper *paper, const char *text)
{
    paper_gap(paper);
    underline(paper, text, "-");
}

void paper_text(struct paper *paper, const char *text)
{
    spaces(paper->out, paper->indent);
    flow(paper, paper->indent, text);
}

/* A word of its own width before the text, and the text in a column beside it. */
static void beside(struct paper *paper, const char *word, int columns, const char *text)
{
    struct buf clean = BUF_INIT;
    int at = paper->indent + columns;
    text_sanitise(&clean, word, strlen(word), false);
    int width = text_width(buf_str(&clean));
    spaces(paper->out, paper->indent);
    buf_adds(paper->out, buf_str(&clean));
    /* A translation may have a longer word: the text then begins on a line of its own. */
    if (width >= columns) {
        buf_adds(paper->out, "\n");
        spaces(paper->out, at);
    } else {
        spaces(paper->out, columns - width);
    }
    flow(paper, at, text);
    buf_done(&clean);
}

void paper_field(struct paper *paper, const char *label, const char *text)
{
    if (text[0] != '\0') {
        beside(paper, label, PAPER_LABEL, text);
    }
}

void paper_item(struct paper *paper, const char *id, const char *text)
{
    beside(paper, id, PAPER_ITEM, text);
}

void paper_drawn(struct paper *paper, const char *lines)
{
    while (*lines != '\0') {
        size_t len = strcspn(lines, "\n"), n = len;
        while (n > 0 && lines[n - 1] == ' ') {
            n--;
        }
        spaces(paper->out, n > 0 ? paper->indent : 0);
        text_sanitise(paper->out, lines, n, false);
        buf_adds(paper->out, "\n");
        lines += len + (lines[len] != '\0');
    }
}

void paper_entry(struct paper *paper, const char *word, const char *text)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, word, strlen(word), false);
    int width = text_width(buf_str(&clean)) + 2;
    beside(paper, word, width < paper->columns / 2 ? width : PAPER_LABEL, text);
    buf_done(&clean);
}
