/* What the real programs show beside the questions: previews, pages to read, the QR code, refusals. */
#include <criterion/criterion.h>
#include <qrencode.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic.h"

#define URL "https://riverside.example/after"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(pages, .init = setup, .fini = teardown, .timeout = 120);

static void set(const char *from, const char *to)
{
    char command[512];
    snprintf(command, sizeof command, "sed -i 's|%s|%s|' %s", from, to, clinic.conf);
    cr_assert_eq(system(command), 0);
}

/* `foyer -c CONF preview FORM` on a terminal. */
static struct term *preview(const char *form, int rows, int columns)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c", clinic.conf,
                           (char *)(uintptr_t) "preview",     (char *)(uintptr_t)form,  NULL };
    return term_start(argv, rows, columns, "xterm-256color");
}

Test(pages, a_preview_walks_the_form_keeps_nothing_and_prints_the_result)
{
    struct term *t = preview("forms/microneedling", 24, 80);
    term_expect(t, "PREVIEW");
    walk_to_questions(t, "Ana Quillfeather");
    walk_no(t, "growing scars");
    press(t, "3\r", NULL); /* family */
    walk_no(t, "Check your answers");
    press(t, "\r", "Sign your answers");
    press(t, "AQ\r", "Nothing was kept or sent");
    term_settle(t, 800);
    press(t, "\r", "worst first");
    term_expect(t, "Keloid in a close family member");
    int status = 1;
    cr_expect(term_ended(t, 3000, &status));
    cr_expect_eq(status, 0);
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 0);
}

Test(pages, a_preview_is_left_at_once_from_anywhere)
{
    static const char *const ways[] = { "\x03", "\x1b[21~" }; /* Ctrl-C, F10 */
    for (size_t i = 0; i < 2; i++) {
        struct term *t = preview("forms/microneedling", 24, 80);
        walk_to_questions(t, "Ana Quillfeather");
        press(t, "\x1b[19~", "unwell"); /* F8 */
        press(t, ways[i], NULL);
        int status = 1;
        cr_expect(term_ended(t, 3000, &status));
        cr_expect_eq(status, 0);
        term_expect_gone(t, "Result");
        term_close(t);
    }
}

Test(pages, a_preview_that_is_ended_from_outside_gives_the_terminal_back)
{
    char *const argv[] = { (char *)(uintptr_t) "/bin/sh", (char *)(uintptr_t) "-c",
                           (char *)(uintptr_t)(BIN "/foyer preview forms/microneedling; "
                                                   "stty -a | grep -c -w -e -icanon; echo that was it"),
                           NULL };
    struct term *t = term_start(argv, 24, 80, "xterm-256color");
    term_expect(t, "PREVIEW");
    walk_to_questions(t, "Ana Quillfeather");
    cr_assert_eq(kill(term_child(term_pid(t)), SIGTERM), 0);
    term_expect(t, "0 that was it"); /* lines are edited again */
    term_expect_gone(t, "PREVIEW");
    int status = 1;
    cr_expect(term_ended(t, 3000, &status));
    term_close(t);
}

Test(pages, a_preview_of_a_form_with_a_mistake_names_file_and_line)
{
    char command[512], form[128];
    snprintf(form, sizeof form, "%s/form", clinic.path);
    snprintf(command, sizeof command,
             "cp -r forms/microneedling %s && sed -i '0,/type = \"choice\"/s//type = \"choic\"/' %s/skin.cfg",
             form, form);
    cr_assert_eq(system(command), 0);
    struct term *t = preview(form, 24, 80);
    term_expect(t, "skin.cfg:");
    int status = 0;
    cr_expect(term_ended(t, 3000, &status));
    cr_expect_neq(status, 0);
    term_close(t);
}

/* Which half of a cell is dark: 1 above, 2 below. */
static int dark_halves(const char *cell)
{
    return strcmp(cell, "\xE2\x96\x88") == 0   ? 3
           : strcmp(cell, "\xE2\x96\x84") == 0 ? 2
           : strcmp(cell, "\xE2\x96\x80") == 0 ? 1
                                               : 0;
}

static bool drawn_dark(struct term *t, int row, int column, int y)
{
    char cell[8];
    term_cell(t, row + y / 2, column, cell, NULL, NULL);
    return (dark_halves(cell) & (y % 2 ? 2 : 1)) != 0;
}

/* The code on the screen is the one libqrencode makes of the address, with four modules of white around. */
static void expect_code(struct term *t, int rows, int columns)
{
    QRcode *want = QRcode_encodeString8bit(URL, 0, QR_ECLEVEL_L);
    QRcode *same = NULL;
    cr_assert_not_null(want);
    int side = want->width + 8, left = columns - side, top = -1;
    for (int r = 1; r + (side + 1) / 2 <= rows && top < 0; r++) {
        char cell[8];
        int bg[3];
        term_cell(t, r, left, cell, NULL, bg);
        top = bg[0] == 255 && bg[1] == 255 && bg[2] == 255 ? r : -1;
        term_cell(t, r + 2, left + 4, cell, NULL, NULL);
        top = top >= 0 && dark_halves(cell) == 3 ? top : -1;
    }
    cr_assert_geq(top, 0, "no code on:\n%s", term_text(t));
    const QRecLevel levels[] = { QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H };
    for (size_t i = 0; i < 4 && !same; i++) {
        QRcode *code = QRcode_encodeString8bit(URL, want->version, levels[i]);
        bool equal = code && code->width == want->width;
        for (int y = 0; equal && y < side; y++) {
            for (int x = 0; x < side; x++) {
                bool inside = y >= 4 && x >= 4 && y < side - 4 && x < side - 4;
                bool dark = inside && (code->data[(y - 4) * code->width + x - 4] & 1);
                equal = equal && drawn_dark(t, top, left + x, y) == dark;
            }
        }
        if (equal) {
            same = code;
        } else {
            QRcode_free(code);
        }
    }
    cr_expect_not_null(same, "what is drawn is no code of " URL ":\n%s", term_text(t));
    for (int y = 0; y < side / 2; y++) {
        for (int x = 0; x < side; x++) {
            char cell[8];
            int fg[3], bg[3];
            term_cell(t, top + y, left + x, cell, fg, bg);
            cr_assert(bg[0] == 255 && bg[1] == 255 && bg[2] == 255, "not on white");
            cr_assert(strcmp(cell, " ") == 0 || fg[0] + fg[1] + fg[2] == 0, "not black");
        }
    }
    QRcode_free(same);
    QRcode_free(want);
}

