/* The terminal: opened, drawn on, listened to and given back. On a pseudo-terminal. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "testpty.h"
#include "ui_private.h"

static enum event_type next(struct pty *pty, struct event *event)
{
    ui_wait(pty->ui, event, 0, NULL, 0); /* the clock stands at 1000: a timer at once if there is nothing */
    return event->type;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

Test(ui, only_known_terminals_are_opened)
{
    cr_assert(ui_term_allowed("linux"));
    cr_assert(ui_term_allowed("xterm-256color"));
    cr_assert(ui_term_allowed("screen.xterm-256color"));
    cr_assert(ui_term_allowed("tmux-256color"));
    cr_assert(ui_term_allowed("rxvt-unicode-256color"));
    cr_assert_not(ui_term_allowed("dumb"));
    cr_assert_not(ui_term_allowed(""));
    cr_assert_not(ui_term_allowed(NULL));
    cr_assert_not(ui_term_allowed("xtermite"));
    cr_assert_not(ui_term_allowed("xterm-../../../tmp/evil"));
    cr_assert_not(ui_term_allowed("xterm-\033[31m"));
}

Test(ui, a_file_is_no_terminal)
{
    struct err err = { "" };
    FILE *file = fopen("/dev/null", "r+");
    struct ui_setup setup = { file, file, "xterm", UI_NORMAL, clock_system() };

    cr_assert_null(ui_open(&setup, &err));
    cr_assert(strstr(err.text, "not a terminal"));
    setup.term = "dumb";
    cr_assert_null(ui_open(&setup, &err));
    cr_assert(strstr(err.text, "TERM"));
    fclose(file);
}

Test(ui, a_type_this_machine_does_not_have_falls_back_to_its_relative)
{
    struct pty pty;

    pty_open(&pty, "xterm-nosuchthing", 24, 80, UI_NORMAL);
    pty_close(&pty);
}

Test(ui, exported_sizes_do_not_freeze_the_window)
{
    struct pty pty;
    int rows;
    int columns;

    setenv("LINES", "10", 1);
    setenv("COLUMNS", "20", 1);
    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_size(pty.ui, &rows, &columns);
    cr_assert(rows == 24 && columns == 80);
    pty_close(&pty);
}

Test(ui, keys_characters_and_pastes_come_as_events)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    pty_type(&pty, "1\033OA\033[B\r\xC3\xA9\033[200~two\rlines\033[201~\033[21~\033[1;9Z\xFFq\033[Z");
    cr_assert(next(&pty, &event) == EVENT_CHAR && strcmp(event.text, "1") == 0);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_UP);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_DOWN);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_ENTER);
    cr_assert(next(&pty, &event) == EVENT_CHAR && strcmp(event.text, "\xC3\xA9") == 0);
    cr_assert(next(&pty, &event) == EVENT_PASTE && strcmp(event.text, "two\nlines") == 0);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_F1 + 9);
    cr_assert(next(&pty, &event) == EVENT_CHAR && strcmp(event.text, "q") == 0);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_BACKTAB);
    cr_assert_eq(next(&pty, &event), EVENT_TIMER);
    pty_close(&pty);
}

Test(ui, control_keys_do_not_stop_the_program)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    pty_type(&pty, "\003\032\034\023\021\004");
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_CTRL_A + 2);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_CTRL_A + 25);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_CTRL_A + 18);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_CTRL_A + 16);
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_CTRL_A + 3);
    cr_assert_eq(next(&pty, &event), EVENT_TIMER);
    pty_close(&pty);
}

Test(ui, escape_alone_is_a_key)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "linux", 24, 80, UI_NORMAL);
    pty_type(&pty, "\033");
    cr_assert(next(&pty, &event) == EVENT_KEY && event.key == KEY_ID_ESCAPE);
    pty_close(&pty);
}

