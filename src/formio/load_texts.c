/* What a patient reads around the questions: the texts, and the pages of information before and after. */
#include <string.h>

#include "cond.h"
#include "load.h"

/* --- Texts --- */

/* What is said where the clinic has not given a fact: needed for each that a text names. */
static void read_instead(struct loader *loader, const config_setting_t *texts)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_member(texts, "instead");
    struct form_texts *out = &loader->form->texts;

    if (at && reader_is_group(reader, at)) {
        reader_known(reader, at, placeholder_name);
    }
    for (int i = 0; i < PLACEHOLDERS; i++) {
        const config_setting_t *used = reader->placeholder[i];
        const char *name = placeholder_name[i];

        out->instead[i] = at ? reader_text(reader, at, name, OPTIONAL, ONE_LINE) : NULL;
        if (used && !(at && reader_member(at, name))) {
            reader_fault(
                reader, used,
                ": {%s} stands here, but there are no words for a clinic that has not given it. Write "
                "instead = { %s = \"...\"; }.",
                name, name);
        }
    }
}

void load_texts(struct loader *loader)
{
    static const char *const known[] = { "welcome",      "privacy",        "consent", "attestation",
                                         "result_clear", "result_flagged", "minor",   "urgent",
                                         "next",         "instead",        NULL };
    enum { PARAGRAPHS = 20, NEXT_LINES = 3 };
    struct form_texts *texts = &loader->form->texts;
    struct reader *reader = &loader->reader;
    const config_setting_t *at = loader->texts;

    if (!at) {
        return; /* reported with the parts */
    }
    reader_subject(reader, "texts");
    if (!reader_is_group(reader, at)) {
        return;
    }
    reader_known(reader, at, known);
    texts->welcome = reader_texts(reader, at, "welcome", REQUIRED, FILLED_LINES, &texts->nwelcome);
    texts->privacy = reader_texts(reader, at, "privacy", REQUIRED, FILLED_LINES, &texts->nprivacy);
    texts->consent = reader_texts(reader, at, "consent", REQUIRED, FILLED_LINES, &texts->nconsent);
    texts->attestation = reader_text(reader, at, "attestation", REQUIRED, FILLED_LINES);
    texts->result_clear = reader_text(reader, at, "result_clear", REQUIRED, FILLED_LINES);
    texts->result_flagged = reader_text(reader, at, "result_flagged", REQUIRED, FILLED_LINES);
    texts->minor = reader_text(reader, at, "minor", REQUIRED, FILLED_LINES);
    texts->urgent = reader_text(reader, at, "urgent", REQUIRED, FILLED_LINES);
    texts->next = reader_texts(reader, at, "next", REQUIRED, FILLED_LINE, &texts->nnext);
    if (texts->nwelcome > PARAGRAPHS || texts->nprivacy > PARAGRAPHS || texts->nconsent > PARAGRAPHS) {
        reader_fault(reader, at, " has more than %d paragraphs under one name.", PARAGRAPHS);
    }
    if (texts->nnext > NEXT_LINES) {
        reader_fault(reader, at, " has %zu lines under \"next\"; there is room for %d.", texts->nnext,
                     NEXT_LINES);
    }
    read_instead(loader, at);
}

/* --- Pages --- */

/* Before the questions nothing is answered yet, but for what the clinic has set. */
static bool waits_for_answers(const struct loader *loader, const struct form_cond *cond)
{
    for (size_t i = 0; i < loader->questions.n; i++) {
        if (!loader->question[i].set_to && cond_mentions(cond, i)) {
            return true;
        }
    }
    return false;
}

/* A paragraph: a text, or a group of a text and when it is shown. */
static void read_paragraph(struct loader *loader, const config_setting_t *at, enum form_page_at where,
                           struct form_paragraph *paragraph)
{
    static const char *const known[] = { "text", "when", NULL };
    struct reader *reader = &loader->reader;
    size_t first;

    if (!config_setting_is_group(at)) {
        paragraph->text = reader_text_of(reader, at, FILLED_LINES);
        return;
    }
    reader_known(reader, at, known);
    paragraph->text = reader_text(reader, at, "text", REQUIRED, FILLED_LINES);
    const config_setting_t *when = reader_member(at, "when");
    if (!when) {
        return;
    }
    paragraph->when = load_cond(loader, when, COND_QUESTION, SIZE_MAX, &first);
    if (paragraph->when && where == FORM_PAGE_BEFORE && waits_for_answers(loader, paragraph->when)) {
        reader_fault(reader, when, " is read before the questions, so its text cannot hang on an answer.");
    }
}

static void read_page(struct loader *loader, const config_setting_t *group, struct form_page *page)
{
    static const char *const known[] = { "id", "at", "title", "text", "facts", "sources", NULL };
    static const char *const when[] = { "before", "after", NULL }; /* by enum */
    enum { PARAGRAPHS = 40 };
    struct reader *reader = &loader->reader;
    const config_setting_t *list;

    reader_known(reader, group, known);
    const config_setting_t *at = reader_find(reader, group, "at", REQUIRED);
    int word = at ? reader_word_of(reader, at, when) : -1;
    page->at = word < 0 ? FORM_PAGE_AFTER : (enum form_page_at)word;
    page->title = reader_text(reader, group, "title", REQUIRED, FILLED_LINE);
    size_t n = reader_count(reader, group, "text", REQUIRED, &list);
    if (n > PARAGRAPHS) {
        reader_fault(reader, list, " has %zu paragraphs; there may be at most %d.", n, PARAGRAPHS);
        return;
    }
    struct form_paragraph *paragraph = arena_alloc(reader->arena, n * sizeof *paragraph);
    for (size_t i = 0; i < n; i++) {
        read_paragraph(loader, config_setting_get_elem(list, (unsigned)i), page->at, &paragraph[i]);
    }
    page->paragraph = paragraph;
    page->nparagraphs = n;
    page->source =
        load_find_all(loader, &loader->source_names, "source", group, "sources", OPTIONAL, &page->nsources);
    page->fact = reader_texts(reader, group, "facts", OPTIONAL, ONE_LINE, &page->nfacts);
}

void load_pages(struct loader *loader)
{
    struct reader *reader = &loader->reader;
    struct names ids = NAMES_INIT;
    size_t n = loader->pages.n;
    struct form_page *page = arena_alloc(reader->arena, n * sizeof *page);

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *group = loader->pages.at[i];

        reader_subject(reader, "page number %zu", i + 1);
        if (!reader_is_group(reader, group)) {
            continue;
        }
        page[i].id = reader_id(reader, group, "id", LETTER_START);
        if (page[i].id && load_declare(loader, &ids, "page", page[i].id, i, group)) {
            reader_subject(reader, "page %s", page[i].id);
            read_page(loader, group, &page[i]);
        }
    }
    names_done(&ids);
    loader->form->page = page;
    loader->form->npages = n;
}
