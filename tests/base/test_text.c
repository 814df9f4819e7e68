#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>
#include <wchar.h>

#include "text.h"

#define FAMILY "👨‍👩‍👧" /* three people and two ZWJ */

/* The lines with '|' between them. */
static const char *wrapped(const char *s, int columns)
{
    static struct buf out;
    struct text_lines lines = { 0 };

    buf_reset(&out);
    text_wrap(s, columns, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        if (i > 0) {
            buf_adds(&out, "|");
        }
        buf_add(&out, s + lines.line[i].start, lines.line[i].len);
        cr_assert_eq(lines.line[i].width, text_width_n(s + lines.line[i].start, lines.line[i].len));
    }
    text_lines_done(&lines);
    return buf_str(&out);
}

/* The graphemes with '|' between them, found forwards; the same must be found backwards. */
static const char *graphemes(const char *s)
{
    static struct buf out;
    const char *end = s + strlen(s);

    buf_reset(&out);
    for (const char *at = s; at < end;) {
        const char *next = text_next(at);
        if (at > s) {
            buf_adds(&out, "|");
        }
        buf_add(&out, at, (size_t)(next - at));
        cr_assert_eq(text_prev(s, next), at, "back from byte %zu of %s", (size_t)(next - s), s);
        at = next;
    }
    return buf_str(&out);
}

Test(text, graphemes_are_what_people_count)
{
    cr_assert_str_eq(graphemes("abc"), "a|b|c");
    cr_assert_str_eq(graphemes("e\u0301a\u0308\u0323z"), "e\u0301|a\u0308\u0323|z");
    cr_assert_str_eq(graphemes("🇫🇷🇩🇪🇮🇹x🇪🇸🇵🇹"), "🇫🇷|🇩🇪|🇮🇹|x|🇪🇸|🇵🇹");
    cr_assert_str_eq(graphemes("🇫🇷🇩"), "🇫🇷|🇩");
    cr_assert_str_eq(graphemes("a" FAMILY "b" FAMILY FAMILY), "a|" FAMILY "|b|" FAMILY "|" FAMILY);
    cr_assert_str_eq(graphemes("👍🏽❤️1️⃣"), "👍🏽|❤️|1️⃣");
    cr_assert_str_eq(graphemes("नमस्ते"), "न|म|स्|ते");
    cr_assert_str_eq(graphemes("हिन्दी में"), "हि|न्|दी| |में");
    cr_assert_str_eq(graphemes("தமிழ்"), "த|மி|ழ்");
    cr_assert_str_eq(graphemes("한글각"), "한|글|각");
    cr_assert_str_eq(graphemes("a\r\nb\n"), "a|\r\n|b|\n");
    cr_assert_str_eq(graphemes("\u0301a"), "\u0301|a");
    cr_assert_eq(text_graphemes("हिन्दी"), 3);
    cr_assert_eq(text_graphemes(""), 0);
}

