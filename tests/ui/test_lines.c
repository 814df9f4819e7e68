/* A terminal a line at a time: what is echoed, what Backspace takes, what is dropped. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lines.h"

static int master, slave;
static struct lines *lines;
static struct event event;
static struct termios before;
static char out[1 << 16];
static int64_t now;

static int64_t mono(void *arg)
{
    (void)arg;
    return now;
}

static const struct clock still = { .mono_ms = mono };

static void setup(void)
{
    struct winsize size = { .ws_row = 12, .ws_col = 40 };
    struct err err = { "" };

    cr_assert_eq(openpty(&master, &slave, NULL, NULL, &size), 0);
    tcgetattr(slave, &before);
    fcntl(master, F_SETFL, O_NONBLOCK);
    struct lines_setup setup = { slave, slave, true, &still };
    lines = lines_open(&setup, &err);
    cr_assert_not_null(lines, "%s", err.text);
}

static void teardown(void)
{
    lines_close(lines);
    close(slave);
    close(master);
}

TestSuite(lines, .init = setup, .fini = teardown, .timeout = 20);

static bool comes(int fd, int ms)
{
    struct pollfd poll_fd = { fd, POLLIN, 0 };

    return poll(&poll_fd, 1, ms) > 0;
}

static const char *drawn(void)
{
    size_t len = 0;

    while (len < sizeof out - 1 && comes(master, 30)) {
        ssize_t n = read(master, out + len, sizeof out - 1 - len);
        if (n <= 0) {
            break;
        }
        len += (size_t)n;
    }
    out[len] = '\0';
    return out;
}

static void type(const char *bytes)
{
    cr_assert_eq(write(master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* Until a line is complete, or nothing more comes. */
static enum event_type next(void)
{
    do {
        comes(slave, 50);
        lines_wait(lines, &event, now, NULL, 0);
    } while (event.type == EVENT_KEY);
    return event.type;
}

Test(lines, a_line_is_echoed_and_given_out_whole)
{
    lines_put(lines, "A question?");
    lines_prompt(lines, "Type:");
    cr_expect_str_eq(drawn(), "A question?\r\nType: ");
    type("zinc 5\xC2\xB5g");
    cr_assert_eq(next(), EVENT_TIMER);
    cr_expect_str_eq(drawn(), "zinc 5\xC2\xB5g");
    type("\r");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "zinc 5\xC2\xB5g");
    cr_expect_str_eq(drawn(), "\r\n");
}

Test(lines, paragraphs_are_wrapped_and_what_a_terminal_must_not_get_is_shown_as_such)
{
    lines_put(lines, "Fifty columns do not fit in a window of forty, so it wraps.");
    cr_expect_str_eq(drawn(), "Fifty columns do not fit in a window of\r\nforty, so it wraps.\r\n");
    lines_put(lines, "a\033[31mb\a\xE2\x80\xAE");
    cr_expect_str_eq(drawn(), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD\xEF\xBF\xBD\r\n");
    lines_gap(lines);
    lines_gap(lines);
    cr_expect_str_eq(drawn(), "\r\n");
}

Test(lines, backspace_takes_a_whole_letter_with_its_marks)
{
    lines_prompt(lines, "Type:");
    drawn();
    type("ae\xCC\x81\xE0\xAE\x95\xE0\xAF\x8B\xE6\xBC\xA2"); /* a, e with acute, Tamil ko, a Chinese letter */
    next();
    drawn();
    type("\x7F");
    next();
    cr_expect_str_eq(drawn(), "\b \b\b \b");
    type("\x7F\x7F\r");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "a");
}

Test(lines, backspace_in_tamil_hindi_and_joined_signs_leaves_whole_letters)
{
    static const struct {
        const char *typed;
        int times;
        const char *left;
    } cases[] = {
        { "\u0B95\u0BCD\u0BB7", 1, "\u0B95\u0BCD" },       /* k-ssa */
        { "x\u0B95\u0BCD\u0BB7", 2, "x" },                 /* to the end of it */
        { "\u0936\u094D\u0930\u0940", 1, "\u0936\u094D" }, /* sh-rii */
        { "x\u0936\u094D\u0930\u0940", 2, "x" },
        { "\u0939\u093F\u0902\u0926\u0940", 1, "\u0939\u093F\u0902" }, /* himdii: two marks on one letter */
        { "x\U0001F468\u200D\U0001F469\u200D\U0001F467", 1, "x" },     /* a family of three */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lines_prompt(lines, "Type:");
        type(cases[i].typed);
        for (int n = 0; n < cases[i].times; n++) {
            type("\x7F");
        }
        type("\r");
        cr_assert_eq(next(), EVENT_LINE);
        cr_expect_str_eq(event.text, cases[i].left, "%zu: %s", i, event.text);
    }
}

