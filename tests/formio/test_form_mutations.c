/* Forms with random damage: whatever the bytes, either the whole form is there and keeps its promises, or
 * there is none and at least one problem says why. The seed is fixed; the sanitizers look on.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

TestSuite(mutations, .fini = temp_remove, .timeout = 120);

/* xorshift64 */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next(state) % n);
}

/* Whole words now and then, so that more than the scanner is reached. */
static const char *const words[] = {
    "\"",       ";",       "{ ",      " }",         "( ",      " )",         "[ ",        " ]",
    ", ",       " = ",     "pills",   "\"now\"",    "areas",   "list",       "-1",        "4294967297",
    "0.5",      "true",    "all",     "not = ",     "flagged", "/*",         "#",         "\\",
    "@include", "any",     "\"X1\"",  "PILL_NOW",   "\"000\"", "\"choice\"", "\"date\"",  "\"number\"",
    "count",    "equals",  "\"P02\"", "\"unsure\"", "until",   "question",   "min",       "\"postpone\"",
    "set_by",   "{phone}", "{",       "}",          "\"ask\"", "when = ",    "\"after\"", "pages"
};

static void mutate(struct buf *text, uint64_t *state)
{
    struct buf out = BUF_INIT;
    size_t at = below(state, text->len), n = 1 + below(state, below(state, 4) ? 12 : text->len - at);
    const char *word = words[below(state, sizeof words / sizeof words[0])];
    size_t old = n < text->len - at ? n : text->len - at;

    buf_add(&out, text->data, at);
    switch (below(state, 6)) {
    case 0: /* delete */
        buf_add(&out, text->data + at + old, text->len - at - old);
        break;
    case 1: /* duplicate */
        buf_add(&out, text->data + at, old);
        buf_add(&out, text->data + at, text->len - at);
        break;
    case 2: /* flip a bit */
        buf_add(&out, text->data + at, text->len - at);
        out.data[at] = (char)((unsigned char)out.data[at] ^ (1u << below(state, 8)));
        break;
    case 3: /* put in a word */
        buf_adds(&out, word);
        buf_add(&out, text->data + at, text->len - at);
        break;
    case 4: /* replace by a word */
        buf_adds(&out, word);
        buf_add(&out, text->data + at + old, text->len - at - old);
        break;
    default: { /* copy from elsewhere */
        size_t from = below(state, text->len);
        buf_add(&out, text->data + from, old < text->len - from ? old : text->len - from);
        buf_add(&out, text->data + at, text->len - at);
        break;
    }
    }
    buf_done(text);
    *text = out;
    if (text->len == 0) {
        buf_adds(text, "\n");
    }
}

/* One part is damaged at a time. */
static void run(uint64_t seed, int rounds)
{
    uint64_t state = seed;
    const char *folder = mini_write();
    int loaded = 0, refused = 0;

    for (int i = 0; i < rounds; i++) {
        const char *part = mini_part[i % 16 == 0 ? 0 : 1 + below(&state, 3)];
        struct problems problems = PROBLEMS_INIT;
        struct buf text = BUF_INIT;
        char name[64];

        buf_adds(&text, mini_text(part));
        for (size_t n = 1 + below(&state, 3); n > 0; n--) {
            mutate(&text, &state);
        }
        snprintf(name, sizeof name, "mini/%s", part);
        temp_write(name, text.data, text.len);

        struct form *form = form_load(folder, &problems);
        if (form) {
            loaded++;
            cr_assert_eq(problems.total, 0, "round %d", i);
            assert_sound(form);
        } else {
            refused++;
            cr_assert_gt(problems.total, 0, "round %d", i);
            cr_assert_not_null(strstr(problems.problem[0].where, "mini/"), "%s", problems.problem[0].where);
        }
        form_free(form);
        problems_done(&problems);
        buf_done(&text);
        temp_write(name, mini_text(part), strlen(mini_text(part)));
    }
    /* Damage that is never or always found would prove nothing. */
    cr_expect_gt(loaded, rounds / 100, "%d of %d", loaded, rounds);
    cr_expect_gt(refused, rounds / 2, "%d of %d", refused, rounds);
}

Test(mutations, a_damaged_form_is_whole_or_not_there)
{
    run(20261121, 1000);
}

Test(mutations, with_another_seed)
{
    run(42, 1000);
}
