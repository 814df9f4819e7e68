/* Six languages: what they cost at the start, and what one costs when it is chosen. A wizard can open no file
 * (src/lock), so a language it turns to was read before: by the first wizard, behind its first page; for
 * those that follow, by the loader. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "config.h"
#include "figure.h"
#include "form_load.h"
#include "languages.h"
#include "mem.h"
#include "walk.h"

enum { WARM_UP = 3, STARTS = 40, LOADS = 20, ARROWS = 60, SETTLED_MS = 60 };

#define KEY_F12 "\033[24~"

/* In the order of kiosk.conf: its digit on the first page, and an answer on the page for consent. */
static const struct spoken {
    const char *code, *digit, *agree;
} spoken[] = {
    { "en", "1", "I agree" },   { "es", "2", "Estoy de acuerdo" }, { "ms", "3", "Saya setuju" },
    { "zh_CN", "4", "我同意" }, { "ta", "5", "ஒப்புக்கொள்கிறேன்" },    { "hi", "6", "मैं सहमत हूँ" },
};
enum { SPOKEN = sizeof spoken / sizeof *spoken };

static double ms(const struct tty_repaint *repaint)
{
    return (double)(repaint->last_ns - repaint->begun_ns) / 1e6;
}

static void start(const struct clinic *clinic, const char *config, const char *shown, struct samples *wall,
                  struct samples *cpu, struct samples *key)
{
    struct tty *kiosk = walk_start(clinic, config);
    struct tty_repaint first = tty_until(kiosk, shown);
    samples_add(wall, ms(&first));
    if (key) { /* the first language of the list: its welcome page */
        tty_send(kiosk, "1");
        struct tty_repaint second = tty_until(kiosk, WELCOME);
        samples_add(key, ms(&second));
    }
    samples_add(cpu, tty_end(kiosk));
}

static void starts(const struct clinic *clinic)
{
    struct samples one = SAMPLES_INIT, six = SAMPLES_INIT, one_cpu = SAMPLES_INIT, six_cpu = SAMPLES_INIT;
    struct samples key = SAMPLES_INIT;
    for (int i = 0; i < WARM_UP + STARTS; i++) {
        if (i == WARM_UP) {
            samples_done(&one);
            samples_done(&six);
            samples_done(&one_cpu);
            samples_done(&six_cpu);
            samples_done(&key);
        }
        start(clinic, clinic->config, WELCOME, &one, &one_cpu, NULL);
        start(clinic, clinic->config_six, "F8", &six, &six_cpu, &key);
    }
    figure_title("15 From exec to the first page painted, ms");
    figure_samples("one language", &one);
    figure_samples("six, and the terminal asked what it can show", &six);
    figure_ratio(&six, &one, 1.1);
    figure_samples("six: a key sent at that moment, answered", &key);
    figure_note("and in CPU time, to the end of the program:");
    figure_samples("one language", &one_cpu);
    figure_samples("six", &six_cpu);
    figure_ratio(&six_cpu, &one_cpu, 0);
    samples_done(&one);
    samples_done(&six);
    samples_done(&one_cpu);
    samples_done(&six_cpu);
    samples_done(&key);
}

/* --- Loading --- */

static void must(bool ok, struct problems *problems, struct err *err)
{
    if (!ok) {
        problems_err(problems, err);
        fprintf(stderr, "bench: %s\n", err->text);
        exit(2);
    }
}

static void loads(const struct clinic *clinic)
{
    struct problems problems = PROBLEMS_INIT;
    struct err err = { "" };
    struct config *config = config_load(clinic->config_six, &problems);
    struct form *form = form_load(clinic->form, &problems);
    must(config != NULL && form != NULL, &problems, &err);
    figure_title("16 A catalogue, ms of a processor");
    for (size_t l = 1; l < SPOKEN; l++) {
        struct samples file = SAMPLES_INIT;
        char name[16], *path;
        snprintf(name, sizeof name, "%s.mo", spoken[l].code);
        path = path_join(config->locale_dir, name);
        for (int i = 0; i < LOADS; i++) {
            double begun = cpu_ms();
            struct catalogue *catalogue = catalogue_load(path, &err);
            samples_add(&file, cpu_ms() - begun);
            must(catalogue != NULL, &problems, &err);
            catalogue_free(catalogue);
        }
        figure_at_most(spoken[l].code, &file, 1);
        samples_done(&file);
        free(path);
    }
    struct samples all = SAMPLES_INIT;
    for (int i = 0; i < LOADS; i++) {
        double begun = cpu_ms();
        struct languages *languages = languages_load(config, form, &problems);
        samples_add(&all, cpu_ms() - begun);
        must(languages->offered == SPOKEN, &problems, &err);
        languages_free(languages);
    }
    figure_samples("all of them, with the form in each, looked through", &all);
    samples_done(&all);
    form_free(form);
    config_free(config);
    problems_done(&problems);
}

/* --- Choosing --- */

/* Arrows on the consent page: how many bytes each, and the switch back to it. */
static void speak(const struct clinic *clinic, const struct spoken *language, struct samples *arrow,
                  struct samples *turn, struct samples *turn_bytes)
{
    struct tty *kiosk = walk_start(clinic, clinic->config_six);
    tty_until(kiosk, "F8");
    walk_key(kiosk, language->digit);
    walk_key(kiosk, "\r");
    for (int page = 0; page < 4 && !tty_shows(kiosk, language->agree); page++) {
        walk_key(kiosk, "\r");
    }
    tty_until(kiosk, "");
    for (int i = 0; i < ARROWS; i++) {
        int row, column;
        tty_cursor(kiosk, &row, &column);
        pause_ms(NOT_HELD_MS);
        tty_send(kiosk, i % 2 == 0 ? KEY_DOWN : KEY_UP);
        struct tty_repaint repaint = tty_until_moved(kiosk, row);
        samples_add(arrow, (double)repaint.bytes);
    }
    walk_key(kiosk, KEY_F12); /* the list of languages */
    pause_ms(NOT_HELD_MS);
    tty_send(kiosk, language->digit);
    struct tty_repaint repaint = tty_until(kiosk, language->agree);
    size_t later = tty_listen(kiosk, SETTLED_MS);
    samples_add(turn, ms(&repaint));
    samples_add(turn_bytes, (double)(repaint.bytes + later));
    tty_end(kiosk);
}

static void choices(const struct clinic *clinic)
{
    struct samples english = SAMPLES_INIT;
    figure_title("17 An arrow on the consent page, bytes; then the language chosen again, ms and bytes");
    figure_note("a letter of Tamil or Hindi is three bytes, one of English one");
    for (size_t l = 0; l < SPOKEN; l++) {
        struct samples arrow = SAMPLES_INIT, turn = SAMPLES_INIT, bytes = SAMPLES_INIT;
        speak(clinic, &spoken[l], l == 0 ? &english : &arrow, &turn, &bytes);
        figure_samples(spoken[l].code, l == 0 ? &english : &arrow);
        if (l > 0) {
            figure_ratio(&arrow, &english, 0);
        }
        figure_samples("  chosen again, ms", &turn);
        figure_samples("  bytes of that", &bytes);
        samples_done(&arrow);
        samples_done(&turn);
        samples_done(&bytes);
    }
    samples_done(&english);
}

void bench_languages(const struct clinic *clinic)
{
    starts(clinic);
    loads(clinic);
    choices(clinic);
}
