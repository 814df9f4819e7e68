/* helper.h: the one process that starts programs for `foyer`. It is forked before any passphrase is typed,
 * holds no key and no record but the paper it is handed, and runs two programs only: foyer-print, and the
 * printer's of kiosk.conf as it was then. The rest of `foyer` then gives up starting anything (lock.h).
 */
#ifndef FOYER_HELPER_H
#define FOYER_HELPER_H

#include "buf.h"
#include "err.h"

/* `printer`: kiosk.conf's, ends with NULL; NULL: nothing is printed. One a process; a second start does
 * nothing. */
int helper_start(const char *const *printer, struct err *err);

/* printer_pdf() and spool_send() by the helper; in this process itself where none was started. */
int helper_pdf(const struct buf *document, struct buf *pdf, struct err *err);
int helper_spool(const char *const *printer, const struct buf *pdf, struct err *err);

#endif
