#include "visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "lines.h"
#include "mem.h"
#include "plain.h"
#include "sandbox.h"
#include "tr.h"
#include "ui.h"
#include "view.h"

struct visit {
    const struct visit_setup *setup;
    const struct clock *clock;
    struct clock own; /* what the records go by: own_wall_s() */
    int64_t begun_ms; /* when the wizard began, at wizard_setup.wall_s */
    bool doubted;     /* the clock was moved since */
    struct ui *ui;    /* the full screen ... */
    struct view *view;
    struct lines *lines; /* ... or plain mode; the other two are NULL */
    struct plain *plain;
    struct wizard *wizard;
    struct wizard_setup wizard_setup;
    struct post *post;
    struct link_message message;
    enum ui_scheme scheme; /* as the patient chose */
    int link;
    int rows;           /* the body's height as last drawn; 0: there was no room for the page */
    unsigned keys_kind; /* of the pad as last drawn */
    bool resized;       /* since it was drawn */
    bool stale;         /* what is on the screen is not what the wizard has now */
    bool under_age_told;
    bool started;   /* somebody has left the welcome page */
    bool overtaken; /* the first page lists fewer languages than when it was painted first */
};

static void say(const struct visit *v, const struct err *err)
{
    (void)link_send(v->link, LINK_LOG, err->text, strlen(err->text), NULL);
}

enum { SLACK_S = 60 }; /* what a time server puts right without anybody noticing */

/* What the clock would say now if nobody had moved it since the wizard began. */
static int64_t unmoved_s(const struct visit *v)
{
    return v->wizard_setup.wall_s + (clock_mono_ms(v->clock) - v->begun_ms) / 1000;
}

static bool clock_moved(const struct visit *v)
{
    return llabs(clock_wall_s(v->clock) - unmoved_s(v)) > SLACK_S;
}

/* A visit keeps the day on which it began if that was right: its answers were checked against it. A clock
 * that nobody had set is believed better after it was moved. The records say that it was, either way. */
static int64_t own_wall_s(void *arg)
{
    const struct visit *v = arg;
    bool known = v->setup->post.clock_state == CLOCK_SYNCED;
    return known && clock_moved(v) ? unmoved_s(v) : clock_wall_s(v->clock);
}

static int64_t own_mono_ms(void *arg)
{
    const struct visit *v = arg;
    return clock_mono_ms(v->clock);
}

static void look_at_clock(struct visit *v)
{
    if (v->doubted || !clock_moved(v)) {
        return;
    }
    struct err err = { "" };
    char then[CLOCK_MINUTE_SIZE], now[CLOCK_MINUTE_SIZE];
    v->doubted = true;
    post_doubt_clock(v->post);
    snprintf(err.text, sizeof err.text,
             "the clock was moved from %s to %s while a patient was answering; the record says so",
             clock_format_minute(unmoved_s(v), then), clock_format_minute(clock_wall_s(v->clock), now));
    say(v, &err);
}

static void start_wizard(struct visit *v)
{
    int64_t wall = clock_wall_s(v->clock);
    v->begun_ms = clock_mono_ms(v->clock);
    v->wizard_setup = (struct wizard_setup){
        .form = v->setup->post.form,
        .language = v->setup->post.language,
        .nlanguages = v->setup->post.nlanguages,
        .first_language = v->setup->post.first_language,
        .policies = v->setup->post.policies,
        .clinic = v->setup->post.clinic,
        .demo = v->setup->post.approval == NULL,
        .preview = v->setup->preview,
        .colours = v->ui && ui_has_colours(v->ui),
        .codes = v->ui && ui_draws_codes(v->ui),
        .lines = v->lines != NULL,
        .touch = v->ui ? v->setup->touch : TOUCH_OFF,
        .idle_s = v->setup->idle_s,
        .warn_s = v->setup->warn_s,
        .wall_s = wall,
        .today = clock_local_date(wall),
        .staff = v->setup->staff,
    };
    v->wizard = wizard_new(&v->wizard_setup, v->begun_ms);
}

/* The welcome page may have stood since yesterday, or since the clock was wrong: a patient's dates count from
 * the day they begin. */
static void begin_today(struct visit *v)
{
    if (v->started ||
        (date_equal(v->wizard_setup.today, clock_local_date(clock_wall_s(v->clock))) && !clock_moved(v))) {
        return;
    }
    wizard_free(v->wizard);
    start_wizard(v);
}

