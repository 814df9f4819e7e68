/* What a key does on the page that is shown. A key never records an answer the patient did not mean: Enter
 * chooses only where the patient moved the focus, and a key that is held down does one thing.
 */
#include <string.h>

#include "tr.h"
#include "wizard_internal.h"

enum {
    REPEAT_MS = 110,        /* the same key sooner than this is a key that is held down */
    FIRST_REPEAT_MS = 1000, /* no keyboard waits longer before it begins to repeat */
    HELD_TYPING = 8,        /* repeats in a row that prove it in a field ... */
    HELD_AFTER = 3,         /* ... and elsewhere */
    WHEEL_LINES = 3,
};

/* --- Focus --- */

static size_t first_action(const struct page *page)
{
    return page->nfields + page->nrows;
}

/* The page no longer says what to press now that the row is in sight. */
static void not_brought(struct wizard *w)
{
    w->stale = w->stale || wizard_look(w)->brought;
    wizard_look(w)->brought = false;
}

void keys_focus(struct wizard *w, size_t focus)
{
    struct look *look = wizard_look(w);

    if (page_focus_field(&w->page, focus)) {
        w->stale = w->stale || (w->page.nkeys && focus != w->pad_field); /* it may want other keys */
        w->pad_field = w->page.typed = focus;
    }
    look->focus = w->page.focus = focus;
    look->moved = true;
    not_brought(w);
    look->follow = w->page.follow = true;
    w->effects |= EFFECT_REDRAW;
}

void keys_scroll(struct wizard *w, int lines)
{
    struct look *look = wizard_look(w);

    look->scroll = look->scroll + lines > 0 ? look->scroll + lines : 0;
    not_brought(w);
    look->follow = w->page.follow = false;
    w->page.scroll = look->scroll;
    w->effects |= EFFECT_REDRAW;
}

static void move_up_down(struct wizard *w, int delta)
{
    const struct page *page = &w->page;
    size_t actions = first_action(page), focus = page->focus;

    if (actions == 0) {
        keys_scroll(w, delta); /* a page to read */
    } else if (focus >= actions && delta < 0) {
        keys_focus(w, actions - 1);
    } else if (focus < actions && (delta > 0 || focus > 0)) {
        keys_focus(w, delta > 0 ? focus + 1 : focus - 1);
    }
}

static void move_key(struct wizard *w, enum event_key key, int page_rows)
{
    const struct page *page = &w->page;
    size_t count = page_first_key(page), actions = first_action(page), focus = page->focus;
    int lines = page_rows > 2 ? page_rows - 1 : 1;

    if (count == 0 || pad_move(w, key)) {
        return;
    }
    switch (key) {
    case KEY_ID_TAB:
        keys_focus(w, focus < count ? (focus + 1) % count : actions); /* past the pad in one step */
        break;
    case KEY_ID_BACKTAB:
        keys_focus(w, focus < count ? (focus + count - 1) % count : w->pad_field);
        break;
    case KEY_ID_UP:
        move_up_down(w, -1);
        break;
    case KEY_ID_DOWN:
        move_up_down(w, 1);
        break;
    case KEY_ID_LEFT:
        if (focus > actions && focus < count) {
            keys_focus(w, focus - 1);
        }
        break;
    case KEY_ID_RIGHT:
        if (focus >= actions && focus + 1 < count) {
            keys_focus(w, focus + 1);
        }
        break;
    case KEY_ID_PAGE_UP:
        keys_scroll(w, -lines);
        break;
    case KEY_ID_PAGE_DOWN:
        keys_scroll(w, lines);
        break;
    case KEY_ID_HOME:
        if (actions) {
            keys_focus(w, 0);
        }
        break;
    case KEY_ID_END:
        if (actions) {
            keys_focus(w, actions - 1);
        }
        break;
    default:
        break;
    }
}

/* --- Rows --- */

