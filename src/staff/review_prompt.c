/* Prompts: their questions, their keys, and what comes of them. */
#include "review_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"

enum { TEXT_GRAPHEMES = 4000, LINE_GRAPHEMES = 200, DATE_GRAPHEMES = 24, REASONS_MAX = 9 };

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
    for (size_t i = 0; i < p->nedits; i++) {
        edit_done(&p->edit[i]);
        free(p->label[i]);
        mem_wipe_free(p->before[i]);
    }
    free(p->target);
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
    r->prompt = (struct prompt){ .kind = kind, .target = mem_strdup(target) };
    switch (kind) {
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

/* --- Dates as staff type them --- */

/* "2026-12-01", "1.12.2026", "1/12/2026", "+14" from today, "0" for today. */
static bool read_date(const char *text, struct date today, struct date *out)
{
    char *end;
    int n[3] = { 0 };
    size_t parts = 0;
    *out = (struct date){ 0 };
    if (text[0] == '+' || strcmp(text, "0") == 0) {
        long days = strtol(text, &end, 10);
        *out = *end == '\0' && days >= 0 && days < 4000 ? date_add_days(today, (int)days) : *out;
        return date_is_full(*out);
    }
    for (const char *at = text; *at != '\0' && parts < 3; at = end + strspn(end, "./- ")) {
        long value = strtol(at, &end, 10);
        if (end == at || value < 1 || value > 9999) {
            return false;
        }
        n[parts++] = (int)value;
    }
    if (parts != 3) {
        return false;
    }
    int year = n[0] > 31 ? n[0] : n[2], day = n[0] > 31 ? n[2] : n[0];
    if (n[1] > 12 || day > 31 || year < 1000) {
        return false;
    }
    *out = (struct date){ (int16_t)year, (uint8_t)n[1], (uint8_t)day };
    return date_valid(*out);
}

static bool typed_date(struct review *r, size_t edit, struct date *out)
{
    if (read_date(r->prompt.edit[edit].text, r->today, out)) {
        return true;
    }
    prompt_error(r, "%s", tr("Type a day like 2026-12-01, 1.12.2026 or +14 (days from today)."));
    r->prompt.focus = edit;
    return false;
}

/* --- What comes of them --- */

static void send(struct review *r, json_t **event, size_t n)
{
    struct err err = { "" };
    if (intake_write(r, event, n, &err)) {
        r->prompt.sent = true;
        screen_set(&r->prompt.error, NULL);
    } else {
        prompt_error(r, "%s", err.text);
    }
}

static void send_flags(struct review *r, const char *code, const char *reason)
{
    struct event_flag *flag = mem_alloc((r->open->nflags + 1) * sizeof *flag);
    size_t n = 0;
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *f = &r->open->flag[i];
        if (intake_is_target(f, r->prompt.target)) {
            enum outcome to = r->prompt.outcome < f->program ? r->prompt.outcome : f->program;
            flag[n++] = (struct event_flag){ f->id, to, f->program };
        }
    }
    if (n == 0) {
        prompt_error(r, "%s", tr("Nothing is left to decide here: somebody else did. Escape closes this."));
    } else {
        json_t *event = event_flags(r->wall_s, flag, n, code, reason);
        send(r, &event, 1);
    }
    free(flag);
}

static void choose_reason(struct review *r, size_t i)
{
    if (i < r->setup.nreasons && i < REASONS_MAX) {
        send_flags(r, r->setup.reason[i].code, r->setup.reason[i].text);
        return;
    }
    enum outcome outcome = r->prompt.outcome;
    char *target = mem_strdup(r->prompt.target);
    prompt_open(r, PROMPT_REASON, target);
    r->prompt.outcome = outcome;
    free(target);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \n\t")] == '\0';
}

