/* A language is offered where the terminal shows it: the real kiosk asks a real terminal (libvterm). */
#include <criterion/criterion.h>
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* How often the log says it; waits until it does. */
static size_t expect_log(struct term *t, const char *text)
{
    struct buf log = BUF_INIT;
    char path[128];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/kiosk.log", clinic.path);
    for (int i = 0; i < 500 && !strstr(buf_str(&log), text); i++) {
        term_settle(t, 20);
        (void)file_read(path, 1 << 20, &log, NULL); /* there is none yet */
    }
    cr_expect(strstr(buf_str(&log), text), "%s", buf_str(&log));
    for (const char *at = buf_str(&log); (at = strstr(at, text)); at++) {
        n++;
    }
    buf_done(&log);
    return n;
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
    term_expect(t, TAMIL);           /* the last of the list: all of it is painted */
    cr_expect(term_shows(t, "English"));
    cr_expect(term_shows(t, "Espa\xC3\xB1ol"));
    term_expect_gone(t, HAN);
    press(t, "1", "Start");
    expect_log(t, "\"zh_CN\" is not offered: this terminal cannot show it.");
    term_close(t);
}

/* <clinic>/locale/ms.mo: a name and nothing else. */
static void write_name_alone(const char *folder)
{
    static const char key[] = "this language\004English", value[] = "Bahasa";
    const uint32_t head[] = { 0x950412DE,     0, 1, 28, 36, 0, 44, sizeof key - 1, 44, sizeof value - 1,
                              44 + sizeof key };
    char path[160];

    snprintf(path, sizeof path, "%s/ms.mo", folder);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        uint32_t little = htole32(head[i]);
        fwrite(&little, sizeof little, 1, f);
    }
    fwrite(key, sizeof key, 1, f);
    fwrite(value, sizeof value, 1, f);
    fclose(f);
}

Test(probe, a_language_that_lacks_texts_is_off_the_list_before_any_key_and_the_next_patient_never_sees_it)
{
    char folder[128], here[256], from[512], to[160], more[256];

    snprintf(folder, sizeof folder, "%s/locale", clinic.path);
    cr_assert_eq(mkdir(folder, 0700), 0);
    cr_assert_not_null(getcwd(here, sizeof here));
    snprintf(from, sizeof from, "%s/%s/locale/es.mo", here, BIN);
    snprintf(to, sizeof to, "%s/es.mo", folder);
    cr_assert_eq(symlink(from, to), 0);
    write_name_alone(folder);
    snprintf(more, sizeof more, "languages = [ \"en\", \"ms\", \"es\" ];\nlocale_dir = \"%s\";", folder);
    clinic_set(&clinic, more);
    struct term *t = clinic_kiosk(&clinic, 24, 80, "xterm-256color");
    expect_log(t, "the language \"ms\" is not offered for the form");
    term_expect(t, "2  ( ) Espa\xC3\xB1ol");
    term_expect_gone(t, "Bahasa");
    cr_expect(strstr(term_log(t), "Bahasa"), "nothing was painted before all was read");
    press(t, "2", "Empezar");
    press(t, "\r", NULL);
    press(t, "\x1b[21~", "Parar y borrar"); /* F10 */
    size_t before = term_bytes(t);
    press(t, "2", "2  ( ) Espa\xC3\xB1ol");
    cr_expect_null(strstr(term_log(t) + before, "Bahasa"));
    press(t, "2", "Empezar");
    cr_expect_eq(expect_log(t, "the language \"ms\" is not offered for the form"), 1);
    term_close(t);
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
