/* The lines over an open intake: whose it is, its result, what to mind, the lists there are. */
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "handout.h"
#include "report.h"
#include "review_internal.h"
#include "tr.h"

void paint_head_who(const struct encounter *e, struct screen *s)
{
    struct buf line = BUF_INIT;
    char text[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    if (e->damaged) {
        buf_adds(&line, tr("Intake "));
        for (size_t i = 0; i < QUEUE_UID; i++) {
            buf_addf(&line, "%02x", e->uid[i]);
        }
        buf_addf(&line, tr(", %s"), clock_format_minute(e->wall_s, when));
        screen_text(&s->head, UI_TITLE, "", buf_str(&line));
        buf_done(&line);
        return;
    }
    buf_adds(&line, e->name[0] != '\0' ? e->name : tr("No name"));
    if (date_is_full(e->birth_date) && date_is_full(e->visit_on)) {
        buf_addf(&line, ", %d", date_years(e->birth_date, e->visit_on));
    }
    if (date_is_set(e->birth_date)) {
        buf_addf(&line, tr(", born %s"), date_format_iso(e->birth_date, text));
    }
    buf_addf(&line, "%s%s", e->phone[0] != '\0' ? ", " : "", e->phone);
    screen_text(&s->head, UI_TITLE, "", buf_str(&line));
    buf_reset(&line);
    buf_addf(&line, tr("Asked %s"), date_format_iso(e->asked_on, text));
    buf_addf(&line, tr(", sent %s"), clock_format_minute(e->wall_s, when) + 11);
    buf_addf(&line, tr(", visit %s"), date_format_iso(e->visit_on, text));
    if (e->language[0] != '\0') {
        buf_addf(&line, tr(", language %s"), e->language_name[0] != '\0' ? e->language_name : e->language);
        buf_adds(&line, e->language_unreviewed ? tr(" (its texts await a clinician's review)") : "");
    }
    if (e->helper[0] != '\0' || e->relation[0] != '\0') {
        buf_addf(&line, tr(", helped by %s"), e->helper);
        buf_addf(&line, "%s%s%s", e->relation[0] != '\0' ? " (" : "", e->relation,
                 e->relation[0] != '\0' ? ")" : "");
    }
    screen_text(&s->head, UI_TEXT, "", buf_str(&line));
    buf_wipe(&line);
}

void paint_head_result(const struct encounter *e, struct screen *s)
{
    struct buf line = BUF_INIT;
    char text[DATE_ISO_SIZE], when[CLOCK_MINUTE_SIZE];
    if (e->damaged && strcmp(e->fault, DOCUMENT_NEWER) == 0) {
        buf_adds(&line,
                 tr("NEWER VERSION: this record was written by a newer Foyer. Use that one to read it."));
    } else if (e->damaged) {
        buf_adds(&line, tr("DAMAGED: this record cannot be opened. It is kept as it is."));
        buf_addf(&line, e->fault[0] != '\0' ? " (%s)" : "%s", e->fault);
    } else if (e->draft) {
        buf_adds(&line, tr("Not signed: nothing has been assessed. Ask in person."));
    } else if (!e->has_class) {
        buf_adds(&line, tr("No result that this program knows. Review every answer."));
    } else {
        buf_addf(&line, tr("Program: %s. As decided: %s"), paint_outcome(e->program_class),
                 paint_outcome(e->class));
        if (e->open > 0) {
            buf_addf(&line, tr_n(" (%zu flag to decide)", " (%zu flags to decide)", e->open), e->open);
        }
        if (date_is_full(e->not_before)) {
            buf_addf(&line, tr(", not before %s"), date_format_iso(e->not_before, text));
        }
    }
    screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    if (e->decision != DECISION_NONE) {
        buf_reset(&line);
        buf_addf(&line, tr("DECIDED: %s"), handout_decision_words(e->decision));
        if (date_is_full(e->postponed_to)) {
            buf_addf(&line, " %s", date_format_iso(e->postponed_to, text));
        }
        buf_addf(&line, tr(" signed %s, %s"), e->signed_name, clock_format_minute(e->signed_s, when));
        buf_addf(&line, "%s%s", e->signed_text[0] != '\0' ? ": " : "", e->signed_text);
        screen_text(&s->head, UI_STRONG, "", buf_str(&line));
    }
    buf_wipe(&line);
}

void paint_head_marks(const struct review *r, struct screen *s)
{
    const struct encounter *e = r->open;
    struct buf line = BUF_INIT;
    size_t private_talks = 0, alone = 0, fast = 0;
    for (size_t i = 0; i < e->nanswers; i++) {
        private_talks += strcmp(e->answer[i].state, "private") == 0;
        alone += e->answer[i].ask_alone;
        fast += e->answer[i].fast;
    }
    const struct {
        bool on;
        const char *words;
    } mark[] = {
        { e->uncertain, tr("an entry is missing, damaged or of a NEWER VERSION: see Log") },
        { e->reopened && e->decision == DECISION_NONE, tr("the decision fell: something changed after it") },
        { e->clock == CLOCK_UNKNOWN,
          tr("the kiosk's clock is not known to have been right: check the dates") },
        { e->prescreen, tr("PRE-SCREEN: ask about today again on the day") },
        { e->dates_shifted, tr("visit moved: date rules not worked out again") },
        { e->restricted, tr("restricted") },
    };
    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
        if (mark[i].on) {
            buf_addf(&line, "%s%s", line.len > 0 ? "; " : "", mark[i].words);
        }
    }
    if (private_talks > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr_n("%zu answer in private", "%zu answers in private", private_talks),
                 private_talks);
    }
    if (alone > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr_n("%zu to ask again alone", "%zu to ask again alone", alone), alone);
    }
    if (fast > 0) {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line,
                 tr_n("%zu answer took under a second: was it read?",
                      "%zu answers took under a second each: were they read?", fast),
                 fast);
    }
    if (e->owner[0] != '\0') {
        buf_addf(&line, "%s", line.len > 0 ? "; " : "");
        buf_addf(&line, tr("with %s"), e->owner);
    }
    if (line.len > 0) {
        screen_text(&s->head, UI_NOTICE, "", buf_str(&line));
    }
    buf_done(&line);
}

