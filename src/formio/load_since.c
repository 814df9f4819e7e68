/* load_since.c: what a returning patient is asked instead of questions. See struct form_since. */
#include "load.h"

enum { MAX_SINCE = 12 };

/* May it be carried over at all? */
static void check_carried(struct loader *loader, const config_setting_t *at, size_t index)
{
    const struct form_question *question = &loader->question[index];
    struct reader *reader = &loader->reader;

    if (question->main != index) {
        reader_fault(reader, at, " names %s, a follow-up: it goes with its main question %s. Leave it out.",
                     question->id, loader->question[question->main].id);
    } else if (question->fresh) {
        reader_fault(reader, at, " names %s, which is fresh: that one is asked at each visit.", question->id);
    } else if (question->birth_date || question->helper) {
        reader_fault(reader, at, " names %s, which everybody is asked at each visit.", question->id);
    } else if (question->type == QUESTION_INFO) {
        reader_fault(reader, at, " names %s, which is a page to read: it has no answer.", question->id);
    }
}

/* May a "no" to the entry answer it? It is asked about today, so the earlier answer is not carried. Where not
 * all questions of the entry were found, any follow-up may be one of theirs. */
static void check_no(struct loader *loader, const config_setting_t *at, const struct form_since *since,
                     size_t index, bool all_found)
{
    const struct form_question *question = &loader->question[index];
    bool follows = !all_found && question->main != index;

    for (size_t i = 0; i < since->nquestions; i++) {
        follows = follows || (since->question[i] == question->main && question->main != index);
    }
    if (!follows || !question->fresh) {
        reader_fault(&loader->reader, at,
                     " names %s, which is no fresh follow-up of its \"questions\": leave it out.",
                     question->id);
    } else if (question->type != QUESTION_CHOICE || form_option_index(question, "no") < 0) {
        reader_fault(&loader->reader, at, " names %s, which has no answer \"no\".", question->id);
    }
}

/* One answer, from one entry: `at` is the last of them so far. */
static void check_once(struct loader *loader, const config_setting_t *group, const struct form_since *since,
                       size_t at)
{
    for (size_t i = 0; i < at; i++) {
        for (size_t k = 0; k < since[at].nno * since[i].nno; k++) {
            size_t own = since[at].no[k / since[i].nno];
            if (own == since[i].no[k % since[i].nno]) {
                reader_fault(&loader->reader, reader_member(group, "no_means"),
                             " names %s, and so does since_last %s: one of the two is enough.",
                             loader->question[own].id, since[i].id);
            }
        }
    }
}

/* Entry i of a list of question ids, and which question it is; SIZE_MAX: none, which has been said. */
static size_t listed(struct loader *loader, const config_setting_t *list, int i, const config_setting_t **at)
{
    *at = config_setting_get_elem(list, (unsigned)i);
    const char *id = config_setting_get_string(*at);
    long index = id ? names_find(&loader->question_names, id) : NAMES_NONE;

    return index == NAMES_NONE ? SIZE_MAX : (size_t)index;
}

static void read_since(struct loader *loader, const config_setting_t *group, struct form_since *since)
{
    static const char *const known[] = { "id", "text", "why", "questions", "no_means", NULL };
    struct reader *reader = &loader->reader;
    const struct names *names = &loader->question_names;
    const config_setting_t *questions = reader_member(group, "questions"), *at;
    const config_setting_t *no_means = reader_member(group, "no_means");

    reader_known(reader, group, known);
    since->text = reader_text(reader, group, "text", REQUIRED, LINES);
    since->why = reader_text(reader, group, "why", OPTIONAL, LINES);
    size_t before = reader->problems->total;
    since->question =
        load_find_all(loader, names, "question", group, "questions", REQUIRED, &since->nquestions);
    bool all_found = reader->problems->total == before;
    for (int i = 0; questions && i < config_setting_length(questions); i++) {
        size_t index = listed(loader, questions, i, &at);
        if (index != SIZE_MAX) {
            check_carried(loader, at, index);
        }
    }
    since->no = load_find_all(loader, names, "question", group, "no_means", OPTIONAL, &since->nno);
    for (int i = 0; no_means && i < config_setting_length(no_means); i++) {
        size_t index = listed(loader, no_means, i, &at);
        if (index != SIZE_MAX) {
            check_no(loader, at, since, index, all_found);
        }
    }
}

void load_since(struct loader *loader)
{
    struct reader *reader = &loader->reader;
    struct names ids = NAMES_INIT;
    size_t n = loader->since.n;
    struct form_since *since = arena_alloc(reader->arena, n * sizeof *since);

    if (n > MAX_SINCE) {
        reader_subject(reader, "this part");
        reader_fault(reader, loader->since.at[MAX_SINCE],
                     ": the form asks more than %d things in \"since_last\". Who comes back must be quick.",
                     MAX_SINCE);
        n = MAX_SINCE;
    }
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *group = loader->since.at[i];

        reader_subject(reader, "since_last number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        since[i].id = reader_id(reader, group, "id", LETTER_START);
        if (since[i].id && load_declare(loader, &ids, "since_last", since[i].id, i, group)) {
            reader_subject(reader, "since_last %s", since[i].id);
            read_since(loader, group, &since[i]);
            check_once(loader, group, since, i);
        }
    }
    names_done(&ids);
    loader->form->since = since;
    loader->form->nsince = n;
}
