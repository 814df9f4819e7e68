/* check_languages.h: for `foyer check`: how much of a form is translated, and what is wrong with it. */
#ifndef FOYER_CHECK_LANGUAGES_H
#define FOYER_CHECK_LANGUAGES_H

#include "buf.h"
#include "config.h"
#include "form.h"

/* Appends lines, each beginning with `where`: the coverage of each language, and all that is wrong. Those
 * that `config` offers, but for the form's own. Returns how many of them are refused. */
size_t check_languages(struct buf *out, const char *where, const struct config *config,
                       const struct form *form);

/* The same for every catalogue in a folder. -1: it cannot be read. */
int check_languages_in(struct buf *out, const char *where, const char *folder, const struct form *form,
                       struct err *err);

#endif
