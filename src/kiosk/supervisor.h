/* supervisor.h: the small process that outlives everything. It parses nothing a clinic or a patient
 * writes, never draws, and holds sealed frames only.
 *
 *   supervisor -- forks --> loader: reads config, form and keys, then forks one wizard for each patient
 *       |                     `-- forks --> wizard: sandboxed; serves one patient; exits: that is the wipe
 *       `-- delivers sealed frames over AF_UNIX; by hand (--listen) also holds that socket and starts
 *           foyer-deposit for each connection
 *
 * When a file changes, a fresh loader is started beside the old one. If it fails, the old one goes on and
 * the log says why.
 */
#ifndef FOYER_SUPERVISOR_H
#define FOYER_SUPERVISOR_H

#include <stdbool.h>

#include "err.h"

struct supervisor_setup {
    const char *deposit; /* path of foyer-deposit to start for each connection, or NULL: somebody else
                            listens (systemd) */
    /* The loader's life, in its own process; `link` is its end of the channel. `beside`: an older loader
     * is still serving, so do not touch the terminal before LINK_GO. Returns the exit status. */
    int (*loader)(void *arg, int link, bool beside);
    void *arg;
};

/* How a loader can end. Anything else, and any signal, is a fault: it is started again after a while. */
enum loader_exit {
    LOADER_RETRY = 10, /* could not load; has shown the closed page; start another now */
    LOADER_GONE = 11,  /* the terminal is gone */
    LOADER_TOLD = 12,  /* the supervisor closed the channel */
};

/* Returns the exit status of the program: 0 when told to end or when the terminal went; 1 with the reason
 * when somebody else already holds the letterbox that this one was to hold. */
int supervisor_run(const struct supervisor_setup *setup, struct err *err);

#endif
