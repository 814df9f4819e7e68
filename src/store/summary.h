/* summary.h: what the queue and the search need of one intake. Kept encrypted beside it, so that a morning's
 * list opens without opening every record.
 */
#ifndef FOYER_SUMMARY_H
#define FOYER_SUMMARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "date.h"
#include "err.h"
#include "form.h"
#include "frame.h"

enum summary_status {
    SUMMARY_UNFINISHED, /* a draft: still answering, or interrupted */
    SUMMARY_NEW,        /* signed, nobody has decided yet */
    SUMMARY_DAMAGED,    /* it could not be opened */
};

/* Strings are owned; never NULL once filled in. */
struct summary {
    char *name, *phone;
    struct date birth_date, asked_on, visit_on;
    bool has_class; /* a draft and a damaged record have none */
    enum outcome class;
    int attention, flags;
    enum summary_status status;
    int64_t wall_s; /* when it was sent, by the kiosk's clock; a damaged one: when it came in */
    bool alert;     /* an answer that staff must see at once */
    bool demo;
};

/* From a header and a body as the kiosk wrote them. What the body lacks stays empty: a summary never fails.
 */
void summary_from_body(struct summary *out, const json_t *body, const struct frame_header *header);
void summary_damaged(struct summary *out, int64_t wall_s);

void summary_write(struct buf *out, const struct summary *summary); /* JSON; overwrite it when done */
int summary_read(struct summary *out, const char *text, size_t len, struct err *err);
void summary_done(struct summary *summary); /* overwrites and frees */

#endif
