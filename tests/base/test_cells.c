/* Texts measured, wrapped and cut as a terminal counts that does not count as wcwidth does. */
#include <criterion/criterion.h>
#include <string.h>

#include "text.h"

#define STRII "\u0938\u094D\u0924\u094D\u0930\u0940" /* three letters joined, and a sign */
#define HINDI "\u0939\u093F\u0928\u094D\u0926\u0940 \u092E\u0947\u0902 " STRII
#define TAMIL "\u0BA4\u0BAE\u0BBF\u0BB4\u0BCD \u0B95\u0BCB\u0BB4\u0BBF"

static struct text_cells counts[] = { { 0x0900, 0x097F, CELLS_SUM, false, false },
                                      { 0x0B80, 0x0BFF, CELLS_SUM, false, false } };

static void count(int way)
{
    for (size_t i = 0; i < 2; i++) {
        counts[i].rule = way % 3 == 0 ? CELLS_SUM : way % 3 == 1 ? CELLS_TWO : CELLS_MAX;
        counts[i].flat_marks = way / 3 % 2 == 1;
        counts[i].joined = way / 6 == 1;
    }
    text_set_cells(counts, 2);
}

static void teardown(void)
{
    text_set_cells(NULL, 0);
}

TestSuite(cells, .fini = teardown);

Test(cells, a_letter_is_as_wide_as_the_terminal_counts)
{
    static const struct {
        int way, strii, ko;
    } want[] = { { 0, 4, 2 }, { 1, 4, 2 }, { 2, 3, 1 }, { 3, 3, 1 },
                 { 6, 4, 2 }, { 7, 2, 2 }, { 8, 1, 1 }, { 9, 3, 1 } };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        count(want[i].way);
        cr_expect_eq(text_width(STRII), want[i].strii, "way %d: %d", want[i].way, text_width(STRII));
        cr_expect_eq(text_width("\u0B95\u0BCB"), want[i].ko, "way %d", want[i].way);
        cr_expect_eq(text_width("a" STRII " b"), want[i].strii + 3);
        cr_expect_eq(text_width("caf\u00E9 \u4E2D"), 7, "others as ever");
    }
    teardown();
    cr_expect_eq(text_width(STRII), 4);
    cr_expect_not(text_has_cells(STRII, strlen(STRII)));
}

Test(cells, only_text_that_is_counted_otherwise_is_said_to_be)
{
    count(2);
    cr_expect(text_has_cells("a " HINDI, strlen("a " HINDI)));
    cr_expect(text_has_cells(TAMIL, strlen(TAMIL)));
    cr_expect_not(text_has_cells("caf\u00E9 \u4E2D", strlen("caf\u00E9 \u4E2D")));
    cr_expect_not(text_has_cells("plain", strlen("plain")));
    cr_expect_not(text_has_cells("", 0));
}

Test(cells, lines_fit_and_nothing_is_cut_that_the_terminal_takes_for_one)
{
    static const char *const texts[] = { HINDI, TAMIL, STRII STRII STRII STRII, TAMIL HINDI "x" STRII };
    struct text_lines lines = { 0 };

    for (int way = 0; way < 12; way++) {
        count(way);
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            const char *s = texts[t];
            for (int columns = 1; columns < 12; columns++) {
                text_wrap(s, columns, &lines);
                for (size_t i = 0; i < lines.n; i++) {
                    const struct text_line *line = &lines.line[i];
                    cr_expect_eq(text_width_n(s + line->start, line->len), line->width);
                    size_t one = text_fit(s + line->start, 4); /* of one alone it is not asked to fit */
                    cr_expect(line->width <= columns || line->len <= one, "way %d, text %zu, %d columns", way,
                              t, columns);
                }
                size_t fit = text_fit(s, columns);
                cr_expect_leq(text_width_n(s, fit), columns);
                cr_expect_eq(text_width_n(s, fit) + text_width(s + fit), text_width(s), "cut in two");
            }
        }
    }
    text_lines_done(&lines);
}

#define KA_VIRAMA "\u0915\u094D"

Test(cells, letters_are_joined_over_a_joiner_and_never_to_what_is_no_letter_of_their_script)
{
    count(8); /* joined, each as wide as its widest character */
    cr_expect_eq(text_width(KA_VIRAMA "\u200D\u0937"), 1, "a joiner between virama and letter");
    cr_expect_eq(text_width(KA_VIRAMA "\u0937"), 1);
    cr_expect_eq(text_width(KA_VIRAMA "\u0967"), 2, "a digit of the script");
    cr_expect_eq(text_width(KA_VIRAMA "a"), 2, "of the script before");
    cr_expect_eq(text_width(KA_VIRAMA "\u0E01"), 2, "of the script after");
}