Test(lines, backspace_over_the_edge_says_the_line_again)
{
    char forty[41];

    memset(forty, 'x', 40);
    forty[40] = '\0';
    lines_prompt(lines, "Type:");
    type(forty);
    next();
    drawn();
    for (int i = 0; i < 7; i++) {
        type("\x7F");
    }
    next();
    cr_expect(strstr(drawn(), "\r\nType: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), "%s", out);
    type("\x15\r"); /* Ctrl-U takes it all */
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "");
}

Test(lines, no_key_is_a_signal_and_none_writes_a_control_byte)
{
    struct termios modes;

    tcgetattr(slave, &modes);
    cr_expect_eq(modes.c_lflag & (ISIG | ECHO | ICANON), 0);
    lines_prompt(lines, "Type:");
    type("\033[A\033OP\x03\x1A\x1C\x13\x11\x07\x04\x0Fok\xFF\xC3(\r");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "ok(");
    for (const char *c = drawn(); *c; c++) {
        cr_expect((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\r', "byte %d", *c);
    }
}

Test(lines, cr_lf_is_one_line_and_what_is_too_long_is_cut_not_split)
{
    type("one\r\ntwo\n");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "one");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "two");
    char block[513];
    memset(block, 'y', 512);
    block[512] = '\0';
    for (int i = 0; i < 10; i++) {
        type(block);
        next();
    }
    type("\r");
    for (int i = 0; i < 100 && next() != EVENT_LINE; i++) {
    }
    cr_assert_eq(event.type, EVENT_LINE);
    cr_expect_gt(event.len, 4000);
    cr_expect_leq(event.len, EVENT_PASTE_MAX);
}

Test(lines, what_was_typed_outlives_what_is_said_and_comes_back)
{
    lines_prompt(lines, "Type:");
    type("half");
    next();
    drawn();
    cr_expect(lines_prompted(lines));
    lines_put(lines, "Staff have seen this.");
    cr_expect_not(lines_prompted(lines));
    lines_prompt(lines, "Type:");
    cr_expect_str_eq(drawn(), "\r\nStaff have seen this.\r\nType: half");
    char *kept = lines_take(lines);
    cr_expect_str_eq(kept, "half");
    lines_drop(lines);
    cr_expect(lines_give(lines, kept));
    lines_prompt(lines, "Again:");
    cr_expect_str_eq(drawn(), "\r\nAgain: half");
    free(kept);
}

Test(lines, dropped_input_is_gone_and_an_escape_alone_swallows_nothing_later)
{
    type("1\r1\r");
    cr_assert_eq(next(), EVENT_LINE);
    lines_drop(lines);
    cr_expect_eq(next(), EVENT_TIMER);
    type("\033");
    cr_expect_eq(next(), EVENT_TIMER);
    now += 1000;
    cr_expect_eq(next(), EVENT_TIMER);
    type("1\r");
    cr_assert_eq(next(), EVENT_LINE);
    cr_expect_str_eq(event.text, "1");
}

Test(lines, the_terminal_is_given_back_and_its_end_is_told)
{
    struct termios after;

    lines_close(lines);
    tcgetattr(slave, &after);
    cr_expect_eq(after.c_lflag, before.c_lflag);
    cr_expect_eq(after.c_iflag, before.c_iflag);
    struct err err = { "" };
    struct lines_setup setup = { slave, slave, true, &still };
    lines = lines_open(&setup, &err);
    close(master);
    master = open("/dev/null", O_RDWR);
    lines_wait(lines, &event, -1, NULL, 0);
    cr_expect_eq(event.type, EVENT_HANGUP);
    cr_expect_not(lines_told(lines));
    lines_wait(lines, &event, -1, NULL, 0);
    cr_expect_eq(event.type, EVENT_HANGUP);
}