static void sign(struct review *r)
{
    struct prompt *p = &r->prompt;
    struct date until = { 0 };
    size_t at = p->decision == DECISION_POSTPONE;
    if (at == 1 && !typed_date(r, 0, &until)) {
        return;
    }
    if (is_blank(p->edit[at].text)) {
        prompt_error(r, "%s", tr("Type the name of who signs."));
        p->focus = at;
        return;
    }
    json_t *event = event_overall(r->wall_s, p->decision, until, p->edit[at].text, p->edit[at + 1].text);
    send(r, &event, 1);
}

static double limit_of(const struct review *r, const char *item, const char *field)
{
    for (size_t i = 0; i < r->setup.nlimits; i++) {
        if (strcmp(r->setup.limit[i].item, item) == 0 && strcmp(r->setup.limit[i].field, field) == 0) {
            return r->setup.limit[i].max;
        }
    }
    return -1;
}

/* The first number in a field as people write it: "1,75 mm". */
static double number_in(const char *text)
{
    char number[32] = "";
    size_t n = 0;
    text += strcspn(text, "0123456789");
    for (; *text != '\0' && n + 1 < sizeof number && strchr("0123456789.,", *text) != NULL; text++) {
        number[n++] = *text == ',' ? '.' : *text;
    }
    return strtod(number, NULL);
}

static void send_item(struct review *r)
{
    struct prompt *p = &r->prompt;
    struct event_value value[SCREEN_FIELDS];
    const struct encounter_item *item = NULL;
    size_t n = p->nedits - 1, changed = 0;
    bool need = false;
    for (size_t i = 0; i < r->open->nitems; i++) {
        item = strcmp(r->open->item[i].id, p->target) == 0 ? &r->open->item[i] : item;
    }
    for (size_t i = 0; i < n; i++) {
        double max = limit_of(r, p->target, p->label[i]);
        if (max >= 0 && number_in(p->edit[i].text) > max && is_blank(p->edit[n].text)) {
            prompt_error(r, tr("%s is above the device's limit of %g: write why."), p->label[i], max);
            need = true;
        }
        if (strcmp(p->edit[i].text, p->before[i]) != 0) {
            value[changed++] = (struct event_value){ p->label[i], p->edit[i].text };
        }
    }
    if (need) {
        p->focus = n;
    } else if (item != NULL && (changed > 0 || !is_blank(p->edit[n].text))) {
        json_t *event = event_item(r->wall_s, p->target, item->done, item->done ? r->initials : "", value,
                                   changed, p->edit[n].text);
        send(r, &event, 1);
    } else {
        prompt_close(r, true);
    }
}

static void send_fields(struct review *r)
{
    struct prompt *p = &r->prompt;
    json_t *event[SCREEN_FIELDS];
    size_t n = 0;
    for (size_t i = 0; i < p->nedits; i++) {
        if (strcmp(p->edit[i].text, p->before[i]) != 0) {
            event[n++] = event_field(r->wall_s, p->target, p->label[i], p->edit[i].text);
        }
    }
    if (n > 0) {
        send(r, event, n);
    } else {
        prompt_close(r, true);
    }
}

static void send_text(struct review *r)
{
    struct prompt *p = &r->prompt;
    const char *text = p->edit[0].text;
    if (is_blank(text)) {
        prompt_error(r, "%s", tr("Nothing is written yet. Escape closes this."));
    } else if (p->kind == PROMPT_REASON) {
        send_flags(r, "", text);
    } else {
        json_t *event = p->kind == PROMPT_NOTE
                            ? event_note(r->wall_s, text)
                            : event_amend(r->wall_s, (uint32_t)strtoul(p->target, NULL, 10), text);
        send(r, &event, 1);
    }
}

