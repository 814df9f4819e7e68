/* Questions and the sections they stand in. Their order over all parts is the order on screen. */
#include <math.h>
#include <string.h>

#include "load.h"

#define ON(type) (1u << (type))

enum {
    CHOOSING = ON(QUESTION_CHOICE) | ON(QUESTION_CHOICES),
    ANSWERED = CHOOSING | ON(QUESTION_DATE) | ON(QUESTION_NUMBER) | ON(QUESTION_TEXT),
    MAX_GRAPHEMES = 4000,
};

static const char *const types[] = {
    "choice", "choices", "date", "number", "text", "info", NULL
}; /* by enum */

/* What belongs to some types only. */
static const struct {
    const char *name;
    unsigned types;
    const char *words;
} belongs[] = {
    { "options", CHOOSING, "choice and choices" },
    { "general", ANSWERED, "questions with an answer" },
    { "required", ANSWERED, "questions with an answer" },
    { "optional", ANSWERED, "questions with an answer" },
    { "set_by", ON(QUESTION_CHOICE), "choice" },
    { "ask_alone", ANSWERED, "questions with an answer" },
    { "fresh", ANSWERED, "questions with an answer" },
    { "partial", ON(QUESTION_DATE), "date" },
    { "birth_date", ON(QUESTION_DATE), "date" },
    { "helper", CHOOSING, "choice and choices" },
    { "map", ON(QUESTION_CHOICES), "choices" },
    { "multiline", ON(QUESTION_TEXT), "text" },
    { "max_graphemes", ON(QUESTION_TEXT), "text" },
    { "min", ON(QUESTION_NUMBER), "number" },
    { "max", ON(QUESTION_NUMBER), "number" },
    { "decimals", ON(QUESTION_NUMBER), "number" },
    { "unit", ON(QUESTION_NUMBER), "number" },
    { "unit_by", ON(QUESTION_NUMBER), "number" },
    { "units", ON(QUESTION_NUMBER), "number" },
};

/* Letters, digits, and a letter or more for a follow-up: Q13, Q13a. Returns the length of the main code, or
 * 0 if it is no code. */
static size_t main_code_length(const char *code)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", lower[] = "abcdefghijklmnopqrstuvwxyz";
    size_t head = strspn(code, upper);
    size_t digits = strspn(code + head, "0123456789");
    size_t tail = strspn(code + head + digits, lower);

    if (head == 0 || digits == 0 || code[head + digits + tail] != '\0' ||
        head + digits + tail > LOAD_MAX_CODE) {
        return 0;
    }
    return head + digits;
}

bool load_is_code(const char *code)
{
    return main_code_length(code) > 0;
}

static void read_code(struct loader *loader, const config_setting_t *group, size_t index)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_find(reader, group, "code", REQUIRED);
    const char *code = at ? reader_string_of(reader, at) : NULL;

    if (!code) {
        return;
    }
    if (!load_is_code(code)) {
        reader_fault(
            reader, at,
            " has the code \"%.30s\". Write a capital letter and a number, with a small letter for a "
            "follow-up: Q13, Q13a.",
            code);
        return;
    }
    code = arena_strdup(reader->arena, code);
    const struct name *other = names_add(&loader->code_names, code, index, at);
    if (other) {
        reader_fault(reader, at, " has the code %s, which stands already at %s:%u.", code,
                     reader_part(other->at)->file, config_setting_source_line(other->at));
    } else {
        loader->question[index].code = code;
    }
}

