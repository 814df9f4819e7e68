/* document.c: desk card and body, their text, and reading it back. The keys are listed in document.h. */
#include "document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "put.h"

static json_t *new_document(const char *part, const struct document_facts *facts)
{
    put_guard_memory();
    json_t *document = json_object();
    put_int(document, "v", DOCUMENT_VERSION);
    put_text(document, "part", part);
    put_text(document, "kind", facts->kind);
    put_hex(document, "uid", facts->uid, 16);
    put_text(document, "language", facts->language);
    return document;
}

/* Does it count as a question with an answer to expect? */
static bool is_asked(const struct document_facts *facts, size_t q)
{
    return facts->form->question[q].type != QUESTION_INFO && answers_shown(facts->answers, q);
}

static json_t *progress_json(const struct document_facts *facts)
{
    const struct form *form = facts->form;
    json_t *list = json_array();
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
        json_t *section = json_object();
        put_text(section, "section", form->section[s].id);
        put_text(section, "title", form->section[s].title);
        put_int(section, "answered", answered);
        put_int(section, "shown", shown);
        put_item(list, section);
    }
    return list;
}

/* The desk has to act on it before anybody unlocks: it is no answer about health. */
static json_t *help_json(const struct document_facts *facts)
{
    const struct form *form = facts->form;
    json_t *list = json_array();
    for (size_t q = 0; q < form->nquestions; q++) {
        const struct form_question *question = &form->question[q];
        if (!question->helper || !answers_shown(facts->answers, q)) {
            continue;
        }
        option_set set = answers_options(facts->answers, q) & ~question->exclusive;
        for (size_t o = 0; o < question->noptions; o++) {
            if (set & OPTION_BIT(o)) {
                put_item(list, put_string(question->option[o].text));
            }
        }
        enum answer_state state = answers_state(facts->answers, q);
        if (state == ANSWER_UNSURE || state == ANSWER_PRIVATE) {
            struct buf text = BUF_INIT;
            assess_answer_text(&text, facts->answers, q);
            put_item(list, put_string(buf_str(&text)));
            buf_wipe(&text);
        }
    }
    return list;
}

json_t *document_desk(const struct document_facts *facts)
{
    json_t *desk = new_document("desk", facts);
    put_text(desk, "name", facts->name);
    put_date(desk, "birth_date", facts->birth_date);
    put_time(desk, "arrived", facts->started_s);
    put(desk, "progress", progress_json(facts));
    put(desk, "help", help_json(facts));
    return desk;
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
    return q < facts->reached ? "skipped" : "not_reached";
}

static const char *const type_name[] = {
    [QUESTION_CHOICE] = "choice", [QUESTION_CHOICES] = "choices", [QUESTION_DATE] = "date",
    [QUESTION_NUMBER] = "number", [QUESTION_TEXT] = "text",       [QUESTION_INFO] = "info",
};

static json_t *options_json(const struct form_question *question, option_set set)
{
    json_t *list = json_array();
    for (size_t o = 0; o < question->noptions; o++) {
        if (set & OPTION_BIT(o)) {
            put_item(list, put_string(question->option[o].id));
        }
    }
    /* A question with one answer has one value; should it hold more, none of them is dropped. */
    if (question->type == QUESTION_CHOICE && json_array_size(list) == 1) {
        json_t *one = json_incref(json_array_get(list, 0));
        json_decref(list);
        return one;
    }
    return list;
}

static json_t *value_json(const struct answers *answers, size_t q)
{
    const struct form_question *question = &answers_form(answers)->question[q];
    char iso[DATE_ISO_SIZE];
    enum answer_state state = answers_state(answers, q);
    if (state != ANSWER_GIVEN && state != ANSWER_INVALID) {
        return json_null();
    }
    switch (question->type) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        return options_json(question, answers_options(answers, q));
    case QUESTION_DATE:
        if (!date_is_set(answers_date(answers, q))) {
            return json_null();
        }
        return put_string(date_format_iso(answers_date(answers, q), iso));
    case QUESTION_NUMBER:
        return state == ANSWER_GIVEN && isfinite(answers_number(answers, q))
                   ? json_real(answers_number(answers, q))
                   : json_null();
    case QUESTION_TEXT:
        return put_string(answers_text(answers, q));
    case QUESTION_INFO:
        break;
    }
    return json_null();
}

static json_t *answer_json(const struct document_facts *facts, size_t q)
{
    const struct form_question *question = &facts->form->question[q];
    const struct form_section *section = &facts->form->section[question->section];
    const struct document_answer *how = &facts->answer[q];
    struct buf text = BUF_INIT;
    json_t *object = json_object();
    put_text(object, "id", question->id);
    put_text(object, "code", question->code);
    put_text(object, "section", section->id);
    put_text(object, "section_title", section->title);
    put_text(object, "type", type_name[question->type]);
    put_text(object, "state", state_name(facts, q));
    put(object, "value", value_json(facts->answers, q));
    put_text(object, "question", question->text);
    assess_answer_text(&text, facts->answers, q);
    put_text(object, "answer", buf_str(&text));
    buf_wipe(&text);
    put_text_or_null(object, "unit", question->unit);
    put_int(object, "ms", how->ms);
    put_bool(object, "fast", how->fast);
    put_text(object, "by", how->by_helper ? "helper" : "patient");
    put_bool(object, "ask_alone", how->ask_alone);
    return object;
}

