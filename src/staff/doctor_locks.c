/* doctor_locks.c: the programs' own locks, tried on this very machine. */
#include "doctor.h"

#include <string.h>

#include "lock.h"
#include "probe.h"
#include "tr.h"

static void look_filters(struct doctor *d)
{
    static const char *const name[LOCK_PROGRAMS] = { "foyer-kiosk", "foyer-deposit",         "foyer",
                                                     "foyer-relay", "foyer-relay --hand-in", "foyer-print" };
    struct buf wrong = BUF_INIT, all = BUF_INIT;
    struct err err = { "" };
    bool tried = true;
    for (int i = 0; i < LOCK_PROGRAMS && tried; i++) {
        buf_reset(&wrong);
        tried = lock_try((enum lock_program)i, &wrong, &err) == 0;
        char *rest = wrong.data;
        for (char *line = rest ? strsep(&rest, "\n") : NULL; line != NULL; line = strsep(&rest, "\n")) {
            if (line[0] != '\0') {
                buf_addf(&all, "  %s: %s.", name[i], line);
            }
        }
    }
    if (!tried) {
        doctor_say(d, "locks", FINDING_BAD,
                   tr("Use a kernel with seccomp: those of Debian and Raspberry Pi OS have it."),
                   tr("The programs cannot lock themselves in: %s. The kiosk will not start."), err.text);
    } else if (all.len > 0) {
        doctor_say(d, "locks", FINDING_BAD, tr("Please report this, with the kernel's version (`uname -a`)."),
                   tr("The programs' locks do not do what they should on this machine:%s"), buf_str(&all));
    } else {
        doctor_say(d, "locks", FINDING_GOOD, NULL, "%s",
                   tr("The programs' locks hold on this machine: no process, program, socket or foreign file "
                      "(tried)."));
    }
    buf_done(&wrong);
    buf_done(&all);
}

static void look_notes(struct doctor *d)
{
    struct buf text = BUF_INIT;
    const char *line = probe_line("/proc/sys/kernel/seccomp/actions_logged", &text);
    if (line[0] != '\0' && strstr(line, "errno") == NULL) {
        doctor_say(d, "lock log", FINDING_ADVICE,
                   tr("Write kernel.seccomp.actions_logged=kill_process kill_thread trap errno into "
                      "/etc/sysctl.d/60-foyer.conf."),
                   "%s", tr("The kernel does not note when a program tries what it may not."));
    }
    buf_done(&text);
}

void doctor_look_locks(struct doctor *d)
{
    look_filters(d);
    look_notes(d);
}
