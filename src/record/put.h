/* put.h: writes JSON into a buf, compact, each member behind the one before it. Only writes; jansson reads.
 *
 *     put_open(out, NULL, '{');
 *     put_text(out, "name", name);
 *     put_open(out, "sources", '[');
 *     put_text(out, NULL, "L05");
 *     put_close(out, ']');
 *     put_close(out, '}');             {"name":"Zoë","sources":["L05"]}
 *
 * The text itself is the only state: a comma goes before whatever stands behind a value. So `out` is empty or
 * ends in a new line when a document begins. `key` is a plain word; NULL in a list and for the document
 * itself. A document is a patient's: buf_wipe() it.
 */
#ifndef FOYER_PUT_H
#define FOYER_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "date.h"
#include "placeholder.h"

void put_open(struct buf *out, const char *key, char bracket); /* '{' or '[' */
void put_close(struct buf *out, char bracket);                 /* '}' or ']' */

/* Any text: what is not UTF-8 in it is replaced. NULL is "". */
void put_text(struct buf *out, const char *key, const char *s);
void put_text_or_null(struct buf *out, const char *key, const char *s); /* NULL is null */
/* The same for text that a function adds to `out`: begin, add, end with what begin gave. */
size_t put_text_begin(struct buf *out, const char *key);
void put_text_end(struct buf *out, size_t begun);

/* A text of a form, with the clinic's facts in it: see placeholder_fill(). */
void put_filled(struct buf *out, const char *key, const char *text, const char *const fact[PLACEHOLDERS],
                const char *const instead[PLACEHOLDERS]);

void put_null(struct buf *out, const char *key);
void put_bool(struct buf *out, const char *key, bool value);
void put_int(struct buf *out, const char *key, int64_t value);
void put_real(struct buf *out, const char *key, double value);    /* 15 digits; null if it is not finite */
void put_date(struct buf *out, const char *key, struct date d);   /* no date is null */
void put_time(struct buf *out, const char *key, int64_t seconds); /* 0, not yet, is null */
void put_hex(struct buf *out, const char *key, const uint8_t *bytes, size_t len);
void put_texts(struct buf *out, const char *key, const char *const *text, size_t n); /* a list */

#endif
