#include "figure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

void samples_add(struct samples *samples, double value)
{
    if (samples->n == samples->cap) {
        samples->cap = samples->cap ? samples->cap * 2 : 256;
        samples->value = mem_realloc(samples->value, samples->cap, sizeof *samples->value);
    }
    samples->value[samples->n++] = value;
}

void samples_done(struct samples *samples)
{
    free(samples->value);
    *samples = (struct samples)SAMPLES_INIT;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static const int percents[] = { 50, 90, 99 };
enum { PERCENTS = sizeof percents / sizeof percents[0] };

static void percentiles(struct samples *samples, double out[PERCENTS])
{
    if (samples->n > 0) {
        qsort(samples->value, samples->n, sizeof *samples->value, compare);
    }
    for (int i = 0; i < PERCENTS; i++) {
        out[i] = samples->n > 0 ? samples->value[(samples->n - 1) * (size_t)percents[i] / 100] : 0;
    }
}

void figure_columns(void)
{
    printf("%-46s%12s%12s%12s\n", "", "p50", "p90", "p99");
}

void figure_title(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    putchar('\n');
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    fflush(stdout);
}

static void print_row(const char *who, const double value[PERCENTS])
{
    printf("    %-42s", who);
    for (int i = 0; i < PERCENTS; i++) {
        int decimals = value[i] >= 1000 ? 0 : value[i] >= 100 ? 1 : value[i] >= 10 ? 2 : 3;
        printf("%12.*f", decimals, value[i]);
    }
}

static void print_aim(const char *sense, double aim, double value, bool met)
{
    printf("   %s %g: %s (%.2f of it)", sense, aim, met ? "met" : "missed", value / aim);
}

void figure_samples(const char *who, struct samples *samples)
{
    double p[PERCENTS];
    percentiles(samples, p);
    print_row(who, p);
    putchar('\n');
}

void figure_ratio(struct samples *ours, struct samples *theirs, double aim)
{
    double a[PERCENTS], b[PERCENTS], ratio[PERCENTS];
    percentiles(ours, a);
    percentiles(theirs, b);
    for (int i = 0; i < PERCENTS; i++) {
        ratio[i] = b[i] > 0 ? a[i] / b[i] : 0;
    }
    print_row("ratio", ratio);
    if (aim > 0) {
        print_aim("at most", aim, ratio[0], ratio[0] <= aim);
    }
    putchar('\n');
}

void figure_at_most(const char *who, struct samples *samples, double aim)
{
    double p[PERCENTS];
    percentiles(samples, p);
    print_row(who, p);
    print_aim("at most", aim, p[0], p[0] <= aim);
    putchar('\n');
}

void figure_at_least(const char *who, struct samples *samples, double aim)
{
    struct samples turned = SAMPLES_INIT;
    double p[PERCENTS];
    for (size_t i = 0; i < samples->n; i++) {
        samples_add(&turned, -samples->value[i]);
    }
    percentiles(&turned, p);
    for (int i = 0; i < PERCENTS; i++) {
        p[i] = -p[i];
    }
    print_row(who, p);
    print_aim("at least", aim, p[0], p[0] >= aim);
    putchar('\n');
    samples_done(&turned);
}

void figure_fact(bool met, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("    ", stdout);
    vprintf(fmt, args);
    printf(": %s\n", met ? "met" : "missed");
    va_end(args);
}

void figure_note(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("    ", stdout);
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
}
