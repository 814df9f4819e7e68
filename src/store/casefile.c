/* casefile.c: what staff add: sealed events, appended. Each intake has a key of its own for them, which lies
 * under the body master key and is made with the first event.
 */
#include <sodium.h>
#include <string.h>

#include "audit.h"
#include "document.h"
#include "sql.h"
#include "vault_keys.h"

enum { EVENT_BLOCK = 256, EVENT_ROWS = 64 };

struct case_key {
    uint8_t key[WRAP_KEY];
};

/* ---- the key
 * ------------------------------------------------------------------------------------------------ */

static void key_ad(struct buf *ad, const uint8_t uid[FRAME_UID])
{
    wrap_field(ad, "foyer case 1", 12);
    wrap_field(ad, uid, FRAME_UID);
}

/* 1, 0: there is none yet, -1: it does not open, or trouble. */
static int read_key(struct vault *vault, const uint8_t uid[FRAME_UID], struct case_key *out, struct err *err)
{
    uint8_t sealed[WRAP_KEY + WRAP_EXTRA];
    struct sql q;
    sql_prepare(&q, vault->db, "SELECT key FROM casekey WHERE uid = ?1");
    sql_blob(&q, 1, uid, FRAME_UID);
    bool found = sql_row(&q);
    if (found) {
        sql_get_exact(&q, 0, sealed, sizeof sealed);
    }
    if (sql_end(&q, err) != 0) {
        return -1;
    }
    if (!found) {
        return 0;
    }
    struct buf ad = BUF_INIT;
    key_ad(&ad, uid);
    int rc = wrap_open(out->key, vault->masters->body, &ad, sealed, sizeof sealed);
    buf_done(&ad);
    return rc == 0 ? 1 : err_set(err, "the key of what staff added to this intake is damaged");
}

static int make_key(struct vault *vault, const uint8_t uid[FRAME_UID], struct case_key *out, struct err *err)
{
    struct buf ad = BUF_INIT, sealed = BUF_INIT;
    struct sql q;
    randombytes_buf(out->key, sizeof out->key);
    key_ad(&ad, uid);
    wrap_seal(&sealed, vault->masters->body, &ad, out->key, sizeof out->key);
    sql_prepare(&q, vault->db, "INSERT INTO casekey (uid, key) VALUES (?1, ?2)");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_blob(&q, 2, sealed.data, sealed.len);
    int rc = sql_run(&q, err);
    buf_done(&ad);
    buf_done(&sealed);
    return rc;
}

/* ---- events
 * ------------------------------------------------------------------------------------------------- */

static void event_ad(struct buf *ad, const uint8_t uid[FRAME_UID], uint32_t rev, const char *actor,
                     const char *kind)
{
    wrap_field(ad, "foyer event 1", 13);
    wrap_field(ad, uid, FRAME_UID);
    wrap_number(ad, rev);
    wrap_field(ad, actor, strlen(actor));
    wrap_field(ad, kind, strlen(kind));
}

static json_t *open_event(const struct case_key *key, const uint8_t uid[FRAME_UID], uint32_t rev,
                          const char *actor, const char *kind, const struct buf *sealed)
{
    struct buf ad = BUF_INIT, text = BUF_INIT;
    size_t len = sealed->len < WRAP_EXTRA ? 0 : sealed->len - WRAP_EXTRA, plain = 0;
    json_t *event = NULL;
    event_ad(&ad, uid, rev, actor, kind);
    buf_reserve(&text, len + 1);
    if (len > 0 && wrap_open(text.data, key->key, &ad, sealed->data, sealed->len) == 0 &&
        sodium_unpad(&plain, (const uint8_t *)text.data, len, EVENT_BLOCK) == 0) {
        event = document_parse(text.data, plain, NULL);
    }
    text.len = len;
    buf_wipe(&text);
    buf_done(&ad);
    /* The kind in the row is sealed with it; one that says another inside is not as its kind says. */
    const char *inside = json_string_value(json_object_get(event, "kind"));
    if (event != NULL && (inside == NULL || strcmp(inside, kind) != 0)) {
        json_decref(event);
        event = NULL;
    }
    return event;
}

struct sealed_event {
    uint32_t rev;
    char actor[SLOT_USER], kind[32];
    struct buf body;
};

static int read_events(struct db *db, const uint8_t uid[FRAME_UID], uint32_t after, struct sealed_event *out,
                       size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT rev, actor, kind, body FROM event WHERE uid = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, after);
    sql_int(&q, 3, EVENT_ROWS);
    while (sql_row(&q)) {
        const uint8_t *body;
        struct sealed_event *event = &out[(*n)++];
        event->rev = (uint32_t)sql_get_int(&q, 0);
        snprintf(event->actor, sizeof event->actor, "%s", sql_get_text(&q, 1));
        snprintf(event->kind, sizeof event->kind, "%s", sql_get_text(&q, 2));
        size_t len = sql_get_blob(&q, 3, &body);
        buf_reset(&event->body);
        buf_add(&event->body, body, len);
    }
    return sql_end(&q, err);
}

