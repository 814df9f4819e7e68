/* document.c: desk card and body, and reading a document back. The keys are listed in document.h. */
#include "document.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "policies.h"
#include "put.h"
#include "tr.h"

static const struct form *shown_of(const struct document_facts *facts)
{
    return facts->shown ? facts->shown->form : facts->form;
}

static const char *shown_code(const struct document_facts *facts)
{
    return facts->shown ? facts->shown->code : facts->form->language;
}

static bool is_other(const struct document_facts *facts, const struct document_language *language)
{
    return language && language->form != facts->form;
}

/* Until the clinic's language is spoken again. */
static void speak(const struct document_language *language)
{
    tr_use(language->catalogue);
}

static void open_document(struct buf *out, const char *part, const struct document_facts *facts)
{
    put_open(out, NULL, '{');
    put_int(out, "v", DOCUMENT_VERSION);
    put_text(out, "part", part);
    put_text(out, "kind", facts->kind);
    put_hex(out, "uid", facts->uid, 16);
    put_text(out, "language", shown_code(facts));
}

/* Does it count as a question with an answer to expect? */
static bool is_asked(const struct document_facts *facts, size_t q)
{
    return facts->form->question[q].type != QUESTION_INFO && answers_shown(facts->answers, q);
}

static void put_progress(struct buf *out, const struct document_facts *facts)
{
    const struct form *form = facts->form;
    put_open(out, "progress", '[');
    for (size_t s = 0; s < form->nsections; s++) {
        int answered = 0, shown = 0;
        for (size_t q = 0; q < form->nquestions; q++) {
            if (form->question[q].section != s || !is_asked(facts, q)) {
                continue;
            }
            shown++;
            answered += answers_state(facts->answers, q) != ANSWER_MISSING;
        }
        if (!shown) {
            continue;
        }
        put_open(out, NULL, '{');
        put_text(out, "section", form->section[s].id);
        put_text(out, "title", form->section[s].title);
        put_int(out, "answered", answered);
        put_int(out, "shown", shown);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static void put_answer_text(struct buf *out, const char *key, const struct form *form,
                            const struct answers *answers, size_t q)
{
    size_t begun = put_text_begin(out, key);
    assess_answer_text_in(out, form, answers, q);
    put_text_end(out, begun);
}

/* The desk has to act on it before anybody unlocks: it is no answer about health. */
static void put_help(struct buf *out, const struct document_facts *facts)
{
    const struct form *form = facts->form;
    put_open(out, "help", '[');
    for (size_t q = 0; q < form->nquestions; q++) {
        const struct form_question *question = &form->question[q];
        if (!question->helper || !answers_shown(facts->answers, q)) {
            continue;
        }
        option_set set = answers_options(facts->answers, q) & ~question->exclusive;
        for (size_t o = 0; o < question->noptions; o++) {
            if (set & OPTION_BIT(o)) {
                put_text(out, NULL, question->option[o].text);
            }
        }
        enum answer_state state = answers_state(facts->answers, q);
        if (state == ANSWER_UNSURE || state == ANSWER_PRIVATE) {
            put_answer_text(out, NULL, form, facts->answers, q);
        }
    }
    put_close(out, ']');
}

void document_desk(struct buf *out, const struct document_facts *facts)
{
    const struct catalogue *before = tr_used();
    tr_use(facts->catalogue);
    open_document(out, "desk", facts);
    put_text(out, "name", facts->name);
    put_date(out, "birth_date", facts->birth_date);
    put_time(out, "arrived", facts->started_s);
    put_text_or_null(out, "slip", facts->slip && *facts->slip ? facts->slip : NULL);
    put_progress(out, facts);
    put_help(out, facts);
    put_close(out, '}');
    tr_use(before);
}

static const char *state_name(const struct document_facts *facts, size_t q)
{
    switch (answers_state(facts->answers, q)) {
    case ANSWER_GIVEN:
        return "given";
    case ANSWER_UNSURE:
        return "unsure";
    case ANSWER_PRIVATE:
        return "private";
    case ANSWER_INVALID:
        return "invalid";
    case ANSWER_MISSING:
        break;
    }
    return facts->answer[q].left ? "not_asked" : q < facts->reached ? "skipped" : "not_reached";
}

static const char *const type_name[] = {
    [QUESTION_CHOICE] = "choice", [QUESTION_CHOICES] = "choices", [QUESTION_DATE] = "date",
    [QUESTION_NUMBER] = "number", [QUESTION_TEXT] = "text",       [QUESTION_INFO] = "info",
};

static void put_options(struct buf *out, const struct form_question *question, option_set set)
{
    /* A question with one answer has one value; should it hold more, none of them is dropped. */
    bool list = question->type != QUESTION_CHOICE || !set || (set & (set - 1)) || (set & OPTION_GENERAL);
    if (list) {
        put_open(out, "value", '[');
    }
    for (size_t o = 0; o < question->noptions; o++) {
        if (set & OPTION_BIT(o)) {
            put_text(out, list ? NULL : "value", question->option[o].id);
        }
    }
    if (set & OPTION_UNSURE) {
        put_text(out, NULL, "unsure");
    }
    if (set & OPTION_PRIVATE) {
        put_text(out, NULL, "private");
    }
    if (list) {
        put_close(out, ']');
    }
}

static void put_value(struct buf *out, const struct answers *answers, size_t q)
{
    const struct form_question *question = &answers_form(answers)->question[q];
    enum answer_state state = answers_state(answers, q);
    option_set set = answers_options(answers, q);
    /* "The chest, and I am not sure what else": with the options alone, or the state alone, it could not be
     * judged again. */
    bool beside = (set & OPTION_GENERAL) && (set & ~OPTION_GENERAL);
    if (state != ANSWER_GIVEN && state != ANSWER_INVALID && !beside) {
        put_null(out, "value");
        return;
    }
    switch (question->type) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        put_options(out, question, beside ? set & ~OPTION_MISSING : set & ~OPTION_GENERAL);
        break;
    case QUESTION_DATE:
        put_date(out, "value", answers_date(answers, q));
        break;
    case QUESTION_NUMBER:
        put_real(out, "value", state == ANSWER_GIVEN ? answers_number(answers, q) : NAN);
        break;
    case QUESTION_TEXT:
        put_text(out, "value", answers_text(answers, q));
        break;
    case QUESTION_INFO:
        put_null(out, "value");
        break;
    }
}

static void put_words(struct buf *out, const char *question, const char *answer, const struct form *form,
                      const struct document_facts *facts, size_t q)
{
    struct buf text = BUF_INIT;
    policies_fill(&text, form, facts->policies->value, form->question[q].text);
    put_text(out, question, buf_str(&text));
    buf_done(&text);
    put_answer_text(out, answer, form, facts->answers, q);
}

/* alone: without the record whose language it could be. */
static void put_answer(struct buf *out, const struct document_facts *facts, size_t q, bool alone)
{
    const struct form_question *question = &facts->form->question[q];
    const struct form_section *section = &facts->form->section[question->section];
    const struct document_answer *how = &facts->answer[q];
    put_open(out, NULL, '{');
    put_text(out, "id", question->id);
    put_text(out, "code", question->code);
    put_text(out, "section", section->id);
    put_text(out, "section_title", section->title);
    put_text(out, "type", type_name[question->type]);
    put_text(out, "state", state_name(facts, q));
    put_value(out, facts->answers, q);
    const struct document_language *shown = how->shown ? how->shown : facts->shown;
    const char *code = shown ? shown->code : shown_code(facts);
    if (alone || (shown && strcmp(code, shown_code(facts)) != 0)) {
        put_text(out, "language", code);
    }
    if (is_other(facts, shown)) {
        speak(shown);
        put_words(out, "question", "answer", shown->form, facts, q);
        tr_use(facts->catalogue);
        put_words(out, "clinic_question", "clinic_answer", facts->form, facts, q);
    } else {
        put_words(out, "question", "answer", facts->form, facts, q);
    }
    put_text_or_null(out, "unit", answers_asked(facts->answers, q).unit);
    put_int(out, "ms", how->ms);
    put_bool(out, "fast", how->fast);
    put_text(out, "given_by", how->given_by ? how->given_by : "patient");
    put_text_or_null(out, "entered_by", how->entered_by);
    put_bool(out, "ask_alone", how->ask_alone);
    put_bool(out, "fresh", form_question_fresh(facts->form, q));
    put_close(out, '}');
}

static void put_form(struct buf *out, const struct document_facts *facts)
{
    const struct form *form = facts->form;
    put_open(out, "form", '{');
    put_text(out, "id", form->id);
    put_text(out, "title", form->title);
    put_text(out, "version", form->version);
    put_hex(out, "hash", form->hash, sizeof form->hash);
    put_text(out, "language", form->language);
    put_text_or_null(out, "approved_by", facts->approved_by);
    put_date(out, "approved_on", facts->approved_on);
    put_date(out, "approved_until", facts->approved_until);
    put_close(out, '}');
}

/* So that an intake that is judged again says what the patient was told. */
static void put_facts(struct buf *out, const char *const *fact)
{
    put_open(out, "facts", '{');
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        put_text(out, placeholder_name[i], fact[i]);
    }
    put_close(out, '}');
}

