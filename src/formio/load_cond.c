/* Conditions: groups in which every member must hold. A question's id tests its answer; all, any and not
 * combine groups; flagged and any_flagged ask for flags.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "load.h"

const char *const load_cond_words[] = { "all", "any", "not", "flagged", "any_flagged", NULL };
const char *const load_general_words[] = { "unsure", "private", "missing", "skipped", NULL };

struct cond_reading {
    struct loader *loader;
    enum cond_place place;
    size_t before;
    size_t first;
};

static bool read_group(struct cond_reading *reading, const config_setting_t *group, struct form_cond *out);

/* n conditions that must all hold, as one. */
static void join(struct form_cond *out, enum cond_kind kind, const struct form_cond *child, size_t n,
                 int line)
{
    if (n == 1 && kind != COND_NOT) {
        *out = child[0];
        return;
    }
    *out = (struct form_cond){ .kind = kind, .child = child, .nchildren = n, .line = line };
}

bool load_number_policy(struct loader *loader, const config_setting_t *at, size_t index, bool whole)
{
    struct form_policy *policy = &loader->policy[index];

    if (!policy->id) {
        return false; /* has a fault of its own */
    }
    if (policy->choice) {
        reader_fault(&loader->reader, at, " takes policy %s for a number, but it offers choices.",
                     policy->id);
        return false;
    }
    if (whole && (policy->min != floor(policy->min) || policy->max != floor(policy->max) ||
                  policy->value != floor(policy->value))) {
        reader_fault(&loader->reader, at,
                     " counts by policy %s, so its min, max and default must be whole numbers.", policy->id);
        return false;
    }
    policy->whole = policy->whole || whole;
    return true;
}

bool load_amount(struct loader *loader, const config_setting_t *at, double min, double max, bool whole,
                 struct form_amount *out)
{
    struct reader *reader = &loader->reader;

    *out = (struct form_amount){ .policy = -1 };
    if (config_setting_type(at) != CONFIG_TYPE_STRING) {
        if (!reader_number_of(reader, at, min, max, &out->value)) {
            return false;
        }
        if (!whole || out->value == floor(out->value)) {
            return true;
        }
        reader_fault(reader, at, ": \"%s\" must be a whole number.", config_setting_name(at));
        return false;
    }

    size_t index = load_find(loader, &loader->policy_names, "policy", at);
    if (index == SIZE_MAX || !load_number_policy(loader, at, index, whole)) {
        return false;
    }
    out->policy = (int)index;
    return true;
}

static option_set general_option(const char *word)
{
    if (strcmp(word, "unsure") == 0) {
        return OPTION_UNSURE;
    }
    if (strcmp(word, "private") == 0) {
        return OPTION_PRIVATE;
    }
    if (strcmp(word, "missing") == 0) {
        return OPTION_MISSING;
    }
    return 0;
}

const char *load_nearest_option(const struct form_question *question, const char *word)
{
    const char *nearest = NULL;
    unsigned best = UINT_MAX;

    for (size_t i = 0; i < question->noptions; i++) {
        unsigned slip = question->option[i].id ? names_slip(word, question->option[i].id) : 0;
        if (slip && slip < best) {
            best = slip;
            nearest = question->option[i].id;
        }
    }
    return nearest;
}

static option_set one_option(struct loader *loader, const config_setting_t *at, size_t index, bool general)
{
    const struct form_question *question = &loader->question[index];
    const char *word = reader_string_of(&loader->reader, at);

    if (!word) {
        return 0;
    }
    if (general && general_option(word)) {
        return general_option(word);
    }

    for (size_t i = 0; i < question->noptions; i++) {
        if (!question->option[i].id) {
            return 0; /* has a fault of its own */
        }
        if (strcmp(question->option[i].id, word) == 0) {
            return OPTION_BIT(i);
        }
    }

    const char *nearest = load_nearest_option(question, word);
    for (size_t i = 0; general && !nearest && load_general_words[i]; i++) {
        if (general_option(load_general_words[i]) && names_slip(word, load_general_words[i])) {
            nearest = load_general_words[i];
        }
    }
    if (question->noptions == 0 && general) {
        reader_fault_slip(&loader->reader, at, nearest,
                          " tests \"%s\" for \"%.60s\", but that question has no options, only unsure, "
                          "private and missing.",
                          question->id, word);
    } else {
        reader_fault_slip(&loader->reader, at, nearest,
                          " tests \"%s\" for \"%.60s\", which is not one of its options.", question->id,
                          word);
    }
    return 0;
}

