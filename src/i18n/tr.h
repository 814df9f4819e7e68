/* tr.h: every string a person is shown goes through here. English is the source and the fallback.
 *
 * gettext cannot switch language in a running process under C.UTF-8 from glibc 2.39 on, so catalogues are
 * read by our own bounds-checked .mo reader; .po files stay standard. A catalogue is chosen by a pointer.
 */
#ifndef FOYER_TR_H
#define FOYER_TR_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct catalogue;

/* Reads a .mo file (either byte order). Everything in it is hostile until checked: the tables at once, a text
 * when it is wanted first. One that is unclean (not UTF-8, control characters, other % places than the
 * English, another number of plural forms) counts as not translated. NULL with the reason. */
struct catalogue *catalogue_load(const char *path, struct err *err);
/* The same from memory, which is copied. */
struct catalogue *catalogue_from_memory(const void *data, unsigned long len, struct err *err);
/* The pseudo-locale: every string comes back marked and a third longer, so that what escaped tr() and what
 * has no room shows. */
struct catalogue *catalogue_pseudo(void);
void catalogue_free(struct catalogue *catalogue);

/* One text of a .mo file, of which no more is looked at than it takes to find it. free() it; NULL: it is not
 * there, is unclean, or this is no catalogue. */
char *catalogue_peek(const char *path, const char *context, const char *english);

/* Every text at once, for whoever made them. -1 with the first that is unclean, and why. */
int catalogue_check(const struct catalogue *catalogue, struct err *err);

/* The translation, or NULL where there is none; `context` may be NULL. *len, if `len` is not NULL: its bytes,
 * all plural forms with a NUL after each but the last. */
const char *catalogue_text(const struct catalogue *catalogue, const char *context, const char *english,
                           size_t *len);

/* What is wrong with a translation that is there, and counts as none: "is not UTF-8". NULL: nothing, or there
 * is none. */
const char *catalogue_fault(const struct catalogue *catalogue, const char *context, const char *english);

/* The program's texts that a patient reads: from the same lines of the sources as the translators' template,
 * so that a catalogue made for another version of the program is seen to lack some. */
struct tr_text {
    const char *context, *english, *many; /* context and many may be NULL */
    bool button;                          /* it stands on an action of the page, which is one line */
};
extern const struct tr_text tr_patient[];
extern const size_t tr_npatient;

/* Is it translated, with every plural form? */
bool catalogue_has(const struct catalogue *catalogue, const struct tr_text *text);

/* NULL: English. Borrowed. */
void tr_use(const struct catalogue *catalogue);
const struct catalogue *tr_used(void);

/* Marks a string in a table for translators; it is shown through tr(). */
#define N_(text) text

const char *tr(const char *english) __attribute__((format_arg(1)));
const char *tr_ctx(const char *context, const char *english); /* msgctxt, for a form's strings */
const char *tr_n(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

#endif
