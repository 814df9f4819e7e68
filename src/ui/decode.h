/* decode.h: what a terminal sends, as events. Pure: input.c feeds it, tests feed it anything.
 *
 * Bytes are assembled to UTF-8 characters; those that are not UTF-8 are dropped one by one, so that a good
 * key after a bad byte still counts. Escape sequences nobody knows are swallowed whole: the digits in them
 * must not answer a question. Alt with a key is swallowed too.
 *
 * The mouse is decoded here and not by ncurses, which waits for the rest of a sequence that broke off. A
 * button that comes down is a click; that it comes up again is nothing.
 */
#ifndef FOYER_DECODE_H
#define FOYER_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

struct decode {
    enum {
        DECODE_PLAIN,
        DECODE_ESCAPE,
        DECODE_CSI,
        DECODE_ONE,
        DECODE_STRING,
        DECODE_PASTE,
        DECODE_SGR,  /* ESC [ < button ; column ; row M */
        DECODE_MOUSE /* ESC [ M and three bytes: terminals that do not know SGR */
    } state;
    unsigned char part[4]; /* the beginning of a UTF-8 character */
    size_t have;
    bool csi_start;
    bool mouse;      /* it was asked for: else its sequences are like others that nobody knows */
    int number[3];   /* of a mouse's sequence: button, column, row */
    size_t nnumbers; /* begun */
    bool dropping;   /* of a paste */
    bool after_cr;
    size_t len;
    char paste[EVENT_PASTE_MAX + 1];
};

void decode_init(struct decode *decode);
void decode_done(struct decode *decode); /* overwrites */

/* Each returns true when *event is complete: its type, key, text and len are set, of a click or a wheel its
 * row and column too; nothing else is touched. */
bool decode_byte(struct decode *decode, unsigned char byte, struct event *event);
bool decode_key(struct decode *decode, enum event_key key,
                struct event *event); /* a sequence terminfo knew */
bool decode_paste_begin(struct decode *decode);
bool decode_paste_end(struct decode *decode, struct event *event);

/* Nothing follows for now: an ESC that stands alone is the Escape key. */
bool decode_pause(struct decode *decode, struct event *event);

/* How long to wait, in ms, for the rest of what has begun; -1: nothing has. After that long call
 * decode_expire(): a paste without an end is given out, an unfinished sequence dropped. */
int decode_patience(const struct decode *decode);
bool decode_expire(struct decode *decode, struct event *event);

/* Forgets what has begun; the rest of a paste is going to be dropped as it comes. */
void decode_drop(struct decode *decode);

#endif
