/* ui.h: the terminal. Opens and restores it, draws styled text, and is the only place that waits for input.
 *
 * Knows nothing of forms or patients; ncurses is not seen outside this folder. One terminal at a time
 * (ncurses has one stdscr). Drawing goes to a frame in memory; ui_paint() sends the cells that changed
 * (ncurses writes at every cursor move). Rows and columns count from 0.
 *
 *     ui_begin(ui); ui_put(...)...; ui_cursor(...); ui_paint(ui); ui_wait(ui, ...);
 */
#ifndef FOYER_UI_H
#define FOYER_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "clock.h"
#include "err.h"
#include "event.h"
#include "palette.h"

struct ui;

struct ui_setup {
    FILE *in, *out;            /* a terminal; stdin and stdout. Not closed by ui_close() */
    const char *term;          /* the value of TERM; NULL: none */
    enum ui_scheme scheme;     /* UI_MONO where NO_COLOR is set: the caller looks at the environment */
    const struct clock *clock; /* only the monotonic one; borrowed */
};

/* Whether a name of a terminal type is one we know to work. TERM comes from the other end of an SSH
 * connection: anything else is refused before it is used as a file name. */
bool ui_term_allowed(const char *term);

/* Whether this machine's terminfo has it, or what is used in its place: then ui_open() can draw on one.
 * Before ui_open(), not after. */
bool ui_term_here(const char *term);

/* Takes over the terminal: raw keys, cursor keys, bracketed paste, its own screen. Reads terminfo, so it
 * comes before the sandbox. The caller has set a UTF-8 locale and unset LINES, COLUMNS and TERMINFO*. From
 * here until ui_close(), SIGWINCH, SIGTERM and SIGHUP are blocked and come as events, and a crash or exit()
 * restores the terminal first. NULL with the reason: TERM not allowed or unknown here, not a terminal. */
struct ui *ui_open(const struct ui_setup *setup, struct err *err);

/* Gives the terminal back as it was and frees. NULL is fine. */
void ui_close(struct ui *ui);

/* Gives the terminal back without freeing or touching ncurses: async-signal-safe, for a fatal path. Does
 * nothing when no terminal is open or in a child process. */
void ui_restore(void);

/* Drawing. */

void ui_size(const struct ui *ui, int *rows, int *columns); /* as of the last EVENT_RESIZE */

/* Whether • and ─ and the like can be trusted to be in the font: a UTF-8 terminal that is not the Linux
 * console. */
bool ui_has_glyphs(const struct ui *ui);

/* Whether UI_CODE can be drawn so that a camera reads it: half blocks (▀ ▄ █), black on white. */
bool ui_draws_codes(const struct ui *ui);

bool ui_has_colours(const struct ui *ui);                 /* else all schemes look the same */
void ui_set_scheme(struct ui *ui, enum ui_scheme scheme); /* from the next ui_paint() on */

void ui_begin(struct ui *ui); /* an empty frame */

/* Draws the beginning of text (len bytes of UTF-8, no newline) that fits in `room` columns and on the screen.
 * What a terminal should not get is shown as U+FFFD. Returns the columns used. Off the screen: nothing, 0. */
int ui_put(struct ui *ui, int row, int column, int room, enum ui_style style, const char *text, size_t len);
int ui_puts(struct ui *ui, int row, int column, enum ui_style style, const char *text);
void ui_fill(struct ui *ui, int row, int column, int columns, enum ui_style style); /* with spaces */
void ui_rule(struct ui *ui, int row, int column, int columns, enum ui_style style); /* a line across */

/* Where the hardware cursor rests, and whether it stands in text being typed (then it may look stronger). It
 * is never hidden: braille lines and screen readers follow it. */
void ui_cursor(struct ui *ui, int row, int column, bool typing);

void ui_paint(struct ui *ui); /* sends what changed since the last time */
void ui_bell(struct ui *ui);

/* Input. */

enum { UI_MAX_FDS = 8, UI_AHEAD = 256 };

/* Waits for the next event: a key, a paste, a click, a new size, fds[i] readable or closed (EVENT_FD), the
 * monotonic time deadline_ms reached (EVENT_TIMER; -1: never, and then an idle wait costs nothing). Input
 * wins over the timer and the timer over descriptors, but a flood of input holds neither up for long.
 * EVENT_HANGUP, at once and every time from then on: the terminal is gone, or the process was told to end
 * (SIGTERM, SIGHUP). At most UI_MAX_FDS. */
void ui_wait(struct ui *ui, struct event *event, int64_t deadline_ms, const int *fds, size_t nfds);

/* Whether ui_wait() has more input to give already: then a repaint can wait for it. */
bool ui_pending(struct ui *ui);

/* Gives these bytes out as if they were typed now: what came before ui_open(). Of more than UI_AHEAD the
 * first. */
void ui_type(struct ui *ui, const unsigned char *bytes, size_t len);

/* Drops what has been typed or pasted and not yet read. The rest of a paste that is still coming is dropped
 * too. */
void ui_drop_input(struct ui *ui);

/* Clicks and the wheel on or off (off at first: with it on, the terminal's own select and copy stop working).
 */
void ui_mouse(struct ui *ui, bool on);

#endif
