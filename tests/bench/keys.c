/* One key: time, work and bytes of its repaint; the next question; a hundred arrows at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "buf.h"
#include "cells.h"
#include "figure.h"
#include "form_load.h"
#include "proc.h"
#include "walk.h"

enum { OPTIONS = 15, ROUND = 2 * (OPTIONS - 1), WARM_UP = ROUND, KEYS = 36 * ROUND, BURSTS = 10 };
enum { CELLS = TTY_ROWS * TTY_COLUMNS };

/* One program with fifteen answers on its screen, and what its keys cost. */
struct menu {
    struct tty *tty;
    pid_t pid; /* the process that draws */
    struct pen pen;
    struct samples us, cpu_us, bytes, cheapest;
};

static void one_key(struct menu *menu, const char *key, bool counts)
{
    struct cell before[CELLS], after[CELLS];
    int row, column;
    tty_cells(menu->tty, before);
    tty_cursor(menu->tty, &row, &column);
    int64_t cpu = proc_cpu_ns(menu->pid);
    tty_send(menu->tty, key);
    struct tty_repaint repaint = tty_until_moved(menu->tty, row);
    cpu = proc_cpu_ns(menu->pid) - cpu;
    tty_cells(menu->tty, after);
    tty_cursor(menu->tty, &row, &column);
    size_t cheapest = cells_cheapest(before, after, TTY_ROWS, TTY_COLUMNS, &menu->pen, row, column);
    if (counts) {
        samples_add(&menu->us, (double)(repaint.last_ns - repaint.begun_ns) / 1e3);
        samples_add(&menu->cpu_us, (double)cpu / 1e3);
        samples_add(&menu->bytes, (double)repaint.bytes);
        samples_add(&menu->cheapest, (double)cheapest);
    }
}

/* Down to the last answer, up to the first, and so on; they end at the first. */
static void menu_keys(struct menu *kiosk, struct menu *bare)
{
    for (int i = -WARM_UP; i < KEYS; i++) {
        int step = (i + WARM_UP) % ROUND;
        const char *key = step < OPTIONS - 1 ? KEY_DOWN : KEY_UP;
        one_key(kiosk, key, i >= 0);
        one_key(bare, key, i >= 0);
    }
    figure_title("3  An arrow on a page of %d answers", OPTIONS);
    figure_samples("bare ncurses, us to the end of the repaint", &bare->us);
    figure_samples("Foyer", &kiosk->us);
    figure_ratio(&kiosk->us, &bare->us, 1.2);
    if (kiosk->cpu_us.n > 0 && proc_cpu_ns(kiosk->pid) >= 0) {
        figure_samples("bare ncurses, us of CPU", &bare->cpu_us);
        figure_samples("Foyer", &kiosk->cpu_us);
        figure_ratio(&kiosk->cpu_us, &bare->cpu_us, 1.3);
    } else {
        figure_note("CPU: skipped, this kernel has no schedstat");
    }
    figure_samples("bare ncurses, bytes", &bare->bytes);
    figure_samples("Foyer", &kiosk->bytes);
    figure_samples("the cheapest for what differs", &kiosk->cheapest);
    figure_ratio(&kiosk->bytes, &kiosk->cheapest, 1.25);
}

/* --- The next question --- */

/* Questions that follow one another behind the areas, each answered by the key 1; for each but the first the
 * bytes of its page are counted. Which they are is read from the pages. */
enum { ASKED = 8, ROUNDS = 3, START_OF_TEXT = 24 };
struct asked {
    const struct form_question *question[ASKED];
    int n;
};

static void start_of_text(const struct form_question *question, char out[START_OF_TEXT + 1])
{
    snprintf(out, START_OF_TEXT + 1, "%s", question->text);
}

static const struct form_question *question_shown(const struct form *form, const struct tty *kiosk)
{
    for (size_t i = 0; i < form->nquestions; i++) {
        char text[START_OF_TEXT + 1];
        start_of_text(&form->question[i], text);
        if (tty_shows(kiosk, text)) {
            return &form->question[i];
        }
    }
    return NULL;
}

/* Does the key 1 answer it and go on? */
static bool goes_on(const struct form_question *question)
{
    return question->type == QUESTION_CHOICE ||
           (question->type == QUESTION_CHOICES && (question->exclusive & OPTION_BIT(0)));
}

