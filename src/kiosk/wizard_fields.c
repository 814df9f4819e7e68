/* What is typed. It is kept for every page, finished or not, so that nothing is lost by going back, by an
 * error or by a resize; it becomes an answer only when it can be read as one.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"
#include "wizard_entry.h"
#include "wizard_internal.h"

enum { NAME_MAX_GRAPHEMES = 120, PHONE_MAX = 40, DAY_MAX = 2, MONTH_MAX = 20, YEAR_MAX = 4, NUMBER_MAX = 20 };
enum { TEXT_MAX = 2000, ONE_LINE = 1000 };

/* The question of this page, or NULL. */
static const struct form_question *question_at(const struct wizard *w, size_t pos)
{
    size_t question = flow_question(w, pos);

    return question == SIZE_MAX ? NULL : &w->setup.form->question[question];
}

static bool is_date(const struct wizard *w)
{
    const struct form_question *q = question_at(w, w->pos);

    return q && q->type == QUESTION_DATE;
}

static size_t date_spec(struct field_spec spec[WIZARD_FIELDS])
{
    enum entry_part order[3];

    entry_date_order(order);
    for (size_t i = 0; i < 3; i++) {
        switch (order[i]) {
        case ENTRY_DAY:
            spec[i] = (struct field_spec){ tr("Day"), NULL, DAY_MAX, DAY_MAX, false, KEYS_DIGITS };
            break;
        case ENTRY_MONTH:
            spec[i] =
                (struct field_spec){ tr("Month"), tr("Number or name"), MONTH_MAX, 10, false, KEYS_DIGITS };
            break;
        default:
            spec[i] = (struct field_spec){ tr("Year"), NULL, YEAR_MAX, YEAR_MAX, false, KEYS_DIGITS };
        }
    }
    return 3;
}

static const char *sign_label(const struct wizard *w)
{
    enum wizard_source source = w->setup.staff ? w->setup.staff->source : FROM_PATIENT;

    if (source != FROM_PATIENT) {
        return source == FROM_PHONE ? tr("Patient's full name, once they agree")
                                    : tr("Full name, as signed on the paper");
    }
    return w->signer_helper && flow_helper(w) ? tr("Helper: type your full name")
                                              : tr("Your name or initials");
}

size_t fields_spec(const struct wizard *w, size_t pos, struct field_spec spec[WIZARD_FIELDS])
{
    const struct form_question *q = question_at(w, pos);

    if (q && q->type == QUESTION_DATE) {
        return date_spec(spec);
    }
    if (q && q->type == QUESTION_NUMBER) {
        const char *unit = answers_asked_in(w->setup.form, w->answers, flow_question(w, pos)).unit;
        spec[0] = (struct field_spec){ unit ? unit : tr("Number"),
                                       NULL,
                                       NUMBER_MAX,
                                       NUMBER_MAX,
                                       false,
                                       q->decimals > 0 ? KEYS_DECIMAL : KEYS_DIGITS };
        return 1;
    }
    if (q && q->type == QUESTION_TEXT) {
        size_t max = q->max_graphemes ? q->max_graphemes : TEXT_MAX;
        spec[0] = (struct field_spec){ tr("Your answer"), NULL, max, 0, q->multiline, KEYS_LETTERS };
        if (q->multiline) {
            spec[0].hint = w->setup.touch == TOUCH_PAD
                               ? tr("Touch Next when you are done.")
                               : tr("Press Enter on an empty line when you are done.");
        }
        return 1;
    }
    switch (flow_stage(w, pos)) {
    case STAGE_SLIP:
        spec[0] =
            (struct field_spec){ tr("Number"), tr("Four digits"), WIZARD_SLIP_DIGITS, WIZARD_SLIP_DIGITS,
                                 false,        KEYS_DIGITS };
        return 1;
    case STAGE_HELPER:
        spec[0] =
            (struct field_spec){ tr("Helper's name"), NULL, NAME_MAX_GRAPHEMES, 0, false, KEYS_LETTERS };
        spec[1] = (struct field_spec){ tr("Who are they to you?"),
                                       tr("For example: my sister, an interpreter"),
                                       NAME_MAX_GRAPHEMES,
                                       0,
                                       false,
                                       KEYS_LETTERS };
        return 2;
    case STAGE_NAME:
        spec[0] =
            (struct field_spec){ tr("Your full name"), NULL, NAME_MAX_GRAPHEMES, 0, false, KEYS_LETTERS };
        spec[1] =
            (struct field_spec){ tr("Phone number"), tr("You can leave this empty."), PHONE_MAX, 24, false,
                                 KEYS_PHONE };
        return 2;
    case STAGE_SIGN:
        spec[0] = (struct field_spec){ sign_label(w), NULL, NAME_MAX_GRAPHEMES, 0, false, KEYS_LETTERS };
        return 1;
    default:
        return 0;
    }
}

