/* bench.c: `make bench`. How long, how many bytes and how much memory, beside what a bare ncurses program and
 * dialog need for the same on the same machine in the same minute. It judges no build: a missed aim is
 * printed, and the exit status says only whether everything could be measured.
 *
 * Usage: bench PROGRAMS [GROUP]...     in the project's folder
 */
#include "bench.h"

#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "mem.h"
#include "tty.h"

static const struct {
    const char *name;
    void (*run)(const struct clinic *clinic);
} groups[] = {
    { "start", bench_start },         { "keys", bench_keys },           { "rest", bench_rest },
    { "engine", bench_engine },       { "letterbox", bench_letterbox }, { "loading", bench_loading },
    { "vault", bench_vault },         { "queue", bench_queue },         { "million", bench_million },
    { "languages", bench_languages },
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

/* All programs get the same. */
static void pin_environment(void)
{
    const char *path = getenv("PATH");
    char *kept = mem_strdup(path != NULL ? path : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", kept, 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
    setenv("HOME", "/nonexistent", 1);
    free(kept);
    setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
}

static bool chosen(const char *name, char **names, int n)
{
    bool found = n == 0 && strcmp(name, "million") != 0; /* half an hour, and 4 GB */
    for (int i = 0; i < n; i++) {
        found = found || strcmp(names[i], name) == 0;
    }
    return found;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("Usage: bench PROGRAMS [start | keys | rest | engine | letterbox | loading | vault | queue | "
              "million | languages]...\n",
              stderr);
        return 2;
    }
    pin_environment();
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) {
        fputs("bench: no random numbers to be had\n", stderr);
        return 2;
    }
    int64_t begun = now_ns();
    struct clinic *clinic = clinic_new(argv[1]);
    puts("Terminal 80x24, TERM=xterm-256color. A repaint ends before 4 ms of silence. Aims are for p50.");
    figure_columns();
    for (size_t i = 0; i < GROUPS; i++) {
        if (chosen(groups[i].name, argv + 2, argc - 2)) {
            groups[i].run(clinic);
        }
    }
    clinic_free(clinic);
    printf("\n%.0f s.\n", (double)(now_ns() - begun) / 1e9);
    return 0;
}
