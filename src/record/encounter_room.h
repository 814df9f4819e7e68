/* encounter_room.h: what encounter.c and its rules share beside the picture. Only for record/. */
#ifndef FOYER_ENCOUNTER_ROOM_H
#define FOYER_ENCOUNTER_ROOM_H

#include "encounter.h"
#include "mem.h"

struct encounter_room {
    struct arena *arena;
    json_t *body;
    const json_t **raw;   /* one an answer of the encounter, as it came */
    bool marked;          /* the body says of each answer whether it must be fresh */
    struct date dates_of; /* the visit date that `assessment` was worked out for */
};

/* "" where it is not a text. */
const char *encounter_text(const json_t *object, const char *key);
/* NULL where there is none. */
struct encounter_flag *encounter_find_flag(const struct encounter *encounter, const char *id);
struct encounter_item *encounter_find_item(const struct encounter *encounter, const char *id);
struct encounter_answer *encounter_find_answer(const struct encounter *encounter, const char *id);

#endif
