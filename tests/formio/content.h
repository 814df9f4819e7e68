/* content.h: the microneedling form for the tests of its content, and patients to answer it. */
#ifndef FOYER_TEST_CONTENT_H
#define FOYER_TEST_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "assess.h"
#include "date.h"
#include "policies.h"

extern const struct date visit; /* 21 Nov 2026 */

const struct form *content_open(void); /* for a suite's .init: the form, until content_close() */
void content_close(void);

/* Sets of words, parted by spaces. */
void expect_words(const char *of, const char *what, const char *got, const char *want);
void add_word(char line[1024], const char *word);
bool has_word(const char *words, const char *word);

size_t question_of(const char *id,
                   size_t len); /* the first len bytes of id; fails the test if there is none */
/* An option's id, "unsure", "private" or "missing". */
void say(struct answers *answers, size_t question, const char *answer);
/* Somebody with nothing to report, born 1990, on the day of the visit. */
struct answers *healthy_patient(const struct policies *policies);

#endif