Test(ui, a_hundred_arrows_are_all_seen_and_announced)
{
    struct pty pty;
    struct event event;
    char arrows[301] = "";
    int seen = 0;
    int paints = 0;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    for (int i = 0; i < 100; i++) {
        memcpy(arrows + 3 * i, "\033[B", 4);
    }
    pty_type(&pty, arrows);
    while (seen < 100) {
        ui_wait(pty.ui, &event, -1, NULL, 0);
        cr_assert_eq(event.type, EVENT_KEY);
        seen++;
        if (!ui_pending(pty.ui)) {
            paints++;
        }
    }
    cr_assert_eq(next(&pty, &event), EVENT_TIMER);
    cr_assert_leq(paints, 2);
    pty_close(&pty);
}

Test(ui, dropped_input_never_comes_back)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    pty_type(&pty, "11\033[B\033[200~33");
    cr_assert(ui_pending(pty.ui));
    ui_drop_input(pty.ui);
    pty_type(&pty, "44\033[201~5");
    cr_assert(next(&pty, &event) == EVENT_CHAR);
    cr_assert_str_eq(event.text, "5");
    pty_close(&pty);
}

Test(ui, a_closed_terminal_is_a_hangup_at_once_and_for_ever)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    close(pty.master);
    pty.master = -1;
    double start = seconds();
    for (int i = 0; i < 100; i++) {
        ui_wait(pty.ui, &event, -1, NULL, 0);
        cr_assert_eq(event.type, EVENT_HANGUP);
    }
    cr_assert_lt(seconds() - start, 0.5);
    pty_close(&pty);
}

Test(ui, being_told_to_end_is_a_hangup)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    raise(SIGTERM);
    ui_wait(pty.ui, &event, -1, NULL, 0);
    cr_assert_eq(event.type, EVENT_HANGUP);
    pty_close(&pty);
}

Test(ui, a_new_size_is_an_event_with_the_frame_in_step)
{
    struct pty pty;
    struct event event;
    int rows;
    int columns;
    static const int sizes[][2] = { { 12, 40 }, { 1, 1 }, { 200, 500 }, { 24, 80 } };

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(&pty, sizes[i][0], sizes[i][1]);
        cr_assert_eq(next(&pty, &event), EVENT_RESIZE);
        ui_size(pty.ui, &rows, &columns);
        cr_assert(rows == sizes[i][0] && columns == sizes[i][1]);
        ui_begin(pty.ui);
        for (int row = -1; row < rows + 1; row++) {
            ui_fill(pty.ui, row, 0, columns + 5, UI_BAR);
        }
        ui_puts(pty.ui, 0, 0, UI_TEXT, "x");
        ui_paint(pty.ui);
        cr_assert_str_eq(pty_row(0), "x");
        static char out[1 << 20];
        pty_drain(&pty, out, sizeof out, 20);
    }
    cr_assert_eq(next(&pty, &event), EVENT_TIMER);
    pty_close(&pty);
}

Test(ui, watched_descriptors_and_the_timer_are_events)
{
    struct pty pty;
    struct event event;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    cr_assert_eq(write(fds[1], "x", 1), 1);
    ui_wait(pty.ui, &event, -1, fds, 1);
    cr_assert(event.type == EVENT_FD && event.fd == fds[0]);
    pty_type(&pty, "k"); /* input first */
    ui_wait(pty.ui, &event, 0, fds, 1);
    cr_assert_eq(event.type, EVENT_CHAR);
    ui_wait(pty.ui, &event, 0, fds, 1);
    cr_assert_eq(event.type, EVENT_TIMER);
    pty_close(&pty);
}

Test(ui, a_flood_of_keys_does_not_starve_a_descriptor)
{
    struct pty pty;
    struct event event;
    char flood[501];
    int fds[2];
    int keys = 0;

    cr_assert_eq(pipe(fds), 0);
    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    cr_assert_eq(write(fds[1], "x", 1), 1);
    memset(flood, 'a', 500);
    flood[500] = '\0';
    pty_type(&pty, flood);
    for (;;) {
        ui_pending(pty.ui);
        ui_wait(pty.ui, &event, -1, fds, 1);
        if (event.type == EVENT_FD) {
            break;
        }
        keys++;
    }
    cr_assert_lt(keys, 200);
    pty_close(&pty);
}

