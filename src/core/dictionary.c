#include "dictionary.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A measure after a number. "tablets" is none: "tacrolimus tablets" is another medicine than the ointment. */
static bool is_unit(const char *word, size_t len)
{
    static const char *const unit[] = { "mg", "mcg", "ug",   "μg",    "g",  "gm", "gr",
                                        "ml", "l",   "unit", "units", "iu", "ui", "u" };

    for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
        if (strlen(unit[i]) == len && memcmp(unit[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Does a measure, or the end of an entry, follow a number that ends here? */
static bool ends_amount(const char *at)
{
    at += strspn(at, " \t");
    if (*at == '%' || strchr("\r\n,;", *at)) { /* or '\0' */
        return true;
    }
    size_t len = strcspn(at, " \t\r\n,;.:/()+-%0123456789");
    char *word = mem_strndup(at, len);
    char *folded = text_fold_words(word);
    bool unit = is_unit(folded, strlen(folded));
    explicit_bzero(word, strlen(word));
    explicit_bzero(folded, strlen(folded));
    free(word);
    free(folded);
    return unit;
}

/* The bytes of what stands between two entries at text[i]; 0: nothing does. A comma between two digits is a
 * decimal one in "2,5 mg", but not in "omega-3,5-HTP". */
static size_t separator(const char *text, size_t i)
{
    static const char *const wide[] = { "\uFF0C", "\u3001", "\uFF1B", "\u3002" };

    if (text[i] == ',' && i > 0 && is_digit(text[i - 1]) && is_digit(text[i + 1])) {
        return ends_amount(text + i + 1 + strspn(text + i + 1, "0123456789.")) ? 0 : 1;
    }
    for (size_t k = 0; k < sizeof wide / sizeof *wide && (unsigned char)text[i] >= 0xE0; k++) {
        if (strncmp(text + i, wide[k], 3) == 0) {
            return 3;
        }
    }
    return text[i] != '\0' && strchr(",\n\r;", text[i]) ? 1 : 0;
}

/* Appends the words of `folded` with a space after each, numbers parted from letters: "xarelto20mg" is
 * "xarelto 20 mg ". Without doses: numbers, and units right after them, are left out. */
static void add_words(struct buf *out, const char *folded, bool doses)
{
    bool after_number = false;

    for (const char *at = folded; *at;) {
        bool number = is_digit(*at);
        size_t len = 0;
        while (at[len] && at[len] != ' ' && is_digit(at[len]) == number) {
            len++;
        }
        if (doses || !(number || (after_number && is_unit(at, len)))) {
            buf_add(out, at, len);
            buf_add(out, " ", 1);
        }
        after_number = number;
        at += len;
        while (*at == ' ') {
            at++;
        }
    }
}

/* The same entry in the three ways it is looked at, each word between spaces, one way a line. */
static void spell(struct buf *out, const char *entry, size_t len)
{
    char *raw = mem_strndup(entry, len);
    char *folded = text_fold_words(raw);

    size_t most = 6 * strlen(folded) + 8; /* at most a space after each byte */
    if (out->cap < most) {
        buf_wipe(out); /* growing by itself it would leave a copy behind */
        buf_reserve(out, most);
    }
    buf_reset(out);
    buf_adds(out, " ");
    buf_adds(out, folded);
    buf_adds(out, " \n ");
    add_words(out, folded, true);
    buf_adds(out, "\n ");
    add_words(out, folded, false);
    explicit_bzero(raw, strlen(raw));
    explicit_bzero(folded, strlen(folded));
    free(raw);
    free(folded);
}

/* Is this the first byte of a character of a script that puts no spaces between words: Han, kana, Thai, Lao,
 * Khmer, Burmese? Then a name is found inside a longer run, and only there. */
static bool is_unspaced(const char *s)
{
    unsigned c = (unsigned char)s[0] < 0xE0 || (unsigned char)s[0] > 0xEF || !s[1] || !s[2]
                     ? 0
                     : ((unsigned)s[0] & 0xF) << 12 | ((unsigned)s[1] & 0x3F) << 6 | ((unsigned)s[2] & 0x3F);

    return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
           (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF);
}

static bool has_words(const char *spelt, const char *words)
{
    size_t len = strlen(words);
    bool anywhere = is_unspaced(words);

    for (const char *at = spelt; len > 0 && (at = strstr(at, words)); at++) {
        if (anywhere || (at > spelt && at[-1] == ' ' && at[len] == ' ')) {
            return true;
        }
    }
    return false;
}

static bool knows(const char *const *word, size_t n, const char *spelt)
{
    for (size_t i = 0; i < n; i++) {
        if (has_words(spelt, word[i])) {
            return true;
        }
    }
    return false;
}

static void add_hit(struct dictionary_hits *out, size_t entry, size_t len, size_t group)
{
    if (out->n == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 8;
        out->hit = mem_realloc(out->hit, out->cap, sizeof *out->hit);
    }
    out->hit[out->n++] = (struct dictionary_hit){ entry, len, group };
}

static void match_entry(const struct form_dictionary *dictionary, const char *text, size_t entry, size_t len,
                        struct buf *spelt, struct dictionary_hits *out)
{
    bool known = false;

    spell(spelt, text + entry, len);
    for (size_t i = 0; i < dictionary->ngroups; i++) {
        const struct form_group *group = &dictionary->group[i];
        bool by_form = knows(group->word, group->nwords, buf_str(spelt));
        known = known || by_form;
        if (by_form || knows(group->local, group->nlocal, buf_str(spelt))) {
            add_hit(out, entry, len, i);
        }
    }
    if (!known) {
        add_hit(out, entry, len, SIZE_MAX);
    }
}

void dictionary_match(const struct form_dictionary *dictionary, const char *text, struct dictionary_hits *out)
{
    struct buf spelt = BUF_INIT;
    size_t start = 0, skip = 1;

    out->n = 0;
    for (size_t i = 0;; i += skip) {
        skip = text[i] ? separator(text, i) : 1;
        if (skip == 0) {
            skip = 1;
            continue;
        }
        size_t end = i;
        while (start < end && is_blank(text[start])) {
            start++;
        }
        while (end > start && is_blank(text[end - 1])) {
            end--;
        }
        if (end > start) {
            match_entry(dictionary, text, start, end - start, &spelt, out);
        }
        if (text[i] == '\0') {
            break;
        }
        start = i + skip;
    }
    buf_wipe(&spelt);
}

void dictionary_hits_done(struct dictionary_hits *hits)
{
    if (hits->hit) {
        explicit_bzero(hits->hit, hits->cap * sizeof *hits->hit);
    }
    free(hits->hit);
    *hits = (struct dictionary_hits){ NULL, 0, 0 };
}
