#include "review_loop.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "alarm.h"
#include "audit.h"
#include "clock.h"
#include "counts.h"
#include "deposit.h"
#include "document.h"
#include "form_load.h"
#include "mem.h"
#include "review.h"
#include "review_view.h"
#include "scratch.h"
#include "session.h"
#include "tr.h"
#include "ui.h"

enum { LOOK_MS = 1000, CALLS_AT_ONCE = 50, SUGGESTIONS = 16 };

struct loop {
    const struct command_call *call;
    struct session session;
    struct scratch scratch;
    struct review *review;
    struct review_view *view;
    struct ui *ui;
    int alarm;
    int64_t look_ms; /* when the database is looked at next */
    int64_t version; /* of the database, at the last look */
    int64_t change;  /* vault_changed() goes on from here */
    int64_t call_seq;
    bool calls_read;  /* those of before the start: no bell for them */
    bool open_change; /* the open intake is among what changed */
    bool unkept;      /* what was typed could not be stored: said until it can */
    bool away;        /* so is the database */
    bool quit;
    struct review_reason reason[CONFIG_MAX_REASONS];
    struct review_limit *limit;
    char fingerprint[FRAME_FINGERPRINT];
    char alarm_text[ERR_SIZE]; /* the kiosk's keys are not ours */
    char *user;
    struct form *form; /* the last that was needed */
};

static int64_t now_s(const struct loop *l)
{
    return clock_wall_s(l->call->clock);
}

static int64_t now_ms(void)
{
    return clock_mono_ms(clock_system());
}

static int64_t midnight(int64_t wall_s)
{
    time_t now = (time_t)wall_s;
    struct tm day;
    if (localtime_r(&now, &day) == NULL) {
        return 0;
    }
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_isdst = -1;
    return (int64_t)mktime(&day);
}

static void draw(struct loop *l)
{
    review_view_draw(l->view, review_screen(l->review), review_row, l->review, l->ui);
    review_drawn(l->review, review_view_rows(l->view), review_view_lines(l->view),
                 review_view_scroll(l->view));
}

/* --- Rows of the queue --- */

static enum queue_status status_of(enum summary_status status)
{
    switch (status) {
    case SUMMARY_UNFINISHED:
        return QUEUE_UNFINISHED;
    case SUMMARY_DECIDED:
        return QUEUE_DECIDED;
    case SUMMARY_DAMAGED:
        return QUEUE_DAMAGED;
    case SUMMARY_NEWER:
        return QUEUE_NEWER;
    case SUMMARY_NEW:
    case SUMMARY_STARTED:
        break;
    }
    return QUEUE_OPEN;
}

static uint8_t small(int n)
{
    return (uint8_t)(n < 0 ? 0 : n > UINT8_MAX ? UINT8_MAX : n);
}

static int take_row(void *arg, const struct vault_row *row)
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
    struct queue_entry entry = {
        .seq = row->seq,
        .wall_s = s->wall_s,
        .name = s->name,
        .phone = s->phone,
        .owner = s->owner,
        .decision = session_decision(s->decision),
        .progress = "",
        .flags = s->flag_ids + strspn(s->flag_ids, " "),
        .birth_date = s->birth_date,
        .asked_on = s->asked_on,
        .visit_on = s->visit_on,
        .status = status_of(s->status),
        .has_class = s->has_class,
        .class = s->program,
        .decided_class = s->class,
        .attention = small(s->attention),
        .nflags = small(s->flags),
        .open_flags = small(s->open),
        .alert = s->alert,
        .demo = s->demo,
    };
    memcpy(entry.uid, row->uid, QUEUE_UID);
    queue_put(queue, &entry);
    return 0;
}

/* --- The desk's list --- */