static void send_visit(struct review *r)
{
    struct date date;
    if (!typed_date(r, 0, &date)) {
        return;
    }
    if (!r->rights.write) {
        prompt_error(r, "%s", tr("You may read this intake, and not write in it."));
        return;
    }
    review_ask(r, WANT_VISIT);
    memcpy(r->want.uid, r->open->uid, QUEUE_UID);
    r->want.visit_on = date;
    r->prompt.sent = true;
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
        if ((!is_blank(p->edit[0].text) && !typed_date(r, 0, &from)) ||
            (!is_blank(p->edit[1].text) && !typed_date(r, 1, &to))) {
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

static const enum decision decisions[] = { DECISION_GO_AHEAD, DECISION_PRECAUTIONS, DECISION_POSTPONE,
                                           DECISION_DO_NOT_TREAT, DECISION_NEEDS_MORE };
enum { NDECISIONS = sizeof decisions / sizeof *decisions };

const char *prompt_decision_words(enum decision decision)
{
    switch (decision) {
    case DECISION_GO_AHEAD:
        return tr("Go ahead");
    case DECISION_PRECAUTIONS:
        return tr("Go ahead, with precautions");
    case DECISION_POSTPONE:
        return tr("Postpone");
    case DECISION_DO_NOT_TREAT:
        return tr("Do not treat");
    case DECISION_NEEDS_MORE:
        return tr("Needs more before a decision");
    default:
        return "";
    }
}

static bool is_go(enum decision decision)
{
    return decision == DECISION_GO_AHEAD || decision == DECISION_PRECAUTIONS;
}

static void blocks_text(const struct review *r, struct buf *out)
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
    if (i >= NDECISIONS) {
        return;
    }
    if (is_go(decisions[i]) && encounter_blocks(r->open, r->today) != 0) {
        struct buf why = BUF_INIT;
        blocks_text(r, &why);
        prompt_error(r, tr("Not yet: %s."), buf_str(&why));
        buf_done(&why);
        return;
    }
    prompt_open(r, PROMPT_SIGN, decision_name(decisions[i]));
    r->prompt.decision = decisions[i];
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
        sign(r);
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
                                                 : r->prompt.kind == PROMPT_DECIDE ? NDECISIONS
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
        prompt_close(r, false);
    } else if (r->prompt.nedits > 0) {
        fields_event(r, event);
    } else {
        choices_event(r, event);
    }
}

