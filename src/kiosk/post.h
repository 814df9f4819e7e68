/* post.h: turns what a wizard holds into sealed frames and hands them to the supervisor. Sealing happens
 * here, once; the plain documents are overwritten before the function returns.
 */
#ifndef FOYER_POST_H
#define FOYER_POST_H

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

#include "approval.h"
#include "clock.h"
#include "err.h"
#include "form.h"
#include "frame.h"
#include "link.h"
#include "wizard.h"

/* An intake that was begun before: its final takes the place of its draft. */
struct post_resume {
    uint8_t uid[FRAME_UID];
    uint32_t rev; /* of the draft */
    uint8_t delete_key[crypto_sign_PUBLICKEYBYTES];
};

/* What every record of this kiosk says about itself. Borrowed strings. */
struct post_setup {
    const struct form *form;                /* in the clinic's language */
    const struct catalogue *catalogue;      /* that language; NULL: English */
    const struct wizard_language *language; /* those a patient may choose; NULL: the clinic's alone */
    size_t nlanguages, first_language;
    const struct wizard_language *staff_language; /* those of who enters answers for a patient */
    size_t nstaff_languages, clinic_language;
    const struct policies *policies;
    struct frame_keys keys;
    struct clinic clinic;
    const char *timezone;
    uint8_t boot_id[FRAME_BOOT_ID];
    enum clock_state clock_state;
    const struct approval *approval;  /* the signature that holds; NULL: a demo */
    bool show_urgent;                 /* the header's urgent bit may be set */
    const struct post_resume *resume; /* NULL: a new intake */
};

struct post;

/* One patient's: draws the intake's uid and the key that may delete its drafts. `link` is borrowed. */
struct post *post_new(const struct post_setup *setup, int link);
void post_free(struct post *post); /* overwrites */

/* From here on every record says that its dates may be wrong: the clock was moved during the visit. */
void post_doubt_clock(struct post *post);

int post_draft(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
               struct err *err);
int post_final(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
               struct err *err);
/* Answers asked again, instead of post_final(): hands them on in clear, to the program that holds the keys.
 */
int post_answers(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
                 struct err *err);
/* For a preview, instead of post_final(): hands on what the practitioner would read, in clear. */
int post_preview(struct post *post, const struct wizard_visit *visit, const struct clock *clock,
                 struct err *err);

/* Notes to staff: they say which intake they are about and never whose it is, so they may outlive it.
 * rule: the alerts' rule indexes (none: "I feel very unwell"). */
int post_alert(struct post *post, const size_t *rule, size_t nrules, const struct clock *clock,
               struct err *err);
/* why: "call" or "under_age". */
int post_help(struct post *post, const char *why, const struct clock *clock, struct err *err);
/* Has the letterbox forget this intake's drafts. Nothing to do if none was sent. What is posted next is
 * another intake, with a uid of its own. Of one begun before only staff can delete the draft: its key is
 * gone; they are told. */
int post_delete(struct post *post, const struct clock *clock, struct err *err);

/* What a reply from the supervisor means for the patient. False: it is about somebody or something else. */
bool post_reply(const struct post *post, const struct link_reply *reply, enum wizard_reply *out);

#endif
