#include "kit.h"

#include <criterion/criterion.h>
#include <string.h>

#include "form_load.h"
#include "languages.h"
#include "tr.h"

enum { GAP_MS = 1500, TYPING_MS = 60, FIRST_REPEAT_MS = 500, REPEAT_MS = 33, BODY_ROWS = 16 };

static void load(struct kit *kit, const char *folder)
{
    struct problems problems = PROBLEMS_INIT;

    tr_use(NULL);
    *kit = (struct kit){ .now = 1000000, .gap = GAP_MS };
    kit->form = form_load(folder, &problems);
    if (!kit->form) {
        struct buf text = BUF_INIT;
        problems_text(&problems, &text);
        cr_log_error("%s", buf_str(&text));
        buf_done(&text);
    }
    problems_done(&problems);
    cr_assert_not_null(kit->form);
    kit->policies = policies_new(kit->form);
}

static void begin(struct kit *kit, const struct form *form, size_t nlanguages, struct wizard_staff *staff,
                  bool lines, enum wizard_touch touch)
{
    struct wizard_setup setup = {
        .form = form,
        .language = kit->language,
        .nlanguages = nlanguages,
        .policies = kit->policies,
        .clinic = { { "Small Clinic", "", "", "", "", "Ask Pat about privacy." }, "" },
        .demo = true,
        .idle_s = 120,
        .warn_s = 30,
        .wall_s = 1795000000,
        .today = { 2026, 11, 21 },
        .staff = staff,
        .lines = lines,
        .touch = touch,
        .colours = touch != TOUCH_OFF,
    };
    kit->wizard = wizard_new(&setup, kit->now);
}

void kit_open_form(struct kit *kit, const char *folder)
{
    kit_open_staff(kit, folder, NULL);
}

void kit_open_staff(struct kit *kit, const char *folder, struct wizard_staff *staff)
{
    load(kit, folder);
    begin(kit, kit->form, 0, staff, false, TOUCH_OFF);
}

void kit_open_touch(struct kit *kit, const char *folder, enum wizard_touch touch)
{
    load(kit, folder);
    begin(kit, kit->form, 0, NULL, false, touch);
}

void kit_open_plain(struct kit *kit, const char *folder)
{
    load(kit, folder);
    begin(kit, kit->form, 0, NULL, true, TOUCH_OFF);
}

void kit_open_languages(struct kit *kit, const char *folder, const char *const *code, size_t n,
                        const char *locale, enum wizard_touch touch)
{
    const struct config config = {
        .path = "kiosk.conf", .language = code, .nlanguages = n, .clinic_language = "en", .locale_dir = locale
    };
    struct problems problems = PROBLEMS_INIT;
    struct buf text = BUF_INIT;

    load(kit, folder);
    kit->languages = languages_load(&config, kit->form, &problems);
    problems_text(&problems, &text);
    cr_assert_eq(problems.total, 0, "%s", buf_str(&text));
    buf_done(&text);
    problems_done(&problems);
    for (size_t i = 0; i < kit->languages->offered; i++) {
        const struct language *from = &kit->languages->language[i];
        kit->language[i] =
            (struct wizard_language){ from->code, from->name, from->form, from->catalogue, true };
    }
    begin(kit, kit->languages->language[kit->languages->clinic].form, kit->languages->offered, NULL, false,
          touch);
}

void kit_open(struct kit *kit)
{
    kit_open_form(kit, "tests/kiosk/form");
}

void kit_close(struct kit *kit)
{
    wizard_free(kit->wizard);
    policies_free(kit->policies);
    languages_free(kit->languages);
    form_free(kit->form);
}

static unsigned feed(struct kit *kit, enum event_type type, enum event_key key, const char *text)
{
    static struct event event; /* four kilobytes, written anew each time */

    memset(&event, 0, sizeof event);
    event.type = type;
    event.key = key;
    event.mono_ms = kit->now;
    event.len = strlen(text);
    memcpy(event.text, text, event.len + 1);
    kit->effects = wizard_event(kit->wizard, &event, BODY_ROWS);
    kit->seen |= kit->effects;
    return kit->effects;
}

unsigned kit_char(struct kit *kit, const char *one)
{
    kit->now += kit->gap;
    return feed(kit, EVENT_CHAR, KEY_ID_NONE, one);
}

unsigned kit_key(struct kit *kit, enum event_key key)
{
    kit->now += kit->gap;
    return feed(kit, EVENT_KEY, key, "");
}

unsigned kit_f(struct kit *kit, int n)
{
    return kit_key(kit, (enum event_key)(KEY_ID_F1 + n - 1));
}

unsigned kit_enter(struct kit *kit)
{
    return kit_key(kit, KEY_ID_ENTER);
}

void kit_type(struct kit *kit, const char *ascii)
{
    for (; *ascii; ascii++) {
        const char one[2] = { *ascii, '\0' };
        kit->now += TYPING_MS;
        if (*ascii == '\n') {
            feed(kit, EVENT_KEY, KEY_ID_ENTER, "");
        } else {
            feed(kit, EVENT_CHAR, KEY_ID_NONE, one);
        }
    }
}

