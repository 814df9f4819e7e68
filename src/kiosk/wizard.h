/* wizard.h: one patient's visit as a state machine: (state, event) -> state and effects. No terminal, no
 * clock of its own, no descriptors. Branching, back, idle expiry, alerts and hiding are tested here.
 *
 * The order of pages: welcome, privacy and consent, birth date (under age: confirmed once, then the desk),
 * help (and who helps), name and phone, the form's questions, check your answers, attestation and
 * signature, saving, result. Anything may be covered by an overlay: why, help, calling staff, stop,
 * pages to read, the QR code, figures to answer on, idle warning, hidden.
 *
 * Who comes back with a slip types its number first. Then the name is known to the clinic and not asked, and
 * "since your last visit" stands for the questions that seldom change (struct form_since). The kiosk cannot
 * tell a right number from a wrong one, and learns nothing from either.
 */
#ifndef FOYER_WIZARD_H
#define FOYER_WIZARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answers.h"
#include "assess.h"
#include "clock.h"
#include "event.h"
#include "form.h"
#include "page.h"

/* The clinic's facts a patient may be shown; any may be "". Borrowed for the wizard's life. */
struct clinic {
    const char *fact[PLACEHOLDERS], *url;
};

/* Staff enter the answers: by phone, from paper, or with the patient beside them. Borrowed for the wizard's
 * life. */
enum wizard_source { FROM_PATIENT, FROM_PHONE, FROM_PAPER };
struct wizard_staff {
    const char *user; /* who enters */
    enum wizard_source source;
    const bool *again;             /* one a question: only these are asked, and their follow-ups. NULL: all */
    const struct answers *answers; /* given before; NULL: none */
    const char *const *given_by, *const *entered_by;          /* of those, one a question, as in document.h */
    const char *name, *phone, *helper_name, *helper_relation; /* as given before, or "" */
    int64_t started_s, consented_s;                           /* likewise; 0: not yet */
    bool kept; /* a draft lies in the letterbox, which only staff can delete */
};

/* "ana enters, by phone". free() it. */
char *wizard_staff_words(const struct wizard_staff *staff);

/* A language in which a patient may answer: the same form in its words, and the program's. Borrowed for the
 * wizard's life. */
struct catalogue;
struct wizard_language {
    const char *code, *name; /* "es", "Español" */
    const struct form *form;
    const struct catalogue *catalogue; /* NULL: English */
    bool unreviewed;                   /* nobody has signed its texts: only in a demo, and by staff */
};

/* How patients choose beside the keys: not at all, with a finger or a mouse, or with nothing else, for there
 * is no keyboard. */
enum wizard_touch { TOUCH_OFF, TOUCH_ON, TOUCH_PAD };

struct wizard_setup {
    const struct form *form;                /* in the clinic's language: what is answered is judged by it */
    const struct wizard_language *language; /* NULL: the form's own alone */
    size_t nlanguages, first_language;
    const struct policies *policies;
    struct clinic clinic;
    bool demo;
    bool preview; /* whoever edits the form walks it: nothing is kept, nobody is called, F10 and Ctrl-C
                     leave at once */
    bool colours; /* the terminal has some: a key changes them */
    bool codes;   /* the terminal can show a QR code */
    enum wizard_touch touch;
    bool lines;         /* plain mode: lines are typed instead of keys pressed, and the words say so */
    int idle_s, warn_s; /* 120 and 30 by design; idle_s 0: nobody is sent away */
    int64_t wall_s;     /* at the start */
    struct date today;  /* clinic-local */
    const struct wizard_staff *staff; /* NULL: patients enter their own answers */
};

enum { WIZARD_SLIP_DIGITS = 4 }; /* of the number on a slip */

/* page_action.id */
enum wizard_action {
    ACTION_NEXT = 1, /* also Start, Go on, Done: the one that goes on */
    ACTION_BACK,     /* also closes an overlay */
    ACTION_SKIP,
    ACTION_WHY,
    ACTION_HELP,
    ACTION_HIDE,
    ACTION_SHOW,
    ACTION_STAFF,
    ACTION_STOP,
    ACTION_ABOUT,    /* the form's pages to read; closes them too */
    ACTION_CODE,     /* the QR code of the clinic's page */
    ACTION_SLIP,     /* a returning patient has a slip */
    ACTION_LANGUAGE, /* another language, answers kept */
    ACTION_MAP,      /* figures to answer on instead of the list */
    ACTION_COLOURS,  /* normal, high contrast, none, and so on */
    ACTION_KEYS,     /* the on-screen pad, shown and hidden */
};

/* What the loop must do after an event. wizard_visit()->under_age turns true with the page that tells a minor
 * to go to the desk: by then the answers are gone. */
enum wizard_effect {
    EFFECT_NONE = 0,
    EFFECT_REDRAW = 1 << 0,
    EFFECT_PAGE = 1 << 1,   /* another page: drop pending input, then draw */
    EFFECT_DRAFT = 1 << 2,  /* a page was finished: send a draft (never waits for it) */
    EFFECT_ALERT = 1 << 3,  /* send wizard_alert() */
    EFFECT_HELP = 1 << 4,   /* the patient calls staff */
    EFFECT_SIGN = 1 << 5,   /* seal and send the final record, then wizard_wipe() */
    EFFECT_DELETE = 1 << 6, /* what was typed is to be deleted: stopped, consent taken back, under age */
    EFFECT_END = 1 << 7,    /* exit: that is the wipe */
    EFFECT_BELL = 1 << 8,
    EFFECT_COLOURS = 1 << 9, /* the next colours of three, until this patient has gone */
};

