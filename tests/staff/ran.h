/* ran.h: one command of foyer run as its main() runs it, and what it said. */
#ifndef FOYER_RAN_H
#define FOYER_RAN_H

#include <stddef.h>

#include "clock.h"

struct ran {
    int status;
    char *out, *err;
    size_t out_len, err_len;
};

/* `words`: the command and its options; ends with NULL. -c and `config` stand behind them. `secret`: what
 * --passphrase-fd reads; NULL: the option is not given. Release with ran_done(). */
struct ran ran_foyer(char *config, const struct clock *clock, const char *secret, const char *const *words);
void ran_done(struct ran *ran);

#endif
