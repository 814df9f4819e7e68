/* doctor.h: is this machine fit for patients? What each look at it found, what that means, how to mend it.
 *
 * A look never guesses: what it may not or cannot see is FINDING_UNKNOWN, and that is no "yes". It takes none
 * away either: the note of whoever saw it, root, stays while it holds.
 */
#ifndef FOYER_DOCTOR_H
#define FOYER_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"
#include "config.h"

struct db;

enum finding_state {
    FINDING_GOOD,
    FINDING_ADVICE,  /* better mended, but patients may come */
    FINDING_UNKNOWN, /* could not be seen */
    FINDING_BAD,
};

struct finding {
    const char *name; /* one word: "swap" */
    enum finding_state state;
    bool live;  /* the kiosk sees it itself at each patient: not in its note */
    char *what; /* what was found and what it means */
    char *mend; /* "" if there is nothing to do */
};

struct doctor {
    const struct command_call *call;
    const struct config *config;
    struct db *db; /* while it is looked at; NULL: there is none, or it cannot be opened */
    bool root;
    bool second; /* this machine is a second screen: the program is foyer-doctor */
    struct finding *finding;
    size_t n, cap;
};

/* Adds a finding. The text is a sentence for a person, and so is `mend`, NULL for none. */
void doctor_say(struct doctor *doctor, const char *name, enum finding_state state, const char *mend,
                const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* What the last look found is for the kiosk to see itself. */
void doctor_live(struct doctor *doctor);

/* How to mend what only root may see. */
const char *doctor_as_root(const struct doctor *doctor);

/* Patients sit at this machine's own screen and keyboard. */
bool doctor_at_a_desk(const struct doctor *doctor);

/* The looks, in the order in which they are shown. */
void doctor_look_machine(struct doctor *doctor); /* swap, cores, keys that reach the kernel, disk, clock */
void doctor_look_locks(struct doctor *doctor);   /* the system-call filters, tried here and now */
void doctor_look_units(struct doctor *doctor);   /* what changes a systemd unit of the package's */
void doctor_look_access(struct doctor *doctor);  /* sshd; permissions */
void doctor_look_screen(struct doctor *doctor);  /* terminal types, letters */
void doctor_look_content(struct doctor *doctor); /* the form's signature, and the clinic's facts */

/* All of it. `doctor` comes with call and config set; doctor_done() it. */
typedef void doctor_look_fn(struct doctor *doctor);
doctor_look_fn doctor_look_clinic; /* the machine with the database: that, keys, space, backups, paper too */
doctor_look_fn doctor_look_second; /* a second screen: the way to the clinic, the outbox */
void doctor_done(struct doctor *doctor);

/* Nothing bad and nothing unseen. `live`: what the kiosk sees itself counts too. */
bool doctor_ready(const struct doctor *doctor, bool live);

/* Writes the note for the kiosk (readiness.h). -1 with the reason. */
int doctor_note(const struct doctor *doctor, struct err *err);

/* Looks, writes the note, and prints what was found as text: for `foyer doctor`, at the end of `foyer setup`,
 * and for foyer-doctor. Returns an enum command_status: OK only where it is ready. */
int doctor_run(const struct command_call *call, const struct config *config, doctor_look_fn *look, bool json,
               bool quiet);

#endif
