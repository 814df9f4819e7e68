/* The words themselves, on every page there is: translated, short, and without a promise. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "tr.h"

enum { LONGEST_SENTENCE = 20 };

typedef void visitor(const char *text, const char *page);

static void visit(visitor *look, const char *text, const char *page)
{
    if (text && *text) {
        look(text, page);
    }
}

/* Everything on the page that is not the patient's or the clinic's own. */
static void visit_page(struct kit *kit, visitor *look)
{
    const struct page *page = kit_page(kit);
    const char *name = page->title ? page->title : "";

    if (page->tone != PAGE_WELCOME) {
        visit(look, page->title, name);
    }
    visit(look, page->section, name);
    visit(look, page->hint, name);
    visit(look, page->error, name);
    visit(look, page->notice, name);
    for (size_t i = 0; i < page->nparas; i++) {
        if (!strstr(page->para[i], "Ask Pat")) {
            visit(look, page->para[i], name);
        }
    }
    for (size_t i = 0; i < page->nrows; i++) {
        visit(look, page->row[i].text, name);
    }
    for (size_t i = 0; i < page->nfields; i++) {
        visit(look, page->field[i].label, name);
        visit(look, page->field[i].hint, name);
        visit(look, page->field[i].error, name);
    }
    for (size_t i = 0; i < page->nactions; i++) {
        visit(look, page->action[i].label, name);
    }
}

/* The page, and all that may cover it. */
static void visit_covers(struct kit *kit, visitor *look)
{
    static const int covers[] = { 1, 3, 5, 8, 10 };

    visit_page(kit, look);
    for (size_t i = 0; i < sizeof covers / sizeof covers[0]; i++) {
        unsigned serial = kit_page(kit)->serial;
        kit_f(kit, covers[i]);
        visit_page(kit, look);
        if (kit_page(kit)->serial != serial) {
            kit_key(kit, KEY_ID_ESCAPE);
        }
    }
}

static void visit_all(visitor *look)
{
    static void (*const walks[])(struct kit *) = { kit_to_birth, kit_to_help,  kit_to_name, kit_to_goals,
                                                   kit_to_acne,  kit_to_check, kit_to_sign, kit_to_saving };
    struct kit kit;

    for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++) {
        kit_open(&kit);
        visit_covers(&kit, look); /* welcome */
        walks[i](&kit);
        visit_covers(&kit, look);
        kit_enter(&kit); /* an error, where Enter alone is one */
        visit_page(&kit, look);
        kit_timer(&kit, 20000);
        visit_page(&kit, look);
        kit_reply(&kit, REPLY_SAVED);
        visit_covers(&kit, look);
        kit_f(&kit, 6);
        visit_page(&kit, look);
        kit_timer(&kit, 120000);
        visit_page(&kit, look);
        kit_close(&kit);
    }
    kit_open(&kit); /* a helper, an alert, staff called */
    kit_to_help(&kit);
    kit_char(&kit, "2");
    kit_enter(&kit);
    visit_covers(&kit, look);
    kit_enter(&kit);
    kit_enter(&kit);
    kit_type(&kit, "Ada\n\n");
    kit_f(&kit, 4);
    kit_char(&kit, "3");
    visit_covers(&kit, look);
    kit_reply(&kit, REPLY_ALERT_SENT);
    visit_page(&kit, look);
    kit_reply(&kit, REPLY_SEEN);
    visit_page(&kit, look);
    kit_enter(&kit);
    while (!page_focus_field(kit_page(&kit), 0)) {
        kit_f(&kit, 4);
    }
    kit_char(&kit, "x");
    for (int i = 0; i < 4; i++) {
        kit_f(&kit, 4);
    }
    kit_enter(&kit);
    visit_page(&kit, look); /* who signs */
    kit_char(&kit, "2");
    visit_page(&kit, look);
    kit_close(&kit);

    kit_open(&kit); /* declining */
    kit_enter(&kit);
    kit_enter(&kit);
    kit_char(&kit, "2");
    visit_page(&kit, look);
    kit_close(&kit);

    kit_open(&kit); /* under age */
    kit_to_birth(&kit);
    kit_type(&kit, "9/5/2015\n");
    visit_page(&kit, look);
    kit_char(&kit, "1");
    visit_page(&kit, look);
    kit_close(&kit);

    kit_open(&kit); /* refused */
    kit_to_saving(&kit);
    kit_reply(&kit, REPLY_TROUBLE);
    visit_page(&kit, look);
    kit_reply(&kit, REPLY_REFUSED);
    visit_page(&kit, look);
    kit_close(&kit);
}

static void promises_nothing(const char *text, const char *page)
{
    static const char *const never[] = { "eligible", "approved", "cleared", "safe" };

    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        cr_expect_null(strcasestr(text, never[i]), "%s: %s", page, text);
    }
}

static void is_short(const char *text, const char *page)
{
    int words = 0;

    for (const char *s = text; *s; s++) {
        if (strchr(".?!:", *s)) {
            words = 0;
        } else if (*s == ' ' || s == text) {
            words++;
        }
        cr_expect_leq(words, LONGEST_SENTENCE, "%s: %s", page, text);
    }
}

/* The pseudo-locale puts no vowel on a page as it is in English. */
static void is_translated(const char *text, const char *page)
{
    if (strstr(text, "Small Clinic")) {
        return;
    }
    bool marked = false, plain = false;
    for (const char *s = text; *s; s++) {
        marked = marked || (unsigned char)*s >= 0x80;
        plain = plain || (strchr("aeiouAEIOU", *s) && s != text);
    }
    cr_expect(marked || !plain, "%s: %s", page, text);
}

Test(wizard_words, no_page_promises_anything)
{
    visit_all(promises_nothing);
}

Test(wizard_words, no_sentence_has_more_than_twenty_words)
{
    visit_all(is_short);
}

Test(wizard_words, nothing_escapes_translation)
{
    static const char *const pseudo[] = { "pseudo" };
    struct kit kit;

    kit_open_languages(&kit, "tests/kiosk/form", pseudo, 1, "", TOUCH_OFF);
    kit_to_sign(&kit);
    visit_page(&kit, is_translated);
    kit_f(&kit, 1);
    visit_page(&kit, is_translated);
    kit_key(&kit, KEY_ID_ESCAPE);
    kit_f(&kit, 8);
    visit_page(&kit, is_translated);
    kit_key(&kit, KEY_ID_ESCAPE);
    while (wizard_visit(kit.wizard)->consented_s && kit_page(&kit)->tone != PAGE_WELCOME) {
        visit_page(&kit, is_translated);
        kit_f(&kit, 2);
    }
    kit_close(&kit);
    tr_use(NULL);
}
