#include "review_find.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "month.h"
#include "text.h"

enum { MAX_WORDS = 12, MAX_DIGITS = 40, LOCAL_DIGITS = 9, MONTHS = 12, UID_BYTES = 16 };

struct word {
    const char *text;
    unsigned months; /* bit m: it may be the beginning of month m's name */
};

struct find {
    char *folded; /* the words point into it */
    struct word word[MAX_WORDS];
    size_t nwords;
    const char *group[MAX_WORDS];         /* the numbers, in order ... */
    int value[MAX_WORDS], len[MAX_WORDS]; /* ... what each is, and of how many digits */
    size_t ngroups;
    char digits[MAX_DIGITS + 1]; /* all of them in a row */
    bool open;                   /* the last group may go on */
    bool hex;
    char uid[2 * UID_BYTES + 1];
};

/* Three letters say which month, in most languages. */
static unsigned months_of(const char *word)
{
    unsigned months = 0;
    if (text_graphemes(word) < 3) {
        return 0;
    }
    for (int m = 1; m <= MONTHS; m++) {
        char *name = text_fold_words(month_name(m));
        if (strncmp(name, word, strlen(word)) == 0) {
            months |= 1U << m;
        }
        free(name);
    }
    return months;
}

static bool is_number(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

static void read_uid(struct find *find, const char *query)
{
    size_t n = 0;
    for (; *query != '\0' && n < sizeof find->uid; query++) {
        char c = *query >= 'A' && *query <= 'F' ? (char)(*query - 'A' + 'a') : *query;
        if (strchr("0123456789abcdef", c) == NULL || n + 1 == sizeof find->uid) {
            return;
        }
        find->uid[n++] = c;
    }
    find->hex = n >= 4;
}

struct find *find_new(const char *query)
{
    struct find *find = mem_alloc(sizeof *find);
    find->folded = text_fold_words(query);
    if (find->folded[0] == '\0') {
        find_free(find);
        return NULL;
    }
    read_uid(find, query);
    char *rest = find->folded;
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
        if (is_number(word)) {
            if (find->ngroups < MAX_WORDS) {
                find->value[find->ngroups] = strlen(word) > 4 ? -1 : atoi(word);
                find->len[find->ngroups] = (int)strlen(word);
                find->group[find->ngroups++] = word;
                strncat(find->digits, word, MAX_DIGITS - strlen(find->digits));
            }
        } else if (find->nwords < MAX_WORDS) {
            find->word[find->nwords++] = (struct word){ word, months_of(word) };
        }
    }
    size_t len = strlen(query);
    find->open = len > 0 && query[len - 1] >= '0' && query[len - 1] <= '9';
    return find;
}

void find_free(struct find *find)
{
    if (find != NULL) {
        mem_wipe_free(find->folded);
        explicit_bzero(find, sizeof *find);
        free(find);
    }
}

/* --- Numbers --- */

static bool begins(const char *whole, const char *part)
{
    return strncmp(whole, part, strlen(part)) == 0;
}

enum part { DAY, MONTH, YEAR };

/* n in `width` digits. Not printf: this runs a million times a key. Returns what follows. */
static char *put_digits(char *out, int n, int width)
{
    for (int i = width; i-- > 0; n /= 10) {
        out[i] = (char)('0' + n % 10);
    }
    out[width] = '\0';
    return out + width;
}

/* Can this number be that part of the date? One that is still being typed may be its beginning. */
static bool is_part(const struct find *find, size_t group, enum part part, struct date d)
{
    int n = part == DAY ? d.day : part == MONTH ? d.month : d.year;
    int value = find->value[group], len = find->len[group];
    if (part == YEAR ? (len == 4 && value == n) || (len == 2 && value == n % 100) : len <= 2 && value == n) {
        return true;
    }
    if (!find->open || group + 1 != find->ngroups || len > 3) {
        return false;
    }
    char full[8], brief[8];
    put_digits(full, n, part == YEAR ? 4 : 2);
    put_digits(brief, n, part == YEAR || n > 9 ? 2 : 1);
    return begins(full, find->group[group]) || begins(brief, find->group[group]);
}

static bool is_order(const struct find *find, const enum part *order, struct date d)
{
    for (size_t i = 0; i < find->ngroups; i++) {
        if (!is_part(find, i, order[i], d)) {
            return false;
        }
    }
    return true;
}