/* With the clinic's numbers and facts in it. */
static void put_counted(struct buf *out, const char *key, const char *text, const struct form *form,
                        const struct document_facts *facts)
{
    struct buf counted = BUF_INIT;

    policies_fill(&counted, form, facts->policies->value, text);
    put_filled(out, key, buf_str(&counted), facts->fact, form->texts.instead);
    buf_done(&counted);
}

/* Paragraphs as the patient read them. */
static void put_read(struct buf *out, const char *key, const char *const *text, size_t n,
                     const struct form *form, const struct document_facts *facts)
{
    put_open(out, key, '[');
    for (size_t i = 0; i < n; i++) {
        put_counted(out, NULL, text[i], form, facts);
    }
    put_close(out, ']');
}

static void put_consent(struct buf *out, const struct document_facts *facts)
{
    bool other = is_other(facts, facts->agreed);
    const struct form *form = other ? facts->agreed->form : facts->form, *own = facts->form;
    put_read(out, "privacy", form->texts.privacy, form->texts.nprivacy, form, facts);
    put_read(out, "consent", form->texts.consent, form->texts.nconsent, form, facts);
    if (other) {
        put_read(out, "clinic_privacy", own->texts.privacy, own->texts.nprivacy, own, facts);
        put_read(out, "clinic_consent", own->texts.consent, own->texts.nconsent, own, facts);
    }
}

