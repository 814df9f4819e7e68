/* report_staff.c: what staff added to an intake, in the report. */
#include "report_staff.h"

#include <string.h>

#include "clock.h"
#include "handout.h"
#include "report.h"
#include "tr.h"

const char *report_event_words(enum event_kind kind)
{
    switch (kind) {
    case EVENT_FLAGS:
        return tr("decided a flag");
    case EVENT_OVERALL:
        return tr("signed a decision");
    case EVENT_ITEM:
        return tr("ticked or filled in an item");
    case EVENT_FIELD:
        return tr("filled in a field");
    case EVENT_NOTE:
        return tr("wrote a note");
    case EVENT_AMEND:
        return tr("amended a note");
    case EVENT_VISIT:
        return tr("set the visit");
    case EVENT_OWNER:
        return tr("took the intake, or let it go");
    case EVENT_LINK:
        return tr("linked another intake, or undid it");
    case EVENT_ANSWERS:
        return tr("entered answers");
    case EVENT_CHECKED:
        return tr("checked carried answers");
    case EVENT_HANDOUT:
        return tr("gave a hand-out");
    case EVENT_CORRECT:
        return tr("corrected name, birth date or phone");
    case EVENT_RESTRICT:
        return tr("restricted the intake, or freed it");
    default:
        return tr("something of a newer version");
    }
}

void report_event(struct buf *out, enum event_kind kind, const json_t *event)
{
    static const char *const keys[] = { "id", "flag", "what", "visit_on", "decision", "source" };
    struct buf detail = BUF_INIT;
    const json_t *flags = json_object_get(event, "flags"), *questions = json_object_get(event, "questions");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = json_string_value(json_object_get(event, keys[i]));
        buf_addf(&detail, "%s%s", detail.len > 0 && text != NULL ? ", " : "", text != NULL ? text : "");
    }
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(flags, i), "id"));
        buf_addf(&detail, "%s%s", detail.len > 0 && id != NULL ? ", " : "", id != NULL ? id : "");
    }
    for (size_t i = 0; i < json_array_size(questions); i++) {
        const char *id = json_string_value(json_array_get(questions, i));
        buf_addf(&detail, "%s%s", detail.len > 0 && id != NULL ? ", " : "", id != NULL ? id : "");
    }
    buf_adds(out, report_event_words(kind));
    if (detail.len > 0) {
        buf_addf(out, " (%s)", buf_str(&detail));
    }
    buf_wipe(&detail);
}

const struct encounter_flag *report_staff_flag(const struct encounter *e, const char *id)
{
    for (size_t i = 0; e != NULL && i < e->nflags; i++) {
        if (strcmp(e->flag[i].id, id) == 0) {
            return &e->flag[i];
        }
    }
    return NULL;
}

const struct encounter_item *report_staff_item(const struct encounter *e, const char *id)
{
    for (size_t i = 0; e != NULL && i < e->nitems; i++) {
        if (strcmp(e->item[i].id, id) == 0) {
            return &e->item[i];
        }
    }
    return NULL;
}

static void add_by(struct buf *out, const char *by, int64_t at_s)
{
    char when[CLOCK_MINUTE_SIZE];
    buf_addf(out, " (%s, %s)", by, clock_format_minute(at_s, when));
}

void report_staff_decided(struct paper *paper, const struct encounter_flag *flag)
{
    struct buf line = BUF_INIT;
    if (flag->decided) {
        buf_addf(&line, "%s: %s",
                 flag->outcome < flag->program ? outcome_name(flag->outcome) : tr("confirmed"), flag->why);
        add_by(&line, flag->by, flag->at_s);
    } else if (flag->program > OUTCOME_PRECAUTION) {
        buf_adds(&line, tr("not yet"));
    }
    paper_field(paper, tr("Decided"), buf_str(&line));
    buf_wipe(&line);
}

void report_staff_values(struct paper *paper, const struct encounter_value *value, size_t n)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        buf_reset(&line);
        buf_addf(&line, "%s: %s", value[i].name,
                 value[i].value[0] != '\0' ? value[i].value : "______________");
        if (value[i].value[0] != '\0') {
            add_by(&line, value[i].by, value[i].at_s);
        }
        paper_field(paper, i == 0 ? tr("Fill in") : " ", buf_str(&line));
    }
    buf_wipe(&line);
}

void report_staff_done(struct paper *paper, const struct encounter_item *item)
{
    struct buf line = BUF_INIT;
    if (item->by[0] != '\0') {
        buf_addf(&line, "%s %s", item->done ? tr("done") : tr("not done"), item->initials);
        add_by(&line, item->by, item->at_s);
        buf_addf(&line, "%s%s", item->reason[0] != '\0' ? ": " : "", item->reason);
        paper_text(paper, buf_str(&line));
    }
    report_staff_values(paper, item->field, item->nfields);
    buf_wipe(&line);
}

