/* document_answers.c: answers from outside, as a JSON object. Lenient about shape, strict about what it says:
 * whatever the wizard would not have taken is marked, and is never CLEAR. */
#include "document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "text.h"

/* The answers every question may get, and the two ways to write a skip, by the words the form language
 * keeps for them. 0: none of these. */
static option_set general_word(const char *word)
{
    static const struct {
        const char *word;
        option_set set;
    } known[] = {
        { "unsure", OPTION_UNSURE },   { "private", OPTION_PRIVATE }, { "skipped", OPTION_MISSING },
        { "missing", OPTION_MISSING }, { "", OPTION_MISSING },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(word, known[i].word) == 0) {
            return known[i].set;
        }
    }
    return 0;
}

/* The value itself where it came as a list of one. */
static const json_t *unwrap(const json_t *value)
{
    return json_is_array(value) && json_array_size(value) == 1 ? json_array_get(value, 0) : value;
}

/* A general answer instead of a value of the question's own type. */
static bool set_general(struct answers *answers, size_t q, const json_t *value)
{
    const struct form_question *question = &answers_form(answers)->question[q];
    if (json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0)) {
        answers_clear(answers, q);
        return true;
    }
    option_set general = json_is_string(value) ? general_word(json_string_value(value)) : 0;
    if (!general) {
        return false;
    }
    if (general == OPTION_MISSING) {
        answers_clear(answers, q);
    } else if (question->general & general) {
        answers_set_general(answers, q, general);
    } else {
        answers_set_invalid(answers, q);
    }
    return true;
}

/* The bits of one option id or general word; 0 if the question has no such answer. */
static option_set option_bits(const struct form_question *question, const json_t *value)
{
    const char *id = json_string_value(value);
    if (!id) {
        return 0;
    }
    long option = form_option_index(question, id);
    if (option >= 0) {
        return OPTION_BIT(option);
    }
    return general_word(id) & question->general;
}

static void set_options(struct answers *answers, size_t q, const json_t *value)
{
    const struct form_question *question = &answers_form(answers)->question[q];
    option_set set = 0;
    bool refused = false;
    size_t n = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < n; i++) {
        option_set bits = option_bits(question, json_is_array(value) ? json_array_get(value, i) : value);
        refused |= !bits;
        set |= bits;
    }
    answers_set_options(answers, q, set);
    if (refused) {
        answers_set_invalid(answers, q);
    }
}

static void set_date(struct answers *answers, size_t q, const json_t *value)
{
    struct date date = { 0 };
    char year[24] = "";
    if (json_is_integer(value)) {
        snprintf(year, sizeof year, "%lld", (long long)json_integer_value(value));
    }
    const char *text = json_is_string(value) ? json_string_value(value) : year;
    if (date_parse_iso(text, &date) && date_is_set(date)) {
        answers_set_date(answers, q, date);
    } else {
        answers_set_invalid(answers, q);
    }
}

/* Digits, one point, a sign: strtod alone takes "inf", "0x1p4" and a leading space too. */
static bool read_number(const char *text, double *out)
{
    char *end;
    if (!*text || strspn(text, "+-.0123456789") != strlen(text)) {
        return false;
    }
    errno = 0;
    *out = strtod(text, &end);
    return !*end && !errno && isfinite(*out);
}

static void set_number(struct answers *answers, size_t q, const json_t *value)
{
    const struct form_question question = answers_asked(answers, q);
    double number = 0;
    bool ok = json_is_string(value) ? read_number(json_string_value(value), &number) : json_is_number(value);
    if (ok && json_is_number(value)) {
        number = json_number_value(value);
    }
    if (ok && number >= question.min && number <= question.max) {
        answers_set_number(answers, q, number);
    } else {
        answers_set_invalid(answers, q);
    }
}

/* One text, or a list of them: one entry a line where the question has lines. */
static void set_text(struct answers *answers, size_t q, const json_t *value)
{
    const struct form_question *question = &answers_form(answers)->question[q];
    struct buf text = BUF_INIT, clean = BUF_INIT;
    bool ok = true;
    size_t n = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < n; i++) {
        const char *entry = json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
        ok &= entry != NULL;
        if (entry && text.len) {
            buf_adds(&text, question->multiline ? "\n" : "; ");
        }
        if (entry) {
            buf_adds(&text, entry);
        }
    }
    ok &= text_check(buf_str(&text), text.len, question->multiline) == TEXT_OK &&
          text_graphemes(buf_str(&text)) <= question->max_graphemes;
    text_sanitise(&clean, buf_str(&text), text.len, true);
    answers_set_text(answers, q, buf_str(&clean));
    if (!ok) {
        answers_set_invalid(answers, q);
    }
    buf_wipe(&text);
    buf_wipe(&clean);
}

static void set_answer(struct answers *answers, size_t q, const json_t *value)
{
    const json_t *one = unwrap(value);
    if (set_general(answers, q, one)) {
        return;
    }
    switch (answers_form(answers)->question[q].type) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        set_options(answers, q, one);
        break;
    case QUESTION_DATE:
        set_date(answers, q, one);
        break;
    case QUESTION_NUMBER:
        set_number(answers, q, one);
        break;
    case QUESTION_TEXT:
        set_text(answers, q, one);
        break;
    case QUESTION_INFO:
        break; /* never asked for: see document_read_answers */
    }
}

/* The inner object of { "answers": { ... } }. Not if a question stands beside it: then nobody can say which
 * of the two was meant, and "answers" is a question the form does not have. */
static const json_t *inner_answers(const json_t *object, const struct form *form)
{
    const json_t *inner = json_object_get(object, "answers");
    if (!json_is_object(inner) || form_question_index(form, "answers") >= 0) {
        return object;
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        if (json_object_get(object, form->question[i].id)) {
            return object;
        }
    }
    return inner;
}

int document_read_answers(const json_t *object, struct answers *answers, struct err *err)
{
    const struct form *form = answers_form(answers);
    if (!json_is_object(object)) {
        return err_set(err, "the answers are not a JSON object: { \"question\": \"answer\", ... }");
    }
    json_t *from = json_incref((json_t *)inner_answers(object, form)); /* iterating takes it not const */
    const char *id;
    json_t *value;
    json_object_foreach(from, id, value)
    {
        long q = form_question_index(form, id);
        if (q < 0 || form->question[q].type == QUESTION_INFO) {
            answers_add_unknown(answers, id);
        } else {
            set_answer(answers, (size_t)q, value);
        }
    }
    json_decref(from);
    return 0;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

void document_add_value(json_t *object, const json_t *answer)
{
    const char *state = text_at(answer, "state");
    json_t *value = json_object_get(answer, "value");
    bool general = strcmp(state, "unsure") == 0 || strcmp(state, "private") == 0;
    if (value && !json_is_null(value)) {
        json_incref(value);
    } else if (strcmp(state, "invalid") == 0) {
        value = json_true(); /* no answer of any question: invalid again, and not skipped */
    } else {
        value = general ? json_string(state) : json_null();
    }
    if (json_object_set_new(object, text_at(answer, "id"), value) != 0) {
        mem_need(NULL);
    }
}
