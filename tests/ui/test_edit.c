/* The line editor: whatever is typed or pasted, the text stays clean, whole and within its limit. */
#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>
#include <time.h>

#include "edit.h"
#include "text.h"

#define E_ACUTE "\xC3\xA9"
#define ACUTE   "\xCC\x81"                                     /* combining */
#define FAMILY  "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* two pictographs and a ZWJ */
#define ZWJ     "\xE2\x80\x8D"
#define KA      "\xE0\xA4\x95"
#define RLO     "\xE2\x80\xAE"

static enum edit_result type(struct edit *edit, const char *s)
{
    struct event event = { .type = EVENT_CHAR, .len = strlen(s) };

    memcpy(event.text, s, event.len + 1);
    return edit_event(edit, &event);
}

static enum edit_result press(struct edit *edit, enum event_key key)
{
    struct event event = { .type = EVENT_KEY, .key = key };

    return edit_event(edit, &event);
}

static enum edit_result paste(struct edit *edit, const char *s)
{
    struct event event = { .type = EVENT_PASTE, .len = strlen(s) };

    memcpy(event.text, s, event.len + 1);
    return edit_event(edit, &event);
}

Test(edit, letters_go_in_at_the_cursor)
{
    struct edit edit;

    edit_init(&edit, 20, false);
    cr_assert_eq(type(&edit, "a"), EDIT_CHANGED);
    type(&edit, "c");
    cr_assert_eq(press(&edit, KEY_ID_LEFT), EDIT_MOVED);
    type(&edit, "b");
    cr_assert_str_eq(edit.text, "abc");
    cr_assert_eq(edit.cursor, 2);
    edit_done(&edit);
}

Test(edit, backspace_and_delete_take_a_whole_grapheme)
{
    struct edit edit;

    edit_init(&edit, 20, false);
    edit_set(&edit, "xe" ACUTE FAMILY);
    cr_assert_eq(press(&edit, KEY_ID_BACKSPACE), EDIT_CHANGED);
    cr_assert_str_eq(edit.text, "xe" ACUTE);
    press(&edit, KEY_ID_HOME);
    press(&edit, KEY_ID_RIGHT);
    press(&edit, KEY_ID_DELETE);
    cr_assert_str_eq(edit.text, "x");
    cr_assert_eq(press(&edit, KEY_ID_DELETE), EDIT_NOTHING);
    press(&edit, KEY_ID_BACKSPACE);
    cr_assert_eq(press(&edit, KEY_ID_BACKSPACE), EDIT_NOTHING);
    cr_assert_str_eq(edit.text, "");
    edit_done(&edit);
}

/* A vowel sign or a virama goes with its letter; a letter that a virama joins goes alone (UAX #29 before
 * GB9c), and what it leaves is whole. */
Test(edit, backspace_in_tamil_and_hindi_leaves_whole_letters)
{
    static const char *const left[][5] = {
        { "\u0B95\u0BCD\u0BB7", "\u0B95\u0BCD", "" },                             /* k-ssa */
        { "\u0BB8\u0BCD\u0BB0\u0BC0", "\u0BB8\u0BCD", "" },                       /* s-rii */
        { "\u0BA4\u0BAE\u0BBF\u0BB4\u0BCD", "\u0BA4\u0BAE\u0BBF", "\u0BA4", "" }, /* tamil */
        { "\u0936\u094D\u0930\u0940", "\u0936\u094D", "" },                       /* sh-rii */
        { "\u0915\u094D\u0937\u093F", "\u0915\u094D", "" },                       /* k-ssi */
        { "\u0939\u093F\u0902\u0926\u0940", "\u0939\u093F\u0902", "" },           /* himdii: two marks */
        { "\u0915\u093C\u0941", "" },                                             /* qu: nukta and sign */
        { "a" FAMILY ZWJ "\U0001F466", "a", "" },                                 /* three people */
        { "\U0001F44D\U0001F3FDx", "\U0001F44D\U0001F3FD", "" },                  /* a colour of skin */
    };

    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        struct edit edit;
        edit_init(&edit, 20, false);
        edit_set(&edit, left[i][0]);
        for (size_t n = 1; n < 5 && left[i][n] != NULL; n++) {
            cr_assert_eq(press(&edit, KEY_ID_BACKSPACE), EDIT_CHANGED);
            cr_expect_str_eq(edit.text, left[i][n], "%zu: %s is left of %s", i, edit.text, left[i][0]);
            cr_expect_eq(text_check(edit.text, edit.len, false), TEXT_OK);
        }
        cr_expect_eq(press(&edit, KEY_ID_BACKSPACE), EDIT_NOTHING, "%zu", i);
        edit_done(&edit);
    }
}

