/* Graphemes follow UAX #29. libunistring's u8_grapheme_next looks at two characters only and so cuts flags
 * and joined emoji in pieces; its character classes are right, so the two rules that need more memory are
 * here. GB9c, which joins what a virama of Devanagari joins (Unicode 15.1; Tamil is not in it), is not among
 * them on purpose: a grapheme is what Backspace takes, and who typed the second letter of a conjunct wrongly
 * wants to mend that letter, not lose both. What a terminal draws as one is cut by text_cells alone.
 *
 * A grapheme is as wide as its characters added up, because that is what wcwidth, and so ncurses and most
 * terminals, make of it; text_set_cells() knows better of one terminal.
 *
 * Most text is ASCII, and every key press measures a page: ASCII takes a short way first.
 */
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#include "mem.h"

enum { ZWNJ = 0x200C, ZWJ = 0x200D, REPLACEMENT = 0xFFFD };

static const uint8_t *bytes(const char *s)
{
    return (const uint8_t *)s;
}

static bool is_ascii_graphic(char c)
{
    return c >= 0x20 && c < 0x7F;
}

/* How many bytes at s are printable ASCII. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t n = 0;

    while (n < len && is_ascii_graphic(s[n])) {
        n++;
    }
    return n;
}

bool text_is_plain(const char *s, size_t len)
{
    return ascii_run(s, len) == len;
}

/* The character at s < end and its length in bytes, at least 1. Bytes that are not UTF-8 read as U+FFFD. */
static size_t decode(const char *s, const char *end, ucs4_t *uc)
{
    return (size_t)u8_mbtouc(uc, bytes(s), (size_t)(end - s));
}

static int char_width(ucs4_t uc)
{
    int width = uc_width(uc, "UTF-8");

    return width > 0 ? width : 0; /* a control character has none: it is not for the screen */
}

/* --- Graphemes --- */

/* Of the one that begins at s < end. */
static const char *grapheme_end(const char *s, const char *end)
{
    if (is_ascii_graphic(*s) && (s + 1 == end || !((unsigned char)s[1] & 0x80))) {
        return s + 1;
    }

    ucs4_t prev;
    s += decode(s, end, &prev);
    bool pictograph = uc_is_property_extended_pictographic(prev);
    bool joiner = false; /* prev is a ZWJ after a pictograph and its marks */
    bool half_flag = uc_graphemeclusterbreak_property(prev) == GBP_RI;
    while (s < end) {
        ucs4_t uc;
        size_t n = decode(s, end, &uc);
        int kind = uc_graphemeclusterbreak_property(uc);
        bool next_pictograph = uc_is_property_extended_pictographic(uc);

        bool flag = half_flag && kind == GBP_RI; /* a third regional indicator starts another flag */
        bool joined = joiner && next_pictograph;

        if (!flag && !joined && uc_is_grapheme_break(prev, uc)) {
            break;
        }
        half_flag = !flag && kind == GBP_RI;
        joiner = pictograph && kind == GBP_ZWJ;
        pictograph = next_pictograph || (pictograph && kind == GBP_EXTEND);
        prev = uc;
        s += n;
    }
    return s;
}

const char *text_next(const char *s)
{
    if (*s == '\0') {
        return s;
    }
    return grapheme_end(s, s + strlen(s));
}

static const char *char_before(const char *start, const char *s)
{
    do {
        s--;
    } while (s > start && ((unsigned char)*s & 0xC0) == 0x80);
    return s;
}

/* Two graphemes part at s, whatever stands before prev and behind the character at s. The halves of flags are
 * paired from their first, and a joiner may join a pictograph. */
static bool is_seam(const char *prev, const char *s, const char *end)
{
    ucs4_t a, b;

    decode(prev, s, &a);
    decode(s, end, &b);
    bool flags =
        uc_graphemeclusterbreak_property(a) == GBP_RI && uc_graphemeclusterbreak_property(b) == GBP_RI;
    bool mark = uc_is_general_category_withtable(b, UC_CATEGORY_MASK_M);
    return uc_is_grapheme_break(a, b) && a != ZWJ && a != ZWNJ && !mark && !flags;
}

const char *text_seam_before(const char *start, const char *s)
{
    const char *end = s;

    while (s > start) {
        s = char_before(start, s);
        if (s == start || is_seam(char_before(start, s), s, end)) {
            break;
        }
    }
    return s;
}

const char *text_seam_after(const char *s)
{
    const char *end = s + strlen(s);

    while (s < end) {
        const char *prev = s;
        ucs4_t uc;
        s += decode(s, end, &uc);
        if (s == end || is_seam(prev, s, end)) {
            break;
        }
    }
    return s;
}

