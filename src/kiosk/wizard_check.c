/* The two pages that look back: check your answers, and the result's list of what to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tr.h"
#include "wizard_entry.h"
#include "wizard_internal.h"

enum { NUMBERED = 99 }; /* rows that can be reached by two digits */

/* --- Answers in words --- */

static void add_options(struct buf *out, const struct form_question *q, option_set set)
{
    for (size_t i = 0; i < q->noptions; i++) {
        if (set & OPTION_BIT(i)) {
            buf_addf(out, "%s%s", out->len ? ", " : "", q->option[i].text);
        }
    }
    if (set & OPTION_UNSURE) {
        buf_addf(out, "%s%s", out->len ? ", " : "", tr("Not sure"));
    }
    if (set & OPTION_PRIVATE) {
        buf_addf(out, "%s%s", out->len ? ", " : "", tr("I'd rather tell the practitioner in private"));
    }
}

static void add_lines(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n') {
            buf_adds(out, ", ");
        } else {
            buf_add(out, text, 1);
        }
    }
}

static void answer_words(const struct wizard *w, size_t question, struct buf *out)
{
    const struct form_question asked = answers_asked_in(w->setup.form, w->answers, question), *q = &asked;

    if (answers_state(w->answers, question) == ANSWER_MISSING) {
        buf_adds(out, tr("Not answered"));
        return;
    }
    option_set set = answers_options(w->answers, question);
    if (set) { /* any question may be answered "not sure" */
        add_options(out, q, set);
        return;
    }
    switch (q->type) {
    case QUESTION_DATE:
        entry_date_words(out, answers_date(w->answers, question), true);
        break;
    case QUESTION_NUMBER:
        entry_number_words(out, q, answers_number(w->answers, question));
        if (q->unit) {
            buf_addf(out, " %s", q->unit);
        }
        break;
    case QUESTION_TEXT:
        add_lines(out, answers_text(w->answers, question));
        break;
    default:
        break;
    }
}

/* The questions whose answers raised something: true by index. free() it. */
static bool *raised_questions(const struct wizard *w)
{
    bool *raised = mem_alloc((w->setup.form->nquestions + 1) * sizeof *raised);
    struct assessment *assessment = assessment_new();

    assess(assessment, w->answers, w->setup.policies, w->setup.today, w->setup.today);
    for (size_t i = 0; i < assessment->nflags; i++) {
        if (assessment->flag[i].question < w->setup.form->nquestions) {
            raised[assessment->flag[i].question] = true;
        }
    }
    assessment_free(assessment);
    return raised;
}

/* "No", "never", "none of these", and nobody asks about it: nothing a patient need read again one by one. */
static bool is_no(const struct wizard *w, size_t question, const bool *raised)
{
    static const char *const no[] = { "no", "none", "never" };
    const struct form_question *q = &w->setup.form->question[question];
    option_set set = answers_options(w->answers, question);

    if (raised[question] || (q->type != QUESTION_CHOICE && q->type != QUESTION_CHOICES) ||
        answers_state(w->answers, question) != ANSWER_GIVEN || (set & (OPTION_UNSURE | OPTION_PRIVATE))) {
        return false;
    }
    for (size_t i = 0; i < q->noptions; i++) {
        bool denies = (q->exclusive & OPTION_BIT(i)) != 0;
        for (size_t n = 0; n < sizeof no / sizeof no[0]; n++) {
            denies = denies || strcmp(q->option[i].id, no[n]) == 0;
        }
        if ((set & OPTION_BIT(i)) && !denies) {
            return false;
        }
    }
    return true;
}

/* --- Rows --- */

static struct page_row *add_row(struct wizard *w, const char *text, const char *value, enum row_kind kind,
                                size_t pos)
{
    char key[24] = "";

    if (w->nrows < NUMBERED) {
        snprintf(key, sizeof key, "%zu", w->nrows + 1);
    }
    struct page_row *row = pages_row(w, key, text, kind, pos);
    row->edit = kind == ROW_EDIT;
    if (value) {
        page_set(&row->value, value);
    }
    return row;
}

static void question_row(struct wizard *w, size_t question)
{
    struct buf words = BUF_INIT;

    buf_reserve(&words, 2 * strlen(answers_text(w->answers, question)) + 4096);
    answer_words(w, question, &words);
    char *text = pages_question_words(w, w->setup.form->question[question].text);
    add_row(w, text, buf_str(&words), ROW_EDIT, flow_of_question(w, question));
    free(text);
    buf_wipe(&words);
}

static void since_row(struct wizard *w, size_t pos)
{
    const char *const words[] = { [SINCE_SKIPPED] = tr("Not answered"),
                                  [SINCE_NO] = tr("No"),
                                  [SINCE_YES] = tr("Yes"),
                                  [SINCE_UNSURE] = tr("Not sure"),
                                  [SINCE_PRIVATE] = tr("I'd rather tell the practitioner in private") };

    add_row(w, since_at(w, pos)->text, words[*since_answer(w, pos)], ROW_EDIT, pos);
}

static bool to_check(const struct wizard *w, size_t pos)
{
    return flow_shown(w, pos) && flow_stage(w, pos) == STAGE_QUESTION &&
           w->setup.form->question[flow_question(w, pos)].type != QUESTION_INFO;
}

