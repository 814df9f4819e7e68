/* QR codes that a terminal of 80x24 can show. */
#include <criterion/criterion.h>
#include <string.h>

#include "qr.h"

static int side_of(size_t bytes)
{
    char text[QR_MAX_BYTES + 2];
    struct qr qr;

    memset(text, 'a', sizeof text);
    text[bytes] = '\0';
    cr_assert(qr_encode(&qr, text));
    int side = qr.side;
    qr_done(&qr);
    return side;
}

Test(qr, what_a_terminal_of_80x24_cannot_show_is_refused)
{
    struct qr qr;
    char text[QR_MAX_BYTES + 2];

    cr_expect_eq((side_of(QR_MAX_BYTES) + 2 * QR_QUIET + 1) / 2, 23);
    memset(text, 'a', sizeof text);
    text[QR_MAX_BYTES + 1] = '\0';
    cr_expect_not(qr_encode(&qr, text));
    cr_expect_eq(qr.side, 0);
    cr_expect_not(qr_encode(&qr, ""));
    qr_done(&qr);
}

Test(qr, a_code_is_no_larger_than_its_text_needs)
{
    cr_expect_eq(side_of(17), 21); /* version 1 at level L */
    cr_expect_eq(side_of(18), 25);
    cr_expect_eq(side_of(32), 25);
    cr_expect_eq(side_of(33), 29);
}

/* The three corners by which a camera finds it: a dark ring, a light one, a dark middle. */
Test(qr, it_has_its_finder_patterns)
{
    struct qr qr;

    cr_assert(qr_encode(&qr, "https://clinic.example"));
    const int corner[3][2] = { { 0, 0 }, { 0, qr.side - 7 }, { qr.side - 7, 0 } };
    for (size_t c = 0; c < 3; c++) {
        for (int y = 0; y < 7; y++) {
            for (int x = 0; x < 7; x++) {
                int edge = y < 6 - y ? y : 6 - y;
                int side = x < 6 - x ? x : 6 - x;
                int ring = edge < side ? edge : side;
                int at = (corner[c][0] + y) * qr.side + corner[c][1] + x;
                cr_expect_eq(qr.module[at], ring != 1, "corner %zu at %d,%d", c, y, x);
            }
        }
    }
    qr_done(&qr);
}