/* Past the review date, or with a clock put back, the form is a demo: another wizard, told so, takes the
 * place of this one. */
static bool outlives_approval(const struct visit *v)
{
    const struct approval *approval = v->setup->post.approval;
    struct date today = v->wizard_setup.today;
    return !v->started && approval != NULL &&
           (date_compare(today, approval->on) < 0 || date_compare(today, approval->review_by) > 0);
}

/* --- the screen, of either kind --- */

static void draw(struct visit *v)
{
    if (v->ui) {
        int rows, columns;
        ui_size(v->ui, &rows, &columns);
        wizard_room(v->wizard, rows, columns);
    }
    const struct page *page = wizard_page(v->wizard);
    v->started = v->started || page->tone != PAGE_WELCOME;
    v->stale = v->resized = false;
    if (v->plain) {
        plain_show(v->plain, v->wizard);
        return;
    }
    v->rows = view_draw(v->view, page, v->ui);
    v->keys_kind = page->keys_kind;
    wizard_scrolled(v->wizard, view_scroll(v->view));
    size_t first, last;
    view_rows(v->view, &first, &last);
    wizard_rows_seen(v->wizard, first, last);
}

static void drop_input(struct visit *v)
{
    if (v->ui) { /* plain_show() does it by itself */
        ui_drop_input(v->ui);
    }
}

static void wait(struct visit *v, struct event *event)
{
    int64_t deadline = wizard_deadline(v->wizard);
    if (v->lines) {
        lines_wait(v->lines, event, deadline, &v->link, 1);
    } else {
        ui_wait(v->ui, event, deadline, &v->link, 1);
    }
}

static bool pending(struct visit *v)
{
    return v->ui && ui_pending(v->ui);
}

/* Where nothing stands, it shows that somebody is there. What was pressed on a picture that is no longer true
 * is nothing but that. */
static unsigned click(struct visit *v, struct event *event)
{
    size_t index;
    enum view_place place = view_hit(v->view, event->row, event->column, &index);
    /* Fingers may be quicker than the picture: the pad's keys stay where they are while somebody types, but
     * another field may want others. */
    bool same = place == PLACE_KEY && wizard_page(v->wizard)->keys_kind == v->keys_kind;
    if (v->resized || (v->stale && !same)) {
        place = PLACE_NOTHING;
    }
    switch (place) {
    case PLACE_FOCUS:
    case PLACE_KEY:
        return wizard_tap(v->wizard, index, event->mono_ms);
    case PLACE_ABOVE:
    case PLACE_BELOW:
        event->type = EVENT_KEY;
        event->key = place == PLACE_ABOVE ? KEY_ID_PAGE_UP : KEY_ID_PAGE_DOWN;
        break;
    case PLACE_NOTHING:
        break;
    }
    return wizard_event(v->wizard, event, v->rows);
}

static unsigned handle(struct visit *v, struct event *event)
{
    if (event->type == EVENT_CLICK) {
        return click(v, event);
    }
    if (event->type == EVENT_LINE) {
        return plain_line(v->plain, v->wizard, event) | EFFECT_REDRAW; /* it is asked again at least */
    }
    bool key = event->type == EVENT_CHAR || event->type == EVENT_KEY || event->type == EVENT_PASTE;
    bool unseen = v->ui && v->rows == 0 && !v->setup->preview; /* too small a window: nobody sees the page */
    if (key && (v->lines || unseen)) {
        wizard_heard(v->wizard, event->mono_ms);
        return EFFECT_NONE;
    }
    return wizard_event(v->wizard, event, v->rows);
}

/* A signal to this process alone is no lost terminal. */
static int gone(const struct visit *v)
{
    bool there = v->lines ? lines_told(v->lines) : isatty(0);
    return there ? VISIT_FAULT : VISIT_GONE;
}

static bool open_screen(struct visit *v, struct err *err)
{
    const struct visit_setup *setup = v->setup;
    if (setup->screen == SCREEN_FULL) {
        struct ui_setup ui = { stdin, stdout, setup->term, setup->scheme, v->clock };
        v->scheme = setup->scheme;
        v->ui = ui_open(&ui, err);
        if (v->ui != NULL && setup->touch != TOUCH_OFF) {
            ui_mouse(v->ui, true);
        }
        return v->ui != NULL;
    }
    struct lines_setup lines = { STDIN_FILENO, STDOUT_FILENO, setup->screen == SCREEN_PLAIN, v->clock };
    v->lines = lines_open(&lines, err);
    return v->lines != NULL;
}

