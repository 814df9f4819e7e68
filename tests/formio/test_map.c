/* Figures to answer on: what the loader refuses, and what the figures of the shipped form must be. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "fixture.h"
#include "map.h"

TestSuite(map, .fini = temp_remove);

static const char options[] = "\"Legs\"; } ); },";

static const char figures[] = "map = { list_only = [ \"legs\" ];\n"
                              "      letters = { f = \"face\";\n"
                              "                  c = \"chest\"; };\n"
                              "      figures = (\n"
                              "        { id = \"front\"; title = \"Front\";\n"
                              "          drawing = [ \"╭──╮\",\n"
                              "                      \"│  │\",\n"
                              "                      \"│   \" ];\n"
                              "          areas = [ \"....\",\n"
                              "                    \".ff.\",\n"
                              "                    \"..c\" ]; },\n"
                              "        { id = \"side\"; title = \"Side\";\n"
                              "          drawing = [ \"(  )\" ];\n"
                              "          areas = [ \".cc.\" ]; } ); }; },";

/* The form with figures in which `from` is `to`: what is to stand where its options end. free() it. */
static char *with_figures(const char *from, const char *to)
{
    const char *at = strstr(figures, from);
    struct buf out = BUF_INIT;

    cr_assert_not_null(at, "%s", from);
    buf_addf(&out, "\"Legs\"; } );\n      %.*s%s%s", (int)(at - figures), figures, to, at + strlen(from));
    return buf_steal(&out);
}

static void expect(const char *from, const char *to, const char *at, const char *sentence)
{
    char *text = with_figures(from, to);

    expect_problem("about.cfg", options, text, at, sentence);
    free(text);
}

Test(map, it_is_read_as_it_is_drawn)
{
    char *text = with_figures("map", "map");
    struct form *form = form_after("about.cfg", options, text);
    const struct form_map *map = form->question[form_question_index(form, "areas")].map;
    struct buf out = BUF_INIT;

    cr_assert_not_null(map);
    cr_expect_eq(map->nfigures, 2U);
    cr_expect_eq(map->columns, 4 + MAP_GAP + 4);
    cr_expect_eq(map->rows, 3);
    cr_expect_eq(map->npatches, 3U);
    cr_expect_eq(map->drawn, OPTION_BIT(0) | OPTION_BIT(1));
    cr_expect_eq(map_patch_at(map, 1, 1), 0);
    cr_expect_eq(map_patch_at(map, 2, 2), 1);
    cr_expect_eq(map_patch_at(map, 0, 7), 2);
    cr_expect_eq(map_patch_at(map, 0, 0), -1);
    cr_expect_eq(map_patch_at(map, -1, 1), -1);
    cr_expect_eq(map_patch_at(map, 3, 1), -1);
    cr_expect_eq(map_patch_at(map, 1, 10), -1);
    map_line(&out, map, 0, OPTION_BIT(1), true);
    cr_expect_str_eq(buf_str(&out), "╭──╮  (xx)");
    buf_reset(&out);
    map_line(&out, map, 0, 0, false);
    cr_expect_str_eq(buf_str(&out), ".--.  (  )");
    buf_reset(&out);
    map_line(&out, map, 1, OPTION_BIT(0), true);
    cr_expect_str_eq(buf_str(&out), "│xx│      ");
    buf_reset(&out);
    map_titles(&out, map);
    cr_expect_str_eq(buf_str(&out), "Fron  Side");
    buf_done(&out);
    form_free(form);
    free(text);
}

