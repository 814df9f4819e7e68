/* loader.h: reads the clinic's files and forks a wizard for each patient. It holds no patient's data: a
 * wizard's answers live and die in the wizard.
 */
#ifndef FOYER_LOADER_H
#define FOYER_LOADER_H

#include <stdbool.h>

#include "problems.h"
#include "visit.h"

struct loader_setup {
    const char *config; /* path of kiosk.conf */
    enum visit_screen screen;
    const char *term; /* TERM, as allowed */
    bool mono;        /* NO_COLOR is set */
    bool ssh;         /* the terminal is at another machine */
};

/* What kiosk.conf says of touch. Where it says nothing: on the graphical display, and not for a terminal at
 * another machine, where who looks on may want to mark and copy. */
struct config;
enum wizard_touch loader_touch(const struct config *config, bool ssh);

/* The life of a loader: see supervisor.h for `link`, `beside` and the exit status it returns. */
int loader_run(const struct loader_setup *setup, int link, bool beside);

/* Reads the files and has `visit` make one visit of them, in this very process: for staff. Returns what it
 * returned, an enum visit_exit; what is wrong is in `problems`. */
typedef int loader_serve_fn(void *arg, struct visit_setup *visit, struct problems *problems);
int loader_once(const struct loader_setup *setup, loader_serve_fn *visit, void *arg,
                struct problems *problems);

#endif
