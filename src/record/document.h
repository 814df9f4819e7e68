/* document.h: the two documents of a record, as JSON. The desk card says who is here and how far they are:
 * no answers, no flags. The body says everything, in words as shown, so that an old record never needs an
 * old form or catalogue to be read.
 */
#ifndef FOYER_DOCUMENT_H
#define FOYER_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "assess.h"
#include "form.h"

enum { DOCUMENT_VERSION = 1 };

struct document_answer {
    uint32_t ms;    /* time on the page */
    bool fast;      /* answered very fast */
    bool ask_alone; /* to be asked again without the helper */
    bool by_helper;
};

/* Everything the wizard knows, borrowed. Strings may be "" but not NULL. */
struct document_facts {
    const char *kind; /* "draft" or "final" */
    const uint8_t *uid; /* 16 bytes */
    const struct form *form;
    const struct answers *answers;
    const struct document_answer *answer; /* one a question of the form */
    size_t reached; /* questions before this index have been shown to the patient */
    const struct policies *policies;
    const struct assessment *assessment; /* NULL for a draft */
    struct date birth_date, asked_on, visit_on;
    const char *name, *phone, *helper_name, *helper_relation;
    const char *clinic, *timezone, *language;
    int64_t started_s, consented_s, signed_s;
    const char *signature;
    bool signed_by_helper;
    bool demo; /* the form was not approved */
};

json_t *document_desk(const struct document_facts *facts); /* the caller decrefs */
json_t *document_body(const struct document_facts *facts); /* the caller decrefs */

/* The assessment as `foyer assess` prints it and as the body holds it. With trace: not_fired too. */
json_t *document_assessment(const struct assessment *assessment, const struct answers *answers,
                            const struct policies *policies, bool trace);

/* Answers of a JSON object { question id: value } into `answers`. A value that the wizard would have
 * refused becomes ANSWER_INVALID, an unknown question answers_add_unknown: neither is ever CLEAR. -1 only
 * if it is not an object. Values: an option id or a list of them; "unsure", "private", "skipped" or null;
 * "2026-05-09", "2026-05", "2026"; a number; a text or a list of texts (one entry each). */
int document_read_answers(const json_t *object, struct answers *answers, struct err *err);

/* Compact text; overwrite it when done (the buf is a secret). */
void document_dump(const json_t *document, struct buf *out);
/* NULL if it is not JSON, not an object, nested too deep or of a newer version. */
json_t *document_parse(const char *text, size_t len, struct err *err);

#endif