static void read_options(struct loader *loader, const config_setting_t *group, struct form_question *question)
{
    static const char *const known[] = { "id", "text", "exclusive", NULL };
    struct reader *reader = &loader->reader;
    const config_setting_t *list = reader_list(reader, group, "options", REQUIRED);

    if (!list) {
        return;
    }
    size_t n = (size_t)config_setting_length(list);
    if (n == 0 || n > FORM_MAX_OPTIONS) {
        reader_fault(reader, list, " has %zu options; there may be 1 to %d.", n, FORM_MAX_OPTIONS);
        return;
    }

    reader_subject(reader, "an option of question %s", question->id);
    struct form_option *option = arena_alloc(reader->arena, n * sizeof *option);
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);

        if (!reader_is_group(reader, at)) {
            continue;
        }
        reader_known(reader, at, known);
        option[i].id = reader_id(reader, at, "id", LETTER_START);
        option[i].text = reader_text(reader, at, "text", REQUIRED, ONE_LINE);
        option[i].exclusive = reader_bool(reader, at, "exclusive", false);
        if (option[i].exclusive) {
            question->exclusive |= OPTION_BIT(i);
        }
        for (size_t j = 0; option[i].id && j < i; j++) {
            if (option[j].id && strcmp(option[i].id, option[j].id) == 0) {
                reader_fault(reader, at, " is called \"%s\", and so is another.", option[i].id);
            }
        }
        for (size_t j = 0; option[i].id && load_general_words[j]; j++) {
            if (strcmp(option[i].id, load_general_words[j]) == 0) {
                reader_fault(reader, at, " is called \"%s\", a word that is kept for a general answer.",
                             option[i].id);
            }
        }
    }
    reader_subject(reader, "question %s", question->id);
    question->option = option;
    question->noptions = n;
}

/* Whatever can be typed in the unit must be an answer in the question's own. */
static void read_unit(struct loader *loader, const config_setting_t *at, const struct form_question *question,
                      struct form_unit *unit)
{
    static const char *const known[] = {
        "choice", "unit", "min", "max", "decimals", "factor", "offset", NULL
    };
    const double limit = 1e9;
    struct reader *reader = &loader->reader;
    size_t before = reader->problems->total;

    reader_known(reader, at, known);
    unit->unit = reader_text(reader, at, "unit", REQUIRED, ONE_LINE);
    unit->min = reader_number(reader, at, "min", -limit, limit);
    unit->max = reader_number(reader, at, "max", -limit, limit);
    unit->decimals = reader_int(reader, at, "decimals", 0, 6, 0);
    unit->factor = reader_number(reader, at, "factor", 1e-6, 1e6);
    const config_setting_t *offset = reader_member(at, "offset");
    if (offset) {
        reader_number_of(reader, offset, -limit, limit, &unit->offset);
    }
    if (reader->problems->total != before) {
        return;
    }
    double low = form_measure(question, unit, unit->min), high = form_measure(question, unit, unit->max);
    if (unit->min >= unit->max) {
        reader_fault(reader, at, " has a min of %g, which is not below its max of %g.", unit->min, unit->max);
    } else if (low < question->min || high > question->max) {
        reader_fault(reader, at,
                     " takes %g to %g %s, which is %g to %g: that goes beyond its own min or max.", unit->min,
                     unit->max, unit->unit, low, high);
    }
}

/* unit_by = a policy, units = other units it may be asked in, for choices of that policy. */
static void read_units(struct loader *loader, const config_setting_t *group, struct form_question *question)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *by = reader_member(group, "unit_by");
    const config_setting_t *list = reader_list(reader, group, "units", by ? REQUIRED : OPTIONAL);

    if (list && !by) {
        reader_fault(reader, list, " has \"units\", but no \"unit_by\", the policy that chooses one.");
    }
    size_t index = list && by ? load_find(loader, &loader->policy_names, "policy", by) : SIZE_MAX;
    if (index == SIZE_MAX || !loader->policy[index].id) {
        return;
    }
    const struct form_policy *policy = &loader->policy[index];
    if (!policy->choice) {
        reader_fault(reader, by, " takes its unit from policy %s, which is a number, not a choice.",
                     policy->id);
        return;
    }
    struct form_unit *unit = arena_alloc(reader->arena, policy->nchoices * sizeof *unit);
    for (int i = 0; i < config_setting_length(list); i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        const config_setting_t *choice =
            reader_is_group(reader, at) ? reader_find(reader, at, "choice", REQUIRED) : NULL;
        int word = choice ? reader_word_of(reader, choice, policy->choice) : -1;

        if (word >= 0 && unit[word].unit) {
            reader_fault(reader, choice, " has two units for the choice \"%s\".", policy->choice[word]);
        } else if (word >= 0) {
            read_unit(loader, at, question, &unit[word]);
        }
    }
    question->unit_by = index;
    question->units = unit;
}