Test(ui, only_rows_that_changed_are_sent)
{
    struct pty pty;
    char out[65536];

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    for (int i = 0; i < 2; i++) {
        ui_begin(pty.ui);
        for (int row = 0; row < 24; row++) {
            ui_puts(pty.ui, row, 0, UI_TEXT, "the same");
        }
        ui_paint(pty.ui);
        pty_drain(&pty, out, sizeof out, 20);
    }
    cr_assert_str_eq(out, "");
    ui_begin(pty.ui);
    for (int row = 0; row < 24; row++) {
        ui_puts(pty.ui, row, 0, UI_TEXT, row == 7 ? "the sane" : "the same");
    }
    ui_paint(pty.ui);
    cr_assert_lt(pty_drain(&pty, out, sizeof out, 20), 40);
    cr_assert(strchr(out, 'n'));
    pty_close(&pty);
}

static bool holds(const struct buf *buf, const char *text)
{
    return buf->data && memmem(buf->data, buf->cap, text, strlen(text)) != NULL;
}

Test(ui, a_text_that_was_replaced_is_not_left_in_memory)
{
    struct pty pty;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_begin(pty.ui);
    ui_puts(pty.ui, 3, 0, UI_TEXT, "Some words before it, and then Ada Lovelac\xC3\xA9");
    ui_paint(pty.ui);
    cr_assert(holds(&pty.ui->shown[3], "Ada"));
    cr_expect_not(holds(&pty.ui->scratch, "Ada"));
    ui_begin(pty.ui);
    ui_puts(pty.ui, 3, 0, UI_TEXT, "Saved");
    ui_paint(pty.ui);
    cr_expect(holds(&pty.ui->shown[3], "Saved"));
    cr_expect_not(holds(&pty.ui->shown[3], "Ada"));
    cr_expect_not(holds(&pty.ui->next[3], "Ada"));
    pty_close(&pty);
}

Test(ui, text_is_clipped_between_graphemes_and_made_harmless)
{
    struct pty pty;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_begin(pty.ui);
    cr_assert_eq(ui_put(pty.ui, 0, 0, 4, UI_TEXT, "abcdef", 6), 4);
    cr_assert_eq(ui_puts(pty.ui, 1, 77, UI_TEXT, "\xE4\xB8\xAD\xE4\xB8\xAD"), 2); /* two columns each */
    ui_puts(pty.ui, 2, 0, UI_TEXT,
            "a\033[31mb\xE2\x80\xAE"
            "c");
    cr_assert_eq(ui_puts(pty.ui, 24, 0, UI_TEXT, "off"), 0);
    cr_assert_eq(ui_puts(pty.ui, 0, 80, UI_TEXT, "off"), 0);
    cr_assert_eq(ui_puts(pty.ui, -1, 0, UI_TEXT, "off"), 0);
    ui_paint(pty.ui);
    cr_assert_str_eq(pty_row(0), "abcd");
    cr_assert_str_eq(pty_row(2), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD"
                                 "c");
    cr_assert_str_eq(pty_row(3), "");
    pty_close(&pty);
}

Test(ui, a_console_is_told_that_text_comes_as_utf_8)
{
    struct pty pty;
    char out[65536];

    pty_open(&pty, "linux", 24, 80, UI_NORMAL);
    ui_close(pty.ui);
    struct ui_setup setup = { pty.slave, pty.slave, "linux", UI_NORMAL, &pty.clock };
    pty_drain(&pty, out, sizeof out, 20);
    pty.ui = ui_open(&setup, NULL);
    pty_drain(&pty, out, sizeof out, 20);
    cr_assert(strstr(out, "\033%G"), "%s", out);
    pty_close(&pty);
}

