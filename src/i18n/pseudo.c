#include "pseudo.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "directive.h"
#include "mem.h"
#include "text.h"

enum { BUCKETS = 256, TILDES = 8 };

struct word {
    struct word *next;
    const char *english;
    const char *text;
};

struct pseudo {
    struct arena *arena;
    struct word *bucket[BUCKETS];
};

struct pseudo *pseudo_new(void)
{
    struct pseudo *pseudo = mem_alloc(sizeof *pseudo);

    pseudo->arena = arena_new();
    return pseudo;
}

void pseudo_free(struct pseudo *pseudo)
{
    if (pseudo) {
        arena_free(pseudo->arena);
    }
    free(pseudo);
}

/* FNV-1a. */
static unsigned hash(const char *s)
{
    unsigned value = 2166136261U;

    for (; *s; s++) {
        value = (value ^ (unsigned char)*s) * 16777619U;
    }
    return value;
}

/* The bytes at s that must stay as they are: a conversion or a {named} place. 0 if there are none. */
static size_t fixed_len(const char *s)
{
    if (*s == '%') {
        return directive_len(s);
    }
    if (*s != '{') {
        return 0;
    }
    size_t n = 1 + strspn(s + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n > 1 && s[n] == '}' ? n + 1 : 0;
}

static void add_accented(struct buf *out, char c)
{
    static const char vowels[] = "aeiouAEIOU";
    static const char *const accented[] = { "á", "é", "í", "ö", "ü", "Á", "É", "Í", "Ö", "Ü" };
    const char *vowel = strchr(vowels, c);

    if (vowel) {
        buf_adds(out, accented[vowel - vowels]);
    } else {
        buf_add(out, &c, 1);
    }
}

static char *make(const char *english)
{
    struct buf out = BUF_INIT;
    int room = (text_width(english) + 2) / 3;

    buf_adds(&out, "[!! ");
    for (const char *s = english; *s;) {
        size_t n = fixed_len(s);

        if (n > 0) {
            buf_add(&out, s, n);
            s += n;
        } else {
            add_accented(&out, *s++);
        }
    }
    /* In short runs, so that long text still wraps like words. */
    for (int i = 0; i < room; i++) {
        buf_adds(&out, i % TILDES == 0 ? " ~" : "~");
    }
    buf_adds(&out, " !!]");
    return buf_steal(&out);
}

const char *pseudo_text(struct pseudo *pseudo, const char *english)
{
    if (*english == '\0') {
        return "";
    }
    struct word **bucket = &pseudo->bucket[hash(english) % BUCKETS];
    for (const struct word *word = *bucket; word; word = word->next) {
        if (strcmp(word->english, english) == 0) {
            return word->text;
        }
    }
    struct word *word = arena_alloc(pseudo->arena, sizeof *word);
    char *text = make(english);
    word->english = arena_strdup(pseudo->arena, english);
    word->text = arena_strdup(pseudo->arena, text);
    word->next = *bucket;
    *bucket = word;
    free(text);
    return word->text;
}
