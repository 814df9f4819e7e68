/* verdict.c: which rules hold. Single answers, then the dictionary, then interactions, which see both. */
#include "assess_internal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dictionary.h"
#include "mem.h"

static void raise_from_dictionary(struct verdict *verdict, size_t rule, size_t hit)
{
    if (rule == SIZE_MAX || verdict->raised[rule]) {
        return;
    }
    verdict->raised[rule] = true;
    verdict->hit[rule] = hit;
}

/* A question that says yes has said it already. One that says no is contradicted, and both stand: the
 * medicine counts as a yes. */
static void consult_dictionary(struct verdict *verdict, const struct cond_view *view)
{
    const struct form_dictionary *dictionary = &answers_form(view->answers)->dictionary;
    size_t n;
    const struct dictionary_hit *hit = answers_hits(view->answers, &n);

    for (size_t i = 0; i < n; i++) {
        if (hit[i].group == SIZE_MAX) {
            raise_from_dictionary(verdict, dictionary->unmatched, i);
            continue;
        }
        const struct form_group *group = &dictionary->group[hit[i].group];
        enum dictionary_word word = verdict_word(view, group);
        if (word != WORD_AFFIRMED) {
            raise_from_dictionary(verdict, group->rule, i);
        }
        if (word == WORD_DENIED) {
            raise_from_dictionary(verdict, dictionary->contradiction, i);
        }
    }
}

enum dictionary_word verdict_word(const struct cond_view *view, const struct form_group *group)
{
    if (group->question == SIZE_MAX) {
        return WORD_OPEN;
    }
    option_set counted = answers_counted(view->answers, group->question, view->visit);
    if (counted & group->affirms) {
        return WORD_AFFIRMED;
    }
    return counted & group->denies ? WORD_DENIED : WORD_OPEN;
}

void verdict_reach(struct verdict *verdict, const struct cond_view *view)
{
    const struct form *form = answers_form(view->answers);

    memset(verdict->raised, 0, form->nrules * sizeof *verdict->raised);
    memset(verdict->hit, 0xFF, form->nrules * sizeof *verdict->hit); /* SIZE_MAX */
    verdict->stop = SIZE_MAX;
    for (size_t i = 0; i < form->nrules; i++) {
        const struct form_rule *rule = &form->rule[i];
        if (rule->stops && cond_holds(view, rule->when)) {
            verdict->stop = i;
            verdict->raised[i] = true;
            return;
        }
    }
    for (size_t i = 0; i < form->nrules; i++) {
        const struct form_rule *rule = &form->rule[i];
        if (rule->when && !rule->interaction) {
            verdict->raised[i] = cond_holds(view, rule->when);
        }
    }
    consult_dictionary(verdict, view);
    for (size_t i = 0; i < form->nrules; i++) {
        const struct form_rule *rule = &form->rule[i];
        if (rule->when && rule->interaction && !verdict->raised[i]) {
            verdict->raised[i] = cond_holds(view, rule->when);
        }
    }
}

size_t assess_alerts(const struct answers *answers, const struct policies *policies, struct date visit_on,
                     size_t *rule, size_t max)
{
    const struct form *form = answers_form(answers);
    struct verdict verdict = { .raised = mem_alloc(form->nrules * sizeof *verdict.raised),
                               .hit = mem_alloc(form->nrules * sizeof *verdict.hit) };
    struct cond_view view = { answers, policies->value, visit_on, verdict.raised };
    size_t n = 0;

    verdict_reach(&verdict, &view);
    for (size_t i = 0; i < form->nrules; i++) {
        if (!verdict.raised[i] || !form->rule[i].alert) {
            continue;
        }
        if (n < max) {
            rule[n] = i;
        }
        n++;
    }
    free(verdict.raised);
    free(verdict.hit);
    return n;
}