struct cards {
    struct loop *loop;
    uint8_t (*uid)[FRAME_UID]; /* shown already: the newest of each comes first */
    size_t n, cap;
};

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static void progress_of(struct buf *out, const struct vault_card *card)
{
    const json_t *sections = json_object_get(card->card, "progress");
    if (card->header.kind == FRAME_FINAL) {
        buf_adds(out, tr("finished"));
        return;
    }
    for (size_t i = 0; i < json_array_size(sections); i++) {
        const json_t *section = json_array_get(sections, i);
        json_int_t answered = json_integer_value(json_object_get(section, "answered"));
        json_int_t shown = json_integer_value(json_object_get(section, "shown"));
        if (answered < shown) {
            buf_addf(out, tr("part %zu of %zu"), i + 1, json_array_size(sections));
            return;
        }
    }
    buf_adds(out, tr("at the end"));
}

static int take_card(void *arg, const struct vault_card *card)
{
    struct cards *cards = arg;
    for (size_t i = 0; i < cards->n; i++) {
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
    struct review_card row = { .at_s = card->received_s };
    memcpy(row.uid, card->header.uid, QUEUE_UID);
    const json_t *wanted = json_object_get(card->card, "help");
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        const char *text = json_string_value(json_array_get(wanted, i));
        buf_addf(&help, "%s%s", i > 0 ? "; " : "", text == NULL ? "" : text);
    }
    if (card->card != NULL) {
        progress_of(&progress, card);
        row.name = text_at(card->card, "name");
        json_int_t arrived = json_integer_value(json_object_get(card->card, "arrived"));
        row.at_s = arrived > 0 ? arrived : row.at_s;
    } else {
        row.name = tr("(damaged record)");
    }
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
    int rc = vault_each_card(l->session.vault, midnight(now_s(l)), take_card, &cards, err);
    free(cards.uid);
    return rc;
}

/* --- Looking at the database --- */

