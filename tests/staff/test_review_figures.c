/* Review shows the figures that a question may be answered on, with what was answered marked. */
#include <criterion/criterion.h>
#include <string.h>

#include "form_load.h"
#include "map.h"
#include "review_internal.h"
#include "text.h"

static struct form *form;

static void open_form(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
}

static void close_form(void)
{
    form_free(form);
}

TestSuite(review_figures, .init = open_form, .fini = close_form);

static struct screen_texts figures(const char *question, const char *value)
{
    struct screen_texts out = { 0 };
    json_t *json = json_loads(value, JSON_DECODE_ANY, NULL);
    const struct encounter_answer answer = { .id = question, .value = json };
    words_figures(&out, form, &answer);
    json_decref(json);
    return out;
}

static void expect_none(const char *question, const char *value)
{
    struct screen_texts out = figures(question, value);
    cr_expect_eq(out.n, 0U, "%s %s", question, value);
    screen_texts_done(&out);
}

Test(review_figures, they_are_the_patients_own_with_the_answer_marked)
{
    struct screen_texts out = figures("areas", "[\"neck\", \"arms\", \"unsure\"]");
    const struct form_question *q = &form->question[form_question_index(form, "areas")];
    option_set marked = OPTION_BIT(form_option_index(q, "neck")) | OPTION_BIT(form_option_index(q, "arms"));
    struct buf line = BUF_INIT;

    cr_assert_eq(out.n, (size_t)q->map->rows + 1, "%zu", out.n);
    cr_expect_not_null(strstr(out.at[0].text, "Front"), "%s", out.at[0].text);
    cr_expect_eq(text_width(out.at[0].text), q->map->columns, "it has no more room than they");
    for (int row = 0; row < q->map->rows; row++) {
        buf_reset(&line);
        map_line(&line, q->map, row, marked, true);
        cr_expect_str_eq(out.at[row + 1].text, buf_str(&line));
        cr_expect(out.at[row + 1].drawn, "it is never wrapped");
    }
    buf_done(&line);
    screen_texts_done(&out);
}

Test(review_figures, there_are_none_where_nothing_drawn_was_answered)
{
    expect_none("areas", "[\"other\"]");
    expect_none("areas", "[]");
    expect_none("areas", "[1, null, \"nonsense\"]");
    expect_none("areas", "null");
    expect_none("goals", "[\"acne_scars\"]");
    expect_none("of_another_form", "[\"face\"]");
    struct form *mine = form;
    form = NULL;
    expect_none("areas", "[\"face\"]");
    form = mine;
}
