/* handout.c: the patient's two papers. The practitioner's summary is in handout_summary.c. */
#include "handout.h"

#include <string.h>

#include "handout_internal.h"
#include "report.h"
#include "text.h"
#include "month.h"
#include "tr.h"

enum { LONGEST = 4096 /* bytes of one text: a line of foyer-print holds more */ };

const char *handout_name(enum handout_kind kind)
{
    static const char *const name[HANDOUT_KINDS] = {
        [HANDOUT_SUMMARY] = "summary",
        [HANDOUT_PRIVATE] = "private",
        [HANDOUT_AFTERCARE] = "aftercare",
    };
    return name[kind];
}

const char *handout_decision_words(enum decision decision)
{
    switch (decision) {
    case DECISION_GO_AHEAD:
        return tr("Go ahead");
    case DECISION_PRECAUTIONS:
        return tr("Go ahead, with precautions");
    case DECISION_POSTPONE:
        return tr("Postpone");
    case DECISION_DO_NOT_TREAT:
        return tr("Do not treat");
    case DECISION_NEEDS_MORE:
        return tr("Needs more before a decision");
    case DECISION_NONE:
        break;
    }
    return "";
}

static bool treats(const struct encounter *e)
{
    return e->decision == DECISION_GO_AHEAD || e->decision == DECISION_PRECAUTIONS;
}

struct date handout_next_session(const struct encounter *e)
{
    struct date latest = e->postponed_to;
    for (size_t i = 0; treats(e) && i < e->nitems; i++) {
        const struct encounter_item *item = &e->item[i];
        if (item->who == ITEM_AFTERCARE && date_is_full(item->from) && !date_is_full(item->until) &&
            !date_is_full(item->least) && (!date_is_full(latest) || date_compare(item->from, latest) > 0)) {
            latest = item->from;
        }
    }
    return latest;
}

void handout_add(struct buf *out, const char *text)
{
    size_t len = strnlen(text, LONGEST + 1);
    if (len <= LONGEST) {
        buf_add(out, text, len);
        return;
    }
    for (len = LONGEST; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;) {
        len--;
    }
    buf_add(out, text, len);
    buf_adds(out, "\u2026");
}

/* ---- words for a patient
 * ---------------------------------------------------------------------------------- */

/* Nobody takes the month as a word for a day. */
static void add_date(struct buf *out, struct date d)
{
    month_date(out, d, MONTH_WORDS);
}

static void add_when(struct buf *out, const char *words, struct date d)
{
    if (date_is_full(d)) {
        buf_addf(out, "%s%s ", out->len > 0 ? ", " : "", words);
        add_date(out, d);
    }
}

/* In the patient's language, or in the clinic's `own`. */
static const char *text_of(const struct encounter_item *item, bool own)
{
    return own ? item->text : item->patient_text;
}

static const char *when_of(const struct encounter_item *item, bool own)
{
    return own ? item->when_text : item->patient_when;
}

static void item_when(struct buf *out, const struct encounter_item *item, bool own)
{
    if (date_is_full(item->from) && date_is_full(item->until) && date_equal(item->from, item->until)) {
        add_when(out, tr("on"), item->from);
    } else {
        add_when(out, tr("from"), item->from);
        add_when(out, tr("at the latest from"), item->least);
        add_when(out, tr("until"), item->until);
    }
    const char *when = when_of(item, own);
    if (when[0] != '\0') {
        buf_adds(out, out->len > 0 ? ", " : "");
        handout_add(out, when);
    }
}

/* ---- the papers
 * ------------------------------------------------------------------------------------------- */

struct sheet {
    struct print print;
    const struct encounter *e;
    const struct handout_setup *setup;
};

/* What is said where the clinic has not given a fact; the form's own words are not in the record. */
static void fill(const struct sheet *s, struct buf *out, const char *text)
{
    const char *const instead[PLACEHOLDERS] = {
        [PLACEHOLDER_CLINIC] = tr("the clinic"),
        [PLACEHOLDER_PHONE] = tr("the clinic's number"),
        [PLACEHOLDER_HOURS] = tr("the opening hours"),
        [PLACEHOLDER_AFTER_HOURS] = tr("your local out-of-hours number"),
        [PLACEHOLDER_EMERGENCY] = tr("your local emergency number"),
        [PLACEHOLDER_PRIVACY_CONTACT] = tr("the desk"),
    };
    struct buf cut = BUF_INIT;
    handout_add(&cut, text);
    placeholder_fill(out, buf_str(&cut), s->setup->fact, instead);
    buf_wipe(&cut);
}

static void line_of_fact(struct sheet *s, const char *fmt, enum placeholder which)
{
    struct buf line = BUF_INIT;
    if (s->setup->fact[which][0] != '\0') {
        buf_addf(&line, fmt, s->setup->fact[which]);
        print_text(&s->print, buf_str(&line));
    }
    buf_done(&line);
}