/* An answer below the screen is read before anybody is asked to choose. */
static void ask_to_choose(struct wizard *w)
{
    if (wizard_after_digit(w)) {
        return;
    }
    bool below = w->rows_told && !w->page.map && w->page.nrows > 0 &&
                 (w->rows_first > w->rows_last || w->rows_last + 1 < w->page.nrows);
    if (below && w->page_rows > 2) {
        keys_scroll(w, w->page_rows - 1);
        return;
    }
    bool fingers = w->setup.touch == TOUCH_PAD;
    const char *text =
        fingers ? (flow_can_skip(w) ? tr("Touch your answer. Or touch Skip.") : tr("Touch your answer."))
        : w->setup.lines
            ? (flow_can_skip(w) ? tr("Type the number of your answer. Or type F4 to skip this question.")
                                : tr("Type the number of your answer."))
        : flow_can_skip(w) ? tr("Press the number of your answer. Or press F4 to skip this question.")
                           : tr("Press the number of your answer.");
    wizard_error(w, SIZE_MAX, text);
}

static void go_on_if_answered(struct wizard *w, size_t question)
{
    if (answers_state(w->answers, question) == ANSWER_MISSING) {
        ask_to_choose(w);
    } else {
        flow_finish(w);
    }
}

/* A tick, not a page turn. The focus rests on it, but Enter will not choose it again. */
static void ticked(struct wizard *w, size_t row)
{
    struct look *look = wizard_look(w);

    look->focus = w->page.nfields + row;
    look->moved = false;
    look->follow = true;
    not_brought(w);
    w->act.valid = true;
    w->act.pos = w->pos;
    w->act.editing = w->editing;
    w->answered = true;
    wizard_error(w, SIZE_MAX, "");
}

/* With "not sure" and "in private" among them. */
static option_set current_options(const struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    if (flow_stage(w, w->pos) == STAGE_SINCE) {
        return (option_set)*since_answer((struct wizard *)w, w->pos);
    }
    return question == SIZE_MAX ? 0 : answers_options(w->answers, question);
}

static void choose_option(struct wizard *w, size_t row, option_set bit, enum by by)
{
    size_t question = flow_question(w, w->pos);
    const struct form_question *q = &w->setup.form->question[question];
    option_set general = OPTION_UNSURE | OPTION_PRIVATE;
    option_set set = current_options(w);
    bool list = q->type == QUESTION_CHOICES;
    /* "Not sure" beside ticks: it adds to them, and a tick already made must not be lost. */
    bool beside = list && (set & ~general & ~q->exclusive);
    bool alone = !list || (bit & q->exclusive) || ((bit & general) && !beside);

    if (w->nedits) { /* "not sure" below a field: only one of the two is the answer */
        if (q->type == QUESTION_TEXT && !fields_empty(w)) {
            wizard_error(w, SIZE_MAX,
                         tr("You have typed words here. Take them away first. Then choose this."));
            return;
        }
        fields_clear(w);
    }
    if (list && (set & bit) && (by == BY_SPACE || !alone)) {
        set &= ~bit;
    } else if (alone || !beside) {
        set = bit;
    } else {
        set = (set & ~q->exclusive) | bit;
    }
    answers_set_options(w->answers, question, set);
    ticked(w, row);
    w->enter_ticks = by == BY_ENTER;
    if (alone && by != BY_SPACE) {
        flow_finish(w);
    }
}

static void overlay_menu(struct wizard *w, enum menu menu)
{
    bool called = w->call == CALL_MADE || w->call == CALL_SENT;

    switch (menu) {
    case MENU_CALL:
        if (!called) { /* one call at a time is enough */
            wizard_call(w, false);
            w->effects |= EFFECT_HELP;
        }
        break;
    case MENU_UNWELL:
        if (!called || !w->call_unwell) {
            wizard_call(w, true);
            w->nalerts = 0;
            w->effects |= EFFECT_ALERT;
        }
        wizard_overlay(w, OVERLAY_URGENT);
        break;
    case MENU_DELETE:
        w->effects |= EFFECT_DELETE;
        w->ended = true;
        break;
    case MENU_LEAVE:
        flow_keep(w);
        w->ended = true;
        break;
    default:
        wizard_overlay(w, OVERLAY_NONE);
        break;
    }
}

