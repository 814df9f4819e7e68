/* wizard_internal.h: the wizard's state, and what its files ask of one another.
 *
 *   wizard.c         its life, events, timers, replies
 *   wizard_flow.c    the order of pages; entering and leaving one; alerts, drafts, signing
 *   wizard_keys.c    what a key does on the page that is shown
 *   wizard_direct.c  the same, said outright: plain mode's lines
 *   wizard_digits.c  rows by their digits and letters
 *   wizard_tap.c     the same by a finger or a mouse
 *   wizard_pad.c     the keys on the screen, for who has no others
 *   wizard_fields.c  what is typed into fields, and how it becomes an answer
 *   wizard_pages.c   the state as a struct page
 *   wizard_cover.c   what may cover a page
 *   wizard_map.c     figures on which a question may be answered
 *   wizard_leaflet.c the form's pages to read, before the questions and with the result
 *   wizard_since.c   who comes back with a slip: its number, and what is asked instead
 *   wizard_staff.c   answers that staff enter: what was given before, what is asked again, whose each one is
 *   wizard_check.c   the check-your-answers page and the lines of the result page
 *   wizard_language.c  the language on the screen
 *   wizard_entry.c   dates, numbers and texts as people type and read them; knows no wizard
 */
#ifndef FOYER_WIZARD_INTERNAL_H
#define FOYER_WIZARD_INTERNAL_H

#include "edit.h"
#include "err.h"
#include "wizard.h"

/* The kinds of page. The flow is a row of positions, each of one kind: see wizard_flow.c. */
enum stage {
    STAGE_WELCOME,
    STAGE_SLIP, /* the number on a returning patient's slip */
    STAGE_PRIVACY,
    STAGE_CONSENT,
    STAGE_HELPER,   /* who helps */
    STAGE_NAME,     /* name and phone */
    STAGE_SINCE,    /* "since your last visit", one page an entry of the form */
    STAGE_QUESTION, /* any question of the form, the birth date and the help question too */
    STAGE_CHECK,
    STAGE_SIGNER, /* patient or helper? */
    STAGE_SIGN,
    /* Beside the flow: reached from one page only. */
    STAGE_BIRTH_CHECK,
    STAGE_MINOR,
    STAGE_DECLINED,
    STAGE_SAVING,
    STAGE_REFUSED,
    STAGE_RESULT,
};

enum overlay {
    OVERLAY_NONE,
    OVERLAY_WHY,
    OVERLAY_HELP,
    OVERLAY_STAFF,
    OVERLAY_URGENT,
    OVERLAY_STOP,
    OVERLAY_CODE,
    OVERLAY_LEAFLET,
    OVERLAY_LANGUAGE,
    OVERLAY_MAP,
};

/* What the page's rows stand for, one a row of w->page. */
enum row_kind {
    ROW_OPTION,   /* value: the option's bit, or OPTION_UNSURE, OPTION_PRIVATE */
    ROW_MENU,     /* value: enum menu */
    ROW_EDIT,     /* value: the position it leads to; and field */
    ROW_OPEN,     /* "No to 9 others" */
    ROW_LANGUAGE, /* value: its index */
};
enum menu {
    MENU_AGREE,
    MENU_DECLINE,
    MENU_BIRTH_RIGHT,
    MENU_BIRTH_WRONG,
    MENU_SIGN_SELF,
    MENU_SIGN_HELPER,
    MENU_CALL,
    MENU_UNWELL,
    MENU_CLOSE,
    MENU_LEAVE, /* staff: stop, and keep what is typed */
    MENU_DELETE,
    MENU_SINCE, /* and enum since above it; the last */
};

/* What a returning patient said to an entry of since_last. */
enum since { SINCE_SKIPPED, SINCE_NO, SINCE_YES, SINCE_UNSURE, SINCE_PRIVATE };
struct row_means {
    enum row_kind kind;
    uint64_t value;
    size_t field; /* of that page */
};

/* Where the patient is looking: one for the page, one for what covers it. */
struct look {
    size_t focus;
    bool placed;  /* focus has been chosen for this page */
    bool moved;   /* by the patient: only then does Enter choose */
    bool brought; /* to a row that was out of sight, by its number */
    bool follow;
    int scroll;
};

/* A key that comes again so soon after the page it changed may still be held down: keyboards wait a quarter
 * to two thirds of a second before they repeat. */
enum { STILL_HELD_MS = 700 };

/* A page to read: what of it is said depends on answers that may be gone when it is read. */
struct leaf {
    size_t page; /* index in the form */
    bool *said;  /* one a paragraph */
};

/* A line of the result: which item, and when. In words only when it is shown, in whatever language. */
struct result_line {
    size_t item;
    struct date from, until;
};

