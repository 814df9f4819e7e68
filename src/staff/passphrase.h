/* passphrase.h: asks a person for something secret, or reads it from a descriptor. */
#ifndef FOYER_PASSPHRASE_H
#define FOYER_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum { PASSPHRASE_SIZE = 1024 }; /* bytes, with the NUL */

/* All return text in locked memory: sodium_free() it. NULL with the reason. The line ends at '\n' or at the
 * end of the file, and neither it nor a '\r' before it is part of the text. */

/* Shows the prompt on the controlling terminal and reads one line there, without echo unless `echo`. The
 * terminal is left as it was found, also when a signal ends the program. */
char *passphrase_ask(const char *prompt, bool echo, struct err *err);

/* One line from a descriptor, a byte at a time: what follows is left for others to read. */
char *passphrase_read(int fd, struct err *err);

/* For something else that a person types, on more than one line where it needs them. */
struct passphrase_line {
    const char *prompt;  /* passphrase_ask_line() alone */
    const char *nothing; /* what is said if nothing comes */
    /* Is the text so far short of its end? Then the next line is read too, after `next`, and joined with a
     * space; an empty line ends it all the same. NULL: one line. */
    size_t (*lacks)(const char *text);
    const char *next;
};
char *passphrase_ask_line(const struct passphrase_line *line, struct err *err); /* with echo */
char *passphrase_read_line(int fd, const struct passphrase_line *line, struct err *err);

/* "3" as the value of --passphrase-fd. -1 if it is not an open descriptor. */
int passphrase_fd(const char *value, struct err *err);

#endif
