/* recovery.h: the printed recovery key: 256 random bits, as people copy them from paper.
 *
 * Crockford's 32 digits (no I, L, O, U). Eight groups of seven, each 32 bits of the key and 3 bits that check
 * the group, so that a slip is named by its group; then a group of four over the whole.
 */
#ifndef FOYER_RECOVERY_H
#define FOYER_RECOVERY_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum {
    RECOVERY_KEY = 32,
    RECOVERY_TEXT = 8 * 7 + 4 + 8 + 1, /* digits, dashes, NUL */
};

void recovery_make(uint8_t key[RECOVERY_KEY]);
void recovery_print(const uint8_t key[RECOVERY_KEY], char out[RECOVERY_TEXT]);

/* The key stands on two lines of paper: how many of its letters and digits are still to come after `text`. 0:
 * none, or there is something in it that no key has; recovery_read() says what. So a line's end is not yet
 * the end, as long as this is more than 0. */
size_t recovery_lacks(const char *text);

/* Small letters, spaces and dashes anywhere, O for 0, I and L for 1 are all fine. */
int recovery_read(const char *text, uint8_t key[RECOVERY_KEY], struct err *err);

#endif
