/* term.h: a real program in a real pty, read through libvterm. Waits for text, never for time. */
#ifndef FOYER_TEST_TERM_H
#define FOYER_TEST_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct term;

/* Starts argv in a pty of rows x columns with TERM=`name` (NULL: not set). The environment is pinned. */
struct term *term_start(char *const argv[], int rows, int columns, const char *name);
/* Run in the child, before it becomes the program; NULL: nothing. For all that are started from now on. */
void term_before(void (*run)(void));
void term_close(struct term *term); /* hangs up, waits, fails the test if the program outlives it by 5 s */
pid_t term_pid(const struct term *term);
pid_t term_child(pid_t pid);          /* the first child of a program; fails the test if it has none */
void term_hang_up(struct term *term); /* the terminal goes; the program is not waited for */
void term_forget(struct term *term);  /* frees after term_hang_up(), when the program has been waited for */

void term_send(struct term *term, const char *keys);
void term_send_n(struct term *term, const char *bytes, size_t len);
void term_mute(struct term *term); /* it answers no query from now on */
void term_resize(struct term *term, int rows, int columns);
void term_claim(struct term *term, int rows, int columns); /* tells the program so, and stays as it is */

/* Waits until `text` is on the screen (line ends count as one space); fails the test, showing the screen,
 * if it is not there within 20 s. */
void term_expect(struct term *term, const char *text);
void term_expect_within(struct term *term, const char *text, int ms);
/* Waits until it is not: a screen that is half painted shows the page before too. */
void term_expect_gone(struct term *term, const char *text);
/* Reads what comes until nothing has come for `ms`. */
void term_settle(struct term *term, int ms);
bool term_shows(struct term *term, const char *text); /* now */
/* The first row that shows it, from 0; -1: none does. *column, which may be NULL: where it begins. */
int term_find(struct term *term, const char *text, int *column);
void term_click(struct term *term, int row, int column); /* a button goes down and comes up again there */

/* Waits for the program's end, at most `ms`. False: it still runs. */
bool term_ended(struct term *term, int ms, int *status);

/* The screen as lines of text, blanks at the ends removed. Valid until the next call. */
const char *term_text(struct term *term);
/* One cell: its character as UTF-8 (" " where there is none) and its colours as red, green, blue; either may
 * be NULL. */
void term_cell(const struct term *term, int row, int column, char text[8], int fg[3], int bg[3]);
void term_cursor(const struct term *term, int *row, int *column, bool *visible);
size_t term_bytes(const struct term *term);    /* received so far */
const char *term_log(const struct term *term); /* all of them; valid until more come */

/* Compares the screen with tests/screen/golden/NAME.txt. With FOYER_GOLDEN=write the file is written. */
void term_golden(struct term *term, const char *name);
/* The same, with every letter and digit after this text on its line as #: what is new at each run. */
void term_golden_but(struct term *term, const char *name, const char *label);

#endif
