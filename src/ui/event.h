/* event.h: what can happen to a terminal program, as one value. Made in one place (ui/input.c). */
#ifndef FOYER_UI_EVENT_H
#define FOYER_UI_EVENT_H

#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_NONE,
    EVENT_CHAR,  /* one code point, in text; may complete a grapheme */
    EVENT_KEY,   /* key is set */
    EVENT_PASTE, /* bracketed paste: text, capped, not yet checked */
    EVENT_CLICK, /* row, column: a button or a finger came down there */
    EVENT_WHEEL, /* row: -1 up, 1 down */
    EVENT_RESIZE,
    EVENT_TIMER,  /* the deadline given to ui_wait has passed */
    EVENT_FD,     /* one of the watched descriptors is readable */
    EVENT_HANGUP, /* the terminal is gone */
    EVENT_LINE    /* a whole line, in text: plain mode, see lines.h */
};

enum event_key {
    KEY_ID_NONE,
    KEY_ID_ENTER,
    KEY_ID_TAB,
    KEY_ID_BACKTAB,
    KEY_ID_UP,
    KEY_ID_DOWN,
    KEY_ID_LEFT,
    KEY_ID_RIGHT,
    KEY_ID_HOME,
    KEY_ID_END,
    KEY_ID_PAGE_UP,
    KEY_ID_PAGE_DOWN,
    KEY_ID_BACKSPACE,
    KEY_ID_DELETE,
    KEY_ID_ESCAPE,
    KEY_ID_F1, /* F2 is KEY_ID_F1 + 1, and so on to F12 */
    KEY_ID_F12 = KEY_ID_F1 + 11,
    KEY_ID_CTRL_A, /* Ctrl-B is KEY_ID_CTRL_A + 1, ... ; those with a name above never come as Ctrl */
    KEY_ID_CTRL_Z = KEY_ID_CTRL_A + 25,
};

enum { EVENT_PASTE_MAX = 4096 };

struct event {
    enum event_type type;
    enum event_key key;
    int row, column; /* CLICK, WHEEL */
    int fd;          /* FD */
    int64_t mono_ms; /* when it was read */
    size_t len;      /* CHAR, PASTE: bytes in text */
    char text[EVENT_PASTE_MAX + 1];
};

#endif