/* Full-width 2 would take two columns of a box that has two. */
Test(edit, a_number_is_kept_in_ascii_however_it_is_typed_or_pasted)
{
    struct edit edit;

    edit_init(&edit, 20, false);
    edit.ascii = true;
    type(&edit, "\uFF12");
    type(&edit, "\u096F");
    type(&edit, "\u0BE7");
    cr_expect_str_eq(edit.text, "291");
    paste(&edit, " \uFF0B\u0660\u066B5 mai\u0301");
    cr_expect_str_eq(edit.text, "291 +0.5 mai\u0301", "a month may be a word");
    edit_set(&edit, "\uFF13");
    cr_expect_str_eq(edit.text, "3");
    cr_expect_eq(edit.cursor, 1);
    press(&edit, KEY_ID_BACKSPACE);
    cr_expect_str_eq(edit.text, "");
    edit_done(&edit);
    edit_init(&edit, 20, false);
    type(&edit, "\uFF12");
    cr_expect_str_eq(edit.text, "\uFF12", "a text is kept as it is written");
    edit_done(&edit);
}

Test(edit, the_limit_counts_graphemes_not_bytes)
{
    struct edit edit;

    edit_init(&edit, 3, false);
    type(&edit, E_ACUTE);
    cr_assert_eq(paste(&edit, FAMILY FAMILY FAMILY), EDIT_FULL);
    cr_assert_str_eq(edit.text, E_ACUTE FAMILY FAMILY);
    cr_assert_eq(type(&edit, "x"), EDIT_FULL);
    cr_assert_eq(text_graphemes(edit.text), 3);
    edit_done(&edit);
}

Test(edit, a_mark_joins_the_last_letter_of_a_full_field)
{
    struct edit edit;

    edit_init(&edit, 2, false);
    edit_set(&edit, "ae");
    cr_assert_eq(type(&edit, ACUTE), EDIT_CHANGED);
    cr_assert_str_eq(edit.text, "ae" ACUTE);
    cr_assert_eq(edit.cursor, edit.len);
    edit_done(&edit);
}

Test(edit, a_flood_of_marks_ends)
{
    struct edit edit;
    enum edit_result last = EDIT_NOTHING;

    edit_init(&edit, 5, false);
    type(&edit, "e");
    for (int i = 0; i < 1000; i++) {
        last = type(&edit, ACUTE);
    }
    cr_assert_eq(last, EDIT_NOTHING);
    cr_assert_eq(edit.len, 1 + 2 * TEXT_MARKS_MAX);
    cr_assert_eq(type(&edit, "x"), EDIT_CHANGED, "the next letter has its room");
    cr_assert_eq(type(&edit, ACUTE), EDIT_CHANGED);
    press(&edit, KEY_ID_BACKSPACE);
    press(&edit, KEY_ID_BACKSPACE);
    cr_assert_str_eq(edit.text, "", "a letter goes with all its marks");

    char flood[2001] = "";
    for (int i = 0; i < 1000; i++) {
        memcpy(flood + (size_t)2 * (size_t)i, ACUTE, 2);
    }
    type(&edit, "a");
    type(&edit, "b");
    press(&edit, KEY_ID_LEFT);
    paste(&edit, flood);
    cr_assert_eq(edit.len, 2 + 2 * TEXT_MARKS_MAX, "what else is pasted is left out");
    cr_assert_eq(text_check(edit.text, edit.len, false), TEXT_OK);
    edit_done(&edit);
}

Test(edit, the_cursor_never_stands_inside_a_grapheme)
{
    struct edit edit;

    edit_init(&edit, 20, false);
    edit_set(&edit, "ab");
    press(&edit, KEY_ID_HOME);
    type(&edit, ACUTE); /* joins nothing before it; "a" stays a letter of its own */
    press(&edit, KEY_ID_END);
    for (int i = 0; i < 5; i++) {
        const char *at = edit.text;
        while (at < edit.text + edit.cursor) {
            at = text_next(at);
        }
        cr_assert_eq(at, edit.text + edit.cursor);
        press(&edit, KEY_ID_LEFT);
    }
    cr_assert_eq(edit.cursor, 0);
    edit_done(&edit);
}

Test(edit, controls_and_invisible_characters_are_left_out)
{
    struct edit edit;

    edit_init(&edit, 40, false);
    cr_assert_eq(type(&edit, "\x1B"), EDIT_NOTHING);
    cr_assert_eq(type(&edit, RLO), EDIT_NOTHING);
    cr_assert_eq(paste(&edit, "a\x1B[31mb" RLO "c\xFF\xC3"
                              "d\tE\nF\r\nG"),
                 EDIT_CHANGED);
    cr_assert_str_eq(edit.text, "a[31mbcd E F G");
    edit_done(&edit);
}

Test(edit, a_joiner_stays_only_between_two_letters)
{
    struct edit edit;

    edit_init(&edit, 40, false);
    type(&edit, KA);
    cr_assert_eq(type(&edit, ZWJ), EDIT_NOTHING);
    cr_assert_str_eq(edit.text, KA);
    type(&edit, KA);
    cr_assert_str_eq(edit.text, KA ZWJ KA);
    press(&edit, KEY_ID_BACKSPACE);
    cr_assert_eq(text_check(edit.text, edit.len, false), TEXT_OK);
    cr_assert_str_eq(edit.text, KA);
    type(&edit, ZWJ);
    type(&edit, "!");
    cr_assert_str_eq(edit.text, KA "!");
    edit_done(&edit);
}

