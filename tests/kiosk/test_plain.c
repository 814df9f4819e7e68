/* Plain mode: what is said of a page, and what a line means. Without a terminal: what is typed and what is
 * said go through pipes; time moves only when a test says so. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"
#include "plain.h"

static struct kit kit;
static struct lines *lines;
static struct plain *plain;
static int keys, screen; /* our ends */
static int ends[2];
static char said[1 << 17];
static struct event event;

static int64_t kit_mono(void *arg)
{
    return ((struct kit *)arg)->now;
}

static struct clock kit_clock;

static void open_all(const char *folder, bool echo)
{
    int in[2], out[2];
    struct err err = { "" };

    kit_open_plain(&kit, folder);
    cr_assert_eq(pipe(in) + pipe(out), 0);
    ends[0] = in[0];
    ends[1] = out[1];
    keys = in[1];
    screen = out[0];
    fcntl(screen, F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 18);
    kit_clock = (struct clock){ .mono_ms = kit_mono, .arg = &kit };
    struct lines_setup setup = { ends[0], ends[1], echo, &kit_clock };
    lines = lines_open(&setup, &err);
    cr_assert_not_null(lines);
    plain = plain_new(lines, "Small Clinic");
    plain_show(plain, kit.wizard);
}

static void setup(void)
{
    open_all("tests/kiosk/form", true);
}

static void teardown(void)
{
    plain_free(plain);
    lines_close(lines);
    kit_close(&kit);
    close(keys);
    close(screen);
    close(ends[0]);
    close(ends[1]);
}

TestSuite(plain, .init = setup, .fini = teardown, .timeout = 30);

/* What was said since the last call. */
static const char *heard(void)
{
    ssize_t n = read(screen, said, sizeof said - 1);

    said[n > 0 ? n : 0] = '\0';
    for (const char *c = said; *c; c++) {
        cr_assert((unsigned char)*c >= 0x20 || *c == '\n', "byte %d was written", *c);
    }
    return said;
}

/* Types a line and lets it be handled. */
static unsigned line(const char *text)
{
    kit.now += kit.gap;
    cr_assert_eq(write(keys, text, strlen(text)) + write(keys, "\n", 1), (ssize_t)strlen(text) + 1);
    do {
        lines_wait(lines, &event, -1, NULL, 0);
    } while (event.type == EVENT_KEY);
    cr_assert_eq(event.type, EVENT_LINE);
    kit.effects = plain_line(plain, kit.wizard, &event);
    kit.seen |= kit.effects;
    plain_show(plain, kit.wizard);
    return kit.effects;
}

static void says(const char *text)
{
    const char *all = heard();

    cr_assert(strstr(all, text), "\"%s\" was not said, but: %s", text, all);
}

/* Ends behind the prompt. */
static void asks(const char *prompt)
{
    const char *all = heard();
    size_t len = strlen(all), want = strlen(prompt);

    cr_assert(len > want && strncmp(all + len - want - 1, prompt, want) == 0 && all[len - 1] == ' ',
              "\"%s\" was not asked, but: %s", prompt, all);
}

static void timer(int64_t ms)
{
    kit_timer(&kit, ms);
    plain_show(plain, kit.wizard);
}

static void to_birth(void)
{
    line("");
    line("");
    line("1");
    cr_assert(kit_at(&kit, "Birth date?"), "%s", kit_page(&kit)->title);
}

static void to_goals(void)
{
    to_birth();
    line("9 5 1990");
    line("1");
    line("Ada Lovelace");
    line("");
    cr_assert(kit_at(&kit, "What would you like?"));
}

static void to_medicines(void)
{
    to_goals();
    line("2 10");
    line("");
    line("1"); /* acne */
    line("1"); /* keloid */
    line("1"); /* pills */
    cr_assert(kit_at(&kit, "Your medicines?"));
    heard();
}

Test(plain, commands_are_said_where_one_is_new_and_when_asked_for)
{
    to_goals();
    says("Commands: F2 Back, F4 Skip");
    line("2 10");
    line("");
    const char *next = heard();
    cr_expect_not_null(strstr(next, "Commands: F1 Help, F8 Call staff, ?\n"), "%s", next);
    cr_expect_null(strstr(next, "F2 Back"), "%s", next);
    unsigned serial = kit_page(&kit)->serial;
    line("?");
    const char *all = heard();
    cr_expect_not_null(strstr(all, "Commands: F2 Back, F4 Skip"), "%s", all);
    cr_expect_null(strstr(all, kit_page(&kit)->title), "the page itself was not asked for: %s", all);
    cr_expect_eq(kit_page(&kit)->serial, serial);
}

