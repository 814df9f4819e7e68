#include "review_screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static char *printed(const char *fmt, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0) {
        text = NULL;
    }
    return mem_need(text);
}

static void *more(void *old, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return old;
    }
    *cap = *cap == 0 ? 8 : 2 * *cap;
    return mem_realloc(old, *cap, size);
}

static void add_text(struct screen_texts *texts, enum ui_style style, const char *label, char *text)
{
    texts->at = more(texts->at, texts->n, &texts->cap, sizeof *texts->at);
    texts->at[texts->n++] = (struct screen_text){ style, mem_strdup(label), text, false };
}

void screen_drawn(struct screen_texts *texts, const char *text)
{
    screen_text(texts, UI_TEXT, "", text);
    texts->at[texts->n - 1].drawn = true;
}

void screen_text(struct screen_texts *texts, enum ui_style style, const char *label, const char *text)
{
    add_text(texts, style, label, mem_strdup(text));
}

void screen_textf(struct screen_texts *texts, enum ui_style style, const char *label, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add_text(texts, style, label, printed(fmt, args));
    va_end(args);
}

void screen_texts_done(struct screen_texts *texts)
{
    for (size_t i = 0; i < texts->n; i++) {
        mem_wipe_free(texts->at[i].label);
        mem_wipe_free(texts->at[i].text);
    }
    free(texts->at);
    *texts = (struct screen_texts){ 0 };
}

void screen_set(char **slot, const char *text)
{
    char *copy = text == NULL ? NULL : mem_strdup(text);
    mem_wipe_free(*slot);
    *slot = copy;
}

void screen_setf(char **slot, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = printed(fmt, args);
    va_end(args);
    mem_wipe_free(*slot);
    *slot = text;
}

void screen_add_choice(struct screen *screen, const char *key, bool off, const char *text)
{
    screen->choice = more(screen->choice, screen->nchoices, &screen->cap_choices, sizeof *screen->choice);
    screen->choice[screen->nchoices++] = (struct screen_choice){ mem_strdup(key), mem_strdup(text), off };
}

void screen_add_key(struct screen *screen, int id, const char *key, const char *label)
{
    screen->key = more(screen->key, screen->nkeys, &screen->cap_keys, sizeof *screen->key);
    screen->key[screen->nkeys++] = (struct screen_key){ mem_strdup(key), mem_strdup(label), id, false };
}

void screen_reset(struct screen *screen)
{
    char **const text[] = { &screen->title,        &screen->right,  &screen->find_text, &screen->empty,
                            &screen->detail_title, &screen->prompt, &screen->error,     &screen->notice };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        mem_wipe_free(*text[i]);
    }
    screen_texts_done(&screen->head);
    screen_texts_done(&screen->detail);
    screen_texts_done(&screen->prompt_text);
    for (size_t i = 0; i < screen->ntabs; i++) {
        free(screen->tab[i]);
    }
    for (size_t i = 0; i < screen->nchoices; i++) {
        free(screen->choice[i].key);
        mem_wipe_free(screen->choice[i].text);
    }
    for (size_t i = 0; i < screen->nfields; i++) {
        mem_wipe_free(screen->field[i].label);
        mem_wipe_free(screen->field[i].text);
    }
    for (size_t i = 0; i < screen->nkeys; i++) {
        free(screen->key[i].key);
        free(screen->key[i].label);
    }
    free(screen->choice);
    free(screen->key);
    *screen = (struct screen){ 0 };
}

void screen_row_reset(struct screen_row *row)
{
    row->style = UI_TEXT;
    for (size_t i = 0; i < SCREEN_CELLS; i++) {
        if (row->cell[i].data != NULL) {
            explicit_bzero(row->cell[i].data, row->cell[i].cap);
        }
        buf_reset(&row->cell[i]);
    }
}

void screen_row_done(struct screen_row *row)
{
    for (size_t i = 0; i < SCREEN_CELLS; i++) {
        buf_wipe(&row->cell[i]);
    }
}
