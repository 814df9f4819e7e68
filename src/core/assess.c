#include "assess.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assess_internal.h"
#include "dictionary.h"
#include "mem.h"

/* --- Memory --- */

/* Deals out one block. Without a block it only counts. */
struct dealer {
    unsigned char *block;
    size_t used;
};

static void *deal(struct dealer *dealer, size_t n, size_t size)
{
    size_t at = dealer->used;
    size_t align = _Alignof(max_align_t);

    dealer->used += (n * size + align - 1) / align * align;
    return dealer->block ? dealer->block + at : NULL;
}

/* For the most that the form can come to. */
static void deal_all(struct dealer *dealer, const struct form *form, struct assessment *out)
{
    struct assess_room *room = out->room;
    size_t added = 0;
    size_t flags =
        form->nrules + 3 * form->nquestions + form->dictionary.ngroups + (size_t)ANSWERS_MAX_UNKNOWN;

    for (size_t i = 0; i < form->nrules; i++) {
        added += form->rule[i].nitems;
    }
    out->flag = deal(dealer, flags, sizeof *out->flag);
    out->unanswered = deal(dealer, form->nquestions, sizeof *out->unanswered);
    out->item = deal(dealer, form->nitems, sizeof *out->item);
    room->draft = deal(dealer, flags, sizeof *room->draft);
    room->verdict.raised = deal(dealer, form->nrules, sizeof *room->verdict.raised);
    room->verdict.hit = deal(dealer, form->nrules, sizeof *room->verdict.hit);
    room->replaced = deal(dealer, form->nquestions, sizeof *room->replaced);
    room->unsure = deal(dealer, form->nquestions, sizeof *room->unsure);
    room->first = deal(dealer, form->nitems, sizeof *room->first);
    room->named = deal(dealer, form->nitems, sizeof *room->named);
    room->line = deal(dealer, form->nitems, sizeof *room->line);
    room->order = deal(dealer, form->nitems, sizeof *room->order);
    room->added_by = deal(dealer, added, sizeof *room->added_by);
}

static void free_block(struct assess_room *room)
{
    if (room->block) {
        explicit_bzero(room->block, room->size);
    }
    free(room->block);
}

struct assessment *assessment_new(void)
{
    struct assessment *assessment = mem_alloc(sizeof *assessment);

    assessment->room = mem_alloc(sizeof *assessment->room);
    return assessment;
}

void assessment_free(struct assessment *assessment)
{
    if (!assessment) {
        return;
    }
    free_block(assessment->room);
    free(assessment->room);
    explicit_bzero(assessment, sizeof *assessment);
    free(assessment);
}

/* The layout is worked out anew each time: it is cheaper than knowing for sure that the form at this address
 * is still the one of the last time. */
static void make_room(struct assessment *out, const struct form *form)
{
    struct assess_room *room = out->room;
    struct dealer count = { NULL, 0 };

    deal_all(&count, form, out);
    if (count.used > room->size) {
        free_block(room);
        room->block = mem_alloc(count.used);
        room->size = count.used;
    }
    deal_all(&(struct dealer){ room->block, 0 }, form, out);
    room->ndraft = 0;
    out->form = form;
    out->nflags = out->nunanswered = out->nitems = 0;
}

/* --- Flags --- */

static struct flag *add_flag(struct assess_room *room, enum flag_kind kind, const char *prefix,
                             const char *name, size_t len)
{
    struct flag *flag = &room->draft[room->ndraft++];
    size_t before = strlen(prefix);
    size_t most = FLAG_ID_SIZE - 1 - before;

    *flag = (struct flag){ .kind = kind, .question = SIZE_MAX };
    memcpy(flag->id, prefix, before);
    memcpy(flag->id + before, name, len < most ? len : most);
    return flag;
}

static struct date until_of(const struct cond_view *view, const struct form_rule *rule)
{
    struct date from = answers_day(view->answers, rule->until_question, view->visit);

    return date_is_set(from) ? cond_date_after(from, cond_amount(view, &rule->until), rule->until_unit)
                             : from;
}

static void add_rule_flag(struct assess_room *room, const struct cond_view *view,
                          const struct policies *policies, size_t index)
{
    const struct form *form = answers_form(view->answers);
    const struct form_rule *rule = &form->rule[index];
    struct flag *flag = add_flag(room, FLAG_RULE, "", rule->flag, strlen(rule->flag));
    size_t hit = room->verdict.hit[index];
    size_t nhits;

    flag->rule = rule;
    flag->outcome = policies_outcome(policies, rule);
    if (flag->outcome == OUTCOME_POSTPONE) {
        struct date until = until_of(view, rule);
        if (date_is_set(until) && date_compare(until, view->visit) > 0) {
            flag->until = until;
        } else {
            flag->outcome = OUTCOME_HOLD;
        }
    }
    if (hit == SIZE_MAX) {
        flag->because = rule->when;
        flag->question = cond_question(view, rule->when);
    } else {
        flag->from_dictionary = true;
        flag->question = form->dictionary.question;
        flag->entry = answers_hits(view->answers, &nhits)[hit].entry;
        flag->entry_len = answers_hits(view->answers, &nhits)[hit].len;
    }
}