int casefile_fold(struct vault *vault, struct encounter *encounter, struct err *err)
{
    struct case_key key = { { 0 } };
    struct sealed_event batch[EVENT_ROWS] = { 0 };
    size_t n = 0;
    /* Without the key each event still shows that it is there, and by whom. */
    int keyed = read_key(vault, encounter->uid, &key, NULL), rc;
    do {
        rc = read_events(vault->db, encounter->uid, encounter->rev, batch, &n, err);
        for (size_t i = 0; rc == 0 && i < n; i++) {
            const struct sealed_event *e = &batch[i];
            encounter_add(encounter, e->rev, e->actor,
                          keyed == 1 ? open_event(&key, encounter->uid, e->rev, e->actor, e->kind, &e->body)
                                     : NULL);
        }
    } while (rc == 0 && n == EVENT_ROWS);
    for (size_t i = 0; i < EVENT_ROWS; i++) {
        buf_done(&batch[i].body);
    }
    sodium_memzero(&key, sizeof key);
    return rc;
}

/* ---- adding
 * ------------------------------------------------------------------------------------------------- */

/* The row the encounter was read from. */
struct standing {
    bool filed;
    uint32_t rev, summary_rev, event_rev;
    int64_t received_s;
};

static int look(struct db *db, const uint8_t uid[FRAME_UID], struct standing *out, struct err *err)
{
    struct sql q;
    *out = (struct standing){ 0 };
    sql_prepare(&q, db,
                "SELECT filing.rev, summary_rev, received_s, "
                "(SELECT coalesce(max(rev), 0) FROM event WHERE uid = ?1) "
                "FROM filing JOIN deposit ON deposit.seq = filing.seq WHERE filing.uid = ?1");
    sql_blob(&q, 1, uid, FRAME_UID);
    if (sql_row(&q)) {
        *out = (struct standing){
            .filed = true,
            .rev = (uint32_t)sql_get_int(&q, 0),
            .summary_rev = (uint32_t)sql_get_int(&q, 1),
            .received_s = sql_get_int(&q, 2),
            .event_rev = (uint32_t)sql_get_int(&q, 3),
        };
    }
    return sql_end(&q, err);
}

static int insert_event(struct vault *vault, const struct case_key *key, const uint8_t uid[FRAME_UID],
                        const struct encounter_entry *entry, struct err *err)
{
    struct buf ad = BUF_INIT, text = BUF_INIT, sealed = BUF_INIT;
    const char *kind = event_kind_name(entry->kind);
    struct sql q;
    event_ad(&ad, uid, entry->rev, entry->by, kind);
    event_write(entry->event, &text);
    size_t padded = (text.len / EVENT_BLOCK + 1) * EVENT_BLOCK;
    buf_reserve(&text, padded + 1);
    sodium_pad(&padded, (uint8_t *)text.data, text.len, EVENT_BLOCK, padded);
    wrap_seal(&sealed, key->key, &ad, text.data, padded);
    sql_prepare(&q, vault->db, "INSERT INTO event (uid, rev, actor, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)");
    sql_blob(&q, 1, uid, FRAME_UID);
    sql_int(&q, 2, entry->rev);
    sql_text(&q, 3, entry->by);
    sql_text(&q, 4, kind);
    sql_blob(&q, 5, sealed.data, sealed.len);
    int rc = sql_run(&q, err);
    if (rc == 0) {
        struct audit_entry act = { .at_s = entry->at_s, .actor = entry->by, .act = kind, .uid = uid };
        rc = audit_add(vault->db, &act, err);
    }
    text.len = padded;
    buf_wipe(&text);
    buf_done(&ad);
    buf_done(&sealed);
    return rc;
}

static int write_summary(struct vault *vault, const struct encounter *encounter,
                         const struct standing *standing, struct err *err)
{
    struct summary summary;
    struct buf sealed = BUF_INIT;
    struct sql q;
    summary_from_encounter(&summary, encounter);
    summary.wall_s = encounter->damaged ? standing->received_s : summary.wall_s;
    filing_seal_summary(&sealed, vault, encounter->uid, standing->rev, standing->summary_rev + 1, &summary);
    summary_done(&summary);
    sql_prepare(&q, vault->db, "UPDATE filing SET summary_rev = ?2, summary = ?3 WHERE uid = ?1");
    sql_blob(&q, 1, encounter->uid, FRAME_UID);
    sql_int(&q, 2, standing->summary_rev + 1);
    sql_blob(&q, 3, sealed.data, sealed.len);
    int rc = sql_run(&q, err);
    buf_done(&sealed);
    return rc == 0 ? filing_touch(vault->db, encounter->uid, err) : rc;
}

