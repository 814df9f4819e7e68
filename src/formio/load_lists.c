/* What rules and questions lean on: sources, policies, checklist items and the medicine dictionary. */
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "text.h"

/* --- Sources --- */

void load_sources(struct loader *loader)
{
    static const char *const known[] = { "id", "title", "status", NULL };
    struct reader *reader = &loader->reader;
    size_t n = loader->sources.n;
    struct form_source *source = arena_alloc(reader->arena, n * sizeof *source);

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *group = loader->sources.at[i];

        reader_subject(reader, "source number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        source[i].id = reader_id(reader, group, "id", ANY_START);
        if (!source[i].id || !load_declare(loader, &loader->source_names, "source", source[i].id, i, group)) {
            continue;
        }
        reader_subject(reader, "source %s", source[i].id);
        reader_known(reader, group, known);
        source[i].title = reader_text(reader, group, "title", REQUIRED, ONE_LINE);
        source[i].status = reader_text(reader, group, "status", REQUIRED, ONE_LINE);
    }
    loader->form->source = source;
    loader->form->nsources = n;
}

/* --- Policies --- */

static void read_choices(struct loader *loader, const config_setting_t *group, struct form_policy *policy)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *list;
    size_t n = reader_count(reader, group, "choices", REQUIRED, &list);

    if (n > FORM_MAX_OPTIONS) {
        reader_fault(reader, list, " has %zu choices; there may be at most %d.", n, FORM_MAX_OPTIONS);
        return;
    }
    const char **choice = arena_alloc(reader->arena, (n + 1) * sizeof *choice); /* ends with NULL */
    size_t before = reader->problems->total;

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);

        choice[i] = reader_id_of(reader, at, LETTER_START);
        if (choice[i] && strcmp(choice[i], "policy") == 0) {
            reader_fault(reader, at, " has a choice called \"policy\", a word that rules need.");
        }
        for (size_t j = 0; choice[i] && j < i; j++) {
            if (choice[j] && strcmp(choice[i], choice[j]) == 0) {
                reader_fault(reader, at, " has the choice \"%s\" twice.", choice[i]);
            }
        }
    }
    policy->choice = choice;
    policy->nchoices = n;

    const config_setting_t *at = reader_find(reader, group, "default", REQUIRED);
    if (at && n > 0 && reader->problems->total == before) {
        int value = reader_word_of(reader, at, choice);
        policy->value = value < 0 ? 0 : value;
    }
}

static void read_policy(struct loader *loader, const config_setting_t *group, struct form_policy *policy)
{
    static const char *const known[] = { "id", "text", "choices", "min", "max", "default", "flags", NULL };
    const double limit = 1e9;
    struct reader *reader = &loader->reader;

    reader_known(reader, group, known);
    policy->text = reader_text(reader, group, "text", REQUIRED, LINES);
    if (reader_member(group, "choices")) {
        if (reader_member(group, "min") || reader_member(group, "max")) {
            reader_fault(reader, group, " has both choices and a range. Keep one of them.");
        } else {
            read_choices(loader, group, policy);
        }
        return;
    }

    size_t before = reader->problems->total;
    policy->min = reader_number(reader, group, "min", -limit, limit);
    policy->max = reader_number(reader, group, "max", -limit, limit);
    if (reader->problems->total != before) {
        return;
    }
    if (policy->min >= policy->max) {
        reader_fault(reader, group, " has a min of %g, which is not below its max of %g.", policy->min,
                     policy->max);
    } else {
        policy->value = reader_number(reader, group, "default", policy->min, policy->max);
    }
}

static bool is_fact(const char *id)
{
    for (size_t i = 0; placeholder_name[i]; i++) {
        if (strcmp(placeholder_name[i], id) == 0) {
            return true;
        }
    }
    return false;
}

