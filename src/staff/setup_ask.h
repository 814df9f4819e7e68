/* setup_ask.h: one question of `foyer setup` on one line, its check, and its place in kiosk.conf. */
#ifndef FOYER_SETUP_ASK_H
#define FOYER_SETUP_ASK_H

#include <stdbool.h>

#include "command.h"
#include "config.h"

struct setup {
    const struct command_call *call;
    struct config *config; /* as it is now: read again after each change */
    bool stopped;          /* the answers have ended */
};

struct setup_question {
    const char *setting; /* "clinic.name" */
    const char *ask;     /* marked with N_: "Name of the clinic" */
    const char *hint;    /* shown before it; NULL */
    bool optional;       /* "-" takes the value away */
    /* The value as it is now, "" for none. */
    void (*now)(const struct setup *setup, struct buf *out);
    /* What was typed, tidy and not empty, as libconfig reads it. -1, with what is wrong with it. NULL: a
     * text, in quotes, other than yes or no. */
    int (*check)(const struct setup *setup, const char *typed, struct buf *value, struct err *err);
};

/* Asks until the answer will do, and writes it at once if it is another. Nothing typed keeps what is there.
 * False: the answers have ended. */
bool setup_ask(struct setup *setup, const struct setup_question *question);

/* A line of text: "Name [now]: ". free() it; NULL at the end. "" where nothing was typed. */
char *setup_line(struct setup *setup, const char *ask, const char *now);

/* In a hurry, to what is no yes-or-no question. */
bool setup_is_yes_or_no(const char *typed);

/* Text for the person, wrapped. */
void setup_say(const struct setup *setup, const char *text);
void setup_head(const struct setup *setup, const char *text);

#endif
