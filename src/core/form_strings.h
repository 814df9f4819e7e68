/* form_strings.h: every text of a form that a person reads, one by one: for translators, for what is known
 * of a language, and for the same form in another language.
 *
 * Each has a context, which with the English is its key in a catalogue: "form/question/part", as in
 * "microneedling/keloid/text" and "microneedling/keloid/options/me". What is no question's stands under a
 * word that says what it is: sections, rules, items, policies, pages, texts, since, dictionary, form.
 * Ids, flags, sources and citations are no texts to translate.
 */
#ifndef FOYER_FORM_STRINGS_H
#define FOYER_FORM_STRINGS_H

#include <stdbool.h>

#include "form.h"

/* Who reads it. What a patient reads must be there before a language is offered; staff fall back to English.
 */
enum form_reader { FORM_READER_PATIENT, FORM_READER_STAFF };

/* How much room it has on the patient's screen. */
enum form_room {
    FORM_ROOM_TEXT,   /* paragraphs, and all that is not the patient's: it wraps, and the page scrolls */
    FORM_ROOM_TITLE,  /* above the answers of a question */
    FORM_ROOM_OPTION, /* a row to choose */
    FORM_ROOM_WORD,   /* a section's title, in the corner; a unit behind a number */
};

struct form_string {
    const char *context;
    const char *english; /* as the form has it; never NULL or "" */
    const char *note;    /* for translators; may be NULL */
    enum form_reader reader;
    enum form_room room;
    bool words; /* medicine names, with commas between; a translation adds to them, and may be missing */
};

/* Calls `visit` for each, in the order of the form. `string` and its context live until visit returns. */
typedef void form_string_fn(void *arg, const struct form_string *string);
void form_strings(const struct form *form, form_string_fn *visit, void *arg);

/* The form in another language: `lookup` returns the translation, or NULL for none. Indexes, conditions,
 * hash and all else are the form's own, which must outlive it. form_free() it. */
typedef const char *form_lookup_fn(void *arg, const struct form_string *string);
struct form *form_translated(const struct form *form, const char *language, form_lookup_fn *lookup,
                             void *arg);

/* The medicine names that translations added (form_group.local), each language's given to all: forms made
 * from one form. Whichever language is spoken, the same list then leads to the same result. */
void form_share_words(struct form *const *form, size_t n);

#endif
