/* load_map.c: figures on which a question may be answered. See core/map.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "map.h"

enum { MAX_FIGURES = 6 };

/* While it is read: a figure's grid is the sheet's, from the column where the figure begins. */
struct reading_map {
    struct loader *loader;
    struct form_question *question;
    const config_setting_t *at;
    const config_setting_t *letters;
    unsigned char letter[128];                   /* index of its option + 1 */
    unsigned char owner[MAP_ROWS * MAP_COLUMNS]; /* a cell's option + 1 */
    bool empty[MAP_ROWS * MAP_COLUMNS];          /* nothing is drawn there */
    option_set drawn;
    struct map_figure *figure;
    int rows, columns;
};

static option_set find_option(struct reading_map *map, const config_setting_t *at, const char *word)
{
    const struct form_question *question = map->question;

    for (size_t i = 0; i < question->noptions; i++) {
        if (strcmp(question->option[i].id, word) == 0) {
            return OPTION_BIT(i);
        }
    }
    reader_fault_slip(&map->loader->reader, at, load_nearest_option(question, word),
                      " has \"%.60s\" in its map, which is not one of its options.", word);
    return 0;
}

/* letters = { f = "face"; } */
static void read_letters(struct reading_map *map)
{
    struct reader *reader = &map->loader->reader;
    const struct form_question *question = map->question;
    option_set named = 0;

    for (int i = 0; i < config_setting_length(map->letters); i++) {
        const config_setting_t *at = config_setting_get_elem(map->letters, (unsigned)i);
        const char *name = config_setting_name(at), *word = reader_string_of(reader, at);
        option_set bit = word ? find_option(map, at, word) : 0;

        if (strlen(name) != 1) {
            reader_fault(reader, at, " has \"%.60s\" among its letters. Write a single letter: f = \"face\".",
                         name);
        } else if (bit & named) {
            reader_fault(reader, at, " has two letters for \"%s\".", word);
        } else if (bit & question->exclusive) {
            reader_fault(reader, at,
                         " has \"%s\" in its map, which is exclusive: it is no place on a figure.", word);
        } else if (bit) {
            for (size_t o = 0; o < question->noptions; o++) {
                if (bit == OPTION_BIT(o)) {
                    map->letter[(unsigned char)name[0]] = (unsigned char)(o + 1);
                }
            }
        }
        named |= bit;
    }
}

/* A line as it is drawn. Returns its columns, or -1 with a problem. */
static int read_line(struct reading_map *map, const config_setting_t *at, int row, int from)
{
    struct reader *reader = &map->loader->reader;
    const char *line = reader_string_of(reader, at);
    int columns = 0;
    size_t len;

    for (; line && *line != '\0'; line += len, columns++) {
        if (map_stand_in(line, &len) == '\0') {
            reader_fault(reader, at,
                         " draws with a sign that not every screen has, at column %d. Use the signs of a "
                         "keyboard and lines such as \"─│╭╮╰╯╱╲\".",
                         columns + 1);
            return -1;
        }
        if (from + columns >= MAP_COLUMNS) {
            reader_fault(reader, at,
                         " has figures that are too wide. Side by side, with %d columns between two, they "
                         "have %d columns.",
                         MAP_GAP, MAP_COLUMNS);
            return -1;
        }
        map->empty[row * MAP_COLUMNS + from + columns] = *line == ' ';
    }
    return line ? columns : -1;
}

/* A line of letters: whose each cell is. */
static void read_owners(struct reading_map *map, const config_setting_t *at, int row,
                        const struct map_figure *figure)
{
    struct reader *reader = &map->loader->reader;
    const char *line = reader_string_of(reader, at);

    for (int column = 0; line && line[column] != '\0'; column++) {
        unsigned char c = (unsigned char)line[column];
        if (c == '.' || c == ' ') {
            continue;
        }
        if (column >= figure->columns) {
            reader_fault(reader, at,
                         " has a letter at column %d, but the drawing of figure %s has %d columns.",
                         column + 1, figure->id, figure->columns);
            return;
        }
        if (c >= sizeof map->letter || !map->letter[c]) {
            reader_fault(reader, at,
                         " has \"%.*s\" at column %d, which is not in its \"letters\". Write . for a place "
                         "that is no option.",
                         c < 128 ? 1 : 0, line + column, column + 1);
            return;
        }
        map->owner[row * MAP_COLUMNS + figure->at + column] = map->letter[c];
        map->drawn |= OPTION_BIT(map->letter[c] - 1U);
    }
}

