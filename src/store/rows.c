/* rows.c: the queue: filed summaries, all of them or those that changed, and the desk's cards. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "sql.h"
#include "vault_keys.h"

struct sealed_row {
    struct vault_row row;
    int64_t change;
    uint32_t summary_rev;
    struct buf sealed;
};

/* One batch and what opens it; its memory is used again for the next. */
struct walk {
    struct vault *vault;
    struct sealed_row *row; /* DB_BATCH */
    size_t n;
    struct buf text, ad;
};

static void walk_start(struct walk *walk, struct vault *vault)
{
    *walk = (struct walk){ .vault = vault, .row = mem_alloc(DB_BATCH * sizeof *walk->row) };
}

static void walk_end(struct walk *walk)
{
    for (size_t i = 0; i < DB_BATCH; i++) {
        buf_done(&walk->row[i].sealed);
    }
    free(walk->row);
    buf_wipe(&walk->text);
    buf_done(&walk->ad);
}

static void read_row(struct sql *q, struct sealed_row *s)
{
    const uint8_t *sealed;
    s->row = (struct vault_row){ .seq = sql_get_int(q, 0) };
    sql_get_exact(q, 1, s->row.uid, FRAME_UID);
    s->row.rev = (uint32_t)sql_get_int(q, 2);
    s->summary_rev = (uint32_t)sql_get_int(q, 3);
    size_t len = sql_get_blob(q, 4, &sealed);
    buf_reset(&s->sealed);
    buf_add(&s->sealed, sealed, len);
}

static int read_all(struct walk *walk, int64_t after_seq, struct err *err)
{
    struct sql q;
    walk->n = 0;
    sql_prepare(
        &q, walk->vault->db,
        "SELECT seq, uid, rev, summary_rev, summary FROM filing WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    sql_int(&q, 1, after_seq);
    sql_int(&q, 2, DB_BATCH);
    while (sql_row(&q)) {
        read_row(&q, &walk->row[walk->n++]);
    }
    return sql_end(&q, err);
}

static int read_changed(struct walk *walk, int64_t after, struct err *err)
{
    struct sql q;
    walk->n = 0;
    sql_prepare(&q, walk->vault->db,
                "SELECT coalesce(seq, 0), touched.uid, coalesce(rev, 0), coalesce(summary_rev, 0), summary, "
                "change FROM touched LEFT JOIN filing ON filing.uid = touched.uid "
                "WHERE change > ?1 ORDER BY change LIMIT ?2");
    sql_int(&q, 1, after);
    sql_int(&q, 2, DB_BATCH);
    while (sql_row(&q)) {
        struct sealed_row *s = &walk->row[walk->n++];
        read_row(&q, s);
        s->row.gone = s->row.seq == 0;
        s->change = sql_get_int(&q, 5);
    }
    return sql_end(&q, err);
}

/* Where only the row that came in can say when. */
static int64_t received(struct db *db, int64_t seq)
{
    int64_t at = 0;
    struct sql q;
    sql_prepare(&q, db, "SELECT received_s FROM deposit WHERE seq = ?1");
    sql_int(&q, 1, seq);
    if (sql_row(&q)) {
        at = sql_get_int(&q, 0);
    }
    return sql_end(&q, NULL) == 0 ? at : 0;
}

/* An older program filed what it could not read, and said so. This one may be the newer: then the mark has
 * had its day, though nobody has written to the intake since. */
static void look_again(struct walk *walk, struct summary *summary, const uint8_t uid[FRAME_UID])
{
    struct encounter *encounter = NULL;
    if (vault_encounter(walk->vault, uid, &encounter, NULL) == 1 && !encounter->damaged) {
        summary_done(summary);
        summary_from_encounter(summary, encounter);
    }
    encounter_free(encounter);
}

static void open_row(struct walk *walk, struct sealed_row *s)
{
    struct summary *summary = &s->row.summary;
    if (s->row.gone ||
        filing_open_summary(&walk->text, &walk->ad, walk->vault, s->row.uid, s->row.rev, s->summary_rev,
                            &s->sealed) != 0 ||
        summary_read(summary, walk->text.data, walk->text.len, NULL) != 0) {
        summary_damaged(summary, s->row.gone ? 0 : received(walk->vault->db, s->row.seq));
    } else if (summary->status == SUMMARY_NEWER && summary->wall_s == 0) { /* the summary itself is newer */
        summary->wall_s = received(walk->vault->db, s->row.seq);
    } else if (summary->status == SUMMARY_NEWER) {
        look_again(walk, summary, s->row.uid);
    }
}

static int tell(struct walk *walk, vault_each_fn *each, void *arg)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < walk->n; i++) {
        open_row(walk, &walk->row[i]);
        result = each(arg, &walk->row[i].row);
        summary_done(&walk->row[i].row.summary);
    }
    return result;
}

