/* Plain mode: what is said, and what is asked. */
#include "plain_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "tr.h"

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
    buf_done(&plain->told);
    free(plain);
}

void plain_say(struct plain *p, const char *text)
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

void plain_say_with(struct plain *p, const char *pattern, const char *name, const char *value)
{
    char *text = with(pattern, name, value);

    plain_say(p, text);
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
        plain_say(p, p->clinic);
    }
    if (line.len > 0) {
        plain_say(p, buf_str(&line));
    }
    buf_done(&line);
    buf_done(&place);
}

void plain_row_key(const struct page *page, size_t row, char key[24])
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
    plain_row_key(page, i, key);
    buf_addf(&line, "%s. %s", key, row->text);
    if (row->value) {
        buf_addf(&line, "%s %s", ends_sentence(row->text) ? "" : ":", row->value);
    }
    if (row->ticked) {
        buf_addf(&line, ", %s", tr("chosen"));
    }
    plain_say(p, buf_str(&line));
    buf_wipe(&line);
}

/* Most pages have the same nine: in full where one is new, or asked for; else who helps, and what leads to
 * all.
 */
static void say_commands(struct plain *p, const struct page *page, bool in_full)
{
    struct buf line = BUF_INIT, one = BUF_INIT, brief = BUF_INIT;

    for (size_t i = 0; i < page->nactions; i++) {
        const struct page_action *action = &page->action[i];
        if (action->primary) {
            continue;
        }
        buf_reset(&one);
        buf_addf(&one, "%s %s\n", action->key, action->label);
        int len = (int)one.len - 1;
        buf_addf(&line, "%s%.*s", line.len ? ", " : "", len, buf_str(&one));
        if (action->id == ACTION_HELP || action->id == ACTION_STAFF) {
            buf_addf(&brief, "%.*s, ", len, buf_str(&one));
        }
        if (!strstr(buf_str(&p->told), buf_str(&one))) {
            buf_adds(&p->told, buf_str(&one));
            in_full = true;
        }
    }
    buf_adds(&brief, "?");
    if (line.len > 0) {
        plain_say_with(p, tr("Commands: {list}"), "{list}", buf_str(in_full ? &line : &brief));
    }
    buf_done(&line);
    buf_done(&one);
    buf_done(&brief);
}

void plain_say_commands(struct plain *p, const struct page *page)
{
    say_commands(p, page, true);
}

static uint64_t ticks_of(const struct page *page)
{
    uint64_t ticks = 0;

    for (size_t i = 0; i < page->nrows && i < 64; i++) {
        ticks |= page->row[i].ticked ? UINT64_C(1) << i : 0;
    }
    return ticks;
}

void plain_say_ticks(struct plain *p, const struct page *page)
{
    struct buf line = BUF_INIT;

    for (size_t i = 0; i < page->nrows; i++) {
        if (page->row[i].ticked) {
            buf_addf(&line, "%s%s", line.len ? "; " : "", page->row[i].text);
        }
    }
    if (line.len > 0) {
        plain_say_with(p, tr("You chose: {answer}"), "{answer}", buf_str(&line));
    } else {
        plain_say(p, tr("Nothing is chosen now."));
    }
    buf_wipe(&line);
}

const char *plain_error(const struct page *page, size_t *field)
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
    const char *error = plain_error(page, &field);
    struct buf line = BUF_INIT;

    if (error) {
        buf_addf(&line, "%s %s", tr("Please check:"), error);
        plain_say(p, buf_str(&line));
    }
    buf_wipe(&line);
}

void plain_say_page(struct plain *p, const struct page *page)
{
    lines_gap(p->lines);
    say_place(p, page);
    if (page->title) {
        plain_say(p, page->title);
    }
    say_error(p, page);
    if (page->hint) {
        plain_say(p, page->hint);
    }
    for (size_t i = 0; i < page->nparas; i++) {
        plain_say(p, page->para[i]);
    }
    for (size_t i = 0; i < page->nrows; i++) {
        say_row(p, page, i);
    }
    say_commands(p, page, false);
}

/* --- What to type --- */

const struct page_action *plain_enter(const struct page *page)
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
    const struct page_action *enter = plain_enter(page);
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
    const struct page_action *enter = plain_enter(page);
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
        plain_say(p, page->notice);
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
    p->field = page->focus < page->nfields ? page->focus : 0;
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
        plain_say_with(p, tr("You typed \"{text}\", and it was not taken. If you mean it, type it again."),
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
        plain_say_page(p, page);
    } else {
        if (page->mark == MARK_MANY && ticks_of(page) != p->ticks) {
            plain_say_ticks(p, page);
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
