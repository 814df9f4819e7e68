#include "build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

struct builder {
    struct arena *arena;
    struct form *form;
    struct form_question *question;
    size_t nquestions; /* so far */
    struct form_rule *rule;
    bool flagged; /* the condition being read asks for flags */
    size_t first; /* the first question it tests */
};

/* The next part of *at up to a character of `stops`, in a buffer of its own; NULL at the end. */
static char *part(struct builder *b, const char **at, const char *stops)
{
    *at += strspn(*at, stops);
    size_t len = strcspn(*at, stops);
    if (len == 0) {
        return NULL;
    }
    char *word = arena_strndup(b->arena, *at, len);
    *at += len;
    return word;
}

static size_t count_parts(struct builder *b, const char *text, const char *stops)
{
    size_t n = 0;
    while (text && part(b, &text, stops)) {
        n++;
    }
    return n;
}

static size_t question_of(struct builder *b, const char *id)
{
    for (size_t i = 0; i < b->nquestions; i++) {
        if (strcmp(b->question[i].id, id) == 0) {
            return i;
        }
    }
    assert(!"question");
    return 0;
}

static size_t rule_of(const struct form *form, const char *flag)
{
    long i = form_rule_index(form, flag);
    assert(i >= 0);
    return (size_t)i;
}

static option_set bits_of(const struct form_question *question, const char *names)
{
    option_set set = 0;
    char *copy = mem_strdup(names), *rest = NULL;
    for (char *name = strtok_r(copy, "|", &rest); name; name = strtok_r(NULL, "|", &rest)) {
        long i = form_option_index(question, name);
        option_set general = strcmp(name, "unsure") == 0    ? OPTION_UNSURE
                             : strcmp(name, "private") == 0 ? OPTION_PRIVATE
                             : strcmp(name, "missing") == 0 ? OPTION_MISSING
                                                            : 0;
        assert(i >= 0 || general);
        set |= i >= 0 ? OPTION_BIT(i) : general;
    }
    free(copy);
    return set;
}

static struct form_amount amount_of(struct builder *b, const char *text, const char **end)
{
    struct form_amount amount = { .policy = -1 };
    if (*text == '@') {
        text++;
        char *name = part(b, &text, "@");
        long i = form_policy_index(b->form, name);
        assert(i >= 0);
        amount.policy = (int)i;
        *end = text + 1;
    } else {
        char *stop;
        amount.value = strtod(text, &stop);
        *end = stop;
    }
    return amount;
}

static struct form_cond wrap(struct builder *b, enum cond_kind kind, const struct form_cond *child, size_t n)
{
    struct form_cond *copy = arena_alloc(b->arena, n * sizeof *copy);
    memcpy(copy, child, n * sizeof *copy);
    return (struct form_cond){ .kind = kind, .child = copy, .nchildren = n };
}

static struct form_cond read_word(struct builder *b, const char *word)
{
    if (*word == '!') {
        struct form_cond inner = read_word(b, word + 1);
        return wrap(b, COND_NOT, &inner, 1);
    }
    if (*word == '+') {
        size_t n = count_parts(b, word, "+|");
        size_t *rule = arena_alloc(b->arena, n * sizeof *rule);
        const char *at = word;
        for (size_t i = 0; i < n; i++) {
            rule[i] = rule_of(b->form, part(b, &at, "+|"));
        }
        b->flagged = true;
        return (struct form_cond){ .kind = COND_FLAGGED, .rule = rule, .nrules = n };
    }
    bool count = *word == '#';
    const char *at = word;
    char *id = part(b, &at, "#=<>");
    struct form_cond cond = { .question = question_of(b, id) };
    const struct form_question *question = &b->question[cond.question];
    if (b->first == SIZE_MAX) {
        b->first = cond.question;
    }
    if (*at == '=') {
        cond.kind = COND_OPTIONS;
        bool exactly = at[1] == '=';
        cond.options = bits_of(question, at + 1 + exactly);
        if (!exactly) {
            return cond;
        }
        struct form_cond others = cond;
        others.options = (OPTION_BIT(question->noptions) - 1) & ~cond.options;
        struct form_cond both[2] = { cond, wrap(b, COND_NOT, &others, 1) };
        return wrap(b, COND_ALL, both, 2);
    }
    cond.op =
        *at == '<' ? (at[1] == '=' ? OP_AT_MOST : OP_LESS_THAN) : (at[1] == '=' ? OP_AT_LEAST : OP_MORE_THAN);
    cond.amount = amount_of(b, at + (at[1] == '=' ? 2 : 1), &at);
    cond.kind = count ? COND_COUNT : *at ? COND_SINCE : COND_NUMBER;
    cond.unit = *at == 'y' ? UNIT_YEARS : *at == 'm' ? UNIT_MONTHS : UNIT_DAYS;
    return cond;
}

