/* The patient cases of tests/cases, each a file: answers, policies and days, and what must come of them. They
 * go the way `foyer assess` goes: JSON in, the real form, JSON out. How a case is written stands in
 * tests/cases/README.md; a key that is not there fails, so that a slip of the pen proves nothing by accident.
 *
 * The cases are also held against the form: a rule, an option, a policy or a group of medicines that no case
 * touches from both sides fails. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess.h"
#include "config.h"
#include "dictionary.h"
#include "document.h"
#include "file.h"
#include "form_load.h"
#include "mem.h"

#define CASES "tests/cases"

/* --- The form and a case --- */

static struct form *load_form(void)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct form *form = form_load("forms/microneedling", &problems);
    problems_text(&problems, &text);
    cr_assert_not_null(form, "%s", buf_str(&text));
    buf_done(&text);
    problems_done(&problems);
    return form;
}

struct patient {
    struct answers *answers;
    struct policies *policies;
    struct assessment *result;
    struct date asked, visit;
};

static json_t *load_case(const char *file)
{
    char path[512];
    json_error_t fault;
    snprintf(path, sizeof path, CASES "/%s", file);
    json_t *spec = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
    cr_assert_not_null(spec, "%s:%d: %s", path, fault.line, fault.text);
    return spec;
}

static void expect_keys(const char *file, const json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;
    cr_assert(json_is_object(object), "%s: no object where one is wanted", file);
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0) {
            i++;
        }
        cr_expect(known[i], "%s: \"%s\" is no key of a case", file, key);
    }
}

static void expect_well_formed(const char *file, const json_t *spec)
{
    static const char *const keys[] = { "name",   "why",     "like",   "asked", "visit",
                                        "policy", "answers", "expect", NULL };
    static const char *const expected[] = { "class", "not_before", "flags",   "alerts", "unanswered", "items",
                                            "least", "when_text",  "compare", "passed", NULL };
    expect_keys(file, spec, keys);
    expect_keys(file, json_object_get(spec, "expect"), expected);
    for (size_t i = 0; i < 2; i++) {
        const char *words = json_string_value(json_object_get(spec, keys[i]));
        cr_expect(words && *words, "%s: no %s", file, keys[i]);
    }
}

/* The case's answers on top of those of the case it is like; null takes one away. */
static json_t *merged_answers(const char *file, const json_t *spec)
{
    const char *like = json_string_value(json_object_get(spec, "like"));
    json_t *answers = json_object();
    if (like) {
        char base[256];
        snprintf(base, sizeof base, "%s.json", like);
        json_t *other = load_case(base);
        cr_assert_null(json_object_get(other, "like"), "%s: %s is itself like another", file, base);
        json_object_update(answers, json_object_get(other, "answers"));
        json_decref(other);
    }
    const char *id;
    json_t *value;
    json_object_foreach(json_object_get(spec, "answers"), id, value)
    {
        if (json_is_null(value)) {
            json_object_del(answers, id);
        } else {
            json_object_set(answers, id, value);
        }
    }
    return answers;
}

static struct date day(const char *file, const json_t *spec, const char *key)
{
    struct date date = { 0 };
    cr_assert(date_parse_iso(json_string_value(json_object_get(spec, key)), &date) && date_is_full(date),
              "%s: %s is no date", file, key);
    return date;
}

/* A text or a number; a list of flags is the device list, and turns it on. */
static void set_policy(const char *file, const struct form *form, struct policies *policies, const char *name,
                       const json_t *value)
{
    struct err err = { "" };
    char number[32];
    if (json_is_array(value)) {
        const char *flag[64];
        size_t n = json_array_size(value);
        cr_assert(n <= 64 && strcmp(name, "device_list") == 0, "%s: %s takes no list", file, name);
        for (size_t i = 0; i < n; i++) {
            flag[i] = json_string_value(json_array_get(value, i));
        }
        cr_assert_eq(policies_set_device_flags(policies, form, flag, n, &err), 0, "%s: %s", file, err.text);
        cr_assert_eq(policies_set(policies, form, name, "listed", &err), 0, "%s: %s", file, err.text);
        return;
    }
    snprintf(number, sizeof number, "%g", json_number_value(value));
    cr_assert_eq(
        policies_set(policies, form, name, json_is_string(value) ? json_string_value(value) : number, &err),
        0, "%s: %s", file, err.text);
}

