#include "plain.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"
#include "wizard_entry.h"

struct plain {
    struct lines *lines;
    char *clinic;

    /* Of the page that was said last. */
    bool any;
    unsigned serial;
    size_t nrows;
    uint64_t ticks;   /* which rows were ticked, as far as they are counted */
    char *notice;     /* NULL: none */
    char *place;      /* "Your skin today, 2 of 7" */
    size_t field;     /* the one that is asked */
    bool mending;     /* it was refused: when it is right, the page is complete */
    bool said;        /* something was said in answer to the last line */
    char *title;      /* NULL: none */
    char *kept;       /* typed when the page asked whether anybody is there; NULL: nothing */
    char *kept_for;   /* the title of the page it was typed for */
    bool was_warning; /* that page was said last */
};

struct plain *plain_new(struct lines *lines, const char *clinic)
{
    struct plain *plain = mem_alloc(sizeof *plain);

    plain->lines = lines;
    plain->clinic = mem_strdup(clinic);
    return plain;
}

void plain_free(struct plain *plain)
{
    if (!plain) {
        return;
    }
    mem_wipe_free(plain->kept);
    mem_wipe_free(plain->kept_for);
    mem_wipe_free(plain->title);
    mem_wipe_free(plain->notice);
    free(plain->place);
    free(plain->clinic);
    free(plain);
}

static void say(struct plain *p, const char *text)
{
    lines_put(p->lines, text);
}

/* "{what} text" with the one thing put in its place; free() it, overwritten where it may be a patient's. */
static char *with(const char *pattern, const char *name, const char *value)
{
    struct buf out = BUF_INIT;
    const char *at = strstr(pattern, name);

    buf_reserve(&out, strlen(pattern) + strlen(value) + 1);
    if (at) {
        buf_add(&out, pattern, (size_t)(at - pattern));
        buf_adds(&out, value);
        buf_adds(&out, at + strlen(name));
    } else {
        buf_adds(&out, pattern);
    }
    return buf_steal(&out);
}

static void say_with(struct plain *p, const char *pattern, const char *name, const char *value)
{
    char *text = with(pattern, name, value);

    say(p, text);
    mem_wipe_free(text);
}

/* --- A page --- */

static void place_words(const struct page *page, struct buf *out)
{
    if (page->section) {
        buf_adds(out, page->section);
    }
    if (page->steps > 0) {
        buf_adds(out, out->len ? ", " : "");
        buf_addf(out, tr("%zu of %zu"), page->step, page->steps);
    }
}

/* On every page that it is a demo; where in the form only when that changes. */
static void say_place(struct plain *p, const struct page *page)
{
    struct buf line = BUF_INIT, place = BUF_INIT;

    place_words(page, &place);
    if (page->preview || page->demo) {
        buf_adds(&line, page->preview ? tr("PREVIEW, nothing is kept") : tr("DEMO, not for patients"));
        buf_adds(&line, ".");
    }
    if (place.len > 0 && (!p->place || strcmp(p->place, buf_str(&place)) != 0)) {
        buf_addf(&line, "%s%s.", line.len ? " " : "", buf_str(&place));
        free(p->place);
        p->place = mem_strdup(buf_str(&place));
    }
    if (!p->any && p->clinic[0] && page->tone != PAGE_WELCOME) {
        say(p, p->clinic);
    }
    if (line.len > 0) {
        say(p, buf_str(&line));
    }
    buf_done(&line);
    buf_done(&place);
}

/* What to type for a row. One beyond those that have a key is reached by its number all the same. */
static void row_key(const struct page *page, size_t row, char key[24])
{
    const char *known = page->row[row].line ? page->row[row].line : page->row[row].key;

    snprintf(key, 24, "%s", known);
    if (!known[0]) {
        snprintf(key, 24, "%s%zu", page->nfields ? "/" : "", row + 1);
    }
}

static bool ends_sentence(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && strchr("?.!:", text[len - 1]);
}

