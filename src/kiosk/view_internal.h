/* view_internal.h: what the files of the view share. Not for others.
 *
 *   view.c        the screen as a whole, and the body
 *   view_frame.c  the bar at the top, the foot with the actions
 *   view_pad.c    the on-screen pad
 */
#ifndef FOYER_VIEW_INTERNAL_H
#define FOYER_VIEW_INTERNAL_H

#include "layout.h"
#include "view.h"

enum { ROOMY_ROWS = 20 /* from here on there are a rule and empty lines around the body */ };

/* A place that takes a click. */
struct spot {
    int row, from, to; /* columns, to is not in it */
    enum view_place what;
    size_t index;
    bool loose; /* a place of a figure: a finger may miss it by a little */
};

struct view {
    char *clinic;
    struct layout layout; /* of the body */
    struct layout notes;  /* keeps the wrapped notice */
    struct spot *spot;
    size_t nspots, cap_spots;

    /* Of the screen being drawn. */
    struct ui *ui;
    const struct page *page;
    int rows, columns;
    int edge;           /* the column where text ends: the screen's, or where a QR code begins */
    int left, width;    /* of the text */
    int top, body_rows; /* the body's place */
    int scroll;
    size_t first_row, last_row; /* wholly in sight; first > last: none */
    int cursor_row, cursor_column;
    bool typing;
};

/* --- view.c --- */
/* Columns from `from` to `to`, which is not in it. No two may overlap. */
void view_spot(struct view *view, int row, int from, int to, enum view_place what, size_t index);
void view_cursor(struct view *view, int row, int column, bool typing);
/* Holds until the next call. */
const struct layout_wrapped *view_wrap(struct view *view, const char *text, int columns);

/* --- view_pad.c --- */
int pad_height(const struct view *view); /* the lines it takes; 0: the page has none */
void pad_draw(struct view *view, int top);

/* --- view_frame.c --- */
struct foot {
    size_t from, to; /* the actions in the flow; to is not in it */
    bool own_line;   /* the one that goes on stands above the others */
    int left, gap;   /* column of the first, columns between two */
    int lines, shown, skipped;
    int notice; /* lines */
    int rule;   /* lines */
};

int frame_bar(struct view *view); /* returns the rows it took */

/* compact: the one that goes on stands among the others, and a large screen is used to its edges. */
struct foot frame_plan(struct view *view, bool compact);
int frame_height(const struct foot *foot);
void frame_foot(struct view *view, struct foot *foot);
/* Goes over the actions as they flow: the line and column of each. Draws those from line `skipped` on, if row
 * is not negative. Returns the number of lines; *focused gets that of the focus. */
int frame_actions(struct view *view, const struct foot *foot, int row, int *focused);

#endif