option_set load_options(struct loader *loader, const config_setting_t *at, size_t question, bool general)
{
    if (!config_setting_is_array(at) && !config_setting_is_list(at)) {
        return one_option(loader, at, question, general);
    }

    option_set set = 0;
    int n = config_setting_length(at);
    if (n == 0) {
        reader_fault(&loader->reader, at, ": \"%s\" is empty.", config_setting_name(at));
    }
    for (int i = 0; i < n; i++) {
        set |= one_option(loader, config_setting_get_elem(at, (unsigned)i), question, general);
    }
    return set;
}

/* Is this limit, a number, one that no answer from min to max passes? */
static bool never_holds(const struct form_cond *limit, double min, double max)
{
    double value = limit->amount.value;

    if (limit->amount.policy >= 0) {
        return false;
    }
    return limit->op == OP_LESS_THAN   ? value <= min
           : limit->op == OP_AT_MOST   ? value < min
           : limit->op == OP_MORE_THAN ? value >= max
                                       : value > max;
}

/* Is there nothing between these two? Days and ticks come one by one. */
static bool leaves_nothing(const struct form_cond *upper, const struct form_cond *lower)
{
    bool steps = upper->kind == COND_COUNT || (upper->kind == COND_SINCE && upper->unit == UNIT_DAYS);
    int strict = (upper->op == OP_LESS_THAN) + (lower->op == OP_MORE_THAN);
    double room = upper->amount.value - lower->amount.value;

    return room < 0 || (strict > 0 && room <= (steps ? strict - 1 : 0));
}

/* less_than = 8.5 and the like in a group: at most a lower and an upper limit. */
static bool read_limits(struct cond_reading *reading, const config_setting_t *group,
                        const struct form_cond *test, double min, double max, bool whole,
                        struct form_cond *out)
{
    static const char *const words[] = { "less_than", "at_most", "at_least", "more_than", NULL };
    static const enum cond_op ops[] = { OP_LESS_THAN, OP_AT_MOST, OP_AT_LEAST, OP_MORE_THAN };
    struct reader *reader = &reading->loader->reader;
    struct form_cond *limit = arena_alloc(reader->arena, 2 * sizeof *limit);
    const config_setting_t *upper = NULL, *lower = NULL;
    double least = test->kind == COND_COUNT ? 1 : min; /* nothing ticked is no number */
    size_t n = 0;

    reader_known(reader, group, words);
    for (size_t i = 0; words[i]; i++) {
        const config_setting_t *at = reader_member(group, words[i]);
        const config_setting_t **side = i < 2 ? &upper : &lower;

        if (!at) {
            continue;
        }
        if (*side) {
            reader_fault(reader, at, " has both %s and %s in one test.", config_setting_name(*side),
                         words[i]);
            return false;
        }
        *side = at;
        limit[n] = *test;
        limit[n].op = ops[i];
        limit[n].line = (int)config_setting_source_line(at);
        if (!load_amount(reading->loader, at, min, max, whole, &limit[n].amount)) {
            return false;
        }
        if (never_holds(&limit[n], least, max)) {
            reader_fault(reader, at,
                         " has a test that can never hold: %s %g, where answers go from %g to %g.", words[i],
                         limit[n].amount.value, least, max);
            return false;
        }
        n++;
    }
    if (n == 0) {
        reader_fault(reader, group, " has a test without less_than, at_most, at_least or more_than.");
        return false;
    }
    if (n == 2 && limit[0].amount.policy < 0 && limit[1].amount.policy < 0 &&
        leaves_nothing(&limit[0], &limit[1])) {
        reader_fault(reader, group, " has a test that can never hold: at once %s %g and %s %g.",
                     config_setting_name(upper), limit[0].amount.value, config_setting_name(lower),
                     limit[1].amount.value);
        return false;
    }
    join(out, COND_ALL, limit, n, (int)config_setting_source_line(group));
    return true;
}

