/* config.h: the clinic's own settings, kiosk.conf (see kiosk.conf(5)), and a form's policies as it sets
 * them. Immutable once loaded; all of it lives in one arena. No pointer is NULL unless it says so.
 */
#ifndef FOYER_CONFIG_H
#define FOYER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "assess.h"
#include "form.h"
#include "mem.h"
#include "problems.h"

enum config_theme { THEME_NORMAL, THEME_CONTRAST, THEME_MONO };

/* What a patient is told about the clinic; "" where kiosk.conf does not say. */
struct config_clinic {
    const char *name, *phone, *hours, *after_hours, *emergency, *privacy_contact, *url;
};

struct config_form {
    const char *name;   /* "microneedling" */
    const char *folder; /* forms_dir/name, for form_load() */
    int line;           /* in kiosk.conf */
};

struct config_policy {
    const char *name, *value; /* "inr_max", "3.5"; not yet checked against a form */
    int line;
};

/* Why a practitioner lowers or confirms a flag: chosen with one key in `foyer review`. */
struct config_reason {
    const char *code, *text;
};

/* Above `max` a field of an item needs a reason: the depth above the device's own limit. */
struct config_limit {
    const char *item, *field;
    double max;
    int line;
};

/* The patient's screen, for `foyer doctor`. */
enum config_display { DISPLAY_CONSOLE, DISPLAY_GRAPHICAL, DISPLAY_SSH };
struct config_screen {
    enum config_display display;
    int height_mm; /* of the picture; 0: not said */
    int rows;      /* of text on it; 0: not said */
    int viewing_mm;
};

/* Fingers and mice on the patient's screen. UNSAID: as the display is, see loader.h. */
enum config_touch { CONFIG_TOUCH_UNSAID = -1, CONFIG_TOUCH_OFF, CONFIG_TOUCH_ON, CONFIG_TOUCH_PAD };

enum { CONFIG_MAX_REASONS = 9 };

/* Where `foyer backup` puts copies of the database, and how many it keeps. */
struct config_backup {
    const char *folder; /* "": kiosk.conf does not say */
    bool stick;         /* it is on a stick: nothing is written while none is mounted */
    int daily, weekly, monthly;
    int warn_days; /* older than this, the newest one is complained about */
};

/* How long intakes are kept; 0: for ever. See `foyer retention`. */
struct config_retention {
    int years;        /* after the person's last visit */
    int minor_until;  /* and at least until the person is so old */
    int unseen_years; /* after it came in, also without a key to look */
};

/* Paths: a relative one in the file is taken from the folder kiosk.conf is in, and is stored joined to it. */
struct config {
    struct arena *arena;
    const char *path;   /* of kiosk.conf, as it was given */
    const char *folder; /* the folder it is in; "." if the path has none */
    struct config_clinic clinic;
    const struct config_form *form;
    size_t nforms; /* at least 1 */
    const char *forms_dir, *database, *socket, *public_keys, *approvals;
    const char *readiness; /* what `foyer doctor` found (readiness.h): beside the approvals */
    const char *log;       /* "": the system's log */
    const char *timezone;  /* "Europe/London": for TZ, once at start */
    enum config_theme theme;
    struct config_screen screen;
    enum config_touch touch;
    int space_mb; /* below so much free room under the database no new form is started */
    int idle_s, warn_s;
    bool urgent_before_unlock; /* `foyer watch` may show that an intake is urgent before anyone unlocks */
    bool keep_interrupted;     /* `foyer close-day` leaves unfinished intakes where they are */
    int return_months; /* how old an answer may be that is carried over to a returning patient's intake */
    struct config_backup backup;
    struct config_retention retention;
    int lock_s;                       /* `foyer review` locks after so long without a key */
    const char *const *alert_command; /* argv, ends with NULL: run when an alert comes in; NULL: none */
    const char *const
        *printer; /* argv, ends with NULL: takes a PDF on descriptor 0; /usr/bin/lp if not said */
    const struct config_reason *reason; /* the shipped ones where kiosk.conf has none */
    size_t nreasons;
    const struct config_limit *limit;
    size_t nlimits;
    const struct config_policy *policy;
    size_t npolicies;
    const char *const *language; /* the patients', in the order they are offered: "en", "es" */
    size_t nlanguages;           /* at least 1 */
    const char *const *always;   /* of those, offered even where the terminal cannot show them */
    size_t nalways;
    const char *clinic_language; /* of staff and records */
    int clinic_language_line;    /* 0: it is not said */
    const char *locale_dir;      /* where the catalogues are */
    int languages_line;
    const char *const *device_flag; /* the device list; NULL: kiosk.conf has none, the form's own stands */
    size_t ndevice_flags;
    int device_flags_line;
};

enum { CONFIG_MAX_LANGUAGES = 9 /* one key each */ };
enum { CONFIG_MAX_SIZE = 256 * 1024, CONFIG_CLINIC_FACTS = PLACEHOLDERS };

/* config_free() it. NULL, with at least one problem added, if anything is wrong. */
struct config *config_load(const char *path, struct problems *problems);
void config_free(struct config *config); /* NULL is fine */

/* The clinic facts without which the kiosk stays in demo (name, phone, hours, after_hours, emergency,
 * privacy_contact): writes the names of those missing and returns how many they are. */
size_t config_missing(const struct config *config, const char *fact[CONFIG_CLINIC_FACTS]);

/* The clinic's facts for placeholder_fill(); "" where kiosk.conf does not say. config NULL: none are known.
 */
void config_facts(const struct config *config, const char *fact[PLACEHOLDERS]);

/* Adds a problem for each form it names that has no form.cfg. */
void config_check_forms(const struct config *config, struct problems *problems);

/* Adds a problem for each limit on a field that the form's item does not have, or on an item that no form can
 * have: such a limit would never ask anybody for a reason. */
void config_check_limits(const struct config *config, const struct form *form, struct problems *problems);

/* The form's policies as this clinic sets them. policies_free() it. NULL, with every problem added: a policy
 * or flag the form does not have, a choice it does not offer, a number out of range. */
struct policies *config_policies(const struct config *config, const struct form *form,
                                 struct problems *problems);

#endif