static void added(struct review *r)
{
    enum prompt_kind kind = r->prompt.kind;
    if (kind == PROMPT_REASON || kind == PROMPT_FLAG) {
        intake_next_flag(r);
        review_notice(r,
                      r->open->open == 0 ? tr("Written. No flag is left to decide: d for the decision.")
                                         : tr_n("Written. %zu flag is left to decide.",
                                                "Written. %zu flags are left to decide.", r->open->open),
                      r->open->open);
    } else if (kind == PROMPT_SIGN) {
        review_notice(r, tr("Signed: %s."), prompt_decision_words(r->open->decision));
    } else {
        review_notice(r, "%s", tr("Written."));
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
    } else {
        const struct encounter_entry *last =
            r->open != NULL && r->open->nentries > 0 ? &r->open->entry[r->open->nentries - 1] : NULL;
        struct buf words = BUF_INIT;
        if (rc == 0 && last != NULL) {
            buf_addf(&words, tr("%s wrote meanwhile: %s. Look at it; the same key writes yours too."),
                     last->by, words_kind(last->kind));
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
    r->effects = 0;
    return effects;
}

/* --- On the screen --- */

static void paint_flag(struct review *r, struct screen *s)
{
    const struct prompt *p = &r->prompt;
    const struct encounter_flag *first = NULL;
    size_t n = 0;
    enum outcome worst = OUTCOME_CLEAR;
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *flag = &r->open->flag[i];
        if (intake_is_target(flag, p->target)) {
            first = n++ == 0 ? flag : first;
            worst = flag->program > worst ? flag->program : worst;
        }
    }
    bool confirm = p->outcome >= worst;
    if (n == 1) {
        screen_setf(&s->prompt, "%s: %s", first->id, first->title);
    } else {
        screen_setf(&s->prompt, tr_n("%zu question that was left out", "%zu questions that were left out", n),
                    n);
    }
    struct buf line = BUF_INIT;
    if (confirm) {
        buf_addf(&line, tr("Confirm: it stays %s."), paint_outcome(worst));
    } else {
        buf_addf(&line, tr("Lower from %s to %s."), paint_outcome(worst), paint_outcome(p->outcome));
    }
    if (p->kind == PROMPT_FLAG) {
        buf_addf(&line, " %s", tr("Left, Right: another. The reason:"));
    }
    screen_text(&s->prompt_text, UI_STRONG, "", buf_str(&line));
    buf_done(&line);
}

static void paint_choices(struct review *r, struct screen *s)
{
    char key[2] = "1";
    switch (r->prompt.kind) {
    case PROMPT_FLAG:
        for (size_t i = 0; i < r->setup.nreasons && i < REASONS_MAX; i++, key[0]++) {
            screen_add_choice(s, key, false, r->setup.reason[i].text);
        }
        screen_add_choice(s, "0", false, tr("Another reason, typed"));
        break;
    case PROMPT_DECIDE: {
        struct buf why = BUF_INIT, line = BUF_INIT;
        blocks_text(r, &why);
        for (size_t i = 0; i < NDECISIONS; i++, key[0]++) {
            bool off = is_go(decisions[i]) && why.len > 0;
            buf_reset(&line);
            buf_adds(&line, prompt_decision_words(decisions[i]));
            if (off) {
                buf_addf(&line, " (%s: %s)", tr("not yet"), buf_str(&why));
            }
            screen_add_choice(s, key, off, buf_str(&line));
        }
        buf_done(&why);
        buf_done(&line);
        break;
    }
    default:
        break;
    }
}

static void paint_filter(const struct review *r, struct screen *s)
{
    const char *const views[QUEUE_VIEWS] = {
        tr("Today: visit today, or came today and undecided"),
        tr("Open: nobody has decided yet"),
        tr("Mine"),
        tr("Decided"),
        tr("Interrupted: begun and not signed"),
        tr("Pre-screen: asked before the day of the visit"),
        tr("All"),
    };
    char key[2] = "1", from[DATE_ISO_SIZE], to[DATE_ISO_SIZE];
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < QUEUE_VIEWS; i++, key[0]++) {
        buf_reset(&line);
        buf_addf(&line, "%s%s", views[i], i == r->filter.view ? tr(" (now)") : "");
        screen_add_choice(s, key, false, buf_str(&line));
    }
    buf_reset(&line);
    buf_addf(&line, tr("Result: %s"), r->filter.has_class ? paint_outcome(r->filter.class) : tr("any"));
    screen_add_choice(s, "c", false, buf_str(&line));
    buf_reset(&line);
    buf_addf(&line, tr("Dates of the visit: %s to %s"), date_format_iso(r->filter.from, from),
             date_format_iso(r->filter.to, to));
    screen_add_choice(s, "d", false,
                      date_is_set(r->filter.from) || date_is_set(r->filter.to)
                          ? buf_str(&line)
                          : tr("Dates of the visit: any"));
    buf_reset(&line);
    buf_addf(&line, tr("Flag: %s"), r->flag_text[0] != '\0' ? r->flag_text : tr("any"));
    screen_add_choice(s, "f", false, buf_str(&line));
    buf_done(&line);
}

