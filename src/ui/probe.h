/* probe.h: which scripts a terminal can show. Asked once, before anything is drawn.
 *
 * A terminal that answers is asked in one go: how far samples of each script move its cursor, and at the
 * end what it is (device attributes), which every terminal answers. When that answer is there nothing is
 * waited for; silence costs PROBE_MS. A script is legible where it is known how the terminal counts the cells
 * of every sample: else lines with it would be drawn wrong, letters over letters. Most count as wcwidth does.
 * About Tamil and Devanagari they differ; a way to count that explains all samples goes into `cells`, for
 * text_set_cells(). What its font holds nobody can ask.
 *
 * The Linux console cannot be asked so, but it tells which characters its font has (GIO_UNIMAP). It joins no
 * letters, so scripts that need it (Tamil, Devanagari) are never legible there.
 */
#ifndef FOYER_UI_PROBE_H
#define FOYER_UI_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "text.h"

enum { PROBE_MS = 1000, PROBE_TYPED = 256, PROBE_SAMPLES = 14 };

enum probe_script { PROBE_LATIN, PROBE_HAN, PROBE_TAMIL, PROBE_DEVANAGARI, PROBE_SCRIPTS };

struct probe {
    bool answered;               /* the terminal said what it is, or the console which font it has */
    bool legible[PROBE_SCRIPTS]; /* where nothing answered, Latin alone */
    struct text_cells cells[2];  /* where it counts otherwise than wcwidth */
    size_t ncells;
    size_t len;                       /* what was typed meanwhile, as it came; overwrite it ... */
    unsigned char typed[PROBE_TYPED]; /* ... what does not fit is lost */
};

/* Asks. `in` and `out` are a terminal whose modes are put back as they were. term: TERM. Garbage, half an
 * answer and answers to other questions are survived, and never count as keys. */
void probe_run(struct probe *probe, int in, int out, const char *term, const struct clock *clock);

/* Is a language legible? Judged by its name as its readers write it ("Español"), so that one added by a
 * clinic needs nothing here. A name in ASCII always is; one in a script that was not asked about is not. */
bool probe_legible(const struct probe *probe, const char *name);

/* For tests: what came back, byte by byte. True: the answer is complete. */
struct probe_reading {
    int width[PROBE_SAMPLES]; /* columns the samples took */
    size_t answers;
    bool done;
    unsigned char part[32]; /* of a sequence */
    size_t have;
};
bool probe_byte(struct probe *probe, struct probe_reading *reading, unsigned char byte);

#endif
