/* The language on the screen. Every language is in memory before the first patient, so that a switch is
 * another pointer and one repaint; what was typed and answered stays.
 */
#include "language.h"
#include "tr.h"
#include "wizard_internal.h"

/* Dates are typed in the order of the language: what is in the fields moves with it. */
static void speak(struct wizard *w, size_t language)
{
    const struct wizard_language *to = &w->setup.language[language];

    fields_store(w);
    w->language = language;
    w->setup.form = to->form;
    tr_use(to->catalogue);
    wizard_error(w, SIZE_MAX, "");
    fields_load(w);
}

void language_begin(struct wizard *w)
{
    if (w->setup.nlanguages == 0) {
        return;
    }
    w->language = w->setup.first_language;
    w->setup.form = w->setup.language[w->language].form;
    w->visit.consent_language = w->language;
    tr_use(w->setup.language[w->language].catalogue);
    if (language_offered(w) && !w->setup.staff) { /* the first page of all */
        w->overlay = OVERLAY_LANGUAGE;
    }
}

bool language_offered(const struct wizard *w)
{
    return w->setup.nlanguages > 1;
}

/* Of two, the other's own name: whoever landed in the wrong one can read it. */
const char *language_label(const struct wizard *w)
{
    return w->setup.nlanguages == 2 ? w->setup.language[1 - w->language].name : tr("Language");
}

void language_open(struct wizard *w)
{
    if (w->setup.nlanguages == 2) {
        speak(w, 1 - w->language);
        w->touched = true;
        wizard_turned(w);
    } else {
        w->covered = w->overlay == OVERLAY_MAP ? OVERLAY_NONE : w->overlay; /* its list is below it */
        wizard_overlay(w, OVERLAY_LANGUAGE);
    }
}

void language_choose(struct wizard *w, size_t language)
{
    speak(w, language);
    language_close(w);
}

void language_close(struct wizard *w)
{
    wizard_overlay(w, w->covered);
    w->covered = OVERLAY_NONE;
}

void language_page(struct wizard *w)
{
    const char *clinic = w->setup.clinic.fact[PLACEHOLDER_CLINIC];

    if (!w->touched) {
        w->page.tone = PAGE_WELCOME;
    }
    pages_title(w, !w->touched && clinic && *clinic ? clinic : tr("Language"));
    w->page.mark = MARK_ONE;
    for (size_t i = 0; i < w->setup.nlanguages; i++) {
        const char key[2] = { (char)('1' + i), '\0' };
        pages_row(w, key, w->setup.language[i].name, ROW_LANGUAGE, i)->ticked =
            w->touched && i == w->language;
    }
}
