/* Plain mode: what a line that was typed means. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "plain_internal.h"
#include "text.h"
#include "tr.h"
#include "wizard_entry.h"

/* Something is said in answer, and the page is asked again. */
static unsigned answer(struct plain *p, const char *text)
{
    plain_say(p, text);
    p->said = true;
    return EFFECT_REDRAW;
}

static bool same_word(const char *a, const char *b)
{
    char *x = text_fold_words(a), *y = text_fold_words(b);
    bool is = *x && strcmp(x, y) == 0;

    mem_wipe_free(x);
    mem_wipe_free(y);
    return is;
}

/* The action a line names: "F2" anywhere; its word, behind a slash where words are text. NULL: none. */
static const struct page_action *command(const struct page *page, const char *line)
{
    bool slash = line[0] == '/';

    for (size_t i = 0; i < page->nactions; i++) {
        const struct page_action *action = &page->action[i];
        if (action->key[0] && !action->primary && strcasecmp(action->key, line + slash) == 0) {
            return action;
        }
        if ((slash || page->nfields == 0) && same_word(action->label, line)) {
            return action;
        }
    }
    return NULL;
}

static bool find_row(const struct page *page, const char *line, size_t *row)
{
    char key[24];

    for (size_t i = 0; i < page->nrows; i++) {
        plain_row_key(page, i, key);
        if (strcasecmp(key, line) == 0) {
            *row = i;
            return true;
        }
    }
    return false;
}

/* A name of a key that this page does not have, like "F4". */
static bool is_key_name(const char *line)
{
    return (line[0] == 'F' || line[0] == 'f') && line[1] >= '0' && line[1] <= '9' &&
           (line[2] == '\0' || (line[2] >= '0' && line[2] <= '9' && line[3] == '\0'));
}

/* One answer is said again, for the page that follows does not show it. */
static unsigned choose(struct plain *p, struct wizard *w, size_t row, int64_t ms)
{
    const struct page *page = wizard_page(w);
    enum page_mark mark = page->mark;
    unsigned serial = page->serial;
    char *text = mem_strdup(page->row[row].text);
    unsigned effects = wizard_choose(w, row, false, ms);

    if (mark != MARK_NONE && wizard_page(w)->serial != serial) {
        plain_say_with(p, tr("You chose: {answer}"), "{answer}", text);
        p->said = true;
    }
    mem_wipe_free(text);
    return effects;
}

/* The rows 0 to n that are wanted and not ticked. */
static size_t still_wanted(struct wizard *w, const bool *wanted, size_t n)
{
    size_t missing = 0;

    for (size_t i = 0; i < n; i++) {
        missing += wanted[i] && !wizard_page(w)->row[i].ticked;
    }
    return missing;
}

/* In their order, so that "not sure" comes to stand beside the others. What takes another one away with it
 * ("none of these", and an illness) is a slip of the fingers: then none of them is an answer. */
static unsigned tick(struct plain *p, struct wizard *w, const bool *wanted, size_t n, int64_t ms)
{
    unsigned effects = EFFECT_REDRAW;

    if (still_wanted(w, wanted, n) == 0) { /* "1 2" means both, even where both are chosen already */
        plain_say_ticks(p, wizard_page(w));
        return effects;
    }
    for (size_t i = 0; i < n; i++) {
        bool chosen = wizard_page(w)->row[i].ticked;
        effects |= wanted[i] && !chosen ? wizard_choose(w, i, true, ms) : EFFECT_NONE;
    }
    if (still_wanted(w, wanted, n) == 0) {
        return effects;
    }
    for (size_t i = 0; i < n; i++) {
        bool chosen = wizard_page(w)->row[i].ticked;
        effects |= wanted[i] && chosen ? wizard_choose(w, i, true, ms) : EFFECT_NONE;
    }
    return effects | answer(p, tr("These answers do not go together. Type again the numbers that fit."));
}

