#include "wizard.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tr.h"
#include "wizard_internal.h"

enum { DIGIT_MS = 1500, CALL_MS = 20000, SAVE_MS = 20000 };

void wizard_string(char **slot, const char *text)
{
    char *copy = mem_strdup(text ? text : "");

    mem_wipe_free(*slot);
    *slot = copy;
}

static size_t find_question(const struct form *form, bool birth_date)
{
    for (size_t i = 0; i < form->nquestions; i++) {
        if (birth_date ? form->question[i].birth_date : form->question[i].helper) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void fresh_answers(struct wizard *w)
{
    answers_free(w->answers);
    w->answers = answers_new(w->own);
    answers_set_context(w->answers, w->setup.today, w->setup.policies->value);
}

static void no_strings(struct wizard *w)
{
    wizard_string(&w->name, NULL);
    wizard_string(&w->phone, NULL);
    wizard_string(&w->helper_name, NULL);
    wizard_string(&w->helper_relation, NULL);
    wizard_string(&w->signature, NULL);
    wizard_string(&w->slip, NULL);
}

struct wizard *wizard_new(const struct wizard_setup *setup, int64_t mono_ms)
{
    const struct form *form = setup->form;
    size_t positions = flow_positions(form);
    struct wizard *w = mem_alloc(sizeof *w);

    w->setup = *setup;
    w->own = setup->form;
    w->start_ms = w->now_ms = w->input_ms = w->entered_ms = mono_ms;
    w->visit.started_s = setup->wall_s;
    w->birth = find_question(form, true);
    w->help = find_question(form, false);
    w->timing = mem_alloc((form->nquestions + 1) * sizeof *w->timing);
    w->typed = mem_alloc(positions * sizeof *w->typed);
    w->seen = mem_alloc(positions * sizeof *w->seen);
    w->since = mem_alloc((form->nsince + 1) * sizeof *w->since);
    w->since_words = mem_alloc((form->nsince + 1) * sizeof *w->since_words);
    w->left = mem_alloc((form->nquestions + 1) * sizeof *w->left);
    w->was_shown = mem_alloc((form->nquestions + 1) * sizeof *w->was_shown);
    w->asked = mem_alloc((form->nquestions + 1) * sizeof *w->asked);
    w->withdrawn = mem_alloc((form->nquestions + 1) * sizeof *w->withdrawn);
    w->given_by = mem_alloc((form->nquestions + 1) * sizeof *w->given_by);
    w->entered_by = mem_alloc((form->nquestions + 1) * sizeof *w->entered_by);
    w->alerted = mem_alloc((form->nrules + 1) * sizeof *w->alerted);
    w->alert = mem_alloc((form->nrules + 1) * sizeof *w->alert);
    w->held.last_ms = INT64_MIN;
    w->error_at = SIZE_MAX;
    w->digit_ms = -1;
    w->turned_ms = mono_ms; /* a second tap on the last patient's "Done" begins nothing */
    w->tap_focus = SIZE_MAX;
    w->pad_open = setup->touch == TOUCH_PAD;
    no_strings(w);
    fresh_answers(w);
    page_init(&w->page);
    language_begin(w);
    if (setup->staff) {
        staff_begin(w);
    }
    flow_visit(w);
    w->stale = true;
    return w;
}

/* Everything but what the result page needs. */
void wizard_wipe(struct wizard *w)
{
    const struct form *form = w->setup.form;
    int64_t started_s = w->visit.started_s;
    bool under_age = w->visit.under_age;

    if (!w->leaves_kept) {
        leaflet_drop(w);
    }
    fresh_answers(w);
    fields_forget(w);
    no_strings(w);
    memset(w->since, 0, form->nsince * sizeof *w->since);
    memset(w->timing, 0, form->nquestions * sizeof *w->timing);
    memset(w->seen, 0, flow_positions(form) * sizeof *w->seen);
    memset(w->alerted, 0, form->nrules * sizeof *w->alerted); /* they say what was answered */
    explicit_bzero(w->alert, form->nrules * sizeof *w->alert);
    w->nalerts = 0;
    explicit_bzero(&w->act, sizeof w->act);
    explicit_bzero(&w->error, sizeof w->error);
    explicit_bzero(w->held.text, sizeof w->held.text);
    explicit_bzero(&w->visit, sizeof w->visit);
    w->visit.started_s = started_s;
    w->visit.under_age = under_age;
    w->signer_known = w->signer_helper = false;
    w->streak = 0;
    fields_load(w);
    flow_visit(w);
    page_reset(&w->page);
    w->stale = true;
}

void wizard_free(struct wizard *w)
{
    if (!w) {
        return;
    }
    wizard_wipe(w);
    fields_forget(w);
    free(w->result_line);
    leaflet_drop(w);
    answers_free(w->answers);
    free(w->name);
    free(w->phone);
    free(w->helper_name);
    free(w->helper_relation);
    free(w->signature);
    free(w->slip);
    free(w->since);
    free(w->since_words);
    free(w->left);
    free(w->was_shown);
    free(w->asked);
    free(w->withdrawn);
    free(w->given_by);
    free(w->entered_by);
    free(w->timing);
    free(w->typed);
    free(w->seen);
    free(w->alerted);
    free(w->alert);
    free(w->row);
    free(w);
}

/* --- What the other files use --- */

struct look *wizard_look(struct wizard *w)
{
    return w->overlay == OVERLAY_NONE ? &w->base : &w->over;
}

void wizard_turned(struct wizard *w)
{
    w->serial++;
    w->turned_ms = w->now_ms;
    w->rows_first = 1; /* nothing of it has been drawn */
    w->rows_last = 0;
    w->stale = true;
    w->effects |= EFFECT_PAGE | EFFECT_REDRAW;
}

void wizard_error(struct wizard *w, size_t field, const char *text)
{
    err_set(&w->error, "%s", text);
    w->error_at = field;
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

bool wizard_after_digit(const struct wizard *w)
{
    return w->digit_ms >= 0 && w->now_ms - w->digit_ms < STILL_HELD_MS;
}

void wizard_overlay(struct wizard *w, enum overlay overlay)
{
    bool read = w->overlay == OVERLAY_LEAFLET || w->overlay == OVERLAY_CODE;

    if (read && overlay == OVERLAY_NONE && flow_stage(w, w->pos) == STAGE_RESULT) {
        w->base.placed = false; /* what opened it has been seen: Enter goes on */
    }
    w->overlay = overlay;
    w->over = (struct look){ 0 };
    w->pending = '\0';
    w->touched = true;
    wizard_turned(w);
}

void wizard_call(struct wizard *w, bool unwell)
{
    w->call = CALL_MADE;
    w->call_ms = w->now_ms;
    w->call_unwell = unwell;
    w->calls_made++;
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

/* --- Time --- */

/* Nothing waits on these pages, so nobody is asked whether they are still there. */
static bool ends_silently(const struct wizard *w)
{
    enum stage stage = flow_stage(w, w->pos);

    return stage == STAGE_MINOR || stage == STAGE_DECLINED || stage == STAGE_REFUSED || stage == STAGE_RESULT;
}

static int64_t idle_deadline(const struct wizard *w)
{
    if (!w->touched || w->setup.idle_s <= 0 || flow_stage(w, w->pos) == STAGE_SAVING) {
        return -1;
    }
    if (w->warning) {
        return w->warned_ms + (int64_t)w->setup.warn_s * 1000;
    }
    return w->input_ms + (int64_t)w->setup.idle_s * 1000;
}

static int64_t digit_deadline(const struct wizard *w)
{
    return w->pending ? w->pending_ms + DIGIT_MS : -1;
}

static int64_t call_deadline(const struct wizard *w)
{
    return w->call == CALL_MADE || w->call == CALL_SENT ? w->call_ms + CALL_MS : -1;
}

static int64_t save_deadline(const struct wizard *w)
{
    return flow_stage(w, w->pos) == STAGE_SAVING && !w->save_late ? w->signed_ms + SAVE_MS : -1;
}

int64_t wizard_deadline(const struct wizard *w)
{
    const int64_t all[] = { idle_deadline(w), digit_deadline(w), call_deadline(w), save_deadline(w) };
    int64_t first = -1;

    for (size_t i = 0; i < sizeof all / sizeof all[0] && !w->ended; i++) {
        if (all[i] >= 0 && (first < 0 || all[i] < first)) {
            first = all[i];
        }
    }
    return first;
}

static bool due(const struct wizard *w, int64_t deadline)
{
    return deadline >= 0 && w->now_ms >= deadline;
}

static void idle(struct wizard *w)
{
    if (w->warning || ends_silently(w)) {
        w->ended = true;
        return;
    }
    flow_keep(w);
    flow_alerts(w); /* what is ticked may be urgent, and nobody may come back */
    w->warning = true;
    w->warned_ms = w->now_ms;
    wizard_turned(w);
}

static void timers(struct wizard *w)
{
    if (due(w, digit_deadline(w))) {
        digits_pending(w);
    }
    if (due(w, call_deadline(w))) {
        w->call = CALL_LATE;
        w->stale = true;
        w->effects |= EFFECT_REDRAW;
    }
    if (due(w, save_deadline(w))) {
        w->save_late = true;
        w->stale = true;
        w->effects |= EFFECT_REDRAW;
    }
    if (due(w, idle_deadline(w))) {
        idle(w);
    }
}

/* --- Events --- */

unsigned wizard_event(struct wizard *w, const struct event *event, int page_rows)
{
    w->effects = EFFECT_NONE;
    if (event->mono_ms > w->now_ms) {
        w->now_ms = event->mono_ms;
    }
    switch (event->type) {
    case EVENT_CHAR:
    case EVENT_KEY:
    case EVENT_PASTE:
    case EVENT_CLICK:
    case EVENT_WHEEL:
        if (!w->ended) {
            keys_event(w, event, page_rows);
        }
        break;
    case EVENT_TIMER:
        timers(w);
        break;
    case EVENT_RESIZE:
        w->effects |= EFFECT_REDRAW;
        break;
    case EVENT_HANGUP:
        w->ended = true;
        break;
    default:
        break;
    }
    return wizard_done(w);
}

unsigned wizard_done(struct wizard *w)
{
    flow_visit(w);
    if (w->ended) {
        w->effects |= EFFECT_END;
    }
    return w->effects;
}

/* What became of the record is shown, whatever covered the page. */
static void show_outcome(struct wizard *w, enum stage stage)
{
    w->input_ms = w->now_ms;
    w->overlay = OVERLAY_NONE;
    w->hidden = false;
    flow_enter(w, flow_at(w, stage));
}

unsigned wizard_reply(struct wizard *w, enum wizard_reply reply, int64_t mono_ms)
{
    bool saving = flow_stage(w, w->pos) == STAGE_SAVING;

    w->effects = EFFECT_NONE;
    if (mono_ms > w->now_ms) {
        w->now_ms = mono_ms;
    }
    if (reply == REPLY_ALERT_SENT) {
        if (w->calls_sent < w->calls_made) {
            w->calls_sent++;
        }
        if (w->call == CALL_MADE && w->calls_sent >= w->calls_made) {
            w->call = CALL_SENT;
        }
    } else if (reply == REPLY_ALERT_LATE) {
        w->call = w->call == CALL_MADE ? CALL_LATE : w->call;
    } else if (reply == REPLY_SEEN) {
        if (w->call != CALL_NONE) {
            w->call = CALL_SEEN;
        }
    } else if (saving && (reply == REPLY_SAVED || reply == REPLY_HELD)) {
        w->unseen = reply == REPLY_HELD;
        wizard_wipe(w);
        show_outcome(w, STAGE_RESULT);
    } else if (saving && reply == REPLY_REFUSED) {
        show_outcome(w, STAGE_REFUSED);
    } else if (saving) {
        w->save_trouble = true;
    }
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
    return w->effects;
}

const struct page *wizard_page(struct wizard *w)
{
    if (w->stale) {
        pages_build(w);
    }
    return &w->page;
}

void wizard_scrolled(struct wizard *w, int scroll)
{
    wizard_look(w)->scroll = scroll;
    w->page.scroll = scroll;
}

void wizard_rows_seen(struct wizard *w, size_t first, size_t last)
{
    w->rows_told = true;
    w->rows_first = first;
    w->rows_last = last;
}

const struct wizard_visit *wizard_visit(const struct wizard *w)
{
    return &w->visit;
}

size_t wizard_alerts(const struct wizard *w, size_t *rule, size_t max)
{
    for (size_t i = 0; i < w->nalerts && i < max; i++) {
        rule[i] = w->alert[i];
    }
    return w->nalerts;
}