void keys_choose(struct wizard *w, size_t row, enum by by)
{
    struct row_means means = w->row[row];

    switch (means.kind) {
    case ROW_OPTION:
        choose_option(w, row, means.value, by);
        break;
    case ROW_MENU:
        if (w->overlay != OVERLAY_NONE) {
            overlay_menu(w, (enum menu)means.value);
        } else {
            flow_menu(w, (enum menu)means.value);
        }
        break;
    case ROW_EDIT:
        w->editing = true;
        w->edit_pos = means.value;
        flow_enter(w, means.value);
        if (means.field > 0) {
            w->base = (struct look){ .placed = true, .focus = means.field, .follow = true };
        }
        break;
    case ROW_LANGUAGE:
        language_choose(w, means.value);
        break;
    case ROW_OPEN:
        w->others_open = !w->others_open;
        w->stale = true;
        w->effects |= EFFECT_REDRAW;
        break;
    }
}

/* Enter with the focus on a row. A row that is ticked, or a list with ticks, is an answer: go on. A row the
 * patient moved to is chosen. A row the focus merely stood on is not. */
static void enter_on_row(struct wizard *w, size_t row)
{
    struct row_means means = w->row[row];
    bool moved = wizard_look(w)->moved, ticked_row = w->page.row[row].ticked;

    if (w->overlay == OVERLAY_MAP) { /* the way on leads through the list */
        keys_choose(w, row, BY_SPACE);
    } else if (means.kind == ROW_OPTION) {
        size_t question = flow_question(w, w->pos);
        bool any = answers_state(w->answers, question) != ANSWER_MISSING;
        bool list = w->setup.form->question[question].type == QUESTION_CHOICES;
        if (!ticked_row && moved && (!list || !any || w->enter_ticks)) {
            keys_choose(w, row, BY_ENTER);
        } else {
            go_on_if_answered(w, question);
        }
    } else if (means.kind == ROW_MENU && w->overlay == OVERLAY_NONE && !moved && !ticked_row) {
        ask_to_choose(w);
    } else {
        keys_choose(w, row, BY_ENTER);
    }
}

/* --- Actions --- */

static void next(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    if (w->overlay == OVERLAY_LEAFLET) {
        leaflet_next(w);
    } else if (w->overlay != OVERLAY_NONE) {
        wizard_overlay(w, OVERLAY_NONE);
    } else if (w->nedits) {
        if (fields_commit(w)) {
            flow_finish(w);
        }
    } else if (question != SIZE_MAX && w->setup.form->question[question].type != QUESTION_INFO) {
        go_on_if_answered(w, question);
    } else if (flow_stage(w, w->pos) != STAGE_PRIVACY || !wizard_after_digit(w)) {
        flow_finish(w); /* the Enter that was meant to end the slip's number reads no page */
    }
}

void keys_act(struct wizard *w, int action)
{
    switch (action) {
    case ACTION_NEXT:
        next(w);
        break;
    case ACTION_BACK:
        if (w->overlay == OVERLAY_LEAFLET) {
            leaflet_back(w);
        } else if (w->overlay == OVERLAY_MAP) {
            map_close(w);
        } else if (w->overlay == OVERLAY_LANGUAGE) {
            language_close(w);
        } else if (w->overlay != OVERLAY_NONE) {
            wizard_overlay(w, OVERLAY_NONE);
        } else {
            flow_back(w);
        }
        break;
    case ACTION_SKIP:
        flow_skip(w);
        break;
    case ACTION_WHY:
        wizard_overlay(w, OVERLAY_WHY);
        break;
    case ACTION_HELP:
        wizard_overlay(w, OVERLAY_HELP);
        break;
    case ACTION_STAFF:
        wizard_overlay(w, OVERLAY_STAFF);
        break;
    case ACTION_STOP:
        if (w->setup.preview) {
            w->ended = true;
            break;
        }
        wizard_overlay(w, OVERLAY_STOP);
        break;
    case ACTION_ABOUT:
        if (w->overlay == OVERLAY_LEAFLET) {
            wizard_overlay(w, OVERLAY_NONE);
        } else {
            leaflet_open(w);
        }
        break;
    case ACTION_MAP:
        map_open(w);
        break;
    case ACTION_CODE:
        wizard_overlay(w, OVERLAY_CODE);
        break;
    case ACTION_SLIP:
        since_open(w, "");
        break;
    case ACTION_LANGUAGE:
        language_open(w);
        break;
    case ACTION_COLOURS:
        w->effects |= EFFECT_COLOURS | EFFECT_REDRAW;
        w->held.acted = true; /* held down, it changes them once */
        break;
    case ACTION_KEYS:
        w->pad_open = !w->pad_open;
        keys_focus(w, w->pad_field);
        w->stale = true;
        w->effects |= EFFECT_PAGE; /* what was touched meanwhile was meant for the page as it was */
        w->held.acted = true;
        break;
    case ACTION_HIDE:
        w->hidden = true;
        w->hidden_ms = w->now_ms;
        wizard_turned(w);
        break;
    case ACTION_SHOW:
        w->hidden = false;
        wizard_turned(w);
        break;
    default:
        break;
    }
}

