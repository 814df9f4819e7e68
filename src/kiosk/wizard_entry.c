#include "wizard_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "mem.h"
#include "month.h"
#include "text.h"
#include "tr.h"

enum { MONTH_LETTERS = 3 };

void entry_date_order(enum entry_part order[3])
{
    /* TRANSLATORS: The order of day (d), month (m) and year (y) in your language. */
    const char *letters = tr_ctx("date order", "dmy");
    static const char known[] = "dmy";
    unsigned seen = 0;
    size_t n = strlen(letters);

    for (size_t i = 0; i < 3; i++) {
        const char *at = n == 3 ? strchr(known, letters[i]) : NULL;
        order[i] = at ? (enum entry_part)(at - known) : ENTRY_DAY;
        seen |= 1U << order[i];
    }
    for (size_t i = 0; i < 3 && seen != 7U; i++) {
        order[i] = (enum entry_part)i;
    }
}

/* Never NULL. Overwrite and free() it. */
static char *plain_digits(const char *text)
{
    char *s = text_tidy_digits(text);

    return s ? s : mem_strdup("");
}

/* Digits only, at most four of them; -1 for anything else. */
static int small_number(const char *s)
{
    int value = 0;
    size_t n = strlen(s);

    if (n == 0 || n > 4) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return -1;
        }
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/* "5", "05", "May", "may", "sept". -1: neither, or it could be two months. */
static int read_month(const char *s)
{
    int number = small_number(s);

    if (number >= 0) {
        return number >= 1 && number <= 12 ? number : -1;
    }

    char *word = text_fold_words(s);
    int found = -1;
    for (int m = 1; m <= 12; m++) {
        char *name = text_fold_words(month_name(m));
        bool whole = strcmp(name, word) == 0;
        bool start = text_graphemes(word) >= MONTH_LETTERS && strncmp(name, word, strlen(word)) == 0;
        free(name);
        if (whole) {
            found = m;
            break;
        }
        if (start) {
            found = found == -1 ? m : -2;
        }
    }
    mem_wipe_free(word);
    return found > 0 ? found : -1;
}

static int refuse(struct err *err, enum entry_part *part, enum entry_part which, const char *why)
{
    *part = which;
    return err_set(err, "%s", why);
}

static int check_range(struct date d, struct date today, enum entry_part *part, struct err *err)
{
    if (d.year > today.year) {
        return refuse(err, part, ENTRY_YEAR, tr("This date has not come yet. Is the year right?"));
    }
    if (d.year == today.year && d.month > today.month) {
        return refuse(err, part, ENTRY_MONTH, tr("This date has not come yet. Is the month right?"));
    }
    if (d.year == today.year && d.month == today.month && d.day > today.day) {
        return refuse(err, part, ENTRY_DAY, tr("This date has not come yet. Is the day right?"));
    }
    struct date oldest = { (int16_t)(today.year - DATE_OLDEST_YEARS), today.month, today.day };
    if (date_ends_before(d, oldest)) {
        return refuse(err, part, ENTRY_YEAR, tr("This is very long ago. Is the year right?"));
    }
    return 0;
}

static int read_parts(char *const text[3], bool partial, struct date today, struct date *out,
                      enum entry_part *part, struct err *err)
{
    const char *day = text[ENTRY_DAY], *month = text[ENTRY_MONTH], *year = text[ENTRY_YEAR];
    struct date d = { 0, 0, 0 };

    if (!*day && !*month && !*year) {
        return 0;
    }
    if (!*day && !partial) {
        return refuse(err, part, ENTRY_DAY, tr("Type the day, like 9."));
    }
    if (*day) {
        int n = small_number(day);
        if (n < 1 || n > 31) {
            return refuse(err, part, ENTRY_DAY, tr("The day is a number from 1 to 31."));
        }
        d.day = (uint8_t)n;
    }
    if (!*month && !partial) {
        return refuse(err, part, ENTRY_MONTH, tr("Type the month, like 5 or May."));
    }
    if (!*month && *day) {
        return refuse(err, part, ENTRY_MONTH, tr("Type the month too. Or leave the day empty."));
    }
    if (*month) {
        int n = read_month(month);
        if (n < 0) {
            return refuse(err, part, ENTRY_MONTH,
                          tr("Type the month as a number from 1 to 12, or as a word."));
        }
        d.month = (uint8_t)n;
    }
    if (!*year) {
        return refuse(err, part, ENTRY_YEAR, tr("Type the year, like 1990."));
    }
    int n = strlen(year) == 4 ? small_number(year) : -1;
    if (n < 1) {
        return refuse(err, part, ENTRY_YEAR, tr("Type all four digits of the year, like 1990."));
    }
    d.year = (int16_t)n;
    if (d.day && d.day > date_days_in_month(d.year, d.month)) {
        *part = ENTRY_DAY;
        return err_set(err, tr("%s %d has only %d days. Is the day right?"), month_name(d.month), d.year,
                       date_days_in_month(d.year, d.month));
    }
    if (check_range(d, today, part, err) < 0) {
        return -1;
    }
    *out = d;
    return 0;
}

