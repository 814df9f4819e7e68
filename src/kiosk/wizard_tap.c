/* What a finger or a mouse does. What is chosen so is chosen as by its key; a hand that shakes, or taps twice
 * by habit, must not answer the page that comes after.
 */
#include "wizard_internal.h"

/* Nobody reads a page in half a second, and twice on one place sooner than this was meant once. */
enum { DOUBLE_TAP_MS = 500, BOUNCE_MS = 110 };

static bool is_double(struct wizard *w, size_t focus)
{
    int64_t least = page_focus_key(&w->page, focus) ? BOUNCE_MS : DOUBLE_TAP_MS; /* "ll" is meant twice */
    bool same = focus == w->tap_focus && w->now_ms - w->tap_ms < least;

    if (same || w->now_ms - w->turned_ms < DOUBLE_TAP_MS) {
        return true;
    }
    w->tap_focus = focus;
    w->tap_ms = w->now_ms;
    return false;
}

static void tap(struct wizard *w, size_t focus)
{
    if (is_double(w, focus)) {
        return;
    }
    w->held.acted = false;
    if (w->pending && digits_before_tap(w, focus)) {
        return;
    }
    const struct page_action *action = page_focus_action(&w->page, focus);

    if (page_focus_field(&w->page, focus)) {
        keys_focus(w, focus);
    } else if (page_focus_row(&w->page, focus)) {
        digits_choose(w, focus - w->page.nfields);
    } else if (action) {
        keys_act(w, action->id);
    } else if (page_focus_key(&w->page, focus)) {
        pad_press(w, focus - page_first_key(&w->page));
    }
    w->act.valid = false; /* no key is held down that could mean it */
}

unsigned wizard_tap(struct wizard *w, size_t focus, int64_t mono_ms)
{
    if (mono_ms > w->now_ms) {
        w->now_ms = mono_ms;
    }
    const struct page_action *action = page_focus_action(wizard_page(w), focus);

    w->effects = EFFECT_NONE;
    if (w->warning && action) {
        return wizard_act(w, (enum wizard_action)action->id, mono_ms);
    }
    if (w->ended || w->warning) {
        return wizard_done(w);
    }
    w->input_ms = w->now_ms;
    tap(w, focus);
    return wizard_done(w);
}
