/* ui_private.h: what ui.c, draw.c and input.c share. Not for others. */
#ifndef FOYER_UI_PRIVATE_H
#define FOYER_UI_PRIVATE_H

#include <curses.h>

#include "buf.h"
#include "decode.h"
#include "ui.h"

struct ui {
    const struct clock *clock;
    SCREEN *screen;
    int in, out;   /* descriptors of the terminal */
    int signal_fd; /* SIGWINCH, SIGTERM, SIGHUP, SIGINT */
    enum ui_scheme scheme;
    bool coloured; /* start_color() was called */
    bool glyphs;

    int rows, columns;
    struct buf *next;  /* the frame being drawn, one buf of struct put a row */
    struct buf *shown; /* the frame on the screen */
    bool stale;        /* draw every row again */
    int cursor_row, cursor_column;
    bool typing;
    int cursor_look; /* what curs_set() was last told */
    struct buf scratch;

    WINDOW *keys; /* a pad: reading keys through it never paints */
    struct decode decode;
    unsigned char ahead[UI_AHEAD]; /* given by ui_type(), from `next_ahead` on */
    size_t have_ahead, next_ahead;
    struct event queued; /* read ahead by ui_pending() */
    bool buffered;       /* ncurses may hold bytes poll() does not see */
    int empty_reads;     /* in a row, though poll() said there was something */
    int streak;          /* input events since anything else was looked at */
    int64_t read_ms;     /* when something came last */
    bool gone;
};

void draw_open(struct ui *ui);  /* colours, size */
void draw_close(struct ui *ui); /* overwrites what was shown */

/* The terminal's size now; keeps the frames in step. True if it changed. */
bool ui_measure(struct ui *ui);

void input_open(struct ui *ui);  /* pad, key table */
void input_close(struct ui *ui); /* overwrites what was read */

#endif