/* The key's action, if the page has it. */
static bool action_key(struct wizard *w, enum event_key key)
{
    static const struct {
        enum event_key key;
        int action;
    } keys[] = {
        { KEY_ID_F1, ACTION_HELP },      { KEY_ID_F1 + 1, ACTION_BACK },  { KEY_ID_F1 + 2, ACTION_WHY },
        { KEY_ID_F1 + 3, ACTION_SKIP },  { KEY_ID_F1 + 4, ACTION_ABOUT }, { KEY_ID_F1 + 5, ACTION_HIDE },
        { KEY_ID_F1 + 5, ACTION_SHOW },  { KEY_ID_F1 + 6, ACTION_CODE },  { KEY_ID_F1 + 7, ACTION_STAFF },
        { KEY_ID_F1 + 8, ACTION_SLIP },  { KEY_ID_F1 + 9, ACTION_STOP },  { KEY_ID_ESCAPE, ACTION_BACK },
        { KEY_ID_F12, ACTION_LANGUAGE }, { KEY_ID_F1 + 6, ACTION_MAP },   { KEY_ID_F1 + 6, ACTION_KEYS },
    };

    if (key == KEY_ID_F1 + 10 && w->setup.colours) { /* on every page, also where no line tells so */
        keys_act(w, ACTION_COLOURS);
        return true;
    }
    if (key == KEY_ID_F1 + 4 && w->overlay == OVERLAY_LEAFLET) { /* what opened it closes it */
        keys_act(w, ACTION_ABOUT);
        return true;
    }
    if (key == KEY_ID_F1 + 6 && w->overlay == OVERLAY_MAP) {
        map_close(w);
        return true;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        for (size_t a = 0; keys[i].key == key && a < w->page.nactions; a++) {
            if (w->page.action[a].id == keys[i].action) {
                keys_act(w, keys[i].action);
                return true;
            }
        }
    }
    return false;
}

/* --- Held keys --- */

static bool same_key(const struct held *held, const struct event *event)
{
    return held->type == event->type && held->key == event->key &&
           strncmp(held->text, event->text, sizeof held->text) == 0;
}

/* Moving about and rubbing out are meant to repeat. */
static bool may_repeat(const struct event *event)
{
    if (event->type != EVENT_KEY) {
        return event->type == EVENT_PASTE;
    }
    return event->key >= KEY_ID_TAB && event->key <= KEY_ID_DELETE;
}

/* True: the key is only being held down after it turned the page or ticked something, and does nothing. Once
 * that is certain, what its first repeat did (keyboards wait up to a second before they repeat quickly) is
 * taken back. In a field letters may repeat, and it takes more of them to be certain.
 *
 * Only a key that comes by itself is a sign that somebody is there: something may lie on the keyboard. */
static bool is_held(struct wizard *w, const struct event *event)
{
    struct held *held = &w->held;
    bool same = held->last_ms != INT64_MIN && same_key(held, event);
    bool typing = event->type == EVENT_CHAR && page_focus_field(&w->page, w->page.focus);
    int64_t gap = same ? w->now_ms - held->last_ms : INT64_MAX;

    held->type = event->type;
    held->key = event->key;
    memset(held->text, 0, sizeof held->text);
    if (event->type == EVENT_CHAR) {
        memcpy(held->text, event->text, strnlen(event->text, sizeof held->text));
    }
    held->last_ms = w->now_ms;
    if (gap >= REPEAT_MS) {
        held->repeats = 0;
        held->gap_ms = gap;
        held->acted = held->acted && gap <= FIRST_REPEAT_MS;
        w->act.valid = false;
        w->input_ms = w->now_ms;
        return false;
    }
    if (!held->acted || may_repeat(event)) {
        return false;
    }
    bool certain = ++held->repeats == (typing ? HELD_TYPING : HELD_AFTER);
    if (!certain || held->gap_ms > FIRST_REPEAT_MS || !w->act.valid) {
        return !typing || held->repeats >= HELD_TYPING; /* it fills no field on the next page */
    }
    flow_undo(w);
    return true;
}

