/* What a terminal can show: its answers, silence, garbage, and keys in between. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "probe.h"

static int master, slave;
static struct probe probe;

static void setup(void)
{
    struct winsize size = { .ws_row = 24, .ws_col = 80 };

    setlocale(LC_ALL, "C.UTF-8");
    cr_assert_eq(openpty(&master, &slave, NULL, NULL, &size), 0);
}

static void teardown(void)
{
    close(master);
    close(slave);
}

TestSuite(probe, .init = setup, .fini = teardown, .timeout = 20);

/* A terminal in a process of its own: reads the question, then says `answer`. The ms it all took. */
static int64_t run(const char *answer, const char *term)
{
    int64_t start = clock_mono_ms(clock_system());
    pid_t pid = fork();

    if (pid == 0) {
        char bytes[1024];
        size_t len = 0;
        while (len < sizeof bytes - 1) {
            ssize_t n = read(master, bytes + len, sizeof bytes - 1 - len);
            if (n <= 0) {
                break;
            }
            len += (size_t)n;
            bytes[len] = '\0';
            if (strstr(bytes, "\033[c")) {
                (void)!write(master, answer, strlen(answer));
                break;
            }
        }
        _exit(0);
    }
    probe_run(&probe, slave, slave, term, clock_system());
    int64_t took = clock_mono_ms(clock_system()) - start;
    if (strcmp(term, "xterm") == 0) {
        waitpid(pid, NULL, 0);
    } else {
        close(slave);
        slave = open("/dev/null", O_RDWR);
        waitpid(pid, NULL, 0);
    }
    return took;
}

/* The columns a terminal says its samples took, as answers: Latin, Han, five Tamil, six Devanagari, a mark.
 */
static const char *said(const int width[PROBE_SAMPLES])
{
    static char text[256];
    size_t len = 0;

    for (size_t i = 0; i < PROBE_SAMPLES; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "\033[%d;%dR", i == 3 ? 12 : 1, width[i] + 1);
    }
    snprintf(text + len, sizeof text - len, "\033[?62;1;6c");
    return text;
}

/* As wcwidth counts: VTE, xterm, tmux, foot as Debian has it. */
static const int as_wcwidth[] = { 2, 4, 2, 2, 2, 3, 2, 2, 2, 2, 2, 3, 4, 1 };

Test(probe, a_terminal_that_counts_as_we_do_shows_all_and_is_waited_for_no_longer_than_its_answer)
{
    struct termios before, after;

    tcgetattr(slave, &before);
    int64_t took = run(said(as_wcwidth), "xterm");
    tcgetattr(slave, &after);
    cr_expect(probe.answered);
    cr_expect(probe_legible(&probe, "Espa\xC3\xB1ol"));
    cr_expect(probe_legible(&probe, "\xE7\xAE\x80\xE4\xBD\x93\xE4\xB8\xAD\xE6\x96\x87"));
    cr_expect(
        probe_legible(&probe, "\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80"));
    cr_expect_not(probe_legible(&probe, "\xD8\xB9\xD8\xB1\xD8\xA8\xD9\x8A"), "Arabic was not asked about");
    cr_expect_eq(probe.ncells, 0, "nothing to correct");
    cr_expect_lt(took, PROBE_MS);
    cr_expect_eq(before.c_lflag, after.c_lflag);
    cr_expect_eq(probe.len, 0);
}

Test(probe, silence_costs_a_second_and_leaves_the_latin_letters)
{
    int64_t took = run("", "xterm");

    cr_expect_not(probe.answered);
    cr_expect_geq(took, PROBE_MS - 50);
    cr_expect(probe_legible(&probe, "English"));
    cr_expect(probe_legible(&probe, "Bahasa Melayu"));
    cr_expect(probe_legible(&probe, "Espa\xC3\xB1ol"));
    cr_expect_not(probe_legible(&probe, "\xE4\xB8\xAD\xE6\x96\x87"));
    cr_expect_not(probe_legible(&probe, "\xFF\xFE"));
}

Test(probe, nothing_is_asked_of_a_console_or_a_dumb_terminal)
{
    struct pollfd fd = { 0, POLLIN, 0 };

    static const char *const terms[] = { "linux", "dumb", "" };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        probe_run(&probe, slave, slave, terms[i], clock_system());
        cr_expect_not(probe.answered);
    }
    fd.fd = master;
    cr_expect_eq(poll(&fd, 1, 50), 0, "something was written");
}

static void feed(const char *bytes)
{
    struct probe_reading reading = { .answers = 0 };

    memset(&probe, 0, sizeof probe);
    for (; *bytes; bytes++) {
        (void)probe_byte(&probe, &reading, (unsigned char)*bytes);
    }
}

