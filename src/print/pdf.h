/* pdf.h: a document as a PDF. Letters come from the machine's fonts, shaped by pango, so that every script
 * for which there is a font is printed right. The file is tagged: screen readers see headings and paragraphs.
 */
#ifndef FOYER_PRINT_PDF_H
#define FOYER_PRINT_PDF_H

#include "buf.h"
#include "stream.h"

enum { PDF_PAGES = 400 };

/* Appends the file. -1 with the reason: no font, a letter that no font has, too many pages. */
int pdf_write(const struct stream *stream, struct buf *out, struct err *err);

/* Says in a PDF of cairo's what cairo 1.16 leaves out: its language, and that it is tagged. An update
 * appended to the file, as the format provides. False, and the file as it was, if it is not laid out as
 * expected. */
bool pdf_catalog(struct buf *pdf, const char *language);

#endif
