/* The form's pages to read: about the treatment before the questions, aftercare with the result. Nobody has
 * to read them. Which of them are said is settled once, when they are opened or, for those that come with the
 * result, before the answers they depend on are wiped.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tr.h"
#include "wizard_internal.h"

static bool is_said(const struct wizard *w, const struct form_paragraph *paragraph)
{
    return !paragraph->when ||
           answers_cond(w->answers, paragraph->when, w->setup.policies->value, w->setup.today);
}

static bool is_offered(const struct wizard *w, const struct form_page *page, enum form_page_at at)
{
    bool any = false;

    for (size_t i = 0; i < page->nparagraphs && page->at == at && !any; i++) {
        any = is_said(w, &page->paragraph[i]);
    }
    return any;
}

void leaflet_drop(struct wizard *w)
{
    for (size_t i = 0; i < w->nleaves; i++) {
        const struct form_page *page = &w->setup.form->page[w->leaf[i].page];
        explicit_bzero(w->leaf[i].said, page->nparagraphs * sizeof *w->leaf[i].said);
        free(w->leaf[i].said);
    }
    free(w->leaf);
    w->leaf = NULL;
    w->nleaves = w->leaf_at = 0;
}

static void add(struct wizard *w, size_t index)
{
    const struct form_page *page = &w->setup.form->page[index];

    w->leaf = mem_realloc(w->leaf, w->nleaves + 1, sizeof *w->leaf);
    struct leaf *leaf = &w->leaf[w->nleaves++];
    *leaf = (struct leaf){ index, mem_alloc((page->nparagraphs + 1) * sizeof *leaf->said) };
    for (size_t i = 0; i < page->nparagraphs; i++) {
        leaf->said[i] = is_said(w, &page->paragraph[i]);
    }
}

static void collect(struct wizard *w, enum form_page_at at)
{
    const struct form *form = w->setup.form;

    leaflet_drop(w);
    for (size_t i = 0; i < form->npages; i++) {
        if (is_offered(w, &form->page[i], at)) {
            add(w, i);
        }
    }
}

bool leaflet_offered(const struct wizard *w)
{
    const struct form *form = w->setup.form;
    bool any = false;

    if (w->leaves_kept) {
        return flow_stage(w, w->pos) == STAGE_RESULT && w->nleaves > 0;
    }
    for (size_t i = 0; i < form->npages && !any; i++) {
        any = is_offered(w, &form->page[i], FORM_PAGE_BEFORE);
    }
    return any && flow_stage(w, w->pos) < STAGE_MINOR;
}

void leaflet_keep(struct wizard *w)
{
    collect(w, FORM_PAGE_AFTER);
    w->leaves_kept = true;
}

static void turn_to(struct wizard *w, size_t at)
{
    w->leaf_at = at;
    wizard_overlay(w, OVERLAY_LEAFLET);
}

void leaflet_open(struct wizard *w)
{
    if (!w->leaves_kept) {
        collect(w, FORM_PAGE_BEFORE);
    }
    turn_to(w, 0);
}

void leaflet_next(struct wizard *w)
{
    if (w->leaf_at + 1 < w->nleaves) {
        turn_to(w, w->leaf_at + 1);
    } else {
        wizard_overlay(w, OVERLAY_NONE);
    }
}

void leaflet_back(struct wizard *w)
{
    if (w->leaf_at > 0) {
        turn_to(w, w->leaf_at - 1);
    } else {
        wizard_overlay(w, OVERLAY_NONE);
    }
}
