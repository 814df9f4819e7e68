/* Answers that staff enter for a patient: what was given before, which questions are asked again, and of each
 * answer who gave it and who entered it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tr.h"
#include "wizard_entry.h"
#include "wizard_internal.h"

bool staff_again(const struct wizard *w)
{
    return w->setup.staff && w->setup.staff->again;
}

/* A question that an answer has just brought up is asked too: nobody has answered it. */
bool staff_asks(const struct wizard *w, size_t question)
{
    const struct wizard_staff *staff = w->setup.staff;
    const struct form *form = w->setup.form;

    return !staff_again(w) || staff->again[question] || staff->again[form->question[question].main] ||
           (answers_shown(w->answers, question) && !w->was_shown[question]);
}

/* --- What was given before --- */

static void type_date(struct wizard *w, size_t pos, struct date date)
{
    const unsigned part[] = {
        [ENTRY_DAY] = date.day, [ENTRY_MONTH] = date.month, [ENTRY_YEAR] = (unsigned)date.year
    };
    char digits[16];

    for (size_t i = 0; i < 3; i++) {
        snprintf(digits, sizeof digits, "%u", part[i]);
        wizard_string(&w->typed[pos].text[i], part[i] ? digits : "");
    }
    explicit_bzero(digits, sizeof digits);
}

/* As if it had been typed here, so that it is seen, and kept where it is left alone. */
static void type_answer(struct wizard *w, size_t question, const struct answers *from)
{
    const struct form_question asked = answers_asked(from, question);
    size_t pos = flow_of_question(w, question);
    struct buf words = BUF_INIT;

    switch (asked.type) {
    case QUESTION_DATE:
        type_date(w, pos, answers_date(from, question));
        break;
    case QUESTION_NUMBER:
        entry_number_words(&words, &asked, answers_number(from, question));
        wizard_string(&w->typed[pos].text[0], buf_str(&words));
        break;
    case QUESTION_TEXT:
        wizard_string(&w->typed[pos].text[0], answers_text(from, question));
        break;
    default:
        break;
    }
    buf_wipe(&words);
}

static void take_answer(struct wizard *w, size_t question, const struct answers *from)
{
    option_set general = answers_options(from, question) & (OPTION_UNSURE | OPTION_PRIVATE);
    enum question_type type = w->setup.form->question[question].type;
    enum answer_state state = answers_state(from, question);

    if (state == ANSWER_MISSING || state == ANSWER_INVALID) {
        return; /* to be asked */
    }
    if (type == QUESTION_CHOICE || type == QUESTION_CHOICES) {
        answers_set_options(w->answers, question, answers_options(from, question));
        return;
    }
    if (general) {
        answers_set_general(w->answers, question, general);
        return;
    }
    if (type == QUESTION_DATE) {
        answers_set_date(w->answers, question, answers_date(from, question));
    } else if (type == QUESTION_NUMBER) {
        answers_set_number(w->answers, question, answers_number(from, question));
    } else if (type == QUESTION_TEXT) {
        answers_set_text(w->answers, question, answers_text(from, question));
    }
    type_answer(w, question, from);
}

/* Chosen questions are asked from nothing: an old answer on the page invites a nod. */
static void take_answers(struct wizard *w, const struct answers *from)
{
    const struct form *form = w->setup.form;

    for (size_t i = 0; i < form->nquestions; i++) {
        take_answer(w, i, from);
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        w->was_shown[i] = answers_shown(w->answers, i);
    }
    for (size_t i = 0; staff_again(w) && i < form->nquestions; i++) {
        if (w->setup.staff->again[i] || w->setup.staff->again[form->question[i].main]) {
            size_t pos = flow_of_question(w, i);
            answers_clear(w->answers, i);
            for (size_t f = 0; f < WIZARD_FIELDS; f++) {
                wizard_string(&w->typed[pos].text[f], NULL);
            }
        }
    }
}

