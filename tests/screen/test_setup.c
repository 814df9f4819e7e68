/* `foyer setup` at a terminal: from a kiosk.conf as shipped to a clinic, interrupted, and run again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "file.h"
#include "term.h"

static char folder[64], conf[96];

static int sh(const char *fmt)
{
    char command[512];
    snprintf(command, sizeof command, fmt, folder, folder);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void setup(void)
{
    char here[256], line[800];
    cr_assert_not_null(getcwd(here, sizeof here));
    strcpy(folder, "/tmp/foyer-setup-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(conf, sizeof conf, "%s/kiosk.conf", folder);
    snprintf(line, sizeof line,
             "sed -e 's|^# forms_dir = .*|forms_dir = \"%s/forms\";|' "
             "-e 's|^# locale_dir = .*|locale_dir = \"%s/" BIN "/locale\";|' kiosk.conf > %s",
             here, here, conf);
    cr_assert_eq(system(line), 0);
    setenv("FOYER_TEST_ROOT", folder, 1); /* no printer, no SSH server, whatever this machine has */
    cr_assert_eq(sh("mkdir %s/etc && ln -s /usr/share/zoneinfo/Asia/Singapore %s/etc/localtime"), 0);
}

static void teardown(void)
{
    cr_expect_eq(sh("rm -rf %s"), 0);
}

TestSuite(setup, .init = setup, .fini = teardown, .timeout = 120);

static struct term *start(void)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c", conf,
                           (char *)(uintptr_t) "setup", NULL };
    return term_start(argv, 100, 80, "xterm-256color");
}

/* Waits for the question, and answers it. */
static void answer(struct term *t, const char *question, const char *with)
{
    char line[128];
    term_expect(t, question);
    snprintf(line, sizeof line, "%s\r", with);
    term_send(t, line);
}

static struct config *load(void)
{
    struct problems problems = PROBLEMS_INIT;
    struct config *config = config_load(conf, &problems);
    cr_assert_not_null(config);
    problems_done(&problems);
    return config;
}

Test(setup, a_narrow_terminal_gets_whole_lines)
{
    char *const argv[] = { (char *)(uintptr_t)(BIN "/foyer"), (char *)(uintptr_t) "-c", conf,
                           (char *)(uintptr_t) "setup", NULL };
    struct term *t = term_start(argv, 24, 40, "xterm-256color");
    term_expect(t, "Name of the clinic:");
    cr_expect(term_shows(t, "Enter keeps what stands in brackets. Each"), "%s", term_text(t));
    cr_expect_null(strstr(term_text(t), "\n  "), "a line that was broken twice: %s", term_text(t));
    term_close(t);
}

Test(setup, where_its_file_cannot_be_changed_it_says_so_before_it_asks)
{
    if (geteuid() != 0) {
        cr_skip_test("only root becomes somebody else");
    }
    cr_assert_eq(sh("chmod 755 %s; chmod 666 %s/kiosk.conf"), 0);
    char command[400];
    snprintf(command, sizeof command,
             "setpriv --reuid=65534 --clear-groups " BIN
             "/foyer -c %s setup < /dev/null > /dev/null 2> %s.said",
             conf, conf);
    cr_expect_neq(system(command), 0);
    cr_expect_eq(sh("grep -q 'cannot be changed; try .sudo foyer setup' %s/kiosk.conf.said"), 0);
}

/* The two lines of the recovery key as the screen shows them, as one. */
static void read_recovery(struct term *t, char out[160])
{
    const char *at = strstr(term_text(t), "shown this one time");
    char first[72], second[72];
    cr_assert_not_null(at);
    cr_assert_eq(sscanf(strchr(at, '\n'), " %71[^\n] %71[^\n]", first, second), 2, "%s", at);
    for (char *end = first + strlen(first); end > first && end[-1] == ' '; *--end = '\0') {
    }
    for (char *end = second + strlen(second); end > second && end[-1] == ' '; *--end = '\0') {
    }
    snprintf(out, 160, "%s %s", first, second);
}

