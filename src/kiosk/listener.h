/* listener.h: the letterbox where nothing else holds it, as systemd does in a clinic: the supervisor listens
 * on the socket, and starts foyer-deposit for each that connects.
 */
#ifndef FOYER_LISTENER_H
#define FOYER_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

struct listener {
    int fd; /* -1: it is not ours */
    dev_t dev;
    ino_t ino; /* of the socket we listen on */
};

/* Opens it at `path`, in the place of one that nobody listens on any more; what was open is closed. Where
 * another program holds it, *held says which and what to do; all else that is wrong is logged. */
void listener_open(struct listener *listener, const char *path, struct err *held);

/* Whether the path still leads to our socket: somebody may have removed or replaced it. */
bool listener_stands(const struct listener *listener, const char *path);

/* Takes one connection, and has `deposit` serve it in a process of its own. log: "" for none. */
void listener_answer(const struct listener *listener, const char *deposit, const char *database,
                     const char *log);

/* Removes the socket if it is ours. */
void listener_close(struct listener *listener, const char *path);

#endif
