#include "map.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Three bytes each. Those that are in every font that has lines at all. */
static const struct {
    const char *glyph;
    char ascii;
} stand_ins[] = {
    { "─", '-' },  { "│", '|' },  { "┌", '.' },  { "┐", '.' }, { "└", '\'' }, { "┘", '\'' },
    { "├", '|' },  { "┤", '|' },  { "┬", '-' },  { "┴", '-' }, { "┼", '+' },  { "╭", '.' },
    { "╮", '.' },  { "╯", '\'' }, { "╰", '\'' }, { "╱", '/' }, { "╲", '\\' }, { "╴", '-' },
    { "╵", '\'' }, { "╶", '-' },  { "╷", '.' },  { "•", 'o' },
};

char map_stand_in(const char *text, size_t *len)
{
    *len = 1;
    if (*text >= ' ' && *text <= '~') {
        return *text;
    }
    for (size_t i = 0; i < sizeof stand_ins / sizeof stand_ins[0]; i++) {
        size_t bytes = strlen(stand_ins[i].glyph);
        if (strncmp(text, stand_ins[i].glyph, bytes) == 0) {
            *len = bytes;
            return stand_ins[i].ascii;
        }
    }
    return '\0';
}

long map_patch_at(const struct form_map *map, int row, int column)
{
    if (row < 0 || row >= map->rows || column < 0 || column >= map->columns) {
        return -1;
    }
    return (long)map->cell[row * map->columns + column] - 1;
}

/* How far one patch lies from another: less for what lies straight ahead. A row is as high as two columns are
 * wide. INT_MAX: not in that direction. */
static int distance(const struct map_patch *from, const struct map_patch *to, enum map_way way)
{
    int down = 2 * (to->row - from->row), right = to->column - from->column;
    int along = way == MAP_DOWN ? down : way == MAP_UP ? -down : way == MAP_RIGHT ? right : -right;
    int across = way == MAP_DOWN || way == MAP_UP ? abs(right) : abs(down);

    return along > 0 ? along + 2 * across : INT_MAX;
}

static size_t to_figure(const struct form_map *map, size_t patch, bool next)
{
    const struct map_patch *from = &map->patch[patch];
    size_t figure = next ? from->figure + 1 : from->figure - 1; /* none before the first: wraps */
    size_t best = patch;

    for (size_t i = 0; i < map->npatches; i++) {
        int away = abs(map->patch[i].row - from->row);
        if (map->patch[i].figure == figure &&
            (best == patch || away < abs(map->patch[best].row - from->row))) {
            best = i;
        }
    }
    return best;
}

size_t map_move(const struct form_map *map, size_t patch, enum map_way way)
{
    const struct map_patch *from = &map->patch[patch];
    int least = INT_MAX;
    size_t best = patch;

    if (way == MAP_NEXT_FIGURE || way == MAP_LAST_FIGURE) {
        return to_figure(map, patch, way == MAP_NEXT_FIGURE);
    }
    for (size_t i = 0; i < map->npatches; i++) {
        int far = distance(from, &map->patch[i], way);
        if (far < least) {
            least = far;
            best = i;
        }
    }
    return best;
}

static void pad(struct buf *out, int columns)
{
    buf_addf(out, "%*s", columns > 0 ? columns : 0, "");
}

/* A figure's part of a row. */
static void figure_line(struct buf *out, const struct form_map *map, const struct map_figure *figure, int row,
                        option_set marked, bool glyphs)
{
    const char *at = figure->line[row] ? figure->line[row] : "";
    int column = 0;

    for (size_t len; *at != '\0'; at += len, column++) {
        long patch = map_patch_at(map, row, figure->at + column);
        char ascii = map_stand_in(at, &len);
        bool mark = *at == ' ' && patch >= 0 && (marked & OPTION_BIT(map->patch[patch].option));
        if (mark || !glyphs) {
            buf_add(out, mark ? "x" : &ascii, 1);
        } else {
            buf_add(out, at, len);
        }
    }
    pad(out, figure->columns - column);
}

void map_line(struct buf *out, const struct form_map *map, int row, option_set marked, bool glyphs)
{
    for (size_t i = 0; i < map->nfigures; i++) {
        pad(out, i > 0 ? MAP_GAP : 0);
        figure_line(out, map, &map->figure[i], row, marked, glyphs);
    }
}

void map_titles(struct buf *out, const struct form_map *map)
{
    int column = 0;

    for (size_t i = 0; i < map->nfigures; i++) {
        const struct map_figure *figure = &map->figure[i];
        size_t len = text_fit(figure->title, figure->columns);
        int width = text_width_n(figure->title, len);
        int from = figure->at + (figure->columns - width) / 2;
        pad(out, from - column);
        buf_add(out, figure->title, len);
        column = from + width;
    }
    pad(out, map->columns - column);
}