static void patient_enter(struct patient *patient, const char *file, const json_t *spec,
                          const struct form *form)
{
    const char *name;
    json_t *value;
    struct err err = { "" };
    *patient = (struct patient){ answers_new(form), policies_new(form), assessment_new(), { 0 }, { 0 } };
    patient->visit = day(file, spec, "visit");
    patient->asked = json_object_get(spec, "asked") ? day(file, spec, "asked") : patient->visit;
    json_object_foreach(json_object_get(spec, "policy"), name, value)
        set_policy(file, form, patient->policies, name, value);
    answers_set_context(patient->answers, patient->visit, patient->policies->value);
    json_t *answers = merged_answers(file, spec);
    cr_assert_eq(document_read_answers(answers, patient->answers, &err), 0, "%s: %s", file, err.text);
    json_decref(answers);
    assess(patient->result, patient->answers, patient->policies, patient->asked, patient->visit);
}

static void patient_leave(struct patient *patient)
{
    assessment_free(patient->result);
    policies_free(patient->policies);
    answers_free(patient->answers);
}

/* --- Every case, for a function --- */

static int is_case(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

typedef void visitor(const char *file, const json_t *spec, const struct form *form, void *context);

static void each_case(const struct form *form, visitor *visit, void *context)
{
    struct dirent **entry;
    int n = scandir(CASES, &entry, is_case, alphasort);
    cr_assert_gt(n, 0, "no cases in " CASES);
    for (int i = 0; i < n; i++) {
        json_t *spec = load_case(entry[i]->d_name);
        visit(entry[i]->d_name, spec, form, context);
        json_decref(spec);
        free(entry[i]);
    }
    free(entry);
}

/* --- What must come of it --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list of texts as one line, in order of the alphabet: two sets are equal if their lines are. */
static char *set_line(const char *file, const json_t *list)
{
    size_t n = json_array_size(list);
    const char **text = calloc(n + 1, sizeof *text);
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        text[i] = json_string_value(json_array_get(list, i));
        cr_assert_not_null(text[i], "%s: a list holds something that is no text", file);
    }
    qsort(text, n, sizeof *text, by_text);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&line, "%s%s", i ? ", " : "", text[i]);
    }
    free(text);
    return buf_steal(&line);
}

static void expect_set(const char *file, const char *what, const json_t *got, const json_t *want)
{
    char *got_line = set_line(file, got), *want_line = set_line(file, want);
    cr_expect_str_eq(got_line, want_line, "%s: %s are [%s], not [%s]", file, what, got_line, want_line);
    free(got_line);
    free(want_line);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "-";
}

static const json_t *find(const json_t *list, const char *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(text_of(json_array_get(list, i), "id"), id) == 0) {
            return json_array_get(list, i);
        }
    }
    return NULL;
}

static void expect_flags(const char *file, const json_t *got, const json_t *want)
{
    json_t *lines = json_array();
    size_t i;
    json_t *flag;
    json_array_foreach(got, i, flag)
        json_array_append_new(lines, json_sprintf("%s %s", text_of(flag, "id"), text_of(flag, "outcome")));
    expect_set(file, "flags", lines, want);
    json_decref(lines);
}

/* The items whose `member` is true, or is a list that is not empty. */
static void expect_items(const char *file, const char *what, const json_t *items, const char *member,
                         const json_t *want)
{
    json_t *got = json_array(), *named = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        const json_t *value = json_object_get(item, member);
        if (json_is_true(value) || json_array_size(value)) {
            json_array_append(got, json_object_get(item, "id"));
        }
    }
    json_array_foreach(want, i, item)
    {
        cr_assert(json_is_string(item), "%s: an item that is no text", file);
        if (!strchr(json_string_value(item), ' ')) {
            json_array_append(named, item);
        }
    }
    expect_set(file, what, got, named);
    json_decref(got);
    json_decref(named);
}

static void expect_dates(const char *file, const json_t *items, const json_t *want)
{
    size_t i;
    json_t *line;
    json_array_foreach(want, i, line)
    {
        char id[16] = "", from[16] = "", until[16] = "";
        int words = sscanf(json_string_value(line), "%15s %15s %15s", id, from, until);
        if (words == 1) {
            continue;
        }
        cr_assert(words == 3, "%s: \"%s\" is no item and its dates", file, json_string_value(line));
        const json_t *item = find(items, id);
        cr_expect(item, "%s: item %s is missing", file, id);
        cr_expect(
            !item || (strcmp(text_of(item, "from"), from) == 0 && strcmp(text_of(item, "until"), until) == 0),
            "%s: %s is from %s until %s, not from %s until %s", file, id, text_of(item, "from"),
            text_of(item, "until"), from, until);
    }
}

