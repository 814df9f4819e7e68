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

/* What a terminal with a mouse sends: clicks as (row,column), the wheel as {-1} or {1}, the rest as feed().
 */
static const char *feeds_mouse(const char *bytes)
{
    static char out[1024];
    struct decode decode;
    struct event event;
    size_t n = 0;

    decode_init(&decode);
    decode.mouse = true;
    out[0] = '\0';
    for (; *bytes; bytes++) {
        if (!decode_byte(&decode, (unsigned char)*bytes, &event)) {
            continue;
        }
        n += (size_t)(event.type == EVENT_CLICK
                          ? snprintf(out + n, sizeof out - n, "(%d,%d)", event.row, event.column)
                      : event.type == EVENT_WHEEL ? snprintf(out + n, sizeof out - n, "{%d}", event.row)
                      : event.type == EVENT_KEY   ? snprintf(out + n, sizeof out - n, "<%d>", (int)event.key)
                                                  : snprintf(out + n, sizeof out - n, "%s", event.text));
    }
    return out;
}

Test(decode, a_press_and_its_release_are_one_click)
{
    cr_assert_str_eq(feeds_mouse("\033[<0;11;6M\033[<0;11;6m1"), "(5,10)1");
    cr_assert_str_eq(feeds_mouse("\033[<16;1;1M"), "(0,0)", "with Ctrl held");
    cr_assert_str_eq(feeds_mouse("\033[M +&\033[M#+&1"), "(5,10)1", "as older terminals say it");
}

Test(decode, other_buttons_and_moving_are_no_click_and_the_wheel_is_a_wheel)
{
    cr_assert_str_eq(feeds_mouse("\033[<1;2;2M\033[<2;2;2M\033[<32;2;2M\033[<35;2;2M\033[<128;2;2M"), "");
    cr_assert_str_eq(feeds_mouse("\033[<64;2;2M\033[<65;2;2M"), "{-1}{1}");
}

Test(decode, a_mouse_sequence_that_makes_no_sense_answers_nothing)
{
    cr_assert_str_eq(feeds_mouse("\033[<0;99999999999999999999;6M"
                                 "\033[<0;0;0M\033[<0;;M\033[<M\033[<0;1M\033[<0;1;2;3M\033[<;;;;;;;M"
                                 "\033[<0;-1;2M\033[<0;1:2;2M\033[<4294967296;1;1M\033[<0;1;1x"),
                     "");
    cr_assert_str_eq(feeds_mouse("\033[<0;1;\033[<0;11;6M"), "(5,10)", "broken off, then a whole one");
    cr_assert_str_eq(feeds_mouse("\033[M\033[<0;11;6M"), "(5,10)");
    cr_assert_str_eq(feeds_mouse("\033[<0;1;\r2"), "2", "a control character ends what broke off");
}

Test(decode, without_a_mouse_its_sequences_are_swallowed)
{
    cr_assert_str_eq(feeds("\033[<0;11;6M\033[<0;11;6m1"), "1");
}

Test(decode, what_broke_off_is_forgotten_after_a_while_and_the_mouse_stays_on)
{
    struct decode decode;
    struct event event;

    decode_init(&decode);
    decode.mouse = true;
    feed(&decode, "\033[<0;1", 6);
    cr_assert_geq(decode_patience(&decode), 0);
    decode_expire(&decode, &event);
    cr_assert_lt(decode_patience(&decode), 0);
    cr_assert_str_eq(feed(&decode, "1", 1), "1");
    cr_assert_str_eq(feed(&decode, "\033[<0;1;1", 8), "");
    cr_assert(decode_byte(&decode, 'M', &event) && event.type == EVENT_CLICK);
}

Test(decode, any_bytes_at_all_are_survived)
{
    struct decode decode;
    struct event event;
    unsigned seed = 1;

    decode_init(&decode);
    decode.mouse = true;
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
