/* What a patient does, said outright instead of by keys. Nothing is held down here and all of a page has been
 * said, so none of the rules about keys apply; what an answer or an action then does is the same code.
 */
#include "wizard_internal.h"

/* False: it is over, or another page is shown than the one that was meant. */
static bool begin(struct wizard *w, int64_t mono_ms)
{
    w->effects = EFFECT_NONE;
    if (mono_ms > w->now_ms) {
        w->now_ms = mono_ms;
    }
    w->input_ms = w->now_ms;
    w->held.acted = false;
    w->act.valid = false;
    w->pending = '\0';
    wizard_page(w);
    return !w->ended;
}

static bool has_action(const struct wizard *w, enum wizard_action action)
{
    for (size_t i = 0; i < w->page.nactions; i++) {
        if (w->page.action[i].id == (int)action) {
            return true;
        }
    }
    return false;
}

unsigned wizard_act(struct wizard *w, enum wizard_action action, int64_t mono_ms)
{
    if (!begin(w, mono_ms) || !has_action(w, action)) {
        return wizard_done(w);
    }
    bool staff = action == ACTION_STAFF;
    if (w->warning) {
        w->warning = false;
        w->hidden = w->hidden && !staff;
        if (staff) {
            wizard_overlay(w, OVERLAY_STAFF);
        } else {
            wizard_turned(w);
        }
    } else {
        w->hidden = w->hidden && !staff;
        keys_act(w, (int)action);
    }
    return wizard_done(w);
}

unsigned wizard_choose(struct wizard *w, size_t row, bool tick, int64_t mono_ms)
{
    if (begin(w, mono_ms) && row < w->page.nrows) {
        keys_choose(w, row, tick ? BY_SPACE : BY_DIGIT);
    }
    return wizard_done(w);
}

unsigned wizard_type(struct wizard *w, size_t field, const char *text, int64_t mono_ms)
{
    if (begin(w, mono_ms) && field < w->page.nfields) {
        fields_type(w, field, text);
    }
    return wizard_done(w);
}

void wizard_heard(struct wizard *w, int64_t mono_ms)
{
    (void)begin(w, mono_ms);
    if (w->warning) {
        w->warned_ms = w->now_ms;
    }
}

bool wizard_warning(const struct wizard *w)
{
    return w->warning;
}
