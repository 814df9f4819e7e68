/* put.h: building JSON objects so that no key is lost in silence. Only for record/. */
#ifndef FOYER_PUT_H
#define FOYER_PUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "date.h"

/* Has jansson take memory that is never NULL and overwrite what it frees: a document is a patient's. May be
 * called any number of times, also with documents in hand. */
void put_guard_memory(void);

/* All take any text: what is not UTF-8 in it is replaced. */
json_t *put_string(const char *s); /* "" for NULL */

void put(json_t *object, const char *key, json_t *value); /* takes the value over */
void put_text(json_t *object, const char *key, const char *s);
void put_text_or_null(json_t *object, const char *key, const char *s); /* NULL is null */
void put_date(json_t *object, const char *key, struct date d);         /* no date is null */
void put_time(json_t *object, const char *key, int64_t seconds);       /* 0, not yet, is null */
void put_bool(json_t *object, const char *key, bool value);
void put_int(json_t *object, const char *key, int64_t value);
void put_hex(json_t *object, const char *key, const uint8_t *bytes, size_t len);
void put_texts(json_t *object, const char *key, const char *const *text, size_t n); /* a list */
void put_item(json_t *array, json_t *value);                                        /* takes the value over */

#endif
