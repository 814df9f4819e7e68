/* The order of pages as a row of positions:
 *
 *   welcome, [slip], privacy, consent, [birth date], [help], [who helps], [name], [each "since your last
 *   visit"], each question of the form, check your answers, [who signs], signature | under age, declined,
 * saving, refused, result
 *
 * A position that is not shown now is stepped over, so that Next and Back are "the next one that is shown".
 * Those after the bar are beside the flow: one page leads to each of them.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "wizard_entry.h"
#include "wizard_internal.h"

enum { POS_BIRTH = 4, POS_HELP = 5 };
static const enum stage BEFORE[] = { STAGE_WELCOME,  STAGE_SLIP,     STAGE_PRIVACY, STAGE_CONSENT,
                                     STAGE_QUESTION, STAGE_QUESTION, STAGE_HELPER,  STAGE_NAME };
static const enum stage AFTER[] = { STAGE_CHECK,       STAGE_SIGNER,  STAGE_SIGN,
                                    STAGE_BIRTH_CHECK, STAGE_MINOR,   STAGE_DECLINED,
                                    STAGE_SAVING,      STAGE_REFUSED, STAGE_RESULT };
enum { NBEFORE = sizeof BEFORE / sizeof BEFORE[0], NAFTER = sizeof AFTER / sizeof AFTER[0] };
enum { FAST_MS = 1000, FAST_ROW = 5 };

size_t flow_positions(const struct form *form)
{
    return NBEFORE + form->nsince + form->nquestions + NAFTER;
}

static size_t first_question(const struct wizard *w)
{
    return NBEFORE + w->setup.form->nsince;
}

enum stage flow_stage(const struct wizard *w, size_t pos)
{
    size_t first = first_question(w), n = w->setup.form->nquestions;

    if (pos < NBEFORE) {
        return BEFORE[pos];
    }
    if (pos < first) {
        return STAGE_SINCE;
    }
    return pos < first + n ? STAGE_QUESTION : AFTER[pos - first - n];
}

size_t flow_question(const struct wizard *w, size_t pos)
{
    if (pos == POS_BIRTH) {
        return w->birth;
    }
    if (pos == POS_HELP) {
        return w->help;
    }
    size_t first = first_question(w);
    if (pos < first || pos >= first + w->setup.form->nquestions) {
        return SIZE_MAX;
    }
    return pos - first;
}

size_t flow_at(const struct wizard *w, enum stage stage)
{
    for (size_t i = 0; i < NBEFORE; i++) {
        if (BEFORE[i] == stage) {
            return i;
        }
    }
    if (stage == STAGE_SINCE) {
        return NBEFORE;
    }
    size_t i = 0;
    while (AFTER[i] != stage) {
        i++;
    }
    return first_question(w) + w->setup.form->nquestions + i;
}

size_t flow_of_question(const struct wizard *w, size_t question)
{
    if (question == w->birth) {
        return POS_BIRTH;
    }
    return question == w->help ? POS_HELP : first_question(w) + question;
}

bool flow_helper(const struct wizard *w)
{
    if (w->help == SIZE_MAX) {
        return false;
    }
    const struct form_question *question = &w->setup.form->question[w->help];
    option_set needs = answers_options(w->answers, w->help) & ~question->exclusive;
    return (needs & (OPTION_BIT(question->noptions) - 1)) != 0;
}

bool flow_shown(const struct wizard *w, size_t pos)
{
    size_t question = flow_question(w, pos);

    bool again = staff_again(w);

    switch (flow_stage(w, pos)) {
    case STAGE_QUESTION:
        return question != SIZE_MAX && flow_of_question(w, question) == pos &&
               answers_shown(w->answers, question) && !since_left(w, question) && staff_asks(w, question);
    case STAGE_HELPER:
    case STAGE_SIGNER:
        return flow_helper(w) && !again;
    case STAGE_SLIP:
        return w->slip_open;
    case STAGE_NAME:
        return !since_returning(w) && !again;
    case STAGE_SINCE:
        return since_returning(w) && !again;
    case STAGE_WELCOME:
    case STAGE_PRIVACY:
    case STAGE_CONSENT:
    case STAGE_SIGN:
        return !again;
    default:
        return true;
    }
}

/* --- Turning pages --- */

