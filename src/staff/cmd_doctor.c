/* cmd_doctor.c: looks over the machine, and tells the kiosk. */
#include "command.h"

#include <sodium.h>
#include <sys/stat.h>

#include "doctor.h"
#include "session.h"
#include "tr.h"

static int run(const struct command_call *call)
{
    struct err err = { "" };
    if (sodium_init() < 0) {
        err_set(&err, "%s", tr("no random numbers to be had"));
        return command_fail(call, &err);
    }
    umask(022);
    struct config *config = session_config(call, &err);
    if (config == NULL) {
        return command_fail(call, &err);
    }
    int status = doctor_run(call, config, doctor_look_clinic, command_value(call, "json") != NULL,
                            command_value(call, "quiet") != NULL);
    config_free(config);
    return status;
}

static const struct command_option options[] = {
    { "json", NULL, N_("as JSON, for a program") },
    { "quiet", NULL, N_("say nothing of what is well: for a timer") },
    { NULL, NULL, NULL },
};

const struct command cmd_doctor = {
    .name = "doctor",
    .args = "",
    .summary = N_("is this machine ready for patients? What is not, and how to mend it"),
    .help = N_(
        "Looks at memory, disk, clock, locks, files, screen, database, keys, room, copies and paper, and\n"
        "ends with \"Ready for patients: yes\" or \"no\"; exits with 1 for \"no\". Some of it only root may\n"
        "see: run `sudo foyer doctor`.\n"
        "The kiosk says DEMO on every page until the answer is yes. It believes it for 35 days, and only\n"
        "for this machine, this version and the settings that were looked at."),
    .option = options,
    .starts = true,
    .run = run,
};