void paint_tabs(const struct review *r, struct screen *s)
{
    static const char *const name[TABS] = { N_("Flags"), N_("Answers"), N_("Staff"), N_("Patient"),
                                            N_("Notes"), N_("Links"),   N_("Log") };
    for (int i = 0; i < TABS; i++) {
        screen_setf(&s->tab[i], "%d %s %zu", i + 1, tr(name[i]), intake_count(r, (enum tab)i));
    }
    s->ntabs = TABS;
    s->tab_focus = r->tab;
}

/* --- Who came back --- */

/* "Any new health problem?" and the others that were not answered "no". */
static void add_news(struct buf *out, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *text = json_string_value(json_object_get(entry, "text"));
        const char *answer = json_string_value(json_object_get(entry, "answer"));
        if (text != NULL && answer != NULL && strcmp(answer, "no") != 0) {
            buf_addf(out, "; %s %s", text, report_since_words(answer));
        }
    }
}

void paint_head_returning(const struct review *r, struct screen *s)
{
    const json_t *returning = json_object_get(r->open->body, "returning");
    const char *slip = json_string_value(json_object_get(returning, "slip"));
    struct buf line = BUF_INIT;
    size_t unchecked = intake_unchecked(r);
    if (slip != NULL) {
        buf_addf(&line,
                 r->open->nlinks > 0 ? tr("CAME BACK with slip %s")
                                     : tr("CAME BACK with slip %s, which nobody is known to have"),
                 slip);
    }
    if (unchecked > 0) {
        buf_adds(&line, line.len > 0 ? "; " : "");
        buf_addf(&line,
                 tr_n("%zu carried answer to check (2, then t)", "%zu carried answers to check (2, then t)",
                      unchecked),
                 unchecked);
    }
    add_news(&line, json_object_get(returning, "since"));
    if (line.len > 0) {
        screen_text(&s->head, UI_NOTICE, "", buf_str(&line));
    }
    if (r->since != NULL) {
        screen_text(&s->head, UI_NOTICE, "", r->since);
    }
    buf_wipe(&line);
}
