#include "review_loop_internal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "alarm.h"
#include "backup_age.h"
#include "doctor_age.h"
#include "helper.h"
#include "audit.h"
#include "form_load.h"
#include "mem.h"
#include "refused.h"
#include "stood.h"
#include "tr.h"

enum { LOOK_MS = 1000 };

int64_t loop_now_s(const struct loop *l)
{
    return clock_wall_s(l->call->clock);
}

int64_t loop_now_ms(void)
{
    return clock_mono_ms(clock_system());
}

void loop_draw(struct loop *l)
{
    review_view_draw(l->view, review_screen(l->review), review_row, l->review, l->ui);
    review_drawn(l->review, review_view_rows(l->view), review_view_lines(l->view),
                 review_view_scroll(l->view));
}

const char *loop_standing(const struct loop *l)
{
    return l->alarm_text[0] != '\0' ? l->alarm_text : l->carry_text[0] != '\0' ? l->carry_text : NULL;
}

int loop_note(struct loop *l, const char *act, const uint8_t *uid, struct err *err)
{
    struct audit_entry entry = {
        .at_s = loop_now_s(l), .actor = vault_user(l->session.vault), .act = act, .uid = uid
    };
    return audit_note(l->session.db, &entry, err);
}

const char *loop_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* --- Locking --- */

/* What is kept, as one text for each intake: when one is erased, what was typed about it goes too. */
static size_t texts_kept(const struct loop *l, struct scratch_text **out)
{
    json_t *kept = review_kept(l->review);
    const json_t *list = json_object_get(kept, "kept");
    json_t *by_uid = json_object();
    struct scratch_text *text = mem_alloc((json_array_size(list) + 1) * sizeof *text);
    const char *uid;
    json_t *of;
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i);
        uid = loop_text(one, "uid");
        if ((of = json_object_get(by_uid, uid)) == NULL) {
            of = json_array();
            json_object_set_new(by_uid, uid, of);
        }
        json_array_append(of, one);
    }
    json_object_foreach(by_uid, uid, of)
    {
        json_t *object = json_object();
        json_object_set(object, "kept", of);
        sodium_hex2bin(text[n].uid, FRAME_UID, uid, strlen(uid), NULL, NULL, NULL);
        text[n++].text = mem_need(json_dumps(object, JSON_COMPACT));
        json_decref(object);
    }
    json_decref(by_uid);
    json_decref(kept);
    *out = text;
    return n;
}

static void keep(struct loop *l, unsigned *effects)
{
    struct err err = { "" };
    struct scratch_text *text;
    if (l->session.vault == NULL || !vault_may(l->session.vault, VAULT_READ)) {
        return;
    }
    size_t n = texts_kept(l, &text);
    if (scratch_save(&l->scratch, l->session.vault, text, n, &err) != 0) {
        *effects |= review_trouble(l->review, err.text);
        l->unkept = true;
    } else if (l->unkept) {
        *effects |= review_trouble(l->review, loop_standing(l));
        l->unkept = false;
    }
    for (size_t i = 0; i < n; i++) {
        mem_wipe_free((char *)text[i].text);
    }
    free(text);
}

static void lock(struct loop *l, unsigned *effects)
{
    scratch_close(&l->scratch);
    vault_lock(l->session.vault);
    l->session.vault = NULL;
    /* What was decided here has changed what the door counts; the version only tells of others' changes. */
    l->version = -1;
    l->look_ms = 0;
    l->carry_text[0] = '\0';
    *effects |= review_locked(l->review);
    if (!l->away && !l->unkept) { /* what was said to who was here is not for the next */
        *effects |= review_trouble(l->review, loop_standing(l));
    }
}

/* What is being typed too. */
static void keep_now(struct loop *l, unsigned *effects)
{
    review_put_aside(l->review);
    keep(l, effects);
}

int loop_lock_out(struct loop *l, unsigned *effects, struct err *err)
{
    int stands = l->session.vault == NULL ? 1 : vault_stands(l->session.vault, err);
    if (stands == 0) {
        keep_now(l, effects);
        lock(l, effects);
        *effects |= review_refused(l->review, tr("This account was disabled or changed. Unlock again."));
    }
    return stands < 0 ? -1 : 0;
}

/* A disk that is full may have room again in a second: that is said, and tried again. A database that is
 * away, or refuses everything after an error on the disk, is opened anew, and with it goes the vault, which
 * belonged to the old one. But not before what is typed is kept: without room for that it stays on the
 * screen, and the next round tries again. */