/* Where field i of this page keeps what is typed. The parts of a date are kept by what they are: another
 * language may write them in another order. */
static char **typed_at(struct wizard *w, size_t i)
{
    enum entry_part order[3];

    if (!is_date(w)) {
        return &w->typed[w->pos].text[i];
    }
    entry_date_order(order);
    return &w->typed[w->pos].text[order[i]];
}

void fields_load(struct wizard *w)
{
    struct field_spec spec[WIZARD_FIELDS];

    w->nedits = fields_spec(w, w->pos, spec);
    for (size_t i = 0; i < w->nedits; i++) {
        edit_init(&w->edit[i], spec[i].max, spec[i].multiline);
        w->edit[i].ascii = spec[i].keys != KEYS_LETTERS;
        if (*typed_at(w, i)) {
            edit_set(&w->edit[i], *typed_at(w, i));
        }
    }
}

void fields_store(struct wizard *w)
{
    for (size_t i = 0; i < w->nedits; i++) {
        wizard_string(typed_at(w, i), w->edit[i].text);
        edit_done(&w->edit[i]);
    }
    w->nedits = 0;
}

void fields_clear(struct wizard *w)
{
    for (size_t i = 0; i < w->nedits; i++) {
        edit_set(&w->edit[i], "");
        mem_wipe_free(*typed_at(w, i));
        *typed_at(w, i) = NULL;
    }
}

void fields_forget(struct wizard *w)
{
    size_t positions = flow_positions(w->setup.form);

    fields_store(w);
    for (size_t pos = 0; pos < positions; pos++) {
        for (size_t i = 0; i < WIZARD_FIELDS; i++) {
            mem_wipe_free(w->typed[pos].text[i]);
            w->typed[pos].text[i] = NULL;
        }
    }
}

/* --- From typed to answered --- */

/* Nothing but white space of any kind: what is kept of it would be "". */
static bool is_empty(const struct edit *edit)
{
    char *tidy = text_tidy(edit->text);
    bool empty = !tidy || !*tidy;

    mem_wipe_free(tidy);
    return empty;
}

bool fields_empty(const struct wizard *w)
{
    for (size_t i = 0; i < w->nedits; i++) {
        if (!is_empty(&w->edit[i])) {
            return false;
        }
    }
    return true;
}

static bool is_before_birth(const struct wizard *w, struct date date)
{
    if (w->birth == SIZE_MAX || flow_question(w, w->pos) == w->birth || !date_is_set(date)) {
        return false;
    }
    struct date birth = answers_date(w->answers, w->birth);
    return date_is_set(birth) && date_ends_before(date, birth);
}

static int read_date(const struct wizard *w, bool partial, struct date *out, size_t *field, struct err *err)
{
    enum entry_part order[3], part = ENTRY_DAY;
    const char *text[3] = { "", "", "" };

    entry_date_order(order);
    for (size_t i = 0; i < 3; i++) {
        text[order[i]] = w->edit[i].text;
    }
    int rc = entry_date(text, partial, w->setup.today, out, &part, err);
    if (!rc && is_before_birth(w, *out)) {
        part = ENTRY_YEAR;
        rc = err_set(err, "%s", tr("This is before the birth date. Is the year right?"));
    }
    for (size_t i = 0; i < 3; i++) {
        if (order[i] == part) {
            *field = i;
        }
    }
    return rc;
}

struct date fields_date(const struct wizard *w)
{
    struct date date = { 0, 0, 0 };
    struct err err;
    size_t field;

    const struct form_question *q = question_at(w, w->pos);
    if (q && q->type == QUESTION_DATE) {
        (void)read_date(w, q->partial, &date, &field, &err);
    }
    return date;
}

static int read_question(struct wizard *w, size_t *field, struct err *err)
{
    size_t question = flow_question(w, w->pos);
    const struct form_question *q = &w->setup.form->question[question];

    if (q->type == QUESTION_DATE) {
        struct date date;
        if (read_date(w, q->partial, &date, field, err) < 0) {
            return -1;
        }
        answers_set_date(w->answers, question, date);
    } else if (q->type == QUESTION_NUMBER) {
        const struct form_question asked = answers_asked_in(w->setup.form, w->answers, question);
        double number;
        if (entry_number(&asked, w->edit[0].text, &number, err) < 0) {
            return -1;
        }
        answers_set_number(w->answers, question, number);
    } else {
        char *text = entry_lines(w->edit[0].text);
        answers_set_text(w->answers, question, text);
        mem_wipe_free(text);
    }
    return 0;
}

static void keep_tidy(char **slot, const char *typed)
{
    char *tidy = text_tidy(typed);

    wizard_string(slot, tidy);
    mem_wipe_free(tidy);
}

