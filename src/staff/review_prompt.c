/* Prompts: opening, their keys, closing. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "handout.h"
#include "report.h"
#include "review_internal.h"
#include "text.h"
#include "tr.h"

enum { TEXT_GRAPHEMES = 4000, LINE_GRAPHEMES = 200, DATE_GRAPHEMES = 24 };

/* --- Opening and closing --- */

void prompt_close(struct review *r, bool done)
{
    struct prompt *p = &r->prompt;
    if (p->kind != PROMPT_NONE) {
        if (done) {
            kept_drop(r, p->kind, p->target);
        }
        r->typed_ms = -1;
    }
    if (p->kind == PROMPT_KEYS) {
        r->scroll = p->scroll;
        r->zoom = p->zoom;
    }
    for (size_t i = 0; i < p->nedits; i++) {
        edit_done(&p->edit[i]);
        free(p->label[i]);
        mem_wipe_free(p->before[i]);
    }
    free(p->target);
    mem_wipe_free(p->name);
    mem_wipe_free(p->slip);
    mem_wipe_free(p->error);
    *p = (struct prompt){ .target = NULL };
    r->stale = true;
}

/* Left by Escape: what was typed is kept, and said so. */
static void leave(struct review *r)
{
    kept_save(r);
    if (r->open != NULL && kept_find(r, r->prompt.kind, r->prompt.target) != NULL) {
        review_notice(r, "%s", tr("What you typed is kept: the same key offers it again."));
        r->effects |= REVIEW_KEEP;
    }
    prompt_close(r, false);
}

void prompt_error(struct review *r, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    screen_set(&r->prompt.error, text);
    r->stale = true;
}

void prompt_field(struct review *r, const char *label, const char *text, size_t max, bool multiline)
{
    struct prompt *p = &r->prompt;
    if (p->nedits < SCREEN_FIELDS) {
        edit_init(&p->edit[p->nedits], max, multiline);
        edit_set(&p->edit[p->nedits], text);
        p->before[p->nedits] = mem_strdup(p->edit[p->nedits].text);
        p->label[p->nedits++] = mem_strdup(label);
    }
}

void prompt_restore(struct review *r)
{
    struct prompt *p = &r->prompt;
    const struct kept *kept = kept_find(r, p->kind, p->target);
    for (size_t i = 0; kept != NULL && i < kept->ntexts && i < p->nedits; i++) {
        edit_set(&p->edit[i], kept->text[i]);
        p->offered = true;
    }
}

/* Where an overall decision is being signed, the date comes first if there is one. */
static void open_sign(struct review *r)
{
    struct prompt *p = &r->prompt;
    char date[DATE_ISO_SIZE];
    if (p->decision == DECISION_POSTPONE) {
        prompt_field(r, tr("Until (a date)"), date_format_iso(r->open->not_before, date), DATE_GRAPHEMES,
                     false);
    }
    prompt_field(r, tr("Signed by"), r->user, LINE_GRAPHEMES, false);
    prompt_field(r, tr("Remark"), "", TEXT_GRAPHEMES, true);
}

void prompt_open(struct review *r, enum prompt_kind kind, const char *target)
{
    char date[DATE_ISO_SIZE];
    prompt_close(r, false);
    r->prompt =
        (struct prompt){ .kind = kind, .target = mem_strdup(target), .scroll = r->scroll, .zoom = r->zoom };
    switch (kind) {
    case PROMPT_KEYS:
        r->scroll = 0;
        r->zoom = true;
        break;
    case PROMPT_REASON:
        prompt_field(r, tr("Reason"), "", TEXT_GRAPHEMES, true);
        break;
    case PROMPT_NOTE:
        prompt_field(r, tr("Note"), "", TEXT_GRAPHEMES, true);
        break;
    case PROMPT_AMEND:
        prompt_field(r, tr("Amendment"), "", TEXT_GRAPHEMES, true);
        break;
    case PROMPT_VISIT:
        prompt_field(r, tr("Visit on"), date_format_iso(r->open->visit_on, date), DATE_GRAPHEMES, false);
        break;
    default:
        break;
    }
    prompt_restore(r);
    r->stale = true;
}

void prompt_flags(struct review *r, const char *target, bool confirm)
{
    prompt_open(r, PROMPT_FLAG, target);
    r->prompt.outcome = OUTCOME_HOLD;
    if (!confirm) {
        enum outcome worst = OUTCOME_CLEAR;
        for (size_t i = 0; i < r->open->nflags; i++) {
            const struct encounter_flag *flag = &r->open->flag[i];
            worst = intake_is_target(flag, target) && flag->program > worst ? flag->program : worst;
        }
        r->prompt.outcome = worst > OUTCOME_PRECAUTION ? OUTCOME_PRECAUTION : OUTCOME_CLEAR;
    }
}

