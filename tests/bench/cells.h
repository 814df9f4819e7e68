/* cells.h: the fewest bytes that turn one screen into another: the yardstick for what a repaint sends.
 *
 * The model: an xterm, one character a cell. Rows are visited from the top down or from the bottom up,
 * whichever is cheaper; in a row from left to right.
 *
 * - Moving: CUP; or down and up (LF, RI, CUD, CUU, VPA) and across (CR, BS, CUF, CUB, HPA, tab), whichever is
 *   shorter; or printing again the cells in between, where they look as the pen writes now.
 * - Looks: SGR from the pen as it is, by what differs or from a reset. The pen stays as it falls, also from
 *   one repaint to the next. A blank that is neither underlined nor reversed has no foreground.
 * - Characters: UTF-8; runs of one character by REP, of blanks by ECH, to the end of a row by EL.
 * - At last the cursor goes where it shall rest.
 *
 * Each step takes the cheapest way, which is not always the cheapest of all ways together: a repaint may be a
 * byte or two below it. Scrolling, inserting and deleting are left out.
 */
#ifndef FOYER_BENCH_CELLS_H
#define FOYER_BENCH_CELLS_H

#include <stddef.h>
#include <stdint.h>

enum { CELL_DEFAULT = -1 };
enum { CELL_BOLD = 1, CELL_UNDERLINE = 2, CELL_REVERSE = 4 };

struct look {
    int fg, bg; /* colour numbers, or CELL_DEFAULT */
    unsigned attrs;
};

struct cell {
    uint32_t letter; /* a code point */
    struct look look;
};

/* Where the terminal's cursor and pen are. */
struct pen {
    int row, column;
    struct look look;
};

/* `from` and `to`: rows * columns cells. `pen` is where it was, and becomes where it is: at row, column. */
size_t cells_cheapest(const struct cell *from, const struct cell *to, int rows, int columns, struct pen *pen,
                      int row, int column);

#endif