/* libunistring's algorithm for a whole text is right; ours goes one grapheme at a time and must agree. */
Test(text, graphemes_agree_with_the_whole_text_algorithm)
{
    static const char *const parts[] = { "a",      "1",      " ",  "\r",     "\n",   "\x1b",   "\u0301",
                                         "\u200D", "\u200D", "😀",  "👩",      "🏽", "\uFE0F", "🇫",
                                         "🇷",      "🇩",      "ᄀ", "ᅡ",     "ᆨ",   "가",     "각",
                                         "न",      "ि",      "்",   "\u0600", "今" };
    unsigned seed = 3;

    for (int round = 0; round < 3000; round++) {
        struct buf s = BUF_INIT;
        char starts[128] = "";

        for (int n = round % 16; n >= 0; n--) {
            seed = seed * 1103515245U + 12345U;
            buf_adds(&s, parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
        }
        u8_grapheme_breaks((const uint8_t *)s.data, s.len, starts);
        const char *previous = s.data;
        for (const char *at = s.data; *at;) {
            const char *next = text_next(at);
            for (const char *inside = at; inside < next; inside++) {
                cr_assert_eq(starts[inside - s.data] != 0, inside == at, "byte %td of %s", inside - s.data,
                             s.data);
            }
            cr_assert_eq(text_prev(s.data, at), previous);
            previous = at;
            at = next;
        }
        buf_done(&s);
    }
}

/* Where graphemes begin, as ones in a string of as many bytes. */
static void begins(const char *s, char *starts)
{
    memset(starts, '0', strlen(s));
    for (const char *at = s; *at; at = text_next(at)) {
        starts[at - s] = '1';
    }
}

Test(text, nothing_typed_between_two_seams_reaches_beyond_them)
{
    static const char *const parts[] = { "a",    " ",      "\n", "\u0301", "\u200D", "\u200C", "👩",
                                         "🏽", "\uFE0F", "🇫",  "🇷",      "न",      "ि",      "்",
                                         "မ",    "ါ",      "今", "ᄀ",     "ᅡ",     "é" };
    enum { PARTS = sizeof parts / sizeof parts[0] };
    unsigned seed = 5;

    for (int round = 0; round < 4000; round++) {
        char before[256] = "", after[512], was[512], is[512];
        for (int n = round % 12; n >= 0; n--) {
            seed = seed * 1103515245U + 12345U;
            strcat(before, parts[(seed >> 16) % PARTS]);
        }
        for (const char *at = before;; at = text_next(at)) {
            size_t cut = (size_t)(at - before), len = strlen(before);
            size_t from = (size_t)(text_seam_before(before, at) - before);
            size_t to = (size_t)(text_seam_after(at) - before);
            cr_assert(from <= cut && (from < cut || cut == 0) && to >= cut && (to > cut || cut == len));
            seed = seed * 1103515245U + 12345U;
            const char *typed = parts[(seed >> 16) % PARTS];
            snprintf(after, sizeof after, "%.*s%s%s", (int)cut, before, typed, at);
            begins(before, was);
            begins(after, is);
            cr_assert_eq(memcmp(was, is, from), 0, "%s in %s at %zu", typed, before, cut);
            cr_assert_eq(memcmp(was + to, is + to + strlen(typed), len - to), 0, "%s in %s at %zu", typed,
                         before, cut);
            if (!*at) {
                break;
            }
        }
    }
}

Test(text, the_ends_stand_still)
{
    const char *s = "é";

    cr_assert_eq(text_next(s + 2), s + 2);
    cr_assert_eq(text_prev(s, s), s);
    cr_assert_eq(text_prev(s, s + 2), s);
}

Test(text, broken_utf8_is_walked_without_end_or_overrun)
{
    static const char *const broken[] = { "\xff",         "a\xc3",        "\xe4\xbb",
                                          "\xf0\x9f\x98", "\x80\x80\x80", "\xed\xa0\x80",
                                          "\xc0\x80z",    "\xf8\x88zz",   "e\xcc" };

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char *copy = strdup(broken[i]); /* its end is watched by the sanitizer */
        size_t steps = 0;

        for (const char *s = copy; *s; s = text_next(s)) {
            cr_assert_lt(steps++, 5);
        }
        for (const char *s = copy + strlen(copy); s > copy; s = text_prev(copy, s)) {
            cr_assert_lt(steps++, 10);
        }
        cr_assert_eq(text_width(copy), 0);
        cr_assert_not(text_is_utf8(copy, strlen(copy)));
        cr_assert_eq(text_check(copy, strlen(copy), true), TEXT_NOT_UTF8);
        cr_assert_str_eq(wrapped(copy, 5), "");
        cr_assert_null(text_tidy(copy));
        char *words = text_fold_words(copy);
        cr_assert_str_eq(words, "");
        free(words);
        cr_assert_leq(text_fit(copy, 80), strlen(copy));
        free(copy);
    }
}

Test(text, utf8_has_no_nul_in_it)
{
    cr_assert(text_is_utf8("", 0));
    cr_assert(text_is_utf8("é今😀", 9));
    cr_assert_not(text_is_utf8("a\0b", 3));
    cr_assert_not(text_is_utf8("\xf4\x90\x80\x80", 4), "past U+10FFFF");
}

Test(text, width_is_in_cells)
{
    cr_assert_eq(text_width(""), 0);
    cr_assert_eq(text_width("hello"), 5);
    cr_assert_eq(text_width("e\u0301"), 1);
    cr_assert_eq(text_width("naïve"), 5);
    cr_assert_eq(text_width("今天"), 4);
    cr_assert_eq(text_width("a今b"), 4);
    cr_assert_eq(text_width("ｱ"), 1);
    cr_assert_eq(text_width("🇫🇷"), 2);
    cr_assert_eq(text_width("😀"), 2);
    cr_assert_eq(text_width("…–“”"), 4);
    cr_assert_eq(text_width("a\tb\x1b"), 2, "what is not shown takes no room");
    cr_assert_eq(text_width_n("今天", 3), 2);
    cr_assert_eq(text_width_n("今天", 4), 0);
}

