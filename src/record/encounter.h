/* encounter.h: one intake as it stands now: what the patient sent, and in order everything staff added.
 *
 * Pure: it folds a body and events (see encounter_event.h) into a picture that the review screen draws, and
 * it holds the rules on what may be decided. The program's own result stays beside what people decided.
 * Nothing here reads a clock or a file.
 *
 * The rules (design, section 4, and clinical content, sections 2.0 and 3.2):
 *   - only a practitioner lowers an outcome, flag by flag, with a reason; nothing raises one but new answers
 *     or another visit date;
 *   - "go ahead" and "go ahead with precautions" are refused while a flag above PRECAUTION is undecided, or
 *     one stands decided as HOLD or POSTPONE; on any day but the visit's; while a question that must be fresh
 *     was not answered on the visit's day; while an answer that nobody has checked is carried, or was never
 * assessed; for an intake that is not signed, or cannot be read; and while an event is missing, broken or of
 * a newer version. "Do not treat", "postpone" and "needs more" are never refused;
 *   - a decision about a flag falls when the flag comes back worse, or from another answer;
 *   - an overall decision falls when a later event changes what it rested on: answers, visit date, a flag
 *     that became worse. It stays in the history.
 *
 * Which questions must be fresh says the form (`fresh`), and each answer of the body carries it. A body
 * without that mark anywhere is older: then every question must be asked again.
 *
 * Strings are borrowed from the encounter, never NULL, and good until the next encounter_add().
 */
#ifndef FOYER_ENCOUNTER_H
#define FOYER_ENCOUNTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "encounter_event.h"
#include "form.h"
#include "frame.h"
#include "policies.h"

struct encounter_value {      /* a practitioner's field: beside a flag, or of an item */
    const char *name, *value; /* value "": not filled in */
    const char *by;
    int64_t at_s;
};

struct encounter_flag {
    const char *id, *title;
    enum outcome program, outcome; /* the program's own; as it stands: decided, else the program's */
    bool decided;                  /* somebody has lowered or confirmed it, and that still counts */
    const char *code, *why, *by;   /* of the decision: the code from the clinic's list or "", the reason */
    int64_t at_s;
    const char *question_id, *question_code; /* "isotretinoin_last", "Q13a"; "" where no question raised it */
    const char *question, *answer;           /* as the patient read them */
    const char *clinic_question, *clinic_answer; /* in the clinic's language; the same where it is the same */
    const char *comparison, *reason, *strength;
    const char *const *source; /* titles */
    size_t nsources;
    const char *const *item; /* ids of the items it adds */
    size_t nitems;
    struct encounter_value *field;
    size_t nfields;
    struct date until; /* of a POSTPONE */
    bool alert, from_device_list;
};

struct encounter_item {
    const char *id, *text, *when_text;
    const char *patient_text, *patient_when; /* in the patient's language; the same where it is the same */
    enum item_for who;
    struct date from, until, least;
    bool sensitive, base, passed;
    const char *const *added_by; /* flag ids */
    size_t nadded_by;
    const char *const *source;
    size_t nsources;
    bool done;
    const char *initials, *by, *reason;
    int64_t at_s;
    struct encounter_value *field; /* those the form names, and others that were filled in */
    size_t nfields;
};

enum answer_source { SOURCE_PATIENT, SOURCE_AGAIN, SOURCE_CARRIED };

struct encounter_answer {
    const char *id, *code, *section, *state; /* state as in document.h */
    const json_t *value;                     /* as in document.h; NULL: none */
    const char *question, *answer, *unit;
    const char *language; /* of question and answer: "es"; "" where that is not known */
    const char *clinic_question, *clinic_answer;
    uint32_t ms;
    bool fast, ask_alone, by_helper;
    bool fresh; /* must be answered on the visit's day */
    enum answer_source source;
    struct date on;       /* the day it was given */
    const char *given_by; /* by whom it was answered: patient, helper, phone, paper */
    const char *by;       /* the user who entered it; "": whoever gave it, at the kiosk */
    bool to_check;        /* carried, or asked again and not assessed, and nobody has gone through it */
};

struct encounter_note {
    uint32_t rev, of; /* of: the note it amends, 0 for a note of its own */
    const char *by, *text;
    int64_t at_s;
};

struct encounter_link {
    uint8_t uid[FRAME_UID];
    const char *by;
    int64_t at_s;
};

/* One event that was folded in; `kind` tells what it holds. */
struct encounter_entry {
    uint32_t rev;
    const char *by;
    int64_t at_s;
    enum event_kind kind;
    const json_t *event;
    bool broken; /* not as its kind says: kept, counted for nothing */
};

/* Answers, flags, items of one intake, each: several times what the largest form has. Of a longer list the
 * rest is left out. */
enum { ENCOUNTER_LIST_MAX = 2000 };