static void put_policies(struct buf *out, const struct form *form, const struct policies *policies)
{
    put_open(out, "policies", '{');
    for (size_t i = 0; i < form->npolicies; i++) {
        const struct form_policy *policy = &form->policy[i];
        double value = policies->value[i];
        if (policy->choice) {
            put_text(out, policy->id, policy->choice[(size_t)value]);
        } else {
            put_real(out, policy->id, value);
        }
    }
    put_close(out, '}');
}

static void put_device_list(struct buf *out, const struct form *form, const struct policies *policies)
{
    put_open(out, "device_list", '[');
    for (size_t i = 0; policies_device_listed(policies, form) && i < form->nrules; i++) {
        if (policies->device_flag[i]) {
            put_text(out, NULL, form->rule[i].flag);
        }
    }
    put_close(out, ']');
}

static void put_times(struct buf *out, const struct document_facts *facts)
{
    put_open(out, "times", '{');
    put_time(out, "started", facts->started_s);
    put_time(out, "consented", facts->consented_s);
    put_time(out, "signed", facts->signed_s);
    put_close(out, '}');
    put_date(out, "asked_on", facts->asked_on);
    put_date(out, "visit_on", facts->visit_on);
}

static void put_people(struct buf *out, const struct document_facts *facts)
{
    put_open(out, "patient", '{');
    put_text(out, "name", facts->name);
    put_text(out, "phone", facts->phone);
    put_date(out, "birth_date", facts->birth_date);
    put_close(out, '}');
    if (!*facts->helper_name && !*facts->helper_relation) {
        put_null(out, "helper");
        return;
    }
    put_open(out, "helper", '{');
    put_text(out, "name", facts->helper_name);
    put_text(out, "relation", facts->helper_relation);
    put_close(out, '}');
}

static void put_attestation(struct buf *out, const struct document_facts *facts)
{
    if (!facts->signed_s) {
        put_null(out, "attestation");
        return;
    }
    put_open(out, "attestation", '{');
    put_counted(out, "text", shown_of(facts)->texts.attestation, shown_of(facts), facts);
    if (is_other(facts, facts->shown)) {
        put_counted(out, "clinic_text", facts->form->texts.attestation, facts->form, facts);
    }
    put_text(out, "signature", facts->signature);
    put_bool(out, "signed_by_helper", facts->signed_by_helper);
    put_close(out, '}');
}

