/* document.h: the two documents of a record, as JSON. The desk card says who is here and how far they are:
 * no answers, no flags. The body says everything, in words as shown, so that an old record never needs an
 * old form or catalogue to be read.
 *
 * Desk card
 *   v, part "desk", kind, uid, language (what was on the patient's screen at the end: "es")
 *   name, birth_date, arrived
 *   progress    [{ section, title, answered, shown }], sections with a question shown
 *   slip        the number on a returning patient's slip, or null
 *   help        [text], what the patient ticked at the question about help; "no" is an empty list
 *
 * Body
 *   v, part "body", kind, uid, demo, language, language_name ("Español"), language_unreviewed (nobody has
 * signed that language's texts), timezone, clinic facts       { clinic, phone, hours ... }: the clinic's, as
 * they stand in the texts; "" where unknown form        { id, title, version, hash, language, approved_by,
 * approved_on, approved_until }: null in a demo times       { started, consented, signed } asked_on, visit_on
 *   patient     { name, birth_date, phone }
 *   helper      { name, relation }, or null
 *   returning   null, or { slip, since [{ id, text, answer, questions [id] }] }: a slip was typed in.
 *                 Whose it is nobody but the clinic's program can say
 *   answers     [{ id, code, section, section_title, type, state, value, question, answer, unit, ms,
 *               fast, given_by, entered_by, ask_alone, fresh }], the questions shown, in the form's order
 *                 state: given, unsure, private, skipped, not_reached, invalid, not_asked (left to be
 *                 carried over from the last visit)
 *                 value: an option id, a list of them, a date, a number, a text; null without one.
 *                 Options beside "unsure" or "private" stand in a list with that word
 *                 given_by: patient, helper, phone, paper; entered_by: a user's name, or null. Older
 *                 records have "by" (patient, helper) instead
 *                 question and answer are texts as shown, in the language on the screen when the patient
 *                 answered; `language` names it where it is not the record's. clinic_question and
 *                 clinic_answer stand beside them where the clinic's language is another
 *   assessment  as document_assessment() gives it; null in a draft
 *   policies    { name: number or choice }, as they applied
 *   device_list [flag], those raised to HOLD; empty where the policy is off
 *   privacy, consent [text], as shown, in the language on the screen when the patient agreed
 *   attestation { text, signature, signed_by_helper }, or null before it is signed
 *   clinic_privacy, clinic_consent, and clinic_text in the attestation: as above, where the languages differ
 *
 * All else is in the clinic's language: form.language.
 *
 * Dates are "2026-05-09", "2026-05" or "2026", or null. Times are seconds since 1970, or null. Hashes and
 * uids are lower-case hex. Readers pass over keys they do not know; one that changes its meaning needs
 * another DOCUMENT_VERSION.
 */
#ifndef FOYER_DOCUMENT_H
#define FOYER_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "assess.h"
#include "buf.h"
#include "form.h"

enum { DOCUMENT_VERSION = 1 };

/* The form's and the program's words in a language. */
struct catalogue;
struct document_language {
    const char *code, *name;
    const struct form *form;
    const struct catalogue *catalogue; /* NULL: English */
    bool unreviewed;
};

struct document_answer {
    uint32_t ms;    /* time on the page */
    bool fast;      /* answered very fast */
    bool ask_alone; /* to be asked again without the helper */
    bool left;      /* a returning patient's "no" left it to be carried over from the last visit */
    const struct document_language *shown; /* in which it was read and answered; NULL: facts.shown */
    const char *given_by;   /* "patient", "helper", "phone" (the patient, by phone), "paper"; NULL: patient */
    const char *entered_by; /* the user who typed it for the patient; NULL: whoever gave it */
};

