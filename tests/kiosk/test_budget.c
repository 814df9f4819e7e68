/* What the whole form costs a patient in good health: keys, words, and places the eye must find.
 *
 * Each patient walks forms/microneedling by keys, every page drawn at 80x24. A key is a key: letters of the
 * name, Enter, Page Down. A word is read if it stands on the page and not in the bar at the top or among the
 * actions below. A row that has stood with the same words at the same place on an earlier page is known by
 * its place and not read again: "Not sure" is, on forty pages, one thing and not forty. The number before an
 * answer is no word. Of a question that takes one answer, what stands below the answer that fits is not read;
 * a list to tick from is read to its end. The page that says "saving" is gone at once.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ui/testpty.h"
#include "kit.h"
#include "view.h"
#include "wizard_internal.h"

enum {
    MOST_KEYS = 80,
    MOST_RETURNING_KEYS = 50,
    MOST_WORDS = 900,
    ROWS = 24,
    COLUMNS = 80,
    MOST_PAGES = 200
};

/* Answers of a patient in good health; a question that is not here is answered no, never or none. */
struct healthy {
    const char *who, *birth, *name, *phone, *initials;
    struct {
        const char *question, *option[3];
    } answer[6];
};

static const struct healthy patients[] = {
    { "a woman with acne scars",
      "09051990",
      "Ada Lovelace",
      "",
      "AL",
      { { "goals", { "acne_scars" } }, { "areas", { "face" } }, { "alcohol", { "longer" } } } },
    { "a man with large pores",
      "24/12/1979",
      "Emeka Obi",
      "07700 900123",
      "EO",
      { { "goals", { "pores" } },
        { "areas", { "face" } },
        { "alcohol", { "longer" } },
        { "pregnancy", { "not_applicable" } } } },
    { "someone who wants three things",
      "1 3 1984",
      "Li Na",
      "",
      "Li Na",
      { { "goals", { "lines", "dull", "pores" } },
        { "areas", { "face", "neck" } },
        { "alcohol", { "longer" } } } },
};
/* Who comes back: digits for the date of birth, initials for the signature. The name is not asked. */
static const struct healthy returning[] = {
    { "a woman who comes back", "09051990", "", "", "AL", { { "alcohol", { "longer" } } } },
    { "a man who comes back",
      "24121979",
      "",
      "",
      "EO",
      { { "alcohol", { "longer" } }, { "pregnancy", { "not_applicable" } } } },
};
enum { NPATIENTS = sizeof patients / sizeof patients[0] };

/* --- What a patient reads --- */

enum { KNOWN = 128 };
struct known {
    char *words[KNOWN]; /* those of one row of the screen, a space between two */
    size_t n;
};

struct burden {
    char section[64];
    int pages, keys, words;
};

struct walk {
    struct kit kit;
    struct pty pty;
    struct view *view;
    const struct healthy *who;
    struct known row[ROWS];
    const char *fits; /* the one answer to this page; NULL: there may be more */
    struct burden burden[16];
    size_t nburdens;
    struct burden *now;
    unsigned serial;
    int height;
    bool returning; /* with a slip */
};

static bool is_word(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (isalnum((unsigned char)s[i])) {
            return true;
        }
    }
    return false;
}

/* Words alone, without the marker, the marks and the key of an answer. */
static int words_of(const char *row, char out[1024])
{
    int n = 0;
    size_t used = 0;
    const char *at = row + strspn(row, " >");
    size_t key = strspn(at, "0123456789P");

    if (key > 0 && strncmp(at + key, "  ", 2) == 0) {
        at += key;
    }
    while (*(at += strspn(at, " "))) {
        size_t len = strcspn(at, " ");
        if (is_word(at, len) && used + len + 2 < 1024) {
            memcpy(out + used, at, len);
            used += len;
            out[used++] = ' ';
            n++;
        }
        at += len;
    }
    out[used] = '\0';
    return n;
}

static bool is_action(const char *row)
{
    const char *at = row + strspn(row, " >");

    return strncmp(at, "[ Enter ", 8) == 0 || strncmp(at, "[ Next ]", 8) == 0;
}

