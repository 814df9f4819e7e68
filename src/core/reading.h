/* reading.h: how hard a form is to read for a patient, and where.
 *
 * Read is what a patient sees: questions, hints, whys, options, texts, pages, and the checklist items for the
 * patient, for aftercare and for calling. Measured is the Flesch-Kincaid grade (Kincaid et al. 1975):
 * 0.39 words per sentence + 11.8 syllables per word - 15.59. Syllables are counted by rules, with a list of
 * exceptions: English only. Names of the form's medicine dictionary count as a word of one syllable: they
 * cannot be made plainer. A placeholder is read as the words said instead of it.
 */
#ifndef FOYER_READING_H
#define FOYER_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "form.h"

#define READING_MAX_GRADE 6.0
enum { READING_MAX_WORDS = 20 }; /* in a sentence */

struct reading_count {
    size_t sentences, words, syllables;
};

struct reading_finding {
    char *where; /* "question blood_thinner", "page what", "item P02", "text welcome" */
    char *what;  /* "has a sentence of 24 words: ..." */
};

struct reading {
    bool measured; /* false: the form is not in English, and nothing below is filled in */
    struct reading_count count;
    double grade; /* of the whole form */
    struct reading_finding *finding;
    size_t nfindings;
};

/* Measures the form. Findings: a sentence of more than READING_MAX_WORDS words; two negatives in one clause;
 * a question with more than one question mark; and, where the whole is above READING_MAX_GRADE, each place
 * that is. reading_free() it. */
struct reading *reading_measure(const struct form *form);
void reading_free(struct reading *reading); /* NULL is fine */

/* Adds the text's sentences, words and syllables. `form` for its dictionary; NULL for none. */
void reading_add(struct reading_count *count, const struct form *form, const char *text);
double reading_grade(const struct reading_count *count); /* 0 for no words */

/* Of a word in small letters without accents, as text_fold_words() writes it. At least 1. */
size_t reading_syllables(const char *word, size_t len);

#endif