Test(edit, only_a_multiline_field_takes_a_new_line)
{
    struct edit one;
    struct edit many;

    edit_init(&one, 40, false);
    edit_init(&many, 40, true);
    cr_assert_eq(press(&one, KEY_ID_ENTER), EDIT_IGNORED);
    edit_set(&many, "aspirin");
    cr_assert_eq(press(&many, KEY_ID_ENTER), EDIT_CHANGED);
    paste(&many, "zinc\r\niron");
    cr_assert_str_eq(many.text, "aspirin\nzinc\niron");
    press(&many, KEY_ID_HOME);
    cr_assert_eq(many.cursor, strlen("aspirin\nzinc\n"));
    edit_done(&one);
    edit_done(&many);
}

Test(edit, up_and_down_follow_the_lines_as_shown)
{
    struct edit edit;

    edit_init(&edit, 100, true);
    edit_set(&edit, "one two three\nfour");
    cr_assert(edit_line(&edit, -1, 8)); /* "one two", "three", "four" */
    cr_assert_eq(edit.cursor, strlen("one two thre"));
    cr_assert(edit_line(&edit, -1, 8));
    cr_assert_eq(edit.cursor, strlen("one "));
    cr_assert_not(edit_line(&edit, -1, 8));
    cr_assert(edit_line(&edit, +1, 8));
    cr_assert(edit_line(&edit, +1, 8));
    cr_assert_not(edit_line(&edit, +1, 8));
    cr_assert_eq(edit.cursor, edit.len);
    edit_done(&edit);
}

Test(edit, keys_of_no_meaning_here_are_left_to_the_caller)
{
    struct edit edit;

    edit_init(&edit, 10, false);
    cr_assert_eq(press(&edit, KEY_ID_TAB), EDIT_IGNORED);
    cr_assert_eq(press(&edit, KEY_ID_F1), EDIT_IGNORED);
    cr_assert_eq(press(&edit, KEY_ID_UP), EDIT_IGNORED);
    edit_done(&edit);
}

/* As when 64 KB are pasted where nothing brackets them: each is a key, and most find the field full. */
Test(edit, a_key_costs_no_more_in_a_long_text_than_in_a_short_one)
{
    static const char *const scripts[] = { "a", "ந", "患" };

    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct edit edit;
        clock_t begun = clock();

        edit_init(&edit, 4000, true);
        for (int n = 0; n < 1 << 16; n++) {
            type(&edit, scripts[i]);
        }
        while (press(&edit, KEY_ID_LEFT) == EDIT_MOVED) {
        }
        while (press(&edit, KEY_ID_DELETE) == EDIT_CHANGED) {
        }
        cr_expect_eq(edit.len, 0);
        cr_expect_lt((double)(clock() - begun) / CLOCKS_PER_SEC, 5.0, "%s", scripts[i]);
        edit_done(&edit);
    }
}

Test(edit, whatever_is_done_the_text_is_clean_within_its_limit_and_counted_right)
{
    static const char *const piece[] = { "a", " ",    "\n",     "\u200D", "\u200C", "🇩", "🇪", "👩",
                                         "👧", "🏽", "\uFE0F", "\u0301", "क",      "्",  "ष", "ि",
                                         "မ", "ါ",    "ᄀ",     "ᅡ",     "患",     RLO };
    static const enum event_key keys[] = { KEY_ID_LEFT,      KEY_ID_LEFT,   KEY_ID_RIGHT,
                                           KEY_ID_BACKSPACE, KEY_ID_DELETE, KEY_ID_HOME };
    unsigned seed = 7;

    for (int round = 0; round < 300; round++) {
        struct edit edit;

        edit_init(&edit, (size_t)(3 + round % 30), true);
        for (int i = 0; i < 80; i++) {
            seed = seed * 1103515245U + 12345U;
            unsigned dice = seed >> 16;
            if (dice % 10 < 7) {
                type(&edit, piece[dice / 10 % (sizeof piece / sizeof piece[0])]);
            } else {
                press(&edit, keys[dice / 10 % (sizeof keys / sizeof keys[0])]);
            }
            cr_assert_eq(text_check(edit.text, edit.len, true), TEXT_OK);
            cr_assert_eq(edit.graphemes, text_graphemes(edit.text), "%s", edit.text);
            cr_assert_leq(edit.graphemes, edit.max_graphemes);
            const char *at = edit.text;
            while (at < edit.text + edit.cursor) {
                at = text_next(at);
            }
            cr_assert_eq(at, edit.text + edit.cursor, "the cursor is inside a grapheme of %s", edit.text);
        }
        edit_done(&edit);
    }
}

Test(edit, what_was_typed_is_overwritten_when_taken_back)
{
    struct edit edit;

    edit_init(&edit, 50, false);
    edit_set(&edit, "Marigold");
    for (int i = 0; i < 8; i++) {
        press(&edit, KEY_ID_BACKSPACE);
    }
    for (size_t i = 0; i < edit.cap; i++) {
        cr_assert_eq(edit.text[i], 0);
    }
    edit_done(&edit);
}