static bool is_known(struct known *row, const char *words)
{
    for (size_t i = 0; i < row->n; i++) {
        if (strcmp(row->words[i], words) == 0) {
            return true;
        }
    }
    cr_assert_lt(row->n, (size_t)KNOWN);
    row->words[row->n++] = strdup(words);
    return false;
}

/* The words on the screen that have not been at their place before, down to the answer that fits. */
static int read_screen(struct walk *walk)
{
    char row[1024], fits[1024] = "";
    int words = 0;
    bool foot = false;

    if (walk->fits) {
        words_of(walk->fits, fits);
    }
    for (int r = 1; r < ROWS; r++) {
        const char *text = pty_row(r);
        foot = foot || strstr(text, "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80");
        if (foot || is_action(text)) {
            continue;
        }
        int n = words_of(text, row);
        words += is_known(&walk->row[r], row) ? 0 : n;
        foot = *fits && strcmp(row, fits) == 0;
    }
    return words;
}

static bool shows(const char *text)
{
    for (int r = 0; r < ROWS; r++) {
        if (strstr(pty_row(r), text)) {
            return true;
        }
    }
    return false;
}

static void draw(struct walk *walk)
{
    static char drawn[1 << 18];
    size_t first, last;

    walk->height = view_draw(walk->view, wizard_page(walk->kit.wizard), walk->pty.ui);
    wizard_scrolled(walk->kit.wizard, view_scroll(walk->view));
    view_rows(walk->view, &first, &last);
    wizard_rows_seen(walk->kit.wizard, first, last);
    pty_drain(&walk->pty, drawn, sizeof drawn, 0);
}

static void enter_section(struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->nburdens; i++) {
        if (strcmp(walk->burden[i].section, name) == 0) {
            walk->now = &walk->burden[i];
            return;
        }
    }
    cr_assert_lt(walk->nburdens, sizeof walk->burden / sizeof walk->burden[0]);
    walk->now = &walk->burden[walk->nburdens++];
    snprintf(walk->now->section, sizeof walk->now->section, "%s", name);
}

static bool is_healthy(const struct form_question *q, size_t option)
{
    static const char *const fine[] = { "no", "never", "none" };

    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        if (strcmp(q->option[option].id, fine[i]) == 0) {
            return true;
        }
    }
    return false;
}

enum { MOST_ANSWERS = 3 };

/* The options this patient chooses; returns how many. */
static size_t answers_of(const struct healthy *who, const struct form_question *q,
                         size_t option[MOST_ANSWERS])
{
    size_t n = 0;

    for (size_t a = 0; a < sizeof who->answer / sizeof who->answer[0] && who->answer[a].question; a++) {
        if (strcmp(who->answer[a].question, q->id) != 0) {
            continue;
        }
        for (size_t k = 0; k < MOST_ANSWERS && who->answer[a].option[k]; k++) {
            long index = form_option_index(q, who->answer[a].option[k]);
            cr_assert_geq(index, 0, "%s has no %s", q->id, who->answer[a].option[k]);
            option[n++] = (size_t)index;
        }
    }
    for (size_t i = 0; i < q->noptions && n == 0; i++) {
        if (is_healthy(q, i)) {
            option[n++] = i;
        }
    }
    return n;
}

static void open_page(struct walk *walk)
{
    const struct page *page = wizard_page(walk->kit.wizard);
    bool early = flow_stage(walk->kit.wizard, walk->kit.wizard->pos) <= STAGE_CONSENT;

    size_t question = flow_question(walk->kit.wizard, walk->kit.wizard->pos), option[MOST_ANSWERS];
    const struct form_question *q = question == SIZE_MAX ? NULL : &walk->kit.form->question[question];

    walk->fits = NULL;
    if (q && q->type == QUESTION_CHOICE && answers_of(walk->who, q, option) == 1) {
        walk->fits = q->option[option[0]].text;
    }
    walk->serial = page->serial;
    enter_section(walk, page->section ? page->section : early ? "Welcome, consent" : "Check, sign, result");
    draw(walk);
    walk->now->pages++;
    walk->now->words +=
        flow_stage(walk->kit.wizard, walk->kit.wizard->pos) == STAGE_SAVING ? 0 : read_screen(walk);
}

/* --- What a patient presses --- */

static bool turned(struct walk *walk)
{
    return wizard_page(walk->kit.wizard)->serial != walk->serial;
}

