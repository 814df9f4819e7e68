/* doctor_age.h: staff are told in time that doctor's word ends, and with it the waiting room's. */
#ifndef FOYER_DOCTOR_AGE_H
#define FOYER_DOCTOR_AGE_H

#include <stdint.h>

#include "buf.h"
#include "config.h"

/* 1, with one line in words appended to `out`: its "yes" holds for a week at most, or no longer. Else 0. */
int doctor_age_warning(const struct config *config, int64_t now_s, struct buf *out);

#endif
