/* fixture.h: a small sound form in a temporary folder, to be spoiled in one place at a time. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "form_load.h"

extern const char *const mini_part[]; /* names, form.cfg first; ends with NULL */
const char *mini_text(const char *part);

/* The temporary folder of this test, made at first use and removed by its end. */
const char *temp_folder(void);
void temp_write(const char *name, const char *text, size_t len); /* makes folders on the way */
void temp_remove(void);

const char *mini_write(void); /* the sound form; returns its folder */
struct form *mini_load(void); /* the sound form, which must load */

/* Writes the form with `from` (found once in `part`) replaced by `to`, loads it, and expects one problem: at
 * the line of `part` on which `at` stands, saying `sentence`. */
void expect_problem(const char *part, const char *from, const char *to, const char *at, const char *sentence);
/* The same, but any number of problems; all of them as one text, to be freed. */
char *problems_after(const char *part, const char *from, const char *to);
/* The form still loads. form_free() it. */
struct form *form_after(const char *part, const char *from, const char *to);

/* Fails unless everything form.h promises about indexes, masks and order holds. */
void assert_sound(const struct form *form);

#endif