int entry_date(const char *const text[3], bool partial, struct date today, struct date *out,
               enum entry_part *part, struct err *err)
{
    char *tidy[3];

    *out = (struct date){ 0, 0, 0 };
    for (size_t i = 0; i < 3; i++) {
        tidy[i] = plain_digits(text[i]);
    }
    int rc = read_parts(tidy, partial, today, out, part, err);
    for (size_t i = 0; i < 3; i++) {
        mem_wipe_free(tidy[i]);
    }
    return rc;
}

bool entry_part_full(enum entry_part part, const char *text)
{
    char *digits = plain_digits(text);
    int n = small_number(digits);
    size_t len = strlen(digits);

    mem_wipe_free(digits);
    if (n < 0) {
        return false;
    }
    switch (part) {
    case ENTRY_DAY:
        return len >= 2 || n > 3;
    case ENTRY_MONTH:
        return len >= 2 || n > 1;
    default:
        return len >= 4;
    }
}

void entry_date_words(struct buf *out, struct date d, bool year)
{
    if (date_valid(d)) {
        month_date(out, d, year ? MONTH_WORDS : MONTH_WORDS_NO_YEAR);
    }
}

/* --- A date in one line --- */

/* What stands between the parts; with the Chinese words for year, month and day, which stand behind them, and
 * the Spanish word between them: who hears "9 de mayo de 1990" says it so. */
static size_t separator(const char *s)
{
    static const char *const known[] = {
        " ", "/", ".", "-", ",", ";", "de ", "\xE5\xB9\xB4", "\xE6\x9C\x88", "\xE6\x97\xA5"
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(s, known[i], strlen(known[i])) == 0) {
            return strlen(known[i]);
        }
    }
    return 0;
}

enum { LINE_PARTS = 3 };

/* Cuts s in its parts, in place. Returns how many, LINE_PARTS + 1 for more than a date has. */
static size_t cut_parts(char *s, char *part[LINE_PARTS])
{
    size_t n = 0;

    while (*s) {
        size_t gap = separator(s);
        if (gap) {
            memset(s, 0, gap);
            s += gap;
            continue;
        }
        if (n == LINE_PARTS) {
            return n + 1;
        }
        part[n++] = s;
        while (*s && !separator(s)) {
            s++;
        }
    }
    return n;
}

/* Which part of the date each is. A year has four digits and a word is a month; the rest stands in the order
 * of the language, from its end: "5 1990" has no day. */
static void place_parts(char *const part[LINE_PARTS], size_t n, char *text[3])
{
    enum entry_part order[3];
    bool placed[LINE_PARTS] = { false };

    entry_date_order(order);
    for (size_t i = 0; i < n; i++) {
        bool word = !(*part[i] >= '0' && *part[i] <= '9');
        enum entry_part which = word ? ENTRY_MONTH : ENTRY_YEAR;
        if ((word || strlen(part[i]) == 4) && !text[which]) {
            text[which] = part[i];
            placed[i] = true;
        }
    }
    bool year_first = n == LINE_PARTS && placed[0] && text[ENTRY_YEAR] == part[0] && !text[ENTRY_MONTH];
    if (year_first) { /* 1990-05-09 */
        text[ENTRY_MONTH] = part[1];
        text[ENTRY_DAY] = part[2];
        return;
    }
    bool no_day = n < LINE_PARTS && text[ENTRY_YEAR] && !text[ENTRY_MONTH];
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (placed[i]) {
            continue;
        }
        while (at < 3 && (text[order[at]] || (no_day && order[at] == ENTRY_DAY))) {
            at++;
        }
        if (at < 3) {
            text[order[at]] = part[i];
        }
    }
}

bool entry_date_line(const char *line, char *text[3])
{
    char *s = plain_digits(line), *part[LINE_PARTS] = { NULL }, *at[3] = { NULL };
    size_t len = strlen(s), n = cut_parts(s, part);
    bool fits = n <= LINE_PARTS;

    if (fits) {
        place_parts(part, n, at);
    }
    for (size_t i = 0; i < 3; i++) {
        text[i] = mem_strdup(at[i] ? at[i] : "");
    }
    explicit_bzero(s, len);
    free(s);
    return fits;
}