/* --- One key --- */

static void enter_key(struct wizard *w)
{
    size_t focus = w->page.focus;
    const struct page_action *action = page_focus_action(&w->page, focus);

    if (action) {
        keys_act(w, action->id);
    } else if (page_focus_row(&w->page, focus)) {
        enter_on_row(w, focus - w->page.nfields);
    } else if (page_focus_key(&w->page, focus)) {
        pad_press(w, focus - page_first_key(&w->page));
    }
}

static void on_page(struct wizard *w, const struct event *event, int page_rows)
{
    size_t focus = w->page.focus;

    if (page_focus_field(&w->page, focus) && fields_event(w, focus, event)) {
        return;
    }
    if (page_focus_key(&w->page, focus) && pad_event(w, event)) {
        return;
    }
    if (w->pending && digits_second(w, event)) {
        return;
    }
    if (event->type == EVENT_CHAR && strcmp(event->text, " ") == 0) {
        size_t row = w->page.focus - w->page.nfields;
        if (page_focus_row(&w->page, w->page.focus) && w->row[row].kind == ROW_OPTION) {
            keys_choose(w, row, BY_SPACE);
        } else {
            enter_key(w);
        }
    } else if (event->type == EVENT_CHAR) {
        digits_key(w, event->text);
    } else if (event->type == EVENT_KEY && !action_key(w, event->key)) {
        if (event->key == KEY_ID_ENTER) {
            enter_key(w);
        } else if (!map_key(w, event->key)) {
            move_key(w, event->key, page_rows);
        }
    }
}

/* Who walks the form to try it is no patient. */
static bool leaves_preview(const struct wizard *w, const struct event *event)
{
    return w->setup.preview && event->type == EVENT_KEY &&
           (event->key == KEY_ID_F1 + 9 || event->key == KEY_ID_CTRL_A + ('C' - 'A'));
}

void keys_event(struct wizard *w, const struct event *event, int page_rows)
{
    unsigned serial = w->serial;

    w->page_rows = page_rows;
    wizard_page(w);
    bool pointed = event->type == EVENT_CLICK || event->type == EVENT_WHEEL;
    if (pointed) {
        w->input_ms = w->now_ms;
    } else if (is_held(w, event)) {
        return;
    }
    bool staff_key = event->type == EVENT_KEY && event->key == KEY_ID_F1 + 7 && !w->setup.staff;
    if (leaves_preview(w, event)) {
        w->ended = true;
    } else if (w->warning || (w->hidden && staff_key)) {
        w->hidden = w->hidden && !staff_key;
        w->warning = false;
        w->input_ms = w->now_ms;
        if (staff_key) { /* "I feel very unwell" is two keys from anywhere */
            wizard_overlay(w, OVERLAY_STAFF);
        } else {
            wizard_turned(w);
        }
    } else if (w->hidden) {
        bool hide_key = event->type == EVENT_KEY && event->key == KEY_ID_F1 + 5;
        bool enter = event->type == EVENT_KEY && event->key == KEY_ID_ENTER;
        /* A Hide key that is held down must not show again what it has just hidden. */
        if (enter || (hide_key && w->now_ms - w->hidden_ms >= STILL_HELD_MS)) {
            keys_act(w, ACTION_SHOW);
        }
    } else if (event->type == EVENT_WHEEL) {
        keys_scroll(w, event->row * WHEEL_LINES);
    } else if (!pointed) {
        if (!w->act.valid) {
            w->act.before = current_options(w);
        }
        on_page(w, event, page_rows);
    }
    w->held.acted = w->held.acted || w->act.valid || w->serial != serial;
}
