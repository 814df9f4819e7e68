/* report.c: the parts of the report in their order. How text is laid out is in paper.c. */
#include "report.h"

#include <stdint.h>
#include <string.h>

#include "clock.h"
#include "date.h"
#include "figures.h"
#include "map.h"
#include "paper.h"
#include "report_staff.h"
#include "tr.h"

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static bool is_at(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

const char *report_class_words(const char *class_name)
{
    /* Clinical content, section 2.0: the labels for staff. */
    static const struct {
        const char *name, *words;
    } class[] = {
        { "HOLD", N_("Do not treat today unless the practitioner resolves the flag and writes why.") },
        { "POSTPONE", N_("Too early by a date rule.") },
        { "REVIEW", N_("Practitioner must review before start.") },
        { "PRECAUTION", N_("Proceed with precautions.") },
        { "CLEAR", N_("No issues flagged; the practitioner decides.") },
    };
    for (size_t i = 0; i < sizeof class / sizeof *class; i++) {
        if (strcmp(class_name, class[i].name) == 0) {
            return tr(class[i].words);
        }
    }
    return NULL;
}

const char *report_demo(void)
{
    return tr("DEMO, not for patients: no clinician has signed this form.");
}

/* ---- who
 * --------------------------------------------------------------------------------------------------- */

static void add_time(struct buf *out, const char *label, const json_t *seconds)
{
    char when[CLOCK_MINUTE_SIZE];
    if (json_is_integer(seconds)) {
        buf_addf(out, "%s%s %s", out->len > 0 ? ", " : "", label,
                 clock_format_minute(json_integer_value(seconds), when));
    }
}

static struct date date_at(const json_t *object, const char *key)
{
    struct date date;
    return date_parse_iso(text_at(object, key), &date) ? date : (struct date){ 0 };
}

/* Date rules of one to three days hang on the kiosk's clock. */
static const char *clock_words(uint8_t state)
{
    switch (state) {
    case CLOCK_SYNCED:
        return "";
    case CLOCK_RTC:
        return tr("the kiosk's own, compared with no other: check the dates");
    default:
        return tr("not known to be right: check the dates");
    }
}

static void add_uid(struct buf *out, const uint8_t uid[FRAME_UID])
{
    for (size_t i = 0; i < FRAME_UID; i++) {
        buf_addf(out, "%02x", uid[i]);
    }
}

static void who(struct paper *paper, const struct frame_header *header, const json_t *body,
                const struct encounter *e)
{
    char day[DATE_ISO_SIZE];
    const json_t *patient = json_object_get(body, "patient"), *helper = json_object_get(body, "helper");
    const json_t *times = json_object_get(body, "times"), *form = json_object_get(body, "form");
    struct buf line = BUF_INIT;
    const char *name = e != NULL ? e->name : text_at(patient, "name");
    paper_title(paper, name[0] == '\0' ? tr("No name given") : name);
    struct date born = e != NULL ? e->birth_date : date_at(patient, "birth_date");
    struct date visit = e != NULL ? e->visit_on : date_at(body, "visit_on");
    buf_adds(&line, date_format_iso(born, day));
    if (date_is_full(born) && date_is_full(visit)) {
        buf_addf(&line, " (%d)", date_years(born, visit));
    }
    paper_field(paper, tr("Born"), buf_str(&line));
    paper_field(paper, tr("Phone"), e != NULL ? e->phone : text_at(patient, "phone"));
    paper_field(paper, tr("Asked on"), text_at(body, "asked_on"));
    paper_field(paper, tr("Visit"), date_format_iso(visit, day));
    buf_reset(&line);
    add_time(&line, tr("started"), json_object_get(times, "started"));
    add_time(&line, tr("consented"), json_object_get(times, "consented"));
    add_time(&line, tr("signed"), json_object_get(times, "signed"));
    paper_field(paper, tr("Times"), buf_str(&line));
    paper_field(paper, tr("Clock"), clock_words(header->clock));
    buf_reset(&line);
    buf_adds(&line, text_at(helper, "name"));
    if (text_at(helper, "relation")[0] != '\0') {
        buf_addf(&line, " (%s)", text_at(helper, "relation"));
    }
    paper_field(paper, tr("Helped by"), buf_str(&line));
    buf_reset(&line);
    if (text_at(form, "title")[0] != '\0') {
        buf_addf(&line, tr("%s, version %s, language %s"), text_at(form, "title"), text_at(form, "version"),
                 text_at(body, "language"));
        buf_adds(&line, json_is_true(json_object_get(body, "language_unreviewed"))
                            ? tr(" (its texts await a clinician's review)")
                            : "");
    }
    paper_field(paper, tr("Form"), buf_str(&line));
    buf_reset(&line);
    if (text_at(form, "approved_by")[0] != '\0') {
        buf_addf(&line, tr("%s, from %s to %s"), text_at(form, "approved_by"), text_at(form, "approved_on"),
                 text_at(form, "approved_until"));
    }
    paper_field(paper, tr("Form signed by"), buf_str(&line));
    paper_field(paper, tr("Clinic"), text_at(body, "clinic"));
    buf_reset(&line);
    add_uid(&line, header->uid);
    paper_field(paper, tr("Intake"), buf_str(&line));
    buf_wipe(&line);
}

/* ---- result and flags
 * -------------------------------------------------------------------------------------- */

static void result(struct paper *paper, const json_t *body, const json_t *assessment,
                   const struct encounter *e)
{
    struct buf line = BUF_INIT;
    if (!json_is_object(assessment)) {
        paper_heading(paper, tr("Result: none"));
        paper_text(paper, tr("The patient did not finish. Nothing has been assessed: ask in person."));
        return;
    }
    const char *class = text_at(assessment, "class");
    const char *words = report_class_words(class);
    buf_addf(&line, tr("Result: %s"), class);
    paper_heading(paper, buf_str(&line));
    buf_reset(&line);
    buf_adds(&line,
             words == NULL ? tr("This program does not know that result. Review every answer.") : words);
    if (text_at(assessment, "not_before")[0] != '\0') {
        buf_addf(&line, " %s ", tr("Not before"));
        buf_addf(&line, "%s.", text_at(assessment, "not_before"));
    }
    paper_text(paper, buf_str(&line));
    /* An ISO date is in the order of the calendar. */
    if (e != NULL ? e->prescreen : strcmp(text_at(body, "visit_on"), text_at(body, "asked_on")) > 0) {
        paper_text(
            paper,
            tr("PRE-SCREEN: asked before the day of the visit. Skin, illness, alcohol, sun, hair, medicines, "
               "pregnancy, cold sores and numbing cream must be asked again on the day."));
    }
    buf_done(&line);
}

/* A list of strings as "a; b; c". */
static void join(struct buf *out, const json_t *list, const char *between)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        buf_adds(out, out->len > 0 && text != NULL ? between : "");
        buf_adds(out, text == NULL ? "" : text);
    }
}

