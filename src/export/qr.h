/* qr.h: a short text as a QR code, small enough for a terminal of 80x24 with its quiet zone. Pure computation
 * by libqrencode: no file, no drawing.
 */
#ifndef FOYER_QR_H
#define FOYER_QR_H

#include <stdbool.h>

/* QR_QUIET: the white border, in modules, that ISO/IEC 18004 asks for on each side. QR_MAX_BYTES: what
 * version 5 holds at level L; with the border it is 45 modules, 23 rows of half blocks. */
enum { QR_QUIET = 4, QR_MAX_BYTES = 106 };

struct qr {
    int side;              /* modules, without the quiet zone; 0: no code */
    unsigned char *module; /* side * side of them, row by row: 1 is dark */
};

/* The smallest code that holds the text, at the highest level of correction that makes it no larger. False,
 * and no code: an empty text, or one of more than QR_MAX_BYTES bytes. qr_done() frees it. */
bool qr_encode(struct qr *qr, const char *text);
void qr_done(struct qr *qr);

#endif