Test(map, what_is_wrong_with_a_figure_is_said_with_its_line)
{
    expect("f = \"face\"", "f = \"fase\"", "fase",
           "question areas has \"fase\" in its map, which is not one of its options. Did you mean \"face\"?");
    expect("c = \"chest\"", "c = \"face\"", "c = \"face\"", "question areas has two letters for \"face\".");
    expect("c = \"chest\"", "chest = \"chest\"", "chest = ",
           "question areas has \"chest\" among its letters. Write a single letter: f = \"face\".");
    expect("[ \"legs\" ]", "[ \"leg\" ]", "\"leg\"",
           "question areas has \"leg\" in its map, which is not one of its options. Did you mean \"legs\"?");
    expect("[ \"legs\" ]", "[ ]",
           "map =", "question areas has \"legs\" on none of its figures. Draw it, or name it in list_only.");
    expect("[ \"legs\" ]", "[ \"legs\", \"chest\" ]",
           "map =", "question areas has \"chest\" on a figure, but its map says that it is list_only.");
    expect(
        "\".ff.\"", "\".fg.\"", ".fg.",
        "question areas has \"g\" at column 3, which is not in its \"letters\". Write . for a place that is "
        "no option.");
    expect("\".ff.\"", "\".ff..c\"", ".ff..c",
           "question areas has a letter at column 6, but the drawing of figure front has 4 columns.");
    expect("\"│  │\"", "\"│脸│\"", "│脸│",
           "question areas draws with a sign that not every screen has, at column 2. Use the signs of a "
           "keyboard and lines such as \"─│╭╮╰╯╱╲\".");
    expect("\"│  │\"", "\"│e\xCC\x81│\"", "│e",
           "question areas draws with a sign that not every screen has, at column 3. Use the signs of a "
           "keyboard and lines such as \"─│╭╮╰╯╱╲\".");
    expect("\"│  │\"", "\"│oo│\"", ".ff.",
           "question areas has \"face\" at column 2 of figure front, but no empty cell in that place of the "
           "drawing: its mark stands in one.");
    expect("[ \".cc.\" ]", "[ \".cc.\", \"....\" ]", ".cc.",
           "question areas has 2 lines of areas for 1 of drawing in figure side.");
    expect("id = \"side\"", "id = \"front\"", "\"Side\"", "question areas has two figures called \"front\".");
    expect("title = \"Side\"", "titel = \"Side\"; title = \"Side\"", "titel",
           "question areas: nothing here is called \"titel\". Did you mean \"title\"?");
}

Test(map, a_figure_larger_than_the_smallest_screen_for_it_is_refused)
{
    char wide[128], tall[256] = "[ \" \"";

    snprintf(wide, sizeof wide, "\"(%*s)\"", MAP_COLUMNS - 4 - MAP_GAP - 1, "");
    expect(
        "\"(  )\"", wide, wide,
        "question areas has figures that are too wide. Side by side, with 2 columns between two, they have "
        "66 columns.");
    snprintf(wide, sizeof wide, "\"(%*s)\"", MAP_COLUMNS - 4 - MAP_GAP - 2, "");
    char *text = with_figures("\"(  )\"", wide);
    form_free(form_after("about.cfg", options, text));
    free(text);
    for (int i = 0; i < MAP_ROWS; i++) {
        strcat(tall, ", \" \"");
    }
    strcat(tall, " ]");
    expect("[ \"(  )\" ]", tall, tall,
           "question areas has a figure of 16 lines. A screen of 24 has room for 15.");
}

Test(map, figures_without_a_column_or_a_place_are_refused)
{
    struct buf wide = BUF_INIT;

    /* Behind a sheet that is full, an empty figure would make it wider than it may be. */
    buf_adds(&wide, "[ \"\"");
    for (int i = 1; i < MAP_ROWS; i++) {
        buf_adds(&wide, ", \"\"");
    }
    buf_adds(&wide, " ]; areas = [ \"\"");
    for (int i = 1; i < MAP_ROWS; i++) {
        buf_adds(&wide, ", \"\"");
    }
    buf_adds(&wide, " ]; },\n{ id = \"more\"; title = \"More\"; drawing = [ \"(  )\" ]");
    expect("[ \"(  )\" ]", buf_str(&wide), "[ \"\"",
           "question areas has a figure side in which nothing is drawn.");
    buf_done(&wide);

    expect_problem(
        "about.cfg", options,
        "\"Legs\"; } );\n map = { list_only = [ \"face\", \"chest\", \"legs\" ]; letters = { };\n"
        "  figures = ( { id = \"f\"; title = \"F\"; drawing = [ \"  \" ]; areas = [ \"..\" ]; } ); }; "
        "},",
        "map = {", "question areas has a map on which no option is drawn. Leave the map out.");
}

