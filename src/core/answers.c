#include "answers.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cond.h"
#include "dictionary.h"
#include "mem.h"
#include "text.h"

/* What was typed last, shown or not. */
struct answer {
    enum answer_state state;
    option_set set;
    struct date date;
    double number;
    char *text; /* NULL: none */
};

struct answers {
    const struct form *form;
    struct answer *answer; /* one a question */
    option_set *counted; /* one a question: what conditions see, dates aside; 0 when not shown and not set */
    bool *shown;
    struct date visit;
    size_t birth; /* the question for the birth date, or SIZE_MAX */
    const double *policy;
    struct dictionary_hits hits; /* of the dictionary question, worked out when its text is set */
    char unknown[ANSWERS_MAX_UNKNOWN][ANSWERS_UNKNOWN_SIZE];
    size_t nunknown;
};

struct answers *answers_new(const struct form *form)
{
    struct answers *answers = mem_alloc(sizeof *answers);

    answers->form = form;
    answers->birth = SIZE_MAX;
    for (size_t i = 0; i < form->nquestions; i++) {
        if (form->question[i].birth_date) {
            answers->birth = i;
        }
    }
    answers->answer = mem_alloc((form->nquestions + 1) * sizeof *answers->answer);
    answers->counted = mem_alloc((form->nquestions + 1) * sizeof *answers->counted);
    answers->shown = mem_alloc((form->nquestions + 1) * sizeof *answers->shown);
    answers_set_context(answers, (struct date){ 0, 0, 0 }, NULL);
    return answers;
}

static void wipe(void *data, size_t size)
{
    explicit_bzero(data, size);
    free(data);
}

static void wipe_text(char *text)
{
    if (text) {
        wipe(text, strlen(text));
    }
}

void answers_free(struct answers *answers)
{
    if (!answers) {
        return;
    }
    size_t n = answers->form->nquestions + 1;
    for (size_t i = 0; i < n; i++) {
        wipe_text(answers->answer[i].text);
    }
    wipe(answers->answer, n * sizeof *answers->answer);
    wipe(answers->counted, n * sizeof *answers->counted);
    wipe(answers->shown, n * sizeof *answers->shown);
    dictionary_hits_done(&answers->hits);
    wipe(answers, sizeof *answers);
}

const struct form *answers_form(const struct answers *answers)
{
    return answers->form;
}

/* --- What is shown, and what counts --- */

/* The options of a list that count: beside others, an exclusive one does not. */
static option_set usable_options(const struct form_question *question, option_set set)
{
    option_set others = set & ~question->exclusive;

    if (others) {
        return others;
    }
    return (set & (set - 1)) ? 0 : set; /* two exclusive ones say nothing */
}

static option_set count_answer(const struct form_question *question, const struct answer *answer)
{
    option_set counted = usable_options(question, answer->set);
    bool invalid = answer->state == ANSWER_INVALID;

    if (question->type == QUESTION_INFO) {
        return 0;
    }
    if (answer->state == ANSWER_MISSING) {
        return OPTION_MISSING;
    }
    /* Nothing valid says no more than nothing, so that it can never weigh less. But the rule for an invalid
     * date is another one: see assess.h. */
    if (invalid && !counted && !answer->text && question->type != QUESTION_DATE) {
        return OPTION_MISSING;
    }
    return counted;
}

static size_t choice_of(const struct answers *answers, size_t policy)
{
    return (size_t)(answers->policy ? answers->policy[policy] : answers->form->policy[policy].value);
}

/* What a policy of the clinic makes the answer; 0: it is asked. */
static option_set set_by_policy(const struct answers *answers, const struct form_question *question)
{
    return question->set_to ? question->set_to[choice_of(answers, question->set_by)] : 0;
}

/* NULL: the question's own. */
static const struct form_unit *unit_in(const struct form *form, const struct answers *answers,
                                       size_t question)
{
    const struct form_question *q = &form->question[question];
    const struct form_unit *unit = q->units ? &q->units[choice_of(answers, q->unit_by)] : NULL;

    return unit && unit->unit ? unit : NULL;
}

static const struct form_unit *unit_of(const struct answers *answers, size_t question)
{
    return unit_in(answers->form, answers, question);
}

struct form_question answers_asked_in(const struct form *form, const struct answers *answers, size_t question)
{
    struct form_question asked = form->question[question];
    const struct form_unit *unit = unit_in(form, answers, question);

    if (unit) {
        asked.unit = unit->unit;
        asked.min = unit->min;
        asked.max = unit->max;
        asked.decimals = unit->decimals;
    }
    return asked;
}

struct form_question answers_asked(const struct answers *answers, size_t question)
{
    return answers_asked_in(answers->form, answers, question);
}