int vault_each(struct vault *vault, vault_each_fn *each, void *arg, struct err *err)
{
    struct walk walk;
    int64_t seq = 0;
    if (vault_need(vault, VAULT_READ, err) != 0) {
        return -1;
    }
    walk_start(&walk, vault);
    int result = 0;
    do {
        result = read_all(&walk, seq, err) == 0 ? tell(&walk, each, arg) : -1;
        seq = walk.n > 0 ? walk.row[walk.n - 1].row.seq : seq;
    } while (result == 0 && walk.n == DB_BATCH);
    walk_end(&walk);
    return result;
}

int64_t vault_newest_change(struct vault *vault, struct err *err)
{
    int64_t change = 0;
    struct sql q;
    sql_prepare(&q, vault->db, "SELECT coalesce(max(change), 0) FROM touched");
    if (sql_row(&q)) {
        change = sql_get_int(&q, 0);
    }
    return sql_end(&q, err) == 0 ? change : -1;
}

int vault_changed(struct vault *vault, int64_t *change, vault_each_fn *each, void *arg, struct err *err)
{
    struct walk walk;
    if (vault_need(vault, VAULT_READ, err) != 0) {
        return -1;
    }
    walk_start(&walk, vault);
    int result = 0;
    do {
        result = read_changed(&walk, *change, err) == 0 ? tell(&walk, each, arg) : -1;
        if (result == 0 && walk.n > 0) {
            *change = walk.row[walk.n - 1].change;
        }
    } while (result == 0 && walk.n == DB_BATCH);
    walk_end(&walk);
    return result;
}

/* ---- desk cards
 * -------------------------------------------------------------------------------------------- */

struct sealed_card {
    int64_t seq, received_s;
    struct buf frame;
};
enum { CARD_BATCH = 32 }; /* whole frames in memory */

static int read_cards(struct db *db, int64_t before_seq, struct sealed_card *out, size_t *n, struct err *err)
{
    struct sql q;
    *n = 0;
    sql_prepare(&q, db,
                "SELECT seq, received_s, header, seals, bodies FROM deposit "
                "WHERE seq < ?1 AND kind IN (1, 2) ORDER BY seq DESC LIMIT ?2");
    sql_int(&q, 1, before_seq);
    sql_int(&q, 2, CARD_BATCH);
    while (sql_row(&q)) {
        struct sealed_card *card = &out[(*n)++];
        card->seq = sql_get_int(&q, 0);
        card->received_s = sql_get_int(&q, 1);
        buf_reset(&card->frame);
        for (int column = 2; column < 5; column++) {
            const uint8_t *part;
            size_t len = sql_get_blob(&q, column, &part);
            buf_add(&card->frame, part, len);
        }
    }
    return sql_end(&q, err);
}

static json_t *open_card(struct vault *vault, const struct buf *frame, const struct frame_header *header)
{
    struct buf text = BUF_INIT;
    struct frame_part_key key = { { 0 } };
    bool filed = false;
    json_t *card = NULL;
    int rc = filing_key(vault, FRAME_DESK, header->uid, header->rev, &key, &filed, NULL);
    if (rc == 0 && (!filed || frame_open(frame->data, frame->len, FRAME_DESK, &key, &text, NULL) != 0)) {
        rc = filing_open_seal(vault, frame, header->epoch, FRAME_DESK, &key, &text, NULL);
    }
    if (rc == 0) {
        card = filing_parse(&text, header->uid, NULL);
    }
    sodium_memzero(&key, sizeof key);
    buf_wipe(&text);
    return card;
}

static int tell_card(struct vault *vault, struct sealed_card *sealed,
                     int (*each)(void *arg, const struct vault_card *card), void *arg)
{
    struct vault_card card = { .seq = sealed->seq, .received_s = sealed->received_s };
    json_t *document = NULL;
    if (frame_parse(sealed->frame.data, sealed->frame.len, &card.header, NULL) == 0) {
        document = open_card(vault, &sealed->frame, &card.header);
    }
    card.card = document;
    int result = each(arg, &card);
    json_decref(document);
    return result;
}

int vault_each_card(struct vault *vault, int64_t since_s,
                    int (*each)(void *arg, const struct vault_card *card), void *arg, struct err *err)
{
    struct sealed_card *batch = mem_alloc(CARD_BATCH * sizeof *batch);
    int64_t seq = INT64_MAX;
    size_t n = 0, young;
    int result = 0;
    /* Time goes with seq but for a clock that was set: a whole batch that is too old ends the walk. */
    do {
        young = 0;
        result = read_cards(vault->db, seq, batch, &n, err);
        for (size_t i = 0; result == 0 && i < n; i++) {
            seq = batch[i].seq;
            if (batch[i].received_s >= since_s) {
                young++;
                result = tell_card(vault, &batch[i], each, arg);
            }
        }
    } while (result == 0 && n == CARD_BATCH && young > 0);
    for (size_t i = 0; i < CARD_BATCH; i++) {
        buf_done(&batch[i].frame);
    }
    free(batch);
    return result;
}
