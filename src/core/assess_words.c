/* assess_words.c: what the assessment found, in words for staff, in the language in use: that of the clinic.
 *
 * A question is named by its id, with spaces: "blood thinner: Yes". A fact is one test with the values in it;
 * facts stand behind one another with semicolons.
 */
#include <stdint.h>
#include <string.h>

#include "assess_internal.h"
#include "dictionary.h"
#include "month.h"
#include "text.h"
#include "tr.h"

/* --- Values --- */

/* An id as words: "keloid_where" -> "keloid where". */
static void put_id(struct buf *out, const char *id)
{
    size_t len = strlen(id);
    char *to = buf_room(out, len);

    for (size_t i = 0; i < len; i++) {
        to[i] = id[i] == '_' ? ' ' : id[i];
    }
    buf_end(out, to + len);
}

static void put_name(struct buf *out, const struct form *form, size_t question)
{
    const char *name = form->question[question].name;

    if (name) {
        buf_adds(out, name);
    } else {
        put_id(out, form->question[question].id);
    }
}

static void put_day(struct buf *out, struct date date)
{
    month_date(out, date, MONTH_BRIEF);
}

/* `fmt` is translated, and has one %s: the day. */
static void put_with_day(struct buf *out, const char *fmt, struct date date)
{
    struct buf day = BUF_INIT;

    put_day(&day, date);
    buf_addf(out, fmt, buf_str(&day));
    buf_wipe(&day);
}

/* Nearly all are whole: those need no printf. */
static void put_number(struct buf *out, double number)
{
    if (number > -1e9 && number < 1e9 && number == (int)number) {
        buf_addn(out, (int)number);
    } else {
        buf_addf(out, "%.10g", number);
    }
}

static void put_part(struct buf *out, size_t start, const char *text)
{
    buf_adds(out, out->len > start ? "; " : "");
    buf_adds(out, text);
}

/* Options by their texts, general answers in words. */
static void put_set(struct buf *out, const struct form_question *question, option_set set)
{
    size_t start = out->len;

    for (size_t i = 0; i < question->noptions; i++) {
        if (set & OPTION_BIT(i)) {
            put_part(out, start, question->option[i].text);
        }
    }
    if (set & OPTION_UNSURE) {
        put_part(out, start, tr("not sure"));
    }
    if (set & OPTION_PRIVATE) {
        put_part(out, start, tr("to be told in private"));
    }
    if (set & OPTION_MISSING) {
        put_part(out, start, tr("not answered"));
    }
}

static void put_measure(struct buf *out, double number, const char *unit)
{
    put_number(out, number);
    buf_adds(out, unit ? " " : "");
    buf_adds(out, unit ? unit : "");
}

static void put_value(struct buf *out, const struct form *form, const struct answers *answers,
                      size_t question)
{
    const struct form_question asked = answers_asked_in(form, answers, question), *q = &asked;
    struct date date = answers_date(answers, question);
    const char *text = answers_text(answers, question);

    if (answers_options(answers, question)) {
        put_set(out, q, answers_options(answers, question));
    } else if (date_is_set(date)) {
        put_day(out, date);
    } else if (*text) {
        text_sanitise(out, text, strlen(text), q->multiline);
    } else if (q->type == QUESTION_NUMBER && answers_state(answers, question) == ANSWER_GIVEN) {
        put_measure(out, answers_number(answers, question), q->unit);
    }
}

void assess_answer_text(struct buf *out, const struct answers *answers, size_t question)
{
    assess_answer_text_in(out, answers_form(answers), answers, question);
}

void assess_answer_text_in(struct buf *out, const struct form *form, const struct answers *answers,
                           size_t question)
{
    size_t start = out->len;

    if (!answers_shown(answers, question)) {
        put_set(out, &form->question[question], answers_set_by_clinic(answers, question));
        buf_adds(out, out->len > start ? tr(", set by the clinic") : tr("not asked"));
        return;
    }
    if (answers_state(answers, question) == ANSWER_MISSING) {
        buf_adds(out, tr("not answered"));
        return;
    }
    put_value(out, form, answers, question);
    if (answers_state(answers, question) == ANSWER_INVALID) {
        buf_adds(out, out->len == start ? tr("not a valid answer") : tr(" (not a valid answer)"));
    }
}

/* --- Facts --- */

struct words {
    const struct cond_view *view;
    const struct form *form;
    struct buf *out;
    size_t start; /* of what is written here */
    size_t fact;  /* of the one being written; behind a semicolon if it is not the first */
};

static void words_begin(struct words *words, const struct cond_view *view, struct buf *out)
{
    *words = (struct words){ view, answers_form(view->answers), out, out->len, out->len };
}

