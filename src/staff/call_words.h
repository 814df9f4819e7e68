/* call_words.h: a call from the kiosk in words, for `foyer watch` and `foyer review`. */
#ifndef FOYER_CALL_WORDS_H
#define FOYER_CALL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* Appends "ALERT: see this patient now" and the like. `shown`: what kind of call it is may be told. `made_s`:
 * 0, or when it was made if it came in late (deposit_late()); `at_s`: when it came in. */
void call_words(struct buf *out, bool alert, bool shown, int64_t at_s, int64_t made_s);

#endif