static void count_time(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    if (question == SIZE_MAX) {
        return;
    }
    int64_t ms = w->now_ms - w->entered_ms;
    uint32_t *total = &w->timing[question].ms;
    if (ms > 0) {
        *total = ms < (int64_t)(UINT32_MAX - *total) ? *total + (uint32_t)ms : UINT32_MAX;
    }
    w->entered_ms = w->now_ms;
    w->timing[question].language = w->language;
}

void flow_enter(struct wizard *w, size_t pos)
{
    if (flow_stage(w, pos) != STAGE_WELCOME) {
        w->touched = true;
    }
    fields_store(w);
    count_time(w);
    w->pos = pos;
    w->seen[pos] = true;
    w->entered_ms = w->now_ms;
    w->answered = false;
    w->others_open = false;
    w->enter_ticks = false;
    w->pending = '\0';
    w->base = (struct look){ 0 };
    wizard_error(w, SIZE_MAX, "");
    fields_load(w);
    wizard_turned(w);
}

/* Overwrites what was typed and answered: the patient is under age, or took back the consent. */
static void forget(struct wizard *w)
{
    bool in_letterbox = w->drafted;

    wizard_wipe(w);
    w->drafted = false;
    if (in_letterbox) {
        w->effects |= EFFECT_DELETE;
    }
}

static bool stopped_by_age(const struct wizard *w, size_t question)
{
    const struct form *form = w->setup.form;

    if (question != w->birth) {
        return false;
    }
    for (size_t i = 0; i < form->nrules; i++) {
        const struct form_rule *rule = &form->rule[i];
        if (rule->stops && rule->when && !rule->interaction &&
            answers_cond(w->answers, rule->when, w->setup.policies->value, w->setup.today)) {
            return true;
        }
    }
    return false;
}

/* After check-your-answers, only what has never been seen is asked. */
static size_t next_position(const struct wizard *w)
{
    size_t check = flow_at(w, STAGE_CHECK);
    size_t pos = w->pos + 1;

    while (!flow_shown(w, pos) || (w->editing && pos < check && w->seen[pos])) {
        pos++;
    }
    return pos;
}

static void go_on(struct wizard *w)
{
    size_t pos = next_position(w);

    w->act.valid = true;
    w->act.pos = w->pos;
    w->act.editing = w->editing;
    if (flow_stage(w, pos) == STAGE_CHECK) {
        w->editing = false;
    }
    if (!staff_again(w) && (*w->name || w->pos > flow_at(w, STAGE_NAME)) && pos <= flow_at(w, STAGE_CHECK)) {
        w->drafted = true;
        w->effects |= EFFECT_DRAFT;
    }
    flow_enter(w, pos);
}

void flow_keep(struct wizard *w)
{
    fields_leave(w);
    if (w->drafted && !staff_again(w) && w->pos <= flow_at(w, STAGE_CHECK)) {
        w->effects |= EFFECT_DRAFT;
    }
}

/* Five in a row under a second each: staff should know. A page that was only passed through is no answer. */
static void count_fast(struct wizard *w, size_t question)
{
    if (!w->answered || w->now_ms - w->entered_ms >= FAST_MS) {
        w->streak = 0;
        return;
    }
    if (w->streak < FAST_ROW) {
        w->streak_question[w->streak++] = question;
    } else {
        w->timing[question].fast = true;
    }
    for (size_t i = 0; i < FAST_ROW && w->streak == FAST_ROW; i++) {
        w->timing[w->streak_question[i]].fast = true;
    }
}