/* "1 3, 5": each a row of its own, or none is chosen. */
static unsigned choose_several(struct plain *p, struct wizard *w, char *line, int64_t ms)
{
    const struct page *page = wizard_page(w);
    bool *wanted = mem_alloc(page->nrows * sizeof *wanted), known = true;
    size_t row = 0, n = 0;
    unsigned effects;

    for (char *word = strtok_r(line, " ,;+", &line); word && known; word = strtok_r(NULL, " ,;+", &line)) {
        known = find_row(page, word, &row);
        n += known && !wanted[row];
        wanted[row] = wanted[row] || known;
    }
    if (!known || n == 0) {
        effects = answer(p, tr("That is not on the list. Type one of the numbers above."));
    } else if (n > 1 && page->mark != MARK_MANY) {
        effects = answer(p, tr("Only one answer fits here. Type one number."));
    } else {
        effects = n == 1 ? choose(p, w, row, ms) : tick(p, w, wanted, page->nrows, ms);
    }
    free(wanted);
    return effects;
}

/* The page is complete. If a field is refused, it is asked again, and nothing else. */
static unsigned commit(struct plain *p, struct wizard *w, int64_t ms)
{
    unsigned serial = p->serial, effects = wizard_act(w, ACTION_NEXT, ms);
    const struct page *page = wizard_page(w);
    size_t field;

    p->mending = page->serial == serial && plain_error(page, &field) != NULL;
    if (page->serial == serial) {
        p->field = p->mending && field != SIZE_MAX ? field : 0;
    }
    return effects | EFFECT_REDRAW;
}

static unsigned field_filled(struct plain *p, struct wizard *w, int64_t ms)
{
    const struct page *page = wizard_page(w);

    if (page->field[p->field].error) { /* what did not fit was cut: the patient decides */
        return EFFECT_REDRAW;
    }
    if (p->mending || p->field + 1 >= page->nfields) {
        return commit(p, w, ms);
    }
    p->field++;
    return EFFECT_REDRAW;
}

static void empty_fields(struct wizard *w, size_t from, size_t to, int64_t ms)
{
    for (size_t i = from; i < to; i++) {
        (void)wizard_type(w, i, "", ms);
    }
}

/* In a box of a few digits the end of what is too long is cut, and nobody sees it here. False: it was. */
static bool type_whole(struct wizard *w, size_t field, const char *text, int64_t ms)
{
    (void)wizard_type(w, field, text, ms);
    const struct page_field *now = &wizard_page(w)->field[field];
    char *ascii = text_tidy_digits(text); /* as a number is kept */
    bool whole = now->error || strcmp(now->text, text) == 0 || (ascii && strcmp(now->text, ascii) == 0);

    mem_wipe_free(ascii);
    return whole;
}

static unsigned type_date(struct plain *p, struct wizard *w, const char *line, int64_t ms)
{
    char *text[3];
    unsigned effects = EFFECT_REDRAW;
    bool good = entry_date_line(line, text);
    enum entry_part order[3];

    entry_date_order(order);
    for (size_t i = 0; i < 3 && good; i++) {
        good = type_whole(w, i, text[order[i]], ms);
    }
    if (good) {
        const char *echo = wizard_page(w)->field[2].echo;
        if (echo) {
            plain_say_with(p, tr("You typed: {answer}"), "{answer}", echo);
        }
        effects |= commit(p, w, ms);
    } else {
        empty_fields(w, 0, 3, ms);
        effects = answer(p, tr("Type one date, like 9 5 1990."));
    }
    for (size_t i = 0; i < 3; i++) {
        mem_wipe_free(text[i]);
    }
    return effects;
}

static unsigned add_line(struct wizard *w, size_t field, const char *line, int64_t ms)
{
    const char *before = wizard_page(w)->field[field].text;
    struct buf all = BUF_INIT;

    buf_reserve(&all, strlen(before) + strlen(line) + 2);
    buf_addf(&all, "%s%s%s", before, before[0] && before[strlen(before) - 1] != '\n' ? "\n" : "", line);
    unsigned effects = wizard_type(w, field, buf_str(&all), ms);
    buf_wipe(&all);
    return effects;
}

