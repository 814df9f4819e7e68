/* Fingers and mice at the real kiosk, as a terminal reports them. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
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

static bool click_on(struct term *t, const char *what)
{
    int column = 0, row = term_find(t, what, &column);
    if (row >= 0) {
        term_click(t, row, column);
    }
    return row >= 0;
}

/* On the pad: each character by its key, as the pad shows it. */
static void tap_keys(struct term *t, const char *const *key)
{
    for (; *key != NULL; key++) {
        term_settle(t, 130); /* the same key again at once would be a finger that shakes */
        cr_assert(click_on(t, *key), "no key %s:\n%s", *key, term_text(t));
    }
    term_settle(t, 130);
}

/* The first answer that says no, or the first of all; ticks are ended by "Next". */
static void tap_answer(struct term *t)
{
    static const char *const answer[] = { "( ) No", "[ ] No", "1  ( )", "1  [ ]", "[ Skip ]" };
    for (size_t i = 0; i < sizeof answer / sizeof *answer; i++) {
        if (click_on(t, answer[i])) {
            break;
        }
    }
    term_settle(t, 600);
    if (term_shows(t, "[x]")) {
        click_on(t, "[ Next ]");
    }
}

Test(touch, a_whole_visit_without_a_keyboard, .timeout = 180)
{
    static const char *const born[] = { "[    1    ]", "[    5    ]", "[    5    ]", NULL },
                             *const year[] = { "[    1    ]", "[    9    ]", "[    9    ]", "[    0    ]",
                                               NULL },
                             *const name[] = { "[ A ]",        "[ n ]", "[ a ]",
                                               "Space",        "[ Q ]", "[\xC3\xA1\xC3\xB1 ]",
                                               "[ \xC3\xA9 ]", "[abc]", "[ x ]",
                                               "Delete",       NULL },
                             *const phone[] = { "Phone number", "[    +    ]", "[    4    ]", "[    4    ]",
                                                "[    7    ]",  "[    0    ]", "[    0    ]", NULL },
                             *const sign[] = { "[ A ]", "[ q ]", NULL };
    clinic_set(&clinic, "touch = \"pad\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    tap(t, "[ Start ]", "Your privacy");
    tap(t, "[ Next ]", "( ) I agree");
    tap(t, "( ) I agree", "What is your date of birth?");
    term_golden(t, "pad-date-80x24");
    term_settle(t, 550);
    tap_keys(t, born);
    tap(t, "Year", "Year");
    tap_keys(t, year);
    term_expect(t, "15 May 1990");
    tap(t, "[ Next ]", "Do you need help");
    tap(t, "[ ] No", "What is your name?");
    term_settle(t, 550);
    tap_keys(t, name);
    term_expect(t, "[Ana Q\xC3\xA9 ");
    tap(t, "[ Hide keys ]", "[ Show keys ]");
    cr_expect(term_shows(t, "[Ana Q\xC3\xA9 "), "what was typed is gone");
    term_expect_gone(t, "Space");
    tap(t, "[ Show keys ]", "[ Hide keys ]");
    term_golden(t, "pad-name-80x24");
    tap_keys(t, phone);
    term_expect(t, "[+44700");
    tap(t, "[ Next ]", "What would you like help with?");
    for (int i = 0; i < 100 && !term_shows(t, "Check your answers"); i++) {
        term_settle(t, 550);
        tap_answer(t);
    }
    tap(t, "[ All is right ]", "Sign your answers");
    term_settle(t, 550);
    tap_keys(t, sign);
    tap(t, "[ Sign and send ]", "Your answers are saved");
    term_settle(t, 800); /* it cannot be closed unread */
    tap(t, "[ Done ]", "[ Start ]");
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 1);
}

/* The field and then a letter, before the pad could show the digits that the field wants: the letter is none
 * of them. Then a digit. */