Test(plain, a_question_mark_alone_is_no_text)
{
    to_medicines();
    line("?");
    says("Commands: ");
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "");
}

Test(plain, every_prompt_says_what_to_type)
{
    asks("Press Enter for \"Start\":");
    line("");
    asks("Press Enter for \"Next\":");
    line("");
    asks("Type a number and press Enter:");
    line("1");
    asks("Type Day, Month, Year in one line, with spaces. Press Enter:");
    line("9 5 1990");
    asks("Type the numbers that fit, with spaces. Press Enter:");
    line("1");
    asks("Your full name. Type it and press Enter:");
    line("Ada Lovelace");
    asks("Phone number. You can leave this empty. Type it and press Enter:");
    line("");
    line("2");
    asks("Type a number, or press Enter for \"Next\":");
    line("/nonsense");
    says("That is not on the list. Type one of the numbers above.\n");
}

Test(plain, consent_is_given_by_its_number_and_by_nothing_else)
{
    line("");
    line("");
    static const char *const wrong[] = { "", "yes", "next", "ok", "11", "1 2", "F4", "." };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        line(wrong[i]);
        cr_assert(kit_at(&kit, "Do you agree?"), "after \"%s\"", wrong[i]);
        cr_assert_eq(wizard_visit(kit.wizard)->consented_s, 0);
    }
    line(" 1 ");
    cr_expect_neq(wizard_visit(kit.wizard)->consented_s, 0);
}

Test(plain, numbers_are_taken_in_every_script_and_a_list_is_all_or_nothing)
{
    to_goals();
    line("1, 3; 12");
    says("That is not on the list.");
    cr_expect_eq(kit_options(&kit, "goals"), 0);
    line("\xE0\xA5\xA7 \xEF\xBC\x93"); /* Devanagari 1, full-width 3 */
    says("You chose: Goal one; Goal three");
    line("1 3");
    says("You chose: Goal one; Goal three"); /* said again is not taken back */
    line("3");
    says("You chose: Goal one\n");
    line("0");
    line("");
    cr_expect(kit_at(&kit, "Pimples now?"));
}

Test(plain, a_phone_number_is_taken_in_every_script_and_kept_in_one)
{
    to_birth();
    line("\uFF19 \u096B \u0BE7\u0BEF\u0BEF\u0BE6");
    line("1");
    line("Ada Lovelace");
    line("\u0966\u096D\u096D\u0966\u0966 \uFF19");
    cr_assert(kit_at(&kit, "What would you like?"));
    cr_expect_str_eq(wizard_visit(kit.wizard)->phone, "07700 9");
}

Test(plain, a_line_that_says_no_and_an_illness_chooses_neither)
{
    to_medicines();
    line("");
    line("/0");
    cr_assert(kit_at(&kit, "Are you pregnant?"), "%s", kit_page(&kit)->title);
    const char *const contrary[] = { "1 2", "2 1", "1 2 0" };
    for (size_t i = 0; i < sizeof contrary / sizeof *contrary; i++) {
        line(contrary[i]);
        cr_expect_eq(kit_options(&kit, "pregnancy"), 0, "%s", contrary[i]);
        cr_expect_not_null(strstr(heard(), "do not go together"), "%s", contrary[i]);
    }
    line("0 2");
    cr_expect_eq(kit_options(&kit, "pregnancy"), OPTION_BIT(1) | OPTION_UNSURE);
}

Test(plain, lines_of_medicines_are_kept_one_by_one_and_an_empty_one_ends_them)
{
    to_medicines();
    line("zinc");
    asks("Type another line, or press Enter if that is all:");
    line("  e\xCC\x81 one ");
    line("F2");
    cr_assert(kit_at(&kit, "Acne pills?"));
    line("1");
    cr_assert(kit_at(&kit, "Your medicines?"));
    line("");
    cr_expect(kit_at(&kit, "Are you pregnant?"));
    cr_expect_str_eq(answers_text(wizard_visit(kit.wizard)->answers, kit_question(&kit, "medicines")),
                     "zinc\n\xC3\xA9 one");
    line("/2");
    says("not on the list");
    line("F2");
    line("/");
    says("It is empty now.");
    line("");
    says("Please check: Type an answer. Or type F4 to skip this question.");
}

Test(plain, not_sure_and_in_private_stand_behind_a_slash_where_words_are_typed)
{
    to_medicines();
    says("");
    line(".");
    says("/0. Not sure\n/P. I'd rather tell the practitioner in private\n");
    line("/0");
    cr_expect_eq(kit_state(&kit, "medicines"), ANSWER_UNSURE);
    line("F2");
    line("/p");
    cr_expect_eq(kit_state(&kit, "medicines"), ANSWER_PRIVATE);
    line("f2");
    line("p");
    cr_expect_str_eq(kit_page(&kit)->field[0].text, "p", "a word is a word");
    heard();
    line("/0");
    const char *all = heard();
    cr_expect_not_null(strstr(all, "You have typed words here."), "%s", all);
    cr_expect_null(strstr(all, "You chose"), "%s", all);
    cr_expect_neq(kit_state(&kit, "medicines"), ANSWER_UNSURE, "no medicine is lost so");
}

