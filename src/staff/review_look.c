/* What the review reads of the database: at unlock everything, then what has changed, once a second. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "counts.h"
#include "deposit.h"
#include "desk.h"
#include "mem.h"
#include "queue_row.h"
#include "review_loop_internal.h"
#include "tr.h"

enum { CALLS_AT_ONCE = 50 };

/* --- Rows of the queue --- */

int look_row(void *arg, const struct vault_row *row)
{
    struct loop *l = arg;
    const struct summary *s = &row->summary;
    struct queue *queue = review_queue(l->review);
    const struct encounter *open = review_encounter(l->review);
    l->open_change = l->open_change || (open != NULL && memcmp(open->uid, row->uid, FRAME_UID) == 0);
    if (row->gone || s->restricted) {
        queue_remove(queue, row->uid);
        return 0;
    }
    struct queue_entry entry = queue_row(row);
    queue_put(queue, &entry);
    return 0;
}

/* The first time: the queue is empty, and each comes once. */
static int fill_row(void *arg, const struct vault_row *row)
{
    struct loop *l = arg;
    if (!row->summary.restricted) {
        struct queue_entry entry = queue_row(row);
        queue_add(review_queue(l->review), &entry);
    }
    return 0;
}

/* --- The desk's list --- */

struct cards {
    struct loop *loop;
    uint8_t (*uid)[FRAME_UID]; /* shown already: the newest of each comes first */
    size_t n, cap;
};

static int take_card(void *arg, const struct vault_card *card)
{
    struct cards *cards = arg;
    /* One whose header cannot be read has no number of its own: each is shown. */
    bool known = !sodium_is_zero(card->header.uid, FRAME_UID);
    for (size_t i = 0; known && i < cards->n; i++) {
        if (memcmp(cards->uid[i], card->header.uid, FRAME_UID) == 0) {
            return 0;
        }
    }
    if (cards->n == cards->cap) {
        cards->cap = cards->cap == 0 ? 32 : 2 * cards->cap;
        cards->uid = mem_realloc(cards->uid, cards->cap, sizeof *cards->uid);
    }
    memcpy(cards->uid[cards->n++], card->header.uid, FRAME_UID);
    struct buf progress = BUF_INIT, help = BUF_INIT;
    struct review_card row = { 0 };
    memcpy(row.uid, card->header.uid, QUEUE_UID);
    desk_progress(&progress, card);
    desk_help(&help, card);
    row.name = desk_name(card);
    row.at_s = desk_came(card);
    row.progress = buf_str(&progress);
    row.help = buf_str(&help);
    review_card(cards->loop->review, &row);
    buf_wipe(&progress);
    buf_wipe(&help);
    return 0;
}

static int read_cards(struct loop *l, struct err *err)
{
    struct cards cards = { .loop = l };
    review_cards_begin(l->review);
    int rc = vault_each_card(l->session.vault, clock_local_midnight(loop_now_s(l)), take_card, &cards, err);
    free(cards.uid);
    return rc;
}

/* --- Looking at the database --- */

static struct review_call call_of(const struct deposit_call *from)
{
    struct review_call call = { .at_s = from->received_s,
                                .made_s = deposit_late(from),
                                .alert = from->header.kind == FRAME_ALERT,
                                .seen = from->seen };
    memcpy(call.uid, from->header.uid, QUEUE_UID);
    memcpy(call.about, from->header.about, QUEUE_UID);
    return call;
}

static int read_calls(struct loop *l, unsigned *effects, struct err *err)
{
    struct deposit_call calls[CALLS_AT_ONCE];
    int64_t since = l->calls_read ? INT64_MIN : clock_local_midnight(loop_now_s(l)), before;
    int n;
    do {
        before = l->call_seq;
        n = deposit_calls(l->session.db, since, l->call_seq, calls, CALLS_AT_ONCE, &l->call_seq, err);
        for (int i = 0; i < n; i++) {
            struct review_call call = call_of(&calls[i]);
            *effects |= review_call(l->review, &call, l->calls_read);
            if (call.alert && l->calls_read && !call.seen) {
                alarm_ring(l->alarm);
            }
        }
    } while (n >= 0 && l->call_seq != before);
    return n < 0 ? -1 : 0;
}