const char *text_prev(const char *start, const char *s)
{
    const char *at = text_seam_before(start, s); /* flags can only be paired from a known boundary */

    while (at < s) {
        const char *next = grapheme_end(at, s);
        if (next >= s) {
            break;
        }
        at = next;
    }
    return at;
}

size_t text_graphemes(const char *s)
{
    const char *end = s + strlen(s);
    size_t n = 0;

    for (; s < end; s = grapheme_end(s, end)) {
        n++;
    }
    return n;
}

/* --- Width --- */

bool text_is_utf8(const char *s, size_t len)
{
    return len == 0 || (!memchr(s, '\0', len) && !u8_check(bytes(s), len));
}

/* Of the terminal of this process, like the language that tr() speaks. */
static struct {
    const struct text_cells *line;
    size_t n;
} table;

void text_set_cells(const struct text_cells *line, size_t n)
{
    table.line = line;
    table.n = n;
}

static const struct text_cells *cells_in(const struct text_cells *line, size_t n, ucs4_t uc)
{
    for (size_t i = 0; i < n; i++) {
        if (uc >= line[i].from && uc <= line[i].to) {
            return &line[i];
        }
    }
    return NULL;
}

bool text_has_cells(const char *s, size_t len)
{
    const char *end = s + len;

    while (table.n > 0 && s < end) {
        ucs4_t uc;
        s += ascii_run(s, (size_t)(end - s));
        if (s < end) {
            s += decode(s, end, &uc);
            if (cells_in(table.line, table.n, uc)) {
                return true;
            }
        }
    }
    return false;
}

/* Is s to at a letter and a virama, perhaps with a joiner, and does a letter follow? */
static bool is_joined(const struct text_cells *cells, const char *s, const char *at, const char *end)
{
    ucs4_t uc, virama = 0;

    while (s < at) {
        s += decode(s, at, &uc);
        virama = uc == ZWJ ? virama : uc;
    }
    if (at >= end || uc_combining_class(virama) != UC_CCC_VR) {
        return false;
    }
    decode(at, end, &uc);
    return uc >= cells->from && uc <= cells->to && uc_is_general_category(uc, UC_CATEGORY_Lo);
}

/* What the terminal takes for one, and its columns. */
static const char *cluster(const struct text_cells *cells, const char *s, const char *end, int *width)
{
    const char *at = grapheme_end(s, end);
    int sum = 0, most = 0;

    while (cells->joined && is_joined(cells, s, at, end)) {
        at = grapheme_end(at, end);
    }
    while (s < at) {
        ucs4_t uc;
        s += decode(s, at, &uc);
        int w = cells->flat_marks && uc_is_general_category(uc, UC_CATEGORY_Mc) ? 0 : char_width(uc);
        sum += w;
        most = w > most ? w : most;
    }
    *width = cells->rule == CELLS_MAX ? most : cells->rule == CELLS_TWO && sum > 2 ? 2 : sum;
    return at;
}

/* The columns of s to end, whatever it holds. */
static int width_by(const struct text_cells *line, size_t lines, const char *s, const char *end)
{
    int width = 0;

    while (s < end) {
        size_t n = ascii_run(s, (size_t)(end - s));
        ucs4_t uc;

        width += (int)n;
        s += n;
        if (s < end) {
            n = decode(s, end, &uc);
            const struct text_cells *cells = cells_in(line, lines, uc);
            int w = cells ? 0 : char_width(uc);
            s = cells ? cluster(cells, s, end, &w) : s + n;
            width += w;
        }
    }
    return width;
}

static int span_width(const char *s, const char *end)
{
    return width_by(table.line, table.n, s, end);
}

int text_width_by(const char *s, const struct text_cells *cells)
{
    return width_by(cells, 1, s, s + strlen(s));
}

const char *text_step(const char *s, const char *end, int *width)
{
    ucs4_t uc = 0;
    const struct text_cells *cells = NULL;

    if (table.n > 0 && !is_ascii_graphic(*s)) {
        decode(s, end, &uc);
        cells = cells_in(table.line, table.n, uc);
    }
    if (cells) {
        return cluster(cells, s, end, width);
    }
    const char *next = grapheme_end(s, end);
    *width = span_width(s, next);
    return next;
}

int text_width_n(const char *s, size_t len)
{
    size_t n = ascii_run(s, len);

    if (n == len) {
        return (int)n;
    }
    return text_is_utf8(s + n, len - n) ? (int)n + span_width(s + n, s + len) : 0;
}

int text_width(const char *s)
{
    return text_width_n(s, strlen(s));
}

size_t text_fit(const char *s, int columns)
{
    const char *end = s + strlen(s);
    const char *at = s;

    while (at < end) {
        int width;
        const char *next = text_step(at, end, &width);
        columns -= width;
        if (columns < 0) {
            break;
        }
        at = next;
    }
    return (size_t)(at - s);
}

/* --- What may be typed and shown --- */

