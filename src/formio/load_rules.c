/* Rules: what an answer raises. Stored so that every flag a rule asks for has been decided before it. */
#include <string.h>

#include "load.h"

/* The flags a rule asks for, as entry numbers (not yet the final order). */
struct needs {
    size_t *rule;
    size_t n;
};

static void note_need(struct loader *loader, const config_setting_t *at, struct needs *needs)
{
    const char *flag = config_setting_get_string(at);
    long index = flag ? names_find(&loader->rule_names, flag) : NAMES_NONE;

    if (index != NAMES_NONE) {
        needs->rule[needs->n++] = (size_t)index;
    }
}

/* How many flag names stand anywhere in a condition; with `needs`, notes them too. Unknown ones and other
 * mistakes are reported when the condition itself is read. Nesting has a limit, so recursion has. */
static size_t find_needs(struct loader *loader, const config_setting_t *at, struct needs *needs)
{
    const char *name = config_setting_name(at);
    bool flags = name && (strcmp(name, "flagged") == 0 || strcmp(name, "any_flagged") == 0);
    size_t count = 0;

    if (!config_setting_is_aggregate(at)) {
        return 0;
    }
    for (int i = 0; i < config_setting_length(at); i++) {
        const config_setting_t *member = config_setting_get_elem(at, (unsigned)i);

        if (flags) {
            count++;
            if (needs) {
                note_need(loader, member, needs);
            }
        } else {
            count += find_needs(loader, member, needs);
        }
    }
    return count;
}

/* A rule that cannot be placed asks, through others, for itself: name the circle once. */
static void report_circle(struct loader *loader, const struct needs *needs, const bool *placed, bool *told,
                          size_t *seen, size_t start)
{
    size_t at = start;
    struct buf text = BUF_INIT;

    /* Whatever cannot be placed waits for something that cannot: following that leads into the circle. */
    while (seen[at] != start + 1) {
        seen[at] = start + 1;
        for (size_t i = 0; i < needs[at].n; i++) {
            if (!placed[needs[at].rule[i]]) {
                at = needs[at].rule[i];
                break;
            }
        }
    }
    if (told[at]) {
        return;
    }

    size_t first = at;
    do {
        size_t to = SIZE_MAX;

        told[at] = true;
        for (size_t i = 0; i < needs[at].n && to == SIZE_MAX; i++) {
            if (!placed[needs[at].rule[i]]) {
                to = needs[at].rule[i];
            }
        }
        buf_addf(&text, "%s%s", at == first ? " asks for " : ", which asks for ", loader->rule[to].flag);
        at = to;
    } while (at != first);
    reader_subject(&loader->reader, "rule %s", loader->rule[first].flag);
    reader_fault(&loader->reader, loader->rules.at[first], "%.400s: these rules wait for each other.",
                 buf_str(&text));
    buf_done(&text);
}

/* Entry numbers in an order that satisfies every need, else as written: each pass takes those that wait for
 * nothing any more. */
static size_t *order_rules(struct loader *loader)
{
    size_t n = loader->rules.n, done = 0, last;
    struct arena *arena = loader->reader.arena;
    struct needs *needs = arena_alloc(arena, n * sizeof *needs);
    bool *placed = arena_alloc(arena, n * sizeof *placed);
    bool *told = arena_alloc(arena, n * sizeof *told);
    size_t *seen = arena_alloc(arena, n * sizeof *seen);
    size_t *order = arena_alloc(arena, n * sizeof *order);

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *when =
            loader->rule[i].flag ? reader_member(loader->rules.at[i], "when") : NULL;

        if (when) {
            needs[i].rule = arena_alloc(arena, find_needs(loader, when, NULL) * sizeof *needs[i].rule);
            find_needs(loader, when, &needs[i]);
        }
    }
    do {
        last = done;
        for (size_t i = 0; i < n; i++) {
            bool ready = !placed[i];

            for (size_t j = 0; ready && j < needs[i].n; j++) {
                ready = placed[needs[i].rule[j]];
            }
            if (ready) {
                placed[i] = true;
                order[done++] = i;
            }
        }
    } while (done > last);
    for (size_t i = 0; i < n; i++) {
        if (!placed[i]) {
            report_circle(loader, needs, placed, told, seen, i);
            order[done++] = i;
        }
    }
    return order;
}