static void read_figure(struct reading_map *map, const config_setting_t *at, struct map_figure *figure,
                        int from)
{
    static const char *const known[] = { "id", "title", "drawing", "areas", NULL };
    struct reader *reader = &map->loader->reader;
    const config_setting_t *drawing, *areas;

    if (!reader_is_group(reader, at)) {
        return;
    }
    reader_known(reader, at, known);
    figure->id = reader_id(reader, at, "id", LETTER_START);
    figure->title = reader_text(reader, at, "title", REQUIRED, ONE_LINE);
    figure->at = from;
    size_t lines = reader_count(reader, at, "drawing", REQUIRED, &drawing);
    size_t owners = reader_count(reader, at, "areas", REQUIRED, &areas);
    if (!figure->id || lines == 0 || owners == 0) {
        return;
    }
    if (lines > MAP_ROWS) {
        reader_fault(reader, drawing, " has a figure of %zu lines. A screen of 24 has room for %d.", lines,
                     MAP_ROWS);
        return;
    }
    if (lines != owners) {
        reader_fault(reader, areas, " has %zu lines of areas for %zu of drawing in figure %s.", owners, lines,
                     figure->id);
        return;
    }
    const char **line = arena_alloc(reader->arena, MAP_ROWS * sizeof *line);
    for (size_t i = 0; i < lines; i++) {
        const config_setting_t *one = config_setting_get_elem(drawing, (unsigned)i);
        int columns = read_line(map, one, (int)i, from);
        if (columns < 0) {
            return;
        }
        figure->columns = columns > figure->columns ? columns : figure->columns;
        line[i] = arena_strdup(reader->arena, config_setting_get_string(one));
    }
    if (figure->columns == 0) {
        reader_fault(reader, drawing, " has a figure %s in which nothing is drawn.", figure->id);
        return;
    }
    figure->line = line;
    map->rows = (int)lines > map->rows ? (int)lines : map->rows;
    for (size_t i = 0; i < lines; i++) {
        read_owners(map, config_setting_get_elem(areas, (unsigned)i), (int)i, figure);
    }
}

/* --- Patches --- */

/* Marks all cells that belong together, beginning with one. Two areas touch at a side or a corner. */
static void flood(const struct reading_map *map, unsigned char *cell, int row, int column, unsigned char mark)
{
    int stack[MAP_ROWS * MAP_COLUMNS], n = 0;
    unsigned char owner = map->owner[row * MAP_COLUMNS + column];

    stack[n++] = row * MAP_COLUMNS + column;
    cell[row * MAP_COLUMNS + column] = mark;
    while (n > 0) {
        int at = stack[--n];
        for (int i = 0; i < 9; i++) {
            int y = at / MAP_COLUMNS + i / 3 - 1, x = at % MAP_COLUMNS + i % 3 - 1;
            int there = y * MAP_COLUMNS + x;
            if (y >= 0 && y < MAP_ROWS && x >= 0 && x < MAP_COLUMNS && map->owner[there] == owner &&
                cell[there] == 0) {
                cell[there] = mark;
                stack[n++] = there;
            }
        }
    }
}

/* The empty cell of a patch that is nearest to its middle. False: it has none. */
static bool find_anchor(const struct reading_map *map, const unsigned char *cell, unsigned char mark,
                        struct map_patch *patch)
{
    long rows = 0, columns = 0, n = 0, least = INT32_MAX;

    for (int i = 0; i < MAP_ROWS * MAP_COLUMNS; i++) {
        rows += cell[i] == mark ? i / MAP_COLUMNS : 0;
        columns += cell[i] == mark ? i % MAP_COLUMNS : 0;
        n += cell[i] == mark;
    }
    for (int i = 0; i < MAP_ROWS * MAP_COLUMNS; i++) {
        int row = i / MAP_COLUMNS, column = i % MAP_COLUMNS;
        long far = 2 * labs(row * n - rows) + labs(column * n - columns); /* times n: in whole numbers */
        if (cell[i] == mark && map->empty[i] && far < least) {
            least = far;
            patch->row = row;
            patch->column = column;
        }
    }
    return least < INT32_MAX;
}

/* A figure's patches, from the top. */
static void add_patches(struct reading_map *map, struct form_map *out, struct map_patch *patch,
                        unsigned char *cell, size_t f)
{
    struct reader *reader = &map->loader->reader;
    const struct map_figure *figure = &map->figure[f];
    const config_setting_t *at = config_setting_get_elem(reader_member(map->at, "figures"), (unsigned)f);
    const config_setting_t *areas = reader_member(at, "areas");

    for (int row = 0; row < map->rows; row++) {
        for (int column = figure->at; column < figure->at + figure->columns; column++) {
            int i = row * MAP_COLUMNS + column;
            if (!map->owner[i] || cell[i]) {
                continue;
            }
            if (out->npatches == MAP_PATCHES) {
                reader_fault(reader, areas, " has a map of more than %d places.", MAP_PATCHES);
                return;
            }
            struct map_patch *here = &patch[out->npatches++];
            unsigned char mark = (unsigned char)out->npatches;
            *here = (struct map_patch){ .option = map->owner[i] - 1U, .figure = f };
            flood(map, cell, row, column, mark);
            if (!find_anchor(map, cell, mark, here)) {
                reader_fault(reader, config_setting_get_elem(areas, (unsigned)row),
                             " has \"%s\" at column %d of figure %s, but no empty cell in that place of the "
                             "drawing: its mark stands in one.",
                             map->question->option[here->option].id, column - figure->at + 1, figure->id);
            }
        }
    }
}