/* uc is in one of the general categories of the mask. */
static bool is_a(ucs4_t uc, uint32_t mask)
{
    return uc_is_general_category_withtable(uc, mask);
}

static bool is_variation_selector(ucs4_t uc)
{
    return (uc >= 0xFE00 && uc <= 0xFE0F) || (uc >= 0xE0100 && uc <= 0xE01EF) ||
           (uc >= 0x180B && uc <= 0x180D) || uc == 0x180F;
}

/* ZWJ and ZWNJ are spelling in Persian and in Indic scripts, and glue in emoji; nowhere else. */
static bool may_be_joined(ucs4_t uc)
{
    bool skin_tone = uc >= 0x1F3FB && uc <= 0x1F3FF;

    if (is_a(uc, UC_CATEGORY_MASK_Cn)) { /* some are pictographs in advance */
        return false;
    }
    return skin_tone || is_a(uc, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M) ||
           uc_is_property_extended_pictographic(uc);
}

/* The same for what follows a joiner: it must not be refused in its turn. */
static bool may_be_joined_to(ucs4_t uc)
{
    return may_be_joined(uc) && !uc_is_property_default_ignorable_code_point(uc);
}

enum { KNOWN = 1, INVISIBLE = 2, MARK = 4 };

static uint8_t work_out(ucs4_t uc)
{
    /* Default ignorable: bidi controls, zero-width characters, tags, BOM, fillers (UAX #44). */
    bool invisible = uc_is_property_default_ignorable_code_point(uc) || (uc >= 0xFFF9 && uc <= 0xFFFB) ||
                     is_a(uc, UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cs);

    return (uint8_t)(KNOWN | (invisible ? INVISIBLE : 0) | (is_a(uc, UC_CATEGORY_MASK_M) ? MARK : 0));
}

/* Kept for the plane that nearly all text is in: catalogues are long, and of few letters. */
static uint8_t kind_of(ucs4_t uc)
{
    static uint8_t kept[0x10000];

    if (uc >= sizeof kept) {
        return work_out(uc);
    }
    if (!kept[uc]) {
        kept[uc] = work_out(uc);
    }
    return kept[uc];
}

/* uc between its neighbours, which are 0 at the ends. */
static enum text_fault judge(ucs4_t prev, ucs4_t uc, ucs4_t next, bool newlines)
{
    if (uc == '\n') {
        return newlines ? TEXT_OK : TEXT_CONTROL;
    }
    if (uc < 0x20 || (uc >= 0x7F && uc < 0xA0) || uc == 0x2028 || uc == 0x2029) {
        return TEXT_CONTROL;
    }
    if (uc < 0x80) {
        return TEXT_OK;
    }
    if (uc == ZWJ || uc == ZWNJ) {
        return may_be_joined(prev) && may_be_joined_to(next) ? TEXT_OK : TEXT_INVISIBLE;
    }
    if (is_variation_selector(uc)) {
        const uint32_t visible =
            UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S;
        return is_a(prev, visible) ? TEXT_OK : TEXT_INVISIBLE;
    }
    return kind_of(uc) & INVISIBLE ? TEXT_INVISIBLE : TEXT_OK;
}

static size_t count_mark(size_t before, ucs4_t uc)
{
    if (uc == ZWJ || uc == ZWNJ) {
        return before;
    }
    return uc >= 0x80 && kind_of(uc) & MARK ? before + 1 : 0;
}

size_t text_marks(size_t before, const char *s, size_t len)
{
    for (const char *end = s + len; s < end;) {
        ucs4_t uc;
        s += decode(s, end, &uc);
        before = count_mark(before, uc);
    }
    return before;
}

enum text_fault text_check(const char *s, size_t len, bool newlines)
{
    const char *end = s + len;
    ucs4_t prev = 0;
    size_t marks = 0;

    if (text_is_plain(s, len)) {
        return TEXT_OK;
    }
    if (u8_check(bytes(s), len)) {
        return TEXT_NOT_UTF8;
    }
    while (s < end) {
        ucs4_t uc;
        ucs4_t next = 0;

        s += decode(s, end, &uc);
        if (s < end) {
            decode(s, end, &next);
        }
        enum text_fault fault = judge(prev, uc, next, newlines);
        if (fault != TEXT_OK) {
            return fault;
        }
        marks = count_mark(marks, uc);
        if (marks > TEXT_MARKS_MAX) {
            return TEXT_MARKS;
        }
        prev = uc;
    }
    return TEXT_OK;
}