void load_policies(struct loader *loader)
{
    struct reader *reader = &loader->reader;
    size_t n = loader->policies.n;

    loader->policy = arena_alloc(reader->arena, n * sizeof *loader->policy);
    loader->form->device_policy = -1;
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *group = loader->policies.at[i];
        struct form_policy *policy = &loader->policy[i];

        reader_subject(reader, "policy number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        const char *id = reader_id(reader, group, "id", LETTER_START);
        if (!id || !load_declare(loader, &loader->policy_names, "policy", id, i, group)) {
            continue;
        }
        reader_subject(reader, "policy %s", id);
        size_t before = reader->problems->total;
        read_policy(loader, group, policy);
        if (!policy->choice && is_fact(id)) {
            reader_fault(reader, group,
                         " is called as a fact of the clinic is: {%s} in a text could be either.", id);
        }
        if (strcmp(id, "device_list") == 0) {
            loader->form->device_policy = (int)i;
        } else if (reader_member(group, "flags")) {
            reader_fault(reader, group, " has \"flags\", which belong to the policy device_list alone.");
        }
        /* Without an id, rules that name it add no faults of their own to those it has. */
        policy->id = reader->problems->total == before ? id : NULL;
    }
    loader->form->policy = loader->policy;
    loader->form->npolicies = n;
}

void load_policy_flags(struct loader *loader)
{
    struct form *form = loader->form;
    struct reader *reader = &loader->reader;

    if (form->device_policy < 0) {
        return;
    }
    const config_setting_t *group = loader->policies.at[form->device_policy];
    const struct form_policy *policy = &loader->policy[form->device_policy];
    bool listed = false;

    reader_subject(reader, "policy device_list");
    for (size_t i = 0; policy->id && i < policy->nchoices; i++) {
        listed = listed || strcmp(policy->choice[i], "listed") == 0;
    }
    if (policy->id && !listed) {
        reader_fault(reader, group, " needs the choices \"none\" and \"listed\".");
    }
    form->device_default =
        load_find_all(loader, &loader->rule_names, "flag", group, "flags", OPTIONAL, &form->ndevice_default);
}

/* --- Checklist items --- */

static const struct form_window no_sides = { .from_day = DAY_NONE,
                                             .least_day = DAY_NONE,
                                             .until_day = DAY_NONE };

enum { YEAR = 366 };

/* A number of days from the visit, or the policy that counts them: "interval_min", before it "-sun_days". */
static int16_t read_side(struct loader *loader, const config_setting_t *group, const char *name, int16_t *by)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_member(group, name);

    *by = 0;
    if (!at || config_setting_type(at) != CONFIG_TYPE_STRING) {
        return (int16_t)reader_int(reader, group, name, -YEAR, YEAR, DAY_NONE);
    }
    const char *id = config_setting_get_string(at);
    int sign = *id == '-' ? -1 : 1;
    long index = names_find(&loader->policy_names, id + (sign < 0));
    if (index < 0) {
        reader_fault_slip(reader, at, load_nearest(loader, &loader->policy_names, id + (sign < 0)),
                          ": \"%s\" names \"%.60s\": write a number of days, or a policy that counts them.",
                          name, id);
        return DAY_NONE;
    }
    if (!load_number_policy(loader, at, (size_t)index, true)) {
        return DAY_NONE;
    }
    const struct form_policy *found = &loader->policy[index];
    if (found->min < 0 || found->max > YEAR) {
        reader_fault(reader, at, ": \"%s\" counts by policy %s, which must be from 0 to %d days.", name,
                     found->id, YEAR);
        return DAY_NONE;
    }
    *by = (int16_t)(sign * ((int)index + 1));
    return (int16_t)(sign * (int)found->value);
}

/* Reads the sides the group names, then looks at the whole: what it leaves open is as in `plain`. */
static void read_days(struct loader *loader, const config_setting_t *group, const struct form_window *plain,
                      struct form_window *window)
{
    struct reader *reader = &loader->reader;

    window->from_day = read_side(loader, group, "from_day", &window->from_by);
    window->least_day = read_side(loader, group, "least_day", &window->least_by);
    window->until_day = read_side(loader, group, "until_day", &window->until_by);
    int from = window->from_day != DAY_NONE ? window->from_day : plain->from_day;
    int least = window->least_day != DAY_NONE ? window->least_day : plain->least_day;
    int until = window->until_day != DAY_NONE ? window->until_day : plain->until_day;
    if (until != DAY_NONE && from > until) {
        reader_fault(reader, group, " begins on day %d, after its last day, %d.", from, until);
    }
    if (least != DAY_NONE && from > least) {
        reader_fault(reader, group,
                     " begins on day %d, but must be kept at least from day %d, which is earlier.", from,
                     least);
    }
    if (until != DAY_NONE && least > until) {
        reader_fault(reader, group, " must be kept at least from day %d, after its last day, %d.", least,
                     until);
    }
}