struct wizard;
struct wizard *wizard_new(const struct wizard_setup *setup, int64_t mono_ms);
void wizard_free(struct wizard *wizard); /* overwrites what the patient typed */

/* Feeds one event; returns effects, ORed. page_rows is the body height last drawn, for Page Up and Down. */
unsigned wizard_event(struct wizard *wizard, const struct event *event, int page_rows);

/* A finger or a button came down on what has this focus number. A row is chosen as by its digit, an action is
 * done, a field gets the focus, a key of the pad types. A second tap so soon that it can only be meant for
 * what was there before does nothing. What the page does not have does nothing. mono_ms: now. Beside
 * everything, it is an event. */
unsigned wizard_tap(struct wizard *wizard, size_t focus, int64_t mono_ms);

/* What a line of plain mode means, said outright: each as if its key had been pressed on a page that is
 * wholly in sight. Effects as above. What the page does not have does nothing. mono_ms: now. */
unsigned wizard_act(struct wizard *wizard, enum wizard_action action, int64_t mono_ms);
/* tick: in a list of ticks, turns no page even where "none" would. */
unsigned wizard_choose(struct wizard *wizard, size_t row, bool tick, int64_t mono_ms);
/* In the place of what is in the field; what is wrong or cut is on the page as an error. */
unsigned wizard_type(struct wizard *wizard, size_t field, const char *text, int64_t mono_ms);
/* Somebody is there, but has not finished the line, or does not see the page: nobody is sent away. */
void wizard_heard(struct wizard *wizard, int64_t mono_ms);
bool wizard_warning(const struct wizard *wizard); /* the page asks whether anybody is still there */

/* The page to draw now; owned by the wizard, valid until the next wizard_ call. */
const struct page *wizard_page(struct wizard *wizard);

/* The first body line the view really showed, after it clamped page->scroll or followed the focus. */
void wizard_scrolled(struct wizard *wizard, int scroll);

/* The rows first to last, and no others, were wholly in sight when the page was drawn; first > last: none. A
 * digit for another row only moves there. Until this is called all rows count as seen. */
void wizard_rows_seen(struct wizard *wizard, size_t first, size_t last);

/* The size of the screen, before each wizard_page(): figures are offered where there is room for them. Until
 * this is called, and in plain mode, there are none. */
void wizard_room(struct wizard *wizard, int rows, int columns);

/* When to send EVENT_TIMER: a monotonic time in ms, or -1 for never: a welcome page that nobody has touched
 * wakes nobody up, and while a record is being saved nobody is sent away. */
int64_t wizard_deadline(const struct wizard *wizard);

/* What became of a sent record. */
enum wizard_reply {
    REPLY_SAVED,      /* the final record is acknowledged: the result may say so */
    REPLY_HELD,       /* it is safe on this machine, and the clinic cannot see it yet: saved, and told so */
    REPLY_TROUBLE,    /* not yet; it is kept and tried again: after a while "please call staff" */
    REPLY_REFUSED,    /* the letterbox will never take it: please go to the desk */
    REPLY_ALERT_SENT, /* the alert or help call reached the letterbox */
    REPLY_ALERT_LATE, /* it has not; it is kept and tried again */
    REPLY_SEEN        /* a person has acknowledged it */
};
unsigned wizard_reply(struct wizard *wizard, enum wizard_reply reply, int64_t mono_ms);

/* What the record needs; see record/document.h for how it is written down. */
struct wizard_timing {
    uint32_t ms;     /* time on the page, all visits */
    bool fast;       /* one of five answers in a row under a second each */
    bool ask_alone;  /* pregnancy and private answers while a helper was there */
    size_t language; /* index: what was on the screen when its page was left last */
};
struct wizard_visit {
    const char *name, *phone, *helper_name, *helper_relation;
    struct date birth_date;
    int64_t started_s, consented_s, signed_s;
    const char *signature;
    bool signed_by_helper;
    bool under_age;
    const struct answers *answers;
    const struct wizard_timing *timing; /* one a question */
    size_t reached;                     /* questions before this index have been seen */
    const bool *left; /* one a question: not asked, to be carried over from the last visit */
    const char *const *given_by, *const *entered_by; /* one a question, as in document.h */
    size_t language, consent_language; /* indexes: what is on the screen, and what was when they agreed */
    const char *slip;                  /* "" without one */
    const char *const *since;          /* one a since_last of the form; NULL without a slip */
    const bool *asked;                 /* answers asked again: those that count. NULL: a whole intake */
    const bool *withdrawn;             /* likewise: no longer shown, and were before */
};
const struct wizard_visit *wizard_visit(const struct wizard *wizard);

/* The rules whose alert is to be sent, after EFFECT_ALERT. None: the patient said "I feel very unwell". */
size_t wizard_alerts(const struct wizard *wizard, size_t *rule, size_t max);

/* Overwrites everything the patient typed; what the result page needs is kept: class, items,
 * and which of the pages to read are said. */
void wizard_wipe(struct wizard *wizard);

#endif
