/* What a kiosk does while nobody uses it: nothing. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "clinic.h"

Test(rest, an_intake_stored_beside_the_settings_leaves_the_first_page_alone)
{
    struct clinic_folder clinic;
    char command[256];
    clinic_open(&clinic);
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    term_settle(t, 300);
    size_t before = term_bytes(t);
    snprintf(command, sizeof command,
             "cd %s && : >> foyer.db && : >> foyer.db-journal && rm foyer.db-journal", clinic.path);
    cr_assert_eq(system(command), 0);
    term_settle(t, 500);
    cr_expect_eq(term_bytes(t), before, "it painted %zu bytes", term_bytes(t) - before);
    term_close(t);
    clinic_close(&clinic);
}