static const char separator[] = "; ";
enum { SEPARATOR = sizeof separator - 1 };

/* Keeps the fact, unless it says what has been said, and gets ready for the next. */
static void end_fact(struct words *words)
{
    struct buf *out = words->out;
    const char *all = buf_str(out);
    size_t said = words->fact > words->start ? words->fact - SEPARATOR - words->start : 0;

    if (out->len == words->fact) {
        return;
    }
    if (memmem(all + words->start, said, all + words->fact, out->len - words->fact)) {
        buf_cut(out, words->fact);
        return;
    }
    buf_add(out, separator, SEPARATOR);
    words->fact = out->len;
}

static void words_end(struct words *words)
{
    end_fact(words);
    if (words->fact > words->start) {
        buf_cut(words->out, words->fact - SEPARATOR);
    }
}

static void put_entry(const struct words *words, struct buf *out, const struct dictionary_hit *hit)
{
    const char *text = answers_text(words->view->answers, words->form->dictionary.question);

    buf_adds(out, "\"");
    text_sanitise(out, text + hit->entry, hit->len, false);
    buf_adds(out, "\"");
}

/* The question and its answer: only what is in `set`, unless that is nothing. */
static void answer_fact(struct words *words, size_t question, option_set set)
{
    const struct answers *answers = words->view->answers;
    const struct form_question *q = &words->form->question[question];
    struct date visit = words->view->visit;
    struct date date = answers_date(answers, question);

    put_name(words->out, words->form, question);
    buf_adds(words->out, ": ");
    if (set && !date_is_set(date) && answers_shown(answers, question)) {
        put_set(words->out, q, set);
    } else {
        assess_answer_text(words->out, answers, question);
    }
    if (!date_is_set(date)) {
        return;
    }
    if (answers_counted(answers, question, visit) & OPTION_UNSURE) {
        buf_adds(words->out, tr(", the year alone"));
        return;
    }
    switch (answers_date_fault(answers, question, visit)) {
    case DATE_POSSIBLE:
        break;
    case DATE_AFTER_VISIT:
        put_with_day(words->out, tr(", after the visit on %s"), visit);
        break;
    case DATE_BEFORE_BIRTH:
        buf_adds(words->out, tr(", before the birth date"));
        break;
    case DATE_TOO_OLD:
        buf_addf(words->out, tr(", more than %d years before the visit"), DATE_OLDEST_YEARS);
        break;
    }
}

/* What stands from `start` on is on the left of the comparison. */
static void put_comparison(struct words *words, size_t start, const struct form_cond *cond, bool holds)
{
    static const char *const op[][2] = {
        [OP_LESS_THAN] = { N_("%s is not less than %s"), N_("%s is less than %s") },
        [OP_AT_MOST] = { N_("%s is not at most %s"), N_("%s is at most %s") },
        [OP_AT_LEAST] = { N_("%s is not at least %s"), N_("%s is at least %s") },
        [OP_MORE_THAN] = { N_("%s is not more than %s"), N_("%s is more than %s") },
    };
    struct buf left = BUF_INIT, right = BUF_INIT;

    buf_adds(&left, buf_str(words->out) + start);
    put_number(&right, cond_amount(words->view, &cond->amount));
    buf_cut(words->out, start);
    buf_addf(words->out, tr(op[cond->op][holds]), buf_str(&left), buf_str(&right));
    buf_wipe(&left);
    buf_wipe(&right);
}

static void number_fact(struct words *words, const struct form_cond *cond, bool holds)
{
    const struct answers *answers = words->view->answers;

    if (answers_state(answers, cond->question) != ANSWER_GIVEN) {
        answer_fact(words, cond->question, 0);
        return;
    }
    const struct form_question asked = answers_asked(answers, cond->question);
    const struct form_question *own = &words->form->question[cond->question];
    double number = answers_number(answers, cond->question);
    size_t start = words->out->len;
    put_name(words->out, words->form, cond->question);
    buf_adds(words->out, " ");
    put_measure(words->out, number, asked.unit == own->unit ? NULL : asked.unit);
    if (asked.unit != own->unit) {
        struct buf counted = BUF_INIT;
        put_measure(&counted, answers_measure(answers, cond->question), own->unit);
        buf_addf(words->out, tr(", counted as %s,"), buf_str(&counted));
        buf_wipe(&counted);
    }
    put_comparison(words, start, cond, holds);
}

static void count_fact(struct words *words, const struct form_cond *cond, bool holds)
{
    answer_fact(words, cond->question, 0);
    buf_adds(words->out, "; ");
    size_t start = words->out->len;
    buf_adds(words->out, tr("the number of them"));
    put_comparison(words, start, cond, holds);
}