Test(plain, a_date_says_back_what_was_understood_and_may_lack_its_day_where_the_form_allows)
{
    to_goals();
    line("1");
    line("");
    line("1");
    line("1");
    line("2");
    cr_assert(kit_at(&kit, "When was the last pill?"));
    heard();
    line("5 2026");
    says("You typed: May 2026\n");
    cr_assert(kit_at(&kit, "What was your last INR") || kit_page(&kit)->nfields == 1);
    line("3,6");
    cr_expect_eq(kit_state(&kit, "inr"), ANSWER_GIVEN);
    line("F2");
    line("F2");
    cr_assert(kit_at(&kit, "When was the last pill?"));
    asks("Day, Month, Year in one line, with spaces. Enter alone keeps \"5 2026\":");
    line("");
    cr_expect_not(kit_at(&kit, "When was the last pill?"));
}

Test(plain, check_your_answers_leads_to_each_and_back)
{
    to_medicines();
    line("zinc");
    line("");
    line("1");
    line("1");
    cr_assert(kit_at(&kit, "Check your answers"));
    says("1. Your name: Ada Lovelace\n");
    line("1");
    asks("Your full name. Enter alone keeps \"Ada Lovelace\":");
    line("Ada King");
    line("");
    cr_assert(kit_at(&kit, "Check your answers"));
    says("1. Your name: Ada King\n");
    size_t open = 0;
    for (size_t i = 0; i < kit_page(&kit)->nrows; i++) {
        open = kit_page(&kit)->row[i].apart ? i : open;
    }
    const char key[3] = { (char)('1' + open), '\0' };
    line(key);
    says("Pimples now? No\n");
    line("");
    cr_assert(kit_at(&kit, "Sign your answers"));
    line("");
    says("Please check: Type your name to sign.");
    line("Ada King");
    cr_expect(kit.effects & EFFECT_SIGN);
    kit_reply(&kit, REPLY_SAVED);
    plain_show(plain, kit.wizard);
    says("Your answers are saved\n");
    line("");
    cr_expect(kit.effects & EFFECT_END);
}

Test(plain, a_key_keeps_the_warning_away_and_the_warning_loses_nothing)
{
    to_medicines();
    cr_assert_gt(write(keys, "asp", 3), 0);
    for (int i = 0; i < 3; i++) {
        kit.now += 100000;
        lines_wait(lines, &event, wizard_deadline(kit.wizard), NULL, 0);
        cr_assert_eq(event.type, EVENT_KEY);
        wizard_heard(kit.wizard, event.mono_ms);
    }
    cr_assert_gt(wizard_deadline(kit.wizard), kit.now + 100000);
    timer(120000);
    says("Are you still there?\nPress Enter to go on.\n");
    kit.now += 20000;
    wizard_heard(kit.wizard, kit.now); /* half a line */
    timer(20000);
    cr_assert(wizard_warning(kit.wizard), "somebody is there");
    line("irin");
    cr_assert(kit_at(&kit, "Your medicines?"));
    says("press Enter: aspirin");
    cr_assert_gt(write(keys, "\n", 1), 0);
    do {
        lines_wait(lines, &event, -1, NULL, 0);
    } while (event.type != EVENT_LINE);
    cr_expect_str_eq(event.text, "aspirin");
}

Test(plain, where_nothing_is_echoed_what_the_warning_met_is_said_and_not_taken)
{
    teardown();
    open_all("tests/kiosk/form", false);
    to_goals();
    line("1");
    line("");
    timer(120000);
    heard();
    line("2");
    cr_assert(kit_at(&kit, "Pimples now?"), "a line for a page not heard answers nothing");
    says("You typed \"2\", and it was not taken. If you mean it, type it again.");
    cr_expect_eq(kit_state(&kit, "acne"), ANSWER_MISSING);
    line("2");
    cr_expect_not(kit_at(&kit, "Pimples now?"));
}

Test(plain, nobody_there_ends_it_by_time)
{
    to_goals();
    timer(120000);
    cr_assert(wizard_warning(kit.wizard));
    kit_timer(&kit, 30000);
    cr_expect(kit.effects & EFFECT_END);
}