enum { WIZARD_FIELDS = 3 };
struct typed {
    char *text[WIZARD_FIELDS]; /* of a date by enum entry_part; NULL: nothing yet */
};

/* The last key and what it did, so that a key that is held down does one thing. */
struct held {
    enum event_type type;
    enum event_key key;
    char text[8];
    int64_t last_ms; /* INT64_MIN: none */
    int64_t gap_ms;  /* before its last arrival that was no quick repeat; INT64_MAX: a fresh key */
    bool acted;      /* it turned the page or ticked something */
    int repeats;     /* in a row */
};

/* The last answer or page turn, while it can still be taken back. */
struct act {
    bool valid;
    size_t pos;
    bool editing;
    option_set before; /* the options it had, general answers too */
};

enum call_state { CALL_NONE, CALL_MADE, CALL_SENT, CALL_SEEN, CALL_LATE };

struct wizard {
    struct wizard_setup setup; /* its form is the one on the screen */
    const struct form *own;    /* what answers are judged by */
    size_t language;
    int64_t start_ms, now_ms;
    unsigned effects; /* of the event being handled */
    bool ended;

    struct answers *answers;
    struct wizard_timing *timing; /* one a question */
    char *name, *phone, *helper_name, *helper_relation, *signature;
    struct wizard_visit visit; /* points into the above */
    struct typed *typed;       /* one a position */
    char *slip;                /* "": none */
    bool slip_open;            /* the slip's page is one of the flow */
    enum since *since;         /* one a since_last of the form */
    const char **since_words;
    bool *left, *was_shown, *asked, *withdrawn; /* one a question */
    const char **given_by, **entered_by;
    bool drafted; /* there is something in the letterbox to delete */
    bool touched; /* somebody has been here: from now on an idle page is closed */
    bool signer_helper, signer_known;

    size_t pos;
    bool *seen;      /* one a position: the patient has been there */
    bool editing;    /* on the way back to check-your-answers ... */
    size_t edit_pos; /* ... from here */
    bool others_open;
    int64_t entered_ms;
    bool answered; /* during this stay on the page */
    size_t streak, streak_question[5];

    int64_t turned_ms; /* when the page on the screen came */
    int64_t tap_ms;    /* the last tap that did something, and on what */
    size_t tap_focus;

    bool pad_open, pad_shift; /* shift: the other case, for one letter */
    enum pad_layer { PAD_LETTERS, PAD_LATIN, PAD_ACCENTS, PAD_SIGNS, PAD_LAYERS } pad_layer;
    size_t pad_page;  /* of the letters, in a language that has several */
    size_t pad_field; /* the field it types into: where the focus was last */
    struct pad_means {
        enum pad_does { PAD_TYPES, PAD_RUBS, PAD_SHIFTS, PAD_LAYER } does;
        enum pad_layer layer; /* of PAD_LAYER */
        size_t page;          /* the same */
        char text[5];         /* of PAD_TYPES */
    } pad_key[64];            /* one a key of the page */

    enum overlay overlay, covered; /* by the list of languages */
    bool hidden, warning;
    int64_t hidden_ms, warned_ms, input_ms;
    struct look base, over;

    size_t birth, help; /* question indexes; SIZE_MAX: the form has none */
    struct edit edit[WIZARD_FIELDS];
    size_t nedits;
    struct err error; /* "" is none */
    size_t error_at;  /* field, or SIZE_MAX: the page */
    bool advanced;    /* the last key filled a field, and the focus went on to the next by itself */
    char pending;     /* first of two digits, or 0 */
    int64_t pending_ms;
    int64_t digit_ms;             /* when a digit last turned the page; -1: never */
    bool figures_fit;             /* on the screen */
    size_t place;                 /* the patch of a figure that has, or last had, the focus */
    bool rows_told;               /* the view says which rows are in sight ... */
    size_t rows_first, rows_last; /* ... these */
    int page_rows;                /* of the body, at the last key; 0: not known */
    int64_t brought_ms;           /* when a digit last brought a row into sight */
    bool enter_ticks;             /* on this list the patient ticks with Enter */
    struct held held;
    struct act act;

    bool *alerted; /* one a rule: has been sent */
    size_t *alert; /* being sent now */
    size_t nalerts;
    enum call_state call;
    int64_t call_ms;
    unsigned calls_made, calls_sent;
    bool call_unwell;

    int64_t signed_ms;
    bool save_trouble, save_late;
    bool unseen; /* saved, but not where staff can see it */
    bool result_clear;
    struct result_line *result_line;
    size_t nresult_lines;
    struct leaf *leaf; /* the pages to read that were opened last; after signing, those of the result */
    size_t nleaves, leaf_at;
    bool leaves_kept; /* they are the result's */