/* Everything the wizard knows, borrowed. Strings may be "" but not NULL. */
struct document_facts {
    const char *kind;        /* "draft" or "final" */
    const uint8_t *uid;      /* 16 bytes */
    const struct form *form; /* in the clinic's language, and so are the answers' and the assessment's */
    const struct catalogue *catalogue;              /* the clinic's language; NULL: English */
    const struct document_language *shown, *agreed; /* what was on the screen, at the end and when the patient
                                                       agreed. NULL: the clinic's language */
    const struct answers *answers;
    const struct document_answer *answer; /* one a question of the form */
    size_t reached;                       /* questions before this index have been shown to the patient */
    const struct policies *policies;
    const struct assessment *assessment; /* NULL for a draft */
    struct date birth_date, asked_on, visit_on;
    const char *name, *phone, *helper_name, *helper_relation;
    const char *const *fact; /* the clinic's, PLACEHOLDERS of them */
    const char *timezone;
    int64_t started_s, consented_s, signed_s;
    const char *signature;
    bool signed_by_helper;
    const char *approved_by; /* the clinician under whose signature the form was asked; NULL: a demo */
    struct date approved_on, approved_until;
    const char *slip;         /* the number on a returning patient's slip; "" without one */
    const char *const *since; /* what was said to each since_last of the form: "no", "yes", "unsure",
                                 "private", "skipped"; NULL without a slip */
};

/* Each writes one JSON object into `out`, compact, to be overwritten when done (buf_wipe). `out` is empty, or
 * ends in a new line. */
void document_desk(struct buf *out, const struct document_facts *facts);
void document_body(struct buf *out, const struct document_facts *facts);

/* Answers asked again: one object { answers [...] } as in the body: those `asked`, and { id, state "hidden" }
 * for those `withdrawn`; each one a question of the form. */
void document_answers(struct buf *out, const struct document_facts *facts, const bool *asked,
                      const bool *withdrawn);

/* The assessment as `foyer assess` prints it (`key` NULL) and as the body holds it, as a member of that name.
 * fact: the clinic's, PLACEHOLDERS of them, for the items' texts. shown: the form in the patient's language;
 * NULL: the assessment's own.
 *   class, not_before, asked_on, visit_on, attention
 *   flags       [{ id, title, outcome, question, code, answer, comparison, reason, strength, sources,
 *               source_titles, items, fields, until, alert, from_device_list }], worst first
 *   alerts      [flag id]
 *   unanswered  [question id]
 *   items       [{ id, for, from, until, least, when_text, text, sensitive, base, passed, fields,
 *               added_by, sources, source_titles }]; for: patient, staff, aftercare, call. What is not for
 *               staff has patient_text and patient_when_text too, where `shown` is another language
 *   not_fired   [{ id, title, why }], with `trace` only */
void document_assessment(struct buf *out, const char *key, const struct assessment *assessment,
                         const struct answers *answers, const struct policies *policies,
                         const char *const *fact, const struct form *shown, bool trace);

/* Answers of a JSON object { question id: value }, or { "answers": { ... } }, into `answers`. Lenient about
 * shape, strict about what it says: a value that the wizard would have refused becomes ANSWER_INVALID (what
 * is valid in it still counts), an unknown question answers_add_unknown: neither is ever CLEAR. -1 only if it
 * is not an object. Values: an option id or a list of them; "unsure", "private", "skipped", "" or null;
 * "2026-05-09", "2026-05", "2026", also where the wizard would want a whole date (assess resolves it), but
 * not for the birth date; a number, or one in quotes; a text or a list of texts (one entry each). One value
 * in a list is that value. */
int document_read_answers(const json_t *object, struct answers *answers, struct err *err);

/* Puts an answer as the body has it into an object for document_read_answers(), in place of one with the same
 * id. One without an id, or not answered, is put as a skip. */
void document_add_value(json_t *object, const json_t *answer);

/* The caller decrefs. NULL if it is not JSON, not an object, has a key twice, is nested deeper than
 * DOCUMENT_DEPTH or of a newer version. */
enum { DOCUMENT_DEPTH = 32 };
#define DOCUMENT_NEWER "written by a newer version of Foyer: use that one to read it" /* that reason */
json_t *document_parse(const char *text, size_t len, struct err *err);

#endif