_Static_assert((int)FORM_MAX_FIELDS < (int)SCREEN_FIELDS,
               "each field of an item, and its remark, has a place");

void prompt_values(struct review *r, const char *target, bool item, const struct encounter_value *value,
                   size_t n)
{
    char *own = mem_strdup(target); /* the target may be the old prompt's */
    prompt_open(r, PROMPT_FIELDS, own);
    free(own);
    r->prompt.item = item;
    for (size_t i = 0; i < n && r->prompt.nedits < SCREEN_FIELDS - 1; i++) {
        prompt_field(r, value[i].name, value[i].value, LINE_GRAPHEMES, false);
    }
    if (item) {
        prompt_field(r, n > 0 ? tr("Why, if above a limit") : tr("Remark"), "", LINE_GRAPHEMES, false);
    }
    prompt_restore(r);
}

/* --- Filters --- */

static void filter_changed(struct review *r)
{
    r->focus = 0;
    r->focused = false;
    r->serial++;
    list_look(r);
}

static void filter_text(struct review *r)
{
    struct prompt *p = &r->prompt;
    struct date from = { 0 }, to = { 0 };
    if (p->nedits == 2) {
        if ((!prompt_blank(p->edit[0].text) && !prompt_date(r, 0, &from)) ||
            (!prompt_blank(p->edit[1].text) && !prompt_date(r, 1, &to))) {
            return;
        }
        r->filter.from = from;
        r->filter.to = to;
    } else {
        screen_set(&r->flag_text, p->edit[0].text);
    }
    r->filter.view = r->filter.view == QUEUE_VIEW_TODAY ? QUEUE_VIEW_ALL : r->filter.view;
    prompt_close(r, true);
    filter_changed(r);
}

static void choose_filter(struct review *r, size_t i)
{
    char from[DATE_ISO_SIZE], to[DATE_ISO_SIZE];
    if (i < QUEUE_VIEWS) {
        r->filter.view = (enum queue_view)i;
        prompt_close(r, true);
        filter_changed(r);
    } else if (i == QUEUE_VIEWS) { /* HOLD, ... CLEAR, any */
        bool has = r->filter.has_class;
        r->filter.has_class = !has || r->filter.class > OUTCOME_CLEAR;
        r->filter.class = !has ? OUTCOME_HOLD : (enum outcome)((int)r->filter.class - r->filter.has_class);
        filter_changed(r);
    } else if (i == QUEUE_VIEWS + 1) {
        date_format_iso(r->filter.from, from);
        date_format_iso(r->filter.to, to);
        prompt_open(r, PROMPT_FILTER_TEXT, "");
        prompt_field(r, tr("Visit from"), from, DATE_GRAPHEMES, false);
        prompt_field(r, tr("to"), to, DATE_GRAPHEMES, false);
    } else {
        prompt_open(r, PROMPT_FILTER_TEXT, "");
        prompt_field(r, tr("Flag, or its beginning"), r->flag_text, LINE_GRAPHEMES, false);
    }
}

/* --- Choices --- */

static void choose_reason(struct review *r, size_t i)
{
    if (i < r->setup.nreasons && i < PROMPT_REASONS) {
        send_flags(r, r->setup.reason[i].code, r->setup.reason[i].text);
        return;
    }
    enum outcome outcome = r->prompt.outcome;
    char *target = mem_strdup(r->prompt.target);
    prompt_open(r, PROMPT_REASON, target);
    r->prompt.outcome = outcome;
    free(target);
}

const enum decision prompt_decisions[PROMPT_DECISIONS] = { DECISION_GO_AHEAD, DECISION_PRECAUTIONS,
                                                           DECISION_POSTPONE, DECISION_DO_NOT_TREAT,
                                                           DECISION_NEEDS_MORE };

bool prompt_is_go(enum decision decision)
{
    return decision == DECISION_GO_AHEAD || decision == DECISION_PRECAUTIONS;
}

