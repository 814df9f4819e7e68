/* What doctor found, as the kiosk reads it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "readiness.h"

TestSuite(readiness, .fini = temp_remove);

Test(readiness, a_note_is_read_again_whatever_a_finding_quotes)
{
    static const char text[] = "forms = [ \"mini\" ];\ntimezone = \"UTC\";\n";
    char path[96], large[6000];
    const char *finding[100] = { "a \"tab\"\t, \\ and \x1b[2J\nanother line", large };
    struct problems problems = PROBLEMS_INIT;
    struct buf all = BUF_INIT;
    const struct date today = { 2026, 11, 21 };

    memset(large, '"', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    for (size_t i = 2; i < 100; i++) {
        finding[i] = large;
    }
    temp_write("kiosk.conf", text, sizeof text - 1);
    snprintf(path, sizeof path, "%s/kiosk.conf", temp_folder());
    struct config *config = config_load(path, &problems);
    cr_assert_not_null(config);
    cr_assert_eq(readiness_write(config, today, finding, 100, NULL), 0);
    cr_expect_not(readiness_in_force(config, today, CLOCK_SYNCED, &problems));
    problems_text(&problems, &all);
    cr_expect_not_null(strstr(buf_str(&all), "found this machine not ready for patients on 2026-11-21"), "%s",
                       buf_str(&all));
    cr_expect_not_null(strstr(buf_str(&all), "readiness.cfg: a \"tab\""), "%s", buf_str(&all));
    cr_expect_not_null(strstr(buf_str(&all), " another line"), "%s", buf_str(&all));
    buf_done(&all);
    problems_done(&problems);

    cr_assert_eq(readiness_write(config, today, NULL, 0, NULL), 0);
    cr_expect(readiness_in_force(config, today, CLOCK_SYNCED, &problems));
    config_free(config);
}
