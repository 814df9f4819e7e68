/* The form that is shipped is held to the reading level a patient in a waiting room can follow. */
#include "reading.h"

#include <criterion/criterion.h>

#include "form_load.h"

Test(reading, the_form_is_plain_enough_for_every_patient)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = form_load("forms/microneedling", &problems);
    cr_assert_not_null(form);
    struct reading *reading = reading_measure(form);

    cr_assert(reading->measured);
    cr_expect_gt(reading->count.words, 500, "the form's words were found");
    cr_expect_leq(reading->grade, READING_MAX_GRADE, "the whole form reads at grade %.1f", reading->grade);
    for (size_t i = 0; i < reading->nfindings; i++) {
        cr_expect_fail("%s %s", reading->finding[i].where, reading->finding[i].what);
    }
    reading_free(reading);
    form_free(form);
}
