#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "mem.h"
#include "tr.h"

enum { HOURS = 24 };

struct numbers { /* of seconds */
    int64_t *value;
    size_t n, cap;
};

struct count { /* of one flag, or one question */
    char *id;
    int64_t n, lowered;
    size_t first; /* order of appearance */
};

struct counts {
    struct count *one;
    size_t n;
};

struct tally {
    int64_t hour[HOURS], finals, drafts, help, alerts, unseen, decided;
    struct numbers seen, waiting, answering;
    int64_t signed_, helped, fast, damaged, interrupted;
    int64_t class[OUTCOME_HOLD + 1], decision[DECISION_NEEDS_MORE + 1];
    struct counts flag, left;
};

struct tally *tally_new(void)
{
    return mem_alloc(sizeof(struct tally));
}

static void done(struct counts *counts)
{
    for (size_t i = 0; i < counts->n; i++) {
        free(counts->one[i].id);
    }
    free(counts->one);
}

void tally_free(struct tally *t)
{
    if (t != NULL) {
        free(t->seen.value);
        free(t->waiting.value);
        free(t->answering.value);
        done(&t->flag);
        done(&t->left);
        free(t);
    }
}

static void add(struct numbers *numbers, int64_t value)
{
    if (numbers->n == numbers->cap) {
        numbers->cap = numbers->cap == 0 ? 64 : 2 * numbers->cap;
        numbers->value = mem_realloc(numbers->value, numbers->cap, sizeof *numbers->value);
    }
    numbers->value[numbers->n++] = value;
}

static struct count *count_of(struct counts *counts, const char *id)
{
    for (size_t i = 0; i < counts->n; i++) {
        if (strcmp(counts->one[i].id, id) == 0) {
            return &counts->one[i];
        }
    }
    counts->one = mem_realloc(counts->one, counts->n + 1, sizeof *counts->one);
    struct count *one = &counts->one[counts->n];
    *one = (struct count){ .id = mem_strdup(id), .first = counts->n++ };
    return one;
}

void tally_row(struct tally *t, const struct counts_row *row, int hour)
{
    switch (row->kind) {
    case FRAME_FINAL:
        t->finals++;
        t->decided += row->decided;
        t->hour[hour % HOURS]++;
        break;
    case FRAME_DRAFT:
        t->drafts++;
        break;
    case FRAME_HELP:
    case FRAME_ALERT:
        t->help += row->kind == FRAME_HELP;
        t->alerts += row->kind == FRAME_ALERT;
        t->unseen += row->seen_s == 0;
        if (row->seen_s >= row->received_s) {
            add(&t->seen, row->seen_s - row->received_s);
        }
        break;
    default:
        break;
    }
}

/* ---- with a key
 * ------------------------------------------------------------------------------------------- */

static int64_t time_of(const struct encounter *e, const char *which)
{
    return json_integer_value(json_object_get(json_object_get(e->body, "times"), which));
}

/* From the signature to the first decision that was signed. */
static void add_times(struct tally *t, const struct encounter *e)
{
    int64_t started_s = time_of(e, "started"), signed_s = time_of(e, "signed");
    if (started_s > 0 && signed_s >= started_s) {
        add(&t->answering, signed_s - started_s);
    }
    for (size_t i = 0; i < e->nentries; i++) {
        if (e->entry[i].kind == EVENT_OVERALL && !e->entry[i].broken) {
            if (signed_s > 0 && e->entry[i].at_s >= signed_s) {
                add(&t->waiting, e->entry[i].at_s - signed_s);
            }
            break;
        }
    }
}

/* The last question that an interrupted patient saw. */
static void add_left(struct tally *t, const struct encounter *e)
{
    const char *last = "";
    for (size_t i = 0; i < e->nanswers && strcmp(e->answer[i].state, "not_reached") != 0; i++) {
        last = e->answer[i].code;
    }
    count_of(&t->left, last[0] != '\0' ? last : tr("before the first"))->n++;
}