static void item(struct sheet *s, const struct encounter_item *from)
{
    struct buf text = BUF_INIT, when = BUF_INIT;
    fill(s, &text, text_of(from, s->setup->own));
    item_when(&when, from, s->setup->own);
    print_keep(&s->print, true);
    print_box(&s->print, buf_str(&text));
    if (when.len > 0) {
        buf_reset(&text);
        buf_addf(&text, tr("When: %s."), buf_str(&when));
        print_indent(&s->print, 1);
        print_small(&s->print, buf_str(&text));
        print_indent(&s->print, 0);
    }
    print_keep(&s->print, false);
    buf_wipe(&text);
    buf_wipe(&when);
}

static void call_item(struct sheet *s, const struct encounter_item *from)
{
    struct buf text = BUF_INIT;
    fill(s, &text, text_of(from, s->setup->own));
    if (when_of(from, s->setup->own)[0] != '\0') {
        buf_adds(&text, ": ");
        fill(s, &text, when_of(from, s->setup->own));
        buf_adds(&text, ".");
    }
    print_text(&s->print, buf_str(&text));
    buf_wipe(&text);
}

/* Items whose first day was before the questions were asked are staff's to ask about: nobody can begin in the
 * past. */
static void items(struct sheet *s, enum item_for who, const char *heading)
{
    bool begun = false;
    for (size_t i = 0; i < s->e->nitems; i++) {
        const struct encounter_item *from = &s->e->item[i];
        if (from->who != who || from->passed) {
            continue;
        }
        if (!begun) {
            print_heading(&s->print, heading);
        }
        begun = true;
        if (who == ITEM_CALL) {
            call_item(s, from);
        } else {
            item(s, from);
        }
    }
}

static void for_whom(struct sheet *s)
{
    struct buf line = BUF_INIT, name = BUF_INIT;
    handout_add(&name, s->e->name);
    if (name.len > 0) {
        buf_addf(&line, tr("For %s"), buf_str(&name));
        print_text(&s->print, buf_str(&line));
    }
    buf_reset(&line);
    if (date_is_full(s->e->visit_on)) {
        buf_adds(&line, tr("Your visit:"));
        buf_adds(&line, " ");
        add_date(&line, s->e->visit_on);
        print_text(&s->print, buf_str(&line));
    }
    buf_wipe(&line);
    buf_wipe(&name);
}

static void next_session(struct sheet *s)
{
    struct date next = handout_next_session(s->e);
    struct buf line = BUF_INIT;
    if (date_is_full(next)) {
        print_heading(&s->print, tr("Your next session"));
        buf_adds(&line, tr("Not before"));
        buf_adds(&line, " ");
        add_date(&line, next);
        buf_adds(&line, ".");
        print_text(&s->print, buf_str(&line));
    }
    buf_done(&line);
}

static void facts(struct sheet *s)
{
    print_heading(&s->print, tr("How to reach us"));
    line_of_fact(s, tr("Phone: %s"), PLACEHOLDER_PHONE);
    line_of_fact(s, tr("Open: %s"), PLACEHOLDER_HOURS);
    line_of_fact(s, tr("When we are closed: %s"), PLACEHOLDER_AFTER_HOURS);
    line_of_fact(s, tr("Emergency: %s"), PLACEHOLDER_EMERGENCY);
}

static void start(struct sheet *s, struct buf *out, enum print_as as, const char *title)
{
    const struct print_setup setup = {
        .title = title,
        .language = s->setup->language != NULL ? s->setup->language : "en",
        .head = s->e->demo ? report_demo() : "",
        .foot = s->setup->fact[PLACEHOLDER_CLINIC],
        .size = s->setup->size,
        .points = s->setup->large ? PRINT_LARGE : PRINT_NORMAL,
    };
    print_start(&s->print, out, as, &setup);
    print_title(&s->print, title);
}

static void private_handout(struct sheet *s, struct buf *out, enum print_as as)
{
    start(s, out, as, tr("Your checklist"));
    for_whom(s);
    items(s, ITEM_PATIENT, tr("Before the visit"));
    next_session(s);
    facts(s);
    print_end(&s->print);
}

static void aftercare(struct sheet *s, struct buf *out, enum print_as as)
{
    start(s, out, as, tr("After your treatment"));
    for_whom(s);
    items(s, ITEM_AFTERCARE, tr("What to do"));
    items(s, ITEM_CALL, tr("When to call us"));
    next_session(s);
    facts(s);
    print_end(&s->print);
}

int handout_make(struct buf *out, enum handout_kind kind, enum print_as as, const struct encounter *e,
                 const struct handout_setup *setup, struct err *err)
{
    struct sheet s = { .e = e, .setup = setup };
    if (e->damaged) {
        return err_set(err, "%s", tr("this intake is damaged: nothing can be written from it"));
    }
    if (kind == HANDOUT_SUMMARY) {
        handout_summary(out, as, e, setup);
        return 0;
    }
    if (e->decision == DECISION_NONE) {
        return err_set(err, "%s", tr("nobody has signed a decision yet: first decide, then hand out"));
    }
    if (kind == HANDOUT_AFTERCARE && !treats(e)) {
        return err_set(err, "%s", tr("the decision is not to treat now: there is no aftercare"));
    }
    if (kind == HANDOUT_PRIVATE) {
        private_handout(&s, out, as);
    } else {
        aftercare(&s, out, as);
    }
    return 0;
}
