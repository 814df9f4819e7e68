/* Who signs a form, and when the patient's pages stop and start to say DEMO. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "clinic.h"

static struct clinic_folder clinic;

static int sh(const char *fmt)
{
    char command[512];
    snprintf(command, sizeof command, fmt, clinic.path, clinic.path);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A clinic with a copy of the form that a test may change. */
static void setup(void)
{
    clinic_open(&clinic);
    cr_assert_eq(
        sh("cp -r forms %s/forms && sed -i 's|^forms_dir = .*|forms_dir = \"forms\";|' %s/kiosk.conf"), 0);
    clinic_ready(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(approval, .init = setup, .fini = teardown, .timeout = 180);

static void sign(void)
{
    struct buf out = BUF_INIT;
    const char *const args[] = { "form",
                                 "approve",
                                 "microneedling",
                                 "--clinician",
                                 "Dr A. Example, GMC 1234567",
                                 "--yes",
                                 "--passphrase-fd",
                                 "0",
                                 NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    buf_done(&out);
}

/* The welcome page, with DEMO on it or without. */
static void expect_demo(struct term *t, bool demo)
{
    for (int i = 0; i < 100 && (!term_shows(t, "Start") || term_shows(t, "DEMO") != demo); i++) {
        term_settle(t, 100);
    }
    cr_expect(term_shows(t, "Start"));
    cr_expect_eq(term_shows(t, "DEMO"), demo, "%s", demo ? "no DEMO" : "still a DEMO");
}

Test(approval, a_signed_form_shows_no_demo_until_it_changes)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'no clinician has signed' %s/kiosk.log"), 0, "the log does not say why");
    sign();
    expect_demo(t, false);
    walk_to_questions(t, "Ana Quillfeather");
    term_expect_gone(t, "DEMO");
    sh("sed -i 's/Large pores/Big pores/' %s/forms/microneedling/about.cfg");
    term_settle(t, 300);
    term_expect_gone(t, "DEMO");
    walk_plain_answers(t);
    walk_sign(t, "Ana Quillfeather");
    term_settle(t, 800);
    press(t, "\r", NULL);
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'was changed after Dr A. Example' %s/kiosk.log"), 0, "the log does not say why");
    term_close(t);

    struct buf out = BUF_INIT;
    const char *const list[] = { "list", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, list), 0);
    cr_expect_null(strstr(buf_str(&out), "DEMO"), "the intake was no demo: %s", buf_str(&out));
    buf_done(&out);
}

Test(approval, withdrawn_or_spoiled_it_is_a_demo_and_never_a_closed_kiosk)
{
    sign();
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    expect_demo(t, false);
    struct buf out = BUF_INIT;
    const char *const args[] = { "form", "withdraw", "microneedling", "--passphrase-fd", "0", NULL };
    cr_assert_eq(clinic_foyer(&clinic, &out, args), 0, "%s", buf_str(&out));
    buf_done(&out);
    expect_demo(t, true);
    sign();
    expect_demo(t, false);
    sh("echo nonsense >> %s/approvals.cfg");
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'approvals.cfg:[0-9]*: nonsense needs' %s/kiosk.log"), 0);
    term_close(t);
}

Test(approval, past_the_review_date_the_next_patient_sees_a_demo_without_a_restart)
{
    /* Ten seconds before midnight, on the last day. */
    sign();
    sh("sed -i 's/review_by = .*/review_by = \"2026-11-21\";/' %s/approvals.cfg");
    setenv("FOYER_TEST_NOW", "1795305590", 1); /* 2026-11-21 23:59:50 in London */
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    expect_demo(t, false);
    for (int i = 0; i < 12; i++) {
        term_settle(t, 1000);
    }
    press(t, "\r", NULL);
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'to be reviewed by 2026-11-21' %s/kiosk.log"), 0);
    term_close(t);
}

Test(approval, a_signed_form_on_a_machine_nobody_has_looked_at_is_a_demo)
{
    sign();
    sh("rm %s/readiness.cfg");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'Run .foyer doctor' %s/kiosk.log"), 0, "the log does not say why");
    clinic_ready(&clinic);
    expect_demo(t, false);
    /* Another database, and doctor's word is about something else. */
    sh("cp %s/foyer.db %s/other.db");
    sh("echo 'database = \"other.db\";' >> %s/kiosk.conf");
    expect_demo(t, true);
    cr_expect_eq(sh("grep -q 'is new since .foyer doctor' %s/kiosk.log"), 0);
    clinic_ready(&clinic);
    expect_demo(t, false);
    sh("sed -i 's/ready = true/ready = false/' %s/readiness.cfg");
    expect_demo(t, true);
    term_close(t);
}
