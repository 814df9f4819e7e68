/* Keys of one intake, and what they ask to be written. */
#include "review_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tr.h"

/* --- Its lists --- */

static bool in_tab(const struct encounter_item *item, enum tab tab)
{
    bool staff = item->who == ITEM_STAFF || (item->who == ITEM_PATIENT && item->passed);
    return tab == TAB_STAFF ? staff : !staff;
}

/* What the patient should have begun before today stands first in the staff's list. */
size_t intake_item(const struct review *r, enum tab tab, size_t i)
{
    for (int round = 0; round < 2; round++) {
        for (size_t k = 0; k < r->open->nitems; k++) {
            const struct encounter_item *item = &r->open->item[k];
            bool first = tab == TAB_STAFF && item->who != ITEM_STAFF;
            if (in_tab(item, tab) && first == (round == 0 && tab == TAB_STAFF) &&
                (tab == TAB_STAFF || round == 0) && i-- == 0) {
                return k;
            }
        }
    }
    return SIZE_MAX;
}

static size_t count_items(const struct review *r, enum tab tab)
{
    size_t n = 0;
    for (size_t k = 0; k < r->open->nitems; k++) {
        n += in_tab(&r->open->item[k], tab);
    }
    return n;
}

bool intake_linked(const struct review *r, const uint8_t *uid)
{
    for (size_t i = 0; i < r->open->nlinks; i++) {
        if (memcmp(r->open->link[i].uid, uid, QUEUE_UID) == 0) {
            return true;
        }
    }
    return false;
}

bool intake_other(const struct review *r, size_t i, uint8_t uid[QUEUE_UID], bool *linked)
{
    if (i < r->open->nlinks) {
        memcpy(uid, r->open->link[i].uid, QUEUE_UID);
        *linked = true;
        return true;
    }
    i -= r->open->nlinks;
    for (size_t k = 0; k < r->nsame; k++) {
        if (!intake_linked(r, r->same[k].uid) && i-- == 0) {
            memcpy(uid, r->same[k].uid, QUEUE_UID);
            *linked = false;
            return true;
        }
    }
    return false;
}

static size_t count_others(const struct review *r)
{
    size_t n = r->open->nlinks;
    for (size_t k = 0; k < r->nsame; k++) {
        n += !intake_linked(r, r->same[k].uid);
    }
    return n;
}

size_t intake_count(const struct review *r, enum tab tab)
{
    switch (tab) {
    case TAB_FLAGS:
        return r->open->nflags;
    case TAB_ANSWERS:
        return r->open->nanswers;
    case TAB_STAFF:
    case TAB_PATIENT:
        return count_items(r, tab);
    case TAB_NOTES:
        return r->open->nnotes;
    case TAB_PERSON:
        return count_others(r);
    case TAB_HISTORY:
        return r->open->nentries;
    default:
        return 0;
    }
}

const struct encounter_flag *intake_flag(const struct review *r)
{
    return r->tab == TAB_FLAGS && r->at[TAB_FLAGS] < r->open->nflags ? &r->open->flag[r->at[TAB_FLAGS]]
                                                                     : NULL;
}

static const char *id_at(const struct review *r, enum tab tab, size_t i)
{
    size_t item = tab == TAB_STAFF || tab == TAB_PATIENT ? intake_item(r, tab, i) : SIZE_MAX;
    if (item != SIZE_MAX) {
        return r->open->item[item].id;
    }
    return tab == TAB_FLAGS && i < r->open->nflags       ? r->open->flag[i].id
           : tab == TAB_ANSWERS && i < r->open->nanswers ? r->open->answer[i].id
                                                         : "";
}

/* Flags are sorted anew by each decision: a key typed in that moment must not meet another one. */
void intake_replace(struct review *r, struct encounter *encounter)
{
    char *id[TABS];
    for (int tab = 0; tab < TABS; tab++) {
        id[tab] = mem_strdup(id_at(r, (enum tab)tab, r->at[tab]));
    }
    encounter_free(r->open);
    r->open = encounter;
    for (int tab = 0; tab < TABS; tab++) {
        size_t n = intake_count(r, (enum tab)tab), i = 0;
        while (i < n && strcmp(id_at(r, (enum tab)tab, i), id[tab]) != 0) {
            i++;
        }
        r->at[tab] = id[tab][0] != '\0' && i < n ? i : r->at[tab] < n ? r->at[tab] : 0;
        free(id[tab]);
    }
}

void intake_next_flag(struct review *r)
{
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *flag = &r->open->flag[i];
        if (!flag->decided && flag->outcome > OUTCOME_CLEAR) {
            r->at[TAB_FLAGS] = i;
            return;
        }
    }
    r->at[TAB_FLAGS] = 0;
}

/* --- Who came before --- */