static const struct form_cond *read_cond(struct builder *b, const char *text)
{
    struct form_cond any[16], all[16];
    size_t nany = 0, nall = 0;

    b->flagged = false;
    b->first = SIZE_MAX;
    if (!text) {
        return NULL;
    }
    for (char *word; (word = part(b, &text, " "));) {
        if (strcmp(word, "/") == 0) {
            any[nany++] = wrap(b, COND_ALL, all, nall);
            nall = 0;
        } else {
            all[nall++] = read_word(b, word);
        }
    }
    any[nany++] = wrap(b, COND_ALL, all, nall);
    struct form_cond *top = arena_alloc(b->arena, sizeof *top);
    *top = nany == 1 ? any[0] : wrap(b, COND_ANY, any, nany);
    return top;
}

static void set_by(struct builder *b, struct form_question *q, const char *policy)
{
    q->set_by = (size_t)form_policy_index(b->form, policy);
    const struct form_policy *by = &b->form->policy[q->set_by];
    option_set *to = arena_alloc(b->arena, by->nchoices * sizeof *to);
    for (size_t i = 0; i < by->nchoices; i++) {
        long option = form_option_index(q, by->choice[i]);
        to[i] = option < 0 ? 0 : OPTION_BIT(option);
    }
    q->set_to = to;
}

static void add_question(struct builder *b, const struct question_row *row)
{
    static const char *const type[] = { "choice", "choices", "date", "number", "text", "info" };
    struct form_question *q = &b->question[b->nquestions];
    const char *at = row->type;
    char *name = part(b, &at, " ");
    size_t n = count_parts(b, row->options, " ");
    struct form_option *option = arena_alloc(b->arena, n * sizeof *option);

    *q = (struct form_question){ .id = row->id, .code = row->code, .text = row->id, .main = b->nquestions };
    while (strcmp(type[q->type], name) != 0) {
        q->type++;
    }
    q->optional = strstr(row->type, "optional");
    q->partial = strstr(row->type, "partial");
    bool plain = strstr(row->type, "plain") || q->type == QUESTION_INFO;
    q->general = plain ? 0 : OPTION_UNSURE | (strstr(row->type, "public") ? 0 : OPTION_PRIVATE);
    q->birth_date = strcmp(row->id, "birth_date") == 0;
    q->min = 0.5;
    q->max = 20;
    q->unit = q->type == QUESTION_NUMBER ? "units" : NULL;
    q->max_graphemes = 2000;
    q->option = option;
    q->noptions = n;
    at = row->options;
    for (size_t i = 0; i < n; i++) {
        char *id = part(b, &at, " ");
        size_t len = strlen(id);
        if (id[len - 1] == '*') {
            id[len - 1] = '\0';
            option[i].exclusive = true;
            q->exclusive |= OPTION_BIT(i);
        }
        char *text = arena_strdup(b->arena, id); /* "two_or_more" reads "Two or more" */
        text[0] = (char)(text[0] - 'a' + 'A');
        for (char *c = text; *c; c++) {
            *c = *c == '_' ? ' ' : *c;
        }
        option[i].id = id;
        option[i].text = text;
    }
    const char *unit = strstr(row->type, "a1c=");
    if (unit) {
        static const struct form_unit units[] = { { NULL, 0, 0, 0, 0, 0 },
                                                  { "mmol/mol", 10, 190, 0, 0.09148, 2.152 } };
        q->unit_by = (size_t)form_policy_index(b->form, unit + strlen("a1c="));
        q->units = units;
        q->unit = "%";
        q->decimals = 1;
    }
    const char *set = strstr(row->type, "set=");
    if (set) {
        set_by(b, q, set + strlen("set="));
    }
    size_t digits = strcspn(row->code, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; row->code[digits] && i < b->nquestions; i++) {
        if (strlen(b->question[i].code) == digits && strncmp(b->question[i].code, row->code, digits) == 0) {
            q->main = i;
        }
    }
    q->ask_if = read_cond(b, row->ask_if);
    b->nquestions++;
}

