/* people.h: made-up people for the demo clinic: names in several scripts, put together by chance. None is
 * anybody's. */
#ifndef FOYER_DEMO_PEOPLE_H
#define FOYER_DEMO_PEOPLE_H

#include "buf.h"
#include "date.h"
#include "dice.h"

struct person {
    char name[96], phone[24];
    char helper[96]; /* "": comes alone */
    const char *relation;
    struct date birth_date;
};

/* `today`: whose age is reckoned from. About one in forty is under 18. */
void person_make(struct person *out, struct dice *dice, struct date today);

#endif
