/* Fingers and mice at the real kiosk, as a terminal reports them. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "clinic.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(touch, .init = setup, .fini = teardown, .timeout = 120);

static bool asks_for_clicks(struct term *t)
{
    return strstr(term_log(t), "\x1b[?1000h") != NULL;
}

Test(touch, fingers_choose_answers_buttons_and_what_scrolls)
{
    clinic_set(&clinic, "touch = \"on\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    tap(t, "Start", "Your privacy");
    tap(t, "Next", "Do you agree?");
    tap(t, "( ) I agree", "What is your date of birth?");
    press(t, "15\t5\t1990", "15 May 1990");
    tap(t, "Next", "Do you need help");
    tap(t, "F2 Back", "What is your date of birth?");
    tap(t, "Next", "Do you need help");
    tap(t, "F8 Call staff", "unwell");
    tap(t, "Go back", "Do you need help");
    tap(t, "[ ] No", "What is your name?");
    term_close(t);
}

Test(touch, a_double_tap_answers_one_page)
{
    clinic_set(&clinic, "touch = \"on\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    tap(t, "Start", "Your privacy");
    tap(t, "Next", "( ) I agree");
    term_settle(t, 550);
    int column = 0, row = term_find(t, "( ) I agree", &column);
    cr_assert_geq(row, 0, "%s", term_text(t));
    term_click(t, row, column);
    term_click(t, row, column);
    term_expect(t, "What is your date of birth?");
    row = term_find(t, "Call staff", &column);
    term_click(t, row, column);
    term_settle(t, 300);
    cr_expect(term_shows(t, "What is your date of birth?"), "%s", term_text(t));
    term_close(t);
}

Test(touch, it_is_off_unless_the_clinic_or_its_display_says_so)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    cr_expect_not(asks_for_clicks(t));
    term_close(t);
    clinic_set(&clinic, "screen = { display = \"graphical\"; };");
    t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    cr_expect(asks_for_clicks(t));
    term_close(t);
}

Test(touch, the_terminal_reports_no_clicks_once_the_kiosk_was_told_to_end)
{
    clinic_set(&clinic, "touch = \"on\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    int status;
    term_expect(t, "Start");
    cr_assert(asks_for_clicks(t));
    kill(term_pid(t), SIGTERM);
    cr_expect(term_ended(t, 5000, &status));
    term_settle(t, 100);
    const char *log = term_log(t), *last = log;
    for (const char *at; (at = strstr(last, "\x1b[?1000h")) != NULL;) {
        last = at + 1;
    }
    cr_expect_not_null(strstr(last, "\x1b[?1000l"), "still on");
    term_close(t);
}

/* Places that are not there, sequences that break off, and all that a mouse must not be able to say. */
Test(touch, what_no_mouse_would_say_does_no_harm)
{
    static const char *const bad[] = {
        "\x1b[<0;99999999999999999999;1M",
        "\x1b[<0;1;99999M",
        "\x1b[<0;0;0M",
        "\x1b[<;;M",
        "\x1b[<0;9999;9999M",
        "\x1b[<0;-5;-5M",
        "\x1b[<0;5",
        "\x1b[M\xff\xff\xff",
        "\x1b[<0;1;1;1;1;1;1;1M",
        "\x1b[<99999;5;5M",
        "\x1b[M",
        "\x1b[<0;40;12m",
    };
    clinic_set(&clinic, "touch = \"on\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        term_send(t, bad[i]);
        term_settle(t, 300);
        cr_expect(term_shows(t, "Do you agree?"), "after %zu:\n%s", i, term_text(t));
    }
    tap(t, "( ) I agree", "What is your date of birth?");
    term_close(t);
}