    struct page page;
    char private_line[16]; /* "/P": page rows borrow it */
    unsigned serial;
    bool stale; /* the page must be filled again */
    struct row_means *row;
    size_t nrows;
};

/* --- wizard.c --- */
void wizard_string(char **slot, const char *text); /* overwrites the old one; NULL: "" */
void wizard_turned(struct wizard *wizard);         /* another page is shown */
struct look *wizard_look(struct wizard *wizard);
unsigned wizard_done(struct wizard *wizard); /* with an event: its effects */
void wizard_error(struct wizard *wizard, size_t field, const char *text);
void wizard_overlay(struct wizard *wizard, enum overlay overlay);
void wizard_call(struct wizard *wizard, bool unwell);
/* Has a digit just turned the page? Then Enter was meant for the page before, and is no mistake here. */
bool wizard_after_digit(const struct wizard *wizard);

/* --- wizard_flow.c --- */
size_t flow_positions(const struct form *form);
enum stage flow_stage(const struct wizard *wizard, size_t pos);
size_t flow_question(const struct wizard *wizard, size_t pos); /* SIZE_MAX: not a question page */
size_t flow_at(const struct wizard *wizard, enum stage stage); /* the position of a stage with one position */
size_t flow_of_question(const struct wizard *wizard, size_t question);
bool flow_shown(const struct wizard *wizard, size_t pos);
bool flow_helper(const struct wizard *wizard); /* somebody helps */
void flow_enter(struct wizard *wizard, size_t pos);
void flow_finish(struct wizard *wizard); /* the page is complete: go on */
void flow_back(struct wizard *wizard);
bool flow_can_go_back(const struct wizard *wizard);
bool flow_can_skip(const struct wizard *wizard);
void flow_skip(struct wizard *wizard);
void flow_undo(struct wizard *wizard); /* takes back wizard->act */
void flow_alerts(struct wizard *wizard);
/* What stands on the page counts, and goes after what earlier pages sent: perhaps nobody comes back to it. */
void flow_keep(struct wizard *wizard);
void flow_menu(struct wizard *wizard, enum menu menu); /* consent, under age, who signs */
void flow_visit(struct wizard *wizard);                /* brings wizard->visit up to date */

/* --- wizard_keys.c --- */
void keys_event(struct wizard *wizard, const struct event *event, int page_rows);
void keys_focus(struct wizard *wizard, size_t focus); /* the patient moves it there */
void keys_scroll(struct wizard *wizard, int lines);
enum by { BY_DIGIT, BY_SPACE, BY_ENTER }; /* how an option was chosen */
void keys_choose(struct wizard *wizard, size_t row, enum by by);
void keys_act(struct wizard *wizard, int action); /* the page has it */

/* --- wizard_digits.c --- */
void digits_key(struct wizard *wizard, const char *text);
bool digits_second(struct wizard *wizard, const struct event *event); /* true: the key is used up */
bool digits_before_tap(struct wizard *wizard, size_t focus); /* a first digit waits; true: so is the tap */
void digits_pending(struct wizard *wizard);                  /* no second digit came */
/* Chooses what the patient can see; to any other row it only leads. There the same key chooses, once it
 * cannot be the same press that is held down. */
void digits_choose(struct wizard *wizard, size_t row);

/* --- wizard_pad.c --- */
bool pad_offered(const struct wizard *wizard); /* something is typed on this page, and there are fingers */
void pad_build(struct wizard *wizard);         /* adds its keys to the page, where it is open */
void pad_press(struct wizard *wizard, size_t key);
bool pad_move(struct wizard *wizard,
              enum event_key key); /* an arrow, in the pad or into it; false: not for it */
/* What is typed with the focus in the pad is for the field. False: not for it. */
bool pad_event(struct wizard *wizard, const struct event *event);

/* --- wizard_fields.c --- */
enum keys_wanted { KEYS_LETTERS, KEYS_DIGITS, KEYS_DECIMAL, KEYS_PHONE }; /* of the pad */
struct field_spec {
    const char *label, *hint; /* translated; hint may be NULL */
    size_t max;               /* graphemes */
    int columns;
    bool multiline;
    enum keys_wanted keys;
};
size_t fields_spec(const struct wizard *wizard, size_t pos, struct field_spec spec[WIZARD_FIELDS]);
void fields_load(struct wizard *wizard);
void fields_store(struct wizard *wizard);       /* keeps what was typed, finished or not */
void fields_clear(struct wizard *wizard);       /* empties those of this page */
bool fields_empty(const struct wizard *wizard); /* nothing but white space is typed on it */
void fields_forget(struct wizard *wizard);
bool fields_event(struct wizard *wizard, size_t field, const struct event *event); /* false: not for it */
void fields_type(struct wizard *wizard, size_t field, const char *text); /* instead of what is there */
bool fields_commit(struct wizard *wizard); /* typed text becomes the answer; false: an error is shown */
void fields_leave(struct wizard *wizard);  /* as far as it is valid; says nothing */
struct date fields_date(const struct wizard *wizard); /* what is typed now, if it is a date; else none */

