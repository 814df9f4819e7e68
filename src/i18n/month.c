#include "month.h"

#include <string.h>

#include "tr.h"

static const char *const name[] = { N_("January"),   N_("February"), N_("March"),    N_("April"),
                                    N_("May"),       N_("June"),     N_("July"),     N_("August"),
                                    N_("September"), N_("October"),  N_("November"), N_("December") };

static size_t index_of(int month)
{
    return month < 1 ? 0 : month > 12 ? 11 : (size_t)month - 1;
}

const char *month_name(int month)
{
    return tr(name[index_of(month)]);
}

/* With a context, since the short name of May is the long one. */
const char *month_short(int month)
{
    switch (index_of(month)) {
    case 0:
        return tr_ctx("short month", "Jan");
    case 1:
        return tr_ctx("short month", "Feb");
    case 2:
        return tr_ctx("short month", "Mar");
    case 3:
        return tr_ctx("short month", "Apr");
    case 4:
        return tr_ctx("short month", "May");
    case 5:
        return tr_ctx("short month", "Jun");
    case 6:
        return tr_ctx("short month", "Jul");
    case 7:
        return tr_ctx("short month", "Aug");
    case 8:
        return tr_ctx("short month", "Sep");
    case 9:
        return tr_ctx("short month", "Oct");
    case 10:
        return tr_ctx("short month", "Nov");
    default:
        return tr_ctx("short month", "Dec");
    }
}

static const char *pattern_of(struct date date, bool year)
{
    if (date.day && date.month && year) {
        /* TRANSLATORS: A date: put the parts in your order, and what belongs between them. */
        return tr_ctx("date", "{day} {month} {year}");
    }
    if (date.day && date.month) {
        return tr_ctx("date", "{day} {month}");
    }
    if (date.month) {
        return year ? tr_ctx("date", "{month} {year}") : "{month}";
    }
    return tr_ctx("date", "{year}");
}

void month_date(struct buf *out, struct date date, enum month_style style)
{
    if (!date_is_set(date)) {
        return;
    }
    const char *at = pattern_of(date, style != MONTH_WORDS_NO_YEAR);
    while (*at) {
        size_t len = strcspn(at, "{");
        buf_add(out, at, len);
        at += len;
        if (strncmp(at, "{day}", 5) == 0) {
            buf_addn(out, date.day);
            at += 5;
        } else if (strncmp(at, "{month}", 7) == 0) {
            buf_adds(out, style == MONTH_BRIEF ? month_short(date.month) : month_name(date.month));
            at += 7;
        } else if (strncmp(at, "{year}", 6) == 0) {
            buf_addn(out, date.year);
            at += 6;
        } else if (*at) { /* a brace that is none of ours */
            buf_add(out, at++, 1);
        }
    }
}