static void trouble(struct loop *l, unsigned *effects, const struct err *why)
{
    struct err err = { "" };
    *effects |= review_trouble(l->review, why->text);
    l->away = true;
    if (db_data_version(l->session.db, &err) >= 0) {
        return;
    }
    struct db *db = db_open(l->session.config->database, l->call->clock, &err);
    if (db == NULL) {
        return;
    }
    if (l->session.vault != NULL) {
        vault_reopened(l->session.vault, db);
        keep_now(l, effects);
        if (l->unkept) {
            vault_reopened(l->session.vault, l->session.db);
            db_close(db);
            return;
        }
        lock(l, effects);
        struct buf words = BUF_INIT;
        buf_addf(&words,
                 tr("The disk or the database failed, so the screen was locked (%s). What was typed is "
                    "kept: unlock again."),
                 why->text);
        *effects |= review_refused(l->review, buf_str(&words));
        buf_done(&words);
    }
    db_close(l->session.db);
    l->session.db = db;
    l->version = -1;
}

/* Effects may ask for more: the loop ends when they do not. */
static bool carry_out(struct loop *l, unsigned effects)
{
    bool redraw = false;
    while (effects != 0) {
        unsigned more = 0;
        redraw = redraw || (effects & REVIEW_REDRAW) != 0;
        if (effects & REVIEW_BELL) {
            ui_bell(l->ui);
        }
        if (effects & REVIEW_KEEP) { /* before what may end the program in its middle */
            keep(l, &more);
        }
        if (effects & REVIEW_WANT) {
            more |= wants_do(l);
        }
        if (effects & REVIEW_LOCK) {
            lock(l, &more);
        }
        l->quit = l->quit || (effects & REVIEW_QUIT) != 0;
        effects = more;
    }
    return redraw;
}

/* --- The loop --- */

static unsigned click(struct loop *l, const struct event *event)
{
    static const enum review_click what[] = { [HIT_ROW] = CLICK_ROW,
                                              [HIT_CHOICE] = CLICK_CHOICE,
                                              [HIT_FIELD] = CLICK_FIELD,
                                              [HIT_KEY] = CLICK_KEY,
                                              [HIT_TAB] = CLICK_TAB };
    size_t index = 0;
    enum view_hit hit = review_view_hit(l->view, event->row, event->column, &index);
    return hit == HIT_NOTHING ? 0 : review_click(l->review, what[hit], index, event->mono_ms, loop_now_s(l));
}

static int64_t begun_s(const struct loop *l)
{
    return loop_now_s(l) - loop_now_ms() / 1000;
}

/* What is signed next would bear a date that nobody has looked at. True: it is locked, and what was typed is
 * kept. */
static bool lock_if_clock_moved(struct loop *l, unsigned *effects)
{
    int64_t begun = begun_s(l);
    bool moved = llabs(begun - l->begun_s) > STOOD_SLACK_S;
    if (moved) {
        l->begun_s = begun;
    }
    if (!moved || l->session.vault == NULL) {
        return false;
    }
    struct err why = { "" };
    char now[CLOCK_MINUTE_SIZE];
    keep_now(l, effects);
    lock(l, effects);
    err_set(&why, tr("The clock was moved: it now says %s. Look at the date, then unlock again."),
            clock_format_minute(loop_now_s(l), now));
    *effects |= review_refused(l->review, why.text);
    return true;
}

static void serve(struct loop *l)
{
    struct event *event = mem_alloc(sizeof *event);
    bool redraw = true;
    while (!l->quit) {
        unsigned effects = 0;
        if (loop_now_ms() >= l->look_ms) {
            struct err err = { "" };
            if (look(l, &effects, &err) != 0) {
                trouble(l, &effects, &err);
            } else if (l->away) {
                l->away = false;
                effects |= review_trouble(l->review, loop_standing(l));
            }
            l->look_ms = loop_now_ms() + LOOK_MS;
            redraw = carry_out(l, effects) || redraw;
        }
        if (redraw && !ui_pending(l->ui)) {
            loop_draw(l);
            redraw = false;
        }
        int64_t deadline = review_deadline(l->review);
        deadline = deadline < 0 || deadline > l->look_ms ? l->look_ms : deadline;
        ui_wait(l->ui, event, deadline, NULL, 0);
        effects = 0;
        if (!lock_if_clock_moved(l, &effects)) {
            effects =
                event->type == EVENT_CLICK ? click(l, event) : review_event(l->review, event, loop_now_s(l));
        }
        redraw = carry_out(l, effects) || redraw;
        explicit_bzero(event->text, sizeof event->text);
    }
    free(event);
}