static void joined_field(struct paper *paper, const char *label, const json_t *list, const char *between)
{
    struct buf line = BUF_INIT;
    join(&line, list, between);
    paper_field(paper, label, buf_str(&line));
    buf_done(&line);
}

static void flag(struct paper *paper, size_t number, const json_t *flag, const struct encounter *e)
{
    const struct encounter_flag *now = report_staff_flag(e, text_at(flag, "id"));
    struct buf line = BUF_INIT;
    const char *title = text_at(flag, "title");
    struct buf words = BUF_INIT;
    buf_addf(&line, "%zu. %s", number, text_at(flag, "outcome"));
    buf_addf(&words, "%s%s", title[0] == '\0' ? text_at(flag, "id") : title,
             is_at(flag, "alert") ? tr(" (alert)") : "");
    paper_gap(paper);
    paper_entry(paper, buf_str(&line), buf_str(&words));
    buf_done(&words);
    paper_indent(paper, 3);
    if (now != NULL) {
        report_staff_decided(paper, now);
    }
    buf_reset(&line);
    if (text_at(flag, "code")[0] != '\0') {
        buf_addf(&line, "%s: ", text_at(flag, "code"));
    }
    buf_adds(&line, text_at(flag, "answer"));
    paper_field(paper, tr("Answer"), buf_str(&line));
    paper_field(paper, tr("Comparison"), text_at(flag, "comparison"));
    paper_field(paper, tr("Not before"), text_at(flag, "until"));
    paper_field(paper, tr("Reason"), text_at(flag, "reason"));
    paper_field(paper, tr("Strength"), text_at(flag, "strength"));
    joined_field(paper, tr("Sources"), json_object_get(flag, "source_titles"), "; ");
    joined_field(paper, tr("Adds"), json_object_get(flag, "items"), ", ");
    if (is_at(flag, "from_device_list")) {
        paper_field(paper, tr("Device"), tr("raised to HOLD by the clinic's device list"));
    }
    const json_t *fields = json_object_get(flag, "fields");
    if (now != NULL) {
        report_staff_values(paper, now->field, now->nfields);
        fields = NULL;
    }
    for (size_t i = 0; i < json_array_size(fields); i++) {
        buf_reset(&line);
        buf_addf(&line, "%s: ______________",
                 json_is_string(json_array_get(fields, i)) ? json_string_value(json_array_get(fields, i))
                                                           : "");
        paper_field(paper, i == 0 ? tr("Fill in") : " ", buf_str(&line));
    }
    buf_reset(&line);
    buf_addf(&line, "%s", text_at(flag, "id"));
    paper_field(paper, tr("Flag"), buf_str(&line));
    paper_indent(paper, 0);
    buf_wipe(&line);
}