static const char *unit_words(enum date_unit unit, unsigned long n)
{
    switch (unit) {
    case UNIT_DAYS:
        return tr_n("%s day", "%s days", n);
    case UNIT_MONTHS:
        return tr_n("%s month", "%s months", n);
    case UNIT_YEARS:
        break;
    }
    return tr_n("%s year", "%s years", n);
}

static void put_amount(struct buf *out, double amount, enum date_unit unit)
{
    unsigned long whole = amount >= 0 && amount < 1e6 ? (unsigned long)amount : 2;
    struct buf number = BUF_INIT;

    put_number(&number, amount);
    buf_addf(out, unit_words(unit, amount > (double)whole ? 2 : whole), buf_str(&number)); /* 1.5 months */
    buf_done(&number);
}

static void since_fact(struct words *words, const struct form_cond *cond)
{
    struct date visit = words->view->visit;
    struct date typed = answers_date(words->view->answers, cond->question);
    struct date from = answers_day(words->view->answers, cond->question, visit);
    double amount = cond_amount(words->view, &cond->amount);

    if (!date_is_set(from)) {
        answer_fact(words, cond->question, 0);
        return;
    }
    struct date limit = cond_date_after(from, amount, cond->unit);
    int order = date_compare(limit, visit);
    put_name(words->out, words->form, cond->question);
    buf_adds(words->out, " ");
    put_day(words->out, typed);
    if (!date_equal(typed, from)) {
        put_with_day(words->out, tr(", counted as %s,"), from);
    }
    buf_adds(words->out, " + ");
    put_amount(words->out, amount, cond->unit);
    buf_adds(words->out, " = ");
    put_day(words->out, limit);
    put_with_day(words->out,
                 order > 0   ? tr(", after the visit on %s")
                 : order < 0 ? tr(", before the visit on %s")
                             : tr(", the day of the visit, %s"),
                 visit);
}

/* Where the test holds, the flags that are raised; else all it asks for. */
static void flagged_fact(struct words *words, const struct form_cond *cond, bool holds)
{
    struct buf list = BUF_INIT;
    size_t n = 0;

    for (size_t i = 0; i < cond->nrules; i++) {
        const struct form_rule *rule = &words->form->rule[cond->rule[i]];
        if (holds && !words->view->raised[cond->rule[i]]) {
            continue;
        }
        buf_addf(&list, "%s%s (%s)", n++ ? ", " : "", rule->flag, rule->title ? rule->title : "");
    }
    buf_addf(words->out,
             holds ? tr_n("%s is flagged", "%s are flagged", n)
                   : tr_n("%s is not flagged", "%s are not flagged", n),
             buf_str(&list));
    buf_wipe(&list);
}

/* Why the condition holds, or why it does not: the tests that made it so. */
static void put_facts(struct words *words, const struct form_cond *cond, bool holds)
{
    switch (cond->kind) {
    case COND_ALL:
    case COND_ANY:
        for (size_t i = 0; i < cond->nchildren; i++) {
            if (cond_holds(words->view, &cond->child[i]) == holds) {
                put_facts(words, &cond->child[i], holds);
            }
        }
        return;
    case COND_NOT:
        put_facts(words, cond->child, !holds);
        return;
    case COND_OPTIONS:
        answer_fact(words, cond->question,
                    holds ? answers_counted(words->view->answers, cond->question, words->view->visit) &
                                cond->options
                          : 0);
        break;
    case COND_COUNT:
        count_fact(words, cond, holds);
        break;
    case COND_NUMBER:
        number_fact(words, cond, holds);
        break;
    case COND_SINCE:
        since_fact(words, cond);
        break;
    case COND_FLAGGED:
        flagged_fact(words, cond, holds);
        break;
    }
    end_fact(words);
}

/* --- The dictionary --- */

/* One fact of an entry that raised the flag: its group, or why it speaks against an answer. */
static void hit_fact(struct words *words, const struct dictionary_hit *hit, bool contradiction)
{
    const struct form_group *group = &words->form->dictionary.group[hit->group];

    struct buf entry = BUF_INIT, name = BUF_INIT;

    put_entry(words, &entry, hit);
    put_id(&name, group->id);
    buf_addf(words->out, tr("%s is on the list as %s"), buf_str(&entry), buf_str(&name));
    buf_wipe(&entry);
    buf_wipe(&name);
    if (contradiction) {
        buf_adds(words->out, tr(", but "));
        answer_fact(words, group->question, 0);
    }
    end_fact(words);
}