size_t intake_unchecked(const struct review *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->open->nanswers; i++) {
        n += r->open->answer[i].to_check;
    }
    return n;
}

void intake_next_check(struct review *r)
{
    for (size_t i = 0; i < r->open->nanswers; i++) {
        if (r->open->answer[i].to_check) {
            r->at[TAB_ANSWERS] = i;
            return;
        }
    }
}

void intake_look_back(struct review *r)
{
    struct queue_entry e;
    struct date newest = { 0 };
    for (size_t i = 0; i < r->open->nlinks; i++) {
        if (queue_has(r->queue, r->open->link[i].uid, &e) && date_is_full(e.asked_on) &&
            date_compare(e.asked_on, r->open->asked_on) <= 0 &&
            (!date_is_full(newest) || date_compare(e.asked_on, newest) > 0)) {
            newest = e.asked_on;
            memcpy(r->last_visit, e.uid, QUEUE_UID);
        }
    }
    screen_set(&r->since, NULL);
    if (date_is_full(newest)) {
        review_ask(r, WANT_COMPARE);
        memcpy(r->want.uid, r->last_visit, QUEUE_UID);
    }
}

void intake_enter(struct review *r)
{
    screen_set(&r->since, NULL);
    memset(r->at, 0, sizeof r->at);
    r->shown_rev = r->open->rev;
    r->tab = r->open->nflags > 0 ? TAB_FLAGS : r->open->nanswers > 0 ? TAB_ANSWERS : TAB_HISTORY;
    r->scroll = 0;
    r->zoom = false;
    screen_texts_done(&r->page);
    screen_texts_done(&r->difference);
    intake_next_flag(r);
    r->nsame = queue_same_person(r->queue, r->open->uid, r->same, sizeof r->same / sizeof *r->same);
    r->serial++;
    kept_drop_written(r);
    size_t kept = kept_of(r, r->open->uid);
    if (kept > 0) {
        review_notice(r, "%s", tr("What you had typed here is kept: the same key offers it again."));
    }
}

bool intake_is_target(const struct encounter_flag *flag, const char *target)
{
    size_t len = strlen(INCOMPLETE);
    if (strcmp(target, INCOMPLETE) == 0) {
        return !flag->decided && strncmp(flag->id, INCOMPLETE, len) == 0 && flag->id[len] == ':';
    }
    return strcmp(flag->id, target) == 0;
}

/* --- Writing --- */

bool intake_write(struct review *r, json_t **event, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!r->rights.write) {
            err_set(err, "%s", tr("You may read this intake, and not write in it."));
        } else if (encounter_check(r->open, event[i], r->today, err) == 0) {
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            json_decref(event[k]);
        }
        return false;
    }
    review_ask(r, WANT_ADD);
    memcpy(r->want.uid, r->open->uid, QUEUE_UID);
    for (size_t i = 0; i < n; i++) {
        r->event[i] = event[i];
    }
    r->want.nevents = n;
    return true;
}

static void write_one(struct review *r, json_t *event)
{
    struct err err = { "" };
    if (!intake_write(r, &event, 1, &err)) {
        review_notice(r, "%s", err.text);
    }
}

static const struct encounter_item *focused_item(const struct review *r)
{
    if (r->tab != TAB_STAFF && r->tab != TAB_PATIENT) {
        return NULL;
    }
    size_t k = intake_item(r, r->tab, r->at[r->tab]);
    return k == SIZE_MAX ? NULL : &r->open->item[k];
}

/* Was the item ticked at this revision? Returns the entry that made it so; NULL: none did. */
static const struct encounter_entry *tick_at(const struct encounter *e, const char *id, uint32_t rev,
                                             bool *done)
{
    const struct encounter_entry *last = NULL;
    *done = false;
    for (size_t i = 0; i < e->nentries && e->entry[i].rev <= rev; i++) {
        const struct encounter_entry *entry = &e->entry[i];
        const char *of = json_string_value(json_object_get(entry->event, "id"));
        bool now = json_is_true(json_object_get(entry->event, "done"));
        if (entry->kind == EVENT_ITEM && !entry->broken && of != NULL && strcmp(of, id) == 0 &&
            now != *done) {
            *done = now;
            last = entry;
        }
    }
    return last;
}

bool intake_ticked(struct review *r)
{
    char when[CLOCK_MINUTE_SIZE];
    bool done = false;
    const struct encounter_entry *by =
        r->ticking == NULL || r->open == NULL ? NULL : tick_at(r->open, r->ticking, UINT32_MAX, &done);
    if (by == NULL || done != r->tick) {
        return false;
    }
    clock_format_minute(by->at_s, when);
    const char *at = date_equal(clock_local_date(by->at_s), r->today) ? when + 11 : when;
    review_notice(r, done ? tr("%s ticked it already: %s.") : tr("%s took the tick away already: %s."),
                  by->by, at);
    return true;
}

