/* Who comes back with a slip. The number is taken as typed: this program has nothing to hold it against, and
 * a wrong one is found out at the desk. "No" to a "since your last visit" leaves the questions it stands for
 * to be carried over by staff; anything else, a skip too, opens them here.
 */
#include <string.h>

#include "mem.h"
#include "text.h"
#include "language.h"
#include "tr.h"
#include "wizard_internal.h"

bool since_returning(const struct wizard *w)
{
    return *w->slip != '\0';
}

const struct form_since *since_at(const struct wizard *w, size_t pos)
{
    return flow_stage(w, pos) == STAGE_SINCE ? &w->setup.form->since[pos - flow_at(w, STAGE_SINCE)] : NULL;
}

enum since *since_answer(struct wizard *w, size_t pos)
{
    return &w->since[pos - flow_at(w, STAGE_SINCE)];
}

bool since_left(const struct wizard *w, size_t question)
{
    const struct form *form = w->setup.form;
    size_t main = form->question[question].main;
    bool left = false;

    for (size_t i = 0; since_returning(w) && i < form->nsince; i++) {
        for (size_t q = 0; q < form->since[i].nquestions; q++) {
            if (form->since[i].question[q] != main) {
                continue;
            }
            if (w->since[i] != SINCE_NO) {
                return false;
            }
            left = true;
        }
    }
    return left;
}

/* --- The number --- */

void since_open(struct wizard *w, const char *digit)
{
    w->slip_open = true;
    flow_enter(w, flow_at(w, STAGE_SLIP));
    if (*digit) {
        edit_set(&w->edit[0], digit);
    }
}

bool since_commit(struct wizard *w)
{
    char *tidy = text_tidy_digits(w->edit[0].text);
    size_t digits = tidy ? strspn(tidy, "0123456789") : 0;
    bool empty = !tidy || !*tidy;
    bool good = empty || (digits == WIZARD_SLIP_DIGITS && !tidy[digits]);

    if (good) {
        wizard_string(&w->slip, tidy);
    } else {
        wizard_error(w, 0, tr("The number has four digits. If you have none, leave this empty."));
    }
    mem_wipe_free(tidy);
    return good;
}

/* A digit pressed by mistake opened the page, and would stand in the way of who has no slip. */
void since_leave(struct wizard *w)
{
    if (flow_stage(w, w->pos) == STAGE_SLIP && !since_returning(w)) {
        fields_clear(w);
        w->slip_open = false;
    }
}

/* --- Pages --- */

void since_slip_page(struct wizard *w)
{
    page_set(&w->page.title, tr("What number is on your slip?"));
    page_add_para(&w->page, tr("Staff gave it to you today. If you have none, leave this empty."));
}

static void row(struct wizard *w, const char *key, const char *text, enum since answer)
{
    struct page_row *made = pages_row(w, key, text, ROW_MENU, (uint64_t)MENU_SINCE + (uint64_t)answer);

    made->ticked = *since_answer(w, w->pos) == answer;
    made->apart = answer == SINCE_UNSURE;
}

void since_page(struct wizard *w)
{
    const struct form_since *since = since_at(w, w->pos);

    if (since == NULL) {
        return; /* the page is drawn at its own places alone */
    }
    page_set(&w->page.section, tr("Since your last visit"));
    w->page.steps = (unsigned)w->setup.form->nsince;
    w->page.step = (unsigned)(w->pos - flow_at(w, STAGE_SINCE)) + 1;
    page_set(&w->page.title, since->text);
    w->page.mark = MARK_ONE;
    row(w, "1", tr("No"), SINCE_NO);
    row(w, "2", tr("Yes"), SINCE_YES);
    row(w, "0", tr("Not sure"), SINCE_UNSURE);
    row(w, language_private(), tr("I'd rather tell the practitioner in private"), SINCE_PRIVATE);
}

/* --- What the record needs --- */

void since_visit(struct wizard *w)
{
    static const char *const words[] = { [SINCE_SKIPPED] = "skipped",
                                         [SINCE_NO] = "no",
                                         [SINCE_YES] = "yes",
                                         [SINCE_UNSURE] = "unsure",
                                         [SINCE_PRIVATE] = "private" };
    const struct form *form = w->setup.form;

    for (size_t i = 0; i < form->nsince; i++) {
        w->since_words[i] = words[w->since[i]];
    }
    for (size_t i = 0; i < form->nquestions; i++) {
        w->left[i] = since_left(w, i);
    }
    w->visit.slip = w->slip;
    w->visit.since = w->since_words;
    w->visit.left = w->left;
}
