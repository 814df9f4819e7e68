/* What comes of a prompt: what was typed or chosen in it, as an event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_internal.h"
#include "tr.h"

/* --- Dates as staff type them --- */

/* "2026-12-01", "1.12.2026", "1/12/2026", "+14" from today, "0" for today. */
static bool read_date(const char *text, struct date today, struct date *out)
{
    char *end;
    const char *at = text;
    int n[3] = { 0 };
    size_t parts = 0;
    *out = (struct date){ 0 };
    if (text[0] == '+' || strcmp(text, "0") == 0) {
        long days = strtol(text, &end, 10);
        *out = *end == '\0' && days >= 0 && days < 4000 ? date_add_days(today, (int)days) : *out;
        return date_is_full(*out);
    }
    for (; *at != '\0' && parts < 3; at = end + strspn(end, "./- ")) {
        long value = strtol(at, &end, 10);
        if (end == at || value < 1 || value > 9999) {
            return false;
        }
        n[parts++] = (int)value;
    }
    if (parts != 3 || *at != '\0') {
        return false;
    }
    int year = n[0] > 31 ? n[0] : n[2], day = n[0] > 31 ? n[2] : n[0];
    if (n[1] > 12 || day > 31 || year < 1000) {
        return false;
    }
    *out = (struct date){ (int16_t)year, (uint8_t)n[1], (uint8_t)day };
    return date_valid(*out);
}

bool prompt_date(struct review *r, size_t edit, struct date *out)
{
    if (read_date(r->prompt.edit[edit].text, r->today, out)) {
        return true;
    }
    prompt_error(r, "%s", tr("Type a day like 2026-12-01, 1.12.2026 or +14 (days from today)."));
    r->prompt.focus = edit;
    return false;
}

/* --- What comes of them --- */

static void send(struct review *r, json_t **event, size_t n)
{
    struct err err = { "" };
    if (intake_write(r, event, n, &err)) {
        if (r->typed_ms >= 0) { /* not sealed yet: whatever ends the writing, it is not lost */
            kept_save(r);
            r->effects |= kept_find(r, r->prompt.kind, r->prompt.target) != NULL ? REVIEW_KEEP : 0;
        }
        r->prompt.sent = true;
        screen_set(&r->prompt.error, NULL);
    } else {
        prompt_error(r, "%s", err.text);
    }
}

void send_flags(struct review *r, const char *code, const char *reason)
{
    struct event_flag *flag = mem_alloc((r->open->nflags + 1) * sizeof *flag);
    size_t n = 0;
    for (size_t i = 0; i < r->open->nflags; i++) {
        const struct encounter_flag *f = &r->open->flag[i];
        if (intake_is_target(f, r->prompt.target)) {
            enum outcome to = r->prompt.outcome < f->program ? r->prompt.outcome : f->program;
            flag[n++] = (struct event_flag){ f->id, to, f->program };
        }
    }
    if (n == 0) {
        prompt_error(r, "%s", tr("Nothing is left to decide here: somebody else did. Escape closes this."));
    } else {
        json_t *event = event_flags(r->wall_s, flag, n, code, reason);
        send(r, &event, 1);
    }
    free(flag);
}

bool prompt_blank(const char *text)
{
    return text[strspn(text, " \n\t")] == '\0';
}

void send_sign(struct review *r)
{
    struct prompt *p = &r->prompt;
    struct date until = { 0 };
    size_t at = p->decision == DECISION_POSTPONE;
    if (at == 1 && !prompt_date(r, 0, &until)) {
        return;
    }
    if (prompt_blank(p->edit[at].text)) {
        prompt_error(r, "%s", tr("Type the name of who signs."));
        p->focus = at;
        return;
    }
    json_t *event = event_overall(r->wall_s, p->decision, until, p->edit[at].text, p->edit[at + 1].text);
    send(r, &event, 1);
}

static const double *limit_of(const struct review *r, const char *item, const char *field)
{
    for (size_t i = 0; i < r->setup.nlimits; i++) {
        if (strcmp(r->setup.limit[i].item, item) == 0 && strcmp(r->setup.limit[i].field, field) == 0) {
            return &r->setup.limit[i].max;
        }
    }
    return NULL;
}

void send_item(struct review *r)
{
    struct prompt *p = &r->prompt;
    struct event_value value[SCREEN_FIELDS];
    const struct encounter_item *item = NULL;
    size_t n = p->nedits - 1, changed = 0;
    bool need = false;
    for (size_t i = 0; i < r->open->nitems; i++) {
        item = strcmp(r->open->item[i].id, p->target) == 0 ? &r->open->item[i] : item;
    }
    for (size_t i = 0; i < n; i++) {
        const double *max = limit_of(r, p->target, p->label[i]);
        if (max != NULL && event_number(p->edit[i].text) > *max && prompt_blank(p->edit[n].text)) {
            prompt_error(r, tr("%s is above the device's limit of %g: write why."), p->label[i], *max);
            need = true;
        }
        if (strcmp(p->edit[i].text, p->before[i]) != 0) {
            value[changed++] = (struct event_value){ p->label[i], p->edit[i].text, max };
        }
    }
    if (need) {
        p->focus = n;
    } else if (item != NULL && (changed > 0 || !prompt_blank(p->edit[n].text))) {
        json_t *event = event_item(r->wall_s, p->target, item->done, item->done ? r->initials : "", value,
                                   changed, p->edit[n].text);
        send(r, &event, 1);
    } else {
        prompt_close(r, true);
    }
}

void send_fields(struct review *r)
{
    struct prompt *p = &r->prompt;
    json_t *event[SCREEN_FIELDS];
    size_t n = 0;
    for (size_t i = 0; i < p->nedits; i++) {
        if (strcmp(p->edit[i].text, p->before[i]) != 0) {
            event[n++] = event_field(r->wall_s, p->target, p->label[i], p->edit[i].text);
        }
    }
    if (n > 0) {
        send(r, event, n);
    } else {
        prompt_close(r, true);
    }
}

void send_text(struct review *r)
{
    struct prompt *p = &r->prompt;
    const char *text = p->edit[0].text;
    if (prompt_blank(text)) {
        prompt_error(r, "%s", tr("Nothing is written yet. Escape closes this."));
    } else if (p->kind == PROMPT_REASON) {
        send_flags(r, "", text);
    } else {
        json_t *event = p->kind == PROMPT_NOTE
                            ? event_note(r->wall_s, text)
                            : event_amend(r->wall_s, (uint32_t)strtoul(p->target, NULL, 10), text);
        send(r, &event, 1);
    }
}

void send_visit(struct review *r)
{
    struct date date;
    if (!prompt_date(r, 0, &date)) {
        return;
    }
    if (!r->rights.write) {
        prompt_error(r, "%s", tr("You may read this intake, and not write in it."));
        return;
    }
    review_ask(r, WANT_VISIT);
    memcpy(r->want.uid, r->open->uid, QUEUE_UID);
    r->want.visit_on = date;
    r->prompt.sent = true;
}
