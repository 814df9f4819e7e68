/* check_languages.h: for `foyer check`: how much of a form is translated, and what is wrong with it. */
#ifndef FOYER_CHECK_LANGUAGES_H
#define FOYER_CHECK_LANGUAGES_H

#include <stdbool.h>

#include "buf.h"
#include "config.h"
#include "form.h"

/* Appends lines, each beginning with `where`: the coverage of each language, and what is wrong with it. Of
 * texts for which it is refused only the number where they are many, unless `all` are wanted. Those that
 * `config` offers and the clinic's own, but for the form's. Returns how many of them cannot be offered or
 * used. */
size_t check_languages(struct buf *out, const char *where, const struct config *config,
                       const struct form *form, bool all);

/* The same for every catalogue in a folder. -1: it cannot be read. */
int check_languages_in(struct buf *out, const char *where, const char *folder, const struct form *form,
                       bool all, struct err *err);

#endif
