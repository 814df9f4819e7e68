#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

#include "buf.h"
#include "plural.h"

/* The form of each number from 0 on, as digits. */
static void gives(const char *spec, const char *forms)
{
    struct err err;
    struct plural *plural = plural_parse(spec, &err);

    cr_assert_not_null(plural, "%s: %s", spec, err.text);
    for (unsigned long n = 0; forms[n]; n++) {
        cr_assert_eq(plural_index(plural, n), (unsigned)(forms[n] - '0'), "%s: n = %lu gives %u", spec, n,
                     plural_index(plural, n));
    }
    cr_assert_lt(plural_index(plural, ULONG_MAX), plural_forms(plural));
    plural_free(plural);
}

Test(plural, rules_of_real_languages)
{
    gives(" nplurals=2; plural=(n != 1);\n", "10111");
    gives("nplurals=1; plural=0;", "000");
    gives("nplurals=2; plural=n>1;", "0011");
    gives("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 "
          ": 2);",
          "2011122222222222222220111222222");
    gives("nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);", "30122333");
    gives(
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
        "012333333334444");
}

Test(plural, operators_group_as_in_c)
{
    gives("nplurals=10; plural=2+3*2;", "8");
    gives("nplurals=10; plural=9-3-2;", "4");
    gives("nplurals=10; plural=8/2/2;", "2");
    gives("nplurals=10; plural=(2+1)*3;", "9");
    gives("nplurals=10; plural=!n;", "100");
    gives("nplurals=10; plural=!!n+1;", "122");
    gives("nplurals=10; plural=n<2==1;", "110");
    gives("nplurals=10; plural=1||0&&0;", "1");
    gives("nplurals=10; plural=n?1:n?2:3;", "31");
    gives("nplurals=10; plural=n?0?4:5:6;", "65");
    gives("nplurals=10; plural=n<=1?n>=1?7:8:9;", "879");
}

Test(plural, division_by_zero_and_results_too_large_are_the_first_form)
{
    gives("nplurals=3; plural=2/n;", "021");
    gives("nplurals=3; plural=2%n;", "000");
    gives("nplurals=3; plural=1/0;", "0");
    gives("nplurals=3; plural=n;", "01200");
    gives("nplurals=3; plural=0-n;", "000");
    gives("nplurals=3; plural=n && 1/n;", "010");
    gives("nplurals=3; plural=n ? 1 : 1/0;", "011");
}

Test(plural, what_cannot_be_understood_is_refused)
{
    static const char *const bad[] = {
        "",
        "nplurals",
        "nplurals=",
        "nplurals=0; plural=0;",
        "nplurals=11; plural=0;",
        "nplurals=2",
        "nplurals=2; plural",
        "nplurals=2; plural=",
        "nplurals=2; plural=;",
        "nplurals=2; plural=n+;",
        "nplurals=2; plural=(n;",
        "nplurals=2; plural=n);",
        "nplurals=2; plural=n?1;",
        "nplurals=2; plural=n?1:;",
        "nplurals=2; plural=n=1;",
        "nplurals=2; plural=n 1;",
        "nplurals=2; plural=x;",
        "nplurals=2; plural=-1;",
        "nplurals=2; plural=n&1;",
        "nplurals=2; plural=99999999999;",
        "nplurals=99999999999999999999; plural=0;",
        "nplurals=2; plural=n; rm",
        "nplurals=2; plural=n!;",
        "nplurals=EXPRESSION; plural=INTEGER;",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = { "" };
        cr_assert_null(plural_parse(bad[i], &err), "%s", bad[i]);
        cr_assert_not_null(strstr(err.text, "Plural-Forms"));
        cr_assert_null(plural_parse(bad[i], NULL));
    }
}

static struct plural *repeated(const char *head, const char *part, int times, const char *tail)
{
    struct buf spec = BUF_INIT;

    buf_adds(&spec, "nplurals=2; plural=");
    buf_adds(&spec, head);
    for (int i = 0; i < times; i++) {
        buf_adds(&spec, part);
    }
    buf_adds(&spec, tail);
    struct plural *plural = plural_parse(buf_str(&spec), NULL);
    buf_done(&spec);
    return plural;
}

Test(plural, size_and_depth_are_limited)
{
    struct plural *plural = repeated("n", "+n", 100, "");

    cr_assert_not_null(plural);
    cr_assert_eq(plural_index(plural, 0), 0);
    plural_free(plural);
    cr_assert_null(repeated("n", "+n", 200, ""));
    cr_assert_null(repeated("", "(", 100000, "n"));
    cr_assert_null(repeated("", "!", 100000, "n"));
    cr_assert_null(repeated("", "n?", 100000, "n"));
    cr_assert_null(repeated("n", "?1:n", 100000, ""));
    cr_assert_null(repeated("n", "||n", 100000, ""));
}

Test(plural, the_default_is_english)
{
    struct plural *plural = plural_default();

    cr_assert_eq(plural_forms(plural), 2);
    cr_assert_eq(plural_index(plural, 0), 1);
    cr_assert_eq(plural_index(plural, 1), 0);
    cr_assert_eq(plural_index(plural, 2), 1);
    plural_free(plural);
}
