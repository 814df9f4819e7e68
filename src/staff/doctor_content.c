/* doctor_content.c: is what patients are asked signed, and does the clinic say who it is? */
#include "doctor.h"

#include "approval.h"
#include "clock.h"
#include "setting.h"
#include "tr.h"

void doctor_look_content(struct doctor *d)
{
    struct problems problems = PROBLEMS_INIT;
    struct buf text = BUF_INIT;
    struct setting setting;
    struct approvals *approvals = approvals_load(d->config->approvals, &problems);
    bool loaded = setting_load(&setting, d->config->form[0].folder, d->call->config, &problems) == 0;
    if (loaded) {
        const struct approval_view view = {
            .approvals = approvals,
            .config = setting.config,
            .form = setting.form,
            .policies = setting.policies,
            .today = clock_local_date(clock_wall_s(d->call->clock)),
            .clock = clock_system_state(),
        };
        (void)approval_in_force(&view, &problems);
    }
    for (size_t i = 0; i < problems.n; i++) {
        buf_addf(&text, "%s%s", i > 0 ? " " : "", problems.problem[i].text);
    }
    if (problems.total > 0) {
        doctor_say(d, "content", FINDING_BAD, tr("See `foyer form status`."), "%s", buf_str(&text));
    } else {
        doctor_say(d, "content", FINDING_GOOD, NULL, "%s",
                   tr("A clinician has signed the form, and the clinic's facts are there."));
    }
    doctor_live(d);
    if (loaded) {
        setting_done(&setting);
    }
    approvals_free(approvals);
    problems_done(&problems);
    buf_done(&text);
}