static int read_name(struct wizard *w, size_t *field, struct err *err)
{
    *field = 1;
    if (entry_phone(w->edit[1].text, err) < 0) {
        return -1;
    }
    *field = 0;
    if (is_empty(&w->edit[0])) {
        return err_set(err, "%s", tr("Type your name. Any way you write it is fine."));
    }
    keep_tidy(&w->name, w->edit[0].text);
    keep_tidy(&w->phone, w->edit[1].text);
    return 0;
}

/* What is typed becomes the answer, or *err says how to mend it and *field where. */
static int read_fields(struct wizard *w, size_t *field, struct err *err)
{
    *field = 0;
    switch (flow_stage(w, w->pos)) {
    case STAGE_QUESTION:
        return read_question(w, field, err);
    case STAGE_HELPER:
        keep_tidy(&w->helper_name, w->edit[0].text);
        keep_tidy(&w->helper_relation, w->edit[1].text);
        return 0;
    case STAGE_NAME:
        return read_name(w, field, err);
    case STAGE_SIGN:
        return fields_empty(w) ? err_set(err, "%s", tr("Type your name to sign.")) : 0;
    default:
        return 0;
    }
}

/* Nothing typed for a question: fine where it may be left out or was answered by "Not sure". */
static bool commit_empty(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);
    const struct form_question *q = &w->setup.form->question[question];
    enum answer_state state = answers_state(w->answers, question);

    if (state == ANSWER_UNSURE || state == ANSWER_PRIVATE) {
        return true;
    }
    if (q->optional) {
        answers_clear(w->answers, question);
        return true;
    }
    if (wizard_after_digit(w)) {
        return false;
    }
    bool date = q->type == QUESTION_DATE;
    if (!flow_can_skip(w)) {
        wizard_error(w, 0, date ? tr("Type the date.") : tr("Type an answer."));
    } else if (w->setup.touch == TOUCH_PAD) {
        wizard_error(w, 0, date ? tr("Type the date. Or touch Skip.") : tr("Type an answer. Or touch Skip."));
    } else if (w->setup.lines) {
        wizard_error(w, 0,
                     date ? tr("Type the date. Or type F4 to skip this question.")
                          : tr("Type an answer. Or type F4 to skip this question."));
    } else {
        wizard_error(w, 0,
                     date ? tr("Type the date. Or press F4 to skip this question.")
                          : tr("Type an answer. Or press F4 to skip this question."));
    }
    return false;
}

bool fields_commit(struct wizard *w)
{
    struct err err = { "" };
    size_t field = 0;

    if (flow_stage(w, w->pos) == STAGE_SLIP) {
        return since_commit(w);
    }
    if (flow_stage(w, w->pos) == STAGE_QUESTION && fields_empty(w)) {
        return commit_empty(w);
    }
    if (read_fields(w, &field, &err) == 0) {
        return true;
    }
    if (fields_empty(w) && wizard_after_digit(w)) {
        return false;
    }
    wizard_error(w, field, err.text);
    w->base.focus = field;
    w->base.follow = true;
    return false;
}

void fields_leave(struct wizard *w)
{
    struct err err = { "" };
    size_t field, question = flow_question(w, w->pos);

    if (w->nedits == 0) {
        return;
    }
    if (question == SIZE_MAX) {
        (void)read_fields(w, &field, &err);
    } else if ((fields_empty(w) || read_question(w, &field, &err) < 0) &&
               answers_state(w->answers, question) == ANSWER_GIVEN) {
        answers_clear(w->answers, question); /* what is seen is what counts */
    }
}

/* --- Keys in a field --- */

/* The line that is typed on stays in sight, in a field longer than the window too. */
static void moved(struct wizard *w)
{
    w->base.follow = true;
    w->stale = true;
    w->effects |= EFFECT_REDRAW;
}

static void focus_field(struct wizard *w, size_t field)
{
    w->base.focus = field;
    w->base.moved = true;
    moved(w);
}

static void changed(struct wizard *w)
{
    size_t question = flow_question(w, w->pos);

    w->answered = true;
    moved(w);
    wizard_error(w, SIZE_MAX, "");
    if (question == SIZE_MAX || fields_empty(w)) {
        return;
    }
    enum answer_state state = answers_state(w->answers, question);
    if (state == ANSWER_UNSURE || state == ANSWER_PRIVATE) {
        answers_clear(w->answers, question);
    }
}

static bool enter_in_field(struct wizard *w, size_t field, const struct event *event)
{
    struct edit *edit = &w->edit[field];
    bool new_line = edit->cursor == 0 || edit->text[edit->cursor - 1] == '\n';

    if (edit->multiline && !(new_line && edit->cursor == edit->len)) {
        if (edit_event(edit, event) == EDIT_CHANGED) {
            changed(w);
        }
        return true;
    }
    for (size_t i = field + 1; i < w->nedits; i++) {
        if (w->edit[i].len == 0) {
            focus_field(w, i);
            return true;
        }
    }
    if (fields_commit(w)) {
        flow_finish(w);
    }
    return true;
}

