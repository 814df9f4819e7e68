#include "edit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

/* Room for the longest sensible graphemes (emoji families, stacked Indic letters); letters with all the marks
 * that text_check() lets through fill a field sooner. */
enum { BYTES_A_GRAPHEME = 16, BYTES_SPARE = 32 };

void edit_init(struct edit *edit, size_t max_graphemes, bool multiline)
{
    *edit = (struct edit){ .max_graphemes = max_graphemes, .multiline = multiline, .cap = 64 };
    edit->text = mem_alloc(edit->cap);
}

void edit_done(struct edit *edit)
{
    if (edit->text) {
        explicit_bzero(edit->text, edit->cap);
    }
    free(edit->text);
    explicit_bzero(edit, sizeof *edit);
}

/* Moves by hand instead of realloc(), which would leave what was typed in freed memory. */
static void reserve(struct edit *edit, size_t len)
{
    if (len < edit->cap) {
        return;
    }
    size_t cap = len * 2 + 1;
    char *text = mem_alloc(cap);

    memcpy(text, edit->text, edit->len + 1);
    explicit_bzero(edit->text, edit->cap);
    free(edit->text);
    edit->text = text;
    edit->cap = cap;
}

static void insert_bytes(struct edit *edit, const char *s, size_t len)
{
    reserve(edit, edit->len + len);
    char *at = edit->text + edit->cursor;

    memmove(at + len, at, edit->len - edit->cursor + 1);
    memcpy(at, s, len);
    edit->len += len;
    edit->cursor += len;
}

static void remove_bytes(struct edit *edit, size_t from, size_t to)
{
    memmove(edit->text + from, edit->text + to, edit->len - to + 1);
    edit->len -= to - from;
    edit->cursor = from;
    explicit_bzero(edit->text + edit->len, to - from + 1);
}

/* Puts the cursor on the next boundary between graphemes: a mark may have joined what stood beside it. */
static void snap_cursor(struct edit *edit)
{
    const char *at = text_seam_before(edit->text, edit->text + edit->cursor);

    while (at < edit->text + edit->cursor && *at) {
        at = text_next(at);
    }
    edit->cursor = (size_t)(at - edit->text);
}

/* The length of the character at s, 0 if it is not UTF-8. */
static size_t char_len(const char *s, size_t len)
{
    unsigned char first = (unsigned char)*s;
    size_t n = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    return n <= len && (first < 0x80 || text_is_utf8(s, n)) ? n : 0;
}

static bool is_joiner(const char *s, size_t len)
{
    return len == 3 && (memcmp(s, "\xE2\x80\x8D", 3) == 0 || memcmp(s, "\xE2\x80\x8C", 3) == 0);
}

/* Appends the character to add, if it may stand after what is there already. A joiner may only stand between
 * two letters: it waits for the second. */