Test(text, width_is_what_ncurses_makes_of_it)
{
    static const wchar_t chars[] = L"aZ é ß ø Ω ж ш א ب ا ً न म ि ् ी த ம ி ழ ் ไ ท ย ้ 한 글 今 。 、 「 ア ｱ ─ "
                                   L"│ █ ✓ • … € ° ½ 😀 👍 🏽 ❤ \u0301\u200d\ufe0f";

    cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
    for (size_t i = 0; chars[i]; i++) {
        char s[8] = "";
        cr_assert_gt(wctomb(s, chars[i]), 0);
        cr_assert_eq(text_width(s), wcwidth(chars[i]), "U+%04X", (unsigned)chars[i]);
    }
}

Test(text, fit_ends_between_graphemes)
{
    cr_assert_eq(text_fit("hello", 3), 3);
    cr_assert_eq(text_fit("hello", 9), 5);
    cr_assert_eq(text_fit("hello", 0), 0);
    cr_assert_eq(text_fit("hello", -1), 0);
    cr_assert_eq(text_fit("e\u0301e\u0301", 1), 3);
    cr_assert_eq(text_fit("今天", 3), 3);
    cr_assert_eq(text_fit("今天", 1), 0);
    cr_assert_eq(text_fit("🇫🇷x", 1), 0);
    cr_assert_eq(text_fit("🇫🇷x", 2), 8);
}

Test(wrap, breaks_at_spaces_and_drops_them)
{
    cr_assert_str_eq(wrapped("the quick brown fox", 10), "the quick|brown fox");
    cr_assert_str_eq(wrapped("the quick brown fox", 9), "the quick|brown fox");
    cr_assert_str_eq(wrapped("the quick brown fox", 8), "the|quick|brown|fox");
    cr_assert_str_eq(wrapped("the    quick", 5), "the|quick");
    cr_assert_str_eq(wrapped("end   ", 3), "end");
    cr_assert_str_eq(wrapped("end   ", 10), "end");
    cr_assert_str_eq(wrapped("", 5), "");
    cr_assert_str_eq(wrapped("     ", 2), "");
    cr_assert_str_eq(wrapped("well-known", 6), "well-|known");
    cr_assert_str_eq(wrapped("a no\u00A0break b", 8), "a|no\u00A0break|b");
}

Test(wrap, an_option_or_a_file_name_is_not_torn_at_its_hyphen)
{
    cr_assert_str_eq(wrapped("foyer form --language de", 13), "foyer form|--language de");
    cr_assert_str_eq(wrapped("write 60-foyer.conf", 13), "write|60-foyer.conf");
    cr_assert_str_eq(wrapped("run lp -d desk", 8), "run lp|-d desk");
    cr_assert_str_eq(wrapped("see the {a}-file", 12), "see the|{a}-file");
    cr_assert_str_eq(wrapped("--language", 6), "--lang|uage", "no room for it: as any word");
}

Test(wrap, newlines_force_lines)
{
    cr_assert_str_eq(wrapped("a\nb", 10), "a|b");
    cr_assert_str_eq(wrapped("a\n\nb\n", 10), "a||b|");
    cr_assert_str_eq(wrapped("\n", 10), "|");
    cr_assert_str_eq(wrapped("one two \n  three", 7), "one two|  three",
                     "spaces that begin a line are meant");
}

Test(wrap, words_wider_than_the_room_break_between_graphemes)
{
    cr_assert_str_eq(wrapped("abcdefgh", 3), "abc|def|gh");
    cr_assert_str_eq(wrapped("hi abcdefgh", 3), "hi|abc|def|gh");
    cr_assert_str_eq(wrapped("e\u0301e\u0301e\u0301", 2), "e\u0301e\u0301|e\u0301");
    cr_assert_str_eq(wrapped("abcdefgh", 1), "a|b|c|d|e|f|g|h");
    cr_assert_str_eq(wrapped("a b", 1), "a|b");
    cr_assert_str_eq(wrapped("今天", 1), "今|天", "no room for one: it has a line to itself");
    cr_assert_str_eq(wrapped("x今y", 1), "x|今|y");
    cr_assert_str_eq(wrapped(FAMILY FAMILY, 6), FAMILY "|" FAMILY);
    cr_assert_str_eq(wrapped("🇫🇷🇩🇪", 3), "🇫🇷|🇩🇪");
}