static void declare(struct loader *loader)
{
    struct reader *reader = &loader->reader;

    for (size_t i = 0; i < loader->rules.n; i++) {
        const config_setting_t *group = loader->rules.at[i];

        reader_subject(reader, "rule number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        const char *flag = reader_id(reader, group, "flag", LETTER_START);
        if (flag && load_declare(loader, &loader->rule_names, "rule", flag, i, group)) {
            loader->rule[i].flag = flag;
        }
    }
}

/* Moves rules and their entries into `order`, and the names with them. */
static void reorder(struct loader *loader, const size_t *order)
{
    size_t n = loader->rules.n;
    struct arena *arena = loader->reader.arena;
    struct form_rule *rule = arena_alloc(arena, n * sizeof *rule);
    const config_setting_t **at = arena_alloc(arena, n * sizeof *at);

    bool lost = loader->rule_names.lost;
    names_done(&loader->rule_names);
    loader->rule_names.lost = lost;
    for (size_t i = 0; i < n; i++) {
        rule[i] = loader->rule[order[i]];
        at[i] = loader->rules.at[order[i]];
        if (rule[i].flag) {
            names_add(&loader->rule_names, rule[i].flag, i, at[i]);
        }
    }
    loader->rule = rule;
    for (size_t i = 0; i < n; i++) {
        loader->rules.at[i] = at[i];
    }
}

static const char *const outcomes[] = {
    "clear", "precaution", "review", "postpone", "hold", NULL
}; /* by enum */

/* Whether a rule postpones; where its outcome cannot be read, nobody knows. */
enum postpones { POSTPONES_NOT, POSTPONES, POSTPONES_UNKNOWN };

/* outcome = { policy = "..."; choice = "review"; ... }: one for each choice the policy offers. */
static enum postpones read_outcomes(struct loader *loader, const config_setting_t *at, struct form_rule *rule)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *named = reader_find(reader, at, "policy", REQUIRED);
    size_t index = named ? load_find(loader, &loader->policy_names, "policy", named) : SIZE_MAX;
    size_t before = reader->problems->total;
    enum postpones postpones = POSTPONES_NOT;

    if (index == SIZE_MAX || !loader->policy[index].id) {
        return POSTPONES_UNKNOWN;
    }
    const struct form_policy *policy = &loader->policy[index];
    if (!policy->choice) {
        reader_fault(reader, named, " takes its outcome from policy %s, which is a number, not a choice.",
                     policy->id);
        return POSTPONES_UNKNOWN;
    }

    const char **known = arena_alloc(reader->arena, (policy->nchoices + 2) * sizeof *known);
    enum outcome *by_choice = arena_alloc(reader->arena, policy->nchoices * sizeof *by_choice);
    for (size_t i = 0; i < policy->nchoices; i++) {
        known[i] = policy->choice[i];
        const config_setting_t *member = reader_member(at, known[i]);
        if (!member) {
            reader_fault(reader, at, " has no outcome for the choice \"%s\" of policy %s.", known[i],
                         policy->id);
            continue;
        }
        int outcome = reader_word_of(reader, member, outcomes);
        if (outcome >= 0) {
            by_choice[i] = (enum outcome)outcome;
        }
        if (outcome == OUTCOME_POSTPONE) {
            postpones = POSTPONES;
        }
    }
    known[policy->nchoices] = "policy";
    reader_known(reader, at, known);
    rule->policy = (int)index;
    rule->by_choice = by_choice;
    return reader->problems->total == before ? postpones : POSTPONES_UNKNOWN;
}

static enum postpones read_outcome(struct loader *loader, const config_setting_t *group,
                                   struct form_rule *rule)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_find(reader, group, "outcome", REQUIRED);

    rule->policy = -1;
    if (!at) {
        return POSTPONES_UNKNOWN;
    }
    if (config_setting_is_group(at)) {
        return read_outcomes(loader, at, rule);
    }
    int outcome = reader_word_of(reader, at, outcomes);
    if (outcome < 0) {
        return POSTPONES_UNKNOWN;
    }
    rule->outcome = (enum outcome)outcome;
    return outcome == OUTCOME_POSTPONE ? POSTPONES : POSTPONES_NOT;
}

/* Does the rule fire by the time since that question? Then the answer is a day whenever it fires. */
static bool counts_since(const struct form_cond *cond, size_t question)
{
    if (cond->kind == COND_SINCE) {
        return cond->question == question;
    }
    for (size_t i = 0; cond->kind != COND_NOT && i < cond->nchildren; i++) {
        if (counts_since(&cond->child[i], question)) {
            return true;
        }
    }
    return false;
}