static void paint_keys(const struct review *r, struct screen *s)
{
    static const char *const intake[] = {
        N_("Arrows"),      N_("another line"),
        N_("Tab, 1 to 7"), N_("another list"),
        N_("PgUp, PgDn"),  N_("read on in the text below or beside"),
        N_("Enter"),       N_("the text alone, over the whole screen"),
        N_("l, c"),        N_("lower or confirm the flag"),
        N_("i"),           N_("decide all questions that were left out together"),
        N_("d"),           N_("the decision, signed"),
        N_("t"),           N_("tick the item, or take the tick away; a carried answer is checked"),
        N_("e"),           N_("fill in the fields beside a flag or of an item"),
        N_("n, a"),        N_("a note; an amendment of the note in the list"),
        N_("v"),           N_("set or move the visit"),
        N_("c, u"),        N_("the same person: confirm, undo"),
        N_("y"),           N_("rules that did not fire, and why"),
        N_("o"),           N_("take the intake, or let it go"),
        N_("Esc"),         N_("back to the queue"),
    };
    static const char *const queue[] = {
        N_("Arrows"), N_("another line"),
        N_("Enter"),  N_("open the intake"),
        N_("/"),      N_("find by name, birth date, phone number or the intake's number"),
        N_("f"),      N_("filter: open, mine, decided, interrupted, pre-screen, dates, result, flag"),
        N_("Esc"),    N_("today's queue again"),
        N_("q"),      N_("lock"),
    };
    static const char *const desk[] = { N_("Arrows"), N_("another line"), N_("q"), N_("lock") };
    bool in = r->stage == STAGE_INTAKE;
    bool at_desk = r->stage == STAGE_DESK;
    const char *const *key = in ? intake : at_desk ? desk : queue;
    size_t n = in        ? sizeof intake / sizeof *intake
               : at_desk ? sizeof desk / sizeof *desk
                         : sizeof queue / sizeof *queue;
    for (size_t i = 0; i + 1 < n; i += 2) {
        screen_text(&s->prompt_text, UI_TEXT, tr(key[i]), tr(key[i + 1]));
    }
    screen_text(&s->prompt_text, UI_TEXT, tr("F5"), tr("say that staff have seen the call"));
    screen_text(&s->prompt_text, UI_TEXT, tr("F10"), tr("lock"));
}

static const char *title_of(const struct review *r)
{
    switch (r->prompt.kind) {
    case PROMPT_KEYS:
        return tr("Keys");
    case PROMPT_DECIDE:
        return tr("Your decision");
    case PROMPT_SIGN:
        return prompt_decision_words(r->prompt.decision);
    case PROMPT_FIELDS:
        return tr("Fill in");
    case PROMPT_NOTE:
        return tr("A note");
    case PROMPT_AMEND:
        return tr("An amendment: the note stays as it was");
    case PROMPT_VISIT:
        return tr("Day of the visit");
    case PROMPT_FILTER:
    case PROMPT_FILTER_TEXT:
        return tr("Which intakes?");
    default:
        return "";
    }
}

void prompt_paint(struct review *r, struct screen *s)
{
    struct prompt *p = &r->prompt;
    screen_set(&s->prompt, title_of(r));
    if (p->kind == PROMPT_FLAG || p->kind == PROMPT_REASON) {
        paint_flag(r, s);
    }
    if (p->kind == PROMPT_KEYS) {
        paint_keys(r, s);
    } else if (p->kind == PROMPT_FILTER) {
        paint_filter(r, s);
    }
    if (p->kind == PROMPT_SIGN) {
        screen_textf(
            &s->prompt_text, UI_TEXT, "",
            tr("Enter signs with this name and the time. It can be followed by another, not taken away."));
    }
    if (p->offered) {
        screen_text(&s->prompt_text, UI_NOTICE, "", tr("This is what you had typed before."));
    }
    paint_choices(r, s);
    for (size_t i = 0; i < p->nedits; i++) {
        s->field[s->nfields++] =
            (struct screen_field){ mem_strdup(p->label[i]), mem_strdup(p->edit[i].text), p->edit[i].cursor };
    }
    s->field_focus = p->focus;
    screen_set(&s->error, p->error);
    if (p->nedits > 0) {
        screen_add_key(s, 0x10000 + KEY_ID_ENTER, tr("Enter"),
                       p->kind == PROMPT_SIGN ? tr("sign") : tr("write"));
        if (p->nedits > 1) {
            screen_add_key(s, 0x10000 + KEY_ID_TAB, tr("Tab"), tr("next field"));
        }
        if (p->edit[p->focus].multiline) {
            screen_add_key(s, 0x10000 + KEY_ID_CTRL_A + 13, tr("Ctrl-N"), tr("new line"));
        }
    }
    screen_add_key(s, 0x10000 + KEY_ID_ESCAPE, tr("Esc"),
                   p->nedits > 0 ? tr("leave, and keep it") : tr("back"));
}