Test(map, only_a_list_of_ticks_has_figures_and_none_is_no_place_on_them)
{
    expect_problem("about.cfg", "set_by = \"pills_by\";", "set_by = \"pills_by\"; map = { };", "map = {",
                   "question pills is of type choice; \"map\" is only for choices.");
    expect_problem(
        "about.cfg", "\"Reading\"; } );",
        "\"Reading\"; } ); map = { letters = { n = \"no\"; r = \"reading\"; };\n"
        "  figures = ( { id = \"f\"; title = \"F\"; drawing = [ \"  \" ]; areas = [ \"nr\" ]; } ); };",
        "letters", "question support has \"no\" in its map, which is exclusive: it is no place on a figure.");
    struct form *form = form_after(
        "about.cfg", "\"Reading\"; } );",
        "\"Reading\"; } ); map = { letters = { r = \"reading\"; };\n"
        "  figures = ( { id = \"f\"; title = \"F\"; drawing = [ \"  \" ]; areas = [ \"r\" ]; } ); };");
    form_free(form); /* "no" need not be in list_only */
}

/* --- The shipped form --- */

static const struct form_map *shipped(const struct form **form)
{
    *form = content_open();
    const struct form_map *map = (*form)->question[form_question_index(*form, "areas")].map;
    cr_assert_not_null(map);
    return map;
}

Test(map, all_areas_but_other_are_drawn)
{
    const struct form *form;
    const struct form_map *map = shipped(&form);
    const struct form_question *q = &form->question[form_question_index(form, "areas")];

    for (size_t i = 0; i < q->noptions; i++) {
        cr_expect_eq((map->drawn & OPTION_BIT(i)) != 0, strcmp(q->option[i].id, "other") != 0, "%s",
                     q->option[i].id);
    }
    content_close();
}

Test(map, the_arrow_keys_lead_from_each_area_to_each_other)
{
    const struct form *form;
    const struct form_map *map = shipped(&form);

    for (size_t from = 0; from < map->npatches; from++) {
        bool reached[MAP_PATCHES] = { false };
        size_t queue[MAP_PATCHES], n = 0;
        reached[from] = true;
        queue[n++] = from;
        for (size_t i = 0; i < n; i++) {
            for (enum map_way way = MAP_UP; way <= MAP_RIGHT; way++) {
                size_t to = map_move(map, queue[i], way);
                if (!reached[to]) {
                    reached[to] = true;
                    queue[n++] = to;
                }
            }
        }
        cr_expect_eq(n, map->npatches, "only %zu of %zu places from place %zu", n, map->npatches, from);
    }
    content_close();
}

Test(map, page_down_and_page_up_lead_through_the_figures_and_stop_at_the_ends)
{
    const struct form *form;
    const struct form_map *map = shipped(&form);

    size_t place = 0;
    cr_expect_eq(map_move(map, place, MAP_LAST_FIGURE), place);
    for (size_t figure = 1; figure < map->nfigures; figure++) {
        place = map_move(map, place, MAP_NEXT_FIGURE);
        cr_expect_eq(map->patch[place].figure, figure);
    }
    cr_expect_eq(map_move(map, place, MAP_NEXT_FIGURE), place);
    place = map_move(map, place, MAP_LAST_FIGURE);
    cr_expect_eq(map->patch[place].figure, map->nfigures - 2);
    content_close();
}