/* { item: text }, a text "-" for none. */
static void expect_member(const char *file, const json_t *items, const char *member, const json_t *want)
{
    const char *id;
    json_t *text;
    json_object_foreach((json_t *)want, id, text)
    {
        const json_t *item = find(items, id);
        const char *got = text_of(item, member);
        cr_expect(item, "%s: item %s is missing", file, id);
        cr_expect_str_eq(got, json_string_value(text), "%s: %s of %s is \"%s\", not \"%s\"", file, member, id,
                         got, json_string_value(text));
    }
}

/* { flag: [words that its comparison holds] } */
static void expect_compare(const char *file, const json_t *flags, const json_t *want)
{
    const char *id;
    json_t *list;
    json_object_foreach((json_t *)want, id, list)
    {
        const char *got = text_of(find(flags, id), "comparison");
        cr_expect(json_array_size(list), "%s: no words for %s", file, id);
        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *words = json_string_value(json_array_get(list, i));
            cr_expect(words && strstr(got, words), "%s: the comparison of %s is \"%s\", without \"%s\"", file,
                      id, got, words ? words : "");
        }
    }
}

static void run_case(const char *file, const json_t *spec, const struct form *form, void *context)
{
    struct patient patient;
    (void)context;
    expect_well_formed(file, spec);
    patient_enter(&patient, file, spec, form);
    struct buf text = BUF_INIT;
    struct err err = { "" };
    const char *fact[PLACEHOLDERS];
    config_facts(NULL, fact);
    document_assessment(&text, NULL, patient.result, patient.answers, patient.policies, fact, NULL, true);
    json_t *got = document_parse(buf_str(&text), text.len, &err);
    cr_assert_not_null(got, "%s: %s", file, err.text);
    buf_done(&text);
    const json_t *want = json_object_get(spec, "expect"), *items = json_object_get(got, "items");

    cr_expect_str_eq(text_of(got, "class"), text_of(want, "class"), "%s: class is %s, not %s", file,
                     text_of(got, "class"), text_of(want, "class"));
    cr_expect_str_eq(text_of(got, "not_before"), text_of(want, "not_before"), "%s: not before %s, not %s",
                     file, text_of(got, "not_before"), text_of(want, "not_before"));
    expect_flags(file, json_object_get(got, "flags"), json_object_get(want, "flags"));
    expect_set(file, "alerts", json_object_get(got, "alerts"), json_object_get(want, "alerts"));
    expect_set(file, "unanswered", json_object_get(got, "unanswered"), json_object_get(want, "unanswered"));
    expect_items(file, "items that flags added", items, "added_by", json_object_get(want, "items"));
    expect_dates(file, items, json_object_get(want, "items"));
    expect_member(file, items, "least", json_object_get(want, "least"));
    expect_member(file, items, "when_text", json_object_get(want, "when_text"));
    expect_compare(file, json_object_get(got, "flags"), json_object_get(want, "compare"));
    if (json_object_get(want, "passed")) {
        expect_items(file, "items to check today", items, "passed", json_object_get(want, "passed"));
    }
    json_decref(got);
    patient_leave(&patient);
}

Test(cases, every_patient_case_comes_out_as_written_down)
{
    struct form *form = load_form();
    each_case(form, run_case, NULL);
    form_free(form);
}

/* --- What the cases touch --- */

enum { SIDE_YES = 1, SIDE_NO = 2, SIDE_OPEN = 4, CHOICES_MAX = 8 };

struct touched {
    unsigned *rule;   /* yes: raised. no: not raised, though its question was answered */
    unsigned *group;  /* its question says yes, says no, says neither */
    unsigned *policy; /* of a number. yes: it decided the result. no: it was set, and did not */
    unsigned (*choice)[CHOICES_MAX];
    option_set *chosen; /* one a question */
    bool *listed;       /* one a rule: raised to HOLD by the device list */
};

static bool has_answer(const struct patient *patient, size_t question)
{
    return answers_shown(patient->answers, question) &&
           !(answers_counted(patient->answers, question, patient->visit) & OPTION_MISSING);
}

