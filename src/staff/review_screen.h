/* review_screen.h: the staff's screen as `foyer review` wants it shown. The state machine fills it, the view
 * draws it, tests read it. It holds text already translated, and nothing to decide.
 *
 * A list of any length is not copied: its rows are asked for one by one, as the screen has room for them.
 */
#ifndef FOYER_REVIEW_SCREEN_H
#define FOYER_REVIEW_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "palette.h"

/* Paragraphs; a label stands before the first line, the others are indented by its width. */
struct screen_text {
    enum ui_style style;
    char *label; /* may be "" */
    char *text;
    bool drawn; /* a line of a figure: never wrapped, and left out where it has no room */
};
struct screen_texts {
    struct screen_text *at;
    size_t n, cap;
};
void screen_text(struct screen_texts *texts, enum ui_style style, const char *label, const char *text);
void screen_textf(struct screen_texts *texts, enum ui_style style, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void screen_drawn(struct screen_texts *texts, const char *text);
void screen_texts_done(struct screen_texts *texts); /* overwrites; empty again */

enum { SCREEN_CELLS = 8, SCREEN_CELL = 256, SCREEN_FIELDS = 8, SCREEN_TABS = 8 };

struct screen_column {
    const char *title; /* translated; "" for none */
    int columns;       /* at least */
    int drop;          /* where room is short, the highest go first; 0 never goes */
    bool grow;         /* takes the room that is left */
};

struct screen_row {
    enum ui_style style;
    struct buf cell[SCREEN_CELLS];
};

struct screen_choice {
    char *key, *text; /* key "1" */
    bool off;         /* cannot be chosen now; the text says why */
};

struct screen_field {
    char *label, *text; /* secret: as many dots as there are characters */
    size_t cursor;      /* byte offset in text */
};

struct screen_key {
    char *key, *label;
    int id;    /* what a click on it does: see review_click() */
    bool more; /* shown only while there is more of the detail below */
};

struct screen {
    char *title, *right; /* of the bar */
    bool demo;
    struct screen_texts head; /* a line each */
    char *tab[SCREEN_TABS];   /* the lists there are, on the rule under the head; none: a bare rule */
    size_t ntabs, tab_focus;

    bool find;       /* a line to search in stands over the list ... */
    bool finding;    /* ... and is being typed into */
    char *find_text; /* as typed */
    size_t find_cursor;

    const struct screen_column *column; /* SCREEN_CELLS of them at most; NULL: no list */
    size_t ncolumns;
    size_t nrows, focus;
    char *empty; /* said where there are no rows; may be NULL */

    char *detail_title;
    struct screen_texts detail; /* about the focused row, or a page to read */
    size_t detail_scroll;       /* lines; the view clamps it */
    bool zoom;                  /* the detail has the whole screen */
    bool beside;                /* the detail is shown only where there is room beside the list */

    char *prompt; /* the question in the way; NULL: none */
    struct screen_texts prompt_text;
    struct screen_choice *choice;
    size_t nchoices, cap_choices;
    struct screen_field field[SCREEN_FIELDS];
    size_t nfields, field_focus;
    char *error; /* in the prompt, or at the door */

    char *notice; /* what has happened: a line, or several where it is long */
    bool urgent;  /* the notice is an alert */
    struct screen_key *key;
    size_t nkeys, cap_keys;
    unsigned serial; /* changes with the list */
};

void screen_reset(struct screen *screen); /* overwrites and frees what it holds */
void screen_set(char **slot, const char *text);
void screen_setf(char **slot, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void screen_add_choice(struct screen *screen, const char *key, bool off, const char *text);
void screen_add_key(struct screen *screen, int id, const char *key, const char *label);
void screen_row_reset(struct screen_row *row); /* empty cells, memory kept */
void screen_row_done(struct screen_row *row);

#endif
