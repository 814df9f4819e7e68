/* Rows by their digits and letters: what a patient types to choose one, and the wait for a second digit. */
#include <string.h>

#include "language.h"
#include "text.h"
#include "wizard_internal.h"

static bool row_with_key(const struct wizard *w, const char *key, size_t *row)
{
    for (size_t i = 0; i < w->page.nrows; i++) {
        if (*key && strcasecmp(w->page.row[i].key, key) == 0) {
            *row = i;
            return true;
        }
    }
    return false;
}

static bool is_one_of(const char *id, const char *const *words)
{
    while (*words && strcmp(id, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

/* Does the row stand for a plain yes, or a plain no? */
static bool says(const struct wizard *w, size_t row, bool yes)
{
    static const char *const yes_ids[] = { "yes", NULL }, *const no_ids[] = { "no", "none", "never", NULL };
    const struct row_means *means = &w->row[row];
    size_t question = flow_question(w, w->pos);

    if (means->kind == ROW_MENU) {
        return means->value == (uint64_t)MENU_SINCE + (yes ? SINCE_YES : SINCE_NO);
    }
    if (means->kind != ROW_OPTION || question == SIZE_MAX || w->overlay != OVERLAY_NONE) {
        return false;
    }
    const struct form_question *q = &w->setup.form->question[question];
    for (size_t i = 0; i < q->noptions; i++) {
        if (means->value == OPTION_BIT(i)) {
            return is_one_of(q->option[i].id, yes ? yes_ids : no_ids);
        }
    }
    return false;
}

/* The letter for yes or no in the patient's language. */
static bool row_with_letter(const struct wizard *w, const char *letter, size_t *row)
{
    bool yes = strcasecmp(letter, language_yes()) == 0;

    if (!yes && strcasecmp(letter, language_no()) != 0) {
        return false;
    }
    for (size_t i = 0; i < w->page.nrows; i++) {
        if (says(w, i, yes)) {
            *row = i;
            return true;
        }
    }
    return false;
}

void digits_choose(struct wizard *w, size_t row)
{
    size_t focus = w->page.nfields + row;
    bool seen = !w->rows_told || w->page.map || /* a tap, and all that is tapped is seen */
                (row >= w->rows_first && row <= w->rows_last);
    bool brought = w->page.focus == focus && wizard_look(w)->brought;
    bool answers = w->row[row].kind == ROW_OPTION || w->row[row].kind == ROW_MENU;
    unsigned serial = w->serial;

    if (answers && (brought ? w->now_ms - w->brought_ms < STILL_HELD_MS : !seen)) {
        if (!brought) {
            keys_focus(w, focus);
            wizard_look(w)->brought = w->stale = true;
            w->brought_ms = w->now_ms;
        }
        w->held.acted = true;
        return;
    }
    keys_choose(w, row, BY_DIGIT);
    if (w->serial != serial) {
        w->digit_ms = w->now_ms;
    }
}

static bool longer_key(const struct wizard *w, const char *key)
{
    for (size_t i = 0; i < w->page.nrows; i++) {
        const char *other = w->page.row[i].key;
        if (strncmp(other, key, strlen(key)) == 0 && strlen(other) > strlen(key)) {
            return true;
        }
    }
    return false;
}

static void drop_pending(struct wizard *w)
{
    w->pending = '\0';
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

void digits_pending(struct wizard *w)
{
    const char key[2] = { w->pending, '\0' };
    size_t row;

    drop_pending(w);
    if (row_with_key(w, key, &row)) {
        digits_choose(w, row);
    }
}

/* Would the first digit alone be a tick, which turns no page? */
static bool pending_is_tick(const struct wizard *w)
{
    const char key[2] = { w->pending, '\0' };
    size_t row, question = flow_question(w, w->pos);

    if (question == SIZE_MAX || w->setup.form->question[question].type != QUESTION_CHOICES ||
        !row_with_key(w, key, &row)) {
        return false;
    }
    return !(w->row[row].value & w->setup.form->question[question].exclusive);
}

void digits_key(struct wizard *w, const char *text)
{
    const char ascii[2] = { text_ascii(text, strlen(text)), '\0' };
    size_t row;

    text = ascii[0] ? ascii : text; /* Hindi's 2 is 2 */
    if (flow_stage(w, w->pos) == STAGE_WELCOME && w->overlay == OVERLAY_NONE && w->setup.form->nsince > 0 &&
        text[0] >= '0' && text[0] <= '9') {
        since_open(w, text);
    } else if ((row_with_key(w, text, &row) && !longer_key(w, text)) || row_with_letter(w, text, &row)) {
        digits_choose(w, row);
    } else if (text[0] >= '1' && text[0] <= '9' && longer_key(w, text)) {
        w->pending = text[0];
        w->pending_ms = w->now_ms;
        w->stale = true;
        w->effects |= EFFECT_REDRAW;
    }
}

/* A first digit is waiting and another key came. True: the key is used up. */
bool digits_second(struct wizard *w, const struct event *event)
{
    unsigned serial = w->serial;
    const char typed = event->type == EVENT_CHAR ? text_ascii(event->text, event->len) : '\0';
    const char both[3] = { w->pending, typed, '\0' };
    bool digit = both[1] >= '0' && both[1] <= '9';
    size_t row;

    if (digit && row_with_key(w, both, &row)) {
        w->pending = '\0';
        digits_choose(w, row);
        return true;
    }
    if (event->type == EVENT_KEY && (event->key == KEY_ID_BACKSPACE || event->key == KEY_ID_ESCAPE)) {
        drop_pending(w);
        return true;
    }
    bool enter = event->type == EVENT_KEY && event->key == KEY_ID_ENTER;
    bool tick = pending_is_tick(w);
    if (digit || enter || tick) {
        digits_pending(w);
    } else {
        drop_pending(w);
    }
    wizard_page(w); /* what the next key meets */
    /* Enter ends a tick list, here too. One that only took a tick away is used up. */
    bool ticked =
        tick && page_focus_row(&w->page, w->page.focus) && page_focus_row(&w->page, w->page.focus)->ticked;
    return w->serial != serial || (enter && !ticked);
}

/* As before a key: a tick is made, and Next ends the number as Enter does. A tap on the very row that the
 * digit names means it once. */
bool digits_before_tap(struct wizard *w, size_t focus)
{
    const struct page_action *action = page_focus_action(&w->page, focus);
    bool next = action && action->id == ACTION_NEXT;
    const char key[2] = { w->pending, '\0' };
    size_t row;

    if (!row_with_key(w, key, &row) || focus == w->page.nfields + row || !(next || pending_is_tick(w))) {
        drop_pending(w);
        return false;
    }
    unsigned serial = w->serial;
    digits_pending(w);
    wizard_page(w);
    return w->serial != serial || (next && !w->page.row[row].ticked);
}