static void open_view(struct visit *v)
{
    char *words = v->setup->staff ? wizard_staff_words(v->setup->staff) : NULL;
    const char *name = words ? words : v->setup->post.clinic.fact[PLACEHOLDER_CLINIC];
    if (v->lines) {
        v->plain = plain_new(v->lines, name);
    } else {
        v->view = view_new(name);
    }
    free(words);
}

static void close_screen(struct visit *v)
{
    bool patient = !v->setup->staff && !v->setup->preview;
    if (v->lines && patient && v->started) {
        lines_away(v->lines); /* the next one reads nothing of this */
    }
    plain_free(v->plain);
    lines_close(v->lines);
    view_free(v->view);
    ui_close(v->ui);
}

/* The final record could not even be sealed or handed on: say so rather than leave the patient waiting. */
static unsigned sign(struct visit *v)
{
    struct err err = { "" };
    unsigned effects = EFFECT_NONE;
    if (v->setup->preview) {
        if (post_preview(v->post, wizard_visit(v->wizard), &v->own, &err) != 0) {
            say(v, &err);
        }
        return wizard_reply(v->wizard, REPLY_SAVED, clock_mono_ms(v->clock)); /* wipes */
    }
    if (wizard_visit(v->wizard)->asked) {
        if (post_answers(v->post, wizard_visit(v->wizard), &v->own, &err) != 0) {
            say(v, &err);
        }
        return EFFECT_NONE; /* the wizard has ended */
    }
    if (post_final(v->post, wizard_visit(v->wizard), &v->own, &err) != 0) {
        say(v, &err);
        effects = wizard_reply(v->wizard, REPLY_REFUSED, clock_mono_ms(v->clock));
    }
    wizard_wipe(v->wizard);
    return effects;
}

static void carry_out(struct visit *v, unsigned effects)
{
    struct err err = { "" };
    const struct wizard_visit *visit = wizard_visit(v->wizard);
    bool ok = true;
    if (v->started) {
        look_at_clock(v);
    }
    if (effects & EFFECT_BELL && v->ui) {
        ui_bell(v->ui);
    }
    if (effects & EFFECT_COLOURS && v->ui) {
        v->scheme = v->scheme == UI_NORMAL ? UI_CONTRAST : v->scheme == UI_CONTRAST ? UI_MONO : UI_NORMAL;
        ui_set_scheme(v->ui, v->scheme);
    }
    if (v->setup->preview) {
        return;
    }
    if (visit->under_age && !v->under_age_told) {
        v->under_age_told = true;
        ok = post_help(v->post, "under_age", &v->own, &err) == 0;
    }
    if (effects & EFFECT_ALERT) {
        size_t room = v->setup->post.form->nrules;
        size_t *rule = mem_realloc(NULL, room + 1, sizeof *rule);
        size_t n = wizard_alerts(v->wizard, rule, room);
        ok = post_alert(v->post, rule, n < room ? n : room, &v->own, &err) == 0 && ok;
        free(rule);
    }
    if (effects & EFFECT_HELP) {
        ok = post_help(v->post, "call", &v->own, &err) == 0 && ok;
    }
    if (effects & EFFECT_DRAFT) {
        ok = post_draft(v->post, visit, &v->own, &err) == 0 && ok;
    }
    if (effects & EFFECT_DELETE) {
        ok = post_delete(v->post, &v->own, &err) == 0 && ok;
    }
    if (!ok) {
        say(v, &err);
    }
}

/* What the supervisor says. False: it is gone, and with it the way to the letterbox. */
static bool hear(struct visit *v, unsigned *effects)
{
    int rc = link_receive(v->link, &v->message, NULL);
    if (rc <= 0) {
        return false;
    }
    if (v->message.type == LINK_RELOAD && !v->started) {
        *effects |= EFFECT_END;
    }
    if (v->message.type == LINK_REPLY && v->message.len == sizeof(struct link_reply)) {
        struct link_reply reply;
        enum wizard_reply meaning;
        memcpy(&reply, v->message.body, sizeof reply);
        if (post_reply(v->post, &reply, &meaning)) {
            *effects |= wizard_reply(v->wizard, meaning, clock_mono_ms(v->clock));
        }
    }
    return true;
}

/* Paints the first page before the rest is done. A key that comes meanwhile is meant for that page: it counts
 * if the page still stands. */