Test(wrap, chinese_punctuation_does_not_begin_a_line)
{
    cr_assert_str_eq(wrapped("今天天气很好，我们去散步。", 12), "今天天气很|好，我们去散|步。");
    cr_assert_str_eq(wrapped("你好。再见", 4), "你|好。|再见");
    cr_assert_str_eq(wrapped("他说「你好」吗", 6), "他说|「你|好」吗");
}

/* Samples of the classes of UAX #14 that intake texts are made of. */
Test(wrap, each_class_of_character_breaks_where_it_may)
{
    static const struct {
        const char *class, *text;
        int columns;
        const char *lines;
    } samples[] = {
        { "OP holds what follows", "say (no)", 5, "say|(no)" },
        { "OP holds over a space", "say ( no", 5, "say|( no" },
        { "CL and CP stay behind", "a {bc} d", 4, "a|{bc}|d" },
        { "CP before a letter", "tooth(s) x", 8, "tooth(s)|x" },
        { "QU both ways", "a \"bc\" d", 5, "a|\"bc\"|d" },
        { "QU, curly", "a “bc” d", 5, "a|“bc”|d" },
        { "NU with IS", "up 3,600.5 x", 8, "up|3,600.5|x" },
        { "NU with PR", "pay £100 x", 6, "pay|£100 x" },
        { "NU with PO", "take 10% x", 6, "take|10% x" },
        { "NU with SY", "on 21/11/2026", 11, "on|21/11/2026" },
        { "NU with OP, CP", "is (12)% x", 6, "is|(12)%|x" },
        { "EX stays behind", "why? no!", 4, "why?|no!" },
        { "IS stays behind", "a, bcd: e", 4, "a,|bcd:|e" },
        { "HY breaks behind", "long-term", 7, "long-|term" },
        { "BA breaks behind", "a–b", 2, "a–|b" },
        { "GL holds", "5\u00A0mg x", 4, "5\u00A0mg|x" },
        { "WJ holds", "今\u2060天", 4, "今\u2060天" },
        { "ZW breaks", "ab\u200Bcd", 3, "ab\u200B|cd" },
        { "ID anywhere", "今天天气", 5, "今天|天气" },
        { "ID and AL", "用ABC药", 4, "用|ABC|药" },
        { "ID and NU", "服用3.5毫克", 6, "服用|3.5毫|克" },
        { "OP of Chinese", "今天（天）", 6, "今天|（天）" },
        { "NS stays behind", "今天々", 4, "今|天々" },
        { "IN stays behind", "今天……", 4, "今|天……" },
        { "SA is a word of its own", "ไทย a", 3, "ไทย|a" },
        { "CM stays on its letter", "तमिल हिन्दी", 4, "तमिल|हिन्|दी" },
    };

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const char *lines = wrapped(samples[i].text, samples[i].columns);
        cr_expect_str_eq(lines, samples[i].lines, "%s: %s", samples[i].class, lines);
    }
}

Test(wrap, what_closes_begins_no_line_and_what_opens_ends_none)
{
    static const char *const closing[] = { "。", "，", "、", "；", "：", "？", "！", "）",
                                           "」", "』", "》", "】", "”",  ")",  "%",  "％" },
                             *const opening[] = { "（", "「", "『", "《", "【", "“", "(" };
    struct text_lines lines = { 0 };

    for (size_t i = 0; i < sizeof closing / sizeof *closing + sizeof opening / sizeof *opening; i++) {
        bool closes = i < sizeof closing / sizeof *closing;
        const char *sign = closes ? closing[i] : opening[i - sizeof closing / sizeof *closing];
        char text[64];
        snprintf(text, sizeof text, "您今天%s有没有5%s发烧", sign, sign);
        for (int columns = 6; columns < 20; columns++) {
            text_wrap(text, columns, &lines);
            for (size_t n = 0; n < lines.n; n++) {
                const char *line = text + lines.line[n].start;
                size_t len = lines.line[n].len, one = strlen(sign);
                bool at = closes ? strncmp(line, sign, one) == 0
                                 : len >= one && strncmp(line + len - one, sign, one) == 0;
                cr_expect_not(at, "%s in %d columns", wrapped(text, columns), columns);
            }
        }
    }
    text_lines_done(&lines);
}

