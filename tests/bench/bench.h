/* bench.h: the figures, in groups. Each prints its own. */
#ifndef FOYER_BENCH_H
#define FOYER_BENCH_H

#include "clinic.h"

void bench_start(const struct clinic *clinic);     /* 1, 2 */
void bench_keys(const struct clinic *clinic);      /* 3, 4, 5 */
void bench_rest(const struct clinic *clinic);      /* 6, 7 */
void bench_engine(const struct clinic *clinic);    /* 8 */
void bench_letterbox(const struct clinic *clinic); /* 9 */
void bench_loading(const struct clinic *clinic);   /* 10 */
void bench_vault(const struct clinic *clinic);     /* 11, 12 */
void bench_queue(const struct clinic *clinic);     /* 13, 14, 18 */
void bench_million(const struct clinic *clinic);   /* 13 over a million; only where it is asked for by name */

void bench_languages(const struct clinic *clinic); /* 15, 16, 17 */

#endif
