#include "lexical.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

/* --- Characters, line by line --- */

static const char *fault_words(enum text_fault fault)
{
    switch (fault) {
    case TEXT_NOT_UTF8:
        return "is not UTF-8 text. Save the file as UTF-8.";
    case TEXT_INVISIBLE:
        return "holds an invisible character (often copied from a web page). Type the line again.";
    case TEXT_MARKS:
        return "holds a letter with more marks than any writing has. Type the line again.";
    case TEXT_CONTROL:
        break;
    case TEXT_OK:
        return NULL;
    }
    return "holds a control character. Type the line again.";
}

/* Tabs may stand between words; text_check() takes a tab for a control character, so it sees what is
 * between them. */
static enum text_fault check_line(const char *line, size_t len)
{
    for (size_t at = 0; at <= len;) {
        const char *tab = memchr(line + at, '\t', len - at);
        size_t end = tab ? (size_t)(tab - line) : len;
        enum text_fault fault = text_check(line + at, end - at, false);

        if (fault != TEXT_OK) {
            return fault;
        }
        at = end + 1;
    }
    return TEXT_OK;
}

/* A file that is no such text as a whole: a fault on each of its lines would say nothing. */
static bool check_encoding(const char *file, const char *text, size_t len, struct problems *problems)
{
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        problems_add(problems, file, 1,
                     "the file begins with a byte order mark. Save it as UTF-8 without one (\"UTF-8\", not "
                     "\"UTF-8 with BOM\").");
        return false;
    }
    if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        problems_add(problems, file, 1, "the file is UTF-16 (\"Unicode\"). Save it as UTF-8.");
        return false;
    }
    return true;
}

static void check_characters(const char *file, const char *text, size_t len, struct problems *problems)
{
    int number = 1;

    for (size_t at = 0; at < len; number++) {
        const char *newline = memchr(text + at, '\n', len - at);
        size_t end = newline ? (size_t)(newline - text) : len;
        size_t line_len = end - at;

        if (newline && line_len > 0 && text[end - 1] == '\r') {
            line_len--; /* lines as Windows ends them */
        }
        const char *words = fault_words(check_line(text + at, line_len));
        if (words) {
            problems_add(problems, file, number, "this line %s", words);
        }
        at = end + 1;
    }
}

/* --- Tokens --- */

enum token {
    T_END,
    T_NAME,
    T_EQUALS,
    T_BOOL,
    T_NUMBER,
    T_STRING,
    T_OPEN,
    T_CLOSE,
    T_COMMA,
    T_SEMICOLON,
    T_BAD
};

struct scan {
    const char *file;
    struct problems *problems;
    const char *at, *end;
    int line;
    enum token token;  /* the one being looked at */
    const char *start; /* its text */
    size_t len;
    int token_line;
    int last_line; /* of the token before it */
    int depth;
    bool sound; /* no fault yet */
};

