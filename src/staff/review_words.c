/* A flag, an answer, an item, a note in full, as paragraphs. What stands in them is a patient's or comes out
 * of the database: the view makes it fit for a terminal. */
#include "review_internal.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "mem.h"
#include "session.h"
#include "text.h"
#include "tr.h"

static void field(struct screen_texts *out, const char *label, const char *text)
{
    if (text[0] != '\0') {
        screen_text(out, UI_TEXT, label, text);
    }
}

static void join(struct buf *out, const char *const *list, size_t n, const char *between)
{
    for (size_t i = 0; i < n; i++) {
        buf_addf(out, "%s%s", i > 0 ? between : "", list[i]);
    }
}

static void joined(struct screen_texts *out, const char *label, const char *const *list, size_t n,
                   const char *between)
{
    struct buf line = BUF_INIT;
    join(&line, list, n, between);
    field(out, label, buf_str(&line));
    buf_done(&line);
}

static void values(struct screen_texts *out, const struct encounter_value *value, size_t n)
{
    struct buf line = BUF_INIT;
    char when[CLOCK_MINUTE_SIZE];
    for (size_t i = 0; i < n; i++) {
        buf_reset(&line);
        buf_addf(&line, "%s: ", value[i].name);
        if (value[i].value[0] == '\0') {
            buf_adds(&line, "______");
        } else {
            buf_addf(&line, tr("%s (%s, %s)"), value[i].value, value[i].by,
                     clock_format_minute(value[i].at_s, when));
        }
        screen_text(out, UI_TEXT, i == 0 ? tr("Fill in (e)") : " ", buf_str(&line));
    }
    buf_done(&line);
}

/* Question and answer as the patient read them, and in the clinic's language where that is another. */
static void asked(struct screen_texts *out, const char *question, const char *answer,
                  const char *clinic_question, const char *clinic_answer)
{
    bool other = (clinic_question[0] != '\0' && strcmp(question, clinic_question) != 0) ||
                 (clinic_answer[0] != '\0' && strcmp(answer, clinic_answer) != 0);
    field(out, tr("Asked"), question);
    if (answer[0] != '\0') {
        screen_text(out, UI_STRONG, tr("Answer"), answer);
    }
    if (other) {
        field(out, tr("That is"), clinic_question);
        field(out, " ", clinic_answer);
    }
}

