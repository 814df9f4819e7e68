/* Papers to hand out, and slips for who comes back. */
#include <string.h>

#include "mem.h"
#include "review_internal.h"
#include "tr.h"

/* --- Papers --- */

/* Why this paper cannot be made now; NULL: it can. As handout_make() has it. */
static const char *not_yet(const struct review *r, enum handout_kind kind)
{
    bool treat = prompt_is_go(r->open->decision);
    return kind == HANDOUT_PRIVATE && r->open->decision == DECISION_NONE ? tr("once a decision is signed")
           : kind == HANDOUT_AFTERCARE && !treat                         ? tr("once the decision is to treat")
                                                                         : NULL;
}

/* The keys: first all printed, then all on the screen. */
void paper_choose(struct review *r, size_t choice)
{
    enum handout_kind kind = (enum handout_kind)(choice % HANDOUT_KINDS);
    const char *why = not_yet(r, kind);
    if (why != NULL) {
        prompt_error(r, tr("Not yet: %s."), why);
        return;
    }
    bool print = choice < HANDOUT_KINDS;
    review_ask(r, WANT_PAPER);
    memcpy(r->want.uid, r->open->uid, QUEUE_UID);
    r->want.paper = kind;
    r->want.print = print;
    prompt_error(r, "%s", print ? tr("Printing...") : tr("Making it..."));
}

void paper_paint(const struct review *r, struct screen *s)
{
    static const char *const words[PROMPT_PAPERS] = {
        N_("Print the summary for the clinic's own record"),
        N_("Print the checklist for the patient, private items too"),
        N_("Print the aftercare sheet"),
        N_("Read the summary here, to copy it"),
        N_("Read the checklist here"),
        N_("Read the aftercare sheet here"),
    };
    char key[2] = "1";
    struct buf line = BUF_INIT;
    screen_text(&s->prompt_text, UI_TEXT, "", tr("What leaves is written down in the log."));
    for (size_t i = 0; i < PROMPT_PAPERS; i++, key[0]++) {
        const char *why = not_yet(r, (enum handout_kind)(i % HANDOUT_KINDS));
        buf_reset(&line);
        buf_adds(&line, tr(words[i]));
        if (why != NULL) {
            buf_addf(&line, " (%s)", why);
        }
        screen_add_choice(s, key, why != NULL, buf_str(&line));
    }
    buf_done(&line);
}

static const char *paper_out(enum handout_kind kind)
{
    static const char *const words[HANDOUT_KINDS] = {
        [HANDOUT_SUMMARY] = N_("The summary is printed."),
        [HANDOUT_PRIVATE] = N_("The checklist is printed: give it by hand."),
        [HANDOUT_AFTERCARE] = N_("The aftercare sheet is printed."),
    };
    return tr(words[kind]);
}

static void read_here(struct review *r, const char *text)
{
    screen_texts_done(&r->page);
    screen_set(&r->page_title, tr("Written down as read on the screen"));
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        char *line = mem_strndup(text, n);
        screen_text(&r->page, UI_TEXT, "", line);
        mem_wipe_free(line);
        text += n + (text[n] != '\0');
    }
    r->zoom = true;
    r->scroll = 0;
}

unsigned review_handed(struct review *r, bool out, const char *text, const char *why)
{
    enum handout_kind kind = r->want.paper;
    r->want.what = WANT_NOTHING;
    r->stale = true;
    if (!out) {
        prompt_error(r, "%s", why);
        return REVIEW_REDRAW;
    }
    if (r->prompt.kind == PROMPT_PAPER) {
        prompt_close(r, true);
    }
    if (text != NULL) {
        read_here(r, text);
    } else {
        review_notice(r, "%s", paper_out(kind));
    }
    r->serial++;
    return REVIEW_REDRAW;
}

/* --- Slips --- */

void slip_open(struct review *r)
{
    struct queue_entry e = { 0 };
    uint8_t uid[QUEUE_UID];
    bool there = false, is_signed = false;
    if (r->stage == STAGE_INTAKE) {
        memcpy(uid, r->open->uid, QUEUE_UID);
        is_signed = !r->open->draft && !r->open->damaged;
        there = true;
    } else if (r->stage == STAGE_QUEUE && r->focus < queue_count(r->queue)) {
        queue_get(r->queue, r->focus, &e);
        memcpy(uid, e.uid, QUEUE_UID);
        is_signed = e.status == QUEUE_OPEN || e.status == QUEUE_DECIDED;
        there = true;
    }
    if (!there || !is_signed) {
        review_notice(r, "%s",
                      there ? tr("A slip is for a patient whose last intake is signed and can be read.")
                            : tr("Choose the patient's last intake first: / finds it."));
        return;
    }
    prompt_open(r, PROMPT_SLIP, "");
    struct prompt *p = &r->prompt;
    memcpy(p->uid, uid, QUEUE_UID);
    p->name = mem_strdup(r->stage == STAGE_INTAKE ? r->open->name : e.name);
    p->asked_on = r->stage == STAGE_INTAKE ? r->open->asked_on : e.asked_on;
}

void slip_enter(struct review *r)
{
    if (r->prompt.slip != NULL) {
        prompt_close(r, true);
        return;
    }
    review_ask(r, WANT_SLIP);
    memcpy(r->want.uid, r->prompt.uid, QUEUE_UID);
}

void slip_paint(const struct review *r, struct screen *s)
{
    const struct prompt *p = &r->prompt;
    char date[DATE_ISO_SIZE];
    screen_textf(&s->prompt_text, UI_TEXT, "", tr("For %s, last asked on %s."), p->name,
                 date_format_iso(p->asked_on, date));
    if (p->slip != NULL) {
        screen_textf(&s->prompt_text, UI_TITLE, "", tr("Slip: %s"), p->slip);
        screen_text(&s->prompt_text, UI_TEXT, "",
                    tr("Write it down for the patient, who presses F9 on the welcome page and types it. Good "
                       "once, today."));
    } else if (date_is_full(p->asked_on) &&
               date_compare(date_add_months(p->asked_on, r->setup.return_months), r->today) < 0) {
        screen_text(&s->prompt_text, UI_NOTICE, "",
                    tr("That is too long ago to carry answers over: without a slip the kiosk asks "
                       "everything."));
    } else {
        screen_text(&s->prompt_text, UI_TEXT, "",
                    tr("With a slip the kiosk asks only what is new and what must be fresh. The rest is "
                       "carried over from this intake, for you to tick."));
    }
    screen_add_key(s, 0x10000 + KEY_ID_ENTER, tr("Enter"), p->slip != NULL ? tr("done") : tr("give it out"));
}

unsigned review_slip(struct review *r, const char *code, const char *why)
{
    r->want.what = WANT_NOTHING;
    r->stale = true;
    if (r->prompt.kind == PROMPT_SLIP && code != NULL) {
        r->prompt.slip = mem_strdup(code);
        screen_set(&r->prompt.error, NULL);
    } else if (code == NULL) {
        prompt_error(r, "%s", why);
    }
    return REVIEW_REDRAW;
}
