/* review_loop.h: runs the review on a terminal: draws, waits, and does what the state machine asks for.
 */
#ifndef FOYER_REVIEW_LOOP_H
#define FOYER_REVIEW_LOOP_H

#include "command.h"

/* Runs until the person ends it or the terminal goes. An enum command_status. */
int review_run(const struct command_call *call);

#endif
