/* What leaves on paper: the summary, the private hand-out, the aftercare sheet. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "text.h"

static char *make(const struct encounter *e, enum handout_kind kind, enum print_as as)
{
    struct buf out = BUF_INIT;
    struct err err = { "" };
    cr_assert_eq(handout_make(&out, kind, as, e, &sample_setup, &err), 0, "%s", err.text);
    return buf_steal(&out);
}

static size_t lines_of(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += *text == '\n';
    }
    return n;
}

Test(handout, the_summary_says_who_when_what_was_decided_and_by_whom)
{
    struct encounter *e = sample_encounter("Zoë Grünwald", "A wart", DECISION_PRECAUTIONS);
    char *text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    expect_in(text, "Zoë Grünwald, born 1990-05-15 (36)");
    expect_in(text, "Visit: 2026-11-21");
    expect_in(text, "HOLD by the program; PRECAUTION as decided");
    expect_in(text, "Go ahead, with precautions. Low energy first");
    expect_in(text, "Dr. Anna Green (anna)");
    expect_in(text, "WART HOLD -> PRECAUTION by anna: Not in the area today");
    expect_in(text, "S09 AG");
    expect_in(text, "S09 Lot number A-4711; S09 Expiry 2027-06");
    expect_in(text, "ISO_LT6 Daily dose 20 mg");
    expect_in(text, "Next session: not before 2026-12-19");
    expect_not_in(text, "AGE "); /* a PRECAUTION is not told */
    free(text);
    encounter_free(e);
}

Test(handout, the_summary_says_what_is_not_decided)
{
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_NONE);
    char *text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    expect_in(text, "2 flags undecided");
    expect_in(text, "Decision: none yet");
    expect_in(text, "WART HOLD NOT DECIDED");
    expect_in(text, "Next session: not set");
    free(text);
    encounter_free(e);
}

Test(handout, the_summary_says_what_stands_against_its_result)
{
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_NONE);
    encounter_add(e, e->rev + 1, "anna", NULL); /* one that did not open */
    char *text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    expect_in(text, "NOT ALL OF THIS INTAKE CAN BE READ");
    free(text);
    e->has_class = false; /* as of a draft: that is no "nothing was found" */
    e->nflags = 0;
    text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    expect_in(text, "NOTHING WAS ASSESSED");
    expect_not_in(text, "No flag above PRECAUTION");
    free(text);
    encounter_free(e);
}

Test(handout, the_summary_is_never_longer_than_fifteen_lines_of_a_hundred_columns)
{
    char *many = malloc(65536);
    memset(many, 'x', 65535);
    many[65535] = '\0';
    struct encounter *e = sample_encounter(many, HOSTILE, DECISION_PRECAUTIONS);
    uint32_t rev = e->rev;
    for (int i = 0; i < 60; i++) {
        char name[32];
        snprintf(name, sizeof name, "Measured value %d", i);
        encounter_add(e, ++rev, "anna", event_field(1795256400, "WART", name, "a value of some length"));
    }
    char *text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    cr_expect_leq(lines_of(text), HANDOUT_LINES);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cr_expect_leq(text_width(line), HANDOUT_COLUMNS);
    }
    free(text);
    free(many);
    encounter_free(e);
}

Test(handout, the_private_one_has_the_sensitive_items_and_waits_for_the_decision)
{
    struct err err = { "" };
    struct buf out = BUF_INIT;
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_NONE);
    cr_expect_eq(handout_make(&out, HANDOUT_PRIVATE, PRINT_TEXT, e, &sample_setup, &err), -1);
    expect_in(err.text, "nobody has signed a decision");
    cr_expect_eq(out.len, 0);
    encounter_free(e);
    e = sample_encounter("Zoë", "A wart", DECISION_PRECAUTIONS);
    char *text = make(e, HANDOUT_PRIVATE, PRINT_TEXT);
    expect_in(text, "Talk to your doctor about the pill.");
    expect_in(text, "from 20 November 2026, until 21 November 2026");
    expect_not_in(text, "WART");
    expect_not_in(text, "lot number");
    free(text);
    encounter_free(e);
}

Test(handout, the_aftercare_sheet_has_the_clinics_facts_and_the_next_session)
{
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_GO_AHEAD);
    char *text = make(e, HANDOUT_AFTERCARE, PRINT_TEXT);
    expect_in(text, "Call 01234 567890: bleeding");
    expect_in(text, "Not before 19 December 2026.");
    expect_in(text, "Emergency: 999");
    expect_not_in(text, "pill");
    free(text);
    encounter_free(e);
}

Test(handout, there_is_no_aftercare_of_what_is_not_done)
{
    struct err err = { "" };
    struct buf out = BUF_INIT;
    struct encounter *e = sample_encounter("Zoë", "A wart", DECISION_POSTPONE);
    cr_expect_eq(handout_make(&out, HANDOUT_AFTERCARE, PRINT_TEXT, e, &sample_setup, &err), -1);
    char *text = make(e, HANDOUT_SUMMARY, PRINT_TEXT);
    expect_in(text, "Next session: not before 2027-01-15");
    free(text);
    encounter_free(e);
}

Test(handout, hostile_text_comes_out_fit_for_paper)
{
    struct encounter *e = sample_encounter(HOSTILE, HOSTILE, DECISION_GO_AHEAD);
    for (int kind = 0; kind < HANDOUT_KINDS; kind++) {
        char *text = make(e, (enum handout_kind)kind, PRINT_TEXT);
        char *stream = make(e, (enum handout_kind)kind, PRINT_STREAM);
        expect_fit(text);
        expect_fit(stream);
        expect_in(stream, "foyer-print 1\n");
        free(text);
        free(stream);
    }
    encounter_free(e);
}