static int read_calls(struct loop *l, unsigned *effects, struct err *err)
{
    struct deposit_call calls[CALLS_AT_ONCE];
    int64_t since = l->calls_read ? INT64_MIN : midnight(now_s(l)), before;
    int n;
    do {
        before = l->call_seq;
        n = deposit_calls(l->session.db, since, l->call_seq, calls, CALLS_AT_ONCE, &l->call_seq, err);
        for (int i = 0; i < n; i++) {
            struct review_call call = { .at_s = calls[i].received_s,
                                        .alert = calls[i].header.kind == FRAME_ALERT,
                                        .seen = calls[i].seen };
            memcpy(call.uid, calls[i].header.uid, QUEUE_UID);
            memcpy(call.about, calls[i].header.about, QUEUE_UID);
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
        n = deposit_calls(l->session.db, midnight(now_s(l)), seq, calls, CALLS_AT_ONCE, &seq, err);
        for (int i = 0; i < n; i++) {
            struct review_call call = { .at_s = calls[i].received_s,
                                        .alert = calls[i].header.kind == FRAME_ALERT,
                                        .seen = calls[i].seen };
            memcpy(call.uid, calls[i].header.uid, QUEUE_UID);
            memcpy(call.about, calls[i].header.about, QUEUE_UID);
            *effects |= review_call(l->review, &call, false);
        }
    } while (n >= 0 && seq != before);
    return n < 0 ? -1 : 0;
}

static struct encounter *read_encounter(struct loop *l, const uint8_t *uid, struct err *err)
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
    l->open_change = false;
    struct encounter *now = NULL;
    int found = vault_encounter(l->session.vault, open->uid, &now, err);
    if (found < 0) {
        return -1;
    }
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

static int look_inside(struct loop *l, unsigned *effects, struct err *err)
{
    if (!vault_may(l->session.vault, VAULT_READ)) {
        return read_cards(l, err);
    }
    if (vault_file(l->session.vault, err) < 0 || session_carry(&l->session, now_s(l), err) != 0 ||
        vault_changed(l->session.vault, &l->change, take_row, l, err) != 0) {
        return -1;
    }
    *effects |= review_changed(l->review, now_s(l));
    return refresh_open(l, effects, err);
}

static int lock_out(struct loop *l, unsigned *effects, struct err *err);

static int look(struct loop *l, unsigned *effects, struct err *err)
{
    /* The version first: what comes in meanwhile is seen in the next round. */
    int64_t version = db_data_version(l->session.db, err);
    if (version < 0) {
        return -1;
    }
    if (l->calls_read && version == l->version) {
        return 0;
    }
    if (lock_out(l, effects, err) != 0) {
        return -1;
    }
    int64_t waiting = counts_waiting(l->session.db, midnight(now_s(l)), err);
    if (waiting < 0 || read_calls(l, effects, err) != 0 || read_seen(l, effects, err) != 0 ||
        (l->session.vault != NULL && look_inside(l, effects, err) != 0)) {
        return -1;
    }
    review_waiting(l->review, (size_t)waiting);
    *effects |= REVIEW_REDRAW;
    l->calls_read = true;
    l->version = version;
    return 0;
}

/* --- Locking --- */

static void keep(struct loop *l, unsigned *effects)
{
    struct err err = { "" };
    if (l->session.vault == NULL || !vault_may(l->session.vault, VAULT_READ)) {
        return;
    }
    json_t *kept = review_kept(l->review);
    char *text = kept == NULL ? NULL : json_dumps(kept, JSON_COMPACT);
    if (scratch_save(&l->scratch, l->session.vault, text, text == NULL ? 0 : strlen(text), &err) != 0) {
        *effects |= review_trouble(l->review, err.text);
        l->unkept = true;
    } else if (l->unkept) {
        *effects |= review_trouble(l->review, l->alarm_text[0] != '\0' ? l->alarm_text : NULL);
        l->unkept = false;
    }
    mem_wipe_free(text);
    json_decref(kept);
}

static void lock(struct loop *l, unsigned *effects)
{
    scratch_close(&l->scratch);
    vault_lock(l->session.vault);
    l->session.vault = NULL;
    *effects |= review_locked(l->review);
}

/* As by F10: what was typed is sealed first. */
static void lock_now(struct loop *l, unsigned *effects)
{
    struct event event = { .type = EVENT_KEY, .key = KEY_ID_F1 + 9, .mono_ms = now_ms() };
    (void)review_event(l->review, &event, now_s(l));
    keep(l, effects);
    lock(l, effects);
}

/* Whoever's account was disabled sees nothing more. */
static int lock_out(struct loop *l, unsigned *effects, struct err *err)
{
    int stands = l->session.vault == NULL ? 1 : vault_stands(l->session.vault, err);
    if (stands == 0) {
        lock_now(l, effects);
        *effects |= review_refused(l->review, tr("This account was disabled or changed. Unlock again."));
    }
    return stands < 0 ? -1 : 0;
}

/* A disk that is full may have room again in a second: that is said, and tried again. A database that is
 * away, or refuses everything after an error on the disk, is opened anew, and with it goes the vault, which
 * belonged to the old one. */
static void trouble(struct loop *l, unsigned *effects, const struct err *why)
{
    struct err err = { "" };
    *effects |= review_trouble(l->review, why->text);
    l->away = true;
    if (db_data_version(l->session.db, &err) >= 0) {
        return;
    }
    struct db *db = db_open(l->session.config->database, clock_system(), &err);
    if (db == NULL) {
        return;
    }
    if (l->session.vault != NULL) {
        lock_now(l, effects);
    }
    db_close(l->session.db);
    l->session.db = db;
    l->version = -1;
}

/* --- What the state machine wants --- */

static int note(struct loop *l, const char *act, const uint8_t *uid, struct err *err)
{
    struct audit_entry entry = {
        .at_s = now_s(l), .actor = vault_user(l->session.vault), .act = act, .uid = uid
    };
    return audit_note(l->session.db, &entry, err);
}

/* What this person's sessions before have left, as one. */
static json_t *read_kept(struct loop *l, struct err *err)
{
    struct buf text = BUF_INIT;
    json_t *all = json_object(), *list = json_array();
    int rc = 0;
    (void)scratch_open(&l->scratch, l->session.vault, err);
    json_object_set_new(all, "kept", list);
    /* One that cannot be opened stays; the others are read all the same. */
    while (l->scratch.place >= 0 && (rc = scratch_left(&l->scratch, l->session.vault, &text, err)) != 0) {
        json_t *one = rc == 1 ? json_loadb(buf_str(&text), text.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
        json_array_extend(list, json_object_get(one, "kept"));
        json_decref(one);
        buf_wipe(&text);
    }
    buf_wipe(&text);
    return all;
}

/* Everything there is, once. */
static int fill(struct loop *l, struct err *err)
{
    if (!vault_may(l->session.vault, VAULT_READ)) {
        return read_cards(l, err);
    }
    if (vault_file(l->session.vault, err) < 0 || session_carry(&l->session, now_s(l), err) != 0 ||
        note(l, "list", NULL, err) != 0) {
        return -1;
    }
    l->change = vault_newest_change(l->session.vault, err);
    return l->change < 0 ? -1 : vault_each(l->session.vault, take_row, l, err);
}

static void say_wait(struct loop *l, const char *user, struct err *err)
{
    int failures = 0;
    struct err ignored = { "" };
    int64_t wait = vault_wait(l->session.db, user, now_s(l), &failures, &ignored);
    size_t len = strlen(err->text);
    if (wait > 0) {
        snprintf(err->text + len, sizeof err->text - len, " ");
        len = strlen(err->text);
        snprintf(err->text + len, sizeof err->text - len,
                 tr_n("The next try is looked at in %lld second.",
                      "The next try is looked at in %lld seconds.", (unsigned long)wait),
                 (long long)wait);
    }
}

static unsigned unlock(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    char *user = mem_strdup(want->user);
    char *passphrase = vault_passphrase(want->passphrase, false, &err);
    int opened = passphrase == NULL ? -1 : vault_check_user(l->session.db, user, now_s(l), &err);
    if (opened == 0) {
        opened = vault_unlock(l->session.db, user, passphrase, now_s(l), &l->session.vault, &err);
        if (opened == 0) {
            say_wait(l, user, &err);
        }
    }
    mem_wipe_free(passphrase);
    if (opened == 1 && fill(l, &err) != 0) {
        vault_lock(l->session.vault);
        l->session.vault = NULL;
        opened = -1;
    }
    unsigned effects;
    if (opened == 1) {
        struct review_rights rights = { vault_may(l->session.vault, VAULT_READ),
                                        vault_may(l->session.vault, VAULT_WRITE), true };
        struct err trouble = { "" };
        json_t *kept = rights.read ? read_kept(l, &trouble) : NULL;
        effects = review_unlocked(l->review, user, rights, kept);
        json_decref(kept);
        if (trouble.text[0] != '\0') {
            effects |= review_trouble(l->review, trouble.text);
        }
        effects |= review_changed(l->review, now_s(l));
    } else {
        effects = review_refused(l->review, err.text);
        queue_clear(review_queue(l->review));
    }
    free(user);
    return effects;
}

static unsigned open_intake(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    memcpy(uid, want->uid, sizeof uid);
    struct encounter *encounter = note(l, "show", uid, &err) == 0 ? read_encounter(l, uid, &err) : NULL;
    return review_opened(l->review, encounter, err.text);
}

/* The other intake of a link says so too: whoever opens that one sees this one. */
static void link_back(struct loop *l, const json_t *event)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    const struct encounter *open = review_encounter(l->review);
    const char *hex = text_at(event, "uid");
    size_t len = 0;
    if (sodium_hex2bin(uid, sizeof uid, hex, strlen(hex), NULL, &len, NULL) != 0 || len != sizeof uid) {
        return;
    }
    struct encounter *other = read_encounter(l, uid, &err);
    if (other != NULL) {
        json_t *back = event_link(now_s(l), open->uid, json_is_true(json_object_get(event, "confirmed")));
        (void)vault_add(l->session.vault, other, &back, 1, now_s(l), &err);
        encounter_free(other);
    }
}

static unsigned add(struct loop *l, json_t **event, size_t n, bool both)
{
    struct err err = { "" };
    unsigned effects = 0;
    struct encounter *open = review_encounter(l->review);
    json_t *link = both && n == 1 ? json_incref(event[0]) : NULL;
    int rc = vault_add(l->session.vault, open, event, n, now_s(l), &err);
    if (rc == 0) {
        struct encounter *now = read_encounter(l, open->uid, &err);
        if (now != NULL) {
            effects |= review_opened(l->review, now, NULL);
        } else {
            rc = -1;
        }
    } else if (rc == 1 && link != NULL) {
        link_back(l, link);
    }
    json_decref(link);
    effects |= review_added(l->review, rc, err.text);
    struct err ignored = { "" };
    if (vault_changed(l->session.vault, &l->change, take_row, l, &ignored) == 0) {
        effects |= review_changed(l->review, now_s(l));
    }
    l->open_change = l->open_change && rc < 0; /* it may be gone: the next look finds out */
    return effects;
}

/* The form the open intake was made with, if the clinic still has it. */
static const struct form *form_of(struct loop *l, struct err *err)
{
    const char *wanted = review_encounter(l->review)->form_hash;
    char hash[2 * FRAME_HASH + 1];
    for (size_t i = 0; i <= l->session.config->nforms; i++) {
        if (l->form != NULL) {
            sodium_bin2hex(hash, sizeof hash, l->form->hash, sizeof l->form->hash);
            if (strcmp(hash, wanted) == 0) {
                return l->form;
            }
            form_free(l->form);
            l->form = NULL;
        }
        if (i < l->session.config->nforms) {
            struct problems problems = PROBLEMS_INIT;
            l->form = form_load(l->session.config->form[i].folder, &problems);
            problems_done(&problems);
        }
    }
    err_set(err, "%s",
            tr("The form has changed since this intake was made: this cannot be worked out again."));
    return NULL;
}

static unsigned move_visit(struct loop *l, struct date visit_on)
{
    struct err err = { "" };
    struct encounter *open = review_encounter(l->review);
    /* A draft is not judged: its answers are not all there, and the signed one brings its own result. */
    const struct form *form = open->draft ? NULL : form_of(l, &err);
    json_t *assessment = form == NULL ? NULL : encounter_assess(open, form, visit_on, NULL, &err);
    json_t *event = event_visit(now_s(l), visit_on, assessment);
    return add(l, &event, 1, false);
}

static unsigned why_not(struct loop *l)
{
    struct err err = { "" };
    struct screen_texts lines = { 0 };
    const struct encounter *open = review_encounter(l->review);
    const struct form *form = form_of(l, &err);
    json_t *trace = form == NULL ? NULL : encounter_trace(open, form, &err);
    if (trace == NULL) {
        return review_why_not(l->review, NULL, err.text);
    }
    const json_t *list = json_object_get(trace, "not_fired");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *rule = json_array_get(list, i);
        screen_textf(&lines, UI_STRONG, text_at(rule, "id"), "%s", text_at(rule, "title"));
        screen_text(&lines, UI_TEXT, " ", text_at(rule, "why"));
    }
    json_decref(trace);
    unsigned effects = review_why_not(l->review, &lines, NULL);
    screen_texts_done(&lines);
    return effects;
}

