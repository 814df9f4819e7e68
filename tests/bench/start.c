/* From nothing to the first page, and from one patient to the next; what a process holds and does at rest. */
#include <stdlib.h>

#include "bench.h"
#include "figure.h"
#include "proc.h"
#include "walk.h"

enum { WARM_UP = 3, STARTS = 60, AT_REST_MS = 10000, TO_REST_MS = 1500 };

static double ms(const struct pty_repaint *repaint)
{
    return (double)(repaint->last_ns - repaint->begun_ns) / 1e6;
}

static double start_kiosk(const struct clinic *clinic, const char *config)
{
    struct pty *kiosk = walk_start(clinic, config);
    struct pty_repaint first = pty_until(kiosk, WELCOME);
    pty_end(kiosk);
    return ms(&first);
}

static double start_dialog(void)
{
    struct pty *dialog = walk_start_dialog();
    struct pty_repaint first = pty_until(dialog, DIALOG_BOX);
    pty_send(dialog, "\r");
    pty_end(dialog);
    return ms(&first);
}

void bench_start(const struct clinic *clinic)
{
    struct samples small = SAMPLES_INIT, large = SAMPLES_INIT, box = SAMPLES_INIT, next = SAMPLES_INIT;
    struct pty *other = walk_start(clinic, clinic->config_second);
    pty_until(other, WELCOME);
    for (int i = -WARM_UP; i < STARTS; i++) {
        double a = start_kiosk(clinic, clinic->config);
        double b = start_dialog();
        double c = start_kiosk(clinic, clinic->config_large);
        struct pty_repaint turn = walk_next_patient(other);
        if (i >= 0) {
            samples_add(&small, a);
            samples_add(&box, b);
            samples_add(&large, c);
            samples_add(&next, ms(&turn));
        }
    }
    pty_end(other);
    figure_title("1  From exec to the first page painted, ms");
    figure_samples("dialog, its first box", &box);
    figure_samples("Foyer", &small);
    figure_ratio(&small, &box, 2);
    figure_samples("Foyer, with a form of 140 KB", &large);
    figure_ratio(&large, &box, 2);
    figure_title("2  From the last patient's last key to the next one's first page, ms");
    figure_samples("Foyer, with a form of 140 KB", &next);
    figure_ratio(&next, &box, 1);
    samples_done(&small);
    samples_done(&large);
    samples_done(&box);
    samples_done(&next);
}

struct family {
    const char *name[3];
    pid_t pid[3];
};

static struct family family_of(struct pty *kiosk)
{
    struct family family = { { "supervisor", "loader", "wizard" }, { pty_pid(kiosk), 0, 0 } };
    family.pid[1] = proc_child(family.pid[0]);
    family.pid[2] = proc_child(family.pid[1]);
    return family;
}

static void memory(const struct family *family)
{
    for (int i = 0; i < 3; i++) {
        int64_t kb = proc_private_dirty_kb(family->pid[i]);
        if (kb < 0) {
            figure_note("%s: skipped, the process lets only root look", family->name[i]);
        } else if (i == 2) {
            figure_fact(kb < 4096, "%s: %ld, aim under 4096", family->name[i], (long)kb);
        } else {
            figure_note("%s: %ld", family->name[i], (long)kb);
        }
    }
}

static int64_t switches(const struct family *family)
{
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        int64_t n = proc_switches(family->pid[i]);
        sum = n < 0 || sum < 0 ? -1 : sum + n;
    }
    return sum;
}

void bench_rest(const struct clinic *clinic)
{
    struct pty *kiosk[2];
    static const char *const page[2] = { "the first page", "a question" };
    struct family family[2];
    int64_t before[2];
    for (int i = 0; i < 2; i++) {
        kiosk[i] = walk_start(clinic, i == 0 ? clinic->config : clinic->config_large);
        pty_until(kiosk[i], WELCOME);
        family[i] = family_of(kiosk[i]);
    }
    figure_title("6  Private_Dirty at rest on the first page, KB");
    memory(&family[0]);
    figure_note("and with a form of 140 KB:");
    memory(&family[1]);
    walk_to_areas(kiosk[1]);
    pty_listen(kiosk[0], TO_REST_MS); /* what the walk sent is stored */
    pty_listen(kiosk[1], 1);
    figure_title("7  %d s at rest", AT_REST_MS / 1000);
    for (int i = 0; i < 2; i++) {
        before[i] = switches(&family[i]);
    }
    size_t bytes[2] = { pty_listen(kiosk[0], AT_REST_MS), pty_listen(kiosk[1], 1) };
    for (int i = 0; i < 2; i++) {
        int64_t woken = switches(&family[i]) - before[i];
        figure_fact(woken == 0 && bytes[i] == 0, "on %s: %ld wake-ups, %zu bytes, aim none", page[i],
                    (long)woken, bytes[i]);
        pty_end(kiosk[i]);
    }
}
