/* A megabyte pasted where staff type: no hang, no key taken from it, no memory without end, a clear word. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "clinic.h"
#include "staffer.h"

/* Where nothing brackets it each byte is a key that is pressed, and the sanitisers make each dear. */
enum { BOMB = 1 << 20, KEYS = 1 << 16, MEMORY_MB = 48, OVER_MS = 60000 };

static struct clinic_folder clinic;
static char passphrase[96];

static void set_up(void)
{
    char options[256];
    const char *given = getenv("ASAN_OPTIONS");
    snprintf(options, sizeof options, "%s:quarantine_size_mb=1", given != NULL ? given : "");
    setenv("ASAN_OPTIONS", options, 1); /* what is freed is gone, as in a clinic */
    staffer_open(&clinic, passphrase);
}

static void tear_down(void)
{
    clinic_close(&clinic);
}

TestSuite(bombs, .init = set_up, .fini = tear_down, .timeout = 240);

/* Letters, controls, half an escape sequence, an arrow, F10, what is no UTF-8, an overlong form, a bidi
 * override, a decomposed letter, "q", and line ends. Never the end of a paste. */
static void fill(char *bomb)
{
    static const char piece[] = "Q\x01\x1b[A\xff\xfe\xc0\xaf\x1b[21~\xe2\x80\xae"
                                "e\xcc\x81q\x1b]0;x\x07\x7f\x80\x1b[3~A";
    for (size_t i = 0; i < BOMB; i++) {
        bomb[i] = piece[i % (sizeof piece - 1)];
        if (i % 997 == 0) {
            bomb[i] = '\r';
        }
    }
}

enum how { BRACKETED, RAW_TEXT };

static void drop(struct term *t, enum how how)
{
    size_t len = how == BRACKETED ? BOMB : KEYS;
    char *bomb = malloc(BOMB);
    cr_assert_not_null(bomb);
    if (how == RAW_TEXT) {
        memset(bomb, 'A', BOMB);
    } else {
        fill(bomb);
    }
    if (how == BRACKETED) {
        term_send(t, "\x1b[200~");
    }
    term_send_n(t, bomb, len);
    if (how == BRACKETED) {
        term_send(t, "\x1b[201~");
    }
    free(bomb);
}

/* What the program holds in memory, in kB. */
static long memory_of(struct term *t)
{
    char path[64], line[128];
    long kb = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)term_pid(t));
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "VmRSS: %ld kB", &kb) != 1) {
    }
    fclose(file);
    return kb;
}

static void expect_no_more(struct term *t, long before)
{
    long now = memory_of(t);
    cr_expect_lt(now - before, MEMORY_MB * 1024L, "%ld kB before, %ld kB now", before, now);
}

static void clear(struct term *t)
{
    for (int i = 0; i < 100; i++) {
        term_send(t, "\x7f\x7f\x7f\x7f\x7f");
    }
}

Test(bombs, the_doors_passphrase_field)
{
    struct term *t = staffer_review(&clinic, 24, 80);
    term_expect(t, "Passphrase");
    long before = memory_of(t);
    drop(t, BRACKETED); /* with line ends in it: none of them unlocks */
    term_settle(t, 500);
    term_expect_within(t, "Passphrase", OVER_MS);
    term_expect_gone(t, "try again");
    drop(t, RAW_TEXT);
    term_settle(t, 500);
    cr_assert_not(term_ended(t, 0, NULL));
    expect_no_more(t, before);
    clear(t);
    staffer_unlock(t, passphrase);
    term_close(t);
}

Test(bombs, the_search_field)
{
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = staffer_review(&clinic, 24, 80);
    staffer_unlock(t, passphrase);
    press(t, "/", "Find");
    long before = memory_of(t);
    drop(t, BRACKETED);
    term_settle(t, 500);
    drop(t, RAW_TEXT);
    term_settle(t, 500);
    cr_assert_not(term_ended(t, 0, NULL));
    term_expect_gone(t, "3.6 INR");
    expect_no_more(t, before);
    clear(t);
    press(t, "quill", "Ana Quillfeather");
    term_close(t);
}

Test(bombs, a_note)
{
    staffer_post(&clinic, 0x11, "Ana Quillfeather", staffer_warfarin);
    struct term *t = staffer_review(&clinic, 24, 80);
    staffer_unlock(t, passphrase);
    press(t, "\r", "3.6 INR");
    press(t, "n", "A note");
    long before = memory_of(t);
    drop(t, BRACKETED); /* with line ends in it: none of them writes the note */
    term_settle(t, 500);
    term_expect_within(t, "A note", OVER_MS);
    term_expect_gone(t, "Written.");
    drop(t, RAW_TEXT);
    term_settle(t, 500);
    term_expect_within(t, "A note", OVER_MS);
    cr_assert_not(term_ended(t, 0, NULL));
    expect_no_more(t, before);
    term_close(t);
}

/* The prompt of a login with a command: the terminal keeps 4095 bytes of a line. */
Test(bombs, the_passphrase_prompt_of_a_login)
{
    char line[300];
    int status = 0;
    setenv("SSH_ORIGINAL_COMMAND", "list", 1);
    snprintf(line, sizeof line, "exec " BIN "/foyer -c %s login --user demo", clinic.conf);
    char *const argv[] = { (char *)(uintptr_t) "/bin/sh", (char *)(uintptr_t) "-c", line, NULL };
    struct term *t = term_start(argv, 24, 100, "xterm-256color");
    term_expect(t, "Passphrase of demo");
    char *bomb = malloc(BOMB);
    cr_assert_not_null(bomb);
    memset(bomb, 'A', BOMB);
    term_send_n(t, bomb, BOMB);
    free(bomb);
    press(t, "\r", "one line of text, of at most");
    cr_assert(term_ended(t, OVER_MS, &status));
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) != 0);
    term_hang_up(t);
    term_forget(t);
}