void prompt_blocks(const struct review *r, struct buf *out)
{
    static const struct {
        unsigned bit;
        const char *words;
    } known[] = {
        { BLOCK_HELD, N_("a flag stands decided as HOLD or POSTPONE") },
        { BLOCK_NOT_TODAY, N_("the visit is on another day") },
        { BLOCK_NOT_FRESH, N_("questions about today must be asked again on the day") },
        { BLOCK_UNCHECKED, N_("carried answers are not checked yet") },
        { BLOCK_UNSIGNED, N_("the patient has not signed") },
        { BLOCK_UNREADABLE, N_("the record cannot be read in full") },
    };
    unsigned blocks = encounter_blocks(r->open, r->today);
    if (blocks & BLOCK_OPEN_FLAGS) {
        buf_addf(out, tr_n("%zu flag is undecided", "%zu flags are undecided", r->open->open), r->open->open);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (blocks & known[i].bit) {
            buf_addf(out, "%s%s", out->len > 0 ? "; " : "", tr(known[i].words));
        }
    }
}

static void choose_decision(struct review *r, size_t i)
{
    if (i >= PROMPT_DECISIONS) {
        return;
    }
    if (prompt_is_go(prompt_decisions[i]) && encounter_blocks(r->open, r->today) != 0) {
        struct buf why = BUF_INIT;
        prompt_blocks(r, &why);
        prompt_error(r, tr("Not yet: %s."), buf_str(&why));
        buf_done(&why);
        return;
    }
    prompt_open(r, PROMPT_SIGN, decision_name(prompt_decisions[i]));
    r->prompt.decision = prompt_decisions[i];
    open_sign(r);
    prompt_restore(r);
}

void prompt_choose(struct review *r, size_t choice)
{
    switch (r->prompt.kind) {
    case PROMPT_FLAG:
        choose_reason(r, choice);
        break;
    case PROMPT_DECIDE:
        choose_decision(r, choice);
        break;
    case PROMPT_FILTER:
        choose_filter(r, choice);
        break;
    case PROMPT_PAPER:
        paper_choose(r, choice);
        break;
    default:
        break;
    }
}

/* --- Keys --- */

static void submit(struct review *r)
{
    switch (r->prompt.kind) {
    case PROMPT_REASON:
    case PROMPT_NOTE:
    case PROMPT_AMEND:
        send_text(r);
        break;
    case PROMPT_SIGN:
        send_sign(r);
        break;
    case PROMPT_FIELDS:
        if (r->prompt.item) {
            send_item(r);
        } else {
            send_fields(r);
        }
        break;
    case PROMPT_VISIT:
        send_visit(r);
        break;
    case PROMPT_FILTER_TEXT:
        filter_text(r);
        break;
    default:
        break;
    }
}

static void turn_outcome(struct review *r, int by)
{
    enum outcome worst = OUTCOME_CLEAR;
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *flag = &r->open->flag[i];
        worst = intake_is_target(flag, r->prompt.target) && flag->program > worst ? flag->program : worst;
    }
    int now = r->prompt.outcome > worst ? (int)worst : (int)r->prompt.outcome;
    now = (now + by + (int)worst + 1) % ((int)worst + 1);
    r->prompt.outcome = now == (int)worst ? OUTCOME_HOLD : (enum outcome)now;
}

/* Which choice a key is; SIZE_MAX: none. The keys are those prompt_paint() shows. */
static size_t choice_of(const struct review *r, const struct event *event)
{
    if (event->type != EVENT_CHAR || event->text[1] != '\0') {
        return SIZE_MAX;
    }
    char c = event->text[0];
    if (r->prompt.kind == PROMPT_FILTER && c >= 'c' && c <= 'f') {
        return c == 'c' ? QUEUE_VIEWS : c == 'd' ? QUEUE_VIEWS + 1 : c == 'f' ? QUEUE_VIEWS + 2 : SIZE_MAX;
    }
    if (r->prompt.kind == PROMPT_FLAG && (c == '0' || c == 't')) {
        return r->setup.nreasons;
    }
    return c >= '1' && c <= '9' ? (size_t)(c - '1') : SIZE_MAX;
}

static void choices_event(struct review *r, const struct event *event)
{
    size_t choice = choice_of(r, event), limit = r->prompt.kind == PROMPT_FLAG     ? r->setup.nreasons + 1
                                                 : r->prompt.kind == PROMPT_DECIDE ? PROMPT_DECISIONS
                                                 : r->prompt.kind == PROMPT_PAPER  ? PROMPT_PAPERS
                                                                                   : QUEUE_VIEWS + 3;
    if (choice < limit) {
        prompt_choose(r, choice);
    } else if (r->prompt.kind == PROMPT_FLAG &&
               (review_is_key(event, KEY_ID_LEFT) || review_is_key(event, KEY_ID_RIGHT))) {
        turn_outcome(r, review_is_key(event, KEY_ID_LEFT) ? -1 : 1);
    }
}

