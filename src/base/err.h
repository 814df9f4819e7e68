/* err.h: one error as a sentence for a person.
 *
 * Functions that can fail return 0 or -1 (or a pointer or NULL) and put the reason in *err: what
 * happened, where, what to do. Nothing below the programs' main files prints, prompts or exits.
 */
#ifndef FOYER_ERR_H
#define FOYER_ERR_H

#include <stdarg.h>

enum { ERR_SIZE = 512 };

struct err {
    char text[ERR_SIZE];
};

/* How the words of err_set() and err_sys() are translated: from the format in English to another one for the
 * same arguments. NULL: not at all. The layers below the catalogues write their errors in English, and people
 * read them. */
typedef const char *err_words_fn(const char *english);
void err_words(err_words_fn *words);

/* Sets the message and returns -1, so that a caller can write `return err_set(err, ...)`. err may be
 * NULL. A message that is too long is cut between two UTF-8 characters. */
int err_set(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same, with ": " and the text of errno after it. errno is left as it was. */
int err_sys(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before what is already there. Returns -1. */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
