#include "put.h"

#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "text.h"

static void wipe_and_free(void *memory)
{
    if (memory) {
        explicit_bzero(memory, malloc_usable_size(memory));
    }
    free(memory);
}

void put_guard_memory(void)
{
    json_set_alloc_funcs(mem_alloc, wipe_and_free);
}

/* With such memory and checked text jansson has no way left to fail: this would be a mistake of ours, and a
 * record with a key missing is worse than no record. */
static void must(int status)
{
    if (status) {
        abort();
    }
}

json_t *put_string(const char *s)
{
    if (!s) {
        s = "";
    }
    json_t *string = json_string(s);
    if (string) {
        return string;
    }
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, s, strlen(s), true);
    string = json_string(buf_str(&clean));
    buf_wipe(&clean);
    return string;
}

void put(json_t *object, const char *key, json_t *value)
{
    must(json_object_set_new_nocheck(object, key, value));
}

void put_item(json_t *array, json_t *value)
{
    must(json_array_append_new(array, value));
}

void put_text(json_t *object, const char *key, const char *s)
{
    put(object, key, put_string(s));
}

void put_text_or_null(json_t *object, const char *key, const char *s)
{
    put(object, key, s ? put_string(s) : json_null());
}

void put_date(json_t *object, const char *key, struct date d)
{
    char iso[DATE_ISO_SIZE];
    put_text_or_null(object, key, date_is_set(d) ? date_format_iso(d, iso) : NULL);
}

void put_time(json_t *object, const char *key, int64_t seconds)
{
    put(object, key, seconds ? json_integer(seconds) : json_null());
}

void put_bool(json_t *object, const char *key, bool value)
{
    put(object, key, json_boolean(value));
}

void put_int(json_t *object, const char *key, int64_t value)
{
    put(object, key, json_integer(value));
}

void put_hex(json_t *object, const char *key, const uint8_t *bytes, size_t len)
{
    char *hex = mem_alloc(len * 2 + 1);
    sodium_bin2hex(hex, len * 2 + 1, bytes, len);
    put_text(object, key, hex);
    free(hex);
}

void put_texts(json_t *object, const char *key, const char *const *text, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        put_item(list, put_string(text[i]));
    }
    put(object, key, list);
}