/* "15051990" and its beginnings. */
static bool is_run(const char *typed, struct date d)
{
    int y = d.year, m = d.month, day = d.day;
    char run[12], one[4];
    put_digits(put_digits(put_digits(run, day, 2), m, 2), y, 4);
    if (begins(run, typed)) {
        return true;
    }
    put_digits(put_digits(put_digits(run, m, 2), day, 2), y, 4);
    if (begins(run, typed)) {
        return true;
    }
    put_digits(put_digits(put_digits(run, y, 4), m, 2), day, 2);
    if (begins(run, typed) || begins(run + 2, typed)) { /* with and without the century */
        return true;
    }
    put_digits(put_digits(put_digits(run, day, 2), m, 2), y, 2);
    if (begins(run, typed)) {
        return true;
    }
    put_digits(put_digits(put_digits(run, m, 2), day, 2), y, 2);
    put_digits(one, day, day > 9 ? 2 : 1);
    return begins(run, typed) || strcmp(one, typed) == 0;
}

static bool is_birth(const struct find *find, struct date d)
{
    static const enum part three[][3] = { { DAY, MONTH, YEAR }, { MONTH, DAY, YEAR }, { YEAR, MONTH, DAY } };
    static const enum part two[][2] = { { DAY, MONTH }, { MONTH, DAY }, { MONTH, YEAR }, { YEAR, MONTH } };
    if (!date_is_full(d)) {
        return false;
    }
    if (find->ngroups == 1) {
        return is_run(find->group[0], d);
    }
    for (size_t i = 0; find->ngroups == 2 && i < sizeof two / sizeof *two; i++) {
        if (is_order(find, two[i], d)) {
            return true;
        }
    }
    for (size_t i = 0; find->ngroups == 3 && i < sizeof three / sizeof *three; i++) {
        if (is_order(find, three[i], d)) {
            return true;
        }
    }
    return false;
}

/* The numbers beside a month's name. */
static bool is_birth_beside_month(const struct find *find, struct date d)
{
    static const enum part two[][2] = { { DAY, YEAR }, { YEAR, DAY } };
    if (!date_is_full(d) || find->ngroups == 0 || find->ngroups > 2) {
        return false;
    }
    if (find->ngroups == 1) {
        return is_order(find, (const enum part[]){ DAY }, d) ||
               is_order(find, (const enum part[]){ YEAR }, d);
    }
    return is_order(find, two[0], d) || is_order(find, two[1], d);
}

/* The 0 or the country code in front may be written or not, here and there: what is left must be found. */
static bool is_phone(const struct find *find, const char *phone)
{
    const char *digits = find->digits;
    size_t len = strlen(digits), zeros = strspn(digits, "0");
    if (phone[0] == '\0' || len < 2) {
        return false;
    }
    if (len > LOCAL_DIGITS) {
        return strstr(phone, digits + len - LOCAL_DIGITS) != NULL;
    }
    return strstr(phone, zeros <= 2 && len - zeros >= 3 ? digits + zeros : digits) != NULL;
}

static bool are_words(const struct find *find, const char *name)
{
    for (size_t i = 0; i < find->ngroups; i++) {
        if (strstr(name, find->group[i]) == NULL) {
            return false;
        }
    }
    return find->ngroups > 0;
}

static bool is_uid(const struct find *find, const uint8_t *uid)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; find->uid[i] != '\0'; i++) {
        if (find->uid[i] != hex[i % 2 == 0 ? uid[i / 2] >> 4 : uid[i / 2] & 15]) {
            return false;
        }
    }
    return true;
}

bool find_match(const struct find *find, const char *name, const char *phone, struct date born,
                const uint8_t *uid)
{
    bool found = true, month = false;
    for (size_t i = 0; found && i < find->nwords; i++) {
        const struct word *word = &find->word[i];
        if (strstr(name, word->text) != NULL) {
            continue;
        }
        found = find->ngroups > 0 && born.month != 0 && (word->months & (1U << born.month)) != 0;
        month = month || found;
    }
    if (found && month) {
        found = is_birth_beside_month(find, born);
    } else if (found && find->ngroups > 0) {
        found = is_birth(find, born) || is_phone(find, phone) || are_words(find, name);
    }
    return found || (find->hex && is_uid(find, uid));
}

void find_phone_digits(struct buf *out, const char *phone)
{
    /* Digits of other scripts are folded to ours. */
    bool plain = true;
    for (const char *c = phone; *c != '\0'; c++) {
        plain = plain && (unsigned char)*c < 0x80;
    }
    char *folded = plain ? NULL : text_fold_words(phone);
    static const char digits[] = "0123456789";
    for (const char *c = plain ? phone : folded; *(c += strcspn(c, digits)) != '\0';) {
        size_t run = strspn(c, digits);
        buf_add(out, c, run);
        c += run;
    }
    mem_wipe_free(folded);
}
