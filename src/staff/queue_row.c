#include "queue_row.h"

#include <string.h>

#include "session.h"

static enum queue_status status_of(enum summary_status status)
{
    switch (status) {
    case SUMMARY_UNFINISHED:
        return QUEUE_UNFINISHED;
    case SUMMARY_DECIDED:
        return QUEUE_DECIDED;
    case SUMMARY_DAMAGED:
        return QUEUE_DAMAGED;
    case SUMMARY_NEWER:
        return QUEUE_NEWER;
    case SUMMARY_NEW:
    case SUMMARY_STARTED:
        break;
    }
    return QUEUE_OPEN;
}

static uint8_t small(int n)
{
    return (uint8_t)(n < 0 ? 0 : n > UINT8_MAX ? UINT8_MAX : n);
}

struct queue_entry queue_row(const struct vault_row *row)
{
    const struct summary *s = &row->summary;
    struct queue_entry entry = {
        .seq = row->seq,
        .wall_s = s->wall_s,
        .name = s->name,
        .folded = s->folded,
        .phone = s->phone,
        .owner = s->owner,
        .decision = session_decision(s->decision),
        .progress = "",
        .flags = s->flag_ids + strspn(s->flag_ids, " "),
        .birth_date = s->birth_date,
        .asked_on = s->asked_on,
        .visit_on = s->visit_on,
        .status = status_of(s->status),
        .has_class = s->has_class,
        .class = s->program,
        .decided_class = s->class,
        .attention = small(s->attention),
        .nflags = small(s->flags),
        .open_flags = small(s->open),
        .alert = s->alert,
        .demo = s->demo,
        .uncertain = s->uncertain,
    };
    memcpy(entry.uid, row->uid, FRAME_UID);
    return entry;
}
