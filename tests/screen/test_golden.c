/* What a patient sees, as pictures in text: tests/screen/golden. `make golden` writes them anew. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "clinic.h"

struct size {
    int rows, columns;
    char term[24];
    char name[24];
};

static struct size sizes[] = {
    { 12, 40, "xterm-256color", "40x12" },
    { 24, 80, "xterm-256color", "80x24" },
    { 40, 120, "xterm-256color", "120x40" },
    { 24, 80, "linux", "80x24-linux" },
};

ParameterizedTestParameters(golden, pages)
{
    return cr_make_param_array(struct size, sizes, sizeof sizes / sizeof sizes[0]);
}

static void picture(struct term *t, const struct size *size, const char *page)
{
    char name[64];
    snprintf(name, sizeof name, "%s-%s", page, size->name);
    term_golden(t, name);
}

ParameterizedTest(struct size *size, golden, pages, .timeout = 180)
{
    struct clinic_folder clinic;
    clinic_open(&clinic);
    struct term *t = clinic_kiosk(&clinic, size->rows, size->columns, size->term);
    term_expect(t, "Welcome.");
    picture(t, size, "welcome");
    press(t, "\r", "Your privacy");
    picture(t, size, "privacy");
    press(t, "\r", "Do you agree?");
    picture(t, size, "consent");
    choose(t, "1", "What is your date of birth?");
    press(t, "31\t2\t1990\r", "Please check");
    picture(t, size, "date-refused");
    press(t, "\x1b", "Do you agree?"); /* Esc goes back, from an invalid field too */
    choose(t, "1", "What is your date of birth?");
    term_expect(t, "1990");
    press(t, "\r", "Please check");
    /* Mend it: from the first field, which has the focus, rub the day out. */
    press(t,
          "\x7f\x7f\x7f\x7f"
          "15",
          "15 February 1990");
    press(t, "\t\t\r", "Do you need help");
    picture(t, size, "help-question");
    choose(t, "3", "[x]");
    press(t, "\r", "helps you");
    picture(t, size, "helper");
    press(t, "Sam Oakley\tbrother", "brother");
    press(t, "\r", "What is your name?");
    press(t, "Ana Quillfeather", "Quillfeather");
    picture(t, size, "name");
    press(t, "\t\r", "What would you like help with?");
    choose(t, "1", "[x]");
    picture(t, size, "ticks");
    press(t, "\r", "Where do you want");
    picture(t, size, "many-options");
    if (size->rows >= 24) {
        press(t, "\x1b[18~", "Back to the list"); /* F7 */
        press(t, " \x1b[C\x1b[C\x1b[C", "Arms");
        press(t, " ", "[x] Arms");
        picture(t, size, "figures");
        press(t, " ", "[ ] Arms");
        press(t, "\x1b[H", "[ ] Scalp");
        press(t, "\x1b[B ", "[ ] Face");
        press(t, "\x1bOQ", "15  [ ] Other"); /* F2 */
    }
    choose(t, "1", "[x]");
    press(t, "\r", "ever had microneedling");
    walk_no(t, "growing scars");
    choose(t, "2", "[x]");
    press(t, "\r", "earlobe");
    choose(t, "3", "[x]");
    press(t, "\r", "How many");
    choose(t, "1", "cold sores");
    walk_no(t, "pimples");
    picture(t, size, "one-of-few");
    press(t, "\x1bOR", "Why we ask"); /* F3 */
    picture(t, size, "why");
    press(t, "\x1bOQ", "Any pimples");      /* F2 */
    press(t, "\x1bOP", "Press the number"); /* F1 */
    term_settle(t, 100);
    picture(t, size, "help");
    press(t, "\x1bOQ", "Any pimples"); /* F2 */
    press(t, "\x1b[19~", "unwell");    /* F8 */
    picture(t, size, "call-staff");
    press(t, "\x1bOQ", "Any pimples"); /* F2 */
    press(t, "\x1b[17~", "Show");      /* F6 */
    picture(t, size, "hidden");
    press(t, "\r", "pimples");
    walk_no(t, "isotretinoin (");
    choose(t, "3", "last pill");
    press(t, "\t5\t2026", "May 2026");
    picture(t, size, "partial-date");
    press(t, "\r", "acne pills");
    walk_no(t, "thin blood");
    choose(t, "2", "Which one");
    choose(t, "1", "INR");
    press(t, "300\r", "Please check");
    picture(t, size, "number-refused");
    press(t,
          "\x7f\x7f\x7f"
          "2.5\r",
          "Any other pills");
    choose(t, "2", "list all other");
    press(t, "ramipril\ribuprofen 400 mg", "400 mg");
    picture(t, size, "list");
    press(t, "\r", NULL);
    press(t, "\r", "fight germs");
    walk_no(t, "cream on today");
    choose(t, "2", "Please go to the desk now");
    term_expect(t, "We have called the staff");
    picture(t, size, "urgent");
    press(t, "\r", "fever");
    walk_no(t, "Check your answers");
    picture(t, size, "check");
    press(t, "\r", "sign");
    term_settle(t, 100);
    picture(t, size, "who-signs");
    choose(t, "2", "type your full name");
    press(t, "Sam Oakley", "Oakley");
    picture(t, size, "sign");
    press(t, "\r", "Your answers are saved");
    picture(t, size, "result");
    term_close(t);
    clinic_close(&clinic);
}
