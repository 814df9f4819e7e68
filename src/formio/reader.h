/* reader.h: values taken out of what libconfig has read, with every fault noted and nothing half-taken.
 *
 * Each getter either returns a good value or adds a problem with file and line and returns the default
 * (NULL for text): callers go on, so that all problems come out at once, and look at problems->total in
 * the end. What is returned lives in the reader's arena.
 */
#ifndef FOYER_READER_H
#define FOYER_READER_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "placeholder.h"
#include "problems.h"

/* One file. Its settings know it through their config_t, so it must not move once it is parsed. */
struct part {
    config_t config;
    const char *file; /* as messages name it */
    size_t section;   /* form parts: index of its section */
};

/* Checks and parses text (NUL-terminated, len bytes; may be changed by one byte added: there must be room
 * for it, text[len + 1]). True if it is sound. config_destroy() part->config either way. */
bool reader_parse(struct part *part, char *text, size_t len, struct problems *problems);

const struct part *reader_part(const config_setting_t *at);

struct reader {
    struct problems *problems;
    struct arena *arena;
    bool braces;                                       /* no form, so that any text may hold { and } */
    const config_setting_t *placeholder[PLACEHOLDERS]; /* where each was met first; NULL: nowhere */
    /* Is it the name of a number that FILLED texts may hold? Notes a fault of its own where it is one that
     * cannot stand there. NULL: they hold none. */
    bool (*number)(struct reader *reader, const config_setting_t *at, const char *name);
    char subject[96]; /* how messages begin: "rule ISO_LT6" */
};

void reader_subject(struct reader *reader, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds "subject" and what fmt makes (it begins with " has ..." or ": ..."), at the line of `at`. */
void reader_fault(struct reader *reader, const config_setting_t *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a name nothing has: "... Did you mean "nearest"?" where nearest is not NULL. */
void reader_fault_slip(struct reader *reader, const config_setting_t *at, const char *nearest,
                       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What may have been meant by `word`, of words that end with NULL; or NULL. */
const char *reader_nearest(const char *const *words, const char *word);

enum reader_need { OPTIONAL, REQUIRED };

/* Every name in the group must be one of `known` (ends with NULL). */
void reader_known(struct reader *reader, const config_setting_t *group, const char *const *known);

/* The setting of that name, or NULL; also if `group` is no group. As config_setting_get_member(), but that
 * one takes a tenth of the whole loading time. */
const config_setting_t *reader_member(const config_setting_t *group, const char *name);

/* The same, with a problem if it is REQUIRED and absent. */
const config_setting_t *reader_find(struct reader *reader, const config_setting_t *group, const char *name,
                                    enum reader_need need);

/* A list of groups (or, with nothing in it, of nothing). Each entry is still to be checked with
 * reader_is_group(). NULL if it is absent or something else. */
const config_setting_t *reader_list(struct reader *reader, const config_setting_t *group, const char *name,
                                    enum reader_need need);
bool reader_is_group(struct reader *reader, const config_setting_t *at);

/* In a form, a text that is FILLED may hold the clinic's facts and numbers, "{phone}", and one that is
 * COUNTED may hold braces that the caller looks at; any other may hold none at all. */
enum reader_text { ONE_LINE, LINES, FILLED_LINE, FILLED_LINES, COUNTED_LINES };
const char *reader_text(struct reader *reader, const config_setting_t *group, const char *name,
                        enum reader_need need, enum reader_text text);
const char *reader_text_of(struct reader *reader, const config_setting_t *at, enum reader_text text);
/* [ "...", "..." ], each checked as above. REQUIRED: at least one. */
const char *const *reader_texts(struct reader *reader, const config_setting_t *group, const char *name,
                                enum reader_need need, enum reader_text text, size_t *n);

/* Letters, digits and _, at most READER_MAX_ID, beginning with a letter (or a digit, with ANY_START). */
enum reader_start { LETTER_START, ANY_START };
enum { READER_MAX_ID = 48 };
const char *reader_id(struct reader *reader, const config_setting_t *group, const char *name,
                      enum reader_start start);
const char *reader_id_of(struct reader *reader, const config_setting_t *at, enum reader_start start);

/* The string itself, borrowed from libconfig; NULL (and a problem) for anything else. */
const char *reader_string_of(struct reader *reader, const config_setting_t *at);

/* Elements of [ ... ] or ( ... ), to be taken one by one with the _of getters. 0 if it is absent or no list.
 */
size_t reader_count(struct reader *reader, const config_setting_t *group, const char *name,
                    enum reader_need need, const config_setting_t **list);

bool reader_bool(struct reader *reader, const config_setting_t *group, const char *name, bool otherwise);
int reader_int(struct reader *reader, const config_setting_t *group, const char *name, int min, int max,
               int otherwise);
/* True if it is a number between min and max. */
bool reader_number_of(struct reader *reader, const config_setting_t *at, double min, double max, double *out);
/* A required number. */
double reader_number(struct reader *reader, const config_setting_t *group, const char *name, double min,
                     double max);

/* The index of a word in `words` (ends with NULL), or -1 with a problem. */
int reader_word_of(struct reader *reader, const config_setting_t *at, const char *const *words);

#endif
