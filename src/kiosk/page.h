/* page.h: one page as the wizard wants it shown. The wizard fills it, a view draws it (view.c the full
 * screen, plain.c line by line), tests read it. It holds text already translated and nothing to decide.
 *
 * The focus runs through fields, then rows, then actions, then the keys of the pad, in one numbering:
 * page_focus_*(). They are drawn in that order too, but for the pad, which stands above the actions: where a
 * question has both, "Not sure" stands below the field it spares the patient.
 */
#ifndef FOYER_PAGE_H
#define FOYER_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "map.h"
#include "qr.h"

enum page_tone { PAGE_PLAIN, PAGE_WELCOME, PAGE_WARNING, PAGE_DONE, PAGE_BLANK };

enum page_mark { MARK_NONE, MARK_ONE, MARK_MANY }; /* ( ) or [ ] in front of a row */

struct page_row {
    char *key;        /* what to press: "1", "10", "0"; may be "" */
    const char *line; /* what plain mode takes instead, where digits are text: "/0"; NULL: the key */
    char *text;
    bool ticked;
    bool apart;  /* a general answer or "none": a gap stands before it where there is room */
    bool edit;   /* check-your-answers: leads to the question */
    char *value; /* check-your-answers: the answer, beside or below the text; may be NULL */
};

struct page_field {
    char *label;
    char *text;    /* what has been typed */
    size_t cursor; /* byte offset in text */
    char *hint;    /* an example; may be NULL */
    char *echo;    /* "9 May 1990": what was understood; may be NULL */
    char *error;   /* what is wrong and how to mend it; may be NULL */
    int columns;   /* the room it would like; 0: all there is */
    bool multiline;
};

struct page_action {
    char *label;  /* "Back" */
    char *key;    /* "F2"; may be "" */
    int id;       /* enum wizard_action, opaque here */
    bool primary; /* the one that goes on */
};

/* A key of the on-screen pad. */
struct page_key {
    char *label;
    int row, at, units; /* its place: PAGE_KEY_UNITS are as wide as the pad */
};
enum { PAGE_KEY_UNITS = 10, PAGE_KEY_ROWS = 4 };

struct page {
    enum page_tone tone;
    char *section;      /* "Your skin today"; may be NULL */
    size_t step, steps; /* progress by section; steps 0: not shown */
    char *title;        /* the question or heading */
    char **para;        /* text between title and rows */
    size_t nparas;
    char *hint; /* under the title, quieter; may be NULL */
    enum page_mark mark;
    struct page_row *row;
    size_t nrows;
    const struct form_map *map; /* its patches are the rows, in order, and are drawn as figures; borrowed from
                                   the form. NULL: the rows are a list */
    option_set marked;          /* on them */
    struct page_field *field;
    size_t nfields;
    bool date; /* the fields are the parts of one date */
    struct page_action *action;
    size_t nactions;
    struct page_key *key; /* the on-screen pad; none: it is not shown */
    size_t nkeys;
    unsigned keys_kind; /* changes where another key stands in the same place; not for capitals */
    size_t typed;       /* the field it types into */
    struct qr code;  /* a QR code, drawn beside the text where the terminal has room for it; side 0: none */
    char *code_text; /* a paragraph said only where the code is drawn: above the others, or below
                        them where the code is code_spare; may be NULL */
    bool code_spare; /* draw it only where that takes no room from the text */
    char *error;     /* for the rows or the whole page; a field has its own; may be NULL */
    char *notice;    /* one line that changes: "Staff have been called"; may be NULL */
    bool demo;       /* "DEMO, not for patients" */
    bool preview;    /* "PREVIEW, nothing is kept"; instead of the other */
    bool touch;      /* fingers choose: no two answers stand close together where there is room */
    size_t focus;
    int scroll;      /* first body line shown; the view clamps it, and the loop tells the wizard where
                        it ended up: wizard_scrolled() */
    bool follow;     /* scroll as little as it takes to show the focus. False when a page opens at its
                        top and after Page Up or Down, so that a long text can be read */
    bool brought;    /* a number led to the focus: show as many of the rows behind it as have room too */
    unsigned serial; /* changes when another page is shown (not when this one changes) */
};

void page_init(struct page *page);
void page_reset(struct page *page); /* frees the strings, overwriting them; the page is empty again */
void page_add_para(struct page *page, const char *text);
struct page_row *page_add_row(struct page *page, const char *key, const char *text);
struct page_field *page_add_field(struct page *page, const char *label, const char *text);
struct page_action *page_add_action(struct page *page, int id, const char *key, const char *label);
void page_add_key(struct page *page, const char *label, int row, int at, int units);
void page_set(char **slot, const char *text); /* copies; NULL clears */

size_t page_focus_count(const struct page *page);
const struct page_row *page_focus_row(const struct page *page, size_t focus);       /* NULL if not one */
const struct page_field *page_focus_field(const struct page *page, size_t focus);   /* NULL if not one */
const struct page_action *page_focus_action(const struct page *page, size_t focus); /* NULL if not one */
const struct page_key *page_focus_key(const struct page *page, size_t focus);       /* NULL if not one */
size_t page_first_key(const struct page *page); /* the focus number of the first, where there are any */

#endif
