/* visit.h: one wizard process: terminal, sandbox, state machine, post, until the patient has gone. */
#ifndef FOYER_VISIT_H
#define FOYER_VISIT_H

#include <stdbool.h>

#include "palette.h"
#include "post.h"
#include "wizard.h"

/* How the pages are shown: drawn, or said line by line. SILENT: whoever types sees it already. */
enum visit_screen { SCREEN_FULL, SCREEN_PLAIN, SCREEN_PLAIN_SILENT };

struct visit_setup {
    struct post_setup post;
    const struct wizard_staff *staff; /* staff enter the answers; NULL: a patient does */
    bool preview;                     /* nothing is sealed or stored: see preview.h */
    enum visit_screen screen;
    const char *term; /* for the full screen */
    enum ui_scheme scheme;
    enum wizard_touch touch; /* likewise; TOUCH_OFF for staff */
    int idle_s, warn_s;
    /* What the first page can do without, done once it is painted and before any key: the sandbox is entered
     * after it. It may change `post`. NULL: there is nothing left to do. */
    void (*rest)(void *arg, int link);
    void *rest_arg;
    const unsigned char *typed; /* before the screen was there, for its first page; NULL: nothing counts */
    size_t ntyped;
};

/* How a wizard process ends. */
enum visit_exit {
    VISIT_DONE = 0,
    VISIT_GONE = 3,  /* the terminal is gone */
    VISIT_FAULT = 4, /* the terminal or the sandbox could not be had; the reason went to the log */
};

/* Serves one patient and returns the exit status. `link`: the channel to the supervisor. */
int visit_run(const struct visit_setup *setup, int link);

/* Shows "please go to the desk" until `ms` have passed or the supervisor says that something changed. For
 * when there is no form to ask: it needs none of the clinic's files. */
int visit_closed(enum visit_screen screen, const char *term, enum ui_scheme scheme, int ms, int link);

#endif
