/* What was typed and not yet written: kept under the intake and what it was for, and offered again. */
#include "review_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const struct {
    enum prompt_kind kind;
    const char *name;
} kinds[] = {
    { PROMPT_REASON, "reason" }, { PROMPT_SIGN, "sign" },   { PROMPT_FIELDS, "fields" },
    { PROMPT_NOTE, "note" },     { PROMPT_AMEND, "amend" },
};
enum { NKINDS = sizeof kinds / sizeof *kinds };

static const char *kind_name(int kind)
{
    for (size_t i = 0; i < NKINDS; i++) {
        if ((int)kinds[i].kind == kind) {
            return kinds[i].name;
        }
    }
    return NULL;
}

static void wipe(struct kept *kept)
{
    mem_wipe_free(kept->target);
    for (size_t i = 0; i < kept->ntexts; i++) {
        mem_wipe_free(kept->text[i]);
    }
    *kept = (struct kept){ 0 };
}

static struct kept *lookup(const struct review *r, const uint8_t *uid, int kind, const char *target)
{
    for (size_t i = 0; i < r->nkept; i++) {
        struct kept *kept = &r->kept[i];
        if (kept->kind == kind && memcmp(kept->uid, uid, QUEUE_UID) == 0 &&
            strcmp(kept->target, target) == 0) {
            return kept;
        }
    }
    return NULL;
}

static struct kept *add(struct review *r, const uint8_t *uid, int kind, const char *target)
{
    if (r->nkept == r->cap_kept) {
        r->cap_kept = r->cap_kept == 0 ? 8 : 2 * r->cap_kept;
        r->kept = mem_realloc(r->kept, r->cap_kept, sizeof *r->kept);
    }
    struct kept *kept = &r->kept[r->nkept++];
    *kept = (struct kept){ .kind = kind, .target = mem_strdup(target) };
    memcpy(kept->uid, uid, QUEUE_UID);
    return kept;
}

static bool changed(const struct prompt *p)
{
    for (size_t i = 0; i < p->nedits; i++) {
        if (strcmp(p->edit[i].text, p->before[i]) != 0) {
            return true;
        }
    }
    return false;
}

void kept_save(struct review *r)
{
    const struct prompt *p = &r->prompt;
    if (r->open == NULL || kind_name((int)p->kind) == NULL) {
        return;
    }
    if (!changed(p)) {
        kept_drop(r, p->kind, p->target);
        return;
    }
    struct kept *kept = lookup(r, r->open->uid, (int)p->kind, p->target);
    if (kept == NULL) {
        kept = add(r, r->open->uid, (int)p->kind, p->target);
    }
    for (size_t i = 0; i < kept->ntexts; i++) {
        mem_wipe_free(kept->text[i]);
    }
    kept->ntexts = p->nedits;
    kept->at_s = r->wall_s;
    for (size_t i = 0; i < p->nedits; i++) {
        kept->text[i] = mem_strdup(p->edit[i].text);
    }
}

const struct kept *kept_find(const struct review *r, enum prompt_kind kind, const char *target)
{
    return r->open == NULL ? NULL : lookup(r, r->open->uid, (int)kind, target);
}

void kept_drop(struct review *r, enum prompt_kind kind, const char *target)
{
    struct kept *kept = r->open == NULL ? NULL : lookup(r, r->open->uid, (int)kind, target);
    if (kept != NULL) {
        wipe(kept);
        *kept = r->kept[--r->nkept];
        r->effects |= REVIEW_KEEP;
    }
}

/* The last note of this person's, or what was last added to the note `of`; NULL: none. */
static const struct encounter_note *last_note(const struct review *r, uint32_t of)
{
    const struct encounter_note *last = NULL;
    for (size_t i = 0; i < r->open->nnotes; i++) {
        const struct encounter_note *note = &r->open->note[i];
        bool mine = note->of == of && strcmp(note->by, r->user) == 0;
        last = mine && (last == NULL || note->rev > last->rev) ? note : last;
    }
    return last;
}

void kept_drop_written(struct review *r)
{
    for (size_t i = r->nkept; i-- > 0;) {
        struct kept *kept = &r->kept[i];
        if ((kept->kind != PROMPT_NOTE && kept->kind != PROMPT_AMEND) || kept->ntexts != 1 ||
            memcmp(kept->uid, r->open->uid, QUEUE_UID) != 0) {
            continue;
        }
        const struct encounter_note *last = last_note(r, (uint32_t)strtoul(kept->target, NULL, 10));
        if (last != NULL && strcmp(last->text, kept->text[0]) == 0) {
            wipe(kept);
            *kept = r->kept[--r->nkept];
            r->effects |= REVIEW_KEEP;
        }
    }
}