static const char *type_words(enum question_type type)
{
    switch (type) {
    case QUESTION_CHOICE:
        return "a choice";
    case QUESTION_CHOICES:
        return "a list of choices";
    case QUESTION_DATE:
        return "a date";
    case QUESTION_NUMBER:
        return "a number";
    case QUESTION_TEXT:
        return "a text";
    case QUESTION_INFO:
        break;
    }
    return "a page to read";
}

/* Answers that are exactly this: for a tick list, this and nothing else. */
static bool read_equals(struct cond_reading *reading, const config_setting_t *at, struct form_cond *out)
{
    struct loader *loader = reading->loader;
    const struct form_question *question = &loader->question[out->question];

    if (!reader_string_of(&loader->reader, at)) {
        return false;
    }
    option_set wanted = out->options = load_options(loader, at, out->question, true);
    if (!wanted) {
        return false;
    }
    if (question->type != QUESTION_CHOICES || wanted == OPTION_MISSING) {
        return true;
    }

    struct form_cond *both = arena_alloc(loader->reader.arena, 2 * sizeof *both);
    struct form_cond *others = arena_alloc(loader->reader.arena, sizeof *others);
    option_set every = (OPTION_BIT(question->noptions) - 1) | OPTION_UNSURE | OPTION_PRIVATE;
    both[0] = *out;
    *others = *out;
    others->options = every & ~wanted;
    join(&both[1], COND_NOT, others, 1, out->line);
    join(out, COND_ALL, both, 2, out->line);
    return true;
}

/* One test in question = { ... }. *out holds question and line. */
static bool read_test(struct cond_reading *reading, const config_setting_t *at, struct form_cond *out)
{
    static const char *const words[] = { "equals",     "includes",     "any_of",      "count",
                                         "less_than",  "at_most",      "at_least",    "more_than",
                                         "days_since", "months_since", "years_since", NULL };
    static const struct {
        const char *word;
        enum date_unit unit;
        double max;
    } since[] = { { "days_since", UNIT_DAYS, LOAD_MAX_DAYS },
                  { "months_since", UNIT_MONTHS, 1200 },
                  { "years_since", UNIT_YEARS, 150 } };
    struct loader *loader = reading->loader;
    struct reader *reader = &loader->reader;
    const struct form_question *question = &loader->question[out->question];
    const char *word = config_setting_name(at);

    out->kind = COND_OPTIONS;
    if (strcmp(word, "equals") == 0) {
        return read_equals(reading, at, out);
    }
    if (strcmp(word, "includes") == 0) {
        return reader_string_of(reader, at) &&
               (out->options = load_options(loader, at, out->question, true)) != 0;
    }
    if (strcmp(word, "any_of") == 0) {
        return (out->options = load_options(loader, at, out->question, true)) != 0;
    }
    if (strcmp(word, "count") == 0) {
        out->kind = COND_COUNT;
        if (question->type != QUESTION_CHOICES) {
            reader_fault(reader, at, " counts the options of \"%s\", but its answer is %s.", question->id,
                         type_words(question->type));
            return false;
        }
        /* Without options it has a fault of its own. */
        double most = question->noptions ? (double)question->noptions : FORM_MAX_OPTIONS;
        return reader_is_group(reader, at) &&
               read_limits(reading, at, &(struct form_cond){ .kind = COND_COUNT, .question = out->question },
                           0, most, true, out);
    }
    for (size_t i = 0; i < sizeof since / sizeof since[0]; i++) {
        if (strcmp(word, since[i].word) != 0) {
            continue;
        }
        if (question->type != QUESTION_DATE) {
            reader_fault(reader, at, " counts the time since \"%s\", but its answer is %s, not a date.",
                         question->id, type_words(question->type));
            return false;
        }
        struct form_cond test = { .kind = COND_SINCE, .question = out->question, .unit = since[i].unit };
        return reader_is_group(reader, at) && read_limits(reading, at, &test, 0, since[i].max, true, out);
    }

    reader_fault_slip(reader, at, reader_nearest(words, word), " tests \"%s\" by \"%s\", which is no test.",
                      question->id, word);
    return false;
}