/* The general answers that a condition tests for, question by question; not those it excludes. A rule speaks
 * for its own main question and the follow-ups of that alone: cold sores with the area unsure leave the area
 * unsure. */
static void note_replaced(const struct form *form, size_t main, const struct form_cond *cond,
                          option_set *replaced)
{
    switch (cond->kind) {
    case COND_OPTIONS:
        if (form->question[cond->question].main == main) {
            replaced[cond->question] |= cond->options & OPTION_GENERAL;
        }
        break;
    case COND_ALL:
    case COND_ANY:
        for (size_t i = 0; i < cond->nchildren; i++) {
            note_replaced(form, main, &cond->child[i], replaced);
        }
        break;
    default:
        break;
    }
}

static void add_rule_flags(struct assess_room *room, const struct cond_view *view,
                           const struct policies *policies)
{
    const struct form *form = answers_form(view->answers);

    memset(room->replaced, 0, form->nquestions * sizeof *room->replaced);
    for (size_t i = 0; i < form->nrules; i++) {
        if (!room->verdict.raised[i]) {
            continue;
        }
        add_rule_flag(room, view, policies, i);
        if (room->verdict.hit[i] == SIZE_MAX) {
            note_replaced(form, form->rule[i].main, form->rule[i].when, room->replaced);
        }
    }
}

static void add_review(struct assess_room *room, const struct form *form, enum flag_kind kind,
                       size_t question)
{
    const char *prefix = kind == FLAG_PRIVATE ? "PRIVATE:" : "INCOMPLETE:";
    const char *code = form->question[question].code;
    struct flag *flag = add_flag(room, kind, prefix, code, strlen(code));

    flag->question = question;
    flag->outcome = OUTCOME_REVIEW;
}

/* The code without a follow-up's letter. */
static size_t main_code_len(const char *code)
{
    return strcspn(code, "abcdefghijklmnopqrstuvwxyz");
}

static bool is_date(const struct form_question *question)
{
    return question->type == QUESTION_DATE;
}

static bool is_follow_up(const struct form_question *question)
{
    return question->code[main_code_len(question->code)] != '\0';
}

/* What is not known of a date is not known of its main question. */
static void add_unsure(struct assess_room *room, const struct form *form, const struct policies *policies,
                       size_t question)
{
    const struct form_question *q = &form->question[question];
    size_t of = is_date(q) ? q->main : question;

    if (room->unsure[of]) {
        return;
    }
    room->unsure[of] = true;
    struct flag *flag = add_flag(room, FLAG_UNSURE, "UNSURE:", q->code,
                                 is_date(q) ? main_code_len(q->code) : strlen(q->code));
    flag->question = question;
    flag->outcome = policies->unsure[of];
}

static void add_general_flags(struct assessment *out, const struct cond_view *view,
                              const struct policies *policies)
{
    const struct form *form = out->form;
    struct assess_room *room = out->room;

    memset(room->unsure, 0, form->nquestions * sizeof *room->unsure);
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *question = &form->question[i];
        if (!answers_shown(view->answers, i) || question->type == QUESTION_INFO) {
            continue;
        }
        option_set counted = answers_counted(view->answers, i, view->visit);
        option_set open = counted & ~room->replaced[i];
        bool refused = answers_refused(view->answers, i, view->visit);

        if (!question->optional && ((counted & OPTION_MISSING) || (refused && is_date(question)))) {
            out->unanswered[out->nunanswered++] = i;
        }
        if (refused && is_date(question)) {
            add_unsure(room, form, policies, i);
        } else if (refused) {
            add_review(room, form, FLAG_INCOMPLETE, i);
        } else if ((open & OPTION_MISSING) && !question->optional && is_date(question) &&
                   is_follow_up(question)) {
            add_unsure(room, form, policies, i);
        } else if ((open & OPTION_MISSING) && !question->optional) {
            add_review(room, form, FLAG_INCOMPLETE, i);
        }
        if (open & OPTION_UNSURE) {
            add_unsure(room, form, policies, i);
        }
        if (counted & OPTION_PRIVATE) {
            add_review(room, form, FLAG_PRIVATE, i);
        }
    }
}

