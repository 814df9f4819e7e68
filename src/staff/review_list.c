/* Keys of the door, the queue and the desk's list. */
#include "review_internal.h"

#include <string.h>

#include "mem.h"
#include "recovery.h"
#include "tr.h"

/* --- The door --- */

static void unlock_by(struct review *r, const char *user)
{
    r->unlocking = true;
    screen_set(&r->door_error, NULL);
    review_ask(r, WANT_UNLOCK);
    r->want.user = user;
    r->want.passphrase = r->passphrase.text;
}

/* It is printed on two lines. */
static void try_recovery(struct review *r)
{
    if (r->passphrase.len == 0) {
        screen_set(&r->door_error, tr("Type the recovery key from its paper."));
    } else if (recovery_lacks(r->passphrase.text) > 0) {
        edit_insert(&r->passphrase, " ", 1);
        screen_setf(&r->door_error, tr("Now its second line, and Enter: %zu letters and digits are to come."),
                    recovery_lacks(r->passphrase.text));
    } else {
        unlock_by(r, "");
    }
}

static void try_unlock(struct review *r)
{
    if (r->name.len == 0) {
        screen_set(&r->door_error, tr("Type your name first."));
        r->at_name = true;
    } else if (r->passphrase.len == 0) {
        screen_set(&r->door_error, r->at_name ? NULL : tr("Type your passphrase."));
        r->at_name = false;
    } else {
        unlock_by(r, r->name.text);
    }
}

static void door_event(struct review *r, const struct event *event)
{
    if (review_is_key(event, KEY_ID_F1 + 1)) {
        r->by_recovery = !r->by_recovery;
        r->at_name = !r->by_recovery && r->name.len == 0;
        edit_set(&r->passphrase, "");
        screen_set(&r->door_error, NULL);
    } else if (review_is_key(event, KEY_ID_ENTER)) {
        if (r->by_recovery) {
            try_recovery(r);
        } else {
            try_unlock(r);
        }
    } else if (r->by_recovery && review_is_key(event, KEY_ID_ESCAPE)) {
        r->by_recovery = false;
        edit_set(&r->passphrase, "");
        screen_set(&r->door_error, NULL);
    } else if (review_is_key(event, KEY_ID_TAB) || review_is_key(event, KEY_ID_BACKTAB) ||
               review_is_key(event, KEY_ID_UP) || review_is_key(event, KEY_ID_DOWN)) {
        r->at_name = !r->at_name && !r->by_recovery;
    } else if (review_is_key(event, KEY_ID_ESCAPE) || review_is_key(event, KEY_ID_CTRL_A + 2)) {
        r->effects |= REVIEW_QUIT;
    } else {
        if (r->at_name && r->proposed && event->type == EVENT_CHAR) { /* another's: typed over, not behind */
            edit_set(&r->name, "");
        }
        r->proposed = r->proposed && !r->at_name;
        edit_event(r->at_name ? &r->name : &r->passphrase, event);
    }
}

/* --- The queue --- */

void list_look(struct review *r)
{
    if (r->stage == STAGE_DOOR || !r->rights.read) {
        return;
    }
    r->filter.user = r->user;
    r->filter.flag = r->flag_text;
    r->filter.search = r->find.text;
    queue_look(r->queue, &r->filter, r->today, r->wall_s);
    size_t n = queue_count(r->queue), at = r->focused ? queue_find(r->queue, r->focus_uid) : SIZE_MAX;
    if (at != SIZE_MAX) {
        r->focus = at;
    }
    r->focus = n == 0 ? 0 : r->focus < n ? r->focus : n - 1;
    r->stale = true;
}

/* From now on the focus stays on this row's intake, wherever it moves. At the top it stays at the top: there
 * the worst is looked for. */
static void hold_focus(struct review *r)
{
    struct queue_entry entry;
    r->focused = r->focus > 0 && r->focus < queue_count(r->queue);
    if (r->focused) {
        queue_get(r->queue, r->focus, &entry);
        memcpy(r->focus_uid, entry.uid, QUEUE_UID);
    }
}

static void open_focused(struct review *r)
{
    struct queue_entry entry;
    list_look(r);
    if (queue_count(r->queue) == 0) {
        return;
    }
    queue_get(r->queue, r->focus, &entry);
    memcpy(r->focus_uid, entry.uid, QUEUE_UID);
    r->focused = true;
    review_ask(r, WANT_OPEN);
    memcpy(r->want.uid, entry.uid, QUEUE_UID);
}

static void find_event(struct review *r, const struct event *event)
{
    if (review_is_key(event, KEY_ID_ESCAPE)) {
        edit_set(&r->find, "");
        r->finding = false;
    } else if (review_is_key(event, KEY_ID_ENTER)) {
        r->finding = false;
        if (queue_count(r->queue) == 1) {
            open_focused(r);
        }
        return;
    } else if (review_is_key(event, KEY_ID_DOWN) || review_is_key(event, KEY_ID_TAB)) {
        r->finding = false;
        return;
    } else if (edit_event(&r->find, event) != EDIT_CHANGED) {
        return;
    }
    r->focus = 0;
    r->focused = false;
    r->serial++;
    list_look(r);
}

static void queue_event(struct review *r, const struct event *event)
{
    if (r->finding) {
        find_event(r, event);
        return;
    }
    list_look(r);
    if (review_moved(r, event, &r->focus, queue_count(r->queue))) {
        hold_focus(r);
    } else if (review_is_key(event, KEY_ID_ENTER) || review_is_key(event, KEY_ID_RIGHT)) {
        open_focused(r);
    } else if (review_is_char(event, '/')) {
        r->finding = true;
    } else if (review_is_char(event, 'f')) {
        prompt_open(r, PROMPT_FILTER, "");
    } else if (review_is_char(event, 'r')) {
        slip_open(r);
    } else if (review_is_char(event, '?')) {
        prompt_open(r, PROMPT_KEYS, "");
    } else if (review_is_char(event, 'q')) {
        review_lock(r);
    } else if (review_is_key(event, KEY_ID_ESCAPE)) {
        edit_set(&r->find, "");
        r->filter = (struct queue_filter){ .view = QUEUE_VIEW_TODAY };
        screen_set(&r->flag_text, "");
        r->focus = 0;
        r->focused = false;
        r->serial++;
        list_look(r);
    }
}

static void desk_event(struct review *r, const struct event *event)
{
    if (review_moved(r, event, &r->focus, r->ndesk)) {
        return;
    }
    if (review_is_char(event, 'q')) {
        review_lock(r);
    } else if (review_is_char(event, '?')) {
        prompt_open(r, PROMPT_KEYS, "");
    }
}

void list_event(struct review *r, const struct event *event)
{
    if (r->stage == STAGE_DOOR) {
        door_event(r, event);
    } else if (r->stage == STAGE_DESK) {
        desk_event(r, event);
    } else {
        queue_event(r, event);
    }
}