/* The key means what was seen when it was pressed: two people who tick at once do not untick. */
static void tick_item(struct review *r)
{
    const struct encounter_item *item = focused_item(r);
    bool shown = false, now = false;
    if (item == NULL) {
        return;
    }
    (void)tick_at(r->open, item->id, r->shown_rev, &shown);
    (void)tick_at(r->open, item->id, UINT32_MAX, &now);
    r->tick = shown == now ? !item->done : !shown;
    screen_set(&r->ticking, item->id);
    if (item->done != r->tick) {
        write_one(r, event_item(r->wall_s, item->id, r->tick, r->initials, NULL, 0, ""));
    } else {
        (void)intake_ticked(r);
    }
    if (r->want.what != WANT_ADD) {
        screen_set(&r->ticking, NULL);
    }
}

/* Answers carried from an earlier intake, or asked again and never assessed: gone through one by one. */
static void check_answer(struct review *r)
{
    const struct encounter_answer *answer =
        r->at[TAB_ANSWERS] < r->open->nanswers ? &r->open->answer[r->at[TAB_ANSWERS]] : NULL;
    if (answer == NULL || !answer->to_check) {
        review_notice(r, "%s", tr("This answer needs no tick."));
        return;
    }
    write_one(r, event_checked(r->wall_s, &answer->id, 1));
    r->checking = r->want.what == WANT_ADD;
}

static void link_other(struct review *r, bool confirm)
{
    uint8_t uid[QUEUE_UID];
    bool linked = false;
    if (!intake_other(r, r->at[TAB_PERSON], uid, &linked) || linked == confirm) {
        return;
    }
    write_one(r, event_link(r->wall_s, uid, confirm));
    if (r->want.what == WANT_ADD) {
        r->want.both = true;
        r->linking = true;
    }
}

static void fill_in(struct review *r)
{
    const struct encounter_flag *flag = intake_flag(r);
    const struct encounter_item *item = focused_item(r);
    if (flag != NULL && flag->nfields > 0) {
        prompt_values(r, flag->id, false, flag->field, flag->nfields);
    } else if (item != NULL) {
        prompt_values(r, item->id, true, item->field, item->nfields);
    } else {
        review_notice(r, "%s", tr("There is nothing to fill in here. n writes a note."));
    }
}

static void decide_flag(struct review *r, bool confirm)
{
    const struct encounter_flag *flag = intake_flag(r);
    if (flag == NULL) {
        review_notice(r, "%s", tr("Choose a flag first: 1 shows them."));
    } else if (flag->program == OUTCOME_CLEAR) {
        review_notice(r, "%s", tr("This flag is information: there is nothing to decide."));
    } else {
        prompt_flags(r, flag->id, confirm);
    }
}

static void decide_incomplete(struct review *r)
{
    for (size_t i = 0; i < r->open->nflags; i++) {
        if (intake_is_target(&r->open->flag[i], INCOMPLETE)) {
            prompt_flags(r, INCOMPLETE, false);
            return;
        }
    }
    review_notice(r, "%s", tr("No question that was left out waits for a decision."));
}

static void amend(struct review *r)
{
    if (r->tab == TAB_NOTES && r->at[TAB_NOTES] < r->open->nnotes) {
        const struct encounter_note *note = &r->open->note[r->at[TAB_NOTES]];
        char rev[16];
        snprintf(rev, sizeof rev, "%u", (unsigned)(note->of != 0 ? note->of : note->rev));
        prompt_open(r, PROMPT_AMEND, rev);
    } else {
        review_notice(r, "%s", tr("Choose a note first: 5 shows them."));
    }
}

static void compare(struct review *r)
{
    uint8_t uid[QUEUE_UID];
    bool linked = false;
    if (r->tab == TAB_PERSON && intake_other(r, r->at[TAB_PERSON], uid, &linked) &&
        (r->difference.n == 0 || memcmp(uid, r->compared, QUEUE_UID) != 0)) {
        review_ask(r, WANT_COMPARE);
        memcpy(r->want.uid, uid, QUEUE_UID);
    }
}

void intake_leave(struct review *r)
{
    encounter_free(r->open);
    r->open = NULL;
    r->stage = STAGE_QUEUE;
    r->zoom = false;
    screen_texts_done(&r->page);
    screen_texts_done(&r->difference);
    r->focused = false; /* the next to look at is the worst that is left */
    r->focus = 0;
    r->serial++;
    list_look(r);
}

/* --- Keys --- */