Test(ui, closing_gives_the_terminal_back)
{
    static const char *const terms[] = { "xterm-256color", "linux", "vt100" };

    for (int i = 0; i < 3; i++) {
        struct pty pty;
        struct termios before;
        struct termios after;
        char out[65536];

        pid_t child = fork(); /* ncurses keeps some state of the last terminal */
        if (child == 0) {
            pty_open(&pty, terms[i], 24, 80, UI_NORMAL);
            ui_close(pty.ui);
            pty.ui = NULL;
            tcgetattr(pty.master, &before);
            struct ui_setup setup = { pty.slave, pty.slave, terms[i], UI_NORMAL, &pty.clock };
            pty_drain(&pty, out, sizeof out, 20);
            pty.ui = ui_open(&setup, NULL);
            ui_begin(pty.ui);
            ui_puts(pty.ui, 3, 3, UI_TEXT, "Marigold");
            ui_paint(pty.ui);
            pty_drain(&pty, out, sizeof out, 20);
            if (!strstr(out, "\033[?2004h")) {
                _exit(2);
            }
            ui_close(pty.ui);
            pty.ui = NULL;
            pty_drain(&pty, out, sizeof out, 20);
            tcgetattr(pty.master, &after);
            bool same = before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag &&
                        before.c_oflag == after.c_oflag;
            bool quiet = strstr(out, "\033[?2004l") && !strstr(out, "Marigold");
            bool gone = i == 0 ? strstr(out, "\033[?1049l") != NULL : strstr(out, "\033[J") != NULL;
            pty_close(&pty);
            _exit(same && quiet && gone ? 0 : 1);
        }
        int status;
        waitpid(child, &status, 0);
        cr_assert(WIFEXITED(status), "%s", terms[i]);
        cr_assert_eq(WEXITSTATUS(status), 0, "%s: %d", terms[i], WEXITSTATUS(status));
    }
}

/* Runs what ends a program in a child that has the terminal open; true if the terminal was given back. */
static bool restored_after(void (*end)(void))
{
    struct pty pty = { .master = -1 };
    int ends[2];
    char out[65536] = "";
    size_t n = 0;
    ssize_t got;

    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* the sanitizer's opinion of how it ends */
        pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
        ui_mouse(pty.ui, true);
        ui_begin(pty.ui);
        ui_paint(pty.ui);
        pty_drain(&pty, out, sizeof out, 20);
        if (fork() == 0) { /* outlives it, holds the master and passes on the last words */
            usleep(300000);
            n = pty_drain(&pty, out, sizeof out, 20);
            _exit(write(ends[1], out, n) < 0);
        }
        end();
        _exit(99);
    }
    close(ends[1]);
    while ((got = read(ends[0], out + n, sizeof out - 1 - n)) > 0) {
        n += (size_t)got;
    }
    out[n] = '\0';
    waitpid(child, NULL, 0);
    return strstr(out, "\033[?2004l") && strstr(out, "\033[?1049l") && strstr(out, "\033[?1000l");
}

static void by_exit(void)
{
    exit(70);
}

static void by_abort(void)
{
    abort();
}

static void by_kill(void)
{
    kill(getpid(), SIGSEGV);
}

Test(ui, a_fatal_end_restores_the_terminal_first)
{
    signal(SIGABRT, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    cr_assert(restored_after(by_exit));
    cr_assert(restored_after(by_abort));
    cr_assert(restored_after(by_kill));
}

Test(ui, a_child_process_leaves_the_terminal_alone)
{
    struct pty pty;
    char out[65536];

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_paint(pty.ui);
    pty_drain(&pty, out, sizeof out, 20);
    pid_t child = fork();
    if (child == 0) {
        ui_restore();
        _exit(0);
    }
    waitpid(child, NULL, 0);
    pty_drain(&pty, out, sizeof out, 20);
    cr_assert_str_eq(out, "");
    pty_close(&pty);
}

Test(ui, clicks_come_only_when_asked_for)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_mouse(pty.ui, true);
    pty_type(&pty, "\033[<0;11;6M\033[<0;11;6m");
    cr_assert_eq(next(&pty, &event), EVENT_CLICK);
    cr_assert(event.row == 5 && event.column == 10);
    pty_type(&pty, "1");
    cr_assert_eq(next(&pty, &event), EVENT_CHAR, "the release is nothing");
    ui_mouse(pty.ui, false);
    pty_type(&pty, "\033[<0;11;6M2");
    cr_assert_eq(next(&pty, &event), EVENT_CHAR);
    cr_assert_str_eq(event.text, "2");
    pty_close(&pty);
}