Test(plain, lines_typed_ahead_of_a_page_answer_nothing_on_it)
{
    to_goals();
    cr_assert_gt(write(keys, "1\n\n1\n1\n1\n", 9), 0);
    lines_wait(lines, &event, -1, NULL, 0);
    while (event.type == EVENT_KEY) {
        lines_wait(lines, &event, -1, NULL, 0);
    }
    event.mono_ms = kit.now += kit.gap;
    plain_line(plain, kit.wizard, &event); /* a tick turns no page: the next line is for it */
    plain_show(plain, kit.wizard);
    lines_wait(lines, &event, kit.now, NULL, 0);
    cr_assert_eq(event.type, EVENT_LINE);
    plain_line(plain, kit.wizard, &event);
    plain_show(plain, kit.wizard);
    cr_assert(kit_at(&kit, "Pimples now?"));
    lines_wait(lines, &event, kit.now, NULL, 0);
    cr_expect_eq(event.type, EVENT_TIMER);
}

Test(plain, hidden_says_nothing_and_a_number_answers_nothing)
{
    to_goals();
    line("F6");
    const char *all = heard();
    const char *away = strstr(all, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
    cr_assert_not_null(away);
    cr_expect_null(strstr(away, "like"));
    line("1");
    cr_expect_eq(kit_options(&kit, "goals"), 0);
    line("F8");
    cr_expect(kit_at(&kit, "Do you want staff to come?"));
}

Test(plain, staff_are_called_and_what_they_answer_is_said_while_a_line_is_typed)
{
    to_goals();
    line("f8");
    line("2");
    cr_expect(kit.effects & EFFECT_ALERT);
    says("Please talk to the staff now\n");
    cr_assert_gt(write(keys, "ab", 2), 0);
    for (int i = 0; i < 2; i++) {
        lines_wait(lines, &event, -1, NULL, 0);
    }
    heard();
    kit_reply(&kit, REPLY_SEEN);
    plain_show(plain, kit.wizard);
    says("Staff have seen this.\nPress Enter for \"Go on with the form\": ab");
    plain_show(plain, kit.wizard);
    cr_expect_str_eq(heard(), "", "nothing new is not said again");
}

Test(plain, who_comes_back_types_the_slip_and_says_what_is_new)
{
    teardown();
    open_all("forms/microneedling", true);
    line("4821");
    cr_assert(kit_at(&kit, "Your privacy"), "%s", kit_page(&kit)->title);
    cr_expect_str_eq(wizard_visit(kit.wizard)->slip, "4821");
    line("");
    line("1");
    line("9 May 1990");
    line("1");
    says("Since your last visit, 1 of 5.");
    line("2");
    line("0");
    line("P");
    line("1");
    line("1");
    cr_expect_str_eq(wizard_visit(kit.wizard)->since[0], "yes");
    cr_expect_str_eq(wizard_visit(kit.wizard)->since[1], "unsure");
    cr_expect_str_eq(wizard_visit(kit.wizard)->since[2], "private");
    cr_expect_str_eq(wizard_visit(kit.wizard)->since[4], "no");
}

Test(plain, a_stray_digit_on_the_welcome_page_opens_no_slip)
{
    teardown();
    open_all("forms/microneedling", true);
    line("1");
    says("There is no such command on this page.");
    line("");
    cr_expect(kit_at(&kit, "Your privacy"), "%s", kit_page(&kit)->title);
}

/* Lines nobody would type: every page copes, and nothing but text is ever said. */
Test(plain, a_flood_of_strange_lines_is_survived)
{
    static const char *const odd[] = { "",
                                       "1",
                                       "/",
                                       "//",
                                       "F1",
                                       "F2",
                                       "F6",
                                       "F99",
                                       ".",
                                       "p",
                                       "/P",
                                       "0",
                                       "99",
                                       "1 2",
                                       "-1",
                                       "x",
                                       "F5",
                                       "F8",
                                       "3",
                                       "\xFF",
                                       "2 2 2",
                                       "9 5 1990",
                                       "F9",
                                       "e\xCC\x81\xCC\x81",
                                       "\xE2\x80\xAE",
                                       "F4",
                                       "2",
                                       "/0",
                                       "00",
                                       "1,",
                                       ",",
                                       "next",
                                       "Go back",
                                       "a b c d",
                                       "1 1 1 1" };
    unsigned seed = 12345;

    for (int i = 0; i < 4000; i++) {
        seed = seed * 1103515245U + 12345U;
        const char *text = odd[(seed >> 16) % (sizeof odd / sizeof *odd)];
        unsigned effects = line(text);
        heard();
        if (effects & EFFECT_SIGN) {
            kit_reply(&kit, REPLY_SAVED);
            plain_show(plain, kit.wizard);
        }
        if (effects & EFFECT_END) {
            teardown();
            setup();
        }
    }
}