static void say_row(struct plain *p, const struct page *page, size_t i)
{
    const struct page_row *row = &page->row[i];
    struct buf line = BUF_INIT;
    char key[24];

    buf_reserve(&line, strlen(row->text) + (row->value ? strlen(row->value) : 0) + 128);
    row_key(page, i, key);
    buf_addf(&line, "%s. %s", key, row->text);
    if (row->value) {
        buf_addf(&line, "%s %s", ends_sentence(row->text) ? "" : ":", row->value);
    }
    if (row->ticked) {
        buf_addf(&line, ", %s", tr("chosen"));
    }
    say(p, buf_str(&line));
    buf_wipe(&line);
}

static void say_commands(struct plain *p, const struct page *page)
{
    struct buf line = BUF_INIT;

    for (size_t i = 0; i < page->nactions; i++) {
        const struct page_action *action = &page->action[i];
        if (!action->primary) {
            buf_addf(&line, "%s%s %s", line.len ? ", " : "", action->key, action->label);
        }
    }
    if (line.len > 0) {
        say_with(p, tr("Commands: {list}"), "{list}", buf_str(&line));
    }
    buf_done(&line);
}

static uint64_t ticks_of(const struct page *page)
{
    uint64_t ticks = 0;

    for (size_t i = 0; i < page->nrows && i < 64; i++) {
        ticks |= page->row[i].ticked ? UINT64_C(1) << i : 0;
    }
    return ticks;
}

static void say_ticks(struct plain *p, const struct page *page)
{
    struct buf line = BUF_INIT;

    for (size_t i = 0; i < page->nrows; i++) {
        if (page->row[i].ticked) {
            buf_addf(&line, "%s%s", line.len ? "; " : "", page->row[i].text);
        }
    }
    if (line.len > 0) {
        say_with(p, tr("You chose: {answer}"), "{answer}", buf_str(&line));
    } else {
        say(p, tr("Nothing is chosen now."));
    }
    buf_wipe(&line);
}

static const char *error_of(const struct page *page, size_t *field)
{
    for (size_t i = 0; i < page->nfields; i++) {
        if (page->field[i].error) {
            *field = i;
            return page->field[i].error;
        }
    }
    *field = SIZE_MAX;
    return page->error;
}

static void say_error(struct plain *p, const struct page *page)
{
    size_t field;
    const char *error = error_of(page, &field);
    struct buf line = BUF_INIT;

    if (error) {
        buf_addf(&line, "%s %s", tr("Please check:"), error);
        say(p, buf_str(&line));
    }
    buf_wipe(&line);
}

static void say_page(struct plain *p, const struct page *page)
{
    lines_gap(p->lines);
    say_place(p, page);
    if (page->title) {
        say(p, page->title);
    }
    say_error(p, page);
    if (page->hint) {
        say(p, page->hint);
    }
    for (size_t i = 0; i < page->nparas; i++) {
        say(p, page->para[i]);
    }
    for (size_t i = 0; i < page->nrows; i++) {
        say_row(p, page, i);
    }
    say_commands(p, page);
}

/* --- What to type --- */

/* What Enter alone does: the button that goes on, else on a page without answers the one in focus if it leads
 * back to the form. NULL: nothing. */
static const struct page_action *enter_action(const struct page *page)
{
    for (size_t i = 0; i < page->nactions; i++) {
        if (page->action[i].primary) {
            return &page->action[i];
        }
    }
    const struct page_action *focused = page_focus_action(page, page->focus);
    bool back = focused && (focused->id == ACTION_BACK || focused->id == ACTION_SHOW);

    return back && page->nfields + page->nrows == 0 ? focused : NULL;
}

static void date_prompt(const struct page *page, struct buf *out)
{
    struct buf parts = BUF_INIT, now = BUF_INIT;

    for (size_t i = 0; i < page->nfields; i++) {
        buf_addf(&parts, "%s%s", parts.len ? ", " : "", page->field[i].label);
        if (page->field[i].text[0]) {
            buf_addf(&now, "%s%s", now.len ? " " : "", page->field[i].text);
        }
    }
    char *line = with(now.len ? tr("{parts} in one line, with spaces. Enter alone keeps \"{now}\":")
                              : tr("Type {parts} in one line, with spaces. Press Enter:"),
                      "{parts}", buf_str(&parts));
    char *all = with(line, "{now}", buf_str(&now));

    buf_adds(out, all);
    mem_wipe_free(all);
    mem_wipe_free(line);
    buf_wipe(&now);
    buf_done(&parts);
}