static enum outcome outcome_of(const char *name)
{
    static const char *const names[] = { "clear", "precaution", "review", "postpone", "hold" };
    int i = 0;
    while (strcmp(names[i], name) != 0) {
        i++;
    }
    return (enum outcome)i;
}

static void read_outcome(struct builder *b, struct form_rule *rule, const char *text)
{
    const char *at = text;
    rule->policy = -1;
    if (!strchr(text, ':')) {
        rule->outcome = outcome_of(text);
        return;
    }
    rule->policy = (int)form_policy_index(b->form, part(b, &at, ":"));
    assert(rule->policy >= 0);
    enum outcome *by_choice = arena_alloc(b->arena, 8 * sizeof *by_choice);
    size_t n = 0;
    for (char *name; (name = part(b, &at, ":,"));) {
        by_choice[n++] = outcome_of(name);
    }
    rule->by_choice = by_choice;
}

static void read_more(struct builder *b, struct form_rule *rule, const char *text)
{
    rule->alert = text && strstr(text, "alert");
    rule->stops = text && strstr(text, "stops");
    const char *main = text ? strstr(text, "main=") : NULL;
    if (main) {
        main += strlen("main=");
        rule->main = question_of(b, part(b, &main, " "));
    }
    const char *until = text ? strstr(text, "until=") : NULL;
    if (until) {
        until += strlen("until=");
        rule->until_question = question_of(b, part(b, &until, "+"));
        rule->until = amount_of(b, until + 1, &until);
        rule->until_unit = *until == 'm' ? UNIT_MONTHS : UNIT_DAYS;
    }
}

static size_t item_of(const struct form *form, const char *id)
{
    size_t i = 0;

    while (i < form->nitems && strcmp(form->item[i].id, id) != 0) {
        i++;
    }
    assert(i < form->nitems);
    return i;
}

static void add_rule(struct builder *b, struct form_rule *rule, const struct rule_row *row)
{
    const char *at = row->items;
    size_t n = count_parts(b, row->items, " ");
    size_t *item = arena_alloc(b->arena, n * sizeof *item);

    rule->when = read_cond(b, row->when);
    rule->interaction = b->flagged;
    rule->main = b->flagged || b->first == SIZE_MAX ? SIZE_MAX : b->question[b->first].main;
    rule->title = rule->reason = rule->strength = row->flag;
    read_outcome(b, rule, row->outcome);
    read_more(b, rule, row->more);
    for (size_t i = 0; i < n; i++) {
        item[i] = item_of(b->form, part(b, &at, " "));
    }
    rule->item = item;
    rule->nitems = n;
}

static struct form_item make_item(struct builder *b, const struct item_row *row)
{
    static const char who[] = "PSAR";
    struct form_window *window = arena_alloc(b->arena, 2 * sizeof *window);
    struct form_item item = { .id = row->id, .text = row->id, .base = row->base, .window = window };

    item.who = (enum item_for)(strchr(who, row->id[0]) - who);
    item.nwindows = row->window ? 2 : 1;
    window[0] = (struct form_window){ .from_day = (int16_t)row->from,
                                      .least_day = (int16_t)row->least,
                                      .until_day = (int16_t)row->until };
    if (row->window) {
        const char *at = row->window;
        char *flags = part(b, &at, ":");
        const char *flag = flags;
        window[1] = (struct form_window){ .nrules = count_parts(b, flags, "|"),
                                          .from_day = (int16_t)atoi(at + 1),
                                          .least_day = DAY_NONE,
                                          .until_day = DAY_NONE };
        size_t *rule = arena_alloc(b->arena, window[1].nrules * sizeof *rule);
        for (size_t i = 0; i < window[1].nrules; i++) {
            rule[i] = rule_of(b->form, part(b, &flag, "|"));
        }
        window[1].rule = rule;
    }
    return item;
}

