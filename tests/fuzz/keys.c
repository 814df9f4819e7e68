#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "form_load.h"
#include "fuzz.h"
#include "wizard.h"

enum { ROWS = 16 };

static struct form *form;
static struct policies *policies;

static void done(void)
{
    policies_free(policies);
    form_free(form);
}

static void load(void)
{
    struct problems problems = PROBLEMS_INIT;
    form = form_load("tests/kiosk/form", &problems);
    must(form != NULL);
    problems_done(&problems);
    policies = policies_new(form);
    atexit(done);
}

static struct wizard *wizard_of(int64_t now)
{
    struct wizard_setup setup = {
        .form = form,
        .policies = policies,
        .clinic = { { "Small Clinic", "", "", "", "", "Ask Pat about privacy." }, "" },
        .demo = true,
        .colours = true,
        .touch = TOUCH_PAD,
        .idle_s = 120,
        .warn_s = 30,
        .wall_s = 1795000000,
        .today = { 2026, 11, 21 },
    };
    struct wizard *wizard = wizard_new(&setup, now);
    wizard_room(wizard, 24, 80);
    return wizard;
}

/* A pause, time that passes, another size, or the letterbox that answers, by the byte after 0xff. False:
 * nothing comes. */
static bool other(uint8_t what, struct wizard *wizard, struct decode *decode, struct event *event,
                  int64_t *now)
{
    if (what >= 0xf0) {
        wizard_room(wizard, what % 2 ? 24 : 12, 80);
        return false;
    }
    if (what % 8 == 7) {
        return decode_pause(decode, event);
    }
    *now += what % 8 == 6 ? 31000 : 1000;
    event->type = EVENT_TIMER;
    return decode_patience(decode) < 0 || decode_expire(decode, event);
}

/* Bytes as a terminal sends them; 0xff, which is in no text, and the byte after it are something else. A
 * click is a tap on what has the number of its row. */
int fuzz_keys(const uint8_t *data, size_t size)
{
    static struct event event;
    static struct decode decode;
    int64_t now = 1000000;
    if (form == NULL) {
        load();
    }
    decode_init(&decode);
    decode.mouse = true;
    struct wizard *wizard = wizard_of(now);
    for (size_t i = 0; i < size; i++) {
        memset(&event, 0, sizeof event);
        now += 200;
        unsigned effects = EFFECT_NONE;
        if (data[i] != 0xff) {
            effects = decode_byte(&decode, data[i], &event) ? EFFECT_REDRAW : EFFECT_NONE;
        } else if (++i < size && data[i] < 6) {
            effects = wizard_reply(wizard, (enum wizard_reply)data[i], now);
            event.type = EVENT_NONE;
        } else if (i < size && other(data[i], wizard, &decode, &event, &now)) {
            effects = EFFECT_REDRAW;
        }
        if (event.type != EVENT_NONE) {
            must(event.len <= EVENT_PASTE_MAX);
            event.mono_ms = now;
            effects = event.type == EVENT_CLICK ? wizard_tap(wizard, (size_t)event.row, now)
                                                : wizard_event(wizard, &event, ROWS);
        }
        must(wizard_page(wizard) != NULL);
        if ((effects & EFFECT_SIGN) != 0) {
            wizard_wipe(wizard);
        }
        if ((effects & EFFECT_END) != 0) {
            wizard_free(wizard);
            wizard = wizard_of(now);
        }
    }
    wizard_free(wizard);
    decode_done(&decode);
    return 0;
}