static unsigned compare(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    memcpy(uid, want->uid, sizeof uid);
    struct encounter *other = note(l, "show", uid, &err) == 0 ? read_encounter(l, uid, &err) : NULL;
    unsigned effects = review_compare(l->review, other, err.text);
    encounter_free(other);
    return effects;
}

static unsigned seen(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    char login[SLOT_USER];
    uint8_t uid[FRAME_UID];
    memcpy(uid, want->uid, sizeof uid);
    const char *who = l->session.vault != NULL ? vault_user(l->session.vault) : session_login(login);
    int rc = deposit_acknowledge(l->session.db, uid, who[0] != '\0' ? who : "desk", now_s(l), &err);
    return review_seen(l->review, uid, rc < 0 ? err.text : NULL);
}

static unsigned do_want(struct loop *l)
{
    struct review_want *want = review_want(l->review);
    switch (want->what) {
    case WANT_UNLOCK:
        draw(l); /* "Opening...": it takes a second */
        return unlock(l, want);
    case WANT_OPEN:
        return open_intake(l, want);
    case WANT_ADD:
        return add(l, want->event, want->nevents, want->both);
    case WANT_VISIT:
        return move_visit(l, want->visit_on);
    case WANT_WHY_NOT:
        return why_not(l);
    case WANT_COMPARE:
        return compare(l, want);
    case WANT_SEEN:
        return seen(l, want);
    case WANT_NOTHING:
        break;
    }
    return 0;
}