static struct form_policy make_policy(struct builder *b, const struct policy_row *row)
{
    struct form_policy policy = { .id = row->id, .min = row->min, .max = row->max, .value = row->value };
    const char *at = row->choices;

    if (row->choices) {
        const char **choice = arena_alloc(b->arena, 8 * sizeof *choice);
        while ((choice[policy.nchoices] = part(b, &at, " "))) {
            policy.nchoices++;
        }
        policy.choice = choice;
    }
    return policy;
}

static struct form_group make_group(struct builder *b, const struct group_row *row)
{
    struct form_group group = { .id = row->id, .rule = SIZE_MAX, .question = SIZE_MAX };
    const char *at = row->words;
    const char **word = arena_alloc(b->arena, 64 * sizeof *word);

    for (char *w; (w = part(b, &at, ","));) {
        char *folded = text_fold_words(w);
        word[group.nwords++] = arena_strdup(b->arena, folded);
        free(folded);
    }
    group.word = word;
    if (strncmp(row->raises, "UNSURE:", 7) == 0) {
        group.unsure_code = row->raises + 7;
    } else {
        group.rule = rule_of(b->form, row->raises);
    }
    if (row->question) {
        group.question = question_of(b, row->question);
        group.denies = bits_of(&b->question[group.question], row->denies);
        group.affirms = bits_of(&b->question[group.question], row->affirms);
    }
    return group;
}

static void add_dictionary(struct builder *b, const struct form_rows *rows)
{
    struct form_dictionary *dictionary = &b->form->dictionary;
    struct form_group *group = arena_alloc(b->arena, rows->ngroups * sizeof *group);

    dictionary->question = dictionary->unmatched = dictionary->contradiction = SIZE_MAX;
    if (!rows->list) {
        return;
    }
    for (size_t i = 0; i < rows->ngroups; i++) {
        group[i] = make_group(b, &rows->group[i]);
    }
    *dictionary = (struct form_dictionary){ question_of(b, rows->list), rule_of(b->form, rows->unmatched),
                                            rule_of(b->form, rows->contradiction), group, rows->ngroups };
}

struct form *build_form(const struct form_rows *rows)
{
    struct arena *arena = arena_new();
    struct form *form = arena_alloc(arena, sizeof *form);
    struct form_question *question = arena_alloc(arena, rows->nquestions * sizeof *question);
    struct form_rule *rule = arena_alloc(arena, rows->nrules * sizeof *rule);
    struct form_item *item = arena_alloc(arena, rows->nitems * sizeof *item);
    struct form_policy *policy = arena_alloc(arena, rows->npolicies * sizeof *policy);
    struct builder b = { .arena = arena, .form = form, .question = question, .rule = rule };

    *form = (struct form){ .arena = arena,
                           .id = "test",
                           .title = "Test",
                           .version = "1",
                           .language = "en",
                           .question = question,
                           .nquestions = rows->nquestions,
                           .rule = rule,
                           .nrules = rows->nrules,
                           .item = item,
                           .nitems = rows->nitems,
                           .policy = policy,
                           .npolicies = rows->npolicies };
    for (size_t i = 0; i < rows->npolicies; i++) {
        policy[i] = make_policy(&b, &rows->policy[i]);
    }
    for (size_t i = 0; i < rows->nquestions; i++) {
        add_question(&b, &rows->question[i]);
    }
    for (size_t i = 0; i < rows->nrules; i++) {
        rule[i].flag = rows->rule[i].flag; /* all names first: windows and groups look them up */
    }
    for (size_t i = 0; i < rows->nitems; i++) {
        item[i] = make_item(&b, &rows->item[i]);
    }
    for (size_t i = 0; i < rows->nrules; i++) {
        add_rule(&b, &rule[i], &rows->rule[i]);
    }
    add_dictionary(&b, rows);
    form->device_policy = (int)form_policy_index(form, "device_list");
    size_t *device = arena_alloc(arena, (count_parts(&b, rows->device_flags, " ") + 1) * sizeof *device);
    const char *at = rows->device_flags;
    for (char *flag; at && (flag = part(&b, &at, " "));) {
        device[form->ndevice_default++] = rule_of(form, flag);
    }
    form->device_default = device;
    return form;
}
