/* The .mo format is that of the gettext manual, "The Format of GNU MO Files". Its hash table is not used. */
#include "tr.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "directive.h"
#include "file.h"
#include "mem.h"
#include "plural.h"
#include "pseudo.h"
#include "text.h"

/* TEXT_MAX: bytes of one form of a translation; the longest there is has some 500. */
enum { FILE_MAX = 4 * 1024 * 1024, HEADER_SIZE = 28, TEXT_MAX = 8192 };
#define MAGIC         0x950412DEU
#define MAGIC_SWAPPED 0xDE120495U

/* Everything points into the catalogue's bytes. */
struct entry {
    const char *key;   /* "English", or "context\004English" */
    const char *many;  /* the English plural, or NULL */
    const char *value; /* one translation, or all plural forms with a NUL after each */
    size_t value_len;
};

struct catalogue {
    unsigned char *data;
    size_t len;
    bool swapped;
    size_t keys, values;  /* where the file's two tables are, of n strings each */
    struct entry *entry;  /* sorted by key */
    unsigned char *state; /* of each: UNREAD until somebody wants it */
    size_t n;
    struct plural *plural;
    struct pseudo *pseudo; /* then nothing of the above is there */
};

enum { UNREAD, SOUND, FAULTY };

/* The language of this process's screen. NULL: English. */
static const struct catalogue *current;

static uint32_t word_at(const struct catalogue *cat, size_t at)
{
    uint32_t word;

    memcpy(&word, cat->data + at, sizeof word);
    return cat->swapped ? __builtin_bswap32(word) : word;
}

