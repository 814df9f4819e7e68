/* Finding a person again by what staff remember of them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "review_find.h"
#include "text.h"

static const uint8_t uid[16] = { 0x9f, 0x3a, 0x61, 0xc2, 0x00, 0x11 };

static bool finds(const char *query, const char *name, const char *phone, struct date born)
{
    struct find *find = find_new(query);
    struct buf digits = BUF_INIT;
    char *folded = text_fold_words(name);
    cr_assert_not_null(find, "nothing to look for in \"%s\"", query);
    find_phone_digits(&digits, phone);
    bool found = find_match(find, folded, buf_str(&digits), born, uid);
    free(folded);
    buf_done(&digits);
    find_free(find);
    return found;
}

static const struct date may = { 1990, 5, 15 };

Test(find, names_are_found_in_any_case_script_and_order)
{
    cr_expect(finds("jose", "José Álvarez", "", may));
    cr_expect(finds("ALV jos", "José Álvarez", "", may));
    cr_expect(finds("кузн", "Анна Кузнецова", "", may));
    cr_expect(finds("小明", "王小明", "", may));
    cr_expect(finds("strasse", "Anna Straße", "", may));
    cr_expect_not(finds("jose b", "José Álvarez", "", may));
}

Test(find, a_birth_date_is_found_in_any_usual_order)
{
    const char *const ways[] = { "15.5.1990", "15/05/1990", "5/15/1990", "1990-05-15", "15.05.90",
                                 "15051990",  "19900515",   "150590",    "05151990",   "15 May 1990",
                                 "may 15 90", "1990",       "15.5",      "5 1990",     "15 may",
                                 "15.5.19",   "MAY 1990" };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        cr_expect(finds(ways[i], "Ana", "", may), "%s", ways[i]);
    }
    cr_expect_not(finds("15.5.1991", "Ana", "", may));
    cr_expect_not(finds("16.5.1990", "Ana", "", may));
    cr_expect_not(finds("15 jun 1990", "Ana", "", may));
    cr_expect_not(finds("15.5.19 ", "Ana", "", may), "a number that is finished was taken for a beginning");
}

Test(find, a_phone_number_is_found_by_its_digits)
{
    cr_expect(finds("07700 900", "Ana", "+44 7700 900123", may));
    cr_expect(finds("900123", "Ana", "07700 900-123", may));
    cr_expect(finds("+44 7700 900123", "Ana", "07700900123", may));
    cr_expect(finds("0044 7700 900123", "Ana", "07700 900123", may));
    cr_expect_not(finds("900124", "Ana", "+44 7700 900123", may));
}

Test(find, all_that_was_typed_must_be_found)
{
    cr_expect(finds("ana 1990", "Ana Quillfeather", "", may));
    cr_expect_not(finds("ana 1991", "Ana Quillfeather", "", may));
    cr_expect(finds("may 1990", "May Smith", "", may), "a name that is a month");
    cr_expect(finds("may", "May Smith", "", (struct date){ 1970, 1, 1 }));
    cr_expect(finds("9f3a", "Ana", "", may), "the beginning of the number that `foyer watch` shows");
    cr_expect_not(finds("9f3b", "Ana", "", may));
}

Test(find, nothing_typed_is_nothing_to_look_for)
{
    cr_expect_null(find_new(""));
    cr_expect_null(find_new("  .,- "));
    cr_expect_null(find_new("\xff\xfe"));
}
