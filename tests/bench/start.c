/* From nothing to the first page, and from one patient to the next; what a process holds and does at rest. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "figure.h"
#include "proc.h"
#include "sandbox.h"
#include "walk.h"

enum { WARM_UP = 3, STARTS = 60, AT_REST_MS = 10000, TO_REST_MS = 1500 };

static double ms(const struct tty_repaint *repaint)
{
    return (double)(repaint->last_ns - repaint->begun_ns) / 1e6;
}

/* From exec to the first page painted, and the CPU time of the whole life, however short. */
struct start {
    struct samples ms, cpu_ms;
};

static void start_kiosk(const struct clinic *clinic, const char *config, struct start *start)
{
    struct tty *kiosk = walk_start(clinic, config);
    struct tty_repaint first = tty_until(kiosk, WELCOME);
    samples_add(&start->ms, ms(&first));
    samples_add(&start->cpu_ms, tty_end(kiosk));
}

static void start_dialog(struct start *start)
{
    struct tty *dialog = walk_start_dialog();
    struct tty_repaint first = tty_until(dialog, DIALOG_BOX);
    samples_add(&start->ms, ms(&first));
    tty_send(dialog, "\r");
    samples_add(&start->cpu_ms, tty_end(dialog));
}

static void start_done(struct start *start)
{
    samples_done(&start->ms);
    samples_done(&start->cpu_ms);
}

/* What the patient's side gives up before a patient touches it, in a process of its own each time. */
static void bench_sandbox(void)
{
    struct samples each = SAMPLES_INIT;
    for (int i = 0; i < STARTS; i++) {
        int ends[2];
        double took = -1;
        if (pipe(ends) != 0) {
            perror("pipe");
            exit(2);
        }
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            struct err err;
            int64_t begun = now_ns();
            if (sandbox_scrub(ends[1] + 1, &err) == 0 && sandbox_enter(&err) == 0) {
                took = (double)(now_ns() - begun) / 1e6;
                (void)!write(ends[1], &took, sizeof took);
            }
            _exit(0);
        }
        close(ends[1]);
        if (read(ends[0], &took, sizeof took) == sizeof took) {
            samples_add(&each, took);
        }
        close(ends[0]);
        waitpid(pid, NULL, 0);
    }
    figure_title("1b Scrub and sandbox of a wizard, ms");
    if (each.n == 0) {
        figure_note("skipped: no sandbox can be entered here");
    } else {
        figure_at_most("Foyer", &each, 2);
    }
    samples_done(&each);
}

void bench_start(const struct clinic *clinic)
{
    struct start small = { 0 }, large = { 0 }, box = { 0 };
    struct samples next = SAMPLES_INIT;
    struct tty *other = walk_start(clinic, clinic->config_second);
    tty_until(other, WELCOME);
    for (int i = 0; i < WARM_UP + STARTS; i++) {
        if (i == WARM_UP) {
            start_done(&small);
            start_done(&large);
            start_done(&box);
            samples_done(&next);
        }
        start_kiosk(clinic, clinic->config, &small);
        start_dialog(&box);
        start_kiosk(clinic, clinic->config_large, &large);
        struct tty_repaint turn = walk_next_patient(other);
        samples_add(&next, ms(&turn));
    }
    tty_end(other);
    figure_title("1  From exec to the first page painted, ms");
    figure_samples("dialog, its first box", &box.ms);
    figure_samples("Foyer", &small.ms);
    figure_ratio(&small.ms, &box.ms, 2);
    figure_samples("Foyer, with a form of 140 KB", &large.ms);
    figure_ratio(&large.ms, &box.ms, 2);
    figure_note("and in CPU time, to the end of the program:");
    figure_samples("dialog", &box.cpu_ms);
    figure_samples("Foyer", &small.cpu_ms);
    figure_ratio(&small.cpu_ms, &box.cpu_ms, 0);
    figure_samples("Foyer, with a form of 140 KB", &large.cpu_ms);
    figure_ratio(&large.cpu_ms, &box.cpu_ms, 0);
    figure_title("2  From the last patient's last key to the next one's first page, ms");
    figure_samples("Foyer, with a form of 140 KB", &next);
    figure_ratio(&next, &box.ms, 1);
    start_done(&small);
    start_done(&large);
    start_done(&box);
    samples_done(&next);
    bench_sandbox();
}

struct family {
    const char *name[3];
    pid_t pid[3];
};

static struct family family_of(struct tty *kiosk)
{
    struct family family = { { "supervisor", "loader", "wizard" }, { tty_pid(kiosk), 0, 0 } };
    family.pid[1] = proc_child(family.pid[0]);
    family.pid[2] = proc_child(family.pid[1]);
    return family;
}

static void memory(const struct family *family)
{
    int64_t sum = 0;
    bool all = true;
    for (int i = 0; i < 3; i++) {
        int64_t kb = proc_private_dirty_kb(family->pid[i]);
        all = all && kb >= 0;
        sum += kb;
        if (kb < 0) {
            figure_note("%s: skipped, the process lets only root look", family->name[i]);
        } else if (i == 2) {
            figure_fact(kb < 4096, "%s: %ld, aim under 4096", family->name[i], (long)kb);
        } else {
            figure_note("%s: %ld", family->name[i], (long)kb);
        }
    }
    if (all) {
        figure_fact(sum < 10240, "all three: %ld, aim under 10240", (long)sum);
    }
}

static int64_t switches(const struct family *family)
{
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        int64_t n = proc_switches(family->pid[i]);
        if (n < 0) {
            fprintf(stderr, "bench: the %s is gone\n", family->name[i]);
            exit(2);
        }
        sum += n;
    }
    return sum;
}

void bench_rest(const struct clinic *clinic)
{
    struct tty *kiosk[2] = { NULL, NULL };
    static const char *const page[2] = { "the first page", "a question" };
    struct family family[2] = { 0 };
    int64_t before[2];
    for (int i = 0; i < 2; i++) {
        kiosk[i] = walk_start(clinic, i == 0 ? clinic->config : clinic->config_large);
        tty_until(kiosk[i], WELCOME);
        family[i] = family_of(kiosk[i]);
    }
    figure_title("6  Private_Dirty at rest on the first page, KB");
    memory(&family[0]);
    figure_note("and with a form of 140 KB:");
    memory(&family[1]);
    walk_to_areas(kiosk[1]);
    tty_listen(kiosk[0], TO_REST_MS); /* what the walk sent is stored */
    tty_listen(kiosk[1], 1);
    figure_title("7  %d s at rest", AT_REST_MS / 1000);
    for (int i = 0; i < 2; i++) {
        family[i] = family_of(kiosk[i]); /* a wizard that nobody uses may have been replaced */
        before[i] = switches(&family[i]);
    }
    size_t bytes[2] = { tty_listen(kiosk[0], AT_REST_MS), tty_listen(kiosk[1], 1) };
    int64_t after[2] = { switches(&family[0]), switches(&family[1]) };
    for (int i = 0; i < 2; i++) {
        figure_fact(after[i] == before[i] && bytes[i] == 0, "on %s: %ld wake-ups, %zu bytes, aim none",
                    page[i], (long)(after[i] - before[i]), bytes[i]);
        tty_end(kiosk[i]);
    }
}