Test(touch, a_key_tapped_on_a_pad_that_is_no_longer_true_types_nothing)
{
    static const char *const born[] = { "[    1    ]", "[    5    ]", "[    5    ]", "Year", NULL },
                             *const year[] = { "[    1    ]", "[    9    ]", "[    9    ]", "[    0    ]",
                                               NULL };
    clinic_set(&clinic, "touch = \"pad\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    tap(t, "[ Start ]", "Your privacy");
    tap(t, "[ Next ]", "( ) I agree");
    tap(t, "( ) I agree", "What is your date of birth?");
    term_settle(t, 550);
    tap_keys(t, born);
    tap_keys(t, year);
    tap(t, "[ Next ]", "Do you need help");
    tap(t, "[ ] No", "What is your name?");
    term_settle(t, 550);
    int field_column, key_column, field = term_find(t, "Phone number", &field_column);
    int key = term_find(t, "[ q ]", &key_column);
    key = key < 0 ? term_find(t, "[ Q ]", &key_column) : key;
    cr_assert(field >= 0 && key >= 0, "%s", term_text(t));
    char both[64];
    snprintf(both, sizeof both, "\x1b[<0;%d;%dM\x1b[<0;%d;%dM", field_column + 2, field + 1, key_column + 2,
             key + 1);
    term_send(t, both);
    term_expect(t, "[    1    ]");
    static const char *const seven[] = { "[    7    ]", NULL };
    tap_keys(t, seven);
    term_expect(t, "[7 ");
    term_close(t);
}

Test(touch, the_smallest_window_has_the_pad_too)
{
    static const char *const born[] = { "[ 1  ]", "[ 5  ]", "[ 5  ]", NULL };
    clinic_set(&clinic, "touch = \"pad\";");
    struct term *t = clinic_kiosk(&clinic, 12, 40, "xterm-256color");
    tap(t, "[ Start ]", "Your privacy");
    tap(t, "[ Next ]", "Do you agree?");
    tap(t, "More below", "( ) I agree");
    tap(t, "( ) I agree", "date of birth?");
    term_settle(t, 550);
    tap_keys(t, born);
    term_settle(t, 100);
    term_golden(t, "pad-date-40x12");
    term_close(t);
}

Test(touch, a_key_changes_the_colours_at_once_and_the_next_patient_has_the_clinics)
{
    int fg[3], bg[3];
    char text[8];
    clinic_set(&clinic, "touch = \"on\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    term_settle(t, 100);
    term_cell(t, 5, 10, text, fg, bg);
    cr_expect_eq(bg[0] + bg[1] + bg[2], 3 * 255, "dark on white");
    press(t, "\x1b[23~", NULL); /* F11 */
    term_settle(t, 300);
    term_cell(t, 5, 10, text, fg, bg);
    cr_expect_eq(bg[0] + bg[1] + bg[2], 0, "bright on black");
    press(t, "\r", "Your privacy");
    term_settle(t, 100);
    term_cell(t, 5, 10, text, fg, bg);
    cr_expect_eq(bg[0] + bg[1] + bg[2], 0, "kept on the pages that follow");
    press(t, "\x1bOP", "F11 changes the colours");
    tap(t, "F11 Colours", "Help"); /* the same by a finger: no colours of its own */
    term_settle(t, 300);
    size_t begun = term_bytes(t);
    tap(t, "F11 Colours", "Help"); /* and round again */
    term_settle(t, 300);
    cr_expect_lt(term_bytes(t) - begun, 4000, "more than one repaint");
    term_cell(t, 5, 10, text, fg, bg);
    cr_expect_eq(bg[0] + bg[1] + bg[2], 3 * 255);
    press(t, "\x1b[23~", NULL);
    term_settle(t, 300);
    press(t, "\x1bOQ", "Your privacy");
    press(t, "\x1b[21~", "Do you want to stop?"); /* F10 */
    press(t, "2", "Start");
    term_settle(t, 300);
    term_cell(t, 5, 10, text, fg, bg);
    cr_expect_eq(bg[0] + bg[1] + bg[2], 3 * 255, "the next patient's");
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
