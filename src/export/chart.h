/* chart.h: small bar charts for a terminal, and the same numbers as plain text where there is none.
 */
#ifndef FOYER_CHART_H
#define FOYER_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum chart_style {
    CHART_PLAIN,  /* numbers alone: for a pipe, a file, speech */
    CHART_ASCII,  /* bars of # */
    CHART_BLOCKS, /* bars of Unicode blocks, in eighths of a column */
};

struct chart_bar {
    const char *label; /* made fit for a terminal */
    int64_t value, of; /* of: "3 of 12"; 0: the value alone. The bar is as long as the value */
};

/* Appends a line a bar, at most `columns` wide; labels in one column, bars to one scale. */
void chart_bars(struct buf *out, const struct chart_bar *bar, size_t n, enum chart_style style, int columns);

#endif