/* Goes on as long as it can, and back to the first. */
static void find_asked(const struct form *form, struct tty *kiosk, struct asked *asked)
{
    const struct form_question *question;
    for (asked->n = 0; asked->n < ASKED; walk_key(kiosk, "1")) {
        question = question_shown(form, kiosk);
        if (question == NULL || (asked->n > 0 && question == asked->question[asked->n - 1])) {
            break;
        }
        asked->question[asked->n++] = question;
        if (!goes_on(question) || asked->n == ASKED) {
            break;
        }
    }
    if (asked->n < 2) {
        fputs("bench: no questions with answers to choose behind the areas\n", stderr);
        exit(2);
    }
    for (int i = asked->n - 1; i > 0; i--) {
        walk_key(kiosk, KEY_F2);
    }
}

static void quoted(struct buf *out, const char *text)
{
    buf_adds(out, " '");
    for (; *text != '\0'; text++) {
        buf_adds(out, *text == '\'' ? "'\\'" : "");
        buf_add(out, text, 1);
        buf_adds(out, *text == '\'' ? "'" : "");
    }
    buf_adds(out, "'");
}

/* The same questions as a script asks them: a dialog each. */
static void make_script(const struct asked *asked, struct buf *out)
{
    buf_adds(out, "while :; do\n");
    for (int i = 0; i < asked->n; i++) {
        const struct form_question *question = asked->question[i];
        buf_adds(out, "dialog --title 'Demo clinic' --menu");
        quoted(out, question->text);
        buf_addf(out, " 22 76 %zu", question->noptions + 2);
        for (size_t k = 0; k < question->noptions; k++) {
            buf_addf(out, " %zu", k + 1);
            quoted(out, question->option[k].text);
        }
        buf_adds(out, " 0 'Not sure' P 'I'\\''d rather tell the practitioner in private' 2>/dev/null\n");
    }
    buf_adds(out, "done\n");
}

static void ask_kiosk(struct tty *kiosk, const struct asked *asked, struct samples *bytes,
                      struct samples *cheapest)
{
    struct cell before[CELLS], after[CELLS];
    char text[START_OF_TEXT + 1];
    struct pen pen = { 0, 0, { CELL_DEFAULT, CELL_DEFAULT, 0 } };
    for (int i = 1; i < asked->n; i++) {
        int row, column;
        tty_cells(kiosk, before);
        tty_cursor(kiosk, &pen.row, &pen.column);
        pause_ms(NOT_HELD_MS);
        tty_send(kiosk, "1");
        start_of_text(asked->question[i], text);
        samples_add(bytes, (double)tty_until(kiosk, text).bytes);
        tty_cells(kiosk, after);
        tty_cursor(kiosk, &row, &column);
        samples_add(cheapest,
                    (double)cells_cheapest(before, after, TTY_ROWS, TTY_COLUMNS, &pen, row, column));
    }
    for (int i = asked->n - 2; i >= 0; i--) {
        pause_ms(NOT_HELD_MS);
        tty_send(kiosk, KEY_F2);
        start_of_text(asked->question[i], text);
        tty_until(kiosk, text);
    }
}

static void ask_dialog(struct tty *script, const struct asked *asked, struct samples *bytes)
{
    char text[START_OF_TEXT + 1];
    for (int i = 1; i <= asked->n; i++) {
        tty_send(script, "\r");
        start_of_text(asked->question[i % asked->n], text);
        struct tty_repaint box = tty_until(script, text);
        if (i < asked->n) {
            samples_add(bytes, (double)box.bytes);
        }
    }
}

