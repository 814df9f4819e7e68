/* figure.h: samples, and the lines they are printed as: p50, p90 and p99, the aim, "met" or "missed". An aim
 * is for p50. A ratio is the one of two percentiles, so that a disturbed sample disturbs one side alone.
 */
#ifndef FOYER_BENCH_FIGURE_H
#define FOYER_BENCH_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

struct samples {
    double *value;
    size_t n, cap;
};

#define SAMPLES_INIT                                                                                         \
    {                                                                                                        \
        NULL, 0, 0                                                                                           \
    }

void samples_add(struct samples *samples, double value);
void samples_done(struct samples *samples);

void figure_columns(void); /* the heading */
void figure_title(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void figure_samples(const char *who, struct samples *samples);
/* ours / theirs, at most `aim`; 0: no aim. */
void figure_ratio(struct samples *ours, struct samples *theirs, double aim);
void figure_at_most(const char *who, struct samples *samples, double aim);
/* The higher the better: p90 is what 90 of 100 samples reached. */
void figure_at_least(const char *who, struct samples *samples, double aim);
void figure_fact(bool met, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void figure_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