/* Effects may ask for more: the loop ends when they do not. */
static bool carry_out(struct loop *l, unsigned effects)
{
    bool redraw = false;
    while (effects != 0) {
        unsigned more = 0;
        redraw = redraw || (effects & REVIEW_REDRAW) != 0;
        if (effects & REVIEW_BELL) {
            ui_bell(l->ui);
        }
        if (effects & REVIEW_WANT) {
            more |= do_want(l);
        }
        if (effects & REVIEW_KEEP) {
            keep(l, &more);
        }
        if (effects & REVIEW_LOCK) {
            lock(l, &more);
        }
        l->quit = l->quit || (effects & REVIEW_QUIT) != 0;
        effects = more;
    }
    return redraw;
}

/* --- The loop --- */

static unsigned click(struct loop *l, const struct event *event)
{
    static const enum review_click what[] = {
        [HIT_ROW] = CLICK_ROW, [HIT_CHOICE] = CLICK_CHOICE, [HIT_FIELD] = CLICK_FIELD, [HIT_KEY] = CLICK_KEY
    };
    size_t index = 0;
    enum view_hit hit = review_view_hit(l->view, event->row, event->column, &index);
    return hit == HIT_NOTHING ? 0 : review_click(l->review, what[hit], index, event->mono_ms, now_s(l));
}

