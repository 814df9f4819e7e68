/* encounter_event.h: what staff add to an intake: one JSON object each, appended and never overwritten.
 *
 * Every event holds event (its format, EVENT_VERSION), kind and at (seconds since 1970). Who wrote it and its
 * place (rev) stand beside it in the database, bound to it by its seal. By kind:
 *
 *   flags     flags [{ id, outcome, was }], code or null, reason: an outcome below `was` lowers the flag, the
 *             same confirms it. `was` is what the program gave when it was decided.
 *   overall   decision, until (of "postpone"), name (as signed), text
 *   item      id, done, initials, fields [{ name, value, max }], reason. max: the limit the clinic had set,
 * or null; a value with a number above it needs the reason field     flag, field, value: what the
 * practitioner fills in beside a flag note      text amend     of (the note's rev), text visit     visit_on,
 * assessment: worked out again for that day; null: only the dates were moved owner     taken: who wrote it
 * takes the intake, or lets it go link      uid, confirmed: the same person's other intake; false undoes it
 *   answers   source: "again" (asked again by staff) or "carried" (from an earlier intake), on (the day they
 *             were given), from (the uid they were carried from, or null), given_by, answers (as in the body,
 *             see document.h; state "hidden" for a question that is not asked any more),
 *             assessment: worked out with these answers in it, or null
 *   checked   questions [id]: carried answers that the practitioner has gone through
 *   handout   what ("private", "aftercare", "summary"), how ("print", "file", "screen")
 *   correct   name, birth_date, phone: each null where it stays
 *   restrict  on, reason: kept out of lists, but not out of the database
 *
 * Whatever comes out of the database is hostile until checked: event_check() refuses what is not as above.
 * A kind or a version that is not known here is kept, and shown as such.
 */
#ifndef FOYER_ENCOUNTER_EVENT_H
#define FOYER_ENCOUNTER_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "date.h"
#include "err.h"
#include "form.h"

enum event_kind {
    EVENT_UNKNOWN, /* of a newer version */
    EVENT_FLAGS,
    EVENT_OVERALL,
    EVENT_ITEM,
    EVENT_FIELD,
    EVENT_NOTE,
    EVENT_AMEND,
    EVENT_VISIT,
    EVENT_OWNER,
    EVENT_LINK,
    EVENT_ANSWERS,
    EVENT_CHECKED,
    EVENT_HANDOUT,
    EVENT_CORRECT,
    EVENT_RESTRICT,
};

enum decision {
    DECISION_NONE,
    DECISION_GO_AHEAD,
    DECISION_PRECAUTIONS, /* go ahead, with precautions */
    DECISION_POSTPONE,
    DECISION_DO_NOT_TREAT,
    DECISION_NEEDS_MORE,
};
const char *decision_name(enum decision decision); /* "go_ahead"; "" for none */

enum { EVENT_VERSION = 1, EVENT_UID = 16, EVENT_TEXT_MAX = 16 * 1024 };

/* All make a new event; the caller decrefs, or hands it to vault_add(), which does. Texts are copied, ""
 * where there is none; what is not UTF-8 in them is replaced. `at_s`: now. */
struct event_flag {
    const char *id;
    enum outcome outcome, was;
};
json_t *event_flags(int64_t at_s, const struct event_flag *flag, size_t n, const char *code,
                    const char *reason);
json_t *event_overall(int64_t at_s, enum decision decision, struct date until, const char *name,
                      const char *text);
struct event_value {
    const char *name, *value;
    const double *max; /* NULL: no limit */
};
json_t *event_item(int64_t at_s, const char *id, bool done, const char *initials,
                   const struct event_value *field, size_t nfields, const char *reason);
json_t *event_field(int64_t at_s, const char *flag, const char *field, const char *value);
json_t *event_note(int64_t at_s, const char *text);
json_t *event_amend(int64_t at_s, uint32_t of, const char *text);
json_t *event_visit(int64_t at_s, struct date visit_on, json_t *assessment); /* takes over; may be NULL */
json_t *event_owner(int64_t at_s, bool taken);
json_t *event_link(int64_t at_s, const uint8_t uid[EVENT_UID], bool confirmed);
/* Takes `answers` and `assessment` (NULL: none) over. `from` NULL: asked again; else carried. */
json_t *event_answers(int64_t at_s, struct date on, const uint8_t *from, const char *given_by,
                      json_t *answers, json_t *assessment);
json_t *event_checked(int64_t at_s, const char *const *question, size_t n);
json_t *event_handout(int64_t at_s, const char *what, const char *how);
json_t *event_correct(int64_t at_s, const char *name, struct date birth_date,
                      const char *phone); /* NULL, no date: stays */
json_t *event_restrict(int64_t at_s, bool on, const char *reason);

/* The largest number in a field as people write it: 2 in "0.5 to 2,0 mm", in any script's digits. 0: none. */
double event_number(const char *text);

/* Appends the event as text; overwrite it when done. */
void event_write(const json_t *event, struct buf *out);

/* The kind by its name in "kind"; EVENT_UNKNOWN for another, or a newer "event". */
enum event_kind event_kind(const json_t *event);
const char *event_kind_name(enum event_kind kind); /* "flags"; "" for EVENT_UNKNOWN */

/* Is it as its kind says, with every text short enough? -1 with the reason. EVENT_UNKNOWN is always fine. */
int event_check(const json_t *event, struct err *err);

#endif
