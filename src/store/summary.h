/* summary.h: what the queue and the search need of one intake. Kept encrypted beside it, so that a morning's
 * list opens without opening every record.
 *
 * The bytes, before sealing. Numbers are big-endian.
 *
 *    offset size
 *        0    1  format, 2. 123 ('{') is the JSON of the first version, which is read too
 *        1    2  n, bytes of the fixed part: SUMMARY_FIXED, or more from a newer version
 *        3    n  the fixed part, as summary_write() lays it out
 *      3+n    -  texts, each a length of 2 bytes and its bytes, in the order of struct summary; the links are
 *                the last. What is missing at the end is empty, what follows is not looked at; zeros fill
 *                up to whole blocks, so that a length says little about a name
 *
 * A newer version may add to either part; one that changes what is there has another format, and is shown as
 * SUMMARY_NEWER.
 */
#ifndef FOYER_SUMMARY_H
#define FOYER_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "date.h"
#include "encounter.h"
#include "err.h"
#include "form.h"
#include "frame.h"

enum summary_status {
    SUMMARY_UNFINISHED, /* a draft: still answering, or interrupted */
    SUMMARY_NEW,        /* signed, nobody has decided yet */
    SUMMARY_DAMAGED,    /* it could not be opened */
    SUMMARY_STARTED,    /* some flag is decided, the whole is not; or a decision fell */
    SUMMARY_DECIDED,    /* see `decision` */
    SUMMARY_NEWER,      /* written by a newer version of Foyer: only that one knows more */
};

/* Texts are never NULL. They lie in one block: that of the reader's buffer, or, once kept, the summary's own.
 */
struct summary {
    const char *name, *folded;    /* folded: text_fold_words(name), for the search */
    const char *phone, *language; /* language: "en" */
    const char *owner;            /* who has taken it; "" nobody */
    const char *form;             /* the form's id */
    const char *flag_ids; /* " ISO_LT6 ANTICOAG ", a space around each; those of outcome CLEAR are left out */
    const uint8_t *links; /* uids of the same person's other intakes, nlinks times FRAME_UID */
    size_t nlinks;
    struct date birth_date, asked_on, visit_on, postponed_to;
    bool has_class;              /* a draft and a damaged record have none */
    enum outcome class, program; /* as decided so far; the program's own */
    int attention, flags, open;  /* open: undecided and above PRECAUTION */
    enum summary_status status;
    enum decision decision;
    int64_t wall_s;    /* when it was sent, by the kiosk's clock; a damaged one: when it came in */
    int64_t decided_s; /* 0: not decided */
    bool alert;        /* an answer that staff must see at once */
    bool demo;
    bool helped;     /* somebody helped the patient */
    bool restricted; /* kept out of lists */
    bool uncertain;  /* not all of it can be read: see struct encounter */
    char *block;     /* what summary_done() frees; NULL while borrowed */
};

/* From an encounter as it stands. Texts are the summary's own. A summary never fails. */
void summary_from_encounter(struct summary *out, const struct encounter *encounter);
void summary_damaged(struct summary *out, int64_t wall_s); /* owns nothing */

/* Appends the bytes; the buf is a secret. */
void summary_write(const struct summary *summary, struct buf *out);
/* Texts point into `data`, which must outlive it or summary_keep(); but for format 1, which owns its own. -1
 * if it is none of ours. */
int summary_read(struct summary *out, const void *data, size_t len, struct err *err);

void summary_keep(struct summary *out, const struct summary *from); /* a copy with one block of its own */
size_t summary_size(const struct summary *summary);                 /* bytes it takes in memory, once kept */
void summary_done(struct summary *summary);                         /* overwrites and frees */

#endif
