/* What the state machine wants done: unlocking, opening, writing, working out again. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deposit.h"
#include "handing.h"
#include "mem.h"
#include "recovery.h"
#include "review_loop_internal.h"
#include "slip.h"
#include "tr.h"

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

static void say_wait(struct loop *l, const char *user, struct err *err)
{
    int failures = 0;
    struct err ignored = { "" };
    int64_t wait = vault_wait(l->session.db, user, loop_now_s(l), &failures, &ignored);
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

/* 1, 0 or -1, as vault_unlock(). */
static int unlock_by_recovery(struct loop *l, const char *typed, struct err *err)
{
    uint8_t key[RECOVERY_KEY];
    int opened = recovery_read(typed, key, err) == 0
                     ? vault_unlock_recovery(l->session.db, key, loop_now_s(l), &l->session.vault, err)
                     : -1;
    sodium_memzero(key, sizeof key);
    return opened;
}

static int unlock_by_passphrase(struct loop *l, const char *user, const char *typed, struct err *err)
{
    char *passphrase = vault_passphrase(typed, false, err);
    int opened = passphrase == NULL ? -1 : vault_check_user(l->session.db, user, loop_now_s(l), err);
    if (opened == 0) {
        opened = vault_unlock(l->session.db, user, passphrase, loop_now_s(l), &l->session.vault, err);
        if (opened == 0) {
            say_wait(l, user, err);
        }
    }
    mem_wipe_free(passphrase);
    return opened;
}

static unsigned unlock(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    int opened = want->user[0] == '\0' ? unlock_by_recovery(l, want->passphrase, &err)
                                       : unlock_by_passphrase(l, want->user, want->passphrase, &err);
    if (opened == 1 && look_fill(l, &err) != 0) {
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
        effects = review_unlocked(l->review, vault_user(l->session.vault), rights, kept);
        json_decref(kept);
        effects |= review_trouble(l->review, trouble.text[0] != '\0' ? trouble.text : loop_standing(l));
        effects |= review_changed(l->review, loop_now_s(l));
    } else {
        effects = review_refused(l->review, err.text);
        queue_clear(review_queue(l->review));
    }
    return effects;
}

/* The form the open intake was made with, if the clinic still has it. */
static const struct form *form_of(struct loop *l, struct err *err)
{
    const char *wanted = review_encounter(l->review)->form_hash;
    char hash[2 * FRAME_HASH + 1] = "";
    if (l->form != NULL) {
        sodium_bin2hex(hash, sizeof hash, l->form->hash, sizeof l->form->hash);
    }
    if (strcmp(hash, wanted) != 0) {
        review_form(l->review, NULL);
        form_free(l->form);
        l->form = session_form(&l->session, wanted);
    }
    review_form(l->review, l->form);
    if (l->form == NULL) {
        err_set(err, "%s",
                tr("The form has changed since this intake was made: this cannot be worked out again."));
    }
    return l->form;
}

static unsigned open_intake(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    memcpy(uid, want->uid, sizeof uid);
    struct encounter *encounter = loop_note(l, "show", uid, &err) == 0 ? look_encounter(l, uid, &err) : NULL;
    unsigned effects = review_opened(l->review, encounter, err.text);
    if (encounter != NULL) {
        (void)form_of(l, &err); /* without it there are no figures */
    }
    return effects;
}

/* The other intake of a link says so too: whoever opens that one sees this one. Takes the event over. */
static int add_link(struct loop *l, json_t *event, struct err *err)
{
    uint8_t uid[FRAME_UID] = { 0 };
    const char *hex = loop_text(event, "uid");
    bool confirmed = json_is_true(json_object_get(event, "confirmed"));
    (void)sodium_hex2bin(uid, sizeof uid, hex, strlen(hex), NULL, NULL, NULL); /* the rules have looked */
    json_decref(event);
    return vault_link(l->session.vault, review_encounter(l->review), uid, confirmed, loop_now_s(l), err);
}

/* What this program has just written itself: no look finds it. */
static unsigned written(struct loop *l)
{
    struct err ignored = { "" };
    return vault_changed(l->session.vault, &l->change, look_row, l, &ignored) == 0
               ? review_changed(l->review, loop_now_s(l))
               : 0;
}

static unsigned add(struct loop *l, json_t **event, size_t n, bool both)
{
    struct err err = { "" };
    unsigned effects = 0;
    struct encounter *open = review_encounter(l->review);
    int rc =
        both ? add_link(l, event[0], &err) : vault_add(l->session.vault, open, event, n, loop_now_s(l), &err);
    if (rc == 0) {
        struct encounter *now = look_encounter(l, open->uid, &err);
        if (now != NULL) {
            effects |= review_opened(l->review, now, NULL);
        } else {
            rc = -1;
        }
    }
    effects |= review_added(l->review, rc, err.text);
    effects |= written(l);
    l->open_change = l->open_change && rc < 0; /* it may be gone: the next look finds out */
    return effects;
}

static unsigned move_visit(struct loop *l, struct date visit_on)
{
    struct err err = { "" };
    struct encounter *open = review_encounter(l->review);
    /* A draft is not judged: its answers are not all there, and the signed one brings its own result. */
    const struct form *form = open->draft ? NULL : form_of(l, &err);
    json_t *assessment = form == NULL ? NULL : encounter_assess(open, form, visit_on, NULL, &err);
    json_t *event = event_visit(loop_now_s(l), visit_on, assessment);
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
        screen_textf(&lines, UI_STRONG, loop_text(rule, "id"), "%s", loop_text(rule, "title"));
        screen_text(&lines, UI_TEXT, " ", loop_text(rule, "why"));
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
    struct encounter *other = loop_note(l, "show", uid, &err) == 0 ? look_encounter(l, uid, &err) : NULL;
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
    int rc = deposit_acknowledge(l->session.db, uid, who[0] != '\0' ? who : "desk", loop_now_s(l), &err);
    return review_seen(l->review, uid, rc < 0 ? err.text : NULL);
}

/* It is made before it is written down: what cannot be made has not left. */
static unsigned hand_out(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    struct buf text = BUF_INIT;
    struct encounter *open = review_encounter(l->review);
    const struct handing handing = { .config = l->session.config, .kind = want->paper };
    bool print = want->print;
    int rc = handing_text(&handing, open, &text, &err);
    if (rc == 0) {
        rc = handing_note(&handing, l->session.vault, l->session.db, open, print ? "print" : "screen",
                          loop_now_s(l), &err);
    }
    if (rc == 0 && print) {
        loop_draw(l); /* "Printing...": it may take a while */
        rc = handing_print(&handing, open, &err);
    }
    unsigned effects = review_handed(l->review, rc == 0, print ? NULL : buf_str(&text), err.text);
    buf_wipe(&text);
    return effects | written(l);
}

static unsigned give_slip(struct loop *l, const struct review_want *want)
{
    struct err err = { "" };
    uint8_t uid[FRAME_UID];
    char code[SLIP_CODE];
    memcpy(uid, want->uid, sizeof uid);
    int rc = slip_make(l->session.vault, uid, loop_now_s(l), code, &err);
    return review_slip(l->review, rc == 0 ? code : NULL, err.text);
}

unsigned wants_do(struct loop *l)
{
    struct review_want *want = review_want(l->review);
    switch (want->what) {
    case WANT_UNLOCK:
        loop_draw(l); /* "Opening...": it takes a second */
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
    case WANT_PAPER:
        return hand_out(l, want);
    case WANT_SLIP:
        return give_slip(l, want);
    case WANT_NOTHING:
        break;
    }
    return 0;
}