void tally_encounter(struct tally *t, const struct encounter *e)
{
    if (e->damaged) {
        t->damaged++;
        return;
    }
    if (e->draft) {
        t->interrupted++;
        add_left(t, e);
        return;
    }
    t->signed_++;
    t->helped += e->helper[0] != '\0' || e->relation[0] != '\0';
    add_times(t, e);
    if (e->has_class) {
        t->class[e->program_class]++;
    }
    t->decision[e->decision]++;
    bool fast = false;
    for (size_t i = 0; i < e->nanswers; i++) {
        fast = fast || e->answer[i].fast;
    }
    t->fast += fast;
    for (size_t i = 0; i < e->nflags; i++) {
        struct count *count = count_of(&t->flag, e->flag[i].id);
        count->n++;
        count->lowered += e->flag[i].outcome < e->flag[i].program;
    }
}

/* ---- in words
 * --------------------------------------------------------------------------------------------- */

static int by_size(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static void add_minutes(struct buf *out, int64_t seconds)
{
    if (seconds < 600) {
        buf_addf(out, tr("%lld min %lld s"), (long long)(seconds / 60), (long long)(seconds % 60));
    } else if (seconds < (int64_t)48 * 3600) {
        buf_addf(out, tr("%lld h %lld min"), (long long)(seconds / 3600), (long long)(seconds / 60 % 60));
    } else {
        buf_addf(out, tr("%lld days"), (long long)(seconds / 86400));
    }
}

static void say_times(struct buf *out, const char *label, const struct numbers *numbers)
{
    if (numbers->n == 0) {
        return;
    }
    qsort(numbers->value, numbers->n, sizeof *numbers->value, by_size);
    buf_addf(out, "  %s: %s ", label, tr("half within"));
    add_minutes(out, numbers->value[(numbers->n - 1) / 2]);
    buf_addf(out, ", %s ", tr("nine of ten within"));
    add_minutes(out, numbers->value[(numbers->n - 1) * 9 / 10]);
    buf_addf(out, " (%zu)\n", numbers->n);
}

static void say_hours(struct buf *out, const struct tally *t, enum chart_style style, int columns)
{
    struct chart_bar bar[HOURS];
    char label[HOURS][8];
    size_t n = 0;
    int first = 0, last = HOURS - 1;
    while (first < HOURS && t->hour[first] == 0) {
        first++;
    }
    while (last > first && t->hour[last] == 0) {
        last--;
    }
    for (int h = first; h <= last && first < HOURS; h++) {
        snprintf(label[n], sizeof label[n], "%02d:00", h);
        bar[n] = (struct chart_bar){ label[n], t->hour[h], 0 };
        n++;
    }
    if (n > 0) {
        buf_addf(out, "\n%s\n", tr("Intakes received, by hour"));
        chart_bars(out, bar, n, style, columns);
    }
}

void tally_say_counts(struct buf *out, const struct tally *t, enum chart_style style, int columns)
{
    const struct chart_bar bar[] = {
        { tr("Intakes signed"), t->finals, 0 },
        { tr("of them decided"), t->decided, t->finals },
        { tr("Not finished"), t->drafts, 0 },
        { tr("Calls for help"), t->help, 0 },
        { tr("Alerts"), t->alerts, 0 },
        { tr("Calls that nobody acknowledged"), t->unseen, t->help + t->alerts },
    };
    chart_bars(out, bar, sizeof bar / sizeof *bar, style, columns);
    say_times(out, tr("Calls acknowledged"), &t->seen);
    say_hours(out, t, style, columns);
}

static int more_first(const void *left, const void *right)
{
    const struct count *a = left, *b = right;
    return a->n != b->n ? (a->n > b->n ? -1 : 1) : strcmp(a->id, b->id);
}

static int in_order(const void *left, const void *right)
{
    const struct count *a = left, *b = right;
    return strcmp(a->id, b->id);
}

static void say_counts(struct buf *out, const struct counts *counts, bool lowered,
                       int (*order)(const void *, const void *), enum chart_style style, int columns)
{
    struct chart_bar *bar = mem_alloc((counts->n + 1) * sizeof *bar);
    struct buf *label = mem_alloc((counts->n + 1) * sizeof *label);
    qsort(counts->one, counts->n, sizeof *counts->one, order);
    for (size_t i = 0; i < counts->n; i++) {
        const struct count *one = &counts->one[i];
        buf_adds(&label[i], one->id);
        if (lowered && one->lowered > 0) {
            buf_addf(&label[i], tr(", lowered %lld"), (long long)one->lowered);
        }
        bar[i] = (struct chart_bar){ buf_str(&label[i]), one->n, 0 };
    }
    chart_bars(out, bar, counts->n, style, columns);
    for (size_t i = 0; i < counts->n; i++) {
        buf_done(&label[i]);
    }
    free(label);
    free(bar);
}

static void say_classes(struct buf *out, const struct tally *t, enum chart_style style, int columns)
{
    struct chart_bar bar[OUTCOME_HOLD + 1];
    for (int i = 0; i <= OUTCOME_HOLD; i++) {
        int outcome = OUTCOME_HOLD - i;
        bar[i] = (struct chart_bar){ outcome_name((enum outcome)outcome), t->class[outcome], t -> signed_ };
    }
    buf_addf(out, "\n%s\n", tr("Results, by the program"));
    chart_bars(out, bar, OUTCOME_HOLD + 1, style, columns);
    if (t->signed_ > 0) {
        buf_addf(out, tr("  CLEAR: %lld in 100\n"),
                 (long long)((t->class[OUTCOME_CLEAR] * 100 + t->signed_ / 2) / t->signed_));
    }
}

static void say_decisions(struct buf *out, const struct tally *t, enum chart_style style, int columns)
{
    const struct chart_bar bar[] = {
        { tr("Go ahead"), t->decision[DECISION_GO_AHEAD], 0 },
        { tr("Go ahead, with precautions"), t->decision[DECISION_PRECAUTIONS], 0 },
        { tr("Postponed"), t->decision[DECISION_POSTPONE], 0 },
        { tr("Do not treat"), t->decision[DECISION_DO_NOT_TREAT], 0 },
        { tr("Needs more"), t->decision[DECISION_NEEDS_MORE], 0 },
        { tr("None"), t->decision[DECISION_NONE], 0 },
    };
    buf_addf(out, "\n%s\n", tr("Decisions"));
    chart_bars(out, bar, sizeof bar / sizeof *bar, style, columns);
}

void tally_say_records(struct buf *out, const struct tally *t, enum chart_style style, int columns)
{
    const struct chart_bar bar[] = {
        { tr("Helped by somebody"), t->helped, t->signed_ },
        { tr("Answered very fast"), t->fast, t->signed_ },
        { tr("Damaged"), t->damaged, 0 },
    };
    buf_addf(out, "\n%s\n", tr("Times"));
    say_times(out, tr("Answering"), &t->answering);
    say_times(out, tr("From signature to decision"), &t->waiting);
    say_classes(out, t, style, columns);
    say_decisions(out, t, style, columns);
    buf_addf(out, "\n%s\n", tr("Intakes"));
    chart_bars(out, bar, sizeof bar / sizeof *bar, style, columns);
    if (t->flag.n > 0) {
        buf_addf(out, "\n%s\n", tr("Flags: how often each was raised"));
        say_counts(out, &t->flag, true, more_first, style, columns);
    }
    if (t->left.n > 0) {
        buf_addf(out, "\n%s\n", tr("Not finished: the last question they saw"));
        say_counts(out, &t->left, false, in_order, style, columns);
    }
}
