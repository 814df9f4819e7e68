#include "recovery.h"

#include <ctype.h>
#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    GROUPS = 8,
    GROUP_BYTES = 4,
    GROUP_DIGITS = 7,
    LAST_DIGITS = 4,
    DIGITS = GROUPS * GROUP_DIGITS + LAST_DIGITS
};

static const char digit[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void recovery_make(uint8_t key[RECOVERY_KEY])
{
    randombytes_buf(key, RECOVERY_KEY);
}

/* The first 8 bytes of a hash, as a number. `group`: 0 to 7, or GROUPS for the whole key. */
static uint64_t check(const uint8_t *data, size_t len, int group)
{
    uint8_t place = (uint8_t)group;
    uint8_t hash[crypto_generichash_BYTES_MIN];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const uint8_t *)"foyer recovery key", 18);
    crypto_generichash_update(&state, &place, 1);
    crypto_generichash_update(&state, data, len);
    crypto_generichash_final(&state, hash, sizeof hash);
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++) {
        number = number << 8 | hash[i];
    }
    return number;
}

/* 32 bits of key above 3 bits of check. */
static uint64_t group_number(const uint8_t *key, int group)
{
    const uint8_t *part = key + (size_t)group * GROUP_BYTES;
    uint64_t number = 0;
    for (size_t i = 0; i < GROUP_BYTES; i++) {
        number = number << 8 | part[i];
    }
    return number << 3 | (check(part, GROUP_BYTES, group) & 7);
}

static uint64_t last_number(const uint8_t *key)
{
    return check(key, RECOVERY_KEY, GROUPS) & 0xfffff;
}

static char *print_digits(char *out, uint64_t number, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        *out++ = digit[number >> (5 * i) & 31];
    }
    return out;
}

void recovery_print(const uint8_t key[RECOVERY_KEY], char out[RECOVERY_TEXT])
{
    for (int group = 0; group < GROUPS; group++) {
        out = print_digits(out, group_number(key, group), GROUP_DIGITS);
        *out++ = '-';
    }
    out = print_digits(out, last_number(key), LAST_DIGITS);
    *out = '\0';
}

static int value(char c)
{
    switch (toupper((unsigned char)c)) {
    case 'O':
        return 0;
    case 'I':
    case 'L':
        return 1;
    default:
        break;
    }
    const char *at = strchr(digit, toupper((unsigned char)c));
    return at == NULL || c == '\0' ? -1 : (int)(at - digit);
}

static bool is_gap(char c)
{
    return c == '-' || isspace((unsigned char)c);
}

size_t recovery_lacks(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        if (!is_gap(*text) && (value(*text) < 0 || ++n == DIGITS)) {
            return 0;
        }
    }
    return DIGITS - n;
}

static int read_digits(const char *text, uint8_t out[DIGITS], struct err *err)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        if (is_gap(*text)) {
            continue;
        }
        int v = value(*text);
        if (v < 0) {
            return err_set(err, "the recovery key has only letters and digits in it, and never the letter U");
        }
        if (n == DIGITS) {
            return err_set(err, "that is longer than a recovery key: it has %d letters and digits", DIGITS);
        }
        out[n++] = (uint8_t)v;
    }
    return n == DIGITS
               ? 0
               : err_set(err, "the recovery key has %d letters and digits on its two lines; %zu were typed",
                         DIGITS, n);
}

static uint64_t take(const uint8_t *digits, int count)
{
    uint64_t number = 0;
    for (int i = 0; i < count; i++) {
        number = number << 5 | digits[i];
    }
    return number;
}

int recovery_read(const char *text, uint8_t key[RECOVERY_KEY], struct err *err)
{
    uint8_t digits[DIGITS] = { 0 };
    int status = read_digits(text, digits, err);
    for (int group = 0; status == 0 && group < GROUPS; group++) {
        uint64_t number = take(digits + (size_t)group * GROUP_DIGITS, GROUP_DIGITS);
        for (int i = 0; i < GROUP_BYTES; i++) {
            key[group * GROUP_BYTES + i] = (uint8_t)(number >> (3 + 8 * (GROUP_BYTES - 1 - i)));
        }
        if (group_number(key, group) != number) {
            status =
                err_set(err, "look at group %d of the recovery key again: there is a slip in it", group + 1);
        }
    }
    if (status == 0 && take(digits + DIGITS - LAST_DIGITS, LAST_DIGITS) != last_number(key)) {
        status = err_set(err, "the groups do not belong together: look at the whole recovery key again");
    }
    sodium_memzero(digits, sizeof digits);
    if (status != 0) {
        sodium_memzero(key, RECOVERY_KEY);
    }
    return status;
}