/* Who came with a slip was not asked for a name before. */
static void name_by_signature(struct wizard *w)
{
    char *tidy = since_returning(w) && !*w->name ? text_tidy(w->signature) : NULL;

    if (tidy) {
        wizard_string(&w->name, tidy);
    }
    mem_wipe_free(tidy);
}

static void sign(struct wizard *w)
{
    wizard_string(&w->signature, w->edit[0].text);
    name_by_signature(w);
    w->signed_ms = w->now_ms;
    w->visit.signed_s = w->setup.wall_s + (w->now_ms - w->start_ms) / 1000;
    check_result(w);
    leaflet_keep(w);
    flow_enter(w, flow_at(w, STAGE_SAVING));
    w->act.valid = false;
    w->effects |= EFFECT_SIGN;
}

void flow_finish(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    switch (flow_stage(w, w->pos)) {
    case STAGE_QUESTION:
        count_fast(w, question);
        if (stopped_by_age(w, question)) {
            flow_enter(w, flow_at(w, STAGE_BIRTH_CHECK));
            w->act.valid = false;
            return;
        }
        flow_alerts(w);
        go_on(w);
        return;
    case STAGE_SIGN:
        sign(w);
        return;
    case STAGE_CHECK:
        if (!staff_again(w)) {
            go_on(w);
            return;
        }
        w->effects |= EFFECT_SIGN;
        w->ended = true;
        return;
    case STAGE_MINOR:
    case STAGE_DECLINED:
    case STAGE_REFUSED:
    case STAGE_RESULT:
        if (w->now_ms - w->entered_ms >= STILL_HELD_MS) { /* or the key that led here closes it unread */
            w->ended = true;
        }
        return;
    case STAGE_SAVING:
        return;
    default:
        go_on(w);
    }
}

bool flow_can_go_back(const struct wizard *w)
{
    enum stage stage = flow_stage(w, w->pos);

    if (staff_again(w) || w->setup.staff) {
        size_t pos = w->pos;
        do {
            if (pos == 0) {
                return false;
            }
            pos--;
        } while (!flow_shown(w, pos));
        if (flow_stage(w, pos) == STAGE_WELCOME) {
            return false;
        }
    }
    return stage != STAGE_WELCOME && stage != STAGE_MINOR && stage != STAGE_SAVING &&
           stage != STAGE_REFUSED && stage != STAGE_RESULT;
}

void flow_back(struct wizard *w)
{
    size_t pos = w->pos;

    if (!flow_can_go_back(w)) {
        return;
    }
    fields_leave(w);
    flow_alerts(w);
    w->streak = 0;
    since_leave(w);
    if (flow_stage(w, pos) == STAGE_DECLINED) {
        pos = flow_at(w, STAGE_CONSENT);
    } else if (flow_stage(w, pos) == STAGE_BIRTH_CHECK) {
        pos = POS_BIRTH;
    } else if (w->editing && pos == w->edit_pos) {
        w->editing = false;
        pos = flow_at(w, STAGE_CHECK);
    } else {
        do {
            pos--;
        } while (!flow_shown(w, pos));
    }
    flow_enter(w, pos);
}

bool flow_can_skip(const struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    if (flow_stage(w, w->pos) == STAGE_SINCE) {
        return true;
    }
    return question != SIZE_MAX && !w->setup.form->question[question].required &&
           w->setup.form->question[question].type != QUESTION_INFO;
}

void flow_skip(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    if (!flow_can_skip(w)) {
        return;
    }
    if (question == SIZE_MAX) {
        *since_answer(w, w->pos) = SINCE_SKIPPED;
        flow_finish(w);
        return;
    }
    answers_clear(w->answers, question);
    fields_clear(w); /* or Back would make an answer of it again */
    w->answered = false;
    flow_finish(w);
}