Test(setup, interrupted_it_has_kept_each_answer_and_run_again_it_goes_on)
{
    struct term *t = start();
    answer(t, "Name of the clinic:", "Example \"Skin\" Clinic");
    answer(t, "Phone:", "call us");
    answer(t, "A phone number has digits, spaces and + - ( ) . / alone. Phone:", "01234 567890");
    term_expect(t, "Opening hours:");
    term_expect(t, "Phone: 01234 567890"); /* what is typed does not touch the question */
    term_close(t);                         /* the terminal goes */
    struct config *config = load();
    cr_expect_str_eq(config->clinic.name, "Example \"Skin\" Clinic");
    cr_expect_str_eq(config->clinic.phone, "01234 567890");
    cr_expect_str_eq(config->clinic.hours, "");
    config_free(config);

    t = start();
    answer(t, "Name of the clinic [Example \"Skin\" Clinic]:", "");
    answer(t, "Phone [01234 567890]:", "");
    answer(t, "Opening hours:", "yes");
    answer(t, "the words themselves, not \"yes\". Opening hours:", "9 to 5");
    answer(t, "Phone after hours:", "01234 567891");
    answer(t, "Emergency number:", "999");
    answer(t, "about privacy:", "Ask at the desk");
    answer(t, "on the web (- for none):", "");
    term_expect(t, "This machine itself is set to Asia/Singapore.");
    answer(t, "Timezone [Europe/London]:", "Atlantis");
    term_expect(t, "no timezone this machine knows");
    answer(t, "Timezone [Europe/London]:", "UTC");
    answer(t, "Device [default]:", "hammer");
    term_expect(t, "Type one of: ask, pen, rf, prp.");
    answer(t, "Device [default]:", "pen");
    answer(t, "Display [console]:", "graphical");
    answer(t, "Touch [on]:", "often");
    term_expect(t, "Type one of: off, on, pad.");
    answer(t, "Touch [on]:", "pad");
    answer(t, "Height of the picture in mm:", "30 cm");
    answer(t, "nothing behind it. Height of the picture in mm:", "300");
    answer(t, "eyes are, in mm [600]:", "");
    answer(t, "Languages [en]:", "en klingon");
    term_expect(t, "There is no language \"klingon\" here");
    answer(t, "Languages [en]:", "es en");
    answer(t, "Place for backups:", folder); /* where the database is */
    term_expect(t, "no stick is mounted at");
    answer(t, "Place for backups:", "");
    answer(t, "first clinician", "yes");
    answer(t, "such as anna. User name of the first clinician", "anna");
    answer(t, "New passphrase", "too short");
    answer(t, "words do well. New passphrase", "correct horse battery");
    answer(t, "The same again", "correct house battery");
    answer(t, "nothing was made. New passphrase", "correct horse battery");
    answer(t, "nothing was made. New passphrase, at least 12 characters: The same again",
           "correct horse battery");
    term_expect(t, "from the paper, both lines:");
    char key[160];
    read_recovery(t, key);
    answer(t, "from the paper, both lines:", key);
    term_expect(t, "Ready for patients: no"); /* nobody has signed the content */
    cr_expect(term_shows(t, "foyer form approve"));
    term_close(t);

    config = load();
    cr_expect_str_eq(config->clinic.hours, "9 to 5");
    cr_expect_str_eq(config->timezone, "UTC");
    cr_expect_eq(config->screen.height_mm, 300);
    cr_expect_eq(config->screen.display, DISPLAY_GRAPHICAL);
    cr_expect_eq(config->touch, CONFIG_TOUCH_PAD);
    cr_expect_eq(config->nlanguages, 2);
    cr_expect_str_eq(config->language[0], "es");
    config_free(config);
    cr_expect_eq(sh("grep -q '^# How this clinic decides' %s/kiosk.conf"), 0, "a comment was lost");
    cr_expect_eq(sh("test -e %s/foyer.db -a -e %s/foyer.keys"), 0);

    /* A third time: Enter throughout changes not a byte, and makes no second vault. */
    struct buf before = BUF_INIT, after = BUF_INIT;
    cr_assert_eq(file_read(conf, 1 << 20, &before, NULL), 0);
    t = start();
    for (int i = 0; i < 40 && !term_shows(t, "Ready for patients"); i++) {
        term_send(t, "\r");
        term_settle(t, 150);
    }
    term_expect(t, "Ready for patients: no");
    cr_expect(term_shows(t, "is there and stays as it is"));
    term_close(t);
    cr_assert_eq(file_read(conf, 1 << 20, &after, NULL), 0);
    cr_expect_str_eq(buf_str(&after), buf_str(&before));
    buf_done(&before);
    buf_done(&after);
}
