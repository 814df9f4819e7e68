#include "reader.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "lexical.h"
#include "names.h"
#include "text.h"

bool reader_parse(struct part *part, char *text, size_t len, struct problems *problems)
{
    config_init(&part->config);
    if (!lexical_check(part->file, text, len, problems)) {
        return false;
    }

    /* libconfig 1.5 takes a comment on the last line for one only if the line has an end. */
    text[len] = '\n';
    text[len + 1] = '\0';
    if (config_read_string(&part->config, text) == CONFIG_TRUE) {
        return true;
    }

    const char *words = config_error_text(&part->config);
    if (words && strstr(words, "duplicate")) {
        words = "a name is given here that its { } already has. Remove one of them.";
    } else if (words && strstr(words, "array")) {
        words = "what stands between [ and ] must be all of one kind: all texts, or all numbers of the same "
                "form.";
    } else {
        words = "this cannot be read. Look for a missing quote, bracket or = just before.";
    }
    problems_add(problems, part->file, config_error_line(&part->config), "%s", words);
    return false;
}

const struct part *reader_part(const config_setting_t *at)
{
    return (const struct part *)((const char *)at->config - offsetof(struct part, config));
}

void reader_subject(struct reader *reader, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(reader->subject, sizeof reader->subject, fmt, args);
    va_end(args);
}

static void add(struct reader *reader, const config_setting_t *at, const char *nearest, const char *fmt,
                va_list args)
{
    struct buf text = BUF_INIT;
    char *sentence = NULL;

    if (vasprintf(&sentence, fmt, args) < 0) {
        mem_need(NULL);
    }
    buf_addf(&text, "%s%s", reader->subject, sentence);
    free(sentence);
    if (nearest) {
        buf_addf(&text, " Did you mean \"%s\"?", nearest);
    }
    problems_add(reader->problems, reader_part(at)->file, (int)config_setting_source_line(at), "%s",
                 buf_str(&text));
    buf_done(&text);
}

void reader_fault(struct reader *reader, const config_setting_t *at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add(reader, at, NULL, fmt, args);
    va_end(args);
}

void reader_fault_slip(struct reader *reader, const config_setting_t *at, const char *nearest,
                       const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add(reader, at, nearest, fmt, args);
    va_end(args);
}

/* What a value is called in a message: "choices", or the list it stands in. */
static const char *name_of(const config_setting_t *at)
{
    while (at && !config_setting_name(at)) {
        at = config_setting_parent(at);
    }
    return at && config_setting_name(at) ? config_setting_name(at) : "";
}

const char *reader_nearest(const char *const *words, const char *word)
{
    const char *nearest = NULL;
    unsigned best = UINT32_MAX;

    for (; *words; words++) {
        unsigned slip = names_slip(word, *words);

        if (slip && slip < best) {
            best = slip;
            nearest = *words;
        }
    }
    return nearest;
}

void reader_known(struct reader *reader, const config_setting_t *group, const char *const *known)
{
    int n = config_setting_length(group);

    for (int i = 0; i < n; i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(member);
        const char *const *k = known;

        while (*k && strcmp(*k, name) != 0) {
            k++;
        }
        if (!*k) {
            reader_fault_slip(reader, member, reader_nearest(known, name), ": nothing here is called \"%s\".",
                              name);
        }
    }
}

const config_setting_t *reader_member(const config_setting_t *group, const char *name)
{
    int n = config_setting_is_group(group) ? config_setting_length(group) : 0;

    for (int i = 0; i < n; i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);

        if (strcmp(config_setting_name(member), name) == 0) {
            return member;
        }
    }
    return NULL;
}

const config_setting_t *reader_find(struct reader *reader, const config_setting_t *group, const char *name,
                                    enum reader_need need)
{
    const config_setting_t *at = reader_member(group, name);

    if (!at && need == REQUIRED) {
        reader_fault(reader, group, " has no \"%s\".", name);
    }
    return at;
}

bool reader_is_group(struct reader *reader, const config_setting_t *at)
{
    if (config_setting_is_group(at)) {
        return true;
    }
    reader_fault(reader, at, ": \"%s\" must be written between { and }.", name_of(at));
    return false;
}

