#include "fuzz.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void wrapped(const char *s, int columns)
{
    struct text_lines lines = { 0 };
    text_wrap(s, columns, &lines);
    must(lines.n >= 1);
    for (size_t i = 0; i < lines.n; i++) {
        must(lines.line[i].start + lines.line[i].len <= strlen(s));
        /* One grapheme wider than the room has a line to itself. */
        must(lines.line[i].width <= columns || columns < 2 || lines.line[i].width <= 2 ||
             text_next(s + lines.line[i].start) >= s + lines.line[i].start + lines.line[i].len);
    }
    text_lines_done(&lines);
}

static void shown(const char *s)
{
    size_t n = 0;
    for (const char *at = s; *at != '\0'; at = text_next(at)) {
        must(text_prev(s, text_next(at)) < text_next(at));
        n++;
    }
    must(!text_is_utf8(s, strlen(s)) || n == text_graphemes(s));
    for (int columns = 1; columns < 70; columns += 13) {
        must(text_fit(s, columns) <= strlen(s));
        wrapped(s, columns);
    }
}

int fuzz_text(const uint8_t *data, size_t size)
{
    struct buf clean = BUF_INIT, twice = BUF_INIT;
    for (int newlines = 0; newlines < 2; newlines++) {
        buf_reset(&clean);
        buf_reset(&twice);
        text_sanitise(&clean, (const char *)data, size, newlines);
        text_sanitise(&twice, buf_str(&clean), clean.len, newlines);
        must(text_is_utf8(buf_str(&clean), clean.len));
        must(text_check(buf_str(&clean), clean.len, newlines) == TEXT_OK);
        must(clean.len == twice.len && strcmp(buf_str(&clean), buf_str(&twice)) == 0);
        if (text_check((const char *)data, size, newlines) == TEXT_OK) {
            must(clean.len == size && memcmp(buf_str(&clean), data, size) == 0);
        }
    }
    shown(buf_str(&clean));
    char *raw = strndup((const char *)data, size);
    must(raw != NULL);
    shown(raw);
    char *tidy = text_tidy(raw), *folded = text_fold_words(raw);
    if (tidy != NULL) {
        char *again = text_tidy(tidy);
        must(again != NULL && strcmp(tidy, again) == 0);
        free(again);
    }
    char *again = text_fold_words(folded);
    must(strcmp(folded, again) == 0);
    free(again);
    free(folded);
    free(tidy);
    free(raw);
    buf_done(&clean);
    buf_done(&twice);
    return 0;
}