void kept_drop_all(struct review *r, const uint8_t uid[QUEUE_UID])
{
    for (size_t i = r->nkept; i-- > 0;) {
        if (memcmp(r->kept[i].uid, uid, QUEUE_UID) == 0) {
            wipe(&r->kept[i]);
            r->kept[i] = r->kept[--r->nkept];
            r->effects |= REVIEW_KEEP;
        }
    }
}

void kept_clear(struct review *r)
{
    for (size_t i = 0; i < r->nkept; i++) {
        wipe(&r->kept[i]);
    }
    r->nkept = 0;
    json_decref(r->kept_other);
    r->kept_other = NULL;
}

size_t kept_of(const struct review *r, const uint8_t uid[QUEUE_UID])
{
    size_t n = 0;
    for (size_t i = 0; i < r->nkept; i++) {
        n += memcmp(r->kept[i].uid, uid, QUEUE_UID) == 0;
    }
    return n;
}

/* --- As JSON --- */

static json_t *hex(const uint8_t *uid)
{
    char text[2 * QUEUE_UID + 1];
    for (size_t i = 0; i < QUEUE_UID; i++) {
        snprintf(text + 2 * i, 3, "%02x", uid[i]);
    }
    return json_string(text);
}

static bool read_hex(const char *text, uint8_t *uid)
{
    if (text == NULL || strlen(text) != (size_t)2 * QUEUE_UID ||
        strspn(text, "0123456789abcdef") != (size_t)2 * QUEUE_UID) {
        return false;
    }
    for (size_t i = 0; i < QUEUE_UID; i++) {
        const char byte[3] = { text[2 * i], text[2 * i + 1], '\0' };
        uid[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

json_t *review_kept(const struct review *r)
{
    if (r->nkept == 0 && json_array_size(r->kept_other) == 0) {
        return NULL;
    }
    json_t *list = mem_need(json_array());
    if (r->kept_other != NULL) {
        mem_need(json_array_extend(list, r->kept_other) == 0 ? list : NULL);
    }
    for (size_t i = 0; i < r->nkept; i++) {
        const struct kept *kept = &r->kept[i];
        json_t *texts = json_array(), *one = json_object();
        for (size_t k = 0; k < kept->ntexts; k++) {
            json_array_append_new(texts, json_string(kept->text[k]));
        }
        json_object_set_new(one, "uid", hex(kept->uid));
        json_object_set_new(one, "kind", json_string(kind_name(kept->kind)));
        json_object_set_new(one, "target", json_string(kept->target));
        json_object_set_new(one, "texts", texts);
        json_object_set_new(one, "at", json_integer(kept->at_s));
        json_array_append_new(list, one);
    }
    json_t *all = json_object();
    json_object_set_new(all, "kept", list);
    return all;
}

void kept_load(struct review *r, const json_t *all)
{
    const json_t *list = json_object_get(all, "kept");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *texts = json_object_get(one, "texts");
        const char *name = json_string_value(json_object_get(one, "kind"));
        const char *target = json_string_value(json_object_get(one, "target"));
        uint8_t uid[QUEUE_UID];
        size_t kind = 0;
        while (kind < NKINDS && (name == NULL || strcmp(kinds[kind].name, name) != 0)) {
            kind++;
        }
        if (kind == NKINDS || target == NULL || json_array_size(texts) > SCREEN_FIELDS ||
            !read_hex(json_string_value(json_object_get(one, "uid")), uid)) {
            /* A newer Foyer's: kept for it. */
            r->kept_other = r->kept_other == NULL ? mem_need(json_array()) : r->kept_other;
            mem_need(json_array_append(r->kept_other, (json_t *)(uintptr_t)one) == 0 ? r->kept_other : NULL);
            continue;
        }
        struct kept *kept = add(r, uid, (int)kinds[kind].kind, target);
        kept->at_s = json_integer_value(json_object_get(one, "at"));
        for (size_t k = 0; k < json_array_size(texts); k++) {
            const char *text = json_string_value(json_array_get(texts, k));
            kept->text[kept->ntexts++] = mem_strdup(text == NULL ? "" : text);
        }
    }
}
