/* palette.h: what a style looks like in a scheme, on 256 colours, on 8 or on none. Pure.
 *
 * On 256 colours only the fixed cube and greys (16 to 255) are used, so that what a pair looks like is known:
 * each is at least 7:1. On 8 colours the terminal decides what they are, so only black, white and bold. Bold
 * never goes with a black or a reversed foreground: the Linux console shows that as dark grey.
 */
#ifndef FOYER_PALETTE_H
#define FOYER_PALETTE_H

enum ui_scheme { UI_NORMAL, UI_CONTRAST, UI_MONO };

enum ui_style {
    UI_TEXT,
    UI_QUIET, /* hints, keys, what is there if looked for */
    UI_TITLE,
    UI_STRONG,
    UI_BAR,         /* the line at the top */
    UI_DEMO,        /* the mark in it */
    UI_FOCUS,       /* where the next key acts */
    UI_FIELD,       /* room to type in */
    UI_FIELD_FOCUS, /* the same, with the focus */
    UI_ERROR,
    UI_NOTICE,
    UI_PRIMARY, /* the action that goes on */
    UI_CODE,    /* a QR code: black on white in every scheme, mono too, or no camera reads it */
    UI_STYLES
};

enum { PALETTE_BOLD = 1, PALETTE_UNDERLINE = 2, PALETTE_REVERSE = 4 };

struct palette_look {
    short fg, bg; /* colour numbers; -1: the terminal's own */
    unsigned attrs;
};

/* colours: how many the terminal has. Fewer than 8, or UI_MONO: only attributes. */
struct palette_look palette_look(enum ui_scheme scheme, int colours, enum ui_style style);

#endif