/* One pass will do: a condition names only questions that stand before. */
static void refresh(struct answers *answers)
{
    const struct form *form = answers->form;
    struct cond_view view = { answers, answers->policy, answers->visit, NULL };

    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *question = &form->question[i];
        bool applies = !question->ask_if || cond_holds(&view, question->ask_if);
        option_set set = applies ? set_by_policy(answers, question) : 0;
        answers->shown[i] = applies && (!set || answers->answer[i].state != ANSWER_MISSING);
        answers->counted[i] = answers->shown[i] ? count_answer(question, &answers->answer[i]) : set;
    }
}

void answers_set_context(struct answers *answers, struct date visit, const double *policy)
{
    answers->visit = visit;
    answers->policy = policy;
    refresh(answers);
}

bool answers_shown(const struct answers *answers, size_t question)
{
    return answers->shown[question];
}

option_set answers_set_by_clinic(const struct answers *answers, size_t question)
{
    return answers->shown[question] ? 0 : answers->counted[question];
}

/* --- Setting --- */

static void set_answer(struct answers *answers, size_t question, struct answer to)
{
    assert(question < answers->form->nquestions);
    struct answer *answer = &answers->answer[question];

    wipe_text(answer->text);
    *answer = to;
    if (question == answers->form->dictionary.question) {
        dictionary_match(&answers->form->dictionary, to.text ? to.text : "", &answers->hits);
    }
    refresh(answers);
}

static const struct answer no_answer = { .state = ANSWER_MISSING };
static const struct answer refused = { .state = ANSWER_INVALID };

void answers_clear(struct answers *answers, size_t question)
{
    set_answer(answers, question, no_answer);
}

void answers_set_invalid(struct answers *answers, size_t question)
{
    answers->answer[question].state = ANSWER_INVALID;
    refresh(answers);
}

static bool has_type(const struct answers *answers, size_t question, enum question_type type)
{
    return answers->form->question[question].type == type;
}

void answers_set_options(struct answers *answers, size_t question, option_set set)
{
    const struct form_question *q = &answers->form->question[question];
    option_set general = set & q->general;
    option_set options = set & (OPTION_BIT(q->noptions) - 1);
    bool several = (options & (options - 1)) != 0 || (options && general);
    struct answer to = { .state = ANSWER_GIVEN, .set = options | general };

    if (to.set != set) {
        to.state = ANSWER_INVALID;
    } else if (several && (q->type == QUESTION_CHOICE || (options & q->exclusive))) {
        to.state = ANSWER_INVALID;
    } else if (!set) {
        to.state = ANSWER_MISSING;
    } else if (general) {
        to.state = general & OPTION_PRIVATE ? ANSWER_PRIVATE : ANSWER_UNSURE;
    }
    set_answer(answers, question, to);
}

void answers_set_general(struct answers *answers, size_t question, option_set unsure_or_private)
{
    answers_set_options(answers, question, unsure_or_private & (OPTION_UNSURE | OPTION_PRIVATE));
}

void answers_set_date(struct answers *answers, size_t question, struct date date)
{
    /* The age of a patient born "in July 2008" is not known: CLEAR would be a guess. */
    bool whole = !answers->form->question[question].birth_date || date_is_full(date);
    bool ok = has_type(answers, question, QUESTION_DATE) && date_valid(date) && whole;

    set_answer(answers, question, ok ? (struct answer){ .state = ANSWER_GIVEN, .date = date } : refused);
}

void answers_set_number(struct answers *answers, size_t question, double number)
{
    struct form_question q = answers_asked(answers, question);
    bool ok = q.type == QUESTION_NUMBER && number >= q.min && number <= q.max; /* and so not NaN */

    set_answer(answers, question, ok ? (struct answer){ .state = ANSWER_GIVEN, .number = number } : refused);
}

/* Nothing but white space, or in a list of medicines nothing but what stands between two of them. */
static bool is_blank(const char *text, bool list)
{
    return text[strspn(text, list ? " \t\v\f\r\n,;" : " \t\v\f\r\n")] == '\0';
}

void answers_set_text(struct answers *answers, size_t question, const char *text)
{
    const struct form_question *q = &answers->form->question[question];
    struct answer to = { .state = ANSWER_GIVEN };

    if (q->type != QUESTION_TEXT || !text_is_utf8(text, strlen(text))) {
        to = refused;
    } else if (is_blank(text, question == answers->form->dictionary.question)) {
        to = no_answer;
    } else {
        to.text = mem_strdup(text);
        if (text_graphemes(text) > q->max_graphemes) {
            to.state = ANSWER_INVALID;
        }
    }
    set_answer(answers, question, to);
}