static void serve(struct loop *l)
{
    struct event *event = mem_alloc(sizeof *event);
    bool redraw = true;
    while (!l->quit) {
        unsigned effects = 0;
        if (now_ms() >= l->look_ms) {
            struct err err = { "" };
            if (look(l, &effects, &err) != 0) {
                trouble(l, &effects, &err);
            } else if (l->away) {
                l->away = false;
                effects |= review_trouble(l->review, l->alarm_text[0] != '\0' ? l->alarm_text : NULL);
            }
            l->look_ms = now_ms() + LOOK_MS;
            redraw = carry_out(l, effects) || redraw;
        }
        if (redraw && !ui_pending(l->ui)) {
            draw(l);
            redraw = false;
        }
        int64_t deadline = review_deadline(l->review);
        deadline = deadline < 0 || deadline > l->look_ms ? l->look_ms : deadline;
        ui_wait(l->ui, event, deadline, NULL, 0);
        effects = event->type == EVENT_CLICK ? click(l, event) : review_event(l->review, event, now_s(l));
        redraw = carry_out(l, effects) || redraw;
        explicit_bzero(event->text, sizeof event->text);
    }
    free(event);
}

/* --- Beginning and end --- */

static enum ui_scheme scheme_of(enum config_theme theme)
{
    if (getenv("NO_COLOR") != NULL || theme == THEME_MONO) {
        return UI_MONO;
    }
    return theme == THEME_CONTRAST ? UI_CONTRAST : UI_NORMAL;
}

