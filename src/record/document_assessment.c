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

static void put_sources(struct buf *out, const struct form *form, const size_t *source, size_t n)
{
    put_open(out, "sources", '[');
    for (size_t i = 0; i < n; i++) {
        put_text(out, NULL, form->source[source[i]].id);
    }
    put_close(out, ']');
    put_open(out, "source_titles", '[');
    for (size_t i = 0; i < n; i++) {
        put_text(out, NULL, form->source[source[i]].title);
    }
    put_close(out, ']');
}

static void put_flag(struct buf *out, const struct assessment *a, const struct flag *flag,
                     const struct answers *answers, const struct policies *policies)
{
    const struct form_rule *rule = flag->rule;
    const struct form_question *question =
        flag->question < a->form->nquestions ? &a->form->question[flag->question] : NULL;

    put_open(out, NULL, '{');
    put_text(out, "id", flag->id);
    put_text(out, "title", flag_title(flag));
    put_text(out, "outcome", outcome_name(flag->outcome));
    put_text_or_null(out, "question", question ? question->id : NULL);
    put_text_or_null(out, "code", question ? question->code : NULL);
    size_t begun = put_text_begin(out, "answer");
    if (question) {
        assess_answer_text(out, answers, flag->question);
    }
    put_text_end(out, begun);
    begun = put_text_begin(out, "comparison");
    assess_comparison(out, answers, policies, a, flag);
    put_text_end(out, begun);
    put_text(out, "reason", flag_reason(flag));
    put_text(out, "strength", flag_strength(flag));
    put_sources(out, a->form, rule ? rule->source : NULL, rule ? rule->nsources : 0);
    put_open(out, "items", '[');
    /* A flag that is only information adds nothing to the checklist. */
    for (size_t i = 0; rule && flag->outcome != OUTCOME_CLEAR && i < rule->nitems; i++) {
        put_text(out, NULL, a->form->item[rule->item[i]].id);
    }
    put_close(out, ']');
    put_texts(out, "fields", rule ? rule->field : NULL, rule ? rule->nfields : 0);
    put_date(out, "until", flag->until);
    put_bool(out, "alert", rule && rule->alert);
    put_bool(out, "from_device_list", flag->from_device_list);
    put_close(out, '}');
}

/* An item's words, with the clinic's numbers and facts in them. */
static void put_words(struct buf *out, const char *key, const char *text, const struct form *form,
                      const struct policies *policies, const char *const *fact)
{
    struct buf counted = BUF_INIT;

    policies_fill(&counted, form, policies->value, text);
    put_filled(out, key, buf_str(&counted), fact, form->texts.instead);
    buf_done(&counted);
}

static void put_item(struct buf *out, const struct assessment *a, const struct checklist_item *entry,
                     const struct policies *policies, const char *const *fact, const struct form *shown)
{
    const struct form_item *item = entry->item;

    put_open(out, NULL, '{');
    put_text(out, "id", item->id);
    put_text(out, "for", who_name[item->who]);
    put_date(out, "from", entry->from);
    put_date(out, "until", entry->until);
    put_date(out, "least", entry->least);
    if (item->when_text) {
        put_words(out, "when_text", item->when_text, a->form, policies, fact);
    } else {
        put_null(out, "when_text");
    }
    put_words(out, "text", item->text, a->form, policies, fact);
    if (shown && shown != a->form && item->who != ITEM_STAFF) { /* what the patient takes home */
        const struct form_item *same = &shown->item[item - a->form->item];
        put_words(out, "patient_text", same->text, shown, policies, fact);
        put_words(out, "patient_when_text", same->when_text ? same->when_text : "", shown, policies, fact);
    }
    put_bool(out, "sensitive", item->sensitive);
    put_bool(out, "base", item->base);
    put_bool(out, "passed", entry->passed);
    put_texts(out, "fields", item->field, item->nfields);
    put_open(out, "added_by", '[');
    for (size_t i = 0; i < entry->nadded_by; i++) {
        put_text(out, NULL, a->flag[entry->added_by[i]].id);
    }
    put_close(out, ']');
    put_sources(out, a->form, item->source, item->nsources);
    put_close(out, '}');
}

static void put_not_fired(struct buf *out, const struct assessment *a, const struct answers *answers,
                          const struct policies *policies)
{
    put_open(out, "not_fired", '[');
    for (size_t i = 0; i < a->form->nrules; i++) {
        const struct form_rule *rule = &a->form->rule[i];
        if (assess_raised(a, rule)) {
            continue;
        }
        put_open(out, NULL, '{');
        put_text(out, "id", rule->flag);
        put_text(out, "title", rule->title);
        size_t begun = put_text_begin(out, "why");
        assess_why_not(out, answers, policies, a, rule);
        put_text_end(out, begun);
        put_close(out, '}');
    }
    put_close(out, ']');
}

void document_assessment(struct buf *out, const char *key, const struct assessment *a,
                         const struct answers *answers, const struct policies *policies,
                         const char *const *fact, const struct form *shown, bool trace)
{
    put_open(out, key, '{');
    put_text(out, "class", outcome_name(a->class));
    put_date(out, "not_before", a->not_before);
    put_date(out, "asked_on", a->asked_on);
    put_date(out, "visit_on", a->visit_on);
    put_int(out, "attention", a->attention);
    put_open(out, "flags", '[');
    for (size_t i = 0; i < a->nflags; i++) {
        put_flag(out, a, &a->flag[i], answers, policies);
    }
    put_close(out, ']');
    put_open(out, "alerts", '[');
    for (size_t i = 0; i < a->nflags; i++) {
        if (a->flag[i].rule && a->flag[i].rule->alert) {
            put_text(out, NULL, a->flag[i].id);
        }
    }
    put_close(out, ']');
    put_open(out, "unanswered", '[');
    for (size_t i = 0; i < a->nunanswered; i++) {
        put_text(out, NULL, a->form->question[a->unanswered[i]].id);
    }
    put_close(out, ']');
    put_open(out, "items", '[');
    for (size_t i = 0; i < a->nitems; i++) {
        put_item(out, a, &a->item[i], policies, fact, shown);
    }
    put_close(out, ']');
    if (trace) {
        put_not_fired(out, a, answers, policies);
    }
    put_close(out, '}');
}
