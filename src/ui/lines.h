/* lines.h: a terminal read and written a line at a time, for plain mode: a braille line, a screen reader, a
 * terminal of which nothing is known, or no terminal at all but a pipe.
 *
 * No escape sequence is ever written, and of the control characters only the end of a line; a Backspace that
 * is typed is answered as any terminal answers it, by "\b \b". Knows nothing of forms or patients.
 *
 *     lines_put(lines, "Any pimples in the area?"); ...; lines_prompt(lines, "Type a number ...");
 * lines_wait()
 *
 * The line is edited here and not by the kernel: so Backspace takes whole letters in every script, a key
 * shows that somebody is there before the line is finished, and what is half typed outlives what is said
 * meanwhile.
 */
#ifndef FOYER_UI_LINES_H
#define FOYER_UI_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "err.h"
#include "event.h"

struct lines;

struct lines_setup {
    int in, out; /* a terminal, or pipes */
    bool echo; /* what is typed is shown by us. False where the other end shows it, like a program that sends
                  whole lines */
    const struct clock *clock; /* only the monotonic one; borrowed */
};

/* Takes over the terminal: no key is a signal and none is echoed. From here until lines_close(), SIGTERM,
 * SIGHUP and SIGINT are blocked and come as EVENT_HANGUP. NULL with the reason. */
struct lines *lines_open(const struct lines_setup *setup, struct err *err);
void lines_close(struct lines *lines); /* gives the terminal back; overwrites what was typed; NULL is fine */

/* A paragraph, wrapped to the terminal (79 columns at most), on lines of its own. '\n' ends a line. What a
 * terminal should not get is shown as U+FFFD. */
void lines_put(struct lines *lines, const char *text);
void lines_gap(struct lines *lines); /* an empty line; never two */

/* What to type. The cursor rests behind it, and so does what is half typed already. */
void lines_prompt(struct lines *lines, const char *text);
bool lines_prompted(const struct lines *lines); /* the prompt stands there, and nothing was said since */

/* Moves all that was said out of the window by empty lines: it is another's screen now. What the terminal
 * keeps above its window only the terminal can drop. */
void lines_away(struct lines *lines);

/* Waits for EVENT_LINE (a line, in text, as typed: at most EVENT_PASTE_MAX bytes that pass text_check()),
 * EVENT_KEY with KEY_ID_NONE (a key that does not end the line), EVENT_TIMER, EVENT_FD and EVENT_HANGUP,
 * which mean what they mean in ui.h. */
void lines_wait(struct lines *lines, struct event *event, int64_t deadline_ms, const int *fds, size_t nfds);
bool lines_told(const struct lines *lines); /* EVENT_HANGUP came from a signal: the terminal is still there */

/* Drops what has been typed and not been given out, finished or not. */
void lines_drop(struct lines *lines);

/* What is half typed, to be put back later; the line is empty then. free() it; overwrite it first. */
char *lines_take(struct lines *lines);
/* Puts it back; the next prompt shows it. False without echo: nobody would see it. */
bool lines_give(struct lines *lines, const char *text);

#endif
