/* handout_summary.c: the practitioner's summary. Fifteen lines at most: who, when, result, decision, each
 * flag above PRECAUTION, what was done and recorded, the next session. Where there is more, a line says so.
 */
#include <string.h>

#include "clock.h"
#include "handout_internal.h"
#include "report.h"
#include "text.h"
#include "tr.h"

enum {
    DONE_LINES = 2,
    RECORDED_LINES = 3,
    LAST_LINES = 1, /* the next session */
    INDENT = 2,
    SHORT = 8, /* hex digits of the intake's number */
};

struct lines {
    struct buf line[HANDOUT_LINES];
    size_t n;
};

/* One line, cut to its columns; what is cut is in the record. */
static void put(struct lines *lines, const struct buf *text)
{
    struct buf flat = BUF_INIT, clean = BUF_INIT;
    if (lines->n == HANDOUT_LINES) {
        return;
    }
    buf_adds(&flat, buf_str(text));
    for (size_t i = 0; i < flat.len; i++) {
        if (flat.data[i] == '\n' || flat.data[i] == '\t') {
            flat.data[i] = ' ';
        }
    }
    text_sanitise(&clean, buf_str(&flat), flat.len, false);
    struct buf *out = &lines->line[lines->n++];
    bool cut = text_width(buf_str(&clean)) > HANDOUT_COLUMNS;
    buf_add(out, buf_str(&clean), text_fit(buf_str(&clean), HANDOUT_COLUMNS - cut));
    buf_adds(out, cut ? "\u2026" : "");
    buf_wipe(&flat);
    buf_wipe(&clean);
}

/* A text in up to `max` lines. A batch number must not be cut: what does not fit is named as missing. */
static void put_wrapped(struct lines *lines, const struct buf *text, size_t max)
{
    struct text_lines at = { 0 };
    struct buf clean = BUF_INIT, line = BUF_INIT;
    text_sanitise(&clean, buf_str(text), text->len, false);
    text_wrap(buf_str(&clean), HANDOUT_COLUMNS - INDENT - 1, &at);
    for (size_t i = 0; i < at.n && i < max; i++) {
        buf_reset(&line);
        buf_adds(&line, i > 0 ? "  " : "");
        buf_add(&line, buf_str(&clean) + at.line[i].start, at.line[i].len);
        buf_adds(&line, i + 1 == max && at.n > max ? "\u2026" : "");
        put(lines, &line);
    }
    text_lines_done(&at);
    buf_wipe(&clean);
    buf_wipe(&line);
}

static size_t wrapped_lines(const struct buf *text, size_t max)
{
    struct text_lines at = { 0 };
    if (text->len == 0) {
        return 0;
    }
    text_wrap(buf_str(text), HANDOUT_COLUMNS - INDENT - 1, &at);
    size_t n = at.n < max ? at.n : max;
    text_lines_done(&at);
    return n;
}

static void add_time(struct buf *out, int64_t at_s)
{
    char when[CLOCK_MINUTE_SIZE];
    if (at_s > 0) {
        buf_addf(out, ", %s", clock_format_minute(at_s, when));
    }
}

static void who(struct lines *lines, const struct encounter *e, const struct handout_setup *setup)
{
    struct buf line = BUF_INIT;
    char day[DATE_ISO_SIZE];
    buf_addf(&line, "%s ", tr("Foyer intake"));
    for (size_t i = 0; i < SHORT / 2; i++) {
        buf_addf(&line, "%02x", e->uid[i]);
    }
    buf_adds(&line, ": ");
    handout_add(&line, e->form_title);
    if (setup->fact[PLACEHOLDER_CLINIC][0] != '\0') {
        buf_addf(&line, ", %s", setup->fact[PLACEHOLDER_CLINIC]);
    }
    buf_addf(&line, "%s%s", e->demo ? ". " : "", e->demo ? tr("DEMO, not for patients") : "");
    put(lines, &line);
    buf_reset(&line);
    buf_addf(&line, "%s ", tr("Patient:"));
    handout_add(&line, e->name[0] != '\0' ? e->name : tr("no name given"));
    buf_addf(&line, ", %s %s", tr("born"),
             date_is_set(e->birth_date) ? date_format_iso(e->birth_date, day) : tr("unknown"));
    if (date_is_full(e->birth_date) && date_is_full(e->visit_on)) {
        buf_addf(&line, " (%d)", date_years(e->birth_date, e->visit_on));
    }
    put(lines, &line);
    buf_reset(&line);
    buf_addf(&line, "%s %s", tr("Visit:"), date_format_iso(e->visit_on, day));
    buf_addf(&line, ". %s %s", tr("Answered:"), date_format_iso(e->asked_on, day));
    if (e->helper[0] != '\0' || e->relation[0] != '\0') {
        buf_addf(&line, ", %s ", tr("helped by"));
        handout_add(&line, e->helper[0] != '\0' ? e->helper : e->relation);
    }
    buf_adds(&line, e->draft ? ". " : "");
    buf_adds(&line, e->draft ? tr("NOT SIGNED by the patient") : "");
    put(lines, &line);
    buf_wipe(&line);
}