static bool plain_number(const char *s, int *decimals)
{
    size_t whole = 0;

    *decimals = 0;
    if (*s == '-') {
        s++;
    }
    for (; *s >= '0' && *s <= '9'; s++) {
        whole++;
    }
    if (*s == '.') {
        for (s++; *s >= '0' && *s <= '9'; s++) {
            (*decimals)++;
        }
    }
    return *s == '\0' && whole > 0 && whole + (size_t)*decimals <= 12;
}

static void drop_unit(char *s, const char *unit)
{
    size_t len = strlen(s), ulen = unit ? strlen(unit) : 0;

    if (ulen && len > ulen && strcasecmp(s + len - ulen, unit) == 0) {
        len -= ulen;
        while (len && s[len - 1] == ' ') {
            len--;
        }
        explicit_bzero(s + len, strlen(s + len));
    }
}

static int read_number(const struct form_question *question, char *s, double *out, struct err *err)
{
    int decimals;

    drop_unit(s, question->unit);
    char *comma = strchr(s, ',');
    if (comma) {
        *comma = '.';
    }
    size_t len = strlen(s);
    if (len && s[len - 1] == '.') {
        s[len - 1] = '\0'; /* "2." while the patient was still thinking */
    }
    if (!plain_number(s, &decimals)) {
        return err_set(err, "%s", tr("Type one number, with digits only."));
    }
    if (decimals > question->decimals) {
        if (question->decimals == 0) {
            return err_set(err, "%s", tr("Type a whole number."));
        }
        return err_set(err,
                       tr_n("Use at most %d digit after the point.", "Use at most %d digits after the point.",
                            (unsigned long)question->decimals),
                       question->decimals);
    }
    double number = strtod(s, NULL);
    if (number < question->min || number > question->max) {
        struct buf low = BUF_INIT, high = BUF_INIT;
        entry_number_words(&low, question, question->min);
        entry_number_words(&high, question, question->max);
        err_set(err, tr("Type a number from %s to %s."), buf_str(&low), buf_str(&high));
        buf_done(&low);
        buf_done(&high);
        return -1;
    }
    *out = number;
    return 0;
}

int entry_number(const struct form_question *question, const char *text, double *out, struct err *err)
{
    char *s = plain_digits(text);
    int rc = read_number(question, s, out, err);
    mem_wipe_free(s);
    return rc;
}

void entry_number_words(struct buf *out, const struct form_question *question, double number)
{
    char s[64];

    snprintf(s, sizeof s, "%.*f", question->decimals > 0 && question->decimals < 10 ? question->decimals : 0,
             number);
    if (strchr(s, '.')) {
        size_t n = strlen(s);
        while (s[n - 1] == '0') {
            s[--n] = '\0';
        }
        if (s[n - 1] == '.') {
            s[n - 1] = '\0';
        }
    }
    buf_adds(out, s);
    explicit_bzero(s, sizeof s);
}

char *entry_lines(const char *text)
{
    size_t len = strlen(text);
    char *out = mem_alloc(len * 3 + 1); /* NFC makes UTF-8 at most three times as long (UAX #15) */
    size_t used = 0;

    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = mem_strndup(text, n);
        char *tidy = text_tidy(line);
        size_t tlen = tidy ? strlen(tidy) : 0;
        if (tlen && used + tlen + 1 <= len * 3) {
            if (used) {
                out[used++] = '\n';
            }
            memcpy(out + used, tidy, tlen);
            used += tlen;
        }
        mem_wipe_free(tidy);
        mem_wipe_free(line);
        text += n + (text[n] == '\n');
    }
    out[used] = '\0';
    return out;
}

int entry_phone(const char *text, struct err *err)
{
    enum { FEWEST = 5 };
    char *digits = plain_digits(text);
    size_t count = 0, others = 0;

    for (const char *c = digits; *c; c++) {
        bool digit = *c >= '0' && *c <= '9';
        count += digit;
        others += !digit && !strchr(" +-()/.", *c);
    }
    mem_wipe_free(digits);
    /* A name with a slip in it, say: nobody could be called. An extension has its few letters. */
    return *text && (count < FEWEST || others >= count)
               ? err_set(err, "%s", tr("Type the number with digits. Or leave it empty."))
               : 0;
}