static void read_keys(struct loop *l)
{
    struct frame_keys keys;
    struct err err = { "" };
    if (frame_keys_read(l->session.config->public_keys, &keys, &err) != 0) {
        snprintf(l->alarm_text, sizeof l->alarm_text, "%s", err.text);
        return;
    }
    frame_keys_fingerprint(&keys, l->fingerprint);
    if (account_check_keys(l->session.db, &keys, &err) < 0) {
        snprintf(l->alarm_text, sizeof l->alarm_text, "%s", err.text);
    }
}

/* As said, or the only one there is, or who is logged in where that one has an account. Else it is typed. */
static char *whose(struct loop *l)
{
    char login[SLOT_USER];
    const char *given = command_value(l->call, "user");
    char *user = given != NULL ? mem_strdup(given) : vault_only_user(l->session.db, NULL);
    struct account *account = NULL;
    size_t n = 0;
    session_login(login);
    if (user == NULL && account_list(l->session.db, now_s(l), &account, &n, NULL) == 0) {
        for (size_t i = 0; user == NULL && i < n; i++) {
            user = strcmp(account[i].user, login) == 0 && !account[i].proposed ? mem_strdup(login) : NULL;
        }
    }
    free(account);
    return user != NULL ? user : mem_strdup("");
}

static void set_up(struct loop *l, struct review_setup *setup)
{
    const struct config *config = l->session.config;
    l->limit = mem_alloc((config->nlimits + 1) * sizeof *l->limit);
    for (size_t i = 0; i < config->nlimits; i++) {
        l->limit[i] =
            (struct review_limit){ config->limit[i].item, config->limit[i].field, config->limit[i].max };
    }
    for (size_t i = 0; i < config->nreasons && i < CONFIG_MAX_REASONS; i++) {
        l->reason[i] = (struct review_reason){ config->reason[i].code, tr(config->reason[i].text) };
    }
    l->user = whose(l);
    *setup = (struct review_setup){
        .clinic = config->clinic.name,
        .user = l->user,
        .fingerprint = l->fingerprint,
        .reason = l->reason,
        .nreasons = config->nreasons,
        .limit = l->limit,
        .nlimits = config->nlimits,
        .idle_s = config->lock_s,
        .urgent_shown = config->urgent_before_unlock,
    };
}

static struct ui *open_terminal(const struct loop *l, struct err *err)
{
    /* What comes with an SSH connection must not freeze the size, or name files to read. */
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("TERMINFO");
    unsetenv("TERMINFO_DIRS");
    setenv("HOME", "/nonexistent", 1);
    struct ui_setup setup = { l->call->in, l->call->out, getenv("TERM"), scheme_of(l->session.config->theme),
                              clock_system() };
    return ui_open(&setup, err);
}

int review_run(const struct command_call *call)
{
    struct loop l = { .call = call, .alarm = -1, .scratch = { .place = -1, .lock = -1 } };
    struct err err = { "" };
    struct review_setup setup;
    struct config *config = session_config(call, &err);
    if (config == NULL) {
        return command_fail(call, &err);
    }
    /* Before the database and the terminal are open: see alarm.h. */
    l.alarm = alarm_start(config->alert_command, &err);
    config_free(config);
    if (err.text[0] != '\0' || session_open(&l.session, call, &err) != 0) {
        alarm_stop(l.alarm);
        return command_fail(call, &err);
    }
    read_keys(&l);
    set_up(&l, &setup);
    l.ui = open_terminal(&l, &err);
    if (l.ui != NULL) {
        ui_mouse(l.ui, true);
        l.view = review_view_new();
        l.review = review_new(&setup, now_ms());
        if (l.alarm_text[0] != '\0') {
            (void)review_trouble(l.review, l.alarm_text); /* before anybody unlocks */
        }
        serve(&l);
        review_free(l.review);
        review_view_free(l.view);
        ui_close(l.ui);
    }
    int status = l.ui != NULL ? COMMAND_OK : command_fail(call, &err);
    alarm_stop(l.alarm);
    session_close(&l.session);
    form_free(l.form);
    free(l.limit);
    free(l.user);
    return status;
}