/* String i of the table at `table`, which lies within the data. False if the string does not, NUL and all. */
static bool string_at(const struct catalogue *cat, size_t table, size_t i, const char **s, size_t *len)
{
    uint64_t n = word_at(cat, table + i * 8);
    uint64_t at = word_at(cat, table + i * 8 + 4);

    if (at + n >= cat->len || cat->data[at + n] != '\0') {
        return false;
    }
    *s = (const char *)cat->data + at;
    *len = (size_t)n;
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* *room is what the texts may still take: honest ones do not overlap, and so cost no more than one reading.
 */
static int read_entry(struct catalogue *cat, size_t i, size_t *room, struct err *err)
{
    struct entry *entry = &cat->entry[i];
    size_t len;

    if (!string_at(cat, cat->keys, i, &entry->key, &len) ||
        !string_at(cat, cat->values, i, &entry->value, &entry->value_len)) {
        return err_set(err, "the catalogue is damaged: its text %zu lies outside the file", i + 1);
    }
    if (len + entry->value_len + 2 > *room) {
        return err_set(err, "the catalogue is damaged: its texts overlap");
    }
    *room -= len + entry->value_len + 2;
    size_t key_len = strlen(entry->key);
    if (key_len < len) {
        entry->many = entry->key + key_len + 1;
        if (strlen(entry->many) + key_len + 1 != len) {
            return err_set(err, "the catalogue is damaged: its text %zu has more than two parts", i + 1);
        }
    }
    return 0;
}

static int sort_entries(struct catalogue *cat, struct err *err)
{
    bool sorted = true; /* as msgfmt leaves them */

    for (size_t i = 1; i < cat->n && sorted; i++) {
        sorted = compare_entries(&cat->entry[i - 1], &cat->entry[i]) < 0;
    }
    if (sorted) {
        return 0;
    }
    qsort(cat->entry, cat->n, sizeof *cat->entry, compare_entries);
    for (size_t i = 1; i < cat->n; i++) {
        if (strcmp(cat->entry[i - 1].key, cat->entry[i].key) == 0) {
            return err_set(err, "the catalogue is damaged: a text is in it twice");
        }
    }
    return 0;
}

static int find_tables(struct catalogue *cat, struct err *err)
{
    if (cat->len < HEADER_SIZE) {
        return err_set(err, "this is no catalogue: it is too short");
    }
    uint32_t magic = word_at(cat, 0);
    if (magic != MAGIC && magic != MAGIC_SWAPPED) {
        return err_set(err, "this is no catalogue (a .mo file made by msgfmt)");
    }
    cat->swapped = magic == MAGIC_SWAPPED;
    if (word_at(cat, 4) >> 16 > 1) {
        return err_set(err, "the catalogue is in a newer format than this program knows");
    }
    uint64_t n = word_at(cat, 8);
    uint64_t keys = word_at(cat, 12);
    uint64_t values = word_at(cat, 16);
    if (keys + n * 8 > cat->len || values + n * 8 > cat->len) {
        return err_set(err, "the catalogue is damaged: it is cut short");
    }
    cat->n = (size_t)n;
    cat->keys = (size_t)keys;
    cat->values = (size_t)values;
    return 0;
}

/* The two tables of the file to sorted entries. */
static int read_tables(struct catalogue *cat, struct err *err)
{
    if (find_tables(cat, err) != 0) {
        return -1;
    }
    cat->entry = mem_realloc(NULL, cat->n, sizeof *cat->entry);
    memset(cat->entry, 0, cat->n * sizeof *cat->entry);
    size_t room = cat->len;
    for (size_t i = 0; i < cat->n; i++) {
        if (read_entry(cat, i, &room, err) != 0) {
            return -1;
        }
    }
    cat->state = mem_alloc(cat->n);
    return sort_entries(cat, err);
}

/* The translation of "" is the header: lines of "Name: value". What stands behind this name; NULL: it is not
 * there.
 */
static const char *header_value(const struct catalogue *cat, const char *name)
{
    const char *line = cat->n > 0 && cat->entry[0].key[0] == '\0' ? cat->entry[0].value : NULL;
    size_t len = strlen(name);

    while (line && strncmp(line, name, len) != 0) {
        line = strchr(line, '\n');
        if (line) {
            line++;
        }
    }
    return line ? line + len : NULL;
}

static int read_header(struct catalogue *cat, struct err *err)
{
    static const char charset[] = "charset=";
    const char *type = header_value(cat, "Content-Type:");
    const char *named = type ? strstr(type, charset) : NULL;
    const char *rule = header_value(cat, "Plural-Forms:");

    if (named && named < type + strcspn(type, "\n") &&
        strncasecmp(named + sizeof charset - 1, "UTF-8", 5) != 0) {
        return err_set(err,
                       "the catalogue says that its texts are not UTF-8: save the .po file as UTF-8, with "
                       "charset=UTF-8 in its header");
    }
    cat->plural = rule ? plural_parse(rule, err) : plural_default();
    return cat->plural ? 0 : -1;
}

/* A form's strings have a context and are never formats. */
static bool is_format(const struct entry *entry)
{
    return !strchr(entry->key, '\004');
}

static const char *text_fault(const char *s, bool newlines)
{
    switch (text_check(s, strlen(s), newlines)) {
    case TEXT_OK:
        break;
    case TEXT_NOT_UTF8:
        return "is not UTF-8";
    case TEXT_CONTROL:
        return strchr(s, '\n') && !newlines ? "has a line end where the English has none"
                                            : "has characters that cannot be seen";
    case TEXT_INVISIBLE:
        return "has characters that cannot be seen";
    case TEXT_MARKS:
        return "has too many marks on one letter";
    }
    return NULL;
}

static const char *entry_fault(const struct catalogue *cat, const struct entry *entry)
{
    const char *end = entry->value + entry->value_len;
    const char *english = entry->many ? entry->many : entry->key;
    bool newlines = strchr(english, '\n') != NULL;
    unsigned forms = 0;

    for (const char *s = entry->value; s <= end; s += strlen(s) + 1) {
        const char *fault = text_fault(s, newlines);

        forms++;
        if (fault) {
            return fault;
        }
        if (strlen(s) > TEXT_MAX) {
            return "is longer than any text of this program";
        }
        if (*s && is_format(entry) && !directive_compatible(english, s, !entry->many)) {
            return "does not have the % places of the English";
        }
    }
    if (forms != (entry->many ? plural_forms(cat->plural) : 1)) {
        return "has the wrong number of plural forms";
    }
    return NULL;
}

/* Of the English, which is shown where something is wrong with the translation. */
static bool is_key_clean(const struct entry *entry)
{
    const char *end = strchr(entry->key, '\004');

    return (!end || text_check(entry->key, (size_t)(end - entry->key), false) == TEXT_OK) &&
           !text_fault(end ? end + 1 : entry->key, true) && (!entry->many || !text_fault(entry->many, true));
}

int catalogue_check(const struct catalogue *cat, struct err *err)
{
    for (size_t i = 0; i < cat->n; i++) {
        const struct entry *entry = &cat->entry[i];
        if (!is_key_clean(entry)) {
            return err_set(err, "the catalogue is damaged: it translates what is no text");
        }
        const char *fault = entry->key[0] ? entry_fault(cat, entry) : NULL;
        if (fault) {
            const char *context_end = strchr(entry->key, '\004');
            char *english = mem_need(text_tidy(context_end ? context_end + 1 : entry->key));
            err_set(err, "the translation of \"%.*s\" %s", (int)text_fit(english, 60), english, fault);
            free(english);
            return -1;
        }
    }
    return 0;
}

struct catalogue *catalogue_from_memory(const void *data, unsigned long len, struct err *err)
{
    if (len > FILE_MAX) {
        err_set(err, "the catalogue is too large");
        return NULL;
    }
    struct catalogue *cat = mem_alloc(sizeof *cat);
    cat->data = mem_alloc(len);
    cat->len = len;
    if (len > 0) {
        memcpy(cat->data, data, len);
    }
    if (read_tables(cat, err) != 0 || read_header(cat, err) != 0) {
        catalogue_free(cat);
        return NULL;
    }
    return cat;
}

struct catalogue *catalogue_load(const char *path, struct err *err)
{
    struct buf file = BUF_INIT;
    struct catalogue *cat = NULL;

    if (file_read(path, FILE_MAX, &file, err) == 0) {
        cat = catalogue_from_memory(buf_str(&file), file.len, err);
        if (!cat) {
            err_prefix(err, "%s", path);
        }
    }
    buf_done(&file);
    return cat;
}

struct catalogue *catalogue_pseudo(void)
{
    struct catalogue *cat = mem_alloc(sizeof *cat);

    cat->pseudo = pseudo_new();
    return cat;
}

void catalogue_free(struct catalogue *cat)
{
    if (!cat) {
        return;
    }
    if (current == cat) {
        tr_use(NULL);
    }
    plural_free(cat->plural);
    pseudo_free(cat->pseudo);
    free(cat->entry);
    free(cat->state);
    free(cat->data);
    free(cat);
}

void tr_use(const struct catalogue *catalogue)
{
    current = catalogue;
    err_words(catalogue ? tr : NULL);
}

/* strcmp(key, context "\004" english), without putting the two together; context may be NULL. */
static int compare_key(const char *key, const char *context, const char *english)
{
    if (context) {
        size_t len = strlen(context);
        int order = strncmp(key, context, len);

        if (order != 0) {
            return order;
        }
        if (key[len] != '\004') {
            return (unsigned char)key[len] - '\004';
        }
        key += len + 1;
    }
    return strcmp(key, english);
}

/* Read once, when it is wanted first: a process wants few of them. NULL: it cannot be trusted. */
static const struct entry *trusted(const struct catalogue *cat, size_t i)
{
    if (cat->state[i] == UNREAD) {
        cat->state[i] = entry_fault(cat, &cat->entry[i]) ? FAULTY : SOUND;
    }
    return cat->state[i] == SOUND ? &cat->entry[i] : NULL;
}

/* Where it is, or cat->n. */
static size_t index_of(const struct catalogue *cat, const char *context, const char *english)
{
    size_t low = 0;
    size_t high = *english ? cat->n : 0; /* "" would find the header */

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_key(cat->entry[middle].key, context, english);

        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return cat->n;
}

static const struct entry *find(const struct catalogue *cat, const char *context, const char *english)
{
    size_t i = index_of(cat, context, english);

    return i < cat->n ? trusted(cat, i) : NULL;
}

const char *catalogue_fault(const struct catalogue *cat, const char *context, const char *english)
{
    size_t i = cat->pseudo ? cat->n : index_of(cat, context, english);

    return i < cat->n ? entry_fault(cat, &cat->entry[i]) : NULL;
}

/* As find() does, in a file that nobody has looked through yet. */
static char *peek(struct catalogue *cat, const char *context, const char *english)
{
    struct err err;
    size_t low = 0, len;
    size_t high = find_tables(cat, &err) == 0 ? cat->n : 0;

    while (low < high) {
        struct entry entry = { 0 };
        size_t middle = low + (high - low) / 2;

        if (!string_at(cat, cat->keys, middle, &entry.key, &len)) {
            return NULL;
        }
        int order = compare_key(entry.key, context, english);
        if (order == 0) {
            bool sound = string_at(cat, cat->values, middle, &entry.value, &entry.value_len) &&
                         !entry_fault(cat, &entry) && *entry.value;
            return sound ? mem_strdup(entry.value) : NULL;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

char *catalogue_peek(const char *path, const char *context, const char *english)
{
    struct buf file = BUF_INIT;
    struct err err;
    char *text = NULL;

    if (file_read(path, FILE_MAX, &file, &err) == 0) {
        struct catalogue cat = { .data = (unsigned char *)file.data, .len = file.len };
        text = peek(&cat, context, english);
    }
    buf_done(&file);
    return text;
}

const struct catalogue *tr_used(void)
{
    return current;
}

const char *catalogue_text(const struct catalogue *cat, const char *context, const char *english, size_t *len)
{
    if (cat->pseudo) {
        const char *text = pseudo_text(cat->pseudo, english);
        if (len) {
            *len = strlen(text);
        }
        return text;
    }
    const struct entry *entry = find(cat, context, english);
    if (len) {
        *len = entry ? entry->value_len : 0;
    }
    return entry && *entry->value ? entry->value : NULL;
}

bool catalogue_has(const struct catalogue *cat, const struct tr_text *text)
{
    if (cat->pseudo) {
        return true;
    }
    const struct entry *entry = find(cat, text->context, text->english);
    if (!entry || (text->many && (!entry->many || strcmp(entry->many, text->many) != 0))) {
        return false;
    }
    const char *end = entry->value + entry->value_len;
    for (const char *form = entry->value; form <= end; form += strlen(form) + 1) {
        if (!*form) {
            return false;
        }
    }
    return true;
}

const char *tr_ctx(const char *context, const char *english)
{
    if (!current) {
        return english;
    }
    if (current->pseudo) {
        return pseudo_text(current->pseudo, english);
    }
    const struct entry *entry = find(current, context, english);
    if (!entry || !*entry->value) {
        return english;
    }
    /* xgettext merges a plain use of a text into its plural; then only the arguments of the plural are
     * checked. */
    if (entry->many && !directive_compatible(english, entry->value, true)) {
        return english;
    }
    return entry->value;
}

const char *tr(const char *english)
{
    return tr_ctx(NULL, english);
}

const char *tr_n(const char *one, const char *many, unsigned long n)
{
    const char *english = n == 1 ? one : many;

    if (!current) {
        return english;
    }
    if (current->pseudo) {
        return pseudo_text(current->pseudo, english);
    }
    const struct entry *entry = find(current, NULL, one);
    /* The same word may stand in a catalogue without a plural, or with another one. */
    if (!entry || !entry->many || strcmp(entry->many, many) != 0) {
        return english;
    }
    const char *form = entry->value;
    for (unsigned i = plural_index(current->plural, n); i > 0; i--) {
        form += strlen(form) + 1;
    }
    return *form ? form : english;
}
