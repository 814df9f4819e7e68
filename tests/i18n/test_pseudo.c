#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tr.h"

static struct catalogue *pseudo;

static void start(void)
{
    pseudo = catalogue_pseudo();
    tr_use(pseudo);
}

static void stop(void)
{
    catalogue_free(pseudo);
}

TestSuite(pseudo, .init = start, .fini = stop);

Test(pseudo, every_text_is_marked_accented_and_longer)
{
    cr_assert_str_eq(tr("Welcome"), "[!! Wélcömé ~~~ !!]");
    cr_assert_str_eq(tr_ctx("device", "Pen"), "[!! Pén ~ !!]");
    cr_assert_str_eq(tr_n("a day", "days", 1), "[!! á dáy ~~ !!]");
    cr_assert_str_eq(tr_n("a day", "days", 5), "[!! dáys ~~ !!]");
    cr_assert_str_eq(tr(""), "");
    cr_assert_str_eq(tr("naïve 今"), "[!! náïvé 今 ~~~ !!]");
}

Test(pseudo, long_text_still_wraps_and_is_a_third_longer)
{
    const char *english = "Please answer every question as well as you can. You can go back at any time, and "
                          "you can skip a page.";
    const char *shown = tr(english);
    struct text_lines lines = { 0 };

    cr_assert_geq(text_width(shown) * 3, text_width(english) * 4);
    text_wrap(shown, 20, &lines);
    for (size_t i = 0; i + 1 < lines.n; i++) {
        cr_assert_gt(lines.line[i].width, 5);
    }
    text_lines_done(&lines);
    cr_assert_eq(text_check(shown, strlen(shown), false), TEXT_OK);
}

Test(pseudo, conversions_places_and_line_ends_stay)
{
    char shown[128];

    snprintf(shown, sizeof shown, tr("Page %d of %s: 100%%"), 3, "nine");
    cr_assert_str_eq(shown, "[!! Págé 3 öf nine: 100% ~~~~~~~ !!]");
    cr_assert_str_eq(tr("%1$s is %2$-8.3lf"), "[!! %1$s ís %2$-8.3lf ~~~~~~ !!]");
    cr_assert_str_eq(tr("Call {phone_1} now"), "[!! Cáll {phone_1} nöw ~~~~~~ !!]");
    cr_assert_str_eq(tr("{ a } {"), "[!! { á } { ~~~ !!]");
    cr_assert_str_eq(tr("one\ntwo"), "[!! öné\ntwö ~~ !!]");
}

Test(pseudo, pointers_stay_valid_and_are_the_same_each_time)
{
    const char *first[600];
    char english[32];

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 600; i++) {
            snprintf(english, sizeof english, "text number %d", i);
            const char *shown = tr_ctx("q", english); /* the English may go, the result stays */
            if (round == 0) {
                first[i] = shown;
            }
            cr_assert_eq(shown, first[i]);
        }
    }
    cr_assert_str_eq(first[0], "[!! téxt nümbér 0 ~~~~~ !!]");
}
