/* cmd_preview.c: hands over to foyer-kiosk, which knows how to show a form. */
#include "command.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "tr.h"

static int run(const struct command_call *call)
{
    struct buf path = BUF_INIT;
    struct err err = { "" };
    const char *word[8] = { "foyer-kiosk", "--preview", call->arg[0] };
    char *argv[8] = { NULL };
    size_t n = 3;

    if (call->config_given) {
        word[n++] = "--config";
        word[n++] = call->config;
    }
    if (command_value(call, "quiet")) {
        word[n++] = "--quiet";
    }
    if (command_value(call, "plain")) {
        word[n++] = "--plain";
    }
    for (size_t i = 0; i < n; i++) {
        argv[i] = (char *)(uintptr_t)word[i]; /* execv() only reads them */
    }
    fflush(call->out);
    fflush(call->err);
    if (file_beside_self(&path, "foyer-kiosk")) {
        execv(buf_str(&path), argv);
    }
    err_set(&err, tr("%s could not be started: %s"), path.len ? buf_str(&path) : "foyer-kiosk",
            strerror(errno));
    buf_done(&path);
    return command_fail(call, &err);
}

static const struct command_option options[] = {
    { "plain", NULL, N_("a line at a time, without escape sequences") },
    { "quiet", NULL, N_("do not print the practitioner's result at the end") },
    { NULL, NULL, NULL },
};

const struct command cmd_preview = {
    .name = "preview",
    .args = "FORM",
    .summary = N_("walk a form as a patient; nothing is kept"),
    .help = N_("FORM is a form's folder. It is shown on this terminal as at the kiosk. F10 or Ctrl-C\n"
               "leaves at any moment. Once it is signed, the result and the flags that the practitioner\n"
               "would read are printed. Nothing is stored, sent or called. With --config, the clinic's\n"
               "name, policies and colours are those of that kiosk.conf."),
    .min_args = 1,
    .max_args = 1,
    .option = options,
    .starts = true,
    .run = run,
};
