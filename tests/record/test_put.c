/* What put.h promises: whatever is written is JSON, and reads back as what was meant. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "put.h"

/* Reads what was written; jansson must write the very same bytes for it. */
static json_t *reread(const struct buf *text)
{
    json_error_t fault;
    json_t *value = json_loadb(buf_str(text), text->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
    cr_assert_not_null(value, "%s: %s", fault.text, buf_str(text));
    char *again = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    cr_assert_str_eq(buf_str(text), again);
    free(again);
    return value;
}

static void expect_text(const char *s, const char *want)
{
    struct buf text = BUF_INIT, added = BUF_INIT;
    put_text(&text, NULL, s);
    json_t *value = reread(&text);
    cr_expect_str_eq(json_string_value(value), want);
    size_t begun = put_text_begin(&added, NULL);
    buf_adds(&added, s);
    put_text_end(&added, begun);
    cr_expect_str_eq(buf_str(&added), buf_str(&text), "written in place");
    json_decref(value);
    buf_done(&text);
    buf_done(&added);
}

Test(put, members_and_elements_stand_behind_commas)
{
    static const char *const pair[] = { "a", "b" };
    struct buf out = BUF_INIT;
    put_open(&out, NULL, '{');
    put_open(&out, "empty", '[');
    put_close(&out, ']');
    put_open(&out, "list", '[');
    put_open(&out, NULL, '{');
    put_close(&out, '}');
    put_text(&out, NULL, "x:");
    put_text(&out, NULL, "{");
    put_int(&out, NULL, -7);
    put_close(&out, ']');
    put_bool(&out, "yes", true);
    put_null(&out, "none");
    put_texts(&out, "pair", pair, 2);
    put_texts(&out, "no_pair", NULL, 0);
    put_close(&out, '}');
    cr_expect_str_eq(buf_str(&out), "{\"empty\":[],\"list\":[{},\"x:\",\"{\",-7],\"yes\":true,\"none\":null,"
                                    "\"pair\":[\"a\",\"b\"],\"no_pair\":[]}");
    buf_adds(&out, "\n");
    size_t line = out.len;
    put_open(&out, NULL, '{');
    cr_expect_str_eq(buf_str(&out) + line, "{", "a document a line");
    buf_done(&out);
}

Test(put, every_byte_that_json_escapes_is_escaped_wherever_it_stands)
{
    for (int c = 1; c < 0x80; c++) {
        for (size_t at = 0; at < 19; at++) {
            char s[] = "abcdefgh\x7fjklmnopqrs";
            s[at] = (char)c;
            expect_text(s, s);
        }
    }
    expect_text("", "");
    expect_text("\x01\x02\x1f\"\\\"\\\n\n\t\r\b\f", "\x01\x02\x1f\"\\\"\\\n\n\t\r\b\f");
}

Test(put, text_beyond_ascii_is_written_as_it_is_and_what_is_not_utf8_is_replaced)
{
    expect_text("Zo\xc3\xab says \xe2\x80\x9chi\xe2\x80\x9d \xf0\x9f\x91\xa9",
                "Zo\xc3\xab says \xe2\x80\x9chi\xe2\x80\x9d \xf0\x9f\x91\xa9");
    expect_text("\"\xd7\xa9\"\n", "\"\xd7\xa9\"\n");
    expect_text("Zo\xeb", "Zo\xef\xbf\xbd");
    expect_text("\xc0\x80\"", "\xef\xbf\xbd\xef\xbf\xbd\"");
    expect_text("cut \xe2\x80", "cut \xef\xbf\xbd");
    expect_text("\xed\xa0\x80 a surrogate", "\xef\xbf\xbd a surrogate");
}

static void expect_real(double value, const char *want)
{
    struct buf text = BUF_INIT;
    put_real(&text, NULL, value);
    cr_expect_str_eq(buf_str(&text), want);
    buf_done(&text);
}

Test(put, numbers_are_written_as_people_write_them)
{
    expect_real(3.2, "3.2");
    expect_real(6, "6.0");
    expect_real(-0.5, "-0.5");
    expect_real(0.1 + 0.2, "0.3");
    expect_real(1e300, "1e+300");
    expect_real(NAN, "null");
    expect_real(INFINITY, "null");
    struct buf text = BUF_INIT;
    put_open(&text, NULL, '[');
    put_int(&text, NULL, INT64_MIN);
    put_int(&text, NULL, 0);
    put_int(&text, NULL, INT64_MAX);
    put_close(&text, ']');
    cr_expect_str_eq(buf_str(&text), "[-9223372036854775808,0,9223372036854775807]");
    buf_done(&text);
}

Test(put, days_times_and_bytes)
{
    static const uint8_t bytes[] = { 0x00, 0x9f, 0xff };
    struct buf out = BUF_INIT;
    put_open(&out, NULL, '[');
    put_date(&out, NULL, (struct date){ 2026, 5, 9 });
    put_date(&out, NULL, (struct date){ 2026, 5, 0 });
    put_date(&out, NULL, (struct date){ 0, 0, 0 });
    put_time(&out, NULL, 1795251600);
    put_time(&out, NULL, 0);
    put_hex(&out, NULL, bytes, sizeof bytes);
    put_text(&out, NULL, NULL);
    put_text_or_null(&out, NULL, NULL);
    put_close(&out, ']');
    cr_expect_str_eq(buf_str(&out), "[\"2026-05-09\",\"2026-05\",null,1795251600,null,\"009fff\",\"\",null]");
    buf_done(&out);
}
