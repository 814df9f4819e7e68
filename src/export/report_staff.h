/* report_staff.h: what staff added to an intake, for report.c alone. */
#ifndef FOYER_REPORT_STAFF_H
#define FOYER_REPORT_STAFF_H

#include "encounter.h"
#include "paper.h"

/* NULL where there is no encounter, or none of that id. */
const struct encounter_flag *report_staff_flag(const struct encounter *e, const char *id);
const struct encounter_item *report_staff_item(const struct encounter *e, const char *id);

void report_staff_state(struct paper *paper, const struct encounter *e); /* decision, signature, links */
void report_staff_decided(struct paper *paper, const struct encounter_flag *flag);
void report_staff_values(struct paper *paper, const struct encounter_value *value, size_t n);
void report_staff_done(struct paper *paper, const struct encounter_item *item);
/* "carried from 2026-05-03, not checked yet", after "; " where there is something before it. */
void report_staff_source(struct buf *out, const struct encounter *e, const char *question);
void report_staff_log(struct paper *paper, const struct encounter *e); /* notes, and all that was written */

#endif
