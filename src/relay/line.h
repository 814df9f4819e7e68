/* line.h: the connection to the clinic. The program that makes it (ssh) needs what the relay gives up, so it
 * is started by a process of its own, which reads nothing but "connect" and hands over one end.
 *
 *   keeper -- forks --> relay: locked in; takes frames from screens, speaks with the clinic
 *      `-- starts --> ssh, one at a time
 */
#ifndef FOYER_LINE_H
#define FOYER_LINE_H

#include <sys/types.h>

/* The keeper's life: for each "connect" from `worker` the one before is ended and `command` (argv) is started
 * with its standard input and output on a socket, whose other end goes to the worker. Returns once the worker
 * has closed its end, or something cannot be waited for. */
void line_keep(int worker, char *const *command);

/* The worker's side. line_ask: -1 with errno. line_take, when the descriptor is readable: 1, with the line in
 * *fd or -1 if it could not be made; 0: the keeper is gone; -1: nothing there. */
int line_ask(int keeper);
int line_take(int keeper, int *fd);

#endif
