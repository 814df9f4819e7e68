#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void page_set(char **slot, const char *text)
{
    char *copy = text ? mem_strdup(text) : NULL; /* first: text may be *slot */

    mem_wipe_free(*slot);
    *slot = copy;
}

void page_init(struct page *page)
{
    *page = (struct page){ .tone = PAGE_PLAIN };
}

void page_reset(struct page *page)
{
    for (size_t i = 0; i < page->nparas; i++) {
        mem_wipe_free(page->para[i]);
    }
    for (size_t i = 0; i < page->nrows; i++) {
        mem_wipe_free(page->row[i].key);
        mem_wipe_free(page->row[i].text);
        mem_wipe_free(page->row[i].value);
    }
    for (size_t i = 0; i < page->nfields; i++) {
        mem_wipe_free(page->field[i].label);
        mem_wipe_free(page->field[i].text);
        mem_wipe_free(page->field[i].hint);
        mem_wipe_free(page->field[i].echo);
        mem_wipe_free(page->field[i].error);
    }
    for (size_t i = 0; i < page->nactions; i++) {
        mem_wipe_free(page->action[i].label);
        mem_wipe_free(page->action[i].key);
    }
    for (size_t i = 0; i < page->nkeys; i++) {
        mem_wipe_free(page->key[i].label);
    }
    free(page->key);
    free(page->para);
    free(page->row);
    free(page->field);
    free(page->action);
    mem_wipe_free(page->section);
    mem_wipe_free(page->title);
    mem_wipe_free(page->hint);
    mem_wipe_free(page->error);
    mem_wipe_free(page->notice);
    mem_wipe_free(page->code_text);
    qr_done(&page->code);
    page_init(page);
}

void page_add_para(struct page *page, const char *text)
{
    page->para = mem_realloc(page->para, page->nparas + 1, sizeof *page->para);
    page->para[page->nparas++] = mem_strdup(text);
}

struct page_row *page_add_row(struct page *page, const char *key, const char *text)
{
    page->row = mem_realloc(page->row, page->nrows + 1, sizeof *page->row);
    struct page_row *row = &page->row[page->nrows++];

    *row = (struct page_row){ .key = mem_strdup(key), .text = mem_strdup(text) };
    return row;
}

struct page_field *page_add_field(struct page *page, const char *label, const char *text)
{
    page->field = mem_realloc(page->field, page->nfields + 1, sizeof *page->field);
    struct page_field *field = &page->field[page->nfields++];

    *field = (struct page_field){ .label = mem_strdup(label), .text = mem_strdup(text) };
    return field;
}

struct page_action *page_add_action(struct page *page, int id, const char *key, const char *label)
{
    page->action = mem_realloc(page->action, page->nactions + 1, sizeof *page->action);
    struct page_action *action = &page->action[page->nactions++];

    *action = (struct page_action){ .label = mem_strdup(label), .key = mem_strdup(key), .id = id };
    return action;
}

void page_add_key(struct page *page, const char *label, int row, int at, int units)
{
    page->key = mem_realloc(page->key, page->nkeys + 1, sizeof *page->key);
    page->key[page->nkeys++] = (struct page_key){ mem_strdup(label), row, at, units };
}

size_t page_first_key(const struct page *page)
{
    return page->nfields + page->nrows + page->nactions;
}

size_t page_focus_count(const struct page *page)
{
    return page_first_key(page) + page->nkeys;
}

const struct page_field *page_focus_field(const struct page *page, size_t focus)
{
    return focus < page->nfields ? &page->field[focus] : NULL;
}

const struct page_row *page_focus_row(const struct page *page, size_t focus)
{
    size_t i = focus - page->nfields;

    return focus >= page->nfields && i < page->nrows ? &page->row[i] : NULL;
}

const struct page_action *page_focus_action(const struct page *page, size_t focus)
{
    size_t before = page->nfields + page->nrows;

    return focus >= before && focus - before < page->nactions ? &page->action[focus - before] : NULL;
}

const struct page_key *page_focus_key(const struct page *page, size_t focus)
{
    size_t before = page_first_key(page);

    return focus >= before && focus - before < page->nkeys ? &page->key[focus - before] : NULL;
}