static json_t *form_json(const struct form *form)
{
    json_t *object = json_object();
    put_text(object, "id", form->id);
    put_text(object, "title", form->title);
    put_text(object, "version", form->version);
    put_hex(object, "hash", form->hash, sizeof form->hash);
    put_text(object, "language", form->language);
    return object;
}

static json_t *policies_json(const struct form *form, const struct policies *policies)
{
    json_t *object = json_object();
    for (size_t i = 0; i < form->npolicies; i++) {
        const struct form_policy *policy = &form->policy[i];
        double value = policies->value[i];
        if (policy->choice) {
            put_text(object, policy->id, policy->choice[(size_t)value]);
        } else {
            put(object, policy->id, json_real(value));
        }
    }
    return object;
}

static json_t *device_list_json(const struct form *form, const struct policies *policies)
{
    json_t *list = json_array();
    for (size_t i = 0; policies_device_listed(policies, form) && i < form->nrules; i++) {
        if (policies->device_flag[i]) {
            put_item(list, put_string(form->rule[i].flag));
        }
    }
    return list;
}

static json_t *people_json(const char *key, const char *name, const char *other_key, const char *other)
{
    json_t *object = json_object();
    put_text(object, key, name);
    put_text(object, other_key, other);
    return object;
}

json_t *document_body(const struct document_facts *facts)
{
    const struct form *form = facts->form;
    json_t *body = new_document("body", facts);
    put_bool(body, "demo", facts->demo);
    put_text(body, "timezone", facts->timezone);
    put_text(body, "clinic", facts->clinic);
    put(body, "form", form_json(form));

    json_t *times = json_object();
    put_time(times, "started", facts->started_s);
    put_time(times, "consented", facts->consented_s);
    put_time(times, "signed", facts->signed_s);
    put(body, "times", times);
    put_date(body, "asked_on", facts->asked_on);
    put_date(body, "visit_on", facts->visit_on);

    json_t *patient = people_json("name", facts->name, "phone", facts->phone);
    put_date(patient, "birth_date", facts->birth_date);
    put(body, "patient", patient);
    bool helped = *facts->helper_name || *facts->helper_relation;
    put(body, "helper",
        helped ? people_json("name", facts->helper_name, "relation", facts->helper_relation) : json_null());

    json_t *list = json_array();
    for (size_t q = 0; q < form->nquestions; q++) {
        if (is_asked(facts, q)) {
            put_item(list, answer_json(facts, q));
        }
    }
    put(body, "answers", list);
    put(body, "assessment",
        facts->assessment ? document_assessment(facts->assessment, facts->answers, facts->policies, false)
                          : json_null());
    put(body, "policies", policies_json(form, facts->policies));
    put(body, "device_list", device_list_json(form, facts->policies));

    put_texts(body, "privacy", form->texts.privacy, form->texts.nprivacy);
    put_texts(body, "consent", form->texts.consent, form->texts.nconsent);
    json_t *attestation = json_null();
    if (facts->signed_s) {
        attestation = people_json("text", form->texts.attestation, "signature", facts->signature);
        put_bool(attestation, "signed_by_helper", facts->signed_by_helper);
    }
    put(body, "attestation", attestation);
    return body;
}

/* 15 digits: 3.2 is written as 3.2 and comes back as the same number. */
enum { DUMP_FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(15) };

void document_dump(const json_t *document, struct buf *out)
{
    size_t len = json_dumpb(document, NULL, 0, DUMP_FLAGS);
    char *text = mem_alloc(len + 1);
    json_dumpb(document, text, len, DUMP_FLAGS);
    buf_reserve(out, out->len + len + 1); /* once, so that growing leaves no copies behind */
    buf_add(out, text, len);
    explicit_bzero(text, len);
    free(text);
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
    put_guard_memory();
    if (depth_of(text, len) > DOCUMENT_DEPTH) {
        err_set(err, "not a document of ours: brackets nested deeper than %d", DOCUMENT_DEPTH);
        return NULL;
    }
    json_t *document = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!document) {
        /* Not fault.text: it quotes what it found, and that may be a patient's. */
        err_set(err, "not JSON, or a key stands twice: line %d, column %d", fault.line, fault.column);
        return NULL;
    }
    const json_t *version = json_object_get(document, "v");
    if (!json_is_object(document)) {
        err_set(err, "not a JSON object");
    } else if (version && (!json_is_integer(version) || json_integer_value(version) < 1)) {
        err_set(err, "not a document of ours: its version is no number");
    } else if (version && json_integer_value(version) > DOCUMENT_VERSION) {
        err_set(err, "written by a newer version of Foyer: use that one to read it");
    } else {
        return document;
    }
    json_decref(document);
    return NULL;
}