static void add_doubt(struct buf *out, const char *words)
{
    buf_addf(out, "%s%s", out->len > 0 ? "; " : "", words);
}

/* What stands against taking the result as it is: whoever reads it in the clinic's own record sees no more.
 */
static void doubts(struct lines *lines, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    size_t unchecked = 0;
    for (size_t i = 0; i < e->nanswers; i++) {
        unchecked += e->answer[i].to_check;
    }
    if (e->uncertain) {
        add_doubt(&line, tr("NOT ALL OF THIS INTAKE CAN BE READ"));
    }
    if (unchecked > 0) {
        add_doubt(&line, "");
        buf_addf(&line, tr_n("%zu answer NOT CHECKED", "%zu answers NOT CHECKED", unchecked), unchecked);
    }
    if (e->dates_shifted) {
        add_doubt(&line, tr("date rules not worked out for the visit"));
    }
    if (line.len > 0) {
        put(lines, &line);
    }
    buf_wipe(&line);
}

static void result(struct lines *lines, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    char day[DATE_ISO_SIZE];
    buf_addf(&line, "%s ", tr("Result:"));
    if (e->has_class) {
        buf_addf(&line, tr("%s by the program; %s as decided"), outcome_name(e->program_class),
                 outcome_name(e->class));
    } else {
        buf_adds(&line, tr("none"));
    }
    if (date_is_full(e->not_before)) {
        buf_addf(&line, tr("; by the dates not before %s"), date_format_iso(e->not_before, day));
    }
    if (e->open > 0) {
        buf_adds(&line, "; ");
        buf_addf(&line, tr_n("%zu flag undecided", "%zu flags undecided", e->open), e->open);
    }
    put(lines, &line);
    buf_wipe(&line);
}

static void decision(struct lines *lines, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    char day[DATE_ISO_SIZE];
    buf_addf(&line, "%s ", tr("Decision:"));
    if (e->decision == DECISION_NONE) {
        buf_adds(&line, e->reopened ? tr("none; an earlier one fell") : tr("none yet"));
        put(lines, &line);
        buf_wipe(&line);
        return;
    }
    buf_adds(&line, handout_decision_words(e->decision));
    if (date_is_full(e->postponed_to)) {
        buf_addf(&line, ", %s %s", tr("until"), date_format_iso(e->postponed_to, day));
    }
    if (e->signed_text[0] != '\0') {
        buf_adds(&line, ". ");
        handout_add(&line, e->signed_text);
    }
    put(lines, &line);
    buf_reset(&line);
    buf_addf(&line, "%s ", tr("Signed:"));
    handout_add(&line, e->signed_name);
    buf_addf(&line, " (%s)", e->signed_by);
    add_time(&line, e->signed_s);
    put(lines, &line);
    buf_wipe(&line);
}

static void flag_line(struct buf *out, const struct encounter_flag *f)
{
    buf_adds(out, "- ");
    handout_add(out, f->id);
    buf_addf(out, " %s", outcome_name(f->program));
    if (!f->decided) {
        buf_addf(out, " %s", tr("NOT DECIDED"));
    } else if (f->outcome == f->program) {
        buf_addf(out, " %s %s", tr("confirmed by"), f->by);
    } else {
        buf_addf(out, " -> %s %s %s", outcome_name(f->outcome), tr("by"), f->by);
    }
    if (f->decided) {
        buf_adds(out, ": ");
        handout_add(out, f->why[0] != '\0' ? f->why : f->code);
    }
    buf_adds(out, ". ");
    handout_add(out, f->title);
}

static bool is_told(const struct encounter_flag *f)
{
    return f->program > OUTCOME_PRECAUTION;
}