void load_items(struct loader *loader)
{
    static const char *const known[] = { "id",       "for",       "text",      "base",      "sensitive",
                                         "from_day", "least_day", "until_day", "when_text", "windows",
                                         "sources",  "facts",     "fields",    NULL };
    static const char *const whom[] = { "patient", "staff", "aftercare", "call", NULL }; /* by enum */
    struct reader *reader = &loader->reader;
    size_t n = loader->items.n;

    loader->item = arena_alloc(reader->arena, n * sizeof *loader->item);
    loader->reached = arena_alloc(reader->arena, n * sizeof *loader->reached);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *group = loader->items.at[i];
        struct form_item *item = &loader->item[i];

        reader_subject(reader, "item number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        const char *id = reader_id(reader, group, "id", LETTER_START);
        if (!id || !load_declare(loader, &loader->item_names, "item", id, i, group)) {
            continue;
        }
        item->id = id;
        reader_subject(reader, "item %s", id);
        reader_known(reader, group, known);
        const config_setting_t *who = reader_find(reader, group, "for", REQUIRED);
        int word = who ? reader_word_of(reader, who, whom) : -1;
        item->who = word < 0 ? ITEM_STAFF : (enum item_for)word;
        item->text = reader_text(reader, group, "text", REQUIRED, FILLED_LINES);
        item->when_text = reader_text(reader, group, "when_text", OPTIONAL, FILLED_LINE);
        item->base = loader->reached[i] = reader_bool(reader, group, "base", false);
        item->sensitive = reader_bool(reader, group, "sensitive", false);
        item->source = load_find_all(loader, &loader->source_names, "source", group, "sources", OPTIONAL,
                                     &item->nsources);
        item->fact = reader_texts(reader, group, "facts", OPTIONAL, ONE_LINE, &item->nfacts);
        item->field = load_fields(loader, group, &item->nfields);
    }
}

/* The plain window first, then those that hang on flags. */
static void read_windows(struct loader *loader, const config_setting_t *group, struct form_item *item)
{
    static const char *const known[] = { "flagged", "from_day", "least_day", "until_day", NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *list = reader_list(reader, group, "windows", OPTIONAL);
    size_t n = list ? (size_t)config_setting_length(list) : 0;
    struct form_window *window = arena_alloc(reader->arena, (n + 1) * sizeof *window);

    size_t before = reader->problems->total;
    read_days(loader, group, &no_sides, &window[0]);
    bool sound = reader->problems->total == before; /* else the others' days would have the same fault */
    for (size_t i = 1; i <= n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i - 1);

        if (!reader_is_group(reader, at)) {
            continue;
        }
        reader_known(reader, at, known);
        window[i].rule =
            load_find_all(loader, &loader->rule_names, "flag", at, "flagged", REQUIRED, &window[i].nrules);
        if (sound) {
            read_days(loader, at, &window[0], &window[i]);
        }
    }
    item->window = window;
    item->nwindows = n + 1;
}

void load_item_windows(struct loader *loader)
{
    for (size_t i = 0; i < loader->items.n; i++) {
        if (loader->item[i].id) {
            reader_subject(&loader->reader, "item %s", loader->item[i].id);
            read_windows(loader, loader->items.at[i], &loader->item[i]);
        }
    }
}

/* --- The medicine dictionary --- */

static size_t find_raised(struct loader *loader, const config_setting_t *group, const char *name)
{
    const config_setting_t *at = reader_find(&loader->reader, group, name, REQUIRED);
    size_t rule = at ? load_find(loader, &loader->rule_names, "flag", at) : SIZE_MAX;

    if (rule != SIZE_MAX) {
        loader->from_list[rule] = true;
    }
    return rule;
}

/* raises = a flag, or "UNSURE:Q15". */
static void read_raises(struct loader *loader, const config_setting_t *at, struct form_group *group)
{
    static const char unsure[] = "UNSURE:";
    struct reader *reader = &loader->reader;
    const config_setting_t *raises = reader_member(at, "raises");
    const char *word = raises ? config_setting_get_string(raises) : NULL;

    group->rule = SIZE_MAX;
    if (!word || strncmp(word, unsure, strlen(unsure)) != 0) {
        group->rule = find_raised(loader, at, "raises");
        return;
    }
    word += strlen(unsure);
    if (load_is_code(word)) {
        group->unsure_code = arena_strdup(reader->arena, word);
    } else {
        reader_fault(reader, raises,
                     " raises UNSURE of \"%.30s\", which is not a question's code, such as Q15.", word);
    }
}

