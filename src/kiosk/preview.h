/* preview.h: a form walked as a patient by whoever edits it: one wizard, sandboxed as ever, without keys,
 * letterbox or supervisor. Nothing is stored and nobody is called.
 */
#ifndef FOYER_PREVIEW_H
#define FOYER_PREVIEW_H

#include <stdbool.h>

#include "visit.h"

struct preview_setup {
    const char *form;   /* its folder */
    const char *config; /* kiosk.conf for the clinic's facts and policies; NULL: the form's own */
    enum visit_screen screen;
    const char *term; /* TERM, as allowed */
    bool mono;        /* NO_COLOR is set */
    bool ssh;         /* the terminal is at another machine */
    bool quiet;       /* do not print what the practitioner would read */
};

/* Shows the form until it is signed or left (F10, Ctrl-C), then prints the result and its flags on standard
 * output. What is wrong with the form is printed on standard error, with file and line. Returns the program's
 * exit status: 0, or 1 if there was nothing to show. The terminal is as it was before. */
int preview_run(const struct preview_setup *setup);

#endif
