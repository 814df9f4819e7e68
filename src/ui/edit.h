/* edit.h: editing one text field, by grapheme. Pure: no terminal; the wizard keeps one per field, a view
 * shows its text and cursor.
 *
 * The text always passes text_check(), is at most max_graphemes long and the cursor stands between two
 * graphemes. What was typed is a patient's: every copy is overwritten when it is no longer needed.
 */
#ifndef FOYER_EDIT_H
#define FOYER_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "text.h"

struct edit {
    char *text; /* NUL-terminated UTF-8, never NULL */
    size_t len;
    size_t cursor; /* byte offset in text */
    size_t cap;
    size_t graphemes, max_graphemes;
    bool multiline;
    bool ascii;     /* a number: set after edit_init(), and what text_ascii() knows is kept as ASCII */
    char joiner[4]; /* a ZWJ or ZWNJ waiting for the letter after it; "" if none */
};

enum edit_result {
    EDIT_IGNORED, /* not an event for a field; the caller may use it */
    EDIT_NOTHING, /* one for a field, but nothing changed: Backspace at the start, a refused character */
    EDIT_MOVED,   /* only the cursor moved */
    EDIT_CHANGED, /* the text changed */
    EDIT_FULL     /* there was no room for all of it; a paste is taken as far as it fits */
};

void edit_init(struct edit *edit, size_t max_graphemes, bool multiline);
void edit_done(struct edit *edit); /* overwrites and frees; edit_init() again before another use */

/* Replaces the text as if it were pasted; the cursor goes to the end. */
void edit_set(struct edit *edit, const char *text);

/* EVENT_CHAR, EVENT_PASTE and the keys Backspace, Delete, Left, Right, Home, End; Enter in a multiline
 * field. Home and End stay on the line between two newlines. Anything else is EDIT_IGNORED. */
enum edit_result edit_event(struct edit *edit, const struct event *event);

/* Inserts at the cursor: what text_check() refuses is left out, a newline or tab becomes a space where
 * newlines are not allowed, and what no longer fits is cut between graphemes (EDIT_FULL). */
enum edit_result edit_insert(struct edit *edit, const char *s, size_t len);

/* Moves the cursor up (-1) or down (+1) one shown line of a field `columns` wide. False, and nothing moves,
 * when there is no such line: the caller moves the focus instead. */
bool edit_line(struct edit *edit, int delta, int columns);

/* Where a cursor at byte `cursor` of wrapped text stands: the line, and columns from its start. A view draws
 * it there. */
void edit_locate(const char *text, size_t cursor, const struct text_lines *lines, size_t *line, int *column);

#endif