Test(wrap, lines_can_be_used_again)
{
    struct text_lines lines = { 0 };

    text_wrap("a b c d e f g h i j k l", 1, &lines);
    cr_assert_eq(lines.n, 12);
    text_wrap("x", 1, &lines);
    cr_assert_eq(lines.n, 1);
    text_lines_done(&lines);
    cr_assert_null(lines.line);
}

/* What every wrapping of any text must keep: nothing lost but spaces and newlines, nothing wider than the
 * room. */
static void check_wrap(const char *s, int columns)
{
    struct text_lines lines = { 0 };
    size_t at = 0;

    text_wrap(s, columns, &lines);
    cr_assert_geq(lines.n, 1);
    for (size_t i = 0; i < lines.n; i++) {
        const struct text_line *line = &lines.line[i];

        cr_assert_geq(line->start, at, "'%s' in %d", s, columns);
        for (; at < line->start; at++) {
            cr_assert(s[at] == ' ' || s[at] == '\n', "'%s' in %d lost byte %zu", s, columns, at);
        }
        char *copy = strndup(s + line->start, line->len);
        cr_assert(line->width <= columns || text_graphemes(copy) == 1, "'%s' in %d", s, columns);
        cr_assert_eq(line->width, text_width(copy));
        cr_assert(line->len == 0 || copy[line->len - 1] != ' ');
        cr_assert_null(strchr(copy, '\n'));
        free(copy);
        at += line->len;
    }
    for (; s[at]; at++) {
        cr_assert(s[at] == ' ' || s[at] == '\n');
    }
    text_lines_done(&lines);
}

Test(wrap, any_text_in_any_room)
{
    static const char *const parts[] = { "a",  "word",   " ",  "  ", "\n",      "-",      ",",
                                         ".",  "/",      "今", "。", "e\u0301", "🇫🇷",     FAMILY,
                                         "नि", "\u00A0", "(",  "\"", "9",       "\u00AD", "\u2028" };
    unsigned seed = 1;

    for (int round = 0; round < 3000; round++) {
        struct buf s = BUF_INIT;

        for (int n = round % 30; n > 0; n--) {
            seed = seed * 1103515245U + 12345U;
            buf_adds(&s, parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
        }
        check_wrap(buf_str(&s), round % 12 + 1);
        buf_done(&s);
    }
}

static enum text_fault check(const char *s)
{
    return text_check(s, strlen(s), false);
}

Test(check, what_people_write_is_taken)
{
    static const char *const good[] = { "",
                                        "O'Brien-Smith",
                                        "José Ångström",
                                        "e\u0301",
                                        "李小龙",
                                        "नमस्ते",
                                        "क\u094D\u200Dष",
                                        "می\u200Cخواهم",
                                        "Ωμέγα",
                                        "👍🏽",
                                        FAMILY,
                                        "❤️",
                                        "1️⃣",
                                        "🇫🇷",
                                        "👩🏽‍⚕️",
                                        "½ £ … “x”",
                                        "ﬁ",
                                        "அ" };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(check(good[i]), TEXT_OK, "%s", good[i]);
    }
    cr_assert_eq(text_check("a\nb", 3, true), TEXT_OK);
    cr_assert_eq(text_check("é\nb", 4, true), TEXT_OK);
}

Test(check, control_characters_are_refused)
{
    static const char *const bad[] = { "\t",       "\n",       "\r",    "\x1b[2J",  "\x7f",  "a\x01",
                                       "\xc2\x85", "\xc2\x9b", "é\x08", "a\u2028b", "\u2029" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(check(bad[i]), TEXT_CONTROL, "%zu", i);
    }
    cr_assert_eq(text_check("a\0b", 3, true), TEXT_CONTROL);
    cr_assert_eq(text_check("a\rb", 3, true), TEXT_CONTROL);
}