static void read_number(struct loader *loader, const config_setting_t *group, struct form_question *question)
{
    const double limit = 1e9;
    struct reader *reader = &loader->reader;
    size_t before = reader->problems->total;

    question->min = reader_number(reader, group, "min", -limit, limit);
    question->max = reader_number(reader, group, "max", -limit, limit);
    question->decimals = reader_int(reader, group, "decimals", 0, 6, 0);
    question->unit = reader_text(reader, group, "unit", OPTIONAL, ONE_LINE);
    if (reader->problems->total == before && question->min >= question->max) {
        reader_fault(reader, group, " has a min of %g, which is not below its max of %g.", question->min,
                     question->max);
    }
    if (reader->problems->total == before) {
        read_units(loader, group, question);
    } else {
        question->min = -limit; /* so that no test of it is found out of range for this fault */
        question->max = limit;
    }
}

/* At most one question of a form may have this mark. */
static void only_one(struct loader *loader, const config_setting_t *group, const char *mark, size_t *which,
                     size_t index)
{
    if (*which == SIZE_MAX) {
        *which = index;
    } else {
        reader_fault(&loader->reader, reader_member(group, mark),
                     " is marked %s, but so is question %s. Only one may be.", mark,
                     loader->question[*which].id);
    }
}

struct marks {
    size_t birth_date, helper;
};

