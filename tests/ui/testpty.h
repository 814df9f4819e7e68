/* testpty.h: a ui on a pseudo-terminal, for tests: what is typed goes in at one end, what is drawn comes out.
 */
#ifndef FOYER_TESTPTY_H
#define FOYER_TESTPTY_H

#include <stddef.h>
#include <stdint.h>

#include "ui.h"

struct pty {
    int master;
    FILE *slave;
    int64_t now_ms; /* the clock, which stands still */
    struct clock clock;
    struct ui *ui;
};

/* Opens; fails the test if the terminal does not. */
void pty_open(struct pty *pty, const char *term, int rows, int columns, enum ui_scheme scheme);
void pty_close(struct pty *pty); /* both ends and the ui, where still open */

void pty_type(struct pty *pty, const char *bytes);
void pty_resize(struct pty *pty, int rows, int columns);
/* What was drawn since, NUL-terminated; reads until nothing has come for wait_ms. */
size_t pty_drain(struct pty *pty, char *out, size_t max, int wait_ms);

/* A row as ncurses holds it, UTF-8, without spaces at the end. Good until the next call. */
const char *pty_row(int row);

#endif
