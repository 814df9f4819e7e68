/* An open prompt as part of a struct screen. */
#include <stdio.h>

#include "mem.h"
#include "handout.h"
#include "review_internal.h"
#include "tr.h"

static void paint_flag(struct review *r, struct screen *s)
{
    const struct prompt *p = &r->prompt;
    const struct encounter_flag *first = NULL;
    size_t n = 0;
    enum outcome worst = OUTCOME_CLEAR;
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *flag = &r->open->flag[i];
        if (intake_is_target(flag, p->target)) {
            first = n++ == 0 ? flag : first;
            worst = flag->program > worst ? flag->program : worst;
        }
    }
    bool confirm = p->outcome >= worst;
    if (n == 1) {
        screen_setf(&s->prompt, "%s: %s", first->id, first->title);
    } else {
        screen_setf(&s->prompt, tr_n("%zu question that was left out", "%zu questions that were left out", n),
                    n);
    }
    struct buf line = BUF_INIT;
    if (confirm) {
        buf_addf(&line, tr("Confirm: it stays %s."), paint_outcome(worst));
    } else {
        buf_addf(&line, tr("Lower from %s to %s."), paint_outcome(worst), paint_outcome(p->outcome));
    }
    if (p->kind == PROMPT_FLAG) {
        buf_addf(&line, " %s", tr("Left, Right: another. The reason:"));
    }
    screen_text(&s->prompt_text, UI_STRONG, "", buf_str(&line));
    buf_done(&line);
}

static void paint_choices(struct review *r, struct screen *s)
{
    char key[2] = "1";
    switch (r->prompt.kind) {
    case PROMPT_FLAG:
        for (size_t i = 0; i < r->setup.nreasons && i < PROMPT_REASONS; i++, key[0]++) {
            screen_add_choice(s, key, false, r->setup.reason[i].text);
        }
        screen_add_choice(s, "0", false, tr("Another reason, typed"));
        break;
    case PROMPT_DECIDE: {
        struct buf why = BUF_INIT, line = BUF_INIT;
        prompt_blocks(r, &why);
        if (why.len > 0) {
            screen_textf(&s->prompt_text, UI_NOTICE, "", tr("Stands against \"go ahead\": %s."),
                         buf_str(&why));
        }
        for (size_t i = 0; i < PROMPT_DECISIONS; i++, key[0]++) {
            bool off = prompt_is_go(prompt_decisions[i]) && why.len > 0;
            buf_reset(&line);
            buf_adds(&line, handout_decision_words(prompt_decisions[i]));
            buf_addf(&line, off ? " (%s)" : "%s", off ? tr("not yet, see above") : "");
            screen_add_choice(s, key, off, buf_str(&line));
        }
        buf_done(&why);
        buf_done(&line);
        break;
    }
    default:
        break;
    }
}

static void paint_filter(const struct review *r, struct screen *s)
{
    const char *const views[QUEUE_VIEWS] = {
        tr("Today: visit today, or came today and undecided"),
        tr("Open: nobody has decided yet"),
        tr("Mine"),
        tr("Decided"),
        tr("Interrupted: begun and not signed"),
        tr("Pre-screen: asked before the day of the visit"),
        tr("All"),
    };
    char key[2] = "1", from[DATE_ISO_SIZE], to[DATE_ISO_SIZE];
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < QUEUE_VIEWS; i++, key[0]++) {
        buf_reset(&line);
        buf_addf(&line, "%s%s", views[i], i == r->filter.view ? tr(" (now)") : "");
        screen_add_choice(s, key, false, buf_str(&line));
    }
    buf_reset(&line);
    buf_addf(&line, tr("Result: %s"), r->filter.has_class ? paint_outcome(r->filter.class) : tr("any"));
    screen_add_choice(s, "c", false, buf_str(&line));
    buf_reset(&line);
    buf_addf(&line, tr("Dates of the visit: %s to %s"), date_format_iso(r->filter.from, from),
             date_format_iso(r->filter.to, to));
    screen_add_choice(s, "d", false,
                      date_is_set(r->filter.from) || date_is_set(r->filter.to)
                          ? buf_str(&line)
                          : tr("Dates of the visit: any"));
    buf_reset(&line);
    buf_addf(&line, tr("Flag: %s"), r->flag_text[0] != '\0' ? r->flag_text : tr("any"));
    screen_add_choice(s, "f", false, buf_str(&line));
    buf_done(&line);
}

