/* checklist.c: the dated checklist. Base items, and what the flags add. */
#include <stdint.h>

#include "assess_internal.h"

/* A flag that is only information adds nothing. */
static const struct form_rule *adding_rule(const struct flag *flag)
{
    return flag->outcome == OUTCOME_CLEAR ? NULL : flag->rule;
}

static void note_named(const struct assessment *out)
{
    const struct assess_room *room = out->room;

    for (size_t i = 0; i < out->form->nitems; i++) {
        room->first[i] = SIZE_MAX;
        room->named[i] = 0;
    }
    for (size_t f = 0; f < out->nflags; f++) {
        const struct form_rule *rule = adding_rule(&out->flag[f]);
        for (size_t i = 0; rule && i < rule->nitems; i++) {
            size_t item = rule->item[i];
            if (room->first[item] == SIZE_MAX)
                room->first[item] = f;
            room->named[item]++;
        }
    }
}

/* Appends the items for `who`: those a flag names, by the first flag that does, then the base ones. */
static size_t order_items(const struct assessment *out, enum item_for who, size_t n)
{
    const struct form *form = out->form;
    const struct assess_room *room = out->room;
    bool stopped = room->verdict.stop != SIZE_MAX;
    size_t start = n;

    for (size_t i = 0; i < form->nitems; i++) {
        size_t first = room->first[i];
        if (form->item[i].who != who || first == SIZE_MAX)
            continue;
        size_t at = n++;
        for (; at > start && room->first[room->order[at - 1]] > first; at--)
            room->order[at] = room->order[at - 1];
        room->order[at] = i;
    }
    for (size_t i = 0; i < form->nitems && !stopped; i++) {
        if (form->item[i].who == who && form->item[i].base && room->first[i] == SIZE_MAX)
            room->order[n++] = i;
    }
    return n;
}

static bool window_applies(const struct form_window *window, const bool *raised)
{
    for (size_t i = 0; i < window->nrules; i++) {
        if (raised[window->rule[i]])
            return true;
    }
    return false;
}

static struct date day_of(struct date visit, int16_t day)
{
    return day == DAY_NONE ? (struct date){ 0, 0, 0 } : date_add_days(visit, day);
}

static void date_item(struct checklist_item *line, const struct assessment *out)
{
    const struct form_item *item = line->item;
    int16_t from = DAY_NONE, least = DAY_NONE, until = DAY_NONE;

    for (size_t i = 0; i < item->nwindows; i++) {
        const struct form_window *window = &item->window[i];
        if (i > 0 && !window_applies(window, out->room->verdict.raised))
            continue;
        from = window->from_day != DAY_NONE ? window->from_day : from;
        least = window->least_day != DAY_NONE ? window->least_day : least;
        until = window->until_day != DAY_NONE ? window->until_day : until;
    }
    line->from = day_of(out->visit_on, from);
    line->least = day_of(out->visit_on, least);
    line->until = day_of(out->visit_on, until);
    struct date start = date_is_set(line->from) ? line->from : line->until;
    line->passed = item->who == ITEM_PATIENT && date_is_set(start) && date_compare(start, out->asked_on) < 0;
}

static void note_added_by(const struct assessment *out)
{
    for (size_t f = 0; f < out->nflags; f++) {
        const struct form_rule *rule = adding_rule(&out->flag[f]);
        for (size_t i = 0; rule && i < rule->nitems; i++) {
            struct checklist_item *line = &out->item[out->room->line[rule->item[i]]];
            if (line->nadded_by == 0 || line->added_by[line->nadded_by - 1] != f)
                line->added_by[line->nadded_by++] = f;
        }
    }
}

void checklist_make(struct assessment *out)
{
    const struct assess_room *room = out->room;
    size_t *added_by = room->added_by;
    size_t n = 0;

    note_named(out);
    for (enum item_for who = ITEM_PATIENT; who <= ITEM_CALL; who++)
        n = order_items(out, who, n);
    for (size_t i = 0; i < n; i++) {
        size_t item = room->order[i];
        out->item[i] = (struct checklist_item){ .item = &out->form->item[item], .added_by = added_by };
        room->line[item] = i;
        added_by += room->named[item];
        date_item(&out->item[i], out);
    }
    out->nitems = n;
    note_added_by(out);
}