/* question = { ... }: one or more tests, all of which must hold. */
static bool read_tests(struct cond_reading *reading, const config_setting_t *at, size_t index,
                       struct form_cond *out)
{
    static const char *const limits[] = { "less_than", "at_most", "at_least", "more_than" };
    struct reader *reader = &reading->loader->reader;
    const struct form_question *question = &reading->loader->question[index];
    int line = (int)config_setting_source_line(at);
    size_t n = (size_t)config_setting_length(at);

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (!reader_member(at, limits[i])) {
            continue;
        }
        if (question->type == QUESTION_NUMBER) {
            return read_limits(reading, at, &(struct form_cond){ .kind = COND_NUMBER, .question = index },
                               question->min, question->max, false, out);
        }
        reader_fault(reader, at, " compares \"%s\" with a number, but its answer is %s.%s", question->id,
                     type_words(question->type),
                     question->type == QUESTION_DATE ? " Use days_since, months_since or years_since." : "");
        return false;
    }
    if (n == 0) {
        reader_fault(reader, at, " has an empty test of \"%s\".", question->id);
        return false;
    }

    struct form_cond *test = arena_alloc(reader->arena, n * sizeof *test);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        test[i].question = index;
        test[i].line = line;
        good = read_test(reading, config_setting_get_elem(at, (unsigned)i), &test[i]) && good;
    }
    join(out, COND_ALL, test, n, line);
    return good;
}

static bool read_question(struct cond_reading *reading, const config_setting_t *at, struct form_cond *out)
{
    struct loader *loader = reading->loader;
    struct reader *reader = &loader->reader;
    const char *id = config_setting_name(at);
    long index = names_find(&loader->question_names, id);

    if (index == NAMES_NONE && loader->question_names.lost) {
        return false; /* the question has a fault of its own */
    }
    if (index == NAMES_NONE) {
        reader_fault_slip(reader, at, load_nearest(loader, &loader->question_names, id),
                          " asks about \"%s\", but no question has that id.", id);
        return false;
    }
    if (reading->first == SIZE_MAX) {
        reading->first = (size_t)index;
    }
    if ((size_t)index == reading->before) {
        reader_fault(reader, at, " asks about itself.");
        return false;
    }
    if ((size_t)index > reading->before) {
        reader_fault(reader, at, " asks about \"%s\", which comes later. Move that question before this one.",
                     id);
        return false;
    }

    const struct form_question *question = &loader->question[index];
    if (!question->id) {
        return false; /* has a fault of its own */
    }
    if (question->type == QUESTION_INFO) {
        reader_fault(reader, at, " asks about \"%s\", but that is a page to read: it has no answer.", id);
        return false;
    }
    out->kind = COND_OPTIONS;
    out->question = (size_t)index;
    out->line = (int)config_setting_source_line(at);
    if (config_setting_is_group(at)) {
        return read_tests(reading, at, (size_t)index, out);
    }
    if (config_setting_type(at) == CONFIG_TYPE_STRING) {
        return (out->options = load_options(loader, at, (size_t)index, true)) != 0;
    }
    reader_fault(
        reader, at, " tests \"%s\" by something that is neither an option in quotes nor { ... }.%s", id,
        config_setting_is_aggregate(at) ? " For one of several options write { any_of = [ ... ]; }." : "");
    return false;
}

