#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

struct reading {
    struct stream *stream;
    size_t line, cap, keeps;
    bool body, keeping;
    int indent;
    struct err *err;
};

static int fault(struct reading *r, const char *what)
{
    return err_set(r->err, "line %zu of what is to be printed: %s", r->line, what);
}

/* A whole number and nothing else, or -1. */
static int number_of(const char *text, int min, int max)
{
    char *end;
    long n = strtol(text, &end, 10);
    return text[0] < '0' || text[0] > '9' || *end != '\0' || n < min || n > max ? -1 : (int)n;
}

static int read_head(struct reading *r, const char *word, const char *text)
{
    struct stream *s = r->stream;
    const struct {
        const char *word;
        const char **to;
    } known[] = {
        { "lang", &s->lang }, { "title", &s->title }, { "head", &s->head },
        { "foot", &s->foot }, { "pages", &s->pages },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(word, known[i].word) == 0) {
            *known[i].to = text;
            return 0;
        }
    }
    if (strcmp(word, "paper") == 0 && (strcmp(text, "A4") == 0 || strcmp(text, "Letter") == 0)) {
        s->paper = text[0] == 'A' ? STREAM_A4 : STREAM_LETTER;
        return 0;
    }
    if (strcmp(word, "points") == 0 && (s->points = number_of(text, 8, 40)) > 0) {
        return 0;
    }
    return fault(r, "this does not belong in the head");
}

static int add_block(struct reading *r, enum stream_kind kind, char *text)
{
    struct stream *s = r->stream;
    if (s->n == STREAM_BLOCKS) {
        return fault(r, "the document is too long");
    }
    if (s->n == r->cap) {
        r->cap = r->cap == 0 ? 256 : 2 * r->cap;
        s->block = mem_realloc(s->block, r->cap, sizeof *s->block);
    }
    struct stream_block block = { .kind = kind, .indent = r->indent, .keep = r->keeping ? r->keeps : 0 };
    for (char *part = strsep(&text, "\t"); part != NULL; part = strsep(&text, "\t")) {
        if (block.nparts == STREAM_FIELDS) {
            return fault(r, "too many parts");
        }
        block.part[block.nparts++] = part;
    }
    size_t most = kind == STREAM_Q ? 3 : kind == STREAM_FIELDS_ROW ? STREAM_FIELDS : 1;
    if (block.nparts > most || (kind == STREAM_Q && block.nparts != 3)) {
        return fault(r, "this many parts make no sense here");
    }
    if (kind == STREAM_LINES && (block.number = number_of(block.part[0], 1, 40)) < 0) {
        return fault(r, "\"lines\" wants a number from 1 to 40");
    }
    s->block[s->n++] = block;
    return 0;
}

static int read_body(struct reading *r, const char *word, char *text)
{
    static const char *const kinds[] = { "h1",     "h2",    "p",    "small", "q",   "box",
                                         "fields", "lines", "rule", "gap",   "page" }; /* by enum */
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(word, kinds[i]) == 0) {
            return add_block(r, (enum stream_kind)i, text);
        }
    }
    if (strcmp(word, "in") == 0 && (r->indent = number_of(text, 0, 4)) >= 0) {
        return 0;
    }
    if (strcmp(word, "keep") == 0 && !r->keeping) {
        r->keeping = true;
        r->keeps++;
        return 0;
    }
    if (strcmp(word, "end") == 0 && r->keeping) {
        r->keeping = false;
        return 0;
    }
    return fault(r, "this is not understood");
}

/* Tabs part the text; but for them it is what a person may read. */
static bool is_text(const char *line, size_t len)
{
    struct buf plain = BUF_INIT;
    buf_add(&plain, line, len);
    for (size_t i = 0; i < len; i++) {
        plain.data[i] = line[i] == '\t' ? ' ' : line[i];
    }
    bool is = len == 0 || (text_is_utf8(line, len) && text_check(plain.data, len, false) == TEXT_OK);
    buf_done(&plain);
    return is;
}

static int read_line(struct reading *r, char *line, size_t len)
{
    r->line++;
    if (len > STREAM_LINE || !is_text(line, len)) {
        return fault(r, "this is no line of text");
    }
    if (r->line == 1) {
        return strcmp(line, "foyer-print 1") == 0 ? 0 : fault(r, "it does not begin with \"foyer-print 1\"");
    }
    char *space = strchr(line, ' ');
    char *text = space == NULL ? line + len : space + 1;
    if (space != NULL) {
        *space = '\0';
    }
    if (r->body) {
        return read_body(r, line, text);
    }
    if (strcmp(line, "body") == 0) {
        r->body = true;
        return 0;
    }
    return read_head(r, line, text);
}

struct stream *stream_read(const char *text, size_t len, struct err *err)
{
    struct arena *arena = arena_new();
    struct stream *s = arena_alloc(arena, sizeof *s);
    *s = (struct stream){ arena, "", "", "", "", "", STREAM_A4, 14, NULL, 0 };
    struct reading r = { .stream = s, .err = err };
    int rc = len > STREAM_MAX ? err_set(err, "what is to be printed is too long") : 0;
    for (size_t at = 0; rc == 0 && at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t size = end == NULL ? len - at : (size_t)(end - text) - at;
        rc = memchr(text + at, '\0', size) == NULL
                 ? read_line(&r, arena_strndup(arena, text + at, size), size)
                 : err_set(err, "what is to be printed is no text");
        at += size + 1;
    }
    if (rc == 0 && !r.body) {
        rc = fault(&r, "there is no \"body\"");
    }
    if (rc == 0 && r.keeping) {
        rc = fault(&r, "\"keep\" has no \"end\"");
    }
    if (rc != 0) {
        stream_free(s);
        return NULL;
    }
    return s;
}

void stream_free(struct stream *stream)
{
    if (stream != NULL) {
        free(stream->block);
        arena_free(stream->arena);
    }
}