/* --- wizard_pages.c --- */
void pages_build(struct wizard *wizard);
struct page_row *pages_row(struct wizard *wizard, const char *key, const char *text, enum row_kind kind,
                           uint64_t value);
const char *pages_call_text(const struct wizard *wizard); /* NULL: nobody has been called */

char *pages_question_words(const struct wizard *wizard, const char *text); /* the same, with its numbers */
char *pages_words(const struct wizard *wizard, const char *text); /* translated, with the clinic's facts */

/* What pages are made of. */
void pages_title(struct wizard *wizard, const char *text);
void pages_para(struct wizard *wizard, const char *text);      /* NULL and "": none */
void pages_form_para(struct wizard *wizard, const char *text); /* of the form's own */
void pages_menu(struct wizard *wizard, const char *key, const char *text, enum menu menu, bool ticked);
void pages_action(struct wizard *wizard, enum wizard_action id, const char *key, const char *label);
/* Enter goes on everywhere but in the middle of a list of lines. */
void pages_next(struct wizard *wizard, const char *label);
void pages_colours(struct wizard *wizard); /* the action, where there are any */
bool pages_code(struct wizard *wizard);    /* what a camera may take along; false: nothing, or no room */

/* --- wizard_cover.c --- */
void cover_overlay(struct wizard *wizard);
void cover_warning(struct wizard *wizard);

/* --- wizard_language.c --- */
void language_begin(struct wizard *wizard);
bool language_offered(const struct wizard *wizard); /* there is another */
void language_open(struct wizard *wizard);          /* the list; of two, the other one at once */
void language_page(struct wizard *wizard);
void language_choose(struct wizard *wizard, size_t language);
void language_close(struct wizard *wizard);              /* back to what the list covered: it may be urgent */
const char *language_label(const struct wizard *wizard); /* of the action */

/* --- wizard_map.c --- */
bool map_offered(const struct wizard *wizard); /* is there a figure to answer on? */
void map_open(struct wizard *wizard);
void map_close(struct wizard *wizard); /* back to the list, with the focus on the same option */
void map_page(struct wizard *wizard);
bool map_key(struct wizard *wizard, enum event_key key); /* false: not for it */

/* --- wizard_leaflet.c --- */
bool leaflet_offered(const struct wizard *wizard); /* is there something to read on this page? */
void leaflet_open(struct wizard *wizard);          /* shows the first */
void leaflet_next(struct wizard *wizard);          /* after the last, the page that was covered */
void leaflet_back(struct wizard *wizard);          /* before the first, likewise */
void leaflet_keep(struct wizard *wizard);          /* what comes with the result, before the wipe */
void leaflet_drop(struct wizard *wizard);          /* overwrites */

/* --- wizard_since.c --- */
bool since_returning(const struct wizard *wizard);             /* a slip's number has been typed */
bool since_left(const struct wizard *wizard, size_t question); /* not asked: "no" stands for it */
const struct form_since *since_at(const struct wizard *wizard, size_t pos); /* NULL: another page */
enum since *since_answer(struct wizard *wizard, size_t pos);
void since_open(struct wizard *wizard, const char *digit); /* from the welcome page; "" */
bool since_commit(struct wizard *wizard);                  /* the number on the page; false: an error */
void since_leave(struct wizard *wizard); /* back from its page: one that is no number yet is forgotten */
void since_page(struct wizard *wizard);
void since_slip_page(struct wizard *wizard);
void since_visit(struct wizard *wizard);

/* --- wizard_staff.c --- */
bool staff_again(const struct wizard *wizard);                 /* only chosen questions are asked */
bool staff_asks(const struct wizard *wizard, size_t question); /* is this one of them? */
void staff_begin(struct wizard *wizard);                       /* takes what was given before */
void staff_visit(struct wizard *wizard);

/* --- wizard_check.c --- */
void check_rows(struct wizard *wizard);
void check_result(struct wizard *wizard); /* keeps what the result page needs, before the wipe */
char *check_line(const struct wizard *wizard, size_t i); /* a line of the result in words; free() it */
/* What a camera may take along: the clinic's page, or else the list where a code holds it. NULL: nothing. The
 * list is the one on the result page, so it holds nothing sensitive. free() it. */
char *check_code(const struct wizard *wizard);

#endif