static void expect_typed(const char *want)
{
    cr_expect_eq(probe.len, strlen(want), "%zu bytes for %s", probe.len, want);
    cr_expect_eq(memcmp(probe.typed, want, strlen(want)), 0, "%.*s", (int)probe.len, (char *)probe.typed);
}

Test(probe, keys_in_between_are_kept_in_their_order_and_answers_are_none)
{
    feed("1\033[1;3R2\033[1;5R\033OP\033[1;3R\033[A\033[1;3R\033[1;2Rx\033[?1;2cy");
    expect_typed("12\033OP\033[Axy");
    feed("\033\033[1;3R"); /* Escape, then an answer */
    expect_typed("\033");
    feed("\033[99;R\033[;3R\033[1;3;4R\033[c\033[?25h");
    expect_typed("\033[99;R\033[;3R\033[1;3;4R\033[c\033[?25h");
}

Test(probe, garbage_is_survived)
{
    unsigned seed = 7;

    for (int round = 0; round < 300; round++) {
        struct probe_reading reading = { .answers = 0 };
        memset(&probe, 0, sizeof probe);
        for (int i = 0; i < 2000; i++) {
            static const char likely[] = "\033[]?;0123456789Rc\xFF";
            seed = seed * 1103515245U + 12345U;
            unsigned char byte = seed & 0x10000 ? (unsigned char)likely[(seed >> 18) % (sizeof likely - 1)]
                                                : (unsigned char)(seed >> 20);
            (void)probe_byte(&probe, &reading, byte);
        }
        cr_assert_leq(probe.len, PROBE_TYPED);
        cr_assert_leq(reading.answers, PROBE_SAMPLES);
    }
}

/* What terminals make of the same samples. The first is foot with grapheme-width-method=max, measured; kitty
 * counts so too. */
static const struct {
    const char *who;
    int width[PROBE_SAMPLES];
    bool tamil, hindi;
    const char *text; /* and what its letters then take */
    int columns;
} ways[] = {
    { "marks take no cell",
      { 2, 4, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 3, 1 },
      true,
      true,
      "\u0915\u094D\u0937\u093F",
      2 },
    { "two cells at most",
      { 2, 4, 2, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2, 1 },
      true,
      true,
      "\u0938\u094D\u0924\u094D\u0930\u0940",
      2 },
    { "a joined letter takes one",
      { 2, 4, 1, 1, 2, 2, 2, 1, 1, 2, 1, 1, 1, 1 },
      true,
      true,
      "\u0939\u093F\u0928\u094D\u0926\u0940",
      2 },
    { "Tamil as wcwidth, Devanagari by no rule",
      { 2, 4, 2, 2, 2, 3, 2, 2, 3, 2, 2, 3, 4, 1 },
      true,
      false,
      "\u0939\u093F",
      2 },
    { "a cell for every byte of a mark",
      { 2, 4, 4, 4, 7, 8, 6, 4, 7, 7, 7, 8, 9, 1 },
      false,
      false,
      "\u0939\u093F",
      2 },
};

Test(probe, a_terminal_that_counts_in_another_way_is_followed_where_the_way_is_known)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        run(said(ways[i].width), "xterm");
        cr_expect(probe.answered, "%s", ways[i].who);
        cr_expect_eq(probe_legible(&probe, "\u0BA4\u0BAE\u0BBF\u0BB4\u0BCD"), ways[i].tamil, "%s",
                     ways[i].who);
        cr_expect_eq(probe_legible(&probe, "\u0939\u093F\u0928\u094D\u0926\u0940"), ways[i].hindi, "%s",
                     ways[i].who);
        text_set_cells(probe.cells, probe.ncells);
        cr_expect_eq(text_width(ways[i].text), ways[i].columns, "%s", ways[i].who);
        text_set_cells(NULL, 0);
    }
}

Test(probe, a_terminal_that_counts_other_cells_shows_no_such_script)
{
    static const int narrow_han[] = { 2, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2, 3, 4, 1 };
    static const int bytes[] = { 4, 6, 6, 6, 12, 12, 12, 6, 9, 12, 9, 12, 18, 3 };

    run(said(narrow_han), "xterm");
    cr_expect(probe.answered);
    cr_expect(probe_legible(&probe, "Espa\xC3\xB1ol"));
    cr_expect_not(probe_legible(&probe, "\xE4\xB8\xAD\xE6\x96\x87"));
    run(said(bytes), "xterm");
    cr_expect_not(probe_legible(&probe, "Espa\xC3\xB1ol"));
    cr_expect(probe_legible(&probe, "English"));
}