static unsigned type_field(struct plain *p, struct wizard *w, const char *line, int64_t ms)
{
    const struct page *page = wizard_page(w);
    const struct page_field *field = &page->field[p->field];

    if (strcmp(line, "/") == 0) {
        empty_fields(w, page->date ? 0 : p->field, page->date ? page->nfields : p->field + 1, ms);
        return answer(p, tr("It is empty now."));
    }
    if (!line[0]) {
        return page->date || field->multiline ? commit(p, w, ms) : field_filled(p, w, ms);
    }
    if (line[0] == '/') {
        return answer(p,
                      tr("There is no such command here. Words that are no command begin without a slash."));
    }
    if (page->date) {
        return type_date(p, w, line, ms);
    }
    if (field->multiline) {
        return add_line(w, p->field, line, ms) | EFFECT_REDRAW;
    }
    if (!type_whole(w, p->field, line, ms)) {
        empty_fields(w, p->field, p->field + 1, ms);
        return answer(p, tr("This is too long. Type it again, shorter."));
    }
    return field_filled(p, w, ms);
}

/* Somebody is there. What was typed is no answer to a question that was last heard a while ago: it comes back
 * behind the prompt, to be looked at. */
static unsigned end_warning(struct plain *p, struct wizard *w, const char *line, int64_t ms)
{
    struct buf all = BUF_INIT;
    const char *before = p->kept ? p->kept : "";

    buf_reserve(&all, strlen(before) + strlen(line) + 1);
    buf_adds(&all, before);
    buf_adds(&all, line);
    mem_wipe_free(p->kept);
    p->kept = mem_strdup(buf_str(&all));
    buf_wipe(&all);
    return wizard_act(w, ACTION_NEXT, ms);
}

/* The number on a slip, on the welcome page, where the full screen takes it too. A stray digit is none: kept
 * in the field, it would stand in the way of who has no slip. */
static bool is_slip(const struct page *page, const char *line)
{
    bool offered = false;

    for (size_t i = 0; i < page->nactions; i++) {
        offered = offered || page->action[i].id == ACTION_SLIP;
    }
    return offered && strlen(line) == WIZARD_SLIP_DIGITS && strspn(line, "0123456789") == WIZARD_SLIP_DIGITS;
}

static unsigned on_page(struct plain *p, struct wizard *w, char *line, const struct event *event)
{
    const struct page *page = wizard_page(w);
    const struct page_action *named = command(page, line), *enter = plain_enter(page);
    int64_t ms = event->mono_ms;
    size_t row;

    if (named) {
        return wizard_act(w, (enum wizard_action)named->id, ms);
    }
    if (p->was_warning) {
        return end_warning(p, w, event->text, ms);
    }
    if (strcmp(line, ".") == 0) {
        plain_say_page(p, page);
        p->said = true;
        return EFFECT_REDRAW;
    }
    if (text_ascii(line, strlen(line)) == '?') {
        plain_say_commands(p, page);
        p->said = true;
        return EFFECT_REDRAW;
    }
    if (is_slip(page, line)) {
        unsigned effects = wizard_act(w, ACTION_SLIP, ms);
        plain_show(p, w);
        return effects | type_field(p, w, line, ms);
    }
    if (is_key_name(line) || (line[0] == '/' && is_key_name(line + 1))) {
        return answer(p, tr("There is no such command on this page."));
    }
    if (page->nfields > 0 && line[0] == '/' && find_row(page, line, &row)) {
        return choose(p, w, row, ms);
    }
    if (page->nfields > 0) {
        return type_field(p, w, line, ms);
    }
    if (!line[0]) {
        return enter             ? wizard_act(w, (enum wizard_action)enter->id, ms)
               : page->nrows > 0 ? answer(p, tr("Type the number of your answer."))
                                 : EFFECT_REDRAW;
    }
    return page->nrows > 0 ? choose_several(p, w, line, ms)
                           : answer(p, tr("There is no such command on this page."));
}

unsigned plain_line(struct plain *p, struct wizard *w, const struct event *event)
{
    bool fields = wizard_page(w)->nfields > 0 && !p->was_warning;
    char *line = fields ? text_tidy(event->text) : text_tidy_digits(event->text);

    if (!line) {
        line = mem_strdup("");
    }
    wizard_heard(w, event->mono_ms);
    unsigned effects = on_page(p, w, line, event);
    mem_wipe_free(line);
    return effects;
}