struct encounter {
    uint8_t uid[FRAME_UID];
    uint32_t rev;      /* of the newest event; 0: none yet. The next event is rev + 1. */
    bool damaged;      /* the body cannot be read: everything of the patient's is empty */
    const char *fault; /* why it cannot be read, in words; "" */
    bool draft;        /* not signed: still answering, or interrupted */
    bool uncertain;    /* an event is missing, broken, or of a newer version: see its `entry`; or a list is
                        * longer    than ENCOUNTER_LIST_MAX */
    bool demo;
    bool urgent;              /* the kiosk sent it as one to be seen at once */
    int64_t wall_s;           /* when it was sent, by the kiosk's clock */
    enum clock_state clock;   /* how far that could be believed */
    uint32_t sent_rev;        /* the record's own rev; 0 where its header cannot be read */
    const json_t *body;       /* as the patient sent it; NULL if damaged */
    const json_t *assessment; /* in force: the body's, or worked out again; NULL in a draft */

    const char *name, *phone, *language; /* as corrected */
    const char *language_name;           /* "Español"; "" in older records */
    bool language_unreviewed;            /* nobody had signed that language's texts */
    struct date birth_date;
    const char *form_id, *form_title, *form_hash;
    const char *helper, *relation; /* "" where nobody helped */

    struct date asked_on, visit_on;
    bool prescreen;     /* the visit is later than the day the questions were answered */
    bool dates_shifted; /* the visit was moved, and date rules were not worked out again */
    bool has_class;
    enum outcome program_class, class; /* the program's; as decided so far */
    struct date not_before;
    int attention;

    struct encounter_flag *flag; /* worst as it stands first */
    size_t nflags;
    size_t open;                 /* undecided and above PRECAUTION */
    struct encounter_item *item; /* patient, staff, aftercare, call */
    size_t nitems;
    struct encounter_answer *answer;
    size_t nanswers;
    struct encounter_note *note;
    size_t nnotes;
    struct encounter_link *link; /* confirmed ones */
    size_t nlinks;

    enum decision decision; /* DECISION_NONE: none, or it fell */
    struct date postponed_to;
    const char *signed_name, *signed_text, *signed_by;
    int64_t signed_s;
    bool reopened; /* there was a decision, and it fell */

    const char *owner; /* whose it is; "" nobody's */
    bool restricted;
    const char *restricted_why;

    struct encounter_entry *entry; /* oldest first */
    size_t nentries;

    struct encounter_room *room; /* its memory */
};

/* `body` is taken over; NULL where it could not be opened. `header`: NULL too where not even that can be
 * read; then the uid alone is known. */
struct encounter *encounter_new(const uint8_t uid[FRAME_UID], const struct frame_header *header,
                                json_t *body);
void encounter_free(struct encounter *encounter); /* overwrites; NULL is fine */

/* Why there is no body: DOCUMENT_NEWER, or another reason. */
void encounter_set_fault(struct encounter *encounter, const char *why);

/* Another of the same: to try events on. Shares the documents. */
struct encounter *encounter_copy(const struct encounter *encounter);

/* Folds in the next event, and takes it over; NULL for one that did not open. An event that is not as its
 * kind says counts for nothing, and stands in `entry` as broken. Never fails. */
void encounter_add(struct encounter *encounter, uint32_t rev, const char *actor, json_t *event);

/* May this event be added now? 0, or -1 with why not, in words for the person. `today` is the clinic's day.
 * vault_add() asks too. */
int encounter_check(const struct encounter *encounter, const json_t *event, struct date today,
                    struct err *err);

/* What stands against "go ahead" on `today`, as a set. 0: nothing. */
enum encounter_block {
    BLOCK_OPEN_FLAGS = 1 << 0, /* encounter.open of them */
    BLOCK_HELD = 1 << 1,       /* a flag decided as HOLD or POSTPONE */
    BLOCK_NOT_TODAY = 1 << 2,  /* the visit is on another day */
    BLOCK_NOT_FRESH = 1 << 3,  /* questions to be asked again on the day: encounter_not_fresh() */
    BLOCK_UNCHECKED = 1 << 4,  /* carried answers, or such as were never assessed, that nobody has checked */
    BLOCK_UNSIGNED = 1 << 5,   /* the patient has not signed */
    BLOCK_UNREADABLE = 1 << 6, /* damaged, without a result, or uncertain */
};
unsigned encounter_blocks(const struct encounter *encounter, struct date today);

/* The answers that must be given again on the visit's day and were not: writes at most `max` indexes into
 * encounter.answer, returns how many there are. */
size_t encounter_not_fresh(const struct encounter *encounter, size_t *answer, size_t max);

/* The assessment for another visit date, or with more answers, by the form the intake was made with. NULL
 * with the reason: `form` has another hash, or the intake has no answers. The policies are those stored with
 * the intake. `answers`: as in the body, laid over it, NULL for none. The caller decrefs. */
json_t *encounter_assess(const struct encounter *encounter, const struct form *form, struct date visit_on,
                         const json_t *answers, struct err *err);

/* The answers as they stand now, each as it came (document.h). The caller decrefs. */
json_t *encounter_answers(const struct encounter *encounter);

/* The same as things stand now, and with `not_fired`: the rules that did not fire, and why (document.h). */
json_t *encounter_trace(const struct encounter *encounter, const struct form *form, struct err *err);

#endif
