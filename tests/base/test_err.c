#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "err.h"
#include "text.h"

Test(err, set_returns_minus_one_and_holds_the_message)
{
    struct err err;

    cr_assert_eq(err_set(&err, "%s has %d lines", "form.cfg", 7), -1);
    cr_assert_str_eq(err.text, "form.cfg has 7 lines");
    cr_assert_eq(err_set(NULL, "nobody listens"), -1);
}

Test(err, sys_adds_errno_and_keeps_it)
{
    struct err err;

    errno = ENOENT;
    cr_assert_eq(err_sys(&err, "cannot open %s", "x"), -1);
    cr_assert_str_eq(err.text, "cannot open x: No such file or directory");
    cr_assert_eq(errno, ENOENT);
}

Test(err, prefix_goes_in_front)
{
    struct err err;

    err_set(&err, "line %d", 3);
    cr_assert_eq(err_prefix(&err, "%s", "form.cfg"), -1);
    cr_assert_str_eq(err.text, "form.cfg: line 3");
}

Test(err, a_message_may_be_made_from_itself)
{
    struct err err;

    err_set(&err, "inner");
    err_set(&err, "outer (%s)", err.text);
    cr_assert_str_eq(err.text, "outer (inner)");
}

Test(err, too_long_is_cut_between_characters)
{
    struct err err;
    char text[900];

    /* Characters of 2, 3 and 4 bytes, moved by one byte at a time across the end. */
    const char *const chars[] = { "é", "今", "😀" };
    for (size_t c = 0; c < 3; c++) {
        for (size_t shift = 0; shift < 4; shift++) {
            size_t len = shift;
            memset(text, 'a', shift);
            while (len < 700) {
                strcpy(text + len, chars[c]);
                len += strlen(chars[c]);
            }
            err_set(&err, "%s", text);
            cr_assert(text_is_utf8(err.text, strlen(err.text)), "%s shift %zu", chars[c], shift);
            cr_assert_gt(strlen(err.text), sizeof err.text - 5);
            err_prefix(&err, "file");
            cr_assert(text_is_utf8(err.text, strlen(err.text)));
        }
    }
    memset(text, 'a', sizeof err.text - 1);
    text[sizeof err.text - 1] = '\0';
    err_set(&err, "%s", text);
    cr_assert_str_eq(err.text, text, "what just fits is whole");
}