/* all = ( { ... }, { ... } ) and any. */
static bool read_listed(struct cond_reading *reading, const config_setting_t *at, enum cond_kind kind,
                        struct form_cond *out)
{
    struct reader *reader = &reading->loader->reader;
    size_t n = config_setting_is_list(at) ? (size_t)config_setting_length(at) : 0;

    if (n == 0) {
        reader_fault(reader, at, ": \"%s\" must be a list of conditions: ( { ... }, { ... } ).",
                     config_setting_name(at));
        return false;
    }

    struct form_cond *child = arena_alloc(reader->arena, n * sizeof *child);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = read_group(reading, config_setting_get_elem(at, (unsigned)i), &child[i]) && good;
    }
    join(out, kind, child, n, (int)config_setting_source_line(at));
    return good;
}

/* flagged: all of them, each a test of its own; any_flagged: one of them. */
static bool read_flagged(struct cond_reading *reading, const config_setting_t *group, const char *word,
                         struct form_cond *out)
{
    struct loader *loader = reading->loader;
    const config_setting_t *at = reader_member(group, word);
    int line = (int)config_setting_source_line(at);
    size_t n;

    if (reading->place == COND_QUESTION) {
        reader_fault(&loader->reader, at, " asks for flags, which only rules may do.");
        return false;
    }
    const size_t *rule = load_find_all(loader, &loader->rule_names, "flag", group, word, REQUIRED, &n);
    if (n == 0) {
        return false;
    }
    if (strcmp(word, "any_flagged") == 0) {
        *out = (struct form_cond){ .kind = COND_FLAGGED, .rule = rule, .nrules = n, .line = line };
        return true;
    }

    struct form_cond *each = arena_alloc(loader->reader.arena, n * sizeof *each);
    for (size_t i = 0; i < n; i++) {
        each[i] = (struct form_cond){ .kind = COND_FLAGGED, .rule = &rule[i], .nrules = 1, .line = line };
    }
    join(out, COND_ALL, each, n, line);
    return true;
}

static bool read_member(struct cond_reading *reading, const config_setting_t *group,
                        const config_setting_t *at, struct form_cond *out)
{
    const char *name = config_setting_name(at);

    if (strcmp(name, "all") == 0) {
        return read_listed(reading, at, COND_ALL, out);
    }
    if (strcmp(name, "any") == 0) {
        return read_listed(reading, at, COND_ANY, out);
    }
    if (strcmp(name, "flagged") == 0 || strcmp(name, "any_flagged") == 0) {
        return read_flagged(reading, group, name, out);
    }
    if (strcmp(name, "not") == 0) {
        struct form_cond *child = arena_alloc(reading->loader->reader.arena, sizeof *child);

        if (!read_group(reading, at, child)) {
            return false;
        }
        join(out, COND_NOT, child, 1, (int)config_setting_source_line(at));
        return true;
    }
    return read_question(reading, at, out);
}

static bool read_group(struct cond_reading *reading, const config_setting_t *group, struct form_cond *out)
{
    struct reader *reader = &reading->loader->reader;

    if (!reader_is_group(reader, group)) {
        return false;
    }
    size_t n = (size_t)config_setting_length(group);
    if (n == 0) {
        reader_fault(reader, group, " has an empty condition { }.");
        return false;
    }

    struct form_cond *child = arena_alloc(reader->arena, n * sizeof *child);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = read_member(reading, group, config_setting_get_elem(group, (unsigned)i), &child[i]) && good;
    }
    join(out, COND_ALL, child, n, (int)config_setting_source_line(group));
    return good;
}

const struct form_cond *load_cond(struct loader *loader, const config_setting_t *group, enum cond_place place,
                                  size_t before, size_t *first)
{
    struct cond_reading reading = { .loader = loader, .place = place, .before = before, .first = SIZE_MAX };
    struct form_cond *cond = arena_alloc(loader->reader.arena, sizeof *cond);
    bool good = read_group(&reading, group, cond);

    *first = reading.first;
    return good ? cond : NULL;
}
