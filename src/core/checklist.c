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
            if (room->first[item] == SIZE_MAX) {
                room->first[item] = f;
            }
            room->named[item]++;
        }
    }
}

/* Does item a stand after b? By whom it is for, then by the first flag that names it; base items come last.
 */
static bool stands_after(const struct assessment *out, size_t a, size_t b)
{
    const struct form_item *item = out->form->item;
    const size_t *first = out->room->first;

    return item[a].who != item[b].who ? item[a].who > item[b].who : first[a] > first[b];
}

/* Returns how many there are. Forms list their items nearly in this order, so inserting is quick. */
static size_t order_items(const struct assessment *out)
{
    const struct form *form = out->form;
    const struct assess_room *room = out->room;
    bool stopped = room->verdict.stop != SIZE_MAX;
    size_t n = 0;

    for (size_t i = 0; i < form->nitems; i++) {
        if (room->first[i] == SIZE_MAX && (stopped || !form->item[i].base)) {
            continue;
        }
        size_t at = n++;
        for (; at > 0 && stands_after(out, room->order[at - 1], i); at--) {
            room->order[at] = room->order[at - 1];
        }
        room->order[at] = i;
    }
    return n;
}

static bool window_applies(const struct form_window *window, const bool *raised)
{
    for (size_t i = 0; i < window->nrules; i++) {
        if (raised[window->rule[i]]) {
            return true;
        }
    }
    return false;
}

/* `visit` in days. */
static struct date day_of(int32_t visit, int day)
{
    return day == DAY_NONE ? (struct date){ 0, 0, 0 } : date_from_days(visit + day);
}

/* The first of these dates that there is. */
static struct date first_set(struct date a, struct date b, struct date c)
{
    if (date_is_set(a)) {
        return a;
    }
    return date_is_set(b) ? b : c;
}

static bool is_before(struct date date, struct date day)
{
    return date_is_set(date) && date_compare(date, day) < 0;
}

/* On the day of the visit whatever should have begun earlier is for staff to ask about. Before it, the
 * patient may still do what has begun but is not over. */
static bool has_passed(const struct checklist_item *line, const struct assessment *out)
{
    struct date first = first_set(line->from, line->least, line->until);
    struct date last = first_set(line->until, line->least, line->from);

    return is_before(first, out->asked_on) &&
           (date_equal(out->visit_on, out->asked_on) || is_before(last, out->asked_on));
}

static void take_side(int *side, const struct policies *policies, int16_t day, int16_t by)
{
    *side = day == DAY_NONE ? *side : policies_day(policies->value, day, by);
}

/* A longer wait of the clinic's begins earlier than the form's first day. */
static void date_item(struct checklist_item *line, const struct assessment *out,
                      const struct policies *policies, int32_t visit)
{
    const struct form_item *item = line->item;
    int from = DAY_NONE, least = DAY_NONE, until = DAY_NONE;

    for (size_t i = 0; i < item->nwindows; i++) {
        const struct form_window *window = &item->window[i];
        if (i > 0 && !window_applies(window, out->room->verdict.raised)) {
            continue;
        }
        take_side(&from, policies, window->from_day, window->from_by);
        take_side(&least, policies, window->least_day, window->least_by);
        take_side(&until, policies, window->until_day, window->until_by);
    }
    if (from != DAY_NONE) {
        from = least != DAY_NONE && least < from ? least : from;
        from = until != DAY_NONE && until < from ? until : from;
    }
    line->from = day_of(visit, from);
    line->least = day_of(visit, least);
    line->until = day_of(visit, until);
    line->passed = item->who == ITEM_PATIENT && has_passed(line, out);
}

static void note_added_by(const struct assessment *out)
{
    for (size_t f = 0; f < out->nflags; f++) {
        const struct form_rule *rule = adding_rule(&out->flag[f]);
        for (size_t i = 0; rule && i < rule->nitems; i++) {
            struct checklist_item *line = &out->item[out->room->line[rule->item[i]]];
            if (line->nadded_by == 0 || line->added_by[line->nadded_by - 1] != f) {
                line->added_by[line->nadded_by++] = f;
            }
        }
    }
}

void checklist_make(struct assessment *out, const struct policies *policies)
{
    const struct assess_room *room = out->room;
    size_t *added_by = room->added_by;
    int32_t visit = date_to_days(out->visit_on);

    note_named(out);
    size_t n = order_items(out);
    for (size_t i = 0; i < n; i++) {
        size_t item = room->order[i];
        out->item[i] = (struct checklist_item){ .item = &out->form->item[item], .added_by = added_by };
        room->line[item] = i;
        added_by += room->named[item];
        date_item(&out->item[i], out, policies, visit);
    }
    out->nitems = n;
    note_added_by(out);
}