Test(check, what_cannot_be_seen_is_refused)
{
    static const char *const bad[] = {
        "\u202A",        "\u202B",         "\u202C",     "\u202D",     "a\u202Eb",   "\u2066",
        "\u2067",        "\u2068",         "\u2069",     "\u200E",     "\u200F",     "\u061C",
        "a\u200Bb",      "\u2060",         "\u2061",     "\u2064",     "\uFEFF",     "\uFFF9",
        "\uFFFA",        "\uFFFB",         "\U000E0001", "\U000E007F", "\U000E0041", "\uE000",
        "\uF8FF",        "\U000F0000",     "\U0010FFFD", "\uFDD0",     "\uFFFE",     "\uFFFF",
        "\U0001FFFE",    "\U0010FFFF",     "\u0378",     "\U000EFFFF", "\u00AD",     "\u3164",
        "\u115F",        "\u200D",         "a\u200D",    "\u200Da",    "a\u200D b",  "a \u200Db",
        "1\u200C2",      "a\u200D\u200Db", "\u200C",     "😀\u200D",    "\uFE0F",     " \uFE0F",
        "❤\uFE0F\uFE0F", "\U000E0100",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(check(bad[i]), TEXT_INVISIBLE, "%zu", i);
    }
}

Test(check, a_flood_of_marks_on_one_letter_is_refused_and_cut)
{
    /* An accent; a mark of Thai that keeps its place; a vowel sign that stands beside its letter. */
    static const char *const mark[] = { "\u0301", "\u0E31", "\u093E" };

    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
        struct buf in = BUF_INIT, out = BUF_INIT;
        buf_adds(&in, "z");
        for (int n = 0; n < TEXT_MARKS_MAX; n++) {
            buf_adds(&in, mark[i]);
        }
        cr_expect_eq(check(buf_str(&in)), TEXT_OK);
        cr_expect_eq(text_marks(0, buf_str(&in), in.len), TEXT_MARKS_MAX);
        buf_adds(&in, mark[i]);
        cr_expect_eq(check(buf_str(&in)), TEXT_MARKS);
        for (int n = 0; n < 100000; n++) {
            buf_adds(&in, mark[i]);
        }
        text_sanitise(&out, buf_str(&in), in.len, false);
        cr_expect_eq(check(buf_str(&out)), TEXT_OK);
        for (const char *s = buf_str(&out); *s; s = text_next(s)) {
            cr_assert_leq(text_next(s) - s, 3 + 3 * TEXT_MARKS_MAX, "no grapheme is longer");
        }
        buf_done(&in);
        buf_done(&out);
    }
    cr_expect_eq(text_marks(3, "\u200D\u0301", 5), 4, "a joiner ends no row");
    cr_expect_eq(text_marks(3, "x", 1), 0);
}