static void filter_char(struct edit *edit, struct buf *add, const char *s, size_t len)
{
    const char *before = add->len ? add->data : edit->text;
    size_t end = add->len ? add->len : edit->cursor;
    size_t start = end;
    char probe[16];
    size_t n;

    while (start > 0 && ((unsigned char)before[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start > 0) {
        start--;
    }
    n = end - start <= 4 ? end - start : 0;
    memcpy(probe, before + start, n);

    size_t joiner = strlen(edit->joiner);
    if (joiner) {
        memcpy(probe + n, edit->joiner, joiner);
        memcpy(probe + n + joiner, s, len);
        if (text_check(probe, n + joiner + len, edit->multiline) == TEXT_OK) {
            buf_add(add, edit->joiner, joiner);
        }
        edit->joiner[0] = '\0';
    } else {
        memcpy(probe + n, s, len);
    }
    if (is_joiner(s, len)) {
        memcpy(edit->joiner, s, len);
        edit->joiner[len] = '\0';
    } else if (text_check(probe, n + joiner + len, edit->multiline) == TEXT_OK ||
               text_check(s, len, edit->multiline) == TEXT_OK) {
        buf_add(add, s, len);
    }
    explicit_bzero(probe, sizeof probe);
}

/* What of s may be inserted. */
static void filter(struct edit *edit, struct buf *add, const char *s, size_t len)
{
    const char *at = edit->text + edit->cursor, *seam = text_seam_before(edit->text, at);
    size_t marks = text_marks(0, seam, (size_t)(at - seam));

    for (size_t i = 0; i < len;) {
        size_t n = char_len(s + i, len - i);
        size_t had = add->len;
        const char ascii = edit->ascii && n > 1 ? text_ascii(s + i, n) : '\0';

        if (text_marks(marks, s + i, n) > TEXT_MARKS_MAX) { /* no letter needs more */
            i += n;
            continue;
        }
        if (s[i] == '\r' || s[i] == '\n') {
            filter_char(edit, add, edit->multiline ? "\n" : " ", 1);
        } else if (s[i] == '\t') {
            filter_char(edit, add, " ", 1);
        } else if (n > 0) {
            filter_char(edit, add, ascii ? &ascii : s + i, ascii ? 1 : n);
        }
        marks = text_marks(marks, add->data + had, add->len - had);
        i += s[i] == '\r' && i + 1 < len && s[i + 1] == '\n' ? 2 : n ? n : 1;
    }
}

/* The bytes of s that hold its first n graphemes. */
static size_t graphemes_len(const char *s, size_t n)
{
    const char *at = s;

    while (n-- > 0 && *at) {
        at = text_next(at);
    }
    return (size_t)(at - s);
}

/* What a change can reach: from the seam before it to the seam behind it. A key costs the same in a long text
 * as in a short one. */
struct reach {
    size_t from, to;   /* bytes of the text */
    size_t at, behind; /* of these, what is replaced */
    size_t beyond;     /* graphemes of the text outside */
    struct buf now;    /* as it is to be */
};

/* Puts it together with this in the place of what is replaced. Returns the graphemes of the whole text. */
static size_t reach_with(struct reach *reach, const struct edit *edit, const char *add, size_t len)
{
    buf_reset(&reach->now);
    buf_add(&reach->now, edit->text + reach->from, reach->at - reach->from);
    buf_add(&reach->now, add, len);
    buf_add(&reach->now, edit->text + reach->behind, reach->to - reach->behind);
    return reach->beyond + text_graphemes(buf_str(&reach->now));
}

static struct reach reach_of(const struct edit *edit, size_t at, size_t behind)
{
    struct reach reach = { .at = at, .behind = behind };

    reach.from = (size_t)(text_seam_before(edit->text, edit->text + at) - edit->text);
    reach.to = (size_t)(text_seam_after(edit->text + behind) - edit->text);
    reach.beyond = edit->graphemes - reach_with(&reach, edit, edit->text + at, behind - at);
    return reach;
}

static bool reach_is_clean(const struct reach *reach, const struct edit *edit)
{
    return text_check(buf_str(&reach->now), reach->now.len, edit->multiline) == TEXT_OK;
}

/* Cuts add until it fits. True if something was cut. *graphemes gets those of the whole text then. */
static bool cut_to_room(const struct edit *edit, struct reach *reach, struct buf *add, size_t *graphemes)
{
    size_t max_bytes = edit->max_graphemes * BYTES_A_GRAPHEME + BYTES_SPARE;
    bool cut = false;

    for (;;) {
        *graphemes = reach_with(reach, edit, add->data, add->len);
        size_t over = *graphemes > edit->max_graphemes ? *graphemes - edit->max_graphemes : 0;

        if (over == 0 && edit->len + add->len > max_bytes) {
            over = 1;
        }
        if (over == 0 || add->len == 0) {
            break;
        }
        size_t have = text_graphemes(buf_str(add));
        size_t keep = graphemes_len(add->data, have > over ? have - over : 0);

        explicit_bzero(add->data + keep, add->len - keep);
        add->len = keep;
        cut = true;
    }
    return cut;
}

enum edit_result edit_insert(struct edit *edit, const char *s, size_t len)
{
    struct buf add = BUF_INIT;
    struct reach reach = reach_of(edit, edit->cursor, edit->cursor);
    size_t graphemes = 0;
    enum edit_result result = EDIT_NOTHING;

    buf_reserve(&add, len + sizeof edit->joiner + 1);
    filter(edit, &add, s, len);
    if (add.len > 0 && cut_to_room(edit, &reach, &add, &graphemes)) {
        result = EDIT_FULL;
    }
    /* It must not tear apart two joined letters. */
    if (add.len > 0 && reach_is_clean(&reach, edit)) {
        insert_bytes(edit, add.data, add.len);
        edit->graphemes = graphemes;
        snap_cursor(edit);
        result = result == EDIT_FULL ? EDIT_FULL : EDIT_CHANGED;
    }
    buf_wipe(&reach.now);
    buf_wipe(&add);
    return result;
}

void edit_set(struct edit *edit, const char *text)
{
    remove_bytes(edit, 0, edit->len);
    edit->graphemes = 0;
    edit->joiner[0] = '\0';
    edit_insert(edit, text, strlen(text));
}

/* Removes text, and a joiner left without a second letter. */
static enum edit_result erase(struct edit *edit, size_t from, size_t to)
{
    if (from == to) {
        return EDIT_NOTHING;
    }
    struct reach reach = reach_of(edit, from, to);
    size_t graphemes = reach_with(&reach, edit, "", 0);
    while (!reach_is_clean(&reach, edit) && reach.at > reach.from) {
        do {
            reach.at--;
        } while (reach.at > reach.from && ((unsigned char)edit->text[reach.at] & 0xC0) == 0x80);
        graphemes = reach_with(&reach, edit, "", 0);
    }
    remove_bytes(edit, reach.at, to);
    edit->graphemes = graphemes;
    snap_cursor(edit);
    buf_wipe(&reach.now);
    return EDIT_CHANGED;
}

static enum edit_result move(struct edit *edit, size_t to)
{
    if (to == edit->cursor) {
        return EDIT_NOTHING;
    }
    edit->cursor = to;
    return EDIT_MOVED;
}

static size_t line_start(const struct edit *edit)
{
    size_t at = edit->cursor;

    while (at > 0 && edit->text[at - 1] != '\n') {
        at--;
    }
    return at;
}

static size_t prev_boundary(const struct edit *edit)
{
    return (size_t)(text_prev(edit->text, edit->text + edit->cursor) - edit->text);
}

static size_t next_boundary(const struct edit *edit)
{
    return (size_t)(text_next(edit->text + edit->cursor) - edit->text);
}

static enum edit_result edit_key(struct edit *edit, enum event_key key)
{
    switch (key) {
    case KEY_ID_BACKSPACE:
        return erase(edit, prev_boundary(edit), edit->cursor);
    case KEY_ID_DELETE:
        return erase(edit, edit->cursor, next_boundary(edit));
    case KEY_ID_LEFT:
        return move(edit, prev_boundary(edit));
    case KEY_ID_RIGHT:
        return move(edit, next_boundary(edit));
    case KEY_ID_HOME:
        return move(edit, line_start(edit));
    case KEY_ID_END:
        return move(edit, edit->cursor + strcspn(edit->text + edit->cursor, "\n"));
    case KEY_ID_ENTER:
        return edit->multiline ? edit_insert(edit, "\n", 1) : EDIT_IGNORED;
    default:
        return EDIT_IGNORED;
    }
}

enum edit_result edit_event(struct edit *edit, const struct event *event)
{
    switch (event->type) {
    case EVENT_CHAR:
        return edit_insert(edit, event->text, event->len);
    case EVENT_PASTE:
        edit->joiner[0] = '\0';
        return edit_insert(edit, event->text, event->len);
    case EVENT_KEY:
        edit->joiner[0] = '\0';
        return edit_key(edit, event->key);
    default:
        return EDIT_IGNORED;
    }
}

void edit_locate(const char *text, size_t cursor, const struct text_lines *lines, size_t *line, int *column)
{
    size_t at = 0;

    while (at + 1 < lines->n && lines->line[at + 1].start <= cursor) {
        at++;
    }
    *line = at;
    *column = cursor > lines->line[at].start
                  ? text_width_n(text + lines->line[at].start, cursor - lines->line[at].start)
                  : 0;
}

bool edit_line(struct edit *edit, int delta, int columns)
{
    struct text_lines lines = { 0 };
    size_t line;
    int column;
    bool there;

    edit->joiner[0] = '\0';
    text_wrap(edit->text, columns, &lines);
    edit_locate(edit->text, edit->cursor, &lines, &line, &column);
    there = delta < 0 ? line > 0 : line + 1 < lines.n;
    if (there) {
        const struct text_line *to = &lines.line[delta < 0 ? line - 1 : line + 1];
        size_t fit = column > 0 ? text_fit(edit->text + to->start, column) : 0;

        edit->cursor = to->start + (fit < to->len ? fit : to->len);
    }
    text_lines_done(&lines);
    return there;
}