static bool is_listing(const config_setting_t *at)
{
    return config_setting_is_list(at) || config_setting_is_array(at);
}

const config_setting_t *reader_list(struct reader *reader, const config_setting_t *group, const char *name,
                                    enum reader_need need)
{
    const config_setting_t *at = reader_find(reader, group, name, need);

    if (!at || (is_listing(at) && config_setting_length(at) == 0)) {
        return at;
    }
    if (config_setting_is_list(at)) {
        return at;
    }
    reader_fault(reader, at, ": \"%s\" must be a list of groups: ( { ... }, { ... } ).", name);
    return NULL;
}

size_t reader_count(struct reader *reader, const config_setting_t *group, const char *name,
                    enum reader_need need, const config_setting_t **list)
{
    *list = reader_find(reader, group, name, need);
    if (!*list) {
        return 0;
    }
    if (!is_listing(*list)) {
        reader_fault(reader, *list, ": \"%s\" must be a list: [ \"...\", \"...\" ].", name);
        return 0;
    }
    if (config_setting_length(*list) == 0 && need == REQUIRED) {
        reader_fault(reader, *list, ": \"%s\" is empty.", name);
    }
    return (size_t)config_setting_length(*list);
}

const char *reader_string_of(struct reader *reader, const config_setting_t *at)
{
    if (config_setting_type(at) == CONFIG_TYPE_STRING) {
        return config_setting_get_string(at);
    }
    reader_fault(reader, at, ": \"%s\" must be a text in quotes.", name_of(at));
    return NULL;
}

/* Notes where each of the clinic's facts is met first. */
static bool placeholders_good(struct reader *reader, const config_setting_t *at, const char *s, bool filled)
{
    size_t len;
    int which;

    for (; (s = placeholder_next(s, &len, &which)); s += len) {
        if (!filled) {
            reader_fault(
                reader, at,
                ": \"%s\" holds \"%.*s\". Braces stand only around a fact of the clinic, in the form's "
                "texts, pages and items.",
                name_of(at), len < 60 ? (int)len : 60, s);
            return false;
        }
        if (which < 0) {
            char name[READER_MAX_ID + 1] = "";

            if (len >= 2 && len - 2 < sizeof name) {
                memcpy(name, s + 1, len - 2);
            }
            if (*name && reader->number && reader->number(reader, at, name)) {
                continue;
            }
            reader_fault_slip(reader, at, reader_nearest(placeholder_name, name),
                              ": \"%s\" holds \"%.*s\", which is no fact of the clinic and no policy.",
                              name_of(at), len < 60 ? (int)len : 60, s);
            return false;
        }
        if (!reader->placeholder[which]) {
            reader->placeholder[which] = at;
        }
    }
    return true;
}

const char *reader_text_of(struct reader *reader, const config_setting_t *at, enum reader_text text)
{
    const char *s = reader_string_of(reader, at);

    if (!s) {
        return NULL;
    }
    size_t len = strlen(s);
    if (len == strspn(s, " \n")) {
        reader_fault(reader, at, ": \"%s\" is empty.", name_of(at));
    } else if (len > LEXICAL_MAX_STRING) {
        reader_fault(reader, at, ": \"%s\" is longer than %d bytes.", name_of(at), LEXICAL_MAX_STRING);
    } else if ((text == ONE_LINE || text == FILLED_LINE) && strchr(s, '\n')) {
        reader_fault(reader, at, ": \"%s\" must be one line, without \\n.", name_of(at));
    } else if (text_check(s, len, true) != TEXT_OK) {
        reader_fault(reader, at, ": \"%s\" holds an invisible or control character.", name_of(at));
    } else if (reader->braces || text == COUNTED_LINES ||
               placeholders_good(reader, at, s, text == FILLED_LINE || text == FILLED_LINES)) {
        return arena_strndup(reader->arena, s, len);
    }
    return NULL;
}

const char *reader_text(struct reader *reader, const config_setting_t *group, const char *name,
                        enum reader_need need, enum reader_text text)
{
    const config_setting_t *at = reader_find(reader, group, name, need);

    return at ? reader_text_of(reader, at, text) : NULL;
}

const char *const *reader_texts(struct reader *reader, const config_setting_t *group, const char *name,
                                enum reader_need need, enum reader_text text, size_t *n)
{
    const config_setting_t *list;

