/* readiness.h: what `foyer doctor` found on this machine, for the kiosk.
 *
 * The kiosk's user may not look at half of what makes a machine fit for patients, so it does not judge:
 * doctor, run with the rights for it, leaves a note, and without one that holds every page says DEMO.
 *
 *   ready = true; on = "2026-11-28"; until = "2027-01-02"; version = "0.1.0"; machine = "9f3a...";
 *   settings = [ "database = /var/lib/foyer/foyer.db" ]; findings = [ ];
 *
 * The note names what it hangs on: the machine, the program's version, and the settings doctor looked at.
 * Another machine, another version, another value there, or a day past `until`, and it no longer holds. What
 * the kiosk can see for itself at each patient, the clock and the clinician's signature, is not in it. It is
 * trusted as the forms and the signatures are: whoever can write to the clinic's settings can forge it.
 */
#ifndef FOYER_READINESS_H
#define FOYER_READINESS_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "config.h"
#include "date.h"
#include "err.h"
#include "problems.h"

enum { READINESS_DAYS = 35, READINESS_MAX_SIZE = 65536 };

/* Writes the note of today anew, whole or not at all, readable by the kiosk's user. `finding`: what keeps the
 * machine from being ready, a line each; none: it is ready. -1 with the reason. */
int readiness_write(const struct config *config, struct date today, const char *const *finding, size_t n,
                    struct err *err);

/* Whether there is a note that says so, and that holds today. Else false, and each reason added to `why`. An
 * unknown date (CLOCK_UNKNOWN, or no full date) leaves the days alone: the signature is refused for it. */
bool readiness_in_force(const struct config *config, struct date today, enum clock_state clock,
                        struct problems *why);

/* Since when and until when the note says that the machine is ready. False: it says no such thing. */
bool readiness_days(const struct config *config, struct date *on, struct date *until);

#endif