static void field_prompt(const struct page_field *field, struct buf *out)
{
    buf_adds(out, field->label);
    buf_adds(out, ends_sentence(field->label) ? " " : ". ");
    if (field->hint && !field->multiline) {
        buf_addf(out, "%s%s", field->hint, ends_sentence(field->hint) ? " " : ". ");
    }
    if (!field->text[0]) {
        buf_adds(out, field->multiline ? tr("Type a line and press Enter:") : tr("Type it and press Enter:"));
    } else if (field->multiline) {
        buf_adds(out, tr("Type another line, or press Enter if that is all:"));
    } else {
        char *now = with(tr("Enter alone keeps \"{now}\":"), "{now}", field->text);
        buf_adds(out, now);
        mem_wipe_free(now);
    }
}

static void enter_prompt(const struct page_action *action, struct buf *out)
{
    char *line = with(tr("Press Enter for \"{action}\":"), "{action}", action->label);

    buf_adds(out, line);
    free(line);
}

static void rows_prompt(const struct page *page, struct buf *out)
{
    const struct page_action *enter = enter_action(page);
    bool many = page->mark == MARK_MANY;

    if (enter && (ticks_of(page) || page->mark == MARK_NONE)) {
        char *line = with(tr("Type a number, or press Enter for \"{action}\":"), "{action}", enter->label);
        buf_adds(out, line);
        free(line);
    } else {
        buf_adds(out, many ? tr("Type the numbers that fit, with spaces. Press Enter:")
                           : tr("Type a number and press Enter:"));
    }
}

static void say_prompt(struct plain *p, const struct page *page)
{
    const struct page_action *enter = enter_action(page);
    struct buf line = BUF_INIT;

    buf_reserve(&line, 16384); /* it may say what was typed: no copies left behind */
    if (page->date && page->nfields > 0) {
        date_prompt(page, &line);
    } else if (page->nfields > 0) {
        field_prompt(&page->field[p->field < page->nfields ? p->field : 0], &line);
    } else if (page->nrows > 0) {
        rows_prompt(page, &line);
    } else if (enter) {
        enter_prompt(enter, &line);
    } else {
        buf_adds(&line, tr("Please wait:"));
    }
    lines_prompt(p->lines, buf_str(&line));
    buf_wipe(&line);
}

/* --- What is new --- */

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void say_notice(struct plain *p, const struct page *page)
{
    if (same(p->notice, page->notice)) {
        return;
    }
    page_set(&p->notice, page->notice);
    if (page->notice) {
        say(p, page->notice);
    }
}

/* Another page: what was typed ahead was meant for the one before. */
static void turn(struct plain *p, const struct wizard *wizard, const struct page *page)
{
    bool warning = wizard_warning(wizard);

    if (warning && !p->was_warning) {
        mem_wipe_free(p->kept);
        p->kept = lines_take(p->lines);
        page_set(&p->kept_for, p->title);
    }
    lines_drop(p->lines);
    if (page->tone == PAGE_BLANK) {
        lines_away(p->lines);
    }
    p->field = 0;
    p->mending = false;
    p->was_warning = warning;
    page_set(&p->notice, NULL);
    if (!warning) {
        page_set(&p->title, page->title);
    }
}

/* What was typed when the page asked whether anybody is there comes back where it was typed. */
static void give_back(struct plain *p)
{
    if (p->was_warning || !p->kept || !same(p->title, p->kept_for)) {
        return;
    }
    if (p->kept[0] && !lines_give(p->lines, p->kept)) {
        say_with(p, tr("You typed \"{text}\", and it was not taken. If you mean it, type it again."),
                 "{text}", p->kept);
    }
    page_set(&p->kept, NULL);
}

