/* languages.h: a form in the languages of the clinic, and what is wrong with each of them.
 *
 * A language is a catalogue, locale_dir/<code>.mo, made by msgfmt from a .po file; English needs none. What a
 * patient reads is never half translated: a language in which one such text is missing, has other places in
 * braces than the English, or stands for another version of the form, is refused for that form, and the words
 * say why. Staff fall back to English text by text.
 */
#ifndef FOYER_LANGUAGES_H
#define FOYER_LANGUAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "form.h"
#include "problems.h"
#include "tr.h"

struct approval;

struct language {
    const char *code;            /* "es", "zh_CN" */
    char name[64];               /* "Español", as its readers write it */
    struct catalogue *catalogue; /* NULL: English */
    struct form *form;           /* in this language; never the one it was made from */
    bool unread;                 /* its name alone is known: languages_names() */
    bool complete;               /* all that a patient reads is there and fits */
    uint8_t hash[32];            /* of all that a patient reads in it: what a reviewer signs */
};

struct languages {
    struct language
        *language; /* those of kiosk.conf that could be read, in its order; then the clinic's own */
    size_t n;
    size_t offered; /* the first so many are those that kiosk.conf offers to patients */
    size_t clinic;  /* index of the language of staff and records */
};

/* What is known of a language: texts translated, of how many. */
struct language_coverage {
    size_t patient_form, patient_form_done;       /* the form's, for patients */
    size_t patient_program, patient_program_done; /* the program's */
    size_t staff_form, staff_form_done;
};

/* One that is wrong. The first of a kind is named, the others are counted: hundreds may be missing. */
enum language_fault { LANGUAGE_MISSING, LANGUAGE_BRACES, LANGUAGE_LONG };
struct language_finding {
    enum language_fault fault;
    const char *context; /* "microneedling/keloid/text", or "" for the program's own */
    const char *english;
    bool refuses; /* the language cannot be offered */
};
typedef void language_finding_fn(void *arg, const struct language_finding *finding);

/* Looks at every text. NULL for `found`: only counts. A patient's text that is LANGUAGE_LONG does not fit a
 * screen of 40 columns and 12 rows: it can be read by scrolling. */
struct language_coverage language_look(const struct form *form, const struct catalogue *catalogue,
                                       language_finding_fn *found, void *arg);

/* The languages of kiosk.conf for this form, which must outlive them. English alone where `config` is NULL. A
 * catalogue that cannot be read, or a language that is refused, adds a problem and is left out (the clinic's
 * own falls back to English): there is always one. The medicine names of every language that could be read
 * are looked for, whichever is spoken. languages_free() it. */
struct languages *languages_load(const struct config *config, const struct form *form,
                                 struct problems *problems);
void languages_free(struct languages *languages); /* NULL is fine */

/* Their names alone, for a first page that lists them, in a fraction of the time: `unread`, with no catalogue
 * and no form, and those are among them that languages_load() will refuse. */
struct languages *languages_names(const struct config *config, const struct form *form);

/* One catalogue and the form in it, whether or not kiosk.conf offers it. -1 with the reason. language_done()
 * it. */
int language_load(struct language *language, const struct config *config, const struct form *form,
                  const char *code, struct err *err);
void language_done(struct language *language);

/* The form in the clinic's language, with it in all the others (form_in), for those who keep no languages:
 * staff. It takes `form` over: form_free() what is returned. What is wrong with a language is passed over. */
struct form *languages_form(const struct config *config, struct form *form);

/* The code of every catalogue in a folder, by name: "es", "ms". How many; -1 with errno: it cannot be read.
 */
typedef void languages_code_fn(void *arg, const char *code);
int languages_in(const char *folder, languages_code_fn *each, void *arg);

/* By code; NULL. */
const struct language *languages_find(const struct languages *languages, const char *code);

#endif
