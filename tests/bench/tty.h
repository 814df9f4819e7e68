/* tty.h: a program in a terminal of 80x24, TERM=xterm-256color, timed from outside.
 *
 * A repaint ends with its last byte before TTY_QUIET_MS of silence. Bytes are only stamped and kept while
 * they come; the picture (libvterm) is made of them afterwards, so that it costs the program nothing.
 */
#ifndef FOYER_BENCH_TTY_H
#define FOYER_BENCH_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cells.h"

enum { TTY_ROWS = 24, TTY_COLUMNS = 80, TTY_QUIET_MS = 4 };

struct tty;

struct tty_repaint {
    int64_t begun_ns; /* when the program was started, or the keys were written */
    int64_t last_ns;  /* when its last byte was read */
    size_t bytes;
};

int64_t now_ns(void); /* monotonic */
/* What this process alone has used of a processor: neither the disk nor another program counts. */
double cpu_ms(void);

struct tty *tty_start(char *const argv[]);
/* Hangs up and waits; kills what outlives that by 5 s. Returns the CPU time in ms of the program and of those
 * it waited for. */
double tty_end(struct tty *tty);
pid_t tty_pid(const struct tty *tty);

void tty_send(struct tty *tty, const char *keys);

/* Waits for a repaint after which `text` is on the screen (line ends count as one space). Counts from the
 * last tty_start() or tty_send(). Ends the bench with the screen if it does not come within 10 s. */
struct tty_repaint tty_until(struct tty *tty, const char *text);
/* The same, until the cursor is in another row than `row`; -1: until anything has come. */
struct tty_repaint tty_until_moved(struct tty *tty, int row);

/* Listens for `ms`. Returns the bytes that came. */
size_t tty_listen(struct tty *tty, int ms);

bool tty_shows(const struct tty *tty, const char *text);
void tty_cells(const struct tty *tty, struct cell cells[TTY_ROWS * TTY_COLUMNS]);
void tty_cursor(const struct tty *tty, int *row, int *column);

#endif
