/* A patient who presses anything. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kit.h"

enum { EVENTS = 200000 };

/* xorshift32: the same keys in every run. */
static unsigned next(unsigned *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static unsigned one_event(struct kit *kit, unsigned *state)
{
    static const char *const chars[] = {
        "0", "1", "2", "3", "4", "9", "p",  " ",  "/",        "a",
        "M", "-", ",", ".", "1", "1", "\"", "\t", "\xC3\xA9", "\xE2\x80\x8D"
    };
    static const enum event_key keys[] = { KEY_ID_ENTER,     KEY_ID_ENTER,  KEY_ID_TAB,      KEY_ID_BACKTAB,
                                           KEY_ID_UP,        KEY_ID_DOWN,   KEY_ID_LEFT,     KEY_ID_HOME,
                                           KEY_ID_PAGE_DOWN, KEY_ID_ESCAPE, KEY_ID_BACKSPACE };
    unsigned r = next(state);

    kit->gap = (r >> 8) % 4 == 0 ? (int64_t)((r >> 10) % 100) : (int64_t)((r >> 10) % 2500);
    switch (r % 40) {
    case 0:
        return kit_f(kit, 1 + (int)((r >> 16) % 9)); /* not F10: that would end too many visits */
    case 1:
        kit_paste(kit, "9 May 1990\n\xFF\xE2\x80\xAE");
        return kit->effects;
    case 2:
        return kit_timer(kit, (int64_t)((r >> 16) % 4) * 1000);
    case 3:
        return kit_reply(kit, (enum wizard_reply)((r >> 16) % 7));
    case 4:
        return (r >> 16) % 20 == 0 ? kit_f(kit, 10) : kit_f(kit, 6);
    case 5:
        return (r >> 16) % 20 == 0 ? kit_timer(kit, 120000) : kit_enter(kit);
    case 6:
        kit_type(kit, "9/5/1990");
        return kit->effects;
    default:
        if ((r >> 16) % 3 == 0) {
            return kit_key(kit, keys[(r >> 20) % (sizeof keys / sizeof keys[0])]);
        }
        return kit_char(kit, chars[(r >> 20) % (sizeof chars / sizeof chars[0])]);
    }
}

static bool is_question(const struct kit *kit, const struct page *page)
{
    for (size_t i = 0; i < kit->form->nquestions; i++) {
        if (page->title && strcmp(page->title, kit->form->question[i].text) == 0) {
            return true;
        }
    }
    return false;
}

/* Back, again and again, from wherever the monkey is. */
static void back_to_welcome(struct kit *kit)
{
    kit->gap = 1500;
    for (int i = 0; i < 100 && !kit_at(kit, "Small Clinic"); i++) {
        kit_f(kit, 2);
    }
    cr_assert(kit_at(kit, "Small Clinic"), "%s", kit_page(kit)->title);
}

Test(wizard_monkey, two_hundred_thousand_events_break_no_promise, .timeout = 60)
{
    struct kit kit;
    unsigned state = 2463534242U, signatures = 0, visits = 0, saved_before = 0;
    bool is_signed = false;

    kit_open(&kit);
    for (int i = 0; i < EVENTS; i++) {
        if (next(&state) % 50 == 0) {
            wizard_room(kit.wizard, next(&state) % 4 ? 24 : 12, 80);
        }
        bool attested = kit_says(&kit, "I answered as well as I can.");
        unsigned effects = one_event(&kit, &state);
        const struct page *page = kit_page(&kit);

        cr_assert(page_focus_count(page) > 0);
        cr_assert(page->focus < page_focus_count(page));
        if (effects & EFFECT_SIGN) {
            cr_assert(attested, "never signs without the attestation in view");
            cr_assert(strlen(wizard_visit(kit.wizard)->signature) > 0);
            cr_assert(strlen(wizard_visit(kit.wizard)->name) > 0);
            cr_assert_neq(wizard_visit(kit.wizard)->consented_s, 0);
            wizard_wipe(kit.wizard);
            signatures++;
            is_signed = true;
            saved_before = kit.saved;
        }
        if (kit_at(&kit, "Your answers are saved")) {
            cr_assert(is_signed && kit.saved > saved_before, "never a false saved");
        }
        if (wizard_visit(kit.wizard)->under_age) {
            cr_assert_str_eq(wizard_visit(kit.wizard)->name, "");
        }
        if (next(&state) % 500 == 0 && is_question(&kit, page)) {
            back_to_welcome(&kit);
        }
        if (effects & EFFECT_END) {
            kit_close(&kit);
            kit_open(&kit);
            if (next(&state) % 3 == 0) { /* let it see the last pages as often as the first */
                kit_to_check(&kit);
            }
            visits++;
            is_signed = false;
        }
    }
    kit_close(&kit);
    cr_log_info("%u visits, %u signatures", visits, signatures);
    cr_expect(visits > 0);
    cr_expect(signatures > 0);
}