void words_flag(struct screen_texts *out, const struct encounter *e, const struct encounter_flag *flag)
{
    char date[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    screen_textf(out, UI_TITLE, "", "%s: %s%s", paint_outcome(flag->program), flag->title,
                 flag->alert ? tr(" (alert)") : "");
    if (flag->decided) {
        screen_textf(out, UI_STRONG, tr("Decided"), "%s: %s (%s, %s)",
                     flag->outcome < flag->program ? paint_outcome(flag->outcome) : tr("confirmed"),
                     flag->why, flag->by, clock_format_minute(flag->at_s, when));
    }
    asked(out, flag->question, flag->answer, flag->clinic_question, flag->clinic_answer);
    for (size_t i = 0; i < e->nanswers; i++) {
        const struct encounter_answer *a = &e->answer[i];
        if (strcmp(a->id, flag->question_id) == 0 && (a->fast || a->ask_alone || a->by_helper)) {
            screen_textf(out, UI_NOTICE, tr("Mark"), "%s%s%s%s%s",
                         a->by_helper ? tr("answered by the helper") : "",
                         a->by_helper && a->ask_alone ? "; " : "", a->ask_alone ? tr("ask again alone") : "",
                         a->fast && (a->by_helper || a->ask_alone) ? "; " : "",
                         a->fast ? tr("answered in under a second") : "");
        }
    }
    field(out, tr("Comparison"), flag->comparison);
    field(out, tr("Not before"), date_format_iso(flag->until, date));
    field(out, tr("Reason"), flag->reason);
    values(out, flag->field, flag->nfields);
    field(out, tr("Strength"), flag->strength);
    for (size_t i = 0; i < flag->nsources; i++) {
        screen_text(out, UI_TEXT, i == 0 ? tr("Sources") : " ", flag->source[i]);
    }
    joined(out, tr("Adds items"), flag->item, flag->nitems, ", ");
    if (flag->from_device_list) {
        field(out, tr("Device"), tr("raised to HOLD by the clinic's device list"));
    }
    field(out, tr("Flag"), flag->id);
}

void words_figures(struct screen_texts *out, const struct form *form, const struct encounter_answer *a)
{
    struct buf lines = BUF_INIT;
    figures_lines(&lines, form, a->id, a->value, true);
    for (char *line = lines.data, *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        screen_drawn(out, line);
    }
    buf_wipe(&lines);
}

void words_answer(struct screen_texts *out, const struct encounter_answer *a)
{
    char date[DATE_ISO_SIZE];
    const char *state = report_state_words(a->state);
    screen_text(out, UI_TITLE, "", a->code);
    asked(out, a->question, state[0] == '\0' ? a->answer : state, a->clinic_question,
          state[0] == '\0' ? a->clinic_answer : "");
    if (state[0] != '\0' && a->answer[0] != '\0' && strcmp(a->answer, state) != 0) {
        field(out, tr("As shown"), a->answer);
    }
    if (a->source == SOURCE_AGAIN) {
        screen_textf(out, UI_TEXT, tr("Asked again"), tr("%s, answered by %s, entered by %s"),
                     date_format_iso(a->on, date), a->given_by, a->by);
    } else if (a->source == SOURCE_CARRIED) {
        screen_textf(out, UI_NOTICE, tr("Carried"),
                     a->to_check ? tr("from %s, not checked yet") : tr("from %s, checked"),
                     date_format_iso(a->on, date));
    }
    struct buf how = BUF_INIT;
    report_how(&how, a->given_by, a->by);
    if (a->source == SOURCE_PATIENT && how.len > 0) {
        screen_text(out, UI_NOTICE, tr("Mark"), buf_str(&how));
    }
    buf_wipe(&how);
    if (a->ask_alone) {
        screen_text(out, UI_NOTICE, tr("Mark"), tr("ask again alone"));
    }
    if (a->fast) {
        screen_text(out, UI_NOTICE, tr("Mark"), tr("answered in under a second: was it read?"));
    }
    if (a->fresh) {
        screen_text(out, UI_TEXT, tr("Fresh"), tr("must be answered on the day of the visit"));
    }
    screen_textf(out, UI_QUIET, tr("Time"), tr("%.1f seconds on the page"), (double)a->ms / 1000);
}

void words_item(struct screen_texts *out, const struct encounter *e, const struct encounter_item *item)
{
    char date[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    screen_textf(out, UI_TITLE, "", "%s %s", item->id, item->text);
    if (item->by[0] != '\0') {
        screen_textf(out, UI_STRONG, tr("Ticked"), "%s (%s, %s, %s)",
                     item->done ? tr("done") : tr("not done"), item->initials, item->by,
                     clock_format_minute(item->at_s, when));
    }
    field(out, tr("From"), date_format_iso(item->from, date));
    field(out, tr("At the latest"), date_format_iso(item->least, date));
    field(out, tr("Until"), date_format_iso(item->until, date));
    field(out, tr("When"), item->when_text);
    if (item->passed) {
        screen_text(out, UI_NOTICE, tr("Check"),
                    tr("for the patient, but its first day has passed: check today"));
    }
    if (item->sensitive) {
        field(out, tr("Private"), tr("only in the hand-out after the decision"));
    }
    values(out, item->field, item->nfields);
    field(out, tr("Why"), item->reason);
    for (size_t i = 0; i < item->nadded_by; i++) {
        for (size_t f = 0; f < e->nflags; f++) {
            if (strcmp(e->flag[f].id, item->added_by[i]) == 0) {
                screen_textf(out, UI_TEXT, i == 0 ? tr("Because of") : " ", "%s: %s", e->flag[f].id,
                             e->flag[f].title);
            }
        }
    }
    for (size_t i = 0; i < item->nsources; i++) {
        screen_text(out, UI_TEXT, i == 0 ? tr("Sources") : " ", item->source[i]);
    }
}

void words_note(struct screen_texts *out, const struct encounter *e, const struct encounter_note *note)
{
    char when[CLOCK_MINUTE_SIZE];
    uint32_t of = note->of != 0 ? note->of : note->rev;
    for (size_t i = 0; i < e->nnotes; i++) {
        const struct encounter_note *n = &e->note[i];
        if (n->rev == of || n->of == of) {
            screen_textf(out, UI_QUIET, "", n->of == 0 ? tr("%s, %s:") : tr("Amended by %s, %s:"), n->by,
                         clock_format_minute(n->at_s, when));
            screen_text(out, UI_TEXT, "", n->text);
        }
    }
}

/* What an event says, as far as it is texts: enough for the history; lists of answers are left out. */
static void entry_fields(struct screen_texts *out, const json_t *event)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)event, key, value)
    {
        if (json_is_string(value) && json_string_length(value) > 0 && strcmp(key, "kind") != 0) {
            screen_text(out, UI_TEXT, key, json_string_value(value));
        } else if (json_is_array(value) && strcmp(key, "flags") == 0) {
            for (size_t i = 0; i < json_array_size(value); i++) {
                const json_t *flag = json_array_get(value, i);
                const char *id = json_string_value(json_object_get(flag, "id"));
                const char *to = json_string_value(json_object_get(flag, "outcome"));
                const char *was = json_string_value(json_object_get(flag, "was"));
                screen_textf(out, UI_TEXT, i == 0 ? key : " ", "%s: %s, %s %s", id == NULL ? "" : id,
                             to == NULL ? "" : to, tr("was"), was == NULL ? "" : was);
            }
        } else if (json_is_array(value) && strcmp(key, "fields") == 0) {
            for (size_t i = 0; i < json_array_size(value); i++) {
                const json_t *one = json_array_get(value, i);
                const char *name = json_string_value(json_object_get(one, "name"));
                const char *text = json_string_value(json_object_get(one, "value"));
                screen_textf(out, UI_TEXT, i == 0 ? key : " ", "%s: %s", name == NULL ? "" : name,
                             text == NULL ? "" : text);
            }
        } else if (json_is_boolean(value)) {
            screen_text(out, UI_TEXT, key, json_is_true(value) ? tr("Yes") : tr("No"));
        }
    }
}

