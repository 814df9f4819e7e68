#include "placeholder.h"

#include <criterion/criterion.h>

static const char *const facts[PLACEHOLDERS] = { "Elm Clinic", "555 {hours}", "9 to 5", "", NULL, "Ann" };
static const char *const instead[PLACEHOLDERS] = { "this clinic", "the desk", NULL, NULL,
                                                   "your emergency number" };

static const char *fill(const char *text)
{
    static struct buf out = BUF_INIT;
    buf_reset(&out);
    placeholder_fill(&out, text, facts, instead);
    return buf_str(&out);
}

Test(placeholder, the_clinics_facts_are_filled_in)
{
    cr_expect_str_eq(fill(""), "");
    cr_expect_str_eq(fill("No facts."), "No facts.");
    cr_expect_str_eq(fill("{clinic}"), "Elm Clinic");
    cr_expect_str_eq(fill("Ask {privacy_contact} at {clinic}, {hours}."), "Ask Ann at Elm Clinic, 9 to 5.");
}

Test(placeholder, words_stand_for_what_the_clinic_has_not_given)
{
    cr_expect_str_eq(fill("Call {emergency}."), "Call your emergency number.");
    cr_expect_str_eq(fill("{after_hours}!"), "{after_hours}!", "no fact and no words: as it is written");
}

Test(placeholder, what_was_filled_in_is_not_looked_at_again)
{
    cr_expect_str_eq(fill("Call {phone}."), "Call 555 {hours}.");
}

Test(placeholder, other_braces_stay)
{
    cr_expect_str_eq(fill("{} {fone} { phone} {phone {clinic} } {clinic"),
                     "{} {fone} { phone} {phone Elm Clinic } {clinic");
}

Test(placeholder, each_is_found_with_its_length)
{
    size_t len;
    int which;
    const char *text = "a {hours}";

    cr_expect_eq(placeholder_next(text, &len, &which), text + 2);
    cr_expect_eq(len, 7);
    cr_expect_eq(which, PLACEHOLDER_HOURS);
    cr_expect_null(placeholder_next("a", &len, &which));
    cr_expect_str_eq(placeholder_next("a } b", &len, &which), "} b");
    cr_expect(len == 1 && which == -1);
    cr_expect_str_eq(placeholder_next("{HOURS}", &len, &which), "{HOURS}");
    cr_expect(len == 7 && which == -1);
}
