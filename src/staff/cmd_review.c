/* cmd_review.c: the staff's full-screen program. */
#include "command.h"

#include "review_loop.h"

static const struct command_option options[] = {
    { "user", "NAME", N_("who unlocks; else your login's account, or the only clinician's") },
    { NULL, NULL, NULL },
};

const struct command cmd_review = {
    .name = "review",
    .args = "",
    .summary = N_("full screen: who waits, worst first; decide flags, sign, tick off, find again"),
    .help =
        N_("Before unlock: how many came today, alerts and calls for help, with a bell.\n"
           "After it: the queue. Enter opens an intake, l lowers a flag, c confirms it, d signs the "
           "decision;\n"
           "? shows all keys. It locks itself after five minutes without a key (kiosk.conf: lock_seconds);\n"
           "what was being typed is kept, sealed, and offered again.\n"
           "Needs a terminal of 72 columns and 20 rows; 80 by 24 and more is better."),
    .option = options,
    .starts = true,
    .run = review_run,
};
