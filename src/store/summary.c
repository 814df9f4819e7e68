#include "summary.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "put.h"

static const char *const status_name[] = { "unfinished", "new", "damaged" };
enum { NSTATUS = sizeof status_name / sizeof *status_name };

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static struct date date_at(const json_t *object, const char *key)
{
    struct date date = { 0 };
    return date_parse_iso(text_at(object, key), &date) ? date : (struct date){ 0 };
}

static int small_at(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n < 0 ? 0 : n > 10000 ? 10000 : (int)n;
}

static bool class_at(const json_t *object, const char *key, enum outcome *out)
{
    const char *name = text_at(object, key);
    for (int i = OUTCOME_CLEAR; i <= OUTCOME_HOLD; i++) {
        if (strcmp(name, outcome_name((enum outcome)i)) == 0) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

/* Those that say something against treatment: a flag of outcome CLEAR is information. */
static int count_flags(const json_t *flags)
{
    int n = 0;
    for (size_t i = 0; i < json_array_size(flags); i++) {
        n += strcmp(text_at(json_array_get(flags, i), "outcome"), "CLEAR") != 0;
    }
    return n;
}

void summary_from_body(struct summary *out, const json_t *body, const struct frame_header *header)
{
    const json_t *patient = json_object_get(body, "patient");
    const json_t *assessment = json_object_get(body, "assessment");
    *out = (struct summary){
        .name = mem_strdup(text_at(patient, "name")),
        .phone = mem_strdup(text_at(patient, "phone")),
        .birth_date = date_at(patient, "birth_date"),
        .asked_on = date_at(body, "asked_on"),
        .visit_on = date_at(body, "visit_on"),
        .attention = small_at(assessment, "attention"),
        .flags = count_flags(json_object_get(assessment, "flags")),
        .status = header->kind == FRAME_DRAFT ? SUMMARY_UNFINISHED : SUMMARY_NEW,
        .wall_s = header->wall_s,
        .alert = header->urgent || json_array_size(json_object_get(assessment, "alerts")) > 0,
        .demo = json_is_true(json_object_get(body, "demo")),
    };
    out->has_class = class_at(assessment, "class", &out->class);
}

void summary_damaged(struct summary *out, int64_t wall_s)
{
    *out = (struct summary){
        .name = mem_strdup(""),
        .phone = mem_strdup(""),
        .status = SUMMARY_DAMAGED,
        .wall_s = wall_s,
    };
}

void summary_write(struct buf *out, const struct summary *s)
{
    put_open(out, NULL, '{');
    put_text(out, "name", s->name);
    put_text(out, "phone", s->phone);
    put_date(out, "birth_date", s->birth_date);
    put_date(out, "asked_on", s->asked_on);
    put_date(out, "visit_on", s->visit_on);
    put_text_or_null(out, "class", s->has_class ? outcome_name(s->class) : NULL);
    put_int(out, "attention", s->attention);
    put_int(out, "flags", s->flags);
    put_text(out, "status", status_name[s->status]);
    put_int(out, "wall", s->wall_s);
    put_bool(out, "alert", s->alert);
    put_bool(out, "demo", s->demo);
    put_close(out, '}');
}

int summary_read(struct summary *out, const char *text, size_t len, struct err *err)
{
    json_t *object = document_parse(text, len, err);
    if (object == NULL) {
        return -1;
    }
    *out = (struct summary){
        .name = mem_strdup(text_at(object, "name")),
        .phone = mem_strdup(text_at(object, "phone")),
        .birth_date = date_at(object, "birth_date"),
        .asked_on = date_at(object, "asked_on"),
        .visit_on = date_at(object, "visit_on"),
        .attention = small_at(object, "attention"),
        .flags = small_at(object, "flags"),
        .status = SUMMARY_DAMAGED,
        .wall_s = json_integer_value(json_object_get(object, "wall")),
        .alert = json_is_true(json_object_get(object, "alert")),
        .demo = json_is_true(json_object_get(object, "demo")),
    };
    out->has_class = class_at(object, "class", &out->class);
    for (int i = 0; i < NSTATUS; i++) {
        if (strcmp(text_at(object, "status"), status_name[i]) == 0) {
            out->status = (enum summary_status)i;
        }
    }
    json_decref(object);
    return 0;
}

static void wipe(char *text)
{
    if (text != NULL) {
        sodium_memzero(text, strlen(text));
        free(text);
    }
}

void summary_done(struct summary *s)
{
    wipe(s->name);
    wipe(s->phone);
    *s = (struct summary){ 0 };
}