static void go_to_tab(struct review *r, enum tab tab)
{
    r->tab = tab;
    r->scroll = 0;
    r->serial++;
    r->at[tab] = r->at[tab] < intake_count(r, tab) ? r->at[tab] : 0;
    if (tab == TAB_ANSWERS && intake_unchecked(r) > 0 && !r->open->answer[r->at[tab]].to_check) {
        intake_next_check(r);
    }
    compare(r);
}

/* The detail scrolls while the list stays: Page Up and Down; all arrows where it has the whole screen. */
bool review_scrolled(struct review *r, const struct event *event)
{
    size_t page = r->lines > 1 ? r->lines - 1 : 1;
    if (review_is_key(event, KEY_ID_PAGE_DOWN) || (r->zoom && review_is_char(event, ' '))) {
        r->scroll += page;
    } else if (review_is_key(event, KEY_ID_PAGE_UP)) {
        r->scroll = r->scroll > page ? r->scroll - page : 0;
    } else if (r->zoom && (review_is_key(event, KEY_ID_DOWN) || review_is_char(event, 'j'))) {
        r->scroll++;
    } else if (r->zoom && (review_is_key(event, KEY_ID_UP) || review_is_char(event, 'k'))) {
        r->scroll -= r->scroll > 0;
    } else if (r->zoom && review_is_key(event, KEY_ID_HOME)) {
        r->scroll = 0;
    } else if (r->zoom && review_is_key(event, KEY_ID_END)) {
        r->scroll = SIZE_MAX / 2; /* the view clamps it */
    } else {
        return false;
    }
    return true;
}

static void command(struct review *r, char key)
{
    switch (key) {
    case 'l':
        decide_flag(r, false);
        break;
    case 'c':
        if (r->tab == TAB_PERSON) {
            link_other(r, true);
        } else {
            decide_flag(r, true);
        }
        break;
    case 'u':
        if (r->tab == TAB_PERSON) {
            link_other(r, false);
        }
        break;
    case 'i':
        decide_incomplete(r);
        break;
    case 'd':
        prompt_open(r, PROMPT_DECIDE, "");
        break;
    case 't':
    case ' ':
        if (r->tab == TAB_ANSWERS) {
            check_answer(r);
        } else {
            tick_item(r);
        }
        break;
    case 'e':
        fill_in(r);
        break;
    case 'n':
        prompt_open(r, PROMPT_NOTE, "");
        break;
    case 'a':
        amend(r);
        break;
    case 'v':
        prompt_open(r, PROMPT_VISIT, "");
        break;
    case 'y':
        review_ask(r, WANT_WHY_NOT);
        break;
    case 'p':
        prompt_open(r, PROMPT_PAPER, "");
        break;
    case 'r':
        slip_open(r);
        break;
    case 'o':
        write_one(r, event_owner(r->wall_s, strcmp(r->open->owner, r->user) != 0));
        break;
    case '?':
        prompt_open(r, PROMPT_KEYS, "");
        break;
    case 'q':
        intake_leave(r);
        break;
    default:
        if (key >= '1' && key < '1' + TABS) {
            go_to_tab(r, (enum tab)(key - '1'));
        }
    }
}

static void open_focused(struct review *r)
{
    uint8_t uid[QUEUE_UID];
    bool linked = false;
    if (r->tab == TAB_PERSON && intake_other(r, r->at[TAB_PERSON], uid, &linked)) {
        review_ask(r, WANT_OPEN);
        memcpy(r->want.uid, uid, QUEUE_UID);
    } else {
        r->zoom = true;
        r->scroll = 0;
    }
}

void intake_event(struct review *r, const struct event *event)
{
    if (review_scrolled(r, event)) {
        return;
    }
    if (r->zoom && (review_is_key(event, KEY_ID_ESCAPE) || review_is_key(event, KEY_ID_ENTER) ||
                    review_is_key(event, KEY_ID_LEFT) || review_is_char(event, 'q'))) {
        r->zoom = false;
        r->scroll = 0;
        screen_texts_done(&r->page);
        return;
    }
    if (!r->zoom && review_moved(r, event, &r->at[r->tab], intake_count(r, r->tab))) {
        r->scroll = 0;
        compare(r);
    } else if (review_is_key(event, KEY_ID_TAB) || review_is_key(event, KEY_ID_RIGHT)) {
        go_to_tab(r, (enum tab)((r->tab + 1) % TABS));
    } else if (review_is_key(event, KEY_ID_BACKTAB) || review_is_key(event, KEY_ID_LEFT)) {
        go_to_tab(r, (enum tab)((r->tab + TABS - 1) % TABS));
    } else if (review_is_key(event, KEY_ID_ENTER)) {
        open_focused(r);
    } else if (review_is_key(event, KEY_ID_ESCAPE)) {
        intake_leave(r);
    } else if (event->type == EVENT_CHAR && event->text[1] == '\0') {
        command(r, event->text[0]);
    }
}
