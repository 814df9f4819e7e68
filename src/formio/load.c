#include "load.h"

#include <string.h>

bool load_declare(struct loader *loader, struct names *names, const char *kind, const char *id, size_t index,
                  const config_setting_t *at)
{
    const struct name *other = names_add(names, id, index, at);

    if (!other) {
        return true;
    }
    names->lost = true;
    reader_subject(&loader->reader, "%s %s", kind, id);
    reader_fault(&loader->reader, at, " stands already at %s:%u.", reader_part(other->at)->file,
                 config_setting_source_line(other->at));
    return false;
}

const char *load_nearest(const struct loader *loader, const struct names *names, const char *id)
{
    return loader->reader.problems->total < PROBLEMS_MAX ? names_nearest(names, id) : NULL;
}

size_t load_find(struct loader *loader, const struct names *names, const char *kind,
                 const config_setting_t *at)
{
    const char *id = reader_string_of(&loader->reader, at);

    if (!id) {
        return SIZE_MAX;
    }
    long index = names_find(names, id);
    if (index != NAMES_NONE) {
        return (size_t)index;
    }
    if (names->lost) {
        return SIZE_MAX; /* that entry has a fault of its own */
    }
    reader_fault_slip(&loader->reader, at, load_nearest(loader, names, id),
                      " names \"%.60s\", but there is no %s of that name.", id, kind);
    return SIZE_MAX;
}

const size_t *load_find_all(struct loader *loader, const struct names *names, const char *kind,
                            const config_setting_t *group, const char *name, enum reader_need need, size_t *n)
{
    const config_setting_t *list;
    size_t count = reader_count(&loader->reader, group, name, need, &list);
    size_t *index = arena_alloc(loader->reader.arena, count * sizeof *index);

    *n = 0;
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        size_t found = load_find(loader, names, kind, at);

        for (size_t j = 0; found != SIZE_MAX && j < *n; j++) {
            if (index[j] == found) {
                reader_fault(&loader->reader, at, " names \"%s\" twice under \"%s\".",
                             config_setting_get_string(at), name);
                found = SIZE_MAX;
            }
        }
        if (found != SIZE_MAX) {
            index[(*n)++] = found;
        }
    }
    return index;
}

const char *const *load_fields(struct loader *loader, const config_setting_t *group, size_t *n)
{
    struct reader *reader = &loader->reader;
    const config_setting_t *at = reader_member(group, "fields");
    const char *const *field = reader_texts(reader, group, "fields", OPTIONAL, ONE_LINE, n);

    if (*n > FORM_MAX_FIELDS) {
        reader_fault(reader, at, " has %zu fields; there is room for %d.", *n, FORM_MAX_FIELDS);
        return field;
    }
    for (size_t i = 1; i < *n; i++) {
        for (size_t j = 0; field[i] && j < i; j++) {
            if (field[j] && strcmp(field[i], field[j]) == 0) {
                reader_fault(reader, at, " has the field \"%.60s\" twice.", field[i]);
            }
        }
    }
    return field;
}