static void fault(struct scan *scan, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void fault(struct scan *scan, int line, const char *fmt, ...)
{
    va_list args;

    scan->sound = false;
    va_start(args, fmt);
    problems_vadd(scan->problems, scan->file, line, fmt, args);
    va_end(args);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Past spaces and comments. False at a comment without an end. */
static bool skip_space(struct scan *scan)
{
    while (scan->at < scan->end) {
        char c = *scan->at, next = scan->at + 1 < scan->end ? scan->at[1] : '\0';

        if (c == '\n') {
            scan->line++;
            scan->at++;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            scan->at++;
        } else if (c == '#' || (c == '/' && next == '/')) {
            while (scan->at < scan->end && *scan->at != '\n') {
                scan->at++;
            }
        } else if (c == '/' && next == '*') {
            int opened = scan->line;

            for (scan->at += 2; scan->at < scan->end; scan->at++) {
                if (*scan->at == '\n') {
                    scan->line++;
                }
                if (*scan->at == '*' && scan->at + 1 < scan->end && scan->at[1] == '/') {
                    break;
                }
            }
            if (scan->at >= scan->end) {
                fault(scan, opened, "the comment that begins here with /* has no end.");
                return false;
            }
            scan->at += 2;
        } else {
            break;
        }
    }
    return true;
}

static enum token scan_string(struct scan *scan)
{
    for (scan->at++; scan->at < scan->end && *scan->at != '\n' && *scan->at != '"'; scan->at++) {
        char next = scan->at + 1 < scan->end ? scan->at[1] : '\0';

        if (*scan->at == '\t') {
            fault(scan, scan->line, "a tab stands inside a text. Write a space.");
        } else if (*scan->at == '\\') {
            if (next != '"' && next != '\\' && next != 'n') {
                fault(scan, scan->line,
                      "\\ in a text begins \\\" (a quote), \\n (a new line) or \\\\ (a \\ itself), nothing "
                      "else.");
            }
            if (next != '\n' && next != '\0') {
                scan->at++;
            }
        }
    }
    if (scan->at >= scan->end || *scan->at != '"') {
        fault(scan, scan->line,
              "a text begins on this line and its closing quote (\") is missing. A long text goes "
              "on in new quotes on the next line.");
        return T_BAD;
    }
    scan->at++;
    if (scan->at - scan->start > LEXICAL_MAX_STRING + 2) {
        fault(scan, scan->line, "this text is longer than %d bytes. Make two of it.", LEXICAL_MAX_STRING);
    }
    return T_STRING;
}

/* Digits, perhaps a point and digits. No exponents, no hexadecimal, no L: nothing a form needs, and each
 * has a surprise. So has a 0 before another digit: libconfig 1.5 reads 010 as 10, later ones as 8. */
static enum token scan_number(struct scan *scan)
{
    const char *p = scan->start;

    while (scan->at < scan->end &&
           (is_digit(*scan->at) || is_letter(*scan->at) || strchr("+-._", *scan->at)) && *scan->at != '\0') {
        scan->at++;
    }

    const char *end = scan->at;
    int len = (int)(end - p < 40 ? end - p : 40);
    if (end - p > LEXICAL_MAX_NUMBER) {
        fault(scan, scan->line, "the number %.*s is too long.", len, p);
        return T_NUMBER;
    }
    if (*p == '-' || *p == '+') {
        p++;
    }
    const char *digits = p;
    while (p < end && is_digit(*p)) {
        p++;
    }
    if (p - digits > 1 && *digits == '0') {
        fault(scan, scan->line, "the number %.*s begins with a 0 too many. Text goes in quotes.", len,
              scan->start);
        return T_NUMBER;
    }
    bool whole = p == end;
    bool good = p > digits;
    if (!whole && *p == '.') {
        const char *decimals = ++p;
        while (p < end && is_digit(*p)) {
            p++;
        }
        good = good && p > decimals;
    }
    if (!good || p != end) {
        fault(scan, scan->line,
              "%.*s is not a number this file may hold. Write digits, with one point if needed: 28 or "
              "3.5. Text goes in quotes.",
              len, scan->start);
        return T_NUMBER;
    }
    if (whole) {
        char copy[LEXICAL_MAX_NUMBER + 1];

        memcpy(copy, scan->start, (size_t)(end - scan->start));
        copy[end - scan->start] = '\0';
        long long value = strtoll(copy, NULL, 10);
        if (value < INT32_MIN || value > INT32_MAX) {
            fault(scan, scan->line, "the number %s is too large.", copy);
        }
    }
    return T_NUMBER;
}

static enum token scan_name(struct scan *scan)
{
    while (scan->at < scan->end && (is_letter(*scan->at) || is_digit(*scan->at) || *scan->at == '_' ||
                                    *scan->at == '-' || *scan->at == '*')) {
        scan->at++;
    }

    size_t len = (size_t)(scan->at - scan->start);
    if ((len == 4 && strncasecmp(scan->start, "true", 4) == 0) ||
        (len == 5 && strncasecmp(scan->start, "false", 5) == 0)) {
        return T_BOOL;
    }
    if (len > LEXICAL_MAX_NAME) {
        fault(scan, scan->line, "the name %.20s... is longer than %d letters.", scan->start,
              LEXICAL_MAX_NAME);
    }
    return T_NAME;
}

static enum token scan_token(struct scan *scan)
{
    if (!skip_space(scan)) {
        return T_BAD;
    }
    scan->token_line = scan->line;
    scan->start = scan->at;
    if (scan->at == scan->end) {
        return T_END;
    }

    char c = *scan->at;
    if (c == '"') {
        return scan_string(scan);
    }
    if (is_letter(c) || c == '*') {
        return scan_name(scan);
    }
    if (is_digit(c) || c == '-' || c == '+' || c == '.') {
        return scan_number(scan);
    }
    scan->at++;
    switch (c) {
    case '=':
    case ':':
        return T_EQUALS;
    case '{':
    case '[':
    case '(':
        return T_OPEN;
    case '}':
    case ']':
    case ')':
        return T_CLOSE;
    case ',':
        return T_COMMA;
    case ';':
        return T_SEMICOLON;
    case '@':
        fault(scan, scan->line,
              "@include is not used in these files: each stands by itself. A form names its parts in "
              "form.cfg.");
        return T_BAD;
    default:
        /* One character beyond ASCII is several bytes: show it whole. */
        while (scan->at < scan->end && ((unsigned char)*scan->at & 0xC0) == 0x80) {
            scan->at++;
        }
        fault(scan, scan->line, "%.*s has no meaning here. Text goes in straight quotes (\"like this\").",
              (int)(scan->at - scan->start), scan->start);
        return T_BAD;
    }
}

static void next(struct scan *scan)
{
    scan->last_line = scan->token_line;
    scan->token = scan_token(scan);
    scan->len = (size_t)(scan->at - scan->start);
}

/* --- Grammar: names and values --- */

/* What stands here, for a message: its first characters. */
static int shown(const struct scan *scan)
{
    return (int)(scan->len < 30 ? scan->len : 30);
}

/* What other programs write for true or false. */
static bool is_switch(const struct scan *scan)
{
    static const char *const words[] = { "yes", "no", "on", "off" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (scan->len == strlen(words[i]) && strncasecmp(scan->start, words[i], scan->len) == 0) {
            return true;
        }
    }
    return false;
}

static bool value(struct scan *scan);

static bool at_close(const struct scan *scan, char close)
{
    return scan->token == T_CLOSE && *scan->start == close;
}

static bool never_closed(struct scan *scan, char open, int opened)
{
    if (scan->token == T_END) {
        fault(scan, opened, "the %c opened here is never closed.", open);
    } else {
        fault(scan, scan->token_line,
              "%.*s stands where the %c of line %d is still open. Is its closing bracket missing?",
              shown(scan), scan->start, open, opened);
    }
    return false;
}

/* NAME = value; ... up to the } of a group, or to the end of the file (opened is 0). */
static bool settings(struct scan *scan, int opened)
{
    unsigned names = 0;

    for (;;) {
        if (scan->token == T_BAD) {
            return false;
        }
        if (opened ? at_close(scan, '}') : scan->token == T_END) {
            return true;
        }
        if (scan->token == T_END || (opened && scan->token == T_CLOSE)) {
            return never_closed(scan, '{', opened);
        }
        if (scan->token == T_CLOSE) {
            fault(scan, scan->token_line, "this %c closes nothing. Is there one too many above?",
                  *scan->start);
            return false;
        }
        if (scan->token == T_SEMICOLON || scan->token == T_COMMA) {
            fault(scan, scan->token_line, "there is a %c too many here.", *scan->start);
            return false;
        }
        if (opened && scan->token == T_OPEN && *scan->start == '{') {
            return never_closed(scan, '{', opened);
        }
        if (scan->token != T_NAME) {
            fault(scan, scan->token_line,
                  "a name should stand here, such as text = ..., not %.*s. Is a quote, comma or ; missing "
                  "before it?",
                  shown(scan), scan->start);
            return false;
        }
        if (++names > LEXICAL_MAX_NAMES) {
            fault(scan, scan->token_line, "there are more than %d names between one { and its }.",
                  LEXICAL_MAX_NAMES);
            return false;
        }

        int len = shown(scan);
        const char *name = scan->start;
        next(scan);
        if (scan->token == T_BAD) {
            return false;
        }
        if (scan->token != T_EQUALS) {
            fault(scan, scan->last_line, "%.*s needs a = and a value after it.", len, name);
            return false;
        }
        next(scan);
        if (!value(scan)) {
            return false;
        }
        if (scan->token == T_SEMICOLON || scan->token == T_COMMA) {
            next(scan);
        }
    }
}

/* value, value ... up to the ] or ). */
static bool values(struct scan *scan, char open, int opened)
{
    char close = open == '[' ? ']' : ')';

    if (at_close(scan, close)) {
        return true;
    }
    for (;;) {
        if (open == '[' && scan->token == T_OPEN) {
            fault(scan, scan->token_line, "%c cannot stand between [ and ]. Use ( and ) around groups.",
                  *scan->start);
            return false;
        }
        if (!value(scan)) {
            return false;
        }
        if (at_close(scan, close)) {
            return true;
        }
        if (scan->token == T_BAD) {
            return false;
        }
        if (scan->token == T_END || scan->token == T_CLOSE || scan->token == T_EQUALS ||
            scan->token == T_SEMICOLON) {
            return never_closed(scan, open, opened);
        }
        if (scan->token != T_COMMA) {
            fault(scan, scan->last_line, "a comma is missing between this entry and the next.");
            return false;
        }

        int comma = scan->token_line;
        next(scan);
        if (at_close(scan, close)) {
            fault(scan, comma, "remove this comma: no entry follows it.");
            return false;
        }
    }
}

static bool value(struct scan *scan)
{
    switch (scan->token) {
    case T_BAD:
        return false;
    case T_STRING: /* texts in a row are joined */
        while (scan->token == T_STRING) {
            next(scan);
        }
        return scan->token != T_BAD;
    case T_BOOL:
    case T_NUMBER:
        next(scan);
        return scan->token != T_BAD;
    case T_OPEN:
        break;
    case T_NAME:
        if (is_switch(scan)) {
            fault(scan, scan->token_line, "%.*s is no value. Write true or false.", shown(scan), scan->start);
        } else {
            fault(scan, scan->token_line, "%.*s needs quotes: \"%.*s\".", shown(scan), scan->start,
                  shown(scan), scan->start);
        }
        return false;
    case T_END:
    case T_EQUALS:
    case T_CLOSE:
    case T_COMMA:
    case T_SEMICOLON:
        fault(scan, scan->last_line, "a value is missing here.");
        return false;
    }

    char open = *scan->start;
    int opened = scan->token_line;
    if (++scan->depth > LEXICAL_MAX_DEPTH) {
        fault(scan, opened, "brackets are nested more than %d deep here.", LEXICAL_MAX_DEPTH);
        return false;
    }
    next(scan);
    if (!(open == '{' ? settings(scan, opened) : values(scan, open, opened))) {
        return false;
    }
    scan->depth--;
    next(scan);
    return scan->token != T_BAD;
}

bool lexical_check(const char *file, const char *text, size_t len, struct problems *problems)
{
    size_t before = problems->total;
    struct scan scan = { .file = file,
                         .problems = problems,
                         .at = text,
                         .end = text + len,
                         .line = 1,
                         .token_line = 1,
                         .sound = true };

    if (!check_encoding(file, text, len, problems)) {
        return false;
    }
    check_characters(file, text, len, problems);
    next(&scan);
    bool whole = settings(&scan, 0);
    return whole && scan.sound && problems->total == before;
}