static void type(struct walk *walk, const char *text)
{
    walk->now->keys += (int)strlen(text);
    kit_type(&walk->kit, text);
    draw(walk);
}

static void press_char(struct walk *walk, char c)
{
    const char key[2] = { c, '\0' };

    walk->now->keys++;
    kit_char(&walk->kit, key);
    draw(walk);
}

static void press(struct walk *walk, enum event_key key)
{
    walk->now->keys++;
    kit_key(&walk->kit, key);
    draw(walk);
}

static void choose(struct walk *walk, size_t option)
{
    char key[24];

    snprintf(key, sizeof key, "%zu", option + 1);
    for (const char *k = key; *k; k++) {
        press_char(walk, *k);
    }
    if (walk->kit.wizard->pending) { /* 1 of ten and more: it counts after a while */
        kit_timer(&walk->kit, 1500);
        draw(walk);
    }
}

static void answer(struct walk *walk, const struct form_question *q)
{
    size_t option[MOST_ANSWERS], n = answers_of(walk->who, q, option);

    cr_assert_gt(n, (size_t)0, "this test does not know how a patient in good health answers %s", q->id);
    for (size_t i = 0; i < n; i++) {
        choose(walk, option[i]);
    }
    if (!turned(walk)) {
        press(walk, KEY_ID_ENTER);
    }
}

static void do_page(struct walk *walk)
{
    struct wizard *w = walk->kit.wizard;
    size_t question = flow_question(w, w->pos);

    while (shows("More below")) {
        press(walk, KEY_ID_PAGE_DOWN);
        walk->now->words += read_screen(walk);
    }
    switch (flow_stage(w, w->pos)) {
    case STAGE_WELCOME:
        if (!walk->returning) {
            press(walk, KEY_ID_ENTER);
            break;
        }
        for (const char *k = "4821"; *k; k++) {
            press_char(walk, *k);
        }
        break;
    case STAGE_SINCE:
    case STAGE_CONSENT:
        press_char(walk, '1');
        break;
    case STAGE_NAME:
        type(walk, walk->who->name);
        press(walk, KEY_ID_ENTER);
        type(walk, walk->who->phone);
        press(walk, KEY_ID_ENTER);
        break;
    case STAGE_SIGN:
        type(walk, walk->who->initials);
        press(walk, KEY_ID_ENTER);
        break;
    case STAGE_QUESTION:
        if (question == w->birth) {
            type(walk, walk->who->birth);
            press(walk, KEY_ID_ENTER);
        } else {
            answer(walk, &walk->kit.form->question[question]);
        }
        break;
    default:
        press(walk, KEY_ID_ENTER);
    }
}

static void open_walk(struct walk *walk, const struct healthy *who)
{
    memset(walk, 0, sizeof *walk);
    walk->who = who;
    kit_open_form(&walk->kit, "forms/microneedling");
    pty_open(&walk->pty, "xterm-256color", ROWS, COLUMNS, UI_NORMAL);
    walk->view = view_new("Riverside Clinic");
}

static void close_walk(struct walk *walk)
{
    for (int r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < walk->row[r].n; i++) {
            free(walk->row[r].words[i]);
        }
    }
    view_free(walk->view);
    pty_close(&walk->pty);
    kit_close(&walk->kit);
}

static struct burden total(const struct walk *walk, bool print)
{
    struct burden sum = { "all", 0, 0, 0 };

    if (print) {
        printf("burden of %s:\n  %-28s %6s %6s %6s\n", walk->who->who, "section", "pages", "keys", "words");
    }
    for (size_t i = 0; i < walk->nburdens; i++) {
        const struct burden *one = &walk->burden[i];
        sum.pages += one->pages;
        sum.keys += one->keys;
        sum.words += one->words;
        if (print) {
            printf("  %-28s %6d %6d %6d\n", one->section, one->pages, one->keys, one->words);
        }
    }
    if (print) {
        printf("  %-28s %6d %6d %6d\n", sum.section, sum.pages, sum.keys, sum.words);
        fflush(stdout);
    }
    return sum;
}

