/* link.h: the one channel between the program that asks the questions and the one that keeps them: the
 * supervisor, or `foyer ask`. Between the supervisor and its child (the loader, and in turn each wizard, who
 * inherits it). A SOCK_SEQPACKET pair made before the fork: every message is whole or absent, so a wizard
 * that dies in mid-sentence leaves nothing half-read.
 *
 * Both ends treat what comes in as hostile: the wizard is the program that reads the patient's keys.
 */
#ifndef FOYER_LINK_H
#define FOYER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"

enum link_type {
    /* from the child */
    LINK_READY = 1, /* the form is loaded; body: strings with their NULs: paths of socket, database, log (or
                       "") and public keys, MB that must be free, and the folders to watch, joined by '\n' */
    LINK_FAILED,    /* it is not; body: path of the log or "" with its NUL, then the problems, one a line */
    LINK_STALE,     /* a file has changed: shall I go on? */
    LINK_FRAME,     /* body: one sealed frame to deliver */
    LINK_LOG,       /* body: a line for the log, without a patient's data */
    LINK_ANSWERS,   /* only for `foyer ask`: the answers asked again, as document_answers() writes them */
    LINK_WITHDRAWN, /* only for `foyer ask`: the draft that was to be finished must not be kept: its patient
                     * is under age, or does not agree; no body */
    LINK_PREVIEW,   /* only in a preview, where there is no patient: the body of the final record, in clear */
    /* to the child */
    LINK_GO,     /* serve patients */
    LINK_RELOAD, /* if nobody is being served, end: something has changed */
    LINK_ASK,    /* body: what staff want asked, as JSON: see kiosk/ask.h */
    LINK_REPLY,  /* body: struct link_reply */
};

struct link_reply {
    uint8_t uid[FRAME_UID];
    uint32_t rev;
    uint32_t status; /* enum frame_status; FRAME_TROUBLE: kept, and tried again */
};

enum { LINK_BODY_MAX = FRAME_MAX };

struct link_message {
    enum link_type type;
    size_t len;
    uint8_t *body; /* LINK_BODY_MAX + 1 bytes; always followed by a NUL */
};

/* A connected pair: [0] for the supervisor, [1] for the child. Both close on exec. */
int link_pair(int fd[2], struct err *err);

int link_send(int fd, enum link_type type, const void *body, size_t len, struct err *err);

/* 1: a message; 0: the other end is gone; -1: nothing there now (EAGAIN) or a fault. message->body is
 * allocated at first use; link_message_done frees it. */
int link_receive(int fd, struct link_message *message, struct err *err);
void link_message_done(struct link_message *message);

/* For whoever has given the terminal to the process at the other end and waits for it. From link_guard() on
 * SIGTERM and SIGINT do not end this process: they end what it says on `fd`, and the other end gives the
 * terminal back, says what it still has to say, and ends. Call link_unguard() before `fd` is closed: the
 * signals do what they did before. True: one came. One guard at a time. */
void link_guard(int fd);
bool link_unguard(void);

#endif
