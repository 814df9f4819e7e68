#include "figures.h"

#include "map.h"

void figures_lines(struct buf *out, const struct form *form, const char *question_id, const json_t *value,
                   bool glyphs)
{
    long index = form == NULL ? FORM_NONE : form_question_index(form, question_id);
    const struct form_question *q = index == FORM_NONE ? NULL : &form->question[index];
    const struct form_map *map = q == NULL ? NULL : q->map;
    option_set marked = 0;
    for (size_t i = 0; map != NULL && i < json_array_size(value); i++) {
        const char *id = json_string_value(json_array_get(value, i));
        long option = id == NULL ? FORM_NONE : form_option_index(q, id);
        marked |= option == FORM_NONE ? 0 : OPTION_BIT(option);
    }
    if (map == NULL || !(marked & map->drawn)) {
        return;
    }
    map_titles(out, map);
    buf_adds(out, "\n");
    for (int row = 0; row < map->rows; row++) {
        map_line(out, map, row, marked, glyphs);
        buf_adds(out, "\n");
    }
}