void words_entry(struct screen_texts *out, const struct encounter_entry *entry)
{
    char when[CLOCK_MINUTE_SIZE];
    screen_textf(out, UI_TITLE, "", "%u. %s, %s: %s", (unsigned)entry->rev,
                 clock_format_minute(entry->at_s, when), entry->by, report_event_words(entry->kind));
    if (entry->broken) {
        screen_text(out, UI_ERROR, "", tr("This entry is damaged: it is kept, and counts for nothing."));
    } else if (entry->event != NULL) {
        entry_fields(out, entry->event);
    }
}

/* --- What is new since another intake --- */

static const struct encounter_answer *answer_of(const struct encounter *e, const char *id)
{
    for (size_t i = 0; i < e->nanswers; i++) {
        if (strcmp(e->answer[i].id, id) == 0) {
            return &e->answer[i];
        }
    }
    return NULL;
}

static const char *said(const struct encounter_answer *a)
{
    if (a == NULL) {
        return tr("not asked");
    }
    const char *state = report_state_words(a->state);
    return state[0] != '\0' ? state : a->clinic_answer[0] != '\0' ? a->clinic_answer : a->answer;
}

/* Is this entry of a list, as it is written, in the other list too? */
static bool in_list(const char *list, const char *entry, size_t len)
{
    char *wanted = mem_strndup(entry, len), *folded = text_fold_words(wanted);
    bool found = folded[0] == '\0';
    for (const char *at = list; !found && *at != '\0';) {
        size_t n = strcspn(at, "\n,;");
        char *one = mem_strndup(at, n), *other = text_fold_words(one);
        found = strcmp(folded, other) == 0;
        mem_wipe_free(one);
        mem_wipe_free(other);
        at += n + (at[n] != '\0');
    }
    mem_wipe_free(wanted);
    mem_wipe_free(folded);
    return found;
}

/* Appends the entries of one list that are not in another. */
static void add_new(struct buf *out, const char *now, const char *before)
{
    for (const char *at = now; *at != '\0';) {
        size_t n = strcspn(at, "\n,;");
        size_t skip = strspn(at, " ");
        skip = skip < n ? skip : n;
        if (!in_list(before, at, n)) {
            buf_adds(out, out->len > 0 ? ", " : "");
            buf_add(out, at + skip, n - skip);
        }
        at += n + (at[n] != '\0');
    }
}