/* Unlike form_option_index(), for options that may lack an id. */
static bool has_option(const struct form_question *question, const char *id)
{
    for (size_t i = 0; i < question->noptions; i++) {
        if (question->option[i].id && strcmp(question->option[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* general = true, false, or a list of those it takes. */
static option_set read_general(struct reader *reader, const config_setting_t *group, enum question_type type)
{
    static const char *const words[] = { "unsure", "private", NULL };
    static const option_set bits[] = { OPTION_UNSURE, OPTION_PRIVATE };
    const config_setting_t *list = reader_member(group, "general");
    option_set set = 0;

    if (!list || !(config_setting_is_array(list) || config_setting_is_list(list))) {
        bool takes = reader_bool(reader, group, "general", type != QUESTION_INFO);
        return takes ? OPTION_UNSURE | OPTION_PRIVATE : 0;
    }
    if (config_setting_length(list) == 0) {
        reader_fault(reader, list, ": \"general\" is empty. Write false for none.");
    }
    for (int i = 0; i < config_setting_length(list); i++) {
        int word = reader_word_of(reader, config_setting_get_elem(list, (unsigned)i), words);
        set |= word < 0 ? 0 : bits[word];
    }
    return set;
}

/* set_by = a policy whose choices are "ask" and options of the question. */
static void read_set_by(struct loader *loader, const config_setting_t *group, struct form_question *question)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_member(group, "set_by");
    size_t index = at ? load_find(loader, &loader->policy_names, "policy", at) : SIZE_MAX;
    size_t before = reader->problems->total;

    if (index == SIZE_MAX || !loader->policy[index].id) {
        return; /* none, or one with a fault of its own */
    }
    const struct form_policy *policy = &loader->policy[index];
    if (!policy->choice) {
        reader_fault(reader, at, " is set by policy %s, which is a number, not a choice.", policy->id);
        return;
    }
    option_set *set_to = arena_alloc(reader->arena, policy->nchoices * sizeof *set_to);
    bool asks = false;
    for (size_t i = 0; i < policy->nchoices; i++) {
        bool ask = strcmp(policy->choice[i], "ask") == 0;
        asks = asks || ask;
        for (size_t j = 0; !ask && j < question->noptions; j++) {
            if (question->option[j].id && strcmp(question->option[j].id, policy->choice[i]) == 0) {
                set_to[i] = OPTION_BIT(j);
            }
        }
        if (!ask && !set_to[i]) {
            reader_fault_slip(reader, at, load_nearest_option(question, policy->choice[i]),
                              " is set by policy %s, whose choice \"%s\" is not one of its options.",
                              policy->id, policy->choice[i]);
        }
    }
    if (!asks) {
        reader_fault(reader, at, " is set by policy %s, which needs a choice \"ask\" too.", policy->id);
    }
    if (reader->problems->total == before) {
        question->set_by = index;
        question->set_to = set_to;
    }
}

static void read_marks(struct loader *loader, const config_setting_t *group, size_t index,
                       struct marks *marks)
{
    struct reader *reader = &loader->reader;
    struct form_question *question = &loader->question[index];

    question->general = read_general(reader, group, question->type);
    question->required = reader_bool(reader, group, "required", false);
    question->optional = reader_bool(reader, group, "optional", false);
    question->partial = reader_bool(reader, group, "partial", false);
    question->multiline = reader_bool(reader, group, "multiline", false);
    question->ask_alone = reader_bool(reader, group, "ask_alone", false);
    question->fresh = reader_bool(reader, group, "fresh", false);
    question->birth_date = reader_bool(reader, group, "birth_date", false);
    question->helper = reader_bool(reader, group, "helper", false);

    if (question->required && question->optional) {
        reader_fault(reader, group, " is both required and optional.");
    }
    if (question->birth_date) {
        only_one(loader, group, "birth_date", &marks->birth_date, index);
        if (question->partial) {
            reader_fault(reader, group, " is the birth date, so it cannot be partial.");
        }
        if (reader_member(group, "ask_if")) {
            reader_fault(reader, group, " is the birth date, which is asked first: it cannot have ask_if.");
        }
    }
    if (question->helper) {
        only_one(loader, group, "helper", &marks->helper, index);
        if (question->noptions && !has_option(question, "no")) {
            reader_fault(reader, group,
                         " is marked helper, so it needs an option \"no\": any other asks who helps.");
        }
    }
}

/* A type that is missing or wrong is reported; what hangs on it is then left alone. */
static bool read_type(struct loader *loader, const config_setting_t *group, struct form_question *question)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_find(reader, group, "type", REQUIRED);
    int type = at ? reader_word_of(reader, at, types) : -1;

    if (type < 0) {
        return false;
    }
    question->type = (enum question_type)type;
    for (size_t i = 0; i < sizeof belongs / sizeof belongs[0]; i++) {
        const config_setting_t *member = reader_member(group, belongs[i].name);

        if (member && !(belongs[i].types & ON((unsigned)type))) {
            reader_fault(reader, member, " is of type %s; \"%s\" is only for %s.", types[type],
                         belongs[i].name, belongs[i].words);
        }
    }
    return true;
}

bool load_number(struct reader *reader, const config_setting_t *at, const char *name)
{
    struct loader *loader = (struct loader *)reader; /* its first member */
    long policy = names_find(&loader->policy_names, name);

    if (policy >= 0) {
        load_number_policy(loader, at, (size_t)policy, true);
    }
    return policy >= 0;
}

/* A text with the clinic's numbers in it, such as "{nsaid_days}": each must be a policy that counts. */
static const char *read_counted(struct loader *loader, const config_setting_t *group, const char *name,
                                enum reader_need need)
{
    struct reader *reader = &loader->reader;
    const char *text = reader_text(reader, group, name, need, COUNTED_LINES);
    size_t len;

    for (const char *at = text; at && *(at += strcspn(at, "{}")); at += len) {
        char id[READER_MAX_ID + 1] = "";
        len = strcspn(at, "}") + 1;
        if (*at == '{' && at[len - 1] == '}' && len - 2 < sizeof id) {
            memcpy(id, at + 1, len - 2);
        }
        long policy = names_find(&loader->policy_names, id);
        const config_setting_t *setting = reader_member(group, name);
        if (policy < 0) {
            reader_fault_slip(reader, setting, load_nearest(loader, &loader->policy_names, id),
                              ": \"%s\" holds \"%.*s\". Braces stand only around the name of a policy.", name,
                              len < 60 ? (int)len : 60, at);
            return NULL;
        }
        if (!load_number_policy(loader, setting, (size_t)policy, true)) {
            return NULL;
        }
    }
    return text;
}

static void read_question(struct loader *loader, size_t index, struct marks *marks)
{
    static const char *const known[] = {
        "id",      "code",       "type",     "text",          "hint",    "why",       "note",
        "options", "general",    "required", "optional",      "partial", "multiline", "ask_alone",
        "fresh",   "birth_date", "helper",   "max_graphemes", "min",     "max",       "decimals",
        "unit",    "ask_if",     "set_by",   "unit_by",       "units",   "map",       NULL
    };
    const config_setting_t *group = loader->questions.at[index];
    struct form_question *question = &loader->question[index];
    struct reader *reader = &loader->reader;

    reader_known(reader, group, known);
    read_code(loader, group, index);
    question->text = read_counted(loader, group, "text", REQUIRED);
    question->hint = read_counted(loader, group, "hint", OPTIONAL);
    question->why = read_counted(loader, group, "why", OPTIONAL);
    question->note = reader_text(reader, group, "note", OPTIONAL, LINES);
    question->section = reader_part(group)->section;
    if (!read_type(loader, group, question)) {
        return;
    }
    if (ON(question->type) & CHOOSING) {
        size_t before = reader->problems->total;
        read_options(loader, group, question);
        if (reader->problems->total == before && question->type == QUESTION_CHOICE) {
            read_set_by(loader, group, question);
        }
        if (reader->problems->total == before && question->type == QUESTION_CHOICES) {
            load_map(loader, group, index);
        }
    }
    if (question->type == QUESTION_NUMBER) {
        read_number(loader, group, question);
    }
    if (question->type == QUESTION_TEXT) {
        question->max_graphemes = (size_t)reader_int(reader, group, "max_graphemes", 1, MAX_GRAPHEMES, 2000);
    }
    read_marks(loader, group, index, marks);
}

static bool declare(struct loader *loader, size_t index)
{
    const config_setting_t *group = loader->questions.at[index];
    struct reader *reader = &loader->reader;

    reader_subject(reader, "question number %zu", index + 1);
    if (!reader_is_group(reader, group)) {
        return false;
    }
    const char *id = reader_id(reader, group, "id", LETTER_START);
    if (!id) {
        return false;
    }
    for (size_t i = 0; load_cond_words[i]; i++) {
        if (strcmp(id, load_cond_words[i]) == 0) {
            reader_fault(reader, group, " is called \"%s\", a word that conditions need. Give it another id.",
                         id);
            return false;
        }
    }
    char *name = arena_strdup(reader->arena, id);
    for (char *at = name; (at = strchr(at, '_')) != NULL;) {
        *at = ' ';
    }
    loader->question[index].id = id;
    loader->question[index].name = name;
    return load_declare(loader, &loader->question_names, "question", id, index, group);
}

/* Q13a belongs to Q13 if the form has that; else it stands for itself. */
static void find_main(struct loader *loader, size_t index)
{
    struct form_question *question = &loader->question[index];
    char code[LOAD_MAX_CODE + 1];

    question->main = index;
    if (!question->code) {
        return;
    }
    size_t len = main_code_length(question->code);
    memcpy(code, question->code, len);
    code[len] = '\0';
    long main = names_find(&loader->code_names, code);
    if (main != NAMES_NONE) {
        question->main = (size_t)main;
    }
}

static void read_ask_if(struct loader *loader, size_t index)
{
    const config_setting_t *at = reader_member(loader->questions.at[index], "ask_if");
    size_t first;

    if (at) {
        loader->question[index].ask_if = load_cond(loader, at, COND_QUESTION, index, &first);
    }
}

void load_questions(struct loader *loader)
{
    size_t n = loader->questions.n;
    struct marks marks = { SIZE_MAX, SIZE_MAX };
    bool *declared = arena_alloc(loader->reader.arena, n * sizeof *declared);

    loader->question = arena_alloc(loader->reader.arena, n * sizeof *loader->question);
    for (size_t i = 0; i < n; i++) {
        declared[i] = declare(loader, i);
    }
    for (size_t i = 0; i < n; i++) {
        if (declared[i]) {
            reader_subject(&loader->reader, "question %s", loader->question[i].id);
            read_question(loader, i, &marks);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (declared[i]) {
            reader_subject(&loader->reader, "question %s", loader->question[i].id);
            find_main(loader, i);
            read_ask_if(loader, i);
        }
    }
}