static void paint_keys(const struct review *r, struct screen *s)
{
    static const char *const intake[] = {
        N_("Arrows"),      N_("another line"),
        N_("Tab, 1 to 7"), N_("another list"),
        N_("PgUp, PgDn"),  N_("read on in the text below or beside"),
        N_("Enter"),       N_("the text alone, over the whole screen"),
        N_("l, c"),        N_("lower or confirm the flag"),
        N_("i"),           N_("decide all questions that were left out together"),
        N_("d"),           N_("the decision, signed"),
        N_("t"),           N_("tick the item, or take the tick away; a carried answer is checked"),
        N_("e"),           N_("fill in the fields beside a flag or of an item"),
        N_("n, a"),        N_("a note; an amendment of the note in the list"),
        N_("v"),           N_("set or move the visit"),
        N_("c, u"),        N_("the same person: confirm, undo"),
        N_("p"),           N_("papers: print or read the summary, the checklist, the aftercare sheet"),
        N_("r"),           N_("a slip of four digits for a patient who comes back"),
        N_("y"),           N_("rules that did not fire, and why"),
        N_("o"),           N_("take the intake, or let it go"),
        N_("Esc"),         N_("back to the queue"),
    };
    static const char *const queue[] = {
        N_("Arrows"), N_("another line"),
        N_("Enter"),  N_("open the intake"),
        N_("/"),      N_("find by name, birth date, phone number or the intake's number"),
        N_("r"),      N_("a slip of four digits for a patient who comes back"),
        N_("f"),      N_("filter: open, mine, decided, interrupted, pre-screen, dates, result, flag"),
        N_("Esc"),    N_("today's queue again"),
        N_("q"),      N_("lock"),
    };
    static const char *const desk[] = { N_("Arrows"), N_("another line"), N_("q"), N_("lock") };
    bool in = r->stage == STAGE_INTAKE;
    bool at_desk = r->stage == STAGE_DESK;
    const char *const *key = in ? intake : at_desk ? desk : queue;
    size_t n = in        ? sizeof intake / sizeof *intake
               : at_desk ? sizeof desk / sizeof *desk
                         : sizeof queue / sizeof *queue;
    screen_texts_done(&s->detail);
    s->detail = (struct screen_texts){ 0 };
    screen_set(&s->detail_title, tr("Keys"));
    for (size_t i = 0; i + 1 < n; i += 2) {
        screen_text(&s->detail, UI_TEXT, tr(key[i]), tr(key[i + 1]));
    }
    screen_text(&s->detail, UI_TEXT, tr("F5"), tr("say that staff have seen the call"));
    screen_text(&s->detail, UI_TEXT, tr("F10"), tr("lock"));
    s->detail_scroll = r->scroll;
    s->zoom = true;
    paint_reading_keys(s);
}

static const char *title_of(const struct review *r)
{
    switch (r->prompt.kind) {
    case PROMPT_DECIDE:
        return tr("Your decision");
    case PROMPT_SIGN:
        return handout_decision_words(r->prompt.decision);
    case PROMPT_FIELDS:
        return tr("Fill in");
    case PROMPT_NOTE:
        return tr("A note");
    case PROMPT_AMEND:
        return tr("An amendment: the note stays as it was");
    case PROMPT_VISIT:
        return tr("Day of the visit");
    case PROMPT_PAPER:
        return tr("Papers");
    case PROMPT_SLIP:
        return tr("A slip for who comes back");
    case PROMPT_FILTER:
    case PROMPT_FILTER_TEXT:
        return tr("Which intakes?");
    default:
        return "";
    }
}

void prompt_paint(struct review *r, struct screen *s)
{
    struct prompt *p = &r->prompt;
    if (p->kind == PROMPT_KEYS) { /* to read, not to answer */
        paint_keys(r, s);
        return;
    }
    screen_set(&s->prompt, title_of(r));
    if (p->kind == PROMPT_FLAG || p->kind == PROMPT_REASON) {
        paint_flag(r, s);
    }
    if (p->kind == PROMPT_FILTER) {
        paint_filter(r, s);
    } else if (p->kind == PROMPT_PAPER) {
        paper_paint(r, s);
    } else if (p->kind == PROMPT_SLIP) {
        slip_paint(r, s);
    }
    if (p->kind == PROMPT_SIGN) {
        screen_textf(
            &s->prompt_text, UI_TEXT, "",
            tr("Enter signs with this name and the time. It can be followed by another, not taken away."));
    }
    if (p->offered) {
        screen_text(&s->prompt_text, UI_NOTICE, "", tr("This is what you had typed before."));
    }
    paint_choices(r, s);
    for (size_t i = 0; i < p->nedits; i++) {
        s->field[s->nfields++] =
            (struct screen_field){ mem_strdup(p->label[i]), mem_strdup(p->edit[i].text), p->edit[i].cursor };
    }
    s->field_focus = p->focus;
    screen_set(&s->error, p->error);
    if (p->nedits > 0) {
        screen_add_key(s, 0x10000 + KEY_ID_ENTER, tr("Enter"),
                       p->kind == PROMPT_SIGN ? tr("sign") : tr("write"));
        if (p->nedits > 1) {
            screen_add_key(s, 0x10000 + KEY_ID_TAB, tr("Tab"), tr("next field"));
        }
        if (p->edit[p->focus].multiline) {
            screen_add_key(s, 0x10000 + KEY_ID_CTRL_A + 13, tr("Ctrl-N"), tr("new line"));
        }
    }
    screen_add_key(s, 0x10000 + KEY_ID_ESCAPE, tr("Esc"),
                   p->nedits > 0 ? tr("leave, and keep it") : tr("back"));
}