static void fields_event(struct review *r, const struct event *event)
{
    struct prompt *p = &r->prompt;
    struct edit *edit = &p->edit[p->focus];
    if (review_is_key(event, KEY_ID_ENTER)) {
        submit(r);
    } else if (review_is_key(event, KEY_ID_TAB) || review_is_key(event, KEY_ID_DOWN)) {
        p->focus = (p->focus + 1) % p->nedits;
    } else if (review_is_key(event, KEY_ID_BACKTAB) || review_is_key(event, KEY_ID_UP)) {
        p->focus = (p->focus + p->nedits - 1) % p->nedits;
    } else if (review_is_key(event, KEY_ID_CTRL_A + 13) && edit->multiline) { /* Ctrl-N */
        edit_insert(edit, "\n", 1);
    } else if (edit_event(edit, event) == EDIT_FULL) {
        prompt_error(r, "%s", tr("There is no room for more here. Write a note for the rest."));
    } else {
        screen_set(&p->error, NULL);
    }
}

void prompt_event(struct review *r, const struct event *event)
{
    r->stale = true;
    if (review_is_key(event, KEY_ID_ESCAPE)) {
        leave(r);
    } else if (r->prompt.kind == PROMPT_KEYS) {
        if (!review_scrolled(r, event)) {
            prompt_close(r, false);
        }
    } else if (r->prompt.kind == PROMPT_SLIP) {
        if (review_is_key(event, KEY_ID_ENTER)) {
            slip_enter(r);
        }
    } else if (r->prompt.nedits > 0) {
        fields_event(r, event);
    } else {
        choices_event(r, event);
    }
}

static void added(struct review *r)
{
    r->shown_rev = r->open->rev;
    enum prompt_kind kind = r->prompt.kind;
    if (kind == PROMPT_REASON || kind == PROMPT_FLAG) {
        intake_next_flag(r);
        review_notice(r,
                      r->open->open == 0 ? tr("Written. No flag is left to decide: d for the decision.")
                                         : tr_n("Written. %zu flag is left to decide.",
                                                "Written. %zu flags are left to decide.", r->open->open),
                      r->open->open);
    } else if (kind == PROMPT_SIGN) {
        review_notice(r, tr("Signed: %s."), handout_decision_words(r->open->decision));
    } else if (r->checking) {
        size_t left = intake_unchecked(r);
        intake_next_check(r);
        review_notice(r,
                      left == 0 ? tr("Checked. No carried answer is left: d for the decision.")
                                : tr_n("Checked. %zu carried answer is left.",
                                       "Checked. %zu carried answers are left.", left),
                      left);
    } else {
        review_notice(r, "%s", tr("Written."));
    }
    if (r->linking) {
        intake_look_back(r);
    }
    if (kind != PROMPT_NONE) {
        prompt_close(r, true);
    }
    r->serial++;
}

unsigned review_added(struct review *r, int rc, const char *why)
{
    unsigned effects = REVIEW_REDRAW;
    bool prompt = r->prompt.kind != PROMPT_NONE && r->prompt.sent;
    r->prompt.sent = false;
    r->want.what = WANT_NOTHING;
    r->stale = true;
    if (rc > 0) {
        r->effects = 0;
        added(r);
        effects |= r->effects;
    } else if (rc < 0 || !intake_ticked(r)) {
        const struct encounter_entry *last =
            r->open != NULL && r->open->nentries > 0 ? &r->open->entry[r->open->nentries - 1] : NULL;
        struct buf words = BUF_INIT;
        if (rc == 0 && last != NULL) {
            buf_addf(&words, tr("%s wrote meanwhile: %s. Look at it; the same key writes yours too."),
                     last->by, report_event_words(last->kind));
        } else {
            buf_adds(&words,
                     rc == 0 ? tr("The patient sent another version meanwhile. Look at it first.") : why);
        }
        if (prompt) {
            prompt_error(r, "%s", buf_str(&words));
            r->effects = 0;
            kept_save(r);
            effects |= REVIEW_KEEP;
        } else {
            review_notice(r, "%s", buf_str(&words));
        }
        buf_done(&words);
    }
    r->linking = r->checking = false;
    screen_set(&r->ticking, NULL);
    r->effects = 0;
    return effects;
}