static bool has_unsure(const struct assess_room *room, const char *code)
{
    for (size_t i = 0; i < room->ndraft; i++) {
        if (room->draft[i].kind == FLAG_UNSURE && strcmp(room->draft[i].id + strlen("UNSURE:"), code) == 0) {
            return true;
        }
    }
    return false;
}

static enum outcome unsure_outcome(const struct form *form, const struct policies *policies, const char *code)
{
    for (size_t i = 0; i < form->nquestions; i++) {
        if (strcmp(form->question[i].code, code) == 0) {
            return policies->unsure[i];
        }
    }
    return OUTCOME_REVIEW; /* not a question of this form: nothing says that it is harmless */
}

/* Medicine groups that do not raise a rule but leave a question open. */
static void add_dictionary_unsure(struct assess_room *room, const struct cond_view *view,
                                  const struct policies *policies)
{
    const struct form *form = answers_form(view->answers);
    size_t n;
    const struct dictionary_hit *hit = answers_hits(view->answers, &n);

    for (size_t i = 0; i < n; i++) {
        const struct form_group *group =
            hit[i].group == SIZE_MAX ? NULL : &form->dictionary.group[hit[i].group];
        if (!group || !group->unsure_code || verdict_word(view, group) == WORD_AFFIRMED ||
            has_unsure(room, group->unsure_code)) {
            continue;
        }
        const char *code = group->unsure_code;
        struct flag *flag = add_flag(room, FLAG_UNSURE, "UNSURE:", code, strlen(code));
        flag->question = form->dictionary.question;
        flag->outcome = unsure_outcome(form, policies, code);
        flag->from_dictionary = true;
        flag->entry = hit[i].entry;
        flag->entry_len = hit[i].len;
    }
}

static void add_unknown_flags(struct assess_room *room, const struct answers *answers)
{
    const char *id;

    for (size_t i = 0; i < answers_unknown(answers, i, &id); i++) {
        add_flag(room, FLAG_UNKNOWN, "UNKNOWN:", id, strlen(id))->outcome = OUTCOME_REVIEW;
    }
}

static void apply_device_list(struct assess_room *room, const struct form *form,
                              const struct policies *policies)
{
    for (size_t i = 0; i < room->ndraft; i++) {
        struct flag *flag = &room->draft[i];
        if (!flag->rule || flag->outcome == OUTCOME_HOLD || !policies->device_flag[flag->rule - form->rule]) {
            continue;
        }
        flag->outcome = OUTCOME_HOLD;
        flag->from_device_list = true;
    }
}

/* --- What they come to --- */

static void sort_flags(struct assessment *out)
{
    const struct assess_room *room = out->room;

    for (int outcome = OUTCOME_HOLD; outcome >= OUTCOME_CLEAR; outcome--) {
        for (size_t i = 0; i < room->ndraft; i++) {
            if ((int)room->draft[i].outcome == outcome) {
                out->flag[out->nflags++] = room->draft[i];
            }
        }
    }
}

static void sum_up(struct assessment *out)
{
    static const int weight[] = { [OUTCOME_CLEAR] = 0,
                                  [OUTCOME_PRECAUTION] = 2,
                                  [OUTCOME_REVIEW] = 10,
                                  [OUTCOME_POSTPONE] = 25,
                                  [OUTCOME_HOLD] = 40 };
    int attention = 0;

    out->class = out->nflags ? out->flag[0].outcome : OUTCOME_CLEAR;
    out->not_before = (struct date){ 0, 0, 0 };
    for (size_t i = 0; i < out->nflags; i++) {
        const struct flag *flag = &out->flag[i];
        attention += weight[flag->outcome];
        if (flag->outcome == OUTCOME_POSTPONE && date_compare(flag->until, out->not_before) > 0) {
            out->not_before = flag->until;
        }
    }
    out->attention = attention < 100 ? attention : 100;
}

void assess(struct assessment *out, const struct answers *answers, const struct policies *policies,
            struct date asked_on, struct date visit_on)
{
    const struct form *form = answers_form(answers);

    make_room(out, form);
    out->asked_on = asked_on;
    out->visit_on = visit_on;
    struct assess_room *room = out->room;
    struct cond_view view = { answers, policies->value, visit_on, room->verdict.raised };

    verdict_reach(&room->verdict, &view);
    add_rule_flags(room, &view, policies);
    if (room->verdict.stop == SIZE_MAX) {
        add_general_flags(out, &view, policies);
        add_dictionary_unsure(room, &view, policies);
        add_unknown_flags(room, answers);
        if (policies_device_listed(policies, form)) {
            apply_device_list(room, form, policies);
        }
    }
    sort_flags(out);
    sum_up(out);
    checklist_make(out, policies);
}

bool assess_raised(const struct assessment *assessment, const struct form_rule *rule)
{
    return assessment->room->verdict.raised[rule - assessment->form->rule];
}
