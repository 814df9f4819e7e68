/* The patient cases of tests/cases, each a file: answers, policies and days, and what must come of them. They
 * go the way `foyer assess` goes: JSON in, the real form, JSON out.
 *
 * A case: { name, why, asked, visit, policy: { name: value }, answers: { ... }, expect: { class, not_before,
 * flags: [the whole set], alerts: [...], items: ["P12", "P05 2026-11-18 2026-11-21", ...] } }. The items
 * without dates are all those that flags have added. One with dates, from and until, "-" for none, is on the
 * list with these. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess.h"
#include "document.h"
#include "file.h"
#include "form_load.h"

#define CASES "tests/cases"

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

static struct date day(const json_t *object, const char *key)
{
    struct date date = { 0 };
    cr_assert(date_parse_iso(json_string_value(json_object_get(object, key)), &date) && date_is_full(date));
    return date;
}

static void set_policies(const char *file, const json_t *spec, struct policies *policies,
                         const struct form *form)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)spec, name, value)
    {
        struct err err = { "" };
        cr_assert_eq(policies_set(policies, form, name, json_string_value(value), &err), 0, "%s: %s", file,
                     err.text);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list of ids as one line, in order of the alphabet: two sets are equal if their lines are. `key`: of
 * objects, the member that is the id. */
static char *set_line(const json_t *list, const char *key)
{
    size_t n = json_array_size(list);
    const char **id = calloc(n + 1, sizeof *id);
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        const json_t *entry = json_array_get(list, i);
        id[i] = json_string_value(key ? json_object_get(entry, key) : entry);
        cr_assert_not_null(id[i]);
    }
    qsort(id, n, sizeof *id, by_text);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&line, "%s%s", i ? " " : "", id[i]);
    }
    free(id);
    return buf_steal(&line);
}

static void expect_set(const char *file, const char *what, const json_t *got, const char *key,
                       const json_t *want)
{
    char *got_line = set_line(got, key), *want_line = set_line(want, NULL);
    cr_expect_str_eq(got_line, want_line, "%s: %s are [%s], not [%s]", file, what, got_line, want_line);
    free(got_line);
    free(want_line);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "-";
}

static void expect_dates(const char *file, const json_t *items, const char *want)
{
    char id[16] = "", from[16] = "", until[16] = "";
    int words = sscanf(want, "%15s %15s %15s", id, from, until);
    if (words == 1) {
        return;
    }
    cr_assert(words == 3, "%s: \"%s\" is no item and its dates", file, want);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        if (strcmp(text_of(item, "id"), id) != 0) {
            continue;
        }
        const char *got_from = text_of(item, "from"), *got_until = text_of(item, "until");
        cr_expect(strcmp(got_from, from) == 0 && strcmp(got_until, until) == 0,
                  "%s: %s is from %s until %s, not from %s until %s", file, id, got_from, got_until, from,
                  until);
        return;
    }
    cr_expect(false, "%s: item %s is missing", file, id);
}

static void expect_added(const char *file, const json_t *items, const json_t *want)
{
    json_t *got = json_array(), *named = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        if (json_array_size(json_object_get(item, "added_by"))) {
            json_array_append(got, json_object_get(item, "id"));
        }
    }
    json_array_foreach(want, i, item)
    {
        if (!strchr(json_string_value(item), ' ')) {
            json_array_append(named, item);
        }
    }
    expect_set(file, "items that flags added", got, NULL, named);
    json_decref(got);
    json_decref(named);
}

static void run_case(const char *file, const json_t *spec, const struct form *form)
{
    const json_t *expect = json_object_get(spec, "expect");
    struct answers *answers = answers_new(form);
    struct policies *policies = policies_new(form);
    struct assessment *result = assessment_new();
    struct date asked = day(spec, "asked"), visit = day(spec, "visit");
    struct err err = { "" };
    set_policies(file, json_object_get(spec, "policy"), policies, form);
    answers_set_context(answers, visit, policies->value);
    cr_assert_eq(document_read_answers(json_object_get(spec, "answers"), answers, &err), 0, "%s: %s", file,
                 err.text);
    assess(result, answers, policies, asked, visit);
    struct buf text = BUF_INIT;
    document_assessment(&text, NULL, result, answers, policies, true);
    json_t *got = document_parse(buf_str(&text), text.len, &err);
    cr_assert_not_null(got, "%s: %s", file, err.text);
    buf_done(&text);

    const char *got_class = text_of(got, "class"), *class = text_of(expect, "class");
    cr_expect_str_eq(got_class, class, "%s: class is %s, not %s", file, got_class, class);
    const char *got_date = text_of(got, "not_before"), *date = text_of(expect, "not_before");
    cr_expect_str_eq(got_date, date, "%s: not before %s, not %s", file, got_date, date);
    expect_set(file, "flags", json_object_get(got, "flags"), "id", json_object_get(expect, "flags"));
    expect_set(file, "alerts", json_object_get(got, "alerts"), NULL, json_object_get(expect, "alerts"));
    expect_added(file, json_object_get(got, "items"), json_object_get(expect, "items"));
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(expect, "items"), i, item)
        expect_dates(file, json_object_get(got, "items"), json_string_value(item));

    json_decref(got);
    assessment_free(result);
    policies_free(policies);
    answers_free(answers);
}

static int is_case(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

Test(cases, every_patient_case_comes_out_as_written_down)
{
    struct dirent **entry;
    int n = scandir(CASES, &entry, is_case, alphasort);
    struct form *form = load_form();
    cr_assert_gt(n, 0, "no cases in " CASES);
    for (int i = 0; i < n; i++) {
        char path[512];
        json_error_t fault;
        snprintf(path, sizeof path, CASES "/%s", entry[i]->d_name);
        json_t *spec = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
        cr_assert_not_null(spec, "%s:%d: %s", path, fault.line, fault.text);
        run_case(entry[i]->d_name, spec, form);
        json_decref(spec);
        free(entry[i]);
    }
    free(entry);
    form_free(form);
}
