#include "doctor_age.h"

#include "clock.h"
#include "date.h"
#include "readiness.h"
#include "tr.h"

enum { DAYS_AHEAD = 7 };

int doctor_age_warning(const struct config *config, int64_t now_s, struct buf *out)
{
    struct date on, until, today = clock_local_date(now_s);
    char day[DATE_ISO_SIZE];
    if (!date_is_full(today) || !readiness_days(config, &on, &until) ||
        date_compare(today, date_add_days(until, -DAYS_AHEAD)) < 0) {
        return 0;
    }
    buf_addf(out,
             tr("After %s every page says DEMO until `sudo foyer doctor` has looked at the machine again."),
             date_format_iso(until, day));
    return 1;
}