static bool is_raised(const struct patient *patient, const struct form_rule *rule)
{
    for (size_t i = 0; i < patient->result->nflags; i++) {
        if (patient->result->flag[i].rule == rule) {
            return true;
        }
    }
    return false;
}

/* Is one of the flags that an interaction asks for raised? */
static bool is_near(const struct patient *patient, const struct form_cond *cond)
{
    const struct form *form = patient->result->form;
    bool near = false;
    for (size_t i = 0; i < cond->nchildren; i++) {
        near |= is_near(patient, &cond->child[i]);
    }
    for (size_t i = 0; cond->kind == COND_FLAGGED && i < cond->nrules; i++) {
        near |= is_raised(patient, &form->rule[cond->rule[i]]);
    }
    return near;
}

static void touch_rules(struct touched *touched, const struct patient *patient)
{
    const struct form *form = patient->result->form;
    for (size_t i = 0; i < form->nrules; i++) {
        const struct form_rule *rule = &form->rule[i];
        if (is_raised(patient, rule)) {
            touched->rule[i] |= SIDE_YES;
        } else if (rule->interaction ? is_near(patient, rule->when) : has_answer(patient, rule->main)) {
            touched->rule[i] |= SIDE_NO;
        }
    }
    for (size_t i = 0; i < patient->result->nflags; i++) {
        const struct flag *flag = &patient->result->flag[i];
        if (flag->from_device_list) {
            touched->listed[flag->rule - form->rule] = true;
        }
    }
}

static void touch_options(struct touched *touched, const struct patient *patient)
{
    const struct form *form = patient->result->form;
    for (size_t i = 0; i < form->nquestions; i++) {
        touched->chosen[i] |= answers_counted(patient->answers, i, patient->visit);
    }
}

static void touch_groups(struct touched *touched, const struct patient *patient)
{
    const struct form *form = patient->result->form;
    size_t n;
    const struct dictionary_hit *hit = answers_hits(patient->answers, &n);
    for (size_t i = 0; i < n; i++) {
        if (hit[i].group == SIZE_MAX) {
            continue;
        }
        const struct form_group *group = &form->dictionary.group[hit[i].group];
        option_set said = group->question == SIZE_MAX
                              ? 0
                              : answers_counted(patient->answers, group->question, patient->visit);
        touched->group[hit[i].group] |= said & group->affirms  ? SIDE_YES
                                        : said & group->denies ? SIDE_NO
                                                               : SIDE_OPEN;
    }
}

/* Class, dates and flags, as text. */
static char *outcome_of(const struct assessment *result)
{
    struct buf text = BUF_INIT;
    char until[DATE_ISO_SIZE];
    for (size_t i = 0; i < result->nflags; i++) {
        buf_addf(&text, "%s %s %s\n", result->flag[i].id, outcome_name(result->flag[i].outcome),
                 date_format_iso(result->flag[i].until, until));
    }
    return buf_steal(&text);
}

/* The same patient where the clinic has said nothing of one policy. */
static bool decides(const struct patient *patient, const char *file, const json_t *spec, const char *policy)
{
    struct patient other;
    json_t *without = json_deep_copy(spec);
    json_object_del(json_object_get(without, "policy"), policy);
    patient_enter(&other, file, without, patient->result->form);
    char *a = outcome_of(patient->result), *b = outcome_of(other.result);
    bool differs = strcmp(a, b) != 0;
    free(a);
    free(b);
    patient_leave(&other);
    json_decref(without);
    return differs;
}

static void touch(const char *file, const json_t *spec, const struct form *form, void *context)
{
    struct touched *touched = context;
    struct patient patient;
    const char *name;
    json_t *value;
    patient_enter(&patient, file, spec, form);
    touch_rules(touched, &patient);
    touch_options(touched, &patient);
    touch_groups(touched, &patient);
    json_object_foreach(json_object_get(spec, "policy"), name, value)
    {
        size_t i = (size_t)form_policy_index(form, name);
        unsigned side = decides(&patient, file, spec, name) ? SIDE_YES : SIDE_NO;
        cr_assert(form->policy[i].nchoices <= CHOICES_MAX);
        if (form->policy[i].choice) {
            touched->choice[i][(size_t)patient.policies->value[i]] |= side;
        } else {
            touched->policy[i] |= side;
        }
    }
    patient_leave(&patient);
}