/* Are both several entries, as typed? A choice's own words may hold a comma. */
static bool are_lists(const struct encounter *e, const struct encounter_answer *now,
                      const struct encounter_answer *before)
{
    const json_t *list = json_object_get(e->body, "answers");
    if (before == NULL || report_state_words(now->state)[0] != '\0' ||
        report_state_words(before->state)[0] != '\0') {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *answer = json_array_get(list, i);
        const char *own = json_string_value(json_object_get(answer, "id"));
        const char *type = json_string_value(json_object_get(answer, "type"));
        if (own != NULL && type != NULL && strcmp(own, now->id) == 0) {
            return strcmp(type, "text") == 0;
        }
    }
    return false;
}

static void differs(struct screen_texts *out, const char *code, const char *question, const char *before,
                    const char *now, bool lists)
{
    struct buf added = BUF_INIT, gone = BUF_INIT;
    add_new(&added, now, before);
    add_new(&gone, before, now);
    if (lists && added.len > 0) {
        screen_textf(out, UI_STRONG, code, tr("new: %s"), buf_str(&added));
    }
    if (lists && gone.len > 0) {
        screen_textf(out, UI_TEXT, added.len > 0 ? " " : code, tr("gone: %s"), buf_str(&gone));
    }
    if (!lists) {
        screen_textf(out, UI_STRONG, code, tr("was %s, now %s"), before, now);
    }
    screen_text(out, UI_QUIET, " ", question);
    buf_wipe(&added);
    buf_wipe(&gone);
}

void words_difference(struct screen_texts *out, const struct encounter *before, const struct encounter *now)
{
    char since[DATE_ISO_SIZE];
    size_t n = 0;
    if (date_is_full(before->asked_on) && date_is_full(now->asked_on) &&
        date_compare(before->asked_on, now->asked_on) > 0) {
        const struct encounter *swap = before;
        before = now;
        now = swap;
    }
    screen_textf(out, UI_TITLE, "", tr("Since %s"), date_format_iso(before->asked_on, since));
    for (size_t i = 0; i < now->nanswers; i++) {
        const struct encounter_answer *a = &now->answer[i], *b = answer_of(before, a->id);
        if (strcmp(said(a), said(b)) != 0) {
            differs(out, a->code, a->clinic_question[0] != '\0' ? a->clinic_question : a->question, said(b),
                    said(a), are_lists(now, a, b));
            n++;
        }
    }
    for (size_t i = 0; i < before->nanswers; i++) {
        const struct encounter_answer *b = &before->answer[i];
        if (answer_of(now, b->id) == NULL) {
            screen_textf(out, UI_TEXT, b->code, tr("no longer asked; was %s"), said(b));
            n++;
        }
    }
    if (n == 0) {
        screen_text(out, UI_TEXT, "", tr("All answers are the same."));
    }
}

static void add_part(struct buf *out, const struct encounter_answer *now, const char *was, bool list)
{
    struct buf added = BUF_INIT;
    const char *is = said(now);
    buf_adds(out, out->len == 0 ? ": " : "; ");
    add_new(&added, is, was);
    if (added.len > 0 && list) {
        buf_addf(out, tr("%s new: %s"), now->code, buf_str(&added));
    } else {
        buf_addf(out, tr("%s now %s, was %s"), now->code, is, was);
    }
    buf_wipe(&added);
}

char *words_since(const struct encounter *before, const struct encounter *now)
{
    struct buf out = BUF_INIT, parts = BUF_INIT;
    char date[DATE_ISO_SIZE];
    size_t n = 0;
    buf_addf(&out, tr("LAST VISIT %s (%s"), date_format_iso(before->asked_on, date),
             before->has_class ? paint_outcome(before->class) : tr("no result"));
    if (before->decision != DECISION_NONE) {
        buf_addf(&out, ", %s", session_decision(before->decision));
    }
    buf_adds(&out, "). ");
    for (size_t i = 0; i < now->nanswers; i++) {
        const struct encounter_answer *a = &now->answer[i], *b = answer_of(before, a->id);
        if (strcmp(said(a), said(b)) != 0) {
            add_part(&parts, a, said(b), are_lists(now, a, b));
            n++;
        }
    }
    if (n == 0) {
        buf_adds(&out, tr("The answers are the same."));
    } else {
        buf_addf(&out, tr_n("%zu answer changed (6)", "%zu answers changed (6)", n), n);
        buf_adds(&out, buf_str(&parts));
    }
    buf_wipe(&parts);
    return buf_steal(&out);
}