/* Each option is drawn, or it is said that it is not. */
static void check_options(struct reading_map *map, option_set list_only)
{
    struct reader *reader = &map->loader->reader;
    const struct form_question *question = map->question;

    if (!map->drawn) {
        reader_fault(reader, map->at, " has a map on which no option is drawn. Leave the map out.");
        return;
    }
    for (size_t i = 0; i < question->noptions; i++) {
        bool drawn = map->drawn & OPTION_BIT(i), listed = list_only & OPTION_BIT(i);
        if (drawn && listed) {
            reader_fault(reader, map->at, " has \"%s\" on a figure, but its map says that it is list_only.",
                         question->option[i].id);
        } else if (!drawn && !listed && !(question->exclusive & OPTION_BIT(i))) {
            reader_fault(reader, map->at,
                         " has \"%s\" on none of its figures. Draw it, or name it in list_only.",
                         question->option[i].id);
        }
    }
}

static option_set read_list_only(struct reading_map *map, const config_setting_t *group)
{
    struct reader *reader = &map->loader->reader;
    const config_setting_t *list;
    size_t n = reader_count(reader, group, "list_only", OPTIONAL, &list);
    option_set set = 0;

    for (size_t i = 0; i < n; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        const char *word = reader_string_of(reader, at);
        set |= word ? find_option(map, at, word) : 0;
    }
    return set;
}

/* Side by side, and what they make together. */
static const struct form_map *finish(struct reading_map *map, size_t nfigures)
{
    struct reader *reader = &map->loader->reader;
    struct form_map *out = arena_alloc(reader->arena, sizeof *out);
    struct map_patch *patch = arena_alloc(reader->arena, MAP_PATCHES * sizeof *patch);
    unsigned char *whole = mem_alloc((size_t)MAP_ROWS * MAP_COLUMNS);
    unsigned char *cell = arena_alloc(reader->arena, (size_t)map->rows * (size_t)map->columns);

    for (size_t f = 0; f < nfigures; f++) {
        add_patches(map, out, patch, whole, f);
    }
    for (int row = 0; row < map->rows; row++) {
        memcpy(&cell[(size_t)row * (size_t)map->columns], &whole[(size_t)row * MAP_COLUMNS],
               (size_t)map->columns);
    }
    free(whole);
    out->figure = map->figure;
    out->nfigures = nfigures;
    out->patch = patch;
    out->drawn = map->drawn;
    out->rows = map->rows;
    out->columns = map->columns;
    out->cell = cell;
    return out;
}

static void read_map(struct reading_map *map)
{
    static const char *const known[] = { "letters", "figures", "list_only", NULL };
    struct reader *reader = &map->loader->reader;
    size_t before = reader->problems->total;
    const config_setting_t *figures;

    reader_known(reader, map->at, known);
    figures = reader_list(reader, map->at, "figures", REQUIRED);
    map->letters = reader_find(reader, map->at, "letters", REQUIRED);
    option_set list_only = read_list_only(map, map->at);
    if (!map->letters || !reader_is_group(reader, map->letters) || !figures) {
        return;
    }
    read_letters(map);
    size_t n = (size_t)config_setting_length(figures);
    if (n == 0 || n > MAX_FIGURES) {
        reader_fault(reader, figures, " has %zu figures; there may be 1 to %d.", n, MAX_FIGURES);
        return;
    }
    map->figure = arena_alloc(reader->arena, n * sizeof *map->figure);
    for (size_t i = 0; i < n && reader->problems->total == before; i++) {
        int from = i > 0 ? map->columns + MAP_GAP : 0;
        read_figure(map, config_setting_get_elem(figures, (unsigned)i), &map->figure[i], from);
        map->columns = from + map->figure[i].columns;
        for (size_t j = 0; map->figure[i].id && j < i; j++) {
            if (map->figure[j].id && strcmp(map->figure[i].id, map->figure[j].id) == 0) {
                reader_fault(reader, config_setting_get_elem(figures, (unsigned)i),
                             " has two figures called \"%s\".", map->figure[i].id);
            }
        }
    }
    if (reader->problems->total == before) {
        check_options(map, list_only);
    }
    if (reader->problems->total == before) {
        map->question->map = finish(map, n);
    }
}

void load_map(struct loader *loader, const config_setting_t *group, size_t index)
{
    const config_setting_t *at = reader_member(group, "map");

    if (!at || !reader_is_group(&loader->reader, at)) {
        return;
    }
    struct reading_map *map = mem_alloc(sizeof *map);
    map->loader = loader;
    map->question = &loader->question[index];
    map->at = at;
    read_map(map);
    free(map);
}