static struct touched touch_all(const struct form *form)
{
    struct touched touched = {
        .rule = mem_alloc(form->nrules * sizeof *touched.rule),
        .group = mem_alloc(form->dictionary.ngroups * sizeof *touched.group),
        .policy = mem_alloc(form->npolicies * sizeof *touched.policy),
        .choice = mem_alloc(form->npolicies * sizeof *touched.choice),
        .chosen = mem_alloc(form->nquestions * sizeof *touched.chosen),
        .listed = mem_alloc(form->nrules * sizeof *touched.listed),
    };
    each_case(form, touch, &touched);
    return touched;
}

static void touched_done(struct touched *touched)
{
    free(touched->rule);
    free(touched->group);
    free(touched->policy);
    free(touched->choice);
    free(touched->chosen);
    free(touched->listed);
}

static void expect_rules(const struct form *form, const struct touched *touched)
{
    for (size_t i = 0; i < form->nrules; i++) {
        cr_expect(touched->rule[i] & SIDE_YES, "no case raises %s", form->rule[i].flag);
        cr_expect(touched->rule[i] & SIDE_NO, "no case comes near %s without raising it", form->rule[i].flag);
    }
    for (size_t i = 0; i < form->ndevice_default; i++) {
        const struct form_rule *rule = &form->rule[form->device_default[i]];
        bool hold = rule->policy < 0 && rule->outcome == OUTCOME_HOLD;
        cr_expect(hold || touched->listed[form->device_default[i]], "no case has the device list raise %s",
                  rule->flag);
    }
}

static void expect_answers(const struct form *form, const struct touched *touched)
{
    for (size_t i = 0; i < form->nquestions; i++) {
        const struct form_question *question = &form->question[i];
        for (size_t o = 0; o < question->noptions; o++) {
            cr_expect(touched->chosen[i] & OPTION_BIT(o), "no case answers %s with %s", question->id,
                      question->option[o].id);
        }
        cr_expect(question->type == QUESTION_INFO || (touched->chosen[i] & OPTION_MISSING),
                  "no case leaves out %s", question->id);
        cr_expect(!(question->general & OPTION_UNSURE & ~touched->chosen[i]), "no case is not sure about %s",
                  question->id);
        cr_expect(!(question->general & OPTION_PRIVATE & ~touched->chosen[i]),
                  "no case keeps %s for the private talk", question->id);
    }
}

/* A number that is said in a question's words alone: it decides what is asked, and no case can tell. */
static bool only_said(const struct form *form, const struct form_policy *policy)
{
    char name[64];
    snprintf(name, sizeof name, "{%s}", policy->id);
    for (size_t i = 0; i < form->nquestions; i++) {
        if (strstr(form->question[i].text, name)) {
            return true;
        }
    }
    return false;
}

static void expect_policies(const struct form *form, const struct touched *touched)
{
    for (size_t i = 0; i < form->npolicies; i++) {
        const struct form_policy *policy = &form->policy[i];
        for (size_t c = 0; c < policy->nchoices; c++) {
            if (c != (size_t)policy->value) {
                cr_expect_eq(touched->choice[i][c], SIDE_YES | SIDE_NO,
                             "no case has %s = %s decide, and another not", policy->id, policy->choice[c]);
            }
        }
        cr_expect(policy->choice || only_said(form, policy) || touched->policy[i] == (SIDE_YES | SIDE_NO),
                  "no case has %s decide, and another not", policy->id);
    }
}

static void expect_groups(const struct form *form, const struct touched *touched)
{
    for (size_t i = 0; i < form->dictionary.ngroups; i++) {
        unsigned sides =
            form->dictionary.group[i].question == SIZE_MAX ? SIDE_OPEN : SIDE_YES | SIDE_NO | SIDE_OPEN;
        cr_expect_eq(touched->group[i], sides,
                     "no case lists a medicine of %s where its question says yes, no and neither",
                     form->dictionary.group[i].id);
    }
}

Test(cases, no_rule_answer_policy_or_medicine_is_without_a_case)
{
    struct form *form = load_form();
    struct touched touched = touch_all(form);
    expect_rules(form, &touched);
    expect_answers(form, &touched);
    expect_policies(form, &touched);
    expect_groups(form, &touched);
    touched_done(&touched);
    form_free(form);
}