/* "9/5/1990" and "9 May 1990" go through the three fields as if they were one. */
static bool separator_in_date(struct wizard *w, size_t field, const struct event *event)
{
    const char typed = event->type == EVENT_CHAR ? text_ascii(event->text, event->len) : '\0';

    if (!is_date(w) || !typed || !strchr("/.-, ", typed)) {
        return false;
    }
    if (w->edit[field].len && field + 1 < w->nedits) {
        focus_field(w, field + 1);
    }
    return true;
}

static void advance_when_full(struct wizard *w, size_t field)
{
    enum entry_part order[3];

    if (!is_date(w) || field + 1 >= w->nedits || w->edit[field + 1].len ||
        w->edit[field].cursor != w->edit[field].len) {
        return;
    }
    entry_date_order(order);
    if (entry_part_full(order[field], w->edit[field].text)) {
        focus_field(w, field + 1);
        w->advanced = true;
    }
}

/* "13" is no month, and "12" typed after it would not make it one: a number that is wrong and has all its
 * digits makes way for what is typed in its place. */
static void wrong_makes_way(struct wizard *w, size_t field)
{
    struct edit *edit = &w->edit[field];
    enum entry_part order[3];

    entry_date_order(order);
    if (is_date(w) && w->error_at == field && w->error.text[0] && edit->cursor == edit->len &&
        entry_part_full(order[field], edit->text)) {
        edit_set(edit, "");
    }
}

/* Nobody need press Enter after the last digit; who does means this step. */
static void leave_full_slip(struct wizard *w, size_t field)
{
    if (flow_stage(w, w->pos) == STAGE_SLIP && text_graphemes(w->edit[field].text) == WIZARD_SLIP_DIGITS &&
        fields_commit(w)) {
        flow_finish(w);
        w->digit_ms = w->now_ms;
    }
}

/* What fits is kept, and the patient told that there was more. In a box of a few digits that is plain to see.
 */
static void full(struct wizard *w, size_t field)
{
    w->effects |= EFFECT_BELL;
    if (w->edit[field].multiline) {
        wizard_error(w, SIZE_MAX, tr("There is no room for more here. Tell the practitioner the rest."));
    } else if (w->edit[field].max_graphemes >= PHONE_MAX) {
        wizard_error(w, field, tr("This is too long, so the end was left out. A shorter form is fine."));
    }
}

void fields_type(struct wizard *w, size_t field, const char *text)
{
    edit_set(&w->edit[field], "");
    bool cut = edit_insert(&w->edit[field], text, strlen(text)) == EDIT_FULL;
    w->base.focus = field;
    changed(w);
    if (cut) {
        full(w, field);
    }
}

bool fields_event(struct wizard *w, size_t field, const struct event *event)
{
    struct edit *edit = &w->edit[field];
    bool key = event->type == EVENT_KEY;
    bool advanced = w->advanced;

    w->advanced = false;
    /* Who ends a field that is full with Tab or Enter means the step that has just been taken. */
    if (advanced && key && (event->key == KEY_ID_TAB || event->key == KEY_ID_ENTER)) {
        return true;
    }
    if (key && event->key == KEY_ID_ENTER) {
        return enter_in_field(w, field, event);
    }
    if (separator_in_date(w, field, event)) {
        return true;
    }
    if (event->type == EVENT_CHAR) {
        wrong_makes_way(w, field);
    }
    if (key && edit->multiline && (event->key == KEY_ID_UP || event->key == KEY_ID_DOWN)) {
        if (!edit_line(edit, event->key == KEY_ID_UP ? -1 : 1, ONE_LINE)) {
            return false;
        }
        moved(w);
        return true;
    }
    if (key && event->key == KEY_ID_BACKSPACE && edit->cursor == 0 && field > 0) {
        focus_field(w, field - 1);
        return true;
    }
    switch (edit_event(edit, event)) {
    case EDIT_IGNORED:
        return false;
    case EDIT_CHANGED:
        changed(w);
        if (event->type == EVENT_CHAR) {
            advance_when_full(w, field);
            leave_full_slip(w, field);
        } else if (event->type == EVENT_PASTE && event->len >= EVENT_PASTE_MAX) {
            full(w, field); /* the rest of the paste never came */
        }
        break;
    case EDIT_FULL:
        changed(w);
        full(w, field);
        break;
    case EDIT_MOVED:
        moved(w);
        break;
    case EDIT_NOTHING:
        break;
    }
    return true;
}