/* A key was only held down: what its first repeat did is taken back, and its page shown again. */
void flow_undo(struct wizard *w)
{
    size_t question = flow_question(w, w->act.pos);

    if (!w->act.valid) {
        return;
    }
    w->act.valid = false;
    w->streak = 0;
    if (w->act.pos != w->pos) {
        w->editing = w->act.editing;
        flow_enter(w, w->act.pos);
    }
    if (flow_stage(w, w->act.pos) == STAGE_SINCE) {
        *since_answer(w, w->act.pos) = (enum since)w->act.before;
    }
    if (question != SIZE_MAX) {
        w->timing[question].fast = false;
        answers_set_options(w->answers, question, w->act.before);
        fields_leave(w); /* a date, number or text is what is typed */
    }
    w->base = (struct look){ 0 };
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

/* Sends each alert once. One that no longer holds is not taken back: staff ask. */
void flow_alerts(struct wizard *w)
{
    size_t nrules = w->setup.form->nrules;
    size_t *rule = mem_realloc(NULL, nrules + 1, sizeof *rule);
    size_t n = assess_alerts(w->answers, w->setup.policies, w->setup.today, rule, nrules);
    size_t fresh = 0;

    for (size_t i = 0; i < n && i < nrules; i++) {
        if (w->alerted[rule[i]]) {
            continue;
        }
        w->alerted[rule[i]] = true;
        rule[fresh++] = rule[i];
    }
    if (fresh) {
        memcpy(w->alert, rule, fresh * sizeof *rule);
        w->nalerts = fresh;
        w->effects |= EFFECT_ALERT;
        wizard_call(w, true);
        wizard_overlay(w, OVERLAY_URGENT);
    }
    free(rule);
}

void flow_menu(struct wizard *w, enum menu menu)
{
    switch (menu) {
    case MENU_AGREE:
        if (w->visit.consented_s == 0) {
            w->visit.consented_s = w->setup.wall_s + (w->now_ms - w->start_ms) / 1000;
            w->visit.consent_language = w->language;
        }
        go_on(w);
        break;
    case MENU_DECLINE:
        forget(w);
        flow_enter(w, flow_at(w, STAGE_DECLINED));
        w->act.valid = false;
        break;
    case MENU_BIRTH_RIGHT:
        forget(w);
        w->visit.under_age = true;
        flow_enter(w, flow_at(w, STAGE_MINOR));
        w->act.valid = false;
        break;
    case MENU_BIRTH_WRONG:
        flow_back(w);
        break;
    case MENU_SIGN_SELF:
    case MENU_SIGN_HELPER:
        w->signer_known = true;
        w->signer_helper = menu == MENU_SIGN_HELPER;
        go_on(w);
        break;
    default:
        if (menu >= MENU_SINCE && flow_stage(w, w->pos) == STAGE_SINCE) {
            *since_answer(w, w->pos) = (enum since)(menu - MENU_SINCE);
            go_on(w);
        }
        break;
    }
}

/* --- What the record needs --- */

void flow_visit(struct wizard *w)
{
    struct wizard_visit *v = &w->visit;
    const struct form *form = w->setup.form;
    bool helped = flow_helper(w);

    v->answers = w->answers;
    v->timing = w->timing;
    v->name = w->name;
    v->phone = w->phone;
    v->helper_name = helped ? w->helper_name : "";
    v->helper_relation = helped ? w->helper_relation : "";
    v->signature = w->signature;
    v->signed_by_helper = helped && w->signer_helper;
    v->birth_date = w->birth == SIZE_MAX ? (struct date){ 0, 0, 0 } : answers_date(w->answers, w->birth);
    v->language = w->language;
    v->reached = 0;
    for (size_t i = 0; i < form->nquestions; i++) {
        bool private = (answers_options(w->answers, i) & OPTION_PRIVATE) != 0;
        w->timing[i].ask_alone =
            helped && answers_shown(w->answers, i) && (form->question[i].ask_alone || private);
        size_t pos = flow_of_question(w, i);
        if (w->seen[pos]) {
            v->reached = i + 1;
        }
        if (!w->seen[pos] || pos == w->pos) { /* its page has not been left */
            w->timing[i].language = w->language;
        }
    }
    since_visit(w);
    staff_visit(w);
}
