#include "summary.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "text.h"

enum {
    FORMAT = 2,
    FORMAT_JSON = '{',
    SUMMARY_FIXED = 42,
    NTEXTS = 7,
    NO_CLASS = 0xff,
    TEXT_MAX = 1000, /* bytes of one text: a kiosk sends less; what anybody may seal is cut */
    LINKS_MAX = 64,
};

static const char *const status_name[] = { "unfinished", "new", "damaged" }; /* of the first format */
enum { NSTATUS = sizeof status_name / sizeof *status_name };

/* ---- from an encounter
 * -------------------------------------------------------------------------------------- */

/* Text k of a summary in the order of the bytes. */
static const char **text_of(struct summary *s, int k)
{
    static const size_t at[NTEXTS] = { offsetof(struct summary, name),    offsetof(struct summary, folded),
                                       offsetof(struct summary, phone),   offsetof(struct summary, language),
                                       offsetof(struct summary, owner),   offsetof(struct summary, form),
                                       offsetof(struct summary, flag_ids) };
    return (const char **)((char *)s + at[k]);
}

static size_t clipped(const char *text)
{
    size_t len = strlen(text);
    if (len <= TEXT_MAX) {
        return len;
    }
    for (len = TEXT_MAX; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--) {
    }
    return len;
}

/* A copy of the texts and links in one block of its own. */
static void own(struct summary *s)
{
    size_t size = 1 + s->nlinks * FRAME_UID;
    for (int k = 0; k < NTEXTS; k++) {
        size += clipped(*text_of(s, k)) + 1;
    }
    char *at = mem_alloc(size);
    s->block = at;
    for (int k = 0; k < NTEXTS; k++) {
        const char **text = text_of(s, k);
        size_t len = clipped(*text);
        memcpy(at, *text, len);
        *text = at;
        at += len + 1;
    }
    if (s->nlinks > 0) {
        memcpy(at, s->links, s->nlinks * FRAME_UID);
        s->links = (const uint8_t *)at;
    }
}

static enum summary_status status_of(const struct encounter *e)
{
    if (e->decision != DECISION_NONE) {
        return SUMMARY_DECIDED;
    }
    if (e->damaged) {
        return strcmp(e->fault, DOCUMENT_NEWER) == 0 ? SUMMARY_NEWER : SUMMARY_DAMAGED;
    }
    if (e->draft) {
        return SUMMARY_UNFINISHED;
    }
    for (size_t i = 0; i < e->nflags; i++) {
        if (e->flag[i].decided) {
            return SUMMARY_STARTED;
        }
    }
    return e->reopened ? SUMMARY_STARTED : SUMMARY_NEW;
}

/* Those that say something against treatment: a flag of outcome CLEAR is information. */
static int list_flags(const struct encounter *e, struct buf *ids)
{
    int n = 0;
    buf_adds(ids, " ");
    for (size_t i = 0; i < e->nflags; i++) {
        const struct encounter_flag *flag = &e->flag[i];
        if (flag->program == OUTCOME_CLEAR) {
            continue;
        }
        n++;
        if (ids->len + strlen(flag->id) + 1 <= TEXT_MAX && strchr(flag->id, ' ') == NULL) {
            buf_addf(ids, "%s ", flag->id);
        }
    }
    return n;
}

static int small(size_t n)
{
    return n > 10000 ? 10000 : (int)n;
}

void summary_from_encounter(struct summary *out, const struct encounter *e)
{
    struct buf ids = BUF_INIT;
    char *folded = text_fold_words(e->name);
    int flags = list_flags(e, &ids);
    uint8_t links[LINKS_MAX * FRAME_UID];
    size_t nlinks = e->nlinks < LINKS_MAX ? e->nlinks : LINKS_MAX;
    for (size_t i = 0; i < nlinks; i++) {
        memcpy(links + i * FRAME_UID, e->link[i].uid, FRAME_UID);
    }
    *out = (struct summary){
        .name = e->name,
        .folded = folded,
        .phone = e->phone,
        .language = e->language,
        .owner = e->owner,
        .form = e->form_id,
        .flag_ids = buf_str(&ids),
        .links = links,
        .nlinks = nlinks,
        .birth_date = e->birth_date,
        .asked_on = e->asked_on,
        .visit_on = e->visit_on,
        .postponed_to = e->postponed_to,
        .has_class = e->has_class,
        .class = e->class,
        .program = e->program_class,
        .attention = e->attention,
        .flags = flags > 10000 ? 10000 : flags,
        .open = small(e->open),
        .status = status_of(e),
        .decision = e->decision,
        .wall_s = e->wall_s,
        .decided_s = e->signed_s,
        .alert = e->urgent || json_array_size(json_object_get(e->assessment, "alerts")) > 0,
        .demo = e->demo,
        .helped = e->helper[0] != '\0' || e->relation[0] != '\0',
        .restricted = e->restricted,
        .uncertain = e->uncertain,
    };
    for (size_t i = 0; i < e->nflags; i++) {
        out->alert = out->alert || e->flag[i].alert;
    }
    own(out);
    out->links = out->nlinks == 0 ? NULL : out->links;
    mem_wipe_free(folded);
    buf_wipe(&ids);
}

