/* Every style can be read by tired eyes: 7:1 (WCAG 2.1, 1.4.6). */
#include <criterion/criterion.h>

#include "palette.h"

/* xterm's fixed colours: a 6x6x6 cube from 16 on, greys from 232 on. */
static void rgb(int colour, int out[3])
{
    static const int level[6] = { 0, 95, 135, 175, 215, 255 };

    if (colour >= 232) {
        out[0] = out[1] = out[2] = 8 + 10 * (colour - 232);
        return;
    }
    out[0] = level[(colour - 16) / 36];
    out[1] = level[(colour - 16) / 6 % 6];
    out[2] = level[(colour - 16) % 6];
}

/* v to the power of 2.4, for 0 < v <= 1: v squared times the fifth root of v squared, by Newton. */
static double power_2_4(double v)
{
    double square = v * v;
    double root = 1;

    for (int i = 0; i < 60; i++) {
        root -= (root * root * root * root * root - square) / (5 * root * root * root * root);
    }
    return square * root;
}

/* Relative luminance, WCAG 2.1. */
static double luminance_of(const int c[3])
{
    static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double v = c[i] / 255.0;
        sum += weight[i] * (v <= 0.03928 ? v / 12.92 : power_2_4((v + 0.055) / 1.055));
    }
    return sum;
}

static double luminance(int colour)
{
    int c[3];

    rgb(colour, c);
    return luminance_of(c);
}

static double contrast_of(double x, double y)
{
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

static double contrast(int a, int b)
{
    return contrast_of(luminance(a), luminance(b));
}

Test(palette, contrast_formula_is_right)
{
    cr_assert_float_eq(contrast(16, 231), 21.0, 0.01);
    cr_assert_float_eq(contrast(231, 244), 3.95, 0.01); /* #808080 on white */
}

Test(palette, every_pair_of_256_colours_has_contrast_7)
{
    for (int scheme = UI_NORMAL; scheme <= UI_CONTRAST; scheme++) {
        for (int style = 0; style < UI_STYLES; style++) {
            struct palette_look look = palette_look((enum ui_scheme)scheme, 256, (enum ui_style)style);
            cr_assert_geq(look.fg, 16, "scheme %d style %d: a colour the user's terminal may redefine",
                          scheme, style);
            cr_assert_geq(look.bg, 16);
            cr_assert_geq(contrast(look.fg, look.bg), 7.0, "scheme %d style %d: %.2f", scheme, style,
                          contrast(look.fg, look.bg));
            cr_assert_eq(look.attrs & PALETTE_REVERSE, 0);
        }
    }
}

Test(palette, eight_colours_are_black_and_white_and_never_bold_black)
{
    for (int scheme = UI_NORMAL; scheme <= UI_CONTRAST; scheme++) {
        for (int style = 0; style < UI_STYLES; style++) {
            struct palette_look look = palette_look((enum ui_scheme)scheme, 8, (enum ui_style)style);
            cr_assert((look.fg == 0 && look.bg == 7) || (look.fg == 7 && look.bg == 0));
            if (look.fg == 0) {
                cr_assert_eq(look.attrs & PALETTE_BOLD, 0);
            }
        }
    }
}

/* What "white" and "black" are where there are eight: the Linux console, PuTTY, xterm, VTE. */
Test(palette, every_pair_of_eight_colours_has_contrast_7_where_they_are_known)
{
    static const int white[][3] = {
        { 0xAA, 0xAA, 0xAA }, { 0xBB, 0xBB, 0xBB }, { 0xE5, 0xE5, 0xE5 }, { 0xD3, 0xD7, 0xCF }
    };
    static const int black[][3] = { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0x17, 0x14, 0x21 } };

    for (int scheme = UI_NORMAL; scheme <= UI_CONTRAST; scheme++) {
        for (int style = 0; style < UI_STYLES; style++) {
            struct palette_look look = palette_look((enum ui_scheme)scheme, 8, (enum ui_style)style);
            for (size_t i = 0; i < sizeof white / sizeof *white; i++) {
                double fg = luminance_of(look.fg == 7 ? white[i] : black[i]);
                double bg = luminance_of(look.bg == 7 ? white[i] : black[i]);
                cr_expect_geq(contrast_of(fg, bg), 7.0, "scheme %d style %d terminal %zu: %.2f", scheme,
                              style, i, contrast_of(fg, bg));
            }
        }
    }
}

Test(palette, mono_and_colourless_terminals_get_attributes_only)
{
    for (int style = 0; style < UI_STYLES; style++) {
        if (style == UI_CODE) {
            continue;
        }
        struct palette_look a = palette_look(UI_MONO, 256, (enum ui_style)style);
        struct palette_look b = palette_look(UI_NORMAL, 0, (enum ui_style)style);
        cr_assert(a.fg == -1 && a.bg == -1 && b.fg == -1 && b.bg == -1);
        cr_assert_neq(a.attrs & (PALETTE_BOLD | PALETTE_REVERSE), PALETTE_BOLD | PALETTE_REVERSE);
    }
}

Test(palette, a_code_is_black_on_white_in_every_scheme_that_has_colours)
{
    for (int scheme = UI_NORMAL; scheme <= UI_MONO; scheme++) {
        struct palette_look many = palette_look((enum ui_scheme)scheme, 256, UI_CODE);
        struct palette_look few = palette_look((enum ui_scheme)scheme, 8, UI_CODE);
        cr_expect(many.fg == 16 && many.bg == 231 && many.attrs == 0, "scheme %d", scheme);
        cr_expect(few.fg == 0 && few.bg == 7 && few.attrs == 0, "scheme %d", scheme);
    }
}

Test(palette, focus_differs_from_text_everywhere)
{
    static const int counts[] = { 0, 8, 256 };

    for (int scheme = UI_NORMAL; scheme <= UI_MONO; scheme++) {
        for (int i = 0; i < 3; i++) {
            struct palette_look text = palette_look((enum ui_scheme)scheme, counts[i], UI_TEXT);
            struct palette_look focus = palette_look((enum ui_scheme)scheme, counts[i], UI_FOCUS);
            cr_assert(text.bg != focus.bg || (focus.attrs & PALETTE_REVERSE));
        }
    }
}