static void read_until(struct loader *loader, const config_setting_t *group, struct form_rule *rule,
                       enum postpones postpones)
{
    static const char *const known[] = { "question", "days", "months", NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_find(reader, group, "until", OPTIONAL);

    rule->until_question = SIZE_MAX;
    rule->until.policy = -1;
    if (!at) {
        if (postpones == POSTPONES) {
            reader_fault(reader, group, " can postpone, but has no \"until\" to say how long.");
        }
        return;
    }
    if (postpones == POSTPONES_NOT) {
        reader_fault(reader, at, " has an \"until\", but its outcome is never postpone.");
    }
    if (!reader_is_group(reader, at)) {
        return;
    }
    reader_known(reader, at, known);

    const config_setting_t *asked = reader_find(reader, at, "question", REQUIRED);
    rule->until_question = asked ? load_find(loader, &loader->question_names, "question", asked) : SIZE_MAX;
    if (rule->until_question != SIZE_MAX && loader->question[rule->until_question].type != QUESTION_DATE) {
        reader_fault(reader, asked, " counts from \"%s\", but the answer to that question is not a date.",
                     loader->question[rule->until_question].id);
    } else if (rule->until_question != SIZE_MAX && rule->when &&
               !counts_since(rule->when, rule->until_question)) {
        reader_fault(reader, asked,
                     " counts from \"%s\", but its \"when\" does not test the time since that date.",
                     config_setting_get_string(asked));
    }

    const config_setting_t *days = reader_member(at, "days");
    const config_setting_t *months = reader_member(at, "months");
    rule->until_unit = days ? UNIT_DAYS : UNIT_MONTHS;
    if (!days == !months) {
        reader_fault(reader, at, " must count its \"until\" in days or in months, one of them.");
    } else {
        load_amount(loader, days ? days : months, 0, days ? LOAD_MAX_DAYS : 1200, true, &rule->until);
    }
}

/* The main question of the rule: the one it names, else that of the first question it tests. */
static void read_main(struct loader *loader, const config_setting_t *group, struct form_rule *rule,
                      size_t first)
{
    const config_setting_t *at = reader_find(&loader->reader, group, "question", OPTIONAL);
    size_t question = rule->interaction ? SIZE_MAX : first;

    if (at) {
        question = load_find(loader, &loader->question_names, "question", at);
    }
    rule->main = question == SIZE_MAX ? SIZE_MAX : loader->question[question].main;
}

static void read_rule(struct loader *loader, size_t index)
{
    static const char *const known[] = { "flag",  "question", "when",     "outcome", "until",
                                         "title", "reason",   "strength", "sources", "add",
                                         "facts", "fields",   "alert",    "stops",   NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *group = loader->rules.at[index];
    struct form_rule *rule = &loader->rule[index];
    size_t first = SIZE_MAX;

    reader_known(reader, group, known);
    rule->line = (int)config_setting_source_line(group);
    const config_setting_t *when = reader_find(reader, group, "when", OPTIONAL);
    if (when) {
        rule->when = load_cond(loader, when, COND_RULE, SIZE_MAX, &first);
        rule->interaction = find_needs(loader, when, NULL) > 0;
    }
    read_main(loader, group, rule, first);
    read_until(loader, group, rule, read_outcome(loader, group, rule));
    rule->title = reader_text(reader, group, "title", REQUIRED, ONE_LINE);
    rule->reason = reader_text(reader, group, "reason", REQUIRED, LINES);
    rule->strength = reader_text(reader, group, "strength", REQUIRED, ONE_LINE);
    rule->source =
        load_find_all(loader, &loader->source_names, "source", group, "sources", OPTIONAL, &rule->nsources);
    rule->item = load_find_all(loader, &loader->item_names, "item", group, "add", OPTIONAL, &rule->nitems);
    rule->field = load_fields(loader, group, &rule->nfields);
    rule->fact = reader_texts(reader, group, "facts", OPTIONAL, ONE_LINE, &rule->nfacts);
    rule->alert = reader_bool(reader, group, "alert", false);
    rule->stops = reader_bool(reader, group, "stops", false);
    if (rule->stops && (!when || rule->interaction)) {
        reader_fault(reader, reader_member(group, "stops"),
                     " stops the form, so it needs a \"when\" that tests answers alone.");
    }
    for (size_t i = 0; i < rule->nitems; i++) {
        loader->reached[rule->item[i]] = true;
    }
}

void load_rules(struct loader *loader)
{
    size_t n = loader->rules.n;
    struct arena *arena = loader->reader.arena;

    loader->rule = arena_alloc(arena, n * sizeof *loader->rule);
    loader->from_list = arena_alloc(arena, n * sizeof *loader->from_list);
    declare(loader);
    reorder(loader, order_rules(loader));
    for (size_t i = 0; i < n; i++) {
        if (loader->rule[i].flag) {
            reader_subject(&loader->reader, "rule %s", loader->rule[i].flag);
            read_rule(loader, i);
        }
    }
}

void load_rules_check(struct loader *loader)
{
    struct reader *reader = &loader->reader;

    for (size_t i = 0; i < loader->rules.n; i++) {
        if (loader->rule[i].flag && !reader_member(loader->rules.at[i], "when") && !loader->from_list[i]) {
            reader_subject(reader, "rule %s", loader->rule[i].flag);
            reader_fault(reader, loader->rules.at[i],
                         " never fires: it has no \"when\", and the dictionary does not raise it.");
        }
    }
    for (size_t i = 0; i < loader->items.n; i++) {
        if (loader->item[i].id && !loader->reached[i]) {
            reader_subject(reader, "item %s", loader->item[i].id);
            reader_fault(reader, loader->items.at[i],
                         " is on nobody's list: it is not \"base\", and no rule adds it.");
        }
    }
}