/* 1, 0 or -1 as vault_add. `after` is `before` with the new events folded in. */
static int add_inside(struct vault *vault, const struct encounter *before, const struct encounter *after,
                      struct err *err)
{
    struct standing standing;
    struct case_key key = { { 0 } };
    int stands = vault_stands(vault, err);
    if (stands != 1 || look(vault->db, before->uid, &standing, err) != 0) {
        return stands == 0
                   ? err_set(err, "the account \"%s\" was disabled or changed: unlock again", vault->user)
                   : -1;
    }
    if (!standing.filed || standing.event_rev != before->rev ||
        (before->sent_rev != 0 && before->sent_rev != standing.rev)) {
        return 0;
    }
    int keyed = read_key(vault, before->uid, &key, err);
    int rc = keyed < 0 ? -1 : keyed == 1 ? 0 : make_key(vault, before->uid, &key, err);
    for (size_t i = before->nentries; rc == 0 && i < after->nentries; i++) {
        rc = insert_event(vault, &key, after->uid, &after->entry[i], err);
    }
    sodium_memzero(&key, sizeof key);
    return rc == 0 && write_summary(vault, after, &standing, err) == 0 ? 1 : -1;
}

/* The events tried on, one after the other: the second may rest on the first. */
static struct encounter *try_on(const struct vault *vault, const struct encounter *before,
                                json_t *const *event, size_t n, int64_t at_s, struct err *err)
{
    struct encounter *after = encounter_copy(before);
    struct date today = clock_local_date(at_s);
    for (size_t i = 0; i < n; i++) {
        if (encounter_check(after, event[i], today, err) != 0) {
            encounter_free(after);
            return NULL;
        }
        encounter_add(after, after->rev + 1, vault->user, json_incref(event[i]));
    }
    return after;
}

static bool has_link(const struct encounter *e, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < e->nlinks; i++) {
        if (memcmp(e->link[i].uid, uid, FRAME_UID) == 0) {
            return true;
        }
    }
    return false;
}

struct other_side {
    const uint8_t *uid;
    bool confirmed;
};

/* The other intake of a link, read and written in the same transaction; one that has it so already stays as
 * it is. 1 or -1. */
static int link_back(struct vault *vault, const struct other_side *side, const uint8_t back[FRAME_UID],
                     int64_t at_s, struct err *err)
{
    struct encounter *other = NULL, *after = NULL;
    int found = vault_encounter(vault, side->uid, &other, err), added = found;
    if (found == 1 && has_link(other, back) != side->confirmed) {
        json_t *event = event_link(at_s, back, side->confirmed);
        after = try_on(vault, other, &event, 1, at_s, err);
        json_decref(event);
        added = after == NULL ? -1 : add_inside(vault, other, after, err);
    } else if (found == 0 && !side->confirmed) {
        added = 1; /* it was erased: the link to it goes */
    }
    encounter_free(after);
    encounter_free(other);
    return added == 0
               ? err_set(err, "the other intake has just been replaced or deleted: nothing was written")
               : added;
}

/* As vault_add; `other`, where it is not NULL, is the intake that gets the other side of the link. */
static int add_all(struct vault *vault, struct encounter *encounter, json_t *const *event, size_t n,
                   const struct other_side *other, int64_t at_s, struct err *err)
{
    int result = vault_need(vault, VAULT_WRITE, err);
    struct encounter *after = result == 0 ? try_on(vault, encounter, event, n, at_s, err) : NULL;
    if (after == NULL || db_begin(vault->db, err) != 0) {
        result = -1;
    } else {
        result = add_inside(vault, encounter, after, err);
        if (result == 1 && other != NULL) {
            result = link_back(vault, other, encounter->uid, at_s, err);
        }
        if (result != 1) {
            db_rollback(vault->db);
        } else if (db_commit(vault->db, err) != 0) {
            result = -1;
        }
    }
    if (result == 1) {
        struct encounter old = *encounter;
        *encounter = *after;
        *after = old;
    }
    encounter_free(after);
    for (size_t i = 0; i < n; i++) {
        json_decref(event[i]);
    }
    return result;
}

int vault_add(struct vault *vault, struct encounter *encounter, json_t *const *event, size_t n, int64_t at_s,
              struct err *err)
{
    return add_all(vault, encounter, event, n, NULL, at_s, err);
}

int vault_link(struct vault *vault, struct encounter *encounter, const uint8_t uid[FRAME_UID], bool confirmed,
               int64_t at_s, struct err *err)
{
    json_t *event = event_link(at_s, uid, confirmed);
    const struct other_side other = { uid, confirmed };
    return add_all(vault, encounter, &event, 1, &other, at_s, err);
}