static void flags(struct paper *paper, const json_t *list, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    size_t n = json_array_size(list);
    if (n == 0) {
        return;
    }
    buf_addf(&line, tr_n("%zu flag, worst first", "%zu flags, worst first", n), n);
    paper_heading(paper, buf_str(&line));
    for (size_t i = 0; i < n; i++) {
        flag(paper, i + 1, json_array_get(list, i), e);
    }
    buf_done(&line);
}

/* ---- answers
 * ----------------------------------------------------------------------------------------------- */

const char *report_state_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } known[] = {
        { "given", "" },
        { "unsure", N_("Not sure") },
        { "private", N_("Asked to tell in private") },
        { "skipped", N_("Skipped") },
        { "not_reached", N_("Not reached") },
        { "not_asked", N_("Not asked: to be carried over from the last visit") },
        { "invalid", N_("Not a valid answer") },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(state, known[i].state) == 0) {
            return known[i].words[0] == '\0' ? "" : tr(known[i].words);
        }
    }
    return tr("No answer");
}

static void add_mark(struct buf *marks, bool set, const char *words)
{
    if (set) {
        buf_addf(marks, "%s%s", marks->len > 0 ? "; " : "", words);
    }
}

void report_how(struct buf *out, const char *given_by, const char *entered_by)
{
    static const struct {
        const char *given_by, *words;
    } known[] = {
        { "helper", N_("answered by the helper") },
        { "phone", N_("answered by phone") },
        { "paper", N_("from a paper form") },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        add_mark(out, strcmp(given_by, known[i].given_by) == 0, tr(known[i].words));
    }
    if (entered_by[0] != '\0') {
        buf_adds(out, out->len > 0 ? "; " : "");
        buf_addf(out, tr("entered by %s"), entered_by);
    }
}

/* In letters that any printer and terminal has, and each of which is one column wide. */
static void figures(struct paper *paper, const struct form *form, const json_t *answer)
{
    struct buf lines = BUF_INIT;
    figures_lines(&lines, form, text_at(answer, "id"), json_object_get(answer, "value"), false);
    if (lines.len > 0) {
        paper_indent(paper, paper->columns < PAPER_ITEM + MAP_COLUMNS ? 0 : PAPER_ITEM);
        paper_gap(paper);
        paper_drawn(paper, buf_str(&lines));
        paper_gap(paper);
    }
    buf_wipe(&lines);
}

static void answer(struct paper *paper, const json_t *answer, const struct encounter *e,
                   const struct form *form)
{
    struct buf marks = BUF_INIT;
    const char *question = text_at(answer, "clinic_question"), *words = text_at(answer, "clinic_answer");
    const char *state = report_state_words(text_at(answer, "state"));
    if (question[0] == '\0') {
        question = text_at(answer, "question");
    }
    if (words[0] == '\0') {
        words = text_at(answer, "answer");
    }
    paper_item(paper, text_at(answer, "code"), question);
    paper_indent(paper, PAPER_ITEM);
    if (state[0] == '\0') {
        state = words[0] != '\0' ? words : report_state_words("");
    }
    paper_text(paper, state);
    const char *given_by = text_at(answer, "given_by");
    report_how(&marks, given_by[0] != '\0' ? given_by : text_at(answer, "by"), text_at(answer, "entered_by"));
    add_mark(&marks, is_at(answer, "ask_alone"), tr("ask again alone"));
    report_staff_source(&marks, e, text_at(answer, "id"));
    add_mark(&marks, is_at(answer, "fast"), tr("answered in under a second"));
    if (marks.len > 0) {
        struct buf line = BUF_INIT;
        buf_addf(&line, "(%s)", buf_str(&marks));
        paper_text(paper, buf_str(&line));
        buf_done(&line);
    }
    figures(paper, form, answer);
    paper_indent(paper, 0);
    buf_done(&marks);
}

