/* pty.h: a program in a terminal of 80x24, TERM=xterm-256color, timed from outside.
 *
 * A repaint ends with its last byte before PTY_QUIET_MS of silence. Bytes are only stamped and kept while
 * they come; the picture (libvterm) is made of them afterwards, so that it costs the program nothing.
 */
#ifndef FOYER_BENCH_PTY_H
#define FOYER_BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cells.h"

enum { PTY_ROWS = 24, PTY_COLUMNS = 80, PTY_QUIET_MS = 4 };

struct pty;

struct pty_repaint {
    int64_t begun_ns; /* when the program was started, or the keys were written */
    int64_t last_ns;  /* when its last byte was read */
    size_t bytes;
};

int64_t now_ns(void); /* monotonic */

struct pty *pty_start(char *const argv[]);
void pty_end(struct pty *pty); /* hangs up and waits; kills what outlives that by 5 s. NULL is fine */
pid_t pty_pid(const struct pty *pty);

void pty_send(struct pty *pty, const char *keys);

/* Waits until `text` is on the screen (line ends count as one space) and a repaint has ended. Counts from the
 * last pty_start() or pty_send(). Ends the bench with the screen if it does not come within 10 s. */
struct pty_repaint pty_until(struct pty *pty, const char *text);
/* The same, until the cursor is in another row than `row`; -1: until anything has come. */
struct pty_repaint pty_until_moved(struct pty *pty, int row);

/* Listens for `ms`. Returns the bytes that came. */
size_t pty_listen(struct pty *pty, int ms);

bool pty_shows(const struct pty *pty, const char *text);
void pty_cells(const struct pty *pty, struct cell cells[PTY_ROWS * PTY_COLUMNS]);
void pty_cursor(const struct pty *pty, int *row, int *column);

#endif
