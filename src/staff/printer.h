/* printer.h: starts foyer-print, which holds the fonts, and hands it a document. */
#ifndef FOYER_PRINTER_H
#define FOYER_PRINTER_H

#include "buf.h"
#include "err.h"

/* A document as print.h makes it (PRINT_STREAM) to a PDF, into `pdf`, which is empty. The other program has
 * nothing of this one but three descriptors: no environment, no open file, and little room. -1 with the
 * reason. */
int printer_pdf(const struct buf *document, struct buf *pdf, struct err *err);

#endif