/* Calls that others have acknowledged meanwhile. */
static int read_seen(struct loop *l, unsigned *effects, struct err *err)
{
    struct deposit_call calls[CALLS_AT_ONCE];
    int64_t seq = 0, before;
    int n;
    do {
        before = seq;
        n = deposit_calls(l->session.db, clock_local_midnight(loop_now_s(l)), seq, calls, CALLS_AT_ONCE, &seq,
                          err);
        for (int i = 0; i < n; i++) {
            struct review_call call = call_of(&calls[i]);
            *effects |= review_call(l->review, &call, false);
        }
    } while (n >= 0 && seq != before);
    return n < 0 ? -1 : 0;
}

struct encounter *look_encounter(struct loop *l, const uint8_t *uid, struct err *err)
{
    struct encounter *encounter = NULL;
    int found = vault_encounter(l->session.vault, uid, &encounter, err);
    if (found == 0) {
        err_set(err, "%s", tr("This intake is not there any more."));
    }
    return found == 1 ? encounter : NULL;
}

/* The open intake again, if it is another now. */
static int refresh_open(struct loop *l, unsigned *effects, struct err *err)
{
    const struct encounter *open = review_encounter(l->review);
    if (!l->open_change || open == NULL) {
        return 0;
    }
    struct encounter *now = NULL;
    int found = vault_encounter(l->session.vault, open->uid, &now, err);
    if (found < 0) {
        return -1;
    }
    l->open_change = false;
    if (found == 0) {
        *effects |= review_gone(l->review, tr("The intake that was open has been erased or deleted."));
        return 0;
    }
    if (now->rev == open->rev && now->sent_rev == open->sent_rev) {
        encounter_free(now);
    } else {
        *effects |= review_opened(l->review, now, NULL);
    }
    return 0;
}

/* One that cannot be carried over keeps nobody from the intakes. */
static void carry(struct loop *l)
{
    struct err err = { "" };
    int rc = session_carry(&l->session, loop_now_s(l), &err);
    snprintf(l->carry_text, sizeof l->carry_text, "%s", rc == 0 ? "" : err.text);
}

/* What came in meanwhile, and where today begins. */
static int file_new(struct loop *l, struct err *err)
{
    int64_t from_seq = counts_from(l->session.db, clock_local_midnight(loop_now_s(l)), err);
    if (from_seq < 0 || vault_file(l->session.vault, err) < 0) {
        return -1;
    }
    queue_from(review_queue(l->review), from_seq);
    return 0;
}

static int look_inside(struct loop *l, unsigned *effects, struct err *err)
{
    if (!vault_may(l->session.vault, VAULT_READ)) {
        return read_cards(l, err);
    }
    if (file_new(l, err) != 0) {
        return -1;
    }
    bool said = l->carry_text[0] != '\0';
    carry(l);
    if (!l->away && !l->unkept && (said || l->carry_text[0] != '\0')) {
        *effects |= review_trouble(l->review, loop_standing(l));
    }
    if (vault_changed(l->session.vault, &l->change, look_row, l, err) != 0) {
        return -1;
    }
    *effects |= review_changed(l->review, loop_now_s(l));
    return refresh_open(l, effects, err);
}

int look(struct loop *l, unsigned *effects, struct err *err)
{
    /* The version first: what comes in meanwhile is seen in the next round. */
    int64_t version = db_data_version(l->session.db, err);
    if (version < 0) {
        return -1;
    }
    int64_t day_s = clock_local_midnight(loop_now_s(l));
    if (l->calls_read && version == l->version && day_s == l->day_s) {
        return 0;
    }
    if (loop_lock_out(l, effects, err) != 0) {
        return -1;
    }
    int64_t waiting = counts_waiting(l->session.db, day_s, err);
    if (waiting < 0 || read_calls(l, effects, err) != 0 || read_seen(l, effects, err) != 0 ||
        (l->session.vault != NULL && look_inside(l, effects, err) != 0)) {
        return -1;
    }
    review_waiting(l->review, (size_t)waiting);
    *effects |= REVIEW_REDRAW;
    l->calls_read = true;
    l->version = version;
    l->day_s = day_s;
    return 0;
}

/* --- At unlock --- */

/* Everything there is, once. */
int look_fill(struct loop *l, struct err *err)
{
    if (!vault_may(l->session.vault, VAULT_READ)) {
        return read_cards(l, err);
    }
    if (file_new(l, err) != 0) {
        return -1;
    }
    carry(l);
    if (loop_note(l, "list", NULL, err) != 0) {
        return -1;
    }
    l->change = vault_newest_change(l->session.vault, err);
    return l->change < 0 ? -1 : vault_each(l->session.vault, fill_row, l, err);
}
