/* kit.h: a patient's visit driven by keys, without a terminal. Time moves only when a key says so. */
#ifndef FOYER_TESTS_KIT_H
#define FOYER_TESTS_KIT_H

#include "wizard.h"

struct kit {
    struct form *form;
    struct languages *languages; /* NULL: English alone */
    struct wizard_language language[9];
    struct policies *policies;
    struct wizard *wizard;
    int64_t now;      /* ms */
    int64_t gap;      /* before each key; 1500 unless a test says otherwise */
    unsigned effects; /* of the last event */
    unsigned saved;   /* how often the letterbox said so */
    unsigned seen;    /* of all events since it was last set to 0 */
};

void kit_open(struct kit *kit); /* the small form of tests/kiosk/form */
void kit_open_form(struct kit *kit, const char *folder);
void kit_open_staff(struct kit *kit, const char *folder, struct wizard_staff *staff); /* borrows staff */
void kit_open_touch(struct kit *kit, const char *folder, enum wizard_touch touch);
void kit_open_plain(struct kit *kit, const char *folder); /* lines are typed instead of keys pressed */
/* In these languages, the first one first; the catalogues are in `locale`. "pseudo" needs none. The clinic's
 * is English. */
void kit_open_languages(struct kit *kit, const char *folder, const char *const *code, size_t n,
                        const char *locale, enum wizard_touch touch);
void kit_close(struct kit *kit);

unsigned kit_char(struct kit *kit, const char *one); /* "1", "p", " " */
unsigned kit_key(struct kit *kit, enum event_key key);
unsigned kit_f(struct kit *kit, int n); /* F1 to F12 */
unsigned kit_enter(struct kit *kit);
void kit_type(struct kit *kit, const char *ascii); /* 60 ms a key */
void kit_paste(struct kit *kit, const char *text);
unsigned kit_timer(struct kit *kit, int64_t ms); /* ms later */
unsigned kit_reply(struct kit *kit, enum wizard_reply reply);
/* The same key again and again as a keyboard sends it: a pause, then every 33 ms for `ms` in all. */
void kit_hold(struct kit *kit, enum event_type type, enum event_key key, const char *text, int64_t ms);

/* Ready-made walks. Each ends on the page that comes next. */
void kit_to_birth(struct kit *kit); /* welcome, privacy, consent */
void kit_to_help(struct kit *kit);  /* born on 9 May 1990 */
void kit_to_name(struct kit *kit);  /* no help */
void kit_to_goals(struct kit *kit); /* Ada Lovelace, no phone */
void kit_to_acne(struct kit *kit);  /* one goal */
void kit_to_check(struct kit *kit); /* "no" to all else, one medicine */
void kit_to_sign(struct kit *kit);
void kit_to_saving(struct kit *kit);

const struct page *kit_page(struct kit *kit);
bool kit_at(struct kit *kit, const char *title);               /* the page's title begins so */
bool kit_says(struct kit *kit, const char *text);              /* anywhere on the page, focusable or not */
bool kit_ticked(struct kit *kit, const char *key);             /* the row with this key */
const struct page_action *kit_action(struct kit *kit, int id); /* NULL: not on this page */
size_t kit_question(const struct kit *kit, const char *id);
enum answer_state kit_state(const struct kit *kit, const char *id);
option_set kit_options(const struct kit *kit, const char *id);

#endif
