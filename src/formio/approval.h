/* approval.h: which forms a clinician has signed, and whether a signature holds today.
 *
 * The file of approvals (kiosk.conf: `approvals`) is written by `foyer form approve` and read by the kiosk,
 * which has neither database nor keys. It is trusted as the form's own files are: whoever can write it can
 * also write the forms.
 *
 *   approvals = ( { form = "microneedling"; version = "1"; hash = "9f3a..."; settings = [ "inr_max = 3.5" ];
 *                   clinician = "Dr A. Example, GMC 1234567"; user = "anna";
 *                   on = "2026-11-27"; review_by = "2027-11-27"; },
 *                 { form = "microneedling"; language = "es"; ... } );
 *
 * A signature covers the form's content (its hash) and the clinic's settings that change what it finds:
 * every policy's value, and the device list while it is in force. `settings` holds them in words, so that
 * what has changed since can be named. It covers neither the clinic's facts, which must be there but change
 * no outcome, nor the program.
 *
 * A language has a signature of its own, by whoever reviewed it: its hash covers every text that a patient
 * reads in it, the form's and the program's, with the English beside it.
 */
#ifndef FOYER_APPROVAL_H
#define FOYER_APPROVAL_H

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "config.h"
#include "form.h"
#include "policies.h"
#include "problems.h"

struct approval {
    const char *form, *version;
    const char *language; /* "": the form itself */
    uint8_t hash[32];     /* form.hash; language.hash */
    const char *const *setting;
    size_t nsettings;
    const char *clinician; /* as to be shown: name and registration */
    const char *user;      /* who unlocked */
    struct date on, review_by;
};

struct approvals {
    struct arena *arena;
    const char *path;
    struct approval *approval;
    size_t n;
};

enum { APPROVALS_MAX_SIZE = 256 * 1024, APPROVAL_CLINICIAN = 200 /* bytes of a name, at most */ };

/* A file that is not there holds no signature. NULL, with every problem added, if anything in it is wrong.
 * approvals_free() it. */
struct approvals *approvals_load(const char *path, struct problems *problems);
void approvals_free(struct approvals *approvals); /* NULL is fine */

/* The signature of a form, or of a language for it, valid or not; NULL: there is none. language "": the form.
 */
const struct approval *approvals_find(const struct approvals *approvals, const char *form,
                                      const char *language);

/* Replaces that signature by `fresh`, which is copied, or adds it; fresh NULL: takes it away. */
void approvals_set(struct approvals *approvals, const char *form, const char *language,
                   const struct approval *fresh);

/* Writes approvals->path anew: whole or not at all, readable by the kiosk's user. */
int approvals_write(const struct approvals *approvals, struct err *err);

/* The settings as a signature holds them, in the arena. */
const char *const *approval_settings(struct arena *arena, const struct form *form,
                                     const struct policies *policies, size_t *n);

/* What it hangs on whether a form is for patients. */
struct approval_view {
    const struct approvals *approvals; /* NULL: the file cannot be used, and why has been said */
    const struct config *config;
    const struct form *form;
    const struct policies *policies;
    struct date today; /* in the clinic's timezone */
    enum clock_state clock;
};

/* The signature under which the form may be used for patients today. NULL, and each thing that keeps it a
 * demo added to `why`: not signed; content or settings changed since; before the day it was signed or past
 * its review date; a clock that was never set, since then nobody knows the day; a clinic fact missing. */
const struct approval *approval_in_force(const struct approval_view *view, struct problems *why);

/* The review under which a language may be shown to patients today. The form's own language needs none: it is
 * what the form's signature covers. NULL, and why: not reviewed; texts changed since; past its date. */
struct language;
const struct approval *approval_of_language(const struct approval_view *view, const struct language *language,
                                            struct problems *why);

#endif