static void answers(struct paper *paper, const json_t *list, const struct encounter *e,
                    const struct form *form)
{
    const char *section = "";
    if (json_array_size(list) == 0) {
        return;
    }
    paper_heading(paper, tr("Answers as asked"));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *title = text_at(entry, "section_title");
        if (strcmp(title, section) != 0) {
            paper_gap(paper);
            paper_text(paper, title);
            section = title;
        }
        answer(paper, entry, e, form);
    }
}

const char *report_since_words(const char *answer)
{
    static const struct {
        const char *answer, *words;
    } known[] = {
        { "no", N_("No") },           { "yes", N_("Yes") },         { "unsure", N_("Not sure") },
        { "private", N_("Private") }, { "skipped", N_("Skipped") },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(answer, known[i].answer) == 0) {
            return tr(known[i].words);
        }
    }
    return tr("No answer");
}

/* Who came back with a slip: what stands for the questions that were not asked. */
static void returning(struct paper *paper, const json_t *returning)
{
    const json_t *list = json_object_get(returning, "since");
    if (!json_is_object(returning)) {
        return;
    }
    paper_heading(paper, tr("Since the last visit"));
    struct buf line = BUF_INIT;
    buf_addf(&line, tr("Came with slip %s."), text_at(returning, "slip"));
    paper_text(paper, buf_str(&line));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        paper_item(paper, "", text_at(entry, "text"));
        paper_indent(paper, PAPER_ITEM);
        paper_text(paper, report_since_words(text_at(entry, "answer")));
        paper_indent(paper, 0);
    }
    buf_done(&line);
}

/* ---- checklists
 * -------------------------------------------------------------------------------------------- */

static void add_sentence(struct buf *out, const char *words, const char *value)
{
    if (value[0] != '\0') {
        buf_addf(out, "%s%s %s", out->len > 0 ? ", " : "", words, value);
    }
}

/* The numbers under which an item's flags stand in the report. */
static void add_flags(struct buf *out, const json_t *added_by, const json_t *flags)
{
    struct buf numbers = BUF_INIT;
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(added_by); i++) {
        const char *id = json_string_value(json_array_get(added_by, i));
        for (size_t f = 0; id != NULL && f < json_array_size(flags); f++) {
            if (strcmp(text_at(json_array_get(flags, f), "id"), id) == 0) {
                buf_addf(&numbers, "%s%zu", n++ > 0 ? ", " : " ", f + 1);
            }
        }
    }
    if (n > 0) {
        buf_addf(out, "%s%s%s", out->len > 0 ? "; " : "", tr_n("for flag", "for flags", n),
                 buf_str(&numbers));
    }
    buf_done(&numbers);
}

static void item(struct paper *paper, const json_t *item, const json_t *flags, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    char day[DATE_ISO_SIZE];
    const struct encounter_item *now = report_staff_item(e, text_at(item, "id"));
    struct date from = now != NULL ? now->from : date_at(item, "from");
    struct date least = now != NULL ? now->least : date_at(item, "least");
    struct date until = now != NULL ? now->until : date_at(item, "until");
    buf_addf(&line, now != NULL && now->done ? "[x] %s" : "[ ] %s", text_at(item, "id"));
    paper_item(paper, buf_str(&line), text_at(item, "text"));
    buf_reset(&line);
    if (date_equal(from, until)) {
        add_sentence(&line, tr("on"), date_format_iso(from, day));
    } else {
        add_sentence(&line, tr("from"), date_format_iso(from, day));
        add_sentence(&line, tr("at the latest from"), date_format_iso(least, day));
        add_sentence(&line, tr("until"), date_format_iso(until, day));
    }
    add_sentence(&line, tr("when:"), text_at(item, "when_text"));
    add_flags(&line, json_object_get(item, "added_by"), flags);
    if (is_at(item, "sensitive")) {
        buf_addf(&line, "%s%s", line.len > 0 ? "; " : "",
                 tr("private: only in the hand-out after the decision"));
    }
    if (line.len > 0) {
        paper_indent(paper, PAPER_ITEM);
        paper_text(paper, buf_str(&line));
        paper_indent(paper, 0);
    }
    if (now != NULL) {
        paper_indent(paper, PAPER_ITEM);
        report_staff_done(paper, now);
        paper_indent(paper, 0);
    }
    buf_done(&line);
}

