/* people.h: which intakes are one person's, by the links staff have confirmed. Numbers alone: 60 bytes an
 * intake.
 */
#ifndef FOYER_PEOPLE_H
#define FOYER_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

struct people;
struct people *people_new(void);
void people_free(struct people *people); /* NULL is fine */

/* In the order of arrival. `links`: nlinks uids. `counts`: it is one of those that are looked at. */
void people_add(struct people *people, const uint8_t uid[FRAME_UID], const uint8_t *links, size_t nlinks,
                bool counts);
void people_settle(struct people *people); /* after the last */

/* The uid of the person's first intake, good for the life of people; the uid itself where it is not known.
 * *newest: this is the person's newest that counts. */
const uint8_t *people_of(const struct people *people, const uint8_t uid[FRAME_UID], bool *newest);

#endif