    *n = reader_count(reader, group, name, need, &list);
    if (*n == 0) {
        return NULL;
    }

    const char **texts = arena_alloc(reader->arena, *n * sizeof *texts);
    for (size_t i = 0; i < *n; i++) {
        texts[i] = reader_text_of(reader, config_setting_get_elem(list, (unsigned)i), text);
    }
    return texts;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *reader_id_of(struct reader *reader, const config_setting_t *at, enum reader_start start)
{
    const char *s = reader_string_of(reader, at);

    if (!s) {
        return NULL;
    }
    size_t len = 0;
    while (is_letter(s[len]) || is_digit(s[len]) || s[len] == '_') {
        len++;
    }
    if (s[len] != '\0' || len == 0 || len > READER_MAX_ID || (start == LETTER_START && !is_letter(s[0]))) {
        reader_fault(reader, at, ": \"%.60s\" cannot be a name. Use letters, digits and _, %sat most %d.", s,
                     start == LETTER_START ? "a letter first, " : "", READER_MAX_ID);
        return NULL;
    }
    return arena_strndup(reader->arena, s, len);
}

const char *reader_id(struct reader *reader, const config_setting_t *group, const char *name,
                      enum reader_start start)
{
    const config_setting_t *at = reader_find(reader, group, name, REQUIRED);

    return at ? reader_id_of(reader, at, start) : NULL;
}

bool reader_bool(struct reader *reader, const config_setting_t *group, const char *name, bool otherwise)
{
    const config_setting_t *at = reader_find(reader, group, name, OPTIONAL);

    if (!at) {
        return otherwise;
    }
    if (config_setting_type(at) == CONFIG_TYPE_BOOL) {
        return config_setting_get_bool(at) == CONFIG_TRUE;
    }
    reader_fault(reader, at, ": \"%s\" must be true or false, without quotes.", name);
    return otherwise;
}

int reader_int(struct reader *reader, const config_setting_t *group, const char *name, int min, int max,
               int otherwise)
{
    const config_setting_t *at = reader_find(reader, group, name, OPTIONAL);

    if (!at) {
        return otherwise;
    }
    if (config_setting_type(at) != CONFIG_TYPE_INT) {
        reader_fault(reader, at, ": \"%s\" must be a whole number, without quotes.", name);
        return otherwise;
    }

    int value = config_setting_get_int(at);
    if (value >= min && value <= max) {
        return value;
    }
    reader_fault(reader, at, ": \"%s\" must be from %d to %d, but is %d.", name, min, max, value);
    return otherwise;
}

bool reader_number_of(struct reader *reader, const config_setting_t *at, double min, double max, double *out)
{
    if (config_setting_type(at) == CONFIG_TYPE_INT) {
        *out = config_setting_get_int(at);
    } else if (config_setting_type(at) == CONFIG_TYPE_FLOAT) {
        *out = config_setting_get_float(at);
    } else {
        reader_fault(reader, at, ": \"%s\" must be a number, without quotes.", name_of(at));
        return false;
    }
    if (*out >= min && *out <= max) {
        return true;
    }
    reader_fault(reader, at, ": \"%s\" must be from %g to %g, but is %.10g.", name_of(at), min, max, *out);
    return false;
}

double reader_number(struct reader *reader, const config_setting_t *group, const char *name, double min,
                     double max)
{
    const config_setting_t *at = reader_find(reader, group, name, REQUIRED);
    double value = min;

    if (!at || !reader_number_of(reader, at, min, max, &value)) {
        return min;
    }
    return value;
}

int reader_word_of(struct reader *reader, const config_setting_t *at, const char *const *words)
{
    const char *s = reader_string_of(reader, at);

    if (!s) {
        return -1;
    }
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], s) == 0) {
            return i;
        }
    }

    struct buf choice = BUF_INIT;
    for (int i = 0; words[i]; i++) {
        buf_addf(&choice, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    reader_fault_slip(reader, at, reader_nearest(words, s), ": \"%s\" is \"%.60s\", but must be %s.",
                      name_of(at), s, buf_str(&choice));
    buf_done(&choice);
    return -1;
}