void text_sanitise(struct buf *out, const char *s, size_t len, bool newlines)
{
    const char *end = s + len;
    ucs4_t prev = 0;
    size_t marks = 0;

    while (s < end) {
        size_t n = ascii_run(s, (size_t)(end - s));

        if (n > 0) {
            buf_add(out, s, n);
            s += n;
            prev = (ucs4_t)s[-1];
            marks = 0;
            continue;
        }
        ucs4_t uc;
        ucs4_t next = 0;
        n = decode(s, end, &uc);
        if (s + n < end) {
            decode(s + n, end, &next);
        }
        marks = count_mark(marks, uc);
        if (uc != REPLACEMENT && marks <= TEXT_MARKS_MAX && judge(prev, uc, next, newlines) == TEXT_OK) {
            buf_add(out, s, n);
            prev = uc;
        } else {
            buf_adds(out, "\xEF\xBF\xBD");
            prev = REPLACEMENT;
            marks = 0;
        }
        s += n;
    }
}

/* --- Tidied and folded --- */

/* Copies s, where each run of what `keep` refuses becomes one space, with none at the ends. */
static char *squeeze(const char *s, size_t len, bool (*keep)(ucs4_t uc))
{
    struct buf out = BUF_INIT;
    const char *end = s + len;
    bool gap = false;

    buf_reserve(&out, len + 1);
    while (s < end) {
        ucs4_t uc;
        size_t n = decode(s, end, &uc);

        if (!keep(uc)) {
            gap = true;
        } else {
            if (gap && out.len > 0) {
                buf_add(&out, " ", 1);
            }
            gap = false;
            buf_add(&out, s, n);
        }
        s += n;
    }
    return buf_steal(&out);
}

static bool is_not_space(ucs4_t uc)
{
    return !uc_is_property_white_space(uc);
}

static bool is_word_part(ucs4_t uc)
{
    if (uc < 0x80) {
        return (uc >= 'a' && uc <= 'z') || (uc >= '0' && uc <= '9') || (uc >= 'A' && uc <= 'Z');
    }
    return is_a(uc, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N);
}

char *text_tidy(const char *s)
{
    size_t len = strlen(s);

    if (text_is_plain(s, len)) {
        return squeeze(s, len, is_not_space);
    }
    if (!text_is_utf8(s, len)) {
        return NULL;
    }
    uint8_t *composed = mem_need(u8_normalize(UNINORM_NFC, bytes(s), len, NULL, &len));
    char *tidy = squeeze((const char *)composed, len, is_not_space);
    explicit_bzero(composed, len); /* it may be a passphrase */
    free(composed);
    return tidy;
}

enum { FULL_WIDTH = 0xFF01, FULL_WIDTH_END = 0xFF5E, ARABIC_POINT = 0x066B };

static char ascii(ucs4_t uc)
{
    int digit = uc < 0x80 ? -1 : uc_decimal_value(uc);

    if (digit >= 0) {
        return (char)('0' + digit);
    }
    if (uc >= FULL_WIDTH && uc <= FULL_WIDTH_END) {
        return (char)(uc - FULL_WIDTH + '!');
    }
    return uc == ARABIC_POINT ? '.' : uc < 0x80 ? (char)uc : '\0';
}

char text_ascii(const char *s, size_t len)
{
    ucs4_t uc;

    return len > 0 && decode(s, s + len, &uc) == len ? ascii(uc) : '\0';
}

char *text_tidy_digits(const char *s)
{
    char *tidy = text_tidy(s);

    if (!tidy) {
        return NULL;
    }
    /* ASCII is never longer than what it stands for. */
    const char *end = tidy + strlen(tidy);
    char *to = tidy;
    for (const char *at = tidy; at < end;) {
        ucs4_t uc;
        size_t n = decode(at, end, &uc);
        char c = ascii(uc);

        if (c) {
            *to++ = c;
        } else {
            memmove(to, at, n);
            to += n;
        }
        at += n;
    }
    explicit_bzero(to, (size_t)(end - to));
    *to = '\0';
    return tidy;
}

/* Takes U+0300 to U+036F out of decomposed text. Marks of other scripts stay: to their readers they are
 * letters. */
static size_t strip_accents(uint8_t *s, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (s[i] == 0xCC || (s[i] == 0xCD && s[i + 1] <= 0xAF)) {
            i++;
        } else {
            s[kept++] = s[i];
        }
    }
    return kept;
}

char *text_fold_words(const char *s)
{
    size_t len = strlen(s);

    if (text_is_plain(s, len)) {
        char *words = squeeze(s, len, is_word_part);
        for (char *c = words; *c; c++) {
            if (*c >= 'A' && *c <= 'Z') {
                *c = (char)(*c - 'A' + 'a');
            }
        }
        return words;
    }
    if (!text_is_utf8(s, len)) {
        return mem_strdup("");
    }
    uint8_t *folded = mem_need(u8_casefold(bytes(s), len, NULL, UNINORM_NFKD, NULL, &len));
    char *words = squeeze((const char *)folded, strip_accents(folded, len), is_word_part);
    explicit_bzero(folded, len);
    free(folded);
    return words;
}