void kit_paste(struct kit *kit, const char *text)
{
    kit->now += kit->gap;
    feed(kit, EVENT_PASTE, KEY_ID_NONE, text);
}

unsigned kit_timer(struct kit *kit, int64_t ms)
{
    kit->now += ms;
    return feed(kit, EVENT_TIMER, KEY_ID_NONE, "");
}

unsigned kit_reply(struct kit *kit, enum wizard_reply reply)
{
    kit->saved += reply == REPLY_SAVED || reply == REPLY_HELD;
    kit->effects = wizard_reply(kit->wizard, reply, kit->now);
    kit->seen |= kit->effects;
    return kit->effects;
}

void kit_hold(struct kit *kit, enum event_type type, enum event_key key, const char *text, int64_t ms)
{
    int64_t end;

    kit->now += kit->gap;
    end = kit->now + ms;
    feed(kit, type, key, text);
    for (kit->now += FIRST_REPEAT_MS; kit->now <= end; kit->now += REPEAT_MS) {
        feed(kit, type, key, text);
    }
}

/* --- Walks --- */

void kit_to_birth(struct kit *kit)
{
    kit_enter(kit);
    kit_enter(kit);
    kit_char(kit, "1");
}

void kit_to_help(struct kit *kit)
{
    kit_to_birth(kit);
    kit_type(kit, "9/5/1990");
    kit_enter(kit);
}

void kit_to_name(struct kit *kit)
{
    kit_to_help(kit);
    kit_char(kit, "1");
}

void kit_to_goals(struct kit *kit)
{
    kit_to_name(kit);
    kit_type(kit, "Ada Lovelace");
    kit_enter(kit);
    kit_enter(kit);
}

void kit_to_acne(struct kit *kit)
{
    kit_to_goals(kit);
    kit_char(kit, "2");
    kit_enter(kit);
}

void kit_to_check(struct kit *kit)
{
    kit_to_acne(kit);
    kit_char(kit, "1"); /* acne */
    kit_char(kit, "1"); /* keloid */
    kit_char(kit, "1"); /* pills */
    kit_type(kit, "zinc");
    kit_enter(kit);
    kit_enter(kit);     /* an empty line: done */
    kit_char(kit, "1"); /* pregnancy */
    kit_char(kit, "1"); /* numbing */
}

void kit_to_sign(struct kit *kit)
{
    kit_to_check(kit);
    kit_enter(kit);
}

void kit_to_saving(struct kit *kit)
{
    kit_to_sign(kit);
    kit_type(kit, "Ada Lovelace");
    kit_enter(kit);
}

/* --- What is on the page --- */

const struct page *kit_page(struct kit *kit)
{
    return wizard_page(kit->wizard);
}

bool kit_at(struct kit *kit, const char *title)
{
    const struct page *page = kit_page(kit);

    return page->title && strncmp(page->title, title, strlen(title)) == 0;
}

static bool holds(const char *s, const char *text)
{
    return s && strstr(s, text) != NULL;
}

bool kit_says(struct kit *kit, const char *text)
{
    const struct page *page = kit_page(kit);
    bool found = holds(page->title, text) || holds(page->hint, text) || holds(page->error, text) ||
                 holds(page->notice, text) || holds(page->section, text);

    for (size_t i = 0; i < page->nparas; i++) {
        found = found || holds(page->para[i], text);
    }
    for (size_t i = 0; i < page->nrows; i++) {
        found = found || holds(page->row[i].text, text) || holds(page->row[i].value, text);
    }
    for (size_t i = 0; i < page->nfields; i++) {
        found = found || holds(page->field[i].label, text) || holds(page->field[i].text, text) ||
                holds(page->field[i].hint, text) || holds(page->field[i].echo, text) ||
                holds(page->field[i].error, text);
    }
    for (size_t i = 0; i < page->nactions; i++) {
        found = found || holds(page->action[i].label, text);
    }
    return found;
}

bool kit_ticked(struct kit *kit, const char *key)
{
    const struct page *page = kit_page(kit);

    for (size_t i = 0; i < page->nrows; i++) {
        if (strcmp(page->row[i].key, key) == 0) {
            return page->row[i].ticked;
        }
    }
    return false;
}

const struct page_action *kit_action(struct kit *kit, int id)
{
    const struct page *page = kit_page(kit);

    for (size_t i = 0; i < page->nactions; i++) {
        if (page->action[i].id == id) {
            return &page->action[i];
        }
    }
    return NULL;
}

size_t kit_question(const struct kit *kit, const char *id)
{
    long index = form_question_index(kit->form, id);

    cr_assert_geq(index, 0, "no question %s", id);
    return (size_t)index;
}

enum answer_state kit_state(const struct kit *kit, const char *id)
{
    return answers_state(wizard_visit(kit->wizard)->answers, kit_question(kit, id));
}

option_set kit_options(const struct kit *kit, const char *id)
{
    return answers_options(wizard_visit(kit->wizard)->answers, kit_question(kit, id));
}