void answers_add_unknown(struct answers *answers, const char *id)
{
    struct buf clean = BUF_INIT;

    text_sanitise(&clean, id, strlen(id), false);
    const char *start = buf_str(&clean), *end = start;
    for (const char *next = start; next - start < ANSWERS_UNKNOWN_SIZE; next = text_next(end)) {
        end = next;
        if (*end == '\0') {
            break;
        }
    }
    size_t len = (size_t)(end - start);
    bool known = false;
    for (size_t i = 0; i < answers->nunknown; i++) {
        known |= strlen(answers->unknown[i]) == len && memcmp(answers->unknown[i], start, len) == 0;
    }
    if (!known && answers->nunknown < ANSWERS_MAX_UNKNOWN) {
        memcpy(answers->unknown[answers->nunknown++], start, len);
    }
    buf_wipe(&clean);
}

/* --- Reading --- */

size_t answers_unknown(const struct answers *answers, size_t i, const char **id)
{
    if (id) {
        *id = i < answers->nunknown ? answers->unknown[i] : NULL;
    }
    return answers->nunknown;
}

static const struct answer *shown_answer(const struct answers *answers, size_t question)
{
    return answers->shown[question] ? &answers->answer[question] : &no_answer;
}

enum answer_state answers_state(const struct answers *answers, size_t question)
{
    return shown_answer(answers, question)->state;
}

option_set answers_options(const struct answers *answers, size_t question)
{
    return shown_answer(answers, question)->set;
}

struct date answers_date(const struct answers *answers, size_t question)
{
    return shown_answer(answers, question)->date;
}

double answers_number(const struct answers *answers, size_t question)
{
    return shown_answer(answers, question)->number;
}

double answers_measure(const struct answers *answers, size_t question)
{
    const struct form_unit *unit = unit_of(answers, question);
    double number = answers_number(answers, question);

    return unit ? form_measure(&answers->form->question[question], unit, number) : number;
}

const char *answers_text(const struct answers *answers, size_t question)
{
    const char *text = shown_answer(answers, question)->text;

    return text ? text : "";
}

/* Does the whole of a date, or what is known of it, lie after the visit? */
static bool is_after(struct date date, struct date visit)
{
    if (date.month == 0) {
        return date.year > visit.year;
    }
    return date_compare(date_resolve(date, visit), visit) > 0;
}

enum date_fault answers_date_fault(const struct answers *answers, size_t question, struct date visit)
{
    struct date date = answers_date(answers, question);
    struct date oldest = { (int16_t)(visit.year - DATE_OLDEST_YEARS), visit.month, visit.day };

    if (!date_is_set(date) || !date_is_set(visit)) {
        return DATE_POSSIBLE;
    }
    if (is_after(date, visit)) {
        return DATE_AFTER_VISIT;
    }
    if (date_ends_before(date, oldest)) {
        return DATE_TOO_OLD;
    }
    if (answers->birth == SIZE_MAX || answers->birth == question) {
        return DATE_POSSIBLE;
    }
    struct date birth = answers_date(answers, answers->birth);
    bool known = answers_date_fault(answers, answers->birth, visit) == DATE_POSSIBLE;
    return known && date_ends_before(date, birth) ? DATE_BEFORE_BIRTH : DATE_POSSIBLE;
}

option_set answers_counted(const struct answers *answers, size_t question, struct date visit)
{
    option_set counted = answers->counted[question];

    if (counted || !has_type(answers, question, QUESTION_DATE)) {
        return counted;
    }
    struct date date = answers_date(answers, question);
    bool year_only = date_is_set(date) && date.month == 0;
    return year_only && !answers_refused(answers, question, visit) ? OPTION_UNSURE : 0;
}

struct date answers_day(const struct answers *answers, size_t question, struct date visit)
{
    struct date date = answers_date(answers, question);

    if (!date_is_set(date) || answers_refused(answers, question, visit)) {
        return (struct date){ 0, 0, 0 };
    }
    return date_resolve(date, visit);
}

bool answers_refused(const struct answers *answers, size_t question, struct date visit)
{
    const struct answer *answer = shown_answer(answers, question);

    return answer->state == ANSWER_INVALID || answers_date_fault(answers, question, visit) != DATE_POSSIBLE;
}

const struct dictionary_hit *answers_hits(const struct answers *answers, size_t *n)
{
    size_t question = answers->form->dictionary.question;
    bool shown = question != SIZE_MAX && answers->shown[question];

    *n = shown ? answers->hits.n : 0;
    return answers->hits.hit;
}

bool answers_cond(const struct answers *answers, const struct form_cond *cond, const double *policy,
                  struct date visit)
{
    struct cond_view view = { answers, policy, visit, NULL };

    return cond_holds(&view, cond);
}
