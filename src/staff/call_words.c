#include "call_words.h"

#include "clock.h"
#include "tr.h"

void call_words(struct buf *out, bool alert, bool shown, int64_t at_s, int64_t made_s)
{
    char made[CLOCK_MINUTE_SIZE];
    if (made_s == 0) {
        buf_adds(out, !shown  ? tr("The kiosk calls for staff")
                      : alert ? tr("ALERT: see this patient now")
                              : tr("HELP: the patient calls for staff"));
        return;
    }
    bool today = date_compare(clock_local_date(made_s), clock_local_date(at_s)) == 0;
    const char *when = clock_format_minute(made_s, made) + (today ? 11 : 0);
    if (!shown) {
        buf_addf(out, tr("LATE: the kiosk called for staff at %s"), when);
    } else if (alert) {
        buf_addf(out, tr("LATE ALERT of %s: was this patient seen?"), when);
    } else {
        buf_addf(out, tr("LATE HELP of %s: was this patient seen?"), when);
    }
}