void plain_show(struct plain *p, struct wizard *wizard)
{
    const struct page *page = wizard_page(wizard);
    bool another = !p->any || page->serial != p->serial;

    if (another) {
        turn(p, wizard, page);
    }
    if (another || page->nrows != p->nrows) {
        say_page(p, page);
    } else {
        if (page->mark == MARK_MANY && ticks_of(page) != p->ticks) {
            say_ticks(p, page);
        }
        if (!lines_prompted(p->lines) && !p->said) {
            say_error(p, page);
        }
    }
    say_notice(p, page);
    give_back(p);
    p->any = true;
    p->said = false;
    p->serial = page->serial;
    p->nrows = page->nrows;
    p->ticks = ticks_of(page);
    if (!lines_prompted(p->lines)) {
        say_prompt(p, page);
    }
}

/* --- A line --- */

/* Something is said in answer, and the page is asked again. */
static unsigned answer(struct plain *p, const char *text)
{
    say(p, text);
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
        row_key(page, i, key);
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

    if (mark == MARK_ONE || (mark == MARK_MANY && wizard_page(w)->serial != serial)) {
        say_with(p, tr("You chose: {answer}"), "{answer}", text);
        p->said = true;
    }
    mem_wipe_free(text);
    return effects;
}

/* "1 3, 5": each a row of its own, or none is chosen. */
static unsigned choose_several(struct plain *p, struct wizard *w, char *line, int64_t ms)
{
    const struct page *page = wizard_page(w);
    size_t *row = mem_alloc((strlen(line) + 1) * sizeof *row), n = 0;
    unsigned effects = EFFECT_REDRAW;
    bool known = true;

    for (char *word = strtok_r(line, " ,;+", &line); word && known; word = strtok_r(NULL, " ,;+", &line)) {
        known = find_row(page, word, &row[n++]);
    }
    if (!known || n == 0) {
        effects = answer(p, tr("That is not on the list. Type one of the numbers above."));
    } else if (n > 1 && page->mark != MARK_MANY) {
        effects = answer(p, tr("Only one answer fits here. Type one number."));
    } else if (n == 1) {
        effects = choose(p, w, row[0], ms);
    } else {
        bool added = false; /* "1 2" means both, even where 2 is chosen already */
        for (size_t i = 0; i < n; i++) {
            bool chosen = wizard_page(w)->row[row[i]].ticked;
            effects |= chosen ? EFFECT_NONE : wizard_choose(w, row[i], true, ms);
            added = added || !chosen;
        }
        if (!added) {
            say_ticks(p, wizard_page(w));
        }
    }
    free(row);
    return effects;
}

/* The page is complete. If a field is refused, it is asked again, and nothing else. */
static unsigned commit(struct plain *p, struct wizard *w, int64_t ms)
{
    unsigned serial = p->serial, effects = wizard_act(w, ACTION_NEXT, ms);
    const struct page *page = wizard_page(w);
    size_t field;

    p->mending = page->serial == serial && error_of(page, &field) != NULL;
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

    return now->error || strcmp(now->text, text) == 0;
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
            say_with(p, tr("You typed: {answer}"), "{answer}", echo);
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

/* The number on a slip, on the welcome page, where the full screen takes it too. */
static bool is_slip(const struct page *page, const char *line)
{
    bool offered = false;

    for (size_t i = 0; i < page->nactions; i++) {
        offered = offered || page->action[i].id == ACTION_SLIP;
    }
    return offered && line[0] && strspn(line, "0123456789") == strlen(line);
}

static unsigned on_page(struct plain *p, struct wizard *w, char *line, const struct event *event)
{
    const struct page *page = wizard_page(w);
    const struct page_action *named = command(page, line), *enter = enter_action(page);
    int64_t ms = event->mono_ms;
    size_t row;

    if (named) {
        return wizard_act(w, (enum wizard_action)named->id, ms);
    }
    if (p->was_warning) {
        return end_warning(p, w, event->text, ms);
    }
    if (strcmp(line, ".") == 0) {
        say_page(p, page);
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
