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

/* --- encounter_read.c --- */

/* "" where it is not a text. */
const char *encounter_text(const json_t *object, const char *key);
const char *encounter_or(const char *text, const char *other); /* the other where it is "" */
/* Not set where it is none; a day: nor where it is not full. */
struct date encounter_date(const json_t *object, const char *key);
struct date encounter_day(const json_t *object, const char *key);
/* HOLD for what is no outcome: nothing unknown is ever mild. */
enum outcome encounter_outcome(const json_t *object, const char *key, bool *known);

/* NULL where there is none. */
struct encounter_flag *encounter_find_flag(const struct encounter *encounter, const char *id);
struct encounter_item *encounter_find_item(const struct encounter *encounter, const char *id);
struct encounter_answer *encounter_find_answer(const struct encounter *encounter, const char *id);

void encounter_load_answers(struct encounter *encounter); /* the body's */
/* One answer, over that of the same question; a hidden one takes it away. */
void encounter_set_answer(struct encounter *encounter, const json_t *raw);
/* Takes another assessment as the one in force: decisions and ticks that still count stay. */
void encounter_load_assessment(struct encounter *encounter, const json_t *assessment);
/* What the flag's question was, in the words of the answers. */
void encounter_read_question(const struct encounter *encounter, struct encounter_flag *flag);

#endif
