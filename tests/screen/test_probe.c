/* A language is offered where the terminal shows it: the real kiosk asks a real terminal (libvterm). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clinic.h"
#include "file.h"

static struct clinic_folder clinic;

static void setup(void)
{
    clinic_open(&clinic);
}

static void teardown(void)
{
    clinic_close(&clinic);
}

TestSuite(probe, .init = setup, .fini = teardown, .timeout = 60);

/* Of the names of Chinese and Tamil in their own letters. */
#define HAN   "\xE4\xB8\xAD\xE6\x96\x87"
#define TAMIL "\xE0\xAE\xA4"

static void offer(const char *more)
{
    char root[256];
    FILE *f = fopen(clinic.conf, "a");

    cr_assert_not_null(f);
    cr_assert_not_null(getcwd(root, sizeof root));
    fprintf(f, "languages = [ \"en\", \"es\", \"zh_CN\", \"ta\" ];\nlocale_dir = \"%s/%s/locale\";\n%s", root,
            BIN, more);
    fclose(f);
}

static void expect_log(const char *text)
{
    struct buf log = BUF_INIT;
    char path[128];

    snprintf(path, sizeof path, "%s/kiosk.log", clinic.path);
    cr_assert_eq(file_read(path, 1 << 20, &log, NULL), 0);
    cr_expect(strstr(buf_str(&log), text), "%s", buf_str(&log));
    buf_done(&log);
}

Test(probe, a_terminal_that_answers_is_offered_what_it_can_show)
{
    offer("");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Espa\xC3\xB1ol");
    term_expect(t, HAN);
    cr_expect(strstr(term_log(t), "\033[6n"), "it was not asked");
    press(t, "1", "Start");
    term_close(t);
}

Test(probe, a_silent_terminal_gets_the_latin_languages_after_a_second_and_those_the_clinic_insists_on)
{
    offer("languages_always = [ \"ta\" ];\n");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_mute(t);
    term_send(t, "\x1b[999;R\x1b["); /* garbage */
    term_expect(t, TAMIL); /* the last of the list: all of it is painted */
    cr_expect(term_shows(t, "English"));
    cr_expect(term_shows(t, "Espa\xC3\xB1ol"));
    cr_expect_not(term_shows(t, HAN));
    press(t, "1", "Start");
    term_close(t);
    expect_log("\"zh_CN\" is not offered: this terminal cannot show it.");
}

Test(probe, answers_that_come_late_are_no_keys)
{
    static const char late[] = "\033[1;3R\033[1;5R\033[1;2R\033[2;3R\033[?62;1;2;6c";

    offer("");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_mute(t);
    term_expect(t, "Espa\xC3\xB1ol");
    term_send(t, late);
    term_settle(t, 400);
    for (const char *s = late; *s; s++) { /* and byte by byte */
        term_send_n(t, s, 1);
        term_settle(t, 5);
    }
    term_settle(t, 400);
    cr_expect(term_shows(t, "Espa\xC3\xB1ol"), "an answer chose a language");
    press(t, "2", "Empezar");
    term_close(t);
}

Test(probe, what_is_typed_before_the_first_page_answers_it_and_no_other)
{
    offer("");
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_send(t, "\033OB\033[B\r\r\r"); /* down to the third, Chinese; Enter */
    term_expect(t, "\u5F00\u59CB");     /* "start", on its welcome page */
    term_settle(t, 300);
    cr_expect(term_shows(t, "\u5F00\u59CB"), "an Enter went on, typed for a page nobody had seen");
    term_close(t);
}

Test(probe, with_one_language_nothing_is_asked)
{
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    term_expect(t, "Start");
    cr_expect_null(strstr(term_log(t), "\033[6n"));
    term_close(t);
}
