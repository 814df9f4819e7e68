/* tr.h: every string a person is shown goes through here. English is the source and the fallback.
 *
 * gettext cannot switch language in a running process under C.UTF-8 from glibc 2.39 on, so catalogues are
 * read by our own bounds-checked .mo reader; .po files stay standard. A catalogue is chosen by a pointer.
 */
#ifndef FOYER_TR_H
#define FOYER_TR_H

#include "err.h"

struct catalogue;

/* Reads a .mo file (either byte order). Everything in it is hostile until checked. NULL with the reason. */
struct catalogue *catalogue_load(const char *path, struct err *err);
/* The same from memory, which is copied. */
struct catalogue *catalogue_from_memory(const void *data, unsigned long len, struct err *err);
/* The pseudo-locale: every string comes back marked and a third longer, so that what escaped tr() and what
 * has no room shows. */
struct catalogue *catalogue_pseudo(void);
void catalogue_free(struct catalogue *catalogue);

/* NULL: English. Borrowed. */
void tr_use(const struct catalogue *catalogue);

/* Marks a string in a table for translators; it is shown through tr(). */
#define N_(text) text

const char *tr(const char *english) __attribute__((format_arg(1)));
const char *tr_ctx(const char *context, const char *english); /* msgctxt, for a form's strings */
const char *tr_n(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

#endif
