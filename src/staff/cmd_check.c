/* cmd_check.c: is a form fit to be asked? Everything that is wrong with it, at once. */
#include "command.h"

#include <limits.h>
#include <sodium.h>

#include "buf.h"
#include "setting.h"
#include "text.h"
#include "tr.h"

static void print_clean(FILE *out, struct buf *text)
{
    struct buf clean = BUF_INIT;
    text_sanitise(&clean, buf_str(text), text->len, true);
    fputs(buf_str(&clean), out);
    buf_done(&clean);
    buf_reset(text);
}

static int check(const struct command_call *call, const char *folder)
{
    struct setting setting;
    struct problems problems = PROBLEMS_INIT;
    struct buf line = BUF_INIT;
    int status = COMMAND_OK;
    if (!setting_load(&setting, folder, call->config_given ? call->config : NULL, &problems) &&
        setting.config) {
        config_check_forms(setting.config, &problems);
    }
    if (problems.total) {
        problems_text(&problems, &line);
        status = COMMAND_FAILED;
    } else {
        const struct form *form = setting.form;
        char hash[2 * sizeof form->hash + 1];
        sodium_bin2hex(hash, sizeof hash, form->hash, sizeof form->hash);
        buf_addf(&line, "%s: %s ", folder, form->title);
        buf_addf(&line, tr("version %s"), form->version);
        buf_adds(&line, ": ");
        buf_addf(&line, tr_n("%zu question", "%zu questions", form->nquestions), form->nquestions);
        buf_adds(&line, ", ");
        buf_addf(&line, tr_n("%zu rule", "%zu rules", form->nrules), form->nrules);
        buf_adds(&line, ", ");
        buf_addf(&line, tr_n("%zu item", "%zu items", form->nitems), form->nitems);
        buf_adds(&line, ", ");
        buf_addf(&line, tr("hash %s"), hash);
        buf_adds(&line, "\n");
    }
    setting_done(&setting);
    print_clean(call->out, &line);
    buf_done(&line);
    problems_done(&problems);
    return status;
}

static int run(const struct command_call *call)
{
    int status = COMMAND_OK;
    for (size_t i = 0; i < call->nargs; i++) {
        if (check(call, call->arg[i])) {
            status = COMMAND_FAILED;
        }
    }
    return status;
}

const struct command cmd_check = {
    .name = "check",
    .args = "FORM...",
    .summary = N_("say all that is wrong with a form, or that nothing is"),
    .help = N_("FORM is a form's folder. Each problem is printed with its file and line.\n"
               "With --config, that kiosk.conf is checked too: its policies against the form, and\n"
               "that the forms it names are there."),
    .min_args = 1,
    .max_args = INT_MAX,
    .run = run,
};