static void paint_first(struct visit *v)
{
    const struct post_setup *post = &v->setup->post;
    size_t listed = post->nlanguages;
    start_wizard(v);
    draw(v);
    if (!v->setup->typed) {
        drop_input(v);
    }
    wizard_free(v->wizard);
    v->setup->rest(v->setup->rest_arg, v->link);
    v->overtaken = post->nlanguages != listed;
}

static int serve(struct visit *v)
{
    struct event event;
    draw(v);
    if (v->overtaken || !(v->setup->typed || v->setup->rest)) {
        drop_input(v); /* typed for another page, or that of whoever was here before */
    } else if (v->ui && v->setup->typed) {
        ui_type(v->ui, v->setup->typed, v->setup->ntyped);
    }
    for (;;) {
        wait(v, &event);
        unsigned effects = EFFECT_NONE;
        if (event.type == EVENT_HANGUP) {
            return gone(v);
        }
        if (event.type == EVENT_FD) {
            if (!hear(v, &effects)) {
                return VISIT_FAULT;
            }
        } else {
            begin_today(v);
            if (outlives_approval(v)) {
                return VISIT_DONE;
            }
            effects = handle(v, &event);
            explicit_bzero(event.text, event.len); /* a patient's */
        }
        carry_out(v, effects);
        if (effects & EFFECT_SIGN) {
            effects |= sign(v);
        }
        if (effects & EFFECT_END) {
            return VISIT_DONE;
        }
        bool turned = effects & EFFECT_PAGE;
        if (turned) {
            drop_input(v); /* a key acts only on a page that has been painted */
        }
        v->resized = v->resized || event.type == EVENT_RESIZE;
        v->stale = v->stale || effects & EFFECT_REDRAW || event.type == EVENT_RESIZE;
        if (turned || (v->stale && !pending(v))) { /* a hundred arrows in one go cost one repaint */
            draw(v);
        }
    }
}

int visit_run(const struct visit_setup *setup, int link)
{
    struct visit v = { .setup = setup, .clock = clock_system(), .link = link };
    struct err err = { "" };
    v.own = (struct clock){ own_wall_s, own_mono_ms, &v };
    bool open = sandbox_keep(link, &err) == 0 && open_screen(&v, &err);
    if (open) {
        open_view(&v);
    }
    if (open && setup->rest) {
        paint_first(&v);
    }
    if (!open || sandbox_enter(&err) != 0) {
        close_screen(&v);
        say(&v, &err);
        return VISIT_FAULT;
    }
    v.post = post_new(&setup->post, link);
    start_wizard(&v);
    int status = serve(&v);
    wizard_free(v.wizard);
    post_free(v.post);
    link_message_done(&v.message);
    close_screen(&v);
    return status;
}

/* Until the supervisor says that something changed, or `end`. */
static int wait_closed(struct visit *v, const struct page *page, int64_t end)
{
    struct event event;
    do {
        if (v->ui) {
            view_draw(v->view, page, v->ui);
            ui_wait(v->ui, &event, end, &v->link, 1);
        } else {
            lines_wait(v->lines, &event, end, &v->link, 1);
        }
        if (event.type == EVENT_FD) {
            int rc = link_receive(v->link, &v->message, NULL);
            bool over = rc == 0 || (rc > 0 && v->message.type == LINK_RELOAD);
            link_message_done(&v->message);
            if (over) {
                break;
            }
        }
    } while (event.type != EVENT_HANGUP && event.type != EVENT_TIMER);
    return event.type == EVENT_HANGUP ? VISIT_GONE : VISIT_DONE;
}

int visit_closed(enum visit_screen screen, const char *term, enum ui_scheme scheme, int ms, int link)
{
    struct visit_setup setup = { .screen = screen, .term = term, .scheme = scheme };
    struct visit v = { .setup = &setup, .clock = clock_system(), .link = link };
    struct err err = { "" };
    if (!open_screen(&v, &err)) {
        say(&v, &err);
        return VISIT_FAULT;
    }
    struct page page;
    page_init(&page);
    page.tone = PAGE_WARNING;
    page_set(&page.title, tr("Please go to the desk."));
    page_add_para(&page, tr("This screen is not ready. The staff at the desk will help you."));
    if (v.lines) {
        lines_put(v.lines, page.title);
        lines_put(v.lines, page.para[0]);
    } else {
        v.view = view_new("");
    }
    int status = wait_closed(&v, &page, clock_mono_ms(v.clock) + ms);
    page_reset(&page);
    close_screen(&v);
    return status;
}