static void to_result(struct term *t)
{
    walk_to_questions(t, "Ana Quillfeather");
    walk_plain_answers(t);
    walk_sign(t, "AQ");
    term_settle(t, 800);
}

Test(pages, the_code_on_the_screen_is_the_clinics_page_black_on_white_in_mono_too)
{
    set("emergency = \"999\";", "emergency = \"999\"; url = \"" URL "\";");
    set("policies = {", "theme = \"mono\"; policies = {");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    to_result(t);
    press(t, "\x1b[18~", "Point your phone"); /* F7 */
    term_expect(t, URL);
    term_settle(t, 100);
    expect_code(t, 24, 80);
    press(t, "\x1bOQ", "Your answers are saved");
    term_resize(t, 40, 120); /* room enough: beside the text, without a key */
    term_expect(t, "Your answers are saved");
    term_settle(t, 300);
    expect_code(t, 40, 120);
    term_close(t);
}

Test(pages, a_console_without_half_blocks_gets_the_address_in_words)
{
    set("emergency = \"999\";", "emergency = \"999\"; url = \"" URL "\";");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "linux");
    to_result(t);
    cr_expect(term_shows(t, URL));
    term_expect_gone(t, "Show code");
    term_close(t);
}

Test(pages, a_child_found_out_late_leaves_one_note_and_no_draft)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_questions(t, "Ana Quillfeather");
    press(t, "3\r", "Where "); /* drafts are in the letterbox by now */
    walk_plain_answers(t);
    term_settle(t, 500);
    cr_expect_eq(clinic_intakes(&clinic), 1);
    press(t, "3", "What is your date of birth?");       /* the third line of check-your-answers */
    press(t, "\x7f\x7f\t\x7f\t\x7f\x7f\x7f\x7f", NULL); /* 15 5 1990 */
    press(t, "\x1b[Z\x1b[Z22/11/2008", "22 November 2008");
    press(t, "\r", "Is this your birth date?");
    press(t, "1", "parent or guardian");
    term_settle(t, 800);
    term_close(t);
    cr_expect_eq(clinic_intakes(&clinic), 0, "nothing of the child's is left to read");
    struct buf out = BUF_INIT;
    const char *const args[] = { "watch", "--once", NULL };
    cr_expect_eq(clinic_foyer(&clinic, &out, args), 0);
    const char *first = strstr(buf_str(&out), "HELP");
    cr_assert_not_null(first, "%s", buf_str(&out));
    cr_expect_null(strstr(first + 1, "HELP"), "told twice:\n%s", buf_str(&out));
    buf_done(&out);
}

static void paste(struct term *t, const char *text)
{
    term_send(t, "\x1b[200~");
    term_send(t, text);
    term_send(t, "\x1b[201~");
}

Test(pages, what_cannot_be_is_refused_in_words_kept_as_typed_and_never_becomes_no)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    walk_to_consent(t);
    press(t, "1", "What is your date of birth?");
    press(t, "31\t4\t1990\r", "April 1990 has only 30 days");
    press(t,
          "\x7f\x7f\x7f"
          "30\t\t\r",
          "Do you need help");
    press(t, "1", "What is your name?");
    struct buf long_name = BUF_INIT;
    for (int i = 0; i < 5000; i++) {
        buf_adds(&long_name, "e\xCC\x81"); /* e and an accent: one grapheme */
    }
    paste(t, buf_str(&long_name));
    term_expect(t, "too long");
    buf_done(&long_name);
    press(t, "\t\r", "help with?");
    walk_no(t, "isotretinoin (");
    press(t, "3", "last pill");
    press(t, "22\t11\t2026\r", "has not come yet"); /* tomorrow */
    cr_expect(term_shows(t, "[22"), "what was typed is gone:\n%s", term_text(t));
    press(t, "\x1bOQ", "isotretinoin (");
    walk_no(t, "thin blood");
    press(t, "2", "Which one");
    press(t, "1", "INR");
    press(t, "300\r", "Type a number from");
    term_expect(t, "[300");
    press(t, "\x1bOQ", "Which one");
    press(t, "1", "INR");
    term_expect(t, "[300");   /* half-typed text is kept through Back */
    press(t, "\x1bOS", NULL); /* F4 */
    walk_no(t, "Any other pills");
    press(t, "2", "list all other");
    struct buf list = BUF_INIT;
    for (int i = 0; i < 10000; i++) {
        buf_addf(&list, "medicine %d\n", i);
    }
    paste(t, buf_str(&list));
    term_expect(t, "no room for more");
    cr_expect(term_shows(t, "medicine "));
    buf_done(&list);
    term_close(t);
}
