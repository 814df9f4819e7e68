/* map.h: figures on which a question of several options may be answered: a face, a body. Another view of the
 * same options, and nothing else: what is marked is the question's answer, as ticked in its list.
 *
 * A figure is drawn in lines of text, and each cell of it belongs to one option or to none. The figures of a
 * question stand side by side, which makes one sheet of rows and columns, counted from 0. Cells of one option
 * that touch each other are a patch; an option may have several: two arms, or the same area on two figures.
 *
 * The loader promises: each cell is one column wide, each patch has at least one empty cell, each option that
 * is drawn has a patch, and the sheet is no larger than MAP_ROWS and MAP_COLUMNS.
 */
#ifndef FOYER_MAP_H
#define FOYER_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "form.h"

enum {
    MAP_ROWS = 15,    /* with the question, what to do and the actions around it, 24 rows are full */
    MAP_COLUMNS = 66, /* of all figures and the gaps between them: as wide as text gets */
    MAP_GAP = 2,
    MAP_PATCHES = 200,
};

struct map_figure {
    const char *id, *title;
    int at, columns;         /* its first column in the sheet, and how many */
    const char *const *line; /* one a row of the sheet: UTF-8, one column a letter; NULL below its last */
};

struct map_patch {
    size_t option;
    size_t figure;
    int row, column; /* where the cursor stands when it is here: an empty cell of it, near its middle */
};

struct form_map {
    const struct map_figure *figure;
    size_t nfigures;
    const struct map_patch *patch; /* by figure; in one, from the top */
    size_t npatches;
    option_set drawn; /* the options that have a patch */
    int rows, columns;
    const unsigned char *cell; /* rows * columns: index of its patch + 1, or 0 */
};

/* The patch that a cell of the sheet belongs to, or -1; also for what is off the sheet. */
long map_patch_at(const struct form_map *map, int row, int column);

/* The nearest patch in that direction, or on the next or last figure; `patch` itself if there is none. */
enum map_way { MAP_UP, MAP_DOWN, MAP_LEFT, MAP_RIGHT, MAP_NEXT_FIGURE, MAP_LAST_FIGURE };
size_t map_move(const struct form_map *map, size_t patch, enum map_way way);

/* Appends a row of the sheet, as many columns wide, with an x in each empty cell of what is marked. Without
 * glyphs ─ is written as -, and so on. */
void map_line(struct buf *out, const struct form_map *map, int row, option_set marked, bool glyphs);

/* The same for the titles, each in the middle above its figure. */
void map_titles(struct buf *out, const struct form_map *map);

/* What stands in for the first letter of `text` where a terminal has few letters: itself if it is ASCII, -
 * for ─ and so on. 0 for a letter that no figure may have. *len gets its length in bytes. */
char map_stand_in(const char *text, size_t *len);

#endif