void summary_damaged(struct summary *out, int64_t wall_s)
{
    *out = (struct summary){ .status = SUMMARY_DAMAGED, .wall_s = wall_s };
    for (int k = 0; k < NTEXTS; k++) {
        *text_of(out, k) = "";
    }
}

/* ---- the bytes
 * ---------------------------------------------------------------------------------------------- */

static void put_number(struct buf *out, uint64_t value, size_t bytes)
{
    uint8_t number[8];
    for (size_t i = 0; i < bytes; i++) {
        number[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    }
    buf_add(out, number, bytes);
}

static void put_date(struct buf *out, struct date date)
{
    put_number(out, (uint16_t)date.year, 2);
    put_number(out, date.month, 1);
    put_number(out, date.day, 1);
}

void summary_write(const struct summary *from, struct buf *out)
{
    struct summary s = *from;
    size_t start = out->len;
    buf_reserve(out, start + 3 + SUMMARY_FIXED + (NTEXTS + 1) * (size_t)(TEXT_MAX + 3) +
                         (size_t)LINKS_MAX * FRAME_UID);
    put_number(out, FORMAT, 1);
    put_number(out, SUMMARY_FIXED, 2);
    put_number(out, (uint64_t)s.status, 1);
    put_number(out, (uint64_t)s.decision, 1);
    put_number(out, s.has_class ? (uint64_t)s.class : NO_CLASS, 1);
    put_number(out, (uint64_t)s.program, 1);
    put_number(out, (uint64_t)(s.alert | s.demo << 1 | s.helped << 2 | s.restricted << 3 | s.uncertain << 4),
               1);
    put_number(out, (uint64_t)s.attention, 1);
    put_number(out, (uint64_t)s.flags, 2);
    put_number(out, (uint64_t)s.open, 2);
    put_date(out, s.birth_date);
    put_date(out, s.asked_on);
    put_date(out, s.visit_on);
    put_date(out, s.postponed_to);
    put_number(out, (uint64_t)s.wall_s, 8);
    put_number(out, (uint64_t)s.decided_s, 8);
    for (int k = 0; k < NTEXTS; k++) {
        const char *text = *text_of(&s, k);
        size_t len = clipped(text);
        put_number(out, len, 2);
        buf_add(out, text, len);
        buf_add(out, "", 1);
    }
    put_number(out, s.nlinks * FRAME_UID, 2);
    buf_add(out, s.links, s.nlinks * FRAME_UID);
}

static uint64_t get_number(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static struct date get_date(const uint8_t *at)
{
    struct date date = { (int16_t)get_number(at, 2), at[2], at[3] };
    return date.year > 0 && date_valid(date) ? date : (struct date){ 0 };
}

/* Out of range is not believed: such a row is read by hand. */
static int read_fixed(struct summary *out, const uint8_t *at)
{
    uint8_t bits = at[4];
    if (at[0] > SUMMARY_NEWER || at[1] > DECISION_NEEDS_MORE || (at[2] > OUTCOME_HOLD && at[2] != NO_CLASS) ||
        at[3] > OUTCOME_HOLD) {
        return -1;
    }
    *out = (struct summary){
        .status = (enum summary_status)at[0],
        .decision = (enum decision)at[1],
        .has_class = at[2] != NO_CLASS,
        .class = at[2] != NO_CLASS ? (enum outcome)at[2] : OUTCOME_CLEAR,
        .program = (enum outcome)at[3],
        .alert = bits & 1,
        .demo = bits & 2,
        .helped = bits & 4,
        .restricted = bits & 8,
        .uncertain = bits & 16,
        .attention = at[5],
        .flags = (int)get_number(at + 6, 2),
        .open = (int)get_number(at + 8, 2),
        .birth_date = get_date(at + 10),
        .asked_on = get_date(at + 14),
        .visit_on = get_date(at + 18),
        .postponed_to = get_date(at + 22),
        .wall_s = (int64_t)get_number(at + 26, 8),
        .decided_s = (int64_t)get_number(at + 34, 8),
    };
    return 0;
}

/* The next text, with its NUL. NULL: it does not fit in what is there. */
static const char *read_text(const uint8_t **at, const uint8_t *end)
{
    if (*at == end) {
        return "";
    }
    if (end - *at < 3) {
        return NULL;
    }
    size_t len = (size_t)get_number(*at, 2);
    const char *text = (const char *)*at + 2;
    if ((size_t)(end - *at) < len + 3 || memchr(text, '\0', len + 1) != text + len) {
        return NULL;
    }
    *at += len + 3;
    return text;
}

static int read_bytes(struct summary *out, const uint8_t *data, size_t len)
{
    size_t fixed = len < 3 ? 0 : (size_t)get_number(data + 1, 2);
    const uint8_t *end = data + len, *at = data + 3 + fixed;
    if (fixed < SUMMARY_FIXED || len < 3 + fixed || read_fixed(out, data + 3) != 0) {
        return -1;
    }
    for (int k = 0; k < NTEXTS; k++) {
        if ((*text_of(out, k) = read_text(&at, end)) == NULL) {
            return -1;
        }
    }
    size_t links = end - at < 2 ? 0 : (size_t)get_number(at, 2);
    if (links % FRAME_UID != 0 || (links > 0 && (size_t)(end - at) < links + 2)) {
        return -1;
    }
    out->nlinks = links / FRAME_UID;
    out->links = links == 0 ? NULL : at + 2;
    return 0;
}

/* ---- the first version's JSON
 * ------------------------------------------------------------------------------- */

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

static int small_at(const json_t *object, const char *key, int most)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n < 0 ? 0 : n > most ? most : (int)n;
}

static int read_json(struct summary *out, const char *data, size_t len, struct err *err)
{
    json_t *object = document_parse(data, len, err);
    if (object == NULL) {
        return -1;
    }
    char *folded = text_fold_words(text_at(object, "name"));
    summary_damaged(out, json_integer_value(json_object_get(object, "wall")));
    out->name = text_at(object, "name");
    out->folded = folded;
    out->phone = text_at(object, "phone");
    out->birth_date = date_at(object, "birth_date");
    out->asked_on = date_at(object, "asked_on");
    out->visit_on = date_at(object, "visit_on");
    out->attention = small_at(object, "attention", 100);
    out->flags = small_at(object, "flags", 10000);
    out->open = out->flags; /* that version kept no count; the screen that opens it shows the true one */
    out->alert = json_is_true(json_object_get(object, "alert"));
    out->demo = json_is_true(json_object_get(object, "demo"));
    for (int i = OUTCOME_CLEAR; i <= OUTCOME_HOLD; i++) {
        if (strcmp(text_at(object, "class"), outcome_name((enum outcome)i)) == 0) {
            out->has_class = true;
            out->class = out->program = (enum outcome)i;
        }
    }
    for (int i = 0; i < NSTATUS; i++) {
        if (strcmp(text_at(object, "status"), status_name[i]) == 0) {
            out->status = (enum summary_status)i;
        }
    }
    own(out);
    mem_wipe_free(folded);
    json_decref(object);
    return 0;
}

int summary_read(struct summary *out, const void *data, size_t len, struct err *err)
{
    const uint8_t *bytes = data;
    *out = (struct summary){ 0 };
    if (len > 0 && bytes[0] == FORMAT_JSON) {
        return read_json(out, data, len, err);
    }
    if (len > 0 && bytes[0] > FORMAT) {
        summary_damaged(out, 0);
        out->status = SUMMARY_NEWER;
        return 0;
    }
    return len > 0 && bytes[0] == FORMAT && read_bytes(out, bytes, len) == 0
               ? 0
               : err_set(err, "a summary is damaged");
}

void summary_keep(struct summary *out, const struct summary *from)
{
    *out = *from;
    own(out);
}

size_t summary_size(const struct summary *s)
{
    struct summary copy = *s;
    size_t size = sizeof copy + 1 + s->nlinks * FRAME_UID;
    for (int k = 0; k < NTEXTS; k++) {
        size += strlen(*text_of(&copy, k)) + 1;
    }
    return size;
}

void summary_done(struct summary *s)
{
    if (s->block != NULL) {
        sodium_memzero(s->block, summary_size(s) - sizeof *s);
        free(s->block);
    }
    *s = (struct summary){ 0 };
}
