/* encounter_assess.c: the same answers, or some of them given again, judged for another day. */
#include "encounter.h"

#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "assess.h"
#include "document.h"
#include "encounter_room.h"

static json_t *all_answers(const struct encounter *e, const json_t *more)
{
    json_t *object = mem_need(json_object());
    for (size_t i = 0; i < e->nanswers; i++) {
        document_add_value(object, e->room->raw[i]);
    }
    for (size_t i = 0; i < json_array_size(more); i++) {
        document_add_value(object, json_array_get(more, i));
    }
    return object;
}

json_t *encounter_answers(const struct encounter *e)
{
    json_t *list = mem_need(json_array());
    for (size_t i = 0; i < e->nanswers; i++) {
        if (json_array_append(list, (json_t *)e->room->raw[i]) != 0) {
            mem_need(NULL);
        }
    }
    return list;
}

static bool same_form(const struct encounter *e, const struct form *form)
{
    char hex[2 * sizeof form->hash + 1];
    for (size_t i = 0; i < sizeof form->hash; i++) {
        snprintf(hex + 2 * i, 3, "%02x", form->hash[i]);
    }
    return strcmp(hex, e->form_hash) == 0;
}

static int set_policies(const struct encounter *e, const struct form *form, struct policies *policies,
                        struct err *err)
{
    const json_t *list = json_object_get(e->body, "device_list");
    json_t *stored = json_object_get(e->body, "policies");
    const char *name;
    json_t *value;
    json_object_foreach(stored, name, value)
    {
        char number[32];
        snprintf(number, sizeof number, "%.15g", json_number_value(value));
        if (policies_set(policies, form, name, json_is_string(value) ? json_string_value(value) : number,
                         err) != 0) {
            return -1;
        }
    }
    const char *flag[256];
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list) && n < sizeof flag / sizeof *flag; i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one != NULL) {
            flag[n++] = one;
        }
    }
    return n == 0 ? 0 : policies_set_device_flags(policies, form, flag, n, err);
}

/* The clinic's facts as they stood then, which the items' texts may hold. */
static void read_facts(const struct encounter *e, const char *fact[PLACEHOLDERS])
{
    const json_t *stored = json_object_get(e->body, "facts");
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        fact[i] = encounter_text(stored, placeholder_name[i]);
    }
}

static json_t *judge(const struct encounter *e, const struct form *form, struct date visit_on,
                     const json_t *more, bool trace, struct err *err)
{
    if (e->damaged || !date_is_full(e->asked_on) || e->nanswers == 0) {
        err_set(err, "this intake has no answers to judge");
        return NULL;
    }
    if (!same_form(e, form)) {
        err_set(err, "the form has changed since this intake was made");
        return NULL;
    }
    struct buf text = BUF_INIT;
    json_t *result = NULL, *object = all_answers(e, more);
    struct policies *policies = policies_new(form);
    struct answers *answers = answers_new(form);
    if (set_policies(e, form, policies, err) == 0) {
        answers_set_context(answers, visit_on, policies->value);
        if (document_read_answers(object, answers, err) == 0) {
            struct assessment *assessment = assessment_new();
            assess(assessment, answers, policies, e->asked_on, visit_on);
            const char *fact[PLACEHOLDERS];
            read_facts(e, fact);
            document_assessment(&text, NULL, assessment, answers, policies, fact, form_in(form, e->language),
                                trace);
            result = document_parse(buf_str(&text), text.len, err);
            assessment_free(assessment);
            buf_wipe(&text);
        }
    }
    answers_free(answers);
    policies_free(policies);
    json_decref(object);
    return result;
}

json_t *encounter_assess(const struct encounter *e, const struct form *form, struct date visit_on,
                         const json_t *more, struct err *err)
{
    return judge(e, form, visit_on, more, false, err);
}

json_t *encounter_trace(const struct encounter *e, const struct form *form, struct err *err)
{
    return judge(e, form, e->visit_on, NULL, true, err);
}