Test(ui, a_click_that_breaks_off_holds_nothing_up)
{
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_mouse(pty.ui, true);
    pty_type(&pty, "\033[<0;11");
    pty.now_ms += 1000;
    ui_wait(pty.ui, &event, pty.now_ms - 500, NULL, 0);
    cr_assert_eq(event.type, EVENT_TIMER, "the deadline comes all the same");
    pty_close(&pty);
}

Test(ui, a_timer_in_the_middle_of_a_paste_or_of_a_sequence_breaks_neither_in_two)
{
    static const char *const first[] = { "\033[200~one", "\033[<0;1", "\xE4\xBD" };
    static const char *const rest[] = { "\rtwo\033[201~", "2;5M", "\xA0" };
    static const enum event_type type[] = { EVENT_PASTE, EVENT_CLICK, EVENT_CHAR };
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_mouse(pty.ui, true);
    for (size_t i = 0; i < 3; i++) {
        pty_type(&pty, first[i]);
        for (int n = 0; n < 3; n++) { /* as when a call for help is heard meanwhile */
            ui_wait(pty.ui, &event, pty.now_ms, NULL, 0);
            cr_assert_eq(event.type, EVENT_TIMER);
        }
        pty_type(&pty, rest[i]);
        cr_assert_eq(next(&pty, &event), type[i], "%zu: %d \"%s\"", i, event.type, event.text);
        cr_assert_eq(next(&pty, &event), EVENT_TIMER, "nothing is left of it: \"%s\"", event.text);
    }
    pty_close(&pty);
}

Test(ui, the_mouse_is_off_again_once_the_terminal_is_given_back)
{
    struct pty pty;
    char out[65536];

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    ui_mouse(pty.ui, true);
    pty_drain(&pty, out, sizeof out, 20);
    cr_assert_not_null(strstr(out, "\033[?1000h"));
    ui_close(pty.ui);
    pty.ui = NULL;
    pty_drain(&pty, out, sizeof out, 20);
    cr_assert_not_null(strstr(out, "\033[?1000l"));
    cr_assert_not_null(strstr(out, "\033[?1006l"));
    pty_close(&pty);
}

Test(ui, what_was_typed_before_comes_first_and_is_dropped_with_the_rest)
{
    static const unsigned char before[] = "a\033[A\xC3\xA9\033[200~two\033[201~\033[99;";
    struct pty pty;
    struct event event;

    pty_open(&pty, "xterm-256color", 24, 80, UI_NORMAL);
    pty_type(&pty, "3Rz"); /* the end of what nobody asked for, and a key */
    ui_type(pty.ui, before, sizeof before - 1);
    cr_assert_eq(next(&pty, &event), EVENT_CHAR);
    cr_expect_str_eq(event.text, "a");
    cr_assert_eq(next(&pty, &event), EVENT_KEY);
    cr_expect_eq(event.key, KEY_ID_UP);
    cr_assert_eq(next(&pty, &event), EVENT_CHAR);
    cr_expect_str_eq(event.text, "\xC3\xA9");
    cr_assert_eq(next(&pty, &event), EVENT_PASTE);
    cr_expect_str_eq(event.text, "two");
    cr_assert_eq(next(&pty, &event), EVENT_CHAR);
    cr_expect_str_eq(event.text, "z");
    ui_type(pty.ui, before, sizeof before - 1);
    ui_drop_input(pty.ui);
    cr_expect_eq(next(&pty, &event), EVENT_TIMER);
    pty_close(&pty);
}