static void put_dictionary(struct words *words, const struct flag *flag)
{
    const struct form_dictionary *dictionary = &words->form->dictionary;
    size_t rule = flag->rule ? (size_t)(flag->rule - words->form->rule) : SIZE_MAX;
    size_t n;
    const struct dictionary_hit *hit = answers_hits(words->view->answers, &n);

    for (size_t i = 0; i < n; i++) {
        if (hit[i].group == SIZE_MAX) {
            if (rule != SIZE_MAX && rule == dictionary->unmatched) {
                struct buf entry = BUF_INIT;
                put_entry(words, &entry, &hit[i]);
                buf_addf(words->out, tr("%s is on the list, and the form does not know it"), buf_str(&entry));
                buf_wipe(&entry);
                end_fact(words);
            }
            continue;
        }
        const struct form_group *group = &dictionary->group[hit[i].group];
        const char *code = group->unsure_code;
        enum dictionary_word word = verdict_word(words->view, group);
        if (rule != SIZE_MAX && rule == dictionary->contradiction && word == WORD_DENIED) {
            hit_fact(words, &hit[i], true);
        } else if (rule != SIZE_MAX ? rule == group->rule
                                    : code && strcmp(code, strchr(flag->id, ':') + 1) == 0) {
            hit_fact(words, &hit[i], false);
        }
    }
}

/* --- For others --- */

static struct cond_view view_of(const struct answers *answers, const struct policies *policies,
                                const struct assessment *assessment)
{
    return (struct cond_view){ answers, policies->value, assessment->visit_on,
                               assessment->room->verdict.raised };
}

void assess_comparison(struct buf *out, const struct answers *answers, const struct policies *policies,
                       const struct assessment *assessment, const struct flag *flag)
{
    struct cond_view view = view_of(answers, policies, assessment);
    struct words words;

    words_begin(&words, &view, out);
    if (flag->from_dictionary) {
        put_dictionary(&words, flag);
    } else if (flag->because) {
        put_facts(&words, flag->because, true);
    } else if (flag->kind == FLAG_UNKNOWN) {
        buf_addf(out, tr("the form has no question \"%s\""), strchr(flag->id, ':') + 1);
    } else {
        answer_fact(&words, flag->question, 0);
    }
    end_fact(&words);
    if (date_is_set(flag->until)) {
        put_with_day(out, tr("not before %s"), flag->until);
        end_fact(&words);
    }
    if (flag->from_device_list) {
        buf_adds(out, tr("on the clinic's device list"));
    }
    words_end(&words);
}

void assess_why_not(struct buf *out, const struct answers *answers, const struct policies *policies,
                    const struct assessment *assessment, const struct form_rule *rule)
{
    const struct form *form = assessment->form;
    struct cond_view view = view_of(answers, policies, assessment);
    size_t stop = assessment->room->verdict.stop;
    struct words words;

    if (view.raised[rule - form->rule]) {
        return;
    }
    words_begin(&words, &view, out);
    if (stop != SIZE_MAX) {
        buf_addf(out, tr("not looked at: %s ends the form"), form->rule[stop].flag);
    } else if (rule->when) {
        put_facts(&words, rule->when, false);
    } else if (form->dictionary.question == SIZE_MAX || *answers_text(answers, form->dictionary.question)) {
        buf_adds(out, tr("nothing on the list raises it"));
    } else {
        answer_fact(&words, form->dictionary.question, 0);
    }
    words_end(&words);
}

const char *flag_title(const struct flag *flag)
{
    switch (flag->kind) {
    case FLAG_RULE:
        return flag->rule->title ? flag->rule->title : flag->rule->flag;
    case FLAG_UNSURE:
        return tr("Not sure, or not known");
    case FLAG_PRIVATE:
        return tr("To be told in private");
    case FLAG_INCOMPLETE:
        return tr("No usable answer");
    case FLAG_UNKNOWN:
        return tr("An answer to a question that the form does not have");
    }
    return "";
}

const char *flag_reason(const struct flag *flag)
{
    switch (flag->kind) {
    case FLAG_RULE:
        return flag->rule->reason ? flag->rule->reason : "";
    case FLAG_UNSURE:
        return tr("What is not known is never taken as a no. Ask in person.");
    case FLAG_PRIVATE:
        return tr("The patient would rather tell the practitioner in private.");
    case FLAG_INCOMPLETE:
        return tr("What is left out is never taken as a no. Ask in person.");
    case FLAG_UNKNOWN:
        return tr("Nothing in the form says what it means. Read it with the patient.");
    }
    return "";
}

const char *flag_strength(const struct flag *flag)
{
    if (flag->kind != FLAG_RULE) {
        return tr("Fail-safe");
    }
    return flag->rule->strength ? flag->rule->strength : "";
}