static void put_returning(struct buf *out, const struct document_facts *facts)
{
    const struct form *form = facts->form;
    if (!facts->slip || !*facts->slip) {
        put_null(out, "returning");
        return;
    }
    put_open(out, "returning", '{');
    put_text(out, "slip", facts->slip);
    put_open(out, "since", '[');
    for (size_t i = 0; facts->since && i < form->nsince; i++) {
        const struct form_since *since = &form->since[i];
        put_open(out, NULL, '{');
        put_text(out, "id", since->id);
        put_text(out, "text", since->text);
        put_text(out, "answer", facts->since[i]);
        put_open(out, "questions", '[');
        for (size_t q = 0; q < since->nquestions; q++) {
            put_text(out, NULL, form->question[since->question[q]].id);
        }
        put_close(out, ']');
        put_close(out, '}');
    }
    put_close(out, ']');
    put_close(out, '}');
}

void document_body(struct buf *out, const struct document_facts *facts)
{
    const struct form *form = facts->form;
    const struct catalogue *before = tr_used();
    tr_use(facts->catalogue);
    open_document(out, "body", facts);
    put_bool(out, "demo", facts->approved_by == NULL);
    put_text(out, "language_name", facts->shown ? facts->shown->name : "");
    put_bool(out, "language_unreviewed", facts->shown && facts->shown->unreviewed);
    put_text(out, "timezone", facts->timezone);
    put_text(out, "clinic", facts->fact[PLACEHOLDER_CLINIC]);
    put_facts(out, facts->fact);
    put_form(out, facts);
    put_times(out, facts);
    put_people(out, facts);
    put_returning(out, facts);
    put_open(out, "answers", '[');
    for (size_t q = 0; q < form->nquestions; q++) {
        if (is_asked(facts, q)) {
            put_answer(out, facts, q, false);
        }
    }
    put_close(out, ']');
    if (facts->assessment) {
        document_assessment(out, "assessment", facts->assessment, facts->answers, facts->policies,
                            facts->fact, shown_of(facts), false);
    } else {
        put_null(out, "assessment");
    }
    put_policies(out, form, facts->policies);
    put_device_list(out, form, facts->policies);
    put_consent(out, facts);
    put_attestation(out, facts);
    put_close(out, '}');
    tr_use(before);
}

void document_answers(struct buf *out, const struct document_facts *facts, const bool *asked,
                      const bool *withdrawn)
{
    const struct form *form = facts->form;
    const struct catalogue *before = tr_used();
    tr_use(facts->catalogue);
    put_open(out, NULL, '{');
    put_open(out, "answers", '[');
    for (size_t q = 0; q < form->nquestions; q++) {
        if (asked[q] && is_asked(facts, q)) {
            put_answer(out, facts, q, true);
        } else if (withdrawn[q]) {
            put_open(out, NULL, '{');
            put_text(out, "id", form->question[q].id);
            put_text(out, "state", "hidden");
            put_close(out, '}');
        }
    }
    put_close(out, ']');
    put_close(out, '}');
    tr_use(before);
}

/* --- Reading --- */

static void wipe_and_free(void *memory)
{
    if (memory) {
        explicit_bzero(memory, malloc_usable_size(memory));
    }
    free(memory);
}

/* jansson takes memory that is never NULL and overwrites what it frees: a document is a patient's. */
static void guard_memory(void)
{
    json_set_alloc_funcs(mem_alloc, wipe_and_free);
}

/* The deepest nesting of brackets outside strings. The parser behind it calls itself for each level. */
static size_t depth_of(const char *text, size_t len)
{
    size_t depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            deepest = ++depth > deepest ? depth : deepest;
        } else if (!in_string && depth && (c == '}' || c == ']')) {
            depth--;
        }
    }
    return deepest;
}

json_t *document_parse(const char *text, size_t len, struct err *err)
{
    json_error_t fault;
    guard_memory();
    if (depth_of(text, len) > DOCUMENT_DEPTH) {
        err_set(err, "not a document of ours: brackets nested deeper than %d", DOCUMENT_DEPTH);
        return NULL;
    }
    json_t *document = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!document) {
        /* Not fault.text: it quotes what it found, and that may be a patient's. */
        bool twice = json_error_code(&fault) == json_error_duplicate_key;
        err_set(err, "%s: line %d, column %d", twice ? "a key stands twice" : "not JSON", fault.line,
                fault.column);
        return NULL;
    }
    const json_t *version = json_object_get(document, "v");
    if (!json_is_object(document)) {
        err_set(err, "not a JSON object");
    } else if (version && (!json_is_integer(version) || json_integer_value(version) < 1)) {
        err_set(err, "not a document of ours: its version is no number");
    } else if (version && json_integer_value(version) > DOCUMENT_VERSION) {
        err_set(err, "%s", DOCUMENT_NEWER);
    } else {
        return document;
    }
    json_decref(document);
    return NULL;
}