static const char *const *read_words(struct loader *loader, const config_setting_t *at, size_t *n)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *list;
    size_t count = reader_count(reader, at, "words", REQUIRED, &list);
    const char **word = arena_alloc(reader->arena, count * sizeof *word);

    *n = 0;
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
        const char *s = reader_string_of(reader, one);

        if (!s) {
            continue;
        }
        char *folded = text_fold_words(s);
        if (*folded == '\0') {
            reader_fault(reader, one, " has a word without letters or digits: \"%.60s\".", s);
        } else {
            word[(*n)++] = arena_strdup(reader->arena, folded);
        }
        free(folded);
    }
    return word;
}

static void read_group(struct loader *loader, const config_setting_t *at, struct form_group *group)
{
    static const char *const known[] = { "id", "words", "raises", "question", "denies", "affirms", NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *denies = reader_member(at, "denies");
    const config_setting_t *affirms = reader_member(at, "affirms");
    const config_setting_t *question = reader_member(at, "question");

    reader_known(reader, at, known);
    read_raises(loader, at, group);
    group->word = read_words(loader, at, &group->nwords);
    group->question = SIZE_MAX;
    if (!question) {
        if (denies || affirms) {
            reader_fault(reader, at,
                         " has \"denies\" or \"affirms\", but no \"question\" they are answers of.");
        }
        return;
    }

    size_t index = load_find(loader, &loader->question_names, "question", question);
    if (index == SIZE_MAX) {
        return;
    }
    enum question_type type = loader->question[index].type;
    if (type != QUESTION_CHOICE && type != QUESTION_CHOICES) {
        reader_fault(reader, question, " names \"%s\", but that question has no options.",
                     loader->question[index].id);
        return;
    }
    if (!denies && !affirms) {
        reader_fault(reader, at,
                     " has a \"question\", but neither \"denies\" nor \"affirms\": no answer to it counts.");
    }
    group->question = index;
    group->denies = denies ? load_options(loader, denies, index, false) : 0;
    group->affirms = affirms ? load_options(loader, affirms, index, false) : 0;
    if (group->denies & group->affirms) {
        reader_fault(reader, at, " has the same answer under denies and affirms.");
    }
}

void load_dictionary(struct loader *loader)
{
    static const char *const known[] = { "question", "unmatched", "contradiction", "groups", NULL };
    struct form_dictionary *dictionary = &loader->form->dictionary;
    struct reader *reader = &loader->reader;
    const config_setting_t *at = loader->dictionary;
    struct names ids = NAMES_INIT;

    *dictionary = (struct form_dictionary){ SIZE_MAX, SIZE_MAX, SIZE_MAX, NULL, 0 };
    if (!at) {
        return;
    }
    reader_subject(reader, "the dictionary");
    if (!reader_is_group(reader, at)) {
        return;
    }
    reader_known(reader, at, known);
    const config_setting_t *question = reader_find(reader, at, "question", REQUIRED);
    if (question) {
        dictionary->question = load_find(loader, &loader->question_names, "question", question);
    }
    if (dictionary->question != SIZE_MAX && loader->question[dictionary->question].type != QUESTION_TEXT) {
        reader_fault(reader, question, " reads the answer to \"%s\", but that question is not of type text.",
                     loader->question[dictionary->question].id);
    }
    dictionary->unmatched = find_raised(loader, at, "unmatched");
    dictionary->contradiction = find_raised(loader, at, "contradiction");

    const config_setting_t *list = reader_list(reader, at, "groups", REQUIRED);
    size_t n = list ? (size_t)config_setting_length(list) : 0;
    struct form_group *group = arena_alloc(reader->arena, n * sizeof *group);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *entry = config_setting_get_elem(list, (unsigned)i);

        reader_subject(reader, "dictionary group number %zu", i + 1);
        if (!reader_is_group(reader, entry)) {
            continue;
        }
        group[i].id = reader_id(reader, entry, "id", LETTER_START);
        if (!group[i].id || !load_declare(loader, &ids, "dictionary group", group[i].id, i, entry)) {
            continue;
        }
        reader_subject(reader, "dictionary group %s", group[i].id);
        read_group(loader, entry, &group[i]);
    }
    names_done(&ids);
    dictionary->group = group;
    dictionary->ngroups = n;
}