Test(check, sanitised_text_passes_the_check)
{
    /* The last is reserved for a pictograph that does not exist yet. */
    static const char *const parts[] = { "a",      "é",        " ",      "\n",     "\x1b",
                                         "\xff",   "\xe2\x80", "\u200D", "\u200D", "\u200C",
                                         "\uFE0F", "\uFE0F",   "\u0301", "\u034F", "\u3164",
                                         "😀",      "🏽",     "\u202E", "\uFFFD", "\U0001F8FF" };
    unsigned seed = 7;

    for (int round = 0; round < 5000; round++) {
        struct buf in = BUF_INIT;
        struct buf out = BUF_INIT;
        bool newlines = round % 2 == 0;

        for (int i = 0; i < 8; i++) {
            seed = seed * 1103515245U + 12345U;
            buf_adds(&in, parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
        }
        text_sanitise(&out, buf_str(&in), in.len, newlines);
        cr_assert_eq(text_check(buf_str(&out), out.len, newlines), TEXT_OK, "round %d: %s", round,
                     buf_str(&out));
        if (text_check(buf_str(&in), in.len, newlines) == TEXT_OK) {
            cr_assert_str_eq(buf_str(&out), buf_str(&in));
        }
        buf_done(&in);
        buf_done(&out);
    }
}

Test(check, sanitising_changes_only_what_is_bad)
{
    struct buf out = BUF_INIT;
    const char *good = "José 👩🏽‍⚕️ می\u200Cخواهم\nx";

    text_sanitise(&out, good, strlen(good), true);
    cr_assert_str_eq(buf_str(&out), good);
    buf_reset(&out);
    text_sanitise(&out, "a\x1b[1mb\nc\xff\u202E", 12, false);
    cr_assert_str_eq(buf_str(&out), "a\uFFFD[1mb\uFFFDc\uFFFD\uFFFD");
    buf_done(&out);
}

static void tidies(const char *from, const char *to)
{
    char *tidy = text_tidy(from);

    cr_assert_not_null(tidy);
    cr_assert_str_eq(tidy, to, "%s", from);
    free(tidy);
}

Test(tidy, spaces_and_composition)
{
    tidies("", "");
    tidies("   ", "");
    tidies("  Anna   Maria ", "Anna Maria");
    tidies("a\n\tb", "a b");
    tidies("Jose\u0301", "José");
    tidies("\u3000李\u00A0\u2003小", "李 小");
    tidies("A\u030Angstro\u0308m", "Ångström");
}

static void folds(const char *from, const char *to)
{
    char *words = text_fold_words(from);

    cr_assert_str_eq(words, to, "%s", from);
    free(words);
}

Test(fold, words_match_however_they_are_written)
{
    folds("", "");
    folds("Retin-A, 0.05%", "retin a 0 05");
    folds("  XARELTO(20MG) ", "xarelto 20mg");
    folds("Rétin-A", "retin a");
    folds("RE\u0301TIN", "retin");
    folds("ｆｕｌｌ Ｗｉｄｔｈ", "full width");
    folds("Straße", "strasse");
    folds("ΣΊΣΥΦΟΣ", "σισυφοσ");
    folds("...", "");
    folds("नमस्ते!", "नमस्ते");
    folds("aspirín Éliquis Über", "aspirin eliquis uber");
    folds("क\u093C", "क\u093C"); /* a nukta makes another letter */
    folds("a\u036Fb\u0370", "ab\u0371");
    folds("C₁₂ ﬁsh", "c12 fish");
    folds("tab\tnew\nline", "tab new line");
}

Test(text, what_stands_beside_the_control_characters_is_fine)
{
    cr_expect_eq(text_check(" ~", 2, false), TEXT_OK);
    cr_expect_eq(text_check("\xC2\xA0", 2, false), TEXT_OK, "a space that does not break");
    cr_expect_eq(text_check("\xC2\x9F", 2, false), TEXT_CONTROL);
    cr_expect_eq(text_check("\x7F", 1, false), TEXT_CONTROL);
    cr_expect_eq(text_check("\x1F", 1, false), TEXT_CONTROL);
}

Test(wrap, a_paragraph_of_any_length)
{
    struct text_lines lines = { NULL, 0, 0 };
    char long_one[2001] = "";
    for (size_t i = 0; i < 2000; i += 4) {
        memcpy(long_one + i, "abc ", 4);
    }
    text_wrap(long_one, 7, &lines);
    cr_expect_eq(lines.n, 250);
    text_lines_done(&lines);
}

Test(check, a_mongolian_variation_selector_follows_what_it_varies)
{
    static const char *const selectors[] = { "\u180B", "\u180C", "\u180D", "\u180F" };
    char text[16];
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "\u1820%s", selectors[i]);
        cr_expect_eq(text_check(text, strlen(text), false), TEXT_OK, "%zu", i);
        snprintf(text, sizeof text, " %s", selectors[i]);
        cr_expect_eq(text_check(text, strlen(text), false), TEXT_INVISIBLE, "%zu", i);
    }
    cr_expect_eq(text_check("a\u180E", strlen("a\u180E"), false), TEXT_INVISIBLE, "a separator between them");
    cr_expect_eq(text_check("\u1810", strlen("\u1810"), false), TEXT_OK, "a digit just above them");
}

Test(tidy, digits_of_any_script_become_those_that_are_read)
{
    static const char *const pairs[][2] = {
        { "12.5", "12.5" },
        { "\u0967\u0968 \u0969", "12 3" },
        { "\uFF11\uFF0E\uFF15", "1.5" },
        { "\u0661\u066B\u0665", "1.5" },
        { "3 \u6708", "3 \u6708" },
        { "\uFFE5"
          "1",
          "\uFFE5"
          "1" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *tidy = text_tidy_digits(pairs[i][0]);
        cr_expect_str_eq(tidy, pairs[i][1]);
        free(tidy);
    }
    cr_expect_null(text_tidy_digits("1\xff"), "not UTF-8");
    cr_expect_eq(text_ascii("\u0969", 3), '3');
    cr_expect_eq(text_ascii("x", 1), 'x');
    cr_expect_eq(text_ascii("", 0), '\0');
    cr_expect_eq(text_ascii("\u6708", 3), '\0', "no digit");
    cr_expect_eq(text_ascii("\u0969\u0969", 6), '\0', "two");
}