/* In the order in which they were asked, the "no" ones behind one line. */
void check_rows(struct wizard *w)
{
    size_t check = flow_at(w, STAGE_CHECK);
    unsigned long others = 0;
    bool *raised = raised_questions(w);

    if (flow_shown(w, flow_at(w, STAGE_NAME))) {
        add_row(w, tr("Your name"), w->name, ROW_EDIT, flow_at(w, STAGE_NAME));
        add_row(w, tr("Phone number"), *w->phone ? w->phone : tr("Not answered"), ROW_EDIT,
                flow_at(w, STAGE_NAME));
        w->row[w->nrows - 1].field = 1;
    }
    if (flow_shown(w, flow_at(w, STAGE_HELPER))) {
        add_row(w, tr("Your helper"), *w->helper_name ? w->helper_name : tr("Nobody is with me"), ROW_EDIT,
                flow_at(w, STAGE_HELPER));
    }
    for (size_t pos = 0; pos < check; pos++) {
        if (since_at(w, pos) && flow_shown(w, pos)) {
            if (*since_answer(w, pos) == SINCE_NO) {
                others++;
            } else {
                since_row(w, pos);
            }
        }
        if (!to_check(w, pos)) {
            continue;
        }
        if (is_no(w, flow_question(w, pos), raised)) {
            others++;
        } else {
            question_row(w, flow_question(w, pos));
        }
    }
    if (others == 0) {
        free(raised);
        return;
    }
    struct buf line = BUF_INIT;
    buf_addf(&line, tr_n("No to %lu other", "No to %lu others", others), others);
    struct page_row *row =
        add_row(w, buf_str(&line), w->others_open ? tr("Shown below") : tr("Show"), ROW_OPEN, 0);
    row->apart = true;
    buf_done(&line);
    for (size_t pos = 0; pos < check && w->others_open; pos++) {
        if (since_at(w, pos) && flow_shown(w, pos) && *since_answer(w, pos) == SINCE_NO) {
            since_row(w, pos);
        }
        if (to_check(w, pos) && is_no(w, flow_question(w, pos), raised)) {
            question_row(w, flow_question(w, pos));
        }
    }
    free(raised);
}

/* --- The result --- */

/* "until 23 November"; "" for an item without days, or for today: the list is about today. */
static void when_words(const struct wizard *w, struct buf *out, const struct result_line *line)
{
    const struct form_item *item = &w->setup.form->item[line->item];
    struct date today = w->setup.today;
    struct date from = line->from, until = line->until;
    bool has_from = date_is_full(from) && date_compare(from, today) > 0, has_until = date_is_full(until);
    struct buf first = BUF_INIT, last = BUF_INIT;

    if (has_from) {
        entry_date_words(&first, from, from.year != today.year);
    }
    if (has_until) {
        entry_date_words(&last, until, until.year != today.year);
    }
    if (item->when_text) {
        char *words = pages_words(w, item->when_text);
        buf_adds(out, words);
        free(words);
    } else if (has_from && has_until && date_equal(from, until)) {
        buf_addf(out, tr("on %s"), buf_str(&first));
    } else if (has_from && has_until) {
        buf_addf(out, tr("from %s until %s"), buf_str(&first), buf_str(&last));
    } else if (has_until && !date_equal(until, today)) {
        buf_addf(out, tr("until %s"), buf_str(&last));
    } else if (has_from) {
        buf_addf(out, tr("from %s"), buf_str(&first));
    }
    buf_done(&first);
    buf_done(&last);
}

char *check_line(const struct wizard *w, size_t i)
{
    struct buf when = BUF_INIT, line = BUF_INIT;
    char *text = pages_words(w, w->setup.form->item[w->result_line[i].item].text);

    when_words(w, &when, &w->result_line[i]);
    buf_addf(&line, "- %s", text);
    free(text);
    if (when.len) {
        buf_addf(&line, " (%s)", buf_str(&when));
    }
    buf_done(&when);
    return buf_steal(&line);
}

char *check_code(const struct wizard *w)
{
    const char *url = w->setup.clinic.url;
    struct buf list = BUF_INIT;

    if (url && *url) {
        return mem_strdup(url);
    }
    for (size_t i = 0; i < w->nresult_lines; i++) {
        char *line = check_line(w, i);
        buf_addf(&list, "%s%s", i > 0 ? "\n" : "", line);
        free(line);
    }
    if (list.len > 0 && list.len <= QR_MAX_BYTES) {
        return buf_steal(&list);
    }
    buf_done(&list);
    return NULL;
}

/* Base items only, in the form's order: the neighbour's screen must not tell the two apart. */
void check_result(struct wizard *w)
{
    const struct form *form = w->own;
    struct assessment *assessment = assessment_new();

    assess(assessment, w->answers, w->setup.policies, w->setup.today, w->setup.today);
    w->result_clear = assessment->class == OUTCOME_CLEAR;
    for (size_t i = 0; i < form->nitems; i++) {
        const struct form_item *wanted = &form->item[i];
        if (wanted->who != ITEM_PATIENT || !wanted->base || wanted->sensitive) {
            continue;
        }
        for (size_t k = 0; k < assessment->nitems; k++) {
            if (assessment->item[k].item == wanted && !assessment->item[k].passed) {
                w->result_line = mem_realloc(w->result_line, w->nresult_lines + 1, sizeof *w->result_line);
                w->result_line[w->nresult_lines++] =
                    (struct result_line){ i, assessment->item[k].from, assessment->item[k].until };
            }
        }
    }
    assessment_free(assessment);
}