/* The kiosk stands on the page of the areas. */
static void next_question(const struct clinic *clinic, struct tty *kiosk)
{
    struct problems problems = PROBLEMS_INIT;
    struct form *form = form_load(clinic->form, &problems);
    struct buf script = BUF_INIT;
    struct samples ours = SAMPLES_INIT, theirs = SAMPLES_INIT, cheapest = SAMPLES_INIT;
    char text[START_OF_TEXT + 1];
    struct asked asked;
    tty_send(kiosk, "4");
    tty_until(kiosk, "[x] Scalp");
    walk_key(kiosk, "\r");
    find_asked(form, kiosk, &asked);
    make_script(&asked, &script);
    struct tty *dialog =
        tty_start((char *const[]){ (char[]){ "/bin/sh" }, (char[]){ "-c" }, script.data, NULL });
    start_of_text(asked.question[0], text);
    tty_until(dialog, text);
    for (int i = 0; i < ROUNDS; i++) {
        ask_kiosk(kiosk, &asked, &ours, &cheapest);
        ask_dialog(dialog, &asked, &theirs);
    }
    tty_end(dialog);
    figure_title("4  The next question, bytes; %d in a row", asked.n);
    figure_samples("dialog, its next box", &theirs);
    figure_samples("Foyer", &ours);
    figure_ratio(&ours, &theirs, 0.1);
    figure_samples("the cheapest for what differs", &cheapest);
    figure_ratio(&ours, &cheapest, 0);
    samples_done(&ours);
    samples_done(&theirs);
    samples_done(&cheapest);
    buf_done(&script);
    form_free(form);
    problems_done(&problems);
}

/* --- A hundred arrows --- */

/* Nine down and eight up, five times; then three quarters of the same again: 100 keys that never reach an end
 * of the list, so that each one lost moves the last place. Returns the rows they come down. */
static int hundred(struct buf *keys)
{
    int at = 0;
    for (int i = 0; i < 100; i++) {
        bool down = i % 17 < 9;
        buf_adds(keys, down ? KEY_DOWN : KEY_UP);
        at += down ? 1 : -1;
    }
    return at;
}

static size_t burst(struct menu *menu, const char *keys, int down, bool *lost)
{
    int from, row, column;
    tty_cursor(menu->tty, &from, &column);
    tty_send(menu->tty, keys);
    size_t bytes = tty_until_moved(menu->tty, from).bytes + tty_listen(menu->tty, 100);
    tty_cursor(menu->tty, &row, &column);
    *lost = row != from + down;
    pause_ms(NOT_HELD_MS);
    for (int i = 0; i < row - from; i++) {
        one_key(menu, KEY_UP, false);
    }
    return bytes;
}

static void hundred_arrows(struct menu *kiosk, struct menu *bare)
{
    struct buf keys = BUF_INIT;
    int down = hundred(&keys), lost = 0;
    struct samples ours = SAMPLES_INIT, theirs = SAMPLES_INIT;
    for (int i = 0; i < BURSTS; i++) {
        bool gone;
        samples_add(&ours, (double)burst(kiosk, buf_str(&keys), down, &gone));
        lost += gone;
        samples_add(&theirs, (double)burst(bare, buf_str(&keys), down, &gone));
    }
    figure_title("5  A hundred arrows in one write");
    figure_fact(lost == 0, "the last place was wrong %d times of %d, aim never", lost, BURSTS);
    figure_samples("bare ncurses, bytes", &theirs);
    figure_samples("Foyer", &ours);
    figure_ratio(&ours, &theirs, 0.05);
    samples_done(&ours);
    samples_done(&theirs);
    buf_done(&keys);
}

void bench_keys(const struct clinic *clinic)
{
    struct menu kiosk = { 0 }, bare = { 0 };
    char *program = path_join(clinic->programs, "bench/bare");
    kiosk.tty = walk_start(clinic, clinic->config);
    bare.tty = tty_start((char *const[]){ program, NULL });
    tty_until(bare.tty, AREAS);
    tty_until(kiosk.tty, WELCOME);
    walk_to_areas(kiosk.tty);
    kiosk.pid = proc_child(proc_child(tty_pid(kiosk.tty)));
    bare.pid = tty_pid(bare.tty);
    kiosk.pen.look = bare.pen.look = (struct look){ CELL_DEFAULT, CELL_DEFAULT, 0 };
    menu_keys(&kiosk, &bare);
    next_question(clinic, kiosk.tty);
    pause_ms(NOT_HELD_MS);
    tty_send(kiosk.tty, KEY_F2);
    tty_until(kiosk.tty, AREAS);
    tty_send(kiosk.tty, KEY_HOME);
    tty_until(kiosk.tty, "> 1 [");
    hundred_arrows(&kiosk, &bare);
    tty_end(kiosk.tty);
    tty_end(bare.tty);
    free(program);
}
