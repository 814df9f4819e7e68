/* native.h: a patient who answers in another language than English: the form in it, and which of the answers
 * on the screen say no. */
#ifndef FOYER_TEST_NATIVE_H
#define FOYER_TEST_NATIVE_H

#include "clinic.h"
#include "form_load.h"
#include "languages.h"

struct native {
    struct form *form; /* in English */
    struct language language;
};

/* The clinic offers these languages from now on: "\"en\", \"es\"". */
void native_offer(const struct clinic_folder *clinic, const char *codes);

void native_open(struct native *native, const char *code); /* fails the test without that language */
void native_close(struct native *native);

/* The program's own words and the form's; fail the test without them. Borrowed. */
const char *native_tr(const struct native *native, const char *english);
const struct form_question *native_question(const struct native *native, const char *id);
const char *native_option(const struct native *native, const char *id, size_t option);

/* The number of the first answer on the page that is a "no" of the form in this language; else "1" and false.
 * Takes plain mode's lines and the rows of the full screen. */
bool native_no(const struct native *native, const char *page, char key[8]);

/* On the full screen, to a later page: answers with the language's letter for no, or with the first answer
 * where none says so, until `to` is there. */
void native_walk(const struct native *native, struct term *term, const char *to);

#endif