enum which { DUE, PASSED };

static void checklist(struct paper *paper, const char *heading, const json_t *assessment, const char *who_for,
                      enum which which, const struct encounter *e)
{
    const json_t *list = json_object_get(assessment, "items");
    bool begun = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const struct encounter_item *now = report_staff_item(e, text_at(entry, "id"));
        bool passed = now != NULL ? now->passed : is_at(entry, "passed");
        if (strcmp(text_at(entry, "for"), who_for) != 0 || passed != (which == PASSED)) {
            continue;
        }
        if (!begun) {
            paper_heading(paper, heading);
        }
        begun = true;
        item(paper, entry, json_object_get(assessment, "flags"), e);
    }
}

/* What the patient should have begun before today is for staff to ask about. */
static void checklists(struct paper *paper, const json_t *assessment, const struct encounter *e)
{
    checklist(paper, tr("Check today: for the patient, but its first day has passed"), assessment, "patient",
              PASSED, e);
    checklist(paper, tr("Staff's checklist"), assessment, "staff", PASSED, e);
    checklist(paper, tr("Staff's checklist"), assessment, "staff", DUE, e);
    checklist(paper, tr("Patient's checklist"), assessment, "patient", DUE, e);
    checklist(paper, tr("Aftercare"), assessment, "aftercare", DUE, e);
    checklist(paper, tr("When to call"), assessment, "call", DUE, e);
}

static void signature(struct paper *paper, const json_t *attestation)
{
    if (json_is_object(attestation)) {
        paper_heading(paper, tr("Signed"));
        paper_text(paper, text_at(attestation, "text"));
        paper_field(paper, tr("Signature"), text_at(attestation, "signature"));
        if (is_at(attestation, "signed_by_helper")) {
            paper_field(paper, " ", tr("signed by the helper"));
        }
    }
}

static void start(struct paper *paper, struct buf *out, int columns)
{
    columns = columns < REPORT_MIN_COLUMNS ? REPORT_MIN_COLUMNS : columns;
    paper_start(paper, out, columns > REPORT_MAX_COLUMNS ? REPORT_MAX_COLUMNS : columns);
}

void report_result(struct buf *out, const json_t *body, int columns)
{
    struct paper paper;
    const json_t *assessment = json_object_get(body, "assessment");
    start(&paper, out, columns);
    result(&paper, body, assessment, NULL);
    flags(&paper, json_object_get(assessment, "flags"), NULL);
}

void report_intake(struct buf *out, const struct frame_header *header, const json_t *body,
                   const struct encounter *e, const struct form *form, int columns)
{
    struct paper paper;
    const json_t *assessment = e != NULL ? e->assessment : json_object_get(body, "assessment");
    json_t *list = e != NULL ? encounter_answers(e) : json_incref(json_object_get(body, "answers"));
    start(&paper, out, columns);
    if (is_at(body, "demo")) {
        paper_text(&paper, report_demo());
        paper_gap(&paper);
    }
    who(&paper, header, body, e);
    if (e != NULL) {
        report_staff_state(&paper, e);
    }
    result(&paper, body, assessment, e);
    flags(&paper, json_object_get(assessment, "flags"), e);
    returning(&paper, json_object_get(body, "returning"));
    answers(&paper, list, e, form);
    checklists(&paper, assessment, e);
    signature(&paper, json_object_get(body, "attestation"));
    if (e != NULL) {
        report_staff_log(&paper, e);
    }
    if (is_at(body, "demo")) {
        paper_gap(&paper);
        paper_text(&paper, report_demo());
    }
    json_decref(list);
}
