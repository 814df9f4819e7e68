/* queue_row.h: a filed intake as a row of the queue. */
#ifndef FOYER_QUEUE_ROW_H
#define FOYER_QUEUE_ROW_H

#include "review_queue.h"
#include "vault.h"

/* Its strings are the summary's: good as long as `row`. */
struct queue_entry queue_row(const struct vault_row *row);

#endif
