/* staff.h: what the demo clinic's practitioner did with an intake, through the vault as `foyer review` does.
 */
#ifndef FOYER_DEMO_STAFF_H
#define FOYER_DEMO_STAFF_H

#include "config.h"
#include "dice.h"
#include "form.h"
#include "vault.h"

struct staff {
    struct vault *vault;
    const struct config *config;
    const struct form *form;
    struct dice *dice;
};

/* Asks again what must be fresh where the visit is another day's, decides each flag above PRECAUTION with a
 * reason from the clinic's list, signs what the rules let be signed, ticks the staff's items with their
 * fields. `whole` false: a flag or two, and no decision yet. */
int staff_decide(struct staff *staff, const uint8_t uid[FRAME_UID], int64_t at_s, bool whole,
                 struct err *err);

/* Moves the visit to a later day, with everything worked out again for it. */
int staff_set_visit(struct staff *staff, const uint8_t uid[FRAME_UID], struct date visit_on, int64_t at_s,
                    struct err *err);

/* The two are the same person's. */
int staff_link(struct staff *staff, const uint8_t uid[FRAME_UID], const uint8_t other[FRAME_UID],
               int64_t at_s, struct err *err);

#endif