/* Each in its line, as far as they go; the ids of the others in the last. */
static void flags(struct lines *lines, const struct encounter *e, size_t room)
{
    struct buf line = BUF_INIT;
    size_t told = 0, n = 0;
    for (size_t i = 0; i < e->nflags; i++) {
        told += is_told(&e->flag[i]);
    }
    for (size_t i = 0; i < e->nflags; i++) {
        if (!is_told(&e->flag[i])) {
            continue;
        }
        if (told > room && n + 1 >= room) {
            buf_adds(&line, line.len > 0 ? ", " : tr("- And: "));
            handout_add(&line, e->flag[i].id);
            continue;
        }
        n++;
        flag_line(&line, &e->flag[i]);
        put(lines, &line);
        buf_reset(&line);
    }
    if (line.len > 0) {
        put(lines, &line);
    }
    if (told == 0) {
        buf_adds(&line,
                 e->has_class ? tr("No flag above PRECAUTION.") : tr("NOTHING WAS ASSESSED: ask in person."));
        put(lines, &line);
    }
    buf_wipe(&line);
}

static void add_values(struct buf *out, const char *id, const struct encounter_value *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (value[i].value[0] != '\0') {
            buf_adds(out, out->len > 0 ? "; " : "");
            handout_add(out, id);
            buf_adds(out, " ");
            handout_add(out, value[i].name);
            buf_adds(out, " ");
            handout_add(out, value[i].value);
        }
    }
}

static void add_done(struct buf *out, const struct encounter *e)
{
    for (size_t i = 0; i < e->nitems; i++) {
        const struct encounter_item *item = &e->item[i];
        if (item->done) {
            buf_adds(out, out->len > 0 ? ", " : "");
            handout_add(out, item->id);
            buf_adds(out, item->initials[0] != '\0' ? " " : "");
            handout_add(out, item->initials);
        }
    }
}

static void add_recorded(struct buf *out, const struct encounter *e)
{
    for (size_t i = 0; i < e->nflags; i++) {
        add_values(out, e->flag[i].id, e->flag[i].field, e->flag[i].nfields);
    }
    for (size_t i = 0; i < e->nitems; i++) {
        add_values(out, e->item[i].id, e->item[i].field, e->item[i].nfields);
    }
}

static void labelled(struct buf *out, const char *label, const struct buf *text)
{
    if (text->len > 0) {
        buf_addf(out, "%s ", label);
        buf_adds(out, buf_str(text));
    }
}

static void rest(struct lines *lines, const struct encounter *e)
{
    struct buf list = BUF_INIT, done = BUF_INIT, recorded = BUF_INIT, line = BUF_INIT;
    char day[DATE_ISO_SIZE];
    add_done(&list, e);
    labelled(&done, tr("Done:"), &list);
    buf_reset(&list);
    add_recorded(&list, e);
    labelled(&recorded, tr("Recorded:"), &list);
    size_t below = LAST_LINES + wrapped_lines(&done, DONE_LINES) + wrapped_lines(&recorded, RECORDED_LINES);
    flags(lines, e, HANDOUT_LINES - lines->n - below);
    if (done.len > 0) {
        put_wrapped(lines, &done, DONE_LINES);
    }
    if (recorded.len > 0) {
        put_wrapped(lines, &recorded, RECORDED_LINES);
    }
    struct date next = handout_next_session(e);
    buf_addf(&line, "%s ", tr("Next session:"));
    if (date_is_full(next)) {
        buf_addf(&line, tr("not before %s"), date_format_iso(next, day));
    } else {
        buf_adds(&line, tr("not set"));
    }
    put(lines, &line);
    buf_wipe(&list);
    buf_wipe(&done);
    buf_wipe(&recorded);
    buf_wipe(&line);
}

static void write_print(struct buf *out, const struct lines *lines, const struct encounter *e,
                        const struct handout_setup *setup)
{
    struct print print;
    const struct print_setup page = {
        .title = tr("Summary"),
        .language = setup->language != NULL ? setup->language : "en",
        .head = e->demo ? report_demo() : "",
        .foot = setup->fact[PLACEHOLDER_CLINIC],
        .size = setup->size,
        .points = setup->large ? PRINT_LARGE : PRINT_NORMAL,
    };
    print_start(&print, out, PRINT_STREAM, &page);
    print_title(&print, page.title);
    for (size_t i = 0; i < lines->n; i++) {
        print_text(&print, buf_str(&lines->line[i]));
    }
    print_end(&print);
}

void handout_summary(struct buf *out, enum print_as as, const struct encounter *e,
                     const struct handout_setup *setup)
{
    struct lines lines = { 0 };
    who(&lines, e, setup);
    result(&lines, e);
    doubts(&lines, e);
    decision(&lines, e);
    rest(&lines, e);
    if (as == PRINT_STREAM) {
        write_print(out, &lines, e, setup);
    }
    for (size_t i = 0; i < lines.n; i++) {
        if (as == PRINT_TEXT) {
            buf_addf(out, "%s\n", buf_str(&lines.line[i]));
        }
        buf_wipe(&lines.line[i]);
    }
}
