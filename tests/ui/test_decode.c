/* What a terminal sends, as events: nothing that is not a key may act as one. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "decode.h"

/* Feeds bytes and lists what comes out: characters as they are, keys as <number>, pastes in {}. */
static const char *feed(struct decode *decode, const char *bytes, size_t len)
{
    static char out[8192];
    struct event event;

    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        if (!decode_byte(decode, (unsigned char)bytes[i], &event)) {
            continue;
        }
        size_t n = strlen(out);
        if (event.type == EVENT_KEY) {
            snprintf(out + n, sizeof out - n, "<%d>", (int)event.key);
        } else {
            snprintf(out + n, sizeof out - n, "%s", event.text);
        }
    }
    return out;
}

static const char *feeds(const char *bytes)
{
    struct decode decode;

    decode_init(&decode);
    return feed(&decode, bytes, strlen(bytes));
}

Test(decode, utf8_is_assembled)
{
    cr_assert_str_eq(feeds("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x99\x82z"),
                     "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x99\x82z");
}

Test(decode, bytes_that_are_not_utf8_cost_no_good_key)
{
    cr_assert_str_eq(feeds("\xFF"
                           "1\xC3"
                           "2\xE4\xB8"
                           "3\x80\xBF"
                           "4\xED\xA0\x80"
                           "5\xC0\xAF"
                           "6\xF4\x90\x80\x80"
                           "7"),
                     "1234567");
}

Test(decode, control_characters_are_keys)
{
    struct decode decode;
    struct event event;

    decode_init(&decode);
    cr_assert(decode_byte(&decode, '\r', &event) && event.key == KEY_ID_ENTER);
    cr_assert(decode_byte(&decode, '\t', &event) && event.key == KEY_ID_TAB);
    cr_assert(decode_byte(&decode, 0x7F, &event) && event.key == KEY_ID_BACKSPACE);
    cr_assert(decode_byte(&decode, 8, &event) && event.key == KEY_ID_BACKSPACE);
    cr_assert(decode_byte(&decode, 3, &event) && event.key == KEY_ID_CTRL_A + 2);
    cr_assert_not(decode_byte(&decode, 0, &event));
    cr_assert_not(decode_byte(&decode, 31, &event));
}

Test(decode, digits_in_unknown_sequences_answer_nothing)
{
    cr_assert_str_eq(feeds("\033[?62;1;2c"
                           "\033[1;5Q"
                           "\033]11;rgb:1111/2222/3333\007"
                           "\033P1$r0m\033\\"
                           "\033O5"
                           "\033[[1"
                           "\0331"),
                     "");
    cr_assert_str_eq(feeds("\033[24;80R"
                           "x"),
                     "x");
}

Test(decode, escape_alone_is_a_key)
{
    struct decode decode;
    struct event event;

    decode_init(&decode);
    cr_assert_not(decode_byte(&decode, 27, &event));
    cr_assert(decode_pause(&decode, &event));
    cr_assert_eq(event.key, KEY_ID_ESCAPE);
    cr_assert_not(decode_pause(&decode, &event));
}

Test(decode, a_sequence_that_stops_halfway_is_given_up)
{
    struct decode decode;
    struct event event;

    decode_init(&decode);
    feed(&decode, "\033[12", 4);
    cr_assert_not(decode_pause(&decode, &event));
    cr_assert_gt(decode_patience(&decode), 0);
    cr_assert_not(decode_expire(&decode, &event));
    cr_assert_eq(decode_patience(&decode), -1);
    cr_assert_str_eq(feed(&decode, "a", 1), "a");
}

Test(decode, a_paste_is_one_event_with_plain_newlines)
{
    struct decode decode;
    struct event event = { 0 };

    decode_init(&decode);
    decode_paste_begin(&decode);
    cr_assert_str_eq(feed(&decode, "a\r\nb\rc\n1", 8), "");
    cr_assert_not(decode_key(&decode, KEY_ID_UP, &event));
    cr_assert(decode_paste_end(&decode, &event));
    cr_assert_eq(event.type, EVENT_PASTE);
    cr_assert_str_eq(event.text, "a\nb\nc\n1");
    cr_assert_not(decode_paste_end(&decode, &event));
}

Test(decode, a_long_paste_is_capped)
{
    struct decode decode;
    struct event event = { 0 };

    decode_init(&decode);
    decode_paste_begin(&decode);
    for (int i = 0; i < 3 * EVENT_PASTE_MAX; i++) {
        decode_byte(&decode, 'x', &event);
    }
    cr_assert(decode_paste_end(&decode, &event));
    cr_assert_eq(event.len, EVENT_PASTE_MAX);
    cr_assert_eq(strlen(event.text), EVENT_PASTE_MAX);
}

Test(decode, the_rest_of_a_dropped_paste_is_dropped)
{
    struct decode decode;
    struct event event;

    decode_init(&decode);
    decode_paste_begin(&decode);
    feed(&decode, "123", 3);
    decode_drop(&decode);
    cr_assert_str_eq(feed(&decode, "456", 3), "");
    cr_assert_not(decode_paste_end(&decode, &event));
    cr_assert_str_eq(feed(&decode, "7", 1), "7");
}

Test(decode, any_bytes_at_all_are_survived)
{
    struct decode decode;
    struct event event;
    unsigned seed = 1;

    decode_init(&decode);
    for (int i = 0; i < 300000; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned byte = (seed >> 16) & 0xFF;
        if (seed % 5000 == 0) {
            decode_paste_begin(&decode);
        }
        if (decode_byte(&decode, (unsigned char)byte, &event) && event.type == EVENT_CHAR) {
            cr_assert_leq(event.len, 4);
            cr_assert_eq(strlen(event.text), event.len);
        }
        if (seed % 3000 == 0) {
            decode_paste_end(&decode, &event);
        }
        if (seed % 700 == 0) {
            decode_pause(&decode, &event);
        }
    }
}
