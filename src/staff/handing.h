/* handing.h: one intake's papers out of the program: to the screen, a file or the printer. The commands use
 * it, and so may `foyer review`.
 */
#ifndef FOYER_HANDING_H
#define FOYER_HANDING_H

#include "config.h"
#include "handout.h"
#include "vault.h"

struct handing {
    const struct config *config;
    enum handout_kind kind;
    enum print_size size;
    bool large;
    bool own; /* in the clinic's language, though the patient's is another */
};

/* The patient's papers are in the patient's language, or in the clinic's where that catalogue is not there.
 */

/* Prints the paper on the clinic's printer (kiosk.conf, `printer`): made as a PDF by foyer-print. Blocks
 * until the printer's program has taken it, SPOOL_MOST_S at most. -1 with the reason. Writes no event. */
int handing_print(const struct handing *handing, const struct encounter *encounter, struct err *err);

/* Appends it as text, or as a PDF; buf_wipe() it. */
int handing_text(const struct handing *handing, const struct encounter *encounter, struct buf *out,
                 struct err *err);
int handing_pdf(const struct handing *handing, const struct encounter *encounter, struct buf *out,
                struct err *err);

/* Writes down that it left, before it does: the event "handout" by whoever may write, else the audit entry
 * alone. `how`: "print", "file" or "screen". Needs VAULT_TAKE. -1 with the reason: then hand nothing out. */
int handing_note(const struct handing *handing, struct vault *vault, struct db *db,
                 struct encounter *encounter, const char *how, int64_t at_s, struct err *err);

#endif