static void visit(struct walk *walk)
{
    open_page(walk);
    for (int i = 0; i < MOST_PAGES; i++) {
        enum stage stage = flow_stage(walk->kit.wizard, walk->kit.wizard->pos);
        if (stage == STAGE_SAVING) {
            wizard_wipe(walk->kit.wizard);
            kit_reply(&walk->kit, REPLY_SAVED);
        } else if (stage == STAGE_RESULT) {
            break;
        } else {
            do_page(walk);
        }
        cr_assert(turned(walk), "stuck at \"%s\"", wizard_page(walk->kit.wizard)->title);
        open_page(walk);
    }
    cr_expect_not(shows("More below"), "the result is one screen");
}

Test(budget, a_healthy_first_visit_costs_at_most_80_keys_and_900_words, .timeout = 60)
{
    for (size_t p = 0; p < NPATIENTS; p++) {
        struct walk *walk = malloc(sizeof *walk);
        open_walk(walk, &patients[p]);
        visit(walk);
        cr_expect(walk->kit.wizard->result_clear, "%s raised a flag", patients[p].who);
        struct burden sum = total(walk, true);
        cr_expect_leq(sum.keys, MOST_KEYS, "%s: %d keys", patients[p].who, sum.keys);
        cr_expect_leq(sum.words, MOST_WORDS, "%s: %d words", patients[p].who, sum.words);
        close_walk(walk);
        free(walk);
    }
}

Test(budget, who_comes_back_in_good_health_presses_at_most_50_keys, .timeout = 60)
{
    for (size_t p = 0; p < sizeof returning / sizeof returning[0]; p++) {
        struct walk *walk = malloc(sizeof *walk);
        open_walk(walk, &returning[p]);
        walk->returning = true;
        visit(walk);
        struct burden sum = total(walk, true);
        cr_expect_leq(sum.keys, MOST_RETURNING_KEYS, "%s: %d keys", returning[p].who, sum.keys);
        cr_expect_not(walk->kit.wizard->result_clear,
                      "what was not asked is not clear before staff carry it over");
        close_walk(walk);
        free(walk);
    }
}

/* --- Where the eye rests --- */

static void list_key(const struct page *page, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < page->nrows; i++) {
        buf_addf(out, "%s|", page->row[i].text);
    }
}

/* The screen rows of the page's answers, up to 64 of them. */
static size_t list_rows(const struct walk *walk, int row[64])
{
    size_t n = 0, focus;

    for (int r = 0; r < ROWS && n < 64; r++) {
        if (view_hit(walk->view, r, COLUMNS / 2, &focus) == PLACE_FOCUS &&
            focus < wizard_page(walk->kit.wizard)->nrows) {
            row[n++] = r;
        }
    }
    return n;
}

Test(budget, questions_with_the_same_answers_have_them_on_the_same_rows, .timeout = 60)
{
    struct walk *walk = malloc(sizeof *walk);
    struct {
        char *key;
        const char *id;
        int row[64];
        size_t n;
    } seen[128];
    size_t nseen = 0, shared = 0;
    struct buf key = BUF_INIT;

    open_walk(walk, &patients[0]);
    struct wizard *w = walk->kit.wizard;
    for (size_t q = 0; q < walk->kit.form->nquestions; q++) {
        const struct form_question *question = &walk->kit.form->question[q];
        if (question->noptions == 0) {
            continue;
        }
        int row[64];
        flow_enter(w, flow_of_question(w, q));
        draw(walk);
        list_key(wizard_page(w), &key);
        size_t n = list_rows(walk, row), i = 0;
        while (i < nseen && strcmp(seen[i].key, buf_str(&key)) != 0) {
            i++;
        }
        if (i == nseen) {
            cr_assert_lt(nseen, 128);
            seen[nseen].key = strdup(buf_str(&key));
            seen[nseen].id = question->id;
            seen[nseen].n = n;
            memcpy(seen[nseen++].row, row, sizeof row);
            continue;
        }
        shared++;
        cr_expect(seen[i].n == n && memcmp(seen[i].row, row, n * sizeof *row) == 0,
                  "%s has the answers of %s from row %d on, not %d", question->id, seen[i].id, row[0],
                  seen[i].row[0]);
    }
    cr_expect_gt(shared, 0, "the form's questions share their answers");
    for (size_t i = 0; i < nseen; i++) {
        free(seen[i].key);
    }
    buf_done(&key);
    close_walk(walk);
    free(walk);
}