/* --- Beginning and end --- */

static enum ui_scheme scheme_of(enum config_theme theme)
{
    if (getenv("NO_COLOR") != NULL || theme == THEME_MONO) {
        return UI_MONO;
    }
    return theme == THEME_CONTRAST ? UI_CONTRAST : UI_NORMAL;
}

static void read_keys(struct loop *l)
{
    struct frame_keys keys;
    struct err err = { "" };
    if (frame_keys_read(l->session.config->public_keys, &keys, &err) != 0) {
        snprintf(l->alarm_text, sizeof l->alarm_text, "%s", err.text);
        return;
    }
    frame_keys_fingerprint(&keys, l->fingerprint);
    if (account_check_keys(l->session.db, &keys, &err) < 0) {
        snprintf(l->alarm_text, sizeof l->alarm_text, "%s", err.text);
    }
}

static void set_up(struct loop *l, struct review_setup *setup)
{
    const struct config *config = l->session.config;
    l->limit = mem_alloc((config->nlimits + 1) * sizeof *l->limit);
    for (size_t i = 0; i < config->nlimits; i++) {
        l->limit[i] =
            (struct review_limit){ config->limit[i].item, config->limit[i].field, config->limit[i].max };
    }
    for (size_t i = 0; i < config->nreasons && i < CONFIG_MAX_REASONS; i++) {
        l->reason[i] = (struct review_reason){ config->reason[i].code, tr(config->reason[i].text) };
    }
    struct err nobody = { "" };
    char *user = session_user(l->call, l->session.db, &nobody);
    l->user = user != NULL ? user : mem_strdup(""); /* then it is typed */
    (void)refused_warning(&l->notice);
    if (l->notice.len == 0) { /* there is one line */
        (void)backup_age_warning(config, l->session.db, loop_now_s(l), &l->notice, NULL);
    }
    if (l->notice.len == 0) {
        (void)doctor_age_warning(config, loop_now_s(l), &l->notice);
    }
    *setup = (struct review_setup){
        .clinic = config->clinic.name,
        .user = l->user,
        .fingerprint = l->fingerprint,
        .notice = buf_str(&l->notice),
        .reason = l->reason,
        .nreasons = config->nreasons,
        .limit = l->limit,
        .nlimits = config->nlimits,
        .idle_s = config->lock_s,
        .urgent_shown = config->urgent_before_unlock,
        .return_months = config->return_months,
    };
}

static struct ui *open_terminal(const struct loop *l, struct err *err)
{
    /* What comes with an SSH connection must not freeze the size, or name files to read. */
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("TERMINFO");
    unsetenv("TERMINFO_DIRS");
    setenv("HOME", "/nonexistent", 1);
    struct ui_setup setup = { l->call->in, l->call->out, getenv("TERM"), scheme_of(l->session.config->theme),
                              clock_system() };
    return ui_open(&setup, err);
}

int review_run(const struct command_call *call)
{
    struct loop l = { .call = call, .alarm = -1, .scratch = { .place = -1, .lock = -1 } };
    struct err err = { "" };
    struct review_setup setup;
    struct config *config = session_config(call, &err);
    if (config == NULL) {
        return command_fail(call, &err);
    }
    /* Before the database and the terminal are open: see alarm.h. */
    l.alarm = alarm_start(config->alert_command, &err);
    if (err.text[0] == '\0' && helper_start(config->printer, &err) == 0) {
        (void)command_lock(&err);
    }
    config_free(config);
    if (err.text[0] != '\0' || session_open(&l.session, call, &err) != 0) {
        alarm_stop(l.alarm);
        return command_fail(call, &err);
    }
    read_keys(&l);
    set_up(&l, &setup);
    l.ui = open_terminal(&l, &err);
    if (l.ui != NULL) {
        ui_mouse(l.ui, true);
        l.view = review_view_new();
        l.review = review_new(&setup, loop_now_ms());
        l.begun_s = begun_s(&l);
        if (l.alarm_text[0] != '\0') {
            (void)review_trouble(l.review, l.alarm_text); /* before anybody unlocks */
        }
        serve(&l);
        review_free(l.review);
        review_view_free(l.view);
        ui_close(l.ui);
    }
    int status = l.ui != NULL ? COMMAND_OK : command_fail(call, &err);
    alarm_stop(l.alarm);
    session_close(&l.session);
    form_free(l.form);
    buf_done(&l.notice);
    free(l.limit);
    free(l.user);
    return status;
}
