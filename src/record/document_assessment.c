/* document_assessment.c: an assessment as JSON, for the record's body and for `foyer assess`. */
#include "document.h"

#include "buf.h"
#include "put.h"

static const char *const who_name[] = {
    [ITEM_PATIENT] = "patient",
    [ITEM_STAFF] = "staff",
    [ITEM_AFTERCARE] = "aftercare",
    [ITEM_CALL] = "call",
};

static void put_sources(json_t *object, const struct form *form, const size_t *source, size_t n)
{
    json_t *ids = json_array(), *titles = json_array();
    for (size_t i = 0; i < n; i++) {
        put_item(ids, put_string(form->source[source[i]].id));
        put_item(titles, put_string(form->source[source[i]].title));
    }
    put(object, "sources", ids);
    put(object, "source_titles", titles);
}

/* What a function writes into a buf, as a value. */
static void put_buf(json_t *object, const char *key, struct buf *text)
{
    put_text(object, key, buf_str(text));
    buf_wipe(text);
}

static json_t *flag_json(const struct assessment *a, const struct flag *flag, const struct answers *answers,
                         const struct policies *policies)
{
    const struct form_rule *rule = flag->rule;
    const struct form_question *question =
        flag->question < a->form->nquestions ? &a->form->question[flag->question] : NULL;
    struct buf text = BUF_INIT;
    json_t *object = json_object();

    put_text(object, "id", flag->id);
    put_text(object, "title", flag_title(flag));
    put_text(object, "outcome", outcome_name(flag->outcome));
    put_text_or_null(object, "question", question ? question->id : NULL);
    put_text_or_null(object, "code", question ? question->code : NULL);
    if (question) {
        assess_answer_text(&text, answers, flag->question);
    }
    put_buf(object, "answer", &text);
    assess_comparison(&text, answers, policies, a, flag);
    put_buf(object, "comparison", &text);
    put_text(object, "reason", flag_reason(flag));
    put_text(object, "strength", flag_strength(flag));
    put_sources(object, a->form, rule ? rule->source : NULL, rule ? rule->nsources : 0);
    json_t *items = json_array();
    /* A flag that is only information adds nothing to the checklist. */
    for (size_t i = 0; rule && flag->outcome != OUTCOME_CLEAR && i < rule->nitems; i++) {
        put_item(items, put_string(a->form->item[rule->item[i]].id));
    }
    put(object, "items", items);
    put_texts(object, "fields", rule ? rule->field : NULL, rule ? rule->nfields : 0);
    put_date(object, "until", flag->until);
    put_bool(object, "alert", rule && rule->alert);
    put_bool(object, "from_device_list", flag->from_device_list);
    return object;
}

static json_t *item_json(const struct assessment *a, const struct checklist_item *entry)
{
    const struct form_item *item = entry->item;
    json_t *object = json_object(), *added_by = json_array();

    put_text(object, "id", item->id);
    put_text(object, "for", who_name[item->who]);
    put_date(object, "from", entry->from);
    put_date(object, "until", entry->until);
    put_date(object, "least", entry->least);
    put_text_or_null(object, "when_text", item->when_text);
    put_text(object, "text", item->text);
    put_bool(object, "sensitive", item->sensitive);
    put_bool(object, "base", item->base);
    put_bool(object, "passed", entry->passed);
    for (size_t i = 0; i < entry->nadded_by; i++) {
        put_item(added_by, put_string(a->flag[entry->added_by[i]].id));
    }
    put(object, "added_by", added_by);
    put_sources(object, a->form, item->source, item->nsources);
    return object;
}

static bool raised(const struct assessment *a, const struct form_rule *rule)
{
    for (size_t i = 0; i < a->nflags; i++) {
        if (a->flag[i].rule == rule) {
            return true;
        }
    }
    return false;
}

static json_t *not_fired_json(const struct assessment *a, const struct answers *answers,
                              const struct policies *policies)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->form->nrules; i++) {
        const struct form_rule *rule = &a->form->rule[i];
        struct buf why = BUF_INIT;
        if (raised(a, rule)) {
            continue;
        }
        json_t *object = json_object();
        put_text(object, "id", rule->flag);
        put_text(object, "title", rule->title);
        assess_why_not(&why, answers, policies, a, rule);
        put_buf(object, "why", &why);
        put_item(list, object);
    }
    return list;
}

json_t *document_assessment(const struct assessment *a, const struct answers *answers,
                            const struct policies *policies, bool trace)
{
    put_guard_memory();
    json_t *object = json_object(), *flags = json_array(), *alerts = json_array();
    json_t *unanswered = json_array(), *items = json_array();

    put_text(object, "class", outcome_name(a->class));
    put_date(object, "not_before", a->not_before);
    put_date(object, "asked_on", a->asked_on);
    put_date(object, "visit_on", a->visit_on);
    put_int(object, "attention", a->attention);
    for (size_t i = 0; i < a->nflags; i++) {
        const struct flag *flag = &a->flag[i];
        put_item(flags, flag_json(a, flag, answers, policies));
        if (flag->rule && flag->rule->alert) {
            put_item(alerts, put_string(flag->id));
        }
    }
    put(object, "flags", flags);
    put(object, "alerts", alerts);
    for (size_t i = 0; i < a->nunanswered; i++) {
        put_item(unanswered, put_string(a->form->question[a->unanswered[i]].id));
    }
    put(object, "unanswered", unanswered);
    for (size_t i = 0; i < a->nitems; i++) {
        put_item(items, item_json(a, &a->item[i]));
    }
    put(object, "items", items);
    if (trace) {
        put(object, "not_fired", not_fired_json(a, answers, policies));
    }
    return object;
}