static void take_people(struct wizard *w, const struct wizard_staff *staff)
{
    size_t name = flow_at(w, STAGE_NAME), helper = flow_at(w, STAGE_HELPER);

    wizard_string(&w->name, staff->name);
    wizard_string(&w->phone, staff->phone);
    wizard_string(&w->helper_name, staff->helper_name);
    wizard_string(&w->helper_relation, staff->helper_relation);
    wizard_string(&w->typed[name].text[0], staff->name);
    wizard_string(&w->typed[name].text[1], staff->phone);
    wizard_string(&w->typed[helper].text[0], staff->helper_name);
    wizard_string(&w->typed[helper].text[1], staff->helper_relation);
    w->visit.consented_s = staff->consented_s;
    w->visit.started_s = staff->started_s ? staff->started_s : w->visit.started_s;
}

/* The first page that still waits for something. */
static size_t first_open(const struct wizard *w)
{
    size_t check = flow_at(w, STAGE_CHECK), pos = flow_at(w, STAGE_PRIVACY);

    if (!staff_again(w) && w->visit.consented_s == 0) {
        return pos;
    }
    for (; pos < check; pos++) {
        size_t question = flow_question(w, pos);
        enum stage stage = flow_stage(w, pos);
        if (!flow_shown(w, pos)) {
            continue;
        }
        if (stage == STAGE_QUESTION ? answers_state(w->answers, question) == ANSWER_MISSING &&
                                          (staff_again(w) || !w->setup.form->question[question].optional)
                                    : stage == STAGE_NAME && !*w->name) {
            return pos;
        }
    }
    return check;
}

void staff_begin(struct wizard *w)
{
    const struct wizard_staff *staff = w->setup.staff;

    if (staff->answers) {
        take_answers(w, staff->answers);
    }
    take_people(w, staff);
    w->drafted = staff->kept;
    size_t pos = first_open(w);
    for (size_t i = 0; i < pos; i++) {
        w->seen[i] = flow_shown(w, i);
    }
    flow_enter(w, pos);
}

/* --- What the record needs --- */

static bool same_answer(const struct answers *a, const struct answers *b, size_t question)
{
    return answers_state(a, question) == answers_state(b, question) &&
           answers_options(a, question) == answers_options(b, question) &&
           date_equal(answers_date(a, question), answers_date(b, question)) &&
           !(answers_number(a, question) < answers_number(b, question)) &&
           !(answers_number(a, question) > answers_number(b, question)) &&
           strcmp(answers_text(a, question), answers_text(b, question)) == 0;
}

static bool left_as_given(const struct wizard *w, size_t question)
{
    const struct wizard_staff *staff = w->setup.staff;

    return staff && staff->answers && !staff->again &&
           answers_state(staff->answers, question) != ANSWER_MISSING &&
           same_answer(staff->answers, w->answers, question);
}

void staff_visit(struct wizard *w)
{
    const struct wizard_staff *staff = w->setup.staff;
    const char *here = w->visit.signed_by_helper ? "helper" : "patient";

    if (staff && staff->source != FROM_PATIENT) {
        here = staff->source == FROM_PHONE ? "phone" : "paper";
    }
    for (size_t i = 0; i < w->setup.form->nquestions; i++) {
        bool before = left_as_given(w, i);
        bool shown = answers_shown(w->answers, i);
        w->given_by[i] = before ? staff->given_by[i] : here;
        w->entered_by[i] = before ? staff->entered_by[i] : staff ? staff->user : NULL;
        w->asked[i] = shown && staff_asks(w, i);
        w->withdrawn[i] = !shown && w->was_shown[i];
    }
    w->visit.given_by = w->given_by;
    w->visit.entered_by = w->entered_by;
    w->visit.asked = staff_again(w) ? w->asked : NULL;
    w->visit.withdrawn = w->withdrawn;
}

char *wizard_staff_words(const struct wizard_staff *staff)
{
    struct buf line = BUF_INIT;

    buf_addf(&line,
             staff->source == FROM_PHONE   ? tr("%s enters, by phone")
             : staff->source == FROM_PAPER ? tr("%s enters, from paper")
                                           : tr("%s enters, with the patient"),
             staff->user);
    return buf_steal(&line);
}