void report_staff_source(struct buf *out, const struct encounter *e, const char *question)
{
    char date[DATE_ISO_SIZE];
    for (size_t i = 0; e != NULL && i < e->nanswers; i++) {
        const struct encounter_answer *a = &e->answer[i];
        if (a->source == SOURCE_PATIENT || strcmp(a->id, question) != 0) {
            continue;
        }
        buf_adds(out, out->len > 0 ? "; " : "");
        if (a->source == SOURCE_CARRIED) {
            buf_addf(out,
                     a->to_check ? tr("carried from %s, not checked yet") : tr("carried from %s, checked"),
                     date_format_iso(a->on, date));
        } else {
            buf_addf(out, tr("asked again on %s by %s"), date_format_iso(a->on, date), a->by);
        }
    }
}

static void add_class(struct paper *paper, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    if (e->has_class) {
        buf_addf(&line, tr("Program: %s. As decided: %s"), outcome_name(e->program_class),
                 outcome_name(e->class));
        if (e->open > 0) {
            buf_addf(&line, tr_n(" (%zu flag to decide)", " (%zu flags to decide)", e->open), e->open);
        }
        paper_text(paper, buf_str(&line));
    }
    buf_done(&line);
}

static void add_decision(struct paper *paper, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    char date[DATE_ISO_SIZE];
    if (e->decision == DECISION_NONE) {
        buf_adds(&line, e->reopened ? tr("none: something changed after one was signed, and it fell")
                                    : tr("none yet"));
    } else {
        buf_adds(&line, handout_decision_words(e->decision));
        if (date_is_full(e->postponed_to)) {
            buf_addf(&line, ", %s %s", tr("until"), date_format_iso(e->postponed_to, date));
        }
    }
    paper_field(paper, tr("Decision"), buf_str(&line));
    if (e->decision != DECISION_NONE) {
        buf_reset(&line);
        buf_adds(&line, e->signed_name);
        add_by(&line, e->signed_by, e->signed_s);
        paper_field(paper, tr("Signed by"), buf_str(&line));
        paper_field(paper, tr("Remark"), e->signed_text);
    }
    buf_wipe(&line);
}

static void add_links(struct paper *paper, const struct encounter *e)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < e->nlinks; i++) {
        buf_reset(&line);
        for (size_t k = 0; k < 4; k++) {
            buf_addf(&line, "%02x", e->link[i].uid[k]);
        }
        add_by(&line, e->link[i].by, e->link[i].at_s);
        paper_field(paper, i == 0 ? tr("Also theirs") : " ", buf_str(&line));
    }
    buf_wipe(&line);
}

void report_staff_state(struct paper *paper, const struct encounter *e)
{
    size_t unchecked = 0;
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < e->nanswers; i++) {
        unchecked += e->answer[i].to_check;
    }
    paper_heading(paper, tr("As it stands"));
    add_class(paper, e);
    add_decision(paper, e);
    paper_field(paper, tr("With"), e->owner);
    add_links(paper, e);
    if (unchecked > 0) {
        buf_addf(&line,
                 tr_n("%zu carried answer is not checked yet", "%zu carried answers are not checked yet",
                      unchecked),
                 unchecked);
        paper_field(paper, tr("To check"), buf_str(&line));
    }
    if (e->dates_shifted) {
        paper_text(paper, tr("The visit was moved, and the date rules were not worked out again."));
    }
    if (e->restricted) {
        paper_field(paper, tr("Restricted"), e->restricted_why[0] != '\0' ? e->restricted_why : tr("yes"));
    }
    if (e->uncertain) {
        paper_text(paper, tr("An entry is missing, damaged or of a newer version: see the log below."));
    }
    buf_done(&line);
}

static void add_note(struct paper *paper, const struct encounter_note *note)
{
    struct buf line = BUF_INIT;
    char when[CLOCK_MINUTE_SIZE];
    buf_addf(&line, note->of == 0 ? tr("%u. %s, %s:") : tr("%u. %s, %s, amends %u:"), (unsigned)note->rev,
             note->by, clock_format_minute(note->at_s, when), (unsigned)note->of);
    paper_gap(paper);
    paper_text(paper, buf_str(&line));
    paper_indent(paper, 3);
    paper_text(paper, note->text);
    paper_indent(paper, 0);
    buf_done(&line);
}

static void add_entry(struct paper *paper, const struct encounter_entry *entry)
{
    struct buf number = BUF_INIT, line = BUF_INIT;
    char when[CLOCK_MINUTE_SIZE];
    buf_addf(&number, "%u.", (unsigned)entry->rev);
    buf_addf(&line, "%s, %s: %s", clock_format_minute(entry->at_s, when), entry->by,
             entry->broken ? tr("damaged: ") : "");
    report_event(&line, entry->kind, entry->event);
    paper_entry(paper, buf_str(&number), buf_str(&line));
    buf_wipe(&number);
    buf_wipe(&line);
}

void report_staff_log(struct paper *paper, const struct encounter *e)
{
    if (e->nnotes > 0) {
        paper_heading(paper, tr("Notes"));
    }
    for (size_t i = 0; i < e->nnotes; i++) {
        add_note(paper, &e->note[i]);
    }
    if (e->nentries > 0) {
        paper_heading(paper, tr("Log"));
    }
    for (size_t i = 0; i < e->nentries; i++) {
        add_entry(paper, &e->entry[i]);
    }
}
